"""Going on in QGIS: one GeoPackage with the layers and how they look."""

from __future__ import annotations

import re
import sqlite3
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dataacademy import files, styling
from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.labels import label_of
from dataacademy.maps import classify, qml
from dataacademy.maps.draw import need_values
from dataacademy.maps.edits import date_text
from dataacademy.maps.interactive import no_persons
from dataacademy.maps.plane import POINT, POLYGONS, need_metres

_STYLES = """CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
    f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
    update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')))"""  # the table that QGIS makes itself
_GEOMETRY = "geom"
_OWN = ("fid", _GEOMETRY)  # columns that a GeoPackage keeps for itself
_OWN_TABLES = r"(gpkg|rtree|sqlite|qgis)_|layer_styles$"
_MARKS = r"[\s`~!@#$%^&*()+\-={}|\[\]\\:\";'<>?,./]"  # GDAL writes no layer with these in its name
_TYPES = {"boolean": "boolean", "integer": "Int64", "floating": "float64", "mixed-integer-float": "float64"}


@dataclass(frozen=True)
class Layer:
    """A layer for :func:`to_geopackage` that is coloured by one of its columns.

    data
        Areas, places or lines in metres.
    column, bins, scheme, k, unit
        As in :func:`dataacademy.maps.choropleth`.

    When not to use: for a layer in one colour; give the table itself.

    >>> import dataacademy as da
    >>> da.maps.Layer(da.load("areas"), column="population", bins=[500, 1000], unit="人").bins
    [500, 1000]
    """

    data: gpd.GeoDataFrame
    column: str
    bins: Iterable[float] | None = None
    scheme: str = "quantiles"
    k: int = 5
    unit: str = ""


def to_geopackage(
    path: str | Path,
    layers: Mapping[str, gpd.GeoDataFrame | Layer],
    *,
    replace: bool = False,
    personal: bool = False,
) -> Path:
    """Write layers into one GeoPackage that QGIS opens in the colours of our maps.

    layers
        By name: a table (drawn in one colour) or a :class:`Layer` (drawn in classes).  All columns go into the file.
    replace
        Write over a file that somebody has worked on since it was written by this function.

    In QGIS: レイヤ → レイヤを追加 → ベクタレイヤを追加, or drop the file on the map.  Its table ``layer_styles`` holds
    the default style of each layer as QML, with the Japanese names of columns; classes, legend and hatched missing
    values are those of ``choropleth``.  Codes stay text, coordinates stay metres.  Read it again with
    :func:`dataacademy.tables.read_map` and compare with :func:`dataacademy.maps.edits`.  A file of this name is
    replaced, unless its layers or styles have been changed since, or another program made it.  Returns the path.

    Errors: ``not_geopackage`` (name), ``no_layers``, ``layer_name``, ``column_name``, ``edited_since``,
    ``unreadable_map``, ``personal`` (as in ``explore``), no metres, those of ``breaks``, ``cannot_write``.
    Source: the table is the one QGIS 3.22 makes.  Checked in QGIS 3.22: it takes the style of each layer, its counts of
    rows in each class are those of ``classify``, and what is edited there is read again.
    When not to use: to publish (CSV or GeoJSON is read by more programs), or for tables of persons.

    >>> import dataacademy as da
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> areas, halls = da.load("areas"), da.load("facilities").query("kind == 'shelter'")
    >>> far = da.maps.nearest(areas, halls).table
    >>> layers = {"距離": da.maps.Layer(far, column="distance_m", bins=[300, 500, 800], unit="m"), "避難所": halls}
    >>> with TemporaryDirectory() as folder:
    ...     path = da.maps.to_geopackage(Path(folder) / "避難所.gpkg", layers)
    ...     da.tables.sheets(path), len(da.tables.read_map(path, layer="避難所").data)
    (['距離', '避難所'], 42)
    """
    path = Path(path)
    if path.suffix.lower() != ".gpkg":
        raise DataAcademyError(
            "not_geopackage",
            f"「{path.name}」は .gpkg で終わっていません。QGISに渡すファイルは GeoPackage にします。",
            f"{path.name!r} does not end in .gpkg.",
            fix=f"「{path.stem}.gpkg」という名前にしてください。",
            fix_en=f"Call it {path.stem}.gpkg.",
        )
    layers = _checked(layers)
    written = []
    colours = cycle([styling.ACCENT, *styling.PALETTE])
    for name, layer in layers.items():
        data = layer.data if isinstance(layer, Layer) else layer
        need_metres(data)
        if not personal:
            no_persons(data)
        table = _plain(data, name)
        written.append((name, table, _style(layer, table, colours)))
    if path.is_file() and not replace:
        _not_edited(path)
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / "draft.gpkg"
        for name, table, _ in written:
            table.to_file(
                draft, layer=name, driver="GPKG", engine="pyogrio", VERSION="1.2", GEOMETRY_NAME=_GEOMETRY,
                mode="a" if draft.exists() else "w",
            )  # fmt: skip
        _add_styles(draft, [(name, style) for name, _, style in written])
        files.write_bytes(path, draft.read_bytes())
    return path


