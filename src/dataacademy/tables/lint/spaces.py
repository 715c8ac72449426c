"""Spaces that nobody sees: a mark in place of each, and where they stand in words."""

from __future__ import annotations

import re

MARKS = {" ": "␣", "\u3000": "□", "\t": "⇥"}
LEGEND = "␣ は半角の空白、□ は全角の空白です。"
_NAMES = {" ": "半角の空白", "\u3000": "全角の空白", "\t": "タブ"}
_LONGEST = 40  # letters that a note shows; both ends, since spaces stand there


def visible(text: str) -> str:
    """The text with a mark for each space.

    >>> visible(" 南\u3000館 ")
    '␣南□館␣'
    """
    marked = "".join(MARKS.get(letter, "␣" if letter.isspace() else letter) for letter in text)
    return marked if len(marked) <= _LONGEST else f"{marked[: _LONGEST // 2]}…{marked[1 - _LONGEST // 2 :]}"


def name_of(space: str) -> str:
    """What a space is called."""
    return _NAMES.get(space, "特殊な空白")


def spaces_around(text: str) -> bool:
    """Whether spaces stand before or behind the text."""
    return text != text.strip()


def spaces_in_words(text: str, what: str) -> str:
    """Where the needless spaces of a text stand; single ones inside count only if there are none around it.

    >>> spaces_in_words("町\u3000\u3000名", "見出し"), spaces_in_words("山田\u3000太郎館 ", "値")
    ('見出しの途中に全角の空白が2つ', '値の終わりに半角の空白が1つ')
    >>> spaces_in_words(" 計  画\u3000", "値")
    '値の始めに半角の空白が1つ、途中に半角の空白が2つ、終わりに全角の空白が1つ'
    """
    inner = text.strip()
    before, behind = text[: text.find(inner)], text[text.find(inner) + len(inner) :]
    among = "".join(re.findall(r"\s{2,}" if before or behind else r"\s", inner))
    found = [(where, _counted(spaces)) for where, spaces in (("始め", before), ("途中", among), ("終わり", behind))]
    return f"{what}の" + "、".join(f"{where}に{counted}" for where, counted in found if counted)


def _counted(spaces: str) -> str:
    names = [name_of(letter) for letter in spaces]
    times = {name: names.count(name) for name in names}
    return "と".join(f"{name}が{n}{'つ' if n < 10 else '個'}" for name, n in times.items())
