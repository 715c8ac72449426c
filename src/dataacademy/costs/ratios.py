"""Benefit per yen of cost, with the definition said aloud, because it can turn a ranking round."""

from __future__ import annotations

import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.costs.flows import flows_of, no_costs
from dataacademy.costs.rates import rate_of
from dataacademy.errors import DataAcademyError


def bcr(data, *, rate, base_year: int | None = None, count_hours: bool = False) -> Analysis:
    """費用便益比 (B/C): present benefits ÷ present costs, of every project of the table.

    data, base_year, count_hours
        See :func:`~dataacademy.costs.flows.flows_of`; here several projects may stand in one table.  Each project's
        base year is its first, unless one is given.

    ``bcr`` counts every saving as a benefit and every spending as a cost.  ``bcr_net`` takes the running costs off the
    benefits and divides by the initial costs alone; both are in use, they agree on whether 1 is reached, not on ranks.
    Table: ``project, benefit_yen, cost_yen, npv_yen, bcr, bcr_net``.  Value: the ``bcr`` of the first project.
    Errors: ``no_costs`` (nothing to divide by), those of ``flows_of`` and rates.
    Checked by the law bcr > 1 ⇔ npv > 0 ⇔ bcr_net > 1, and against sums done by hand.
    When not to use: alone; a small project with a high ratio may bring less than a large one (see ``npv_yen``).

    >>> import dataacademy as da
    >>> found = bcr(da.load("costs"), rate="mlit_4")
    >>> found.table["project"].tolist()
    ['書かない窓口', '収集終了の看板', 'ごみ有料化']
    >>> found.left_out[-1]
    '「健康ポイント」は便益の行がないので、比を求めていません'
    """
    by = rate_of(rate)
    named = isinstance(data, pd.DataFrame) and "project" in data.columns and data["project"].notna().any(axis=None)
    names = list(data["project"].dropna().unique()) if named else [None]
    rows, left_out, first_years = [], [], {}
    for name in names:
        flows = flows_of(data, base_year=base_year, project=name, count_hours=count_hours)
        present = flows.present(by)
        gains, costs = (float(present[flows.signs == sign].sum()) for sign in (1, -1))
        initial = float(present[flows.rows["kind"].to_numpy() == "initial"].sum())
        left_out += [f"「{name}」：{line}" if name else line for line in flows.left_out]
        if gains == 0:
            left_out.append(f"「{name}」は便益の行がないので、比を求めていません")
            continue
        if costs == 0:
            raise no_costs(flows.project)
        first_years[name] = flows.base_year
        net = (gains - (costs - initial)) / initial if initial > 0 else float("nan")
        rows.append(
            {"project": name or "", "benefit_yen": gains, "cost_yen": costs, "npv_yen": gains - costs}
            | {"bcr": gains / costs, "bcr_net": net}
        )
    if not rows:
        raise DataAcademyError(
            "no_benefits",
            "便益の行（saving・benefit・residual）がどの事業にもないので、比を求められません。",
            "No project has a benefit.",
            fix="お金に換えられない効果は、costs.evaluation_sheet の定性的効果に書きます。",
            fix_en="List what has no price as qualitative effects in costs.evaluation_sheet.",
        )
    table = pd.DataFrame(rows)
    first = table.iloc[0]
    assumptions = [
        f"{by.label}。節減はすべて便益に、支出はすべて費用に入れています（bcr）。"
        "毎年の費用を便益から引いて初期費用だけで割る定義（bcr_net）もあります。"
    ]
    if table["bcr_net"].isna().any():
        assumptions.append("初期費用（initial）の行がない事業の bcr_net は、割る数がないので空欄です。")
    if not isinstance(data, pd.DataFrame):
        assumptions.append(
            "年ごとの収支からは、同じ年の便益と費用を分けられません。比は、分けた表からの値とちがいます。"
        )
    if len(set(first_years.values())) > 1:
        years = "、".join(f"「{name}」{year}年度" for name, year in first_years.items())
        assumptions.append(
            f"現在価値の基準年度が事業ごとにちがいます（{years}）。金額を比べるなら base_year= でそろえてください。"
        )
    if len(table) > 1:
        orders = {c: table.sort_values(c, ascending=False)["project"].tolist() for c in ("bcr", "bcr_net", "npv_yen")}
        if orders["bcr"] != orders["bcr_net"] or orders["bcr"] != orders["npv_yen"]:
            assumptions.append(
                "順位は決め方で入れかわります："
                f"B/Cでは {'→'.join(orders['bcr'])}、毎年の費用を引く定義では {'→'.join(orders['bcr_net'])}、"
                f"純現在価値では {'→'.join(orders['npv_yen'])}。"
            )
    subject = f"「{first['project']}」の" if first["project"] else ""
    return Analysis(
        table,
        float(first["bcr"]),
        f"{subject}費用便益比（B/C）は {first['bcr']:.2f} です"
        f"（便益 {first['benefit_yen']:,.0f} 円÷費用 {first['cost_yen']:,.0f} 円、"
        f"純現在価値 {first['npv_yen']:,.0f} 円）。",
        f"Benefit-cost ratio {first['bcr']:.2f} (net present value {first['npv_yen']:,.0f} yen).",
        used={"事業": len(table)},
        left_out=tuple(left_out),
        figures={name: float(first[name]) for name in ("bcr", "bcr_net", "npv_yen")},
        assumptions=tuple(assumptions),
    )
