"""A workbook as a test wants it."""

from __future__ import annotations

from pathlib import Path

import openpyxl


def write_book(path: Path, rows, *merges: str) -> Path:
    """Write rows from A1 into a workbook of one sheet and merge ranges; "" is an empty cell."""
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append([None if value == "" else value for value in row])
    for merged in merges:
        workbook.active.merge_cells(merged)
    workbook.save(path)
    return path
