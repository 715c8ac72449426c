"""Counters, points, costs and indicators: what is planted is found, and the naive ways are wrong as stated."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

PILOT_START = "2025-10"
CARD = "マイナンバーカード"
MAIN, HARBOUR = "本庁", "みなと支所"


@pytest.fixture(scope="module")
def log(tables):
    """Tickets with minutes at the counter, months counted from the start of the pilots, and who is in a pilot."""
    log = tables["counter_log"]
    called, ended = (pd.to_timedelta(log[c]).dt.total_seconds() / 60 for c in ("called", "ended"))
    month = pd.PeriodIndex(log["date"], freq="M").year * 12 + pd.PeriodIndex(log["date"], freq="M").month
    log["minutes"] = ended - called
    log["t"] = month - (2025 * 12 + 10)
    log["after"] = (log["t"] >= 0).astype(int)
    log["staff"] = log["staff_minutes"].astype(float)
    return log


@pytest.fixture(scope="module")
def cases(log):
    """The procedures of 書かない窓口; ``pilot`` is the office that has it."""
    return log[log["procedure"] != CARD].assign(pilot=lambda d: (d["office"] == HARBOUR).astype(int))


@pytest.fixture(scope="module")
def cards(log):
    """The procedure of the second pilot; ``pilot`` is the office that takes bookings online."""
    return log[log["procedure"] == CARD].assign(pilot=lambda d: (d["office"] == MAIN).astype(int))


def did(data, outcome, *, also="C(procedure)"):
    """Difference in differences with month and office effects, robust to unequal variances."""
    return smf.ols(f"{outcome} ~ pilot:after + pilot + C(t) + {also}", data).fit(cov_type="HC1")


def event_study(data, outcome, *, also="C(procedure)"):
    """The difference between the offices in each month before, against the last month before; its fit."""
    leads = {f"lead{k}": ((data["t"] == -k) & (data["pilot"] == 1)).astype(int) for k in range(2, 7)}
    formula = f"{outcome} ~ {' + '.join(leads)} + pilot:after + pilot + C(t) + {also}"
    fit = smf.ols(formula, data.assign(**leads)).fit(cov_type="HC1")
    return fit, fit.params[list(leads)], float(fit.f_test(", ".join(f"{lead} = 0" for lead in leads)).pvalue)


def change(data, outcome):
    """After minus before in the pilot office: plain means."""
    means = data[data["pilot"] == 1].groupby("after")[outcome].mean()
    return means[1] - means[0]


def within(planted, found):
    """Names of the values that are further from the planted size than the tolerance."""
    assert set(found) == set(planted["size"])
    return [name for name, size in planted["size"].items() if not abs(found[name] - size) <= planted["tolerance"][name]]


# --- two pilots at the counter ----------------------------------------------------------------------------------------


def test_did_writeless(cases, truth):
    planted = truth("did_writeless")
    _, leads, p = event_study(cases, "minutes")
    service, staff = did(cases, "minutes"), did(cases, "staff")
    found = {
        "service_minutes": service.params["pilot:after"],
        "staff_minutes": staff.params["pilot:after"],
        "lead_minutes": leads.mean(),
    }
    assert within(planted, found) == []
    assert p > 0.05  # parallel before
    assert service.conf_int().loc["pilot:after", 1] < 0


def test_did_writeless_naive(cases, truth):
    planted = truth("did_writeless")
    said = {"service_minutes": change(cases, "minutes"), "staff_minutes": change(cases, "staff")}
    assert said == pytest.approx(planted["naive"]["value"], abs=0.001)
    assert said["service_minutes"] > 0.4 * planted["size"]["service_minutes"]  # less than half of the effect
    other = cases.assign(pilot=1 - cases["pilot"])
    assert change(other, "minutes") > 1.5  # the office without the pilot became slower


def test_did_second_pilot_fails(cards, truth):
    planted = truth("did_second_pilot_fails")
    _, _, p = event_study(cards, "minutes", also="1")
    assert p < 0.01  # not parallel before: no difference in differences from these two
    trend = smf.ols("minutes ~ pilot:after + pilot:t + pilot + C(t)", cards).fit(cov_type="HC1")
    found = {
        "effect_minutes": trend.params["pilot:after"],
        "trend_minutes_per_month": trend.params["pilot:t"],
    }
    assert within(planted, found) == []
    low, high = trend.conf_int().loc["pilot:after"]
    assert low < 0 < high


def test_did_second_pilot_fails_naive(cards, truth):
    planted = truth("did_second_pilot_fails")
    other = cards.assign(pilot=1 - cards["pilot"])
    said = change(cards, "minutes") - change(other, "minutes")
    assert said == pytest.approx(planted["naive"]["value"]["effect_minutes"], abs=0.001)
    fit = did(cards, "minutes", also="1")
    assert fit.conf_int().loc["pilot:after", 1] < -3  # "surely" minutes shorter, though nothing was done


# --- points -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def walkers(tables):
    """Mean steps of each user before October and in October to December, and whether they had joined by then."""
    points = tables["points"]
    points = points[points["month"] < "2026-01"]
    late = np.where(points["month"] >= PILOT_START, "late", "early")
    means = points.assign(late=late).pivot_table(index=["user_id", "wave"], columns="late", values="steps")
    return means.astype(float).reset_index().assign(joined=lambda d: (d["wave"] == "first").astype(int))


def test_points_self_selection(walkers, truth):
    planted = truth("points_self_selection")
    fit = smf.ols("change ~ joined", walkers.assign(change=walkers["late"] - walkers["early"])).fit(cov_type="HC1")
    assert within(planted, {"steps": fit.params["joined"]}) == []
    low, high = fit.conf_int().loc["joined"]
    assert low < planted["size"]["steps"] < high


def test_points_self_selection_naive(walkers, truth):
    planted = truth("points_self_selection")
    late, early = (walkers.groupby("joined")[part].mean() for part in ("late", "early"))
    said = late[1] - late[0]
    assert said == pytest.approx(planted["naive"]["value"]["steps"], abs=0.001)
    assert said > 2 * planted["size"]["steps"]
    assert early[1] - early[0] > 0.5 * said  # they were ahead before they joined


# --- money and indicators ---------------------------------------------------------------------------------------------


def net_present_value(lines):
    """Savings minus costs of the lines, discounted at 4 % a year to 2025, in yen."""
    signed = lines["amount_yen"].where(lines["kind"] == "saving", -lines["amount_yen"]).astype(float)
    return round((signed / 1.04 ** (lines["fiscal_year"] - 2025).astype(float)).sum())


def test_hours_not_cash(tables, truth):
    planted = truth("hours_not_cash")
    lines = tables["costs"].query("project == '書かない窓口'")
    full_year = lines[lines["fiscal_year"] == 2026]
    cash = full_year[full_year["cash"]]
    found = {
        "hours_per_year": full_year["hours"].sum(),
        "cash_per_year_yen": cash["amount_yen"].where(cash["kind"] == "saving", -cash["amount_yen"]).sum(),
        "npv_yen": net_present_value(lines[lines["cash"]]),
    }
    assert within(planted, found) == []
    assert found["npv_yen"] < 0 and found["cash_per_year_yen"] < 0


def test_hours_not_cash_naive(tables, truth):
    lines = tables["costs"].query("project == '書かない窓口'")
    said = net_present_value(lines)
    assert said == truth("hours_not_cash")["naive"]["value"]["npv_yen"]
    assert said > 0


@pytest.fixture(scope="module")
def placements(tables):
    """Placements, months on the register and rate (％) of the fiscal years before and after the weeding."""
    rate = tables["indicator_monthly"].query("indicator_id == 'K01'")
    year = pd.PeriodIndex(rate["month"], freq="M").asfreq("Y-MAR").year - 1
    sums = rate[["numerator", "denominator"]].astype(float).groupby(year).sum().loc[[2023, 2024]]
    return sums.assign(rate=100 * sums["numerator"] / sums["denominator"])


def test_indicator_denominator(placements, truth):
    (n0, d0, r0), (n1, d1, r1) = placements.to_numpy()
    if_only_numerator, if_only_denominator = 100 * n1 / d0, 100 * n0 / d1
    found = {
        "change_points": r1 - r0,
        "numerator_points": ((if_only_numerator - r0) + (r1 - if_only_denominator)) / 2,
        "denominator_points": ((if_only_denominator - r0) + (r1 - if_only_numerator)) / 2,
    }
    assert within(truth("indicator_denominator"), found) == []
    assert found["numerator_points"] + found["denominator_points"] == pytest.approx(found["change_points"])
    assert found["numerator_points"] < 0 < found["denominator_points"]


def test_indicator_denominator_naive(placements, tables, truth):
    target = tables["indicator_monthly"].query("indicator_id == 'K01'")["target"].iloc[0]
    before, after = placements["rate"]
    said = after - before
    assert said == pytest.approx(truth("indicator_denominator")["naive"]["value"]["change_points"], abs=0.001)
    assert before < target < after  # "the target is reached" …
    assert placements["numerator"].diff().iloc[-1] < 0  # … with fewer people who found work
