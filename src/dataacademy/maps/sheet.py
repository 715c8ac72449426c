"""The paper that every map is drawn on: areas behind, a frame with scale and north, the key at its side."""

from __future__ import annotations

from contextlib import contextmanager

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.lines import Line2D

from dataacademy import styling
from dataacademy.maps.plane import POINT, crs_name, facilities_in, locations

NO_DATA = {"facecolor": "#EDEDED", "edgecolor": "#9A9A9A", "hatch": "////", "linewidth": 0.4}
EDGE = {"edgecolor": "#6E6E6E", "linewidth": 0.4}
GROUND = {"facecolor": "#F6F6F2", "edgecolor": "#BDBDBD", "linewidth": 0.5}
DOT = 42  # of a circle, in square points
SIZE = (7.2, 5.4)  # of the figure, in inches
_NAMES = ("name", "area_name", "地区名", "町名", "名称", "名前")
_WINDS = ("東", "北東", "北", "北西", "西", "南西", "南", "南東")


def unit_of(data: gpd.GeoDataFrame) -> str:
    """What a row is called."""
    return "建物" if "building_id" in data else "区域" if "zone_id" in data else "地区"


def names_of(data: gpd.GeoDataFrame) -> list[str] | None:
    """What the rows are called, if a column says so."""
    column = next((c for c in _NAMES if c in data), None)
    if column is None:
        return None
    return data[column].astype(object).where(data[column].notna(), "（名前なし）").astype(str).tolist()


def listed(names, most: int = 5) -> str:
    """Some names in a row, and how many more there are.

    >>> listed(["港町", "北町", "南町"], most=2)
    '港町、北町 ほか 1'
    """
    names = list(names)
    more = len(names) - most
    return "、".join(names[:most]) + (f" ほか {more:,}" if more > 0 else "")


def only_points(data: gpd.GeoDataFrame) -> bool:
    """Whether there is nothing to fill."""
    return bool((shapely.get_type_id(data.geometry.to_numpy()) <= POINT).all())


def fill(ax: Axes, rows: gpd.GeoDataFrame, look: dict) -> None:
    """Draw areas (or circles where there are points only) in one ``look``."""
    if len(rows):
        with _undrawn(ax):
            rows.plot(ax=ax, markersize=DOT, aspect=None, **look)


@contextmanager
def _undrawn(ax: Axes):
    """geopandas has the whole figure drawn after each layer, a third of a lesson's time; a bare canvas ignores that."""
    canvas = ax.figure.canvas
    FigureCanvasBase(canvas.figure)
    try:
        yield
    finally:
        canvas.figure.set_canvas(canvas)


def ground(ax: Axes, background: gpd.GeoDataFrame | None, crs) -> gpd.GeoDataFrame | None:
    """Draw the areas (in metres) that lie below the symbols; returns them in ``crs``."""
    if background is None:
        return None
    background = background if background.crs == crs else background.to_crs(crs)
    fill(ax, background[~shapely.is_missing(background.geometry.to_numpy())], GROUND)
    return background


def moved(background: gpd.GeoDataFrame | None, crs) -> list[str]:
    """The note on a background that came in other coordinates."""
    if background is None or background.crs == crs:
        return []
    return [f"背景の座標を変換（{crs_name(background.crs)} → {crs_name(crs)}）"]


def frame(ax: Axes, *layers) -> tuple[float, float, float, float]:
    """Equal scales, no axes, a strip below the map with a scale bar in round metres and the north.

    ``layers``: everything with ``total_bounds`` that has to be on the map.
    """
    bounds = np.array([layer.total_bounds for layer in layers if layer is not None])
    (west, south), (east, north) = np.nanmin(bounds[:, :2], axis=0), np.nanmax(bounds[:, 2:], axis=0)
    size = max(east - west, north - south) or 1000.0
    if east - west < 0.3 * size:  # room for the scale bar
        west, east = (west + east) / 2 - 0.15 * size, (west + east) / 2 + 0.15 * size
    margin, strip = 0.03 * size, 0.09 * size
    bounds = (west - margin, south - margin - strip, east + margin, north + margin)
    ax.set(xlim=bounds[::2], ylim=bounds[1::2], aspect="equal")
    ax.set_axis_off()
    length = round_below((east - west) * 0.3)
    y = south - strip
    ax.plot([west, west + length], [y, y], color=styling.INK, linewidth=3, solid_capstyle="butt")
    ax.annotate(metres(length), (west + length, y), xytext=(5, 0), textcoords="offset points", va="center", fontsize=9)
    ax.text(east, y, "▲\n北", ha="center", va="center", fontsize=9, linespacing=1.05)
    return bounds


def metres(length: float) -> str:
    """A length as it is read: ``500 m``, ``2 km``."""
    return f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"


def round_below(most: float) -> float:
    """The largest of … 1, 2, 5, 10, 20 … that is not above ``most``.

    >>> round_below(4321), round_below(0.05)
    (2000.0, 0.05)
    """
    power = 10.0 ** np.floor(np.log10(most) + 1e-9)
    return float(max(step * power for step in (1, 2, 5) if step * power <= most * (1 + 1e-9)))


def examples(largest: float) -> list[float]:
    """Up to three round sizes for a key, the largest first: near the largest value, a quarter and a sixteenth of it.

    >>> examples(734)
    [500.0, 100.0, 20.0]
    """
    return list(dict.fromkeys(round_below(largest / part) for part in (1, 5, 25)))


def key(ax: Axes, handles, entries, heading: str, **spacing) -> None:
    """The legend at the right of the map."""
    ax.legend(
        handles,
        entries,
        title=heading,
        loc="upper left",
        bbox_to_anchor=(1.01, 1),
        alignment="left",
        **{"handlelength": 1.6, "handleheight": 1.1} | spacing,
    )


def facility_marks(ax: Axes, facilities: gpd.GeoDataFrame, crs, bounds, size: float):
    """Draw the facilities within the frame: the key's mark, its entry, and notes on those that are not shown."""
    near, label, _, left_out = facilities_in(crs, facilities)
    x, y = locations(near).T
    west, south, east, north = bounds
    shown = (west <= x) & (x <= east) & (south <= y) & (y <= north)
    look = {"marker": "^", "color": styling.ACCENT, "markeredgecolor": "white", "markeredgewidth": 0.7, "linestyle": ""}
    ax.plot(x[shown], y[shown], markersize=size, zorder=3, **look)
    outside = int((~shown).sum())
    notes = [f"図の範囲の外にある施設 {outside} 件は表示していない"] if outside else []
    return Line2D([], [], markersize=8, **look), f"{label}（{shown.sum()}）", [*left_out, *notes]


def side(some: np.ndarray, everything: np.ndarray) -> str:
    """Where in the town ``some`` places (n × 2, metres) lie on average: 「北東寄り」, or 「一方に寄っていない」.

    >>> square = np.array([[0, 0], [0, 1000], [1000, 0], [1000, 1000]])
    >>> side(square[[1, 3]], square), side(square, square)
    ('北寄り', '一方に寄っていない')
    """
    off = some.mean(axis=0) - everything.mean(axis=0)
    spread = np.sqrt(everything.var(axis=0).mean())
    if np.hypot(*off) <= 0.35 * spread:
        return "一方に寄っていない"
    return _WINDS[round(np.arctan2(off[1], off[0]) / (np.pi / 4)) % 8] + "寄り"
