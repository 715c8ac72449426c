"""Office files as bytes that are the same on every machine: CSV and GeoJSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence

import shapely


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
