"""Maps in metres: known answers of two cities, the plain loop, geometry that can be worked out by hand, dirty input."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import pyplot
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex

from dataacademy import charts, maps, styling
from dataacademy.errors import DataAcademyError

CRS = 6676


@pytest.fixture(autouse=True)
def close_figures():
    yield
    pyplot.close("all")


def points(xy, crs=CRS, **columns):
    x, y = np.reshape(np.asarray(xy, dtype=float), (-1, 2)).T
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(x, y), crs=crs)


def shelters(xy, crs=CRS):
    n = len(xy)
    names = [f"避難所{i}" for i in range(n)]
    return points(xy, crs, kind=["shelter"] * n, kind_label=["指定避難所"] * n, name=names)


def squares(corners, side, **columns):
    boxes = [shapely.box(x, y, x + side, y + side) for x, y in corners]
    return gpd.GeoDataFrame(columns, geometry=boxes, crs=CRS)


@pytest.fixture
def areas():
    return points([(0, 0), (300, 0), (1000, 0), (5000, 0)], population=[100, 200, 300, 400], area_id=list("abcd"))


@pytest.fixture
def halls():
    return shelters([(0, 0), (1000, 500)])


# --- known answers -------------------------------------------------------------------------------------------------


def small_areas(file, town):
    """Representative points of the census's small areas (e-Stat 2015), in degrees."""
    rows = pyogrio.read_dataframe(file, encoding="cp932", read_geometry=False)
    rows = rows[(rows["GST_NAME"] == town) & (rows["AREA_MAX_F"] == "M")]
    xy = rows[["X_CODE", "Y_CODE"]]
    return points(xy, 4612, population=rows["JINKO"].to_numpy(), households=rows["SETAI"].to_numpy())


def yaizu_bus_stops(folder):
    file = folder / "焼津市自主運行バス路線図_停留所" / "バス停留所(しずてつ除外).shp"
    return gpd.read_file(file, encoding="cp932")


def yaizu_shelters(folder):
    rows = pd.read_csv(folder / "避難所一覧" / "222127_hinannjo.csv")
    return points(rows[["経度", "緯度"]], 6668)


def takamatsu_shelters(folder):
    rows = pd.read_excel(folder / "evacuation_space" / "data.xlsx", engine="calamine")
    return points(rows[["longitude", "latitude"]], 6668)


@pytest.mark.parametrize(
    ("town", "crs", "read", "count", "base", "expected"),
    [
        ("焼津市", 6676, yaizu_bus_stops, 164, 139_462, {300: 42.62, 500: 69.23, 800: 78.99}),
        ("焼津市", 6676, yaizu_shelters, 56, 139_462, {300: 26.70, 500: 50.90, 800: 83.66}),
        ("高松市", 6672, takamatsu_shelters, 195, 420_748, {300: 32.04, 500: 52.64, 800: 76.79, 1000: 87.67}),
    ],
    ids=["yaizu bus stops", "yaizu shelters", "takamatsu shelters"],
)
def test_coverage_of_two_real_cities(realdata, town, crs, read, count, base, expected):
    folder = realdata / {"焼津市": "yaizu_222127", "高松市": "takamatsu_372013"}[town]
    plane = maps.to_plane(small_areas(next((folder / "census_2015").glob("*.dbf")), town))
    assert plane.value == crs
    data = plane.table
    facilities = read(folder / "facilities")
    assert len(facilities) == count
    found = maps.coverage(data, facilities, within=list(expected), weights="population")
    assert (found.table["base"] == base).all()
    assert dict(zip(found.table["within_m"], found.table["share_percent"].round(2), strict=True)) == expected
    assert found.value == found.table["share_percent"].iloc[-1]
    assert found.left_out == ()


# --- nearest -------------------------------------------------------------------------------------------------------

coordinates = st.tuples(st.integers(-3000, 3000), st.integers(-3000, 3000))
people = st.integers(0, 50)


