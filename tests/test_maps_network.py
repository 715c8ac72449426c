"""Ways along the roads: networkx, Dijkstra written out, a river with one bridge, closed roads, roads apart."""

from __future__ import annotations

import heapq

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from maps_town import CRS, points, printed

from dataacademy import load, maps
from dataacademy.errors import DataAcademyError
from dataacademy.maps.roadnet import RoadNet


def net(lines, **columns) -> gpd.GeoDataFrame:
    """Roads from ``(from, to, [points])``, flat local roads unless ``columns`` say otherwise."""
    data = {
        "road_id": [f"R{i}" for i in range(len(lines))],
        "kind": ["local"] * len(lines),
        "from_node": [a for a, *_ in lines],
        "to_node": [b for _, b, _ in lines],
        "slope_percent": [0.0] * len(lines),
    }
    return gpd.GeoDataFrame(data | columns, geometry=[shapely.LineString(xy) for *_, xy in lines], crs=CRS)


def shelter(*xy) -> gpd.GeoDataFrame:
    return points(list(xy), name=[f"避難所{i}" for i in range(len(xy))])


@pytest.fixture
def river():
    """Two streets along the x-axis 100 m apart, joined by a bridge at their eastern end (x = 1000)."""
    return net(
        [
            ("south-west", "south-east", [(0, 0), (1000, 0)]),
            ("north-west", "north-east", [(0, 100), (1000, 100)]),
            ("south-east", "north-east", [(1000, 0), (1000, 100)]),
        ],
        kind=["main", "main", "bridge"],
        slope_percent=[0.0, 10.0, 0.0],
    )


# --- independent answers -------------------------------------------------------------------------------------------


def test_the_sample_town_as_networkx_sees_it():
    oracle = printed("maps_network.txt", "roads.geojson", "buildings.csv", "facilities.csv")
    homes = load("buildings").iloc[::50]
    found = maps.network_distance(homes, load("facilities"), kind="shelter", roads=load("roads")).table
    assert found["road_m"].to_numpy() == pytest.approx(oracle["metres"], rel=1e-7, nan_ok=True)
    assert found["road_minutes"].to_numpy() == pytest.approx(oracle["minutes"], rel=1e-7, nan_ok=True)
    assert np.isnan(oracle["metres"]).sum() > 0  # the island


def plain_dijkstra(roads, home, site, rate):
    """Cost from one place to another over the roads, by hand; infinite where there is no way."""
    spots = []
    for place in (home, site):
        apart = [line.distance(place) for line in roads.geometry]
        road = int(np.argmin(apart))
        spots.append((road, roads.geometry.iloc[road].project(place), apart[road]))
    (a, at, off), (b, to, gap) = spots
    length = roads.geometry.length.tolist()
    ends = list(zip(roads["from_node"], roads["to_node"], strict=True))
    best = off * rate[-1] + gap * rate[-1] + abs(at - to) * rate[a] if a == b else np.inf
    queue = [(off * rate[-1] + at * rate[a], ends[a][0]), (off * rate[-1] + (length[a] - at) * rate[a], ends[a][1])]
    heapq.heapify(queue)
    done = {}
    while queue:
        cost, node = heapq.heappop(queue)
        if node in done:
            continue
        done[node] = cost
        for i, pair in enumerate(ends):
            for here, there in (pair, pair[::-1]):
                if here == node:
                    heapq.heappush(queue, (cost + length[i] * rate[i], there))
    for node, rest in ((ends[b][0], to), (ends[b][1], length[b] - to)):
        best = min(best, done.get(node, np.inf) + rest * rate[b] + gap * rate[-1])
    return best


@given(st.integers(0, 10**6))
@settings(max_examples=100, deadline=None)
def test_dijkstra_written_out_finds_the_same(seed):
    rng = np.random.default_rng(seed)
    nodes = rng.uniform(0, 900, (7, 2))
    pairs = rng.integers(0, 7, (9, 2))
    pairs = [(a, b) for a, b in pairs if a != b] + [(0, 1), (1, 2)]  # two of them may be side by side
    slope = rng.uniform(0, 12, len(pairs))
    roads = net([(a, b, [nodes[a], rng.uniform(0, 900, 2), nodes[b]]) for a, b in pairs], slope_percent=slope)
    homes, sites = points(rng.uniform(0, 900, (5, 2))), shelter(*rng.uniform(0, 900, (3, 2)))
    try:
        found = maps.network_distance(homes, sites, roads=roads, speed=0.8).table
    except DataAcademyError as error:
        assert error.note.kind == "nobody_reaches"
        found = homes.assign(road_m=np.nan, road_minutes=np.nan)
    metres, minutes = np.ones(len(pairs) + 1), np.append(np.exp(3.5 * slope / 100), 1) / 0.8 / 60
    for column, rate in (("road_m", metres), ("road_minutes", minutes)):
        for home, cost in zip(homes.geometry, found[column], strict=True):
            expected = min(plain_dijkstra(roads, home, site, rate) for site in sites.geometry)
            assert cost == pytest.approx(expected) if np.isfinite(expected) else np.isnan(cost)


