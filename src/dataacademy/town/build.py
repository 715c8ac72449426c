"""From town.yml to ``datasets/<code>/``: the canonical tables, checked against the contract."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from dataacademy import codes, eras, paths
from dataacademy.errors import DataAcademyError, nearest_guess
from dataacademy.files import replacing_folder
from dataacademy.notes import Note, to_frame
from dataacademy.tables.known import age_bands
from dataacademy.town import counterlog, people, places, plain, questionnaire
from dataacademy.town.bands import to_columns
from dataacademy.town.catalog import About
from dataacademy.town.codebook import codebook
from dataacademy.town.contract import TABLES, Column, validate
from dataacademy.town.formats import ROLES
from dataacademy.town.inspection import Look, look_at, town_extent
from dataacademy.town.plain import PLAIN
from dataacademy.town.townfile import TownFile
from dataacademy.town.versions import compare_months, copied_months

UNPLACED = ("null_island", "no_coordinates", "bad_coordinates", "outside_japan")  # notes on rows without a place


@dataclass
class Built:
    """The tables of a town and everything that was noticed on the way."""

    about: About
    tables: dict[str, pd.DataFrame]
    looks: list[Look]
    notes: list[Note] = field(default_factory=list)
    questions: dict[str, Column] = field(default_factory=dict)  # of its own questionnaire


def build(town: TownFile) -> Built:
    """Read the files that town.yml names and make the canonical tables.  Nothing is written.

    Raises DataAcademyError where town.yml names a file that is not there, or where no table at all comes out.
    """
    sources = {(s.file, s.sheet or ""): s for s in town.tables}
    looks, notes = look_at(town.data_folder, sources=sources)
    _all_present(town, looks, notes)
    used = [k for k in looks if (k.file, k.sheet) in sources and k.use]
    for look in used:
        _check_fits(look)
    made: dict[str, list] = {name: [] for name in TABLES}
    for look in [k for k in used if k.role == "areas"]:
        rows, found = people.areas(look, code=town.code)
        notes += found
        if rows is not None:
            made["areas"].append(rows)
    areas = _one_areas(made["areas"])
    extent = town_extent(areas) if areas is not None else None
    for look in used:
        if look.role == "population":
            rows, found = people.population(look)
        elif look.role == "facilities":
            rows, found = places.facilities(look, extent=extent)
        elif look.role == "buildings":
            rows, found = places.buildings(look, extent=extent)
        elif look.role in ("zones", "hazard_zones"):
            rows, found = places.polygons(look, table=look.role)
        elif look.role in PLAIN:
            rows, found = plain.rows(look)
        else:
            continue
        notes += found
        made[look.role].append(rows)
    logs = [look for look in used if look.role == "counter_log"]
    made["counter_log"], found = counterlog.without_copies(made["counter_log"], logs)
    notes += found + compare_months(looks, town.data_folder)
    made["areas"] = [areas] if areas is not None else []
    tables = {name: _join(parts) for name, parts in made.items() if any(len(p) for p in parts)}
    _people(tables, notes)
    own, questions = [look for look in used if look.questions], {}
    if own:
        tables["survey"], questions = questionnaire.coded(tables["survey"], own)
    if not tables:
        raise DataAcademyError(
            "nothing_built",
            "town.yml にある表から、教材で使えるものが一つもできませんでした。",
            "No table could be made.",
            fix="town inspect の報告を見て、use: true の表を確かめてください。",
            file=town.path.name,
        )
    if "facilities" in tables:  # two files may be of one kind
        kinds = tables["facilities"]["kind"]
        numbers = kinds.groupby(kinds).cumcount() + 1
        tables["facilities"]["facility_id"] = kinds + "-" + numbers.astype(str)
    areas_date = _areas_date(tables, areas)
    tables = {name: _shape(name, table) for name, table in tables.items()}
    for name, table in tables.items():
        notes += validate(name, table)
    _say_why_unused(looks, town)
    return Built(_about(town, tables, areas, used, notes, areas_date), tables, looks, notes, questions)


def write(built: Built) -> Path:
    """Put the tables in ``datasets/<code>/``, all or nothing."""
    folder = paths.dataset(built.about.code)
    with replacing_folder(folder) as fresh:
        write_into(fresh, built)
    return folder


def write_into(folder: Path, built: Built) -> None:
    """Write the tables, ``town.json``, ``inventory.csv`` and ``problems.csv`` into an existing folder."""
    import pyogrio

    for name, table in built.tables.items():
        file = folder / TABLES[name].file
        if TABLES[name].has_geometry:
            pyogrio.write_dataframe(table, file, driver="GeoJSON", COORDINATE_PRECISION=7, WRITE_NAME="NO")
        else:
            _write_csv(to_columns(table) if TABLES[name].by_band else table, file)
    _write_csv(codebook(built.tables, more={"survey": built.questions}), folder / "codebook.csv")
    _write_csv(inventory(built.looks), folder / "inventory.csv")
    _write_csv(to_frame(n for n in built.notes if n.level != "info").drop(columns="cells"), folder / "problems.csv")
    text = json.dumps(asdict(built.about), ensure_ascii=False, indent=1) + "\n"
    (folder / "town.json").write_text(text, encoding="utf-8", newline="\n")


def _write_csv(table, file):
    table.to_csv(file, index=False, encoding="utf-8", lineterminator="\n")


def inventory(looks) -> pd.DataFrame:
    """The データ一覧: one row a table, in the order of the folder."""
    rows = [
        {
            "file": look.file,
            "sheet": look.sheet,
            "take_as": look.role,
            "label": look.label or (TABLES[look.role].label if look.role in TABLES else ""),
            "rows": len(look.data),
            "columns": len(look.data.columns),
            "handling": look.handling,
            "use": "使う" if look.use and look.role not in ("labels", "other") else "使わない",
            "why": look.reason or look.why,
        }
        for look in looks
    ]
    return pd.DataFrame(
        rows, columns=["file", "sheet", "take_as", "label", "rows", "columns", "handling", "use", "why"]
    )


def _all_present(town, looks, notes):
    read = {(k.file, k.sheet) for k in looks}
    unread = {n.file for n in notes if n.level == "error"}
    for source in town.tables:
        if source.use and (source.file, source.sheet or "") not in read and source.file not in unread:
            there = [k.sheet for k in looks if k.file == source.file]
            if there:
                raise DataAcademyError(
                    "sheet_missing",
                    f"「{source.file}」にシート「{source.sheet or ''}」がありません。"
                    f"あるのは「{'」「'.join(there)}」です。",
                    f"No sheet {source.sheet!r} in {source.file}.",
                    fix="town.yml の sheet を直してください。",
                    file=town.path.name,
                    value=source.sheet or "",
                )
            guess = nearest_guess(source.file, [k.file for k in looks])
            raise DataAcademyError(
                "file_missing",
                f"town.yml にあるファイル「{source.file}」がフォルダにありません。"
                + (f"もしかして「{guess}」ですか。" if guess else ""),
                f"{source.file} is not in the folder.",
                fix="ファイルを戻すか、town.yml の行を直すか、use: false にしてください。",
                file=town.path.name,
                value=source.file,
            )


def _one_areas(parts):
    """All tables of areas as one: polygons before points, numbers filled from each other, one row an area_id."""
    if not parts:
        return None
    parts = sorted(parts, key=lambda p: (p.geom_type == "Point").all())
    areas = _join(parts)
    numbers = areas.groupby("area_id", sort=False)[["population", "households"]].first()  # first known value
    areas = areas.drop_duplicates("area_id").reset_index(drop=True)
    for column in numbers:
        areas[column] = areas["area_id"].map(numbers[column]).astype("Int64")
    return areas


def _people(tables, notes):
    """Tie the population to the areas; where one of them has no numbers, take them from the other."""
    areas = tables.get("areas")
    if areas is None:
        return
    if "population" in tables:
        tables["population"], found = people.place_population(tables["population"], areas)
        notes += found
        latest = tables["population"].loc[lambda t: t["date"] == t["date"].max()]
        if areas["population"].isna().all():
            areas["population"] = areas["area_id"].map(latest.groupby("area_id")["count"].sum()).astype("Int64")
    elif areas["population"].notna().any():
        known = areas[areas["population"].notna()]
        tables["population"] = pd.DataFrame(
            {
                "date": known["date"].fillna("不明"),
                "source": "国勢調査などの小地域（総数だけ）",
                "area_id": known["area_id"],
                "area_name": known["name"],
                "sex": "total",
                "age_from": 0,
                "age_to": pd.NA,
                "count": known["population"],
            }
        )


def _join(parts):
    import geopandas as gpd

    joined = pd.concat([p for p in parts if len(p)], ignore_index=True)
    return gpd.GeoDataFrame(joined, geometry="geometry", crs=places.DEGREES) if "geometry" in joined else joined


def _shape(name, table):
    """The contract's columns in the contract's order and types."""
    contract = TABLES[name]
    wanted = [*contract.columns, *(["geometry"] if contract.has_geometry else [])]
    if contract.open:  # its own questions in place of the contract's
        wanted = [c for c in contract.columns if c in table] + [c for c in table if c not in contract.columns]
    out = table.reindex(columns=wanted)
    return out.astype({column: c.dtype for column, c in contract.columns.items() if column in out})


def _check_fits(look):
    """A file can only be taken as what it has the columns for."""
    has_shape = hasattr(look.data, "geometry")
    needs = {
        "areas": ("key_code" in look.columns and (has_shape or "X_CODE" in look.data.columns), "KEY_CODE と位置"),
        "population": ("area_name" in look.columns and bool(age_bands(look.data.columns)), "地域名と年齢別の人数の列"),
        "facilities": (has_shape or {"lat", "lon"} <= look.columns.keys(), "緯度・経度の列"),
        "buildings": ("residents" in look.columns and (has_shape or "lat" in look.columns), "緯度・経度と居住者数の列"),
        "zones": (has_shape, "面のデータ（シェープファイル・GeoJSON）"),
        "hazard_zones": (has_shape, "面のデータ（シェープファイル・GeoJSON）"),
    }
    if look.role in PLAIN and not look.questions:
        lacking = [TABLES[look.role].columns[column].label for column in plain.lacking(look.role, look.columns)]
        needs[look.role] = (not lacking, "「" + "」「".join(lacking) + "」の列")
    fits, what = needs.get(look.role, (True, ""))
    if not fits:
        raise DataAcademyError(
            "does_not_fit",
            f"「{look.file}」は {look.role}（{ROLES[look.role]}）として使えません。{what}がありません。",
            f"{look.file} cannot be taken as {look.role}.",
            fix="town.yml の take_as を直すか、columns に「教材での名前: 見出し」を書くか、use: false にしてください。",
            file="town.yml",
            value=look.role,
        )


def _say_why_unused(looks, town):
    copies = copied_months(looks, town.data_folder)
    for look in looks:
        if not look.use:
            original = copies.get(look.file)
            look.reason = (
                f"「{original}」と一字一句同じ内容なので、使いません。"
                if original
                else "town.yml で使わないことになっています。"
            )


def _areas_date(tables, areas) -> str:
    """The survey date of the areas' population: the census day, else the latest month of the register."""
    if areas is not None and areas["date"].notna().any():
        return areas["date"].dropna().iloc[0]
    return tables["population"]["date"].max() if "population" in tables else ""


