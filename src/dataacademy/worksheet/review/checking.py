"""All rules over one worksheet."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from dataacademy.worksheet.fields import fields_of
from dataacademy.worksheet.model import KINDS, Worksheet, kind_of
from dataacademy.worksheet.records import Team
from dataacademy.worksheet.review import (  # noqa: F401 – each fills RULES
    chain,
    crud,
    data,
    designs,
    effects,
    facts,
    findings,
    goals,
    indicators,
    measures,
    missing,
    processes,
)
from dataacademy.worksheet.review.bank import MEND, Bank, bank_for
from dataacademy.worksheet.review.context import RULES, TEAM, Context, Found, found, rule
from dataacademy.worksheet.review.words import short


@dataclass(frozen=True)
class Comment:
    """What an instructor would say of one record.

    rule, record, field
        Which rule spoke, of which record (``team`` for the cover) and field.
    severity
        直す (the chain does not hold yet) or 考える (worth talking about).
    title, why, question
        What was seen, why it matters, and what to ask; the answer is the team's.
    sheet, label
        The sheet and the name of the field, for people.
    text
        The beginning of the record's own words.
    """

    rule: str
    record: str
    field: str
    severity: str
    title: str
    why: str
    question: str
    sheet: str
    label: str
    text: str

    @property
    def place(self) -> str:
        """Where it stands: 仮説 hypothesis2「どんな数ならまちがいと認めるか」."""
        record = "" if self.record == TEAM else f" {self.record}"
        return self.sheet + record + (f"「{self.label}」" if self.label else "")

    def __str__(self) -> str:
        return f"【{self.severity}】{self.place}：{self.title}\n　{self.why}\n　→ {self.question}"


class Comments(list):
    """The list of comments that :func:`review` gives; a notebook shows it as a page, ``print`` as lines."""

    def _repr_html_(self) -> str:
        from dataacademy.worksheet.review.page import fragment

        return fragment(self)

    def __str__(self) -> str:
        from dataacademy.worksheet.review.page import told_of

        return "\n".join(told_of(self)) or "気づいたことはありません。"


@rule("just_begun", "missing")
def just_begun(c: Context):
    """Filled in by :func:`_gathered`, in place of many questions about empty fields."""
    yield from ()


def review(
    worksheet: Worksheet,
    path: Path | str | None = None,
    *,
    comments: Path | str | None = None,
    today: datetime.date | None = None,
) -> Comments:
    """What an instructor would say before the next session, in the order of the steps: a list of :class:`Comment`.

    path
        The worksheet's file.  With it, the files that findings rest on are looked at, and an instructor's own bank
        ``講評.yml`` in the same folder is used.
    comments
        An instructor's own bank in another place.
    today
        For due dates.

    Errors: those of :func:`~dataacademy.worksheet.review.bank.bank_for`.
    """
    path = None if path is None else Path(path)
    bank = bank_for(path, comments)
    context = Context(worksheet, path, bank, today or datetime.date.today())
    all_found = {id: list(one.find(context)) for id, one in RULES.items() if id not in bank.off}
    listed = [(id, one) for id, several in _gathered(context, all_found).items() for one in several]
    order = {record.id: place for place, record in enumerate(worksheet)} | {TEAM: -1}
    places = {id: place for place, id in enumerate(bank.texts)}
    listed.sort(key=lambda pair: (order[pair[1].record], bank.texts[pair[0]].severity != MEND, places[pair[0]]))
    times: Counter[str] = Counter()
    said = Comments()
    for id, one in listed:
        said.append(_comment(context, bank, id, one, times[id]))
        times[id] += 1
    return said


def _gathered(c: Context, all_found: dict[str, list[Found]]) -> dict[str, list[Found]]:
    """Many questions about the empty fields of a record that has only just been begun become one."""
    if "just_begun" not in all_found:
        return all_found
    spoken: dict[str, dict[str, Found]] = defaultdict(dict)
    for id in missing.ABOUT_EMPTY & set(all_found):
        for one in all_found[id]:
            spoken[one.record][id] = one
    begun = {}
    for record, about in spoken.items():
        if missing.just_begun(c, kind_of(record), set(about) | c.bank.off):
            labels = [about[m.id].details["missing"] for m in missing.BY_KIND[kind_of(record)] if m.id in about]
            begun[record] = found(record, "", missing="・".join(labels))
    for id in missing.ABOUT_EMPTY & set(all_found):
        all_found[id] = [one for one in all_found[id] if one.record not in begun]
    return all_found | {"just_begun": list(begun.values())}


def _comment(c: Context, bank: Bank, id: str, one: Found, time: int) -> Comment:
    text = bank.texts[id]
    kind = kind_of(one.record)
    cls, _, sheet = (Team, "", "表紙") if one.record == TEAM else KINDS[kind]
    label = next((f.label for f in fields_of(cls) if f.name == one.field), "")
    own = c.worksheet.team.name if one.record == TEAM else getattr(c.index[one.record], "text", "")
    blanks = {"record": one.record, "text": short(own).rstrip("。"), "field": label, "sheet": sheet} | one.details
    asked = text.questions[time % len(text.questions)]
    title, why, question = (t.format_map(blanks) for t in (text.title, text.why, asked))
    return Comment(id, one.record, one.field, text.severity, title, why, question, sheet, label, short(own, 60))
