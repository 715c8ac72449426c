"""A map to move about in: one HTML file that opens in every browser, without Internet."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dataacademy import files, styling
from dataacademy.errors import DataAcademyError, check_choice, check_columns
from dataacademy.labels import label_of
from dataacademy.maps import classify, sheet
from dataacademy.maps.draw import counts_note, maps_of, need_values, notes_on, read
from dataacademy.maps.page import write_page
from dataacademy.maps.plane import POINT, facilities_in, need_plane

MOST_ROWS, MOST_CORNERS = 5_000, 60_000  # so that a page stays below some 5 MB and moves smoothly
_DEGREES = 6668  # JGD2011; less than 0.1 m from the WGS 84 of web maps where six decimals are written
_PERSONAL = {
    *("birth_date", "生年月日", "resident_id", "household_id", "patient_id", "user_id", "氏名", "世帯主", "個人番号"),
    *("マイナンバー", "住民番号", "宛名番号", "世帯番号", "被保険者番号", "age", "年齢"),
}


@dataclass(frozen=True)
class InteractiveMap:
    """What :func:`explore` gives: shown where it is the last line of a cell; ``save`` writes it as one HTML file.

    html
        The whole page.
    alt
        What the map shows, in words.
    notes
        What a reader has to know; they stand on the page as well.
    """

    html: str
    alt: str
    notes: tuple[str, ...]

    def save(self, path: str | Path) -> Path:
        """Write the page to ``path`` (``.html``; a file of this name is replaced) and return it.

        The file is complete or not there: it is written under another name and moved into place.
        """
        path = Path(path)
        if path.suffix.lower() not in (".html", ".htm"):
            raise DataAcademyError(
                "not_html",
                f"「{path.name}」は .html で終わっていません。動かせる地図は HTML ファイルにします。",
                f"{path.name!r} does not end in .html.",
                fix=f"「{path.stem}.html」という名前にしてください。画像が要るなら maps.choropleth を使います。",
                fix_en=f"Call it {path.stem}.html; for a picture use maps.choropleth.",
            )
        files.write_text(path, self.html)
        return path

    def __repr__(self) -> str:
        return f"<InteractiveMap {len(self.html) / 1e6:.1f} MB：{self.alt}>"

    def _repr_html_(self) -> str:
        page, words = escape(self.html), escape(self.alt)
        return (
            f'<iframe srcdoc="{page}" title="{words}" style="width:100%;height:540px;border:1px solid #ccc"></iframe>'
        )


def explore(
    data: gpd.GeoDataFrame,
    *,
    column: str | None = None,
    bins=None,
    scheme: str = "quantiles",
    k: int = 5,
    unit: str = "",
    show: str | Iterable[str] = (),
    facilities: gpd.GeoDataFrame | None = None,
    tiles: str | None = None,
    personal: bool = False,
    title: str = "",
    source: str = "",
    note: str = "",
) -> InteractiveMap:
    """A map to zoom and click in, coloured by ``column`` as :func:`choropleth` does; needs the extra ``maps`` (folium).

    A click (or Enter) shows the name of the row, ``column`` and the columns ``show``, with their Japanese names; no
    other column goes into the page.  Cells are shown as text, never run.  ``facilities``: points on top.  Leaflet is
    carried in the page: it opens without Internet, and asks nobody for anything.  Only ``tiles="gsi"`` loads the pale
    map of 国土地理院 while it is looked at (its servers then see who looks at which place).
    Outlines with more than 60,000 corners in all are simplified for display, and the page says so; measure on ``data``.
    Returns an :class:`InteractiveMap` (``save(path)``, ``html``, ``alt``, ``notes``).  Errors: as ``choropleth``, more
    than 5,000 rows, folium missing, and tables about persons (a column such as 生年月日) unless ``personal=True``.
    Checked in Chromium without a network: every area drawn, popups, hatching, a name that tries to run as a script.
    When not to use: for a paper (use ``choropleth``), or for places of persons on a page that leaves the office.

    >>> import dataacademy as da
    >>> areas, halls = da.load("areas"), da.load("facilities").query("kind == 'shelter'")
    >>> far = da.maps.nearest(areas, halls).table
    >>> page = da.maps.explore(far, column="distance_m", bins=[300, 500, 800], unit="m", show="nearest_name",
    ...                        facilities=halls, title="避難所までの距離", source="みらい市")
    >>> page.alt.split("。")[0]
    '動かせる地図「避難所までの距離」'
    """
    need_plane(data)
    show = [show] if isinstance(show, str) else list(show)
    check_columns(data, show, table="データ")
    if tiles is not None:
        check_choice("背景の地図", tiles, ["gsi"], en="tiles")
    if not personal:
        for table in (data, *([] if facilities is None else [facilities])):
            no_persons(table)
    named = sheet.names_of(data)
    plain = data.assign(**{"": 0.0}) if column is None else data
    (one,), _ = maps_of(plain, column or "", None)
    if not one.located.any():
        raise DataAcademyError(
            "nothing_to_draw",
            f"位置の分かる行が一つもありません（{len(data)} 行）。",
            f"No row has a place ({len(data)} rows).",
            fix="座標の列と、行を選ぶ条件を確かめてください。",
            fix_en="Check the coordinates and how rows were chosen.",
        )
    _not_too_many(int(one.located.sum()))
    known = one.values[one.located]
    if column is not None:
        need_values(known, column)
    edges = [] if column is None else classify.breaks(known, bins=bins, scheme=scheme, k=k)
    names = classify.labels(edges, unit)
    classes = one.classes(edges)
    look_of = np.where(classes == -1, len(names), classes)  # the last look is that of missing values
    looks = _looks(len(names), sheet.only_points(data), tiles is not None)
    shapes, notes = _light(data.geometry.to_numpy()[one.located])
    columns = [
        "名前" if named else sheet.unit_of(data),
        *([label_of(column, unit)] if column else []),
        *map(label_of, show),
    ]
    rows = _cells(data, named, column, show)
    features = _features(shapes, data.crs, look_of[one.located], [rows[i] for i in np.flatnonzero(one.located)])
    unit_name = sheet.unit_of(data)
    entries = [(looks[i], f"{name}（{(classes == i).sum():,}）") for i, name in enumerate(names) if column]
    entries += [(looks[-1], f"{styling.NO_DATA}（{(classes == -1).sum():,}）")] if (classes == -1).any() else []
    extra, said = [], []
    if facilities is not None:
        near, label, _, left_out = facilities_in(data.crs, facilities)
        mark = {**_circle(styling.ACCENT, "#ffffff", 1.0), "radius": 5}
        called = sheet.names_of(near) or [label] * len(near)
        blank = [""] * (len(columns) - 1)
        extra = _features(
            near.geometry.to_numpy(), near.crs, np.full(len(near), len(looks)), [[c, *blank] for c in called]
        )
        entries.append((mark, f"{label}（{len(near):,}）"))
        looks = [*looks, mark]
        notes += left_out
        said = [f"橙の丸は {label} {len(near):,} か所"]
    notes = [note, *notes_on([one], False), *(counts_note([one], column, unit) if column else []), *notes]
    notes += [f"出典：{source}"] if source else []
    notes = tuple(text for text in notes if text)
    alt = f"動かせる地図「{title}」。" if title else "動かせる地図。"
    body = [f"色は {label_of(column, unit)}で、濃いほど大きい", *read(one, edges, names, unit, False)] if column else []
    alt += "".join(f"{text}。" for text in [*(body or [f"{int(one.located.sum()):,} {unit_name}"]), *said])
    heading = f"{label_of(column, unit)}\nかっこ内は{unit_name}の数" if column else ""
    html = write_page(
        data={"type": "FeatureCollection", "features": features + extra},
        looks=looks,
        columns=columns,
        bounds=_bounds(features + extra),
        key=(heading, entries),
        title=title,
        notes=notes,
        alt=alt,
        tiles=tiles,
    )
    return InteractiveMap(html, alt, notes)


def no_persons(data: pd.DataFrame) -> None:
    """Raise if a row is a person: a page is handed on more easily than a table."""
    found = [c for c in data.columns if str(c).strip().lower() in _PERSONAL or re.search("氏名|生年月日", str(c))]
    if found:
        raise DataAcademyError(
            "personal",
            f"一人ひとりの表のようです（列「{found[0]}」）。地図のファイルは人に渡りやすいので、そのままでは作りません。",
            f"The table seems to be about persons (column {found[0]!r}); a map file is easily handed on.",
            fix="地区ごとに数えてから（groupby）地図にしてください。庁内だけで見る必要があるときは、"
            "責任者に確かめたうえで personal=True を付けます。",
            fix_en="Count per area first (groupby). If it must be, and stays in the office: personal=True.",
            column=str(found[0]),
        )


def _not_too_many(rows: int) -> None:
    if rows > MOST_ROWS:
        raise DataAcademyError(
            "too_many_rows",
            f"{rows:,} 件あります。動かせる地図でなめらかに見られるのは {MOST_ROWS:,} 件までです。",
            f"{rows:,} rows; an interactive map moves smoothly with up to {MOST_ROWS:,}.",
            fix="地区やメッシュごとにまとめる、見たい範囲だけに絞る、または maps.points でますにしてください。",
            fix_en="Aggregate them, keep the part to be seen, or draw squares with maps.points.",
        )


def _circle(colour: str, edge: str, opacity: float) -> dict:
    return {"fillColor": colour, "color": edge, "weight": 1, "fillOpacity": opacity, "opacity": 1}


def _looks(count: int, circles: bool, on_tiles: bool) -> list[dict]:
    """Leaflet's options for every class, and for missing values as the last."""
    looks = [_circle(colour, "#6e6e6e", 0.7 if on_tiles else 1.0) for colour in styling.sequential(count)]
    looks.append({**_circle("#ededed", "#9a9a9a", 1.0), "className": "no-data"})
    return [look | {"radius": 6} if circles else look for look in looks]


