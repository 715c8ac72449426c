"""Maps drawn: several with one legend, symbols whose area is the value, squares, arrows; nothing dropped in silence."""

import hashlib
import json
import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import pyplot
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex
from matplotlib.patches import FancyArrowPatch

import dataacademy as da
from dataacademy import charts, maps, styling
from dataacademy.errors import DataAcademyError
from dataacademy.maps import classify, sheet

ROOT = Path(__file__).resolve().parents[1]
CRS = 6676


@pytest.fixture(autouse=True)
def close_figures():
    yield
    pyplot.close("all")


def squares(corners, side=1000, **columns):
    boxes = [shapely.box(x, y, x + side, y + side) for x, y in corners]
    return gpd.GeoDataFrame(columns, geometry=boxes, crs=CRS)


def spots(xy, **columns):
    x, y = np.array(xy, float).T
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(x, y), crs=CRS)


@pytest.fixture
def grid():
    names = [f"{c}町" for c in "東西南北中本"]
    return squares([(x * 1000, y * 1000) for x in range(3) for y in range(2)], name=names, a=[1, 2, 3, 4, 5, 6])


@pytest.fixture
def uneven():
    """Areas of 1 and of 9 square kilometres."""
    boxes = [shapely.box(0, 0, 1000, 1000), shapely.box(1000, 0, 4000, 3000), shapely.box(0, 1000, 1000, 2000)]
    return gpd.GeoDataFrame({"name": list("甲乙丙"), "people": [10, 30, 20]}, geometry=boxes, crs=CRS)


def legend(ax):
    return [t.get_text() for t in ax.get_legend().get_texts()]


def notes(ax):
    return [line for t in ax.texts if t.get_gid() == "source" for line in t.get_text().split("\n")]


def kind_of_error(work):
    with pytest.raises(DataAcademyError) as caught:
        work()
    assert not pyplot.get_fignums()
    note = caught.value.note
    assert note.ja and note.en and (note.kind == "no_rows" or note.fix and note.fix_en)
    return note.kind


# --- Fisher-Jenks against mapclassify ------------------------------------------------------------------------------


def test_fisher_jenks_is_never_worse_than_mapclassify():
    """Printed by tests/oracles/fisher_jenks.py; the digest turns this red if the sample town has changed since."""
    features = json.loads((ROOT / "datasets/mirai/areas.geojson").read_text(encoding="utf-8"))["features"]
    data = {name: np.array([f["properties"][name] for f in features], float) for name in ("population", "households")}
    data["skewed_300"] = np.random.default_rng(5).lognormal(6, 1, 300).round(2)
    data["skewed_5000"] = np.random.default_rng(20).lognormal(6, 1, 5_000).round(2)
    text = json.dumps({name: values.tolist() for name, values in data.items()})
    printed = (ROOT / "tests/oracles/fisher_jenks.txt").read_text(encoding="utf-8").splitlines()
    assert printed[0] == f"digest {hashlib.sha256(text.encode()).hexdigest()}"
    rows = [line.split() for line in printed[2:]]
    assert len(rows) == 10
    same = 0
    for name, k, theirs, *bounds in rows:
        values = data[name]
        groups = classify.assign(values, classify.fisher_jenks(values, int(k)))
        ours = sum(float(((values[groups == g] - values[groups == g].mean()) ** 2).sum()) for g in np.unique(groups))
        assert len(np.unique(groups)) == int(k)
        assert ours <= float(theirs) * (1 + 1e-9), name
        same += [f"{values[groups == g].max():.6g}" for g in np.unique(groups)] == bounds
    assert same >= 9  # the same classes too, but where mapclassify's own sums of squares lose digits


# --- several maps, one legend --------------------------------------------------------------------------------------


def test_columns_side_by_side_share_classes_and_legend(grid):
    ax = maps.choropleth(
        grid.assign(b=grid["a"] * 10), column=["a", "b"], bins=[4, 30], unit="%", title="題", source="出"
    )
    assert [panel.get_title(loc="left") for panel in ax.child_axes] == ["a", "b"]
    assert legend(ax) == ["4 % 未満", "4 % 以上 30 % 未満", "30 % 以上"]
    colours = styling.sequential(3)
    found = [
        {to_hex(c): len(group.get_paths()) for group in panel.collections for c in group.get_facecolor()}
        for panel in ax.child_axes
    ]
    assert found == [{colours[0]: 3, colours[1]: 3}, {colours[1]: 2, colours[2]: 4}]
    limits = {(*panel.get_xlim(), *panel.get_ylim()) for panel in ax.child_axes}
    assert len(limits) == 1
    assert charts.lint(ax) == []


