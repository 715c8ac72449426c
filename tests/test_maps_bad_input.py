"""What no map function may stumble over: columns twice, no table at all, names and places that are missing."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from maps_town import CRS, grid, points, squares
from matplotlib import pyplot

from dataacademy import DataAcademyError, maps

A = grid(4, 4).assign(
    population=np.arange(16) * 7 % 11 * 10 + 100, calls=np.arange(16) * 5 % 9, rate=np.arange(16) * 3 % 7 / 2.0
)
F = points(
    [(50, 50), (250, 250), (350, 50)],
    name=["一", "二", "三"],
    kind=["shelter", "shelter", "medical"],
    kind_label=["避難所", "避難所", "医院"],
    capacity=[100, 200, 50],
    flood=[True, False, True],
)
Z = squares([(0, 0), (200, 0)], 400, zone_id=["p", "q"]).clip((0, 0, 400, 400), keep_geom_type=True)
S = pd.DataFrame({"area_id": A["area_id"], "v": range(16)})
RATE = {"column": "calls", "population": "population", "permutations": 99}
NEAR = {"within": 150, "weights": "population"}
CALLS = {
    "moran": (A, lambda d: maps.moran(d, **RATE)),
    "moran_local": (A, lambda d: maps.moran_local(d, **RATE)),
    "neighbours": (A, maps.neighbours),
    "areal_interpolate": (A, lambda d: maps.areal_interpolate(d, Z.iloc[:1], counts="population")),
    "two_step_fca": (A, lambda d: maps.two_step_fca(d, F, capacity="capacity", **NEAR)),
    "two_step_fca, facilities": (F, lambda d: maps.two_step_fca(A, d, capacity="capacity", **NEAR)),
    "coverage_by_capacity": (F, lambda d: maps.coverage_by_capacity(A, d, **NEAR)),
    "coverage_by_kind": (F, lambda d: maps.coverage_by_kind(A, d, **NEAR)),
    "coverage_by_hazard": (F, lambda d: maps.coverage_by_hazard(A, d, **NEAR)),
    "mesh_table": (A, lambda d: maps.mesh_table(d, weights="population")),
    "join": (A, lambda d: maps.join(d, S, on="area_id")),
    "join, right": (S, lambda d: maps.join(A, d, on="area_id")),
    "carry_over": (A, lambda d: maps.carry_over(d, changes={"0-0": "n"}, counts="population")),
    "carry_over, changes": (
        pd.DataFrame({"old": ["0-0", "0-1"], "new": "n"}),
        lambda d: maps.carry_over(A, changes=d, counts="population"),
    ),
    "correspondence": (A, lambda d: maps.correspondence(d, A)),
}


def kind_of(work) -> str:
    with pytest.raises(DataAcademyError) as caught:
        work()
    return caught.value.note.kind


@pytest.mark.parametrize("name", CALLS)
def test_a_column_that_is_there_twice_is_named(name):
    data, call = CALLS[name]
    twice = data[[*data.columns, data.columns[0]]]
    assert kind_of(lambda: call(twice)) == "duplicate_columns"


@pytest.mark.parametrize("name", [name for name in CALLS if name != "carry_over, changes"])
@pytest.mark.parametrize("nothing", [None, [1], pd.Series([1.0])])
def test_what_is_no_table_is_told(name, nothing):
    assert kind_of(lambda: CALLS[name][1](nothing)) in ("not_a_table", "no_geometry")


@pytest.mark.parametrize("name", CALLS)
def test_the_index_says_nothing_and_the_input_stays_as_it_is(name):
    data, call = CALLS[name]
    plain = call(data)
    for odd in (data.set_axis(["あ"] * len(data)), data.set_index(data.columns[:2].tolist(), drop=False)):
        before = odd.copy(deep=True)
        found = call(odd)
        assert found.value == plain.value
        assert found.sentence == plain.sentence
        pd.testing.assert_frame_equal(pd.DataFrame(odd), pd.DataFrame(before))


@pytest.mark.parametrize("seed", [1.5, -1, None, "x"])
def test_a_seed_is_a_whole_number(seed):
    for analysis in (maps.moran, maps.moran_local):
        assert kind_of(lambda analysis=analysis: analysis(A, **RATE, seed=seed)) == "not_whole_between"


def test_whole_numbers_are_asked_for_where_they_are_needed():
    assert kind_of(lambda: maps.mesh_table(A, small=2.5)) == "not_whole_between"
    assert kind_of(lambda: maps.neighbours(A, kind="knn", k=16)) == "not_whole_between"
    flows = pd.DataFrame({"o": ["0-0"], "d": ["1-1"], "n": [5]})
    draw = {"origin": "o", "destination": "d", "value": "n", "places": A}
    assert kind_of(lambda: maps.flow(flows, most=2.5, **draw)) == "not_whole_between"


def test_areas_whose_only_near_one_stands_alone_are_left_out_too():
    """b's nearest is c, which has no value; so b stands alone, and with b a has no neighbour either."""
    line = points([(0, 0), (100, 0), (190, 0), (260, 0), (1000, 0), (1010, 0), (1030, 0)], area_id=list("abcdefg"))
    line["v"] = [1.0, 2.0, np.nan, 3.0, 4.0, 6.0, 5.0]
    found = maps.moran(line, column="v", kind="knn", k=1, permutations=99)
    assert found.table["area"].tolist() == ["e", "f", "g"]
    assert any("隣のない区域 3（a、b、d）" in text for text in found.left_out)
    local = maps.moran_local(line, column="v", kind="knn", k=1, permutations=99)
    assert local.figures["island"] == 3
    assert local.table["local_moran"].notna().sum() == 3


