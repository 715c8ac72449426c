"""勢力圏: the town divided by which place is nearest."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from dataacademy.analysis import Analysis
from dataacademy.inputs import check_table
from dataacademy.maps.plane import facilities_in, need_plane
from dataacademy.maps.shares import polygons


def voronoi(facilities: gpd.GeoDataFrame, *, within: gpd.GeoDataFrame, kind: str | None = None) -> Analysis:
    """The part of the town that is nearer to each place than to any other, in straight lines (Voronoi diagram).

    facilities, kind
        Points; ``kind`` keeps only these.  Places on the same spot are one.
    within
        Areas (polygons) that make up the town; the zones end where they end.

    Table: ``facilities`` with ``zone_id`` (1, 2, … from west to east) and the zone as geometry, without those whose
    zone lies outside.  The zones do not overlap and together are all of ``within``.  Value: number of zones.
    Errors: no metres, ``needs_polygons``, no facility, unknown kind, ``another_town``.
    Source: Voronoi (1908), Thiessen (1911).  Checked against the nearest place of points all over the sample town.
    When not to use: as school districts or catchments that are fixed by rule: take their boundaries; and across a
    river or the sea (``network_distance``).

    >>> import dataacademy as da
    >>> halls = da.load("facilities").query("kind == 'shelter'")
    >>> found = da.maps.voronoi(halls, within=da.load("areas"))
    >>> found.value, float(round(found.table.area.sum() / da.load("areas").area.sum(), 6))
    (42, 1.0)
    """
    need_plane(within)
    check_table(within)
    used: dict = {}
    town = shapely.union_all(polygons(within, "町の区域", used))
    points, label, read, left_out = facilities_in(within.crs, facilities, kind)
    points = points[~points.geometry.duplicated()]
    cells = shapely.voronoi_polygons(
        shapely.MultiPoint(points.geometry.to_numpy()), extend_to=shapely.box(*town.bounds), ordered=True
    )
    cells = [town] if len(points) == 1 else list(cells.geoms)
    table = points.set_geometry(gpd.GeoSeries(shapely.intersection(cells, town), index=points.index, crs=within.crs))
    table["_x"] = points.geometry.x
    table = table[shapely.area(table.geometry.to_numpy()) > 0].sort_values("_x", kind="stable").drop(columns="_x")
    table.insert(0, "zone_id", np.arange(1, len(table) + 1).astype(str))
    gone = len(points) - len(table)
    return Analysis(
        table.reset_index(drop=True),
        len(table),
        f"町を、最も近い{label}で {len(table):,} の区域に分けました。",
        f"The town is divided into {len(table):,} zones, each around the nearest of {len(points):,} places.",
        used={**used, **read},
        left_out=(*left_out, *([f"区域が町の外になった{label} {gone}"] if gone else [])),
        assumptions=("直線で最も近い所に分けています。決められた学区や担当区域ではありません。",),
    )
