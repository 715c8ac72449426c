"""共起ネットワーク: words as circles, those that stand together joined by lines."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from dataacademy.charts.frame import check_table, lines
from dataacademy.charts.picture import Picture, remember
from dataacademy.errors import DataAcademyError
from dataacademy.finding import Finding
from dataacademy.inputs import check_between
from dataacademy.styling import HALO, INK, PALETTE, axes, finish, style
from dataacademy.text.together import cooccurrence

READING = "円の大きさは出た件数、線の太さは結びつきの強さです。円の位置と近さに意味はありません。"
ROUNDS = 300  # of the layout; more change nothing that can be seen
EDGE = 0.6  # room around the outermost circles; 1 is the length of a line
GREY = PALETTE[4]
BREAK = 5  # longer words stand on two lines


def cooccurrence_network(
    data,
    *,
    text: str | None = None,
    top: int = 40,
    min_count: int = 5,
    within: str = "document",
    title: str = "",
    source: str = "",
    note: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw which words stand together: the ``top`` pairs by Jaccard's coefficient.

    data
        What :func:`cooccurrence` returned (or its table), what :func:`~dataacademy.text.tokenize` returned, or a table
        with the column ``text``.
    min_count, within
        As for :func:`cooccurrence`, where that is still to be done.

    A circle is a word (area: number of texts), a line a pair (width: Jaccard).  Words of one connected group share a
    colour (grey: groups of two, and those for which no colour is left).  The places come from stress majorization
    (Gansner, Koren & North 2004) on the numbers of lines between two words: no chance in it, the same words always
    stand in the same places.

    Errors: ``no_pairs``, ``not_a_table``, ``unknown_column``, those of :func:`cooccurrence`.  Checked against the drawn
    circles and lines: as many as words and pairs, none on top of another.
    When not to use: for more than about 60 lines, and to read distances or middle places as importance.

    >>> import dataacademy as da
    >>> ax = cooccurrence_network(da.load("survey"), text="q12", top=20, title="いっしょに出る言葉")
    >>> from dataacademy.charts import alt
    >>> alt(ax).startswith("共起ネットワーク「いっしょに出る言葉」。")
    True
    >>> ax.figure.clear()
    """
    check_between("線の数（top）", top, 0, np.inf, en="top")
    pairs = _pairs(data, text, min_count, within).head(int(top))
    words, sizes, a, b = _nodes(pairs)
    places, group = _layout(len(words), a, b)
    strength = pairs["jaccard"].to_numpy(float)
    with style():
        ax = axes(ax, (9, 7.5))
        widths = 0.8 + 5 * strength / strength.max()
        ax.add_collection(
            LineCollection(places[np.column_stack([a, b])], linewidths=widths, colors="#8C8C8C", alpha=0.6, zorder=1)
        )
        colours = _colours(group)
        area = 80 + 1400 * sizes / sizes.max()
        drawn = ax.scatter(*places.T, s=area, c=colours, alpha=0.35, edgecolors=colours, linewidths=1.2, zorder=2)
        for word, place in zip(words, places, strict=True):
            name = ax.text(*place, _broken(word), ha="center", va="center", fontsize=10.5, color=INK, gid="node")
            name.set_path_effects([HALO])
        ax.set_axis_off()
        ax.set_aspect("equal", adjustable="box")
        (left, low), (right, high) = places.min(axis=0) - EDGE, places.max(axis=0) + EDGE
        ax.set(xlim=(left, right), ylim=(low, high))
        strongest = "、".join(
            f"「{r.word_a}」と「{r.word_b}」（{r.jaccard:.2f}）" for r in pairs.head(5).itertuples(index=False)
        )
        said = (f"{len(words)} 語を {len(pairs)} 本の線で結んでいます", f"結びつきの強い順に {strongest}")
        remember(drawn, Picture("共起ネットワーク", said))
        finish(ax, title=title, source=source, notes=lines(note, READING))
    return ax


