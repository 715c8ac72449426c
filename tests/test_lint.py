"""The linter: for every kind one dirty file that gives exactly one note with the right cells, and its clean twin."""

from __future__ import annotations

import random

import pytest
from lintcases import CASES, CLEAN_BOOK, CLEAN_CSV, book, lines, write

from dataacademy import tables
from dataacademy.errors import DataAcademyError
from dataacademy.notes import LEVELS, Note, to_frame
from dataacademy.tables.lint import RULES, check
from dataacademy.tables.lint.copies import write_copies


def said(notes) -> list[tuple[str, str, str]]:
    return [(note.kind, note.file, note.cells) for note in notes]


def test_every_rule_has_a_case_and_every_case_a_rule():
    assert set(CASES) == set(RULES)


@pytest.mark.parametrize("kind", RULES)
def test_one_problem_makes_one_note(kind, tmp_path):
    case = CASES[kind]
    path = write(case.dirty, tmp_path / "dirty")
    before = {file: (tmp_path / "dirty" / file).read_bytes() for file in case.dirty}
    notes = check(path)
    assert said(notes) == [(kind, case.file or next(iter(case.dirty)), case.cells)]
    note = notes[0]
    assert note.ja and note.en and note.fix and note.fix_en and note.level == RULES[kind].level
    assert note.cells == "" or note.row is not None
    assert before == {file: (tmp_path / "dirty" / file).read_bytes() for file in case.dirty}


@pytest.mark.parametrize("kind", RULES)
def test_the_clean_counterpart_is_silent(kind, tmp_path):
    assert said(check(write(CASES[kind].clean, tmp_path))) == []


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_every_rule_says_why_and_how(rule):
    assert rule.level in LEVELS and rule.level != "info"
    assert rule.title and rule.why.endswith("。") and rule.fix.endswith("。") and rule.en and rule.fix_en
    assert rule.check == "" or rule.check in [f"1-{n}" for n in range(1, 14)] + ["2-1", "2-2"]


def test_all_fifteen_checks_are_made():
    assert {rule.check for rule in RULES.values()} - {""} == {f"1-{n}" for n in range(1, 14)} | {"2-1", "2-2"}


def test_a_clean_file_gives_an_empty_frame_with_all_columns(tmp_path):
    clean = tables.problems(write({"人口.csv": CLEAN_CSV}, tmp_path))
    dirty = tables.problems(write(CASES["unit_in_cell"].dirty, tmp_path))
    assert len(clean) == 0 and list(clean.columns) == list(dirty.columns)
    assert " ".join(dirty.columns) == "level rule kind file sheet cells row column value ja why fix en fix_en"
    row = dirty.iloc[0]
    assert (row["rule"], row["row"], row["value"]) == ("1-3 数値に単位を付けない", 2, "1200円")
    assert row["why"] == RULES["unit_in_cell"].why


def test_a_note_says_its_cells_and_shortens_a_long_list():
    note = Note("swapped", "ja", "en", file="a.csv", row=5, cells="B5:C5", column="緯度")
    assert note.where == "a.csv　セル B5:C5　列「緯度」"
    many = Note("swapped", "ja", "en", cells=", ".join(f"B{row}" for row in range(2, 80, 2)))
    assert many.where == "セル B2, B4, B6, B8, B10, B12, B14, B16, B18…"
    assert to_frame([note, many])["cells"].tolist() == [note.cells, many.cells]


def test_a_folder_is_checked_file_by_file_and_below(tmp_path):
    write({"a/人口.csv": CASES["blank_row"].dirty["人口.csv"], "b/人口.xlsx": CLEAN_BOOK, "b/memo.md": "# x"}, tmp_path)
    seen = []
    notes = check(tmp_path, progress=lambda done, total, name: seen.append((done, total, name)))
    assert said(notes) == [("blank_row", "a/人口.csv", "A4:B5")]
    assert seen == [(0, 2, "a/人口.csv"), (1, 2, "b/人口.xlsx"), (2, 2, "")]


def test_nothing_there_is_said_in_words(tmp_path):
    with pytest.raises(DataAcademyError, match="ファイルが見つかりません"):
        check(tmp_path / "ない.csv")
    with pytest.raises(DataAcademyError, match="調べる表がありません"):
        check(tmp_path)


def test_more_than_five_cells_of_a_column_are_one_note(tmp_path):
    values = ["12", *["約10"] * 5, *["15"] * 30]
    few = lines("名称,人数", *(f"第{i}館,{v}" for i, v in enumerate(values)))
    many = lines("名称,人数", *(f"第{i}館,{v}" for i, v in enumerate([*values, "約9"])))
    assert [note.cells for note in check(write({"a.csv": few}, tmp_path))] == ["B3", "B4", "B5", "B6", "B7"]
    assert [note.cells for note in check(write({"b.csv": many}, tmp_path))] == ["B3:B7, B38"]


