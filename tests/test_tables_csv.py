"""CSV and text tables: separators, row numbers, headings, rows set aside, types."""

import csv
import io

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataacademy.errors import DataAcademyError
from dataacademy.tables import read, read_csv, sheets
from dataacademy.tables.delimitedrecords import field_counts
from dataacademy.tables.layout import find_layout


@pytest.fixture
def reads(tmp_path):
    """Read a text as a file."""

    def reads(text, *, name="表.csv", encoding="utf-8", **options):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return read(path, **options)

    return reads


def kinds(reading):
    return [note.kind for note in reading.notes]


def the(reading, kind):
    (note,) = [note for note in reading.notes if note.kind == kind]
    return note


def refused(reads, text, **options):
    with pytest.raises(DataAcademyError) as caught:
        reads(text, **options)
    return caught.value.note


# --- rows and fields ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(("name", "separator"), [("a.csv", ","), ("a.tsv", "\t"), ("a.txt", ";"), ("a.csv", "\t")])
def test_separators_and_line_ends(reads, newline, name, separator):
    lines = [separator.join(cells) for cells in (["名称", "人口"], ["北,町", "1"], ["南町", "2"])]
    if separator == ",":
        lines[1] = '"北,町",1'
    reading = reads(newline.join(lines), name=name)
    assert reading.data.to_dict("list") == {"名称": ["北,町", "南町"], "人口": [1, 2]}
    assert ("separator" in kinds(reading)) == (separator != ",")


def test_excel_unicode_text(reads):
    reading = reads("名称\t人口\r\n﨑町\t1\r\n", name="a.txt", encoding="utf-16")
    assert reading.data["名称"].tolist() == ["﨑町"] and the(reading, "encoding").value == "utf-16"


def test_a_line_break_within_quotes_begins_no_row(reads):
    reading = reads('名称,住所\r\n北,"本町1\r\n2階"\r\n南,港町\r\n')
    assert reading.rows.tolist() == [2, 3]
    assert reading.data["住所"].tolist() == ["本町1\r\n2階", "港町"]


def test_stray_quotes_do_not_disturb(reads):
    reading = reads('名称,口径,数\n消火栓,5" 管,1\n水槽,"3"" 管, 2本",2\n')
    assert reading.data["口径"].tolist() == ['5" 管', '3" 管, 2本']


@pytest.mark.parametrize(
    ("text", "line", "row", "fields"),
    [
        ("名称,人口\n北町,1\n本町,2丁目,2\n", 3, 3, 3),
        ("名称,人口,世帯\n北町,1,1\n南町,2\n", 3, 3, 2),
        ('名称,住所,数\n北町,"1\n2",1\n南町,本町,2,3\n', 4, 3, 4),
        ("表題\n名称,人口\n北町,1\n本町,2丁目,2\n", 4, 4, 3),
    ],
)
def test_a_row_of_another_length_is_refused_with_its_line(reads, text, line, row, fields):
    note = refused(reads, text)
    assert (note.kind, note.row) == ("ragged_row", row)
    assert f"{line}行目は {fields}欄" in note.ja and f"Line {line} of the file has {fields} fields" in note.en
    assert note.fix and note.fix_en


def test_empty_fields_too_many_are_tolerated_and_told(reads):
    reading = reads("名称,人口\n北町,1\n南町,2,,\n")
    assert reading.data.shape == (2, 2)
    assert the(reading, "trailing_empty").row == 3


def test_a_file_that_leaves_out_empty_fields_is_read_with_a_warning(reads):
    reading = reads("名称,表示名,印\na,b\nc,d\ne,f,1\n")
    assert reading.data["印"].isna().tolist() == [True, True, False]
    note = the(reading, "trailing_missing")
    assert note.level == "warning" and "2–3行目" in note.ja


def test_an_unclosed_quote_is_refused(reads):
    assert refused(reads, '名称,人口\n"北町,1\n南町,2\n').kind == "open_quote"


