"""The parts of a page with their figures: tables found, counted and put in order; what went wrong is kept for later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.inputs import check_table
from dataacademy.privacy.grid import TOTAL, TOTAL_WORDS
from dataacademy.status_page.figures import daily, rate
from dataacademy.status_page.languages import plain
from dataacademy.status_page.settings import Part, Settings


@dataclass(frozen=True)
class Made:
    """A part with its figures.

    ``source`` is the table as it was given, ``found`` what :func:`daily` or :func:`rate` made of it, ``table`` what
    goes on the page (of counts: the columns of ``by`` with 計 last, and ``count``, blank where hidden).
    ``wrong`` is why there are none.
    """

    part: Part
    source: Any = None
    found: Analysis | None = None
    table: pd.DataFrame | None = None
    wrong: DataAcademyError | None = None


def make(settings: Settings, tables: Mapping[str, pd.DataFrame] | None) -> list[Made]:
    """Every part with its figures, or with the reason why it has none."""
    return [_made(part, settings, tables or {}) for part in settings.parts]


def updated(made: list[Made]) -> str:
    """The last day of the figures; an error where no part has days."""
    days = [one.table["day"].iloc[-1] for one in made if one.found is not None]
    if not days:
        raise DataAcademyError(
            "no_days",
            "いつの数かが分かる部分（daily か rate）がありません。",
            "No part says of what day the figures are.",
            fix="日ごとの数の部分を、一つは入れてください。",
            fix_en="Have at least one part of the kind daily or rate.",
        )
    return max(days)


def _made(part: Part, settings: Settings, tables: Mapping[str, pd.DataFrame]) -> Made:
    source = None
    try:
        source = _table(part, settings, tables)
        if part.kind == "daily":
            found = daily(source, date=part.date, count=part.count, unit=plain(part.unit["ja"]))
            return Made(part, source, found, found.table)
        if part.kind == "rate":
            for name in ("count", "of"):
                _needed(part, name)
            found = rate(source, date=part.date, count=part.count, of=part.of)
            return Made(part, source, found, found.table)
        return Made(part, source, table=_counts(part, source))
    except DataAcademyError as error:
        return Made(part, source, wrong=error)


def _table(part: Part, settings: Settings, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    from dataacademy.town.catalog import load
    from dataacademy.town.contract import TABLES

    if part.table in tables:
        return tables[part.table]
    if settings.town and part.table in TABLES:
        return load(part.table, town=settings.town)
    known = [*tables, *(TABLES if settings.town else ())]
    raise DataAcademyError(
        "no_table",
        f"部分「{part.id}」の表「{part.table}」がありません。",
        f"There is no table {part.table!r} for the part {part.id!r}.",
        fix=f'tables={{"{part.table}": 表}} で渡すか、表の名前を直してください。'
        + (f"いま使えるのは {'、'.join(known)} です。" if known else ""),
        fix_en="Pass it in tables=, or name another.",
    )


def _counts(part: Part, source: pd.DataFrame) -> pd.DataFrame | None:
    """Counts in reading order; None for a table with a row a person, which :func:`check` refuses."""
    check_table(source)
    if not 1 <= len(part.by) <= 2:
        raise DataAcademyError(
            "one_or_two",
            f"部分「{part.id}」の区分（by）は一つか二つです。",
            f"The part {part.id!r} needs one or two classifications.",
            fix='by=["age_group", "sex"] のように書きます。',
            fix_en='Write by=["age_group", "sex"].',
        )
    check_columns(source, [*part.by, *([part.count] if part.count else [])], table=f"表「{part.table}」")
    if not part.count:
        return None
    table = pd.DataFrame({c: source[c].astype("str").where(source[c].notna(), TOTAL) for c in part.by})
    table = table.replace(list(TOTAL_WORDS), TOTAL)
    table["count"] = pd.to_numeric(source[part.count], errors="coerce").astype("Float64").array
    for column in reversed(part.by):
        order = [*part.labels, *(v for v in table[column].unique() if v not in part.labels and v != TOTAL), TOTAL]
        table = table.sort_values(column, key=lambda values: values.map(order.index), kind="stable")  # noqa: B023
    return table.reset_index(drop=True)


def _needed(part: Part, name: str) -> None:
    if getattr(part, name) is None:
        raise DataAcademyError(
            "column_needed",
            f"部分「{part.id}」は割合なので、{name}（{'分子' if name == 'count' else '分母'}の列）が要ります。",
            f"The part {part.id!r} is a rate and needs {name}.",
            fix=f'{name}="列の名前" を書いてください。',
            fix_en=f"Write {name}=…",
        )
