"""How offices write: 和暦, older spellings of 町名, full-width digits, triangles, degrees and minutes, labels."""

from __future__ import annotations

import pandas as pd

from dataacademy.town.contract import TABLES
from dataacademy.town.sample.raw.defects import Page

_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_DIGITS = {kanji: str(n) for n, kanji in enumerate("一二三四五六七八九", start=1)}


def era(date: str, *, day: bool = False) -> str:
    """An ISO date of the years 2019 and later in 令和.

    >>> era("2026-04-01"), era("2026-04-01", day=True)
    ('令和8年4月', '令和8年4月1日')
    """
    year, month, rest = (int(part) for part in date.split("-"))
    return f"令和{year - 2018}年{month}月" + (f"{rest}日" if day else "")


def era_short(date: str) -> str:
    """An ISO date as people type it: the letter of the era.

    >>> era_short("1957-09-01"), era_short("1989-01-08"), era_short("2019-05-01")
    ('S32.9.1', 'H1.1.8', 'R1.5.1')
    """
    year, month, day = (int(part) for part in date.split("-"))
    eras = (("R", "2019-05-01", 2018), ("H", "1989-01-08", 1988), ("S", "1926-12-25", 1925), ("T", "1912-07-30", 1911))
    letter, before = next((letter, before) for letter, first, before in eras if date >= first)
    return f"{letter}{year - before}.{month}.{day}"


def wide(value) -> str:
    """Digits in full width.

    >>> wide(120)
    '１２０'
    """
    return str(value).translate(_WIDE)


def old_spelling(name: str) -> str:
    """A 町名 as it was written before: １丁目, ケ.

    >>> old_spelling("ひかりヶ丘三丁目"), old_spelling("沖ノ島")
    ('ひかりケ丘３丁目', '沖ノ島')
    """
    name = name.replace("ヶ", "ケ")
    return f"{name[:-3]}{wide(_DIGITS[name[-3]])}丁目" if name.endswith("丁目") else name


def comma(value: int) -> str:
    """1234 as 1,234."""
    return f"{value:,}"


def triangle(value: int) -> str:
    """A negative number as accountants write it.

    >>> triangle(-1200), triangle(5)
    ('▲1200', 5)
    """
    return f"▲{-value}" if value < 0 else value


def degrees_minutes_seconds(degrees: float) -> str:
    """Decimal degrees in degrees, minutes and seconds.

    >>> degrees_minutes_seconds(33.9451317)
    '33°56′42.47″'
    """
    hundredths = round(float(degrees) * 360_000)
    return f"{hundredths // 360_000}°{hundredths // 6_000 % 60:02d}′{hundredths % 6_000 / 100:05.2f}″"


def tokyo_datum(lat: float, lon: float) -> tuple[float, float]:
    """Latitude and longitude (JGD2011) in the old Japanese datum, by the usual approximation.

    >>> lat, lon = tokyo_datum(33.95, 138.25)
    >>> round((33.95 - lat) * 111_000), round((lon - 138.25) * 92_000)  # metres to the south and to the east
    (376, 276)
    """
    old_lat = lat + 0.00010696 * lat - 0.000017467 * lon - 0.0046020
    old_lon = lon + 0.000046047 * lat + 0.000083049 * lon - 0.010041
    return old_lat, old_lon


def town_area_id(area_id: str) -> str:
    """町字ID (seven digits) of an area code: four for the 大字, three for the 丁目.

    >>> town_area_id("99201001002"), town_area_id("992010470")
    ('0010002', '0470000')
    """
    return f"{area_id[5:9]}{int(area_id[9:] or 0):03d}"


def triangle_comma(value: int) -> str:
    """The same with separators, as budgets are printed.

    >>> triangle_comma(-1200), triangle_comma(1200)
    ('▲1,200', '1,200')
    """
    return f"▲{-value:,}" if value < 0 else f"{value:,}"


def as_labelled(name: str, table: pd.DataFrame, file: str) -> Page:
    """A clean table under the Japanese labels of its columns, codes in words, yes and no as はい and いいえ."""
    contract = TABLES[name].columns
    words = {True: "はい", False: "いいえ"}
    columns = []
    for column in contract:
        c = contract[column]
        meaning = words if c.dtype == "boolean" else {**c.values, **c.missing}
        columns.append(["" if pd.isna(v) else meaning.get(v, v) for v in table[column].tolist()])
    return Page(file, [[c.label for c in contract.values()], *map(list, zip(*columns, strict=True))])
