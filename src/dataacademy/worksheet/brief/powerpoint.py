"""PowerPoint slides for Japanese offices: fonts also for East Asian letters, exact lines, nothing beyond its box."""

from __future__ import annotations

import io
import math
import re

from lxml import etree
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn
from pptx.util import Pt

from dataacademy.worksheet.brief.evidence import Figure
from dataacademy.worksheet.brief.fitting import LEADING, Rows, height, largest
from dataacademy.worksheet.brief.nativecharts import Chart
from dataacademy.worksheet.brief.package import describe, settled
from dataacademy.worksheet.brief.wording import Part, Parts, clean

FONT = "游ゴシック"
WIDE, HIGH = 960, 540  # points
INK, LINK, GAP, FAINT = (RGBColor.from_string(c) for c in ("222222", "0B4F8A", "9C2A00", "595959"))
_COLOURS = [RGBColor.from_string(c) for c in ("0072B2", "E17800", "000096", "B40F00", "878778", "3C2D2D")]
_TYPES = {
    "bar": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "line": XL_CHART_TYPE.LINE_MARKERS,
    "band": XL_CHART_TYPE.COLUMN_STACKED_100,
}
_CELL = 5.0  # points around the text of a cell
Box = tuple[float, float, float, float]  # left, top, width, height in points


