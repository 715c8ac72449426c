"""Time in a table: its order, the step between two periods, where something began, and which periods are missing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from dataacademy.errors import DataAcademyError

_SORTS = re.compile(r"[0-9]{4}(?:[-/.年]?[0-9]{2}(?:[-/.月]?[0-9]{2}日?|月)?|年)?")
_MONTH = re.compile(r"([12]\d{3})[-/.年]?(\d{2})月?$")
_DAY = re.compile(r"([12]\d{3})[-/.年]?(\d{2})(?!\d$)")


@dataclass(frozen=True)
class Periods:
    """The different times of a column, in order.

    values
        The times as they stand in the table.
    position
        For each row of the table, the number of its time (0, 1, …).
    missing
        Times that are absent although the step between the others says that they belong there.
    """

    column: str
    values: list
    position: np.ndarray
    missing: list

    def number_of(self, start) -> int:
        """How many periods lie before ``start``; an error if none do, or if nothing is left from ``start`` on."""
        start = _alike(start, self.values[0])
        try:
            before = sum(bool(v < start) for v in self.values)
        except TypeError:
            raise DataAcademyError(
                "start_not_comparable",
                f"start「{start}」は、列「{self.column}」の値（たとえば「{self.values[0]}」）と種類がちがうので、前後を決められません。",
                f"start {start!r} cannot be compared with the times of {self.column!r} ({self.values[0]!r}).",
                fix=f"列「{self.column}」と同じ書き方で指定してください。",
                fix_en="Write start as the times in that column are written.",
            ) from None
        if isinstance(start, str) and len(start) != len(self.values[0]):
            raise DataAcademyError(
                "start_not_comparable",
                f"start「{start}」は、列「{self.column}」の値（たとえば「{self.values[0]}」）と書き方がちがいます。",
                f"start {start!r} is not written like the times of {self.column!r} ({self.values[0]!r}).",
                fix=f"列「{self.column}」と同じ書き方で指定してください。",
                fix_en="Write start as the times in that column are written.",
            )
        if before == 0:
            raise DataAcademyError(
                "start_before_data",
                f"start「{start}」より前の時点がありません（列「{self.column}」は「{self.values[0]}」から）。始まる前の姿が分からないと、くらべられません。",
                f"There is no period before start {start!r} ({self.column!r} begins at {self.values[0]!r}).",
                fix="始まる前の時点も入った表を使うか、start を確かめてください。",
                fix_en="Use a table that also covers the time before, or check start.",
            )
        if before == len(self.values):
            raise DataAcademyError(
                "start_after_data",
                f"start「{start}」以後の時点がありません（列「{self.column}」は「{self.values[-1]}」まで）。",
                f"There is no period from start {start!r} on ({self.column!r} ends at {self.values[-1]!r}).",
                fix="始まった後の時点も入った表を使うか、start を確かめてください。",
                fix_en="Use a table that also covers the time after, or check start.",
            )
        return before

    def months(self) -> np.ndarray | None:
        """The month (1–12) of every period, or None if the times do not say one."""
        found = [_month(v, day=True) for v in self.values]
        return None if None in found else np.array([k % 12 + 1 for k in found])

    def called(self) -> list[str]:
        """The times as they are written on paper."""
        return [v.date().isoformat() if isinstance(v, pd.Timestamp) else str(v) for v in self.values]


def periods(times: pd.Series, column: str) -> Periods:
    """The Periods of a column of numbers, dates or text (``2025``, ``2025-04``, ``2025-04-01``) without empty cells.

    Errors: ``time_text`` (text whose order is not that of time, such as ``2025-10`` before ``2025-2``).
    """
    if pd.api.types.is_bool_dtype(times):
        raise _not_a_time(column, times.iloc[0])
    if isinstance(times.dtype, pd.CategoricalDtype):
        times = times.astype(times.cat.categories.dtype)
    if isinstance(times.dtype, pd.PeriodDtype):
        times = times.dt.to_timestamp()
    if not (pd.api.types.is_numeric_dtype(times) or pd.api.types.is_datetime64_any_dtype(times)):
        words = [str(v) for v in times.unique()]
        odd = [w for w in words if not _SORTS.fullmatch(w)]
        if odd or len({len(w) for w in words}) > 1:
            raise _not_a_time(column, odd[0] if odd else min(words, key=len))
        times = times.astype(str)
    codes, found = pd.factorize(times, sort=True)
    values = list(found)
    return Periods(column, values, codes, _missing(values))


def _not_a_time(column: str, example) -> DataAcademyError:
    return DataAcademyError(
        "time_text",
        f"列「{column}」の「{example}」のような書き方では、時間の順に並びません（文字では「2025-10」が「2025-2」より前に来ます）。",
        f"Times such as {example!r} in {column!r} do not sort in the order of time (as text, 2025-10 < 2025-2).",
        fix="「2025-04」のように月を二けたでそろえるか、"
        "日付に直してください（例：pd.to_datetime）。和暦は da.eras で西暦に直します。",
        fix_en="Write all with two digits (2025-04) or turn them into dates (pd.to_datetime; Japanese eras: da.eras).",
        column=str(column),
    )


def _alike(start, time):
    """``start`` in the kind of ``time``, where that is plain: a date written as text, text given as a date."""
    if isinstance(time, pd.Timestamp) and isinstance(start, (str, pd.Period)):
        try:
            start = pd.Timestamp(start) if isinstance(start, str) else start.to_timestamp()
        except ValueError:
            return start
    if isinstance(time, pd.Timestamp) and isinstance(start, datetime):  # a table without a zone is read as local time
        start = pd.Timestamp(start)
        return start.tz_localize(time.tz) if time.tz and not start.tz else start
    if isinstance(time, str) and hasattr(start, "strftime"):
        return start.strftime("%Y-%m-%d")[: len(time)]
    return start


def _month(time, *, day: bool = False) -> int | None:
    """Months since year 0 of ``2025-04``, 202504 or the first of a month (``day``: of any date); None for others."""
    if isinstance(time, pd.Timestamp):
        return 12 * time.year + time.month - 1 if day or time.day == 1 else None
    text = time if isinstance(time, str) else f"{time:.0f}" if float(time).is_integer() else ""
    matched = (_DAY if day and isinstance(time, str) else _MONTH).match(text)
    if not matched or not 1 <= int(matched[2]) <= 12:
        return None
    return 12 * int(matched[1]) + int(matched[2]) - 1


def _missing(values: list) -> list:
    """Absent steps of a monthly, yearly or otherwise even series (the most common step must cover 2/3 of the gaps)."""
    if len(values) < 3:
        return []
    steps = [_month(v) for v in values]
    if None not in steps:
        return [f"{k // 12}-{k % 12 + 1:02d}" for k in _absent(steps)]
    if isinstance(values[0], str):
        return [str(k) for k in _absent([int(v[:4]) for v in values])] if len(values[0]) <= 5 else []
    if isinstance(values[0], pd.Timestamp):
        return []
    return _absent([int(v) for v in values]) if all(float(v).is_integer() for v in values) else []


def _absent(steps: list[int]) -> list[int]:
    gaps = np.diff(steps)
    step, count = max(zip(*np.unique(gaps, return_counts=True), strict=True), key=lambda g: (g[1], -g[0]))
    if 3 * count < 2 * len(gaps) or any(gaps % step):
        return []
    present = set(steps)
    return [int(k) for k in range(steps[0], steps[-1], int(step)) if k not in present]
