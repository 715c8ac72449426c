"""Repairing tables: what can be mended is mended and logged, what cannot is asked for, and nothing is done twice."""

from __future__ import annotations

import csv
import datetime as dt
import io

import openpyxl
import pandas as pd
import pytest
from books import write_book
from hypothesis import given, settings
from hypothesis import strategies as st

import dataacademy as da
from dataacademy.errors import DataAcademyError
from dataacademy.tables import repair
from dataacademy.tables.lint import RULES, check
from dataacademy.tables.lint.address import letters
from dataacademy.tables.lint.places import from_tokyo_datum
from dataacademy.tables.repairs.draft import cells_of
from dataacademy.tables.repairs.mends import MENDS, TOLD
from dataacademy.tables.repairs.questions import ANSWERS


@pytest.fixture
def mended(tmp_path):
    """Write a text as a CSV file and repair it."""

    def mended(text: str, *, name="表.csv", encoding="utf-8", **options):
        (tmp_path / name).write_bytes(text.encode(encoding))
        return repair(tmp_path / name, **options)

    return mended


@pytest.fixture
def book(tmp_path):
    """Write rows from A1 into a workbook, merge ranges, and repair it."""

    def book(rows, *merges, **options):
        return repair(write_book(tmp_path / "表.xlsx", rows, *merges), **options)

    return book


def changes(repaired, kind):
    """cells, before and after of each change of a kind."""
    log = repaired.log[repaired.log["kind"] == kind]
    return log[["cells", "before", "after"]].to_numpy().tolist()


def the(repaired, kind):
    (question,) = [question for question in repaired.open_questions if question.kind == kind]
    return question


def decided(mended, text, decisions, **options):
    """The table before and after decisions, which leave nothing open of their kinds."""
    open_ = mended(text, **options)
    done = mended(text, decisions=decisions, **options)
    kinds = {key.partition(":")[0] for key in decisions}
    assert kinds <= {question.kind for question in open_.open_questions}
    assert not kinds & {question.kind for question in done.open_questions}
    assert kinds <= set(done.log["kind"])
    return open_, done


# --- mended without asking -----------------------------------------------------------------------------------------


def test_a_printed_table_becomes_data_with_every_change_told(mended):
    repaired = mended(
        "表1　町別の費用,,,,\n\n町　　名,世帯数,金額,調査年月日,コード\n"
        "北町,１２,▲1\uff0c200円,令和6年4月1日,11002\n 南町,3,30円,令和6年4月2日,11002\n"
        "東町,4,40円,令和6年4月3日,11002\n合計,19,-1130円,,\n※ 速報値です。,,,,\n",
        encoding="cp932",
        name="札幌市.csv",
    )
    assert repaired.data.to_dict("list") == {
        "町名": ["北町", "南町", "東町"],
        "世帯数": [12, 3, 4],
        "金額(円)": [-1200, 30, 40],
        "調査年月日": ["2024-04-01", "2024-04-02", "2024-04-03"],
        "コード": [11002, 11002, 11002] if repaired.data["コード"].dtype != "str" else ["11002"] * 3,
    }
    assert repaired.lines[0] == ["町名", "世帯数", "金額（円）", "調査年月日", "コード"]
    assert repaired.rows.tolist() == [4, 5, 6] and repaired.columns == ["A", "B", "C", "D", "E"]
    assert changes(repaired, "full_width_digits") == [["B4", "１２", "12"]]
    assert changes(repaired, "triangle_negative") == [["C3", "金額", "金額（円）"], ["C4", "▲1，200円", "-1200"]]
    assert changes(repaired, "spaces_for_looks") == [["A3", "町 名", "町名"], ["A5", "南町", "南町"]]
    assert [cells for cells, *_ in changes(repaired, "era_date")] == ["D4", "D5", "D6"]
    assert changes(repaired, "not_utf8")[0][1].startswith("CP932")
    assert [changes(repaired, kind)[0][0] for kind in ("title_row", "total_row", "note_row")] == [
        "A1:E1",
        "A7:E7",
        "A8:E8",
    ]
    assert repaired.open_questions == []


