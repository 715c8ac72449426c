"""Slopes: from one point in time to another, with name and value at both ends."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from dataacademy.charts import frame
from dataacademy.charts.lines import MOST_LINES, QUIET, value_axis
from dataacademy.charts.picture import Picture, remember
from dataacademy.charts.timeaxis import Steps, wide_of
from dataacademy.errors import DataAcademyError
from dataacademy.labels import label_of
from dataacademy.styling import PALETTE, axes, finish, style


def slope(
    data: pd.DataFrame,
    *,
    item: str,
    x: str,
    y: str,
    highlight=(),
    unit: str = "",
    title: str = "",
    source: str = "",
    note: str = "",
    ax: Axes | None = None,
) -> Axes:
    """From one point in time to another: a line per item, with name and value at both ends.

    ``x`` has exactly two values (years, dates, 「前」「後」).  Rising lines are blue, falling ones orange; with
    ``highlight`` all others are grey and without a name.  Items that lack one of the two values are named below the
    figure.  Errors: unknown column or item, not two points in time, the same item twice at one of them, more than 25
    names.  When not to use: for more than two points in time (use :func:`line`); for items of very different size
    (draw a rate or an index).  Checked against the points that matplotlib drew.

    >>> import dataacademy as da
    >>> from matplotlib import pyplot
    >>> monthly = da.load("indicator_monthly").query("month in ['2020-04', '2025-04']")
    >>> ax = slope(monthly, item="name", x="month", y="value", unit="%", title="5年間の指標の動き", source="各課")
    >>> da.charts.alt(ax).split("。")[2]
    '2020年4月 から 2025年4月 へ'
    >>> pyplot.close(ax.figure)
    """
    frame.check_table(data, [item, x, y])
    values = frame.amounts(data, y)
    steps, wide = wide_of(data, x, values, item, y)
    if len(wide) != 2:
        raise DataAcademyError(
            "not_two_points",
            f"傾きの図には二時点が要りますが、列「{x}」には {len(wide)} 種類あります。",
            f"A slope chart needs two points in time; {x!r} has {len(wide)}.",
            fix="二時点に絞るか、三時点以上なら charts.line を使ってください。",
            fix_en="Keep two, or use charts.line.",
            column=x,
        )
    picked = frame.chosen(wide.columns, highlight, item)
    full = wide.loc[:, wide.notna().all()]
    if full.empty:
        raise DataAcademyError(
            "no_pairs",
            f"二時点の値がそろう「{item}」が一つもありません。",
            f"No {item!r} has both values.",
            fix="二つの年で名前やコードの書き方が同じか確かめてください。",
            fix_en="Are the names spelt alike at both points?",
        )
    named = [name for name in picked or full.columns if name in full]
    frame.not_too_many(named, item, 25)
    frame.not_too_many(full.columns, item, MOST_LINES)
    lost = [name for name in wide if name not in full]
    with style():
        ax = axes(ax, (6.4, max(4.2, 1.4 + 0.27 * len(named))))
        drawn = _draw_slopes(ax, full, named)
        value_axis(ax, full.to_numpy(), False)
        ax.set_yticks([])
        frame.name_axes(ax, "", label_of(y, unit))
        notes = [f"二時点の値がそろわないもの：{'、'.join(map(str, lost))}"] if lost else []
        up, down = int((full.iloc[1] > full.iloc[0])[named].sum()), int((full.iloc[1] < full.iloc[0])[named].sum())
        notes.append(f"青：増えた（{up}）　橙：減った（{down}）")
        if others := full.shape[1] - len(named):
            notes.append(f"灰色の線：ほかの {others} 本")
        finish(ax, title=title, source=source, notes=frame.lines(note, *notes))
        _name_slopes(ax, full, named, steps)
    remember(drawn, Picture("傾きの図", _read_slopes(full, steps), amounts="y"))
    return ax


def _change_colour(before: float, after: float, quiet: str = QUIET) -> str:
    return quiet if before == after else PALETTE[0] if after > before else PALETTE[1]


def _draw_slopes(ax: Axes, full: pd.DataFrame, named: list[str]) -> Line2D:
    ends = full.index
    for name in full:
        loud = name in named
        colour = _change_colour(*full[name]) if loud else QUIET
        (drawn,) = ax.plot(ends, full[name], "-o", color=colour, linewidth=2 if loud else 0.8, label=str(name),
                           markersize=5 if loud else 2, zorder=3 if loud else 2)  # fmt: skip
    for at in ends:
        ax.axvline(at, color="#D9D9D9", linewidth=1, zorder=1)
    return drawn


def _name_slopes(ax: Axes, full: pd.DataFrame, named: list[str], steps: Steps) -> None:
    ax.set_xticks(list(full.index), [steps.called[at] for at in full.index])
    ax.spines["bottom"].set_visible(False)
    decimals = frame.digits(full.to_numpy())
    before, after = (dict(zip(full, frame.write(full.iloc[i].to_numpy(), decimals), strict=True)) for i in (0, 1))
    colours = {name: _change_colour(*full[name], quiet="#6E6E6E") for name in named}
    frame.at_ends(
        ax,
        left=[(full.index[0], full[n].iloc[0], f"{n} {before[n]}", colours[n]) for n in named],
        right=[(full.index[1], full[n].iloc[1], f"{after[n]} {n}", colours[n]) for n in named],
    )
    ax.figure.draw_without_rendering()
    one, two = ax.get_xticklabels()
    if one.get_window_extent().padded(4).overlaps(two.get_window_extent()):  # a narrow chart: away from each other
        one.set_ha("right")
        two.set_ha("left")


def _read_slopes(full: pd.DataFrame, steps: Steps) -> tuple[str, ...]:
    decimals = frame.digits(full.to_numpy())
    change = full.iloc[1] - full.iloc[0]
    first, last = (steps.called[at] for at in full.index)

    def pair(name) -> str:
        one, two = frame.write(full[name].to_numpy(), decimals)
        return f"{name}（{one} から {two} へ）"

    low, high = frame.write(np.array([full.min().min(), full.max().max()]), decimals)
    extremes = [f"最も増えたのは {pair(change.idxmax())}"] if change.max() > 0 else []
    extremes += [f"最も減ったのは {pair(change.idxmin())}"] if change.min() < 0 else []
    up, down = int((change > 0).sum()), int((change < 0).sum())
    return (
        f"{first} から {last} へ",
        f"増えた {up}、減った {down}、変わらない {len(change) - up - down}",
        f"値の範囲は {low} から {high}",
        *(["、".join(extremes)] if extremes else []),
    )
