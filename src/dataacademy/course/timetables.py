"""Timetables: which lessons and exercises fill the sessions of a course, from ``notebooks/course.yml``.

A session's minutes are what its lessons take by the map, its exercises by their first cell, and recap, rest and
wrap-up.  What does not fit, and a lesson that is not there, is an error.
"""

from __future__ import annotations

from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dataacademy import paths
from dataacademy.course.exercises.tasks import head, solution_file
from dataacademy.course.lessons import YAML, Lesson, Title, course
from dataacademy.course.notebooks import read_notebook
from dataacademy.errors import DataAcademyError, nearest_guess

Minutes = Annotated[int, Field(ge=0)]
_MAP = "notebooks/course.yml"


class Session(BaseModel):
    """One meeting: the lessons held and the exercises done together; other exercises are homework."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    lessons: Annotated[tuple[str, ...], Field(min_length=1)]
    exercises: tuple[str, ...] = ()


class Timetable(BaseModel):
    """A course in sessions of equal length.

    minutes
        From beginning to end of a session.
    recap, rest, wrap_up
        What opening, break and closing take of them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    title: Title
    minutes: Minutes
    recap: Minutes
    rest: Minutes
    wrap_up: Minutes
    sessions: Annotated[tuple[Session, ...], Field(min_length=1)]

    @property
    def usable(self) -> int:
        """Minutes of a session for lessons and exercises."""
        return self.minutes - self.recap - self.rest - self.wrap_up


def timetables() -> list[Timetable]:
    """The timetables of the course.  Raises DataAcademyError naming timetable, session and what does not fit."""
    text = (paths.home() / _MAP).read_text(encoding="utf-8-sig")
    lessons = {lesson.id: lesson for lesson in course()}  # first: it says what else is wrong with the file
    found = [_read(entry, number) for number, entry in enumerate(yaml.load(text, YAML).get("timetables") or [], 1)]
    for table in found:
        _check(table, lessons)
    return found


def _read(entry, number: int) -> Timetable:
    name = f"{number}番目の時間割"
    if not isinstance(entry, dict):
        raise _bad(f"{name}に項目がありません。", f"Timetable {number} has no fields.")
    try:
        return Timetable(**entry)
    except ValidationError as error:
        first = min(error.errors(), key=lambda e: e["type"] != "extra_forbidden")  # a misspelt field is also missing
    field = ".".join(str(part) for part in first["loc"])
    guess = nearest_guess(field, Timetable.model_fields) if first["type"] == "extra_forbidden" else ""
    raise _bad(
        f"{name}の項目「{field}」が使えません。" + (f"もしかして「{guess}」ですか。" if guess else ""),
        f"Timetable {number}, {field}: {first['msg']}",
        fix="title、minutes、recap、rest、wrap_up、sessions を書いてください（分は0以上の数）。",
        column=field,
    )


def _check(table: Timetable, lessons: dict[str, Lesson]) -> None:
    told: set[str] = set()
    kinds = {"授業": lessons, "演習": {lesson.exercise for lesson in lessons.values() if lesson.exercise}}
    for number, session in enumerate(table.sessions, 1):
        where = f"時間割「{table.title.ja}」の{number}回目"
        for what, ids in (("授業", session.lessons), ("演習", session.exercises)):
            for id in ids:
                if id not in (known := kinds[what]):
                    guess = nearest_guess(id, known)
                    raise _bad(
                        f"{where}：{what}「{id}」は、まだありません。"
                        + (f"もしかして「{guess}」ですか。" if guess else ""),
                        f"{table.title.en}, session {number}: there is no {id!r}.",
                        fix=f"使えるのは {'、'.join(sorted(known))} です。",
                        value=id,
                    )
                if what + id in told:
                    raise _bad(
                        f"{where}：{what}「{id}」が二度目です。", f"{table.title.en}: {id} twice.",
                        fix="一方を消してください。", value=id,
                    )  # fmt: skip
                told.add(what + id)
        taken = minutes(session, lessons)
        if taken > table.usable:
            parts = [f"{lesson_name(lessons[id])} {lessons[id].minutes}分" for id in session.lessons]
            parts += [f"{id.upper()}の演習 {exercise_minutes(id)}分" for id in session.exercises]
            raise _bad(
                f"{where}：{taken}分かかり、使える{table.usable}分を{taken - table.usable}分こえます"
                f"（{'、'.join(parts)}）。",
                f"{table.title.en}, session {number}: {taken} minutes, {table.usable} are usable.",
                fix="別の回に移すか、演習を宿題にしてください。",
            )


def minutes(session: Session, lessons: dict[str, Lesson]) -> int:
    """What the session's lessons and exercises take."""
    return sum(lessons[id].minutes for id in session.lessons) + sum(map(exercise_minutes, session.exercises))


def exercise_minutes(exercise: str) -> int:
    """The minutes that an exercise states in its first cell; 0 where it does not (``exercises check`` tells)."""
    file = solution_file(exercise)
    return (head(read_notebook(file.read_text(encoding="utf-8"))).minutes or 0) if file.is_file() else 0


def lesson_name(lesson: Lesson) -> str:
    """The name by which people call a lesson: ``A4　データ分析``."""
    return lesson.title.ja if lesson.step is None else f"{lesson.id.upper()}　{lesson.title.ja}"


def _bad(ja: str, en: str, **where) -> DataAcademyError:
    return DataAcademyError("bad_timetable", ja, en, file=_MAP, **where)
