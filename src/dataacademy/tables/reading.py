"""What reading a file gives: the table, where each row stood in the file, and what was done on the way."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np

from dataacademy.errors import DataAcademyError
from dataacademy.notes import Note

QUOTED = 40  # characters of a cell that a note may show
_ALIKE = 0.5  # of two names, from which on one may be meant by the other


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


_NOT_ALLOWED = (
    "開けません。ほかのプログラム（Excelなど）が使っているか、読む許可がありません",
    "another program is using it, or reading is not permitted",
    "Excelなどで開いていれば閉じ、だめならファイルを自分のフォルダに写してから読み直してください。",
    "Close it in other programs, or copy it into a folder of your own, and try again.",
)
_NO_MEMORY = (
    "大きすぎて、このパソコンのメモリに入りません",
    "it is too large for the memory of this computer",
    "必要な行や列だけのファイルにしてもらってください。",
    "Have a file with only the rows and columns you need.",
)
_DISK = (
    "ディスクかネットワークの不調で読めません（{reason}）",
    "the disk or the network fails ({reason})",
    "手元のパソコンに写してから読み直してください。",
    "Copy it to this computer and try again.",
)


@contextmanager
def reading_from(path: Path) -> Iterator[None]:
    """Turn 'not allowed', 'in use', a failing disk and a full memory into one message that tells the way out."""
    try:
        yield
    except FileNotFoundError:  # gone since it was seen
        raise _no_file(path) from None
    except OSError as error:
        text = _NOT_ALLOWED if error.errno in (errno.EACCES, errno.EPERM, errno.EBUSY) else _DISK
        raise _cannot_read(path, text, error.strerror or str(error)) from None
    except MemoryError:
        raise _cannot_read(path, _NO_MEMORY) from None


def _cannot_read(path: Path, text: tuple[str, str, str, str], reason: str = "") -> DataAcademyError:
    ja, en, fix, fix_en = (part.format(reason=reason) for part in text)
    return DataAcademyError("cannot_read", f"{ja}。", f"Cannot read it: {en}.", fix=fix, fix_en=fix_en, file=path.name)


def existing_file(path: Path | str) -> Path:
    """``path`` as a Path; an error for people if it is no file, an empty one, or one that may not be read."""
    path = Path(path)
    if any("\ud800" <= letter <= "\udfff" for letter in path.name):
        raise _bad_name(path)
    with reading_from(path):
        return _existing_file(path)


def _existing_file(path: Path) -> Path:
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
        path.open("rb").close()
        return path
    raise _no_file(path)


def _no_file(path: Path) -> DataAcademyError:
    if path.is_dir():
        ja, en, guess = "フォルダです。ファイルを指定してください。", "This is a folder; name a file.", ""
    elif path.is_symlink():
        ja, en, guess = "リンクの先のファイルがありません。", "The link points to a file that is gone.", ""
    elif path.exists():
        ja, en, guess = "ファイルではありません（装置などです）。", "This is no regular file.", ""
    else:
        ja, en, guess = "ファイルが見つかりません。", "The file was not found.", _like(path)
    return DataAcademyError(
        "no_file",
        ja,
        en,
        fix=f"もしかして「{guess}」ですか。" if guess else "フォルダとファイルの名前を確かめてください。",
        fix_en=f"Did you mean {guess!r}?" if guess else "Check the folder and the name.",
        file=path.name,
    )


def _like(path: Path) -> str:
    """The file beside whose name, apart from what .csv and .xlsx have in common, is most like the one not found."""
    beside = {p.stem: p.name for p in path.parent.iterdir() if p.is_file()} if path.parent.is_dir() else {}
    found = get_close_matches(path.stem, beside, n=1, cutoff=_ALIKE)
    return beside[found[0]] if found else ""


def _bad_name(path: Path) -> DataAcademyError:
    """For names from an old archive, whose bytes are not UTF-8: no screen and no table of notes can show them."""
    likely = os.fsencode(path.name).decode("cp932", "replace")
    return DataAcademyError(
        "bad_file_name",
        "ファイルの名前が、文字として読めないバイトを含んでいます（古い圧縮ファイルから取り出すと起こります）。",
        "The name of the file holds bytes that are not UTF-8, as files from old archives do.",
        fix="ファイルの名前を付け直してから読んでください。"
        + (f"もとの名前は「{likely}」だったようです。" if "\ufffd" not in likely else ""),
        fix_en="Rename the file and read it again.",
        file=likely,
    )
