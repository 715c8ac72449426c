"""The gradebook is nbgrader's: its own tools read our figures; nothing is half-written; a person's marks stay."""

from __future__ import annotations

import csv
import multiprocessing
import os
import signal
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from markedclass import a_class, assignment, cell, marked, notebook
from nbgrader.api import Gradebook

from dataacademy.course.grade import gradebook
from dataacademy.course.grade.records import ANSWER, TASK, WRITTEN, Judgement, SourceNotebook
from dataacademy.errors import DataAcademyError


def opened(database: Path) -> Gradebook:
    return Gradebook(f"sqlite:///{database}")


def dump(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as book:
        return list(book.iterdump())


def asked(database: Path, query: str) -> list[tuple]:
    with closing(sqlite3.connect(database)) as book:
        return book.execute(query).fetchall()


@pytest.fixture
def database(tmp_path) -> Path:
    return tmp_path / "gradebook.db"


def test_nbgraders_own_queries_give_our_figures(database):
    task, people = assignment(), a_class(12)
    gradebook.record(database, [task], people, {"s0000": "青木　花", "absent": "井上"})
    with opened(database) as book:
        found = {one["student"]: one for one in book.submission_dicts("a4")}
        assert {s: d["score"] for s, d in found.items()} == {m.student: m.points for m in people}
        assert {d["max_score"] for d in found.values()} == {task.points} == {14.0}
        assert book.average_assignment_score("a4") == pytest.approx(sum(m.points for m in people) / 12)
        assert {s: d["needs_manual_grade"] for s, d in found.items()} == {m.student: True for m in people}
        assert {d["max_written_score"] for d in found.values()} == {4.0}
        assert {d["max_task_score"] for d in found.values()} == {5.0}
        roster = {one["id"]: one for one in book.student_dicts()}
        assert (roster["s0000"]["last_name"], roster["s0000"]["first_name"]) == ("青木", "花")
        assert (roster["absent"]["last_name"], roster["absent"]["score"]) == ("井上", 0.0)
        assert book.find_submission("a4", "s0001").timestamp == datetime(2026, 5, 1, 1)
        written = book.find_grade("q3", "a4", "a4", people[0].student)
        assert written.cell_type == "markdown" and written.max_score == 4


def test_each_kind_of_cell_is_kept_as_nbgrader_keeps_it(database, tmp_path):
    gradebook.record(database, [assignment()], [])
    with opened(database) as book:
        kept = book.find_notebook("a4", "a4")
        assert {c.name: (c.max_score, c.cell_type) for c in kept.grade_cells} == {
            "q1-test": (2.0, "code"),
            "q2-test": (3.0, "code"),
            "q3": (4.0, "markdown"),
        }
        assert {c.name for c in kept.solution_cells} == {"q1", "q2", "q3"}
        assert {c.name: c.max_score for c in kept.task_cells} == {"q4": 5.0}
        assert {c.name for c in kept.source_cells if c.locked} == {
            "q1-text",
            "q1-test",
            "q2-text",
            "q2-test",
            "q3-text",
            "q4",
        }
        assert "4711" in book.find_source_cell("q1-test", "a4", "a4").source
        assert '"python3"' in kept.kernelspec


def test_same_rows_as_nbgraders_own_saving(database, tmp_path):
    """What ``SaveCells`` enters and what we enter, compared row by row."""
    from nbformat import from_dict, v4
    from nbgrader.preprocessors import ComputeChecksums, SaveCells

    source = notebook()
    cells = []
    for one in source.cells:
        new = v4.new_code_cell if one.cell_type == "code" else v4.new_markdown_cell
        cells.append(new(one.source, metadata=from_dict(one.metadata)))
    theirs = tmp_path / "theirs.db"
    with opened(theirs) as book:
        book.add_assignment("a4")
    resources = {"nbgrader": {"notebook": "a4", "assignment": "a4", "db_url": f"sqlite:///{theirs}"}}
    made = v4.new_notebook(cells=cells, metadata=from_dict(source.metadata))
    for step in (ComputeChecksums, SaveCells):
        made, resources = step().preprocess(made, resources)
    gradebook.record(database, [assignment()], [])
    queries = (
        "SELECT name, kernelspec FROM notebook",
        "SELECT name, cell_type, locked, source, checksum FROM source_cell ORDER BY name",
        "SELECT name, type FROM base_cell ORDER BY name, type",
        "SELECT name, max_score, cell_type FROM grade_cells NATURAL JOIN base_cell ORDER BY name",
        "SELECT name, max_score, cell_type FROM task_cells NATURAL JOIN base_cell ORDER BY name",
        "SELECT name, course_id FROM assignment",
        "SELECT version_num FROM alembic_version",
    )
    for query in queries:
        assert asked(database, query) == asked(theirs, query) != []


def test_running_again_changes_nothing(database):
    people = a_class(5)
    for _ in range(2):
        gradebook.record(database, [assignment()], people, {"s0000": "青木 花"})
    before = dump(database)
    gradebook.record(database, [assignment()], people, {"s0000": "青木 花"})
    gradebook.record(database, [assignment()], people[2:4])
    assert dump(database) == before
    gradebook.record(database, [assignment()], [marked("s0000", {"q1-test": 0.5}, key="new")])
    assert dump(database) != before


def test_what_a_person_entered_stays(database):
    one = marked("s1", {"q1-test": 1.0, "q2-test": 3.0})
    gradebook.record(database, [assignment()], [one], {"s1": "青木 花"})
    with opened(database) as book:
        student = book.find_student("s1")
        student.last_name, student.first_name = "碧木", "華"
        book.update_or_create_assignment("a4", duedate="2026-05-02")
        for name, score in (("q1-test", 2.0), ("q3", 3.0)):
            grade = book.find_grade(name, "a4", "a4", "s1")
            grade.manual_score, grade.needs_manual_grade = score, False
        book.find_grade("q2-test", "a4", "a4", "s1").extra_credit = 0.5
        book.find_comment("q3", "a4", "a4", "s1").manual_comment = "よく読めています。"
        book.db.commit()
    before = dump(database)
    gradebook.record(database, [assignment()], [one], {"s1": "青木 花"})
    assert dump(database) == before
    assert gradebook.by_hand(database) == {
        ("s1", "a4", "a4", "q1-test"): 2.0,
        ("s1", "a4", "a4", "q2-test"): 3.5,
        ("s1", "a4", "a4", "q3"): 3.0,
    }
    gradebook.record(database, [assignment()], [replace(one, key="handed in again")])
    with opened(database) as book:
        assert book.find_submission("a4", "s1").score == 2.0 + 3.5 + 3.0
        for name in ("q1-test", "q3"):  # for review, as nbgrader does
            assert book.find_grade(name, "a4", "a4", "s1").needs_manual_grade
        assert not book.find_grade("q2-test", "a4", "a4", "s1").needs_manual_grade
        assert book.find_comment("q3", "a4", "a4", "s1").comment == "よく読めています。"


def test_answers_left_as_they_were_are_told(database):
    blank = marked("s1", {"q1-test": 0.0, "q3": 0.0}, answers={"q1": "answer = ... \n", "q3": "ここに書く"})
    gradebook.record(database, [assignment()], [blank])
    with opened(database) as book:
        said = {name: book.find_comment(name, "a4", "a4", "s1").comment for name in ("q1", "q2", "q3", "q4")}
        assert said == {"q1": "答えが書かれていません。", "q2": None, "q3": "答えが書かれていません。", "q4": None}
        assert not book.find_grade("q3", "a4", "a4", "s1").needs_manual_grade
    gradebook.record(database, [assignment()], [marked("s1", {"q1-test": 2.0}, key="again")])
    with opened(database) as book:
        assert book.find_comment("q1", "a4", "a4", "s1").comment is None


def test_a_notebook_that_was_not_handed_in_earns_nothing_until_it_is(database):
    task = assignment(notebooks=("p1", "p2"))
    first, second = (marked("s1", {"q1-test": 2.0}, source=one) for one in task.notebooks)
    gradebook.record(database, [task], [first])
    with opened(database) as book:
        assert [g.needs_manual_grade for g in book.find_submission_notebook("p2", "a4", "s1").grades] == [False] * 4
        assert book.find_submission("a4", "s1").score == 2.0
    gradebook.record(database, [task], [second])
    with opened(database) as book:
        assert book.find_submission("a4", "s1").score == 4.0
        assert book.find_submission("a4", "s1").max_score == 28.0


def test_cells_that_an_assignment_no_longer_has_go_with_their_marks(database, tmp_path):
    one = marked("s1", {"q1-test": 2.0, "q2-test": 3.0})
    task = assignment(notebooks=("a4", "old"))
    gradebook.record(database, [task], [one])
    source = notebook()
    less = SourceNotebook("a4", tuple(c for c in source.cells if c.grade_id not in ("q2-test", "q4")), source.metadata)
    changed = replace(task, notebooks=(less,))
    assert gradebook.record(database, [changed], [replace(one, key="changed")]) == []
    with opened(database) as book:
        found = book.find_submission("a4", "s1")
        assert (found.score, found.max_score) == (2.0, 6.0)
        assert [n.name for n in book.find_assignment("a4").notebooks] == ["a4"]
        grade = book.find_grade("q3", "a4", "a4", "s1")
        grade.manual_score = 4.0
        book.db.commit()
    before = dump(database)
    least = SourceNotebook("a4", less.cells[:4], source.metadata)
    notes = gradebook.record(database, [replace(task, notebooks=(least,))], [one])
    assert notes == [
        "課題からなくなったセル（q2、q3）に、人が付けた点か言葉が 1 件ありました。"
        "元の採点簿を「gradebook.old-1.db」に残しました。"
    ]
    assert dump(tmp_path / "gradebook.old-1.db") == before
    assert gradebook.by_hand(database) == {}


def test_a_cell_may_change_its_kind_and_points(database):
    gradebook.record(database, [assignment()], [marked("s1", {"q1-test": 2.0})])
    source = SourceNotebook(
        "a4", (cell(ANSWER, "q1"), cell(WRITTEN, "q1-test", "", 7), cell(TASK, "q2-test", "", 1, "markdown"))
    )
    one = marked("s1", {}, source=source, key="new")
    gradebook.record(database, [replace(assignment(), notebooks=(source,))], [one])
    with opened(database) as book:
        assert book.find_submission("a4", "s1").max_score == 8.0
        assert book.find_grade("q1-test", "a4", "a4", "s1").auto_score is None
        assert len(book.find_submission_notebook("a4", "a4", "s1").comments) == 3


@pytest.mark.parametrize("student", ["山田 太郎", "O'Brien; DROP TABLE grade--", '..%s{x}"', "a" * 300, "🙂", "Ａ"])
def test_any_student_id(database, student):
    gradebook.record(database, [assignment()], [marked(student, {"q1-test": 1.0})], {student: "\udcff名\n前"})
    with opened(database) as book:
        assert [(d["student"], d["score"]) for d in book.submission_dicts("a4")] == [(student, 1.0)]


def test_of_two_hand_ins_of_one_person_the_later_counts(database):
    early, late = (marked("s1", {"q1-test": p}, timestamp=f"2026-05-0{p}T00:00:00+00:00", key=f"{p}") for p in (1, 2))
    for given in ([early, late], [late, early]):
        gradebook.record(database, [assignment()], given)
        with opened(database) as book:
            assert book.find_submission("a4", "s1").score == 2.0


def test_stale_judgements_are_not_counted_and_missing_ones_wait(database):
    one = replace(marked("s1", {}), judgements=(Judgement("gone", 9.0, 9.0), Judgement("q1-test", 2.0, 2.0)))
    gradebook.record(database, [assignment()], [one])
    with opened(database) as book:
        assert book.find_submission("a4", "s1").score == 2.0
        assert book.find_grade("q2-test", "a4", "a4", "s1").needs_manual_grade


def test_an_unknown_assignment_is_named_and_nothing_written(database):
    with pytest.raises(DataAcademyError, match="課題「a5」"):
        gradebook.record(database, [assignment()], [marked("s1", {}, assignment="a5")])
    assert not database.exists()


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        ("UPDATE alembic_version SET version_num = '282d30a0218e'", "gradebook_outdated"),
        ("DROP TABLE alembic_version", "gradebook_outdated"),
        ("UPDATE alembic_version SET version_num = 'ffffffffffff'", "gradebook_too_new"),
        ("DROP TABLE assignment", "gradebook_unusable"),
    ],
)
def test_a_book_of_another_version_is_refused_kindly(database, spoil, kind):
    gradebook.record(database, [assignment()], [])
    with closing(sqlite3.connect(database)) as book:
        book.execute(spoil)
        book.commit()
    before = database.read_bytes()
    with pytest.raises(DataAcademyError) as error:
        gradebook.record(database, [assignment()], [marked("s1", {})])
    assert error.value.note.kind == kind
    assert database.read_bytes() == before


