"""Which tab holds which records, and which column which field, though people renamed, moved or deleted some."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from dataacademy.errors import DataAcademyError
from dataacademy.notes import Note
from dataacademy.worksheet.excel import layout
from dataacademy.worksheet.excel.opening import KEPT, Tab
from dataacademy.worksheet.fields import Field, fields_of
from dataacademy.worksheet.model import KINDS

_ALIKE = 0.6  # of a heading or a name, from which on it may be meant by another
_TOP = 30  # rows among which the headings are looked for
COVER = "team"  # the cover, among the kinds


@dataclass
class Row:
    """One filled row of a tab: the row from 0, what stands in the column of ids, and the cells by field."""

    row: int
    id: Any
    cells: dict[str, Any]

    def filled(self) -> bool:
        """Whether anything but an id is written here."""
        return any(value is not None and value is not KEPT and str(value).strip() for value in self.cells.values())

    def emptied(self) -> bool:
        """Whether nothing stands here, and nothing unreadable either."""
        return not self.filled() and KEPT not in self.cells.values()


@dataclass
class Found:
    """The rows of one kind, and where each field stands: column by name."""

    tab: Tab
    columns: dict[str, int]
    rows: list[Row] = field(default_factory=list)


def plain(text: Any) -> str:
    """A heading or name as it is compared: without spaces and widths."""
    return "".join(unicodedata.normalize("NFKC", str(text)).split()) if text is not None else ""


def find_tabs(tabs: dict[str, Tab], expected: Iterable[str], notes: list[Note]) -> dict[str, Tab]:
    """The tab of each kind (and of the cover, ``team``); notes on renamed, missing and further ones.

    Errors: ``not_a_worksheet`` where no tab is one of a worksheet.
    """
    names = {COVER: layout.COVER} | {kind: name for kind, (_, _, name) in KINDS.items()}
    by_name = {plain(name): name for name in reversed(tabs)}
    found = {kind: tabs[by_name[plain(name)]] for kind, name in names.items() if plain(name) in by_name}
    taken = {tab.name for tab in found.values()} | {layout.HIDDEN}
    wanted = [kind for kind in (COVER, *expected) if kind not in found]
    for tab in [tab for name, tab in tabs.items() if name not in taken]:
        kind = max(wanted, key=lambda kind: _likeness(tab, kind), default=None)
        if kind and _likeness(tab, kind) >= _ALIKE:
            found[kind] = tab
            wanted.remove(kind)
            ja = f"「{names[kind]}」の名前が変わったシートとして読みました。"
            notes.append(
                _note(
                    "renamed_tab", tab, ja, f"Read as {names[kind]}.", f"名前を「{names[kind]}」に戻します。", "warning"
                )
            )
        elif any(value is not None for row in tab.rows for value in row):
            ja = "ワークシートにないシートです。読んでいません。"
            notes.append(_note("extra_tab", tab, ja, "This sheet was not read.", "要る内容は、もとの表に写します。"))
    if not found:
        raise DataAcademyError(
            "not_a_worksheet",
            f"ワークシートの Excel ではありません（シート：{'、'.join(tabs)}）。",
            "This workbook holds no worksheet.",
            fix="ワークシートから書き出した Excel を選んでください。",
            fix_en="Choose the workbook that was exported from the worksheet.",
        )
    for kind in wanted:
        notes.append(
            Note(
                "missing_tab",
                f"シート「{names[kind]}」がありません。この記録は、もとのまま残しました。",
                f"The sheet {names[kind]} is missing; its records stay as they are.",
                "warning",
                "直すときは、もう一度書き出した Excel に書きます。",
                "Export again to edit them.",
                sheet=names[kind],
            )
        )
    return found


def _likeness(tab: Tab, kind: str) -> float:
    """The share of a kind's headings that stand on a tab."""
    if kind == COVER:
        from dataacademy.worksheet.records import Team

        wanted = {plain(f.label) for f in fields_of(Team)}
        there = {plain(tab.at(row, 0)) for row in range(len(tab.rows))}
    else:
        wanted = {plain(f.label) for f in fields_of(KINDS[kind][0])}
        there = max((set(map(plain, row)) for row in tab.rows[:_TOP]), key=lambda row: len(row & wanted), default=set())
    return len(wanted & there) / len(wanted)


