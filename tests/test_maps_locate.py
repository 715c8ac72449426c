"""Choosing sites: every combination of small towns, laws, ties, bad input, and what spopt says of the sample town."""

from __future__ import annotations

from itertools import combinations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from maps_town import CRS, points, printed
from matplotlib import pyplot
from scipy.optimize import linear_sum_assignment

from dataacademy import charts, load, maps
from dataacademy.errors import DataAcademyError
from dataacademy.maps.siting import ground, rooms, sets

MODELS = ("mclp", "lscp", "p_median", "p_centre")
REACH = 400


def kind_of(work) -> str:
    with pytest.raises(DataAcademyError) as caught:
        work()
    return caught.value.note.kind


def places(xy, **columns) -> gpd.GeoDataFrame:
    xy = np.reshape(xy, (-1, 2))
    return points(xy, name=[f"場所{i}" for i in range(len(xy))], **columns)


def asked(model: str, p: int) -> dict:
    """The arguments that go with a model."""
    return {
        "model": model,
        "p": None if model == "lscp" else p,
        "within": REACH if model in ("mclp", "lscp") else None,
        "weights": "people",
    }


# --- every combination ----------------------------------------------------------------------------------------------


def worth(model: str, metres: np.ndarray, people: np.ndarray, room=None) -> float | None:
    """What open sites are worth, person by person: people served, or mean or longest metres; None: not all served."""
    each = np.repeat(metres, people, axis=0)
    if room is not None:
        each = np.repeat(each, room, axis=1)
    if not each.size:
        return 0.0 if model in ("mclp", "lscp") else None
    if model in ("mclp", "lscp"):
        near = each <= REACH
        return float(near[linear_sum_assignment(~near)].sum() if room is not None else near.any(axis=1).sum())
    if room is None:
        return float(each.min(axis=1).mean() if model == "p_median" else each.min(axis=1).max())
    if each.shape[1] < each.shape[0]:
        return None
    if model == "p_median":
        return float(each[linear_sum_assignment(each)].mean())
    for longest in np.unique(each):
        if not (each > longest)[linear_sum_assignment(each > longest)].any():
            return float(longest)
    raise AssertionError("there is room for everybody at the longest distance")


def best(model: str, old, new, people, p, room=None) -> float | None:
    """The best of all combinations."""
    everything, n = np.hstack([old, new]), new.shape[1]

    def of(chosen):
        sites = [*range(old.shape[1]), *(old.shape[1] + j for j in chosen)]
        return worth(model, everything[:, sites], people, None if room is None else room[sites])

    if model == "lscp":
        able = people[(everything <= REACH).any(axis=1)].sum()
        return next((k for k in range(n + 1) if any(of(c) == able for c in combinations(range(n), k))), None)
    found = [value for c in combinations(range(n), p) if (value := of(c)) is not None]
    if model == "mclp":
        return max(found) - of(())
    return min(found, default=None)


def small_town(seed: int, with_old: bool, with_room: bool):
    rng = np.random.default_rng(seed)
    step = rng.choice([1, 100])  # on a lattice many distances are ties
    homes, sites = (np.round(rng.uniform(0, 1000, (n, 2)) / step) * step for n in (9, 8))
    people = rng.integers(0, 4, 9)
    people[0] = 2
    room = rng.integers(0, 9, 8)
    room[[0, -1]] = 3
    old = rng.integers(1, 3) if with_old else 0
    apart = np.hypot(*(homes[:, None] - sites[None]).transpose(2, 0, 1))
    there, could = places(sites[:old], capacity=room[:old]), places(sites[old:], capacity=room[old:])
    keep = np.ones(len(could), bool)
    if old:
        keep = np.hypot(*(sites[old:, None] - sites[None, :old]).transpose(2, 0, 1)).min(axis=1) > 1
    kept = np.r_[np.ones(old, bool), keep]
    more = {"existing": there} if old else {}
    more |= {"capacity": "capacity"} if with_room else {}
    room = room[kept] if with_room else None
    return points(homes, people=people), could, more, apart[:, :old], apart[:, old:][:, keep], people, room


