"""What is wrong with the exercises as they run: the reference passes, a blank and every wrong answer get their words.

A solution is run from the top; at each check the reference, the blank and the answers of ``tests/wrong_answers/`` are
tried against the check as it was released.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode

from dataacademy import paths
from dataacademy.course import check
from dataacademy.course.exercises.checking import answer_names, hidden_tests, model_answer, problem
from dataacademy.course.exercises.tasks import Task, released_file, solution_file, tasks
from dataacademy.course.hints import tells
from dataacademy.course.notebooks import read_notebook
from dataacademy.notes import Note

FEWEST_WRONG = 2  # typical wrong answers that every checked task is tried with
_BLANK = "まだ空です"


def wrong_answers_file(exercise: str) -> Path:
    """The typical wrong answers of an exercise: task -> list of ``answer`` and ``message`` (part of what is said)."""
    return paths.home() / "tests" / "wrong_answers" / f"{exercise}.yml"


def play(exercise: str) -> list[Note]:
    """What is wrong, one Note each; stops at a cell of the solution that does not run."""
    solution, released = (read_notebook(f(exercise).read_text("utf-8")) for f in (solution_file, released_file))
    wrong, notes = _wrong_answers(exercise, tasks(solution))
    by_test = {task.test.id: task for task in tasks(solution) if task.test}
    released_tasks = {task.id: task for task in tasks(released)}
    names: dict = {"__name__": "__main__"}
    for cell in solution.cells:
        if cell.cell_type != "code":
            continue
        task = by_test.get(cell.id)
        if task is None:
            if said := _said(cell.source, names):
                return [
                    *notes,
                    problem(exercise, cell.id, "cell_fails", f"実行できません（{said}）。", said, "直してください。"),
                ]
        elif task.id in released_tasks and released_tasks[task.id].test:
            notes += _tried(exercise, task, released_tasks[task.id], names, wrong.get(task.id, []))
        else:
            notes.append(_missing(exercise, cell))
    return notes


def _tried(exercise: str, task: Task, released: Task, names: dict, wrong: list[dict[str, str]]) -> Iterator[Note]:
    """One check, with everything that may stand in the cell above it."""
    test, answers = released.test.source, answer_names(task)
    without = {name: value for name, value in names.items() if name not in answers}
    for what, before in [("空のまま実行したとき", released.answer.source), ("答えのセルを実行しなかったとき", "")]:
        said = _said(before, blank := dict(without)) or _said(test, blank)
        if _BLANK not in said or "Error" in said:
            yield problem(
                exercise, task.test.id, "blank", f"{what}に「{_BLANK}」と言いません（{said or '正解になりました'}）。",
                f"A blank is told: {said!r}.", "check.filled の行より前で、答えの名前を使わないでください。",
            )  # fmt: skip
    for one in wrong:
        tried = dict(names)
        if _said(one["answer"], tried):  # does not run: as in a notebook, the blank stays
            tried = without | dict.fromkeys(answers, ...)
        said = _said(test, tried)
        if one["message"] not in said or "Error" in said:
            yield problem(
                exercise, task.test.id, "wrong_answer",
                f"まちがい「{one['answer']}」に「{one['message']}」と言いません（{said or '正解になりました'}）。",
                f"{one['answer']!r} is told: {said!r}.",
                f"autotests.yml か tests/wrong_answers/{exercise}.yml を直してください。",
            )  # fmt: skip
    given = tells(task.text.source if task.text else "", model_answer(task), [names.get(name) for name in answers])
    if given:
        yield problem(
            exercise, task.text.id, "hint_tells", f"ヒントに答え「{given}」があります。", "A hint gives the answer.",
            "答えではなく、考え方か、別の例を書いてください。",
        )  # fmt: skip
    if said := _said(test, names):
        yield problem(
            exercise, task.test.id, "reference", f"解答が正解になりません（{said}）。", f"The reference fails: {said}.",
            "dataacademy exercises build を実行しても同じなら、確かめるセルを直してください。",
        )  # fmt: skip
    if said := _said(hidden_tests(task), names):
        yield problem(
            exercise, task.test.id, "hidden_tests", f"解答が、隠れたテストに通りません（{said}）。",
            f"The reference fails a hidden test: {said}.", "解答か、隠れたテストを直してください。",
        )  # fmt: skip


def _missing(exercise: str, cell: NotebookNode) -> Note:
    return problem(
        exercise, cell.id, "no_released_check", "確かめるセルが、受講者用にありません。", "The released file lacks it.",
        "dataacademy exercises build を実行してください。", room="exercises",
    )  # fmt: skip


def _said(source: str, names: dict) -> str:
    """What somebody is told who runs a cell; nothing where it simply runs."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(source, names)
    except check.WrongAnswer as wrong:
        return str(wrong)
    except Exception as error:  # whatever an author's or a learner's line can raise
        return f"{type(error).__name__}: {error}"
    return ""


def _wrong_answers(exercise: str, of: list[Task]) -> tuple[dict[str, list[dict[str, str]]], list[Note]]:
    import yaml

    file = wrong_answers_file(exercise)
    try:
        found = (yaml.safe_load(file.read_text(encoding="utf-8")) if file.is_file() else None) or {}
        found = {task: [{k: str(one[k]) for k in ("answer", "message")} for one in all] for task, all in found.items()}
    except (yaml.YAMLError, TypeError, KeyError, AttributeError) as error:
        return {}, [
            _in_yml(
                exercise, "", f"書き方が違います（{error}）。", "「問い: [{answer: …, message: …}]」と書いてください。"
            )
        ]
    notes = []
    for name in sorted(set(found) - {task.id for task in of if task.test}):
        notes.append(
            _in_yml(exercise, name, "確かめるセルのある問いに、この名前はありません。", "名前を直してください。")
        )
    for task in of:
        if task.test and (number := len(found.get(task.id, []))) < FEWEST_WRONG:
            ja = f"まちがいの例が{number}つです（{FEWEST_WRONG}つ以上）。"
            notes.append(_in_yml(exercise, task.id, ja, "よくあるまちがいと、言われる言葉を書き足してください。"))
    return found, notes


def _in_yml(exercise: str, task: str, ja: str, fix: str) -> Note:
    en = "tests/wrong_answers does not fit the exercise."
    return Note("wrong_answers", ja, en, level="error", fix=fix, file=f"tests/wrong_answers/{exercise}.yml", value=task)
