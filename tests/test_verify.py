"""``verify`` runs every notebook, and says exactly what went wrong where; each kind of failure turns it red."""

from __future__ import annotations

import nbformat
import pytest
from commandline import command

from dataacademy.course.execute import Job, run, run_all
from dataacademy.course.verify import jobs_for, verify, write_report


@pytest.fixture(scope="module")
def runs():
    """Everything of the sample town, run once."""
    started = []
    done = verify(["mirai"], on_start=started.append)
    assert started == [len(done)]
    return done


def test_sample_town_runs_without_a_warning(runs):
    assert [str(r) for r in runs if not r.ok] == []
    assert {(r.job.lesson, r.job.what) for r in runs} == {(j.lesson, j.what) for j in jobs_for("mirai")[0]}


def test_every_chart_is_shown(runs):
    for done in runs:
        for cell in nbformat.reads(done.notebook, as_version=4).cells:
            if cell.cell_type == "code" and cell.source.rstrip().endswith(");"):
                kinds = [key for out in cell.outputs for key in out.get("data", {})]
                assert "image/png" in kinds, (done.job.lesson, cell.id)


def test_executed_notebook_names_the_town_and_keeps_no_trace_of_papermill(runs):
    text = next(r for r in runs if r.job.lesson == "a4").notebook
    assert 'town = \\"mirai\\"' in text
    assert "papermill" not in text


def test_report_lists_every_notebook(runs, tmp_path):
    write_report(runs, tmp_path / "verify.html")
    page = (tmp_path / "verify.html").read_text(encoding="utf-8")
    assert page.count("<td>○</td>") == len(runs)
    assert "うまくいかなかったノートブック" in page


def notebook(path, *sources):
    """A lesson with the parameters cell and these code cells (ids x-1, x-2 …)."""
    cells = [nbformat.v4.new_code_cell('town = "mirai"', id="x-parameters", metadata={"tags": ["parameters"]})]
    cells += [nbformat.v4.new_code_cell(source, id=f"x-{i}") for i, source in enumerate(sources, 1)]
    meta = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=meta), path)
    return Job("x", "mirai", path)


PLOT = "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.set_title({!r})\nplt.show()"


@pytest.mark.parametrize(
    ("sources", "cell", "line", "said"),
    [
        (["a = 1", "b = 2\n\nundefined_name"], "x-2", 3, "NameError"),
        (["import dataacademy as da\n\nda.load('人工')"], "x-1", 3, "人工"),
        (["import warnings\nwarnings.warn('古い書き方です')"], "x-1", 2, "古い書き方です"),
        ([PLOT.format("\U0001f600 絵文字")], "x-1", None, "missing from"),
        (["import sys\nprint('困った', file=sys.stderr)"], "x-1", None, "困った"),
        (["import os\nos._exit(1)"], "（起動）", None, "Dead"),
    ],
)
def test_failures_are_named(tmp_path, sources, cell, line, said):
    done = run(notebook(tmp_path / "x.ipynb", *sources))
    assert not done.ok
    assert done.cell == cell
    assert line is None or done.line == line
    assert said in done.error
    assert "x（mirai）" in str(done)


def test_the_town_arrives_as_text_with_its_leading_zero(tmp_path):
    job = Job("x", "011002", notebook(tmp_path / "x.ipynb", "assert town == '011002', town").source)
    assert run(job).error == ""


def test_failure_in_one_process_leaves_the_others(tmp_path):
    good, bad = notebook(tmp_path / "a.ipynb", "1"), notebook(tmp_path / "b.ipynb", "1/0")
    seen = []
    results = run_all([bad, good], on_done=seen.append, workers=2)
    assert [r.ok for r in results] == [False, True]
    assert len(seen) == 2


def test_command_exits_with_one_when_a_lesson_fails(short_course):
    """A copy of the course with one broken cell: exit code 1, and the cell is named."""
    lesson = short_course / "notebooks" / "start.ipynb"
    broken = lesson.read_text(encoding="utf-8").replace("houses * people_per_house", "houses / 0")
    lesson.write_text(broken, encoding="utf-8")
    done = command(short_course, "verify")
    assert done.returncode == 1
    assert "start-change の 3 行目：ZeroDivisionError" in done.stdout
