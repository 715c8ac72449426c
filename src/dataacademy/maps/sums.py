"""Rows of one table summed over the zones of another."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dataacademy import styling
from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.finding import Finding
from dataacademy.labels import label_of
from dataacademy.maps.plane import POLYGONS, locations, need_plane
from dataacademy.maps.shares import one_layer


def aggregate(points: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, *, columns: str | Iterable[str]) -> Finding:
    """Sums of ``columns`` over the rows of ``points`` that fall in each polygon of ``zones``.

    Polygons in ``points`` fall where their representative point does.  The table is ``zones`` with the summed columns
    and ``n_rows``; the value is the sum of the first column over all zones.  A row on a border, or in overlapping
    zones, counts once, in the zone that comes first; so the zones and what ``left_out`` lists add up to the whole.
    Errors: no metres, a column missing, not numeric or already in ``zones``, several layers at once.
    Checked against sums over a grid in the tests, border points included.
    When not to use: to carry figures from polygons to other polygons (``areal_interpolate``).

    >>> import dataacademy as da
    >>> found = da.maps.aggregate(da.load("buildings"), da.load("zones"), columns="residents")
    >>> print(found)
    10 区域に 25,733 行（居住者数 80,037）を割り当てました。
    """
    need_plane(points)
    need_plane(zones)
    columns = [columns] if isinstance(columns, str) else list(columns)
    check_columns(points, columns, table="データ")
    _need_zones(zones, [*columns, "n_rows"])
    for column in columns:
        styling.numbers(points, column)
    amounts = pd.DataFrame(points[columns]).reset_index(drop=True)
    where = shapely.points(locations(points))
    where[np.isnan(shapely.get_x(where))] = None
    row, zone = zones.sindex.query(gpd.GeoSeries(where, crs=points.crs).to_crs(zones.crs), predicate="intersects")
    hits = pd.Series(zone).groupby(row)
    first = hits.min()
    every = range(len(zones))
    sums = amounts.loc[first.index].groupby(first.to_numpy()).sum().reindex(every, fill_value=0)
    sums["n_rows"] = first.value_counts().reindex(every, fill_value=0)
    total, shared = float(sums[columns[0]].sum()), int((hits.size() > 1).sum())
    nowhere = amounts[shapely.is_missing(where)]
    outside = amounts.drop(index=first.index.union(nowhere.index))
    left_out = [
        f"{reason} {len(rows):,} 行（{_amounts(rows)}）"
        for reason, rows in (("位置が分からない", nowhere), ("どの区域にも入らない", outside))
        if len(rows)
    ]
    left_out += [f"{label_of(c)}が空欄の {n:,} 行" for c, n in amounts.isna().sum().items() if n]
    return Finding(
        table=zones.assign(**{c: sums[c].to_numpy() for c in sums}),
        value=total,
        sentence=f"{len(zones)} 区域に {len(first):,} 行（{_amounts(sums[columns])}）を割り当てました。",
        sentence_en=f"{len(first):,} rows ({columns[0]} {total:,.0f}) were assigned to {len(zones)} zones.",
        used={"区域": len(zones), "行": len(first)}
        | ({"境界か重なりの上で、先の区域に入れた行": shared} if shared else {}),
        left_out=tuple(left_out),
    )


def _need_zones(zones: gpd.GeoDataFrame, columns: list[str]) -> None:
    """Raise unless ``zones`` are polygons of one layer without any of ``columns``."""
    if not np.isin(shapely.get_type_id(zones.geometry.to_numpy()), (-1, *POLYGONS)).all():
        raise DataAcademyError("needs_polygons", "区域は面で渡してください。", "The zones must be polygons.")
    one_layer(zones)
    for column in columns:
        if column in zones:
            raise DataAcademyError(
                "column_exists",
                f"列「{column}」は区域の表にもうあります。どちらの値か分からなくなります。",
                f"Column {column!r} is already in the zones.",
                fix=f'先に区域の表から外してください（zones.drop(columns="{column}")）。',
                fix_en="Drop it from the zones first.",
            )


def _amounts(rows: pd.DataFrame) -> str:
    return "、".join(f"{label_of(c)} {rows[c].sum():,.0f}" for c in rows)
