"""The map of the course and the normal form of its notebooks."""

from __future__ import annotations

import posixpath
import re

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat import NotebookNode, from_dict, v4

from dataacademy.course.lessons import course, lesson
from dataacademy.course.notebooks import (
    format_file,
    normal_form,
    notebook_text,
    problems,
    read_notebook,
    set_town,
    sources,
    word_ids,
)
from dataacademy.errors import DataAcademyError

# -- the map ----------------------------------------------------------------------------------------------------------


def test_the_map(small_home):
    start, a4 = course()
    assert (start.id, start.flow, start.exercise) == ("start", "none", None)
    assert (a4.title.ja, a4.needs, a4.uses, a4.after) == ("データ分析", ("areas", "facilities"), ("zones",), ("start",))
    assert a4.path == small_home / "notebooks/flow_a/a4.ipynb"
    assert lesson("a4") == a4


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("minutes: 90", "minuts: 90", ["a4", "minuts", "もしかして「minutes」", "minutes"]),
        ("flow: a", "flow: method", ["a4", "「method」", "もしかして「methods」"]),
        ("needs: [areas,", "needs: [aeras,", ["a4", "「aeras」", "もしかして「areas」"]),
        ("uses: [zones]", "uses: [zone]", ["a4", "「zone」", "もしかして「zones」"]),
        ("after: [start]", "after: [stat]", ["a4", "「stat」", "もしかして「start」"]),
        ("file: flow_a/a4.ipynb", "file: flow_b/a4.ipynb", ["a4", "flow_b/a4.ipynb", "もしかして「flow_a/a4.ipynb」"]),
        ("minutes: 90", "minutes: 長い", ["a4", "minutes", "長い"]),
        ("minutes: 90", "minutes: 0", ["a4", "minutes", "0"]),
        ("title: {ja: データ分析, en: Data analysis}", "title: {ja: データ分析}", ["a4", "title.en", "ありません"]),
        ("id: a4", "id: start", ["start"]),
        ("id: a4", "id: a5", ["a5", "a5.ipynb"]),
        ("id: a4, ", "", ["2番目", "id"]),
        ("lessons:", "lesson:", ["lessons"]),
        ("minutes: 90", "minutes: 90: 80", ["YAML", "4行目"]),
    ],
)
def test_a_mistake_in_the_map_is_named(small_home, old, new, words):
    file = small_home / "notebooks/course.yml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DataAcademyError) as error:
        course()
    message = str(error.value)
    assert error.value.note.file == "notebooks/course.yml"
    assert [word for word in words if word not in message] == []


def test_the_same_lesson_twice(small_home):
    file = small_home / "notebooks/course.yml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text + text.splitlines()[1] + "\n", encoding="utf-8")
    with pytest.raises(DataAcademyError, match="授業「start」が二つあります"):
        course()


def test_an_unknown_lesson(small_home):
    with pytest.raises(DataAcademyError, match="もしかして「a4」"):
        lesson("a5")


def test_links_lead_to_what_the_workspace_holds():
    """Links between notebooks are written for ``work/<town>/``, where lessons and exercises lie side by side."""
    exercises = {f"exercises/{entry.exercise}/{entry.exercise}.ipynb" for entry in course() if entry.exercise}
    there = exercises | {entry.file for entry in course()}
    for entry in course():
        text = entry.path.read_text(encoding="utf-8")
        links = re.findall(r"\]\(([^)#]+\.ipynb)", text)
        written = {f"{name}.ipynb" for name in re.findall(r'save_page\(\\"([^"\\]+)', text)}  # by the lesson itself
        folder = posixpath.dirname(entry.file)
        targets = {posixpath.normpath(posixpath.join(folder, link)) for link in links if link not in written}
        assert targets <= there, entry.file


def test_the_course_as_it_stands_is_normal():
    assert [str(note) for path in sources() for note in problems(path)] == []


# -- the normal form ---------------------------------------------------------------------------------------------------


