"""ロジックモデル: from what is put in to what should change, drawn as a chain, and looked through."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from dataacademy.charts.picture import Picture, remember
from dataacademy.effect.chain import OUTCOMES, STAGES, Chain, read_chain
from dataacademy.effect.chainnotes import ChainFinding, notes_of
from dataacademy.styling import INK, axes, finish, style, width_of

WIDE, GAP = 1.75, 0.5  # inches of a box and of the room for arrows
LETTERS = 11  # full-width letters on a line of a box
LINE, PAD = 0.165, 0.13  # inches of a line of text and around it
FILLS = dict(zip(STAGES, ("#F2F2F2", "#F2F2F2", "#DCEAF5", "#E3F1DA", "#E3F1DA", "#CFE8BE"), strict=True))
MARKS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def logic_model(
    chain: Sequence[dict[str, Any]] | pd.DataFrame, *, title: str = "", source: str = "", ax: Axes | None = None
) -> Axes:
    """A logic model as boxes by stage, from left to right, joined by arrows.

    chain
        A list of boxes: ``stage`` (インプット, 活動, アウトプット, 初期・中期・最終アウトカム; or input, activity,
        output, early, middle, final), ``text``, and, where known, ``id`` (else the text), ``indicator``, ``to`` (the
        id of the next box, a list of ids, or of dicts with ``to``, ``assumption``, ``indicator``), ``assumption`` (of
        its links).
        Or the table of :func:`check_logic_model`, one row a box and link.

    An indicator stands in its box, assumptions and indicators of links below the figure under their number; an outcome
    without an indicator has a broken edge.  ``charts.alt(ax)`` says the chain in words.
    Errors: ``not_a_chain``, ``empty_box``, ``duplicate``, unknown stage or ``to`` (nearest guess), ``backwards``,
    ``circle``, ``too_many_boxes``, ``no_rows``.
    Checked against the boxes and arrows that matplotlib drew.
    When not to use: as a proof that it works; it is what one believes, to be tested (:func:`rct`, :func:`did`).

    >>> import dataacademy as da
    >>> from matplotlib import pyplot
    >>> owner = da.load("indicator_monthly").query("name == '乳幼児健診の受診率'")["owner"].iloc[0]
    >>> ax = logic_model([
    ...     {"stage": "活動", "text": f"{owner}が電話をかける", "to": "予約の電話が増える"},
    ...     {"stage": "初期アウトカム", "text": "予約の電話が増える", "indicator": "予約の件数（月）"},
    ... ], title="乳幼児健診の受診勧奨")
    >>> da.charts.alt(ax).split("。")[0]
    'ロジックモデル「乳幼児健診の受診勧奨」'
    >>> pyplot.close(ax.figure)
    """
    read = read_chain(chain)
    columns = _columns(read)
    words = {id: _words(box) for id, box in read.boxes.items()}
    tall = {id: LINE * words[id].count("\n") + LINE + 2 * PAD for id in read.boxes}
    height = max(sum(tall[id] + 0.22 for id in ids) for ids in columns.values()) + 0.5
    width = len(columns) * WIDE + (len(columns) - 1) * GAP
    with style():
        ax = axes(ax, (width + 0.3, height + 0.9))
        ax.set(xlim=(-0.03, width + 0.03), ylim=(0, height))  # with room for the line around the outer boxes
        ax.set_axis_off()
        places, first = {}, None
        for i, (stage, ids) in enumerate(columns.items()):
            left = i * (WIDE + GAP)
            ax.text(left + WIDE / 2, height - 0.15, STAGES[stage], ha="center", va="center", fontsize=10.5)
            free = (height - 0.4 - sum(tall[id] for id in ids)) / (len(ids) + 1)
            top = height - 0.4 - free
            for id in ids:
                places[id] = (left, top - tall[id] / 2)
                patch = _draw(ax, places[id], tall[id], words[id], read.boxes[id])
                first = first or patch
                top -= tall[id] + free
        notes = _arrows(ax, read, places)
        finish(ax, title=title, source=source, notes=tuple(notes))
    remember(first, Picture("ロジックモデル", lines=_aloud(read)))
    return ax


def check_logic_model(chain: Sequence[dict[str, Any]] | pd.DataFrame) -> ChainFinding:
    """What is missing or misplaced in a logic model, and its table.

    ``chain`` as in :func:`logic_model`.  Table, one row a box and link: ``id, stage, text, indicator, to, assumption,
    link_indicator`` (it can be written to a file and passed in again).  Value: how many warnings.  ``notes``, one each:
    ``missing_stage``, ``dead_end`` (leads nowhere), ``no_cause`` (nothing leads to it), ``leap`` (a stage is skipped),
    ``no_indicator`` (outcomes), ``no_assumption`` (links to outcomes), ``output_as_outcome`` (what the office did,
    called a change), ``outcome_as_output``.  Errors: those of :func:`logic_model`.
    Checked with a chain that gives each note and one that gives none.
    When not to use: as a judgement of the plan; words are looked at, not whether the belief is true.

    >>> import dataacademy as da
    >>> name = da.load("indicator_monthly")["name"].iloc[0]
    >>> found = check_logic_model([
    ...     {"stage": "活動", "text": "面接の練習をする", "to": "セミナーを10回開催した"},
    ...     {"stage": "最終アウトカム", "text": "セミナーを10回開催した", "indicator": name},
    ... ])
    >>> [note.kind for note in found.notes if note.level == "warning"]
    ['missing_stage', 'missing_stage', 'output_as_outcome']
    """
    read = read_chain(chain)
    notes = tuple(notes_of(read))
    serious = [note for note in notes if note.level == "warning"]
    said = f"直すところが {len(serious)} あります。{serious[0].ja}" if serious else "抜けやまちがいは見つかりません。"
    return ChainFinding(
        read.table,
        len(serious),
        f"ロジックモデル（箱 {len(read.boxes)}、矢印 {len(read.links)}）には、{said}",
        f"Logic model of {len(read.boxes)} boxes and {len(read.links)} links: {len(serious)} to mend.",
        used={"箱": len(read.boxes), "矢印": len(read.links)},
        notes=notes,
    )


def _columns(chain: Chain) -> dict[str, list[str]]:
    """Boxes by stage, each stage in the order of the boxes that lead to it: fewer arrows cross."""
    columns: dict[str, list[str]] = {}
    place: dict[str, float] = {}
    for stage in STAGES:
        ids = [id for id, box in chain.boxes.items() if box["stage"] == stage]
        if not ids:
            continue
        pull = {}
        for number, id in enumerate(ids):
            before = [place[a] for a, b, *_ in chain.links if b == id and a in place]
            pull[id] = float(np.mean(before)) if before else (number + 0.5) / len(ids)
        columns[stage] = sorted(ids, key=pull.__getitem__)
        place |= {id: (i + 0.5) / len(ids) for i, id in enumerate(columns[stage])}
    return columns


def _words(box: dict[str, str]) -> str:
    lines = _wrap(box["text"])
    return "\n".join([*lines, *(_wrap(f"指標：{box['indicator']}") if box["indicator"] else [])])


def _wrap(text: str) -> list[str]:
    """Lines of at most LETTERS full-width letters; half-width words stay whole, no line begins with 、。）."""
    room = np.ceil(width_of(text) / np.ceil(max(width_of(text), 1) / LETTERS)) + 0.5  # lines of about the same length
    lines = [""]
    for piece in re.findall(r"[（「『]*(?:[!-~]+|.)[、。）」』・ー]*", text):
        if lines[-1] and width_of(lines[-1] + piece) > room:
            at = lines[-1].rfind("、") + 1  # a line that is half full ends better after a comma than within a word
            lines[-1:] = [lines[-1][:at], lines[-1][at:]] if width_of(lines[-1][:at]) >= room / 2 else [lines[-1], ""]
        lines[-1] += piece
    return [line.strip() for line in lines]


def _draw(ax: Axes, place: tuple[float, float], tall: float, words: str, box: dict[str, str]) -> FancyBboxPatch:
    left, middle = place
    open_end = box["stage"] in OUTCOMES and not box["indicator"]
    patch = FancyBboxPatch(
        (left + 0.04, middle - tall / 2 + 0.04),
        WIDE - 0.08,
        tall - 0.08,
        boxstyle="round,pad=0.04",
        facecolor=FILLS[box["stage"]],
        edgecolor=INK,
        linewidth=1,
        linestyle=(0, (4, 3)) if open_end else "-",
        gid="box",
    )
    ax.add_patch(patch)
    ax.text(left + WIDE / 2, middle, words, ha="center", va="center", fontsize=9, linespacing=1.25, gid="box")
    return patch


def _arrows(ax: Axes, chain: Chain, places: dict) -> list[str]:
    """Draw the links; the texts that belong to their numbers."""
    notes = []
    for a, b, assumption, indicator in chain.links:
        (x0, y0), (x1, y1) = places[a], places[b]
        same = x0 == x1  # two boxes of one stage: along their left side
        start, end = ((x0, y0), (x1, y1)) if same else ((x0 + WIDE, y0), (x1, y1))
        ax.annotate(
            "",
            xy=end,
            xytext=start,
            arrowprops={
                "arrowstyle": "-|>",
                "color": "#555555",
                "linewidth": 1.2,
                "shrinkA": 1,
                "shrinkB": 1,
                "connectionstyle": "arc3,rad=0.4" if same else "arc3,rad=0",
            },
            annotation_clip=False,
            gid="link",
        )
        if assumption or indicator:
            mark = MARKS[len(notes)] if len(notes) < len(MARKS) else f"({len(notes) + 1})"
            near = (0.5 * start[0] + 0.5 * (start[0] + GAP if not same else end[0]), 0)
            share = (near[0] - start[0]) / (end[0] - start[0]) if end[0] != start[0] else 0.5
            ax.text(near[0], start[1] + share * (end[1] - start[1]) + 0.1, mark, ha="center", va="center", fontsize=10)
            said = [f"前提：{assumption}"] * bool(assumption) + [f"指標：{indicator}"] * bool(indicator)
            notes.append(f"{mark} {'　'.join(said)}")
    if any(box["stage"] in OUTCOMES and not box["indicator"] for box in chain.boxes.values()):
        notes.append("破線の箱は、まだ指標のないアウトカムです。")
    return notes


def _aloud(chain: Chain) -> tuple[str, ...]:
    lines = []
    for stage, ja in STAGES.items():
        boxes = [box for box in chain.boxes.values() if box["stage"] == stage]
        if boxes:
            said = [f"「{b['text']}」" + (f"（指標：{b['indicator']}）" if b["indicator"] else "") for b in boxes]
            lines.append(f"{ja}は{'、'.join(said)}")
    links = [f"「{chain.boxes[a]['text']}」から「{chain.boxes[b]['text']}」" for a, b, *_ in chain.links]
    return (*lines, *([f"矢印は{'、'.join(links)}"] if links else []))
