"""``dataacademy grade``: a class from what was handed in to marks; run again, it marks only what is new.

A record in ``.dataacademy/marked/`` is the truth about one marked notebook: it is written last, whole or not at all, so
a run that is killed goes on where it was.  Only this process writes; workers hand back what they found.
"""

from __future__ import annotations

import csv
import dataclasses
import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from dataacademy import paths
from dataacademy.course.grade import cohort, feedback, gradebook, marks
from dataacademy.course.grade.assignment import as_given, names_of_course, of_course, ours
from dataacademy.course.grade.collect import Collected, collect
from dataacademy.course.grade.mark import Task, guarded, lost
from dataacademy.course.grade.names import safe_id, same_person
from dataacademy.course.grade.records import Assignment, Judgement, Limits, Marked, Submission
from dataacademy.course.kernels.confinement import why_open
from dataacademy.course.pool import each, get_ready
from dataacademy.errors import DataAcademyError
from dataacademy.files import fingerprint, write_text
from dataacademy.report import Section, page

_ATTEMPTS = 2  # a hand-in that ends the grader's process twice is given up


@dataclass(frozen=True)
class Graded:
    """What a run of ``grade`` did, and where it wrote."""

    output: Path
    collected: Collected
    marked: list[Marked]
    new: int  # of the marked, in this run
    open_because: str | None  # why learners' code could not be confined
    files: list[Path]

    @property
    def unused(self) -> list[str]:
        """The files that were not marked, with the reason."""
        return [str(account) for account in self.collected.accounted if not account.used]


def grade(
    folder: Path,
    *,
    output: Path | None = None,
    only: Iterable[str] = (),
    town: str = paths.SAMPLE_TOWN,
    roster: Path | None = None,
    limits: Limits | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Callable[[int, int, object], None] = lambda done, total, what: None,
) -> Graded:
    """Collect, mark and report a class.

    folder
        An nbgrader course (with ``source/``), whose folders and gradebook are written as nbgrader would; or a folder or
        an archive with hand-ins of this course's exercises in any of the usual shapes, which stays as it is.
    output
        Where to write; by default the course, or ``<folder>_採点`` beside what was handed in.
    only
        Names of assignments; by default all of an nbgrader course, or the exercises of ours that were handed in.
    town
        For this course's exercises: whose numbers are right.
    roster
        A CSV file with a column ``id`` or ``name`` (``氏名``), or both: who should have handed in.
    workers, scheduler
        As in :func:`dataacademy.course.pool.each`.

    Raises DataAcademyError: ``nothing_there``, ``unknown_assignment``, ``roster_unreadable`` and what reading the
    assignments raises.  Whatever a submission is, it raises nothing.
    """
    folder, limits = _existing(folder), limits or Limits()
    course = (folder / "source").is_dir()
    output = output or (folder if course else folder.with_name(f"{folder.stem}_採点"))
    if not scheduler and not (output / paths.STATE).exists():  # nothing is marked yet: there will be work
        get_ready(_work, "nbgrader.utils")  # which takes long to import, here and there
    known = _assignments(folder, course, list(only), town)
    work = output / paths.STATE / "collected"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    collected = collect(folder, known, work=work)
    assignments = known if course or only else _handed_in(known, collected, town)
    named = {a.name: a for a in assignments}
    tasks = [
        Task(named[sub.assignment], sub, notebook, _key(named[sub.assignment], sub, notebook, limits), limits)
        for sub in collected.submissions
        for notebook in sorted(sub.notebooks)
    ]
    records = {task: _read_record(_record(output, task), task.key) for task in tasks}
    todo = [task for task, record in records.items() if record is None]
    progress(0, len(todo), "採点します")
    outcomes = each(_work, todo, workers=workers, scheduler=scheduler, lost=_lost, attempts=_ATTEMPTS)
    for done, (task, (marked, html)) in enumerate(outcomes, 1):
        _write(output, task, marked, html)
        records[task] = marked
        progress(done, len(todo), f"{marked.student}：{marked.assignment}（{marked.points:g} 点）")
    students = _students(collected, roster)
    return _report(output, assignments, collected, list(records.values()), students, len(todo))


def _existing(folder: Path) -> Path:
    if not folder.exists():
        raise DataAcademyError(
            "nothing_there",
            f"「{folder}」がありません。",
            f"There is no {folder}.",
            fix="提出されたファイルの入ったフォルダか、zip ファイルの場所を確かめてください。",
            fix_en="Check where the folder or zip file with the hand-ins is.",
        )
    return folder.resolve()


def _assignments(folder: Path, course: bool, only: list[str], town: str) -> list[Assignment]:
    if course:
        return [of_course(folder, name) for name in only or names_of_course(folder)]
    from dataacademy.course.exercises.tasks import exercises

    return [ours(name, town) for name in only] if only else [as_given(name) for name in exercises()]


def _handed_in(known: list[Assignment], collected: Collected, town: str) -> list[Assignment]:
    """The exercises somebody handed in, ready to judge; only their solutions are run.  If there are none, all."""
    names = {submission.assignment for submission in collected.submissions}
    return [ours(one.name, town) for one in known if one.name in names] or known


