"""What a workbook holds besides values, read from its parts: hidden rows, formulas, errors, pictures, macros.

Nothing is computed and no macro is run.  Only .xlsx and .xlsm tell; an old .xls gives values and merged cells.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

from dataacademy.tables.layout import Merge

_MACROS = "xl/vbaProject.bin"
_ANCHORS = ("twoCellAnchor", "oneCellAnchor")


@dataclass
class Parts:
    """What one sheet's part says; rows and columns from 0."""

    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    formulas: list[tuple[int, int]] = field(default_factory=list)
    without_value: list[tuple[int, int]] = field(default_factory=list)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    objects: list[Merge] = field(default_factory=list)


def has_macros(path: Path) -> bool:
    """Whether the workbook carries macros."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return _MACROS in archive.namelist()


def sheet_parts(path: Path) -> dict[str, Parts]:
    """For each sheet by name, what its part of the file says; empty for old workbooks.

    A damaged part raises zipfile.BadZipFile or ElementTree.ParseError.
    """
    if not zipfile.is_zipfile(path):
        return {}
    with zipfile.ZipFile(path) as archive:
        links = _links(archive, "xl/workbook.xml")
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        found = {}
        for sheet in (element for element in book.iter() if _local(element.tag) == "sheet"):
            link = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
            target = links.get(link, "")
            if target in archive.namelist() and "worksheets/" in target:  # not a sheet that is one chart
                found[sheet.get("name", "")] = _sheet(archive, target)
        return found


def _local(tag: str) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2]


def _links(archive: zipfile.ZipFile, part: str) -> dict[str, str]:
    """The parts that a part points to, by the id of the link."""
    folder, name = posixpath.split(part)
    place = f"{folder}/_rels/{name}.rels"
    if place not in archive.namelist():
        return {}
    found = {}
    for link in ElementTree.fromstring(archive.read(place)):
        target = link.get("Target", "")
        whole = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        if link.get("TargetMode") != "External":
            found[link.get("Id", "")] = whole
    return found


def _sheet(archive: zipfile.ZipFile, part: str) -> Parts:
    scan = _Scan()
    with archive.open(part) as stream:
        try:
            scan.parser.ParseFile(stream)
        except expat.ExpatError as error:
            raise ElementTree.ParseError(str(error)) from None
    links = _links(archive, part)
    for link in scan.drawings:
        if links.get(link) in archive.namelist():
            scan.parts.objects += _anchors(archive, links[link])
    return scan.parts


class _Scan:
    """Walks once through a sheet's part, however large, and keeps what is asked for."""

    def __init__(self):
        self.parts = Parts()
        self.drawings: list[str] = []
        self._cell, self._type, self._formula, self._reading, self._value = "", "", False, False, ""
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self._row, self._column = -1, -1

    def _start(self, tag: str, about: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "c":
            self._column += 1
            if place := about.get("r"):
                self._row, self._column = cell_place(place)
            self._type, self._formula, self._value = about.get("t", ""), False, ""
        elif tag == "f":
            self._formula = True
        elif tag == "v":
            self._reading = True
        elif tag == "row":
            self._row, self._column = int(about.get("r", self._row + 2)) - 1, -1
            if about.get("hidden") in ("1", "true"):
                self.parts.hidden_rows.append(self._row)
        elif tag == "col":
            if about.get("hidden") in ("1", "true"):
                self.parts.hidden_columns += range(int(about["min"]) - 1, min(int(about["max"]), 16384))
        elif tag == "drawing":
            self.drawings += [value for key, value in about.items() if key.endswith(":id")]

    def _text(self, text: str) -> None:
        if self._reading:
            self._value += text

    def _end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "v":
            self._reading = False
        elif tag == "c":
            place = (self._row, self._column)
            if self._type == "e":
                self.parts.errors[place] = self._value
            elif self._formula and not self._value and self._type != "str":  # ="" has the empty text as its value
                self.parts.without_value.append(place)
            elif self._formula:
                self.parts.formulas.append(place)


def cell_place(address: str) -> tuple[int, int]:
    """Row and column from 0 of an address.

    >>> cell_place("C5"), cell_place("AA10")
    ((4, 2), (9, 26))
    """
    found = re.fullmatch(r"\$?([A-Z]+)\$?(\d+)", address)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1


def _anchors(archive: zipfile.ZipFile, part: str) -> list[Merge]:
    """The ranges that pictures, shapes and charts lie over."""
    found = []
    for anchor in ElementTree.fromstring(archive.read(part)):
        if _local(anchor.tag) not in _ANCHORS:
            continue
        corners = {_local(e.tag): e for e in anchor if _local(e.tag) in ("from", "to")}
        top, left = _corner(corners["from"])
        bottom, right = _corner(corners["to"]) if "to" in corners else (top, left)
        found.append((top, left, max(top, bottom), max(left, right)))
    return found


def _corner(element: ElementTree.Element) -> tuple[int, int]:
    values = {_local(e.tag): int(e.text or 0) for e in element}
    return values["row"], values["col"]
