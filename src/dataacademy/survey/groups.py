"""Everybody, or each group of an attribute: what the functions that count several questions have in common."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from dataacademy.survey.answers import Answers, encode_groups
from dataacademy.survey.codebook import Codebook
from dataacademy.survey.design import Design
from dataacademy.survey.intervals import t_quantile
from dataacademy.survey.tally import Tally


class Groups:
    """Counts questions for everybody (``by`` None) or for each group; ``head`` names the group in a row."""

    def __init__(self, design: Design, by: str | None, book: Codebook | None, width: int):
        self.by: Answers | None = encode_groups(design.data, by, book) if by else None
        self.counter = (
            design.counter(width=width) if self.by is None else design.counter(self.by.codes, len(self.by.words), width)
        )

    def each(self, answers: Sequence[int], codes: np.ndarray, confidence: float) -> Iterator[tuple]:
        """Head of the row, n, w, squared w, covariance (of the chosen answers) and the t quantile of each group."""
        tally = self.counter.count(codes)
        columns = 1 + np.asarray(answers)
        if self.by is None:
            every = np.arange(tally.n.shape[0] - 1)
            yield {}, *self._part(tally, every, columns), t_quantile(confidence, tally.df_of_all(every, columns))
            return
        for i in self.by.on_scale:
            row = np.array([1 + i])
            part = self._part(tally, row, columns)
            yield {"group": self.by.words[i]}, *part, t_quantile(confidence, tally.df_of_all(row, columns))

    @staticmethod
    def _part(tally: Tally, rows: np.ndarray, columns: np.ndarray) -> tuple:
        n, w, squares = (v[np.ix_(rows, columns)].sum(axis=0) for v in (tally.n, tally.w, tally.squares))
        return n, w, squares, tally.covariance(rows, columns).sum(axis=(0, 2))
