"""What is wrong with the exercises as they are written and released, without running anything.

Every problem is a Note with the exercise's file, the cell's id as ``value``, and how to mend it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from nbformat import NotebookNode

from dataacademy import paths
from dataacademy.course import readability
from dataacademy.course.exercises.tasks import Task, exercises, head, is_blank, nbgrader, solution_file, tasks
from dataacademy.course.hints import LEVELS, hints
from dataacademy.course.notebooks import problems, read_notebook
from dataacademy.notes import Note

FEWEST, MOST = 4, 8  # tasks in an exercise
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
HIDDEN, HIDDEN_END = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
_AUTOTEST = re.compile(r"^### HASHED AUTOTEST (.+)$", re.MULTILINE)


def problem(exercise: str, cell: str, kind: str, ja: str, en: str, fix: str = "", *, room: str = "solutions") -> Note:
    """One thing to mend, in the exercise's notebook in ``solutions`` or ``exercises``."""
    return Note(kind, ja, en, level="error", fix=fix, file=f"{room}/{exercise}/{exercise}.ipynb", value=cell)


def line(note: Note) -> str:
    """A problem on one line: file, cell, what, how to mend it."""
    return "　".join(filter(None, [note.file, note.value])) + f"：{note.ja}" + (f" → {note.fix}" if note.fix else "")


def leftovers() -> list[Note]:
    """Folders that no lesson of the map names."""
    known = exercises()
    found = {
        path.parent.name for room in ("solutions", "exercises") for path in (paths.home() / room).glob("*/*.ipynb")
    }
    return [
        problem(
            name, "", "unlisted", "course.yml のどのレッスンの演習でもありません。", "No lesson has this exercise.",
            "course.yml に exercise を書くか、solutions と exercises のフォルダを消してください。",
        )
        for name in sorted(found - set(known))
    ]  # fmt: skip


def written_wrong(exercise: str) -> list[Note]:
    """What is wrong with the source: form, ids, points, minutes, tasks, hints."""
    path = solution_file(exercise)
    if not path.is_file():
        return [
            problem(exercise, "", "no_solution", "解答がありません。", "No solution.", "solutions/ に作ってください。")
        ]
    found = problems(path)
    if any(note.kind == "not_a_notebook" for note in found):
        return found
    found += readability.problems(path)
    nb = read_notebook(path.read_text(encoding="utf-8"))
    rules = (_ids, _task_count, _time_and_points, *(_in_each(rule) for rule in (_parts, _points, _form, _hints)))
    return found + [problem(exercise, *found) for rule in rules for found in rule(nb, exercise)]


def _in_each(rule):
    return lambda nb, exercise: (found for task in tasks(nb) for found in rule(task))


def _ids(nb: NotebookNode, exercise: str) -> Iterator[tuple]:
    seen = Counter(nbgrader(cell)["grade_id"] for cell in nb.cells if nbgrader(cell).get("grade_id"))
    for cell in nb.cells:
        id = nbgrader(cell).get("grade_id")
        if id and seen[id] > 1:
            yield (
                cell.id, "grade_id", f"採点の名前（grade_id）「{id}」のセルが{seen[id]}つあります。",
                f"grade_id {id} is used {seen[id]} times.", "grade_id を、セルの名前（id）にしてください。",
            )  # fmt: skip
        elif id and id != cell.id:
            yield (
                cell.id, "grade_id", f"採点の名前（grade_id）「{id}」が、セルの名前（id）と違います。",
                f"grade_id {id} differs from the id.", "grade_id をセルの名前（id）と同じにしてください。",
            )  # fmt: skip


def _task_count(nb: NotebookNode, exercise: str) -> Iterator[tuple]:
    number = len(tasks(nb))
    if not FEWEST <= number <= MOST:
        yield (
            "", "task_count", f"問いが{number}問あります（{FEWEST}〜{MOST}問）。", f"{number} tasks.",
            "問いを足すか、まとめてください。",
        )  # fmt: skip


