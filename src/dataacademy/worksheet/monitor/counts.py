"""From a new table to an indicator's two counts by period: columns as they are, or rows that meet a condition."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dataacademy.eras import parse_date
from dataacademy.errors import DataAcademyError, nearest_guess
from dataacademy.inputs import floats
from dataacademy.worksheet.monitor.files import NewTable
from dataacademy.worksheet.records import Indicator

NAMES = ("name", "指標名", "指標の名前", "指標")  # headings below which the names of several indicators stand
_ALL = ("件数", "行数", "全部", "全件", "すべて")
_CONDITION = re.compile(r"(.+?)\s*(==|!=|<>|<=|>=|=|<|>|≠|≦|≧|≤|≥)\s*(.+)")
_SIGNS = {"==": "=", "≠": "!=", "<>": "!=", "≦": "<=", "≤": "<=", "≧": ">=", "≥": ">="}
_COMPARE = {
    "=": np.equal,
    "!=": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


@dataclass(frozen=True)
class Count:
    """How a count is made: the numbers of a ``column``, or the rows that meet all ``conditions``."""

    column: str = ""
    conditions: tuple[tuple[str, str, str], ...] = ()

    def of(self, table: NewTable) -> np.ndarray:
        """One number a row: what it adds to the count (NaN where the cell is empty)."""
        if self.column:
            return floats(table.data[self.column], self.column)
        kept = np.ones(len(table.data), bool)
        for heading, sign, value in self.conditions:
            kept &= _meets(table.data[heading], sign, value)
        return kept.astype(float)


def needed(record: Indicator) -> list[str]:
    """The names of columns in an indicator's period, numerator and denominator, as people wrote them."""
    found = [record.period]
    for text in (record.numerator, record.denominator):
        parts = [_CONDITION.fullmatch(part) for part in _parts(text)]
        if all(parts):
            found += [part[1].strip() for part in parts]
        elif _plain(text) not in _ALL:
            found.append(text)
    return found


def counts(record: Indicator, table: NewTable) -> pd.DataFrame | None:
    """``period, numerator, denominator`` (and ``counted``, ``target`` where the table has them), one row a period.

    Two columns: the rows as they are.  A condition (``待ち時間 <= 15``, several joined by かつ) or 件数: rows are
    counted, by month where the table has days.  None if the table holds other indicators only.
    Errors: ``unknown_column``, ``not_a_date``, those of :func:`~dataacademy.inputs.floats`.
    """
    heading = _heading(table, record.period, "時期の列")
    top, bottom = (_count(table, getattr(record, n), ja) for n, ja in (("numerator", "分子"), ("denominator", "分母")))
    rows = _own_rows(record, table)
    if rows is None:
        return None
    kept = pd.DataFrame({"period": table.data[heading], "numerator": top.of(table), "denominator": bottom.of(table)})
    for extra, ja in (("counted", "分母の数え方"), ("target", "目標")):
        if found := table.heading(extra) or table.heading(ja):
            kept[extra] = table.data[found]
    kept = kept[rows]
    return kept if top.column and bottom.column else _by_period(kept)


def _by_period(kept: pd.DataFrame) -> pd.DataFrame:
    """Rows added up; days to their month."""
    kept = kept[kept["period"].notna()]
    written = {value: _period(value) for value in kept["period"].unique()}
    sums = kept.assign(period=kept["period"].map(written)).groupby("period", as_index=False)
    return sums[["numerator", "denominator"]].sum()


def _period(value) -> str:
    when = parse_date(value)
    if when is None:
        return ""
    if when.kind in ("day", "month"):
        return f"{when.start.year}-{when.start.month:02d}"
    return f"{when.start.year}年度" if when.kind == "fiscal_year" else str(when.start.year)


def _own_rows(record: Indicator, table: NewTable) -> np.ndarray | None:
    """Which rows are about this indicator; all of them where the table names none."""
    heading = next((h for name in NAMES if (h := table.heading(name))), "")
    if not heading:
        return np.ones(len(table.data), bool)
    names = table.data[heading].map(_plain, na_action="ignore")
    mine = (names == _plain(record.text)).to_numpy(dtype=bool, na_value=False)
    if mine.any():
        return mine
    return None if table.role == "indicator_monthly" or heading != "name" else np.ones(len(table.data), bool)


def names_in(table: NewTable) -> list[str]:
    """The indicators that a table names."""
    heading = next((h for name in NAMES if (h := table.heading(name))), "")
    return [str(v) for v in table.data[heading].dropna().unique()] if heading else []


def _plain(text) -> str:
    return "".join(unicodedata.normalize("NFKC", str(text)).split())


def _parts(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"かつ|\s+and\s+", unicodedata.normalize("NFKC", text)) if part.strip()]


def _count(table: NewTable, text: str, what: str) -> Count:
    if heading := table.heading(text):
        return Count(column=heading)
    if _plain(text) in _ALL:
        return Count()
    parts = [_CONDITION.fullmatch(part) for part in _parts(text)]
    if not all(parts):
        _heading(table, text, what)
    return Count(
        conditions=tuple((_heading(table, p[1], what), _SIGNS.get(p[2], p[2]), p[3].strip("「」\"' ")) for p in parts)
    )


def _heading(table: NewTable, name: str, what: str) -> str:
    if heading := table.heading(name):
        return heading
    guess = nearest_guess(name, table.headings)
    raise DataAcademyError(
        "unknown_column",
        f"{what}「{name}」が、新しい表にありません。" + (f"もしかして「{guess}」ですか。" if guess else ""),
        f"The new table has no column {name!r}." + (f" Did you mean {guess!r}?" if guess else ""),
        fix="列の名前が変わったのなら、中身も同じかを担当に確かめてから、指標シートを直してください。"
        f"ある列は「{'」「'.join(table.headings[:12])}」です。",
        fix_en="If the column was renamed, ask whether it still counts the same, then mend the sheet of indicators.",
        file=table.file,
        sheet=table.sheet,
        column=name,
    )


def _meets(cells: pd.Series, sign: str, value: str) -> np.ndarray:
    """Which cells stand in this relation to a number or a word; an empty cell never does."""
    try:
        wanted = float(value.replace(",", ""))
        numbers = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        return _COMPARE[sign](numbers, wanted) & ~np.isnan(numbers)
    except ValueError:
        if sign not in ("=", "!="):
            raise DataAcademyError(
                "bad_condition",
                f"「{value}」は数ではないので、「{sign}」ではくらべられません。",
                f"{value!r} is no number: {sign} cannot compare it.",
                fix="言葉のときは = か != を使ってください。例：窓口 = 市民課",
                fix_en="Words are compared with = or !=.",
                column=str(cells.name),
            ) from None
    there = cells.notna().to_numpy()
    words = cells.map(_plain, na_action="ignore").to_numpy(dtype=object)
    return (words == _plain(value)) & there if sign == "=" else (words != _plain(value)) & there
