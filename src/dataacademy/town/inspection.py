"""Looks into a folder of files as they are: what each one is taken for and why, and what is wrong with it.

Originals are only read.  The result is written as an editable ``town.yml`` and a report.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from dataacademy import tables
from dataacademy.codes import complete_code, complete_codes
from dataacademy.errors import DataAcademyError
from dataacademy.notes import Note
from dataacademy.survey.codebook import Codebook, read_codebook
from dataacademy.town import people, places, plain
from dataacademy.town.contract import SHELTER_KINDS
from dataacademy.town.folder import list_files, read_all
from dataacademy.town.formats import Recognised, handling, recognise
from dataacademy.town.mapping import asked, mapped
from dataacademy.town.plain import PLAIN
from dataacademy.town.townfile import Source, TownFile, relative_folder
from dataacademy.town.versions import compare_months, leave_out_broken_months, leave_out_copies

_WRITTEN_COLUMNS = ("name", "lat", "lon", "capacity", "residents")  # worth showing in town.yml
_GEOMETRY = {
    "Point": "point",
    "MultiPoint": "point",
    "LineString": "line",
    "MultiLineString": "line",
    "Polygon": "polygon",
    "MultiPolygon": "polygon",
}


@dataclass
class Look:
    """One table of one file, as read, and what it is taken for."""

    file: str
    sheet: str
    data: Any
    rows: Any
    role: str
    why: str
    kind: str = ""
    label: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    use: bool = True
    reason: str = ""  # why it is not used
    source: Source | None = None  # its lines in town.yml
    questions: dict[str, str] = field(default_factory=dict)  # of a questionnaire: heading -> role
    book: Codebook | None = None  # what the codes of a questionnaire mean

    def number(self, name: str):
        """A contract column as numbers, and the notes that a person should see (not the routine ones)."""
        column = self.columns.get(name, name)
        numbers, notes = tables.to_number(self.data[column], column=column, rows=self.rows)
        return numbers, [replace(n, file=self.file, sheet=self.sheet) for n in notes if n.level != "info"]

    @property
    def handling(self) -> str:
        """そのまま使える / 集計が必要 / 個人情報の加工が必要."""
        return handling(self.role, self.data.columns)


@dataclass
class Inspection:
    """What a folder holds, for one town."""

    town: TownFile
    looks: list[Look]
    notes: list[Note]

    @property
    def problems(self) -> list[Note]:
        return [n for n in self.notes if n.level != "info"]


def look_at(folder: Path, *, sources: dict[tuple[str, str], Source] | None = None):
    """Read every file below ``folder`` that can hold a table.  Returns ``(looks, notes)``.

    sources
        What town.yml says about (file, sheet); it overrides what would be guessed.
    """
    sources = sources or {}
    files, notes = list_files(folder)
    readings = []
    for file in files:
        name = file.relative_to(folder).as_posix()
        stated = [s for (f, _), s in sources.items() if f == name]
        try:
            for reading in read_all(file, stated, notes):
                readings.append(replace(reading, file=name))
                notes += [replace(n, file=name) for n in reading.notes]
        except DataAcademyError as error:
            notes.append(replace(error.note, file=name))
    labels = _labels(readings)
    looks = []
    for reading in readings:
        look = _take(reading, labels.get(PurePosixPath(reading.file).parent, {}))
        source = sources.get((reading.file, reading.sheet or ""))
        if source:
            look.columns, look.questions, look.source = mapped(look, source), asked(look, source), source
            look.role, look.use = source.take_as, source.use
            look.book = read_codebook(folder / source.codebook) if source.codebook else None
            look.kind, look.label = source.kind or look.kind, source.label or look.label
        looks.append(look)
    labels_only = {k.file for k in looks if k.role == "labels"}
    notes = [replace(n, level="info") if n.file in labels_only else n for n in notes]
    known = {
        (k.file, k.sheet, k.columns[c]) for k in looks for c in ("lat", "lon", *plain.coded(k.role)) if c in k.columns
    } | {(k.file, k.sheet, c) for k in looks if k.questions for c in k.data.columns}
    # coordinates and codes are examined on their own, with better words than "not a number"
    return looks, [n for n in notes if n.kind != "not_a_number" or (n.file, n.sheet, n.column) not in known]


def inspect(folder: Path, *, code: str, name: str = "", path: Path | None = None) -> Inspection:
    """Look into ``folder`` for the town ``code``; nothing is written.

    Raises DataAcademyError for a folder that is missing, empty, or holds no table at all, and for a bad code.
    """
    code, notes = complete_code(code)
    notes = list(notes)
    looks, found = look_at(folder)
    notes += found
    if not any(look.role not in ("labels", "other") for look in looks):
        raise _nothing_usable(folder, looks, notes)
    leave_out_copies(looks, folder)
    notes = [*_other_code(looks, code), *notes, *check(looks, code, folder)]
    leave_out_broken_months(looks, notes)
    kinds = Counter(k.kind for k in looks if k.role == "facilities" and k.use for _ in range(len(k.data)))
    shelter = next((k for k in SHELTER_KINDS if k in kinds), kinds.most_common(1)[0][0] if kinds else SHELTER_KINDS[0])
    if shelter != SHELTER_KINDS[0]:
        label = next((k.label for k in looks if k.kind == shelter), shelter)
        notes.append(
            Note(
                "no_shelter_list",
                f"指定避難所の一覧が見つからないので、「{label}」を避難所として距離を測ります。",
                f"No list of designated shelters; {shelter} is used.",
                fix="違うときは town.yml の shelter を書きかえてください。",
            )
        )
    path = path or Path("town.yml")
    town = TownFile(
        code=code,
        name=_plain(name) or _plain(_name(looks)) or code,
        shelter=shelter,
        path=path.resolve(),
        folder=relative_folder(folder, path.resolve().parent),
        tables=[_source(k) for k in looks if _used(k)],
    )
    return Inspection(town, looks, notes)


def _other_code(looks, code) -> list[Note]:
    """A first word of warning where the files state another municipality than ``--code`` does."""
    stated = Counter()
    for look in looks:
        if look.use and "code" in look.columns:
            found = complete_codes(look.data[look.columns["code"]].dropna().head(50))[0]
            stated.update(c for c in found.unique() if len(str(c)) == 6)
    if not stated or code in stated:
        return []
    usual = stated.most_common(1)[0][0]
    return [
        Note(
            "other_code",
            f"ファイルに書かれた団体コードは {usual} ですが、--code は {code} です。",
            f"The files state {usual}, --code says {code}.",
            level="error",
            fix=f"どちらの町の教材か確かめてください。{usual} なら --code {usual} でやり直します。",
            value=usual,
        )
    ]


def check(looks, code, folder) -> list[Note]:
    """Everything that is wrong with the tables in use: converts them as ``tailor`` will, and keeps the notes."""
    notes, extent = [], None
    for look in looks:
        if look.use and look.role == "areas":
            rows, found = people.areas(look, code=code)
            notes += found
            extent = extent or (town_extent(rows) if rows is not None else None)
        elif look.role == "population":  # broken months are checked too: they decide whether the file is used
            notes += people.population(look)[1] if look.use else []
    for look in looks:
        if look.use and look.role == "facilities":
            notes += places.facilities(look, extent=extent)[1]
        elif look.use and look.role == "buildings":
            notes += places.buildings(look, extent=extent)[1]
        elif look.use and look.role in ("zones", "hazard_zones"):
            notes += places.usable_shapes(look)[1]
        elif look.use and look.role in PLAIN:
            notes += plain.rows(look)[1]
    return notes + compare_months(looks, folder)


def town_extent(areas):
    """Where the town lies, in degrees: the hull of its areas and about 1.5 km around."""
    return areas.geometry.union_all().convex_hull.buffer(0.015)


def _labels(readings):
    """Column labels from companion files (``original_name, display_name``), by folder."""
    labels = {}
    for reading in readings:
        if {"original_name", "display_name"} <= set(reading.data.columns):
            pairs = reading.data.dropna(subset=["original_name", "display_name"])
            folder = PurePosixPath(reading.file).parent
            labels[folder] = {
                o: d.strip() for o, d in zip(pairs["original_name"], pairs["display_name"], strict=True) if d.strip()
            }
    return labels


def _take(reading, labels) -> Look:
    data = reading.data
    shown = {}  # heading as labelled -> heading in the file
    for column in data.columns:
        if column != "geometry":
            shown.setdefault(labels.get(column, column), column)
    kind = ""
    if hasattr(data, "geometry") and len(data):
        kind = _GEOMETRY.get(data.geometry.dropna().geom_type.mode().iloc[0], "")
    taken: Recognised = recognise(list(shown), geometry=kind, path=PurePosixPath(reading.file))
    columns = {name: shown[heading] for name, heading in taken.columns.items()}
    return Look(
        reading.file,
        reading.sheet or "",
        data,
        reading.rows,
        taken.role,
        taken.why,
        taken.kind,
        taken.label,
        columns,
        list(reading.notes),
    )


def _used(look) -> bool:
    return look.role not in ("labels", "other")


def _source(look) -> Source:
    if look.role in PLAIN:
        columns = {} if plain.as_in_contract(look.role, look.columns) else dict(look.columns)
    else:
        columns = {name: heading for name, heading in look.columns.items() if name in _WRITTEN_COLUMNS}
    return Source(
        file=look.file,
        sheet=look.sheet or None,
        take_as=look.role,
        kind=look.kind,
        label=look.label,
        use=look.use,
        columns=columns if look.role in ("facilities", "buildings", *PLAIN) else {},
    )


def _name(looks) -> str:
    """The municipality's name as its own tables write it most often."""
    names = Counter()
    for look in looks:
        for column in ("市区町村名", "地方公共団体名", "cityName", "city"):
            if column in look.data.columns:
                names.update(look.data[column].dropna().astype(str).str.strip().unique().tolist())
    return names.most_common(1)[0][0] if names else ""


def _plain(name: str) -> str:
    """A name without half-width kana, spaces or quotation marks."""
    return unicodedata.normalize("NFKC", name).strip(" 　\"'“”‘’")


def _nothing_usable(folder, looks, notes) -> DataAcademyError:
    kinds = Counter(p.suffix.lower() or "拡張子なし" for p in folder.rglob("*") if p.is_file())
    found = "、".join(f"{suffix} {count}件" for suffix, count in kinds.most_common(5))
    faults = [n for n in notes if n.level == "error"]
    first = f" 最初の問題：{faults[0].where} {faults[0].ja} {faults[0].fix}" if faults else ""
    return DataAcademyError(
        "nothing_usable",
        f"フォルダ「{folder.name}」に、教材で使える表が一つもありません（あったもの：{found}）。{first}",
        f"No usable table in {folder.name} ({found}).",
        fix="地区の人口（町丁目別）か、緯度・経度のある施設の一覧を、CSV・Excel・シェープファイルで入れてください。",
        fix_en="Add population by area, or a list of facilities with latitude and longitude.",
    )
