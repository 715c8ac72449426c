"""Hostile and broken hand-ins: each gets the mark its honest answers earn, changes nothing outside, and ends."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import nbformat
import pytest
from handins import given, write
from hostile import answers, broken, escapes, files, machinery, resources  # noqa: F401  they enter their cases
from hostile.free import marks_of_free_kernel
from hostile.world import CASES, HIDDEN, SECRET, TESTS, Case, World, handed_in, source, texts

from dataacademy import load
from dataacademy.course.grade.assignment import of_course
from dataacademy.course.grade.collect import collect
from dataacademy.course.grade.judge import judge
from dataacademy.course.grade.mark import Task, guarded, mark
from dataacademy.course.grade.normalise import SubmittedCell
from dataacademy.course.grade.records import ANSWER, TEST, SourceCell, SourceNotebook, Submission
from dataacademy.course.kernels import rooms
from dataacademy.course.kernels.confinement import why_open
from dataacademy.course.pool import each

pytestmark = pytest.mark.skipif(bool(why_open()), reason=f"only confined code may be hostile: {why_open()}")

_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER: what a kernel leaves behind becomes a child of this process, and is seen
HONEST = Case("honest", "")
LAST = set({one.kind: name for name, one in CASES.items()}.values())  # of each kind: an honest one follows


@pytest.fixture(scope="module")
def assignment(tmp_path_factory):
    course = tmp_path_factory.mktemp("course")
    write(course / "source/tiny/tiny.ipynb", source())
    return of_course(course, "tiny")


@pytest.fixture(scope="module")
def released(assignment):
    return given(source())


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """The surroundings: secrets in files and variables, a home, a port, and orphans that are not lost."""
    before = dict(os.environ)
    world = World(tmp_path_factory.mktemp("world"))
    own = str(tmp_path_factory.mktemp("matplotlib"))  # matplotlib writes there, with our leave
    os.environ |= {"HOME": str(world.outside / "home"), "SECRET": SECRET, "MPLCONFIGDIR": own}
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    yield world
    ctypes.CDLL(None).prctl(_SUBREAPER, 0, 0, 0, 0)
    world.close()
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="module")
def marked(assignment, released, world, tmp_path_factory):
    """``marked(case) -> Marked``."""

    def of(one: Case):
        return mark(task(one, assignment, released, tmp_path_factory.mktemp("handed"), world))

    of(HONEST)  # the warm process has started before anything is compared
    return of


def task(one: Case, assignment, released, folder: Path, world: World, student: str = "s1") -> Task:
    notebook = handed_in(one, released, folder, world)
    beside = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file() and p != notebook}
    return Task(assignment, Submission(student, "tiny", {"tiny": notebook}, beside), "tiny", "key", one.limits)


def earned(result) -> dict[str, float]:
    """Points by question, of those that a test judges."""
    return {j.grade_id.removesuffix("-test"): j.points for j in result.judgements if j.grade_id != "q4"}


def full(questions: str) -> dict[str, float]:
    return {name: points if name in questions.split() else 0.0 for name, points in TESTS.items()}


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_hand_in_earns_what_is_honest_in_it(name, marked, world):
    one, before = CASES[name], world.state()
    begun = time.monotonic()
    result = marked(one)
    took = time.monotonic() - begun
    told = "\n".join([*result.notes, *(j.message for j in result.judgements)])
    assert earned(result) in [full(questions) for questions in one.earns.split("|")], told
    assert one.told in told, told
    assert took < one.limits.notebook_seconds + 30
    assert SECRET not in result.autograded + told
    assert HIDDEN not in told + texts(nbformat.reads(result.autograded, as_version=4))
    assert world.state() == before
    if name in LAST:
        assert earned(marked(HONEST)) == TESTS


@pytest.mark.parametrize("name", [name for name, one in CASES.items() if one.plain is not None or one.reaches])
def test_it_works_where_the_tests_run_with_it(name, released, world, tmp_path):
    """The same hand-in in a free kernel, its tests among its cells: what it would have earned, or done."""
    one = CASES[name]
    handed = handed_in(one, released, tmp_path, world)
    earns, executed = marks_of_free_kernel(handed, source(), world)
    if one.plain is not None:
        assert earns == (one.plain if one.plain == "stops" else full(one.plain))
    if one.reaches:
        assert one.reaches(world, executed)


def test_there_are_enough_of_each_kind():
    kinds = [one.kind for one in CASES.values()]
    assert len(kinds) >= 80
    assert {kind: kinds.count(kind) for kind in kinds if kinds.count(kind) < 2} == {}


A_CLASS = ["os-exit", "segmentation-fault", "loop-in-c", "memory-bit-by-bit", "folders-without-end-and-then-the-end"]
A_CLASS += ["many-large-messages", "brackets-without-end", "a-table-of-ten-thousand-million-rows"]


def test_a_class_goes_on_to_its_end_and_the_others_are_untouched(assignment, released, world, tmp_path):
    """Side by side, as the class run does it: after every hostile hand-in comes an honest one."""
    tasks = []
    for name in A_CLASS:
        for one in (CASES[name], HONEST):
            number = len(tasks)
            tasks.append(task(one, assignment, released, tmp_path / f"{number}", world, f"{number}-{one.name}"))
    before = world.state()["files"]
    found = {item.submission.student: earned(result) for item, result in each(guarded, tasks, workers=2)}
    assert len(found) == len(tasks)
    for student, points in found.items():
        name = student.partition("-")[2]
        earns = CASES[name].earns if name in CASES else "q1 q2 q3"
        assert points in [full(questions) for questions in earns.split("|")], student
    assert world.state()["files"] == before


IDS = [
    "..",
    "../../up",
    "a/../../../b",
    "/etc",
    "C:\\x",
    "-rf",
    "$(touch left)",
    "a\nb",
    "x" * 200,
    "CON",
    "<b>",
    "%2e%2e",
]


def test_ids_like_paths_and_links_lead_nowhere(assignment, released, marked, world, tmp_path):
    """A folder as an export leaves it: ids that are paths, links to what is not theirs, names that lead out."""
    room, work = tmp_path / "room", tmp_path / "work"
    honest = handed_in(HONEST, released, tmp_path / "honest", world)
    room.mkdir()
    with zipfile.ZipFile(room / "export.zip", "w") as archive:
        for name in IDS:
            archive.write(honest, f"{name}/tiny.ipynb")
    for name in IDS:
        if "/" not in name and name != "..":
            write(room / f"{name}" / "tiny.ipynb", honest.read_bytes())
    (room / "link").mkdir()
    (room / "link" / "tiny.ipynb").symlink_to(world.outside / "source/tiny/tiny.ipynb")
    (room / "linked").symlink_to(world.outside / "submitted")
    write(room / "beside" / "tiny.ipynb", honest.read_bytes())
    (room / "beside" / "gradebook.db").symlink_to(world.outside / "gradebook.db")
    before = world.state()
    collected = collect(room, [assignment], work=work)
    names = [one.student for one in collected.submissions]
    assert len(names) == len(set(names)) >= 8
    for name in names:
        assert (tmp_path / name).resolve().parent == tmp_path.resolve() and (tmp_path / name) != tmp_path
        assert not set(name) & set('/\\\n<>:*?"|')
    found = [path for one in collected.submissions for path in (*one.notebooks.values(), *one.files.values())]
    assert not [path for path in found if path.resolve().is_relative_to(world.outside)]
    told = [str(account) for account in collected.accounted if not account.used]
    assert sum("リンク" in line for line in told) == 3 and sum("ZIP の外" in line for line in told) >= 4
    for one in collected.submissions:
        if one.student.startswith(("beside", "-rf", "$", "CON")):
            assert earned(mark(Task(assignment, one, "tiny", "key", HONEST.limits))) == TESTS
    assert world.state() == before


def test_a_course_that_a_learner_leaves_is_not_the_graders(root, tmp_path, monkeypatch):
    """Tables of the town are found upward from the working folder: tests must not find the learner's."""
    test = "import dataacademy as da\nassert rows == len(da.load('facilities'))"
    cells = (
        SourceCell("a", ANSWER, "code", "rows = ...", "a"),
        SourceCell("t", TEST, "code", test, "t", 1.0),
    )
    forged = (
        "mkdir = lambda p: __import__('os').makedirs(p, exist_ok=True)\nmkdir('notebooks')\nmkdir('datasets/mirai')\n"
    )
    for name in ("notebooks/course.yml", "datasets/mirai/town.json", "datasets/mirai/facilities.csv"):
        lines = (root / name).read_text(encoding="utf-8").splitlines()[: 4 if name.endswith(".csv") else None]
        forged += f"open({name!r}, 'w').write({chr(10).join(lines)!r})\n"
    points = {}
    for answer in ("rows = 3", "import dataacademy as da\nrows = len(da.load('facilities'))"):
        handed = [SubmittedCell(cells[0], forged + answer, "code", "a"), SubmittedCell(cells[1], "", "code", "t")]
        folder = tmp_path / str(len(points))
        folder.mkdir()
        points[answer], *_ = judge(SourceNotebook("n", cells), handed, limits=HONEST.limits, folder=folder)[0]
    assert [one.points for one in points.values()] == [0, 1], points
    monkeypatch.chdir(folder)
    assert len(load("facilities")) == 3  # which is what the tests would have found


