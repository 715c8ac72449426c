"""Points on a map: symbols as large as their value, groups by colour and shape, and squares where points are many."""

from __future__ import annotations

from numbers import Real

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from dataacademy import styling
from dataacademy.charts import frame
from dataacademy.charts.picture import Picture, remember
from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.labels import label_of
from dataacademy.maps import classify, sheet
from dataacademy.maps.plane import locations, need_plane

MANY = 2_000  # from here on points hide each other on a sheet of paper
_LARGEST, _INK = 1_400, 0.16  # of a symbol, in square points; share of the map that symbols may cover
_SHAPES = {"o": np.pi / 4, "s": 1.0, "D": 1.0, "^": 0.5, "v": 0.5, "P": 5 / 9}  # and their area at matplotlib's size 1
_BANDS = 6  # of sizes, the large ones drawn first


def points(
    data: gpd.GeoDataFrame,
    *,
    value: str | None = None,
    by: str | None = None,
    cell: float | None = None,
    background: gpd.GeoDataFrame | None = None,
    unit: str = "",
    title: str = "",
    source: str = "",
    note: str = "",
    ax: Axes | None = None,
) -> Axes:
    """A map of places, each at its point (of polygons: the representative point); north is up.

    ``value``: the area of a symbol is proportional to it, which is how counts belong on a map; the legend shows round
    examples.  ``by``: up to six groups by colour and shape.  More than 2,000 points without ``by`` are drawn as
    squares of ``cell`` metres (chosen if not given), coloured by the number of points in them, or by the sum of
    ``value``; ``cell`` alone asks for squares at any number.  ``background``: areas drawn below.  Rows without a
    place, without a value or with a value of zero are not drawn, and counted below the map.
    Errors: no metres, unknown column, not numeric, negative, no place or no value at all, more than six groups,
    ``cell`` together with ``by``, or not a length.
    Checked against the sizes and squares that matplotlib drew, and sums against the table.
    When not to use: for rates (two symbols of 30 % and 60 % are no amounts: use ``choropleth``), or for homes of
    persons on a map that is handed out.

    >>> import dataacademy as da
    >>> from matplotlib import pyplot
    >>> areas = da.load("areas")
    >>> ax = da.maps.points(areas, value="population", unit="人", background=areas, title="人口", source="みらい市")
    >>> da.charts.alt(ax).split("。")[1]
    '円の面積が 人口（人）を表す'
    >>> pyplot.close(ax.figure)
    """
    need_plane(data)
    if background is not None:
        need_plane(background)
    check_columns(data, [c for c in (value, by) if c], table="データ")
    xy = locations(data)
    rows = pd.DataFrame({"x": xy[:, 0], "y": xy[:, 1], "value": 1.0, "by": "", "name": sheet.names_of(data) or ""})
    if value:
        rows["value"] = frame.amounts(data, value)
        frame.no_negatives(rows["value"].to_numpy(), value, "値")
    if by:
        rows["by"] = frame.words(data[by])
        frame.not_too_many_groups(rows["by"].unique(), by)
    rows, notes = _drawn(rows, value)
    if cell is not None:
        _check_cell(cell, by)
    squares = not by and (cell is not None or len(rows) > MANY)
    with styling.style():
        ax = styling.axes(ax, sheet.SIZE)
        below = sheet.ground(ax, background, data.crs)
        notes += sheet.moved(background, data.crs)
        extent = data if below is None else below
        bounds = sheet.frame(ax, extent)
        inside = rows["x"].between(*bounds[::2]) & rows["y"].between(*bounds[1::2])
        if not inside.all():
            notes.append(f"図の範囲の外にある {int((~inside).sum()):,} 件は表示していない")
            rows = rows[inside]
        if rows.empty:
            raise DataAcademyError(
                "another_town",
                "点がどれも、背景の地図の外にあります。同じ町のデータではないようです。",
                "All points lie outside of the background: they are not of one town.",
                fix="町を取りちがえていないか、座標系（CRS）が正しく付いているかを確かめてください。",
                fix_en="Check the town, and that the CRS of both is right.",
            )
        if squares:
            said, more = _squares(ax, rows, cell or _side(bounds), label_of(value, unit) if value else "")
        else:
            said, more = _symbols(ax, rows, value, by, unit)
        styling.finish(ax, title=title, source=source, notes=frame.lines(note, *more, *notes))
    remember(ax.lines[0], Picture("点の地図", said, unit=unit if value else None))
    return ax


