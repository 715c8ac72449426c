"""Waste: what is planted is found, and the naive ways are wrong as stated."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy.optimize import nnls

CITY, CHARGE = "みらい市", "2023-10"
BEFORE, AFTER = slice("2025-04", "2025-09"), slice("2025-10", "2026-03")


def missed(planted, found):
    """Names of the values that are further from the planted size than the tolerance."""
    assert set(found) <= set(planted["size"])
    return [name for name in found if not abs(found[name] - planted["size"][name]) <= planted["tolerance"][name]]


# --- the charge -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def waste(tables):
    """Grams a person and day."""
    waste = tables["waste_monthly"]
    person_days = waste["population"].astype(float) * pd.PeriodIndex(waste["month"], freq="M").days_in_month
    for kind in ("burnable", "recyclables"):
        waste[kind] = 1000 * waste[f"{kind}_kg"].astype(float) / person_days
    return waste


@pytest.fixture(scope="module")
def city(waste):
    """The sample town with time, charge and time since the charge."""
    city = waste[waste["municipality"] == CITY].reset_index(drop=True)
    charged = (city["month"] >= CHARGE).astype(int)
    since = charged * (city.index - int((charged == 0).sum()))
    return city.assign(t=city.index, charged=charged, since=since, calendar=city["month"].str.slice(5))


def interrupted(city, outcome, *, change="charged + since"):
    """Segmented regression with the months of the year, and errors that may last (HAC)."""
    formula = f"{outcome} ~ t + {change} + C(calendar)"
    return smf.ols(formula, city).fit(cov_type="HAC", cov_kwds={"maxlags": 3})


def synthetic_gap(waste):
    """The town minus the mixture of other towns that follows it best before the charge, month by month."""
    wide = waste.pivot(index="month", columns="municipality", values="burnable")
    own, others = wide.pop(CITY), wide
    early = others.loc[others.index < CHARGE]
    heavy = 1e4  # weights add up to one
    design = np.vstack([early, np.full(others.shape[1], heavy)])
    weights, _ = nnls(design, np.append(own[early.index], heavy))
    assert weights.sum() == pytest.approx(1, abs=1e-3)
    return own - others @ weights


def test_its_charge(waste, city, truth):
    planted = truth("its_charge")
    fit, recyclables = interrupted(city, "burnable"), interrupted(city, "recyclables", change="charged")
    months = int(city["charged"].sum())
    found = {
        "level_g": fit.params["charged"],
        "slope_g_per_month": fit.params["since"],
        "average_g": fit.params["charged"] + fit.params["since"] * (months - 1) / 2,
        "recyclables_g": recyclables.params["charged"],
    }
    assert set(found) == set(planted["size"]) and missed(planted, found) == []
    assert fit.pvalues[["charged", "since"]].max() < 0.01
    gap = synthetic_gap(waste)
    assert missed(planted, {"average_g": gap[gap.index >= CHARGE].mean()}) == []
    assert gap[gap.index < CHARGE].std() < 10  # it follows the town before the charge


def test_its_charge_naive(city, truth):
    planted = truth("its_charge")
    person_days = city["population"].astype(float) * pd.PeriodIndex(city["month"], freq="M").days_in_month
    kg = city["burnable_kg"].astype(float).groupby(city["charged"]).sum()
    means = 1000 * kg / person_days.groupby(city["charged"]).sum()
    said = means[1] - means[0]
    assert said == pytest.approx(planted["naive"]["value"]["average_g"], abs=0.001)
    assert said < 1.5 * planted["size"]["average_g"]  # half as much again, at least
    before = city[city["charged"] == 0]
    assert smf.ols("burnable ~ t + C(calendar)", before).fit().params["t"] < -1  # it fell all the time


# --- the stations -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bags(tables):
    """Bags by monitored station and month."""
    checks = tables["station_checks"]
    month = checks["date"].str.slice(0, 7)
    return checks.assign(month=month, bags=checks["bags"].astype(float)).pivot(
        index="station_id", columns="month", values="bags"
    )


@pytest.fixture(scope="module")
def trial(tables, bags):
    """One row a monitored station: arm, what was known before, and the means of the half years."""
    stations = tables["stations"].set_index("station_id")
    known = stations.loc[bags.index, ["arm", "households", "flats_percent"]]
    numbers = known[["households", "flats_percent"]].astype(float)
    return numbers.assign(
        sign=(known["arm"] == "sign").astype(int),
        before=bags.loc[:, BEFORE].mean(axis=1),
        after=bags.loc[:, AFTER].mean(axis=1),
    )


def standardised_difference(trial, column):
    by_arm = trial.groupby("sign")[column]
    mean, variance = by_arm.mean(), by_arm.var()
    return (mean[1] - mean[0]) / np.sqrt((variance[0] + variance[1]) / 2)


def worst(month):
    return month.sort_values(ascending=False, kind="stable").index[:10]


def test_rtm_worst_ten(bags, truth):
    planted = truth("rtm_worst_ten")
    first, later = bags["2025-04"], bags.loc[:, "2025-05":"2025-07"].mean(axis=1)
    ten = worst(first)
    pairs = bags.loc[:, BEFORE].corr().to_numpy()[np.triu_indices(6, 1)]
    reliability = pairs.mean()  # how much of a difference between two stations is there the next time
    predicted = bags.loc[:, BEFORE].mean(axis=None) + reliability * (first[ten].mean() - first.mean())
    found = {
        "all_percent": 100 * (later.mean() / first.mean() - 1),
        "beyond_chance_percent": 100 * (later[ten].mean() / predicted - 1),
    }
    assert set(found) == set(planted["size"]) and missed(planted, found) == []


def test_rtm_worst_ten_naive(bags, truth):
    planted = truth("rtm_worst_ten")
    first, later = bags["2025-04"], bags.loc[:, "2025-05":"2025-07"].mean(axis=1)
    ten = worst(first)
    said = 100 * (later[ten].mean() / first[ten].mean() - 1)
    assert said == pytest.approx(planted["naive"]["value"]["change_percent"], abs=0.001)
    assert said < -planted["tolerance"]["beyond_chance_percent"]
    backwards = worst(bags["2025-07"])  # the worst of July "grew worse" from April on: nothing but chance
    assert bags.loc[backwards, "2025-04"].mean() < 0.8 * bags.loc[backwards, "2025-07"].mean()


def test_rct_sign_effect(trial, truth):
    planted = truth("rct_sign_effect")
    fit = smf.ols("after ~ sign", trial).fit(cov_type="HC1")
    assert missed(planted, {"bags": fit.params["sign"]}) == []
    low, high = fit.conf_int().loc["sign"]
    assert low < planted["size"]["bags"] < high < 0
    said = re.search(r"平均の差は([\d.]+)袋減（95％信頼区間([\d.]+)〜([\d.]+)袋減）", planted["says"])
    assert [float(n) for n in said.groups()] == pytest.approx([-fit.params["sign"], -high, -low], abs=0.06)


def test_rct_sign_effect_naive(trial, truth):
    planted = truth("rct_sign_effect")
    signs = trial[trial["sign"] == 1]
    said = (signs["after"] - signs["before"]).mean()
    assert said == pytest.approx(planted["naive"]["value"]["bags"], abs=0.001)
    assert said > 0.5 * planted["size"]["bags"]  # less than half of the effect
    control = trial[trial["sign"] == 0]
    assert (control["after"] - control["before"]).mean() > 1  # bags grew where nothing was done


def test_rct_imbalance(trial, truth):
    planted = truth("rct_imbalance")
    fit = smf.ols("after ~ sign + flats_percent", trial).fit(cov_type="HC1")
    flats = trial.groupby("sign")["flats_percent"].mean()
    found = {
        "bags": fit.params["sign"],
        "flats_points": flats[1] - flats[0],
        "standardised_difference": standardised_difference(trial, "flats_percent"),
    }
    assert set(found) == set(planted["size"]) and missed(planted, found) == []
    assert found["standardised_difference"] > 0.2 > abs(standardised_difference(trial, "households"))
    assert fit.params["flats_percent"] > 0
    plain = smf.ols("after ~ sign", trial).fit().params["sign"]
    assert abs(found["bags"] - planted["size"]["bags"]) < abs(plain - planted["size"]["bags"])
    assert fit.bse["sign"] < 0.7 * smf.ols("after ~ sign", trial).fit(cov_type="HC1").bse["sign"]


def test_rct_imbalance_naive(trial, truth):
    planted = truth("rct_imbalance")
    means = trial.groupby("sign")["after"].mean()
    said = means[1] - means[0]
    assert said == pytest.approx(planted["naive"]["value"]["bags"], abs=0.001)
    assert abs(said) < abs(planted["size"]["bags"]) - 0.2  # too small an effect
    assert f"{-said:.1f}袋" in planted["naive"]["says"]