def read_tab(tab: Tab, kind: str, notes: list[Note]) -> Found | None:
    """The rows of a tab; None (and a note) if its headings are gone."""
    fields = fields_of(KINDS[kind][0])
    labels = {plain(f.label): f for f in fields}
    heading = max(
        range(min(_TOP, len(tab.rows))),
        key=lambda row: len({plain(value) for value in tab.rows[row]} & {*labels, layout.ID_LABEL}),
        default=None,
    )
    if heading is None or len({plain(value) for value in tab.rows[heading]} & {*labels, layout.ID_LABEL}) < 2:
        ja = "見出しの行がありません。このシートの記録は、もとのまま残しました。"
        notes.append(
            _note("no_headings", tab, ja, "The headings are missing.", "もう一度書き出した Excel に書きます。", "error")
        )
        return None
    columns = _columns(tab, heading, fields, notes)
    if "id" not in columns:
        ja = "列「番号」がありません。このシートの記録は、もとのまま残しました。"
        notes.append(_note("no_ids", tab, ja, "There are no ids.", "もう一度書き出した Excel に書きます。", "error"))
        return None
    id_column = columns.pop("id")
    first = heading + 1
    helps = {plain(layout.help_of(f)) for f in fields} - {""}
    below = [value for value in (tab.rows[first] if first < len(tab.rows) else ()) if value is not None]
    first += bool(below) and sum(plain(value) in {*helps, layout.ID_HELP} for value in below) * 2 > len(below)
    found = Found(tab, columns)
    covered = _fill_merges(tab, first, columns, id_column, notes)
    inside = {*columns.values(), id_column}
    for row in range(first, len(tab.rows)):
        cells = {name: tab.at(row, column) for name, column in columns.items()}
        line = Row(row, tab.at(row, id_column), cells)
        if (line.filled() and row not in covered) or line.id is not None:
            found.rows.append(line)
    _tell_strays(tab, kind, heading, first, inside, notes)
    return found


def _columns(tab: Tab, heading: int, fields: tuple[Field, ...], notes: list[Note]) -> dict[str, int]:
    """Where each field stands; a heading that is no field's is the one it looks most like, if that one is missing."""
    labels = {"id": layout.ID_LABEL} | {f.name: f.label for f in fields}
    columns: dict[str, int] = {}
    others: list[int] = []
    for column, value in enumerate(tab.rows[heading]):
        name = next((n for n, label in labels.items() if plain(label) == plain(value) and n not in columns), None)
        if name:
            columns[name] = column
        elif value is not None and value is not KEPT:
            others.append(column)
    for column in others:
        title = str(tab.rows[heading][column])
        missing = [name for name in labels if name not in columns]
        likeness = {n: SequenceMatcher(None, plain(labels[n]), plain(title)).ratio() for n in missing}
        name = max(likeness, key=likeness.get, default=None)
        if name and likeness[name] >= _ALIKE:
            columns[name] = column
            ja = f"見出し「{title}」を「{labels[name]}」として読みました。"
            notes.append(
                _note(
                    "renamed_heading",
                    tab,
                    ja,
                    f"Read as {labels[name]}.",
                    "見出しは変えません。",
                    cells=(heading, column),
                )
            )
    if missing := [name for name in labels if name not in columns]:
        names = "、".join(f"「{labels[name]}」" for name in missing)
        ja = f"列 {names} がありません。この欄は、もとのまま残しました。"
        notes.append(_note("missing_column", tab, ja, "Columns are missing.", "列は消しません。", "warning"))
    return columns


