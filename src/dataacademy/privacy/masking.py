"""Masking a table row by row: as few cells blanked as it takes, or ranges as narrow as it takes, for k look-alikes."""

from __future__ import annotations

import numbers
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.arguments import check_names_once
from dataacademy.errors import DataAcademyError, check_choice, check_columns
from dataacademy.inputs import floats
from dataacademy.privacy.coarsen import plain_number
from dataacademy.privacy.equivalence import check_apart, check_k, classes, joined, named, numbered

_ROWS_ARE_PEOPLE = "一行を一人と数えています。一人が何行もある表では、先に一人一行にしてください。"


def local_suppression(
    data: pd.DataFrame, *, by: Sequence[str], k: int = 5, importance: Mapping[str, float] | None = None
) -> Analysis:
    """A copy in which some cells are blank, so that every row shares all of ``by`` with at least k − 1 others.

    by, k
        Quasi-identifiers, and how many rows must look alike.  A blank is like another blank only.
    importance
        What a blank costs, column by column: ``{"age": 3}`` blanks age only where that saves more than three blanks
        elsewhere.  1 for columns that are not named.

    The smallest class joins, again and again, the class (or as many rows of it as are needed) with which the blanks
    cost least.  A heuristic (the exact problem is NP-hard: Meyerson & Williams 2004).  Every step compares one class
    with all others: seconds for twenty thousand classes.  Table: the copy.  Value: blanked cells.  Figures: ``cells,
    rows, cells_percent, k``.
    Errors: those of :func:`k_anonymity`; ``bad_importance``.
    Checked against all possible ways on small tables, by :func:`k_anonymity` of the result.
    When not to use: for many rows; coarsen the columns first (:func:`generalize`), blank the few that are left.

    >>> import dataacademy as da
    >>> found = local_suppression(da.load("checkups"), by=["age", "sex", "office"])
    >>> da.privacy.k_anonymity(found.table, by=["age", "sex", "office"]).value >= 5
    True
    """
    columns = _columns(data, by)
    check_k(k, len(data))
    costs = _costs(columns, importance)
    codes = np.column_stack([numbered(data[c]).of for c in columns]).astype(np.int64)
    shown = _blanked(codes, k, costs)
    hidden = (shown == 0) & (codes != 0)
    made = data.copy()
    for i, column in enumerate(columns):
        if hidden[:, i].any():
            whole = data[column].dtype.kind in "iu"  # stay whole numbers beside empty cells
            made[column] = (data[column].astype("Int64") if whole else data[column]).mask(hidden[:, i])
    cells, rows = int(hidden.sum()), int(hidden.any(axis=1).sum())
    share = 100 * cells / hidden.size
    smallest = int(np.unique(shown, axis=0, return_counts=True)[1].min())
    each = "、".join(f"「{c}」{n:,}" for c, n in zip(columns, hidden.sum(axis=0), strict=True))
    return Analysis(
        made,
        cells,
        f"{joined(columns)}の {cells:,} マス（{rows:,} 行、全体の {share:.1f}％）を空欄にして、"
        f"どの行も同じ組に {smallest} 行以上あるようにしました（列ごとの空欄は {each}）。",
        f"{cells:,} cells in {rows:,} rows ({share:.1f} %) are blank now; every class has at least {smallest} rows.",
        used={"行": len(data)},
        figures={"cells": cells, "rows": rows, "cells_percent": share, "k": smallest},
        assumptions=(
            "空欄が一部の人にかたよると、集計がゆがみます。空欄にした数を、表と一緒に示してください。",
            _ROWS_ARE_PEOPLE,
        ),
    )


def _columns(data: pd.DataFrame, by) -> list[str]:
    columns = named(data, by)
    check_names_once(data)
    return columns


def _costs(columns: list[str], importance) -> np.ndarray:
    """What a blank costs in each of the columns."""
    given = {} if importance is None else importance
    if not isinstance(given, Mapping) or not all(
        isinstance(v, numbers.Real) and not isinstance(v, bool) and 0 < v < np.inf for v in given.values()
    ):
        raise DataAcademyError(
            "bad_importance",
            f"列の大切さ（importance）は、列の名前と 0 より大きい数の組で書きます。渡されたのは {importance!r} です。",
            f"importance must be a dict from column to a number above 0, not {importance!r}.",
            fix='importance={"年齢": 3} のように書きます（書かない列は 1）。',
            fix_en='For example importance={"age": 3}; other columns count 1.',
        )
    for column in given:
        check_choice("importance の列", column, columns, en="Column of importance")
    return np.array([float(given.get(c, 1)) for c in columns])


