"""A sheet as it is written: every cell with its spaces, and what lies around the cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import compress

import numpy as np
import pandas as pd

from dataacademy.tables.cells import BLANK, Cells
from dataacademy.tables.layout import Merge

LIST_HEAD = [
    "重さ",
    "シート",
    "セル",
    "列",
    "値",
    "規則",
    "内容",
    "なぜ困るか",
    "直し方",
]  # of the list in a marked copy
TEXT, NUMBER, DATE = 1, 2, 3  # what a workbook holds in a cell; 0 is none of these


@dataclass(frozen=True, eq=False)
class Column(Cells):
    """One column of a sheet as it is written: its words keep their spaces; one of spaces only is blank.

    types
        For workbooks, what each cell is (TEXT, NUMBER, DATE); None for text files, whose cells are all text.
    """

    types: np.ndarray | None = None

    @classmethod
    def of(cls, texts: Sequence[str] | np.ndarray, types: np.ndarray | None = None) -> Column:
        """The column of these texts.

        >>> column = Column.of(["  うち男", "　", "女", "女"])
        >>> column.words, column.codes.tolist(), column.stripped
        (['  うち男', '女'], [0, -1, 1, 1], ['うち男', '女'])
        """
        codes, found = pd.factorize(np.asarray(texts, dtype=object))
        words = found.tolist()
        empty = [i for i, word in enumerate(words) if not word or word.isspace()]
        if empty:
            kept = np.ones(len(words) + 1, dtype=bool)
            kept[empty] = False
            new = np.where(kept, np.cumsum(kept) - 1, BLANK)
            new[-1] = BLANK  # serves code −1
            codes = new[codes]
            words = [word for i, word in enumerate(words) if kept[i]]
        return cls(codes, words, types)

    @cached_property
    def stripped(self) -> list[str]:
        """The words without spaces around them."""
        stripped = [word.strip() for word in self.words]
        return self.words if stripped == self.words else stripped

    @cached_property
    def cells(self) -> Cells:
        """The column as the reader sees it."""
        if self.stripped is self.words:
            return Cells(self.codes, self.words)
        again, words = pd.factorize(np.asarray(self.stripped, dtype=object))
        return Cells(np.append(again, BLANK)[self.codes], words.tolist())

    def take(self, rows: np.ndarray | slice) -> Column:
        """The cells of some rows, with only the words they use."""
        codes = self.codes[rows]
        used = np.bincount(codes[codes != BLANK], minlength=len(self.words)) > 0
        types = None if self.types is None else self.types[rows]
        if used.all():
            return Column(codes, self.words, types)
        new = np.append(np.cumsum(used) - 1, BLANK)  # the last entry serves code −1
        return Column(new[codes], list(compress(self.words, used)), types)

    def without(self, rows: np.ndarray) -> Column:
        """The column with these rows blank."""
        keep = np.ones(len(self.codes), dtype=bool)
        keep[rows] = False
        return Column(np.where(keep, self.codes, BLANK), self.words, self.types).take(slice(None))

    def rows_of(self, words: Iterable[int]) -> np.ndarray:
        """The rows that hold one of some words (named by their place)."""
        wanted = np.zeros(len(self.words) + 1, dtype=bool)
        wanted[list(words)] = True
        wanted[-1] = False
        return np.flatnonzero(wanted[self.codes])


@dataclass(eq=False)
class Sheet:
    """One sheet of a workbook, or a text file.

    file, name
        As notes show them; ``name`` is "" for text files.
    merges, hidden_rows, hidden_columns, formulas, without_value, errors, objects
        What a workbook has besides values; rows and columns from 0.  ``errors`` has the text of each error.
    ragged
        Rows of a text file whose number of fields is not the heading's: ``{row: fields}``.
    surplus
        What stands in the fields too many of such rows: ``{row: texts}``.
    fields
        The usual number of fields.
    unicode
        Whether the file can hold every letter.
    workbook, is_map
        What kind of file it is; a text file if neither.
    """

    file: str
    name: str
    columns: list[Column]
    merges: list[Merge] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    formulas: list[tuple[int, int]] = field(default_factory=list)
    without_value: list[tuple[int, int]] = field(default_factory=list)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    objects: list[Merge] = field(default_factory=list)
    ragged: dict[int, int] = field(default_factory=dict)
    surplus: dict[int, list[str]] = field(default_factory=dict)
    fields: int = 0
    unicode: bool = True
    workbook: bool = False
    is_map: bool = False

    @property
    def height(self) -> int:
        return len(self.columns[0].codes) if self.columns else 0
