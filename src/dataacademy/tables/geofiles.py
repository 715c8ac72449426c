"""Maps: shapefiles, GeoJSON, GeoPackage, and the attribute table (.dbf) alone.

The reference system is read, never guessed.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_float_dtype, is_numeric_dtype

from dataacademy.errors import DataAcademyError, check_choice
from dataacademy.notes import Note
from dataacademy.tables.cells import Cells
from dataacademy.tables.columns import kept_text, mojibake
from dataacademy.tables.dbftext import RAW, decoded
from dataacademy.tables.encoding import decode
from dataacademy.tables.headings import column_names, names_things
from dataacademy.tables.reading import Reading, existing_file, located, row_list

_ASK_CRS = (
    "もとの資料で座標系を確かめ、crs= に EPSG番号で指定してください。候補："
    "6668（JGD2011 緯度経度）、4612（JGD2000 緯度経度）、4301（日本測地系 緯度経度）、"
    "6669～6687（JGD2011 平面直角座標系 第1～19系）。",
    "Find out the reference system and name its EPSG number in crs=. Usual ones: 6668 (JGD2011), 4612 (JGD2000), "
    "4301 (Tokyo datum), 6669-6687 (JGD2011 plane rectangular zones 1-19).",
)
_OF_QGIS = ("layer_styles", "qgis_projects")
_GEOJSON = re.compile(
    r'"type"\s*:\s*"(?:Feature(?:Collection)?|(?:Multi)?(?:Point|LineString|Polygon)|GeometryCollection)"'
)


def read_map(path: Path | str, *, encoding: str | None = None, crs=None, layer: str | None = None) -> Reading:
    """Read a map: .shp, .geojson, .gpkg; a .dbf gives its table without geometry.

    encoding
        Of a shapefile's attribute table; found from the texts themselves and the .cpg file if not given.
    crs
        EPSG number (``6676`` or ``"EPSG:6676"``); needed only if the map does not say it.
    layer
        Of a GeoPackage; the first one if not given.

    ``data`` is a GeoDataFrame in the reference system of the file (a note names it); ``rows`` are the numbers of the
    features from 1.  Columns keep the file's types, but codes and other names are text, dates are text, blank texts
    are missing.  Raises DataAcademyError: ``no_prj``, ``no_dbf``, ``unreadable_map``, ``unknown_encoding``.
    """
    path = existing_file(path)
    kind = path.suffix.lower()
    if kind == ".shp":
        raw, notes = _shapefile(path)
    elif kind == ".dbf":
        raw, notes = _attribute_table(path)
    elif kind == ".gpkg":
        raw, notes = _geopackage(path, layer)
    else:
        raw, notes = _geojson(path, encoding)
    rows = np.arange(1, len(raw) + 1)
    if kind in (".shp", ".dbf"):
        rows = raw.index.to_numpy() + 1  # the number of the record; deleted ones leave gaps
        raw, told = decoded(raw, path, encoding)
        notes += told
    data, told = _tidy(raw.reset_index(drop=True), rows)
    notes += told
    if "geometry" in raw:
        data, told = _placed(data, raw, rows, crs, path)
        notes += told
    return Reading(data, rows, located(notes, path.name, layer or ""), path.name, layer or "")


def is_geojson(text: str) -> bool:
    """Whether a JSON text is GeoJSON."""
    return bool(_GEOJSON.search(text))


def layers(path: Path | str) -> list[str]:
    """The layers of a GeoPackage, those with geometry first; the tables in which QGIS keeps its styles are none."""
    import pyogrio

    found = _guarded(Path(path), pyogrio.list_layers, path)
    names = [name for name, _ in sorted(found.tolist(), key=lambda layer: layer[1] is None)]
    return [name for name in names if name not in _OF_QGIS] or names


def _guarded(path: Path, function: Callable, *arguments, **options):
    import pyogrio

    try:
        return function(*arguments, **options)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise DataAcademyError(
            "unreadable_map",
            "地図ファイルとして読めません。壊れているかもしれません。",
            f"Not readable as a map: {error}",
            fix="GISで開けるか確かめ、書き出し直してください。",
            fix_en="See whether a GIS opens it, and export it again.",
            file=path.name,
        ) from None


def _read(path: Path, source: object, **options) -> pd.DataFrame:
    import pyogrio

    return _guarded(path, pyogrio.read_dataframe, source, datetime_as_string=True, **options)


def _beside(path: Path) -> dict[str, Path]:
    """The files of the same name, by suffix in lower case."""
    return {other.suffix.lower(): other for other in path.parent.iterdir() if other.stem == path.stem}


def _shapefile(path: Path) -> tuple[pd.DataFrame, list[Note]]:
    parts = _beside(path)
    if ".dbf" not in parts:
        raise DataAcademyError(
            "no_dbf",
            f"属性のファイル「{path.stem}.dbf」がありません。形だけでは、何の図形か分かりません。",
            f"The attribute table {path.stem}.dbf is missing.",
            fix="シェープファイルは .shp .shx .dbf .prj の4つで1組です。同じフォルダに4つとも置いてください。",
            fix_en="A shapefile is a set of .shp, .shx, .dbf and .prj; put all four into one folder.",
            file=path.name,
        )
    if ".shx" in parts:
        return _read(path, path, encoding=RAW, fid_as_index=True), []
    with tempfile.TemporaryDirectory() as folder:  # GDAL writes the file it restores; not beside the original
        for suffix in (".shp", ".dbf", ".prj"):
            if suffix in parts:
                shutil.copy(parts[suffix], Path(folder) / f"map{suffix}")
        data = _restoring(path, Path(folder) / "map.shp")
    ja = f"索引のファイル「{path.stem}.shx」がないので、作り直して読みました。"
    return data, [Note("shx_restored", ja, "The index file .shx is missing; it was restored.", level="warning")]


def _restoring(path: Path, copy: Path) -> pd.DataFrame:
    import pyogrio

    before = pyogrio.get_gdal_config_option("SHAPE_RESTORE_SHX")
    pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": True})
    try:
        return _read(path, copy, encoding=RAW, fid_as_index=True)
    finally:
        pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": before})


def _attribute_table(path: Path) -> tuple[pd.DataFrame, list[Note]]:
    data = _read(path, path, encoding=RAW, fid_as_index=True, read_geometry=False)
    ja = "属性の表だけを読みました。"
    if shape := _beside(path).get(".shp"):
        ja += f"地図として読むときは「{shape.name}」を指定してください。"
    return data, [Note("attributes_only", ja, "Only the attribute table was read; for the map name the .shp.")]


def _geopackage(path: Path, layer: str | None) -> tuple[pd.DataFrame, list[Note]]:
    names = layers(path)
    if layer is not None:
        check_choice("レイヤー", layer, names, en="The layer")
        return _layer(path, layer), []
    others = "、".join(f"「{name}」" for name in names[1:])
    note = Note(
        "other_sheets",
        f"レイヤー「{names[0]}」を読みました。ほかのレイヤー {others} は読んでいません。",
        f"Layer {names[0]!r} was read; the others were not: {', '.join(names[1:])}.",
    )
    return _layer(path, names[0]), [note] * bool(others)


def _layer(path: Path, layer: str) -> pd.DataFrame:
    """A layer of a GeoPackage; whole numbers and yes/no with empty cells stay what they are (pyogrio reads floats)."""
    import pyogrio

    data, told = _read(path, path, layer=layer), pyogrio.read_info(path, layer=layer)
    for column, kind, detail in zip(told["fields"], told["ogr_types"], told["ogr_subtypes"], strict=True):
        if kind.startswith("OFTInteger") and is_float_dtype(data[column]):
            data[column] = data[column].astype("boolean" if detail == "OFSTBoolean" else "Int64")
    return data


def _geojson(path: Path, encoding: str | None) -> tuple[pd.DataFrame, list[Note]]:
    text, note = decode(path.read_bytes(), file=path.name, encoding=encoding)
    return _read(path, text.encode()), [note]


def _tidy(raw: pd.DataFrame, rows: np.ndarray) -> tuple[pd.DataFrame, list[Note]]:
    """The attributes with tidied names and types: texts stripped, codes as text."""
    labels = [c for c in raw.columns if c != "geometry"]
    names, notes = column_names(labels)
    data: dict[str, pd.Series] = {}
    as_names: list[str] = []
    for name, label in zip(names, labels, strict=True):
        values = raw[label]
        if is_numeric_dtype(values):
            whole = values.dropna()
            data[name] = values
            if names_things(name) and not is_bool_dtype(values) and (whole == whole.round()).all():
                as_names.append(name)
                data[name] = Cells.of(["" if pd.isna(value) else str(int(value)) for value in values]).text()
            continue
        cells = Cells.of([_text(value) for value in values])
        data[name] = cells.text()
        notes += mojibake(name, cells, rows)
    if as_names:
        notes.append(kept_text(as_names))
    return pd.DataFrame(data, index=range(len(raw)), columns=names), notes


def _text(value: object) -> str:
    if isinstance(value, dict | list):  # GeoJSON may nest
        return json.dumps(value, ensure_ascii=False)
    return "" if pd.isna(value) else str(value)


def _placed(data: pd.DataFrame, raw, rows: np.ndarray, crs, path: Path):
    """The attributes with their geometry in the reference system of the file (or the one given), and notes on it."""
    import geopandas as gpd
    import pyproj

    notes: list[Note] = []
    inside = raw.crs
    if crs is None and inside is None:
        raise DataAcademyError(
            "no_prj",
            f"座標系が分かりません（「{path.stem}.prj」がないか、中身が空です）。推測では読みません。",
            f"The reference system is unknown ({path.stem}.prj is missing or empty); it is never guessed.",
            fix=_ASK_CRS[0],
            fix_en=_ASK_CRS[1],
            file=path.name,
        )
    try:
        given = inside if crs is None else pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError:
        ja, en = f"座標系「{crs}」はありません。", f"There is no reference system {crs!r}."
        raise DataAcademyError("bad_crs", ja, en, fix=_ASK_CRS[0], fix_en=_ASK_CRS[1], file=path.name) from None
    code = given.to_epsg()
    label = f"EPSG:{code}（{given.name}）" if code else given.name
    notes.append(
        Note("crs", f"座標系は {label} です。", f"Reference system: {label}.", value=f"EPSG:{code}" if code else "")
    )
    if inside is not None and not given.equals(inside):
        notes.append(
            Note(
                "crs_overridden",
                f"ファイルには {inside.name} とありますが、crs= の指定を使いました。",
                f"The file says {inside.name}; the crs= given was used instead.",
                level="warning",
            )
        )
    placed = gpd.GeoDataFrame(data, geometry=gpd.GeoSeries(raw.geometry.to_numpy(), crs=given, index=data.index))
    empty = (placed.geometry.isna() | placed.geometry.is_empty).to_numpy()
    if empty.any():
        ja = f"形のない地物が {empty.sum():,}個あります（{row_list(rows[empty].tolist())}番目）。"
        en = f"{empty.sum():,} features have no geometry (numbers {row_list(rows[empty].tolist())})."
        notes.append(Note("no_geometry", ja, en, level="warning", row=int(rows[empty][0])))
    return placed, notes + _doubtful(placed, ~empty, rows)


def _doubtful(placed, there: np.ndarray, rows: np.ndarray) -> list[Note]:
    """A warning where the coordinates cannot be what the reference system says: all of them, or a few."""
    degrees = (placed.bounds.abs().to_numpy() <= [180, 90, 180, 90]).all(axis=1)
    wrong = there & (~degrees if placed.crs.is_geographic else degrees)
    if wrong.sum() * 2 > there.sum():
        return [
            Note(
                "crs_mismatch",
                "座標の値が座標系と合いません（緯度・経度と、メートルの座標の取り違えかもしれません）。",
                "The coordinates do not fit the reference system (degrees and metres mixed up?).",
                level="warning",
                fix="もとの資料で座標系を確かめ、crs= に EPSG番号で指定してください。",
                fix_en="Find out the reference system and name its EPSG number in crs=.",
            )
        ]
    if not wrong.any():
        return []
    ja = f"ありえない座標の地物が {wrong.sum():,}個あります（{row_list(rows[wrong].tolist())}番目）。"
    en = f"{wrong.sum():,} features have impossible coordinates (numbers {row_list(rows[wrong].tolist())})."
    return [Note("odd_coordinates", ja, en, level="warning", row=int(rows[wrong][0]))]
