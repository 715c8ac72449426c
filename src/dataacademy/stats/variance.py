"""Several groups, one number: do the means differ at all, and which pairs do."""

from __future__ import annotations

from functools import cache
from itertools import combinations

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis, number, verdict
from dataacademy.errors import DataAcademyError, check_choice
from dataacademy.inputs import centred, check_between, levels, prepare
from dataacademy.labels import label_of
from dataacademy.stats.ranks import rank_difference

METHODS = {
    "anova": "分散分析と、テューキーの方法による組ごとの比較",
    "welch": "ウェルチの分散分析と、ゲームス・ハウエルの方法による組ごとの比較",
    "kruskal": "クラスカル・ウォリスの検定と、順位による組ごとの比較（ホルムの調整）",
}


def anova(
    data: pd.DataFrame,
    *,
    value: str,
    by: str,
    method: str = "anova",
    unit: str = "",
    confidence: float = 0.95,
) -> Analysis:
    """Whether ``value`` differs between the groups of ``by``, and between which pairs of them.

    method
        ``anova`` (one common spread; pairs by Tukey–Kramer), ``welch`` (spreads may differ; pairs by Games–Howell),
        ``kruskal`` (ranks; pairs by Mann–Whitney, p-values after Holm, intervals one by one).

    Table, one row a pair: ``group_a, group_b, n_a, n_b, mean_a, mean_b, difference`` (b − a), ``lower, upper, p_value``
    (for all pairs together).  Figures: ``statistic, df1, df2, p_value`` and ``eta_squared`` (share of the spread that
    lies between the groups; for ``kruskal`` (H − k + 1)/(n − k)), with ``anova`` also ``ss_between, ss_within,
    residual_sd``.  Value: ``eta_squared``.

    Numbers are centred exactly before they are squared.  Errors: ``one_category``, ``empty_group``,
    ``one_row_group``, ``no_spread``, ``too_many_levels``, those of :func:`~dataacademy.inputs.prepare`.
    Checked against the NIST StRD sets SiRstv and SmLs01–09 (at least 9 digits of F, sums of squares and R²), R ``aov``
    + ``TukeyHSD`` (PlantGrowth), ``oneway.test`` and ``kruskal.test`` (airquality).
    When not to use: the same persons asked several times, or weighted samples (``da.survey.Design``).

    >>> import dataacademy as da
    >>> finding = anova(da.load("areas"), value="households", by="quarter", unit="世帯")
    >>> len(finding.table), sorted(finding.figures)[:3]
    (6, ['df1', 'df2', 'eta_squared'])
    """
    check_choice("求め方", method, list(METHODS), en="Method")
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    rows = prepare(data, numbers=[value], categories=[by])
    groups = levels(rows.frame[by], by)
    everyone = rows.frame[value].to_numpy()
    numbers = centred(everyone)
    places = [(rows.frame[by] == group).to_numpy() for group in groups]
    values = [numbers[here] for here in places]
    _check(values, groups, value)
    figures = {"anova": _classic, "welch": _welch, "kruskal": _kruskal}[method](values)
    table = pd.DataFrame(
        {"group_a": groups[i], "group_b": groups[j], "n_a": len(values[i]), "n_b": len(values[j])}
        | {"mean_a": everyone[places[i]].mean(), "mean_b": everyone[places[j]].mean()}
        | _pair(values, i, j, method, figures, confidence)
        for i, j in combinations(range(len(groups)), 2)
    )
    if method == "kruskal":
        table["p_value"] = _holm(table["p_value"].to_numpy())
    apart = table[table["p_value"] < 1 - confidence]
    widest = table.loc[table["difference"].abs().idxmax()]
    high, low = ("group_b", "group_a") if widest["difference"] > 0 else ("group_a", "group_b")
    gap = number(abs(widest["difference"]))
    return Analysis(
        table,
        float(figures["eta_squared"]),
        f"「{label_of(value)}」の {len(groups)} 区分のあいだの差は、{verdict(figures['p_value'], confidence)}。"
        f"ばらつき全体の {100 * figures['eta_squared']:.1f}% が区分のちがいです。最も開くのは「{widest[high]}」と"
        f"「{widest[low]}」の {gap}{unit} で、{len(table)} 組のうち {len(apart)} 組に、偶然をこえる差がありました。",
        f"{value} by {by}: statistic {number(figures['statistic'])}, p = {figures['p_value']:.3g}, eta² = "
        f"{figures['eta_squared']:.3f}; widest gap {gap} ({widest[high]} – {widest[low]}); {len(apart)} of "
        f"{len(table)} "
        "pairs differ.",
        used=rows.used,
        left_out=rows.left_out,
        figures=figures,
        assumptions=(
            f"求め方は{METHODS[method]}。",
            "組ごとの p 値は、たくさんの組を一度に見ることを見こんだ値です。",
        ),
    )


