"""Maps: garbled letters in their attributes, points that lie nowhere, and the names of their areas."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from dataacademy.notes import Note
from dataacademy.tables.geofiles import read_map
from dataacademy.tables.known import match_columns
from dataacademy.tables.lint.names import AREA_HEADING, NameColumn
from dataacademy.tables.lint.places import Places, points
from dataacademy.tables.lint.sheet import Column, Sheet
from dataacademy.tables.lint.table import sheet_note
from dataacademy.tables.reading import Reading

_DEGREES = 6668


def read_places(path: Path, file: str) -> tuple[list[Note], list[Places], list[NameColumn]]:
    """Notes on a map or an attribute table, its points, and its columns of area names."""
    reading = read_map(path)
    sheet = Sheet(file, reading.sheet, [], is_map=True)
    notes = [
        replace(sheet_note(sheet, "mojibake", note.ja, note.en, {}, column=note.column), row=note.row)
        for note in reading.notes
        if note.kind == "mojibake"
    ]
    places = []
    if "geometry" in reading.data and reading.data.geometry.notna().any():
        found = _points(sheet, reading)
        if found:
            places.append(found[0])
            notes += found[1]
    return notes, places, _names(sheet, reading)


def _points(sheet: Sheet, reading: Reading) -> tuple[Places, list[Note]] | None:
    shapes = reading.data.geometry
    if not (shapes.dropna().geom_type == "Point").all():
        return None
    there = (shapes.notna() & ~shapes.is_empty).to_numpy()
    data, shapes = reading.data[there], shapes[there]
    if shapes.crs.is_projected:
        shapes = shapes.to_crs(_DEGREES)
    named = match_columns(list(data.columns), ["name"])
    names = data[named["name"]].fillna("").astype(str).tolist() if named else []
    return points(sheet, reading.rows[there] - 1, shapes.y.to_numpy(copy=True), shapes.x.to_numpy(copy=True), names)


def _names(sheet: Sheet, reading: Reading) -> list[NameColumn]:
    """The columns of names of areas; those of polygons or with a code of each area count as the list of areas."""
    data = reading.data
    polygons = "geometry" in data and data.geometry.dropna().geom_type.str.endswith("Polygon").any()
    areas = any(str(c) in ("KEY_CODE", "町字ID", "area_id") for c in data.columns)
    found = []
    for place, name in enumerate(c for c in data.columns if c != "geometry"):
        if AREA_HEADING.search(str(name)) or (areas and name == "name"):
            column = Column.of(data[name].fillna("").astype(str).to_numpy(object))
            found.append(
                NameColumn(sheet, place, str(name), np.asarray(reading.rows) - 1, column, bool(polygons or areas))
            )
    return found
