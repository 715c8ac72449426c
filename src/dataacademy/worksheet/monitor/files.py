"""The folder of new files: every table in it, and which of them an indicator is made from."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from dataacademy.errors import DataAcademyError
from dataacademy.notes import Note
from dataacademy.tables import tidy_heading
from dataacademy.town.contract import TABLES
from dataacademy.town.folder import list_files, read_all
from dataacademy.town.plain import match_table
from dataacademy.worksheet.recording.sources import sha256, town_table

_CHANGING = re.compile(r"昭和|平成|令和|元年|[\d年月日度()\s_.-]|最新|コピー|(?<![a-z])[rh](?=\d)")  # in names of files


@dataclass(frozen=True, eq=False)
class NewTable:
    """One table of the new files.  ``role``: the town's table whose columns it has; ``columns``: theirs → headings."""

    file: str
    sheet: str
    data: Any
    sha256: str
    role: str = ""
    columns: dict[str, str] = field(default_factory=dict)

    @property
    def headings(self) -> list[str]:
        return [str(heading) for heading in self.data.columns]

    def heading(self, name: str) -> str:
        """The heading that ``name`` means: as written, or a name or a Japanese label of the town's table; else ""."""
        name = name.strip()
        if name in self.headings:
            return name
        tidy = tidy_heading(name)
        if tidy in (by_tidy := {tidy_heading(heading): heading for heading in reversed(self.headings)}):
            return by_tidy[tidy]
        labels = {tidy_heading(c.label): n for n, c in TABLES[self.role].columns.items()} if self.role else {}
        return self.columns.get(name) or self.columns.get(labels.get(tidy, ""), "")


@dataclass(frozen=True, eq=False)
class NewFiles:
    """What a folder brought; ``codebook``: table → column → what the new explanation of the columns says."""

    tables: list[NewTable]
    notes: list[Note]
    codebook: dict[str, dict[str, str]]

    def of(self, source: str, needed: list[str], known: list[str]) -> list[NewTable]:
        """The tables that ``source`` (a table of the town, or the place of a file) means; the surest sign decides.

        By the columns of the town's table; by the name of the file, then without year and month; by the headings of
        last time (``known``); by the columns that are ``needed``.
        """
        name = town_table(source)
        place = PurePosixPath(TABLES[name].file if name in TABLES else source.strip().replace("\\", "/"))
        stems = {_lasting(place.stem)} | ({_lasting(TABLES[name].label)} if name in TABLES else set())
        ways = [
            [t for t in self.tables if name and t.role == name],
            [t for t in self.tables if PurePosixPath(t.file).name == place.name],
            [t for t in self.tables if _lasting(PurePosixPath(t.file).stem) in stems - {""}],
            [t for t in self.tables if known and set(known) <= set(t.headings)],
            [t for t in self.tables if all(t.heading(column) for column in needed)],
        ]
        found = next((way for way in ways if way), [])
        return [t for t in found if all(t.heading(column) for column in needed)] or found


def _lasting(stem: str) -> str:
    """What stays of a file's name from month to month.

    >>> _lasting("窓口の待ち時間_令和8年4月"), _lasting("窓口の待ち時間 (2)")
    ('窓口の待ち時間', '窓口の待ち時間')
    """
    return _CHANGING.sub("", unicodedata.normalize("NFKC", stem).lower())


def read_folder(folder: Path | str) -> NewFiles:
    """Every table below a folder.  A file that cannot be read is a note.  Errors: ``no_folder``, ``empty_folder``."""
    folder = Path(folder)
    files, notes = list_files(folder)
    tables, codebook = [], {}
    for file in files:
        name = file.relative_to(folder).as_posix()
        try:
            mark = sha256(file)
            for reading in read_all(file, [], []):
                if {"table", "column", "label"} <= set(reading.data.columns):
                    codebook |= _explanations(reading.data)
                    continue
                role, columns = match_table(reading.data.columns) or ("", {})
                tables.append(NewTable(name, reading.sheet, reading.data, mark, role, columns))
        except (DataAcademyError, OSError) as error:
            notes.append(_unread(name, error))
    return NewFiles(tables, notes, codebook)


def _unread(name: str, error: Exception) -> Note:
    note = error.note if isinstance(error, DataAcademyError) else None
    return Note(
        "unread",
        f"このファイルは読めませんでした。{note.ja if note else error}",
        f"This file could not be read: {note.en if note else error}",
        level="warning",
        fix=note.fix if note else "開けるファイルかどうか、確かめてください。",
        fix_en=note.fix_en if note else "",
        file=name,
    )


def _explanations(codebook) -> dict[str, dict[str, str]]:
    told = [c for c in codebook.columns if c not in ("table", "column", "label_en")]
    rows = codebook.astype(object).where(codebook.notna(), "")
    found: dict[str, dict[str, str]] = {}
    for row in rows.to_dict("records"):
        found.setdefault(str(row["table"]), {})[str(row["column"])] = "｜".join(str(row[c]) for c in told)
    return found
