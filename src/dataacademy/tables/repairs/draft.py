"""The table that is being mended: texts, where each cell stood in the file, and a line in the log for every change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from dataacademy.tables.lint.address import addresses
from dataacademy.tables.lint.workbook import cell_place
from dataacademy.tables.reading import quote

HEADING = -1  # the row of a heading
Spots = dict[int, list[int]]  # column -> rows, both of the draft


@dataclass(frozen=True)
class Why:
    """The kind of fault a change mends (one of the linter's, or ``unit_row``), and why in both languages."""

    kind: str
    ja: str
    en: str


@dataclass(frozen=True)
class Change:
    """What cells said before and after; ``column`` is the heading."""

    why: Why
    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Part:
    """A piece of the table on the sheet: the columns of its cells, and the rows of its headings, from 0."""

    columns: list[int]
    heading: range


@dataclass(eq=False)
class Draft:
    """The rows of data of one table, all of them text.

    headings, columns
        Heading and texts of each column; "" is an empty cell.
    rows, part
        For each row its row in the file (from 0), and which of ``parts`` it belongs to.
    headed
        Whether the file has a line of headings at all.
    log
        Each change, and the cells of the file (row, column from 0) that it concerns.
    """

    file: str
    sheet: str
    headings: list[str]
    columns: list[np.ndarray]
    rows: np.ndarray
    part: np.ndarray
    parts: list[Part]
    headed: bool
    log: dict[Change, list[tuple[int, int]]] = field(default_factory=dict)

    def __post_init__(self):
        self._index: dict[tuple[int, int], int] = {}
        self.changes = 0  # so far

    # --- places ----------------------------------------------------------------------------------------------------

    def original(self, spots: Spots) -> list[tuple[int, int]]:
        """Rows and columns in the file; columns and headings that were added have none."""
        cells = []
        for c, rows in spots.items():
            for row in rows:
                part = self.parts[0 if row == HEADING else self.part[row]]
                if c < len(part.columns) and (row != HEADING or part.heading):
                    cells.append((part.heading[-1] if row == HEADING else int(self.rows[row]), part.columns[c]))
        return cells

    def spots(self, cells: str) -> Spots:
        """Where cells of the file are in the draft; those that are not in it (titles, totals) are left out."""
        if not self._index:
            self._index = {place: i for i, place in enumerate(zip(self.part.tolist(), self.rows.tolist(), strict=True))}
        found: Spots = {}
        for row, column in cells_of(cells):
            for number, part in enumerate(self.parts):
                if column in part.columns:
                    at = HEADING if row in part.heading else self._index.get((number, row))
                    if at is not None:
                        found.setdefault(part.columns.index(column), []).append(at)
        return found

    def own_spots(self, cells: str) -> Spots:
        """The same for cells of the draft as it would be written to a file."""
        found: Spots = {}
        for row, column in cells_of(cells):
            found.setdefault(column, []).append(row - self.headed)
        return found

    # --- changes ---------------------------------------------------------------------------------------------------

    def tell(self, why: Why, cells: Iterable[tuple[int, int]], *, column: str = "", before: str = "", after: str = ""):
        """Write down what was left out or is told otherwise than in the cells of the table."""
        self.log.setdefault(Change(why, column, quote(before), quote(after)), []).extend(cells)
        self.changes += 1

    def put(self, why: Why, column: int, rows: Sequence[int], texts: Sequence[str]) -> None:
        """Give cells other texts; a row of HEADING is the heading."""
        for row, text in zip(rows, texts, strict=True):
            before = self.headings[column] if row == HEADING else self.columns[column][row]
            if text == before:
                continue
            self.tell(why, self.original({column: [row]}), column=self.headings[column], before=before, after=text)
            if row == HEADING:
                self.headings[column] = text
            else:
                self.columns[column][row] = text

    def drop(self, why: Why, rows: Iterable[int]) -> None:
        """Leave rows out."""
        rows = sorted(set(rows) - {HEADING})
        for row in rows:
            shown = "　".join(text for text in (column[row] for column in self.columns) if text)
            self.tell(why, self.original({c: [row] for c in range(len(self.columns))}), before=shown)
        keep = np.ones(len(self.rows), dtype=bool)
        keep[rows] = False
        self.columns = [column[keep] for column in self.columns]
        self.rows, self.part = self.rows[keep], self.part[keep]
        self._index = {}

    def drop_column(self, why: Why, column: int) -> None:
        """Leave a column out."""
        rows = [HEADING, *range(len(self.rows))]
        self.tell(why, self.original({column: rows}), column=self.headings[column])
        del self.headings[column], self.columns[column]
        self.parts = [Part(_without(part.columns, column), part.heading) for part in self.parts]

    def add_column(self, why: Why, heading: str, text: str) -> None:
        """Add a column that says the same in every row."""
        self.tell(why, [], column=heading, after=text)
        self.headings.append(heading)
        self.columns.append(np.full(len(self.rows), text, dtype=object))

    def lines(self) -> list[list[str]]:
        """The table as lines of a text file."""
        head = [self.headings] if self.headed else []
        return [*head, *map(list, zip(*self.columns, strict=True))]


def _without(columns: list[int], at: int) -> list[int]:
    return [*columns[:at], *columns[at + 1 :]]


def cells_of(cells: str) -> list[tuple[int, int]]:
    """Rows and columns (from 0) of an address: range by range, each row by row.

    >>> cells_of("A2:B3, D1"), cells_of("")
    ([(1, 0), (1, 1), (2, 0), (2, 1), (0, 3)], [])
    """
    found: list[tuple[int, int]] = []
    for box in cells.split(", ") if cells else []:
        (top, left), (bottom, right) = (cell_place(box.split(":")[end]) for end in (0, -1))
        found += [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]
    return found


def named(cells: Iterable[tuple[int, int]]) -> str:
    """The address of cells of the file."""
    places: dict[int, list[int]] = {}
    for row, column in cells:
        places.setdefault(column, []).append(row)
    return addresses(places)
