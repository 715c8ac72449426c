"""Which kind of figure lies on matplotlib axes, in the words of the design card."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.category import StrCategoryFormatter
from matplotlib.collections import Collection, PatchCollection, PathCollection, PolyCollection, QuadMesh
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Polygon, StepPatch, Wedge
from matplotlib.ticker import FixedFormatter, FixedLocator, FuncFormatter

from dataacademy.charts.picture import pictures
from dataacademy.charts.reading import data_lines

OTHER = "その他"
# What the toolbox calls its charts → the kinds of the design card; a chart that is not here is 「その他」.
OURS = {
    "棒グラフ": "棒グラフ",
    "折れ線グラフ": "折れ線グラフ",
    "傾きの図": "折れ線グラフ",
    "分割時系列のグラフ": "折れ線グラフ",
    "差の推移のグラフ": "折れ線グラフ",
    "合成対照のグラフ": "折れ線グラフ",
    "散布図": "散布図",
    "満足度と重要度の図（CSポートフォリオ）": "散布図",
    "境の前後のグラフ": "散布図",
    "ヒストグラム": "ヒストグラム",
    "段階評価の帯グラフ": "帯グラフ",
    "待ち時間の帯グラフ": "帯グラフ",
    "積み上げの帯グラフ": "棒グラフ",
    "人口ピラミッド": "人口ピラミッド",
    "色分けの地図": "地図（色分け）",
    "集まりの地図": "地図（色分け）",
    "点の地図": "地図（点）",
    "場所選びの地図": "地図（点）",
    "色の表（ヒートマップ）": "クロス表",
}
_COORDINATES = ("[metre]", "[degree]")  # how geopandas names the axes of a map
MAPS = ("地図（色分け）", "地図（点）")


def kind_of(ax: Axes) -> str:
    """One of ``records.FIGURES``: of the toolbox's charts what they are, of others what lies on the axes."""
    drawn = pictures(ax)
    if drawn and drawn[0].kind == "小さな図の並び":
        return _plain(ax.child_axes[0])
    return OURS.get(drawn[0].kind, OTHER) if drawn else _plain(ax)


def _plain(ax: Axes) -> str:
    """The kind of a chart that was drawn with matplotlib, pandas or geopandas alone."""
    if any(isinstance(p, Wedge) for p in ax.patches):
        return OTHER
    if _boxes(ax):
        return "箱ひげ図"
    if bars := bars_of(ax):
        return _kind_of_bars(ax, bars)
    if steps_of(ax) or any(isinstance(p, StepPatch) for p in ax.patches):
        return "ヒストグラム"
    if kind := _kind_of_map(ax):
        return kind
    if ax.tables or ax.images or meshes_of(ax):
        return "クロス表"
    return _lines_or_points(ax)


def bars_of(ax: Axes) -> list[BarContainer]:
    """The groups of bars on the axes."""
    return [c for c in ax.containers if isinstance(c, BarContainer) and len(c)]


def ends_of(bars: BarContainer, *, along: bool) -> np.ndarray:
    """Where each bar begins and ends (n × 2): across the groups, or ``along`` its length."""
    flat = (bars.orientation == "horizontal") == along
    boxes = [(p.get_x(), p.get_x() + p.get_width()) if flat else (p.get_y(), p.get_y() + p.get_height()) for p in bars]
    return np.array(boxes, float)


def _kind_of_bars(ax: Axes, bars: list[BarContainer]) -> str:
    values = [np.asarray(c.datavalues, float) for c in bars]
    if len(bars) == 2 and {c.orientation for c in bars} == {"horizontal"}:
        left, right = sorted(values, key=lambda v: v.sum())
        if (left <= 0).all() and left.any() and (right >= 0).all() and right.any():
            return "人口ピラミッド"
    if len(bars) > 1 and _fills_up(bars, values):
        return "帯グラフ"
    axis = ax.yaxis if bars[0].orientation == "horizontal" else ax.xaxis
    return "棒グラフ" if _named(axis) or not all(_touch(c) for c in bars) else "ヒストグラム"


def _named(axis) -> bool:
    """Whether an axis says names, as matplotlib and pandas put them on it."""
    words = axis.get_major_formatter()
    written = isinstance(words, FuncFormatter) and isinstance(axis.get_major_locator(), FixedLocator)
    return written or isinstance(words, (StrCategoryFormatter, FixedFormatter))


