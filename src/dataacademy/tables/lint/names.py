"""町名 that are spelled in several ways over the files of a folder."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from dataacademy.areanames import name_key
from dataacademy.notes import Note
from dataacademy.tables.lint.address import rectangle
from dataacademy.tables.lint.sheet import Column, Sheet
from dataacademy.tables.lint.table import Fix, Table, sheet_note

AREA_HEADING = re.compile(
    r"(?:^|_)(?:町名|町丁目名?|町丁字名?|大字・?町丁?目?名?|大字名?|町字名?|町・?大字名?|地域名|地区名|regionName|area_name|S_NAME|MOJI)$"
)

_STYLES = {
    "numeral": {
        "kanji": "[〇一二三四五六七八九十](?=丁目|区$|号$)",
        "narrow": "[0-9](?=丁目|区$|号$)",
        "wide": "[０-９](?=丁目|区$|号$)",
    },
    "ke": {letter: letter for letter in "ケヶヵ"},
}


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


@dataclass(frozen=True)
class _Right:
    """How an area should be written: the spellings that are right, and the map that says so ("" for the majority).

    Without a ``spelling`` nobody knows: several are as common, and none is as the other names are written.
    """

    spellings: tuple[str, ...]
    source: str = ""


def spellings(columns: Iterable[NameColumn]) -> list[Note]:
    """Notes on the columns whose names are spelled otherwise than on the map of areas, or than in most files.

    Where two spellings are as common and none is in the style of the other names, all their cells are named.
    """
    columns = list(columns)
    right = _usual(columns)
    where = _cells(columns, {key for key, found in right.items() if not found.spellings})
    notes = []
    for found in columns:
        words = found.column.stripped
        odd = [i for i, word in enumerate(words) if not found.official and word not in right[name_key(word)].spellings]
        if not odd:
            continue
        rows = found.rows[found.column.rows_of(odd)]
        known = [i for i in odd if right[name_key(words[i])].spellings]
        ja = _differs(right, words[known[0]], len(found.column.rows_of(known))) if known else ""
        ja += _undecided(where, [name_key(words[i]) for i in odd if i not in known])
        en = f"{len(rows):,} names of areas are spelled otherwise than elsewhere."
        places = {} if found.sheet.is_map else {found.place: rows}
        fix = _fix({right[name_key(words[i])] for i in odd})
        value = words[odd[0]]
        note = sheet_note(found.sheet, "name_spelling", ja, en, places, column=found.heading, value=value, fix=fix)
        notes.append(replace(note, row=int(rows[0]) + 1))
    return notes


def _differs(right: dict[str, _Right], word: str, n: int) -> str:
    found = right[name_key(word)]
    usual = f"「{found.source}」では" if found.source else "ほかの多くのところでは"
    return f"町名の書き方がほかと違います（{n:,}セル）。「{word}」は、{usual}「{found.spellings[0]}」です。"


def _undecided(where: dict[str, dict[str, str]], keys: list[str]) -> str:
    if not keys:
        return ""
    spelled = where[keys[0]]
    shown = "、".join(f"「{spelling}」{cell}" for spelling, cell in spelled.items())
    more = f"。ほかに{len(set(keys)) - 1:,}町も同じです" if len(set(keys)) > 1 else ""
    ways = {2: "二", 3: "三"}.get(len(spelled), str(len(spelled)))
    return f"同じ町が{ways}通りに書かれています（{shown}{more}）。"


def _fix(found: set[_Right]) -> Fix:
    source = next((right.source for right in found if right.source), "")
    if source:
        return f"「{source}」の書き方にそろえてください。", f"Use the spelling of {source}."
    if all(right.spellings for right in found):
        return "多いほうの書き方にそろえてください。", "Use the spelling of the majority."
    return "正しいほうにそろえてください。", "Find out which one is right, and use it everywhere."


def _cells(columns: list[NameColumn], keys: set[str]) -> dict[str, dict[str, str]]:
    """The first cell of each spelling of some names: key -> spelling -> cell, with the file if there are several."""
    several = len({found.sheet.file for found in columns}) > 1
    cells: dict[str, dict[str, str]] = {}
    for found in columns:
        for i, word in enumerate(found.column.stripped):
            if name_key(word) in keys:
                row = int(found.rows[found.column.rows_of([i])[0]])
                cell = f"{row + 1}番目" if found.sheet.is_map else rectangle(row, found.place, row, found.place)
                cell = f"{found.sheet.file} {cell}" if several else cell
                cells.setdefault(name_key(word), {}).setdefault(word, cell)
    return cells


def _usual(columns: list[NameColumn]) -> dict[str, _Right]:
    """How each name should be written: as on the map, else as in most files, else as in most rows, else in style."""
    official: dict[str, _Right] = {}
    files: dict[str, Counter[str]] = {}
    styles: Counter[tuple[str, ...]] = Counter()
    for found in columns:
        times = np.bincount(found.column.codes[~found.column.blank], minlength=len(found.column.words))
        for word, n in zip(found.column.stripped, times.tolist(), strict=True):
            key = name_key(word)
            if found.official:
                known = official.get(key, _Right(()))
                official[key] = _Right((*known.spellings, word), known.source or found.sheet.file)
            files.setdefault(key, Counter())[word] += 1 + n / 1e9
            styles.update(dict.fromkeys(_styles(word), n))
    return {key: _Right(_best(words, styles)) for key, words in files.items()} | official


def _best(words: Counter[str], styles: Counter[tuple[str, ...]]) -> tuple[str, ...]:
    """The commonest spelling; of several as common the one written as most names are; none if that does not tell."""
    best = [word for word, n in words.items() if n == max(words.values())]
    for i in range(len(_STYLES)):
        often = {word: styles[_styles(word)[i]] for word in best}
        best = [word for word in best if often[word] == max(often.values())]
    return (best[0],) if len(best) == 1 else ()


def _styles(name: str) -> list[tuple[str, ...]]:
    """How a name is written in each respect in which names differ.

    >>> _styles("みらいヶ丘５丁目"), _styles("北沢二丁目")
    ([('numeral', 'wide'), ('ke', 'ヶ')], [('numeral', 'kanji'), ('ke', '')])
    """
    return [
        (respect, next((style for style, pattern in ways.items() if re.search(pattern, name)), ""))
        for respect, ways in _STYLES.items()
    ]
