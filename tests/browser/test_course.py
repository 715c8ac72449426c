"""What a learner sees and does in the browser."""

from __future__ import annotations

from nbclient import NotebookClient
from nbformat import v4

from dataacademy import paths
from dataacademy.course.workspace import deliver

RESULTS = [
    "for number in range(3):\n    print(number, flush=True)",
    "import pandas as pd\n\npd.DataFrame({'地区': ['北', '南'], '人口': [1, 2]})",
    "import matplotlib.pyplot as plt\n\nplt.plot([1, 3, 2]);",
    "import sys\n\nprint(1)\nprint('注意', file=sys.stderr)",
    "display({'text/html': '<b>太字</b>', 'text/plain': ''}, raw=True)",
]


def test_the_start_page_in_japanese(lab):
    lab.open_start()
    menus = lab.page.get_by_role("menubar").inner_text().split()
    assert menus[:4] == ["ファイル", "編集", "表示", "実行"]
    assert "はじめに" in lab.page.get_by_role("heading", level=1).first.inner_text()
    lab.shot("start")
    assert lab.wrong == []


def test_a_link_opens_the_lesson(lab):
    lab.page.get_by_role("link", name="A4　データ分析").first.click()
    lab.page.get_by_role("heading", level=1).filter(has_text="A4").wait_for()


def test_every_cell_of_the_start_page_runs(lab):
    lab.open_notebook("start.ipynb")
    lab.run_all()
    assert lab.errors() == []
    assert "240" in lab.cell_output_text("start-change")


def test_changing_a_value_and_running_it_again(lab):
    lab.type_in_cell("start-change", "6 * 7")
    lab.run_cell("start-change")
    assert lab.cell_output_text("start-change") == "42"


def test_a_mistake_is_told_without_a_traceback(lab):
    lab.type_in_cell("start-change", 'da.load("facilites", town=town)')
    lab.run_cell("start-change")
    told = lab.cell_output_text("start-change")
    assert "もしかして「facilities」" in told
    assert "Traceback" not in told
    assert "このセルの 1 行目" in told


def test_opening_and_saving_counts_as_no_change(lab, monkeypatch):
    """What the workspace takes for a learner's own change, against what JupyterLab really writes."""
    monkeypatch.setenv("DATAACADEMY_OUTPUT", str(lab.output))
    executed = NotebookClient(v4.new_notebook(cells=[v4.new_code_cell(source) for source in RESULTS])).execute()
    content = v4.writes(executed).encode()
    file = paths.workspace("mirai") / "executed.ipynb"
    assert deliver("mirai", "executed.ipynb", content).status == "new"
    lab.open_notebook("executed.ipynb")
    lab.save()
    assert file.read_bytes() != content, "JupyterLab has written its metadata"
    assert deliver("mirai", "executed.ipynb", content).status == "unchanged"
    lab.run_cell("pd.DataFrame")
    lab.type_in_cell("print(1)", "print(2)")
    lab.save()
    assert deliver("mirai", "executed.ipynb", content).status == "kept"
