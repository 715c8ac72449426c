"""The lessons on costs and benefits and the case of trials with companies: their claims, by running their cells."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from matplotlib import pyplot

import dataacademy as da

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
SHEETS = ("sheet", "issue", "-eval")  # cells that write files


@cache
def source(notebook: str) -> list[tuple[str, str]]:
    cells = json.loads((NOTEBOOKS / notebook).read_text(encoding="utf-8"))["cells"]
    return [(cell["id"], "".join(cell["source"])) for cell in cells if cell["cell_type"] == "code"]


def run(notebook: str, until: str, old: str = "", new: str = "") -> dict:
    """The names after the code cells up to ``until``, run in order, with ``new`` in place of ``old``."""
    names: dict = {"display": lambda *_: None}
    assert old in "".join(text for _, text in source(notebook))
    for id, text in source(notebook):
        if any(word in id for word in SHEETS):
            continue
        exec(compile(text.replace(old, new) if old else text, id, "exec"), names)
        pyplot.close("all")
        if id.endswith(until):
            return names
    raise LookupError(until)


BASIC, APPLIED = "methods/cost_benefit.ipynb", "methods/cost_benefit_applied.ipynb"
CASE = "cases/urban_innovation.ipynb"


def test_what_is_cheap_at_first_is_dear_over_the_years():
    total = run(BASIC, "first-repair")["total"].pivot(index="年数", columns="案", values="払った額")
    cheaper = total["買う"] < total["月ぎめで借りる"]
    assert cheaper.tolist() == [False] * 4 + [True] * 3


def test_the_parts_of_the_estimate_add_up_to_the_project_of_the_sample_town():
    functions = run(BASIC, "function-values")["functions"]
    costs = da.load("costs").query("project == '健康ポイント'")
    assert functions["一度だけ"].sum() == costs.loc[costs["kind"] == "initial", "amount_yen"].sum()
    assert functions["毎年"].sum() == costs.loc[costs["kind"] == "running", "amount_yen"].iloc[0]


def test_the_shared_base_stays_when_a_function_goes():
    names = run(BASIC, "function-repair")
    dropped = names["functions"].set_index("機能").loc[names["drop"], "5年の費用"]
    assert names["cheaper"] == dropped < names["claimed"]
    assert names["rest"]["土台も分けた費用"].sum() == names["functions"]["5年の費用"].sum()


def test_hours_as_cash_turn_a_loss_into_a_gain():
    wallets = run(BASIC, "hours-repair")["wallets"]
    assert wallets.loc["書かない窓口", "現金"] < 0 < wallets.loc["書かない窓口"].sum()
    assert wallets.loc["ごみ有料化", "職員の時間を円に直した額"] < 0


def test_the_same_hour_counted_twice_is_noticed_and_once_is_not():
    names = run(BASIC, "double-repair")
    assert "どちらか一方だけ" in names["checked"].assumptions[0]
    assert names["both"]["収支（円）"].sum() - names["desk"]["収支（円）"].sum() == names["hours"]["収支（円）"].sum()
    assert names["once"]["収支（円）"].sum() == names["desk"]["収支（円）"].sum()
    assert not any("どちらか一方だけ" in line for line in da.costs.time_saved(names["desk"]).assumptions)


@pytest.mark.parametrize("residents", [0.0, 0.5, 0.8, 1.0])
def test_whoever_pays_the_fee_it_is_nobodys_gain_taken_together(residents):
    shares = run(BASIC, "who-repair", "residents = 0.8", f"residents = {residents}")["shares"]
    table = shares.table.set_index("だれ")["net_yen"]
    cash = da.load("costs").query("project == '書かない窓口' or project == 'ごみ有料化'")
    waste = cash[(cash["project"] == "ごみ有料化") & cash["cash"] & (cash["item"] != "手数料の収入")]
    saved = waste["amount_yen"].where(waste["kind"] == "saving", -waste["amount_yen"]).sum()
    assert table["合計"] == pytest.approx(saved)
    assert table["町の役所"] > 0 > table["合計"]
    assert "移転" in shares.assumptions[0]


def test_a_sum_that_is_a_gain_is_a_loss_at_four_per_cent_and_a_gain_at_two():
    names = run(APPLIED, "lamp-repair")
    lamps = names["lamps"]
    assert (names["sign"] * lamps["amount_yen"]).sum() > 0 > names["value"].value
    known = -30_000_000 + 2_400_000 * sum(1.04**-k for k in range(1, 16))
    assert names["value"].value == pytest.approx(known)
    assert da.costs.npv(lamps, rate="mlit_2").value > 0


def test_the_ratio_and_the_difference_choose_different_plans():
    table = run(APPLIED, "ratio-repair")["ratio"].table.set_index("project")
    assert table["bcr"].idxmax() == "大通りの街路灯"
    assert table["npv_yen"].idxmax() == "学校の照明"
    assert (table["bcr"] > 1).tolist() == (table["npv_yen"] > 0).tolist()


def test_one_project_has_two_rates_of_return():
    found = run(APPLIED, "-irr")["found"]
    assert found.table["irr_percent"].round(6).tolist() == [10, 20]
    assert "一つの数として使えません" in found.assumptions[1]


def test_the_switching_value_is_where_the_sign_turns():
    lamps = run(APPLIED, "lamp-repair")["lamps"]
    switch = da.costs.switching_value(lamps, item="電気代の減", rate="mlit_4").value
    power = lamps["item"] == "電気代の減"
    turned = lamps.assign(amount_yen=lamps["amount_yen"] * (1 + switch * power))
    assert da.costs.npv(turned, rate="mlit_4").value == pytest.approx(0, abs=1)
    assert 0.1 < switch < 0.2


def test_small_numbers_have_wide_intervals():
    table = run(CASE, "-small")["share"].table
    assert table[["lower_percent", "upper_percent"]].round(1).values.tolist() == [
        [29.1, 76.8] if row.数.startswith("1年目") else [30.8, 50.4] if row.数.startswith("92") else [23.7, 76.3]
        for row in table.itertuples()
    ]
    assert run(CASE, "-enough")["need"].value == 97


def test_whoever_sets_the_weights_chooses_the_winner_and_a_line_set_before_holds():
    best = run(CASE, "match-trap")["total"].idxmax()
    assert best["課題を重く"] != best["新しさを重く"]
    names = run(CASE, "match-repair")
    assert "ア社" not in names["passed"].index
    assert names["total"].idxmax() == "ウ社"


def test_without_any_change_many_small_trials_look_better():
    assert 30 < run(CASE, "pilot-trap")["better"] < 100


def test_counted_by_days_a_trial_takes_longer_than_counted_by_people():
    names = run(CASE, "pilot-days")
    people = da.stats.sample_size("proportions", p1=round(names["now"] / 100, 3), p2=names["goal"] / 100, power=0.8)
    assert names["plan"].value > 2 * people.value / names["visits"].groupby("date").size().mean()


@pytest.mark.parametrize(("mean", "verdict"), [(3.8, "進む"), (5.2, "直してもう一度"), (10, "やめる")])
def test_the_rule_of_the_trial_is_about_the_whole_interval(mean, verdict):
    assert run(CASE, "pilot-judge", "mean, spread, days = 3.8", f"mean, spread, days = {mean}")["verdict"] == verdict


def test_a_trial_begun_in_april_is_too_late_for_the_budget():
    late = run(CASE, "-buy")["steps"]["終わる月"].iloc[-1]
    soon = run(CASE, "-buy", "2027-04", "2026-12")["steps"]["終わる月"].iloc[-1]
    assert pd.Period(soon) <= pd.Period("2027-10") < pd.Period(late)