def test_headings_on_levels_and_merged_labels(book):
    repaired = book(
        [["地区", "人口", "", "備考"], ["", "男", "女", ""], ["北", 1, 2, "x"], ["", 3, 4, "y"], ["南", 5, 6, "z"]],
        "A1:A2", "B1:C1", "D1:D2", "A3:A4",
    )  # fmt: skip
    assert repaired.data.to_dict("list") == {
        "地区": ["北", "北", "南"], "人口_男": [1, 3, 5], "人口_女": [2, 4, 6], "備考": ["x", "y", "z"],
    }  # fmt: skip
    assert changes(repaired, "merged_heading") == [["B1:B2", "人口／男", "人口_男"], ["C1:C2", "女", "人口_女"]]
    assert changes(repaired, "merged_cells") == [["A4", "", "北"]]


def test_a_row_of_units_and_a_title_with_the_unit_go_into_the_headings(mended):
    repaired = mended("町名,金額,面積\n,（円）,（㎡）\n北町,12,5\n南町,3,6\n")
    assert repaired.lines[0] == ["町名", "金額（円）", "面積（㎡）"] and len(changes(repaired, "unit_row")) == 2
    repaired = mended("みらい市の費用（単位：千円）,\n町名,金額\n北町,12\n南町,3\n")
    assert repaired.lines[0] == ["町名", "金額（千円）"] and len(changes(repaired, "unit_missing")) == 1


def test_estat_headings(mended):
    repaired = mended(
        "KEY_CODE,HYOSYO,CITYNAME,T000849001,T000849002\n,,,総数,　男\n22212,1,焼津市,9,4\n222120010,2,焼津市,5,2\n"
    )
    assert repaired.lines[0] == ["KEY_CODE", "HYOSYO", "CITYNAME", "T000849001_総数", "T000849002_男"]
    assert changes(repaired, "code_heading_row")[1] == ["E1:E2", "T000849002／男", "T000849002_男"]


PLACES = "NO,名称,緯度,経度,郵便番号,電話番号\n" + "".join(
    f"{i},施設{i},34.{i}1,138.{i}2,123-45{i}{i},0546-28-11{i}{i}\n" for i in range(1, 6)
)


def test_coordinates_and_codes(mended):
    repaired = mended(
        PLACES + "6,学校,138.25,34.85,12-3456,546-28-1111\n7,公民館,34度51分0秒,138度15分36秒,0123456,0546281111\n"
    )
    assert repaired.data[["緯度", "経度"]].iloc[5:].to_numpy().tolist() == [[34.85, 138.25], [34.85, 138.26]]
    assert repaired.data["郵便番号"].tolist()[5] == "012-3456"
    assert repaired.data["電話番号"].tolist()[5] == "0546-28-1111"
    assert [cells for cells, *_ in changes(repaired, "swapped")] == ["C7", "D7"]
    assert [cells for cells, *_ in changes(repaired, "lost_zero")] == ["E7", "F7"]


def test_town_codes_get_the_zero_and_the_digit_that_only_one_reading_has(mended):
    repaired = mended("団体コード,数\n11002,1\n012106,2\n022012,3\n")
    assert repaired.data["団体コード"].tolist() == ["011002", "012106", "022012"]
    repaired = mended("団体コード,数\n22212,1\n22213,2\n22214,3\n")
    assert repaired.data["団体コード"].tolist()[0] == "222127" and not repaired.open_questions
    wrong = the(mended("団体コード,数\n222128,1\n222135,2\n222143,3\n"), "bad_code")
    assert wrong.cells.startswith("A2") and wrong.answers == ("missing", "keep")


def test_dates_that_could_be_read_in_two_ways_are_asked_for(mended):
    text = "名称,設置年月日\n" + "a,2024-04-01\nb,令和6年4月2日\nc,4/5/2023\nd,12/25/2023\ne,2024/4/6\n"
    open_, done = decided(mended, text, {"date_mixed": "day_first"})
    dates = ["2024-04-01", "2024-04-02", "4/5/2023", "2023-12-25", "2024-04-06"]
    assert open_.data["設置年月日"].tolist() == dates
    assert done.data["設置年月日"].tolist() == [*dates[:2], "2023-05-04", *dates[3:]]
    assert decided(mended, text, {"date_mixed": "month_first"})[1].data["設置年月日"].tolist()[2] == "2023-04-05"


