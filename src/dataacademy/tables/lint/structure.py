"""What stands on the sheet beside the data: titles, remarks, totals, blank lines, merged cells."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

from dataacademy.notes import Note
from dataacademy.tables.layout import Merge
from dataacademy.tables.lint.sheet import Sheet
from dataacademy.tables.lint.table import FEW, Table, runs, sheet_note
from dataacademy.tables.reading import quote

_AREA = re.compile("[都道府県市区町村郡]|丁目|地区|地域|学区|全国|コード|code|area|region|name", re.IGNORECASE)
_CODES = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_SUM = re.compile("計|総数|合算|total", re.IGNORECASE)


def structure(table: Table) -> list[Note]:
    """Notes on the rows and columns of a table that are no data, and on its merged cells."""
    return [*_around(table), *_totals(table), *_blank(table), *_heading_block(table), *_merged(table)]


def _around(table: Table) -> list[Note]:
    notes = []
    above = _above(table)
    if above:
        ja = f"見出しの上に、表題などの行が{len(above)}行あります。"
        notes.append(_rows(table, "title_row", above, ja, f"{len(above)} rows stand above the headings."))
    below = sorted({*_rows_of(table, "note_row"), *(row + table.box[0] for row in table.tail)})
    if below:
        ja = f"表の下に、注記の行が{len(below)}行あります。"
        notes.append(_rows(table, "note_row", below, ja, f"{len(below)} remarks stand below the table."))
    return notes


def _above(table: Table) -> list[int]:
    """The filled rows above the headings (or above the data, if there are no headings)."""
    first = table.heading.start if table.heading else (int(table.rows[0]) if len(table.rows) else table.box[2] + 1)
    filled = _filled(table)
    return [row for row in range(table.box[0], first) if filled[row - table.box[0]]]


def _rows(table: Table, kind: str, rows: list[int], ja: str, en: str) -> Note:
    """One note from the first to the last of the rows, with the first text."""
    text = next((text for c in table.used if (text := table.cell(rows[0], c))), "")
    return table.whole_rows(kind, range(rows[0], rows[-1] + 1), ja, en, value=text)


def _rows_of(table: Table, kind: str) -> list[int]:
    """The rows of the sheet that the reader named in notes of one kind."""
    return [note.row - 1 + table.box[0] for note in table.grid.notes if note.kind == kind]


def _filled(table: Table) -> np.ndarray:
    """Which rows of the box hold anything."""
    return ~np.logical_and.reduce([column.blank for column in table.raw])


def _totals(table: Table) -> list[Note]:
    ja, en = "合計や小計の行がデータに混ざっています。", "Rows of totals stand among the data."
    return [table.whole_rows("total_row", run, ja, en, value=_label(table, run[0])) for run in runs(table.totals)]


def _label(table: Table, row: int) -> str:
    """What a row of totals is called."""
    return next((text for c in table.used if _SUM.search(text := table.cell(row, c))), "")


def _blank(table: Table) -> list[Note]:
    data = sorted({*table.rows.tolist(), *table.totals})
    notes = []
    if data:
        filled = _filled(table)
        empty = [row for row in range(data[0], data[-1] + 1) if not filled[row - table.box[0]]]
        notes += table.row_notes(
            "blank_row",
            [row for row in empty if row not in table.sheet.ragged],
            lambda row, n: (f"表の途中に空の行が{n}行あります。", f"{n} blank rows stand inside the table."),
        )
    last = int(table.box[2] if not data else data[-1])
    top = table.heading.start if table.heading else (data[0] if data else table.box[0])
    for run in runs(c for c in range(table.used[0], table.used[-1] + 1) if c not in table.used):
        ja, en = f"表の途中に空の列が{len(run)}列あります。", f"{len(run)} blank columns stand inside the table."
        notes.append(table.note("blank_column", ja, en, dict.fromkeys(run, range(top, last + 1))))
    return notes


def _heading_block(table: Table) -> list[Note]:
    """A line of codes above the labels, or headings on several levels."""
    block = table.heading
    if not block:
        return []
    places = dict.fromkeys(range(table.used[0], table.used[-1] + 1), block)
    if code_heading(table):
        codes = dict.fromkeys(places, [block.start])
        ja = "見出しの行の上に、項目の記号の行があります。"
        return [table.note("code_heading_row", ja, "A line of codes stands above the line of labels.", codes)]
    merged = any(m[0] < block.stop and m[2] >= block.start for m in table.merges)
    if len(block) == 1 and not merged:
        return []
    ja = f"見出しが{len(block)}段になっています" if len(block) > 1 else "見出しが結合されています"
    ja += "（結合されたセルがあります）。" if merged and len(block) > 1 else "。"
    return [table.note("merged_heading", ja, f"The headings are on {len(block)} levels or merged.", places)]


def code_heading(table: Table) -> bool:
    """Whether the headings are a line of codes above a line of labels, as e-Stat writes them."""
    if any(note.kind == "code_heading_row" for note in table.grid.notes):
        return True
    if len(table.heading) != 2:
        return False
    upper, lower = ([table.cell(row, c) for c in table.used] for row in table.heading)
    return all(_CODES.fullmatch(t) for t in upper) and not any(_CODES.fullmatch(t) for t in lower if t)


def _merged(table: Table) -> list[Note]:
    """Merged ranges among the data (and totals): one note each, or one for a column with many."""
    first = table.heading.stop if table.heading else table.box[0]
    outside = {*_rows_of(table, "note_row"), *(row + table.box[0] for row in table.tail)}
    last = max([*table.rows.tolist(), *table.totals], default=-1)
    columns: dict[int, list[Merge]] = {}
    for merge in table.merges:
        if first <= merge[0] <= last and merge[0] not in outside:
            columns.setdefault(merge[1], []).append(merge)
    notes = []
    for merges in columns.values():
        for group in [merges] if len(merges) > FEW else [[m] for m in merges]:
            ja = f"データのセルが結合されています（{len(group)}か所）。"
            notes.append(_ranges(table.sheet, "merged_cells", group, ja, f"Cells are merged ({len(group)} ranges)."))
    return notes


def _ranges(sheet: Sheet, kind: str, ranges: Iterable[Merge], ja: str, en: str) -> Note:
    places: dict[int, list[int]] = {}
    for top, left, bottom, right in ranges:
        for c in range(left, right + 1):
            places.setdefault(c, []).extend(range(top, bottom + 1))
    return sheet_note(sheet, kind, ja, en, places)


def around_cells(sheet: Sheet) -> list[Note]:
    """Notes on what a workbook has besides values: hidden rows and columns, formulas, errors, pictures."""
    if not sheet.workbook:
        return _ragged(sheet)
    notes = []
    if sheet.columns:
        filled = ~np.array([column.blank for column in sheet.columns])
        rows, columns = np.flatnonzero(filled.any(axis=0)), np.flatnonzero(filled.any(axis=1))
        width, height = range(int(columns.min(initial=0)), int(columns.max(initial=0)) + 1), rows
        for run in runs(set(sheet.hidden_rows) & set(rows.tolist())):
            ja, en = f"{len(run)}行が隠れています。", f"{len(run)} rows are hidden."
            notes.append(sheet_note(sheet, "hidden_rows", ja, en, dict.fromkeys(width, run)))
        for run in runs(set(sheet.hidden_columns) & set(columns.tolist())):
            ja, en = f"{len(run)}列が隠れています。", f"{len(run)} columns are hidden."
            whole = range(int(height[0]), int(height[-1]) + 1)
            notes.append(sheet_note(sheet, "hidden_columns", ja, en, dict.fromkeys(run, whole)))
    for kind, cells, ja, en in (
        ("formula", sheet.formulas, "計算式のセルが{}個あります。", "{} cells hold formulas."),
        (
            "formula_no_value",
            sheet.without_value,
            "計算の結果がない計算式が{}個あります。",
            "{} formulas have no result.",
        ),
    ):
        if cells:
            notes.append(sheet_note(sheet, kind, ja.format(len(cells)), en.format(len(cells)), _by_column(cells)))
    notes += _errors(sheet)
    if sheet.objects:
        n = len(sheet.objects)
        notes.append(
            _ranges(sheet, "object", sheet.objects, f"図や図形が{n}個あります。", f"{n} objects lie on the sheet.")
        )
    return notes


def _by_column(cells: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    places: dict[int, list[int]] = {}
    for row, column in cells:
        places.setdefault(column, []).append(row)
    return places


def _errors(sheet: Sheet) -> list[Note]:
    notes = []
    for column, rows in sorted(_by_column(sheet.errors).items()):
        for group in [rows] if len(rows) > FEW else [[row] for row in rows]:
            text = sheet.errors[group[0], column]
            ja, en = f"計算のエラー「{text}」があります（{len(group)}個）。", f"{len(group)} cells hold {text}."
            notes.append(sheet_note(sheet, "error_cell", ja, en, {column: group}, value=text))
    return notes


def _ragged(sheet: Sheet) -> list[Note]:
    notes = []
    for run in runs(sheet.ragged):
        has, surplus = sheet.ragged[run[0]], sheet.surplus.get(run[0], [])
        much = f"より{abs(has - sheet.fields)}つ{'多く' if surplus else '少なく'}なっています"
        shown = "、".join(f"「{text}」" for text in map(quote, surplus) if text)
        ja = f"{run[0] + 1}行目は欄が{has}つ{'あり' if surplus else 'しかなく'}、見出しの{sheet.fields}つ{much}"
        ja += (f"（余った値{shown}）" if shown else "") + (f"。続く{len(run) - 1}行も合いません。" if run[1:] else "。")
        en = f"{has} fields where the heading has {sheet.fields} ({len(run)} rows)."
        places = dict.fromkeys(range(sheet.fields), run)
        notes.append(sheet_note(sheet, "ragged_row", ja, en, places, value=next(filter(None, surplus), "")))
    return notes


def area_missing(table: Table, *, quantities: bool, periods: bool) -> list[Note]:
    """A note on a statistical table that names no area: neither in its texts nor in the file's name.

    Statistical is what has quantities under Japanese headings, and a title or a column of dates.
    """
    japanese = any(not field.name.isascii() for field in table.fields)
    if not (quantities and japanese and (periods or _above(table))):
        return []
    if _AREA.search(f"{table.sheet.file} {table.sheet.name}") or any(
        _AREA.search(" ".join(c.words)) for c in table.raw
    ):
        return []
    ja, en = "どの地域の数字か、表のどこにも書かれていません。", "The table says nowhere which area it is about."
    return [sheet_note(table.sheet, "area_missing", ja, en, {})]
