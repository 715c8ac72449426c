"""What pivots, ranks and the dashboard share: rows to add up, one day of a stock, order of groups."""

from __future__ import annotations

import pandas as pd

from dataacademy.bi.star import Star
from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.inputs import check_table, floats
from dataacademy.labels import label_of

EMPTY = "（空欄）"
_TOTALS = {"計", "合計", "総計", "総数", "小計", "男女計", "全体", "total", "Total", "TOTAL", "all"}


def rows_of(data: pd.DataFrame | Star, groups: list[str], values: list[str]) -> tuple[pd.DataFrame, str]:
    """The columns asked for (empty groups named, values as floats) and what was chosen of a stock, in words.

    A star with a snapshot gives its newest day; a plain table all of its rows.
    """
    chosen = ""
    if isinstance(data, Star):
        table, snapshot = data.table, data.snapshot
        if snapshot and table[snapshot].nunique() > 1:
            newest = table[snapshot].max()
            table = table[table[snapshot] == newest]
            chosen = f"{label_of(snapshot)} {newest} の分だけを使いました（ちがう日の数は足しません）"
    else:
        table = data
    check_table(table)
    check_columns(table, [*groups, *values], table="渡した表")
    columns = {g: named(table[g]) for g in groups} | {v: floats(table[v], v) for v in values}
    for group in groups:
        _no_totals(columns[group], group)
    return pd.DataFrame(columns, index=table.index).reset_index(drop=True), chosen


def named(column: pd.Series) -> pd.Series:
    """A column of groups as text in a lasting order: of its categories, else as they come; empty: 「（空欄）」."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        order = [str(c) for c in column.cat.categories]
    elif pd.api.types.is_numeric_dtype(column):
        order = [str(c) for c in sorted(column.dropna().unique())]
    else:
        order = [str(c) for c in column.dropna().unique()]
    words = column.astype(object).where(column.notna(), EMPTY).map(str)
    there = set(words)
    order = [o for o in dict.fromkeys([*order, EMPTY]) if o in there]
    return words.astype(pd.CategoricalDtype(order, ordered=True))


def _no_totals(column: pd.Series, name: str) -> None:
    totals = [c for c in column.cat.categories if c in _TOTALS]
    if totals and len(column.cat.categories) > len(totals):
        raise DataAcademyError(
            "totals_inside",
            f"列「{label_of(name)}」に「{totals[0]}」の行が混ざっています。足すと、同じものを二度数えます。",
            f"Column {name!r} has rows of totals ({totals[0]!r}); adding would count twice.",
            fix=f"「{totals[0]}」の行を先に除いてください。計は、ここで作り直します。",
            fix_en="Leave the totals out first; they are made here anew.",
            column=str(name),
            value=totals[0],
        )


def value_of(data: pd.DataFrame | Star, value: str | None) -> str:
    """The column to add up: as named, else the only (first) measure of a star."""
    if value is not None:
        return value
    if isinstance(data, Star):
        return data.measures[0]
    raise DataAcademyError(
        "no_value",
        "どの列を足すかが決まっていません。",
        "No column to add up was named.",
        fix='value="人数" のように、足す列の名前を書いてください。',
        fix_en='Name it: value="count".',
    )


def sums(rows: pd.DataFrame, groups: list[str], values: list[str]) -> pd.DataFrame:
    """The sums of ``values`` for each group that occurs."""
    return rows.groupby(groups, observed=True, sort=True)[values].sum().reset_index()


def percent(part, whole):
    """100 part / whole, empty where the whole is 0."""
    whole = pd.Series(whole, dtype=float)
    return 100 * pd.Series(part, dtype=float).div(whole.where(whole != 0))
