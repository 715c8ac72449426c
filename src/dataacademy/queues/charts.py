"""Pictures of waiting: how many wait how long, and where the minutes of a visit go."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from dataacademy.charts import frame, histogram
from dataacademy.charts.colour import ink_on
from dataacademy.charts.picture import Picture, remember
from dataacademy.errors import DataAcademyError
from dataacademy.inputs import levels
from dataacademy.labels import label_of
from dataacademy.queues.minutes import minutes
from dataacademy.queues.waiting import grouped
from dataacademy.styling import GRID, HALO, INK, PALETTE, axes, finish, plain, sequential, style

_MOST = 40  # bars on a sheet of paper
_PARTS = {"wait_minutes": "待ち", "service_minutes": "窓口", "behind_minutes": "裏の処理（職員だけ）"}
_COLOURS = {"wait_minutes": PALETTE[1], "service_minutes": PALETTE[0], "behind_minutes": "#C9C9C9"}


def waiting_chart(
    log: pd.DataFrame,
    *,
    by: str | None = None,
    limits: Sequence[float] = (5, 15, 30),
    title: str = "",
    source: str = "",
    note: str = "",
    ax: Axes | None = None,
) -> Axes:
    """How long people wait, as a distribution: a band a group of ``by`` cut at ``limits``, else a histogram.

    ``log`` as in :func:`minutes`; ``by``: one of its columns or ``"month"``.  ``limits``: minutes; with 5, 15, 30 the
    band has the shares of those who waited up to 5, 15, 30 minutes and longer, light to dark (also in black and
    white); beside it nine in ten.  Errors: those of :func:`waiting`, ``too_many_categories``, ``bad_limits``.
    When not to use: to say that something worked (use ``da.effect.did``).  Checked against :func:`waiting`.

    >>> import dataacademy as da
    >>> from matplotlib import pyplot
    >>> ax = waiting_chart(da.load("counter_log"), by="office", title="待ち時間", source="受付記録")
    >>> da.charts.alt(ax).split("。")[0]
    '待ち時間の帯グラフ「待ち時間」'
    >>> pyplot.close(ax.figure)
    """
    limits = _limits(limits)
    found = minutes(log)
    notes = _notes(note, found.left_out)
    if by is None:
        return _one(found.table, title, source, notes, ax)
    table, gone = grouped(found.table, by)
    names = levels(table[by], by, least=1)
    frame.not_too_many(names, by, _MOST)
    waits = [table.loc[table[by] == name, "wait_minutes"].to_numpy(float) for name in names]
    cuts = np.array([-np.inf, *limits, np.inf])  # as in ``waiting``, exactly 15 minutes are not longer than 15
    share = np.array([[100 * ((w > low) & (w <= high)).mean() for low, high in pairwise(cuts)] for w in waits])
    ninth = [float(np.quantile(w, 0.9)) for w in waits]
    between = [f"{plain(low)}〜{plain(high)}分" for low, high in pairwise(limits)]
    called = [f"{plain(limits[0])}分まで", *between, f"{plain(limits[-1])}分より長い"]
    colours = sequential(len(called))
    with style():
        ax = axes(ax, (8.4, 1.9 + 0.46 * len(names)))
        at, start, bars = np.arange(len(names)), np.zeros(len(names)), []
        for name, part, colour in zip(called, share.T, colours, strict=True):
            bars.append(ax.barh(at, part, 0.72, start, color=colour, label=name, edgecolor="white", zorder=2))
            written = [f"{v:.0f}" if v >= 4 else "" for v in part]
            ax.bar_label(bars[-1], written, label_type="center", fontsize=9, color=ink_on(colour), gid="value")
            start = start + part
        for y, nine in zip(at, ninth, strict=True):
            ax.annotate(f"{nine:.1f}分", (101, y), va="center", fontsize=9.5, gid="value", annotation_clip=False)
        ax.annotate("10人に9人", (101, -0.75), va="center", fontsize=9, annotation_clip=False)
        shown = zip(frame.words(pd.Series(names)), waits, strict=True)
        ax.set_yticks(at, [f"{name}\n（{len(w):,}件）" for name, w in shown])
        _dress(ax, len(names), 100, label_of(by), "待った人の割合（%）")
        _legend(ax, bars, called)
        finish(ax, source=source, notes=(*notes, *_notes("", gone)))
        _title(ax, title)
    words = frame.words(pd.Series(names))
    said = [
        f"{name}：" + "、".join(f"{c} {v:.1f}%" for c, v in zip(called, part, strict=True)) + f"、10人に9人は {n:.1f}分"
        for name, part, n in zip(words, share, ninth, strict=True)
    ]
    remember(bars[0][0], Picture("待ち時間の帯グラフ", tuple(said), amounts="x"))
    return ax


def _one(table: pd.DataFrame, title: str, source: str, notes: tuple[str, ...], ax: Axes | None) -> Axes:
    """All visitors together: a histogram with the median and nine in ten."""
    ax = histogram(
        table, x="wait_minutes", unit="分", count_unit="件", title=title, source=source, note="\n".join(notes), ax=ax
    )
    nine = float(table["wait_minutes"].quantile(0.9))
    with style():
        ax.axvline(nine, color=INK, linewidth=1.2, linestyle=(0, (1, 2)), zorder=3)
        ax.annotate(
            f"10人に9人 {nine:.1f}",
            (nine, 0.9),
            xycoords=("data", "axes fraction"),
            xytext=(5, -2),
            textcoords="offset points",
            va="top",
            fontsize=10,
            path_effects=[HALO],
        )
        finish(ax)
    return ax


def process_time_chart(
    log: pd.DataFrame,
    *,
    by: str = "procedure",
    title: str = "",
    source: str = "",
    note: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Where the minutes of a visit go: mean waiting, at the counter and, where known, of staff behind it, ``by`` group.

    ``log`` as in :func:`minutes`; groups from the longest visit down.  The work behind the counter is
    ``staff_minutes`` − ``service_minutes`` (never below 0), of the tickets that have it; the visitor is gone by then,
    so the number at the end of a bar is without it.  Errors: those of :func:`waiting`, ``too_many_categories``.
    When not to use: to judge a group by its waiting; one line for all gives each the wait of the hour it comes at.
    Checked against the means of :func:`minutes`.

    >>> import dataacademy as da
    >>> from matplotlib import pyplot
    >>> ax = process_time_chart(da.load("counter_log"), title="手続と時間", source="受付記録")
    >>> da.charts.alt(ax).split("。")[0]
    '積み上げの帯グラフ「手続と時間」'
    >>> pyplot.close(ax.figure)
    """
    found = minutes(log)
    table, gone = grouped(found.table, by)
    if "staff_minutes" in table and table["staff_minutes"].notna().any():
        behind = pd.to_numeric(table["staff_minutes"]).astype("Float64") - table["service_minutes"]
        table = table.assign(behind_minutes=behind.clip(lower=0).astype(float))
    parts = [part for part in _PARTS if part in table]
    names = levels(table[by], by, least=1)
    frame.not_too_many(names, by, _MOST)
    mean = table.groupby(by, observed=True)[[*parts, "stay_minutes"]].mean().loc[names]
    number = table.groupby(by, observed=True).size()
    mean = mean.sort_values("stay_minutes", ascending=False, kind="stable")
    words = frame.words(pd.Series(mean.index))
    with style():
        ax = axes(ax, (8.4, 1.9 + 0.46 * len(mean)))
        at, start, bars = np.arange(len(mean)), np.zeros(len(mean)), []
        reach = mean[parts].fillna(0).sum(axis=1).max()
        for part in parts:
            values, colour = mean[part].fillna(0).to_numpy(), _COLOURS[part]
            hatch = "///" if part == "behind_minutes" else None
            bars.append(ax.barh(at, values, 0.72, start, color=colour, edgecolor="white", hatch=hatch, zorder=2))
            written = [f"{v:.1f}" if v > 0.05 * reach else "" for v in values]
            ink = {"path_effects": [HALO]} if hatch else {"color": ink_on(colour)}
            ax.bar_label(bars[-1], written, label_type="center", fontsize=9, gid="value", **ink)
            start = start + values
        for y, (end, stay) in enumerate(zip(start, mean["stay_minutes"], strict=True)):
            ax.annotate(f"来た人 {stay:.1f}分", (end + 0.01 * reach, y), va="center", fontsize=9.5, gid="value")
        ax.set_yticks(at, [f"{w}\n（{number[name]:,}件）" for w, name in zip(words, mean.index, strict=True)])
        _dress(ax, len(mean), 1.17 * reach, label_of(by), "1件の平均の時間（分）")
        _legend(ax, bars, [_PARTS[part] for part in parts])
        finish(ax, source=source, notes=_notes(note, (*found.left_out, *gone)))
        _title(ax, title)
    said = [
        f"{w}：" + "、".join(f"{_PARTS[part]} {row[part]:.1f}分" for part in parts if not pd.isna(row[part]))
        for w, (_, row) in zip(words, mean.iterrows(), strict=True)
    ]
    remember(bars[0][0], Picture("積み上げの帯グラフ", tuple(said), amounts="x"))
    return ax


