"""``dataacademy exercises check`` can go red in every way: each case spoils a copy of the course in one thing."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
import yaml
from commandline import command

from dataacademy.course.exercises import freshness
from dataacademy.course.exercises.checking import leftovers, line, written_wrong
from dataacademy.course.exercises.examining import examine
from dataacademy.course.exercises.freshness import Freshness
from dataacademy.course.notebooks import notebook_text, read_notebook
from dataacademy.paths import SAMPLE_TOWN

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def course(short_course, monkeypatch) -> Path:
    """A copy of the course that is ``paths.home()``, with the wrong answers of the tests."""
    shutil.copytree(ROOT / "tests" / "wrong_answers", short_course / "tests" / "wrong_answers")
    monkeypatch.chdir(short_course)
    monkeypatch.setenv("MPLBACKEND", "Agg")
    return short_course


def edit(change, room: str = "solutions") -> None:
    """``change(cells)`` in the notebook of a4, where ``cells`` are its cells by id, in their order."""
    path = Path(room, "a4", "a4.ipynb")
    nb = read_notebook(path.read_text(encoding="utf-8"))
    cells = {cell.id: cell for cell in nb.cells}
    change(cells)
    nb.cells = list(cells.values())
    path.write_text(notebook_text(nb), encoding="utf-8", newline="\n")


def source(id: str, old: str, new: str):
    """A change of one cell's text; ``old`` must be there."""

    def change(cells):
        assert re.search(old, cells[id].source), cells[id].source
        cells[id]["source"] = re.sub(old, new, cells[id].source, flags=re.DOTALL)

    return change


def noted(id: str, **values):
    """A change of what nbgrader notes about a cell."""
    return lambda cells: cells[id].metadata["nbgrader"].update(values)


def without(*ids: str):
    return lambda cells: [cells.pop(id) for id in ids]


def copied(cells):
    twin = json.loads(json.dumps(cells["a4-q2"]))
    cells["a4-q2-twin"] = type(cells["a4-q2"])(twin | {"id": "a4-q2-twin"})


def same_id(cells):
    cells["a4-q3"]["id"] = "a4-q2"


def bare_folds(cells):
    text = cells["a4-q2-text"].source
    cells["a4-q2-text"]["source"] = text.replace("ヒント1", "ヒント").replace("ヒント2", "ヒント")


def side_by_side(cells):
    text = cells["a4-q2-text"].source.replace("</details>", "")
    parts = text.split("<details>")
    cells["a4-q2-text"]["source"] = (
        parts[0] + "".join(f"<details>{part}\n</details>\n\n" for part in parts[1:]).rstrip()
    )


WRITTEN = {
    "grade_id two": (copied, "a4-q2-twin", "grade_id"),
    "grade_id other": (noted("a4-q2-text", grade_id="a4-q2-words"), "a4-q2-text", "grade_id"),
    "cell id twice": (same_id, "a4-q2", "cell_id"),
    "too few tasks": (without("a4-q1", "a4-q2", "a4-q3"), "", "task_count"),
    "no minutes": (source("a4-ex-head", r"\| 40分 ", "| しばらく "), "a4-ex-head", "no_minutes"),
    "no points in the head": (source("a4-ex-head", r"\| 12点 ", "| "), "a4-ex-head", "total_points"),
    "other points in the head": (source("a4-ex-head", "12点", "13点"), "a4-ex-head", "total_points"),
    "points left out": (lambda cells: cells["a4-q2-test"].metadata["nbgrader"].pop("points"), "a4-q2", "no_points"),
    "points changed": (noted("a4-q2-test", points=3), "a4-q2-text", "points_differ"),
    "no points in the heading": (source("a4-q2-text", "（2点）", ""), "a4-q2-text", "points_differ"),
    "no question": (without("a4-q2-text"), "a4-q2", "no_text"),
    "no check": (without("a4-q2-test"), "a4-q2", "no_check"),
    "written answer without points": (noted("a4-q6", grade=False), "a4-q6", "no_check"),
    "no blank": (source("a4-q2", r"bins = \.\.\.\n", ""), "a4-q2", "answer_form"),
    "begun for the learner": (source("a4-q2", r"bins = \.\.\.", "bins = [300]"), "a4-q2", "answer_form"),
    "no end of the solution": (source("a4-q2", "### END SOLUTION", ""), "a4-q2", "answer_form"),
    "model answer in the open": (source("a4-q6", "### BEGIN SOLUTION", ""), "a4-q6", "answer_form"),
    "no autotest": (source("a4-q2-test", "### HASHED AUTOTEST bins", ""), "a4-q2-test", "no_autotest"),
    "autotest of another name": (source("a4-q2-test", "AUTOTEST bins", "AUTOTEST areas"), "a4-q2-test", "no_autotest"),
    "one hint": (source("a4-q2-text", "<details><summary>ヒント2.*", "</details>"), "a4-q2-text", "hints"),
    "no hint": (source("a4-q6-text", "<details>.*", ""), "a4-q6-text", "hints"),
    "hints without numbers": (bare_folds, "a4-q2-text", "hints"),
    "hints side by side": (side_by_side, "a4-q2-text", "hints"),
    "outputs": (lambda cells: cells["a4-q2"].update(execution_count=1), "a4-q2", "outputs"),
}


