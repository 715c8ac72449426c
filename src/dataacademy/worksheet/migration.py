"""Worksheets of earlier versions of the course: brought to today's form in memory, written so at the next save.

A step leaves every line where it is, so that messages name the line that people see in the file.
"""

from __future__ import annotations

from collections.abc import Callable

from dataacademy.errors import DataAcademyError
from dataacademy.worksheet.model import VERSION


def _from_0(text: str) -> str:
    """Version 0 is a file without the line ``version``; its records are those of version 1."""
    return text


_STEPS: dict[int, Callable[[str], str]] = {0: _from_0}  # from this version to the next


def migrate(text: str, version: int, name: str = "") -> str:
    """The text of a worksheet of ``version`` in today's form.  Errors: ``future_version``."""
    if version > VERSION:
        raise DataAcademyError(
            "future_version",
            f"新しい教材で作られたワークシートです（版 {version}。この教材が読めるのは版 {VERSION} まで）。",
            f"This worksheet is of version {version}; this course reads up to {VERSION}.",
            fix="教材を新しくしてから開いてください。ファイルは変えていません。",
            fix_en="Update the course. The file was not changed.",
            file=name,
        )
    for step in range(version, VERSION):
        text = _STEPS[step](text)
    return text
