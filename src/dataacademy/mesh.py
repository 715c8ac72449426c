"""地域メッシュ: the standard grid of Japanese statistics (JIS X 0410), from 80 km down to 125 m.

All levels rest on one integer grid of 125 m cells (3.75″ north, 5.625″ east); a code is that pair of integers written
digit by digit.  Results follow their input: text gives text, an array gives an array, a Series keeps its index.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from dataacademy.errors import DataAcademyError, check_choice

_NORTH, _EAST = 960, 640  # cells of 125 m to one degree of latitude and of longitude
_SOUTH_END, _NORTH_END, _WEST_END, _EAST_END = 20, 46, 122, 154  # Japan in whole first-level rows and columns


class _Level(NamedTuple):
    digits: int  # length of the code
    cells: int  # 125 m cells along one side
    parts: int  # how many such squares along one side of the level above (0: the first level)


_LEVELS = {
    "1st": _Level(4, 640, 0),
    "2nd": _Level(6, 80, 8),
    "3rd": _Level(8, 8, 10),
    "500m": _Level(9, 4, 2),
    "250m": _Level(10, 2, 2),
    "125m": _Level(11, 1, 2),
}
LEVELS = tuple(_LEVELS)


def mesh_code(lat, lon, *, level: str):
    """Mesh code of points given in degrees (JGD2011 or WGS 84).

    lat, lon
        Numbers, arrays or Series of the same length, without gaps, inside Japan.
    level
        ``"1st"`` (80 km, 4 digits), ``"2nd"`` (10 km, 6), ``"3rd"`` (1 km, 8), ``"500m"`` (9), ``"250m"`` (10) or
        ``"125m"`` (11).  Cells are closed on the south and west, open on the north and east.

    Raises DataAcademyError for an unknown level and for missing coordinates or coordinates outside Japan.
    Source: JIS X 0410.  Checked against jismesh 2.1.0 (Tokyo Station at every level).

    >>> mesh_code(35.681236, 139.767125, level="3rd")
    '53394611'
    >>> mesh_code([35.681236, 34.9], [139.767125, 138.3], level="500m")
    array(['533946113', '523822841'], dtype='<U9')
    """
    check_choice("メッシュの大きさ", level, LEVELS, en="Mesh level")
    y, x = np.atleast_1d(np.asarray(lat, dtype=float)), np.atleast_1d(np.asarray(lon, dtype=float))
    if y.shape != x.shape or y.ndim != 1:
        raise DataAcademyError(
            "unequal_length",
            f"緯度（{y.size}件）と経度（{x.size}件）の数が合いません。",
            f"{y.size} latitudes but {x.size} longitudes.",
            fix="同じ表の緯度と経度の列を渡してください。",
            fix_en="Pass latitude and longitude of the same table.",
        )
    inside = (y >= _SOUTH_END) & (y < _NORTH_END) & (x >= _WEST_END) & (x < _EAST_END)  # NaN is not inside
    if not inside.all():
        raise _outside(y, x, inside)
    rows = (y * _NORTH).astype(np.uint16)  # below 46 * 960; small numbers divide several times faster
    columns = ((x - 100) * _EAST).astype(np.uint16)
    return _like(_write(rows, columns, level), lat)


def mesh_bounds(codes) -> pd.DataFrame:
    """South, west, north and east edge of mesh squares in degrees, one row per code; levels may be mixed.

    The index is that of a Series, otherwise the codes.  Raises DataAcademyError naming the first bad code.

    >>> mesh_bounds(["5339"]).round(4)
          south   west  north   east
    5339  35.3333  139.0   36.0  140.0
    """
    text, digit, length = _valid(codes)
    rows, columns, cells = _place(digit, length)
    return pd.DataFrame(
        {
            "south": rows / _NORTH,
            "west": 100 + columns / _EAST,
            "north": (rows + cells) / _NORTH,
            "east": 100 + (columns + cells) / _EAST,
        },
        index=codes.index if isinstance(codes, pd.Series) else text,
    )


def mesh_polygons(codes):
    """The squares as a GeoSeries (EPSG:6668, JGD2011 degrees), one polygon per code, indexed like ``mesh_bounds``.

    >>> mesh_polygons("533946").total_bounds.round(4).tolist()
    [139.75, 35.6667, 139.875, 35.75]
    """
    import geopandas as gpd
    import shapely

    edges = mesh_bounds(codes)
    squares = shapely.box(edges["west"], edges["south"], edges["east"], edges["north"])
    return gpd.GeoSeries(squares, index=edges.index, crs=6668)


def parent(codes, level: str):
    """The code of the larger square of ``level`` that holds each code (the same code if it is of that level).

    Raises DataAcademyError for a bad code and where a code is already larger than ``level``.

    >>> parent("53394611323", "3rd"), parent(["533946", "52387204"], "2nd").tolist()
    ('53394611', ['533946', '523872'])
    """
    check_choice("メッシュの大きさ", level, LEVELS, en="Mesh level")
    text, _, length = _valid(codes)
    digits = _LEVELS[level].digits
    short = length < digits
    if short.any():
        value = str(text[short.argmax()])
        raise DataAcademyError(
            "mesh_too_coarse",
            f"メッシュコード「{value}」は{level}メッシュ（{digits}桁）より大きいので、これ以上細かくできません。",
            f"Mesh code {value} is larger than a {level} square ({digits} digits).",
            fix="より大きいメッシュを選ぶか、もとの緯度・経度からコードを作ってください。",
            fix_en="Choose a larger level, or make codes from the coordinates.",
            value=value,
        )
    return _like(text.astype(f"U{digits}"), codes)


def _write(rows, columns, level):
    """Codes from grid positions: fills a table of characters column by column and reads its rows as text."""
    width = _LEVELS[level].digits
    characters = np.empty((len(rows), width), dtype=np.uint32)

    def put(place, number):
        characters[:, place] = number + ord("0")

    for name, (digits, cells, parts) in _LEVELS.items():
        north, east = rows // cells, columns // cells
        if name == "1st":
            for place, number in ((0, north // 10), (1, north % 10), (2, east // 10), (3, east % 10)):
                put(place, number)
        elif parts == 2:  # quarters: 1 south-west, 2 south-east, 3 north-west, 4 north-east
            put(digits - 1, 1 + 2 * (north % 2) + east % 2)
        else:
            put(digits - 2, north % parts)
            put(digits - 1, east % parts)
        if name == level:
            break
    return characters.view(f"U{width}").reshape(-1)


def _place(digit, length):
    """Grid position (row, column) of the south-west corner and the side in 125 m cells; arrays of int."""
    first = _LEVELS["1st"].cells
    rows = (digit[:, 0] * 10 + digit[:, 1]) * first
    columns = (digit[:, 2] * 10 + digit[:, 3]) * first
    side = np.full(len(digit), first)
    for digits, cells, parts in list(_LEVELS.values())[1:]:
        here = length >= digits
        if parts == 2:
            quarter = digit[:, digits - 1] - 1
            north, east = quarter // 2, quarter % 2
        else:
            north, east = digit[:, digits - 2], digit[:, digits - 1]
        rows = np.where(here, rows + north * cells, rows)
        columns = np.where(here, columns + east * cells, columns)
        side[here] = cells
    return rows, columns, side


def _valid(codes):
    """Codes as an array of text, their digits as a (n, 11) table, their lengths; raises for the first bad code."""
    several = codes if isinstance(codes, (pd.Series, pd.Index, np.ndarray, list, tuple)) else [codes]
    values = np.asarray(several)
    if values.dtype.kind == "f":  # numbers with gaps, or read from Excel: 5339.0
        values = np.array([f"{value:.0f}" if value % 1 == 0 else str(value) for value in values])
    text = values.astype(str)
    characters = text.astype("U12").view(np.uint32).reshape(-1, 12)  # one more than the longest, to see longer ones
    length = (characters != 0).sum(axis=1)
    digit = (characters - ord("0"))[:, :11]  # what is no digit wraps round to a large number
    unused = np.arange(11) >= length[:, None]
    good = np.isin(length, [level.digits for level in _LEVELS.values()])
    good &= ((digit <= 9) | unused).all(axis=1)
    good &= ((digit[:, 4:6] <= 7) | unused[:, 4:6]).all(axis=1)
    good &= ((digit[:, 8:] - 1 <= 3) | unused[:, 8:]).all(axis=1)
    south, west = (digit[:, 0] * 10 + digit[:, 1]) / 1.5, digit[:, 2] * 10 + digit[:, 3] + 100
    good &= (south >= _SOUTH_END) & (south < _NORTH_END) & (west >= _WEST_END) & (west < _EAST_END)
    if not good.all():
        at = int((~good).argmax())
        value = str(text[at])
        raise DataAcademyError(
            "bad_mesh_code",
            f"「{value}」は日本の地域メッシュコードではありません（{at + 1}番目の値）。",
            f"{value!r} is not a mesh code of Japan (value number {at + 1}).",
            fix="4・6・8・9・10・11桁の数字です。1・2桁目は30〜68、3・4桁目は22〜53、5・6桁目は0〜7、9桁目からは1〜4です。",
            fix_en="4, 6, 8, 9, 10 or 11 digits: 30-68, 22-53, then two of 0-7, two of 0-9, then 1-4 each.",
            value=value,
        )
    return text, digit.astype(np.int64), length


def _outside(y, x, inside):
    at = int((~inside).argmax())
    bad = int((~inside).sum())
    swapped = _SOUTH_END <= x[at] < _NORTH_END and _WEST_END <= y[at] < _EAST_END
    missing = np.isnan(y[at]) or np.isnan(x[at])
    ja, en = (
        ("空の緯度・経度", "missing coordinates") if missing else ("日本の外の緯度・経度", "coordinates outside Japan")
    )
    return DataAcademyError(
        "bad_coordinates",
        f"{ja}が{bad}件あります。最初は{at + 1}番目です。",
        f"{bad} {en}, first at number {at + 1}.",
        fix="緯度と経度が入れ替わっています。" if swapped else "その行を直すか、除いてからもう一度実行してください。",
        fix_en="Latitude and longitude are swapped." if swapped else "Mend or leave out these rows and run again.",
        value=f"{y[at]}, {x[at]}",
    )


def _like(text, source):
    """Text for one value, a Series for a Series, otherwise the array."""
    if isinstance(source, pd.Series):
        return pd.Series(text.astype(object), index=source.index, dtype="str", name="mesh")
    if isinstance(source, str) or np.ndim(source) == 0:
        return str(text[0])
    return text
