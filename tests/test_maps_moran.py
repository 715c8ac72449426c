"""Neighbours, Moran's I and local Moran: esda and spdep, every permutation, laws, islands, small populations."""

from __future__ import annotations

from itertools import permutations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from maps_town import areas as areas
from maps_town import grid, points, printed
from matplotlib import pyplot
from stats_people import ORACLES, parsed, rscript

from dataacademy import charts, maps
from dataacademy.errors import DataAcademyError
from dataacademy.maps import clusters

TABLES = ("areas.geojson", "ambulance_calls.csv")
ESDA, SPDEP = printed("maps_esda.txt", *TABLES), printed("maps_spdep.txt", *TABLES)
DRAWS = {"permutations": 9_999}


@pytest.fixture(autouse=True)
def close_figures():
    yield
    pyplot.close("all")


def counted(areas, **options):
    found = maps.neighbours(areas, **options).table
    return found["area"].value_counts().reindex(areas["area_id"], fill_value=0).to_numpy()


# --- other software ------------------------------------------------------------------------------------------------


def test_spdep_says_the_same_today():
    fresh = parsed(rscript(str(ORACLES / "maps_spdep.R")).partition("\n")[2])
    assert fresh.keys() == SPDEP.keys()
    for name, numbers in fresh.items():
        assert numbers == pytest.approx(SPDEP[name], rel=1e-9), name


def test_neighbours_are_those_of_libpysal_and_spdep(areas):
    assert counted(areas).tolist() == ESDA["queen_count"].tolist() == SPDEP["queen_count"].tolist()
    assert counted(areas, kind="rook").tolist() == SPDEP["rook_count"].tolist()
    assert counted(areas, kind="rook")[:-1].tolist() == ESDA["rook_count"].tolist()


@pytest.mark.parametrize("column", ["calls", "size"])
def test_moran_is_that_of_esda_and_spdep(areas, column):
    found = maps.moran(areas, column=column, **DRAWS)
    value, expected, z, p = ESDA[f"moran_{column}_queen"]
    figures = found.figures
    assert [figures["moran"], figures["expected"], figures["z"]] == pytest.approx([value, expected, z], rel=1e-9)
    assert [figures["moran"], figures["z"]] == pytest.approx(SPDEP[f"moran_{column}"][[0, 3]], rel=1e-9)
    assert figures["p_value"] == pytest.approx(2 * p, abs=0.002)
    mainland = areas[areas["area_id"] != "992010470"]
    knn = maps.moran(mainland, column=column, kind="knn", k=4, permutations=99).figures
    assert [knn["moran"], knn["z"]] == pytest.approx(ESDA[f"moran_{column}_knn"][[0, 2]], rel=1e-9)


@pytest.mark.parametrize("column", ["calls", "size"])
def test_local_moran_is_that_of_esda_and_spdep(areas, column):
    found = maps.moran_local(areas, column=column, correction="none", **DRAWS)
    table = found.table[found.table["cluster"] != "island"]
    n = len(table)
    assert table["local_moran"].to_numpy() * (n - 1) / n == pytest.approx(ESDA[f"local_{column}"], rel=1e-9)
    assert table["local_moran"].to_numpy() == pytest.approx(SPDEP[f"local_{column}"], rel=1e-9)
    p = np.minimum(2 * ESDA[f"p_{column}"], 1)
    scatter = 6 * np.sqrt(2 * p * (2 - p) / DRAWS["permutations"]) + 4e-4  # two runs of draws, six standard errors
    assert (np.abs(table["p_value"].to_numpy() - p) < scatter).all()
    quadrant = np.array(["", "HH", "LH", "LL", "HL"])[ESDA[f"quadrant_{column}"].astype(int)]
    clear = table["cluster"].to_numpy() != "not_clear"
    assert clear.sum() > 5
    assert (table["cluster"].to_numpy()[clear] == quadrant[clear]).all()
    assert found.value == (found.table["cluster"] == "HH").sum()


def test_rates_are_compared_as_esda_and_spdep_do(areas):
    found = maps.moran(areas, column="calls", population="population", **DRAWS)
    assert found.table["compared"].to_numpy() == pytest.approx(ESDA["rate_index"], rel=1e-9)
    assert [found.value, found.figures["z"]] == pytest.approx(ESDA["moran_rate"][:2], rel=1e-9)
    assert found.value == pytest.approx(SPDEP["moran_rate"][0], rel=1e-9)
    assert "経験ベイズ" in found.assumptions[0]


