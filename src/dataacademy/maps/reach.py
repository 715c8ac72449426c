"""From places to facilities: as the crow flies, or along the roads."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
from scipy.spatial import cKDTree

from dataacademy.errors import DataAcademyError
from dataacademy.maps.people import corners
from dataacademy.maps.plane import locations
from dataacademy.maps.roadnet import REASONS, OnRoad, RoadNet

_EACH = 100  # places a facility: with fewer (or fewer than its square in all), each place is measured
_HALF = 0.70711  # of a square's side: from its centre to its corners, rounded up


class Straight:
    """Straight lines."""

    how, how_en = "直線", "straight line"

    def __init__(self, xy: np.ndarray, near: gpd.GeoDataFrame):
        self.xy, self.near = xy, near
        self.used, self.left_out, self.notes = {}, [], ()

    def inside(self, radii: list[float], weight: np.ndarray, unit: str) -> tuple[list[np.ndarray], tuple[str, ...]]:
        """Which places lie within each of the ``radii``, and a sentence on those who cannot get anywhere: none here."""
        sites = locations(self.near)
        return [inside(self.xy, sites, radius) for radius in radii], ()

    def within(self, radius: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Every pair of a place and a facility within ``radius``: place, facility, metres; in order of the places."""
        rows = np.flatnonzero(~np.isnan(self.xy[:, 0]))
        sites = locations(self.near)
        found = cKDTree(sites).query_ball_point(self.xy[rows], radius, workers=-1, return_sorted=True)
        row = np.repeat(rows, [len(f) for f in found])
        site = np.concatenate([np.asarray(f, dtype=int) for f in found]) if len(rows) else np.empty(0, int)
        return row, site, np.hypot(*(self.xy[row] - sites[site]).T)


