"""Honest hand-ins earn what stock ``nbgrader autograde`` gives: what it gave is stored, and tried again on a few."""

from __future__ import annotations

import sys

import pytest
from classes import EXERCISES, FOR_EVER, GUIDE, different, hand_ins, line, marked, stored
from oracles.stock_marks import stock

from dataacademy.course import kernels

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kernels talk over files in the file system here")


def sample(exercise: str) -> list:
    """Every fifth learner, and those whose answer never ends; of the small class of nbgrader's guide every second."""
    everyone = hand_ins(exercise)
    return everyone[::2] if exercise == GUIDE else [*everyone[::5], next(o for o in everyone if o.what == FOR_EVER)]


def test_the_classes_are_of_all_kinds():
    for exercise in EXERCISES:
        everyone, (_, stock_marks) = hand_ins(exercise), stored(exercise)
        assert len({one.student for one in everyone}) == 100
        assert len({tuple(stock_marks[one.student]) for one in everyone}) > 20
        assert {one.what for one in everyone} == {one.what for one in hand_ins("kiso")} >= {"blank", FOR_EVER}


@pytest.mark.parametrize("exercise", [*EXERCISES, GUIDE])
def test_the_marks_are_those_of_stock_nbgrader(exercise, tmp_path):
    graded, stock_marks = stored(exercise)
    ours = marked(exercise, sample(exercise), tmp_path)
    assert {student: line(given, graded) for student, given in ours.items()} == (
        {student: stock_marks[student] for student in ours}
    )


@pytest.mark.parametrize("exercise", EXERCISES)
def test_right_answers_beside_an_honest_accident_earn_all_where_stock_does_not(exercise, tmp_path):
    graded, stock_marks = stored(exercise)
    everything = stock_marks[hand_ins(exercise)[0].student]  # all right
    for student, given in marked(exercise, different(exercise), tmp_path).items():
        assert line(given, graded) == everything != stock_marks[student]


def test_stock_nbgrader_still_gives_what_is_stored():
    chosen = [hand_ins("kiso")[n] for n in (0, 26, 61, 90)]
    graded, stock_marks = stored("kiso")
    with kernels.environment():  # stock nbgrader, kernels that are quick
        again = stock(chosen)
    assert {student: line(given, graded) for student, given in again.items()} == (
        {one.student: stock_marks[one.student] for one in chosen}
    )
