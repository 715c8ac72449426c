"""The GIS lesson and its exercise from the learner's seat; the map that it saves, before and after it is trusted."""

from __future__ import annotations

from driver import SHOWN


def test_the_gis_lesson_runs_and_its_map_answers_a_click(lab):
    lab.open_notebook("methods/gis.ipynb")
    lab.run_all()
    assert lab.errors() == []  # warnings and missing glyphs would stand here
    lab.cell("gis-explore").scroll_into_view_if_needed()
    inside = lab.cell("gis-explore").frame_locator("iframe")
    inside.locator("path.leaflet-interactive").nth(10).dispatch_event("click")
    assert "最寄りの施設までの直線距離（m）" in inside.locator(".leaflet-popup-content").inner_text()
    lab.shot("gis-explore")
    assert "なくなった" in lab.cell_output_text("gis-qgis-back")

    # the saved page: JupyterLab stops its scripts until it is trusted, and the page says what to press
    lab.page.locator(f"{SHOWN} a", has_text="ここを押す").first.click()
    viewer = lab.page.locator(".jp-HTMLViewer iframe")
    viewer.wait_for()
    lab.page.wait_for_function("document.querySelector('.jp-HTMLViewer iframe').contentDocument.querySelector('aside')")
    assert "HTMLを信用する" in viewer.evaluate("f => f.contentDocument.body.innerText")
    lab.shot("gis-stopped")
    lab.page.get_by_text("HTMLを信用する", exact=True).click()
    lab.page.frame_locator(".jp-HTMLViewer iframe").locator("path.leaflet-interactive").first.wait_for()
    lab.shot("gis-saved")


def test_the_gis_exercise_tells_a_double_count_from_a_count(lab):
    lab.open_notebook("exercises/gis/gis.ipynb")
    for cell in ("gis-ex-parameters", "gis-ex-start", "gis-q2-look"):
        lab.run_cell(cell)
    counted = 'da.maps.coverage(areas, shelters, within=800, weights="population").table["covered"].iloc[0]'
    for answer, told in [
        ('people = homes.sjoin(circles, predicate="within")["population"].sum()', "people の値が違います"),
        (f"people = {counted}", "○ 正解です"),
    ]:
        lab.type_in_cell("gis-q2", answer)
        lab.run_cell("gis-q2")
        lab.run_cell("gis-q2-test")
        assert told in lab.cell_output_text("gis-q2-test")
    lab.save()
