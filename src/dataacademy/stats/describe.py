"""One column of numbers, by group: how many, where the middle is, how far it spreads."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dataacademy import weighted
from dataacademy.analysis import Analysis, interval_words, number
from dataacademy.inputs import check_between, levels, prepare
from dataacademy.labels import label_of


def describe(
    data: pd.DataFrame,
    *,
    value: str,
    by: str | None = None,
    weights: str | None = None,
    unit: str = "",
    confidence: float = 0.95,
) -> Analysis:
    """Count, mean with its interval, standard deviation and quartiles of ``value``, for everybody or ``by`` group.

    Table, one row a group: the group (column named as ``by``), ``n``, ``missing`` (empty cells of ``value``),
    ``weighted_n`` (with weights), ``mean, lower, upper, sd, min, q25, median, q75, max`` in the unit of ``value``.
    Value: the mean (one row) or the difference between the highest and the lowest mean.

    Interval: mean ± t(n−1)·SE; SE = s/√n, with weights by linearisation (a sample with unequal chances).  Quartiles:
    Hyndman–Fan type 7, with weights R survey's ``hf7``.  Errors: those of :func:`~dataacademy.inputs.prepare`,
    ``empty_group``.
    Checked against R ``t.test``, ``quantile`` and ``survey`` 4.1 (tests/oracles/stats_weighted.R).
    When not to use: for a whole register (nobody was sampled) the interval has no meaning; for clustered samples use
    ``da.survey.Design``.

    >>> import dataacademy as da
    >>> finding = describe(da.load("areas"), value="population", by="quarter", unit="人")
    >>> finding.table.columns.tolist()[:6]
    ['quarter', 'n', 'missing', 'mean', 'lower', 'upper']
    >>> int(finding.table["n"].sum()) == len(da.load("areas"))
    True
    """
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    rows = prepare(data, numbers=[value], categories=[by] if by else [], weights=weights)
    frame = rows.frame
    groups = levels(frame[by], by, least=1) if by else [None]
    table = []
    for group in groups:
        here = np.ones(len(frame), bool) if group is None else (frame[by] == group).to_numpy()
        empty = data[value].isna() if group is None else data[value].isna() & (data[by] == group)
        head = ({by: group} if by else {}) | {"n": int(here.sum()), "missing": int(empty.sum())}
        if weights:
            head["weighted_n"] = float(rows.weights[here].sum())
        table.append(head | summary(frame[value].to_numpy()[here], rows.weights[here], confidence))
    table = pd.DataFrame(table)
    name = label_of(value)
    if len(table) == 1:
        row = table.iloc[0]
        result = float(row["mean"])
        interval = interval_words(row["lower"], row["upper"], confidence, unit=unit)
        ja = (
            f"「{name}」の平均は {number(result)}{unit}（{len(frame):,} 行、{interval}）、"
            f"中央値は {number(row['median'])}{unit} です。"
        )
        en = f"Mean of {value}: {number(result)} (n = {len(frame):,}), median {number(row['median'])}."
    else:
        low, high = table.loc[table["mean"].idxmin()], table.loc[table["mean"].idxmax()]
        result = float(high["mean"] - low["mean"])
        ja = (
            f"「{name}」の平均は「{high[by]}」が最も高く {number(high['mean'])}{unit}、"
            f"「{low[by]}」が最も低く {number(low['mean'])}{unit} です（差は {number(result)}{unit}）。"
        )
        en = f"Mean of {value}: highest {number(high['mean'])} ({high[by]}), lowest {number(low['mean'])} ({low[by]})."
    return Analysis(table, result, ja, en, used=rows.used, left_out=rows.left_out)


def summary(values: np.ndarray, weights: np.ndarray, confidence: float) -> dict[str, float]:
    """Mean, interval, spread and quartiles of one group; intervals are NaN for a single row."""
    from scipy.stats import t

    middle = weighted.mean(values, weights)
    error = np.sqrt(weighted.mean_variance(values, weights))
    reach = t.ppf((1 + confidence) / 2, len(values) - 1) * error if len(values) > 1 else np.nan
    q25, median, q75 = weighted.quantile(values, weights, [0.25, 0.5, 0.75])
    return {
        "mean": middle,
        "lower": middle - reach,
        "upper": middle + reach,
        "sd": float(np.sqrt(weighted.variance(values, weights))),
        "min": float(values.min()),
        "q25": float(q25),
        "median": float(median),
        "q75": float(q75),
        "max": float(values.max()),
    }
