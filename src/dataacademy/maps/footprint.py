"""Polygons and circles: the share of each polygon that lies within reach, and which polygons are touched."""

from __future__ import annotations

import numpy as np
import shapely
from scipy.spatial import cKDTree

from dataacademy.errors import DataAcademyError
from dataacademy.maps.plane import POLYGONS

QUARTER = 64  # corners in a quarter of a circle
_ANGLE = 2 * np.pi / (4 * QUARTER)
_WIDER = np.sqrt(_ANGLE / np.sin(_ANGLE))  # so that the polygon has the area of the circle


def mended(data, method: str) -> tuple[np.ndarray, dict, tuple[str, ...]]:
    """The polygons, those that cross themselves mended; what to say of these in ``used`` and in a sentence."""
    shapes = data.geometry.to_numpy()
    if not np.isin(shapely.get_type_id(shapes), POLYGONS).all():
        raise DataAcademyError(
            "needs_polygons",
            f'面で数える（method="{method}"）には、境界（面）のデータが必要です。点の行があります。',
            f"method={method!r} needs polygons; some rows are points.",
            fix='method="point"（代表点で数える）にしてください。',
            fix_en="Use method='point'.",
        )
    broken = ~shapely.is_valid(shapes)
    if not broken.any():
        return shapes, {}, ()
    names = data.index[broken]
    for column in ("area_id", "building_id", "zone_id", "name"):
        if column in data:
            names = data[column].to_numpy()[broken]
            break
    listed = "、".join(str(n) for n in names[:5]) + ("、ほか" if len(names) > 5 else "")
    shapes = np.where(broken, shapely.make_valid(shapes), shapes)
    note = f"線が交差するなど、形のこわれた面 {len(names)} 個を直して数えました（{listed}）。"
    return shapes, {"形を直した区域": len(names)}, (note,)


def share_in_circles(shapes: np.ndarray, xy: np.ndarray, radius: float) -> np.ndarray:
    """Share of each polygon's area that lies within ``radius`` of a point of ``xy`` (0 … 1).

    Circles are 256-gons of equal area.  Only polygons at a rim are cut, and only with the circles that cross them.
    """
    xy = np.unique(xy, axis=0)
    outer = radius * _WIDER  # of the 256-gon: its corners, and below the middles of its sides
    inner = outer * np.cos(_ANGLE / 2)
    west, south, east, north = shapely.bounds(shapes).T
    middle = np.column_stack([(west + east) / 2, (south + north) / 2])
    half = np.hypot(east - west, north - south) / 2  # of the box: no corner is farther from its middle
    there = np.isfinite(half)
    tree = cKDTree(xy)
    apart = np.full(len(shapes), np.inf)
    apart[there], _ = tree.query(middle[there], workers=-1)
    share = (apart + half <= inner).astype(float)
    rim = np.flatnonzero(there & (share == 0) & (apart - half < outer))
    near = tree.query_ball_point(middle[rim], half[rim] + outer, workers=-1)
    row = np.repeat(np.arange(len(rim)), [len(n) for n in near])
    circle = np.concatenate([np.asarray(n, dtype=int) for n in near]) if len(row) else np.empty(0, int)
    circles = shapely.buffer(shapely.points(xy), outer, quad_segs=QUARTER)
    parts = shapely.intersection(shapes[rim][row], circles[circle])
    some = ~shapely.is_empty(parts)
    row, parts = row[some], parts[some]
    inside = np.bincount(row, shapely.area(parts), len(rim))
    several = np.flatnonzero(np.bincount(row, minlength=len(rim)) > 1)  # circles may overlap: nothing counts twice
    start = np.searchsorted(row, [several, several + 1])
    for at, first, last in zip(several, *start, strict=True):
        inside[at] = shapely.area(shapely.union_all(parts[first:last]))
    area = shapely.area(shapes[rim])
    touching = np.bincount(row, minlength=len(rim)) > 0
    share[rim] = np.where(area > 0, np.divide(inside, area, out=np.zeros(len(rim)), where=area > 0), touching)
    return np.minimum(share, 1)


def distance_to_edge(shapes: np.ndarray, xy: np.ndarray, radius: float) -> np.ndarray:
    """Metres from the nearest part of each polygon to the nearest point of ``xy``: 0 inside, ∞ beyond ``radius``."""
    tree = shapely.STRtree(shapely.points(xy))
    (row, _), distance = tree.query_nearest(shapes, max_distance=radius, return_distance=True, all_matches=False)
    found = np.full(len(shapes), np.inf)
    found[row] = distance
    return found
