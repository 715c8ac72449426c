"""Diagrams of the work: every step in its lane, every arrow from box to box, nothing over anything, all in words."""

from __future__ import annotations

import re
import shutil
import xml.etree.ElementTree as ET
from functools import cache
from importlib.util import find_spec
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from driver import browser_page
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFont
from worksheets import ODD_TEXTS, records_of

from dataacademy.errors import DataAcademyError
from dataacademy.worksheet import Sheet, store
from dataacademy.worksheet.diagrams import Diagram, crud_table, flow_diagram
from dataacademy.worksheet.diagrams.lettering import clusters, width, wrap
from dataacademy.worksheet.model import Worksheet

ROOT = Path(__file__).resolve().parents[1]
A4 = (297 - 20, 210 - 20)  # mm on its side, without margins of 10 mm
NOW, THEN = "現状", "あるべき姿"


def flow(*steps: dict, at: str = NOW) -> Worksheet:
    """A worksheet of steps; ``after`` names the numbers of others."""
    sheet = Worksheet()
    for step in steps:
        after = [f"process{n}" for n in step.get("after", ())]
        sheet.add("process", **({"text": "作業", "flow": at, "office": "市民課"} | step | {"after": after}))
    return sheet


def chain(count: int, **values) -> Worksheet:
    return flow(*({"text": f"作業その{n}", "after": [n - 1] if n > 1 else []} | values for n in range(1, count + 1)))


class Drawn:
    """What stands where in an SVG: boxes of steps, lanes, cells, arrows, and every text with its size, in points."""

    def __init__(self, svg: str):
        self.root = ET.fromstring(svg)
        self.boxes: dict[str, tuple] = {}
        self.lanes: list[tuple] = []
        self.cells: list[tuple] = []
        self.arrows: list[tuple] = []
        self.texts: dict[object, list[tuple]] = {}
        self._walk(self.root, 0, 0, 1, None)

    def _walk(self, node, dx, dy, scale, owner):
        for child in node:
            tag = child.tag.split("}")[1]
            if tag == "g":
                move = re.search(r"translate\(([-\d.]+),([-\d.]+)\)", child.get("transform", ""))
                more = re.search(r"scale\(([\d.]+)\)", child.get("transform", ""))
                x, y = (dx + scale * float(move[1]), dy + scale * float(move[2])) if move else (dx, dy)
                self._group(child, x, y, scale * float(more[1]) if more else scale, owner)
            elif tag == "text":
                size, middle = float(child.get("font-size")) * scale, child.get("text-anchor") == "middle"
                x, y = dx + scale * float(child.get("x")), dy + scale * float(child.get("y"))
                self.texts.setdefault(owner, []).append((x, y, size, middle, "".join(child.itertext())))
            elif tag == "path" and child.get("class") == "arrow":
                numbers = [float(n) for n in re.findall(r"-?[\d.]+", child.get("d"))]
                points = [(dx + scale * x, dy + scale * y) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
                ends = int(child.get("data-from")), int(child.get("data-to"))
                self.arrows.append((*ends, child.get("stroke-dasharray") is not None, points))

    def _group(self, child, x, y, scale, owner):
        kind = child.get("class")
        if kind in ("step", "lane", "cell"):
            first = child.find("{*}rect")
            box = tuple(scale * float(first.get(name)) for name in ("x", "y", "width", "height"))
            box = (x + box[0], y + box[1], x + box[0] + box[2], y + box[1] + box[3])
            if kind == "step":
                owner = child.get("data-step")
                self.boxes[owner] = box
            else:
                (self.lanes if kind == "lane" else self.cells).append(box)
                owner = (kind, len(self.lanes if kind == "lane" else self.cells) - 1)
        self._walk(child, x, y, scale, owner)

    def said(self, owner) -> str:
        return "".join(text for *_, text in self.texts[owner])

    def numbered(self) -> dict[int, tuple]:
        return {int(re.match(r"\d+", self.said(id))[0]): box for id, box in self.boxes.items()}


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(Path(find_spec("matplotlib_fontja").origin).parent / "fonts" / "ipaexg.ttf"), size)


