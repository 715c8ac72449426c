"""The files of a folder as they were handed over: which can hold a table, and what is in them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from dataacademy import tables
from dataacademy.errors import DataAcademyError
from dataacademy.notes import Note

READABLE = {".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".shp", ".geojson", ".json", ".dbf", ".gpkg"}
_PARTS = {".dbf", ".shx", ".prj", ".cpg", ".qmd", ".xml", ".sbn", ".sbx", ".qpj", ".qix"}  # of a shapefile


def list_files(folder: Path) -> tuple[list[Path], list[Note]]:
    """The files below ``folder`` that can hold a table, and notes on the others."""
    if folder.is_file():
        raise DataAcademyError(
            "no_folder",
            f"「{folder.name}」はファイルです。",
            f"{folder.name} is a file.",
            fix="そのファイルが入っているフォルダを指定してください。",
            fix_en="Name the folder that it is in.",
        )
    if not folder.is_dir():
        raise DataAcademyError(
            "no_folder",
            f"フォルダ「{folder}」がありません。",
            f"No folder {folder}.",
            fix="フォルダの場所と名前を確かめてください。",
            fix_en="Check the path.",
        )
    everything = sorted(p for p in folder.rglob("*") if p.is_file() and not _hidden(p.relative_to(folder)))
    if not everything:
        raise DataAcademyError(
            "empty_folder",
            f"フォルダ「{folder.name}」は空です。",
            f"{folder.name} is empty.",
            fix="町のデータのファイル（CSV・Excel・シェープファイルなど）を入れてください。",
            fix_en="Put the town's files (CSV, Excel, shapefiles …) in it.",
        )
    shapes = {p.with_suffix("") for p in everything if p.suffix.lower() == ".shp"}
    files, notes, unread = [], [], Counter()
    for path in everything:
        suffix = path.suffix.lower()
        if suffix in _PARTS and path.with_suffix("") in shapes:
            continue
        if suffix in {".shx", ".prj"} and path.with_suffix(".dbf") not in everything:
            notes.append(
                Note(
                    "no_shp",
                    "シェープファイルの一部ですが、本体（.shp）がありません。",
                    "The .shp is missing.",
                    level="error",
                    fix="同じ名前の .shp・.dbf・.shx・.prj をそろえて入れてください。",
                    file=path.relative_to(folder).as_posix(),
                )
            )
        elif suffix in READABLE:
            files.append(path)
        elif suffix not in _PARTS:
            unread[suffix or "拡張子なし"] += 1
    packed = sum(unread[suffix] for suffix in (".zip", ".7z", ".lzh", ".rar"))
    if packed:
        notes.append(
            Note(
                "packed",
                f"圧縮されたファイルが {packed} 件あります。中は見ていません。",
                f"{packed} packed files were not looked into.",
                level="warning",
                fix="展開（解凍）してから、もう一度実行してください。",
            )
        )
    for suffix, count in unread.items():
        notes.append(
            Note(
                "not_a_table",
                f"表として読めない種類のファイル（{suffix}）が {count} 件ありました。",
                f"{count} files of a kind that holds no table ({suffix}).",
            )
        )
    return files, notes


def _hidden(path) -> bool:
    return any(part.startswith((".", "~$")) or part in ("Thumbs.db", "__MACOSX") for part in path.parts)


def read_all(file, stated, notes):
    """The readings of one file: each sheet of a workbook that holds a table, else one."""
    crs = next((s.crs for s in stated if s.crs), None)
    encoding = next((s.encoding for s in stated if s.encoding), None)
    if file.suffix.lower() in {".xlsx", ".xlsm", ".xls"}:
        readings, empty = [], []
        for sheet in tables.sheets(file):
            try:
                readings.append(tables.read(file, sheet=sheet))
            except DataAcademyError as error:
                empty.append(error)
        if empty and not readings:
            raise empty[0]
        notes += [replace(e.note, level="info", file=file.name) for e in empty]  # Excel's own blank sheets
        return readings
    return [tables.read(file, encoding=encoding, crs=crs)]
