"""Counts for handing out: small cells hidden, and others with them, so that nothing can be worked out from totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.errors import DataAcademyError, check_choice
from dataacademy.inputs import prepare
from dataacademy.privacy.attack import Deviations, Target, bounds
from dataacademy.privacy.grid import Grid, axes_of, check_sums, columns_of, counts, placed
from dataacademy.privacy.pattern import Pattern, Search

MARK = "X"
SMALL, EXTRA = "少ない", "計算よけ"
ZEROS = ("show", "hide")


@dataclass(frozen=True)
class Suppression(Analysis):
    """A table with hidden cells.  ``.table`` is for the office; ``.published`` is the copy to hand out."""

    published: Any = None


def suppress_table(
    data: pd.DataFrame,
    *,
    by: Sequence[str],
    count: str | None = None,
    minimum: int = 10,
    zeros: str = "show",
    keep_totals: bool = True,
    hierarchies: Mapping[str, Mapping] | None = None,
) -> Suppression:
    """Hide counts below ``minimum``, and as few others as it takes that no hidden one can be computed from totals.

    data, by, count
        A row a cell with its count; or, without ``count``, a row a person.  ``by``: one to four classifications.
        Rows whose classification is blank or says 計, 合計, 総計, 総数 or total are totals; they are checked, and those
        that are missing are computed.  Combinations without a row are counted as 0.
    zeros
        ``"show"``: 0 is published (and so everybody knows that hidden cells are at least 1).  ``"hide"``: 0 is small.
    keep_totals
        Totals of ``minimum`` or more stay, unless small cells cannot be protected otherwise; then the result says so.
        False: a total may be hidden like any other cell, where that makes fewer hidden cells altogether.
    hierarchies
        Groups that are published too: ``{"町": {"本町": "旧市街", "浜町": "沿岸"}}``.

    Table, one row a cell, totals included: the columns of ``by``, ``count`` (blank where hidden), ``mark`` (X),
    ``reason`` (少ない, or 計算よけ: hidden for the others' sake), ``lower, upper`` (what anybody can compute of
    it; inf: no limit).  ``.published``: the same without reason and bounds.  Value: the number of hidden cells.
    Figures: ``small, extra, hidden_percent, at_least`` (no pattern with fewer cells protects), ``exact`` (this one is
    known to be a smallest).

    A small cell with a persons is protected if the counts that agree with everything published run from 1 (``"hide"``:
    0; a total: the number of its cells that are not 0) to ``minimum`` or more: nobody can tell whether it is small.
    That is the cell suppression problem with protection levels a − 1 and ``minimum`` − a (Fischetti & Salazar-González
    2001; Hundepool et al. 2012, ch. 4); two linear programmes for every hidden cell prove the result.  The pattern is
    sought exactly (integer programming) as far as a limited effort goes, then by a heuristic: seconds for two
    classifications of 20 × 10, up to a minute for four of 5 × 5 × 4 × 2.
    Instead of hiding, all cells and totals can be rounded (controlled rounding); that is not done here.
    Errors: totals_do_not_add_up, negative_count, not_whole, blank_count, cell_twice, minimum_too_small, one_cell,
    name_taken, duplicate_columns, not_hierarchies,
    table_too_large, too_many_columns, count_is_category, not_in_hierarchy, circular_hierarchy, no_categories,
    no_quasi_identifiers, unknown_column, unknown_choice, not_a_table, no_rows.
    Checked against an integer programme with a whole attacker's table for every target (the optimum), and linear
    programmes written apart from these, on 300 random tables; the truth ``total_minus_parts``.
    When not to use: if the same people are published by other classifications as well (each table is protected by
    itself; two of them can be subtracted from each other), or for amounts of money, where one firm may be most of a
    cell.  Dominance ((n, k) and p % rules) needs what every firm contributes, intervals in yen instead of whole
    numbers of people, and totals tested too; use sdcTable or τ-ARGUS, or publish no amounts of cells with few firms.

    >>> import dataacademy as da
    >>> people = da.load("residents").merge(da.load("areas")[["area_id", "quarter"]], on="area_id")
    >>> people["decade"] = (2026 - people["birth_date"].str[:4].astype(int)) // 10 * 10
    >>> found = suppress_table(people, by=["quarter", "decade"], minimum=30)
    >>> hidden = found.table[found.table["mark"] == "X"]
    >>> bool((hidden["upper"] >= 30).all()), found.figures["exact"], list(found.published.columns)
    (True, True, ['quarter', 'decade', 'count', 'mark'])
    """
    check_choice("0 の扱い zeros", zeros, ZEROS, en="zeros")
    columns = columns_of(data, by, count)
    _check_minimum(minimum)
    grid, values, left_out = _complete(data, columns, count, hierarchies)
    floor = 1 if zeros == "show" else 0
    if values[grid.inner].size == 1:
        raise DataAcademyError(
            "one_cell",
            "区分が一つだけの表なので、伏せても計から分かります。",
            "The table has one cell; its total tells it.",
            fix="区分が二つ以上ある列を by に指定してください。",
            fix_en="Name a column with at least two categories.",
        )
    small = (values < minimum) & (values >= floor)
    pattern, kept = _pattern(grid, values, small, minimum, floor, keep_totals)
    hidden = np.flatnonzero(pattern.hidden)
    published = np.where(pattern.hidden, np.nan, values)
    lower, upper = np.full(len(grid), np.nan), np.full(len(grid), np.nan)
    lower[hidden], upper[hidden] = bounds(grid.sums, published, hidden, low=floor)
    least = floor * (grid.sums @ (values[grid.inner] > 0))  # a total is at least its cells that are not 0
    _prove(grid, small & ~((lower <= least) & (upper >= minimum)))
    table = grid.labels()
    table["count"] = pd.array(np.where(pattern.hidden, None, values), dtype="Int64")
    table["mark"] = np.where(pattern.hidden, MARK, "")
    table["reason"] = np.where(small, SMALL, np.where(pattern.hidden, EXTRA, ""))
    copy = table[[*columns, "count", "mark"]].copy()
    table["lower"], table["upper"] = lower, upper
    return _words(grid, values, small, pattern, kept, table, copy, minimum, floor, left_out)


def _check_minimum(minimum) -> None:
    if isinstance(minimum, bool) or not isinstance(minimum, (int, np.integer)) or minimum < 2:
        raise DataAcademyError(
            "minimum_too_small",
            f"minimum（これより少ない人数を伏せる）は 2 以上の整数にしてください。渡されたのは「{minimum}」です。",
            f"minimum must be a whole number of at least 2, not {minimum!r}.",
            fix="5 や 10 がよく使われます。minimum=10 なら、1〜9 人のマスを伏せます。",
            fix_en="5 or 10 are common; minimum=10 hides 1 to 9.",
        )


def _complete(data, columns, count, hierarchies) -> tuple[Grid, np.ndarray, tuple[str, ...]]:
    """The grid, the count of every cell, and what had to be filled in or left out."""
    if count is None:
        rows = prepare(data, categories=columns, max_levels=1_000)
        data = rows.frame.groupby(columns, observed=True, sort=False).size().rename("count").reset_index()
        count, notes = "count", list(rows.left_out)
    else:
        notes = []
    grid = Grid.of(axes_of(data, columns, hierarchies))
    given = np.full(len(grid), np.nan)
    given[placed(data, grid)] = counts(data, count, blank=False)
    missing = int(np.isnan(given[grid.inner]).sum())
    if missing:
        notes.append(f"表に行のない組み合わせ {missing:,} マスは、0 人と数えました")
    values = np.asarray(grid.sums @ np.nan_to_num(given[grid.inner]))
    check_sums(grid, given, values)
    return grid, values, tuple(notes)


def _pattern(grid, values, small, minimum, floor, keep_totals) -> tuple[Pattern, bool]:
    """The cells to hide, and whether all totals that are not small could stay."""
    deviations = Deviations(grid.sums, values, grid.inner, floor)
    targets = [Target(c, 1, float(minimum - values[c])) for c in np.flatnonzero(small)]
    targets += [Target(c, -1, fall) for c in np.flatnonzero(small) if (fall := float(deviations.cell_room[c])) > 0]
    usable = values >= floor
    total = grid.is_total
    tie = np.empty(len(grid))
    tie[np.lexsort((values, total))] = np.arange(len(grid))
    cost = 1 + 0.4 * tie / len(grid) ** 2  # ties: rather inner cells than totals, rather small counts than large ones
    lines = grid.lines()
    for may in [usable & ~total] * keep_totals + [usable]:
        search = Search(deviations, small, may, targets, cost, lines)
        if may is usable or search.protects(search.may):
            break
    kept = not (search.may & total & ~small).any()
    return search.best(), kept


def _prove(grid, unprotected: np.ndarray) -> None:
    if unprotected.any():  # the search has proved the contrary: only rounding of enormous counts can bring this about
        raise DataAcademyError(
            "not_protected",
            f"「{grid.words(int(unprotected.argmax()))}」を守れたことを確かめられませんでした。",
            f"Could not prove that {grid.words(int(unprotected.argmax()))} is protected.",
            fix="区分をまとめて、けたの大きくちがう人数のない表にしてください。",
            fix_en="Join categories so that counts are of similar size.",
        )


def _words(grid, values, small, pattern, kept, table, copy, minimum, floor, left_out) -> Suppression:
    hidden = int(pattern.hidden.sum())
    first, extra = int(small.sum()), hidden - int(small.sum())
    inner = int(pattern.hidden[grid.inner].sum())
    totals = hidden - inner
    everything = bool(pattern.hidden[grid.inner][values[grid.inner] >= floor].all())
    if not hidden:
        said = f"{minimum} 人未満のマスはなく、伏せるマスはありません（{len(grid):,} マス、計を含む）。"
        said_en = f"No cell is below {minimum}; nothing is hidden ({len(grid)} cells with totals)."
    else:
        said = (
            f"{len(grid):,} マス（計を含む）のうち {hidden:,} マスを伏せました。{minimum} 人未満のマスが {first:,}、"
            f"引き算で分からないように一緒に伏せたマスが {extra:,} です。どの少ないマスも、公表した数からは "
            f"{floor}〜{minimum} 人のどれとも決められません"
            f"{'（少ない計は、0 でない内訳の数から上）' if floor and small[grid.is_total].any() else ''}。"
        )
        said_en = (
            f"Of {len(grid)} cells (with totals) {hidden} are hidden: {first} below {minimum}, {extra} so that these "
            f"cannot be subtracted out. From what is published a small cell may be anything from {floor} to {minimum}."
        )
    if everything and hidden:
        said += "0 人でない区分はすべて伏せることになりました。区分をまとめたほうが、役に立つ表になります。"
        said_en += " All cells that are not 0 are hidden: join categories instead."
    if totals:
        why = "少ない計" if kept else "計を残すと守れないので、計"
        said += f"伏せたうち {totals:,} マスは計です（{why}も伏せました）。"
        said_en += f" {totals} of them are totals."
    notes = [
        "読む人は、この表のほかに何も知らないとみています。同じ人たちの別の表を公表しているなら、引き算で分かることがあります。",
        '0 は公表しています。「だれもいない」と分かって困る表では zeros="hide" にします。'
        if floor
        else "0 も少ない数として伏せています。",
        "理由（reason）と範囲（lower、upper）は庁内用です。外には .published を出します。",
    ]
    if hidden and not pattern.exact:
        notes.append(f"もっと少ないマスですむかもしれません（少なくとも {pattern.at_least:,} マスは要ります）。")
    return Suppression(
        table,
        hidden,
        said,
        said_en,
        used={"マス": len(grid), "人": int(values[-1])},
        left_out=left_out,
        figures={
            "small": first,
            "extra": extra,
            "hidden_percent": 100 * hidden / len(grid),
            "at_least": int(pattern.at_least),
            "exact": bool(pattern.exact),
        },
        assumptions=tuple(notes),
        published=copy,
    )