def check(diagram: Diagram) -> list[Drawn]:
    """The laws of every picture: on its sheet, boxes apart and in lanes, texts within boxes, arrows from box to box."""
    pages = [Drawn(page) for page in diagram.pages]
    for page in pages:
        wide, high = (float(page.root.get(name).removesuffix("pt")) for name in ("width", "height"))
        assert wide * 25.4 / 72 <= A4[0] + 0.1 and high * 25.4 / 72 <= A4[1] + 0.1
        for one, other in combinations(page.boxes.values(), 2):
            assert one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]
        for box in page.boxes.values():
            assert any(a < box[0] and b < box[1] and box[2] < c and box[3] < d for a, b, c, d in page.lanes)
        places = page.boxes | {("lane", n): b for n, b in enumerate(page.lanes)}
        places |= {("cell", n): b for n, b in enumerate(page.cells)}
        for owner, texts in page.texts.items():
            left, top, right, bottom = places.get(owner, (0, 0, wide, high))
            right = left + 80 if owner and owner[0] == "lane" and right - left > 200 else right
            for x, y, size, middle, text in texts:
                long = font(100).getlength(text) * size / 100
                start = x - long / 2 if middle else x
                assert left <= start + 0.3 and start + long <= right + 0.3, text
                assert top <= y - 0.8 * size and y + 0.2 * size <= bottom + 0.3, text
        _check_arrows(page)
        words = [c.get("fill") or "" for c in page.root.iter()] + [c.get("stroke") or "" for c in page.root.iter()]
        for colour in {word for word in words if word.startswith("#")}:
            assert colour[1:3] == colour[3:5] == colour[5:7]  # grey: nothing is lost on a black-and-white copy
    return pages


def _check_arrows(page: Drawn) -> None:
    numbered = page.numbered()
    for start, end, _, points in page.arrows:
        (x0, y0), (x1, y1) = points[0], points[-1]
        a, b = numbered[start], numbered[end]
        assert abs(x0 - a[2]) < 0.3 and a[1] < y0 < a[3]  # leaves on the right
        assert 0 < b[0] - x1 < 8 and b[1] < y1 < b[3]  # comes in on the left, with its head between
        for (ax, ay), (bx, by) in pairwise(points):
            assert ax == bx or ay == by
            for left, top, right, bottom in page.boxes.values():
                apart = max(ax, bx) <= left + 0.2 or min(ax, bx) >= right - 0.2
                assert apart or max(ay, by) <= top + 0.2 or min(ay, by) >= bottom - 0.2
    for (s0, e0, _, one), (s1, e1, _, other) in combinations(page.arrows, 2):
        if s0 != s1 and e0 != e1:
            assert not any(_along(p, q) for p in pairwise(one) for q in pairwise(other)), (s0, e0, s1, e1)


def _along(one, other) -> bool:
    """Whether two lines run on each other, so that nobody could tell which arrow goes where."""
    for at in (0, 1):
        fixed, moving = at, 1 - at
        if one[0][fixed] == one[1][fixed] == other[0][fixed] == other[1][fixed]:
            (a, b), (c, d) = (sorted(p[moving] for p in line) for line in (one, other))
            return min(b, d) - max(a, c) > 0.5
    return False


# what is drawn


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    """The example team's worksheet as the repository holds it."""
    return Sheet(store.read(ROOT / "examples" / "flow_b" / "お手本の班.yml"))


@pytest.mark.parametrize("name", [NOW, THEN])
def test_the_example_is_drawn_with_every_step_arrow_lane_and_number(sheet, name):
    diagram = sheet.flow_diagram(name)
    (page,) = check(diagram)
    steps = [process for process in sheet.worksheet.processes if process.flow == name]
    assert set(page.boxes) == {step.id for step in steps}
    assert len(page.arrows) == sum(len(step.after) for step in steps)
    assert {page.said(("lane", n)) for n in range(len(page.lanes))} == {step.office for step in steps}
    for step in steps:
        told = page.said(step.id)
        assert step.text in told and f"作業 {step.minutes:g}分" in told and f"月に{step.count:,}件" in told
        assert (f"待ち {step.waiting or 0:g}分" in told) == (step.waiting is not None)
        assert ("困りごと" in told) == bool(step.trouble)
        for word in (step.text, step.office, f"{step.minutes:g}分", f"{step.count:,}件", step.trouble):
            assert word in diagram.alt


