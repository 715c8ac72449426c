"""Reaching the shelters: what is planted is found with projected tables, and the naive ways are wrong as stated."""

from __future__ import annotations

import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from dataacademy import about, maps

WITHIN, LAST = 500, "2026-04-01"
EPSG = about("mirai").epsg


@pytest.fixture(scope="module")
def homes(tables):
    """One point a resident, in metres, with quarter and age."""
    residents, buildings, areas = tables["residents"], tables["buildings"], tables["areas"]
    residents["building_id"] = residents["household_id"].str.split("-").str[0]
    at = buildings.set_index("building_id").geometry
    people = residents.assign(
        quarter=residents["area_id"].map(areas.set_index("area_id")["quarter"]),
        old=residents["birth_date"].str.slice(0, 4).astype(int)
        + (residents["birth_date"].str.slice(5) > LAST[5:])  # the birthday of this year is still to come
        <= int(LAST[:4]) - 65,
    )
    return gpd.GeoDataFrame(people, geometry=people["building_id"].map(at).to_numpy(), crs=EPSG)


@pytest.fixture(scope="module")
def shelters(tables):
    facilities = tables["facilities"]
    return facilities[facilities["kind"] == "shelter"]


def nearest(homes, shelters):
    """For each home the distance to, and the index of, its nearest shelter."""
    places = homes.drop_duplicates("building_id").set_index("building_id")
    joined = places[["geometry"]].sjoin_nearest(shelters[["geometry"]], distance_col="distance")
    joined = joined[~joined.index.duplicated()]
    return homes["building_id"].map(joined["distance"]), homes["building_id"].map(joined["index_right"])


def test_uncovered_elderly(homes, shelters, truth):
    planted = truth("uncovered_elderly")
    distance, _ = nearest(homes, shelters)
    found = homes[homes["old"] & (distance > WITHIN)].groupby("quarter").size()
    for quarter, size in planted["size"].items():
        assert abs(found[quarter] - size) <= planted["tolerance"][quarter]


def test_uncovered_elderly_naive(tables, shelters, truth):
    planted = truth("uncovered_elderly")
    areas, population = tables["areas"], tables["population"]
    last = population[(population["date"] == LAST) & (population["age_from"] >= 65)]
    areas["old"] = areas["area_id"].map(last.groupby("area_id")["count"].sum()).astype(float)
    distance = maps.nearest(areas, shelters, kind="shelter", weights="old").table["distance_m"].to_numpy()
    found = areas[distance > WITHIN].groupby("quarter")["old"].sum()
    for quarter, said in planted["naive"]["value"].items():
        assert found[quarter] == pytest.approx(said, abs=150)  # a centre near the limit may fall on the other side
    wrong = [q for q, size in planted["size"].items() if abs(found[q] - size) > 0.3 * size]
    assert len(wrong) >= 2


def test_coverage_by_hazard(homes, shelters, truth):
    planted = truth("coverage_by_hazard")
    shares = {
        "any_percent": 100 * (nearest(homes, shelters)[0] <= WITHIN).mean(),
        "flood_percent": 100 * (nearest(homes, shelters[shelters["flood"]])[0] <= WITHIN).mean(),
    }
    for name, size in planted["size"].items():
        assert abs(shares[name] - size) <= planted["tolerance"][name]


def test_coverage_by_hazard_naive(tables, homes, shelters, truth):
    planted = truth("coverage_by_hazard")
    said = 100 * (nearest(homes, shelters)[0] <= WITHIN).mean()
    assert said == pytest.approx(planted["naive"]["value"]["flood_percent"], abs=0.05)
    assert said - planted["size"]["flood_percent"] > 10
    zone = tables["hazard_zones"].query("hazard == 'flood'").union_all()
    assert (shelters.within(zone) == ~shelters["flood"].astype(bool)).all()  # the flags say what the map shows


