"""A page of an office file while it is being filled, and the record of what is planted on it.

Cells are written down where they are spoilt, so that the list of defects cannot disagree with the files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from dataacademy.tables.lint.address import addresses, rectangle
from dataacademy.tables.lint.workbook import cell_place

BETWEEN = " | "


@dataclass(frozen=True)
class Defect:
    """One planted problem: a line of ``defects.csv``.

    cells, row
        As a spreadsheet calls them (``C5``, ``C5:C40, C44``); the first row.  "" and None for whole files and sheets.
    found, true
        What stands in the cells and what is true, cell by cell with `` | `` between them (once, if all are alike);
        where rows or whole ranges are at fault, ``found`` is the first text in the range and ``true`` is "".
    note
        What happened, in Japanese.
    """

    file: str
    sheet: str
    cells: str
    row: int | None
    kind: str
    found: str
    true: str
    note: str


@dataclass(frozen=True)
class Formula:
    """A formula and its last result; None for a workbook that was never calculated."""

    text: str
    value: int | float | None


@dataclass(frozen=True)
class Failed:
    """A formula that gives an error."""

    text: str
    error: str


@dataclass
class Page:
    """A sheet of a workbook, or a text file.  Rows and columns are counted from 0; "" is an empty cell.

    head
        The rows of headings (bold in a workbook).
    merged
        Merged ranges: top, left, bottom, right.
    pictures
        Ranges over which a shape lies.
    """

    file: str
    rows: list[list]
    sheet: str = ""
    head: range = range(0, 1)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: bool = False
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    pictures: list[tuple[int, int, int, int]] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)

    @property
    def width(self) -> int:
        return max(map(len, self.rows))

    def column(self, heading: str) -> int:
        """The place of a heading in the last line of headings."""
        return self.rows[self.head[-1]].index(heading)

    def body(self, count: int | None = None) -> range:
        """The first ``count`` rows below the headings (all of them without it)."""
        first = self.head.stop
        return range(first, len(self.rows) if count is None else first + count)

    def find(self, column: str, value) -> int:
        """The first row below the headings with a value in a column."""
        c = self.column(column)
        return next(r for r in self.body() if self.rows[r][c] == value)

    def spoil(self, kind: str, column: str | int, rows: Iterable[int], note: str, how=None, *, true=None) -> None:
        """Spoil cells of a column, as :meth:`spoil_cells` does."""
        c = self.column(column) if isinstance(column, str) else column
        self.spoil_cells(kind, [(r, c) for r in rows], note, how, true=true)

    def spoil_cells(self, kind: str, places: list[tuple[int, int]], note: str, how=None, *, true=None) -> None:
        """Put something else into cells and write down what stood there, in the order in which the address names them.

        how, true
            What is written instead, and what is right if it is not what stood there: a value for all, or what makes it
            from the cell.  Without ``how`` the cells stay: they are wrong as they are.
        """
        right = {(r, c): _made(true, self.rows[r][c]) for r, c in places}
        for r, c in places:
            self.rows[r][c] = _made(how, self.rows[r][c])
        boxes = _by_column(places)
        named = list(cells_of(addresses(boxes)))
        found = [self.rows[r][c] for r, c in named]
        self._write(kind, boxes, join(found), join(right[place] for place in named), note)

    def mark(self, kind: str, box: tuple[int, int, int, int] | Mapping[int, Iterable[int]], note: str) -> None:
        """Write down a fault of whole rows or ranges: ``(top, left, bottom, right)`` or ``{column: rows}``."""
        if isinstance(box, tuple):
            top, left, bottom, right = box
            box = {c: range(top, bottom + 1) for c in range(left, right + 1)}
        spots = sorted((r, c) for c, rows in box.items() for r in rows)
        texts = (text(self.rows[r][c]) for r, c in spots if c < len(self.rows[r]))
        self._write(kind, box, next((t for t in texts if t), ""), "", note)

    def mark_rows(self, kind: str, first: int, last: int, note: str) -> None:
        """Write down whole rows, over the width of the page."""
        self.mark(kind, (first, 0, last, self.width - 1), note)

    def mark_ranges(self, kind: str, boxes: Iterable[tuple[int, int, int, int]], note: str) -> None:
        """Write down several ranges as one fault."""
        places: dict[int, list[int]] = {}
        for top, left, bottom, right in boxes:
            for c in range(left, right + 1):
                places.setdefault(c, []).extend(range(top, bottom + 1))
        self.mark(kind, places, note)

    def mark_file(self, kind: str, note: str, found: str = "", true: str = "") -> None:
        """Write down a fault of the whole file (or sheet)."""
        self.defects.append(Defect(self.file, self.sheet, "", None, kind, found, true, note))

    def _write(self, kind: str, places: Mapping[int, Iterable[int]], found: str, true: str, note: str) -> None:
        first = min(min(rows) for rows in places.values()) + 1
        self.defects.append(Defect(self.file, self.sheet, addresses(places), first, kind, found, true, note))


def _made(how, value):
    return value if how is None else how(value) if callable(how) else how


def _by_column(places: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for r, c in places:
        found.setdefault(c, []).append(r)
    return found


def cells_of(named: str) -> Iterator[tuple[int, int]]:
    """Rows and columns (from 0) of an address: range by range, each row by row.

    >>> list(cells_of("A2:B3, D1"))
    [(1, 0), (1, 1), (2, 0), (2, 1), (0, 3)]
    """
    for box in named.split(", "):
        (top, left), (bottom, right) = (cell_place(box.split(":")[k]) for k in (0, -1))
        yield from ((r, c) for r in range(top, bottom + 1) for c in range(left, right + 1))


def text(value) -> str:
    """A cell as text.

    >>> text(12), text(Formula("SUM(A1:A2)", 3)), text(Failed("A1/0", "#DIV/0!"))
    ('12', '=SUM(A1:A2)', '#DIV/0!')
    """
    if isinstance(value, Formula):
        return f"={value.text}"
    return value.error if isinstance(value, Failed) else str(value)


def join(values: Iterable) -> str:
    """Cells in one text; once if they are all alike.

    >>> join([1, 2]), join(["", ""]), join(["99201", "99201"])
    ('1 | 2', '', '99201')
    """
    texts = [text(v) for v in values]
    return texts[0] if len(set(texts)) == 1 else BETWEEN.join(texts)


def address(box: tuple[int, int, int, int]) -> str:
    """The address of a range.

    >>> address((0, 0, 1, 2))
    'A1:C2'
    """
    return rectangle(*box)
