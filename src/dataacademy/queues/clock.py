"""Times of day of a reception log as seconds, and seconds as people read them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import numpy as np
import pandas as pd

DAY = 24 * 60 * 60
_BEFORE = r"(?:(?P<day>\d{4}-\d{1,2}-\d{1,2})[ T]|(?P<days>\d+) days? )?"  # Excel's and pandas' ways
_TIME = re.compile(_BEFORE + r"(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?")


def days_of(values: pd.Series) -> pd.Series:
    """Days as ``2025-04-14``; missing where a cell is empty or holds none."""
    text = values.astype("string").str.strip().str.replace("/", "-").str.slice(0, 10)
    return pd.to_datetime(text, format="%Y-%m-%d", errors="coerce").dt.strftime("%Y-%m-%d").astype("string")


def seconds_of(values: pd.Series, days: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Seconds after midnight of ``days`` (NaN where there is no time), and where something stands that is no time.

    8:05, 08:05:30, times and dates with times of Excel and pandas; a time on a later day counts on beyond 24 hours.
    """
    texts = values.astype("string").fillna("").str.strip()
    which, different = pd.factorize(texts)
    found = [_read(text) for text in different]
    stated = np.array([day for day, _ in found] or [None], dtype=object)
    result = np.array([seconds for _, seconds in found], dtype=float)[which]
    dated = pd.notna(stated)[which]
    if dated.any():
        stated = days_of(pd.Series(stated[which], dtype="string"))
        apart = pd.to_datetime(stated) - pd.to_datetime(days.reset_index(drop=True))
        result[dated] += apart.dt.total_seconds().to_numpy(dtype=float, na_value=np.nan)[dated]
    return result, np.isnan(result) & (texts != "").to_numpy(dtype=bool)


@lru_cache(24 * 60 * 60)  # a lesson reads the same times in every cell
def _read(text: str) -> tuple[str | None, float]:
    """The day that stands before the time, if one does, and the seconds; NaN for what is no time."""
    found = _TIME.fullmatch(unicodedata.normalize("NFKC", text).strip().replace("/", "-"))
    if not found:
        return None, np.nan
    hours, minutes, seconds = (int(part or 0) for part in found.groups()[2:])
    if minutes > 59 or seconds > 59:
        return None, np.nan
    return found["day"], int(found["days"] or 0) * DAY + hours * 3600 + minutes * 60 + seconds


def clock(seconds: float) -> str:
    """Seconds after midnight as a time; 「なし」 where there is none.

    >>> clock(8 * 3600 + 300), clock(25 * 3600), clock(float("nan"))
    ('8:05', '翌日 1:00', 'なし')
    """
    if np.isnan(seconds):
        return "なし"
    day, rest = divmod(int(seconds), DAY)
    ahead = "" if not day else "翌日 " if day == 1 else f"{day}日後 " if day > 0 else f"{-day}日前 "
    return f"{ahead}{rest // 3600}:{rest // 60 % 60:02d}"
