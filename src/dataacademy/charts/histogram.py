"""Histograms: how many of which size, with class limits that a person would have chosen."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from dataacademy.charts import frame
from dataacademy.charts.picture import Picture, remember
from dataacademy.errors import DataAcademyError
from dataacademy.labels import label_of
from dataacademy.styling import GRID, HALO, INK, PALETTE, axes, finish, numbers, plain, style


def histogram(
    data: pd.DataFrame,
    *,
    x: str,
    bins=None,
    weights: str | None = None,
    unit: str = "",
    count_unit: str = "人",
    median: bool = True,
    title: str = "",
    source: str = "",
    note: str = "",
    ax: Axes | None = None,
) -> Axes:
    """How many rows (or, with ``weights``, people) have which value of ``x``; bars that touch, from zero.

    ``bins``: a number of classes or your own limits in increasing order; otherwise round limits near the rule of
    Freedman and Diaconis (1981).  A class includes its lower limit, the last one both.  ``median=True`` marks the
    (weighted) median.  Empty values, and values outside of your own limits, are counted below the figure.
    ``count_unit`` is the unit of what is counted.  Errors: unknown column, ``x`` not numeric or all empty, bad limits,
    negative weights.  When not to use: for categories (use :func:`bar`).  Checked against ``numpy.histogram``.

    >>> import dataacademy as da
    >>> from matplotlib import pyplot
    >>> log = da.load("counter_log")
    >>> ax = histogram(log, x="staff_minutes", unit="分", count_unit="件", title="職員の時間", source="受付記録")
    >>> bool(sum(bar.get_height() for bar in ax.patches) == len(log))  # every ticket is in one bar
    True
    >>> pyplot.close(ax.figure)
    """
    frame.check_table(data, [x, weights])
    values = frame.amounts(data, x)
    weight = numbers(data, weights) if weights else np.ones(len(values))
    if weights:
        frame.no_negatives(weight, weights, "重み")
    known = ~np.isnan(values) & ~np.isnan(weight)
    values, weight = values[known], weight[known]
    limits = _limits(values, bins)
    counts, limits = np.histogram(values, limits, weights=weight)
    middle = _median(values, weight)
    notes = _notes(int((~known).sum()), values, limits)
    with style():
        ax = axes(ax, (7.2, 4.2))
        bars = ax.bar(limits[:-1], counts, np.diff(limits), align="edge", color=PALETTE[0], edgecolor="white", zorder=2)
        if len(counts) <= 20:
            written = frame.write(counts)
            ax.bar_label(bars, written, padding=2, gid="value", fontsize=9, path_effects=[HALO], zorder=4)
        top = counts.max() * (1.2 if median else 1.1)
        ax.set(ylim=(0, top or 1), xlim=(limits[0], limits[-1]))
        if len(limits) <= 13:
            ax.set_xticks(limits)
        ax.xaxis.set_major_formatter(frame.Numbers())
        ax.yaxis.set_major_formatter(frame.Numbers())
        ax.yaxis.grid(True, **GRID)
        ax.tick_params(length=0)
        ax.spines["left"].set_visible(False)
        if median:
            ax.axvline(middle, color=INK, linewidth=1.2, linestyle=(0, (4, 3)), zorder=3)
            right = middle > (limits[0] + limits[-1]) / 2
            ax.annotate(
                f"中央値 {plain(middle, 1)}",
                (middle, 1),
                xycoords=("data", "axes fraction"),
                xytext=(-5 if right else 5, -2),
                textcoords="offset points",
                ha="right" if right else "left",
                va="top",
                fontsize=10,
                path_effects=[HALO],
            )
        frame.name_axes(ax, label_of(x, unit), f"数（{count_unit}）" if count_unit else "数")
        finish(ax, title=title, source=source, notes=frame.lines(note, *notes))
    said = _read(values, counts, limits, middle, count_unit)
    remember(bars[0], Picture("ヒストグラム", said, amounts="y"))
    return ax


def _limits(values: np.ndarray, bins) -> np.ndarray:
    """Class limits: the reader's own, or round numbers."""
    if bins is not None and not isinstance(bins, (int, np.integer)):
        limits = np.asarray(list(bins), float)
        if len(limits) < 2 or not (np.diff(limits) > 0).all():
            raise DataAcademyError(
                "bad_bins",
                f"区切り {list(bins)} は、二つ以上の数を小さい順に並べたものではありません。",
                f"bins {list(bins)} are not two or more numbers in increasing order.",
                fix="例：bins=[0, 10, 20, 50]",
                fix_en="For example bins=[0, 10, 20, 50].",
            )
        return limits
    if bins is not None and not 1 <= bins <= 200:
        raise DataAcademyError(
            "bad_bins",
            f"区切りの数 {bins} は使えません。",
            f"{bins} classes cannot be drawn.",
            fix="1 から 200 までの整数か、区切りの値の並び（例：[0, 10, 20]）を渡してください。",
            fix_en="Pass a whole number from 1 to 200, or the limits themselves.",
        )
    low, high = values.min(), values.max()
    if low == high:
        return np.array([low - 0.5, low + 0.5])
    quarter, three = np.percentile(values, [25, 75])
    width = (high - low) / bins if bins else max(2 * (three - quarter) / np.cbrt(len(values)), (high - low) / 40)
    width = max(width, 1.0) if (values == np.round(values)).all() else width
    step = _round(width) if bins is None else width
    first = np.floor(low / step) * step if bins is None else low
    count = bins or int(np.floor((high - first) / step)) + 1
    return first + step * np.arange(count + 1)


def _round(width: float) -> float:
    """The nearest of 1, 2, 5, 10, 20, 50 … (and their decimals), by ratio."""
    scale = 10 ** np.floor(np.log10(width))
    return float(scale * min((1, 2, 5, 10), key=lambda step: abs(np.log(step * scale / width))))


def _median(values: np.ndarray, weight: np.ndarray) -> float:
    """The value up to which half of the weight lies; the middle between two where it is reached exactly."""
    order = np.argsort(values)
    total = np.cumsum(weight[order])
    half = total[-1] / 2
    at = np.searchsorted(total, half * (1 - 1e-12))
    exact = np.isclose(total[at], half) and at + 1 < len(values)
    return float(values[order][[at, at + exact]].mean())


def _notes(missing: int, values: np.ndarray, limits: np.ndarray) -> list[str]:
    notes = [f"空欄 {missing:,} 行は数えていません"] if missing else []
    outside = int(((values < limits[0]) | (values > limits[-1])).sum())
    return notes + ([f"区切りの外にある {outside:,} 行は数えていません"] if outside else [])


def _read(values: np.ndarray, counts: np.ndarray, limits: np.ndarray, middle: float, unit: str) -> tuple[str, ...]:
    top = int(counts.argmax())
    low, high = plain(limits[top]), plain(limits[top + 1])
    end = "以下" if top == len(counts) - 1 else "未満"
    most = frame.write(counts)[top]
    least, largest = frame.write(np.array([values.min(), values.max()]), frame.digits(values))
    return (
        f"全部で {frame.write(np.array([counts.sum()]))[0]} {unit}".strip(),
        f"値の範囲は {least} から {largest}、中央値は {plain(middle, 1)}",
        f"最も多いのは {low} 以上 {high} {end}の {most} {unit}".strip(),
    )
