"""How closely numbers move together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from dataacademy import weighted
from dataacademy.analysis import Analysis, p_words, verdict
from dataacademy.errors import DataAcademyError, check_choice
from dataacademy.inputs import check_between, prepare
from dataacademy.labels import label_of

METHODS = {
    "pearson": "ピアソンの相関係数",
    "spearman": "順位相関（スピアマン）",
    "kendall": "順位相関（ケンドール τb）",
}


def correlate(
    data: pd.DataFrame,
    *,
    columns: Sequence[str],
    control: Sequence[str] = (),
    method: str = "pearson",
    weights: str | None = None,
    confidence: float = 0.95,
) -> Analysis:
    """The correlation of each pair of ``columns``, with its interval.

    control
        Columns held constant (partial correlation; ``pearson`` and ``spearman``).
    method
        ``pearson`` (straight lines), ``spearman`` (ranks; any rising curve), ``kendall`` (ranks, τb).
    weights
        ``pearson`` only; interval and p-value from Kish's effective number of rows.

    Table, one row a pair, strongest first: ``x, y, n, r, lower, upper, p_value``.  Value: the strongest r (−1…1).
    Each pair uses the rows on which both columns are filled.  Interval by Fisher's z, SE 1/√(n − 3 − k) with k
    controls; Spearman √((1 + r²/2)/(n − 3 − k)) (Bonett & Wright 2000); Kendall √(0.437/(n − 4)) (Fieller 1957).

    Errors: ``one_column``, ``no_spread``, ``too_few_rows``, ``weights_not_possible``, those of
    :func:`~dataacademy.inputs.prepare`.
    Checked against R ``cor.test`` (all three), ``cov.wt`` and residuals of ``lm``.
    When not to use: for curves that rise and fall, for areas of very different size, or as a proof of cause.

    >>> import dataacademy as da
    >>> finding = correlate(da.load("areas"), columns=["population", "households"])
    >>> bool(0.9 < finding.table["lower"].iloc[0] < finding.value < 1)
    True
    """
    check_choice("求め方", method, list(METHODS), en="Method")
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    columns, control = list(dict.fromkeys(columns)), list(control)
    if len(columns) < 2:
        raise DataAcademyError(
            "one_column",
            "相関を求めるには、ちがう列が二つ以上要ります。",
            "Correlation needs at least two different columns.",
            fix='columns=["列1", "列2"] のように指定してください。',
            fix_en="Give columns=[…, …].",
        )
    if (weights and method != "pearson") or (control and method == "kendall"):
        what, en = ("重み", "Weights") if weights and method != "pearson" else ("control", "Controls")
        raise DataAcademyError(
            "weights_not_possible" if what == "重み" else "control_not_possible",
            f"method={method!r} では{what}を使えません。",
            f"{en} cannot be used with {method!r}.",
            fix="method を pearson にしてください。",
            fix_en="Use 'pearson'.",
        )
    table, left_out = [], []
    for x, y in combinations(columns, 2):
        rows = prepare(data, numbers=[x, y, *control], weights=weights)
        left_out += [reason for reason in rows.left_out if reason not in left_out]
        table.append({"x": x, "y": y} | _pair(rows.frame, x, y, control, method, rows.weights, confidence))
    table = pd.DataFrame(table)
    table = table.iloc[table["r"].abs().argsort(kind="stable")[::-1]].reset_index(drop=True)
    top = table.iloc[0]
    way = "一方が増えるともう一方も増える" if top["r"] > 0 else "一方が増えるともう一方は減る"
    if top["p_value"] >= 1 - confidence:  # the interval holds both directions
        way = "増えるか減るかのはっきりしない"
    held = f"（{'、'.join(label_of(c) for c in control)}をそろえたうえで）" if control else ""
    return Analysis(
        table,
        float(top["r"]),
        f"「{label_of(top['x'])}」と「{label_of(top['y'])}」の相関係数は{held} "
        f"{top['r']:.2f}（{confidence:.0%}信頼区間 "
        f"{top['lower']:.2f}〜{top['upper']:.2f}、{top['n']:,} 行）で、{way}関係です。"
        f"{verdict(top['p_value'], confidence, '関係')}。",
        f"Correlation of {top['x']} and {top['y']}: r = {top['r']:.2f} ({confidence:.0%} interval "
        f"{top['lower']:.2f} to "
        f"{top['upper']:.2f}, n = {top['n']:,}, {p_words(top['p_value'])}).",
        used={"行": int(table["n"].max()), "列の組": len(table)},
        left_out=tuple(left_out),
        assumptions=(f"求め方は{METHODS[method]}。", "相関は原因と結果を意味しません。散布図もあわせて見てください。"),
    )


def _pair(frame, x, y, control, method, weights, confidence) -> dict[str, float]:
    from scipy.stats import kendalltau, norm, rankdata, t

    for column in (x, y):
        if frame[column].nunique() < 2:
            raise DataAcademyError(
                "no_spread",
                f"列「{column}」の値がすべて同じなので、相関は求められません。",
                f"Column {column!r} does not vary.",
                fix="ちがう値のある列を選んでください。",
                fix_en="Choose a column that varies.",
                column=str(column),
            )
    values = {c: frame[c].to_numpy() for c in (x, y, *control)}
    n = weighted.effective_n(weights)
    df = n - 2 - len(control)
    if df < 2:
        raise DataAcademyError(
            "too_few_rows",
            f"「{x}」と「{y}」がそろった行が {len(frame)} 行しかありません。",
            f"Only {len(frame)} rows have both {x!r} and {y!r}.",
            fix=f"少なくとも {4 + len(control)} 行が要ります。",
            fix_en=f"At least {4 + len(control)} rows are needed.",
        )
    if method == "kendall":
        found = kendalltau(values[x], values[y])
        r, p, error = float(found.statistic), float(found.pvalue), np.sqrt(0.437 / (n - 4)) if n > 4 else np.inf
    else:
        if method == "spearman":
            values = {c: rankdata(v) for c, v in values.items()}
        a, b = (_residual(values[c], [values[k] for k in control], weights) for c in (x, y))
        r = float(np.clip((weights * a * b).sum() / np.sqrt((weights * a * a).sum() * (weights * b * b).sum()), -1, 1))
        p = 0.0 if abs(r) == 1 else float(2 * t.sf(abs(r) * np.sqrt(df / (1 - r * r)), df))
        spread = 1 + r * r / 2 if method == "spearman" else 1
        error = np.sqrt(spread / (df - 1))
    reach = norm.ppf((1 + confidence) / 2) * error
    with np.errstate(divide="ignore"):  # r of exactly 1 or -1 has the interval [r, r]
        lower, upper = np.tanh(np.arctanh(r) + np.array([-reach, reach]))
    return {"n": len(frame), "r": r, "lower": float(lower), "upper": float(upper), "p_value": p}


def _residual(values: np.ndarray, control: list[np.ndarray], weights: np.ndarray) -> np.ndarray:
    """What is left of ``values`` when its mean and the controls are taken away."""
    x = np.column_stack([np.ones(len(values)), *control])
    root = np.sqrt(weights)
    return values - x @ np.linalg.lstsq(x * root[:, None], values * root, rcond=None)[0]
