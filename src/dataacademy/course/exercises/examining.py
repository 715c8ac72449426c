"""``dataacademy exercises check``: every exercise as written, as released and as it runs; side by side."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import partial

from dataacademy.course.exercises.building import make
from dataacademy.course.exercises.checking import hidden_tests, leftovers, problem, written_wrong
from dataacademy.course.exercises.freshness import Freshness
from dataacademy.course.exercises.playing import play
from dataacademy.course.exercises.tasks import exercises, is_blank, nbgrader, released_file, solution_file, tasks
from dataacademy.course.notebooks import read_notebook
from dataacademy.course.pool import each
from dataacademy.notes import Note
from dataacademy.paths import SAMPLE_TOWN

_FIRST_LINE = "# 確かめるセル"  # what the head tells learners to look for
_MARKS = ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN TESTS", "AUTOTEST", "MARK SCHEME")


def check(*, on_done: Callable[[int, int, str], None] | None = None, workers: int | None = None) -> list[Note]:
    """Everything that is wrong with the exercises of the course, in the order of the map; empty is good.

    on_done
        Called as ``on_done(done, total, exercise)`` with each that was looked at.
    """
    names, fresh = list(exercises()), Freshness(SAMPLE_TOWN)
    found: dict[str, list[Note]] = {}
    look = partial(examine, fresh=frozenset(name for name in names if name in fresh))
    for done, (name, notes) in enumerate(each(look, names, workers=workers), 1):
        found[name] = notes
        if not any(note.kind in ("stale", "not_built", "solution_fails", "no_solution") for note in notes):
            fresh.add(name)
        if on_done:
            on_done(done, len(names), name)
    return [*(note for name in names for note in found[name]), *leftovers()]


def examine(exercise: str, fresh: Collection[str] = ()) -> list[Note]:
    """What is wrong with one exercise.

    fresh
        The exercises whose released file is known to be what the solution gives; they need not be made again.
    """
    notes = written_wrong(exercise)
    if any(note.kind in ("no_solution", "not_a_notebook") for note in notes):
        return notes
    file = released_file(exercise)
    build_it = "dataacademy exercises build を実行してください。"
    if not file.is_file():
        return [
            *notes,
            problem(exercise, "", "not_built", "受講者用がありません。", "Not built.", build_it, room="exercises"),
        ]
    if exercise not in fresh:
        built = make(exercise, SAMPLE_TOWN)
        if built.note:
            notes.append(built.note)
        elif built.text.encode() != file.read_bytes():
            ja, en = "受講者用が、いまの解答から作ったものと違います。", "Stale, or edited by hand."
            notes.append(problem(exercise, "", "stale", ja, en, build_it, room="exercises"))
    try:
        released = read_notebook(file.read_text(encoding="utf-8"))
    except ValueError:
        return notes
    return [
        *notes,
        *(problem(exercise, *found, room="exercises") for found in _seen_wrongly(exercise, released)),
        *play(exercise),
    ]


def _seen_wrongly(exercise: str, released) -> Iterator[tuple[str, str, str, str, str]]:
    """What learners must not see, and what they could not find."""
    solution = read_notebook(solution_file(exercise).read_text(encoding="utf-8"))
    hidden = {text.strip() for task in tasks(solution) for text in hidden_tests(task).splitlines() if len(text) > 3}
    fix = "dataacademy exercises build を実行してください。"
    for cell in released.cells:
        lines = {text.strip() for text in cell.source.splitlines()}
        marks = [mark for mark in _MARKS if mark in cell.source]
        if marks or lines & hidden:
            yield cell.id, "leak", "受講者に見せない行が残っています。", f"Left: {marks or sorted(lines & hidden)}", fix
        if nbgrader(cell).get("solution") and not is_blank(cell):
            yield cell.id, "leak", "答えのセルに、答えが残っています。", "The answer is left.", fix
    for task in tasks(released):
        if task.test and not task.test.source.startswith(_FIRST_LINE):
            ja, en = f"たたんだときに「{_FIRST_LINE}」と見えません。", "Folded, the check is not recognisable."
            yield task.test.id, "check_line", ja, en, f"解答の1行目に「{_FIRST_LINE}」と書いてください。"
