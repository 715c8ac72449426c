"""How long things last: stairs from 100 %, with the interval as a band."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from dataacademy.charts import frame
from dataacademy.charts.picture import Picture, remember
from dataacademy.styling import GRID, PALETTE, axes, finish, plain, style


def survival_curve(
    data: pd.DataFrame,
    *,
    by: str | None = None,
    until: float | None = None,
    unit: str = "か月",
    title: str = "",
    source: str = "",
    note: str = "",
    ax: Axes | None = None,
) -> Axes:
    """The table of ``stats.survival`` (without ``at``) as stairs from 100 %, with the interval of each as a band.

    ``by``: the column of groups, at most three with bands that can be told apart.  ``until``: how long anybody was
    watched, so that the last step is drawn to there.  Errors: unknown column, more groups than colours.
    When not to use: for a table read at some points only (draw :func:`bar`).  Checked against the points that
    matplotlib drew.

    >>> import dataacademy as da
    >>> from matplotlib import pyplot
    >>> toys = pd.DataFrame({"月": [2, 4, 4, 6, 9], "止まった": [True, True, False, True, False]})
    >>> lasting = da.stats.survival(toys, duration="月", ended="止まった")
    >>> ax = survival_curve(lasting.table, until=9, title="おもちゃ", source="作り物の数")
    >>> da.charts.alt(ax).split("。")[2]
    'はじめの 100 % から、9か月後に 30 % へ'
    >>> pyplot.close(ax.figure)
    """
    names = ["time", "going_percent", "lower_percent", "upper_percent"]
    frame.check_table(data, [*names, by])
    groups = list(dict.fromkeys(frame.words(data[by]))) if by else [""]
    if by:
        frame.not_too_many_groups(groups, by)
    end = max(until or 0, float(data["time"].max()))
    said, ends = [], []
    with style():
        ax = axes(ax, (7.2, 4.2))
        for name, colour in zip(groups, PALETTE, strict=False):
            part = data[_rows_of(data, by, name)].sort_values("time")
            time = np.r_[0, part["time"], end]
            share, lower, upper = (
                np.r_[100, part[c], part[c].iloc[-1]] for c in ("going_percent", "lower_percent", "upper_percent")
            )
            (drawn,) = ax.step(time, share, where="post", color=colour, linewidth=2.2, label=name or "続いている割合")
            ax.fill_between(time, lower, upper, step="post", color=colour, alpha=0.15, linewidth=0)
            ends.append((end, share[-1], f"{name} {share[-1]:.0f}".strip(), colour))
            said.append(
                (f"{name}：" if by else "") + f"はじめの 100 % から、{plain(end, 1)}{unit}後に {share[-1]:.0f} % へ"
            )
        ax.set(ylim=(0, 104), xlim=(0, end))
        ax.yaxis.grid(True, **GRID)
        ax.tick_params(length=0)
        ax.spines["left"].set_visible(False)
        frame.name_axes(ax, f"始まってから（{unit}）", "続いている割合（%）")
        finish(ax, title=title, source=source, notes=frame.lines(note, "色の帯：95 % 信頼区間"))
        frame.at_ends(ax, right=ends)
    remember(drawn, Picture("続いている割合の図（生存曲線）", tuple(said), amounts="y"))
    return ax


def _rows_of(data: pd.DataFrame, by: str | None, name: str) -> np.ndarray:
    """Which rows belong to a group; all of them without groups."""
    return np.array(frame.words(data[by])) == name if by else np.ones(len(data), bool)
