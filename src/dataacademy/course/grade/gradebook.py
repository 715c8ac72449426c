"""nbgrader's gradebook, written in one transaction: formgrader and ``nbgrader export`` read it as their own.

A table of our own, ``dataacademy_marked``, notes which hand-in each mark is of; nbgrader takes no notice of it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from dataacademy.course.grade.book import Book, Removed
from dataacademy.course.grade.counted import latest
from dataacademy.course.grade.records import Assignment, Marked
from dataacademy.errors import DataAcademyError

_WAIT = 30  # seconds for formgrader, or another run, to let go of the book


def record(
    database: Path,
    assignments: Iterable[Assignment],
    marked: Iterable[Marked],
    students: Mapping[str, str] | None = None,
) -> list[str]:
    """Enter marks into nbgrader's gradebook ``database`` (made if missing); notes in Japanese on what was lost.

    All or nothing is written, and nothing where nothing changed.  ``students`` is id -> name.  What a person entered
    (scores, extra credit, comments, names, due dates) stays; if the hand-in or the assignment changed since, the
    score is shown for review, as nbgrader does.  Marks of cells that an assignment no longer has are removed; if a
    person had marked them, the book as it was is kept beside it.

    Raises DataAcademyError: ``gradebook_outdated``, ``gradebook_too_new``, ``gradebook_busy``, ``gradebook_unusable``,
    ``unknown_assignment``.
    """
    assignments, students = list(assignments), students or {}
    counting = latest(assignments, marked)
    with _transaction(database) as connection:
        book = Book(connection)
        gone = book.removed(assignments)
        notes = [_kept_beside(database, gone)] if gone.by_hand else []
        book.drop(gone)
        book.people({student: students.get(student, "") for student in (*students, *(key[0] for key in counting))})
        for one in assignments:
            book.submissions(
                one, book.assignment(one), {(key[0], key[2]): m for key, m in counting.items() if key[1] == one.name}
            )
    return notes


def by_hand(database: Path) -> dict[tuple[str, str, str, str], float]:
    """The scores that people entered, with extra credit: (student, assignment, notebook, grade_id) -> points."""
    if not database.is_file():
        return {}
    query = """
        SELECT s.student_id, a.name, n.name, c.name, g.manual_score, g.auto_score, g.extra_credit
        FROM grade g JOIN base_cell c ON c.id = g.cell_id JOIN submitted_notebook b ON b.id = g.notebook_id
        JOIN notebook n ON n.id = b.notebook_id JOIN submitted_assignment s ON s.id = b.assignment_id
        JOIN assignment a ON a.id = s.assignment_id WHERE g.manual_score IS NOT NULL OR g.extra_credit IS NOT NULL"""
    with _transaction(database) as connection:
        rows = connection.exec_driver_sql(query).all()
    return {
        tuple(key): (manual if manual is not None else auto or 0.0) + (more or 0.0) for *key, manual, auto, more in rows
    }


@contextmanager
def _transaction(database: Path) -> Iterator[Any]:
    """A connection to an up-to-date book, in one transaction that is rolled back if anything goes wrong."""
    import sqlalchemy

    database.parent.mkdir(parents=True, exist_ok=True)
    address = sqlalchemy.URL.create("sqlite", database=str(database))
    engine = sqlalchemy.create_engine(address, connect_args={"timeout": _WAIT})
    # Python's sqlite3 would begin late and commit before tables are made: here nothing but these two lines begins
    sqlalchemy.event.listen(engine, "connect", lambda raw, _: setattr(raw, "isolation_level", None))
    sqlalchemy.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.begin() as connection:
            _prepare(connection, database)
            yield connection
    except sqlalchemy.exc.DatabaseError as error:
        raise _unusable(database, error.orig) from error
    finally:
        engine.dispose()


def _prepare(connection, database: Path) -> None:
    """Make the tables of an empty book; refuse one of another nbgrader."""
    import sqlalchemy
    from nbgrader.api import Base

    tables = set(sqlalchemy.inspect(connection).get_table_names())
    revisions = _revisions()
    if not tables:
        Base.metadata.create_all(connection)
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (revisions[0],))
    elif "assignment" not in tables:
        raise _unusable(database, "no gradebook of nbgrader")
    else:
        ask = "SELECT version_num FROM alembic_version"
        found = connection.exec_driver_sql(ask).scalar() if "alembic_version" in tables else None
        if found != revisions[0]:
            raise _other_version(database, old=found is None or found in revisions)
    connection.exec_driver_sql(
        "CREATE TABLE IF NOT EXISTS dataacademy_marked (notebook_id VARCHAR(32) PRIMARY KEY, mark TEXT NOT NULL)"
    )


@cache
def _revisions() -> list[str]:
    """nbgrader's versions of the tables, the newest first; nbgrader itself would start ``alembic`` by name for this."""
    from alembic.script import ScriptDirectory
    from nbgrader.dbutil import ALEMBIC_DIR

    return [script.revision for script in ScriptDirectory(ALEMBIC_DIR).walk_revisions()]


def _kept_beside(database: Path, gone: Removed) -> str:
    """Copy the book as it was; the note that says so."""
    names = (database.with_name(f"{database.stem}.old-{number}{database.suffix}") for number in count(1))
    copy = next(name for name in names if not name.exists())
    with closing(sqlite3.connect(database)) as old, closing(sqlite3.connect(copy)) as new:
        old.backup(new)
    return (
        f"課題からなくなったセル（{'、'.join(gone.names)}）に、人が付けた点か言葉が {gone.by_hand} 件ありました。"
        f"元の採点簿を「{copy.name}」に残しました。"
    )


def _other_version(database: Path, old: bool) -> DataAcademyError:
    if old:
        return DataAcademyError(
            "gradebook_outdated",
            f"採点簿「{database.name}」は、古い版の nbgrader で作られています。",
            f"{database.name} was made by an older nbgrader.",
            fix="写しを取ってから、そのフォルダで nbgrader db upgrade を実行してください。",
            fix_en="Back it up, then run `nbgrader db upgrade` in its folder.",
            file=database.name,
        )
    return DataAcademyError(
        "gradebook_too_new",
        f"採点簿「{database.name}」は、新しい版の nbgrader で作られています。",
        f"{database.name} was made by a newer nbgrader than the one installed.",
        fix="nbgrader を新しくしてください。",
        fix_en="Update nbgrader.",
        file=database.name,
    )


def _unusable(database: Path, said: Exception | str) -> DataAcademyError:
    if "locked" in str(said):
        return DataAcademyError(
            "gradebook_busy",
            f"採点簿「{database.name}」を、ほかのプログラムが使っています。",
            f"{database.name} is in use by another program.",
            fix="formgrader の画面を閉じるか、少し待ってから、もう一度実行してください。",
            fix_en="Close formgrader or wait, then run again.",
            file=database.name,
        )
    return DataAcademyError(
        "gradebook_unusable",
        f"「{database.name}」を採点簿として使えません（{said}）。",
        f"{database.name} cannot be used as a gradebook: {said}.",
        fix="別の名前に変えてから、もう一度実行すると、新しい採点簿を作ります。",
        fix_en="Rename it and run again; a new one is made.",
        file=database.name,
    )
