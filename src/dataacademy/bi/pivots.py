"""Pivot tables with sub-totals and shares of the parent, drilling down, and comparing with the year before."""

from __future__ import annotations

import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.bi.rows import percent, rows_of, sums, value_of
from dataacademy.bi.star import Star
from dataacademy.errors import DataAcademyError, check_choice, check_columns
from dataacademy.labels import label_of

SUBTOTAL, TOTAL = "計", "合計"


def pivot(
    data: pd.DataFrame | Star,
    *,
    rows: str | list[str],
    value: str | None = None,
    columns: str | None = None,
    share: str | None = None,
) -> Analysis:
    """Sums by ``rows`` (outer first), with a sub-total below every outer group and the total at the end.

    data
        A star (of a stock: its newest day) or a table with one row a fact; totals must not stand among its rows.
    value
        The column to add up (a star: its first measure unless named).
    columns
        A column whose values go across; ``合計`` is the last.
    share
        With ``columns``: percent instead of sums, of the ``row``, of the ``column``, of the ``parent`` (the sub-total
        above in the same column) or of the ``total``.

    Table without ``columns``: ``*rows, value, parent_percent, total_percent, depth``; with ``columns``: ``*rows``, one
    column a value, ``合計``, ``depth``.  ``depth`` is the number of rows' columns that are fixed (0: the total).
    Value: the total.  Errors: ``totals_inside`` (計 among the rows), ``no_value``, ``unknown_choice``, unknown columns.
    When not to use: to add its table up again (sub-totals are in it); for rates: add numerator and denominator, then
    divide.  Checked against ``pandas.pivot_table(margins=True)``.

    >>> import dataacademy as da
    >>> areas = da.load("areas")
    >>> found = pivot(areas, rows=["quarter", "association"], value="population")
    >>> int(found.value) == int(areas["population"].sum())
    True
    """
    rows = [rows] if isinstance(rows, str) else list(rows)
    value = value_of(data, value)
    groups = [*rows, *([columns] if columns else [])]
    if share is not None:
        check_choice("割合の分母", share, ["row", "column", "parent", "total"], en="The share of")
    frame, chosen = rows_of(data, groups, [value])
    cells = {level: _cells(frame, rows[:level], columns, value) for level in range(len(rows) + 1)}
    total = float(frame[value].sum())
    if columns:
        names = [*cells[0].columns]
        if share:
            cells = {level: _shares(cells, level, share) for level in cells}
    table = _stacked(cells, rows)
    if not columns:
        parents = [c.rename(columns={value: "parent"}) for c in cells.values()]
        table["parent_percent"] = percent(table[value], _parents(table, parents, rows))
        table["total_percent"] = percent(table[value], [total] * len(table))
        table = table[[*rows, value, "parent_percent", "total_percent", "depth"]]
    else:
        table = table[[*rows, *names, "depth"]]
    top = sums(frame, rows[:1], [value])
    best = top.loc[top[value].idxmax()]
    percents = 100 * best[value] / total if total else 0
    words, first = label_of(value), label_of(rows[0])
    return Analysis(
        table,
        total,
        f"{words}の合計は {total:,.0f} です。「{first}」でいちばん大きいのは「{best[rows[0]]}」の "
        f"{best[value]:,.0f}（{percents:.1f}％）です。",
        f"The sum of {value} is {total:,.0f}; the largest {rows[0]} is {best[rows[0]]} with {percents:.1f} %.",
        {"行": len(frame)},
        (chosen,) if chosen else (),
        assumptions=("計の行も表の中にあります。この表をもう一度足さないでください。",),
    )


def _cells(frame: pd.DataFrame, rows: list[str], columns: str | None, value: str) -> pd.DataFrame:
    """Sums of one level, indexed by ``rows``; across by ``columns`` with ``合計`` at the end."""
    keys = rows or [pd.Series("", index=frame.index, name="")]
    down = frame.groupby(keys, observed=True)[value].sum().to_frame()
    if not columns:
        return down
    across = frame.groupby([*keys, columns], observed=True)[value].sum().unstack().reindex(index=down.index)
    across = across.reindex(columns=frame[columns].cat.categories).fillna(0)
    across.columns = [str(c) for c in across.columns]
    return across.assign(**{TOTAL: down[value]})


def _above(index: pd.Index, level: int) -> list:
    """The key of the parent of every row of a level."""
    if level == 1:
        return [""] * len(index)
    return [key[0] if level == 2 else key[: level - 1] for key in index]


