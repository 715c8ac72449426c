"""The share of people to whom something applies, with an interval that never leaves 0–100 %."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dataacademy import weighted
from dataacademy.analysis import Analysis, interval_words, number
from dataacademy.errors import DataAcademyError, check_choice
from dataacademy.inputs import Rows, check_between, levels, prepare, sorted_values

METHODS = ("wilson", "exact")


def proportion(
    data: pd.DataFrame,
    *,
    value: str | None = None,
    equals=None,
    count: str | None = None,
    base: str | None = None,
    by: str | None = None,
    weights: str | None = None,
    method: str = "wilson",
    confidence: float = 0.95,
) -> Analysis:
    """The share of rows whose ``value`` ``equals`` something, for everybody or ``by`` group, with its interval.

    data
        People (``value`` and ``equals``, one value or a list of values), or a table already counted: ``count`` of
        ``base`` persons in each row.
    method
        ``wilson`` (score interval; with weights on Kish-type effective numbers n/deff) or ``exact`` (Clopper–Pearson).

    Table, one row a group: the group, ``count, base`` (unweighted), ``share_percent, lower_percent, upper_percent``,
    with weights ``weighted_base``.  Value: the share (0–1), of the group with the highest share if ``by`` is given.

    Wilson: (p̂ + z²/2n ± z·√(p̂(1−p̂)/n + z²/4n²)) / (1 + z²/n)  (Wilson 1927).
    Errors: unknown ``equals`` (nearest guess), ``count`` above ``base``, those of
    :func:`~dataacademy.inputs.prepare`.
    Checked against R ``prop.test(correct = FALSE)``, ``binom.test``, and ``survey`` for the weighted error.
    When not to use: for a whole register, and to compare two groups (intervals may overlap although they differ:
    use :func:`~dataacademy.stats.chi2`).

    >>> import dataacademy as da
    >>> residents = da.load("residents").head(1000)
    >>> finding = proportion(residents, value="sex", equals="female")
    >>> row = finding.table.iloc[0]
    >>> bool(row["lower_percent"] < 100 * finding.value < row["upper_percent"]), int(row["base"])
    (True, 1000)
    >>> proportion(pd.DataFrame({"はい": [15], "回答": [25]}), count="はい", base="回答").table.round(1).values.tolist()
    [[15.0, 25.0, 60.0, 40.7, 76.6]]
    """
    check_choice("求め方", method, METHODS, en="Method")
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    if (
        (value is None) == (count is None)
        or (count is None) != (base is None)
        or (value is not None and equals is None)
    ):
        raise DataAcademyError(
            "unclear_share",
            "何の割合かが決まりません。",
            "It is not clear what the share is of.",
            fix="一人一行の表なら value= と equals= を、数えた表なら count= と base= を、組で指定してください。",
            fix_en="Give value= and equals= for one row a person, or count= and base= for a counted table.",
        )
    if count is not None:
        rows, parts = _counted(data, count, base, by, weights)
        what, words = count, f"「{count}」"
    else:
        rows, parts = _people(data, value, equals, by, weights)
        what = value
        words = f"「{value}」が" + "・".join(f"「{v}」" for v in _listed(equals)) + "の人"
    table = []
    for group, hits, n, share, n_eff, total in parts:
        lower, upper = share_interval(share, n_eff, method=method, confidence=confidence)
        row = ({by: group} if by else {}) | {"count": hits, "base": n, "share_percent": 100 * share}
        row |= {"lower_percent": 100 * lower, "upper_percent": 100 * upper}
        table.append(row | ({"weighted_base": total} if weights else {}))
    table = pd.DataFrame(table)
    top = table.loc[table["share_percent"].idxmax()]
    where = f"「{top[by]}」で最も高く " if by and len(table) > 1 else ""
    span = interval_words(top["lower_percent"], top["upper_percent"], confidence, unit="%")
    return Analysis(
        table,
        float(top["share_percent"] / 100),
        f"{words}の割合は{where}{top['share_percent']:.1f}%（{int(top['base']):,}のうち{int(top['count']):,}、{span}）です。",
        f"Share of {what}{f' (highest: {top[by]})' if where else ''}: {top['share_percent']:.1f} % of "
        f"{int(top['base']):,}, "
        f"{confidence:.0%} interval {number(top['lower_percent'])}–{number(top['upper_percent'])} %.",
        used=rows.used,
        left_out=rows.left_out,
    )


def share_interval(share: float, n: float, *, method: str = "wilson", confidence: float = 0.95) -> tuple[float, float]:
    """Lower and upper limit (0–1) of a share of ``n`` persons; ``n`` may be an effective number.

    >>> [round(limit, 6) for limit in share_interval(0.6, 25)]
    [0.407395, 0.765967]
    """
    from scipy.stats import beta, norm

    tail = (1 - confidence) / 2
    if method == "exact":
        hits = share * n
        lower = 0.0 if hits <= 0 else float(beta.ppf(tail, hits, n - hits + 1))
        return lower, 1.0 if hits >= n else float(beta.ppf(1 - tail, hits + 1, n - hits))
    z2 = norm.ppf(tail) ** 2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    reach = np.sqrt(z2) * np.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    # at 0 and 1 the limit is the share itself; rounding must not push it out
    return float(np.clip(middle - reach, 0, share)), float(np.clip(middle + reach, share, 1))


def _people(data, value, equals, by, weights) -> tuple[Rows, list]:
    rows = prepare(data, categories=[value, *([by] if by else [])], weights=weights)
    for wanted in _listed(equals):
        check_choice(f"列「{value}」の値", wanted, sorted_values(rows.frame[value]), en=f"Value of {value!r}")
    hit = rows.frame[value].isin(_listed(equals)).to_numpy(dtype=float)
    parts = []
    for group in levels(rows.frame[by], by, least=1) if by else [None]:
        here = np.ones(len(hit), bool) if group is None else (rows.frame[by] == group).to_numpy()
        y, w = hit[here], rows.weights[here]
        share, n = weighted.mean(y, w), len(y)
        parts.append((group, int(y.sum()), n, share, _effective(y, w, share) if weights else n, float(w.sum())))
    return rows, parts


def _effective(y: np.ndarray, w: np.ndarray, share: float) -> float:
    """n divided by the design effect of the share; Kish's number where everybody answers the same."""
    variance = weighted.mean_variance(y, w)
    if len(y) < 2 or not 0 < share < 1 or variance == 0:
        return weighted.effective_n(w)
    return len(y) * share * (1 - share) / (len(y) - 1) / variance