def test_where_everybody_is_next_to_everybody_no_z_is_made_up():
    crowd = A.set_geometry([A.geometry.iloc[0]] * 16, crs=CRS)
    found = maps.moran(crowd, column="rate", permutations=99)
    assert np.isnan(found.figures["z"])
    assert found.value == pytest.approx(-1 / 15)


def test_a_hazard_nobody_has_judged_is_unknown_not_an_error():
    found = maps.coverage_by_hazard(A, F.assign(tsunami=np.nan), **NEAR).table.set_index("hazard")
    assert found.loc["tsunami", ["n_facilities", "n_unknown"]].tolist() == [0, 3]


def test_kinds_and_names_of_several_types_are_no_obstacle():
    mixed = F.assign(kind=["shelter", 1, "medical"], kind_label=["避難所", 1, "医院"])
    assert maps.coverage_by_kind(A, mixed, **NEAR).value == 3
    assert kind_of(lambda: maps.coverage(A, mixed, kind="school", **NEAR)) == "unknown_choice"


def test_an_empty_cell_in_a_list_of_changes_is_told():
    changes = pd.DataFrame({"old": ["0-0", "0-1"], "new": ["n", None]})
    assert kind_of(lambda: maps.carry_over(A, changes=changes, counts="population")) == "missing_values"


def test_maps_without_names_groups_or_places_say_so():
    ax = maps.choropleth(A.assign(name=np.nan), column="rate")
    assert ax.get_legend() is not None
    pyplot.close(ax.figure)
    assert kind_of(lambda: maps.choropleth(A.assign(date=None), column="rate", by="date")) == "all_missing"
    assert kind_of(lambda: maps.choropleth(A.head(0), column="rate", by="area_id")) == "no_rows"
    far = gpd.GeoDataFrame({"n": [1]}, geometry=[shapely.Point(9e5, 9e5)], crs=CRS)
    assert kind_of(lambda: maps.points(far, value="n", background=A)) == "another_town"
    pyplot.close("all")


def test_coordinates_that_are_no_numbers_are_no_place():
    lost = A.set_geometry([shapely.Point(np.nan, np.nan), *A.geometry.iloc[1:]], crs=CRS)
    found = maps.two_step_fca(lost, F, capacity="capacity", **NEAR)
    assert any("位置の分からない 1 行" in text for text in found.left_out)
