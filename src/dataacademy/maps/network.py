"""How far it is along the roads, and how many minutes on foot."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import numpy as np

from dataacademy.analysis import Analysis
from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.labels import label_of
from dataacademy.maps.people import check_same_town, counted_by, median, place_of, straight, unit_of, weigh, whole
from dataacademy.maps.plane import facilities_in, locations, need_plane
from dataacademy.maps.reach import Along
from dataacademy.maps.roadnet import ACCESS, REASONS

_FASTEST = 3.0  # m/s: faster than this nobody walks
_ADDED = ("road_m", "road_minutes", "nearest_name", "access_m", "unreached")


def network_distance(
    data: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    *,
    roads: gpd.GeoDataFrame,
    kind: str | Iterable[str] | None = None,
    hazard: str | None = None,
    weights: str | None = None,
    speed: float = 1.0,
    closed=None,
) -> Analysis:
    """The shortest way along the roads from each row of ``data`` to a facility, in metres and in minutes on foot.

    data, facilities, kind, hazard, weights
        As in :func:`dataacademy.maps.nearest`.
    roads
        Lines with ``from_node`` and ``to_node`` (where the line starts and ends; roads that meet share a node),
        ``slope_percent`` and ``kind``: rivers are crossed where a road crosses them and nowhere else.
    speed
        Metres a second on the flat.  1.0 is what the guide of 消防庁 on fleeing from tsunamis takes for people on foot
        (津波避難対策推進マニュアル検討会報告書, 2013), 0.5 for those who walk with difficulty.
    closed
        What cannot be passed: a list of ``road_id``, or polygons (GeoDataFrame) whose touch closes a road.

    A place lies at the nearest point of the nearest road that is no bridge, at most 1,000 m away; the metres to it
    count.  ``road_m`` is the shortest way; ``road_minutes`` the quickest, which may be another: both directions take as
    long as uphill, speed · e^(−3.5 · slope) (Tobler 1993, his hiking function relative to the flat).

    Table: ``data`` with ``road_m, road_minutes, nearest_name`` (of the shortest way), ``access_m`` (of it, to the road)
    and ``unreached``: empty, or why there is no way (``no_location, no_road, closed, no_way``); then the others are
    empty, never infinite.  Value: the median of ``road_m`` over those who can get to a facility.  Figures:
    ``median_minutes, straight_m`` (median of the same rows' straight lines), ``unreached`` (persons).

    Errors: those of ``nearest``; ``no_crs``, ``degrees_as_metres``, ``not_roads``, ``no_roads``, ``loose_ends``,
    ``roads_not_connected``, ``facilities_off_road``, ``nobody_reaches``, ``bad_speed``, ``bad_closed``,
    ``unknown_roads``, ``all_closed``, ``column_exists``.
    Checked against Dijkstra's algorithm written out in the tests, and networkx (tests/oracles/maps_network.txt).
    When not to use: where footpaths matter that are not in ``roads``, and for cars (one-way streets, turns, jams).

    >>> import dataacademy as da
    >>> found = da.maps.network_distance(da.load("buildings"), da.load("facilities"), roads=da.load("roads"),
    ...                                  kind="shelter", weights="residents")
    >>> int(found.figures["unreached"])  # those of the island
    310
    >>> bool(found.value > found.figures["straight_m"])
    True
    """
    need_plane(data)
    _check_speed(speed)
    for column in _ADDED:
        if column in data:
            raise DataAcademyError(
                "column_exists",
                f"列「{column}」はデータにもうあります。どちらの値か分からなくなります。",
                f"Column {column!r} is already in the data.",
                fix=f'先に外してください（data.drop(columns="{column}")）。',
                fix_en="Drop it first.",
                column=column,
            )
    near, label, used, left_out = facilities_in(data.crs, facilities, kind, hazard)
    check_columns(near, ["name"], table="施設の表")
    xy = locations(data)
    weight, counted, lost = weigh(data, xy, weights)
    crow, _ = straight(xy, near)
    notes = check_same_town(data, xy, near, label)
    way = Along(xy, near, label, roads, closed)
    metres, index = way.nearest()
    minutes = way.minutes(speed)
    reason = way.reasons(metres)
    there = counted & (reason == "")
    unit, (who, each, who_en) = unit_of(data), counted_by(data, weights)
    if not (weight[there] > 0).any():
        raise _nobody_reaches(label, reason[counted])
    value, quick, air = (median(v[there], weight[there]) for v in (metres, minutes, crow))
    stranded = float(weight[counted & ~there].sum())
    table = data.assign(
        road_m=metres,
        road_minutes=minutes,
        nearest_name=np.append(near["name"].to_numpy(dtype=object), None)[index],
        access_m=np.where(reason == "", way.homes.access, np.nan),
        unreached=reason,
    )
    alone = f"道で行けない{who}は {round(stranded):,}{each}です。" if stranded else ""
    return Analysis(
        table=table,
        value=value,
        sentence=f"道で行ける{who}の半分は、最も近い{label}まで道のり {value:,.0f} m、歩いて {quick:,.0f} 分以内です"
        f"（直線なら {air:,.0f} m。平らな道で秒速 {speed:g} m、{place_of(data)[0]}から測った中央値）。{alone}",
        sentence_en=f"Half of the {who_en} that can get there is within {value:,.0f} m along the roads, {quick:,.0f} "
        f"minutes on foot, of the nearest facility (straight line {air:,.0f} m; {speed:g} m/s on the flat); "
        f"{round(stranded):,} cannot get to any.",
        used={unit: int(there.sum())}
        | ({label_of(weights): whole(weight[there].sum())} if weights else {})
        | used
        | way.used,
        left_out=(*lost, *_not_reached(reason, weight, each), *left_out, *way.left_out),
        figures={"median_minutes": quick, "straight_m": air, "unreached": stranded},
        assumptions=(
            *notes,
            *way.notes,
            f"どの場所も、最も近い道（橋をのぞく、{ACCESS:,.0f} m 以内）へまっすぐ出るとみています。"
            "その間の川や崖は考えていません。",
            "坂は、上りの遅さで測っています（トブラーの式）。信号や階段、混雑は考えていません。",
        ),
    )


def _not_reached(reason: np.ndarray, weight: np.ndarray, each: str) -> list[str]:
    return [
        f"{ja}ので、距離を出せない {int((reason == why).sum()):,} 行（{round(weight[reason == why].sum()):,}{each}）"
        for why, ja in REASONS.items()
        if why != "no_location" and (reason == why).any()
    ]


def _check_speed(speed) -> None:
    if isinstance(speed, (int, float, np.number)) and not isinstance(speed, bool) and 0 < speed <= _FASTEST:
        return
    raise DataAcademyError(
        "bad_speed",
        f"歩く速さ speed は、秒速（m）で 0 より大きく {_FASTEST:g} 以下にしてください（渡されたのは「{speed}」）。",
        f"speed is in metres a second, above 0 and at most {_FASTEST:g}, not {speed!r}.",
        fix="ふつうの人は 1.0、歩くのに手助けが要る人は 0.5 です。時速 4 km は 1.1、分速 80 m は 1.3 です。",
        fix_en="1.0 for people on foot, 0.5 for those who need help; 4 km/h is 1.1.",
    )


def _nobody_reaches(label: str, reason: np.ndarray) -> DataAcademyError:
    words = "、".join(f"{ja} {int((reason == why).sum()):,} 行" for why, ja in REASONS.items() if (reason == why).any())
    return DataAcademyError(
        "nobody_reaches",
        f"道で{label}に行ける人が、一人もいません（{words}）。",
        "Nobody can get to a facility along the roads.",
        fix="道と建物が同じ町のものか、closed の範囲が広すぎないかを確かめてください。",
        fix_en="Check that roads and places are of one town, and closed.",
    )
