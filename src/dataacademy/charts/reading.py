"""What a picture says, in words: for those who cannot see it, and for the paper that has no room for it."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.category import StrCategoryFormatter
from matplotlib.collections import PathCollection, QuadMesh
from matplotlib.container import BarContainer
from matplotlib.dates import AutoDateFormatter, ConciseDateFormatter, DateFormatter, num2date
from matplotlib.lines import Line2D
from matplotlib.patches import Wedge
from matplotlib.ticker import FixedLocator

from dataacademy.charts.frame import years
from dataacademy.charts.picture import pictures
from dataacademy.styling import NO_DATA, plain


def alt(ax: Axes) -> str:
    """Japanese alternative text of a chart: kind, title, axes with units, range and extremes, notes and source.

    Up to twelve bars are named one by one; of more, the number, the largest and the smallest.  Charts drawn with
    matplotlib itself are read from what lies on the axes.  When not to use: as the only text of a meeting paper; it
    says what is drawn, not what it means.  Checked against the numbers that were drawn.

    >>> import dataacademy as da
    >>> from matplotlib import pyplot
    >>> people = da.load("areas").groupby("quarter", as_index=False)["population"].sum()
    >>> ax = da.charts.bar(people, x="quarter", y="population", unit="人", title="人口")
    >>> alt(ax).split("。")[:2]
    ['棒グラフ「人口」', '横軸は「地区の性格」、縦軸は「人口（人）」']
    >>> pyplot.close(ax.figure)
    """
    title = (ax.get_title(loc="left") or ax.get_title()).replace("\n", "")
    drawn = pictures(ax)
    kind = "と".join(dict.fromkeys(p.kind for p in drawn)) or kind_of(ax)
    parts = [f"{kind}「{title}」" if title else kind]
    lines = [line for p in drawn for line in p.lines]
    if ax.axison:
        named = [("横軸", ax.get_xlabel()), ("縦軸", ax.get_ylabel())]
        axes = "、".join(f"{name}は「{text}」" for name, text in named if text)
        parts.append(axes)
    parts += lines
    bars = own_bars(ax)
    parts += [_read_bars(ax, container, len(bars) > 1) for container in bars]
    if not drawn and not bars:
        parts += _read_others(ax)
    legend = ax.get_legend()
    if legend and not bars and not drawn:
        heading = legend.get_title().get_text().replace("\n", "")
        parts.append(f"{heading}：" * bool(heading) + "、".join(t.get_text() for t in legend.get_texts()))
    parts += [line for t in ax.texts if t.get_gid() == "source" for line in t.get_text().split("\n")]
    return "".join(f"{part.removesuffix('。')}。" for part in parts if part)


def own_bars(ax: Axes) -> list[BarContainer]:
    """The bars of a bar chart, ours or the reader's own; not those of histograms, pyramids and scales."""
    if pictures(ax) and "棒グラフ" not in {p.kind for p in pictures(ax)}:
        return []
    return [c for c in ax.containers if isinstance(c, BarContainer) and len(c)]


def data_lines(ax: Axes) -> list[Line2D]:
    """Lines that show data: not those across the whole axes, which mark a value."""
    return [line for line in ax.lines if line.get_transform() == ax.transData and len(line.get_xdata()) > 1]


def kind_of(ax: Axes) -> str:
    """What a chart is that the reader drew with matplotlib itself."""
    if own_bars(ax):
        return "棒グラフ"
    if any(isinstance(p, Wedge) for p in ax.patches):
        return "円グラフ"
    if not ax.axison:
        return "地図"
    if data_lines(ax):
        return "折れ線グラフ"
    if any(isinstance(c, PathCollection) for c in ax.collections):
        return "散布図"
    return "色の表（ヒートマップ）" if _coloured(ax) else "図"


def _coloured(ax: Axes) -> list:
    return [c for c in (*ax.collections, *ax.images) if c.get_array() is not None and not isinstance(c, PathCollection)]


