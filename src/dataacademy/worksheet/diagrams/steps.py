"""The steps of a flow of work, read from the worksheet: in which order, in which lane, and what leads to what."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from dataacademy.notes import Note
from dataacademy.worksheet.diagrams.lettering import one_line
from dataacademy.worksheet.model import Worksheet
from dataacademy.worksheet.quotes import fill, number
from dataacademy.worksheet.records import Process

NO_OFFICE, NO_TEXT = "（行う人・部署が空です）", "（作業の名前が空です）"
STACK = 4  # steps of one column: more that could run side by side go into the next one


@dataclass
class Step:
    """A step: its number in the picture, its texts, its lane, its column, and the numbers of those it is joined to."""

    id: str
    text: str
    office: str
    lane: int
    measures: tuple[str, ...]
    waiting: str
    trouble: str
    number: int = 0
    column: int = 0
    before: list[int] = field(default_factory=list)
    onward: list[int] = field(default_factory=list)
    back: list[int] = field(default_factory=list)


@dataclass
class Steps:
    """All steps by column; ``links`` are pairs of numbers, ``back`` those that lead back; ``lanes`` the offices."""

    columns: list[list[Step]]
    links: list[tuple[int, int]]
    back: set[tuple[int, int]]
    lanes: list[str]
    notes: list[Note]

    @property
    def ordered(self) -> list[Step]:
        return [step for column in self.columns for step in column]


def read(worksheet: Worksheet, flow: str) -> Steps:
    """The steps of one flow.  What leads nowhere is told in ``notes``."""
    records = [process for process in worksheet.processes if process.flow == flow]
    lanes, lane_of = _lanes(worksheet, records)
    steps = {p.id: _step(p, worksheet, lane_of[p.id], lanes) for p in records}
    notes: list[Note] = []
    followers = _followers(records, steps, notes)
    back = _back(followers)
    columns = _columns(steps, followers, back)
    for at, column in enumerate(columns):
        for step in column:
            step.column = at
    for at, step in enumerate((step for column in columns for step in column), 1):
        step.number = at
    links, turned = [], set()
    for id, after in followers.items():
        for other in after:
            pair = (steps[id].number, steps[other].number)
            links.append(pair)
            if (id, other) in back:
                turned.add(pair)
                steps[id].back.append(pair[1])
            else:
                steps[id].onward.append(pair[1])
                steps[other].before.append(pair[0])
    for step in steps.values():
        for numbers in (step.before, step.onward, step.back):
            numbers.sort()
    notes += _unchosen(worksheet)
    return Steps(columns, sorted(links), turned, lanes, notes)


def lanes_of(offices: list[str], blank: str) -> tuple[list[str], list[int]]:
    """The names in the order they come up, and each one's place; those that differ in width or blanks only are one.

    >>> lanes_of(["市民課", "", "市 民課", "税務課"], "空")
    (['市民課', '税務課', '空'], [0, 2, 0, 1])
    """
    keys = ["".join(unicodedata.normalize("NFKC", one_line(office)).split()) for office in offices]
    shown: dict[str, str] = {}
    for key, office in zip(keys, offices, strict=True):
        if key:
            shown.setdefault(key, one_line(office))
    if "" in keys:
        shown[""] = blank
    order = {key: at for at, key in enumerate(shown)}
    return list(shown.values()), [order[key] for key in keys]


def _lanes(worksheet: Worksheet, records: list[Process]) -> tuple[list[str], dict[str, int]]:
    """The lanes of these steps, in the order of the work of today, so that the two flows can be laid side by side."""
    every = sorted(worksheet.processes, key=lambda process: process.flow != "現状")
    names, places = lanes_of([process.office for process in every], NO_OFFICE)
    place_of = {process.id: place for process, place in zip(every, places, strict=True)}
    used = sorted({place_of[process.id] for process in records})
    return [names[place] for place in used], {process.id: used.index(place_of[process.id]) for process in records}


def _step(process: Process, worksheet: Worksheet, lane: int, lanes: list[str]) -> Step:
    said = [
        f"{label}{number(value)}{unit}"
        for label, value, unit in (
            ("作業 ", process.minutes, "分"),
            ("月に", process.count, "件"),
            ("費用 ", process.cost, "円"),
        )
        if value is not None
    ]
    return Step(
        process.id,
        one_line(fill(process.text, worksheet)) or NO_TEXT,
        lanes[lane],
        lane,
        tuple(said),
        "" if process.waiting is None else f"待ち {number(process.waiting)}分",
        one_line(fill(process.trouble, worksheet)),
    )


def _followers(records: list[Process], steps: dict[str, Step], notes: list[Note]) -> dict[str, list[str]]:
    """Every step with those that come after it, in the order of the sheet."""
    followers: dict[str, list[str]] = {id: [] for id in steps}
    for process in records:
        for before in dict.fromkeys(process.after):
            if before in followers:
                followers[before].append(process.id)
            else:
                notes.append(_dangling(process, before))
    if len(steps) > 1 and not any(followers.values()):
        notes.append(
            Note(
                "no_order",
                "「前の作業」が書かれていないので、シートの順に並べました。矢印は描いていません。",
                "No step says what comes before it; they stand in the order of the sheet.",
                "warning",
                "業務フローの「前の作業」を選んでください。",
                "Fill in what comes before each step.",
            )
        )
    return followers


def _dangling(process: Process, before: str) -> Note:
    return Note(
        "dangling",
        f"{process.id} の前の作業「{before}」は、この流れにありません。その矢印は描いていません。",
        f"{before}, which {process.id} follows, is not in this flow.",
        "warning",
        "「前の作業」を選び直してください。",
        "Choose another step.",
    )


def _unchosen(worksheet: Worksheet) -> list[Note]:
    left = [process.id for process in worksheet.processes if not process.flow and process.text.strip()]
    if not left:
        return []
    return [
        Note(
            "no_flow",
            f"現状かあるべき姿かを選んでいない作業が {len(left)} 件あります（{'、'.join(left[:5])}）。",
            f"{len(left)} steps belong to neither flow.",
            "warning",
            "業務フローで選ぶと、図に入ります。",
            "Choose one for each.",
        )
    ]


def _back(followers: dict[str, list[str]]) -> set[tuple[str, str]]:
    """The links that lead back to a step that is still under way: without them no chain runs in a circle."""
    led_to = {id for after in followers.values() for id in after}
    done, open_, back = set(), set(), set()
    for start in sorted(
        followers, key=lambda id: id in led_to
    ):  # true beginnings first; sorting keeps the sheet's order
        if start in done:
            continue
        path = [(start, iter(followers[start]))]
        open_.add(start)
        while path:
            id, rest = path[-1]
            following = next(rest, None)
            if following is None:
                path.pop()
                open_.discard(id)
                done.add(id)
            elif following in open_:
                back.add((id, following))
            elif following not in done:
                open_.add(following)
                path.append((following, iter(followers[following])))
    return back


def _columns(steps: dict[str, Step], followers: dict[str, list[str]], back: set[tuple[str, str]]) -> list[list[Step]]:
    """Steps from left to right: one after all that come before it, chains that do not touch one after the other."""
    forward = {id: [other for other in after if (id, other) not in back] for id, after in followers.items()}
    waiting = dict.fromkeys(steps, 0)
    for after in forward.values():
        for other in after:
            waiting[other] += 1
    rank, ready = dict.fromkeys(steps, 0), [id for id, left in waiting.items() if not left]
    while ready:
        id = ready.pop()
        for other in forward[id]:
            rank[other] = max(rank[other], rank[id] + 1)
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    columns = []
    for group in _groups(followers):
        by_rank: dict[int, list[Step]] = {}
        for id in group:
            by_rank.setdefault(rank[id], []).append(steps[id])
        for at in sorted(by_rank):
            side = sorted(by_rank[at], key=lambda step: step.lane)
            columns += [side[start : start + STACK] for start in range(0, len(side), STACK)]
    return columns


def _groups(followers: dict[str, list[str]]) -> list[list[str]]:
    """The steps that hang together, each group in the order of the sheet."""
    near: dict[str, set[str]] = {id: set() for id in followers}
    for id, after in followers.items():
        for other in after:
            near[id].add(other)
            near[other].add(id)
    group_of: dict[str, int] = {}
    for start in followers:
        pending = [] if start in group_of else [start]
        while pending:
            id = pending.pop()
            if id not in group_of:
                group_of[id] = group_of.get(start, len(group_of))
                pending += near[id]
    groups: dict[int, list[str]] = {}
    for id in followers:
        groups.setdefault(group_of[id], []).append(id)
    return list(groups.values())
