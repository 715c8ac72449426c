"""A class from hand-ins to marks: everybody once, nobody lost, again only what is new, whatever happens in between."""

from __future__ import annotations

import csv
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import nbformat
import pytest
from commandline import command
from handins import RIGHT, answered, write, write_course, write_messy_class

from dataacademy.course import kernels
from dataacademy.course.grade.assignment import of_course
from dataacademy.course.grade.classrun import grade
from dataacademy.errors import DataAcademyError

FULL = {"a4-q1": "far_people = 1234"}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """An nbgrader course, with nobody in it."""
    return write_course(tmp_path_factory.mktemp("course") / "科目")


@pytest.fixture(scope="module")
def source(course):
    return of_course(course, "a4").notebooks[0]


def handed_in(course: Path, target: Path, source, answers: dict[str, dict[str, str]]) -> Path:
    """A copy of the course in which these people have handed in."""
    shutil.copytree(course, target)
    for student, given in answers.items():
        write(target / "submitted" / student / "a4" / f"{source.name}.ipynb", answered(source, RIGHT | given))
    return target


def rows(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader((folder / "marks.csv").read_text(encoding="utf-8-sig").splitlines()))


def points(graded) -> dict[tuple[str, str], float]:
    return {(m.student, m.assignment): m.points for m in graded.marked}


def scores(folder: Path) -> dict[str, float]:
    """As nbgrader's own gradebook tells them."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        return {found["student"]: found["score"] for found in book.submission_dicts("a4")}


@pytest.fixture(scope="module")
def messy(course, source, tmp_path_factory):
    """The forty learners' files, marked in a course without a tree of its own."""
    room = tmp_path_factory.mktemp("messy")
    folder = handed_in(course, room / "科目", source, {})
    expected = write_messy_class(folder / "submitted", source)
    before = contents(folder / "submitted")
    return grade(folder), expected, before, folder