@given(st.lists(st.tuples(coordinates, people), min_size=1, max_size=12), st.lists(coordinates, min_size=1, max_size=6))
def test_the_plain_loop_finds_the_same(rows, sites):
    rows = [*rows, ((0, 0), 1)]  # somebody lives there
    data = points([xy for xy, _ in rows], population=[n for _, n in rows])
    distance = [min(np.hypot(x - a, y - b) for a, b in sites) for (x, y), _ in rows]
    near = maps.nearest(data, shelters(sites)).table
    assert near["distance_m"].to_numpy() == pytest.approx(distance)
    for (x, y), d, name in zip((xy for xy, _ in rows), distance, near["nearest_name"], strict=True):
        a, b = sites[int(name.removeprefix("避難所"))]
        assert np.hypot(x - a, y - b) == pytest.approx(d)

    # a radius on no integer distance, so that both ways of computing agree
    table = maps.coverage(data, shelters(sites), within=[500.123, 2000.123], weights="population").table
    for radius, covered in zip(table["within_m"], table["covered"], strict=True):
        assert covered == sum(n for (_, n), d in zip(rows, distance, strict=True) if d <= radius)
    assert table["covered"].is_monotonic_increasing
    assert (table["covered"] + table["uncovered"]).tolist() == table["base"].tolist()

    again = maps.coverage(data, shelters(sites[::-1] * 2), within=[500.123, 2000.123], weights="population").table
    pd.testing.assert_frame_equal(again, table)


def test_nearest_adds_distance_and_name_and_changes_nothing(areas, halls):
    before = areas.copy()
    found = maps.nearest(areas, halls, kind="shelter")
    assert found.table["distance_m"].tolist() == pytest.approx([0, 300, 500, np.hypot(4000, 500)])
    assert found.table["nearest_name"].tolist() == ["避難所0", "避難所0", "避難所1", "避難所1"]
    assert isinstance(found.table, gpd.GeoDataFrame)
    assert found.table.crs == areas.crs
    assert found.value == 400  # between 300 and 500
    assert found.sentence == "地区の半分は、最も近い指定避難所から直線 400 m 以内です（地区の代表点から測った中央値）。"
    assert found.used == {"地区": 4, "施設": 2}
    pd.testing.assert_frame_equal(areas, before)


def test_polygons_are_measured_from_their_representative_point(halls):
    horseshoe = shapely.box(0, 0, 900, 900) - shapely.box(100, 100, 800, 900)  # the centroid lies outside
    data = gpd.GeoDataFrame({"population": [1]}, geometry=[horseshoe], crs=CRS)
    expected = shapely.distance(shapely.point_on_surface(horseshoe), halls.geometry).min()
    assert maps.nearest(data, halls).value == pytest.approx(expected)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5)), min_size=1, max_size=15))
def test_weighted_median_is_the_median_of_the_people(rows):
    rows = [*rows, (7, 1)]
    distance, weight = np.array(rows, dtype=float).T
    data = points([(d, 0) for d in distance], population=weight)
    value = maps.nearest(data, shelters([(0, 0)]), weights="population").value
    assert value == np.median(np.repeat(distance, weight.astype(int)))


# --- coverage: what the sentence says ------------------------------------------------------------------------------


def test_sentence_names_number_base_distance_and_definition(areas, halls):
    found = maps.coverage(areas, halls, within=[300, 500, 4500], weights="population", kind="shelter")
    assert found.table["covered"].tolist() == [300, 600, 1000]  # exactly 300 m and 500 m away is within
    found = maps.coverage(areas, halls, within=[500, 300], weights="population")
    assert found.sentence == (
        "指定避難所から直線500 m以内に住む人は 600人（1,000人の 60.00 %）です。"
        "残る 400人（40.00 %）は 500 m より遠くにいます。地区の代表点で数えています。"
    )
    assert "600 of 1,000 people (60.00 %) live within 500 m" in found.sentence_en
    assert found.used == {"地区": 4, "人口": 1000, "施設": 2}


def test_nobody_is_left_over_when_all_are_covered(areas, halls):
    assert "残る" not in maps.coverage(areas, halls, within=1e5, weights="population").sentence


def test_households_and_buildings_are_called_by_their_names(areas, halls):
    data = areas.assign(households=[1, 2, 3, 4])
    assert "住む世帯は 6世帯（10世帯の" in maps.coverage(data, halls, within=500, weights="households").sentence
    data = areas.rename(columns={"area_id": "building_id", "population": "residents"})
    found = maps.coverage(data, halls, within=500, weights="residents")
    assert found.sentence.endswith("建物ごとの位置で数えています。")
    assert found.used["建物"] == 4


