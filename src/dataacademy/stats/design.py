"""From columns to the numbers of a regression: categories against a base, yes/no as 1/0, and what cannot be fitted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dataacademy.errors import DataAcademyError, check_choice, check_columns
from dataacademy.inputs import check_table, levels, prepare


@dataclass(frozen=True)
class Design:
    """What a regression is fitted to.

    y, x, weights
        Arrays of n, n × k (first column 1) and n (mean 1).
    terms
        Variable and level (empty for numbers) of each column of ``x``.
    base
        The level that each category is compared with.
    event
        The value of y that counts as yes.
    extra
        Cluster numbers (or the order in time), one a row.
    """

    y: np.ndarray
    x: np.ndarray
    weights: np.ndarray
    terms: list[tuple[str, str]]
    base: dict
    event: object
    extra: np.ndarray | None
    used: dict
    left_out: tuple[str, ...]


def design(
    data,
    *,
    y: str,
    x: Sequence[str],
    kind: str,
    event,
    base: dict,
    weights: str | None,
    cluster: str | None,
    time: str | None,
) -> Design:
    """The Design of ``y`` on ``x``; rows in the order of ``time`` if given, ``extra`` numbers the clusters."""
    check_table(data)
    check_columns(data, [y, *x], table="渡した表")
    if not x or y in x:
        raise DataAcademyError(
            "same_column" if x else "no_columns",
            f"「{y}」を説明する列 x に「{y}」自身が入っています。" if x else "説明する列 x がありません。",
            f"{y!r} cannot explain itself." if x else "There is no column to explain with.",
            fix="x には y とちがう列を指定してください。",
            fix_en="Name other columns in x.",
        )
    check_columns(data, base, table="渡した表")
    numbers = [c for c in x if pd.api.types.is_numeric_dtype(data[c])]
    words = [c for c in x if c not in numbers]
    for column in base:
        check_choice("base の列", column, words, en="Column of base")

    extra = cluster or time
    outcome = {"numbers": [y, *numbers], "categories": words}
    if kind == "logit":
        outcome = {"numbers": numbers, "categories": [y, *words]}
    kept = data if extra is None else _with_extra(data, extra, sort=time is not None)
    rows = prepare(kept, **outcome, weights=weights)
    place = _complete(kept, [y, *x])
    frame = rows.frame
    terms, columns, bases = [("切片", "")], [np.ones(len(frame))], {}
    for column in x:
        if column in numbers:
            terms.append((column, ""))
            columns.append(frame[column].to_numpy())
            continue
        found = levels(frame[column], column)
        first = base.get(column, found[0])
        check_choice(f"列「{column}」の区分", first, found, en=f"Level of {column!r}")
        bases[column] = first
        for level in found:
            if level != first:
                terms.append((column, level))
                columns.append((frame[column] == level).to_numpy(dtype=float))
    outcome, yes = (frame[y].to_numpy(), None) if kind == "ols" else _yes_no(frame[y], y, event)
    matrix = np.column_stack(columns)
    _check_fit(outcome, matrix, terms, y)
    groups = None if extra is None else pd.factorize(kept[extra].to_numpy()[place])[0]
    if cluster and groups.max() == 0:
        raise DataAcademyError(
            "one_cluster",
            f"列「{extra}」の値が 1 種類だけなので、まとまりごとの標準誤差は求められません。",
            f"Column {extra!r} has a single value: no cluster errors.",
            fix="まとまりを示す列を確かめるか、cluster= を外してください。",
            fix_en="Check the column, or leave cluster= out.",
        )
    gone = len(data) - len(kept)
    left_out = rows.left_out + ((f"列「{extra}」が空欄の {gone:,} 行",) if gone else ())
    w = rows.weights / rows.weights.mean()
    return Design(outcome, matrix, w, terms, bases, yes, groups, rows.used, left_out)


def _complete(data: pd.DataFrame, columns: Sequence[str]) -> np.ndarray:
    return data[list(columns)].notna().all(axis=1).to_numpy()


def _with_extra(data: pd.DataFrame, extra: str, *, sort: bool) -> pd.DataFrame:
    check_columns(data, [extra], table="渡した表")
    kept = data[data[extra].notna()]
    if not sort:
        return kept
    if kept[extra].duplicated().any():
        raise DataAcademyError(
            "duplicate",
            f"列「{extra}」に同じ時点の行が二つ以上あります（たとえば「{kept[extra][kept[extra].duplicated()].iloc[0]}」）。",
            f"Column {extra!r} has the same time more than once.",
            fix='一時点一行にまとめるか、地区などのくり返しなら errors="cluster" を使ってください。',
            fix_en="Make it one row a time, or use errors='cluster' for repeated areas.",
        )
    return kept.sort_values(extra)


def _yes_no(values: pd.Series, y: str, event) -> tuple[np.ndarray, object]:
    found = levels(values, y)
    if len(found) != 2:
        raise DataAcademyError(
            "not_two_values",
            f"logit の y は二つの値だけです。列「{y}」には {len(found)} 種類あります。",
            f"The y of a logit must have two values; {y!r} has {len(found)}.",
            fix="「はい」と「いいえ」のように二つにまとめるか、数なら kind を ols にしてください。",
            fix_en="Put the values together into two, or use kind='ols' for numbers.",
        )
    yes = found[1] if event is None else event
    check_choice(f"列「{y}」の値", yes, found, en=f"Value of {y!r}")
    return (values == yes).to_numpy(dtype=float), yes


def _check_fit(outcome: np.ndarray, matrix: np.ndarray, terms: list, y: str) -> None:
    n, k = matrix.shape
    if n <= k:
        raise DataAcademyError(
            "too_few_rows",
            f"{n} 行しかないのに、求める係数が {k} 個あります。",
            f"{n} rows for {k} coefficients.",
            fix="説明する列を減らすか、区分をまとめてください。",
            fix_en="Use fewer columns, or join groups.",
        )
    if np.ptp(outcome) == 0:
        raise DataAcademyError(
            "no_spread",
            f"列「{y}」の値がすべて同じなので、説明することがありません。",
            f"{y!r} does not vary.",
            fix="列を確かめてください。",
            fix_en="Check the column.",
        )
    middle = matrix - matrix.mean(axis=0)
    spread = middle.std(axis=0)
    for j in range(1, k):
        variable, level = terms[j]
        what = f"「{variable}」" + (f"の「{level}」" if level else "")
        if spread[j] <= 1e-12 * max(1.0, abs(matrix[:, j]).max()):
            raise DataAcademyError(
                "no_spread",
                f"{what}の値がすべて同じなので、係数が決まりません。",
                f"{variable!r} does not vary.",
                fix="x から除いてください。",
                fix_en="Leave it out of x.",
            )
        if np.linalg.matrix_rank(middle[:, 1 : j + 1] / spread[1 : j + 1], tol=1e-8 * np.sqrt(n)) < j:
            raise DataAcademyError(
                "collinear",
                f"{what}は、ほかの説明する列から計算できてしまうので、係数が決まりません。",
                f"{variable!r} {level!r} can be computed from the other columns (collinear).",
                fix="合計とその内訳のように重なる列を、一つ除いてください。",
                fix_en="Leave out one of the columns that repeat each other (a total and its parts).",
            )
