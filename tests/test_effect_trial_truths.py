"""The planted truths on trials, before-after and indicators, recovered with ``da.effect``; the naive ways warned of."""

from __future__ import annotations

import pandas as pd
import pytest
import yaml

from dataacademy import effect, load, paths

TRUTHS = {
    t["id"]: t for t in yaml.safe_load((paths.dataset(paths.SAMPLE_TOWN) / "truths.yml").read_text(encoding="utf-8"))
}


def recovered(name: str, **found: float) -> bool:
    truth = TRUTHS[name]
    assert found.keys() <= truth["size"].keys()
    return all(abs(v - truth["size"][k]) <= truth["tolerance"][k] for k, v in found.items())


def naive(name: str) -> float:
    (value,) = TRUTHS[name]["naive"]["value"].values()
    return value


def states(finding) -> dict[str, str]:
    return finding.tables["checks"].set_index("check")["state"].to_dict()


@pytest.fixture(scope="module")
def bags() -> pd.DataFrame:
    checks = load("station_checks").merge(load("stations"), on="station_id")
    return checks.assign(month=checks["date"].str[:7])


@pytest.fixture(scope="module")
def trial(bags) -> pd.DataFrame:
    """One row a station: arm, what was known before, and the means of the half years."""
    half = bags.assign(half=bags["month"].map(lambda m: "after" if m >= "2025-10" else "before"))
    means = half.pivot_table(index="station_id", columns="half", values="bags").reset_index()
    return means.merge(load("stations"), on="station_id")


LOT = {"group": "arm", "treated": "sign", "control": "control"}


def test_the_sign_as_the_lot_shows_it(trial):
    found = effect.rct(trial, value="after", id="station_id", planned=0.5, unit="袋", **LOT)
    row = found.table.iloc[0]
    assert recovered("rct_sign_effect", bags=found.value)
    assert row["lower"] < TRUTHS["rct_sign_effect"]["size"]["bags"] < row["upper"] < 0
    assert found.figures["randomisation_p"] < 0.01 and found.figures["ratio_p"] > 0.05
    assert found.value == pytest.approx(naive("rct_imbalance"), abs=0.001)  # and just what chance made of it
    assert states(found)["balance"] == "unknown"


def test_the_imbalance_that_chance_made_is_seen_and_held_equal(trial):
    alike = effect.balance(trial, covariates=["flats_percent", "households"], **LOT)
    row = alike.table.set_index("variable").loc["flats_percent"]
    found = effect.rct(trial, value="after", covariates="flats_percent", unit="袋", **LOT)
    assert recovered(
        "rct_imbalance",
        flats_points=row["difference"],
        standardised_difference=row["standardised_difference"],
        bags=found.value,
    )
    assert alike.value == row["standardised_difference"]  # it is the largest
    plain, held = found.table.iloc[0], found.table.iloc[1]
    assert held["se"] < 0.7 * plain["se"]
    assert not recovered("rct_imbalance", bags=plain["estimate"])
    assert states(found)["balance"] == "present" and "くじの偶然によるかたより" in found.sentence


def test_before_and_after_alone_hide_the_sign_and_say_so(trial, bags):
    signs = bags[bags["arm"] == "sign"]
    found = effect.before_after(signs, value="bags", time="month", start="2025-10", id="station_id", unit="袋")
    assert found.value == pytest.approx(naive("rct_sign_effect"), abs=0.001)
    assert not recovered("rct_sign_effect", bags=found.value)
    assert states(found) | {"season": "present", "others": "unknown", "trend": "unknown"} == states(found)
    assert "これだけでは効果とは言えません" in found.sentence
    both = effect.before_after(bags, value="bags", time="month", start="2025-10", id="station_id", **LOT)
    assert states(both)["others"] == "present" and both.figures["others_change"] > 1
    by_lot = effect.rct(trial, value="after", baseline="before", **LOT)
    assert by_lot.figures["before_after"] == pytest.approx(found.value)  # the trial shows it, too


def test_the_worst_ten_come_back_by_themselves(bags):
    early = bags[bags["month"] <= "2025-07"]
    april = early[early["month"] == "2025-04"].sort_values("bags", ascending=False, kind="stable")
    data = early.assign(worst=early["station_id"].isin(april["station_id"].head(10)))
    options = {"value": "bags", "time": "month", "start": "2025-05", "id": "station_id"}
    alone = effect.before_after(data[data["worst"]], **options)
    assert 100 * alone.value / alone.table["before_mean"].iloc[0] == pytest.approx(naive("rtm_worst_ten"), abs=0.001)
    assert states(alone)["selection"] == "unknown" and "選び方（平均への回帰）" in alone.sentence
    found = effect.before_after(data, group="worst", **options)
    assert states(found)["selection"] == "present"
    expected = found.table["before_mean"].iloc[0] + found.figures["expected_change"]
    everybody = data.groupby(data["month"] > "2025-04")["bags"].mean()
    assert recovered(
        "rtm_worst_ten",
        all_percent=100 * (everybody[True] / everybody[False] - 1),
        beyond_chance_percent=100 * found.figures["rest"] / expected,
    )


