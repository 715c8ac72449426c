"""Does a difference hold everywhere?  The same comparison in every part, and a test of whether the parts differ."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis, number, verdict
from dataacademy.errors import DataAcademyError
from dataacademy.inputs import check_between, prepare, sorted_values, two_groups
from dataacademy.labels import label_of
from dataacademy.stats.compare import compare


def subgroups(
    data: pd.DataFrame,
    *,
    value: str,
    by: str,
    within: str,
    groups: Sequence | None = None,
    unit: str = "",
    confidence: float = 0.95,
) -> Analysis:
    """The difference in mean ``value`` between two groups of ``by`` in every part of ``within``, and if it varies.

    A small p in one part and a large one in another is no sign that the parts differ; ``heterogeneity_p`` asks that.

    groups
        Which two groups of ``by``, first minus second; needed where there are more than two.

    Table, one row a part: ``level, n, n_a, n_b, difference, lower, upper, p_value`` (Welch).  Value: the p-value of
    Cochran's Q, that differences so unlike each other come by chance alone.  Figures: ``heterogeneity_q,
    heterogeneity_df, heterogeneity_p``, ``i2_percent`` (Higgins: the share of their variation beyond chance).

    Q = Σ w (d − d̄)², w = 1/se², d̄ = Σwd/Σw; χ² with parts − 1 degrees of freedom (Cochran 1954).
    Parts with fewer than two rows, or no spread, on one side stand in ``left_out``.
    Errors: ``too_few_groups`` (fewer than two parts can be compared), those of :func:`compare`.
    Checked against a hand calculation; Q of two parts is the square of the z of their two differences.
    When not to use: with parts of a handful of rows (Q then finds nothing, which says nothing), or to look for a part
    where something works after the whole has shown nothing.

    >>> import dataacademy as da
    >>> checkups = da.load("checkups")
    >>> found = subgroups(checkups, value="attended", by="invited_by", within="office", groups=["phone", "letter"])
    >>> bool((found.table["difference"] > 0).all()), bool(found.value > 0.05)  # the call helps, and alike everywhere
    (True, True)
    """
    from scipy.stats import chi2, t

    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    rows = prepare(data, numbers=[value], categories=[by, within])
    first, second = two_groups(rows.frame[by], by, groups, everyone=data[by])
    frame = rows.frame[rows.frame[by].isin([first, second])]
    left_out = list(rows.left_out)
    if len(frame) < len(rows.frame):
        left_out.append(f"ほかの区分の {len(rows.frame) - len(frame):,} 行")
    parts = []
    for level in sorted_values(frame[within]):
        here = frame[frame[within] == level]
        sides = [here.loc[here[by] == g, value] for g in (first, second)]
        if min(map(len, sides)) < 2 or all(s.nunique() < 2 for s in sides):
            left_out.append(f"「{within}」が「{level}」（人数が足りないか、値がすべて同じ）")
            continue
        row = compare(here, value=value, by=by, groups=[first, second], confidence=confidence).table.iloc[0]
        error = (row["upper"] - row["lower"]) / 2 / t.ppf((1 + confidence) / 2, row["df"])
        counts = {"level": level, "n": int(row["n_a"] + row["n_b"]), "n_a": row["n_a"], "n_b": row["n_b"]}
        parts.append(counts | {c: row[c] for c in ("difference", "lower", "upper", "p_value")} | {"_se": error})
    if len(parts) < 2:
        raise DataAcademyError(
            "too_few_groups",
            f"「{within}」のうち、くらべられる区分が {len(parts)} つしかありません。",
            f"Only {len(parts)} part(s) of {within!r} can be compared.",
            fix="どちらの組にも 2 行以上ある区分が、二つ以上要ります。もっと大きな区分の列を選んでください。",
            fix_en="Two parts with two rows or more on each side are needed; choose wider parts.",
        )
    table = pd.DataFrame(parts)
    gaps, weights = table["difference"].to_numpy(float), 1 / table.pop("_se").to_numpy(float) ** 2
    q = float(np.sum(weights * (gaps - np.average(gaps, weights=weights)) ** 2))
    free = len(table) - 1
    p = float(chi2.sf(q, free))
    figures = {"heterogeneity_q": q, "heterogeneity_df": free, "heterogeneity_p": p}
    figures["i2_percent"] = 100 * max(0.0, 1 - free / q) if q else 0.0
    return Analysis(
        table,
        p,
        f"「{label_of(value)}」の「{first}」と「{second}」の差は、「{label_of(within)}」の {len(table)} 区分で "
        f"{number(gaps.min())}{unit} から {number(gaps.max())}{unit} まであります。"
        f"区分による差の違いは、{verdict(p, confidence, '違い')}。",
        f"{first} minus {second} in {len(table)} parts of {within}: {number(gaps.min())} to {number(gaps.max())}; "
        f"heterogeneity Q = {q:.3g}, df = {free}, p = {p:.3g}.",
        used={"行": int(table["n"].sum())},
        left_out=tuple(left_out),
        figures=figures,
        assumptions=(
            "区分ごとに、ばらつきの違いを許すウェルチの方法で幅を出しています。",
            "違いが見つからないことは、どの区分でも同じだという証拠ではありません。",
        ),
    )
