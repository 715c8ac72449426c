"""What was typed into a form and is not saved yet, and how it gets into the sheet without overwriting others' work."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from dataacademy.worksheet.fields import Field, fields_of
from dataacademy.worksheet.form.values import meant, shown
from dataacademy.worksheet.merging import Conflict
from dataacademy.worksheet.model import KINDS, READ_ONLY, Worksheet
from dataacademy.worksheet.records import Team

NEW = "new"  # a record that never was in the file goes by new1, new2 …
_OPEN: dict[tuple[str, str], Drafts] = {}  # by file and kind: a cell that runs again goes on with what was typed


def drafts_of(sheet, kind: str) -> Drafts:
    """The drafts of one kind for the sheet's file, kept as long as the kernel runs."""
    return _OPEN.setdefault((str(sheet.path.resolve()), kind), Drafts(kind))


def records_of(worksheet: Worksheet, kind: str) -> dict[str, BaseModel]:
    """The saved records of a kind by id; the cover is the one record ``team``."""
    return {"team": worksheet.team} if kind == "team" else {record.id: record for record in worksheet.section(kind)}


def asked_of(kind: str) -> tuple[Field, ...]:
    """The fields of a kind as its form asks them."""
    return fields_of(Team if kind == "team" else KINDS[kind][0])


@dataclass
class Draft:
    """Changes to one record: ``was`` is how it looked when typing began, ``typed`` what stands in which control.

    ``new``: the file does not have it, either not yet or because another took it out.
    """

    was: BaseModel
    typed: dict[str, Any] = field(default_factory=dict)
    new: bool = False


@dataclass(frozen=True)
class Removed:
    """A record that was taken out, with what is needed to put it back."""

    record: BaseModel
    place: int
    draft: Draft | None


class Drafts(dict[str, Draft]):
    """The drafts of one kind by the record's id; a record that is not in the file yet has a key like ``new1``."""

    def __init__(self, kind: str):
        super().__init__()
        self.kind = kind
        self.fields = {f.name: f for f in asked_of(kind) if f.type != "machine"} if kind not in READ_ONLY else {}

    def new_key(self) -> str:
        """A key for one more new record."""
        return f"{NEW}{max((int(key[len(NEW) :]) for key in self if key.startswith(NEW)), default=0) + 1}"

    def type(self, key: str, was: BaseModel, name: str, typed: Any) -> None:
        """Note what now stands in a control; back at what was there, it is no change any more."""
        draft = self.setdefault(key, Draft(was.model_copy(deep=True), new=key.startswith(NEW)))
        draft.typed[name] = typed
        if typed == shown(self.fields[name], getattr(draft.was, name)):
            del draft.typed[name]
            if not draft.typed:
                del self[key]

    def value(self, key: str, name: str) -> Any:
        """The value that a changed field gets.  ValueError: it cannot be read."""
        return meant(self.fields[name], self[key].typed[name], self[key].was)

    def problem(self, key: str, name: str) -> str:
        """What is wrong with what was typed, or nothing."""
        if key not in self or name not in self[key].typed:
            return ""
        try:
            self.value(key, name)
        except ValueError as error:
            return str(error)
        return ""

    def problems(self) -> list[tuple[str, str]]:
        """``(key, field)`` of everything that cannot be read, in the order of the form."""
        return [(key, name) for key in self for name in self.fields if self.problem(key, name)]

    def clashes(self, worksheet: Worksheet) -> list[Conflict]:
        """Where the sheet has changed under what was typed: both values, and nobody has decided yet."""
        found, there = [], records_of(worksheet, self.kind)
        for key, draft in self.items():
            if draft.new:
                continue
            if key not in there:
                found.append(Conflict(key, "", KINDS[self.kind][2], draft.was.text, None))
                continue
            for name in draft.typed:
                theirs, mine = getattr(there[key], name), self.value(key, name)
                if theirs not in (getattr(draft.was, name), mine):
                    found.append(Conflict(key, name, self.fields[name].label, mine, theirs))
        return found

    def settle(self, clash: Conflict, *, mine: bool) -> None:
        """Decide one clash: keep mine, so that the next save writes it, or take theirs and drop what was typed."""
        draft = self[clash.id]
        if not clash.field:
            del self[clash.id]
            if mine:  # it comes back with everything it had
                whole = {name: shown(f, getattr(draft.was, name)) for name, f in self.fields.items()} | draft.typed
                self[clash.id] = Draft(type(draft.was)(id=clash.id), whole, new=True)
            return
        setattr(draft.was, clash.field, clash.theirs)
        if not mine:
            self.type(clash.id, draft.was, clash.field, shown(self.fields[clash.field], clash.theirs))

    def save(self, sheet) -> dict[str, str]:
        """Put everything into the sheet and save it once; returns the id that each key has now.

        Errors are those of the sheet's ``save``; the sheet and the drafts are then as before.
        """
        before, new = sheet.worksheet.model_copy(deep=True), [key for key, draft in self.items() if draft.new]
        try:
            there = records_of(sheet.worksheet, self.kind)
            for key, draft in self.items():
                values = {name: self.value(key, name) for name in self.fields if name in draft.typed}
                if draft.new:
                    sheet.worksheet.add(self.kind, **({} if key.startswith(NEW) else {"id": key}), **values)
                else:
                    for name, value in values.items():
                        setattr(there[key], name, value)
            sheet.save()
        except Exception:
            sheet.worksheet = before
            raise
        ids = {key: key for key in self if key not in new}
        if new:  # what is new stands last, but another's new record may have taken the id we had in mind
            ids |= zip(new, list(records_of(sheet.worksheet, self.kind))[-len(new) :], strict=True)
        self.clear()
        return ids


def remove(sheet, drafts: Drafts, id: str) -> Removed:
    """Take a record out and save.  Errors: those of the sheet's ``remove``."""
    records = sheet.worksheet.section(drafts.kind)
    place = next(i for i, record in enumerate(records) if record.id == id)
    removed = Removed(records[place].model_copy(deep=True), place, drafts.get(id))
    sheet.remove(id)
    drafts.pop(id, None)
    return removed


def put_back(sheet, drafts: Drafts, removed: Removed) -> str:
    """Undo :func:`remove`; returns the record's id, which is another one if a new record has taken it."""
    before, record = sheet.worksheet.model_copy(deep=True), removed.record
    if record.id in sheet.worksheet.index():
        record = record.model_copy(update={"id": sheet.worksheet.next_id(drafts.kind)})
    sheet.worksheet.section(drafts.kind).insert(removed.place, record)
    try:
        sheet.save()
    except Exception:
        sheet.worksheet = before
        raise
    if removed.draft:
        drafts[record.id] = removed.draft
    return record.id
