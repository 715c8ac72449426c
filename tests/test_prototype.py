"""The prototype of lesson b4: asked once at the counter, printed for the person to sign, tried on cases."""

from __future__ import annotations

import io
import json
import shutil
import subprocess

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ipywidgets import Button
from pypdf import PdfReader

import dataacademy as da
from dataacademy.errors import DataAcademyError
from dataacademy.worksheet.prototype import letters, paper
from dataacademy.worksheet.prototype.items import items_of
from dataacademy.worksheet.prototype.screen import Form

proto = da.prototype
ITEMS = proto.example_items()
CASES = proto.example_cases().set_index("場面")


def known(case: str) -> dict[str, str]:
    return {name: CASES.loc[case, name] for name in ITEMS["項目"] if CASES.loc[case, name]}


def application(case: str, **how):
    return proto.fill(proto.form(ITEMS, title="住民異動届", values=known(case), **how))


def pages(content: bytes) -> list[str]:
    """The text of each page, without what only breaks lines."""
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


def one(form="文字", required="いいえ", **more) -> list[dict]:
    return [{"項目": "名前", "形式": form, "必須": required, "どこから": "聞き取り", **more}]


# -- the finished document, opened again ------------------------------------------------------------------------------


@pytest.mark.parametrize("case", ["字が読みにくい人", "住所の長い人", "髙﨑さん"])
def test_a_pdf_has_every_word_of_its_case_on_one_page(case):
    made = application(case)
    (page,) = pages(made.pdf())
    for text in (*made.texts.values(), *ITEMS["項目"], "住民異動届", paper.CHECK):
        assert "".join(text.split()) in page


def test_every_letter_of_a_pdf_has_a_shape_in_the_fonts_inside_it(tmp_path):
    made = application("外国の名前")
    reader = PdfReader(io.BytesIO(made.pdf()))
    fonts = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]
    inside = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object() for font in fonts]
    assert len(inside) == 2 and all("/FontFile2" in one for one in inside)
    assert letters.unprintable("".join(made.texts.values())) == []
    assert "NGUYỄNTHỊHOA" in pages(made.pdf())[0] and letters.GETA not in pages(made.pdf())[0]


def test_a_letter_that_no_font_has_is_printed_as_a_mark_and_told():
    made = application("𠮷田さん")
    (page,) = pages(made.pdf())
    assert "〓田修" in page and "𠮷" not in page
    assert made.failed and set(made.problems["項目"]) == {"氏名", "世帯主の氏名"}
    assert made.problems["何が"].str.contains("𠮷").all()


def test_a_workbook_holds_the_words_as_text_on_one_page_of_a4():
    made = application("髙﨑さん")
    sheet = openpyxl.load_workbook(io.BytesIO(made.excel())).active
    cells = {row[0].value: row[1].value for row in sheet.iter_rows(min_row=3, max_row=2 + len(ITEMS))}
    assert cells == made.texts and cells["氏名"] == "髙﨑 健一"
    assert sheet.page_setup.paperSize == 9 and sheet.page_setup.orientation == "portrait"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.print_area
    assert sheet["B5"].alignment.wrap_text and sheet["B5"].font.name == "游ゴシック"


def test_what_looks_like_a_formula_stays_text():
    made = proto.fill(proto.form(one(), values={"名前": "=1+1"}))
    sheet = openpyxl.load_workbook(io.BytesIO(made.excel())).active
    assert (sheet["B3"].value, sheet["B3"].data_type) in {("=1+1", "s"), ("=1+1", "inlineStr")}


def test_libreoffice_prints_the_workbook_on_one_page_with_all_its_words(tmp_path):
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice (calc) is not installed: the page cannot be looked at")
    made = application("住所の長い人", size=14)
    made.save_excel(tmp_path / "届.xlsx")
    profile = (tmp_path / "profile").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf", "--outdir"]
    subprocess.run([*command, str(tmp_path), str(tmp_path / "届.xlsx")], check=True, capture_output=True, timeout=120)
    (page,) = pages((tmp_path / "届.pdf").read_bytes())
    for text in made.texts.values():
        assert "".join(text.split()) in page