def test_capacity_shortage(homes, shelters, tables, truth):
    planted = truth("capacity_shortage")
    distance, which = nearest(homes, shelters)
    coming = which[distance <= WITHIN].value_counts()
    quarter = shelters.sjoin(tables["areas"][["quarter", "geometry"]], predicate="within")["quarter"]
    too_many = (coming.reindex(shelters.index, fill_value=0) - shelters["capacity"].astype(int)).clip(lower=0)
    assert (
        abs(too_many[quarter == "ニュータウン"].sum() - planted["size"]["without_room"])
        <= (planted["tolerance"]["without_room"])
    )
    in_quarter = homes["quarter"] == "ニュータウン"
    assert in_quarter.sum() == planted["size"]["residents"]
    near, mine = (in_quarter & (distance <= WITHIN)).sum(), shelters[quarter == "ニュータウン"]
    assert coming[mine.index].sum() == near  # nobody else goes there, none of them elsewhere
    said = re.search(r"その全員（([\d,]+)人）が最寄りの避難所（(\d+)か所・([\d,]+)人分）", planted["says"]).groups()
    people, places, room = (int(n.replace(",", "")) for n in said)
    assert abs(people - near) <= planted["tolerance"]["without_room"]
    assert (places, room) == (len(mine), mine["capacity"].sum())


def test_capacity_shortage_naive(homes, shelters, truth):
    planted = truth("capacity_shortage")
    near = nearest(homes, shelters)[0] <= WITHIN
    shares = 100 * near.groupby(homes["quarter"]).mean()
    assert shares.to_dict() == pytest.approx(planted["naive"]["value"], abs=0.1)
    assert shares.idxmax() == "ニュータウン"  # the best served quarter, one would say
    assert planted["size"]["without_room"] > 0.3 * planted["size"]["residents"]


@pytest.fixture(scope="module")
def island(tables):
    """The area that no road joins to another."""
    areas, roads = tables["areas"].set_index("area_id"), tables["roads"]
    number, nodes = pd.factorize(pd.concat([roads["from_node"], roads["to_node"]]))
    ends = number.reshape(2, -1)
    _, part = connected_components(coo_matrix((np.ones(len(roads)), ends), shape=(len(nodes), len(nodes))))
    parts = pd.Series(part, index=nodes)[areas.index]
    assert parts.nunique() == 2
    (alone,) = parts.index[parts == parts.value_counts().idxmin()]
    return areas.loc[alone]


def test_island_alone(tables, homes, shelters, island, truth):
    planted = truth("island_alone")
    mine = homes[homes["area_id"] == island.name]
    calls = tables["ambulance_calls"]
    found = {
        "residents": len(mine),
        "old_percent": 100 * mine["old"].mean(),
        "shelters": shelters.within(island.geometry).sum(),
        "minutes": calls.loc[calls["area_id"] == island.name, "minutes"].mean(),
    }
    assert found.keys() == planted["size"].keys()
    for name, size in planted["size"].items():
        assert abs(found[name] - size) <= planted["tolerance"][name], name
    assert island["name"] in planted["title"]


def test_island_alone_naive(tables, homes, shelters, island, truth):
    planted = truth("island_alone")
    calls, areas = tables["ambulance_calls"], tables["areas"].set_index("area_id")
    there = calls["area_id"].map(areas["association"]) == island["association"]
    straight = nearest(homes, shelters)[0].groupby(homes["area_id"]).mean()
    said = {
        "minutes": calls.loc[there, "minutes"].mean(),
        "shelter_m": straight[island.name],
        "farthest_by_land_m": straight.drop(island.name).max(),
    }
    assert said["minutes"] == pytest.approx(planted["naive"]["value"]["minutes"], abs=0.001)
    assert said == pytest.approx(planted["naive"]["value"], rel=0.005)
    assert said["minutes"] < planted["size"]["minutes"] / 2  # the average hides the island
    assert said["shelter_m"] < said["farthest_by_land_m"]  # in a straight line it is nearer than others by land
    assert areas.loc[straight.drop(island.name).idxmax(), "name"] in planted["naive"]["says"]
