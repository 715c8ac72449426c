"""The worksheet's form in JupyterLab: typed, saved, still there; by keyboard alone; in two windows; without any."""

from __future__ import annotations

import nbformat
import pytest
from driver import SIZE, Lab
from nbconvert import HTMLExporter
from nbformat import v4
from worksheets import small_flow_a

from dataacademy import paths
from dataacademy.course.execute import Job
from dataacademy.course.execute import run as execute
from dataacademy.worksheet import open_sheet, store

OPEN = 'from dataacademy.worksheet import open_sheet\n\nopen_sheet("{}").form("fact")'
BUSY = "import time\n\ntime.sleep(2.5)"
TAB_ORDER = [
    "記録（1件）", "＋ 新しい記録", "読み直す", "◀ 前へ", "次へ ▶", "変更を取り消す", "この記録を消す",
    "事実", "発見から数を入れる", "文に入れる", "もとの発見", "加える", "外す", "外す", "どの仮説の",
    "課題との関係の強さ", "保存する",
]  # fmt: skip
NAME = "e => e.labels?.length ? e.labels[0].textContent : e.textContent"


@pytest.fixture
def file(lab, monkeypatch, request):
    """A small worksheet beside two notebooks that show its facts."""
    monkeypatch.setenv("DATAACADEMY_OUTPUT", str(lab.output))
    path = paths.workspace("mirai") / f"{request.node.name}.yml"
    store.save(path, small_flow_a())
    open_sheet(path).add("hypothesis", text="坂の多い地区ほど遠いのではないか。")
    cells = [v4.new_code_cell(OPEN.format(path.name), id="form-fact"), v4.new_code_cell(BUSY, id="form-busy")]
    for place in "12":
        nbformat.write(v4.new_notebook(cells=cells), path.with_name(f"{path.stem}_{place}.ipynb"))
    return path


def opened(lab, file, place="1"):
    lab.open_notebook(f"{file.stem}_{place}.ipynb")
    return run(lab)


def run(lab):
    lab.run_cell("form-fact")
    form = lab.cell("form-fact").locator(".da-form")
    form.locator(".da-save").wait_for()
    return form


def press(form, name):
    form.get_by_role("button", name=name, exact=True).first.click()


def told(form, text):
    form.locator(".da-status").get_by_text(text).wait_for()


def test_what_is_typed_is_saved_and_still_there_after_a_reload(lab, file):
    form = opened(lab, file)
    assert form.locator(".da-message").first.inner_text().startswith("できあがり：75歳以上の 34.5％（3,407 人）")
    assert not lab.cell("form-fact").locator(".da-copy").is_visible(), "the form hides its readable copy"
    form.get_by_label("事実", exact=True).fill("")
    form.get_by_label("事実", exact=True).press_sequentially("髙﨑地区では、が圏外に住む。")
    for _ in "が圏外に住む。":
        lab.page.keyboard.press("ArrowLeft")
    form.get_by_label("発見から数を入れる").select_option(index=1)
    press(form, "文に入れる")
    form.locator(".da-message").get_by_text("髙﨑地区では、34.5％が圏外に住む。").wait_for()
    form.get_by_label("どの仮説の").select_option("hypothesis2　坂の多い地区ほど遠いのではないか。")
    press(form, "外す")
    told(form, "● 保存していない変更があります：fact1")
    press(form, "保存する")
    told(form, "✓ 保存しました。fact1（1件）")
    lab.shot("form-saved")
    saved = open_sheet(file).get("fact1")
    assert saved.text == "髙﨑地区では、{finding1}％が圏外に住む。"
    assert (saved.hypothesis, saved.findings) == ("hypothesis2", ["finding2"])

    lab.save()
    form = opened(lab, file)
    assert form.get_by_label("事実", exact=True).input_value() == saved.text
    assert form.get_by_label("どの仮説の").input_value() == "hypothesis2　坂の多い地区ほど遠いのではないか。"
    assert form.locator(".da-chosen").all_inner_texts() == ["finding2　坂の上の地区では58％。\n外す"]
    assert lab.wrong == []


