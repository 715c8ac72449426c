"""A workbook as people hand it back: opened, or a message that says what it is instead."""

from __future__ import annotations

import datetime
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dataacademy.errors import DataAcademyError
from dataacademy.notes import Note

_SAVE = "Excel で開き、「名前を付けて保存」で「Excel ブック（*.xlsx）」を選びます。"
_SAVE_EN = "Open it in Excel and save it as .xlsx."


class _Kept:
    """Stands for a cell that says nothing, so that the worksheet keeps its value."""

    def __repr__(self) -> str:
        return "KEPT"


KEPT = _Kept()


@dataclass
class Tab:
    """The cells of a sheet, rows and columns from 0; empty cells are None, unreadable ones :data:`KEPT`."""

    name: str
    rows: list[list[Any]]
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)  # top, left, bottom, right

    def at(self, row: int, column: int) -> Any:
        """The content of a cell, None beyond the last one."""
        cells = self.rows[row] if row < len(self.rows) else ()
        return cells[column] if column < len(cells) else None

    def put(self, row: int, column: int, value: Any) -> None:
        """Set a cell, beyond the last one too."""
        self.rows += [[] for _ in range(row + 1 - len(self.rows))]
        self.rows[row] += [None] * (column + 1 - len(self.rows[row]))
        self.rows[row][column] = value


def open_tabs(source: Path) -> tuple[dict[str, Tab], list[Note]]:
    """All sheets by name, and what was seen on the way.

    Errors: those of ``tables`` for files (``no_file``, ``empty_file``, ``cannot_read``, ``too_large``,
    ``unreadable_workbook``) and ``not_xlsx`` for a file that is something else.
    """
    from python_calamine import CalamineWorkbook, SheetTypeEnum

    from dataacademy.tables.excelparts import check_package, opening
    from dataacademy.tables.reading import existing_file, reading_from

    source = existing_file(source)
    with reading_from(source):
        parts = _parts(source)
        notes = check_package(source)
        if any(part.startswith(("xl/comments", "xl/threadedComments")) for part in parts):
            notes.append(
                Note(
                    "extra_comments",
                    "セルに付けたコメントがあります。コメントは取り込めません。",
                    "Comments on cells are not imported.",
                    "warning",
                    "要る内容は、欄に書き写します。",
                    "Copy what matters into the cells.",
                )
            )
        if held := held_open(source):
            notes.append(
                Note(
                    "open_elsewhere",
                    "ほかの画面で開いたままのようです。保存していない書き込みは、取り込めません。",
                    "It seems to be open elsewhere; what is not saved cannot be read.",
                    level="warning",
                    fix=f"保存して閉じてから、もう一度取り込みます。開いていなければ「{held.name}」を消します。",
                    fix_en="Save and close it, then import again.",
                    file=source.name,
                )
            )
        with opening(source):
            book = CalamineWorkbook.from_path(str(source))
            names = [about.name for about in book.sheets_metadata if about.typ == SheetTypeEnum.WorkSheet]
        return {name: _tab(book, source, name, notes) for name in names}, notes


def held_open(path: Path) -> Path | None:
    """The mark that Excel or LibreOffice leaves beside a workbook while it is open."""
    marks = (path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#"))
    return next((mark for mark in marks if mark.exists()), None)


def _tab(book, source: Path, name: str, notes: list[Note]) -> Tab:
    from dataacademy.tables.excelparts import opening, sheet_facts

    facts = sheet_facts(source, name)
    with opening(source):
        sheet = book.get_sheet_by_name(name)
        rows = [[_content(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
        merges = [(*start, *end) for start, end in sheet.merged_cell_ranges or ()]
    tab = Tab(name, rows, merges)
    for addresses, kind, ja, en, fix in (
        (
            facts.errors,
            "error_cells",
            "計算エラー（#REF! など）のセルです。取り込みませんでした。",
            "The cell holds an error; it was left out.",
            "計算式を直すか、値を入れます。",
        ),
        (
            facts.without_value,
            "formula_no_value",
            "計算式だけで、計算した値が保存されていません。取り込みませんでした。",
            "A formula without a stored value was left out.",
            "Excel で開いて上書き保存するか、値を入れます。",
        ),
    ):
        for address in addresses:
            _keep(tab, address)
            notes.append(Note(kind, ja, en, "error", fix, "Enter the value.", source.name, name, cells=address))
    return tab


def _content(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n") or None
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date()
    return value


def _keep(tab: Tab, address: str) -> None:
    found = re.fullmatch(r"([A-Z]+)(\d+)", address)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    tab.put(int(found[2]) - 1, column - 1, KEPT)


def _parts(source: Path) -> set[str]:
    """The names of a workbook's parts; an error that says what the file is, if it is none."""
    with source.open("rb") as stream:
        start = stream.read(4096)
    if zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as package:
            names = set(package.namelist())
        if "xl/workbook.xml" in names:
            return names
        what = next(
            (ja for part, ja in _PACKAGES.items() if part in names), "Excel のファイルではない、まとめたファイル"
        )
    elif start.startswith(b"PK"):
        what = "途中で切れたか、壊れたファイル"
    elif start.startswith(b"\xd0\xcf\x11\xe0"):
        content = source.read_bytes()
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise DataAcademyError(
                "protected",
                "パスワードで保護されていて、開けません。",
                "The workbook is protected by a password.",
                fix="Excel で開いてパスワードを外し、保存します。",
                fix_en="Open it in Excel, remove the password and save.",
                file=source.name,
            )
        what = "古い形式の Excel（.xls）"
    elif re.match(rb"\s*(<!doctype html|<html|<\?xml|<table)", start.removeprefix(b"\xef\xbb\xbf"), re.IGNORECASE):
        what = "Excel の名前が付いたウェブページ"
    elif start.startswith(b"%PDF"):
        what = "PDF"
    else:
        what = "文字だけのファイル（CSV など）" if b"\0" not in start else "Excel ではないファイル"
    raise DataAcademyError(
        "not_xlsx",
        f"中身が Excel ブック（.xlsx）ではありません。{what}です。",
        "The file is no .xlsx workbook inside.",
        fix=_SAVE if what != "途中で切れたか、壊れたファイル" else "もとのファイルを、もう一度受け取ります。",
        fix_en=_SAVE_EN,
        file=source.name,
    )


_PACKAGES = {
    "word/document.xml": "Word の文書",
    "ppt/presentation.xml": "PowerPoint の資料",
    "content.xml": "LibreOffice の形式（.ods など）",
    "xl/workbook.bin": "別の形式の Excel（.xlsb）",
}
