"""Staff hours: time that becomes free is not money in the budget, and must not be counted twice."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.costs.flows import flows_of
from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.inputs import check_between, check_table

HOURS_A_PERSON = 1860.0  # 7.75 hours on 240 days: 365 less weekends, holidays and 20 days of leave, roughly
_OVERTIME = "残業|時間外|超過勤務"


def time_saved(
    data: pd.DataFrame,
    *,
    project: str | None = None,
    base_year: int | None = None,
    hours_per_person: float = HOURS_A_PERSON,
) -> Analysis:
    """How many staff hours a project frees (or takes), apart from the money it brings (or costs).

    data, project, base_year
        A table like ``da.load("costs")`` with ``hours``; see :func:`~dataacademy.costs.flows.flows_of`.
    hours_per_person
        Hours one full-time person works a year (1,860: 7.75 hours on 240 days); a convention, put in your own.

    Hours of gains minus hours of costs, year by year.  Table: ``fiscal_year, hours, full_time`` (people), ``cash_yen``
    (gains minus costs in cash), ``hours_yen`` (the hours at the rate in the table, for information).  Value: the hours
    of the last year that has any.  Figures: ``hours, full_time, cash_yen`` of that year.
    Errors: ``no_hours`` (no row with hours), ``negative_hours``, ``out_of_range``, those of ``flows_of``.
    Warned of (``assumptions``): the same hours in two rows of a year, and pay for overtime saved beside the hours.
    Checked against the planted truth ``hours_not_cash``.
    When not to use: as a cut of the budget; hours become money only where overtime or a contract really ends.

    >>> import dataacademy as da
    >>> found = time_saved(da.load("costs"), project="書かない窓口")
    >>> found.value, round(found.figures["cash_yen"])
    (590.0, -612000)
    """
    check_between("一人の年間の時間（hours_per_person）", hours_per_person, 0, float("inf"), en="hours_per_person")
    check_table(data)
    check_columns(data, ["hours"], table="渡した表")
    flows = flows_of(data, base_year=base_year, project=project, count_hours=True)
    rows = flows.rows
    if (rows["hours"] < 0).any():
        raise DataAcademyError(
            "negative_hours",
            f"時間がマイナスの行が {int((rows['hours'] < 0).sum())} 行あります。"
            "増える時間か減る時間かは種類（kind）で決めます。",
            "Hours are written without a sign; the kind says whether they are freed or taken.",
            fix="増える時間は kind を initial か running にして、時間をプラスにしてください。",
            fix_en="Use kind initial or running for hours that are taken, with positive hours.",
        )
    timed = rows[rows["hours"].notna()]
    if timed.empty:
        raise DataAcademyError(
            "no_hours",
            "職員の時間（hours）が書かれた行がありません。",
            "No row holds staff hours.",
            fix="時間を数えた行を、hours に時間、cash に False と書いて足してください。",
            fix_en="Add rows with the hours in hours and cash False.",
        )
    unknown = int((~rows["cash"] & rows["hours"].isna()).sum())
    signed = {
        "hours": timed["sign"] * timed["hours"],
        "cash_yen": (rows["sign"] * rows["amount_yen"])[rows["cash"]],
        "hours_yen": (timed["sign"] * timed["amount_yen"])[~timed["cash"]],
    }
    table = pd.DataFrame({name: values.groupby(rows["fiscal_year"]).sum() for name, values in signed.items()})
    table = table.fillna(0.0).astype(float).rename_axis("fiscal_year").reset_index()
    table.insert(2, "full_time", table["hours"] / hours_per_person)
    last = table[table["fiscal_year"] == timed["fiscal_year"].max()].iloc[0]
    year, way = int(last["fiscal_year"]), "減ります" if last["hours"] >= 0 else "増えます"
    cash_way = "赤字" if last["cash_yen"] < 0 else "黒字"
    subject = f"「{flows.project}」で、" if flows.project else ""
    return Analysis(
        table,
        float(last["hours"]),
        f"{subject}職員の時間は{year}年度に {abs(last['hours']):,.0f} 時間{way}（{abs(last['full_time']):.2f} 人分）。"
        f"同じ年度の現金の収支は {abs(last['cash_yen']):,.0f} 円の{cash_way}です。"
        "時間は、残業代や委託料が減らないかぎり予算を減らしません。",
        f"In {year} the project {'frees' if last['hours'] >= 0 else 'takes'} {abs(last['hours']):,.0f} staff hours "
        f"({abs(last['full_time']):.2f} people) and brings {last['cash_yen']:,.0f} yen in cash.",
        used={"行": len(rows), "時間のある行": len(timed)},
        left_out=(*flows.left_out, *([f"時間が空欄の、現金でない行 {unknown} 行"] if unknown else [])),
        figures={name: float(last[name]) for name in ("hours", "full_time", "cash_yen")},
        assumptions=(*_doubts(rows, timed), f"一人の年間の時間を {hours_per_person:,.0f} 時間としています。"),
    )


def _doubts(rows: pd.DataFrame, timed: pd.DataFrame) -> list[str]:
    said = []
    again = timed.duplicated(["fiscal_year", "hours", "sign"], keep=False)
    if again.any():
        names = "」「".join(dict.fromkeys(timed.loc[again, "item"].astype(str)))
        said.append(f"「{names}」は同じ年度に同じ時間です。同じ人の同じ時間を二度数えていないか確かめてください。")
    pay = rows["cash"] & rows["item"].astype(str).str.contains(_OVERTIME) & (rows["sign"] > 0)
    both = np.intersect1d(rows.loc[pay, "fiscal_year"], timed.loc[timed["sign"] > 0, "fiscal_year"])
    if len(both):
        said.append(
            f"{both[0]}年度には、残業代の減と職員の時間の両方があります。同じ時間なら、どちらか一方だけを数えます。"
        )
    return said
