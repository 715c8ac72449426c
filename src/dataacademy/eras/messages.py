"""What the reader of dates (``eras``) says to people: its notes and its refusals."""

from __future__ import annotations

import calendar

from dataacademy.errors import DataAcademyError
from dataacademy.notes import Note

_KINDS = {"day": "日", "month": "月", "year": "年（1月から）", "fiscal_year": "年度（4月から）"}


def time_dropped(value) -> Note:
    return Note(
        "time_dropped",
        f"「{value}」の時刻は使わず、日付だけを読みました。",
        f"Left out the time of day in {str(value)!r}.",
        value=str(value),
    )


def excel_serial(value, day) -> Note:
    return Note(
        "excel_serial",
        f"数値「{value}」を Excel の日付の番号と見て、{day:%Y-%m-%d} と読みました。",
        f"Read the number {value} as Excel's day number: {day:%Y-%m-%d}.",
        value=str(value),
    )


def month_first(value, month: int, day: int) -> Note:
    return Note(
        "month_first",
        f"「{value}」は月/日/年の順と見て、{month}月{day}日と読みました。",
        f"Read {str(value)!r} month first.",
        level="warning",
        fix=f"{day}月{month}日のことなら、年-月-日の順に書き直してください。",
        fix_en="If the day comes first, write year-month-day.",
        value=str(value),
    )


def era_overrun(value, written: str, right: str, year: int) -> Note:
    return Note(
        "era_overrun",
        f"「{value}」は{written}の期間の外なので、{right}（{year}年）と読みました。",
        f"{str(value)!r} lies outside its era; read as {right} ({year}).",
        level="warning",
        value=str(value),
    )


def mixed_periods(kinds, **where) -> Note:
    return Note(
        "mixed_periods",
        "1つの列に" + "と".join(_KINDS[kind] for kind in kinds) + "が混ざっています。それぞれの最初の日にしました。",
        "The column mixes " + ", ".join(kinds) + "; each became its first day.",
        level="warning",
        fix="列を分けるか、どれかにそろえてください。",
        fix_en="Keep one kind of period in a column.",
        **where,
    )


def years_disagree(value, first: int, second: int) -> DataAcademyError:
    return DataAcademyError(
        "years_disagree",
        f"「{value}」の2つの年（{first}年と{second}年）が合いません。",
        f"The two years in {str(value)!r} differ: {first} and {second}.",
        fix="正しいほうの年だけを書いてください。",
        fix_en="Write the right one only.",
        value=str(value),
    )


def impossible_date(value, year: int, month: int | None) -> DataAcademyError:
    known = month and 1 <= month <= 12 and 1 <= year <= 9999
    last = f"{year}年{month}月は{calendar.monthrange(year, month)[1]}日までです。" if known else ""
    return DataAcademyError(
        "impossible_date",
        f"「{value}」という日付はありません。",
        f"The date {str(value)!r} does not exist.",
        fix=last + "正しい日付を確かめてください。",
        fix_en="Check the date.",
        value=str(value),
    )


def old_calendar(value) -> DataAcademyError:
    return DataAcademyError(
        "old_calendar",
        f"「{value}」は明治6年（1873年）より前の旧暦の日付なので、扱えません。",
        f"{str(value)!r} is before 1873, when Japan used the lunisolar calendar.",
        fix="西暦の年月日に直してください。",
        fix_en="Convert it to a Western date.",
        value=str(value),
    )


def not_a_date(value) -> DataAcademyError:
    return DataAcademyError(
        "not_a_date",
        f"「{value}」を日付として読めません。",
        f"Cannot read {str(value)!r} as a date.",
        fix="2024-04-01 か 令和6年4月1日 のように書いてください。年だけなら 令和6年、年度なら 令和6年度 です。",
        fix_en="Write 2024-04-01 or 令和6年4月1日; 令和6年 for a year, 令和6年度 for a fiscal year.",
        value=str(value),
    )
