"""Bars: from zero, in the order of the rows, with their values written at the end."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from dataacademy.charts import frame
from dataacademy.charts.picture import Picture, remember
from dataacademy.labels import label_of
from dataacademy.styling import GRID, HALO, INK, PALETTE, axes, finish, style


def bar(
    data: pd.DataFrame,
    *,
    x: str,
    y: str,
    by: str | None = None,
    unit: str = "",
    title: str = "",
    source: str = "",
    note: str = "",
    horizontal: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Bars from zero, one per row of ``data``, in the order of the rows, with their values written at the end.

    ``x`` names the column of categories, ``y`` the column of numbers, ``unit`` its unit.  ``by`` names a column of
    groups: bars of one category then stand side by side, with a legend.  ``horizontal=True`` suits long names.
    An empty value is written as 「データなし」, not left out; ``note`` stands below the figure.  Errors: unknown
    column, ``y`` not numeric or all empty, no row, the same category twice (add up first), more than 100 categories,
    more groups than colours.  When not to use: for values where zero means nothing (years, temperatures).  Checked
    against the heights that matplotlib drew.

    >>> import dataacademy as da
    >>> from matplotlib import pyplot
    >>> people = da.load("areas").groupby("quarter", as_index=False)["population"].sum()
    >>> ax = bar(people, x="quarter", y="population", unit="人", title="地区の性格と人口", source="住民基本台帳")
    >>> len(ax.patches), da.charts.alt(ax).split("。")[0]
    (4, '棒グラフ「地区の性格と人口」')
    >>> pyplot.close(ax.figure)
    """
    wide = table_of(data, x, y, by)
    frame.not_too_many(wide.index, x)
    if by:
        frame.not_too_many_groups(wide.columns, by)
    count = wide.size
    decimals = frame.digits(wide.to_numpy())
    width = 0.8 / wide.shape[1]
    with style():
        size = (7.2, max(2.4, 1.3 + 0.34 * count)) if horizontal else (7.2, 4.2)
        ax = axes(ax, size)
        at = np.arange(len(wide))
        for i, (group, values) in enumerate(wide.items()):
            where = at + (i - (wide.shape[1] - 1) / 2) * width
            draw = ax.barh if horizontal else ax.bar
            bars = draw(where, values.fillna(0), width * 0.94, color=PALETTE[i], label=str(group), zorder=2)
            small = 10 if horizontal or count <= 12 else 7.5
            written = frame.write(values.to_numpy(), decimals)
            ax.bar_label(bars, written, padding=3, gid="value", fontsize=small, path_effects=[HALO])
        _frame_bars(ax, wide, label_of(x), label_of(y, unit), horizontal)
        if by:
            ax.legend(title=label_of(by), loc="upper left", bbox_to_anchor=(1.01, 1), alignment="left")
        finish(ax, title=title, source=source, notes=frame.lines(note))
        if not horizontal:
            _keep_apart(ax)
    remember(ax.patches[-1], Picture("棒グラフ", amounts="x" if horizontal else "y"))
    return ax


def table_of(data: pd.DataFrame, x: str, y: str, by: str | None) -> pd.DataFrame:
    """Categories as rows, groups as columns (one without ``by``), both in the order of the data; floats."""
    frame.check_table(data, [x, y, by])
    values = frame.amounts(data, y)
    keys = [frame.words(data[x]), frame.words(data[by]) if by else [y] * len(data)]
    frame.one_each(keys if by else keys[:1], [x, by] if by else [x], y)
    wide = pd.Series(values, index=pd.MultiIndex.from_arrays(keys)).unstack()
    return wide.loc[list(dict.fromkeys(keys[0])), list(dict.fromkeys(keys[1]))]


def _frame_bars(ax: Axes, wide: pd.DataFrame, x_label: str, y_label: str, horizontal: bool) -> None:
    """Axes of a bar chart: zero included, room for the labels, the unit above (or at the end of) the value axis."""
    values = wide.fillna(0).to_numpy()
    low, high = min(0.0, values.min()), max(0.0, values.max())
    room = 0.1 * ((high - low) or 1)
    limits = (low - room if low < 0 else 0, high + room if high > 0 or low == 0 else 0)
    ax.set(**{"xlim" if horizontal else "ylim": limits})
    categories, amounts = (ax.yaxis, ax.xaxis) if horizontal else (ax.xaxis, ax.yaxis)
    categories.set_ticks(np.arange(len(wide)), wide.index)
    amounts.set_major_formatter(frame.Numbers())
    amounts.grid(True, **GRID)
    if horizontal:
        ax.set_ylim(len(wide) - 0.4, -0.6)
        ax.axvline(0, color=INK, linewidth=1, zorder=3)
    else:
        ax.set_xlim(-0.6, len(wide) - 0.4)
        ax.axhline(0, color=INK, linewidth=1, zorder=3)
    ax.tick_params(length=0)
    ax.spines[["left", "bottom"]].set_visible(False)
    frame.name_axes(ax, y_label if horizontal else x_label, x_label if horizontal else y_label)


def _keep_apart(ax: Axes) -> None:
    """Values that would run into each other are written smaller, at last upright with room above them."""
    frame.break_names(ax)
    values = sorted((t for t in ax.texts if t.get_gid() == "value"), key=lambda text: text.xy)
    for size in (8, 7):
        boxes = [text.get_window_extent().padded(1) for text in values]
        if not any(one.overlaps(two) for one, two in zip(boxes, boxes[1:], strict=False)):
            return
        for text in values:
            text.set_fontsize(min(size, text.get_fontsize()))
    boxes = [text.get_window_extent() for text in values]
    if any(one.padded(1).overlaps(two) for one, two in zip(boxes, boxes[1:], strict=False)):
        room = max(box.width for box in boxes) / ax.bbox.height
        for text in values:
            text.set_rotation(90)
        low, high = ax.get_ylim()
        ax.set_ylim(low * (1 + room) if low < 0 else 0, high * (1 + room) if high > 0 else 0)
