"""Months and years that a table's own column of periods skips."""

from __future__ import annotations

import numpy as np

from dataacademy.eras import parse_date
from dataacademy.errors import DataAcademyError
from dataacademy.notes import Note
from dataacademy.tables.lint.dates import DAY, MONTH, YEAR, Dates, plain
from dataacademy.tables.lint.series import missing_steps, period_name
from dataacademy.tables.lint.table import Field, Table

_LEAST, _SHARE = 6, 0.8  # periods, and the share of equal steps, from which on a gap means something


def is_period(field: Field, found: Dates) -> bool:
    """Whether a column names months or years: nothing but them, or the first (or last) day of each."""
    if not (found.stretch == DAY).any():
        return True
    days = {_day(word) for word in field.column.stripped}
    return days <= {1} or days <= {28, 29, 30, 31}


def _day(word: str) -> int:
    try:
        when = parse_date(plain(word))
    except DataAcademyError:
        return 0
    return when.start.day if when else 0


def gaps(table: Table, dates: dict[int, Dates]) -> list[Note]:
    """A note on each column of periods that has the same number of rows for every period, but skips some."""
    notes = []
    for field in table.fields:
        if field.place in dates and is_period(field, dates[field.place]):
            notes += _gaps(table, field, dates[field.place])
    return notes


def _gaps(table: Table, field: Field, found: Dates) -> list[Note]:
    stretches = set(found.stretch[found.stretch != ""].tolist())
    unit = YEAR if stretches == {YEAR} else MONTH
    if len(stretches) != 1:
        return []
    ordinals = np.array([*(_ordinal(word, unit) for word in field.column.stripped), -1])[field.column.codes]
    known = ordinals[ordinals >= 0]
    periods, rows = np.unique(known, return_counts=True)
    even = (rows == np.median(rows)).mean() if len(rows) else 0
    steps = missing_steps(periods.tolist(), least=_LEAST, share=_SHARE) if even >= _SHARE else []
    notes = []
    for period, before, step in steps:
        lost = [period_name(unit, p) for p in range(before + step, period, step)]
        row = int(np.flatnonzero(ordinals == period)[0])
        shown = "、".join(lost[:6]) + ("など" if len(lost) > 6 else "")
        ja = f"「{field.name}」に{shown}がありません（{int(table.rows[row]) + 1}行目の前です）。"
        en = f"{field.name} skips {len(lost)} periods before this row."
        notes.append(table.field_note("missing_period", ja, en, field, np.array([row])))
    return notes


def _ordinal(word: str, unit: str) -> int:
    try:
        when = parse_date(plain(word))
    except DataAcademyError:
        return -1
    if when is None:
        return -1
    return when.start.year if unit == YEAR else when.start.year * 12 + when.start.month - 1
