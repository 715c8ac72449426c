"""What a file is, by what is in it and by its name: a table that can be read here, or something else."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from dataacademy.errors import DataAcademyError
from dataacademy.tables.encoding import utf16_name
from dataacademy.tables.geofiles import is_geojson
from dataacademy.tables.reading import reading_from

SUFFIXES = {
    ".csv": "text",
    ".tsv": "text",
    ".txt": "text",
    ".xlsx": "excel",
    ".xlsm": "excel",
    ".xls": "excel",
    ".shp": "map",
    ".geojson": "map",
    ".json": "map",
    ".gpkg": "map",
    ".dbf": "map",
}
_MAGIC = (
    (b"%PDF", "PDF"),
    (b"\xff\xd8\xff", "写真（JPEG）"),
    (b"\x89PNG", "画像（PNG）"),
    (b"GIF8", "画像（GIF）"),
    (b"BM", "画像（BMP）"),
    (b"II*\0", "画像（TIFF）"),
    (b"MM\0*", "画像（TIFF）"),
    (b"\x1f\x8b", "圧縮ファイル（gzip）"),
    (b"7z\xbc\xaf", "圧縮ファイル（7z）"),
    (b"Rar!", "圧縮ファイル（RAR）"),
    (b"{\\rtf", "リッチテキスト（RTF）"),
)
_OLE, _ZIP, _SQLITE = b"\xd0\xcf\x11\xe0", b"PK\x03\x04", b"SQLite format 3\0"
_PARTS_OF_SHAPEFILE = {".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qpj", ".qmd"}
_OFFICE = {"word/": "Word文書", "ppt/": "PowerPoint", "content.xml": "OpenDocument"}
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x19]")  # in no text; NUL alone may only fill up fields
_PAGE = re.compile(rb"\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|table|head|meta)", re.IGNORECASE | re.DOTALL)


def kind_of(path: Path) -> str:
    """``text``, ``excel`` or ``map``: who reads the file.  Raises DataAcademyError ``not_a_table`` for anything else.

    The contents decide, where they can: a workbook named .csv is read as the workbook it is.
    """
    with reading_from(path):
        return _kind_of(path)


def _kind_of(path: Path) -> str:
    suffix = path.suffix.lower()
    with path.open("rb") as stream:
        start = stream.read(4096)
    if start.startswith(_ZIP):
        return _zip_kind(path)
    if start.startswith(_OLE):
        if suffix in (".doc", ".ppt", ".msg"):
            raise _not_a_table(path, "古い形式の文書（Word、PowerPoint など）")
        return "excel"
    if start.startswith(_SQLITE) and suffix != ".gpkg":
        raise _not_a_table(path, "データベース（SQLite）")
    for magic, name in _MAGIC:
        if start.startswith(magic) and not (magic == b"BM" and suffix in SUFFIXES):
            raise _not_a_table(path, name)
    if start[4:8] == b"ftyp":
        raise _not_a_table(path, "写真か動画（HEIC、MP4 など）")
    if _PAGE.match(start.removeprefix(b"\xef\xbb\xbf")):
        raise _not_a_table(path, "Webページ（HTML）")
    if start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<?xml"):
        raise _not_a_table(path, "XML（KML、GML など）")
    if suffix in _PARTS_OF_SHAPEFILE:
        raise _not_a_table(path, "シェープファイルの一部", f"「{path.stem}.shp」を指定してください。")
    kind = SUFFIXES.get(suffix)
    if kind == "text" and _CONTROL.search(start) and not utf16_name(start):
        raise _not_a_table(path, "文字でないデータ（バイナリ）")
    if suffix == ".json" and not is_geojson(path.read_bytes().decode("utf-8", "replace")):
        raise _not_a_table(path, "地図（GeoJSON）ではないJSON")
    if kind is None:
        raise _not_a_table(path, f"「{suffix}」のファイル" if suffix else "種類の分からないファイル")
    return kind


def _zip_kind(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as parts:
            names = parts.namelist()
    except (zipfile.BadZipFile, NotImplementedError):  # the latter: a damaged directory asks for a future version
        if SUFFIXES.get(path.suffix.lower()) == "excel":
            return "excel"  # its reader says that the workbook is broken
        raise _not_a_table(path, "壊れたZIPファイル") from None
    if any(name.startswith("xl/") for name in names):
        return "excel"
    for start, name in _OFFICE.items():
        if any(part.startswith(start) for part in names):
            raise _not_a_table(path, name)
    raise _not_a_table(path, "ZIPにまとめたファイル", "右クリックの「すべて展開」で展開してから指定してください。")


def _not_a_table(path: Path, taken_for: str, way: str = "") -> DataAcademyError:
    readable = "、".join(SUFFIXES)
    return DataAcademyError(
        "not_a_table",
        f"{taken_for}のようです。表や地図としては読めません。",
        f"This looks like {taken_for}; it cannot be read as a table or map.",
        fix=(way or "表の形（CSVかExcel）で受け取ってください。") + f"読めるのは {readable} です。",
        fix_en=f"Get it as CSV or Excel. Readable: {readable.replace('、', ', ')}.",
        file=path.name,
    )
