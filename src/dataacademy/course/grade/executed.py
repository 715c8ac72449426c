"""Reading the executed notebook of what was marked, whatever its JSON holds: only texts and plain tables are taken."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from dataacademy.course.grade.normalise import trim
from dataacademy.course.grade.records import Marked, SourceCell


@dataclass(frozen=True)
class Cell:
    """One executed cell; ``outputs`` are nbformat's, their texts joined."""

    cell_type: str
    source: str
    grade_id: str = ""  # nbgrader's id
    test: bool = False  # a test cell
    answer: bool = False  # the learner's own text or code; in other cells of nbgrader there may be what is not for them
    outputs: tuple[dict[str, Any], ...] = ()
    attachments: dict[str, dict[str, str]] = field(default_factory=dict)  # name -> MIME type -> base64
    count: int | None = None

    @property
    def errors(self) -> list[str]:
        """The names of the errors in its outputs."""
        return [text(out.get("ename")) for out in self.outputs if out.get("output_type") == "error"]


def cells(marked: Marked) -> list[Cell]:
    """The cells as they ran; none where the hand-in could not be read.

    >>> nb = '{"cells": [{"cell_type": "code", "source": ["1 +\\\\n", "1"], "metadata": {}, "outputs": []}]}'
    >>> cells(Marked("s", "a", "n", (), nb, 0, "k"))[0].source
    '1 +\\n1'
    """
    try:
        found = json.loads(marked.autograded).get("cells", [])
    except (ValueError, AttributeError, RecursionError):
        return []
    return [_cell(one) for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def blank(ran: Cell, source: SourceCell) -> bool:
    """Whether the learner left the cell as it was, or empty."""
    return trim(ran.source) in ("", trim(source.source))


def text(value: Any) -> str:
    """A text of a notebook, which may be kept as a list of lines; empty for anything else."""
    if isinstance(value, list):
        return "".join(line for line in value if isinstance(line, str))
    return value if isinstance(value, str) else ""


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _sequence(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _cell(cell: dict[str, Any]) -> Cell:
    marks = _table(_table(cell.get("metadata")).get("nbgrader"))
    attachments = {str(name): _texts(_table(data)) for name, data in _table(cell.get("attachments")).items()}
    return Cell(
        text(cell.get("cell_type")),
        text(cell.get("source")),
        text(marks.get("grade_id")),
        bool(marks.get("grade")) and not marks.get("solution"),
        bool(marks.get("solution")),
        tuple(_output(one) for one in _sequence(cell.get("outputs")) if isinstance(one, dict)),
        attachments,
        count if type(count := cell.get("execution_count")) is int else None,
    )


def _texts(data: dict[str, Any]) -> dict[str, str]:
    return {str(kind): text(value) for kind, value in data.items()}


def _output(output: dict[str, Any]) -> dict[str, Any]:
    kept = {name: text(output.get(name)) for name in ("output_type", "name", "text", "ename", "evalue")}
    lines = [line for line in _sequence(output.get("traceback")) if isinstance(line, str)]
    return kept | {"data": _texts(_table(output.get("data"))), "traceback": lines}
