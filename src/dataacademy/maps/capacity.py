"""Whether those within reach of a shelter fit in: if everybody goes to the nearest one, and at the very best."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import numpy as np

from dataacademy.analysis import Analysis
from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.inputs import floats
from dataacademy.labels import label_of
from dataacademy.maps.people import check_radius, check_same_town, counted_by, place_of, unit_of, weigh, whole
from dataacademy.maps.plane import facilities_in, locations, need_crs, need_plane
from dataacademy.maps.reach import ways

_ADDED = ("coming", "without_room", "room_left")


def coverage_by_capacity(
    data: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    *,
    within: float,
    weights: str | None = None,
    capacity: str = "capacity",
    kind: str | Iterable[str] | None = None,
    hazard: str | None = None,
    roads: gpd.GeoDataFrame | None = None,
    closed=None,
) -> Analysis:
    """How many of those within reach of a shelter would find no room in it.

    data, facilities, within, weights, kind, hazard, roads, closed
        As in :func:`dataacademy.maps.coverage`; one distance only.
    capacity
        The column of persons that a facility holds; facilities without one are left out.

    Two answers.  *Nearest*: everybody within reach goes to the nearest facility; who comes above its capacity finds no
    room.  *Best*: people are sent to any facility within their reach so that as few as possible are left without room
    (a transport problem, solved as a linear programme over groups of rows that reach the same facilities): no plan that
    keeps to this reach can do better.

    Table: the facilities used, with ``coming`` (persons whose nearest it is), ``without_room`` and ``room_left``
    (places that stay empty).  Value: persons without room, nearest.  Figures: ``within_reach, out_of_reach, room``
    (places in all), ``without_room, without_room_best``.

    Errors: those of ``coverage``, ``no_capacity``, ``negative_capacity``, ``column_exists``.
    Checked against the greatest flow (``scipy.sparse.csgraph.maximum_flow``) and the plain loop in the tests.
    When not to use: for who goes where: the best plan is a bound, and people do not go as they are told.

    >>> import dataacademy as da
    >>> found = da.maps.coverage_by_capacity(da.load("buildings"), da.load("facilities"), kind="shelter", within=500,
    ...                                      weights="residents")
    >>> found.figures["without_room_best"] <= found.value <= found.figures["within_reach"]
    True
    """
    need_plane(data)
    radius = check_radius(within)
    need_crs(facilities)
    check_columns(facilities, [capacity], table="施設の表")
    for column in _ADDED:
        if column in facilities:
            raise DataAcademyError(
                "column_exists",
                f"列「{column}」は施設の表にもうあります。どちらの値か分からなくなります。",
                f"Column {column!r} is already in the facilities.",
                fix=f'先に外してください（facilities.drop(columns="{column}")）。',
                fix_en="Drop it first.",
                column=column,
            )
    near, label, used, left_out = facilities_in(data.crs, facilities, kind, hazard)
    near, room, unknown = with_room(near, capacity, label)
    used["施設"] = len(near)
    xy = locations(data)
    weight, counted, lost = weigh(data, xy, weights)
    notes = check_same_town(data, xy, near, label)
    way = ways(xy, near, label, roads, closed)
    row, site, metres = way.within(radius)
    keep = weight[row] > 0
    row, site, metres = row[keep], site[keep], metres[keep]
    order = np.lexsort((site, metres, row))
    first = order[np.unique(row[order], return_index=True)[1]]  # of each row its nearest facility
    coming = np.bincount(site[first], weight[row[first]], len(near))
    over, left = np.maximum(coming - room, 0), np.maximum(room - coming, 0)
    base, reached = float(weight.sum()), float(coming.sum())
    best = max(reached - _most_placed(row, site, weight, room), 0.0)
    figures = {
        "within_reach": reached,
        "out_of_reach": base - reached,
        "room": float(room.sum()),
        "without_room": float(over.sum()),
        "without_room_best": best,
    }
    who, each, who_en = counted_by(data, weights)
    n, nearest, least = round(reached), round(over.sum()), round(best)
    return Analysis(
        table=near.assign(coming=coming, without_room=over, room_left=left),
        value=float(over.sum()),
        sentence=f"{label}から{way.how}{radius:,.0f} m 以内の{who} {n:,}{each}がみな最も近い{label}へ行くと、"
        f"{nearest:,}{each}が入れません"
        f"（収容人数は合わせて {round(room.sum()):,}人分）。"
        f"届く範囲でうまく振り分けても、{least:,}{each}は入れません。{place_of(data)[0]}で数えています。",
        sentence_en=f"If all {n:,} {who_en} within {radius:,.0f} m ({way.how_en}) go to the nearest facility, "
        f"{nearest:,} find no room (capacity {round(room.sum()):,}); with the best possible plan, {least:,}.",
        used={unit_of(data): int(counted.sum())}
        | ({label_of(weights): whole(base)} if weights else {})
        | used
        | way.used,
        left_out=(*lost, *left_out, *unknown, *way.left_out),
        figures=figures,
        assumptions=(
            *notes,
            *way.notes,
            f"{radius:,.0f} m より遠い {round(base - reached):,}{each}は、どこへも行かないとみています。",
            "収容人数は、施設の表の数をそのまま使っています（一人あたりの広さの決め方は町によってちがいます）。",
        ),
    )


def with_room(near, capacity: str, label: str):
    """The facilities whose capacity is known, that capacity, and a sentence on the others."""
    room = floats(near[capacity], capacity)
    if (room < 0).any():
        raise DataAcademyError(
            "negative_capacity",
            f"列「{capacity}」に負の値が {int((room < 0).sum())} 件あります。",
            f"Column {capacity!r} has {int((room < 0).sum())} negative values.",
            fix="元の表を確かめ、分からない値は空欄にしてください。",
            fix_en="Mend them in the source, or leave the cell empty.",
            column=str(capacity),
        )
    known = ~np.isnan(room)
    if not (room[known] > 0).any():
        raise DataAcademyError(
            "no_capacity",
            f"「{label_of(capacity)}」のある{label}が一つもありません（{len(near)} 件）。",
            f"None of the {len(near)} facilities has any {capacity!r}.",
            fix="施設の種類（kind）と、列の名前（capacity）を確かめてください。",
            fix_en="Check kind and the column.",
        )
    unknown = int((~known).sum())
    return near[known], room[known], [f"「{label_of(capacity)}」が空欄の{label} {unknown} 件"] if unknown else []


def _most_placed(row: np.ndarray, site: np.ndarray, weight: np.ndarray, room: np.ndarray) -> float:
    """How many persons can be given room within reach, at the most.

    Rows that reach the same facilities are one group; the programme sends x[group, facility] ≥ 0, no more of a group
    than it has persons, no more to a facility than it has places.
    """
    from scipy.optimize import linprog
    from scipy.sparse import coo_matrix, vstack

    if not len(row):
        return 0.0
    start = np.flatnonzero(np.r_[True, row[1:] != row[:-1]])
    groups: dict[bytes, tuple[np.ndarray, float]] = {}
    for first, last in zip(start, np.r_[start[1:], len(row)], strict=True):
        key = site[first:last].tobytes()
        groups[key] = (site[first:last], groups.get(key, (None, 0.0))[1] + weight[row[first]])
    sites = np.concatenate([s for s, _ in groups.values()])
    group = np.repeat(np.arange(len(groups)), [len(s) for s, _ in groups.values()])
    people = np.array([n for _, n in groups.values()])
    each, n = np.ones(len(sites)), np.arange(len(sites))
    limits = vstack(
        [coo_matrix((each, (group, n)), (len(people), len(n))), coo_matrix((each, (sites, n)), (len(room), len(n)))]
    )
    found = linprog(-each, A_ub=limits.tocsr(), b_ub=np.r_[people, room], method="highs")
    return float(-found.fun)
