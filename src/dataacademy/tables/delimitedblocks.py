"""Separated text in blocks of whole records, so that a file of any size is read in bounded memory.

A file of up to ``BLOCK`` bytes is one block; what follows is the same for one block and for many.  Besides one block,
memory holds each column's different texts and four bytes a cell.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from dataacademy.errors import DataAcademyError
from dataacademy.notes import Note
from dataacademy.tables.cells import BLANK, Cells
from dataacademy.tables.delimitedrecords import (
    fields_of_any_size,
    open_quote,
    separator_of,
    whole_records,
)
from dataacademy.tables.encoding import decode, encoding_note, python_name, utf16_name

BLOCK = 16 << 20  # bytes
LARGE = 50 << 20  # from this size on, the time that reading will take is told
_SAMPLE = 64 * 1024
_LONGEST = 64 << 20  # bytes without the end of a record: a quote was opened and never closed


@dataclass
class Scanned:
    """A text file as it was read: one Cells per field, how many fields each record has, and the notes so far."""

    columns: list[Cells]
    lengths: np.ndarray
    separator: str
    encoding: str
    notes: list[Note]


def scan(path: Path, encoding: str | None, cells: type[Cells] = Cells) -> Scanned:
    """Read the whole file, block by block, into columns of type ``cells``.

    Tells on stderr beforehand if that will take long.
    """
    started, size = time.monotonic(), path.stat().st_size
    pieces, found = _pieces(path, encoding, size)
    decoded = time.monotonic()
    lengths: list[np.ndarray] = []
    parts: list[list[Cells]] = []
    nul, rest, separator, records = _Nul(), b"", "", 0
    for text, last in pieces:
        rest += nul.removed(text).encode()
        separator = separator or separator_of(rest[:_SAMPLE].decode("utf-8", "ignore"))
        fields, end = whole_records(rest, separator, last)
        if not len(fields):
            if len(rest) > _LONGEST:
                raise open_quote(path.name, "no end of the record in sight", records + 1)
            continue
        columns = _columns(rest[:end], separator, int(fields.max()), path.name, records, cells)
        parts.append([cells(column.codes.astype(np.int32), column.words) for column in columns])
        lengths.append(fields)
        if size >= LARGE and not records:
            words = sum(len(column.words) for column in columns) / fields.sum()
            to_come = (time.monotonic() - decoded) * size / end * (1 + 2 * words)  # different values take longer
            _tell_duration(size, decoded - started + to_come)
        rest, records = rest[end:], records + len(fields)
    heights = [len(fields) for fields in lengths]
    lengths.append(np.array([], dtype=int))
    return Scanned(_joined(parts, heights, cells), np.concatenate(lengths), separator, found.value, [found, *nul.notes])


def _tell_duration(size: int, seconds: float) -> None:
    seconds = max(5, 5 * round(seconds / 5))
    duration = f"約{seconds}秒" if seconds < 100 else f"約{seconds / 60:.0f}分"
    print(
        f"{size / 1e6:,.0f} MBの大きなファイルです。読み終わるまで{duration}かかります。"
        f"\n[EN] A file of {size / 1e6:,.0f} MB; reading takes about {seconds} s.",
        file=sys.stderr,
        flush=True,
    )


# --- from bytes to text ------------------------------------------------------------------------------------------


def _pieces(path: Path, encoding: str | None, size: int) -> tuple[Iterator[tuple[str, bool]], Note]:
    """The text in pieces, each with whether it is the last, and the note on the encoding."""
    if size <= BLOCK:
        text, note = decode(path.read_bytes(), file=path.name, encoding=encoding)
        return iter([(text, True)]), note
    note = _encoding(path, encoding)
    return _stream(path, note.value), note


def _encoding(path: Path, encoding: str | None) -> Note:
    """The encoding of a file of many blocks: tried on every one.

    Where the blocks do not agree, the whole file is decoded at once, which tells which encoding it is or what is wrong.
    """
    try:
        with path.open("rb") as stream:
            name = utf16_name(stream.read(4096))
        if encoding is not None or name:
            note = encoding_note(python_name(encoding), given=True) if encoding is not None else encoding_note(name)
            for _ in _stream(path, note.value):
                pass
            return note
        first = None
        for block in _line_blocks(path):
            _, note = decode(block)
            first = first or note
            same = note.value == first.value or (first.value, note.value) == ("utf-8-sig", "utf-8")
            if not same and not (note.value == "utf-8" and block.isascii()):
                break
        else:
            return first
    except (UnicodeDecodeError, DataAcademyError):
        pass  # decoding everything says where, counted from the beginning of the file
    return decode(path.read_bytes(), file=path.name, encoding=encoding)[1]


def _line_blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        rest = b""
        while piece := stream.read(BLOCK):
            rest += piece
            end = rest.rfind(b"\n") + 1
            if end:
                yield rest[:end]
                rest = rest[end:]
    if rest:
        yield rest


def _stream(path: Path, encoding: str) -> Iterator[tuple[str, bool]]:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as stream:
        piece = stream.read(BLOCK)
        while piece:
            following = stream.read(BLOCK)
            yield decoder.decode(piece, final=not following), not following
            piece = following


class _Nul:
    """Takes out NUL characters, which some programs write to fill up fields, and remembers where the first one was."""

    def __init__(self):
        self.count, self.row, self._lines = 0, 0, 0

    def removed(self, text: str) -> str:
        if "\0" in text:
            self.row = self.row or self._lines + text.count("\n", 0, text.index("\0")) + 1
            self.count += text.count("\0")
            text = text.replace("\0", "")
        self._lines += text.count("\n")
        return text

    @property
    def notes(self) -> list[Note]:
        return [
            Note(
                "nul_removed",
                f"文字でないバイト（NUL）が {self.count:,}個あったので、除いて読みました（最初は{self.row}行目）。",
                f"{self.count:,} NUL bytes were left out (the first one in line {self.row}).",
                level="warning",
                fix="書き出しの途中で壊れたのかもしれません。値を確かめ、おかしければもう一度書き出してください。",
                fix_en="The export may be damaged: check the values, and export again if they look wrong.",
                row=self.row,
            )
        ] * bool(self.count)


# --- from records to cells ---------------------------------------------------------------------------------------


def _columns(data: bytes, separator: str, width: int, file: str, before: int, cells: type[Cells]) -> list[Cells]:
    try:
        frame = pd.read_csv(
            io.BytesIO(data),
            sep=separator,
            header=None,
            names=range(width),
            index_col=False,
            dtype=object,
            na_filter=False,
            skip_blank_lines=False,
            low_memory=False,
        )
    except pd.errors.ParserError as error:
        found = re.search(r"starting at row (\d+)", str(error))
        raise open_quote(file, str(error), before + int(found[1]) + 1 if found else None) from None
    except pd.errors.EmptyDataError:
        return []
    return [cells.of(frame[c].to_numpy(object)) for c in frame]


def _joined(parts: list[list[Cells]], heights: list[int], cells: type[Cells]) -> list[Cells]:
    """The columns of several blocks, one below the other; a block that lacks the last fields is blank there."""
    if len(parts) == 1:
        return parts[0]
    columns = []
    for c in range(max(map(len, parts), default=0)):
        pieces = [
            part[c] if c < len(part) else cells(np.full(height, BLANK), [])
            for part, height in zip(parts, heights, strict=True)
        ]
        columns.append(cells.joined(pieces))
        for part in parts:  # what was joined is not needed twice
            if c < len(part):
                part[c] = None
    return columns


def line_of(path: Path, scanned: Scanned, record: int) -> int:
    """The line of the file in which a record (from 0) begins; a value in quotes may hold line breaks."""
    line = 1
    with fields_of_any_size(), path.open(encoding=scanned.encoding, newline="") as stream:
        reader = csv.reader(stream, delimiter=scanned.separator)
        for place, _ in enumerate(reader):
            if place == record:
                break
            line = reader.line_num + 1
    return line
