"""How easily the people of a table are found again, and which column gives them away."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.arguments import check_names_once
from dataacademy.privacy.equivalence import check_k, joined, named, numbered, sizes

_LARGEST_KEY = 3  # more columns than that, few people know of another


def risk_report(data: pd.DataFrame, *, by: Sequence[str], k: int = 5) -> Analysis:
    """Risk of being found again by ``by``: the worst row, the average, and what each column adds.

    Table, one row a column left out (and 全部の列): ``left_out, alone, small, average_percent``: rows that are alone,
    rows in classes below ``k``, the average chance 1/size of finding the right person.  The column whose leaving out
    helps most comes first.  Value: the average chance with all columns, in per cent.  Figures: ``highest_percent,
    average_percent, alone, small, special`` (rows that are alone already by some of the columns: fewer than all, and
    three at most; with one column there are none).

    Prosecutor's risk: 1 ÷ size of the class, for somebody who knows that the person is in the table; special uniques
    by the smallest sets of columns as in SUDA (Elliot, Manning & Ford 2002).
    Errors: those of :func:`k_anonymity`.  Checked by counting by hand and against k_anonymity.
    When not to use: for a sample; there a row that is alone need not be alone in town (the risk is overstated).

    >>> import dataacademy as da
    >>> found = risk_report(da.load("residents").head(3000), by=["area_id", "birth_date", "sex"])
    >>> found.table["left_out"].iloc[0]
    'birth_date'
    """
    columns = named(data, by)
    check_names_once(data)
    check_k(k, len(data))
    codes = {c: numbered(data[c]) for c in columns}

    def risk(chosen: Sequence[str]) -> dict:
        size = sizes([codes[c] for c in chosen], len(data), "own", None) if chosen else np.full(len(data), len(data))
        return {
            "alone": int((size == 1).sum()),
            "small": int((size < k).sum()),
            "average_percent": float(100 * (1 / size).mean()),
        }

    everything = risk(columns)
    without = [{"left_out": c, **risk([d for d in columns if d != c])} for c in columns]
    table = pd.DataFrame(without).sort_values(["average_percent", "alone"], kind="stable")
    table = pd.concat([table, pd.DataFrame([{"left_out": "（全部の列）", **everything}])], ignore_index=True)
    special = np.zeros(len(data), dtype=bool)
    for width in range(1, min(_LARGEST_KEY, len(columns) - 1) + 1):
        for chosen in combinations(columns, width):
            special |= sizes([codes[c] for c in chosen], len(data), "own", None) == 1
    size = sizes(list(codes.values()), len(data), "own", None)
    highest = 100 / int(size.min())
    return Analysis(
        table,
        everything["average_percent"],
        f"{joined(columns)}を知っている人がこの表を見ると、平均 {everything['average_percent']:.1f}％の確からしさで"
        f"だれの行か当てられます（いちばん当てられやすい行は {highest:.0f}％）。"
        f"いちばん効くのは「{table['left_out'].iloc[0]}」を粗くすることです。"
        + (
            f"自分しかいない行 {everything['alone']:,} 行のうち {special.sum():,} 行は、一部の列だけで分かります。"
            if len(columns) > 1
            else ""
        ),
        f"Knowing {', '.join(columns)}, one finds the right row with a chance of {everything['average_percent']:.1f} % "
        f"on average (at most {highest:.0f} %); coarsen {table['left_out'].iloc[0]!r} first.",
        used={"行": len(data)},
        figures={"highest_percent": highest, **everything, "special": int(special.sum())},
        assumptions=(
            "その人が表に入っていることを知っている相手を考えています。",
            "表の行は、その列を外したときの数です。外した分だけ減るとはかぎらないので、足し合わせられません。",
        ),
    )