@given(
    st.lists(st.lists(st.text(alphabet='a1あ",\n\r ;', max_size=6), min_size=3, max_size=3), min_size=1, max_size=6),
    st.sampled_from([",", "\t", ";"]),
)
def test_fields_are_counted_as_the_standard_library_does(rows, separator):
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=separator).writerows(rows)
    text = stream.getvalue()
    expected = [len(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)]
    assert field_counts(text.encode(), separator).tolist() == expected


NAMES = [f"{a}{b}" for a in "東西南北中" for b in ("町", "台", "浜", "公民館")]


@settings(deadline=None)  # writes files
@given(
    st.integers(2, 6).flatmap(
        lambda width: st.lists(
            st.lists(st.sampled_from([*NAMES, "", "12", "0.5", "○"]), min_size=width, max_size=width).filter(any),
            min_size=1,
            max_size=30,
        )
    )
)
def test_a_plain_table_passes_untouched(tmp_path_factory, rows):
    headings = ["名称", "人口", "備考", "区分", "高さ", "面積"][: len(rows[0])]
    path = tmp_path_factory.mktemp("plain") / "表.csv"
    pd.DataFrame(rows, columns=headings).to_csv(path, index=False)
    reading = read_csv(path)
    assert list(reading.data.columns) == headings
    assert reading.rows.tolist() == list(range(2, len(rows) + 2))
    for c, name in enumerate(headings):
        column = reading.data[name]
        for value, text in zip(column, (row[c] for row in rows), strict=True):
            if text == "":
                assert pd.isna(value)
            else:
                assert (float(value) == float(text)) if column.dtype != "str" else value == text
    assert set(kinds(reading)) <= {"encoding", "heading", "not_a_number"}


# --- layout ------------------------------------------------------------------------------------------------------


def test_titles_units_blanks_totals_and_notes_are_set_aside_and_told(reads):
    reading = reads(
        '表1　町別人口,,,\n,,,令和5年4月1日現在\n\nNO,町名,人口,世帯数\n,,（人）,（世帯）\n1,北町,"1,200",500\n'
        "2,南町,800,△10\n,,,\n,合　計,2000,490\n\n注1　住民基本台帳による。,,,\n　外国人を含む。,,,\n資料：市民課,,,\n"
    )
    assert reading.data.to_dict("list") == {
        "NO": ["1", "2"], "町名": ["北町", "南町"], "人口": [1200, 800], "世帯数": [500, -10],
    }  # fmt: skip
    assert reading.rows.tolist() == [6, 7]
    told = [(n.kind, n.row, n.value) for n in reading.notes if n.kind.endswith("_row") and n.kind != "blank_row"]
    assert told == [
        ("title_row", 1, "表1 町別人口"),
        ("title_row", 2, "令和5年4月1日現在"),
        ("unit_row", 5, "人口=（人）、世帯数=（世帯）"),
        ("total_row", 9, "合 計"),
        ("note_row", 11, "注1 住民基本台帳による。"),
        ("note_row", 12, "外国人を含む。"),
        ("note_row", 13, "資料：市民課"),
    ]
    assert "3、8、10行目" in the(reading, "blank_row").ja
    assert all(note.file == "表.csv" for note in reading.notes)


def test_long_notes_are_quoted_in_part(reads):
    reading = reads("町名,人口,世帯\n北町,1,1\n※" + "あ" * 100 + ",,\n")
    assert len(the(reading, "note_row").value) == 40


def test_two_lines_of_headings_in_a_csv(reads):
    reading = reads("地区,人口,,,世帯数\n,総数,男,女,\n北町,10,4,6,3\n南町,8,4,4,2\n")
    assert list(reading.data) == ["地区", "人口_総数", "人口_男", "人口_女", "世帯数"]
    assert the(reading, "heading").level == "warning"  # a CSV cannot say which cells were merged


def test_a_heading_without_a_label_below_is_not_continued(reads):
    reading = reads("地区,,,備考\n,男,女,\n北町,4,6,x\n南町,4,4,y\n")
    assert list(reading.data) == ["地区", "男", "女", "備考"]


