"""Which files of a folder are checked, and which folders below it are closed to us."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from dataacademy.errors import DataAcademyError
from dataacademy.notes import Note
from dataacademy.tables.lint.sheet import Sheet
from dataacademy.tables.lint.table import sheet_note
from dataacademy.tables.reading import existing_file, reading_from

_PASSED_OVER = {
    ".json",
    ".yml",
    ".yaml",
    ".md",
    ".xml",
    ".html",
    ".htm",
    ".css",
    ".js",
    ".py",
    ".ipynb",
    ".log",
    ".toml",
}
_PARTS = {".dbf", ".shx", ".prj", ".cpg", ".qmd", ".sbn", ".sbx", ".qpj", ".qix"}  # of a shapefile
_CLOSED = (
    "フォルダ「{name}」を開く許可がありません。中のファイルは調べていません。",
    "The folder {name} may not be opened; its files were not checked.",
    "フォルダの持ち主に読む許可をもらうか、自分のフォルダに写してもらってください。",
    "Ask its owner for permission to read it, or for a copy.",
)


@dataclass(frozen=True)
class Listing:
    """The files, each with its name as notes show it, and the names of the folders that may not be opened."""

    files: list[tuple[Path, str]]
    closed: list[str]

    @property
    def names(self) -> list[str]:
        """Everything that a note may be about."""
        return [*(name for _, name in self.files), *self.closed]


def list_files(path: Path) -> Listing:
    """The file, or the files of the folder and below that should be tables.  An empty file is there, too: a problem.

    Raises DataAcademyError ``no_file``, ``cannot_read`` or ``empty_folder``.
    """
    with reading_from(path):
        if path.is_dir():
            return _below(path)
        return Listing([(path if path.is_file() else existing_file(path), path.name)], [])


def _below(folder: Path) -> Listing:
    closed: list[Path] = []
    found = sorted(
        Path(place, name)
        for place, _, names in os.walk(folder, onerror=lambda error: closed.append(Path(error.filename)))
        for name in names
    )
    if folder in closed:
        ja, en, fix, fix_en = _told(folder.name)
        raise DataAcademyError("cannot_read", ja, en, fix=fix, fix_en=fix_en)
    found = [p for p in found if not _hidden(p.relative_to(folder)) and _is_file(p)]
    shapes = {p.with_suffix("") for p in found if p.suffix.lower() == ".shp"}
    files = [
        (p, p.relative_to(folder).as_posix())
        for p in found
        if p.suffix.lower() not in _PASSED_OVER
        and not (p.suffix.lower() in _PARTS and (p.suffix.lower() != ".dbf" or p.with_suffix("") in shapes))
    ]
    names = sorted(f"{p.relative_to(folder).as_posix()}/" for p in closed if not _hidden(p.relative_to(folder)))
    if files or names:
        return Listing(files, names)
    raise DataAcademyError(
        "empty_folder",
        f"フォルダ「{folder.name}」に、調べる表がありません。",
        f"There is no table in {folder.name}.",
        fix="CSVやExcelのファイルが入ったフォルダを指定してください。",
        fix_en="Name a folder with CSV or Excel files.",
    )


def _hidden(path: Path) -> bool:
    return any(part.startswith((".", "~$")) or part in ("Thumbs.db", "__MACOSX") for part in path.parts)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # it may not even be looked at: its reader says so
        return True


def _told(name: str) -> list[str]:
    return [text.format(name=name) for text in _CLOSED]


def closed_notes(listing: Listing) -> list[Note]:
    """A note on each folder that may not be opened."""
    notes = []
    for name in listing.closed:
        ja, en, fix, fix_en = _told(name.rstrip("/"))
        notes.append(sheet_note(Sheet(name, "", []), "unreadable", ja, en, {}, fix=(fix, fix_en)))
    return notes
