"""Coarser values: areas into quarters, birth dates into age bands, the oldest together, so that people are many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Real

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.arguments import check_names_once
from dataacademy.errors import DataAcademyError, check_choice, check_columns
from dataacademy.inputs import all_missing, check_between, check_table, floats
from dataacademy.privacy.hierarchy import climb, parents_of

_SHOWN = 3  # rows named in a message
RULES = {
    "band": "同じ幅の区分（幅, 一番上をまとめる境）か、区切りの並び",
    "age": "基準日での年齢の区分（基準日, 幅, 一番上をまとめる境）",
    "month": "年月まで",
    "year": "年まで",
    "prefix": "はじめの何文字か（文字数）",
}


def generalize(data: pd.DataFrame, *, columns: Mapping[str, object]) -> Analysis:
    """A copy of ``data`` with coarser values, so that fewer people can be told apart.

    columns
        Column → how to coarsen it: a mapping ``{small area: quarter, …}`` (a dict or a Series), or ``("band", 10)``,
        ``("band", [0, 15, 65])`` (from each number up to the next, the last one open), ``("age", "2026-04-01", 10)``
        for dates of birth, ``("month",)``, ``("year",)`` for dates, ``("prefix", 5)`` for codes.  A further number
        leaves bands of one width open at the top: ``("band", 10, 90)``, ``("age", "2026-04-01", 10, 90)``: 90以上.

    Table: the copy; bands read 20〜29 (of numbers with parts 20以上30未満), the last open one 65以上.
    Empty cells stay empty.  Value: how many columns.  Figures: ``<column>_before,
    <column>_after``, the number of different values.
    Errors: ``unmapped`` (values that the mapping lacks), ``unclear_rule``, ``bad_bands``, ``below_the_bands``,
    ``bad_dates``, ``bad_day``, ``born_later``, ``unknown_column``, ``duplicate_columns``.
    Checked against the planted truth ``k1_rows``, and by its law: no class of look-alikes becomes smaller.
    When not to use: as the only step; look at :func:`k_anonymity` again afterwards.

    >>> import dataacademy as da
    >>> quarter = da.load("areas").set_index("area_id")["quarter"]
    >>> people = da.load("residents").head(1000)
    >>> found = generalize(people, columns={"area_id": quarter, "birth_date": ("age", "2026-04-01", 10)})
    >>> set(found.table["area_id"]) <= set(quarter), found.figures["birth_date_after"] < 15
    (True, True)
    """
    check_table(data)
    if not isinstance(columns, Mapping) or not columns:
        raise _unclear("columns", columns)
    check_names_once(data)
    check_columns(data, list(columns), table="渡した表")
    made, figures = data.copy(), {}
    for column, rule in columns.items():
        made[column] = _coarser(data[column], str(column), rule)
        figures |= {f"{column}_before": data[column].nunique(), f"{column}_after": made[column].nunique()}
    words = "、".join(f"「{c}」{figures[f'{c}_before']:,}→{figures[f'{c}_after']:,} 種類" for c in columns)
    return Analysis(
        made,
        len(columns),
        f"{len(columns)} 列の値を粗くしました（{words}）。",
        f"{len(columns)} columns were coarsened.",
        used={"行": len(data)},
        figures=figures,
        assumptions=(
            "粗くしても、まだ一人しかいない組が残ることがあります。da.privacy.k_anonymity で確かめてください。",
        ),
    )


def top_code(data: pd.DataFrame, *, column: str, at: float, label: str | None = None) -> Analysis:
    """A copy in which all values from ``at`` up are one: 100以上.

    Table: the copy (the column becomes text); value: how many rows changed.  Errors: ``unknown_column``,
    ``not_numeric``, ``changes_nothing``.  Checked by counting.
    When not to use: for a column that is to be added up or averaged afterwards.

    >>> import dataacademy as da
    >>> found = top_code(da.load("checkups"), column="age", at=70)
    >>> int((found.table["age"] == "70以上").sum()) == found.value
    True
    """
    return _coded(data, column, at, label, "以上")


def bottom_code(data: pd.DataFrame, *, column: str, at: float, label: str | None = None) -> Analysis:
    """A copy in which all values up to ``at`` are one: 40以下.

    Table: the copy (the column becomes text); value: how many rows changed.  Errors as in :func:`top_code`.
    Checked by counting.
    When not to use: for a column that is to be added up or averaged afterwards.

    >>> import dataacademy as da
    >>> bottom_code(da.load("checkups"), column="age", at=45).value > 0
    True
    """
    return _coded(data, column, at, label, "以下")


def _coded(data: pd.DataFrame, column: str, at: float, label: str | None, end: str) -> Analysis:
    check_table(data)
    check_names_once(data)
    check_columns(data, [column], table="渡した表")
    check_between("まとめる境（at）", at, -np.inf, np.inf, en="at")
    values = floats(data[column], column)
    if np.isnan(values).all():
        raise all_missing(column)
    label = f"{plain_number(at)}{end}" if label is None else str(label)
    least, most = (plain_number(v) for v in (np.nanmin(values), np.nanmax(values)))
    beyond = values >= at if end == "以上" else values <= at
    if not beyond.any():
        raise DataAcademyError(
            "changes_nothing",
            f"列「{column}」に {label} の値はありません（{least}〜{most}）。",
            f"No value of {column!r} is beyond {plain_number(at)}.",
            fix="まとめる境（at）を確かめてください。",
            fix_en="Check the limit.",
            column=column,
        )
    texts = pd.Series([plain_number(v) for v in values], index=data.index, dtype="str").mask(np.isnan(values))
    count = int(beyond.sum())
    return Analysis(
        data.assign(**{column: texts.mask(beyond, label)}),
        count,
        f"列「{column}」の {label} の {count:,} 行を、一つの値「{label}」にまとめました。",
        f"{count:,} rows of {column!r} are now {label!r}.",
        used={"行": len(data)},
        figures={"rows": count},
    )


def _coarser(values: pd.Series, name: str, rule) -> pd.Series:
    if isinstance(rule, Mapping | pd.Series):
        what = f"列「{name}」のまとめ方"
        above = climb(values.dropna().unique(), parents_of(rule, what), steps=1, what=what)
        return values.map({value: groups[0] for value, groups in above.items()})
    if not isinstance(rule, tuple) or not rule:
        raise _unclear(name, rule)
    check_choice("粗くする方法", rule[0], list(RULES), en="Rule")
    kind, *rest = rule
    if kind == "band" and len(rest) in (1, 2):
        return _banded(floats(values, name), values.index, name, *rest)
    if kind == "age" and len(rest) in (2, 3):
        return _banded(_ages(values, name, rest[0]), values.index, name, *rest[1:])
    if kind in ("month", "year") and not rest:
        days = _days(values, name)
        return days.dt.strftime("%Y-%m" if kind == "month" else "%Y").astype("str").mask(days.isna())
    if kind == "prefix" and len(rest) == 1 and _whole(rest[0]):
        return values.astype("str").str[: rest[0]].mask(values.isna())
    raise _unclear(name, rule)


def _whole(value) -> bool:
    """Whether a width or a number of letters is a whole number above 0."""
    return isinstance(value, Real) and not isinstance(value, bool) and value > 0 and float(value).is_integer()


def _banded(numbers: np.ndarray, index, name: str, bands, top: float | None = None) -> pd.Series:
    known = ~np.isnan(numbers)
    whole = bool((numbers[known] == np.floor(numbers[known])).all())
    if _whole(bands):
        if top is not None and not (isinstance(top, Real) and np.isfinite(top) and float(top / bands).is_integer()):
            raise _bad_bands(name, (bands, top))
        low = np.floor(np.where(known, numbers, 0) / bands) * bands
        if top is not None:
            low = np.minimum(low, top)
        names = {a: f"{plain_number(a)}以上" if a == top else _span(a, a + bands, whole) for a in np.unique(low)}
        texts = np.array([names[a] for a in low], dtype=object)
    elif isinstance(bands, Sequence | np.ndarray) and not isinstance(bands, str) and top is None:
        try:
            edges = np.asarray(bands, dtype=float)
        except (TypeError, ValueError) as error:
            raise _bad_bands(name, bands) from error
        if edges.ndim != 1 or len(edges) < 2 or not np.isfinite(edges).all() or (np.diff(edges) <= 0).any():
            raise _bad_bands(name, bands)
        below = np.flatnonzero(known)[numbers[known] < edges[0]]
        if len(below):
            raise DataAcademyError(
                "below_the_bands",
                f"列「{name}」に、いちばん下の区切り {plain_number(edges[0])} より小さい値が {len(below):,} 行あります"
                f"（{_where(below, [plain_number(numbers[i]) for i in below[:_SHOWN]])}）。",
                f"{len(below)} values of {name!r} lie below {plain_number(edges[0])} (first in row {below[0] + 1}).",
                fix="いちばん下の区切りを小さくしてください（すきまを作りません）。",
                fix_en="Begin with a smaller edge.",
                column=name,
            )
        labels = [_span(a, b, whole) for a, b in zip(edges[:-1], edges[1:], strict=True)]
        labels.append(f"{plain_number(edges[-1])}以上")
        place = np.searchsorted(edges, np.where(known, numbers, edges[0]), side="right") - 1
        texts = np.array(labels, dtype=object)[place]
    else:
        raise _bad_bands(name, bands if top is None else (bands, top))
    return pd.Series(texts, index=index, dtype="str").mask(~known)


def _where(rows: np.ndarray, values: list) -> str:
    """The first few rows and what stands in them, for a message."""
    shown = "、".join(f"{row + 1} 行目の「{value}」" for row, value in zip(rows[:_SHOWN], values, strict=False))
    return shown + ("など" if len(rows) > _SHOWN else "")


def _ages(values: pd.Series, name: str, on) -> np.ndarray:
    """Whole years of age on a day."""
    born = _days(values, name)
    day = pd.NaT if isinstance(on, Real) else pd.to_datetime(on, errors="coerce", format="ISO8601")
    if pd.isna(day):
        raise DataAcademyError(
            "bad_day",
            f"基準日 {on!r} を日付として読めません。",
            f"The day {on!r} is no date.",
            fix="2026-04-01 のように書きます。",
            fix_en="Write it as 2026-04-01.",
        )
    later = np.flatnonzero(born > day)
    if len(later):
        raise DataAcademyError(
            "born_later",
            f"列「{name}」に、基準日 {day:%Y-%m-%d} より後に生まれた人が {len(later):,} 行います"
            f"（{_where(later, [f'{d:%Y-%m-%d}' for d in born.iloc[later[:_SHOWN]]])}）。",
            f"{len(later)} were born after {day:%Y-%m-%d} (first in row {later[0] + 1}).",
            fix="基準日を確かめてください。生まれ年の打ちまちがいかもしれません。",
            fix_en="Check the day, and the years of birth.",
            column=name,
        )
    birthday = (born.dt.month * 100 + born.dt.day) <= day.month * 100 + day.day
    return (day.year - born.dt.year - (~birthday).where(born.notna())).to_numpy(dtype=float)


def _days(values: pd.Series, name: str) -> pd.Series:
    written = values
    if pd.api.types.is_numeric_dtype(values):  # 19500131 would be some milliseconds after 1970
        written = pd.Series(None, index=values.index, dtype=object)
    days = pd.to_datetime(written, errors="coerce", format="ISO8601")
    bad = np.flatnonzero((days.isna() & values.notna()).to_numpy())
    if len(bad):
        raise DataAcademyError(
            "bad_dates",
            f"列「{name}」に、日付として読めない値が {len(bad):,} 行あります"
            f"（{_where(bad, list(values.iloc[bad[:_SHOWN]]))}）。",
            f"{len(bad)} values of {name!r} are no dates (first in row {bad[0] + 1}).",
            fix="1950-01-31 のような書き方にそろえてください（da.eras で和暦を直せます）。",
            fix_en="Write dates as 1950-01-31.",
            column=name,
        )
    return days


def _span(low: float, high: float, whole: bool) -> str:
    """Whole numbers from 20 to 29 read 20〜29; with parts of numbers the next edge is named."""
    if whole and float(low).is_integer() and float(high).is_integer():
        return f"{low:.0f}〜{high - 1:.0f}"
    return f"{plain_number(low)}以上{plain_number(high)}未満"


def plain_number(value: float) -> str:
    """A number in full: 12345678, 0.25; never 1.2e+07."""
    return f"{value:.0f}" if float(value).is_integer() else np.format_float_positional(value, trim="-")


def _bad_bands(name: str, bands) -> DataAcademyError:
    return DataAcademyError(
        "bad_bands",
        f"列「{name}」の区分 {bands!r} が正しくありません。幅は 1 以上の整数"
        "（一番上をまとめる境は、その何倍か）、区切りは小さい順に二つ以上です。",
        f"The bands {bands!r} of {name!r} are wrong.",
        fix='("band", 10)、("band", 10, 90)、("band", [0, 15, 65]) のように書きます。',
        fix_en='Write ("band", 10), ("band", 10, 90) or ("band", [0, 15, 65]).',
        column=name,
    )


def _unclear(name: str, rule) -> DataAcademyError:
    return DataAcademyError(
        "unclear_rule",
        f"列「{name}」の粗くする方法 {rule!r} が分かりません。",
        f"The rule {rule!r} of {name!r} is not clear.",
        fix="まとめ方の表（辞書）か、" + "、".join(f'("{key}", …)＝{words}' for key, words in RULES.items()),
        fix_en='A mapping, or e.g. ("band", 10), ("age", "2026-04-01", 10), ("month",), ("prefix", 5).',
        column=name,
    )
