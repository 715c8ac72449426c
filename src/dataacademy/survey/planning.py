"""How many answered, and how far off a share may be."""

from __future__ import annotations

import numbers

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.inputs import check_between, check_table, floats, levels, yes_no
from dataacademy.survey.design import as_design


def response_rate(
    data: pd.DataFrame, *, returned: str, sent: str | None = None, by: str | None = None, weights: str | None = None
) -> Analysis:
    """回収率: how many of those asked answered, for everybody and ``by`` group.

    returned
        Column of yes/no (one row a person asked); or a number of answers, together with
    sent
        the number of questionnaires sent (one row a group).
    weights
        Of people asked (for a sample with unequal chances): adds ``weighted_rate_percent``.

    Table, 全体 first: ``group, sent, returned, rate_percent, difference_points`` (from 全体).  Value: the overall
    rate in percent.  Errors: ``not_yes_no``, ``count_above_base``, ``missing_returned``.
    Checked by hand in tests/test_survey_planning.py.
    When not to use: as a measure of quality by itself; a high rate with a group missing is worse than a low even one.

    >>> import dataacademy as da
    >>> finding = response_rate(da.load("survey"), returned="returned", by="age_group")
    >>> finding.table["group"].tolist(), bool(finding.table["rate_percent"].between(0, 100).all())
    (['全体', '18-39', '40-64', '65+'], True)
    """
    check_table(data)
    check_columns(data, [c for c in (returned, sent, by, weights) if c], table="渡した表")
    if data[returned].isna().any():
        raise DataAcademyError(
            "missing_returned",
            f"列「{returned}」が空欄の行が {int(data[returned].isna().sum()):,} 行あり、"
            "回収したかどうかが分かりません。",
            f"{returned!r} is empty in {int(data[returned].isna().sum())} rows.",
            fix="回収したら True（数の表なら回収数）、していなければ False（0）を入れてください。",
            fix_en="Fill in True or False (or the number returned).",
        )
    if sent is None:
        back, asked = yes_no(data[returned], returned).astype(float), np.ones(len(data))
    else:
        back, asked = floats(data[returned], returned), floats(data[sent], sent)
        bad = ~((back >= 0) & (back <= asked) & (asked > 0))
        if bad.any():
            raise DataAcademyError(
                "count_above_base",
                f"回収数が発送数より多いか、負か、空欄の行が {int(bad.sum())} 行あります（最初は "
                f"{int(bad.argmax()) + 1} 行目）。",
                f"{int(bad.sum())} rows have more returned than sent (first in row {int(bad.argmax()) + 1}).",
                fix="列を取りちがえていないか、確かめてください。",
                fix_en="Are the columns swapped?",
            )
    w = as_design(data, weights).weights
    groups = [("全体", np.ones(len(data), bool))]
    if by:
        groups += [(g, (data[by] == g).fillna(False).to_numpy(bool)) for g in levels(data[by], by, least=1)]
    rows = []
    for group, here in groups:
        row = {"group": group, "sent": int(asked[here].sum()), "returned": int(back[here].sum())}
        row["rate_percent"] = 100 * row["returned"] / row["sent"]
        if weights:
            row["weighted_rate_percent"] = float(100 * (w * back)[here].sum() / (w * asked)[here].sum())
        rows.append(row)
    table = pd.DataFrame(rows)
    table["difference_points"] = table["rate_percent"] - table["rate_percent"].iloc[0]
    whole = table.iloc[0]
    ja = f"回収率は {whole['rate_percent']:.1f}%（{whole['sent']:,}件のうち {whole['returned']:,}件）です。"
    if by:
        parts = table.iloc[1:]
        low, high = parts.loc[parts["rate_percent"].idxmin()], parts.loc[parts["rate_percent"].idxmax()]
        ja += (
            f"最も低いのは「{low['group']}」の {low['rate_percent']:.1f}%、最も高いのは「{high['group']}」の "
            f"{high['rate_percent']:.1f}%です。"
        )
    unknown = int(data[by].isna().sum()) if by else 0
    return Analysis(
        table,
        float(whole["rate_percent"]),
        ja,
        f"Response rate {whole['rate_percent']:.1f} % ({whole['returned']:,} of {whole['sent']:,}).",
        used={"発送": int(whole["sent"]), "回収": int(whole["returned"])},
        left_out=(f"「{by}」が空欄の {unknown:,} 行（全体にだけ入っています）",) if unknown else (),
    )


def margin_of_error(
    data,
    *,
    share: float = 0.5,
    weights: str | None = None,
    population: int | None = None,
    design_effect: float | None = None,
    confidence: float = 0.95,
) -> Analysis:
    """標本誤差: how far a share may be from that of the population, by chance.

    data
        Number of answers, a table of them, or a :class:`~dataacademy.survey.Design`.
    share
        The share (0–1); 0.5 is the worst case.
    population
        Number of people in the population (finite population correction).
    design_effect
        What weights and clusters do to the variance; Kish's n·Σw²/(Σw)² of the weights if there are any, else 1.

    Table, one row: ``n, effective_n, percent, margin_points, lower_percent, upper_percent, design_effect``.
    Value: ± points.  z·√(deff·p(1−p)/n·(N−n)/(N−1)).  Errors: ``out_of_range``, ``population_too_small``.
    Checked against published tables of sampling errors (n = 400, p = 50 %: ± 4.9 points).
    When not to use: for answers from an open web form: chance is the smallest of their errors.

    >>> margin_of_error(400).table.round(2).values.tolist()
    [[400.0, 400.0, 50.0, 4.9, 45.1, 54.9, 1.0]]
    """
    from scipy.special import ndtri

    check_between("割合", share, 0, 1, en="share")
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    if isinstance(data, numbers.Integral) and not isinstance(data, bool):
        check_between("回答の数", int(data), 0, np.inf, en="The number of answers")
        n, effect = int(data), 1.0
    else:
        design = as_design(data, weights)
        n = int(design.domain.sum())
        w = design.weights[design.domain]
        effect = float(n * (w @ w) / w.sum() ** 2)
    if design_effect is not None:
        check_between("デザイン効果", design_effect, 0, np.inf, en="The design effect")
        effect = float(design_effect)
    rest = 1.0
    if population is not None:
        if population < max(n, 2):
            raise DataAcademyError(
                "population_too_small",
                f"母集団の人数 {population:,} が、回答の数 {n:,} より小さいです。",
                f"The population ({population:,}) is smaller than the sample ({n:,}).",
                fix="母集団（調査した人ではなく、知りたい人全体）の人数を入れてください。",
                fix_en="population is the number of people the sample was drawn from.",
            )
        rest = (population - n) / (population - 1)
    margin = float(100 * ndtri((1 + confidence) / 2) * np.sqrt(effect * share * (1 - share) / n * rest))
    row = {"n": n, "effective_n": n / effect, "percent": 100 * share, "margin_points": margin}
    row |= {"lower_percent": max(0.0, 100 * share - margin), "upper_percent": min(100.0, 100 * share + margin)}
    return Analysis(
        pd.DataFrame([row | {"design_effect": effect}]),
        margin,
        f"{n:,}人の回答で割合が {share:.0%} のとき、標本誤差は ±{margin:.1f} ポイントです（{confidence:.0%}の信頼度、"
        f"デザイン効果 {effect:.2f}）。",
        f"± {margin:.1f} points for a share of {share:.0%} from {n:,} answers ({confidence:.0%}, design "
        f"effect {effect:.2f}).",
        used={"回答": n},
        assumptions=("くじで選んだ標本であることが前提です。答えなかった人のかたよりは含みません。",),
    )
