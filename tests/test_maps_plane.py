"""Into the plane system of the town: the right one of nineteen, the old datum told apart, impossible coordinates."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from maps_town import points
from test_codes import CAPITALS

from dataacademy import load, maps
from dataacademy.codes import check_digit, plane_epsg
from dataacademy.errors import DataAcademyError


def degrees(*places, crs=6668, **columns) -> gpd.GeoDataFrame:
    """Points from latitudes and longitudes."""
    lat, lon = np.array(places, dtype=float).T
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(lon, lat), crs=crs)


def kind_of(work) -> str:
    with pytest.raises(DataAcademyError) as caught:
        work()
    return caught.value.note.kind


# --- which system --------------------------------------------------------------------------------------------------


def test_a_published_point():
    """国土地理院's example for zone IX: X (north) 11543.6883 m, Y (east) 22916.2436 m."""
    found = maps.to_plane(degrees((36.103774791666666, 140.08785504166664)))
    assert found.value == 6677
    point = found.table.geometry.iloc[0]
    assert (point.y, point.x) == pytest.approx((11543.68832148, 22916.24355435), abs=1e-6)


@pytest.mark.parametrize("prefecture", CAPITALS)
def test_every_prefectural_capital_without_its_code(prefecture):
    lat, lon = CAPITALS[prefecture]
    five = prefecture + "000"
    expected = plane_epsg(five + check_digit(five), lat=lat, lon=lon)
    found = maps.to_plane(degrees((lat, lon), (lat + 0.01, lon + 0.01)))
    assert found.value == expected
    assert found.figures["system"] == expected - 6668


@pytest.mark.parametrize(
    ("lat", "lon", "zone"),
    [
        (34.27, 134.13, 4), (34.93, 138.27, 8), (35.19, 132.50, 3), (33.73, 130.98, 2), (34.64, 138.13, 8),
        (35.37, 139.22, 9), (36.26, 139.07, 9), (36.16, 138.48, 8), (37.13, 140.21, 9), (37.98, 140.78, 10),
        (37.31, 137.15, 7), (35.90, 136.17, 6), (34.74, 135.34, 5), (32.21, 130.41, 2), (34.92, 132.07, 3),
        (34.95, 136.97, 7), (34.89, 136.52, 6), (34.05, 131.56, 3), (33.28, 131.49, 2), (32.75, 130.36, 1),
    ],
)  # fmt: skip
def test_towns_that_are_not_on_the_list(lat, lon, zone):
    assert maps.to_plane(degrees((lat, lon))).value == 6668 + zone


def test_a_town_near_the_border_is_a_guess_and_its_code_is_none():
    border = degrees((34.84, 135.42), (34.83, 135.43))  # between 川西市 (V) and 池田市 (VI)
    assert any("推測" in line for line in maps.to_plane(border).assumptions)
    wrong = maps.to_plane(degrees((35.05, 136.85)))  # the far end of 愛知県, nearer to a village of 三重県
    assert wrong.value == 6674
    assert any("推測" in line for line in wrong.assumptions)
    for code, epsg in (("282171", 6673), ("272043", 6674)):
        found = maps.to_plane(border, code=code)
        assert found.value == epsg
        assert not any("推測" in line for line in found.assumptions)
    assert maps.to_plane(border.to_crs(6673)).value == 6673  # already plane: not moved on a guess


def test_system_by_number():
    takamatsu = degrees((34.34, 134.05))
    assert maps.to_plane(takamatsu, system=4).value == maps.to_plane(takamatsu, system=6672).value == 6672
    found = maps.to_plane(takamatsu, system=5)
    assert found.value == 6673
    assert found.assumptions == ("場所から見ると第4系の地域ですが、指定の第5系に直しました。",)


def test_data_in_two_systems_are_warned_of():
    both = degrees((34.34, 134.05), (34.30, 134.00), (34.29, 133.80), (34.69, 135.19))  # 香川 and 神戸
    found = maps.to_plane(both)
    assert found.value == 6672
    assert found.assumptions[-1].startswith("1 行は、ほかの系の地域にあります")


# --- what comes in -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("crs", [6668, 4612, 4326, 3857, 6677, 2450])
def test_the_same_place_whatever_it_was_written_in(crs):
    areas = load("areas")
    found = maps.to_plane(areas.to_crs(crs))
    assert found.value == 6676
    assert found.table.crs == areas.crs
    apart = shapely.hausdorff_distance(found.table.geometry.to_numpy(), areas.geometry.to_numpy())
    assert apart.max() < 0.01
    assert list(found.table.columns) == list(areas.columns)
    assert "moved_m" not in found.figures


def test_nothing_is_changed():
    areas = load("areas").to_crs(4326)
    before = areas.copy()
    maps.to_plane(areas, like=load("areas"))
    pd.testing.assert_frame_equal(pd.DataFrame(areas), pd.DataFrame(before))
    assert areas.crs == before.crs


def test_empty_and_far_rows_are_named_and_kept():
    data = degrees((34.34, 134.05), (34.35, 134.06), (0, 0), (34.3, 134.0))
    data.loc[3, "geometry"] = None
    found = maps.to_plane(data)
    assert found.value == 6672
    assert len(found.table) == 4
    assert found.left_out == ("図形が空の 1 行（残してあります）",)
    assert found.assumptions[0].startswith("日本の外にある 1 行")


