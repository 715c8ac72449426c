"""What the linter's notes say: what is seen, where the other place is, and how to mend these very cells."""

from __future__ import annotations

import json

import pytest
from lintcases import CASES, CLEAN_PLACES, PLACES, book, column, lines, places, sheet, write

from dataacademy.tables.lint import RULES, check


def note_of(files, tmp_path, kind=None):
    """The one note on the files (of one kind)."""
    (note,) = [note for note in check(write(files, tmp_path)) if kind in (None, note.kind)]
    return note


def case(kind, tmp_path):
    return note_of(CASES[kind].dirty, tmp_path)


# --- names of areas ---------------------------------------------------------------------------------------------------


def names_file(*names: str) -> str:
    return lines("所在地_町字,名称", *(f"{name},施設{i}" for i, name in enumerate(names)))


def test_a_map_of_the_areas_says_what_is_right(tmp_path):
    note = case("name_spelling", tmp_path)
    assert note.ja.endswith("「東町一丁目」は、「町丁目.geojson」では「東町1丁目」です。")
    assert note.fix == "「町丁目.geojson」の書き方にそろえてください。"


def test_without_a_map_the_majority_is_told_as_such(tmp_path):
    note = note_of({"公園.csv": names_file("北町一丁目", "北町一丁目", "北町1丁目")}, tmp_path)
    assert note.cells == "A4" and "ほかの多くのところでは「北町一丁目」です" in note.ja
    assert note.fix == "多いほうの書き方にそろえてください。"


@pytest.mark.parametrize(
    ("others", "cells"),
    [(("東町一丁目", "西町三丁目"), "A2"), (("東町1丁目", "西町3丁目"), "A3"), (("ケ峰", "みらいケ丘"), None)],
)
def test_a_tie_is_decided_by_the_style_of_the_other_names(others, cells, tmp_path):
    notes = check(write({"公園.csv": names_file("駅北5丁目", "駅北五丁目", *others)}, tmp_path))
    assert [note.cells for note in notes] == [cells or "A2:A3"]


def test_an_open_tie_names_both_places_and_no_right_form(tmp_path):
    note = note_of({"公園.csv": names_file("駅北五丁目", "公園前", "駅北5丁目")}, tmp_path)
    assert note.ja == "同じ町が二通りに書かれています（「駅北五丁目」A2、「駅北5丁目」A4）。"
    assert (note.cells, note.fix) == ("A2, A4", "正しいほうにそろえてください。")
    two = check(write({"あ.csv": names_file("北町ヶ丘"), "い.csv": names_file("北町ケ丘")}, tmp_path / "二つ"))
    assert [note.file for note in two] == ["あ.csv", "い.csv"]
    assert two[0].ja == two[1].ja == "同じ町が二通りに書かれています（「北町ヶ丘」あ.csv A2、「北町ケ丘」い.csv A2）。"


# --- spaces and letters -----------------------------------------------------------------------------------------------


def test_spaces_are_shown_and_located(tmp_path):
    note = case("spaces_for_looks", tmp_path)
    assert note.value == "名□□称"
    assert note.ja == "前後の余分な空白や体裁のための空白が3セルにあります（最初は、見出しの途中に全角の空白が2つ）。"
    behind = note_of({"施設.csv": lines("名称,定員", "東館,20", "西館 ,30", "南館,40")}, tmp_path)
    assert (behind.value, behind.ja) == ("西館␣", "前後の余分な空白が1セルにあります（値の終わりに半角の空白が1つ）。")
    inside = note_of({"施設.csv": lines("名称,定員", "東館,20", "大  ホール,30", "南館,40")}, tmp_path)
    assert (inside.value, inside.ja) == (
        "大␣␣ホール",
        "体裁のための空白が1セルにあります（値の途中に半角の空白が2つ）。",
    )


def test_a_long_text_shows_the_spaces_at_its_end(tmp_path):
    name = "とても長い名前の集会所" * 6 + "\u3000"
    note = note_of({"施設.csv": lines("名称,定員", f"{name},20", "西館,30", "南館,40")}, tmp_path)
    assert note.value.endswith("所□") and "…" in note.value and len(note.value) <= 40


