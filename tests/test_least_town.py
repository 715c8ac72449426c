"""The whole course for a town that has nothing but people and shelters."""

from __future__ import annotations

import pytest
import smalltown

from dataacademy.course.lessons import course
from dataacademy.course.tailor import tailor
from dataacademy.town.report import inspect_and_write


@pytest.fixture(scope="module")
def tailored(tmp_path_factory):
    out = tmp_path_factory.mktemp("least")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATAACADEMY_OUTPUT", str(out))
        _, townfile, _ = inspect_and_write(smalltown.write_least(out / "files"), code=smalltown.CODE)
        yield tailor(townfile)


def test_every_lesson_and_exercise_of_the_flow_runs(tailored):
    assert [str(run) for run in tailored.runs if not run.ok] == []
    assert {run.job.lesson for run in tailored.runs if run.job.what == "lesson"} >= {f"a{n}" for n in range(10)}
    assert {run.job.lesson for run in tailored.runs if run.job.what == "solution"} >= {f"a{n}" for n in range(10)}


def test_only_what_needs_another_table_is_left_out(tailored):
    capstone = next(lesson for lesson in course() if lesson.id == "capstone")
    assert [title for title, _ in tailored.left_out] == [capstone.title.ja]
