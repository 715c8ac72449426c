"""What the rooms of grading hand to each other: the assignment, a submission, what was judged, what was marked."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# Kinds of a cell, from nbgrader's metadata (grade, solution, locked, task)
PLAIN = "plain"  # no nbgrader metadata: the learner may change it, it is run
LOCKED = "locked"  # read-only: always taken from the source
ANSWER = "answer"  # the learner's code or text, judged by a later test cell
TEST = "test"  # judges answers; always taken from the source, with hidden tests; points
WRITTEN = "written"  # an answer that a person marks; points
TASK = "task"  # a task described by the source, the work lies in the cells after it; a person marks; points


@dataclass(frozen=True)
class SourceCell:
    """One cell of an assignment as its source has it (answers removed, hidden tests still in)."""

    id: str  # nbformat cell id
    kind: str
    cell_type: str  # "code", "markdown" or "raw"
    source: str
    grade_id: str = ""  # nbgrader's id; empty for plain cells
    points: float = 0.0
    metadata: dict[str, Any] = field(default_factory=dict)  # as released

    @property
    def graded(self) -> bool:
        return self.kind in (TEST, WRITTEN, TASK)


@dataclass(frozen=True)
class SourceNotebook:
    """One notebook of an assignment; ``name`` is the file name without .ipynb."""

    name: str
    cells: tuple[SourceCell, ...]
    metadata: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Assignment:
    """What learners were given, and what only the grader knows of it."""

    name: str  # nbgrader's assignment_id
    notebooks: tuple[SourceNotebook, ...]
    files: tuple[tuple[str, Path], ...] = ()  # other files handed out: path inside the assignment, where it lies
    key: str = ""  # fingerprint of everything that decides marks

    @property
    def points(self) -> float:
        return sum(cell.points for notebook in self.notebooks for cell in notebook.cells if cell.graded)


@dataclass(frozen=True)
class Submission:
    """One learner's latest hand-in for one assignment, after collecting: where each notebook and other file lies."""

    student: str  # safe as a folder name
    assignment: str
    notebooks: dict[str, Path]  # SourceNotebook.name -> file, as handed in
    files: dict[str, Path] = field(default_factory=dict)  # other files: relative path -> file
    timestamp: str = ""  # ISO 8601 in UTC, empty where unknown
    notes: tuple[str, ...] = ()  # what collecting repaired or found, in Japanese


@dataclass(frozen=True)
class Limits:
    """What a submission may use."""

    cell_seconds: float = 30.0
    notebook_seconds: float = 120.0
    memory: int = 2 * 1024**3  # bytes
    file_size: int = 50 * 1024**2  # bytes in one file
    written: int = 200 * 1024**2  # bytes in all files that it writes
    files: int = 2_000  # files and folders that it makes
    output: int = 1024**2  # bytes of output kept per notebook


@dataclass(frozen=True)
class Judgement:
    """How one graded cell came out."""

    grade_id: str
    points: float | None  # None: a person marks it
    out_of: float
    message: str = ""  # what the learner is told, in Japanese; empty where the answer is right
    outputs: tuple[dict[str, Any], ...] = ()  # nbformat outputs of the test cell, shown in the feedback


@dataclass(frozen=True)
class Marked:
    """One notebook of one submission, marked: everything the gradebook, the feedback and the reports need."""

    student: str
    assignment: str
    notebook: str
    judgements: tuple[Judgement, ...]
    autograded: str  # the executed notebook, as text, hidden tests removed from it never: it stays with the grader
    seconds: float
    key: str  # fingerprint of the assignment and the submission: the same key need not be marked again
    timestamp: str = ""
    notes: tuple[str, ...] = ()  # repairs, limits that were hit, why it earned nothing

    @property
    def points(self) -> float:
        return sum(j.points or 0.0 for j in self.judgements)
