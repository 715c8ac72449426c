"""How much of each zone of one zoning lies in each zone of another: by area, or by what stands on the ground."""

from __future__ import annotations

from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import shapely

from dataacademy.errors import DataAcademyError
from dataacademy.inputs import floats
from dataacademy.maps.plane import POLYGONS, crs_name, in_plane, locations, need_plane

_SLIVER = 1e-9  # of a zone's area: rounding of coordinates, not land
_OVERLAP = 0.01  # of a zone's area: boundaries drawn by hand


@dataclass(frozen=True)
class Shares:
    """``share[e]`` of source zone ``old[e]`` lies in target zone ``new[e]``; what is missing to 1 lies outside.

    area, covered
        Of each source zone, and how much of each target zone (0–1) the source zones cover.
    by_area
        Source zones whose share goes by area (all of them, or those where nothing stands).
    """

    old: np.ndarray
    new: np.ndarray
    share: np.ndarray
    area: np.ndarray
    covered: np.ndarray
    by_area: np.ndarray
    used: dict = field(default_factory=dict)
    left_out: tuple[str, ...] = ()

    def cut(self) -> np.ndarray:
        """Whether a source zone is divided: among target zones, or between inside and outside, by more than 0.1 %."""
        whole = np.zeros(len(self.area))
        np.maximum.at(whole, self.old, self.share)
        return (whole > 0) & (whole < 0.999)


def shares(source: gpd.GeoDataFrame, target: gpd.GeoDataFrame, *, within=None, weights: str | None = None) -> Shares:
    """The shares; errors ``needs_polygons``, ``no_overlap``, ``overlapping_zones`` and those of ``need_plane``."""
    need_plane(source)
    used: dict = {}
    target = converted(target, source.crs, "先の区域", used)
    ours, theirs = polygons(source, "元の区域", used), polygons(target, "先の区域", used)
    area, room = shapely.area(ours), shapely.area(theirs)
    old, new = shapely.STRtree(theirs).query(ours, predicate="intersects")
    common = shapely.area(shapely.intersection(ours[old], theirs[new]))
    real = common > _SLIVER * area[old]
    old, new, common = old[real], new[real], common[real]
    if not len(old):
        raise _no_overlap(source, target)
    covered = np.divide(np.bincount(new, common, len(target)), room, out=np.zeros(len(target)), where=room > 0)
    share = _settled(old, common / area[old], len(source), used)
    by_area = area > 0
    left_out = [f"境界のない元の区域 {int((~by_area).sum())}"] if (~by_area).any() else []
    if within is not None:
        old, new, share, standing, more = _by_buildings(
            ours, theirs, (old, new, share), source.crs, within, weights, used
        )
        left_out += more
        by_area &= ~standing
    return Shares(old, new, share, area, np.minimum(covered, 1), by_area, used, tuple(left_out))


def polygons(data: gpd.GeoDataFrame, name: str, used: dict) -> np.ndarray:
    """The polygons of ``data``, crossed ones mended (``used`` lists their rows), missing ones empty."""
    shapes = data.geometry.to_numpy().copy()
    if not np.isin(shapely.get_type_id(shapes), (-1, *POLYGONS)).all():
        raise DataAcademyError(
            "needs_polygons",
            f"{name}には境界（面）のデータが必要です。面でない行があります。",
            "Polygons are needed; some rows are points or lines.",
            fix="点の表を区域に足し上げるなら、da.maps.aggregate を使ってください。",
            fix_en="To add up points in zones use da.maps.aggregate.",
        )
    shapes[shapely.is_missing(shapes)] = shapely.Polygon()
    broken = ~shapely.is_valid(shapes)
    if broken.any():
        shapes[broken] = shapely.make_valid(shapes[broken])
        rows = "、".join(str(i + 1) for i in np.flatnonzero(broken)[:5])
        used[f"{name}で形を直したもの"] = f"{int(broken.sum())}（{rows}{'、ほか' if broken.sum() > 5 else ''} 行目）"
    return shapes


