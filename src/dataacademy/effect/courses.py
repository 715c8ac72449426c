"""Before and after as numbers: pairs of the same units, or separate rows, with the course of time where it is known."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from dataacademy import weighted
from dataacademy.effect.arms import two_arms
from dataacademy.effect.checks import check_data
from dataacademy.effect.periods import Periods, periods
from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.inputs import floats, weights_of


@dataclass(frozen=True)
class Course:
    """What is known of those treated, or of those they are compared with.

    before, after, weights
        One entry a unit (``paired``), else the rows before and the rows after; ``weights`` (and ``weights_after`` of
        separate rows).
    y, position, unit
        The single rows with the number of their time and of their unit (None: nobody is followed), where time is known.
    alone
        Units with a value on one side only.
    """

    name: str
    before: np.ndarray
    after: np.ndarray
    weights: np.ndarray
    weights_after: np.ndarray
    paired: bool
    y: np.ndarray
    position: np.ndarray
    unit: np.ndarray | None
    alone: int

    @property
    def n(self) -> int:
        """Units, or rows on the shorter side."""
        return min(len(self.before), len(self.after))

    def change(self) -> tuple[float, float, float]:
        """Change, its standard error and degrees of freedom: of pairs, or Welch's of separate rows."""
        if self.paired:
            gap = self.after - self.before
            return weighted.mean(gap, self.weights), weighted.mean_variance(gap, self.weights) ** 0.5, len(gap) - 1
        sides = [(self.before, self.weights), (self.after, self.weights_after)]
        variance = np.array([weighted.mean_variance(*side) for side in sides])
        sizes = np.array([len(values) for values, _ in sides])
        df = variance.sum() ** 2 / (variance**2 / (sizes - 1)).sum() if variance.sum() > 0 else sizes.sum() - 2
        gap = weighted.mean(*sides[1]) - weighted.mean(*sides[0])
        return gap, float(variance.sum() ** 0.5), float(df)


@dataclass(frozen=True)
class Courses:
    """Those treated, those they are compared with (or None), the times and how many lie before."""

    treated: Course
    others: Course | None
    times: Periods | None
    start: int
    left_out: tuple[str, ...]


def wide(data, before: str, after: str, arms: dict, weights) -> Courses:
    """From one row a unit with a column before and one after."""
    check_data(data)
    check_columns(data, [before, after], table="渡した表")
    if before == after:
        raise DataAcademyError(
            "same_column",
            f"前と後に、同じ列「{before}」が指定されています。",
            f"Before and after are the same column ({before!r}).",
            fix="before= と after= に、別の列を指定してください。",
            fix_en="Name two different columns.",
        )
    sides, left_out = _sides(data, arms)
    courses = []
    for name, part in sides:
        b, a = (floats(part[c], c) for c in (before, after))
        w = weights_of(part, weights) if weights else np.ones(len(part))
        for values, column, word in ((b, before, "前"), (a, after, "後")):
            if np.isnan(values).all():
                raise _nothing(column, word, name)
        both = ~np.isnan(b) & ~np.isnan(a)
        alone = int((np.isnan(b) ^ np.isnan(a)).sum())
        empty = np.zeros(0)
        courses.append(Course(name, b[both], a[both], w[both], w[both], True, empty, empty, None, alone))
        _check_size(courses[-1])
    return Courses(courses[0], courses[1] if len(courses) > 1 else None, None, 0, _alone(courses, left_out))