def test_groups_without_a_first_column_above_a_full_line(reads):
    reading = reads(",男,,女,\n地区,総数,高齢者,総数,高齢者\n北町,10,4,6,3\n")
    assert list(reading.data) == ["地区", "男_総数", "男_高齢者", "女_総数", "女_高齢者"]


@pytest.mark.parametrize("encoding", ["cp932", "utf-8"])
def test_the_two_heading_lines_of_estat(reads, encoding):
    reading = reads(
        "KEY_CODE,HYOSYO,CITYNAME,HTKSYORI,GASSAN,T000849001,T000849002\n"
        ",,,,,総数、年齢「不詳」含む,　男\n"
        "22212,1,焼津市,0,,139462,68000\n222120010,2,焼津市,2,,X,X\n222120020,2,焼津市,1,0010;0030,*,-\n",
        name="tblT000849C22.txt",
        encoding=encoding,
    )
    assert list(reading.data) == [
        "KEY_CODE", "HYOSYO", "CITYNAME", "HTKSYORI", "GASSAN", "T000849001_総数、年齢「不詳」含む", "T000849002_男",
    ]  # fmt: skip
    assert the(reading, "code_heading_row").row == 1
    assert reading.data["KEY_CODE"].tolist() == ["22212", "222120010", "222120020"]
    assert reading.data["T000849002_男"].sum() == 68000
    marks = [n for n in reading.notes if n.kind == "missing_marks"]
    assert "秘匿「X」1件、該当なし「-」1件" in marks[1].ja


def test_estat_codes_with_one_line_of_headings_stay(reads):
    reading = reads("KEY_CODE,T000849001\n22212,5\n22213,6\n")
    assert list(reading.data) == ["KEY_CODE", "T000849001"] and len(reading.data) == 2


def test_a_category_called_total_in_a_long_table_stays_with_a_warning(reads):
    rows = "".join(
        f"{sex},{age},{n}\n" for age in ("0-14", "15-64", "65-") for n, sex in enumerate(("総数", "男", "女"))
    )
    reading = reads("性別,年齢,人数\n" + rows)
    assert len(reading.data) == 9
    note = the(reading, "total_row_kept")
    assert note.level == "warning" and "3行" in note.ja


def test_only_the_very_words_are_totals(reads):
    reading = reads("名称,数\n合計特殊出生率,1\n会計課,2\n総数調査,3\n計,6\n時計台,4\n")
    assert reading.data["名称"].tolist() == ["合計特殊出生率", "会計課", "総数調査", "時計台"]
    assert the(reading, "total_row").row == 5


def test_sparse_rows_at_the_end_are_data(reads):
    reading = reads("名称,住所,電話,数\n北公民館,本町1,1,2\n港公民館,,,\n")
    assert reading.data["名称"].tolist() == ["北公民館", "港公民館"]


def test_a_file_without_headings_is_told(reads):
    reading = reads('"all",20200301,559\n"resident",20200301,12\n"all",20200302,540\n')
    assert list(reading.data) == ["列1", "列2", "列3"] and len(reading.data) == 3
    assert the(reading, "no_heading").level == "warning"


@pytest.mark.parametrize("heading", ["地区,2019,2020,2021", "2019,2020,2021", "0,1,2,3"])
def test_years_and_ages_are_headings(reads, heading):
    width = heading.count(",") + 1
    body = ["北町" if heading.startswith("地区") else "5", *["7"] * (width - 1)]
    assert list(reads(heading + "\n" + ",".join(body) + "\n" + ",".join(body) + "\n").data) == heading.split(",")


def test_hash_begins_a_heading_not_a_comment(reads):
    assert list(reads("#property,latitude\n1,34.1\n").data) == ["#property", "latitude"]


def test_columns_without_heading_or_value_and_double_headings(reads):
    reading = reads("名称,,数,数,\n北,,1,2,x\n南,,3,4,y\n")
    assert list(reading.data) == ["名称", "数", "数_2", "列4"]
    assert {"blank_column", "duplicate_heading", "unnamed_column"} <= set(kinds(reading))


