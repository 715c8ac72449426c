"""Simulated classes: three exercises and a hundred hand-ins of each, as honest learners make them.

Exercise a4 is this course's own; ``kiso`` and ``hyou`` have the same check cells, and what a4 has not: functions,
partial credit, tables, a chart, a class, a file of their own, a code answer that a person marks.  Their tasks, and
right and wrong answers to all, are in ``class_tasks/``.
"""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path

import yaml
from handins import given as released
from handins import marks
from handins import write as put
from nbformat import NotebookNode, read, v4, write

from dataacademy.course.exercises.tasks import TEXT_STUB
from dataacademy.course.grade.assignment import of_course
from dataacademy.course.grade.mark import Task as Marking
from dataacademy.course.grade.mark import mark
from dataacademy.course.grade.records import Limits, Submission
from dataacademy.course.pool import each

ROOT = Path(__file__).resolve().parents[1]
EXERCISES = ("a4", "kiso", "hyou")
GUIDE = "ps1"  # the assignment of nbgrader's user guide
SIZE = 100  # hand-ins of each exercise; of the guide's a quarter
FOR_EVER = "for ever"  # what: a loop that only the limit ends
_CONFIG = "c = get_config()\nc.ExecutePreprocessor.timeout = 20\n"
_STUBS = f'c.ClearSolutions.code_stub = {{"python": ""}}\nc.ClearSolutions.text_stub = {TEXT_STUB!r}\n'
LIMITS = Limits(cell_seconds=8)
_LOOP = "while True:\n    pass"


@dataclass(frozen=True)
class Task:
    """One task of an exercise.  Those of a4 have no ``test`` and ``start`` here: its source has them."""

    name: str
    right: list[str]
    wrong: list[str]
    test: str = ""
    start: str = ""  # what stands in the answer's cell
    points: float = 0


@dataclass(frozen=True)
class HandIn:
    """What one learner hands in.  ``added``: cells of their own, after the cell with this grade_id."""

    student: str
    exercise: str
    what: str
    answers: dict[str, str] = field(default_factory=dict)
    added: tuple[tuple[str, str], ...] = ()
    removed: tuple[str, ...] = ()  # grade_ids of cells that the learner deleted
    copied: tuple[str, ...] = ()  # grade_ids of cells that stand there twice


# cells of a learner's own, in places where they do no harm: they look, try, and make mistakes
_TRIED = (
    "print('ためし')",
    "1 / 0",
    "%time sum(range(1000))",
    "x = 3\nx",
    "!ls",
    "for i in range(3000):\n    print('行', i)",
    "import warnings\nwarnings.warn('気をつけて')",
    "あいう",
    "import pandas as pd\npd.DataFrame({'a': range(500)})",
    "input('名前')",
)


@cache
def about(exercise: str) -> dict:
    """What ``class_tasks/`` says of an exercise."""
    return yaml.safe_load((ROOT / f"tests/class_tasks/{exercise}.yml").read_text(encoding="utf-8"))


def tasks_of(exercise: str) -> list[Task]:
    """The tasks that are judged by a test."""
    return [Task(name, **said) for name, said in about(exercise)["tasks"].items()]


# -- the course -------------------------------------------------------------------------------------------------------


def write_course(folder: Path) -> Path:
    """An nbgrader course with the three exercises, its rules and its settings."""
    for exercise in EXERCISES:
        place = folder / "source" / exercise
        place.mkdir(parents=True)
        write(source(exercise), place / f"{exercise}.ipynb")
        for name, text in about(exercise).get("files", {}).items():
            (place / name).write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "solutions" / "autotests.yml", folder / "autotests.yml")
    (folder / "nbgrader_config.py").write_text(_CONFIG + _STUBS, encoding="utf-8")
    return folder


def write_guide(folder: Path) -> Path:
    """The course that ``nbgrader quickstart`` makes: the example of its user guide."""
    import nbgrader

    shutil.copytree(Path(nbgrader.__file__).parent / "docs/source/user_guide/source/ps1", folder / "source" / GUIDE)
    (folder / "nbgrader_config.py").write_text(_CONFIG, encoding="utf-8")
    return folder


def course_of(exercise: str, folder: Path) -> Path:
    """A course in which the exercise is."""
    return write_guide(folder) if exercise == GUIDE else write_course(folder)