def test_no_database_at_all_and_one_in_use(database, monkeypatch):
    database.write_bytes(b"no database " * 100)
    with pytest.raises(DataAcademyError) as error:
        gradebook.record(database, [assignment()], [])
    assert error.value.note.kind == "gradebook_unusable"
    database.unlink()
    gradebook.record(database, [assignment()], [])
    monkeypatch.setattr(gradebook, "_WAIT", 0.01)
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DataAcademyError) as error:
            gradebook.record(database, [assignment()], [])
    assert error.value.note.kind == "gradebook_busy"


def record_until(statement: int, *arguments) -> None:
    """``record`` in a process that is killed before this statement."""
    import sqlalchemy

    left = iter(range(statement))

    def look(*_):
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    sqlalchemy.event.listen(sqlalchemy.engine.Engine, "before_cursor_execute", look)
    gradebook.record(*arguments)


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")
@pytest.mark.parametrize("fresh", [True, False])
def test_killed_at_any_statement_the_book_is_as_before_or_after(database, fresh):
    people, kills = a_class(3), 0
    if not fresh:
        gradebook.record(database, [assignment()], people[:1])
    before = dump(database) if database.exists() else dump(database.with_name("empty.db"))
    for statement in range(200):
        child = multiprocessing.get_context("fork").Process(
            target=record_until, args=(statement, database, [assignment()], people)
        )
        child.start()
        child.join()
        if child.exitcode == 0:
            break
        kills += 1
        assert child.exitcode == -signal.SIGKILL
        assert dump(database) == before
    assert kills > 20
    with opened(database) as book:
        assert {d["student"]: d["score"] for d in book.submission_dicts("a4")} == {m.student: m.points for m in people}


