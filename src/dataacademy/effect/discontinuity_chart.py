"""The chart of a regression discontinuity."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from dataacademy.analysis import number
from dataacademy.charts import frame
from dataacademy.charts.lines import value_axis
from dataacademy.charts.picture import Picture, remember
from dataacademy.effect.discontinuity import rdd, sides_of
from dataacademy.effect.local import Side
from dataacademy.effect.study import Study
from dataacademy.inputs import prepare
from dataacademy.labels import label_of
from dataacademy.styling import PALETTE, axes, finish, style


def rdd_chart(
    data,
    *,
    value: str,
    running: str,
    cutoff: float,
    bandwidth: float | None = None,
    bias_bandwidth: float | None = None,
    unit: str = "",
    running_unit: str = "",
    confidence: float = 0.95,
    title: str = "",
    source: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Means of ``value`` in narrow steps of ``running`` and the two straight lines that meet the cut-off.

    The arguments and errors are those of :func:`rdd`.  A dot is the mean of the rows of one step (20 steps a side over
    twice the bandwidth at most).  Checked against the jump of :func:`rdd`.
    When not to use: without :func:`rdd`'s interval; the eye sees jumps that are not there.

    >>> import dataacademy as da
    >>> from matplotlib import pyplot
    >>> people = da.load("checkups").sort_values("fiscal_year")
    >>> people = people.assign(next=people.groupby("person_id")["systolic"].shift(-1))
    >>> later = people.dropna(subset=["systolic", "next"])
    >>> ax = rdd_chart(later, value="next", running="systolic", cutoff=140, unit="mmHg", running_unit="mmHg")
    >>> da.charts.alt(ax).split("「")[0]
    '境の前後のグラフ'
    >>> pyplot.close(ax.figure)
    """
    found = rdd(
        data, value=value, running=running, cutoff=cutoff, bandwidth=bandwidth, bias_bandwidth=bias_bandwidth,
        unit=unit, running_unit=running_unit, confidence=confidence,
    )  # fmt: skip
    h = found.figures["bandwidth"]
    left, right = sides_of(prepare(data, numbers=[value, running]).frame, value, running, cutoff)
    every = []
    with style():
        ax = axes(ax, (7.2, 4.2))
        for side, colour in ((left, PALETTE[4]), (right, PALETTE[0])):
            near = side.inside(2 * h)
            x, y = _steps(near)
            drawn = ax.scatter(x + cutoff, y, color=colour, s=22, zorder=3)
            line = _line(side, h)
            ends = np.array([0.0, np.sign(side.x[0] + side.x[-1]) * min(h, np.abs(side.x).max())])
            ax.plot(ends + cutoff, line[0] + line[1] * ends, color=colour, linewidth=2.2)
            every += [*y, *(line[0] + line[1] * ends)]
        ax.axvline(cutoff, color="#8C8C8C", linewidth=1, linestyle=":")
        value_axis(ax, np.array(every), False)
        ax.xaxis.set_major_formatter(frame.Numbers())
        frame.name_axes(ax, label_of(running, running_unit), label_of(value, unit))
        notes = ["点：細かい区切りごとの平均、線：境の両側にあてはめた直線"]
        low, high = ax.get_ylim()
        if not low <= 0 <= high:
            notes.append("縦軸は 0 から始まっていません")
        finish(ax, title=title or _title(found, value, cutoff, unit, running_unit), source=source, notes=tuple(notes))
    remember(drawn, Picture("境の前後のグラフ", tuple(found.sentence.rstrip("。").split("。"))))
    return ax


def _title(found: Study, value: str, cutoff: float, unit: str, running_unit: str) -> str:
    jump, way = number(abs(found.value)), "高い" if found.value > 0 else "低い"
    return f"「{label_of(value)}」は、{cutoff:,g}{running_unit} を境に {jump}{unit} {way}"


def _steps(side: Side) -> tuple[np.ndarray, np.ndarray]:
    values = np.unique(side.x)
    if len(values) > 20:
        edges = np.linspace(side.x.min(), side.x.max(), 21)
        place = np.clip(np.searchsorted(edges, side.x, side="right") - 1, 0, 19)
    else:
        place = np.searchsorted(values, side.x)
    means = pd.DataFrame({"x": side.x, "y": side.y}).groupby(place).mean()
    return means["x"].to_numpy(), means["y"].to_numpy()


def _line(side: Side, h: float) -> np.ndarray:
    s = side.inside(h)
    k = 1 - np.abs(s.x) / h
    a = np.column_stack([np.ones_like(s.x), s.x])
    return np.linalg.solve(a.T @ (a * k[:, None]), a.T @ (k * s.y))
