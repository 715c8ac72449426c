"""A published table seen with a reader's eyes: what can be computed of the cells that were hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.arguments import check_whole
from dataacademy.errors import DataAcademyError
from dataacademy.privacy.attack import bounds
from dataacademy.privacy.grid import Grid, axes_of, check_sums, columns_of, counts, placed


def audit_table(
    data: pd.DataFrame,
    *,
    by: Sequence[str],
    count: str,
    lower: int = 0,
    upper: int | None = None,
    hierarchies: Mapping[str, Mapping] | None = None,
) -> Analysis:
    """What can anybody compute of the hidden (blank) counts of a table that is published, or about to be?

    data, by, count
        A row a cell; blank counts are hidden.  Rows whose classification is blank or says 計, 合計, 総計, 総数 or total
        are totals.  Totals and cells without a row are unknown to the reader.
    lower, upper
        What the reader knows of hidden inner cells besides: 「10人未満は伏せた」 means ``upper=9``, and 1 or more if
        zeros are shown.
    hierarchies
        Groups in the table: ``{"町": {"本町": "旧市街", "浜町": "沿岸"}}``.

    Table, one row a hidden cell, in the order of ``data``: the columns of ``by``, ``lower, upper`` (inf: no limit),
    ``known`` (both are the same).  Value: the number of hidden cells that are known.
    Figures: ``hidden, known, narrowest`` (the smallest upper − lower).

    Two linear programmes a cell: the smallest and the largest count that agrees with everything published, rounded
    inwards to whole numbers (Fischetti & Salazar-González 2001).  In tables of three or more classifications whole
    numbers can be bounded a little tighter still.
    Errors: nothing_hidden, totals_do_not_add_up, impossible_table, bounds_crossed, not_whole_between, and those of
    :func:`suppress_table` about columns and counts.
    Checked against the truth ``total_minus_parts`` and linear programmes written apart from these.
    When not to use: as a proof for a table whose people also stand in another published table; join both first.

    >>> import dataacademy as da
    >>> found = audit_table(da.load("published_counts"), by=["quarter", "age_group"], count="count")
    >>> found.value, found.table["upper"].tolist()
    (6, [7.0, 4.0, 8.0, 8.0, 6.0, 1.0])
    """
    columns = columns_of(data, by, count)
    check_whole("伏せたマスの下限（lower）", lower, 0, en="lower")
    if upper is not None:
        check_whole("伏せたマスの上限（upper）", upper, 0, en="upper")
    if upper is not None and upper < lower:
        raise DataAcademyError(
            "bounds_crossed",
            f"伏せたマスの範囲が lower={lower}、upper={upper} になっています。",
            f"lower={lower} and upper={upper} leave nothing.",
            fix="lower は 0 以上、upper は lower 以上にしてください（10 人未満を伏せたのなら upper=9）。",
            fix_en="lower must be 0 or more, upper at least lower.",
        )
    grid = Grid.of(axes_of(data, columns, hierarchies))
    cell, given = placed(data, grid), counts(data, count, blank=True)
    hidden = cell[np.isnan(given)]
    if not len(hidden):
        raise DataAcademyError(
            "nothing_hidden",
            f"列「{count}」に空欄がないので、伏せたマスがありません。",
            f"Column {count!r} has no blank: nothing is hidden.",
            fix="伏せたマスは空欄にして渡します。X などの文字は da.tables.to_number で空欄になります。",
            fix_en="Hidden cells must be blank.",
        )
    published = np.full(len(grid), np.nan)
    published[cell] = given
    check_sums(grid, published, grid.sums @ published[grid.inner])
    high = None
    if upper is not None:
        high = np.full(len(grid), np.inf)
        high[np.intersect1d(hidden, grid.inner)] = upper
    low, top = bounds(grid.sums, published, hidden, low=lower, high=high)
    table = grid.labels().iloc[hidden].reset_index(drop=True).assign(lower=low, upper=top, known=low == top)
    known, narrowest = int(table["known"].sum()), float((top - low).min())
    tightest = table.iloc[int((top - low).argmin())]
    name = "・".join(str(v) for v in tightest[columns])
    said = (
        f"伏せた {len(hidden):,} マスのうち {known:,} マスは、引き算などで人数が一つに決まります。"
        if known
        else f"伏せた {len(hidden):,} マスのうち、人数が一つに決まるマスはありません。いちばん絞れるのは「{name}」で、"
        f"{tightest['lower']:,.0f}〜{_top(tightest['upper'])} 人です。"
    )
    return Analysis(
        table,
        known,
        said,
        f"{known} of the {len(hidden)} hidden cells can be computed exactly; the narrowest range is "
        f"{tightest['lower']:,.0f} to {tightest['upper']:,.0f}.",
        used={"公表したマス": int((~np.isnan(published)).sum()), "伏せたマス": len(hidden)},
        figures={"hidden": len(hidden), "known": known, "narrowest": narrowest},
        assumptions=("読む人は、この表のほかに何も知らないとみています。",),
    )


def _top(upper: float) -> str:
    return f"{upper:,.0f}" if np.isfinite(upper) else "上限なし"