def test_kinds_are_filtered_and_named(areas, halls):
    both = pd.concat([halls, shelters([(5000, 0)]).assign(kind="bus_stop", kind_label="バス停")])
    assert maps.coverage(areas, both, within=100, weights="population", kind="bus_stop").value == 40
    found = maps.coverage(areas, both, within=100, weights="population", kind=["bus_stop", "shelter"])
    assert found.value == 50
    assert found.sentence.startswith("指定避難所・バス停から")


# --- coverage by area ----------------------------------------------------------------------------------------------


def test_a_circle_in_a_square_covers_pi_r2(halls):
    square = squares([(-1000, -1000)], 2000, population=[4000])
    table = maps.coverage(square, shelters([(0, 0)]), within=[300, 800], weights="population", method="area").table
    expected = 100 * np.pi * np.array([300, 800]) ** 2 / 2000**2
    assert table["share_percent"].to_numpy() == pytest.approx(expected, rel=1e-12)


def test_overlapping_circles_count_once():
    square = squares([(-2000, -2000)], 4000, population=[1])
    r, d = 500, 600
    lens = 2 * r**2 * np.arccos(d / (2 * r)) - d / 2 * np.sqrt(4 * r**2 - d**2)
    sites = shelters([(0, 0), (600, 0), (600, 0)])
    found = maps.coverage(square, sites, within=r, weights="population", method="area")
    assert found.table["covered"].item() == pytest.approx((2 * np.pi * r**2 - lens) / 4000**2, rel=1e-4)
    assert found.sentence.endswith("地区の面積に均等に割り振って数えています。")


def test_area_method_agrees_with_overlay():
    rng = np.random.default_rng(3)
    cells = squares([(x, y) for x in range(0, 3000, 300) for y in range(0, 3000, 300)], 300)
    cells["population"] = rng.integers(0, 90, len(cells))
    sites = shelters(rng.uniform(0, 3000, (12, 2)))
    circles = gpd.GeoDataFrame(geometry=[sites.buffer(400, quad_segs=256).union_all()], crs=CRS)
    parts = gpd.overlay(cells, circles, how="intersection")
    expected = (parts["population"] * parts.area).sum() / 300**2
    found = maps.coverage(cells, sites, within=400, weights="population", method="area")
    assert found.table["covered"].item() == pytest.approx(expected, rel=1e-4)


def test_area_method_with_broken_and_flat_polygons():
    bow_tie = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    flat = shapely.Polygon([(0, 0), (10, 0), (20, 0)])
    data = gpd.GeoDataFrame({"population": [10, 5]}, geometry=[bow_tie, flat], crs=CRS)
    found = maps.coverage(data, shelters([(0, 0)]), within=1000, weights="population", method="area")
    assert found.value == 100
    assert found.used["形を直した区域"] == 2


def test_area_method_refuses_points(areas, halls):
    with pytest.raises(DataAcademyError, match="境界（面）") as caught:
        maps.coverage(areas, halls, within=500, weights="population", method="area")
    assert "point" in caught.value.note.fix


# --- what is refused, and what is left out -------------------------------------------------------------------------


def every_function(data, facilities):
    zones = squares([(-9000, -9000)], 18000, name=["全域"])
    yield lambda: maps.nearest(data, facilities)
    yield lambda: maps.coverage(data, facilities, within=500, weights="population")
    yield lambda: maps.aggregate(data, zones, columns="population")
    yield lambda: maps.choropleth(data, column="population")


@pytest.mark.parametrize(
    ("spoil", "kind", "words"),
    [
        (lambda d: d.to_crs(6668), "degrees", "度のままでは距離を測れません"),
        (lambda d: d.to_crs(3857), "web_mercator", "EPSG:3857"),
        (lambda d: d.set_crs(None, allow_override=True), "no_crs", "座標系（CRS）が書かれていない"),
        (lambda d: d.set_crs(2225, allow_override=True), "not_metres", "メートルではありません"),
        (lambda d: pd.DataFrame(d.drop(columns="geometry")), "no_geometry", "位置の列"),
        (lambda d: d.set_geometry(d.buffer(9).boundary), "lines", "線が入っています"),
    ],
)
def test_every_function_wants_metres(areas, halls, spoil, kind, words):
    for call in every_function(spoil(areas), halls):
        with pytest.raises(DataAcademyError, match=words) as caught:
            call()
        assert caught.value.note.kind == kind


