"""Excel workbooks, new and old, through calamine: values and the real merged ranges."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

from pandas.api.types import is_numeric_dtype
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from dataacademy.errors import DataAcademyError, check_choice
from dataacademy.notes import Note
from dataacademy.tables.cells import Cells
from dataacademy.tables.grid import Grid, arrange, table
from dataacademy.tables.layout import Merge
from dataacademy.tables.reading import Reading, existing_file, located

_RESAVE = "「Excelブック（*.xlsx）」で保存し直してください。", "Save it again as .xlsx."
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ERROR_CELL = re.compile(rb'<c (?=[^>]*\bt="e")[^>]*\br="([A-Z]+[0-9]+)"')


def read_excel(path: Path | str, *, sheet: str | None = None) -> Reading:
    """Read one sheet of an Excel workbook (.xlsx, .xlsm, .xls) as offices make them.

    ``sheet`` is a sheet's name; without it the first visible sheet with anything on it, and a note lists the others.
    Merged headings are joined level by level (``人口_男``); dates become text ``2026-02-01``, times ``08:30``; numbers
    stored as text become numbers.  Raises DataAcademyError: ``unreadable_workbook``, ``unknown_choice``, ``no_rows``.
    """
    path = existing_file(path)
    book = _open(path)
    notes: list[Note] = []
    if sheet is None:
        chosen, rows = _first_filled(book)
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
        chosen = book.get_sheet_by_name(sheet)
        rows = chosen.to_python(skip_empty_area=False)
    width = max(map(len, rows), default=0)
    columns = [Cells.of([cell_text(row[c]) for row in rows]) for c in range(width)]
    if any("\0" in word for column in columns for word in column.words):  # calamine cannot decode these texts
        what = (
            "Excel 95以前の形式で、日本語を正しく読めません。",
            "Texts of this old format (Excel 95) cannot be decoded.",
        )
        raise _unreadable(path, what, ("Excelで開き、" + _RESAVE[0], "Open it in Excel. " + _RESAVE[1]))
    merges: list[Merge] = [(*start, *end) for start, end in chosen.merged_cell_ranges or ()]
    grid = arrange(columns, merges)
    notes += _error_cells(path, chosen.name)
    reading = table(grid, notes, file=path.name, sheet=chosen.name)
    stored = located(_stored_as_text(reading, grid, rows), path.name, chosen.name)
    return replace(reading, notes=reading.notes + stored)


def sheet_names(path: Path | str) -> list[str]:
    """The names of a workbook's sheets, in order."""
    return list(_open(existing_file(path)).sheet_names)


def _open(path: Path) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(str(path))
    except PasswordError:
        raise _unreadable(
            path,
            ("パスワードで保護されています。", "The workbook is protected by a password."),
            (
                "Excelで開いてパスワードを外し、保存し直してください。",
                "Open it in Excel, remove the password and save.",
            ),
        ) from None
    except CalamineError as error:
        raise _unreadable(
            path,
            ("Excelファイルとして読めません。壊れているかもしれません。", f"Not readable as a workbook: {error}."),
            (f"Excelで開けるか確かめ、{_RESAVE[0]}", f"See whether Excel opens it. {_RESAVE[1]}"),
        ) from None


def _unreadable(path: Path, what: tuple[str, str], fix: tuple[str, str]) -> DataAcademyError:
    return DataAcademyError("unreadable_workbook", *what, fix=fix[0], fix_en=fix[1], file=path.name)


def _first_filled(book: CalamineWorkbook) -> tuple[CalamineSheet, list[list]]:
    hidden = {m.name for m in book.sheets_metadata if m.visible != SheetVisibleEnum.Visible}
    first = None
    for name in sorted(book.sheet_names, key=lambda name: name in hidden):
        sheet = book.get_sheet_by_name(name)
        rows = sheet.to_python(skip_empty_area=False)
        first = first or (sheet, rows)
        if any(value != "" for row in rows for value in row):
            return sheet, rows
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


def _error_cells(path: Path, sheet: str) -> list[Note]:
    """A warning on cells such as #N/A and #REF!, which calamine gives as blank.  Only .xlsx and .xlsm tell."""
    if not zipfile.is_zipfile(path):
        return []
    with zipfile.ZipFile(path) as parts:
        sheets = ElementTree.fromstring(parts.read("xl/workbook.xml")).iter(f"{_MAIN}sheet")
        links = ElementTree.fromstring(parts.read("xl/_rels/workbook.xml.rels"))
        target = {link.get("Id"): link.get("Target", "") for link in links}
        part = next((target.get(s.get(_LINK), "") for s in sheets if s.get("name") == sheet), "")
        part = part.lstrip("/") if part.startswith("/") else f"xl/{part}"
        if part not in parts.namelist():
            return []
        cells = [cell.decode() for cell in _ERROR_CELL.findall(parts.read(part))]
    if not cells:
        return []
    shown = "、".join(cells[:5]) + ("…" if len(cells) > 5 else "")
    return [
        Note(
            "error_cells",
            f"計算エラー（#N/A、#REF! など）のセルが {len(cells):,}個あります（{shown}）。空欄として読みました。",
            f"{len(cells):,} cells hold errors such as #N/A or #REF! ({shown}); they were read as blank.",
            level="warning",
            fix="Excelで計算式を直すか、値を入れてください。",
            fix_en="Mend the formulas in Excel, or enter the values.",
            row=int("".join(filter(str.isdigit, cells[0]))),
        )
    ]
