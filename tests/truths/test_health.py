"""Check-ups and ambulance calls: what is planted is found, and the naive ways are wrong as stated."""

from __future__ import annotations

import pandas as pd
import pytest
import statsmodels.formula.api as smf

HILL, HARBOUR = "おか支所", "みなと支所"
FROM, TO = "2024-04", "2026-03"  # the months of the calls


@pytest.fixture(scope="module")
def checkups(tables):
    """Attendance in per cent, decade of age, kilometres to the clinic."""
    table = tables["checkups"]
    return table.assign(
        percent=100 * table["attended"].astype(float),
        decade=table["age"].astype(int) // 10,
        year=table["fiscal_year"].astype(int),
        km=table["distance_m"].astype(float) / 1000,
        person=table["person_id"].astype("category").cat.codes,
    )


def fit(formula, data):
    """Least squares with standard errors that know that a person comes several times."""
    return smf.ols(formula, data).fit(cov_type="cluster", cov_kwds={"groups": data["person"]})


def near(found, planted):
    (name,) = planted["size"]
    return abs(found - planted["size"][name]) <= planted["tolerance"][name]


def test_simpson_checkups(checkups, truth):
    two = checkups[checkups["office"].isin([HILL, HARBOUR])]
    hill = f"C(office, Treatment('{HARBOUR}'))[T.{HILL}]"
    found = fit(f"percent ~ C(office, Treatment('{HARBOUR}')) + C(decade) + sex + C(year)", two)
    assert near(found.params[hill], truth("simpson_checkups"))
    assert found.pvalues[hill] < 0.001
    ages = pd.cut(two["age"].astype(int), [39, 59, 69, 74])
    rates = two.groupby([ages, "office"], observed=True)["percent"].mean().unstack()
    assert (rates[HILL] < rates[HARBOUR]).all()


def test_simpson_checkups_naive(checkups, truth):
    planted = truth("simpson_checkups")
    rates = checkups.groupby("office")["percent"].mean()
    found = rates[HILL] - rates[HARBOUR]
    assert found == pytest.approx(planted["naive"]["value"]["points"], abs=0.001)
    assert found > 0 > planted["size"]["points"] + planted["tolerance"]["points"]


def test_confounding_distance_age(checkups, truth):
    planted = truth("confounding_distance_age")
    found = fit("percent ~ km + C(decade) + C(office) + sex + C(year)", checkups)
    assert near(found.params["km"], planted)
    assert found.pvalues["km"] > 0.05
    assert near(fit("percent ~ km + C(decade)", checkups).params["km"], planted)  # age alone does nearly as well


def test_confounding_distance_age_naive(checkups, truth):
    planted = truth("confounding_distance_age")
    found = fit("percent ~ km", checkups)
    assert found.params["km"] == pytest.approx(planted["naive"]["value"]["points_per_km"], abs=0.001)
    assert found.pvalues["km"] < 0.01
    assert not near(found.params["km"], planted)
    young = (checkups["age"] < 60).astype(float)
    assert young.corr(checkups["km"]) > 0.15  # why: those far away are younger


def test_phone_call_effect(checkups, truth):
    last = checkups[checkups["fiscal_year"] == 2025]
    found = smf.ols("percent ~ C(invited_by) + C(decade) + C(office) + sex", last).fit(cov_type="HC1")
    assert near(found.params["C(invited_by)[T.phone]"], truth("phone_call_effect"))
    assert found.pvalues["C(invited_by)[T.phone]"] < 0.01
    assert (checkups.loc[checkups["fiscal_year"] < 2025, "invited_by"] == "letter").all()


def test_phone_call_effect_naive(checkups, truth):
    planted = truth("phone_call_effect")
    phoned = checkups.loc[checkups["invited_by"] == "phone", "person_id"]
    means = checkups[checkups["person_id"].isin(phoned)].groupby("fiscal_year")["percent"].mean()
    found = means[2025] - means[2024]
    assert found == pytest.approx(planted["naive"]["value"]["points"], abs=0.001)
    assert found > planted["size"]["points"] + planted["tolerance"]["points"]


@pytest.fixture(scope="module")
def pairs(checkups):
    """Check-ups that called for guidance, with the systolic pressure of the year after."""
    after = checkups.assign(fiscal_year=checkups["fiscal_year"] - 1)[["person_id", "fiscal_year", "systolic"]]
    due = checkups[checkups["guidance"].isin(["given", "waiting"])]
    pairs = due.merge(after.dropna(), on=["person_id", "fiscal_year"], suffixes=("", "_next"))
    pairs[["systolic", "systolic_next"]] = pairs[["systolic", "systolic_next"]].astype(float)
    return pairs.assign(given=(pairs["guidance"] == "given").astype(int))


def test_guidance_effect(pairs, truth):
    found = fit("systolic_next ~ given + systolic", pairs)
    assert near(found.params["given"], truth("guidance_effect"))
    assert found.pvalues["given"] < 0.01


def test_guidance_effect_naive(pairs, truth):
    planted = truth("guidance_effect")
    fall = (pairs["systolic_next"] - pairs["systolic"]).groupby(pairs["given"]).mean()
    assert fall[1] == pytest.approx(planted["naive"]["value"]["mmhg"], abs=0.001)
    assert fall[1] < planted["size"]["mmhg"] - planted["tolerance"]["mmhg"]
    assert fall[0] < -3  # those on the waiting list fall too


@pytest.fixture(scope="module")
def calls_by_area(tables):
    """Calls, resident years, calls expected by age and sex, and density (thousands a km²) of each area."""
    calls, population, areas = tables["ambulance_calls"], tables["population"], tables["areas"]
    cell = ["area_id", "sex", "age_from"]
    calls["age_from"] = (calls["age"].clip(upper=85) // 5 * 5).astype("Int64")
    months = population[population["date"].str.slice(0, 7).between(FROM, TO)]
    years = months.groupby(cell)["count"].sum() / 12
    cells = pd.DataFrame({"years": years.astype(float)})
    cells["calls"] = calls.groupby(cell).size().reindex(cells.index, fill_value=0)
    assert cells["calls"].sum() == len(calls)
    rates = cells.groupby(["sex", "age_from"]).sum()
    cells["expected"] = cells["years"] * (rates["calls"] / rates["years"]).reindex(cells.index.droplevel(0)).to_numpy()
    table = cells.groupby("area_id").sum()
    areas = areas.set_index("area_id")
    table["density"] = areas["population"].astype(float) / (areas.area / 1e6) / 1000
    return table


def slope(table, outcome):
    data = table.assign(y=1000 * outcome / table["years"])
    found = smf.wls("y ~ density", data, weights=data["years"]).fit()
    return found.params["density"], found.pvalues["density"]


def test_density_is_false(calls_by_area, truth):
    found, p = slope(calls_by_area, calls_by_area["calls"] - calls_by_area["expected"])
    assert near(found, truth("density_is_false"))
    assert p > 0.05


def test_density_is_false_naive(calls_by_area, truth):
    planted = truth("density_is_false")
    found, p = slope(calls_by_area, calls_by_area["calls"])
    assert found == pytest.approx(planted["naive"]["value"]["calls_per_1000"], abs=0.02)
    assert p < 0.001
    assert not near(found, planted)
