"""Two groups by ranks: Mann–Whitney's test and Hodges–Lehmann's difference."""

from __future__ import annotations

import numpy as np


def rank_difference(a: np.ndarray, b: np.ndarray, confidence: float) -> dict[str, float | str]:
    """Mann–Whitney test of ``a`` against ``b``; the difference is the median of all a − b, with its interval.

    Exact without ties and below 50 values a group, else the normal approximation with correction for ties and
    continuity (the rule of R's ``wilcox.test``).  The interval takes the ordered differences of ranks C and
    n₁n₂ + 1 − C, C the lower tail of U: exact, or n₁n₂/2 − z·√(n₁n₂(N+1)/12).
    """
    from scipy.stats import mannwhitneyu, norm

    together = np.concatenate([a, b])
    exact = max(len(a), len(b)) < 50 and len(np.unique(together)) == len(together)
    test = mannwhitneyu(a, b, alternative="two-sided", method="exact" if exact else "asymptotic")
    pairs, tail = len(a) * len(b), (1 - confidence) / 2
    if exact:
        rank = max(1, int(np.searchsorted(np.cumsum(u_distribution(len(a), len(b))), tail)))
    else:
        rank = max(1, round(pairs / 2 + norm.ppf(tail) * np.sqrt(pairs * (len(a) + len(b) + 1) / 12)))
    a, b = np.sort(a), np.sort(b)
    middle = (nth_difference(a, b, (pairs + 1) // 2) + nth_difference(a, b, pairs // 2 + 1)) / 2
    return {
        "difference": middle,
        "lower": nth_difference(a, b, rank),
        "upper": nth_difference(a, b, pairs + 1 - rank),
        "statistic": float(test.statistic),
        "df": float("nan"),
        "p_value": float(test.pvalue),
        "effect": "rank_biserial",
        "effect_size": float(2 * test.statistic / pairs - 1),
    }


def u_distribution(m: int, n: int) -> np.ndarray:
    """Probabilities of U = 0, 1, …, mn for two groups of ``m`` and ``n`` that do not differ.

    The largest of all values is in one group (with chance m/(m+n)) or in the other.

    >>> u_distribution(1, 2).round(3).tolist()
    [0.333, 0.333, 0.333]
    """
    column = [np.ones(1)] * (n + 1)  # no value in the first group: U is 0
    for i in range(1, m + 1):
        row = [np.ones(1)]
        for j in range(1, n + 1):
            chance = np.zeros(i * j + 1)
            chance[j:] += i / (i + j) * column[j]
            chance[: len(row[-1])] += j / (i + j) * row[-1]
            row.append(chance)
        column = row
    return column[n]


def nth_difference(a: np.ndarray, b: np.ndarray, n: int) -> float:
    """The ``n``-th smallest (from 1) of all differences a − b, without making them all; both sorted upwards.

    >>> nth_difference(np.array([1.0, 5.0]), np.array([0.0, 3.0]), 3)  # of -2, 1, 2, 5
    2.0
    """
    low, high = a[0] - b[-1], a[-1] - b[0]
    while low < high:  # bisection on the value: how many differences are no larger?
        middle = low + (high - low) / 2
        if middle >= high:
            break
        if np.searchsorted(b, a - middle, side="left").sum() <= len(a) * len(b) - n:
            high = middle
        else:
            low = np.nextafter(middle, np.inf)
    return _nearest(a, b, high)


def _nearest(a: np.ndarray, b: np.ndarray, value: float) -> float:
    """The difference a − b that lies nearest to ``value``."""
    place = np.searchsorted(b, a - value)
    near = np.concatenate([a - b[np.clip(place + shift, 0, len(b) - 1)] for shift in (-1, 0)])
    return float(near[np.abs(near - value).argmin()])
