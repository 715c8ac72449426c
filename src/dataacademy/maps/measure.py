"""How far to the nearest facility, and how many people live within reach."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd

from dataacademy import styling
from dataacademy.analysis import Analysis
from dataacademy.errors import DataAcademyError, check_choice, check_columns
from dataacademy.labels import label_of
from dataacademy.maps import footprint
from dataacademy.maps.people import (
    check_radii,
    check_same_town,
    counted_by,
    median,
    place_of,
    straight,
    unit_of,
    weigh,
    whole,
)
from dataacademy.maps.plane import facilities_in, locations, need_plane
from dataacademy.maps.reach import ways

METHODS = ("point", "area", "touch")


def nearest(
    data: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    *,
    kind: str | Iterable[str] | None = None,
    hazard: str | None = None,
    weights: str | None = None,
) -> Analysis:
    """Straight-line distance from each row of ``data`` to the nearest facility, in metres.

    data
        Points, or polygons by their representative point.
    facilities, kind, hazard
        Points with a ``name``; ``kind`` keeps only these kinds, ``hazard`` (``flood``, ``tsunami`` …) only those that
        can be used then.
    weights
        The column of persons for the median; None: each row is one.

    Table: ``data`` with ``distance_m`` and ``nearest_name`` (empty where a row has no location).  Value: the median of
    ``distance_m``.  Errors: no metres, unknown kind, no facility, no weight, ``another_town``.
    Checked against the plain loop over all pairs.
    When not to use: for walking times: rivers and slopes are ignored (``network_distance``).

    >>> import dataacademy as da
    >>> found = da.maps.nearest(da.load("areas"), da.load("facilities"), kind="shelter", weights="population")
    >>> print(found)
    人口の半分は、最も近い指定避難所から直線 447 m 以内です（地区の代表点から測った中央値）。
    """
    need_plane(data)
    near, label, used, left_out = facilities_in(data.crs, facilities, kind, hazard)
    check_columns(near, ["name"], table="施設の表")
    xy = locations(data)
    weight, counted, lost = weigh(data, xy, weights)
    distance, index = straight(xy, near)
    odd = check_same_town(data, xy, near, label)
    names = pd.api.extensions.take(near["name"].values, index, allow_fill=True)
    value = median(distance[counted], weight[counted])
    unit, (where, where_en) = unit_of(data), place_of(data)
    if weights:
        used = {label_of(weights): whole(weight.sum()), **used}
    half = f"{label_of(weights)}の半分は" if weights else f"{unit}の半分は"
    return Analysis(
        table=data.assign(distance_m=distance, nearest_name=names),
        value=value,
        sentence=f"{half}、最も近い{label}から直線 {value:,.0f} m 以内です（{where}から測った中央値）。",
        sentence_en=f"Half of the {weights or 'rows'} is within {value:,.0f} m (straight line) of the nearest facility"
        f" (median, measured from {where_en}).",
        used={unit: int(counted.sum()), **used},
        left_out=(*lost, *left_out),
        assumptions=odd,
    )


def coverage(
    data: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    *,
    within: float | Iterable[float],
    weights: str | None = None,
    kind: str | Iterable[str] | None = None,
    hazard: str | None = None,
    method: str = "point",
    roads: gpd.GeoDataFrame | None = None,
    closed=None,
) -> Analysis:
    """How many people live within so many metres of a facility, and how many do not.

    within
        One distance or several, in metres.
    weights
        The column to count (population, households, residents); None: rows.
    kind, hazard
        Only facilities of these kinds; only those that can be used in a hazard (``flood``, ``tsunami`` …).
    method
        ``point`` counts a row as a whole by its point (of polygons: the representative point); ``area`` spreads it
        evenly over its polygon and counts the part inside the circles (256-gons of equal area); ``touch`` counts all of
        it as soon as any part of its polygon is within reach.
    roads, closed
        Measure along these roads instead of straight lines (``method="point"`` only), without the closed ones: see
        :func:`dataacademy.maps.network_distance`.

    Table: ``within_m, covered, uncovered, base, share_percent``, one row per distance, not rounded.  Value: the share
    at the largest distance.  Overlapping circles, and facilities listed twice, count once.
    Errors: no metres, unknown kind, no facility, negative or no weights, rows without a polygon for ``area`` and
    ``touch``, ``another_town``, ``roads_by_point``, those of ``network_distance``.
    Checked against the plain loop over all pairs, pi r² / area, ``geopandas.overlay`` and the golden figures of two
    real cities.
    When not to use: as the answer to "do they fit in": everybody within reach may be more than there is room for
    (``coverage_by_capacity``).

    >>> import dataacademy as da
    >>> found = da.maps.coverage(da.load("buildings"), da.load("facilities"), kind="shelter", within=500,
    ...                          weights="residents")
    >>> print(found.sentence_en)
    58,428 of 80,037 people (73.00 %) live within 500 m (straight line) of a facility; the other 21,609 (27.00 %) live
    farther away (counted by the place of each building).
    """
    need_plane(data)
    check_choice("数え方", method, METHODS, en="Method")
    radii = check_radii(within)
    if roads is not None and method != "point":
        raise _roads_by_point(method)
    near, label, used, left_out = facilities_in(data.crs, facilities, kind, hazard)
    xy = locations(data)
    weight, counted, lost = weigh(data, xy, weights)
    way = ways(xy, near, label, roads, closed)
    unit, (where, where_en) = unit_of(data), place_of(data)
    who, each, who_en = counted_by(data, weights)
    notes = check_same_town(data, xy, near, label)
    if method == "point":
        inside, stranded = way.inside(radii, weight, each)
        notes += (*stranded, *way.notes)
        how, how_en = f"{where}で数えています", f"counted by {where_en}"
    else:
        shapes, repaired, told = footprint.mended(data[counted], method)
        used, notes = used | repaired, notes + told
        inside = [np.zeros(len(data)) for _ in radii]
        sites = locations(near)
        edge = footprint.distance_to_edge(shapes, sites, radii[-1]) if method == "touch" else None
        for share, radius in zip(inside, radii, strict=True):
            share[counted] = footprint.share_in_circles(shapes, sites, radius) if edge is None else edge <= radius
        how, how_en = {
            "area": (f"{unit}の面積に均等に割り振って数えています", "spread evenly over each polygon"),
            "touch": (f"{unit}の一部でも入れば全員を数えています", "counted as soon as any part is within reach"),
        }[method]
    base = float(weight.sum())
    covered = np.array([float((weight * share).sum()) for share in inside])
    table = pd.DataFrame({"within_m": radii, "covered": covered, "uncovered": base - covered, "base": base})
    table["share_percent"] = 100 * table["covered"] / base
    lives = "にある" if each == "件" else "に住む"
    ja, en = _sentences(table.iloc[-1], label, way, lives, (who, each, who_en))
    return Analysis(
        table=table,
        value=float(table["share_percent"].iloc[-1]),
        sentence=f"{ja}{how}。",
        sentence_en=f"{en} ({how_en}).",
        used={unit: int(counted.sum())} | ({label_of(weights): whole(base)} if weights else {}) | used | way.used,
        left_out=(*lost, *left_out, *way.left_out),
        assumptions=notes,
    )


def _sentences(row: pd.Series, label: str, way, lives: str, counted: tuple[str, str, str]) -> tuple[str, str]:
    """The headline in both languages; the parts add up as printed."""
    who, unit, unit_en = counted
    radius, base, covered = styling.plain(row["within_m"]), round(row["base"]), round(row["covered"])
    share = round(row["share_percent"], 2)
    ja = f"{label}から{way.how}{radius} m以内{lives}{who}は {covered:,}{unit}（{base:,}{unit}の {share:.2f} %）です。"
    verb = "live" if lives == "に住む" else "lie"
    en = f"{covered:,} of {base:,} {unit_en} ({share:.2f} %) {verb} within {radius} m ({way.how_en}) of a facility"
    if covered < base:
        rest = f"{base - covered:,}{unit}（{100 - share:.2f} %）"
        ja += f"残る {rest}は {radius} m より遠くに{'います' if lives == 'に住む' else 'あります'}。"
        en += f"; the other {base - covered:,} ({100 - share:.2f} %) {verb} farther away"
    return ja, en


def _roads_by_point(method: str) -> DataAcademyError:
    return DataAcademyError(
        "roads_by_point",
        f'道のりで測れるのは、点で数えるとき（method="point"）だけです（渡されたのは「{method}」）。',
        f"Along roads only method='point' can be measured, not {method!r}.",
        fix='建物の表（da.load("buildings")）を渡すと、建物ごとの道のりで数えられます。',
        fix_en='Pass da.load("buildings") to count by building.',
    )
