"""The linter: for every kind one dirty file that gives exactly one note with the right cells, and its clean twin."""

from __future__ import annotations

import io
import random

import openpyxl
import pytest
from commandline import command
from lintcases import CASES, CLEAN_BOOK, CLEAN_CSV, book, column, lines, sheet, write

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


# --- what is written -------------------------------------------------------------------------------------------------

_MANY = {
    "料金.csv": column("料金", ["1200円", "300円", "450円", "80円"]),
    "人口.xlsx": book(sheet("人口", [1200, "300", 450, "80", 95, 110])),
    "地図.csv": CASES["swapped"].dirty["公園.csv"],
    "表.pdf": "%PDF-1.7",
}


def lint(folder, *arguments):
    return command(folder, "lint", *map(str, arguments))


def test_the_command_names_cells_rules_reasons_and_remedies(course_copy, tmp_path):
    path = write(_MANY, tmp_path / "町")
    before = {name: (path / name).read_bytes() for name in _MANY}
    done = lint(course_copy, path, "--html", tmp_path / "報告.html", "--excel", tmp_path / "写し")
    assert done.returncode == 1, done.stderr
    for text in ("料金.csv", "B2:B5", "1-3 数値に単位を付けない", RULES["unit_in_cell"].why, "「料金（円）」"):
        assert text in done.stdout
    assert "B5:C5" in done.stdout and "B3, B5" in done.stdout and "PDF" in done.stdout
    page = (tmp_path / "報告.html").read_text(encoding="utf-8")
    assert "B2:B5" in page and RULES["swapped"].title in page and RULES["number_as_text"].fix in page
    assert {name: (path / name).read_bytes() for name in _MANY} == before
    assert sorted(p.name for p in (tmp_path / "写し").iterdir()) == ["人口.xlsx", "地図.csv.xlsx", "料金.csv.xlsx"]


def test_the_command_ends_with_0_for_clean_files_and_2_for_a_mistyped_name(course_copy, tmp_path):
    path = write({"人口.csv": CLEAN_CSV}, tmp_path)
    clean = lint(course_copy, path)
    assert (clean.returncode, "問題はありません" in clean.stdout) == (0, True)
    assert (course_copy / "work" / "lint" / "人口.csv.html").is_file()
    assert not (course_copy / "work" / "lint" / "人口.csv").exists()
    missing = lint(course_copy, tmp_path / "人工.csv")
    assert (missing.returncode, "もしかして「人口.csv」" in missing.stderr) == (2, True)
    assert lint(course_copy).returncode == 2


def test_copies_are_coloured_and_commented_where_the_problem_is(tmp_path):
    path = write(_MANY, tmp_path / "町")
    written, left_out = write_copies(path, check(path), tmp_path / "写し")
    assert len(written) == 3 and left_out == []
    fees = openpyxl.load_workbook(tmp_path / "写し" / "料金.csv.xlsx")
    page = fees["料金"]
    assert marked(page) == {"B2", "B3", "B4", "B5"}
    assert page["B2"].value == "1200円" and "1-3 数値に単位を付けない" in page["B2"].comment.text
    assert [cell.coordinate for row in page for cell in row if cell.comment] == ["B2"]
    assert fees.sheetnames[0] == "点検" and fees["点検"]["C2"].value == "B2:B5"
    assert "'料金'!B2:B5" in fees["点検"]["C2"].hyperlink.location
    people = openpyxl.load_workbook(tmp_path / "写し" / "人口.xlsx")["表"]
    assert marked(people) == {"B3", "B5"} and people["B3"].value == "300"
    assert people["B3"].comment and people["B5"].comment
    parks = openpyxl.load_workbook(tmp_path / "写し" / "地図.csv.xlsx")["地図"]
    assert marked(parks) == {"B5", "C5"} and parks["B4"].value == pytest.approx(34.503)


def marked(page) -> set[str]:
    return {cell.coordinate for row in page for cell in row if cell.fill.fill_type == "solid"}


def test_a_copy_of_a_workbook_keeps_its_look_and_its_merged_cells(tmp_path):
    def bold(made):
        made["表"]["A1"].font = openpyxl.styles.Font(bold=True, color="FF0000")
        made["表"].column_dimensions["A"].width = 40

    case = CASES["merged_cells"]
    rows = [[c.value for c in row] for row in openpyxl.load_workbook(io.BytesIO(case.dirty["施設.xlsx"]))["表"]]
    path = write({"施設.xlsx": book(rows, merge=["A2:A4"], edit=bold)}, tmp_path)
    write_copies(path, check(path), tmp_path / "写し")
    page = openpyxl.load_workbook(tmp_path / "写し" / "施設.xlsx")["表"]
    assert page["A1"].font.bold and page.column_dimensions["A"].width == 40
    assert [str(r) for r in page.merged_cells.ranges] == ["A2:A4"]
    assert "1-4 セルを結合しない" in page["A2"].comment.text


def test_a_text_that_looks_like_a_formula_stays_a_text_in_the_copy(tmp_path):
    path = write({"x.csv": lines("名称,料金", "=1+1,10円", "0123,20円", "西館,30円")}, tmp_path)
    write_copies(path, check(path), tmp_path / "写し")
    page = openpyxl.load_workbook(tmp_path / "写し" / "x.csv.xlsx")["x"]
    assert [(page[c].value, page[c].data_type) for c in ("A2", "A3")] == [("=1+1", "s"), ("0123", "s")]


def test_copies_never_replace_the_originals(tmp_path):
    path = write(CASES["number_as_text"].dirty, tmp_path)
    before = path.read_bytes()
    with pytest.raises(DataAcademyError, match="上書き"):
        write_copies(path, check(path), tmp_path)
    assert path.read_bytes() == before
