"""How an application lies on A4: the lines of every row, their heights, and a size of letters with which all fits."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from dataacademy.errors import DataAcademyError
from dataacademy.worksheet.prototype import letters

PAGE = (210.0, 297.0)  # millimetres
SIDE, TOP, BOTTOM = 18.0, 15.0, 15.0  # margins
COLUMNS = (46.0, 100.0, 28.0)  # label, content, source
HEAD, SIGNED = 14.0, 26.0  # heights: the title, the place for the signature
TITLE_SIZE = 16.0
PADDING = 1.4  # of a cell, on each side
SMALLEST, LARGEST = 8.0, 20.0  # points
CHECK = "窓口で読み取った内容と、聞き取った内容を印字しました。まちがいがないか、確かめてください。"
SIGN = "上のとおり、まちがいありません。"
SIGN_LINE = "　　　　年　　月　　日　　署名"


@dataclass(frozen=True)
class Row:
    """One item: the lines of its three cells, and its height in millimetres."""

    cells: tuple[list[str], list[str], list[str]]
    height: float


@dataclass(frozen=True)
class Plan:
    """Rows in letters of ``size`` points; ``breaks`` are the rows before which a new page begins."""

    size: float
    rows: tuple[Row, ...]
    check: list[str]
    breaks: tuple[int, ...]

    @property
    def pages(self) -> int:
        return len(self.breaks) + 1

    @property
    def line(self) -> float:
        """The height of a line in millimetres."""
        return _line(self.size)

    @property
    def check_height(self) -> float:
        """The height of the sentence above the items."""
        return len(self.check) * self.line + 2


def _line(size: float) -> float:
    return size * letters.POINT * 1.45


def plan(items: list[tuple[str, str, str]], size: float) -> Plan:
    """The largest letters up to ``size`` with which everything is on one page, else the smallest on several.

    items
        Label, content and source.

    Raises DataAcademyError ``bad_size`` outside of 8 to 20 points.
    """
    if not SMALLEST <= size <= LARGEST:
        raise DataAcademyError(
            "bad_size",
            f"字の大きさ {size:g} ポイントでは印字できません。",
            f"Letters of {size:g} points cannot be printed.",
            fix=f"{SMALLEST:g} から {LARGEST:g} までにしてください。",
            fix_en=f"Choose {SMALLEST:g} to {LARGEST:g}.",
            value=f"{size:g}",
        )
    steps = int((size - SMALLEST) * 2)
    for smaller in [size - step / 2 for step in range(steps + 1)]:
        made = _planned(items, smaller)
        if made.pages == 1:
            return made
    return _planned(items, SMALLEST)


def _planned(items, size: float) -> Plan:
    rows = []
    for label, content, source in items:
        texts = zip((label, content, source), COLUMNS, (size, size, small(size)), strict=True)
        cells = tuple(letters.lines(letters.printed(text), room - 2 * PADDING, points) for text, room, points in texts)
        rows.append(Row(cells, max(map(len, cells)) * _line(size) + 2 * PADDING))
    made = Plan(size, tuple(rows), letters.lines(CHECK, sum(COLUMNS), size), ())
    bottom = PAGE[1] - BOTTOM
    breaks, y = [], TOP + HEAD + made.check_height
    for place, row in enumerate(rows):
        if y + row.height > bottom:
            breaks.append(place)
            y = TOP
        y += row.height
    if y + SIGNED > bottom:
        breaks.append(len(rows))
    return Plan(size, made.rows, made.check, tuple(breaks))


def small(size: float) -> float:
    """The size of what stands beside: smaller, but never too small to read."""
    return max(SMALLEST - 1, size * 0.8)


def parts(made: Plan) -> list[tuple[int, int]]:
    """The rows of each page, as (first, behind the last)."""
    return list(pairwise((0, *made.breaks, len(made.rows))))
