"""The status page in Chromium, looked at by axe-core: three languages, a narrow screen, keyboard alone, no network."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from driver import ROOT, browser_page
from playwright.sync_api import expect

import dataacademy as da

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SPOILT = {  # rule that must notice -> what is taken from the page (a pattern), and what is put in its place
    "html-has-lang": ('<html lang="ja">', "<html>"),
    "svg-img-alt": ('aria-labelledby="patients-chart-title.*?</title>', ">"),
    "color-contrast": ("color: #0b4f9e", "color: #9ec5ee"),
    "heading-order": ("<h2", "<h4"),
    "link-name": (">English</a>", "></a>"),
    "scrollable-region-focusable": ('role="region" tabindex="0"', 'role="region"'),
    "landmark-one-main": ('<main id="main" tabindex="-1">', '<div id="main">'),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("status")
    daily, only = da.load("covid_daily"), da.status_page.example()
    safe = da.privacy.suppress_table(da.load("covid_patients"), by=["age_group", "sex"]).published
    settings = only.part("people", table="safe", count="count").change(name={"en": "Mirai City"}, days=21)
    first = da.status_page.build(settings, tables={"safe": safe})
    daily.loc[500, "patients"] += 1
    tables = {"safe": safe, "covid_daily": daily}
    second = da.status_page.build(settings, tables=tables, previous=first, reasons={daily["date"][500]: "一人を足した"})
    second.save(folder)
    return folder


@pytest.fixture(scope="module")
def browser(folder):
    with browser_page() as page:
        page.context.set_offline(True)
        page.wrong, page.asked = [], []
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.on("console", lambda message: page.wrong.append(message.text) if message.type == "error" else None)
        page.on("request", lambda request: page.asked.append(request.url))
        yield page


def violations(page, rules=RULES) -> list[str]:
    return [violation["id"] for violation in Axe().run(page, options={"runOnly": rules}).response["violations"]]


@pytest.mark.parametrize("name", ["index", "en", "easy"])
def test_axe_finds_nothing_on_a_wide_and_on_a_narrow_screen(browser, folder, name):
    browser.goto((folder / f"{name}.html").as_uri())
    for width in (1400, 320):
        browser.set_viewport_size({"width": width, "height": 900})
        assert violations(browser) == [], width
        assert browser.evaluate("document.documentElement.scrollWidth") <= width
        (ROOT / "artefacts").mkdir(exist_ok=True)
        browser.screenshot(path=ROOT / "artefacts" / f"status-{name}-{width}.png", full_page=True)
    browser.set_viewport_size({"width": 1400, "height": 900})
    assert browser.wrong == []
    assert [url for url in browser.asked if not url.startswith(folder.as_uri())] == []


@pytest.mark.parametrize("rule", SPOILT)
def test_axe_is_red_when_the_page_is_broken(browser, folder, rule):
    text, (good, bad) = (folder / "index.html").read_text(encoding="utf-8"), SPOILT[rule]
    broken = re.sub(good, bad, text)
    assert broken != text
    spoilt = folder / "spoilt.html"
    spoilt.write_text(broken, encoding="utf-8")
    browser.goto(spoilt.as_uri())
    assert violations(browser, [rule]) == [rule]


def test_everything_is_reached_by_keyboard(browser, folder):
    browser.goto((folder / "index.html").as_uri())
    keyboard, focused = browser.keyboard, browser.locator(":focus")
    keyboard.press("Tab")
    expect(focused).to_have_text("本文へ進む")
    assert focused.bounding_box()["x"] >= 0, "seen once it has the focus"
    keyboard.press("Enter")
    expect(browser.locator("#main")).to_be_focused()
    keyboard.press("Tab")  # the first table: a region that scrolls
    expect(focused).to_have_attribute("aria-label", "表：新しく感染が分かった人")
    keyboard.press("End")
    browser.wait_for_timeout(300)
    assert focused.evaluate("region => region.scrollTop") > 200
    seen = []
    for _ in range(7):
        keyboard.press("Tab")
        seen.append(focused.get_attribute("href"))
    assert seen[3:7] == ["tel:000-000-0000", "data.json", "schema.json", "patients.csv"]  # behind three more tables

    browser.goto((folder / "index.html").as_uri())
    for _ in range(3):
        keyboard.press("Tab")
    expect(focused).to_have_text("English")
    keyboard.press("Enter")
    expect(browser).to_have_title("COVID-19 in Mirai City")
    expect(browser.locator("nav a[aria-current]")).to_have_text("English")
    expect(browser.get_by_role("img", name="Chart: New cases")).to_be_visible()
    assert (folder / "en.html").as_uri() == browser.url
