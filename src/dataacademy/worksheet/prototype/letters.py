"""The letters of names on paper: which can be printed, how wide they are, and where a line is broken."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from dataacademy.errors import DataAcademyError

GETA = "〓"  # what printers put in the place of a letter that they do not have
POINT = 25.4 / 72  # millimetres
_COMPOSED = re.compile(".[\u0300-\u036f\u3099\u309a]+")  # か + ゛, e + ´: one letter in the fonts
_VARIANT = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")  # asks for another shape of the letter before
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NEVER_FIRST = "、。，．・：；？！）」』】〕々ー"


@dataclass(frozen=True)
class Face:
    """A font: its file, the letters it has, and how wide they are, in thousandths of their size."""

    name: str
    file: Path
    widths: dict[int, float]


@cache
def faces() -> tuple[Face, ...]:
    """The fonts in the order they are asked for a letter: Japanese, then the Latin letters of the whole world.

    Both come with the course's charts, so every machine has them and prints alike.
    """
    found = [
        ("ja", "matplotlib_fontja", "fonts/ipaexg.ttf"),
        ("latin", "matplotlib", "mpl-data/fonts/ttf/DejaVuSans.ttf"),
    ]
    return tuple(_face(*one) for one in found)


def _face(name: str, package: str, inside: str) -> Face:
    from fontTools.ttLib import TTFont

    spec = find_spec(package)
    file = Path(spec.origin).parent / inside if spec else None
    if file is None or not file.is_file():
        raise DataAcademyError(
            "no_font",
            f"印字に使う書体（{package}）が入っていません。",
            f"The font of {package} is not installed.",
            fix="教材の環境を作り直してください。",
            fix_en="Install the course's environment again.",
        )
    with TTFont(file, lazy=True) as font:
        advances, scale = font["hmtx"].metrics, 1000 / font["head"].unitsPerEm
        return Face(name, file, {code: advances[glyph][0] * scale for code, glyph in font.getBestCmap().items()})


def clean(text: str) -> str:
    """On one line, without what no file can hold."""
    return " ".join(_UNWRITABLE.sub("", text).split())


def has(letter: str) -> bool:
    """Whether one of the fonts has the letter."""
    return any(ord(letter) in face.widths for face in faces())


def composed(text: str) -> str:
    """Letters that came in parts (か and ゛) made whole; nothing else is changed, least of all a name's own kanji."""
    return _COMPOSED.sub(lambda found: unicodedata.normalize("NFC", found[0]), text)


def printed(text: str) -> str:
    """The text as it can be printed: no marks for variants, and 〓 for every letter that no font has."""
    return "".join(letter if has(letter) else GETA for letter in _VARIANT.sub("", composed(text)))


def unprintable(text: str) -> list[str]:
    """The letters for which 〓 is printed, each once.

    >>> unprintable("髙﨑 𠮷田 NGUYỄN 张")
    ['𠮷', '张']
    """
    return list(dict.fromkeys(letter for letter in _VARIANT.sub("", composed(text)) if not has(letter)))


def variants(text: str) -> list[str]:
    """The letters of which another shape is asked for (葛󠄀), which printing does not show."""
    return [text[found.start() - 1] for found in _VARIANT.finditer(text) if found.start()]


def outside_jis(text: str) -> list[str]:
    """The letters beyond JIS X 0208, which older systems turn into another letter or into 「?」; each once.

    >>> outside_jis("髙﨑 健一 GONÇALVES ①")
    ['髙', '﨑', 'Ç']
    """
    return list(dict.fromkeys(c for c in composed(text) if unicodedata.category(c)[0] == "L" and not _in_jis(c)))


def _in_jis(letter: str) -> bool:
    try:
        letter.encode("shift_jis")
    except UnicodeEncodeError:
        return False
    return True


def width(text: str, size: float) -> float:
    """The width in millimetres of printable text in ``size`` points."""
    thousandths = sum(next((f.widths[ord(c)] for f in faces() if ord(c) in f.widths), 1000) for c in text)
    return thousandths / 1000 * size * POINT


def lines(text: str, room: float, size: float) -> list[str]:
    """The text on lines of ``room`` millimetres; broken between words and Japanese letters, at need anywhere."""
    made = [""]
    for piece in re.findall(r"[!-~\u00c0-\u024f\u1e00-\u1eff]+ ?|.", text):
        for part in [piece] if width(piece.rstrip(), size) <= room else piece:  # a word longer than the line
            fits = width((made[-1] + part).rstrip(), size) <= room
            if fits or not made[-1]:
                made[-1] += part
            elif (
                part in _NEVER_FIRST and len(made[-1]) > 1
            ):  # a line does not begin with 、: the letter before comes along
                made[-1:] = [made[-1][:-1], made[-1][-1] + part]
            else:
                made.append(part)
    return [line.strip() for line in made]
