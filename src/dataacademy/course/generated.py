"""What is made from the map of the course and the glossary: ``dataacademy lessons build``, never edited by hand.

The glossary's notebook, the list of lessons in ``start.ipynb`` (its cell ``start-map``), and ``docs/timetable.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dataacademy import paths
from dataacademy.course.exercises.tasks import exercises
from dataacademy.course.glossary import glossary_notebook
from dataacademy.course.lessons import MAP_CELL, Lesson, course
from dataacademy.course.notebooks import notebook_text, read_notebook
from dataacademy.course.timetables import Timetable, exercise_minutes, lesson_name, minutes, timetables
from dataacademy.errors import DataAcademyError
from dataacademy.files import write_text
from dataacademy.notes import Note

START = "notebooks/start.ipynb"
_FLOWS = {
    "a": "A　データ分析による課題把握",
    "b": "B　データ活用による課題解決",
    "c": "C　総合計画の指標づくり",
    "methods": "手法のレッスン",
    "cases": "事例のレッスン",
    "none": "そのほか",
}


@dataclass(frozen=True)
class Made:
    """A generated file: its path below the course, its whole text, and whether the file there says the same."""

    path: str
    text: str
    fresh: bool


def build() -> list[Path]:
    """Write what is not fresh; the files that changed."""
    changed = []
    for made in everything():
        if not made.fresh:
            write_text(paths.home() / made.path, made.text)
            changed.append(paths.home() / made.path)
    return changed


def problems() -> list[Note]:
    """One Note (``stale``) for each generated file that is not what would be made now; empty is good."""
    return [
        Note(
            "stale",
            "いまの course.yml と用語集から作ったものと違います。",
            "Stale, or edited by hand.",
            level="error",
            fix="dataacademy lessons build を実行してください。",
            fix_en="Run `dataacademy lessons build`.",
            file=made.path,
        )
        for made in everything()
        if not made.fresh
    ]


def everything() -> Iterator[Made]:
    """All generated files as they would be made now; the glossary first, which the map of the course asks for."""
    yield _whole("notebooks/glossary.ipynb", notebook_text(glossary_notebook()))
    yield _start()
    yield _whole("docs/timetable.md", timetable_page())


def _whole(path: str, text: str) -> Made:
    file = paths.home() / path
    return Made(path, text, file.is_file() and file.read_bytes() == text.encode())


def _start() -> Made:
    nb = read_notebook((paths.home() / START).read_text(encoding="utf-8"))
    cell = next((cell for cell in nb.cells if cell.get("id") == MAP_CELL), None)
    if cell is None:
        raise DataAcademyError(
            "no_map_cell",
            f"レッスンの一覧を入れるセル「{MAP_CELL}」がありません。",
            f"There is no cell {MAP_CELL} for the list of lessons.",
            fix=f"文章のセルを一つ作り、名前（id）を「{MAP_CELL}」にしてください。",
            file=START,
        )
    before, cell["source"] = cell.source, lesson_list()
    return Made(START, notebook_text(nb), before == cell.source)


def lesson_list() -> str:
    """The section of ``start.ipynb`` that lists the lessons with links, by flow, in the order of the map."""
    lines = [
        "## 6. レッスンの一覧",
        "",
        "名前を押すと開きます。**上から順に**進めます。番号は、1節のステップの番号です。言葉の意味は「[用語集](glossary.ipynb)」で引けます。",
        "",
        "開かないレッスンは、要る表がこの町にないために、入れていないものです。",
    ]
    listed = [lesson for lesson in course() if lesson.id not in ("start", "glossary")]
    for flow, name in _FLOWS.items():
        rows = [_link_row(lesson) for lesson in listed if lesson.flow == flow]
        if rows:
            lines += ["", f"**{name}**", "", "| レッスン | 所要時間 | 書くシート | 演習 |", "|---|---|---|---|", *rows]
    return "\n".join(lines)


def _link_row(lesson: Lesson) -> str:
    name, exercise = lesson_name(lesson), lesson.exercise
    link = f"[演習](exercises/{exercise}/{exercise}.ipynb)（{exercise_minutes(exercise)}分）" if exercise else "—"
    return f"| [{name}]({lesson.file}) | {lesson.minutes}分 | {lesson.sheet or 'なし'} | {link} |"


def timetable_page() -> str:
    """``docs/timetable.md``: every timetable as a table, and the minutes of every lesson."""
    lessons = {lesson.id: lesson for lesson in course()}
    tables = timetables()
    held = {id for table in tables for session in table.sessions for id in session.lessons} | {"glossary"}
    left = [lesson_name(lesson) for id, lesson in lessons.items() if id not in held]
    rows = [
        f"| {lesson_name(lesson)} | {lesson.minutes} | "
        f"{exercise_minutes(lesson.exercise) if lesson.exercise else '—'} | {lesson.sheet or 'なし'} |"
        for lesson in lessons.values()
    ]
    return "\n".join([
        "# 時間割", "",
        "実際に行われた研修の長さに合わせた時間割です。回と回の間は、データを集め、演習を解くために1〜2週間あけます。",
        "", *(_timetable(table, lessons) for table in tables),
        *([f"どの時間割にも入らないもの：{'、'.join(left)}。別の日に集まるか、自習で進めます。", ""] if left else []),
        "## レッスンと演習の時間", "",
        "| レッスン | 授業（分） | 演習（分） | 書くシート |", "|---|---:|---:|---|", *rows, "",
        "このページは `notebooks/course.yml` から `dataacademy lessons build` で作ります。手で直さないでください。", "",
    ])  # fmt: skip


def _exercise_name(id: str) -> str:
    """A1の演習; of lessons without a number, by the title."""
    lesson = exercises()[id]
    return f"{id.upper() if lesson.step is not None else lesson.title.ja}の演習"


def _timetable(table: Timetable, lessons: dict[str, Lesson]) -> str:
    rows, held = [], {id for session in table.sessions for id in session.lessons}
    for number, session in enumerate(table.sessions, 1):
        taken = minutes(session, lessons)
        parts = [f"{lesson_name(lessons[id])}（{lessons[id].minutes}分）" for id in session.lessons]
        parts += [f"{_exercise_name(id)}（{exercise_minutes(id)}分）" for id in session.exercises]
        sheets = [lessons[id].sheet for id in session.lessons if lessons[id].sheet not in ("", "なし")]
        homework = [lessons[id].exercise for id in session.lessons if lessons[id].exercise]
        homework = [_exercise_name(id) for id in homework if id not in session.exercises]
        cells = ["<br>".join(parts), taken, table.usable - taken, "、".join(sheets) or "—", "、".join(homework) or "—"]
        rows.append(f"| {number} | " + " | ".join(map(str, cells)) + " |")
    flows = {lessons[id].flow for id in held} - {"none"}  # a timetable of one flow does not miss the lessons of another
    left = [
        lesson_name(lesson)
        for id, lesson in lessons.items()
        if id not in held and lesson.step is not None and (not flows or lesson.flow in flows)
    ]
    return "\n".join([
        f"## {table.title.ja}", "",
        f"1回は{table.minutes}分です。あいさつと前回のふりかえり{table.recap}分、休憩{table.rest}分、まとめと宿題の説明"
        f"{table.wrap_up}分を除いた**{table.usable}分**を、レッスンに使います。", "",
        "| 回 | すること | 分 | 余り（分） | 書くシート | 宿題 |",
        "|---:|---|---:|---:|---|---|", *rows, "",
        *([f"入らないレッスン：{'、'.join(left)}", ""] if left else []),
    ])  # fmt: skip