def test_both_flows_have_their_lanes_in_the_same_order():
    sheet = flow({"office": "住民"}, {"office": "市民課"})
    sheet.add("process", text="入力", flow=THEN, office="市民課")
    sheet.add("process", text="署名", flow=THEN, office="住民")
    page = Drawn(flow_diagram(sheet, THEN).svg)
    assert [page.said(("lane", n)) for n in range(2)] == ["住民", "市民課"]


def test_offices_that_differ_in_width_or_blanks_only_share_a_lane_and_a_missing_one_has_its_own():
    page = Drawn(
        flow_diagram(
            flow({"office": "市民課1係"}, {"office": "市民課 １係"}, {"office": " "}, {"office": "髙﨑支所"}), NOW
        ).svg
    )
    names = [page.said(("lane", n)) for n in range(len(page.lanes))]
    assert names == ["市民課1係", "髙﨑支所", "（行う人・部署が空です）"]


def test_branches_and_joins_stand_side_by_side():
    sheet = flow({}, {"after": [1], "office": "税務課"}, {"after": [1]}, {"after": [1]}, {"after": [2, 3, 4]})
    diagram = flow_diagram(sheet, NOW)
    (page,) = check(diagram)
    assert {(a, b) for a, b, *_ in page.arrows} == {(1, 2), (1, 3), (1, 4), (2, 5), (3, 5), (4, 5)}
    assert len({page.boxes[f"process{n}"][0] for n in (2, 3, 4)}) == 1
    assert "次は2と3と4。" in diagram.alt


def test_a_step_is_passed_by_on_a_way_of_its_own():
    sheet = flow({}, {"after": [1]}, {"after": [2]}, {"after": [3, 1, 2]}, {"after": [1, 4], "office": "税務課"})
    (page,) = check(flow_diagram(sheet, NOW))
    assert len(page.arrows) == 7


def test_two_arrows_never_run_along_the_same_line():
    desk = {"office": "市民課"}
    sheet = flow(
        {"office": "住民"}, desk, desk | {"after": [2]}, desk | {"after": [1, 3]}, {"office": "住民", "after": [2, 3]}
    )
    (page,) = check(flow_diagram(sheet, NOW))
    assert len(page.arrows) == 5
    tax = {"office": "税務課"}
    (page,) = check(flow_diagram(flow({}, {"after": [1]}, {"after": [2, 5]}, tax | {"after": [2, 3]}, tax), NOW))
    assert len(page.arrows) == 5  # here they would meet between two columns


def test_loops_are_drawn_broken_and_told():
    sheet = flow({}, {"after": [1, 3]}, {"after": [2]}, {"after": [3, 4]})
    diagram = flow_diagram(sheet, NOW)
    (page,) = check(diagram)
    assert {(a, b) for a, b, broken, _ in page.arrows if broken} == {(3, 2), (4, 4)}
    assert "2へもどることもある" in diagram.alt and "4へもどることもある" in diagram.alt
    assert any("点線の矢印" in text for *_, text in page.texts[None])


def test_a_circle_without_a_beginning_begins_with_the_first_step_of_the_sheet():
    (page,) = check(flow_diagram(flow({"after": [3]}, {"after": [1]}, {"after": [2]}), NOW))
    assert [(a, b) for a, b, broken, _ in page.arrows if broken] == [(3, 1)]
    assert page.numbered()[1] == page.boxes["process1"]


