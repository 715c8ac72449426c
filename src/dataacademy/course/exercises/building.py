"""``dataacademy exercises build``: every exercise whose solution, rules, code or tables changed, side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from time import perf_counter

from dataacademy import paths
from dataacademy.course.exercises.freshness import Freshness
from dataacademy.course.exercises.releasing import release
from dataacademy.course.exercises.tasks import exercises, released_file
from dataacademy.course.pool import each
from dataacademy.course.workspace import deliver
from dataacademy.errors import DataAcademyError
from dataacademy.files import write_text
from dataacademy.notes import Note
from dataacademy.town.catalog import about


@dataclass(frozen=True)
class Built:
    """What became of one exercise: ``made``, ``unchanged``, or ``failed`` for the reason in ``note``."""

    exercise: str
    status: str
    seconds: float = 0.0
    text: str = ""  # the released notebook, if it was made
    note: Note | None = None

    def __str__(self) -> str:
        if self.note:
            return str(self.note)
        if self.status == "unchanged":
            return f"変わっていません：exercises/{self.exercise}"
        return f"作りました：exercises/{self.exercise}（{self.seconds:.1f} 秒）"


def build(
    town: str = paths.SAMPLE_TOWN,
    *,
    on_done: Callable[[int, int, Built], None] | None = None,
    workers: int | None = None,
) -> list[Built]:
    """Make the exercises that are not fresh; the sample town's go to ``exercises/``, another's to its workspace.

    One that cannot be made leaves the last good one where it is, and the others are made all the same.
    on_done
        Called as ``on_done(done, total, built)`` with each that was to be made.
    """
    place, fresh = about(town), Freshness(town)
    names = [name for name, lesson in exercises().items() if all(place.has(table) for table in lesson.needs)]
    results = {name: Built(name, "unchanged") for name in names}
    todo = [name for name in names if name not in fresh]
    for done, (name, built) in enumerate(each(partial(make, town=town), todo, workers=workers), 1):
        results[name] = built
        if built.status == "made":
            _deliver(built, town)
            fresh.add(name)
        if on_done:
            on_done(done, len(todo), built)
    return list(results.values())


def make(exercise: str, town: str) -> Built:
    """One exercise made anew; nothing is written."""
    started = perf_counter()
    try:
        text, note = release(exercise, town=town), None
    except DataAcademyError as error:
        text, note = "", error.note
    return Built(exercise, "failed" if note else "made", perf_counter() - started, text, note)


def _deliver(built: Built, town: str) -> None:
    if town == paths.SAMPLE_TOWN:
        write_text(released_file(built.exercise), built.text)
    else:
        deliver(town, f"exercises/{built.exercise}/{built.exercise}.ipynb", built.text.encode())
