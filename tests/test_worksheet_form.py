"""The worksheet's form, driven by what a person does to its controls."""

from __future__ import annotations

import datetime
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ipywidgets import Button
from worksheets import full_worksheet, small_flow_a, values_of, worksheets

from dataacademy.errors import DataAcademyError
from dataacademy.worksheet import open_sheet, store
from dataacademy.worksheet.fields import LONGEST
from dataacademy.worksheet.form import form
from dataacademy.worksheet.form.drafts import asked_of, records_of
from dataacademy.worksheet.form.values import BREAK, meant, shown
from dataacademy.worksheet.model import KINDS, READ_ONLY, Worksheet

EDITED = ["team", *(kind for kind in KINDS if kind not in READ_ONLY)]
KEYS = {kind: "team" if kind == "team" else f"{kind}1" for kind in EDITED}


@pytest.fixture
def sheet(tmp_path):
    return sheet_of(small_flow_a(), tmp_path)


def sheet_of(worksheet, folder):
    store.save(folder / "班.yml", worksheet)
    return open_sheet(folder / "班.yml")


def buttons(widget, text):
    """Every button with this text, as far as it can be seen."""
    if widget.layout.display == "none":
        return []
    if isinstance(widget, Button):
        return [widget] if widget.description == text else []
    return [found for child in getattr(widget, "children", ()) for found in buttons(child, text)]


def press(shown_form, text, which=0):
    buttons(shown_form, text)[which].click()


def fill(shown_form, **contents):
    for name, content in contents.items():
        shown_form.controls[name].input.value = content


def said(shown_form):
    return shown_form._status.value


def told(shown_form, name):
    return shown_form.controls[name].message.value


# -- lossless ---------------------------------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(worksheet=worksheets())
def test_looking_at_every_record_and_saving_changes_nothing(worksheet, tmp_path_factory):
    sheet = sheet_of(worksheet, tmp_path_factory.mktemp("sheet"))
    before = sheet.path.read_bytes()
    for kind in ("team", *KINDS):
        if not (keys := records_of(worksheet, kind)):
            continue
        opened = form(sheet, kind)
        for key in keys:
            opened._go(key)
        if kind not in READ_ONLY:
            press(opened, "保存する")
            assert "変更はありません" in said(opened)
    assert sheet.path.read_bytes() == before
    assert open_sheet(sheet.path).worksheet == worksheet


@settings(max_examples=30, deadline=None)
@given(data=st.data(), kind=st.sampled_from(EDITED))
def test_every_field_typed_and_saved_is_the_same_when_opened_again(data, kind, tmp_path_factory):
    ids = {other: [f"{other}1", f"{other}2"] for other in KINDS}
    worksheet = Worksheet(**{KINDS[other][1]: [KINDS[other][0](id=id) for id in ids[other]] for other in KINDS})
    sheet = sheet_of(worksheet, tmp_path_factory.mktemp("sheet"))
    values = {field.name: data.draw(typable(field, ids), label=field.name) for field in asked_of(kind)}
    opened = form(sheet, kind)
    fill(opened, **{field.name: shown(field, values[field.name]) for field in asked_of(kind)})
    press(opened, "保存する")
    assert "保存しました" in said(opened) or "変更はありません" in said(opened)
    again = records_of(open_sheet(sheet.path).worksheet, kind)[KEYS[kind]]
    assert {name: getattr(again, name) for name in values} == values


def typable(field, ids):
    """What a person can bring into a control: lines that are not blank, links that are there."""
    strategy = values_of(field, ids)
    if field.type == "words":
        return strategy.map(lambda words: [word for word in words if word.strip() and BREAK not in word])
    if field.type == "link":
        return strategy.filter(lambda id: not id.endswith("99"))
    return strategy


def test_the_longest_text_and_line_breaks_survive(sheet):
    long, odd = "あ" * LONGEST, "  一行目 \n\n😀髙﨑\n"
    opened = form(sheet, "goal")
    fill(opened, text=long, plan="一行目\n二行目", viewpoint=odd)
    press(opened, "保存する")
    goal = open_sheet(sheet.path).get("goal1")
    assert (goal.text, goal.plan, goal.viewpoint) == (long, "一行目\n二行目", odd)
    fill(opened, text=long + "い")
    assert "32,767 字まで" in told(opened, "text")


