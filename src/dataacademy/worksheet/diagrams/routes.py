"""The arrows of a band: through the gaps between columns and the tops of lanes, never through a box."""

from __future__ import annotations

from dataclasses import dataclass

from dataacademy.worksheet.diagrams.boxes import BESIDE, GAP, ROOM, TRACK, Band, Box, place

HEAD = 7  # length of an arrow's head
_OUT = 5  # points up or down from the middle where an arrow that goes up or down leaves


@dataclass(frozen=True)
class Arrow:
    """An arrow between two steps (by their numbers) along its corners."""

    start: int
    end: int
    back: bool
    points: list[tuple[float, float]]


def arrows(band: Band, links: list[tuple[int, int]], back: set[tuple[int, int]]) -> list[Arrow]:
    """Set the boxes of a band with room for its arrows, and draw them."""
    boxes = band.of()
    inner = [(a, b) for a, b in links if a in boxes and b in boxes]
    way = {pair: _way(band, boxes[pair[0]], boxes[pair[1]]) for pair in inner}
    _one_a_run(way)
    runs = [0] * len(band.lanes)
    track = {}
    for (a, b), (kind, _) in way.items():
        if kind == "top":
            lane = max(boxes[a].lane, boxes[b].lane)
            track[a, b] = runs[lane]
            runs[lane] += 1
    place(band, runs)
    shafts = _shafts(way, boxes)
    found = []
    for (a, b), (kind, _) in way.items():
        lane = max(boxes[a].lane, boxes[b].lane)
        top = band.tops[lane] + ROOM / 2 + 2 + TRACK * track.get((a, b), 0)
        points = _points(band, boxes[a], boxes[b], kind, top, shafts)
        found.append(Arrow(a, b, (a, b) in back, points))
    return found


def _way(band: Band, a: Box, b: Box) -> tuple[str, tuple]:
    """How an arrow goes (to its neighbour, along a lane, over its top), and the gaps of a row it needs for itself."""
    if b.column == a.column + 1:
        return "next", ()
    if b.column > a.column:
        for kind, box in (("along_start", a), ("along_end", b)):
            if band.free(box.lane, a.column + 1, b.column):
                return kind, tuple((box.lane, box.row, gap) for gap in range(a.column + 1, b.column + 1))
    return "top", ()


def _one_a_run(way: dict) -> None:
    """Where two arrows would run along the same line, the later one goes over the top."""
    taken: dict[tuple, int] = {}
    for pair, (kind, gaps) in way.items():
        ends = pair[0] if kind == "along_start" else -pair[1]
        if any(taken.get(gap, ends) != ends for gap in gaps):
            way[pair] = ("top", ())
        else:
            taken |= dict.fromkeys(gaps, ends)


def _shafts(way: dict, boxes: dict[int, Box]) -> dict[tuple, float]:
    """Where upright parts stand in their gaps: one for all arrows that leave a box, one for all that come in."""
    needed: dict[int, dict[tuple, None]] = {}
    for (a, b), (kind, _) in way.items():
        if kind != "along_start" and not (kind == "next" and abs(boxes[a].middle - boxes[b].middle) < 0.5):
            needed.setdefault(boxes[a].column + 1, {})[("out", a)] = None
        if kind in ("top", "along_start"):
            needed.setdefault(boxes[b].column, {})[("in", b)] = None
    found = {}
    for gap, shafts in needed.items():
        order = sorted(shafts, key=lambda shaft: (shaft[0] == "in", boxes[shaft[1]].middle))
        for at, shaft in enumerate(order, 1):
            found[(gap, *shaft)] = 3 + (GAP - HEAD - 5) * at / (len(order) + 1)
    return found


def _points(band: Band, a: Box, b: Box, kind: str, top: float, shafts: dict) -> list[tuple[float, float]]:
    out = band.gap(a.column + 1) + shafts.get((a.column + 1, "out", a.step.number), 0)
    into = band.gap(b.column) + shafts.get((b.column, "in", b.step.number), 0)
    level = abs(a.middle - b.middle) < 0.5
    if kind == "next" and level or kind == "along_start" and level:
        return [(a.right, a.middle), (b.x, a.middle)]
    if kind == "next":
        y = _comes_in(b, a.middle)
        return _turned(a.right, _leaves(a, b.middle), out, y, b.x)
    if kind == "along_start":
        return _turned(a.right, a.middle, into, _comes_in(b, a.middle), b.x)
    if kind == "along_end":
        return _turned(a.right, _leaves(a, b.middle), out, b.middle, b.x)
    y0, y1 = _leaves(a, top), _comes_in(b, top)
    return [(a.right, y0), (out, y0), (out, top), (into, top), (into, y1), (b.x, y1)]


def _turned(x0: float, y0: float, x: float, y1: float, x1: float) -> list[tuple[float, float]]:
    return [(x0, y0), (x, y0), (x, y1), (x1, y1)]


def _leaves(box: Box, towards: float) -> float:
    return box.middle + (_OUT if towards > box.middle else -_OUT)


def _comes_in(box: Box, from_: float) -> float:
    return box.middle + (BESIDE if from_ > box.middle else -BESIDE)
