"""How far to the nearest facility, and how many people live within reach: distances in metres, straight lines."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Real

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from dataacademy import styling
from dataacademy.errors import DataAcademyError, check_choice, check_columns
from dataacademy.finding import Finding
from dataacademy.labels import label_of
from dataacademy.maps.plane import POLYGONS, facilities_in, locations, need_plane

METHODS = ("point", "area")
_QUARTER = 64  # corners in a quarter of a circle
_COUNTED = {  # column -> who or what is counted, its unit, and both in English; everything else is people
    "households": ("世帯", "世帯", "households"),
    "elderly": ("65歳以上の人", "人", "people aged 65 or over"),
}


def nearest(
    data: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    *,
    kind: str | Iterable[str] | None = None,
    weights: str | None = None,
) -> Finding:
    """Straight-line distance from each row of ``data`` to the nearest facility, in metres.

    ``data``: points, or polygons by their representative point.  ``facilities``: points with a ``name``; ``kind``
    keeps only these kinds.  The table is ``data`` with ``distance_m`` and ``nearest_name`` (empty where a row has no
    location); the value is the median of ``distance_m``, weighted by the column ``weights`` if given.
    Errors: no metres, unknown kind, no facility, no weight.  Not for walking times: rivers and slopes are ignored.
    Checked against the plain loop over all pairs.

    >>> areas = gpd.GeoDataFrame({"population": [10, 30]}, geometry=gpd.points_from_xy([0, 0], [0, 1000]), crs=6676)
    >>> halls = gpd.GeoDataFrame({"name": ["公民館"]}, geometry=gpd.points_from_xy([0], [400]), crs=6676)
    >>> print(nearest(areas, halls, weights="population"))
    人口の半分は、最も近い施設から直線 600 m 以内です（地区の代表点から測った中央値）。
    """
    need_plane(data)
    near, label, used, left_out = facilities_in(data.crs, facilities, kind)
    check_columns(near, ["name"], table="施設の表")
    xy = locations(data)
    weight, counted, lost = _weigh(data, xy, weights)
    distance, index = _distances(xy, near)
    names = np.append(near["name"].to_numpy(dtype=object), None)[index]
    value = _median(distance[counted], weight[counted])
    unit, where, where_en = _places(data)
    if weights:
        used = {label_of(weights): _whole(weight.sum()), **used}
    half = f"{label_of(weights)}の半分は" if weights else f"{unit}の半分は"
    return Finding(
        table=data.assign(distance_m=distance, nearest_name=names),
        value=value,
        sentence=f"{half}、最も近い{label}から直線 {value:,.0f} m 以内です（{where}から測った中央値）。",
        sentence_en=f"Half of the {weights or 'rows'} is within {value:,.0f} m (straight line) of the nearest facility"
        f" (median, measured from {where_en}).",
        used={unit: int(counted.sum()), **used},
        left_out=(*lost, *left_out),
    )


def coverage(
    data: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    *,
    within: float | Iterable[float],
    weights: str,
    kind: str | Iterable[str] | None = None,
    method: str = "point",
) -> Finding:
    """How many people live within so many metres (straight line) of a facility, and how many do not.

    ``within``: one distance or several, in metres.  ``weights``: the column to count (population, households,
    residents).  ``method="point"`` counts a row as a whole by its point (of polygons: the representative point);
    ``"area"`` spreads it evenly over its polygon and counts the part inside the circles (256-gons of equal area).
    Table: ``within_m, covered, uncovered, base, share_percent``, one row per distance, not rounded; the value is the
    share at the largest distance.  Overlapping circles, and facilities listed twice, count once.
    Errors: no metres, unknown kind, no facility, negative or no weights, rows without a polygon for ``"area"``.
    Checked against the plain loop over all pairs, pi r² / area, and ``geopandas.overlay``.

    >>> areas = gpd.GeoDataFrame({"population": [10, 30]}, geometry=gpd.points_from_xy([0, 0], [0, 1000]), crs=6676)
    >>> halls = gpd.GeoDataFrame({"name": ["公民館"]}, geometry=gpd.points_from_xy([0], [400]), crs=6676)
    >>> print(coverage(areas, halls, within=500, weights="population").sentence_en)
    10 of 40 people (25.00 %) live within 500 m (straight line) of a facility; the other 30 (75.00 %) live farther away
    (counted by the representative point of each area).
    """
    need_plane(data)
    check_choice("数え方", method, METHODS, en="Method")
    radii = _radii(within)
    near, label, used, left_out = facilities_in(data.crs, facilities, kind)
    xy = locations(data)
    weight, counted, lost = _weigh(data, xy, weights)
    unit, where, where_en = _places(data)
    if method == "point":
        distance, _ = _distances(xy, near)
        inside = [distance <= radius for radius in radii]
        how, how_en = f"{where}で数えています", f"counted by {where_en}"
    else:
        shapes, mended = _polygons(data[counted])
        used |= {"形を直した区域": mended} if mended else {}
        inside = [np.zeros(len(data)) for _ in radii]
        for share, radius in zip(inside, radii, strict=True):
            share[counted] = _share_in_circles(shapes, locations(near), radius)
        how, how_en = f"{unit}の面積に均等に割り振って数えています", "spread evenly over each polygon"
    base = float(weight.sum())
    covered = np.array([float((weight * share).sum()) for share in inside])
    table = pd.DataFrame({"within_m": radii, "covered": covered, "uncovered": base - covered, "base": base})
    table["share_percent"] = 100 * table["covered"] / base
    ja, en = _sentences(table.iloc[-1], label, *_COUNTED.get(weights, ("人", "人", "people")))
    return Finding(
        table=table,
        value=float(table["share_percent"].iloc[-1]),
        sentence=f"{ja}{how}。",
        sentence_en=f"{en} ({how_en}).",
        used={unit: int(counted.sum()), label_of(weights): _whole(base), **used},
        left_out=(*lost, *left_out),
    )


def aggregate(points: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, *, columns: str | Iterable[str]) -> Finding:
    """Sums of ``columns`` over the rows of ``points`` that fall in each polygon of ``zones``.

    Polygons in ``points`` fall where their representative point does.  The table is ``zones`` with the summed columns
    and ``n_rows``; the value is the sum of the first column over all zones.  A row on a border, or in overlapping
    zones, counts once, in the zone that comes first; so the zones and what ``left_out`` lists add up to the whole.
    Errors: no metres, a column missing, not numeric or already in ``zones``, several layers at once.
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