class Along:
    """Ways along the roads."""

    how, how_en = "道のり", "along the roads"

    def __init__(self, xy: np.ndarray, near: gpd.GeoDataFrame, label: str, roads, closed):
        self.net = RoadNet(roads, crs=near.crs, closed=closed)
        self.homes, self.sites = self.net.put(xy), self.net.put(locations(near))
        self.used, self.notes = dict(self.net.used), self.net.notes
        self.left_out = _lost(self.sites, label)

    def nearest(self) -> tuple[np.ndarray, np.ndarray]:
        """Metres to the nearest facility (NaN: no way) and its position (−1: none)."""
        metres, index = self.net.nearest(self.homes, self.sites, self.net.metres(), 1.0)
        return np.where(np.isinf(metres), np.nan, metres), index

    def minutes(self, speed: float) -> np.ndarray:
        """Minutes to the facility that is reached first (NaN: no way)."""
        minutes, _ = self.net.nearest(self.homes, self.sites, self.net.minutes(speed), 1 / speed / 60)
        return np.where(np.isinf(minutes), np.nan, minutes)

    def within(self, radius: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """As in :class:`Straight`."""
        rows, sites, ways = [], [], []
        for i, metres in enumerate(self.net.each(self.homes, self.sites, self.net.metres(), 1.0)):
            near = np.flatnonzero(metres <= radius)
            rows.append(near)
            sites.append(np.full(len(near), i))
            ways.append(metres[near])
        row, site, metres = (np.concatenate(parts) for parts in (rows, sites, ways))
        order = np.lexsort((site, row))
        return row[order], site[order], metres[order]

    def reasons(self, metres: np.ndarray) -> np.ndarray:
        """Why a place has no way to any facility; an empty text where it has one."""
        reason = self.homes.reason.copy()
        reason[(reason == "") & np.isnan(metres)] = "no_way"
        return reason

    def inside(self, radii: list[float], weight: np.ndarray, unit: str) -> tuple[list[np.ndarray], tuple[str, ...]]:
        """As in :class:`Straight`, with a sentence on those who cannot get to any facility."""
        metres, _ = self.nearest()
        reason = self.reasons(metres)
        parts = [(REASONS[why], weight[reason == why].sum()) for why in REASONS if why != "no_location"]
        parts = [f"{ja} {round(amount):,}{unit}" for ja, amount in parts if amount > 0]
        told = (f"どこへも道で行けないので、遠いほうに数えました（{'、'.join(parts)}）。",) if parts else ()
        return [metres <= radius for radius in radii], told


def ways(xy: np.ndarray, near: gpd.GeoDataFrame, label: str, roads, closed=None) -> Straight | Along:
    """Straight lines without ``roads``, otherwise the ways along them; ``closed`` roads need ``roads``."""
    if roads is not None:
        return Along(xy, near, label, roads, closed)
    if closed is not None:
        raise DataAcademyError(
            "closed_without_roads",
            "closed（通れない道）は、道のりで測るときだけ使えます。",
            "closed needs roads.",
            fix='roads=da.load("roads") もいっしょに指定してください。',
            fix_en='Add roads=da.load("roads").',
        )
    return Straight(xy, near)


def inside(xy: np.ndarray, sites: np.ndarray, radius: float) -> np.ndarray:
    """Which places lie within ``radius`` of a site, the limit included; False without a location.

    Where there are many, they are settled by the squares of ground they lie in: those wholly within a circle, or in no
    circle at all.  Where a rim crosses the square, its places are measured, from the one site it belongs to or, where
    there are several, from the nearest.
    """
    known = ~np.isnan(xy[:, 0])
    if not known.all():
        known[known] = inside(xy[known], sites, radius)
        return known
    tree = cKDTree(sites)
    if len(xy) <= _EACH * max(len(sites), _EACH):
        return tree.query(xy, distance_upper_bound=2 * radius, workers=-1)[0] <= radius
    low, high = corners(xy)
    side = max(radius * max(1 / 8, 4 * np.sqrt(len(sites) / len(xy))), np.sqrt(np.prod(high - low + 1) * 8 / len(xy)))
    shape = ((high - low) / side).astype(int) + 1
    whole, crossing, last = _squares(sites, radius, low, side, shape)
    square = ((xy[:, 0] - low[0]) / side).astype(np.int32) * np.int32(shape[1])
    square += ((xy[:, 1] - low[1]) / side).astype(np.int32)
    found = whole.take(square)
    rim = np.flatnonzero(((crossing > 0) & ~whole).take(square))
    place, square = xy[rim], square[rim]
    east, north = (place - sites[last[square]]).T
    found[rim] = near = np.sqrt(east * east + north * north) <= radius
    rest = np.flatnonzero(~near & (crossing[square] > 1))
    found[rim[rest]] = tree.query(place[rest], distance_upper_bound=2 * radius, workers=-1)[0] <= radius
    return found


def _squares(sites: np.ndarray, radius: float, low: np.ndarray, side: float, shape: np.ndarray):
    """Of every square: whether a circle holds all of it, how many rims may cross it, and the last site of those."""
    around = np.arange(-int(radius / side + 2 * _HALF), int(radius / side + 2 * _HALF) + 1)
    at = ((sites - low) // side).astype(int)[:, :, None] + around  # site, axis, square
    off = low[:, None] + side * (at + 0.5) - sites[:, :, None]
    apart = np.hypot(off[:, 0, :, None], off[:, 1, None, :])
    there = (at >= 0) & (at < shape[:, None])
    there = there[:, 0, :, None] & there[:, 1, None, :]
    square = at[:, 0, :, None] * shape[1] + at[:, 1, None, :]
    half = side * _HALF
    whole, last = np.zeros(np.prod(shape), bool), np.zeros(np.prod(shape), np.int32)
    whole[square[there & (apart + half <= radius)]] = True
    rim = there & (apart + half > radius) & (apart - half <= radius)
    last[square[rim]] = np.nonzero(rim)[0]
    return whole, np.bincount(square[rim], minlength=len(whole)), last


def _lost(sites: OnRoad, label: str) -> list[str]:
    """The facilities that no road leads to; an error if that is all of them."""
    lost = sites.segment < 0
    if lost.all():
        raise DataAcademyError(
            "facilities_off_road",
            f"道から行ける{label}が一つもありません（{len(lost)} 件とも、近くに道がないか、前の道が通れません）。",
            f"None of the {len(lost)} facilities lies on a road that is open.",
            fix="道と施設が同じ町のものか、座標系が合っているか、closed の範囲が広すぎないかを確かめてください。",
            fix_en="Check that roads and facilities are of one town, their CRS, and closed.",
        )
    words = [(REASONS[why], int((sites.reason == why).sum())) for why in REASONS]
    return [f"{ja}{label} {n} 件" for ja, n in words if n]
