"""Office files as bytes that are the same on every machine: CSV, GeoJSON and a plain .xlsx."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

import shapely

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def csv_bytes(rows: Iterable[Sequence], *, encoding: str, newline: str = "\r\n") -> bytes:
    r"""The rows as CSV.

    >>> csv_bytes([["名称", "人口"], ["磯﨑", 3]], encoding="cp932")
    b'\x96\xbc\x8f\xcc,\x90l\x8c\xfb\r\n\x88\xe9\xed\x95,3\r\n'
    """
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=newline).writerows(rows)
    return text.getvalue().encode(encoding)


def geojson_bytes(features: Iterable[tuple[dict, shapely.Geometry]], *, epsg: int | None = None) -> bytes:
    """``(properties, shape in longitude/latitude)`` pairs as GeoJSON, 7 decimals, one feature a line.

    ``epsg`` is stated in the file, as GDAL does it; without it the coordinates are those of RFC 7946 (WGS 84).
    """
    lines = [
        json.dumps(
            {"type": "Feature", "properties": properties, "geometry": _geometry(shape)},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for properties, shape in features
    ]
    crs = f'"crs":{{"type":"name","properties":{{"name":"urn:ogc:def:crs:EPSG::{epsg}"}}}},' if epsg else ""
    return ('{"type":"FeatureCollection",' + crs + '"features":[\n' + ",\n".join(lines) + "\n]}\n").encode()


def _geometry(shape) -> dict:
    if shape.geom_type == "LineString":
        return {"type": "LineString", "coordinates": [[round(x, 7), round(y, 7)] for x, y in shape.coords]}
    return _polygons(shape)


def _polygons(shape) -> dict:
    parts = sorted(
        [_ring(part.exterior, True), *(_ring(hole, False) for hole in part.interiors)] for part in _parts(shape)
    )
    if len(parts) == 1:
        return {"type": "Polygon", "coordinates": parts[0]}
    return {"type": "MultiPolygon", "coordinates": parts}


def _parts(shape) -> list:
    """The polygons of a shape; where two shapes only touch, GEOS adds lines, which cover nothing."""
    return [part for part in getattr(shape, "geoms", [shape]) if part.geom_type == "Polygon"]


def _ring(ring, anticlockwise: bool) -> list:
    """The rounded ring in one normal form: versions of GEOS start it elsewhere and run it the other way round."""
    rounded = [[round(x, 7), round(y, 7)] for x, y in ring.coords[:-1]]
    points = [point for k, point in enumerate(rounded) if point != rounded[k - 1]]
    if ring.is_ccw is not anticlockwise:
        points.reverse()
    start = points.index(min(points))
    return [*points[start:], *points[:start], points[start]]


def xlsx_bytes(rows: Sequence[Sequence], *, sheet: str, merged: Sequence[str] = ()) -> bytes:
    """One worksheet as a minimal Office Open XML workbook without clock times or compression; "" is an empty cell."""
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = "".join(_cell(f"{_letters(k)}{number}", value) for k, value in enumerate(row) if value != "")
        lines.append(f'<row r="{number}">{cells}</row>')
    merges = "".join(f'<mergeCell ref="{area}"/>' for area in merged)
    merges = f'<mergeCells count="{len(merged)}">{merges}</mergeCells>' if merged else ""
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>',
        "_rels/.rels": _relation("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{_SHEET}" xmlns:r="{_RELATIONS}"><sheets>'
        f'<sheet name="{escape(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relation("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_SHEET}"><sheetData>{"".join(lines)}</sheetData>'
        f"{merges}</worksheet>",
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, xml in parts.items():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3  # otherwise it tells on which system it was written
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + xml)
    return stream.getvalue()


def _relation(kind: str, target: str) -> str:
    return (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_RELATIONS}/{kind}" Target="{target}"/></Relationships>'
    )


def _cell(place: str, value) -> str:
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f'<c r="{place}"><v>{value}</v></c>'


def _letters(column: int) -> str:
    return chr(ord("A") + column)  # 26 columns are enough here
