"""Charts for meeting papers: bars that start at zero, with their values, unit and source written on them.

Every chart is ``f(data, *, …, ax=None) -> Axes``: it applies :func:`style` inside the call, leaves the reader's own
matplotlib settings alone and never calls ``plt.show()``.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.container import BarContainer

from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.labels import label_of
from dataacademy.styling import HALO, INK, NO_DATA, PALETTE, axes, finish, missing_glyphs, numbers, plain, style

__all__ = ["alt", "bar", "missing_glyphs", "style"]


def bar(
    data: pd.DataFrame,
    *,
    x: str,
    y: str,
    by: str | None = None,
    unit: str = "",
    title: str = "",
    source: str = "",
    horizontal: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Bars from zero, one per row of ``data``, in the order of the rows, with their values written at the end.

    ``x`` names the column of categories, ``y`` the column of numbers, ``unit`` its unit.  ``by`` names a column of
    groups: bars of one category then stand side by side, with a legend.  ``horizontal=True`` suits long names.
    An empty value is written as 「データなし」, not left out.  Errors: unknown column, ``y`` not numeric, no row, the
    same category twice (add up first), more groups than colours.  Not for values where zero means nothing (years).

    >>> table = pd.DataFrame({"地区": ["北町", "南町"], "人口": [1200, 800]})
    >>> ax = bar(table, x="地区", y="人口", unit="人", title="地区の人口", source="住民基本台帳")
    >>> print(alt(ax))
    棒グラフ「地区の人口」。横軸は「地区」、縦軸は「人口（人）」。北町 1,200、南町 800。出典：住民基本台帳。
    >>> ax.figure.clear()
    """
    wide = _wide(data, x, y, by)
    count, digits = wide.size, _digits(wide.to_numpy())
    width = 0.8 / wide.shape[1]
    with style():
        size = (7.2, max(2.4, 1.3 + 0.34 * count)) if horizontal else (7.2, 4.2)
        ax = axes(ax, size)
        at = np.arange(len(wide))
        for i, (group, values) in enumerate(wide.items()):
            where = at + (i - (wide.shape[1] - 1) / 2) * width
            draw = ax.barh if horizontal else ax.bar
            bars = draw(where, values.fillna(0), width * 0.94, color=PALETTE[i], label=str(group), zorder=2)
            written = [NO_DATA if np.isnan(v) else f"{v:,.{digits}f}" for v in values]
            small = 10 if horizontal or count <= 12 else 7.5
            ax.bar_label(bars, written, padding=3, gid="value", fontsize=small, path_effects=[HALO])
        _frame_bars(ax, wide, label_of(x), label_of(y, unit), horizontal)
        if by:
            ax.legend(title=label_of(by), loc="upper left", bbox_to_anchor=(1.01, 1), alignment="left")
        finish(ax, title=title, source=source)
    return ax


def _wide(data: pd.DataFrame, x: str, y: str, by: str | None) -> pd.DataFrame:
    """Categories as rows, groups as columns (one without ``by``), both in the order of the data; floats."""
    columns = [c for c in (x, y, by) if c is not None]
    check_columns(data, columns, table="渡した表")
    values = numbers(data, y)
    keys = pd.DataFrame({"x": _words(data[x]), "by": _words(data[by]) if by else y})
    if keys.empty:
        raise DataAcademyError("no_rows", "表に行がないので、図をかけません。", "The table has no rows to draw.")
    twice = keys[keys.duplicated()]
    if len(twice):
        name = "・".join(dict.fromkeys(twice.iloc[0] if by else [twice.iloc[0]["x"]]))
        raise DataAcademyError(
            "duplicate",
            f"「{name}」の行が二つ以上あります。どの値を棒にすればよいか決められません。",
            f"There is more than one row for {name!r}: which value is the bar?",
            fix=f"先に合計や平均でまとめてください（例：data.groupby({columns[0]!r})[{y!r}].sum().reset_index()）。",
            fix_en="Add the rows up first, with groupby.",
        )
    wide = pd.Series(values, index=pd.MultiIndex.from_frame(keys)).unstack("by")
    wide = wide.loc[keys["x"].unique(), keys["by"].unique()]
    if wide.shape[1] > len(PALETTE):
        raise DataAcademyError(
            "too_many_groups",
            f"列「{by}」には {wide.shape[1]} 種類あります。見分けられる色は {len(PALETTE)} 色までです。",
            f"{wide.shape[1]} groups in {by!r}; only {len(PALETTE)} colours can be told apart.",
            fix="少ないものを「その他」にまとめるか、図を分けてください。",
            fix_en="Put small groups together, or draw several charts.",
        )
    return wide


