"""Excel workbooks, new and old, through calamine: values and the real merged ranges."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pandas.api.types import is_numeric_dtype
from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from dataacademy.errors import check_choice
from dataacademy.notes import Note
from dataacademy.tables.cells import Cells
from dataacademy.tables.excelparts import (
    RESAVE,
    SheetFacts,
    check_package,
    facts_notes,
    opening,
    sheet_facts,
    unreadable,
)
from dataacademy.tables.grid import Grid, arrange, table
from dataacademy.tables.layout import Merge
from dataacademy.tables.reading import Reading, existing_file, located, reading_from


def read_excel(path: Path | str, *, sheet: str | None = None) -> Reading:
    """Read one sheet of an Excel workbook (.xlsx, .xlsm, .xls) as offices make them.

    ``sheet`` is a sheet's name; without it the first visible sheet with anything on it, and a note lists the others.
    Merged headings are joined level by level (``人口_男``); dates become text ``2026-02-01``, times ``08:30``; numbers
    stored as text become numbers.  Raises DataAcademyError: ``unreadable_workbook``, ``unknown_choice``, ``no_rows``.
    """
    path = existing_file(path)
    with reading_from(path):
        notes = check_package(path)
        book = _open(path)
        if sheet is None:
            chosen, rows, facts = _first_filled(book, path)
            others = [name for name in book.sheet_names if name != chosen.name]
            if others:
                names = "、".join(f"「{name}」" for name in others)
                notes.append(
                    Note(
                        "other_sheets",
                        f"ほかのシート {names} は読んでいません。",
                        f"Other sheets were not read: {', '.join(others)}.",
                        fix="読むシートは sheet= で指定します。",
                        fix_en="Name the sheet with sheet=.",
                    )
                )
        else:
            check_choice("シート", sheet, book.sheet_names, en="The sheet")
            chosen, rows, facts = _sheet(book, sheet, path)
        return _reading(path, chosen, rows, [*notes, *facts_notes(facts)])


def _reading(path: Path, chosen: CalamineSheet, rows: list[list], notes: list[Note]) -> Reading:
    width = max(map(len, rows), default=0)
    columns = [Cells.of([cell_text(row[c]) for row in rows]) for c in range(width)]
    if any("\0" in word for column in columns for word in column.words):  # calamine cannot decode these texts
        what = (
            "Excel 95以前の形式で、日本語を正しく読めません。",
            "Texts of this old format (Excel 95) cannot be decoded.",
        )
        raise unreadable(path, what, ("Excelで開き、" + RESAVE[0], "Open it in Excel. " + RESAVE[1]))
    merges: list[Merge] = [(*start, *end) for start, end in chosen.merged_cell_ranges or ()]
    grid = arrange(columns, merges)
    reading = table(grid, notes, file=path.name, sheet=chosen.name)
    stored = located(_stored_as_text(reading, grid, rows), path.name, chosen.name)
    return replace(reading, notes=reading.notes + stored)


def sheet_names(path: Path | str) -> list[str]:
    """The names of a workbook's sheets, in order."""
    path = existing_file(path)
    with reading_from(path):
        check_package(path)
        return list(_open(path).sheet_names)


def _open(path: Path) -> CalamineWorkbook:
    with opening(path):
        return CalamineWorkbook.from_path(str(path))


def _sheet(book: CalamineWorkbook, name: str, path: Path) -> tuple[CalamineSheet, list[list], SheetFacts]:
    """A sheet, its rows from A1 on, and what its part says."""
    facts = sheet_facts(path, name)
    with opening(path):
        sheet = book.get_sheet_by_name(name)
        return sheet, sheet.to_python(skip_empty_area=False), facts


def _first_filled(book: CalamineWorkbook, path: Path) -> tuple[CalamineSheet, list[list], SheetFacts]:
    """The first visible sheet with anything on it, else the first hidden one, else the first."""
    tables = [m for m in book.sheets_metadata if m.typ == SheetTypeEnum.WorkSheet]
    first = None
    for about in sorted(tables, key=lambda m: m.visible != SheetVisibleEnum.Visible):
        found = _sheet(book, about.name, path)
        first = first or found
        if any(value != "" for row in found[1] for value in row):
            return found
    if first is None:
        raise unreadable(
            path,
            ("表のシートがありません。グラフだけのブックか、壊れたファイルです。", "There is no sheet with cells."),
            ("Excelで開いて確かめてください。", "Open it in Excel and see."),
        )
    return first


def cell_text(value: object) -> str:
    """A cell as text: whole numbers without ``.0``, dates ``2026-02-01``, times ``08:30``.

    >>> cell_text(123.0), cell_text(dt.date(2026, 2, 1)), cell_text(dt.time(8, 30)), cell_text(True)
    ('123', '2026-02-01', '08:30', 'TRUE')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(" ") if value.time() else value.date().isoformat()
    if isinstance(value, dt.time):
        return value.isoformat("auto" if value.second else "minutes")
    if isinstance(value, dt.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60:02}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    return str(value)


def _stored_as_text(reading: Reading, grid: Grid, rows: Sequence[Sequence[object]]) -> list[Note]:
    """A note on the columns whose numbers the workbook holds as text."""
    found = [
        name
        for name, c in zip(reading.data, grid.used, strict=True)
        if is_numeric_dtype(reading.data[name])
        and any(isinstance(rows[r][c], str) for r in grid.rows[reading.data[name].notna().to_numpy()])
    ]
    if not found:
        return []
    names = "、".join(f"「{name}」" for name in found)
    return [
        Note(
            "text_numbers",
            f"文字として入っていた数字を数値にしました：{names}。",
            f"Numbers stored as text were converted: {', '.join(found)}.",
        )
    ]
