"""Word documents for Japanese offices: fonts also for East Asian letters, exact lines, links to the trace page."""

from __future__ import annotations

import io

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from dataacademy.worksheet.brief.evidence import Figure
from dataacademy.worksheet.brief.fitting import LEADING
from dataacademy.worksheet.brief.package import describe, settled
from dataacademy.worksheet.brief.wording import Part, Parts, clean

FONT, LATIN = "游ゴシック", "Yu Gothic"  # the same font by its Japanese and its English name
INK, LINK, GAP = RGBColor(0x22, 0x22, 0x22), RGBColor(0x0B, 0x4F, 0x8A), RGBColor(0x9C, 0x2A, 0x00)
CELL = 3.0  # points left and right of a cell's text
_FACES = ("ascii", "hAnsi", "eastAsia", "cs")
_FONT_ENTRY = (
    f'<w:font {nsdecls("w")} w:name="{FONT}"><w:altName w:val="{LATIN}"/><w:charset w:val="80"/>'
    '<w:family w:val="modern"/><w:pitch w:val="variable"/></w:font>'
)


class Word:
    """A document being written.  ``trace`` is the name of the trace page that numbers lead to."""

    def __init__(self, *, title: str, author: str, day, trace: str, margin: float = 15.0, landscape=False):
        self.document: DocumentType = Document()
        self.trace = trace
        self._links: dict[str, str] = {}
        section = self.document.sections[0]
        section.page_width, section.page_height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        section.left_margin = section.right_margin = Mm(margin)
        section.top_margin = section.bottom_margin = Mm(12)
        section.header_distance = section.footer_distance = Mm(5)
        describe(self.document.core_properties, title=clean(title), author=clean(author), day=day)
        self._fonts()

    @property
    def width(self) -> float:
        """The width of the text in points."""
        section = self.document.sections[0]
        return (section.page_width - section.left_margin - section.right_margin) / Pt(1)

    def _fonts(self) -> None:
        styles = self.document.styles.element
        for properties in styles.iter(qn("w:rPr")):
            for fonts in properties.findall(qn("w:rFonts")):
                properties.remove(fonts)
            for language in properties.findall(qn("w:lang")):
                properties.remove(language)
        default = styles.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
        for properties in (default, self.document.styles["Normal"].element.get_or_add_rPr()):
            fonts = OxmlElement("w:rFonts")
            for face in _FACES:
                fonts.set(qn(f"w:{face}"), FONT)
            properties.insert(0, fonts)
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), "ja-JP")
        language.set(qn("w:eastAsia"), "ja-JP")
        default.append(language)
        for part in self.document.part.package.iter_parts():
            if part.partname == "/word/fontTable.xml":  # an old or foreign Word then knows it is a Japanese font
                part._blob = part.blob.replace(b"</w:fonts>", _FONT_ENTRY.encode() + b"</w:fonts>")

    def paragraph(self, parts: Parts, size: float, *, where=None, style: str = "", bold: bool = False, **layout):
        """A paragraph of exactly set lines.  ``layout``: ``before``, ``after`` (points), ``right``, ``hanging``."""
        paragraph = (where or self.document).add_paragraph(style=style or None)
        self.fill(paragraph, parts, size, bold=bold, **layout)
        return paragraph

    def fill(
        self,
        paragraph,
        parts: Parts,
        size: float,
        *,
        bold: bool = False,
        before: float = 0,
        after: float = 0,
        right: bool = False,
        hanging: float = 0,
        colour: RGBColor = INK,
    ) -> None:
        """Write parts into a paragraph."""
        layout = paragraph.paragraph_format
        layout.line_spacing = Pt(round(size * LEADING, 1))
        layout.space_before, layout.space_after = Pt(before), Pt(after)
        layout.keep_with_next = layout.keep_together = False
        if hanging:
            layout.left_indent, layout.first_line_indent = Pt(hanging), Pt(-hanging)
        if right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        for part in parts:
            self._run(paragraph, part, size, bold, colour)

    def _run(self, paragraph, part: Part, size: float, bold: bool, colour: RGBColor) -> None:
        run = paragraph.add_run(clean(part.text))
        run.font.size, run.font.bold = Pt(size), bold or part.kind in ("quoted", "sum")
        run.font.color.rgb = {"quoted": LINK, "sum": LINK, "gap": GAP, "blank": GAP}.get(part.kind, colour)
        if not part.anchor:
            return
        underline = OxmlElement("w:u")
        underline.set(qn("w:val"), "single" if part.kind in ("quoted", "sum") else "dotted")
        run._r.get_or_add_rPr().append(underline)
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), self._target())
        link.set(qn("w:anchor"), part.anchor)
        link.set(qn("w:tooltip"), "根拠のページを開く")
        link.set(qn("w:history"), "1")
        paragraph._p.append(link)
        link.append(run._r)

    def _target(self) -> str:
        if self.trace not in self._links:
            self._links[self.trace] = self.document.part.relate_to(
                self.trace, RELATIONSHIP_TYPE.HYPERLINK, is_external=True
            )
        return self._links[self.trace]

    def heading(self, text: str, size: float, *, level: int = 1, before: float = 0, after: float = 0, where=None):
        """A real heading, by which a screen reader finds the way."""
        style = "Title" if level == 0 else f"Heading {level}"
        paragraph = self.paragraph([Part(text)], size, where=where, style=style, bold=True, before=before, after=after)
        borders = paragraph._p.get_or_add_pPr().find(qn("w:pBdr"))
        if borders is not None:
            paragraph._p.pPr.remove(borders)
        return paragraph

    def table(
        self, rows: list[list[Parts]], widths: list[float], size: float, *, name: str, heads: int = 1, ruled=True
    ):
        """A table of cells of parts; ``widths`` in points.  The first ``heads`` rows are headings; ``name`` is said
        to those who cannot see it."""
        table = self.document.add_table(len(rows), len(widths), style="Table Grid" if ruled else None)
        table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
        _describe(table, name)
        for column, wide in zip(table.columns, widths, strict=True):
            column.width = Pt(wide)
        for at, (row, cells) in enumerate(zip(table.rows, rows, strict=True)):
            properties = row._tr.get_or_add_trPr()
            properties.append(OxmlElement("w:cantSplit"))
            if at < heads:
                properties.append(OxmlElement("w:tblHeader"))
            for cell, parts, wide in zip(row.cells, cells, widths, strict=True):
                cell.width = Pt(wide)
                self.fill(cell.paragraphs[0], parts, size, bold=at < heads)
                if at < heads:
                    shade = parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="E8EEF6"/>')
                    cell._tc.get_or_add_tcPr().append(shade)
        return table

    def picture(self, figure: Figure, *, wide: float, alt: str, where=None) -> None:
        """A picture ``wide`` points wide with its text for those who cannot see it."""
        paragraph = (where or self.document).add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.paragraph_format.line_spacing = 1.0  # exact lines would cut the picture off
        shape = paragraph.add_run().add_picture(io.BytesIO(figure.content), width=Pt(wide))
        shape._inline.docPr.set("descr", alt)
        shape._inline.docPr.set("title", "図")

    def saved(self) -> bytes:
        """The document as a file."""
        stream = io.BytesIO()
        self.document.save(stream)
        return settled(stream.getvalue())


def _describe(table, name: str) -> None:
    properties = table._tbl.tblPr
    margins = "".join(
        f'<w:{side} w:w="{int(wide * 20)}" w:type="dxa"/>'
        for side, wide in (("top", 1), ("left", CELL), ("bottom", 1), ("right", CELL))
    )
    margins = parse_xml(f"<w:tblCellMar {nsdecls('w')}>{margins}</w:tblCellMar>")
    look = properties.find(qn("w:tblLook"))
    if look is not None:
        look.addprevious(margins)
    else:
        properties.append(margins)
    for tag in ("w:tblCaption", "w:tblDescription"):
        said = OxmlElement(tag)
        said.set(qn("w:val"), name)
        properties.append(said)