def test_everything_is_done_by_keyboard_and_jupyterlab_takes_no_key_away(lab, file):
    form, page = opened(lab, file), lab.page
    lab.cell("form-fact").focus()
    for _ in range(8):  # the code and the cell's own tools come first
        page.keyboard.press("Tab")
        if form.locator(":focus").count():
            break
    order = []
    while form.locator(":focus").count():
        order.append(form.locator(":focus").evaluate(NAME))
        page.keyboard.press("Tab")
    assert order == TAB_ORDER

    form.get_by_role("button", name="＋ 新しい記録").focus()
    page.keyboard.press("Enter")
    text = form.get_by_label("事実", exact=True)
    page.wait_for_function("document.activeElement.matches('.da-quoting textarea, .da-wide textarea')")
    assert text.evaluate("e => e === document.activeElement")
    help = text.evaluate("e => document.getElementById(e.getAttribute('aria-describedby').split(' ')[0]).textContent")
    assert "{finding1} のように" in help
    page.keyboard.insert_text("坂の上では遠い。")
    form.get_by_label("課題との関係の強さ").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+S")
    told(form, "✓ 保存しました。fact2（1件）")
    assert (open_sheet(file).get("fact2").text, open_sheet(file).get("fact2").strength) == ("坂の上では遠い。", "強い")

    records = form.get_by_label("記録（2件）")
    records.focus()
    page.keyboard.press("ArrowUp")
    form.locator(".da-now").get_by_text("fact1").wait_for()
    for key in "ddxa":  # in JupyterLab: delete the cell, cut it, add another
        page.keyboard.press(key)
    assert page.locator(".jp-Notebook .jp-CodeCell").count() == 2
    assert records.evaluate("e => e === document.activeElement")
    outline = records.evaluate("e => getComputedStyle(e).outline")
    assert "solid 3px" in outline, "what has the focus can be seen"
    page.keyboard.press("ArrowDown")  # fact1 holds a verdict up: it cannot be taken out
    form.locator(".da-now").get_by_text("fact2").wait_for()
    form.get_by_role("button", name="この記録を消す").focus()
    page.keyboard.press("Space")
    page.wait_for_function("document.activeElement.textContent === 'やめる'")
    lab.shot("form-remove")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    told(form, "fact2 を消して保存しました")
    assert [fact.id for fact in open_sheet(file).worksheet.facts] == ["fact1"]
    assert lab.wrong == []


def test_what_is_typed_while_the_kernel_is_busy_is_saved_whole(lab, file):
    form, page = opened(lab, file), lab.page
    text = form.get_by_label("事実", exact=True)
    for sentence in ("圏外には {finding1}％が住む。", "圏内には、ほかの人が住む。"):
        lab.cell("form-busy").locator(".jp-InputPrompt").click()
        page.keyboard.press("Control+Enter")
        busy = lab.cell("form-busy").get_by_text("[*]:")
        busy.wait_for()
        text.fill("")
        text.press_sequentially(sentence)
        if "{" in sentence:
            page.keyboard.press("Control+S")
            assert text.evaluate("e => e === document.activeElement"), "one goes on typing where one was"
        else:
            press(form, "保存する")
        page.wait_for_timeout(500)
        assert busy.is_visible() and open_sheet(file).get("fact1").text != sentence, "never at the same time as a cell"
        busy.wait_for(state="hidden")
        page.wait_for_timeout(500)
        assert "✓ 保存しました" in form.locator(".da-status").inner_text(), "nothing came after it"
        assert open_sheet(file).get("fact1").text == sentence


def test_what_is_typed_and_what_is_pressed_go_the_same_way_one_after_the_other(lab):
    """In a subshell a click could overtake what was typed, and change the sheet while a cell writes into it."""
    settings = f"{lab.base}/lab/api/settings/@jupyterlab/apputils-extension:kernels-settings"
    answer = lab.page.request.get(f"{settings}?token={lab.address.split('token=')[1]}").json()
    assert answer["schema"]["properties"]["commsOverSubshells"]["default"] == "disabled"


