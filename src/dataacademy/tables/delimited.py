"""CSV, TSV and text tables: the encoding, the separator, every row as long as the heading, then the shared way."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from dataacademy.errors import DataAcademyError
from dataacademy.notes import Note
from dataacademy.tables.delimitedblocks import Scanned, line_of, scan
from dataacademy.tables.delimitedrecords import SEPARATORS
from dataacademy.tables.grid import Grid, arrange, table
from dataacademy.tables.reading import Reading, existing_file, reading_from, row_list


def read_csv(path: Path | str, *, encoding: str | None = None) -> Reading:
    """Read a CSV, TSV or separated text file as offices write it.

    The encoding is found (UTF-8 with and without BOM, CP932, UTF-16, EUC-JP, ISO-2022-JP) unless given; the separator
    is comma, tab or semicolon.  Rows count as a spreadsheet counts them: a line break within quotes begins no row.
    A file of more than 16 MB is read block by block, in memory of about 4 times its size where values recur, and at
    most 12 times where no two are alike; one of more than 50 MB is announced on stderr with the time it will take.
    Raises DataAcademyError: ``mixed_encoding``, ``unknown_encoding``, ``ragged_row``, ``open_quote``, ``empty_file``,
    ``cannot_read``.
    """
    path = existing_file(path)
    with reading_from(path):
        scanned = scan(path, encoding)
        notes = scanned.notes
        if scanned.separator != ",":
            ja = f"列の区切りは{SEPARATORS[scanned.separator]}です。"
            en = f"Separator: {scanned.separator!r}."
            notes.append(Note("separator", ja, en, value=repr(scanned.separator)))
        grid = arrange(scanned.columns)
        ragged, tolerated = _ragged(grid, scanned.lengths)
        if ragged is not None:
            raise _ragged_row(grid, scanned, ragged, path)
        return table(grid, [*notes, *tolerated], file=path.name)


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


def _ragged_row(grid: Grid, scanned: Scanned, row: int, path: Path) -> DataAcademyError:
    lengths, name = scanned.lengths, SEPARATORS[scanned.separator]
    heading = max((c + 1 for c, label in enumerate(grid.labels) if label), default=int(lengths[grid.rows[0]]))
    line = line_of(path, scanned, row)
    return DataAcademyError(
        "ragged_row",
        f"ファイルの {line}行目は {lengths[row]}欄あり、見出しの {heading}欄と合いません。",
        f"Line {line} of the file has {lengths[row]} fields; the heading has {heading}.",
        fix=f'値の中に{name}や改行があれば、その値を「"」で囲んでください。欄が足りなければ{name}を補ってください。',
        fix_en="Quote values that contain the separator or a line break; add the missing separators.",
        file=path.name,
        row=row + 1,
    )
