"""Points: scatter plots and the satisfaction × importance portfolio, with names that do not cover each other."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from dataacademy.charts import frame
from dataacademy.charts.nametags import name_points
from dataacademy.charts.picture import Picture, remember
from dataacademy.errors import DataAcademyError, check_choice
from dataacademy.labels import label_of
from dataacademy.styling import GRID, INK, PALETTE, axes, finish, plain, style

_QUADRANTS = {"重点課題": (False, True), "重点維持": (True, True), "改善": (False, False), "維持": (True, False)}


def scatter(
    data: pd.DataFrame,
    *,
    x: str,
    y: str,
    name: str | None = None,
    by: str | None = None,
    highlight=None,
    x_unit: str = "",
    y_unit: str = "",
    title: str = "",
    source: str = "",
    note: str = "",
    ax: Axes | None = None,
) -> Axes:
    """One point per row: how two numbers go together.

    ``name`` names the column of names; ``highlight`` lists the names to be written (default: all up to 15 rows, then
    the five farthest from the middle).  ``by`` colours by group, with a legend and a shape for each.  Rows without one
    of the two numbers are counted below the figure, and so are names for which there was no room.  Errors: unknown
    column or name, not numeric, all empty, more groups than colours.  When not to use: to prove a cause; for counts of
    areas, where both grow with the population (draw rates).  Checked against the points that matplotlib drew.

    >>> import dataacademy as da
    >>> from matplotlib import pyplot
    >>> areas = da.load("checkups").groupby("area_id", as_index=False)[["distance_m", "attended"]].mean()
    >>> areas["受診率"] = areas["attended"] * 100
    >>> ax = scatter(areas, x="distance_m", y="受診率", x_unit="m", y_unit="%", title="距離と受診率", source="特定健診")
    >>> da.charts.alt(ax).split("。")[2]
    '点は 119 個'
    >>> pyplot.close(ax.figure)
    """
    frame.check_table(data, [x, y, name, by])
    points = pd.DataFrame({"x": frame.amounts(data, x), "y": frame.amounts(data, y)})
    points["name"] = frame.words(data[name]) if name else ""
    points["by"] = frame.words(data[by]) if by else ""
    wanted = frame.chosen(points["name"].unique(), highlight, name) if name and highlight is not None else None
    groups = list(points["by"].unique())
    if by:
        frame.not_too_many_groups(groups, by)
    missing = points[["x", "y"]].isna().any(axis=1)
    points = points[~missing].reset_index(drop=True)
    if points.empty:
        raise DataAcademyError(
            "no_pairs",
            f"「{x}」と「{y}」の両方がある行が一つもありません。",
            f"No row has both {x!r} and {y!r}.",
            fix="二つの列が同じ行にあるか、結合のしかたを確かめてください。",
            fix_en="Check how the two columns were joined.",
        )
    many = len(points) > 300
    notes = [f"どちらかが空欄の {int(missing.sum()):,} 行は描いていません"] if missing.any() else []
    with style():
        ax = axes(ax, (6.6, 5.0))
        for i, group in enumerate(groups):
            part = points[points["by"] == group]
            look = {"s": 12 if many else 42, "alpha": 0.45 if many else 0.9, "linewidths": 0 if many else 0.8}
            drawn = ax.scatter(part["x"], part["y"], color=PALETTE[i], marker="osD^vP"[i], edgecolors="white", zorder=3,
                               label=group, **look)  # fmt: skip
        _both_axes(ax)
        frame.name_axes(ax, label_of(x, x_unit), label_of(y, y_unit))
        if by:
            ax.legend(title=label_of(by), loc="upper left", bbox_to_anchor=(1.01, 1), alignment="left")
        written = points.index[points["name"].isin(wanted)] if wanted is not None else _farthest(points) if name else []
        finish(ax, title=title, source=source, notes=frame.lines(note, *notes))
        if name and (lost := name_points(ax, points, written)):
            notes.append(f"場所がなく名前を書けなかった点：{lost}")
            frame.restate(ax, source, frame.lines(note, *notes))
    said = _read(points, label_of(x), label_of(y), bool(name))
    remember(drawn, Picture("散布図", said, amounts="xy"))
    return ax


def _both_axes(ax: Axes) -> None:
    for axis in (ax.xaxis, ax.yaxis):
        values = ax.dataLim.get_points()[:, 0 if axis is ax.xaxis else 1]
        as_year = frame.years(np.round(values))
        axis.set_major_formatter((lambda v, _: f"{v:g}") if as_year else frame.Numbers())
    ax.grid(True, **GRID)
    ax.margins(0.08)
    ax.tick_params(length=0)


def _farthest(points: pd.DataFrame) -> pd.Index:
    """All points up to 15, otherwise the five farthest from the middle in units of their own spread."""
    if len(points) <= 15:
        return points.index
    place = points[["x", "y"]]
    away = (((place - place.median()) / place.std().replace(0, 1)) ** 2).sum(axis=1)
    return away.nlargest(5).index


def _read(points: pd.DataFrame, x_name: str, y_name: str, named: bool) -> tuple[str, ...]:
    parts = []
    for column, called in (("x", x_name), ("y", y_name)):
        low, high = points.loc[points[column].idxmin()], points.loc[points[column].idxmax()]
        one, two = frame.write(np.array([low[column], high[column]], float), frame.digits(points[column].to_numpy()))
        names = (f"（{low['name']}）", f"（{high['name']}）") if named else ("", "")
        parts.append(f"{called} は {one}{names[0]}から {two}{names[1]}" if named else f"{called} は {one} から {two}")
    out = [f"点は {len(points):,} 個", "、".join(parts)]
    if len(points) > 2 and points["x"].nunique() > 1 and points["y"].nunique() > 1:
        out.append(f"相関係数は {np.corrcoef(points['x'], points['y'])[0, 1]:.2f}")
    return tuple(out)


def portfolio(
    data: pd.DataFrame,
    *,
    name: str,
    x: str = "satisfaction",
    y: str = "importance",
    split="mean",
    x_unit: str = "点",
    y_unit: str = "点",
    title: str = "",
    source: str = "",
    note: str = "",
    ax: Axes | None = None,
) -> Axes:
    """CS portfolio: satisfaction (``x``) × importance (``y``) of policies or services, in four fields.

    ``split`` says where the fields meet: ``"mean"`` or ``"median"`` of the items, or two numbers ``(x, y)`` (such as
    the middle of the scale).  Important but unsatisfactory (top left) is 「重点課題」.  The figure states where it was
    split and what is in each field.  Errors: unknown column, not numeric, all empty, the same item twice, more than 60
    items.  When not to use: to rank items near the cross: their field changes with the rule.  Checked against the
    points that matplotlib drew.

    >>> import dataacademy as da
    >>> from matplotlib import pyplot
    >>> survey = da.load("survey").query("returned")
    >>> book = da.survey.read_codebook(da.load("codebook"), table="survey")
    >>> asked = {"satisfaction": ["q1_01", "q1_05", "q1_17"], "importance": ["q2_01", "q2_05", "q2_17"]}
    >>> policies = da.survey.cs_portfolio(survey, **asked, weights="weight", codebook=book).table
    >>> ax = portfolio(policies, name="item", title="満足度と重要度", source="市民意識調査")
    >>> da.charts.alt(ax).split("。")[2]
    '重点課題：医療体制'
    >>> pyplot.close(ax.figure)
    """
    frame.check_table(data, [name, x, y])
    points = pd.DataFrame({"x": frame.amounts(data, x), "y": frame.amounts(data, y), "name": frame.words(data[name])})
    frame.one_each([list(points["name"])], [name], y)
    frame.not_too_many(points, name, 60)
    missing = points[["x", "y"]].isna().any(axis=1)
    notes = [f"点数がないもの：{'、'.join(points.loc[missing, 'name'])}"] if missing.any() else []
    points = points[~missing].reset_index(drop=True)
    cross, rule = _cross(points, split)
    fields = {
        field: [p.name_ for p in points.rename(columns={"name": "name_"}).itertuples() if _field(p, cross) == field]
        for field in _QUADRANTS
    }
    where = f"区切り：{rule}（{label_of(x)} {plain(cross[0], 2)}、{label_of(y)} {plain(cross[1], 2)}）"
    with style():
        ax = axes(ax, (7.0, 6.2))
        colours = [PALETTE[1] if _field(p, cross) == "重点課題" else PALETTE[0] for p in points.itertuples()]
        drawn = ax.scatter(points["x"], points["y"], s=46, color=colours, edgecolors="white", linewidths=0.8, zorder=3)
        ax.axvline(cross[0], color=INK, linewidth=1, zorder=1)
        ax.axhline(cross[1], color=INK, linewidth=1, zorder=1)
        _both_axes(ax)
        ax.margins(0.12)
        ax.grid(False)
        for field, (right, top) in _QUADRANTS.items():
            ax.annotate(field, (0.985 if right else 0.015, 0.985 if top else 0.015), xycoords="axes fraction",
                        ha="right" if right else "left", va="top" if top else "bottom", fontsize=13, gid="field",
                        color="#6E6E6E", zorder=1)  # fmt: skip
        frame.name_axes(ax, label_of(x, x_unit), label_of(y, y_unit))
        finish(ax, title=title, source=source, notes=frame.lines(note, where, *notes))
        if lost := name_points(ax, points, points.index):
            frame.restate(ax, source, frame.lines(note, where, *notes, f"場所がなく名前を書けなかった点：{lost}"))
    top, low = points.loc[points["y"].idxmax()], points.loc[points["x"].idxmin()]
    said = [f"{field}：{'、'.join(names)}" for field, names in fields.items() if names]
    said.append(
        f"最も重要なのは {top['name']} の {plain(top['y'], 2)}、"
        f"満足度が最も低いのは {low['name']} の {plain(low['x'], 2)}"
    )
    remember(drawn, Picture("満足度と重要度の図（CSポートフォリオ）", tuple(said)))
    return ax


def _field(point, cross: tuple[float, float]) -> str:
    side = (point.x >= cross[0], point.y >= cross[1])
    return next(field for field, place in _QUADRANTS.items() if place == side)


def _cross(points: pd.DataFrame, split) -> tuple[tuple[float, float], str]:
    if isinstance(split, str):
        rules = {"mean": "平均", "median": "中央値"}
        check_choice("区切り方", split, list(rules), en="split")
        x, y = points[["x", "y"]].agg(split)
        return (float(x), float(y)), rules[split]
    pair = np.asarray(split, float) if np.size(split) == 2 else np.array([np.nan])
    if np.isnan(pair).any():
        raise DataAcademyError(
            "bad_split",
            f"区切り {split!r} は、二つの数（x, y）ではありません。",
            f"split {split!r} is not two numbers.",
            fix='split="mean"、split="median" か、尺度の中央（例：split=(3, 3)）を渡してください。',
            fix_en='Pass "mean", "median" or two numbers such as (3, 3).',
        )
    return (float(pair[0]), float(pair[1])), "指定の値"
