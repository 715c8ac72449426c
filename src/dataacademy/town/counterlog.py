"""A reception log as offices and ticket machines write it, brought to the contract; nothing in it is invented."""

from __future__ import annotations

import re
import unicodedata

import pandas as pd

from dataacademy.eras import to_dates
from dataacademy.notes import Note
from dataacademy.town.cells import texts
from dataacademy.town.clock import times
from dataacademy.town.contract import TABLES

CONTRACT = TABLES["counter_log"]
TIMES = ("arrived", "called", "ended")
NOT_WRITTEN, ONE_OFFICE = "（記載なし）", "窓口"
_OFFICE = re.compile(r"本庁舎?|[^\W\d_]*(?:支所|出張所|センター|庁舎|窓口|課)")
_COUNTER = r"(?:第|No\.?|窓口|カウンター)?\s*\d+\s*番?\s*(?:窓口|カウンター|ブース)?"
_SHOWN = 5  # values of one column that are told one by one


def rows(look):
    """The log in the contract's columns and types, and notes.  A row without a day is left out, and said so."""
    notes: list[Note] = []
    clocks, days = {}, {}
    for column in TIMES:
        cells = look.data[look.columns[column]]
        clocks[column], days[column] = times(cells)
        notes += _unread(look, column, cells, clocks[column])
    date = _date(look, days, notes)
    out = {"date": date}
    out["office"], out["counter"] = _places(look, notes)
    for column in ("ticket_no", "procedure"):
        out[column] = texts(_cells(look, column)).replace("", pd.NA)
    empty = out["procedure"].isna()
    notes += _gaps(look, "procedure", empty & date.notna(), f"「{NOT_WRITTEN}」としました", "no_procedure")
    out["procedure"] = out["procedure"].mask(empty, NOT_WRITTEN)
    for column in TIMES:
        other = days[column].notna() & (days[column] != date)  # left open until another day: the day is kept
        out[column] = clocks[column].mask(other, days[column] + " " + clocks[column])
    if "staff_minutes" in look.columns:
        minutes, found = look.number("staff_minutes")
        notes += found
        out["staff_minutes"] = minutes.round().astype("Int64")
    else:
        out["staff_minutes"] = pd.Series(pd.NA, index=date.index, dtype="Int64")
    table = pd.DataFrame(out)[list(CONTRACT.columns)].astype({name: c.dtype for name, c in CONTRACT.columns.items()})
    return table[date.notna()].reset_index(drop=True), notes


def without_copies(parts: list[pd.DataFrame], looks) -> tuple[list[pd.DataFrame], list[Note]]:
    """The logs of several files and sheets without what an earlier one has; within one, nothing is taken out."""
    notes, seen, kept = [], None, []
    for part, look in zip(parts, looks, strict=True):
        keys = pd.Series(pd.util.hash_pandas_object(part, index=False).to_numpy(), index=part.index)
        again = keys.isin(seen) if seen is not None else pd.Series(False, index=part.index)
        if again.any():
            notes.append(
                Note(
                    "same_rows",
                    f"{int(again.sum()):,} 行は、ほかのファイルかシートの行と全く同じです。一度だけ使いました。",
                    f"{int(again.sum())} rows stand in another file or sheet too; they are used once.",
                    level="warning",
                    fix="同じ月を二度入れていないか、確かめてください。",
                    file=look.file,
                    sheet=look.sheet,
                )
            )
        kept.append(part[~again])
        seen = keys if seen is None else pd.concat([seen, keys])
    return kept, notes


def _cells(look, column: str) -> pd.Series:
    if column in look.columns:
        return look.data[look.columns[column]]
    return pd.Series(pd.NA, index=look.data.index, dtype="str")


def _date(look, days, notes) -> pd.Series:
    """The day of every row: its own column, else what stands before its times."""
    date = pd.Series(pd.NA, index=look.data.index, dtype="str")
    if "date" in look.columns:
        heading = look.columns["date"]
        read, found = to_dates(look.data[heading], file=look.file, column=heading, rows=list(look.rows))
        notes += [_in_sheet(note, look) for note in found if note.level != "info"]
        date = read.dt.strftime("%Y-%m-%d").astype("str").where(read.notna())
    for column in TIMES:
        date = date.fillna(days[column])
    lost = date.isna()
    if lost.any():
        here = "" if "date" in look.columns else "日付の列がなく、時刻にも日付がありません。"
        notes.append(
            Note(
                "no_day",
                f"{here}日付の分からない {int(lost.sum()):,} 行は使いません。",
                f"{int(lost.sum())} rows without a day are not used.",
                level="error" if lost.all() else "warning",
                fix="日付を書き入れるか、town.yml の columns に「date: 日付の見出し」を書いてください。",
                fix_en="Fill in the day, or name its heading in town.yml: `date: HEADING`.",
                file=look.file,
                sheet=look.sheet,
                row=_row(look, lost),
                column=look.columns.get("date", ""),
            )
        )
    return date