def test_a_row_that_is_there_twice_once_its_numbers_are_plain(mended):
    repaired = mended('NO,名称,人口\n1,北町,1200\n2,南町,30\n3,東町,40\n1,北町,"1,200"\n4,西町,50\n5,港町,60\n')
    assert repaired.data["名称"].tolist() == ["北町", "南町", "東町", "西町", "港町"]
    assert changes(repaired, "duplicate_row") == [["A5:C5", "1 北町 1200", ""]]


def test_pieces_of_one_table_are_put_together(book):
    repaired = book(
        [["町名", "人口", "", "町名", "人口"], ["北町", 1, "", "東町", 3], ["南町", "１２", "", "西町", "１３"]]
    )
    assert repaired.data.to_dict("list") == {"町名": ["北町", "南町", "東町", "西町"], "人口": [1, 12, 3, 13]}
    assert changes(repaired, "full_width_digits") == [["B3", "１２", "12"], ["E3", "１３", "13"]]
    assert changes(repaired, "split_table")[0][0] == "D1:E3"


def test_letters_that_not_every_computer_has(mended):
    repaired = mended("名称,区分\n㈱みらい,①\n髙﨑商店,Ⅱ\n北商店,③\n", encoding="cp932")
    assert repaired.lines[1:] == [["(株)みらい", "(1)"], ["髙﨑商店", "II"], ["北商店", "(3)"]]
    assert ["A3", "髙﨑商店", "髙﨑商店"] in changes(repaired, "machine_dependent")


# --- asked for, and done as decided --------------------------------------------------------------------------------

STEPS = [
    ("町名,人口\n北町,12\n南町,-\n東町,5\n", "special_symbol", "zero", "人口", [12, 0, 5]),
    ("町名,人口\n北町,12\n南町,-\n東町,5\n", "special_symbol", "missing", "人口", [12, None, 5]),
    ("町名,人口\n北町,12\n南町,-\n東町,5\n", "special_symbol:B3", "keep", "人口", [12, None, 5]),
    ("町名,人口\n北町,12\n南町,約10\n東町,5\n", "not_a_number", "number", "人口", [12, 10, 5]),
    ("町名,人口\n北町,12\n南町,約10\n東町,5\n", "not_a_number:B3", {"約10": 11}, "人口", [12, 11, 5]),
    ("町名,人口\n北町,12\n南町,約10\n東町,5\n", "not_a_number:B3", {"B2": 13, "B3": 11}, "人口", [13, 11, 5]),
    ("町名,人数\n北,12（3）\n南,8（2）\n東,5（1）\n", "several_values", "second", "人数", [3, 2, 1]),
    ("町名,人数\n北,12（3）\n南,8（2）\n東,5（1）\n", "several_values", "first", "人数", [12, 8, 5]),
    ("町名,年齢\n北,12\n南,200\n東,5\n", "out_of_range", "20", "年齢", [12, 20, 5]),
    ("町名,金額\n北,12円\n南,8\n東,5円\n", "unit_in_cell", "same", "金額(円)", [12, 8, 5]),
    ("名称,設置日\na,2024-02-30\nb,2024-04-02\nc,2024-04-03\n", "impossible_date", "2024-02-29", "設置日",
     ["2024-02-29", "2024-04-02", "2024-04-03"]),
    ("町名,人口\n北\ufffd,12\n南町,3\n東町,5\n", "mojibake", {"A2": "北﨑"}, "町名", ["北﨑", "南町", "東町"]),
    ("町名,金額\n北,12\n南,8\n東,5\n", "unit_missing", "千円", "金額(千円)", [12, 8, 5]),
    ("町名,,世帯\n北,12,1\n南,8,2\n東,5,3\n", "heading_missing", "人口", "人口", [12, 8, 5]),
    ("町名,数,数\n北,12,1\n南,8,2\n東,5,3\n", "duplicate_heading", "世帯", "世帯", [1, 2, 3]),
    ("NO,町名,人口\n1,北,1\n2,南,2\n3,東,3\n3,西,4\n4,港,5\n", "duplicate_id", "drop", "人口", [1, 2, 3, 5]),
    ("NO,町名,人口\n1,北,1\n2,南,2\n3,東,3\n3,西,4\n4,港,5\n", "duplicate_id", "6", "NO", list("12364")),
    ("町名,総数,男,女\n" + "".join(f"町{i},{2 * i},{i},{i}\n" for i in range(1, 9)) + "北町,9,2,3\n", "total_mismatch",
     {"B10": 5}, "総数", [2, 4, 6, 8, 10, 12, 14, 16, 5]),
    ("町名,総人口,男性,女性\n" + "".join(f"町{i},{2 * i},{i},{i}\n" for i in range(1, 9)) + "北町,9,9,3\n",
     "sum_in_part", 6, "男性", [1, 2, 3, 4, 5, 6, 7, 8, 6]),
    (PLACES + "6,港,0,0,123-4566,0546-28-1166\n", "null_island", (34.75, 138.25), "緯度",
     [34.11, 34.21, 34.31, 34.41, 34.51, 34.75]),
    (PLACES + "6,港,不明,不明,123-4566,0546-28-1166\n", "bad_coordinates", "missing", "経度",
     [138.12, 138.22, 138.32, 138.42, 138.52, None]),
]  # fmt: skip