def test_names_are_not_to_be_rewritten_for_an_old_encoding(tmp_path):
    rows = lines("氏名,人数", "髙橋,2", "山﨑,3", "髙木,4", "鈴木,5").encode("cp932")
    note = note_of({"名簿.csv": rows}, tmp_path, "machine_dependent")
    assert note.ja == "「髙」「﨑」（3セル）は、開くソフトによって化けます。"
    assert note.fix == "字は変えずに、UTF-8で保存し直してください。"


def test_signs_are_to_be_written_otherwise_in_any_encoding(tmp_path):
    note = case("machine_dependent", tmp_path)
    assert (note.ja, note.fix) == ("機種依存文字「㈱」「①」が2セルにあります。", RULES["machine_dependent"].fix)
    both = lines("名称,人数", "㈱髙橋,2", "山﨑①,3", "鈴木,5").encode("cp932")
    note = note_of({"会社.csv": both}, tmp_path, "machine_dependent")
    assert note.ja == "機種依存文字「㈱」「①」などが2セルにあります。"
    assert note.fix == RULES["machine_dependent"].fix + "「髙」などは字は変えずに、UTF-8で保存し直してください。"


def test_a_full_width_space_in_a_heading_is_named(tmp_path):
    rows = lines("name,telephone\u3000number", "a,054-621-0001", "b,054-621-0002")
    note = note_of({"施設.csv": rows}, tmp_path)
    assert note.value == "telephone□number" and "に、全角の空白（U+3000）" in note.ja


# --- rows -------------------------------------------------------------------------------------------------------------


def test_a_ragged_row_says_which_value_is_too_many(tmp_path):
    note = case("ragged_row", tmp_path)
    assert note.ja == "4行目は欄が3つあり、見出しの2つより1つ多くなっています（余った値「8」）。"
    short = lines(
        "町名,人口,世帯数", "東町,120,50", "西町,300,120", "南町,45", "北町,80,31", "中町,95,40", "本町,90,40"
    )
    note = note_of({"人口.csv": short}, tmp_path)
    assert note.ja == "4行目は欄が2つしかなく、見出しの3つより1つ少なくなっています。"
    long = short.replace("南町,45", "南町,45,20,8,9").replace("北町,80,31", "北町,80,31,7")
    note = note_of({"人口.csv": long}, tmp_path)
    assert "2つ多く" in note.ja and "余った値「8」、「9」" in note.ja and note.ja.endswith("続く1行も合いません。")


def test_the_other_place_is_named(tmp_path):
    assert case("duplicate_row", tmp_path).ja == "9行目は、8行目とまったく同じ行です。"
    assert "8行目と同じ" in case("duplicate_id", tmp_path).ja
    assert case("duplicate_heading", tmp_path).ja == "見出し「人口」が B1 と C1 にあります。"
    assert case("duplicate_period", tmp_path).ja == (
        "26行目は、「年月」・「町名」が10行目と同じです。続く1行も、前にある行と同じです。"
    )


def test_no_note_quotes_a_whole_row(tmp_path):
    assert case("duplicate_row", tmp_path).value == case("duplicate_period", tmp_path).value == ""
    assert case("total_row", tmp_path).value == "合計"
    assert case("title_row", tmp_path).value == "町別の人口"


