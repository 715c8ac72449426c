"""Who is counted, from where, and how far away is near: what the measures of reach have in common."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Real

import geopandas as gpd
import numpy as np
from scipy.spatial import cKDTree

from dataacademy import styling
from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.labels import label_of
from dataacademy.maps.plane import locations

FAR = 50_000.0  # metres: a place farther away from all facilities than this is not in their town
_PEOPLE = ("人", "人", "people")
_COUNTED = {  # column -> who or what is counted, its unit, and both in English
    **dict.fromkeys(("population", "residents", "people"), _PEOPLE),
    "households": ("世帯", "世帯", "households"),
    "elderly": ("65歳以上の人", "人", "people aged 65 or over"),
    "children": ("子ども", "人", "children"),
    "capacity": ("収容できる人", "人", "places"),
}


def unit_of(data: gpd.GeoDataFrame) -> str:
    """What a row is called."""
    return "住民" if "resident_id" in data else "建物" if "building_id" in data else "地区"


def place_of(data: gpd.GeoDataFrame) -> tuple[str, str]:
    """From where a row is measured, in both languages."""
    if "resident_id" in data:
        return "住民ごとの位置", "the place of each resident"
    if "building_id" in data:
        return "建物ごとの位置", "the place of each building"
    return "地区の代表点", "the representative point of each area"


def counted_by(data: gpd.GeoDataFrame, weights: str | None) -> tuple[str, str, str]:
    """Who is counted, in what unit, and in English: people unless the column says otherwise, rows without weights."""
    if weights is None and "resident_id" not in data:
        return unit_of(data), "件", "rows"
    return _COUNTED.get(weights, _PEOPLE)


def counted_in(column: str) -> str:
    """The unit of a column of counts, or nothing where its name does not tell.

    >>> counted_in("households"), counted_in("elderly"), counted_in("calls")
    ('世帯', '人', '')
    """
    return _COUNTED[column][1] if column in _COUNTED else ""


def weigh(data: gpd.GeoDataFrame, xy: np.ndarray, weights: str | None):
    """Weight of each row (0 where it cannot count), which rows count, and a sentence for each reason not to."""
    unit = unit_of(data)
    located = ~np.isnan(xy[:, 0])
    if len(data) and not located.any():
        raise DataAcademyError(
            "no_locations",
            f"位置の分かる行が一つもありません（{len(data):,} 行とも、図形が空です）。",
            f"None of the {len(data):,} rows has a location.",
            fix="読み込み方（緯度・経度の列、座標系）を確かめてください。",
            fix_en="Check how the file was read: columns of longitude and latitude, CRS.",
        )
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
    counting = np.where(counted, weight, 0.0)
    if counting.sum() == 0:
        raise DataAcademyError(
            "zero_base",
            f"数える{label_of(weights) if weights else '行'}が 0 です（{len(data)} 行）。割合を出せません。",
            f"There is nothing to count: the sum of {weights or 'rows'} is 0.",
            fix="絞り込みの条件と、重みの列を確かめてください。",
            fix_en="Check the filter and the column of weights.",
        )
    lost = []
    if not located.all():
        people = f"（{label_of(weights)} {np.nansum(weight[~located]):,.0f}）" if weights else ""
        lost.append(f"位置が分からない {(~located).sum():,} {unit}{people}")
    if (located & empty).any():
        lost.append(f"{label_of(weights)}が空欄の {(located & empty).sum():,} {unit}")
    return counting, counted, lost


def straight(xy: np.ndarray, facilities: gpd.GeoDataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Distance to the nearest facility in metres and its position; NaN and −1 for rows without a location."""
    tree = cKDTree(locations(facilities))
    located = ~np.isnan(xy[:, 0])
    if located.all():
        return tree.query(xy, workers=-1)
    distance, index = np.full(len(xy), np.nan), np.full(len(xy), -1)
    distance[located], index[located] = tree.query(xy[located], workers=-1)
    return distance, index


def corners(xy: np.ndarray) -> np.ndarray:
    """The south-western and the north-eastern corner of everything (a column at a time is twenty times as quick)."""
    return np.array([[ends.reduce(xy[:, 0]), ends.reduce(xy[:, 1])] for ends in (np.fmin, np.fmax)])


def check_same_town(data: gpd.GeoDataFrame, xy: np.ndarray, near: gpd.GeoDataFrame, label: str) -> tuple[str, ...]:
    """A warning on rows too far from every facility to be of its town; an error if all are."""
    sites = locations(near)
    (low, high), (least, most) = corners(xy), corners(sites)
    low, high = np.minimum(low, least), np.maximum(high, most)
    if np.hypot(*(high - low)) <= FAR:  # nothing is farther apart than the corners of everything
        return ()
    distance, _ = straight(xy, near)
    far = distance > FAR  # False where unknown
    if not far.any():
        return ()
    least, unit = np.nanmin(distance) / 1000, unit_of(data)
    if least * 1000 > FAR:
        raise DataAcademyError(
            "another_town",
            f"データと{label}が、最も近いものどうしでも {least:,.0f} km 離れています。同じ町のデータではないようです。",
            f"Data and facilities are {least:,.0f} km apart at the nearest: they are not of one town.",
            fix="町を取りちがえていないか、座標系（CRS）が正しく付いているかを確かめてください。",
            fix_en="Check the town, and that the CRS of both is right.",
        )
    rows = "、".join(str(i + 1) for i in np.flatnonzero(far)[:5]) + ("、ほか" if far.sum() > 5 else "")
    return (
        f"どの{label}からも {FAR / 1000:.0f} km より遠い {unit}が {int(far.sum()):,} あります（{rows} 行目）。"
        "町の外の点で、座標の打ちまちがいかもしれません。遠いものとして数えました。",
    )


def median(values: np.ndarray, weight: np.ndarray) -> float:
    """Weighted median; midway if exactly half of the weight lies on either side (so weights of 1 give the median)."""
    order = np.argsort(values)
    reached = np.cumsum(weight.take(order))
    lower, upper = (order[np.searchsorted(reached, reached[-1] / 2, side)] for side in ("left", "right"))
    return float((values[lower] + values[upper]) / 2)


def check_radii(within) -> list[float]:
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


def check_radius(within) -> float:
    """One distance, checked."""
    radii = check_radii(within)
    if len(radii) > 1:
        raise DataAcademyError(
            "bad_within",
            f"ここでは、距離は一つだけ指定してください（渡されたのは {within!r}）。",
            f"One distance only, not {within!r}.",
            fix="例：within=500",
            fix_en="Example: within=500",
        )
    return radii[0]


def whole(amount: float) -> int | float:
    """An int where the number is whole."""
    return int(amount) if float(amount).is_integer() else float(amount)