def test_text_of_several_lines_gets_a_box_of_several_lines(sheet):
    """A browser's box of one line would drop the line break as soon as somebody types."""
    sheet.update("goal1", plan="一行目\n二行目")
    sheet.add("goal", plan="一行だけ")
    opened = form(sheet, "goal")
    control = opened.controls["plan"]
    assert type(control.input).__name__ == "Textarea" and control.input in control.box.children
    press(opened, "次へ ▶")
    assert type(control.input).__name__ == "Text" and control.input.value == "一行だけ"


def test_a_line_break_within_a_word_stays_one_word(sheet):
    sheet.update("hypothesis1", crossed=["高齢化率\n（75歳以上）", "距離"])
    opened = form(sheet, "hypothesis")
    fill(opened, crossed=opened.controls["crossed"].input.value + "\n坂")
    press(opened, "保存する")
    assert open_sheet(sheet.path).get("hypothesis1").crossed == ["高齢化率\n（75歳以上）", "距離", "坂"]


# -- what is typed is read, or the person is told ---------------------------------------------------------------------


def field(kind, name):
    return next(f for f in asked_of(kind) if f.name == name)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("１２０", 120),
        ("1,200", 1200),
        ("１，２００．５", 1200.5),
        ("−3", -3),
        (" 0.5 ", 0.5),
        ("", None),
        ("　", None),
        ("3.0", 3),
    ],
)
def test_numbers_are_read_as_offices_type_them(typed, value):
    assert meant(field("effect", "how_many"), typed, KINDS["effect"][0](id="effect1")) == value


@pytest.mark.parametrize("typed", ["12人", "約10", "1,2", "12,00", "九", "1/2", "1e400", "99999999999999999999", "nan"])
def test_what_is_not_a_number_is_told_and_nothing_is_lost(sheet, typed):
    opened = form(sheet, "effect")
    before = sheet.path.read_bytes()
    fill(opened, how_many=typed, unit="世帯")
    assert told(opened, "how_many").startswith("✕ ")
    assert "da-wrong" in opened.controls["how_many"].box._dom_classes
    press(opened, "保存する")
    assert "まだ保存していません" in said(opened) and "1 か所" in said(opened)
    assert sheet.path.read_bytes() == before
    assert (opened.controls["how_many"].input.value, opened.controls["unit"].input.value) == (typed, "世帯")
    fill(opened, how_many="12")
    assert "da-wrong" not in opened.controls["how_many"].box._dom_classes
    press(opened, "保存する")
    assert (sheet.get("effect1").how_many, sheet.get("effect1").unit) == (12, "世帯")


@pytest.mark.parametrize(
    "typed", ["2026-04-01", "２０２６－０４－０１", "令和8年4月1日", "R8.4.1", "2026/4/1", "2026年4月1日"]
)
def test_dates_are_read_in_eras_too_and_shown_as_they_were_read(sheet, typed):
    opened = form(sheet, "measure")
    fill(opened, start=typed)
    assert told(opened, "start") == "2026年4月1日（令和8年4月1日）"
    press(opened, "保存する")
    assert sheet.get("measure1").start == datetime.date(2026, 4, 1)
    assert opened.controls["start"].input.value == "2026-04-01"


@pytest.mark.parametrize("typed", ["令和8年度", "2026年4月", "2026-02-30", "来月", "4/1"])
def test_what_is_not_a_day_is_told(sheet, typed):
    opened = form(sheet, "measure")
    fill(opened, start=typed)
    assert told(opened, "start").startswith("✕ ")


@pytest.mark.parametrize(
    ("typed", "value"), [("100\n２００\n\n400", [100, 200, 400]), ("", []), ("0.5\n", [0.5]), ("−1\n1", [-1, 1])]
)
def test_numbers_stand_one_in_a_line(typed, value):
    assert meant(field("design", "classes"), typed, KINDS["design"][0](id="design1")) == value


