"""How far people who code the same things agree, once chance is taken out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis, interval_words
from dataacademy.errors import DataAcademyError, check_choice, check_columns
from dataacademy.inputs import MAX_LEVELS, check_between, check_table, floats, sorted_values
from dataacademy.stats.shares import share_interval

LEVELS = ("nominal", "ordinal", "interval")
PERCENT, KAPPA, ALPHA = "一致率", "カッパ係数", "クリッペンドルフのα"


@dataclass(frozen=True)
class Agreement(Analysis):
    """``.crosstab``: codes of the first coder (rows) by those of the second, the two of them only.

    ``.disagreements``: pairs of codes on which the two differ, most often first: ``code_a`` (of the first coder),
    ``code_b``, ``count``, ``reverse`` (the other way round), ``p_value`` (exact sign test: is it lopsided?).
    """

    crosstab: Any = None
    disagreements: Any = None


def agreement(
    data: pd.DataFrame,
    *,
    coders: Sequence[str],
    level: str = "nominal",
    confidence: float = 0.95,
    repeats: int = 2000,
    seed: int = 20260401,
) -> Agreement:
    """Cohen's kappa (every two coders) and Krippendorff's alpha (all of them, missing codes allowed).

    coders
        Columns with the codes, one a coder; a row is what was coded.
    level
        nominal (codes), ordinal (numbers or an ordered categorical), interval (numbers): how alpha weighs differences.
        Kappa takes every difference alike.
    repeats, seed
        Rows are drawn so often for alpha's interval; where chance begins.

    Table: ``measure`` (一致率, カッパ係数, クリッペンドルフのα), ``coders``, ``units`` (rows used), ``estimate, lower,
    upper``.  Value: kappa of two nominal coders, else alpha.  Figures: ``krippendorff_alpha``,
    ``repeats``, ``seed``, of two coders ``kappa`` and ``percent`` (of equal codes).

    κ = (p_o − p_e)/(1 − p_e) (Cohen 1960) with the large-sample error of Fleiss, Cohen & Everitt (1969);
    α = 1 − D_o/D_e from coincidences (Krippendorff 2011), percentile interval over redrawn rows; share of agreement
    with Wilson's interval.
    Errors: unknown_column, two_coders (fewer than two), all_missing, no_common_rows, one_category, no_order,
    not_numeric, too_many_levels, out_of_range.
    Checked against Krippendorff's (2011) examples, R ``psych::cohen.kappa``, statsmodels ``cohens_kappa``.
    When not to use: to show that codes are right: two people may share a mistake.  With one very frequent code both
    measures fall although few codes differ: show the table, too.

    >>> import dataacademy as da
    >>> found = agreement(da.load("hearing"), coders=["coder_a", "coder_b"])
    >>> round(found.value, 3), found.disagreements.iloc[0][["code_a", "code_b"]].tolist()
    (0.608, ['community', 'health'])
    """
    check_table(data)
    coders = [coders] if isinstance(coders, str) else list(coders)
    check_choice("尺度（level）", level, LEVELS, en="Level")
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    check_between("引き直す回数（repeats）", repeats, 0, np.inf, en="repeats")
    if len(dict.fromkeys(coders)) < 2 or len(set(coders)) < len(coders):
        raise DataAcademyError(
            "two_coders",
            "一致を見るには、ちがう人の分類の列が二つ以上要ります。",
            "Agreement needs two or more different columns of codes.",
            fix='coders=["担当者A", "担当者B"] のように、列を並べてください。',
            fix_en='For example coders=["coder_a", "coder_b"].',
        )
    check_columns(data, coders, table="渡した表")
    codes, values = _codes(data, coders, level)
    rows = [
        _pair(codes[:, [i, j]], f"{coders[i]}・{coders[j]}", confidence) for i, j in combinations(range(len(coders)), 2)
    ]
    table = pd.DataFrame([row for pair in rows for row in pair])
    several = (codes >= 0).sum(axis=1) >= 2
    alpha, low, high = _alpha(codes[several], values, level, confidence, int(repeats), seed)
    whole = {"measure": ALPHA, "coders": "・".join(coders), "units": int(several.sum())}
    table.loc[len(table)] = whole | {"estimate": alpha, "lower": low, "upper": high}
    two = len(coders) == 2
    cross, differing = _differences(codes, values) if two else (None, None)
    percent, kappa = (rows[0][0], rows[0][1]) if two else (None, None)
    use_kappa = two and level == "nominal"
    head = kappa if use_kappa else table.iloc[-1]
    ja = f"偶然を除いた一致（{head['measure']}）は {head['estimate']:.2f}"
    ja += f"（{interval_words(head['lower'], head['upper'], confidence)}、{head['units']:,} 件）です。"
    en = f"{'Cohens kappa' if use_kappa else 'Krippendorffs alpha'} {head['estimate']:.2f} on {head['units']:,} units."
    if two:
        ja = f"一致した割合は {100 * percent['estimate']:.1f}%、" + ja
        en = f"Agreement {100 * percent['estimate']:.1f} %; " + en
        if len(differing):
            most = differing.iloc[0]
            ja += f"最も偏った食いちがいは、{coders[0]}が「{most['code_a']}」、"
            ja += f"{coders[1]}が「{most['code_b']}」としたもので、"
            ja += f"{most['count']} 件（逆は {most['reverse']} 件）です。"
    alone = int((~several).sum())
    figures = {"krippendorff_alpha": float(alpha), "repeats": int(repeats), "seed": seed}
    if two:
        figures |= {"kappa": float(kappa["estimate"]), "percent": 100 * float(percent["estimate"])}
    return Agreement(
        table,
        float(head["estimate"]),
        ja,
        en,
        used={"分けたもの": int(several.sum())},
        left_out=(f"分類が一人分以下の {alone:,} 行",) if alone else (),
        figures=figures,
        assumptions=(
            "二人が互いの分類を見ずに、別々に分けたことが前提です。",
            "一つの分類がとても多いと、食いちがいが少なくても、偶然を除いた一致は小さくなります。表も見てください。",
        ),
        crosstab=cross,
        disagreements=differing,
    )


def _codes(data: pd.DataFrame, coders: list[str], level: str) -> tuple[np.ndarray, list]:
    """Number of the code in ``values`` (−1: none), units × coders; the values in order."""
    columns = {c: data[c] for c in coders}
    for name, column in columns.items():
        if column.isna().all():
            raise DataAcademyError(
                "all_missing",
                f"列「{name}」はすべて空欄です。",
                f"Column {name!r} is empty in every row.",
                fix="その人を coders= から外すか、列の名前を確かめてください。",
                fix_en="Leave that coder out, or check the name of the column.",
                column=name,
            )
    ordered = [c.dtype for c in columns.values() if isinstance(c.dtype, pd.CategoricalDtype) and c.dtype.ordered]
    if level == "ordinal" and len(ordered) == len(columns) and all(d == ordered[0] for d in ordered):
        values = list(ordered[0].categories)
    elif level == "nominal":
        values = sorted_values(pd.concat([c.astype(object) for c in columns.values()], ignore_index=True))
    else:
        if level == "ordinal" and not all(pd.api.types.is_numeric_dtype(c) for c in columns.values()):
            raise DataAcademyError(
                "no_order",
                'level="ordinal" には、数か、順序の付いた分類（同じ順序）が要ります。',
                "Ordinal codes must be numbers, or ordered categoricals with the same order in every column.",
                fix='順序を付けてください（例：列.astype(pd.CategoricalDtype(["低", "中", "高"], ordered=True))）。',
                fix_en="Use pd.CategoricalDtype([...], ordered=True).",
            )
        columns = {name: pd.Series(floats(c, name)) for name, c in columns.items()}
        values = sorted_values(pd.concat(columns.values(), ignore_index=True))
    if len(values) < 2:
        raise DataAcademyError(
            "one_category",
            f"分類が「{values[0]}」の 1 種類だけなので、偶然を除いた一致は決まりません。",
            f"There is only one code ({values[0]!r}): agreement beyond chance is undefined.",
            fix="分類が二つ以上ある列を選んでください。",
            fix_en="Choose columns with at least two codes.",
        )
    if level != "interval" and len(values) > MAX_LEVELS:
        raise DataAcademyError(
            "too_many_levels",
            f"分類が {len(values):,} 種類あります。分類として使えるのは {MAX_LEVELS} 種類までです。",
            f"There are {len(values)} codes; at most {MAX_LEVELS} can be used.",
            fix='番号や文章の列ではありませんか。数の大きさを比べるなら level="interval" です。',
            fix_en='Is it a column of identifiers? For amounts use level="interval".',
        )
    index = pd.Index(values)
    codes = [index.get_indexer(c.astype(object)) for c in columns.values()]
    return np.column_stack(codes), values


def _pair(codes: np.ndarray, names: str, confidence: float) -> tuple[dict, dict]:
    """Share of agreement and kappa of two coders, on what both of them coded."""
    from scipy.stats import norm

    both = codes[(codes >= 0).all(axis=1)]
    n = len(both)
    if n == 0:
        raise DataAcademyError(
            "no_common_rows",
            f"「{names}」の二人がどちらも分類した行がありません。",
            f"{names}: no row was coded by both.",
            fix="二人が同じものを分けた列を選んでください。",
            fix_en="Choose coders who coded the same things.",
        )
    k = int(both.max()) + 1
    p = np.bincount(both[:, 0] * k + both[:, 1], minlength=k * k).reshape(k, k) / n
    row, column, agreed = p.sum(axis=1), p.sum(axis=0), float(np.trace(p))
    chance = float(row @ column)
    share = {"measure": PERCENT, "coders": names, "units": n, "estimate": agreed}
    share |= dict(zip(("lower", "upper"), share_interval(agreed, n, confidence=confidence), strict=True))
    if chance == 1:  # both used one and the same code throughout
        return share, {"measure": KAPPA, "coders": names, "units": n} | dict.fromkeys(
            ("estimate", "lower", "upper"), np.nan
        )
    kappa = (agreed - chance) / (1 - chance)
    # Fleiss, Cohen & Everitt (1969), eq. 13
    diagonal = (np.diag(p) * ((1 - chance) - (row + column) * (1 - agreed)) ** 2).sum()
    off = p * (column[:, None] + row[None, :]) ** 2
    off = (1 - agreed) ** 2 * (off.sum() - np.trace(off))
    variance = (diagonal + off - (agreed * chance - 2 * chance + agreed) ** 2) / (n * (1 - chance) ** 4)
    reach = norm.ppf((1 + confidence) / 2) * np.sqrt(max(variance, 0))
    found = {"measure": KAPPA, "coders": names, "units": n, "estimate": kappa}
    return share, found | {"lower": kappa - reach, "upper": min(1.0, kappa + reach)}


def _alpha(codes, values, level, confidence, repeats, seed) -> tuple[float, float, float]:
    """Krippendorff's alpha and its percentile interval over ``repeats`` samples of the units."""
    if len(codes) == 0:
        return (np.nan,) * 3
    ones = np.ones((1, len(codes)))
    draws = np.random.default_rng(seed).multinomial(len(codes), np.full(len(codes), 1 / len(codes)), size=repeats)
    measure = _interval_alpha if level == "interval" else _coded_alpha
    alpha = measure(codes, values, level, ones)[0]
    again = measure(codes, values, level, draws.astype(float))
    again = again[np.isfinite(again)]
    tail = 50 * (1 - confidence)
    low, high = np.percentile(again, [tail, 100 - tail]) if len(again) else (np.nan, np.nan)
    return float(alpha), float(low), float(high)


