"""Which areas lie next to each other: the ground of every question about clusters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dataacademy.arguments import check_names_once, check_whole
from dataacademy.errors import DataAcademyError, check_choice, check_columns
from dataacademy.finding import Finding
from dataacademy.inputs import check_table
from dataacademy.maps.plane import POLYGONS, locations, need_plane

KINDS = {"queen": "辺か角で接する", "rook": "辺で接する", "knn": "近い順の"}


@dataclass(frozen=True)
class Ties:
    """Who is next to whom among ``n`` rows: row ``first[e]`` has the neighbour ``second[e]``, sorted, nobody twice."""

    n: int
    first: np.ndarray
    second: np.ndarray

    @cached_property
    def count(self) -> np.ndarray:
        """How many neighbours each row has."""
        return np.bincount(self.first, minlength=self.n)

    def among(self, keep: np.ndarray) -> Ties:
        """The ties between the rows of the mask ``keep``, renumbered 0, 1, …."""
        number = np.cumsum(keep) - 1
        both = keep[self.first] & keep[self.second]
        return Ties(int(keep.sum()), number[self.first[both]], number[self.second[both]])

    def mean(self, values: np.ndarray) -> np.ndarray:
        """The mean of the neighbours' values; NaN where there are none."""
        sums = np.bincount(self.first, weights=values[self.second], minlength=self.n)
        return np.divide(sums, self.count, out=np.full(self.n, np.nan), where=self.count > 0)


def neighbours(
    areas: gpd.GeoDataFrame, *, kind: str = "queen", k: int = 5, gap_m: float = 0, id: str = "area_id"
) -> Finding:
    """Which areas are neighbours, and which have none.

    kind
        ``queen``: their borders touch, be it in a corner; ``rook``: they share a stretch of border; ``knn``: the ``k``
        nearest by representative points (then also areas across the sea, and A may be next to B but not B to A).
    gap_m
        For ``queen``: areas up to so many metres apart touch too (boundaries drawn with small gaps, rivers).
    id
        The column that names the areas.

    Table: ``area, neighbour, distance_m`` (between representative points), one row for each of both directions.
    Value: neighbours per area, on average.  Areas without a neighbour (islands) are named in ``left_out``.
    Errors: no metres, ``needs_polygons``, ``empty_geometry``, ``duplicate_ids``, ``one_area``, ``bad_gap``,
    ``not_whole_between`` (k).
    Checked against libpysal 4.14 and R's spdep 1.2 on the sample town (queen and rook), knn against all distances.
    When not to use: for "how far is it": neighbours across a river may be an hour apart on foot.

    >>> import dataacademy as da
    >>> found = da.maps.neighbours(da.load("areas"))
    >>> found.left_out
    ('隣のない区域 1（992010470）',)
    """
    ties = find_ties(areas, kind=kind, k=k, gap_m=gap_m)
    names = ids_of(areas, id)
    xy = locations(areas)
    step = np.hypot(*(xy[ties.first] - xy[ties.second]).T)
    table = pd.DataFrame({"area": names[ties.first], "neighbour": names[ties.second], "distance_m": step})
    alone = names[ties.count == 0]
    value = len(table) / len(areas)
    how = f"{KINDS[kind]}{f' {k} ' if kind == 'knn' else ''}区域を隣とし" + (
        f"、{gap_m:g} m までのすき間は接しているとみ" if gap_m else ""
    )
    rest = f"隣のない区域が {len(alone)} あります。" if len(alone) else "どの区域にも隣があります。"
    return Finding(
        table=table,
        value=value,
        sentence=f"{len(areas):,} 区域の隣は、1 区域あたり平均 {value:.1f} 区域です（{how}ました）。{rest}",
        sentence_en=f"{len(areas):,} areas have {value:.1f} neighbours on average ({kind}); {len(alone)} have none.",
        used={"区域": len(areas), "隣り合う組": len(np.unique(np.sort(np.c_[ties.first, ties.second]), axis=0))},
        left_out=alone_words(alone),
    )