@pytest.mark.parametrize(("typed", "row"), [("100,200,400", "1行目"), ("100\n200人", "2行目"), ("1 2", "1行目")])
def test_several_numbers_in_one_line_are_not_guessed(typed, row):
    with pytest.raises(ValueError, match=row):
        meant(field("design", "classes"), typed, KINDS["design"][0](id="design1"))


def test_a_forbidden_letter_is_told(sheet):
    opened = form(sheet, "goal")
    fill(opened, text="あ\x07い")
    assert "U+0007" in told(opened, "text")


# -- links ------------------------------------------------------------------------------------------------------------


def test_a_link_is_chosen_from_records_with_their_first_words(sheet):
    sheet.add("hypothesis", text="駅から遠い地区ほど、\n車を持つ人が多いのではないか。もっと長い文が続く場合もある。")
    opened = form(sheet, "fact")
    labels = [label for label, _ in opened.controls["hypothesis"].input.options]
    assert labels[0] == "（選んでいません）"
    assert labels[2] == "hypothesis2　駅から遠い地区ほど、 車を持つ人が多いのではな…"
    fill(opened, hypothesis="hypothesis2")
    press(opened, "保存する")
    assert sheet.get("fact1").hypothesis == "hypothesis2"


def test_several_links_are_added_and_taken_out_by_buttons(sheet):
    opened = form(sheet, "fact")
    several = opened.controls["findings"].input
    assert [label for label, _ in several._choose.options] == ["（選んでいません）"], "both are chosen already"
    press(several, "外す", 0)
    assert several.value == ("finding2",)
    several._choose.value = "finding1"
    press(several, "加える")
    press(opened, "保存する")
    assert sheet.get("fact1").findings == ["finding2", "finding1"]
    press(several, "加える")
    assert several.value == ("finding2", "finding1"), "nothing is chosen, nothing is added"


def test_a_link_to_a_record_that_is_gone_is_shown_and_kept(sheet):
    sheet.update("fact1", hypothesis="hypothesis9", findings=["finding8"])
    opened = form(sheet, "fact")
    assert opened.controls["hypothesis"].input.label == "hypothesis9（ありません）"
    fill(opened, strength="弱い")
    press(opened, "保存する")
    fact = open_sheet(sheet.path).get("fact1")
    assert (fact.hypothesis, fact.findings, fact.strength) == ("hypothesis9", ["finding8"], "弱い")


# -- numbers in facts -------------------------------------------------------------------------------------------------


def test_a_fact_is_shown_as_it_will_read(sheet):
    opened = form(sheet, "fact")
    assert "できあがり：</strong>75歳以上の 34.5％（3,407 人）" in told(opened, "text")
    fill(opened, text="{finding1.share:.0f}％と {finding7}")
    assert "34％と {finding7}" in told(opened, "text") and "finding7 はありません" in told(opened, "text")
    fill(opened, text="数がない")
    assert told(opened, "text") == ""


def test_a_number_is_put_where_the_cursor_was(sheet):
    opened = form(sheet, "fact")
    fill(opened, text="𠮷野では、が圏外")
    opened._quoting._caret.value = "6"  # as form.js counts: 𠮷 is two
    opened._quoting._choose.value = "{finding1}％"
    press(opened, "文に入れる")
    assert opened.controls["text"].input.value == "𠮷野では、{finding1}％が圏外"
    opened._quoting._choose.value = "{finding1.people}"
    press(opened, "文に入れる")
    assert opened.controls["text"].input.value.endswith("が圏外{finding1.people}")


def test_findings_are_shown_with_their_figure_and_cannot_be_changed(sheet):
    figure = sheet.path.parent / "班_記録" / "図" / "finding1.png"
    figure.parent.mkdir(parents=True)
    figure.write_bytes(b"png")
    record = sheet.get("finding1")
    record.figure = "図/finding1.png"
    sheet.save()
    opened = form(sheet, "finding")
    page = opened._fields.children[0].value
    assert (
        "75歳以上の34.5％が圏外に住む。" in page
        and 'src="data:image/png;base64,cG5n" alt="坂の上の地区が濃い地図。"' in page
    )
    assert not opened.controls
    for text in ("保存する", "＋ 新しい記録", "この記録を消す"):
        assert buttons(opened, text) == []


