"""The chart of a synthetic control."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from dataacademy.charts import frame
from dataacademy.charts.lines import QUIET, value_axis
from dataacademy.charts.picture import Picture, remember
from dataacademy.charts.timeaxis import Steps
from dataacademy.effect.synthetic import synthetic_control, units_of
from dataacademy.labels import label_of
from dataacademy.styling import PALETTE, axes, finish, style


def synthetic_control_chart(
    data,
    *,
    value: str,
    id: str,
    time: str,
    treated,
    start,
    predictors: Sequence[str] = (),
    unit: str = "",
    title: str = "",
    source: str = "",
    ax: Axes | None = None,
) -> Axes:
    """The treated unit and its mix: alike before the dotted line, apart after it if there is an effect.

    The arguments and errors are those of :func:`synthetic_control`.  Grey: every other unit.
    Checked against its table.
    When not to use: without saying how well the two fit before.

    >>> import dataacademy as da
    >>> from matplotlib import pyplot
    >>> waste = da.load("waste_monthly")
    >>> waste = waste.assign(kg=waste["burnable_kg"] / waste["population"])
    >>> ax = synthetic_control_chart(
    ...     waste, value="kg", id="municipality", time="month", treated="みらい市", start="2023-10", unit="kg")
    >>> da.charts.alt(ax).split("「")[0]
    '合成対照のグラフ'
    >>> pyplot.close(ax.figure)
    """
    found = synthetic_control(
        data, value=value, id=id, time=time, treated=treated, start=start, predictors=predictors, unit=unit
    )
    u = units_of(data, value, id, time, treated, start, predictors)
    path = found.tables["counterfactual"]
    steps = Steps(path["time"].rename(time))
    at = steps.places
    with style():
        ax = axes(ax, (7.2, 4.2))
        others = np.delete(u.y, u.treated, axis=1)
        ax.plot(at, others, color=QUIET, linewidth=0.6, alpha=0.6)
        ax.plot(at, path["counterfactual"], color=PALETTE[1], linewidth=2, linestyle="--")
        (drawn,) = ax.plot(at, path["observed"], color=PALETTE[0], linewidth=2.2)
        ax.axvline((at[u.first - 1] + at[u.first]) / 2, color="#8C8C8C", linewidth=1, linestyle=":")
        value_axis(ax, u.y, False)
        steps.dress(ax)
        frame.name_axes(ax, label_of(time), label_of(value, unit))
        notes = [f"点線：{path['time'][u.first]} に開始。灰色の線：ほかの {others.shape[1]} の「{label_of(id)}」"]
        low, high = ax.get_ylim()
        if not low <= 0 <= high:
            notes.append("縦軸は 0 から始まっていません")
        finish(
            ax,
            title=title or f"「{u.names[u.treated]}」の「{label_of(value)}」と、混ぜた相手",
            source=source,
            notes=tuple(notes),
        )
        ends = [
            (at[-1], path[c].iloc[-1], name, colour)
            for c, name, colour in (
                ("observed", str(u.names[u.treated]), PALETTE[0]),
                ("counterfactual", "混ぜた相手", PALETTE[1]),
            )
        ]
        frame.at_ends(ax, right=ends)
        frame.thin_ticks(ax)
    remember(drawn, Picture("合成対照のグラフ", tuple(found.sentence.rstrip("。").split("。"))))
    return ax
