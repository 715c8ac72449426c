"""From a sheet of texts to a table: the way that CSV files and workbooks share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dataacademy.errors import DataAcademyError
from dataacademy.notes import Note
from dataacademy.tables.cells import Cells
from dataacademy.tables.columns import typed
from dataacademy.tables.headings import column_names
from dataacademy.tables.layout import HEAD, Merge, find_layout
from dataacademy.tables.reading import Reading, located, row_list
from dataacademy.tables.setaside import set_aside
from dataacademy.tables.values import is_number


@dataclass(frozen=True, eq=False)
class Grid:
    """A sheet whose parts are known.

    labels
        The heading of each column of the sheet as it is written there, "" for none.
    heading
        The rows (from 0) of the headings; empty if the sheet has none.
    columns
        The cells of each column, all rows of the sheet.
    used
        Places (from 0) of the columns that have a heading or a value.
    rows
        Positions (from 0) of the rows that are data.
    """

    labels: list[str]
    heading: range
    columns: list[Cells]
    used: list[int]
    rows: np.ndarray
    notes: list[Note]


def arrange(columns: Sequence[Cells], merges: Sequence[Merge] = ()) -> Grid:
    """Find headings and data on a sheet; what is neither goes into notes."""
    height = len(columns[0]) if columns else 0
    head = [[column[row] for column in columns] for row in range(min(HEAD, height))]
    merges = [
        (top, left, min(bottom, height - 1), min(right, len(columns) - 1))
        for top, left, bottom, right in merges
        if top < height and left < len(columns) and columns[left][top]
    ]
    layout = find_layout(head, merges)
    filled, notes = _fill_merged(list(columns), merges, layout.first)
    rows, aside = set_aside(filled, layout.first) if height else (np.array([], dtype=int), [])
    used = [c for c, label in enumerate(layout.labels) if label or not filled[c].blank[rows].all()]
    return Grid(layout.labels, layout.heading, filled, used, rows, [*layout.notes, *notes, *aside])


def _fill_merged(columns: list[Cells], merges: Sequence[Merge], first: int) -> tuple[list[Cells], list[Note]]:
    """Give each row of a merged label its own copy.  Merged numbers stay once: copies would be counted twice."""
    notes = []
    filled = 0
    empty = np.logical_and.reduce([column.blank for column in columns]) if columns else np.array([])
    for top, left, bottom, _ in merges:
        if top < first or bottom == top:
            continue
        if is_number(columns[left][top]):
            notes.append(
                Note(
                    "merged_number",
                    f"{top + 1}～{bottom + 1}行目が結合され、数字が1つだけ入っています。最初の行だけに入れました。",
                    f"Rows {top + 1} to {bottom + 1} are merged over one number; only the first row has it.",
                    level="warning",
                    fix="どの行の数字か確かめ、結合を解いて入れ直してください。",
                    fix_en="Find out whose number it is, and unmerge the cells.",
                    row=top + 1,
                )
            )
            continue
        below = np.arange(top + 1, bottom + 1)
        columns[left] = columns[left].with_copies(top, below[columns[left].blank[below] & ~empty[below]])
        filled += 1
    if filled:
        notes.append(
            Note(
                "merged_filled",
                f"結合されたセル {filled:,}か所の文字を、結合していた各行に入れました。",
                f"The texts of {filled:,} merged cells were copied to each of their rows.",
            )
        )
    return columns, notes


def table(grid: Grid, notes: Sequence[Note], *, file: str, sheet: str = "") -> Reading:
    """The Reading of an arranged sheet: names, types, and all notes in the order of the steps."""
    if not grid.used:
        raise DataAcademyError(
            "no_rows",
            "表が見つかりません。中身が空です。",
            "There is no table: everything is blank.",
            fix="ファイルとシートを確かめてください。",
            fix_en="Check the file and the sheet.",
            file=file,
            sheet=sheet,
        )
    dropped = row_list([c + 1 for c in range(len(grid.labels)) if c not in grid.used])
    blank = [
        Note(
            "blank_column",
            f"見出しも値もない列を除きました（{dropped}列目）。",
            f"Columns without heading and values were set aside (column {dropped}).",
        )
    ] * bool(dropped)
    nothing = [
        Note(
            "no_data",
            "見出しだけで、データの行がありません。",
            "There are headings, but no row of data.",
            level="warning",
            fix="書き出しの条件を確かめ、もう一度受け取ってください。",
            fix_en="Check how it was exported, and get it again.",
        )
    ] * (len(grid.rows) == 0)
    names, renamed = column_names([grid.labels[c] for c in grid.used])
    rows = grid.rows + 1
    data, changes = typed(names, (grid.columns[c].take(grid.rows) for c in grid.used), rows)  # one at a time in memory
    everything = [*notes, *grid.notes, *nothing, *blank, *renamed, *changes]
    return Reading(data, rows, located(everything, file, sheet), file, sheet)
