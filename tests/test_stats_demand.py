"""Demand from the rates of each age: by hand, as a law, on the sample town; and a table that made history."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataacademy import load, stats
from dataacademy.errors import DataAcademyError

BANDS = range(0, 90, 5)
LATER = {"2021-04-01": 0, "2026-04-01": 1}


def town(now=1000, before=1000) -> pd.DataFrame:
    """Both sexes, 18 bands: everybody moves up unchanged in number where ``now`` equals ``before``."""
    return pd.DataFrame(
        [
            (date, sex, age, None if age == 85 else age + 4, (before, now)[step])
            for date, step in LATER.items()
            for sex in ("male", "female")
            for age in BANDS
        ],
        columns=["date", "sex", "age_from", "age_to", "count"],
    ).astype({"age_to": "Int64"})


def calls(ages, months=12, sex="male") -> pd.DataFrame:
    """One case of each age in every month."""
    dates = [f"{2025 + (m + 3) // 12}-{(m + 3) % 12 + 1:02d}-15" for m in range(months)]
    rows = [(date, age, sex) for date in dates for age in ages]
    return pd.DataFrame(rows, columns=["date", "age", "sex"])


def test_cases_of_each_age_follow_the_people_of_that_age():
    people = town()
    people.loc[(people["age_from"] == 85) & (people["date"] == "2026-04-01"), "count"] = 3000
    found = stats.forecast_demand(calls([90, 30]), population=people, steps=1)
    # eleven of the twelve months are counted on the people of 2021, April 2026 has none in the log
    by_hand = 12 * 3000 / 1000 + 12
    assert found.table["events"].iloc[0] == pytest.approx(by_hand)
    assert found.table["elderly_percent"].iloc[0] == pytest.approx(100 * 36 / 48)
    assert found.table["population"].iloc[0] == people[people["date"] == "2026-04-01"]["count"].sum()


def test_months_are_counted_on_the_newest_people_up_to_each_month():
    log = pd.DataFrame({"date": ["2026-03-10", "2026-04-10"], "age": [30, 30], "sex": ["male", "male"]})
    found = stats.forecast_demand(log, population=town(now=2000), steps=1)
    rate = 2 / ((1000 + 2000) / 12)  # one month each
    assert found.table["events"].iloc[0] == pytest.approx(2000 * rate)


def test_two_years_of_the_same_calls_give_the_same_demand_with_a_narrower_interval():
    one = stats.forecast_demand(calls([30], months=12), population=town(), steps=1).table.iloc[0]
    two = stats.forecast_demand(calls([30], months=24), population=town(), steps=1).table.iloc[0]
    assert one["events"] == pytest.approx(two["events"]) == pytest.approx(12)
    assert two["upper"] - two["lower"] == pytest.approx((one["upper"] - one["lower"]) / 2**0.5)
    assert one["upper"] - one["events"] == pytest.approx(1.959964 * 12**0.5)


@settings(max_examples=40, deadline=None)
@given(
    ages=st.lists(st.integers(0, 110), min_size=1, max_size=12),
    change=st.floats(-20, 20),
    steps=st.integers(1, 4),
)
def test_with_equal_rates_at_every_age_ages_make_no_difference(ages, change, steps):
    people = town(now=900)
    level = pd.concat([calls(list(BANDS), sex=sex) for sex in ("male", "female")])
    found = stats.forecast_demand(level, population=people, steps=steps, rate_change=change).table
    assert found["events"].to_numpy() == pytest.approx(found["by_head"].to_numpy())
    some = stats.forecast_demand(calls(ages), population=people, steps=steps, rate_change=change)
    still = stats.forecast_demand(calls(ages), population=people, steps=steps)
    grown = (1 + change / 100) ** (5 * steps)
    assert some.value == pytest.approx(still.value * grown)
    assert ((some.table["lower"] <= some.table["events"]) & (some.table["events"] <= some.table["upper"])).all()


def test_the_rates_that_the_sample_towns_calls_were_drawn_from_come_back():
    from dataacademy.town.sample.ambulance import RATES

    log, people = load("ambulance_calls"), load("population")
    found = stats.forecast_demand(log, population=people, steps=1)
    newest = people[people["date"] == people["date"].max()]
    band = (newest["age_from"] // 5).clip(upper=17)
    by_band = newest.groupby([band, "sex"])["count"].sum().unstack()[["male", "female"]].to_numpy()
    planted = (by_band.T * RATES / 1000).sum()
    row = found.table.iloc[0]
    assert row["lower"] < planted < row["upper"]


def test_people_become_fewer_and_calls_more_which_a_rate_per_head_does_not_see():
    found = stats.forecast_demand(load("ambulance_calls"), population=load("population"), steps=1, name="救急搬送")
    assert found.figures["population_change_percent"] < 0 < found.figures["change_percent"]
    assert found.figures["by_head"] < found.figures["events_base"]
    assert "救急搬送" in found.sentence and f"{found.value:,.0f} 件" in found.sentence


def test_rows_without_age_sex_or_date_are_counted_as_left_out():
    log = calls([30, 70])
    log.loc[:1, "age"] = None
    log.loc[2, "sex"] = "?"
    assert stats.forecast_demand(log, population=town(), steps=1).left_out == (
        "日付・年齢・性別のどれかが分からない 3 行",
    )


def dirty(name: str):
    log, people = calls([30, 90]), town()
    if name == "bad_dates":
        log["date"] = "R7/4/1"
    if name == "nobody_of_that_age":
        people.loc[(people["age_from"] == 85), "count"] = 0
    if name == "unknown_column":
        log = log.rename(columns={"age": "年れい"})
    if name == "out_of_range":
        return lambda: stats.forecast_demand(log, population=people, rate_change=-100)
    if name == "all_missing":
        log["age"] = float("nan")
    if name == "one_date":
        people = people[people["date"] == "2026-04-01"]
    return lambda: stats.forecast_demand(log, population=people)


@pytest.mark.parametrize(
    "kind", ["bad_dates", "nobody_of_that_age", "unknown_column", "out_of_range", "all_missing", "one_date"]
)
def test_what_cannot_be_forecast_is_said_with_a_way_out(kind):
    with pytest.raises(DataAcademyError) as told:
        dirty(kind)()
    assert told.value.note.kind == kind and told.value.note.fix


def test_nightingales_table_has_its_printed_rates_and_more_died_of_disease_than_of_wounds():
    war = stats.nightingale().set_index(["month", "cause"])
    assert war.loc[("1855-01", "病気（防げたもの）"), "rate"] == pytest.approx(1022.8, abs=0.05)
    assert war.loc[("1854-11", "負傷"), "rate"] == pytest.approx(115.8, abs=0.05)
    deaths = war.groupby("cause")["deaths"].sum()
    assert deaths["病気（防げたもの）"] > 8 * deaths["負傷"]
    assert war["period"].value_counts().tolist() == [36, 36]
