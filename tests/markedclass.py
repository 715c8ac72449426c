"""A class whose hand-ins were marked, made by hand: nothing is run."""

from __future__ import annotations

import random
from collections.abc import Iterable

import nbformat
from nbformat import v4

from dataacademy.course.grade.records import (
    ANSWER,
    LOCKED,
    PLAIN,
    TASK,
    TEST,
    WRITTEN,
    Assignment,
    Judgement,
    Marked,
    SourceCell,
    SourceNotebook,
)

_FLAGS = {ANSWER: (0, 1, 0, 0), LOCKED: (0, 0, 0, 1), TEST: (1, 0, 0, 1), WRITTEN: (1, 1, 0, 0), TASK: (0, 0, 1, 1)}
HIDDEN = "x = 1\n### BEGIN HIDDEN TESTS\nassert answer == 4711\n### END HIDDEN TESTS"


def cell(kind: str, grade_id: str, source: str = "", points: float = 0, cell_type: str = "code") -> SourceCell:
    marks = {"grade_id": grade_id, "schema_version": 3, "cell_type": cell_type, "points": points}
    marks |= dict(zip(("grade", "solution", "task", "locked"), map(bool, _FLAGS.get(kind, (0,) * 4)), strict=True))
    metadata = {"nbgrader": marks} if kind != PLAIN else {}
    return SourceCell(f"c-{grade_id}", kind, cell_type, source, grade_id if kind != PLAIN else "", points, metadata)


def notebook(name: str = "a4") -> SourceNotebook:
    cells = (
        cell(PLAIN, "head", "# 演習", cell_type="markdown"),
        cell(LOCKED, "q1-text", "### 問1　数える（2点）", cell_type="markdown"),
        cell(ANSWER, "q1", "answer = ..."),
        cell(TEST, "q1-test", HIDDEN, 2),
        cell(LOCKED, "q2-text", "### 問2　分ける（3点）", cell_type="markdown"),
        cell(ANSWER, "q2", "bins = ..."),
        cell(TEST, "q2-test", "check(bins)", 3),
        cell(LOCKED, "q3-text", "### 問3　読む（4点）", cell_type="markdown"),
        cell(WRITTEN, "q3", "ここに書く", 4, cell_type="markdown"),
        cell(TASK, "q4", "図をかく", 5, cell_type="markdown"),
    )
    return SourceNotebook(name, cells, {"kernelspec": {"name": "python3", "display_name": "Python 3"}})


def assignment(name: str = "a4", notebooks: Iterable[str] = ("a4",)) -> Assignment:
    return Assignment(name, tuple(notebook(one) for one in notebooks))


def executed(source: SourceNotebook, answers: dict[str, str], outputs: dict[str, list] | None = None) -> str:
    """The executed notebook, as text, with these answers and outputs by grade_id."""
    made = []
    for one in source.cells:
        new = v4.new_code_cell if one.cell_type == "code" else v4.new_markdown_cell
        made.append(new(answers.get(one.grade_id, one.source), metadata=one.metadata, id=one.id))
        if one.cell_type == "code":
            made[-1].outputs = [nbformat.from_dict(out) for out in (outputs or {}).get(one.grade_id, [])]
    return nbformat.writes(v4.new_notebook(cells=made, metadata=source.metadata))


def marked(
    student: str,
    points: dict[str, float | None],
    *,
    answers: dict[str, str] | None = None,
    messages: dict[str, str] | None = None,
    outputs: dict[str, list] | None = None,
    assignment: str = "a4",
    source: SourceNotebook | None = None,
    timestamp: str = "2026-05-01T01:00:00+00:00",
    **more,
) -> Marked:
    """One hand-in; ``points`` by grade_id (left to a person where missing)."""
    source = source or notebook()
    answers = {"q1": "answer = 1", "q2": "bins = 300", "q3": "多いのは南です。"} | (answers or {})
    judged = tuple(
        Judgement(c.grade_id, points.get(c.grade_id), c.points, (messages or {}).get(c.grade_id, ""))
        for c in source.cells
        if c.graded
    )
    text = executed(source, answers, outputs)
    about = {"seconds": 1.5, "key": f"key-{student}", "timestamp": timestamp} | more
    return Marked(student, assignment, source.name, judged, text, **about)


def a_class(size: int, seed: int = 1, source: SourceNotebook | None = None, assignment: str = "a4") -> list[Marked]:
    """``size`` people with marks by chance, in halves of a point."""
    chance = random.Random(seed)
    people = []
    for number in range(size):
        points = {"q1-test": chance.choice([0.0, 1.0, 2.0]), "q2-test": chance.choice([0.0, 1.5, 3.0])}
        people.append(
            marked(f"s{number:04}", points | {"q3": chance.choice([0.0, None])}, source=source, assignment=assignment)
        )
    return people