def test_one_map_per_date_and_an_area_without_a_row_is_missing_not_invisible(grid):
    long = pd.concat([grid.assign(年=2020), grid.iloc[1:].assign(年=2025)])
    ax = maps.choropleth(long, column="a", by="年", unit="%", k=2)
    assert [panel.get_title(loc="left") for panel in ax.child_axes] == ["2020", "2025"]
    assert [sum(len(g.get_paths()) for g in panel.collections) for panel in ax.child_axes] == [6, 6]
    hatched = [[len(g.get_paths()) for g in panel.collections if g.get_hatch()] for panel in ax.child_axes]
    assert hatched == [[], [1]]
    assert legend(ax)[-1] == "データなし"
    assert any("2025：" in line for line in charts.alt(ax).split("。"))


def test_breaks_made_once_give_every_figure_the_same_legend(grid):
    both = pd.concat([grid["a"], grid["a"] * 3])
    limits = maps.breaks(both, k=3)
    one = legend(maps.choropleth(grid, column="a", bins=limits))
    two = legend(maps.choropleth(grid.assign(a=grid["a"] * 3), column="a", bins=limits))
    assert [text.split("（")[0] for text in one] == [text.split("（")[0] for text in two]


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        (lambda g: maps.choropleth(g, column=[]), "which_maps"),
        (lambda g: maps.choropleth(g, column=["a", "name"], by="name"), "which_maps"),
        (lambda g: maps.choropleth(pd.concat([g, g]), column="a"), "area_twice"),
        (lambda g: maps.choropleth(pd.concat([g, g]).assign(y=1), column="a", by="y"), "area_twice"),
        (lambda g: maps.choropleth(pd.concat([g.assign(y=i) for i in range(13)]), column="a", by="y"), "too_many_maps"),
        (lambda g: maps.choropleth(g, column="A町"), "unknown_column"),
        (lambda g: maps.choropleth(g.set_crs(None, allow_override=True), column="a"), "no_crs"),
        (lambda g: maps.choropleth(g.to_crs(6668), column="a"), "degrees"),
        (lambda g: maps.choropleth(g.to_crs(3857), column="a"), "web_mercator"),
        (lambda g: maps.choropleth(pd.DataFrame({"a": [1]}), column="a"), "no_geometry"),
    ],
)
def test_bad_input_of_choropleths(grid, call, kind):
    assert kind_of_error(lambda: call(grid)) == kind


# --- raw counts, missing values, words -----------------------------------------------------------------------------


def test_counts_of_areas_of_different_size_are_warned_of(uneven):
    ax = maps.choropleth(uneven, column="people", k=2, unit="人", title="題", source="出典元")
    assert "「人数」は数のままです" in notes(ax)[0]
    assert "率" in notes(ax)[1] and "密度" in notes(ax)[1]
    assert [n.kind for n in charts.lint(ax)] == ["count_not_rate"]
    rate = maps.choropleth(uneven, column="people", k=2, unit="%", title="題", source="出典元")
    assert notes(rate) == ["出典：出典元"]
    assert charts.lint(rate) == []


def test_counts_in_squares_of_one_size_are_a_density(grid):
    assert notes(maps.choropleth(grid, column="a", k=2, unit="人")) == []


def test_a_count_without_a_unit_is_known_by_its_name(uneven):
    drawn = maps.choropleth(uneven.rename(columns={"people": "高齢者数"}), column="高齢者数", k=2)
    assert "数のまま" in notes(drawn)[0]


def test_areas_without_a_value_are_named(grid):
    ax = maps.choropleth(grid.assign(a=[1, np.nan, 3, np.nan, 5, 6]), column="a", unit="%")
    assert notes(ax) == ["データなし：西町、北町"]


def test_alt_says_classes_extremes_places_and_what_is_missing(grid):
    ax = maps.choropleth(grid.assign(a=[1, 2, 3, 4, np.nan, 6.5]), column="a", bins=[3], unit="%", title="題")
    assert charts.alt(ax) == (
        "色分けの地図「題」。色は a（%）で、濃いほど大きい。3 % 未満 2 地区、3 % 以上 3 地区。"
        "最小は 東町 の 1 %、最大は 本町 の 6.5 %。データなしは 1 地区。最も濃い地区は、東寄り。データなし：中町。"
    )


