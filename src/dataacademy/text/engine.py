"""SudachiPy, loaded when it is first used: morphemes of a text, and the names of their parts of speech."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from dataacademy.errors import DataAcademyError

LONGEST = 16_000  # letters; SudachiPy takes 49,149 bytes at a time, and a letter has up to three
CONTENT = {"名詞": "名詞", "動詞": "動詞", "形容詞": "形容詞", "形状詞": "形容動詞", "副詞": "副詞", "代名詞": "代名詞"}
CONTENT |= {"感動詞": "感動詞", "連体詞": "連体詞", "接続詞": "接続詞"}
PERSON, NUMBER = "人名", "数詞"  # names of people are never counted, numbers say nothing without what they count


class Morpheme(NamedTuple):
    """The smallest piece that has a meaning: where it stands in the text and its kind.

    ``form``: normalized (寂しい for さみしかっ); ``base``: its form in the dictionary, spelt as here (さみしい).
    """

    begin: int
    end: int
    kind: int
    form: str
    base: str


class Kind(NamedTuple):
    """What a number of a part of speech stands for.

    part
        Name of the part of speech as it is taught at school, for words of content; 人名; 数詞; or an empty string.
    counter
        Counts after a number (便, 回), so that it is no word of its own there.
    noun, prefix, suffix
        May stand in, begin, or end a compound noun.
    ends
        Ends a sentence.
    space
        A blank, or the end of a line.
    """

    part: str
    counter: bool
    noun: bool
    prefix: bool
    suffix: bool
    ends: bool
    space: bool


def missing_package(error: ImportError) -> DataAcademyError:
    """The one message for everybody who lacks the extra ``text``."""
    return DataAcademyError(
        "no_text_package",
        f"文章を言葉に分ける道具が入っていません（{error.name or 'sudachipy'}）。",
        f"The packages of the extra 'text' are not installed ({error.name or 'sudachipy'}).",
        fix="端末（ターミナル）で uv sync --extra text を実行し、カーネルを再起動してください"
        "（pip なら pip install sudachipy sudachidict_core wordcloud）。",
        fix_en="Run: uv sync --extra text (with pip: pip install sudachipy sudachidict_core wordcloud), then restart.",
    )


@cache
def dictionary():
    """SudachiPy's dictionary (core edition), opened once a process."""
    try:
        import sudachidict_core  # noqa: F401 (SudachiPy finds it by its name; here only to say that it is missing)
        from sudachipy import Dictionary
    except ImportError as error:
        raise missing_package(error) from None
    return Dictionary(dict="core")


@cache
def _tokenizer():
    opened = dictionary()
    from sudachipy import SplitMode

    return opened.tokenizer(SplitMode.C, fields={"pos", "normalized_form", "dictionary_form"})


@cache
def kind(number: int) -> Kind:
    """What the part of speech with this number is; every number is looked up once."""
    head, second, third, fourth, *_ = dictionary().pos_of(number)
    person = (head, second, third) == ("名詞", "固有名詞", "人名")
    common = head == "名詞" and second == "普通名詞" and third != "副詞可能"
    part = PERSON if person else NUMBER if second == "数詞" else CONTENT.get(head, "")
    stem = "助動詞語幹" in (second, third)  # そう, よう
    return Kind(
        "" if stem else part,
        third in ("助数詞可能", "助数詞"),
        (common or second == "固有名詞") and not person,
        head == "接頭辞",
        head == "接尾辞" and second == "名詞的",
        (head, second) == ("補助記号", "句点"),
        head == "空白",
    )


def is_person(number: int) -> bool:
    """Whether the part of speech is a name of a person."""
    return kind(number).part == PERSON


@cache
def is_place(number: int) -> bool:
    """Whether the part of speech is a name of a place."""
    return dictionary().pos_of(number)[:3] == ("名詞", "固有名詞", "地名")


def analysed(text: str):
    """SudachiPy's own morphemes of a text of at most LONGEST letters."""
    return _tokenizer().tokenize(text)


def morphemes(text: str) -> list[Morpheme]:
    """The morphemes of a text in order; longer texts than SudachiPy takes are cut between sentences first."""
    found = []
    for start, piece in _pieces(text):
        found += [
            Morpheme(
                start + m.begin(), start + m.end(), m.part_of_speech_id(), m.normalized_form(), m.dictionary_form()
            )
            for m in analysed(piece)
        ]
    return found


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    if len(text) <= LONGEST:
        yield 0, text
        return
    start = 0
    for sentence in re.finditer(rf"[^。．！？!?\n]{{0,{LONGEST - 1}}}[。．！？!?\n]?", text):
        if sentence.end() - start > LONGEST:
            yield start, text[start : sentence.start()]
            start = sentence.start()
    if start < len(text):
        yield start, text[start:]


def is_known(text: str) -> bool:
    """Whether the dictionary has a word that is written exactly like this."""
    found = list(analysed(text))
    return len(found) == 1 and not found[0].is_oov()
