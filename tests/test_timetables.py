"""Timetables, the list of lessons in start.ipynb, and that what is generated is fresh; each can go red."""

from __future__ import annotations

import re

import pytest
from commandline import command

from dataacademy.course import generated
from dataacademy.course.lessons import course, lesson
from dataacademy.course.notebooks import sources
from dataacademy.course.timetables import lesson_name, timetables
from dataacademy.errors import DataAcademyError

TABLE = """
timetables:
  - title: {ja: 2時間×2回, en: Two sessions of two hours}
    minutes: 120
    recap: 5
    rest: 10
    wrap_up: 5
    sessions:
      - {lessons: [start]}
      - {lessons: [a4]}
"""


@pytest.fixture
def small_map(small_home):
    """Writes the map of the small course (start 10 minutes, a4 90, its exercise 30) with a timetable."""
    source = small_home / "exercises/a4/a4.ipynb"
    head = "# A4 演習\\n\\n| 所要時間 | 配点 |\\n|---|---|\\n| 30分 | 10点 |"
    text = source.read_text(encoding="utf-8").replace("### 問1", head)
    (small_home / "solutions/a4").mkdir(parents=True)
    (small_home / "solutions/a4/a4.ipynb").write_text(text, encoding="utf-8")
    file = small_home / "notebooks/course.yml"
    lessons = file.read_text(encoding="utf-8")

    def write(old="", new=""):
        assert old in TABLE
        file.write_text(lessons + TABLE.replace(old, new), encoding="utf-8")
        return timetables()

    return write


def test_a_timetable_that_fits(small_map):
    (table,) = small_map()
    assert (table.title.ja, table.usable, len(table.sessions)) == ("2時間×2回", 100, 2)
    assert table.sessions[1].lessons == ("a4",)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("minutes: 120", "minutes: 100", ["2回目", "90分かかり、使える80分を10分こえます", "データ分析 90分"]),
        ("[a4]}", "[a4], exercises: [a4]}", ["120分かかり、使える100分を20分こえます", "A4の演習 30分", "宿題"]),
        ("[a4]", "[a5]", ["2回目", "授業「a5」は、まだありません", "もしかして「a4」"]),
        ("[a4]", "[a4], exercises: [a3]", ["演習「a3」は、まだありません"]),
        ("[a4]", "[start]", ["授業「start」が二度目です"]),
        ("recap: 5", "recup: 5", ["1番目の時間割", "recup", "もしかして「recap」"]),
        ("recap: 5", "recap: 長い", ["1番目の時間割", "recap"]),
        ("    rest: 10\n", "", ["1番目の時間割", "rest"]),
        ("- {lessons: [a4]}", "- {lessons: []}", ["1番目の時間割", "sessions"]),
        (TABLE[TABLE.index("  - title") :], "  - 2時間\n", ["1番目の時間割"]),
    ],
)
def test_what_does_not_fit_is_named(small_map, old, new, words):
    with pytest.raises(DataAcademyError) as error:
        small_map(old, new)
    assert error.value.note.file == "notebooks/course.yml"
    assert [word for word in words if word not in str(error.value)] == []


def test_a_course_without_timetables_has_none(small_home):
    assert timetables() == []


def test_the_page_tells_minutes_sheets_and_homework(small_map):
    small_map()
    page = generated.timetable_page()
    assert "1回は120分です。あいさつと前回のふりかえり5分、休憩10分、まとめと宿題の説明5分を除いた**100分**" in page
    assert "| 1 | はじめに（10分） | 10 | 90 | — | — |" in page
    assert "| 2 | A4　データ分析（90分） | 90 | 10 | — | A4の演習 |" in page
    assert "| A4　データ分析 | 90 | 30 | なし |" in page
    assert "入らない" not in page
    small_map("      - {lessons: [a4]}\n")
    assert "入らないレッスン：A4　データ分析" in generated.timetable_page()
    assert "どの時間割にも入らないもの：A4　データ分析。" in generated.timetable_page()