def _words(column: pd.Series) -> list[str]:
    """Categories as text: numbers without needless decimals, an empty cell as 「（空欄）」."""
    is_number = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    return ["（空欄）" if pd.isna(v) else plain(v) if is_number else str(v) for v in column]


def _digits(values: np.ndarray) -> int:
    """How many decimals the labels of these bars need: at most one from 10 up, two below, four below 0.1."""
    values = values[~np.isnan(values)]
    largest = np.abs(values).max(initial=0)
    most = 0 if largest >= 1000 else 1 if largest >= 10 else 2 if largest >= 0.1 else 4
    return next((d for d in range(most) if np.allclose(values, np.round(values, d), rtol=0, atol=1e-9)), most)


def _frame_bars(ax: Axes, wide: pd.DataFrame, x_label: str, y_label: str, horizontal: bool) -> None:
    """Axes of a bar chart: zero included, room for the labels, the unit above (or at the end of) the value axis."""
    values = wide.fillna(0).to_numpy()
    low, high = min(0.0, values.min()), max(0.0, values.max())
    room = 0.1 * ((high - low) or 1)
    limits = (low - room if low < 0 else 0, high + room if high > 0 or low == 0 else 0)
    ax.set(**({"xlim": limits, "xlabel": y_label} if horizontal else {"ylim": limits, "xlabel": x_label}))
    categories, amounts = (ax.yaxis, ax.xaxis) if horizontal else (ax.xaxis, ax.yaxis)
    categories.set_ticks(np.arange(len(wide)), wide.index)
    amounts.set_major_formatter(lambda value, _: plain(value))
    amounts.grid(True)
    if horizontal:
        ax.set_ylim(len(wide) - 0.4, -0.6)
        ax.axvline(0, color=INK, linewidth=1, zorder=3)
    else:
        ax.set_xlim(-0.6, len(wide) - 0.4)
        ax.axhline(0, color=INK, linewidth=1, zorder=3)
    ax.tick_params(length=0)
    ax.spines[["left", "bottom"]].set_visible(False)
    # Japanese reads badly when turned by 90 degrees: the label of the vertical axis lies above it instead
    ax.set_ylabel(x_label if horizontal else y_label, rotation=0, ha="left", va="bottom")
    ax.yaxis.set_label_coords(0, 1.02)


def alt(ax: Axes) -> str:
    """Japanese alternative text of a chart: kind, title, axes, and values (or classes and counts) in words.

    Up to twelve bars are named one by one; of more, the number, the largest and the smallest.
    """
    title = ax.get_title(loc="left") or ax.get_title()
    bars = [c for c in ax.containers if isinstance(c, BarContainer)]
    kind = "棒グラフ" if bars else "図" if ax.axison else "地図"
    parts = [f"{kind}「{title}」" if title else kind]
    if ax.axison:
        named = [("横軸", ax.get_xlabel()), ("縦軸", ax.get_ylabel())]
        parts.append("、".join(f"{name}は「{text}」" for name, text in named if text))
    parts += [_read_bars(ax, container, len(bars) > 1) for container in bars]
    legend = ax.get_legend()
    if legend and not bars:
        heading = legend.get_title().get_text().replace("\n", "")
        parts.append(f"{heading}：" * bool(heading) + "、".join(t.get_text() for t in legend.get_texts()))
    parts += [line for t in ax.texts if t.get_gid() == "source" for line in t.get_text().split("\n")]
    return "".join(f"{part}。" for part in parts if part)


def _read_bars(ax: Axes, container: BarContainer, grouped: bool) -> str:
    axis = ax.xaxis if container.orientation == "vertical" else ax.yaxis
    names = [t.get_text() for t in axis.get_ticklabels()]
    written = [t.get_text() for t in ax.texts if t.get_gid() == "value"]
    start = sum(len(c) for c in ax.containers[: ax.containers.index(container)])
    written = written[start : start + len(container)]
    head = f"{container.get_label()}：" if grouped else ""
    known = [(float(v), n, w) for v, n, w in zip(container.datavalues, names, written, strict=True) if w != NO_DATA]
    if len(names) <= 12 or not known:
        return head + "、".join(f"{n} {w}" for n, w in zip(names, written, strict=True))
    (_, top, most), (_, bottom, least) = max(known), min(known)
    return f"{head}{len(names)} 本。最大は {top} の {most}、最小は {bottom} の {least}"
