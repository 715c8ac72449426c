"""Money of different years, and what a thing is still worth when the calculation ends."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.arguments import check_names_once, check_whole
from dataacademy.costs.flows import flows_of
from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.inputs import check_between, check_table, floats


def deflate(
    data: pd.DataFrame,
    *,
    index: pd.DataFrame,
    base_year: int,
    amount: str = "amount_yen",
    year: str = "fiscal_year",
) -> Analysis:
    """Amounts in the prices of one year: amount × index of the base year ÷ index of its year.

    index
        A table with the columns ``year``'s name and ``index`` (a price index or deflator, any base).

    Table: the rows of ``data`` with ``index`` and ``real_yen``.  Value: their sum; rows without an amount are told.
    Errors: ``year_without_index`` (years named), ``missing_year``, ``twice_in_index``, ``bad_index`` (not above 0),
    ``name_taken`` (the data have a column of that name), ``not_whole_between`` (base_year), those of columns.
    Checked by its law: back again with the base and the year exchanged gives the amounts.
    When not to use: before discounting with a nominal rate; prices and rate must both be real or both nominal.

    >>> import dataacademy as da
    >>> prices = pd.DataFrame({"fiscal_year": range(2023, 2032), "index": [100 + 2 * i for i in range(9)]})
    >>> later = deflate(da.load("costs"), index=prices, base_year=2025).table.query("fiscal_year > 2025")
    >>> bool((later["real_yen"] < later["amount_yen"]).all())
    True
    """
    check_table(data)
    check_table(index)
    check_names_once(data)
    check_columns(data, [year, amount], table="渡した表")
    check_columns(index, [year, "index"], table="物価の表")
    check_whole("基準の年（base_year）", base_year, 0, 9999, en="base_year")
    taken = [name for name in ("index", "real_yen") if name in data.columns]
    if taken:
        raise DataAcademyError(
            "name_taken",
            f"渡した表に列「{taken[0]}」がもうあります。結果の列と重なるので、上書きになります。",
            f"The data already have a column {taken[0]!r}.",
            fix="その列を除くか、別の名前にしてください。",
            fix_en="Drop or rename it.",
        )
    years, listed = floats(data[year], year), floats(index[year], year)
    if np.isnan(years).any() or np.isnan(listed).any():
        raise DataAcademyError(
            "missing_year",
            f"列「{year}」が空欄の行があります（渡した表に {int(np.isnan(years).sum())} 行、"
            f"物価の表に {int(np.isnan(listed).sum())} 行）。",
            f"Column {year!r} has empty cells.",
            fix="年を書くか、その行を除いてください。",
            fix_en="Write the year, or leave those rows out.",
        )
    if pd.Series(listed).duplicated().any():
        raise DataAcademyError(
            "twice_in_index",
            f"物価の表に、同じ年（{listed[pd.Series(listed).duplicated()][0]:.0f}）が2行あります。",
            "The index has a year twice.",
            fix="1年1行にしてください。",
            fix_en="Keep one row a year.",
        )
    known = pd.Series(floats(index["index"], "index"), index=listed)
    if not (known > 0).all():
        raise DataAcademyError(
            "bad_index",
            "物価の表に、0 以下か空欄の指数があります。",
            "The index must be above 0 everywhere.",
            fix="指数の列を確かめてください。",
            fix_en="Check the column of the index.",
        )
    missing = sorted({*years, float(base_year)} - {*listed})
    if missing:
        raise DataAcademyError(
            "year_without_index",
            f"物価の表に {'、'.join(f'{y:g}年度' for y in missing)} がありません。",
            f"No index for {missing}.",
            fix="足りない年の指数を足すか（将来の年は見込みと書いて）、その年の行を除いてください。",
            fix_en="Add these years to the index, or leave their rows out.",
        )
    of_year, amounts = known.loc[years].to_numpy(), floats(data[amount], amount)
    real = amounts * known.loc[base_year] / of_year
    table = data.assign(index=of_year, real_yen=real)
    total, nominal, unknown = float(np.nansum(real)), float(np.nansum(amounts)), int(np.isnan(amounts).sum())
    return Analysis(
        table,
        total,
        f"{base_year}年度の物価に直すと、合計は {total:,.0f} 円です（そのままの合計は {nominal:,.0f} 円）。",
        f"In prices of {base_year} the sum is {total:,.0f} yen ({nominal:,.0f} as written).",
        used={"行": len(data) - unknown},
        left_out=(f"列「{amount}」が空欄の {unknown} 行",) if unknown else (),
        figures={"real_yen": total, "nominal_yen": nominal},
        assumptions=("どの金額も、物価の指数と同じように値上がりするとみています。",),
    )


def residual_value(data, *, life: float, used: float, scrap: float = 0.0) -> Analysis:
    """残存価値: what a thing that was bought is still worth, by the straight line.

    data
        What it cost, in yen (a number), or the rows of one project of ``da.load("costs")``: the sum of its initial
        costs in cash.
    life, used
        Years it lasts, and years it has been used by the end of the calculation.  ``life=float("inf")``: land, which
        keeps its price.
    scrap
        The share of the price that is left at the end of its life (0 to 1).

    cost × (1 − (1 − scrap) × min(used / life, 1)).  Table: ``year, value_yen`` for each whole year up to ``used``.
    Errors: ``out_of_range`` (life not above 0, used below 0, scrap outside 0–1), ``no_initial``, those of
    :func:`~dataacademy.costs.flows.flows_of`.
    Checked against sums done by hand.
    When not to use: as money that comes in, unless the thing can really be sold or goes on serving.

    >>> residual_value(1_000_000, life=10, used=4).value
    600000.0
    >>> import dataacademy as da
    >>> bought = da.load("costs").query("project == '収集終了の看板'")
    >>> residual_value(bought, life=10, used=5).value
    1128125.0
    """
    check_between("耐用年数（life）", 1 if life == np.inf else life, 0, np.inf, en="life")
    if used != 0:
        check_between("使った年数（used）", used, 0, 1000, en="used")
    if scrap not in (0, 1):
        check_between("残る割合（scrap）", scrap, 0, 1, en="scrap")
    if isinstance(data, pd.DataFrame):
        rows = flows_of(data).rows
        cost = float(rows.loc[rows["kind"] == "initial", "amount_yen"].sum())
        if cost == 0:
            raise DataAcademyError(
                "no_initial",
                "初期費用（kind が initial）の行がないので、何が残るのか分かりません。",
                "There is no initial cost.",
                fix="買ったものの行の kind を initial にするか、金額を数で渡してください。",
                fix_en="Mark the purchase as initial, or pass its price.",
            )
    else:
        check_between("価格", data, 0, np.inf, en="cost")
        cost = float(data)
    years = np.arange(int(used) + 1)
    values = cost * (1 - (1 - scrap) * np.minimum(years / life, 1))
    value = float(cost * (1 - (1 - scrap) * min(used / life, 1)))
    return Analysis(
        pd.DataFrame({"year": years, "value_yen": values}),
        value,
        f"{cost:,.0f} 円のものは、{used:g} 年使ったあとに {value:,.0f} 円の値打ちが残ります"
        f"（定額法、{life:g} 年もつとして）。"
        if np.isfinite(life)
        else f"土地のように減らないものなので、{used:g} 年後も {value:,.0f} 円の値打ちが残ります。",
        f"After {used:g} years {value:,.0f} of {cost:,.0f} yen are left.",
        figures={"cost_yen": cost, "value_yen": value},
        assumptions=(
            "毎年同じ額ずつ値打ちが減るとみています。"
            if np.isfinite(life)
            else "値打ちは減らないとみています。値上がりや値下がりは入れていません。",
        ),
    )