def test_false_discovery_is_that_of_r():
    adjusted = clusters.false_discovery(np.array([0.01, 0.04, 0.03, 0.005, 0.2, 0.03]))
    assert adjusted == pytest.approx(SPDEP["fdr"])


# --- every permutation ---------------------------------------------------------------------------------------------


def test_p_values_are_those_of_every_permutation():
    data = grid(1, 6).assign(v=[1.0, 2.5, 2.0, 7.0, 6.0, 9.0])
    z = data["v"].to_numpy() - data["v"].mean()
    beside = [[j for j in (i - 1, i + 1) if 0 <= j < 6] for i in range(6)]

    def lag(values, i):
        return np.mean([values[j] for j in beside[i]])

    def tail(everything, value):
        return 2 * min(np.mean(everything >= value - 1e-12), np.mean(everything <= value + 1e-12))

    every = np.array([sum(p[i] * lag(p, i) for i in range(6)) for p in permutations(z)])
    exact = tail(every, sum(z[i] * lag(z, i) for i in range(6)))
    assert maps.moran(data, column="v", permutations=40_000).figures["p_value"] == pytest.approx(exact, abs=0.01)
    table = maps.moran_local(data, column="v", permutations=40_000).table
    for i in range(6):
        others = [z[j] for j in range(6) if j != i]
        every = np.array([np.mean(p[: len(beside[i])]) for p in permutations(others)])
        assert table["p_value"][i] == pytest.approx(min(1, tail(every, lag(z, i))), abs=0.02), i


def test_a_gradient_a_chessboard_and_noise():
    data = grid(8, 8)
    row, column = np.divmod(np.arange(64), 8)
    noise = np.random.default_rng(4).permuted(np.arange(64.0) + 0.5)
    found = {
        name: maps.moran(data.assign(v=values), column="v", kind="rook", permutations=999)
        for name, values in {"gradient": row + 0.5, "chess": (row + column) % 2 + 0.5, "noise": noise}.items()
    }
    assert found["gradient"].value > 0.7
    assert found["chess"].value == pytest.approx(-1)
    assert "隣り合っています" in found["gradient"].sentence
    assert "分かれています" in found["chess"].sentence
    assert "とは言えません" in found["noise"].sentence
    assert found["noise"].figures["p_value"] > 0.05


def test_looking_at_many_areas_lifts_some_out_by_chance_and_fdr_does_not():
    data = grid(15, 15)
    rng = np.random.default_rng(11)
    lifted = {"none": 0, "fdr": 0}
    for _ in range(8):
        noise = data.assign(v=rng.normal(size=len(data)))
        for correction in lifted:
            found = maps.moran_local(noise, column="v", correction=correction, permutations=1_999)
            lifted[correction] += sum(found.figures[kind] for kind in ("HH", "LL", "HL", "LH"))
    assert 0.03 < lifted["none"] / (8 * 225) < 0.08  # five per cent, as announced
    assert lifted["fdr"] <= 4
    assert found.figures["by_chance"] == pytest.approx(11.25)


# --- laws ----------------------------------------------------------------------------------------------------------

values = st.lists(st.integers(-50, 50), min_size=12, max_size=12).filter(lambda v: len(set(v)) > 1)


@given(values, st.sampled_from([0.5, 3.0]), st.integers(-100, 100))
def test_the_mean_of_the_local_ones_is_moran_and_units_do_not_matter(v, scale, shift):
    data = grid(3, 4).assign(v=np.array(v, dtype=float))
    whole = maps.moran(data, column="v", permutations=99)
    local = maps.moran_local(data, column="v", permutations=99)
    assert local.table["local_moran"].mean() == pytest.approx(whole.value, abs=1e-9)
    other = maps.moran(data.assign(v=data["v"] * scale + shift), column="v", permutations=99)
    assert other.value == pytest.approx(whole.value, abs=1e-9)
    assert other.figures["p_value"] == whole.figures["p_value"]
    assert local.table["p_value"].between(0, 1, inclusive="right").all()
    assert (local.table["p_adjusted"] >= local.table["p_value"] - 1e-12).all()


def test_the_same_seed_gives_the_same_and_nothing_is_changed(areas):
    before = areas.copy()
    one, two = (maps.moran_local(areas, column="size", permutations=499) for _ in range(2))
    assert one.table["p_value"].equals(two.table["p_value"])
    other = maps.moran_local(areas, column="size", permutations=499, seed=7)
    assert not one.table["p_value"].equals(other.table["p_value"])
    assert areas.equals(before)


# --- neighbours ----------------------------------------------------------------------------------------------------