def test_a_timetable_of_one_flow_does_not_miss_the_lessons_of_another():
    page = generated.timetable_page()
    sections = {part.split("\n")[0]: part for part in page.split("## ")[1:]}
    short = next(part for title, part in sections.items() if title.startswith("2時間×2回"))
    missed = next(line for line in short.split("\n") if line.startswith("入らないレッスン"))
    assert "A2　" in missed and "C1　" not in missed


# -- the course as it stands -------------------------------------------------------------------------------------------


def test_the_timetables_of_the_course_fit(root):
    found = {(table.minutes, len(table.sessions)): table for table in timetables()}
    usable = {key: table.usable for key, table in found.items()}
    flow_a = {(180, 5): 150, (240, 5): 200, (240, 1): 200, (120, 2): 100}
    assert usable == flow_a | {(180, 4): 160, (240, 3): 210} | {(90, 2): 75} | {(180, 8): 150}
    for flow, keys in {"a": ((180, 5), (240, 5)), "b": ((180, 4), (240, 3))}.items():
        steps = [lesson.id for lesson in course() if lesson.flow == flow and lesson.step is not None]
        for key in keys:
            assert [id for session in found[key].sessions for id in session.lessons] == ["start", *steps], key
    methods = [lesson.id for lesson in course() if lesson.flow == "methods" and lesson.exercise]
    assert [id for session in found[180, 8].sessions for id in session.lessons] == methods


def test_the_list_of_lessons_is_that_of_the_map():
    text = generated.lesson_list()
    linked = re.findall(r"\]\(([^)]+\.ipynb)\)", text)
    expected = {entry.file for entry in course()} - {"start.ipynb"}
    expected |= {f"exercises/{entry.exercise}/{entry.exercise}.ipynb" for entry in course() if entry.exercise}
    assert set(linked) == expected
    assert "（0分）" not in text, "an exercise tells its minutes"


def test_links_call_lessons_by_their_names():
    names = {entry.file.split("/")[-1]: lesson_name(entry) for entry in course()}
    found = []
    for path in sources():
        links = re.findall(r"\[([AB]\d　[^\]]+)\]\((?:[^)]*/)?([^)/]+\.ipynb)\)", path.read_text(encoding="utf-8"))
        found += [(path.name, text, names[file]) for text, file in links]
    assert len(found) > 10
    assert [link for link in found if link[1] != link[2]] == []
    first = next(entry for entry in course() if entry.step is not None)
    assert f"次は「[{lesson_name(first)}]({first.file})」です。" in lesson("start").path.read_text(encoding="utf-8")


def test_what_is_generated_is_fresh_and_what_is_stale_is_noticed(course_copy, monkeypatch, root):
    monkeypatch.chdir(course_copy)
    assert generated.problems() == []
    page = course_copy / "docs/timetable.md"
    glossary = course_copy / "notebooks/glossary.csv"
    lessons = course_copy / "notebooks/course.yml"
    page.write_text(page.read_text(encoding="utf-8") + "手で足した行\n", encoding="utf-8")
    assert [note.file for note in generated.problems()] == ["docs/timetable.md"]
    glossary.write_text(glossary.read_text(encoding="utf-8").replace("真ん中", "まん中"), encoding="utf-8")
    lessons.write_text(lessons.read_text(encoding="utf-8").replace("minutes: 90", "minutes: 85"), encoding="utf-8")
    stale = ["notebooks/glossary.ipynb", "notebooks/start.ipynb", "docs/timetable.md"]
    assert [note.file for note in generated.problems()] == stale
    assert "lessons build" in generated.problems()[0].fix
    done = command(course_copy, "lessons", "check")
    assert done.returncode == 1
    assert [name for name in stale if f"{name}：いまの course.yml と用語集から" not in done.stdout] == []
    assert command(course_copy, "lessons", "build").returncode == 0
    assert generated.problems() == []
    assert "| 85分 |" in (course_copy / "notebooks/start.ipynb").read_text(encoding="utf-8")
    assert "まん中" in (course_copy / "notebooks/glossary.ipynb").read_text(encoding="utf-8")


def test_start_must_have_a_place_for_the_list(small_home):
    (small_home / "notebooks/glossary.csv").write_text("term,reading,english,meaning,explain\n", encoding="utf-8")
    with pytest.raises(DataAcademyError, match="start-map"):
        generated.problems()