@pytest.fixture(scope="module")
def checkups() -> pd.DataFrame:
    return load("checkups")


def test_the_call_is_told_from_the_year_in_which_it_began(checkups):
    last = checkups[checkups["fiscal_year"] == 2025]
    lot = {"group": "invited_by", "treated": "phone"}
    found = effect.rct(last, value="attended", id="person_id", planned=0.5, **lot)
    assert recovered("phone_call_effect", points=found.value)
    assert found.figures["randomisation_p"] < 0.01 and found.figures["ratio_p"] > 0.05
    held = effect.rct(last, value="attended", id="person_id", covariates=["age", "sex", "office"], **lot)
    assert recovered("phone_call_effect", points=held.value)
    assert held.table["se"].iloc[1] < held.table["se"].iloc[0]
    called = set(last.loc[last["invited_by"] == "phone", "person_id"])
    two = checkups[checkups["person_id"].isin(called) & (checkups["fiscal_year"] >= 2024)]
    alone = effect.before_after(two, value="attended", time="fiscal_year", start=2025)
    assert 100 * alone.value == pytest.approx(naive("phone_call_effect"), abs=0.001)
    assert not recovered("phone_call_effect", points=100 * alone.value)
    assert states(alone)["others"] == "unknown"


def test_guidance_against_those_who_waited(checkups):
    after = checkups.assign(fiscal_year=checkups["fiscal_year"] - 1)[["person_id", "fiscal_year", "systolic"]]
    due = checkups[checkups["guidance"].isin(["given", "waiting"])]
    pairs = due.merge(after, on=["person_id", "fiscal_year"], how="left", suffixes=("", "_next"))
    lot = {"group": "guidance", "treated": "given"}
    found = effect.rct(pairs, value="systolic_next", baseline="systolic", cluster="person_id", unit="mmHg", **lot)
    assert recovered("guidance_effect", mmhg=found.value)
    assert found.table["p_value"].iloc[-1] < 0.01
    assert found.figures["before_after"] == pytest.approx(naive("guidance_effect"), abs=0.001)
    assert not recovered("guidance_effect", mmhg=found.figures["before_after"])
    assert states(found)["leaving"] == "present"  # most did not come again the year after; in both arms alike
    assert found.figures["missing_p"] > 0.05
    alone = effect.before_after(pairs, before="systolic", after="systolic_next", **lot)
    assert alone.value == pytest.approx(found.figures["before_after"])
    assert states(alone)["others"] == "present" and alone.figures["others_change"] < -2  # they fell by themselves


def test_the_rate_rose_because_its_denominator_shrank():
    table = load("indicator_monthly")
    early = table[table["month"] < "2025-04"]
    found = effect.indicator(early, name="就労支援の就職率", every="fiscal_year")
    size = {k: found.figures[k] for k in ("change_points", "numerator_points", "denominator_points")}
    assert recovered("indicator_denominator", **size)
    assert size["change_points"] == pytest.approx(naive("indicator_denominator"), abs=0.001)
    assert bool(found.table["reached"].iloc[-1])  # what one would be proud of
    assert "おもに分母が減ったため" in found.sentence and "311 から 260 に減って" in found.sentence
    assert {"denominator_jump", "definition_changed"} <= {note.kind for note in found.notes}
    rate = early[early["indicator_id"] == "K01"]
    years = rate.assign(year=rate["month"].str[:4].astype(int) - (rate["month"].str[5:] < "04"))
    split = effect.decompose_rate(years, period="year", before=2023, after=2024)
    assert split.table["points"].tolist() == pytest.approx([size["numerator_points"], size["denominator_points"]])
    following = found.recompute(table[table["month"] >= "2025-04"])
    assert following.table["period"].iloc[-1] == "2025年度" and "分母の数え方" not in following.sentence


def test_the_other_indicators_change_no_definition():
    table = load("indicator_monthly")
    for name in table["name"].unique()[1:]:
        kinds = {note.kind for note in effect.indicator(table, name=name).notes}
        assert not {"definition_changed", "missing_period"} & kinds, name
