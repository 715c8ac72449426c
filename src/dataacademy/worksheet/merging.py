"""Two people changed the same worksheet: what both did, and where they contradict each other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from dataacademy.worksheet.fields import fields_of
from dataacademy.worksheet.model import KINDS, Worksheet, kind_of


@dataclass(frozen=True)
class Conflict:
    """One field that both changed, each in another way.  ``field`` is empty where one side took the record out."""

    id: str
    field: str
    label: str
    mine: Any
    theirs: Any

    def __str__(self) -> str:
        mine, theirs = (
            "（この記録を消した）" if not self.field and value is None else _shown(value)
            for value in (self.mine, self.theirs)
        )
        return f"{self.id}「{self.label}」　あなた：{mine}　もう一方：{theirs}"


def _shown(value: Any) -> str:
    text = (
        "（空）" if value in (None, "", []) else "、".join(map(str, value)) if isinstance(value, list) else str(value)
    )
    return text if len(text) <= 40 else text[:39] + "…"


def merge(base: Worksheet, mine: Worksheet, theirs: Worksheet) -> tuple[Worksheet, list[Conflict]]:
    """``theirs`` with everything that ``mine`` changed since ``base``; in a conflict the value of ``theirs`` stays.

    A record that both added under one id gets the next free id in ``mine``, and what ``mine`` added follows it.
    """
    mine, _ = apart(base, mine, theirs)
    merged, conflicts = theirs.model_copy(deep=True), []
    _fields(base.team, mine.team, merged.team, "team", conflicts)
    was, now = base.index(), mine.index()
    for kind, (_, section, name) in KINDS.items():
        there = {record.id: record for record in merged.section(kind)}
        kept = dict(there)
        for record in mine.section(kind):
            if record.id not in was:
                kept.setdefault(record.id, record.model_copy(deep=True))
            elif record.id in there:
                _fields(was[record.id], record, there[record.id], record.id, conflicts)
            elif record != was[record.id]:
                conflicts.append(Conflict(record.id, "", name, record.text, None))
        for record in base.section(kind):
            if record.id not in now and record.id in there:
                if there[record.id] == record:
                    del kept[record.id]
                else:
                    conflicts.append(Conflict(record.id, "", name, None, there[record.id].text))
        order = _order(*([record.id for record in one.section(kind)] for one in (base, mine, theirs)))
        setattr(merged, section, [kept[id] for id in order if id in kept])
    merged.remember(base.highest(), mine.highest(), theirs.highest())
    return merged, conflicts


def _order(base: list[str], mine: list[str], theirs: list[str]) -> list[str]:
    """All ids: what is new in ``mine`` stands last, unless ``mine`` moved records; then all stands as in ``mine``."""
    in_base, in_mine, in_theirs = set(base), set(mine), set(theirs)
    if [id for id in mine if id in in_base] == [id for id in base if id in in_mine]:
        return theirs + [id for id in mine if id not in in_theirs]
    order, before = list(mine), ""
    for id in theirs:  # what is new there stands behind what it follows there
        if id not in in_mine:
            order.insert(order.index(before) + 1 if before else 0, id)
        before = id
    return order


def _fields(base, mine, merged, id: str, conflicts: list[Conflict]) -> None:
    for field in fields_of(type(mine)):
        was, wanted, there = (getattr(one, field.name) for one in (base, mine, merged))
        if wanted in (was, there):
            continue
        if there == was:
            setattr(merged, field.name, wanted)
        else:
            conflicts.append(Conflict(id, field.name, field.label, wanted, there))


def apart(base: Worksheet, mine: Worksheet, theirs: Worksheet) -> tuple[Worksheet, dict[str, str]]:
    """``mine`` with other ids for new records whose number ``theirs`` gave out meanwhile, and these ids: old → new."""
    was, there = base.index(), theirs.index()
    known, given, mine_given = base.highest(), theirs.highest(), mine.highest()
    last = {kind: max(known[kind], given[kind], mine_given[kind]) for kind in KINDS}
    new_ids: dict[str, str] = {}
    for record in mine:
        kind = kind_of(record.id)
        number = int(record.id[len(kind) :])
        taken = record != there[record.id] if record.id in there else known[kind] < number <= given[kind]
        if record.id not in was and taken:
            last[kind] += 1
            new_ids[record.id] = f"{kind}{last[kind]}"
    return (renumbered(mine, new_ids, base) if new_ids else mine), new_ids


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