def contents(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_messy_class_is_all_accounted_for(messy):
    graded, expected, before, folder = messy
    names = graded.collected.names
    told = {names[m.student]: m for m in graded.marked}
    assert set(expected.answers) <= set(told)
    for name, answer in expected.answers.items():
        marked = told[name]
        if answer is None and name != "受講者34":
            assert marked.points == 0
            assert marked.notes
        elif answer is not None:
            assert marked.points > 0, (name, marked.notes)
    assert contents(folder / "submitted") == before  # the originals stay as they are
    files = {
        str(path.relative_to(folder / "submitted")) for path in (folder / "submitted").rglob("*") if path.is_file()
    }
    accounts = [account.path for account in graded.collected.accounted]
    assert len(accounts) == len(set(accounts))
    assert len(accounts) >= len(files) + expected.in_archives - 3  # archives themselves are told by what is in them


def test_the_report_names_file_person_and_reason(messy):
    graded, expected, _, folder = messy
    page = (folder / "report.html").read_text(encoding="utf-8")
    for account in graded.collected.accounted:
        assert account.path.split("/")[-1].strip() in page
    for word in expected.told.values():
        assert word in page or any(word in note for m in graded.marked for note in m.notes)


def test_one_learner_one_row_everywhere(messy):
    graded, _, _, folder = messy
    table = {row[next(k for k in row if "id" in k.lower() or "ID" in k)]: row for row in rows(folder)}
    assert set(table) == {m.student for m in graded.marked} | (
        set(graded.collected.names) - {m.student for m in graded.marked}
    )
    assert scores(folder) == pytest.approx({m.student: m.points for m in graded.marked})


def test_every_learner_has_a_page_and_a_marked_notebook(messy):
    graded, _, _, folder = messy
    for marked in graded.marked:
        room = Path(marked.student) / "a4"
        page = (folder / "feedback" / room / f"{marked.notebook}.html").read_text(encoding="utf-8")
        assert "Content-Security-Policy" in page
        nbformat.read(folder / "autograded" / room / f"{marked.notebook}.ipynb", as_version=4)


def test_nothing_is_marked_twice(messy, source):
    graded, _, _, folder = messy
    again = grade(folder)
    assert again.new == 0
    assert points(again) == points(graded)
    write(folder / "submitted" / "受講者05_a4.ipynb", answered(source, RIGHT))
    third = grade(folder)
    assert third.new == 1
    assert sum(points(third).values()) > sum(points(graded).values())


def test_a_changed_source_marks_everybody_again(course, source, tmp_path):
    folder = handed_in(course, tmp_path / "c", source, {"a": FULL, "b": {"a4-q1": "far_people = 1"}})
    first = grade(folder)
    file = next((folder / "source" / "a4").glob("*.ipynb"))
    file.write_text(file.read_text(encoding="utf-8").replace("far_people == 1234", "far_people == 1"), encoding="utf-8")
    second = grade(folder)
    assert second.new == 2
    assert points(first)["a", "a4"] > points(first)["b", "a4"]
    assert points(second)["a", "a4"] < points(second)["b", "a4"]
    assert scores(folder) == pytest.approx({m.student: m.points for m in second.marked})


def test_a_persons_marks_are_kept(course, source, tmp_path):
    from nbgrader.api import Gradebook

    folder = handed_in(course, tmp_path / "c", source, {"a": FULL})
    grade(folder)
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        by_hand = book.find_grade("a4-q3", source.name, "a4", "a")
        by_hand.manual_score, by_hand.needs_manual_grade = 1.5, False
        book.db.commit()
    write(folder / "submitted" / "b" / "a4" / f"{source.name}.ipynb", answered(source, RIGHT))
    again = grade(folder)
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        assert book.find_grade("a4-q3", source.name, "a4", "a").manual_score == 1.5
    total = next(value for column, value in rows(folder)[0].items() if column == "a4 合計")
    assert float(total) == points(again)["a", "a4"] + 1.5


def test_who_has_not_handed_in(course, source, tmp_path):
    folder = handed_in(course, tmp_path / "c", source, {"yamada": FULL})
    roster = tmp_path / "名簿.csv"
    roster.write_text("id,氏名\nyamada,山田 太郎\nsato,佐藤 花子\n", encoding="utf-8-sig")
    grade(folder, roster=roster)
    assert len(rows(folder)) == 2
    assert "佐藤 花子" in (folder / "class.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(("text", "encoding"), [("a,b\n1,2\n", "utf-8"), ("", "utf-8"), ("氏名\n山田\n", "utf-16")])
def test_a_roster_that_cannot_be_read_is_told(course, source, tmp_path, text, encoding):
    folder = handed_in(course, tmp_path / "c", source, {})
    (tmp_path / "r.csv").write_text(text, encoding=encoding)
    with pytest.raises(DataAcademyError) as told:
        grade(folder, roster=tmp_path / "r.csv")
    assert told.value.note.kind == "roster_unreadable"


def test_no_folder_and_an_unknown_assignment_are_told(course, tmp_path):
    with pytest.raises(DataAcademyError) as told:
        grade(tmp_path / "nowhere")
    assert told.value.note.kind == "nothing_there"
    with pytest.raises(DataAcademyError) as told:
        grade(course, only=["a5"], output=tmp_path / "out")
    assert told.value.note.kind == "unknown_assignment"


def test_our_own_exercises_from_a_heap_of_files(tmp_path):
    """The command, on a folder with spaces in its name: the reference answers earn full marks."""
    from dataacademy.course.exercises.tasks import exercises, released_file, solution_file

    name = next(iter(exercises()))
    heap = tmp_path / "提出 第1回"
    heap.mkdir()
    shutil.copy(solution_file(name), heap / f"山田 太郎_{name}.ipynb")
    shutil.copy(released_file(name), heap / f"佐藤_{name}.ipynb")
    before = contents(heap)
    done = command(Path(__file__).parents[1], "grade", str(heap))
    assert done.returncode == 0, done.stderr
    assert contents(heap) == before
    table = rows(tmp_path / "提出 第1回_採点")
    assert len(table) == 2
    assert "2 本を採点しました（うち今回 2 本）" in done.stdout


def test_a_cluster_gives_the_same_marks(course, source, tmp_path):
    from distributed import LocalCluster

    answers = {"a": FULL, "b": {"a4-q1": "far_people = 1"}, "c": {"a4-q2": "import os; os._exit(1)"}}
    here = grade(handed_in(course, tmp_path / "here", source, answers))
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0") as cluster:
        there = grade(handed_in(course, tmp_path / "there", source, answers), scheduler=cluster.scheduler_address)
    assert points(here) == points(there)


# -- killed at any moment ---------------------------------------------------------------------------------------------

ROUNDS, KILLS = 10, 5
STARTER = """
import os, sys
from pathlib import Path
from dataacademy.course.grade.classrun import grade

for line in sys.stdin:
    pid = os.fork()
    if not pid:
        try:
            grade(Path(line.strip()), workers=1)
            os._exit(0)
        finally:
            os._exit(1)
    print(pid, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


@pytest.fixture
def run():
    """``run(folder, seconds)`` marks a class in a process of its own, which gets kill -9 after that time."""
    with kernels.environment():  # the warm process of these tests: most moments lie in the marking
        starter = subprocess.Popen(
            [sys.executable, "-c", STARTER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True,
        )  # fmt: skip

    def run(folder: Path, seconds: float | None = None) -> int:
        print(folder, file=starter.stdin, flush=True)
        pid = int(starter.stdout.readline())
        if seconds is not None:
            time.sleep(seconds)
            with suppress(ProcessLookupError):  # it has ended before
                os.kill(pid, signal.SIGKILL)
        return int(starter.stdout.readline())

    yield run
    starter.stdin.close()
    starter.wait()
    starter.stdout.close()


def test_killed_at_fifty_moments_no_mark_is_lost_or_doubled(course, source, tmp_path, run):
    chance = random.Random(6)
    answers = {f"s{n}": {"a4-q1": f"far_people = {1234 if n % 2 else n}"} for n in range(6)}
    reference = handed_in(course, tmp_path / "reference", source, answers)
    begun = time.monotonic()
    assert run(reference) == 0
    whole = time.monotonic() - begun
    wanted, table = scores(reference), rows(reference)
    assert len(set(wanted.values())) == 2
    killed = 0
    for number in range(ROUNDS):
        folder = handed_in(course, tmp_path / str(number), source, answers)
        for _ in range(KILLS):
            killed += run(folder, chance.uniform(0, whole)) == -signal.SIGKILL
        assert run(folder) == 0
        assert scores(folder) == wanted
        assert rows(folder) == table
        assert len(list((folder / ".dataacademy" / "marked").rglob("*.json"))) == len(answers)
        assert not [path for path in folder.rglob(".*") if path.is_file() and path.name.count(".") > 2], "half-written"
    assert killed > ROUNDS * KILLS / 4  # the others had ended before