@pytest.mark.parametrize("with_room", [False, True])
@pytest.mark.parametrize("with_old", [False, True])
@pytest.mark.parametrize("model", MODELS)
@given(seed=st.integers(0, 10**6), p=st.integers(1, 3))
@settings(max_examples=15, deadline=None)
def test_no_combination_is_better(model, with_old, with_room, seed, p):
    data, could, more, old, new, people, room = small_town(seed, with_old, with_room)
    expected = best(model, old, new, people, p, room)
    if expected is None:
        assert kind_of(lambda: maps.locate(data, could, **asked(model, p), **more)) == "not_enough_room"
        return
    found = maps.locate(data, could, **asked(model, p), **more)
    assert found.value == pytest.approx(expected, abs=1e-6)
    assert found.figures["optimal"]
    assert found.figures["bound"] == pytest.approx(expected, abs=1e-6)
    assert len(found.table) == found.figures["new_sites"] <= (p if model != "lscp" else len(could))
    chosen = np.hypot(
        *(shapely.get_coordinates(data.geometry)[:, None] - shapely.get_coordinates(found.table.geometry)[None]).T
    ).T
    taken = None
    if with_room:
        taken = np.r_[room[: old.shape[1]], found.table["capacity"].to_numpy(int)]
        assert (found.table["assigned"] + found.table["room_left"]).tolist() == found.table["capacity"].tolist()
        assert (found.table["room_left"] >= -1e-6).all()
    ours = worth(model, np.hstack([old, chosen]), people, taken)  # the sites named are worth what is said
    if model == "lscp":
        able = np.hstack([old, new])
        assert ours == people[(able <= REACH).any(axis=1)].sum() == found.figures["covered_after"]
    elif model == "mclp":
        assert ours - worth(model, old, people, None if room is None else room[: old.shape[1]]) == found.value
    else:
        assert ours == pytest.approx(found.value, abs=1e-6)
    if not with_room and model in ("mclp", "lscp"):
        gained = found.figures["covered_after"] - found.figures["covered_before"]
        assert found.table["assigned"].sum() == gained
        assert (found.table["farthest_m"].dropna() <= REACH).all()


@given(seed=st.integers(0, 10**6))
@settings(max_examples=15, deadline=None)
def test_one_more_site_never_makes_it_worse(seed):
    data, could, more, *_ = small_town(seed, with_old=bool(seed % 2), with_room=False)
    could = could.iloc[:5]
    for model, better in (("mclp", 1), ("p_median", -1), ("p_centre", -1)):
        try:
            values = [maps.locate(data, could, **asked(model, p), **more).value for p in (1, 2, 3)]
        except DataAcademyError as error:  # candidates at the place of an existing site are no candidates
            assert error.note.kind == "too_many_sites"
            return
        assert (np.diff(values) * better >= -1e-6).all()


@given(seed=st.integers(0, 10**6), model=st.sampled_from(MODELS))
@settings(max_examples=15, deadline=None)
def test_the_order_of_rows_and_candidates_does_not_matter(seed, model):
    data, could, more, *_ = small_town(seed, with_old=bool(seed % 2), with_room=False)
    first = maps.locate(data, could, **asked(model, 1), **more)
    again = maps.locate(data.iloc[::-1], could.sample(frac=1, random_state=seed), **asked(model, 1), **more)
    assert first.value == pytest.approx(again.value)
    assert (
        shapely.get_coordinates(first.table.geometry).tolist() == shapely.get_coordinates(again.table.geometry).tolist()
    )


