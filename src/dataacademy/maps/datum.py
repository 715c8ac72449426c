"""The old Tokyo datum told apart from the present one: it puts every place some 400 to 500 m aside."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from dataacademy.errors import DataAcademyError
from dataacademy.maps.plane import POINT, POLYGONS, locations

_KEYS = ("area_id", "facility_id", "building_id", "zone_id", "name")
_NEAR = 80.0  # metres: how well a shift has to fit
_LEAST = 100.0  # metres: less is how a place was drawn
_MOST = 5_000  # places looked at
_WINDS = ("東", "北東", "北", "北西", "西", "南西", "南", "南東")
_WINDS_EN = ("east", "north-east", "north", "north-west", "west", "south-west", "south", "south-east")


def correction(middle: np.ndarray, crs) -> np.ndarray:
    """By how many metres (east, north) places near ``middle`` move when their old coordinates are made new ones."""
    point = gpd.GeoSeries([shapely.Point(middle)], crs=crs).to_crs(4612)
    new = point.set_crs(4301, allow_override=True).to_crs(crs).iloc[0]
    return np.array([new.x, new.y]) - middle


def check_datum(data: gpd.GeoDataFrame, like: gpd.GeoDataFrame) -> None:
    """Raise if ``data`` lie as a whole where the Tokyo datum would put them; both in one plane system.

    Rows that ``like`` has too (by a column that names them) are compared one by one; otherwise it counts whether the
    data would fit much better where the correction moves them.
    """
    xy = locations(data)
    there = ~np.isnan(xy[:, 0])
    move = correction(np.median(xy[there], axis=0), data.crs)
    shift = _displacement(data, like)
    if shift is not None:
        if np.hypot(*shift) < _LEAST:
            return
        if np.hypot(*(shift + move)) < _NEAR:
            raise _old(shift)
        if np.hypot(*(shift - move)) < _NEAR:
            raise _twice(shift)
        raise _aside(shift)
    misfit = _misfit(data, like)
    now, old, twice = misfit(np.zeros(2)), misfit(move), misfit(-move)
    if now > 0 and old < 0.4 * now and old <= twice:
        raise _old(-move)
    if now > 0 and twice < 0.4 * now:
        raise _twice(move)


def _displacement(data, like) -> np.ndarray | None:
    """By how much most rows lie beside the rows of the same name; None without such rows, or if they do not agree."""
    for key in _KEYS:
        if key not in data or key not in like:
            continue
        a, b = (d[d[key].notna() & ~d[key].duplicated(keep=False)].set_index(key) for d in (data, like))
        common = a.index.intersection(b.index)
        off = locations(a.loc[common]) - locations(b.loc[common])
        off = off[~np.isnan(off).any(axis=1)]
        if len(off) < 3:
            continue
        middle = np.median(off, axis=0)
        agree = (np.hypot(*(off - middle).T) < _NEAR).mean()
        return middle if agree > 0.5 else None
    return None


def _misfit(data, like):
    """A function of a shift: how badly the data lie on ``like`` when moved by it (0: no worse than drawing)."""
    pick = np.linspace(0, len(data) - 1, min(len(data), _MOST)).astype(int)
    shapes, ground = data.geometry.to_numpy()[pick], like.geometry.to_numpy()
    ground = ground[~(shapely.is_missing(ground) | shapely.is_empty(ground))]
    areas = np.isin(shapely.get_type_id(ground), POLYGONS).all()
    drawn = (shapely.get_type_id(shapes) > POINT).all()
    spots = shapely.get_coordinates(shapes) if drawn else locations(data.iloc[pick])
    spots = spots[~np.isnan(spots[:, 0])]
    spots = spots[np.linspace(0, len(spots) - 1, min(len(spots), _MOST)).astype(int)]
    if areas and not drawn:  # how many lie outside of the town
        town = shapely.union_all(shapely.make_valid(ground))
        shapely.prepare(town)

        def outside(shift):
            lost = int((~shapely.contains_xy(town, *(spots + shift).T)).sum())
            return lost if lost >= 3 else 0

        return outside
    lines = shapely.boundary(shapely.make_valid(ground)) if areas else ground
    tree = shapely.STRtree(lines)

    def apart(shift):
        moved = shapely.points(spots + shift)
        off = np.median(shapely.distance(moved, lines[tree.nearest(moved)]))
        return float(off) if off > _LEAST / 4 else 0.0

    return apart


def _words(shift) -> tuple[str, str, str]:
    wind = round(np.arctan2(shift[1], shift[0]) / (np.pi / 4)) % 8
    return f"{round(float(np.hypot(*shift)), -1):,.0f}", _WINDS[wind], _WINDS_EN[wind]


def _old(shift) -> DataAcademyError:
    metres, wind, wind_en = _words(shift)
    return DataAcademyError(
        "tokyo_datum",
        f"データ全体が、くらべた地図より約 {metres} m {wind}にずれています。"
        "古い日本測地系（2002年までの緯度・経度）のようです。",
        f"All of the data lie about {metres} m {wind_en} of the reference: they seem to be in the old Tokyo datum.",
        fix="data.set_crs(4301, allow_override=True) で日本測地系だと知らせてから、"
        "もう一度 da.maps.to_plane を使ってください。",
        fix_en="Say so with data.set_crs(4301, allow_override=True), then use da.maps.to_plane again.",
    )


def _twice(shift) -> DataAcademyError:
    metres, wind, wind_en = _words(shift)
    return DataAcademyError(
        "corrected_twice",
        f"データ全体が、くらべた地図より約 {metres} m {wind}にずれています。"
        "新しい測地系の座標に、日本測地系からの変換をもう一度かけたようです。",
        f"All of the data lie about {metres} m {wind_en} of the reference, as if corrected from the Tokyo datum twice.",
        fix="元の資料の測地系を確かめ、日本測地系（4301）ではなく 6668（JGD2011）として読み直してください。",
        fix_en="Read the source as EPSG:6668, not 4301.",
    )


def _aside(shift) -> DataAcademyError:
    metres, wind, wind_en = _words(shift)
    return DataAcademyError(
        "shifted",
        f"データ全体が、くらべた地図の同じ名前の場所より約 {metres} m {wind}に"
        "ずれています（測地系のちがいではありません）。",
        f"All of the data lie about {metres} m {wind_en} of the places of the same name (not a matter of the datum).",
        fix="元の資料の座標系（系の番号、EPSG）を確かめてください。",
        fix_en="Check the CRS of the source.",
    )
