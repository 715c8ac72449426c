"""Workbooks: merged headings, sheets, dates, numbers as text, old and broken files."""

import datetime as dt

import openpyxl
import pytest
from books import write_book
from oldexcel import compound, xls

from dataacademy.errors import DataAcademyError
from dataacademy.tables import read, read_excel, sheets


@pytest.fixture
def book(tmp_path):
    """Write rows from A1 into a workbook, merge ranges, and read it."""

    def book(rows, *merges, **options):
        return read(write_book(tmp_path / "表.xlsx", rows, *merges), **options)

    return book


def the(reading, kind):
    (note,) = [note for note in reading.notes if note.kind == kind]
    return note


def test_a_printed_table_becomes_a_plain_one(book):
    reading = book(
        [
            ["令和5年　年齢別人口", "", "", "", "", ""],
            ["", "", "", "", "", "（単位：人）"],
            ["地区", "人口", "", "", "", "世帯数"],
            ["", "総数", "男", "", "女", ""],
            ["", "", "計", "65歳以上", "計", ""],
            ["北町", 10, 4, 1, 6, 5],
            ["南町", "１，２００", "600", 200, 600, "△3"],
            ["", "", "", "", "", ""],
            ["計", 1210, 604, 201, 606, 2],
            ["※　年齢不詳を含む。", "", "", "", "", ""],
        ],
        "A1:F1", "A3:A5", "B3:E3", "F3:F5", "B4:B5", "C4:D4",
    )  # fmt: skip
    assert list(reading.data) == ["地区", "人口_総数", "人口_男_計", "人口_男_65歳以上", "人口_女_計", "世帯数"]
    assert reading.data.iloc[:, 1:].to_numpy().tolist() == [[10, 4, 1, 6, 5], [1200, 600, 200, 600, -3]]
    assert reading.rows.tolist() == [6, 7]
    told = [(n.kind, n.row) for n in reading.notes if n.kind.endswith("_row")]
    assert told == [("title_row", 1), ("title_row", 2), ("total_row", 9), ("note_row", 10), ("blank_row", 8)]
    assert the(reading, "text_numbers").ja.count("「") == 3  # 総数, 男, 世帯数
    assert the(reading, "heading").level == "info" and reading.sheet == "Sheet"


def test_a_blank_heading_that_is_not_merged_is_not_filled_beside_merged_ones(book):
    reading = book(
        [["地区", "人口", "", "", ""], ["", "男", "女", "世帯", "備考"], ["北町", 1, 2, 3, "x"]], "A1:A2", "B1:C1"
    )
    assert list(reading.data) == ["地区", "人口_男", "人口_女", "世帯", "備考"]


def test_merged_groups_over_texts_without_any_number(book):
    reading = book([["名称", "位置", "", "連絡先"], ["", "町", "番地", ""], ["公民館", "本町", "イ", "北課"]], "B1:C1")
    assert list(reading.data) == ["名称", "位置_町", "位置_番地", "連絡先"]


def test_a_title_merged_over_part_of_the_table_is_no_heading(book):
    reading = book([["避難所一覧", "", "", ""], ["NO", "名称", "住所", "数"], [1, "北", "本町", 3]], "A1:C1")
    assert list(reading.data) == ["NO", "名称", "住所", "数"] and the(reading, "title_row").value == "避難所一覧"


def test_groups_that_begin_at_the_first_column(book):
    reading = book([["基本", "", "位置", ""], ["NO", "名称", "緯度", "経度"], [1, "北", 34.8, 138.3]], "A1:B1", "C1:D1")
    assert list(reading.data) == ["基本_NO", "基本_名称", "位置_緯度", "位置_経度"]


def test_merged_labels_are_copied_down_but_merged_numbers_are_not(book):
    reading = book(
        [["地区", "性別", "人口", "世帯"], ["北町", "男", 1, 9], ["", "女", 2, ""], ["南町", "男", 3, 4]],
        "A2:A3",
        "D2:D3",
    )
    assert reading.data["地区"].tolist() == ["北町", "北町", "南町"]
    assert reading.data["世帯"].isna().tolist() == [False, True, False]
    assert the(reading, "merged_number").row == 2 and the(reading, "merged_filled")


def test_a_label_merged_over_blank_rows_makes_no_rows(book):
    reading = book([["地区", "性別", "人口"], ["北町", "男", 1], ["", "", ""], ["", "女", 2]], "A2:A4")
    assert reading.data["地区"].tolist() == ["北町", "北町"] and reading.rows.tolist() == [2, 4]


def test_blank_cells_that_are_not_merged_stay_blank(book):
    reading = book([["地区", "性別", "人口"], ["北町", "男", 1], ["", "女", 2]])
    assert reading.data["地区"].isna().tolist() == [False, True]


def test_a_table_that_does_not_begin_in_a1(book):
    reading = book([["", "", "", ""], ["", "", "", ""], ["", "名称", "数", ""], ["", "北", 1, ""]])
    assert list(reading.data) == ["名称", "数"] and reading.rows.tolist() == [4]
    assert "1列目" in the(reading, "blank_column").ja


