"""Dates: one spelling in a column, Western years, days that exist."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import numpy as np

from dataacademy.eras import parse_date
from dataacademy.errors import DataAcademyError
from dataacademy.notes import Note
from dataacademy.tables.lint.sheet import DATE
from dataacademy.tables.lint.table import Field, Table

DAY, MONTH, YEAR = "day", "month", "year"
_ERA, _CELL = "和暦", "日付"
_TIME = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?)?"
_NAMES = "(?:明治|大正|昭和|平成|令和)(?:元|[0-9]{1,2})年"
_FORMS = [  # spelling, stretch, pattern; the first that fits
    ("2024-04-01", DAY, re.compile(rf"\d{{4}}-\d{{1,2}}-\d{{1,2}}{_TIME}")),
    ("2024/4/1", DAY, re.compile(rf"\d{{4}}/\d{{1,2}}/\d{{1,2}}{_TIME}")),
    ("2024.4.1", DAY, re.compile(r"\d{4}\.\d{1,2}\.\d{1,2}\.?")),
    ("2024年4月1日", DAY, re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")),
    ("4/1/2024", DAY, re.compile(rf"\d{{1,2}}/\d{{1,2}}/\d{{4}}{_TIME}")),
    (_ERA, DAY, re.compile(rf"{_NAMES}\d{{1,2}}月\d{{1,2}}日")),
    ("R6.4.1", DAY, re.compile(r"[MTSHR](?:元|\d{1,2})([./-])\d{1,2}\1\d{1,2}\.?")),
    ("2024-04", MONTH, re.compile(r"\d{4}-\d{1,2}")),
    ("2024/4", MONTH, re.compile(r"\d{4}/\d{1,2}")),
    ("2024年4月", MONTH, re.compile(r"\d{4}年\d{1,2}月")),
    (_ERA, MONTH, re.compile(rf"{_NAMES}\d{{1,2}}月")),
    ("R6.4", MONTH, re.compile(r"[MTSHR](?:元|\d{1,2})[./]\d{1,2}")),
    ("2024年", YEAR, re.compile(r"\d{4}年度?")),
    (_ERA, YEAR, re.compile(rf"{_NAMES}度?末?")),
]
_BARE = [  # believed only below a heading that speaks of dates
    ("20240401", DAY, re.compile(r"(?:19|20)\d{2}[01]\d[0-3]\d")),
    ("202404", MONTH, re.compile(r"(?:19|20)\d{2}[01]\d")),
    ("2024", YEAR, re.compile(r"(?:18|19|20)\d{2}")),
    ("R6", YEAR, re.compile(r"[MTSHR](?:元|\d{1,2})(?:年度?)?")),
]
_OLD = {_ERA, "R6.4.1", "R6.4", "R6"}
_HEADING = re.compile(
    r"年月日|日付|年月|月日|日時|年度|年次|日$|年$|月$|(?:^|_)(?:date|day|month|year)s?$|[a-z]Date$|^date",
    re.IGNORECASE,
)
_ERA_HEADING = re.compile(
    rf"{_NAMES}度?(?:末|現在|\d{{1,2}}月(?:\d{{1,2}}日)?(?:現在|末)?)?|[SHR](?:元|\d{{1,2}})年度?"
)
_WEEKDAY = re.compile(r"\([月火水木金土日]曜?日?\)$")
_MOSTLY = 0.5


@dataclass(frozen=True, eq=False)
class Dates:
    """A column of dates, row by row: how each is spelled, what stretch it names ("" for none), per row of data."""

    spelling: np.ndarray
    stretch: np.ndarray


def speaks_of_dates(name: str) -> bool:
    """Whether a heading says that dates stand below.

    >>> [speaks_of_dates(h) for h in ("調査年月日", "surveyDate", "供用開始年", "人口", "日数")]
    [True, True, True, False, False]
    """
    return bool(_HEADING.search(name) or _HEADING.search(name.rsplit("_", 1)[-1]))


def plain(word: str) -> str:
    """A date without full-width forms, spaces around it, and its day of the week."""
    return _WEEKDAY.sub("", unicodedata.normalize("NFKC", word).strip()).strip()


def _form(word: str, bare: bool) -> tuple[str, str]:
    text = plain(word)
    for spelling, stretch, pattern in [*_FORMS, *(_BARE if bare else [])]:
        if pattern.fullmatch(text):
            return spelling, stretch
    return "", ""


def read_dates(field: Field) -> Dates | None:
    """The dates of a column; None if it is none of dates."""
    column, bare = field.column, speaks_of_dates(field.name)
    filled = np.flatnonzero(~column.blank)
    if not len(filled):
        return None
    if column.types is None or not (column.types[filled] == DATE).any():
        some = filled[np.linspace(0, len(filled) - 1, min(len(filled), 200)).astype(int)]
        words = [column.words[code] for code in column.codes[some]]
        if sum(bool(_form(word, bare)[0]) for word in words) < _MOSTLY * len(words):
            return None
    forms = [_form(word, bare) for word in column.words]
    spelling = np.array([*(form[0] for form in forms), ""], dtype=object)[column.codes]
    stretch = np.array([*(form[1] for form in forms), ""], dtype=object)[column.codes]
    if column.types is not None:
        cells = column.types == DATE
        spelling[cells], stretch[cells] = _CELL, DAY
    return Dates(spelling, stretch) if (spelling != "").sum() >= _MOSTLY * len(filled) else None


def dates(table: Table, found: dict[int, Dates]) -> list[Note]:
    """Notes on the columns of dates, ``found`` by their place on the sheet, and on 和暦 in the headings."""
    notes = []
    for field in table.fields:
        if field.place in found:
            notes += _column(table, field, found[field.place])
    return notes + _heading_years(table)


def _column(table: Table, field: Field, found: Dates) -> list[Note]:
    wrong = _impossible(field, found)
    notes = table.cell_notes(
        "impossible_date",
        lambda value, n: (f"「{value}」は実在しない日付です（{n}件）。", f"{value} does not exist ({n} cells)."),
        field,
        wrong,
    )
    right = np.ones(len(found.spelling), dtype=bool)
    right[wrong] = False
    mixed, usual = _minority(found, right)
    if len(mixed):
        others = "、".join(dict.fromkeys(f"「{table.cell(int(table.rows[row]), field.place)}」" for row in mixed[:3]))
        ja = f"日付の書き方が混ざっています。多くは「{usual}」の形ですが、{len(mixed):,}セルは{others}などです。"
        en = f"Dates are spelled in several ways; {len(mixed):,} cells differ from the rest."
        return [*notes, table.field_note("date_mixed", ja, en, field, mixed)]
    old = np.flatnonzero(right & np.isin(found.spelling.astype(str), list(_OLD)))
    if len(old):
        ja = f"年が和暦だけで書かれています（{len(old):,}セル）。"
        en = f"{len(old):,} cells state the year in the Japanese era only."
        notes.append(table.field_note("era_date", ja, en, field, old))
    return notes


def _minority(found: Dates, right: np.ndarray) -> tuple[np.ndarray, str]:
    """The rows not spelled as most dates of the same stretch are, and how most are."""
    rows, usual = [], ""
    for stretch in (DAY, MONTH, YEAR):
        among = np.flatnonzero(right & (found.stretch == stretch))
        names, times = np.unique(found.spelling[among].astype(str), return_counts=True)
        if len(names) > 1:
            usual = str(names[times.argmax()])
            rows.append(among[found.spelling[among] != usual])
    return (np.sort(np.concatenate(rows)) if rows else np.array([], dtype=int)), usual


def _impossible(field: Field, found: Dates) -> np.ndarray:
    """The rows whose date is in no calendar, or not in its era."""
    column = field.column
    wrong = []
    dated = np.unique(column.codes[(found.spelling != "") & (found.spelling != _CELL) & ~column.blank])
    for i in dated.tolist():
        text = plain(column.words[i])
        if not _is_safe(text) and _is_impossible(text):
            wrong.append(i)
    rows = column.rows_of(wrong) if wrong else np.array([], dtype=int)
    return rows[found.spelling[rows] != _CELL]


def _is_safe(text: str) -> bool:
    """Whether a Western date plainly exists (most do; the careful reader is slow)."""
    parts = re.match(r"\d{4}[-/年.]?(\d{1,2})(?:[-/月.](\d{1,2}))?", text)
    return bool(parts) and 1 <= int(parts[1]) <= 12 and 1 <= int(parts[2] or 1) <= 28 and not text.isdecimal()


def _is_impossible(text: str) -> bool:
    try:
        when = parse_date(text)
    except DataAcademyError as error:
        return error.note.kind in ("impossible_date", "years_disagree")
    return when is not None and when.kind in (DAY, MONTH) and any(n.kind == "era_overrun" for n in when.notes)


def _heading_years(table: Table) -> list[Note]:
    """和暦 in the headings: years as columns."""
    places: dict[int, list[int]] = {}
    for field in table.fields:
        for row in table.heading:
            if _ERA_HEADING.fullmatch(plain(table.cell(row, field.place)).replace(" ", "")):
                places.setdefault(field.place, []).append(row)
    if not places:
        return []
    first = next(field for field in table.fields if field.place in places)
    ja = f"見出しの年が和暦だけで書かれています（{len(places)}列）。"
    en = f"{len(places)} headings state the year in the Japanese era only."
    value = table.cell(places[first.place][0], first.place)
    return [table.note("era_date", ja, en, places, field=first, value=value)]
