"""Which words there are, how many people use them, and the lines they stand in."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from dataacademy.errors import check_choice
from dataacademy.finding import Finding
from dataacademy.inputs import check_between, weights_of
from dataacademy.text import personal
from dataacademy.text.reader import CONTENT, plain_text
from dataacademy.text.tokens import tokens_of, unknown_word

SPELLINGS = 5  # how many spellings of a word are listed


def word_count(data, *, text: str | None = None, part: str | None = None, weights: str | None = None) -> Finding:
    """Which words occur, how often, in how many texts, and how they are written (抽出語リスト).

    data
        What :func:`tokenize` returned, or a table with the column ``text``.
    part
        Only this part of speech: 名詞, 動詞, 形容詞, 形容動詞.
    weights
        Column of weights; ``percent`` is then the weighted share of the people who wrote something.

    Table, most frequent word first: ``word, part, count`` (occurrences), ``documents`` (texts with the word),
    ``percent`` (of the texts), ``written`` (its spellings, most frequent first).  Value: the percent of the word that
    stands in most texts.

    Errors: those of :func:`tokenize` and of weights.  Checked against counts by hand and KH Coder's definition
    (抽出語リスト; a word is counted once a text for ``documents``).
    When not to use: to see what is special about a group: the frequent words are frequent everywhere; use
    :func:`distinctive_words`.

    >>> import dataacademy as da
    >>> from dataacademy.text import tokenize
    >>> tokens = tokenize(da.load("survey"), text="q12", synonyms={"子ども": ["子どもたち"]})
    >>> count = word_count(tokens, part="名詞")
    >>> sorted(count.table["word"].head(3))
    ['子ども', '病院', '道路']
    """
    tokens = tokens_of(data, text)
    if part is not None:
        check_choice("品詞", part, list(CONTENT.values()), en="Part of speech")
    w = weights_of(tokens.documents, weights) if weights else np.ones(len(tokens.documents))
    there = tokens.matrix()
    table = pd.DataFrame(
        {
            "word": tokens.words.astype("str"),
            "part": _most_frequent(tokens.table, "part"),
            "count": np.bincount(tokens.table["word"].cat.codes, minlength=len(tokens.words)),
            "documents": np.asarray(there.sum(axis=0)).ravel(),
            "percent": 100 * (there.T @ w) / w.sum(),
            "written": _spellings(tokens.table),
        }
    )
    if part is not None:
        table = table[table["part"] == part]
    table = table.sort_values(["count", "documents", "word"], ascending=[False, False, True], ignore_index=True)
    n = len(tokens.documents)
    if table.empty:
        return Finding(
            table,
            0.0,
            f"{n:,} 件の記述に、{part}は一つもありません。",
            f"No {part} in {n:,} texts.",
            used=tokens.used,
            left_out=tokens.left_out,
        )
    top = table.loc[table["documents"].idxmax()]
    weighted = "（重みつき）" if weights else ""
    return Finding(
        table,
        float(top["percent"]),
        f"最も多くの記述に出た言葉は「{top['word']}」で、{n:,} 件のうち {top['documents']:,} 件"
        f"（{top['percent']:.1f}%{weighted}）です。言葉は {len(table):,} 種類あります。",
        f"{top['word']!r} stands in {top['documents']:,} of {n:,} texts ({top['percent']:.1f} %"
        f"{', weighted' if weights else ''}); {len(table):,} different words.",
        used=tokens.used | ({"重みの合計": float(w.sum())} if weights else {}),
        left_out=tokens.left_out,
    )


def _most_frequent(table: pd.DataFrame, column: str) -> np.ndarray:
    """For every word, the value of ``column`` that it has most often."""
    words, values = table["word"].cat, table[column].cat
    pairs = words.codes.to_numpy(np.int64) * len(values.categories) + values.codes
    found, counts = np.unique(pairs, return_counts=True)
    order = np.lexsort((found, -counts, found // len(values.categories)))
    first = np.unique(found[order] // len(values.categories), return_index=True)[1]
    return values.categories.to_numpy()[found[order][first] % len(values.categories)]


def _spellings(table: pd.DataFrame) -> list[str]:
    """For every word, how it is written, most frequent first."""
    words, values = table["word"].cat, table["surface"].cat
    pairs = words.codes.to_numpy(np.int64) * len(values.categories) + values.codes
    found, counts = np.unique(pairs, return_counts=True)
    word = found // len(values.categories)
    spelling = values.categories.to_numpy()[found % len(values.categories)]
    listed: list[list[str]] = [[] for _ in words.categories]
    for k in np.lexsort((found, -counts, word)):
        listed[word[k]].append(spelling[k])
    return ["・".join(all_[:SPELLINGS]) + ("…" if len(all_) > SPELLINGS else "") for all_ in listed]


def kwic(data, *, word: str, text: str | None = None, width: int = 20) -> Finding:
    """Every place where ``word`` stands, with the text on both sides (keyword in context).

    A single word is found in all its forms and spellings (困る also in 困った); anything else (本数が少ない) as it is
    written.  ``width`` is the number of letters on each side.  Names, telephone numbers, addresses and e-mail addresses
    in these lines are replaced by ■ (see :func:`personal_information` for what is not found).

    Table, one row a place, in the order of the texts: ``document, left, surface, right``.  Value: the number of places.

    Errors: ``unknown_word`` with the nearest guess, those of :func:`tokenize`.
    Checked against the places where the word stands in the texts, letter by letter.
    When not to use: to count; to publish: the lines are people's own words.

    >>> import dataacademy as da
    >>> lines = kwic(da.load("survey"), text="q12", word="坂道")
    >>> set(lines.table["surface"]), lines.value == len(lines.table) > 5
    ({'坂道'}, True)
    """
    check_between("前後の文字の数（width）", width, 0, np.inf, en="width")
    tokens = tokens_of(data, text)
    rows = []
    for place, begin, end in _places(tokens, word):
        whole = tokens.text_of(place)
        hidden = personal.blackened(whole)
        left, right = hidden[max(0, begin - int(width)) : begin], hidden[end : end + int(width)]
        label = tokens.documents.index[place]
        rows.append((label, *(" ".join(part.split("\n")) for part in (left, hidden[begin:end], right))))
    if not rows:
        raise unknown_word(word, tokens)
    table = pd.DataFrame(rows, columns=["document", "left", "surface", "right"])
    texts = table["document"].nunique()
    return Finding(
        table,
        len(table),
        f"「{word}」は、{len(tokens.documents):,} 件の記述のうち {texts:,} 件に、{len(table):,} か所あります。",
        f"{word!r} stands in {texts:,} of {len(tokens.documents):,} texts, {len(table):,} times.",
        used=tokens.used,
        left_out=tokens.left_out,
    )


def _places(tokens, word: str) -> list[tuple[int, int, int]]:
    """Document, first and last letter of every place of ``word``."""
    asked = tokens.word_of(word)
    if asked:
        form = tokens.reader.form_of(word)
        hits = np.unique(tokens.place_of[(tokens.table["word"] == asked).to_numpy()])
        read = ((place, tokens.reader.read(tokens.text_of(place))) for place in hits)
        return [(place, t.begin, t.end) for place, found in read for t in found if t.form == form]
    literal = re.compile(re.escape(plain_text(word)))
    texts = (tokens.text_of(place) for place in range(len(tokens.documents)))
    return [(k, *m.span()) for k, one in enumerate(texts) for m in literal.finditer(one) if m[0]]
