"""The words of a brief, cut into parts so that every number knows the record or the finding it came from."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from dataacademy.worksheet.model import Worksheet
from dataacademy.worksheet.quotes import quotes

TRACE = "根拠.html"
_TYPED = re.compile(
    r"(?<![\d.])\d++(?:[,.，．]\d++)*+(?!\s*(?:[歳年月日章条項号番期社班級]|丁目))"
)  # no ages, dates, names
_FORBIDDEN = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 has no way to write
_SENTENCE = re.compile(r"[。！？]+[」』）]*\n*|\n+")


@dataclass(frozen=True)
class Part:
    """A piece of a text.

    ``kind``: ``text``; ``quoted``, a number filled in from a finding; ``typed``, one that stands in the record itself;
    ``gap``, what is missing.  ``anchor``: the id on the trace page where the number is explained.
    """

    text: str
    kind: str = "text"
    anchor: str = ""


Parts = list[Part]


def say(text: str) -> Parts:
    """A heading or connecting phrase."""
    return [Part(text)]


def untried(trial) -> bool:
    """Whether a prototype is still to be tried: with neither result nor decision nothing is missing yet."""
    return not trial.result.strip() and not trial.decision


def plain(parts: Parts) -> str:
    """The parts as one text."""
    return "".join(part.text for part in parts)


def clean(text: str) -> str:
    """``text`` without the characters that no XML, and so neither Word nor PowerPoint, can hold."""
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def cut(text: str, worksheet: Worksheet, *, id: str, field: str = "text", measured: bool = True) -> Parts:
    """A field's text with its numbers as parts: quoted ones go to ``id-field-n``, typed ones to the record itself.

    A placeholder that cannot be filled stays as it is written, as a gap.  Not ``measured``: digits that stand in the
    text are part of a name and lead nowhere.
    """
    text, parts, at = clean(text), [], 0
    digits = "quoted" if id.startswith("finding") else "typed"  # the toolbox itself wrote those of a finding

    def numbers(piece: str) -> Parts:
        return _numbers(piece, digits, id) if measured else [Part(piece)] if piece else []

    for number, quote in enumerate(quotes(text, worksheet) if "{" in text else (), 1):
        parts += numbers(text[at : quote.start])
        kind = "gap" if quote.shown is None else "quoted"
        shown = text[quote.start : quote.end] if quote.shown is None else clean(quote.shown)
        parts.append(Part(shown, kind, f"{id}-{field}-{number}"))
        at = quote.end
    return [*parts, *numbers(text[at:])]


def _numbers(text: str, kind: str, id: str) -> Parts:
    parts, at = [], 0
    for match in _TYPED.finditer(text):
        parts += [Part(text[at : match.start()]), Part(match[0], kind, id)]
        at = match.end()
    parts.append(Part(text[at:]))
    return [part for part in parts if part.text]


def one_line(parts: Parts) -> Parts:
    """The parts without line breaks, for lists and cells."""
    flat = [Part(re.sub(r"\s*\n\s*", "　", part.text), part.kind, part.anchor) for part in parts]
    return _strip(flat)


def _strip(parts: Parts) -> Parts:
    if parts:
        parts[0] = Part(parts[0].text.lstrip(), parts[0].kind, parts[0].anchor)
        parts[-1] = Part(parts[-1].text.rstrip(), parts[-1].kind, parts[-1].anchor)
    return [part for part in parts if part.text]


def shorten(parts: Parts, limit: float, anchor: str) -> tuple[Parts, str]:
    """The whole sentences that fit into ``limit`` full-width letters, and what was left out in words ("" if nothing).

    Never ends within a sentence: a first sentence that is too long is replaced by a pointer to the trace page.
    """
    text = plain(parts)
    if width(text) <= limit:
        return parts, ""
    ends, fits, used, at = [m.end() for m in _SENTENCE.finditer(text)], 0, 0.0, 0
    if not ends or ends[-1] < len(text):
        ends.append(len(text))
    for end in ends:
        used += width(text[at:end])
        if used > limit:
            break
        fits, at = end, end
    if fits:
        left = sum(1 for end in ends if end > fits)
        return [*_first(parts, fits), Part(f"（ほか {left} 文）", "cut", anchor)], f"ほか {left} 文"
    said = f"{len(text):,} 字"
    return [Part(f"（長いので根拠のページに載せました。{said}）", "cut", anchor)], said


def _first(parts: Parts, length: int) -> Parts:
    kept = []
    for part in parts:
        if length <= 0:
            break
        kept.append(Part(part.text[:length], part.kind, part.anchor))
        length -= len(part.text)
    return _strip(kept)


def width(text: str) -> float:
    """About how wide a text is in full-width letters, rather too wide than too narrow: fonts differ between offices."""
    return sum(map(_letter, text))


def _letter(letter: str) -> float:
    if letter < "\x7f":
        return 0.62 if letter.isalnum() else 0.5
    if letter >= "\U0001f000":
        return 1.4
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Cf", "Mn"):
        return 0.0
    return 0.55 if unicodedata.east_asian_width(letter) == "H" else 1.0


@lru_cache(maxsize=20_000)
def lines(text: str, room: float) -> int:
    """About how many lines of ``room`` full-width letters a text needs: words stay whole, a letter is kept in reserve.

    >>> lines("あ" * 21, 11), lines("", 11), lines("a\\nb", 11)
    (3, 1, 2)
    """
    room = max(room - 1, 1)  # what 。 and 」 do at the end of a line
    count = 0
    for line in text.split("\n"):
        count, used = count + 1, 0.0
        for word in re.findall(r"[!-~]+|.", line):
            wide = width(word)
            if used + wide > room and used:
                count, used = count + 1, 0.0
            while wide > room and len(word) > 1:
                count, wide = count + 1, wide - room
            used += wide
    return count
