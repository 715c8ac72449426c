"""図の冊子: a worksheet's figures for residents, each with its table, its source and what it does not promise."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from briefcases import flow_a

import dataacademy as da
from dataacademy import DataAcademyError
from dataacademy.worksheet import open_sheet
from dataacademy.worksheet.quotes import fill


class Page(HTMLParser):
    """Tags with their attributes, and the text."""

    def __init__(self, file: Path):
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.text = ""
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def of(self, tag: str) -> list[dict]:
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture(scope="module")
def sheet(tmp_path_factory):
    return da.worksheet.example("c2", folder=tmp_path_factory.mktemp("c2"))


@pytest.fixture(scope="module")
def page(sheet, tmp_path_factory):
    (file,) = sheet.chart_book(tmp_path_factory.mktemp("book"))
    return Page(file)


def test_every_figure_is_there_once_with_its_words_and_its_table(sheet, page):
    findings = sheet.worksheet.section("finding")
    assert [picture["alt"] for picture in page.of("img")] == [" ".join(f.alt.split()) for f in findings]
    for finding in findings:
        assert sheet.get(finding.design).text in page.text
    for fact in sheet.worksheet.section("fact"):
        assert fill(fact.text, sheet.worksheet) in page.text
    assert [region["aria-label"] for region in page.of("div")][:4] == [f"図{n}の表" for n in range(1, 5)]


def test_it_is_one_file_that_asks_nothing_of_a_network(page):
    assert all(picture["src"].startswith("data:image/png;base64,") for picture in page.of("img"))
    assert not page.of("script") and not page.of("link")
    assert all(link["href"].startswith("#") for link in page.of("a"))
    ids = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    assert {link["href"][1:] for link in page.of("a")} <= ids


def test_what_is_computed_ahead_is_said_to_be_no_promise_and_only_there(page):
    leaves = page.text.split("計算した日")[:4]
    assert "決まったわけではありません" in leaves[0]
    assert ["町の取り組みや、人の動きで" in leaf for leaf in leaves] == [True, True, False, False]


def test_indicators_and_measures_stand_under_their_branch_and_a_gap_is_shown(sheet, page, tmp_path):
    for one in sheet.worksheet.section("indicator"):
        assert all(words in page.text for words in (one.text, one.definition, one.owner, one.frequency))
    assert "取り組みは、まだありません" not in page.text
    (early,) = da.worksheet.example("c1", folder=tmp_path).chart_book(tmp_path / "book")
    after = Page(early).text.split(sheet.get("issue3").text)[-1]
    assert after.strip().startswith("取り組みは、まだありません")
    assert "〔未記入：指標〕" in after + Page(early).text


def test_source_licence_and_who_to_ask_are_told(sheet, page):
    assert all(sheet.get(id).text in page.text for id in ("data1", "data2", "data3"))
    assert sheet.worksheet.team.licence in page.text and sheet.worksheet.team.section in page.text


def test_codes_of_areas_are_not_shown_to_residents(tmp_path):
    sheet = flow_a(tmp_path)
    table = tmp_path / "防災1班_記録" / "表" / "finding1.csv"
    table.write_text("area_id,quarter,population\n01,坂の上,3\n", encoding="utf-8")
    (file,) = sheet.chart_book(tmp_path / "book")
    heads = re.findall(r"<th scope=\"col\">(.*?)</th>", file.read_text(encoding="utf-8"))
    assert "地区コード" not in heads and "人口" in heads


def test_odd_letters_arrive_as_they_are_and_nothing_in_them_is_run(tmp_path):
    sheet = flow_a(tmp_path)
    odd = '髙﨑 <script>alert(1)</script> & "引用" {{ 7*7 }}'
    sheet.worksheet.team.theme = sheet.worksheet.designs[0].text = sheet.worksheet.findings[0].alt = odd
    sheet.worksheet.findings[0].left_out = [odd]
    sheet.save()
    (file,) = sheet.chart_book(tmp_path / "book")
    page = Page(file)
    assert not page.of("script") and page.text.count(odd) >= 3
    assert odd in [picture["alt"] for picture in page.of("img")]


def test_the_same_worksheet_gives_the_same_bytes_and_an_edited_book_is_kept(sheet, tmp_path):
    (file,) = sheet.chart_book(tmp_path)
    first = file.read_bytes()
    assert sheet.chart_book(tmp_path)[0].read_bytes() == first
    file.write_text("手で直した冊子", encoding="utf-8")
    made = sheet.chart_book(tmp_path)
    assert file.read_text(encoding="utf-8") == "手で直した冊子"
    assert made[0].name == "図の冊子（新）.html" and [n for n in made.notes if n.kind == "edited"]


def test_a_worksheet_without_anything_or_without_a_figure_says_what_to_do(tmp_path):
    sheet = open_sheet(tmp_path / "班.yml", town="mirai")
    with pytest.raises(DataAcademyError) as told:
        sheet.chart_book()
    assert told.value.note.kind == "empty_worksheet"
    sheet.add("goal", text="安心して暮らしている。")
    sheet.record(da.stats.forecast_population(da.load("population"), steps=1))
    with pytest.raises(DataAcademyError, match="ax=図") as told:
        sheet.chart_book(tmp_path / "book")
    assert told.value.note.kind == "no_charts" and not (tmp_path / "book").exists()


def test_a_finding_without_a_figure_is_left_out_and_named(tmp_path):
    sheet = flow_a(tmp_path)
    sheet.worksheet.findings[0].figure = ""
    sheet.save()
    made = sheet.chart_book(tmp_path / "book")
    assert [note.ja for note in made.notes if note.kind == "not_drawn" and "finding1" in note.ja]
