"""How numbers are spelled: which cells hold a plain number, and what keeps the others from being one."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from dataacademy.tables.lint.sheet import Column
from dataacademy.tables.values import EXACT, HALF, MARKS, NUMBER, examine

PLAIN, FULL, COMMA, TRIANGLE, UNIT, SEVERAL, MARK, OTHER = range(8)
_NUM = r"-?\d+(?:,\d{3})*(?:\.\d+)?"
_SEVERAL = re.compile(
    rf"{_NUM}\s?[(（]\s?{_NUM}\s?%?[)）]"  # 12（3）
    rf"|{_NUM}\s?[/／]\s?{_NUM}"  # 120/80
    r"|(?:(?:男|女|大人|子ども|子供|小人|児|大|小|うち|計|他)性?\s?:?\d+(?:人|名)?[、,・\s/／]*){2,}"  # 男5女7
)
_ENOUGH = 1000  # filled rows by which a column is judged


@dataclass(frozen=True, eq=False)
class Numbers:
    """The distinct texts of a column read as numbers.

    kinds
        What each word is: PLAIN 12, FULL １２, COMMA 1,234, TRIANGLE ▲5, UNIT 12人, SEVERAL 12（3）, MARK X, OTHER.
    values
        The number, NaN for SEVERAL, MARK and OTHER.
    units
        The unit of each UNIT word.
    counts
        How many rows hold each kind.
    """

    kinds: np.ndarray
    values: np.ndarray
    units: dict[int, str]
    counts: np.ndarray

    @property
    def share(self) -> float:
        """The share of the filled rows that hold a number (well or badly written) or a mark."""
        total = self.counts.sum()
        return float((total - self.counts[OTHER]) / total) if total else 0.0

    @property
    def number_rows(self) -> int:
        """How many rows hold a number."""
        return int(self.counts[: SEVERAL + 1].sum())


def read_numbers(column: Column) -> Numbers:
    """Read each distinct text of a column; columns of texts are told by a sample and not read further.

    >>> read_numbers(Column.of(["12", "１２", "1,200", "▲5", "3人", "4（1）", "X", "約10"])).kinds.tolist()
    [0, 1, 2, 3, 4, 5, 6, 7]
    """
    words = column.stripped
    rows = np.bincount(column.codes[~column.blank], minlength=len(words))
    found = examine(words) if _all_plain(words) else None
    if found is not None and not found.strays and not found.marks:
        kinds = np.full(len(words), PLAIN)
        return Numbers(kinds, found.numbers, {}, _count(kinds, rows))
    kinds, values, units = np.full(len(words), OTHER), np.full(len(words), np.nan), {}
    some = column.codes[~column.blank]
    if len(some) > _ENOUGH:
        some = some[np.linspace(0, len(some) - 1, _ENOUGH).astype(int)]
    seen = {int(i): spelling(words[i]) for i in np.unique(some)}
    if sum(seen[int(i)][0] != OTHER for i in some) * 3 >= len(some):
        seen = {i: spelling(word) for i, word in enumerate(words)}
    for i, (kind, value, unit) in seen.items():
        kinds[i], values[i] = kind, value
        if unit:
            units[i] = unit
    return Numbers(kinds, values, units, _count(kinds, rows))


def _all_plain(words: list[str]) -> bool:
    return bool(words) and "".join(words).isascii() and not re.search(r"[^0-9.\-]", "".join(words))


def _count(kinds: np.ndarray, rows: np.ndarray) -> np.ndarray:
    return np.bincount(kinds, weights=rows, minlength=8).astype(int)


def spelling(word: str) -> tuple[int, float, str]:
    """What a text without spaces around it is, its number (else NaN), and its unit.

    >>> spelling("▲1,200円"), spelling("120/80")[0] == SEVERAL, spelling("2-1")[0] == OTHER
    ((3, -1200.0, '円'), True, True)
    """
    half = word.translate(HALF).strip()
    if half in MARKS:
        return MARK, np.nan, ""
    found = NUMBER.fullmatch(half) if len(half) <= 2 * EXACT else None
    if found and (found["whole"] or found["part"]) and not (found["yen"] and found["unit"]):
        whole, sign = found["whole"] or "", found["sign"] or ""
        digits = re.sub("[, ]", "", whole)
        value = float(f"{'-' if sign in '-△▲' and sign else ''}{digits}{found['part'] or ''}{found['power'] or ''}")
        unit = "円" if found["yen"] else found["unit"] or ""
        if sign in ("△", "▲"):
            return TRIANGLE, value, unit
        if unit:
            return UNIT, value, unit
        if digits != whole:
            return COMMA, value, ""
        return (PLAIN if half == word else FULL), value, ""
    if _SEVERAL.fullmatch(half):
        return SEVERAL, np.nan, ""
    return OTHER, np.nan, ""
