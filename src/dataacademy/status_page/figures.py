"""Figures by day: how many that day, over seven days and altogether, and what share of another count they are."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.eras import to_dates
from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.inputs import check_table
from dataacademy.tables import to_number

WEEK = 7
WEEKDAYS = "月火水木金土日"
_CUMULATIVE_FROM = 14  # days that never fall: a count by day does not do that for two weeks


def daily(
    data: pd.DataFrame, *, date: str = "date", count: str | None = None, until: str | None = None, unit: str = "人"
) -> Analysis:
    """Counts by day, their mean over seven days and their running total.

    data, date, count
        A row a day with its ``count``; or, without ``count``, a row a case (days without a row are then 0).  With
        ``count`` a day without a row, or with a blank, is unknown: it stays blank and is never taken for 0.
    until
        The last day to look at; None: the last day of the table.

    Table, one row a day without gaps: ``day`` (2021-08-09), ``weekday, count, mean_7`` (of the seven days that end
    here; blank if one of them is), ``cumulative`` (of the known days).  Value: the count of the last seven days.
    Figures: ``last, sum_7, before_7`` (the seven days before), ``times`` (sum_7 / before_7), ``cumulative``.
    A running total that stands where counts by day belong is named among the assumptions (``looks_cumulative`` 1).
    Errors: unreadable_date, same_day_twice, not_a_count, no_rows, unknown_column, not_a_table.
    Checked against pandas' rolling sums, the truth ``covid_weekday``, and 東京都's published total of 2020-03-31 (521).
    When not to use: for counts that change of themselves over the year (compare with the year before), or to say why
    a number rose; it only says that it did.

    >>> import dataacademy as da
    >>> found = daily(da.load("covid_daily"), count="patients", until="2021-08-09")
    >>> found.figures["last"], found.value, found.figures["before_7"]
    (5, 92, 52)
    """
    days, counts, left_out = _by_day(data, date, [count], until)
    table = _frame(days)
    table["count"] = counts[0].astype("Int64").array
    sums = counts[0].rolling(WEEK).sum()
    table["mean_7"] = (sums / WEEK).array
    table["cumulative"] = counts[0].cumsum().astype("Int64").array
    known = counts[0].dropna()
    before = sums.shift(WEEK).iloc[-1]
    figures = {
        "last": _whole(counts[0].iloc[-1]),
        "sum_7": _whole(sums.iloc[-1]),
        "before_7": _whole(before),
        "times": float(sums.iloc[-1] / before) if before else np.nan,
        "cumulative": int(known.sum()),
        "looks_cumulative": int(_looks_cumulative(known)),
    }
    warned = "日ごとの数のはずですが、一度も減っていません。累計（これまでの合計）を入れていないか確かめてください。"
    return Analysis(
        table,
        figures["sum_7"],
        _sentence(table, figures, unit),
        f"{table['day'].iloc[-1]}: {figures['last']}; {figures['sum_7']} in seven days, {figures['before_7']} in the "
        f"seven days before; {figures['cumulative']} altogether.",
        used={"日": len(known), "数の合計": figures["cumulative"]},
        left_out=left_out,
        figures=figures,
        assumptions=(warned,) if figures["looks_cumulative"] else (),
    )


def rate(data: pd.DataFrame, *, date: str = "date", count: str, of: str, until: str | None = None) -> Analysis:
    """What per cent of ``of`` are ``count``, by day and over seven days: patients of tests, for example.

    data
        A row a day.  Blanks and days without a row are unknown.
    until
        The last day to look at; None: the last day of the table.

    Table, one row a day without gaps: ``day, weekday, count, of, day_percent`` (blank where ``of`` is 0),
    ``week_percent`` (the counts of seven days over the ``of`` of the same seven days).  Value: the last
    ``week_percent``.  Figures: ``sum_7, of_7, mean_of_days`` (the mean of the last seven ``day_percent``: not the rate,
    because a day with few counts as much as a day with many).
    Errors: part_above_whole, and those of :func:`daily`.
    Checked against sums by hand.
    When not to use: where ``count`` and ``of`` are dated differently (tested on Monday, announced on Wednesday), unless
    seven days smooth that; where some of ``count`` are not among ``of``.

    >>> import dataacademy as da
    >>> found = rate(da.load("covid_daily"), count="patients", of="tests", until="2021-08-09")
    >>> round(found.value, 1), round(found.figures["mean_of_days"], 1)
    (11.7, 13.8)
    """
    days, (part, whole), left_out = _by_day(data, date, [count, of], until)
    above = np.flatnonzero((part > whole).to_numpy())
    if len(above):
        day = days[above[0]].strftime("%Y-%m-%d")
        raise DataAcademyError(
            "part_above_whole",
            f"{day} は「{count}」（{part.iloc[above[0]]:,.0f}）が「{of}」（{whole.iloc[above[0]]:,.0f}）より多いので、"
            "割合になりません。",
            f"On {day} {count!r} is more than {of!r}.",
            fix="count（分子）と of（分母）を取りちがえていないか、日付の付け方が同じか、確かめてください。",
            fix_en="Are count and of exchanged, or dated differently?",
        )
    table = _frame(days)
    table["count"], table["of"] = part.astype("Int64").array, whole.astype("Int64").array
    table["day_percent"] = (100 * part / whole.where(whole > 0)).array
    sums, ofs = part.rolling(WEEK).sum(), whole.rolling(WEEK).sum()
    table["week_percent"] = (100 * sums / ofs.where(ofs > 0)).array
    value, day = table["week_percent"].iloc[-1], table["day"].iloc[-1]
    figures = {
        "sum_7": _whole(sums.iloc[-1]),
        "of_7": _whole(ofs.iloc[-1]),
        "mean_of_days": float(table["day_percent"].tail(WEEK).mean()),
    }
    said = (
        f"{day} までの7日間は、{figures['of_7']:,} のうち {figures['sum_7']:,} で、{value:.1f}％です。"
        if np.isfinite(value)
        else f"{day} までの7日間には分からない日があるので、割合を出せません。"
    )
    return Analysis(
        table,
        float(value),
        said,
        f"Seven days to {day}: {figures['sum_7']} of {figures['of_7']}, {value:.1f} %.",
        used={"日": int(table["day_percent"].notna().sum())},
        left_out=left_out,
        figures=figures,
    )


def _by_day(data, date, columns, until):
    """Every day from the first to the last, each column's counts on them (float, NaN: unknown), and what is missing."""
    check_table(data)
    check_columns(data, [date, *(c for c in columns if c is not None)], table="渡した表")
    dates, notes = to_dates(data[date].reset_index(drop=True), column=date)
    wrong = next((note for note in notes if note.level == "error"), None)
    if wrong:
        raise DataAcademyError(
            "unreadable_date", wrong.ja, wrong.en, fix=wrong.fix, fix_en=wrong.fix_en, row=wrong.row, column=date
        )
    left_out = []
    undated = int(dates.isna().sum())
    if undated:
        left_out.append(f"日付のない行が {undated:,} 行あり、どの日にも数えていません")
    keep = dates.notna().to_numpy() & (dates <= _day(until)).to_numpy() if until else dates.notna().to_numpy()
    rows = data.reset_index(drop=True)[keep]
    dates = dates[keep]
    if rows.empty:
        raise DataAcademyError(
            "no_rows",
            "数える日が一日もありません。",
            "There is no day to count.",
            fix=f"日付の列「{date}」と、until（いつまで）を確かめてください。",
            fix_en="Check the column of dates and until.",
        )
    days = pd.date_range(dates.min(), dates.max(), freq="D")
    if columns == [None]:
        return days, [dates.value_counts().reindex(days, fill_value=0).astype("float64")], tuple(left_out)
    twice = dates[dates.duplicated()]
    if len(twice):
        raise DataAcademyError(
            "same_day_twice",
            f"{twice.iloc[0]:%Y-%m-%d} の行が二つ以上あります。どちらが正しいか決められません。",
            f"{twice.iloc[0]:%Y-%m-%d} stands there more than once.",
            fix="一日一行にしてください。直した数なら、前の行を消して、訂正として知らせます。",
            fix_en="Keep one row a day; announce a changed figure as a correction.",
            row=int(twice.index[0]) + 2,
            column=date,
        )
    found = [_counts(rows[c], c).set_axis(dates.to_numpy()).reindex(days) for c in columns]
    unknown = int(pd.concat(found, axis=1).isna().any(axis=1).sum())
    if unknown:
        left_out.append(f"数の分からない日が {unknown:,} 日あり、0 とはみなさず空欄にしました")
    return days, found, tuple(left_out)