# -- how it lies on paper ---------------------------------------------------------------------------------------------


def test_large_letters_are_printed_large_and_smaller_ones_only_where_they_would_not_fit():
    assert application("字が読みにくい人", size=14).plan.size == 14
    many = [{**one()[0], "項目": f"項目{n}"} for n in range(22)]
    tight = proto.fill(proto.form(many, size=14))
    assert tight.plan.size < 14 and tight.plan.pages == 1 and len(pages(tight.pdf())) == 1
    assert tight.problems["結果"].tolist() == ["注意"]


def test_what_needs_two_pages_is_a_failure_and_nothing_is_lost():
    many = [{**one()[0], "項目": f"項目{n}号"} for n in range(60)]
    made = proto.fill(proto.form(many))
    printed = pages(made.pdf())
    assert len(printed) == made.plan.pages == 2 and made.failed
    assert all(f"項目{n}号" in "".join(printed) for n in range(60))


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("あ漢字、。ー（）A bcÇễ1- 〓"), max_size=80), st.floats(20, 90), st.floats(8, 20))
def test_broken_lines_lose_no_letter_and_stay_in_their_room(text, room, size):
    lines = letters.lines(text, room, size)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(letters.width(line, size) <= room + 1e-6 for line in lines)


def test_a_line_is_broken_between_words_and_never_begins_with_a_comma():
    assert letters.lines("MARIA FERNANDA", letters.width("FERNANDA M", 10), 10) == ["MARIA", "FERNANDA"]
    assert letters.lines("あいうえ、お", letters.width("あいうえ", 10), 10) == ["あいう", "え、お"]


@pytest.mark.parametrize("size", [7.5, 21])
def test_a_size_that_cannot_be_printed_is_told_at_once(size):
    with pytest.raises(DataAcademyError, match="字の大きさ"):
        proto.form(ITEMS, size=size)


# -- letters ----------------------------------------------------------------------------------------------------------


def test_rare_letters_of_names_are_told_apart():
    assert letters.unprintable("髙﨑𠮷张") == ["𠮷", "张"]
    assert letters.outside_jis("髙﨑高崎①～") == ["髙", "﨑"]
    assert letters.variants("葛\U000e0100城") == ["葛"] and letters.printed("葛\U000e0100城") == "葛城"


def test_letters_in_parts_are_joined_and_a_names_own_kanji_is_left_alone():
    assert letters.composed("か\u3099") == "が"
    assert letters.composed("神\ufa19福\ufa1b") == "神\ufa19福\ufa1b"  # NFC would change the name


def test_an_asked_for_shape_is_told_with_care():
    made = proto.fill(proto.form(one(), values={"名前": "葛\U000e0100城"}))
    assert made.problems[["結果", "何が"]].to_numpy().tolist() == [["注意", "字「葛」の形が変わります"]]


# -- items ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "value", "printed"),
    [
        ("日付", "令和8年4月1日", "2026年4月1日（令和8年4月1日）"),
        ("日付", pd.Timestamp("2026-04-01"), "2026年4月1日（令和8年4月1日）"),
        ("カタカナ", "ﾀｶｻｷ けんいち", "タカサキ ケンイチ"),
        ("電話番号", "０９０ー１２３４ー５６７８", "090-1234-5678"),
        ("電話番号", "03(1234)5678", "03-1234-5678"),
        ("郵便番号", "〒１２３４５６７", "123-4567"),
        ("数", "１，２３４", "1234"),
        ("数", 3.0, "3"),
        ("はい・いいえ", True, "はい"),
        ("選ぶ", "転入", "転入"),
        ("文字", "  山田　花子 ", "山田 花子"),
        ("文字", None, ""),
        ("文字", float("nan"), ""),
    ],
)
def test_a_value_is_printed_in_the_form_of_its_item(form, value, printed):
    (item,) = items_of(one(form, 選択肢="転入、転出"))
    assert item.printed(value) == printed


