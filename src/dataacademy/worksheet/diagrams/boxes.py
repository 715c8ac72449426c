"""The boxes of a flow: what stands in each, and where it stands in its band of lanes."""

from __future__ import annotations

from dataclasses import dataclass, field

from dataacademy.worksheet.diagrams.lettering import flowing, wrap
from dataacademy.worksheet.diagrams.picture import LEADING, WIDE
from dataacademy.worksheet.diagrams.steps import Step

LANE, GAP, PITCH = 80, 32, 180  # width of a lane's name, between boxes, and the most from one box to the next
PAD, SIZE, SMALL = 5, 10, 8.5  # points around a text; letters of the step and of what stands below it
ROOM = 10  # above and below the boxes of a lane
TRACK = 7  # between two arrows that run side by side through a lane
BESIDE = 11  # points up or down from the middle of a box where arrows from above and below come in
_LINES = {"text": 5, "measures": 3, "waiting": 2, "trouble": 5, "links": 3}


@dataclass
class Box:
    """A step on the page: ``parts`` are pairs of a kind and its lines; all else in points from the band's corner."""

    step: Step
    lane: int
    column: int
    row: int = 0
    parts: list[tuple[str, list[str]]] = field(default_factory=list)
    cut: bool = False
    x: float = 0
    y: float = 0
    width: float = 0
    height: float = 0

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    @property
    def right(self) -> float:
        return self.x + self.width


@dataclass
class Band:
    """Columns side by side with the lanes that they need; ``tops`` and ``heights`` by lane."""

    lanes: list[str]
    boxes: list[Box]
    columns: int
    tops: list[float] = field(default_factory=list)
    heights: list[float] = field(default_factory=list)
    pitch: float = PITCH

    @property
    def width(self) -> float:
        return LANE + GAP + self.columns * self.pitch

    @property
    def height(self) -> float:
        return self.tops[-1] + self.heights[-1]

    def gap(self, at: int) -> float:
        """Where the room left of a column begins; ``at`` may be one more than there are columns."""
        return LANE + at * self.pitch

    def of(self) -> dict[int, Box]:
        return {box.step.number: box for box in self.boxes}

    def free(self, lane: int, first: int, last: int) -> bool:
        """Whether no box of the lane stands in the columns from ``first`` to before ``last``."""
        return not any(box.lane == lane and first <= box.column < last for box in self.boxes)


def band(columns: list[list[Step]], lanes: list[str], most: int) -> Band:
    """A band of columns whose boxes hold their texts; :func:`place` then sets them."""
    steps = [step for column in columns for step in column]
    used = sorted({step.lane for step in steps})
    first = columns[0][0].column
    pitch = min(PITCH, (WIDE - LANE - GAP) / most)
    boxes = [Box(step, used.index(step.lane), step.column - first) for step in steps]
    here = {step.number for step in steps}
    taken: dict[tuple[int, int], int] = {}
    for box in boxes:
        box.width = pitch - GAP
        box.row = taken.get((box.column, box.lane), 0)
        taken[box.column, box.lane] = box.row + 1
        _fill(box, here)
    return Band([lanes[lane] for lane in used], boxes, len(columns), pitch=pitch)


def _fill(box: Box, here: set[int]) -> None:
    step = box.step
    joined = (("← ", step.before, "から"), ("→ ", step.onward, "へ"), ("→ ", step.back, "へもどる"))
    far = [
        f"{sign}{'・'.join(str(number) for number in numbers if number not in here)}{word}"
        for sign, numbers, word in joined
        if not here.issuperset(numbers)
    ]
    texts = {
        "text": [f"{step.number} {step.text}"],
        "measures": step.measures,
        "waiting": [step.waiting] if step.waiting else [],
        "trouble": [f"困りごと：{step.trouble}"] if step.trouble else [],
        "links": far,
    }
    for kind, items in texts.items():
        if items:
            lines = flowing(items, (box.width - 2 * PAD) / size_of(kind), _LINES[kind])
            box.cut = box.cut or lines[-1].endswith("…") and not items[-1].endswith("…")
            box.parts.append((kind, lines))
    box.height = max(sum(part_height(kind, lines) for kind, lines in box.parts) + PAD / 2, 2 * BESIDE + 8)


def size_of(kind: str) -> float:
    """The letters of a part of a box."""
    return SIZE if kind == "text" else SMALL


def part_height(kind: str, lines: list[str]) -> float:
    """How high a part of a box is."""
    return len(lines) * size_of(kind) * LEADING + (PAD if kind in ("text", "trouble") else PAD / 2)


def place(made: Band, runs: list[int]) -> None:
    """Set lanes and boxes; ``runs`` is how many arrows run through the top of each lane."""
    top = 0.0
    made.tops, made.heights = [], []
    for lane, name in enumerate(made.lanes):
        held = [box for box in made.boxes if box.lane == lane]
        rows = [max(b.height for b in held if b.row == row) for row in range(max(box.row for box in held) + 1)]
        start = top + ROOM + TRACK * runs[lane]
        for box in held:
            above = sum(rows[: box.row]) + ROOM * box.row
            box.x = made.gap(box.column) + GAP
            box.y = start + above + (rows[box.row] - box.height) / 2
        needed = start - top + sum(rows) + ROOM * len(rows)
        named = len(wrap(name, (LANE - 2 * PAD) / SIZE, 6)) * SIZE * LEADING + 2 * PAD
        made.tops.append(top)
        made.heights.append(max(needed, named))
        top += made.heights[-1]
