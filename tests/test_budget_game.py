"""The budget game: no yen is lost, consequences follow from what was cut, the same choices give the same end."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dataacademy as da
from dataacademy.budget_game.game import Game
from dataacademy.budget_game.rules import ROUNDS, rules_of

BUDGET = da.load("budget")
RULES = rules_of(BUDGET)
IDS = list(RULES.cuts)


def played(seed: int, wishes: list[list[str]]) -> Game:
    """A game in which a person wishes these cuts; what is missing then is taken in the order of the texts."""
    game = Game(BUDGET, seed=seed)
    for wish in wishes:
        if game.over:
            break
        chosen = [id for id in dict.fromkeys(wish) if id in game.left]
        for id in game.left:
            if game.missing(chosen) <= game.fund:
                break
            if id not in chosen:
                chosen.append(id)
        game.close(chosen)
    return game


games = st.builds(
    played,
    st.integers(0, 50),
    st.lists(st.lists(st.sampled_from(IDS), max_size=9), min_size=ROUNDS, max_size=ROUNDS),
)


@settings(max_examples=40, deadline=None)
@given(games)
def test_no_cut_loses_money(game):
    saved = 0
    for number, one in enumerate(game.closed, 1):
        bills = sum(bill.amount for bill in one.bills)
        assert one.saved == sum(RULES.cuts[id].amount for id in one.cuts)
        assert one.needed == number * game.rules.gap + bills - saved
        assert one.saved + one.before == one.needed + one.after
        assert one.after >= 0
        saved += one.saved
    if game.closed:
        assert game.closed[0].before == game.rules.fund
    paid = game.burdens["減った額（万円）"].sum()
    assert paid == pytest.approx(saved), "every yen that is cut falls on somebody"


@settings(max_examples=40, deadline=None)
@given(games)
def test_what_comes_back_follows_from_what_was_cut(game):
    for number, one in enumerate(game.closed):
        past = {id for cuts in game.made[:number] for id in cuts}
        for bill in one.bills:
            assert set(bill.of) <= past, "a consequence of something that was never cut"
    bills = [*(bill for one in game.closed for bill in one.bills), *game.pending]
    if not game.stuck:
        for cut in (RULES.cuts[id] for cuts in game.made for id in cuts):
            own = [bill for bill in bills if cut.later and bill.text.startswith(cut.later)]
            assert [(bill.of, bill.amount) for bill in own] == [((cut.id,), cut.cost)] * bool(cut.after)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 50), st.lists(st.lists(st.sampled_from(IDS), max_size=6), min_size=ROUNDS, max_size=ROUNDS))
def test_the_same_choices_give_the_same_end(seed, wishes):
    one, other = played(seed, wishes), played(seed, [list(reversed(wish)) for wish in wishes])
    assert one.closed == other.closed
    assert one.finding.table.equals(other.finding.table)
    assert one.pending == other.pending


def test_chance_does_not_look_at_what_was_chosen():
    drawn = {rules_of(BUDGET, seed).events for seed in range(40)}
    assert len(drawn) > 10
    assert rules_of(BUDGET, 3) == rules_of(BUDGET, 3)


def test_amounts_are_those_of_the_budget():
    newest = BUDGET[(BUDGET["fiscal_year"] == BUDGET["fiscal_year"].max()) & (BUDGET["side"] == "expenditure")]
    roads = newest.loc[newest["item"] == "道路橋りょう費", "initial_thousand_yen"].sum()
    assert RULES.cuts["bridges"].amount == round(0.08 * roads / 10)
    assert RULES.cuts["bridges"].cost == 2 * RULES.cuts["bridges"].amount
    assert RULES.total == round(newest["initial_thousand_yen"].sum() / 10)
    assert len(RULES.departments) == 6
    twice = BUDGET.assign(initial_thousand_yen=2 * BUDGET["initial_thousand_yen"])
    assert rules_of(twice).cuts["bridges"].amount == pytest.approx(2 * RULES.cuts["bridges"].amount, abs=1)
    assert rules_of(twice).gap == pytest.approx(2 * RULES.gap, abs=2)


def test_a_cut_comes_back_when_its_text_says():
    game = Game(BUDGET, seed=4)
    first = ["bridges", "carers"]
    game.close([*first, "festival", "library", "parks", "gym"])
    assert [bill.of for bill in game.bills if bill.of] == [("carers",)]
    assert game.bills[-1].amount == RULES.cuts["carers"].cost
    game.close(["nursery", "bus_pass", "waste_days", "potholes"])
    assert ("bridges",) in [bill.of for bill in game.bills]
    game.close(["hoses", "after_school", "class_help"])
    assert {("nursery",), ("class_help",)} <= {bill.of for bill in game.pending}, "the next people get the bill"


def test_two_cuts_together_do_what_neither_does_alone():
    game = Game(BUDGET, seed=4)
    game.close(["bus_pass", "branch", "waste_days", "holiday_doctor"])
    together = [bill for bill in game.bills if set(bill.of) == {"bus_pass", "branch"}]
    assert len(together) == 1
    assert together[0].amount == round(0.3 * RULES.cuts["branch"].amount)
    alone = Game(BUDGET, seed=4)
    alone.close(["bus_pass", "waste_days", "nursery"])
    assert not [bill for bill in alone.bills if len(bill.of) == 2]


def test_rain_is_dearer_where_the_drains_were_left():
    seed = next(s for s in range(50) if rules_of(BUDGET, s).events[1] == "rain")
    kept, left = Game(BUDGET, seed=seed), Game(BUDGET, seed=seed)
    kept.close(["nursery", "bus_pass", "waste_days"])
    left.close(["nursery", "bus_pass", "waste_days", "drains"])
    worse = [bill for bill in left.bills if bill.of == ("drains",)]
    assert [bill.amount for bill in worse] == [round(1.2 * RULES.cuts["drains"].amount)]
    assert not [bill for bill in kept.bills if "drains" in bill.of]


def test_cutting_where_nobody_complains_costs_more_than_looking_ahead():
    quiet = da.budget_game.quiet(BUDGET, seed=1)
    ahead = Game(BUDGET, seed=1)
    while not ahead.over:
        order = sorted(ahead.left, key=lambda id: RULES.cuts[id].cost / RULES.cuts[id].amount)
        count = next(k for k in range(len(order) + 1) if ahead.missing(order[:k]) <= 0)
        ahead.close(order[:count])
    assert quiet.finding.value < ahead.finding.value
    back = {game: game.finding.table["戻ってきた費用（万円）"].sum() for game in (quiet, ahead)}
    assert back[quiet] > 3 * back[ahead]
    assert quiet.finding.table["戻ってきた費用（万円）"].iloc[0] == 0, "in the first year it looks wise"


def test_the_game_can_be_won_whatever_happens():
    for seed in range(12):
        game = da.budget_game.quiet(BUDGET, seed=seed)
        assert (len(game.closed), game.stuck) == (ROUNDS, False)


def test_a_budget_that_cannot_be_made_ends_the_game():
    game = Game(BUDGET, seed=1)
    game.close(IDS)  # everything at once: nothing is left when it all comes back
    while not game.over:
        game.close([])
    assert game.finding.value < sum(one.saved for one in game.closed) * ROUNDS
    poor = Game(BUDGET, seed=1)
    object.__setattr__(poor.rules, "gap", 10**9)
    assert (poor.stuck, poor.over) == (True, True)
    with pytest.raises(da.DataAcademyError, match="終わっています"):
        poor.close([])


@pytest.mark.parametrize(
    ("cuts", "kind"),
    [(["bridge"], "unknown_choice"), (["gym", "gym"], "cut_twice"), ([], "budget_open"), (["nursery"], None)],
)
def test_a_choice_that_is_none_says_what_to_do(cuts, kind):
    game = Game(BUDGET)
    if kind == "budget_open":
        object.__setattr__(game.rules, "fund", 0)
    if kind is None:
        game.close(cuts)
        kind, cuts = "cut_twice", ["nursery"]
    with pytest.raises(da.DataAcademyError) as caught:
        game.close(cuts)
    assert caught.value.note.kind == kind
    assert caught.value.note.fix


NEWEST = BUDGET[BUDGET["fiscal_year"] == BUDGET["fiscal_year"].max()]
WRONG = {
    "no_expenditure": NEWEST[NEWEST["side"] == "revenue"],
    "unknown_column": NEWEST.drop(columns="head"),
    "not_a_table": [1, 2],
    "no_rows": NEWEST.iloc[:0],
    "thin_budget": NEWEST[NEWEST["head"] != "教育費"],
    "missing_amount": NEWEST.assign(
        initial_thousand_yen=NEWEST["initial_thousand_yen"].where(NEWEST["head"] != "教育費")
    ),
    "negative_amount": NEWEST.assign(initial_thousand_yen=-NEWEST["initial_thousand_yen"]),
    "not_numeric": NEWEST.assign(initial_thousand_yen="千円"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_budget_that_is_no_budget_is_refused_with_a_way_out(kind):
    with pytest.raises(da.DataAcademyError) as caught:
        Game(WRONG[kind])
    assert caught.value.note.kind == kind
    assert caught.value.note.fix


def test_a_seed_that_is_no_number_is_refused():
    with pytest.raises(da.DataAcademyError, match="整数ではありません"):
        Game(BUDGET, seed="a")


def test_a_budget_of_heads_only_and_of_one_year_is_enough():
    heads = (
        NEWEST.groupby(["fiscal_year", "side", "head"], as_index=False)["initial_thousand_yen"].sum().assign(item="")
    )
    rules = rules_of(heads)
    assert len(rules.cuts) == len(IDS)
    assert rules.gap == round(0.12 * sum(cut.amount for cut in rules.cuts.values()))
    assert not da.budget_game.quiet(heads).stuck


def test_the_budget_is_left_as_it_was():
    before = BUDGET.copy()
    da.budget_game.quiet(BUDGET)
    pd.testing.assert_frame_equal(BUDGET, before)


def test_the_buttons_do_what_the_rules_say():
    screen = da.budget_game.play(BUDGET, seed=1)
    assert len(screen._ticks) == len(IDS)
    screen._decide.click()  # nothing chosen: the fund pays all of the first hole
    assert (screen.game.number, screen.game.fund) == (2, 0)
    assert screen._ticks == {} and "決めたこと" in screen._past.value, "first what happened, then the next budget"
    screen._next.click()
    screen._decide.click()
    assert "足りません" in screen._wrong.value
    for id in ("nursery", "bus_pass", "waste_days"):
        screen._ticks[id].value = True
    assert "足りません" not in screen._wrong.value
    screen._reason.value = "ほかに ない<ため>"
    while screen.game.missing(screen._chosen()) > 0:
        next(tick for tick in screen._ticks.values() if not tick.value).value = True
    screen._decide.click()
    assert screen.game.number == 3
    assert "ほかに ない&lt;ため&gt;" in screen._past.value
    assert screen.reasons["説明"].tolist() == ["", "ほかに ない<ため>"]
    screen._next.click()
    while screen.game.missing(screen._chosen()) > 0:
        next(tick for tick in screen._ticks.values() if not tick.value).value = True
    screen._decide.click()
    assert "ゲームの終わり" in screen._end.value
    assert screen._decide.layout.display == screen._next.layout.display == "none"
    screen.restart()
    assert (screen.game.number, screen._end.value) == (1, "")


def test_every_text_is_fit_for_the_screen():
    for cut in RULES.cuts.values():
        assert 1 <= len(cut.who) <= 2
        assert cut.voices in range(4)
        assert cut.now.endswith("。")
        assert bool(cut.after) == bool(cut.later) == bool(cut.cost)
        assert all(len(text) <= 60 for text in (cut.name, cut.now, cut.later))
