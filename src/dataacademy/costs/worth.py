"""Many years' money as one number: present value, benefit–cost ratio, rate of return, cost a year."""

from __future__ import annotations

import numbers

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.arguments import check_names_once
from dataacademy.costs.flows import Flows, flows_of, no_costs
from dataacademy.costs.rates import REFERENCE, Rate, rate_of
from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.inputs import check_between, check_table, floats


def npv(data, *, rate, base_year: int | None = None, project: str | None = None, count_hours: bool = False) -> Analysis:
    """純現在価値: all years' benefits minus costs, in yen of the base year.

    data, base_year, project, count_hours
        See :func:`~dataacademy.costs.flows.flows_of`: a table like ``da.load("costs")`` or a list of yearly sums.
    rate
        A share a year (0.04) or a preset: ``mlit_4``, ``mlit_2``, ``mlit_1``, ``green_book``.

    Σ (benefit − cost)ₜ / (1 + r)ᵗ with t = 0 in the base year, which is not discounted (Excel's ``NPV`` discounts the
    first value too).  Table: ``fiscal_year, benefit_yen, cost_yen, net_yen, factor, present_yen``.  Figures:
    ``benefit_yen, cost_yen, npv_yen`` (present values) and the value at the reference rates, ``npv_mlit_1`` ….
    Errors: those of ``flows_of`` and :func:`~dataacademy.costs.rates.rate_of`.
    Checked against Excel's NPV (its documented example) and the sample town's planted truth to the yen.
    When not to use: to compare projects of different length (see :func:`equivalent_annual_cost`), or with rates and
    prices of which one is nominal and the other real.

    >>> import dataacademy as da
    >>> found = npv(da.load("costs"), rate="mlit_4", project="書かない窓口")
    >>> round(found.value)
    -6330515
    >>> round(npv([-10000, 3000, 4200, 6800], rate=0.1).value / 1.1, 4)  # Excel discounts year 0 as well
    1188.4434
    """
    flows, by = flows_of(data, base_year=base_year, project=project, count_hours=count_hours), rate_of(rate)
    table = flows.yearly()
    table["factor"] = by.factors((table["fiscal_year"] - flows.base_year).to_numpy(dtype=float))
    table["present_yen"] = table["net_yen"] * table["factor"]
    value = present_value(flows, by)
    figures = {
        "benefit_yen": float((table["benefit_yen"] * table["factor"]).sum()),
        "cost_yen": float((table["cost_yen"] * table["factor"]).sum()),
        "npv_yen": value,
        **{f"npv_{name}": present_value(flows, rate_of(name)) for name in REFERENCE},
    }
    assumptions = [f"{by.label}（{by.source}{'、' + by.date if by.date else ''}）。", flows.discounting]
    assumptions.append(
        "割引率を変えると、"
        + "、".join(f"{100 * rate_of(n).steps[0][1]:g}％で {figures['npv_' + n]:,.0f} 円" for n in REFERENCE)
        + " です。"
    )
    if count_hours and not flows.rows["cash"].all():
        assumptions.append(
            f"職員の時間 {flows.rows['hours'].sum():,.0f} 時間をお金に換えて足しています。"
            "残業代や委託料が実際に減らないかぎり、予算は減りません。"
        )
    subject = f"「{flows.project}」の" if flows.project else ""
    last = int(table["fiscal_year"].max())
    return Analysis(
        table,
        value,
        f"{subject}純現在価値は、{flows.base_year}{flows.unit}を基準に{last}{flows.unit}まで、"
        f"{by.label}で {value:,.0f} 円です"
        f"（便益 {figures['benefit_yen']:,.0f} 円、費用 {figures['cost_yen']:,.0f} 円）。",
        f"Net present value in {flows.base_year}: {value:,.0f} yen (benefits {figures['benefit_yen']:,.0f}, "
        f"costs {figures['cost_yen']:,.0f}).",
        used={"年度": len(table), "行": len(flows.rows)},
        left_out=flows.left_out,
        figures=figures,
        assumptions=tuple(assumptions),
    )


def present_value(flows: Flows, rate: Rate) -> float:
    """Benefits minus costs in yen of the base year."""
    return float((flows.signs * flows.present(rate)).sum())


