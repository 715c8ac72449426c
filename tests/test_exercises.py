"""Exercises: the reference passes, a blank is asked for kindly, every wrong answer gets its message."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
import yaml

from dataacademy.course import check
from dataacademy.course.exercises import solution_file
from dataacademy.course.lessons import course

ROOT = Path(__file__).resolve().parents[1]
EXERCISES = [lesson.exercise for lesson in course() if lesson.exercise]


def released(exercise: str):
    return nbformat.read(ROOT / "exercises" / exercise / f"{exercise}.ipynb", as_version=4)


def wrong_answers(exercise: str) -> dict[str, list[dict[str, str]]]:
    return yaml.safe_load((ROOT / "tests" / "wrong_answers" / f"{exercise}.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module", params=EXERCISES)
def played(request):
    """One exercise, run cell by cell with the reference answers; at each task every wrong answer is tried."""
    import matplotlib

    matplotlib.use("Agg")
    exercise = request.param
    solution = nbformat.read(solution_file(exercise), as_version=4)
    checks = {c.id: c.source for c in released(exercise).cells if c.id.endswith("-test")}
    wrong, said, names = wrong_answers(exercise), {}, {}
    for cell in solution.cells:
        if cell.cell_type != "code":
            continue
        if cell.id in checks:
            task = cell.id.removesuffix("-test")
            for answer in wrong.get(task, []):
                said[task, answer["answer"]] = message(checks[cell.id], tried(answer["answer"], names))
            exec(checks[cell.id], names)  # the reference: must not raise
            hidden = cell.source.partition("### BEGIN HIDDEN TESTS\n")[2].partition("### END")[0]
            exec(hidden, names)
        else:
            exec(cell.source, names)
    return exercise, wrong, said, checks


def tried(source: str, names: dict) -> dict:
    names = dict(names)
    exec(source, names)
    return names


def message(source: str, names: dict) -> str:
    try:
        exec(source, names)
    except check.WrongAnswer as wrong:
        return str(wrong)
    return "（正解になりました）"


def test_every_task_has_two_wrong_answers_and_a_blank(played):
    _, wrong, _, checks = played
    for cell in checks:
        answers = wrong.get(cell.removesuffix("-test"), [])
        assert len(answers) >= 3
        assert any(a["answer"].endswith("= ...") for a in answers)


def test_every_wrong_answer_gets_its_message(played):
    _, wrong, said, _ = played
    for task, answers in wrong.items():
        for answer in answers:
            assert answer["message"] in said[task, answer["answer"]], (task, answer["answer"])


@pytest.mark.parametrize("exercise", EXERCISES)
def test_released_file_tells_no_answer(exercise):
    text = json.dumps(released(exercise), ensure_ascii=False)
    for mark in ("BEGIN SOLUTION", "HIDDEN TESTS", "AUTOTEST"):
        assert mark not in text
    for cell in released(exercise).cells:
        if cell.metadata.get("nbgrader", {}).get("solution") and cell.cell_type == "code":
            assert cell.source.strip().endswith("= ...")


@pytest.mark.parametrize("exercise", EXERCISES)
def test_points_and_ids(exercise):
    lesson = next(lesson for lesson in course() if lesson.exercise == exercise)
    cells = [c for c in nbformat.read(solution_file(exercise), as_version=4).cells if "nbgrader" in c.metadata]
    assert sum(c.metadata.nbgrader.get("points", 0) for c in cells) == lesson.points
    assert all(c.metadata.nbgrader.grade_id == c.id for c in cells)
    assert 4 <= sum(bool(c.metadata.nbgrader.solution) for c in cells) <= 8


def test_right_answers_of_every_type_are_right():
    import numpy as np
    import pandas as pd

    table = pd.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]})
    same = [
        (1 / 3, np.float64(1 / 3)),
        (3, 3.0),
        ([300, 500], (300, 500)),
        (["あ"], np.array(["あ"])),
        (table, table[["b", "a"]]),
        (table["a"], np.float32([1, 2]).astype(float) * pd.Series([1, 1], name="a")),
    ]
    for a, b in same:
        assert check.digest(a, "s") == check.digest(b, "s")
    assert check.digest(table, "s") != check.digest(table.assign(a=[1, 3]), "s")
    assert check.digest([300, 500], "s") != check.digest([500, 300], "s")
