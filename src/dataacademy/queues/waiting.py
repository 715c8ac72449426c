"""How long people wait: the middle, the unlucky tenth, the longest; never the mean alone."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real

import numpy as np
import pandas as pd

from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.finding import Finding
from dataacademy.inputs import check_table, levels
from dataacademy.queues.minutes import minutes


def waiting(log: pd.DataFrame, *, by: str | None = None, over: Sequence[float] = (15, 30)) -> Finding:
    """How long visitors wait until they are called, for all or ``by`` a column of the log (or ``"month"``).

    ``log`` as in :func:`minutes`, which also says what is left out.  ``over``: minutes; how many wait longer?

    Table, one row a group: the group (column named as ``by``), ``n``, ``mean, median, p90, longest`` in minutes,
    ``over_15_percent, over_30_percent``, ….  ``p90``: nine in ten were called within these minutes (Hyndman–Fan
    type 7).  Value: ``p90``; of several groups the highest minus the lowest.
    Errors: those of :func:`minutes` and :func:`dataacademy.inputs.levels`, ``bad_over``.
    When not to use: to say that something worked; visitors of two times differ (use ``da.effect.did``).

    >>> import dataacademy as da
    >>> found = waiting(da.load("counter_log"), by="office")
    >>> found.table.columns.tolist()
    ['office', 'n', 'mean', 'median', 'p90', 'longest', 'over_15_percent', 'over_30_percent']
    >>> bool((found.table["mean"] > found.table["median"]).all())  # a few wait very long
    True
    """
    over = _limits(over)
    found = minutes(log)
    table, left_out = found.table, list(found.left_out)
    if by:
        table, gone = grouped(table, by)
        left_out += gone
    parts = [(name, table[table[by] == name]) for name in levels(table[by], by, least=1)] if by else [(None, table)]
    rows = pd.DataFrame([({by: name} if by else {}) | _row(part["wait_minutes"], over) for name, part in parts])
    if len(rows) == 1:
        only = rows.iloc[0]
        value = float(only["p90"])
        late = "、".join(f"{_written(m)}分より長く待った人は {only[_name(m)]:.1f}%" for m in over)
        ja = (
            f"待ち時間の中央値は {only['median']:,.1f} 分、10人に9人は {value:,.1f} 分までに呼ばれました"
            f"（{len(table):,} 件）。" + (f"{late}です。" if late else "")
        )
        en = f"Median wait {only['median']:,.1f} min, 90th percentile {value:,.1f} min (n = {len(table):,})."
    else:
        low, high = rows.loc[rows["p90"].idxmin()], rows.loc[rows["p90"].idxmax()]
        value = float(high["p90"] - low["p90"])
        ja = (
            f"10人に9人が呼ばれるまでの時間は、「{high[by]}」が最も長く {high['p90']:,.1f} 分、"
            f"「{low[by]}」が最も短く {low['p90']:,.1f} 分です（{len(table):,} 件）。"
        )
        en = f"90th percentile of waits: longest {high['p90']:,.1f} min ({high[by]}), " + (
            f"shortest {low['p90']:,.1f} min ({low[by]})."
        )
    return Finding(rows, value, ja, en, used={"件": len(table)}, left_out=tuple(left_out))


def grouped(table: pd.DataFrame, by: str) -> tuple[pd.DataFrame, list[str]]:
    """The rows in which ``by`` is filled, and how many are not."""
    check_columns(table, [by], table="受付の記録")
    empty = table[by].isna()
    kept = table[~empty]
    if kept.empty:
        check_table(kept)
    return kept, [f"列「{by}」が空欄の {empty.sum():,} 件"] if empty.any() else []


def _row(wait: pd.Series, over: Sequence[float]) -> dict:
    values = wait.to_numpy(float)
    return {
        "n": len(values),
        "mean": float(values.mean()),
        "median": float(np.median(values)),
        "p90": float(np.quantile(values, 0.9)),
        "longest": float(values.max()),
    } | {_name(m): 100 * float((values > m).mean()) for m in over}


def _name(minutes: float) -> str:
    return f"over_{_written(minutes)}_percent"


def _written(minutes: float) -> str:
    return f"{minutes:g}"


def _limits(over) -> list[float]:
    limits = [over] if isinstance(over, Real) else list(over) if isinstance(over, (tuple, list)) else [None]
    if not all(isinstance(m, Real) and not isinstance(m, bool) and 0 <= m < np.inf for m in limits):
        raise DataAcademyError(
            "bad_over",
            f"何分より長く待ったか（over）は、0 以上の分を並べてください。渡されたのは「{over}」です。",
            f"over must be minutes of at least 0, not {over!r}.",
            fix="たとえば over=(15, 30) と書きます。",
            fix_en="For example over=(15, 30).",
        )
    return limits
