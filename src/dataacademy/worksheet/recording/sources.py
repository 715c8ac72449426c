"""Where a table of the worksheet lies: a table of the town, or a file beside the worksheet; and what it rests on."""

from __future__ import annotations

import csv
import hashlib
import json
import unicodedata
from collections.abc import Iterable
from pathlib import Path, PurePosixPath, PureWindowsPath

from dataacademy import paths
from dataacademy.errors import DataAcademyError, nearest_guess
from dataacademy.town.catalog import LISTS
from dataacademy.town.contract import TABLES
from dataacademy.town.townfile import read_town_file, relative_folder
from dataacademy.worksheet.records import DataItem, Source

PERSONAL = "個人情報の加工が必要"


def town_table(text: str) -> str:
    """The name of the town's table that ``text`` means, by name or by Japanese label; empty if none.

    >>> town_table("population"), town_table("指標"), town_table("データ/待ち時間.xlsx")
    ('population', 'indicator_monthly', '')
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if text in TABLES or text in LISTS:
        return text
    labels = {unicodedata.normalize("NFKC", table.label): name for name, table in TABLES.items()}
    return labels.get(text, "")


def file_beside(worksheet: Path, text: str) -> Path:
    """The file at the place ``text``: relative to the worksheet, in its folder or below.

    A worksheet is handed in and moved together with its folder; what it names must go with it.  Hence no absolute
    places, none above the folder, and no link that leads out of it.  Errors: ``place_outside``, ``no_data_file``.
    """
    folder = worksheet.resolve().parent
    place = PurePosixPath(text.strip().replace("\\", "/"))
    away = PureWindowsPath(text.strip()).drive or place.is_absolute()
    if away or not (folder / place).resolve().is_relative_to(folder):
        raise DataAcademyError(
            "place_outside",
            f"「{text}」は、ワークシートのフォルダの外です。",
            f"{text!r} lies outside of the worksheet's folder.",
            fix="ファイルをワークシートと同じフォルダに写し、そこからの場所を書いてください。例：データ/待ち時間.xlsx",
            fix_en="Copy the file into the folder of the worksheet and name it from there.",
            file=worksheet.name,
            value=text,
        )
    file = folder / place
    if not file.is_file():
        there = [p.relative_to(folder).as_posix() for p in file.parent.glob("*") if p.is_file()]
        guess = nearest_guess(place.as_posix(), [*there, *TABLES])
        raise DataAcademyError(
            "no_data_file",
            f"「{text}」という表もファイルもありません。" + (f"もしかして「{guess}」ですか。" if guess else ""),
            f"There is neither a table nor a file {text!r}." + (f" Did you mean {guess!r}?" if guess else ""),
            fix="教材の表の名前（例：population）か、ワークシートから見たファイルの場所を書いてください。",
            fix_en="Give the name of a table of the course, or the place of a file as seen from the worksheet.",
            file=worksheet.name,
            value=text,
        )
    return file


def town_of(worksheet: Path, town: str) -> str:
    """The town on the cover.  Errors: ``no_town``."""
    if not town:
        raise DataAcademyError(
            "no_town",
            "表紙の「町」が空なので、どの町の表か分かりません。",
            "The cover names no town.",
            fix=f"表紙の「町」に団体コードを書いてください（見本の町は {paths.SAMPLE_TOWN}）。",
            fix_en=f"Write the code of the town on the cover (the sample town is {paths.SAMPLE_TOWN}).",
            file=worksheet.name,
        )
    return town


def sha256(file: Path) -> str:
    """The SHA-256 of a file's bytes, in hex."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sources_of(worksheet: Path, town: str, items: Iterable[DataItem], named: Iterable[str | Path]) -> list[Source]:
    """The files behind data items and behind tables that the caller names, each once.

    Of a table of the town that is its file in ``datasets/<town>/`` and, where ``work/<town>/town.yml`` still leads to
    them, the original files it was made from; of processed personal data the processed file.  An item whose table
    cannot be found yet has no source (the review asks for it); a table that the caller names must be there.
    """
    found: list[Source] = []
    for item in items:
        place = item.processed if item.handling == PERSONAL and item.processed else item.table
        if place:
            try:
                found += _behind(worksheet, town, place)
            except DataAcademyError as error:
                if error.note.kind not in ("no_data_file", "missing_table", "no_town"):
                    raise
    for place in named:
        found += _behind(worksheet, town, str(place))
    return list({source.path: source for source in found}.values())


def _behind(worksheet: Path, town: str, place: str) -> list[Source]:
    name = town_table(place)
    if not name:
        file = file_beside(worksheet, place)
        return [_source(file, worksheet, "", _rows(file))]
    file = table_file(name, town_of(worksheet, town))
    return [_source(file, worksheet, name, _town_rows(file)), *_originals(worksheet, name, town)]


def table_file(name: str, town: str) -> Path:
    """The file of a town's table.  Errors: ``missing_table``."""
    file = paths.dataset(town) / (TABLES[name].file if name in TABLES else f"{name}.csv")
    if not file.is_file():
        raise DataAcademyError(
            "missing_table",
            f"町「{town}」には「{name}」の表がありません。",
            f"Town {town!r} has no table {name!r}.",
            fix="表紙の「町」と、データ一覧の「表」を確かめてください。",
            fix_en="Check the town on the cover and the table in the list of data.",
        )
    return file


def _originals(worksheet: Path, name: str, town: str) -> list[Source]:
    """The files as they were handed over; the sample town has none, its tables are generated."""
    town_file, listed = paths.workspace(town) / "town.yml", paths.dataset(town) / "inventory.csv"
    if town == paths.SAMPLE_TOWN or not town_file.is_file() or not listed.is_file():
        return []
    folder = read_town_file(town_file).data_folder
    rows: dict[str, int] = {}
    with listed.open(encoding="utf-8-sig", newline="") as stream:
        for line in csv.DictReader(stream):
            if line["take_as"] == name and line["use"] == "使う":
                rows[line["file"]] = rows.get(line["file"], 0) + int(line["rows"])
    return [_source(folder / file, worksheet, name, n) for file, n in rows.items() if (folder / file).is_file()]


def _source(file: Path, worksheet: Path, table: str, rows: int | None) -> Source:
    path = relative_folder(file.resolve(), worksheet.resolve().parent)
    return Source(path=path, sha256=sha256(file), table=table, rows=rows)


def _town_rows(file: Path) -> int:
    """The rows of a file that the course wrote itself, without making a table of it."""
    if file.suffix == ".geojson":
        return len(json.loads(file.read_text(encoding="utf-8"))["features"])
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return sum(1 for _ in csv.reader(stream)) - 1


def _rows(file: Path) -> int | None:
    """The rows of an office's file; None if no table can be read from it."""
    from dataacademy.tables import read

    try:
        return len(read(file).data)
    except DataAcademyError:
        return None