def test_men_who_are_everybody_are_told_with_all_their_columns(tmp_path):
    head = ["町名", "総人口", "男性", "女性", "0-4歳の男性", "0-4歳の女性", "5-9歳の男性", "5-9歳の女性"]
    rows = [[f"{t}町", 400 + 8 * i, 198 + 4 * i, 202 + 4 * i] for i, t in enumerate("東西南北中本新上")]
    rows = [[*row, row[2] // 2, row[3] // 2, row[2] - row[2] // 2, row[3] - row[3] // 2] for row in rows]
    row = rows[3]
    row[4], row[6] = row[4] + row[5], row[6] + row[7]
    row[2] = row[4] + row[6]
    row[1] = row[2] + row[3]
    note = note_of({"人口.csv": lines(",".join(head), *(",".join(map(str, row)) for row in rows))}, tmp_path)
    assert (note.kind, note.cells) == ("sum_in_part", "C5")
    assert note.ja == ("5行目は、男性の列（C、E〜G）に男女の合計が入っているようです。総人口 B5 も大きすぎます。")
    plain = case("sum_in_part", tmp_path / "別")
    assert plain.ja == "「男」の45は「総数」と同じ値です。「男」に合計が入っているようです（1セル）。"


# --- numbers, units and codes -----------------------------------------------------------------------------------------


def test_examples_fit_the_column(tmp_path):
    note = note_of({"救急.csv": column("現場到着まで", ["7分", "8分", "12分"])}, tmp_path)
    assert note.fix == "単位は見出しに「現場到着まで（分）」のように書き、セルは数字だけにしてください。"
    for heading, shown in (("待ち時間", "待ち時間（分）"), ("面積", "面積（㎡）"), ("事業費", "事業費（円）")):
        note = note_of({"表.csv": column(heading, ["1200", "300", "450", "80"])}, tmp_path)
        assert (note.kind, shown in note.fix) == ("unit_missing", True)
    assert case("triangle_negative", tmp_path).fix == "「▲5」は「-5」と書いてください。"


def test_many_cells_of_one_word_may_be_a_class(tmp_path):
    depths = [*["0.5", "1", "3"] * 8, *["区域外"] * 6]
    text = lines("施設,浸水深（m）", *(f"第{i}館,{depth}" for i, depth in enumerate(depths)))
    note = note_of({"施設.csv": text}, tmp_path)
    assert note.kind == "not_a_number" and note.ja == "6セルが同じ言葉「区域外」です。"
    assert note.fix == "区分ならこのままでよく、数値として使うなら空欄にしてください。"


@pytest.mark.parametrize(
    ("codes", "fix", "level"),
    [
        (["37202", "37203"], "37202 は、検査数字を付けると 372021 です。", "warning"),
        (["372013", "372049"], "372048 です", "error"),
        (["372013", "高松"], "6桁", "error"),
    ],
)
def test_a_code_is_completed_from_its_own_digits(codes, fix, level, tmp_path):
    rows = [f"{code},町{i}" for i, code in enumerate(codes)]
    note = note_of({"町.csv": lines("全国地方公共団体コード,名称", *rows)}, tmp_path)
    assert (note.kind, note.level) == ("bad_code", level) and fix in note.fix


def test_spellings_of_numbers_are_graded_alike():
    kinds = ("number_as_text", "unit_in_cell", "full_width_digits", "triangle_negative", "thousands_separator")
    assert {RULES[kind].level for kind in kinds} == {"warning"}


# --- places and periods -----------------------------------------------------------------------------------------------


def test_the_old_datum_is_measured(tmp_path):
    note = case("tokyo_datum", tmp_path)
    assert "どれも約440m南東にずれています" in note.ja and "TKY2JGD" in note.fix


def test_how_far_off_a_place_is(tmp_path):
    assert case("outside_town", tmp_path).ja == "ほかの場所から遠く離れています（町の中心から約111km）。"
    twenty = CLEAN_PLACES.replace("34.504000,138.204000", "34.684000,138.204000")
    assert "約20km" in note_of({"公園.csv": twenty}, tmp_path / "別").ja


def test_a_feature_without_a_position(tmp_path):
    nowhere = -1.797693134862316e308
    points = [(nowhere, nowhere), *PLACES]
    features = [
        {
            "type": "Feature",
            "properties": {"name": f"{i}"},
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
        }
        for i, (lat, lon) in enumerate(points)
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    note = note_of({"文化財.geojson": text}, tmp_path)
    assert (note.kind, note.row, note.value) == ("no_coordinates", 1, "")
    assert note.ja == "位置が入っていません。"
    assert note_of({"公園.csv": places(",")}, tmp_path / "表").ja == "緯度・経度が空欄です。"


def test_the_missing_period_is_told_as_missing(tmp_path):
    note = case("missing_period", tmp_path)
    assert (note.file, note.value) == ("人口_2022.csv", "ないのは 2021年")
    assert note.ja == "2021年のファイルがありません（このファイルの一つ前は2020年です）。"


def test_a_list_that_explains_columns_is_no_table(tmp_path):
    text = lines("original_name,display_name,label_flag", "№,①番号,", "name,名称", "a,b,")
    assert check(write({"attributes.csv": text}, tmp_path)) == []
    assert check(write({"表.csv": text.replace("display_name", "name")}, tmp_path))


def test_errors_among_numbers_keep_their_own_notes(tmp_path):
    rows = sheet("人口", [1200, "約300", 450, "80", 95, 110])
    kinds = [note.kind for note in check(write({"人口.xlsx": book(rows)}, tmp_path))]
    assert kinds == ["not_a_number", "number_as_text"]