def book(*cells, metadata=None) -> NotebookNode:
    """A notebook as it may lie on disk; ``v4.new_notebook`` would refuse what is tested here."""
    return from_dict({"cells": list(cells), "metadata": metadata or {}, "nbformat": 4, "nbformat_minor": 5})


def text_cell(id: str, source: str = "") -> NotebookNode:
    return from_dict({"cell_type": "markdown", "id": id, "metadata": {}, "source": source})


def messy() -> NotebookNode:
    """What JupyterLab leaves behind."""
    ran = v4.new_code_cell("1 + 1  \n\n", id="8c1d2e3f", execution_count=7)
    ran.outputs = [v4.new_output("execute_result", data={"text/plain": "2"}, execution_count=7)]
    ran.metadata = {
        "tags": [],
        "scrolled": True,
        "editable": True,
        "jupyter": {"source_hidden": True, "outputs_hidden": 1},
    }
    asked = v4.new_code_cell("answer = ...", id="a4-q1", metadata={"nbgrader": {"grade": False}, "tags": ["x"]})
    text = v4.new_markdown_cell("# A4\n\n本文\n\n", id="a4-head", metadata={"jupyter": {"source_hidden": False}})
    return book(text, ran, asked, metadata={"toc": 1, "language_info": {"version": "3.13"}})


def test_the_normal_form():
    before = messy()
    nb = normal_form(before)
    assert before == messy(), "the original is left alone"
    assert [cell.source for cell in nb.cells] == ["# A4\n\n本文", "1 + 1", "answer = ..."]
    assert [cell.metadata for cell in nb.cells] == [
        {},
        {"jupyter": {"source_hidden": True}},
        {"nbgrader": {"grade": False}, "tags": ["x"]},
    ]
    assert (nb.cells[1].outputs, nb.cells[1].execution_count) == ([], None)
    assert nb.metadata == {
        "kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"},
        "language_info": {"name": "python"},
    }
    assert (nb.nbformat, nb.nbformat_minor) == (4, 5)
    nbformat.validate(nb)


def test_new_cells_are_named_after_the_cell_above():
    assert [cell.id for cell in word_ids(messy(), lesson="a4").cells] == ["a4-head", "a4-head-2", "a4-q1"]


def test_a_copied_cell_gets_a_name_of_its_own():
    nb = book(*(text_cell(id) for id in ["a4-x", "a4-x", "a4-x-2", "B", "a4-x"]))
    assert [cell.id for cell in word_ids(nb, lesson="a4").cells] == ["a4-x", "a4-x-3", "a4-x-2", "a4-x-4", "a4-x-5"]


@given(st.lists(st.sampled_from(["", "a4-x", "a4-x-2", "a4-head", "b", "A4-y", "a4-", "a4-長い"]), max_size=8))
def test_word_ids_are_unique_proper_and_stable(ids):
    nb = book(*(text_cell(id) for id in ids))
    named = word_ids(nb, lesson="a4")
    fresh = [cell.id for cell in named.cells]
    assert len(set(fresh)) == len(ids)
    assert all(id.startswith("a4-") and id.isascii() and len(id) > 3 for id in fresh)
    assert word_ids(named, lesson="a4") == named
    kept = [(old, new) for number, (old, new) in enumerate(zip(ids, fresh, strict=True)) if old not in ids[:number]]
    assert all(old == new for old, new in kept if old in ("a4-x", "a4-x-2", "a4-head")), "a good name stays"


def test_format_file_is_idempotent_and_writes_plain_text(small_home):
    path = small_home / "notebooks/flow_a/a4.ipynb"
    path.write_bytes(v4.writes(messy()).replace("\n", "\r\n").encode())
    assert format_file(path) is True
    assert format_file(path) is False
    raw = path.read_bytes()
    assert raw.endswith(b"}\n") and b"\r" not in raw and "本文".encode() in raw
    assert raw.startswith(b'{\n "cells": [\n  {\n')
    assert not problems(path) or {note.kind for note in problems(path)} == {"no_parameters"}


