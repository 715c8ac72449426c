"""Hiding cells: how many more than the proved lower bound, how many by the simple ways, and how long, in one run.

Run it by hand: ``python benchmarks/suppression.py``.  The seconds are of this machine; the shares are not.  "By hand"
is what is often done: hide a second cell in every row and column of a two-way table that has only one.
"""

from __future__ import annotations

from itertools import product
from time import perf_counter

import numpy as np
import pandas as pd

from dataacademy.privacy import audit_table, suppress_table

MINIMUM = 5
SHAPES = ((10, 10), (20, 10), (25, 8), (5, 5, 4), (4, 10, 5), (3, 3, 3, 3), (5, 5, 4, 2))


def table(shape: tuple[int, ...], mean: float, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    names = list("abcd")[: len(shape)]
    data = pd.DataFrame(list(product(*([f"{k:02d}" for k in range(n)] for n in shape))), columns=names)
    return data.assign(count=rng.poisson(rng.gamma(0.8, mean / 0.8, len(data))))


def by_hand(found: pd.DataFrame, full: pd.DataFrame, names: list[str]) -> tuple[int, int]:
    """Cells hidden when every row and column with one hidden cell gets a second, and how many can be computed still."""
    wide = full.pivot(index=names[0], columns=names[1], values="count").to_numpy(float)
    hidden = (wide > 0) & (wide < MINIMUM)
    for axis in (1, 0):
        for i in np.flatnonzero(hidden.sum(axis=axis) == 1):
            line = wide[i] if axis else wide[:, i]
            taken = hidden[i] if axis else hidden[:, i]
            taken[np.argmin(np.where(taken | (line == 0), np.inf, line))] = True
    out = full.assign(count=np.where(hidden.ravel(), np.nan, wide.ravel()))
    totals = found[found[names].eq("計").any(axis=1)][[*names, "count"]]
    seen = audit_table(pd.concat([out, totals]), by=names, count="count", lower=1)
    return int(hidden.sum()), int((seen.table["upper"] < MINIMUM).sum())


if __name__ == "__main__":
    print(f"{'table':<16}{'small':>6}{'hidden':>8}{'at least':>10}{'share':>8}{'s':>8}   by hand: hidden, still small")
    for shape, mean in product(SHAPES, (10, 40)):
        data = table(shape, mean, 1)
        names = list(data.columns[:-1])
        start = perf_counter()
        found = suppress_table(data, by=names, count="count", minimum=MINIMUM)
        seconds = perf_counter() - start
        f = found.figures
        hand = by_hand(found.table, data, names) if len(shape) == 2 else ""
        size = "×".join(map(str, shape))
        print(
            f"{size:<11}{mean:>5}{f['small']:>6}{found.value:>8}{f['at_least']:>10}{found.value / f['at_least']:>8.3f}"
            f"{seconds:>8.1f}   {hand}",
            flush=True,
        )
