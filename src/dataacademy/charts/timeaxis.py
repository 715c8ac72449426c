"""The horizontal axis of lines: years, dates or steps, as they are written in Japanese offices."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num, num2date
from matplotlib.ticker import FixedLocator, Formatter, FuncFormatter, MaxNLocator

from dataacademy.charts.frame import Numbers, one_each, words, years
from dataacademy.errors import DataAcademyError

_DATE = r"\d{4}-\d{1,2}(?:-\d{1,2})?"


class _JapaneseDates(Formatter):
    """年 where the ticks are years, 月 where they are months (the year below the first and every January), or 日."""

    def __call__(self, value, pos=None):
        date = num2date(value)
        return f"{date.year}年{date.month}月{date.day}日"

    def format_ticks(self, values):
        dates = [num2date(v) for v in values]
        if all(d.month == 1 and d.day == 1 for d in dates):
            return [f"{d.year}年" for d in dates]
        months = all(d.day == 1 for d in dates)
        out, year = [], None
        for d in dates:
            text = f"{d.month}月" if months else f"{d.month}/{d.day}"
            out.append(text if d.year == year else f"{text}\n{d.year}年")
            year = d.year
        return out


class Steps:
    """The values of the column ``x`` in order: where each stands on the axis and what it is called.

    Numbers and dates (also as text, ``2026-04`` or ``2026-04-01``) stand at their distance and in increasing order;
    anything else in the order of the rows, one step apart.
    """

    def __init__(self, column: pd.Series):
        if column.isna().any():
            raise DataAcademyError(
                "blank_step",
                f"列「{column.name}」に空欄が {int(column.isna().sum())} 行あります。線のどこに置くか決められません。",
                f"Column {column.name!r} has blanks: where on the line?",
                fix=f"空欄の行を確かめて除いてください（例：data.dropna(subset=[{str(column.name)!r}])）。",
                fix_en="Check those rows and drop them.",
                column=str(column.name),
            )
        self.dates = pd.api.types.is_datetime64_any_dtype(column)
        if not self.dates and not pd.api.types.is_numeric_dtype(column):
            text = column.astype(str)
            if text.str.fullmatch(_DATE).all():
                column, self.dates = pd.to_datetime(text, format="mixed"), True
        self.numeric = not self.dates and pd.api.types.is_numeric_dtype(column)
        if self.dates:
            self.places = date2num(column)
            self.names = [f"{d.year}年{d.month}月" + (f"{d.day}日" if d.day != 1 else "") for d in column]
        elif self.numeric:
            self.places = column.to_numpy(float)
            self.names = words(column)
        else:
            self.names = words(column)
            order = {name: i for i, name in enumerate(dict.fromkeys(self.names))}
            self.places = np.array([order[name] for name in self.names], float)
        self.ordered = self.dates or self.numeric
        self.called = dict(zip(self.places, self.names, strict=True))

    def dress(self, ax: Axes) -> None:
        """Ticks only where there is a value, or between two: steps, whole years, first days of months."""
        places = np.unique(self.places)
        if self.dates:
            ax.xaxis.set_major_locator(FixedLocator(places if len(places) <= 6 else _round_dates(places)))
            ax.xaxis.set_major_formatter(_JapaneseDates())
        elif self.numeric:
            ticks = places
            if len(places) > 8:
                whole = bool((places == np.round(places)).all())
                ticks = MaxNLocator(8, integer=whole).tick_values(places[0], places[-1])
            ax.xaxis.set_major_locator(FixedLocator([t for t in ticks if places[0] <= t <= places[-1]]))
            plain_years = years(places)
            ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:.0f}") if plain_years else Numbers())
        else:
            ax.set_xticks(places, [self.called[place] for place in places])


def _round_dates(places: np.ndarray) -> np.ndarray:
    """At most eight first days of years, months or single days between the first and the last place."""
    first, last = (pd.Timestamp(num2date(place).replace(tzinfo=None)) for place in places[[0, -1]])
    days = (last - first).days
    for unit, step, length in (("D", 1, 1), ("D", 7, 7), ("MS", 1, 31), ("MS", 3, 92), ("YS", 1, 366), ("YS", 2, 731)):
        if days / length <= 7:
            return date2num(_dates_between(first, last, unit, step))
    return date2num(_dates_between(first, last, "YS", 5 * -(-days // (366 * 35))))


def _dates_between(first: pd.Timestamp, last: pd.Timestamp, unit: str, step: int) -> pd.DatetimeIndex:
    start = first.normalize()
    if step > 1 and unit != "D":  # quarters start in January, steps of years at even ones
        start = pd.Timestamp(first.year - first.year % step if unit == "YS" else first.year, 1, 1)
    dates = pd.date_range(start, last, freq=f"{step}{unit}")
    return dates[dates >= first]


def wide_of(data: pd.DataFrame, x: str, values: np.ndarray, by: str | None, y: str) -> tuple[Steps, pd.DataFrame]:
    """Steps and a table: places on the axis as rows (in increasing order), groups as columns, floats."""
    steps = Steps(data[x])
    groups = words(data[by]) if by else [y] * len(data)
    one_each([steps.names, groups] if by else [steps.names], [x, by] if by else [x], y)
    wide = pd.Series(values, index=pd.MultiIndex.from_arrays([steps.places, groups])).unstack()
    return steps, wide[list(dict.fromkeys(groups))].sort_index()
