"""Two people changed the same worksheet: what both did, and where they contradict each other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from dataacademy.worksheet.fields import fields_of
from dataacademy.worksheet.model import KINDS, Worksheet, kind_of, links_of
from dataacademy.worksheet.records import Record


@dataclass(frozen=True)
class Conflict:
    """One field that both changed, each in another way.  ``field`` is empty where one side took the record out."""

    id: str
    field: str
    label: str
    mine: Any
    theirs: Any

    def __str__(self) -> str:
        return f"{self.id}「{self.label}」　あなた：{_shown(self.mine)}　もう一方：{_shown(self.theirs)}"


def _shown(value: Any) -> str:
    text = "（消した）" if value is None else str(value)
    return text if len(text) <= 40 else text[:39] + "…"


def merge(base: Worksheet, mine: Worksheet, theirs: Worksheet) -> tuple[Worksheet, list[Conflict]]:
    """``theirs`` with everything that ``mine`` changed since ``base``; in a conflict the value of ``theirs`` stays.

    A record that both added under one id gets the next free id in ``mine``, and what ``mine`` added follows it.
    """
    mine = _apart(base, mine, theirs)
    merged, conflicts = theirs.model_copy(deep=True), []
    merged.version = max(mine.version, theirs.version)
    if mine.team != base.team:
        _fields(base.team, mine.team, merged.team, "team", conflicts)
    was, now = base.index(), mine.index()
    for kind, (_, section, _) in KINDS.items():
        there = {record.id: record for record in merged.section(kind)}
        for record in mine.section(kind):
            if record.id not in was:
                if record.id not in there:
                    merged.section(kind).append(record.model_copy(deep=True))
            elif record != was[record.id]:
                if record.id in there:
                    _fields(was[record.id], record, there[record.id], record.id, conflicts)
                else:
                    conflicts.append(Conflict(record.id, "", KINDS[kind][2], record.text, None))
        for record in base.section(kind):
            if record.id not in now and record.id in there:
                if there[record.id] == record:
                    merged.section(kind).remove(there[record.id])
                else:
                    conflicts.append(Conflict(record.id, "", KINDS[kind][2], None, there[record.id].text))
        _order(base.section(kind), mine.section(kind), theirs.section(kind), merged, section)
    return merged, conflicts


def _fields(base, mine, merged, id: str, conflicts: list[Conflict]) -> None:
    for field in fields_of(type(mine)):
        was, wanted, there = (getattr(one, field.name) for one in (base, mine, merged))
        if wanted in (was, there):
            continue
        if there == was:
            setattr(merged, field.name, wanted)
        else:
            conflicts.append(Conflict(id, field.name, field.label, wanted, there))


def _order(base: list, mine: list, theirs: list, merged: Worksheet, section: str) -> None:
    """The order of ``mine``, where only ``mine`` changed it."""
    ids = [[record.id for record in records] for records in (base, mine, theirs)]
    if [i for i in ids[1] if i in set(ids[0])] == [i for i in ids[0] if i in set(ids[1])]:
        return  # mine moved nothing
    place = {id: number for number, id in enumerate(ids[1])}
    getattr(merged, section).sort(key=lambda record: place.get(record.id, len(place)))


def _apart(base: Worksheet, mine: Worksheet, theirs: Worksheet) -> Worksheet:
    """``mine`` with other ids for records that both sides added under one id."""
    was, there = base.index(), theirs.index()
    taken = {*was, *there, *mine.index()}
    new_ids: dict[str, str] = {}
    for record in mine:
        if record.id not in was and record.id in there and record != there[record.id]:
            kind = kind_of(record.id)
            number = max(int(id[len(kind) :]) for id in taken if kind_of(id) == kind) + 1
            new_ids[record.id] = f"{kind}{number}"
            taken.add(new_ids[record.id])
    return renumbered(mine, new_ids, base) if new_ids else mine


def renumbered(worksheet: Worksheet, new_ids: dict[str, str], base: Worksheet) -> Worksheet:
    """``worksheet`` with new ids, in the records, in what points to them and in quoted numbers.

    Only what is not in ``base`` can have pointed to a new record, so a link that was there before stays as it was.
    """
    was, copy = base.index(), worksheet.model_copy(deep=True)
    quoted = re.compile(r"\{(" + "|".join(map(re.escape, new_ids)) + r")(?=[.:}])")
    for record in copy:
        before = was.get(record.id)
        for field in fields_of(type(record)):
            value = getattr(record, field.name)
            if before is not None and getattr(before, field.name) == value:
                continue
            if field.type == "link" and value in new_ids:
                setattr(record, field.name, new_ids[value])
            elif field.type == "links" and set(value) & set(new_ids):
                setattr(record, field.name, [new_ids.get(id, id) for id in value])
            elif field.type in ("text", "long") and "{" in value:
                setattr(record, field.name, quoted.sub(lambda m: "{" + new_ids[m[1]], value))
        if record.id in new_ids and record.id not in was:
            record.id = new_ids[record.id]
    return copy


def pointing_to(worksheet: Worksheet, id: str) -> list[Record]:
    """The records with a link to ``id``: what is left dangling when it is taken out."""
    return [record for record in worksheet if id in {target for _, target in links_of(record)}]