def test_corners_edges_and_gaps():
    data = grid(3, 3)
    assert counted(data)[4] == 8
    assert counted(data, kind="rook")[4] == 4
    apart = data.set_geometry(data.buffer(-2, join_style="mitre"))
    assert counted(apart).sum() == 0
    assert counted(apart, gap_m=6).tolist() == counted(data).tolist()


def test_the_nearest_are_the_nearest_also_at_one_place():
    rng = np.random.default_rng(8)
    xy = rng.integers(0, 1000, (40, 2))
    found = maps.neighbours(points(xy, area_id=range(40)), kind="knn", k=3).table
    step = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) + np.diag(np.full(40, np.inf))
    near = np.sort(step, axis=1)[:, :3]
    assert np.sort(found["distance_m"].to_numpy().reshape(40, 3), axis=1) == pytest.approx(near)
    same = maps.neighbours(points([(5, 5)] * 6, area_id=range(6)), kind="knn", k=2).table
    assert (same["area"] != same["neighbour"]).all()
    assert same.groupby("area").size().eq(2).all()


def test_islands_are_named_once_and_left_out(areas):
    found = maps.neighbours(areas)
    assert found.left_out == ("隣のない区域 1（992010470）",)
    island = maps.moran_local(areas, column="size", permutations=199)
    assert island.figures["island"] == 1
    row = island.table[island.table["cluster"] == "island"].iloc[0]
    assert np.isnan(row["local_moran"]) and row["cluster_label"] == "隣がない"
    without = areas[areas["area_id"] != row["area_id"]]
    assert maps.moran(without, column="size", permutations=99).value == pytest.approx(
        maps.moran(areas, column="size", permutations=99).value
    )


def test_empty_values_are_told_and_may_make_islands():
    data = grid(1, 5).assign(v=[1.0, np.nan, 3.0, 4.0, 8.0])
    found = maps.moran_local(data, column="v", permutations=99)
    assert found.table["cluster"].tolist()[:2] == ["island", "no_data"]
    assert found.left_out == ("「v」が空欄の 1 区域", "隣のない区域 1（0-0）")


# --- counts, rates and small populations ---------------------------------------------------------------------------


def test_counts_lie_together_where_people_do_and_the_rate_does_not():
    """The trap: the same risk everywhere, and yet the counts form clusters."""
    data = grid(12, 12)
    row, column = np.divmod(np.arange(144), 12)
    people = np.where((row < 4) & (column < 4), 4_000, 400)
    rng = np.random.default_rng(5)
    data = data.assign(people=people, cases=rng.poisson(0.02 * people))
    naive = maps.moran(data, column="cases", permutations=999)
    held = maps.moran(data, column="cases", population="people", permutations=999)
    assert naive.figures["p_value"] < 0.01 < 0.1 < held.figures["p_value"]
    assert "population=" in naive.assumptions[0]
    assert maps.moran_local(data, column="cases", permutations=999).value > 5
    assert maps.moran_local(data, column="cases", population="people", permutations=999).value == 0


def test_the_index_gives_few_people_as_much_spread_as_many():
    rng = np.random.default_rng(6)
    people = np.repeat([50, 5_000], 3_000)
    index = clusters.rate_index(rng.poisson(0.1 * people).astype(float), people.astype(float))
    raw = rng.poisson(0.1 * people) / people
    assert index[:3_000].std() / index[3_000:].std() == pytest.approx(1, abs=0.1)
    assert raw[:3_000].std() > 8 * raw[3_000:].std()


def test_old_people_live_together_in_the_sample_town(areas):
    found = maps.moran_local(areas, column="elderly", population="population", **DRAWS)
    high = found.table[found.table["cluster"] == "HH"]
    assert len(high) > 3 and (high["quarter"] == "農村").all()
    assert sum(found.figures[c] for c in ("HH", "LL", "HL", "LH", "not_clear", "island", "no_data")) == len(areas)
    words = found.sentence
    assert f"高い区域が集まるのは {found.value}、" in words and "FDR" in words


# --- the map -------------------------------------------------------------------------------------------------------


