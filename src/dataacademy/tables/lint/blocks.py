"""Where one table ends and another begins: pieces of one table side by side or further down, or different tables."""

from __future__ import annotations

import numpy as np

from dataacademy.notes import Note
from dataacademy.tables.headings import tidy_heading
from dataacademy.tables.layout import Merge
from dataacademy.tables.lint.address import rectangle
from dataacademy.tables.lint.sheet import Sheet
from dataacademy.tables.lint.table import Table, sheet_note
from dataacademy.tables.values import MARKS, is_number

_LOOK = 60  # rows among which the headings of a block are looked for


def tables_of(sheet: Sheet) -> tuple[list[Table], list[Note]]:
    """The tables of a sheet, and the notes ``split_table`` and ``several_tables``.

    A second table is believed only on evidence: the first one's headings occur again, or, after a blank row or beside
    a blank column, a line of texts stands above numbers.
    """
    if not sheet.columns:
        return [], []
    filled = ~np.array([column.blank for column in sheet.columns]).T
    if not filled.any():
        return [], []
    rows, columns = np.flatnonzero(filled.any(axis=1)), np.flatnonzero(filled.any(axis=0))
    whole = (int(rows[0]), int(columns[0]), int(rows[-1]), int(columns[-1]))
    look = _Look(sheet, filled)
    boxes = [box for part in look.beside(whole) for box in look.below(part)]
    tables = [Table(sheet, box) for box in boxes]
    return tables, _notes(sheet, look, boxes)


def _notes(sheet: Sheet, look: _Look, boxes: list[Merge]) -> list[Note]:
    first, again, other = look.headings(boxes[0]), [], []
    for box in boxes[1:]:
        (again if look.headings(box) == first else other).append(box)
    notes = []
    for kind, found, ja, en in (
        ("split_table", again, "同じ見出しの表が分けて置かれています", "The same headings occur again"),
        ("several_tables", other, "別の表が同じシートにあります", "Other tables stand on the same sheet"),
    ):
        if found:
            where = ", ".join(rectangle(*box) for box in found)
            places: dict[int, list[int]] = {}
            for box in found:
                for c in range(box[1], box[3] + 1):
                    places.setdefault(c, []).extend(range(box[0], box[2] + 1))
            note = sheet_note(sheet, kind, f"{ja}（{where}）。", f"{en} ({where}).", places)
            notes.append(note)
    return notes


