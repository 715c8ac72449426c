"""Hints by level: folds inside folds under the text of a task, so that each one is opened only after the one before.

They are plain ``<details>`` in the released notebook: no network, no code to run, the same in every editor.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LEVELS = 2  # every task has at least so many
_TAG = re.compile(r"<details>\s*<summary>(?P<title>.*?)</summary>|(?P<end></details>)", re.DOTALL)
_NUMBER = re.compile(r"ヒント(\d+)")


@dataclass(frozen=True)
class Hint:
    """One fold: ``level`` is the number in its title (None without one), ``depth`` how many folds hold it."""

    level: int | None
    depth: int
    text: str


def hints(source: str) -> list[Hint]:
    """The hints in the text of a task, from the first to the last; folds that are no ヒント do not count.

    >>> hints("問い\\n<details><summary>ヒント1：表</summary>\\n左の列\\n"
    ...       "<details><summary>ヒント2</summary>\\n500 の行\\n</details>\\n</details>")
    [Hint(level=1, depth=1, text='左の列'), Hint(level=2, depth=2, text='500 の行')]
    """
    found, depth = [], 0
    tags = list(_TAG.finditer(source))
    for tag, end in zip(tags, [*(following.start() for following in tags[1:]), len(source)], strict=False):
        if tag["end"]:
            depth -= 1
            continue
        depth += 1
        title, text = tag["title"], source[tag.end() : end]
        if "ヒント" in title:
            number = _NUMBER.search(title)
            found.append(Hint(int(number[1]) if number else None, depth, text.strip()))
    return found


def tells(source: str, answer_code: str, values) -> str:
    """The part of an answer that the hints give away, or an empty text.

    answer_code
        The lines of the solution; what stands right of an ``=`` must not stand in a hint.
    values
        The right answers; a text or number, or all items of a list, must not stand in the hints.

    >>> text = "<details><summary>ヒント1</summary>\\nそれは 面積按分 です。\\n</details>"
    >>> tells(text, 'way = "面積按分"', ["面積按分"]), tells(text, "n = len(areas)", [3])
    ('面積按分', '')
    """
    said = "\n".join(hint.text for hint in hints(source))
    bare = re.sub(r"\s", "", said)
    for line in answer_code.splitlines():
        _, equals, code = line.partition("=")
        code = re.sub(r"\s", "", code)
        if equals and len(code) > 3 and code in bare:
            return code
    for value in values:
        parts = _parts(value)
        if parts and all(_stands_in(part, said) for part in parts):
            return "、".join(parts)
    return ""


def _parts(value) -> list[str]:
    from dataacademy.course import check

    kind = check.kind(value)
    if kind in ("number", "text"):
        return [check.canonical(value)]
    if kind == "list":
        return [check.canonical(item) for item in value]
    return []  # a table stands in no hint; True and False are words of every day


def _stands_in(part: str, text: str) -> bool:
    if re.fullmatch(r"[\d.]+", part):
        return re.search(rf"(?<![\d.]){re.escape(part)}(?![\d]|\.\d)", text.replace(",", "")) is not None
    return part in text