def test_nbgrader_export_and_feedback_read_it(database, tmp_path, monkeypatch):
    from nbgrader.apps import ExportApp, GenerateFeedbackApp

    people = a_class(3)
    gradebook.record(database, [assignment()], people)
    for one in people:
        folder = tmp_path / "autograded" / one.student / "a4"
        folder.mkdir(parents=True)
        (folder / "a4.ipynb").write_text(one.autograded, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    for app, arguments in ((ExportApp, ["--to", "out.csv"]), (GenerateFeedbackApp, ["a4"])):
        app.clear_instance()
        app.launch_instance([*arguments, f"--db=sqlite:///{database}", "--log-level=ERROR"])
        app.clear_instance()
    lines = (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()
    rows = {row["student_id"]: row for row in csv.DictReader(lines)}
    assert {s: float(row["score"]) for s, row in rows.items()} == {m.student: m.points for m in people}
    for one in people:
        page = (tmp_path / "feedback" / one.student / "a4" / "a4.html").read_text(encoding="utf-8")
        assert f"Score: {one.points} / 14.0" in page


def test_formgraders_pages_find_everything(database, tmp_path):
    """What formgrader's pages are made of: ``NbGraderAPI`` over the course folder."""
    from nbgrader.apps.api import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory

    people = a_class(3)
    gradebook.record(database, [assignment()], people, {"absent": "井上"})
    for one in people:
        (tmp_path / "autograded" / one.student / "a4").mkdir(parents=True)
        (tmp_path / "autograded" / one.student / "a4" / "a4.ipynb").write_text(one.autograded, encoding="utf-8")
    api = NbGraderAPI(CourseDirectory(root=str(tmp_path)))
    pages = api.get_submissions("a4")
    assert {p["student"]: (p["score"], p["autograded"]) for p in pages} == {m.student: (m.points, True) for m in people}
    shown = api.get_notebook_submissions("a4", "a4")
    assert {p["student"]: (p["score"], p["max_score"]) for p in shown} == {m.student: (m.points, 14.0) for m in people}
    assert {p["id"]: p["score"] for p in api.get_students()} == {m.student: m.points for m in people} | {"absent": 0.0}