def test_side_of_the_town():
    ring = np.array([[np.cos(a), np.sin(a)] for a in np.arange(8) * np.pi / 4])
    assert [sheet.side(ring[[i]], ring) for i in range(8)] == [
        f"{w}寄り" for w in ("東", "北東", "北", "北西", "西", "南西", "南", "南東")
    ]


# --- points --------------------------------------------------------------------------------------------------------


def symbols(ax):
    """Position and area of every symbol, from matplotlib's own outlines."""
    rows = []
    for group in ax.collections:
        if isinstance(group, PathCollection):
            path = group.get_paths()[0]
            (polygon,) = path.to_polygons()
            area = shapely.Polygon(polygon).area
            rows += [(x, y, s * area) for (x, y), s in zip(group.get_offsets(), group.get_sizes(), strict=True)]
    return sorted(rows)


@pytest.mark.parametrize("by", [None, "kind"])
def test_the_area_of_a_symbol_is_its_value_whatever_its_shape(by):
    values = [10, 20, 40, 80, 160, 320]
    data = spots([(i * 500, 0) for i in range(6)], v=values, kind=list("ABCDEF"))
    drawn = symbols(maps.points(data, value="v", by=by, unit="人"))
    areas = np.array([area for *_, area in drawn])
    assert areas / areas[0] == pytest.approx(np.array(values) / 10, rel=0.02)  # circles are drawn as polygons


def test_groups_differ_in_colour_and_shape_and_are_counted():
    data = spots([(i * 100, i) for i in range(9)], kind=["a"] * 5 + ["b"] * 3 + [None])
    ax = maps.points(data, by="kind", title="題", source="出")
    assert legend(ax) == ["a（5）", "b（3）", "（空欄）（1）"]
    assert len({h.get_marker() for h in ax.get_legend().legend_handles}) == 3
    assert len({h.get_color() for h in ax.get_legend().legend_handles}) == 3
    assert charts.lint(ax) == []


def test_small_symbols_lie_on_top_of_large_ones():
    data = spots([(0, 0), (100, 0), (50, 0)], v=[1, 100, 10], kind=["a", "b", "a"])
    ax = maps.points(data, value="v", by="kind")
    order = [s for group in ax.collections for s in group.get_sizes()]
    assert order == sorted(order, reverse=True)


def test_rows_that_cannot_be_drawn_are_counted(uneven):
    data = spots([(0, 0), (1000, 500), (2000, 0), (2500, 100), (9e6, 9e6)], v=[1, 2, 0, np.nan, 5])
    data.loc[1, "geometry"] = None
    ax = maps.points(data, value="v", unit="人", background=uneven, source="出")
    assert notes(ax) == [
        "位置が分からない 1 件は表示していない",
        "「v」が空欄の 1 件は表示していない",
        "「v」が 0 の 1 件は表示していない",
        "図の範囲の外にある 1 件は表示していない",
        "出典：出",
    ]
    assert len(symbols(ax)) == 1


def test_areas_are_drawn_at_a_point_inside_of_them(uneven):
    drawn = symbols(maps.points(uneven, value="people", unit="人"))
    assert len(drawn) == 3
    assert all(uneven.geometry.contains(shapely.Point(x, y)).any() for x, y, _ in drawn)


def boxes(ax):
    return [p for group in ax.collections if not isinstance(group, PathCollection) for p in group.get_paths()]


def test_many_points_become_squares_that_hold_them_all():
    rng = np.random.default_rng(3)
    xy = rng.uniform(0, 4000, (2500, 2))
    ax = maps.points(spots(xy, v=np.ones(2500)), title="題", source="出")
    assert notes(ax)[0] == "点が 2,500 個あるので、100 m 四方のますごとに数えて表示"
    cells = {tuple(c) for c in np.floor(xy / 100).astype(int)}
    assert len(boxes(ax)) == len(cells)
    counted = [int(re.search(r"（([\d,]+)）$", text)[1].replace(",", "")) for text in legend(ax)]
    assert sum(counted) == len(cells)
    assert "合計は 2,500" in charts.alt(ax)
    assert charts.lint(ax) == []