@pytest.mark.parametrize("case", WRITTEN)
def test_what_is_written_wrong_is_named(course, case):
    change, cell, kind = WRITTEN[case]
    edit(change)
    assert (cell, kind) in [(note.value, note.kind) for note in written_wrong("a4")]


HINT = "ヒント2：書き方</summary>\n"
RUNNING = {
    "hidden test left": (
        "exercises",
        source("a4-q2-test", "$", "\n### BEGIN HIDDEN TESTS\nassert max(bins) == 800\n### END HIDDEN TESTS"),
        ("a4-q2-test", "leak", "見せない行"),
    ),
    "hidden test left, marks gone": (
        "exercises",
        source("a4-q2-test", "$", "\nassert max(bins) == 800"),
        ("a4-q2-test", "leak", "見せない行"),
    ),
    "answer left": ("exercises", source("a4-q4", r"\.\.\.", '"面積按分"'), ("a4-q4", "leak", "答えが残って")),
    "model answer left": ("exercises", source("a4-q6", "$", "（例）…"), ("a4-q6", "leak", "答えが残って")),
    "check that looks like any cell": (
        "exercises",
        source("a4-q2-test", "# 確かめるセル", "# test"),
        ("a4-q2-test", "check_line", "と見えません"),
    ),
    "released check gone": (
        "exercises",
        without("a4-q2-test"),
        ("a4-q2-test", "no_released_check", "受講者用にありません"),
    ),
    "no words for a blank": (
        "exercises",
        source("a4-q2-test", r"check\.filled\(globals\(\)\.get\(\"bins\", \.\.\.\), \"bins\"\)", "check.kind(bins)"),
        ("a4-q2-test", "blank", "NameError"),
    ),
    "check that lets everything pass": (
        "exercises",
        source("a4-q4-test", ".+", "pass"),
        ("a4-q4-test", "blank", "正解になり"),
    ),
    "a cell that does not run": (
        "solutions",
        source("a4-q3-wrong", "shelter", "sheltre"),
        ("a4-q3-wrong", "cell_fails", "shelt"),
    ),
    "solution changed after release": (
        "solutions",
        source("a4-q2", "800", "801"),
        ("a4-q2-test", "reference", "値が違います"),
    ),
    "hidden test refuses": (
        "solutions",
        source("a4-q2-test", "== 800", "== 801"),
        ("a4-q2-test", "hidden_tests", "AssertionError"),
    ),
    "hint tells the text": (
        "solutions",
        source("a4-q4-text", "考え方</summary>", "</summary>面積按分です。"),
        ("a4-q4-text", "hint_tells", "面積按分"),
    ),
    "hint tells the code": (
        "solutions",
        source("a4-q2-text", HINT, f"{HINT}`bins = [300,500,800]`"),
        ("a4-q2-text", "hint_tells", "[300,500,800]"),
    ),
}


@pytest.mark.parametrize("case", RUNNING)
def test_what_is_released_or_runs_wrong_is_named(course, case):
    room, change, (cell, kind, said) = RUNNING[case]
    edit(change, room)
    assert [note for note in examine("a4", ["a4"]) if (note.value, note.kind) == (cell, kind) and said in note.ja]


def spoil(change) -> list[str]:
    """``change(answers)`` in the file of wrong answers; the lines that the check prints."""
    path = Path("tests", "wrong_answers", "a4.yml")
    answers = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump(change(answers) or answers, allow_unicode=True), encoding="utf-8")
    return [line(note) for note in examine("a4", ["a4"])]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda a: a["a4-q4"].__delitem__(slice(1, None)), "tests/wrong_answers/a4.yml　a4-q4：まちがいの例が1つです"),
        (lambda a: a.pop("a4-q5") and None, "a4-q5：まちがいの例が0つです"),
        (lambda a: a.update({"a4-q7": a["a4-q4"]}), "a4-q7：確かめるセルのある問いに、この名前はありません"),
        (lambda a: a.update({"a4-q6": a["a4-q4"]}), "a4-q6：確かめるセルのある問いに、この名前はありません"),
        (
            lambda a: a["a4-q4"][0].update(message="よくできました"),
            "に「よくできました」と言いません（way の値が違います",
        ),
        (lambda a: a["a4-q4"][0].update(answer='way = "面積按分"'), "と言いません（正解になりました）"),
        (lambda a: a["a4-q4"][0].pop("message") and None, "書き方が違います"),
        (lambda a: ["way"], "書き方が違います"),
    ],
)
def test_wrong_answers_that_are_missing_or_told_otherwise_are_named(course, change, said):
    assert any(said in printed for printed in spoil(change))


