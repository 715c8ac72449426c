"""The capstone: the wrong hypothesis falls to the learner's own analysis, the hints run, the chain holds."""

from __future__ import annotations

import datetime
import json
import re
import shutil

import nbformat
import pandas as pd
import pytest
import yaml

import dataacademy as da
from dataacademy import paths
from dataacademy.course.lessons import lesson
from dataacademy.worksheet.review import review

TODAY = datetime.date(2026, 8, 1)


def cells():
    return nbformat.read(lesson("capstone").path, as_version=4).cells


def source(id):
    return next(cell.source for cell in cells() if cell.id == f"capstone-{id}")


def run(source, names):
    """Run a code cell; what Jupyter brings is there."""
    names.setdefault("display", lambda *shown: None)
    exec(compile(source, "capstone", "exec"), names)
    return names


@pytest.fixture(scope="module")
def learner(tmp_path_factory):
    """The names a learner has after running the lesson once, and then every command of its hints."""
    from matplotlib import pyplot

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATAACADEMY_OUTPUT", str(tmp_path_factory.mktemp("output")))
        patch.setenv("MPLBACKEND", "Agg")
        patch.chdir(tmp_path_factory.mktemp("work"))
        names = {}
        for cell in cells():
            if cell.cell_type == "code":
                run(cell.source, names)
            pyplot.close("all")
        names["hints"] = [hint for cell in cells() for hint in re.findall(r"```python\n(.*?)```", cell.source, re.S)]
        for hint in names["hints"]:
            run(hint, names)
        yield names


@pytest.fixture(scope="module")
def truths():
    known = yaml.safe_load((paths.dataset("mirai") / "truths.yml").read_text(encoding="utf-8"))
    return {truth["id"]: truth for truth in known}


def near(value, truth):
    (name,) = truth["size"]
    return abs(value - truth["size"][name]) <= truth["tolerance"][name]


def test_distance_alone_reaches_the_line_and_among_people_of_one_age_it_does_not(learner, truths):
    assert -learner["naive"].value >= learner["confirmed"]
    assert -learner["adjusted"].value < learner["refuted"]
    assert near(learner["adjusted"].value, truths["confounding_distance_age"])
    assert learner["held"] == ["年代"]


def test_holding_sex_or_year_does_not_free_the_learner_from_the_trap(learner):
    for column in ("性別", "年度"):
        cell = source("distance-inside").replace('["年代"]', f'["{column}"]', 1)
        names = run(cell, dict(learner))
        assert -names["adjusted"].value >= learner["confirmed"]


def test_the_office_in_front_falls_behind_only_when_ages_are_held(learner):
    assert learner["inside"] == "性別"
    assert learner["offices"].value is None
    for column, flips in [("年代", True), ("年度", False)]:
        names = run(source("office-bars").replace('"性別"', f'"{column}"'), dict(learner))
        assert (names["offices"].value == column) == flips


def test_what_the_hints_say_parts_the_phone_call_from_the_free_check_up(learner, truths):
    assert len(learner["hints"]) == 4
    assert near(learner["phone"].value, truths["phone_call_effect"])
    both = learner["sheet"].worksheet.get("finding4")
    assert both.value == pytest.approx(learner["phone"].value)
    free = da.effect.before_after(
        learner["two"], value="受診率", time="年度", start=learner["start"], id="person_id",
        group="くじ", treated="通知と電話", control="通知だけ",
    )  # fmt: skip
    assert (
        free.value > truths["phone_call_effect"]["size"]["points"] + truths["phone_call_effect"]["tolerance"]["points"]
    )
    assert free.figures["others_change"] > 5


def test_part_of_the_fall_in_blood_pressure_came_by_itself(learner, truths):
    change = learner["guidance"].table.set_index("group")["change"]
    assert change["くじで外れた"] < -3
    assert near(change["受けた"] - change["くじで外れた"], truths["guidance_effect"])
    assert not near(change["受けた"], truths["guidance_effect"])


def test_the_example_teams_chain_passes_review_and_goes_back_once_rejected(tmp_path):
    sheet = da.worksheet.example("capstone", folder=tmp_path)
    assert review(sheet.worksheet, sheet.path, today=TODAY) == []
    decisions = [(v.hypothesis, v.decision, v.next_hypothesis) for v in sheet.worksheet.section("verdict")]
    assert decisions[:2] == [("hypothesis1", "棄却", "hypothesis3"), ("hypothesis2", "棄却", "hypothesis4")]
    assert [d[1] for d in decisions[2:]] == ["支持", "支持"]
    sheet.add("measure", text="健診バスを回す。", issue="issue1", facts=["fact1"], owner="健診係")
    asked = {(said.rule, said.record) for said in review(sheet.worksheet, sheet.path, today=TODAY)}
    assert any(record == "measure2" and "rejected" in rule for rule, record in asked), asked


def town_without(tmp_path, change):
    """The sample town under another code, its check-ups changed."""
    folder = tmp_path / "datasets" / "992020"
    folder.mkdir(parents=True)
    sample = paths.dataset("mirai")
    for name in ("town.json", "codebook.csv"):
        shutil.copy(sample / name, folder / name)
    about = json.loads((folder / "town.json").read_text(encoding="utf-8")) | {"code": "992020", "name": "べつの町"}
    (folder / "town.json").write_text(json.dumps(about), encoding="utf-8")
    table = pd.read_csv(sample / "checkups.csv", dtype=str, keep_default_na=False)
    change(table).to_csv(folder / "checkups.csv", index=False)


@pytest.mark.parametrize(
    ("change", "own"),
    [
        (lambda t: t, True),
        (lambda t: t.assign(invited_by="letter"), False),
        (lambda t: t.assign(office="本庁"), False),
        (lambda t: t.drop(columns="guidance"), False),
        (lambda t: t[t["age"].astype(int) >= 60].head(300), False),
        (lambda t: t[t["fiscal_year"] != "2024"], False),
        (lambda t: pd.concat([t, t.head(1)]), False),
    ],
    ids=["all there", "no calls", "one office", "no guidance", "few people", "no year before", "somebody twice"],
)
def test_a_town_that_lacks_a_comparison_goes_on_with_the_practice_town(tmp_path, monkeypatch, change, own):
    monkeypatch.setenv("DATAACADEMY_OUTPUT", str(tmp_path))
    town_without(tmp_path, change)
    names = run(source("start"), {"town": "992020"})
    assert names["used"].name == ("べつの町" if own else da.about().name)
    assert names["sheet"].worksheet.team.town == ("992020" if own else "mirai")


def test_a_town_without_check_ups_gets_no_capstone():
    assert lesson("capstone").needs == ("checkups",)
