"""One table of a sheet: its headings, its rows of data, its columns; and how a problem in it becomes a note."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dataacademy.notes import Note
from dataacademy.tables.grid import Grid, arrange
from dataacademy.tables.headings import names_things, tidy_heading
from dataacademy.tables.layout import Merge
from dataacademy.tables.lint.address import addresses
from dataacademy.tables.lint.numbers import Numbers, read_numbers
from dataacademy.tables.lint.rules import RULES
from dataacademy.tables.lint.sheet import Column, Sheet
from dataacademy.tables.lint.totalrows import more_totals
from dataacademy.tables.reading import quote
from dataacademy.tables.values import is_number

_SENTENCE = 20  # letters from which on a text alone in its row is a remark
FEW = 5  # more cells of one kind in one column make one note
Fix = tuple[str, str]  # how to mend it, Japanese and English


@dataclass(eq=False)
class Field:
    """A column of a table: where it stands, what it is called, and its cells in the rows of data.

    place
        The column of the sheet, from 0.
    label, name
        Its heading, levels joined, as the reader has it; and tidied.
    written
        The lowest cell of its heading as written, with spaces; "" for none.
    """

    place: int
    label: str
    name: str
    written: str
    heading_row: int
    column: Column

    @cached_property
    def numbers(self) -> Numbers:
        return read_numbers(self.column)

    @cached_property
    def names_things(self) -> bool:
        """Whether its digits are names: codes, telephone numbers, ids."""
        return names_things(self.name) or names_things(self.name.rsplit("_", 1)[-1])

    @property
    def last(self) -> str:
        """The last level of the heading."""
        return self.name.rsplit("_", 1)[-1]


class Table:
    """A block of a sheet that is one table; rows and columns are the sheet's, from 0.

    box
        top, left, bottom, right; both ends included.
    rows, totals
        The rows of data, and the rows of totals among or below them.
    heading
        The rows of the headings; empty if there are none.
    """

    def __init__(self, sheet: Sheet, box: Merge):
        top, left, bottom, right = box
        self.sheet, self.box = sheet, box
        self.raw = [column.take(slice(top, bottom + 1)) for column in sheet.columns[left : right + 1]]
        self.merges = [m for m in sheet.merges if _inside(m, box)]
        shifted = [(m[0] - top, m[1] - left, m[2] - top, m[3] - left) for m in self.merges]
        self.grid: Grid = arrange([column.cells for column in self.raw], shifted)
        self.tail = self._tail()  # remarks below that do not begin as remarks do
        data = self.grid.rows[: len(self.grid.rows) - len(self.tail)]
        more = more_totals([self.grid.columns[c] for c in self.grid.used], data)
        named = [note.row - 1 for note in self.grid.notes if note.kind == "total_row"]
        self.totals = [row + top for row in sorted({*named, *more})]
        self.positions = data[~np.isin(data, more)]
        self.rows = self.positions + top
        self.heading = range(self.grid.heading.start + top, self.grid.heading.stop + top)
        self.used = [c + left for c in self.grid.used]

    @cached_property
    def fields(self) -> list[Field]:
        return [self._field(c) for c in self.grid.used]

    def _field(self, c: int) -> Field:
        column, label = self.raw[c].take(self.positions), self.grid.labels[c]
        garbled = [i for i, word in enumerate(column.words) if "\ufffd" in word]
        if garbled:
            column = column.without(column.rows_of(garbled))
        written, at = "", self.heading.start
        for row in self.heading:
            code = self.raw[c].codes[row - self.box[0]]
            if code >= 0:
                written, at = self.raw[c].words[code], row
        return Field(c + self.box[1], label, tidy_heading(label), written, at, column)

    def _tail(self) -> list[int]:
        """The last rows of the sheet that hold one text each, apart from the data by a blank row or by their length."""
        rows, columns = self.grid.rows, [self.raw[c] for c in self.grid.used]
        found: list[int] = []
        if len(columns) < 3 or len(rows) < 3:
            return found
        for at in range(len(rows) - 1, 1, -1):
            row = int(rows[at])
            filled = [column for column in columns if column.codes[row] >= 0]
            text = filled[0].stripped[filled[0].codes[row]] if filled else ""
            if len(filled) != 1 or is_number(text):
                break
            found.append(row)
            if rows[at - 1] < row - 1 or len(text) > _SENTENCE:
                usual = np.median([(~column.blank[rows[:at]]).mean() for column in columns]) * len(columns)
                return found[::-1] if usual > 1.5 else []
        return []

    def cell(self, row: int, column: int) -> str:
        """The text of a cell, without spaces around it."""
        found = self.raw[column - self.box[1]]
        code = found.codes[row - self.box[0]]
        return found.stripped[code] if code >= 0 else ""

    def note(
        self,
        kind: str,
        ja: str,
        en: str,
        places: Mapping[int, Iterable[int]],
        *,
        field: Field | None = None,
        value: str = "",
        fix: Fix | None = None,
    ) -> Note:
        """A note on the cells ``{column: rows}`` of the sheet."""
        column = field.name if field else ""
        return sheet_note(self.sheet, kind, ja, en, places, column=column, value=value, fix=fix)

    def field_note(
        self,
        kind: str,
        ja: str,
        en: str,
        field: Field,
        rows: np.ndarray,
        *,
        more: Iterable[int] = (),
        value: str | None = None,
        fix: Fix | None = None,
    ) -> Note:
        """A note on some data rows (their places among the rows of data) of one column, and ``more`` sheet rows."""
        at = np.unique(np.concatenate([self.rows[rows], np.fromiter(more, dtype=int)])).astype(int)
        first = self.cell(int(at[0]), field.place) if value is None else value
        return self.note(kind, ja, en, {field.place: at}, field=field, value=first, fix=fix)

    def cell_notes(self, kind: str, say, field: Field, rows: np.ndarray) -> list[Note]:
        """One note a cell, or one for all if they are more than FEW; ``say(value, n)`` gives the two texts."""
        groups = [rows] if len(rows) > FEW else [np.array([row]) for row in rows]
        return [
            self.field_note(kind, *say(self.cell(int(self.rows[g[0]]), field.place), len(g)), field, g) for g in groups
        ]

    def row_notes(self, kind: str, rows: Iterable[int], say) -> list[Note]:
        """One note for each run of adjacent rows of the sheet; ``say(first row, n)`` gives the two texts."""
        return [self.whole_rows(kind, run, *say(run[0], len(run))) for run in runs(rows)]

    def whole_rows(self, kind: str, rows: Iterable[int], ja: str, en: str, *, value: str = "") -> Note:
        """A note on whole rows of the table; it does not quote them, since a row may tell of a person."""
        return self.note(kind, ja, en, dict.fromkeys(range(self.used[0], self.used[-1] + 1), list(rows)), value=value)


def sheet_note(
    sheet: Sheet,
    kind: str,
    ja: str,
    en: str,
    places: Mapping[int, Iterable[int]],
    *,
    column: str = "",
    value: str = "",
    fix: Fix | None = None,
) -> Note:
    """A note on the cells ``{column: rows}`` of a sheet, with the level and the way out that the rule states.

    ``fix`` is the way out in Japanese and English where the cells themselves tell more than the rule does.
    """
    rule = RULES[kind]
    first = [min(rows) for rows in places.values() if len(rows)]
    return Note(
        kind,
        ja,
        en,
        level=rule.level,
        fix=fix[0] if fix else rule.fix,
        fix_en=fix[1] if fix else rule.fix_en,
        file=sheet.file,
        sheet=sheet.name,
        row=int(min(first)) + 1 if first else None,
        column=column,
        value=quote(value),
        cells=addresses(places),
    )


def runs(rows: Iterable[int]) -> list[list[int]]:
    """Adjacent rows together.

    >>> runs([3, 4, 7])
    [[3, 4], [7]]
    """
    found: list[list[int]] = []
    for row in sorted({int(row) for row in rows}):
        if found and row == found[-1][-1] + 1:
            found[-1].append(row)
        else:
            found.append([row])
    return found


def _inside(merge: Merge, box: Merge) -> bool:
    return merge[0] >= box[0] and merge[1] >= box[1] and merge[2] <= box[2] and merge[3] <= box[3]