def _places(data: gpd.GeoDataFrame) -> tuple[str, str, str]:
    """What a row is, and from where it is measured: ``(unit, place, place in English)``."""
    if "building_id" in data:
        return "建物", "建物ごとの位置", "the place of each building"
    return "地区", "地区の代表点", "the representative point of each area"


def _weigh(data: gpd.GeoDataFrame, xy: np.ndarray, weights: str | None):
    """Weight of each row (0 where it cannot count), which rows count, and a sentence for each reason not to."""
    unit = _places(data)[0]
    located = ~np.isnan(xy[:, 0])
    if weights is None:
        weight = np.ones(len(data))
    else:
        check_columns(data, [weights], table="データ")
        weight = styling.numbers(data, weights)
    if (weight < 0).any():
        raise DataAcademyError(
            "negative_weight",
            f"列「{weights}」に負の値が {(weight < 0).sum()} 行あります。人数として数えられません。",
            f"Column {weights!r} has negative values in {(weight < 0).sum()} rows.",
            fix="元の表を確かめ、分からない値は空欄にしてください。",
            fix_en="Mend them in the source, or leave the cell empty.",
            column=str(weights),
        )
    empty = np.isnan(weight)
    counted = located & ~empty
    if weight[counted].sum() == 0:
        raise DataAcademyError(
            "zero_base",
            f"数える{label_of(weights) if weights else '行'}が 0 です（{len(data)} 行）。割合を出せません。",
            f"There is nothing to count: the sum of {weights or 'rows'} is 0.",
            fix="絞り込みの条件と、重みの列を確かめてください。",
            fix_en="Check the filter and the column of weights.",
        )
    lost = []
    if (~located).any():
        people = f"（{label_of(weights)} {np.nansum(weight[~located]):,.0f}）" if weights else ""
        lost.append(f"位置が分からない {(~located).sum():,} {unit}{people}")
    if (located & empty).any():
        lost.append(f"{label_of(weights)}が空欄の {(located & empty).sum():,} {unit}")
    return np.where(counted, weight, 0.0), counted, lost


