"""Assignments are what nbgrader would make of the same sources, with what judges them; nothing of a course is run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
import nbgrader
import psutil
import pytest
from handins import a4, marks, write, write_course
from nbformat import v4

from dataacademy.course.exercises import solution_file
from dataacademy.course.grade import assignment
from dataacademy.course.grade.assignment import names_of_course, of_course, ours, stale_release
from dataacademy.course.grade.normalise import fit
from dataacademy.course.grade.reading import read_notebook
from dataacademy.errors import DataAcademyError

GUIDE = Path(nbgrader.__file__).parent / "docs/source/user_guide/source"


@pytest.fixture
def course(tmp_path) -> Path:
    return write_course(tmp_path)


def kinds(notebook) -> list[str]:
    return [cell.kind for cell in notebook.cells]


def test_kinds_points_and_what_learners_may_not_see(course):
    made = of_course(course, "a4")
    assert made.points == 11
    (notebook,) = made.notebooks
    assert notebook.name == "a4"
    assert kinds(notebook) == (
        ["plain", "plain", "locked", "answer", "test", "locked", "answer", "plain", "test", "written", "task", "plain"]
    )
    by_id = {cell.grade_id: cell for cell in notebook.cells}
    assert "assert far_people == 1234" in by_id["a4-q1-test"].source
    assert "軸に単位" in by_id["a4-task"].source
    answers = by_id["a4-q1"].source + by_id["a4-q2"].source + by_id["a4-q3"].source
    assert not any(told in answers for told in ("1234", "n / 2", "例の文"))
    assert [cell.graded for cell in notebook.cells].count(True) == 4


def test_other_files_are_handed_out_too(course):
    write(course / "source/ps5/sub/more.txt", "x")
    write(course / "source/ps5/.ipynb_checkpoints/problem1-checkpoint.ipynb", "x")
    made = of_course(course, "ps5")
    assert [name for name, _ in made.files] == ["data.csv", "sub/more.txt"]
    assert [notebook.name for notebook in made.notebooks] == ["problem1", "problem2"]
    assert names_of_course(course) == ["a4", "ps5"]


def test_the_key_follows_all_that_decides_marks(course):
    keys = [of_course(course, "ps5").key]
    assert of_course(course, "ps5").key == keys[0]
    (course / "source/ps5/data.csv").write_text("changed", encoding="utf-8")
    keys.append(of_course(course, "ps5").key)
    file = course / "source/ps5/problem1.ipynb"
    file.write_text(file.read_text(encoding="utf-8").replace("x == 1", "x == 2"), encoding="utf-8")
    keys.append(of_course(course, "ps5").key)
    file.write_text(file.read_text(encoding="utf-8").replace('"points": 1', '"points": 2'), encoding="utf-8")
    keys.append(of_course(course, "ps5").key)
    assert len(set(keys)) == 4


def test_the_same_as_nbgraders_gradebook_on_its_own_example(tmp_path):
    """What autograde would put back, cell by cell, and what it would release."""
    from nbgrader.api import Gradebook
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    shutil.copytree(GUIDE, tmp_path / "source")
    write(tmp_path / "nbgrader_config.py", 'c = get_config()\nc.IncludeHeaderFooter.header = "source/header.ipynb"\n')
    config = Config()
    config.CourseDirectory.root = str(tmp_path)
    config.IncludeHeaderFooter.header = "source/header.ipynb"
    assert NbGraderAPI(config=config).generate_assignment("ps1")["success"]
    made = of_course(tmp_path, "ps1")
    assert made.points == 13
    assert [name for name, _ in made.files] == ["jupyter.png"]
    assert stale_release(tmp_path, made) == []
    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db") as book:
        for notebook in made.notebooks:
            saved = {cell.name: cell for cell in book.find_notebook(notebook.name, "ps1").source_cells}
            ours = {cell.grade_id: cell for cell in notebook.cells if cell.grade_id}
            assert {name: (c.source, c.cell_type) for name, c in saved.items()} == (
                {name: (c.source, c.cell_type) for name, c in ours.items()}
            )
            scores = {c.name: c.max_score for c in book.find_notebook(notebook.name, "ps1").grade_cells}
            assert scores == {c.grade_id: c.points for c in ours.values() if c.kind in ("test", "written")}
            notes: list[str] = []
            released = read_notebook(tmp_path / "release/ps1" / f"{notebook.name}.ipynb", notes)
            assert fit(released, notebook)[1] == notes == []
    assert of_course(tmp_path, "ps1").notebooks[0].cells[0].source.startswith("Before you turn")  # the header


def test_a_release_that_is_not_todays_is_told(course):
    shutil.copytree(course / "source", course / "release")
    assert len(stale_release(course, of_course(course, "ps5"))) == 2


def test_the_config_of_a_course_is_read_and_never_run(course):
    ran = course / "ran"
    write(
        course / "nbgrader_config.py",
        f"open({str(ran)!r}, 'w').close()\nc = get_config()\nc.ClearSolutions.text_stub = 'ここに書く'\n"
        "c.ClearSolutions.code_stub = dict(python='computed')\n",
    )
    by_id = {cell.grade_id: cell.source for cell in of_course(course, "a4").notebooks[0].cells}
    assert by_id["a4-q3"] == "ここに書く"
    assert "YOUR CODE HERE" in by_id["a4-q1"]
    assert not ran.exists()
    write(course / "nbgrader_config.py", "this is no Python")
    assert of_course(course, "a4").points == 11


@pytest.mark.parametrize("version", [None, 0, 1, 2, 3])
def test_every_version_of_the_metadata_is_read(course, version):
    notebook = a4()
    del notebook.cells[10]  # tasks came with version 3
    for cell in notebook.cells:
        if given := cell.metadata.get("nbgrader"):
            given.pop("task")
            given.pop("schema_version") if version is None else given.update(schema_version=version)
    write(course / "source/a4/a4.ipynb", notebook)
    made = of_course(course, "a4")
    assert made.points == 7
    assert made.notebooks[0].cells[4].metadata["nbgrader"]["schema_version"] == 3


def unusable(course, kind: str, change) -> DataAcademyError:
    notebook = a4()
    change(notebook)
    write(course / "source/a4/a4.ipynb", notebook)
    with pytest.raises(DataAcademyError) as error:
        of_course(course, "a4")
    assert error.value.note.kind == kind
    return error.value


def test_sources_that_cannot_be_used_say_why(course):
    def newer(notebook):
        notebook.cells[4].metadata["nbgrader"]["schema_version"] = 4

    def twice(notebook):
        notebook.cells.append(v4.new_code_cell("", metadata=marks("a4-q1", solution=True)))

    def other(notebook):
        notebook.metadata["kernelspec"]["language"] = "R"

    def endless(notebook):
        notebook.cells[4].source += "\n### BEGIN HIDDEN TESTS"

    assert "（4）" in str(unusable(course, "schema_too_new", newer))
    assert "a4-q1" in str(unusable(course, "source_unusable", twice))
    assert "R" in str(unusable(course, "not_python", other))
    unusable(course, "source_unusable", endless)
    write(course / "source/a4/a4.ipynb", "no notebook")
    with pytest.raises(DataAcademyError, match="a4.ipynb"):
        of_course(course, "a4")


def test_an_unknown_assignment_is_guessed_at(course):
    with pytest.raises(DataAcademyError, match="もしかして「ps5」"):
        of_course(course, "ps6")
    with pytest.raises(DataAcademyError, match="もしかして「a4」"):
        ours("a44")


def test_our_own_exercise(tmp_path, monkeypatch, root):
    """Computed once, then kept; what learners got fits it without a note."""
    monkeypatch.setenv("DATAACADEMY_OUTPUT", str(tmp_path))
    made = ours("a4")
    (kept,) = (tmp_path / "work/.dataacademy/assignments").iterdir()
    cells = {cell.grade_id: cell for cell in made.notebooks[0].cells}
    assert "check.expect" in cells["a4-q1-test"].source
    assert "AUTOTEST" not in cells["a4-q1-test"].source
    assert "HIDDEN TESTS" in cells["a4-q1-test"].source
    assert cells["a4-q1"].source.strip() == "far_people = ..."
    solution = nbformat.read(solution_file("a4"), as_version=4)
    points = [cell.metadata.get("nbgrader", {}).get("points", 0) for cell in solution.cells]
    assert made.points == sum(points)

    def never(*_):
        raise AssertionError("computed again")

    with monkeypatch.context() as patched:
        key = json.loads(kept.read_text(encoding="utf-8"))["key"]
        patched.setattr(assignment, "fingerprint", lambda *parts: key)  # the toolbox may be edited meanwhile
        patched.setattr(assignment, "_prepared", never)
        assert ours("a4").notebooks == made.notebooks
        kept.write_text("damaged", encoding="utf-8")
        with pytest.raises(AssertionError, match="again"):
            ours("a4")
    released = nbformat.read(root / "exercises/a4/a4.ipynb", as_version=4)
    assert fit(released, made.notebooks[0])[1] == []


def test_a_solution_that_does_not_run_leaves_no_kernel(course, monkeypatch):
    notebook = a4()
    notebook.metadata["kernelspec"]["name"] = "python3"
    notebook.cells[1].source = "raise ValueError('この解答は動きません')"
    notebook.cells[4].source = "### AUTOTEST far_people"
    write(course / "source/a4/a4.ipynb", notebook)
    rules = {
        "dispatch": "type({{snippet}})",
        "normalize": "{{snippet}}",
        "check": "assert {{snippet}}",
        "templates": {},
    }
    write(course / "autotests.yml", {"python3": rules})
    started = []
    start = assignment.kernels.environment
    monkeypatch.setattr(assignment.kernels, "environment", lambda: started.append(1) or start())
    with pytest.raises(DataAcademyError, match="動きません"):
        of_course(course, "a4")
    assert started
    assert not [p for p in psutil.Process().children(recursive=True) if "ipykernel" in " ".join(p.cmdline())]


def test_a_courses_own_words_around_hidden_tests_become_the_usual_ones(course):
    file = next((course / "source" / "a4").glob("*.ipynb"))
    text = file.read_text(encoding="utf-8")
    text = text.replace("BEGIN HIDDEN TESTS", "ここから秘密").replace("END HIDDEN TESTS", "ここまで秘密")
    file.write_text(text, encoding="utf-8")
    (course / "nbgrader_config.py").write_text(
        "c = get_config()\nc.ClearHiddenTests.begin_test_delimeter = 'ここから秘密'\n"
        "c.ClearHiddenTests.end_test_delimeter = 'ここまで秘密'\n",
        encoding="utf-8",
    )
    test = next(cell for cell in of_course(course, "a4").notebooks[0].cells if cell.grade_id == "a4-q1-test")
    assert "### BEGIN HIDDEN TESTS" in test.source
    assert "秘密" not in test.source