def _time_and_points(nb: NotebookNode, exercise: str) -> Iterator[tuple]:
    said, where = head(nb), nb.cells[0].id if nb.cells else ""
    total, mapped = sum(task.points for task in tasks(nb)), exercises()[exercise].points
    if not said.minutes:
        yield (
            where, "no_minutes", "所要時間がありません。", "No minutes in the head.",
            "最初のセルの表に、列「所要時間」と「40分」のような値を書いてください。",
        )  # fmt: skip
    if not said.points == total == mapped:
        yield (
            where, "total_points",
            f"配点が合いません（最初のセル {said.points or 'なし'}、問いの合計 {total}、course.yml {mapped}）。",
            "The points of head, tasks and course.yml differ.", "三つを同じにしてください。",
        )  # fmt: skip


def _parts(task: Task) -> Iterator[tuple]:
    if task.text is None:
        yield (
            task.id, "no_text", "問題文のセルがありません。", "The cell with the question is missing.",
            f"「{task.id}-text」のセル（nbgrader で「読み取り専用」）を上に置いてください。",
        )  # fmt: skip
    if task.test is None and not nbgrader(task.answer).get("grade"):
        yield (
            task.id, "no_check", "確かめるセルがありません。", "There is no check.",
            f"「{task.id}-test」のセル（nbgrader で「自動採点のテスト」）を下に置いてください。",
        )  # fmt: skip


def _points(task: Task) -> Iterator[tuple]:
    if not task.points:
        yield task.id, "no_points", "配点がありません。", "No points.", "nbgrader の「points」を1以上にしてください。"
    elif task.text is not None and task.stated_points != task.points:
        yield (
            task.text.id, "points_differ",
            f"見出しの配点（{task.stated_points or 'なし'}）が、採点の配点（{task.points}）と違います。",
            "Heading and metadata differ.", f"見出しの終わりに「（{task.points}点）」と書いてください。",
        )  # fmt: skip


def _form(task: Task) -> Iterator[tuple]:
    before, begin, after = task.answer.source.partition(BEGIN)
    if task.answer.cell_type == "code" and not (is_blank_form(before) and begin and END in after):
        yield (
            task.id, "answer_form", f"答えのセルが「名前 = ...」と {BEGIN}〜{END} の形ではありません。",
            "Not `name = ...` above the solution.", f"「名前 = ...」、{BEGIN}、解答、{END} の順に書いてください。",
        )  # fmt: skip
    elif task.answer.cell_type != "code" and BEGIN not in before + begin:
        yield (
            task.id, "answer_form", f"解答の例を {BEGIN}〜{END} で囲んでいないので、受講者に見えてしまいます。",
            "The model answer would be released.", f"{BEGIN} と {END} で囲んでください。",
        )  # fmt: skip
    if task.test is not None and not set(checked_names(task)) & answer_names(task):
        yield (
            task.test.id, "no_autotest", "答えの名前を確かめる行がありません。", "No autotest of the answer.",
            "「### HASHED AUTOTEST 名前」の行を入れてください。",
        )  # fmt: skip


def _hints(task: Task) -> Iterator[tuple]:
    found = hints(task.text.source) if task.text else []
    steps = list(range(1, len(found) + 1))
    if len(found) < LEVELS or [h.level for h in found] != steps or [h.depth for h in found] != steps:
        yield (
            f"{task.id}-text", "hints",
            f"ヒントが{len(found)}段あります（{LEVELS}段以上、ヒント1 の中に ヒント2 をたたみます）。",
            f"{len(found)} hints; at least {LEVELS}, numbered, one inside the other.",
            "<details><summary>ヒント1：…</summary> の中に、次の <details> を入れてください。",
        )  # fmt: skip


def is_blank_form(source: str) -> bool:
    """Whether a released answer is only ``name = ...``."""
    from nbformat.v4 import new_code_cell

    return bool(source.strip()) and is_blank(new_code_cell(source))


def checked_names(task: Task) -> list[str]:
    """What the autotests of a task look at."""
    return [name.strip() for names in _AUTOTEST.findall(task.test.source) for name in names.split(";") if name.strip()]


def answer_names(task: Task) -> set[str]:
    """What stands left of ``= ...`` in an answer's cell."""
    return set(re.findall(r"^(\w+) = \.\.\.$", task.answer.source, re.MULTILINE))


def model_answer(task: Task) -> str:
    """The lines between the marks of the solution."""
    return task.answer.source.partition(BEGIN)[2].partition(END)[0].strip()


def hidden_tests(task: Task) -> str:
    """The lines between the marks of the hidden tests."""
    return task.test.source.partition(HIDDEN)[2].partition(HIDDEN_END)[0].strip() if task.test else ""
