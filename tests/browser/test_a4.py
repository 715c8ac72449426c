"""Lesson a4 and its exercise from the learner's seat."""

from __future__ import annotations


def test_lesson_a4_runs_to_the_end(lab):
    lab.open_notebook("flow_a/a4.ipynb")
    lab.run_all()
    assert lab.errors() == []  # warnings and missing glyphs would stand here
    assert "直線" in lab.cell_output_text("a4-far")
    assert "割合（%）" in lab.cell_output_text("a4-repair")
    for cell in ("a4-map", "a4-repair-picture", "a4-definition-picture", "a4-optional-zones"):
        picture = lab.cell(cell).locator("img").first
        picture.scroll_into_view_if_needed()
        assert picture.evaluate("img => img.naturalWidth") > 400, cell
        lab.shot(cell)
    assert "指定避難所から" in lab.cell_output_text("a4-elderly")


def test_exercise_answers_a_blank_a_wrong_and_a_right_answer(lab):
    lab.open_notebook("exercises/a4/a4.ipynb")
    for cell in ("a4-ex-parameters", "a4-ex-start", "a4-q2"):
        lab.run_cell(cell)
    for answer, told in [
        ("bins = ...", "bins がまだ空です"),
        ("bins = [800, 500, 300]", "順番が違います"),
        ("bins = [300, 500, 800]", "○ 正解です"),
    ]:
        lab.type_in_cell("a4-q2", answer)
        lab.run_cell("a4-q2")
        lab.run_cell("a4-q2-test")
        said = lab.cell_output_text("a4-q2-test")
        assert told in said
        assert "Traceback" not in said
        lab.cell("a4-q2-test").scroll_into_view_if_needed()
        lab.shot("exercise-" + ("right" if "正解" in told else "blank" if "空" in told else "wrong"))
    lab.save()