def test_points_outside_the_town_are_counted():
    areas, homes = load("areas"), load("buildings").head(50)
    homes = pd.concat([homes, points([(homes.geometry.x.iloc[0] + 30_000, -231_000)])])
    found = maps.to_plane(homes, like=areas)
    assert found.figures["outside"] == 1
    assert "くらべた地図の区域の外にある行が 1 あります。町の外の点か、確かめてください。" in found.assumptions


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (lambda: degrees((34.3, 134.0)).set_crs(None, allow_override=True), "no_crs"),
        (lambda: pd.DataFrame({"lat": [34.3]}), "no_geometry"),
        (lambda: degrees((34.3, 134.0), (34.4, 134.1)).set_crs(6672, allow_override=True), "degrees_as_metres"),
        (lambda: points([(-23000, -231000)]).set_crs(6668, allow_override=True), "metres_as_degrees"),
        (lambda: degrees((134.0, 34.3), (134.1, 34.4)), "swapped"),
        (lambda: degrees((0, 0), (0, 0)), "outside_japan"),
        (lambda: degrees((48.85, 2.35)), "outside_japan"),
        (lambda: gpd.GeoDataFrame(geometry=[None, shapely.Point()], crs=6668), "no_locations"),
        (lambda: gpd.GeoDataFrame(geometry=[], crs=6668), "no_locations"),
    ],
)
def test_what_cannot_be_is_refused(data, kind):
    assert kind_of(lambda: maps.to_plane(data())) == kind


@pytest.mark.parametrize("system", [0, 20, 4326, "4", True, 4.0])
def test_an_unknown_system(system):
    assert kind_of(lambda: maps.to_plane(degrees((34.3, 134.0)), system=system)) == "bad_system"


def test_distances_refuse_degrees_that_are_said_to_be_metres():
    data = degrees((34.3, 134.0), (34.4, 134.1), population=[1, 2]).set_crs(6672, allow_override=True)
    sites = points([(0, 0)], name=["a"]).to_crs(6672)
    assert kind_of(lambda: maps.nearest(data, sites)) == "degrees_as_metres"
    sites = degrees((34.3, 134.0), name=["a"]).set_crs(6672, allow_override=True)
    assert kind_of(lambda: maps.nearest(points([(0, 0)]).to_crs(6672), sites)) == "degrees_as_metres"


# --- the old datum -------------------------------------------------------------------------------------------------


def old(data: gpd.GeoDataFrame, undeclared: bool = True) -> gpd.GeoDataFrame:
    """The data as a file from before 2002 has them: degrees of the Tokyo datum, called JGD2011 or what they are."""
    tokyo = data.to_crs(4301)
    return tokyo.set_crs(6668, allow_override=True) if undeclared else tokyo


def test_a_declared_old_datum_is_converted():
    areas = load("areas")
    found = maps.to_plane(old(areas, undeclared=False), like=areas)
    assert found.value == 6676
    apart = shapely.hausdorff_distance(found.table.geometry.to_numpy(), areas.geometry.to_numpy())
    assert apart.max() < 0.1
    assert 400 < found.figures["moved_m"] < 500
    assert any("古い日本測地系から" in line for line in found.assumptions)


LAYERS = {
    "areas by their numbers": ("areas", "areas", []),
    "areas by their outlines": ("areas", "areas", ["area_id", "name"]),
    "facilities by their numbers": ("facilities", "facilities", []),
    "facilities by where they lie": ("facilities", "facilities", ["facility_id", "name"]),
    "buildings in the areas": ("buildings", "areas", []),
}


@pytest.mark.parametrize("layer", LAYERS)
def test_an_undeclared_old_datum_is_found_by_a_layer_that_lies_right(layer):
    name, like, dropped = LAYERS[layer]
    data, right = load(name).drop(columns=dropped), load(like)
    maps.to_plane(data.to_crs(6668), like=right)  # the present one passes
    with pytest.raises(DataAcademyError, match="約 4[0-9]0 m 南東にずれて.*古い日本測地系") as caught:
        maps.to_plane(old(data), like=right)
    assert caught.value.note.kind == "tokyo_datum"
    assert "set_crs(4301" in caught.value.note.fix
    assert maps.to_plane(old(data).set_crs(4301, allow_override=True), like=right).value == 6676  # the fix it names


def test_a_datum_corrected_twice_is_found():
    areas = load("areas")
    twice = areas.to_crs(6668).set_crs(4301, allow_override=True)
    with pytest.raises(DataAcademyError, match="北西にずれて") as caught:
        maps.to_plane(twice, like=areas)
    assert caught.value.note.kind == "corrected_twice"


def test_another_shift_is_no_datum():
    areas = load("areas")
    moved = areas.set_geometry(areas.translate(0, 2000))
    with pytest.raises(DataAcademyError, match="約 2,000 m 北に.*測地系のちがいではありません") as caught:
        maps.to_plane(moved, like=areas)
    assert caught.value.note.kind == "shifted"
    few = areas.copy()
    few.loc[:4, "geometry"] = few.loc[:4].translate(0, 2000)  # some areas only: no shift of all
    assert maps.to_plane(few, like=areas).value == 6676


def test_a_layer_without_crs_is_no_reference():
    areas = load("areas")
    assert kind_of(lambda: maps.to_plane(areas, like=areas.set_crs(None, allow_override=True))) == "no_crs"
