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
        if "@" in text or "://" in text:
            text = _ADDRESS.sub(lambda m: " " * len(m[0]), text)
        found = engine.morphemes(text)
        if self._own and (spans := [m.span() for m in self._own.finditer(text)]):
            found = _insert(found, spans, text)
        if self.compounds:
            found = _join(found)
        tokens, sentence, after_number = [], 0, False
        for place, (begin, end, number, form, base) in enumerate(found):
            key = (form, number)
            if key not in self._known:
                self._known[key] = self._judge(form, number)
            word, part = self._known[key]
            if word:
                if number < 0 or not (after_number and kind(number).counter):
                    surface = text[begin:end]
                    shown = word if word != form else base
                    tokens.append(Token(word, shown, surface, part, place, sentence, begin, end))
            elif part == PERSON:
                self.people += 1
            elif number >= 0 and (kind(number).ends or text[begin] == "\n"):
                sentence += 1
            after_number = part == NUMBER
        return tokens

    def _judge(self, form: str, number: int) -> tuple[str, str]:
        """Word and part of speech under which a morpheme is counted; an empty word if it is not."""
        part = "名詞" if number in (OWN, COMPOUND) else kind(number).part
        form = self.synonyms.get(form, form)
        wanted = number == OWN or (part in self.parts and form not in self._stop and any(c.isalnum() for c in form))
        return (form if wanted else ""), part

    def form_of(self, written: str) -> str:
        """The form by which ``written`` is counted; an empty string if it is no single word of content."""
        text = plain_text(written.strip())
        tokens = self.read(text)
        return tokens[0].form if len(tokens) == 1 and tokens[0].surface == text else ""


OWN, COMPOUND = -1, -2  # in the place of a number of a part of speech


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