def source(exercise: str) -> NotebookNode:
    """An exercise with its answers and tests."""
    if exercise == "a4":
        return read(ROOT / "solutions/a4/a4.ipynb", as_version=4)
    cells = [
        v4.new_markdown_cell(f"# {exercise} 演習\n\n上から順に実行してください。", id=f"{exercise}-head"),
        v4.new_code_cell(about(exercise)["start"], id=f"{exercise}-start"),
    ]
    for task in tasks_of(exercise):
        answer = f"{task.start}\n### BEGIN SOLUTION\n{task.right[0]}\n### END SOLUTION"
        test = marks(f"{task.name}-test", grade=True, locked=True, points=task.points)
        cells += [
            v4.new_markdown_cell(
                f"### {task.name}", id=f"{task.name}-text", metadata=marks(f"{task.name}-text", locked=True)
            ),
            v4.new_code_cell(answer, id=task.name, metadata=marks(task.name, solution=True)),
            v4.new_code_cell(task.test, id=f"{task.name}-test", metadata=test),
        ]
    for name, new in ((f"{exercise}-text", v4.new_markdown_cell), (f"{exercise}-code", v4.new_code_cell)):
        text = f"### BEGIN SOLUTION\n# {about(exercise)['written'][f'{exercise}-text']}\n### END SOLUTION"
        cells.append(new(text, id=name, metadata=marks(name, grade=True, solution=True, points=2)))
    spec = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return v4.new_notebook(cells=cells, metadata=spec)


def hand_in(released: NotebookNode, given: HandIn) -> NotebookNode:
    """The released notebook as the learner hands it in, saved without outputs."""
    cells = []
    for place, cell in enumerate(released.cells):
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if name in given.removed:
            continue
        for copy in range(2 if name in given.copied else 1):
            new = v4.new_code_cell if cell.cell_type == "code" else v4.new_markdown_cell
            text = given.answers.get(name, cell.source)
            cells.append(new(text, id=f"{cell.get('id', place)}{'-copy' * copy}", metadata=cell.metadata))
        added = [text for after, text in given.added if after == name]
        cells += [v4.new_code_cell(text, id=f"{name}-own-{number}") for number, text in enumerate(added)]
    return v4.new_notebook(cells=cells, metadata=released.metadata)


def write_class(course: Path, hand_ins: list[HandIn]) -> None:
    """``submitted/<student>/<exercise>/`` of a course whose exercises have been released."""
    for given in hand_ins:
        place = course / "submitted" / given.student / given.exercise
        shutil.copytree(course / "release" / given.exercise, place)
        for file in place.glob("*.ipynb"):
            write(hand_in(read(file, as_version=4), given), file)


# -- the learners -----------------------------------------------------------------------------------------------------


def hand_ins(exercise: str) -> list[HandIn]:
    """A class of :data:`SIZE` learners, the same every time."""
    luck = random.Random(exercise)
    made = [HandIn(f"{exercise}-{n:03d}", exercise, *one) for n, one in enumerate(_learners(exercise, luck))]
    return made[::4] if exercise == GUIDE else made


def _learners(exercise: str, luck: random.Random) -> Iterator[tuple]:
    tasks, written = tasks_of(exercise), about(exercise)["written"]

    def right() -> dict[str, str]:
        return {task.name: luck.choice(task.right) for task in tasks} | written

    def wrong(number: int) -> dict[str, str]:
        return {task.name: luck.choice(task.wrong) for task in luck.sample(tasks, number)}

    for number in range(SIZE):
        task, last = luck.choice(tasks), tasks[-1]
        if number < 20:
            yield "right", right()
        elif number < 50:
            yield "partly wrong", right() | wrong(luck.randint(1, len(tasks)))
        elif number < 55:
            yield "blank", {}
        elif number < 65:
            yield "half done", dict(luck.sample(sorted(right().items()), luck.randint(1, len(tasks))))
        elif number < 72:
            yield "syntax error", right() | {task.name: luck.choice(("answer = (", "def f(:", "１ + 2", "  x = 1\ny"))}
        elif number < 78:
            yield "exception", right() | {task.name: f"raise RuntimeError('だめ')\n{task.right[0]}"}
        elif number < 80:
            yield "exception after", right() | {task.name: f"{task.right[0]}\nraise KeyError('あと')"}
        elif number < 83:
            yield "slow", right() | {task.name: f"import time\ntime.sleep(1)\n{task.right[0]}"}
        elif number < 84:
            yield FOR_EVER, right() | {task.name: f"{task.right[0]}\n{_LOOP}"}
        elif number < 85:
            yield FOR_EVER, right() | {task.name: f"{_LOOP}\n{task.right[0]}"}
        elif number < 95:
            added = tuple((one.name, luck.choice(_TRIED)) for one in luck.sample(tasks, luck.randint(1, len(tasks))))
            yield "extra cells", right() | wrong(1), added
        elif number < 98:  # the answer stands in a cell of the learner's own
            yield "answer beside", {k: v for k, v in right().items() if k != last.name}, ((last.name, last.right[0]),)
        elif number < 99:
            yield "changed test", right() | wrong(1) | {f"{last.name}-test": "assert True"}
        else:
            yield "everything again", right(), tuple((one.name, one.right[-1]) for one in tasks)


