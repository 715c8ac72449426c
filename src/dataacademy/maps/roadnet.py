"""The roads as a net: places put on the nearest road, and the shortest ways between them.

A river is crossed where a road crosses it and nowhere else: ways run along the roads only, from the nearest point of
the nearest road, which is never a bridge.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components, dijkstra

from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.inputs import check_table, floats
from dataacademy.maps.plane import LINES, POLYGONS, crs_name, in_plane

ACCESS = 1_000.0  # metres: a place farther from every road than this has no road
_LOOSE = 5.0  # metres between the ends of roads that meet in one node
REASONS = {
    "no_location": "位置が分からない",
    "no_road": "近くに道がない",
    "closed": "前の道が通れない",
    "no_way": "道がつながっていない",
}


@dataclass(frozen=True)
class OnRoad:
    """Places on the net: ``segment`` (−1: none), metres ``along`` it from its start, metres of ``access`` to it."""

    segment: np.ndarray
    along: np.ndarray
    access: np.ndarray
    reason: np.ndarray

    def __getitem__(self, some) -> OnRoad:
        return OnRoad(self.segment[some], self.along[some], self.access[some], self.reason[some])


class RoadNet:
    """``roads`` in ``crs`` without those that are ``closed``; ``used`` and ``notes`` say what was done."""

    def __init__(self, roads: gpd.GeoDataFrame, *, crs, closed=None):
        roads, self.used = _checked(roads, crs)
        self.notes: tuple[str, ...] = ()
        self.shapes = roads.geometry.to_numpy()
        self.length = shapely.length(self.shapes)
        number, nodes = pd.factorize(np.concatenate([roads["from_node"], roads["to_node"]]))
        self.start, self.end = number.reshape(2, -1)
        self.nodes = len(nodes)
        _check_ends(self.shapes, self.start, self.end, nodes)
        self.grade = np.zeros(len(roads))
        if "slope_percent" in roads:
            slope = floats(roads["slope_percent"], "slope_percent")
            if np.isnan(slope).any():
                self.notes += (f"勾配が空欄の道 {int(np.isnan(slope).sum())} 本は、平らとみました。",)
            self.grade = np.abs(np.nan_to_num(slope)) / 100
        else:
            self.notes += ("勾配の列（slope_percent）がないので、どの道も平らとみました。",)
        self.open = ~_closed(roads, closed)
        self.used |= {"通れない道": int((~self.open).sum())} if closed is not None else {}
        bridge = (roads["kind"] == "bridge").to_numpy() if "kind" in roads else np.zeros(len(roads), bool)
        self._reachable = np.flatnonzero(~bridge) if not bridge.all() else np.arange(len(roads))
        self._check_joined()

    def put(self, xy: np.ndarray) -> OnRoad:
        """Places at the nearest point of the nearest road."""
        segment, reason = np.full(len(xy), -1), np.full(len(xy), "", dtype=object)
        along, access = np.full(len(xy), np.nan), np.full(len(xy), np.nan)
        there = ~np.isnan(xy[:, 0])
        points = shapely.points(xy[there])
        nearest = self._reachable[shapely.STRtree(self.shapes[self._reachable]).nearest(points)]
        segment[there], access[there] = nearest, shapely.distance(points, self.shapes[nearest])
        along[there] = shapely.line_locate_point(self.shapes[nearest], points)
        for rows, why in ((~there, "no_location"), (access > ACCESS, "no_road")):
            segment[rows], reason[rows] = -1, why
        shut = (segment >= 0) & ~self.open[segment]
        segment[shut], reason[shut] = -1, "closed"
        return OnRoad(segment, along, access, reason)

    def metres(self) -> np.ndarray:
        """What a metre of each road costs when ways are to be short: 1."""
        return np.ones(len(self.length))

    def minutes(self, speed: float) -> np.ndarray:
        """Minutes for a metre of each road at ``speed`` (m/s on the flat), uphill after Tobler (1993)."""
        return np.exp(3.5 * self.grade) / speed / 60

    def nearest(self, homes: OnRoad, sites: OnRoad, rate: np.ndarray, flat: float) -> tuple[np.ndarray, np.ndarray]:
        """Cost of the cheapest way from each home to a site, and that site; ∞ and −1 where there is none.

        ``rate``: cost of a metre of each road; ``flat``: of a metre between a place and its road.
        """
        graph, extra = self._graph(sites, rate, flat)
        cost, _, origin = dijkstra(graph, directed=False, indices=extra, min_only=True, return_predecessors=True)
        site_of = np.where(origin >= 0, origin - self.nodes, -1)
        return self._arrive(homes, sites, rate, flat, cost, site_of)

    def each(self, homes: OnRoad, sites: OnRoad, rate: np.ndarray, flat: float):
        """For one site after the other the cost of the cheapest way from each home (∞ where there is none)."""
        graph, extra = self._graph(sites, rate, flat)
        table = dijkstra(graph, directed=False, indices=extra)
        for i, cost in enumerate(table):
            yield self._arrive(homes, sites[[i]], rate, flat, cost, np.zeros(len(cost), int))[0]

    def _graph(self, sites: OnRoad, rate, flat):
        """The open roads, and one more node a site with its ways to both ends of its road."""
        on = np.flatnonzero(sites.segment >= 0)
        road, extra = sites.segment[on], self.nodes + on
        reach = sites.access[on] * flat
        rows = [self.start[self.open], extra, extra]
        columns = [self.end[self.open], self.start[road], self.end[road]]
        costs = [
            (self.length * rate)[self.open],
            reach + sites.along[on] * rate[road],
            reach + (self.length[road] - sites.along[on]) * rate[road],
        ]
        edges = pd.DataFrame({"a": np.concatenate(rows), "b": np.concatenate(columns), "cost": np.concatenate(costs)})
        edges["a"], edges["b"] = np.minimum(edges["a"], edges["b"]), np.maximum(edges["a"], edges["b"])
        edges = edges[edges["a"] != edges["b"]].groupby(["a", "b"], as_index=False)["cost"].min()  # side by side
        size = self.nodes + len(sites.segment)
        cost = np.maximum(edges["cost"], 1e-9)  # a sparse 0 is no edge
        return coo_matrix((cost, (edges["a"], edges["b"])), shape=(size, size)).tocsr(), self.nodes + np.arange(
            len(sites.segment)
        )

    def _arrive(self, homes: OnRoad, sites: OnRoad, rate, flat, cost, site_of):
        """From the nodes to the homes: by either end of their road, or along it to a site that is on it too."""
        best, which = np.full(len(homes.segment), np.inf), np.full(len(homes.segment), -1)
        on = homes.segment >= 0
        road, along, access = homes.segment[on], homes.along[on], homes.access[on] * flat
        found, site = best[on], which[on]
        for node, way in ((self.start[road], along), (self.end[road], self.length[road] - along)):
            total = access + way * rate[road] + cost[node]
            better = total < found
            found, site = np.where(better, total, found), np.where(better, site_of[node], site)
        for i in np.flatnonzero(sites.segment >= 0):
            same = np.flatnonzero(road == sites.segment[i])
            total = access[same] + sites.access[i] * flat + np.abs(along[same] - sites.along[i]) * rate[road[same]]
            better = same[total < found[same]]
            found[better], site[better] = total[total < found[same]], i
        best[on], which[on] = found, site
        return best, which

    def _check_joined(self) -> None:
        graph = coo_matrix((np.ones(len(self.start)), (self.start, self.end)), shape=(self.nodes, self.nodes))
        parts, part = connected_components(graph, directed=False)
        if parts == len(self.start) > 1:
            raise DataAcademyError(
                "roads_not_connected",
                f"道 {len(self.start)} 本が、一本もつながっていません（同じ交差点の番号を持つ道がありません）。",
                f"None of the {len(self.start)} roads shares a node with another.",
                fix="from_node と to_node に、道の両端の交差点の番号を、つながる道どうし同じ番号で入れてください。",
                fix_en="Give roads that meet the same node in from_node and to_node.",
            )
        if parts > 1:
            sizes = np.sort(np.bincount(part[self.start], minlength=parts))[::-1]
            self.notes += (
                f"道は、つながっていない {parts} つの部分に分かれています（道の数 "
                + "、".join(f"{n:,}" for n in sizes[:5])
                + ("、ほか" if parts > 5 else "")
                + "）。島や、データの切れ目かもしれません。",
            )


def _checked(roads, crs):
    """The roads that have a shape, in ``crs``, and what was done."""
    check_table(roads)
    used: dict = {}
    if isinstance(roads, gpd.GeoDataFrame) and roads.crs is not None and roads.crs != crs:
        used["道の座標の変換"] = f"{crs_name(roads.crs)} → {crs_name(crs)}"
    roads = in_plane(roads, crs)
    check_columns(roads, ["from_node", "to_node"], table="道の表")
    kinds = shapely.get_type_id(roads.geometry.to_numpy())
    if not np.isin(kinds, (-1, 1)).all():
        raise DataAcademyError(
            "not_roads",
            "道は一本ずつの線（LineString）で渡してください。点や面、いくつかに切れた線が入っています。",
            "Roads must be single lines; there are points, polygons or multi-part lines.",
            fix='道の表（da.load("roads")）を roads= に渡してください。切れた線は roads.explode() で一本ずつにします。',
            fix_en='Pass da.load("roads"), or explode multi-part lines.',
        )
    good = (kinds == 1) & ~shapely.is_empty(roads.geometry.to_numpy())
    good &= roads[["from_node", "to_node"]].notna().all(axis=1).to_numpy()
    if not good.any():
        raise DataAcademyError(
            "no_roads",
            f"使える道が一本もありません（渡された道は {len(roads)} 本）。",
            f"No usable road ({len(roads)} were given).",
            fix="道の表の形（線）と、両端の交差点の番号（from_node・to_node）を確かめてください。",
            fix_en="Check the lines and their nodes.",
        )
    if not good.all():
        used["形か端の番号がなく使わない道"] = int((~good).sum())
    return roads[good], {"道": int(good.sum()), **used}


def _check_ends(shapes, start, end, nodes) -> None:
    """Raise if one node lies at two places: its roads do not meet on the ground."""
    ends = np.concatenate([shapely.get_coordinates(shapely.get_point(shapes, at)) for at in (0, -1)])
    spread = pd.DataFrame(ends).groupby(np.concatenate([start, end])).agg(np.ptp).max(axis=1)
    if (spread > _LOOSE).any():
        worst = spread.idxmax()
        raise DataAcademyError(
            "loose_ends",
            f"交差点「{nodes[worst]}」に集まる道の端が、{spread.max():,.0f} m 離れています"
            f"（同じようなところがほかに {int((spread > _LOOSE).sum()) - 1}）。",
            f"Roads that meet in node {nodes[worst]!r} end {spread.max():,.0f} m apart.",
            fix="from_node は線の始まり、to_node は線の終わりの交差点です。入れかわっていないか確かめてください。",
            fix_en="from_node is where the line starts, to_node where it ends; are they swapped?",
            value=str(nodes[worst]),
        )


def _closed(roads, closed) -> np.ndarray:
    """Which roads cannot be used: numbers of roads, or areas (a hazard zone) that they cross."""
    if closed is None:
        return np.zeros(len(roads), bool)
    if isinstance(closed, gpd.GeoDataFrame | gpd.GeoSeries):
        zones = in_plane(gpd.GeoDataFrame(geometry=closed.geometry), roads.crs)
        if not np.isin(shapely.get_type_id(zones.geometry.to_numpy()), (-1, *POLYGONS, *LINES)).all():
            raise _not_closed("点")
        shut = np.zeros(len(roads), bool)
        row, _ = zones.sindex.query(roads.geometry, predicate="intersects")
        shut[row] = True
    else:
        if isinstance(closed, str) or not np.iterable(closed):
            raise _not_closed(f"「{closed}」")
        check_columns(roads, ["road_id"], table="道の表")
        names = {str(name) for name in closed}
        unknown = sorted(names - set(roads["road_id"].astype(str)))
        if unknown:
            raise DataAcademyError(
                "unknown_roads",
                f"通れない道（closed）の「{unknown[0]}」が、道の表にありません（ほかに {len(unknown) - 1}）。",
                f"{unknown[0]!r} of closed is not a road ({len(unknown) - 1} more).",
                fix='road_id の値を渡してください（例：roads.loc[roads["kind"] == "bridge", "road_id"]）。',
                fix_en="Pass values of road_id.",
                value=unknown[0],
            )
        shut = roads["road_id"].astype(str).isin(names).to_numpy()
    if shut.all():
        raise DataAcademyError(
            "all_closed",
            f"通れない道（closed）を除くと、道が一本も残りません（{len(roads)} 本とも）。",
            "All roads are closed.",
            fix="closed に渡した範囲を確かめてください。",
            fix_en="Check closed.",
        )
    return shut


def _not_closed(what: str) -> DataAcademyError:
    return DataAcademyError(
        "bad_closed",
        f"closed には、通れない道の road_id のリストか、通れない範囲の面（GeoDataFrame）を渡してください"
        f"（渡されたのは{what}）。",
        "closed takes a list of road_id or polygons that cannot be crossed.",
        fix='例：closed=roads.loc[roads["kind"] == "bridge", "road_id"]、closed=da.load("hazard_zones")',
        fix_en="Example: closed=roads.loc[roads['kind'] == 'bridge', 'road_id']",
    )