def test_choosing_one_by_one_is_not_the_best():
    """The middle site takes six people first, and then the two at the ends cannot both be had: 7 instead of 8."""
    data = points([(-300, 0), (-100, 0), (100, 0), (300, 0)], people=[1, 3, 3, 1])
    could = places([(-200, 0), (0, 0), (200, 0)])
    found = maps.locate(data, could, p=2, within=150, weights="people")
    assert found.table["name"].tolist() == ["場所0", "場所2"]
    assert (found.value, found.figures["greedy"]) == (8, 7)
    assert found.sentence == (
        "候補地 3 か所のうち 2 か所を増やすと、増やす場所から直線150 m以内に住む人は 8人（8人の 100.00 %）になります。"
        "これより多い選び方はありません（最適であることを確かめました）。"
        "一か所ずつ順に選ぶと 7人です。地区の代表点で計算しています。"
    )
    assert found.sentence_en == (
        "With 2 of 3 candidates 8 more people are within 150 m (straight line) of a site: 8 of 8 (100.00 %). "
        "No choice gives more (proven optimal). Choosing one by one gives 7 people."
    )
    alone = maps.locate(data, could, p=3, within=150, weights="people")
    assert len(alone.table) == 2
    assert alone.assumptions[0] == "3 か所まで増やしても、この 2 か所と同じ結果です。"


def test_ties_are_one_choice_and_said_to_be():
    data = points([(0, 0), (1000, 0)], people=[5, 5])
    found = maps.locate(data, places([(1000, 10), (0, 10)]), p=1, within=100, weights="people")
    assert found.table["name"].tolist() == ["場所1"]  # the western one, in whatever order they come
    assert "同じ結果になる選び方が、ほかにもあるかもしれません" in found.assumptions[-1]


def test_the_limit_itself_is_within():
    data = points([(0, 0)], people=[5])
    assert maps.locate(data, places([(300, 400)]), p=1, within=500, weights="people").value == 5
    assert maps.locate(data, places([(300, 400)]), p=1, within=499.99, weights="people").value == 0


# --- the parts ------------------------------------------------------------------------------------------------------


