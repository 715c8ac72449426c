"""The rows of nbgrader's gradebook: what is there, what an assignment and its marks make of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from typing import Any

from dataacademy.course.grade.counted import judgements
from dataacademy.course.grade.executed import blank, cells
from dataacademy.course.grade.records import (
    ANSWER,
    LOCKED,
    PLAIN,
    TASK,
    TEST,
    WRITTEN,
    Assignment,
    Marked,
    SourceCell,
    SourceNotebook,
)

_COURSE = "default_course"  # nbgrader's own name for a course without one
_TYPES = {  # as nbgrader keeps each kind of cell
    PLAIN: (),
    LOCKED: (),
    ANSWER: ("SolutionCell",),
    TEST: ("GradeCell",),
    WRITTEN: ("GradeCell", "SolutionCell"),
    TASK: ("TaskCell",),
}
_TABLES = {"GradeCell": "grade_cells", "SolutionCell": "solution_cells", "TaskCell": "task_cells"}
_NO_ANSWER = "答えが書かれていません。"

Row = dict[str, Any]
Rows = dict[tuple, Row]  # by some of their columns


@dataclass(frozen=True)
class Removed:
    """Ids of what assignments no longer have, and how many marks and comments of people hang on it."""

    notebooks: list[str]
    cells: list[str]
    sources: list[str]
    names: list[str]
    by_hand: int


@dataclass(frozen=True)
class Ids:
    """Where an assignment stands in the book: notebook -> id, (notebook, type, cell) -> id."""

    assignment: str
    notebooks: dict[str, str]
    cells: dict[tuple[str, str, str], str]


class Book:
    """The tables of an open transaction."""

    def __init__(self, connection):
        from nbgrader.api import Base

        self._connection, self._tables = connection, Base.metadata.tables
        self._merge("course", ["id"], [{"id": _COURSE}])

    def removed(self, assignments: Iterable[Assignment]) -> Removed:
        """What the book has of these assignments that they no longer have."""
        from sqlalchemy import and_, func, or_, select

        have = {one.name: {notebook.name: notebook for notebook in one.notebooks} for one in assignments}
        names = {row["id"]: name for (name,), row in self._rows("assignment", ["name"]).items() if name in have}
        there = self._rows("notebook", ["id"], self._tables["notebook"].c.assignment_id.in_(list(names)))
        today = {id: have[names[row["assignment_id"]]].get(row["name"]) for (id,), row in there.items()}
        texts = {(id, cell.grade_id): cell.kind for id, n in today.items() if n for cell in n.cells if cell.grade_id}
        cells = {(*at, type) for at, kind in texts.items() for type in _TYPES[kind]}
        gone = {}
        for name, key, kept in (
            ("base_cell", ["notebook_id", "name", "type"], cells),
            ("source_cell", ["notebook_id", "name"], texts),
        ):
            rows = self._rows(name, key, self._tables[name].c.notebook_id.in_(list(today)))
            gone[name] = {row["id"]: row["name"] for at, row in rows.items() if at not in kept}
        grade, comment = self._tables["grade"].c, self._tables["comment"].c
        by_hand = (
            and_(
                grade.cell_id.in_(list(gone["base_cell"])),
                or_(grade.manual_score.is_not(None), grade.extra_credit.is_not(None)),
            ),
            and_(comment.cell_id.in_(list(gone["base_cell"])), comment.manual_comment.is_not(None)),
        )
        return Removed(
            [id for id, notebook in today.items() if notebook is None],
            list(gone["base_cell"]),
            list(gone["source_cell"]),
            sorted(set(gone["base_cell"].values())),
            sum(self._connection.execute(select(func.count()).where(one)).scalar() for one in by_hand),
        )

    def drop(self, gone: Removed) -> None:
        """Take it out, with all marks on it."""
        for name, column, ids in (
            ("grade", "cell_id", gone.cells),
            ("comment", "cell_id", gone.cells),
            *((table, "id", gone.cells) for table in _TABLES.values()),
            ("base_cell", "id", gone.cells),
            ("source_cell", "id", gone.sources),
            ("submitted_notebook", "notebook_id", gone.notebooks),
            ("notebook", "id", gone.notebooks),
        ):
            if ids:
                table = self._tables[name]
                self._connection.execute(table.delete().where(table.c[column].in_(ids)))

    def people(self, names: Mapping[str, str]) -> None:
        """Enter people; names that someone gave in formgrader stay."""
        old = self._rows("student", ["id"])
        rows = []
        for student, name in names.items():
            there = old.get((student,), {})
            last, first = there.get("last_name"), there.get("first_name")
            if name and last is None and first is None:
                last, first = _parts(name)
            rows.append({"id": student, "last_name": last, "first_name": first})
        self._merge("student", ["id"], rows, old=old)

    def assignment(self, assignment: Assignment) -> Ids:
        """Enter an assignment with its notebooks and cells."""
        assigned = self._merge("assignment", ["name"], [{"name": assignment.name}], new={"course_id": _COURSE})
        id = assigned[assignment.name,]["id"]
        rows = [
            {"name": n.name, "assignment_id": id, "kernelspec": json.dumps(n.metadata.get("kernelspec", {}))}
            for n in assignment.notebooks
        ]
        found = self._merge("notebook", ["name", "assignment_id"], rows)
        notebooks = {n.name: found[n.name, id]["id"] for n in assignment.notebooks}
        cells = {}
        for notebook in assignment.notebooks:
            cells |= self._cells(notebook, notebooks[notebook.name])
        return Ids(id, notebooks, cells)

    def _cells(self, notebook: SourceNotebook, id: str) -> dict[tuple[str, str, str], str]:
        kept = [cell for cell in notebook.cells if cell.kind != PLAIN]
        source = self._tables["source_cell"]
        rows = [_source_row(cell, id) for cell in kept]
        self._merge("source_cell", ["name", "notebook_id"], rows, source.c.notebook_id == id)
        base, ids = self._tables["base_cell"], {}
        for type, table in _TABLES.items():
            mine = [cell for cell in kept if type in _TYPES[cell.kind]]
            rows = [{"name": cell.grade_id, "notebook_id": id, "type": type} for cell in mine]
            found = self._merge("base_cell", ["name", "notebook_id", "type"], rows, base.c.notebook_id == id)
            for cell in mine:
                ids[notebook.name, type, cell.grade_id] = found[cell.grade_id, id, type]["id"]
            rows = [
                {"id": ids[notebook.name, type, cell.grade_id]}
                | ({"max_score": cell.points, "cell_type": _cell_type(cell)} if type != "SolutionCell" else {})
                for cell in mine
            ]
            self._merge(table, ["id"], rows)
        return ids

    def submissions(self, assignment: Assignment, ids: Ids, marked: Mapping[tuple[str, str], Marked]) -> None:
        """Enter what was marked, by (student, notebook); notebooks that were not handed in earn nothing."""
        tables = self._tables
        times = {}
        for (student, _), one in marked.items():
            times[student] = max(times.get(student, ""), one.timestamp)
        rows = [
            {"assignment_id": ids.assignment, "student_id": student, "timestamp": _utc(time)}
            for student, time in times.items()
        ]
        mine = tables["submitted_assignment"].c.assignment_id == ids.assignment
        found = self._merge("submitted_assignment", ["assignment_id", "student_id"], rows, mine)
        submitted = {student: found[ids.assignment, student]["id"] for student in times}
        within = tables["submitted_notebook"].c.notebook_id.in_(list(ids.notebooks.values()))
        rows = [
            {"notebook_id": notebook, "assignment_id": submission}
            for submission in submitted.values()
            for notebook in ids.notebooks.values()
        ]
        found = self._merge("submitted_notebook", ["notebook_id", "assignment_id"], rows, within)
        known = dict(tuple(row) for row in self._connection.exec_driver_sql("SELECT * FROM dataacademy_marked"))
        inside = (
            tables["submitted_notebook"].select().with_only_columns(tables["submitted_notebook"].c.id).where(within)
        )
        key = ["cell_id", "notebook_id"]
        old = {name: self._rows(name, key, tables[name].c.notebook_id.in_(inside)) for name in ("grade", "comment")}
        grades, comments, marks = [], [], []
        for (student, submission), notebook in product(submitted.items(), assignment.notebooks):
            one = marked.get((student, notebook.name))
            id = found[ids.notebooks[notebook.name], submission]["id"]
            if one is not None:
                marks.append((id, one.key))
            changed = one is not None and known.get(id) != one.key
            grades += self._grades(notebook, ids, id, one, changed, old["grade"])
            comments += self._comments(notebook, ids, id, one, old["comment"])
        self._merge("grade", key, grades, old=old["grade"])
        self._merge("comment", key, comments, old=old["comment"])
        marks = [(id, mark) for id, mark in marks if known.get(id) != mark]
        if marks:
            self._connection.exec_driver_sql("INSERT OR REPLACE INTO dataacademy_marked VALUES (?, ?)", marks)

    def _grades(self, notebook, ids: Ids, id: str, marked: Marked | None, changed: bool, old: Rows) -> list[Row]:
        rows = []
        for grade_id, judgement in judgements(notebook, marked).items():
            cell = (
                ids.cells.get((notebook.name, "GradeCell", grade_id)) or ids.cells[notebook.name, "TaskCell", grade_id]
            )
            there = old.get((cell, id))
            if there and marked is None:  # of a notebook that was marked before, elsewhere
                continue
            if there is None or there["manual_score"] is None:
                review = judgement.points is None
            else:  # a person has marked it
                review = changed or there["needs_manual_grade"]
            row = {"cell_id": cell, "notebook_id": id, "auto_score": judgement.points}
            rows.append(row | {"needs_manual_grade": review})
        return rows

    def _comments(self, notebook, ids: Ids, id: str, marked: Marked | None, old: Rows) -> list[Row]:
        source = {cell.grade_id: cell for cell in notebook.cells if cell.kind in (ANSWER, WRITTEN)}
        ran = cells(marked) if marked else []
        empty = {cell.grade_id for cell in ran if cell.grade_id in source and blank(cell, source[cell.grade_id])}
        rows = []
        for (name, type, grade_id), cell in ids.cells.items():
            if name != notebook.name or type == "GradeCell" or (marked is None and (cell, id) in old):
                continue
            rows.append({"cell_id": cell, "notebook_id": id, "auto_comment": _NO_ANSWER if grade_id in empty else None})
        return rows

    def _merge(
        self, name: str, key: list[str], rows: list[Row], where=None, *, new: Row | None = None, old: Rows | None = None
    ) -> Rows:
        """Insert rows that are not there and update those that differ; all rows (``where``) by their key.

        ``new`` are values for inserted rows only, ``old`` the rows where they have been read before.
        """
        from nbgrader.api import new_uuid
        from sqlalchemy import bindparam

        table = self._tables[name]
        found = dict(self._rows(name, key, where) if old is None else old)
        inserted, updated = [], []
        for row in rows:
            at = tuple(row[one] for one in key)
            if at not in found:
                found[at] = {"id": new_uuid()} | (new or {}) | row
                inserted.append(found[at])
            elif any(found[at][column] != value for column, value in row.items()):
                found[at] = found[at] | row
                updated.append(row | {"row_id": found[at]["id"]})
        if inserted:
            self._connection.execute(table.insert(), inserted)
        if updated:
            values = {column: bindparam(column) for column in rows[0]}
            self._connection.execute(table.update().where(table.c.id == bindparam("row_id")).values(values), updated)
        return found

    def _rows(self, name: str, key: list[str], where=None) -> Rows:
        query = self._tables[name].select()
        rows = self._connection.execute(query if where is None else query.where(where)).mappings()
        return {tuple(row[one] for one in key): dict(row) for row in rows}


def _parts(name: str) -> tuple[str, str]:
    """Family name and given name, as far as a space parts them; formgrader shows both or none.

    >>> _parts("青木　花"), _parts("青木花")
    (('青木', '花'), ('青木花', ''))
    """
    words = name.encode("utf-8", "replace").decode().split()
    return (words[0], words[1]) if len(words) == 2 else (" ".join(words), "")


def _utc(time: str) -> datetime | None:
    """The time as nbgrader keeps it: UTC, without saying so."""
    if not time:
        return None
    at = datetime.fromisoformat(time)
    return (at.astimezone(UTC) if at.tzinfo else at).replace(tzinfo=None)


def _cell_type(cell: SourceCell) -> str:
    return "code" if cell.cell_type == "code" else "markdown"


def _source_row(cell: SourceCell, notebook: str) -> Row:
    from nbformat import from_dict
    from nbgrader.utils import compute_checksum, is_locked

    like = from_dict({"cell_type": cell.cell_type, "source": cell.source, "metadata": cell.metadata})
    return {
        "name": cell.grade_id,
        "notebook_id": notebook,
        "cell_type": _cell_type(cell),
        "locked": is_locked(like),
        "source": cell.source,
        "checksum": compute_checksum(like),
    }
