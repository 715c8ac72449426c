"""Were the two arms alike before anything was done?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dataacademy import weighted
from dataacademy.analysis import Analysis, number
from dataacademy.effect.arms import Arms, columns_of, two_arms
from dataacademy.effect.checks import check_roles, listed
from dataacademy.errors import DataAcademyError
from dataacademy.inputs import weights_of
from dataacademy.labels import label_of

LARGE = 0.1  # a standardised difference that is commonly called worth a look (Austin 2009)


def balance(
    data: pd.DataFrame,
    *,
    group: str,
    covariates: Sequence[str] | str,
    treated=None,
    control=None,
    weights: str | None = None,
) -> Analysis:
    """How different the two arms of ``group`` were in what was known before: standardised differences.

    group, treated, control
        The column of the lot, the value of those who got the measure (not needed for yes/no), and of those who did not
        (needed where there are more than two values).
    covariates
        Columns known before the lot was drawn: numbers, yes/no, or categories (one row for each of their values).

    Table, one row a column or level: ``variable, level, n_treated, n_control, mean_treated, mean_control, difference,
    standardised_difference, variance_ratio`` (shares of yes and of levels as 0–1; empty cells left out of that row).
    A column without spread within the arms that differs between them has no standardised difference (empty).
    Value: the largest standardised difference in size (without a unit).  Figures: ``largest_difference, chance``
    (1.96·√(1/n₁ + 1/n₀): what chance alone stays within in 95 of 100 columns).

    Standardised difference: (mean₁ − mean₀) / √((s₁² + s₀²)/2), for levels s² = p(1 − p)  (Austin 2009).
    Errors: ``one_arm``, ``not_two_arms``, ``which_treated``, ``no_covariates``, ``empty_arm``, text instead of numbers.
    Checked against R (own formula on the same people).
    When not to use: to choose what to adjust for after having seen the effect; and a test of "no difference" is
    no use after a lot, where every difference is chance.

    >>> import dataacademy as da
    >>> stations = da.load("stations")
    >>> found = balance(stations, group="arm", treated="sign", control="control", covariates=["households", "kind"])
    >>> found.table["variable"].tolist()
    ['households', 'kind', 'kind', 'kind']
    >>> abs(found.value) < 1, found.figures["chance"] > 0.2
    (True, True)
    """
    arms = two_arms(data, group, treated, control)
    names = listed(covariates)
    check_roles([group, *names])
    if not names:
        raise DataAcademyError(
            "no_covariates",
            "見くらべる列（covariates）がありません。",
            "There is no column to compare.",
            fix='くじの前から分かっていた列を指定してください（例：covariates=["世帯数"]）。',
            fix_en="Name columns that were known before, e.g. covariates=['households'].",
        )
    w = weights_of(arms.data, weights) if weights else np.ones(len(arms.data))
    rows = [
        _row(variable, level, x, arms.treated, w, share=bool(level) or pd.api.types.is_bool_dtype(arms.data[variable]))
        for variable, level, x in columns_of(arms.data, names)
    ]
    table = pd.DataFrame(rows)
    apart = table[table["standardised_difference"].isna()]  # no spread within the arms, and yet they differ
    gap = table["standardised_difference"].abs()
    far = table.iloc[0] if gap.isna().all() else table.loc[gap.idxmax()]
    n1, n0 = int(arms.treated.sum()), int((~arms.treated).sum())
    chance = float(1.96 * np.sqrt(1 / n1 + 1 / n0))
    size = far["standardised_difference"]
    within = "くじの偶然でも出る大きさです" if abs(size) <= chance else "くじの偶然ではあまり出ない大きさです"
    said = [
        f"{_named(row, arms)}。群の中ではどの行も同じなのに群の間ではちがうので、くじで決まったとは考えにくい列です。"
        for _, row in apart.iterrows()
    ]
    if len(apart) < len(table):
        said.append(
            f"始まる前から最もちがっていたのは{_named(far, arms)}、標準化した差（差÷ばらつき）は {size:.2f} です"
            f"（偶然だけでも ±{chance:.2f} ほどは出るので、{within}）。"
        )
    return Analysis(
        table,
        float(size),
        "".join(said),
        f"Largest difference before: {far['variable']} {far['level']}".rstrip()
        + f", {number(far['mean_treated'])} ({arms.called[0]}) and {number(far['mean_control'])} ({arms.called[1]}), "
        f"standardised {size:.2f} (chance alone: ±{chance:.2f}).",
        used={"した": n1, "しなかった": n0},
        left_out=arms.left_out,
        figures={"largest_difference": float(size), "chance": chance},
        assumptions=(
            f"目安は ±{LARGE:g} ですが、件数が少ないと偶然だけで超えます。結果に効きそうな列なら、そろえて"
            "（covariates に入れて）効果を求めます。",
        ),
    )


def _named(row: pd.Series, arms: Arms) -> str:
    """A column or level and what it is in each arm; shares in percent."""
    share = bool(row["level"]) or pd.api.types.is_bool_dtype(arms.data[row["variable"]])
    means = [f"{number(100 * row[c])}%" if share else number(row[c]) for c in ("mean_treated", "mean_control")]
    what = f"「{label_of(row['variable'])}」" + (f"が「{row['level']}」の割合" if row["level"] else "")
    return f"{what}で、「{arms.called[0]}」{means[0]}、「{arms.called[1]}」{means[1]}"


def _row(variable: str, level: str, x: np.ndarray, treated: np.ndarray, w: np.ndarray, *, share: bool) -> dict:
    known = ~np.isnan(x)
    parts = [(x[known & side], w[known & side]) for side in (treated, ~treated)]
    if min(len(values) for values, _ in parts) == 0:
        raise DataAcademyError(
            "empty_arm",
            f"列「{variable}」は、一方の群ですべて空欄です。",
            f"Column {variable!r} is empty throughout one of the arms.",
            fix="その列を除くか、ファイルの読み込み方を確かめてください。",
            fix_en="Leave the column out, or check how the file was read.",
            column=str(variable),
        )
    means = [weighted.mean(values, weights) for values, weights in parts]
    spread = [m * (1 - m) if share else weighted.variance(*part) for m, part in zip(means, parts, strict=True)]
    gap, pooled = means[0] - means[1], np.sqrt(sum(spread) / 2)
    return {
        "variable": variable,
        "level": level,
        "n_treated": len(parts[0][0]),
        "n_control": len(parts[1][0]),
        "mean_treated": means[0],
        "mean_control": means[1],
        "difference": gap,
        "standardised_difference": gap / pooled if pooled > 0 else (0.0 if gap == 0 else np.nan),
        "variance_ratio": spread[0] / spread[1] if spread[1] > 0 else np.nan,
    }
