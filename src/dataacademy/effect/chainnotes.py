"""What an instructor would say about a logic model: what is missing, skipped, or standing on the wrong stage."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dataacademy.effect.chain import OUTCOMES, STAGES, Chain
from dataacademy.finding import Finding
from dataacademy.notes import Note

# what the office did, said as if it were a change in people or the town
_DONE = re.compile(
    "(開催|実施|配布|配付|作成|発行|設置|整備|掲示|周知|派遣|導入|開設|発送|送付|公開)(した?|する|済み?|数|回数|件数|部数|$)"
    "|(回数|部数|開催数|参加者数|受講者数|配布数)$"
)
_CHANGED = re.compile("増える|増えた|減る|減った|下がる|上がる|高まる|向上|改善|低下|解消|できるようになる|短くなる")
# kind: what is said, in English, how to mend it, in English, level
_SAID = {
    "missing_stage": (
        "{name}の箱がありません。",
        "There is no {key}.",
        "{name}を書いてください。アウトカムは、だれの何がどう変わるかです。",
        "Add it to the chain.",
        "warning",
    ),
    "dead_end": (
        "「{id}」の先がありません。何のためにするのかが分かりません。",
        "{id!r} leads nowhere.",
        "つながる先（to）を書くか、この箱をやめてください。",
        "Say what it leads to, or leave the box out.",
        "warning",
    ),
    "no_cause": (
        "「{id}」につながる箱がありません。何によって起きるのかが分かりません。",
        "Nothing leads to {id!r}.",
        "これを起こす活動やアウトプットから矢印を引いてください。",
        "Draw the arrow from what brings it about.",
        "warning",
    ),
    "no_indicator": (
        "アウトカム「{id}」に指標がありません。起きたかどうかを確かめられません。",
        "Outcome {id!r} has no indicator.",
        "何を、いつ、どの記録で数えるかを indicator に書いてください。",
        "Write what is counted, when, and from which record.",
        "warning",
    ),
    "output_as_outcome": (
        "「{text}」は、役所のしたこと（アウトプット）で、アウトカムではありません。",
        "{id!r} is what the office did: an output, not an outcome.",
        "それによって、だれの何がどう変わるかを書いてください。",
        "Say who or what changes because of it.",
        "warning",
    ),
    "outcome_as_output": (
        "「{text}」は、起きてほしい変化（アウトカム）で、{name}ではありません。",
        "{id!r} is a change that is hoped for: an outcome, not an {key}.",
        "アウトカムの段に移し、そのためにすることを書いてください。",
        "Move it to the outcomes and write what is done for it.",
        "warning",
    ),
    "leap": (
        "「{id}」から「{to}」へ、{name}をとばしています。",
        "The link from {id!r} to {to!r} skips {key}.",
        "間に何が起きるのかを書いてください。",
        "Write what happens in between.",
        "warning",
    ),
    "no_assumption": (
        "「{id}」から「{to}」への前提が書かれていません。",
        "The link from {id!r} to {to!r} has no assumption.",
        "何が成り立てばそうなるのか、根拠は何かを assumption に書いてください。",
        "Write what must hold, and how it is known.",
        "info",
    ),
}


@dataclass(frozen=True)
class ChainFinding(Finding):
    """A :class:`~dataacademy.finding.Finding` with ``notes``: what is missing or misplaced in the chain."""

    notes: tuple[Note, ...] = ()


def notes_of(chain: Chain) -> Iterator[Note]:
    """The notes on a chain: stages, then boxes, then links."""
    order = list(STAGES)
    stages = {box["stage"] for box in chain.boxes.values()}
    for stage in ("input", "activity", "output"):
        if stage not in stages:
            yield _note("missing_stage", stage, name=STAGES[stage], key=stage)
    if not stages & set(OUTCOMES):
        yield _note("missing_stage", "outcome", name="アウトカム", key="outcome")
    first, last = (pick(order.index(stage) for stage in stages) for pick in (min, max))
    starts, ends = {link[0] for link in chain.links}, {link[1] for link in chain.links}
    for id, box in chain.boxes.items():
        place, words = order.index(box["stage"]), {"id": box["text"], "text": box["text"], "key": box["stage"]}
        if place < last and id not in starts:
            yield _note("dead_end", id, **words)
        if place > first and id not in ends:
            yield _note("no_cause", id, **words)
        if box["stage"] in OUTCOMES and not box["indicator"]:
            yield _note("no_indicator", id, **words)
        if box["stage"] in OUTCOMES and _DONE.search(box["text"]):
            yield _note("output_as_outcome", id, **words)
        if box["stage"] not in OUTCOMES and _CHANGED.search(box["text"]):
            yield _note("outcome_as_output", id, name=STAGES[box["stage"]], **words)
    for a, b, assumption, _ in chain.links:
        words = {"id": chain.boxes[a]["text"], "to": chain.boxes[b]["text"]}
        here, there = (order.index(chain.boxes[id]["stage"]) for id in (a, b))
        skipped = [stage for stage in order[here + 1 : there] if stage in stages]
        if skipped:
            name = "・".join(STAGES[stage] for stage in skipped)
            yield _note("leap", f"{a} → {b}", name=name, key=", ".join(skipped), **words)
        if chain.boxes[b]["stage"] in OUTCOMES and not assumption:
            yield _note("no_assumption", f"{a} → {b}", **words)


def _note(kind: str, value: str, **words: str) -> Note:
    ja, en, fix, fix_en, level = _SAID[kind]
    return Note(
        kind, ja.format(**words), en.format(**words), level=level, fix=fix.format(**words), fix_en=fix_en, value=value
    )
