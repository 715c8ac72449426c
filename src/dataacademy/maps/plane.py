"""Rows and facilities in metres: what every map function asks of its data, in one place."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import shapely

from dataacademy.arguments import check_names_once
from dataacademy.coordinates import JAPAN
from dataacademy.errors import DataAcademyError, check_choice, check_columns
from dataacademy.inputs import sorted_values, yes_no
from dataacademy.labels.maps import HAZARDS

POINT, LINES, POLYGONS = 0, (1, 2, 5), (3, 6)  # shapely's type numbers; -1 is a missing geometry
_WAY_JA = "da.load で読むと町の平面直角座標系（m）になります。自分で読んだデータは"
_WAY_EN = "da.load gives plane coordinates in metres; for data you read yourself"


def need_plane(data) -> None:
    """Raise unless ``data`` is a GeoDataFrame of points or polygons in a projected CRS whose unit is the metre.

    >>> need_plane(gpd.GeoDataFrame(geometry=gpd.points_from_xy([138.3], [34.9]), crs=6668))
    Traceback (most recent call last):
    ...
    dataacademy.errors.DataAcademyError: データは緯度・経度（EPSG:6668）です。度のままでは距離を測れません。
    → da.load で読むと町の平面直角座標系（m）になります。自分で読んだデータは
      da.maps.to_plane(data).table で直してください。
    [EN] The data are in longitude and latitude (EPSG:6668): distances cannot be measured in degrees.
    → da.load gives plane coordinates in metres; for data you read yourself use da.maps.to_plane(data).table.
    """
    need_metres(data)
    if np.isin(shapely.get_type_id(data.geometry.to_numpy()), LINES).any():
        raise DataAcademyError(
            "lines",
            "データに線が入っています。使えるのは点（代表点・建物）か面（区域）です。",
            "The data hold lines; only points or polygons can be used.",
        )


def need_metres(data) -> None:
    """Raise unless ``data`` is a GeoDataFrame in a projected CRS whose unit is the metre."""
    need_crs(data)
    crs = data.crs
    mend = {
        "fix": _WAY_JA + " da.maps.to_plane(data).table で直してください。",
        "fix_en": _WAY_EN + " use da.maps.to_plane(data).table.",
    }
    if crs.is_geographic:
        raise DataAcademyError(
            "degrees",
            f"データは緯度・経度（{crs_name(crs)}）です。度のままでは距離を測れません。",
            f"The data are in longitude and latitude ({crs_name(crs)}): distances cannot be measured in degrees.",
            **mend,
        )
    if "Pseudo-Mercator" in crs.name or crs.to_epsg() == 3857:
        raise DataAcademyError(
            "web_mercator",
            "データはウェブ地図の座標（EPSG:3857）です。日本では長さが実際の約1.2倍になるので、距離を測れません。",
            "The data are in web map coordinates (EPSG:3857), which stretch lengths in Japan by about 1.2.",
            **mend,
        )
    if any(axis.unit_conversion_factor != 1 for axis in crs.axis_info[:2]):
        raise DataAcademyError(
            "not_metres",
            f"座標の単位がメートルではありません（{crs_name(crs)}）。",
            f"The unit of the coordinates is not the metre ({crs_name(crs)}).",
            **mend,
        )
    check_declared(data)


def in_plane(data, crs) -> gpd.GeoDataFrame:
    """``data`` in the plane system ``crs``; no CRS, or degrees that are said to be metres, are errors."""
    need_crs(data)
    check_declared(data)
    return data if data.crs == crs else data.to_crs(crs)


def locations(data: gpd.GeoDataFrame) -> np.ndarray:
    """x (east) and y (north) in metres, shape (n, 2); of polygons the representative point; NaN where there is none."""
    shapes = data.geometry.to_numpy()
    boxes = _boxes(shapes)
    known = np.isfinite(boxes).all(axis=0)
    if (boxes[2:] > boxes[:2]).any():
        with np.errstate(invalid="ignore"):  # of a point whose coordinates are no numbers shapely makes (0, 0)
            boxes = _boxes(shapely.point_on_surface(shapes))
    x_y = boxes[:2]
    if not known.all():
        x_y[:, ~known] = np.nan
    return x_y.T


def _boxes(shapes: np.ndarray) -> np.ndarray:
    """West, south, east and north of every shape, one row each; for points the quickest way to their coordinates."""
    return shapely.bounds(shapes, out=np.empty((4, len(shapes))).T).T


def check_declared(data: gpd.GeoDataFrame) -> None:
    """Raise if the CRS says metres and the coordinates are degrees."""
    if data.crs.is_geographic or not in_degrees(data):
        return
    raise DataAcademyError(
        "degrees_as_metres",
        f"座標系は {crs_name(data.crs)}（m）と書いてありますが、座標の値は緯度・経度（度）です。",
        f"The CRS says {crs_name(data.crs)} (metres), but the coordinates are degrees.",
        fix="緯度・経度の表に、ちがう座標系が付いています。data.set_crs(6668, allow_override=True) で付け直してから、"
        "da.maps.to_plane で m に直してください。",
        fix_en="Use data.set_crs(6668, allow_override=True), then da.maps.to_plane.",
    )


def in_degrees(data: gpd.GeoDataFrame) -> bool:
    """Whether every coordinate lies where the longitudes and latitudes of Japan do."""
    (low, high), (left, right) = JAPAN["lat"], JAPAN["lon"]

    def beyond(rows):  # False also where no row has a location
        west, south, east, north = rows.total_bounds
        return west < left or south < low or east > right or north > high

    return not beyond(data.geometry.iloc[:100]) and not beyond(data) and bool(np.isfinite(data.total_bounds).all())


def facilities_in(crs, facilities, kind: str | Iterable[str] | None = None, hazard: str | None = None):
    """The facilities of these kinds that have a location, in ``crs``: ``(rows, what they are called, used, left_out)``.

    ``hazard``: only those whose column of that name says that they can be used then.  Facilities in another CRS, also
    in degrees, are converted; ``used`` says so.  Errors: no CRS, not points, unknown kind, none left.
    """
    need_crs(facilities)
    check_declared(facilities)
    kinds = [] if kind is None else [kind] if isinstance(kind, str) else list(kind)
    if kinds:
        check_columns(facilities, ["kind"], table="施設の表")
        for one in kinds:
            check_choice("施設の種類", one, sorted_values(facilities["kind"]), en="Facility kind")
        facilities = facilities[facilities["kind"].isin(kinds)]
    if not np.isin(shapely.get_type_id(facilities.geometry.to_numpy()), (-1, POINT)).all():
        raise DataAcademyError(
            "not_points",
            "施設は点で渡してください（線や面が入っています）。",
            "Facilities must be points; there are lines or polygons.",
            fix="面なら facilities.set_geometry(facilities.representative_point()) で代表点にしてください。",
            fix_en="For polygons: facilities.set_geometry(facilities.representative_point()).",
        )
    facilities, unknown = (facilities, 0) if hazard is None else _usable(facilities, hazard)
    used = {}
    if facilities.crs != crs:
        used["施設の座標の変換"] = f"{crs_name(facilities.crs)} → {crs_name(crs)}"
        facilities = facilities.to_crs(crs)
    located = ~np.isnan(locations(facilities)[:, 0])
    if not located.any():
        raise DataAcademyError(
            "no_facilities",
            f"位置の分かる施設が一つもありません（渡された施設は {len(facilities)} 件）。",
            f"No facility with a location ({len(facilities)} facilities were given).",
            fix="施設の表と、種類（kind）の絞り込みを確かめてください。",
            fix_en="Check the facilities and the filter on kind.",
        )
    lost = int((~located).sum())
    left_out = [f"位置が分からない施設 {lost} 件"] if lost else []
    left_out += [f"{hazard_name(hazard)}のときに使えるか分からない施設 {unknown} 件"] if unknown else []
    facilities = facilities[located]
    names = facilities["kind_label"].dropna().unique() if "kind_label" in facilities else kinds
    label = "・".join(str(name) for name in names) if 0 < len(names) <= 3 else "施設"
    label = f"{hazard_name(hazard)}のときに使える{label}" if hazard else label
    return facilities, label, {"施設": len(facilities), **used}, left_out


def hazard_name(hazard: str) -> str:
    """What a hazard is called: 洪水 for ``flood``."""
    return HAZARDS.get(hazard, hazard)


def _usable(facilities, hazard: str):
    """The facilities that can be used in a hazard, and of how many that is not known."""
    check_columns(facilities, [hazard], table="施設の表")
    flags = facilities[hazard]
    yes_no(flags.dropna(), hazard)
    usable = facilities[flags.fillna(False).astype(bool).to_numpy()]
    if not len(usable):
        raise DataAcademyError(
            "none_usable",
            f"{hazard_name(hazard)}のときに使える施設が、一つもありません（{len(facilities)} 件のうち、"
            f"使えないもの {int(flags.notna().sum())}、分からないもの {int(flags.isna().sum())}）。",
            f"None of the {len(facilities)} facilities can be used: {hazard}.",
            fix=f"施設の表の列「{hazard}」と、種類（kind）の絞り込みを確かめてください。",
            fix_en="Check that column and the filter on kind.",
            column=str(hazard),
        )
    return usable, int(flags.isna().sum())


def crs_name(crs) -> str:
    """``EPSG:6676``, or the name of a CRS that has no number."""
    return f"EPSG:{crs.to_epsg()}" if crs.to_epsg() else crs.name


def need_crs(data) -> None:
    if not isinstance(data, gpd.GeoDataFrame):
        raise DataAcademyError(
            "no_geometry",
            f"位置の列（geometry）がない表です（{type(data).__name__}）。地図の計算はできません。",
            f"A {type(data).__name__} without geometry: no map function can use it.",
            fix='da.load("areas") などで読むか、geopandas の GeoDataFrame にしてください。',
            fix_en="Read it with da.load, or make it a GeoDataFrame.",
        )
    check_names_once(data)
    if data.crs is None:
        raise DataAcademyError(
            "no_crs",
            "座標系（CRS）が書かれていないデータです。度なのかメートルなのか分からないので、距離を測れません。",
            "The data have no CRS: degrees or metres?",
            fix=_WAY_JA
            + "、元の座標系を data.set_crs(番号) で付けてから（緯度・経度なら 6668、古い日本測地系なら 4301）、"
            "da.maps.to_plane で直してください。",
            fix_en=_WAY_EN + " use data.set_crs(its EPSG), then da.maps.to_plane.",
        )
