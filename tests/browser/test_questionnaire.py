"""The card wall of the lesson on interviews: moved by mouse and by keyboard, kept at every move, found again."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from playwright.sync_api import expect

LESSON = "methods/questionnaire_applied.ipynb"


@pytest.fixture(scope="module")
def lesson(lab):
    lab.open_notebook(LESSON)
    for cell in ("parameters", "start", "kappa-naive", "cards", "wall"):
        lab.run_cell(f"questionnaire-applied-{cell}")
    lab.cell("questionnaire-applied-wall").locator(".dw-card").first.wait_for()
    return lab


@pytest.fixture
def wall(lesson):
    return lesson.cell("questionnaire-applied-wall").locator(".dw-wall")


def stored(lab) -> dict[str, list[str]]:
    (path,) = lab.output.rglob("カード/聞き取り.json")
    return {g["name"]: g["cards"] for g in json.loads(path.read_text(encoding="utf-8"))["groups"]}


def until(lab, group: str, wanted: list[str]) -> None:
    """Until the file says that these cards lie in a group; a held card is on the screen before it is in the file."""
    for _ in range(100):
        if stored(lab).get(group) == wanted:
            return
        lab.page.wait_for_timeout(100)
    assert stored(lab).get(group) == wanted


def saved(wall, words="✓"):
    wall.locator(".dw-status").get_by_text(words).wait_for()


def cards(shelf) -> list[str]:
    return [card.get_attribute("data-id") for card in shelf.locator(".dw-card").all()]


def drag(page, card, to):
    """Press, pull in steps, let go: as a hand does."""
    card.scroll_into_view_if_needed()
    start, end = card.bounding_box(), to.bounding_box()
    page.mouse.move(start["x"] + 20, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(start["x"] + 60, start["y"] + 30, steps=3)
    x, y = end["x"] + end["width"] / 2, end["y"] + end["height"] - 12
    page.mouse.move(x, y, steps=6)
    pulled = page.locator(".dw-ghost").bounding_box()
    assert 0 < x - pulled["x"] < pulled["width"] and 0 < y - pulled["y"] < pulled["height"], "the card is in the hand"
    page.mouse.up()


def test_cards_are_dragged_into_groups_and_every_move_is_kept(lesson, wall):
    assert not list(lesson.output.rglob("カード/*")), "nothing is written before the first move"
    wall.scroll_into_view_if_needed()
    tray, first, second = wall.locator(".dw-group").all()
    a, b, c = cards(tray)[:3]
    for card, to in ((a, first), (b, first), (c, second)):
        drag(lesson.page, wall.locator(f'[data-id="{card}"]'), to)
        expect(to.locator(f'[data-id="{card}"]')).to_be_visible()
    saved(wall, "✓ 保存しました")
    assert stored(lesson) == {"まとまり1": [a, b], "まとまり2": [c]}
    drag(lesson.page, wall.locator(f'[data-id="{c}"]'), first)
    expect(first.locator(".dw-card")).to_have_count(3)
    lesson.shot("cards-dragged")
    name = wall.get_by_label("まとまり1の名前")
    name.fill("送ってもらう人がいない")
    name.press("Enter")
    saved(wall, "✓ 名前を保存しました")
    assert stored(lesson) == {"送ってもらう人がいない": [a, b, c], "まとまり2": []}
    other = wall.get_by_label("まとまり2の名前")
    other.fill("送ってもらう人がいない")
    other.press("Enter")
    saved(wall, "もうあります")
    expect(wall.get_by_label("まとまり2の名前")).to_have_value("まとまり2")  # what was refused does not stay
    assert (lesson.errors(), lesson.wrong) == ([], [])


def test_the_same_is_done_with_the_keyboard_alone(lesson, wall):
    page, (tray, first, second) = lesson.page, wall.locator(".dw-group").all()
    before, top = stored(lesson), cards(tray)[0]
    tray.locator(".dw-card").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(second.locator(f'[data-id="{top}"]')).to_be_focused()
    until(lesson, "まとまり2", [top])
    page.keyboard.press("Space")  # taken up, and thought better of
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Escape")
    expect(second.locator(f'[data-id="{top}"]')).to_be_visible()
    page.keyboard.press("1")
    expect(first.locator(f'[data-id="{top}"]')).to_be_visible()
    expect(first.locator(".dw-card")).to_have_count(4)
    wall.get_by_role("button", name="一つ戻す").press("Enter")
    wall.get_by_role("button", name="一つ戻す").press("Enter")
    until(lesson, "まとまり2", [])
    expect(first.locator(".dw-card")).to_have_count(3)
    assert stored(lesson) == before
    tray.locator(".dw-card").first.focus()
    page.keyboard.press("2")  # one after the other, without looking for the next
    expect(second.locator(".dw-card")).to_have_count(1)
    page.keyboard.press("2")
    expect(second.locator(".dw-card")).to_have_count(2)
    wall.get_by_role("button", name="まとまりを足す").press("Enter")
    expect(wall.get_by_label("まとまり3の名前")).to_be_focused()
    page.keyboard.type("dd")  # JupyterLab would delete a cell
    page.keyboard.insert_text("と打っても、セルは消えない。長い文の名前も、終わりまで読める")
    long = wall.get_by_label("まとまり3の名前").input_value()
    page.keyboard.press("Enter")
    saved(wall, "✓ 名前を保存しました")
    assert set(stored(lesson)) == {"送ってもらう人がいない", "まとまり2", long} and long.startswith("ddと")
    assert wall.get_by_label("まとまり3の名前").evaluate("field => field.scrollHeight <= field.clientHeight")
    said, board = wall.locator(".dw-status").bounding_box(), wall.locator(".dw-board").bounding_box()
    assert said["y"] < board["y"], "what is said is seen without scrolling past the cards"
    assert lesson.cell("questionnaire-applied-wall").is_visible()


def test_the_wall_is_found_again_and_leaves_a_table_and_a_page(lesson, wall):
    before = stored(lesson)
    for name, said in (("表を保存する", "✓ 表を"), ("印刷用のページを保存する", "✓ 印刷用")):
        wall.get_by_role("button", name=name).click()
        saved(wall, said)
    (table,) = lesson.output.rglob("カード/聞き取り.csv")
    kept = pd.read_csv(table, dtype=str, keep_default_na=False)
    assert {name: kept.loc[kept["まとまり"] == name, "カード"].tolist() for name in before} == before
    (page,) = lesson.output.rglob("カード/聞き取り.html")
    assert "送ってもらう人がいない（3枚）" in page.read_text(encoding="utf-8")
    lesson.run_cell("questionnaire-applied-wall")
    expect(wall.locator(".dw-group").nth(1).locator(".dw-card")).to_have_count(3)
    expect(wall.get_by_label("まとまり1の名前")).to_have_value("送ってもらう人がいない")
    lesson.run_cell("questionnaire-applied-wall-table")
    assert "送ってもらう人がいない" in lesson.cell_output_text("questionnaire-applied-wall-table")
    lesson.save()
    notebooks = [path.read_text(encoding="utf-8") for path in lesson.output.rglob("questionnaire_applied*.ipynb")]
    words = kept["内容"].iloc[0]
    assert notebooks and not any(words in text for text in notebooks), "what people said stays out of the notebook"
    assert (lesson.errors(), lesson.wrong) == ([], [])