def test_a_table_without_headings_gets_them_all(mended):
    text = "北町,12円,1\n南町,3円,2\n北町,4円,3\n"
    open_, done = decided(mended, text, {"heading_missing": ["町名", "金額", "回"]})
    assert open_.lines[0] == ["北町", "12円", "1"] and the(open_, "unit_in_cell")
    assert done.data.to_dict("list") == {"町名": ["北町", "南町", "北町"], "金額(円)": [12, 3, 4], "回": [1, 2, 3]}
    with pytest.raises(DataAcademyError, match="答え「町名」は使えません"):
        mended(text, decisions={"heading_missing": "町名"})


@pytest.mark.parametrize(("text", "key", "answer", "column", "values"), STEPS, ids=[f"{s[1]} {s[2]}" for s in STEPS])
def test_a_decision_is_asked_for_by_name_and_carried_out(mended, text, key, answer, column, values):
    open_, done = decided(mended, text, {key: answer})
    asked = the(open_, key.partition(":")[0])
    assert asked.key in str(open_) and asked.ja and asked.en and not changes(open_, asked.kind)
    assert done.data[column].astype(object).where(done.data[column].notna(), None).tolist() == values


def test_rows_of_one_month_twice(mended):
    text = "年月,町名,人口\n" + "".join(f"2025-0{m},町{t},{m}{t}\n" for m in range(1, 7) for t in range(3))
    open_, done = decided(mended, text + "2025-03,町1,99\n", {"duplicate_period": "drop"})
    assert (len(open_.data), len(done.data)) == (19, 18) and done.data["人口"].max() < 99


def test_a_number_that_is_merged_over_rows(book):
    rows = [["町名", "区分", "世帯"], ["北町", "男", 9], ["北町", "女", ""], ["南町", "男", 4], ["南町", "女", 5]]
    open_ = book(rows, "C2:C3")
    assert open_.data["世帯"].isna().tolist() == [False, True, False, False]
    assert book(rows, "C2:C3", decisions={the(open_, "merged_cells").key: "copy"}).data["世帯"].tolist() == [9, 9, 4, 5]


def test_a_suppressed_value_is_never_zero(mended):
    text = "町名,人口\n北町,12\n南町,X\n東町,5\n"
    assert the(mended(text), "special_symbol").answers == ("missing", "keep")
    with pytest.raises(DataAcademyError, match="使えません") as caught:
        mended(text, decisions={"special_symbol": "zero"})
    assert '"missing"' in caught.value.note.fix


def test_hidden_rows_and_columns_are_used_unless_decided_otherwise(tmp_path):
    workbook = openpyxl.Workbook()
    for row in (["町名", "控え", "人口"], ["北町", "a", 1], ["南町", "b", 2], ["東町", "c", 3]):
        workbook.active.append(row)
    workbook.active.row_dimensions[3].hidden = True
    workbook.active.column_dimensions["B"].hidden = True
    workbook.save(tmp_path / "表.xlsx")
    open_ = repair(tmp_path / "表.xlsx")
    assert open_.data.shape == (3, 3) and {q.kind for q in open_.open_questions} == {"hidden_rows", "hidden_columns"}
    done = repair(tmp_path / "表.xlsx", decisions={"hidden_rows": "drop", "hidden_columns": "drop"})
    assert done.data.to_dict("list") == {"町名": ["北町", "東町"], "人口": [1, 3]} and not done.open_questions


