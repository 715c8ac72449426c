"""Two groups, one number: how large the difference is, how sure that is, and whether it matters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dataacademy import weighted
from dataacademy.analysis import Analysis, interval_words, number, verdict
from dataacademy.errors import DataAcademyError, check_choice, check_columns
from dataacademy.inputs import Rows, centred, check_between, prepare, two_groups
from dataacademy.labels import label_of
from dataacademy.stats.ranks import rank_difference

METHODS = {
    "welch": "ウェルチのt検定",
    "student": "スチューデントのt検定",
    "mann_whitney": "マン・ホイットニーの検定",
    "paired": "対応のあるt検定",
}
EFFECTS = {"cohen_d": "標準化した差 d", "cohen_dz": "標準化した差 dz", "rank_biserial": "順位双列相関"}


def compare(
    data: pd.DataFrame,
    *,
    value: str,
    by: str,
    groups: Sequence | None = None,
    method: str = "welch",
    pair: str | None = None,
    weights: str | None = None,
    unit: str = "",
    confidence: float = 0.95,
) -> Analysis:
    """The difference in ``value`` between two groups of ``by`` (the first minus the second), with its interval.

    groups
        Which two, and in which order; needed where ``by`` has more than two values.
    method
        ``welch`` (means; spreads may differ), ``student`` (means; one common spread), ``mann_whitney`` (ranks, for
        skewed numbers and ordered answers; the difference is Hodges–Lehmann's, the median of all differences between
        two persons), ``paired`` (the same persons twice; ``pair`` names the column that tells who is who).
    weights
        Means of people that rows stand for, errors by linearisation; ``welch`` only.

    Table, one row: ``group_a, group_b, n_a, n_b, mean_a, mean_b, median_a, median_b, difference, lower, upper,
    statistic, df, p_value, effect, effect_size``.  Value: the difference, in the unit of ``value``.
    ``effect_size``: Cohen's d (difference / pooled SD), dz (paired: / SD of the differences), or the rank-biserial
    correlation 2U/(n₁n₂) − 1 (−1…1).

    Errors: ``three_groups``, ``empty_group``, ``one_row_group``, ``no_spread``, ``no_pairs``, ``weights_not_possible``,
    those of :func:`~dataacademy.inputs.prepare`.
    Checked against R ``t.test`` and ``wilcox.test`` (sleep, airquality) and ``survey::svyttest`` with strata.
    When not to use: to say what caused a difference (groups differ in other things too; see :func:`simpson`), and one
    pair after another among many groups (use :func:`anova`).

    >>> import dataacademy as da
    >>> areas = da.load("areas")
    >>> finding = compare(areas, value="population", by="quarter", groups=["ニュータウン", "農村"], unit="人")
    >>> row = finding.table.iloc[0]
    >>> bool(row["lower"] < finding.value < row["upper"]), row["effect"]
    (True, 'cohen_d')
    """
    check_choice("求め方", method, list(METHODS), en="Method")
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    if weights and method != "welch":
        raise DataAcademyError(
            "weights_not_possible",
            f"重みをかけられるのは welch だけです（指定は {method}）。",
            f"Weights can only be used with 'welch', not {method!r}.",
            fix="method を指定しないか、重みなしで比べてください。",
            fix_en="Leave method out, or compare without weights.",
        )
    rows = prepare(data, numbers=[value], categories=[by], weights=weights)
    first, second = two_groups(rows.frame[by], by, groups, everyone=data[by])
    left_out = list(rows.left_out)
    others = int((~rows.frame[by].isin([first, second])).sum())
    if others:
        left_out.append(f"ほかの区分の {others:,} 行")
    if method == "paired":
        a, b, alone = _pairs(data, value, by, pair, first, second)
        wa = wb = np.ones(len(a))
        left_out += alone
    else:
        (a, wa), (b, wb) = (_group(rows, value, by, g) for g in (first, second))
    result = _difference(a, wa, b, wb, method, value, confidence)
    table = pd.DataFrame(
        [
            {"group_a": first, "group_b": second, "n_a": len(a), "n_b": len(b)}
            | {"mean_a": weighted.mean(a, wa), "mean_b": weighted.mean(b, wb)}
            | {"median_a": weighted.quantile(a, wa, 0.5).item(), "median_b": weighted.quantile(b, wb, 0.5).item()}
            | result
        ]
    )
    row = table.iloc[0]
    kind = "median" if method == "mann_whitney" else "mean"
    word = {"median": "中央値", "mean": "平均"}[kind]
    return Analysis(
        table,
        float(row["difference"]),
        f"「{label_of(value)}」の{word}は「{first}」{number(row[f'{kind}_a'])}{unit}、「{second}」"
        f"{number(row[f'{kind}_b'])}{unit} で、差は {number(row['difference'])}{unit}"
        f"（{interval_words(row['lower'], row['upper'], confidence, unit=unit)}）。"
        f"{verdict(row['p_value'], confidence)}。",
        f"{kind} of {value}: {first} {number(row[f'{kind}_a'])}, {second} {number(row[f'{kind}_b'])}; difference "
        f"{number(row['difference'])} ({confidence:.0%} interval {number(row['lower'])} to {number(row['upper'])}, "
        f"p = {row['p_value']:.3g}).",
        used={"行": len(a) + len(b)} | ({"重みの合計": float(wa.sum() + wb.sum())} if weights else {}),
        left_out=tuple(left_out),
        assumptions=(
            f"求め方は{METHODS[method]}。効果の大きさは{EFFECTS[row['effect']]}。",
            "差があることは、原因がその区分にあることを意味しません。",
        ),
    )


def _group(rows: Rows, value: str, by: str, group) -> tuple[np.ndarray, np.ndarray]:
    here = (rows.frame[by] == group).to_numpy()
    return rows.frame[value].to_numpy()[here], rows.weights[here]


def _pairs(data, value, by, pair, first, second) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Values of both groups for every ``pair`` that has both, and who is left out."""
    if pair is None:
        raise DataAcademyError(
            "no_pairs",
            "対応のある比較には、同じ人（もの）を示す列が要ります。",
            "A paired comparison needs the column that tells who is who.",
            fix="pair= に番号の列を指定してください。なければ method を指定せずに比べます。",
            fix_en="Name it with pair=, or compare without method='paired'.",
        )
    check_columns(data, [pair], table="渡した表")
    both = data[data[by].isin([first, second])]
    nobody = int(both[pair].isna().sum())
    both = both.dropna(subset=[pair])
    twice = both.duplicated([pair, by])
    if twice.any():
        raise DataAcademyError(
            "duplicate",
            f"「{pair}」が同じ行が、一つの区分の中に二つ以上あります（たとえば「{both[pair][twice].iloc[0]}」）。",
            f"{pair!r} occurs twice within a group ({both[pair][twice].iloc[0]!r}).",
            fix="一人一つの値にまとめてから比べてください。",
            fix_en="Put them together to one value a person first.",
        )
    wide = both.pivot(index=pair, columns=by, values=value)
    wide = wide.reindex(columns=pd.Index([first, second], dtype=wide.columns.dtype)).astype(float)
    complete = wide.dropna()
    left_out = [f"列「{pair}」が空欄の {nobody:,} 行"] if nobody else []
    if len(wide) > len(complete):
        left_out.append(f"片方しか値のない {len(wide) - len(complete):,} 組")
    return complete[first].to_numpy(), complete[second].to_numpy(), left_out