def _coded_alpha(codes, values, level: str, times: np.ndarray) -> np.ndarray:
    """Alpha from the matrix of coincidences; ``times``: how often each unit counts, samples × units."""
    k = len(values)
    counts = np.stack([np.bincount(row[row >= 0], minlength=k) for row in codes]).astype(float)
    pairs = (counts[:, :, None] * counts[:, None, :] - counts[:, :, None] * np.eye(k)) / (counts.sum(axis=1) - 1)[
        :, None, None
    ]
    together = (times @ pairs.reshape(len(codes), -1)).reshape(-1, k, k)
    sizes = together.sum(axis=2)
    if level == "nominal":
        apart = np.broadcast_to(1 - np.eye(k), together.shape)
    else:
        between = np.cumsum(sizes, axis=1)
        middle = between - sizes / 2  # squared difference of ranks in the middle of each value
        apart = (middle[:, :, None] - middle[:, None, :]) ** 2
    n = sizes.sum(axis=1)
    observed = (together * apart).sum(axis=(1, 2)) / n
    expected = (sizes[:, :, None] * sizes[:, None, :] * apart).sum(axis=(1, 2)) / (n * (n - 1))
    return 1 - np.divide(observed, expected, out=np.full_like(observed, np.nan), where=expected > 0)


def _interval_alpha(codes, values, level: str, times: np.ndarray) -> np.ndarray:
    """Alpha of numbers, from sums and sums of squares: no matrix of all different values is needed."""
    numbers = np.array(values, float)
    numbers = numbers - numbers.mean()
    x = np.where(codes >= 0, numbers[codes], 0.0)
    m, total, square = (codes >= 0).sum(axis=1), x.sum(axis=1), (x**2).sum(axis=1)
    within = times @ (2 * (m * square - total**2) / (m - 1))
    n, total, square = times @ m, times @ total, times @ square
    expected = 2 * (n * square - total**2) / (n * (n - 1))
    return 1 - np.divide(within / n, expected, out=np.full_like(expected, np.nan), where=expected > 1e-12)


def _differences(codes: np.ndarray, values: list) -> tuple[pd.DataFrame, pd.DataFrame]:
    from scipy.stats import binomtest

    both = codes[(codes >= 0).all(axis=1)]
    k = len(values)
    counts = np.bincount(both[:, 0] * k + both[:, 1], minlength=k * k).reshape(k, k)
    rows = [
        (
            values[i],
            values[j],
            int(counts[i, j]),
            int(counts[j, i]),
            binomtest(int(counts[i, j]), int(counts[i, j] + counts[j, i])).pvalue,
        )
        for i in range(k)
        for j in range(k)
        if i != j and counts[i, j] and (counts[i, j], -i) >= (counts[j, i], -j)
    ]
    differing = pd.DataFrame(rows, columns=["code_a", "code_b", "count", "reverse", "p_value"])
    cross = pd.DataFrame(counts, index=pd.Index(values), columns=pd.Index(values))
    return cross, differing.sort_values(["p_value", "count"], ascending=[True, False], ignore_index=True)