def test_facilities_in_degrees_are_converted_and_that_is_said(areas, halls):
    plain = maps.coverage(areas, halls, within=500.1, weights="population")
    found = maps.coverage(areas, halls.to_crs(6668), within=500.1, weights="population")
    pd.testing.assert_frame_equal(found.table, plain.table)
    assert found.used["施設の座標の変換"] == "EPSG:6668 → EPSG:6676"


@pytest.mark.parametrize(
    ("spoil", "arguments", "kind"),
    [
        (lambda f: f, {"kind": "sheltr"}, "unknown_choice"),
        (lambda f: f.drop(columns="kind"), {"kind": "shelter"}, "unknown_column"),
        (lambda f: f.iloc[:0], {}, "no_facilities"),
        (lambda f: f.set_geometry(f.buffer(9)), {}, "not_points"),
        (lambda f: f.set_crs(None, allow_override=True), {}, "no_crs"),
        (lambda f: f.set_geometry(gpd.GeoSeries([None] * len(f), crs=CRS)), {}, "no_facilities"),
    ],
)
def test_facilities_are_checked(areas, halls, spoil, arguments, kind):
    with pytest.raises(DataAcademyError) as caught:
        maps.coverage(areas, spoil(halls), within=500, weights="population", **arguments)
    assert caught.value.note.kind == kind


def test_an_unknown_kind_gets_a_guess(areas, halls):
    with pytest.raises(DataAcademyError, match="もしかして「shelter」"):
        maps.nearest(areas, halls, kind="sheltr")


@pytest.mark.parametrize("within", [0, -1, "800 m", None, [], [300, "500"], float("nan"), float("inf"), True])
def test_distance_is_checked(areas, halls, within):
    with pytest.raises(DataAcademyError, match="0 より大きい距離"):
        maps.coverage(areas, halls, within=within, weights="population")


@pytest.mark.parametrize(
    ("weights", "kind"),
    [([1, 2, -3, 4], "negative_weight"), ([0, 0, 0, None], "zero_base"), (list("1234"), "not_numeric")],
)
def test_weights_are_checked(areas, halls, weights, kind):
    for measure in (maps.nearest, lambda *a, **k: maps.coverage(*a, within=500, **k)):
        with pytest.raises(DataAcademyError) as caught:
            measure(areas.assign(population=weights), halls, weights="population")
        assert caught.value.note.kind == kind


def test_unknown_method_and_column(areas, halls):
    with pytest.raises(DataAcademyError, match="数え方「areal」.*もしかして「area」"):
        maps.coverage(areas, halls, within=500, weights="population", method="areal")
    with pytest.raises(DataAcademyError, match="もしかして「population」"):
        maps.coverage(areas, halls, within=500, weights="populatoin")


def test_what_cannot_be_counted_is_listed(areas, halls):
    areas["population"] = pd.array([100, None, 300, 400], dtype="Int64")
    areas.loc[3, "geometry"] = None
    halls.loc[1, "geometry"] = shapely.Point()
    found = maps.coverage(areas, halls, within=1000, weights="population")
    assert found.table["base"].item() == 400
    assert found.value == 100
    assert found.left_out == (
        "位置が分からない 1 地区（人口 400）",
        "人口が空欄の 1 地区",
        "位置が分からない施設 1 件",
    )
    near = maps.nearest(areas, halls, weights="population")
    assert near.table["distance_m"].isna().tolist() == [False, False, False, True]
    assert near.table["nearest_name"].isna().tolist() == [False, False, False, True]
    assert near.left_out == found.left_out


# --- aggregate -----------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(-1, 7), st.integers(-1, 7), people), min_size=1, max_size=30))
def test_sums_are_preserved_also_on_borders(rows):
    """Integer points on a grid of squares: most of them lie on borders and corners."""
    data = points([(x * 50, y * 50) for x, y, _ in rows], population=[n for *_, n in rows])
    zones = squares([(x, y) for x in (0, 100, 200) for y in (0, 100, 200)], 100, zone_id=list("abcdefghi"))
    found = maps.aggregate(data, zones, columns="population")
    inside = [(n, 0 <= x <= 6 and 0 <= y <= 6) for x, y, n in rows]
    assert found.table["population"].sum() == found.value == sum(n for n, there in inside if there)
    assert found.table["n_rows"].sum() == sum(there for _, there in inside)
    lost = [n for n, there in inside if not there]
    expected = (f"どの区域にも入らない {len(lost)} 行（人口 {sum(lost):,}）",) if lost else ()
    assert found.left_out == expected