def xnpv(data: pd.DataFrame, *, rate, date: str = "date", amount: str = "amount_yen") -> Analysis:
    """Present value of sums paid on given days, on the day of the first row.

    data
        ``date`` (days) and ``amount`` (yen, costs negative), one row a payment.

    Σ amount / (1 + r)^(days / 365), Excel's ``XNPV``.  Table: ``date, amount_yen, years, factor, present_yen``.
    Errors: ``bad_dates``, ``before_the_first``, ``missing_amount``, and those of rates and columns.
    Checked against Excel's documented example (2086.6476).
    When not to use: for yearly budgets, whose days are not known.

    >>> import dataacademy as da
    >>> paid = da.load("costs").query("project == '健康ポイント'").assign(
    ...     date=lambda t: t["fiscal_year"].astype(str) + "-04-01", amount_yen=lambda t: -t["amount_yen"])
    >>> xnpv(paid, rate=0.04).value < 0
    True
    """
    check_table(data)
    check_names_once(data)
    check_columns(data, [date, amount], table="渡した表")
    written = data[date]
    if pd.api.types.is_numeric_dtype(written):  # 20260401 would be some nanoseconds after 1970
        written = pd.Series(None, index=data.index, dtype=object)
    days = pd.to_datetime(written, errors="coerce", format="ISO8601")
    if days.isna().any():
        place = int(days.isna().to_numpy().argmax())
        raise DataAcademyError(
            "bad_dates",
            f"列「{date}」に日付として読めない値が {int(days.isna().sum())} 行あります"
            f"（最初は {place + 1} 行目の「{data[date].iloc[place]}」）。",
            f"Column {date!r} has {int(days.isna().sum())} values that are no dates (first in row {place + 1}).",
            fix="2026-04-01 のように書きます（和暦は da.eras で直せます）。",
            fix_en="Write days as 2026-04-01.",
        )
    since = (days - days.iloc[0]).dt.days.to_numpy() / 365
    if (since < 0).any():
        raise DataAcademyError(
            "before_the_first",
            "1行目より前の日付があります。1行目の日を基準に割り引きます。",
            "Some days lie before the first row, which is the base.",
            fix="日付の古い順に並べてください。",
            fix_en="Sort the rows by date.",
        )
    by, amounts = rate_of(rate), floats(data[amount], amount)
    if np.isnan(amounts).any():
        raise DataAcademyError(
            "missing_amount",
            f"列「{amount}」が空欄の行が {int(np.isnan(amounts).sum())} 行あります"
            f"（最初は {int(np.isnan(amounts).argmax()) + 1} 行目）。",
            f"{int(np.isnan(amounts).sum())} rows lack the amount.",
            fix="金額が 0 円なら 0 と書き、分からない行は除いて、そう書き残してください。",
            fix_en="Write 0 for no money; leave unknown rows out and say so.",
        )
    factor = by.factors(since)
    table = pd.DataFrame({"date": days.to_numpy(), "amount_yen": amounts, "years": since, "factor": factor})
    table["present_yen"] = amounts * factor
    value = float(table["present_yen"].sum())
    return Analysis(
        table,
        value,
        f"日付ごとの収支 {len(table)} 件の現在価値は、"
        f"{days.iloc[0]:%Y-%m-%d} の時点で {value:,.0f} 円です（{by.label}）。",
        f"Present value on {days.iloc[0]:%Y-%m-%d}: {value:,.0f} yen.",
        used={"行": len(table)},
        figures={"npv_yen": value},
        assumptions=(f"{by.label}。1年を365日として割り引いています。",),
    )


def irr(data, *, base_year: int | None = None, project: str | None = None, count_hours: bool = False) -> Analysis:
    """内部収益率: the discount rate at which the net present value is 0.

    Input as in :func:`npv`.  All rates above −100 % that solve Σ netₜ / (1 + r)ᵗ = 0, from the roots of the polynomial.
    Table: ``irr_percent``, one row a solution.  Value: the rate as a share; with several solutions the lowest, and an
    assumption says so.  Errors: ``no_sign_change`` (only costs, or only benefits), those of ``flows_of``.
    Checked against Excel's IRR (documented examples over 4 and 5 years).
    When not to use: to rank projects; with several changes of sign (costs at the end) it is not one number.

    >>> import dataacademy as da
    >>> found = irr(da.load("costs"), project="収集終了の看板", base_year=2026)
    >>> bool(-1 < found.value < 0)
    True
    >>> round(irr([-70000, 12000, 15000, 18000, 21000, 26000]).value, 10)
    0.086630948
    """
    flows = flows_of(data, base_year=base_year, project=project, count_hours=count_hours)
    net = flows.yearly()["net_yen"].to_numpy()
    if not ((net > 0).any() and (net < 0).any()):
        less, more = ("費用", "便益") if (net > 0).any() else ("便益", "費用")
        raise DataAcademyError(
            "no_sign_change",
            f"{more}が{less}より少ない年がない（収支の符号が変わらない）ので、内部収益率はありません。",
            "The cash flows never change sign, so there is no internal rate of return.",
            fix=f"{less}の行が抜けていないか確かめてください。抜けていなければ、costs.npv の値で示します。",
            fix_en="Check that no row is missing; otherwise report the net present value.",
        )
    net = net[np.flatnonzero(net)[0] :]
    scaled = net / np.abs(net).max()
    rates = 1 / _positive_roots(scaled[::-1]) - 1  # the roots are x = 1 / (1 + r)
    changes = int((np.diff(np.sign(net[net != 0])) != 0).sum())
    if not len(rates):
        raise DataAcademyError(
            "no_solution",
            "純現在価値が 0 になる割引率がありません。",
            "No rate makes the net present value zero.",
            fix="costs.npv の値で示してください。",
            fix_en="Report the net present value instead.",
        )
    assumptions = ["規模や期間のちがう事業の順位は、内部収益率でなく純現在価値で決めます。"]
    if len(rates) > 1:
        assumptions.append(
            f"収支の符号が {changes} 回変わるので、内部収益率が {len(rates)} 個あります（"
            + "、".join(f"{100 * r:.2f}％" for r in rates)
            + "）。一つの数として使えません。"
        )
    elif changes > 1:
        assumptions.append(f"収支の符号が {changes} 回変わります。純現在価値と並べて見てください。")
    value = float(rates[0])
    return Analysis(
        pd.DataFrame({"irr_percent": 100 * rates}),
        value,
        f"内部収益率は {'、'.join(f'{100 * r:.2f}％' for r in rates)} です。",
        f"Internal rate of return: {', '.join(f'{100 * r:.2f} %' for r in rates)}.",
        used={"年度": len(net)},
        left_out=flows.left_out,
        figures={"irr": value, "sign_changes": changes},
        assumptions=tuple(assumptions),
    )