@pytest.mark.parametrize(
    "attack",
    [
        "open('given/table.csv', 'w').write('people\\n1\\n')",
        "import os\nos.remove('given/table.csv')\nos.mkdir('given/table.csv')\nopen('given/table.csv/x', 'w').close()",
        "import shutil\nshutil.rmtree('given')\nopen('given', 'w').close()",
    ],
)
def test_a_table_that_the_course_gave_is_the_courses_again_for_a_test(tmp_path, attack):
    test = "import pandas as pd\nassert total == pd.read_csv('given/table.csv')['people'].sum()"
    cells = (SourceCell("a", ANSWER, "code", "total = ...", "a"), SourceCell("t", TEST, "code", test, "t", 1.0))
    points = {}
    for total in (1, 300):
        folder, own = tmp_path / f"{total}/learner", tmp_path / f"{total}/course"
        for place in (folder, own):
            write(place / "given/table.csv", b"people\n100\n200\n")
        handed = [
            SubmittedCell(cells[0], f"total = {total}\n{attack}", "code", "a"),
            SubmittedCell(cells[1], "", "code", "t"),
        ]
        (one,), _, notes = judge(
            SourceNotebook("n", cells), handed, limits=HONEST.limits, folder=folder, own=own, confined=True
        )
        points[total] = one.points
        assert notes == ["配布したファイル「given/table.csv」が変わっていたので、「t」の前に元に戻しました。"]
    assert points == {1: 0, 300: 1}