@pytest.mark.parametrize(
    ("form", "value", "said"),
    [
        ("日付", "きのう", "日付"),
        ("カタカナ", "NGUYEN", "カタカナ"),
        ("電話番号", "12", "市外局番"),
        ("郵便番号", "123", "7桁"),
        ("数", "たくさん", "数"),
        ("選ぶ", "引っこし", "選べるのは"),
        ("はい・いいえ", "たぶん", "「はい」か「いいえ」"),
        ("文字", "a\x01b", "文字として扱えない"),
        ("長い文字", "あ" * 501, "長すぎます"),
    ],
)
def test_a_value_that_does_not_fit_is_a_failure_with_its_reason(form, value, said):
    made = proto.fill(proto.form(one(form, 選択肢="転入、転出"), values={"名前": value}))
    assert made.failed and said in made.problems["なぜ"].iloc[0]


def test_what_no_file_can_hold_is_left_out_of_the_files():
    made = proto.fill(proto.form(one(), values={"名前": "山\x01田\ud800"}))
    assert made.failed and "山田" in pages(made.pdf())[0]
    assert openpyxl.load_workbook(io.BytesIO(made.excel())).active["B3"].value == "山田"


@pytest.mark.parametrize(
    ("items", "kind", "said"),
    [
        ([{"項目": "名前"}], "unknown_column", "形式"),
        (one("文字列"), "unknown_choice", "もしかして「文字」"),
        ([{**one()[0], "どこから": "本人確認"}], "unknown_choice", "本人確認書類"),
        (one(required="たぶん"), "unknown_choice", "必須"),
        (one("選ぶ"), "bad_items", "選択肢がありません"),
        (one(字数="長め"), "bad_items", "字数「長め」"),
        ([*one(), *one()], "bad_items", "二度"),
        ([{**one()[0], "項目": " "}], "bad_items", "名前が空"),
        (ITEMS.head(0), "bad_items", "一つもありません"),
    ],
)
def test_a_mistake_in_the_table_of_items_is_named(items, kind, said):
    with pytest.raises(DataAcademyError, match=said) as caught:
        proto.form(items)
    assert caught.value.note.kind == kind


def test_a_value_for_an_item_that_is_not_there_is_named_with_the_nearest_one():
    with pytest.raises(DataAcademyError, match="もしかして「氏名」"):
        proto.form(ITEMS, values={"氏名前": "青空 花子"})


# -- tried on cases ---------------------------------------------------------------------------------------------------


def failures(table: pd.DataFrame) -> dict[str, set]:
    bad = table[table["結果"] == "失敗"]
    return {case: set(part["項目"]) for case, part in bad.groupby("場面")}


def test_the_trial_says_for_each_case_what_failed_and_why():
    result = proto.trial(ITEMS, proto.example_cases())
    assert failures(result.table) == {
        "字が読みにくい人": {"（紙）"},
        "代理で来た人": {"代理人の氏名", "代理人との関係"},
        "外国の名前": {"氏名"},
        "住所の長い人": {"新しい住所"},
        "𠮷田さん": {"氏名", "世帯主の氏名"},
    }
    assert result.value == 2 and result.used == {"場面": 7, "項目": 10}
    careful = result.table[result.table["場面"] == "髙﨑さん"]
    assert set(careful["結果"]) == {"注意"} and careful["何が"].str.contains("髙").all()
    assert result.table.set_index("場面").loc["ふつうの人", "結果"] == "できた"


def test_a_mended_prototype_fails_only_where_the_font_has_no_letter():
    more = [
        {"項目": n, "形式": "文字", "必須": "いいえ", "どこから": "聞き取り"}
        for n in ("代理人の氏名", "代理人との関係")
    ]
    items = pd.concat([ITEMS.replace({"字数": {"20": "60", "40": "80", "30": "60"}}), pd.DataFrame(more)])
    result = proto.trial(items, proto.example_cases(), size=14)
    assert set(failures(result.table)) == {"𠮷田さん"}
    assert result.value == 6