@pytest.mark.parametrize(
    "values",
    [
        ["090-1234-5678", "054-621-0001", "054-621-0002"],  # telephone
        ["○", "△", "×"],
        ["1-2", "3-4", "5-10"],
        ["08:30", "17:15", "9:00"],
        ["2024-04-01 08:30", "2024-04-02 09:00", "2024-04-03 10:15"],
        ["とても満足", "やや満足", ""],
        ["1;3", "2", "1;2;5"],
        ["0123", "0456", "0789"],
        ["", "", ""],
        ["True", "False", ""],
    ],
)
def test_what_is_no_number_is_no_problem(values, tmp_path):
    path = write({"表.csv": lines("answer_code,x", *(f"a{i},{v}" for i, v in enumerate(values * 3)))}, tmp_path)
    assert said(check(path)) == []


def clean_tables(root) -> list:
    """The sample town's own tables, as they are published; not the lists of problems, which quote them."""
    folder, lists = root / "datasets" / "mirai", ("defects.csv", "problems.csv")
    return sorted(p for p in folder.iterdir() if p.suffix in (".csv", ".geojson") and p.name not in lists)


def test_the_sample_towns_own_tables_are_clean(root, tmp_path):
    found = {path.name: said(check(path)) for path in clean_tables(root)}
    assert len(found) > 5
    assert {name: notes for name, notes in found.items() if notes} == {}
    for path in clean_tables(root):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert said(check(tmp_path)) == []


@pytest.mark.parametrize("kind", RULES)
def test_a_damaged_file_is_a_note_and_no_traceback(kind, tmp_path):
    name, content = next(iter(CASES[kind].dirty.items()))
    content = content if isinstance(content, bytes) else content.encode()
    chance = random.Random(kind)
    for number in range(4):
        damaged = bytearray(content)
        for _ in range(number * 3 + 1):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        path = write({f"{number}/{name}": bytes(damaged[: chance.randint(1, len(damaged))])}, tmp_path)
        notes = check(path)
        assert {note.kind for note in notes} <= set(RULES)
        write_copies(path, notes, tmp_path / "写し")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "unreadable"),
        (b"a,b\n\x00\x01\x02\x03", "file_type"),
        ("町,人口\n東町,1\n".encode() + "西町,２\n".encode("cp932"), "unreadable"),
        (b"<!doctype html><table></table>", "file_type"),
    ],
)
def test_what_the_reader_refuses_is_said_in_its_words(content, kind, tmp_path):
    (note,) = check(write({"表.csv": content}, tmp_path))
    assert (note.kind, note.file, note.level) == (kind, "表.csv", RULES[kind].level) and note.ja and note.fix


# --- several problems at once ----------------------------------------------------------------------------------------


def test_a_formatted_sheet_gives_each_problem_once(tmp_path):
    rows = [
        ["令和6年 みらい市の人口（単位：人）"],
        [],
        ["地区", "町名", "人口", None],
        [None, None, "男", "女"],
        ["東部", "東町", 1200, 1250],
        [None, "朝町", "▲3", 330],
        ["西部", "西町", 410, "X"],
        [None, "夕町", 95, 88],
        ["合計", None, 1708, 1668],
        ["注）住民基本台帳による。"],
    ]
    path = write({"人口.xlsx": book(rows, merge=["A3:A4", "B3:B4", "C3:D3", "A5:A6", "A7:A8"])}, tmp_path)
    found = {(note.kind, note.cells) for note in check(path)}
    assert found == {
        ("title_row", "A1:D1"),
        ("merged_heading", "A3:D4"),
        ("merged_cells", "A5:A6"),
        ("merged_cells", "A7:A8"),
        ("triangle_negative", "C6"),
        ("special_symbol", "D7"),
        ("total_row", "A9:D9"),
        ("total_mismatch", "C9"),
        ("note_row", "A10:D10"),
    }


def test_a_total_row_that_is_off_because_of_a_reported_cell_is_not_reported_again(tmp_path):
    rows = [f"{t}町,{41 + 2 * i},{20 + i},{21 + i}" for i, t in enumerate("東西南北中")]
    total = "合計,225,110,115"
    right = lines("町名,総数,男,女", *rows, total)
    wrong = right.replace("45,22,23", "45,45,23")
    assert said(check(write({"人口.csv": right}, tmp_path))) == [("total_row", "人口.csv", "A7:D7")]
    assert said(check(write({"人口.csv": wrong}, tmp_path))) == [
        ("sum_in_part", "人口.csv", "C4"),
        ("total_row", "人口.csv", "A7:D7"),
    ]
    off = right.replace("合計,225", "合計,252")
    assert said(check(write({"人口.csv": off}, tmp_path))) == [
        ("total_mismatch", "人口.csv", "B7"),
        ("total_row", "人口.csv", "A7:D7"),
    ]


def test_subtotals_are_found_by_their_sums(tmp_path):
    rows = ["東部,東町,10", "東部,朝町,20", "東部計,,30", "西部,西町,5", "西部,夕町,6", "西部計,,11", "市計,,41"]
    right = lines("地区,町名,人口", *rows)
    assert said(check(write({"人口.csv": right}, tmp_path))) == [
        ("total_row", "人口.csv", "A4:C4"),
        ("total_row", "人口.csv", "A7:C8"),
    ]
    other = right.replace("計", "会計課")  # a section, and its sums no sums
    assert said(check(write({"人口.csv": other}, tmp_path))) == []
