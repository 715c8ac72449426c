"""How long projects have lasted, and which have gone quiet."""

from __future__ import annotations

import datetime

import pandas as pd

from dataacademy.errors import DataAcademyError
from dataacademy.inputs import check_between
from dataacademy.projects.table import bad_day, check

MONTH = 30.4375  # days, 365.25 / 12
GOING, STOPPED, HANDED = "続いている", "止まった", "引き継いだ"


def day(text: str, what: str = "基準の日") -> datetime.date:
    """A day, written 2026-04-01.  Errors: bad_day."""
    try:
        return datetime.date.fromisoformat(str(text)[:10])
    except ValueError:
        raise bad_day(text, what) from None


def lifetimes(projects: pd.DataFrame, *, as_of: str, quiet_days: int = 180) -> pd.DataFrame:
    """The projects with how long each is known to have lasted, for ``stats.survival``.

    as_of
        The day on which one looks.
    quiet_days
        A project that nobody has touched for longer has stopped, on the day of its last update.

    Adds ``months`` (from ``started`` to the last update, or to ``as_of`` for one that was handed over into ordinary
    work), ``stopped`` (yes/no) and ``standing`` (続いている, 止まった, 引き継いだ).
    Errors: bad_day, after_as_of, those of :func:`~dataacademy.projects.check`.
    When not to use: to judge a team; a project may stop because its problem is solved.

    >>> import dataacademy as da
    >>> lasting = lifetimes(da.projects.example(), as_of="2026-04-01")
    >>> lasting["standing"].value_counts().to_dict()
    {'止まった': 14, '続いている': 8, '引き継いだ': 2}
    """
    check_between("quiet_days", quiet_days, 1, 3650, en="quiet_days")
    table, today = check(projects), day(as_of)
    started, updated = (pd.to_datetime(table[column]) for column in ("started", "updated"))
    late = table[updated > pd.Timestamp(today)]
    if len(late):
        raise DataAcademyError(
            "after_as_of",
            f"「{late['name'].iloc[0]}」の最終更新日（{late['updated'].iloc[0]}）が、基準の日（{today}）より後です。",
            f"{late['name'].iloc[0]!r} was updated after {today}.",
            fix="基準の日を新しくするか、最終更新日を直してください。",
            fix_en="Take a later day, or mend the date.",
            column="updated",
        )
    handed = table["handed_over"]
    stopped = ((pd.Timestamp(today) - updated).dt.days > quiet_days) & ~handed
    last = updated.where(~handed, pd.Timestamp(today))
    standing = pd.Series(GOING, index=table.index, dtype=object).mask(stopped, STOPPED).mask(handed, HANDED)
    return table.assign(months=(last - started).dt.days / MONTH, stopped=stopped, standing=standing)