def test_squares_add_values_up():
    ax = maps.points(spots([(10, 10), (90, 90), (110, 10)], v=[1, 2, 5]), value="v", cell=100, unit="人")
    assert len(boxes(ax)) == 2
    assert "最も多いますは 5、合計は 8" in charts.alt(ax)


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ({"value": "w"}, "unknown_column"),
        ({"value": "t"}, "not_numeric"),
        ({"value": "minus"}, "negative"),
        ({"value": "none"}, "all_missing"),
        ({"value": "zero"}, "nothing_to_draw"),
        ({"by": "seven"}, "too_many_groups"),
        ({"cell": 0}, "bad_cell"),
        ({"cell": "250"}, "bad_cell"),
        ({"cell": True}, "bad_cell"),
        ({"cell": 100, "by": "t"}, "cell_and_by"),
        ({"background": pd.DataFrame({"a": [1]})}, "no_geometry"),
    ],
)
def test_bad_input_of_points(arguments, kind):
    columns = {
        "t": list("aabbccd"),
        "minus": [-1.0] * 7,
        "none": [np.nan] * 7,
        "zero": [0] * 7,
        "seven": list("abcdefg"),
    }
    data = spots([(i * 100, 0) for i in range(7)], **columns)
    assert kind_of_error(lambda: maps.points(data, **arguments)) == kind


def test_points_without_a_place():
    data = spots([(0, 0)]).set_geometry(gpd.GeoSeries([None], crs=CRS))
    assert kind_of_error(lambda: maps.points(data)) == "nothing_to_draw"


# --- flows ---------------------------------------------------------------------------------------------------------

TOWNS = ["A", "B", "C", "D"]


@pytest.fixture
def towns():
    return squares([(0, 0), (5000, 0), (0, 5000), (5000, 5000)], id=TOWNS, name=[f"{t}町" for t in TOWNS])


def trips(*rows):
    return pd.DataFrame(rows, columns=["from", "to", "人数"])


WAYS = {"origin": "from", "destination": "to", "value": "人数", "id": "id"}


def arrows(ax):
    return [p for p in ax.patches if isinstance(p, FancyArrowPatch)]


def test_arrows_are_as_wide_as_their_number_and_the_rest_is_summed(towns):
    data = trips(
        ("A", "B", 60), ("A", "B", 40), ("B", "A", 50), ("C", "D", 20), ("D", "C", 3), ("A", "C", 2), ("A", "A", 7)
    )
    ax = maps.flow(data, **WAYS, places=towns, most=3, title="題", source="出")
    widths = [arrow.get_arrowstyle().tail_width for arrow in arrows(ax)]
    assert np.array(widths) / widths[0] == pytest.approx([1, 0.5, 0.2])
    assert legend(ax) == ["100 人", "20 人", "2 人", "行き先（3）", "その他 2 本、計 5 人（表示なし）"]
    assert ax.get_legend().legend_handles[0].get_linewidth() == pytest.approx(widths[0])
    assert notes(ax) == ["同じ場所の中の流れ 7 人は矢印にしていない", "出典：出"]
    assert "大きい順に A町 から B町 へ 100 人、B町 から A町 へ 50 人、C町 から D町 へ 20 人" in charts.alt(ax)
    assert charts.lint(ax) == []


def numbers_in(ax):
    """The sums that a flow map states: arrows, その他, inside, unknown."""
    text = charts.alt(ax)
    patterns = (r"矢印の合計は ([\d,]+)", r"本、計 ([\d,]+)", r"中の流れ ([\d,]+)", r"分からない流れ ([\d,]+)")
    return [int(found[1].replace(",", "")) if (found := re.search(p, text)) else 0 for p in patterns]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(*[st.sampled_from([*TOWNS, "X", None])] * 2, st.integers(0, 500)), max_size=30))
def test_every_traveller_is_somewhere_on_the_map(rows):
    towns = squares([(0, 0), (5000, 0), (0, 5000), (5000, 5000)], id=TOWNS)
    data = trips(("A", "B", 1), *rows)
    ax = maps.flow(data, **WAYS, places=towns, most=4)
    assert sum(numbers_in(ax)) == data["人数"].sum()
    pyplot.close("all")


def test_flows_to_other_places_and_codes_written_as_numbers(towns):
    halls = spots([(2500, 2500)], name=["会館"]).to_crs(6675)  # next zone: converted
    data = trips((1.0, "会館", 5), (2.0, "会館", 3))
    ax = maps.flow(data, **WAYS, places=towns.assign(id=["1", "2", "3", "4"]), to_places=halls)
    assert len(arrows(ax)) == 2
    assert arrows(ax)[0]._posA_posB[1] == pytest.approx((2500, 2500), abs=0.01)


def test_unknown_places_are_named(towns):
    ax = maps.flow(trips(("A", "B", 5), ("A", "市外", 4), (None, "B", 3)), **WAYS, places=towns)
    assert notes(ax) == ["場所の分からない流れ 7 人は表示していない：（空欄）、市外"]