def _counts(values: pd.Series, column: str) -> pd.Series:
    """A column of counts as float64; blank is NaN, anything else that is no count an error with its row."""
    numbers, notes = to_number(values, column=column)
    numbers = numbers.astype("float64")
    read = {note.row for note in notes if note.kind == "not_a_number"}
    bad = (numbers < 0).to_numpy() | (numbers % 1 > 0).to_numpy() | np.isin(np.arange(1, len(values) + 1), list(read))
    if bad.any():
        at = int(bad.argmax())
        raise DataAcademyError(
            "not_a_count",
            "人や件の数として読めません。",
            "Not a count.",
            fix="0 以上の整数を入れてください。分からない日は空欄にします（0 ではありません）。",
            fix_en="Enter a whole number of at least 0; leave unknown days blank.",
            row=int(values.index[at]) + 2,
            column=column,
            value=str(values.iloc[at]),
        )
    return numbers


def _day(until) -> pd.Timestamp:
    days, notes = to_dates(pd.Series([until]))
    if days.isna().iloc[0]:
        note = notes[0]
        raise DataAcademyError("unreadable_date", f"until：{note.ja}", note.en, fix=note.fix, fix_en=note.fix_en)
    return days.iloc[0]


def _frame(days: pd.DatetimeIndex) -> pd.DataFrame:
    return pd.DataFrame({"day": days.strftime("%Y-%m-%d"), "weekday": [WEEKDAYS[d] for d in days.day_of_week]})


def _looks_cumulative(known: pd.Series) -> bool:
    steps = np.diff(known.to_numpy())
    return len(known) >= _CUMULATIVE_FROM and bool((steps >= 0).all()) and int((steps > 0).sum()) >= WEEK


def _whole(value) -> int | None:
    return None if pd.isna(value) else int(value)


def _sentence(table: pd.DataFrame, figures: dict, unit: str) -> str:
    last = table.iloc[-1]
    that = "分かりません" if figures["last"] is None else f"{figures['last']:,}{unit}です"
    said = f"{last['day']}（{last['weekday']}）は{that}。"
    if figures["sum_7"] is not None:
        said += f"この日までの7日間は{figures['sum_7']:,}{unit}"
        if figures["before_7"]:
            said += f"で、その前の7日間（{figures['before_7']:,}{unit}）の{figures['times']:.2f}倍"
        elif figures["before_7"] == 0:
            said += f"、その前の7日間は0{unit}"
        said += "です。"
    return said + f"累計は{figures['cumulative']:,}{unit}です。"