class _Look:
    """The filled cells of a sheet, and the questions asked about them."""

    def __init__(self, sheet: Sheet, filled: np.ndarray):
        self.sheet, self.filled = sheet, filled

    def text(self, row: int, column: int) -> str:
        code = self.sheet.columns[column].codes[row]
        return self.sheet.columns[column].stripped[code] if code >= 0 else ""

    def heading_row(self, box: Merge) -> int | None:
        """The first row of the box that has at least two cells and is filled over half of its columns."""
        top, left, bottom, right = box
        part = self.filled[top : min(bottom + 1, top + _LOOK), left : right + 1]
        used = int(self.filled[top : bottom + 1, left : right + 1].any(axis=0).sum())
        enough = np.flatnonzero(part.sum(axis=1) >= max(2, -(-used // 2)))
        return int(enough[0]) + top if len(enough) else None

    def headings(self, box: Merge) -> list[str]:
        """The texts of the heading row, tidied, without blanks."""
        row = self.heading_row(box)
        if row is None:
            return []
        texts = (self.text(row, c) for c in range(box[1], box[3] + 1))
        return [tidy_heading(text) for text in texts if text]

    def beside(self, box: Merge) -> list[Merge]:
        """The box cut where tables stand side by side."""
        top, left, bottom, right = box
        row = self.heading_row(box)
        if row is None:
            return [box]
        labels = [tidy_heading(self.text(row, c)) for c in range(left, right + 1)]
        starts = self._repeated(labels) or self._apart(box)
        if not starts:
            return [box]
        edges = [left, *[left + start for start in starts], right + 1]
        return [self._trim((top, a, bottom, b - 1)) for a, b in zip(edges, edges[1:], strict=False)]

    def _repeated(self, labels: list[str]) -> list[int]:
        """Where the same headings begin again; a blank column may stand between."""
        for start in range(2, len(labels) // 2 + 2):
            head = labels[: start - 1] if not labels[start - 1] else labels[:start]
            if len(head) < 2 or not all(head) or len(set(head)) < len(head):
                continue
            starts = list(range(start, len(labels), start))
            pieces = [[label for label in labels[s : s + start] if label] for s in starts]
            if starts and all(piece == head for piece in pieces):
                return starts
        return []

    def _apart(self, box: Merge) -> list[int]:
        """Where a table begins behind a blank column: it has headings over numbers, and ends or begins elsewhere."""
        top, left, bottom, right = box
        used = self.filled[top : bottom + 1, left : right + 1].any(axis=0)
        starts = [c for c in range(1, len(used)) if used[c] and not used[c - 1]]
        edges = [0, *starts, len(used)]
        parts = [self._trim((top, left + a, bottom, left + b - 1)) for a, b in zip(edges, edges[1:], strict=False)]
        extents = [self._extent(part) for part in parts]
        found = []
        for start, part, extent in zip(starts, parts[1:], extents[1:], strict=True):
            if extent and extents[0] and extent != extents[0] and self._over_numbers(extent[0], part):
                found.append(start)
        return found

    def _extent(self, box: Merge) -> tuple[int, int] | None:
        """First and last row with at least two cells."""
        top, left, bottom, right = box
        rows = np.flatnonzero(self.filled[top : bottom + 1, left : right + 1].sum(axis=1) >= 2)
        return (int(rows[0]) + top, int(rows[-1]) + top) if len(rows) > 1 else None

    def below(self, box: Merge) -> list[Merge]:
        """The box cut where another table begins further down."""
        top, left, bottom, right = box
        row = self.heading_row(box)
        if row is None or row >= bottom:
            return [box]
        starts = sorted({*self._same_heading(box, row), *self._new_heading(box, row)})
        edges = [top, *starts, bottom + 1]
        return [self._trim((a, left, b - 1, right)) for a, b in zip(edges, edges[1:], strict=False)]

    def _same_heading(self, box: Merge, row: int) -> list[int]:
        """The rows in which the heading occurs again (or the titles right above it)."""
        cells = [c for c in range(box[1], box[3] + 1) if self.filled[row, c]]
        again = np.ones(box[2] - row, dtype=bool)
        for c in cells:
            column = self.sheet.columns[c]
            word = column.stripped[column.codes[row]]
            same = [i for i, other in enumerate(column.stripped) if other == word]
            again &= np.isin(column.codes[row + 1 : box[2] + 1], same)
        return [self._with_titles(int(r) + row + 1, row, box) for r in np.flatnonzero(again)]

    def _new_heading(self, box: Merge, row: int) -> list[int]:
        """The rows after a blank one in which a line of texts stands above numbers, titles included."""
        top, left, bottom, right = box
        blank = ~self.filled[row + 1 : bottom + 1, left : right + 1].any(axis=1)
        found = []
        for after in (np.flatnonzero(blank[:-1] & ~blank[1:]) + row + 2).tolist():
            start = after
            while start < bottom and self._count(start, box) == 1:  # titles
                start += 1
            if self._over_numbers(start, (start, left, bottom, right)) and not self._is_row_of(row, start, box):
                found.append(after)
        return found

    def _is_row_of(self, heading: int, row: int, box: Merge) -> bool:
        """Whether a row of texts belongs to the table above: its texts stand under columns of texts only."""
        for c in range(box[1], box[3] + 1):
            above = [self.text(r, c) for r in range(heading + 1, min(row, heading + _LOOK))]
            above = [text for text in above if text]
            if self.filled[row, c] and above and sum(map(is_number, above)) * 2 > len(above):
                return False
            if self.filled[row, c] and not above:
                return False
        return True

    def _over_numbers(self, row: int, box: Merge) -> bool:
        """Whether the row is a line of headings: at least two texts, no number or mark, numbers below."""
        top, left, bottom, right = box
        if row >= bottom or self._count(row, box) < 2:
            return False
        texts = {c: self.text(row, c) for c in range(left, right + 1) if self.filled[row, c]}
        if any(is_number(text) or text in MARKS for text in texts.values()):
            return False
        below = [self.text(r, c) for r in range(row + 1, min(bottom + 1, row + 6)) for c in texts]
        return any(is_number(text) for text in below)

    def _count(self, row: int, box: Merge) -> int:
        return int(self.filled[row, box[1] : box[3] + 1].sum())

    def _with_titles(self, row: int, least: int, box: Merge) -> int:
        """The row, or the first of the titles (one cell each) right above it, if a blank row stands before them."""
        first = row
        while first - 1 > least and self._count(first - 1, box) == 1:
            first -= 1
        return first if first - 1 > least and self._count(first - 1, box) == 0 else row

    def _trim(self, box: Merge) -> Merge:
        """The box without blank rows and columns at its edges."""
        top, left, bottom, right = box
        part = self.filled[top : bottom + 1, left : right + 1]
        rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
        if not len(rows):
            return box
        return (top + int(rows[0]), left + int(columns[0]), top + int(rows[-1]), left + int(columns[-1]))
