"""What people did in the workbook, taken over into the worksheet: only edited cells, never over another's edit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from dataacademy.errors import DataAcademyError
from dataacademy.notes import Note
from dataacademy.worksheet.excel import layout
from dataacademy.worksheet.excel.opening import Tab, open_tabs
from dataacademy.worksheet.excel.reading import Reader
from dataacademy.worksheet.excel.results import Change, Conflict, Imported
from dataacademy.worksheet.excel.tabs import COVER, find_tabs, read_cover, read_tab
from dataacademy.worksheet.fields import fields_of
from dataacademy.worksheet.merging import merge
from dataacademy.worksheet.model import KINDS, VERSION, Worksheet, kind_of


def import_(source: Path | str, worksheet: Worksheet) -> Imported:
    """Read the workbook ``source`` against ``worksheet``; neither is changed.

    Three ways are compared: what the workbook was exported with (it carries that in a hidden tab), what its cells say
    now, and what the worksheet says now.  A cell that was edited is taken over, unless the worksheet was meanwhile
    changed in the same place: then it is a conflict, and the worksheet keeps its value.  Without the hidden tab every
    difference is a conflict, except where the worksheet is empty.  A worksheet without any record takes over all.

    Errors: ``not_xlsx``, ``not_a_worksheet``, ``future_version``, ``protected`` and those of ``tables`` for files that
    cannot be opened.  What is wrong with single cells comes as notes, each with sheet and cell.
    """
    source = Path(source)
    tabs, notes = open_tabs(source)
    try:
        base = _base(tabs, notes)
        found = find_tabs(tabs, layout.kinds_shown(base or worksheet), notes)
    except DataAcademyError as error:
        raise DataAcademyError(**_parts(error.note, source.name)) from error
    read = {
        kind: read_cover(tab, notes) if kind == COVER else read_tab(tab, kind, notes) for kind, tab in found.items()
    }
    was = base or worksheet
    taken = {record.id for one in (was, worksheet) for record in one}
    taken |= {f"{kind}{number}" for one in (was, worksheet) for kind, number in one.removed.items()}
    reader = Reader(was, base is not None, taken, notes)
    mine = reader.read({kind: rows for kind, rows in read.items() if rows is not None})
    fresh = base is not None and next(iter(worksheet), None) is None
    if fresh:
        was = Worksheet()
    elif base is not None and base.team.name != worksheet.team.name != mine.team.name:
        notes.append(_other_team(base.team.name, worksheet.team.name))
    conflicts = [] if base is not None else _held_back(worksheet, mine, reader.places)
    merged, clashes = merge(was, mine, worksheet)
    conflicts += [_conflict(clash, was, worksheet, reader.places) for clash in clashes]
    changes = _changes(worksheet, merged, reader.places)
    return Imported(merged, changes, conflicts, [replace(note, file=source.name) for note in notes])


def _base(tabs: Mapping[str, Tab], notes: list[Note]) -> Worksheet | None:
    """The worksheet as it was exported; None (and a note) if the hidden tab is missing or damaged."""
    hidden = tabs.get(layout.HIDDEN)
    cells = [str(row[0]) for row in hidden.rows if row and row[0] is not None] if hidden else []
    version = layout.version_of(cells)
    if version is not None and version > VERSION:
        raise DataAcademyError(
            "future_version",
            f"この Excel は、新しい教材（版 {version}）で作られています。ここで読めるのは版 {VERSION} までです。",
            f"This workbook is of version {version}; this course reads up to {VERSION}.",
            fix="教材を新しくしてから取り込みます。",
            fix_en="Update the course.",
        )
    base = layout.unpacked(cells)
    if base is None and any(tab in tabs for tab in (layout.COVER, *(name for _, _, name in KINDS.values()))):
        notes.append(
            Note(
                "no_base",
                f"隠れたシート「{layout.HIDDEN}」がないか、壊れています。空の欄だけを取り込み、ほかの違いは食い違いとして示します。",
                "The hidden tab is missing or damaged: only empty fields are filled, other differences are conflicts.",
                "warning",
                "もう一度書き出した Excel に書くと、すべて取り込めます。",
                "Export again and edit that workbook.",
            )
        )
    return base


def _other_team(exported: str, now: str) -> Note:
    return Note(
        "other_team",
        f"この Excel は「{exported}」から書き出したものです。いまのワークシートは「{now}」です。",
        f"This workbook was exported from {exported!r}, not from {now!r}.",
        "warning",
        "ちがう班の Excel なら、取り込みを取り消します。",
        "If it belongs to another team, do not save.",
    )


def _held_back(theirs: Worksheet, mine: Worksheet, places: Mapping) -> list[Conflict]:
    """Without a base: where both say something, and not the same, ``mine`` goes back to ``theirs``."""
    conflicts = []
    there = {COVER: theirs.team} | theirs.index()
    for id, record in [(COVER, mine.team), *((record.id, record) for record in mine)]:
        if id not in there or record is there[id]:
            continue
        for field in fields_of(type(record)):
            now, wanted = getattr(there[id], field.name), getattr(record, field.name)
            if wanted != now and now not in ("", None, False, [], field.default):
                setattr(record, field.name, now)
                sheet, cell = places[id, field.name]
                conflicts.append(Conflict(id, sheet, cell, field.name, field.label, None, now, wanted))
    return conflicts


def _conflict(clash, was: Worksheet, theirs: Worksheet, places: Mapping) -> Conflict:
    sheet, cell = places.get((clash.id, clash.field)) or places.get((clash.id, "")) or ("", "")
    sheet = sheet or (layout.COVER if clash.id == COVER else KINDS[kind_of(clash.id)][2])
    before = was.team if clash.id == COVER else was.index().get(clash.id)
    base = getattr(before, clash.field or "text", None)
    return Conflict(clash.id, sheet, cell, clash.field, clash.label, base, clash.theirs, clash.mine)


def _changes(before: Worksheet, after: Worksheet, places: Mapping) -> list[Change]:
    """All differences, in the order of the tabs."""
    changes = _fields(COVER, layout.COVER, before.team, after.team, places)
    for _, section, name in KINDS.values():
        was = {record.id: record for record in getattr(before, section)}
        now = {record.id: record for record in getattr(after, section)}
        for id, record in now.items():
            sheet, cell = places.get((id, ""), (name, ""))
            if id not in was:
                changes.append(Change("added", id, sheet, cell, after=record.text))
            else:
                changes += _fields(id, sheet, was[id], record, places)
        changes += [Change("removed", id, name, before=record.text) for id, record in was.items() if id not in now]
        if [id for id in was if id in now] != [id for id in now if id in was]:
            changes.append(Change("moved", "", name))
    return changes


def _fields(id: str, sheet: str, before, after, places: Mapping) -> list[Change]:
    if before == after:
        return []
    return [
        Change("changed", id, sheet, places.get((id, f.name), ("", ""))[1], f.name, f.label, was, now)
        for f in fields_of(type(after))
        if (was := getattr(before, f.name)) != (now := getattr(after, f.name))
    ]


def _parts(note: Note, file: str) -> dict:
    return {"kind": note.kind, "ja": note.ja, "en": note.en, "fix": note.fix, "fix_en": note.fix_en, "file": file}
