"""What the linter hands over: the lines on the terminal, the page, and the marked copies."""

from __future__ import annotations

import io
import os
import re
import shutil
import tempfile
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest
from commandline import command
from lintcases import CASES, CLEAN_CSV, book, column, lines, sheet, write

from dataacademy import cli
from dataacademy.errors import DataAcademyError
from dataacademy.tables.lint import RULES, check
from dataacademy.tables.lint.command import lint as lint_here
from dataacademy.tables.lint.copies import write_copies
from dataacademy.tables.lint.grouping import by_file, grouped

_MANY = {
    "料金.csv": column("料金", ["1200円", "300円", "450円", "80円"]),
    "人口.xlsx": book(sheet("人口", [1200, "300", 450, "80", 95, 110])),
    "地図.csv": CASES["swapped"].dirty["公園.csv"],
    "表.pdf": "%PDF-1.7",
}


def visible(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and p.name[0] != ".")


def lint(folder, *arguments):
    return command(folder, "lint", *map(str, arguments))


def test_the_command_names_cells_rules_reasons_and_remedies(course_copy, tmp_path):
    path = write(_MANY, tmp_path / "町")
    before = {name: (path / name).read_bytes() for name in _MANY}
    done = lint(course_copy, path, "--html", tmp_path / "報告.html", "--excel", tmp_path / "写し")
    assert done.returncode == 1, done.stderr
    for text in ("地図.csv", "B5:C5", "緯度と経度を取り違えない", RULES["swapped"].why, RULES["swapped"].fix):
        assert text in done.stdout
    assert "注意　1-3 数値に単位を付けない：B2:B5" in done.stdout and "「料金（円）」" not in done.stdout
    assert "注意　1-3 数値は数値として入れる：シート「表」B3, B5" in done.stdout and "表.pdf" in done.stdout
    told = lint(course_copy, path, "--html", tmp_path / "報告.html", "--excel", tmp_path / "写し", "--all").stdout
    assert RULES["unit_in_cell"].why in told and "「料金（円）」" in told and "PDF" in told
    page = (tmp_path / "報告.html").read_text(encoding="utf-8")
    assert "B2:B5" in page and RULES["swapped"].title in page and RULES["number_as_text"].fix in page
    assert {name: (path / name).read_bytes() for name in _MANY} == before
    assert visible(tmp_path / "写し") == ["人口.xlsx", "地図.csv.xlsx", "料金.csv.xlsx"]


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
    copies = write_copies(path, check(path), tmp_path / "写し")
    assert sorted(copies.written) == ["人口.xlsx", "地図.csv", "料金.csv"]
    assert copies.left_out == copies.kept == []
    fees = openpyxl.load_workbook(tmp_path / "写し" / "料金.csv.xlsx")
    page = fees["料金"]
    assert marked(page) == {"B2", "B3", "B4", "B5"}
    assert page["B2"].value == "1200円" and "1-3 数値に単位を付けない" in page["B2"].comment.text
    assert RULES["unit_in_cell"].why in page["B2"].comment.text
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


def test_a_row_with_too_many_fields_stays_whole_in_the_copy(tmp_path):
    path = write(CASES["ragged_row"].dirty, tmp_path)
    write_copies(path, check(path), tmp_path / "写し")
    page = openpyxl.load_workbook(tmp_path / "写し" / "人口.csv.xlsx")["人口"]
    assert [cell.value for cell in page[4]] == ["南町", 450, 8]
    assert marked(page) == {"A4", "B4"} and "余った値「8」" in page["A4"].comment.text


def test_the_copies_of_the_last_run_go_but_nobody_elses_files(tmp_path):
    path, place = write(_MANY, tmp_path / "町"), tmp_path / "写し"
    write_copies(path, check(path), place)
    (place / "私の.xlsx").write_bytes(b"mine")
    changed = openpyxl.load_workbook(place / "人口.xlsx")
    changed["表"]["D1"] = "直しました"
    changed.save(place / "人口.xlsx")
    (path / "料金.csv").write_text(column("料金（円）", ["1200", "300"]), encoding="utf-8")
    again = write_copies(path, check(path), place)
    assert visible(place) == ["人口 (2).xlsx", "人口.xlsx", "地図.csv.xlsx", "私の.xlsx"]
    assert again.kept == [place / "人口.xlsx"] and again.written["人口.xlsx"] == place / "人口 (2).xlsx"
    assert openpyxl.load_workbook(place / "人口.xlsx")["表"]["D1"].value == "直しました"
    write_copies(path, [], place)
    assert visible(place) == ["人口.xlsx", "私の.xlsx"]


