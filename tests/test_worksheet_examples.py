"""The worked worksheets: right for every town, fresh in the repository, and nothing an instructor would still ask."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import smalltown
import yaml
from bs4 import BeautifulSoup

import dataacademy as da
from dataacademy import DataAcademyError
from dataacademy.town.build import build as build_town
from dataacademy.town.build import write
from dataacademy.town.report import inspect_and_write
from dataacademy.town.townfile import read_town_file
from dataacademy.worksheet.worked import FLOWS, _texts, build

ROOT = Path(__file__).parents[1]
LAST = {"flow_a": "a9", "flow_b": "b7", "flow_c": "c2"}


@pytest.fixture(scope="module")
def least_town(tmp_path_factory):
    """A town with nothing but population and shelters."""
    folder = tmp_path_factory.mktemp("least")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATAACADEMY_OUTPUT", str(folder))
        _, townfile, _ = inspect_and_write(smalltown.write_least(folder / "files"), code=smalltown.CODE)
        write(build_town(read_town_file(townfile)))
        yield smalltown.CODE


def example(lesson, folder, town="mirai"):
    return da.worksheet.example(lesson, town=town, folder=folder)


@pytest.mark.parametrize("flow", FLOWS)
def test_the_sample_towns_example_passes_the_review(flow, tmp_path):
    assert str(example(LAST[flow], tmp_path).review()) == "気づいたことはありません。"


def test_the_review_would_see_a_fault_in_it(tmp_path):
    sheet = example("a9", tmp_path)
    sheet.update("goal1", text="避難所を増やす。")
    assert "goal1" in str(sheet.review())


def test_a_town_with_nothing_but_people_and_shelters_gets_a_shorter_one_without_loose_ends(least_town, tmp_path):
    sheet = example("a9", tmp_path, town=least_town)
    ids = {record.id for record in sheet.worksheet}
    assert ids >= {"hypothesis1", "finding1", "verdict1", "hypothesis3", "measure1", "finding5", "effect1"}
    assert not ids & {"hypothesis2", "finding2", "verdict2", "effect2"}
    assert str(sheet.review()) == "気づいたことはありません。"


def test_the_first_hypothesis_is_rejected_and_goes_back_to_step_one(tmp_path):
    sheet = example("a9", tmp_path).worksheet
    assert sheet.get("verdict1").decision == "棄却"
    assert sheet.get("hypothesis3").replaces == "hypothesis1" == sheet.get("verdict1").hypothesis
    assert sheet.get("verdict1").next_hypothesis == "hypothesis3"
    assert sheet.get("verdict3").decision == "支持"


def test_the_numbers_are_the_towns(tmp_path):
    sheet = example("a9", tmp_path).worksheet
    areas, sites, place = da.load("areas"), da.load("facilities"), da.about()
    near = da.maps.coverage(areas, sites, kind=place.shelter, within=500, weights="elderly")
    assert sheet.get("finding3").value == pytest.approx(near.value)
    assert sheet.get("indicator1").base == round(near.value, 1)
    assert sheet.get("effect1").how_many == round(sheet.get("finding5").value)


def test_the_pilots_planted_effect_is_in_the_example_of_flow_b(tmp_path):
    truths = yaml.safe_load((ROOT / "datasets/mirai/truths.yml").read_text(encoding="utf-8"))
    planted = next(truth for truth in truths if truth["id"] == "did_writeless")
    sheet = example("b7", tmp_path).worksheet
    for id, name in (("finding2", "staff_minutes"), ("finding3", "service_minutes")):
        assert sheet.get(id).value == pytest.approx(planted["size"][name], abs=planted["tolerance"][name])
    assert sheet.get("verdict1").decision == "支持"


def test_the_years_ahead_in_the_example_of_flow_c_are_those_of_the_forecast(tmp_path):
    ahead = da.stats.forecast_population(da.load("population"), steps=2).table
    ahead = ahead[ahead["date"] == ahead["date"].max()]
    sheet = example("c2", tmp_path).worksheet
    old, values = ahead[ahead["age_from"] >= 85]["count"].sum(), sheet.get("finding2").values
    assert sheet.get("finding1").values["10年後の85歳以上"] == pytest.approx(old)
    assert values["少ない場合"] < values["10年後"] < values["多い場合"] < values["いま"]


def test_in_the_first_lesson_of_flow_c_a_branch_has_no_measure_and_a_measure_no_branch(tmp_path):
    before, after = (example(lesson, tmp_path / lesson).worksheet for lesson in ("c1", "c2"))
    assert {m.issue for m in before.section("measure")} == {"issue1", "issue2", ""}
    assert {m.issue for m in after.section("measure")} == {"issue1", "issue2", "issue3"}


def test_several_effects_are_branches_of_one_logic_model(tmp_path):
    from matplotlib import pyplot

    sheet = example("c1", tmp_path)
    ax = sheet.logic_model("effect1", "effect2", "effect3")
    said, goal = da.charts.alt(ax), sheet.get("effect1").impact
    drawn = [patch for patch in ax.patches if patch.get_gid() == "box"]
    pyplot.close(ax.figure)
    assert len(drawn) == 4 + 4 + 1 + 1  # the branches meet in one box
    assert all(f"「{sheet.get(id).outcomes}」から「{goal}」" in said for id in ("effect1", "effect2", "effect3"))


def test_it_grows_with_the_lessons(tmp_path):
    kinds = [{r.id for r in example(f"a{n}", tmp_path / str(n)).worksheet} for n in (0, 1, 5)]
    assert all(before <= after for before, after in zip(kinds, kinds[1:], strict=False))
    assert kinds[0] == {"goal1", "problem1", "issue1", "issue2"}


def test_it_is_made_anew_each_time(tmp_path):
    sheet = example("a1", tmp_path)
    sheet.update("goal1", text="書きかえた")
    assert example("a1", tmp_path).get("goal1").text != "書きかえた"


def test_a_lesson_without_an_example_is_told(tmp_path):
    with pytest.raises(DataAcademyError) as told:
        example("a10", tmp_path)
    assert "a1" in str(told.value)


def contents(folder: Path) -> dict[str, bytes]:
    """Texts and tables; of a figure only that it is there: its bytes change with the drawing library."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: b"" if name.endswith(".png") else path.read_bytes() for name, path in found.items()}


