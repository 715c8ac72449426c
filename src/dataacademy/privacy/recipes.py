"""How each column of a fake twin is made: kinds of columns, their levels, and values that are obviously invented."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

CATEGORY, NUMBER, DATE, TIME, PERSON, TEXT = "区分", "数", "日付", "時刻", "見本の名前や番号", "見本の文章"
BINS, MOST_LEVELS = 20, 500
_LONG = 20  # letters; longer cells that differ are sentences
_NAMES = ("太郎", "花子", "一郎", "和子", "次郎", "幸子", "三郎", "良子")
_KANA = ("タロウ", "ハナコ", "イチロウ", "カズコ", "ジロウ", "サチコ", "サブロウ", "ヨシコ")
_SENTENCE = "これは見本の文章です。"
_ISO = "%Y-%m-%d"
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?")


@dataclass(frozen=True)
class Recipe:
    """A column: how it is made, and for levels the level of every row (−1 where blank) and how many there are."""

    column: str
    way: str
    codes: np.ndarray | None = None
    levels: int = 0
    values: object = None  # categories: one value a level; numbers and dates: edges of the levels


def recipe(values: pd.Series, column: str, *, direct: bool, minimum: int) -> Recipe:
    """The recipe of a column."""
    filled = values.dropna()
    if len(filled) == 0:
        return _categories(values, column)
    if direct:
        return Recipe(column, TEXT if _own_words(filled, minimum) else PERSON)
    distinct = filled.nunique()
    few = distinct <= min(MOST_LEVELS, max(2, len(filled) / minimum))
    numeric = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    if numeric and (distinct > BINS or not few):
        return _edges(values, column, NUMBER, filled.to_numpy(float), minimum)
    for way, parse in ((DATE, as_dates), (TIME, as_seconds)):
        parsed = None if numeric else parse(filled)
        if parsed is not None and (distinct > BINS or not few):
            return _edges(values, column, way, parsed, minimum)
    rare_text = not numeric and _own_words(filled, minimum)
    if (few or isinstance(values.dtype, pd.CategoricalDtype)) and not rare_text:
        return _categories(values, column)
    return Recipe(column, TEXT if rare_text else PERSON)


def _own_words(filled: pd.Series, minimum: int) -> bool:
    """Whether there are long Japanese texts that only few rows have: what somebody wrote."""
    counts = filled.astype(str).value_counts()
    rare = counts.index[counts < minimum]
    return bool(((rare.str.len() > _LONG) & rare.str.contains("[ぁ-んァ-ヴ一-龥]")).any())


def as_dates(filled: pd.Series) -> np.ndarray | None:
    """Days since 1970, or None if these are not dates."""
    if pd.api.types.is_datetime64_any_dtype(filled):
        return (filled.dt.tz_localize(None) - pd.Timestamp(0)).dt.days.to_numpy(float)
    if not filled.map(lambda v: isinstance(v, str) and bool(re.fullmatch(r"\d{4}-\d\d-\d\d", v))).all():
        return None
    days = pd.to_datetime(filled, format=_ISO, errors="coerce")
    return None if days.isna().any() else (days - pd.Timestamp(0)).dt.days.to_numpy(float)


def as_seconds(filled: pd.Series) -> np.ndarray | None:
    """Seconds since midnight, or None if these are not times such as 08:30 or 08:30:17."""
    if not filled.map(lambda v: isinstance(v, str) and bool(_TIME.fullmatch(v))).all():
        return None
    parts = filled.str.split(":", expand=True).fillna("0").astype(float).to_numpy()
    return parts @ np.array([3600.0, 60.0, 1.0])[: parts.shape[1]]


def _categories(values: pd.Series, column: str) -> Recipe:
    codes, found = pd.factorize(values, sort=False)
    return Recipe(column, CATEGORY, codes, len(found), found)


def _edges(values: pd.Series, column: str, way: str, numbers: np.ndarray, minimum: int) -> Recipe:
    """Levels of about equal size; the ends are the ``minimum``-th smallest and largest, so no single person shows."""
    ordered = np.sort(numbers)
    spare = min(minimum - 1, (len(ordered) - 1) // 2)
    ordered = ordered[spare : len(ordered) - spare]
    edges = np.quantile(ordered, np.linspace(0, 1, int(np.clip(len(ordered) // minimum, 1, BINS)) + 1))
    codes = np.full(len(values), -1)
    at = np.searchsorted(edges, numbers, side="right") - 1
    codes[values.notna().to_numpy()] = np.clip(at, 0, len(edges) - 2)
    return Recipe(column, way, codes, len(edges) - 1, edges)


def made(one: Recipe, original: pd.Series, codes: np.ndarray, rng: np.random.Generator) -> pd.Series:
    """The values of the levels ``codes`` (−1: blank), in the type of the original column."""
    blank = codes < 0
    if one.way == CATEGORY:
        first = np.full(one.levels + 1, -1)
        where = np.flatnonzero(one.codes >= 0)
        first[one.codes[where][::-1]] = where[::-1]
        gap = np.flatnonzero(one.codes < 0)
        first[-1] = gap[0] if len(gap) else -1
        return original.iloc[first[codes]].reset_index(drop=True)
    edges = one.values
    number = rng.uniform(edges[np.maximum(codes, 0)], edges[np.maximum(codes, 0) + 1])
    if one.way == DATE:
        days = pd.Series(pd.Timestamp(0) + pd.to_timedelta(np.floor(number), unit="D")).mask(blank)
        if pd.api.types.is_datetime64_any_dtype(original):
            return days.dt.tz_localize(original.dt.tz).astype(original.dtype)
        return days.dt.strftime(_ISO).astype(original.dtype)
    if one.way == TIME:
        full = original.dropna().str.len().max() > 5
        clock = (pd.Timestamp(0) + pd.to_timedelta(np.floor(number), unit="s")).strftime(
            "%H:%M:%S" if full else "%H:%M"
        )
        return pd.Series(clock).mask(blank).astype(original.dtype)
    rounded = pd.Series(np.round(number, _decimals(original))).mask(blank)
    return rounded.astype(original.dtype)


def _decimals(original: pd.Series) -> int:
    if pd.api.types.is_integer_dtype(original):
        return 0
    some = original.dropna().head(1_000).astype(float)
    return max((len(repr(v).split(".")[-1]) for v in some if v != round(v) and "e" not in repr(v)), default=0)


def invented(one: Recipe, original: pd.Series, sizes: np.ndarray, rng: np.random.Generator) -> pd.Series:
    """Names, numbers and sentences that are obviously invented; the k-th stands in ``sizes[k]`` rows (rest: blank)."""
    filled = original.dropna()
    if pd.api.types.is_numeric_dtype(original):
        start = float(filled.max()) + 1  # beyond every real number
        values = [start + k for k in range(len(sizes))]
    elif one.way == TEXT:
        lengths = filled.astype(str).str.len().to_numpy()
        picked = np.quantile(lengths, np.clip(rng.random(len(sizes)), 0.05, 0.95)).astype(int)
        values = [(_SENTENCE * (n // len(_SENTENCE) + 1))[: max(n, len(_SENTENCE))] for n in picked]
    else:
        shape = filled.astype(str).str.replace(r"[0-9０-９]", "0", regex=True).str.replace(r"[A-Za-z]", "X", regex=True)
        usual = shape.value_counts().index[0]
        real, values, k = set(filled.astype(str)), [], 0
        while len(values) < len(sizes):
            fake = _fake(usual, k)
            k += 1
            if fake not in real:
                values.append(fake)
    return pd.Series(values, dtype=None if pd.api.types.is_numeric_dtype(original) else object)


def _fake(shape: str, k: int) -> str:
    """The k-th fake of a shape in which digits are 0 and Latin letters X."""
    if "@" in shape:
        return f"mihon{k + 1}@example.com"
    if re.search("[一-龥々]", shape) and "0" not in shape:
        return f"見本　{_NAMES[k % len(_NAMES)]}{k // len(_NAMES) + 1}"
    if re.search("[ァ-ヴ]", shape) and "0" not in shape:
        return f"ミホン　{_KANA[k % len(_KANA)]}{k // len(_KANA) + 1}"
    if re.search("[ぁ-んァ-ヴ一-龥々]", shape):
        return f"見本町{k + 1}番地"
    digits = str(k + 1).rjust(shape.count("0"), "0")
    if len(digits) > shape.count("0"):
        return f"{shape}X{k + 1}"
    rest = iter(digits)
    return "".join(next(rest) if c == "0" else c for c in shape)
