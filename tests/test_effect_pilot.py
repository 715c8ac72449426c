"""Planning a pilot, rehearsing it, and deciding after it: known answers, their agreement, and people's mistakes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dataacademy as da
from dataacademy.effect import go_no_go, plan_pilot, rct, rehearse_pilot
from dataacademy.effect.pilot import decide
from dataacademy.finding import Finding
from dataacademy.labels import LABELS


@pytest.fixture(scope="module")
def past():
    checks = da.load("station_checks").assign(month=lambda t: t["date"].str[:7])
    return checks[checks["month"] < "2025-10"]


WHO = {"value": "bags", "id": "station_id", "unit": "袋"}
COURSE = {**WHO, "time": "month", "line": -1.0}


def normal(n=400, sd=2.0, times=4, seed=1):
    dice = np.random.default_rng(seed)
    own = dice.normal(0, sd, n)
    rows = own[:, None] + dice.normal(0, 0.5, (n, times))
    return pd.DataFrame(
        {"who": np.repeat(np.arange(n), times), "when": np.tile(np.arange(times), n), "y": 10 + rows.ravel()}
    )


def test_a_plan_needs_what_the_tables_of_cohen_say():
    half = pd.DataFrame({"who": range(1000), "y": np.resize([-1.0, 1.0], 1000)})  # spread 1
    plan = plan_pilot(half, value="y", id="who", line=0.5)
    assert plan.value in (63, 64) and plan.figures["total"] == 2 * plan.value  # 64 in each group for d = 0.5
    assert plan_pilot(half, value="y", id="who", line=-0.5).value == plan.value


def test_a_plan_says_with_each_size_what_it_sees(past):
    plan = plan_pilot(past, line=-1.0, sizes=(10, 80), **WHO)
    assert plan.table["n_each"].tolist() == [10, plan.value, 80]
    assert plan.table["power_percent"].is_monotonic_increasing and plan.table["detectable"].is_monotonic_decreasing
    at = plan.table.set_index("n_each").loc[plan.value]
    assert 80 <= at["power_percent"] < 82 and at["detectable"] == pytest.approx(1.0, abs=0.02)
    assert set(plan.table) | set(plan.figures) <= set(LABELS)


def test_a_plan_that_asks_for_more_than_there_is_says_so(past):
    assert "足りません" in plan_pilot(past, line=-0.3, **WHO).sentence
    assert "足りません" not in plan_pilot(past, line=-1.0, **WHO).sentence


def test_rows_of_one_unit_count_once(past):
    doubled = pd.concat([past, past])
    assert plan_pilot(doubled, line=-1.0, **WHO).value == plan_pilot(past, line=-1.0, **WHO).value


def test_rehearsals_go_as_often_as_the_plan_promises(past):
    n = plan_pilot(past, line=-1.0, **WHO).value
    played = rehearse_pilot(past, n=n, **COURSE).table.set_index("true_effect")
    assert played.loc[-1.0, "go_percent"] == pytest.approx(80, abs=4)
    assert played.loc[0.0, "go_percent"] == pytest.approx(2.5, abs=1.5)
    assert played.loc[0.0, "stop_percent"] == pytest.approx(80, abs=4)
    assert np.allclose(played[["go_percent", "wait_percent", "stop_percent"]].sum(axis=1), 100)


def test_looking_every_month_finds_more_that_is_not_there(past):
    once, often = (rehearse_pilot(past, n=51, looks=looks, effects=[0.0], **COURSE).value for looks in ("end", "every"))
    assert often > 1.8 * once


def test_small_pilots_that_go_exaggerate(past):
    small, large = (rehearse_pilot(past, n=n, **COURSE).table["mean_when_go"].iloc[-1] for n in (10, 80))
    assert small < 1.5 * large < -1.0


def test_rehearsals_are_the_same_each_time_and_told_apart_by_the_seed(past):
    first, again, other = (rehearse_pilot(past, n=20, seed=s, repeats=200, **COURSE).table for s in (1, 1, 2))
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(other)


def test_units_with_a_gap_are_left_out_and_told():
    rows = normal(40).drop(index=[0, 1])
    played = rehearse_pilot(rows, value="y", id="who", time="when", n=10, line=1.0, repeats=100)
    assert played.used["対象"] == 39 and "1 件" in played.left_out[0]


def trial(effect, n=60, seed=3):
    dice = np.random.default_rng(seed)
    got = np.resize([True, False], n)
    return pd.DataFrame({"got": got, "y": dice.normal(10, 1, n) + effect * got})


@pytest.mark.parametrize(
    ("effect", "line", "decision"),
    [
        (-2.0, -1.0, "進む"),
        (0.0, -1.0, "やめる"),
        (2.0, -1.0, "やめる"),
        (2.0, 1.0, "進む"),
        (0.0, 0.2, "続けて数える"),
    ],
)
def test_the_rule_decides_by_the_interval(effect, line, decision):
    found = go_no_go(rct(trial(effect), value="y", group="got"), line=line)
    assert found.figures["decision"] == decision and f"「{decision}」" in found.sentence
    assert set(found.table) | set(found.figures) <= set(LABELS)


def test_the_adjusted_difference_decides_where_there_is_one():
    rows = trial(-1.0).assign(x=lambda t: np.arange(len(t)))
    adjusted = rct(rows, value="y", group="got", covariates=["x"])
    assert go_no_go(adjusted, line=-0.5).value == adjusted.value != adjusted.table["estimate"].iloc[0]


def test_an_interrupted_series_is_decided_by_its_mean_effect():
    waste = da.load("waste_monthly").query("municipality == 'みらい市'")
    waste = waste.assign(g=1000 * waste["burnable_kg"] / waste["population"])
    found = da.effect.its(waste, value="g", time="month", start="2023-10", unit="g")
    assert go_no_go(found, line=-1000.0).value == found.value
    assert go_no_go(found, line=-1000.0).figures["decision"] == "進む"


@settings(max_examples=60, deadline=None)
@given(st.floats(-5, 5), st.floats(0.01, 5), st.floats(0.1, 3))
def test_turning_all_signs_round_changes_no_decision(estimate, reach, line):
    lower, upper = np.array([estimate - reach]), np.array([estimate + reach])
    assert decide(lower, upper, line) == decide(-upper, -lower, -line)


@settings(max_examples=60, deadline=None)
@given(st.floats(-5, 5), st.floats(0.01, 5), st.floats(0.1, 3), st.floats(0, 5))
def test_a_better_effect_never_turns_go_into_less(estimate, reach, line, more):
    order = ["stop", "wait", "go"]
    at = [
        order.index(str(decide(np.array([e - reach]), np.array([e + reach]), line)[0]))
        for e in (estimate, estimate + more)
    ]
    assert at[0] <= at[1]


def test_before_and_after_alone_decides_nothing():
    rows = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [2.0, 2.5, 5.0]})
    with pytest.raises(da.DataAcademyError, match="前と後をくらべただけ") as caught:
        go_no_go(da.effect.before_after(rows, before="a", after="b"), line=1.0)
    assert caught.value.note.kind == "nothing_compared"


@pytest.mark.parametrize("result", [None, Finding(pd.DataFrame({"x": [1]}), 1, "文", "text")])
def test_a_result_without_interval_decides_nothing(result):
    with pytest.raises(da.DataAcademyError) as caught:
        go_no_go(result, line=1.0)
    assert caught.value.note.kind == "no_interval"


@pytest.mark.parametrize("line", [0, "1袋", True, float("nan"), None])
def test_a_line_is_a_number_other_than_0(past, line):
    with pytest.raises(da.DataAcademyError) as caught:
        plan_pilot(past, line=line, **WHO)
    assert caught.value.note.kind == "no_line" and "マイナス" in str(caught.value)


def test_mistakes_are_told_in_words(past):
    with pytest.raises(da.DataAcademyError, match="80 以下"):
        rehearse_pilot(past, n=81, **COURSE)
    with pytest.raises(da.DataAcademyError, match="二つ以上"):
        rehearse_pilot(pd.concat([past, past]), n=20, **COURSE)
    with pytest.raises(da.DataAcademyError, match="every"):
        rehearse_pilot(past, n=20, looks="evry", **COURSE)
    with pytest.raises(da.DataAcademyError, match="bags"):
        plan_pilot(past, value="bag", id="station_id", line=-1.0)
    with pytest.raises(da.DataAcademyError, match="1 件だけ"):
        plan_pilot(past.assign(all="全部"), value="bags", id="all", line=-1.0)
    with pytest.raises(da.DataAcademyError):
        plan_pilot(past.assign(bags=2), line=-1.0, **WHO)


def test_a_trend_and_a_season_that_cannot_be_told_apart_are_refused():
    waste = da.load("waste_monthly").query("municipality == 'みらい市' and '2022-10' <= month <= '2024-09'")
    with pytest.raises(da.DataAcademyError, match="季節を見分けられません"):
        da.effect.its(waste, value="burnable_kg", time="month", start="2023-10")
