"""Whether learners can read it: short sentences, everyday kanji, words of the trade explained where they come first.

The everyday kanji are the 2,136 of 常用漢字表 (Cabinet notice no. 2 of 2010) in ``joyo.txt``; four of them are also
taken in the form that keyboards give (叱 頬 剥 填).  Words of the trade are those of the glossary marked ``explain``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from nbformat import NotebookNode

from dataacademy import paths
from dataacademy.course.glossary import Term, glossary
from dataacademy.course.lessons import MAP_CELL, course
from dataacademy.course.notebooks import read_notebook
from dataacademy.course.prose import blocks, length, read_cells, sentences
from dataacademy.notes import Note

MEAN, LONGEST = 60, 90  # characters of a sentence: on average in a cell, and at most
LIST_OF_WORDS = "このレッスンの言葉"  # a cell with this heading may explain words for the whole lesson
_KANJI = re.compile(r"[㐀-䶿一-鿿豈-﫿\U00020000-\U000323af]")
_KEYBOARD_FORMS = set("叱頬剥填")
_NO_USE = re.compile(r"^#.*$|\]\([^)\n]*\)", re.MULTILINE)  # headings announce a word; addresses are not read
_BOLD, _READING = r"(?:\*\*)?", r"(?:（[ぁ-んー・、]+）)?"
_EXPLAINED = rf"""
    {_BOLD}[「『]?{_BOLD}WORD{_BOLD}[」』]?{_BOLD}{_READING}(?:とは|は、)    # 語とは、…　語は、…です
  | (?:\*\*|「)WORD(?:\*\*|」){_READING}は                            # **語**は…です　「語」は…
  | WORD[」』]?{_BOLD}[」』]?（(?![ぁ-んー・、]+）)[^）]*[ぁ-鿿]{{3}}   # 語（…の意味…）
  | [（(]{_BOLD}WORD{_BOLD}[。、：:）)]                                   # …です（語）　…の点（語。…）
  | WORD[」』]?{_BOLD}[」』]?{_READING}と(?:呼|よ[びぶ]|い[いう]|し)        # …を語といいます
  | ^\|\s*{_BOLD}WORD{_BOLD}(?:（[^）]*）)?\s*\|\s*[^|\s]                # | 語 | 意味 |
  | ^\s*[-*]\s+{_BOLD}WORD{_BOLD}(?:（[^）]*）)?[：:　]                   # - 語：意味
  | \[[^\]]*WORD[^\]]*\]\([^)]*glossary\.ipynb                         # [語](../glossary.ipynb)
