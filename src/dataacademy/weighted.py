"""Means, spreads and quantiles of rows that stand for different numbers of people.

With equal weights each one is the ordinary formula.  Variances are those of a sample drawn with unequal chances
(linearisation, sampled with replacement); clustered samples need ``da.survey.Design``.
"""

from __future__ import annotations

import numpy as np


def mean(values: np.ndarray, weights: np.ndarray) -> float:
    """Σwy / Σw."""
    return float(np.dot(weights, values) / weights.sum())


def mean_variance(values: np.ndarray, weights: np.ndarray) -> float:
    """Variance of the weighted mean: n/(n−1) · Σ (w (y − ȳ) / Σw)²; s²/n with equal weights; NaN for one row.

    >>> y = np.array([1.0, 2.0, 4.0])
    >>> bool(np.isclose(mean_variance(y, np.ones(3)), y.var(ddof=1) / 3))
    True
    """
    n = len(values)
    if n < 2:
        return float("nan")
    parts = weights * (values - mean(values, weights)) / weights.sum()
    return float(n / (n - 1) * np.dot(parts, parts))


def variance(values: np.ndarray, weights: np.ndarray) -> float:
    """Variance among people: n/(n−1) · Σw(y − ȳ)² / Σw; NaN for one row."""
    n = len(values)
    if n < 2:
        return float("nan")
    return float(n / (n - 1) * np.dot(weights, (values - mean(values, weights)) ** 2) / weights.sum())


def quantile(values: np.ndarray, weights: np.ndarray, at) -> np.ndarray:
    """Quantiles at the shares ``at``, interpolated between neighbours; Hyndman–Fan type 7 with equal weights."""
    at = np.atleast_1d(at)
    if len(values) == 1:
        return np.repeat(values, len(at))
    order = np.argsort(values, kind="stable")
    below = np.concatenate([[0.0], np.cumsum(weights[order])[:-1]])
    return np.interp(at, below / below[-1], values[order])


def effective_n(weights: np.ndarray) -> float:
    """Kish's effective number of rows: (Σw)² / Σw².

    >>> effective_n(np.array([1.0, 1.0])), effective_n(np.array([3.0, 1.0]))
    (2.0, 1.6)
    """
    return float(weights.sum() ** 2 / np.dot(weights, weights))
