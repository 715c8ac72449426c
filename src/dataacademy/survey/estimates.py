"""Totals, means, ratios, shares and quantiles of a population, with the error that the design gives them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis, interval_words, number
from dataacademy.errors import DataAcademyError, check_choice, check_columns
from dataacademy.inputs import check_between, floats, levels, sorted_values
from dataacademy.labels import label_of
from dataacademy.survey.intervals import share_limits, t_quantile

if TYPE_CHECKING:
    from dataacademy.survey.design import Design


def total(design: Design, *, value: str, by: str | None = None, unit: str = "", confidence: float = 0.95) -> Analysis:
    """Estimated total of ``value`` in the population: Σwy, with its error.

    Table, one row a domain: ``by``, ``n``, ``weighted_n`` (Σw), ``estimate, se, lower, upper``.  Value: the total.
    Errors: those of ``Design`` and ``stats``.  When not to use: with weights that were only made to average 1.

    >>> import dataacademy as da
    >>> survey = da.load("survey")
    >>> sheets = survey[survey["returned"]].assign(person=1)
    >>> design = da.survey.Design(sheets, strata="stratum", weights="weight")
    >>> f"{design.total(value='person', unit='人').value:,.0f}" == f"{sheets['weight'].sum():,.0f}"
    True
    """
    y = floats(design.data[value], value)
    ja, en = f"「{label_of(value)}」の合計", f"Total of {value}"
    return _estimate(design, ~np.isnan(y), by, unit, confidence, ja, en, value,
                     lambda here, w: (float(w[here] @ y[here]), w * np.where(here, y, 0.0)))  # fmt: skip


def mean(design: Design, *, value: str, by: str | None = None, unit: str = "", confidence: float = 0.95) -> Analysis:
    """Estimated mean of ``value``: Σwy / Σw over those who have a value, with its error.

    Table, one row a domain: ``by``, ``n``, ``weighted_n``, ``estimate, se, lower, upper, design_effect`` (variance over
    that of a simple random sample of the same n).  Value: the mean.  Errors: as :func:`total`.
    When not to use: on codes (8 = わからない in an average); make words or empty cells of them first.

    >>> import dataacademy as da
    >>> survey = da.load("survey")
    >>> sheets = survey[survey["returned"]]
    >>> design = da.survey.Design(sheets.assign(q11=sheets["q11"].where(sheets["q11"] <= 10)),
    ...                           strata="stratum", weights="weight", fpc="population")
    >>> row = design.mean(value="q11", unit="点").table.iloc[0]
    >>> bool(row["lower"] < row["estimate"] < row["upper"] and row["design_effect"] > 1)
    True
    """
    y = floats(design.data[value], value)
    ja, en = f"「{label_of(value)}」の平均", f"Mean of {value}"
    return _estimate(design, ~np.isnan(y), by, unit, confidence, ja, en, value,
                     lambda here, w: _mean(y, here, w), spread=y)  # fmt: skip


def ratio(
    design: Design, *, value: str, per: str, by: str | None = None, unit: str = "", confidence: float = 0.95
) -> Analysis:
    """Ratio of two totals, Σw·value / Σw·per (spending per trip, items per household), with its error.

    Table as :func:`mean`, without ``design_effect``.  Value: the ratio.  Errors: also ``zero_total``.
    When not to use: for the mean of each person's own ratio (make that a column and take its mean).

    >>> import dataacademy as da
    >>> survey = da.load("survey")
    >>> sheets = survey[survey["returned"]].assign(one=1)
    >>> design = da.survey.Design(sheets, strata="stratum", weights="weight")
    >>> round(design.ratio(value="q4_1", per="one").value, 3) == round(design.mean(value="q4_1").value, 3)
    True
    """
    y, x = floats(design.data[value], value), floats(design.data[per], per)

    def compute(here, w):
        below = float(w[here] @ x[here])
        if below == 0:
            raise DataAcademyError(
                "zero_total",
                f"「{per}」の合計が 0 なので、比を計算できません。",
                f"The total of {per!r} is zero.",
                fix="分母の列を確かめてください。",
                fix_en="Check the denominator.",
            )
        share = float(w[here] @ y[here]) / below
        return share, w * np.where(here, y - share * x, 0.0) / below

    there = ~np.isnan(y) & ~np.isnan(x)
    return _estimate(design, there, by, unit, confidence, f"「{label_of(per)}」あたりの「{label_of(value)}」",
                     f"{value} per {per}", value, compute)  # fmt: skip


def proportion(
    design: Design,
    *,
    value: str,
    equals,
    among: Sequence | None = None,
    by: str | None = None,
    confidence: float = 0.95,
) -> Analysis:
    """Share of people whose ``value`` is ``equals`` (one value or several), with an interval within 0–100 %.

    among
        The values that count as an answer; all that are not empty unless given (leave out 無回答 and わからない here).

    Table: ``by``, ``count, base`` (respondents), ``weighted_n``, ``percent, se_percent, lower_percent,
    upper_percent, design_effect``.  Value: the share (0–1).  Interval on the logit scale with t.
    Errors: ``unknown_choice`` for a value that nobody gave.  Checked against R ``svyciprop(method = "logit")``.
    When not to use: for all answers of a question at once (:func:`~dataacademy.survey.tabulate`).

    >>> import dataacademy as da
    >>> survey = da.load("survey")
    >>> design = da.survey.Design(survey[survey["returned"]], strata="stratum", weights="weight", fpc="population")
    >>> finding = design.proportion(value="q10", equals=1, among=[1, 2])
    >>> row = finding.table.iloc[0]
    >>> bool(row["lower_percent"] > 50)
    True
    """
    check_columns(design.data, [value], table="渡した表")
    column = design.data[value]
    wanted = list(equals) if isinstance(equals, (list, tuple, set)) else [equals]
    found = sorted_values(column)
    for one in [*wanted, *(among or [])]:
        check_choice(f"列「{value}」の値", one, found, en=f"Value of {value!r}")
    y = column.isin(wanted).to_numpy(dtype=float)
    there = column.notna().to_numpy() if among is None else column.isin(list(among)).to_numpy()
    words = f"「{label_of(value)}」が" + "・".join(f"「{v}」" for v in wanted) + "の人の割合"
    return _estimate(design, there, by, "%", confidence, words, f"Share with {value} = {wanted}", value,
                     lambda here, w: _mean(y, here, w), spread=y, percent=True)  # fmt: skip


def quantile(
    design: Design,
    *,
    value: str,
    at: Sequence[float] = (0.5,),
    by: str | None = None,
    unit: str = "",
    confidence: float = 0.95,
) -> Analysis:
    """Quantiles of ``value`` (the median unless ``at`` says otherwise) with Woodruff's interval.

    Table: ``by``, ``n``, ``weighted_n``, ``at``, ``estimate, lower, upper``: the smallest value that at least the share
    ``at`` does not exceed; the interval inverts that of the share (Woodruff 1952).  Value: the first quantile.
    Checked against R ``svyquantile(qrule = "math", interval.type = "mean")``.
    When not to use: for scales of five words (show the shares instead).

    >>> import dataacademy as da
    >>> survey = da.load("survey")
    >>> answered = survey[survey["returned"] & (survey["q11"] <= 10)]
    >>> design = da.survey.Design(answered, strata="stratum", weights="weight")
    >>> design.quantile(value="q11", at=[0.25, 0.5]).table["estimate"].tolist()
    [4.0, 5.0]
    """
    for share in at:
        check_between("分位の割合（at）", share, 0, 1, en="at")
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    y = floats(design.data[value], value)
    there, out = ~np.isnan(y), []
    order = np.argsort(y, kind="stable")
    for head, here, df in _domains(design, there, by):
        chosen = order[here[order]]
        w, values = design.weights, y[chosen]
        cumulative = np.cumsum(w[chosen]) / w[chosen].sum()
        t = t_quantile(confidence, df)

        def at_share(p, cumulative=cumulative, values=values):
            place = np.searchsorted(cumulative, p * (1 - 1e-12), side="left")
            return float(values[min(place, len(values) - 1)])

        for p in at:
            middle = at_share(p)
            share, parts = _mean((y <= middle).astype(float), here, w)
            se = np.sqrt(design.covariance(parts[:, None])[0, 0])
            low, high = share - t * se, share + t * se
            out.append(head | {"n": len(chosen), "weighted_n": float(w[chosen].sum()), "at": p, "estimate": middle}
                       | {"lower": at_share(low) if low > 0 else np.nan,
                          "upper": at_share(high) if high < 1 else np.nan})  # fmt: skip
    table, row = pd.DataFrame(out), out[0]
    where = f"「{row[by]}」では" if by else ""
    name = "中央値" if at[0] == 0.5 else f"下から{at[0]:.0%}の値"
    return Analysis(
        table,
        float(row["estimate"]),
        f"「{label_of(value)}」の{name}は、{where}{number(row['estimate'])}{unit}です（{row['n']:,}人、"
        f"{interval_words(row['lower'], row['upper'], confidence, unit=unit)}）。",
        f"Quantile {at[0]:g} of {value}: {number(row['estimate'])} "
        f"({number(row['lower'])}–{number(row['upper'])}, n = {row['n']:,}).",
        used={"回答": int(design.domain.sum())},
        left_out=_left_out(design, there, value),
    )


def _mean(y: np.ndarray, here: np.ndarray, w: np.ndarray) -> tuple[float, np.ndarray]:
    whole = w[here].sum()
    middle = float(w[here] @ y[here] / whole)
    return middle, w * np.where(here, y - middle, 0.0) / whole


def _domains(design: Design, there: np.ndarray, by: str | None):
    """Head of the row, who is in the domain, degrees of freedom."""
    there = there & design.domain
    if by is None:
        yield {}, there, _df(design, there)
        return
    check_columns(design.data, [by], table="渡した表")
    column = design.data[by]
    for group in levels(column[there], by, least=1):
        here = there & (column == group).fillna(False).to_numpy(dtype=bool)
        yield {by: group}, here, _df(design, here)


def _df(design: Design, here: np.ndarray) -> int:
    units = np.flatnonzero(here) if design.units is None else np.unique(design.units[here])
    return len(units) - len(np.unique(design.stratum_of_unit[units]))


def _estimate(design, there, by, unit, confidence, ja, en, value, compute: Callable, spread=None, percent=False):
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    if not (there & design.domain).any():
        raise DataAcademyError(
            "all_missing",
            f"列「{value}」に、計算に使える値が一つもありません。",
            f"Column {value!r} has no usable value.",
            fix="列の名前と、対象にした人を確かめてください。",
            fix_en="Check the column and who was chosen.",
            column=str(value),
        )
    w, out = design.weights, []
    for head, here, df in _domains(design, there, by):
        estimate, parts = compute(here, w)
        se = float(np.sqrt(design.covariance(np.asarray(parts)[:, None])[0, 0])) if here.sum() > 1 else np.nan
        t, n = t_quantile(confidence, df), int(here.sum())
        if percent:
            n_effective = w[here].sum() ** 2 / (w[here] @ w[here])
            low, high = (float(v) for v in share_limits(estimate, se, n_effective, t))
            row = {"count": int(spread[here].sum()), "base": n, "weighted_n": float(w[here].sum())}
            row |= {"percent": 100 * estimate, "se_percent": 100 * se}
            row |= {"lower_percent": 100 * low, "upper_percent": 100 * high}
        else:
            row = {"n": n, "weighted_n": float(w[here].sum()), "estimate": estimate, "se": se}
            row |= {"lower": estimate - t * se, "upper": estimate + t * se}
        if spread is not None:
            row["design_effect"] = se**2 / _simple_variance(spread[here], w[here])
        out.append(head | row)
    table = pd.DataFrame(out)
    columns = ("percent", "lower_percent", "upper_percent", "base") if percent else ("estimate", "lower", "upper", "n")
    row = max(out, key=lambda r: r[columns[0]])
    middle, low, high, n = (row[c] for c in columns)
    where = f"「{row[by]}」で最も高く " if by and len(table) > 1 else ""
    return Analysis(
        table,
        float(middle / 100 if percent else middle),
        f"{ja}は{where}{number(middle)}{unit}です（{n:,}人、{interval_words(low, high, confidence, unit=unit)}）。",
        f"{en}: {number(middle)}{unit} ({number(low)}–{number(high)}, n = {n:,}).",
        used={"回答": int(design.domain.sum())}
        | ({"重みの合計": float(w[design.domain].sum())} if design.weighted else {}),
        left_out=_left_out(design, there, value),
        assumptions=("重みと層・まとまりを考えた誤差です。答えなかった人のかたよりは含みません。",),
    )


def _left_out(design: Design, there: np.ndarray, value: str) -> tuple[str, ...]:
    missing = int((~there & design.domain).sum())
    return (f"「{value}」が空欄か、数えない値の {missing:,} 人",) if missing else ()


def _simple_variance(y: np.ndarray, w: np.ndarray) -> float:
    """Variance of the mean of a simple random sample of as many people (with replacement)."""
    n = len(y)
    if n < 2:
        return float("nan")
    middle = w @ y / w.sum()
    spread = n / (n - 1) * (w @ (y - middle) ** 2) / w.sum() / n
    return float(spread) if spread > 0 else float("nan")
