"""The prototype of lesson b4 at the counter: from what is heard to the signed paper, by keyboard alone."""

from __future__ import annotations

import openpyxl
import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

import dataacademy as da

LESSON = "flow_b/b4.ipynb"
HEARD = {  # label -> what the clerk types; what the papers say stands there already
    "届出の種類（必須）": "転入",
    "異動した日（必須）": "令和8年4月1日",
    "フリガナ（必須）": "",  # forgotten at first
    "新しい郵便番号": "０００－０００９",
    "電話番号": "090-0000-9876",
}


@pytest.fixture(scope="module")
def lesson(lab):
    lab.open_notebook(LESSON)
    for cell in ("b4-parameters", "b4-start", "b4-board", "b4-items", "b4-form"):
        lab.run_cell(cell)
    return lab


def type_heard(page, form):
    """Tab through the controls and type; returns the labels in the order they were come by."""
    seen = []
    form.get_by_label("届出の種類（必須）").focus()
    while (label := page.evaluate("document.activeElement.labels?.[0]?.textContent ?? ''")) and label not in seen:
        seen.append(label)
        if label == "届出の種類（必須）":
            page.keyboard.press("ArrowDown")
        elif HEARD.get(label):
            page.keyboard.insert_text(HEARD[label])
        page.keyboard.press("Tab")
    return seen


def told(form, text):
    form.locator(".da-status").get_by_text(text).wait_for()


def press(page, form, name):
    form.get_by_role("button", name=name, exact=True).focus()
    page.keyboard.press("Enter")


def file_of(lab, name):
    (path,) = lab.output.rglob(name)
    return path


def test_from_the_form_to_the_finished_document_without_a_mouse(lesson):
    page, form = lesson.page, lesson.cell("b4-form").locator(".da-form")
    form.locator(".da-save").wait_for()
    assert "アオゾラ ハナコ" in lesson.cell("b4-form").locator("table").first.inner_text(), "what is to be read aloud"
    items = da.prototype.example_items()
    labels = [f"{row.項目}（必須）" if row.必須 == "はい" else row.項目 for row in items.itertuples()]
    assert type_heard(page, form) == labels

    page.keyboard.press("Control+S")  # from the button that follows the last control
    told(form, "✕ 直すところが 1 か所あります")
    kana = form.get_by_label("フリガナ（必須）")
    expect(kana).to_be_focused()
    assert not form.get_by_role("button", name="PDF に保存する").is_visible()
    page.keyboard.insert_text("あおぞら　はなこ")
    page.keyboard.press("Control+S")
    told(form, "✓ 申請書ができました")
    lesson.shot("prototype-made")
    assert not list(lesson.output.rglob("住民異動届*")), "nothing is kept before it is asked for"

    form.get_by_label("電話番号").fill("090-0000-0000")
    form.get_by_role("button", name="PDF に保存する").click(delay=500)  # nobody has seen the paper with this number
    told(form, "打ったものが変わりました。")
    form.get_by_label("電話番号").fill(HEARD["電話番号"])
    page.keyboard.press("Control+S")
    told(form, "✓ 申請書ができました")
    press(page, form, "PDF に保存する")
    told(form, "✓ 保存しました：申請書/住民異動届-001.pdf")
    press(page, form, "Excel に保存する")
    told(form, "✓ 保存しました：申請書/住民異動届-001.xlsx")
    known = da.prototype.example_cases().iloc[0]
    wanted = {
        "届出の種類": "転入",
        "異動した日": "2026年4月1日（令和8年4月1日）",
        "フリガナ": "アオゾラ ハナコ",
        "新しい郵便番号": "000-0009",
        "電話番号": "090-0000-9876",
    } | {name: known[name] for name in ("氏名", "新しい住所", "前の住所", "世帯主の氏名")}
    (paper,) = PdfReader(file_of(lesson, "住民異動届-001.pdf")).pages
    text = "".join(paper.extract_text().split())
    assert [name for name, value in wanted.items() if "".join(value.split()) not in text] == []
    assert "署名" in text
    sheet = openpyxl.load_workbook(file_of(lesson, "住民異動届-001.xlsx")).active
    cells = {row[0]: row[1] for row in sheet.iter_rows(min_row=3, max_col=2, values_only=True)}
    assert {name: cells[name] for name in wanted} == wanted

    press(page, form, "次の人へ（入力を消す）")
    told(form, "入力を消しました")
    expect(form.get_by_label("電話番号")).to_have_value("")
    assert not form.get_by_role("button", name="PDF に保存する").is_visible()
    lesson.save()
    notebooks = [path.read_text(encoding="utf-8") for path in lesson.output.rglob("b4*.ipynb")]
    assert notebooks and not any(HEARD["電話番号"] in text for text in notebooks), "people stay out of the notebook"
    assert (lesson.errors(), lesson.wrong) == ([], [])


def test_the_queue_board_moves_with_the_arrow_keys(lesson):
    output = lesson.cell("b4-board").locator(".da-form")
    title = output.locator("strong")
    before = title.inner_text()
    hours, minutes = map(int, before.split("　")[-1].split(":"))
    later = f"{hours + (minutes + 5) // 60:02d}:{(minutes + 5) % 60:02d}"
    output.get_by_role("slider").focus()
    lesson.page.keyboard.press("ArrowRight")
    expect(title).to_have_text(before[: -len(later)] + later)
    assert "ただいまの番号" in output.inner_text() and "お待ちの番号" in output.inner_text()
    title.scroll_into_view_if_needed()
    lesson.shot("prototype-board")
