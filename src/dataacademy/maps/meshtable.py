"""地域メッシュ: people and events counted in squares of equal size."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dataacademy import mesh
from dataacademy.analysis import Analysis
from dataacademy.arguments import check_whole
from dataacademy.errors import DataAcademyError, check_choice, check_columns
from dataacademy.inputs import check_table, floats
from dataacademy.labels import label_of
from dataacademy.maps.people import counted_in
from dataacademy.maps.plane import POINT, locations, need_plane
from dataacademy.maps.shares import shares

SMALL = (
    10  # people in a square below which a person may be recognised; what offices publish themselves is often stricter
)
_MOST = 200_000  # squares
_NAMES = {"1st": "80km", "2nd": "10km", "3rd": "1km", "500m": "500m", "250m": "250m", "125m": "125m"}


def mesh_table(
    data: gpd.GeoDataFrame, *, level: str = "500m", weights: str | None = None, small: int = SMALL
) -> Analysis:
    """How many people (rows, households, calls) are in each square of the 地域メッシュ.

    data
        Points are counted in the square where they lie; polygons are divided among squares by area.
    level
        ``1st`` (80 km), ``2nd`` (10 km), ``3rd`` (1 km), ``500m``, ``250m`` or ``125m``.
    weights
        The column of people a row stands for; None: each row is one.
    small
        Squares with fewer than so many, but not none, are marked.

    Table (GeoDataFrame in the CRS of ``data``): ``mesh`` (code) ``, count, small`` (True/False) and the square; squares
    with nobody are not listed.  Value: number of squares.  Figures: ``total, small, small_total``.
    Errors: no metres, ``negative_counts``, ``mixed_shapes``, ``too_many_squares``, ``nothing_placed``, unknown level.
    Checked against :func:`dataacademy.mesh.mesh_code` row by row, and sums by law.
    When not to use: polygons much larger than the squares (they only spread an average); publish nothing where
    ``small`` squares stand.

    >>> import dataacademy as da
    >>> found = da.maps.mesh_table(da.load("buildings"), level="3rd", weights="residents")
    >>> found.table["count"].sum() == da.load("buildings")["residents"].sum()
    np.True_
    >>> found.table["mesh"].str.len().unique().tolist()
    [8]
    """
    check_table(data)
    need_plane(data)
    check_choice("メッシュの大きさ", level, mesh.LEVELS, en="Mesh level")
    check_whole("少ないとみる数（small）", small, 1, en="small")
    check_columns(data, [weights] if weights else [], table="データ")
    size = floats(data[weights], weights) if weights else np.ones(len(data))
    if (size < 0).any():
        raise DataAcademyError(
            "negative_counts",
            f"列「{weights}」に負の値が {int((size < 0).sum())} 行あります。人数として数えられません。",
            f"Column {weights!r} has {int((size < 0).sum())} negative values.",
            fix="増減の列ではなく、人数の列を選んでください。",
            fix_en="Choose a column of persons, not changes.",
            column=str(weights),
        )
    left_out = [f"「{label_of(weights)}」が空欄の {int(np.isnan(size).sum())} 行"] if np.isnan(size).any() else []
    nowhere = np.isnan(locations(data)[:, 0])
    if nowhere.any():
        left_out.append(f"位置の分からない {int(nowhere.sum())} 行（{np.nansum(size[nowhere]):,.0f}）")
    use = ~nowhere & ~np.isnan(size)
    if not use.any():
        raise DataAcademyError(
            "nothing_placed",
            f"位置と人数の分かる行が一つもありません（{len(data)} 行）。",
            f"No row has both a location and a number ({len(data)} rows).",
            fix="位置の列と、重みの列を確かめてください。",
            fix_en="Check the geometry and the column of weights.",
        )
    counts, used = _counted(data[use], size[use], level)
    total = float(size[use].sum())
    squares = mesh.mesh_polygons(counts.index.to_numpy()).to_crs(data.crs)
    table = gpd.GeoDataFrame({"mesh": counts.index.to_numpy(), "count": counts.to_numpy()}, geometry=squares.to_numpy())
    table = table.set_crs(data.crs)
    few = (table["count"] > 0) & (table["count"] < small)
    table.insert(2, "small", few)
    few_total = float(table.loc[few, "count"].sum())
    what, unit = (label_of(weights), counted_in(weights)) if weights else ("データ", "行")
    warn = (
        f"{small}{unit}に満たないメッシュが {int(few.sum()):,} 個あり（合わせて {few_total:,.0f}{unit}）、"
        "そのまま公表すると個人が分かるおそれがあります。"
        if few.any()
        else f"{small}{unit}に満たないメッシュはありません。"
    )
    return Analysis(
        table,
        len(table),
        f"{what} {total:,.0f}{unit}を、{_NAMES[level]}メッシュ {len(table):,} 個に数えました。{warn}",
        f"{total:,.0f} ({weights or 'rows'}) were counted in {len(table):,} squares of {_NAMES[level]}; "
        f"{int(few.sum()):,} hold fewer than {small}.",
        used={"行": int(use.sum()), **used},
        left_out=tuple(left_out),
        figures={"total": total, "small": int(few.sum()), "small_total": few_total},
        assumptions=() if _points(data[use]) else ("区域の中に人が均等に住んでいるとみて、面積の割合で分けています。",),
    )


def _counted(data: gpd.GeoDataFrame, size: np.ndarray, level: str) -> tuple[pd.Series, dict]:
    """Sum of ``size`` by mesh code, and what was done."""
    if _points(data):
        degrees = gpd.GeoSeries(shapely.points(locations(data)), crs=data.crs).to_crs(6668)
        codes = mesh.mesh_code(degrees.y.to_numpy(), degrees.x.to_numpy(), level=level)
        return pd.Series(size).groupby(codes).sum(), {}
    if (shapely.get_type_id(data.geometry.to_numpy()) <= POINT).any():
        raise DataAcademyError(
            "mixed_shapes",
            "点の行と面の行がまざっています。どちらかに絞ってください。",
            "The data mix points and polygons: keep one of them.",
            fix='data[data.geom_type == "Point"] のように絞ります。',
            fix_en="Filter by data.geom_type.",
        )
    grid = _squares_over(data, level)
    s = shares(data, grid)
    counts = np.bincount(s.new, weights=size[s.old] * s.share, minlength=len(grid))
    touched = np.bincount(s.new, minlength=len(grid)) > 0
    return pd.Series(counts, index=grid["mesh"].to_numpy())[touched & (counts > 0)].sort_index(), s.used


def _squares_over(data: gpd.GeoDataFrame, level: str) -> gpd.GeoDataFrame:
    """All squares that may touch the data."""
    west, south, east, north = data.to_crs(6668).total_bounds
    corner = mesh.mesh_bounds([mesh.mesh_code(south, west, level=level)]).iloc[0]
    high, wide = corner["north"] - corner["south"], corner["east"] - corner["west"]
    rows = np.arange(np.floor(south / high) - 1, np.ceil(north / high) + 1)
    columns = np.arange(np.floor(west / wide) - 1, np.ceil(east / wide) + 1)
    if len(rows) * len(columns) > _MOST:
        raise DataAcademyError(
            "too_many_squares",
            f"{_NAMES[level]}メッシュでは {len(rows) * len(columns):,} 個になります（{_MOST:,} 個まで）。",
            f"{len(rows) * len(columns):,} squares of {_NAMES[level]}; at most {_MOST:,}.",
            fix="もっと大きいメッシュ（level）を選ぶか、範囲を絞ってください。",
            fix_en="Choose a larger level, or a smaller part of the map.",
        )
    lat, lon = np.meshgrid((rows + 0.5) * high, (columns + 0.5) * wide, indexing="ij")
    codes = mesh.mesh_code(lat.ravel(), lon.ravel(), level=level)
    squares = mesh.mesh_polygons(codes).to_crs(data.crs)
    return gpd.GeoDataFrame({"mesh": codes}, geometry=squares.to_numpy(), crs=data.crs)


def _points(data: gpd.GeoDataFrame) -> bool:
    return bool((shapely.get_type_id(data.geometry.to_numpy()) == POINT).all())
