"""The page of projects in Chromium, looked at by axe-core: wide and narrow, by keyboard, without a network."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from driver import browser_page

import dataacademy as da

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SPOILT = {  # rule that must notice -> what is taken from the page, and what is put in its place
    "html-has-lang": ('<html lang="ja">', "<html>"),
    "color-contrast": (".none { color: #595959; }", ".none { color: #bbbbbb; }"),
    "landmark-one-main": ("<main>", "<div>"),
}


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    made = da.projects.page(da.projects.example(), as_of="2026-04-01")
    return made.save(tmp_path_factory.mktemp("projects") / "ページ.html")


@pytest.fixture(scope="module")
def browser():
    with browser_page() as page:
        page.context.set_offline(True)
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        yield page


def violations(page) -> list[str]:
    return [violation["id"] for violation in Axe().run(page, options={"runOnly": RULES}).response["violations"]]


@pytest.mark.parametrize("width", [1400, 320])
def test_axe_finds_nothing_and_nothing_leaves_the_screen(browser, file, width):
    browser.set_viewport_size({"width": width, "height": 900})
    browser.goto(file.as_uri())
    assert violations(browser) == []
    assert browser.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert all(url.startswith("file:") for url in browser.asked)


@pytest.mark.parametrize("rule", SPOILT)
def test_axe_notices_a_spoilt_page(browser, file, rule, tmp_path):
    text = file.read_text(encoding="utf-8")
    assert SPOILT[rule][0] in text
    spoilt = tmp_path / "spoilt.html"
    spoilt.write_text(text.replace(*SPOILT[rule]), encoding="utf-8")
    browser.goto(spoilt.as_uri())
    assert rule in violations(browser)


def test_the_keyboard_skips_to_the_list_and_follows_a_project(browser, file):
    browser.set_viewport_size({"width": 1400, "height": 900})
    browser.goto(file.as_uri())
    browser.keyboard.press("Tab")
    browser.keyboard.press("Enter")
    assert browser.url.endswith("#list")
    link = browser.locator("#list a").first
    name = link.inner_text()
    link.focus()
    browser.keyboard.press("Enter")
    target = browser.locator(f"#{browser.url.partition('#')[2]} h3")
    assert target.inner_text() == name and target.is_visible()
