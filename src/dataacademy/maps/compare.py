"""One question, several ways to measure it: how far the answer moves when the definition does."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from dataacademy.errors import check_columns
from dataacademy.finding import Finding
from dataacademy.maps.measure import aggregate, coverage

DEFINITIONS = {"point": "代表点", "area": "面積按分", "building": "建物ごと"}


def coverage_by_kind(data: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame, *, within, weights: str) -> Finding:
    """:func:`dataacademy.maps.coverage` for every kind of facility.

    Table: ``kind, kind_label, n_facilities, within_m, covered, uncovered, base, share_percent``, one row per kind and
    distance.  Value: the number of kinds.  Errors as in ``coverage``.

    >>> areas = gpd.GeoDataFrame({"population": [10, 30]}, geometry=gpd.points_from_xy([0, 0], [0, 1000]), crs=6676)
    >>> places = gpd.GeoDataFrame({"kind": ["shelter", "park"], "kind_label": ["避難所", "公園"], "name": ["a", "b"]},
    ...                           geometry=gpd.points_from_xy([0, 0], [400, 1000]), crs=6676)
    >>> coverage_by_kind(areas, places, within=500, weights="population").table["share_percent"].tolist()
    [25.0, 75.0]
    """
    check_columns(facilities, ["kind", "kind_label"], table="施設の表")
    parts = []
    for (kind, label), group in facilities.groupby(["kind", "kind_label"], sort=False):
        table = coverage(data, group, within=within, weights=weights).table
        parts.append(table.assign(kind=kind, kind_label=label, n_facilities=len(group)))
    table = pd.concat(parts, ignore_index=True)
    first = ["kind", "kind_label", "n_facilities"]
    table = table[[*first, *(c for c in table.columns if c not in first)]]
    widest = table[table["within_m"] == table["within_m"].max()]
    low, high = (widest.loc[i] for i in (widest["share_percent"].idxmin(), widest["share_percent"].idxmax()))
    metres = f"{high['within_m']:,.0f} m"
    return Finding(
        table=table,
        value=len(parts),
        sentence=f"直線 {metres} 以内に住む人の割合は、「{low['kind_label']}」の {low['share_percent']:.1f} % から"
        f"「{high['kind_label']}」の {high['share_percent']:.1f} % まで、施設の種類で変わります。",
        sentence_en=f"Within {metres} (straight line), from {low['share_percent']:.1f} % ({low['kind']}) to "
        f"{high['share_percent']:.1f} % ({high['kind']}), depending on the kind of facility.",
        used={"施設の種類": len(parts), "施設": len(facilities)},
    )


def coverage_by_definition(
    data: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    *,
    within: float,
    weights: str,
    kind: str | None = None,
    zones: gpd.GeoDataFrame | None = None,
    buildings: gpd.GeoDataFrame | None = None,
) -> Finding:
    """:func:`dataacademy.maps.coverage` by every definition of "where people live" that the tables allow.

    point
        Everybody of a row of ``data`` lives at its representative point.
    area
        They live evenly spread over its polygon.  Where ``data`` are points, over the polygon of ``zones`` into which
        the points fall: the finest layer that is no finer than ``data``.
    building
        They live in ``buildings`` (column ``residents``).

    Table: ``definition, definition_label, covered, base, share_percent``.  Value: highest minus lowest share, in
    percentage points.  What cannot be measured stands in ``left_out``.

    >>> areas = gpd.GeoDataFrame({"population": [10]}, geometry=gpd.GeoSeries.from_wkt(
    ...     ["POLYGON ((0 0, 1000 0, 1000 1000, 0 1000, 0 0))"]), crs=6676)
    >>> halls = gpd.GeoDataFrame({"name": ["a"]}, geometry=gpd.points_from_xy([500], [500]), crs=6676)
    >>> coverage_by_definition(areas, halls, within=400, weights="population").table["share_percent"].round(1).tolist()
    [100.0, 50.3]
    """
    same = {"facilities": facilities, "within": within, "kind": kind}
    found = {"point": coverage(data, weights=weights, **same)}
    labels, left_out = dict(DEFINITIONS), list(found["point"].left_out)
    if data.geom_type.isin(("Polygon", "MultiPolygon")).all():
        found["area"] = coverage(data, weights=weights, method="area", **same)
    elif zones is not None:
        layer = _layer(zones, len(data))
        spread = aggregate(data, layer, columns=[weights])
        labels["area"] = f"面積按分（{layer['layer'].iloc[0]}）"
        left_out += spread.left_out
        found["area"] = coverage(spread.table, weights=weights, method="area", **same)
    else:
        left_out.append("面積按分：境界（面）のデータがないので測っていません")
    if buildings is not None:
        found["building"] = coverage(buildings, weights="residents", **same)
    else:
        left_out.append("建物ごと：建物の表がないので測っていません")
    rows = [
        {"definition": name, "definition_label": labels[name], **f.table.iloc[-1][["covered", "base", "share_percent"]]}
        for name, f in found.items()
    ]
    table = pd.DataFrame(rows)
    low, high = round(table["share_percent"].min(), 1), round(table["share_percent"].max(), 1)  # as printed
    ja = (
        f"直線 {within:,.0f} m 以内の割合は、考え方によって {low:.1f} % から {high:.1f} % まで動きます"
        f"（差は {high - low:.1f} ポイント）。"
        if len(table) > 1
        else f"直線 {within:,.0f} m 以内の割合は {high:.1f} % です（代表点だけで測りました）。"
    )
    return Finding(
        table=table,
        value=float(table["share_percent"].max() - table["share_percent"].min()),
        sentence=ja,
        sentence_en=f"Within {within:,.0f} m: {low:.1f} % to {high:.1f} %, depending on the definition.",
        used={"考え方": len(table)},
        left_out=tuple(left_out),
    )


def _layer(zones: gpd.GeoDataFrame, most: int) -> gpd.GeoDataFrame:
    """The layer of zones with the most polygons, but no more than ``most``; the coarsest if all are finer."""
    sizes = zones["layer"].value_counts()
    fitting = sizes[sizes <= most]
    return zones[zones["layer"] == (fitting.idxmax() if len(fitting) else sizes.idxmin())]
