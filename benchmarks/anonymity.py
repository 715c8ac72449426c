"""How much faster `k_anonymity` is than a groupby, for a million people and five columns, in one run.

Run it by hand: ``uv run python benchmarks/anonymity.py``.  It prints ratios; they are no test, because machines differ.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from racing import race

from dataacademy import privacy

PEOPLE = 1_000_000
NUMBERS = {"area": 150, "age": 100, "sex": 2, "household": 8, "job": 20}


def people(kind: str) -> pd.DataFrame:
    """``str``: every cell a text of its own, the hardest case; ``file``: as read from a file."""
    rng = np.random.default_rng(5)
    table = pd.DataFrame({name: rng.integers(0, most, PEOPLE) for name, most in NUMBERS.items()})
    if kind == "file":
        return table.astype("category").apply(lambda c: c.cat.rename_categories(str)).astype("str")
    return table if kind == "int" else table.astype(kind)


if __name__ == "__main__":
    print(f"{'columns':<12}{'ours, s':>9}{'groupby, s':>12}{'ratio':>8}{'k ours':>8}{'k theirs':>10}")
    for kind in ("int", "str", "file", "category"):
        data = people(kind)
        by = list(data)
        (ours, theirs), (k, same) = race(
            lambda data=data, by=by: privacy.k_anonymity(data, by=by).value,
            lambda data=data, by=by: int(data.groupby(by, observed=True).size().min()),
        )
        print(f"{kind:<12}{ours:>9.3f}{theirs:>12.3f}{theirs / ours:>8.1f}{k:>8}{same:>10}")