def test_the_examples_in_the_repository_are_fresh_and_a_stale_one_is_noticed(course_copy):
    shutil.rmtree(course_copy / "examples", ignore_errors=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATAACADEMY_HOME", str(course_copy))
        build(course_copy / "examples")
    fresh = contents(course_copy / "examples")
    assert fresh == contents(ROOT / "examples")
    file = next((course_copy / "examples").rglob("*.yml"))
    file.write_text(file.read_text(encoding="utf-8").replace("支持", "保留"), encoding="utf-8")
    assert contents(course_copy / "examples") != fresh


def test_every_lesson_of_a_flow_is_in_its_list():
    for flow in FLOWS:
        texts = _texts(flow)
        assert {record["lesson"] for record in texts["records"]} <= set(texts["lessons"])


def test_an_effects_logic_model_is_drawn_from_its_record(tmp_path):
    from matplotlib import pyplot

    sheet = example("a8", tmp_path)
    ax = sheet.logic_model("effect1")
    said = da.charts.alt(ax)
    pyplot.close(ax.figure)
    effect = sheet.get("effect1")
    assert all(part in said for part in (effect.inputs, effect.activities, effect.outputs, effect.impact))
    assert sheet.get("indicator3").text in said


def test_a_logic_model_of_something_else_or_of_nothing_is_told(tmp_path):
    sheet = example("a8", tmp_path)
    with pytest.raises(DataAcademyError, match="効果ではありません"):
        sheet.logic_model("goal1")
    empty = sheet.add("effect", text="効果")
    with pytest.raises(DataAcademyError, match="まだ空です"):
        sheet.logic_model(empty.id)


def test_findings_are_shown_for_reading_without_what_only_tools_need(tmp_path):
    shown = example("a4", tmp_path).show("finding")._repr_html_()
    assert "<img" in shown and "sha256" not in shown.lower() and "finding2" in shown


def test_who_uses_which_item_for_what_stands_side_by_side(tmp_path):
    sheet = example("b3", tmp_path)
    columns = ["データ項目", "どの作業で", "行う人・部署", "何のために使うか", "だれが用意するか"]
    page = BeautifulSoup(sheet.show("crud", columns=columns)._repr_html_(), "html.parser")
    assert [head.text for head in page.select("th")] == ["番号", *columns]
    rows = [[cell.text for cell in row.select("td")] for row in page.select("tbody tr")]
    assert [row[0] for row in rows] == [record.id for record in sheet.worksheet.crud]
    phone = next(row for row in rows if row[1] == "電話番号")
    assert phone[2].endswith("聞き取りながら、一度だけ入力する") and "印字" in phone[4] and phone[5] == "他部署に依頼"
    assert not [row for row in rows if "" in row], "the design of the example is whole"
    with pytest.raises(DataAcademyError, match="もしかして「何のために使うか」"):
        sheet.show("crud", columns=["何に使うか"])


def test_what_is_empty_stays_empty_side_by_side(tmp_path):
    sheet = example("b1", tmp_path)
    columns = ["作業", "1件の時間（分）", "前の作業"]
    page = BeautifulSoup(sheet.show("process", columns=columns)._repr_html_(), "html.parser")
    cells = [[cell.text for cell in row.select("td")] for row in page.select("tbody tr")]
    assert cells[0][2:] == ["5", ""] and cells[4][2:] == ["", ""]
    assert "記録はまだありません" in sheet.show("crud", columns=["データ項目"])._repr_html_()