class Deck:
    """A presentation being written."""

    def __init__(self, *, title: str, author: str, day):
        self.deck = Presentation()
        self.deck.slide_width, self.deck.slide_height = Pt(WIDE), Pt(HIGH)
        describe(self.deck.core_properties, title=clean(title), author=clean(author), day=day)
        theme = self.deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
        theme._blob = _japanese(theme.blob)

    def slide(self, title: str, footer: str) -> object:
        """A new slide with its title and, below, what dates it."""
        slide = self.deck.slides.add_slide(self.deck.slide_layouts[5])
        head = slide.shapes.title
        head.left, head.top, head.width, head.height = (Pt(v) for v in (36, 18, WIDE - 72, 50))
        self._frame(head.text_frame, [[Part(title)]], 28, bold=True, anchor=MSO_ANCHOR.MIDDLE)
        number = len(self.deck.slides)
        self.text(slide, [[Part(f"{footer}　{number}")]], (36, HIGH - 26, WIDE - 72, 20), 10, colour=FAINT, right=True)
        return slide

    def text(self, slide, paragraphs: list[Parts], box: Box, points: float, **how) -> None:
        """A box of paragraphs."""
        shape = slide.shapes.add_textbox(*(Pt(v) for v in box))
        self._frame(shape.text_frame, paragraphs, points, **how)

    def fitted(self, slide, rows: Rows, box: Box, sizes: tuple[float, ...], **how) -> None:
        """Paragraphs in the largest letters that fit; those that do not fit even in the smallest are dropped."""
        points = largest(rows, sizes, room=(box[2] - 2 * _CELL, box[3] - 2 * _CELL))
        shown = [*rows.rows, *([rows.more] if rows.left else [])]
        self.text(slide, shown, box, points, **how)

    def _frame(self, frame, paragraphs, points, *, bold=False, colour=INK, right=False, anchor=MSO_ANCHOR.TOP) -> None:
        frame.word_wrap, frame.auto_size, frame.vertical_anchor = True, MSO_AUTO_SIZE.NONE, anchor
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = Pt(_CELL)
        for at, parts in enumerate(paragraphs):
            paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
            paragraph.line_spacing = Pt(points * LEADING)
            paragraph.space_after = Pt(points * 0.3 if at + 1 < len(paragraphs) else 0)
            paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
            for part in parts:
                for number, line in enumerate(clean(part.text).split("\n")):
                    if number:
                        paragraph.add_line_break()
                    run = paragraph.add_run()
                    run.text = line
                    run.font.color.rgb = {"quoted": LINK, "sum": LINK, "gap": GAP}.get(part.kind, colour)
                    _dress(run.font, points, bold or part.kind in ("quoted", "sum"))

    def table(self, slide, heads: list[str], rows: Rows, shares, box: Box, sizes, *, name: str, foot=()) -> None:
        """A table in the largest letters that fit ``box``; rows that do not fit are dropped and counted below."""
        left, top, wide, high = box
        widths = [share * wide for share in shares]

        def cells() -> list[list[Parts]]:
            more = [[rows.more, *([[]] * (len(heads) - 1))]] if rows.left else []
            return [[[Part(head)] for head in heads], *rows.rows, *more, *foot]

        def row_high(row: list[Parts], points: float) -> float:
            rooms = [each - 2 * _CELL for each in widths]
            return max(height(p, points, room) for p, room in zip(row, rooms, strict=True)) + 2 * _CELL

        def needed(points: float) -> float:
            return sum(row_high(row, points) for row in cells())

        points = next((size for size in sizes if needed(size) <= high), sizes[-1])
        while needed(points) > high and rows.drop():
            pass
        written = cells()
        frame = slide.shapes.add_table(len(written), len(heads), Pt(left), Pt(top), Pt(wide), Pt(needed(points)))
        _say(frame._element.nvGraphicFramePr.cNvPr, name)
        for column, each in zip(frame.table.columns, widths, strict=True):
            column.width = Pt(each)
        for at, row in enumerate(written):
            frame.table.rows[at].height = Pt(row_high(row, points))
            for cell, parts in zip(frame.table.rows[at].cells, row, strict=True):
                cell.fill.solid()
                cell.fill.fore_color.rgb = RGBColor.from_string("DCE6F2" if at == 0 else "FFFFFF")
                self._frame(cell.text_frame, [parts], points, bold=at == 0)
                cell.margin_left = cell.margin_right = cell.margin_top = cell.margin_bottom = Pt(_CELL)

    def picture(self, slide, figure: Figure, box: Box, alt: str) -> None:
        """A picture, as large as its box allows."""
        left, top, wide, high = box
        scale = min(wide / figure.size[0], high / figure.size[1])
        shown = (figure.size[0] * scale, figure.size[1] * scale)
        place = (left + (wide - shown[0]) / 2, top + (high - shown[1]) / 2)
        picture = slide.shapes.add_picture(io.BytesIO(figure.content), *(Pt(v) for v in (*place, *shown)))
        _say(picture._element.nvPicPr.cNvPr, alt)

    def chart(self, slide, chart: Chart, box: Box, *, title: str, alt: str) -> None:
        """A real chart, with its numbers in the workbook behind it."""
        data = CategoryChartData()
        step = -1 if chart.lying else 1  # PowerPoint draws the first lying bar lowest
        data.categories = [_no_formula(name) for name in chart.categories[::step]]
        for name, values in chart.series:
            data.add_series(_no_formula(name), values[::step])
        kind = XL_CHART_TYPE.BAR_CLUSTERED if chart.lying else _TYPES[chart.kind]
        frame = slide.shapes.add_chart(kind, *(Pt(v) for v in box), data)
        _say(frame._element.nvGraphicFramePr.cNvPr, alt)
        drawn = frame.chart
        _dress(drawn.font, 12, False)
        drawn.has_title = True
        title_frame = drawn.chart_title.text_frame
        title_frame.text = clean(title).replace("\n", "　")
        _dress(title_frame.paragraphs[0].runs[0].font, 14, True)
        drawn.has_legend = len(chart.series) > 1
        if drawn.has_legend:
            drawn.legend.position, drawn.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
        for series, colour in zip(drawn.plots[0].series, _COLOURS, strict=False):
            (series.format.line.color if chart.kind == "line" else _solid(series.format.fill)).rgb = colour
        self._axes(drawn, chart)

    def _axes(self, drawn, chart: Chart) -> None:
        if len(chart.categories) <= 12:  # every name is written, also where there is little room
            axis = drawn.category_axis._element
            axis.insert_element_before(
                axis.makeelement(qn("c:tickLblSkip"), {"val": "1"}), "c:tickMarkSkip", "c:noMultiLvlLbl"
            )
        values = [v for _, series in chart.series for v in series if v is not None]
        axis = drawn.value_axis
        axis.has_major_gridlines = True
        axis.major_gridlines.format.line.color.rgb = RGBColor.from_string("D9D9D9")
        axis.format.line.fill.background()
        whole = all(float(v).is_integer() for v in values)
        axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = (
            "#,##0.##" if not whole else "#,##0",
            False,
        )
        start = _start(chart.kind, values)
        if start is not None:
            axis.minimum_scale = start
        below = "　".join(part for part in (chart.x, "（縦軸は0から始まっていません）" if start else "") if part)
        for one, label in ((drawn.category_axis, below), (axis, chart.y)):
            if label.strip():
                one.has_title = True
                one.axis_title.text_frame.text = clean(label).replace("\n", "　")
                _dress(one.axis_title.text_frame.paragraphs[0].runs[0].font, 12, False)
        if len(values) <= 12:
            plot = drawn.plots[0]
            plot.has_data_labels = True
            labels = plot.data_labels
            labels.number_format, labels.number_format_is_linked = "#,##0" if whole else "#,##0.0", False
            if chart.kind != "band":
                above = chart.kind == "line"
                labels.position = XL_LABEL_POSITION.ABOVE if above else XL_LABEL_POSITION.OUTSIDE_END
            _dress(labels.font, 12, False)

    def notes(self, slide, lines: list[str]) -> None:
        """What the speaker may need: full texts and sources."""
        frame = slide.notes_slide.notes_text_frame
        frame.text = clean("\n".join(lines))
        for paragraph in frame.paragraphs:
            for run in paragraph.runs:
                _dress(run.font, None, None)

    def saved(self) -> bytes:
        """The presentation as a file."""
        stream = io.BytesIO()
        self.deck.save(stream)
        return settled(stream.getvalue())


