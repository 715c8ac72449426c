"""The learner's workspace: what arrives, and that nobody's work is overwritten."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbformat import v4

from dataacademy import paths
from dataacademy.course.workspace import deliver, prepare
from dataacademy.errors import DataAcademyError

A4 = "flow_a/a4.ipynb"
BESIDE = "flow_a/a4（新しい版）.ipynb"
BESIDE_2 = "flow_a/a4（新しい版2）.ipynb"


def notebook(*sources: str, output: str = "") -> bytes:
    """A notebook of code cells; with ``output``, the first cell printed it."""
    cells = [v4.new_code_cell(source, id=f"a4-{number}") for number, source in enumerate(sources)]
    if output:
        cells[0].outputs = [v4.new_output("stream", name="stdout", text=output)]
        cells[0].execution_count = 1
    return v4.writes(v4.new_notebook(cells=cells)).encode()


def file(path: str = A4):
    return paths.workspace("mirai") / path


def run_and_save(path: str = A4, *, source: str | None = None, output: str = "42\n") -> str:
    """What a learner does: change the first cell, run it, save.  Returns the text saved."""
    nb = v4.reads(file(path).read_text(encoding="utf-8"))
    if source is not None:
        nb.cells[0].source = source
    nb.cells[0].outputs = [v4.new_output("stream", name="stdout", text=output)]
    text = v4.writes(nb)
    file(path).write_text(text, encoding="utf-8")
    return text


def open_and_save(path: str = A4) -> None:
    """What JupyterLab does to a notebook by opening and saving it."""
    nb = v4.reads(file(path).read_text(encoding="utf-8"))
    nb.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}, "widgets": {"x": 1}}
    for cell in nb.cells:
        cell.metadata["collapsed"] = False
        pieces = cell.outputs[0].text if cell.outputs else ""
        cell.outputs = [v4.new_output("stream", name="stdout", text=piece) for piece in pieces]
    file(path).write_text(json.dumps(nb), encoding="utf-8")


def deliver_(content: bytes, path: str = A4):
    delivery = deliver("mirai", path, content)
    return delivery.status, delivery.path


def test_new_then_unchanged_then_updated(small_home):
    assert deliver_(notebook("1")) == ("new", A4)
    assert deliver_(notebook("1")) == ("unchanged", A4)
    assert deliver_(notebook("2")) == ("updated", A4)
    assert file().read_bytes() == notebook("2")


def test_opening_and_saving_is_no_change(small_home):
    deliver_(notebook("1", output="abc"))
    open_and_save()
    assert deliver_(notebook("1", output="abc")) == ("unchanged", A4)
    assert deliver_(notebook("2")) == ("updated", A4)


def test_running_again_with_the_same_result_is_no_change(small_home):
    nb = v4.reads(notebook("6 * 7").decode())
    nb.cells[0].outputs = [v4.new_output("execute_result", data={"text/plain": "42"}, execution_count=1)]
    deliver_(v4.writes(nb).encode())
    again = nb.copy()
    again.cells[0].outputs[0] |= {"execution_count": 9, "metadata": {"isolated": True}}
    file().write_text(v4.writes(again), encoding="utf-8")
    assert deliver_(notebook("2")) == ("updated", A4)


@pytest.mark.parametrize("change", [{"source": "mine"}, {"output": "99\n"}])
def test_a_changed_file_is_kept_and_a_newer_one_lies_beside(small_home, change):
    deliver_(notebook("1"))
    mine = run_and_save(**change)
    assert deliver_(notebook("1")) == ("kept", A4), "nothing newer: no file beside"
    assert not file(BESIDE).exists()
    assert deliver_(notebook("2")) == ("beside", BESIDE)
    assert deliver_(notebook("2")) == ("unchanged", BESIDE)
    assert deliver_(notebook("3")) == ("beside", BESIDE), "the copy beside was not touched: it is replaced"
    also_mine = run_and_save(BESIDE, source="mine too")
    assert deliver_(notebook("4")) == ("beside", BESIDE_2)
    assert file().read_text(encoding="utf-8") == mine
    assert file(BESIDE).read_text(encoding="utf-8") == also_mine


def test_a_changed_cell_type_counts(small_home):
    deliver_(notebook("# 見出し"))
    nb = v4.reads(file().read_text(encoding="utf-8"))
    nb.cells[0] = v4.new_markdown_cell(nb.cells[0].source, id=nb.cells[0].id)
    file().write_text(v4.writes(nb), encoding="utf-8")
    assert deliver_(notebook("2")) == ("beside", BESIDE)


def test_a_deleted_file_comes_back(small_home):
    deliver_(notebook("1"))
    file().unlink()
    assert deliver_(notebook("1")) == ("new", A4)


def test_the_learner_takes_the_new_version(small_home):
    deliver_(notebook("1"))
    run_and_save()
    deliver_(notebook("2"))
    file(BESIDE).replace(file())
    assert deliver_(notebook("2")) == ("unchanged", A4)
    assert deliver_(notebook("3")) == ("updated", A4)


@pytest.mark.parametrize("damage", [b"", b"\x00" * 20, b'{"cells": [{}]', b'{"nbformat": 4, "cells": [{}]}', b"[]"])
def test_a_damaged_notebook_is_the_learners_own(small_home, damage):
    deliver_(notebook("1"))
    file().write_bytes(damage)
    assert deliver_(notebook("2")) == ("beside", BESIDE)
    assert file().read_bytes() == damage


@pytest.mark.parametrize("damage", [None, "", "{"])
def test_without_the_record_nothing_is_overwritten(small_home, damage):
    deliver_(notebook("1"))
    record = file(".dataacademy/delivered.json")
    record.unlink() if damage is None else record.write_text(damage)
    assert deliver_(notebook("2")) == ("beside", BESIDE)
    assert file().read_bytes() == notebook("1")


def test_other_files_go_by_their_bytes(small_home):
    assert deliver_("日付,人\n".encode("cp932"), "表.csv") == ("new", "表.csv")
    assert deliver_("日付,人数\n".encode("cp932"), "表.csv") == ("updated", "表.csv")
    file("表.csv").write_bytes(b"mine")
    assert deliver_(b"newer", "表.csv") == ("beside", "表（新しい版）.csv")
    assert file("表.csv").read_bytes() == b"mine"


@pytest.mark.parametrize(
    "name", ["a:b.ipynb", "con.csv", "x/NUL", "a.", "../a.csv", "/a.csv", "a\\b.csv", "what?.csv", "a /b"]
)
def test_names_that_windows_cannot_hold_are_refused(small_home, name):
    with pytest.raises(DataAcademyError) as error:
        deliver("mirai", name, b"")
    assert error.value.note.kind == "bad_file_name"


def test_prepare_sets_the_town_and_brings_exercises(small_home):
    assert {(d.path, d.status) for d in prepare("mirai")} == {
        ("start.ipynb", "new"),
        (A4, "new"),
        ("exercises/a4/a4.ipynb", "new"),
    }
    assert v4.reads(file().read_text(encoding="utf-8")).cells[1].source == 'town = "mirai"'
    assert {d.status for d in prepare("mirai")} == {"unchanged"}


def test_prepare_never_touches_the_sources(small_home):
    before = {p: p.read_bytes() for p in (small_home / "notebooks").rglob("*") if p.is_file()}
    prepare("mirai")
    assert {p: p.read_bytes() for p in (small_home / "notebooks").rglob("*") if p.is_file()} == before


def test_prepare_leaves_alone_what_tailor_executed(small_home, other_town):
    source = v4.reads((small_home / "notebooks" / A4).read_text(encoding="utf-8"))
    source.cells[1].source = f'town = "{other_town}"'
    source.cells[2].outputs = [v4.new_output("stream", name="stdout", text="143")]
    executed = v4.writes(source).encode()
    deliver(other_town, A4, executed)
    deliver(other_town, "exercises/a4/a4.ipynb", notebook("tailored"))
    statuses = {d.path: d.status for d in prepare(other_town)}
    assert statuses == {"start.ipynb": "new", A4: "unchanged"}
    workspace = paths.workspace(other_town)
    assert (workspace / A4).read_bytes() == executed
    assert (workspace / "exercises/a4/a4.ipynb").read_bytes() == notebook("tailored")
    source.cells[2].outputs[0].text = "144"
    assert deliver(other_town, A4, v4.writes(source).encode()).status == "updated", "newer results of the same lesson"


def test_lessons_whose_tables_are_missing_are_left_out(small_home, other_town):
    town_file = small_home / "datasets" / other_town / "town.json"
    town_file.write_text(town_file.read_text(encoding="utf-8").replace('"facilities"', '"zones"'), encoding="utf-8")
    assert [d.path for d in prepare(other_town)] == ["start.ipynb"]


def test_an_unknown_town_is_named_with_the_way_out(small_home, other_town):
    with pytest.raises(DataAcademyError) as error:
        prepare("222128")
    assert error.value.note.kind == "unknown_town"
    assert other_town in error.value.note.fix and "town inspect" in error.value.note.fix
    assert not paths.workspace("222128").exists()


def test_an_exercise_not_generated_is_named(small_home):
    (small_home / "exercises/a4/a4.ipynb").unlink()
    with pytest.raises(DataAcademyError, match="exercises build"):
        prepare("mirai")


class Learner:
    """Steps of a story: versions arrive, the learner edits, runs or deletes; ``work`` must survive all of it."""

    def __init__(self):
        self.work: list[str] = []

    def do(self, step):
        kind, number = step
        names = [name for name in (A4, BESIDE, BESIDE_2) if file(name).exists()]
        if kind == "deliver":
            deliver_(notebook(f"version {number}"))
        elif names and kind == "edit":
            mark = f"mine {len(self.work)}"
            self.work = [w for w in self.work if w not in file(names[number % len(names)]).read_text(encoding="utf-8")]
            run_and_save(names[number % len(names)], source=mark)
            self.work.append(mark)
        elif names and kind == "save":
            open_and_save(names[number % len(names)])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["deliver", "deliver", "edit", "save"]), st.integers(0, 3)), max_size=12))
def test_no_story_loses_work(small_home, steps):
    for old in paths.workspace("mirai").rglob("*.*"):
        if old.is_file():
            old.unlink()
    learner = Learner()
    for step in steps:
        learner.do(step)
    found = "".join(p.read_text(encoding="utf-8") for p in paths.workspace("mirai").rglob("*.ipynb"))
    assert all(mark in found for mark in learner.work)