def _checked(layers) -> dict[str, gpd.GeoDataFrame | Layer]:
    """The layers, each under a name of its own that a GeoPackage can hold."""
    if not isinstance(layers, Mapping) or not layers:
        raise DataAcademyError(
            "no_layers",
            "レイヤーは、名前と表の組で渡してください。",
            "Pass the layers by name: a mapping of names to tables.",
            fix='例：{"地区": areas, "避難所": shelters}',
            fix_en='Example: {"areas": areas, "shelters": shelters}',
        )
    seen: set[str] = set()
    for name in layers:
        plain = str(name).casefold()
        if not plain or plain in seen or re.search(_MARKS, plain) or re.match(_OWN_TABLES, plain):
            raise DataAcademyError(
                "layer_name",
                f"「{name}」はレイヤーの名前に使えません（空欄、空白や - . / などの記号、同じ名前、QGISが使う名前）。",
                f"{name!r} cannot name a layer: empty, with blanks or marks such as - . /, used twice, or QGIS's own.",
                fix="「地区」「避難所」のような、一つずつ違う名前にしてください。",
                fix_en="Give each layer a name of its own.",
            )
        seen.add(plain)
    return dict(layers)


def _plain(data: gpd.GeoDataFrame, layer: str) -> gpd.GeoDataFrame:
    """The table with one geometry column, and values as a GeoPackage keeps them."""
    seen = set(_OWN)
    for column in data.columns.drop(data.geometry.name):
        if str(column).casefold() in seen or not str(column).strip():
            raise DataAcademyError(
                "column_name",
                f"レイヤー「{layer}」の列「{column}」は、このままでは書けません（空欄、大文字と小文字だけが違う列、"
                "または GeoPackage が自分で使う名前 fid・geom）。",
                f"Column {column!r} of layer {layer!r} cannot be written: empty, twice but for case, or fid or geom.",
                fix=f'table.rename(columns={{"{column}": "新しい名前"}}) で名前を変えてください。',
                fix_en="Rename the column.",
                column=str(column),
            )
        seen.add(str(column).casefold())
    plain = data.set_axis(data.columns.astype(str), axis=1).reset_index(drop=True)
    for column in plain.columns.drop(plain.geometry.name):
        values = plain[column]
        if isinstance(values.dtype, gpd.array.GeometryDtype):
            plain = plain.drop(columns=column)  # a second geometry, such as a point kept beside the area
        elif pd.api.types.is_datetime64_any_dtype(values):
            plain[column] = values.map(date_text, na_action="ignore").astype("str")  # as it is read again
        elif values.dtype == object or isinstance(values.dtype, pd.CategoricalDtype | pd.PeriodDtype):
            kind = _TYPES.get(pd.api.types.infer_dtype(values, skipna=True))
            plain[column] = values.astype(kind) if kind else values.map(str, na_action="ignore").astype("str")
    return plain


def _style(layer: gpd.GeoDataFrame | Layer, table: gpd.GeoDataFrame, colours) -> str:
    """The style of a layer as QML."""
    types = shapely.get_type_id(table.geometry.to_numpy())
    known = types[types >= 0]
    kind = "fill" if np.isin(known, POLYGONS).any() else "marker" if np.isin(known, (POINT, 4)).all() else "line"
    columns = [c for c in table.columns if c != table.geometry.name]
    aliases = {c: label_of(c) for c in columns if label_of(c) != c}
    if not isinstance(layer, Layer):
        return qml.single(kind, "#f6f6f2" if kind == "fill" else next(colours), aliases)
    check_columns(table, [layer.column], table="データ")
    values = styling.numbers(table, layer.column)
    need_values(values, layer.column)
    edges = classify.breaks(values, bins=layer.bins, scheme=layer.scheme, k=layer.k)
    aliases[layer.column] = label_of(layer.column, layer.unit)
    return qml.classes(kind, layer.column, edges, classify.labels(edges, layer.unit), aliases)


def _add_styles(draft: Path, styles: list[tuple[str, str]]) -> None:
    """Put the table of styles beside the layers; every time in the file becomes that of writing."""
    with closing(sqlite3.connect(draft)) as base, base:
        base.execute(_STYLES)
        base.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)"
            " VALUES ('layer_styles', 'attributes', 'layer_styles', 0)"
        )
        for name, style in styles:
            base.execute(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName,"
                " styleQML, styleSLD, useAsDefault, description, owner)"
                " VALUES ('', '', ?, ?, ?, ?, '', 1, 'dataacademy', '')",
                (name, _GEOMETRY, name[:30], style),
            )
        (now,) = base.execute("SELECT strftime('%Y-%m-%dT%H:%M:%fZ','now')").fetchone()
        base.execute("UPDATE gpkg_contents SET last_change = ?", (now,))
        base.execute("UPDATE layer_styles SET update_time = ?", (now,))


def _not_edited(path: Path) -> None:
    """Raise if somebody has worked on the file since it was written, or if it is not one of ours."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as base:
            changed = {time for (time,) in base.execute("SELECT last_change FROM gpkg_contents")}
            styles = base.execute("SELECT update_time, description FROM layer_styles").fetchall()
    except sqlite3.Error:
        changed, styles = set(), []
    ours = bool(styles) and all(description == "dataacademy" for _, description in styles)
    if ours and len(changed | {time for time, _ in styles}) == 1:
        return
    raise DataAcademyError(
        "edited_since",
        f"「{path.name}」は、書き出したあとで直されています（または、ほかのソフトが作ったファイルです）。"
        "上書きすると、その仕事が消えます。",
        f"{path.name!r} has been worked on since it was written, or another program made it.",
        fix="別の名前で書き出してください。中身を読むなら da.tables.read_map、消してよいなら replace=True です。",
        fix_en="Write under another name; replace=True if the work in it may be lost.",
        file=path.name,
    )