def _check(values: list[np.ndarray], groups: list, value: str) -> None:
    for group, numbers in zip(groups, values, strict=True):
        if len(numbers) < 2:
            raise DataAcademyError(
                "one_row_group",
                f"「{group}」には 1 行しかないので、ばらつきが分かりません。",
                f"Group {group!r} has a single row.",
                fix="その区分を除くか、近い区分とまとめてください。",
                fix_en="Leave the group out, or join it with a similar one.",
            )
    if all(np.ptp(numbers) == 0 for numbers in values):
        raise DataAcademyError(
            "no_spread",
            f"「{value}」の値がどの区分の中でもまったく同じなので、検定できません。",
            f"{value!r} does not vary within the groups.",
            fix="丸めすぎた値や、区分ごとに一つしかない値ではないか、確かめてください。",
            fix_en="Is it rounded too far, or one value per group?",
        )


def _classic(values: list[np.ndarray]) -> dict[str, float]:
    from scipy.stats import f

    everyone = np.concatenate(values)
    between = sum(len(v) * (v.mean() - everyone.mean()) ** 2 for v in values)
    within = sum(((v - v.mean()) ** 2).sum() for v in values)
    df1, df2 = len(values) - 1, len(everyone) - len(values)
    statistic = (between / df1) / (within / df2)
    return {
        "statistic": float(statistic),
        "df1": df1,
        "df2": df2,
        "p_value": float(f.sf(statistic, df1, df2)),
        "eta_squared": float(between / (between + within)),
        "ss_between": float(between),
        "ss_within": float(within),
        "residual_sd": float(np.sqrt(within / df2)),
    }


def _welch(values: list[np.ndarray]) -> dict[str, float]:
    from scipy.stats import f

    flat = [i for i, v in enumerate(values) if np.ptp(v) == 0]
    if flat:
        raise DataAcademyError(
            "no_spread",
            f"{len(flat)} 個の区分で値がまったく同じなので、welch は使えません。",
            f"{len(flat)} groups do not vary; 'welch' needs a spread in each.",
            fix="method を指定しないか、その区分を除いてください。",
            fix_en="Leave method out, or leave those groups out.",
        )
    k = len(values)
    precision = np.array([len(v) / v.var(ddof=1) for v in values])
    share = precision / precision.sum()
    means = np.array([v.mean() for v in values])
    spare = sum((1 - s) ** 2 / (len(v) - 1) for s, v in zip(share, values, strict=True))
    top = (precision * (means - np.dot(share, means)) ** 2).sum() / (k - 1)
    statistic = top / (1 + 2 * (k - 2) * spare / (k**2 - 1))
    df2 = (k**2 - 1) / (3 * spare)
    figures = {"statistic": float(statistic), "df1": k - 1, "df2": float(df2)}
    figures["p_value"] = float(f.sf(statistic, k - 1, df2))
    return figures | {"eta_squared": _classic(values)["eta_squared"]}


def _kruskal(values: list[np.ndarray]) -> dict[str, float]:
    from scipy.stats import kruskal

    test = kruskal(*values)
    n, k = sum(map(len, values)), len(values)
    return {
        "statistic": float(test.statistic),
        "df1": k - 1,
        "p_value": float(test.pvalue),
        "eta_squared": float(max(0.0, (test.statistic - k + 1) / (n - k))),
    }


def _pair(values: list[np.ndarray], i: int, j: int, method: str, figures: dict, confidence: float) -> dict[str, float]:
    """Difference j − i with its interval and p-value."""
    from scipy.stats import studentized_range

    a, b = values[i], values[j]
    if method == "kruskal":
        found = rank_difference(b, a, confidence)
        return {name: found[name] for name in ("difference", "lower", "upper", "p_value")}
    if method == "anova":
        error, df = figures["residual_sd"] * np.sqrt((1 / len(a) + 1 / len(b)) / 2), figures["df2"]
    else:
        va, vb = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
        error, df = np.sqrt((va + vb) / 2), (va + vb) ** 2 / (va**2 / (len(a) - 1) + vb**2 / (len(b) - 1))
    gap = b.mean() - a.mean()
    reach = _range_limit(confidence, len(values), float(df)) * error
    p = studentized_range.sf(abs(gap) / error, len(values), df)
    return {"difference": gap, "lower": gap - reach, "upper": gap + reach, "p_value": float(np.clip(p, 0, 1))}


@cache
def _range_limit(confidence: float, k: int, df: float) -> float:
    """Upper limit of the studentized range: slow to find, and the same for all pairs with one spread."""
    from scipy.stats import studentized_range

    return float(studentized_range.ppf(confidence, k, df))


def _holm(p: np.ndarray) -> np.ndarray:
    """Holm's step-down adjustment of p-values for looking at all of them."""
    order = np.argsort(p)
    stepped = np.maximum.accumulate(p[order] * (len(p) - np.arange(len(p))))
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(stepped, 1)
    return adjusted