def _key(assignment: Assignment, submission: Submission, notebook: str, limits: Limits) -> str:
    """What decides the marks: nothing else makes a notebook worth marking again."""
    handed_in = [submission.notebooks[notebook], *(file for _, file in sorted(submission.files.items()))]
    texts = [assignment.key, notebook, repr(sorted(submission.files)), submission.timestamp, repr(limits)]
    return fingerprint(*texts, *submission.notes, *(file.read_bytes() for file in handed_in))


def _work(task: Task) -> tuple[Marked, str]:
    """In a worker: the marks, and the page for the learner."""
    return _with_page(task, guarded(task))


def _lost(task: Task) -> tuple[Marked, str]:
    return _with_page(task, lost(task))


def _with_page(task: Task, marked: Marked) -> tuple[Marked, str]:
    return marked, feedback.html(marked, title=f"{marked.assignment}　{marked.student}")


# -- what is kept -----------------------------------------------------------------------------------------------------


def _record(output: Path, task: Task) -> Path:
    room = output / paths.STATE / "marked" / task.submission.student / task.assignment.name
    return room / f"{task.notebook}.json"


def _read_record(file: Path, key: str) -> Marked | None:
    """What an earlier run found, if it is still true."""
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
        if known["key"] != key:
            return None
        known["judgements"] = tuple(
            Judgement(**{**one, "outputs": tuple(one["outputs"])}) for one in known["judgements"]
        )
        return Marked(**{**known, "notes": tuple(known["notes"])})
    except (OSError, ValueError, KeyError, TypeError):  # none, or not whole: it is marked again
        return None


def _write(output: Path, task: Task, marked: Marked, html: str) -> None:
    """nbgrader's folders first, the record last."""
    inside = Path(marked.student) / marked.assignment
    write_text(output / "autograded" / inside / f"{marked.notebook}.ipynb", marked.autograded)
    if marked.timestamp:
        write_text(output / "autograded" / inside / "timestamp.txt", marked.timestamp)
    write_text(output / "feedback" / inside / f"{marked.notebook}.html", html)
    write_text(_record(output, task), json.dumps(dataclasses.asdict(marked), ensure_ascii=False))


# -- the report -------------------------------------------------------------------------------------------------------


def _students(collected: Collected, roster: Path | None) -> dict[str, str]:
    """Everybody who should have handed in, and everybody who did: id -> name."""
    students = dict(collected.names)
    if roster is None:
        return students
    known = {same_person(name): student for student, name in collected.names.items()}
    for row in _rows(roster):
        name = (row.get("氏名") or row.get("name") or row.get("id") or "").strip()
        student = (row.get("id") or "").strip()
        if student in students or same_person(name) in known:
            students[student if student in students else known[same_person(name)]] = name
        elif name:
            students[safe_id(student or name)] = name
    return students


def _rows(roster: Path) -> list[dict[str, str]]:
    try:
        rows = list(csv.DictReader(roster.read_text(encoding="utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _roster_unreadable(roster, str(error)) from error
    if not rows or not {"id", "name", "氏名"} & set(rows[0]):
        raise _roster_unreadable(roster, "no column id, name or 氏名")
    return rows


def _roster_unreadable(roster: Path, reason: str) -> DataAcademyError:
    return DataAcademyError(
        "roster_unreadable",
        "名簿を読めません。",
        f"The roster cannot be read: {reason}",
        fix="1行目が id か 氏名（両方でも）の列名で、文字コードが UTF-8 の CSV にしてください。",
        fix_en="Give a UTF-8 CSV file whose first line names the columns id or name, or both.",
        file=str(roster),
    )


def _report(output, assignments, collected, marked, students, new) -> Graded:
    database = output / "gradebook.db"
    said = gradebook.record(database, assignments, marked, students)
    by_hand = gradebook.by_hand(database)
    tables = marks.write(output, assignments, marked, students, by_hand=by_hand)
    files = [*tables, output / "class.html", output / "report.html"]
    write_text(output / "class.html", cohort.page(assignments, marked, students))
    graded = Graded(output, collected, marked, new, why_open(), files)
    write_text(output / "report.html", _page(graded, said))
    return graded


def _page(graded: Graded, said: list[str]) -> str:
    lead = [f"{len(graded.marked)} 本を採点しました（うち今回 {graded.new} 本）。"]
    if graded.open_because:
        lead.append(
            f"注意：受講者のプログラムを囲わずに動かしました（{graded.open_because}）。判定は別のプロセスで行っています。"
        )
    noted = [[m.student, m.assignment, note] for m in graded.marked for note in m.notes]
    accounts = graded.collected.accounted
    sections = [
        Section("人が見るところ", [*graded.collected.notes, *said] or ["ありません。"]),
        Section("直して採点したもの、止めたもの", [], ["受講者", "課題", "内容"], noted),
        Section(
            "使わなかったファイル",
            [],
            ["ファイル", "受講者", "理由"],
            [[a.path, a.student, a.reason] for a in accounts if not a.used],
        ),
        Section(
            "採点したファイル",
            [],
            ["ファイル", "受講者", "課題", "扱い"],
            [[a.path, a.student, a.assignment, a.reason] for a in accounts if a.used],
        ),
    ]
    return page("採点の報告", lead, sections)