@given(seed=st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_needed_sets_contain_no_other_and_nothing_is_lost(seed):
    rng = np.random.default_rng(seed)
    reach = rng.random((rng.integers(1, 60), 6)) < 0.4
    reach[:, 0] |= ~reach.any(axis=1)
    every = {frozenset(np.flatnonzero(row).tolist()) for row in reach}
    expected = {s for s in every if not any(other < s for other in every)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sets, "_BLOCK", 3)
        found = [frozenset(np.flatnonzero(row).tolist()) for row in sets.needed(reach).member]
    assert len(found) == len(expected)
    assert set(found) == expected


def test_sets_of_distances_add_up_to_the_mean_whatever_is_opened():
    data, could, _, _, new, people, _ = small_town(7, with_old=False, with_room=False)
    town = ground.gather(
        data, could, None, within=None, weights="people", kind=None, hazard=None, capacity=None, roads=None, closed=None
    )
    priced = sets.by_distance(town)
    for k in (1, 2, 5):
        for chosen in combinations(range(new.shape[1]), k):
            mean = town.weight @ town.after(list(chosen)) / town.weight.sum()
            assert priced.free + priced.unpaid(list(chosen)) == pytest.approx(mean)


# --- what is told ---------------------------------------------------------------------------------------------------


def test_rows_and_candidates_left_out_are_named_and_nothing_is_changed():
    data = gpd.GeoDataFrame(
        {"people": [4, 2, None, 1]}, geometry=gpd.points_from_xy([0, 50, 10, 0], [0, 0, 0, 0]), crs=CRS
    )
    data.loc[3, "geometry"] = None
    there = places([(900, 0)], kind="shelter", kind_label="指定避難所")
    could = places([(0, 0), (900.5, 0), (500, 0)])
    could.loc[2, "geometry"] = None
    copies = [frame.copy() for frame in (data, could, there)]
    found = maps.locate(data, could, p=1, within=100, weights="people", existing=there)
    assert found.left_out == (
        "位置が分からない 1 地区（人数 1）",
        "人数が空欄の 1 地区",
        "位置が分からない候補地 1 件",
        "いまの施設と同じ場所にある候補地 1 件",
    )
    assert found.used == {"地区": 2, "人数": 6, "候補地": 1, "施設": 1}
    assert found.figures["base"] == 6
    for frame, copy in zip((data, could, there), copies, strict=True):
        pd.testing.assert_frame_equal(frame, copy)


def test_nothing_to_gain():
    data, there = points([(0, 0), (5000, 0)], people=[5, 1]), places([(10, 0)])
    could = places([(0, 2000)])
    found = maps.locate(data, could, p=1, within=100, weights="people", existing=there)
    assert (found.value, len(found.table), found.figures["optimal"]) == (0, 0, True)
    assert found.sentence.startswith(
        "候補地をどう増やしても、施設から直線100 m以内に住む人は 5人（6人の 83.33 %）のまま"
    )
    assert maps.locate(data, could, model="lscp", within=100, weights="people", existing=there).value == 0
    far = maps.locate(data, could, model="p_centre", p=1, weights="people", existing=there)
    assert far.value == 4990
    assert "のままです（6人）" in far.sentence


@pytest.mark.parametrize("capacity", [None, "capacity"])
@pytest.mark.parametrize("model", ["mclp", "lscp"])
def test_nobody_within_reach_is_an_answer(model, capacity):
    data, could = points([(0, 0)], people=[3]), places([(5000, 0)], capacity=[9])
    found = maps.locate(data, could, **asked(model, 1), capacity=capacity)
    assert (found.value, len(found.table), found.figures["uncovered"], found.figures["optimal"]) == (0, 0, 3, True)


def test_people_whom_no_candidate_reaches_are_counted_not_dropped():
    data = points([(0, 0), (5000, 0)], people=[5, 2])
    found = maps.locate(data, places([(50, 0)]), model="lscp", within=100, weights="people")
    assert (found.value, found.figures["uncovered"], found.figures["base"]) == (1, 2, 7)
    assert "どの候補地からも遠い 2人を除けば、これで全員です。" in found.sentence


def test_hazards_and_kinds():
    usable = pd.array([True, False, None], dtype="boolean")
    could = places([(0, 0), (10, 0), (20, 0)], flood=usable)
    there = places([(0, 500), (0, 510), (0, 520)], flood=usable, kind=["shelter", "shelter", "hall"])
    data = points([(0, 0), (0, 500)], people=[3, 4])
    ask = {"p": 1, "within": 30, "weights": "people", "hazard": "flood"}
    found = maps.locate(data, could, existing=there, kind="shelter", **ask)
    assert found.table["name"].tolist() == ["場所0"]
    assert (found.value, found.figures["covered_before"]) == (3, 4)
    assert "洪水のときに使えるか分からない候補地 1 件" in found.left_out
    assert kind_of(lambda: maps.locate(data, could, kind="shelter", **ask)) == "kind_without_existing"
    assert kind_of(lambda: maps.locate(data, could.drop(columns="flood"), **ask)) == "unknown_column"


def test_capacities_send_people_to_a_site_that_is_not_the_nearest():
    data = points([(0, 0), (10, 0)], people=[30, 30])
    there = places([(0, 0.5)], capacity=[40])
    could = places([(100, 0), (500, 0), (0, 90)], capacity=pd.array([15, 90, None], dtype="Int64"))
    ask = {"within": 150, "weights": "people", "existing": there, "capacity": "capacity"}
    found = maps.locate(data, could, p=1, **ask)
    assert (found.value, found.table["room_left"].item()) == (15, 0)
    assert found.left_out == ("「想定収容人数」が空欄の候補地 1 件",)
    assert kind_of(lambda: maps.locate(data, could, model="lscp", **ask)) == "not_enough_room"
    median = maps.locate(data, could, model="p_median", p=1, **{**ask, "within": None})
    assert median.table["assigned"].item() == 20
    assert median.value == pytest.approx((30 * 0.5 + 10 * np.hypot(10, 0.5) + 20 * 490) / 60)
    assert np.isnan(median.figures["mean_before_m"])
    assert "いまの施設だけでは全員が行けない（入れない）ので、いまの距離は出していません。" in median.assumptions


def test_too_many_pairs_for_a_mean_with_capacities(monkeypatch):
    monkeypatch.setattr(rooms, "_MOST", 3)
    data, could = points([(0, 0), (10, 0)], people=[1, 1]), places([(0, 9), (9, 9)], capacity=[5, 5])
    ask = {"model": "p_median", "p": 1, "weights": "people", "capacity": "capacity"}
    assert kind_of(lambda: maps.locate(data, could, **ask)) == "too_many_pairs"


# --- roads ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def two_shores():
    """A road along each bank of a river, and no bridge; homes and candidates on both."""
    lines = [[(0, 0), (1000, 0)], [(1000, 0), (2000, 0)], [(0, 300), (2000, 300)]]
    roads = gpd.GeoDataFrame(
        {"road_id": list("abc"), "from_node": list("pqs"), "to_node": list("qrt")},
        geometry=[shapely.LineString(line) for line in lines],
        crs=CRS,
    )
    data = points([(100, 0), (1900, 0), (100, 300), (5000, 9000)], people=[10, 5, 4, 1])
    return data, roads, places([(200, 0), (1800, 0), (300, 300)])


def test_along_roads_a_river_is_not_crossed(two_shores):
    data, roads, could = two_shores
    ask = {"weights": "people", "roads": roads}
    found = maps.locate(data, could, p=1, within=450, **ask)
    assert found.value == 10  # in straight lines it would be 14
    assert maps.locate(data, could, p=1, within=450, weights="people").value == 14
    assert "どこへも道で行けないので、遠いほうに数えました（近くに道がない 1人）。" in found.assumptions
    assert found.figures["base"] == 20
    assert "道のり450 m以内" in found.sentence
    median = maps.locate(data, could, model="p_median", p=2, **ask)
    assert sorted(median.table["name"]) == ["場所0", "場所2"]
    assert median.value == pytest.approx((10 * 100 + 5 * 1700 + 4 * 200) / 19)
    assert median.left_out == ("近くに道がない 1人（距離を出せません）",)
    assert maps.locate(data, could, model="p_centre", p=2, **ask).value == pytest.approx(1700)
    assert kind_of(lambda: maps.locate(data, could, model="p_median", p=1, **ask)) == "cannot_reach_all"
    assert kind_of(lambda: maps.locate(data, could, model="p_centre", p=1, **ask)) == "cannot_reach_all"


def test_nobody_and_no_roads(two_shores):
    data, roads, could = two_shores
    ask = {"model": "p_median", "p": 1, "weights": "people", "roads": roads}
    assert kind_of(lambda: maps.locate(data.iloc[3:], could, **ask)) == "nobody_reaches"
    assert kind_of(lambda: maps.locate(data, could, p=1, within=5, closed=["a"])) == "closed_without_roads"


# --- time -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", ["mclp", "lscp", "p_median"])
def test_when_time_is_over_the_best_found_is_given_with_an_honest_bound(model, monkeypatch):
    """The solver that finds nothing at all leaves the choice made one by one, and what nobody can pass."""
    data, could, more, old, new, people, _ = small_town(11, with_old=False, with_room=False)
    best_of_all = best(model, old, new, people, 1)
    monkeypatch.setattr(sets, "optimise", lambda *_, **__: sets.Choice(None, bound=-np.inf, proven=False))
    found = maps.locate(data, could, **asked(model, 1), **more)
    bound = found.figures["bound"]
    if model == "mclp":
        assert found.value <= best_of_all <= bound
    else:
        assert bound <= best_of_all <= found.value
    assert found.figures["gap_to_bound"] == pytest.approx(abs(bound - found.value))
    assert not found.figures["optimal"]
    assert "最適かどうかは確かめられていません" in found.sentence
    assert "not proven optimal" in found.sentence_en


def test_a_search_that_ends_early_never_claims_the_best(monkeypatch):
    data, could, more, old, new, people, _ = small_town(11, with_old=False, with_room=False)
    found = maps.locate(data, could, **asked("p_centre", 2))
    monkeypatch.setattr(sets, "optimise", lambda *_, **__: sets.Choice(None, bound=-np.inf, proven=False))
    early = maps.locate(data, could, **asked("p_centre", 2))
    assert early.figures["bound"] <= found.value == best("p_centre", old, new, people, 2) <= early.value
    monkeypatch.setattr(rooms, "optimise", sets.optimise)
    assert kind_of(lambda: maps.locate(data, could, **asked("mclp", 2), capacity="capacity")) == "no_time"


@pytest.mark.parametrize("model", MODELS)
def test_a_thousandth_of_a_second(model):
    ask = {**asked(model, 5), "weights": "residents"}
    sites = load("facilities")
    found = maps.locate(load("buildings"), sites[sites["kind"] == "bus_stop"], seconds=0.001, **ask)
    figures = found.figures
    assert figures["optimal"] == (figures["gap_to_bound"] == 0)
    assert (figures["bound"] >= found.value) if model == "mclp" else (figures["bound"] <= found.value)


# --- bad input ------------------------------------------------------------------------------------------------------

HOME, COULD = points([(0, 0)], people=[1]), places([(10, 0), (20, 0)], capacity=[5, 5])


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"p": 0}, "not_whole_between"),
        ({"p": 1.5}, "not_whole_between"),
        ({"p": True}, "not_whole_between"),
        ({"p": None}, "not_whole_between"),
        ({"p": 3}, "too_many_sites"),
        ({"within": None}, "bad_within"),
        ({"within": -5}, "bad_within"),
        ({"within": [100, 200]}, "bad_within"),
        ({"model": "p_median"}, "not_used"),
        ({"model": "p_centre"}, "not_used"),
        ({"model": "lscp"}, "not_used"),
        ({"model": "mcpl"}, "unknown_choice"),
        ({"seconds": 0}, "out_of_range"),
        ({"weights": "people", "data": HOME.assign(people=0)}, "zero_base"),
        ({"weights": "people", "data": HOME.assign(people=-1)}, "negative_weight"),
        ({"weights": "peple"}, "unknown_column"),
        ({"capacity": "room"}, "unknown_column"),
        ({"capacity": "capacity", "candidates": COULD.assign(capacity=[5, -1])}, "negative_capacity"),
        ({"capacity": "capacity", "candidates": COULD.assign(capacity=np.nan)}, "no_capacity"),
        ({"capacity": "capacity", "existing": places([(500, 0)])}, "unknown_column"),
        ({"candidates": COULD.iloc[:0]}, "no_candidates"),
        ({"candidates": COULD.assign(geometry=None).set_geometry("geometry", crs=CRS)}, "no_facilities"),
        ({"candidates": pd.DataFrame({"name": ["a"]})}, "no_geometry"),
        ({"candidates": COULD.assign(assigned=1)}, "column_exists"),
        ({"candidates": COULD.set_geometry(COULD.buffer(5))}, "not_points"),
        ({"existing": COULD}, "no_candidates"),
        ({"data": HOME.set_crs(None, allow_override=True)}, "no_crs"),
        ({"data": HOME.to_crs(6668)}, "degrees"),
        ({"data": HOME.to_crs(3857)}, "web_mercator"),
        ({"candidates": COULD.set_crs(None, allow_override=True)}, "no_crs"),
        ({"candidates": places([(900_000, 0)])}, "another_town"),
    ],
)
def test_bad_input_has_its_own_message(change, kind):
    arguments = {"data": HOME, "candidates": COULD, "p": 1, "within": 100} | change
    data, candidates = arguments.pop("data"), arguments.pop("candidates")
    assert kind_of(lambda: maps.locate(data, candidates, **arguments)) == kind


