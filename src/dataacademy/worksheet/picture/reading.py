"""Reads from matplotlib axes what :class:`~dataacademy.worksheet.records.Picture` says about a figure.

Charts of the toolbox are known by name; those of matplotlib, pandas and geopandas are read from what lies on the axes.
"""

from __future__ import annotations

import re
import unicodedata

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import BoundaryNorm, to_hex
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, StepPatch

from dataacademy.charts.frame import unit_in
from dataacademy.charts.linting import amount_axes
from dataacademy.charts.picture import pictures
from dataacademy.charts.reading import data_lines
from dataacademy.worksheet.picture import kinds
from dataacademy.worksheet.records import Picture

_NUMBER = r"-?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?"
_LIMIT = re.compile(rf"({_NUMBER})[^\d]*?(?:以上|未満|以下|超)")  # 「300 m 以上 500 m 未満」
_PAIR = re.compile(rf"[\[(]?\s*({_NUMBER})\s*(?:,\s+|[-–〜~]|から)\s*({_NUMBER})\D*")  # geopandas: 「300.00, 500.00」
_MOST_COLOURS = 12


def read(ax: Axes) -> Picture:
    """See :func:`dataacademy.worksheet.picture.read`."""
    kind = kinds.kind_of(ax)
    heading, rows = _heading(ax) if kind in kinds.MAPS else ("", "")
    x, y = (rows, heading) if kind in kinds.MAPS else _labels(ax)
    unit = _unit(ax, kind, heading)
    return Picture(
        kind=kind,
        x=_line(x),
        y=_line(y),
        title=_title(ax),
        unit=unit,
        classes=[float(f"{edge:.12g}") for edge in _classes(ax, kind, unit)],
        colours=_colours(ax, kind, unit)[:_MOST_COLOURS],
    )


def _labels(ax: Axes) -> tuple[str, str]:
    """The names of both axes; small panels share theirs in the note below."""
    below = next((t.get_text() for t in ax.texts if t.get_gid() == "source"), "")
    shared = re.search("横軸：(.+?)　縦軸：(.+?)　", below) if pictures(ax) else None
    return (shared[1], shared[2]) if shared else (ax.get_xlabel(), ax.get_ylabel())


def _line(text: str) -> str:
    return text.replace("\n", "").strip()


def _title(ax: Axes) -> str:
    here = next((t for place in ("left", "center", "right") if (t := ax.get_title(loc=place))), "")
    return _line(here or ax.get_figure(root=True).get_suptitle())


def _heading(ax: Axes) -> tuple[str, str]:
    """What the colours of a map stand for, and what its rows are called; as the legend or the colour bar says."""
    legend = ax.get_legend()
    text = legend.get_title().get_text() if legend else ""
    bars = [c.colorbar.ax for c in ax.collections if getattr(c, "colorbar", None)]
    others = ax.get_figure(root=True).axes
    if not bars and len(others) == 2:  # geopandas gives the bar colours of its own, not the map's
        bars = [other for other in others if other.get_label() == "<colorbar>"]
    named = [t for bar in bars for t in (bar.get_ylabel(), bar.get_xlabel(), bar.get_title()) if t]
    counted = re.search(r"かっこ内は(.+?)の数", text)
    heading = [line for line in text.split("\n") if not line.startswith(("かっこ内は", "凡例は"))]
    return (heading[0] if heading and heading[0] else next(iter(named), "")), counted[1] if counted else ""


def _unit(ax: Axes, kind: str, heading: str) -> str:
    known = next((p.unit for p in pictures(ax) if p.unit), "")
    labels = {"x": ax.get_xlabel(), "y": ax.get_ylabel()}
    order = [*sorted(amount_axes(ax), reverse=True), "y", "x"] if kind not in kinds.MAPS else []
    found = known or unit_in(heading) or next((u for axis in order if (u := unit_in(labels[axis]))), "")
    return found.split("、")[0].strip()  # 「%、合計 84,000 人」


def _entries(legend: Legend | None, unit: str) -> list[tuple[object, list[float]]]:
    """The classes in a legend: the mark of each and the limits that its words name."""
    found = []
    for mark, text in zip(legend.legend_handles, legend.get_texts(), strict=True) if legend else []:
        words = unicodedata.normalize("NFKC", text.get_text())
        words = words.replace(unicodedata.normalize("NFKC", unit), " ") if unit else words
        pair = _PAIR.fullmatch(words.strip())
        limits = [*pair.groups()] if pair else _LIMIT.findall(words)
        if limits:
            found.append((mark, [float(n.replace(",", "")) for n in limits]))
    return found


def _classes(ax: Axes, kind: str, unit: str) -> list[float]:
    if kind == "ヒストグラム":
        steps = [p for p in ax.patches if isinstance(p, StepPatch)]
        ends = [kinds.ends_of(c, along=False) for c in kinds.bars_of(ax)]
        edges = [np.asarray(p.get_data().edges, float) for p in steps] + [p.get_xy()[:, 0] for p in kinds.steps_of(ax)]
        return _distinct(np.concatenate([*(e.ravel() for e in ends), *edges]))
    if kind != "地図（色分け）":
        return []
    named = [limit for _, limits in _entries(ax.get_legend(), unit) for limit in limits]
    norms = [c.norm for c in ax.collections if c.get_array() is not None and isinstance(c.norm, BoundaryNorm)]
    return _distinct(np.array(named or [edge for norm in norms for edge in norm.boundaries], float))


def _distinct(edges: np.ndarray) -> list[float]:
    """In order, and those once that differ by rounding only; "and more" (∞) is no limit."""
    edges = np.sort(edges[np.isfinite(edges)])
    if not len(edges):
        return []
    return edges[np.append(True, np.diff(edges) > 1e-9 * (np.ptp(edges) or 1))].tolist()


def _colours(ax: Axes, kind: str, unit: str) -> list[str]:
    marks = [mark for mark, _ in _entries(ax.get_legend(), unit)] if kind in kinds.MAPS else []
    if colours := [to_hex(_fill(mark)) for mark in marks if isinstance(mark, (Patch, Line2D))]:
        return list(dict.fromkeys(colours))
    panels = [*ax.child_axes, ax] if pictures(ax) else [ax]
    found = []
    for panel in panels:
        found += [to_hex(p.get_facecolor()) for bars in kinds.bars_of(panel) for p in bars]
        outlines = [*kinds.steps_of(panel), *(p for p in panel.patches if isinstance(p, StepPatch))]
        found += [to_hex(p.get_facecolor() if p.get_fill() else p.get_edgecolor()) for p in outlines]
        found += [colour for c in kinds.areas_of(panel) for colour in kinds.colours_of(c)]
        found += [colour for c in panel.collections if isinstance(c, PathCollection) for colour in kinds.colours_of(c)]
        found += [to_hex(image.cmap(at)) for image in panel.images for at in np.linspace(0, 1, 5)]
        found += [to_hex(mesh.cmap(at)) for mesh in kinds.meshes_of(panel) for at in np.linspace(0, 1, 5)]
        if panel.axison:  # on a map the only line is the scale bar
            found += [to_hex(line.get_color()) for line in data_lines(panel)]
    return list(dict.fromkeys(found))


def _fill(mark):
    return mark.get_facecolor() if isinstance(mark, Patch) else mark.get_markerfacecolor()
