"""The planted truths on effects over time, recovered with ``da.effect``; and the naive ways that it warns of."""

from __future__ import annotations

import pandas as pd
import pytest
import yaml

from dataacademy import load, paths
from dataacademy.effect import did, event_study, its, synthetic_control

TRUTHS = {
    t["id"]: t for t in yaml.safe_load((paths.dataset(paths.SAMPLE_TOWN) / "truths.yml").read_text(encoding="utf-8"))
}


def recovered(name: str, key: str, found: float) -> bool:
    return abs(found - TRUTHS[name]["size"][key]) <= TRUTHS[name]["tolerance"][key]


@pytest.fixture(scope="module")
def log() -> pd.DataFrame:
    table = load("counter_log")
    called, ended = (pd.to_timedelta(table[c]).dt.total_seconds() / 60 for c in ("called", "ended"))
    return table.assign(
        service=ended - called,
        month=table["date"].str[:7],
        port=table["office"] == "みなと支所",
        main=table["office"] == "本庁",
        card=table["procedure"] == "マイナンバーカード",
    )


@pytest.fixture(scope="module")
def waste() -> pd.DataFrame:
    table = load("waste_monthly")
    days = pd.PeriodIndex(table["month"], freq="M").days_in_month
    return table.assign(
        grams=1000 * table["burnable_kg"] / table["population"] / days,
        recycled=1000 * table["recyclables_kg"] / table["population"] / days,
    )


def test_the_writeless_counter_is_found_although_both_slow_down(log):
    cases = log[~log["card"]]
    options = {"treated": "port", "time": "month", "start": "2025-10", "covariates": ["procedure"], "unit": "分"}
    for value, key in (("service", "service_minutes"), ("staff_minutes", "staff_minutes")):
        finding = did(cases, value=value, **options)
        assert recovered("did_writeless", key, finding.value)
        naive = finding.table.set_index("group").loc["対象", "change"]
        assert naive == pytest.approx(TRUTHS["did_writeless"]["naive"]["value"][key], abs=0.001)
        assert not recovered("did_writeless", key, naive)
        assert "効果とはいえません" not in finding.sentence
    leads = event_study(cases, value="service", **options)
    assert recovered("did_writeless", "lead_minutes", leads.figures["pre_mean"])
    assert leads.figures["pre_p_value"] > 0.05


def test_the_second_pilot_rides_on_an_older_trend(log):
    cards = log[log["card"]]
    options = {"value": "service", "treated": "main", "time": "month", "start": "2025-10", "unit": "分"}
    naive = did(cards, **options)
    assert naive.value == pytest.approx(TRUTHS["did_second_pilot_fails"]["naive"]["value"]["effect_minutes"], abs=0.001)
    assert not recovered("did_second_pilot_fails", "effect_minutes", naive.value)
    assert "効果とはいえません" in naive.sentence
    leads = event_study(cards, **options)
    assert leads.figures["pre_p_value"] < 0.01 and "効果とはいえません" in leads.sentence
    assert recovered("did_second_pilot_fails", "trend_minutes_per_month", leads.figures["pre_slope"])
    level = event_study(cards, **options, detrend=True)
    assert recovered("did_second_pilot_fails", "effect_minutes", level.value)
    assert level.figures["lower"] < 0 < level.figures["upper"]


def test_the_charge_is_told_from_the_fall_that_was_there_before(waste):
    town = waste[waste["municipality"] == "みらい市"]
    finding = its(town, value="grams", time="month", start="2023-10", unit="g")
    terms = finding.table.set_index("term")["estimate"]
    assert recovered("its_charge", "level_g", terms["level"])
    assert recovered("its_charge", "slope_g_per_month", terms["slope"])
    assert recovered("its_charge", "average_g", finding.value)
    naive = finding.figures["naive"]
    assert naive == pytest.approx(TRUTHS["its_charge"]["naive"]["value"]["average_g"], abs=0.1)
    assert not recovered("its_charge", "average_g", naive)
    assert any("前後の平均の差" in line and "効果とはいえません" in line for line in finding.assumptions)
    recycled = its(town, value="recycled", time="month", start="2023-10", unit="g")
    assert recovered("its_charge", "recyclables_g", recycled.value)


def test_the_charge_against_a_mix_of_towns(waste):
    finding = synthetic_control(
        waste, value="grams", id="municipality", time="month", treated="みらい市", start="2023-10", unit="g"
    )
    assert recovered("its_charge", "average_g", finding.value)
    assert finding.figures["p_value"] == pytest.approx(1 / 13)
    assert not any("効果とはいえません" in line for line in finding.assumptions)
    one_of_many = did(waste, value="grams", id="municipality", time="month", treated="みらい市", start="2023-10")
    assert one_of_many.figures["p_placebo"] == pytest.approx(1 / 13)


def test_joiners_walked_more_before_they_joined():
    points = load("points")
    autumn = points[points["month"] < "2026-01"].assign(joined=lambda t: t["wave"] == "first")
    finding = did(autumn, value="steps", treated="joined", time="month", start="2025-10", id="user_id", unit="歩")
    assert recovered("points_self_selection", "steps", finding.value)
    table = finding.table.set_index("group")
    naive = table.loc["差の差", "after_mean"]
    assert naive == pytest.approx(TRUTHS["points_self_selection"]["naive"]["value"]["steps"], abs=0.001)
    assert not recovered("points_self_selection", "steps", naive)
    assert table.loc["差の差", "before_mean"] > naive / 2
    both = did(points.assign(on=points["points"] > 0), value="steps", treated="on", time="month", id="user_id")
    assert recovered("points_self_selection", "steps", both.value)
