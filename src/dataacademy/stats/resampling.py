"""Bootstrap: how far a number would move if other people had happened to be asked."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from dataacademy import weighted
from dataacademy.analysis import Analysis, interval_words, number
from dataacademy.errors import DataAcademyError, check_choice
from dataacademy.inputs import check_between, prepare
from dataacademy.labels import label_of

SEED = 20260401
STATISTICS: dict[str, tuple[str, Callable]] = {
    "mean": ("平均", weighted.mean),
    "median": ("中央値", lambda y, w: float(weighted.quantile(y, w, 0.5)[0])),
    "sd": ("標準偏差", lambda y, w: float(np.sqrt(weighted.variance(y, w)))),
}
METHODS = ("percentile", "bca")
BLOCKS = 500  # for the acceleration of BCa, rows are left out in at most so many blocks


def bootstrap(
    data: pd.DataFrame,
    *,
    value: str,
    statistic: str | Callable = "mean",
    weights: str | None = None,
    method: str = "percentile",
    repeats: int = 2000,
    seed: int = SEED,
    unit: str = "",
    confidence: float = 0.95,
) -> Analysis:
    """An interval for any ``statistic`` of ``value``, by drawing the rows anew ``repeats`` times with replacement.

    statistic
        ``mean``, ``median``, ``sd``, or a function of the values and the weights (arrays) that returns a number.
    method
        ``percentile``, or ``bca`` (bias-corrected and accelerated, Efron 1987; better for skewed numbers).

    Table, one row: ``statistic, n, estimate, se, lower, upper, repeats, seed``.  Value: the estimate.  The same
    ``seed`` gives the same numbers.  Errors: ``too_few_rows`` (below 10), unknown statistic, ``bad_statistic``, those
    of :func:`~dataacademy.inputs.prepare`.
    Checked against ``scipy.stats.bootstrap`` and the t interval of a mean, within the error of drawing.
    When not to use: for the largest or smallest value, for a handful of rows, or where rows belong together (families,
    areas), which must be drawn together.

    >>> import dataacademy as da
    >>> finding = bootstrap(da.load("areas"), value="population", statistic="median", repeats=500, unit="人")
    >>> row = finding.table.iloc[0]
    >>> bool(row["lower"] <= finding.value <= row["upper"]), int(row["seed"])
    (True, 20260401)
    """
    check_choice("求め方", method, METHODS, en="Method")
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    check_between("repeats", repeats, 99, 10**6, en="repeats")
    if not callable(statistic):
        check_choice("統計量", statistic, list(STATISTICS), en="Statistic")
    words, compute = ("渡された計算", statistic) if callable(statistic) else STATISTICS[statistic]
    rows = prepare(data, numbers=[value], weights=weights)
    y, w = rows.frame[value].to_numpy(), rows.weights
    if len(y) < 10:
        raise DataAcademyError(
            "too_few_rows",
            f"{len(y)} 行しかないので、引き直しても確かさは分かりません。",
            f"Only {len(y)} rows: drawing them again says nothing.",
            fix="少なくとも 10 行（できれば 30 行）の表で使ってください。",
            fix_en="Use at least 10 rows, better 30.",
        )
    estimate = _one(compute, y, w)
    rng = np.random.default_rng(seed)
    drawn = np.empty(repeats)
    for i in range(repeats):
        pick = rng.integers(0, len(y), len(y))
        drawn[i] = _one(compute, y[pick], w[pick])
    tails = np.array([(1 - confidence) / 2, (1 + confidence) / 2])
    if method == "bca":
        tails = _corrected(tails, drawn, estimate, compute, y, w)
    lower, upper = np.quantile(drawn, tails)
    name = statistic if isinstance(statistic, str) else getattr(statistic, "__name__", "function")
    row = {
        "statistic": name,
        "n": len(y),
        "estimate": estimate,
        "se": drawn.std(ddof=1),
        "lower": lower,
        "upper": upper,
    }
    return Analysis(
        pd.DataFrame([row | {"repeats": repeats, "seed": seed}]),
        estimate,
        f"「{label_of(value)}」の{words}は {number(estimate)}{unit}（ブートストラップ法の"
        f"{interval_words(lower, upper, confidence, unit=unit)}、{len(y):,} 行）です。",
        f"{name} of {value}: {number(estimate)} (bootstrap {confidence:.0%} interval {number(lower)} to "
        f"{number(upper)}, "
        f"n = {len(y):,}).",
        used=rows.used,
        left_out=rows.left_out,
        assumptions=(f"行を {repeats:,} 回引き直しました（乱数の種 {seed}）。", "行どうしは互いに無関係とみています。"),
    )


def _one(compute: Callable, y: np.ndarray, w: np.ndarray) -> float:
    result = compute(y, w)
    if np.ndim(result) or not np.isfinite(result):
        raise DataAcademyError(
            "bad_statistic",
            f"渡された計算が、一つの数を返しませんでした（返ったのは {result!r}）。",
            f"The statistic did not return one finite number but {result!r}.",
            fix="値の配列と重みの配列を受け取り、一つの数を返す関数を渡してください。",
            fix_en="Pass a function of two arrays (values, weights) that returns one number.",
        )
    return float(result)


def _corrected(tails: np.ndarray, drawn: np.ndarray, estimate: float, compute: Callable, y, w) -> np.ndarray:
    """Tails moved for bias (share of draws below the estimate) and acceleration (skewness of leaving blocks out)."""
    from scipy.stats import norm

    below = ((drawn < estimate).mean() + (drawn <= estimate).mean()) / 2
    bias = norm.ppf(np.clip(below, 0.5 / len(drawn), 1 - 0.5 / len(drawn)))
    block = np.arange(len(y)) % min(len(y), BLOCKS)
    left = np.array([_one(compute, y[block != b], w[block != b]) for b in range(block.max() + 1)])
    pull = left.mean() - left
    size = (pull**2).sum() ** 1.5
    acceleration = (pull**3).sum() / (6 * size) if size > 0 else 0.0
    z = bias + norm.ppf(tails)
    return norm.cdf(bias + z / (1 - acceleration * z))