def _places(look, notes) -> tuple[pd.Series, pd.Series]:
    """Office and counter.  A column 窓口 may hold the one or the other: its cells tell."""
    offices, counters = _plain(_cells(look, "office")), _plain(_cells(look, "counter"))
    named = "office" in look.columns
    if named and "counter" not in look.columns and offices.dropna().str.fullmatch(_COUNTER).all():
        named, counters = False, offices
    if named:
        notes += _gaps(look, "office", offices.isna(), f"「{NOT_WRITTEN}」としました", "no_office")
        offices = texts(_cells(look, "office")).mask(offices.isna(), NOT_WRITTEN)
    else:
        name = _own_name(look)
        offices = pd.Series(name, index=counters.index, dtype="str")
        notes.append(
            Note(
                "one_office",
                f"窓口（庁舎・支所）の列がないので、すべて「{name}」としました。",
                f"No column for the office; all rows are {name!r}.",
                fix="違うときは、town.yml の label に窓口の名前を書いてください。",
                fix_en="Another name goes into `label` in town.yml.",
                file=look.file,
                sheet=look.sheet,
            )
        )
    digits = counters.str.extract(r"(\d+)")[0]
    strange = counters.notna() & digits.isna()
    notes += _gaps(look, "counter", strange, "数が読めないので、空欄にしました", "no_counter")
    return offices, pd.to_numeric(digits).astype("Int64")


def _plain(cells: pd.Series) -> pd.Series:
    """Text with half-width figures; missing where a cell is empty."""
    text = texts(cells).map(lambda one: unicodedata.normalize("NFKC", one).strip(), na_action="ignore").astype("str")
    return text.where(text != "")


def _own_name(look) -> str:
    """What town.yml calls it, else the office that the sheet's name names."""
    if look.label not in ("", CONTRACT.label):
        return look.label
    found = _OFFICE.search(look.sheet)
    return found[0] if found else ONE_OFFICE


def _unread(look, column: str, cells: pd.Series, clock: pd.Series) -> list[Note]:
    """What stands in a cell and is no time, one note for each different value; and one for all empty cells."""
    text = texts(cells)
    empty = text.isna() | (text == "")
    strange = text[~empty & clock.isna()]
    values = strange.value_counts(sort=False)
    found = [
        Note(
            "bad_time",
            f"「{value}」（{count}件）を時刻として読めません。空欄にしました。",
            f"{value!r} is no time of day; left empty.",
            level="warning",
            fix="「8:05」のように、時と分を書いてください。",
            fix_en="Write it like 8:05.",
            file=look.file,
            sheet=look.sheet,
            row=_row(look, strange.eq(value).reindex(text.index, fill_value=False)),
            column=look.columns[column],
            value=value,
        )
        for value, count in values.head(_SHOWN).items()
    ]
    if len(values) > _SHOWN:
        rest = strange.isin(values.index[_SHOWN:]).reindex(text.index, fill_value=False)
        found += _gaps(look, column, rest, "時刻として読めないので、空欄にしました", "bad_time")
    return found + _gaps(look, column, empty, "空欄のままにしました。その番号は、時間の計算に入りません", "no_time")


def _gaps(look, column: str, where: pd.Series, done: str, kind: str) -> list[Note]:
    """One note on all rows in which a column has nothing that can be used."""
    if not where.any():
        return []
    label = CONTRACT.columns[column].label
    return [
        Note(
            kind,
            f"「{label}」のない・読めない行が {int(where.sum()):,} 行あります。{done}。",
            f"{int(where.sum())} rows have no usable {column}.",
            level="warning",
            fix="元の記録が残っていれば、書き入れてください。残っていなければ、そのままでかまいません。",
            fix_en="Fill them in if the original record is left; else leave them.",
            file=look.file,
            sheet=look.sheet,
            row=_row(look, where),
            column=look.columns.get(column, ""),
        )
    ]


def _row(look, where: pd.Series) -> int | None:
    """The file row of the first row for which ``where`` holds."""
    places = where.to_numpy(dtype=bool).nonzero()[0]
    return int(list(look.rows)[places[0]]) if len(places) else None


def _in_sheet(note: Note, look) -> Note:
    from dataclasses import replace

    return replace(note, sheet=look.sheet, level="warning")