def _read_bars(ax: Axes, container: BarContainer, grouped: bool) -> str:
    axis = ax.xaxis if container.orientation == "vertical" else ax.yaxis
    at = [p.get_x() + p.get_width() / 2 if axis is ax.xaxis else p.get_y() + p.get_height() / 2 for p in container]
    names = [_say(axis, place) for place in at]
    if isinstance(axis.get_major_locator(), FixedLocator):  # one tick per category
        ticks, labels = axis.get_ticklocs(), axis.get_ticklabels()
        names = [labels[np.abs(ticks - place).argmin()].get_text().replace("\n", "") for place in at]
    written = [t.get_text() for t in ax.texts if t.get_gid() == "value"]
    start = sum(len(c) for c in ax.containers[: ax.containers.index(container)])
    written = written[start : start + len(container)] or [plain(v) for v in container.datavalues]
    head = f"{container.get_label()}：" if grouped else ""
    known = [(float(v), n, w) for v, n, w in zip(container.datavalues, names, written, strict=True) if w != NO_DATA]
    if len(names) <= 12 or not known:
        return head + "、".join(f"{n} {w}" for n, w in zip(names, written, strict=True))
    (_, top, most), (_, bottom, least) = max(known), min(known)
    return f"{head}{len(names)} 本。最大は {top} の {most}、最小は {bottom} の {least}"


def _read_others(ax: Axes) -> list[str]:
    """Lines, points, coloured cells and slices of the reader's own chart."""
    lines = data_lines(ax) if ax.axison else []
    out = []
    if lines:
        x, y = (np.concatenate([np.asarray(get(line), float) for line in lines]) for get in (_xdata, _ydata))
        x, y = x[np.isfinite(x)], y[np.isfinite(y)]
        if len(x) and len(y):
            span = f"{_say(ax.xaxis, x.min())} から {_say(ax.xaxis, x.max())}"
            out.append(f"横軸の範囲は {span}、値の範囲は {plain(y.min())} から {plain(y.max())}")
            out += [text for line in lines[:6] if (text := _read_line(ax, line, len(lines) > 1))]
    for points in (c for c in ax.collections if isinstance(c, PathCollection) and ax.axison and not lines):
        place = np.asarray(points.get_offsets(), float)
        if len(place):
            (x0, y0), (x1, y1) = place.min(axis=0), place.max(axis=0)
            across = f"横は {_say(ax.xaxis, x0)} から {_say(ax.xaxis, x1)}"
            out.append(f"点は {len(place):,} 個。{across}、縦は {plain(y0)} から {plain(y1)}")
    for cells in _coloured(ax) if ax.axison else []:
        array = np.ma.masked_invalid(np.asarray(cells.get_array(), float)).compressed()
        if len(array) and (isinstance(cells, QuadMesh) or cells in ax.images):
            out.append(f"色の値の範囲は {plain(array.min())} から {plain(array.max())}")
    slices = [p for p in ax.patches if isinstance(p, Wedge)]
    if slices:
        shares = [f"{p.get_label()} {(p.theta2 - p.theta1) / 3.6:.0f} %" for p in slices]
        out.append("、".join(shares))
    return out


def _xdata(line: Line2D):
    return line.get_xdata(orig=False)


def _ydata(line: Line2D):
    return line.get_ydata(orig=False)


def _read_line(ax: Axes, line: Line2D, several: bool) -> str:
    x, y = np.asarray(_xdata(line), float), np.asarray(_ydata(line), float)
    x, y = x[np.isfinite(y)], y[np.isfinite(y)]
    if not len(y):
        return ""
    name = line.get_label()
    head = f"{name}：" if several and not name.startswith("_") else ""
    top, low = y.argmax(), y.argmin()
    extremes = (
        f"（最大は {_say(ax.xaxis, x[top])} の {plain(y[top])}、最小は {_say(ax.xaxis, x[low])} の {plain(y[low])}）"
    )
    return f"{head}{plain(y[0])} から {plain(y[-1])} へ" + (extremes if len(y) > 2 else "")


def _say(axis, value: float) -> str:
    """A place on an axis as it is read: a category, a date, a year, a number."""
    formatter = axis.get_major_formatter()
    if isinstance(formatter, StrCategoryFormatter):
        return formatter(round(value), 0)
    if isinstance(formatter, (AutoDateFormatter, ConciseDateFormatter, DateFormatter)):
        date = num2date(value)
        return f"{date.year}年{date.month}月{date.day}日"
    return str(int(value)) if years(np.array([value])) else plain(value)
