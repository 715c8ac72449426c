"""Tables that come in the contract's own columns: recognised by its names or Japanese labels, and brought to its types.

Surveys, counter logs, check-ups and the like have no official format; whoever heads the columns as the codebook of the
sample town does (in English names or in Japanese labels) gets the lessons that need them.  Other headings in use stand
in ``tables.known``; any others are named in town.yml (``mapping``).
"""

from __future__ import annotations

import re

import pandas as pd

from dataacademy.errors import nearest_guess
from dataacademy.notes import Note
from dataacademy.survey.codebook import ROLES
from dataacademy.tables import tidy_heading
from dataacademy.tables.known import PLAIN_HEADINGS
from dataacademy.town import counterlog, questionnaire
from dataacademy.town.cells import texts
from dataacademy.town.contract import TABLES, Column

READ_OTHERWISE = ("areas", "zones", "population", "facilities", "hazard_zones", "buildings", "roads")
PLAIN = [name for name in TABLES if name not in READ_OTHERWISE]
_ASIDE = re.compile(r"\([^()]*\)$")
_ATTRIBUTE = re.compile(r"(性別|年代|年齢|年齢層|居住地)(?!\d)")
_QUESTION = re.compile(r"(問|Q|設問)\s*\d|.*(満足度|重要度|自由記述|ご意見|NPS)", re.I)
_YES_NO = {"true": True, "1": True, "はい": True, "○": True, "false": False, "0": False, "いいえ": False, "×": False}


def match_table(headings) -> tuple[str, dict[str, str]] | None:
    """The plain table whose needed columns are all there, and its columns: contract name -> heading.

    >>> match_table(["month", "area_id", "births", "deaths", "moved_in", "moved_out"])[0]
    'vital_events'
    >>> match_table(["NO", "名称", "緯度", "経度"]) is None
    True
    """
    best: tuple[str, dict[str, str]] | None = None
    for name in PLAIN:
        columns = columns_of(name, headings)
        if len(columns) >= 3 and not lacking(name, columns) and len(columns) > len(best[1] if best else ()):
            best = name, columns
    return best


def columns_of(name: str, headings) -> dict[str, str]:
    """The columns of a plain table that are among the headings, by name, label or another known heading.

    A known heading may be the lower one of two lines, or have something in brackets after it.  A label that another
    column is headed by too (窓口: an office or a counter) is the last choice.

    >>> columns_of("counter_log", ["受付日", "発券時刻（時:分）", "時刻_呼出", "完了時刻"])
    {'date': '受付日', 'arrived': '発券時刻（時:分）', 'called': '時刻_呼出', 'ended': '完了時刻'}
    """
    headings = [str(h) for h in reversed(list(headings))]
    there = {tidy_heading(h): h for h in headings}
    loosely = {_ASIDE.sub("", tidy_heading(h.rsplit("_", 1)[-1])): h for h in headings} | there
    columns: dict[str, str] = {}
    in_use = PLAIN_HEADINGS.get(name, {})
    for column, c in TABLES[name].columns.items():
        found = [loosely.get(tidy_heading(k)) for k in in_use.get(column, ())]
        doubtful = any(c.label in others for other, others in in_use.items() if other != column)
        found.insert(len(found) if doubtful else 0, there.get(tidy_heading(c.label)))
        heading = next((h for h in (there.get(column), *found) if h and h not in columns.values()), None)
        if heading:
            columns[column] = heading
    return columns


def lacking(name: str, columns) -> list[str]:
    """The columns that a file must have to be taken for a plain table, and does not have."""
    return [column for column in TABLES[name].needed if column not in columns]


def nearly(headings) -> str:
    """A word to the instructor about a table that looks like a questionnaire or a reception log; else empty."""
    tidy = [tidy_heading(str(h)) for h in headings]
    if any(_ATTRIBUTE.match(h) for h in tidy) and any(_QUESTION.match(h) for h in tidy):
        return (
            "アンケートの回答に似ています。使うときは、tables: に take_as: survey と questions: の「役割: 見出し」を"
            "書き足してください（役割は " + "、".join(f"{role}＝{ja}" for role, ja in ROLES.items()) + "）。"
        )
    columns = columns_of("counter_log", headings)
    if len({"arrived", "called", "ended"} & columns.keys()) < 2:
        return ""
    missing = "、".join(
        f"{name}（{TABLES['counter_log'].columns[name].label}）" for name in lacking("counter_log", columns)
    )
    return (
        f"窓口の受付記録に似ていますが、{missing}の列が見つかりません。その列があれば、tables: に "
        "take_as: counter_log と columns: の「教材での名前: ファイルの見出し」を書き足してください。"
    )


