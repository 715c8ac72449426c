"""Rows that occur twice: whole rows, ids, and the same area and period."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from dataacademy.notes import Note
from dataacademy.tables.known import match_columns
from dataacademy.tables.lint.dates import Dates
from dataacademy.tables.lint.periods import is_period
from dataacademy.tables.lint.table import Field, Table
from dataacademy.tables.lint.texts import free_text
from dataacademy.tables.lint.values import is_quantity

_ID = re.compile(r"(?:^|_)(?:no\.?|id)$|(?:ID|Id|番号)$|^#property$|^No$", re.IGNORECASE)
_NO_ID = re.compile("電話|FAX|ファ|郵便|法人|内線|コード|会員|年度|路線|世帯|字ID|親番号|分類")
_BOUND = re.compile("年齢|age|月|年|from|to$|階級", re.IGNORECASE)  # numbers that are part of a key
_IDENTIFIES = 0.9  # share of different values from which on a column tells the rows apart
_KEYED, _FULL = 0.8, 0.5
_NAMED = 3  # columns that a note names


def repeats(table: Table, dates: dict[int, Dates]) -> list[Note]:
    """Notes ``duplicate_row``, ``duplicate_id`` and ``duplicate_period``; of several for one row the first."""
    n = len(table.rows)
    if n < 4 or not table.fields:
        return []
    cells = {f.place: table.grid.columns[f.place - table.box[1]].codes[table.positions] for f in table.fields}
    codes = pd.DataFrame(cells)
    garbled = np.zeros(n, dtype=bool)
    for field in table.fields:
        garbled |= field.column.blank & (codes[field.place].to_numpy() >= 0)
    key = _key(table, codes, dates)
    id_ = _id(table, codes)
    twice = codes.duplicated().to_numpy() & ~garbled & ((codes >= 0).sum(axis=1) > 1).to_numpy()
    if not (id_ or key or _identified(codes[~twice])):
        twice[:] = False
    notes = table.row_notes("duplicate_row", table.rows[twice], lambda row, n: _repeated(table, codes, row, n))
    again = np.zeros(n, dtype=bool)
    if id_:
        values = codes[id_.place]
        again = (values.duplicated() & (values >= 0)).to_numpy() & ~twice & ~garbled
        for row in np.flatnonzero(again):
            value = id_.column.stripped[id_.column.codes[row]]
            first = int(table.rows[np.flatnonzero(values == values[row])[0]]) + 1
            ja = f"「{id_.name}」の{value}は、{first}行目と同じです。"
            en = f"{id_.name} {value} occurs in row {first}, too."
            notes.append(table.note("duplicate_id", ja, en, {id_.place: [table.rows[row]]}, field=id_, value=value))
    if key:
        same = codes[key].duplicated().to_numpy() & ~twice & ~again & ~garbled
        named = [f.name for f in table.fields if f.place in key and len(f.column.words) > 1]
        notes += table.row_notes(
            "duplicate_period", table.rows[same], lambda row, n: _repeated(table, codes[key], row, n, named)
        )
    return notes


def _repeated(table: Table, codes: pd.DataFrame, row: int, n: int, named: list[str] | None = None) -> tuple[str, str]:
    """That a row of the sheet (and those below it, n in all) repeats another one, in all columns or in those named."""
    values = codes.to_numpy()
    at = int(np.flatnonzero(table.rows == row)[0])
    first = int(table.rows[np.flatnonzero((values == values[at]).all(axis=1))[0]]) + 1
    what = "・".join(f"「{name}」" for name in (named or [])[:_NAMED]) + ("など" if len(named or []) > _NAMED else "")
    same = f"{what}が{first}行目と同じです" if named else f"{first}行目とまったく同じ行です"
    more = f"。続く{n - 1:,}行も、前にある行と同じです。" if n > 1 else "。"
    return f"{row + 1}行目は、{same}{more}", f"Row {row + 1} repeats row {first} ({n:,} rows in all)."


def _identified(codes: pd.DataFrame) -> bool:
    """Whether some column tells nearly all rows apart."""
    return any(_share(codes[c]) >= _IDENTIFIES for c in codes)


def _share(values: pd.Series) -> float:
    """The share of rows with a value of their own, blanks counting against it."""
    return values[values >= 0].nunique() / len(values) if len(values) else 0.0


def _id(table: Table, codes: pd.DataFrame) -> Field | None:
    """The column of ids: among the first three, so called, and nearly free of repetitions."""
    for field in table.fields[:3]:
        if _ID.search(field.name) and not _NO_ID.search(field.name):
            return field if _share(codes[field.place].drop_duplicates()) and _own(codes, field) else None
    return None


def _own(codes: pd.DataFrame, field: Field) -> bool:
    whole = codes.drop_duplicates()
    return _share(whole[field.place]) >= _IDENTIFIES or len(whole) - whole[field.place].nunique() == 1


def _key(table: Table, codes: pd.DataFrame, dates: dict[int, Dates]) -> list[int]:
    """The columns by which a statistical table is keyed: periods (months, years) or areas, and its labels; else none.

    Tables with an id, of single events or of things are not keyed so.
    """
    several = [f for f in table.fields if f.place in dates and len(f.column.words) > 1]
    periods = [f.place for f in several if is_period(f, dates[f.place])]
    by_name = {f.name: f for f in reversed(table.fields)}
    areas = [by_name[h].place for h in match_columns(list(by_name), ["area_name"]).values()]
    quantities = [f.place for f in table.fields if f.place not in dates and is_quantity(f)]
    if not (periods or areas) or not quantities or _id(table, codes):
        return []
    labels = [f.place for f in table.fields if f.place not in quantities and not free_text(f)]
    bounds = [f.place for f in table.fields if f.place in quantities and _BOUND.search(f.name)]
    whole = codes.drop_duplicates()
    for key in (labels, [*labels, *bounds]):
        times = whole.groupby(key, sort=False).size() if key else []
        if len(times) >= _KEYED * len(whole) and times.max() <= 2 and _is_full(whole[key], periods):
            return key
    return []


def _is_full(codes: pd.DataFrame, periods: list[int]) -> bool:
    """Whether most labels have a row in most periods, as in a statistical table; single events have not."""
    within = [c for c in codes if c not in periods]
    n = codes[within].drop_duplicates().shape[0] if within else 1
    return len(codes.drop_duplicates()) >= _FULL * n * codes[periods].drop_duplicates().shape[0] if periods else True