def _blanked(codes: np.ndarray, k: int, costs: np.ndarray) -> np.ndarray:
    """Codes with 0 where a cell is blanked: the smallest class joins the one with which that costs least.

    Only classes are kept: a pattern each, and the rows that have it.  The place of a class that is gone is empty.
    """
    patterns, of, count = np.unique(codes, axis=0, return_inverse=True, return_counts=True)
    rows = np.split(np.argsort(of.reshape(-1), kind="stable"), np.cumsum(count)[:-1])
    gone = np.iinfo(np.int64).max  # the count of an empty place
    place = {tuple(p): i for i, p in enumerate(patterns.tolist())}
    while count.min() < k:
        mine = int(count.argmin())
        needed = np.minimum(k - count[mine], count)
        needed = np.where(count - needed >= k, needed, count)  # what is left behind must be enough as well
        blanks_mine, blanks_theirs = np.zeros(len(count)), np.zeros(len(count))
        for c, value in enumerate(patterns[mine]):
            differ = patterns[:, c] != value
            blanks_theirs += costs[c] * (differ & (patterns[:, c] != 0))
            if value:
                blanks_mine += costs[c] * differ
        cost = count[mine] * blanks_mine + np.where(count == gone, np.inf, needed * blanks_theirs)
        cost[mine] = np.inf
        ties = np.flatnonzero(cost == cost.min())
        other = int(ties[0])  # of those that cost the same, one that needs help as well
        if (count[ties] < k).any():
            other = int(ties[count[ties] < k][0])
        common = np.where(patterns[other] == patterns[mine], patterns[mine], 0)
        moved = rows[mine]
        if (common != patterns[other]).any():
            moved = np.concatenate([moved, rows[other][: needed[other]]])
            rows[other] = rows[other][needed[other] :]
            count[other] = len(rows[other])
            if not count[other]:
                del place[tuple(patterns[other].tolist())]
                count[other] = gone
        del place[tuple(patterns[mine].tolist())]
        target = place.setdefault(tuple(common.tolist()), mine)
        patterns[target] = common
        rows[target] = moved if target == mine else np.concatenate([rows[target], moved])
        count[mine] = gone
        count[target] = len(rows[target])
        empty = count == gone
        if 2 * empty.sum() > len(count):
            rows = [r for r, out in zip(rows, empty, strict=True) if not out]
            patterns, count = patterns[~empty], count[~empty]
            place = {tuple(p): i for i, p in enumerate(patterns.tolist())}
    shown = np.empty_like(codes)
    for i in np.flatnonzero(count != gone):
        shown[rows[i]] = patterns[i]
    return shown


