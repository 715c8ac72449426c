"""Notes in the order in which people should see them: the gravest first, and what is alike over columns once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from dataacademy.notes import LEVELS, Note
from dataacademy.tables.lint.address import rectangle
from dataacademy.tables.lint.workbook import cell_place

_GRAVEST = list(LEVELS)[::-1]


def by_file(notes: Iterable[Note]) -> dict[str, list[Note]]:
    """The notes of each file, those with most errors first, then those with most warnings."""
    found: dict[str, list[Note]] = {}
    for note in notes:
        found.setdefault(note.file, []).append(note)
    return dict(sorted(found.items(), key=lambda pair: [-count(pair[1], level) for level in _GRAVEST]))


def count(notes: Iterable[Note], level: str) -> int:
    """How many notes are of one level."""
    return sum(note.level == level for note in notes)


def counted(notes: Iterable[Note]) -> str:
    """How many problems there are, in words.

    >>> counted([Note("a", "", ""), Note("a", "", ""), Note("b", "", "")])
    '2種類・3か所'
    """
    notes = list(notes)
    return f"{len({note.kind for note in notes}):,}種類・{len(notes):,}か所"


def gravest_first(notes: Iterable[Note]) -> list[Note]:
    """Errors, then warnings; otherwise as they come."""
    return sorted(notes, key=lambda note: _GRAVEST.index(note.level))


def grouped(notes: Iterable[Note]) -> list[tuple[Note, int]]:
    """The notes with how many columns each stands for, the gravest first: those that say the same of the same rows of
    several columns of a file are one.

    >>> notes = [Note("number_as_text", "文字です。", "", cells=f"{c}2:{c}9", column=c) for c in "BCE"]
    >>> [(note.cells, note.column, n) for note, n in grouped(notes)]
    [('B2:C9, E2:E9', 'Bなど', 3)]
    """
    alike: dict[tuple, list[Note]] = {}
    for note in gravest_first(notes):
        rows = re.sub("[A-Z]", "", note.cells)
        alike.setdefault((note.file, note.sheet, note.kind, note.ja, note.fix, rows if rows else id(note)), []).append(
            note
        )
    return [(_joined(group), len(group)) for group in alike.values()]


def _joined(notes: list[Note]) -> Note:
    first = notes[0]
    if len(notes) == 1:
        return first
    values = dict.fromkeys(note.value for note in notes)
    return replace(
        first,
        cells=_union([note.cells.split(", ") for note in notes]),
        column=f"{first.column}など" if first.column else "",
        value=first.value if len(values) == 1 or not first.value else f"{first.value}など",
    )


def _union(cells: list[list[str]]) -> str:
    """The ranges of several columns, the same rows in each, as few rectangles."""
    found = []
    for ranges in zip(*cells, strict=True):
        boxes = sorted(sum((cell_place(corner) for corner in (r.split(":")[0], r.split(":")[-1])), ()) for r in ranges)
        spans = [list(boxes[0])]
        for top, left, bottom, right in boxes[1:]:
            if left == spans[-1][3] + 1:
                spans[-1][3] = right
            else:
                spans.append([top, left, bottom, right])
        found += spans
    return ", ".join(rectangle(*box) for box in sorted(found))