def test_what_a_step_follows_must_be_in_its_flow_else_it_is_noted():
    sheet = flow({}, {"after": [1, 9]}, {"after": [4]})
    sheet.add("process", text="ほかの流れ", flow=THEN)
    sheet.add("process", text="まだ選んでいない")
    diagram = flow_diagram(sheet, NOW)
    (page,) = check(diagram)
    assert [(a, b) for a, b, *_ in page.arrows] == [(1, 2)]
    assert [note.kind for note in diagram.notes] == ["dangling", "dangling", "no_flow"]
    assert "process9" in diagram.notes[0].ja and "process9" in diagram._repr_html_()


def test_steps_without_any_order_stand_in_the_order_of_the_sheet_without_arrows():
    diagram = flow_diagram(flow(*({"text": f"作業{n}"} for n in range(4))), NOW)
    (page,) = check(diagram)
    assert not page.arrows
    assert [note.kind for note in diagram.notes] == ["no_order"]
    lefts = [page.boxes[f"process{n}"][0] for n in range(1, 5)]
    assert lefts == sorted(set(lefts))


def test_forty_steps_go_on_from_page_to_page_and_say_where():
    offices = ("住民", "市民課", "税務課", "国保年金課")
    sheet = chain(40)
    for at, process in enumerate(sheet.processes):
        process.office, process.minutes = offices[at % 4], at
        process.trouble = "書き直しが多く、時間がかかる。" if at % 3 == 0 else ""
    diagram = flow_diagram(sheet, NOW)
    pages = check(diagram)
    assert len(pages) > 1
    assert sum(len(page.boxes) for page in pages) == 40
    drawn = {(a, b) for page in pages for a, b, *_ in page.arrows}
    for at in range(1, 40):
        if (at, at + 1) not in drawn:
            ends = [
                next(page.said(f"process{n}") for page in pages if f"process{n}" in page.boxes) for n in (at, at + 1)
            ]
            assert f"→ {at + 1}へ" in ends[0] and f"← {at}から" in ends[1]
    assert diagram.alt.count("作業その") == 40
    assert all(f"{at + 1}／{len(pages)}" in diagram.alt_of(at) for at in range(len(pages)))
    whole = Drawn(diagram.svg)
    assert len(whole.boxes) == 40


@pytest.mark.parametrize("offices", [1, 38])
def test_many_steps_side_by_side_still_fit_the_sheets(offices):
    many = [{"after": [1], "office": f"第{n % offices}課", "text": f"照会{n}"} for n in range(38)]
    pages = check(flow_diagram(flow({}, *many, {"after": list(range(2, 40))}), NOW))
    assert sum(len(page.boxes) for page in pages) == 40


def test_long_texts_end_with_dots_in_the_picture_and_stand_whole_in_words():
    words = "職員が横で教えている。" * 40
    diagram = flow_diagram(flow({"text": "W" * 400, "trouble": words, "office": "部" * 90, "minutes": -1e12 / 3}), NOW)
    check(diagram)
    assert words in diagram.alt and "W" * 400 in diagram.alt
    assert [note.kind for note in diagram.notes] == ["shortened"]
    assert "…" in diagram.svg


def test_texts_are_never_taken_for_markup():
    odd = """<script>alert(1)</script> & "引用" ]]> <![CDATA[ &amp; '"""
    sheet = flow({"text": odd, "office": odd, "trouble": odd})
    sheet.add("crud", text=odd, office=odd, create=True, rule=odd)
    for diagram in (flow_diagram(sheet, NOW), crud_table(sheet)):
        root = ET.fromstring(diagram.svg)
        assert not list(root.iter("{http://www.w3.org/2000/svg}script"))
        assert odd in "".join(root.find("{*}desc").itertext())
        assert "<script" not in diagram._repr_html_()
    page = Drawn(flow_diagram(sheet, NOW).svg)
    assert page.said("process1").replace(" ", "").startswith("1" + odd.replace(" ", "")[:40])


def test_numbers_in_texts_come_from_their_findings():
    sheet = flow({"text": "{finding1}人を待つ", "trouble": "{finding1.割合:.1f}％が書き直す"})
    sheet.add("finding", text="", value=1234, values={"割合": 12.345})
    diagram = flow_diagram(sheet, NOW)
    assert "1,234人を待つ" in diagram.alt and "12.3％が書き直す" in diagram.alt


