"""Cells as offices fill them: the plain text of one cell, and each different value of a column once."""

from __future__ import annotations

import numbers
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from dataacademy.notes import Note


def plain_text(value) -> str:
    """One cell as text: full-width to half-width, no blanks around, whole numbers without ``.0``; empty if missing.

    >>> plain_text(" ３７２０１３　"), plain_text(372013.0), plain_text(None), plain_text(0.5)
    ('372013', '372013', '', '0.5')
    """
    if value is None or value is pd.NA or value is pd.NaT or value != value:  # NaN is the value unlike itself
        return ""
    if isinstance(value, numbers.Real) and not isinstance(value, bool) and value == value // 1:
        return str(int(value))
    return unicodedata.normalize("NFKC", str(value)).strip()


@dataclass(frozen=True)
class Distinct:
    """Each different value of a column once, so that slow work is done once per value and taken back to the rows.

    values
        The different values (missing is one of them), in order of appearance.
    place
        For every row, the position of its value in ``values``.
    counts, first_rows
        For every value, how often it occurs and the file row where it occurs first.
    """

    values: list
    place: np.ndarray
    counts: list[int]
    first_rows: list[int]

    def locate(self, note: Note, i: int, *, file: str, column: str) -> Note:
        """The note with the place of the ``i``-th value; says how often the value occurs if more than once."""
        n = self.counts[i]
        ja, en = (f"{note.ja}（{n}件）", f"{note.en} ({n} rows)") if n > 1 else (note.ja, note.en)
        return replace(note, ja=ja, en=en, file=file, column=column, row=self.first_rows[i])


def distinct(series: pd.Series, rows: Sequence[int] | None = None) -> Distinct:
    """The different values of ``series``.

    rows
        File row of each element.  None: the first element stands in row 2, below one line of headings.

    >>> d = distinct(pd.Series(["b", "a", "b"]))
    >>> d.values, d.place.tolist(), d.counts, d.first_rows
    (['b', 'a'], [0, 1, 0], [2, 1], [2, 3])
    """
    if rows is not None and len(rows) != len(series):
        raise ValueError(f"rows has {len(rows)} numbers for {len(series)} values")
    place, values = pd.factorize(series, use_na_sentinel=False)
    first = np.full(len(values), len(series))
    np.minimum.at(first, place, np.arange(len(series)))
    first_rows = [int(rows[i]) if rows is not None else int(i) + 2 for i in first]
    return Distinct(list(values), place, np.bincount(place, minlength=len(values)).tolist(), first_rows)