@pytest.fixture(scope="module")
def town():
    return load("buildings"), load("facilities"), load("roads")


@given(seed=st.integers(0, 10**6))
@settings(max_examples=12, deadline=None)
def test_no_way_is_shorter_than_the_straight_line_nor_quicker_uphill_and_closing_shortens_nothing(town, seed):
    buildings, facilities, roads = town
    homes = buildings.sample(60, random_state=seed)
    shut = roads["road_id"].sample(30, random_state=seed)
    ask = {"roads": roads, "kind": "shelter"}
    table = maps.network_distance(homes, facilities, **ask).table
    straight = maps.nearest(homes, facilities, kind="shelter").table["distance_m"]
    there = table["road_m"].notna()
    assert (table["road_m"] >= straight - 1e-6)[there].all()
    assert (table["road_minutes"] * 60 >= table["road_m"] - 1e-6)[there].all()
    closed = maps.network_distance(homes, facilities, closed=shut, **ask).table["road_m"]
    assert (closed >= table["road_m"] - 1e-6)[closed.notna()].all()
    slow = maps.network_distance(homes, facilities, speed=0.5, **ask).table["road_minutes"]
    assert slow.to_numpy() == pytest.approx(2 * table["road_minutes"].to_numpy(), nan_ok=True)


# --- worked out by hand --------------------------------------------------------------------------------------------


def test_a_river_is_crossed_at_the_bridge_only(river):
    homes = points([(200, 90), (950, 60)], people=[3, 1])  # 90 m and 60 m from the shelter's bank
    found = maps.network_distance(homes, shelter((200, 0)), roads=river, weights="people")
    assert found.table["road_m"].tolist() == [10 + 800 + 100 + 800, 40 + 50 + 100 + 800]
    assert found.table["access_m"].tolist() == [10, 40]  # never out on to the bridge, though it is near
    assert found.figures["straight_m"] == 90
    assert found.value == 1710
    assert found.table["unreached"].tolist() == ["", ""]
    uphill = 800 * np.exp(0.35)
    assert found.table["road_minutes"].iloc[0] * 60 == pytest.approx(10 + uphill + 100 + 800)


def test_a_place_beside_the_shelter_goes_straight_along_its_road(river):
    found = maps.network_distance(points([(300, 5), (420, -3)]), shelter((400, 2)), roads=river)
    assert found.table["road_m"].tolist() == [5 + 100 + 2, 3 + 20 + 2]


def test_the_nearer_shelter_by_road_is_not_the_one_across_the_river(river):
    table = maps.network_distance(points([(200, 10)]), shelter((200, 100), (600, 0)), roads=river).table
    assert table[["nearest_name", "road_m"]].to_numpy().tolist() == [["避難所1", 410]]


@pytest.mark.parametrize("how", ["numbers", "zone"])
def test_a_closed_bridge_leaves_the_other_bank_alone(river, how):
    zone = gpd.GeoDataFrame(geometry=[shapely.box(990, 40, 1010, 60)], crs=CRS)
    closed = river.loc[river["kind"] == "bridge", "road_id"] if how == "numbers" else zone
    homes = points([(200, 90), (300, 0)], people=[3, 1])
    found = maps.network_distance(homes, shelter((200, 0)), roads=river, weights="people", closed=closed)
    assert found.table["unreached"].tolist() == ["no_way", ""]
    assert found.table["road_m"].isna().tolist() == [True, False]
    assert found.value == 100  # infinity is in no average
    assert found.figures["unreached"] == 3
    assert found.left_out == ("道がつながっていないので、距離を出せない 1 行（3人）",)
    assert found.used["通れない道"] == 1
    assert "道で行けない人は 3人です" in found.sentence


def test_every_reason_is_named(river):
    homes = points([(200, 90), (300, 0), (300, 5000), (500, 1)])
    homes.loc[3, "geometry"] = None
    roads = pd.concat([river, net([("x", "y", [(3000, 0), (3500, 0)])]).assign(road_id="R9")], ignore_index=True)
    homes = pd.concat([homes, points([(3100, 0)])], ignore_index=True)
    found = maps.network_distance(homes, shelter((200, 0), (3300, 4)), roads=roads, closed=["R1", "R9"])
    assert found.table["unreached"].tolist() == ["closed", "", "no_road", "no_location", "closed"]
    assert found.left_out == (
        "位置が分からない 1 地区",
        "近くに道がないので、距離を出せない 1 行（1件）",
        "前の道が通れないので、距離を出せない 2 行（2件）",
        "前の道が通れない施設 1 件",
    )
    assert any("つながっていない 2 つの部分" in line for line in found.assumptions)


def test_all_pairs_and_the_nearest_agree():
    roads, homes = load("roads"), load("buildings").iloc[::200]
    sites = load("facilities").query("kind == 'shelter'")
    net = RoadNet(roads, crs=roads.crs)
    here, there = (net.put(np.column_stack([d.geometry.x, d.geometry.y])) for d in (homes, sites))
    every = np.array(list(net.each(here, there, net.metres(), 1.0)))
    best, which = net.nearest(here, there, net.metres(), 1.0)
    assert every.min(axis=0) == pytest.approx(best)
    known = np.isfinite(best)
    assert every[which[known], np.flatnonzero(known)] == pytest.approx(best[known])