def find_ties(areas: gpd.GeoDataFrame, *, kind: str, k: int, gap_m: float) -> Ties:
    """The neighbours of each row of ``areas``; errors as in :func:`neighbours`."""
    need_plane(areas)
    check_choice("隣の決め方", kind, list(KINDS), en="Kind of neighbour")
    shapes = areas.geometry.to_numpy()
    _check_shapes(shapes)
    if kind == "knn":
        return _nearest(locations(areas), k)
    if not np.isin(shapely.get_type_id(shapes), POLYGONS).all():
        raise DataAcademyError(
            "needs_polygons",
            "接しているかどうかを見るには、境界（面）のデータが必要です。点の行があります。",
            "Contiguity needs polygons; some rows are points.",
            fix='点なら kind="knn"（近い順に k 区域を隣とする）にしてください。',
            fix_en="For points use kind='knn'.",
        )
    number = isinstance(gap_m, (int, float, np.number)) and not isinstance(gap_m, bool)
    if not (number and np.isfinite(gap_m) and gap_m >= 0) or (gap_m and kind == "rook"):
        raise DataAcademyError(
            "bad_gap",
            f'gap_m は 0 以上の距離（m）で、kind="queen" のときだけ使えます（渡されたのは {gap_m!r}、kind={kind!r}）。',
            f"gap_m must be a distance of 0 or more in metres, for kind='queen' only, not {gap_m!r} ({kind}).",
            fix='例：kind="queen", gap_m=5',
            fix_en="Example: kind='queen', gap_m=5",
        )
    shapes = np.where(shapely.is_valid(shapes), shapes, shapely.make_valid(shapes))
    tree = shapely.STRtree(shapes)
    if gap_m:
        first, second = tree.query(shapes, predicate="dwithin", distance=gap_m)
    else:
        first, second = tree.query(shapes, predicate="intersects")
    other = first < second
    first, second = first[other], second[other]
    if kind == "rook":
        borders = shapely.boundary(shapes)
        shared = shapely.length(shapely.intersection(borders[first], borders[second])) > 0
        first, second = first[shared], second[shared]
    return _sorted(len(areas), np.r_[first, second], np.r_[second, first])


def ids_of(areas, id: str) -> np.ndarray:
    """The names of the areas as text; errors where one is missing or occurs twice."""
    check_table(areas)
    check_names_once(areas)
    check_columns(areas, [id], table="区域の表")
    twice = areas[id][areas[id].duplicated(keep=False) | areas[id].isna()]
    if len(twice):
        shown = "空欄" if pd.isna(twice.iloc[0]) else f"「{twice.iloc[0]}」"
        raise DataAcademyError(
            "duplicate_ids",
            f"列「{id}」で、{shown}が {int((twice.isna() | (twice == twice.iloc[0])).sum())} 行あります。"
            "どの区域のことか決められません。",
            f"Column {id!r} does not name each area once: {twice.iloc[0]!r} repeats or is missing.",
            fix="一つの区域を一行にしてください（飛び地なら areas.dissolve(by=…, aggfunc=…) で一つの面にまとめます）。",
            fix_en="One row for each area: join detached parts with areas.dissolve(by=…).",
            column=str(id),
        )
    return areas[id].astype(str).to_numpy(dtype=object)


def alone_words(names: np.ndarray) -> tuple[str, ...]:
    """Islands, said once."""
    if not len(names):
        return ()
    shown = "、".join(names[:5]) + ("、ほか" if len(names) > 5 else "")
    return (f"隣のない区域 {len(names)}（{shown}）",)


def _check_shapes(shapes: np.ndarray) -> None:
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    if empty.any():
        raise DataAcademyError(
            "empty_geometry",
            f"位置のない行が {int(empty.sum())} 行あります（最初は {int(empty.argmax()) + 1} 行目）。",
            f"{int(empty.sum())} rows have no geometry (first in row {int(empty.argmax()) + 1}).",
            fix="areas[~(areas.is_empty | areas.geometry.isna())] で除き、除いた区域を書き残してください。",
            fix_en="Leave them out first, and say so.",
        )
    if len(shapes) < 3:
        raise DataAcademyError(
            "one_area",
            f"区域が {len(shapes)} しかないので、隣どうしをくらべられません（3 区域から）。",
            f"Only {len(shapes)} areas: at least 3 are needed to compare neighbours.",
            fix="もっと細かい区域（町丁目など）の表を使ってください。",
            fix_en="Use a finer zoning.",
        )


def _nearest(xy: np.ndarray, k) -> Ties:
    from scipy.spatial import cKDTree

    check_whole("隣の数（k）", k, 1, len(xy) - 1, en="k")  # everybody else at the most
    distance, found = cKDTree(xy).query(xy, k=k + 1)
    own = found == np.arange(len(xy))[:, None]
    own[~own.any(axis=1), -1] = True  # so many at the same place that the row itself is not among them
    rest = found[~own].reshape(len(xy), k)
    return _sorted(len(xy), np.repeat(np.arange(len(xy)), k), rest.ravel())


def _sorted(n: int, first: np.ndarray, second: np.ndarray) -> Ties:
    order = np.lexsort((second, first))
    return Ties(n, first[order].astype(np.intp), second[order].astype(np.intp))
