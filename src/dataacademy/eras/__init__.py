"""和暦 and dates: one reader for every way in which offices write a day, a month, a year or a fiscal year."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone

import numpy as np
import pandas as pd

from dataacademy.distinct import distinct, plain_text
from dataacademy.eras import messages as say
from dataacademy.eras.forms import (
    ASIDE,
    DASHES,
    ERA_OF,
    ERAS,
    FORMS,
    IN_NAMES,
    MONTH_FIRST,
    TIME,
    TWO_YEARS,
    YEAR,
    year_of,
)
from dataacademy.errors import DataAcademyError
from dataacademy.notes import Note

_SOLAR = date(1873, 1, 1)  # before this day Japan counted days by the old lunisolar calendar
_JAPAN_TIME = timezone(timedelta(hours=9))


@dataclass(frozen=True)
class When:
    """A stretch of time: ``kind`` is "day", "month", "year" or "fiscal_year"; ``start`` and ``end`` belong to it.

    ``notes`` tells what was assumed on the way: ``era_overrun``, ``month_first``, ``time_dropped``, ``excel_serial``.
    """

    kind: str
    start: date
    end: date
    notes: tuple[Note, ...] = field(default=(), compare=False, repr=False)


def parse_date(value, *, excel_serial: bool = False) -> When | None:
    """What a cell says about time; None if the cell is empty.

    value
        Text (令和6年4月1日, R6.4.1, 平成31年度, 2024-04-01, 202404, 4/1/2023 …), a number, a date or a Timestamp.
        年 is the calendar year, 年度 begins on 1 April.  4/1/2023 is read month first.  A time of day is left out;
        one with a time zone is first turned into Japanese time.  A day after the end of its era is counted on
        (平成32年 = 令和2年).  Each of these leaves a note.
    excel_serial
        True: a number counts days as Excel does (45383 = 2024-04-01).

    Raises DataAcademyError ``impossible_date`` (令和6年2月30日), ``old_calendar`` (days before 明治6年),
    ``years_disagree`` (平成31(2020)年) or ``not_a_date``.

    >>> parse_date("令和６年度")
    When(kind='fiscal_year', start=datetime.date(2024, 4, 1), end=datetime.date(2025, 3, 31))
    >>> parse_date("H31.4.30").start, parse_date("平成32年").notes[0].kind
    (datetime.date(2019, 4, 30), 'era_overrun')
    """
    if isinstance(value, np.datetime64):
        value = pd.Timestamp(value)
    if isinstance(value, date) and value is not pd.NaT:
        return _from_date(value, value)
    text = plain_text(value)
    if not text:
        return None
    if excel_serial and (serial := _from_serial(value, text)):
        return serial
    text = text.upper().translate(DASHES)
    notes = []
    if clock := TIME.search(text):
        if clock["zone"]:
            return _from_zoned(value, text)
        notes = [say.time_dropped(value)] if clock["clock"].strip("0:.") else []
        text = text[: clock.start()]
    text = _one_year(value, ASIDE.sub("", re.sub(r"\s", "", text)))
    for form in FORMS:
        if found := form.fullmatch(text):
            when = _period(value, found.groupdict())
            if form is MONTH_FIRST and when.start.day <= 12 and when.start.day != when.start.month:
                notes.append(say.month_first(value, when.start.month, when.start.day))
            return replace(when, notes=(*when.notes, *notes))
    raise say.not_a_date(value)


def to_dates(
    series: pd.Series,
    *,
    file: str = "",
    column: str = "",
    rows: Sequence[int] | None = None,
    excel_serial: bool | None = None,
) -> tuple[pd.Series, list[Note]]:
    """A column of dates as datetime64, each the first day of what its cell says, and what was seen on the way.

    rows
        File row of each element; None: the first element stands in row 2.
    excel_serial
        As in ``parse_date``.  None: five-digit numbers are Excel's day numbers if all of them lie between 30000 and
        60000 (1982 to 2064), for no other date is written so.

    Empty cells stay empty.  What cannot be read becomes NaT with a note of level error, once per different value.
    Assumptions are noted once per kind; ``mixed_periods`` warns of days, months, 年 and 年度 in the same column.

    >>> dates, notes = to_dates(pd.Series(["令和6年4月1日", "R6.2.30", 45383]))
    >>> dates.dt.date.tolist()
    [datetime.date(2024, 4, 1), NaT, datetime.date(2024, 4, 1)]
    >>> [(n.row, n.kind) for n in notes]
    [(3, 'impossible_date'), (4, 'excel_serial')]
    """
    if pd.api.types.is_datetime64_any_dtype(series):
        return _days(series, rows, file=file, column=column)
    cells = distinct(series, rows)
    serials = _serials(cells.values, excel_serial)
    starts = np.full(len(cells.values), np.datetime64("NaT"), dtype="datetime64[us]")
    kinds: dict[str, int] = {}
    seen: dict[str, tuple[Note, int, int]] = {}  # kind of note -> first note, its value's position, number of rows
    notes = []
    for i, value in enumerate(cells.values):
        try:
            when = parse_date(value, excel_serial=serials[i])
        except DataAcademyError as error:
            notes.append(cells.locate(error.note, i, file=file, column=column))
            continue
        if when is None:
            continue
        starts[i] = np.datetime64(when.start, "us")
        kinds.setdefault(when.kind, i)
        for note in when.notes:
            first, at, n = seen.get(note.kind, (note, i, 0))
            seen[note.kind] = (first, at, n + cells.counts[i])
    for first, at, n in seen.values():
        notes.append(replace(_counted(first, n), file=file, column=column, row=cells.first_rows[at]))
    if len(kinds) > 1:
        at = list(kinds.values())[1]
        where = {"file": file, "column": column, "row": cells.first_rows[at], "value": str(cells.values[at])}
        notes.append(say.mixed_periods(kinds, **where))
    return pd.Series(starts[cells.place], index=series.index, name=series.name), notes


def to_era(day: date) -> str:
    """The day in 和暦.  Raises DataAcademyError before 1873, when the old calendar was in use.

    >>> to_era(date(2024, 4, 1)), to_era(date(2019, 5, 1))
    ('令和6年4月1日', '令和元年5月1日')
    """
    plain = date(day.year, day.month, day.day)
    if plain < _SOLAR:
        raise say.old_calendar(day)
    era, year = _era_year(plain)
    return f"{era}{year}年{plain.month}月{plain.day}日"


def fiscal_year(day: date) -> int:
    """The 年度 (1 April to 31 March) of a day.

    >>> fiscal_year(date(2025, 3, 31)), fiscal_year(date(2025, 4, 1))
    (2024, 2025)
    """
    return day.year if day.month >= 4 else day.year - 1


def month_in_name(name: str) -> date | None:
    """First day of the month that a file name tells; None if it tells none.

    Written-out months (令和6年4月, R6.4, 2024-04) go before bare digits (202404, 20240401, R0604); of several the last
    one counts, so that a municipality code in front does no harm.  Western years count from 1950 to 2099.

    >>> month_in_name("0066_202406.xlsx"), month_in_name("372013_公衆トイレ.csv")
    (datetime.date(2024, 6, 1), None)
    """
    text = plain_text(name).upper().translate(DASHES)
    for form in IN_NAMES:
        months = []
        for found in form.finditer(text):
            parts = found.groupdict()
            month = int(parts["m"] or parts.get("m2") or parts.get("m3"))
            year = year_of(parts) + (1 if parts.get("fy") and month < 4 else 0)
            if 1 <= month <= 12 and 1950 <= year < 2100:
                months.append(date(year, month, 1))
        if months:
            return months[-1]
    return None


def _one_year(value, text: str) -> str:
    """平成31(2019)年 or 平成31・令和元年度 with the first writing only; both must be the same year."""
    found = TWO_YEARS.fullmatch(text)
    if not found:
        return text
    first, second = (year_of(YEAR.fullmatch(found[key]).groupdict()) for key in "ab")
    if first != second:
        raise say.years_disagree(value, first, second)
    return found["a"] + max(found["suffix"], found["more"], key=len) + found["rest"]


def _period(value, parts) -> When:
    """The period that the parts of a written date make; checks the calendar and the era."""
    era = ERA_OF[parts["era"]] if parts.get("era") else None
    year, fiscal = year_of(parts), bool(parts.get("fy"))
    month, day = (int(parts[key]) if parts.get(key) else None for key in ("m", "d"))
    if fiscal and month and month < 4:
        year += 1
    try:
        if day:
            kind, start = "day", date(year, month, day)
            end = start
        elif month:
            kind, start = "month", date(year, month, 1)
            end = date(year, month, calendar.monthrange(year, month)[1])
        elif fiscal:
            kind, start, end = "fiscal_year", date(year, 4, 1), date(year + 1, 3, 31)
        else:
            kind, start, end = "year", date(year, 1, 1), date(year, 12, 31)
        if day == 0 or month == 0:
            raise ValueError("days and months begin with 1")
    except ValueError:
        raise say.impossible_date(value, year, month) from None
    if parts.get("last"):
        kind, start = "day", end
    if not era:
        return When(kind, start, end)
    if kind in ("day", "month") and start < _SOLAR:
        raise say.old_calendar(value)
    opens = date(fiscal_year(start), 4, 1) if fiscal else start  # 平成31年度末 is fine: the 年度 began in 平成
    if opens <= era.last and end >= era.first:
        return When(kind, start, end)
    right, number = _era_year(opens)
    return When(kind, start, end, (say.era_overrun(value, era.name, f"{right}{number}年{'度' * fiscal}", opens.year),))


def _era_year(day: date) -> tuple[str, str]:
    """Name of the era of a day and its year there, 元 for the first."""
    era = next(era for era in reversed(ERAS) if era.first <= day)
    year = day.year - era.first.year + 1
    return era.name, "元" if year == 1 else str(year)


def _days(series, rows, **where) -> tuple[pd.Series, list[Note]]:
    """Days of a column that holds dates already; the times of day of all rows make one note."""
    local = series.dt.tz_convert(_JAPAN_TIME).dt.tz_localize(None) if series.dt.tz else series
    days = local.dt.normalize().astype("datetime64[us]")
    timed = np.flatnonzero((local.notna() & (local != days)).to_numpy())
    if not len(timed):
        return days, []
    at = int(timed[0])
    note = say.time_dropped(series.iloc[at])
    return days, [replace(_counted(note, len(timed)), row=at + 2 if rows is None else int(rows[at]), **where)]


def _counted(note: Note, n: int) -> Note:
    if n == 1:
        return note
    return replace(note, ja=f"{note.ja}（このような値は{n}件）", en=f"{note.en} ({n} such rows)")


def _from_date(value, day: date) -> When:
    notes = []
    if isinstance(day, datetime):
        if day.tzinfo:
            day = day.astimezone(_JAPAN_TIME)
        notes = [say.time_dropped(value)] if (day.hour, day.minute, day.second) != (0, 0, 0) else []
    plain = date(day.year, day.month, day.day)
    return When("day", plain, plain, tuple(notes))


def _from_zoned(value, text: str) -> When:
    try:
        return _from_date(value, datetime.fromisoformat(text))
    except ValueError:
        raise say.not_a_date(value) from None


def _from_serial(value, text: str) -> When | None:
    """Excel's day number: 1 March 1900 (61) to the end of 2199; earlier ones are off by a day in Excel itself."""
    if not re.fullmatch(r"\d{1,6}(\.\d+)?", text) or not 61 <= float(text) < 109575:
        return None
    day = date(1899, 12, 30) + timedelta(days=int(float(text)))
    notes = (say.excel_serial(value, day), *([say.time_dropped(value)] if float(text) % 1 else ()))
    return When("day", day, day, notes)


def _serials(values, excel_serial: bool | None) -> list[bool]:
    """Which values to read as Excel's day numbers."""
    if excel_serial is not None:
        return [excel_serial] * len(values)
    numbers = [bool(re.fullmatch(r"\d{5}(\.\d+)?", plain_text(value))) for value in values]
    inside = all(
        30000 <= float(plain_text(v)) <= 60000 for v, is_number in zip(values, numbers, strict=True) if is_number
    )
    return [is_number and inside for is_number in numbers]
