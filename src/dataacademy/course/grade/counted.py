"""What counts of all that was marked: each person's last word on a notebook, one judgement for every graded cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from dataacademy.course.exercises.tasks import Task
from dataacademy.course.grade.executed import Cell
from dataacademy.course.grade.records import Assignment, Judgement, Marked, SourceCell, SourceNotebook
from dataacademy.errors import DataAcademyError, nearest_guess

Key = tuple[str, str, str]  # student, assignment, notebook
SIGNS = {"right": "○", "partly": "△", "wrong": "×", "waiting": "採点待ち"}  # of a state


def latest(assignments: Iterable[Assignment], marked: Iterable[Marked]) -> dict[Key, Marked]:
    """The Marked that counts for each person and notebook: the one handed in last, of equal ones the one given last.

    Notebooks that an assignment no longer has are left out.  Raises DataAcademyError (``unknown_assignment``).
    """
    known = {one.name: {notebook.name for notebook in one.notebooks} for one in assignments}
    found: dict[Key, Marked] = {}
    for one in marked:
        if one.assignment not in known:
            guess = nearest_guess(one.assignment, known)
            raise DataAcademyError(
                "unknown_assignment",
                f"採点した課題「{one.assignment}」が、渡された課題の中にありません。"
                + (f"もしかして「{guess}」ですか。" if guess else ""),
                f"Marks for {one.assignment!r}, which is not among the assignments.",
                fix="その課題も一緒に渡してください。",
                fix_en="Pass that assignment, too.",
            )
        key = (one.student, one.assignment, one.notebook)
        if one.notebook in known[one.assignment] and not (key in found and one.timestamp < found[key].timestamp):
            found[key] = one
    return found


def judgements(notebook: SourceNotebook, marked: Marked | None) -> dict[str, Judgement]:
    """One judgement for every graded cell, by grade_id, in the order of the source.

    0 points where the notebook was not handed in; cells without a judgement are left to a person.
    """
    said = {one.grade_id: one for one in marked.judgements} if marked else {}
    missing = None if marked else 0.0
    return {
        cell.grade_id: said.get(cell.grade_id, Judgement(cell.grade_id, missing, cell.points))
        for cell in notebook.cells
        if cell.graded
    }


def state(judgement: Judgement) -> str:
    """How it came out, a key of :data:`SIGNS`.

    >>> [state(Judgement("q", points, 2)) for points in (2, 0.5, 0, None)]
    ['right', 'partly', 'wrong', 'waiting']
    """
    if judgement.points is None:
        return "waiting"
    if judgement.points >= judgement.out_of and not (judgement.out_of == 0 and judgement.message):
        return "right"
    return "partly" if judgement.points > 0 else "wrong"


def people(students: Mapping[str, str], marked: Mapping[Key, Marked]) -> dict[str, str]:
    """Id -> name of everyone, on the roster or not, by id; ids stand where names are missing."""
    return {one: students.get(one) or one for one in sorted({*students, *(student for student, _, _ in marked)})}


def titles(cells: Iterable[SourceCell | Cell], graded: Collection[str]) -> dict[str, str]:
    """What the graded cells are called, by grade_id: the heading above, or the id where several share one."""
    above, found = None, {}
    for cell in cells:
        if cell.cell_type == "markdown" and any(line.startswith("#") for line in cell.source.splitlines()):
            above = cell
        if cell.grade_id in graded:
            found[cell.grade_id] = Task(cell.grade_id, cell, above).title
    times = Counter(found.values())
    return {name: title if times[title] == 1 else name for name, title in found.items()}
