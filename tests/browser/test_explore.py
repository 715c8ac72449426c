"""An interactive map in a real browser that has no network."""

from __future__ import annotations

import numpy as np
import pytest
from driver import ROOT, browser_page

import dataacademy as da

EVIL = '</script><script>window.ran = 1</script><img src=x onerror="window.ran = 2">'


@pytest.fixture(scope="module")
def shelters_page():
    areas, halls = da.load("areas"), da.load("facilities").query("kind == 'shelter'")
    far = da.maps.nearest(areas, halls).table
    far.loc[[3, 40], "distance_m"] = np.nan
    far.loc[10, "name"] = EVIL
    return da.maps.explore(far, column="distance_m", bins=[300, 500, 800], unit="m", show="nearest_name",
                           facilities=halls, title="避難所までの直線距離", source="みらい市（架空）")  # fmt: skip


@pytest.fixture
def shown(shelters_page, tmp_path):
    path = shelters_page.save(tmp_path / "map.html")
    with browser_page() as page:
        page.context.set_offline(True)
        wrong, asked = [], []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        page.locator("path.leaflet-interactive").first.wait_for()
        yield page
        assert wrong == []
        assert [url for url in asked if url != path.as_uri()] == []


def test_a_map_opens_without_a_network_and_draws_every_area(shown):
    assert shown.locator("path.leaflet-interactive").count() == 119 + 42
    hatched = shown.locator("path.no-data").evaluate_all("paths => paths.map(p => getComputedStyle(p).fill)")
    assert len(hatched) == 2 and all("no-data" in fill for fill in hatched)
    assert "800 m 以上" in shown.locator("aside").inner_text()
    assert shown.locator(".leaflet-control-scale-line").inner_text().endswith("km")
    assert shown.locator('[role="application"]').get_attribute("aria-label").startswith("動かせる地図「避難所")
    (ROOT / "artefacts").mkdir(exist_ok=True)
    shown.screenshot(path=ROOT / "artefacts" / "explore.png")


def test_a_click_shows_the_row_and_runs_nothing_that_is_written_in_it(shown):
    shown.locator("path.leaflet-interactive").nth(10).dispatch_event("click")
    text = shown.locator(".leaflet-popup-content").inner_text()
    assert EVIL in text and "最寄りの施設までの直線距離（m）" in text
    shown.wait_for_timeout(300)
    assert shown.evaluate("window.ran === undefined && document.querySelectorAll('img').length === 0")


def test_the_keyboard_opens_a_row(shown):
    shown.locator("path.leaflet-interactive").nth(5).focus()
    shown.keyboard.press("Enter")
    assert "最寄りの施設" in shown.locator(".leaflet-popup-content").inner_text()


def test_it_shows_inside_of_a_notebooks_frame(shelters_page, tmp_path):
    (tmp_path / "cell.html").write_text(f'<meta charset="utf-8">{shelters_page._repr_html_()}', encoding="utf-8")
    with browser_page() as page:
        page.context.set_offline(True)
        page.goto((tmp_path / "cell.html").as_uri())
        page.frame_locator("iframe").locator("path.leaflet-interactive").first.wait_for()
        assert page.frame_locator("iframe").locator("path.leaflet-interactive").count() == 161