def _shares(cells: dict[int, pd.DataFrame], level: int, share: str) -> pd.DataFrame:
    part = cells[level].astype(float)
    if share == "row":
        whole = part[[TOTAL]].to_numpy().repeat(part.shape[1], axis=1)
    elif share == "total":
        whole = cells[0][TOTAL].iloc[0] + 0 * part.to_numpy()
    elif share == "column" or level == 0:
        whole = cells[0].to_numpy().repeat(len(part), axis=0)
    else:
        whole = cells[level - 1].loc[_above(part.index, level)].to_numpy()
    whole = pd.DataFrame(whole, index=part.index, columns=part.columns, dtype=float)
    return 100 * part / whole.where(whole != 0)


def _stacked(cells: dict[int, pd.DataFrame], rows: list[str]) -> pd.DataFrame:
    """All levels below one another: the rows of a group, then its sub-total; the total at the end."""
    parts = []
    for level, table in cells.items():
        part = table.copy()
        keys = [tuple(k) if isinstance(k, tuple) else (k,) for k in part.index] if level else [()]
        codes = [[table.index.get_level_values(i).categories.get_loc(k) for i, k in enumerate(key)] for key in keys]
        part = part.reset_index(drop=True)
        for i, row in enumerate(rows):
            blank = TOTAL if level == 0 and i == 0 else SUBTOTAL if i == level else ""
            part[row] = [key[i] if i < level else blank for key in keys]
            part[f" {i}"] = [code[i] if i < level else 10**9 for code in codes]  # sub-totals come after their rows
        parts.append(part.assign(depth=level))
    table = pd.concat(parts).sort_values([f" {i}" for i in range(len(rows))], kind="stable", ignore_index=True)
    return table.drop(columns=[f" {i}" for i in range(len(rows))])


def _parents(table: pd.DataFrame, parents: list[pd.DataFrame], rows: list[str]) -> list[float]:
    found = []
    for row in table[[*rows, "depth"]].itertuples(index=False):
        level = max(row[-1] - 1, 0)
        key = "" if level == 0 else row[0] if level == 1 else tuple(row[:level])
        found.append(parents[level]["parent"].loc[key])
    return [float(v) for v in found]


def drill(
    data: pd.DataFrame | Star, *, levels: list[str], at: str | list[str] = (), value: str | None = None
) -> Analysis:
    """One step down: the parts of what was chosen, largest first, with their share of it and of everything.

    levels
        Columns from coarse to fine: ``["距離", "地区"]``.
    at
        What was chosen so far, one value a level from the top; nothing: the whole.

    Table: the next level, value, ``parent_percent, total_percent``.  Value: the sum of what was chosen.  Where a part's
    name occurs below several parents, that is said (its parts are not one thing).  Errors: ``unknown_choice`` (a value
    that is not there, with the nearest), ``drilled_out`` (nothing below the last level), those of :func:`pivot`.
    When not to use: to find a cause; small parts differ by chance.  Checked against filtering by hand.

    >>> import dataacademy as da
    >>> found = drill(da.load("areas"), levels=["quarter", "name"], at=["沿岸"], value="population")
    >>> round(found.table["parent_percent"].sum())
    100
    """
    at = [at] if isinstance(at, str) else list(at)
    if len(at) >= len(levels):
        raise DataAcademyError(
            "drilled_out",
            f"「{label_of(levels[-1])}」より細かい段はありません。",
            f"There is no level below {levels[-1]!r}.",
            fix="at の値を一つ減らすか、levels に細かい列を足してください。",
            fix_en="Choose one value less, or add a finer level.",
        )
    value = value_of(data, value)
    frame, chosen = rows_of(data, list(levels), [value])
    total, part = float(frame[value].sum()), frame
    for level, name in zip(levels, at, strict=False):
        check_choice(f"「{label_of(level)}」の値", name, list(map(str, part[level].unique())), en=level)
        part = part[part[level] == name]
    child = levels[len(at)]
    whole = float(part[value].sum())
    table = sums(part, [child], [value]).sort_values(value, ascending=False, kind="stable", ignore_index=True)
    table[child] = table[child].astype(str)
    table["parent_percent"] = percent(table[value], [whole] * len(table))
    table["total_percent"] = percent(table[value], [total] * len(table))
    way = " → ".join(["全体", *at])
    share = 100 * whole / total if total else 0
    notes = []
    if at:
        above = frame[[levels[len(at) - 1], child]].drop_duplicates()
        several = above.loc[above[child].duplicated(keep=False) & above[child].isin(table[child]), child].unique()
        if len(several):
            notes = [
                f"「{several[0]}」など {len(several)} 個の名前は、"
                f"ほかの「{label_of(levels[len(at) - 1])}」にもあります。"
            ]
    return Analysis(
        table,
        whole,
        f"{way}：{label_of(value)}は {whole:,.0f}（全体の {share:.1f}％）です。中でいちばん大きい"
        f"「{label_of(child)}」は「{table[child].iloc[0]}」の {table[value].iloc[0]:,.0f} です。",
        f"{way}: {value} {whole:,.0f}, {share:.1f} % of all; the largest {child} is {table[child].iloc[0]}.",
        {"行": len(part)},
        (chosen,) if chosen else (),
        assumptions=tuple(notes),
    )