def mondrian(
    data: pd.DataFrame,
    *,
    by: Sequence[str],
    k: int,
    sensitive: str | None = None,
    l: int = 1,  # noqa: E741
) -> Analysis:
    """A copy in which ``by`` holds ranges, as narrow as k look-alikes (and l different sensitive values) allow.

    Halves the people again and again at the median of the column that is widest, until no cut leaves k on both sides
    (LeFevre, DeWitt & Ramakrishnan 2006, strict).  Numbers and dates become 20〜34, other values lists joined by ・.
    Table: the copy.  Value: number of classes.  Figures: ``classes, k, loss_percent`` (normalised certainty penalty:
    0 as before, 100 everything in one range).  Errors: those of
    :func:`k_anonymity`; ``missing_cells``, ``bad_l``, ``no_sensitive``, ``sensitive_in_by``, ``too_few_values``.
    Checked by :func:`k_anonymity` and :func:`l_diversity` of the result, and against classes worked out by hand.
    When not to use: for tables that people must read by fixed age bands; use :func:`generalize`.

    >>> import dataacademy as da
    >>> found = mondrian(da.load("checkups").head(500), by=["age", "sex"], k=10)
    >>> da.privacy.k_anonymity(found.table, by=["age", "sex"], k=10).value >= 10
    True
    """
    columns = _columns(data, by)
    check_columns(data, [sensitive] if sensitive else [], table="渡した表")
    check_k(k, len(data))
    _check_varied(data, columns, sensitive, l)
    missing = int(data[[*columns, *([sensitive] if sensitive else [])]].isna().any(axis=1).sum())
    if missing:
        raise DataAcademyError(
            "missing_cells",
            f"使う列に空欄のある行が {missing} 行あります。空欄は範囲にも、一つの値にもできません。",
            f"{missing} rows have empty cells in the columns that are used.",
            fix="空欄の行を先に除き、何行除いたか書き残してください（表.dropna(subset=[…])）。",
            fix_en="Leave those rows out first and say so.",
        )
    numeric = [pd.api.types.is_numeric_dtype(data[c]) and not pd.api.types.is_bool_dtype(data[c]) for c in columns]
    ranks = np.column_stack(
        [
            floats(data[c], c) if is_number else pd.factorize(data[c], sort=True)[0].astype(float)
            for c, is_number in zip(columns, numeric, strict=True)
        ]
    )
    kept = pd.factorize(data[sensitive])[0] if sensitive else np.zeros(len(data), dtype=int)
    spans = np.ptp(ranks, axis=0)
    parts, todo = [], [np.arange(len(data))]
    while todo:
        rows = todo.pop()
        halves = _cut(ranks, kept, rows, spans, k, l)
        parts.append(rows) if halves is None else todo.extend(halves)
    texts = {c: np.empty(len(data), dtype=object) for c in columns}
    loss = 0.0
    for rows in parts:
        for i, column in enumerate(columns):
            values = data[column].iloc[rows]
            texts[column][rows] = _range(values) if numeric[i] or _is_date(values) else _listed(values)
            loss += len(rows) * np.ptp(ranks[rows, i]) / spans[i] if spans[i] else 0.0
    made = data.assign(**{c: pd.Series(t, index=data.index, dtype="str") for c, t in texts.items()})
    loss_percent = 100 * loss / (len(data) * len(columns))
    smallest = int(classes([numbered(made[c]) for c in columns], len(made)).rows.min())
    return Analysis(
        made,
        len(parts),
        f"{joined(columns)}を {len(parts):,} 組の範囲に分け、どの組も {smallest} 行以上にしました"
        f"（失った細かさは {loss_percent:.0f}％）。",
        f"{len(parts):,} classes of at least {smallest} rows; {loss_percent:.0f} % of the detail is lost.",
        used={"行": len(data)},
        figures={"classes": len(parts), "k": smallest, "loss_percent": float(loss_percent)},
        assumptions=("範囲は人ごとにちがうので、足し合わせる集計には向きません。", _ROWS_ARE_PEOPLE),
    )


def _check_varied(data: pd.DataFrame, columns: list[str], sensitive: str | None, least) -> None:
    """Raise where l different sensitive values cannot be had, or it is not clear of which column."""
    if isinstance(least, bool) or not isinstance(least, int | np.integer) or least < 1:
        raise DataAcademyError(
            "bad_l",
            f"値の種類の数 l が {least!r} です。1 以上の整数にしてください。",
            f"l must be a whole number from 1, not {least!r}.",
            fix="l=2 なら、どの組にも二種類以上の値が残ります。",
            fix_en="With l=2 every class keeps two different values.",
        )
    if sensitive is None:
        if least > 1:
            raise DataAcademyError(
                "no_sensitive",
                f"l={least} としましたが、どの列の値の種類かが指定されていません。",
                f"l={least} was asked for, but of which column?",
                fix='sensitive="列の名前" を足してください。',
                fix_en="Name the column with sensitive=.",
            )
        return
    check_apart(sensitive, columns)
    if data[sensitive].nunique() < least:
        raise DataAcademyError(
            "too_few_values",
            f"列「{sensitive}」の値は {data[sensitive].nunique()} 種類で、どの組にも {least} 種類は残せません。",
            f"{sensitive!r} has {data[sensitive].nunique()} values; {least} in every class is impossible.",
            fix="l を小さくしてください。",
            fix_en="Use a smaller l.",
        )


def _cut(ranks, kept, rows, spans, k: int, least: int):
    """Two halves that are both large and varied enough, at the median of the widest column; None if there are none."""
    if len(rows) < 2 * k:
        return None
    width = np.ptp(ranks[rows], axis=0) / np.where(spans == 0, 1, spans)
    for i in np.argsort(-width, kind="stable"):
        if width[i] == 0:
            return None
        values = ranks[rows, i]
        low = values <= np.median(values)
        if low.all():
            low = values < np.median(values)
        halves = rows[low], rows[~low]
        if all(len(h) >= k and len(np.unique(kept[h])) >= least for h in halves):
            return halves
    return None


def _is_date(values: pd.Series) -> bool:
    return pd.api.types.is_datetime64_any_dtype(values)


def _listed(values: pd.Series) -> str:
    return "・".join(sorted(map(str, values.unique())))


def _range(values: pd.Series) -> str:
    low, high = (f"{v:%Y-%m-%d}" if _is_date(values) else plain_number(v) for v in (values.min(), values.max()))
    return low if low == high else f"{low}〜{high}"
