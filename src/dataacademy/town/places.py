"""Places: rows of ``facilities``, ``buildings``, ``zones`` and ``hazard_zones`` from recognised files.

Every function returns ``(rows, notes)``; nothing is dropped without a note.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from dataacademy import codes
from dataacademy.coordinates import clean_coordinates, report_outside
from dataacademy.notes import Note
from dataacademy.town.contract import HAZARDS
from dataacademy.town.formats import HAZARD_RANKS

DEGREES = 6668  # JGD2011 longitude/latitude: how canonical files are stored
_YES = {"1", "○", "〇", "◯", "有", "可", "true", "True", "TRUE"}
_PARTLY = {"△", "▲"}


def facilities(look, *, extent):
    """``facilities`` rows; rows that cannot be put on a map are set aside with a note each."""
    data, columns, notes = look.data, look.columns, []
    lat, lon, found = _coordinates(look)
    notes += found
    inside, found = report_outside(lat, lon, extent, file=look.file, rows=look.rows, sheet=look.sheet)
    notes += found
    out = pd.DataFrame(index=data.index)
    numbers = data[columns["id"]].astype(str) if "id" in columns else pd.Series(look.rows, index=data.index).astype(str)
    twice = numbers.duplicated(keep=False) & data[columns["id"]].notna() if "id" in columns else numbers.duplicated()
    for i in np.flatnonzero(twice.to_numpy() & numbers.duplicated().to_numpy()):
        notes.append(
            Note(
                "duplicate_id",
                "同じ番号の行がほかにもあります。どちらも残しました。",
                "This id occurs twice.",
                level="warning",
                fix="番号を付け直すか、同じ施設なら一行にしてください。",
                file=look.file,
                sheet=look.sheet,
                row=int(look.rows[i]),
                column=columns["id"],
                value=numbers.iloc[i],
            )
        )
    notes += _check_codes(look)
    out["facility_id"] = [f"{look.kind}-{row}" for row in look.rows]
    out["kind"], out["kind_label"] = look.kind, look.label
    out["name"] = data[columns["name"]].astype("str").fillna(look.label) if "name" in columns else look.label
    out["address"] = data[columns["address"]] if "address" in columns else pd.NA
    out["lon"], out["lat"] = lon, lat
    out["capacity"] = pd.array([pd.NA] * len(out), dtype="Int64")
    if "capacity" in columns:
        capacity, found = look.number("capacity")
        notes += found
        whole = capacity.dropna().mod(1).eq(0).all() and capacity.dropna().ge(0).all()
        out["capacity"] = capacity.round().astype("Int64") if whole else out["capacity"]
    for hazard in HAZARDS:
        out[hazard], found = _flags(look, columns.get(hazard))
        notes += found
    out["inside"] = inside
    out["source"] = look.file
    return out[~np.isnan(lat)].reset_index(drop=True), notes


def buildings(look, *, extent):
    """``buildings`` rows: where people live, and how many."""
    lat, lon, notes = _coordinates(look)
    notes += report_outside(lat, lon, extent, file=look.file, rows=look.rows, sheet=look.sheet)[1]
    residents, found = look.number("residents")
    numbers = look.data[look.columns["id"]].astype(str) if "id" in look.columns else [str(r) for r in look.rows]
    out = pd.DataFrame({"building_id": numbers, "lon": lon, "lat": lat, "residents": residents.astype("Int64")})
    return out[~np.isnan(lat) & residents.notna()].reset_index(drop=True), notes + found


def polygons(look, *, table: str):
    """``zones`` or ``hazard_zones`` rows, in degrees; outlines that cross themselves are mended."""
    import geopandas as gpd

    data, notes = usable_shapes(look)
    shapes = valid_shapes(data.geometry).to_crs(DEGREES)
    if table == "hazard_zones":
        rank = next((c for c in HAZARD_RANKS if c in data.columns), None)
        out = {"hazard": look.kind, "rank": data[rank].astype("str") if rank else pd.NA, "source": look.file}
    else:
        name = look.columns.get("name")
        labels = data[name].astype("str") if name else pd.Series(pd.NA, index=data.index, dtype="str")
        numbers = [f"{look.label}-{row}" for row in range(1, len(data) + 1)]
        out = {"layer": look.label, "zone_id": numbers, "name": labels.fillna(pd.Series(numbers, index=data.index))}
    return gpd.GeoDataFrame(pd.DataFrame(out, index=data.index), geometry=shapes).reset_index(drop=True), notes


def usable_shapes(look):
    """The rows that have a shape, and notes on those that have none or one that crosses itself."""
    data, notes = look.data[look.data.geometry.notna() & ~look.data.geometry.is_empty], []
    if len(data) < len(look.data):
        notes.append(
            Note(
                "no_geometry",
                f"形のない行が {len(look.data) - len(data)} 行あり、除きました。",
                f"{len(look.data) - len(data)} rows have no geometry.",
                level="warning",
                file=look.file,
            )
        )
    broken = int((~data.geometry.is_valid).sum())
    if broken:
        notes.append(
            Note(
                "invalid_shape",
                f"線が交差するなど、形のこわれた面が {broken} 個あり、直して使います。",
                f"{broken} invalid polygons are repaired.",
                file=look.file,
            )
        )
    return data, notes


def valid_shapes(shapes):
    """The shapes with self-crossing outlines mended."""
    broken = ~shapes.is_valid
    if not broken.any():
        return shapes
    mended = shapes.copy()
    mended[broken] = shapes[broken].make_valid(method="structure", keep_collapsed=False)
    return mended


def _coordinates(look):
    data, columns = look.data, look.columns
    if hasattr(data, "geometry"):
        points = data.geometry.to_crs(DEGREES).representative_point()
        lat, lon = points.y.tolist(), points.x.tolist()
        return clean_coordinates(lat, lon, file=look.file, sheet=look.sheet, rows=look.rows)
    return clean_coordinates(
        data[columns["lat"]].tolist(),
        data[columns["lon"]].tolist(),
        file=look.file,
        sheet=look.sheet,
        rows=look.rows,
        columns=(columns["lat"], columns["lon"]),
    )


def _check_codes(look):
    column = look.columns.get("code")
    if column is None:
        return []
    _, notes = codes.complete_codes(look.data[column], file=look.file, column=column, rows=look.rows)
    return notes


def _flags(look, column):
    """○/1 as True, blank/×/0 as False, △ (条件つき) as unknown; a column without any entry is unknown altogether."""
    unknown = pd.array([pd.NA] * len(look.data), dtype="boolean")
    if column is None:
        return unknown, []
    text = look.data[column].astype("str").str.strip().fillna("").str.replace(r"\.0$", "", regex=True)
    if (text == "").all():
        return unknown, []
    flags = pd.array(text.isin(_YES).to_numpy(), dtype="boolean")
    partly = text.isin(_PARTLY).to_numpy()
    flags[partly] = pd.NA
    if not partly.any():
        return flags, []
    return flags, [
        Note(
            "conditional",
            f"「△」（条件つき）が {int(partly.sum())} 件あり、「分からない」としました。",
            f"{int(partly.sum())} conditional marks were taken as unknown.",
            file=look.file,
            column=column,
            value="△",
        )
    ]
