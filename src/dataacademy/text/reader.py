"""How texts become words: own words, compounds, one word for several spellings, parts of speech, stop words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from dataacademy.errors import DataAcademyError, check_choice
from dataacademy.text import engine
from dataacademy.text.engine import CONTENT, NUMBER, PERSON, Morpheme, kind

PARTS = ("名詞", "動詞", "形容詞", "形容動詞")
_FUNCTION_WORDS = """
する いる ある なる 言う 行う できる 思う 来る 行く やる 下さる くれる もらう いただく しまう おく 置く よる 付く
ござる 願う 致す こと 事 もの ところ ため とき ほう 方 わけ よう 様 等 ほか 内 中 上 下 前 後 間 点 面 まま たび 的 者
みな 自分 何 これ それ あれ 今 今日 今後 以上 以下 特に ない なし よい よろしい ほしい お願い 本当 全て 全部 いろいろ
一番 つもり はず
"""
# words that carry no topic, whatever the questionnaire is about; in any spelling
STOP_WORDS = frozenset(_FUNCTION_WORDS.split())
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+|https?://[\w!?/+\-~=;.,*&@#$%()'\[\]:]+")

OWN, COMPOUND = -1, -2  # in the place of a number of a part of speech
END, BLANK = "文の終わり", "空白"  # in the place of the name of a part of speech
UNKNOWN = ()


class Token(NamedTuple):
    """A word in a text: ``form`` by which it is counted, ``base`` in its form of the dictionary, ``surface``.

    ``place`` counts all morphemes of the text from 0, ``sentence`` its sentences, ``begin`` and ``end`` its letters.
    """

    form: str
    base: str
    surface: str
    part: str
    place: int
    sentence: int
    begin: int
    end: int


WIDTH = len(Token._fields)


def readable(text: str) -> str:
    """A text of the same length in characters that can be written: half of a broken character becomes ``?``."""
    return text.encode("utf-8", "replace").decode()


def plain_text(text: str) -> str:
    """A text with letters and digits of one width (NFKC)."""
    return unicodedata.normalize("NFKC", readable(text))


def listed(value, name: str) -> list[str]:
    """Words given as a list; one word alone is a list of one; an error for anything else."""
    words = [value] if isinstance(value, str) else list(value) if isinstance(value, Iterable) else [value]
    for word in words:
        if not isinstance(word, str) or not word.strip():
            raise DataAcademyError(
                "not_a_word",
                f"{name}= には言葉（文字）を並べてください。「{word}」は使えません。",
                f"{name}= takes words; {word!r} cannot be used.",
                fix=f'たとえば {name}=["空き店舗", "草刈り"] のように書きます。',
                fix_en=f'For example {name}=["空き店舗", "草刈り"].',
            )
    return [plain_text(word.strip()) for word in words]


@dataclass
class Reader:
    """One way of cutting texts into words; see :func:`~dataacademy.text.tokenize` for what its fields mean."""

    words: Iterable[str] = ()
    synonyms: Mapping[str, Iterable[str]] | None = None
    stop_words: Iterable[str] = ()
    keep: Iterable[str] = ()
    compounds: bool = False
    parts: Iterable[str] = PARTS
    people: int = 0  # names of people that were passed over
    _own: re.Pattern | None = field(default=None, repr=False)
    _known: dict = field(default_factory=dict, repr=False)

    def __post_init__(self):
        self.parts = tuple(listed(self.parts, "parts"))
        for part in self.parts:
            check_choice("品詞", part, list(CONTENT.values()), en="Part of speech")
        self.words = sorted(set(listed(self.words, "words")), key=lambda w: (-len(w), w))
        self._own = re.compile("|".join(map(re.escape, self.words))) if self.words else None
        self.synonyms = _spellings(self.synonyms)
        stop = {self._form(w) for w in (*STOP_WORDS, *listed(self.stop_words, "stop_words"))}
        self._stop = stop - {self._form(w) for w in listed(self.keep, "keep")}

    def _form(self, word: str) -> str:
        """The form by which a word is counted, whatever its part of speech."""
        form = "".join(m.form for m in engine.morphemes(word))
        return self.synonyms.get(word) or self.synonyms.get(form, form)

    def read(self, text: str) -> list[Token]:
        """The words of content of a text (already in :func:`plain_text`)."""
        flat: list = []
        self.scan(text, flat)
        return [Token._make(flat[k : k + WIDTH]) for k in range(0, len(flat), WIDTH)]

    def scan(self, text: str, flat: list) -> None:
        """Append the fields of every token, one after another, to ``flat``: a million small objects would cost time."""
        if "@" in text or "://" in text:
            text = _ADDRESS.sub(lambda m: " " * len(m[0]), text)
        sentence, number_at = 0, -2
        for place, begin, end, (word, base, part, counter) in self._heard(text):
            if word:
                if not (counter and number_at == place - 1):
                    flat += (word, base, text[begin:end], part, place, sentence, begin, end)
            elif part == NUMBER:
                number_at = place
            elif part == PERSON:
                self.people += 1
            elif part == END or text[begin] == "\n":
                sentence += 1

    def _heard(self, text: str) -> list[tuple[int, int, int, tuple]]:
        """Place, begin, end and entry of every morpheme that is counted, or tells how to count."""
        spans = [m.span() for m in self._own.finditer(text)] if self._own else []
        if spans or self.compounds or len(text) > engine.LONGEST:
            found = _insert(engine.morphemes(text), spans, text)
            return [
                (place, m.begin, m.end, entry)
                for place, m in enumerate(_join(found) if self.compounds else found)
                if (entry := self._entry(m.kind, m.form, m.base))
            ]
        known, look_up = self._known.get, self._look_up
        return [
            (place, m.begin(), m.end(), entry)
            for place, m in enumerate(engine.analysed(text))
            if (entry := known(m.word_id(), UNKNOWN)) or (entry is UNKNOWN and (entry := look_up(m)))
        ]

    def _look_up(self, m) -> tuple | None:
        """The entry of SudachiPy's morpheme, kept under the number of the word: most words come again and again.

        Words that the dictionary does not know share one number for each part of speech, so theirs is not kept.
        """
        entry = self._entry(m.part_of_speech_id(), m.normalized_form(), m.dictionary_form())
        if not m.is_oov() or kind(m.part_of_speech_id()).part not in self.parts:
            self._known[m.word_id()] = entry
        return entry

    def _entry(self, number: int, form: str, base: str) -> tuple[str, str, str, bool] | None:
        """Word (empty if it is not counted), its form in the dictionary, part of speech, whether it may be a counter.

        ``None`` for what neither is counted nor tells how to count.
        """
        if number in (OWN, COMPOUND):
            part, counter = "名詞", False
        else:
            what = kind(number)
            part = END if what.ends else BLANK if what.space else what.part
            counter = what.counter
        if part in (PERSON, NUMBER, END, BLANK):
            return "", "", part, False
        word = self.synonyms.get(form, form)
        wanted = number == OWN or (part in self.parts and word not in self._stop and any(c.isalnum() for c in word))
        return (word, base if word == form else word, part, counter) if wanted else None

    def form_of(self, written: str) -> str:
        """The form by which ``written`` is counted; an empty string if it is no single word of content."""
        text = plain_text(written.strip())
        tokens = self.read(text)
        return tokens[0].form if len(tokens) == 1 and tokens[0].surface == text else ""


def _spellings(synonyms) -> dict[str, str]:
    """Word by spelling: as written, and in its normalized form."""
    if synonyms is not None and not isinstance(synonyms, Mapping):
        raise DataAcademyError(
            "not_synonyms",
            f"synonyms= は「まとめた言葉: 書き方の一覧」の形で渡してください（{type(synonyms).__name__} です）。",
            f"synonyms= takes a dict of word: spellings, not {type(synonyms).__name__}.",
            fix='たとえば synonyms={"子ども": ["子供", "こども"]} のように書きます。',
            fix_en='For example synonyms={"子ども": ["子供", "こども"]}.',
        )
    found: dict[str, str] = {}
    for word, spellings in (synonyms or {}).items():
        for spelling in [word, *listed(spellings, "synonyms")]:
            form = "".join(m.form for m in engine.morphemes(spelling))
            for one in {spelling, form}:
                if found.setdefault(one, word) != word:
                    raise DataAcademyError(
                        "two_synonyms",
                        f"「{spelling}」が「{found[one]}」と「{word}」の両方にまとめられています。",
                        f"{spelling!r} is a spelling of both {found[one]!r} and {word!r}.",
                        fix="synonyms= では、一つの書き方を一つの言葉だけに入れてください。",
                        fix_en="Give every spelling to one word only.",
                    )
    return found


def _insert(found: list[Morpheme], spans: list[tuple[int, int]], text: str) -> list[Morpheme]:
    """Put own words in the place of the morphemes they are made of.

    An own word inside of one longer word that the dictionary knows (バス in バスケット) is left alone.
    """
    out, at = [], 0
    for begin, end in spans:
        while at < len(found) and found[at].end <= begin:
            out.append(found[at])
            at += 1
        last = at
        while last < len(found) and found[last].begin < end:
            last += 1
        if at == last:
            continue
        first, final = found[at], found[last - 1]
        inside = last - at == 1 and (first.begin < begin or first.end > end)
        if inside and engine.is_known(text[first.begin : first.end]):
            continue
        if first.begin < begin:
            out.append(Morpheme(first.begin, begin, first.kind, *[text[first.begin : begin]] * 2))
        out.append(Morpheme(begin, end, OWN, *[text[begin:end]] * 2))
        at = last
        if final.end > end:  # the rest may hold the next own word
            rest = Morpheme(end, final.end, final.kind, *[text[end : final.end]] * 2)
            found = [*found[:at], rest, *found[at:]]
    return out + found[at:]


def _join(found: list[Morpheme]) -> list[Morpheme]:
    """Nouns in a row as one word: 子育て + 支援 + センター."""
    out: list[Morpheme] = []
    run: list[Morpheme] = []

    def close() -> None:
        body = len(run)
        while body and kind(run[body - 1].kind).prefix:
            body -= 1
        if body > 1:
            start = len(out) - len(run)
            word = ["".join(part) for part in zip(*((m.form, m.base) for m in run[:body]), strict=True)]
            out[start : start + body] = [Morpheme(run[0].begin, run[body - 1].end, COMPOUND, *word)]
        run.clear()

    after_number = False
    for m in found:
        k = kind(m.kind) if m.kind != OWN else None
        joins = k is not None and (
            (k.noun and not (after_number and k.counter)) or k.prefix or (k.suffix and bool(run) and not after_number)
        )
        if run and (not joins or m.begin != run[-1].end):
            close()
        out.append(m)
        if joins:
            run.append(m)
        after_number = k is not None and k.part == NUMBER
    close()
    return out
