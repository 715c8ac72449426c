"""Cells as a spreadsheet calls them: ``C5``, ``C5:C40``, ``C5, C9, E2``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np


def letters(column: int) -> str:
    """The letters of a column counted from 0.

    >>> letters(0), letters(25), letters(26), letters(701), letters(702)
    ('A', 'Z', 'AA', 'ZZ', 'AAA')
    """
    text, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def rectangle(top: int, left: int, bottom: int, right: int) -> str:
    """The address of a range, rows and columns counted from 0, both ends included.

    >>> rectangle(0, 0, 0, 5), rectangle(4, 2, 4, 2)
    ('A1:F1', 'C5')
    """
    first, last = f"{letters(left)}{top + 1}", f"{letters(right)}{bottom + 1}"
    return first if first == last else f"{first}:{last}"


def addresses(places: Mapping[int, Iterable[int]]) -> str:
    """The cells ``{column: rows}`` (from 0): runs as ranges, neighbouring columns with the same run as one rectangle.

    >>> addresses({2: [4, 5, 6, 8], 0: [8], 3: [4, 5, 6]})
    'C5:D7, A9, C9'
    """
    open_: dict[tuple[int, int], list[list[int]]] = {}
    for column in sorted(places):
        rows = np.unique(np.fromiter(places[column], dtype=np.int64))
        if not len(rows):
            continue
        breaks = np.flatnonzero(np.diff(rows) > 1)
        starts = rows[np.concatenate(([0], breaks + 1))].tolist()
        ends = rows[np.append(breaks, len(rows) - 1)].tolist()
        for run in zip(starts, ends, strict=True):
            spans = open_.setdefault(run, [])
            if spans and spans[-1][1] == column - 1:
                spans[-1][1] = column
            else:
                spans.append([column, column])
    found = [(top, left, bottom, right) for (top, bottom), spans in open_.items() for left, right in spans]
    return ", ".join(rectangle(*cells) for cells in sorted(found))