def test_a_marked_copy_is_checked_without_the_linters_own_list(tmp_path):
    path = write(CASES["swapped"].dirty, tmp_path)
    (copy,) = write_copies(path, check(path), tmp_path / "写し").written.values()
    assert [(n.kind, n.sheet, n.cells) for n in check(copy)] == [("swapped", "公園", "B5:C5")]
    (again,) = write_copies(copy, check(copy), tmp_path / "また").written.values()
    assert openpyxl.load_workbook(again).sheetnames == ["点検", "公園"]


# --- order and length ------------------------------------------------------------------------------------------------


def _columns(n: int) -> dict[str, bytes]:
    """A workbook in which n columns hold numbers as text."""
    rows = [["町名", *(f"項目{i}" for i in range(n))]]
    rows += [[f"{town}町", *(str(10 * i + k + 2) for i in range(n))] for k, town in enumerate("東西南北中")]
    return {"人口.xlsx": book(rows)}


def test_what_is_alike_over_columns_is_told_once(tmp_path):
    notes = check(write(_columns(40), tmp_path))
    assert len(notes) == 40
    ((note, columns),) = grouped(notes)
    assert (note.cells, columns) == ("B2:AO6", 40)
    assert [n for _, n in grouped(check(write(CASES["not_a_number"].dirty, tmp_path)))] == [1]


def test_the_gravest_comes_first(tmp_path):
    notes = check(
        write({**_MANY, **{f"別/{name}": text for name, text in CASES["impossible_date"].dirty.items()}}, tmp_path)
    )
    files = by_file(notes)
    assert [[n.level for n in found].count("error") for found in files.values()] == [1, 1, 0, 0, 0]
    for found in files.values():
        levels = [note.level for note, _ in grouped(found)]
        assert levels == sorted(levels)  # error, warning


