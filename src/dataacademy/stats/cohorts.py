"""Population tables as arrays of five-year cohorts: dates five years apart, both sexes, bands of five years."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dataacademy.errors import DataAcademyError, check_choice, check_columns
from dataacademy.inputs import floats

WIDTH = 5
SEXES = ("male", "female")


def five_years_apart(data: pd.DataFrame, dates: Sequence[str] | None) -> list[str]:
    """The dates to use, oldest first: those asked for, or the newest and what lies 5, 10, … years before it."""
    there = sorted(map(str, data["date"].dropna().unique()))
    if dates is not None:
        for date in dates:
            check_choice("調査日", date, there, en="Date")
        chosen = sorted(set(dates))
        gaps = [_later(a) == b for a, b in zip(chosen, chosen[1:], strict=False)]
        if len(chosen) < 2 or not all(gaps):
            raise DataAcademyError(
                "not_five_years",
                f"調査日は 5 年おきに二つ以上選びます（いまは {'、'.join(chosen)}）。",
                f"Choose two or more dates five years apart, not {', '.join(chosen)}.",
                fix="5歳きざみの年齢が 5 年でちょうど一段上がるためです。5 年おきの日付を選んでください。",
                fix_en="Five-year bands move up by one in exactly five years.",
            )
        return chosen
    chosen = there[-1:]
    while chosen and _later(chosen[0], -1) in there:
        chosen.insert(0, _later(chosen[0], -1))
    if len(chosen) < 2:
        raise DataAcademyError(
            "one_date",
            f"いちばん新しい調査日（{there[-1] if there else 'なし'}）のちょうど 5 年前の人口が、表にありません。",
            f"There is no population five years before {there[-1] if there else 'any date'}.",
            fix="5 年前の人口を表に足すか、5 年おきの調査日を dates= で選んでください。",
            fix_en="Add the population of five years before, or name dates five years apart with dates=.",
        )
    return chosen


def _later(date: str, times: int = 1) -> str:
    return (pd.Timestamp(date) + pd.DateOffset(years=WIDTH * times)).strftime("%Y-%m-%d")


def counted(data: pd.DataFrame, dates: list[str], by: str | None, groups: list) -> tuple[np.ndarray, np.ndarray, int]:
    """Persons as places × dates × sexes × bands, the first ages of the bands, and the number of rows not used."""
    here = data[data["date"].astype(str).isin(dates)]
    sexes = set(here["sex"].dropna())
    if not set(SEXES) <= sexes:
        raise DataAcademyError(
            "no_sexes",
            "男女別の人口（sex が male と female の行）が要ります。",
            "Rows for both sexes (male and female) are needed.",
            fix=f"いまの sex は {'、'.join(map(str, sorted(sexes)))} です。男女別の表を使ってください。",
            fix_en=f"sex is now {', '.join(map(str, sorted(sexes)))}; use a table by sex.",
        )
    here = here[here["sex"].isin(SEXES)]
    starts = _bands(here)
    count = floats(here["count"], "count")
    if np.isnan(count).any() or (count < 0).any():
        raise DataAcademyError(
            "bad_counts",
            f"人数（count）が空欄か負の行が {int((np.isnan(count) | (count < 0)).sum()):,} 行あります。",
            "Empty or negative numbers of persons.",
            fix="秘匿（×）や空欄の年齢は、0 とみなさず、町全体などの大きな区分で使ってください。",
            fix_en="Suppressed cells are not zero: use larger areas.",
        )
    place = [
        pd.Index(groups).get_indexer(here[by]) if by else np.zeros(len(here), int),
        pd.Index(dates).get_indexer(here["date"].astype(str)),
        pd.Index(SEXES).get_indexer(here["sex"]),
        np.minimum(here["age_from"].to_numpy(int) // WIDTH, len(starts) - 1),
    ]
    shape = (len(groups), len(dates), len(SEXES), len(starts))
    placed = place[0] >= 0
    flat = np.ravel_multi_index([p[placed] for p in place], shape)
    cube = np.bincount(flat, count[placed], minlength=int(np.prod(shape))).reshape(shape)
    return cube, starts, len(data) - len(here)


def _bands(here: pd.DataFrame) -> np.ndarray:
    """First ages of the bands (0, 5, …, the open one); an error unless every band of the table fits into one."""
    first, last = floats(here["age_from"], "age_from"), floats(here["age_to"], "age_to")
    opens = np.unique(first[np.isnan(last)])
    known = not np.isnan(first).any() and len(opens) == 1
    top = opens[0] if known else np.nan
    closed = ~np.isnan(last)
    fits = known and top % WIDTH == 0 and (first[closed] < top).all()
    if not fits or not (first[closed] // WIDTH == last[closed] // WIDTH).all() or top < 70:
        raise DataAcademyError(
            "bad_age_bands",
            "年齢は 5 歳きざみ（0〜4、5〜9、…）に入り、最後が 70 歳以上の「◯歳以上」でなければなりません。",
            "Age bands must fit into five-year bands and end with one open band (70 and over or later).",
            fix="age_from と age_to を確かめてください（age_to が空欄の行が「以上」です）。",
            fix_en="Check age_from and age_to (an empty age_to means 'and over').",
        )
    starts = np.arange(0, top + 1, WIDTH).astype(int)
    absent = set(starts) - set((first // WIDTH * WIDTH).astype(int))
    if absent:
        raise DataAcademyError(
            "bad_age_bands",
            f"{min(absent)}歳からの人口が表にありません。",
            f"There are no rows for the band that begins at {min(absent)}.",
            fix="0 歳から最後の年齢まで、すべての年齢の行をそろえてください。",
            fix_en="Every age from 0 on is needed.",
        )
    return starts


def survival_of(table: pd.DataFrame, starts: np.ndarray) -> np.ndarray:
    """Survival over five years, sexes × bands; an error names what is missing or not a share."""
    check_columns(table, ["sex", "age_from", "survival"], table="生残率の表")
    wide = table.pivot_table(index="sex", columns="age_from", values="survival", aggfunc="mean")
    wide = wide.reindex(index=list(SEXES), columns=list(starts))
    values = wide.to_numpy(dtype=float)
    if not ((values >= 0) & (values <= 1)).all():
        i, j = np.argwhere(~((values >= 0) & (values <= 1)))[0]
        raise DataAcademyError(
            "incomplete_survival",
            f"生残率の表の {SEXES[i]}・{starts[j]}歳からの値がないか、0〜1 ではありません。",
            f"Survival of {SEXES[i]} from age {starts[j]} is missing or not between 0 and 1.",
            fix=f"男女それぞれ {starts[0]}、{starts[1]}、…、{starts[-1]} 歳の行に、5 "
            "年後に生きている割合を入れてください。",
            fix_en="Give for each sex and band the share that is alive five years later.",
        )
    return values
