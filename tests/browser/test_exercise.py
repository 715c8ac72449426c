"""An exercise from the learner's seat: hints level by level, and progress that counts what was checked and saved."""

from __future__ import annotations

from dataacademy.course.progress import progress


def a4():
    """How far the learner has come in the exercise of a4."""
    return next(standing for standing in progress().standings if standing.path == "exercises/a4/a4.ipynb")


def test_hints_open_one_after_the_other_and_progress_is_seen(lab, monkeypatch):
    lab.open_notebook("exercises/a4/a4.ipynb")
    hints = lab.cell("a4-q2-text").locator("summary")
    assert [hints.nth(k).is_visible() for k in range(2)] == [True, False]
    hints.nth(0).click()
    assert "10倍" in lab.cell("a4-q2-text").locator("details").first.inner_text()
    assert hints.nth(1).is_visible()
    hints.nth(1).click()
    assert "[100, 200, 400]" in lab.cell("a4-q2-text").locator("details").first.inner_text()
    lab.shot("exercise-hints")

    lab.type_in_cell("a4-q2", "bins = [300, 500, 800]")
    lab.type_in_cell("a4-q4", 'way = "代表点"')
    for cell in ("a4-ex-parameters", "a4-ex-start", "a4-q2", "a4-q2-test", "a4-q4", "a4-q4-test"):
        lab.run_cell(cell)
    lab.save()
    monkeypatch.setenv("DATAACADEMY_OUTPUT", str(lab.output))
    assert [step.state for step in a4().steps] == [
        "blank",
        "right",
        "blank",
        "wrong",
        "blank",
        "blank",
    ]

    lab.type_in_cell("a4-q2", "bins = [300, 500, 1000]")  # after the check
    lab.save()
    assert a4().steps[1].state == "unchecked"

    lab.type_in_cell("a4-ex-start", "import dataacademy as da\n\nda.progress(town)")
    lab.run_cell("a4-ex-start")
    assert "－？－△－－　6問のうち0問" in lab.cell_output_text("a4-ex-start")
    lab.cell("a4-ex-start").scroll_into_view_if_needed()
    lab.shot("exercise-progress")