def test_the_nearest_guess_and_the_way_out():
    with pytest.raises(DataAcademyError) as caught:
        maps.locate(HOME, COULD, model="mcpl", p=1, within=5)
    assert "もしかして「mclp」" in str(caught.value)
    with pytest.raises(DataAcademyError) as caught:
        maps.locate(HOME, COULD, model="lscp", p=1, within=5)
    assert "p=1" in str(caught.value)
    assert 'model="mclp"' in str(caught.value)


def test_candidates_in_degrees_are_converted():
    found = maps.locate(HOME, COULD.to_crs(6668), p=1, within=100)
    assert found.used["候補地の座標の変換"] == f"EPSG:6668 → EPSG:{CRS}"
    assert found.table.crs == CRS


# --- the sample town ------------------------------------------------------------------------------------------------

KINDS = ("community_centre", "medical", "nursery")


@pytest.fixture(scope="module")
def town():
    sites = load("facilities")
    return load("areas"), sites[sites["kind"].isin(KINDS)], sites


@pytest.mark.parametrize("beside", [False, True])
@pytest.mark.parametrize("model", MODELS)
def test_spopt_finds_the_same(town, model, beside):
    areas, could, sites = town
    said = printed("siting.txt", "areas.geojson", "facilities.csv")
    ask = {**asked(model, 4), "weights": "population"}
    if ask["within"]:
        ask["within"] = 800
    more = {"existing": sites, "kind": "shelter"} if beside else {}
    if model == "p_centre":  # without the far corners, whose distance no choice changes
        areas = areas[maps.nearest(areas, could).table["distance_m"] <= 1_500]
    found = maps.locate(areas, could, **ask, **more)
    value = found.figures["covered_after"] if model == "mclp" else found.value
    assert value == pytest.approx(
        said[f"{model}_{'beside' if beside else 'alone'}"].item(), rel=1e-7
    )  # the digits that CBC prints


