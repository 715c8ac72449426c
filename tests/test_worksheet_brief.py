"""Briefs out of the worksheet: filled from its records only, traceable, on the pages promised, whatever it holds."""

from __future__ import annotations

import csv
import errno
import io
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest
from briefcases import crammed, flow_a, flow_b, half
from docx import Document
from docx.oxml.ns import qn
from driver import browser_page
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pptx import Presentation
from worksheets import ODD_TEXTS, full_worksheet, small_flow_a, worksheets

from dataacademy.errors import DataAcademyError
from dataacademy.worksheet import brief
from dataacademy.worksheet.brief.evidence import Evidence, Table
from dataacademy.worksheet.brief.material import Material
from dataacademy.worksheet.brief.nativecharts import chart_of
from dataacademy.worksheet.brief.story import Story
from dataacademy.worksheet.brief.wording import Part, lines, plain, shorten
from dataacademy.worksheet.model import Worksheet
from dataacademy.worksheet.records import FindingRecord, Picture

SENTENCES = "坂の上の地区では、避難所までの道のりが遠い。"
ODD = "\n".join(text for text in ODD_TEXTS if len(text) < 60)
BAD = {
    "many": lambda: full_worksheet(2000),
    "long": lambda: crammed("あ" * 5000),
    "words": lambda: crammed("W" * 3000),
    "sentences": lambda: crammed(SENTENCES * 40),
    "middling": lambda: crammed("坂の上の地区では、避難所までの道のりが遠く、歩いて着くまでに時間がかかる", 8),
    "odd": lambda: crammed(ODD),
    "emoji": lambda: crammed("😀👨‍👩‍👧‍👦髙﨑<b>&amp;\"'</b>", 6),
    "breaks": lambda: crammed("行\n" * 300),
    "half": half,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Every case's briefs, in folders as the command leaves them."""
    folder = tmp_path_factory.mktemp("briefs")
    for sheet in (flow_a(folder), flow_b(folder)):
        brief.write(sheet.worksheet, sheet.path)
    for name, make in BAD.items():
        brief.write(make(), folder / f"{name}.yml")
    return folder


def of(folder: Path, team: str, name: str) -> Path:
    return folder / f"{team}_記録" / "資料" / name


ALL = ("防災1班", "窓口班", *BAD)


@pytest.fixture(scope="module")
def pdfs(folder, tmp_path_factory) -> Path:
    """The Office files as LibreOffice prints them; one start for all."""
    if shutil.which("soffice") is None or shutil.which("pdftotext") is None:
        pytest.skip("LibreOffice (writer, impress) and poppler-utils are not installed: pages cannot be looked at")
    flat, printed = tmp_path_factory.mktemp("office"), tmp_path_factory.mktemp("pdf")
    for team in ALL:
        for name in ("一枚もの.docx", "首長報告.pptx", "課題公開シート.docx", "プロジェクトシート.docx"):
            if team not in BAD or name in ("一枚もの.docx", "首長報告.pptx"):
                shutil.copy(of(folder, team, name), flat / f"{team}-{name}")
    profile = tmp_path_factory.mktemp("profile").as_uri()
    subprocess.run(
        ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf", "--outdir", str(printed)]
        + [str(file) for file in sorted(flat.iterdir())],
        check=True,
        capture_output=True,
        timeout=180,
    )
    return printed


def run(*command) -> str:
    return subprocess.run([str(part) for part in command], check=True, capture_output=True).stdout.decode(
        "utf-8", "replace"
    )


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


# what is printed


@pytest.mark.parametrize("team", ALL)
def test_the_one_pager_is_one_page_and_the_report_five_slides_and_diagrams_for_questions(pdfs, folder, team):
    slides = Presentation(of(folder, team, "首長報告.pptx")).slides
    assert all(slide.shapes.title.text.startswith("参考") == (at >= 5) for at, slide in enumerate(slides))
    for name, pages in (("一枚もの", 1), ("首長報告", len(slides))):
        assert re.search(rf"^Pages:\s+{pages}$", run("pdfinfo", pdfs / f"{team}-{name}.pdf"), re.M), name


@pytest.mark.parametrize("team", ALL)
def test_nothing_on_a_slide_runs_into_its_footer_or_off_the_page(pdfs, team):
    boxes = run("pdftotext", "-bbox", pdfs / f"{team}-首長報告.pdf", "-")
    for page in boxes.split("<page ")[1:]:
        words = re.findall(r'xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)"', page)
        places = [tuple(map(float, word)) for word in words]
        assert all(left >= 0 and right <= 961 for left, _, right, _ in places)
        assert all(bottom <= 541 for *_, bottom in places)
        footer = [top for _, top, _, bottom in places if bottom > 515]
        assert all(top > 505 for top in footer)  # whatever reaches the foot of the page belongs to the footer


def test_printed_texts_are_whole_and_in_a_japanese_font(pdfs):
    told = {
        "一枚もの": [
            "30,329人が住み",
            "690,000円",
            "圏外の75歳以上÷75歳以上",
            "令和10年3月31日",
            "危機管理課",
            "避難所の一覧",
        ],
        "首長報告": ["なぜか", "棄却", "530,000円", "をお認めください。", "福祉課"],
        "課題公開シート": ["実証で確かめる数", "34.5％→20％"],
        "プロジェクトシート": ["リーダー", "髙﨑、山田"],
    }
    for name, texts in told.items():
        file = pdfs / f"防災1班-{name}.pdf"
        printed = squeezed(run("pdftotext", file, "-"))
        for text in texts:
            assert text in printed, (name, text)
        assert "\ufffd" not in printed
        fonts = run("pdffonts", file).splitlines()[2:]
        assert any(re.search("IPA|Gothic|Mincho|CJK|Noto Sans JP", font) for font in fonts), fonts
        assert all(re.search(r"\byes (yes|no) +(yes|no) ", font) for font in fonts)  # embedded


# where the numbers come from


def texts_of(files: list[Path]) -> dict[str, str]:
    """What a reader sees in each brief."""
    found = {}
    for file in files:
        if file.suffix == ".docx":
            document = Document(file)
            found[file.name] = "\n".join(
                "".join(t.text for t in p.iter(qn("w:t"))) for p in document.element.iter(qn("w:p"))
            )
        elif file.suffix == ".pptx":
            with zipfile.ZipFile(file) as package:
                slides = [n for n in package.namelist() if re.match(r"ppt/(slides|notesSlides|charts)/[^/]+\.xml", n)]
                xml = "\n".join(package.read(name).decode("utf-8") for name in slides)
            found[file.name] = "".join(re.findall(r"<(?:a:t|c:v)>([^<]*)<", xml))
        elif file.suffix == ".html":
            found[file.name] = re.sub(
                r"<style>.*?</style>|data:image[^\"]*|<[^>]*>", "", file.read_text(encoding="utf-8")
            )
        else:
            found[file.name] = file.read_text(encoding="utf-8")
    return found


def test_a_number_that_changes_in_a_finding_changes_in_every_brief(folder, tmp_path):
    sheet = flow_a(tmp_path)
    before = texts_of(brief.write(sheet.worksheet, sheet.path))
    assert len(before) == 8
    assert all("30,329" in text for text in before.values())
    sheet.worksheet.findings[0].value = 41_234
    sheet.worksheet.findings[0].text = "人口が最も多い地区があります。"
    after = texts_of(brief.write(sheet.worksheet, sheet.path, tmp_path / "後"))
    for name, text in after.items():
        assert "41,234" in text, name
        if name in ("一枚もの.docx", "課題公開シート.docx", "課題公開シート.txt", "プロジェクトシート.docx"):
            assert "30,329" not in text, name  # elsewhere the table beside the sentence still has it


def test_no_word_of_a_record_is_typed_in_the_briefs(tmp_path):
    """With every text of the worksheet replaced, none of the old words is left in any brief."""
    sheet = flow_a(tmp_path).worksheet
    words = [r.text for r in sheet if r.text] + [m.owner for m in sheet.measures] + [sheet.team.theme]
    for record in sheet:
        for name in ("text", "owner", "alt"):
            if hasattr(record, name):
                setattr(record, name, "別の文")
    for finding in sheet.findings:
        finding.figure = finding.table = ""
    sheet.team = sheet.team.model_copy(update={"theme": "別の題", "section": "", "question": ""})
    for text in texts_of(brief.write(sheet, tmp_path / "防災1班.yml", tmp_path / "別")).values():
        assert [word for word in words if word in text] == []


class Tags(HTMLParser):
    """Ids, links and pictures of a page."""

    def __init__(self, page: Path):
        super().__init__()
        self.ids, self.links, self.pictures, self.tags = [], [], [], []
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.tags.append((tag, values))
        self.ids += [values["id"]] if "id" in values else []
        self.links += [values["href"]] if tag == "a" else []
        self.pictures += [values] if tag == "img" else []


@pytest.mark.parametrize("team", ALL)
def test_every_number_leads_to_a_place_on_the_trace_page(folder, team):
    trace = Tags(of(folder, team, "根拠.html"))
    assert len(trace.ids) == len(set(trace.ids))
    ids = set(trace.ids)
    asked = {link[1:] for link in trace.links if link.startswith("#")}
    for name in ("一枚もの.docx", "課題公開シート.docx", "プロジェクトシート.docx"):
        document = Document(of(folder, team, name))
        targets = {r.target_ref for r in document.part.rels.values() if r.reltype.endswith("/hyperlink")}
        assert targets <= {"根拠.html"}
        asked |= {link.get(qn("w:anchor")) for link in document.element.iter(qn("w:hyperlink"))}
    residents = Tags(of(folder, team, "住民向けページ.html"))
    assert all(link.startswith(("#", "%E6%A0%B9%E6%8B%A0.html")) for link in residents.links)
    asked |= {link.split("#")[1] for link in residents.links if "html#" in link}
    assert asked - ids == set()
    if team == "防災1班":
        assert {"fact1-text-2", "total-cash", "cost1", "indicator1", "effect1"} <= asked


def test_the_trace_leads_from_a_number_to_the_file_with_its_hash(folder):
    page = of(folder, "防災1班", "根拠.html")
    text = page.read_text(encoding="utf-8")
    assert '<a class="quoted" id="fact1-text-2" href="#finding1">30,329</a>' in text
    finding = text.split('<article id="finding1">')[1].split("</article>")[0]
    assert "この発見を使う記録" in finding
    assert "記録したときと同じ" in finding
    assert re.search(r"<code>[0-9a-f]{64}</code>", finding)
    files = [unquote(link) for link in re.findall(r'(?:href|src)="([^"#]+)"', finding)]
    assert any(name.endswith("areas.geojson") for name in files)
    assert {Path(name).name for name in files} >= {"finding1.png", "finding1.csv"}
    assert all((page.parent / name).is_file() for name in files)


def test_a_source_that_changed_or_went_is_said(tmp_path):
    sheet = flow_a(tmp_path)
    own = tmp_path / "表.csv"
    own.write_text("a\n1\n", encoding="utf-8")
    source = sheet.worksheet.findings[0].sources[0].model_copy(update={"path": "表.csv"})
    sheet.worksheet.findings[0].sources = [source]
    sheet.worksheet.findings[1].sources = [source.model_copy(update={"path": "ない.csv"})]
    made = brief.write(sheet.worksheet, sheet.path, tmp_path / "資料", only=[])
    assert [n.kind for n in made.notes if n.kind.startswith("source")] == ["source_changed", "source_missing"]
    text = (tmp_path / "資料" / "根拠.html").read_text(encoding="utf-8")
    assert "記録のあとで変わった" in text
    assert "見つからない" in text


# pictures, charts, tables


def test_every_picture_has_a_text_for_those_who_cannot_see_it(folder):
    document = Document(of(folder, "防災1班", "一枚もの.docx"))
    described = [p.get("descr") for p in document.element.iter(qn("wp:docPr"))]
    assert len(described) == 1 and "棒グラフ" in described[0]
    slides = Presentation(of(folder, "防災1班", "首長報告.pptx")).slides
    shown = [
        shape
        for slide in slides
        for shape in slide.shapes
        if shape.shape_type == 13 or shape.has_chart or shape.has_table
    ]
    assert len(shown) == 6
    assert all(shape._element.xpath(".//p:cNvPr/@descr")[0].strip() for shape in shown)
    for page in ("住民向けページ.html", "根拠.html"):
        pictures = Tags(of(folder, "防災1班", page)).pictures
        assert len(pictures) == 3 and all(picture["alt"] for picture in pictures)
        assert "棒グラフ" in pictures[0]["alt"]


def test_the_work_and_who_holds_which_data_are_drawn_in_the_briefs_of_flow_b(folder):
    titles = ["業務フロー（現状）", "業務フロー（あるべき姿）", "CRUD表"]
    slides = list(Presentation(of(folder, "窓口班", "首長報告.pptx")).slides)[5:]
    assert [slide.shapes.title.text for slide in slides] == [f"参考　{title}" for title in titles]
    document = Document(of(folder, "窓口班", "別紙_業務フロー.docx"))
    assert [p.text for p in document.paragraphs if p.text] == [f"別紙{n}　{title}" for n, title in enumerate(titles, 1)]
    described = [picture.get("descr") for picture in document.element.iter(qn("wp:docPr"))]
    shown = [shape for slide in slides for shape in slide.shapes if shape.shape_type == 13]
    assert [shape._element.xpath(".//p:cNvPr/@descr")[0] for shape in shown] == described
    for words in (
        "「申請書を書く」（住民、作業 12分、月に400件、費用 20円、待ち 0分",
        "困りごとは「書き直しが多い。」",
    ):
        assert words in described[0]
    assert "「住所」は、市民課が作る・見る・直す、国保年金課が作る・見る" in described[2]
    page = of(folder, "窓口班", "住民向けページ.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 2 and page.count('role="img"') == 2
    assert "<td>作る・見る・直す</td><td>作る・見る</td>" in page
    assert not of(folder, "防災1班", "別紙_業務フロー.docx").exists()


def test_charts_on_slides_are_real_and_hold_the_numbers_of_the_table(folder):
    slide = Presentation(of(folder, "防災1班", "首長報告.pptx")).slides[1]
    charts = [shape.chart for shape in slide.shapes if shape.has_chart]
    with (folder / "防災1班_記録" / "表" / "finding1.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(charts) == 2
    assert list(charts[0].plots[0].categories) == [row["quarter"] for row in rows]
    assert list(charts[0].plots[0].series[0].values) == [float(row["population"]) for row in rows]
    assert charts[0].value_axis.minimum_scale == 0
    line = charts[1].value_axis
    assert 0 < line.minimum_scale < min(charts[1].plots[0].series[0].values)
    assert "0から始まっていません" in charts[1].category_axis.axis_title.text_frame.text
    workbook = openpyxl.load_workbook(io.BytesIO(charts[0].part.chart_workbook.xlsx_part.blob))
    assert workbook.active["B2"].value == float(rows[0]["population"])
    flow = Presentation(of(folder, "窓口班", "首長報告.pptx")).slides[1]
    hours = next(shape.chart for shape in flow.shapes if shape.has_chart)
    assert list(hours.plots[0].series[0].values) == [233.33, 86.67]


def table(text: str) -> Table:
    rows = [line.split(",") for line in text.split()]
    return Table(Path("x.csv"), rows[0], rows[1:])


def seen(kind: str, x: str, y: str) -> FindingRecord:
    return FindingRecord(id="finding1", picture=Picture(kind=kind, x=x, y=y))


def test_a_table_becomes_a_chart_only_where_it_holds_what_the_picture_shows():
    people = table("quarter,population\n港,10\n丘,20")
    upright = chart_of(seen("棒グラフ", "地区の性格", "人口（人）"), people, None)
    assert (upright.categories, upright.series) == (["港", "丘"], [("人口", [10, 20])])
    lying = chart_of(seen("棒グラフ", "人口（人）", "地区の性格"), people, None)
    assert (lying.series, lying.x, lying.y) == (upright.series, "地区の性格", "人口（人）")
    assert chart_of(seen("散布図", "地区の性格", "人口（人）"), people, None) is None
    assert chart_of(seen("棒グラフ", "地区の性格", "割合（％）"), people, None) is None
    assert chart_of(seen("棒グラフ", "地区の性格", "人口"), None, None) is None
    assert (
        chart_of(seen("棒グラフ", "quarter", "population"), table("quarter,population\n港,多い\n丘,20"), None) is None
    )
    assert chart_of(seen("棒グラフ", "quarter", "population"), table("quarter,population\n港,1\n港,2"), None) is None
    grouped = chart_of(seen("折れ線グラフ", "年", "人"), table("年,性,人\n2025,男,1\n2025,女,2\n2026,男,3"), None)
    assert grouped.series == [("男", [1, 3]), ("女", [2, None])]


def test_codes_keep_their_zeros_and_years_get_no_comma():
    shown = table("code,年,人,率\n0101,2025,12345,0.126\n0202,2026,7,3.0").shown(5)
    assert shown == [["0101", "2025", "12,345", "0.13"], ["0202", "2026", "7", "3"]]
    areas = table("area_id,zone_id,person_id,団体コード,population\n22212001001,31000,4500,222127,1234").shown(5)
    assert areas == [["22212001001", "31000", "4500", "222127", "1,234"]]


def test_a_figure_that_is_missing_broken_or_not_the_teams_own_is_named_and_left_out(tmp_path):
    sheet = flow_a(tmp_path)
    secret = tmp_path / "secret.png"
    shutil.copy(tmp_path / "防災1班_記録" / "図" / "finding1.png", secret)
    whole = secret.read_bytes()
    names = {"gone": "図/なし.png", "outside": "../secret.png", "absolute": str(secret), "torn": "図/torn.png"}
    (tmp_path / "防災1班_記録" / "図" / "torn.png").write_bytes(whole[:5000])
    (tmp_path / "防災1班_記録" / "図" / "link.png").symlink_to(secret)
    for name in [*names.values(), "図/link.png"]:
        sheet.worksheet.findings[0].figure = name
        made = brief.write(sheet.worksheet, sheet.path, tmp_path / "資料", only="住民向けページ")
        assert [n.ja for n in made.notes if n.kind == "no_figure" and Path(name).name in n.ja], name
        assert len(Tags(tmp_path / "資料" / "住民向けページ.html").pictures) == 2
    assert Evidence(sheet.path).figure("図/finding1.png").content == whole


# sums


def test_cash_and_staff_hours_are_never_added_to_each_other(folder, tmp_path):
    story = Story(Material(flow_a(tmp_path).worksheet, tmp_path / "防災1班.yml"))
    assert {t.anchor: (t.value, t.unit) for t in story.totals} == {
        "total-cash-first": (530_000, "円"),
        "total-cash": (690_000, "円"),
        "total-hours-first": (120, "時間"),
        "total-hours": (360, "時間"),
    }


def test_a_cost_without_amount_or_years_is_left_out_of_the_sum_and_that_is_said():
    sheet = Worksheet()
    sheet.add("cost", text="備品", kind="現金", amount=100, unit="円", every="一度だけ")
    sheet.add("cost", text="委託", kind="現金", unit="円", every="毎年", years=3)
    sheet.add("cost", text="保守", kind="現金", amount=50, unit="円", every="毎年")
    story = Story(Material(sheet, Path("班.yml")))
    first, whole = story.totals
    assert (first.value, [step.id for step in first.left_out]) == (150, ["cost2"])
    assert (whole.value, [step.id for step in whole.left_out]) == (100, ["cost2", "cost3"])
    assert plain(whole.parts) == "100円（未記入の 2 件を除く）"


def test_work_is_added_up_for_both_flows_and_data_by_office(tmp_path):
    story = Story(Material(flow_b(tmp_path).worksheet, tmp_path / "窓口班.yml"))
    now, then = story.works
    assert (now.minutes.value, round(now.hours.value, 2), now.cost.value) == (35, 233.33, 8000)
    assert (then.minutes.value, round(then.hours.value, 2), then.cost.value) == (13, 86.67, 0)
    assert [(total.anchor, total.value) for total in story.crud] == [
        ("crud-items", 2), ("crud-create", 1), ("crud-update", 0),
    ]  # fmt: skip


def test_a_prototype_still_to_be_tried_is_told_as_such_and_one_half_told_is_a_gap(tmp_path):
    sheet = flow_b(tmp_path)
    sheet.add("prototype", text="予約の枠を作る。", go_if="20分以内", stop_if="30分をこえる")

    def written() -> dict[str, str]:
        made = {file.name: file for file in brief.write(sheet.worksheet, sheet.path)}
        slides = Presentation(made["首長報告.pptx"]).slides
        cells = [c.text for s in slides for shape in s.shapes if shape.has_table for c in shape.table.iter_cells()]
        onepage = [p.text for p in Document(made["一枚もの.docx"]).element.body.iter(qn("w:t"))]
        page = re.sub(r"<[^>]+>", "", made["住民向けページ.html"].read_text(encoding="utf-8"))
        return {"一枚もの": "".join(onepage), "首長報告": "\n".join(cells), "住民": re.sub(r"\s+", "", page)}

    said = written()
    assert "これから試すこと" in said["一枚もの"] and "これから試します" in said["首長報告"]
    assert "予約の枠を作る。（これから試します）" in said["住民"]
    assert not [name for name, text in said.items() if "プロトタイプの試した結果" in text]
    sheet.update("prototype2", decision="進む")
    assert not [name for name, text in written().items() if "プロトタイプの試した結果" not in text]


def test_what_others_must_make_possible_is_asked_for(tmp_path):
    sheet = flow_b(tmp_path)
    sheet.add("crud", text="住所", office="税務課", read=True, use="届に印字する", who="他部署に依頼")
    asked = {}
    for name in ("課題公開シート", "プロジェクトシート"):
        brief.write(sheet.worksheet, sheet.path, only=name)
        (file,) = tmp_path.rglob(f"{name}.txt")
        asked[name] = file.read_text(encoding="utf-8")
    assert "世帯主：届に印字する（外注）" in asked["課題公開シート"], "companies are told what they would build"
    assert "住所：届に印字する" not in asked["課題公開シート"], "and not what another section decides"
    for line in ("世帯主：届に印字する（外注）", "住所：届に印字する（他部署に依頼）"):
        assert line in asked["プロジェクトシート"]


# half-filled, empty, odd


def test_a_half_filled_worksheet_makes_briefs_that_name_the_gaps(folder):
    made = brief.write(half(), folder / "half.yml", folder / "half again")
    texts = texts_of(made)
    for name in ("一枚もの.docx", "首長報告.pptx", "住民向けページ.html"):
        for gap in ("〔未記入：課題〕", "〔未記入：施策〕", "〔未記入：費用〕", "〔未記入：指標〕"):
            assert gap in texts[name], (name, gap)
        assert "3人" in squeezed(texts[name])
        assert "{finding9}" in texts[name]
    unfilled = [n.ja for n in made.notes if n.kind == "unfilled"]
    assert len(unfilled) == 2 and "finding9 はありません" in unfilled[0] and "割合" in unfilled[1]
    assert {"gap", "no_figure", "no_table", "blank"} <= {n.kind for n in made.notes}
    assert "書きかけ" in texts["住民向けページ.html"]


def test_an_empty_worksheet_says_what_is_needed(tmp_path):
    with pytest.raises(DataAcademyError, match="目標・問題・課題") as caught:
        brief.write(Worksheet(), tmp_path / "班.yml")
    assert caught.value.note.kind == "empty_worksheet"
    assert not (tmp_path / "班_記録").exists()


def test_odd_letters_arrive_as_they_are_and_nothing_in_them_is_run(tmp_path):
    sheet = small_flow_a()
    odd = '髙﨑 𠮷野家 👨‍👩‍👧‍👦 <script>alert(1)</script> & "引用" ]]> {{ 7*7 }} _x000D_ a\u2028b'
    sheet.facts[0].text = odd
    sheet.team.theme = odd
    sheet.findings[0].values["\x00 <i>"] = 1
    sheet.findings[0].left_out = ["\x01</td><img src=x onerror=alert(1)>"]
    sheet.findings[0].sources[0].path = 'javascript:alert(1)"><script>'
    made = brief.write(sheet, tmp_path / "班.yml")
    for name, text in texts_of(made).items():
        wanted = odd.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") if name.endswith("pptx") else odd
        if name.endswith("html"):
            tags = [tag for tag, _ in Tags(tmp_path / "班_記録" / "資料" / name).tags]
            assert "script" not in tags and "i" not in tags
            wanted = wanted.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;")
        assert squeezed(wanted) in squeezed(text), name
    links = Tags(tmp_path / "班_記録" / "資料" / "根拠.html").links
    assert not [link for link in links if link.lower().startswith("javascript:")]


def test_names_in_a_chart_are_no_formulas_in_the_workbook_behind_it(tmp_path):
    sheet = flow_a(tmp_path)
    file = tmp_path / "防災1班_記録" / "表" / "finding1.csv"
    file.write_text("quarter,population\n=1+2,3\nhttp://x,4\n<b>&,5\n\x01,6\n", encoding="utf-8")
    brief.write(sheet.worksheet, sheet.path, only="首長報告")
    slide = Presentation(file.parents[1] / "資料" / "首長報告.pptx").slides[1]
    chart = next(shape.chart for shape in slide.shapes if shape.has_chart)
    assert [name.strip() for name in chart.plots[0].categories] == ["=1+2", "http://x", "<b>&", ""]
    cells = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active["A"]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(sheet=worksheets())
def test_any_worksheet_makes_briefs_or_says_that_it_is_empty(sheet):
    with tempfile.TemporaryDirectory() as folder:
        try:
            drawn = any(record.text.strip() for record in [*sheet.crud, *(p for p in sheet.processes if p.flow)])
            assert len(brief.write(sheet, Path(folder) / "班.yml")) == 8 + drawn
        except DataAcademyError as error:
            assert error.note.kind == "empty_worksheet"
            assert not any(record.text.strip() for record in sheet)


TEXT = st.text(st.sampled_from("坂上a。！？」\n 9W😀"), max_size=80)


@settings(max_examples=60, deadline=None)
@example("9。。。。\n」坂上a", 7)
@given(TEXT, st.integers(1, 60))
def test_shortening_ends_with_a_sentence_and_never_within(text, limit):
    kept, left = shorten([Part(text[:7]), Part(text[7:])], limit, "fact1")
    if not left:
        assert plain(kept) == text
        return
    shown = "".join(part.text for part in kept if part.kind != "cut")
    assert kept[-1].kind == "cut" and kept[-1].anchor == "fact1"
    assert text.strip().startswith(shown)
    assert shown == "" or re.search(r"[。！？][」』）]*$", shown) or text[len(shown) :].lstrip(" ").startswith("\n")


@settings(max_examples=40, deadline=None)
@given(TEXT, st.integers(3, 30))
def test_more_room_never_needs_more_lines(text, room):
    assert lines(text, room) >= lines(text, room + 1) >= 1 + text.count("\n")


# files


def test_the_same_worksheet_gives_the_same_bytes(folder, tmp_path):
    for name in ("防災1班", "窓口班"):
        sheet = {"防災1班": flow_a, "窓口班": flow_b}[name](tmp_path)
        again = brief.write(sheet.worksheet, sheet.path)
        assert {f.name: f.read_bytes() for f in again} == {f.name: of(folder, name, f.name).read_bytes() for f in again}
    for name in ("一枚もの.docx", "首長報告.pptx"):
        with zipfile.ZipFile(of(folder, "防災1班", name)) as package:
            assert {info.date_time[0] for info in package.infolist()} == {1980}
            assert b"2026-06-20" in package.read("docProps/core.xml")


def test_fonts_and_language_are_japanese_for_east_asian_letters_too(folder):
    document = Document(of(folder, "防災1班", "一枚もの.docx"))
    fonts = list(document.styles.element.iter(qn("w:rFonts")))
    assert fonts and all(f.get(qn("w:eastAsia")) == "游ゴシック" for f in fonts)
    assert not [key for f in fonts for key in f.attrib if key.endswith("Theme")]
    assert {e.get(qn("w:eastAsia")) for e in document.styles.element.iter(qn("w:lang"))} == {"ja-JP"}
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    with zipfile.ZipFile(of(folder, "防災1班", "首長報告.pptx")) as package:
        assert 'ea typeface="游ゴシック"' in package.read("ppt/theme/theme1.xml").decode("utf-8")
    for slide in Presentation(of(folder, "防災1班", "首長報告.pptx")).slides:
        runs = slide._element.xpath(".//a:r/a:rPr")
        assert runs and all(r.xpath("./a:ea/@typeface") == ["游ゴシック"] and r.get("lang") == "ja-JP" for r in runs)
        notes = slide.notes_slide.notes_text_frame.text
        assert "根拠.html" in notes
    assert "SHA-256" in Presentation(of(folder, "防災1班", "首長報告.pptx")).slides[1].notes_slide.notes_text_frame.text


def test_a_file_that_somebody_edited_is_kept_and_the_new_one_put_beside_it(tmp_path):
    sheet = flow_b(tmp_path)
    files = brief.write(sheet.worksheet, sheet.path)
    edited = next(f for f in files if f.name == "プロジェクトシート.docx")
    untouched = next(f for f in files if f.name == "一枚もの.docx")
    document = Document(edited)
    document.add_paragraph("リーダーは佐藤です。")
    document.save(edited)
    mine, before = edited.read_bytes(), untouched.read_bytes()
    sheet.worksheet.team.theme = "新しい題"
    for _ in range(2):
        made = brief.write(sheet.worksheet, sheet.path)
        assert edited.read_bytes() == mine
        assert edited.with_name("プロジェクトシート（新）.docx") in made and edited not in made
        assert [n.ja for n in made.notes if n.kind == "edited" and "プロジェクトシート（新）.docx" in n.ja]
        assert untouched.read_bytes() != before  # what nobody touched is simply written anew
    assert not edited.with_name("プロジェクトシート（新2）.docx").exists()
    edited.unlink()
    assert edited in brief.write(sheet.worksheet, sheet.path)


def test_a_file_that_is_open_elsewhere_is_named_and_the_others_are_written(tmp_path, monkeypatch):
    sheet = flow_b(tmp_path)
    folder = brief.write(sheet.worksheet, sheet.path)[0].parent
    sheet.worksheet.team.theme = "新しい題"
    replace = os.replace

    def locked(source, target):
        if str(target).endswith("一枚もの.docx"):
            raise PermissionError(errno.EACCES, "in use", str(target))
        return replace(source, target)

    monkeypatch.setattr(os, "replace", locked)
    before = (folder / "一枚もの.docx").read_bytes()
    with pytest.raises(DataAcademyError, match="一枚もの.docx.*開いていませんか") as caught:
        brief.write(sheet.worksheet, sheet.path)
    assert caught.value.note.kind == "file_open"
    assert (folder / "一枚もの.docx").read_bytes() == before
    assert "新しい題" in (folder / "課題公開シート.txt").read_text(encoding="utf-8")
    assert not [name for name in os.listdir(folder) if name.startswith(".")]


def test_one_brief_can_be_asked_for_by_name(tmp_path):
    made = brief.write(small_flow_a(), tmp_path / "班.yml", only="住民向けページ")
    assert [file.name for file in made] == ["根拠.html", "住民向けページ.html"]
    assert "住民向けページ.html" in str(made) and "気をつけること" in str(made)
    with pytest.raises(DataAcademyError, match="もしかして「首長報告」"):
        brief.write(small_flow_a(), tmp_path / "班.yml", only=["首長報告書"])


# in a browser


def test_pages_fit_narrow_and_wide_screens_and_a_number_leads_to_its_source(folder):
    with browser_page() as page:
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        for team in ("防災1班", "窓口班", "odd", "words"):
            for name in ("住民向けページ.html", "根拠.html"):
                for wide in (400, 1280):
                    page.set_viewport_size({"width": wide, "height": 800})
                    page.goto(of(folder, team, name).as_uri())
                    assert page.evaluate("document.documentElement.scrollWidth") <= wide, (team, name, wide)
        page.goto(of(folder, "防災1班", "住民向けページ.html").as_uri())
        assert page.evaluate("document.documentElement.lang") == "ja"
        assert page.locator("h1").count() == 1
        assert page.locator("table").count() == page.locator("table > caption").count() > 3
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "本文へ"
        page.get_by_role("link", name="30,329").click()
        assert page.url.endswith("#fact1-text-2")
        assert page.evaluate("document.querySelector(':target').textContent") == "30,329"
        page.locator(":target").click()
        assert page.evaluate("document.querySelector(':target h3').textContent").startswith("発見")
        assert page.locator(":target img").evaluate(
            "async image => { await image.decode(); return image.naturalWidth }"
        )
        assert not [url for url in asked if not url.startswith(("file:", "data:"))]