def year_on_year(data: pd.DataFrame, *, period: str, value: str, by: str | None = None) -> Analysis:
    """Every month beside the same month of the year before (前年同月比); of a column of years, beside the year before.

    data
        A table; rows of one month (and group) are added up first.
    period
        Dates or months as text (``2026-04-01``, ``2026-04``: a day counts to its month), or whole years.
    by
        A column of groups to compare apart.

    Table: ``period``, (``by``,) ``value, year_before, change, change_percent``, only where both are there.  Value:
    percent of change of the newest period, all groups together.  What lacks the year before is told in ``left_out``.
    Of a stock with several days in a month, take one day a month first.  Errors: ``no_year_before``, ``bad_period``,
    those of :func:`pivot`.
    When not to use: for a year that is not over against a full one; months are then compared one by one.  Checked
    against shifting by twelve rows.

    >>> import dataacademy as da
    >>> waste = da.load("waste_monthly").query("municipality == 'みらい市'")
    >>> found = year_on_year(waste, period="month", value="burnable_kg")
    >>> len(found.table), bool(found.value < 0)
    (60, True)
    """
    check_columns(data, [period], table="渡した表")
    frame, _ = rows_of(data, [by] if by else [], [value])
    known = data[period].drop_duplicates()  # there are far fewer moments than rows
    moments, step = _moments(known, period)
    frame[period] = data[period].map(dict(zip(known, moments, strict=True))).to_numpy()
    keys = [period, *([by] if by else [])]
    now = frame.groupby(keys, observed=True)[value].sum().reset_index()
    if by:
        now[by] = now[by].astype(str)
    before = now.assign(**{period: now[period] + step}).rename(columns={value: "year_before"})
    table = now.merge(before, on=keys, how="inner")
    if table.empty:
        raise DataAcademyError(
            "no_year_before",
            f"「{label_of(period)}」に、ちょうど一年前と比べられる組がありません。",
            f"No period in {period!r} has its year before.",
            fix="一年前の同じ月の表をたのむか、二つの時点の差として書いてください（前年同月比とは書きません）。",
            fix_en="Ask for the same month of the year before, or give the difference of two dates.",
            column=period,
        )
    table["change"] = table[value] - table["year_before"]
    table["change_percent"] = percent(table["change"], table["year_before"])
    newest = table[period].max()
    last = table[table[period] == newest]
    whole, old = float(last[value].sum()), float(last["year_before"].sum())
    change = 100 * (whole - old) / old if old else float("nan")
    without = now[period].nunique() - table[period].nunique()
    name = _moment_name(newest, step)
    table[period] = [_moment_name(m, step) for m in table[period]]
    return Analysis(
        table,
        change,
        f"{name}の{label_of(value)}は {whole:,.0f} で、前の年の同じ{'月' if step == 12 else '期間'}の "
        f"{old:,.0f} から {change:+.1f}％です。",
        f"{value} of {name} is {whole:,.0f}, {change:+.1f} % against {old:,.0f} of the year before.",
        {"行": len(frame)},
        (f"前の年がない {without} 期間",) if without else (),
    )


def _moments(column: pd.Series, name: str) -> tuple[pd.Series, int]:
    """Months since year 0 with step 12, or years with step 1."""
    if pd.api.types.is_numeric_dtype(column) and column.notna().all() and column.between(1800, 2200).all():
        return column.astype(int), 1
    parts = column.astype("string").str.extract(r"^(\d{4})-(\d{2})(?:-\d{2})?$")
    if parts.isna().any(axis=None):
        raise DataAcademyError(
            "bad_period",
            f"列「{label_of(name)}」は、年月（2026-04）・日付（2026-04-01）・西暦の年ではありません。",
            f"Column {name!r} holds neither months, dates nor years.",
            fix="和暦は da.eras で西暦に直し、2026-04 の形にそろえてください。",
            fix_en="Write months as 2026-04.",
            column=name,
        )
    return parts[0].astype(int) * 12 + parts[1].astype(int) - 1, 12


def _moment_name(moment: int, step: int) -> str:
    return f"{moment // 12}-{moment % 12 + 1:02d}" if step == 12 else str(moment)
