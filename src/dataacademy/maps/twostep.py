"""How much of a service there is for each person, with everybody else wanting it too: two-step floating catchments."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import numpy as np

from dataacademy.analysis import Analysis, number
from dataacademy.errors import DataAcademyError, check_choice, check_columns
from dataacademy.inputs import check_between, floats
from dataacademy.labels import label_of
from dataacademy.maps.people import counted_in
from dataacademy.maps.plane import facilities_in, locations, need_crs, need_plane
from dataacademy.maps.reach import ways

DECAYS = (None, "gaussian")
_ADDED = ("access", "facilities_within")


def two_step_fca(
    people: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    *,
    capacity: str,
    within: float,
    weights: str | None = None,
    kind: str | Iterable[str] | None = None,
    decay: str | None = None,
    roads: gpd.GeoDataFrame | None = None,
    closed=None,
    per: int = 1_000,
) -> Analysis:
    """Places (beds, doctors, …) for each ``per`` persons within reach, shared with all who reach them too.

    people, weights
        Points (polygons by their representative point) and the column of persons (None: each row is one).
    facilities, capacity, kind
        Points, the column of what they offer, and which kinds of them to use.
    within, decay
        Reach in metres.  ``decay=None``: the same within reach, nothing beyond (Luo & Wang 2003);
        ``gaussian``: less with distance, (e^(−d²/2r²) − e^(−½)) / (1 − e^(−½)), none at ``within`` (Dai 2010).

    roads, closed
        None: straight lines; otherwise ways along the roads, as in :func:`dataacademy.maps.network_distance`.

    Table: ``people`` and ``access`` (places per ``per`` persons), ``facilities_within`` (number in reach).  Value: what
    the person in the middle has (median over persons).  Figures: ``median, none_percent`` (persons without any),
    ``used_capacity`` (places that somebody reaches; all that the persons have adds up to it).

    R_j = S_j / Σ_i P_i w_ij;  A_i = Σ_j R_j w_ij.  Errors: ``out_of_range``, ``negative_counts``, ``no_capacity``,
    ``nobody_in_reach``, ``column_exists``, those of ``nearest`` and (with ``roads``) ``network_distance``.
    Checked against access 1.1 (``two_stage_fca``) on the sample town and the plain loop over all pairs.
    When not to use: without ``roads`` where there are rivers or islands (a straight line crosses them), and to judge a
    single facility.

    >>> import dataacademy as da
    >>> found = da.maps.two_step_fca(da.load("areas"), da.load("facilities"), kind="shelter", capacity="capacity",
    ...                              within=1000, weights="population")
    >>> bool(found.value < 500)  # the shelters within 1 km are too small for half of the people
    True
    """
    need_plane(people)
    check_choice("遠さの効かせ方", decay, DECAYS, en="Decay")
    check_between("within", within, 0, float("inf"), en="within")
    check_between("per", per, 0, float("inf"), en="per")
    check_columns(people, [weights] if weights else [], table="人の表")
    need_crs(facilities)
    check_columns(facilities, [capacity], table="施設の表")
    for column in _ADDED:
        if column in people:
            raise DataAcademyError(
                "column_exists",
                f"列「{column}」は人の表にもうあります。どちらの値か分からなくなります。",
                f"Column {column!r} is already in the table.",
                fix=f'先に外してください（people.drop(columns="{column}")）。',
                fix_en="Drop it first.",
            )
    near, label, used, left_out = facilities_in(people.crs, facilities, kind)
    offer = floats(near[capacity], capacity)
    size = floats(people[weights], weights) if weights else np.ones(len(people))
    for name, cells in ((capacity, offer), (weights, size)):
        if (cells < 0).any():
            raise DataAcademyError(
                "negative_counts",
                f"列「{name}」に負の値が {int((cells < 0).sum())} 行あります。",
                f"Column {name!r} has {int((cells < 0).sum())} negative values.",
                fix="元の表を確かめ、分からない値は空欄にしてください。",
                fix_en="Mend them in the source, or leave the cell empty.",
                column=str(name),
            )
    if np.isnan(offer).any():
        left_out = [*left_out, f"「{label_of(capacity)}」が空欄の{label} {int(np.isnan(offer).sum())}"]
    if not (np.nan_to_num(offer) > 0).any():
        raise DataAcademyError(
            "no_capacity",
            f"「{label_of(capacity)}」のある{label}が一つもありません（{len(near)} 件）。",
            f"None of the {len(near)} facilities has any {capacity!r}.",
            fix="施設の種類（kind）と、列の名前を確かめてください。",
            fix_en="Check kind and the column.",
        )
    known = ~np.isnan(offer)
    near, offer = near[known], offer[known]
    xy = locations(people)
    placed = ~np.isnan(xy[:, 0])
    for what, rows in (
        ("位置の分からない", ~placed),
        (f"「{label_of(weights or '')}」が空欄の", placed & np.isnan(size)),
    ):
        if rows.any():
            amount = f"（{np.nansum(size[rows]):,.0f}）" if np.nansum(size[rows]) else ""
            left_out = [*left_out, f"{what} {int(rows.sum())} 行{amount}"]
    asks = placed & ~np.isnan(size)
    way = ways(xy, near, label, roads, closed)
    row, site, metres = way.within(within)
    weight = np.ones(len(row)) if decay is None else _gaussian(metres / within)
    left_out = [*left_out, *way.left_out]
    wanted = np.bincount(site, weights=weight * np.where(asks, size, 0)[row], minlength=len(near))
    reached = wanted > 0
    if not reached.any():
        raise DataAcademyError(
            "nobody_in_reach",
            f"どの{label}からも{way.how} {within:,.0f} m 以内に人がいません。",
            f"Nobody lives within {within:,.0f} m of a facility.",
            fix="within（m）を大きくするか、同じ町のデータかを確かめてください。",
            fix_en="Use a larger within, or check the town.",
        )
    places = counted_in(capacity)
    share = np.divide(offer, wanted, out=np.zeros(len(near)), where=reached)
    access = np.where(placed, per * np.bincount(row, weights=share[site] * weight, minlength=len(people)), np.nan)
    if (~reached).any():
        left_out = [*left_out, f"だれも届かない{label} {int((~reached).sum())}（{offer[~reached].sum():,.0f}{places}）"]
    table = people.assign(access=access, facilities_within=np.bincount(row, minlength=len(people)))
    total = float(size[asks].sum())
    none = float(size[asks & (access == 0)].sum())
    value = _middle(access[asks], size[asks])
    figures = {
        "median": value,
        "none_percent": 100 * none / total,
        "used_capacity": float(offer[reached].sum()),
    }
    each = f"{places}分" if places else " "
    who, unit = (label_of(weights), counted_in(weights)) if weights else ("データ", "行")
    return Analysis(
        table,
        value,
        f"{who} {total:,.0f}{unit}の半分では、{way.how} {within:,.0f} m 以内の{label}の{label_of(capacity)}は "
        f"{per:,} 人あたり {number(value)}{each}までです（ほかの人と分け合うとして）。"
        f"一つも届かないのは {none:,.0f}{unit}（{figures['none_percent']:.1f} %）です。",
        f"Half of {total:,.0f} ({weights or 'rows'}) have at most {number(value)} of {capacity!r} per {per:,} within "
        f"{within:,.0f} m ({way.how_en}); {none:,.0f} ({figures['none_percent']:.1f} %) have none.",
        used={"行": int(asks.sum()), who: total, **used, **way.used},
        left_out=tuple(left_out),
        figures=figures,
        assumptions=(
            *way.notes,
            *(("直線で測っています。川や坂、島の海は考えていません。",) if roads is None else ()),
            "届く施設のすべてを、みなが同じように使うとみています。"
            + ("遠いほど使わないとみています。" if decay else "範囲の中では、遠さは関係ないとみています。"),
        ),
    )


def _gaussian(apart: np.ndarray) -> np.ndarray:
    """What counts at a distance given in parts of the reach: 1 at 0, 0 at 1."""
    edge = np.exp(-0.5)
    return (np.exp(-0.5 * apart**2) - edge) / (1 - edge)


def _middle(values: np.ndarray, size: np.ndarray) -> float:
    """The smallest value that at least half of the persons have at most."""
    order = np.argsort(values)
    reached = np.cumsum(size[order])
    return float(values[order][np.searchsorted(reached, reached[-1] / 2)])
