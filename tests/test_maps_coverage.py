"""Within reach by hazard, by capacity, by any part of a polygon, and what the definition alone changes."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from maps_town import CRS, points, squares
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_flow

from dataacademy import load, maps
from dataacademy.errors import DataAcademyError
from dataacademy.maps import reach


def shelters(xy, **columns) -> gpd.GeoDataFrame:
    xy = np.reshape(xy, (-1, 2))
    return points(xy, name=[f"避難所{i}" for i in range(len(xy))], kind="shelter", kind_label="指定避難所", **columns)


def kind_of(work) -> str:
    with pytest.raises(DataAcademyError) as caught:
        work()
    return caught.value.note.kind


# --- areas: point, area, touch -------------------------------------------------------------------------------------


@given(st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_touch_is_the_distance_of_shapely_and_bounds_the_others(seed):
    rng = np.random.default_rng(seed)
    boxes = shapely.buffer(shapely.points(rng.uniform(0, 3000, (15, 2))), rng.uniform(5, 400, 15), quad_segs=2)
    data = gpd.GeoDataFrame({"people": rng.integers(1, 50, 15)}, geometry=boxes, crs=CRS)
    sites = shelters(rng.uniform(0, 3000, (4, 2)))
    ask = {"within": [150, 600], "weights": "people"}
    touched = maps.coverage(data, sites, method="touch", **ask).table["covered"]
    apart = shapely.distance(boxes[:, None], sites.geometry.to_numpy()[None, :]).min(axis=1)
    assert touched.tolist() == [data["people"][apart <= r].sum() for r in (150, 600)]
    for method in ("point", "area"):
        assert (maps.coverage(data, sites, method=method, **ask).table["covered"] <= touched + 1e-9).all()


@given(st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_area_shares_are_those_of_one_cut_with_all_circles(seed):
    rng = np.random.default_rng(seed)
    shapes = shapely.buffer(shapely.points(rng.uniform(0, 2000, (20, 2))), rng.uniform(1, 500, 20), quad_segs=3)
    sites = rng.uniform(0, 2000, (8, 2))
    angle = np.pi / 128
    wider = 300 * np.sqrt(angle / np.sin(angle))
    circles = shapely.union_all(shapely.buffer(shapely.points(sites), wider, quad_segs=64))
    expected = shapely.area(shapely.intersection(shapes, circles)) / shapely.area(shapes)
    data = gpd.GeoDataFrame({"people": 1.0}, geometry=shapes, crs=CRS, index=range(20))
    for i in range(20):
        found = maps.coverage(data.iloc[[i]], shelters(sites), within=300, weights="people", method="area")
        assert found.table["covered"].item() == pytest.approx(expected[i], abs=1e-9)


def test_the_limit_itself_is_touched():
    square = squares([(100, 0)], 50, people=[7])
    for within, covered in ((100, 7), (99.99, 0)):
        table = maps.coverage(square, shelters((0, 25)), within=within, weights="people", method="touch").table
        assert table["covered"].item() == covered
    found = maps.coverage(square, shelters((0, 25)), within=100, weights="people", method="touch")
    assert found.sentence.endswith("地区の一部でも入れば全員を数えています。")


def test_broken_polygons_are_named():
    bow_tie = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    data = gpd.GeoDataFrame({"area_id": ["港町", "北町"], "people": [10, 5]}, geometry=[bow_tie] * 2, crs=CRS)
    for method in ("area", "touch"):
        found = maps.coverage(data, shelters((50, 50)), within=500, weights="people", method=method)
        assert found.used["形を直した区域"] == 2
        assert found.assumptions == ("線が交差するなど、形のこわれた面 2 個を直して数えました（港町、北町）。",)


def test_rows_count_as_one_without_weights():
    found = maps.coverage(points([(0, 0), (900, 0), (2000, 0)]), shelters((0, 0)), within=1000)
    assert found.sentence == (
        "指定避難所から直線1,000 m以内にある地区は 2件（3件の 66.67 %）です。残る 1件（33.33 %）は 1,000 m より遠くに"
        "あります。地区の代表点で数えています。"
    )
    assert "2 of 3 rows (66.67 %) lie within" in found.sentence_en
    people = points([(0, 0), (900, 0)], resident_id=["a", "b"])
    assert "以内に住む人は 1人（2人の" in maps.coverage(people, shelters((0, 0)), within=100).sentence


def test_places_of_another_town():
    people = points([(0, 0), (900_000, 0)], people=[3, 4])
    found = maps.coverage(people, shelters((100, 0)), within=500, weights="people")
    assert found.table["uncovered"].item() == 4
    assert found.assumptions[0].startswith("どの指定避難所からも 50 km より遠い 地区が 1 あります（2 行目）")
    assert maps.nearest(people, shelters((100, 0))).assumptions == found.assumptions
    far = shelters((400_000, 0), capacity=[5])
    for measure in (
        maps.nearest,
        lambda *a: maps.coverage(*a, within=500),
        lambda *a: maps.coverage_by_capacity(*a, within=5),
    ):
        assert kind_of(lambda measure=measure: measure(points([(0, 0)]), far)) == "another_town"


def test_a_layer_without_any_location():
    empty = gpd.GeoDataFrame({"people": [1, 2]}, geometry=[None, shapely.Point()], crs=CRS)
    assert kind_of(lambda: maps.coverage(empty, shelters((0, 0)), within=5, weights="people")) == "no_locations"


@given(seed=st.integers(0, 10**6), many=st.integers(1, 400), radius=st.integers(1, 180), part=st.booleans())
@settings(max_examples=150, deadline=None)
def test_settling_whole_squares_finds_what_measuring_each_place_finds(seed, many, radius, part):
    """What a million places go through, on few of them, with places on the limit, far ones and unknown ones."""
    rng = np.random.default_rng(seed)
    radius *= 5
    xy = np.round(rng.normal(0, 600, (many, 2)) * rng.choice([0, 0.1, 1, 30]))
    sites = np.round(rng.uniform(-800, 800, (rng.integers(1, 30), 2)))
    on_rim = rng.random(many) < 0.3  # whole numbers that lie on a circle: 3, 4, 5
    rim = np.array([[0, 5], [3, 4], [4, 3], [5, 0]]) * rng.choice([-1, 1], 2) * radius // 5
    xy[on_rim] = rng.choice(sites, on_rim.sum()) + rng.choice(rim, on_rim.sum())
    apart = ((xy[:, None] - sites[None]) ** 2).sum(axis=2).min(axis=1)  # whole numbers: exact
    unknown = rng.random(many) < 0.05
    xy[unknown] = np.nan
    limit = radius - 0.5 if part else radius
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reach, "_EACH", 0)
        found = reach.inside(xy, sites, limit)
    assert found.tolist() == ((apart <= limit**2) & ~unknown).tolist()
    assert reach.inside(xy, sites, limit).tolist() == found.tolist()


def test_many_places_by_the_squares_of_the_plain_loop():
    """Enough places to be settled by squares without a switch; measured to all sites in turn."""
    rng = np.random.default_rng(7)
    xy, sites = rng.uniform(0, 5000, (20_000, 2)).round(1), rng.uniform(-300, 5300, (40, 2)).round(1)
    apart = np.hypot(*(xy[:, None] - sites[None]).transpose(2, 0, 1)).min(axis=1)
    people = points(xy, people=rng.integers(0, 9, len(xy)))
    found = maps.coverage(people, shelters(sites), within=[250, 400, 9000], weights="people").table
    assert found["covered"].tolist() == [people["people"][apart <= radius].sum() for radius in (250, 400, 9000)]


# --- hazards -------------------------------------------------------------------------------------------------------


@pytest.fixture
def judged():
    """Usable, not usable, not known."""
    return shelters([(0, 0), (1000, 0), (2000, 0)], flood=pd.array([True, False, None], dtype="boolean"))


def test_unknown_is_not_usable_and_is_said(judged):
    people = points([(0, 0), (1000, 0), (2000, 0)], people=[1, 2, 4])
    found = maps.coverage(people, judged, within=100, weights="people", hazard="flood")
    assert found.table["covered"].item() == 1
    assert found.left_out == ("洪水のときに使えるか分からない施設 1 件",)
    assert found.used["施設"] == 1
    table = maps.coverage_by_hazard(people, judged, within=100, weights="people").table.set_index("hazard")
    assert table["covered"].to_dict() == {"any": 7, "flood": 1}
    assert table.loc["flood", ["n_facilities", "n_unknown"]].tolist() == [1, 1]
    near = maps.nearest(people, judged, hazard="flood").table
    assert near["nearest_name"].tolist() == ["避難所0"] * 3


@pytest.mark.parametrize(
    ("spoil", "hazard", "kind"),
    [
        (lambda f: f, "floods", "unknown_column"),
        (lambda f: f.assign(flood="○"), "flood", "not_yes_no"),
        (lambda f: f.assign(flood=False), "flood", "none_usable"),
        (lambda f: f.assign(flood=pd.array([None] * 3, dtype="boolean")), "flood", "none_usable"),
    ],
)
def test_hazards_are_checked(judged, spoil, hazard, kind):
    people = points([(0, 0)])
    assert kind_of(lambda: maps.coverage(people, spoil(judged), within=100, hazard=hazard)) == kind


@pytest.mark.parametrize("flags", [[False] * 3, [None] * 3])
def test_where_no_facility_is_known_to_be_usable_nothing_is_said_to_fall(judged, flags):
    people = points([(0, 0), (1000, 0), (5000, 0)])
    found = maps.coverage_by_hazard(people, judged.assign(flood=pd.array(flags, dtype="boolean")), within=100)
    assert math.isnan(found.value)
    assert "66.7 % です。災害の種類ごとに使えると分かっている施設は、一つもありません。" in found.sentence
    assert "災害を問わない" not in found.sentence
    assert "any hazard" in found.sentence_en


def test_no_column_of_any_hazard(judged):
    assert (
        kind_of(lambda: maps.coverage_by_hazard(points([(0, 0)]), judged[["name", "geometry"]], within=9))
        == "no_hazards"
    )


# --- capacity ------------------------------------------------------------------------------------------------------


def greatest_flow(people, reach, room) -> int:
    """How many find room at best: source → rows → facilities → sink."""
    n, m = reach.shape
    flow = np.zeros((n + m + 2, n + m + 2), dtype=np.int32)
    flow[0, 1 : n + 1] = people
    flow[1 : n + 1, n + 1 : -1] = reach * 10_000
    flow[n + 1 : -1, -1] = room
    return maximum_flow(csr_matrix(flow), 0, n + m + 1).flow_value


@given(st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_capacity_is_the_plain_loop_and_the_greatest_flow(seed):
    rng = np.random.default_rng(seed)
    homes, sites = rng.uniform(0, 2000, (25, 2)), rng.uniform(0, 2000, (6, 2))
    people, room = rng.integers(0, 40, 25), rng.integers(0, 150, 6)
    people[0], room[0] = 1, 5
    apart = np.hypot(*(homes[:, None] - sites[None]).transpose(2, 0, 1))
    coming = [0] * 6
    for row, n in zip(apart, people, strict=True):
        if row.min() <= 700:
            coming[row.argmin()] += n
    over = [max(c - r, 0) for c, r in zip(coming, room, strict=True)]
    found = maps.coverage_by_capacity(
        points(homes, people=people), shelters(sites, capacity=room), within=700, weights="people"
    )
    assert found.table["coming"].tolist() == coming
    assert found.table["without_room"].tolist() == over
    assert found.value == sum(over)
    figures = found.figures
    best = sum(coming) - greatest_flow(people, apart <= 700, room)
    assert figures["without_room_best"] == pytest.approx(best, abs=1e-6)
    assert figures["without_room_best"] <= found.value + 1e-6
    assert figures["within_reach"] + figures["out_of_reach"] == people.sum()
    table = found.table
    assert (table["coming"] - table["without_room"] + table["room_left"]).tolist() == room.tolist()


def test_a_better_plan_uses_the_shelter_that_is_not_the_nearest():
    people = points([(0, 0), (10, 0)], people=[30, 30])
    places = shelters([(0, 0), (100, 0), (200, 0)], capacity=pd.array([40, 15, None], dtype="Int64"))
    found = maps.coverage_by_capacity(people, places, within=150, weights="people")
    assert found.value == 20
    assert found.figures["without_room_best"] == pytest.approx(5)
    assert found.sentence.startswith(
        "指定避難所から直線150 m 以内の人 60人がみな最も近い指定避難所へ行くと、20人が入れません"
        "（収容人数は合わせて 55人分）。"
        "届く範囲でうまく振り分けても、5人は入れません。"
    )
    assert found.left_out == ("「想定収容人数」が空欄の指定避難所 1 件",)
    assert found.used["施設"] == 2


@pytest.mark.parametrize(
    ("capacity", "arguments", "kind"),
    [
        ([10, -1], {}, "negative_capacity"),
        ([0, 0], {}, "no_capacity"),
        ([np.nan, np.nan], {}, "no_capacity"),
        (["百人", "九人"], {}, "not_numeric"),
        ([10, 10], {"capacity": "定員"}, "unknown_column"),
        ([10, 10], {"within": [100, 200]}, "bad_within"),
        ([10, 10], {"within": -1}, "bad_within"),
    ],
)
def test_capacity_is_checked(capacity, arguments, kind):
    places = shelters([(0, 0), (100, 0)], capacity=capacity)
    assert kind_of(lambda: maps.coverage_by_capacity(points([(0, 0)]), places, **{"within": 100} | arguments)) == kind
    mine = places.assign(capacity=5, coming=1)
    assert kind_of(lambda: maps.coverage_by_capacity(points([(0, 0)]), mine, within=100)) == "column_exists"


def test_nobody_within_reach_needs_no_room():
    found = maps.coverage_by_capacity(points([(0, 0)]), shelters((900, 0), capacity=[5]), within=100)
    assert found.value == found.figures["without_room_best"] == found.figures["within_reach"] == 0


# --- definitions ---------------------------------------------------------------------------------------------------


def test_every_definition_is_a_coverage_of_its_own():
    areas, sites, buildings, roads = (load(t) for t in ("areas", "facilities", "buildings", "roads"))
    ask = {"kind": "shelter", "within": 500}
    found = maps.coverage_by_definition(areas, sites, weights="population", buildings=buildings, roads=roads, **ask)
    shares = found.table.set_index("definition")["share_percent"]
    for method in ("point", "area", "touch"):
        assert shares[method] == maps.coverage(areas, sites, weights="population", method=method, **ask).value
    assert shares["building"] == maps.coverage(buildings, sites, weights="residents", **ask).value
    assert shares["road"] == maps.coverage(buildings, sites, weights="residents", roads=roads, **ask).value
    assert found.value == shares.max() - shares.min()
    assert found.left_out == ()
    assert shares["building"] - shares["area"] > 10  # the definition alone


def test_points_use_the_zones_and_what_is_missing_is_named():
    areas = points([(50, 50), (150, 50)], population=[10, 30])
    zones = squares([(0, 0), (100, 0)], 100, layer=["自治会"] * 2, zone_id=["a", "b"])
    found = maps.coverage_by_definition(areas, shelters((0, 50)), within=120, weights="population", zones=zones)
    assert found.table["definition_label"].tolist() == ["代表点", "面積按分（自治会）", "一部でも入れば（自治会）"]
    assert found.table["covered"].iloc[[0, 2]].tolist() == [10, 40]
    assert found.left_out == ("建物ごと：建物の表がないので測っていません",)
    alone = maps.coverage_by_definition(areas, shelters((0, 50)), within=120, weights="population")
    assert alone.table["definition"].tolist() == ["point"]
    assert len(alone.left_out) == 2


def test_what_a_comparison_of_kinds_leaves_out_is_told():
    homes = points([(0, 0), (1000, 0), (np.nan, np.nan)], households=[3, 4, 5])
    sites = points([(0, 100), (900, 0), (0, 0)], kind=["shelter", "medical", None], kind_label=["避難所", "医院", None])
    found = maps.coverage_by_kind(homes, sites, within=300, weights="households")
    assert found.value == 2
    assert found.used["施設"] == 2
    assert found.left_out == ("種類の分からない施設 1 件", "位置が分からない 1 地区（世帯数 5）")
    assert "施設がある世帯の割合" in found.sentence and "代表点" in found.sentence
    assert kind_of(lambda: maps.coverage_by_kind(homes, sites.iloc[2:], within=300, weights="households")) == (
        "no_facilities"
    )


def test_a_comparison_of_definitions_says_who_is_counted():
    homes = squares([(0, 0), (100, 0)], 100, households=[3, 4])
    found = maps.coverage_by_definition(homes, shelters([(0, 0)]), within=100, weights="households")
    assert "100 m 以内に施設がある世帯の割合" in found.sentence
