"""Putting the sample town together: the clean tables, what is true of them, and the dirty twin."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml

from dataacademy.errors import DataAcademyError
from dataacademy.town.bands import to_columns
from dataacademy.town.catalog import About
from dataacademy.town.codebook import codebook
from dataacademy.town.contract import TABLES
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
