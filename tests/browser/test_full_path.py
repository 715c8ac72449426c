"""A learner's whole way through a lesson: open, read, change a value, fill in the sheet, answer, check, hand in."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path

import pytest
import yaml
from commandline import command
from driver import ROOT, SHOWN, Lab
from playwright.sync_api import Locator, expect

from dataacademy.course.exercises.checking import model_answer
from dataacademy.course.exercises.playing import wrong_answers_file
from dataacademy.course.exercises.tasks import Task, exercises, learners_file, solution_file, tasks
from dataacademy.course.notebooks import read_notebook
from dataacademy.paths import SAMPLE_TOWN
from dataacademy.worksheet import open_sheet

STUDENT = "山田花子"
RIGHT = "○ 正解です"
WHERE = """(line, word) => {
    const texts = document.createTreeWalker(line, NodeFilter.SHOW_TEXT), range = document.createRange();
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        const found = text.data.search(`\\\\b${word}\\\\b`);
        if (found < 0) continue;
        range.setStart(text, found);
        range.setEnd(text, found + word.length);
        const {x, y, width, height} = range.getBoundingClientRect();
        return [x + width / 2, y + height / 2];
    }
}"""  # the middle of a word: code is not marked up word by word


@pytest.fixture(scope="module")
def class_folder(tmp_path_factory) -> Path:
    """What the instructor gets."""
    return tmp_path_factory.mktemp("class")


@pytest.fixture(autouse=True)
def learners_output(lab, monkeypatch):
    """The test looks for the learner's files where JupyterLab puts them."""
    monkeypatch.setenv("DATAACADEMY_OUTPUT", str(lab.output))


def test_a4_from_the_start_page_to_full_points(lab, class_folder):
    open_lesson(lab, "a4")
    read(lab)

    first = lab.cell_output_text("a4-repair")
    change(lab, "a4-repair", "within =", "800", "1000")
    shift_enter(lab, "a4-repair")
    second = lab.cell_output_text("a4-repair")
    assert "800 m より遠くにいます" in first and "1,000 m より遠くにいます" in second
    change(lab, "a4-repair", "within =", "1000", "800")
    shift_enter(lab, "a4-repair")
    assert lab.cell_output_text("a4-repair") == first

    change(lab, "a4-card-form", "sheet.record", "near", "hazards")
    change(lab, "a4-card-form", "sheet.record", "near_bars", "hazard_bars")
    shift_enter(lab, "a4-card-form")
    kept = [one.text for one in team().worksheet.findings]
    assert len(set(kept)) == 2
    reload(lab)
    card = lab.cell("a4-card-form").locator(".da-form").get_by_text(kept[1]).first
    card.wait_for()
    card.hover()
    lab.shot("path-a4-sheet")

    open_exercise(lab, "a4")
    solve(lab, "a4")
    hand_in(lab, "a4", class_folder)


def test_a7_from_the_start_page_to_full_points(lab, class_folder):
    open_lesson(lab, "a7")
    read(lab)

    hours, money = lab.cell_output_text("a7-hours"), lab.cell_output_text("a7-person")
    change(lab, "a7-values", "talk_hours =", "0", "30")
    for cell in ("a7-values", "a7-costs", "a7-hours", "a7-person"):
        shift_enter(lab, cell)
    assert lab.cell_output_text("a7-hours") != hours
    assert lab.cell_output_text("a7-person") == money, "time is no cash"

    def outcomes():
        return lab.cell("a7-sheet-effect").locator(".da-form").get_by_label("変わること", exact=True)

    outcomes().fill("歩いて避難所に着ける人が増える。")
    form = lab.cell("a7-sheet-effect").locator(".da-form")
    form.get_by_role("button", name="保存する", exact=True).click()
    form.locator(".da-status").get_by_text("✓ 保存しました").wait_for()
    assert [one.outcomes for one in team().worksheet.effects] == ["歩いて避難所に着ける人が増える。"]
    reload(lab)
    expect(outcomes()).to_have_value("歩いて避難所に着ける人が増える。")
    outcomes().hover()
    lab.shot("path-a7-sheet")

    open_exercise(lab, "a7")
    solve(lab, "a7")
    hand_in(lab, "a7", class_folder)


def test_what_both_tests_above_handed_in_earns_all_points_that_need_no_person(class_folder, tmp_path):
    assignments = ["--assignment", "a4", "--assignment", "a7"]
    done = command(ROOT, "grade", str(class_folder), "--output", str(tmp_path), *assignments)
    assert done.returncode == 0, done.stderr
    (row,) = csv.DictReader((tmp_path / "marks.csv").read_text(encoding="utf-8-sig").splitlines())
    assert (row["id"], row["備考"]) == (STUDENT, "")
    for exercise in ("a4", "a7"):
        full = sum(task.points for task in solved(exercise) if task.test)
        assert (float(row[f"{exercise} 合計"]), row[f"{exercise} 状態"]) == (full, "採点待ち")


# -- moving -----------------------------------------------------------------------------------------------------------


def open_lesson(lab: Lab, lesson: str) -> None:
    """From the start page by its link."""
    lab.open_notebook("start.ipynb")
    found = next(one for one in exercises().values() if one.id == lesson)
    follow(lab, f"{lesson.upper()}　{found.title.ja}", found.file)


def open_exercise(lab: Lab, lesson: str) -> None:
    """From the end of its lesson."""
    follow(lab, f"{lesson.upper()}の演習", f"exercises/{lesson}/{lesson}.ipynb")