def test_aggregate_sums_each_zone(areas):
    areas["households"] = pd.array([10, None, 30, 40], dtype="Int64")
    zones = squares([(-100, -100), (900, -100), (9000, 0)], 500, zone_id=["1", "2", "3"], layer=["自治会"] * 3)
    found = maps.aggregate(areas, zones, columns=["population", "households"])
    assert found.table["population"].tolist() == [300, 300, 0]
    assert found.table["households"].tolist() == [10, 30, 0]
    assert found.table["n_rows"].tolist() == [2, 1, 0]
    assert found.sentence == "3 区域に 3 行（人口 600、世帯数 40）を割り当てました。"
    assert found.left_out == ("どの区域にも入らない 1 行（人口 400、世帯数 40）", "世帯数が空欄の 1 行")
    assert found.table["population"].dtype == areas["population"].dtype


def test_overlapping_zones_count_nobody_twice_and_say_so(areas):
    zones = squares([(-100, -100), (-50, -100)], 500)
    found = maps.aggregate(areas, zones.set_index(pd.Index([7, 7])), columns="population")
    assert found.table["population"].tolist() == [300, 0]
    assert found.used["境界か重なりの上で、先の区域に入れた行"] == 2


def test_rows_without_location_are_listed_and_other_crs_is_converted(areas):
    zones = squares([(-9000, -9000)], 18000, name=["全域"]).to_crs(6677)
    areas.loc[0, "geometry"] = None
    found = maps.aggregate(areas, zones, columns="population")
    assert found.value == 900
    assert found.left_out == ("位置が分からない 1 行（人口 100）",)


@pytest.mark.parametrize(
    ("zones", "kind"),
    [
        (squares([(0, 0), (0, 0)], 100, layer=["自治会", "小学校区"]), "several_layers"),
        (squares([(0, 0)], 100, population=[1]), "column_exists"),
        (points([(0, 0)]), "needs_polygons"),
    ],
)
def test_zones_are_checked(areas, zones, kind):
    with pytest.raises(DataAcademyError) as caught:
        maps.aggregate(areas, zones, columns="population")
    assert caught.value.note.kind == kind


# --- choropleth ----------------------------------------------------------------------------------------------------


@pytest.fixture
def grid():
    cells = squares([(x * 1000, y * 1000) for x in range(5) for y in range(4)], 1000)
    return cells.assign(distance_m=[*range(100, 2000, 100), np.nan])


def legend(ax):
    return [t.get_text() for t in ax.get_legend().get_texts()]


def note(ax):
    return next(t.get_text() for t in ax.texts if t.get_gid() == "source")


def drawn_colours(ax):
    return {to_hex(c) for group in ax.collections for c in group.get_facecolor()}


def test_legend_names_every_class_its_count_and_missing_data(grid):
    ax = maps.choropleth(grid, column="distance_m", bins=[300, 500, 1900, 2500], unit="m", title="距離", source="架空")
    assert legend(ax) == [
        "300 m 未満（2）",
        "300 m 以上 500 m 未満（2）",
        "500 m 以上 1,900 m 未満（14）",
        "1,900 m 以上 2,500 m 未満（1）",
        "2,500 m 以上（0）",  # nothing there, but the legend is the same for every town
        "データなし（1）",
    ]
    assert ax.get_legend().get_title().get_text() == "最寄りの施設までの直線距離（m）\nかっこ内は地区の数"
    assert note(ax) == "出典：架空"
    assert ax.get_title(loc="left") == "距離"
    assert sum(len(group.get_paths()) for group in ax.collections) == 20
    hatched = [group for group in ax.collections if group.get_hatch()]
    assert [len(group.get_paths()) for group in hatched] == [1]
    assert drawn_colours(ax) == {*styling.sequential(5)[:4], "#ededed"}


