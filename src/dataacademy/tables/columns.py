"""From texts to typed columns: names stay text, numbers become numbers, and doubts are told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from dataacademy.notes import Note
from dataacademy.tables.cells import Cells
from dataacademy.tables.headings import names_things
from dataacademy.tables.values import Words, examine, number_notes, number_share, numbers_of, stray_note

MOSTLY = 0.8  # from this share of numbers on, the few other values are worth a warning


def typed(names: Sequence[str], columns: Iterable[Cells], rows: np.ndarray) -> tuple[pd.DataFrame, list[Note]]:
    """The table with typed columns, and the notes.

    A column stays text if its heading names things (コード, 番号, 電話, ID …), if a value starts with a zero or has
    more than 15 digits, or if some value is no number.  All others become numbers.
    """
    data: dict[str, pd.Series] = {}
    notes: list[Note] = []
    as_names: list[str] = []
    for name, cells in zip(names, columns, strict=True):
        numeric, found = _judge(cells)
        if numeric and (names_things(name) or found.leading_zero):
            as_names.append(name)
            numeric = False
        elif numeric:
            notes += number_notes(cells, found, name, rows)
        elif found is not None and found.strays and not names_things(name):
            notes.append(stray_note(cells, found, name, rows, ("列は文字のままです。", "The column stays text.")))
        data[name] = numbers_of(cells, found) if numeric else cells.text()
        notes += mojibake(name, cells, rows)
    if as_names:
        notes.insert(0, kept_text(as_names))
    narrow = len(data) <= 100  # pandas warns of frames in more pieces than that; a narrow one saves the copy
    return pd.DataFrame(data, index=range(len(rows)), columns=list(names), copy=not narrow), notes


def kept_text(names: Sequence[str]) -> Note:
    """The note on columns of digits that were left as text."""
    return Note(
        "kept_text",
        "数字でも名前として使う列なので、文字のまま読みました：" + "、".join(f"「{name}」" for name in names) + "。",
        "Columns of digits kept as text, because they are names: " + ", ".join(names) + ".",
    )


def _judge(cells: Cells) -> tuple[bool, Words | None]:
    """Whether a column is numbers.  If it is not, but nearly so, what was found comes along for the warning."""
    if number_share(cells, marks=True) < 0.5:
        return False, None
    found = examine(cells.words)
    if not found.strays:
        return bool(len(found.marks) < len(cells.words)), found
    counts = cells.counts()
    numbers, strays = counts[~np.isnan(found.numbers)].sum(), counts[found.strays].sum()
    return False, found if numbers >= MOSTLY * (numbers + strays) else None


def mojibake(name: str, cells: Cells, rows: np.ndarray) -> list[Note]:
    """A warning if the column holds U+FFFD: letters were already lost when the file was written."""
    if "\ufffd" not in "\n".join(cells.words):
        return []
    broken = [i for i, word in enumerate(cells.words) if "\ufffd" in word]
    at = rows[np.isin(cells.codes, broken)]
    return [
        Note(
            "mojibake",
            f"文字化け（「\ufffd」）が {len(at):,}行にあります。元の文字はこのファイルからは戻せません。",
            f"{len(at):,} rows hold broken characters (U+FFFD); this file has lost the original ones.",
            level="warning",
            fix="もとのシステムからもう一度書き出してください。",
            fix_en="Export the table again from its source.",
            row=int(at[0]),
            column=name,
        )
    ]
