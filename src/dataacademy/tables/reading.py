"""What reading a file gives: the table, where each row stood in the file, and what was done on the way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from dataacademy.errors import DataAcademyError, nearest_guess
from dataacademy.notes import Note

QUOTED = 40  # characters of a cell that a note may show


@dataclass(frozen=True, eq=False)
class Reading:
    """A table that was read, and the record of how.

    data
        DataFrame (GeoDataFrame for maps), index 0, 1, 2 …, columns with tidied headings.
    rows
        For each row of ``data``, its row in the file as a spreadsheet counts (the heading of a plain file is row 1);
        for shapefiles and GeoJSON the number of the feature, from 1.
    notes
        Encoding, heading, rows and columns set aside, names and values changed.  Nothing else was changed.
    """

    data: Any
    rows: np.ndarray
    notes: tuple[Note, ...]
    file: str
    sheet: str = ""

    def __str__(self) -> str:
        name = self.file + (f"「{self.sheet}」" if self.sheet else "")
        return f"{name}：{len(self.data):,}行 × {len(self.data.columns)}列、お知らせ {len(self.notes)}件"


def located(notes: Iterable[Note], file: str, sheet: str = "") -> tuple[Note, ...]:
    """The same notes, each with the file and the sheet it speaks of."""
    return tuple(replace(note, file=file, sheet=sheet) for note in notes)


def quote(text: str) -> str:
    """A cell's text for a note: on one line, at most 40 characters.

    >>> quote("注1　数値は\\n速報です。")
    '注1 数値は 速報です。'
    """
    line = " ".join(text.split())
    return line if len(line) <= QUOTED else line[: QUOTED - 1] + "…"


def row_list(rows: Iterable[int], limit: int = 5) -> str:
    """Row numbers in words, runs as ranges, at most ``limit`` of them.

    >>> row_list([3, 7, 8, 9])
    '3、7–9'
    """
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    shown = [str(a) if a == b else f"{a}–{b}" for a, b in runs[:limit]]
    return "、".join(shown) + ("…" if len(runs) > limit else "")


def existing_file(path: Path | str) -> Path:
    """``path`` as a Path; an error for people if it is no file or an empty one."""
    path = Path(path)
    if path.is_file():
        if path.stat().st_size == 0:
            raise DataAcademyError(
                "empty_file",
                "ファイルが空です（0バイト）。",
                "The file is empty (0 bytes).",
                fix="元のファイルをもう一度受け取ってください。",
                fix_en="Get the original file again.",
                file=path.name,
            )
        return path
    if path.is_dir():
        ja, en, guess = "フォルダです。ファイルを指定してください。", "This is a folder; name a file.", ""
    else:
        beside = [p.name for p in path.parent.iterdir() if p.is_file()] if path.parent.is_dir() else []
        ja, en, guess = "ファイルが見つかりません。", "The file was not found.", nearest_guess(path.name, beside)
    raise DataAcademyError(
        "no_file",
        ja,
        en,
        fix=f"もしかして「{guess}」ですか。" if guess else "フォルダとファイルの名前を確かめてください。",
        fix_en=f"Did you mean {guess!r}?" if guess else "Check the folder and the name.",
        file=path.name,
    )
