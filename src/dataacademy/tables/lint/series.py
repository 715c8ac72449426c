"""Checks across the files of a folder: copies, gaps in a series, headings that change from year to year."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from dataacademy.eras import month_in_name
from dataacademy.eras.forms import YEAR, year_of
from dataacademy.notes import Note
from dataacademy.tables.known import match_columns
from dataacademy.tables.lint.sheet import Sheet
from dataacademy.tables.lint.table import Table, sheet_note

_DATES = re.compile(
    r"(?:(?:昭和|平成|令和)(?:元|\d+)|(?<![A-Za-z])[SHR]\d+(?![A-Za-z0-9])|\d+)(?:年度?)?(?:\d+月(?:\d+日)?)?"
)
_YEARS = re.compile(r"(?<![0-9A-Za-z])(?:(?:昭和|平成|令和)(?:元|\d{1,2})|(?:19|20)\d\d|[HR]\d{1,2})(?![0-9A-Za-z])")
_LEAST = 3  # files of a series from which on a gap means something
_ALIKE = 0.5


@dataclass(frozen=True, eq=False)
class Headings:
    """The headings of the first table of a file: tidied, as written, and where they stand."""

    sheet: Sheet
    names: list[str]
    written: list[str]
    cells: list[tuple[int, int]]

    @classmethod
    def of(cls, table: Table) -> Headings:
        fields = [field for field in table.fields if field.name]
        return cls(
            replace(table.sheet, columns=[]),
            [field.name for field in fields],
            [field.written for field in fields],
            [(field.heading_row, field.place) for field in fields],
        )


def copy_suffix(stem: str) -> tuple[str, bool]:
    """The stem without a sign of copying, and whether there was one.

    >>> copy_suffix("data (2)"), copy_suffix("data "), copy_suffix("data")
    (('data', True), ('data', True), ('data', False))
    """
    plain = re.sub(r"(\s*\(\d+\)|\s*-\s*コピー|\s+)+$", "", stem)
    return plain, plain != stem


def series_of(file: str) -> str:
    """What a file is called without its year and month: files of one series have this in common.

    >>> series_of("人口/0066_202404.xlsx") == series_of("人口/0066_202405.xlsx")
    True
    >>> series_of("交通事故_令和5年.csv")
    '交通事故_#.csv'
    """
    path = PurePosixPath(unicodedata.normalize("NFKC", file))
    return _DATES.sub("#", str(path.with_name(copy_suffix(path.stem)[0] + path.suffix.lower())))


def period_of(file: str) -> tuple[str, int] | None:
    """The month (counted from year 0) or year that a file's name tells.

    >>> period_of("0066_202404.xlsx"), period_of("交通事故_2019/222127_accident_2019.csv"), period_of("data.csv")
    (('month', 24291), ('year', 2019), None)
    """
    stem = unicodedata.normalize("NFKC", PurePosixPath(file).stem)
    if month := month_in_name(stem):
        return "month", month.year * 12 + month.month - 1
    found = _YEARS.findall(stem.replace("_", " ").replace("年度", "").replace("年", ""))
    return ("year", year_of(YEAR.match(found[-1]).groupdict())) if found else None


def copies(files: Iterable[tuple[Path, str]]) -> dict[str, str]:
    """Files that are byte for byte another one of the same folder or series: copy -> original."""
    groups: dict[tuple, list[tuple[Path, str]]] = {}
    for path, name in files:
        if (size := _of(path, lambda path: path.stat().st_size)) is not None:
            groups.setdefault((size, path.suffix.lower()), []).append((path, name))
    found: dict[str, str] = {}
    for group in groups.values():
        seen: dict[str, list[str]] = {}
        if len(group) < 2:
            continue
        for path, name in sorted(group, key=lambda f: (copy_suffix(f[0].stem)[1], f[1])):
            digest = _of(path, lambda path: hashlib.sha256(path.read_bytes()).hexdigest())
            if digest is None:
                continue
            near = [other for other in seen.get(digest, []) if _near(name, other)]
            if near:
                found[name] = near[0]
            else:
                seen.setdefault(digest, []).append(name)
    return found


def _of(path: Path, look: Callable[[Path], Any]) -> Any:
    """What a look at the file gives; None for a file that may not be read, of which its reader says why."""
    try:
        return look(path)
    except OSError:
        return None


def _near(a: str, b: str) -> bool:
    """Whether two files lie in one folder, or belong to one series by their own names."""
    return PurePosixPath(a).parent == PurePosixPath(b).parent or bool(period_of(a) and series_of(a) == series_of(b))


def copy_notes(found: dict[str, str]) -> list[Note]:
    """A note on each copy."""
    notes = []
    for copy, original in found.items():
        ja = f"「{original}」と一字一句同じ内容です。"
        notes.append(
            sheet_note(Sheet(copy, "", []), "duplicate_file", ja, f"Byte for byte the same as {original}.", {})
        )
    return notes


def gaps(files: Iterable[str]) -> list[Note]:
    """A note on the file after each gap in a series of months or years."""
    groups: dict[tuple[str, str], dict[int, str]] = {}
    for file in files:
        period = period_of(file)
        if period:
            groups.setdefault((series_of(file), period[0]), {}).setdefault(period[1], file)
    notes = []
    for (_, unit), group in groups.items():
        periods = sorted(group)
        for period, before, step in missing_steps(periods):
            lost = range(before + step, period, step)
            shown = "、".join(period_name(unit, p) for p in lost[:6]) + ("など" if len(lost) > 6 else "")
            ja = f"{shown}のファイルがありません（このファイルの一つ前は{period_name(unit, before)}です）。"
            en = f"{len(lost)} files of the series are missing before this one."
            missing = f"ないのは {period_name(unit, lost[0])}"
            notes.append(sheet_note(Sheet(group[period], "", []), "missing_period", ja, en, {}, value=missing))
    return notes


def missing_steps(periods: list[int], *, least: int = _LEAST, share: float = 0.5) -> list[tuple[int, int, int]]:
    """Where a regular series skips something: (period after the gap, the one before it, the usual step).

    >>> missing_steps([2019, 2020, 2022, 2023]), missing_steps([2019, 2022, 2023])
    ([(2022, 2020, 1)], [])
    """
    steps = np.diff(periods)
    if len(periods) < least:
        return []
    sizes, times = np.unique(steps, return_counts=True)
    usual = int(sizes[times.argmax()])
    if times.max() < share * len(steps) or (times.max() == 1 and len(steps) > 1):
        return []
    return [
        (periods[i + 1], periods[i], usual)
        for i, step in enumerate(steps.tolist())
        if step > usual and step % usual == 0
    ]


def period_name(unit: str, period: int) -> str:
    """A period in words.

    >>> period_name("month", 24291), period_name("year", 2019)
    ('2024年4月', '2019年')
    """
    return f"{period // 12}年{period % 12 + 1}月" if unit == "month" else f"{period}年"


def changed_headings(found: Iterable[Headings]) -> list[Note]:
    """Notes on headings that most files of a series call otherwise."""
    groups: dict[str, list[tuple[int, Headings]]] = {}
    for headings in found:
        period = period_of(headings.sheet.file)
        if period and headings.names:
            groups.setdefault(f"{series_of(headings.sheet.file)}\n{headings.sheet.name}", []).append(
                (period[1], headings)
            )
    notes = []
    for group in groups.values():
        files = [headings for _, headings in sorted(group, key=lambda pair: pair[0])]
        usual = max(files, key=lambda h: sum(_neutral(h) == _neutral(other) for other in files))  # the first of several
        for headings in files:
            notes += _compare(headings, usual)
    return notes


def _neutral(headings: Headings) -> list[str]:
    """The headings with years taken out: 令和5年 and 令和6年 are one column, moved on."""
    return [_DATES.sub("#", name) for name in headings.names]


def _compare(headings: Headings, usual: Headings) -> list[Note]:
    a, b = _neutral(usual), _neutral(headings)
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    if a == b or matcher.ratio() < _ALIKE:
        return []
    notes = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag != "replace":
            continue
        olds = [name for name in usual.names[i:j] if name not in headings.names]
        for at in range(k, m):
            old = _partner(headings.names[at], olds, at - k if j - i == m - k else None)
            if headings.names[at] in usual.names or not old:
                continue
            olds[olds.index(old)] = ""
            ja = f"ほかのファイルで「{old}」という見出しが、ここでは「{headings.names[at]}」です。"
            en = f"The heading {headings.names[at]!r} is {old!r} in the other files of the series."
            row, column = headings.cells[at]
            places, shown = {column: [row]}, headings.written[at]
            notes.append(
                sheet_note(headings.sheet, "heading_changed", ja, en, places, column=headings.names[at], value=shown)
            )
    return notes


def _partner(name: str, olds: list[str], at: int | None) -> str:
    """Which of the headings that are gone is now called ``name``."""
    meaning = next(iter(match_columns([name])), None)
    for old in filter(None, olds):
        if meaning and meaning in match_columns([old]):
            return old
    if at is not None and at < len(olds) and olds[at]:
        return olds[at]
    near = [old for old in olds if old and SequenceMatcher(None, old, name).ratio() >= 0.6]
    return near[0] if near else ""
