"""Marking one notebook of one submission, from the file as handed in to everything the class run writes."""

from __future__ import annotations

import faulthandler
import os
import shutil
import time
import traceback
from dataclasses import dataclass
from pathlib import Path

import nbformat

from dataacademy.course import kernels
from dataacademy.course.grade.judge import judge
from dataacademy.course.grade.normalise import SubmittedCell, fit
from dataacademy.course.grade.reading import read_notebook
from dataacademy.course.grade.records import (
    Assignment,
    Judgement,
    Limits,
    Marked,
    SourceNotebook,
    Submission,
)
from dataacademy.errors import DataAcademyError

_STARTING = ("tmp", ".ipython", ".jupyter", ".config")  # folders from which a kernel would read how to start
_GRACE = 60  # seconds for a worker to notice by itself
_FAILED = "採点の途中で、採点する側に問題が起きました。点は付けていません（講師が見ます）。"


@dataclass(frozen=True)
class Task:
    """One notebook to mark.  ``key`` changes with everything that decides its marks."""

    assignment: Assignment
    submission: Submission
    notebook: str
    key: str
    limits: Limits = Limits()
    confined: bool = True

    def __hash__(self) -> int:
        return hash((self.submission.student, self.assignment.name, self.notebook))

    def __str__(self) -> str:
        return f"{self.submission.student}（{self.assignment.name}）"

    @property
    def source(self) -> SourceNotebook:
        """What was given to the learner."""
        return next(source for source in self.assignment.notebooks if source.name == self.notebook)


def mark(task: Task) -> Marked:
    """Run and judge one notebook of a submission.

    Whatever the submission is, it comes back marked: with the points that its answers earn, with zero and the reason
    where it cannot be read or run, and unmarked (a person decides) where the fault is on our side.
    """
    started = time.perf_counter()
    notes = list(task.submission.notes)
    try:
        handed_in = read_notebook(task.submission.notebooks[task.notebook], notes)
        cells, repairs = fit(handed_in, task.source)
    except DataAcademyError as error:
        return _nothing(task, error.note.ja, notes, started)
    except Exception:
        return failed(task, traceback.format_exc(), notes, started=started)
    notes += repairs
    try:
        with kernels.scratch() as place:
            folder, own = place / "learner", place / "course"
            _lay_out(task, folder, own)
            judgements, executed, said = judge(
                task.source, cells, limits=task.limits, folder=folder, own=own, confined=task.confined
            )
    except Exception:  # also where the kernel did not start
        return failed(task, traceback.format_exc(), notes, cells, started)
    return _marked(task, judgements, nbformat.writes(executed), [*notes, *said], started)


def guarded(task: Task) -> Marked:
    """:func:`mark` in a worker process: it ends, at the latest a while after the task's time, whatever it hangs in.

    A value of the learner can make one operation in C endless (``10 ** answer``) or huge; neither can be interrupted.
    """
    with open(os.devnull, "w") as nowhere:
        faulthandler.dump_traceback_later(task.limits.notebook_seconds + _GRACE, exit=True, file=nowhere)
        try:
            return mark(task)
        finally:
            faulthandler.cancel_dump_traceback_later()


def _lay_out(task: Task, folder: Path, own: Path) -> None:
    """The learner's files and the course's; where both have one name, the course's counts."""
    for place, files in (
        (folder, task.submission.files.items()),
        (folder, task.assignment.files),
        (own, task.assignment.files),
    ):
        place.mkdir(exist_ok=True)
        for name, file in files:
            target = place / name
            if Path(name).parts[0] in _STARTING or target.is_dir():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)


def _nothing(task: Task, reason: str, notes: list[str], started: float) -> Marked:
    """Zero for everything, with the reason."""
    judgements = [Judgement(cell.grade_id, 0.0, cell.points, reason) for cell in task.source.cells if cell.graded]
    return _marked(task, judgements, _as_given(task, []), [*notes, reason], started)


def failed(task: Task, reason: str, notes=(), cells=(), started: float | None = None) -> Marked:
    """Unmarked, for a person: the fault is not the learner's."""
    judgements = [Judgement(cell.grade_id, None, cell.points, _FAILED) for cell in task.source.cells if cell.graded]
    return _marked(
        task, judgements, _as_given(task, cells), [*notes, f"{_FAILED}（{reason.strip()[-2000:]}）"], started
    )


def lost(task: Task) -> Marked:
    """Zero: its worker died each time."""
    reason = "実行すると、採点用のプロセスがくり返し止まりました。"
    return _nothing(task, reason, list(task.submission.notes), time.perf_counter())


def _as_given(task: Task, cells: list[SubmittedCell]) -> str:
    """A notebook that was not run: the learner's cells, or else the exercise."""
    new = {
        "code": nbformat.v4.new_code_cell,
        "markdown": nbformat.v4.new_markdown_cell,
        "raw": nbformat.v4.new_raw_cell,
    }
    made = [new[c.cell_type](c.text, id=c.id, metadata=dict(c.source.metadata) if c.source else {}) for c in cells]
    made = made or [new[c.cell_type](c.source, id=c.id, metadata=dict(c.metadata)) for c in task.source.cells]
    return nbformat.writes(nbformat.v4.new_notebook(cells=made, metadata=dict(task.source.metadata)))


def _marked(task: Task, judgements, autograded: str, notes, started: float | None) -> Marked:
    return Marked(
        student=task.submission.student,
        assignment=task.assignment.name,
        notebook=task.notebook,
        judgements=tuple(judgements),
        autograded=autograded,
        seconds=time.perf_counter() - started if started is not None else 0.0,
        key=task.key,
        timestamp=task.submission.timestamp,
        notes=tuple(dict.fromkeys(notes)),
    )
