"""Progress: what was checked counts, what was changed afterwards does not, and no file of a learner stops the page."""

from __future__ import annotations

import nbformat
import pytest
from commandline import command
from nbformat import v4

import dataacademy as da
from dataacademy.course import kernels
from dataacademy.course.exercises.tasks import TEXT_STUB
from dataacademy.course.progress import STATES, progress
from dataacademy.errors import DataAcademyError

HEAD = "# A4 演習\n\n| 所要時間 | 配点 |\n|---|---|\n| 40分 | 6点 |"
CHECK = """from dataacademy.course import check
check.expect(check.filled(globals().get("{0}", ...), "{0}"), "number", "{0} は数にしてください。")
check.expect({0}, "{1}", "{0} の値が違います。")
check.right()"""


def a4(*town):
    """The standing of exercise a4."""
    return next(standing for standing in progress(*town).standings if standing.path.startswith("exercises/a4/"))


def marked(cell, id, **more):
    cell["id"] = id
    cell.metadata["nbgrader"] = {"grade_id": id, "grade": False, "solution": False, **more}
    return cell


def task(number: int, answer: str, wanted: str):
    id = f"a4-q{number}"
    return [
        marked(v4.new_markdown_cell(f"### 問{number}　数える（2点）\n\n読んでください。"), f"{id}-text"),
        marked(v4.new_code_cell(answer), id, solution=True),
        marked(v4.new_code_cell(CHECK.format(f"n{number}", wanted)), f"{id}-test", grade=True, points=2),
    ]


def exercise(*answers: str, written: str = TEXT_STUB):
    """An exercise whose task k asks for the number k in ``n<k>``, and one that a person marks."""
    cells = [cell for number, answer in enumerate(answers, 1) for cell in task(number, answer, str(number))]
    last = marked(v4.new_markdown_cell(written), "a4-q9", solution=True, grade=True, points=2)
    return v4.new_notebook(cells=[v4.new_markdown_cell(HEAD, id="a4-ex-head"), *cells, last])


def executed(nb):
    """As after 'run all' that does not stop at errors."""
    from nbclient import NotebookClient

    with kernels.environment():
        NotebookClient(nb, kernel_name="python3", allow_errors=True).execute()
    return nb


def cell(nb, id):
    return next(one for one in nb.cells if one.id == id)


@pytest.fixture
def learner(small_home):
    """Puts a notebook where the learner's copy lies, and tells the states of its tasks."""

    def saved(nb, name="a4.ipynb"):
        path = small_home / "work" / "mirai" / "exercises" / "a4" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(nb if isinstance(nb, str) else nbformat.writes(nb), encoding="utf-8")
        return states()

    return saved


def states(town="mirai"):
    return [step.state for step in a4(town).steps]


def test_answers_checked_in_a_notebook_count_until_they_are_changed(learner):
    nb = executed(
        exercise("n1 = 1", "x = 2\nn2 = x", "n3 = 33", 'n4 = "４"', "n5 = ...", "n6 = 人", written="文です。")
    )
    assert learner(nb) == ["right", "right", "wrong", "wrong", "blank", "wrong", "written"]
    said = {step.title: step.said for step in a4().steps}
    assert said["問3　数える"] == "n3 の値が違います。"
    assert said["問4　数える"] == "n4 は数にしてください。"
    assert said["問6　数える"] == "答えのセルの下に赤い文字が出ています。"
    assert a4().points == 4

    cell(nb, "a4-q1")["source"] = "n1 = 1 + 1"
    assert learner(nb)[0] == "unchecked"
    cell(nb, "a4-q1")["source"] = "n1 = 1\n"  # back again
    assert learner(nb)[0] == "right"
    cell(nb, "a4-q2")["source"] = "n2 = ..."
    assert learner(nb)[1] == "blank"


def test_a_wrong_answer_that_was_run_again_is_not_checked_yet(learner):
    nb = exercise("n1 = 3")
    test = cell(nb, "a4-q1-test")
    test.outputs = [v4.new_output("error", ename="WrongAnswer", evalue="n1 の値が違います。", traceback=[])]
    cell(nb, "a4-q1").execution_count, test.execution_count = 1, 2
    assert learner(nb) == ["wrong", "blank"]
    cell(nb, "a4-q1").execution_count = 3
    assert learner(nb) == ["unchecked", "blank"]


def test_a_line_that_only_looks_right_does_not_count(learner):
    nb = exercise("n1 = 3")
    cell(nb, "a4-q1-test").outputs = [v4.new_output("stream", name="stdout", text="○ 正解です\n")]
    assert learner(nb) == ["unchecked", "blank"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"nbformat": 4}', '{"nbformat": 3, "worksheets": []}'])
def test_a_damaged_file_is_told_and_stops_nothing(learner, text):
    assert learner(text) == []
    assert "ファイルがこわれていて読めません" in str(progress())
    assert "ファイルがこわれていて読めません" in progress().html


def test_a_file_that_is_no_utf8_is_told(learner, small_home):
    learner("")
    (small_home / "work/mirai/exercises/a4/a4.ipynb").write_bytes("あ".encode("cp932"))
    assert "ファイルがこわれていて読めません" in str(progress())


def test_an_exercise_never_opened_and_a_town_without_exercises(small_home, other_town):
    assert "A4 データ分析　まだ開いていません" in str(progress())
    assert "まだ開いていません" in progress(other_town).html
    (small_home / "datasets/222127/town.json").write_text(
        (small_home / "datasets/222127/town.json").read_text(encoding="utf-8").replace('"areas", ', ""),
        encoding="utf-8",
    )
    assert str(progress(other_town)) == "この町には、まだ演習がありません。"
    with pytest.raises(DataAcademyError, match="333333"):
        progress("333333")


def test_of_two_versions_the_one_in_which_more_is_done_counts(learner):
    learner(exercise("n1 = ...", "n2 = ..."), "a4（新しい版）.ipynb")
    assert learner(exercise("n1 = 1", "n2 = ...")) == ["unchecked", "blank", "blank"]
    assert a4().path == "exercises/a4/a4.ipynb"
    assert learner(exercise("n1 = 1", "n2 = 2"), "a4（新しい版）.ipynb") == ["unchecked", "unchecked", "blank"]


def test_copied_cells_count_once(learner):
    nb = exercise("n1 = ...")
    nb.cells.append(marked(v4.new_code_cell("n1 = 5"), "a4-q1", solution=True))
    nb.cells[-1]["id"] = "copied"
    assert learner(nb) == ["blank", "blank"]


def test_the_page_and_the_table_say_how_far_and_what_next(learner):
    learner(exercise("n1 = 5", "n2 = ...", written="<script>alert(1)</script>"))
    page = progress().html
    assert "3問のうち1問が済んでいます" in page
    assert "問1　数える：確かめていない" in page
    assert "0 / 6" in page
    assert "40分" in page
    assert "<script>" not in page
    table = da.progress()._repr_html_()
    assert "？－●　3問のうち1問" in table
    assert all(meaning in table for meaning in STATES.values())


def test_the_command_prints_one_line_an_exercise_and_writes_the_page(learner, small_home):
    learner(exercise("n1 = 5"))
    done = command(small_home, "progress")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "A4 データ分析　？－　2問のうち0問"
    assert "演習の進みぐあい" in (small_home / "work/mirai/progress.html").read_text(encoding="utf-8")
    assert command(small_home, "progress", "--town", "333333").returncode == 1
