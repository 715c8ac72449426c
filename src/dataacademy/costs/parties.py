"""Who gains and who pays: the same money, group by group."""

from __future__ import annotations

import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.costs.flows import flows_of
from dataacademy.costs.rates import rate_of
from dataacademy.errors import DataAcademyError
from dataacademy.inputs import check_table

TOTAL = "合計"
TOTAL_WORDS = (TOTAL, "計", "総計", "total", "Total")
_NO_GROUP = ("fiscal_year", "kind", "item", "amount_yen", "cash", "hours", "benefit_yen", "cost_yen", "net_yen")


def distribution(
    data: pd.DataFrame, *, by: str, rate, base_year: int | None = None, project: str | None = None
) -> Analysis:
    """Present benefits and costs of every group, adding up to the net present value.

    data, rate, base_year, project
        As in :func:`npv`, with a column ``by`` that says whom a row concerns (市, 住民, 事業者 …).

    Table, one row a group and 合計: the column ``by``, ``benefit_yen, cost_yen, net_yen`` (present values of cash) and
    ``hours`` (staff hours freed minus taken, all years; a group may have nothing else).  Value: how many groups lose
    money.
    Errors: ``no_group`` (empty cells), ``not_a_group``, ``total_as_group``, those of columns, ``flows_of`` and rates.
    Warned of: the same item as gain of one group and cost of another in one year is a transfer, not a gain of all.
    Checked by its law: the groups add up to :func:`npv`.
    When not to use: for groups so small that a figure speaks of a person.

    >>> import dataacademy as da
    >>> table = da.load("costs").query("project == 'ごみ有料化'")
    >>> fees = table["item"] == "手数料の収入"
    >>> paid = table[fees].assign(kind="running", who="住民")
    >>> found = distribution(pd.concat([table.assign(who="市"), paid]), by="who", rate="mlit_4")
    >>> found.table["who"].tolist(), "移転" in found.assumptions[0]
    (['市', '住民', '合計'], True)
    """
    check_table(data)
    if not isinstance(by, str) or by in _NO_GROUP:
        raise DataAcademyError(
            "not_a_group",
            f"「{by}」は、だれの得・負担かを表す一つの列ではありません。",
            f"{by!r} is not a column that says whom a row concerns.",
            fix="「市」「住民」のように書いた列を足して、その名前を by に指定してください。",
            fix_en="Add a column that names the group and pass its name as by.",
        )
    by_rate = rate_of(rate)
    flows = flows_of(data, base_year=base_year, project=project, by=by)
    timed = flows_of(data, base_year=base_year, project=project, by=by, count_hours=True).rows
    groups = timed[by].astype(object)
    if groups.isna().any():
        raise DataAcademyError(
            "no_group",
            f"列「{by}」が空欄の行が {int(groups.isna().sum())} 行あります。だれの得・負担か分かりません。",
            f"Column {by!r} is empty in {int(groups.isna().sum())} rows.",
            fix="全体にかかるものは「市全体」のように書いてください。",
            fix_en="Name the group, e.g. the whole city.",
        )
    order = list(dict.fromkeys(groups))
    totals = [name for name in order if name in TOTAL_WORDS]
    if totals:
        raise DataAcademyError(
            "total_as_group",
            f"列「{by}」に「{totals[0]}」の行があります。二重に数えることになります。",
            f"Column {by!r} holds a total, which would be counted twice.",
            fix="合計の行を除いてください。",
            fix_en="Leave rows of totals out.",
        )
    worth = pd.Series(flows.present(by_rate), index=flows.rows.index)
    payer = flows.rows[by].astype(object)
    sums = {
        name: worth[flows.signs == sign].groupby(payer).sum().reindex(order, fill_value=0.0)
        for name, sign in (("benefit_yen", 1), ("cost_yen", -1))
    }
    table = pd.DataFrame(sums)
    table["net_yen"] = table["benefit_yen"] - table["cost_yen"]
    table["hours"] = (timed["sign"] * timed["hours"]).fillna(0.0).groupby(groups).sum().reindex(order)
    table.loc[TOTAL] = table.sum()
    table = table.rename_axis(by).reset_index()
    parts = table.iloc[:-1]
    paid = parts[parts[by].isin(payer)]
    losers = paid[paid["net_yen"] < 0]
    words = "、".join(f"{row[by]} {row['net_yen']:+,.0f} 円" for _, row in paid.iterrows())
    only_hours = parts[~parts[by].isin(payer)]
    for _, row in only_hours.iterrows():
        way = "減る" if row["hours"] >= 0 else "増える"
        words += f"、{row[by]} 現金はなく職員の時間が {abs(row['hours']):,.0f} 時間{way}"
    moved = flows.rows.groupby(["fiscal_year", "item"]).filter(
        lambda t: t["sign"].nunique() > 1 and t[by].nunique() > 1
    )
    notes = []
    if len(moved):
        names = "」「".join(dict.fromkeys(moved["item"].astype(str)))
        notes.append(f"「{names}」は、ある人の得が別の人の負担になる移転です。合計では、得と負担が打ち消し合います。")
    return Analysis(
        table,
        len(losers),
        f"現在価値で見た得と負担は、{words}、合計 {table['net_yen'].iloc[-1]:+,.0f} 円です。",
        f"Net present values: {', '.join(f'{r[by]} {r.net_yen:,.0f}' for _, r in paid.iterrows())}.",
        used={"行": len(flows.rows), "区分": len(parts)},
        left_out=flows.left_out,
        figures={"npv_yen": float(table["net_yen"].iloc[-1]), "losers": len(losers)},
        assumptions=(*notes, f"{by_rate.label}。"),
    )