def test_a_figure_outside_of_the_sheets_folder_is_not_read(sheet, tmp_path):
    (tmp_path / "secret.png").write_bytes(b"png")
    sheet.get("finding1").figure = "../secret.png"
    assert "base64" not in form(sheet, "finding")._fields.children[0].value


# -- records ----------------------------------------------------------------------------------------------------------


def test_an_empty_sheet_begins_with_an_empty_record_and_writes_nothing(tmp_path):
    sheet = open_sheet(tmp_path / "新.yml")
    before = sheet.path.read_bytes()
    opened = form(sheet, "goal")
    assert opened._list._select.label == "（新しい記録）"
    assert sheet.path.read_bytes() == before
    fill(opened, text="住民が安心して暮らす。")
    assert "新しい記録" in said(opened)
    press(opened, "保存する")
    assert "✓ 保存しました。goal1（1件）" in said(opened) and "新.yml" in said(opened)
    assert opened._list._select.label == "goal1　住民が安心して暮らす。"
    assert open_sheet(sheet.path).get("goal1").text == "住民が安心して暮らす。"


def test_several_records_are_filled_before_one_save(sheet):
    opened = form(sheet, "goal")
    fill(opened, text="はじめの目標")
    press(opened, "＋ 新しい記録")
    fill(opened, text="次の目標")
    press(opened, "◀ 前へ")
    assert opened.controls["text"].input.value == "はじめの目標"
    assert [label[0] for label, _ in opened._list._select.options] == ["●", "●"]
    press(opened, "＋ 新しい記録")
    fill(opened, text="三つ目")
    versions = len(store.versions(sheet.path))
    press(opened, "保存する")
    assert [goal.text for goal in open_sheet(sheet.path).worksheet.goals] == ["はじめの目標", "次の目標", "三つ目"]
    assert len(store.versions(sheet.path)) == versions + 1
    assert opened.key == "goal3"


def test_typing_back_what_was_there_is_no_change(sheet):
    opened = form(sheet, "goal")
    was = opened.controls["text"].input.value
    fill(opened, text=was + "。")
    assert "● 保存していない変更があります：goal1" in said(opened)
    fill(opened, text=was)
    assert "保存していない変更はありません" in said(opened)


def test_changes_are_dropped_and_brought_back(sheet):
    opened = form(sheet, "goal")
    was = opened.controls["text"].input.value
    fill(opened, text="別の文")
    press(opened, "変更を取り消す")
    assert opened.controls["text"].input.value == was
    press(opened, "元に戻す")
    assert opened.controls["text"].input.value == "別の文"
    assert sheet.get("goal1").text == was


def test_a_record_is_taken_out_after_a_question_and_put_back(sheet):
    sheet.add("goal", text="二つ目")
    opened = form(sheet, "goal")
    press(opened, "この記録を消す")
    assert "problem1「どの目標の」" in said(opened) and buttons(opened, "消す") == [], "what points to it is named"
    sheet.update("problem1", goal="")
    press(opened, "この記録を消す")
    press(opened, "やめる")
    assert buttons(opened, "消す") == [] and len(sheet.worksheet.goals) == 2
    press(opened, "この記録を消す")
    press(opened, "消す")
    assert [goal.id for goal in open_sheet(sheet.path).worksheet.goals] == ["goal2"]
    assert opened.key == "goal2" and "goal1 を消して保存しました" in said(opened)
    press(opened, "元に戻す")
    assert [goal.id for goal in open_sheet(sheet.path).worksheet.goals] == ["goal1", "goal2"]
    assert opened.key == "goal1" and buttons(opened, "元に戻す") == []


def test_the_only_record_taken_out_leaves_an_empty_one(sheet):
    sheet.update("problem1", goal="")
    opened = form(sheet, "goal", id="goal1")
    press(opened, "この記録を消す")
    press(opened, "消す")
    assert opened.controls["text"].input.value == ""
    fill(opened, text="新しい目標")
    press(opened, "保存する")
    assert [(goal.id, goal.text) for goal in open_sheet(sheet.path).worksheet.goals] == [("goal2", "新しい目標")]