def test_a_trial_without_cases_is_refused():
    with pytest.raises(DataAcademyError, match="場面が一つもありません"):
        proto.trial(ITEMS, proto.example_cases().head(0))
    with pytest.raises(DataAcademyError, match="場面"):
        proto.trial(ITEMS, ITEMS)


# -- the form at the counter ------------------------------------------------------------------------------------------


def buttons(widget, text):
    """Every button with this text, as far as it can be seen."""
    if widget.layout.display == "none":
        return []
    if isinstance(widget, Button):
        return [widget] if widget.description == text else []
    return [found for child in getattr(widget, "children", ()) for found in buttons(child, text)]


@pytest.fixture
def counter(tmp_path) -> Form:
    return proto.form(ITEMS, title="住民 異動届", values=known("ふつうの人"), folder=tmp_path / "届")


def test_everything_at_the_counter_has_a_label_and_an_empty_required_item_stops_the_application(counter):
    assert counter.controls["氏名"].input.description == "氏名（必須）"
    counter.controls["氏名"].input.value = ""
    buttons(counter, "申請書を作る")[0].click()
    assert "直すところが 1 か所" in counter._status.value
    assert "本人確認書類で確かめます" in counter.controls["氏名"].message.value
    assert not buttons(counter, "PDF に保存する")


def test_a_finished_application_is_shown_and_saved_only_when_asked(counter, tmp_path):
    counter.controls["氏名"].input.value = "髙﨑 花子"
    buttons(counter, "申請書を作る")[0].click()
    assert "髙﨑 花子" in counter._paper.value and "化けることがあります" in counter._paper.value
    assert not list(tmp_path.iterdir())
    for _ in range(2):
        buttons(counter, "PDF に保存する")[0].click()
    buttons(counter, "Excel に保存する")[0].click()
    saved = sorted(path.name for path in (tmp_path / "届").iterdir())
    assert saved == ["住民_異動届-001.pdf", "住民_異動届-001.xlsx", "住民_異動届-002.pdf"]
    assert "消してください" in counter._status.value
    assert "髙﨑花子" in pages((tmp_path / "届" / saved[0]).read_bytes())[0]


def test_a_change_takes_the_finished_application_away(counter):
    buttons(counter, "申請書を作る")[0].click()
    counter.controls["氏名"].input.value = "別の人"
    assert not counter._paper.value and not buttons(counter, "PDF に保存する")


def test_a_date_is_read_back_and_a_wrong_one_is_told_while_typing(counter):
    counter.controls["異動した日"].input.value = "令和8年4月1日"
    assert counter.controls["異動した日"].message.value == "2026年4月1日（令和8年4月1日）"
    counter.controls["異動した日"].input.value = "4月"
    assert "✕" in counter.controls["異動した日"].message.value


def test_the_next_person_finds_an_empty_form(counter):
    counter.controls["氏名"].input.value = "髙﨑 花子"
    buttons(counter, "次の人へ（入力を消す）")[0].click()
    assert all(control.input.value == "" for control in counter.controls.values())
    assert not any(proto.fill(counter).texts.values())


def test_what_people_typed_is_not_put_below_a_cell(counter):
    counter.controls["氏名"].input.value = "髙﨑 花子"
    made = proto.fill(counter)
    for shown in (made._repr_html_(), repr(made), str(made), repr(counter), json.dumps(counter._repr_mimebundle_())):
        assert "髙﨑" not in shown
    assert "青空 花子" in application("ふつうの人")._repr_html_()  # given in the cell's own code


