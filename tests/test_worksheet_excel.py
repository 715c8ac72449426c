"""The worksheet as a workbook: nothing lost there and back, edits taken over three ways, dirt named with its cell."""

from __future__ import annotations

import datetime
import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
import worksheets
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from dataacademy.errors import DataAcademyError
from dataacademy.worksheet.excel import export, import_, layout
from dataacademy.worksheet.excel.values import HELD, Records, Unreadable, read, show
from dataacademy.worksheet.fields import LONGEST, Field, fields_of
from dataacademy.worksheet.model import KINDS, Worksheet
from dataacademy.worksheet.records import Picture

_MODEST = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


class Book:
    """An exported workbook that a test edits as people do, by labels and ids."""

    def __init__(self, path: Path):
        self.path = path
        self.book = load_workbook(path)

    def cell(self, id: str, label: str):
        kind = id.rstrip("0123456789")
        sheet = self.book[KINDS[kind][2]]
        column = next(c.column for c in sheet[2] if c.value == label)
        row = next(r for r in range(4, sheet.max_row + 1) if sheet.cell(r, 1).value == id)
        return sheet.cell(row, column)

    def put(self, id: str, label: str, value, number_format: str | None = None) -> None:
        self.cell(id, label).value = value
        if number_format:
            self.cell(id, label).number_format = number_format

    def add(self, kind: str, *, id: str | None = None, **labelled) -> int:
        sheet = self.book[KINDS[kind][2]]
        row = next(r for r in range(4, sheet.max_row + 2) if all(sheet.cell(r, c).value is None for c in range(1, 30)))
        sheet.cell(row, 1).value = id
        for label, value in labelled.items():
            sheet.cell(row, next(c.column for c in sheet[2] if c.value == label)).value = value
        return row

    def save(self) -> Path:
        self.book.save(self.path)
        return self.path


@pytest.fixture
def small() -> Worksheet:
    return worksheets.small_flow_a()


@pytest.fixture(scope="module")
def first_export(tmp_path_factory) -> Path:
    return export(worksheets.small_flow_a(), tmp_path_factory.mktemp("excel") / "防災1班.xlsx")


@pytest.fixture
def book(first_export, tmp_path) -> Book:
    return Book(Path(shutil.copy(first_export, tmp_path)))


