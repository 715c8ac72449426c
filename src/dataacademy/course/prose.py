"""The prose of a notebook: what learners read in its text cells, cut into sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nbformat import NotebookNode

_FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_TAG = re.compile(r"<[^>\n]+>")
_PICTURE_OR_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)")
_NEW_BLOCK = re.compile(r"\s*(?:#+|[-*>]|\d+\.)\s+")
_RULE = re.compile(r"[\s|:-]+")
_OPEN, _CLOSE, _END = "「『（(", "」』）)", "。！？"
_SAID = tuple(end + close for end in _END for close in _CLOSE)
_GOES_ON = "とのはがをにでもやか、。"  # behind 「…。」 the sentence goes on with one of these


def read_cells(nb: NotebookNode) -> list[NotebookNode]:
    """The text cells that learners read; instructor notes are none."""
    return [c for c in nb.cells if c.cell_type == "markdown" and "instructor" not in c.metadata.get("tags", [])]


def blocks(source: str) -> list[str]:
    """Paragraphs, headings, items and cells of tables, each as plain text on one line; code blocks are left out.

    >>> blocks("# 題\\n\\n**一つ**。\\n二つ。\\n- [三つ](a3.ipynb)\\n\\n| 甲 | `乙` |\\n|---|---|\\n")
    ['題', '一つ。二つ。', '三つ', '甲', '`乙`']
    """
    found: list[str] = []
    going_on = False  # whether the line before may continue on this one
    for line in _PICTURE_OR_LINK.sub(r"\1", _TAG.sub("\n", _FENCE.sub("", source)).replace("**", "")).splitlines():
        if line.lstrip().startswith("|"):
            found += [] if _RULE.fullmatch(line) else [cell.strip() for cell in line.strip().strip("|").split("|")]
            going_on = False
        elif not line.strip():
            going_on = False
        elif going_on and not _NEW_BLOCK.match(line):
            found[-1] += line.strip()
        else:
            found.append(_NEW_BLOCK.sub("", line, count=1).strip())
            going_on = not line.startswith("#")
    return [block for block in found if block]


def sentences(source: str) -> list[str]:
    """The sentences of a text cell: what ends in 。！？.  Headings and words in a table are none.

    >>> sentences("# 題\\n\\n「一つ。」と書く。\\n「二つ。」\\n三つです。\\n\\n| 表 |\\n|---|\\n| 四つ。 |")
    ['「一つ。」と書く。', '「二つ。」', '三つです。', '四つ。']
    """
    return [sentence for block in blocks(source) for sentence in _cut(block)]


def _cut(block: str) -> Iterator[str]:
    depth = start = 0
    for place, letter in enumerate(block, 1):
        depth = max(0, depth + (letter in _OPEN) - (letter in _CLOSE))
        following = block[place : place + 1]
        said = letter in _CLOSE and block[:place].endswith(_SAID) and following and following not in _GOES_ON
        if not depth and (letter in _END or said):
            yield block[start:place].strip()
            start = place


def length(sentence: str) -> int:
    """Characters to be read: without blanks and without quoted code.

    >>> length("命令は `da.load(town)` です。")
    6
    """
    return len(re.sub(r"\s", "", _CODE.sub("", sentence)))
