"""What was seen or done on the way: the one record behind every report, reader's log and error message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

LEVELS = {"info": "お知らせ", "warning": "注意", "error": "誤り"}


@dataclass(frozen=True)
class Note:
    """One thing that a person should be able to look up: what, where, and the way out.

    ``kind`` is a short English key (``encoding``, ``set_aside``, ``renamed``, ``swapped`` …) that tests and reports
    group by.  ``row`` is the row in the file as a spreadsheet counts it (the first line is 1), ``cells`` the cells
    concerned as a spreadsheet calls them: ``C5``, ``C5:C40``, ``C5, C9, E2``.

    >>> note = Note("null_island", "緯度・経度が 0, 0 です。", "The coordinates are 0, 0.", level="warning",
    ...             fix="正しい緯度・経度を入れてください。", file="避難所.csv", row=12, column="緯度", value="0")
    >>> print(note.where)
    避難所.csv　12行目　列「緯度」　値「0」
    """

    kind: str
    ja: str
    en: str
    level: str = "info"
    fix: str = ""
    fix_en: str = ""
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    cells: str = ""

    def __post_init__(self):
        if self.level not in LEVELS:
            raise ValueError(f"level must be one of {sorted(LEVELS)}, not {self.level!r}")

    @property
    def where(self) -> str:
        """File, sheet, cells (else the row), column and value, as far as they are known."""
        cells = self.cells if len(self.cells) <= 40 else self.cells[: self.cells.rindex(",", 0, 40)] + "…"
        parts = [
            self.file,
            f"シート「{self.sheet}」" if self.sheet else "",
            f"セル {cells}" if cells else f"{self.row}行目" if self.row is not None else "",
            f"列「{self.column}」" if self.column else "",
            f"値「{self.value}」" if self.value else "",
        ]
        return "　".join(part for part in parts if part)

    def __str__(self) -> str:
        only_column = self.where == f"列「{self.column}」" and self.where in self.ja  # said once is enough
        lines = [self.ja if only_column or not self.where else f"{self.where}：{self.ja}"]
        if self.fix:
            lines.append(f"→ {self.fix}")
        lines.append(f"[EN] {self.en}" + (f" → {self.fix_en}" if self.fix_en else ""))
        return "\n".join(lines)


def to_frame(notes: Iterable[Note]):
    """The notes as a table, one row each: level, kind, where and the texts (pandas DataFrame)."""
    import pandas as pd

    columns = ["level", "kind", "file", "sheet", "cells", "row", "column", "value", "ja", "fix", "en", "fix_en"]
    return pd.DataFrame([{c: getattr(n, c) for c in columns} for n in notes], columns=columns).astype({"row": "Int64"})