def _counted(data, count, base, by, weights) -> tuple[Rows, list]:
    if weights:
        raise DataAcademyError(
            "weights_on_counts",
            "すでに数えた表には、重みをかけられません。",
            "Weights cannot be used on a table that is already counted.",
            fix="一人一行の表に value= と equals= を指定して、重みをかけてください。",
            fix_en="Use a table with one row a person, with value= and equals=.",
        )
    rows = prepare(data, numbers=[count, base], categories=[by] if by else [])
    frame = rows.frame
    bad = (frame[count] < 0) | (frame[count] > frame[base]) | (frame[base] <= 0)
    if bad.any():
        row = frame[bad].iloc[0]
        raise DataAcademyError(
            "count_above_base",
            f"{int(bad.sum())} 行で、「{count}」が 0 以上「{base}」以下になっていません"
            f"（最初は {row[count]:g} と {row[base]:g}）。",
            f"{count!r} must lie between 0 and {base!r} ({int(bad.sum())} rows do not).",
            fix="列を取りちがえていないか、二重に数えていないかを確かめてください。",
            fix_en="Are the columns swapped, or people counted twice?",
        )
    sums = frame.groupby(by, observed=True)[[count, base]].sum() if by else frame[[count, base]].sum().to_frame().T
    parts = [
        (group, int(hits), int(n), hits / n, n, n) for group, (hits, n) in zip(sums.index, sums.values, strict=True)
    ]
    return rows, parts


def _listed(equals) -> list:
    return list(equals) if isinstance(equals, (list, tuple, set)) else [equals]