def test_an_svg_has_a_title_and_a_text_for_those_who_cannot_see_it_and_needs_nothing_else(sheet):
    for diagram in (sheet.flow_diagram(NOW), sheet.crud_table()):
        root = ET.fromstring(diagram.svg)
        assert root.get("role") == "img"
        title, desc = root.find("{*}title"), root.find("{*}desc")
        assert title.get("id") == root.get("aria-labelledby") and title.text == diagram.title
        assert desc.get("id") == root.get("aria-describedby") and desc.text == diagram.alt
        assert not re.search(r"(?:href|src)=|url\(|@import", diagram.svg)
        assert diagram.svg == type(diagram)(diagram.title, diagram.sheets).svg


def test_a_picture_is_saved_as_svg_png_or_a_page_to_print(sheet, tmp_path):
    diagram = sheet.flow_diagram(NOW)
    assert ET.parse(diagram.save(tmp_path / "流れ.svg")).getroot().tag.endswith("svg")
    page = diagram.save(tmp_path / "流れ.html").read_text(encoding="utf-8")
    assert "A4 landscape" in page and page.count("<svg") == len(diagram.pages)
    image = Image.open(diagram.save(tmp_path / "流れ.png"))
    ink = sum(image.convert("L").histogram()[:128])
    assert image.width > 1000 and ink > 5000  # letters and lines are there
    with pytest.raises(DataAcademyError) as caught:
        diagram.save(tmp_path / "流れ.pdf")
    assert caught.value.note.kind == "unknown_choice"


def test_japanese_letters_are_drawn_in_a_png_and_not_as_empty_boxes():
    one, other = (flow_diagram(flow({"text": text}), NOW).png() for text in ("髙﨑", "高崎"))
    assert one != other


def test_a_flow_that_is_empty_or_unknown_is_told_in_words():
    with pytest.raises(
        DataAcademyError, match="「あるべき姿」の作業がまだありません。「現状」の作業はあります"
    ) as caught:
        flow_diagram(flow({}), THEN)
    assert caught.value.note.kind == "no_process" and caught.value.note.fix
    with pytest.raises(DataAcademyError, match="現状"):
        flow_diagram(flow({}), "現在")
    with pytest.raises(DataAcademyError) as caught:
        crud_table(Worksheet())
    assert caught.value.note.kind == "no_crud"


@st.composite
def flows(draw) -> Worksheet:
    """Steps with odd texts, numbers of any size, and links to anything, themselves too."""
    numbers = draw(st.lists(st.integers(1, 30), min_size=1, max_size=14, unique=True))
    ids = {"process": [f"process{n}" for n in numbers]}
    sheet = Worksheet(processes=[draw(records_of("process", id, ids)) for id in ids["process"]])
    for process in sheet.processes:
        process.flow = NOW
        process.after = draw(st.lists(st.sampled_from([*ids["process"], "process99"]), max_size=3))
        process.office = draw(st.sampled_from(("市民課", "税務課", "", "住民", process.office)))
    return sheet


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(flows())
def test_every_generated_flow_keeps_the_laws_of_the_picture(sheet):
    diagram = flow_diagram(sheet, NOW)
    pages = check(diagram)
    assert sorted(id for page in pages for id in page.boxes) == sorted(p.id for p in sheet.processes)
    known = {process.id for process in sheet.processes}
    links = sum(len(set(process.after) & known) for process in sheet.processes)
    beyond = sum(
        len(re.findall(r"\d+", part)) for page in pages for id in page.boxes for part in _onward(page.said(id))
    )
    assert sum(len(page.arrows) for page in pages) + beyond >= links or any(
        "…" in page.said(i) for page in pages for i in page.boxes
    )
    assert all(f"{at}「" in diagram.alt for at in range(1, len(sheet.processes) + 1))


def _onward(said: str) -> list[str]:
    return re.findall(r"→ ([\d・]+)へ", said)


