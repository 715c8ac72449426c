"""Exercises of the course are sound; the words of checks, hints and tasks are right."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal

import nbformat
import numpy as np
import pandas as pd
import pytest

from dataacademy.course import check
from dataacademy.course.exercises.examining import examine
from dataacademy.course.exercises.tasks import exercises, is_blank, released_file, tasks
from dataacademy.course.hints import hints, tells


@pytest.mark.parametrize("exercise", exercises())
def test_every_exercise_of_the_course_is_sound(exercise, monkeypatch):
    """Form, ids, points, hints, leaks, reference, blanks and wrong answers; freshness is seen in test_repository."""
    monkeypatch.setenv("MPLBACKEND", "Agg")
    assert examine(exercise, fresh=[exercise]) == []


@pytest.mark.parametrize("exercise", exercises())
def test_released_file_tells_no_answer(exercise):
    released = nbformat.read(released_file(exercise), as_version=4)
    text = json.dumps(released, ensure_ascii=False)
    for mark in ("BEGIN SOLUTION", "HIDDEN TESTS", "AUTOTEST"):
        assert mark not in text
    assert all(is_blank(task.answer) for task in tasks(released))


def test_right_answers_of_every_type_are_right():
    table = pd.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]})
    same = [
        (1 / 3, np.float64(1 / 3)),
        (3, 3.0),
        (Decimal("2.5"), np.float32(2.5)),
        ([300, 500], (300, 500)),
        (["あ"], np.array(["あ"])),
        ("面積按分", " 面積按分　"),
        (table, table[["b", "a"]]),
        (table["a"], np.float32([1, 2]).astype(float) * pd.Series([1, 1], name="a")),
    ]
    for a, b in same:
        assert check.digest(a, "s") == check.digest(b, "s")
    assert check.digest(table, "s") != check.digest(table.assign(a=[1, 3]), "s")
    assert check.digest([300, 500], "s") != check.digest([500, 300], "s")


@pytest.mark.parametrize("odd", [3j, np.complex64(1), pd.NA, print, {"a": 1}, np.datetime64("2026-04-01")])
def test_what_no_task_asks_for_is_of_another_kind_and_can_be_told(odd):
    assert check.kind(odd) == "other"
    assert check.digest(odd, "s") != check.digest(1, "s")


def test_checks_stay_light_for_a_browser():
    """The check module loads nothing heavy before it is asked about a value."""
    heavy = ("pandas", "numpy", "IPython", "nbgrader", "nbformat", "yaml")
    code = f"import sys; from dataacademy.course import check; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.fixture
def shell():
    """A notebook's Python, which remembers the cells that were run."""
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    shell = InteractiveShell.instance()

    def run(source: str):
        with capture_output() as captured:
            shell.run_cell(source, store_history=True)
        return captured.outputs

    yield run
    InteractiveShell.clear_instance()


TEST = 'from dataacademy.course import check\ncheck.filled(globals().get("n", ...), "n")\nn = round(n)\ncheck.right()'


def test_a_right_answer_in_a_notebook_remembers_which_answer_it_was(shell):
    def marks():
        [shown] = shell(TEST)
        assert shown.data == {"text/plain": "○ 正解です"}
        return shown.metadata[check.CHECKED]

    shell("n = ...")
    assert shell(TEST) == []  # not right
    shell("x = 2\nn = x + 1")
    shell("print(n)")
    assert marks() == [check.written("x = 2\nn = x + 1\n")]
    assert marks() == [check.written("x = 2\nn = x + 1\n")]  # again: the check itself gave n a value meanwhile
    shell("n = = 4")
    assert marks() == [check.written("x = 2\nn = x + 1\n")]  # that line never ran
    shell("n = 4")
    assert marks() == [check.written("n = 4")]


NESTED = """### 問1　選ぶ（2点）

<details><summary>ヒント1：どこを見るか</summary>

「弱いところ」の列です。人口は 12,345 人でした。

<details><summary>ヒント2</summary>

`near.table["covered"].sum()` のような形です。

</details>

</details>

<details><summary>くわしい説明</summary>

面積按分とは、広さに応じて分けることです。

</details>
"""


def test_hints_are_counted_by_level_and_other_folds_are_none():
    assert [(hint.level, hint.depth) for hint in hints(NESTED)] == [(1, 1), (2, 2)]
    side_by_side = NESTED.replace("\n<details><summary>ヒント2", "\n</details>\n<details><summary>ヒント2", 1)
    assert [(hint.level, hint.depth) for hint in hints(side_by_side)] == [(1, 1), (2, 1)]


@pytest.mark.parametrize(
    ("code", "values", "told"),
    [
        ('n = near.table["covered"] .sum()', [1], 'near.table["covered"].sum()'),
        ('n = near.table["uncovered"].sum()', [1], ""),
        ("n = f(x)", [12345], "12345"),
        ("n = f(x)", [np.float64(12345.0)], "12345"),
        ("n = f(x)", [2345], ""),
        ("n = f(x)", [12345.6], ""),
        ("way = f(x)", ["面積按分"], ""),  # told in the explanation, which is no hint
        ("way = f(x)", ["弱いところ"], "弱いところ"),
        ("names = f(x)", [["弱いところ", "人口"]], "弱いところ、人口"),
        ("names = f(x)", [["弱いところ", "広さ"]], ""),
        ("ok = True", [True], ""),
        ("names = f(x)", [[]], ""),
    ],
)
def test_a_hint_that_gives_the_answer_is_noticed(code, values, told):
    assert tells(NESTED, code, values) == told
