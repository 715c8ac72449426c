"""Fitting a list of records into a given space: first smaller letters, then fewer records, never half a sentence."""

from __future__ import annotations

from dataclasses import dataclass, field

from dataacademy.worksheet.brief.wording import Part, Parts, lines, plain

MOST = 40  # records of a kind that are tried at all; no page or slide holds more
LEADING = 1.32  # height of a line, in heights of a letter; set exactly, because fonts have heights of their own


def height(parts: Parts, points: float, room: float) -> float:
    """About how high (points) a paragraph of letters of ``points`` is in a column ``room`` points wide."""
    return lines(plain(parts), room / points) * points * LEADING


@dataclass
class Rows:
    """Records of one kind that may be shown in part; ``left`` counts those that are not."""

    name: str
    rows: list
    left: int = 0
    keep: int = field(default=1)

    def __post_init__(self):
        self.left += len(self.rows[MOST:])
        del self.rows[MOST:]

    def drop(self) -> bool:
        """Leave out the last one; False if only ``keep`` are left."""
        if len(self.rows) <= self.keep:
            return False
        self.rows.pop()
        self.left += 1
        return True

    @property
    def more(self) -> Parts:
        """What is said of those left out."""
        return [Part(f"ほか {self.left} 件（根拠のページにあります）", "cut", "records")] if self.left else []


def largest(paragraphs: Rows, sizes, *, room: tuple[float, float], gap: float = 0.35) -> float:
    """The largest of ``sizes`` (falling) at which all paragraphs fit into ``room`` (width, height in points).

    If they do not even at the smallest, paragraphs are dropped until they do.
    """
    wide, high = room

    def needed(points: float) -> float:
        shown = [*paragraphs.rows, *([paragraphs.more] if paragraphs.left else [])]
        return sum(height(parts, points, wide) + gap * points for parts in shown)

    for points in sizes:
        if needed(points) <= high:
            return points
    while needed(sizes[-1]) > high and paragraphs.drop():
        pass
    return sizes[-1]