def different(exercise: str) -> list[HandIn]:
    """Right answers to which stock nbgrader does not give full marks, because of what stands beside them."""
    if exercise == GUIDE:
        return []
    tasks = tasks_of(exercise)
    right = {task.name: task.right[0] for task in tasks} | about(exercise)["written"]
    first, last = tasks[0].name, tasks[-1].name
    beside = {  # a name of Python's, or of a module that tests use, put to another use
        "a4": ("a4-q2", "max = 800\nbins = [300, 500, max]"),
        "kiso": (first, f"range = max(calls) - min(calls)\n{right[first]}"),
        "hyou": (first, f"{right[first]}\npd = by_area"),
    }[exercise]
    return [
        HandIn(f"{exercise}-name-reused", exercise, "name reused", right | dict([beside])),
        HandIn(f"{exercise}-test-removed", exercise, "test removed", right, removed=(f"{last}-test",)),
        HandIn(f"{exercise}-cell-copied", exercise, "cell copied", right, copied=(first,)),
    ]


def digest(exercise: str) -> str:
    """Changes with whatever stock marks were computed from: the code of the source, and the hand-ins."""
    code = [cell.source for cell in source(exercise).cells if cell.cell_type == "code"] if exercise != GUIDE else []
    given = [asdict(one) for one in hand_ins(exercise)]
    return hashlib.md5(json.dumps([code, given], ensure_ascii=False).encode()).hexdigest()


# -- their marks ------------------------------------------------------------------------------------------------------


def marked(exercise: str, hand_ins: list[HandIn], folder: Path) -> dict[str, dict[str, float | None]]:
    """Our marks, made in an empty folder: student -> cell -> points, None where a person marks."""
    course = course_of(exercise, folder)
    assignment = of_course(course, exercise)
    for notebook in assignment.notebooks:
        put(course / "release" / exercise / f"{notebook.name}.ipynb", released(notebook))
    for name, file in assignment.files:
        shutil.copy(file, course / "release" / exercise / name)
    write_class(course, hand_ins)
    tasks = []
    for one in hand_ins:
        place = course / "submitted" / one.student / exercise
        files = {name: place / name for name, _ in assignment.files}
        notebooks = {notebook.name: place / f"{notebook.name}.ipynb" for notebook in assignment.notebooks}
        submission = Submission(one.student, exercise, notebooks, files)
        tasks += [Marking(assignment, submission, name, one.student, LIMITS) for name in notebooks]
    found = {one.student: {} for one in hand_ins}
    for task, done in each(mark, tasks):
        found[task.submission.student] |= {judged.grade_id: judged.points for judged in done.judgements}
    return found


def line(given: dict[str, float | None], graded: list[str]) -> list[str]:
    """Points as ``oracles/stock_marks.txt`` has them."""
    return ["-" if given[name] is None else f"{given[name]:g}" for name in graded]


def stored(exercise: str) -> tuple[list[str], dict[str, list[str]]]:
    """What stock nbgrader gave: the graded cells, and student -> points."""
    lines = (ROOT / "tests/oracles/stock_marks.txt").read_text(encoding="utf-8").splitlines()
    words = [line.split() for line in lines]
    assert ["digest", exercise, digest(exercise)] in words, f"out of date: run tests/oracles/stock_marks.py {exercise}"
    graded = next(rest[1:] for first, *rest in words if first == "cells" and rest[0] == exercise)
    return graded, {first: rest for first, *rest in words if first.startswith(f"{exercise}-")}
