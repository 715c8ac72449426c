"""ワードクラウド, with the sentence that must stand below it."""

from __future__ import annotations

import numpy as np
from matplotlib import font_manager
from matplotlib.axes import Axes

from dataacademy.charts.frame import lines
from dataacademy.charts.picture import Picture, remember
from dataacademy.inputs import check_between
from dataacademy.styling import PALETTE, axes, finish, style
from dataacademy.text.counting import word_count
from dataacademy.text.engine import missing_package

MISLEADS = (
    "長い言葉ほど大きく見え、場所と向きに意味はなく、賛成か反対かも分かりません。くらべるときは棒グラフや表を使います。"
)
SCALE, WIDTH, HEIGHT = 3, 800, 500  # pixels of the layout, and how much finer the letters are drawn


def wordcloud(
    data,
    *,
    text: str | None = None,
    top: int = 80,
    weights: str | None = None,
    seed: int = 20260401,
    title: str = "",
    source: str = "",
    note: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw the ``top`` words, larger the more texts they stand in; below it, why such a picture misleads.

    It misleads: a long word looks more important than a short one of the same frequency, sizes cannot be compared by
    eye, the places mean nothing, and nobody sees whether people praise or complain.  The sentence stands on the figure.

    data
        What :func:`~dataacademy.text.tokenize` returned, or a table with the column ``text``.
    seed
        Where the chance begins that places the words.

    Errors: those of :func:`word_count`; ``no_text_package``.  Checked: sizes of letters rise with the numbers of texts.
    When not to use: to compare, to decide, in a report; a bar chart of :func:`word_count` shows the same honestly.

    >>> import dataacademy as da
    >>> ax = wordcloud(da.load("survey"), text="q12", top=10, title="自由記述に出た言葉")
    >>> from dataacademy.charts import alt
    >>> "賛成か反対かも分かりません" in alt(ax)
    True
    >>> ax.figure.clear()
    """
    check_between("言葉の数（top）", top, 0, np.inf, en="top")
    counted = word_count(data, text=text, weights=weights).table
    counted = counted.sort_values(["percent", "word"], ascending=[False, True]).head(int(top))
    try:
        from wordcloud import WordCloud
    except ImportError as error:
        raise missing_package(error) from None
    with style():
        ax = axes(ax, (9, 6.4))
        cloud = WordCloud(
            font_path=font_manager.findfont("IPAexGothic"),
            width=WIDTH,
            height=HEIGHT,
            scale=SCALE,
            prefer_horizontal=1.0,
            relative_scaling=1.0,
            background_color="white",
            random_state=seed,
            color_func=lambda *_, **__: PALETTE[0],
        ).generate_from_frequencies(dict(zip(counted["word"], counted["percent"], strict=True)))
        drawn = ax.imshow(cloud.to_array(), interpolation="bilinear", aspect="equal")
        ax.set_axis_off()
        head = counted.head(5)
        most = "、".join(f"「{w}」{p:.1f}%" for w, p in zip(head["word"], head["percent"], strict=True))
        said = (f"{len(cloud.layout_)} 語を、出た記述の割合が大きいほど大きな文字で書いています", f"多い順に {most}")
        remember(drawn, Picture("ワードクラウド", said))
        left = len(counted) - len(cloud.layout_)
        gone = f"場所がなく、{left} 語は書いていません。" if left else ""
        finish(ax, title=title, source=source, notes=lines(note, MISLEADS, gone))
    return ax
