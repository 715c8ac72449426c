"""Figures carried from one zoning to another: tobler, sums by law, merged and split zones, meshes, MAUP."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from maps_town import CRS, grid, points, printed, squares
from maps_town import areas as areas

from dataacademy import load, maps, mesh
from dataacademy.errors import DataAcademyError

TOBLER = printed("maps_tobler.txt", "areas.geojson")


def tilted() -> gpd.GeoDataFrame:
    """Squares of 1.5 km turned by 20 degrees, as in oracles/maps_tobler.py."""
    corner, turn = np.array([-23_000.0, -237_000.0]), np.deg2rad(20)
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    unit = 1_500 * np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
    shapes = [
        shapely.Polygon(corner + (unit + (i * 1_500, j * 1_500)) @ spin.T) for i in range(-1, 9) for j in range(-1, 11)
    ]
    return gpd.GeoDataFrame(geometry=shapes, crs=CRS)


# --- other software ------------------------------------------------------------------------------------------------


def test_areal_interpolation_is_that_of_tobler(areas):
    data = areas.assign(density=areas["population"] / areas.area * 1e6)
    found = maps.areal_interpolate(data, tilted(), counts="population", rates="density")
    table = found.table.fillna(0)  # tobler has 0 where there are no data
    assert table["population"].to_numpy() == pytest.approx(TOBLER["population_inside"], rel=1e-6, abs=1e-4)
    assert table["density"].to_numpy() == pytest.approx(TOBLER["density"], rel=1e-6, abs=1e-6)
    # tobler's own default piles up on the rim what lies outside; here it is told instead
    lost = TOBLER["population_all"].sum() - TOBLER["population_inside"].sum()
    assert found.figures["outside"] == pytest.approx(lost, abs=0.01)
    assert lost > 100
    assert f"先のどの区域にも入らない人口 {lost:,.0f}人" in found.left_out
    assert "面積で重みを付けた平均です" in " ".join(found.assumptions)


def test_the_same_as_overlay(areas):
    target = tilted().assign(cell=lambda t: range(len(t)))
    parts = gpd.overlay(areas[["area_id", "households", "geometry"]], target, how="intersection")
    whole = parts["area_id"].map(areas.set_index("area_id").area)
    expected = (parts["households"] * parts.area / whole).groupby(parts["cell"]).sum()
    found = maps.areal_interpolate(areas, target, counts="households").table.set_index("cell")["households"]
    assert found.dropna().to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-9)


# --- laws ----------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 500), min_size=9, max_size=9),
    st.floats(-150, 150),
    st.floats(-150, 150),
    st.sampled_from([70, 100, 130]),
)
def test_sums_are_kept_and_rates_stay_between(people, dx, dy, side):
    source = grid(3, 3).assign(people=people, rate=np.arange(9.0))
    corners = [(dx + c * side, dy + r * side) for r in range(-3, 6) for c in range(-3, 6)]
    found = maps.areal_interpolate(source, squares(corners, side), counts="people", rates={"rate": "people"})
    assert found.figures["carried"] + found.figures["outside"] == pytest.approx(sum(people))
    inside = found.table["rate"].dropna()
    assert inside.between(-1e-9, 8 + 1e-9).all()
    weighted = (found.table["rate"] * found.table["people"]).sum()
    if found.figures["outside"] < 1e-9:
        assert weighted == pytest.approx((source["rate"] * source["people"]).sum(), abs=1e-6)
        assert found.left_out == () or all("データがない" in line for line in found.left_out)


def test_a_rate_is_weighted_by_its_people_not_by_land():
    source = squares([(0, 0), (100, 0)], 100, old=[10.0, 50.0], people=[900, 100])
    whole = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 200, 100)], crs=CRS)
    assert maps.areal_interpolate(source, whole, rates={"old": "people"}).table["old"].item() == pytest.approx(14)
    assert maps.areal_interpolate(source, whole, rates="old").table["old"].item() == pytest.approx(30)


def test_buildings_say_where_people_live():
    source = squares([(0, 0)], 100, people=[100])
    halves = squares([(0, 0), (50, 0)], 50, part=["west", "east"]).assign(
        geometry=[shapely.box(0, 0, 50, 100), shapely.box(50, 0, 100, 100)]
    )
    houses = points([(10, 10), (20, 80), (90, 50), (500, 500)], residents=[30, 40, 30, 9])
    even = maps.areal_interpolate(source, halves, counts="people").table["people"]
    lived = maps.areal_interpolate(source, halves, counts="people", within=houses, weights="residents")
    assert even.tolist() == pytest.approx([50, 50])
    assert lived.table["people"].tolist() == pytest.approx([70, 30])
    assert "元の区域のどれにも入らない建物 1" in lived.left_out
    assert maps.areal_interpolate(source, halves, counts="people", within=houses).table["people"].tolist() == (
        pytest.approx([100 * 2 / 3, 100 / 3])
    )
    empty = maps.areal_interpolate(source, halves, counts="people", within=houses.tail(1), weights="residents")
    assert empty.table["people"].tolist() == pytest.approx([50, 50])
    assert "建物のない 1 区域は、面積の割合で分けています。" in empty.assumptions


def test_people_of_the_sample_town_are_found_better_by_their_houses(areas):
    """The truth is known: each house lies in one square.  Spreading people over fields misses twice as far."""
    houses, target = load("buildings"), tilted()
    truth = maps.aggregate(houses, target, columns="residents").table["residents"]
    by_area = maps.areal_interpolate(areas, target, counts="population").table["population"].fillna(0)
    by_house = maps.areal_interpolate(areas, target, counts="population", within=houses, weights="residents")
    missed = {
        "area": (by_area - truth).abs().sum(),
        "house": (by_house.table["population"].fillna(0) - truth).abs().sum(),
    }
    assert missed["house"] * 2 < missed["area"]


def test_zones_made_of_whole_areas_need_no_estimate(areas):
    zones = load("zones")
    found = maps.areal_interpolate(areas, zones, counts=["population", "households"])
    expected = areas.groupby("association")["population"].sum()
    assert found.table.set_index("name")["population"].to_dict() == pytest.approx(expected.to_dict())
    assert found.figures["cut"] == 0 and found.figures["outside"] == 0
    assert found.sentence.endswith("境界をまたぐ区域はないので、推計ではなく足し算です。")
    assert "推計ではなく" not in maps.areal_interpolate(areas, tilted(), counts="population").sentence


# --- what is told --------------------------------------------------------------------------------------------------


def test_empty_cells_mended_polygons_and_uncovered_zones_are_told():
    source = squares([(0, 0), (100, 0), (0, 100)], 100, people=[10, np.nan, 20])
    bow_tie = shapely.Polygon([(100, 100), (200, 200), (200, 100), (100, 200)])
    extra = gpd.GeoDataFrame({"people": [7, 5]}, geometry=[bow_tie, None], crs=CRS)
    source = pd.concat([source, extra], ignore_index=True)
    target = squares([(0, 0), (900, 900)], 200)
    found = maps.areal_interpolate(source, target, counts="people")
    assert found.table["people"].tolist()[0] == pytest.approx(37)
    assert np.isnan(found.table["people"].tolist()[1])
    assert found.used["元の区域で形を直したもの"] == "1（4 行目）"
    assert "「人数」が空欄の元の区域 1" in found.left_out
    assert "境界のない元の区域 1" in found.left_out
    assert "先のどの区域にも入らない人数 5人" in found.left_out
    assert "元の区域のデータがない先の区域 1（値は空欄）" in found.left_out
    assert found.table["covered_percent"].tolist() == pytest.approx([87.5, 0])


def test_another_crs_is_converted_and_said(areas):
    target = tilted()
    plain = maps.areal_interpolate(areas, target, counts="population")
    degrees = maps.areal_interpolate(areas, target.to_crs(6668), counts="population")
    assert degrees.used["先の区域の座標の変換"] == "EPSG:6668 → EPSG:6676"
    assert degrees.table.crs.to_epsg() == 6668
    assert degrees.value == pytest.approx(plain.value, rel=1e-6)


@pytest.mark.parametrize(
    ("source", "target", "options", "kind"),
    [
        (lambda s: s, lambda t: t, {"counts": ()}, "nothing_to_carry"),
        (lambda s: s, lambda t: t, {"counts": "peopel"}, "unknown_column"),
        (lambda s: s, lambda t: t, {"counts": "area_id"}, "not_numeric"),
        (lambda s: s.set_geometry(s.centroid), lambda t: t, {}, "needs_polygons"),
        (lambda s: s, lambda t: t.set_geometry(t.centroid), {}, "needs_polygons"),
        (lambda s: s, lambda t: t.set_geometry(t.translate(1e6)), {}, "no_overlap"),
        (lambda s: s, lambda t: pd.concat([t, t]), {}, "overlapping_zones"),
        (lambda s: s, lambda t: t.assign(layer=["a"] + ["b"] * (len(t) - 1)), {}, "several_layers"),
        (lambda s: s, lambda t: t.assign(people=1), {}, "column_exists"),
        (lambda s: s, lambda t: t.head(0), {}, "no_rows"),
        (lambda s: s.to_crs(6668), lambda t: t, {}, "degrees"),
        (lambda s: s.to_crs(3857), lambda t: t, {}, "web_mercator"),
        (lambda s: s, lambda t: t.set_crs(None, allow_override=True), {}, "no_crs"),
        (lambda s: pd.DataFrame(s), lambda t: t, {}, "no_geometry"),
        (lambda s: s, lambda t: t, {"counts": (), "rates": {"people": "minus"}}, "negative_base"),
    ],
)
def test_bad_input_has_its_own_message(source, target, options, kind):
    zones = grid(3, 3).assign(people=range(9), minus=-1)
    with pytest.raises(DataAcademyError) as caught:
        maps.areal_interpolate(
            source(zones), target(squares([(0, 0), (150, 0)], 150)), **{"counts": "people"} | options
        )
    assert caught.value.note.kind == kind


def test_zones_of_another_place_say_how_far_away_they_are():
    with pytest.raises(DataAcademyError, match="1,000 km 離れています"):
        maps.areal_interpolate(grid(2, 2).assign(n=1), grid(2, 2).set_geometry(grid(2, 2).translate(1e6)), counts="n")


# --- merged and split ----------------------------------------------------------------------------------------------


def old_and_new():
    old = squares([(0, 0), (100, 0), (200, 0), (300, 0)], 100, area_id=list("ABCD"), people=[10, 20, 30, 40])
    shapes = [shapely.box(0, 0, 200, 100), shapely.box(200, 0, 240, 100), shapely.box(240, 0, 300, 100)]
    new = gpd.GeoDataFrame({"area_id": ["AB", "C1", "C2"]}, geometry=shapes, crs=CRS)
    stays = gpd.GeoDataFrame({"area_id": ["D"]}, geometry=[shapely.box(300, 0, 400, 100.3)], crs=CRS)
    return old, pd.concat([new, stays], ignore_index=True)


def test_merged_split_and_same_are_told_apart():
    old, new = old_and_new()
    found = maps.correspondence(old, new)
    rows = found.table.set_index(["old", "new"])
    assert rows["relation"].to_dict() == {
        ("A", "AB"): "merged",
        ("B", "AB"): "merged",
        ("C", "C1"): "split",
        ("C", "C2"): "split",
        ("D", "D"): "same",
    }
    assert rows["share"].tolist() == pytest.approx([1, 1, 0.4, 0.6, 1])
    assert found.value == 3
    assert "そのまま 1、合併 2、分割 1、引き直し 0" in found.sentence


def test_the_list_of_changes_gives_what_the_map_gives():
    old, new = old_and_new()
    by_map = maps.areal_interpolate(old, new, counts="people").table.set_index("area_id")["people"]
    by_list = maps.carry_over(
        old.drop(columns="geometry"), changes=maps.correspondence(old, new).table, counts="people"
    )
    assert by_list.table.set_index("area_id")["people"].to_dict() == pytest.approx(by_map.to_dict())
    assert by_list.value == 100
    assert by_list.figures == {"merged": 1, "split": 1}
    assert "分かれた 1 区域は、割合で分けた推計です。" in by_list.sentence


def test_a_merger_by_hand_with_rates_and_zones_that_stay():
    data = pd.DataFrame({"area_id": ["1", "2", "3"], "people": [100, 300, 50], "old_x": [10.0, 30.0, np.nan]})
    found = maps.carry_over(data, changes={"1": "新町", "2": "新町"}, counts="people", rates={"old_x": "people"})
    table = found.table.set_index("area_id")
    assert table["people"].to_dict() == {"3": 50, "新町": 400}
    assert table["old_x"]["新町"] == pytest.approx(25) and np.isnan(table["old_x"]["3"])
    assert found.left_out == ("「old_x」が空欄の元の区域 1",)
    assert "分割はないので、足し算です。" in found.sentence


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"1": ["a", "b"]}, "split_without_shares"),
        ({"9": "a"}, "unknown_zones"),
        (pd.DataFrame({"old": ["1", "1"], "new": ["a", "b"], "share": [60, 40]}), "bad_shares"),
        (pd.DataFrame({"old": ["1", "1"], "new": ["a", "b"], "share": [1.2, -0.2]}), "bad_shares"),
        (pd.DataFrame({"old": ["1"], "neu": ["a"]}), "unknown_column"),
    ],
)
def test_a_bad_list_of_changes_has_its_own_message(changes, kind):
    data = pd.DataFrame({"area_id": ["1", "2"], "people": [10, 20]})
    with pytest.raises(DataAcademyError) as caught:
        maps.carry_over(data, changes=changes, counts="people")
    assert caught.value.note.kind == kind


def test_changes_that_lose_people_say_how_many():
    data = pd.DataFrame({"area_id": ["1", "2"], "people": [100, 20]})
    changes = pd.DataFrame({"old": ["1", "1"], "new": ["a", "b"], "share": [0.5, 0.3]})
    found = maps.carry_over(data, changes=changes, counts="people")
    assert found.value == pytest.approx(100)
    assert found.left_out == ("割合の合計が 1 に満たず、一部がどこへも移らない元の区域 1（人数 20）",)
    with pytest.raises(DataAcademyError) as caught:
        maps.carry_over(pd.concat([data, data]), changes={"1": "a"}, counts="people")
    assert caught.value.note.kind == "duplicate_ids"


# --- meshes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", ["1st", "3rd", "500m", "125m"])
def test_points_are_counted_in_the_square_of_their_code(level):
    houses = load("buildings")
    found = maps.mesh_table(houses, level=level, weights="residents")
    codes = mesh.mesh_code(houses["lat"], houses["lon"], level=level)
    expected = houses.groupby(codes.to_numpy())["residents"].sum()
    got = found.table.set_index("mesh")["count"]
    assert got.sum() == expected.sum()
    # the table's degrees are rounded to 10 cm: a house on an edge may fall on the other side
    assert (got.reindex(expected.index, fill_value=0) - expected).abs().sum() <= 0.002 * expected.sum()
    assert found.figures["small"] == found.table["small"].sum() == (found.table["count"] < 10).sum()


def test_areas_are_divided_among_squares_and_small_ones_marked(areas):
    found = maps.mesh_table(areas, level="500m", weights="population")
    assert found.table["count"].sum() == pytest.approx(areas["population"].sum())
    assert found.table.crs == areas.crs
    side = np.sqrt(found.table.area)
    assert side.between(440, 530).all()
    assert "個人が分かるおそれがあります" in found.sentence
    assert "均等に住んでいる" in found.assumptions[0]
    rows = maps.mesh_table(load("buildings"), level="3rd", small=1)
    assert rows.figures == {"total": 25_733, "small": 0, "small_total": 0}
    assert rows.sentence.endswith("1行に満たないメッシュはありません。")


@pytest.mark.parametrize(
    ("spoil", "options", "kind"),
    [
        (lambda d: d, {"level": "2km"}, "unknown_choice"),
        (lambda d: d, {"small": 0}, "not_whole_between"),
        (lambda d: d.assign(n=-1), {}, "negative_counts"),
        (lambda d: d.assign(n=np.nan), {}, "nothing_placed"),
        (lambda d: d.set_geometry([None] * len(d)).set_crs(CRS), {}, "nothing_placed"),
        (lambda d: d.set_geometry([d.geometry[0].centroid, *d.geometry[1:]]).set_crs(CRS), {}, "mixed_shapes"),
        (lambda d: d.set_geometry(d.scale(5_000, 5_000)), {"level": "125m"}, "too_many_squares"),
        (lambda d: d.to_crs(6668), {}, "degrees"),
        (lambda d: d.head(0), {}, "no_rows"),
    ],
)
def test_bad_input_of_meshes_has_its_own_message(spoil, options, kind):
    data = spoil(grid(2, 2).assign(n=1.0))
    with pytest.raises(DataAcademyError) as caught:
        maps.mesh_table(data, **{"level": "500m", "weights": "n"} | options)
    assert caught.value.note.kind == kind


# --- the modifiable areal unit -------------------------------------------------------------------------------------


def test_the_same_people_tell_another_story_in_other_zones(areas):
    """MAUP: how strongly density and old age go together depends on where the borders are drawn."""
    data = areas.assign(one=1.0)
    columns = ["population", "elderly"]
    tables = {
        "areas": data,
        "associations": maps.areal_interpolate(data, load("zones"), counts=columns).table,
        "squares": maps.areal_interpolate(data, tilted(), counts=columns).table,
    }
    strength = {}
    for name, table in tables.items():
        some = table[table["population"] > 50]
        density = some["population"] / some.area
        strength[name] = float(np.corrcoef(density, some["elderly"] / some["population"])[0, 1])
    assert max(strength.values()) - min(strength.values()) > 0.1, strength
    for name in ("associations", "squares"):
        assert tables[name]["elderly"].sum() / tables[name]["population"].sum() == pytest.approx(
            areas["elderly"].sum() / areas["population"].sum(), rel=0.01
        )


def test_nothing_is_said_of_divided_zones_where_none_is_divided():
    corners = [(0, 0), (0, 100)]
    whole = maps.areal_interpolate(squares(corners, 100, n=[3, 4]), squares(corners, 100), counts="n")
    assert (whole.assumptions, whole.figures["cut"], whole.figures["outside"]) == ((), 0, 0)
    thirds = squares([(0, 0), (30, 0), (60, 0)], 30, zone_id=list("abc"))
    cut = maps.areal_interpolate(squares([(0, 0)], 90, n=[1.0]).clip((0, 0, 90, 30)), thirds, counts="n")
    assert any("均等" in line for line in cut.assumptions)
    assert cut.figures["outside"] == 0  # not 1.1e-16


def test_units_of_counts_are_in_one_place():
    zones = squares([(0, 0)], 100)
    said = {"households": " 5世帯を", "elderly": " 5人を", "children": " 5人を", "calls": "calls 5を"}
    for column, words in said.items():
        found = maps.areal_interpolate(squares([(0, 0)], 100, **{column: [5]}), zones, counts=column)
        assert words in found.sentence