def test_headings_are_tidied_and_each_change_is_told(reads):
    reading = reads("都道府県コ―ド,telephone　number,人口\n22,054,1\n")
    assert list(reading.data) == ["都道府県コード", "telephone number", "人口"]
    assert [(n.column, n.value) for n in reading.notes if n.kind == "renamed"] == [
        ("都道府県コード", "都道府県コ―ド"), ("telephone number", "telephone number"),
    ]  # fmt: skip


def test_an_empty_head_has_no_layout():
    assert find_layout([["", ""]]).labels == ["", ""]


# --- types -------------------------------------------------------------------------------------------------------


def test_codes_stay_text_and_numbers_become_numbers(reads):
    reading = reads("団体コード,電話番号,郵便,店番,人口,長い番地\n222127,0546281111,4250000,012,1,1234567890123456\n")
    assert [str(t) for t in reading.data.dtypes] == ["str", "str", "str", "str", "int64", "str"]
    assert reading.data["店番"].tolist() == ["012"]
    assert "「団体コード」、「電話番号」、「郵便」、「店番」" in the(reading, "kept_text").ja


def test_a_few_strays_keep_the_column_text_and_are_named(reads):
    rows = "".join(f"町{i},{i}\n" for i in range(1, 10))
    reading = reads("町名,人口\n" + rows + "別荘地,不明\n")
    assert reading.data["人口"].dtype == "str"
    note = the(reading, "not_a_number")
    assert (note.row, note.column, note.value) == (11, "人口", "不明")


def test_texts_are_stripped_and_blank_ones_missing(reads):
    reading = reads("名称,備考\n　北町 ,　\n南町,-\n")
    assert reading.data["名称"].tolist() == ["北町", "南町"]
    assert reading.data["備考"].isna().tolist() == [True, False] and reading.data["備考"].dtype == "str"


def test_mojibake_inside_is_told_with_column_row_and_count(reads):
    reading = reads("町名,人口\n北町,1\n\ufffd\ufffd町,2\n\ufffd町,3\n")
    note = the(reading, "mojibake")
    assert (note.level, note.column, note.row) == ("warning", "町名", 3) and "2行" in note.ja


# --- what is no table --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "taken_for"),
    [
        ("写真.jpg", b"\xff\xd8\xff\xe0", "JPEG"),
        ("資料.pdf", b"%PDF-1.7", "PDF"),
        ("表.csv", b"%PDF-1.7", "PDF"),
        ("一覧.xls", b"<html><table>", "HTML"),
        ("地図.kml", b"<?xml version='1.0'?><kml>", "XML"),
        ("文書.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Word"),
        ("表.csv", b"a,b\n\0\0\0\1", "バイナリ"),
        ("data.json", b'{"patients": {"data": []}}', "JSON"),
        ("地図.prj", b"GEOGCS[]", "シェープファイルの一部"),
        ("メモ.md", b"# x", "「.md」"),
    ],
)
def test_other_files_are_refused_by_name(reads, name, data, taken_for):
    note = refused(reads, data, name=name)
    assert note.kind == "not_a_table" and taken_for in note.ja and ".xlsx" in note.fix and note.file == name


def test_missing_and_empty_files(tmp_path, reads):
    (tmp_path / "避難所一覧.csv").write_text("名称\n北\n", encoding="utf-8")
    with pytest.raises(DataAcademyError) as caught:
        read(tmp_path / "避難所 一覧.csv")
    assert caught.value.note.kind == "no_file" and "避難所一覧.csv" in caught.value.note.fix
    with pytest.raises(DataAcademyError, match="フォルダです"):
        read(tmp_path)
    assert refused(reads, b"").kind == "empty_file"
    assert refused(reads, "\n\n,,\n").kind == "no_rows"


def test_arguments_of_another_kind_of_file_are_refused(reads):
    for option in ({"sheet": "Sheet1"}, {"crs": 6676}):
        assert refused(reads, "a,b\n1,2\n", **option).kind == "not_applicable"


def test_a_text_file_has_no_sheets(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n", encoding="utf-8")
    assert sheets(tmp_path / "a.csv") == []
