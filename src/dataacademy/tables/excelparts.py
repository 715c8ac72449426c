"""What a workbook's package tells beside its values: its size, macros, error cells, formulas without a value.

A .xlsx is a zip file of XML parts.  Parts are read as streams, never whole, and before calamine sees them: calamine
lays a sheet out in memory from its first to its last cell, however far apart these are.
"""

from __future__ import annotations

import os
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from python_calamine import CalamineError, PasswordError

from dataacademy.errors import DataAcademyError
from dataacademy.notes import Note

LARGEST = 2 << 30  # bytes that the parts of a workbook may unpack to
SUSPICIOUS = 256 << 20, 100  # more bytes than this, packed this much more tightly than the tables of an office
AREA = 50_000_000  # cells between the first and the last one of a sheet
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_BLOCK = 4 << 20
_BROKEN = (CalamineError, zipfile.BadZipFile, zlib.error, ElementTree.ParseError, NotImplementedError, EOFError)
RESAVE = "「Excelブック（*.xlsx）」で保存し直してください。", "Save it again as .xlsx."

_REF = re.compile(rb'\sr="([A-Z]+)([0-9]+)"')
_CELL = re.compile(rb"<(?:\w+:)?c(?=\s)([^<>]*[^<>/])>")  # one that is not closed at once: it holds something
_ERROR = re.compile(rb'<(?:\w+:)?c(?=\s)([^<>]*\st="e"[^<>]*)>')
_FORMULA = re.compile(
    rb"<(?:\w+:)?c(?=\s)([^<>]*)>\s*<(?:\w+:)?f\b(?:[^<>]*/>|[^<>]*>[^<]*</(?:\w+:)?f>)"
    rb"\s*(<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_OLD_PASSWORD = re.compile(rb"\x09\x08\x10\0\0\x06\x05\0.{12}\x2f\0", re.DOTALL)  # FilePass after the first record
_WIDTHS = (re.compile(rb' r="[A-Z]{3}'), _LAST_COLUMN), (re.compile(rb' r="[A-Z]{2}'), 702)


@dataclass
class SheetFacts:
    """Addresses of the cells of a sheet that hold an error, or a formula whose value was never stored."""

    errors: list[str] = field(default_factory=list)
    without_value: list[str] = field(default_factory=list)


@contextmanager
def opening(path: Path) -> Iterator[None]:
    """Turn everything that a broken or protected workbook causes into ``unreadable_workbook``."""
    try:
        with _without_panic_report(path):
            yield
    except PasswordError:
        raise _protected(path) from None
    except _BROKEN as error:
        raise _broken(path, str(error)) from None
    except RuntimeError as error:  # what zipfile says of a part that is encrypted
        if "encrypted" not in str(error):
            raise
        raise _broken(path, str(error)) from None
    except BaseException as error:
        if type(error).__module__ != "pyo3_runtime":  # calamine's code gave up (a "panic"); no Exception to Python
            raise
        raise _broken(path, str(error)) from None


@contextmanager
def _without_panic_report(path: Path) -> Iterator[None]:
    """Keep calamine's report of a panic off the screen: it writes one past Python, while reading broken .xls files."""
    if zipfile.is_zipfile(path):
        yield
        return
    try:
        kept = os.dup(2)
    except OSError:  # a program without a screen
        yield
        return
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def unreadable(path: Path, what: tuple[str, str], fix: tuple[str, str]) -> DataAcademyError:
    return DataAcademyError("unreadable_workbook", *what, fix=fix[0], fix_en=fix[1], file=path.name)


def _protected(path: Path) -> DataAcademyError:
    return unreadable(
        path,
        ("パスワードで保護されています。", "The workbook is protected by a password."),
        ("Excelで開いてパスワードを外し、保存し直してください。", "Open it in Excel, remove the password and save."),
    )


def _broken(path: Path, reason: str) -> DataAcademyError:
    return unreadable(
        path,
        ("Excelファイルとして読めません。壊れているかもしれません。", f"Not readable as a workbook: {reason}."),
        (f"Excelで開けるか確かめ、{RESAVE[0]}", f"See whether Excel opens it. {RESAVE[1]}"),
    )


def check_package(path: Path) -> list[Note]:
    """Refuse a workbook that unpacks to more than memory holds; a note if it carries macros.

    Of an old .xls only its weakest protection is looked for, through which calamine would read nonsense.
    Raises DataAcademyError ``too_large`` for a package of more than 2 GB, or of more than 256 MB that is packed over a
    hundredfold.  The sizes are those the package states; calamine stops at a part that is larger than stated.
    """
    if not zipfile.is_zipfile(path):
        if _OLD_PASSWORD.search(path.read_bytes()):
            raise _protected(path)
        return []
    with opening(path), zipfile.ZipFile(path) as package:
        parts = package.infolist()
    size, packed = sum(part.file_size for part in parts), path.stat().st_size
    if size > LARGEST or (size > SUSPICIOUS[0] and size > packed * SUSPICIOUS[1]):
        raise DataAcademyError(
            "too_large",
            f"中身を広げると {size / 1e6:,.0f} MB になり（ファイルは {packed / 1e6:,.1f} MB）、読み込めません。"
            "書式だけのセルが大量にあるか、壊れたファイルです。",
            f"The workbook unpacks to {size / 1e6:,.0f} MB (from {packed / 1e6:,.1f} MB), too much to read.",
            fix="Excelで必要な表だけを新しいブックに「値の貼り付け」で写し、保存して渡してもらってください。",
            fix_en="Have the table copied as values into a new workbook.",
            file=path.name,
        )
    if not any(posixpath.basename(part.filename).lower() == "vbaproject.bin" for part in parts):
        return []
    return [
        Note(
            "macro",
            "マクロの入ったブックです。マクロは動かさず、保存されている値だけを読みました。",
            "The workbook carries macros. They were not run; only stored values were read.",
            fix="データとして渡すときは、マクロのない「Excelブック（*.xlsx）」で保存してください。",
            fix_en="Hand data over as .xlsx, without macros.",
        )
    ]


def sheet_facts(path: Path, sheet: str) -> SheetFacts:
    """Look through one sheet's part.  Empty facts for .xls and .xlsb, which do not tell.

    Raises DataAcademyError ``unreadable_workbook`` for a broken part, ``too_large`` if the sheet's last cell lies so
    far out that all cells up to it do not fit into memory.
    """
    facts, rows, width = SheetFacts(), 0, 26
    if not zipfile.is_zipfile(path):
        return facts
    with opening(path), zipfile.ZipFile(path) as package:
        part = _part_of(package, sheet)
        if part not in package.namelist():
            return facts
        for block in _blocks(package, part):
            if b't="e"' in block:
                facts.errors += filter(None, map(_address, _ERROR.findall(block)))
            if b"f>" in block or b"f " in block:
                facts.without_value += _without_value(block)
            rows = max(rows, _last_row(block))
            width = next((w for pattern, w in _WIDTHS if w > width and pattern.search(block)), width)
        if rows * width > AREA or width == _LAST_COLUMN:
            _check_extent(path, sheet, _blocks(package, part))
    return facts


def _part_of(package: zipfile.ZipFile, sheet: str) -> str:
    """The name of the part that holds the sheet; "" if there is none."""
    names = package.namelist()
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= set(names):
        return ""
    book = ElementTree.fromstring(package.read("xl/workbook.xml"))
    links = {
        link.get("Id"): link.get("Target", "")
        for link in ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels"))
    }
    for element in book.iter():
        if element.tag.rpartition("}")[2] == "sheet" and element.get("name") == sheet:
            link = next((value for key, value in element.items() if key.endswith("}id")), "")
            return posixpath.normpath(posixpath.join("/xl", links.get(link, ""))).lstrip("/")
    return ""


def _blocks(package: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The part in pieces of some megabytes, none of which begins or ends inside a cell."""
    rest = b""
    with package.open(part) as stream:
        while piece := stream.read(_BLOCK):
            rest += piece
            cut = max(rest.rfind(b"<c "), rest.rfind(b":c "), rest.rfind(b"<row"), rest.rfind(b":row"))
            cut = rest.rfind(b"<", 0, cut + 1)
            if cut <= 0 and len(rest) > 16 * _BLOCK:  # no table: do not gather it
                cut = len(rest)
            if cut > 0:
                yield rest[:cut]
                rest = rest[cut:]
    yield rest


def _address(attributes: bytes) -> str:
    found = _REF.search(attributes)
    return (found[1] + found[2]).decode() if found else ""


def _without_value(block: bytes) -> list[str]:
    """Cells whose formula has no stored value.  A text formula with an empty value does have one: the empty text."""
    return [
        address
        for attributes, empty in _FORMULA.findall(block)
        if not (empty and b't="str"' in attributes) and (address := _address(attributes))
    ]


def _last_row(block: bytes) -> int:
    """The last row number that a block names (rows stand in order)."""
    at = len(block)
    while (at := block.rfind(b' r="', 0, at)) >= 0:
        if found := re.compile(rb' r="[A-Z]*([0-9]+)"').match(block, at):
            return int(found[1])
    return 0


def _check_extent(path: Path, sheet: str, blocks: Iterator[bytes]) -> None:
    """Raise if the area from A1 to the last filled cell is too large."""
    bottom, right, far = 0, 0, ""
    for block in blocks:
        for attributes in _CELL.findall(block):
            if found := _REF.search(attributes):
                row, column = int(found[2]), _column(found[1])
                if row > bottom or column > right:
                    bottom, right, far = max(bottom, row), max(right, column), (found[1] + found[2]).decode()
    if bottom > _LAST_ROW or right > _LAST_COLUMN:
        raise _broken(path, f"there is no cell {far} on a sheet")
    if bottom * right > AREA:
        raise DataAcademyError(
            "too_large",
            f"表からとても離れたセル（{far}）に値があり、そこまでの空のセルを含めると大きすぎて読めません。",
            f"A cell far away from the table ({far}) holds a value; everything up to it is too much to read.",
            fix="Excelで Ctrl+End を押して最後のセルへ行き、不要な値のある行や列を削除して保存してください。",
            fix_en="Press Ctrl+End in Excel, delete the stray rows or columns, and save.",
            file=path.name,
            sheet=sheet,
            cells=far,
        )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def facts_notes(facts: SheetFacts) -> list[Note]:
    """Warnings on error cells, which calamine gives as blank, and on formulas that have no stored value."""
    notes = []
    if facts.errors:
        notes.append(
            _cells_note(
                "error_cells",
                facts.errors,
                "計算エラー（#N/A、#REF! など）のセルが {n:,}個あります（{shown}）。空欄として読みました。",
                "{n:,} cells hold errors such as #N/A or #REF! ({shown}); they were read as blank.",
                ("Excelで計算式を直すか、値を入れてください。", "Mend the formulas in Excel, or enter the values."),
            )
        )
    if facts.without_value:
        notes.append(
            _cells_note(
                "formula_no_value",
                facts.without_value,
                "計算式だけで計算結果が保存されていないセルが {n:,}個あります（{shown}）。空欄として読みました。",
                "{n:,} cells hold a formula without a stored value ({shown}); they were read as blank.",
                (
                    "Excelで開いて上書き保存すると、計算結果が入ります。値だけにして渡してもらえば確実です。",
                    "Open the workbook in Excel and save it, or have the values alone.",
                ),
            )
        )
    return notes


def _cells_note(kind: str, cells: list[str], ja: str, en: str, fix: tuple[str, str]) -> Note:
    from dataacademy.tables.lint.address import addresses  # the linter's floor is above, this module of it is not

    shown = {"n": len(cells), "shown": "、".join(cells[:5]) + ("…" if len(cells) > 5 else "")}
    places: dict[int, list[int]] = {}
    for cell in cells:
        column = cell.rstrip("0123456789")
        places.setdefault(_column(column.encode()) - 1, []).append(int(cell[len(column) :]) - 1)
    return Note(
        kind,
        ja.format(**shown),
        en.format(**shown),
        level="warning",
        fix=fix[0],
        fix_en=fix[1],
        row=min(min(rows) for rows in places.values()) + 1,
        cells=addresses(places),
    )