def test_other_tables_of_a_sheet_are_named_by_number(book):
    rows = [["町名", "人口"], ["北町", 1], ["南町", 2], ["", ""], ["年度", "件数"], ["2023", "１２"], ["2024", 4]]
    assert "table=2" in the(book(rows), "several_tables").ja
    second = book(rows, table=2)
    assert second.data["件数"].tolist() == [12, 4] and second.rows.tolist() == [6, 7]
    assert [question.kind for question in second.open_questions] == ["area_missing"]
    with pytest.raises(DataAcademyError, match="「3」"):
        book(rows, table=3)


def test_a_row_with_too_many_fields_is_left_out_and_asked_for(mended):
    repaired = mended("町名,人口\n北町,1\n南町,2,3\n東町,4\n")
    assert repaired.data["町名"].tolist() == ["北町", "東町"] and the(repaired, "ragged_row").cells == "A3:B3"


def test_the_old_datum_and_the_spelling_of_names_are_judged_by_the_folder(tmp_path):
    places = [(f"施設{i}", 34.8 + i / 100, 138.2 + i / 70) for i in range(8)]
    right = "名称,町名,緯度,経度\n" + "".join(f"{n},みらいヶ丘{i}丁目,{y},{x}\n" for i, (n, y, x) in enumerate(places))
    old = "名称,町名,緯度,経度\n" + "".join(
        f"{n},みらいケ丘{i}丁目,{y - 0.003222:.6f},{x + 0.002785:.6f}\n" for i, (n, y, x) in enumerate(places)
    )
    (tmp_path / "新.csv").write_text(right, encoding="utf-8")
    (tmp_path / "新2.csv").write_text(right.replace("名称", "施設名"), encoding="utf-8")
    (tmp_path / "旧.csv").write_text(old, encoding="utf-8")
    notes = check(tmp_path)
    open_ = repair(tmp_path / "旧.csv", notes=notes)
    assert {"tokyo_datum", "name_spelling"} == {question.kind for question in open_.open_questions}
    names = [f"みらいヶ丘{i}丁目" for i in range(8)]
    done = repair(tmp_path / "旧.csv", notes=notes, decisions={"tokyo_datum": "convert", "name_spelling": names})
    assert done.open_questions == [] and done.data["町名"].tolist() == names
    lat, lon = from_tokyo_datum(open_.data["緯度"].to_numpy(), open_.data["経度"].to_numpy())  # an independent formula
    assert done.data["緯度"].to_numpy() == pytest.approx(lat, abs=0.0001)
    assert done.data["経度"].to_numpy() == pytest.approx(lon, abs=0.0001)
    assert len(changes(done, "tokyo_datum")) == 16


def test_a_decision_that_nobody_asked_for_is_refused(mended):
    text = "町名,人口\n北町,12\n南町,約10\n東町,5\n"
    with pytest.raises(DataAcademyError, match="もしかして「not_a_number") as caught:
        mended(text, decisions={"not_number": "missing"})
    assert "「not_a_number:B3」" in caught.value.note.fix


def test_every_kind_of_fault_is_mended_or_asked_for():
    opened = {"merged_heading", "code_heading_row", "merged_cells", "unreadable"}
    asked_by_the_folder = {"duplicate_file", "missing_period"}
    from dataacademy.tables.repairs.questions import _TEXTS

    assert set(RULES) - opened - asked_by_the_folder <= MENDS.keys() | TOLD.keys() | _TEXTS.keys()
    for texts in _TEXTS.values():
        assert texts["ja"] and texts["en"] and set(texts["answers"]) <= set(ANSWERS)


# --- files ---------------------------------------------------------------------------------------------------------


