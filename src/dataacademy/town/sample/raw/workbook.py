"""Excel workbooks as offices make them, as bytes that are the same everywhere: no clock, no compression.

Titles, merged and bold headings, frames, hidden rows, formulas with and without results, errors, shapes, macros.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from dataacademy.tables.lint.address import letters
from dataacademy.town.sample.raw.defects import Failed, Formula, Page, address, text

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_TYPES = "application/vnd.openxmlformats-officedocument"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PLAIN, _TITLE, _LABEL, _TEXT, _NUMBER = range(5)  # places in cellXfs below
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="游ゴシック"/></font>'
    '<font><b/><sz val="11"/><name val="游ゴシック"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFD9E1F2"/></patternFill></fill></fills>'
    '<borders count="2"><border/><border><left style="thin"/><right style="thin"/><top style="thin"/>'
    '<bottom style="thin"/></border></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="5"><xf/><xf fontId="1" applyFont="1"/>'
    '<xf fontId="1" fillId="2" borderId="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">'
    '<alignment horizontal="center" vertical="center" wrapText="1"/></xf>'
    '<xf borderId="1" applyBorder="1"/><xf numFmtId="3" borderId="1" applyNumberFormat="1" applyBorder="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="標準" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def workbook(pages: Sequence[Page], *, macros: bytes = b"") -> bytes:
    """The pages as one workbook (.xlsm with ``macros``)."""
    kind = "application/vnd.ms-excel.sheet.macroEnabled" if macros else f"{_TYPES}.spreadsheetml.sheet"
    overrides = {"xl/workbook.xml": f"{kind}.main+xml"}
    overrides |= {f"xl/{part}.xml": f"{_TYPES}.spreadsheetml.{part}+xml" for part in ("styles", "sharedStrings")}
    links = {"styles": "styles.xml", "sharedStrings": "sharedStrings.xml"}
    links |= {"vbaProject": "vbaProject.bin"} if macros else {}
    parts: dict[str, str | bytes] = {}
    sheets, words = [], _Words()
    for k, page in enumerate(pages, start=1):
        overrides[f"xl/worksheets/sheet{k}.xml"] = f"{_TYPES}.spreadsheetml.worksheet+xml"
        parts[f"xl/worksheets/sheet{k}.xml"] = _sheet(page, words)
        state = ' state="hidden"' if page.hidden else ""
        sheets.append(f'<sheet name={quoteattr(page.sheet)} sheetId="{k}"{state} r:id="rId{k}"/>')
        if page.pictures:
            overrides[f"xl/drawings/drawing{k}.xml"] = f"{_TYPES}.drawing+xml"
            parts[f"xl/worksheets/_rels/sheet{k}.xml.rels"] = _links({"drawing": f"../drawings/drawing{k}.xml"})
            parts[f"xl/drawings/drawing{k}.xml"] = _drawing(page)
    book = f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{"".join(sheets)}</sheets></workbook>'
    names = [("worksheet", f"worksheets/sheet{k}.xml") for k in range(1, len(pages) + 1)]
    front = {
        "[Content_Types].xml": _types(overrides, macros),
        "_rels/.rels": _links({"officeDocument": "xl/workbook.xml"}),
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": _links([*names, *links.items()]),
        "xl/styles.xml": _STYLES,
        "xl/sharedStrings.xml": words.part(),
    }
    return _archive({**front, **parts, **({"xl/vbaProject.bin": macros} if macros else {})})


def _types(overrides: dict[str, str], macros: bytes) -> str:
    defaults = {"rels": "application/vnd.openxmlformats-package.relationships+xml", "xml": "application/xml"}
    if macros:
        defaults["bin"] = "application/vnd.ms-office.vbaProject"
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        + "".join(f'<Default Extension="{e}" ContentType="{t}"/>' for e, t in defaults.items())
        + "".join(f'<Override PartName="/{name}" ContentType="{t}"/>' for name, t in overrides.items())
        + "</Types>"
    )


def _links(targets) -> str:
    pairs = targets.items() if isinstance(targets, dict) else targets
    lines = []
    for k, (kind, target) in enumerate(pairs, start=1):
        place = "http://schemas.microsoft.com/office/2006/relationships" if kind == "vbaProject" else _OFFICE
        lines.append(f'<Relationship Id="rId{k}" Type="{place}/{kind}" Target="{target}"/>')
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(lines)}</Relationships>'


class _Words:
    """The texts of all sheets, each once."""

    def __init__(self):
        self.places: dict[str, int] = {}

    def place(self, word: str) -> int:
        return self.places.setdefault(word, len(self.places))

    def part(self) -> str:
        items = "".join(f'<si><t xml:space="preserve">{escape(word)}</t></si>' for word in self.places)
        return f'<sst xmlns="{_MAIN}" uniqueCount="{len(self.places)}">{items}</sst>'


def _sheet(page: Page, words: _Words) -> str:
    lines = []
    for r, row in enumerate(page.rows):
        cells = "".join(
            _cell(f"{letters(c)}{r + 1}", value, _style(page, r, c, value), words) for c, value in enumerate(row)
        )
        hidden = ' hidden="1"' if r in page.hidden_rows else ""
        lines.append(f'<row r="{r + 1}"{hidden}>{cells}</row>')
    columns = "".join(
        f'<col min="{c + 1}" max="{c + 1}" width="{_wide(page, c)}" customWidth="1"'
        + (' hidden="1"/>' if c in page.hidden_columns else "/>")
        for c in range(page.width)
    )
    merges = "".join(f'<mergeCell ref="{address(box)}"/>' for box in page.merged)
    return (
        f'<worksheet xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><cols>{columns}</cols><sheetData>{"".join(lines)}</sheetData>'
        + (f'<mergeCells count="{len(page.merged)}">{merges}</mergeCells>' if merges else "")
        + ('<drawing r:id="rId1"/>' if page.pictures else "")
        + "</worksheet>"
    )


def _wide(page: Page, column: int) -> int:
    """Wide enough for the headings and texts of a column, titles and remarks aside; a Japanese letter counts two."""
    rows = (row for row in page.rows[page.head.start :] if sum(value != "" for value in row) > 1 and column < len(row))
    words = (text(row[column]) for row in rows if not isinstance(row[column], Formula | Failed))
    return max([8, *(min(2 * len(part), 40) + 2 for word in words for part in word.split("\n"))])


def _style(page: Page, row: int, column: int, value) -> int:
    if row in page.head:
        return _LABEL
    if row < page.head.start:
        return _TITLE
    if value == "":
        return _PLAIN
    return _TEXT if isinstance(value, str | float) or not column else _NUMBER  # years and numbers of rows come first


def _cell(place: str, value, style: int, words: _Words) -> str:
    if value == "":
        return f'<c r="{place}" s="{style}"/>' if style == _LABEL else ""
    if isinstance(value, str):
        return f'<c r="{place}" s="{style}" t="s"><v>{words.place(value)}</v></c>'
    if isinstance(value, Formula):
        result = "" if value.value is None else f"<v>{value.value}</v>"
        return f'<c r="{place}" s="{style}"><f>{escape(value.text)}</f>{result}</c>'
    if isinstance(value, Failed):
        return f'<c r="{place}" s="{style}" t="e"><f>{escape(value.text)}</f><v>{value.error}</v></c>'
    return f'<c r="{place}" s="{style}"><v>{value}</v></c>'


def _drawing(page: Page) -> str:
    """A plain arrow over each range."""
    anchors = []
    for k, (top, left, bottom, right) in enumerate(page.pictures, start=2):
        corners = "".join(
            f"<xdr:{name}><xdr:col>{c}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{r}</xdr:row>"
            f"<xdr:rowOff>0</xdr:rowOff></xdr:{name}>"
            for name, r, c in (("from", top, left), ("to", bottom, right))
        )
        anchors.append(
            f'<xdr:twoCellAnchor>{corners}<xdr:sp macro="" textlink=""><xdr:nvSpPr>'
            f'<xdr:cNvPr id="{k}" name="矢印 {k - 1}"/><xdr:cNvSpPr/></xdr:nvSpPr><xdr:spPr>'
            '<a:xfrm><a:off x="0" y="0"/><a:ext cx="600000" cy="300000"/></a:xfrm>'
            '<a:prstGeom prst="rightArrow"><a:avLst/></a:prstGeom></xdr:spPr></xdr:sp><xdr:clientData/>'
            "</xdr:twoCellAnchor>"
        )
    spaces = f'xmlns:xdr="{_DRAWING}/spreadsheetDrawing" xmlns:a="{_DRAWING}/main"'
    return f"<xdr:wsDr {spaces}>{''.join(anchors)}</xdr:wsDr>"


def _archive(parts: dict[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3  # otherwise it tells on which system it was written
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, part if isinstance(part, bytes) else _HEAD + part)
    return stream.getvalue()