def as_in_contract(name: str, columns: dict[str, str]) -> bool:
    """Whether every column is headed by its name or its label, so that nobody needs to see which is which."""
    labels = {column: tidy_heading(c.label) for column, c in TABLES[name].columns.items()}
    return all(tidy_heading(heading) in (column, labels[column]) for column, heading in columns.items())


def coded(role: str) -> list[str]:
    """The columns of a plain table that hold codes or the words for them."""
    return [column for column, c in TABLES[role].columns.items() if c.values] if role in PLAIN else []


def rows(look):
    """The table in the contract's columns and types, and notes; words are turned into the codes they stand for."""
    if look.role == "counter_log":
        return counterlog.rows(look)
    contract, notes, out = TABLES[look.role], [], {}
    for column, c in contract.columns.items():
        if look.questions and column not in look.columns:
            continue
        if column not in look.columns:
            out[column] = pd.Series(pd.NA, index=look.data.index, dtype=c.dtype)
        elif (c.values and not look.questions) or c.dtype == "boolean":
            text = texts(look.data[look.columns[column]])
            text = text.mask(text.isin(["", *_empty(c)]))
            values, codes = _coded(text, c)
            notes += _unknown(look, column, text, values, codes)
            out[column] = (pd.to_numeric(values) if c.dtype == "Int64" else values).astype(c.dtype)
        elif c.dtype in ("Int64", "float64"):
            numbers, found = look.number(column)
            notes += found
            whole = c.dtype == "float64" or numbers.dropna().mod(1).eq(0).all()
            out[column] = numbers.astype(c.dtype if whole else "float64")
        else:
            out[column] = texts(look.data[look.columns[column]])
    if look.questions:
        words, found = questionnaire.rows(look)
        out, notes = out | dict(words.items()), notes + found
    return pd.DataFrame(out).reset_index(drop=True), notes


def _coded(text: pd.Series, c: Column) -> tuple[pd.Series, list[str]]:
    """Codes, written as such or in words; missing where neither.  And all that may be written."""
    if c.dtype == "boolean":
        return text.str.lower().map(_YES_NO), ["はい", "いいえ"]
    words = {meaning: code for code, meaning in {**c.values, **c.missing}.items() if code}
    codes = [code for code in (*c.values, *c.missing) if code]
    known = text.isin(codes)
    if c.dtype == "Int64":  # a scale may name its ends only; the contract checks the range
        known |= pd.to_numeric(text, errors="coerce").notna()
    return text.where(known, text.map(words)), [*codes, *words]


def _empty(c: Column) -> list[str]:
    """What an empty cell of the column means, where the contract says so: written out, it is an empty cell too."""
    return [meaning for code, meaning in c.missing.items() if not code]


def _unknown(look, column: str, text: pd.Series, values: pd.Series, codes: list[str]) -> list[Note]:
    """One note for each word that is no code and means none."""
    strange = text[values.isna() & text.notna()]
    label = TABLES[look.role].columns[column].label
    found = []
    for word in strange.unique():
        places = strange.index[strange == word]
        guess = nearest_guess(word, codes)
        found.append(
            Note(
                "unknown_code",
                f"「{word}」（{len(places)}件）は「{label}」の書き方にありません。欠測にしました。"
                + (f"もしかして「{guess}」ですか。" if guess else ""),
                f"{word!r} is no value of {column}." + (f" Did you mean {guess!r}?" if guess else ""),
                level="warning",
                fix="使えるのは " + "、".join(codes[:12]) + " です。",
                fix_en="Allowed: " + ", ".join(codes[:12]),
                file=look.file,
                sheet=look.sheet,
                row=int(look.rows[text.index.get_loc(places[0])]),
                column=look.columns[column],
                value=word,
            )
        )
    return found
