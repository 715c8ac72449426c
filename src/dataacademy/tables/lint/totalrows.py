"""Rows of totals that the reader leaves among the data: subtotals under a label of the second column, 東部計, 市計."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from dataacademy.tables.cells import Cells
from dataacademy.tables.setaside import TOTALS
from dataacademy.tables.values import examine, number_share

_ENDS = re.compile("計$")
_NO_TOTAL = re.compile("(?:会|統|時|家|設|推|温度|余)計$")


def more_totals(columns: Sequence[Cells], rows: np.ndarray) -> list[int]:
    """Which of some rows are totals by their label and by their numbers; ``columns`` are whole columns of the sheet.

    A row counts if a label of it ends in 計 (or is 総数) and most of its numbers are the sum of the rows since the last
    such row, of all other rows above, or of the totals above.

    >>> labels, numbers = Cells.of(["東町", "西町", "東部計"]), Cells.of(["10", "5", "15"])
    >>> more_totals([labels, numbers], np.arange(3))
    [2]
    """
    parts = [column.take(rows) for column in columns]
    first = next(
        (c for c, part in enumerate(parts) if part.words and number_share(part, marks=True) >= 0.5), len(parts)
    )
    candidates = np.zeros(len(rows), dtype=bool)
    for part in parts[:first]:
        words = [i for i, word in enumerate(part.words) if _is_label(word)]
        if words:
            candidates |= np.isin(part.codes, words)
    if not candidates.any() or candidates.all():
        return []
    values = np.array([np.append(examine(part.words).numbers, np.nan)[part.codes] for part in parts[first:]])
    values = values[~np.isnan(values).all(axis=1)] if len(values) else values
    return [int(rows[at]) for at in np.flatnonzero(candidates) if _is_sum(values, candidates, int(at))]


def _is_label(word: str) -> bool:
    bare = "".join(word.split())
    return bare in TOTALS or (len(bare) <= 10 and bool(_ENDS.search(bare)) and not _NO_TOTAL.search(bare))


def _is_sum(values: np.ndarray, candidates: np.ndarray, at: int) -> bool:
    """Whether most numbers of a row are the sum of rows above it, in one of the three ways."""
    stated = values[:, at] if len(values) else np.array([])
    known = ~np.isnan(stated) & (stated != 0)
    if not known.any():
        return False
    before = np.flatnonzero(candidates[:at])
    since = np.arange(before[-1] + 1 if len(before) else 0, at)
    others = np.flatnonzero(~candidates[:at])
    for way in (since, others, before):
        if len(way) > 1 or (len(way) == 1 and way is not before):
            sums = np.nansum(values[:, way], axis=1)
            if np.isclose(sums, stated)[known].mean() > 0.5:
                return True
    return False
