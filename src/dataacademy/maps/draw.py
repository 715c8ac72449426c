"""Areas (or their points) coloured by class: one map, or several with one legend."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from dataacademy import styling
from dataacademy.charts.frame import lines, words
from dataacademy.charts.linting import counted
from dataacademy.charts.picture import Picture, remember
from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.inputs import all_missing, check_table
from dataacademy.labels import label_of
from dataacademy.maps import classify, sheet
from dataacademy.maps.plane import POINT, POLYGONS, locations, need_plane

_MOST_PANELS = 12
_COUNTS = r"(数|人口|人数|件数|世帯)$"  # names of counts, where no unit tells


@dataclass(frozen=True)
class _Map:
    """One map: its name, its rows, their values, and where they are (n × 2, NaN where that is unknown)."""

    name: str
    data: gpd.GeoDataFrame
    values: np.ndarray
    xy: np.ndarray

    @property
    def located(self) -> np.ndarray:
        return ~np.isnan(self.xy[:, 0])

    @property
    def missing(self) -> np.ndarray:
        return self.located & np.isnan(self.values)

    def classes(self, edges: list[float]) -> np.ndarray:
        """0, 1 …; -1 is missing, -2 is nowhere."""
        return np.where(self.located, classify.assign(self.values, edges), -2)

    def paint(self, ax: Axes, edges: list[float], colours: list[str]) -> None:
        classes = self.classes(edges)
        sheet.fill(ax, self.data[classes == -1], sheet.NO_DATA)
        for i, colour in enumerate(colours):
            sheet.fill(ax, self.data[classes == i], {"facecolor": colour, **sheet.EDGE})


def choropleth(
    data: gpd.GeoDataFrame,
    *,
    column: str | list[str],
    by: str | None = None,
    bins=None,
    scheme: str = "quantiles",
    k: int = 5,
    unit: str = "",
    title: str = "",
    source: str = "",
    note: str = "",
    facilities: gpd.GeoDataFrame | None = None,
    legend_title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """A map of ``column`` in classes from light to dark; north is up.

    Polygons are filled.  Where ``data`` are points (small areas without boundaries) equal circles are drawn instead,
    and a note on the figure says so: the size of a circle means nothing.  ``bins``: your own breaks, in increasing
    order; a value from the last break up makes one more class.  Otherwise ``scheme`` (``"quantiles"``,
    ``"equal_interval"``, ``"fisher_jenks"``) with ``k`` classes, see :func:`dataacademy.maps.breaks`.

    Several maps with one legend: a list of columns (one map each), or ``by`` (one map per value, such as a date); the
    classes are made from all of them.  The axes returned then hold title, legend and notes; the maps are its
    ``child_axes``.  For maps in different figures make the breaks once with ``maps.breaks`` and pass them as ``bins``.

    The legend names the classes with the number of rows in brackets, also of empty ones; missing values are hatched
    grey and named below.  ``facilities`` (points) are drawn on top.  Counts of polygons of different size are drawn
    with a note that asks for a rate or a density.
    Errors: no metres, column unknown or without numbers, the same polygon twice, more than 12 maps, bad ``bins``.
    Checked against the polygons that matplotlib drew, and class by class against the table.
    When not to use: for counts of areas of different size (map a rate, a density or a distance, or use ``points``).

    >>> import dataacademy as da
    >>> from matplotlib import pyplot
    >>> areas, halls = da.load("areas"), da.load("facilities").query("kind == 'shelter'")
    >>> far = da.maps.nearest(areas, halls).table
    >>> ax = da.maps.choropleth(far, column="distance_m", bins=[300, 500, 800], unit="m", title="避難所までの距離")
    >>> da.charts.alt(ax).split("。")[:2]
    ['色分けの地図「避難所までの距離」', '色は 最寄りの施設までの直線距離（m）で、濃いほど大きい']
    >>> pyplot.close(ax.figure)
    """
    need_plane(data)
    check_table(data)
    drawn, lost = maps_of(data, column, by)
    first = column if isinstance(column, str) else column[0]
    pooled = np.concatenate([m.values[m.located] for m in drawn])
    need_values(pooled, first)
    edges = classify.breaks(pooled, bins=bins, scheme=scheme, k=k)
    names = classify.labels(edges, unit)
    several = len(drawn) > 1
    heading = label_of(first, unit) if isinstance(column, str) else label_of("値", unit)
    heading = heading if legend_title is None else legend_title
    notes = [*notes_on(drawn, several), *counts_note(drawn, first, unit), *lost]
    with styling.style():
        host, panels = _panels(ax, drawn)
        for panel, one in zip(panels, drawn, strict=True):
            one.paint(panel, edges, styling.sequential(len(names)))
            bounds = sheet.frame(panel, *(m.data for m in drawn))
            if several:
                panel.set_title(one.name, loc="left", fontsize=10, pad=3)
        handles, entries = _entries(drawn, edges, names, several)
        marks = []
        if facilities is not None:
            small = sheet.only_points(drawn[0].data) or several
            for panel in panels:
                marks = sheet.facility_marks(panel, facilities, data.crs, bounds, 3.5 if small else 6.5)
            handles.append(marks[0])
            entries.append(marks[1])
            notes += marks[2]
        counts = "凡例はどの図も同じ" if several else f"かっこ内は{sheet.unit_of(data)}の数"
        sheet.key(host, handles, entries, "\n".join(filter(None, [heading, counts])))
        styling.finish(host, title=title, source=source, notes=lines(note, *notes))
        for panel in panels if several else []:
            styling.finish(panel)
    said = [f"色は {heading}で、濃いほど大きい"]
    said += [text for one in drawn for text in read(one, edges, names, unit, several)]
    said += [f"三角は {marks[1]}"] if marks else []
    remember(host.child_axes[0] if several else host.lines[0], Picture("色分けの地図", tuple(said), unit=unit))
    return host


def need_values(values: np.ndarray, column: str) -> None:
    """Raise unless there is a value."""
    if np.isnan(values).all():
        raise DataAcademyError(
            "no_values",
            f"列「{column}」に、地図にかける値が一つもありません（位置の分かる {len(values)} 行）。",
            f"Column {column!r} has no value to draw ({len(values)} rows with a place).",
            fix="列を選びまちがえていないか、結合で値が消えていないか確かめてください。",
            fix_en="Look for a wrong column, or for values lost in a join.",
            column=str(column),
        )


def maps_of(data: gpd.GeoDataFrame, column, by: str | None) -> tuple[list[_Map], list[str]]:
    """One map, or one per column, or one per value of ``by``; and a note on rows that belong to none of them."""
    columns = [column] if isinstance(column, str) else list(column)
    check_columns(data, [*columns, *([by] if by else [])], table="データ")
    if not columns or (by and len(columns) > 1):
        raise DataAcademyError(
            "which_maps",
            "地図にする列（column）が一つもありません。" if not columns else "列を並べて渡すときは by は使えません。",
            "No column to draw." if not columns else "Pass several columns, or one column and by, but not both.",
            fix='column="列の名前"、column=["列1", "列2"]、column="列の名前", by="区分の列" のどれかにしてください。',
            fix_en='Use column="name", column=["one", "two"], or column="name" with by="groups".',
        )
    xy = locations(data)
    if by is None:
        _no_area_twice(data, xy, by)
        drawn = [_Map(label_of(c), data, styling.numbers(data, c), xy) for c in columns]
        return _not_too_many(drawn), []
    values, groups = styling.numbers(data, columns[0]), np.array(words(data[by]), dtype=object)
    empty = data[by].isna().to_numpy()
    everywhere = pd.Series(shapely.to_wkb(data.geometry.to_numpy())).drop_duplicates()
    drawn = []
    for name in pd.unique(groups[~empty]):
        here = np.flatnonzero((groups == name) & ~empty)
        _no_area_twice(data.iloc[here], xy[here], by)
        absent = everywhere.index[~everywhere.isin(shapely.to_wkb(data.geometry.to_numpy()[here]))]
        rows = np.concatenate([here, absent])  # areas without a row in this group are missing, not invisible
        known = np.concatenate([values[here], np.full(len(absent), np.nan)])
        drawn.append(_Map(str(name), data.iloc[rows], known, xy[rows]))
    if not drawn:
        raise all_missing(by)
    lost = [f"「{label_of(by)}」が空欄の {int(empty.sum()):,} 行は表示していない"] if empty.any() else []
    return _not_too_many(drawn), lost


def _not_too_many(drawn: list[_Map]) -> list[_Map]:
    if len(drawn) <= _MOST_PANELS:
        return drawn
    raise DataAcademyError(
        "too_many_maps",
        f"地図が {len(drawn)} 枚になります。一度に見くらべられるのは {_MOST_PANELS} 枚までです。",
        f"That makes {len(drawn)} maps; at most {_MOST_PANELS} can be compared at a time.",
        fix="見せたいものだけに絞ってください（例：最初・中ごろ・最後の年）。",
        fix_en="Keep only those to be shown.",
    )


def _no_area_twice(data: gpd.GeoDataFrame, xy: np.ndarray, by: str | None) -> None:
    """Raise if polygons lie on top of each other: the reader has not added the rows up, and one would hide the rest."""
    shapes = data.geometry.to_numpy()
    polygons = np.isin(shapely.get_type_id(shapes), POLYGONS) & ~np.isnan(xy[:, 0])
    again = pd.Series(shapely.to_wkb(shapes[polygons])).duplicated()
    if again.any():
        raise DataAcademyError(
            "area_twice",
            f"同じ区域が二行以上あります（{int(polygons.sum()):,} 行のうち {int(again.sum()):,} 行が重なり）。"
            "上の一行だけが見え、ほかの行が隠れます。",
            f"{int(again.sum())} rows repeat the polygon of another row; only one of them would be seen.",
            fix="先に区域ごとに合計か平均を出して（groupby）、一区域一行にしてください。"
            + ("" if by else "日付や区分ごとに地図を並べるなら by=区分の列 です。"),
            fix_en="Make one row per area first (groupby)" + ("." if by else ", or draw one map per group with by=…."),
        )


def _panels(ax: Axes | None, drawn: list[_Map]) -> tuple[Axes, list[Axes]]:
    """The axes that hold legend and notes, and those of the maps: the same ones where there is one map only."""
    if len(drawn) == 1:
        ax = styling.axes(ax, sheet.SIZE)
        return ax, [ax]
    west, south, east, north = drawn[0].data.total_bounds
    shape = min(max((north - south) / ((east - west) or 1), 0.4), 2.5) * 1.1  # with room for the scale bar
    count = len(drawn)
    broad = min(range(1, count + 1), key=lambda n: (abs(np.log(-(-count // n) * shape / n / 0.75)), n))
    tall = -(-count // broad)
    width = min(3.2, 9.6 / broad)
    host = styling.axes(ax, (width * broad + 2.4, (width * shape + 0.35) * tall + 0.6))
    host.set_axis_off()
    gap, head = 0.02, 0.07
    places = [divmod(i, broad) for i in range(count)]
    step_x, step_y = (1 + gap) / broad, 1 / tall
    return host, [
        host.inset_axes((column * step_x, 1 - (row + 1) * step_y, step_x - gap, step_y * (1 - head)))
        for row, column in places
    ]


def _entries(drawn: list[_Map], edges: list[float], names: list[str], several: bool) -> tuple[list, list[str]]:
    """Marks and words of the legend."""
    mark = Patch
    if sheet.only_points(drawn[0].data):
        mark = partial(_circle, np.sqrt(sheet.DOT))
    handles = [mark(facecolor=colour, **sheet.EDGE) for colour in styling.sequential(len(names))]
    classes = np.concatenate([m.classes(edges) for m in drawn])

    def entry(name, i):
        return name if several else f"{name}（{int((classes == i).sum()):,}）"

    entries = [entry(name, i) for i, name in enumerate(names)]
    if (classes == -1).any():
        handles.append(mark(**sheet.NO_DATA))
        entries.append(entry(styling.NO_DATA, -1))
    return handles, entries


def _circle(size: float, *, facecolor, edgecolor, linewidth, hatch=None):
    look = {"markerfacecolor": facecolor, "markeredgecolor": edgecolor, "markeredgewidth": linewidth}
    return Line2D([], [], linestyle="", marker="o", markersize=size, **look)


def notes_on(drawn: list[_Map], several: bool) -> list[str]:
    """What the reader must know: points instead of areas, areas without a value, rows that are nowhere."""
    data, located = drawn[0].data, drawn[0].located
    points = (shapely.get_type_id(data.geometry.to_numpy()) == POINT) & located
    notes = ["境界データがないため代表点で表示"] if points.any() and "building_id" not in data else []
    for one in drawn:
        names = sheet.names_of(one.data)
        if names and 0 < one.missing.sum() <= 20:
            where = f"（{one.name}）" if several else ""
            notes.append(f"{styling.NO_DATA}{where}：{sheet.listed(np.array(names, dtype=object)[one.missing])}")
    lost = int((~located).sum())
    return notes + ([f"位置が分からない {lost} 件は表示していない"] if lost else [])


def counts_note(drawn: list[_Map], column: str, unit: str) -> list[str]:
    """A warning where counts of areas of different size are coloured: the large areas catch the eye."""
    name, values = label_of(column), np.concatenate([m.values for m in drawn])
    whole = bool((values[~np.isnan(values)] % 1 == 0).all())
    shapes = drawn[0].data.geometry.to_numpy()
    sizes = shapely.area(shapes[np.isin(shapely.get_type_id(shapes), POLYGONS)])
    is_count = counted(label_of(column, unit)) or (not unit and whole and re.search(_COUNTS, name))
    if not is_count or not len(sizes) or sizes.max() <= 1.2 * sizes.min():
        return []
    return [
        f"注意：「{name}」は数のままです。広い区域が目立ち、人の多い区域ほど濃く見えます",
        "　　　くらべるなら率（%、人口千人当たり）か密度（1 km² 当たり）に",
    ]


def read(one: _Map, edges: list[float], names: list[str], unit: str, several: bool) -> list[str]:
    """What one map says: how many rows of each class, the extremes and who they are, where the darkest lie."""
    classes, row = one.classes(edges), sheet.unit_of(one.data)
    known = one.located & ~np.isnan(one.values)
    head = f"{one.name}：" if several else ""
    if not known.any():
        return [f"{head}値のある{row}がない"]
    counts = "、".join(f"{name} {int((classes == i).sum()):,} {row}" for i, name in enumerate(names))
    called = sheet.names_of(one.data)
    values = np.where(known, one.values, np.nan)
    ends = []
    for at, word in ((int(np.nanargmin(values)), "最小"), (int(np.nanargmax(values)), "最大")):
        owner = f" {called[at]} の" if called else ""
        ends.append(f"{word}は{owner} {styling.plain(values[at], 2)} {unit}".rstrip())
    out = [f"{head}{counts}" if not several else f"{head}{'、'.join(ends)}"]
    out += ["、".join(ends)] if not several else []
    if one.missing.any():
        out.append(f"{styling.NO_DATA}は {int(one.missing.sum()):,} {row}")
    top = classes == classes.max()
    if len(names) > 1 and known.sum() > 3:
        out.append(f"最も濃い{row}は、{sheet.side(one.xy[top], one.xy[known])}")
    return out
