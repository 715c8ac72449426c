"""From a file to a draft: one table of one sheet, its headings in one line, everything that is no data set aside."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from dataacademy.errors import DataAcademyError, check_choice
from dataacademy.tables.kinds import kind_of
from dataacademy.tables.lint.blocks import tables_of
from dataacademy.tables.lint.excel import read_workbook
from dataacademy.tables.lint.headings import written
from dataacademy.tables.lint.sheet import Column, Sheet
from dataacademy.tables.lint.structure import code_heading
from dataacademy.tables.lint.table import Table
from dataacademy.tables.lint.text import read_text
from dataacademy.tables.repairs.draft import HEADING, Draft, Part, Why

SPACES = Why("spaces_for_looks", "前後の空白を取りました。", "Spaces around the text were taken off.")
_FILLED = Why("merged_cells", "結合されていた各行に、同じ文字を入れました。", "Each merged row got its own copy.")
_LEVELS = Why("merged_heading", "段に分かれた見出しを1行にまとめました。", "Headings on several levels were joined.")
_CODES = Why(
    "code_heading_row", "記号の行と名前の行を、1つの見出しにまとめました。", "Code and label became one heading."
)
_UNITS = Why("unit_row", "単位の行を、見出しに移しました。", "A row of units went into the headings.")


def open_table(path: Path, sheet: str | None, table: int) -> tuple[Draft, list[list[Table]]]:
    """The draft of a table, and all tables of its sheet (pieces of one table together).

    table
        Which of several tables of the sheet, from 1.
    """
    found = _sheet(path, sheet)
    groups: list[list[Table]] = []
    for one in tables_of(found)[0]:
        if groups and [f.name for f in one.fields] == [f.name for f in groups[-1][0].fields]:
            groups[-1].append(one)
        else:
            groups.append([one])
    if not groups:
        raise DataAcademyError(
            "no_rows",
            "表が見つかりません。中身が空です。",
            "There is no table: everything is blank.",
            fix="ファイルとシートを確かめてください。",
            fix_en="Check the file and the sheet.",
            file=path.name,
            sheet=found.name,
        )
    check_choice("表の番号", table, range(1, len(groups) + 1), en="Table")
    return _draft(groups[table - 1]), groups


def _sheet(path: Path, name: str | None) -> Sheet:
    kind = kind_of(path)
    if kind == "map":
        raise DataAcademyError(
            "not_applicable",
            "地図のファイルは直せません。表（CSVかExcel）だけを直します。",
            "Maps cannot be mended here, only tables (CSV, Excel).",
            fix="属性の表を、CSVかExcelで書き出してから指定してください。",
            fix_en="Export its attributes as CSV or Excel.",
            file=path.name,
        )
    if kind != "excel":
        return read_text(path, path.name)[0]
    sheets = read_workbook(path, path.name)[0]
    filled = [sheet for sheet in sheets if sheet.columns]
    if name is None and filled:
        return filled[0]
    check_choice("シート", name, [sheet.name for sheet in filled], en="The sheet")
    return next(sheet for sheet in filled if sheet.name == name)


def _draft(tables: list[Table]) -> Draft:
    """The pieces of a table, one below the other, with the changes that reading them brings about."""
    first = tables[0]
    width = len(first.grid.used)
    texts = [[_words(t.raw[t.grid.used[c]].take(t.positions)) for t in tables] for c in range(width)]
    draft = Draft(
        first.sheet.file,
        first.sheet.name,
        _headings(first),
        [np.concatenate(pieces) for pieces in texts],
        np.concatenate([t.rows for t in tables]),
        np.concatenate([np.full(len(t.rows), i) for i, t in enumerate(tables)]),
        [Part([c + t.box[1] for c in t.grid.used], t.heading) for t in tables],
        bool(len(first.heading)),
    )
    _log_headings(draft, first)
    for c, column in enumerate(draft.columns):
        stripped = np.array([text.strip() for text in column], dtype=object)
        _put_changed(draft, SPACES, c, stripped)
        filled = [_words(t.grid.columns[t.grid.used[c]].take(t.positions)) for t in tables]
        _put_changed(draft, _FILLED, c, np.concatenate(filled))
    for table in tables[:1]:
        _take_units(draft, table)
    return draft


def _words(column: Column) -> np.ndarray:
    words = np.empty(len(column.words) + 1, dtype=object)
    words[:] = [*column.words, ""]
    return words[column.codes]


def _put_changed(draft: Draft, why: Why, c: int, texts: np.ndarray) -> None:
    rows = np.flatnonzero(draft.columns[c] != texts).tolist()
    draft.put(why, c, rows, texts[rows])


def _headings(table: Table) -> list[str]:
    """As written if they are one line, else joined as the reader joins them."""
    if len(table.heading) == 1:
        return [written(table, table.heading[0], c + table.box[1]) for c in table.grid.used]
    return [table.grid.labels[c] for c in table.grid.used]


def _log_headings(draft: Draft, table: Table) -> None:
    if len(table.heading) == 1:
        for c, heading in enumerate(draft.headings):
            draft.put(SPACES, c, [HEADING], [heading.strip()])
        return
    why = _CODES if code_heading(table) else _LEVELS
    for c, place in enumerate(draft.parts[0].columns):
        levels = [text for row in table.heading if (text := written(table, row, place).strip())]
        if levels != [draft.headings[c]] and draft.headings[c]:
            cells = [(row, place) for row in table.heading]
            draft.tell(why, cells, column=draft.headings[c], before="／".join(levels), after=draft.headings[c])


def _take_units(draft: Draft, table: Table) -> None:
    """A row of units below the headings is no data; what it says goes into the headings."""
    for note in table.grid.notes:
        if note.kind == "unit_row":
            row = note.row - 1 + table.box[0]
            for c, place in enumerate(draft.parts[0].columns):
                add_unit(draft, _UNITS, c, table.cell(row, place).strip("（）()[]［］【】"))


def add_unit(draft: Draft, why: Why, c: int, unit: str) -> None:
    """``金額`` → ``金額（円）``, unless the heading says so already."""
    heading = draft.headings[c]
    if unit and not heading.rstrip("）)]】").endswith(unit):
        draft.put(why, c, [HEADING], [f"{heading}（{unit}）"])