def exported(worksheet: Worksheet, folder: Path, *, hidden: bool = True) -> Path:
    path = folder / "班.xlsx"
    path.unlink(missing_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        if not hidden:
            patch.setattr(layout, "packed", lambda worksheet: [])
        return export(worksheet, path)


def kinds(imported) -> list[str]:
    return [note.kind for note in imported.notes]


def only(imported, kind: str):
    return next(note for note in imported.notes if note.kind == kind)


# ---- nothing lost


@_MODEST
@given(worksheet=worksheets.worksheets())
def test_there_and_back_changes_nothing(worksheet, tmp_path):
    path = exported(worksheet, tmp_path)
    again = import_(path, worksheet)
    assert again.worksheet == worksheet
    assert (again.changes, again.conflicts, again.notes) == ([], [], [])
    assert import_(path, Worksheet()).worksheet == worksheet


@_MODEST
@given(worksheet=worksheets.worksheets())
def test_the_cells_alone_hold_everything_that_a_cell_can_hold(worksheet, tmp_path):
    """Also without the hidden tab, where each value must be read from what people see."""
    found = import_(exported(worksheet, tmp_path, hidden=False), Worksheet())
    held = [note for note in found.errors if HELD in note.value or "控えのシート" in note.ja]
    assert found.errors == held
    assert found.worksheet == worksheet.model_copy(update={"removed": {}}) or held


@_MODEST
@given(data=st.data(), kind=st.sampled_from(sorted(KINDS)))
def test_every_value_reads_back_from_its_own_cell(data, kind):
    field = data.draw(st.sampled_from(fields_of(KINDS[kind][0])))
    value = data.draw(worksheets.values_of(field, {k: [f"{k}1"] for k in KINDS}))
    records = Records((f"{k}1", "あ いう\nえ") for k in KINDS)
    shown = show(field, value, records)
    if shown != HELD:
        record = KINDS[kind][0](id=f"{kind}1")
        setattr(record, field.name, read(field, shown, records))
        assert getattr(record, field.name) == value


TRAPS = (
    *("=1+1", "'x", "-5", "+81", "@A1", "1e5", "2026-04-01", "1-2", "TRUE", "007", "#N/A", "{finding1}", HELD),
    *("_x000D_", "_x0041_a", "_x005F_x000D_", "_x005F_", "<r>b</r>", "<b>&amp;</b>", '"引用"', "髙﨑", "𠮷", '["a"]'),
    *("か\u3099", " 前後 ", "　", " ", "\n", "\n前\n\n後\n", "\tタブ\t", "👨‍👩‍👧‍👦", "\u2028", "\x85", "\ufeff"),
    *("あ" * LONGEST, "😀" * (LONGEST // 2), "_x000D_" * (LONGEST // 7), "行\n" * 9000),
)  # fmt: skip


def test_a_text_stays_what_it_is_in_every_kind_of_field(tmp_path):
    sheet = Worksheet()
    sheet.team.name, sheet.team.question, sheet.team.members = TRAPS[0], TRAPS[-1], list(TRAPS)
    for text in TRAPS:
        sheet.add("goal", text=text, viewpoint=text)
        sheet.add("problem", text=f"問題 {text[:9]}", goal=text)
        sheet.add("data", text=text, hypotheses=[text, "hypothesis1"])
        sheet.add("prototype", cases=[text, "山田"])
        sheet.add(
            "finding", text=text, function=text, values={"名": text}, left_out=[text], picture=Picture(title=text)
        )
    path = exported(sheet, tmp_path)
    assert import_(path, sheet).changes == []
    assert import_(path, Worksheet()).worksheet == sheet


def test_only_what_no_cell_can_hold_needs_the_hidden_tab(tmp_path):
    sheet = Worksheet()
    for text in TRAPS:
        sheet.add("goal", text=text, viewpoint=text)
    goals = import_(exported(sheet, tmp_path, hidden=False), Worksheet()).worksheet.goals
    lost = [text for text, goal in zip(TRAPS, goals, strict=True) if (goal.text, goal.viewpoint) != (text, text)]
    assert lost == [HELD, "_x005F_x000D_", "<r>b</r>", "行\n" * 9000]


def test_a_number_keeps_every_digit_in_the_file_itself(tmp_path):
    numbers = [0, 7, -3, 0.1 + 0.2, 1 / 3, 123456789.12345679, 1e-300, 1.5e300, 2**53 - 1, 12345678901234.567]
    sheet = Worksheet()
    for number in numbers:
        sheet.add("effect", text="e", how_many=number)
        sheet.add("design", text="d", classes=[number, 1])
    found = import_(exported(sheet, tmp_path, hidden=False), Worksheet()).worksheet
    assert found == sheet
    assert [type(effect.how_many) for effect in found.effects] == list(map(type, numbers))


def test_a_date_stays_the_same_day_also_where_excel_counts_wrong(tmp_path):
    sheet = Worksheet()
    for day in ("1868-10-23", "1899-12-31", "1900-01-01", "1900-02-28", "1900-03-01", "2026-04-01", "9999-12-31"):
        sheet.add("data", text="表", due=datetime.date.fromisoformat(day))
    assert import_(exported(sheet, tmp_path, hidden=False), Worksheet()).worksheet == sheet


def test_odd_links_survive_without_the_hidden_tab(tmp_path):
    sheet = Worksheet()
    sheet.add("goal", text="高齢者が歩いて着ける")
    for link in ("goal1", "goal7", "未定", "issue1", "goal1 ", "[", "あ\nい"):
        sheet.add("problem", text=link, goal=link)
    for links in (["hypothesis1", "hypothesis1"], [""], ["hypothesis2", "未定"]):
        sheet.add("data", text="d", hypotheses=links)
    assert import_(exported(sheet, tmp_path, hidden=False), Worksheet()).worksheet == sheet


def test_an_empty_cell_is_not_the_default_of_a_record_that_has_an_id(tmp_path):
    sheet = Worksheet()
    sheet.add("indicator", text="割合", per=None)
    path = exported(sheet, tmp_path)
    edited = Book(path)
    edited.add("indicator", 指標の名前="率")
    found = import_(edited.save(), sheet).worksheet
    assert [indicator.per for indicator in found.indicators] == [None, 100]


def test_two_thousand_records_go_out_and_come_in_well_within_a_second_and_a_half_each(tmp_path):
    import time

    sheet = worksheets.full_worksheet()
    export(worksheets.small_flow_a(), tmp_path / "warm.xlsx")  # the libraries are loaded
    begun = time.process_time()
    path = export(sheet, tmp_path / "班.xlsx")
    written = time.process_time()
    found = import_(path, sheet)
    assert (found.changes, found.notes) == ([], [])
    read_back = time.process_time()
    assert written - begun < 1.5
    assert read_back - written < 1.5


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed here")
def test_a_workbook_saved_by_libreoffice_is_still_the_same(small, tmp_path):
    for text in [
        "=1+1",
        "'x",
        "1e5",
        "2026-04-01",
        " 前後 ",
        "一\n\n二\n",
        "_x000D_",
        "髙﨑",
        "か\u3099",
        "😀" * 99,
        "TRUE",
    ]:
        small.add("goal", text=text, viewpoint=text, plan=text)
    small.add("effect", text="数", how_many=0.1 + 0.2, by=datetime.date(1899, 1, 1))
    small.add("effect", text="大きな数", how_many=2**53 - 1, by=datetime.date(1900, 3, 1))
    small.add("crud", text="氏名", create=True, read=True)
    path = export(small, tmp_path / "班.xlsx")
    subprocess.run(
        [
            *("soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"),
            *("--convert-to", "xlsx", "--outdir", str(tmp_path / "saved"), str(path)),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    saved = tmp_path / "saved" / "班.xlsx"
    assert saved.read_bytes() != path.read_bytes()
    found = import_(saved, small)
    assert found.worksheet == small
    assert (found.changes, found.conflicts, found.notes) == ([], [], [])
    assert import_(saved, Worksheet()).worksheet == small


# ---- what people see


def test_only_ids_headings_and_findings_are_locked(book):
    assert all(sheet.protection.sheet and not sheet.protection.password for sheet in book.book)
    assert book.cell("goal1", "番号").protection.locked
    assert not book.cell("goal1", "目標").protection.locked
    assert book.cell("finding1", "分かった数").protection.locked
    goals = book.book["目標"]
    assert goals["A5"].protection.locked  # the id of a new record comes by itself
    assert not goals["B5"].protection.locked
    assert not goals.column_dimensions["B"].protection.locked  # below the prepared rows too


def test_every_tab_prints_on_a4_landscape_with_its_headings_and_page_numbers(book):
    for sheet in book.book.worksheets[:-1]:
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert "&P" in sheet.oddFooter.center.text
    assert all(sheet.print_title_rows == "$2:$3" for sheet in book.book.worksheets[1:-1])


def test_rows_have_a_height_for_their_text_and_still_grow(small, tmp_path):
    small.goals[0].text = "高齢者が歩いて避難所に着ける。" * 10
    path = export(small, tmp_path / "班.xlsx")
    sheet = load_workbook(path)["目標"]
    assert sheet.row_dimensions[4].height > 100
    with zipfile.ZipFile(path) as package:
        assert b"customHeight" not in b"".join(
            package.read(name) for name in package.namelist() if "worksheets/sheet" in name
        )


def test_choices_and_links_have_a_list_to_choose_from(book):
    designs = {str(rule.sqref).split(":")[0]: rule for rule in book.book["分析設計書"].data_validations.dataValidation}
    kind = book.cell("design1", "図の種類").coordinate
    assert "折れ線グラフ" in designs[kind].formula1
    link = designs[book.cell("design1", "どの仮説の").coordinate]
    assert layout.HIDDEN in link.formula1
    assert not link.showErrorMessage  # the sentence of a new record may be typed
    hidden = book.book[layout.HIDDEN]
    assert hidden.sheet_state == "veryHidden"
    assert "goal1　高齢者が、歩いて避難所に着ける。" in [cell.value for row in hidden for cell in row]


def test_flow_a_leaves_out_the_tabs_of_flow_b_unless_they_are_filled(small, tmp_path):
    assert "業務フロー" not in load_workbook(exported(small, tmp_path)).sheetnames
    small.add("process", text="受付")
    assert "業務フロー" in load_workbook(exported(small, tmp_path)).sheetnames
    small.remove("process1")
    small.team.flow = "B"
    names = load_workbook(exported(small, tmp_path)).sheetnames
    assert names == ["表紙", *(name for _, _, name in KINDS.values()), layout.HIDDEN]


# ---- edits


def test_only_the_edited_cell_changes(book, small):
    book.put("goal1", "目標", "高齢者が、雨の日も歩いて着ける。")
    found = import_(book.save(), small)
    expected = small.model_copy(deep=True)
    expected.goals[0].text = "高齢者が、雨の日も歩いて着ける。"
    assert found.worksheet == expected
    (change,) = found.changes
    assert (change.sheet, change.cell, change.label) == ("目標", "B4", "目標")
    assert "高齢者が、歩いて避難所に着ける。 → 高齢者が、雨の日も" in str(change)
    assert small == worksheets.small_flow_a()  # the one given stays


def test_a_cell_edited_on_both_sides_is_a_conflict_and_the_rest_is_taken_over(book, small):
    book.put("goal1", "目標", "Excel の目標")
    book.put("goal1", "だれから見た目標か", "事業者")
    small.goals[0].text = "先に直した目標"
    small.goals[0].plan = "総合計画"
    found = import_(book.save(), small)
    goal = found.worksheet.goals[0]
    assert (goal.text, goal.viewpoint, goal.plan) == ("先に直した目標", "事業者", "総合計画")
    (conflict,) = found.conflicts
    assert (conflict.sheet, conflict.cell, conflict.label) == ("目標", "B4", "目標")
    values = ("高齢者が、歩いて避難所に着ける。", "先に直した目標", "Excel の目標")
    assert (conflict.base, conflict.theirs, conflict.mine) == values
    assert all(value in str(conflict) for value in ("シート「目標」 B4", *values))


def test_the_same_edit_on_both_sides_is_no_conflict(book, small):
    book.put("goal1", "目標", "同じ目標")
    small.goals[0].text = "同じ目標"
    found = import_(book.save(), small)
    assert (found.worksheet, found.changes, found.conflicts) == (small, [], [])


def test_what_was_changed_in_the_worksheet_only_stays(book, small):
    small.goals[0].text = "あとで直した目標"
    small.add("goal", text="あとで加えた目標")
    small.remove("cost1")
    found = import_(book.save(), small)
    assert (found.worksheet, found.changes, found.conflicts) == (small, [], [])


def test_a_new_row_gets_the_next_id_that_nobody_has(book, small):
    small.add("goal", text="別の人が先に加えた目標")
    book.add("goal", 目標="新しい目標", だれから見た目標か="職員")
    found = import_(book.save(), small)
    assert [(goal.id, goal.text) for goal in found.worksheet.goals][1:] == [
        ("goal2", "別の人が先に加えた目標"),
        ("goal3", "新しい目標"),
    ]
    (change,) = found.changes
    assert (change.kind, change.id, change.sheet, change.cell) == ("added", "goal3", "目標", "A5")


def test_links_are_read_from_the_list_from_ids_and_from_the_text_of_a_new_row(book, small):
    book.add("goal", 目標="新しい目標です")
    for typed in ("goal1　高齢者が、歩いて避難所に着ける。", "ｇｏａｌ１", "新しい目標です", "新しい目標…", "Goal 1"):
        book.add("problem", 問題=typed, どの目標の=typed)
    found = import_(book.save(), small)
    goals = [problem.goal for problem in found.worksheet.problems][1:]
    assert goals[:4] == ["goal1", "goal1", "goal2", "goal2"]
    assert goals[4] == ""
    assert only(found, "bad_cell").cells == "C9"


def test_many_links_are_read_one_a_line_or_side_by_side(book, small):
    small.add("fact", text="第二の事実")
    book = Book(exported(small, book.path.parent))
    for typed in ("fact1\nfact2", "fact1、ｆａｃｔ２", "fact1 fact2", "fact1　75歳以上\n第二の事実"):
        book.put("measure1", "支える事実", typed)
        assert import_(book.save(), small).worksheet.measures[0].facts == ["fact1", "fact2"], typed


@pytest.mark.parametrize("typed", ["新しい目票です", "problem1", "[["])
def test_a_link_to_nothing_is_told_with_its_cell_and_a_guess(book, small, typed):
    book.put("problem1", "どの目標の", typed)
    book.add("goal", 目標="新しい目標です")
    found = import_(book.save(), small)
    assert found.worksheet.problems == small.problems
    note = only(found, "bad_cell")
    assert (note.sheet, note.cells, note.column, note.level) == ("問題", "C4", "どの目標の", "error")
    if typed.startswith("新"):
        assert "もしかして goal2「新しい目標です」" in note.ja


def test_a_link_to_an_id_that_is_not_there_is_kept_and_told(book, small):
    book.put("problem1", "どの目標の", "goal9")
    found = import_(book.save(), small)
    assert found.worksheet.problems[0].goal == "goal9"
    assert "goal9 の記録はありません" in only(found, "guess").ja


def test_a_row_that_was_emptied_or_deleted_is_taken_out_and_told(book, small):
    for cell in book.book["費用"][4][1:]:
        cell.value = None
    book.book["目標"].delete_rows(4)
    found = import_(book.save(), small)
    assert (found.worksheet.goals, found.worksheet.costs) == ([], [])
    assert [(change.kind, change.id) for change in found.changes] == [("removed", "goal1"), ("removed", "cost1")]


def test_a_record_taken_out_in_excel_but_changed_meanwhile_stays(book, small):
    book.book["目標"].delete_rows(4)
    small.goals[0].plan = "新しい計画"
    found = import_(book.save(), small)
    assert found.worksheet == small
    (conflict,) = found.conflicts
    assert (conflict.id, conflict.field, conflict.sheet) == ("goal1", "", "目標")


def test_rows_in_another_order_are_another_order(book, small):
    small.add("goal", text="二つめ")
    book = Book(exported(small, book.path.parent))
    sheet = book.book["目標"]
    for column in range(1, 5):
        first, second = sheet.cell(4, column), sheet.cell(5, column)
        first.value, second.value = second.value, first.value
    found = import_(book.save(), small)
    assert [goal.id for goal in found.worksheet.goals] == ["goal2", "goal1"]
    assert [change.kind for change in found.changes] == ["moved"]


def test_findings_are_never_changed_by_the_workbook(book, small):
    book.put("finding1", "数", 99)
    book.put("finding1", "名前の付いた数", "{}")
    book.book["発見"].delete_rows(5)
    book.add("finding", 分かった数="手で書いた発見")
    found = import_(book.save(), small)
    assert (found.worksheet, found.changes) == (small, [])
    note = only(found, "read_only")
    assert note.sheet == "発見"
    assert book.cell("finding1", "数").coordinate in note.cells


def test_findings_come_whole_into_another_folder(book, small):
    assert import_(book.path, Worksheet()).worksheet.findings == small.findings
    del book.book[layout.HIDDEN]
    assert import_(book.save(), Worksheet()).worksheet.findings == small.findings


def test_the_cover_is_read_like_the_rest(book, small):
    cover = book.book["表紙"]
    rows = {cover.cell(row, 1).value: row for row in range(1, 12)}
    cover.cell(rows["班の人"], 2).value = "髙﨑\n山田\n佐藤"
    cover.cell(rows["流れ"], 2).value = "Ｂ"
    cover.cell(rows["始めた日"], 2).value = "令和8年5月12日"
    found = import_(book.save(), small).worksheet.team
    assert (found.members, found.flow, found.started) == (["髙﨑", "山田", "佐藤"], "B", datetime.date(2026, 5, 12))


# ---- as people type


TYPED = [
    ("effect", "どれだけ", "how_many", "１，２００", 1200),
    ("effect", "どれだけ", "how_many", "1,200.5", 1200.5),
    ("effect", "どれだけ", "how_many", 1200.0, 1200),
    ("effect", "どれだけ", "how_many", " ", None),
    ("effect", "いつまでに", "by", "令和１０年４月１日", datetime.date(2028, 4, 1)),
    ("effect", "いつまでに", "by", "R10.4.1", datetime.date(2028, 4, 1)),
    ("effect", "いつまでに", "by", "2028/4/1", datetime.date(2028, 4, 1)),
    ("effect", "いつまでに", "by", datetime.datetime(2028, 4, 1), datetime.date(2028, 4, 1)),
    ("effect", "いつまでに", "by", 46844, datetime.date(2028, 4, 1)),
    ("design", "図の種類", "kind", "地図(色分け)", "地図（色分け）"),
    ("design", "図の種類", "kind", " 散布図 ", "散布図"),
    ("design", "区切り", "classes", "１０、２０\n30.5", [10, 20, 30.5]),
    ("design", "区切り", "classes", 5, [5]),
    ("hypothesis", "かけ合わせる数", "crossed", "高齢化率\n\n 坂 ", ["高齢化率", "坂"]),
    ("data", "更新の頻度", "frequency", datetime.datetime(2026, 4, 1), "2026-04-01"),
    ("data", "更新の頻度", "frequency", 12, "12"),
    ("data", "更新の頻度", "frequency", True, "TRUE"),
    ("goal", "だれから見た目標か", "viewpoint", "一行目\r\n二行目", "一行目\n二行目"),
    *(("crud", "作る", "create", mark, True) for mark in ("○", "〇", "◯", "o", "はい", True, 1)),
    *(("crud", "作る", "create", mark, False) for mark in ("×", "いいえ", False, 0)),
]


def test_cells_are_read_as_people_type(tmp_path):
    sheet = Worksheet()
    ids = [sheet.add(kind, text=f"{kind} の記録").id for kind, *_ in TYPED]
    book = Book(exported(sheet, tmp_path))
    for id, (_, label, _, typed, _) in zip(ids, TYPED, strict=True):
        book.put(id, label, typed, "yyyy/m/d" if isinstance(typed, datetime.datetime) else "General")
    found = import_(book.save(), sheet)
    assert found.errors == []
    read_as = [getattr(found.worksheet.get(id), name) for id, (_, _, name, _, _) in zip(ids, TYPED, strict=True)]
    assert read_as == [value for *_, value in TYPED]
    told = [note.value or note.ja for note in found.notes if note.kind == "guess"]
    assert len(told) == 4  # a date, a number and TRUE among texts, a number among dates


WRONG = [
    ("effect", "どれだけ", "約1200人", "数を入れてください"),
    ("effect", "どれだけ", datetime.datetime(2026, 4, 1), "日付"),
    ("effect", "どれだけ", "9" * 20, "大きすぎます"),
    ("effect", "いつまでに", "来年の春", "日付として読めません"),
    ("effect", "いつまでに", "令和8年4月", "日付として読めません"),
    ("effect", "いつまでに", "2026-02-30", "日付として読めません"),
    ("effect", "いつまでに", datetime.datetime(2026, 4, 1, 9, 30), "時刻"),
    ("design", "図の種類", "棒グラ", "もしかして「棒グラフ」"),
    ("design", "区切り", "100,200", "一つの数か二つの数か"),
    ("design", "区切り", "10\nたくさん", "「たくさん」は数ではありません"),
    ("verdict", "どの仮説の", "hypothesis1\nhypothesis2", "一つだけ"),
    ("crud", "作る", "たぶん", "○か、空のまま"),
]


def test_a_cell_that_cannot_be_read_is_named_and_keeps_its_value(tmp_path):
    sheet = Worksheet()
    ids = [sheet.add(kind, text=f"{kind} の記録").id for kind, *_ in WRONG]
    for effect in sheet.effects:
        effect.how_many, effect.by = 3, datetime.date(2026, 4, 1)
    book = Book(exported(sheet, tmp_path))
    wanted = []
    for id, (_, label, typed, _) in zip(ids, WRONG, strict=True):
        book.put(id, label, typed, "yyyy/m/d" if isinstance(typed, datetime.datetime) else "General")
        wanted.append((book.cell(id, label).parent.title, book.cell(id, label).coordinate, label, "班.xlsx"))
    book.add("goal", 目標="ほかの欄は取り込む")
    found = import_(book.save(), sheet)
    sheet.add("goal", text="ほかの欄は取り込む")
    assert found.worksheet == sheet
    told = {(note.sheet, note.cells, note.column, note.file): note for note in found.errors}
    assert set(told) == set(wanted)
    for place, (*_, says) in zip(wanted, WRONG, strict=True):
        assert says in told[place].ja
        assert told[place].fix


def test_every_problem_is_told_at_once(book, small):
    book.put("effect1", "どれだけ", "たくさん")
    book.put("effect1", "いつまでに", "いつか")
    book.put("problem1", "どの目標の", "そのうち")
    book.put("cost1", "金額・時間", "=1/0")
    found = import_(book.save(), small)
    assert sorted(note.kind for note in found.errors) == ["bad_cell", "bad_cell", "bad_cell", "formula_no_value"]
    assert found.worksheet == small
    assert all(note.sheet and note.cells for note in found.errors)


# ---- what people do to workbooks


def test_cells_merged_downwards_count_for_every_row_and_those_sideways_hide_nothing(book, small):
    sheet = book.book["問題"]
    row = book.add("problem", 問題="二つめの問題")
    sheet.merge_cells(f"C4:C{row}")
    sheet.merge_cells("D4:E4")
    found = import_(book.save(), small)
    assert [problem.goal for problem in found.worksheet.problems] == ["goal1", "goal1"]
    assert found.worksheet.problems[0].desired == "1割より少ない"
    notes = [note for note in found.notes if note.kind == "merged"]
    assert [(note.sheet, note.cells) for note in notes] == [("問題", "C4:C5"), ("問題", "D4:E4")]


def test_a_record_merged_over_two_rows_stays_one(book, small):
    sheet = book.book["目標"]
    for letter in "ABCD":
        sheet.merge_cells(f"{letter}4:{letter}5")
    found = import_(book.save(), small)
    assert found.worksheet == small


def test_a_missing_id_is_known_by_its_sentence_and_a_strange_one_is_new(book, small):
    book.cell("goal1", "番号").value = None
    book.add("goal", id="①", 目標="丸の一つめ")
    book.add("goal", id="fact1", 目標="別の種類の番号")
    found = import_(book.save(), small)
    assert [(goal.id, goal.text) for goal in found.worksheet.goals] == [
        ("goal1", small.goals[0].text),
        ("goal2", "丸の一つめ"),
        ("goal3", "別の種類の番号"),
    ]
    assert only(found, "missing_id").cells == "A4"
    assert [note.cells for note in found.notes if note.kind == "bad_id"] == ["A5", "A6"]


def test_a_copied_row_becomes_a_new_record_and_the_original_keeps_its_id(book, small):
    sheet = book.book["目標"]
    for column in range(1, 5):
        sheet.cell(5, column).value = sheet.cell(4, column).value
    sheet.cell(4, 2).value = "写してから上の行を直した目標"
    found = import_(book.save(), small)
    assert {goal.id: goal.text for goal in found.worksheet.goals} == {
        "goal1": small.goals[0].text,
        "goal2": "写してから上の行を直した目標",
    }
    assert only(found, "duplicate_id").cells == "A4"


def test_a_deleted_tab_takes_out_nothing(book, small):
    del book.book["事実"]
    book.put("goal1", "目標", "直した目標")
    found = import_(book.save(), small)
    assert found.worksheet.facts == small.facts
    assert found.worksheet.goals[0].text == "直した目標"
    assert only(found, "missing_tab").sheet == "事実"


def test_a_renamed_tab_is_found_by_its_headings(book, small):
    book.book["事実"].title = "わかったこと"
    book.book["わかったこと"].cell(4, 2).value = "直した事実"
    found = import_(book.save(), small)
    assert found.worksheet.facts[0].text == "直した事実"
    note = only(found, "renamed_tab")
    assert note.sheet == "わかったこと"
    assert "「事実」" in note.ja


def test_moved_tabs_and_columns_are_read_by_their_names(book, small):
    book.book.move_sheet("指標", -8)
    sheet = book.book["効果"]
    sheet.move_range(f"D2:D{sheet.max_row}", cols=20)
    sheet.move_range(f"B2:B{sheet.max_row}", cols=20)
    found = import_(book.save(), small)
    assert (found.worksheet, found.changes, found.errors) == (small, [], [])


def test_a_renamed_heading_is_guessed_and_a_column_of_ones_own_is_told(book, small):
    sheet = book.book["問題"]
    sheet["B2"], sheet["D2"], sheet["F2"], sheet["F4"] = "問 題", "いまの姿（現状）", "メモ", "あとで確かめる"
    sheet["B1"] = "ここに書いたこと"
    sheet["D4"] = "4割が圏外"
    found = import_(book.save(), small)
    assert found.worksheet.problems[0].present == "4割が圏外"
    assert only(found, "renamed_heading").cells == "D2"
    strays = [note for note in found.notes if note.kind == "extra_cells"]
    assert [(note.sheet, note.cells) for note in strays] == [("問題", "B1"), ("問題", "F4")]
    assert "「メモ」" in strays[1].ja


def test_a_deleted_column_keeps_its_values_and_a_deleted_heading_the_whole_tab(book, small):
    book.book["目標"].delete_cols(3)
    book.book["課題"].delete_rows(2)
    book.book["施策"].delete_cols(1)
    found = import_(book.save(), small)
    assert found.worksheet == small
    assert "「だれから見た目標か」" in only(found, "missing_column").ja
    assert only(found, "no_headings").sheet == "課題"
    assert only(found, "no_ids").sheet == "施策"


def test_an_own_tab_and_comments_are_told_not_lost_silently(book, small):
    from openpyxl.comments import Comment

    book.book.create_sheet("話し合いのメモ")["A1"] = "次回まで"
    book.cell("goal1", "目標").comment = Comment("要確認", "係長")
    found = import_(book.save(), small)
    assert found.worksheet == small
    assert only(found, "extra_tab").sheet == "話し合いのメモ"
    assert "extra_comments" in kinds(found)


def test_a_formula_counts_by_the_value_that_excel_stored(small, tmp_path):
    path = export(small, tmp_path / "班.xlsx")
    cell = Book(path).cell("effect1", "どれだけ").coordinate.encode()
    content = {}
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            content[name] = package.read(name)
    name = next(n for n in content if "worksheets/sheet" in n and b"<v>1200</v>" in content[n])
    content[name] = content[name].replace(b"<v>1200</v>", b"<f>600*3</f><v>1800</v>")
    assert cell in content[name]
    with zipfile.ZipFile(path, "w") as package:
        for part, data in content.items():
            package.writestr(part, data)
    assert import_(path, small).worksheet.effects[0].how_many == 1800


def test_without_the_hidden_tab_nothing_is_overwritten(book, small):
    del book.book[layout.HIDDEN]
    book.put("goal1", "目標", "直した目標")
    book.put("cost1", "何年分", 3)
    book.put("finding1", "数", 99)
    book.book["問題"].delete_rows(4)
    book.add("goal", 目標="新しい目標")
    found = import_(book.save(), small)
    expected = small.model_copy(deep=True)
    expected.costs[0].years = 3
    expected.add("goal", text="新しい目標")
    assert found.worksheet == expected
    (conflict,) = found.conflicts
    assert (conflict.cell, conflict.theirs, conflict.mine) == ("B4", small.goals[0].text, "直した目標")
    assert "no_base" in kinds(found)


def test_a_damaged_hidden_tab_is_noticed(book, small):
    book.book[layout.HIDDEN]["A3"].value = book.book[layout.HIDDEN]["A3"].value[:-9]
    assert "no_base" in kinds(import_(book.save(), small))


def test_a_workbook_of_a_newer_course_is_refused(book, small):
    book.book[layout.HIDDEN]["A2"].value = "version 99"
    with pytest.raises(DataAcademyError, match="版 99"):
        import_(book.save(), small)


def test_a_workbook_of_another_team_is_told(book, small):
    small.team.name = "福祉2班"
    assert "「防災1班」から書き出した" in only(import_(book.path, small), "other_team").ja


def test_a_sheet_made_by_hand_without_anything_of_ours_is_read(tmp_path):
    own = Workbook()
    own.active.title = "目標"
    own.active.append(["番号", "目標", "だれから見た目標か"])
    own.active.append([None, "歩いて着ける", "住民"])
    own.active.append(["２", "車で着ける", "事業者"])
    own.save(tmp_path / "手作り.xlsx")
    found = import_(tmp_path / "手作り.xlsx", Worksheet())
    assert [(goal.id, goal.text) for goal in found.worksheet.goals] == [
        ("goal1", "歩いて着ける"),
        ("goal2", "車で着ける"),
    ]
    assert "missing_tab" in kinds(found)


# ---- files


@pytest.mark.parametrize(
    ("content", "kind", "says"),
    [
        ("番号,目標\n1,a\n".encode("cp932"), "not_xlsx", "CSV"),
        (b"\xef\xbb\xbf<html><table></table></html>", "not_xlsx", "ウェブページ"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "not_xlsx", "古い形式"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "protected", "パスワード"),
        (b"%PDF-1.7\n", "not_xlsx", "PDF"),
        (b"", "empty_file", "空"),
        ("docx", "not_xlsx", "Word"),
        ("ods", "not_xlsx", "LibreOffice"),
        ("cut", "not_xlsx", "壊れた"),
    ],
    ids=["csv", "html", "xls", "encrypted", "pdf", "empty", "docx", "ods", "cut"],
)
def test_a_file_that_is_no_xlsx_is_told_what_it_is(content, kind, says, small, tmp_path):
    path = tmp_path / "班.xlsx"
    if content == "cut":
        content = exported(small, tmp_path).read_bytes()[:3000]
    elif isinstance(content, str):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as package:
            package.writestr({"docx": "word/document.xml", "ods": "content.xml"}[content], "<x/>")
        content = stream.getvalue()
    path.write_bytes(content)
    with pytest.raises(DataAcademyError, match=says) as told:
        import_(path, small)
    assert told.value.note.kind == kind
    assert told.value.note.file == "班.xlsx"


def test_a_workbook_that_is_no_worksheet_is_told(small, tmp_path):
    own = Workbook()
    own.active.append(["品目", "数"])
    own.save(tmp_path / "備品.xlsx")
    with pytest.raises(DataAcademyError, match="ワークシートの Excel ではありません（シート：Sheet）"):
        import_(tmp_path / "備品.xlsx", small)


@pytest.mark.parametrize("mark", ["~$防災1班.xlsx", ".~lock.防災1班.xlsx#"])
def test_a_workbook_open_elsewhere_is_read_with_a_warning_and_not_written_over(book, small, mark):
    (book.path.parent / mark).write_text("係長")
    assert only(import_(book.path, small), "open_elsewhere").level == "warning"
    before = book.path.read_bytes()
    with pytest.raises(DataAcademyError, match="開いたまま"):
        export(small, book.path)
    assert book.path.read_bytes() == before


def test_a_workbook_that_windows_holds_gets_a_message(book, small, monkeypatch):
    def held(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", held)
    with pytest.raises(DataAcademyError, match="ほかのプログラム（Excelなど）が使っている") as told:
        import_(book.path, small)
    assert told.value.note.kind == "cannot_read"


def test_export_never_takes_what_somebody_typed(book, small):
    export(small, book.path)  # nothing typed: it may be written anew
    book.put("goal1", "目標", "取り込んでいない目標")
    before = book.save().read_bytes()
    with pytest.raises(DataAcademyError, match="取り込んでいない書き込みが 1 件"):
        export(small, book.path)
    assert book.path.read_bytes() == before
    export(import_(book.path, small).worksheet, book.path)
    assert Book(book.path).cell("goal1", "目標").value == "取り込んでいない目標"


def test_export_leaves_other_files_alone(small, tmp_path):
    path = tmp_path / "班.xlsx"
    path.write_bytes(b"a,b\n")
    with pytest.raises(DataAcademyError, match="別のファイル"):
        export(small, path)
    with pytest.raises(DataAcademyError, match="班.xlsx とします"):
        export(small, tmp_path / "班.xls")
    assert path.read_bytes() == b"a,b\n"


def test_reading_leaves_the_workbook_as_it_is(book, small):
    before = book.path.read_bytes()
    import_(book.path, small)
    assert book.path.read_bytes() == before


def test_what_cannot_be_read_says_how_to_mend_it():
    number = Field("n", "number", "数", "")
    with pytest.raises(Unreadable) as told:
        read(number, "たくさん", Records([]))
    assert told.value.fix


def test_the_summary_for_people_lists_changes_conflicts_and_notes(book, small):
    book.put("goal1", "目標", "直した目標")
    book.put("goal1", "だれから見た目標か", "職員")
    book.put("effect1", "どれだけ", "たくさん")
    small.goals[0].text = "先に直した目標"
    told = str(import_(book.save(), small))
    assert told.startswith("変わったところ 1 件、食い違い 1 件、読めないところ 1 件")
    for part in (
        "シート「目標」 C4：goal1「だれから見た目標か」　住民 → 職員",
        "ワークシートのままにしました",
        "セル E4",
    ):
        assert part in told