def test_spopt_finds_the_same_with_capacities(town):
    areas, could, _ = town
    said = printed("siting.txt", "areas.geojson", "facilities.csv")
    found = maps.locate(
        areas, could.assign(capacity=4_000), model="lscp", within=8_000, weights="population", capacity="capacity"
    )
    assert found.value == said["lscp_rooms"].item()


def test_coverage_counts_what_was_promised(town):
    _, could, sites = town
    homes = load("buildings")
    found = maps.locate(homes, could, p=3, within=500, weights="residents", existing=sites, kind="shelter")
    both = pd.concat([sites[sites["kind"] == "shelter"], found.table])
    covered = maps.coverage(homes, both, within=500, weights="residents").table["covered"].item()
    assert covered == found.figures["covered_after"]
    assert covered - found.value == found.figures["covered_before"]
    assert found.places["people"][found.places["site_no"] > 0].sum() == found.value == found.table["assigned"].sum()
    assert found.figures["optimal"]
    assert found.value >= found.figures["greedy"]


# --- the map --------------------------------------------------------------------------------------------------------


def test_the_map_shows_the_table(town):
    areas, could, sites = town
    found = maps.locate(areas, could, p=3, within=800, weights="population", existing=sites, kind="shelter")
    ax = maps.locate_map(found, background=areas, title="あと三か所", source="みらい市")
    assert charts.lint(ax) == []
    assert [t.get_text() for t in ax.texts if t.get_text().isdigit()] == ["1", "2", "3"]
    assert [circle.radius for circle in ax.patches] == [800] * 3
    alt = charts.alt(ax)
    assert "増やす場所は 3 か所" in alt
    assert f"新しく圏内（{found.value:,.0f}人）" in alt
    assert found.table["name"].iloc[0] in alt
    drawn = [c for c in ax.collections if c.get_offsets().shape[0] == (found.places["site_no"] > 0).sum()]
    assert drawn
    pyplot.close(ax.figure)


def test_maps_of_distances_and_of_nothing_new():
    data, there = points([(0, 0), (5000, 0)], people=[5, 1]), places([(10, 0)])
    far = maps.locate(data, places([(4000, 0)]), model="p_median", p=1, weights="people", existing=there)
    ax = maps.locate_map(far, title="題", source="出典")
    assert charts.lint(ax) == []
    assert len(ax.patches) == 0
    assert "新しい場所が近い（1人）" in charts.alt(ax)
    pyplot.close(ax.figure)
    none = maps.locate(data, places([(0, 3000)]), p=1, within=100, weights="people", existing=there)
    ax = maps.locate_map(none, title="題", source="出典")
    assert "増やす場所は 0 か所" in charts.alt(ax)
    pyplot.close(ax.figure)
    rooms = places([(4900, 0)], capacity=[5])
    ax = maps.locate_map(maps.locate(data, rooms, p=1, within=200, capacity="capacity"), title="題", source="出典")
    assert "色は、収容人数は考えずに" in charts.alt(ax)
    pyplot.close(ax.figure)
    before = maps.coverage(data, there, within=100)
    assert kind_of(lambda: maps.locate_map(before)) == "not_located"
