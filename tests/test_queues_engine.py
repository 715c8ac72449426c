"""The counters served again: against Erlang's formula, against the log, and the laws of queues."""

from __future__ import annotations

from math import factorial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dataacademy as da
from dataacademy.queues.engine import Day

OFFICES = ["本庁", "みなと支所"]


@pytest.fixture(scope="module")
def halves() -> dict[str, pd.DataFrame]:
    log = da.load("counter_log")
    return {"before": log[log["date"] < "2025-10"], "after": log[log["date"] >= "2025-10"]}


def erlang(counters: int, load: float) -> float:
    """Erlang C: the chance that somebody has to wait in M/M/c, at ``load`` = arrival rate × mean service."""
    queue = load**counters / factorial(counters) * counters / (counters - load)
    return queue / (sum(load**k / factorial(k) for k in range(counters)) + queue)


@pytest.mark.parametrize(("counters", "busy"), [(1, 0.6), (2, 0.7), (4, 0.8)])
def test_random_arrivals_and_services_wait_as_erlang_said(counters, busy):
    """M/M/c: chance to wait C, mean wait C·s/(c−load), and waits above t with chance C·exp(−(c−load)·t/s)."""
    rng = np.random.default_rng(7)
    n, service, load = 100_000, 10.0, busy * counters
    arrived = np.cumsum(rng.exponential(service / load, n))
    day = Day(arrived, rng.exponential(service, n), np.zeros(n), counters)
    wait = day.run() - arrived
    chance = erlang(counters, load)
    assert (wait > 1e-9).mean() == pytest.approx(chance, rel=0.03)
    assert wait.mean() == pytest.approx(chance * service / (counters - load), rel=0.06)
    at = service / (counters - load)
    assert (wait > at).mean() == pytest.approx(chance * np.exp(-1), rel=0.06)


def test_a_day_by_hand():
    """Two counters, three people at nine: the third waits for the first to go, and walks while the clock runs."""
    nine = 540.0
    day = Day(np.array([nine, nine, nine, 600]), np.array([10.0, 20, 5, 5]), np.array([0.5, 0.5, 0.5, 0.5]), 2)
    assert day.run().tolist() == [540.5, 540.5, 550.5, 600.5]
    assert day.run(turnover=2)[2] == 552.5
    assert day.run(opens=545).tolist() == [545.5, 545.5, 555.5, 600.5]


ONE = st.tuples(st.floats(0, 60), st.floats(0, 30), st.floats(0, 2))


@settings(max_examples=60, deadline=None)
@given(st.lists(ONE, min_size=1, max_size=25), st.integers(1, 4), st.floats(0, 5), st.floats(0, 5))
def test_nobody_waits_longer_with_a_counter_more_or_with_shorter_cases(people, counters, turnover, shorter):
    arrived, service, walk = (np.array(column) for column in zip(*people, strict=True))
    arrived = np.sort(arrived)
    called = Day(arrived, service, walk, counters).run(turnover=turnover)
    assert (called >= arrived).all() and (np.diff(called - walk) >= -2.01).all()
    more = Day(arrived, service, walk, counters + 1).run(turnover=turnover)
    quick = Day(arrived, np.maximum(service - shorter, 0), walk, counters).run(turnover=turnover)
    assert (more <= called + 1e-9).all()
    assert (quick <= called + 1e-9).all()


@pytest.mark.parametrize("office", OFFICES)
@pytest.mark.parametrize("half", ["before", "after"])
@pytest.mark.parametrize("seed", [1, 20260401])
def test_the_log_comes_out_again_within_ten_per_cent(halves, office, half, seed):
    found = da.queues.simulate(halves[half], office=office, seed=seed)
    table = found.table.set_index("measure")
    log = halves[half][halves[half]["office"] == office]
    stated = da.queues.waiting(log).table.loc[0]
    assert table["log"][["p50", "p90", "mean", "over_15_percent"]].tolist() == pytest.approx(
        stated[["median", "p90", "mean", "over_15_percent"]].tolist()
    )
    assert (table.loc[["p50", "p75", "p90"], "difference_percent"].abs() <= 10).all()
    assert found.figures["matches"] and found.value == table.loc["p90", "simulated"]
    assert found.figures["counters"] == {"本庁": 4, "みなと支所": 2}[office]
    assert (table["lower"] <= table["simulated"] + 0.1).all() and (table["simulated"] <= table["upper"] + 0.1).all()
    assert found.function == "queues.simulate"


def test_an_office_that_works_otherwise_does_not_match(halves):
    """Every third visitor is called half an hour late, as in a second line that nobody told us of."""
    log = halves["before"][halves["before"]["office"] == OFFICES[0]].copy()
    late = log.index[::3]
    for column in ("called", "ended"):
        log.loc[late, column] = (pd.to_timedelta(log.loc[late, column]) + pd.Timedelta(minutes=30)).astype(str).str[-8:]
    found = da.queues.simulate(log.drop(columns="counter"), office=OFFICES[0], runs=5)
    assert not found.figures["matches"]
    assert "予想には使えません" in found.sentence and "先に調べて" in found.assumptions[0]