def test_the_cover_is_filled_in_too(sheet):
    opened = form(sheet, "team")
    fill(opened, members="髙﨑\n𠮷田\n", started="令和8年5月1日", flow="B")
    press(opened, "保存する")
    team = open_sheet(sheet.path).worksheet.team
    assert (team.members, team.started, team.flow) == (["髙﨑", "𠮷田"], datetime.date(2026, 5, 1), "B")


# -- nothing is lost --------------------------------------------------------------------------------------------------


def test_a_cell_that_runs_again_goes_on_with_what_was_typed(sheet):
    fill(form(sheet, "goal"), text="打ちかけ")
    again = form(open_sheet(sheet.path), "goal")
    assert again.controls["text"].input.value == "打ちかけ"
    assert "保存していない変更があります" in said(again)


def test_a_save_that_fails_keeps_everything_and_says_why(sheet, monkeypatch):
    opened = form(sheet, "goal")
    fill(opened, text="打ったもの")

    def full(*_, **__):
        raise DataAcademyError("cannot_write", "書けません。", "Cannot write.", fix="空きを作ってください。")

    was = sheet.get("goal1").text
    monkeypatch.setattr(store, "save", full)
    press(opened, "保存する")
    assert "✕ 書けません。 空きを作ってください。" in said(opened)
    assert opened.controls["text"].input.value == "打ったもの" and sheet.get("goal1").text == was
    monkeypatch.undo()
    press(opened, "保存する")
    assert open_sheet(sheet.path).get("goal1").text == "打ったもの"


def test_an_error_nobody_thought_of_is_said_too(sheet, monkeypatch, caplog):
    opened = form(sheet, "goal")
    was = sheet.get("goal1").text
    fill(opened, text="打ったもの")
    monkeypatch.setattr(store, "save", lambda *_, **__: 1 / 0)
    press(opened, "保存する")
    assert "思わぬことが起きて、できませんでした（ZeroDivisionError" in said(opened)
    assert "ZeroDivisionError" in caplog.text, "the log has it with its place"
    assert opened.controls["text"].input.value == "打ったもの" and sheet.get("goal1").text == was


def test_others_changes_elsewhere_come_in_without_a_question(sheet):
    opened = form(sheet, "goal")
    fill(opened, text="私の目標")
    other = open_sheet(sheet.path)
    other.update("goal1", plan="相手の計画")
    other.add("goal", text="相手の目標")
    press(opened, "＋ 新しい記録")
    fill(opened, text="私の新しい目標")
    press(opened, "保存する")
    goals = open_sheet(sheet.path).worksheet.goals
    assert [(g.id, g.text) for g in goals] == [
        ("goal1", "私の目標"), ("goal2", "相手の目標"), ("goal3", "私の新しい目標"),
    ]  # fmt: skip
    assert goals[0].plan == "相手の計画" and opened.key == "goal3"


@pytest.mark.parametrize(("mine", "kept"), [("自分のを残す", "私の文"), ("もう一方のを使う", "相手の文")])
def test_a_field_that_both_changed_is_asked_about(sheet, mine, kept):
    opened = form(sheet, "goal")
    fill(opened, text="私の文", plan="私の計画")
    open_sheet(sheet.path).update("goal1", text="相手の文")
    press(opened, "保存する")
    assert "1 か所を選んでください" in said(opened)
    question = opened._clashes.children[1].children[0].value
    assert "goal1「目標」" in question and "私の文" in question and "相手の文" in question
    assert open_sheet(sheet.path).get("goal1").text == "相手の文", "nothing is overwritten"
    press(opened, mine)
    goal = open_sheet(sheet.path).get("goal1")
    assert (goal.text, goal.plan) == (kept, "私の計画")
    assert opened.controls["text"].input.value == kept
    assert buttons(opened, "自分のを残す") == []