def test_the_map_shows_what_the_table_says(areas):
    options = {"column": "elderly", "population": "population", "permutations": 999}
    table = maps.moran_local(areas, **options).table
    ax = maps.lisa_map(areas, **options, title="集まり", source="みらい市")
    entries = [text.get_text() for text in ax.get_legend().get_texts()]
    assert f"高い区域が集まる（{(table['cluster'] == 'HH').sum()}）" in entries
    assert "隣がない（1）" in entries and not any("データなし" in e for e in entries)
    notes = next(t.get_text() for t in ax.texts if t.get_gid() == "source")
    assert "FDR" in notes and "999 回" in notes
    assert "高い区域が集まる" in charts.alt(ax)
    ax = maps.lisa_map(areas, **options, correction="none", kind="knn", k=4)
    notes = next(t.get_text() for t in ax.texts if t.get_gid() == "source")
    assert "何もなくても 6 区域ほど" in notes and "近い順の 4 区域" in notes


def test_points_and_missing_values_are_drawn():
    data = points([(i * 10, i % 3 * 10) for i in range(12)], area_id=range(12), v=[*range(11), np.nan])
    ax = maps.lisa_map(data, column="v", kind="knn", k=3, permutations=99)
    assert ax.get_legend().get_texts()[-1].get_text() == "データなし（1）"


# --- bad input -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spoil", "options", "kind"),
    [
        (lambda d: d.assign(v=1.0), {}, "constant"),
        (lambda d: d.set_geometry(d.buffer(-10)), {}, "all_islands"),
        (lambda d: d.head(1), {}, "one_area"),
        (lambda d: d.assign(area_id="a"), {}, "duplicate_ids"),
        (lambda d: d.assign(area_id=None), {}, "duplicate_ids"),
        (lambda d: d.set_geometry([None, *d.geometry[1:]]).set_crs(6676), {}, "empty_geometry"),
        (lambda d: d.set_geometry([shapely.Polygon(), *d.geometry[1:]]).set_crs(6676), {}, "empty_geometry"),
        (lambda d: d.set_geometry(d.centroid), {}, "needs_polygons"),
        (lambda d: d.set_geometry(d.centroid), {"kind": "knn", "k": 9}, "not_whole_between"),
        (lambda d: d, {"kind": "knn", "k": True}, "not_whole_between"),
        (lambda d: d, {"gap_m": -1}, "bad_gap"),
        (lambda d: d, {"gap_m": 5, "kind": "rook"}, "bad_gap"),
        (lambda d: d, {"kind": "bishop"}, "unknown_choice"),
        (lambda d: d, {"column": "w"}, "unknown_column"),
        (lambda d: d, {"id": "code"}, "unknown_column"),
        (lambda d: d, {"permutations": 10}, "not_whole_between"),
        (lambda d: d, {"permutations": 99.0}, "not_whole_between"),
        (lambda d: d, {"confidence": 95}, "out_of_range"),
        (lambda d: d.assign(v=list("abcdefghi")), {}, "not_numeric"),
        (lambda d: d.assign(p=0), {"population": "p"}, "no_population"),
        (lambda d: d.assign(p=-1), {"population": "p"}, "negative_counts"),
        (lambda d: d.assign(p=d["v"] * 10), {"population": "p"}, "constant"),
        (lambda d: d.to_crs(6668), {}, "degrees"),
        (lambda d: d.to_crs(3857), {}, "web_mercator"),
        (lambda d: d.set_crs(None, allow_override=True), {}, "no_crs"),
        (lambda d: d.drop(columns="geometry"), {}, "no_geometry"),
    ],
)
def test_bad_input_has_its_own_message(spoil, options, kind):
    data = spoil(grid(3, 3).assign(v=np.arange(1.0, 10)))
    for analysis in (maps.moran, maps.moran_local):
        with pytest.raises(DataAcademyError) as caught:
            analysis(data, **{"column": "v"} | options)
        assert caught.value.note.kind == kind
        assert caught.value.note.fix or kind == "lines"


def test_a_column_of_the_result_is_not_overwritten():
    data = grid(3, 3).assign(v=np.arange(9.0), cluster="x")
    with pytest.raises(DataAcademyError, match="表にもうあります"):
        maps.moran_local(data, column="v", permutations=99)
    with pytest.raises(DataAcademyError, match="くり返しの直し方"):
        maps.moran_local(data.drop(columns="cluster"), column="v", correction="bonferoni")


def test_people_nobody_counted_are_left_out_by_name():
    data = grid(3, 3).assign(v=np.arange(9.0), p=[0, np.nan, 9, 9, 9, 9, 9, 9, 99])
    found = maps.moran(data, column="v", population="p", permutations=99)
    assert found.left_out == ("「p」が空欄の 1 区域", "「p」が 0 で率の決まらない 1 区域")
    assert isinstance(maps.moran_local(data, column="v", population="p", permutations=99).table, gpd.GeoDataFrame)