def _pairs(data, text: str | None, min_count: int, within: str) -> pd.DataFrame:
    if isinstance(data, Finding) and "jaccard" in data.table:
        data = data.table
    elif not (isinstance(data, pd.DataFrame) and "jaccard" in data):
        data = cooccurrence(data, text=text, min_count=min_count, within=within).table
    check_table(data, ["word_a", "word_b", "count_a", "count_b", "jaccard"])
    if (data["jaccard"] <= 0).all():
        raise DataAcademyError(
            "no_pairs", "いっしょに出た言葉の組がないので、図をかけません。", "No pair of words to draw."
        )
    return data.sort_values("jaccard", ascending=False, kind="stable")


def _nodes(pairs: pd.DataFrame) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray]:
    """Words, in how many texts each stands, and the two ends of every line."""
    ends = pd.concat([pairs["word_a"], pairs["word_b"]], ignore_index=True)
    codes, words = pd.factorize(ends)
    sizes = np.zeros(len(words))
    sizes[codes] = pd.concat([pairs["count_a"], pairs["count_b"]], ignore_index=True).to_numpy(float)
    return list(words), sizes, codes[: len(pairs)], codes[len(pairs) :]


def _colours(group: np.ndarray) -> list[str]:
    """A colour for every word: one for each of the largest groups, grey for the rest."""
    free = [c for c in PALETTE if c != GREY]
    large = np.bincount(group) > 2
    return [free[g] if large[g] and g < len(free) else GREY for g in group]


def _broken(word: str) -> str:
    half = (len(word) + 1) // 2
    return word if len(word) <= BREAK else f"{word[:half]}\n{word[half:]}"


def _layout(n: int, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places of the words, and the number of the connected group of each (the largest is 0)."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components, shortest_path

    graph = coo_array((np.ones(len(a)), (a, b)), shape=(n, n)).tocsr()
    _, group = connected_components(graph, directed=False)
    order = np.argsort(-np.bincount(group), kind="stable")
    group = np.argsort(order)[group]
    steps = shortest_path(graph, directed=False, unweighted=True)
    parts = [np.flatnonzero(group == g) for g in range(group.max() + 1)]
    shapes = [_majorize(steps[np.ix_(part, part)]) for part in parts]
    places = np.zeros((n, 2))
    for part, at in zip(parts, _packed(shapes), strict=True):
        places[part] = at
    return places, group


def _majorize(wanted: np.ndarray) -> np.ndarray:
    """Places in the plane whose distances are as near as possible to ``wanted`` (SMACOF with weights 1/d²)."""
    n = len(wanted)
    turn = 2.399963 * np.arange(n)  # golden angle: no two words start in one place
    places = np.sqrt(np.arange(n) + 0.5)[:, None] * np.column_stack([np.cos(turn), np.sin(turn)])
    if n == 1:
        return np.zeros((1, 2))
    weights = np.divide(1, wanted**2, out=np.zeros_like(wanted), where=wanted > 0)
    laplace = np.diag(weights.sum(axis=1)) - weights
    inverse = np.linalg.pinv(laplace)
    for _ in range(ROUNDS):
        apart = np.linalg.norm(places[:, None] - places[None], axis=2)
        pull = np.divide(weights * wanted, apart, out=np.zeros_like(apart), where=apart > 1e-9)
        places = inverse @ ((np.diag(pull.sum(axis=1)) - pull) @ places)
    centre = places - places.mean(axis=0)
    turned = centre @ np.linalg.svd(centre, full_matrices=False)[2].T  # its long side lies flat
    return turned if turned.shape[1] == 2 else np.column_stack([turned, np.zeros(n)])


def _packed(shapes: list[np.ndarray], gap: float = 1.1) -> list[np.ndarray]:
    """The groups in rows, the largest first, each row about as wide as the whole is high."""
    sizes = [np.ptp(shape, axis=0) + gap for shape in shapes]
    width = max(np.sqrt(sum(w * h for w, h in sizes)) * 1.25, *(w for w, _ in sizes))
    x = y = tall = 0.0
    out = []
    for shape, (w, h) in zip(shapes, sizes, strict=True):
        if x and x + w > width:
            x, y, tall = 0.0, y - tall, 0.0
        out.append(shape - shape.min(axis=0) + [x + gap / 2, y - h + gap / 2])
        x, tall = x + w, max(tall, h)
    return out
