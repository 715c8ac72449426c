"""What is in an exercise: the tasks with their text, answer and check, and what its head says of time and points.

Cells belong together by nbgrader's ids: ``a4-q1-text``, ``a4-q1`` (the answer), ``a4-q1-test`` (the check).
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from dataacademy import paths
from dataacademy.course.lessons import Lesson, course

TEXT_STUB = "ここに答えを書いてください（このセルをダブルクリックすると書けます）。"
_HEADING = re.compile(r"^#+\s*(?P<title>.+?)\s*(?:（(?P<points>\d+)点）)?\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Task:
    """One question.  ``test`` is None where a person marks the answer, ``text`` where the cell above is missing."""

    id: str
    answer: NotebookNode
    text: NotebookNode | None = None
    test: NotebookNode | None = None

    @property
    def title(self) -> str:
        """The heading without the points; the id where there is none."""
        found = _HEADING.search(self.text.source) if self.text else None
        return found["title"] if found else self.id

    @property
    def stated_points(self) -> int | None:
        """The points in the heading, or None."""
        found = _HEADING.search(self.text.source) if self.text else None
        return int(found["points"]) if found and found["points"] else None

    @property
    def points(self) -> int | float:
        """The points that a right answer earns."""
        marked = self.test or self.answer
        return nbgrader(marked).get("points") or 0


@dataclass(frozen=True)
class Head:
    """What the first cell tells the learner, from the table with 所要時間 and 配点; None where it does not."""

    minutes: int | None = None
    points: int | None = None


def exercises() -> dict[str, Lesson]:
    """Every exercise of the course and the lesson it belongs to, in the order of the map."""
    found: dict[str, Lesson] = {}
    for lesson in course():
        if lesson.exercise:
            found.setdefault(lesson.exercise, lesson)
    return found


def solution_file(exercise: str) -> Path:
    """The hand-written source of an exercise, with answers."""
    return paths.home() / "solutions" / exercise / f"{exercise}.ipynb"


def released_file(exercise: str) -> Path:
    """The exercise as learners get it, with the sample town's answers; generated."""
    return paths.home() / "exercises" / exercise / f"{exercise}.ipynb"


def learners_file(exercise: str, town: str) -> Path:
    """The learner's copy of an exercise."""
    return paths.workspace(town) / "exercises" / exercise / f"{exercise}.ipynb"


def nbgrader(cell) -> dict:
    """What nbgrader notes about a cell; empty for cells that are not its concern."""
    return cell.metadata.get("nbgrader", {})


def tasks(nb: NotebookNode) -> list[Task]:
    """The tasks in the order of their answers.  Of cells copied with their id the first counts."""
    cells: dict[str, NotebookNode] = {}
    for cell in nb.cells:
        cells.setdefault(nbgrader(cell).get("grade_id", ""), cell)
    return [
        Task(id, cell, cells.get(f"{id}-text"), cells.get(f"{id}-test"))
        for id, cell in cells.items()
        if nbgrader(cell).get("solution")
    ]


def head(nb: NotebookNode) -> Head:
    """Minutes and points that the exercise states in its first cell.

    >>> from nbformat.v4 import new_markdown_cell, new_notebook
    >>> table = "| 所要時間 | 配点 | 書くシート |\\n|---|---|---|\\n| 40分 | 12点 | 図表 |"
    >>> head(new_notebook(cells=[new_markdown_cell(f"# A4 演習\\n\\n{table}")]))
    Head(minutes=40, points=12)
    """
    lines = [line.strip() for line in nb.cells[0].source.splitlines()] if nb.cells else []
    rows = [[part.strip() for part in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    said = dict(zip(rows[0], rows[2], strict=False)) if len(rows) > 2 else {}
    minutes = re.fullmatch(r"(\d+)\s*分", said.get("所要時間", ""))
    points = re.fullmatch(r"(\d+)\s*点", said.get("配点", ""))
    return Head(int(minutes[1]) if minutes else None, int(points[1]) if points else None)


def is_blank(cell: NotebookNode) -> bool:
    """Whether nothing has been answered: the stub, nothing at all, or only ``name = ...``.

    >>> from nbformat.v4 import new_code_cell
    >>> is_blank(new_code_cell("bins = ...")), is_blank(new_code_cell("bins = 300"))
    (True, False)
    """
    if cell.cell_type != "code":
        return cell.source.strip() in ("", TEXT_STUB)
    try:
        body = ast.parse(cell.source).body
    except SyntaxError:  # something was written, only not in Python
        return False
    return all(
        isinstance(line, ast.Assign) and isinstance(line.value, ast.Constant) and line.value.value is ...
        for line in body
    )
