"""The one map of the course: areas (or their points) coloured by class, with everything a meeting paper needs."""

from __future__ import annotations

from functools import partial

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from dataacademy import styling
from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.labels import label_of
from dataacademy.maps import classify
from dataacademy.maps.plane import POINT, facilities_in, locations, need_plane

_NO_DATA = {"facecolor": "#EDEDED", "edgecolor": "#9A9A9A", "hatch": "////", "linewidth": 0.4}
_SIZE = 42  # of a circle, in square points
_EDGE = {"edgecolor": "#6E6E6E", "linewidth": 0.4}


def choropleth(
    data: gpd.GeoDataFrame,
    *,
    column: str,
    bins=None,
    scheme: str = "quantiles",
    k: int = 5,
    unit: str = "",
    title: str = "",
    source: str = "",
    facilities: gpd.GeoDataFrame | None = None,
    legend_title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """A map of ``column`` in classes from light to dark; north is up.

    Polygons are filled.  Where ``data`` are points (small areas without boundaries) equal circles are drawn instead,
    and a note on the figure says so: the size of a circle means nothing.  ``bins``: your own breaks, in increasing
    order; a value from the last break up makes one more class.  Otherwise ``scheme`` (``"quantiles"``,
    ``"equal_interval"``, ``"fisher_jenks"``) with ``k`` classes, see :mod:`dataacademy.maps.classify`.  The legend
    names the classes with the number of rows in brackets, also of empty ones; missing values are hatched grey.
    ``facilities`` (points) are drawn on top.  Errors: no metres, column unknown or without numbers, bad ``bins``.
    Not for counts of areas of different size: map a rate, a density or a distance.
    """
    need_plane(data)
    check_columns(data, [column], table="データ")
    values = styling.numbers(data, column)
    located = ~np.isnan(locations(data)[:, 0])
    if np.isnan(values[located]).all():
        raise DataAcademyError(
            "no_values",
            f"列「{column}」に、地図にかける値が一つもありません（{len(data)} 行）。",
            f"Column {column!r} has no value to draw ({len(data)} rows).",
            column=column,
        )
    edges = classify.breaks(values[located], bins=bins, scheme=scheme, k=k)
    names = classify.labels(edges, unit)
    classes = np.where(located, classify.assign(values, edges), -2)  # -1 is missing, -2 is nowhere
    colours = styling.sequential(len(names))
    notes = _notes(data, located)
    with styling.style():
        ax = styling.axes(ax, (7.2, 5.4))
        _fill(ax, data[classes == -1], _NO_DATA)
        for i, colour in enumerate(colours):
            _fill(ax, data[classes == i], {"facecolor": colour, **_EDGE})
        only_points = (shapely.get_type_id(data.geometry.to_numpy()) <= POINT).all()
        key = partial(ax.scatter, [], [], _SIZE) if only_points else Patch
        handles = [key(facecolor=c, **_EDGE) for c in colours]
        entries = [f"{name}（{(classes == i).sum()}）" for i, name in enumerate(names)]
        if (classes == -1).any():
            handles.append(key(**_NO_DATA))
            entries.append(f"{styling.NO_DATA}（{(classes == -1).sum()}）")
        bounds = _frame(ax, data)
        if facilities is not None:
            size = 3.5 if only_points else 6.5  # among circles smaller, so that these stay visible
            marker, entry, more = _facilities(ax, facilities, data.crs, bounds, size)
            handles.append(marker)
            entries.append(entry)
            notes += more
        heading = label_of(column, unit) if legend_title is None else legend_title
        ax.legend(
            handles,
            entries,
            title=f"{heading}\nかっこ内は{_unit(data)}の数",
            loc="upper left",
            bbox_to_anchor=(1.01, 1),
            alignment="left",
            handlelength=1.6,
            handleheight=1.1,
        )
        styling.finish(ax, title=title, source=source, notes=tuple(notes))
    return ax


def _unit(data: gpd.GeoDataFrame) -> str:
    return "建物" if "building_id" in data else "区域" if "zone_id" in data else "地区"


def _notes(data: gpd.GeoDataFrame, located: np.ndarray) -> list[str]:
    """What the reader of the figure must know: points instead of areas, rows that are nowhere on it."""
    points = (shapely.get_type_id(data.geometry.to_numpy()) == POINT) & located
    notes = ["境界データがないため代表点で表示"] if points.any() and "building_id" not in data else []
    lost = int((~located).sum())
    return notes + ([f"位置が分からない {lost} 件は表示していない"] if lost else [])


def _fill(ax: Axes, rows: gpd.GeoDataFrame, look: dict) -> None:
    if len(rows):
        rows.plot(ax=ax, markersize=_SIZE, aspect=None, **look)


def _frame(ax: Axes, data: gpd.GeoDataFrame) -> tuple[float, float, float, float]:
    """Equal scales, no axes, a strip below the map with a scale bar in round metres and the north."""
    west, south, east, north = data.total_bounds
    size = max(east - west, north - south) or 1000.0
    if east - west < 0.3 * size:  # room for the scale bar
        west, east = (west + east) / 2 - 0.15 * size, (west + east) / 2 + 0.15 * size
    margin, strip = 0.03 * size, 0.09 * size
    bounds = (west - margin, south - margin - strip, east + margin, north + margin)
    ax.set(xlim=bounds[::2], ylim=bounds[1::2], aspect="equal")
    ax.set_axis_off()
    length = _round_length((east - west) * 0.3)
    y = south - strip
    ax.plot([west, west + length], [y, y], color=styling.INK, linewidth=3, solid_capstyle="butt")
    text = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    ax.annotate(text, (west + length, y), xytext=(5, 0), textcoords="offset points", va="center", fontsize=9)
    ax.text(east, y, "▲\n北", ha="center", va="center", fontsize=9, linespacing=1.05)
    return bounds


def _round_length(most: float) -> float:
    """The largest of 1, 2, 5, 10, 20 … that is not above ``most``."""
    power = 10.0 ** np.floor(np.log10(most))
    return float(max(step * power for step in (1, 2, 5) if step * power <= most * (1 + 1e-9)))


def _facilities(ax: Axes, facilities: gpd.GeoDataFrame, crs, bounds, size: float):
    """Draw the facilities within the frame: the legend's mark, its entry, and a note on those outside of it."""
    near, label, _, left_out = facilities_in(crs, facilities)
    x, y = locations(near).T
    west, south, east, north = bounds
    shown = (west <= x) & (x <= east) & (south <= y) & (y <= north)
    look = {"marker": "^", "color": styling.ACCENT, "markeredgecolor": "white", "markeredgewidth": 0.7, "linestyle": ""}
    ax.plot(x[shown], y[shown], markersize=size, zorder=3, **look)
    outside = int((~shown).sum())
    notes = [f"図の範囲の外にある施設 {outside} 件は表示していない"] if outside else []
    return Line2D([], [], markersize=8, **look), f"{label}（{shown.sum()}）", [*left_out, *notes]
