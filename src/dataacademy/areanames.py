"""町名: one name written in several ways, and areas that one office counts together and another apart."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

_KANJI = {c: i for i, c in enumerate("〇一二三四五六七八九")}


def name_key(name: str) -> str:
    """The part of a 町名 that does not depend on who wrote it: width, 一丁目/1丁目, ケ/ヶ, 大字, spaces.

    >>> name_key("みらいヶ丘　二丁目") == name_key("みらいケ丘２丁目")
    True
    >>> name_key("木太町10区"), name_key("大字北沢")
    ('木太町10区', '北沢')
    """
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(name)))
    text = re.sub(r"[ヶヵ]", "ケ", text)
    text = re.sub(r"([〇一二三四五六七八九十]+)(?=丁目|区$|号$)", lambda m: str(_number(m[1])), text)
    return re.sub(r"^(大字|字)", "", text)


def _number(kanji: str) -> int:
    if "十" in kanji:
        tens, ones = kanji.split("十", 1)
        return (_KANJI[tens] if tens else 1) * 10 + (_KANJI[ones] if ones else 0)
    return int("".join(str(_KANJI[c]) for c in kanji))


@dataclass(frozen=True)
class Matched:
    """Which areas each name stands for.

    pairs
        name -> list of positions in the areas (one, or several where the name covers several areas).
    unknown
        Names that no area bears.
    unused
        Positions of areas that no name stands for.
    """

    pairs: dict[str, list[int]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    unused: list[int] = field(default_factory=list)


def match_names(names, area_names) -> Matched:
    """Reconcile the 町名 of one table with those of the areas; nothing is guessed beyond spelling and subdivision.

    A name stands for the areas of the same key; failing that, for the areas named by it plus a 丁目, 区 or number
    (``木太町`` for ``木太町1区`` … ``木太町9区``).

    >>> found = match_names(["北沢1丁目", "木太町", "川向"], ["北沢一丁目", "木太町１区", "木太町２区", "沖ノ島"])
    >>> found.pairs, found.unknown, found.unused
    ({'北沢1丁目': [0], '木太町': [1, 2]}, ['川向'], [3])
    """
    keys: dict[str, list[int]] = {}
    for position, area in enumerate(area_names):
        keys.setdefault(name_key(area), []).append(position)
    parts: dict[str, list[int]] = {}
    for key, positions in keys.items():
        whole = re.sub(r"(第?\d+(丁目|区|号|番)?)$", "", key)
        if whole and whole != key:
            parts.setdefault(whole, []).extend(positions)
    pairs, unknown = {}, []
    for name in dict.fromkeys(names):
        positions = keys.get(name_key(name)) or parts.get(name_key(name))
        if positions:
            pairs[name] = sorted(positions)
        else:
            unknown.append(name)
    used = {p for positions in pairs.values() for p in positions}
    return Matched(pairs, unknown, [p for p in range(len(list(area_names))) if p not in used])