def test_no_change_changes_nothing_and_chance_begins_where_it_is_told(halves):
    log, office = halves["after"], OFFICES[1]
    plain = da.queues.simulate(log, office=office, runs=4)
    same = da.queues.simulate(log, office=office, counters=2, appointments=0.0, service_change=0.0, runs=4)
    assert same.table["changed"].tolist() == plain.table["simulated"].tolist() == same.table["simulated"].tolist()
    assert "changed" not in plain.table
    again = da.queues.simulate(log, office=office, runs=4)
    pd.testing.assert_frame_equal(again.table, plain.table)
    assert da.queues.simulate(log, office=office, runs=4, seed=2).value != plain.value


@pytest.mark.parametrize(
    "better",
    [{"counters": 3}, {"counters": 5}, {"service_change": -2.5}, {"service_change": -60}, {"appointments": 0.4}],
)
def test_more_counters_shorter_cases_and_appointments_shorten_the_wait(halves, better):
    found = da.queues.simulate(halves["after"], office=OFFICES[1], runs=4, **better)
    table = found.table.set_index("measure")
    assert table.loc["p90", "changed"] < table.loc["p90", "simulated"] and found.value == table.loc["p90", "changed"]
    assert (table["changed"] <= table["simulated"] + 1e-9).drop("p50").all()
    assert found.figures["busy_percent_changed"] < found.figures["busy_percent"]
    assert "見込みです" in found.sentence


def test_longer_cases_and_fewer_counters_lengthen_it_and_keep_counters_busier(halves):
    for worse in ({"service_change": 3}, {"counters": 1}):
        found = da.queues.simulate(halves["after"], office=OFFICES[1], runs=3, **worse)
        table = found.table.set_index("measure")
        assert (table["changed"] > table["simulated"]).all()
        assert found.figures["busy_percent_changed"] > found.figures["busy_percent"]


def test_an_empty_office_waits_only_for_the_walk(halves):
    found = da.queues.simulate(halves["before"], office=OFFICES[0], counters=60, runs=2)
    assert found.table.set_index("measure").loc["p90", "changed"] < 40 / 60 + 0.01  # seconds to the counter: 5 to 40


def test_appointments_fill_the_quiet_hours_first(halves):
    from dataacademy.queues.plan import Office

    log = halves["before"][halves["before"]["office"] == OFFICES[1]]
    table = da.queues.minutes(log).table.reset_index(drop=True)
    came = (pd.to_timedelta(table["arrived"]).dt.total_seconds() / 60).to_numpy()
    office = Office(table, came)
    edges = np.arange(8.5, 17.5, 0.5) * 60
    usual = np.histogram(came, edges)[0]
    slots = np.histogram(office.slots(0.1, 1000), edges)[0]
    assert slots.sum() == 1000 and slots[usual.argmin()] == slots.max()
    assert slots[usual > np.median(usual) * 1.3].sum() == 0
    level = 0.4 * usual + np.histogram(office.slots(0.6, 100_000), edges)[0] / 100_000 * 0.6 * len(came)
    assert np.ptp(level) < 0.05 * level.mean()  # with many booked, the day becomes level


def test_a_log_with_faults_is_simulated_from_what_is_left(halves):
    log = halves["before"].copy()
    log.loc[log.index[::100], "ended"] = None
    found = da.queues.simulate(log, office=OFFICES[0], runs=2)
    assert found.left_out == (f"終わりの時刻がない {len(log.index[::100])} 件",)
    few = log[log["date"] == log["date"].min()].head(40)
    assert any("大きく揺れます" in line for line in da.queues.simulate(few, office=OFFICES[0], runs=2).assumptions)
    short = da.queues.simulate(log, office=OFFICES[0], runs=2, service_change=-8)
    assert any("0分としています" in line for line in short.assumptions)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"office": "港支所"}, "もしかして「みなと支所」"),
        ({"counters": 0}, "カウンターの数"),
        ({"counters": 2.5}, "カウンターの数"),
        ({"appointments": 30}, "30％なら 0.3"),
        ({"appointments": "半分"}, "予約の割合"),
        ({"service_change": float("nan")}, "1件の時間の変化"),
        ({"service_change": None}, "1件の時間の変化"),
        ({"runs": 0}, "回数"),
        ({"seed": -1}, "乱数"),
    ],
)
def test_what_cannot_be_simulated_is_said(halves, wrong, said):
    with pytest.raises(da.DataAcademyError, match=said):
        da.queues.simulate(halves["before"].tail(100), **({"office": OFFICES[1]} | wrong))
