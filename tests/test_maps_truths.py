"""Reaching the shelters of the sample town with da.maps: the planted truths, and the naive ways beside them."""

from __future__ import annotations

import geopandas as gpd
import pytest
import yaml

from dataacademy import load, maps, paths

WITHIN, LAST = 500, "2026-04-01"


@pytest.fixture(scope="module")
def truth():
    text = (paths.dataset(paths.SAMPLE_TOWN) / "truths.yml").read_text(encoding="utf-8")
    return {one["id"]: one for one in yaml.safe_load(text)}.__getitem__


@pytest.fixture(scope="module")
def facilities():
    return load("facilities")


@pytest.fixture(scope="module")
def homes():
    """One point a resident, with age and quarter."""
    residents, buildings, areas = load("residents"), load("buildings"), load("areas").set_index("area_id")
    at = residents["household_id"].str.split("-").str[0].map(buildings.set_index("building_id").geometry)
    born = residents["birth_date"]
    old = born.str[:4].astype(int) + (born.str[5:] > LAST[5:]) <= int(LAST[:4]) - 65
    people = residents.assign(quarter=residents["area_id"].map(areas["quarter"]), old=old.astype(int))
    return gpd.GeoDataFrame(people, geometry=at.to_numpy(), crs=buildings.crs)


def test_uncovered_elderly(homes, facilities, truth):
    planted = truth("uncovered_elderly")
    for quarter, size in planted["size"].items():
        some = homes[homes["quarter"] == quarter]
        found = maps.coverage(some, facilities, kind="shelter", within=WITHIN, weights="old").table
        assert abs(found["uncovered"].item() - size) <= planted["tolerance"][quarter]

    # by the centres of the areas, everybody of an area is near or far
    people = load("population").query("date == @LAST and age_from >= 65").groupby("area_id")["count"].sum()
    areas = load("areas")
    areas["elderly"] = areas["area_id"].map(people).astype(float)
    wrong = []
    for quarter, size in planted["size"].items():
        some = areas[areas["quarter"] == quarter]
        said = maps.coverage(some, facilities, kind="shelter", within=WITHIN, weights="elderly").table["uncovered"]
        assert said.item() == pytest.approx(planted["naive"]["value"][quarter], abs=150)
        wrong.append(abs(said.item() - size) > 0.3 * size)
    assert sum(wrong) >= 2


def test_coverage_by_hazard(homes, facilities, truth):
    planted = truth("coverage_by_hazard")
    found = maps.coverage_by_hazard(homes, facilities, kind="shelter", within=WITHIN)
    share = found.table.set_index("hazard")["share_percent"]
    assert abs(share["any"] - planted["size"]["any_percent"]) <= planted["tolerance"]["any_percent"]
    assert abs(share["flood"] - planted["size"]["flood_percent"]) <= planted["tolerance"]["flood_percent"]
    one = maps.coverage(homes, facilities, kind="shelter", hazard="flood", within=WITHIN)
    assert one.value == share["flood"]
    assert "洪水のときに使える指定避難所から" in one.sentence
    assert "洪水のときに使える施設に限ると" in found.sentence  # the sentence says what the naive share hides
    assert found.value == pytest.approx(share["any"] - share["flood"])
    assert share["any"] == pytest.approx(planted["naive"]["value"]["flood_percent"], abs=0.05)
    assert found.assumptions == ("火山現象のときに使えると分かっている施設は、一つもありません。",)


def test_capacity_shortage(homes, facilities, truth):
    planted = truth("capacity_shortage")
    found = maps.coverage_by_capacity(homes, facilities, kind="shelter", within=WITHIN)
    quarters = load("areas")[["quarter", "geometry"]]
    mine = found.table.sjoin(quarters, predicate="within").query("quarter == 'ニュータウン'")
    assert abs(mine["without_room"].sum() - planted["size"]["without_room"]) <= planted["tolerance"]["without_room"]

    some = homes[homes["quarter"] == "ニュータウン"]
    alone = maps.coverage_by_capacity(some, facilities, kind="shelter", within=WITHIN)
    assert len(some) == planted["size"]["residents"]
    assert abs(alone.value - planted["size"]["without_room"]) <= planted["tolerance"]["without_room"]
    assert alone.figures["without_room_best"] > 0.9 * alone.value  # no better plan helps: there are too few places

    shares = {
        quarter: maps.coverage(group, facilities, kind="shelter", within=WITHIN).value
        for quarter, group in homes.groupby("quarter")
    }
    assert shares == pytest.approx(planted["naive"]["value"], abs=0.1)
    assert max(shares, key=shares.get) == "ニュータウン"


def test_island_alone(homes, facilities, truth):
    planted, roads = truth("island_alone"), load("roads")
    found = maps.network_distance(homes, facilities, kind="shelter", roads=roads)
    alone = found.table[found.table["unreached"] != ""]
    assert alone["unreached"].unique().tolist() == ["no_way"]
    assert found.figures["unreached"] == len(alone) == planted["size"]["residents"]
    (island,) = alone["area_id"].unique()
    assert load("areas").set_index("area_id").loc[island, "name"] in planted["title"]
    assert 100 * alone["old"].mean() == pytest.approx(planted["size"]["old_percent"], abs=0.01)
    assert f"道で行けない人は {len(alone)}人" in found.sentence
    assert any("つながっていない 2 つの部分" in line for line in found.assumptions)

    straight = maps.nearest(homes, facilities, kind="shelter").table.groupby("area_id")["distance_m"].mean()
    assert straight[island] == pytest.approx(planted["naive"]["value"]["shelter_m"], rel=0.005)
    farthest = straight.drop(island).max()
    assert farthest == pytest.approx(planted["naive"]["value"]["farthest_by_land_m"], rel=0.005)
    assert straight[island] < farthest  # in a straight line it is not even the farthest