SETTINGS = """
import sys
from pathlib import Path
from dataacademy.course.grade.testcell import _at
with _at(Path(sys.argv[1]), None):
    import matplotlib
print(matplotlib.rcParams["lines.linewidth"])
"""


def test_settings_that_a_learner_leaves_do_not_stay_with_the_grader(tmp_path):
    write(tmp_path / "matplotlibrc", "lines.linewidth: 99\n")
    free = "import matplotlib; print(matplotlib.rcParams['lines.linewidth'])"
    for code, width in ((SETTINGS, "1.5\n"), (free, "99.0\n")):
        command = [sys.executable, "-c", code, str(tmp_path)]
        assert (
            subprocess.run(command, cwd=tmp_path if code == free else None, capture_output=True, text=True).stdout
            == width
        )


@pytest.mark.parametrize("depth", [3, 1500])
def test_folders_of_any_depth_are_removed(tmp_path, depth):
    folder = tmp_path / "deep"
    folder.mkdir()
    here = os.getcwd()
    os.chdir(folder)
    try:
        for number in range(depth):
            Path("file").write_text("x")
            os.mkdir("d" * 200, 0o300 if number == depth - 1 else 0o700)
            os.chdir("d" * 200)
    finally:
        os.chdir(here)
    (folder / "link").symlink_to(tmp_path)
    assert rooms.contents([folder], 1000)[1] == (7 if depth == 3 else 1001)
    rooms.remove_folder(folder)
    rooms.remove_folder(folder)  # nothing is there any more
    assert os.listdir(tmp_path) == []


def test_what_is_written_is_counted_with_its_holes_left_out(tmp_path):
    write(tmp_path / "a/b", b"x" * 100_000)
    with open(tmp_path / "sparse", "wb") as stream:
        stream.truncate(10**12)
    taken, number = rooms.contents([tmp_path], 100)
    assert number == 3 and 100_000 <= taken < 1_000_000
    assert rooms.contents([tmp_path], 2)[1] == 3