def _distances(xy: np.ndarray, facilities: gpd.GeoDataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Distance to the nearest facility in metres and its position; NaN and -1 for rows without a location."""
    located = ~np.isnan(xy[:, 0])
    distance, index = np.full(len(xy), np.nan), np.full(len(xy), -1)
    distance[located], index[located] = cKDTree(locations(facilities)).query(xy[located])
    return distance, index


def _median(values: np.ndarray, weight: np.ndarray) -> float:
    """Weighted median; midway if exactly half of the weight lies on either side (so weights of 1 give the median)."""
    order = np.argsort(values)
    order = order[weight[order] > 0]
    reached = np.cumsum(weight[order])
    half = reached[-1] / 2
    at = int(np.searchsorted(reached, half))
    upper = at + 1 if reached[at] == half else at
    return float((values[order[at]] + values[order[upper]]) / 2)


def _radii(within) -> list[float]:
    """The distances in increasing order, checked."""
    radii = list(within) if isinstance(within, Iterable) and not isinstance(within, str) else [within]
    good = [isinstance(r, Real) and not isinstance(r, bool) and np.isfinite(r) and r > 0 for r in radii]
    if not radii or not all(good):
        raise DataAcademyError(
            "bad_within",
            f"within は 0 より大きい距離（m）の数か、そのリストにしてください（渡されたのは {within!r}）。",
            f"within must be a distance in metres above 0, or a list of them, not {within!r}.",
            fix="例：within=800、within=[300, 500, 800]",
            fix_en="Example: within=800, within=[300, 500, 800]",
        )
    return sorted({float(r) for r in radii})


def _polygons(data: gpd.GeoDataFrame) -> tuple[np.ndarray, int]:
    """The polygons, those that cross themselves mended, and how many these are."""
    shapes = data.geometry.to_numpy()
    if not np.isin(shapely.get_type_id(shapes), POLYGONS).all():
        raise DataAcademyError(
            "needs_polygons",
            '面積で割り振る（method="area"）には、境界（面）のデータが必要です。点の行があります。',
            "method='area' needs polygons; some rows are points.",
            fix='method="point"（代表点で数える）にしてください。',
            fix_en="Use method='point'.",
        )
    broken = ~shapely.is_valid(shapes)
    return np.where(broken, shapely.make_valid(shapes), shapes), int(broken.sum())


def _share_in_circles(shapes: np.ndarray, xy: np.ndarray, radius: float) -> np.ndarray:
    """Share of each polygon's area that lies within ``radius`` of a point of ``xy`` (0 … 1)."""
    angle = 2 * np.pi / (4 * _QUARTER)
    radius *= np.sqrt(angle / np.sin(angle))  # a polygon with so many corners and the area of the circle
    circles = shapely.union_all(shapely.buffer(shapely.points(np.unique(xy, axis=0)), radius, quad_segs=_QUARTER))
    shapely.prepare(circles)
    share = shapely.covers(circles, shapes).astype(float)
    cut = (share == 0) & shapely.intersects(circles, shapes) & (shapely.area(shapes) > 0)  # the costly ones: few
    share[cut] = shapely.area(shapely.intersection(shapes[cut], circles)) / shapely.area(shapes[cut])
    return share


def _sentences(row: pd.Series, label: str, who: str, unit: str, unit_en: str) -> tuple[str, str]:
    """The headline in both languages; the parts add up as printed."""
    radius, base, covered = styling.plain(row["within_m"]), round(row["base"]), round(row["covered"])
    share = round(row["share_percent"], 2)
    ja = f"{label}から直線{radius} m以内に住む{who}は {covered:,}{unit}（{base:,}{unit}の {share:.2f} %）です。"
    en = f"{covered:,} of {base:,} {unit_en} ({share:.2f} %) live within {radius} m (straight line) of a facility"
    if covered < base:
        rest = f"{base - covered:,}{unit}（{100 - share:.2f} %）"
        ja += f"残る {rest}は {radius} m より遠くにいます。"
        en += f"; the other {base - covered:,} ({100 - share:.2f} %) live farther away"
    return ja, en


def _need_zones(zones: gpd.GeoDataFrame, columns: list[str]) -> None:
    """Raise unless ``zones`` are polygons of one layer without any of ``columns``."""
    if not np.isin(shapely.get_type_id(zones.geometry.to_numpy()), (-1, *POLYGONS)).all():
        raise DataAcademyError("needs_polygons", "区域は面で渡してください。", "The zones must be polygons.")
    if "layer" in zones and zones["layer"].nunique() > 1:
        layers = "、".join(f"「{layer}」" for layer in zones["layer"].unique())
        raise DataAcademyError(
            "several_layers",
            f"区域が {zones['layer'].nunique()} 種類まざっています（{layers}）。同じ人を二度数えることになります。",
            f"The zones hold {zones['layer'].nunique()} layers: people would be counted twice.",
            fix=f'一つに絞ってください（例：zones[zones["layer"] == "{zones["layer"].iloc[0]}"]）。',
            fix_en="Keep one layer.",
        )
    for column in columns:
        if column in zones:
            raise DataAcademyError(
                "column_exists",
                f"列「{column}」は区域の表にもうあります。どちらの値か分からなくなります。",
                f"Column {column!r} is already in the zones.",
                fix=f'先に区域の表から外してください（zones.drop(columns="{column}")）。',
                fix_en="Drop it from the zones first.",
            )


def _whole(amount: float) -> int | float:
    return int(amount) if float(amount).is_integer() else float(amount)


def _amounts(rows: pd.DataFrame) -> str:
    return "、".join(f"{label_of(c)} {rows[c].sum():,.0f}" for c in rows)