def test_where_nobody_looks_on_the_form_is_a_table_of_what_it_asks(monkeypatch):
    monkeypatch.setattr("dataacademy.worksheet.prototype.screen.somebody_looks", lambda: False)
    silent = proto.form(ITEMS, title="住民異動届", values=known("ふつうの人"))
    shown = silent._repr_mimebundle_()
    assert list(shown) == ["text/html"] and "新しい住所" in shown["text/html"] and "青空" not in shown["text/html"]
    assert proto.fill(silent).texts["氏名"] == "青空 花子"


@pytest.mark.parametrize("name", ["届.doc", "届"])
def test_a_file_is_saved_under_its_own_kind_of_name(tmp_path, name):
    with pytest.raises(DataAcademyError, match="pdf"):
        application("ふつうの人").save_pdf(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_only_a_form_can_be_filled():
    with pytest.raises(DataAcademyError, match="フォームではありません"):
        proto.fill(ITEMS)


# -- the queue board --------------------------------------------------------------------------------------------------

LOG = pd.DataFrame(
    [
        ("2026-04-01", "本庁", "A1", "転入", "9:00", "9:02", "9:20", 1),
        ("2026-04-01", "本庁", "A2", "転出", "09:05:00", "09:21:00", "09:30:00", 1),
        ("2026-04-01", "本庁", "A3", "証明", "09:06:30", "09:10:00", "09:15:00", 2),
        ("2026-04-01", "本庁", "A4", "証明", "09:07:00", "09:40:00", "09:45:00", 2),
        ("2026-04-01", "本庁", "A5", "証明", "09:08:00", None, "09:45:00", 2),
        ("2026-04-01", "本庁", "A6", "証明", "09:08:00", "09:07:00", "09:45:00", 2),
        ("2026-04-01", "支所", "B1", "証明", "09:00:00", "09:01:00", "09:02:00", 1),
    ],
    columns=["date", "office", "ticket_no", "procedure", "arrived", "called", "ended", "counter"],
)


def test_the_board_shows_who_is_served_and_who_waits_at_its_time():
    board = proto.board(LOG, at="9:12")
    assert board.serving["ticket_no"].tolist() == ["A1", "A3"]
    assert board.waiting[["ticket_no", "minutes"]].to_numpy().tolist() == [["A2", 7], ["A4", 5]]
    board.at = "09:25"
    assert board.serving["ticket_no"].tolist() == ["A2"] and board.waiting["ticket_no"].tolist() == ["A4"]
    assert "A4" in board._screen.value and "09:25" in board._screen.value
    board._slider.value = "09:00"
    assert board.at == "09:00" and board.waiting["ticket_no"].tolist() == ["A1"]
    assert board.left_out == 2 and "2 件は、出していません" in board._html()


def test_everybody_who_came_is_served_waits_or_is_gone():
    log = da.load("counter_log")
    board = proto.board(log)
    for at in ("09:00", "10:30", "12:05", "16:55"):
        board.at = at
        there = set(board.serving["ticket_no"]) | set(board.waiting["ticket_no"])
        assert len(there) == len(board.serving) + len(board.waiting)
        assert board.serving["counter"].is_unique


@pytest.mark.parametrize(
    ("change", "how", "said"),
    [
        (lambda log: log.drop(columns="called"), {}, "called"),
        (lambda log: log.head(0), {}, "一件もありません"),
        (lambda log: log, {"office": "本"}, "もしかして「本庁」"),
        (lambda log: log, {"date": "2026-04-02"}, "受付日"),
        (lambda log: log, {"at": "25:00"}, "時刻「25:00」"),
        (lambda log: log, {"at": "ひる"}, "時刻「ひる」"),
    ],
)
def test_a_board_that_cannot_be_made_says_why(change, how, said):
    with pytest.raises(DataAcademyError, match=said):
        proto.board(change(LOG), **how)


def test_a_log_without_numbers_and_counters_still_makes_a_board():
    board = proto.board(LOG.drop(columns=["ticket_no", "counter", "procedure"]), at="09:12")
    assert board.serving["ticket_no"].tolist() == ["1", "3"] and board.serving["counter"].isna().all()
