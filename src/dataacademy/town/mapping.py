"""``columns:`` of town.yml: which heading of a file is which column of the contract, where it does not go by itself."""

from __future__ import annotations

from dataacademy.errors import DataAcademyError, nearest_guess
from dataacademy.tables import tidy_heading
from dataacademy.tables.known import HEADINGS
from dataacademy.town import plain, questionnaire
from dataacademy.town.contract import TABLES


def mapped(look, source) -> dict[str, str]:
    """The columns of a file as town.yml has it: what its headings say by themselves, and over that what is written.

    look
        As recognised, before town.yml is asked.
    source
        Its lines in town.yml.  ``columns`` has contract names or their labels as keys; an empty heading takes the
        column away.  Only what differs needs to be written.

    Raises DataAcademyError ``unknown_name`` for a key, ``unknown_column`` for a heading that there is not, both with
    the nearest one.
    """
    role = source.take_as
    columns = dict(look.columns) if not source.questions else {}  # of its own questionnaire only what is written
    if role != look.role and role in plain.PLAIN and not source.questions:
        columns = plain.columns_of(role, look.data.columns)
    there = {_spelling(heading): heading for heading in reversed(list(look.data.columns))}
    for key, heading in source.columns.items():
        name = _name(role, key, source.file)
        columns.pop(name, None)
        if heading:
            columns[name] = _heading(look, heading, there)
    return columns


def asked(look, source) -> dict[str, str]:
    """The questions of a municipality's own questionnaire: heading as in the file -> what it is asked for.

    Raises DataAcademyError ``no_questionnaire`` where another table has questions, ``unknown_column`` for a heading
    that there is not, those of ``questionnaire.headings``.
    """
    if source.questions and not TABLES[source.take_as].open:
        raise DataAcademyError(
            "no_questionnaire",
            f"「{source.file}」は {source.take_as} なので、questions は書けません。",
            f"{source.file} is taken as {source.take_as}; questions belong to a survey.",
            fix="アンケートなら take_as: survey にしてください。",
            fix_en="A questionnaire is `take_as: survey`.",
            file="town.yml",
            value="questions",
        )
    there = {_spelling(heading): heading for heading in reversed(list(look.data.columns))}
    return {_heading(look, heading, there): role for heading, role in questionnaire.headings(source).items()}


def _name(role: str, key: str, file: str) -> str:
    """The contract's name for a key of ``columns``: the name itself or its Japanese label."""
    labels = {c.label: name for name, c in TABLES[role].columns.items()} if role in plain.PLAIN else {}
    names = list(labels.values()) if role in plain.PLAIN else [*HEADINGS, *TABLES[role].columns]
    if key in names or key in labels:
        return labels.get(key, key) if key not in names else key
    guess = nearest_guess(key, [*names, *labels])
    listed = [f"{name}（{label}）" for label, name in labels.items()] or list(dict.fromkeys(names))
    raise DataAcademyError(
        "unknown_name",
        f"「{file}」の columns にある名前「{key}」は、{TABLES[role].label}の項目にありません。"
        + (f"もしかして「{guess}」ですか。" if guess else ""),
        f"{key!r} is no column of {role}." + (f" Did you mean {guess!r}?" if guess else ""),
        fix="「教材での名前: ファイルの見出し」の順に書きます。名前は " + "、".join(listed[:30]) + " です。",
        fix_en="Write `NAME: HEADING`; the names are " + ", ".join(dict.fromkeys(names[:30])) + ".",
        file="town.yml",
        value=key,
    )


def _spelling(heading) -> str:
    return "".join(tidy_heading(str(heading)).split())


def _heading(look, heading: str, there: dict) -> str:
    """The heading as it was read from the file; spelled a little differently it is found too."""
    if heading in look.data.columns:
        return heading
    if _spelling(heading) in there:
        return there[_spelling(heading)]
    guess = nearest_guess(heading, look.data.columns)
    raise DataAcademyError(
        "unknown_column",
        f"town.yml の columns にある見出し「{heading}」が、ファイル「{look.file}」にありません。"
        + (f"もしかして「{guess}」ですか。" if guess else ""),
        f"Heading {heading!r} is not in {look.file}." + (f" Did you mean {guess!r}?" if guess else ""),
        fix="ある見出しは " + "、".join(f"「{c}」" for c in look.data.columns if c != "geometry") + " です。",
        fix_en="Headings: " + ", ".join(repr(str(c)) for c in look.data.columns if c != "geometry"),
        file="town.yml",
        sheet=look.sheet,
        value=heading,
    )
