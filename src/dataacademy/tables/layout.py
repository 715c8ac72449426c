"""Where the table lies on the sheet: titles above, one to three lines of headings, a line of units, then the data.

The rule is to touch nothing without a reason one could tell: a plain table (one line of headings, data from the second
line on) passes unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dataacademy.notes import Note
from dataacademy.tables.headings import tidy_heading
from dataacademy.tables.reading import quote
from dataacademy.tables.values import UNITS, is_number

HEAD = 60  # rows that are looked at
Merge = tuple[int, int, int, int]  # top, left, bottom, right of a merged range, counted from 0, inclusive

_REMARK = re.compile(  # stands above a table, is no heading: （単位：人）, 令和5年4月1日現在, 作成：総務課
    r"[（(\[【]?単位[:：\s].*|[（(]?(?:令和|平成|昭和|[RHS]|\d{4})\s?[\d０-９元.年].*現在[)）]?|(?:作成|出典|資料|担当|所管)[:：].*"
)
_UNIT = re.compile(rf"(?P<open>[（(\[]\s*)?(?:単位[:：]\s*)?(?:{UNITS}|％)\s*[)）\]]?")
_STATISTICS_CODE = re.compile(r"T\d{9}")  # the column codes of e-Stat's mesh and small-area tables


@dataclass(frozen=True)
class Layout:
    """What the first rows are (from 0): one label per column ("" for none), the labels' rows, the first row of data."""

    labels: list[str]
    heading: range
    first: int
    notes: list[Note]


def find_layout(head: Sequence[Sequence[str]], merges: Sequence[Merge] = ()) -> Layout:
    """Find headings and the first data row from the first rows of a sheet.

    head
        Rows of equally many stripped texts, blank cells "".
    merges
        The sheet's merged ranges, those with a text in them.

    Several lines of headings become one, level by level: ``人口_男``.  Merged cells are filled over exactly their own
    range; where a file cannot have merged cells (CSV) a blank takes the label at its left only if both have a label
    of their own below.  e-Stat's line of codes with a line of labels below gives ``KEY_CODE`` and ``T000849001_総数``.

    >>> layout = find_layout([["表1　人口", "", ""], ["地区", "人口", ""], ["", "男", "女"], ["北町", "10", "12"]])
    >>> layout.labels, layout.first
    (['地区', '人口_男', '人口_女'], 3)
    """
    sheet = _Sheet(head, merges)
    if not sheet.used:
        return Layout([""] * sheet.width, range(0), 0, [])
    base = sheet.base()
    if sheet.is_data(base):
        notes = sheet.titles(base)
        notes.append(
            Note(
                "no_heading",
                "見出しの行がありません。1行目からデータとして読みました。",
                "There is no line of headings; every row was read as data.",
                level="warning",
                fix="元のファイルの1行目に見出しを入れてください。",
                fix_en="Put headings into the first line of the file.",
                row=base + 1,
            )
        )
        return Layout([""] * sheet.width, range(0), base, notes)
    top = bottom = base
    while top > 0 and sheet.is_upper(top - 1, top, bottom):
        top -= 1
    while bottom + 1 < len(head) and bottom - top < 3 and sheet.is_lower(bottom + 1, top):
        bottom += 1
    labels, inferred = sheet.join(top, bottom)
    notes = sheet.titles(top)
    notes.append(_heading_note(top, bottom, inferred))
    if bottom == top + 1 and any(_STATISTICS_CODE.fullmatch(text) for text in head[top]):
        notes.append(
            Note(
                "code_heading_row",
                f"{top + 1}行目は項目の記号、{bottom + 1}行目はその名前です。「記号_名前」を見出しにしました。",
                f"Row {top + 1} holds codes, row {bottom + 1} their labels; headings are code_label.",
                row=top + 1,
            )
        )
    first = bottom + 1
    if first < len(head) and sheet.is_units(first):
        units = "、".join(f"{labels[c]}={head[first][c]}" for c in sheet.filled(first))
        notes.append(
            Note(
                "unit_row", "単位の行を除きました。", "A row of units was set aside.", row=first + 1, value=quote(units)
            )
        )
        first += 1
    return Layout(labels, range(top, bottom + 1), first, notes)


def _heading_note(top: int, bottom: int, inferred: bool) -> Note:
    rows = f"{top + 1}行目" if top == bottom else f"{top + 1}～{bottom + 1}行目"
    return Note(
        "heading",
        f"見出しは{rows}です。"
        + ("結合されていない空欄の見出しは、左の見出しの続きとみなしました。" if inferred else ""),
        f"Headings: row {top + 1}"
        + ("" if top == bottom else f" to {bottom + 1}")
        + "."
        + (" Blank headings were taken to continue the one at their left." if inferred else ""),
        level="warning" if inferred else "info",
        fix="列の名前が正しいか確かめてください。" if inferred else "",
        fix_en="Check the names of the columns." if inferred else "",
        row=top + 1,
    )