def test_what_is_no_notebook_is_refused(small_home):
    path = small_home / "notebooks/flow_a/a4.ipynb"
    path.write_text("<<<<<<< HEAD", encoding="utf-8")
    assert [note.kind for note in problems(path)] == ["not_a_notebook"]
    with pytest.raises(DataAcademyError, match="flow_a/a4.ipynb"):
        format_file(path)
    assert path.read_text(encoding="utf-8") == "<<<<<<< HEAD"


# -- what is not normal ------------------------------------------------------------------------------------------------


def kinds(path) -> list[str]:
    return [note.kind for note in problems(path)]


def test_the_small_course_has_no_problems(small_home):
    assert [kinds(path) for path in sources()] == [[], []]


def change(nb, what):
    cells = nb.cells
    if what == "outputs":
        cells[2].outputs = [v4.new_output("stream", text="42")]
    elif what == "count":
        cells[2].execution_count = 3
    elif what == "foreign id":
        cells[2].id = "b1-x"
    elif what == "same id":
        cells[2].id = cells[1].id
    elif what == "no tag":
        del cells[1].metadata["tags"]
    elif what == "other town":
        cells[1].source = 'town = "222127"'
    elif what == "two parameter cells":
        cells.append(v4.new_code_cell('town = "mirai"', id="a4-again", metadata={"tags": ["parameters"]}))
    elif what == "name in text":
        cells[0].source += "\n\nみらい市では"
    elif what == "code in code":
        cells[2].source = 'da.load("areas", town="mirai")'
    elif what == "too long":
        cells.extend(v4.new_markdown_cell("x", id=f"a4-x-{number}") for number in range(38))
    elif what == "looked at too early":
        cells[2].source = "da.show(areas)\nareas = areas.head()"
    elif what == "looked at within":
        cells[2].source = "if True:\n    sheet.form('goal')"
    elif what == "look kept back":
        cells[2].source = "da.show(areas);"
    elif what == "metadata":
        nb.metadata["toc"] = {}


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("outputs", ["outputs", "not_normal"]),
        ("count", ["outputs", "not_normal"]),
        ("foreign id", ["cell_id", "not_normal"]),
        ("same id", ["cell_id", "not_normal"]),
        ("no tag", ["no_parameters", "town_name"]),
        ("other town", ["no_parameters"]),
        ("two parameter cells", ["no_parameters"]),
        ("name in text", ["town_name"]),
        ("code in code", ["town_name"]),
        ("too long", ["too_many_cells"]),
        ("looked at too early", ["unseen"]),
        ("looked at within", ["unseen"]),
        ("look kept back", ["unseen"]),
        ("metadata", ["not_normal"]),
    ],
)
def test_each_problem_is_found(small_home, what, expected):
    path = small_home / "notebooks/flow_a/a4.ipynb"
    nb = read_notebook(path.read_text(encoding="utf-8"))
    change(nb, what)
    path.write_bytes(notebook_text(nb).encode())
    assert kinds(path) == expected
    assert {note.file for note in problems(path)} == {"notebooks/flow_a/a4.ipynb"}
    assert {note.level for note in problems(path)} == {"error"}


def test_crlf_is_not_normal(small_home):
    path = small_home / "notebooks/flow_a/a4.ipynb"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert kinds(path) == ["not_normal"]


# -- the town ----------------------------------------------------------------------------------------------------------


def test_set_town_changes_only_the_parameters_cell():
    tagged = v4.new_code_cell('team = "1班"\ntown = "mirai"', id="a4-p", metadata={"tags": ["parameters"]})
    nb = v4.new_notebook(cells=[tagged, v4.new_code_cell('town = "mirai"', id="a4-q")])
    fresh = set_town(nb, "222127")
    assert [cell.source for cell in fresh.cells] == ['team = "1班"\ntown = "222127"', 'town = "mirai"']
    assert nb.cells[0].source.endswith('"mirai"'), "the original is left alone"
    assert set_town(fresh, "mirai") == nb