def test_the_original_is_never_touched_and_the_log_lies_beside(tmp_path, mended):
    repaired = mended("町名,人口\n北町,１２\n南町,3\n", encoding="cp932")
    before = (tmp_path / "表.csv").read_bytes()
    for name in ("表.csv", "表"):
        with pytest.raises(DataAcademyError, match="元のファイル"):
            repaired.save(tmp_path / name)
    table, log = repaired.save(tmp_path / "直した" / "表.csv")
    assert (tmp_path / "表.csv").read_bytes() == before
    assert table.read_bytes() == "\ufeff町名,人口\r\n北町,12\r\n南町,3\r\n".encode()
    assert log.name == "表_log.csv"
    with log.open(encoding="utf-8-sig", newline="") as stream:
        told = {row["kind"]: (row["cells"], row["before"], row["after"]) for row in csv.DictReader(stream)}
    assert told["full_width_digits"] == ("B2", "１２", "12") and "not_utf8" in told
    assert sorted(p.name for p in (tmp_path / "直した").iterdir()) == ["表.csv", "表_log.csv"]


def test_what_is_no_table_is_refused_as_the_reader_refuses_it(tmp_path, mended):
    (tmp_path / "町.geojson").write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    with pytest.raises(DataAcademyError, match="地図のファイルは直せません"):
        repair(tmp_path / "町.geojson")
    with pytest.raises(DataAcademyError, match="表が見つかりません"):
        mended("\n\n,,\n")
    assert da.tables.repair is repair


# --- twice is as good as once --------------------------------------------------------------------------------------


def check_settled(repaired, folder):
    """The saved table is read as it is, and repairing it changes nothing."""
    saved, _ = repaired.save(folder / "直した.csv")
    again = repair(saved)
    assert again.log.empty, again.log.to_dict("records")
    pd.testing.assert_frame_equal(again.data, repaired.data)
    assert [list(line) for line in again.lines] == [list(line) for line in repaired.lines]


STYLES = {
    "plain": str,
    "comma": lambda n: f"{n:,}",
    "wide": lambda n: str(n).translate(str.maketrans("0123456789-", "０１２３４５６７８９－")),
    "triangle": lambda n: f"▲{-n:,}" if n < 0 else str(n),
}
DATES = [
    lambda d: f"{d:%Y-%m-%d}",
    lambda d: f"令和{d.year - 2018}年{d.month}月{d.day}日",
    lambda d: f"R{d.year - 2018}.{d.month}.{d.day}",
]


@st.composite
def printed(draw):
    """A table as an office prints it, and what is true: names, numbers, dates."""
    n = draw(st.integers(3, 12))
    numbers = draw(st.lists(st.integers(-99_999, 999_999), min_size=n, max_size=n))
    dates = draw(st.lists(st.dates(dt.date(2020, 1, 1), dt.date(2026, 12, 31)), min_size=n, max_size=n))
    unit = draw(st.sampled_from(["", "円", "千円"]))
    rows = [
        [
            "町名",
            draw(st.sampled_from(["金額", "金　　額", "金額（円）" if unit in ("", "円") else "金額"])),
            "調査年月日",
        ]
    ]
    for i, (number, day) in enumerate(zip(numbers, dates, strict=True)):
        style, said = draw(st.sampled_from(sorted(STYLES))), draw(st.sampled_from(DATES))
        pad = draw(st.sampled_from(["", "", "　", " "]))
        rows.append([f"{pad}町{i}", STYLES[style](number) + unit, said(day)])
        if draw(st.integers(0, 6)) == 0:
            rows.append(["", "", ""])
    if draw(st.booleans()):
        rows.append(["合計", f"{sum(numbers):,}{unit}", ""])
    if draw(st.booleans()):
        rows.append(["※ 速報値です。", "", ""])
    if draw(st.booleans()):
        rows.insert(0, ["表1　みらい市の費用", "", ""])
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(rows)
    encoding = draw(st.sampled_from(["utf-8", "cp932", "utf-16"]))
    return stream.getvalue().encode(encoding), numbers, [f"{day:%Y-%m-%d}" for day in dates]


@settings(max_examples=40, deadline=None)  # writes files
@given(printed())
def test_every_printed_table_comes_out_true_and_stays_as_it_is(tmp_path_factory, table):
    data, numbers, dates = table
    folder = tmp_path_factory.mktemp("printed")
    (folder / "みらい市.csv").write_bytes(data)
    repaired = repair(folder / "みらい市.csv")
    assert repaired.data.iloc[:, 1].tolist() == numbers and repaired.data["調査年月日"].tolist() == dates
    assert repaired.data["町名"].tolist() == [f"町{i}" for i in range(len(numbers))]
    check_settled(repaired, folder)


