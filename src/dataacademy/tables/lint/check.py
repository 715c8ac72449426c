"""One file after another: every table of every sheet is put before every check, then the files before each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from dataacademy.errors import DataAcademyError
from dataacademy.notes import Note
from dataacademy.tables.encoding import LABELS
from dataacademy.tables.kinds import SUFFIXES, kind_of
from dataacademy.tables.lint import (
    codes,
    dates,
    headings,
    names,
    periods,
    places,
    rows,
    series,
    structure,
    texts,
    values,
)
from dataacademy.tables.lint import totals as sums
from dataacademy.tables.lint.blocks import tables_of
from dataacademy.tables.lint.excel import read_workbook
from dataacademy.tables.lint.listing import closed_notes, list_files
from dataacademy.tables.lint.maps import read_places
from dataacademy.tables.lint.sheet import Sheet
from dataacademy.tables.lint.table import Table, sheet_note
from dataacademy.tables.lint.text import read_text
from dataacademy.tables.lint.workbook import has_macros
from dataacademy.tables.reading import existing_file

Progress = Callable[[int, int, str], None]
_DESCRIPTION = {"original_name", "display_name"}  # headings of a list that explains the columns of a table


@dataclass
class _Seen:
    """What the checks across files need to know of the files read so far."""

    places: list[places.Places] = field(default_factory=list)
    names: list[names.NameColumn] = field(default_factory=list)
    headings: list[series.Headings] = field(default_factory=list)


def check(path: Path | str, *, progress: Progress | None = None) -> list[Note]:
    """Everything that is wrong with a file, or with the files of a folder and below; empty if nothing is.

    progress
        Called before each file with how many are done, how many there are, and the file's name.

    Every note's ``kind`` is one of ``RULES``; ``cells`` has the cells concerned.  Originals are only read.  Raises
    DataAcademyError ``no_file``, ``cannot_read`` or ``empty_folder``; a file or folder within that cannot be read is a
    note, not an error.
    """
    path = Path(path)
    listing = list_files(path)
    files = listing.files
    copies = series.copies(files)
    notes, seen = [*closed_notes(listing), *series.copy_notes(copies)], _Seen()
    for done, (file, name) in enumerate(files):
        if progress:
            progress(done, len(files), name)
        if name not in copies:
            notes += _file(file, name, seen)
    if progress:
        progress(len(files), len(files), "")
    notes += series.gaps(name for file, name in files if file.suffix.lower() not in (".shp", ".geojson", ".gpkg"))
    notes += series.changed_headings(seen.headings)
    notes += names.spellings(seen.names)
    notes += places.far_away(seen.places)
    notes += places.old_datum(seen.places)
    order = {name: i for i, name in enumerate(listing.names)}
    return sorted(notes, key=lambda note: (order[note.file], note.sheet, note.row or 0, note.kind))


def _file(path: Path, name: str, seen: _Seen) -> list[Note]:
    """The notes on one file; what the reader refuses becomes a note."""
    try:
        kind = kind_of(existing_file(path))
        if kind == "map":
            notes, found, areas = read_places(path, name)
            seen.places += found
            seen.names += areas
            return notes
        notes = _wrong_suffix(path, name, kind)
        if kind == "excel":
            sheets, found = _workbook(path, name)
            notes += found
        else:
            sheet, encoding = read_text(path, name)
            prose = path.suffix.lower() == ".txt" and len(sheet.columns) < 2
            sheets = [] if prose or _describes_columns(sheet) else [sheet]
            notes += _encoding(sheet, encoding)
    except DataAcademyError as error:
        refused = "file_type" if error.note.kind == "not_a_table" else "unreadable"
        return [_refused(refused, error.note, name)]
    for i, sheet in enumerate(sheets):
        notes += _sheet(sheet, seen, first=not i)
    return notes


def _refused(kind: str, found: Note, name: str) -> Note:
    note = sheet_note(Sheet(name, found.sheet, []), kind, found.ja, found.en, {}, value=found.value)
    return replace(note, row=found.row, fix=found.fix or note.fix, fix_en=found.fix_en or note.fix_en)


def _wrong_suffix(path: Path, name: str, kind: str) -> list[Note]:
    if kind != "excel" or SUFFIXES.get(path.suffix.lower()) == kind:
        return []
    ja, en = f"拡張子は「{path.suffix}」ですが、中身はExcelです。", f"A workbook with the suffix {path.suffix!r}."
    return [sheet_note(Sheet(name, "", []), "file_type", ja, en, {}, value=path.suffix)]


def _workbook(path: Path, name: str) -> tuple[list[Sheet], list[Note]]:
    sheets, hidden = read_workbook(path, name)
    notes = []
    if has_macros(path):
        ja, en = "マクロが入っています（ここでは動かしていません）。", "It carries macros, which were not run."
        notes.append(sheet_note(Sheet(name, "", []), "macro", ja, en, {}))
    for sheet in hidden:
        ja, en = f"シート「{sheet}」が隠れています。", f"Sheet {sheet!r} is hidden."
        notes.append(sheet_note(Sheet(name, sheet, []), "hidden_sheet", ja, en, {}))
    return sheets, notes


def _describes_columns(sheet: Sheet) -> bool:
    """Whether a file explains the columns of a table beside it, rather than being one."""
    heads = {column.stripped[column.codes[0]].lower() for column in sheet.columns if column.codes[0] >= 0}
    return heads >= _DESCRIPTION


def _encoding(sheet: Sheet, encoding: str) -> list[Note]:
    if encoding in ("utf-8", "utf-8-sig"):
        return []
    label = LABELS.get(encoding, encoding)
    ja, en = f"文字コードが{label}です。", f"The encoding is {encoding}."
    return [sheet_note(sheet, "not_utf8", ja, en, {}, value=label)]


def _sheet(sheet: Sheet, seen: _Seen, *, first: bool) -> list[Note]:
    tables, notes = tables_of(sheet)
    notes += structure.around_cells(sheet)
    for i, table in enumerate(tables):
        notes += _table(table, seen)
        if first and not i:
            seen.headings.append(series.Headings.of(table))
    return notes


def _table(table: Table, seen: _Seen) -> list[Note]:
    notes = [*structure.structure(table), *headings.headings(table), *texts.texts(table), *codes.codes(table)]
    dated = {f.place: found for f in table.fields if (found := dates.read_dates(f)) is not None}
    skip = set(dated)
    located = places.coordinate_fields(table)
    if located:
        found, told = places.coordinates(table, located)
        seen.places.append(found)
        notes += told
        skip |= {field.place for field in located}
    seen.names += names.name_columns(table)
    notes += dates.dates(table, dated)
    notes += values.values(table, skip)
    notes += rows.repeats(table, dated)
    notes += periods.gaps(table, dated)
    notes += sums.totals(table, skip)
    quantities = any(values.is_quantity(field) for field in table.fields if field.place not in skip)
    return notes + structure.area_missing(table, quantities=quantities, periods=bool(dated))