def test_a_button_under_the_mouse_is_pressed_although_words_appear_above_it(lab, file):
    form = opened(lab, file)
    text, save = form.get_by_label("事実", exact=True), form.locator(".da-save")
    words = form.locator(".da-message").first
    text.fill("短い文")
    text.blur()
    words.wait_for(state="hidden")
    text.fill("{finding1}％、" * 40)
    save.click(delay=500)  # a slow hand: time enough for the kernel to answer
    told(form, "✓ 保存しました。fact1（1件）")
    assert save.evaluate("e => e === document.activeElement")
    assert words.bounding_box()["height"] > save.bounding_box()["height"], "the words did appear"


def test_two_windows_that_change_one_field_are_asked_and_overwrite_nothing(lab, file):
    window = lab.page.context.browser.new_context(viewport=SIZE, locale="ja-JP")
    other = Lab(window.new_page(), lab.address, lab.output)
    forms = [opened(lab, file), opened(other, file, "2")]
    for form, text in zip(forms, ("ひとりめの文", "ふたりめの文"), strict=True):
        form.get_by_label("事実", exact=True).fill(text)
        press(form, "保存する")
    told(forms[1], "まだ保存していません")
    assert open_sheet(file).get("fact1").text == "ひとりめの文"
    ask = forms[1].locator(".da-ask:visible")
    assert "ひとりめの文" in ask.inner_text() and "ふたりめの文" in ask.inner_text()
    other.page.wait_for_function("document.activeElement.textContent === '自分のを残す'")
    other.shot("form-clash")
    press(forms[1], "自分のを残す")
    told(forms[1], "✓ 保存しました")
    assert open_sheet(file).get("fact1").text == "ふたりめの文"
    assert other.wrong == []
    window.close()


def test_a_notebook_opened_later_shows_the_records_without_a_kernel(lab, file):
    form = opened(lab, file)
    form.get_by_label("事実", exact=True).fill("あとで読む文")
    press(form, "保存する")
    told(form, "✓ 保存しました")
    lab.save()
    token = {"Authorization": "token " + lab.address.split("token=")[1]}
    kernels = f"{lab.base}/api/kernels"
    for kernel in lab.page.request.get(kernels).json():
        lab.page.request.delete(f"{kernels}/{kernel['id']}", headers=token)
    lab.page.goto("about:blank")
    lab.open_notebook(f"{file.stem}_1.ipynb")
    lab.cell("form-fact").locator(".da-copy").get_by_text("あとで読む文").wait_for()
    lab.page.wait_for_function("document.body.textContent.includes('model not found')")
    assert "model not found" not in lab.page.locator(".jp-Notebook").inner_text(), "what JupyterLab says is hidden"
    lab.shot("form-later")


def test_papermill_shows_the_records_and_waits_for_nothing(tmp_path):
    file = tmp_path / "班.yml"
    store.save(file, small_flow_a())
    before = file.read_bytes()
    parameters = v4.new_code_cell('town = "mirai"', metadata={"tags": ["parameters"]})
    cells = [v4.new_code_cell(OPEN.format(file.as_posix()), id="form-fact"), v4.new_code_cell("6 * 7", id="form-end")]
    python = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(v4.new_notebook(cells=[parameters, *cells], metadata=python), tmp_path / "lesson.ipynb")
    done = execute(Job("lesson", "mirai", tmp_path / "lesson.ipynb"))
    assert done.ok, done
    notebook = nbformat.reads(done.notebook, as_version=4)
    (output,) = notebook.cells[1].outputs
    assert "75歳以上の 34.5％（3,407 人）が圏外に住む。" in output.data["text/html"]
    assert "fact1" in output.data["text/plain"]
    assert not [kind for kind in output.data if "widget" in kind] and "widgets" not in notebook.metadata
    assert "75歳以上の 34.5％（3,407 人）が圏外に住む。" in HTMLExporter().from_notebook_node(notebook)[0]
    assert file.read_bytes() == before