WILD = st.sampled_from(
    ["北町", "南 町", "12", "1,200", "１２", "▲5", "12円", "約3", "-", "X", "令和6年4月1日", "2024/4/1"]
    + ["", "", "①", "合計", "※注", "0012", "a\nb", " x "]
)  # fmt: skip


def _rows(width: int):
    return st.lists(st.lists(WILD, min_size=width, max_size=width), min_size=2, max_size=12)


@settings(max_examples=80, deadline=None)
@given(
    st.integers(2, 4).flatmap(_rows),
    st.sampled_from([["町名", "人口", "備考", "区分"], ["NO", "名称", "金　額", "設置日"]]),
)
def test_whatever_a_table_holds_mending_it_again_changes_nothing(tmp_path_factory, rows, headings):
    folder = tmp_path_factory.mktemp("wild")
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([headings[: len(rows[0])], *rows])
    (folder / "表.csv").write_text(stream.getvalue(), encoding="utf-8", newline="")
    try:
        repaired = repair(folder / "表.csv")
    except DataAcademyError as error:
        assert error.note.kind in ("no_rows", "ragged_row")
        return
    if len(repaired.data):
        check_settled(repaired, folder)


# --- the dirty twin ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def twin(root):
    """The folder, what is planted in it (file and sheet -> defects), and what the linter says of it."""
    folder = root / "datasets" / "mirai" / "raw"
    planted: dict[tuple[str, str], list[dict]] = {}
    with (folder.parent / "defects.csv").open(encoding="utf-8-sig", newline="") as stream:
        for defect in csv.DictReader(stream):
            planted.setdefault((defect["file"], defect["sheet"]), []).append(defect)
    return folder, planted, check(folder)


def test_on_the_dirty_twin_every_defect_is_mended_truly_or_asked_for(twin, tmp_path):
    folder, planted, notes = twin
    true_cells = 0
    for (file, sheet), defects in planted.items():
        kinds = {defect["kind"] for defect in defects}
        if kinds & {"unreadable", "file_type"} or kinds == {"hidden_sheet"}:
            with pytest.raises(DataAcademyError):
                repair(folder / file, sheet=sheet or None)
            continue
        parts = [repair(folder / file, sheet=sheet or None, notes=notes)]
        if "several_tables" in kinds:
            parts.append(repair(folder / file, sheet=sheet, table=2, notes=notes))
        for defect in defects:
            assert any(told(part, defect) for part in parts), defect
            true_cells += sum(verified(part, defect) for part in parts)
        for part in parts:
            check_settled(part, tmp_path)
    assert true_cells > 500


def told(repaired, defect) -> bool:
    """Whether the log or an open question names the defect and each of its cells."""
    log = repaired.log[repaired.log["kind"] == defect["kind"]]
    asked = [question for question in repaired.open_questions if question.kind == defect["kind"]]
    cells = {cell for cells in [*log["cells"], *(q.cells for q in asked)] for cell in cells_of(cells)}
    if defect["kind"] in ("merged_heading", "code_heading_row", "merged_cells"):  # the cells that did not change, too
        return bool(cells & set(cells_of(defect["cells"])))
    return bool(len(log) or asked) and set(cells_of(defect["cells"])) <= cells


def verified(repaired, defect) -> int:
    """How many cells of a defect that is mended without asking now say what is true; fails if one does not."""
    if defect["kind"] not in MENDS or not defect["true"]:
        return 0
    cells, true = cells_of(defect["cells"]), defect["true"].split(" | ")
    at = {row: i for i, row in enumerate(repaired.rows.tolist())}
    count = 0
    for (row, column), text in zip(cells, true * len(cells) if len(true) == 1 else true, strict=False):
        place = repaired.columns.index(letters(column))
        if row + 1 in at:
            value = repaired.lines[at[row + 1] + 1][place]
        elif row + 1 < repaired.rows.min():
            value = repaired.lines[0][place]
        else:
            continue  # a row that was left out
        numbers = [pd.to_numeric(x, errors="coerce") for x in (value, text)]
        assert value == text or numbers[0] == pytest.approx(numbers[1], abs=1e-5), (defect, value, text)
        count += 1
    return count