def follow(lab: Lab, link: str, path: str) -> None:
    lab.page.locator(SHOWN).get_by_role("link", name=link).first.click()
    lab.path = path
    heading = lab.cells()[0]["source"].splitlines()[0].lstrip("# ")
    lab.page.locator(SHOWN).get_by_role("heading", level=1, name=heading).wait_for()
    ready(lab)


def ready(lab: Lab) -> None:
    """All cells are there, JupyterLab adds them little by little, and the kernel waits."""
    lab.page.locator(f"{SHOWN} .jp-Cell").nth(len(lab.cells()) - 1).wait_for(state="attached")
    lab.page.locator(f'{SHOWN} .jp-Notebook-ExecutionIndicator[data-status="idle"]').wait_for()


def reload(lab: Lab) -> None:
    """Saved and loaded anew (F5)."""
    lab.save()
    lab.page.reload()
    ready(lab)


# -- running and changing ---------------------------------------------------------------------------------------------


def read(lab: Lab) -> None:
    """From the first cell to the last but one with Shift+Enter; everything runs, every picture is there."""
    cells = lab.cells()
    select(lab, cells[0]["id"])
    for position, cell in enumerate(cells[:-1]):
        press(lab, at(lab, position), code=cell["cell_type"] == "code")
    assert lab.errors() == []  # warnings would stand here as well
    widths = lab.page.locator(f"{SHOWN} .jp-OutputArea img").evaluate_all("all => all.map(one => one.naturalWidth)")
    assert widths and all(widths)


def shift_enter(lab: Lab, cell: str) -> None:
    select(lab, cell)
    press(lab, lab.cell(cell), code=True)


def select(lab: Lab, cell: str) -> None:
    lab.cell(cell).locator(".jp-InputPrompt").click()


def press(lab: Lab, cell: Locator, *, code: bool) -> None:
    """Shift+Enter on the selected cell; code has run when the number beside it is a new one."""
    prompt = cell.locator(".jp-InputPrompt")
    before = prompt.inner_text() if code else ""
    lab.page.keyboard.press("Shift+Enter")
    if code:
        prompt.filter(has_not_text=before).filter(has_text=re.compile(r"\[\d+\]")).wait_for()


def at(lab: Lab, position: int) -> Locator:
    return lab.page.locator(f"{SHOWN} .jp-Cell").nth(position)


def change(lab: Lab, cell: str, line: str, old: str, new: str) -> None:
    """A double click on one word of a line, another one typed."""
    words = lab.cell(cell).locator(".cm-line").filter(has_text=line)
    words.scroll_into_view_if_needed()
    lab.page.mouse.dblclick(*words.evaluate(WHERE, old))
    lab.page.keyboard.type(new)


# -- answering --------------------------------------------------------------------------------------------------------


def solve(lab: Lab, exercise: str) -> None:
    """Task by task: a wrong answer and what it is told, then the right one; at the end the progress."""
    found = solved(exercise)
    wrong = yaml.safe_load(wrong_answers_file(exercise).read_text(encoding="utf-8"))
    answers, tests = {one.answer.id: one for one in found}, {one.test.id for one in found if one.test}
    cells = lab.cells()
    select(lab, cells[0]["id"])
    for position, cell in enumerate(cells[:-1]):
        task = answers.get(cell["id"])
        if task and task.test:
            tell = wrong[task.id][0]
            answer(lab, task, tell["answer"], told=tell["message"])
            answer(lab, task, model_answer(task), told=RIGHT)
        elif task:
            write(lab, task)
        elif cell["id"] not in tests:
            press(lab, at(lab, position), code=cell["cell_type"] == "code")
    lab.save()
    lab.page.keyboard.press("Shift+Enter")  # on the last cell, which adds one
    lab.page.keyboard.insert_text("da.progress(town)")
    lab.page.keyboard.press("Shift+Enter")
    signs = "".join("○" if one.test else "●" for one in found)
    at(lab, len(cells)).get_by_text(f"{signs}　{len(found)}問のうち{len(found)}問").wait_for()
    lab.shot(f"path-{exercise}-progress")


def solved(exercise: str) -> list[Task]:
    """The tasks with their answers."""
    return tasks(read_notebook(solution_file(exercise).read_text(encoding="utf-8")))


def answer(lab: Lab, task: Task, text: str, *, told: str) -> None:
    """Shift+Enter twice, as the head of the exercise says: the answer, then its check, which hides its number."""
    lab.type_in_cell(task.id, text)
    press(lab, lab.cell(task.id), code=True)
    lab.page.keyboard.press("Shift+Enter")
    lab.cell(task.test.id).locator(".jp-OutputArea").get_by_text(told).first.wait_for()


def write(lab: Lab, task: Task) -> None:
    """An answer in words, for a person to mark: a double click shows the text, one more click goes into it."""
    cell = lab.cell(task.id)
    cell.locator(".jp-RenderedMarkdown").dblclick()
    cell.locator(".cm-content").click()
    lab.page.keyboard.press("Control+A")
    lab.page.keyboard.insert_text(model_answer(task))
    lab.page.keyboard.press("Shift+Enter")
    cell.locator(".jp-RenderedMarkdown").get_by_text(model_answer(task)[:20]).wait_for()


def hand_in(lab: Lab, exercise: str, folder: Path) -> None:
    """Saved and put into the class's folder."""
    lab.save()
    assert lab.wrong == []
    (folder / STUDENT).mkdir(exist_ok=True)
    shutil.copy(learners_file(exercise, SAMPLE_TOWN), folder / STUDENT)


def team():
    """The worksheet that the lessons open."""
    return open_sheet("わたしの班")
