"""Counting answers by group: n, weighted n and their covariance under the design, with ``numpy.bincount``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from dataacademy.errors import DataAcademyError

if TYPE_CHECKING:
    from dataacademy.survey.design import Design

MAX_CELLS = 4000  # the covariance has that many rows and columns
MAX_BINS = 4_000_000
MAX_PAIR_BINS = 20_000  # more do not stay in the fast memory of a processor, nor in 16 bits


@dataclass
class Tally:
    """One question counted, arrays of shape groups × answers; the first group and answer are the empty cells.

    The last group, which no table shows, is whoever is not in the domain.

    n, w, squares
        Respondents, their weights, their squared weights in each cell.
    """

    n: np.ndarray
    w: np.ndarray
    squares: np.ndarray
    _sums: np.ndarray = field(repr=False)  # strata × cells: weights
    _factor: np.ndarray | None = field(repr=False)  # cells: squared weights, each stratum by its factor; or
    _totals: Any = field(repr=False)  # units × cells (sparse): weights of clusters
    _design: Design = field(repr=False)

    def covariance(self, rows, columns) -> np.ndarray:
        """Covariance of the weighted counts of the chosen groups and answers: G × A × G × A."""
        cells, design = self._cells(rows, columns), self._design
        if len(cells) > MAX_CELLS:
            raise DataAcademyError(
                "too_many_cells",
                f"クロス表のますが {len(cells):,} あります。{MAX_CELLS:,} までです。",
                f"The table has {len(cells)} cells; at most {MAX_CELLS} are possible.",
                fix="地区や選択肢を大きな区分にまとめてください。",
                fix_en="Join groups or answers.",
            )
        sums = self._sums[:, cells]
        cov = -(sums.T * design.centre) @ sums
        if self._totals is None:
            cov[np.diag_indices(len(cells))] += self._factor[cells]
        else:
            chosen = self._totals[:, cells]
            cov += (chosen.T @ chosen.multiply(design.square[design.stratum_of_unit][:, None])).toarray()
        return cov.reshape(len(rows), len(columns), len(rows), len(columns))

    def df(self, rows, columns) -> np.ndarray:
        """Degrees of freedom of each chosen group: its units (with a chosen answer) minus its strata."""
        if self._totals is None:
            there = self._sums[:, self._cells(rows, columns)].reshape(-1, len(rows), len(columns)).any(axis=2)
            return self.n[np.ix_(rows, columns)].sum(axis=1) - there.sum(axis=0)
        return np.array([self._units_minus_strata(self._cells([row], columns)) for row in rows])

    def df_of_all(self, rows, columns) -> int:
        """The same of the chosen groups together."""
        cells = self._cells(rows, columns)
        if self._totals is None:
            return int(self.n.ravel()[cells].sum() - self._sums[:, cells].any(axis=1).sum())
        return self._units_minus_strata(cells)

    def _units_minus_strata(self, cells: np.ndarray) -> int:
        units = np.flatnonzero(np.asarray(self._totals[:, cells].sum(axis=1)).ravel())
        return len(units) - len(np.unique(self._design.stratum_of_unit[units]))

    def _cells(self, rows, columns) -> np.ndarray:
        return (np.asarray(rows)[:, None] * self.n.shape[1] + np.asarray(columns)[None, :]).ravel()


class Counter:
    """Counts questions one after the other, with what they have in common worked out once.

    groups
        Number of each respondent's group (−1 for none); ``n_groups`` of them.
    width
        The largest number of answers that a question has.
    """

    def __init__(self, design: Design, groups: np.ndarray | None, n_groups: int, width: int):
        self.design, self.shape = design, (n_groups + 2, width + 1)
        self.cells = self.shape[0] * self.shape[1]
        base = np.ones(len(design.data), dtype=np.int64) if groups is None else groups.astype(np.int64) + 1
        if design._domain is not None:
            base = np.where(design._domain, base, n_groups + 1)
        classes = design.classes
        self.direct = classes is None or len(classes[1]) * self.cells > MAX_BINS
        if not self.direct:
            base += classes[0] * self.shape[0]
            self.of_class, self.weight = classes[1], classes[2]
        self.base = base
        self.head = base * self.shape[1] + 1
        self.place = np.empty_like(self.head)

    def count(self, codes: np.ndarray) -> Tally:
        """The Tally of one question (codes −1, 0, 1, …, one a respondent)."""
        np.add(self.head, codes, out=self.place)
        if self.direct:
            return self._direct()
        return self._of_counts(np.bincount(self.place, minlength=len(self.weight) * self.cells))

    def each(self, questions: Sequence[np.ndarray]) -> Iterator[Tally]:
        """The Tally of one question after the other; two are counted in one pass where their cells are few."""
        width = self.shape[1]
        if self.direct or len(self.weight) * self.cells * width > MAX_PAIR_BINS:
            yield from map(self.count, questions)
            return
        head = self.base * width**2 + width + 1
        shape = (-1, width, width)
        for first, second in zip(questions[::2], questions[1::2], strict=False):
            pair = np.multiply(first, width, dtype=np.int16)
            pair += second.astype(np.int16, copy=False)
            np.add(head, pair, out=self.place)
            counts = np.bincount(self.place, minlength=len(self.weight) * self.cells * width).reshape(shape)
            yield self._of_counts(counts.sum(axis=2))
            yield self._of_counts(counts.sum(axis=1))
        if len(questions) % 2:
            yield self.count(questions[-1])

    def _of_counts(self, counts: np.ndarray) -> Tally:
        """From the people of each class, group and answer."""
        d, counts = self.design, counts.reshape(len(self.weight), self.cells)
        sums, squares = counts * self.weight[:, None], counts * (self.weight**2)[:, None]
        starts = np.searchsorted(self.of_class, np.arange(d.n_strata))
        by_stratum = np.add.reduceat(sums, starts, axis=0)
        factor = d.square[self.of_class] @ squares
        n, w, s = (v.reshape(self.shape) for v in (counts.sum(axis=0), sums.sum(axis=0), squares.sum(axis=0)))
        return Tally(n, w, s, by_stratum, factor, None, d)

    def _direct(self) -> Tally:
        d, cells, w = self.design, self.cells, self.design.weights
        n = np.bincount(self.place, minlength=cells)
        in_stratum = self.place if d.n_strata == 1 else d.strata * cells + self.place
        sums, squares = (
            np.bincount(in_stratum, v, minlength=d.n_strata * cells).reshape(d.n_strata, cells) for v in (w, w * w)
        )
        factor = totals = None
        if d.units is None:
            factor = d.square @ squares
        else:
            from scipy.sparse import csc_matrix

            totals = csc_matrix((w, (d.units, self.place)), shape=(d.n_units, cells))
        n, w, s = (v.reshape(self.shape) for v in (n, sums.sum(axis=0), squares.sum(axis=0)))
        return Tally(n, w, s, sums, factor, totals, d)