def _dress(ax: Axes, rows: int, reach: float, groups: str, amounts: str) -> None:
    ax.set(xlim=(0, reach), ylim=(rows - 0.4, -0.6))
    ax.tick_params(length=0)
    ax.xaxis.set_major_formatter(frame.Numbers())
    ax.xaxis.grid(True, **GRID)
    ax.spines[["left", "bottom"]].set_visible(False)
    frame.name_axes(ax, amounts, groups)


def _legend(ax: Axes, bars: list, names: list[str]) -> None:
    ax.legend(bars, names, loc="lower right", bbox_to_anchor=(1, 1.0), ncols=len(names), handlelength=1.1,
              columnspacing=1.2, borderaxespad=0.3)  # fmt: skip


def _title(ax: Axes, title: str) -> None:
    if title:
        finish(ax, title=title)
        ax.set_title(ax.get_title(loc="left"), loc="left", pad=30)


def _notes(note: str, left_out: Sequence[str]) -> tuple[str, ...]:
    return frame.lines(note, f"除いたもの：{'、'.join(left_out)}" if left_out else "")


def _limits(limits) -> list[float]:
    given = np.asarray(limits, dtype=float) if isinstance(limits, (tuple, list)) and len(limits) else np.array([np.nan])
    if not (np.isfinite(given).all() and given[0] > 0 and (np.diff(given) > 0).all() and len(given) <= 6):
        raise DataAcademyError(
            "bad_limits",
            f"区切り（limits）は、0 より大きい分を小さい順に、六つまで並べてください。渡されたのは「{limits}」です。",
            f"limits must be up to six increasing minutes above 0, not {limits!r}.",
            fix="たとえば limits=(5, 15, 30) と書きます。",
            fix_en="For example limits=(5, 15, 30).",
        )
    return given.tolist()
