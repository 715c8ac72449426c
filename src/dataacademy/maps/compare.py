"""One question, several ways to measure it: how far the answer moves when the definition does."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.finding import Finding
from dataacademy.labels.maps import HAZARDS
from dataacademy.maps.measure import coverage
from dataacademy.maps.people import check_radius, counted_by, place_of
from dataacademy.maps.plane import hazard_name, need_crs
from dataacademy.maps.sums import aggregate

DEFINITIONS = {
    "point": "代表点",
    "area": "面積按分",
    "touch": "一部でも入れば",
    "building": "建物ごと",
    "road": "建物ごとの道のり",
}


def coverage_by_kind(data: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame, *, within, weights: str) -> Finding:
    """:func:`dataacademy.maps.coverage` for every kind of facility.

    Table: ``kind, kind_label, n_facilities, within_m, covered, uncovered, base, share_percent``, one row per kind and
    distance.  Value: the number of kinds.  Errors as in ``coverage``.
    Checked against the golden figures of a real city, kind by kind.
    When not to use: to say that one kind is better than another: they are there for different ends.

    >>> import dataacademy as da
    >>> found = da.maps.coverage_by_kind(da.load("areas"), da.load("facilities"), within=500, weights="population")
    >>> found.value == da.load("facilities")["kind"].nunique()
    True
    """
    need_crs(facilities)
    check_columns(facilities, ["kind", "kind_label"], table="施設の表")
    unnamed = int(facilities[["kind", "kind_label"]].isna().any(axis=1).sum())
    parts, left_out = [], [f"種類の分からない施設 {unnamed} 件"] if unnamed else []
    kinds = facilities.reset_index(drop=True).groupby(["kind", "kind_label"], sort=False, observed=True)
    for (kind, label), group in kinds:
        found = coverage(data, group, within=within, weights=weights)
        parts.append(found.table.assign(kind=kind, kind_label=label, n_facilities=len(group)))
        left_out += found.left_out
    if not parts:
        raise DataAcademyError(
            "no_facilities",
            f"種類の分かる施設が一つもありません（渡された施設は {len(facilities)} 件）。",
            f"No facility says of which kind it is ({len(facilities)} were given).",
            fix="施設の表の列「kind」と「kind_label」を確かめてください。",
            fix_en="Check the columns kind and kind_label.",
        )
    table = pd.concat(parts, ignore_index=True)
    first = ["kind", "kind_label", "n_facilities"]
    table = table[[*first, *(c for c in table.columns if c not in first)]]
    widest = table[table["within_m"] == table["within_m"].max()]
    low, high = (widest.loc[i] for i in (widest["share_percent"].idxmin(), widest["share_percent"].idxmax()))
    metres, who = f"{high['within_m']:,.0f} m", counted_by(data, weights)[0]
    return Finding(
        table=table,
        value=len(parts),
        sentence=f"直線 {metres} 以内に施設がある{who}の割合は、「{low['kind_label']}」の {low['share_percent']:.1f} % "
        f"から「{high['kind_label']}」の {high['share_percent']:.1f} % まで、施設の種類で変わります。"
        f"{place_of(data)[0]}で数えています。",
        sentence_en=f"Within {metres} (straight line), from {low['share_percent']:.1f} % ({low['kind']}) to "
        f"{high['share_percent']:.1f} % ({high['kind']}), depending on the kind of facility.",
        used={"施設の種類": len(parts), "施設": len(facilities) - unnamed},
        left_out=tuple(dict.fromkeys(left_out)),
    )


def coverage_by_hazard(
    data: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    *,
    within: float,
    weights: str | None = None,
    kind: str | Iterable[str] | None = None,
    roads: gpd.GeoDataFrame | None = None,
    closed=None,
) -> Analysis:
    """:func:`dataacademy.maps.coverage` for every hazard, with the facilities that can be used then.

    The hazards are the columns ``flood, landslide, storm_surge, earthquake, tsunami, fire, inland_flood, volcano`` of
    ``facilities`` (True, False or empty: not known, not counted).  The other arguments as in ``coverage``.

    Table: ``hazard`` (the first row, ``any``: all facilities whatever happens) ``, hazard_label, n_facilities,
    n_unknown, covered, uncovered, base, share_percent``.  A hazard that no facility is meant for has a share of 0.
    Value: by how many percentage points the lowest of the others lies below ``any``; nan where no facility is known
    to be usable in any hazard.  Errors: ``no_hazards``, those of
    ``coverage``.
    Checked against the planted truth of the sample town, counted house by house.
    When not to use: for facilities that nobody has judged: an empty mark is not a "no".

    >>> import dataacademy as da
    >>> found = da.maps.coverage_by_hazard(da.load("buildings"), da.load("facilities"), kind="shelter", within=500,
    ...                                    weights="residents")
    >>> found.table.set_index("hazard")["share_percent"].round(2)[["any", "flood"]].to_dict()
    {'any': 73.0, 'flood': 57.65}
    """
    radius = check_radius(within)
    need_crs(facilities)
    hazards = [name for name in HAZARDS if name in facilities.columns]
    if not hazards:
        raise DataAcademyError(
            "no_hazards",
            "施設の表に、災害の種類ごとに使えるかどうかの列がありません。",
            "The facilities have no column that says in which hazard they can be used.",
            fix="列の名前は " + "、".join(f"「{name}」（{ja}）" for name, ja in HAZARDS.items()) + " です。",
            fix_en="Columns: " + ", ".join(HAZARDS),
        )
    ask = {"within": radius, "weights": weights, "kind": kind, "roads": roads, "closed": closed}
    found = coverage(data, facilities, **ask)
    kinds = [kind] if isinstance(kind, str) else kind
    mine = facilities if kind is None else facilities[facilities["kind"].isin(kinds)]
    base = found.table["base"].iloc[0]
    rows, left_out = [("any", "災害を問わない", len(mine), 0, *_counts(found))], [*found.left_out]
    for name in hazards:
        flags = mine[name]
        some, unknown = int(flags.isin([True]).sum()), int(flags.isna().sum())
        counts = _counts(coverage(data, facilities, hazard=name, **ask)) if some else (0.0, base, base, 0.0)
        rows.append((name, HAZARDS[name], some, unknown, *counts))
        if unknown:
            left_out.append(f"{hazard_name(name)}のときに使えるか分からない施設 {unknown} 件")
    columns = ["hazard", "hazard_label", "n_facilities", "n_unknown", "covered", "uncovered", "base", "share_percent"]
    table = pd.DataFrame(rows, columns=columns)
    how, how_en = ("直線", "straight line") if roads is None else ("道のり", "along the roads")
    who = counted_by(data, weights)[0]
    names = "、".join(table.loc[table["n_facilities"] == 0, "hazard_label"])
    none = (f"{names}のときに使えると分かっている施設は、一つもありません。",) if names else ()
    every, usable = table["share_percent"].iloc[0], table.iloc[1:].query("n_facilities > 0")
    if usable.empty:
        fall, limited = float("nan"), "です。災害の種類ごとに使えると分かっている施設は、一つもありません。"
        limited_en = "none is known to be usable in any hazard"
    else:
        least = usable.loc[usable["share_percent"].idxmin()]
        low, fall = least["share_percent"], float(every - least["share_percent"])
        points = round(every, 1) - round(low, 1)
        limited = (
            f"ですが、{least['hazard_label']}のときに使える施設に限ると {low:.1f} % です（{points:.1f} ポイント減）。"
        )
        limited_en = f"{low:.1f} % for those that can be used in {least['hazard']}"
    return Analysis(
        table=table,
        value=fall,
        sentence=f"{how} {radius:,.0f} m 以内に施設がある{who}は {every:.1f} % {limited}"
        f"{place_of(data)[0]}で数えています。",
        sentence_en=f"Within {radius:,.0f} m ({how_en}): {every:.1f} % for all facilities, {limited_en}.",
        used=found.used | {"災害の種類": len(hazards)},
        left_out=tuple(left_out),
        assumptions=(*found.assumptions, *none),
    )


def _counts(found: Finding) -> tuple[float, float, float, float]:
    return tuple(found.table.iloc[-1][["covered", "uncovered", "base", "share_percent"]].astype(float))


def coverage_by_definition(
    data: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    *,
    within: float,
    weights: str,
    kind: str | None = None,
    hazard: str | None = None,
    zones: gpd.GeoDataFrame | None = None,
    buildings: gpd.GeoDataFrame | None = None,
    roads: gpd.GeoDataFrame | None = None,
) -> Finding:
    """:func:`dataacademy.maps.coverage` by every definition of "where people live" that the tables allow.

    point
        Everybody of a row of ``data`` lives at its representative point.
    area
        They live evenly spread over its polygon.  Where ``data`` are points, over the polygon of ``zones`` into which
        the points fall: the finest layer that is no finer than ``data``.
    touch
        All of them count as soon as any part of that polygon is within reach: the most that can be said.
    building
        They live in ``buildings`` (column ``residents``).
    road
        The same, but measured along ``roads`` instead of straight lines (not measured, and not missed, without them).

    Table: ``definition, definition_label, covered, base, share_percent``.  Value: highest minus lowest share, in
    percentage points.  What cannot be measured stands in ``left_out``.  Errors as in ``coverage``.
    Checked against ``coverage`` one by one, on squares whose shares can be worked out by hand.
    When not to use: to pick the definition that looks best: choose first, then measure.

    >>> import dataacademy as da
    >>> found = da.maps.coverage_by_definition(da.load("areas"), da.load("facilities"), kind="shelter", within=500,
    ...                                        weights="population", buildings=da.load("buildings"))
    >>> found.table["definition"].tolist()
    ['point', 'area', 'touch', 'building']
    """
    radius = check_radius(within)
    same = {"facilities": facilities, "within": radius, "kind": kind, "hazard": hazard}
    found = {"point": coverage(data, weights=weights, **same)}
    labels, left_out = dict(DEFINITIONS), list(found["point"].left_out)
    shapes = None
    if data.geom_type.isin(("Polygon", "MultiPolygon")).all():
        shapes = data
    elif zones is not None:
        layer = _layer(zones, len(data))
        spread = aggregate(data, layer, columns=[weights])
        shapes = spread.table
        for name in ("area", "touch"):
            labels[name] += f"（{layer['layer'].iloc[0]}）"
        left_out += spread.left_out
    else:
        left_out.append("面積按分・一部でも入れば：境界（面）のデータがないので測っていません")
    if shapes is not None:
        for method in ("area", "touch"):
            found[method] = coverage(shapes, weights=weights, method=method, **same)
    if buildings is not None:
        found["building"] = coverage(buildings, weights="residents", **same)
    else:
        left_out.append("建物ごと：建物の表がないので測っていません")
    if roads is not None:
        by_road = (data, weights) if buildings is None else (buildings, "residents")
        labels["road"] = "代表点からの道のり" if buildings is None else labels["road"]
        found["road"] = coverage(by_road[0], weights=by_road[1], roads=roads, **same)
    rows = [
        {"definition": name, "definition_label": labels[name], **f.table.iloc[-1][["covered", "base", "share_percent"]]}
        for name, f in found.items()
    ]
    table = pd.DataFrame(rows)
    low, high = round(table["share_percent"].min(), 1), round(table["share_percent"].max(), 1)  # as printed
    how, who = "直線 " if roads is None else "", counted_by(data, weights)[0]
    ja = (
        f"{how}{radius:,.0f} m 以内に施設がある{who}の割合は、考え方によって {low:.1f} % から {high:.1f} % まで動きます"
        f"（差は {high - low:.1f} ポイント）。"
        if len(table) > 1
        else f"直線 {radius:,.0f} m 以内に施設がある{who}の割合は {high:.1f} % です（代表点だけで測りました）。"
    )
    return Finding(
        table=table,
        value=float(table["share_percent"].max() - table["share_percent"].min()),
        sentence=ja,
        sentence_en=f"Within {radius:,.0f} m: {low:.1f} % to {high:.1f} %, depending on the definition.",
        used={"考え方": len(table)},
        left_out=tuple(left_out),
    )


def _layer(zones: gpd.GeoDataFrame, most: int) -> gpd.GeoDataFrame:
    """The layer of zones with the most polygons, but no more than ``most``; the coarsest if all are finer."""
    sizes = zones["layer"].value_counts()
    fitting = sizes[sizes <= most]
    return zones[zones["layer"] == (fitting.idxmax() if len(fitting) else sizes.idxmin())]
