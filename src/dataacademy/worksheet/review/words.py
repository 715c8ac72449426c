"""What Japanese office prose gives away: evaluating words, means, outputs, personal data, and the same said twice."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from dataacademy.labels import LABELS

MOST = 3000  # letters of a cell that are read as prose; cells hold ten times as many
_QUOTED = re.compile(r"「[^」]{0,200}」|『[^』]{0,200}』|\{[^{}]{0,200}\}")
_SENTENCE_END = re.compile(r"(?<=[。！？!?\n])")


def plain(text: str) -> str:
    """One form for comparing: NFKC, no spaces, no punctuation, no 「の」-less tail like です.

    >>> plain("避難所まで、　５００ｍ 以上です。")
    '避難所まで500m以上'
    """
    bare = re.sub(r"[\s。、．，,.・「」『』（）()]", "", unicodedata.normalize("NFKC", text))
    return re.sub(r"(である|です|だ)$", "", bare)


def unquoted(text: str) -> str:
    """The text without what it quotes (「…」) and without placeholders: answers and names are not the team's words."""
    return _QUOTED.sub("○", unicodedata.normalize("NFKC", _QUOTED.sub("○", text[:MOST])))


def sentences(text: str) -> list[str]:
    """The sentences of a text, without blanks around them."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]


def short(text: str, most: int = 28) -> str:
    """The beginning of a text, to name a record by."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


@lru_cache(maxsize=64)
def _either(words: tuple[str, ...]) -> re.Pattern:
    return re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or r"(?!)")


def first_word(text: str, words: Iterable[str], but: Iterable[str] = ()) -> str:
    """The first of ``words`` in the text, or empty; ``but`` are expressions that contain such a word and mean no harm.

    >>> first_word("十分位で分けた", ["十分"], ["十分位"]), first_word("量は十分だ", ["十分"], ["十分位"])
    ('', '十分')
    """
    bare = _either(tuple(but)).sub("○", unicodedata.normalize("NFKC", text[:MOST]))
    found = _either(tuple(words)).search(bare)
    return found[0] if found else ""


@lru_cache(maxsize=16)
def _doing(nouns: tuple[str, ...], verbs: tuple[str, ...]) -> tuple[re.Pattern, re.Pattern]:
    what = "|".join(map(re.escape, nouns)) or r"(?!)"
    how = "|".join(map(re.escape, verbs)) or r"(?!)"
    ends = re.compile(
        rf"(?:({what})(?:を(?:する|行う|図る|進める|推進する|実施する|目指す)|する|します|したい|していく)?|[をに]({how}))(?:こと|ため|もの)?[。\s]*$"
    )
    inside = re.compile(
        rf"({what})(?:することで|を通じて|を通して|により|によって|で、|し、|して、)|({how})(?:ことで|ことにより)"
    )
    return ends, inside


def ends_in_doing(text: str, nouns: Iterable[str], verbs: Iterable[str]) -> str:
    """The word of doing (導入, 増やす …) that the last sentence ends in, or empty: then it is a means, not a state."""
    last = sentences(unquoted(text))[-1:]
    found = _doing(tuple(nouns), tuple(verbs))[0].search(last[0]) if last else None
    return (found[1] or found[2]) if found else ""


def does_by(text: str, nouns: Iterable[str], verbs: Iterable[str]) -> str:
    """The word of doing by which something else is to come about (導入により…), or empty."""
    found = _doing(tuple(nouns), tuple(verbs))[1].search(unquoted(text))
    return (found[1] or found[2]) if found else ""


_BARE = re.compile(
    r"(多い|少ない|高い|低い|大きい|小さい|長い|短い)(?:です|である|といえる|と言える|ことが分かる|ことがわかる)?[。！!\s]*$"
)
_COMPARED = re.compile(
    r"より|比べ|もっとも|最も|いちばん|一番|ほど|順|中で|平均|のうち|以上|以下|未満|とき|倍|差|ほうが|方が"
)


def bare_comparison(text: str) -> str:
    """多い or 少ない at the end of a sentence that names nothing to compare with, or empty.

    >>> bare_comparison("南部は高齢者が多い。"), bare_comparison("南部は北部より高齢者が多い。")
    ('多い', '')
    """
    for sentence in sentences(unquoted(text)):
        found = _BARE.search(sentence)
        if found and not _COMPARED.search(sentence):
            return found[1]
    return ""


_CAUSE = re.compile(
    r"が原因|の影響(?:で|により|によって|と)|のせいで|のおかげで|の効果(?:で|により|によって|と|が出)"
    r"|(?:による|によって|により)(?:増加|減少|増え|減っ|上が|下が|改善|悪化|低下|上昇)|(?:ため|ので)(?:、|に)?[^。]{0,40}(?:増え|減っ|上が|下が)(?:た|っ)"
)


def claims_cause(text: str) -> str:
    """The words by which a sentence says why, not only what; or empty."""
    found = _CAUSE.search(unquoted(text))
    return found[0] if found else ""


_SHARE_NAME = re.compile(r"割合|率|％|%|percent|share|rate|per_|密度|当たり|あたり|平均|mean|ratio|収容|定員|capacity")
_PEOPLE_NAME = re.compile(r"人数|者数|児数|員数|人口|people|persons|population")


def counts_people(name: str) -> bool:
    """Whether a column or the name of a number says that it counts people (not a share of them, not places).

    >>> [counts_people(n) for n in ("people", "受診者数", "people_percent", "人数の割合", "elderly", "収容人数")]
    [True, True, False, False, True, False]
    """
    label = LABELS.get(name, name)
    return bool(_PEOPLE_NAME.search(label)) and not _SHARE_NAME.search(f"{name} {label}")