def _fills_up(bars: list[BarContainer], values: list[np.ndarray]) -> bool:
    """Whether bars are stacked up to the same whole, 100 or 1."""
    if len({len(v) for v in values}) > 1:
        return False
    along = [ends_of(c, along=True) for c in bars]
    stacked = all(np.allclose(a[:, 1], b[:, 0], atol=1e-6) for a, b in zip(along, along[1:], strict=False))
    whole = np.sum(values, axis=0)
    return stacked and any(np.allclose(whole, full, rtol=5e-3) for full in (1, 100))


def _touch(bars: BarContainer) -> bool:
    ends = ends_of(bars, along=False)
    ends = ends[ends[:, 0].argsort()]
    return len(ends) > 1 and np.allclose(ends[:-1, 1], ends[1:, 0], atol=1e-6 * np.ptp(ends))


def steps_of(ax: Axes) -> list[Polygon]:
    """Outlines that only go across and up, in several steps: histograms drawn as a line."""
    outlines = [p for p in ax.patches if isinstance(p, Polygon) and len(p.get_xy()) > 6]
    return [p for p in outlines if np.isclose(np.diff(p.get_xy(), axis=0), 0).any(axis=1).all()]


def _boxes(ax: Axes) -> bool:
    """Whether there are boxes with whiskers: five corners that close, as a line or as a patch."""
    outlines = [line.get_xydata() for line in ax.lines] + [
        p.get_path().vertices[:5] for p in ax.patches if isinstance(p, PathPatch) and len(p.get_path().vertices) <= 6
    ]
    return any(
        len(o) == 5 and np.array_equal(o[0], o[4]) and len({*o[:4, 0]}) == 2 and len({*o[:4, 1]}) <= 2 for o in outlines
    )


def areas_of(ax: Axes) -> list[Collection]:
    """Filled areas, as geopandas draws polygons; not the band that ``fill_between`` puts around a line."""
    return [
        c
        for c in ax.collections
        if isinstance(c, (PatchCollection, PolyCollection))
        and not type(c).__name__.startswith("FillBetween")
        and len(c.get_paths())
    ]


def colours_of(collection: Collection) -> list[str]:
    """Its fill colours without repetition; of values on a colour map five steps from low to high."""
    if collection.get_array() is not None:
        if len(np.unique(np.ma.compressed(np.ma.masked_invalid(collection.get_array())))) < 2:
            return [to_hex(collection.cmap(0.5))]
        return [to_hex(collection.cmap(at)) for at in np.linspace(0, 1, 5)]
    return list(dict.fromkeys(to_hex(c) for c in collection.get_facecolor() if c[3] > 0))


def meshes_of(ax: Axes) -> list[QuadMesh]:
    """Coloured cells of a table."""
    return [c for c in ax.collections if isinstance(c, QuadMesh)]


def _kind_of_map(ax: Axes) -> str:
    """The kind of a map, or nothing: areas or points in equal scales, without names of axes."""
    areas, points = areas_of(ax), _points(ax)
    equal = ax.get_aspect() != "auto" or not ax.axison
    named = [label for label in (ax.get_xlabel(), ax.get_ylabel()) if label and not label.endswith(_COORDINATES)]
    if not equal or not (areas or points) or named:
        return ""
    if len({colour for c in areas for colour in colours_of(c)}) > 1:
        return "地図（色分け）"
    if not areas and any(isinstance(p, PathCollection) and len(colours_of(p)) > 1 for p in points):
        return "地図（色分け）"  # small areas without boundaries stand at their points
    return "地図（点）" if points else OTHER


def _points(ax: Axes) -> list[PathCollection | Line2D]:
    dots = [c for c in ax.collections if isinstance(c, PathCollection) and len(c.get_offsets())]
    return dots + [line for line in ax.lines if _only_marks(line)]


def _only_marks(line: Line2D) -> bool:
    return str(line.get_linestyle()).strip() in ("None", "") and len(line.get_xdata()) > 0


def strokes_of(ax: Axes) -> list[Line2D]:
    """Lines that show data and are drawn as lines."""
    return [line for line in data_lines(ax) if not _only_marks(line)]


def _lines_or_points(ax: Axes) -> str:
    """Points that lie on the steps of a line belong to it; a line among other points only shows their trend."""
    lines, points = strokes_of(ax), _points(ax)
    if not points:
        return "折れ線グラフ" if lines else OTHER
    places = np.concatenate([np.asarray(_across(p), float) for p in points])
    steps = np.concatenate([np.asarray(_across(line), float) for line in lines]) if lines else np.array([])
    return "折れ線グラフ" if lines and np.isin(np.round(places, 9), np.round(steps, 9)).all() else "散布図"


def _across(drawn: PathCollection | Line2D):
    return drawn.get_xdata(orig=False) if isinstance(drawn, Line2D) else drawn.get_offsets()[:, 0]
