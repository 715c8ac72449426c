"""Two-step floating catchment areas: access, the plain loop, capacity that is kept, what nobody reaches."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from maps_town import points, printed

from dataacademy import load, maps
from dataacademy.errors import DataAcademyError

ACCESS = printed("maps_access.txt", "areas.geojson", "facilities.csv")
SHELTERS = {"kind": "shelter", "capacity": "capacity", "within": 1_000, "weights": "population"}


def decayed(distance, reach):
    return (np.exp(-0.5 * (distance / reach) ** 2) - np.exp(-0.5)) / (1 - np.exp(-0.5))


@pytest.mark.parametrize(("decay", "name"), [(None, "flat"), ("gaussian", "gaussian")])
def test_two_step_fca_is_that_of_access(decay, name):
    found = maps.two_step_fca(load("areas"), load("facilities"), decay=decay, **SHELTERS)
    assert found.table["access"].to_numpy() == pytest.approx(ACCESS[name], rel=1e-5, abs=1e-6)


place = st.tuples(st.integers(0, 2_000), st.integers(0, 2_000))
homes = st.lists(st.tuples(place, st.integers(0, 50)), min_size=1, max_size=10)
sites = st.lists(st.tuples(place, st.integers(0, 30)), min_size=1, max_size=5)


@settings(deadline=None)
@given(homes, sites, st.sampled_from([None, "gaussian"]))
def test_the_plain_loop_and_nothing_of_the_capacity_is_lost(homes, sites, decay):
    homes, sites = [*homes, ((0, 0), 5)], [*sites, ((0, 0), 10)]
    people = points([xy for xy, _ in homes], n=[n for _, n in homes])
    places = points([xy for xy, _ in sites], beds=[s for _, s in sites])
    reach = 700.123  # no integer distance, so that both ways of computing agree

    def weight(a, b):
        distance = np.hypot(a[0] - b[0], a[1] - b[1])
        return 0 if distance > reach else 1 if decay is None else decayed(distance, reach)

    ratio = []
    for site, beds in sites:
        wanted = sum(n * weight(home, site) for home, n in homes)
        ratio.append(beds / wanted if wanted > 0 else 0)
    expected = [sum(r * weight(home, site) for r, (site, _) in zip(ratio, sites, strict=True)) for home, _ in homes]
    found = maps.two_step_fca(people, places, capacity="beds", within=reach, weights="n", decay=decay, per=1)
    assert found.table["access"].tolist() == pytest.approx(expected)
    assert (found.table["access"] * found.table["n"]).sum() == pytest.approx(found.figures["used_capacity"])


def test_one_hall_is_shared_by_all_who_reach_it():
    people = points([(0, 0), (100, 0), (5_000, 0)], population=[300, 700, 1_000])
    halls = points([(50, 0), (9_000, 0)], beds=[100, 50])
    found = maps.two_step_fca(people, halls, capacity="beds", within=500, weights="population")
    assert found.table["access"].tolist() == pytest.approx([100, 100, 0])
    assert found.table["facilities_within"].tolist() == [1, 1, 0]
    assert found.figures["none_percent"] == 50
    assert found.figures["used_capacity"] == 100
    assert "一つも届かないのは 1,000人（50.0 %）です。" in found.sentence
    assert found.left_out == ("だれも届かない施設 1（50）",)


def test_along_the_roads_fewer_are_reached_and_the_island_none():
    houses, places, roads = load("buildings"), load("facilities"), load("roads")
    options = {"capacity": "capacity", "within": 1_500, "weights": "residents", "kind": "shelter"}
    crow = maps.two_step_fca(houses, places, **options)
    road = maps.two_step_fca(houses, places, roads=roads, **options)
    assert (road.table["facilities_within"] <= crow.table["facilities_within"]).all()
    assert road.figures["none_percent"] > crow.figures["none_percent"]
    assert "道のり 1,500 m 以内" in road.sentence and "直線 1,500 m 以内" in crow.sentence
    assert (road.table["access"] * houses["residents"]).sum() == pytest.approx(1_000 * road.figures["used_capacity"])
    one = places[places["kind"] == "shelter"].head(1)
    shared = maps.two_step_fca(houses, one, roads=roads, **options).table
    metres = maps.network_distance(houses, one, roads=roads).table["road_m"]
    near = (metres <= 1_500).to_numpy()
    expected = np.where(near, 1_000 * one["capacity"].iloc[0] / houses["residents"][near].sum(), 0)
    assert shared["access"].to_numpy() == pytest.approx(expected)
    with pytest.raises(DataAcademyError, match="道のりで測るとき"):
        maps.two_step_fca(houses, places, closed=["R0001"], **options)


def test_empty_cells_are_told():
    people = points([(0, 0), (1, 0), (np.nan, np.nan)], n=[1, np.nan, 4])
    halls = points([(0, 0), (0, 0)], beds=[10, np.nan])
    found = maps.two_step_fca(people, halls, capacity="beds", within=10, weights="n", per=1)
    assert found.table["access"].tolist()[:2] == [10, 10] and np.isnan(found.table["access"].tolist()[2])
    assert found.left_out == ("「beds」が空欄の施設 1", "位置の分からない 1 行（4）", "「件数」が空欄の 1 行")


@pytest.mark.parametrize(
    ("people", "halls", "options", "kind"),
    [
        (lambda p: p, lambda h: h, {"within": -1}, "out_of_range"),
        (lambda p: p, lambda h: h, {"within": "500"}, "out_of_range"),
        (lambda p: p, lambda h: h, {"decay": "linear"}, "unknown_choice"),
        (lambda p: p, lambda h: h, {"capacity": "bed"}, "unknown_column"),
        (lambda p: p, lambda h: h.assign(beds=0), {}, "no_capacity"),
        (lambda p: p, lambda h: h.assign(beds=-5), {}, "negative_counts"),
        (lambda p: p.assign(n=-5), lambda h: h, {}, "negative_counts"),
        (lambda p: p, lambda h: h.set_geometry(h.translate(1e5)), {}, "nobody_in_reach"),
        (lambda p: p, lambda h: h.head(0), {}, "no_facilities"),
        (lambda p: p.assign(access=1), lambda h: h, {}, "column_exists"),
        (lambda p: p.to_crs(6668), lambda h: h, {}, "degrees"),
    ],
)
def test_bad_input_has_its_own_message(people, halls, options, kind):
    p, h = points([(0, 0), (10, 0)], n=[5, 6]), points([(0, 0)], beds=[10])
    with pytest.raises(DataAcademyError) as caught:
        maps.two_step_fca(people(p), halls(h), **{"capacity": "beds", "within": 500, "weights": "n"} | options)
    assert caught.value.note.kind == kind


def test_places_have_their_unit():
    homes, halls = points([(0, 0), (9000, 0)], n=[10, 5]), points([(0, 50), (0, 5000)], capacity=[20, 7], beds=[20, 7])
    found = maps.two_step_fca(homes, halls, capacity="capacity", weights="n", within=500)
    assert "1,000 人あたり 2,000人分までです" in found.sentence
    assert any("（7人）" in line for line in found.left_out)
    assert "2,000 までです" in maps.two_step_fca(homes, halls, capacity="beds", weights="n", within=500).sentence