def _difference(a, wa, b, wb, method: str, value: str, confidence: float) -> dict:
    from scipy.stats import t

    if method == "mann_whitney":
        return rank_difference(a, b, confidence)
    if min(len(a), len(b)) < 2:
        raise DataAcademyError(
            "one_row_group",
            f"一方に {min(len(a), len(b))} 行しかないので、ばらつきが分からず、くらべられません。",
            "One side has fewer than two rows: its spread is unknown.",
            fix="区分をまとめるか、データを増やしてください。",
            fix_en="Join groups, or collect more.",
        )
    middle = centred(np.concatenate([a, b]))  # the common part of large numbers would eat the digits that differ
    a, b = middle[: len(a)], middle[len(a) :]
    gap = weighted.mean(a, wa) - weighted.mean(b, wb)
    if method == "paired":
        variance = [weighted.mean_variance(a - b, wa)]
        df = len(a) - 1
        spread = np.std(a - b, ddof=1)
    else:
        variance = [weighted.mean_variance(a, wa), weighted.mean_variance(b, wb)]
        inside = (len(a) - 1) * weighted.variance(a, wa) + (len(b) - 1) * weighted.variance(b, wb)
        spread, df = np.sqrt(inside / (len(a) + len(b) - 2)), len(a) + len(b) - 2
        if method == "student":
            variance = [spread**2 / len(a), spread**2 / len(b)]
        elif sum(variance) > 0:
            df = sum(variance) ** 2 / sum(v**2 / (n - 1) for v, n in zip(variance, (len(a), len(b)), strict=True))
    error = np.sqrt(sum(variance))
    if error == 0:
        raise DataAcademyError(
            "no_spread",
            f"「{value}」の値がどの区分の中でもまったく同じなので、検定できません。",
            f"{value!r} does not vary within the groups; there is nothing to test.",
            fix="丸めすぎた値や、区分ごとに一つしかない値ではないか、確かめてください。",
            fix_en="Is it rounded too far, or one value per group?",
        )
    reach = t.ppf((1 + confidence) / 2, df) * error
    return {
        "difference": gap,
        "lower": gap - reach,
        "upper": gap + reach,
        "statistic": gap / error,
        "df": df,
        "p_value": float(2 * t.sf(abs(gap / error), df)),
        "effect": "cohen_dz" if method == "paired" else "cohen_d",
        "effect_size": gap / spread,
    }