"""


def problems(path: Path) -> list[Note]:
    """What is hard to read in a lesson or an exercise, one Note each with the cell's id as ``value``; empty is good.

    Kinds: long_sentences, long_sentence, rare_kanji, asterisks, unexplained.  An exercise may use what its lesson uses.
    """
    nb = read_notebook(path.read_text(encoding="utf-8"))
    terms = glossary()
    found = [*_long(nb), *_rare(nb, terms), *_asterisks(nb)]
    if path.stem != "glossary":
        known = _used_in(_lesson_of(path), terms) if "solutions" in path.parts else set()
        found += _unexplained(nb, [term for term in terms if term.term not in known])
    place = path.resolve().relative_to(paths.home().resolve()).as_posix()
    return [Note(level="error", file=place, **one) for one in found]


def _long(nb: NotebookNode) -> Iterator[dict]:
    for cell in read_cells(nb):
        said = sorted(sentences(cell.source), key=length, reverse=True)
        mean = sum(map(length, said)) / max(1, len(said))
        if said and length(said[0]) > LONGEST:
            yield {
                "kind": "long_sentence",
                "ja": f"文が{length(said[0])}字あります（{LONGEST}字まで）：「{said[0]}」",
                "en": f"A sentence of {length(said[0])} characters; at most {LONGEST}.",
                "fix": "「。」で二つか三つの文に分けてください。",
                "value": cell.id,
            }
        elif mean > MEAN:
            yield {
                "kind": "long_sentences",
                "ja": f"文の長さが平均{mean:.0f}字です（{MEAN}字まで）。いちばん長い文：「{said[0]}」",
                "en": f"Sentences of {mean:.0f} characters on average; at most {MEAN}.",
                "fix": "いちばん長い文から、「。」で分けてください。",
                "value": cell.id,
            }


def _rare(nb: NotebookNode, terms: list[Term]) -> Iterator[dict]:
    words = _pattern(terms)
    for cell in read_cells(nb):
        for block in blocks(cell.source):
            rare = sorted(set(_KANJI.findall(words.sub("", block))) - joyo() - _KEYBOARD_FORMS)
            if rare:
                letters = "」「".join(rare)
                yield {
                    "kind": "rare_kanji",
                    "ja": f"常用漢字でない字「{letters}」があります：「{_around(block, rare[0])}」",
                    "en": "Kanji outside the list for everyday use.",
                    "fix": "ひらがなか、別の言葉にしてください。その言葉でなければならないときは、用語集"
                    "（notebooks/glossary.csv）に読み方と意味を入れてください。",
                    "value": cell.id,
                }


def _asterisks(nb: NotebookNode) -> Iterator[dict]:
    """Bold that a reader sees as ``**``: Markdown closes none between 」 and a letter."""
    from markdown_it import MarkdownIt

    markdown = MarkdownIt()
    for cell in nb.cells:
        if cell.cell_type != "markdown":
            continue
        for block in markdown.parse(cell.source):
            left = next(
                (part.content for part in block.children or () if part.type == "text" and "**" in part.content), ""
            )
            if left:
                yield {
                    "kind": "asterisks",
                    "ja": f"太字にならず、記号のまま見えます：「{_around(left, '**')}」",
                    "en": "These asterisks are shown as they are.",
                    "fix": "かっこや句読点を ** の外に出すか、** の外側に句読点か空白を置いてください。",
                    "value": cell.id,
                }


def _unexplained(nb: NotebookNode, terms: list[Term]) -> Iterator[dict]:
    """A word is explained if the cell that uses it first, or one before, or the list of words of the lesson, tells it.

    The head cell (what the lesson is about), headings and the list of lessons do not count as using a word.
    """
    words, cells = _pattern(terms), [cell for cell in read_cells(nb) if cell.get("id") != MAP_CELL]
    open_terms = {term.term: term for term in terms if term.explain}
    for cell in cells:
        if LIST_OF_WORDS in cell.source:
            for word in words.findall(cell.source):
                open_terms.pop(word, None)
    for number, cell in enumerate(cells):
        used = words.findall(_NO_USE.sub("", cell.source))
        for word in dict.fromkeys(words.findall(cell.source)):
            if word not in open_terms:
                continue
            if _explains(cell.source, word):
                del open_terms[word]
            elif number and word in used:
                yield _not_explained(cell, open_terms.pop(word))


def _not_explained(cell: NotebookNode, term: Term) -> dict:
    using = next((s for s in sentences(cell.source) if term.term in s), "")
    using = using or next((b for b in blocks(cell.source) if term.term in b), term.term)
    return {
        "kind": "unexplained",
        "ja": f"「{term.term}」が、ここで初めて出ますが、説明がありません：「{_around(using, term.term)}」",
        "en": f"{term.term} ({term.english}) is not explained where it comes first.",
        "fix": f"「**{term.term}**（{term.meaning}）」のように書くか、「[{term.term}](…/glossary.ipynb)」と用語集へ"
        f"つなぐか、見出し「{LIST_OF_WORDS}」のセルで説明してください。",
        "value": cell.id,
    }


def _explains(source: str, word: str) -> bool:
    return re.search(_EXPLAINED.replace("WORD", re.escape(word)), source, re.MULTILINE | re.VERBOSE) is not None


def _around(text: str, word: str) -> str:
    """The text, cut to what stands around the word."""
    place = text.index(word)
    start, end = max(0, place - 25), place + len(word) + 25
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")


def _pattern(terms: list[Term]) -> re.Pattern:
    """Finds the terms, the longest first: 順位相関係数 is not 相関係数."""
    words = sorted((term.term for term in terms), key=len, reverse=True)
    parts = [rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word) for word in words]
    return re.compile("|".join(parts) or r"(?!)", re.ASCII)


def _used_in(lesson: Path | None, terms: list[Term]) -> set[str]:
    if lesson is None:
        return set()
    cells = read_cells(read_notebook(lesson.read_text(encoding="utf-8")))
    return {word for cell in cells for word in _pattern(terms).findall(cell.source)}


def _lesson_of(solution: Path) -> Path | None:
    return next((entry.path for entry in course() if entry.exercise == solution.stem), None)


@cache
def joyo() -> frozenset[str]:
    """The 2,136 kanji for everyday use."""
    lines = Path(__file__).with_name("joyo.txt").read_text(encoding="utf-8").splitlines()
    return frozenset("".join(line for line in lines if not line.startswith("#")))
