"""Flow B: who creates, reads, changes and deletes each item, and the least that is tried."""

from __future__ import annotations

from dataacademy.worksheet.review.context import Context, found, rule
from dataacademy.worksheet.review.data import PERSONAL
from dataacademy.worksheet.review.figures import has_number
from dataacademy.worksheet.review.goals import thresholds_meet
from dataacademy.worksheet.review.words import first_word, plain

_DEEDS = ("create", "read", "update", "delete")


def _items(c: Context) -> dict[tuple, list]:
    """The rows of each item of data, by its dataset and its name."""
    items: dict[tuple, list] = {}
    for row in c.records("crud"):
        if plain(row.text):
            items.setdefault((row.data, plain(row.text)), []).append(row)
    return items


def _ticked(rows: list) -> bool:
    return any(getattr(row, deed) for row in rows for deed in _DEEDS)


def _personal(c: Context, row) -> bool:
    data = c.get(row.data, "data")
    if data is not None and data.handling == PERSONAL:
        return True
    return bool(first_word(row.text, c.words("個人の項目")))


@rule("crud_nothing_ticked")
def crud_nothing_ticked(c: Context):
    for row in c.records("crud"):
        if not any(getattr(row, deed) for deed in _DEEDS):
            yield found(row, "create")


@rule("crud_nobody_creates")
def crud_nobody_creates(c: Context):
    for rows in _items(c).values():
        if _ticked(rows) and not any(row.create for row in rows):
            yield found(rows[0], "create")


@rule("crud_two_creators", "office")
def crud_two_creators(c: Context):
    for rows in _items(c).values():
        offices = dict.fromkeys(plain(row.office) for row in rows if row.create and plain(row.office))
        if len(offices) > 1:
            second = next(row for row in rows if row.create and plain(row.office) == list(offices)[1])
            yield found(second, "create", office="、".join(offices))


@rule("crud_nobody_reads")
def crud_nobody_reads(c: Context):
    for rows in _items(c).values():
        if any(row.create for row in rows) and not any(row.read or row.update for row in rows):
            yield found(rows[0], "read")


@rule("crud_read_before_created", "process")
def crud_read_before_created(c: Context):
    """A step uses the item, and every step that creates it comes later."""
    before = _before(c)
    for rows in _items(c).values():
        makers = [row.process for row in rows if row.create]
        if not makers or not all(c.get(id, "process") for id in makers):
            continue
        for row in rows:
            uses = (row.read or row.update or row.delete) and not row.create
            if uses and all(row.process in before(id) for id in makers):
                yield found(row, "process", process=makers[0])


def _before(c: Context):
    """A function: the steps that come somewhere before a step."""
    known: dict[str, set[str]] = {}

    def before(id: str) -> set[str]:
        if id not in known:
            seen, pending = set(), list(getattr(c.get(id, "process"), "after", ()))
            while pending:
                step = pending.pop()
                if step not in seen:
                    seen.add(step)
                    pending += getattr(c.get(step, "process"), "after", ())
            known[id] = seen - {id}
        return known[id]

    return before


@rule("crud_no_rule")
def crud_no_rule(c: Context):
    for row in c.records("crud"):
        if not row.rule and _personal(c, row):
            yield found(row, "rule")


@rule("crud_never_deleted")
def crud_never_deleted(c: Context):
    """Personal data that nobody ever deletes; said once for each dataset."""
    kept: dict[str, list] = {}
    for row in c.records("crud"):
        if _personal(c, row):
            kept.setdefault(row.data or plain(row.text), []).append(row)
    for rows in kept.values():
        if _ticked(rows) and not any(row.delete for row in rows):
            yield found(rows[0], "delete")


@rule("crud_other_office", "office")
def crud_other_office(c: Context):
    for row in c.records("crud"):
        process = c.get(row.process, "process")
        mine, theirs = plain(row.office), plain(process.office) if process is not None else ""
        if mine and theirs and mine not in theirs and theirs not in mine:
            yield found(row, "office", office=process.office)


@rule("prototype_no_number")
def prototype_no_number(c: Context):
    for prototype in c.records("prototype"):
        if prototype.go_if and not has_number(prototype.go_if):
            yield found(prototype, "go_if")


@rule("prototype_rules_meet")
def prototype_rules_meet(c: Context):
    for prototype in c.records("prototype"):
        if prototype.go_if and prototype.stop_if and thresholds_meet(prototype.go_if, prototype.stop_if):
            yield found(prototype, "stop_if")


@rule("prototype_on_raw", "data")
def prototype_on_raw(c: Context):
    for prototype in c.records("prototype"):
        raw = [d for d in c.all(prototype.data, "data") if d.handling == PERSONAL and not d.processed]
        if raw and (prototype.result or prototype.decision):
            yield found(prototype, "data", data=raw[0].text or raw[0].id)