def test_nothing_is_changed_and_other_crs_are_converted(river):
    homes, sites, before = points([(200, 90)]), shelter((200, 0)), river.copy()
    plain = maps.network_distance(homes, sites, roads=river)
    found = maps.network_distance(homes, sites.to_crs(6668), roads=river.to_crs(6668))
    pd.testing.assert_frame_equal(pd.DataFrame(river), pd.DataFrame(before))
    assert found.value == pytest.approx(plain.value, abs=1e-3)
    assert found.used["道の座標の変換"] == "EPSG:6668 → EPSG:6676"


def test_roads_without_slopes_are_flat_and_that_is_said(river):
    homes, sites = points([(200, 90)]), shelter((200, 0))
    found = maps.network_distance(homes, sites, roads=river.drop(columns="slope_percent"))
    assert found.figures["median_minutes"] * 60 == pytest.approx(found.value)
    assert any("どの道も平ら" in line for line in found.assumptions)
    river.loc[1, "slope_percent"] = np.nan
    assert any("勾配が空欄の道 1 本" in n for n in maps.network_distance(homes, sites, roads=river).assumptions)


def test_coverage_along_roads(river):
    homes = points([(200, 90), (300, 0), (900, 0), (300, 5000)], people=[3, 1, 1, 5])
    found = maps.coverage(homes, shelter((200, 0)), within=[150, 1000, 2000], weights="people", roads=river)
    assert found.table["covered"].tolist() == [1, 2, 5]
    assert "道のり2,000 m以内に住む人は 5人（10人の 50.00 %）" in found.sentence
    assert "（近くに道がない 5人）" in found.assumptions[0]
    with pytest.raises(DataAcademyError) as caught:
        maps.coverage(homes, shelter((200, 0)), within=100, roads=river, method="area")
    assert caught.value.note.kind == "roads_by_point"
    with pytest.raises(DataAcademyError) as caught:
        maps.coverage(homes, shelter((200, 0)), within=100, closed=["R1"])
    assert caught.value.note.kind == "closed_without_roads"


# --- bad input -----------------------------------------------------------------------------------------------------

HOMES, SITE = [(200, 90)], (200, 0)


def apart(roads):
    """Nobody shares a node."""
    return roads.assign(from_node=[f"a{i}" for i in range(3)], to_node=[f"b{i}" for i in range(3)])


@pytest.mark.parametrize(
    ("spoil", "kind", "words"),
    [
        (lambda r: r.set_crs(None, allow_override=True), "no_crs", "座標系（CRS）が書かれていない"),
        (lambda r: r.to_crs(6668).set_crs(6676, allow_override=True), "degrees_as_metres", "緯度・経度（度）です"),
        (lambda r: r.iloc[:0], "no_rows", "行がない"),
        (lambda r: pd.DataFrame(r.drop(columns="geometry")), "no_geometry", "位置の列"),
        (lambda r: r.drop(columns="from_node"), "unknown_column", "from_node"),
        (lambda r: r.set_geometry(r.buffer(3)), "not_roads", "一本ずつの線"),
        (lambda r: r.set_geometry(gpd.GeoSeries([None] * 3, crs=CRS)), "no_roads", "一本もありません"),
        (lambda r: r.rename(columns={"from_node": "to_node", "to_node": "from_node"}), "loose_ends", "離れています"),
        (apart, "roads_not_connected", "一本もつながっていません"),
        (
            lambda r: r.set_geometry(r.translate(9000, 9000)),
            "facilities_off_road",
            "道から行ける施設が一つもありません",
        ),
        (lambda r: r.assign(slope_percent="急"), "not_numeric", "数ではありません"),
    ],
)
def test_roads_are_checked(river, spoil, kind, words):
    with pytest.raises(DataAcademyError, match=words) as caught:
        maps.network_distance(points(HOMES), shelter(SITE), roads=spoil(river))
    assert caught.value.note.kind == kind


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ({"speed": 0}, "bad_speed"),
        ({"speed": 4}, "bad_speed"),
        ({"speed": "速い"}, "bad_speed"),
        ({"closed": "R1"}, "bad_closed"),
        ({"closed": 3}, "bad_closed"),
        ({"closed": ["R1", "R77"]}, "unknown_roads"),
        ({"closed": ["R0", "R1", "R2"]}, "all_closed"),
        ({"closed": gpd.GeoDataFrame(geometry=[shapely.Point(0, 0)], crs=CRS)}, "bad_closed"),
        ({"closed": ["R1"]}, "nobody_reaches"),
    ],
)
def test_arguments_are_checked(river, arguments, kind):
    with pytest.raises(DataAcademyError) as caught:
        maps.network_distance(points(HOMES), shelter(SITE), roads=river, **arguments)
    assert caught.value.note.kind == kind


def test_columns_that_are_there_already(river):
    with pytest.raises(DataAcademyError) as caught:
        maps.network_distance(points(HOMES, road_m=[1.0]), shelter(SITE), roads=river)
    assert caught.value.note.kind == "column_exists"