class _Page(HTMLParser):
    """The links, the ids, and the texts of headings and cells with the class of each cell."""

    def __init__(self, text: str):
        super().__init__()
        self.links, self.ids, self.headings, self.cells, self._tag = [], [], [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        about = dict(attrs)
        self.links += [about["href"]] if tag == "a" else []
        self.ids += [about["id"]] if "id" in about else []
        self._tag = tag if tag in ("h2", "td") else self._tag
        if tag == "td":
            self.cells.append([about.get("class"), ""])
        elif tag == "h2":
            self.headings.append("")

    def handle_endtag(self, tag):
        self._tag = "" if tag == self._tag else self._tag

    def handle_data(self, data):
        if self._tag == "td":
            self.cells[-1][1] += data
        elif self._tag == "h2":
            self.headings[-1] += data


def test_the_page_leads_from_the_errors_to_the_files_and_their_copies(tmp_path):
    clean = {"別/人口.csv": CLEAN_CSV, "ある #1.csv": CASES["impossible_date"].dirty["履歴.csv"]}
    path = write(_MANY | clean, tmp_path / "町")
    done = lint_here(path, html=tmp_path / "報告" / "点検.html", excel=tmp_path / "写し")
    text = done.report.read_text(encoding="utf-8")
    page = _Page(text)
    assert page.headings[:2] == ["先に直すもの（誤り 2か所）", "まとめ"]
    assert page.headings[2:4] == ["ある #1.csv", "地図.csv"] and page.headings[-1] == "問題のなかったファイル（1件）"
    for link in page.links:
        if link.startswith("#"):
            assert link[1:] in page.ids
        else:
            assert (done.report.parent / unquote(link)).is_file()
    assert len({link for link in page.links if not link.startswith("#")}) == 4
    assert str(path) in text and "別/人口.csv" in text and "個人情報" in text
    levels = [name for name, cell in page.cells if cell in ("誤り", "注意")]
    kinds = len({note.kind for note in done.notes})
    assert levels[:kinds] == sorted(levels[:kinds]) and set(levels) == {"error", "warning"}
    assert re.search("(?i)background: #FFC7CE", text)


def test_the_page_of_a_clean_file_has_no_empty_tables(tmp_path):
    done = lint_here(write({"人口.csv": CLEAN_CSV}, tmp_path), html=tmp_path / "x.html", excel=tmp_path / "写し")
    page = _Page(done.report.read_text(encoding="utf-8"))
    assert page.headings == ["問題のなかったファイル（1件）"] and page.cells == []
    assert not (tmp_path / "写し").exists()


def test_long_lists_of_cells_and_of_errors_are_cut_on_the_terminal_only(tmp_path):
    files = {f"{i:02d}.csv": CASES["impossible_date"].dirty["履歴.csv"] + f"町{i},2024-02-31\n" for i in range(45)}
    done = lint_here(write(files, tmp_path / "町"), html=tmp_path / "x.html", excel=tmp_path / "写し")
    assert "先に直すもの（誤り 90か所）" in done.lines
    assert "  ほか50行は、下のファイルごとの一覧にあります。" in done.lines
    assert sum(line.startswith("  誤り") for line in done.lines) == 90
    assert _Page(done.report.read_text(encoding="utf-8")).headings[0] == "先に直すもの（誤り 90か所）"


# --- what cannot be read or written ----------------------------------------------------------------------------------


@contextmanager
def as_nobody():
    """Without the rights of the superuser, to whom nothing is closed."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def closed():
    """A folder with a closed file, a closed subfolder, and an open file, that everybody may enter."""
    folder = Path(tempfile.mkdtemp())
    try:
        write({"a.csv": CLEAN_CSV, "b.csv": CLEAN_CSV, "中/c.csv": CLEAN_CSV}, folder)
        for path, mode in ((folder, 0o755), (folder / "b.csv", 0), (folder / "中", 0)):
            path.chmod(mode)
        yield folder
    finally:
        (folder / "中").chmod(0o755)
        shutil.rmtree(folder)


def test_closed_files_and_folders_are_told(closed):
    check(closed / "a.csv")  # everything that is imported on the way is
    with as_nobody():
        notes = check(closed)
        (alone,) = check(closed / "b.csv")
        with pytest.raises(DataAcademyError, match="開く許可がありません"):
            check(closed / "中")
        with pytest.raises(DataAcademyError, match="読む許可がありません"):
            check(closed / "中" / "c.csv")
    assert [(note.kind, note.file) for note in notes] == [("unreadable", "b.csv"), ("unreadable", "中/")]
    assert "許可がありません" in notes[0].ja and "許可がありません" in notes[1].ja and "permi" in alone.en
    assert "調べていません" in notes[1].ja


def test_a_report_that_cannot_be_written_is_told_in_words(course_copy, tmp_path):
    path = write(_MANY, tmp_path / "町")
    (tmp_path / "もの").write_text("x", encoding="utf-8")
    for place in (tmp_path, tmp_path / "もの" / "x.html", tmp_path / ("長" * 200)):
        done = lint(course_copy, path, "--html", place, "--excel", tmp_path / "写し")
        assert (done.returncode, "書き込めません" in done.stderr) == (2, True), done.stderr
        assert "Traceback" not in done.stderr and "[EN]" in done.stderr


def test_an_empty_folder_shows_no_bar(course_copy, tmp_path):
    (tmp_path / "空").mkdir()
    done = lint(course_copy, tmp_path / "空")
    assert done.returncode == 2 and done.stderr.startswith("× フォルダ「空」に、調べる表がありません。")


def test_who_stops_the_linter_is_not_promised_to_go_on(tmp_path, monkeypatch, capsys):
    def stopped(path, *, progress):
        progress(0, 2, "人口.csv")
        raise KeyboardInterrupt

    monkeypatch.setattr("dataacademy.tables.lint.command.check", stopped)
    with pytest.raises(KeyboardInterrupt):
        cli.lint_(tmp_path)
    told = capsys.readouterr().err
    assert "はじめから実行してください" in told and "続きから" not in told


def test_a_name_that_is_like_none_is_not_guessed(tmp_path):
    write({"避難所.csv": CLEAN_CSV, "公園.csv": CLEAN_CSV}, tmp_path)
    for name, guess in (("人口動態.csv", None), ("避難書.csv", "避難所.csv"), ("公園.xlsx", "公園.csv")):
        with pytest.raises(DataAcademyError) as told:
            check(tmp_path / name)
        assert told.value.note.fix == (
            f"もしかして「{guess}」ですか。" if guess else "フォルダとファイルの名前を確かめてください。"
        )