def _positive_roots(polynomial: np.ndarray) -> np.ndarray:
    """Its different real roots above 0, the largest first.  A double root comes as two that are 1e-8 apart, or as a
    pair of complex numbers; what is near the axis counts where the polynomial is zero there.
    """
    roots = np.roots(polynomial)
    near = np.sort(roots[(np.abs(roots.imag) < 1e-6 * np.abs(roots)) & (roots.real > 0)].real)[::-1]
    zero = np.abs(np.polyval(polynomial, near)) <= 1e-9 * np.polyval(np.abs(polynomial), near)
    near = near[zero]
    return near[np.diff(near, prepend=np.inf) < -1e-6 * near]


def equivalent_annual_cost(
    data, *, rate, years: int, base_year: int | None = None, project: str | None = None
) -> Analysis:
    """A cost spread evenly over the years of use: projects of different length side by side.

    data
        A present cost in yen (a number), or flows as in :func:`npv`, whose costs' present value is taken; benefits
        (a residual value too) are not taken off.
    years
        Years of use, the first payment one year after the base year.

    cost × r / (1 − (1 + r)⁻ⁿ), or cost / n without interest.  Table: ``cost_yen, years, annual_yen``.
    Errors: ``out_of_range`` (years, cost), ``no_costs``, those of rates and flows; ``schedule`` where the rate
    changes within the years.
    Checked against the Green Book's example (£100 at 6 % over 10 years: 13.59).
    When not to use: for benefits that end before the thing is worn out.

    >>> round(equivalent_annual_cost(100, rate=0.06, years=10).value, 9)
    13.586795822
    >>> import dataacademy as da
    >>> equivalent_annual_cost(da.load("costs"), project="健康ポイント", rate="mlit_4", years=5).value > 0
    True
    """
    check_between("年数（years）", years, 0, 1000, en="years")
    by, notes = rate_of(rate), []
    if isinstance(data, numbers.Real) and not isinstance(data, bool):
        check_between("費用", data, 0, float("inf"), en="cost")
        cost, left_out = float(data), ()
    else:
        flows = flows_of(data, base_year=base_year, project=project)
        present, left_out = flows.present(by), flows.left_out
        cost, gains = (float(present[flows.signs == sign].sum()) for sign in (-1, 1))
        if cost == 0:
            raise no_costs(flows.project)
        if gains:
            notes.append(f"便益（現在価値で {gains:,.0f} 円）は引いていません。")
    if len(by.steps) > 1 and years > by.steps[1][0]:
        raise DataAcademyError(
            "schedule",
            f"{years} 年のあいだに割引率が変わるので、毎年同じ額に直せません。",
            "The rate changes within these years.",
            fix=f"{by.steps[1][0]} 年までにするか、一つの率を指定してください。",
            fix_en="Use fewer years or a single rate.",
        )
    r = by.steps[0][1]
    annual = cost / years if r == 0 else cost * r / -np.expm1(-years * np.log1p(r))
    return Analysis(
        pd.DataFrame({"cost_yen": [cost], "years": [years], "annual_yen": [annual]}),
        float(annual),
        f"費用 {_yen(cost)} 円は、{years} 年使うと年あたり {_yen(annual)} 円に当たります（{by.label}）。",
        f"{cost:,.2f} yen over {years} years is {annual:,.2f} a year.",
        left_out=left_out,
        figures={"cost_yen": cost, "annual_yen": float(annual)},
        assumptions=(*notes, f"{by.label}。1年目から毎年の終わりに同じ額を払うとみています。"),
    )


def _yen(amount: float) -> str:
    return f"{amount:,.0f}" if abs(amount) >= 1000 else f"{amount:,.2f}"