class _Sheet:
    """The first rows of a sheet, and the questions asked about them."""

    def __init__(self, head: Sequence[Sequence[str]], merges: Sequence[Merge]):
        self.head = head
        self.width = max(map(len, head), default=0)
        self.merges = [m for m in merges if m[0] < len(head)]
        self.used = [c for c in range(self.width) if any(row[c] for row in head)]

    def filled(self, row: int) -> list[int]:
        return [c for c in self.used if self.head[row][c]]

    def starting(self, row: int) -> list[Merge]:
        return [m for m in self.merges if m[0] == row]

    def numeric(self, column: int, after: int) -> bool:
        """Whether the column holds numbers below a row."""
        below = [row[column] for row in self.head[after + 1 :] if row[column]]
        return bool(below) and sum(map(is_number, below)) > len(below) / 2

    def base(self) -> int:
        """The first row that looks like a heading: filled over half of the columns, and no remark among them."""
        need = max(2, -(-len(self.used) // 2)) if len(self.used) > 1 else 1
        full = [len(self.filled(r)) for r in range(len(self.head))]
        for r, row in enumerate(self.head):
            if full[r] >= need and not any(_REMARK.fullmatch(text) for text in row):
                return r
        return full.index(max(full))

    def titles(self, top: int) -> list[Note]:
        """A note for each line above the heading."""
        texts = ["　".join(self.head[r][c] for c in self.filled(r)) for r in range(top)]
        return [
            Note(
                "title_row",
                "見出しより上の行（表題など）を除きました。",
                "A row above the headings was set aside.",
                row=r + 1,
                value=quote(text),
            )
            for r, text in enumerate(texts)
            if text
        ]

    def is_data(self, row: int) -> bool:
        """Whether the would-be heading is itself data: numbers above numbers, and texts that occur again below."""
        cells = self.filled(row)
        numbers = [c for c in cells if is_number(self.head[row][c])]
        if not numbers or not all(self.numeric(c, row) for c in numbers):
            return False
        texts = [c for c in cells if c not in numbers]
        if texts:
            return all(self.head[row][c] in [r[c] for r in self.head[row + 1 :]] for c in texts)
        values = [self.head[row][c] for c in numbers]
        years = all(re.fullmatch(r"(?:19|20)\d\d", v) for v in values) and len(set(values)) == len(values)
        ages = all(v.isdecimal() for v in values) and [int(v) - int(values[0]) for v in values] == [*range(len(values))]
        return not (years or (ages and len(values) > 1))

    def is_upper(self, row: int, top: int, bottom: int) -> bool:
        """Whether the row above the heading is a level of it."""
        cells = self.filled(row)
        if not cells or any(_REMARK.fullmatch(self.head[row][c]) for c in cells):
            return False
        here = self.starting(row)
        across = [m for m in here if m[2] == row and m[3] > m[1] and m[3] - m[1] + 1 < len(self.used)]
        if len(across) > 1 or any(m[0] <= row and m[2] >= top and m[1] == m[3] for m in self.merges):
            return True
        if across:  # one range alone: a title, unless it leaves the first column free
            return across[0][1] > self.used[0] and len(cells) == 1
        if here or any(m[0] <= bottom and m[2] >= top for m in self.merges):
            return False
        before, after = self.join(top, bottom)[0], self.join(row, bottom)[0]
        names = [before[c] for c in self.used], [after[c] for c in self.used]
        return len(cells) > 1 and len(set(names[0])) < len(names[0]) and len(set(names[1])) == len(names[1])

    def is_lower(self, row: int, top: int) -> bool:
        """Whether the row below the heading is a level of it."""
        cells = self.filled(row)
        if any(m[0] >= top and m[0] < row <= m[2] and m[2] - m[0] < 4 for m in self.merges):
            return True  # a merged cell of the heading reaches down into this row
        if not cells or any(is_number(self.head[row][c]) for c in cells):
            return False
        above = self.head[row - 1]
        if any(_STATISTICS_CODE.fullmatch(text) for text in above):
            return self.used[0] not in cells
        spans = [range(m[1], m[3] + 1) for m in self.starting(row - 1) if m[2] == row - 1 and m[3] > m[1]]
        under = [c for span in spans for c in span if c in cells]
        labels, _ = self.join(top, row - 1)
        twice = {c for c in self.used if not labels[c] or labels.count(labels[c]) > 1}
        open_ = under or [c for c in twice if c in cells]
        if not open_ or len(open_) * 2 < len(under or twice):
            return False
        others_blank = set(cells) <= set(open_) | {c for span in spans for c in span}
        numeric = sum(self.numeric(c, row) for c in open_) * 2 >= len(open_)
        if spans:
            return others_blank or numeric
        labelled_blank = any(labels[c] and c not in cells for c in self.used)
        return numeric and (labelled_blank or len({self.head[row][c] for c in cells}) < len(cells))

    def is_units(self, row: int) -> bool:
        """Whether the row holds nothing but units, over columns of numbers."""
        cells = self.filled(row)
        found = [_UNIT.fullmatch(self.head[row][c]) for c in cells]
        if not cells or not all(found):
            return False
        over_numbers = [self.numeric(c, row) for c in cells]
        return all(over_numbers) or (any(over_numbers) and all(match["open"] for match in found))

    def join(self, top: int, bottom: int) -> tuple[list[str], bool]:
        """The headings of rows ``top`` to ``bottom``, levels joined by ``_``; and whether a blank one was inferred."""
        if top == bottom:
            return list(self.head[top]), False
        merges = [m for m in self.merges if m[0] >= top and m[0] <= bottom]
        labels = [list(self.head[r]) for r in range(top, bottom + 1)]
        inferred = False
        for m in merges:
            for r in range(m[0], min(m[2], bottom) + 1):
                for c in range(m[1], m[3] + 1):
                    labels[r - top][c] = self.head[m[0]][m[1]]
        if not merges:
            for level in range(len(labels) - 1):
                below = [any(deeper[c] for deeper in labels[level + 1 :]) for c in range(self.width)]
                for left, c in zip(self.used, self.used[1:], strict=False):
                    if not labels[level][c] and labels[level][left] and below[c] and below[left]:
                        labels[level][c], inferred = labels[level][left], True
        joined = []
        for c in range(self.width):
            parts: list[str] = []
            for level in labels:
                part = tidy_heading(level[c])
                if part and part not in parts[-1:]:
                    parts.append(part)
            joined.append("_".join(parts))
        return joined, inferred