@pytest.mark.parametrize(
    ("rows", "arguments", "kind"),
    [
        ([("A", "B", -1)], {}, "negative"),
        ([("A", "B", "多い")], {}, "not_numeric"),
        ([("A", "B", np.nan)], {}, "all_missing"),
        ([("A", "B", 0)], {}, "no_flow"),
        ([("A町", "B", 5)], {}, "no_match"),
        ([("A", "B町", 5)], {}, "no_match"),
        ([("A", "A", 5)], {}, "only_within"),
        ([("A", "B", 5)], {"most": 0}, "not_whole_between"),
        ([("A", "B", 5)], {"most": 500}, "not_whole_between"),
        ([("A", "B", 5)], {"id": "code"}, "unknown_column"),
        ([("A", "B", 5)], {"origin": "form"}, "unknown_column"),
        ([], {}, "no_rows"),
    ],
)
def test_bad_input_of_flows(towns, rows, arguments, kind):
    assert kind_of_error(lambda: maps.flow(trips(*rows), **WAYS | arguments, places=towns)) == kind


def test_a_place_that_stands_twice(towns):
    twice = pd.concat([towns, towns.iloc[:1]])
    assert kind_of_error(lambda: maps.flow(trips(("A", "B", 5)), **WAYS, places=twice)) == "place_twice"
    degrees = towns.to_crs(6668)
    assert kind_of_error(lambda: maps.flow(trips(("A", "B", 5)), **WAYS, places=degrees)) == "degrees"


# --- all of them ---------------------------------------------------------------------------------------------------


def every_kind():
    areas, sites = da.load("areas"), da.load("facilities")
    near = maps.nearest(areas, sites, kind="medical").table
    two = pd.concat([near.assign(年=2020), near.assign(年=2025)])
    words = {"title": "みらい市の髙﨑地区①の図", "source": "みらい市"}
    yield lambda: maps.choropleth(two, column="distance_m", by="年", unit="m", facilities=sites[:5], **words)
    yield lambda: maps.points(sites[sites["kind"] != "bus_stop"], by="kind_label", background=areas, **words)
    yield lambda: maps.points(areas, value="population", unit="人", **words)
    yield lambda: maps.points(da.load("buildings"), background=areas, **words)
    ways = {"origin": "area_id", "destination": "nearest_name", "value": "population"}
    halls = sites[sites["kind"] == "medical"]
    yield lambda: maps.flow(near, **ways, places=areas, to_places=halls, **words)


@pytest.mark.parametrize("draw", list(every_kind()))
def test_maps_of_the_sample_town_have_letters_scale_north_and_a_key_that_covers_nothing(draw):
    before = dict(pyplot.rcParams)
    ax = draw()
    assert dict(pyplot.rcParams) == before
    ax.figure.canvas.draw()
    assert charts.missing_glyphs(ax.figure) == []
    assert charts.lint(ax) == []
    for panel in ax.child_axes or [ax]:
        texts = [t.get_text() for t in panel.texts]
        assert any(re.fullmatch(r"[125]0* k?m", text) for text in texts)
        assert "▲\n北" in texts
    frame = ax.get_window_extent()
    assert ax.get_legend().get_window_extent().x0 >= frame.x1
    assert ax.figure.bbox.x1 >= ax.get_legend().get_window_extent().x1
    assert next(t for t in ax.texts if t.get_gid() == "source").get_window_extent().y1 <= frame.y0 + 1


def test_the_data_are_not_changed(uneven):
    before = uneven.copy(deep=True)
    maps.choropleth(uneven, column="people")
    maps.points(uneven, value="people")
    maps.explore(uneven, column="people")
    pd.testing.assert_frame_equal(pd.DataFrame(uneven), pd.DataFrame(before))


def test_symbols_that_hide_each_other_are_counted():
    def notes(data, **how):
        ax = maps.points(data, **how)
        text = " ".join(t.get_text() for t in ax.texts)
        pyplot.close(ax.figure)
        return text

    data = gpd.GeoDataFrame(
        {"kind": ["学校", "AED", "公園"]}, geometry=gpd.points_from_xy([0, 0.2, 500], [0, 0, 500]), crs=6676
    )
    assert "同じ場所の記号 1 個は、上の記号に隠れている" in notes(data, by="kind")
    assert "同じ場所の記号 1 個が重なっている" in notes(data)
    assert "同じ場所" not in notes(data.iloc[1:], by="kind")
