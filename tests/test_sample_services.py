"""Counters, waste, points, money and indicators of the sample town: believable, consistent with the rest, small."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dataacademy.town.contract import validate
from dataacademy.town.sample import counter, found_town, make_tables, money, points, stations, waste
from dataacademy.town.sample.build import make_truths, table_bytes
from dataacademy.town.sample.dice import Dice

PARTS = (counter, waste, stations, points, money)
LIMITS = {  # bytes
    "counter_log": 600_000,
    "waste_monthly": 60_000,
    "stations": 60_000,
    "station_checks": 40_000,
    "points": 200_000,
    "costs": 10_000,
    "budget": 40_000,
    "indicator_monthly": 60_000,
}


@pytest.fixture(scope="module")
def town():
    return found_town()


@pytest.fixture(scope="module")
def made(town):
    return make_tables(town)


def seconds(clock):
    return pd.to_timedelta(clock).dt.total_seconds().astype(int)


# --- the whole --------------------------------------------------------------------------------------------------------


def test_they_are_small_and_keep_the_contract(made):
    for name, limit in LIMITS.items():
        assert len(table_bytes(name, made[name])) <= limit, name
        assert validate(name, made[name]) == []
        assert not made[name].duplicated().any(), name


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_ones(made):
    def bytes_of(tables):
        return {name: table_bytes(name, tables[name]) for name in LIMITS}

    first, again, other = bytes_of(made), bytes_of(make_tables(found_town())), bytes_of(make_tables(found_town(seed=1)))
    assert first == again
    assert [name for name in LIMITS if first[name] == other[name]] == ["costs"]  # planned, not thrown


@pytest.mark.parametrize("size", [0.05, 4.0])
def test_event_tables_grow_with_the_town(town, made, size):
    grown = {name: table for part in PARTS for name, table in part.make(replace(town, scale=size)).items()}
    for name in ("counter_log", "points"):
        assert len(grown[name]) == pytest.approx(size * len(made[name]), rel=0.1), name
    assert len(grown["stations"]) == pytest.approx(max(160, size * len(made["stations"])), abs=1)
    assert len(grown["station_checks"]) == len(made["station_checks"])  # the trial is the trial
    assert grown["indicator_monthly"]["value"].between(0, 100).all()


def test_truths_are_told_in_one_form(town, made):
    keys = ["id", "title", "says", "size", "tolerance", "tables", "method", "naive"]
    planted = [truth for part in PARTS for truth in part.truths(town, made)]
    assert len(planted) == 9
    for truth in planted:
        assert list(truth) == keys and list(truth["naive"]) == ["method", "says", "value"]
        assert truth["size"].keys() == truth["tolerance"].keys()
        assert set(truth["tables"]) <= set(LIMITS)
        assert all(type(n) in (int, float) for n in [*truth["size"].values(), *truth["naive"]["value"].values()])
        assert truth in make_truths(town, made)


# --- counters ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def log(made):
    log = made["counter_log"]
    return log.assign(**{column: seconds(log[column]) for column in ("arrived", "called", "ended")})


def test_tickets_are_drawn_in_order_on_working_days(log):
    assert log.groupby("office")["date"].nunique().to_dict() == {"本庁": 60, "みなと支所": 60}
    assert pd.to_datetime(log["date"]).dt.day_of_week.max() == 4
    assert not log.duplicated(["date", "office", "ticket_no"]).any()
    for _, day in log.groupby(["date", "office"]):
        assert day["ticket_no"].is_monotonic_increasing and day["arrived"].is_monotonic_increasing
        assert day["called"].is_monotonic_increasing  # first come, first served
    assert log["arrived"].between(8.5 * 3600, 17.25 * 3600).all()
    assert log["ended"].max() < 20 * 3600


def test_a_counter_serves_one_at_a_time_and_none_is_idle_while_somebody_waits(log):
    free_since = log.groupby(["date", "office", "counter"])["ended"].shift()
    assert not (log["called"] < free_since).any()
    waited = log["called"] - log["arrived"]
    shortest, longest = counter.WALK
    called_at_once, next_in_line = waited.between(shortest, longest), log["called"] - free_since == 20
    with_the_one_before = log["called"] == log.groupby(["date", "office"])["called"].shift()
    opening = free_since.isna() & (waited <= longest)  # nobody served before
    assert (called_at_once | next_in_line | with_the_one_before | opening).all()
    assert waited.value_counts(normalize=True).max() < 0.05
    assert log.groupby("office")["counter"].max().to_dict() == dict(zip(counter.OFFICES, counter.COUNTERS, strict=True))


def test_times_are_believable(log):
    minutes = (log["ended"] - log["called"]) / 60
    assert minutes.min() > 1 and minutes.max() < 120
    assert (log["staff_minutes"] > minutes).all()  # what is behind the counter comes on top
    assert 2 < ((log["called"] - log["arrived"]) / 60).mean() < 15
    longest = minutes.groupby(log["procedure"]).mean().idxmax()
    assert longest == "転入・転居"
    moves = log["procedure"].isin(counter.MOVES).groupby(log["date"].str.slice(0, 7)).mean()
    assert set(moves.nlargest(2).index) == {"2025-04", "2026-03"}


# --- waste ------------------------------------------------------------------------------------------------------------


def test_waste_counts_the_residents_of_the_population_table(made):
    table = made["waste_monthly"]
    assert table.groupby("municipality")["month"].nunique().eq(72).all() and table["municipality"].nunique() == 13
    own = table[table["municipality"] == "みらい市"]
    counted = made["population"].groupby("date")["count"].sum()
    month_ends = pd.PeriodIndex(own["month"], freq="M") + 1
    assert own["population"].tolist() == counted.loc[month_ends.strftime("%Y-%m-01")].tolist()
    days = pd.PeriodIndex(table["month"], freq="M").days_in_month
    grams = 1000 * table["burnable_kg"].astype(float) / table["population"].astype(float) / days
    assert grams.between(350, 800).all()


def test_seasons_add_up_to_nothing():
    assert sum(waste.SEASON) == 0


def test_stations_stand_where_people_of_the_district_live(made):
    table, areas = made["stations"], made["areas"].set_index("area_id")
    district = areas[areas["association"].isin(stations.ASSOCIATIONS)]
    assert len(table) == 475 and set(table["area_id"]) == set(district.index)
    assert set(table["quarter"]) == set(areas["quarter"])
    assert table["households"].between(15, 55).all()  # as many as a station can do with
    assert (table["quarter"] == table["area_id"].map(areas["quarter"])).all()
    share = table["flats_percent"]
    kinds = np.select([share == 0, share == 100], ["houses", "flats"], "mixed")
    assert (table["kind"] == kinds).all()
    assert share.groupby(table["quarter"]).mean().astype(float).idxmax() in ("旧市街", "ニュータウン")
    served = table.groupby("area_id")["households"].sum()
    assert ((served - district["households"]).abs() <= 3 + 0.1 * district["households"]).all()
    assert table["households"].sum() == pytest.approx(district["households"].sum(), rel=0.01)
    signs = made["costs"].query("project == '収集終了の看板' and kind == 'initial'")["item"].item()
    assert f"{len(table)}枚" in signs and stations.DISTRICT in signs


def test_half_of_the_monitored_stations_have_a_sign(made):
    table, checks = made["stations"], made["station_checks"]
    assert table["arm"].value_counts().to_dict() == {"none": 315, "sign": 80, "control": 80}
    assert (table["monitored"] == (table["arm"] != "none")).all()
    assert set(checks["station_id"]) == set(table.loc[table["monitored"], "station_id"])
    months = checks["date"].str.slice(0, 7).groupby(checks["station_id"])
    assert months.nunique().eq(12).all() and months.size().eq(12).all()
    assert pd.to_datetime(checks["date"]).dt.day_of_week.max() == 4


def test_a_town_of_houses_only_has_a_trial_all_the_same():
    houses = pd.DataFrame({"flats_percent": np.zeros(20, dtype=int), "households": np.arange(20)})
    assert stations._draw_arms(houses, Dice(1, "x")).sum() == 10


# --- points -----------------------------------------------------------------------------------------------------------


def test_points_are_given_from_joining_on_and_spent_from_what_was_given(made):
    table = made["points"]
    assert table.groupby("user_id")["month"].nunique().eq(12).all()
    assert table.groupby("user_id")[["wave", "age_group", "quarter"]].nunique().eq(1).all(axis=None)
    joined = table["month"] >= table["wave"].map({"first": "2025-10", "second": "2026-01", "never": "9999"})
    assert (table["points"] == np.where(joined, table["steps"] // 100, 0)).all()
    given, spent = (table.groupby("user_id")[c].cumsum() for c in ("points", "exchanged"))
    assert (spent <= given).all() and spent.max() > 0
    assert (table["exchanged"] % 100 == 0).all()


# --- money and indicators ---------------------------------------------------------------------------------------------


def test_only_hours_are_no_cash(made):
    costs = made["costs"]
    assert (costs["hours"].notna() == ~costs["cash"]).all()
    hours = costs[~costs["cash"]]
    assert (hours["amount_yen"] == hours["hours"] * money.WAGE).all()
    assert not costs.duplicated(["project", "fiscal_year", "item"]).any()


def test_the_hours_saved_are_those_of_the_counter_log(made):
    """Staff minutes saved a case × cases a year at the pilot office, from the sampled weeks to 245 working days."""
    log = made["counter_log"]
    cases = log[(log["office"] == counter.OFFICES[1]) & (log["procedure"] != counter.CARD)]
    a_year = len(cases) / log["date"].nunique() * 245
    assert -(counter.WRITELESS + counter.BEHIND) * a_year / 60 == pytest.approx(money.HOURS, rel=0.1)


def test_the_budget_balances(made):
    budget = made["budget"]
    amounts = ["initial_thousand_yen", "revised_thousand_yen", "settled_thousand_yen"]
    sums = budget.groupby(["fiscal_year", "side"])[amounts].sum().unstack()
    for amount in amounts[:2]:
        assert (sums[amount]["revenue"] == sums[amount]["expenditure"]).all()
    settled = sums["settled_thousand_yen"].loc[2020:2024]
    assert (settled["revenue"] > settled["expenditure"]).all()
    assert sums["initial_thousand_yen"]["revenue"].between(30_000_000, 37_000_000).all()
    known = budget.groupby("fiscal_year")[amounts].count().gt(0)
    assert known["revised_thousand_yen"].tolist() == [True] * 6 + [False]
    assert known["settled_thousand_yen"].tolist() == [True] * 5 + [False] * 2
    assert not budget.duplicated(["fiscal_year", "side", "head", "item"]).any()


def test_a_surplus_is_carried_over_and_half_of_it_goes_to_the_fund(made):
    budget = made["budget"].set_index(["fiscal_year", "item"])
    settled = made["budget"].pivot_table(
        index="fiscal_year", columns="side", values="settled_thousand_yen", aggfunc="sum"
    )
    for year in range(2021, 2026):
        left = settled["revenue"][year - 1] - settled["expenditure"][year - 1]
        column = "settled_thousand_yen" if year < 2025 else "revised_thousand_yen"
        assert budget.loc[(year, "繰越金"), column] == left
        assert budget.loc[(year, "基金費"), column] >= left / 2
    assert (budget.xs("市債", level="item")["initial_thousand_yen"] > 1_000_000).all()


def test_indicators_are_what_they_are_made_of(made):
    table = made["indicator_monthly"]
    assert table.groupby("indicator_id")["month"].nunique().eq(72).all()
    assert (table["numerator"] <= table["denominator"]).all()
    rate = 100 * table["numerator"].astype(float) / table["denominator"].astype(float)
    assert (rate - table["value"]).abs().max() <= 0.0051
    recycling = table[table["indicator_id"] == "K03"].set_index("month")
    own = made["waste_monthly"].query("municipality == 'みらい市'").set_index("month")
    assert (recycling["numerator"] == own["recyclables_kg"]).all()
    assert (recycling["denominator"] == own["recyclables_kg"] + own["burnable_kg"]).all()
    counted = table.groupby("indicator_id")["counted"].nunique()
    assert counted[counted > 1].index.tolist() == ["K01"]  # the one whose denominator changed