def test_cells_become_what_they_show(book):
    reading = book(
        [
            ["市区町村コード", "日付", "時刻", "日時", "可否", "率", "数"],
            [372013, dt.date(2026, 2, 1), dt.time(8, 30), dt.datetime(2026, 2, 1, 8, 30), True, 0.125, 3.0],
            [13101, dt.date(2026, 3, 1), dt.time(17, 0), dt.datetime(2026, 2, 1), False, 0.1, 4.0],
        ]
    )
    assert reading.data.to_dict("list") == {
        "市区町村コード": ["372013", "13101"],
        "日付": ["2026-02-01", "2026-03-01"],
        "時刻": ["08:30", "17:00"],
        "日時": ["2026-02-01 08:30:00", "2026-02-01"],
        "可否": ["TRUE", "FALSE"],
        "率": [0.125, 0.1],
        "数": [3, 4],
    }


def test_dates_in_headings_are_text(book):
    assert list(book([["地区", dt.date(2026, 2, 1), 2019.0], ["北", 1, 2]]).data) == ["地区", "2026-02-01", "2019"]


def test_error_cells_are_told(book):
    reading = book([["名称", "数"], ["北", 1], ["南", "#N/A"]])
    assert reading.data["数"].isna().tolist() == [False, True]
    note = the(reading, "error_cells")
    assert note.level == "warning" and note.row == 3 and "B3" in note.ja


def test_the_first_visible_sheet_with_anything_on_it(tmp_path):
    path = tmp_path / "a.xlsm"
    workbook = openpyxl.Workbook()
    workbook.active.title = "表紙"
    for name, state in (("控え", "hidden"), ("令和5年", "visible"), ("令和6年", "visible")):
        sheet = workbook.create_sheet(name)
        sheet.sheet_state = state
        sheet.append(["地区", "数"])
        sheet.append([name, 1])
    workbook.save(path)
    assert sheets(path) == ["表紙", "控え", "令和5年", "令和6年"]
    reading = read(path)
    assert reading.sheet == "令和5年" and "「表紙」、「控え」、「令和6年」" in the(reading, "other_sheets").ja
    assert {note.sheet for note in reading.notes} == {"令和5年"}
    chosen = read(path, sheet="令和6年")
    assert chosen.data["地区"].tolist() == ["令和6年"] and "other_sheets" not in [n.kind for n in chosen.notes]
    with pytest.raises(DataAcademyError, match="もしかして「令和6年」"):
        read(path, sheet="令和６年")
    with pytest.raises(DataAcademyError) as caught:
        read(path, encoding="cp932")
    assert caught.value.note.kind == "not_applicable"


def test_an_empty_workbook_is_told(tmp_path):
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    with pytest.raises(DataAcademyError) as caught:
        read_excel(tmp_path / "a.xlsx")
    assert (caught.value.note.kind, caught.value.note.sheet) == ("no_rows", "Sheet")


OLD = [["地区", "人口", ""], ["", "男", "女"], ["髙﨑町", 10.0, "1,200"], ["南町", 5.5, "7"]]


def test_old_workbooks(tmp_path):
    path = tmp_path / "古い表.xls"
    path.write_bytes(xls(OLD, [(0, 0, 1, 0), (0, 1, 0, 2)]))
    reading = read(path)
    assert reading.data.to_dict("list") == {"地区": ["髙﨑町", "南町"], "人口_男": [10.0, 5.5], "人口_女": [1200, 7]}
    assert sheets(path) == ["Sheet1"]


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("a.xlsx", compound({"EncryptedPackage": b"secret"}), "パスワード"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "壊れ"),
        ("a.xlsx", b"PK\x03\x04" + b"\0" * 100, "壊れ"),
        ("a.xlsx", b"just text", "壊れ"),
        ("a.xls", xls(OLD, codepage=932), "Excel 95"),
    ],
)
def test_protected_and_broken_workbooks(tmp_path, name, data, word):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(DataAcademyError, match=word) as caught:
        read(tmp_path / name)
    assert caught.value.note.kind == "unreadable_workbook" and caught.value.note.fix


def test_a_workbook_named_csv_is_read_as_what_it_is(tmp_path, book):
    book([["名称", "数"], ["北", 1]])
    (tmp_path / "表.xlsx").rename(tmp_path / "表.csv")
    reading = read(tmp_path / "表.csv")
    assert reading.data["数"].tolist() == [1] and the(reading, "wrong_suffix").level == "warning"


def test_other_office_files_and_archives_are_refused(tmp_path):
    import zipfile

    for member, word in (("word/document.xml", "Word"), ("ppt/presentation.xml", "PowerPoint"), ("a.shp", "展開")):
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            archive.writestr(member, "x")
        with pytest.raises(DataAcademyError, match=word):
            read(tmp_path / "a.zip")
