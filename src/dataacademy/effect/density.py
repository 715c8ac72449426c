"""Who stands just beside a cut-off: a jump in how many there are, and round numbers on which values heap up."""

from __future__ import annotations

import numpy as np

HEAP = 2.0  # a round number is called a heap if it occurs this many times as often as it would by chance


def density_jump(x: np.ndarray, bandwidth: float | None = None) -> dict[str, float]:
    """McCrary's (2008) test: the log of the density just right of 0 over the one just left, from a binned histogram.

    ``x``: distance from the cut-off.  Bins of 2·sd·n^(−1/2) (whole steps where values are whole steps), a local linear
    line through the bin heights on each side with a triangular kernel, standard error √(24/5·(1/f₊ + 1/f₋)/(n·h)).
    Gives ``ratio`` (f₊/f₋), ``log_ratio, se, p_value, bandwidth``; NaN where a side is too thin for a line.
    """
    from scipy.stats import norm

    n = len(x)
    step = _step(x)
    width = 2 * x.std(ddof=1) / np.sqrt(n)
    if step:
        width = step * max(1, round(width / step))
    h = bandwidth or max(x.std(ddof=1) * n ** (-1 / 5) * 2, 5 * width)
    low = -np.ceil(-x.min() / width + (1e-9 if step is None else 0))
    edges = np.arange(low, np.floor(x.max() / width) + 2) * width
    shift = 0 if step is None else -step / 2  # whole steps: 0 belongs to the right, in the middle of its bin
    counts, _ = np.histogram(x, edges + shift)
    middle = (edges[:-1] + edges[1:]) / 2 + shift
    at = shift  # where right and left meet
    heights = []
    for side in (middle < at, middle > at):
        here = side & (np.abs(middle - at) < h)
        if here.sum() < 3:
            return dict.fromkeys(("ratio", "log_ratio", "se", "p_value"), np.nan) | {"bandwidth": float(h)}
        k = 1 - np.abs(middle[here] - at) / h
        a = np.column_stack([np.ones(here.sum()), middle[here] - at])
        heights.append(np.linalg.solve(a.T @ (a * k[:, None]), a.T @ (k * counts[here]))[0] / (n * width))
    left, right = heights
    if min(left, right) <= 0:
        return dict.fromkeys(("ratio", "log_ratio", "se", "p_value"), np.nan) | {"bandwidth": float(h)}
    log_ratio, se = np.log(right / left), np.sqrt(24 / 5 * (1 / right + 1 / left) / (n * h))
    p_value = 2 * norm.sf(abs(log_ratio) / se)
    return {
        "ratio": float(right / left),
        "log_ratio": float(log_ratio),
        "se": float(se),
        "p_value": float(p_value),
        "bandwidth": float(h),
    }


def _step(x: np.ndarray) -> float | None:
    """The step of values that are all multiples of it, if they repeat; None for values that hardly ever repeat."""
    values = np.unique(x)
    if len(values) > 0.5 * len(x):
        return None
    return float(np.diff(values).min())


def heaps(running: np.ndarray) -> tuple[int, float] | None:
    """The round step (10 or 5) on whose multiples whole numbers heap up, and their share; or None.

    >>> heaps(np.repeat(np.arange(100, 200), 3)), heaps(np.append(np.arange(100, 200), np.repeat([120, 130, 140], 40)))
    (None, (10, 0.59))
    """
    whole = running[running == np.round(running)]
    if len(whole) < max(100, 0.9 * len(running)):
        return None
    for base in (10, 5):
        share = float(np.mean(whole % base == 0))
        if np.ptp(whole) >= 3 * base and share >= HEAP / base:
            return base, round(share, 2)
    return None
