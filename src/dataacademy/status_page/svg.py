"""The charts of a page as SVG: readable without colour, with a title and a description for those who hear them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

WIDE, HIGH = 720, 330
LEFT, RIGHT, TOP, BOTTOM = 64, 12, 44, 34
BAR, LINE, INK, GRID = "#5c85b8", "#8a3800", "#222222", "#d9d9d9"  # on white 3.9, 8.3 and 15.9 to 1
_SIZE, _NARROW = 15, 21  # of letters; on a narrow screen page.html sets the second, so room is left for that


@dataclass(frozen=True)
class Words:
    """What a chart says: its title, what it shows in a sentence, and the names of bars and line."""

    id: str
    title: str
    desc: str
    bars: str = ""
    line: str = ""


def days_chart(days: Sequence[str], bars: Sequence, line: Sequence, words: Words) -> str:
    """Bars by day with a line over them; None leaves a gap.  ``days``: labels, of which some are written."""
    known = [v for v in (*bars, *line) if v is not None]
    ticks = nice_ticks(max(known, default=0))
    step = (WIDE - LEFT - RIGHT) / max(len(days), 1)

    def y(value: float) -> float:
        return round(HIGH - BOTTOM - value / ticks[-1] * (HIGH - TOP - BOTTOM), 1)

    shapes = _grid(ticks, y)
    for at, value in enumerate(bars):
        if value:
            x = LEFT + at * step + 0.1 * step
            shapes.append(
                f'<rect x="{x:.1f}" y="{y(value)}" width="{0.8 * step:.1f}" height="{HIGH - BOTTOM - y(value):.1f}" '
                f'fill="{BAR}"/>'
            )
    for run in _runs(line):
        points = " ".join(f"{LEFT + (at + 0.5) * step:.1f},{y(line[at])}" for at in run)
        shapes.append(f'<polyline points="{points}" fill="none" stroke="{LINE}" stroke-width="3"/>')
    every = ceil(len(days) / 5) or 1
    every = every if every < 7 else 7 * ceil(every / 7)  # the same day of the week
    for at in range(len(days) - 1, -1, -every):
        middle = LEFT + (at + 0.5) * step
        anchor = "end" if at == len(days) - 1 else "middle"
        shapes.append(_text(min(middle + 8 * (anchor == "end"), WIDE - 2), HIGH - 12, days[at], anchor))
    return _svg(words, HIGH, [*_legend(words), *shapes])


def groups_chart(names: Sequence[str], counts: Sequence, words: Words) -> str:
    """A bar a group, lying, with its count written beside it; None (hidden) has no bar."""
    high = TOP + len(names) * 30 + 10
    name_wide = min(300, 12 + max(map(_wide, names), default=0))
    most = max((c for c in counts if c is not None), default=0) or 1
    shapes = []
    for at, (name, count) in enumerate(zip(names, counts, strict=True)):
        top = TOP + at * 30
        long = 0 if count is None else count / most * (WIDE - name_wide - 90)
        shapes.append(_text(name_wide - 8, top + 18, name, "end"))
        shapes.append(f'<rect x="{name_wide:.1f}" y="{top + 2}" width="{long:.1f}" height="22" fill="{BAR}"/>')
        shapes.append(_text(name_wide + long + 6, top + 18, "X" if count is None else f"{count:,}", "start"))
    return _svg(words, high, [*_legend(words), *shapes])


def nice_ticks(most: float) -> list[float]:
    """Marks from 0 to at least ``most``: three to six, in steps of 1, 2 or 5.

    >>> nice_ticks(29), nice_ticks(0), nice_ticks(0.4)
    ([0, 10, 20, 30], [0, 1], [0, 0.1, 0.2, 0.3, 0.4])
    """
    if most <= 0:
        return [0, 1]
    power = 10 ** floor(log10(most / 4))
    step = next(m * power for m in (1, 2, 5, 10) if most / (m * power) <= 5)
    marks = [round(k * step, 10) for k in range(ceil(round(most / step, 6)) + 1)]
    return [int(m) if m == int(m) else m for m in marks]


def _grid(ticks: Sequence[float], y) -> list[str]:
    lines = []
    for tick in ticks:
        lines.append(f'<line x1="{LEFT}" y1="{y(tick)}" x2="{WIDE - RIGHT}" y2="{y(tick)}" stroke="{GRID}"/>')
        lines.append(_text(LEFT - 8, y(tick) + 5, f"{tick:,}", "end"))
    return lines


def _legend(words: Words) -> list[str]:
    shapes, x = [], 4.0
    if words.bars:
        shapes = [f'<rect x="{x}" y="8" width="16" height="16" fill="{BAR}"/>', _text(x + 22, 22, words.bars, "start")]
        x += 44 + _wide(words.bars)
    if words.line:
        shapes.append(f'<line x1="{x}" y1="16" x2="{x + 26}" y2="16" stroke="{LINE}" stroke-width="3"/>')
        shapes.append(_text(x + 32, 22, words.line, "start"))
    return shapes


def _wide(text: str) -> float:
    """How wide a text is at most."""
    return _NARROW * sum(1 if ord(c) > 255 else 0.58 for c in text)


def _runs(values: Sequence) -> list[list[int]]:
    """Stretches of neighbours that are known."""
    runs: list[list[int]] = [[]]
    for at, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(at)
    return [run for run in runs if run]


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(words: Words, high: float, shapes: list[str]) -> str:
    named = f'role="img" aria-labelledby="{words.id}-title {words.id}-desc"'
    return (
        f'<svg viewBox="0 0 {WIDE} {high}" {named} font-size="{_SIZE}" fill="{INK}">'
        f'<title id="{words.id}-title">{escape(words.title)}</title>'
        f'<desc id="{words.id}-desc">{escape(words.desc)}</desc>' + "".join(shapes) + "</svg>"
    )