def _drawn(rows: pd.DataFrame, value: str | None) -> tuple[pd.DataFrame, list[str]]:
    """The rows that can be drawn, and what is said of the others."""
    nowhere, empty = rows["x"].isna(), rows["value"].isna()
    zero = rows["value"] == 0
    if (nowhere | empty | zero).all():
        raise DataAcademyError(
            "nothing_to_draw",
            f"位置{'と値' if value else ''}の分かる行が一つもありません（{len(rows)} 行）。",
            f"No row has a place{' and a value above zero' if value else ''} ({len(rows)} rows).",
            fix="座標の列と、行を選ぶ条件を確かめてください。",
            fix_en="Check the coordinates and how rows were chosen.",
        )
    reasons = (
        ("位置が分からない", nowhere),
        (f"「{label_of(value or '')}」が空欄の", empty & ~nowhere),
        (f"「{label_of(value or '')}」が 0 の", zero & ~nowhere),
    )
    notes = [f"{why} {int(lost.sum()):,} 件は表示していない" for why, lost in reasons if lost.any()]
    return rows[~(nowhere | empty | zero)].reset_index(drop=True), notes


def _check_cell(cell, by: str | None) -> None:
    if isinstance(cell, bool) or not isinstance(cell, Real) or not 1 <= cell < np.inf:
        raise DataAcademyError(
            "bad_cell",
            f"ますの一辺（cell）が {cell!r} です。1 以上の長さ（m）にしてください。",
            f"cell must be the side of a square in metres, not {cell!r}.",
            fix="例：cell=250",
            fix_en="Example: cell=250",
        )
    if by:
        raise DataAcademyError(
            "cell_and_by",
            "ます（cell）と区分（by）は一枚の地図に重ねられません。",
            "Squares (cell) and groups (by) do not fit on one map.",
            fix="cell をやめるか、区分ごとに行を選んで一枚ずつかいてください。",
            fix_en="Leave cell out, or draw one map per group.",
        )


def _symbols(ax: Axes, rows: pd.DataFrame, value: str | None, by: str | None, unit: str):
    """Draw one symbol a row; returns what the picture says and the notes."""
    many = len(rows) > 300
    groups = list(pd.unique(rows["by"]))
    groups = sorted(groups, key=lambda g: -(rows["by"] == g).sum())  # small groups on top of large ones
    if value:
        area = _largest(ax, rows["value"]) * rows["value"] / rows["value"].max()
    else:
        area = pd.Series(6.0 if many else 28.0, index=rows.index)
    looks = dict(zip(groups, zip(_SHAPES, styling.PALETTE, strict=True), strict=False))
    band = area.rank(method="first", ascending=False) * _BANDS // (len(rows) + 1)
    for _, group, part in ((b, g, p) for (b, g), p in rows.groupby([band, rows["by"].map(groups.index)])):
        shape, colour = looks[groups[group]]
        part = part.sort_values("value", ascending=False)  # small symbols on top
        ax.scatter(
            part["x"],
            part["y"],
            area[part.index] / _SHAPES[shape],
            color=colour,
            marker=shape,
            alpha=0.45 if many and not value else 0.72,
            edgecolors="white",
            linewidths=0.0 if many and not value else 0.6,
            zorder=3,
        )
    handles, entries, notes = _symbol_key(rows, looks, value, by, unit, area)
    heading = "　".join(filter(None, [label_of(by) if by else "", label_of(value, unit) if value else ""]))
    if handles:
        tall = max(h.get_markersize() for h in handles) / 10  # in letters
        counts = "かっこ内は件数" if by else "記号の面積が値を表す"
        spacing = {"labelspacing": max(0.5, 0.75 * tall - 0.6), "handlelength": max(1.6, tall), "borderpad": 0.8}
        sheet.key(ax, handles, entries, f"{heading}\n{counts}", **spacing)
    if many and not value:
        notes.append(f"点が {len(rows):,} 個あり、重なるところほど濃く見える")
    elif hidden := int(rows[["x", "y"]].round().duplicated().sum()):  # to the metre
        notes.append(
            f"同じ場所の記号 {hidden:,} 個は、上の記号に隠れている（区分ごとに図を分けると見える）"
            if by
            else f"同じ場所の記号 {hidden:,} 個が重なっている"
        )
    said = [f"円の面積が {label_of(value, unit)}を表す"] if value and not by else []
    said += [f"点は {len(rows):,} 個"] if not value else _amounts(rows, unit)
    said += [f"{g} {int((rows['by'] == g).sum()):,} 個" for g in groups] if by else []
    return tuple(said), notes