def long(data, value: str, time: str, start, id, arms: dict, weights) -> Courses:
    """From one row a time (and unit)."""
    check_data(data)
    check_columns(data, [value, time, *([id] if id else [])], table="渡した表")
    y = pd.Series(floats(data[value], value), index=data.index)
    known = y.notna() & data[time].notna()
    left_out = [f"「{value}」か「{time}」が空欄の {int((~known).sum()):,} 行"] if not known.all() else []
    if id and (nobody := int((known & data[id].isna()).sum())):
        left_out.append(f"列「{id}」が空欄の {nobody:,} 行")
        known &= data[id].notna()
    if not known.any():
        raise _nothing(value, "前と後", "")
    kept = data[known].assign(**{value: y[known]})
    times = periods(kept[time], time)
    before = times.number_of(start)
    kept = kept.assign(__position=times.position)
    if id and (twice := kept.duplicated([id, time])).any():
        row = kept[twice].iloc[0]
        raise DataAcademyError(
            "duplicate",
            f"「{id}」の「{row[id]}」に、「{time}」の「{row[time]}」の行が二つ以上あります"
            f"（{int(twice.sum()):,} 行が余分）。",
            f"{id!r} {row[id]!r} has more than one row at {row[time]!r} ({int(twice.sum())} rows too many).",
            fix="二重に入っていないか確かめ、一件一時点で一行にまとめてください。",
            fix_en="Look for doubled rows; make it one row a unit and time.",
        )
    sides, more = _sides(kept, arms)
    courses = [_follow(name, part, value, id, before, weights) for name, part in sides]
    for course in courses:
        _check_size(course)
    return Courses(
        courses[0], courses[1] if len(courses) > 1 else None, times, before, _alone(courses, (*left_out, *more))
    )


def _sides(data: pd.DataFrame, arms: dict) -> tuple[list[tuple[str, pd.DataFrame]], tuple[str, ...]]:
    if arms["group"] is None:
        return [("全体", data)], ()
    found = two_arms(data, **arms)
    halves = (found.treated, ~found.treated)
    return [(name, found.data[side]) for name, side in zip(found.called, halves, strict=True)], found.left_out


def _follow(name: str, part: pd.DataFrame, value: str, id, before: int, weights) -> Course:
    y, position = part[value].to_numpy(dtype=float), part["__position"].to_numpy()
    w = weights_of(part, weights) if weights else np.ones(len(part))
    early = position < before
    for side, word in ((early, "前"), (~early, "後")):
        if not side.any():
            raise _nothing(value, word, name)
    unit = pd.factorize(part[id])[0] if id else None
    rows = Course(name, y[early], y[~early], w[early], w[~early], False, y, position, unit, 0)
    if unit is None or unit.max() == 0:
        return replace(rows, unit=None)
    count = unit.max() + 1
    size = [np.bincount(unit[side], minlength=count) for side in (early, ~early)]
    both = (size[0] > 0) & (size[1] > 0)
    mean = [np.bincount(unit[s], y[s], count)[both] / n[both] for s, n in zip((early, ~early), size, strict=True)]
    weight = (np.bincount(unit, w, count) / np.bincount(unit, minlength=count))[both]
    return replace(
        rows,
        before=mean[0],
        after=mean[1],
        weights=weight,
        weights_after=weight,
        paired=True,
        alone=int((~both).sum()),
    )


def _alone(courses: list[Course], left_out: tuple[str, ...]) -> tuple[str, ...]:
    alone = sum(course.alone for course in courses)
    return (*left_out, *([f"前か後の片方しか値のない {alone:,} 件"] if alone else []))


def _nothing(column: str, word: str, name: str) -> DataAcademyError:
    who = f"「{name}」の" if name and name != "全体" else ""
    return DataAcademyError(
        "no_values",
        f"{who}列「{column}」には、{word}の値が一つもありません。",
        f"Column {column!r} has no value {'before' if word == '前' else 'after'}" + (f" in {name!r}." if who else "."),
        fix="始まりの時点、列の名前、行の選び方を確かめてください。",
        fix_en="Check the start, the column and how the rows were chosen.",
        column=str(column),
    )


def _check_size(course: Course) -> None:
    if course.n < 2:
        raise DataAcademyError(
            "one_row_group",
            f"前と後をくらべられるのは {course.n} 件だけなので、ばらつきが分からず、確かさが言えません。",
            f"Only {course.n} can be compared before and after: the spread is unknown.",
            fix="二件以上の対象か、前と後に二つ以上ずつの時点が要ります。",
            fix_en="At least two units, or two times on each side, are needed.",
        )
