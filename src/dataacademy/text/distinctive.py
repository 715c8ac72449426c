"""特徴語: the words that one group uses more than the others."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.errors import DataAcademyError
from dataacademy.inputs import check_between, levels, prepare
from dataacademy.labels import label_of
from dataacademy.text.tokens import tokens_of


def distinctive_words(
    data,
    *,
    by: str,
    text: str | None = None,
    top: int = 10,
    min_count: int = 5,
    weights: str | None = None,
    confidence: float = 0.95,
) -> Analysis:
    """Which words the texts of each group hold more often than all other texts, with a test and two effect sizes.

    by
        Column of the groups (quarter, age).
    top
        How many words a group.
    min_count
        Only words that stand in so many texts of all.
    weights
        Column of weights: weighted percentages, and a test of their difference under unequal chances of being drawn.

    Table, group by group, the surest word first: ``group, word, documents`` (texts of the group with the word),
    ``base`` (texts of the group), ``percent, elsewhere_percent, difference`` (points), ``jaccard`` (of 「in the group」
    and 「has the word」, KH Coder's order), ``p_value`` (more than elsewhere by chance?), ``p_adjusted`` (Holm, for all
    words and groups that were looked at).  Figures: ``tests``.  Value: number of words with ``p_adjusted`` below
    1 − ``confidence``.

    Fisher's exact test, one-sided (hypergeometric tail); with weights z of the difference of two weighted shares,
    linearised, drawn with replacement.
    Errors: unknown_column (nearest guess), one_category, too_many_levels, no_frequent_words, those of weights.
    Checked against scipy ``fisher_exact``, R ``p.adjust``, and the words planted in the sample town.
    When not to use: where one group has only a handful of texts, and to find what everybody says (word_count).

    >>> import dataacademy as da
    >>> found = distinctive_words(da.load("survey"), text="q12", by="quarter", top=3)
    >>> coast = found.table[found.table["group"] == "沿岸"]
    >>> set(coast["word"]) <= {"津波", "堤防", "避難", "漁業"}, bool((coast["p_adjusted"] < 0.05).all())
    (True, True)
    """
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    check_between("言葉の数（top）", top, 0, np.inf, en="top")
    tokens = tokens_of(data, text)
    documents = tokens.documents.assign(_place=np.arange(len(tokens.documents)))
    rows = prepare(documents, numbers=["_place"], categories=[by], weights=weights)
    groups = levels(rows.frame[by], by)
    there = tokens.matrix()[rows.frame["_place"].to_numpy(dtype=int)]
    frequent = np.flatnonzero(np.asarray(there.sum(axis=0)).ravel() >= min_count)
    if not len(frequent):
        raise DataAcademyError(
            "no_frequent_words",
            f"{min_count} 件以上の記述に出た言葉がありません。",
            f"No word stands in {min_count} texts.",
            fix="min_count= を小さくしてください。",
            fix_en="Make min_count= smaller.",
        )
    there, names = there[:, frequent], tokens.words[frequent]
    member = np.column_stack([(rows.frame[by] == g).to_numpy() for g in groups]).astype(float)
    here = (there.T @ member).T  # groups × words
    total, base = here.sum(axis=0), member.sum(axis=0)[:, None]
    if weights:
        share, other, p = _weighted(there, member, rows.weights)
    else:
        share, other = here / base, (total - here) / (len(member) - base)
        p = _fisher(here, total, base, len(member))
    table = pd.DataFrame(
        {
            "group": np.repeat(np.array(groups, dtype=object), len(names)),
            "word": np.tile(names.to_numpy(), len(groups)),
            "documents": here.ravel().astype(int),
            "base": np.repeat(base.ravel().astype(int), len(names)),
            "percent": 100 * share.ravel(),
            "elsewhere_percent": 100 * other.ravel(),
            "difference": 100 * (share - other).ravel(),
            "jaccard": (here / (base + total - here)).ravel(),
            "p_value": p.ravel(),
            "p_adjusted": holm(p.ravel()),
        }
    )
    table["_group"] = np.repeat(np.arange(len(groups)), len(names))
    table = table[(table["documents"] > 0) & (table["difference"] > 0)]
    table = table.sort_values(["_group", "p_value", "jaccard", "word"], ascending=[True, True, False, True])
    table = table.groupby("_group").head(int(top)).drop(columns="_group").reset_index(drop=True)
    table = table.astype({"word": "str"}).infer_objects()
    sure = table[table["p_adjusted"] < 1 - confidence]
    said = "、".join(
        f"{group}は「{'・'.join(words.head(4))}」" for group, words in sure.groupby("group", sort=False)["word"]
    )
    tests = len(groups) * len(names)
    found = f"{said}です" if said else "見つかりません（偶然の範囲です）"
    return Analysis(
        table,
        len(sure),
        f"「{label_of(by)}」で、ほかより多く出る言葉は、{found}（{tests:,} 回くらべたことを考えた検定）。",
        f"Words used more than elsewhere, by {by}: {len(sure)} beyond chance (Holm, {tests:,} tests).",
        used=rows.used,
        left_out=(*tokens.left_out, *rows.left_out, f"{min_count} 件より少ない記述に出た言葉"),
        figures={"tests": tests},
        assumptions=(
            "言葉が出るかどうかを、記述ごとに一度だけ数えています（長い記述ほど多くの言葉が出ます）。",
            "多く出ることは、その地区や年代に賛成や不満が多いことを意味しません。前後の文を読んでください（da.text.kwic）。",
        ),
    )


def _fisher(here: np.ndarray, total: np.ndarray, base: np.ndarray, n: int) -> np.ndarray:
    """Chance of at least so many texts with the word in the group, if it stood anywhere alike."""
    from scipy.stats import hypergeom

    return hypergeom.sf(here - 1, n, np.broadcast_to(total, here.shape), np.broadcast_to(base, here.shape))


def _weighted(there, member: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weighted shares of texts with each word, in the group and elsewhere, and the chance of so large a difference."""
    from scipy.stats import norm

    def side(inside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        weight, square = inside * w[:, None], inside * (w**2)[:, None]
        size, n = weight.sum(axis=0)[:, None], inside.sum(axis=0)[:, None]
        share = (there.T @ weight).T / size
        spread = (1 - 2 * share) * (there.T @ square).T + share**2 * square.sum(axis=0)[:, None]
        return share, np.divide(n, n - 1, out=np.full(n.shape, np.nan), where=n > 1) * spread / size**2

    share, variance = side(member)
    other, other_variance = side(1 - member)
    error = np.sqrt(variance + other_variance)
    z = np.divide(share - other, error, out=np.zeros_like(share), where=error > 0)
    return share, other, norm.sf(z)


def holm(p: np.ndarray) -> np.ndarray:
    """Holm's (1979) p-values for several tests at once.

    >>> holm(np.array([0.01, 0.04, 0.03])).round(2).tolist()
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    out = np.empty_like(p)
    out[order] = np.minimum(stepped, 1)
    return out
