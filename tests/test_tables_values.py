"""Numbers as offices write them, and headings in one spelling."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataacademy.tables import tidy_heading, to_number
from dataacademy.tables.cells import Cells
from dataacademy.tables.headings import column_names, names_things


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1234", 1234),
        ("１，２３４", 1234),
        ("1,234,567", 1234567),
        ("１２．５", 12.5),
        (" 1 234", 1234),
        ("1\u00a0234", 1234),
        ("△12", -12),
        ("▲１，２３４", -1234),
        ("-12", -12),
        ("−12", -12),
        ("－１２", -12),
        ("+3", 3),
        (".5", 0.5),
        ("1.2E+05", 120000),
        ("007", 7),
        ("　8 ", 8),
    ],
)
def test_numbers_are_understood(text, number):
    numbers, _ = to_number([text])
    assert numbers.tolist() == [number]


@pytest.mark.parametrize(
    "text",
    ["1,2,3", "12,34", "1,23", "(12)", "①", "12E3", "約10", "10以上", "1-2", "8:30", "2026/2/1", "1.2.3", "5.", "△",
     "○", "１階", "2-3-4", "1 2", "一", "1234567890123456", "12%3", "nan", "inf", "1_000", "0x10", "12\n34"],
)  # fmt: skip
def test_what_is_no_number_is_missing_and_told_with_row_and_value(text):
    numbers, notes = to_number(["5", text], column="数", rows=[7, 9])
    assert numbers[0] == 5 and math.isnan(numbers[1])
    (note,) = notes
    assert (note.kind, note.level, note.row, note.column) == ("not_a_number", "warning", 9, "数")
    assert note.value == " ".join(text.split())


def test_marks_are_missing_and_counted_by_mark_and_meaning():
    values = ["10", "X", "Ｘ", "x", "***", "*", "-", "－", "―", "…", "...", "・", "NA", "", None, "X"]
    numbers, notes = to_number(values, column="人口")
    assert numbers.notna().sum() == 1
    (note,) = notes
    assert note.kind == "missing_marks"
    for part in ("秘匿「X」2件", "秘匿「***」1件", "該当なし「-」1件", "該当なし「―」1件", "不詳「…」1件", "空欄2件"):
        assert part in note.ja, part
    assert "0 ではありません" in note.fix


def test_a_unit_is_taken_off_only_if_every_value_has_the_same():
    numbers, notes = to_number(["1,200円", "300円", "-"])
    assert numbers.tolist()[:2] == [1200, 300]
    assert [(n.kind, n.value) for n in notes if n.kind == "unit"] == [("unit", "円")]
    numbers, notes = to_number(["12人", "5"])
    assert math.isnan(numbers[0]) and numbers[1] == 5 and notes[-1].kind == "not_a_number"
    numbers, notes = to_number(["12人", "3世帯"])
    assert numbers.isna().all() and notes[-1].kind == "not_a_number"
    assert to_number(["￥500", "¥1,000"])[0].tolist() == [500, 1000]
    assert to_number(["12.5％", "３％"])[0].tolist() == [12.5, 3]


def test_whole_numbers_without_gaps_are_integers():
    assert to_number(["1", "1,000"])[0].dtype == "int64"
    assert to_number(["1", ""])[0].dtype == "float64"
    assert to_number(["1.0", "2"])[0].dtype == "float64"


def test_input_is_not_changed_and_the_index_is_kept():
    series = pd.Series(["△1", "２"], index=["a", "b"], name="増減")
    before = series.copy()
    numbers, notes = to_number(series)
    pd.testing.assert_series_equal(series, before)
    assert numbers.to_dict() == {"a": -1, "b": 2} and notes[0].column == "増減"
    already = pd.Series([1.5, np.nan])
    pd.testing.assert_series_equal(to_number(already)[0], already)


def test_free_text_is_counted_but_not_quoted():
    values = ["1"] * 100 + [f"自由記述{i}" for i in range(11)]
    _, (note,) = to_number(values, column="その他")
    assert "11件" in note.ja and "自由記述" not in note.ja and note.value == ""


@given(st.lists(st.integers(-(10**14), 10**14), min_size=1))
def test_every_spelling_of_integers_gives_them_back(integers):
    wide = str.maketrans("0123456789,", "０１２３４５６７８９，")
    for spell in (str, "{:,}".format, lambda n: f"{n:,}".replace("-", "△"), lambda n: f"{n:,}".translate(wide)):
        assert to_number([spell(n) for n in integers])[0].tolist() == integers


@given(st.lists(st.floats(-1e9, 1e9).map(lambda x: round(x, 6)), min_size=1))
def test_decimals_are_read_exactly(floats):
    assert to_number([f"{x:.6f}" for x in floats])[0].tolist() == floats


@given(st.lists(st.text(alphabet=" 　ab\n1", max_size=3)))
def test_cells_hold_the_stripped_texts(texts):
    cells = Cells.of(texts)
    assert [cells[i] for i in range(len(cells))] == [text.strip() for text in texts]
    assert len(set(cells.words)) == len(cells.words) and "" not in cells.words
    half = cells.take(np.arange(0, len(cells), 2))
    assert [half[i] for i in range(len(half))] == [text.strip() for text in texts[::2]]
    assert set(half.words) == {text.strip() for text in texts[::2]} - {""}


@pytest.mark.parametrize(
    ("heading", "tidy"),
    [
        ("都道府県コ―ド又は市区町村コ―ド", "都道府県コード又は市区町村コード"),
        ("コ－ド", "コード"),
        ("ｺｰﾄﾞ", "コード"),
        ("センター‐コード", "センター‐コード".replace("‐", "ー")),
        ("0-4歳", "0-4歳"),
        ("A－1", "A-1"),
        ("telephone　number", "telephone number"),
        ("発生日時　　分", "発生日時 分"),
        ("氏　　名", "氏名"),
        ("想定\r\n収容人数", "想定収容人数"),
        ("name\n(en)", "name (en)"),
        ("面積（㎡）", "面積(m2)"),
        ("№", "No"),
        ("4月〜6月", "4月～6月"),
        ("4月~6月", "4月～6月"),
        ("\ufeffNO", "NO"),
        ("#property", "#property"),
        ("", ""),
    ],
)
def test_headings_have_one_spelling(heading, tidy):
    assert tidy_heading(heading) == tidy


@given(st.text())
def test_tidying_twice_changes_nothing(text):
    assert tidy_heading(tidy_heading(text)) == tidy_heading(text)


@given(st.lists(st.sampled_from(["男", "女", "", "男_2", "列3", "Ａ", "A"])))
def test_column_names_are_always_unique(labels):
    names, notes = column_names(labels)
    assert len(set(names)) == len(labels) and all(names)
    assert len(notes) >= sum(name != label for name, label in zip(names, labels, strict=True))


NAMING = """市区町村コード 電話番号 TEL FAX番号 郵便番号 NO No. № ID 会員ID KEY_CODE 法人番号 prefCode regionCode 内線
案件番号 telephoneNumber telephone_number HCODE KCODE1 H27KA22_ID OBJECTID identification"""
COUNTING = """人口 numberOfBeds numberOfHouseholds 電話相談件数 レコード数 X_CODE Y_CODE width valid 標高 capacity 男
NPS 年度 T000849001_総数"""


@pytest.mark.parametrize(("headings", "answer"), [(NAMING, True), (COUNTING, False)])
def test_headings_that_name_and_headings_that_count(headings, answer):
    assert [h for h in headings.split() if names_things(h) is not answer] == []
