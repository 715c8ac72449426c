"""Which words stand together, and a picture of it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dataacademy.errors import DataAcademyError, check_choice
from dataacademy.finding import Finding
from dataacademy.inputs import check_between
from dataacademy.text.tokens import tokens_of, unknown_word

WITHIN = {"document": "記述", "sentence": "文"}


def cooccurrence(
    data,
    *,
    text: str | None = None,
    word: str | None = None,
    within: str = "document",
    min_count: int = 5,
    min_both: int = 2,
) -> Finding:
    """Which words stand in the same text (共起), strongest pair first.

    word
        Only the pairs of this word (関連語).
    within
        ``document`` (the same text) or ``sentence`` (the same sentence).
    min_count, min_both
        Only words in so many texts (or sentences), and pairs that stand together so often.

    Table, one row a pair: ``word_a`` (the more frequent one), ``word_b``, ``count_a, count_b`` (texts with the word),
    ``both`` (texts with both), ``jaccard``.  Value: the highest Jaccard coefficient.

    Jaccard (1901): both / (a + b − both); 0 never together, 1 never apart; texts with neither do not count.
    Errors: ``unknown_word``, ``no_pairs``, ``out_of_range``, those of :func:`~dataacademy.text.tokenize`.
    Checked against sets of texts, pair by pair.
    When not to use: as proof that one thing makes the other; of a questionnaire's texts the pair may come from the
    question.

    >>> import dataacademy as da
    >>> pairs = cooccurrence(da.load("survey"), text="q12", min_count=15).table
    >>> bool((pairs["jaccard"] == pairs["both"] / (pairs["count_a"] + pairs["count_b"] - pairs["both"])).all())
    True
    """
    check_choice("範囲（within）", within, list(WITHIN), en="within")
    check_between("言葉が出る数（min_count）", min_count, 0, np.inf, en="min_count")
    check_between("いっしょに出る数（min_both）", min_both, 0, np.inf, en="min_both")
    tokens = tokens_of(data, text)
    asked = _asked(tokens, word)
    there = tokens.matrix(within=within)
    counts = np.asarray(there.sum(axis=0)).ravel()
    kept = np.flatnonzero((counts >= min_count) | (tokens.words == asked))
    names, counts, there = tokens.words[kept], counts[kept], there[:, kept]
    both = (there.T @ there).tocoo()
    a, b, n = both.coords[0], both.coords[1], both.data
    # of each pair one row: the more frequent word first, the earlier one of equals
    first = (counts[a] > counts[b]) | ((counts[a] == counts[b]) & (a < b))
    keep = first & (n >= min_both)
    if asked:
        keep &= (names[a] == asked) | (names[b] == asked)
    a, b, n = a[keep], b[keep], n[keep]
    table = pd.DataFrame(
        {"word_a": names[a], "word_b": names[b], "count_a": counts[a], "count_b": counts[b], "both": n}
    ).astype({"word_a": "str", "word_b": "str"})
    table["jaccard"] = table["both"] / (table["count_a"] + table["count_b"] - table["both"])
    table = table.sort_values(["jaccard", "both", "word_a", "word_b"], ascending=[False, False, True, True])
    if table.empty:
        raise DataAcademyError(
            "no_pairs",
            f"{min_both} 回以上いっしょに出た言葉の組がありません"
            f"（{min_count} 件以上に出た言葉は {len(names):,} 種類です）。",
            f"No pair of words stands together {min_both} times.",
            fix="min_count= と min_both= を小さくしてください。",
            fix_en="Make min_count= and min_both= smaller.",
        )
    table = table.reset_index(drop=True)
    top = table.iloc[0]
    either = top["count_a"] + top["count_b"] - top["both"]
    return Finding(
        table,
        float(top["jaccard"]),
        f"同じ{WITHIN[within]}に最もいっしょに出やすいのは「{top['word_a']}」と「{top['word_b']}」で、"
        f"どちらかが出た {either:,} {'件' if within == 'document' else '文'}のうち "
        f"{top['both']:,} に両方が出ました（ジャッカード係数 {top['jaccard']:.2f}）。",
        f"{top['word_a']!r} and {top['word_b']!r} stand together most ({top['both']:,} times, Jaccard "
        f"{top['jaccard']:.2f}, in the same {within}).",
        used=tokens.used | ({"文": there.shape[0]} if within == "sentence" else {}),
        left_out=(*tokens.left_out, *([f"{min_count} より少ない{WITHIN[within]}に出た言葉"] if min_count > 1 else [])),
    )


def _asked(tokens, word: str | None) -> str:
    if word is None:
        return ""
    found = tokens.word_of(word)
    if not found:
        raise unknown_word(word, tokens)
    return found
