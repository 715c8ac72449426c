"""Worksheets of earlier versions of the course: brought to today's form in memory, written so at the next save."""

from __future__ import annotations

import re
from collections.abc import Callable

from dataacademy.errors import DataAcademyError
from dataacademy.worksheet.model import VERSION

_LINE = re.compile(r"^version:[ \t]*[\"']?(\d+)[\"']?[ \t]*(#.*)?$", re.MULTILINE)


def _from_0(text: str) -> str:
    """Version 0 had no line that says so."""
    return f"version: 1\n\n{text}"


_STEPS: dict[int, Callable[[str], str]] = {0: _from_0}  # from this version to the next


def migrate(text: str, name: str = "") -> str:
    """The text in today's form.  Errors: ``future_version``."""
    found = _LINE.search(text)
    version = int(found[1]) if found else 0
    if version > VERSION:
        raise DataAcademyError(
            "future_version",
            f"このワークシートは、新しい教材（版 {version}）で作られています。ここで読めるのは版 {VERSION} までです。",
            f"This worksheet is of version {version}; this course reads up to {VERSION}.",
            fix="教材を新しくしてから開いてください。ファイルは変えていません。",
            fix_en="Update the course. The file was not changed.",
            file=name,
        )
    for step in range(version, VERSION):
        text = _STEPS[step](text)
    return text
