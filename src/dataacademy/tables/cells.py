"""One column of a file as text.  Each distinct text is kept, and later examined, only once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
import pandas as pd

BLANK = -1


@dataclass(frozen=True, eq=False)
class Cells:
    """The cell of row ``i`` is ``words[codes[i]]``; code −1 is a blank cell.  Words carry no spaces around them.

    >>> column = Cells.of(["洪水", "　地震 ", "", "洪水"])
    >>> column.words, column.codes.tolist()
    (['洪水', '地震'], [0, 1, -1, 0])
    """

    codes: np.ndarray
    words: list[str]

    @classmethod
    def of(cls, texts: Sequence[str] | np.ndarray) -> Cells:
        """Cells of the texts; spaces around them (full-width ones too) are stripped, empty ones are blank."""
        codes, found = pd.factorize(np.asarray(texts, dtype=object))
        words = list(map(str.strip, found))
        if "" in words or words != found.tolist():
            again, stripped = pd.factorize(np.asarray(words, dtype=object))
            words = stripped.tolist()
            if "" in words:
                empty = words.index("")
                again = np.where(again == empty, BLANK, again - (again > empty))
                words.remove("")
            codes = again[codes]
        return cls(codes, words)

    @classmethod
    def joined(cls, pieces: Sequence[Cells]) -> Cells:
        """The cells of several pieces of one column, one below the other."""
        places, words = pd.factorize(np.array([word for piece in pieces for word in piece.words], dtype=object))
        places = np.append(places, BLANK).astype(np.int32)  # the last entry serves code −1
        codes, before = [], 0
        for piece in pieces:
            codes.append(places[np.where(piece.codes == BLANK, BLANK, piece.codes + before)])
            before += len(piece.words)
        return cls(np.concatenate(codes), words.tolist())

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, row: int) -> str:
        code = self.codes[row]
        return "" if code == BLANK else self.words[code]

    @property
    def blank(self) -> np.ndarray:
        """True for each blank row."""
        return self.codes == BLANK

    def take(self, rows: np.ndarray) -> Cells:
        """The cells of some rows (positions or a mask), with only the words they use."""
        codes = self.codes[rows]
        used = np.bincount(codes[codes != BLANK], minlength=len(self.words)) > 0
        if used.all():
            return Cells(codes, self.words)
        new = np.append(np.cumsum(used) - 1, BLANK)  # the last entry serves code −1
        return Cells(new[codes], list(compress(self.words, used)))

    def with_copies(self, row: int, to: np.ndarray) -> Cells:
        """The cells with the text of ``row`` in each of the rows ``to``."""
        codes = self.codes.copy()
        codes[to] = codes[row]
        return Cells(codes, self.words)

    def spread(self, values: np.ndarray, missing) -> np.ndarray:
        """One value per word → one per row; blank rows get ``missing``."""
        return np.append(values, missing)[self.codes]

    def counts(self) -> np.ndarray:
        """How many rows hold each word."""
        return np.bincount(self.codes[~self.blank], minlength=len(self.words))

    def text(self) -> pd.Series:
        """The column as pandas text (dtype ``str``); blank cells are missing (NaN)."""
        words = np.empty(len(self.words), dtype=object)
        words[:] = self.words
        return pd.Series(self.spread(words, np.nan), dtype="str")
