"""Regional mesh codes: known squares, round trips, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataacademy.errors import DataAcademyError
from dataacademy.mesh import LEVELS, mesh_bounds, mesh_code, mesh_polygons, parent

TOKYO = (35.681236, 139.767125)
CODES = {
    "1st": "5339", "2nd": "533946", "3rd": "53394611", "500m": "533946113", "250m": "5339461132", "125m": "53394611323",
}  # fmt: skip
SIZE = {"1st": 3600, "2nd": 450, "3rd": 45, "500m": 22.5, "250m": 11.25, "125m": 5.625}  # seconds of longitude

points = st.tuples(st.floats(20, 45.999), st.floats(122, 153.999))
levels = st.sampled_from(LEVELS)


@pytest.mark.parametrize("level", LEVELS)
def test_tokyo_station(level):
    assert mesh_code(*TOKYO, level=level) == CODES[level]
    assert parent(CODES["125m"], level) == CODES[level]


@pytest.mark.parametrize(
    ("lat", "lon", "code"),
    [
        (20.4167 + 1e-6, 136.0667 + 1e-6, "3036"),
        (45.52, 141.94, "6841"),
        (24.45, 122.94, "3622"),
        (24.29, 153.98, "3653"),
    ],
)
def test_the_corners_of_japan(lat, lon, code):
    assert mesh_code(lat, lon, level="1st") == code


@given(points, levels)
def test_a_point_lies_in_its_square(point, level):
    lat, lon = point
    code = mesh_code(lat, lon, level=level)
    box = mesh_bounds(code).iloc[0]
    # 1e-12: an edge such as 35°40′ has no exact binary form
    assert box["south"] - 1e-12 <= lat <= box["north"] + 1e-12
    assert box["west"] - 1e-12 <= lon <= box["east"] + 1e-12
    assert (box["east"] - box["west"]) * 3600 == pytest.approx(SIZE[level])
    assert (box["north"] - box["south"]) * 3600 == pytest.approx(SIZE[level] * 2 / 3)


@given(points, levels)
def test_the_centre_gives_the_code_back(point, level):
    code = mesh_code(*point, level=level)
    box = mesh_bounds([code]).iloc[0]
    assert mesh_code((box["south"] + box["north"]) / 2, (box["west"] + box["east"]) / 2, level=level) == code


@given(points, levels)
def test_parents_hold_their_children(point, level):
    fine = mesh_code(*point, level="125m")
    coarse = parent(fine, level)
    assert coarse == mesh_code(*point, level=level)
    inner, outer = mesh_bounds(fine).iloc[0], mesh_bounds(coarse).iloc[0]
    assert outer["south"] <= inner["south"] and inner["north"] <= outer["north"] + 1e-12
    assert outer["west"] <= inner["west"] and inner["east"] <= outer["east"] + 1e-12


def test_quarters_are_counted_from_the_south_west():
    box = mesh_bounds("53394611").iloc[0]
    lat = np.array([0.25, 0.25, 0.75, 0.75]) * (box["north"] - box["south"]) + box["south"]
    lon = np.array([0.25, 0.75, 0.25, 0.75]) * (box["east"] - box["west"]) + box["west"]
    assert mesh_code(lat, lon, level="500m").tolist() == [f"53394611{quarter}" for quarter in (1, 2, 3, 4)]


def test_arrays_lists_and_series_agree_with_single_points():
    random = np.random.default_rng(1)
    lat, lon = random.uniform(30, 44, 200), random.uniform(129, 144, 200)
    for level in LEVELS:
        one_by_one = [mesh_code(y, x, level=level) for y, x in zip(lat, lon, strict=True)]
        assert mesh_code(lat, lon, level=level).tolist() == one_by_one
        assert mesh_code(list(lat), list(lon), level=level).tolist() == one_by_one
    places = pd.DataFrame({"lat": lat, "lon": lon}, index=range(1000, 1200))
    found = mesh_code(places["lat"], places["lon"], level="500m")
    assert isinstance(found, pd.Series) and found.dtype == "str" and found.index.equals(places.index)
    assert parent(found, "3rd").equals(mesh_code(places["lat"], places["lon"], level="3rd"))
    assert mesh_bounds(found).index.equals(places.index)


def test_nothing_in_nothing_out():
    assert mesh_code([], [], level="3rd").tolist() == []
    assert mesh_bounds([]).shape == (0, 4)
    assert parent([], "1st").tolist() == []


def test_codes_read_as_numbers_and_mixed_levels():
    assert mesh_bounds([53394611]).equals(mesh_bounds(["53394611"]))
    assert mesh_bounds([53394611.0]).equals(mesh_bounds(["53394611"]))
    assert parent(53394611, "2nd") == "533946"
    mixed = mesh_bounds(list(CODES.values()))
    alone = pd.concat([mesh_bounds(code) for code in CODES.values()])
    pd.testing.assert_frame_equal(mixed, alone)


def test_polygons():
    shapes = mesh_polygons(pd.Series(["533946", "53394611"], index=["a", "b"]))
    assert shapes.crs.to_epsg() == 6668
    assert shapes.index.tolist() == ["a", "b"]
    assert shapes["a"].covers(shapes["b"])
    assert shapes["a"].area / shapes["b"].area == pytest.approx(100)
    metres = shapes.to_crs(6677).area
    assert metres["b"] == pytest.approx(1.045e6, rel=0.01)  # the "1 km" square at 35.7° N


@pytest.mark.parametrize(
    "code",
    ["", "533", "53394", "5339461", "533986", "533948", "533946110", "533946115", "5339461130", "533946113235",
     "53a9", "５３３９", "5339 ", "9939", "5399", "0000", "-533", "nan", "53394611.5"],
)  # fmt: skip
def test_bad_codes_are_named(code):
    with pytest.raises(DataAcademyError) as caught:
        mesh_bounds(["53394611", code])
    assert caught.value.note.kind == "bad_mesh_code"
    assert caught.value.note.value == code and "2番目" in caught.value.note.ja
    with pytest.raises(DataAcademyError):
        parent(code, "1st")


def test_missing_codes_are_refused():
    for gap in ([53394611, float("nan")], pd.Series(["53394611", None])):
        with pytest.raises(DataAcademyError, match="2番目"):
            mesh_polygons(gap)


def test_parent_cannot_be_finer():
    with pytest.raises(DataAcademyError) as caught:
        parent(["53394611", "533946"], "3rd")
    assert caught.value.note.kind == "mesh_too_coarse" and caught.value.note.value == "533946"


@pytest.mark.parametrize(
    ("lat", "lon", "text"),
    [
        ([35.0, float("nan")], [139.0, 139.0], "空の緯度・経度が1件"),
        ([35.0, 0.0], [139.0, 0.0], "日本の外"),
        ([35.0, 139.7], [139.0, 35.6], "入れ替わって"),
        ([35.0], [139.0, 140.0], "数が合いません"),
    ],
)
def test_bad_points_are_refused(lat, lon, text):
    with pytest.raises(DataAcademyError, match=text):
        mesh_code(lat, lon, level="3rd")


@pytest.mark.parametrize("call", [lambda: mesh_code(*TOKYO, level="1km"), lambda: parent("53394611", "1km")])
def test_unknown_level_names_the_choices(call):
    with pytest.raises(DataAcademyError, match="「3rd」"):
        call()