def test_each_field_is_decided_by_itself(sheet):
    opened = form(sheet, "goal")
    fill(opened, text="私の文", plan="私の計画")
    open_sheet(sheet.path).update("goal1", text="相手の文", plan="相手の計画")
    press(opened, "保存する")
    press(opened, "自分のを残す", 0)
    assert "1 か所を選んでください" in said(opened)
    press(opened, "もう一方のを使う", 0)
    goal = open_sheet(sheet.path).get("goal1")
    assert (goal.text, goal.plan) == ("私の文", "相手の計画")


def test_what_the_sheet_took_in_meanwhile_is_not_overwritten_either(sheet):
    """Another form of the same sheet saved: the sheet knows the other's change, but the person has not seen it."""
    opened = form(sheet, "goal")
    fill(opened, text="私の文")
    open_sheet(sheet.path).update("goal1", text="相手の文")
    sheet.add("problem", text="別のシート")
    press(opened, "保存する")
    assert "1 か所を選んでください" in said(opened)
    assert open_sheet(sheet.path).get("goal1").text == "相手の文"


@pytest.mark.parametrize("keep", [True, False])
def test_a_record_that_the_other_took_out_is_asked_about(sheet, keep):
    opened = form(sheet, "issue")
    fill(opened, text="私の課題")
    other = open_sheet(sheet.path)
    other.worksheet.remove("issue1")
    other.save()
    press(opened, "保存する")
    assert "この記録を消しました" in opened._clashes.children[1].children[0].value
    press(opened, "自分のを残す" if keep else "もう一方のを使う")
    issues = open_sheet(sheet.path).worksheet.issues
    assert [(i.id, i.text, i.owner) for i in issues] == ([("issue1", "私の課題", "防災課")] if keep else [])


def test_a_record_that_the_other_changed_is_not_taken_out_unseen(sheet):
    sheet.update("problem1", goal="")
    opened = form(sheet, "goal")
    open_sheet(sheet.path).update("goal1", text="相手の文")
    press(opened, "この記録を消す")
    press(opened, "消す")
    assert "消していません" in said(opened)
    assert opened.controls["text"].input.value == "相手の文" == open_sheet(sheet.path).get("goal1").text


def test_reading_again_brings_new_records_and_keeps_what_was_typed(sheet):
    opened = form(sheet, "fact")
    fill(opened, text="打ちかけ")
    open_sheet(sheet.path).add("hypothesis", text="新しい仮説")
    press(opened, "読み直す")
    assert ("hypothesis2　新しい仮説", "hypothesis2") in opened.controls["hypothesis"].input.options
    assert opened.controls["text"].input.value == "打ちかけ"


# -- for everybody ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", EDITED)
def test_every_field_has_its_label_on_the_control_and_its_help_below(sheet, kind):
    opened = form(sheet, kind)
    for asked in asked_of(kind):
        control = opened.controls[asked.name]
        labelled = control.input._choose if asked.type == "links" else control.input
        assert labelled.description == asked.label
        if asked.help:
            assert any(asked.help in getattr(child, "value", "") for child in control.box.children)


def test_what_is_written_in_a_record_is_never_taken_for_html(sheet):
    evil = '<img src=x onerror="alert(1)">'
    sheet.update("problem1", goal="")
    sheet.update("goal1", text=evil, plan=evil)
    opened = form(sheet, "goal")
    press(opened, "この記録を消す")
    copy = opened._repr_mimebundle_()["text/html"]
    assert "<img" not in opened._ask.children[0].value + copy and "&lt;img" in copy


def test_a_big_sheet_opens_its_form_within_a_second(tmp_path):
    sheet = sheet_of(full_worksheet(2000), tmp_path)
    for kind in ("fact", "indicator"):
        started = time.perf_counter()
        opened = form(sheet, kind)
        copy = opened._repr_mimebundle_()["text/html"]
        assert time.perf_counter() - started < 1
        assert len(opened._list._select.options) == 125 and "ほかに 75 件" in copy


def test_an_unknown_kind_and_an_unknown_record_are_told(sheet):
    with pytest.raises(DataAcademyError, match="もしかして「fact」"):
        form(sheet, "facts")
    with pytest.raises(DataAcademyError, match="goal9"):
        form(sheet, "goal", id="goal9")
