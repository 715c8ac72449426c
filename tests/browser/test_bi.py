"""The lessons on BI in a browser without a network: the table to drag, the dashboard, and its page in Voilà."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

BASIC, APPLIED = "methods/bi.ipynb", "methods/bi_applied.ipynb"


@pytest.fixture(scope="module")
def offline(lab):
    """JupyterLab, with everything that would leave this machine refused and noted."""
    lab.asked = []

    def refuse(route):
        lab.asked.append(route.request.url)
        route.abort()

    lab.page.context.route(re.compile(r"^https?://(?!127\.0\.0\.1|localhost)"), refuse)
    return lab


@pytest.fixture(scope="module")
def applied(offline):
    offline.open_notebook(APPLIED)
    for cell in ("parameters", "start", "people", "star", "trap", "check", "board", "page"):
        offline.run_cell(f"bi-applied-{cell}")
    return offline


def test_columns_are_dragged_into_a_pivot_without_a_network(offline):
    offline.open_notebook(BASIC)
    for cell in ("parameters", "start", "need", "tables", "areas", "trap", "star", "tool"):
        offline.run_cell(f"bi-{cell}")
    viewer = offline.cell("bi-tool").locator("perspective-viewer")
    viewer.scroll_into_view_if_needed()
    expect(viewer.get_by_text("TOTAL")).to_be_visible()
    offline.page.wait_for_timeout(500)
    sex = (
        viewer.locator("#sub-columns, #active-columns, .column-selector-draggable").get_by_text("性別", exact=True).last
    )
    sex.scroll_into_view_if_needed()
    sex.drag_to(viewer.locator("#split_by"))
    expect(viewer.get_by_text("女性", exact=True).first).to_be_visible()
    offline.shot("bi-explore")
    assert offline.asked == [] and offline.errors() == []


def test_a_name_pressed_in_one_figure_filters_the_others_by_keyboard_too(applied):
    page, board = applied.page, applied.cell("bi-applied-board").locator(".da-board")
    number = board.locator(".da-number")
    everyone = number.inner_text()
    areas = board.locator(".da-row .jupyter-button")
    before = areas.all_inner_texts()
    far = board.get_by_role("button", name="800mより遠い")
    far.focus()
    page.keyboard.press("Space")
    expect(number).to_contain_text("800mより遠い：")
    expect(board.get_by_role("button", name="✓ 800mより遠い")).to_be_focused()
    assert areas.all_inner_texts()[4:14] != before[4:14], "other areas lead where only the far ones are counted"
    board.scroll_into_view_if_needed()
    applied.shot("bi-dashboard")
    board.get_by_role("button", name="選んだものを全部消す").click()
    expect(number).to_have_text(everyone)
    assert applied.errors() == []


def test_the_page_opens_from_the_button_and_asks_nothing_of_the_network(applied):
    applied.open_notebook("methods/見守りの画面.ipynb")
    with applied.page.context.expect_page() as opened:
        applied.page.locator("[data-jp-item-name='voila'] button, [title*='Voil']").first.click()
    page = opened.value
    try:
        board = page.locator(".da-board")
        board.wait_for()
        assert page.locator(".jp-InputArea, .jp-Toolbar").count() == 0, "no command is seen"
        board.get_by_role("button", name="女性").click()
        expect(board.locator(".da-number")).to_contain_text("女性：")
        page.screenshot(path=applied.shot("bi-page"))
        assert page.evaluate("document.documentElement.lang") == "ja"
        assert applied.asked == []
    finally:
        page.close()
    applied.open_notebook(APPLIED)
    applied.run_cell("bi-applied-parameters")
    applied.run_cell("bi-applied-start")
    applied.run_cell("bi-applied-opened")
    assert "1 回開かれました" in applied.cell_output_text("bi-applied-opened")
