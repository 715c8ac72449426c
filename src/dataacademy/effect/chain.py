"""The chain of a logic model: boxes by stage, what leads to what, indicators and assumptions; as a table, too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dataacademy.errors import DataAcademyError, check_choice, check_columns

STAGES = {
    "input": "インプット",
    "activity": "活動",
    "output": "アウトプット",
    "early": "初期アウトカム",
    "middle": "中期アウトカム",
    "final": "最終アウトカム",
}
OUTCOMES = ("early", "middle", "final")
COLUMNS = ["id", "stage", "text", "indicator", "to", "assumption", "link_indicator"]
MOST = 40  # boxes on one sheet of paper


@dataclass(frozen=True)
class Chain:
    """Boxes by id (``stage, text, indicator``) in the order given, and links ``(from, to, assumption, indicator)``."""

    boxes: dict[str, dict[str, str]]
    links: list[tuple[str, str, str, str]]

    @property
    def table(self) -> pd.DataFrame:
        """One row a box and link (a box with two links has two rows; one that leads nowhere has an empty ``to``)."""
        rows = []
        for id, box in self.boxes.items():
            for _, to, assumption, indicator in [link for link in self.links if link[0] == id] or [(id, "", "", "")]:
                rows.append([id, box["stage"], box["text"], box["indicator"], to, assumption, indicator])
        return pd.DataFrame(rows, columns=COLUMNS)


def read_chain(chain: Sequence[dict[str, Any]] | pd.DataFrame) -> Chain:
    """The Chain of a list of boxes (dicts) or of its table.

    A dict has ``stage`` and ``text``, and may have ``id`` (else the text), ``indicator``, ``to`` (an id, a list of ids,
    or of dicts with ``to``, ``assumption``, ``indicator``) and ``assumption`` (of all its links).
    """
    if isinstance(chain, pd.DataFrame):
        check_columns(chain, ["stage", "text"], table="ロジックモデルの表")
        records = chain.astype(object).where(chain.notna(), None).to_dict("records")
    elif isinstance(chain, (list, tuple)) and all(isinstance(box, dict) for box in chain):
        records = list(chain)
    else:
        raise DataAcademyError(
            "not_a_chain",
            f"ロジックモデルは、箱のリストか表で渡してください（渡されたのは {type(chain).__name__}）。",
            f"A logic model is a list of boxes or a table, not {type(chain).__name__}.",
            fix='[{"stage": "活動", "text": "電話をかける", "to": "受診の予約が増える"}, …] のように書きます。',
            fix_en="Write [{'stage': 'activity', 'text': …, 'to': …}, …].",
        )
    boxes: dict[str, dict[str, str]] = {}
    links: dict[tuple[str, str], tuple[str, str]] = {}
    for number, record in enumerate(records, 1):
        id, box = _box(record, number)
        if id in boxes and boxes[id] | {"indicator": box["indicator"] or boxes[id]["indicator"]} != boxes[id] | {
            "stage": box["stage"], "text": box["text"], "indicator": box["indicator"] or boxes[id]["indicator"]
        }:  # fmt: skip
            raise DataAcademyError(
                "duplicate",
                f"「{id}」という箱が、ちがう内容で二つあります（「{boxes[id]['text']}」と「{box['text']}」）。",
                f"Box {id!r} is there twice with different contents.",
                fix="id を別々にするか、同じ内容にそろえてください。",
                fix_en="Give them different ids, or the same contents.",
            )
        boxes.setdefault(id, box)
        boxes[id]["indicator"] = boxes[id]["indicator"] or box["indicator"]
        for to, assumption, indicator in _links(record):
            links[id, to] = (assumption, indicator)
    _check(boxes, links)
    return Chain(boxes, [(a, b, *words) for (a, b), words in links.items()])


def _box(record: dict, number: int) -> tuple[str, dict[str, str]]:
    text, stage = (str(record.get(key) or "").strip() for key in ("text", "stage"))
    for key, ja, word in (("text", "内容（text）", text), ("stage", "段階（stage）", stage)):
        if not word:
            raise DataAcademyError(
                "empty_box",
                f"{number} 番目の箱に{ja}がありません。",
                f"Box {number} has no {key}.",
                fix="段階と内容を書いてください。",
                fix_en="Write its stage and its text.",
            )
    names = {ja: key for key, ja in STAGES.items()} | {"アウトカム": "early", "投入": "input", "結果": "output"}
    stage = names.get(stage, stage)
    if stage not in STAGES:
        check_choice("段階", stage, [*STAGES.values(), *STAGES], en="Stage")
    return str(record.get("id") or text), {
        "stage": stage,
        "text": text,
        "indicator": str(record.get("indicator") or ""),
    }


def _links(record: dict) -> Iterator[tuple[str, str, str]]:
    to = record.get("to")
    for link in to if isinstance(to, (list, tuple)) else [to]:
        one = link if isinstance(link, dict) else {"to": link}
        if one.get("to"):
            yield (
                str(one["to"]),
                str(one.get("assumption") or record.get("assumption") or ""),
                str(one.get("indicator") or record.get("link_indicator") or ""),
            )


def _check(boxes: dict, links: dict) -> None:
    if not boxes:
        raise DataAcademyError(
            "no_rows",
            "箱が一つもありません。",
            "There is no box.",
            fix="インプットから最終アウトカムまでを書いてください。",
            fix_en="Write the chain from input to outcome.",
        )
    if len(boxes) > MOST:
        raise DataAcademyError(
            "too_many_boxes",
            f"箱が {len(boxes)} あります。一枚の図で読めるのは {MOST} までです。",
            f"{len(boxes)} boxes; one picture can show {MOST}.",
            fix="事業ごとに分けるか、似た活動をまとめてください。",
            fix_en="Make one chart for each project, or join similar activities.",
        )
    for a, b in links:
        check_choice(f"「{a}」の先（to）", b, list(boxes), en=f"Box that {a!r} leads to")
    order = list(STAGES)
    for a, b in links:
        if a == b or order.index(boxes[a]["stage"]) > order.index(boxes[b]["stage"]):
            raise DataAcademyError(
                "backwards",
                f"「{a}」（{STAGES[boxes[a]['stage']]}）から「{b}」（{STAGES[boxes[b]['stage']]}）へは、流れが逆です。",
                f"The link from {a!r} ({boxes[a]['stage']}) to {b!r} ({boxes[b]['stage']}) runs backwards.",
                fix="向きか段階を直してください。最終アウトカムから前へさかのぼって書くと、つながりを確かめやすくなります。",
                fix_en="Mend the direction or the stage.",
            )
    _check_circles(boxes, links)


def _check_circles(boxes: dict, links: dict) -> None:
    left, open_links = set(boxes), set(links)
    while left:
        free = {b for b in left if not any(to == b for _, to in open_links)}
        if not free:
            raise DataAcademyError(
                "circle",
                f"「{sorted(left)[0]}」のあたりで、矢印がひと回りしています。",
                f"The arrows run in a circle around {sorted(left)[0]!r}.",
                fix="どちらが先に起きるかを決め、一方の矢印を外してください。",
                fix_en="Decide what comes first and remove one arrow.",
            )
        left -= free
        open_links = {(a, b) for a, b in open_links if a not in free}
