"""Check-ups, ambulance calls, COVID-19 and published counts of the sample town: believable and consistent."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dataacademy.town import contract
from dataacademy.town.contract import places, services, validate
from dataacademy.town.contract.health import TABLES
from dataacademy.town.sample import ambulance, checkups, covid, found_town, persons
from dataacademy.town.sample.build import codebook, make_tables, make_truths, table_bytes

PARTS = (checkups, ambulance, covid, persons)
LIMITS = {  # bytes
    "checkups": 600_000,
    "ambulance_calls": 500_000,
    "covid_daily": 20_000,
    "covid_patients": 70_000,
    "published_counts": 5_000,
}


@pytest.fixture(scope="module")
def town():
    return found_town()


@pytest.fixture(scope="module")
def made(town):
    return make_tables(town)


@pytest.mark.parametrize("name", TABLES)
def test_tables_keep_the_contract_and_are_small(made, name):
    assert validate(name, made[name]) == []
    assert len(table_bytes(name, made[name])) < LIMITS[name]


@pytest.mark.parametrize("name", TABLES)
def test_codes_are_those_of_the_contract_and_all_of_them_occur(made, name):
    for column, c in TABLES[name].columns.items():
        if c.values:
            assert set(made[name][column].dropna()) == set(c.values)


@pytest.mark.parametrize("name", [*TABLES, *services.TABLES, *places.TABLES])
def test_the_contract_says_what_an_empty_cell_means(made, name):
    columns = contract.TABLES[name].columns
    empty = [c for c in columns if c in made[name] and made[name][c].isna().any()]
    assert [c for c in empty if not columns[c].missing.get("")] == []


def test_the_codebook_lists_few_words_and_says_what_is_empty(made):
    book = codebook(made).set_index(["table", "column"])
    assert book.loc[("checkups", "office"), "values"] == "おか支所; さと支所; みなと支所; 本庁"
    assert set(book.loc[("counter_log", "procedure"), "values"].split("; ")) == set(made["counter_log"]["procedure"])
    assert book.loc[("checkups", "bmi"), "missing"] == "空欄=受診していない"
    assert book.loc[("residents", "name"), "values"] == ""  # many


@pytest.mark.parametrize("name", [n for n, t in TABLES.items() if "area_id" in t.columns])
def test_area_codes_are_those_of_the_town(made, name):
    assert set(made[name]["area_id"]) <= set(made["areas"]["area_id"])


def test_the_same_seed_gives_the_same_tables_whatever_else_is_made(made):
    again = found_town()
    for part in reversed(PARTS):
        for name, table in part.make(again).items():
            pd.testing.assert_frame_equal(table[list(made[name])].astype(made[name].dtypes), made[name])


def test_a_larger_town_has_more_of_everything_and_nothing_breaks(made):
    large = found_town(residents=400_000)
    tables = make_tables(large)
    for name in ("checkups", "ambulance_calls", "covid_patients"):
        assert len(tables[name]) == pytest.approx(5 * len(made[name]), rel=0.15)
        assert validate(name, tables[name]) == []
    assert {t["id"] for t in make_truths(large, tables)} >= {"k1_rows", "total_minus_parts"}


# --- check-ups --------------------------------------------------------------------------------------------------------


def test_a_person_comes_once_a_year_and_stays_the_same(made):
    table = made["checkups"]
    assert not table.duplicated(["person_id", "fiscal_year"]).any()
    by_person = table.groupby("person_id")
    assert (by_person[["sex", "area_id", "office", "distance_m"]].nunique() == 1).all(axis=None)
    born = table["fiscal_year"] - table["age"]
    assert (born.groupby(table["person_id"]).nunique() == 1).all()
    assert table["age"].between(40, 74).all()
    years = table["fiscal_year"].value_counts()
    assert sorted(years.index) == [2021, 2022, 2023, 2024, 2025]
    assert years.between(1300, 2000).all()


def test_only_those_who_attended_have_values(made):
    table = made["checkups"]
    for column in ("bmi", "systolic", "hba1c", "guidance"):
        assert (table[column].notna() == table["attended"]).all()
    high = table["systolic"].fillna(0) >= 140
    assert (table["guidance"].isin(["given", "waiting"]) == high).all()
    seen = table[table["attended"]]
    assert 20 < seen["bmi"].mean() < 25
    assert 120 < seen["systolic"].mean() < 135
    assert 0.04 < (seen["hba1c"] >= 6.5).mean() < 0.15
    assert 0.3 < table["attended"].mean() < 0.5


def test_some_attend_every_year_and_some_never(made):
    table = made["checkups"]
    five = table.groupby("person_id").filter(lambda rows: len(rows) == 5).groupby("person_id")["attended"].sum()
    expected = 0.4**5  # if every year were thrown anew
    assert (five == 5).mean() > 2 * expected
    assert (five == 0).mean() > 0.08


def test_distance_goes_from_home_to_the_nearest_clinic(town, made):
    table = made["checkups"]
    assert (table["distance_m"] % 10 == 0).all()
    facilities, areas = made["facilities"], made["areas"].to_crs(6676)
    import geopandas as gpd

    clinics = facilities[facilities["kind"] == "medical"]
    points = gpd.GeoSeries(gpd.points_from_xy(clinics["lon"], clinics["lat"]), crs=6668).to_crs(6676).union_all()
    polygon = areas.set_index("area_id").geometry
    at_least = polygon.distance(points).reindex(table["area_id"]).to_numpy()
    at_most = polygon.apply(lambda p: p.hausdorff_distance(points)).reindex(table["area_id"]).to_numpy()
    assert (table["distance_m"].to_numpy(float) >= at_least - 10).all()
    assert (table["distance_m"].to_numpy(float) <= at_most + 10).all()
    homes = town.buildings[["area", "lon", "lat"]]
    there = gpd.GeoSeries(gpd.points_from_xy(homes["lon"], homes["lat"]), crs=6668).to_crs(6676).distance(points)
    codes = np.array([a.area_id for a in town.areas])[homes["area"]]
    possible = set(zip(codes, (np.rint(there / 10) * 10).astype(int), strict=True))
    found = set(zip(table["area_id"], table["distance_m"].astype(int), strict=True))
    assert len(found - possible) <= 0.01 * len(found)  # the map projects, the town is measured on plain degrees


# --- ambulance --------------------------------------------------------------------------------------------------------


def test_calls_are_in_the_order_of_time_over_two_fiscal_years(made):
    calls = made["ambulance_calls"]
    moment = calls["date"] + calls["time"]
    assert moment.is_monotonic_increasing
    assert calls["call_id"].is_monotonic_increasing
    assert (calls["date"].min()[:7], calls["date"].max()[:7]) == ("2024-04", "2026-03")
    pd.to_datetime(calls["date"] + " " + calls["time"], format="%Y-%m-%d %H:%M")
    hours = calls["time"].str.slice(0, 2).value_counts()
    assert hours[["09", "10", "11"]].min() > 2 * hours[["02", "03", "04"]].max()


def test_calls_come_from_people_who_live_there(made):
    calls, population = made["ambulance_calls"], made["population"]
    months = population.assign(month=population["date"].str.slice(0, 7), band=population["age_from"])
    living = months.set_index(["month", "area_id", "sex", "band"])["count"]
    cell = pd.MultiIndex.from_arrays(
        [calls["date"].str.slice(0, 7), calls["area_id"], calls["sex"], calls["age"].clip(upper=85) // 5 * 5]
    )
    assert (living.reindex(cell) > 0).all()


def test_as_many_calls_as_in_an_old_town(town, made):
    """About 53 a year per 1,000 residents in Japan, where 29 % are 65 and over; here 38 % are."""
    a_year = len(made["ambulance_calls"]) / 2 / len(town.register) * 1000
    assert 50 < a_year < 70


def test_no_child_is_fetched_from_a_care_home_at_night(made):
    calls = made["ambulance_calls"]
    night = ~calls["time"].between("07:00", "19:59")
    children = calls[night & (calls["age"] < 18)]
    assert len(children) > 20
    assert not children["place"].isin(["care", "work"]).any()
    assert (children["place"] == "home").mean() > 0.7


def test_the_old_call_more_often_and_are_worse(made):
    calls = made["ambulance_calls"]
    age = calls["age"].astype(int)
    assert 0.6 < (age >= 65).mean() < 0.8
    shares = pd.crosstab(pd.cut(age, [-1, 17, 64, 84, 130]), calls["severity"], normalize="index")
    assert all(shares[code].is_monotonic_increasing for code in ("2", "3", "4"))
    assert 0.005 < (calls["severity"] == "4").mean() < 0.03
    island = made["areas"].set_index("name").loc["沖ノ島", "area_id"]
    minutes = calls["minutes"].astype(float)
    assert minutes[calls["area_id"] == island].mean() > 25
    assert minutes.median() < 10


# --- COVID-19 ---------------------------------------------------------------------------------------------------------


def test_days_are_the_list_counted(made):
    daily, patients = made["covid_daily"].set_index("date"), made["covid_patients"]
    assert len(daily) == 518
    days = pd.to_datetime(daily.index.to_numpy())
    assert (np.diff(days) == np.timedelta64(1, "D")).all()
    counted = patients["date"].value_counts().reindex(daily.index, fill_value=0)
    assert (counted == daily["patients"]).all()
    assert (daily["tests"] >= daily["patients"]).all()
    assert patients["date"].is_monotonic_increasing
    assert daily["tests"][days.day_of_week == 6].mean() < 0.5 * daily["tests"][days.day_of_week < 5].mean()


def test_those_who_fell_ill_long_ago_are_discharged(made):
    patients = made["covid_patients"]
    assert patients.loc[patients["date"] < "2021-06-01", "discharged"].all()
    assert not patients.loc[patients["date"] >= "2021-09-25", "discharged"].any()


def test_published_counts_add_up_to_the_list(town, made):
    published, patients = made["published_counts"], made["covid_patients"]
    quarter = patients["area_id"].map(made["areas"].set_index("area_id")["quarter"])
    real = pd.crosstab(quarter, patients["age_group"])
    cells = published[published["level"] == "cell"].pivot(index="quarter", columns="age_group", values="count")
    hidden = cells.isna()
    real = real.reindex_like(cells)
    assert (hidden == ((real >= 1) & (real < 10))).all(axis=None)
    assert (hidden | (real == cells)).all(axis=None)
    totals = published.set_index("level")["count"]
    assert totals["total"] == totals["row_total"].sum() == totals["column_total"].sum() == len(patients)


def test_the_graph_finds_what_the_equations_determine():
    rng = np.random.default_rng(1)
    for _ in range(300):
        hidden = rng.random((4, 9)) < 0.2
        rows, columns = np.nonzero(hidden)
        matrix = np.vstack([[rows == r for r in range(4)], [columns == c for c in range(9)]]).astype(float)
        _, sizes, vectors = np.linalg.svd(matrix)
        free = vectors[(sizes > 1e-9).sum() :]
        assert (persons._derived(hidden)[rows, columns] == (np.abs(free).max(axis=0, initial=0) < 1e-9)).all()
