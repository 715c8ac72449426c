"""One change at a time moves exactly its share; the switching value ends at zero; chance is seeded."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot

from dataacademy import costs, load
from dataacademy.errors import DataAcademyError

OPTIONS = {"rate": 0.04, "project": "ごみ有料化"}


def test_an_item_moves_the_result_by_its_own_worth():
    table = load("costs")
    found = costs.sensitivity(table, change=0.2, **OPTIONS)
    row = found.table.set_index("item").loc["処理費の減"]
    changed = table.assign(
        amount_yen=table["amount_yen"].where(table["item"] != "処理費の減", table["amount_yen"] * 1.2)
    )
    assert row["high_yen"] == pytest.approx(costs.npv(changed, **OPTIONS).value)
    assert found.table["swing_yen"].is_monotonic_decreasing
    assert {"割引率1％", "割引率2％"} <= set(found.table["item"])
    assert "割引率4％" not in set(found.table["item"])  # the rate it is: nothing to move


def test_the_switching_value_ends_at_zero():
    table = load("costs")
    found = costs.switching_value(table, item="手数料の収入", **OPTIONS)
    changed = table["amount_yen"] * np.where(table["item"] == "手数料の収入", 1 + found.value, 1)
    assert costs.npv(table.assign(amount_yen=changed), **OPTIONS).value == pytest.approx(0, abs=1e-3)


def test_chance_is_seeded_and_right_on_average():
    flows = pd.DataFrame({"fiscal_year": [2026], "kind": ["saving"], "item": ["a"], "amount_yen": [1000.0]})
    low, mode, high = 0.5, 1.0, 2.1
    found = costs.monte_carlo(flows, rate=0, spread={"a": ("triangular", low, mode, high)}, draws=20_000)
    mean = 1000 * (low + mode + high) / 3
    sd = 1000 * np.sqrt((low**2 + mode**2 + high**2 - low * mode - low * high - mode * high) / 18)
    assert abs(found.figures["mean_yen"] - mean) < 4 * sd / np.sqrt(20_000)
    assert found.figures["sd_yen"] == pytest.approx(sd, rel=0.03)
    again = costs.monte_carlo(flows, rate=0, spread={"a": ("triangular", low, mode, high)}, draws=20_000)
    pd.testing.assert_frame_equal(found.table, again.table)
    loss = costs.monte_carlo(flows, rate=0, spread={"a": ("discrete", {1.0: 0.25, -1.0: 0.75})}, draws=20_000)
    assert loss.figures["probability_negative"] == pytest.approx(0.75, abs=0.02)


def test_the_tornado_has_the_widest_bar_on_top():
    ax = costs.tornado(load("costs"), **OPTIONS)
    table = costs.sensitivity(load("costs"), **OPTIONS).table.iloc[::-1].reset_index(drop=True)
    less, more, rates = (
        np.array([bar.get_x() + bar.get_width() for bar in bars]) * 1e4 for bars in ax.containers
    )  # the ends of the bars, which all begin at the line
    item = ~table["item"].str.startswith("割引率").to_numpy()
    assert less[item] == pytest.approx(table["low_yen"][item]) and more[item] == pytest.approx(table["high_yen"][item])
    now = costs.npv(load("costs"), **OPTIONS).value
    assert less[~item] == pytest.approx(now) and rates[item] == pytest.approx(now)
    assert rates[~item] == pytest.approx(table["high_yen"][~item])  # lower rates are better here
    widths = np.max([np.abs(ends - now) for ends in (less, more, rates)], axis=0)
    assert widths[item].tolist() == sorted(widths[item])
    pyplot.close(ax.figure)


ONE = pd.DataFrame({"fiscal_year": [2026, 2026], "kind": ["initial", "saving"], "item": ["a", "b"]})
ONE = ONE.assign(amount_yen=[100.0, 10.0])
BAD = {
    "unknown_choice": lambda: costs.switching_value(ONE, item="c", rate=0),
    "never_zero": lambda: costs.switching_value(ONE.assign(kind="saving"), item="b", rate=0),
    "bad_spread": lambda: costs.monte_carlo(ONE, rate=0, spread={"a": ("triangular", 2, 1, 0)}),
    "spread_not_a_dict": lambda: costs.monte_carlo(ONE, rate=0, spread=[("a", ("normal", 1, 0.1))]),
    "no_spread": lambda: costs.monte_carlo(ONE, rate=0, spread={}),
    "not_whole_between": lambda: costs.monte_carlo(ONE, rate=0, spread={"a": ("normal", 1, 0.1)}, draws=10),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_input_has_a_message_of_its_own(kind):
    with pytest.raises(DataAcademyError) as raised:
        BAD[kind]()
    assert raised.value.note.kind == kind


NORMAL = {"a": ("normal", 1, 0.1)}


@pytest.mark.parametrize(
    "options", [{"draws": v} for v in (150.5, "100", True, 10**12)] + [{"seed": v} for v in (-1, 1.5, "a", None)]
)
def test_draws_and_seeds_that_are_no_whole_numbers_are_refused(options):
    with pytest.raises(DataAcademyError) as raised:
        costs.monte_carlo(ONE, rate=0, spread=NORMAL, **options)
    assert raised.value.note.kind == "not_whole_between"
    assert f"「{next(iter(options.values()))}」" in raised.value.note.ja


def test_a_cost_drawn_below_zero_is_told():
    wide = costs.monte_carlo(ONE, rate=0, spread={"a": ("normal", 1, 1)})
    assert any("費用と便益が逆" in line for line in wide.assumptions)
    narrow = costs.monte_carlo(ONE, rate=0, spread={"a": ("uniform", 0.9, 1.1)})
    assert not any("費用と便益が逆" in line for line in narrow.assumptions)
    gain = costs.monte_carlo(ONE.assign(kind="saving"), rate=0, spread=NORMAL)
    assert "赤字になった試算はありません" in gain.sentence


def test_a_switch_that_is_reached_already_or_never():
    even = costs.switching_value(ONE.assign(amount_yen=100.0), item="a", rate=0)
    assert even.value == 0 and "今ちょうど等しく" in even.sentence
    with pytest.raises(DataAcademyError, match="何倍しても"):
        costs.switching_value(ONE.assign(amount_yen=[100.0, 0.0]), item="b", rate=0)


def test_shares_that_do_not_add_up_and_unknown_shapes():
    for shape, kind in ((("discrete", {1.0: 0.5}), "bad_spread"), (("lognormal", 1, 2), "unknown_choice")):
        with pytest.raises(DataAcademyError) as raised:
            costs.monte_carlo(ONE, rate=0, spread={"a": shape})
        assert raised.value.note.kind == kind


@pytest.mark.parametrize(
    "shape",
    [
        ("normal", 1.0),
        ("uniform", 0.9),
        ("uniform", 2, 1),
        ("triangular", 0.9, 1.0),
        ("normal", 1, 0.1, 0.2),
        ("normal", float("nan"), 0.1),
        ("normal", 1, -0.1),
        ("discrete", {"x": 1.0}),
        ("discrete", {}),
        ("discrete", [1.0]),
    ],
)
def test_a_spread_with_a_number_missing_or_wrong_is_refused(shape):
    with pytest.raises(DataAcademyError) as raised:
        costs.monte_carlo(ONE, rate=0, spread={"a": shape})
    assert raised.value.note.kind == "bad_spread"


def test_every_shape_has_its_exact_mean():
    exact = {("normal", 1.2, 0.1): (1.2, 0.1), ("uniform", 0.8, 1.4): (1.1, 0.6 / np.sqrt(12))}
    for shape, (mean, sd) in exact.items():
        found = costs.monte_carlo(ONE, rate=0, spread={"a": shape}, draws=10_000)
        assert abs(found.figures["mean_yen"] - (10 - 100 * mean)) < 4 * 100 * sd / np.sqrt(10_000)
        other = costs.monte_carlo(ONE, rate=0, spread={"a": shape}, draws=10_000, seed=1)
        assert other.figures["mean_yen"] != found.figures["mean_yen"]


def test_a_rate_that_moves_the_result_most_is_not_called_a_change_of_an_item():
    found = costs.sensitivity(load("costs"), change=0.001, **OPTIONS)
    assert found.table["item"].iloc[0] == "割引率1％"
    assert "その率に変えると" in found.sentence and "0.1％の増減" not in found.sentence
