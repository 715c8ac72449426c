"""From items to years: what is paid once, every year, and at the end."""

from __future__ import annotations

import pandas as pd

from dataacademy.arguments import check_names_once, check_whole
from dataacademy.costs.flows import KINDS
from dataacademy.errors import DataAcademyError, check_choice, check_columns
from dataacademy.inputs import check_table


def cash_flow(items: pd.DataFrame, *, start: int, years: int) -> pd.DataFrame:
    """The cash flow of items over the years: a row an item and fiscal year, as :func:`npv` and the others read it.

    items
        A row an item: ``kind, item, amount_yen`` (without a sign) and whatever else is to be kept (``project``).
    start
        The fiscal year of what is paid once (kind ``initial``): year 0.
    years
        How many years after ``start`` the others come back, each with the same amount; ``residual`` in the last only.

    Errors: ``not_a_table``, ``no_rows``, ``unknown_column``, ``unknown_choice`` (kind), ``not_whole_between``,
    ``duplicate_columns``, ``name_taken`` (there is a ``fiscal_year`` already).
    When not to use: where amounts change over the years (write a row a year), or the work takes several years.
    Checked against the annuity formula.

    >>> import dataacademy as da
    >>> signs = da.load("costs").query("project == '収集終了の看板'").drop_duplicates("item")
    >>> longer = cash_flow(signs[["kind", "item", "amount_yen"]], start=2027, years=10)
    >>> longer.groupby("kind")["fiscal_year"].agg(["min", "max", "size"]).values.tolist()
    [[2027, 2027, 1], [2028, 2037, 10], [2028, 2037, 10]]
    """
    check_table(items)
    check_names_once(items)
    check_columns(items, ["kind", "item", "amount_yen"], table="渡した表")
    check_whole("始める年度（start）", start, 0, 9999, en="start")
    check_whole("続く年数（years）", years, 1, 1000, en="years")
    for kind in items["kind"]:
        check_choice("種類（kind）", kind, list(KINDS), en="The kind")
    if "fiscal_year" in items:
        raise DataAcademyError(
            "name_taken",
            "表に、年度（fiscal_year）の列がもうあります。",
            "There is a column fiscal_year already.",
            fix="年度ごとの表なら、そのまま使えます。費目だけの表を渡すときは、年度の列を除いてください。",
            fix_en="A table by year can be used as it is; leave the column out of a table of items.",
        )
    last = start + years
    parts = [items[items["kind"] == "initial"].assign(fiscal_year=start)]
    for year in range(start + 1, last + 1):
        kinds = ["initial"] if year == last else ["initial", "residual"]
        parts.append(items[~items["kind"].isin(kinds)].assign(fiscal_year=year))
    return pd.concat(parts, ignore_index=True)
