"""The lot drawn anew: how often chance alone gives a difference as large as the one found."""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np

from dataacademy.arguments import chance

EXACT = 20_000  # with no more ways than this to draw the lot, every one of them is tried
_BLOCK = 100_000  # random numbers held at a time: they stay in the processor's cache, which is three times as quick


def randomisation_test(
    values: np.ndarray,
    treated: np.ndarray,
    weights: np.ndarray,
    *,
    strata: np.ndarray,
    units: np.ndarray,
    repeats: int,
    seed: int,
) -> tuple[float, int, bool]:
    """``(p, draws, exact)`` of the difference between the arms under "it changed nothing for anybody" (Fisher).

    values, treated, weights, strata
        One entry a row; the numbers drawn in each stratum stay as they were.
    units
        Number of what was drawn (rows, or clusters that lie in one arm as a whole).

    The statistic is the difference of (weighted) means in each stratum, weighted by the size of the strata; two-sided.
    Drawn: p = (1 + number as large) / (1 + draws); exact: the share of all ways.

    >>> y, t = np.array([5.0, 6.0, 7.0, 1.0, 2.0, 3.0]), np.array([1, 1, 1, 0, 0, 0], bool)
    >>> same = {"strata": np.zeros(6, int), "units": np.arange(6), "repeats": 99, "seed": 1}
    >>> randomisation_test(y, t, np.ones(6), **same)  # 2 of 20 ways: all high here, or all high there
    (0.1, 20, True)
    """
    blocks = [_Block(values, treated, weights, units, strata == s, weights.sum()) for s in np.unique(strata)]
    found = sum(block.of(block.treated[None])[0] for block in blocks)
    limit = abs(found) - 1e-9 * max(np.abs(values).max(), 1e-300)
    ways = 1
    for block in blocks:
        n, picked = len(block.treated), int(block.treated.sum())
        if ways <= EXACT:  # no need to know by how much there are too many
            ways *= comb(n, picked) if min(picked, n - picked) < EXACT else EXACT + 1
    if ways <= EXACT:
        drawn = np.zeros(1)
        for block in blocks:
            drawn = (drawn[:, None] + block.of(block.all_ways())[None]).ravel()
        return float((np.abs(drawn) >= limit).mean()), ways, True
    rng = chance(seed)
    drawn = sum(block.draw(rng, repeats) for block in blocks)
    return float((1 + (np.abs(drawn) >= limit).sum()) / (1 + repeats)), repeats, False


class _Block:
    """The units of one stratum: sums of weight and of weighted values, and who was drawn."""

    def __init__(self, values, treated, weights, units, here, everything):
        _, first, code = np.unique(units[here], return_index=True, return_inverse=True)
        self.weight = np.bincount(code, weights[here])
        self.sum = np.bincount(code, (weights * values)[here])
        self.treated = treated[here][first]
        self.share = self.weight.sum() / everything
        self.uneven = bool(np.ptp(self.weight) > 0)

    def of(self, lots: np.ndarray) -> np.ndarray:
        """The difference for each row of ``lots`` (yes/no for each unit), times the stratum's share."""
        lots = lots.astype(float)
        total, weight = lots @ self.sum, lots @ self.weight
        return self.share * (total / weight - (self.sum.sum() - total) / (self.weight.sum() - weight))

    def all_ways(self) -> np.ndarray:
        picks = np.array(list(combinations(range(len(self.treated)), int(self.treated.sum()))))
        lots = np.zeros((len(picks), len(self.treated)), bool)
        np.put_along_axis(lots, picks, True, axis=1)
        return lots

    def draw(self, rng: np.random.Generator, repeats: int) -> np.ndarray:
        """The difference of ``repeats`` random lots, times the stratum's share."""
        n, picked = len(self.treated), int(self.treated.sum())
        fewer = min(picked, n - picked)  # the smaller arm is drawn: the other one is the rest
        total, weight = np.empty(repeats), np.full(repeats, fewer * self.weight[0])
        step = max(1, _BLOCK // n)
        for rows in (slice(start, min(start + step, repeats)) for start in range(0, repeats, step)):
            drawn = np.argpartition(rng.random((rows.stop - rows.start, n)), fewer - 1, axis=1)[:, :fewer]
            total[rows] = self.sum.take(drawn).sum(axis=1)
            if self.uneven:
                weight[rows] = self.weight.take(drawn).sum(axis=1)
        gap = total / weight - (self.sum.sum() - total) / (self.weight.sum() - weight)
        return self.share * (gap if fewer == picked else -gap)