def _light(shapes: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """The outlines with at most MOST_CORNERS corners, neighbours still meeting, and what to say of it."""
    corners = shapely.get_num_coordinates(shapes).sum()
    if corners <= MOST_CORNERS or (shapely.get_type_id(shapes) == POINT).all():
        return shapes, []
    clean = bool(shapely.coverage_is_valid(shapes))
    for tolerance in 2.0 ** np.arange(0, 11):
        lighter = shapely.coverage_simplify(shapes, tolerance) if clean else shapely.simplify(shapes, tolerance)
        if shapely.get_num_coordinates(lighter).sum() <= MOST_CORNERS:
            break
    left = shapely.get_num_coordinates(lighter).sum()
    return lighter, [f"境界の線は表示用に簡単にしてある（角 {corners:,} 個を {left:,} 個に。許した幅 {tolerance:g} m）"]


def _cells(data: gpd.GeoDataFrame, named, column: str | None, show: list[str]) -> list[list[str]]:
    """What a click shows, as text."""
    first = named or [str(i) for i in range(1, len(data) + 1)]
    columns = [first, *([_say(data[column])] if column else []), *(_say(data[c]) for c in show)]
    return [list(row) for row in zip(*columns, strict=True)]


def _say(values: pd.Series) -> list[str]:
    number = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    words = {True: "はい", False: "いいえ"} if pd.api.types.is_bool_dtype(values) else {}
    return [styling.NO_DATA if pd.isna(v) else styling.plain(v, 2) if number else words.get(v, str(v)) for v in values]


def _features(shapes: np.ndarray, crs, looks: np.ndarray, cells: list[list[str]]) -> list[dict]:
    """GeoJSON features in degrees, six decimals (0.1 m)."""
    degrees = gpd.GeoSeries(shapes, crs=crs).to_crs(_DEGREES).to_numpy()
    degrees = shapely.transform(degrees, lambda xy: np.round(xy, 6))
    return [
        {"type": "Feature", "properties": {"look": int(look), "cells": row}, "geometry": json.loads(text)}
        for look, row, text in zip(looks, cells, shapely.to_geojson(degrees), strict=True)
    ]


def _bounds(features: list[dict]) -> list[list[float]]:
    """South-west and north-east corner, as Leaflet wants them."""
    west, south, east, north = shapely.total_bounds([shapely.from_geojson(json.dumps(f["geometry"])) for f in features])
    return [[south, west], [north, east]]
