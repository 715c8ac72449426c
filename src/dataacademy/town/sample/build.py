"""Putting the sample town together: the clean tables, what is true of them, and the dirty twin."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from dataacademy.errors import DataAcademyError
from dataacademy.town.bands import BAND_COLUMNS, to_columns
from dataacademy.town.catalog import About
from dataacademy.town.contract import TABLES, Column
from dataacademy.town.sample import (
    ambulance,
    base,
    checkups,
    counter,
    covid,
    hearing,
    money,
    persons,
    points,
    raw,
    stations,
    survey,
    waste,
)
from dataacademy.town.sample import geography as geo
from dataacademy.town.sample.files import geojson_bytes
from dataacademy.town.sample.readme import readme
from dataacademy.town.sample.town import RESIDENTS, SEED, Town, found_town

PARTS = (base, counter, waste, stations, points, money, checkups, ambulance, covid, persons, survey, hearing)


def make_tables(town: Town) -> dict[str, Any]:
    """Every canonical table of the town, in the columns and types of the contract."""
    made: dict[str, Any] = {}
    for part in PARTS:
        made |= part.make(town)
    return {name: _shape(name, table) for name, table in made.items()}


def _shape(name: str, table):
    contract = TABLES[name]
    types = {column: c.dtype for column, c in contract.columns.items()}
    more = [c for c in table.columns if c not in types] if contract.open or contract.has_geometry else []
    return table[[*types, *more]].astype(types)


def make_truths(town: Town, tables: dict[str, Any]) -> list[dict]:
    """What is true about the town, as planted: for ``truths.yml``."""
    return [truth for part in PARTS if hasattr(part, "truths") for truth in part.truths(town, tables)]


def table_bytes(name: str, table) -> bytes:
    """A canonical table as its file."""
    if TABLES[name].has_geometry:
        properties = table.drop(columns="geometry").astype(object).to_dict("records")
        return geojson_bytes(zip(properties, table.geometry, strict=True), epsg=6668)
    stored = to_columns(table) if TABLES[name].by_band else table
    return stored.to_csv(index=False, lineterminator="\n").encode()


_FOR_EXCEL = "\ufeff"  # lists that people open: without the mark Excel garbles them
_FEW = 20  # words of a column that the codebook lists
_TYPES = {"str": "文字", "Int64": "整数", "float64": "小数", "boolean": "True・False"}


def codebook(tables: dict[str, Any]) -> pd.DataFrame:
    """Every column of every table: label in Japanese and English, type, unit, codes and missing codes.

    A table stored by age band has its stored columns first, then those that ``load`` makes of them.
    """
    rows = []
    for name, table in tables.items():
        columns = dict(TABLES[name].columns)
        if TABLES[name].by_band:
            columns = {k: c for k, c in columns.items() if k not in BAND_COLUMNS} | _bands(table) | columns
        for column, c in columns.items():
            rows.append(
                {
                    "table": name,
                    "column": column,
                    "label": c.label,
                    "label_en": c.en,
                    "type": _TYPES[c.dtype],
                    "unit": c.unit,
                    "values": _coded(c.values) or _words(table, column, c),
                    "missing": _coded(c.missing),
                }
            )
    return pd.DataFrame(rows)


def _bands(table) -> dict[str, Column]:
    """The stored columns of a table by age band."""
    found = {}
    for band in (c for c in to_columns(table).columns if c not in table.columns):
        start, end = band.split("-")
        ages, ages_en = (f"{start}〜{end}歳", f"{start} to {end}") if end else (f"{start}歳以上", f"{start} and over")
        found[band] = Column(f"{ages}の人数（ファイルの列）", "Int64", "人", en=f"Persons aged {ages_en} (in the file)")
    return found


def _coded(codes: dict[str, str]) -> str:
    return "; ".join(f"{code or '空欄'}={meaning}" for code, meaning in codes.items())


def _words(table, column: str, c: Column) -> str:
    """The words that occur in a column of text, where they are few: offices, procedures, quarters …"""
    if column not in table or c.dtype != "str" or c.unique:
        return ""
    words = sorted(table[column].dropna().unique())
    return "; ".join(words) if len(words) <= _FEW else ""


def truths_text(truths: list[dict]) -> str:
    """``truths.yml``: for people to read and for tests to recover."""
    head = (
        "# みらい市に仕込んだ「ほんとうのこと」の一覧です。正しい方法で求まる値と、素朴な方法のまちがいがあります。\n"
        "# What is true of the sample town, and what a naive method wrongly says.  Generated; tests recover each one.\n"
    )
    return head + yaml.safe_dump(truths, allow_unicode=True, sort_keys=False, width=110)


def about_town(tables: dict[str, Any]) -> About:
    """The town as lessons see it."""
    return About(
        code=geo.CODE,
        name=geo.CITY,
        epsg=geo.EPSG,
        shelter="shelter",
        shelter_label="指定避難所",
        source=f"{geo.CITY}（架空の町）",
        ages=True,
        areas_date="令和8年4月1日",
        ages_date="令和8年4月1日",
        tables=sorted(tables),
        missing=[t.label for name, t in TABLES.items() if name not in tables],
    )


def build_sample(folder: Path | None = None, *, seed: int = SEED, residents: int = RESIDENTS) -> Path:
    """Write ``datasets/mirai/``: the tables, ``codebook.csv``, ``truths.yml`` and the dirty twin ``raw/``.

    residents
        How many live there.  1,000,000 makes a large town for benchmarks: the map stays, the tables grow, and there is
        no dirty twin.

    The same seed and size give the same bytes on every machine.
    """
    from dataacademy import paths
    from dataacademy.files import replacing_folder

    folder = folder or paths.dataset(paths.SAMPLE_TOWN)
    _only_a_sample(folder)
    town = found_town(seed=seed, residents=residents)
    tables = make_tables(town)
    truths = make_truths(town, tables)
    with replacing_folder(folder) as fresh:
        for name, table in tables.items():
            (fresh / TABLES[name].file).write_bytes(table_bytes(name, table))
        _write(fresh / "codebook.csv", _FOR_EXCEL + codebook(tables).to_csv(index=False, lineterminator="\n"))
        _write(fresh / "truths.yml", truths_text(truths))
        _write(fresh / "README.md", readme(tables, truths))
        _write(fresh / "town.json", json.dumps(asdict(about_town(tables)), ensure_ascii=False, indent=1) + "\n")
        if residents == RESIDENTS:
            _write_twin(fresh, town, tables)
    return folder


def _write_twin(folder: Path, town: Town, tables: dict[str, Any]) -> None:
    """The dirty twin in ``raw/``, the list of its faults, and what ``town inspect`` says of it (for lesson a2)."""
    from dataacademy.notes import to_frame
    from dataacademy.town.build import inventory
    from dataacademy.town.inspection import inspect
    from dataacademy.town.report import town_yml

    files, defects = raw.make(town, tables)
    for name, content in files.items():
        (folder / "raw" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "raw" / name).write_bytes(content)
    _write(folder / "defects.csv", _FOR_EXCEL + raw.defects_csv(defects).decode())
    found = inspect(folder / "raw", code=geo.CODE, name=geo.CITY, path=folder / "town.yml")
    _write(folder / "town.yml", town_yml(found))
    for name, table in (("inventory", inventory(found.looks)), ("problems", to_frame(found.problems))):
        (folder / f"{name}.csv").write_bytes(table.to_csv(index=False, lineterminator="\n").encode())


def _only_a_sample(folder: Path) -> None:
    """The folder is replaced as a whole, so it must be new, empty, or an earlier sample town."""
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir()) and not (folder / "truths.yml").is_file()):
        raise DataAcademyError(
            "folder_in_use",
            f"「{folder}」には別のものが入っているので、書き出しません。",
            f"{folder} holds something else; nothing was written.",
            fix="空のフォルダか、まだないフォルダの名前を指定してください。",
            fix_en="Name an empty folder or one that does not exist yet.",
        )


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
