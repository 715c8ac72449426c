"""The town line on the dirty twin: what comes out equals the clean tables, except for the rows the defects concern."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest
import shapely

from dataacademy.coordinates import parse_degrees
from dataacademy.town.build import build, inventory
from dataacademy.town.contract import HAZARDS
from dataacademy.town.inspection import inspect
from dataacademy.town.sample import found_town, geography, make_tables, raw
from dataacademy.town.sample.raw import people, places, services

NOWHERE = {"null_island", "no_coordinates", "bad_coordinates", "outside_japan"}
LISTS = {
    "shelter": places.SHELTERS,
    "evacuation_site": places.SITES,
    "bus_stop": places.STOPS,
    "medical": places.CLINICS,
    "nursery": places.NURSERIES,
}


@pytest.fixture(scope="module")
def town():
    return found_town()


@pytest.fixture(scope="module")
def clean(town):
    return make_tables(town)


@pytest.fixture(scope="module")
def twin(town, clean, tmp_path_factory):
    """The folder, its files and the planted defects."""
    folder = tmp_path_factory.mktemp("town")
    files, defects = raw.make(town, clean)
    for name, content in files.items():
        (folder / "raw" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "raw" / name).write_bytes(content)
    return folder, files, defects


@pytest.fixture(scope="module")
def found(twin):
    folder, _, _ = twin
    return inspect(folder / "raw", code=geography.CODE, path=folder / "town.yml")


@pytest.fixture(scope="module")
def built(found):
    return build(found.town)


def _rows(twin, file: str, kinds) -> list[list[str]]:
    """The rows of a CSV in which a defect of these kinds stands."""
    _, files, defects = twin
    text = files[file].decode("utf-8-sig" if not file.startswith("バス停") else "cp932")
    lines = list(csv.reader(io.StringIO(text)))
    return [lines[d.row - 1] for d in defects if d.file == file and d.kind in kinds]


def test_inspection_recognises_the_files_and_says_why_not(found):
    assert found.town.name == geography.CITY
    roles = {(look.role, look.kind) for look in found.looks if look.use}
    assert {("facilities", kind) for kind in [*LISTS, "aed"]} <= roles
    assert {("hazard_zones", hazard) for hazard in ("flood", "tsunami", "landslide")} <= roles
    assert {"areas", "population", "buildings", "zones", "costs", "stations"} <= {role for role, _ in roles}
    months = [look for look in found.looks if look.role == "population"]
    left_out = {look.file: look.reason for look in months if not look.use}
    assert len(months) == 16 and len(left_out) == 2
    copied, garbled = (people.MONTHLY.format(people.era(d)) for d in (people.COPIED, people.GARBLED))
    assert "一字一句同じ" in left_out[copied] and "文字化け" in left_out[garbled]
    table = inventory(found.looks)
    assert (table["why"] != "").all() and set(table["use"]) == {"使う", "使わない"}


def test_unreadable_files_are_told_not_raised(found):
    refused = {n.file: n.kind for n in found.notes if n.level == "error"}
    assert refused == {services.CHECKS: "ragged_row", "歳入予算_令和8年度.xlsx": "unreadable_workbook"}


def test_areas_and_associations_are_the_clean_ones(built, clean):
    areas, zones = built.tables["areas"], built.tables["zones"]
    columns = ["area_id", "name", "population"]
    pd.testing.assert_frame_equal(pd.DataFrame(areas[columns]), pd.DataFrame(clean["areas"][columns]))
    assert zones["name"].tolist() == clean["zones"]["name"].tolist()
    for table, name in ((areas, "areas"), (zones, "zones")):
        off = shapely.symmetric_difference(table.geometry.to_numpy(), clean[name].geometry.to_numpy())
        assert shapely.area(off).max() < 1e-10


def test_hazard_zones_are_the_clean_ones(built, clean):
    made, right = (t.sort_values(["hazard", "rank"]) for t in (built.tables["hazard_zones"], clean["hazard_zones"]))
    wet = ["flood", "tsunami"]
    assert made["hazard"].tolist() == right["hazard"].tolist()
    for hazard in wet:
        assert set(made.loc[made["hazard"] == hazard, "rank"]) == set(right.loc[right["hazard"] == hazard, "rank"])
    for hazard in set(right["hazard"]):
        one, two = (t.loc[t["hazard"] == hazard].geometry.union_all() for t in (made, right))
        assert one.symmetric_difference(two).area < 1e-9


def test_population_of_every_month_that_can_be_used_is_the_clean_one(built, clean):
    made, right = built.tables["population"], clean["population"]
    usable = {f"{2018 + year}-04-01" for year in people.YEARS}
    usable |= {d for d in sorted(set(right["date"]))[-12:] if d not in (people.COPIED, people.GARBLED)}
    assert set(made["date"]) == usable
    key = ["date", "area_id", "sex", "age_from"]
    right = right[right["date"].isin(usable)]
    one, two = (t.set_index(key)["count"].sort_index() for t in (made, right))
    pd.testing.assert_series_equal(one, two)


@pytest.mark.parametrize("kind", LISTS)
def test_facilities_are_the_clean_ones(built, clean, twin, kind):
    made = built.tables["facilities"].query("kind == @kind")
    right = clean["facilities"].query("kind == @kind").set_index("name")
    at = 1  # every list has its names in the second column
    nowhere, moved, twice, about = (
        {row[at] for row in _rows(twin, LISTS[kind], kinds)}
        for kinds in (NOWHERE, {"outside_town"}, {"duplicate_row"}, {"not_a_number"})
    )
    assert set(made["name"]) == set(right.index) - nowhere
    assert set(made.loc[made["name"].duplicated(), "name"]) == twice
    made = made.drop_duplicates("name").set_index("name")
    right = right.loc[made.index]
    same = ~made.index.isin(moved)
    for column in ("lat", "lon"):
        assert (made[column] - right[column])[same].abs().max() < 1e-5  # degrees, minutes, seconds are that coarse
        assert ((made[column] - right[column]).abs() < 1e-7).sum() >= len(made) - len(moved) - 1
    assert made["inside"].to_numpy(bool).tolist() == same.tolist()
    if kind != "bus_stop":
        assert made["address"].tolist() == right["address"].tolist()
    if kind in ("shelter", "evacuation_site", "nursery"):
        known = ~made.index.isin(about)
        assert made["capacity"][known].tolist() == right["capacity"][known].tolist()
        assert made["capacity"][~known].isna().all()


@pytest.mark.parametrize("kind", ["shelter", "evacuation_site"])
def test_hazards_a_place_can_be_used_in_are_the_clean_ones(built, clean, kind):
    """As far as the form can say: 避難所一覧 asks of earthquake and tsunami in one; an unmarked column is unknown."""
    made = built.tables["facilities"].query("kind == @kind").set_index("name")
    right = clean["facilities"].query("kind == @kind").set_index("name").loc[made.index]
    told = ["flood", "landslide", "tsunami"] if kind == "shelter" else [h for h in HAZARDS if h != "volcano"]
    for hazard in told:
        assert made[hazard].tolist() == right[hazard].tolist()
    assert made["volcano"].isna().all() and not right["volcano"].any()


def test_aeds_in_the_workbook_are_the_clean_ones(built, clean):
    made = built.tables["facilities"].query("kind == 'aed'")
    right = clean["facilities"].query("kind == 'aed'")
    columns = ["name", "address", "lon", "lat"]
    pd.testing.assert_frame_equal(
        made[columns].reset_index(drop=True), right[columns].reset_index(drop=True), check_exact=True
    )


def test_buildings_are_the_clean_ones(built, clean, twin):
    made = built.tables["buildings"].set_index("building_id")
    right = clean["buildings"].set_index("building_id").loc[made.index]
    wrong = {row[0] for row in _rows(twin, places.HOUSES, {"out_of_range"})}
    assert len(made) > 1000 and len(wrong) == 1
    assert set(made.index[made["residents"] != right["residents"]]) == wrong
    assert (made[["lon", "lat"]] - right[["lon", "lat"]]).abs().max(axis=None) < 1e-9


def test_tables_headed_as_the_codebook_are_the_clean_ones(built, clean, twin):
    extra = _rows(twin, services.WASTE, {"duplicate_period"})[0]
    waste = built.tables["waste_monthly"]
    is_extra = (
        (waste["municipality"] == extra[0]) & (waste["month"] == extra[1]) & (waste["burnable_kg"] == int(extra[3]))
    )
    assert is_extra.sum() == 1
    survey = built.tables["survey"].drop_duplicates("respondent_id")
    assert len(survey) == len(built.tables["survey"]) - 1  # somebody's number was typed twice
    for name, made, columns in (
        ("waste_monthly", waste[~is_extra], list(waste)),
        ("counter_log", built.tables["counter_log"], ["date", "office", "ticket_no", "procedure", "called", "ended"]),
        ("stations", built.tables["stations"], ["station_id", "area_id", "kind", "households", "monitored", "arm"]),
        ("costs", built.tables["costs"], ["project", "fiscal_year", "kind", "item", "amount_yen", "cash"]),
        ("checkups", built.tables["checkups"], ["person_id", "fiscal_year", "office", "attended", "bmi", "systolic"]),
        (
            "ambulance_calls",
            built.tables["ambulance_calls"],
            ["call_id", "time", "age", "severity", "place", "minutes"],
        ),
        ("survey", survey, ["respondent_id", "quarter", "sex", "occupation", "q1_01", "q2_20", "q4_8"]),
        ("hearing", built.tables["hearing"], ["note_id", "text", "coder_a", "coder_b"]),
        ("points", built.tables["points"], list(built.tables["points"])),
        ("indicator_monthly", built.tables["indicator_monthly"], ["indicator_id", "month", "value", "target", "owner"]),
    ):
        assert len(made) > 20
        whole = clean[name][columns]
        there = whole.merge(made[columns], how="inner")  # on all columns: every row is one of the clean table
        assert len(there) == len(made), name


def test_degrees_of_the_clean_tables_fit_what_is_written_in_minutes_and_seconds(twin):
    (row,) = _rows(twin, places.SHELTERS, {"degrees_minutes_seconds"})
    assert all(parse_degrees(text)[1] for text in row[7:9])