@pytest.mark.parametrize("scheme", ["quantiles", "equal_interval", "fisher_jenks"])
def test_every_row_is_in_one_class_of_each_scheme(grid, scheme):
    ax = maps.choropleth(grid, column="distance_m", scheme=scheme, k=4)
    counts = [int(text.rsplit("（")[-1].rstrip("）")) for text in legend(ax)]
    assert len(counts) == 5
    assert sum(counts) == 20
    assert charts.alt(ax).startswith("色分けの地図。色は 最寄りの施設までの直線距離で、濃いほど大きい。")


def test_points_are_equal_circles_and_the_figure_says_why(areas):
    ax = maps.choropleth(areas, column="population", k=2, unit="人", legend_title="人口（推計）")
    assert note(ax) == "境界データがないため代表点で表示"
    circles = [group for group in ax.collections if isinstance(group, PathCollection) and len(group.get_offsets())]
    assert sum(len(group.get_offsets()) for group in circles) == 4
    assert len({float(size) for group in circles for size in group.get_sizes()}) == 1
    assert ax.get_legend().get_title().get_text().startswith("人口（推計）")


def test_buildings_are_points_by_nature(areas):
    ax = maps.choropleth(areas.rename(columns={"area_id": "building_id"}), column="population", k=2)
    assert not [t for t in ax.texts if t.get_gid() == "source"]


def test_what_is_not_on_the_figure_is_said_on_it(grid):
    sites = shelters([(500, 500), (4e6, 4e6), (2500, 2500)])
    grid.loc[3, "geometry"] = None
    ax = maps.choropleth(grid, column="distance_m", facilities=sites, source="架空")
    assert legend(ax)[-1] == "指定避難所（2）"
    assert note(ax).split("\n") == [
        "位置が分からない 1 件は表示していない",
        "図の範囲の外にある施設 1 件は表示していない",
        "出典：架空",
    ]
    assert ax.get_xlim()[1] < 10_000  # one wrong coordinate does not shrink the town


@pytest.mark.parametrize(("side", "text"), [(10, "2 m"), (70, "20 m"), (1000, "200 m"), (40_000, "10 km")])
def test_scale_bar_is_round_and_as_long_as_it_says(side, text):
    ax = maps.choropleth(squares([(0, 0)], side, v=[1]), column="v")
    west, east = ax.lines[0].get_xdata()
    number, unit = text.split()
    assert east - west == pytest.approx(float(number) * (1000 if unit == "km" else 1))
    assert text in [t.get_text() for t in ax.texts]
    assert ax.get_aspect() == 1
    assert ax.get_ylim()[0] < ax.get_ylim()[1]  # north is up
    assert not ax.axison


@pytest.mark.parametrize("own", [False, True])
def test_maps_drawn_later_have_all_their_letters(grid, halls, own):
    """matplotlib warns of missing glyphs, and warnings are errors here."""
    ax = pyplot.subplots()[1] if own else None
    drawn = maps.choropleth(
        grid, column="distance_m", title="髙﨑地区①〜㈱", source="国勢調査", unit="㎡", facilities=halls, ax=ax
    )
    assert ax is None or drawn is ax
    drawn.figure.canvas.draw()
    assert charts.missing_glyphs(drawn.figure) == []


def test_nothing_overlaps_the_map(grid, halls):
    ax = maps.choropleth(grid, column="distance_m", title="距離", source="架空", facilities=halls)
    ax.figure.canvas.draw()
    frame = ax.get_window_extent()
    assert ax.get_legend().get_window_extent().x0 >= frame.x1
    assert next(t for t in ax.texts if t.get_gid() == "source").get_window_extent().y1 <= frame.y0
    assert ax.figure.bbox.x1 >= ax.get_legend().get_window_extent().x1


@pytest.mark.parametrize(
    ("values", "arguments", "kind"),
    [
        ([np.nan] * 4, {}, "no_values"),
        (list("abcd"), {}, "not_numeric"),
        ([1, 2, 3, np.inf], {}, "infinite"),
        ([1, 2, 3, 4], {"bins": [3, 1]}, "bins_order"),
        ([1, 2, 3, 4], {"scheme": "jenks"}, "unknown_choice"),
    ],
)
def test_columns_and_classes_are_checked(areas, values, arguments, kind):
    with pytest.raises(DataAcademyError) as caught:
        maps.choropleth(areas.assign(v=values), column="v", **arguments)
    assert caught.value.note.kind == kind
    assert not pyplot.get_fignums()
