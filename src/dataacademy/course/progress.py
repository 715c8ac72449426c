"""How far a learner has come in all exercises, read from the notebooks as they were saved; nothing is run.

An answer counts as right where its check said so about the very text that now stands in the answer's cell
(``dataacademy.course.check.right`` keeps its fingerprint in the output); one that was changed afterwards does not.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from dataacademy.course import check
from dataacademy.course.exercises.tasks import Head, Task, exercises, head, is_blank, learners_file, tasks
from dataacademy.course.notebooks import read_notebook
from dataacademy.paths import SAMPLE_TOWN, workspace
from dataacademy.report import Section, page
from dataacademy.town.catalog import about

STATES = {
    "right": "○ 正解",
    "written": "● 書いた（講師が採点します）",
    "wrong": "△ 直す",
    "unchecked": "？ 確かめていない",
    "blank": "－ まだ",
}
_DONE = ("right", "written")


@dataclass(frozen=True)
class Step:
    """One task: a key of :data:`STATES`, its points, and what the check said last."""

    title: str
    state: str
    points: int | float
    said: str = ""


@dataclass(frozen=True)
class Standing:
    """One exercise; ``path`` is below the workspace, ``problem`` says why there are no steps."""

    title: str
    path: str
    head: Head = Head()
    steps: tuple[Step, ...] = ()
    problem: str = ""

    @property
    def points(self) -> int | float:
        """The points of the answers that are right."""
        return sum(step.points for step in self.steps if step.state == "right")

    @property
    def summary(self) -> str:
        """One sign a task and how many are done."""
        if self.problem:
            return self.problem
        done = sum(step.state in _DONE for step in self.steps)
        return "".join(STATES[step.state][0] for step in self.steps) + f"　{len(self.steps)}問のうち{done}問"

    @property
    def next(self) -> str:
        """What to do next."""
        step = next((step for step in self.steps if step.state not in _DONE), None)
        return f"{step.title}：{step.said or STATES[step.state][2:]}" if step else ""


@dataclass(frozen=True)
class Progress:
    """All exercises that a town's learners have."""

    town: str
    standings: tuple[Standing, ...]

    @property
    def lines(self) -> list[str]:
        """One line an exercise, then the meaning of the signs."""
        from rich.cells import cell_len, set_cell_size  # Japanese letters are twice as wide

        width = max((cell_len(one.title) for one in self.standings), default=0)
        rows = [f"{set_cell_size(one.title, width)}　{one.summary}" for one in self.standings]
        return [*rows, self.key] if rows else ["この町には、まだ演習がありません。"]

    @property
    def key(self) -> str:
        """What the signs mean."""
        return "　".join(STATES.values())

    @property
    def overview(self) -> Section:
        """Every exercise on one row."""
        columns = ["演習", "所要時間", "進みぐあい", "正解した点", "次にすること"]
        rows = [
            [
                one.title,
                f"{one.head.minutes}分" if one.head.minutes else "",
                one.summary,
                f"{one.points} / {sum(step.points for step in one.steps)}" if one.steps else "",
                one.next,
            ]
            for one in self.standings
        ]
        return Section("すべての演習", [self.key], columns, rows)

    @property
    def html(self) -> str:
        """The page: the overview, then every exercise task by task."""
        count = Counter(step.state for one in self.standings for step in one.steps)
        done = sum(count[state] for state in _DONE)
        lead = [
            f"{sum(count.values())}問のうち{done}問が済んでいます。ノートブックに保存されたところまでを数えています。"
        ]
        sections = [
            Section(
                one.title,
                [one.path, *([one.problem] if one.problem else [])],
                ["問い", "ようす", "配点", "確かめるセルの言葉"],
                [[step.title, STATES[step.state], step.points, step.said] for step in one.steps],
            )
            for one in self.standings
        ]
        return page("演習の進みぐあい", lead, [self.overview, *sections])

    def _repr_html_(self) -> str:
        import pandas as pd

        from dataacademy.finding import show

        overview = self.overview
        table = pd.DataFrame(overview.rows, columns=overview.columns)
        return f"{show(table, rows=len(table))._repr_html_()}<p>{self.key}</p>"

    def __str__(self) -> str:
        return "\n".join(self.lines)


def progress(town: str = SAMPLE_TOWN) -> Progress:
    """How far the learner has come in every exercise of the town's course, as saved; nothing is run.

    >>> "A4 データ分析" in str(progress())
    True

    Raises DataAcademyError (``unknown_town``) for a town without tables.
    """
    place = about(town)
    return Progress(
        town,
        tuple(
            _standing(f"{lesson.id.upper()} {lesson.title.ja}", learners_file(exercise, town), workspace(town))
            for exercise, lesson in exercises().items()
            if all(place.has(table) for table in lesson.needs)
        ),
    )


def _standing(title: str, file: Path, folder: Path) -> Standing:
    """From the learner's copy; where a newer version lies beside it, from the one in which more is done."""
    found = [_read(title, path, folder) for path in sorted(file.parent.glob(f"{file.stem}*.ipynb"))]
    if not found:
        return Standing(title, file.relative_to(folder).as_posix(), problem="まだ開いていません")
    return max(found, key=lambda one: sum((step.state in _DONE) + (step.state != "blank") for step in one.steps))


def _read(title: str, file: Path, folder: Path) -> Standing:
    path = file.relative_to(folder).as_posix()
    try:
        nb = read_notebook(file.read_text(encoding="utf-8"))
    except ValueError:  # also what is not UTF-8
        return Standing(title, path, problem="ファイルがこわれていて読めません")
    return Standing(title, path, head(nb), tuple(_step(task) for task in tasks(nb)))


def _step(task: Task) -> Step:
    state, said = _state(task)
    return Step(task.title, state, task.points, said)


def _state(task: Task) -> tuple[str, str]:
    if is_blank(task.answer):
        return "blank", ""
    if task.test is None:
        return "written", ""
    if any(out.get("output_type") == "error" for out in task.answer.get("outputs", [])):
        return "wrong", "答えのセルの下に赤い文字が出ています。"
    for out in task.test.get("outputs", []):
        if check.written(task.answer.source) in out.get("metadata", {}).get(check.CHECKED, []):
            return "right", ""
        if out.get("ename") == check.WrongAnswer.__name__ and not _ran_again(task):
            return "wrong", str(out.get("evalue", ""))
    return "unchecked", ""


def _ran_again(task: Task) -> bool:
    """Whether the answer's cell was run after its check."""
    return (task.answer.get("execution_count") or 0) > (task.test.get("execution_count") or 0)
