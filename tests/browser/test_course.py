"""What a learner sees and does in the browser."""

from __future__ import annotations


def test_the_start_page_in_japanese(lab):
    lab.open_start()
    menus = lab.page.get_by_role("menubar").inner_text().split()
    assert menus[:4] == ["ファイル", "編集", "表示", "実行"]
    assert "はじめに" in lab.page.get_by_role("heading", level=1).first.inner_text()
    lab.shot("start")
    assert lab.wrong == []


def test_every_cell_of_the_start_page_runs(lab):
    lab.open_notebook("start.ipynb")
    lab.run_all()
    assert lab.errors() == []
    assert "240" in lab.cell_output_text("start-change")


def test_changing_a_value_and_running_it_again(lab):
    lab.type_in_cell("start-change", "6 * 7")
    lab.run_cell("start-change")
    assert lab.cell_output_text("start-change").split()[-1] == "42"


def test_a_mistake_is_told_without_a_traceback(lab):
    lab.type_in_cell("start-change", 'da.load("facilites", town=town)')
    lab.run_cell("start-change")
    told = "\n".join(lab.errors())
    assert "もしかして「facilities」" in told
    assert "Traceback" not in told
    assert "このセルの 1 行目" in told


def test_every_cell_of_a4_runs_and_draws(lab):
    lab.open_notebook("flow_a/a4.ipynb")
    lab.run_all()
    lab.shot("a4")
    assert lab.errors() == []
    assert lab.page.locator(".jp-OutputArea-output img").count() > 0


def test_opening_and_saving_an_executed_lesson_is_no_change_of_the_learners(lab, tmp_path):
    """The rule of course/workspace.py, against what JupyterLab really writes."""
