"""Any coordinates of Japan to the metres of the right 平面直角座標系."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from dataacademy.analysis import Analysis
from dataacademy.codes import plane_epsg
from dataacademy.coordinates import JAPAN
from dataacademy.errors import DataAcademyError
from dataacademy.maps.datum import check_datum
from dataacademy.maps.plane import POLYGONS, check_declared, crs_name, locations, need_crs
from dataacademy.maps.systems import systems_of

_FIRST, _LAST = 6669, 6687


def to_plane(
    data: gpd.GeoDataFrame,
    *,
    system: int | None = None,
    code: str | None = None,
    like: gpd.GeoDataFrame | None = None,
) -> Analysis:
    """The data in the plane rectangular coordinate system of their town (JGD2011, EPSG:6669–6687), in metres.

    data
        Points, lines or polygons with a CRS: JGD2011, JGD2000, WGS84 (taken to be the same to a metre), the old Tokyo
        datum if it is declared (EPSG:4301 and its plane systems), web maps' EPSG:3857, another plane system.
    system
        1 to 19, or its EPSG number, if it is known.
    code
        全国地方公共団体コード of the town: the law gives each prefecture its system.  Without ``system`` and ``code``
        the nearest of three hundred cities tells the prefecture; near a border that is a guess, and is said.
    like
        A layer that is known to lie right (the town's areas): data that lie as the Tokyo datum would put them are
        found by it and refused; rows outside of its polygons are counted.

    Table: ``data`` in the plane system.  Value: its EPSG number.  Figures: ``system`` (1–19), ``outside`` (rows outside
    of ``like``), ``moved_m`` (metres that the change from the Tokyo datum moved them).  Data that reach far into
    another system are warned of in ``assumptions``.

    Errors: ``no_geometry, no_crs, degrees_as_metres, metres_as_degrees, swapped, outside_japan,
    no_locations, bad_system, tokyo_datum, corrected_twice, shifted``, those of ``codes.plane_epsg``.
    Source: 平成14年国土交通省告示第9号; the change of datum is PROJ's.
    Checked against a published point (EPSG:6677), the prefectural capitals, the sample town moved to the Tokyo datum.
    When not to use: for maps of several prefectures: one plane is right within some 130 km of its meridian.

    >>> import dataacademy as da
    >>> degrees = da.load("areas").to_crs(4326)  # as a file from the Internet would come
    >>> print(da.maps.to_plane(degrees, like=da.load("areas")))
    119 行を平面直角座標系の第8系（EPSG:6676、単位 m）に直しました（元は EPSG:4326）。
    """
    need_crs(data)
    check_declared(data)
    _check_degrees(data)
    degrees = _degrees(data)
    inside = _in_japan(degrees)
    lat, lon = degrees[inside].T
    epsg, notes = _system(data, lat, lon, system, code)
    table = data.to_crs(epsg)
    moved = _moved(data, table)
    if moved:
        notes.append(f"古い日本測地系から今の測地系に直したので、どの場所も約 {moved:,.0f} m 動いています。")
    lost = int((~inside & ~np.isnan(degrees[:, 0])).sum())
    if lost:
        notes.append(f"日本の外にある {lost:,} 行は、座標の打ちまちがいかもしれません。そのまま残しました。")
    outside = _outside(table, like, epsg) if like is not None else 0
    if outside:
        notes.append(f"くらべた地図の区域の外にある行が {outside:,} あります。町の外の点か、確かめてください。")
    nowhere = int(np.isnan(degrees[:, 0]).sum())
    number = epsg - _FIRST + 1
    return Analysis(
        table,
        epsg,
        f"{len(data):,} 行を平面直角座標系の第{number}系（EPSG:{epsg}、単位 m）に直しました"
        f"（元は {crs_name(data.crs)}）。",
        f"{len(data):,} rows are now in zone {number} of the plane rectangular system (EPSG:{epsg}, metres; "
        f"from {crs_name(data.crs)}).",
        used={"行": len(data) - nowhere},
        left_out=(f"図形が空の {nowhere:,} 行（残してあります）",) if nowhere else (),
        figures={"system": number}
        | ({"outside": outside} if like is not None else {})
        | ({"moved_m": moved} if moved else {}),
        assumptions=tuple(notes),
    )


def _check_degrees(data) -> None:
    """Raise if the CRS says degrees and the coordinates cannot be."""
    if not data.crs.is_geographic:
        return
    west, south, east, north = data.total_bounds
    (low, high), (left, right) = JAPAN["lat"], JAPAN["lon"]
    if low <= west <= east <= high and left <= south <= north <= right:
        raise DataAcademyError(
            "swapped",
            f"緯度と経度が入れかわっています（経度のはずの列が {west:.2f}〜{east:.2f} です）。",
            "Latitude and longitude are swapped.",
            fix="gpd.points_from_xy(経度, 緯度) の順に渡してください。",
            fix_en="Use gpd.points_from_xy(longitude, latitude).",
        )
    spots = shapely.get_coordinates(data.geometry.to_numpy())
    if len(spots) and (np.abs(spots) > [180, 90]).any(axis=1).mean() > 0.5:
        raise DataAcademyError(
            "metres_as_degrees",
            f"座標系は緯度・経度（{crs_name(data.crs)}）と書いてありますが、"
            f"座標の値は度ではありません（{west:,.0f}〜{east:,.0f}）。",
            f"The CRS says degrees ({crs_name(data.crs)}), but the coordinates are not.",
            fix="メートルの座標なら、data.set_crs(町の系の番号（6669〜6687）, allow_override=True) で直してください。",
            fix_en="For metres use data.set_crs(6669 to 6687, allow_override=True).",
        )


def _degrees(data) -> np.ndarray:
    """Latitude and longitude of each row (JGD2011); NaN without a location."""
    xy = locations(data)
    there = ~np.isnan(xy[:, 0])
    if not there.any():
        raise DataAcademyError(
            "no_locations",
            f"位置の分かる行が一つもありません（{len(data):,} 行）。",
            f"None of the {len(data):,} rows has a location.",
            fix="読み込み方（緯度・経度の列）を確かめてください。",
            fix_en="Check how the file was read.",
        )
    points = gpd.GeoSeries(shapely.points(xy[there]), crs=data.crs).to_crs(6668)
    degrees = np.full(xy.shape, np.nan)
    degrees[there] = np.column_stack([points.y, points.x])
    return degrees


def _in_japan(degrees: np.ndarray) -> np.ndarray:
    (low, high), (left, right) = JAPAN["lat"], JAPAN["lon"]
    lat, lon = degrees.T
    inside = (lat >= low) & (lat <= high) & (lon >= left) & (lon <= right)
    if not inside.any():
        raise DataAcademyError(
            "outside_japan",
            "どの行も日本の外にあります。平面直角座標系は日本の中だけのものです。",
            "No row lies in Japan.",
            fix="座標系（CRS）が正しく付いているか、緯度・経度が 0 になっていないかを確かめてください。",
            fix_en="Check the CRS, and for coordinates of 0.",
        )
    return inside


def _system(data, lat, lon, system, code) -> tuple[int, list[str]]:
    """The EPSG number of the system, and what is to be said of the choice."""
    guess, likely, beyond = systems_of(lat, lon)
    sure = likely == {guess}
    notes: list[str] = []
    if system is not None:
        epsg = _checked(system)
    elif code is not None:
        epsg = plane_epsg(code, lat=float(np.median(lat)), lon=float(np.median(lon)))
    else:
        present = data.crs.to_epsg()
        epsg = present if present in likely else guess  # data that are plane already are not moved on a guess
        if not sure:
            notes.append(
                f"どの県か場所だけでははっきりしないので、系の番号（第{epsg - _FIRST + 1}系）は推測です。"
                "code=（団体コード）で確かめてください。"
            )
    if epsg != guess and sure:
        notes.append(f"場所から見ると第{guess - _FIRST + 1}系の地域ですが、指定の第{epsg - _FIRST + 1}系に直しました。")
    if beyond.any():
        notes.append(
            f"{int(beyond.sum()):,} 行は、ほかの系の地域にあります。一つの系にまとめると、端で距離がわずかにずれます"
            "（系の中央の子午線から 130 km で 1 万分の 1 ほど）。"
        )
    return epsg, notes


def _checked(system) -> int:
    whole = isinstance(system, (int, np.integer)) and not isinstance(system, bool)
    if whole and 1 <= system <= 19:
        return _FIRST - 1 + int(system)
    if whole and _FIRST <= system <= _LAST:
        return int(system)
    raise DataAcademyError(
        "bad_system",
        f"system は、系の番号（1〜19）か EPSG の番号（{_FIRST}〜{_LAST}）にしてください（渡されたのは「{system}」）。",
        f"system must be 1 to 19 or an EPSG number from {_FIRST} to {_LAST}, not {system!r}.",
        fix="分からなければ、system を書かなければ場所から選びます。",
        fix_en="Leave it out to have it chosen by place.",
    )


def _moved(data, table) -> float:
    """How far the change from the Tokyo datum moved the places; 0 for other datums."""
    if "Tokyo" not in data.crs.datum.name:
        return 0.0
    same = data.set_crs(_as_jgd(data.crs), allow_override=True).to_crs(table.crs)
    return float(np.nanmedian(np.hypot(*(locations(table) - locations(same)).T)))


def _as_jgd(crs) -> int:
    """The JGD2000 CRS with the same numbers: 4612 for degrees, 2443–2461 for the plane systems 30161–30179."""
    number = crs.to_epsg()
    return number - 30161 + 2443 if number is not None and 30161 <= number <= 30179 else 4612


def _outside(table, like, epsg) -> int:
    need_crs(like)
    like = like.to_crs(epsg)
    check_datum(table, like)
    ground = like.geometry.to_numpy()
    ground = ground[np.isin(shapely.get_type_id(ground), POLYGONS)]
    if not len(ground):
        return 0
    xy = locations(table)
    town = shapely.union_all(shapely.make_valid(ground))
    shapely.prepare(town)
    return int((~shapely.intersects_xy(town, *xy[~np.isnan(xy[:, 0])].T)).sum())
