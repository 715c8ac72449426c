"""Flows on a map: who goes from where to where, as arrows as wide as their number."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import ArrowStyle, FancyArrowPatch

from dataacademy import styling
from dataacademy.arguments import check_names_once, check_whole
from dataacademy.charts import frame
from dataacademy.charts.picture import Picture, remember
from dataacademy.errors import DataAcademyError, check_columns, nearest_guess
from dataacademy.labels import label_of
from dataacademy.maps import sheet
from dataacademy.maps.plane import locations, need_plane

_WIDEST, _LEAST, _FINEST = 11.0, 2.5, 0.4  # of the widest arrow: at most and at least, and of any arrow; in points
_BEND, _ALPHA = 0.18, 0.75  # arrows there and back keep apart


def flow(
    data: pd.DataFrame,
    *,
    origin: str,
    destination: str,
    value: str,
    places: gpd.GeoDataFrame,
    id: str = "area_id",
    to_places: gpd.GeoDataFrame | None = None,
    to_id: str = "name",
    most: int = 30,
    unit: str = "人",
    title: str = "",
    source: str = "",
    note: str = "",
    ax: Axes | None = None,
) -> Axes:
    """A flow map: one arrow from ``origin`` to ``destination`` (columns), its width proportional to ``value``.

    ``data``: one row per flow; rows of the same pair are added up.  ``places``: where the origins are (areas by their
    representative point), with their codes or names in the column ``id``; ``to_places`` and ``to_id`` where the
    destinations are, if these are other places such as facilities.  Of the flows the ``most`` (at most 200) largest are
    drawn; all others are added up as その他 in the legend.  What stays inside of one place, and what begins or ends at
    a place that is not known, is counted below the map: everything adds up to the sum of ``value``.
    Errors: no metres, unknown column, not numeric, negative, a place twice, no place found, ``most`` out of range.
    Checked against the widths that matplotlib drew and the sums of the table.
    When not to use: for many flows of like size (the arrows hide each other: use a cross table and ``heatmap``), or as
    routes: an arrow is no road.

    >>> import dataacademy as da
    >>> from matplotlib import pyplot
    >>> areas, halls = da.load("areas"), da.load("facilities").query("kind == 'medical'")
    >>> near = da.maps.nearest(areas, halls).table
    >>> ax = da.maps.flow(near, origin="area_id", destination="nearest_name", value="population", places=areas,
    ...                   to_places=halls, title="最寄りの医療機関", source="みらい市")
    >>> da.charts.alt(ax).split("。")[1]
    '矢印は 30 本で、太さが人口（人）を表す'
    >>> pyplot.close(ax.figure)
    """
    frame.check_table(data, [origin, destination, value])
    amounts = frame.amounts(data, value)
    frame.no_negatives(amounts, value, "流れ")
    check_names_once(data)
    check_whole("矢印の数（most）", most, 1, 200, en="most")
    starts = _places(places, id, "出発地")
    ends = starts if to_places is None else _places(to_places, to_id, "行き先", places.crs)
    rows = pd.DataFrame({"start": _text(data[origin]), "end": _text(data[destination]), "value": amounts})
    drawn, rest, notes = _flows(rows, starts, ends, to_places is None, int(most), unit)
    largest = drawn["value"].max()
    goals = ends.loc[drawn["end"].unique()]
    with styling.style():
        ax = styling.axes(ax, sheet.SIZE)
        sheet.ground(ax, places, places.crs)
        sheet.frame(ax, places, gpd.GeoSeries.from_xy(goals["x"], goals["y"]))
        ax.scatter(goals["x"], goals["y"], 16, color=styling.INK, edgecolors="white", linewidths=0.6, zorder=4)
        widest = _widest(ax, starts.loc[drawn["start"]], ends.loc[drawn["end"]])

        def width(size):
            return max(widest * size / largest, _FINEST)

        for row in drawn.itertuples():  # the largest first, so that small ones stay visible
            ax.add_patch(_arrow(starts.loc[row.start], ends.loc[row.end], width(row.value)))
        sizes = sheet.examples(largest)
        look = {"color": styling.PALETTE[0], "alpha": _ALPHA, "solid_capstyle": "butt"}
        handles = [Line2D([], [], linewidth=width(size), **look) for size in sizes]
        entries = [f"{styling.plain(size)} {unit}".rstrip() for size in sizes]
        handles.append(Line2D([], [], linestyle="", marker="o", color=styling.INK, markersize=4.5))
        entries.append(f"行き先（{len(goals)}）")
        if len(rest):
            handles.append(Line2D([], [], linestyle=""))
            entries.append(_rest(rest, unit))
        heading = f"{label_of(value, unit)}\n矢印の太さが数を表す"
        sheet.key(ax, handles, entries, heading, handlelength=2.4, labelspacing=0.8)
        styling.finish(ax, title=title, source=source, notes=frame.lines(note, *notes))
    said = _read(drawn, rest, starts, ends, label_of(value, unit), unit)
    remember(ax.lines[0], Picture("流れの地図", said, unit=unit))
    return ax


def _text(codes: pd.Series) -> pd.Series:
    """Codes or names as text, so that 1, 1.0 and "1" are the same place; an empty cell stays empty."""
    text = pd.Series(frame.words(codes), dtype=object) if pd.api.types.is_bool_dtype(codes) else codes
    text = text.reset_index(drop=True)
    if pd.api.types.is_float_dtype(text) and (text.dropna() % 1 == 0).all():
        text = text.astype("Int64")
    return text.astype("string").str.strip()


def _places(places: gpd.GeoDataFrame, column: str, what: str, crs=None) -> pd.DataFrame:
    """``x``, ``y`` and the ``name`` of each place, by its code; rows without a place are left out."""
    need_plane(places)
    check_columns(places, [column], table=f"{what}の表")
    codes = _text(places[column])
    again = codes[codes.duplicated() & codes.notna()]
    if len(again):
        raise DataAcademyError(
            "place_twice",
            f"{what}の表の列「{column}」に「{again.iloc[0]}」が二行以上あります。どこから矢印を引けばよいか決められません。",
            f"{again.iloc[0]!r} stands in more than one row of {column!r}: which of these places is meant?",
            fix="重ならない番号の列を選ぶか、先に一か所一行にまとめてください（面なら dissolve）。",
            fix_en="Choose a column of unique codes, or make one row per place first (dissolve).",
            column=column,
        )
    x, y = locations(places if crs is None or places.crs == crs else places.to_crs(crs)).T
    names = sheet.names_of(places) or codes.to_numpy()
    return pd.DataFrame({"x": x, "y": y, "name": names}, index=codes).dropna(subset=["x", "y"])


def _flows(rows: pd.DataFrame, starts, ends, same: bool, most: int, unit: str):
    """The flows to draw (largest first), those put together, and notes on what is not drawn at all."""

    def said(lost: pd.DataFrame) -> str:
        return f"{styling.plain(lost['value'].sum(), 2)} {unit}".rstrip()

    notes = []
    empty = rows["value"].isna()
    if empty.any():
        notes.append(f"数が空欄の {int(empty.sum()):,} 行は表示していない")
    rows = rows[~empty & (rows["value"] > 0)]
    unknown = ~(rows["start"].isin(starts.index) & rows["end"].isin(ends.index)).fillna(False).to_numpy(bool)
    if unknown.all():
        _no_place(rows, starts, ends)
    if unknown.any():
        lost = rows[unknown]
        names = [*lost.loc[~lost["start"].isin(starts.index), "start"], *lost.loc[~lost["end"].isin(ends.index), "end"]]
        names = dict.fromkeys("（空欄）" if pd.isna(n) else str(n) for n in names)
        notes.append(f"場所の分からない流れ {said(lost)}は表示していない：{sheet.listed(names)}")
    rows = rows[~unknown].groupby(["start", "end"], as_index=False, sort=False)["value"].sum()
    within = rows["start"] == rows["end"] if same else pd.Series(False, index=rows.index)
    if within.any():
        notes.append(f"同じ場所の中の流れ {said(rows[within])}は矢印にしていない")
    rows = rows[~within].sort_values("value", ascending=False, kind="stable", ignore_index=True)
    if rows.empty:
        raise DataAcademyError(
            "only_within",
            "どの流れも同じ場所の中です。場所から場所への流れがないので、矢印をかけません。",
            "All flows stay inside of one place; there is no arrow to draw.",
            fix="出発地と行き先に同じ列を渡していないか確かめてください。",
            fix_en="Were the same columns passed as origin and destination?",
        )
    return rows.iloc[:most], rows.iloc[most:], notes


def _no_place(rows: pd.DataFrame, starts: pd.DataFrame, ends: pd.DataFrame) -> None:
    if rows.empty:
        raise DataAcademyError(
            "no_flow",
            "0 より大きい流れが一つもありません。",
            "There is no flow above zero.",
            fix="数の列（value）を選びまちがえていないか確かめてください。",
            fix_en="Is value the right column?",
        )
    side, known = ("start", starts) if not rows["start"].isin(starts.index).any() else ("end", ends)
    what = "出発地" if side == "start" else "行き先"
    given = rows[side].dropna()
    wrong = str(given.iloc[0]) if len(given) else "（空欄）"
    guess = nearest_guess(wrong, known.index)
    raise DataAcademyError(
        "no_match",
        f"{what}「{wrong}」など、流れの表の{what}が場所の表に一つも見つかりません。"
        + (f"場所の表にあるのは「{guess}」などです。" if guess else ""),
        f"None of the {'origins' if side == 'start' else 'destinations'} ({wrong!r} …) is among the places.",
        fix="番号どうし、名前どうしでつないでいるか（id、to_id の列）を確かめてください。",
        fix_en="Join codes with codes and names with names: see id and to_id.",
    )


def _widest(ax: Axes, starts: pd.DataFrame, ends: pd.DataFrame) -> float:
    """The width of the largest flow in points: a sixth of the length that arrows typically have on the figure."""
    ax.figure.draw_without_rendering()
    way = ax.transData.transform(ends[["x", "y"]]) - ax.transData.transform(starts[["x", "y"]])
    typical = np.median(np.hypot(*way.T)) * 72 / ax.figure.dpi
    return float(np.clip(typical / 6, _LEAST, _WIDEST))


def _arrow(start, end, width: float) -> FancyArrowPatch:
    """A bent arrow whose shaft is ``width`` points wide."""
    head = ArrowStyle.Simple(head_length=2.5 + 1.1 * width, head_width=3 + 1.6 * width, tail_width=width)
    return FancyArrowPatch(
        (start["x"], start["y"]),
        (end["x"], end["y"]),
        arrowstyle=head,
        connectionstyle=f"arc3,rad={_BEND}",
        mutation_scale=1,
        shrinkA=0,
        shrinkB=2,
        facecolor=styling.PALETTE[0],
        edgecolor="white",
        linewidth=0.4,
        alpha=_ALPHA,
        zorder=3,
    )


def _rest(rest: pd.DataFrame, unit: str) -> str:
    return f"その他 {len(rest):,} 本、計 {styling.plain(rest['value'].sum(), 2)} {unit}".rstrip() + "（表示なし）"


def _read(drawn, rest, starts, ends, name: str, unit: str) -> tuple[str, ...]:
    """What the picture says."""
    top = [
        f"{starts.at[r.start, 'name']} から {ends.at[r.end, 'name']} へ {styling.plain(r.value, 2)} {unit}".rstrip()
        for r in drawn.head(3).itertuples()
    ]
    into = drawn.groupby("end")["value"].sum()
    most = f"矢印を足すと、最も多い行き先は {ends.at[into.idxmax(), 'name']} の {styling.plain(into.max(), 2)} {unit}"
    total = styling.plain(drawn["value"].sum(), 2)
    out = [f"矢印は {len(drawn):,} 本で、太さが{name}を表す", f"矢印の合計は {total} {unit}".rstrip()]
    out += [f"大きい順に {'、'.join(top)}", most.rstrip()]
    return (*out, *([_rest(rest, unit)] if len(rest) else []))