def test_without_its_files_an_exercise_is_named(course):
    (course / "exercises" / "a4" / "a4.ipynb").unlink()
    assert [note.kind for note in examine("a4", ["a4"])] == ["not_built"]
    (course / "solutions" / "a4" / "a4.ipynb").write_text("{", encoding="utf-8")
    assert [note.kind for note in examine("a4", ["a4"])] == ["not_a_notebook"]
    (course / "solutions" / "a4" / "a4.ipynb").unlink()
    assert [note.kind for note in examine("a4", ["a4"])] == ["no_solution"]


def test_an_exercise_of_no_lesson_is_named(course):
    assert leftovers() == []
    shutil.copytree(course / "exercises" / "a4", course / "exercises" / "a5")
    (course / "exercises" / "a5" / "a4.ipynb").rename(course / "exercises" / "a5" / "a5.ipynb")
    assert [line(note)[:13] for note in leftovers()] == ["solutions/a5/"]


def test_the_command_says_so_on_one_line_each_and_in_its_exit_code(course):
    sound = command(course, "exercises", "check")
    assert (sound.returncode, sound.stdout) == (0, ""), sound.stdout + sound.stderr

    edit(source("a4-q2-text", "（2点）", "（3点）"))
    done = command(course, "exercises", "check")
    assert done.returncode == 1
    points, stale = done.stdout.splitlines()
    assert points.startswith("solutions/a4/a4.ipynb　a4-q2-text：見出しの配点（3）が、採点の配点（2）と違います。 → ")
    assert stale.startswith("exercises/a4/a4.ipynb：受講者用が、いまの解答から作ったものと違います。 → ")


def test_only_what_changed_is_built_again(course):
    first = command(course, "exercises", "build")
    assert first.stdout.startswith("作りました：exercises/a4"), first.stdout + first.stderr
    assert command(course, "exercises", "build").stdout == "変わっていません：exercises/a4\n"


@pytest.mark.parametrize(
    "changed",
    [
        "solutions/a4/a4.ipynb",
        "solutions/autotests.yml",
        "datasets/mirai/facilities.csv",
        "exercises/a4/a4.ipynb",  # by hand
        "work/.dataacademy/exercises.json",  # damaged: what was known is lost
    ],
)
def test_what_makes_an_exercise_stale(course, changed):
    assert "a4" not in Freshness(SAMPLE_TOWN)
    Freshness(SAMPLE_TOWN).add("a4")
    assert "a4" in Freshness(SAMPLE_TOWN)
    before = Path(changed).read_bytes()
    Path(changed).write_bytes(before[: len(before) // 2])
    assert "a4" not in Freshness(SAMPLE_TOWN)
    Path(changed).write_bytes(before)
    assert "a4" in Freshness(SAMPLE_TOWN)


def test_other_packages_or_code_make_an_exercise_stale(course, monkeypatch):
    Freshness(SAMPLE_TOWN).add("a4")
    monkeypatch.setattr(freshness, "version", lambda name: "0")
    assert "a4" not in Freshness(SAMPLE_TOWN)
    monkeypatch.undo()
    monkeypatch.chdir(course)
    names = {path.name for path in freshness.code_files()}
    assert {"measure.py", "check.py", "releasing.py", "catalog.py"} <= names
    assert not {"server.py", "progress.py", "owner.py"} & names


def test_another_towns_exercise_goes_to_its_workspace_and_one_that_fails_stops_no_other(course):
    shutil.copytree(course / "datasets" / "mirai", course / "datasets" / "222127")
    broken = course / "solutions" / "a2"
    shutil.copytree(course / "solutions" / "a4", broken)
    (broken / "a4.ipynb").rename(broken / "a2.ipynb")
    path = broken / "a2.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("within=800", "within=nothing"), encoding="utf-8")
    map_ = course / "notebooks" / "course.yml"
    content = yaml.safe_load(map_.read_text(encoding="utf-8"))
    next(entry for entry in content["lessons"] if entry["id"] == "a2")["exercise"] = "a2"
    map_.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    learners = course / "work" / "222127" / "exercises" / "a4" / "a4.ipynb"

    done = command(course, "exercises", "build", "--town", "222127")
    assert done.returncode == 1
    assert "演習「a2」の解答を実行できない" in done.stderr
    assert done.stdout.startswith("作りました：exercises/a4")
    released = learners.read_text(encoding="utf-8")
    assert 'town = \\"222127\\"' in released
    assert not (course / "exercises" / "a2").exists()

    learners.write_text(released.replace("bins = ...", "bins = [300]"), encoding="utf-8")
    again = command(course, "exercises", "build", "--town", "222127")
    assert again.stdout == "変わっていません：exercises/a4\n"  # what the learner wrote makes nothing stale
    assert "bins = [300]" in learners.read_text(encoding="utf-8")
