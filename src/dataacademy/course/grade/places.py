"""How points, lines and areas are written and read (see :mod:`dataacademy.course.grade.values`)."""

from __future__ import annotations

import re

import numpy as np
import shapely
from geopandas.array import from_shapely
from shapely.geometry.base import BaseMultipartGeometry

from dataacademy.course.grade.values import Malformed

_CRS = re.compile(r"(EPSG|ESRI|OGC):\w+")
_SIMPLE = (1, 2, 3)  # point, line, polygon in WKB: forms that cannot hold further forms
_GROUPS = ("MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection")


def column(writer, values, depth) -> list:
    """A column of places with its projection, if that has a number."""
    return ["places", _crs(values.crs), *writer.nodes(np.asarray(values), depth)]


def _crs(crs):
    return ":".join(crs.to_authority()) if crs is not None and crs.to_authority() else None


def read_column(reader, parts, depth):
    crs, *nodes = parts
    return from_shapely(np.array([*reader.values(nodes, depth), None], dtype=object)[:-1], crs=_known_crs(crs))


def _known_crs(crs):
    return crs if crs is not None and _CRS.fullmatch(crs) else None


def place(writer, value, depth):
    if isinstance(value, BaseMultipartGeometry):
        return ["parts", value.geom_type, *writer.nodes(value.geoms, depth)]
    kind = "ring" if value.geom_type == "LinearRing" else "place"
    return [kind, shapely.to_wkb(value, hex=True)]


def _read_place(reader, parts, depth):
    (text,) = parts
    data = bytes.fromhex(text)
    form = int.from_bytes(data[1:5], "little" if data[0] else "big") & 0x0FFFFFFF
    if form % 1000 not in _SIMPLE:  # forms inside forms would be read by recursion without an end
        raise Malformed("図形が壊れています")
    return shapely.from_wkb(data)


def _read_parts(reader, parts, depth):
    name, *nodes = parts
    if name not in _GROUPS:
        raise Malformed("図形が壊れています")
    return getattr(shapely, name)(reader.values(nodes, depth))


READERS = {
    "place": _read_place,
    "ring": lambda reader, parts, depth: shapely.LinearRing(_read_place(reader, parts, depth)),
    "parts": _read_parts,
}
