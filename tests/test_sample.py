"""The sample town: the same everywhere, consistent with itself to the last person, and quick to make."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
import shapely
from commandline import command

from dataacademy import load
from dataacademy.errors import DataAcademyError
from dataacademy.town.bands import to_columns, to_rows
from dataacademy.town.contract import TABLES, validate
from dataacademy.town.sample import build_sample, found_town, geography, make_tables
from dataacademy.town.sample.build import codebook, table_bytes
from dataacademy.town.sample.files import geojson_bytes

LAST = "2026-04-01"


@pytest.fixture(scope="module")
def town():
    return found_town()


@pytest.fixture(scope="module")
def made(town):
    return make_tables(town)


# --- the same everywhere ----------------------------------------------------------------------------------------------


def test_a_part_does_not_disturb_another_and_another_seed_is_another_town(town, made):
    again, other = found_town(), found_town(seed=1)
    assert again.register.equals(town.register)
    assert not other.register.equals(town.register)
    assert table_bytes("areas", make_tables(again)["areas"]) == table_bytes("areas", made["areas"])
    assert [a.polygon for a in other.areas] == [a.polygon for a in town.areas]  # the map is drawn, not thrown


def test_a_large_town_is_made_within_a_minute(tmp_path):
    start = time.perf_counter()
    large = make_tables(found_town(residents=1_000_000))
    assert time.perf_counter() - start < 120
    people = large["population"]
    assert people.loc[people["date"] == LAST, "count"].sum() == pytest.approx(1_000_000, rel=0.02)
    assert len(large["areas"]) == len(load("areas"))


def test_the_folder_of_somebody_else_is_not_replaced(tmp_path):
    (tmp_path / "memo.txt").write_text("x", encoding="utf-8")
    with pytest.raises(DataAcademyError, match="別のもの"):
        build_sample(tmp_path)
    assert (tmp_path / "memo.txt").read_text(encoding="utf-8") == "x"
    done = command(tmp_path, "sample", "build", "--residents", "5000")
    assert done.returncode == 1
    assert "--folder" in done.stderr


@pytest.mark.parametrize("name", [name for name in TABLES if name in load("codebook")["table"].unique()])
def test_tables_keep_the_contract_and_come_back_as_they_were_made(made, name):
    assert validate(name, pd.DataFrame(made[name])) == []
    loaded = load(name)
    assert len(loaded) == len(made[name])
    columns = [c for c in TABLES[name].columns if c not in ("lon", "lat")]
    pd.testing.assert_frame_equal(
        pd.DataFrame(loaded[columns]), pd.DataFrame(made[name][columns]).reset_index(drop=True), check_exact=True
    )


def test_population_by_band_and_by_row_are_one():
    rows = pd.DataFrame(
        {
            "date": "2026-04-01",
            "area_id": ["a", "a", "a", "b", "b", None],
            "age_from": pd.array([0, 65, 0, 0, 0, 0], dtype="Int64"),
            "age_to": pd.array([64, None, 64, None, 4, 4], dtype="Int64"),
            "count": pd.array([1, 2, 3, 4, 5, 6], dtype="Int64"),
        }
    )
    back = to_rows(to_columns(rows))
    key = ["area_id", "age_from", "age_to", "count"]
    one, two = (t.sort_values(key, na_position="last").reset_index(drop=True)[key] for t in (rows, back))
    pd.testing.assert_frame_equal(one, two, check_dtype=False)


def test_every_column_is_explained_in_two_languages(made):
    book = load("codebook")
    loaded = {(name, c) for name, table in made.items() for c in table.columns if c != "geometry"}
    stored = {("population", c) for c in to_columns(made["population"]).columns}
    assert set(zip(book["table"], book["column"], strict=True)) == loaded | stored
    assert (book[["label", "label_en", "type"]] != "").all(axis=None)
    pd.testing.assert_frame_equal(book, codebook(made), check_dtype=False)


def test_codes_in_tables_are_those_of_the_codebook(made):
    coded = [(n, c, col) for n in made for c, col in TABLES[n].columns.items() if col.values and c in made[n].columns]
    assert len(coded) > 30
    for name, column, contract in coded:
        found = set(made[name][column].dropna().astype(str))
        if contract.maximum is not None:  # a scale may name its ends only
            found = {code for code in found if not contract.minimum < float(code) < contract.maximum}
        assert found <= set(contract.values) | set(contract.missing), (name, column)


def test_all_is_small(root):
    assert sum(f.stat().st_size for f in (root / "datasets/mirai").rglob("*") if f.is_file()) <= 12_000_000


# --- land -------------------------------------------------------------------------------------------------------------


def test_areas_tile_the_land(made):
    areas = made["areas"]
    assert 90 <= len(areas) <= 130
    assert areas.is_valid.all() and areas["area_id"].is_unique and areas["name"].is_unique
    assert set(areas["quarter"]) == set(geography.QUARTERS)
    shapes = areas.geometry.to_numpy()
    assert shapely.coverage_is_valid(shapes)
    outlines = [
        shapely.Polygon([geography.degrees(*c) for c in outline]) for outline in (geography.COAST, geography.ISLAND)
    ]
    drawn = sum(o.area for o in outlines)
    assert shapely.area(shapes).sum() == pytest.approx(drawn, rel=1e-6)
    assert shapely.union_all(shapes).symmetric_difference(shapely.union_all(outlines)).area < 1e-6 * drawn


def test_town_lies_in_the_open_sea_and_has_an_island(made):
    assert made["areas"].total_bounds == pytest.approx([138.25, 33.95, 138.25, 33.95], abs=0.08)
    assert len(shapely.union_all(made["areas"].geometry.to_numpy()).geoms) == 2


def test_associations_are_unions_of_areas(made):
    zones, areas = made["zones"].set_index("name").geometry, made["areas"]
    union = areas.dissolve("association").geometry
    assert set(zones.index) == set(union.index)
    for name, shape in zones.items():
        assert shape.symmetric_difference(union[name]).area < 1e-12


@pytest.mark.parametrize("hazard", ["flood", "tsunami", "landslide"])
def test_hazard_zones_are_disjoint_and_on_land(made, hazard):
    zones = made["hazard_zones"].query("hazard == @hazard")
    land = shapely.union_all(made["areas"].geometry.to_numpy())
    assert zones.is_valid.all() and (zones.to_crs(geography.EPSG).area > 100_000).all()
    whole = shapely.union_all(zones.geometry.to_numpy())
    assert whole.area == pytest.approx(shapely.area(zones.geometry.to_numpy()).sum(), rel=1e-6)
    assert whole.difference(land).area < 1e-6 * whole.area


def test_flags_of_shelters_are_what_the_map_shows(made):
    shelters = made["facilities"].query("kind == 'shelter'")
    for hazard in ("flood", "tsunami", "landslide"):
        zone = shapely.union_all(made["hazard_zones"].query("hazard == @hazard").geometry.to_numpy())
        wet = shapely.contains_xy(zone, shelters["lon"], shelters["lat"])
        assert (wet == ~shelters[hazard].astype(bool)).all()
    assert 0.15 < (~shelters["flood"].astype(bool)).mean() < 0.7


def test_roads_join_the_mainland_and_cross_the_river_at_bridges_only(made):
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    roads = made["roads"]
    nodes = {n: k for k, n in enumerate(pd.unique(pd.concat([roads["from_node"], roads["to_node"]])))}
    ends = [roads[c].map(nodes).to_numpy() for c in ("from_node", "to_node")]
    graph = coo_matrix((np.ones(len(roads)), ends), shape=(len(nodes), len(nodes)))
    _, part = connected_components(graph, directed=False)
    centre = {a: part[nodes[a]] for a in made["areas"]["area_id"]}
    island = made["areas"].set_index("name").loc["沖ノ島", "area_id"]
    assert len({p for a, p in centre.items() if a != island}) == 1
    assert centre[island] not in {p for a, p in centre.items() if a != island}
    river = shapely.LineString([geography.degrees(x, y) for x, y, *_ in geography.RIVER])
    crossing = roads[roads.intersects(river)]
    assert len(crossing) == len(geography.BRIDGES) and set(crossing["kind"]) == {"bridge"}


def test_the_code_has_a_valid_check_digit():
    digits = [int(d) for d in geography.CODE]
    assert (11 - sum(d * w for d, w in zip(digits, (6, 5, 4, 3, 2), strict=False)) % 11) % 10 == digits[-1]


# --- people -----------------------------------------------------------------------------------------------------------


def test_months_follow_births_deaths_and_moves(made):
    people, events = made["population"], made["vital_events"]
    totals = people.groupby(["date", "area_id"])["count"].sum().unstack().astype(int)
    assert len(totals) == 72 and totals.index.is_monotonic_increasing
    change = events.assign(net=events["births"] - events["deaths"] + events["moved_in"] - events["moved_out"])
    net = change.pivot(index="month", columns="area_id", values="net").astype(int)
    assert (totals.diff().iloc[1:].to_numpy() == net[totals.columns].to_numpy()).all()
    assert (events[["births", "deaths", "moved_in", "moved_out"]].sum() > 1000).all()


def test_moves_inside_the_town_leave_as_many_as_they_bring(town):
    """Of all who came, those from another area of the town are among those who left."""
    events = town.people.events
    assert events["moved_in"].sum() > 0 and events["moved_out"].sum() > 0
    people = town.people.counts.sum(axis=(1, 2, 3))
    births, deaths, came, left = (events[k].sum() for k in ("births", "deaths", "moved_in", "moved_out"))
    assert people[-1] == people[0] + births - deaths + came - left


def test_last_month_is_the_register_and_the_buildings_hold_it(made):
    people, residents, areas = made["population"], made["residents"], made["areas"]
    last = people[people["date"] == LAST]
    year, day = residents["birth_date"].str[:4].astype(int), residents["birth_date"].str[5:]
    age = 2026 - year - (day > LAST[5:])
    counted = residents.groupby(["area_id", "sex", np.minimum(age // 5, 17) * 5]).size()
    stated = last[last["count"] > 0].set_index(["area_id", "sex", "age_from"])["count"]
    pd.testing.assert_series_equal(
        counted.sort_index(), stated.sort_index(), check_names=False, check_dtype=False, check_index_type=False
    )
    assert residents.groupby("area_id").size()[areas["area_id"]].tolist() == areas["population"].tolist()
    assert residents.groupby("area_id")["household_id"].nunique()[areas["area_id"]].tolist() == (
        areas["households"].tolist()
    )
    living = residents["household_id"].str.split("-").str[0].value_counts()
    buildings = made["buildings"].set_index("building_id")["residents"]
    assert living[buildings.index].tolist() == buildings.tolist()


def test_buildings_stand_in_the_area_of_their_residents(made):
    areas, buildings, residents = made["areas"], made["buildings"], made["residents"]
    home = residents.assign(building_id=residents["household_id"].str.split("-").str[0]).drop_duplicates("building_id")
    where = buildings.merge(home[["building_id", "area_id"]], on="building_id")
    assert len(where) == len(buildings)
    polygon = areas.set_index("area_id").geometry
    shapely.prepare(polygon.to_numpy())
    inside = shapely.contains_xy(polygon[where["area_id"]].to_numpy(), where["lon"], where["lat"])
    assert inside.all()


def test_a_town_of_about_80000_that_ages_differently_by_quarter(made):
    people, quarter = made["population"], made["areas"].set_index("area_id")["quarter"]
    ends = people[people["date"].isin([people["date"].min(), LAST])]
    grouped = ends.assign(quarter=ends["area_id"].map(quarter), old=ends["count"].where(ends["age_from"] >= 65, 0))
    sums = grouped.groupby(["date", "quarter"])[["count", "old"]].sum().astype(int)
    assert 78_000 < sums.loc[LAST, "count"].sum() < 82_000
    share = (sums["old"] / sums["count"]).unstack()
    assert (share.loc[LAST] > share.iloc[0]).all()
    now = share.loc[LAST]
    assert now["旧市街"] < now["ニュータウン"] < now["沿岸"] < now["農村"]
    assert (now.max() - now.min()) > 0.1


def test_households_are_believable(made):
    sizes = made["residents"].groupby("household_id").size()
    shares = sizes.value_counts(normalize=True)
    assert 0.2 < shares[1] < 0.45 and shares[2] > 0.2 and sizes.max() <= 12
    year = made["residents"]["birth_date"].str[:4].astype(int)
    oldest = year.groupby(made["residents"]["household_id"]).min()
    assert (oldest <= 2006).all()  # no household of children alone


def test_families_are_families(made):
    """Couples, parents and children, old parents: no homes of three strangers of one age, few single parents."""
    people = made["residents"].assign(age=2026 - made["residents"]["birth_date"].str[:4].astype(int))
    home = people.groupby("household_id")["age"]
    size, span = home.size(), home.max() - home.min()
    assert (span[size >= 3] >= 16).all()
    children = people[people["age"] < 18]["household_id"].unique()
    grown = people[people["household_id"].isin(children) & (people["age"] >= 20)].groupby("household_id").size()
    assert set(grown.index) == set(children)
    assert 0.05 < (grown == 1).mean() < 0.2
    old = people[people["age"] >= 65]["household_id"].map(size)
    assert 0.15 < (old == 1).mean() < 0.4 and (old >= 3).mean() < 0.35
    hundred = people["age"] >= 101
    assert 20 <= hundred.sum() <= 120 and people["age"].max() <= 112  # about 80 per 100,000 in Japan


def test_names_are_plainly_invented(made):
    family = made["residents"]["name"].str.split("　").str[0]
    assert set(family) <= set(geography.FAMILY_NAMES)
    assert (made["residents"].assign(f=family).groupby("household_id")["f"].nunique() == 1).all()


def test_geojson_does_not_depend_on_where_a_ring_starts():
    corners = [(0, 0), (2, 0), (2, 2), (0, 2)]
    hole = [(1, 1), (1, 1.5), (1.5, 1)]
    turned = [*corners[2:], *corners[:2]][::-1]
    one, two = (shapely.Polygon(c, [h]) for c, h in ((corners, hole), (turned, hole[::-1])))
    assert geojson_bytes([({}, one)]) == geojson_bytes([({}, two)])
    assert geojson_bytes([({}, one)]) != geojson_bytes([({}, shapely.Polygon(corners))])
