"""A workbook as it is written: every cell of every sheet, and what lies around the cells."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from dataacademy.tables.excel import cell_text
from dataacademy.tables.excelparts import check_package, opening, sheet_facts
from dataacademy.tables.lint.sheet import DATE, LIST_HEAD, NUMBER, TEXT, Column, Sheet
from dataacademy.tables.lint.workbook import Parts, sheet_parts
from dataacademy.tables.reading import reading_from


def read_workbook(path: Path, file: str) -> tuple[list[Sheet], list[str]]:
    """The visible sheets that hold anything, and the names of the hidden ones that do.

    Raises what the reader raises: ``unreadable_workbook``, ``too_large``.
    """
    with reading_from(path), opening(path):
        check_package(path)
        return _sheets(path, file)


def _sheets(path: Path, file: str) -> tuple[list[Sheet], list[str]]:
    book = CalamineWorkbook.from_path(str(path))
    parts = sheet_parts(path)
    sheets, hidden = [], []
    for about in book.sheets_metadata:
        if about.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet_facts(path, about.name)  # refuses a sheet that would not fit into memory
        found = book.get_sheet_by_name(about.name)
        values = found.to_python(skip_empty_area=False)
        if values and values[0] == LIST_HEAD:  # a marked copy of the linter's own
            continue
        part = parts.get(about.name, Parts())
        if about.visible != SheetVisibleEnum.Visible:
            if any(value != "" for row in values for value in row):
                hidden.append(about.name)
            continue
        width = max(map(len, values), default=0)
        sheet = Sheet(
            file,
            about.name,
            [_column([row[c] for row in values]) for c in range(width)],
            merges=[(*start, *end) for start, end in found.merged_cell_ranges or ()],
            workbook=True,
            **vars(part),
        )
        if sheet.columns or part.objects or part.without_value or part.errors:
            sheets.append(sheet)
    return sheets, hidden


def _column(values: list) -> Column:
    types = np.fromiter(map(_type, values), dtype=np.int8, count=len(values))
    return Column.of([value if isinstance(value, str) else cell_text(value) for value in values], types)


def _type(value: object) -> int:
    if isinstance(value, str):
        return TEXT if value else 0
    if isinstance(value, bool):
        return 0
    return NUMBER if isinstance(value, int | float) else DATE if isinstance(value, dt.date) else 0
