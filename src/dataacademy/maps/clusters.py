"""The numbers behind Moran's I: rates made comparable, values dealt out anew, p-values of many areas at once."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dataacademy.arguments import chance
from dataacademy.maps.neighbours import Ties

_AT_ONCE = 4_000_000  # numbers held in memory while dealing
_ROUNDING = 1e-10  # sums of the same values in another order are the same sum


def global_p(z: np.ndarray, ties: Ties, draws: int, seed: int) -> float:
    """How often values dealt out anew are as clustered as ``z`` (deviations from the mean); both sides."""
    value = float(z @ ties.mean(z))
    edge = _ROUNDING * float(z @ z)
    above = below = 0
    for dealt in _dealt(z, draws, chance(seed)):
        found = np.array([float(row @ ties.mean(row)) for row in dealt])
        above += int((found >= value - edge).sum())
        below += int((found <= value + edge).sum())
    return float(two_sided(above, below, draws))


def local_p(z: np.ndarray, ties: Ties, draws: int, seed: int) -> np.ndarray:
    """For each area, how often the others' values dealt out among the others make neighbours as high or as low.

    One deal serves all areas: the first k of n − 1 places, k being the number of neighbours.  In the place of the area
    itself, which keeps its value, stands the last one; so only deals that hold the area are summed anew.
    """
    n, widest = ties.n, int(ties.count.max())
    ends = np.cumsum(ties.count)
    observed = np.bincount(ties.first, weights=z[ties.second], minlength=n)
    edge = _ROUNDING * float(np.abs(z).max()) * widest
    above, below = np.zeros(n), np.zeros(n)
    for dealt in _dealt(np.arange(n - 1), draws, chance(seed)):
        places = dealt[:, :widest]
        sums = np.cumsum(z[places], axis=1)
        order = np.argsort(places, axis=None, kind="stable")
        starts = np.searchsorted(places.ravel()[order], np.arange(n + 1))
        deal, position = np.divmod(order, widest)
        for i in range(n):
            k = ends[i] - (ends[i - 1] if i else 0)
            around = sums[:, k - 1].copy()
            holds = slice(starts[i], starts[i + 1])
            around[deal[holds][position[holds] < k]] += z[-1] - z[i]
            above[i] += (around >= observed[i] - edge).sum()
            below[i] += (around <= observed[i] + edge).sum()
    return two_sided(above, below, draws)


def two_sided(above, below, draws: int):
    """Twice the smaller tail of the draws; the observed one counts among them."""
    return np.minimum(2 * (np.minimum(above, below) + 1) / (draws + 1), 1.0)


def variance(z: np.ndarray, ties: Ties) -> float:
    """Variance of Moran's I if the values ``z`` lay at random (Cliff & Ord 1981, under randomisation)."""
    from scipy.sparse import csr_array

    n = float(ties.n)
    w = csr_array((1 / ties.count[ties.first], (ties.first, ties.second)), shape=(ties.n, ties.n))
    s1 = float(((w + w.T).power(2)).sum()) / 2
    s2 = float(((1 + w.sum(axis=0)) ** 2).sum())
    peak = float((z**4).mean() / (z**2).mean() ** 2)
    first = n * ((n * n - 3 * n + 3) * s1 - n * s2 + 3 * n * n)
    second = peak * ((n * n - n) * s1 - 2 * n * s2 + 6 * n * n)
    return (first - second) / ((n - 1) * (n - 2) * (n - 3) * n * n) - 1 / (n - 1) ** 2


def false_discovery(p: np.ndarray) -> np.ndarray:
    """p-values adjusted for the false discovery rate (Benjamini & Hochberg 1995).

    >>> false_discovery(np.array([0.01, 0.04, 0.03, 0.5])).round(4).tolist()
    [0.04, 0.0533, 0.0533, 0.5]
    """
    order = np.argsort(p)[::-1]
    steps = p[order] * len(p) / np.arange(len(p), 0, -1)
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(np.minimum.accumulate(steps), 1)
    return adjusted


def rate_index(events: np.ndarray, people: np.ndarray) -> np.ndarray:
    """Rates minus the common rate, over the standard deviation that their numbers of people make.

    Assunção & Reis (1999), Statistics in Medicine 18: vᵢ = a + b/xᵢ, b the common rate, a the variance between areas;
    where vᵢ would be negative, b/xᵢ.
    """
    rate, common = events / people, events.sum() / people.sum()
    spread = (people * (rate - common) ** 2).sum() / people.sum()
    own = common / people
    total = spread - common / people.mean() + own
    return (rate - common) / np.sqrt(np.where(total < 0, own, total))


def _dealt(values: np.ndarray, draws: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """``draws`` shufflings of ``values``, one a row, in portions that fit into memory."""
    portion = max(1, _AT_ONCE // len(values))
    for start in range(0, draws, portion):
        yield rng.permuted(np.tile(values, (min(portion, draws - start), 1)), axis=1)
