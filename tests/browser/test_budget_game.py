"""The budget game of the lesson on costs and benefits, played to its end in JupyterLab, at first by keyboard alone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

import dataacademy as da
from dataacademy.budget_game.game import Game, money

LESSON = "methods/cost_benefit_applied.ipynb"
PLAY = "cost-benefit-applied-game-play"
CHOICES = [
    ["nursery", "bus_pass", "waste_days"],
    ["shops", "festival", "library", "gym", "parks", "holiday_doctor"],
    ["class_help", "after_school", "branch", "carers", "potholes"],
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
REASONS = ["働く人が困ります。<それでも>選びました。", "店が困ります。", ""]


@pytest.fixture(scope="module")
def lesson(lab):
    lab.open_notebook(LESSON)
    for cell in ("parameters", "start", "game-quiet", "game-play"):
        lab.run_cell(f"cost-benefit-applied-{cell}")
    return lab


def expected() -> Game:
    """The same choices by the rules alone."""
    game = Game(da.load("budget"), seed=1)
    for cuts, reason in zip(CHOICES, REASONS, strict=True):
        game.close(cuts, reason=reason)
    return game


def violations(page) -> list[str]:
    found = Axe().run(page, context=".da-budget-game", options={"runOnly": RULES}).response["violations"]
    return [violation["id"] for violation in found]


def test_three_budgets_from_the_first_tick_to_the_end(lesson):
    game, page = expected(), lesson.page
    form = lesson.cell(PLAY).locator(".da-budget-game")
    form.get_by_role("button", name="この予算に決める").wait_for()
    assert form.get_by_role("checkbox").count() == len(game.rules.cuts)
    assert form.get_by_label("理由").count() == 1
    lesson.shot("budget-game-first")
    assert violations(page) == []

    for number, (cuts, reason, closed) in enumerate(zip(CHOICES, REASONS, game.closed, strict=True), 1):
        expect(form.get_by_role("heading", name=f"{number}回目の予算（{closed.year}年度")).to_be_visible()
        for id in cuts:
            tick = form.get_by_role("checkbox", name=game.rules.cuts[id].name)
            if number == 1:
                tick.focus()
                page.keyboard.press("Space")
            else:
                tick.check()
        expect(form.get_by_role("status")).to_contain_text(f"選んだ額：{money(closed.saved)}（{len(cuts)}件）")
        form.get_by_label("理由").fill(reason)
        decide = form.get_by_role("button", name="この予算に決める")
        decide.focus()
        page.keyboard.press("Enter")
        expect(form.get_by_text(f"{number}回目（{closed.year}年度）に決めたこと")).to_be_in_viewport()
        lesson.shot(f"budget-game-{number}")
        assert violations(page) == []
        if number < len(CHOICES):
            expect(form.get_by_role("button", name="次の予算へ進む")).to_be_focused()
            page.keyboard.press("Enter")
            expect(form.get_by_role("heading", name=f"{number + 1}回目の予算")).to_be_in_viewport()

    end = form.get_by_role("heading", name="ゲームの終わり")
    expect(end).to_be_in_viewport()
    expect(form).to_contain_text(game.finding.sentence)
    expect(form).to_contain_text(REASONS[0])  # what a person wrote is text, not a tag
    expect(form).to_contain_text("次の担当者に届く費用")
    assert not form.get_by_role("button", name="この予算に決める").is_visible()
    lesson.shot("budget-game-end")

    lesson.run_cell("cost-benefit-applied-game-end")
    told = lesson.cell_output_text("cost-benefit-applied-game-end")
    assert game.finding.sentence in told and REASONS[1] in told

    form.get_by_role("button", name="最初からやり直す").click()
    expect(form.get_by_role("heading", name="1回目の予算")).to_be_visible()
    expect(form.get_by_role("checkbox").first).not_to_be_checked()
    form.get_by_role("button", name="この予算に決める").click()  # the fund pays it all
    form.get_by_role("button", name="次の予算へ進む").click()
    expect(form.get_by_role("heading", name="2回目の予算")).to_be_visible()
    form.get_by_role("button", name="この予算に決める").click()
    expect(form.get_by_role("alert")).to_contain_text("足りません")
    assert (lesson.errors(), lesson.wrong) == ([], [])