def _japanese(theme: bytes) -> bytes:
    """A theme whose fonts are Japanese, for text that somebody adds later."""
    theme = re.sub(rb'<a:ea typeface="[^"]*"', f'<a:ea typeface="{FONT}"'.encode(), theme)
    return re.sub(rb'(<a:font script="Jpan" typeface=")[^"]*', rb"\g<1>" + FONT.encode(), theme)


def _dress(font, points: float | None, bold: bool | None) -> None:
    """Size and font, for Latin and for East Asian letters; the language, so that breaks and the spelling fit it."""
    if points is not None:
        font.size = Pt(points)
    if bold is not None:
        font.bold = bold
    font.name = FONT
    properties = font._rPr
    properties.set("lang", "ja-JP")
    properties.set("altLang", "en-US")
    latin = properties.find(qn("a:latin"))
    for old in properties.findall(qn("a:ea")):
        properties.remove(old)
    asian = etree.SubElement(properties, qn("a:ea"))
    asian.set("typeface", FONT)
    latin.addnext(asian)


def _say(properties, alt: str) -> None:
    properties.set("descr", " ".join(clean(alt).split()))


def _no_formula(name: str) -> str:
    """A name that the workbook behind a chart does not take for a formula or a link."""
    name = clean(name).replace("\n", " ")
    return f" {name}" if re.match(r"[={]|(?:https?|ftp|mailto|internal|external|file):", name) else name or " "


def _start(kind: str, values: list[float]) -> float | None:
    """Where the axis of amounts starts: at zero, except of a line whose changes would then not be seen."""
    if not values or min(values) < 0 or kind == "band":
        return None
    low, high = min(values), max(values)
    if kind == "bar" or low < high / 2 or low == high:
        return 0
    step = 10 ** math.floor(math.log10(high - low))
    return (math.floor(low / step) - 1) * step


def _solid(fill):
    fill.solid()
    return fill.fore_color
