"""Times of day in all the ways in which offices and machines write them."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

import pandas as pd

from dataacademy.eras import parse_date
from dataacademy.errors import DataAcademyError
from dataacademy.town.cells import texts

_TIME = re.compile(
    r"(?:(?P<day>.*[\d日)曜])(?:T|\s+|(?=午前|午後)))?(?P<half>午前|午後|AM|PM)?\s*"
    r"(?P<h>\d{1,2})\s*[:時]\s*(?P<m>\d{1,2})(?:\s*分|(?=[:\sAP]|$))"
    r"(?:\s*:?\s*(?P<s>\d{1,2})(?:\.\d+)?\s*秒?)?\s*(?P<after>AM|PM)?(?:\+09:?00)?"
)
_DIGITS = re.compile(r"(\d{1,2})(\d\d)(\d\d)?")
_FIRST_DAY, _LAST_DAY = 30_000, 60_000  # Excel's numbers of 1982-02-18 and 2064-04-08
_EXCEL_EPOCH = dt.datetime(1899, 12, 30)


def times(cells: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Times of day as ``08:05:00``, and the days written before them as ``2026-04-01``; missing where there is none.

    8:05, 08:05:30, ８：０５, 午前8時5分, 8:05 PM, 0805 and 80530, the fractions of a day in which Excel counts (0.34),
    a date before any of them (令和8年4月1日 8:05, 2026/4/1 8:05), and Excel's days with a fraction (46113.34).
    """
    text = texts(cells)
    read = {one: _read(one) for one in text.dropna().unique()}
    found = text.map(lambda one: read.get(one, (pd.NA, pd.NA)))
    return found.str[1].astype("str"), found.str[0].astype("str")


def _read(text: str) -> tuple[object, object]:
    """Day and time; both missing for what is no time."""
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    try:
        number = float(plain)
    except ValueError:
        number = None
    if number is not None:
        return _of_digits(plain) if plain.isdecimal() else _of_excel(number)
    found = _TIME.fullmatch(plain)
    if not found:
        return pd.NA, pd.NA
    hour = int(found["h"])
    half = found["half"] or found["after"]
    if half in ("午後", "PM") and hour < 12:
        hour += 12
    elif half in ("午前", "AM") and hour == 12:
        hour = 0
    clock = _clock(hour, int(found["m"]), int(found["s"] or 0))
    if not found["day"] or clock is pd.NA:
        return pd.NA, clock
    try:
        when = parse_date(found["day"])
    except DataAcademyError:
        return pd.NA, pd.NA
    return (when.start.isoformat(), clock) if when and when.kind == "day" else (pd.NA, pd.NA)


def _of_digits(text: str) -> tuple[object, object]:
    found = _DIGITS.fullmatch(text)
    return (pd.NA, _clock(*(int(part or 0) for part in found.groups()))) if found else (pd.NA, pd.NA)


def _of_excel(number: float) -> tuple[object, object]:
    if not (0 <= number < 1 or _FIRST_DAY <= number < _LAST_DAY):
        return pd.NA, pd.NA
    moment = _EXCEL_EPOCH + dt.timedelta(seconds=round(number * 24 * 60 * 60))
    return (pd.NA if number < 1 else moment.date().isoformat()), moment.strftime("%H:%M:%S")


def _clock(hour: int, minute: int, second: int) -> object:
    return f"{hour:02d}:{minute:02d}:{second:02d}" if hour < 24 and minute < 60 and second < 60 else pd.NA
