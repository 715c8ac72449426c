"""町名 that are spelled in several ways over the files of a folder."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from dataacademy.areanames import name_key
from dataacademy.notes import Note
from dataacademy.tables.lint.sheet import Column, Sheet
from dataacademy.tables.lint.table import Table, sheet_note

AREA_HEADING = re.compile(
    r"(?:^|_)(?:町名|町丁目名?|町丁字名?|大字・?町丁?目?名?|大字名?|町字名?|町・?大字名?|地域名|地区名|regionName|area_name|S_NAME|MOJI)$"
)


@dataclass(frozen=True, eq=False)
class NameColumn:
    """A column of names of areas; ``official``: it belongs to the map of the areas."""

    sheet: Sheet
    place: int
    heading: str
    rows: np.ndarray
    column: Column
    official: bool = False


def name_columns(table: Table) -> list[NameColumn]:
    """The columns of a table that hold names of areas."""
    shell = replace(table.sheet, columns=[])
    return [
        NameColumn(shell, field.place, field.name, table.rows, field.column)
        for field in table.fields
        if AREA_HEADING.search(field.name)
    ]


def spellings(columns: Iterable[NameColumn]) -> list[Note]:
    """Notes on the columns whose names are spelled otherwise than on the map of areas, or than in most files."""
    columns = list(columns)
    right = _usual(columns)
    notes = []
    for found in columns:
        words = found.column.stripped
        odd = [i for i, word in enumerate(words) if not found.official and word not in right[name_key(word)]]
        if not odd:
            continue
        rows, first = found.rows[found.column.rows_of(odd)], words[odd[0]]
        ja = f"町名の書き方がほかと違います（{len(rows):,}セル）。「{first}」は「{right[name_key(first)][0]}」です。"
        en = f"{len(rows):,} names of areas are spelled otherwise than elsewhere."
        places = {} if found.sheet.is_map else {found.place: rows}
        note = sheet_note(found.sheet, "name_spelling", ja, en, places, column=found.heading, value=first)
        notes.append(replace(note, row=int(rows[0]) + 1))
    return notes


def _usual(columns: list[NameColumn]) -> dict[str, list[str]]:
    """The spellings that count for each name: the map's, else that of most files, else that of most rows."""
    official: dict[str, list[str]] = {}
    files: dict[str, Counter] = {}
    for found in columns:
        times = np.bincount(found.column.codes[~found.column.blank], minlength=len(found.column.words))
        for word, n in zip(found.column.stripped, times.tolist(), strict=True):
            key = name_key(word)
            if found.official:
                official.setdefault(key, []).append(word)
            files.setdefault(key, Counter())[word] += 1 + n / 1e9
    return {key: [words.most_common(1)[0][0]] for key, words in files.items()} | official
