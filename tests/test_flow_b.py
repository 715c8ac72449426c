"""What the lessons of flow B claim about the sample town's counters, and that they run on a town's own log."""

from __future__ import annotations

import re

import nbformat
import pandas as pd
import pytest
import smalltown
import yaml

import dataacademy as da
from dataacademy.course.execute import Job, run, run_all
from dataacademy.course.lessons import course, lesson
from dataacademy.town.build import build, write
from dataacademy.town.report import inspect_and_write
from dataacademy.town.townfile import read_town_file


def shown(done, cell: str) -> str:
    """What a cell of an executed notebook shows, as text."""
    assert done.ok, str(done)
    outputs = next(c for c in nbformat.reads(done.notebook, as_version=4).cells if c.id == cell).outputs
    text = "\n".join(o.get("text", "") or "".join(o.get("data", {}).get("text/html", "")) for o in outputs)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


@pytest.fixture(scope="module")
def b5():
    return run(Job("b5", "mirai", lesson("b5").path))


@pytest.fixture(scope="module")
def b6():
    return run(Job("b6", "mirai", lesson("b6").path))


def test_the_pilots_planted_effect_is_recovered_in_b5(b5, root):
    truths = yaml.safe_load((root / "datasets/mirai/truths.yml").read_text(encoding="utf-8"))
    planted = next(truth for truth in truths if truth["id"] == "did_writeless")
    for words, name in (("職員の時間", "staff_minutes"), ("窓口の時間", "service_minutes")):
        found = float(re.search(rf"{words} (-?[\d.]+) .*? そろっていた", shown(b5, "b5-checks"))[1])
        assert found == pytest.approx(planted["size"][name], abs=planted["tolerance"][name])


def test_the_pilot_whose_groups_moved_apart_before_is_refused_by_the_lessons_own_check(b5):
    said = shown(b5, "b5-second-check")
    writeless, booking, without_trend = re.split("【オンライン予約】|【予約・線からのずれ】", said)
    assert "はっきりしたちがいは見えません" in writeless
    assert "平行に動いていません" in booking and "効果とはいえません" in booking
    lower, upper = map(float, re.search(r"信頼区間 (-?[\d.]+)〜(-?[\d.]+)分", without_trend).groups())
    assert lower < 0 < upper


def test_the_queue_reproduces_the_log_before_it_predicts_and_a_wrong_queue_is_told(b6):
    assert "合った：予想に使ってよい" in shown(b6, "b6-same")
    assert "予想には使えません" in shown(b6, "b6-differs")


HEADINGS = {"date": "受付日", "office": "窓口名", "ticket_no": "受付番号", "procedure": "用件"}
HEADINGS |= {"arrived": "受付時刻", "called": "呼出時刻", "ended": "完了時刻"}


@pytest.fixture(scope="module")
def own_log(tmp_path_factory):
    """A town that brings a reception log under headings of its own, without counters and staff minutes."""
    out = tmp_path_factory.mktemp("own")
    files = smalltown.write_least(out / "files")
    log = da.load("counter_log").replace({"office": {"本庁": "東の窓口", "みなと支所": "西の窓口"}})
    log[list(HEADINGS)].rename(columns=HEADINGS).to_csv(files / "受付記録.csv", index=False, encoding="cp932")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATAACADEMY_OUTPUT", str(out))
        _, townfile, _ = inspect_and_write(files, code=smalltown.CODE)
        write(build(read_town_file(townfile)))
        yield smalltown.CODE


def test_the_lessons_run_on_a_towns_own_log(own_log):
    table = da.load("counter_log", town=own_log)
    assert len(table) == len(da.load("counter_log")) and isinstance(table, pd.DataFrame)
    done = run_all([Job(one.id, own_log, one.path) for one in course() if one.flow == "b"])
    assert [str(one) for one in done if not one.ok] == []
    by_lesson = {one.job.lesson: one for one in done}
    assert "この町の受付記録です" in shown(by_lesson["b6"], "b6-start")
    hours = re.search(r"職員の時間 ([\d,]+) 時間", shown(by_lesson["b1"], "b1-cost"))
    assert float(hours[1].replace(",", "")) > 100, "without staff minutes, those at the counter are counted"
