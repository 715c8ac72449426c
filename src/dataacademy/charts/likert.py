"""Answers on a scale (とてもそう思う … まったくそう思わない) as bars that part in the middle."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

from dataacademy.charts import frame
from dataacademy.charts.colour import ink_on
from dataacademy.charts.picture import Picture, remember
from dataacademy.errors import DataAcademyError, check_choice, nearest_guess
from dataacademy.styling import GRID, INK, axes, finish, style

_NEUTRAL, _ASIDE = "#D3D3D3", ("#F6F6F6", "#E4E4E4")  # those off the scale have a grey edge


def likert(
    data: pd.DataFrame,
    *,
    item: str,
    answer: str,
    y: str,
    order,
    aside=(),
    n: str | None = None,
    neutral: str = "center",
    sort: str = "net",
    title: str = "",
    source: str = "",
    note: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Diverging bars of answers on a scale, one bar per question, in percent of everybody asked in the table.

    One row per question (``item``) and answer; ``y`` counts people or their share, and is brought to percent of the
    question's total.  ``order``: the scale from the most negative to the most positive answer; with an odd number of
    answers the middle one is neutral: half on either side (``neutral="center"``), or apart at the right
    (``"aside"``).  ``aside`` names answers off the scale (わからない, 無回答): drawn apart at the right, and part of
    the 100 %.  ``n`` names a column with the number of people asked, written beside the question.  ``sort``: ``"net"``
    (most positive minus negative on top) or ``"given"``.  Errors: unknown column, answers that are in neither
    ``order`` nor ``aside``, negative shares, the same answer twice, a question without any answer, more than 40
    questions.  When not to use: for scales without a middle meaning (draw :func:`bar`).  Checked against percentages
    computed by hand in the tests.

    >>> import dataacademy as da
    >>> from matplotlib import pyplot
    >>> survey = da.load("survey").query("returned")
    >>> book = da.survey.read_codebook(da.load("codebook"), table="survey")
    >>> asked = da.survey.likert(survey, questions=["q1_01", "q1_05"], weights="weight", codebook=book).table
    >>> ax = likert(asked, item="wording", answer="answer", y="weighted_n", aside=["わからない", "無回答"],
    ...             order=["不満", "やや不満", "どちらともいえない", "やや満足", "満足"], title="満足度")
    >>> [label.get_text() for label in ax.get_yticklabels()]  # most positive minus negative on top
    ['満足度：子育て支援', '満足度：医療体制']
    >>> pyplot.close(ax.figure)
    """
    check_choice("中立の置き方", neutral, ["center", "aside"], en="neutral")
    check_choice("並べ方", sort, ["net", "given"], en="sort")
    order, aside = [str(a) for a in order], [str(a) for a in aside]
    _check_scale(order, aside)
    percent = _percent(data, item, answer, y, order, aside)
    low, middle, high = _parts(order)
    net = percent[high].sum(axis=1) - percent[low].sum(axis=1)
    if sort == "net":
        percent = percent.loc[net.sort_values(ascending=False, kind="stable").index]
    centred = middle if neutral == "center" else []
    off = ([] if centred else middle) + aside
    names = _names(data, item, n, percent.index)
    colours = _colours(order, aside)
    with style():
        ax = axes(ax, (8.4, max(2.6, 1.7 + 0.46 * len(percent))))
        bars = _draw(ax, percent, low + centred + high, off, centred, colours, low)
        ax.set_yticks(np.arange(len(percent)), names)
        ax.set_ylim(len(percent) - 0.4, -0.6)
        ax.tick_params(length=0)
        ax.spines[["left", "bottom"]].set_visible(False)
        frame.name_axes(ax, "割合（%）", "")
        written = low + centred + high + off
        handles = [bars[name] for name in written]
        ax.legend(handles, written, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=min(len(handles), 4),
                  handlelength=1.1, handleheight=1.0, columnspacing=1.2, borderaxespad=0.3)  # fmt: skip
        finish(ax, source=source, notes=frame.lines(note))
        if title:
            rows = -(-len(handles) // 4)
            finish(ax, title=title)
            ax.set_title(ax.get_title(loc="left"), loc="left", pad=10 + 17 * rows)
    remember(bars[order[0]][0], Picture("段階評価の帯グラフ", _read(percent), amounts="x"))
    return ax


def _check_scale(order: list[str], aside: list[str]) -> None:
    twice = sorted({a for a in order + aside if (order + aside).count(a) > 1})
    if len(order) < 2 or twice:
        what = "重なり：" + "、".join(twice) if twice else f"{len(order)} 個"
        raise DataAcademyError(
            "bad_scale",
            f"尺度の答えは二つ以上、重ならないように並べてください（{what}）。",
            f"The scale needs two or more different answers ({twice or len(order)}).",
            fix='例：order=["不満", "どちらでもない", "満足"], aside=["無回答"]',
            fix_en="List the scale in order, others in aside.",
        )


def _percent(data: pd.DataFrame, item: str, answer: str, y: str, order: list[str], aside: list[str]) -> pd.DataFrame:
    """Questions as rows in the order of the table, answers as columns, percent of the question's total."""
    frame.check_table(data, [item, answer, y])
    values = frame.amounts(data, y)
    frame.no_negatives(values, y, "割合")
    items, answers = frame.words(data[item]), frame.words(data[answer])
    frame.not_too_many(set(items), item, 40)
    unknown = [a for a in dict.fromkeys(answers) if a not in order + aside]
    if unknown:
        guess = nearest_guess(unknown[0], order + aside)
        raise DataAcademyError(
            "unknown_answer",
            f"列「{answer}」の「{unknown[0]}」は、尺度（order）にも尺度の外（aside）にもありません"
            f"（ほかを含めて {len(unknown):,} 種類）。" + (f"もしかして「{guess}」ですか。" if guess else ""),
            f"Answer {unknown[0]!r} is neither in order nor in aside ({len(unknown)} such answers).",
            fix="order か aside に足すか、表の書き方をそろえてください。黙って除くと全体が変わります。",
            fix_en="Add it to order or aside, or unify the spelling; it is never left out silently.",
            column=answer,
            value=unknown[0],
        )
    frame.one_each([items, answers], [item, answer], y)
    wide = pd.Series(values, index=pd.MultiIndex.from_arrays([items, answers])).unstack()
    wide = wide.loc[list(dict.fromkeys(items))].reindex(columns=order + aside).fillna(0)
    empty = wide.index[wide.sum(axis=1) == 0]
    if len(empty):
        raise DataAcademyError(
            "empty_group",
            f"列「{item}」の「{empty[0]}」には答えた人がいません。",
            f"Nobody answered {empty[0]!r}.",
            fix=f"その問を先に除くか、元の表を確かめてください（例：data[data[{item!r}] != {empty[0]!r}]）。",
            fix_en="Leave that question out first, or check the table.",
            column=item,
            value=str(empty[0]),
        )
    return wide.div(wide.sum(axis=1), axis=0) * 100


def _parts(order: list[str]) -> tuple[list[str], list[str], list[str]]:
    half = len(order) // 2
    return order[:half], order[half : len(order) - half], order[len(order) - half :]


def _colours(order: list[str], aside: list[str]) -> dict[str, str]:
    """Orange for the negative side, blue for the positive, darker to the ends; grey in the middle and off the scale."""
    low, middle, high = _parts(order)
    depth = np.linspace(0.02, 0.32, len(low)) if len(low) > 1 else [0.12]
    ramp = colormaps["PuOr"]
    colours = {a: to_hex(ramp(0.08 + d)) for a, d in zip(low, depth, strict=True)}
    blue = colormaps["Blues"]
    colours |= {a: to_hex(blue(0.92 - 1.75 * d)) for a, d in zip(reversed(high), depth, strict=True)}
    return colours | dict.fromkeys(middle, _NEUTRAL) | {a: _ASIDE[i % len(_ASIDE)] for i, a in enumerate(aside)}


def _names(data: pd.DataFrame, item: str, n: str | None, index) -> list[str]:
    if n is None:
        return list(index)
    frame.check_table(data, [n])
    people = pd.Series(frame.amounts(data, n), index=frame.words(data[item])).groupby(level=0).max()
    return [f"{name}\n（n={people[name]:,.0f}）" for name in index]


def _draw(ax: Axes, percent: pd.DataFrame, scale: list[str], off: list[str], centred: list[str], colours, low) -> dict:
    """Bars of the scale to both sides of zero; those off the scale from a common start at the right."""
    at = np.arange(len(percent))
    left = -(percent[low].sum(axis=1) + percent[centred].sum(axis=1) / 2)
    bars = {}
    start = left.copy()
    for name in scale:
        bars[name] = _segment(ax, at, percent[name], start, name, colours[name])
        start = start + percent[name]
    reach_left, reach_right = left.min(), start.max()
    ticks = np.arange(np.floor(reach_left / 25) * 25, np.ceil(reach_right / 25) * 25 + 1, 25)
    edge = ticks[-1]
    if off:
        gap = edge + 6
        start = pd.Series(gap, index=percent.index)
        for name in off:
            bars[name] = _segment(ax, at, percent[name], start, name, colours[name])
            start = start + percent[name]
        ax.axvline(gap - 3, color="#8C8C8C", linewidth=0.8, linestyle=(0, (2, 2)))
        edge = max(start.max(), gap + 5) + 1
    ax.axvline(0, color=INK, linewidth=1, zorder=1)
    ax.set_xlim(reach_left - 2, edge)
    ax.set_xticks([tick for tick in ticks if tick >= reach_left - 2])
    ax.xaxis.set_major_formatter(frame.Numbers(sizes=True))
    ax.xaxis.grid(True, **GRID)
    return bars


def _segment(ax: Axes, at, share: pd.Series, start: pd.Series, name: str, colour: str):
    edge = {"edgecolor": "#A6A6A6" if colour in _ASIDE else "white", "linewidth": 0.8}
    bars = ax.barh(at, share, 0.72, left=start, color=colour, label=name, zorder=2, **edge)
    written = [f"{v:.0f}" if v >= 4 else "" for v in share]
    ax.bar_label(bars, written, label_type="center", fontsize=9, color=ink_on(colour), gid="value")
    return bars


def _read(percent: pd.DataFrame) -> tuple[str, ...]:
    out = ["左が否定、右が肯定"]
    for name, row in percent.iterrows():
        out.append(f"{name}：" + "、".join(f"{answer} {share:.0f} %" for answer, share in row.items()))
    return tuple(out)
