"""CSV, TSV and text tables: the encoding, the separator, every row as long as the heading, then the shared way."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from dataacademy.errors import DataAcademyError
from dataacademy.notes import Note
from dataacademy.tables.cells import Cells
from dataacademy.tables.encoding import decode
from dataacademy.tables.grid import Grid, arrange, table
from dataacademy.tables.reading import Reading, existing_file, row_list

SEPARATORS = {",": "コンマ", "\t": "タブ", ";": "セミコロン"}
_SAMPLE = 64 * 1024


def read_csv(path: Path | str, *, encoding: str | None = None) -> Reading:
    """Read a CSV, TSV or separated text file as offices write it.

    The encoding is found (UTF-8 with and without BOM, CP932, UTF-16, EUC-JP, ISO-2022-JP) unless given; the separator
    is comma, tab or semicolon.  Rows count as a spreadsheet counts them: a line break within quotes begins no row.
    Raises DataAcademyError: ``mixed_encoding``, ``unknown_encoding``, ``ragged_row``, ``open_quote``, ``empty_file``.
    """
    path = existing_file(path)
    data = path.read_bytes()
    text, found = decode(data, file=path.name, encoding=encoding)
    separator = _separator(text[:_SAMPLE])
    if found.value != "utf-8":
        data = text.encode()
    lengths = field_counts(data, separator)
    if b'"' in data and lengths.min(initial=0) != lengths.max(initial=0):  # perhaps a stray quote: count with care
        lengths = np.array([fields for _, fields in _records(text, separator, path.name)])
    grid = arrange(_columns(data, separator, int(lengths.max(initial=1)), path.name))
    notes = [found]
    if separator != ",":
        ja = f"列の区切りは{SEPARATORS[separator]}です。"
        notes.append(Note("separator", ja, f"Separator: {separator!r}.", value=repr(separator)))
    ragged, tolerated = _ragged(grid, lengths)
    if ragged is not None:
        raise _ragged_row(grid, lengths, ragged, text, separator, path.name)
    return table(grid, [*notes, *tolerated], file=path.name)


def _separator(sample: str) -> str:
    """The separator that occurs equally often in most lines; a comma if none does."""
    best, chosen = (0.0, 0), ","
    for separator in SEPARATORS:
        counts = field_counts(sample.encode(), separator)
        several = counts[counts > 1]
        if len(several):
            sizes, times = np.unique(several, return_counts=True)
            score = (times.max() / len(counts), int(sizes[times.argmax()]))
            if score > best:
                best, chosen = score, separator
    return chosen


def field_counts(data: bytes, separator: str) -> np.ndarray:
    """How many fields each record has; separators and line ends within quotes do not count.

    Checked against the standard library's csv module, which is exact but slow.

    >>> field_counts(b'a,b\\r\\n"1,\\n2",3,4\\n', ",").tolist()
    [2, 3]
    """
    raw = np.frombuffer(data, dtype=np.uint8)
    newline = raw == 0x0A
    if b"\r" in data:  # a CR ends a record unless an LF follows
        newline |= (raw == 0x0D) & ~np.append(newline[1:], False)
    ends, at = np.flatnonzero(newline), np.flatnonzero(raw == ord(separator))
    if b'"' in data:
        quotes = np.flatnonzero(raw == 0x22)
        ends, at = (p[np.searchsorted(quotes, p) % 2 == 0] for p in (ends, at))
    if len(raw) and (not len(ends) or ends[-1] != len(raw) - 1):
        ends = np.append(ends, len(raw))
    return np.diff(np.searchsorted(at, ends), prepend=0) + 1


def _records(text: str, separator: str, file: str) -> Iterator[tuple[int, int]]:
    """First line and number of fields of each record, by the standard library's careful reader."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    line = 1
    try:
        for fields in reader:
            yield line, len(fields)
            line = reader.line_num + 1
    except csv.Error as error:
        raise _open_quote(file, str(error), line) from None


def _columns(data: bytes, separator: str, width: int, file: str) -> list[Cells]:
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
        raise _open_quote(file, str(error)) from None
    except pd.errors.EmptyDataError:
        return []
    return [Cells.of(frame[c].to_numpy(object)) for c in frame]


def _open_quote(file: str, reason: str, line: int | None = None) -> DataAcademyError:
    return DataAcademyError(
        "open_quote",
        '「"」で始まり、「"」で閉じていない値があります。',
        f"A quoted value is never closed ({reason}).",
        fix='値の中の「"」は「""」と2つ続けて書くか、取ってください。',
        fix_en='Write a quote inside a value twice (""), or take it out.',
        file=file,
        row=line,
    )


def _ragged(grid: Grid, lengths: np.ndarray) -> tuple[int | None, list[Note]]:
    """The first data row that does not fit the heading, and notes on differences that do no harm.

    Harmless are empty fields too many at the end, and fields missing at the end of most rows: some programs leave out
    what is empty.  Fields missing in a few rows are a mistake.
    """
    if not len(grid.rows):
        return None, []
    measure = list(grid.heading) or [int(grid.rows[0])]
    most = int(lengths[measure].max())
    least = max((c + 1 for c, label in enumerate(grid.labels) if label), default=most)
    has = lengths[grid.rows]
    short, wrong = has < least, np.zeros(len(grid.rows), dtype=bool)
    for column in grid.columns[most:]:
        wrong |= ~column.blank[grid.rows]
    if short.mean() <= 0.5:
        wrong, short = wrong | short, np.zeros_like(short)
    if wrong.any():
        return int(grid.rows[wrong][0]), []
    notes = []
    if (has > most).any():
        rows = (grid.rows[has > most] + 1).tolist()
        ja = f"見出しより後ろに空の欄が余分にある {len(rows):,}行（{row_list(rows)}行目）は、余分を除いて読みました。"
        en = f"{len(rows):,} rows have empty fields beyond the heading (rows {row_list(rows)}); these were dropped."
        notes.append(Note("trailing_empty", ja, en, row=rows[0]))
    if short.any():
        rows = (grid.rows[short] + 1).tolist()
        ja = f"終わりの欄が書かれていない {len(rows):,}行（{row_list(rows)}行目）は、その欄を空として読みました。"
        en = f"{len(rows):,} rows leave out fields at the end (rows {row_list(rows)}); they were read as blank."
        notes.append(Note("trailing_missing", ja, en, level="warning", row=rows[0]))
    return None, notes


def _ragged_row(grid: Grid, lengths: np.ndarray, row: int, text: str, separator: str, file: str) -> DataAcademyError:
    heading = max((c + 1 for c, label in enumerate(grid.labels) if label), default=int(lengths[grid.rows[0]]))
    line = next(line for i, (line, _) in enumerate(_records(text, separator, file)) if i == row)
    name = SEPARATORS[separator]
    return DataAcademyError(
        "ragged_row",
        f"ファイルの {line}行目は {lengths[row]}欄あり、見出しの {heading}欄と合いません。",
        f"Line {line} of the file has {lengths[row]} fields; the heading has {heading}.",
        fix=f'値の中に{name}や改行があれば、その値を「"」で囲んでください。欄が足りなければ{name}を補ってください。',
        fix_en="Quote values that contain the separator or a line break; add the missing separators.",
        file=file,
        row=row + 1,
    )
