"""The applied lesson on BI in a browser without a network: table to drag, dashboard, and its page in Voilà."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

LESSON = "methods/bi_applied.ipynb"
FAR = "800mより遠い"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CUT = "all => all.filter(e => e.getBoundingClientRect().right > innerWidth).map(e => e.textContent)"


def violations(page, inside: str | None = None) -> list[str]:
    found = Axe().run(page, context=inside, options={"runOnly": RULES}).response["violations"]
    return [violation["id"] for violation in found]


@pytest.fixture(scope="module")
def lesson(lab):
    """The lesson up to its page, with everything that would leave this machine refused and noted."""
    lab.asked = []

    def refuse(route):
        lab.asked.append(route.request.url)
        route.abort()

    lab.page.context.route(re.compile(r"^https?://(?!127\.0\.0\.1|localhost)"), refuse)
    lab.open_notebook(LESSON)
    sources = {cell["id"]: "".join(cell["source"]) for cell in lab.cells()}
    steps = ("parameters", "start", "people", "star", "trap", "board", "page")
    last = 'display(board)\nda.bi.explore(star, rows=["距離", "地区"], value="65歳以上", height=420)'
    # as one cell: each run of its own waits for the kernel to rest
    lab.type_in_cell("bi-applied-board", "\n".join([*(sources[f"bi-applied-{s}"] for s in steps), last]))
    lab.run_cell("bi-applied-board")
    lab.cell("bi-applied-board").locator(".da-bi-board").wait_for()
    return lab


def test_a_name_pressed_in_one_figure_filters_the_others_and_the_keyboard_keeps_its_place(lesson):
    page, board = lesson.page, lesson.cell("bi-applied-board").locator(".da-bi-board")
    number, names = board.locator(".da-bi-number"), board.locator(".da-bi-row .jupyter-button")
    everyone, first = number.inner_text(), names.nth(4).inner_text()
    board.get_by_role("button", name=FAR).focus()
    page.keyboard.press("Space")
    expect(number).to_contain_text(f"{FAR}：65歳以上 ")
    expect(names.nth(4)).not_to_have_text(first)  # other areas lead where only the far ones are counted
    expect(board.get_by_role("button", name=f"✓ {FAR}")).to_be_focused()
    assert violations(page, ".da-bi-board") == []
    board.scroll_into_view_if_needed()
    lesson.shot("bi-dashboard")
    board.get_by_role("button", name="選んだものを全部消す").click()
    expect(number).to_have_text(everyone)
    expect(names.nth(4)).to_have_text(first)
    board.locator("h3").first.evaluate("title => title.innerHTML = ''")
    assert violations(page, ".da-bi-board") == ["empty-heading"], "axe looks, and where it should"
    assert (lesson.errors(), lesson.asked) == ([], [])


def test_a_column_is_dragged_into_a_pivot(lesson):
    viewer = lesson.cell("bi-applied-board").locator("perspective-viewer")
    viewer.scroll_into_view_if_needed()
    heads = viewer.locator("regular-table th")
    expect(heads.filter(has_text="65歳以上").first).to_be_visible()
    assert heads.filter(has_text="女性").count() == 0
    sex = viewer.locator("#sub-columns .column-selector-draggable").filter(has_text="性別")
    sex.scroll_into_view_if_needed()
    sex.drag_to(viewer.locator("#split_by"))
    expect(heads.filter(has_text="女性").first).to_be_visible()
    lesson.shot("bi-explore")
    assert (lesson.errors(), lesson.asked) == ([], [])


def test_the_page_opens_from_the_button_is_japanese_and_counted_without_a_name(lesson):
    page = lesson.page
    told = lesson.cell("bi-applied-page-read")
    told.scroll_into_view_if_needed()  # text below the window is made when it comes into sight
    told.get_by_role("link", name="見守りの画面").click()
    page.locator('.jp-NotebookPanel:not(.lm-mod-hidden) [data-jp-item-name="voilaRender"] jp-button').click()
    shown = page.locator("iframe").element_handle().content_frame()
    board = shown.locator(".da-bi-board")
    board.wait_for()
    assert shown.locator(".jp-InputArea, .jp-Toolbar").count() == 0, "no command is seen"
    assert shown.locator("html").get_attribute("lang") == "ja"
    board.get_by_role("button", name="女性").click()
    expect(board.locator(".da-bi-number")).to_contain_text("女性：65歳以上 ")
    lesson.shot("bi-page")
    for width in (1400, 800):  # beside the notebook: wide, and narrow as a phone
        page.set_viewport_size({"width": width, "height": 900})
        expect(board.locator("h2")).to_be_visible()
        assert violations(shown) == []
        assert board.locator(".da-bi-bar span").evaluate_all(CUT) == []
    (days,) = lesson.output.rglob("開いた日.csv")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d\n", days.read_text(encoding="utf-8"))
    assert lesson.asked == []
