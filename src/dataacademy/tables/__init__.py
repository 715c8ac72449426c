"""Reading what offices hand over: CSV and Excel tables, shapefiles, GeoJSON, attribute tables.

Every function says what it did: a :class:`Reading` holds the table, the file row of each of its rows, and notes on the
encoding, the headings, the rows set aside and the values changed.  Nothing is dropped silently.

Kinds of notes
    how it was read: encoding, separator, crs, other_sheets, wrong_suffix, wrong_cpg, shx_restored, attributes_only,
    macro;
    headings: heading, no_heading, code_heading_row, renamed, duplicate_heading, unnamed_column;
    set aside: title_row, unit_row, note_row, total_row (total_row_kept), blank_row, blank_column, trailing_empty;
    values: kept_text, numbers_converted, text_numbers, unit, missing_marks, not_a_number, merged_filled;
    doubts: mojibake, cut_text, error_cells, formula_no_value, nul_removed, no_data, merged_number, trailing_missing,
    no_geometry, odd_coordinates, crs_mismatch, crs_overridden.

>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as folder:
...     path = Path(folder) / "人口.csv"
...     _ = path.write_bytes("地区,人口\\n北町,１，２３４人\\n".replace("１，２３４人", '"1,234"').encode("cp932"))
...     reading = read(path)
>>> reading.data["人口"].tolist(), reading.rows.tolist(), [note.kind for note in reading.notes]
([1234], [2], ['encoding', 'heading', 'numbers_converted'])
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from dataacademy.errors import DataAcademyError
from dataacademy.notes import Note
from dataacademy.tables.delimited import read_csv
from dataacademy.tables.excel import read_excel, sheet_names
from dataacademy.tables.geofiles import layers, read_map
from dataacademy.tables.headings import tidy_heading
from dataacademy.tables.kinds import SUFFIXES, kind_of
from dataacademy.tables.reading import Reading, existing_file
from dataacademy.tables.values import to_number

__all__ = [
    "Reading",
    "problems",
    "read",
    "read_csv",
    "read_excel",
    "read_map",
    "repair",
    "sheets",
    "tidy_heading",
    "to_number",
]


def __getattr__(name: str):
    if name == "problems":  # the linter stands on the readers, and is loaded only when it is asked
        from dataacademy.tables.lint import problems

        return problems
    if name == "repair":
        from dataacademy.tables.repairs import repair

        return repair
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def read(path: Path | str, *, sheet: str | None = None, encoding: str | None = None, crs=None) -> Reading:
    """Read any table or map: .csv .tsv .txt .xlsx .xlsm .xls .shp .geojson .json .gpkg .dbf.

    sheet
        Of a workbook (or layer of a GeoPackage); the first one with anything on it if not given.
    encoding
        Of a text file or a shapefile's attributes; found if not given.
    crs
        EPSG number of a map that does not say its own.

    Raises DataAcademyError with the way out: ``not_a_table`` for photos, PDFs, documents; those of ``read_csv``,
    ``read_excel`` and ``read_map``; ``not_applicable`` for an argument that the kind of file does not have.
    """
    path = existing_file(path)
    kind = kind_of(path)
    if sheet is not None and kind != "excel" and path.suffix.lower() != ".gpkg":
        raise _not_applicable("sheet", "シートのある表（Excel）", "workbooks", path)
    if encoding is not None and kind == "excel":
        raise _not_applicable("encoding", "文字のファイル（CSVなど）", "text files", path)
    if crs is not None and kind != "map":
        raise _not_applicable("crs", "地図", "maps", path)
    if kind == "excel":
        reading = read_excel(path, sheet=sheet)
    elif kind == "map":
        reading = read_map(path, encoding=encoding, crs=crs, layer=sheet)
    else:
        reading = read_csv(path, encoding=encoding)
    if SUFFIXES.get(path.suffix.lower()) == kind:
        return reading
    ja = f"拡張子は「{path.suffix}」ですが、中身はExcelなので、Excelとして読みました。"
    note = Note(
        "wrong_suffix", ja, f"The suffix is {path.suffix!r}, but this is a workbook.", "warning", file=path.name
    )
    return replace(reading, notes=(note, *reading.notes))


def sheets(path: Path | str) -> list[str]:
    """The sheets of a workbook, the layers of a GeoPackage; none for other files."""
    path = existing_file(path)
    kind = kind_of(path)
    if kind == "excel":
        return sheet_names(path)
    return layers(path) if path.suffix.lower() == ".gpkg" else []


def _not_applicable(name: str, ja: str, en: str, path: Path) -> DataAcademyError:
    return DataAcademyError(
        "not_applicable",
        f"{name}= は{ja}だけで使います。",
        f"{name}= is only for {en}.",
        fix=f"{name}= を書かずに読んでください。",
        fix_en=f"Leave out {name}=.",
        file=path.name,
    )