def _largest(ax: Axes, values: pd.Series) -> float:
    """The area of the largest symbol (square points), so that all together cover a fixed share of the map at most."""
    ax.figure.draw_without_rendering()
    box = ax.get_window_extent()
    room = box.width * box.height * (72 / ax.figure.dpi) ** 2
    return float(np.clip(_INK * room * values.max() / values.sum(), 30, _LARGEST))


def _symbol_key(rows, looks: dict, value, by, unit: str, area: pd.Series):
    """Marks and words of the legend: the groups, then round sizes."""
    handles, entries, notes = [], [], []

    def mark(colour, shape, area):
        look = {"color": colour, "markeredgecolor": "white", "markeredgewidth": 0.5, "alpha": 0.8}
        return Line2D([], [], linestyle="", marker=shape, markersize=np.sqrt(area / _SHAPES[shape]), **look)

    if by:
        handles = [mark(colour, shape, 45) for shape, colour in looks.values()]
        entries = [f"{group}（{int((rows['by'] == group).sum()):,}）" for group in looks]
    if value:
        largest = rows["value"].max()
        for example in sheet.examples(largest):
            handles.append(mark("#8C8C8C" if by else styling.PALETTE[0], "o", float(area.max() * example / largest)))
            entries.append(f"{styling.plain(example)} {unit}".rstrip())
        if by:
            notes.append(f"記号の面積が{label_of(value, unit)}を表す")
    return handles, entries, notes


def _amounts(rows: pd.DataFrame, unit: str) -> list[str]:
    least, most = rows.loc[rows["value"].idxmin()], rows.loc[rows["value"].idxmax()]

    def say(row):
        return f"{row['name'] + ' の ' if row['name'] else ''}{styling.plain(row['value'], 2)} {unit}".strip()

    total = styling.plain(rows["value"].sum(), 2)
    heavy = rows.nlargest(max(1, len(rows) // 5), "value")
    return [
        f"記号は {len(rows):,} 個で合計 {total} {unit}".rstrip(),
        f"最大は {say(most)}、最小は {say(least)}",
        f"大きい記号は、{sheet.side(heavy[['x', 'y']].to_numpy(), rows[['x', 'y']].to_numpy())}",
    ]


def _side(bounds) -> float:
    """A round side of the squares, about a fiftieth of the map."""
    return max(1.0, sheet.round_below((bounds[2] - bounds[0]) / 40))


def _squares(ax: Axes, rows: pd.DataFrame, cell: float, amount: str):
    """Draw squares of ``cell`` metres, coloured by what is in them; returns what the picture says and the notes."""
    at = np.floor(rows[["x", "y"]] / cell).astype(int)
    sums = rows.groupby([at["x"], at["y"]])["value"].sum()
    corners = np.array(sums.index.tolist(), float) * cell
    edges = classify.breaks(sums.to_numpy(), scheme="fisher_jenks", k=min(5, max(2, sums.nunique())))
    names = classify.labels(edges)
    classes = classify.assign(sums.to_numpy(), edges)
    boxes = gpd.GeoDataFrame(geometry=shapely.box(*corners.T, *(corners + cell).T))
    colours = styling.sequential(len(names))
    for i, colour in enumerate(colours):
        sheet.fill(ax, boxes[classes == i], {"facecolor": colour, "edgecolor": "none", "linewidth": 0, "zorder": 2})
    what = f"{amount}の合計" if amount else "点の数"
    handles = [Patch(facecolor=colour, **sheet.EDGE) for colour in colours]
    entries = [f"{name}（{int((classes == i).sum()):,}）" for i, name in enumerate(names)]
    side = sheet.metres(cell)
    sheet.key(ax, handles, entries, f"{side} 四方のますの\n{what}\nかっこ内はますの数")
    most = corners[int(np.argmax(sums.to_numpy()))] + cell / 2
    said = (
        f"{len(rows):,} 個の点を {side} 四方のます {len(sums):,} 個にまとめ、色は{what}（濃いほど大きい）",
        f"最も多いますは {styling.plain(sums.max(), 2)}、合計は {styling.plain(sums.sum(), 2)}",
        f"そのますの位置は、{sheet.side(most[None], rows[['x', 'y']].to_numpy())}",
    )
    return said, [f"点が {len(rows):,} 個あるので、{side} 四方のますごとに{'合計して' if amount else '数えて'}表示"]
