"""Joining tables: pandas and geopandas, both unmatched sides, spellings, rows that would multiply, borders."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from maps_town import grid, points

from dataacademy import load, maps
from dataacademy.errors import DataAcademyError


def table(codes, column="area_id", **more):
    return pd.DataFrame({column: codes} | more)


# --- codes ---------------------------------------------------------------------------------------------------------

code = st.sampled_from([f"{n:05d}" for n in range(0, 60, 3)])


@given(st.lists(code, min_size=1, max_size=15), st.sets(code, min_size=1, max_size=15))
def test_join_is_pandas_left_merge(left, right):
    right = sorted(right)
    one, two = table(left, x=range(len(left))), table(right, y=[10.0 * i for i in range(len(right))])
    expected = one.merge(two, on="area_id", how="left")
    if expected["y"].isna().all():
        with pytest.raises(DataAcademyError, match="同じものが一つもありません"):
            maps.join(one, two, on="area_id")
        return
    found = maps.join(one, two, on="area_id")
    pd.testing.assert_frame_equal(found.table, expected)
    assert found.value == found.figures["matched"] == expected["y"].notna().sum()
    assert found.figures["matched"] + found.figures["left_only"] == len(left)
    assert set(found.left_only["area_id"]) == set(left) - set(right)
    assert set(found.right_only["area_id"]) == set(right) - set(left)


def test_both_sides_without_a_partner_are_tables_and_sentences():
    found = maps.join(table(["01", "02", "03"]), table(["02", "03", "04"], n=[1, 2, 3]), on="area_id")
    assert found.table["n"].tolist()[1:] == [1, 2]
    assert found.left_only["area_id"].tolist() == ["01"]
    assert found.right_only[["area_id", "n"]].values.tolist() == [["04", 3]]
    assert found.left_out == (
        "左の表だけにあるコード 1 行（地区コード：01）",
        "右の表だけにあるコード 1 行（地区コード：04）",
    )
    assert found.sentence == (
        "左の 3 行のうち 2 行に、右の表の値が付きました。左だけにある 1 行と右だけにある 1 行は結び付いていません。"
    )


def test_lost_zeros_full_width_and_decimals_are_reconciled_and_listed():
    left = table(["01100", "01202", "01203", "13101"])
    right = table(["1100", "０１２０２", " 01203 ", "13101"], n=[1, 2, 3, 4])
    found = maps.join(left, right, on="area_id")
    assert found.table["n"].tolist() == [1, 2, 3, 4]
    assert found.reconciled[["written", "read_as", "why"]].values.tolist() == [
        ["01100", "1100", "先頭の 0 が落ちている"],
        ["01202", "０１２０２", "全角・空白・小数点"],
        ["01203", " 01203 ", "全角・空白・小数点"],
    ]
    assert "書き方のちがう 3 通りを同じとみました" in found.sentence
    numbers = maps.join(left, table([1100, 1202, 1203, 13101], n=[1, 2, 3, 4]), on="area_id")
    assert numbers.table["n"].tolist() == [1, 2, 3, 4]
    floats = maps.join(left, table([1100.0, 1202.0, 1203.0, np.nan], n=[1, 2, 3, 4]), on="area_id")
    assert floats.figures["matched"] == 3
    assert floats.right_only["hint"].tolist() == ["空欄"]


def test_zeros_that_tell_two_codes_apart_are_kept():
    found = maps.join(table(["1", "01"]), table(["01"], n=[7]), on="area_id")
    assert found.table["n"].isna().tolist() == [True, False]
    with pytest.raises(DataAcademyError) as caught:  # the same code in two writings is a duplicate
        maps.join(table(["01"]), table(["01", " 01"], n=[1, 2]), on="area_id")
    assert caught.value.note.kind == "duplicate_keys"


def test_rows_that_would_multiply_are_refused_with_their_number():
    population = load("population")
    with pytest.raises(DataAcademyError) as caught:
        maps.join(load("areas"), population, on="area_id", columns=["count"])
    assert caught.value.note.kind == "duplicate_keys"
    assert f"119 行が {len(population):,} 行に増え" in str(caught.value)
    calls = maps.join(load("ambulance_calls"), load("areas"), on="area_id", columns=["population"])
    assert calls.value == len(load("ambulance_calls"))  # many rows to one area is no problem …
    assert "二重に数えます" in calls.assumptions[0]  # … but not to be summed
    assert maps.join(load("areas").head(3), load("areas"), on="area_id", columns=[]).assumptions == ()


def test_the_map_stays_a_map_and_nothing_is_changed():
    areas = load("areas")
    calls = load("ambulance_calls").groupby("area_id").size().rename("calls").reset_index()
    before = areas.copy(), calls.copy()
    found = maps.join(areas, calls, on="area_id")
    assert isinstance(found.table, gpd.GeoDataFrame) and found.table.crs == areas.crs
    assert areas.equals(before[0]) and calls.equals(before[1])
    assert found.table["calls"].sum() == len(load("ambulance_calls"))
    other = areas.set_index("area_id", drop=False).rename_axis(None)
    assert maps.join(other, calls, on="area_id").table.index.equals(other.index)


# --- names ---------------------------------------------------------------------------------------------------------


def test_spellings_of_names_are_reconciled_and_subdivisions_only_hinted_at():
    areas = load("areas")
    statistics = table(
        ["みらい1丁目", "みらい　２丁目", "みらい三丁目", "みらい", "川向", "みらい７丁"], "町名", n=range(6)
    )
    found = maps.join(areas, statistics, by="name", on="name", right_on="町名")
    assert found.table["n"].dropna().tolist() == [0, 1, 2]
    assert found.reconciled["why"].tolist() == ["町名の書き方"] * 2
    hints = dict(zip(found.right_only["町名"], found.right_only["hint"], strict=True))
    assert hints["みらい"].endswith("区域に分かれている")
    assert hints["みらい７丁"].startswith("もしかして「みらい")
    lost = found.left_only.set_index("name")["hint"]
    assert lost["みらい四丁目"] == "「みらい」の一部"


def test_all_names_of_the_sample_town_in_another_writing():
    areas = load("areas")
    digits = str.maketrans("一二三四五六七八九", "１２３４５６７８９")
    other = areas["name"].str.replace(r".丁目$", lambda m: m[0].translate(digits), regex=True) + "　"
    found = maps.join(areas, table(other, "町名", n=range(len(areas))), by="name", on="name", right_on="町名")
    assert found.table["n"].tolist() == list(range(len(areas)))
    assert len(found.reconciled) == len(areas)


# --- places --------------------------------------------------------------------------------------------------------


def test_points_lie_where_geopandas_says():
    houses, zones = load("buildings"), load("zones")
    found = maps.join(houses, zones, by="location")
    expected = houses.sjoin(zones[["zone_id", "geometry"]], predicate="within")["zone_id"]
    assert found.table["zone_id"].reindex(expected.index).tolist() == expected.tolist()
    assert found.value == len(houses)
    assert "layer" not in found.table and isinstance(found.table, gpd.GeoDataFrame)
    degrees = maps.join(houses.head(500), zones.to_crs(6668), by="location")
    assert degrees.used["区域の座標の変換"] == "EPSG:6668 → EPSG:6676"
    assert degrees.table["zone_id"].tolist() == found.table["zone_id"].head(500).tolist()


def test_a_point_on_a_border_is_counted_once_and_one_outside_is_told():
    zones = grid(1, 2).rename(columns={"area_id": "zone"})
    data = points([(100, 50), (150, 50), (900, 900), (np.nan, np.nan)], n=[1, 2, 3, 4])
    found = maps.join(data, zones, by="location")
    assert found.table["zone"].tolist()[:2] == ["0-0", "0-1"]
    assert len(found.table) == 4
    assert found.left_only["n"].tolist() == [3, 4]
    assert found.used["境界か重なりの上で、先の区域に入れた行"] == 1
    assert found.used["位置の分からない行"] == 1
    assert found.left_out == ("左の表だけにある行 2（位置が合わない）",)


# --- bad input -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "right", "options", "kind"),
    [
        (table(["1"]), table(["1"]), {}, "on_missing"),
        (table(["1"]), table(["1"]), {"on": "code"}, "unknown_column"),
        (table(["1"]), table(["1"], "id"), {"on": "area_id"}, "unknown_column"),
        (table(["1"], n=1), table(["1"], n=1), {"on": "area_id"}, "column_exists"),
        (table(["1"]), table(["2"]), {"on": "area_id"}, "no_match"),
        (table(["99201"]), table(["9.92E+04"]), {"on": "area_id"}, "code_in_exponent"),
        (table(["1"]), table([]), {"on": "area_id"}, "no_rows"),
        ([1, 2], table(["1"]), {"on": "area_id"}, "not_a_table"),
        (table(["1"]), table(["1"]), {"on": "area_id", "by": "id"}, "unknown_choice"),
        (points([(0, 0)]), points([(0, 0)]), {"by": "location"}, "needs_polygons"),
        (points([(-9, 0)]), grid(1, 2).rename(columns={"area_id": "zone"}), {"by": "location"}, "no_match"),
        (points([(0, 0)]), grid(1, 2).assign(layer=["a", "b"]), {"by": "location"}, "several_layers"),
        (points([(0, 0)]).to_crs(6668), grid(1, 2), {"by": "location"}, "degrees"),
        (points([(0, 0)]), grid(1, 2).set_crs(None, allow_override=True), {"by": "location"}, "no_crs"),
        (table(["1"]), grid(1, 2), {"by": "location"}, "no_geometry"),
    ],
)
def test_bad_input_has_its_own_message(left, right, options, kind):
    with pytest.raises(DataAcademyError) as caught:
        maps.join(left, right, **options)
    assert caught.value.note.kind == kind
    assert caught.value.note.fix


def test_a_code_against_a_name_and_codes_of_other_lengths_say_so():
    with pytest.raises(DataAcademyError, match="一方がコードで、もう一方が名前"):
        maps.join(table(["99201"]), table(["港町"]), on="area_id")
    with pytest.raises(DataAcademyError, match="9 桁と 11 桁"):
        maps.join(table(["992010200"]), table(["99201001001"]), on="area_id")
    with pytest.raises(DataAcademyError, match='by="name"'):
        maps.join(table(["港町一丁目"]), table(["港町1丁目"]), on="area_id")
