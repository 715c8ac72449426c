"""Rows that are on the sheet but are no data: blank ones, notes at the end, totals.  Each one is told."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np

from dataacademy.notes import Note
from dataacademy.tables.cells import Cells
from dataacademy.tables.reading import quote, row_list
from dataacademy.tables.values import number_share

TOTALS = {"合計", "総数", "計", "総計", "小計"}
_LAST = {word[-1] for word in TOTALS}  # asked first, because most words end otherwise
_REMARK = re.compile(
    r"[（(\[【]?注[0-9０-９一二三]*[）)\]】:：．.、\s　]|注$|注意[:：]|[※＊*]|[（(【]?(?:資料|出典|出所|備考)[:：）)】]"
)
_TAIL = 60  # lines at the end among which notes are looked for


def set_aside(columns: Sequence[Cells], first: int) -> tuple[np.ndarray, list[Note]]:
    """Which rows from ``first`` on are data (their positions), and a note for each that is not.

    A row of totals counts as one only if its label is exactly 合計, 総数, 計, 総計 or 小計 and the other labels of that
    column are names, mostly different ones, or it stands once and last; in a long table (総数, 男, 女, 総数, 男, 女 …)
    it stays, with a warning.
    """
    blank = np.logical_and.reduce([column.blank for column in columns])
    remarks = _remarks(columns, blank, first)
    data = ~blank
    data[:first] = False
    data[remarks] = False
    totals, kept = _totals(columns, np.flatnonzero(data))
    data[[row for row, _ in totals]] = False
    notes = [
        Note(
            "total_row",
            "合計の行を除きました。合計が必要なときは計算してください。",
            "A row of totals was set aside; compute totals when you need them.",
            row=row + 1,
            value=quote(label),
        )
        for row, label in totals
    ]
    notes += kept
    notes += [
        Note(
            "note_row",
            "表の下の注記を除きました。",
            "A remark below the table was set aside.",
            row=row + 1,
            value=quote("　".join(column[row] for column in columns if column[row])),
        )
        for row in remarks
    ]
    if blank.any():
        rows = (np.flatnonzero(blank) + 1).tolist()
        notes.append(
            Note(
                "blank_row",
                f"空の行 {len(rows):,}行を除きました（{row_list(rows)}行目）。",
                f"{len(rows):,} blank rows were set aside (rows {row_list(rows)}).",
                row=rows[0],
            )
        )
    return np.flatnonzero(data), notes


def _remarks(columns: Sequence[Cells], blank: np.ndarray, first: int) -> list[int]:
    """The rows of notes at the end: all from the first that begins like a note, if each fills only a cell or two."""
    found: list[int] = []
    lines: list[int] = []
    columns = [column for column in columns if column.words]
    if len(columns) < 2:
        return found
    for row in range(len(blank) - 1, max(first, len(blank) - _TAIL) - 1, -1):
        if blank[row]:
            continue
        texts = [column[row] for column in columns]
        filled = [text for text in texts if text]
        if len(filled) > 1 + (len(columns) > 4) or not any(texts[:2]):
            break
        lines.append(row)
        if _REMARK.match(filled[0]):
            found = list(lines)
    return sorted(found)


def _totals(columns: Sequence[Cells], rows: np.ndarray) -> tuple[list[tuple[int, str]], list[Note]]:
    """Total rows as (position, label), and warnings about labels that look like totals but were kept."""
    found: list[tuple[int, str]] = []
    kept: list[Note] = []
    for place, whole in enumerate(columns):
        cells = whole.take(rows)
        if not cells.words:
            continue
        words = [i for i, word in enumerate(cells.words) if word[-1] in _LAST and _bare(word) in TOTALS]
        hits = np.flatnonzero(np.isin(cells.codes, words))
        if len(hits):
            others = int((~cells.blank).sum()) - len(hits)
            last = len(hits) == 1 and hits[0] == len(rows) - 1
            if others and (last or (len(cells.words) - len(words)) * 2 >= others):
                found += [(int(rows[i]), cells[i]) for i in hits]
            elif others:
                kept.append(_kept_totals(place, (rows[hits] + 1).tolist(), cells[hits[0]]))
        if number_share(cells) < 0.5 and len(cells.words) > 1:  # texts that tell rows apart: labels end here
            break
    return sorted(set(found)), kept


def _bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _kept_totals(place: int, rows: list[int], label: str) -> Note:
    return Note(
        "total_row_kept",
        f"{place + 1}列目に「{label}」が {len(rows):,}行あります。分類の1つかもしれないので残しました。",
        f"Column {place + 1} says {label!r} in {len(rows):,} rows; they were kept, since it may be a category.",
        level="warning",
        fix="合計なら、集計の前にその行を除いてください（二重に数えないため）。",
        fix_en="If they are totals, drop them before adding up, or people are counted twice.",
        row=rows[0],
        value=label,
    )
