"""Tables as colour (heatmap) and one picture many times (small multiples)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, Normalize, TwoSlopeNorm

from dataacademy.charts import frame
from dataacademy.charts.bars import table_of
from dataacademy.charts.colour import ink_on
from dataacademy.charts.lines import value_axis
from dataacademy.charts.picture import Picture, remember
from dataacademy.charts.timeaxis import wide_of
from dataacademy.errors import check_choice
from dataacademy.labels import label_of
from dataacademy.styling import HALO, INK, NO_DATA, PALETTE, axes, finish, plain, style

_MOST_PANELS = 24


def heatmap(
    data: pd.DataFrame,
    *,
    x: str,
    y: str,
    value: str,
    center: float | None = None,
    unit: str = "",
    title: str = "",
    source: str = "",
    note: str = "",
    ax: Axes | None = None,
) -> Axes:
    """A table as colour: one cell per pair of ``x`` (columns) and ``y`` (rows), with its value written in it.

    Light to dark, also on a black-and-white copy; with ``center`` (such as 0 for changes or 100 for an index) blue
    above and orange below it.  Cells without a value are grey with 「－」.  Columns and rows stand in the order of the
    data.  Errors: unknown column, not numeric, all empty, the same pair twice, more than 60 columns or rows.
    When not to use: to compare neighbouring values exactly (use bars).  Checked against the cells that matplotlib drew.

    >>> import dataacademy as da
    >>> from matplotlib import pyplot
    >>> log = da.load("counter_log")
    >>> busy = log.groupby(["office", log["arrived"].str[:2].rename("時")]).size().reset_index(name="件数")
    >>> ax = heatmap(busy, x="時", y="office", value="件数", unit="件", title="窓口の混みぐあい", source="受付記録")
    >>> da.charts.alt(ax).split("。")[2]
    '色は 件数（件）、9 列 2 行'
    >>> pyplot.close(ax.figure)
    """
    frame.check_table(data, [x, y, value])
    for column in (x, y):
        frame.not_too_many(data[column].unique(), column, 60)
    wide = table_of(data, y, value, x)
    cells = wide.to_numpy()
    low, high = np.nanmin(cells), np.nanmax(cells)
    colours, scale = _scale(low, high, center)
    with style():
        tall, broad = wide.shape
        ax = axes(ax, (min(max(4.2, 1.6 + 0.62 * broad), 14), min(max(2.4, 1.4 + 0.34 * tall), 18)))
        mesh = ax.pcolormesh(np.ma.masked_invalid(cells), cmap=colours, norm=scale, edgecolors="white", linewidth=1.2)
        ax.set_facecolor("#EDEDED")
        size = 9.5 if cells.size <= 150 else 7.5 if cells.size <= 500 else 5.5
        written = np.reshape([text if text != NO_DATA else "－" for text in frame.write(cells.ravel())], cells.shape)
        for (row, column), text in np.ndenumerate(written):
            known = not np.isnan(cells[row, column])
            ink = ink_on(colours(scale(cells[row, column]))) if known else "#6E6E6E"
            ax.text(column + 0.5, row + 0.5, text, ha="center", va="center", color=ink, fontsize=size, gid="value")
        ax.set_xticks(np.arange(broad) + 0.5, wide.columns)
        ax.set_yticks(np.arange(tall) + 0.5, wide.index)
        ax.set_ylim(tall, 0)
        ax.tick_params(length=0)
        ax.spines[["left", "bottom"]].set_visible(False)
        frame.name_axes(ax, label_of(x), label_of(y))
        key = f"色と数字：{label_of(value, unit)}" + (
            f"　青：{plain(center)} より上、橙：下" if center is not None else ""
        )
        finish(ax, title=title, source=source, notes=frame.lines(note, key))
        frame.break_names(ax)
    remember(mesh, Picture("色の表（ヒートマップ）", _read(wide, label_of(value, unit)), unit=unit))
    return ax


def _scale(low: float, high: float, center: float | None):
    if center is None:
        ramp = LinearSegmentedColormap.from_list("light_to_dark", colormaps["YlGnBu"](np.linspace(0.05, 0.97, 64)))
        return ramp, Normalize(low, high if high > low else low + 1)
    reach = max(abs(low - center), abs(high - center)) or 1
    ramp = LinearSegmentedColormap.from_list("orange_blue", ["#B35806", "#F1A340", "#F7F7F7", "#6BAED6", "#08519C"])
    return ramp, TwoSlopeNorm(center, center - reach, center + reach)


def _read(wide: pd.DataFrame, name: str) -> tuple[str, ...]:
    flat = wide.stack()
    low, high = frame.write(np.array([flat.min(), flat.max()]), frame.digits(wide.to_numpy()))
    holes = int(wide.isna().to_numpy().sum())
    return (
        f"色は {name}、{wide.shape[1]} 列 {wide.shape[0]} 行" + (f"、値のないます目 {holes}" if holes else ""),
        f"値の範囲は {low} から {high}",
        f"最大は {'・'.join(flat.idxmax())} の {high}、最小は {'・'.join(flat.idxmin())} の {low}",
    )


def small_multiples(
    data: pd.DataFrame,
    *,
    x: str,
    y: str,
    by: str,
    chart: str = "line",
    columns: int | None = None,
    same_scale: bool = True,
    unit: str = "",
    title: str = "",
    source: str = "",
    note: str = "",
    ax: Axes | None = None,
) -> Axes:
    """The same small picture for every group of ``by``: ``chart="line"`` (all others grey behind) or ``"bar"``.

    The axes returned hold title, notes and source; the panels are its ``child_axes``, in the order of the data.
    ``columns``: panels in a row.  ``same_scale=False`` gives each panel its own vertical scale, and says so.  Errors:
    unknown column, not numeric, all empty, a group without values, the same step twice, more than 24 groups.
    When not to use: to compare exact values between panels (use one chart).  Checked against the points in the panels.

    >>> import dataacademy as da
    >>> from matplotlib import pyplot
    >>> monthly = da.load("indicator_monthly")
    >>> ax = small_multiples(monthly, x="month", y="value", by="name", unit="%", title="指標", source="各課")
    >>> [panel.get_title(loc="left") for panel in ax.child_axes][:3]
    ['就労支援の就職率', 'オンライン申請の割合', '資源化率']
    >>> pyplot.close(ax.figure)
    """
    check_choice("図の種類", chart, ["line", "bar"], en="chart")
    frame.check_table(data, [x, y, by])
    values = frame.amounts(data, y)
    frame.not_too_many(data[by].unique(), by, _MOST_PANELS)
    steps, wide = wide_of(data, x, values, by, y)
    frame.no_empty_group(wide, by)
    frame.not_too_many(wide.index, x, 40 if chart == "bar" else 2000)
    broad = columns or next(c for c in (1, 2, 3, 4, 6) if c * c * 1.4 >= wide.shape[1] or c == 6)
    tall = -(-wide.shape[1] // broad)
    decimals = frame.digits(wide.to_numpy())
    with style():
        height = 1.0 + 1.55 * tall
        host = axes(ax, (max(4.2, min(2.2 * broad + 0.6, 11)), height))
        host.set_axis_off()
        room = _Grid(host, broad, tall, own_ticks=not same_scale)
        for i, name in enumerate(wide):
            panel = host.inset_axes(room.place(i))
            _panel(panel, wide, name, chart, same_scale, decimals)
            steps.dress(panel)
            few = [wide.index[0], wide.index[-1]]
            if steps.ordered and chart == "line":
                panel.set_xticks(few, [steps.called[at] for at in few], fontsize=8)
                for label, side in zip(panel.get_xticklabels(), ("left", "right"), strict=True):
                    label.set_ha(side)
            if i + broad < wide.shape[1]:
                panel.tick_params(labelbottom=False)
            if same_scale and i % broad:
                panel.tick_params(labelleft=False)
            panel.tick_params(length=0, labelsize=8)
            panel.set_title(name, loc="left", fontsize=10, pad=4)
        scales = "目盛りはどの図も同じです" if same_scale else "縦軸の目盛りは図ごとに違います"
        notes = [f"横軸：{label_of(x)}　縦軸：{label_of(y, unit)}　{scales}"]
        if holes := int(wide.isna().to_numpy().sum()):
            notes.append(f"{NO_DATA}：{holes} 点（空いているところ）")
        if chart == "line":
            notes.append(f"灰色の線：ほかの {wide.shape[1] - 1} 本")
        finish(host, title=title, source=source, notes=frame.lines(note, *notes))
    remember(host.child_axes[0], Picture("小さな図の並び", _read_panels(wide, steps.called), amounts="", unit=unit))
    return host


class _Grid:
    """Where the panels lie in the host, in fractions of it; room for their titles and ticks is in inches."""

    def __init__(self, host: Axes, broad: int, tall: int, own_ticks: bool):
        host.figure.draw_without_rendering()
        box = host.get_window_extent()
        inch = host.figure.dpi
        self.gap_x, self.gap_y = (0.55 if own_ticks else 0.18) * inch / box.width, 0.36 * inch / box.height
        self.left, self.bottom, self.top = 0.45 * inch / box.width, 0.28 * inch / box.height, 0.24 * inch / box.height
        self.width = (1 - self.left - self.gap_x * (broad - 1)) / broad
        self.height = (1 - self.bottom - self.top - self.gap_y * (tall - 1)) / tall
        self.broad = broad

    def place(self, i: int) -> tuple[float, float, float, float]:
        row, column = divmod(i, self.broad)
        x = self.left + column * (self.width + self.gap_x)
        y = 1 - self.top - (row + 1) * self.height - row * self.gap_y
        return x, y, self.width, self.height


def _panel(panel: Axes, wide: pd.DataFrame, name: str, chart: str, same_scale: bool, decimals: int) -> None:
    own = wide[name].dropna()
    shown = wide.to_numpy() if same_scale else own.to_numpy()
    if chart == "line":
        value_axis(panel, shown, False)
        for other in wide.columns if same_scale else []:
            if other != name:
                panel.plot(wide.index, wide[other], color="#CFCFCF", linewidth=0.7, zorder=2)
        panel.plot(wide.index, wide[name], color=PALETTE[0], linewidth=2, zorder=3, label=name)
        panel.plot(own.index[-1:], own.iloc[-1:], "o", color=PALETTE[0], markersize=4, zorder=3)
        falls = len(own) > 1 and own.iloc[-1] < own.iloc[-2]  # the number stands where the line does not come from
        panel.annotate(
            frame.write(own.iloc[-1:].to_numpy(), decimals)[0],
            (own.index[-1], own.iloc[-1]),
            xytext=(-2, -5 if falls else 5),
            textcoords="offset points",
            ha="right",
            va="top" if falls else "bottom",
            fontsize=8,
            color=PALETTE[0],
            path_effects=[HALO],
            zorder=4,
            gid="value",
        )
        low, high = panel.get_ylim()
        bottom = low - 0.14 * (high - low)
        panel.set_ylim(max(bottom, 0) if low >= 0 else bottom, high + 0.14 * (high - low))
        return
    panel.bar(wide.index, wide[name].fillna(0), 0.8 * np.diff(wide.index).min() if len(wide) > 1 else 0.8,
              color=PALETTE[0], zorder=2)  # fmt: skip
    value_axis(panel, shown, True)
    panel.axhline(0, color=INK, linewidth=0.8, zorder=3)


def _read_panels(wide: pd.DataFrame, called: dict) -> tuple[str, ...]:
    decimals = frame.digits(wide.to_numpy())
    flat = wide.stack()
    low, high = frame.write(np.array([flat.min(), flat.max()]), decimals)
    (first, least), (second, most) = flat.idxmin(), flat.idxmax()
    out = [
        f"{wide.shape[1]} 枚",
        f"値の範囲は {low}（{least}、{called[first]}）から {high}（{most}、{called[second]}）",
    ]
    for name, values in wide.items():
        known = frame.write(values.dropna().to_numpy()[[0, -1]], decimals)
        out.append(f"{name}：{known[0]} から {known[1]} へ")
    return tuple(out)