# letters


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.sampled_from(ODD_TEXTS[:-3]), st.text(max_size=40)), st.floats(2, 20))
def test_wrapped_lines_fit_and_lose_no_letter(text, room):
    lines = wrap(text, room)
    assert all(width(line) <= max(room, max(map(width, clusters(line)))) + 1e-9 for line in lines)
    left = re.sub("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]", "", text)
    assert "".join("".join(lines).split()) == "".join(left.split())


def test_a_letter_and_its_marks_stay_together():
    assert wrap("葛󠄀城市👨‍👩‍👧‍👦", 2) == ["葛󠄀城", "市", "👨‍👩‍👧‍👦"] or "葛󠄀" in wrap("葛󠄀城市", 2)[0]
    assert all(not line.startswith(("、", "。", "）")) for line in wrap("あい、うえ（お）。" * 5, 4))


# the CRUD table


def test_the_crud_table_puts_offices_and_deeds_together():
    sheet = Worksheet()
    sheet.add("crud", text="住所", office="市民課", create=True, read=True, rule="条例の第5条")
    sheet.add("crud", text="住所 ", office="市民課", update=True)
    sheet.add("crud", text="住所", office="税務課", read=True)
    sheet.add("crud", text="世帯主", office="", delete=True)
    diagram = crud_table(sheet)
    (page,) = check(diagram)
    cells = [page.said(("cell", n)) if ("cell", n) in page.texts else "" for n in range(len(page.cells))]
    offices = ["市民課", "税務課", "（行う人・部署が空です）"]
    assert cells == [
        *("データ項目", *offices, "個人情報の決まり"),
        *("住所", "C R U", "R", "", "条例の第5条"),
        *("世帯主", "", "", "D", ""),
    ]
    assert "「住所」は、市民課が作る・見る・直す、税務課が見る（決まり：条例の第5条）。" in diagram.alt
    table = ET.fromstring(diagram.table)
    assert [cell.text for cell in table.iter("th")] == ["データ項目", *offices, "個人情報の決まり", "住所", "世帯主"]
    assert [["".join(cell.itertext()) for cell in row.iter("td")] for row in table.iter("tr")][1:] == [
        ["C R U", "R", "", "条例の第5条"],
        ["", "", "D", ""],
    ]


def test_a_big_crud_table_goes_on_over_pages_without_losing_a_cell():
    sheet = Worksheet()
    for item in range(45):
        for office in range(20):
            sheet.add(
                "crud", text=f"項目{item}", office=f"第{office}課のとても長い名前の係", read=True, rule="決まり" * 40
            )
    diagram = crud_table(sheet)
    pages = check(diagram)
    shown = sum(text == "R" for page in pages for texts in page.texts.values() for *_, text in texts)
    assert shown == 45 * 20 and len(pages) > 3
    assert all(f"「項目{item}」" in diagram.alt for item in range(45))


# in a browser, with its own fonts


def test_in_a_browser_every_text_lies_within_its_box():
    if shutil.which("chromium") is None:
        pytest.skip("Chromium is not installed")
    odd = [t for t in ODD_TEXTS if len(t) < 60]
    sheet = flow(
        *(
            {"text": t, "office": o, "trouble": t * 3, "after": [n], "waiting": n}
            for n, (t, o) in enumerate(zip(odd, odd[::-1], strict=True))
        )
    )
    shown = "".join(flow_diagram(sheet, NOW).pages)
    with browser_page() as page:
        page.set_content(f"<body style='width:1200px'>{shown}</body>")
        outside = page.evaluate(
            """() => [...document.querySelectorAll('g.step')].flatMap(step => {
                const box = step.querySelector('rect').getBoundingClientRect();
                return [...step.querySelectorAll('text')].filter(text => {
                    const t = text.getBoundingClientRect();
                    const beside = t.left < box.left - 1 || t.right > box.right + 1;
                    return beside || t.top < box.top - 1 || t.bottom > box.bottom + 1;
                }).map(text => text.textContent);
            })"""
        )
        assert page.locator("g.step").count() == len(odd)
        assert page.get_by_role("img").count() == len(flow_diagram(sheet, NOW).pages)
    assert outside == []