def one_layer(zones) -> None:
    """Raise if several kinds of zones, which lie on top of each other, are in one table."""
    if "layer" in zones and zones["layer"].nunique() > 1:
        layers = "、".join(f"「{layer}」" for layer in zones["layer"].unique())
        raise DataAcademyError(
            "several_layers",
            f"区域が {zones['layer'].nunique()} 種類まざっています（{layers}）。同じ人を二度数えることになります。",
            f"The zones hold {zones['layer'].nunique()} layers: people would be counted twice.",
            fix=f'一つに絞ってください（例：zones[zones["layer"] == "{zones["layer"].iloc[0]}"]）。',
            fix_en="Keep one layer.",
        )


def converted(data, crs, name: str, used: dict):
    """``data`` in ``crs``; ``used`` says if it had to be converted."""
    moved = in_plane(data, crs)
    if moved is not data:
        used[f"{name}の座標の変換"] = f"{crs_name(data.crs)} → {crs_name(crs)}"
    need_plane(moved)
    return moved


def _settled(old: np.ndarray, share: np.ndarray, n: int, used: dict) -> np.ndarray:
    """Shares that add up to no more than 1, and to exactly 1 where only rounding is missing."""
    total = np.bincount(old, weights=share, minlength=n)
    if (total > 1 + _OVERLAP).any():
        raise DataAcademyError(
            "overlapping_zones",
            f"先の区域どうしが重なっています（{int((total > 1 + _OVERLAP).sum())} の元の区域で、二度数えます）。",
            f"The target zones overlap: {int((total > 1 + _OVERLAP).sum())} source zones would be counted twice.",
            fix="重なりのない一種類の区域（自治会だけ、学校区だけ、など）に絞ってください。",
            fix_en="Keep one kind of zone whose polygons do not overlap.",
        )
    overlap = int((total > 1 + 1e-6).sum())
    if overlap:
        used["先の区域がわずかに重なり、割合を縮めた元の区域"] = overlap
    scale = np.where(total > 1 - 1e-6, total, 1.0)
    return share / scale[old]


def _by_buildings(ours, theirs, by_area, crs, within, weights, used):
    """Shares by buildings: each stands in the first zone of both zonings that holds it."""
    within = converted(within, crs, "建物", used)
    size = floats(within[weights], weights) if weights else np.ones(len(within))
    xy = locations(within)
    known = ~np.isnan(xy[:, 0]) & ~np.isnan(size)
    points = shapely.points(xy[known])
    size = size[known]
    home, place = _first(ours, points), _first(theirs, points)
    inside = home >= 0
    total = np.bincount(home[inside], size[inside], len(ours))
    standing = total > 0
    here = inside & (place >= 0) & (size > 0)
    pair, where = np.unique(home[here] * len(theirs) + place[here], return_inverse=True)
    old, new = np.divmod(pair, len(theirs))
    share = np.bincount(where, size[here]) / total[old]
    rest = ~standing[by_area[0]]  # zones where nothing stands
    used["建物"] = int(known.sum())
    left_out = [f"位置か重みの分からない建物 {int((~known).sum())}"] if (~known).any() else []
    if (~inside).any():
        left_out.append(f"元の区域のどれにも入らない建物 {int((~inside).sum())}")
    joined = [np.r_[a, b[rest]] for a, b in zip((old, new, share), by_area, strict=True)]
    return *joined, standing, left_out


def _first(zones: np.ndarray, points: np.ndarray) -> np.ndarray:
    """The first zone that holds each point, border included; −1 where none does."""
    point, zone = shapely.STRtree(zones).query(points, predicate="intersects")
    found = np.full(len(points), len(zones))
    np.minimum.at(found, point, zone)
    return np.where(found < len(zones), found, -1)


def _no_overlap(source, target) -> DataAcademyError:
    a, b = (np.nan_to_num(np.array(data.total_bounds)) for data in (source, target))
    apart = np.hypot((a[0] + a[2] - b[0] - b[2]) / 2, (a[1] + a[3] - b[1] - b[3]) / 2) / 1000
    return DataAcademyError(
        "no_overlap",
        f"元の区域と先の区域が、どこでも重なりません（中心どうしが {apart:,.0f} km 離れています）。",
        f"Source and target zones do not overlap anywhere (their centres are {apart:,.0f} km apart).",
        fix="同じ市町村のデータか、座標系（CRS）が正しく付いているかを確かめてください。",
        fix_en="Check that both are of the same town and that their CRS is right.",
    )
