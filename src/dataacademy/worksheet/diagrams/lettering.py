"""How wide a text is and where its lines break, whatever font an office has."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

# Widths in letters of Meiryo, the widest of the fonts that offices have: a line that fits there fits in all of them.
_WIDTHS = dict.fromkeys("mMW@%", 1.0) | dict.fromkeys(" .,:;'!|iIjl()[]{}`", 0.4) | {"w": 0.82}
_JOINER = "\u200d"
_UNSEEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")  # no ink, or turn a line
_OPENING = "（「『［｛〔【〈《("
_CLOSING = "、。，．）」』］｝〕】〉》・ー！？：；％ぁぃぅぇぉっゃゅょァィゥェォッャュョ々"


def one_line(text: str) -> str:
    """A text with every run of blanks and line breaks as one blank, and without letters that nobody sees.

    >>> one_line(" 一行目\\n二行目　")
    '一行目 二行目'
    """
    return " ".join(_UNSEEN.sub("", text).split())


def clusters(text: str) -> list[str]:
    """The text letter by letter, each with the marks that belong to it.

    >>> clusters("葛\\U000e0100城") == ["葛\\U000e0100", "城"]
    True
    """
    found: list[str] = []
    for letter in text:
        mark = letter == _JOINER or unicodedata.category(letter) in ("Mn", "Me", "Cf")
        if found and (mark or found[-1].endswith(_JOINER)):
            found[-1] += letter
        else:
            found.append(letter)
    return found


def width(text: str) -> float:
    """The width of a text in full-width letters, rather too wide than too narrow.

    >>> width("髙﨑"), width("M"), width("")
    (2.0, 1.0, 0.0)
    """
    return sum(map(_letter, text), 0.0)


def _letter(letter: str) -> float:
    if letter <= "~":
        return _WIDTHS.get(letter, 0.8 if letter.isupper() else 0.66)
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0.0
    if letter >= "\U0001f000":
        return 1.4
    return 0.6 if unicodedata.east_asian_width(letter) == "H" else 1.0


def wrap(text: str, room: float, most: int | None = None) -> list[str]:
    """Lines of at most ``room`` full-width letters; no line begins with 、 or ends with （, where that can be had.

    Words stay whole where they fit.  ``most`` lines are kept; the last then ends with ``…``.

    >>> wrap("紙を見ながら、システムに入力する。", 6)
    ['紙を見なが', 'ら、システム', 'に入力する。']
    >>> wrap("内容を確かめる（全員）。", 7), wrap("あいうえおかきくけこ", 4, most=2)
    (['内容を確かめる', '（全員）。'], ['あいうえ', 'おかき…'])
    """
    lines, used = [""], 0.0
    for piece in _pieces(one_line(text), room):
        wide = width(piece)
        if lines[-1] and used + width(piece.rstrip()) > room:
            lines, used = [*lines, ""], 0.0
        lines[-1] += piece
        used += wide
        if most is not None and len(lines) > most:
            break
    lines = [line.strip() for line in lines]
    if most is None or len(lines) <= most:
        return [line for line in lines if line]
    last = clusters(lines[most - 1])
    while last and width("".join(last)) + 1 > room:
        last.pop()
    return [*lines[: most - 1], "".join(last) + "…"]


def flowing(items: Sequence[str], room: float, most: int) -> list[str]:
    """Short texts one after the other, as many on a line as fit whole.

    >>> flowing(["作業 5分", "月に2,139件", "費用 300円"], 12, 3)
    ['作業 5分、月に2,139件', '費用 300円']
    """
    lines: list[str] = []
    for item in items:
        if lines and width(f"{lines[-1]}、{item}") <= room:
            lines[-1] += f"、{item}"
        else:
            lines += wrap(item, room, most)
    return lines if len(lines) <= most else [*lines[: most - 1], wrap(lines[most - 1] + "…", room, 1)[0]]


def _pieces(text: str, room: float) -> list[str]:
    """What stays together: words of Latin letters, a letter with what must not begin or end a line."""
    pieces: list[str] = []
    open_before = False
    for part in re.findall(r"[!-~]+ ?|[^!-~]+", text):
        whole = part <= "~" * len(part) and part[0] <= "~" and width(part.rstrip()) <= room
        for letter in [part] if whole else clusters(part):
            joined = pieces and (letter[0] in _CLOSING or open_before)
            if joined and width(pieces[-1] + letter) <= room:
                pieces[-1] += letter
            else:
                pieces.append(letter)
            open_before = letter[-1] in _OPENING
    return pieces