def _about(town, tables, areas, used, notes, areas_date) -> About:
    lat = lon = None
    place = next((t for t in (areas, tables.get("zones"), tables.get("hazard_zones")) if t is not None), None)
    if place is not None:
        west, south, east, north = place.total_bounds
        lat, lon = (south + north) / 2, (west + east) / 2
    elif "facilities" in tables:
        lat, lon = (float(np.median(tables["facilities"][c])) for c in ("lat", "lon"))
    ages = "population" in tables and bool((tables["population"]["age_from"] > 0).any())
    facilities = tables.get("facilities")
    label = ""
    if facilities is not None:
        kinds = facilities["kind"].unique().tolist()
        if town.shelter not in kinds:
            raise DataAcademyError(
                "unknown_shelter",
                f"shelter に書かれた種類「{town.shelter}」の施設がありません。",
                f"No facility of kind {town.shelter!r}.",
                fix="施設の種類は " + "、".join(kinds) + " です。",
                file=town.path.name,
                column="shelter",
                value=town.shelter,
            )
        label = facilities.loc[facilities["kind"] == town.shelter, "kind_label"].iloc[0]
    return About(
        code=town.code,
        name=town.name,
        epsg=codes.plane_epsg(town.code, lat=lat, lon=lon),
        shelter=town.shelter,
        shelter_label=label,
        source=f"{town.name}の{len(used)}件の表をもとに作成",
        ages=ages,
        areas_date=_in_words(areas_date),
        ages_date=_in_words(tables["population"]["date"].max()) if ages else "",
        unplaced=sum(n.kind in UNPLACED for n in notes),
        tables=sorted(tables),
        missing=[t.label for name, t in TABLES.items() if name not in tables],
    )


def _in_words(date: str) -> str:
    """An ISO date as offices write it; other text as it is."""
    try:
        return eras.to_era(dt.date.fromisoformat(date))
    except ValueError:
        return date
