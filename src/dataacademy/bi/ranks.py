"""Ranks by amount and by rate, and Pareto's question: how few make up most of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from dataacademy.analysis import Analysis
from dataacademy.bi.rows import percent, rows_of, sums, value_of
from dataacademy.bi.star import Star
from dataacademy.charts import frame as charts_frame
from dataacademy.charts.picture import Picture, remember
from dataacademy.errors import DataAcademyError
from dataacademy.inputs import check_between
from dataacademy.labels import label_of
from dataacademy.styling import GRID, HALO, INK, PALETTE, axes, finish, style

_MOST_NAMES = 12  # groups whose names find room below the bars


def rank(data: pd.DataFrame | Star, *, by: str, value: str | None = None, per: str | None = None) -> Analysis:
    """Groups by amount, largest first; with ``per`` beside it the rank by rate, which may be another.

    value, per
        Columns to add up; the rate is Σ value / Σ per, in percent (not the mean of the rates of the rows).

    Ties share a rank and the next is skipped (1, 1, 3).  Table: ``by``, value, ``of_total_percent, rank``; with ``per``
    also per, ``ratio_percent, ratio_rank``, empty where per is 0.  Value: the amount of the first.  Figures with
    ``per``: ``overall_percent`` (Σ value / Σ per of all) and ``mean_percent`` (the mean of the rates, which is not it).
    Errors: ``negative_base``, those of :func:`pivot`.
    When not to use: to praise or blame: small groups lead both ends of a rank by rate by chance.
    Checked against ``scipy.stats.rankdata(method="min")``.

    >>> import dataacademy as da
    >>> found = rank(da.load("areas"), by="quarter", value="elderly", per="population")
    >>> found.table["rank"].tolist(), bool(found.figures["overall_percent"] < 100)
    ([1, 2, 3, 4], True)
    """
    value = value_of(data, value)
    values = [value, *([per] if per else [])]
    frame, chosen = rows_of(data, [by], values)
    table = sums(frame, [by], values).sort_values(value, ascending=False, kind="stable", ignore_index=True)
    table[by] = table[by].astype(str)
    table["of_total_percent"] = percent(table[value], [table[value].sum()] * len(table))
    table["rank"] = table[value].rank(method="min", ascending=False).astype("Int64")
    first, figures, more, more_en = table.iloc[0], {}, "", ""
    if per:
        if (table[per] < 0).any():
            raise DataAcademyError(
                "negative_base",
                f"割る数「{label_of(per)}」に、0 より小さい組があります。",
                f"{per!r} is negative for a group.",
                fix="人口や件数のような、0 以上の数で割ってください。",
                fix_en="Divide by an amount that is not negative.",
                column=per,
            )
        table["ratio_percent"] = percent(table[value], table[per])
        table["ratio_rank"] = table["ratio_percent"].rank(method="min", ascending=False).astype("Int64")
        base = float(table[per].sum())
        figures = {
            "overall_percent": 100 * float(table[value].sum()) / base if base else float("nan"),
            "mean_percent": float(table["ratio_percent"].mean()),
        }
        top = table.loc[table["ratio_percent"].idxmax()] if table["ratio_percent"].notna().any() else first
        whole = figures["overall_percent"]
        more = f"割合では「{top[by]}」の {top['ratio_percent']:.1f}％がいちばん高く、全体では {whole:.1f}％です。"
        more_en = f" By rate: {top[by]}, {top['ratio_percent']:.1f} % against {whole:.1f} % overall."
    return Analysis(
        table,
        float(first[value]),
        f"{label_of(value)}がいちばん大きい「{label_of(by)}」は「{first[by]}」の {first[value]:,.0f}"
        f"（全体の {first['of_total_percent']:.1f}％）です。{more}",
        f"{first[by]} has most {value}: {first[value]:,.0f} ({first['of_total_percent']:.1f} % of all).{more_en}",
        {"行": len(frame), label_of(by): len(table)},
        (chosen,) if chosen else (),
        figures=figures,
    )


def pareto(data: pd.DataFrame | Star, *, by: str, value: str | None = None, share: float = 80) -> Analysis:
    """How few groups, largest first, make up ``share`` percent of the whole.

    Table, largest first: ``by``, value, ``of_total_percent, cumulative_percent, rank``.  Value: the number of groups it
    takes.  Figures: ``groups, needed_groups, needed_percent`` (of all groups), ``even`` (how many, were it evenly
    spread), ``reached_percent``.  Errors: ``negative_amounts``, ``nothing_to_share``, ``out_of_range``.
    When not to use: to leave the others out: the rest are people too; and where groups are of very different size, look
    at the rate as well.  Checked against cumulative sums by hand.

    >>> import dataacademy as da
    >>> found = pareto(da.load("areas"), by="name", value="elderly", share=50)
    >>> found.figures["needed_groups"] < found.figures["even"]
    True
    """
    check_between("割合", share, 0, 100, en="The share")
    value = value_of(data, value)
    frame, chosen = rows_of(data, [by], [value])
    table = sums(frame, [by], [value]).sort_values(value, ascending=False, kind="stable", ignore_index=True)
    table[by] = table[by].astype(str)
    total = float(table[value].sum())
    if (table[value] < 0).any() or total == 0:
        kind = "nothing_to_share" if total == 0 else "negative_amounts"
        raise DataAcademyError(
            kind,
            f"「{label_of(value)}」"
            + ("の合計が 0 です。" if total == 0 else "に 0 より小さい組があり、積み上げられません。"),
            f"{value!r} sums to 0 or has negative groups.",
            fix="人数・件数・金額のような、足し合わせられる数の列を選んでください。",
            fix_en="Choose amounts that add up.",
            column=value,
        )
    table["of_total_percent"] = percent(table[value], [total] * len(table))
    table["cumulative_percent"] = 100 * table[value].cumsum() / total
    table["rank"] = table[value].rank(method="min", ascending=False).astype("Int64")
    reached = table["cumulative_percent"] >= share - 1e-9
    needed = int(np.argmax(reached.to_numpy())) + 1
    groups = len(table)
    figures = {
        "groups": groups,
        "needed_groups": needed,
        "needed_percent": 100 * needed / groups,
        "even": int(np.ceil(groups * share / 100 - 1e-9)),
        "reached_percent": float(table["cumulative_percent"].iloc[needed - 1]),
    }
    name = label_of(by)
    return Analysis(
        table,
        needed,
        f"{label_of(value)}の {share:g}％は、多い順に {needed} の「{name}」（{groups} の "
        f"{figures['needed_percent']:.0f}％）に入ります。どこも同じなら {figures['even']} かかります。",
        f"{share:g} % of {value} lie in the {needed} largest of {groups} {by}; "
        f"evenly spread it would take {figures['even']}.",
        {"行": len(frame), name: groups},
        (chosen,) if chosen else (),
        figures=figures,
    )


def pareto_chart(
    data: pd.DataFrame | Star,
    *,
    by: str,
    value: str | None = None,
    share: float = 80,
    title: str = "",
    source: str = "",
    note: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Pareto's chart: bars of each group's percent, a line of the percent so far, both on one axis from 0 to 100.

    Up to twelve groups have their names; more have numbers, and their bars, too low to see, fill the room below the
    line.  ``share`` is dashed, dotted is what an even spread would give.  One axis for both, as two axes can be made to
    say anything.  Errors: those of :func:`pareto`.  When not to use: for groups in a natural order (ages, months): use
    ``da.charts.bar``.  Checked against :func:`pareto`.

    >>> import dataacademy as da
    >>> from matplotlib import pyplot
    >>> ax = pareto_chart(da.load("areas"), by="quarter", value="elderly", title="高齢者", source="住民基本台帳")
    >>> len(ax.patches), da.charts.alt(ax).split("。")[0]
    (4, 'パレート図「高齢者」')
    >>> pyplot.close(ax.figure)
    """
    found = pareto(data, by=by, value=value, share=share)
    table, needed = found.table, found.figures["needed_groups"]
    at, many = np.arange(len(table)), len(table) > _MOST_NAMES
    with style():
        ax = axes(ax, (7.2, 4.2))
        colours = [PALETTE[0] if i < needed else "#C9C9C9" for i in at]
        heights = table[
            "cumulative_percent" if many else "of_total_percent"
        ]  # of a hundred groups none has a bar to see
        ax.bar(at, heights, 1.0 if many else 0.8, color=colours, zorder=2)
        ax.plot([-1, *at], [0, *table["cumulative_percent"]], color=INK, linewidth=1.8, zorder=3)
        ax.plot([-1, at[-1]], [0, 100], color="#767676", linestyle=":", linewidth=1.2)
        ax.axhline(share, color=INK, linestyle=(0, (4, 3)), linewidth=1)
        ax.annotate(
            f"{needed} 番目で {found.figures['reached_percent']:.0f}％",
            (needed - 1, found.figures["reached_percent"]),
            xytext=(10, -18),
            textcoords="offset points",
            path_effects=[HALO],
        )
        ax.set(ylim=(0, 105), xlim=(-1, len(table) - 0.4))
        if many:
            steps = [i for i in at if (i + 1) % _step(len(table)) == 0]
            ax.set_xticks(steps, [f"{i + 1}" for i in steps])
        else:
            ax.set_xticks(at, table[by])
            charts_frame.break_names(ax)
        ax.yaxis.grid(True, **GRID)
        ax.tick_params(length=0)
        ax.spines[["left", "bottom"]].set_visible(False)
        name = f"多い順の番号（{label_of(by)}）" if many else label_of(by)
        charts_frame.name_axes(ax, name, "合計に占める割合（%）")
        told = "実線は、左から足した割合。点線は、どこも同じなら"
        finish(ax, title=title, source=source, notes=charts_frame.lines(note, told))
    remember(ax.patches[-1], Picture("パレート図", amounts="y"))
    return ax


def _step(count: int) -> int:
    """A round distance between numbered ticks, so that about six fit."""
    return next((s for s in (5, 10, 20, 25, 50, 100, 200, 500) if count / s <= 8), 1000)