def _fill_merges(tab: Tab, first: int, columns: dict[str, int], id_column: int, notes: list[Note]) -> set[int]:
    """Give merged cells their value downwards and keep what a merge hides sideways; the rows with nothing else."""
    used = set(columns.values())
    merges = [merge for merge in tab.merges if merge[0] >= first and tab.at(merge[0], merge[1]) is not None]
    hidden = {(r, c) for t, left, b, right in merges for r in range(t, b + 1) for c in range(left, right + 1)} - {
        merge[:2] for merge in merges
    }
    rows = {row for row, _ in hidden}
    own = {r for r in rows if any((r, c) not in hidden and tab.at(r, c) is not None for c in {*used, id_column})}
    for top, left, bottom, right in merges:
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (row, column) != (top, left):
                    down = column == left and column in used
                    tab.put(row, column, tab.at(top, left) if down else KEPT if column in used else None)
        down = left in used and any(row in own for row in range(top + 1, bottom + 1))
        if down or any(column in used for column in range(left + 1, right + 1)):
            ja = "結合されたセルです。" + (
                "どの行にも同じ内容があるものとして読みました。" if down else "隠れた欄は、もとのまま残しました。"
            )
            fix = "結合を解いて、行ごとに書きます。"
            notes.append(_note("merged", tab, ja, "Merged cells.", fix, "warning", cells=(top, left, bottom, right)))
    return rows - own


def _tell_strays(tab: Tab, kind: str, heading: int, first: int, inside: set[int], notes: list[Note]) -> None:
    """Notes on what stands beside or above the table: columns of one's own, remarks."""
    ours = {plain(text) for text in (tab.name, KINDS[kind][2], *layout.HINTS.values())}
    for row in range(heading):
        for column, value in enumerate(tab.rows[row]):
            if value not in (None, KEPT) and plain(value) not in ours:
                notes.append(_stray(tab, "表の上に書いてあります。", row, column, row, column))
    for column in range(max(map(len, tab.rows), default=0)):
        rows = [r for r in range(first, len(tab.rows)) if tab.at(r, column) not in (None, KEPT)]
        if rows and column not in inside:
            title = tab.at(heading, column)
            ja = f"列「{title}」は、ワークシートにありません。" if title else "表の外に書いてあります。"
            notes.append(_stray(tab, ja, rows[0], column, rows[-1], column))


def _stray(tab: Tab, ja: str, *cells: int) -> Note:
    fix = "要る内容は、ワークシートの列に写します。"
    return _note("extra_cells", tab, ja + "読んでいません。", "Not read.", fix, "warning", cells=cells)


def read_cover(tab: Tab, notes: list[Note]) -> Found:
    """The one row of the team: its fields stand below each other, at the left their labels."""
    from dataacademy.worksheet.records import Team

    places = {plain(tab.at(row, 0)): row for row in reversed(range(len(tab.rows)))}
    rows = {f.name: places[plain(f.label)] for f in fields_of(Team) if plain(f.label) in places}
    if missing := [f.label for f in fields_of(Team) if f.name not in rows]:
        names = "、".join(f"「{label}」" for label in missing)
        ja = f"項目 {names} がありません。この欄は、もとのまま残しました。"
        notes.append(_note("missing_column", tab, ja, "Fields are missing.", "左の列は変えません。", "warning"))
    for row, cells in enumerate(tab.rows):
        for column in range(len(layout.COVER_LABELS), len(cells)):
            if cells[column] is not None:
                notes.append(_stray(tab, "表の外に書いてあります。", row, column, row, column))
    return Found(tab, rows, [Row(0, "team", {name: tab.at(row, 1) for name, row in rows.items()})])


def address(row: int, column: int, bottom: int | None = None, right: int | None = None) -> str:
    """A cell or range as a spreadsheet calls it."""
    from dataacademy.tables.lint.address import rectangle

    return rectangle(row, column, row if bottom is None else bottom, column if right is None else right)


def _note(kind: str, tab: Tab, ja: str, en: str, fix: str, level: str = "info", cells=None) -> Note:
    return Note(kind, ja, en, level, fix, sheet=tab.name, cells=address(*cells) if cells else "")
