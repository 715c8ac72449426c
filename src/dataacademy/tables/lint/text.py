"""A text file as it is written: every field with its spaces, and the rows whose number of fields differs."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from dataacademy.tables.delimitedblocks import scan
from dataacademy.tables.lint.sheet import Column, Sheet
from dataacademy.tables.reading import reading_from

_UNICODE = "utf-"


def read_text(path: Path, file: str) -> tuple[Sheet, str]:
    """The sheet of a CSV or TSV file, and the name of its encoding.

    Raises what the reader raises: ``mixed_encoding``, ``unknown_encoding``, ``open_quote``.
    """
    with reading_from(path):
        scanned = scan(path, None, Column)
    columns, unicode = scanned.columns, scanned.encoding.startswith(_UNICODE)
    if not columns:
        return Sheet(file, "", [], unicode=unicode), scanned.encoding
    ragged, usual = _ragged(columns, scanned.lengths)
    surplus = {row: [_word(column, row) for column in columns[usual:n]] for row, n in ragged.items() if n > usual}
    if ragged:
        columns = [column.without(np.fromiter(ragged, dtype=int)) for column in columns[:usual]]
    sheet = Sheet(file, "", columns, unicode=unicode, ragged=ragged, surplus=surplus, fields=usual)
    return sheet, scanned.encoding


def _word(column: Column, row: int) -> str:
    code = column.codes[row]
    return column.words[code] if code >= 0 else ""


def _ragged(columns: list[Column], lengths: np.ndarray) -> tuple[dict[int, int], int]:
    """Rows with more or fewer fields than they should have, and how many they should have.

    That is what most rows have, or the heading (the first row with at least two texts) if it has more.  Harmless are
    empty fields too many, titles above and remarks below the table (one field alone), and fields missing at the end of
    many rows, since some programs leave out what is empty.
    """
    sizes, times = np.unique(lengths, return_counts=True)
    usual = int(next(size for size in lengths if size in sizes[times == times.max()]))
    if len(sizes) == 1:
        return {}, usual
    filled = np.array([~column.blank for column in columns])
    heading = int(np.argmax(filled.sum(axis=0) >= 2))
    usual = max(usual, int(np.flatnonzero(filled[:, heading]).max(initial=0)) + 1)
    reach = len(columns) - np.argmax(filled[::-1], axis=0)  # of the last filled field
    reach[~filled.any(axis=0)] = 0
    whole = np.flatnonzero(lengths >= usual)
    long, short = reach > usual, (lengths < usual) & (reach > 0)
    short[heading] = False
    if short.mean() > 0.2:
        short[:] = False
    alone = filled.sum(axis=0) == 1
    outside = np.ones(len(lengths), dtype=bool)
    outside[whole[0] : whole[-1] + 1] = False
    odd = (long | short) & ~(alone & outside)
    return {int(row): int(lengths[row]) for row in np.flatnonzero(odd)}, usual
