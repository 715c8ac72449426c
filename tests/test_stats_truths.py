"""The planted truths on people, recovered with ``da.stats``; and the naive ways that the toolbox warns of."""

from __future__ import annotations

import pandas as pd
import pytest
import yaml

from dataacademy import load, paths, stats

TRUTHS = {
    t["id"]: t for t in yaml.safe_load((paths.dataset(paths.SAMPLE_TOWN) / "truths.yml").read_text(encoding="utf-8"))
}


def recovered(name: str, found: float) -> bool:
    (key,) = TRUTHS[name]["size"]
    return abs(found - TRUTHS[name]["size"][key]) <= TRUTHS[name]["tolerance"][key]


@pytest.fixture(scope="module")
def checkups() -> pd.DataFrame:
    table = load("checkups")
    return table.assign(
        percent=100.0 * table["attended"].astype(float),
        decade=(table["age"].astype(int) // 10 * 10).astype(str),
        km=table["distance_m"].astype(float) / 1000,
        year=table["fiscal_year"].astype(str),
    )


def test_simpson_flips_by_age_and_says_so(checkups):
    offices = ["おか支所", "みなと支所"]
    two = checkups[checkups["office"].isin(offices)].assign(
        ages=lambda t: pd.cut(t["age"].astype(int), [39, 59, 69, 74])
    )
    found = stats.simpson(two, value="percent", by="office", within=["ages", "sex"], groups=offices, unit="ポイント")
    assert found.value == "ages"
    assert found.figures["overall"] > 0 > found.figures["adjusted"]
    assert recovered("simpson_checkups", found.figures["adjusted"])


def test_distance_explains_nothing_once_age_is_held(checkups):
    held = stats.regress(
        checkups, y="percent", x=["km", "decade", "office", "sex", "year"], errors="cluster", cluster="person_id"
    )
    naive = stats.regress(checkups, y="percent", x="km", errors="cluster", cluster="person_id")
    assert recovered("confounding_distance_age", held.value)
    assert not recovered("confounding_distance_age", naive.value)
    p_value = {
        name: f.table.set_index("variable").loc["km", "p_value"] for name, f in (("held", held), ("naive", naive))
    }
    assert p_value["naive"] < 0.01 and p_value["held"] > 0.05


def test_the_call_is_told_from_the_year_in_which_it_began(checkups):
    last = checkups[checkups["fiscal_year"] == 2025]
    lot = stats.compare(last, value="percent", by="invited_by", groups=["phone", "letter"], unit="ポイント")
    assert recovered("phone_call_effect", lot.value)
    assert lot.table["p_value"].iloc[0] < 0.01


def test_guidance_against_those_who_waited_and_the_fall_that_comes_by_itself(checkups):
    after = checkups.assign(fiscal_year=checkups["fiscal_year"] - 1)[["person_id", "fiscal_year", "systolic"]]
    due = checkups[checkups["guidance"].isin(["given", "waiting"])]
    pairs = due.merge(after.dropna(), on=["person_id", "fiscal_year"], suffixes=("", "_next"))
    pairs = pairs.assign(given=pairs["guidance"] == "given")
    held = stats.regress(pairs, y="systolic_next", x=["given", "systolic"], errors="cluster", cluster="person_id")
    assert recovered("guidance_effect", held.value)
    everybody = checkups.merge(after.dropna(), on=["person_id", "fiscal_year"], suffixes=("", "_next"))
    fall = stats.regression_to_mean(everybody, before="systolic", after="systolic_next", share=0.2)
    assert fall.value < -3  # the highest fifth falls by itself


def test_the_worst_ten_improve_by_themselves():
    checks = load("station_checks")
    bags = checks.assign(month=checks["date"].str[:7]).pivot_table(
        index="station_id", columns="month", values="bags", aggfunc="mean"
    )
    months = pd.DataFrame({"first": bags["2025-04"], "later": bags.loc[:, "2025-05":"2025-07"].mean(axis=1)})
    found = stats.regression_to_mean(months, before="first", after="later", share=10 / len(months))
    picked = found.table.iloc[0]
    assert picked["change"] < -0.25 * picked["before_mean"]  # what one would boast of
    assert abs(picked["rest"]) < 0.4 * abs(picked["change"])  # nearly all of it comes by itself


def test_old_areas_call_more_whatever_their_density():
    calls, people, areas = load("ambulance_calls"), load("population"), load("areas")
    last = people[people["date"] == people["date"].max()]
    size = last.groupby("area_id")["count"].sum()
    old = last[last["age_from"] >= 75].groupby("area_id")["count"].sum()
    years = calls["date"].str[:7].nunique() / 12
    table = pd.DataFrame(
        {
            "rate": 1000 * calls.groupby("area_id").size().reindex(size.index, fill_value=0) / size / years,
            "density": size / 1000 / (areas.set_index("area_id").area[size.index] / 1e6),
            "old_percent": 100 * old / size,
            "people": size,
        }
    ).astype(float)
    naive = stats.regress(table, y="rate", x="density", weights="people")
    held = stats.regress(table, y="rate", x=["density", "old_percent"], weights="people")
    assert naive.table.set_index("variable").loc["density", "p_value"] < 0.01
    assert held.table.set_index("variable").loc["density", "p_value"] > 0.05
    assert recovered("density_is_false", held.value)
