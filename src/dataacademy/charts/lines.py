"""Lines over time, named at their ends instead of in a legend."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from dataacademy.charts import frame
from dataacademy.charts.picture import Picture, remember
from dataacademy.charts.timeaxis import Steps, wide_of
from dataacademy.labels import label_of
from dataacademy.styling import GRID, NO_DATA, PALETTE, axes, finish, style

QUIET = "#A6A6A6"  # lines that only give the background
MOST_LINES = 300


def line(
    data: pd.DataFrame,
    *,
    x: str,
    y: str,
    by: str | None = None,
    highlight=(),
    zero: bool = False,
    unit: str = "",
    title: str = "",
    source: str = "",
    note: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Lines over years, dates or steps, each named at its right end with its last value.

    ``x``: numbers, dates (also as text, ``2026-04``) or steps in the order of the rows; ``by`` names a column of
    groups.  ``highlight`` names the groups that matter: these are coloured and named, all others grey.  An empty value
    interrupts the line and is counted below the figure; so is an axis that does not start at zero (``zero=True`` makes
    it).  Errors: unknown column or group, ``y`` not numeric or all empty, a group without values, the same step twice,
    more groups than colours without ``highlight``.  When not to use: between categories without an order (use bars).
    Checked against the points that matplotlib drew.

    >>> import dataacademy as da
    >>> from matplotlib import pyplot
    >>> waste = da.load("waste_monthly")
    >>> waste["1人"] = waste["burnable_kg"] / waste["population"]
    >>> ax = line(waste, x="month", y="1人", by="municipality", highlight=["みらい市"], unit="kg", title="可燃ごみ")
    >>> len(ax.lines), da.charts.alt(ax).split("。")[-2]
    (13, '灰色の線：ほかの 12 本')
    >>> pyplot.close(ax.figure)
    """
    frame.check_table(data, [x, y, by])
    values = frame.amounts(data, y)
    steps, wide = wide_of(data, x, values, by, y)
    picked = frame.chosen(wide.columns, highlight, by or y)
    if by:
        frame.not_too_many_groups(picked or wide.columns, by)
        frame.not_too_many(wide.columns, by, MOST_LINES)
        frame.no_empty_group(wide, by)
    if not steps.ordered:
        frame.not_too_many(wide.index, x)
    colours = dict(zip(picked or wide.columns, PALETTE, strict=False))
    with style():
        ax = axes(ax, (7.2, 4.2))
        drawn = _draw(ax, wide, colours)
        value_axis(ax, wide.to_numpy(), zero)
        steps.dress(ax)
        frame.name_axes(ax, label_of(x), label_of(y, unit))
        notes = _line_notes(ax, wide, colours)
        finish(ax, title=title, source=source, notes=frame.lines(note, *notes))
        last = wide.apply(lambda series: series.dropna().iloc[-1])
        written = dict(zip(wide.columns, frame.write(last.to_numpy(), frame.digits(wide.to_numpy())), strict=True))
        frame.at_ends(
            ax,
            right=[
                (wide[n].dropna().index[-1], last[n], f"{n} {written[n]}" if by else written[n], colours[n])
                for n in colours
            ],
        )
        frame.thin_ticks(ax)
    remember(drawn, Picture("折れ線グラフ", _read_lines(wide, steps, bool(by)), amounts="y"))
    return ax


def _draw(ax: Axes, wide: pd.DataFrame, colours: dict[str, str]) -> Line2D:
    few = len(wide) <= 30
    for name, values in wide.items():
        alone = values.notna() & values.shift().isna() & values.shift(-1).isna()  # no neighbour to draw a line to
        loud = name in colours
        colour = colours.get(name, QUIET)
        look = {"marker": "o", "markersize": 4, "markevery": None if few else list(np.flatnonzero(alone))}
        (drawn,) = ax.plot(
            wide.index,
            values,
            color=colour,
            linewidth=2.2 if loud else 0.9,
            zorder=3 if loud else 2,
            label=str(name),
            **(look if loud else {}),
        )
    return drawn


def value_axis(ax: Axes, values: np.ndarray, zero: bool) -> None:
    """The vertical axis of lines: room above and below, never below zero without need, from zero if asked for."""
    low, high = np.nanmin(values), np.nanmax(values)
    room = 0.06 * ((high - low) or abs(high) or 1)
    if zero:
        low, high = min(low, 0), max(high, 0)
    bottom = low if zero and low == 0 else low - room
    ax.set_ylim(max(bottom, 0) if low >= 0 else bottom, high + room)
    ax.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(frame.Numbers())
    ax.yaxis.grid(True, **GRID)
    ax.tick_params(length=0)
    ax.spines["left"].set_visible(False)


def _line_notes(ax: Axes, wide: pd.DataFrame, colours: dict[str, str]) -> list[str]:
    notes = []
    low, high = ax.get_ylim()
    if not low <= 0 <= high:
        notes.append("縦軸は 0 から始まっていません")
    if gaps := int(wide.isna().to_numpy().sum()):
        notes.append(f"{NO_DATA}：{gaps} 点（線が切れているところ）")
    if others := wide.shape[1] - len(colours):
        notes.append(f"灰色の線：ほかの {others} 本")
    return notes


def _read_lines(wide: pd.DataFrame, steps: Steps, grouped: bool) -> tuple[str, ...]:
    decimals = frame.digits(wide.to_numpy())

    def say(value: float) -> str:
        return frame.write(np.array([value]), decimals)[0]

    flat = wide.to_numpy()
    first, last = (steps.called[wide.index[i]] for i in (0, -1))
    out = [f"横軸の範囲は {first} から {last}、値の範囲は {say(np.nanmin(flat))} から {say(np.nanmax(flat))}"]
    if wide.shape[1] > 6:
        ends = wide.apply(lambda s: s.dropna().iloc[-1])
        out.append(
            f"{wide.shape[1]} 本。最後の値が最大なのは {ends.idxmax()} の {say(ends.max())}、"
            f"最小は {ends.idxmin()} の {say(ends.min())}"
        )
        return tuple(out)
    for name, values in wide.items():
        known = values.dropna()
        text = f"{say(known.iloc[0])} から {say(known.iloc[-1])} へ"
        if len(known) > 2:
            most, least = (f"{steps.called[at]} の {say(known[at])}" for at in (known.idxmax(), known.idxmin()))
            text += f"（最大は {most}、最小は {least}）"
        out.append(f"{name}：{text}" if grouped else text)
    return tuple(out)
