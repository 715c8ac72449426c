"""How far a few rows hold most of the total."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.errors import DataAcademyError
from dataacademy.inputs import check_between, prepare
from dataacademy.labels import label_of


def concentration(
    data: pd.DataFrame, *, value: str, by: str | None = None, top: float = 20, row: str = "行"
) -> Analysis:
    """How much of the sum of ``value`` lies in the ``top`` percent of rows that have most of it.

    value
        Amounts that can be added up (persons, cases, yen), none below zero; not shares, not means.
    by
        A column that names the rows; it comes along in the table.
    top
        Percent of the rows, rounded down to whole rows, at least one.
    row
        What one row is, for the sentence: ``地区``.

    Table, one row a row of ``data``, largest first: ``by, value, rank, of_total_percent, cumulative_percent`` (of the
    sum).  Value: the percentage of the sum in the top rows; were it evenly spread, it would be ``even_percent``.
    Figures: ``top_rows, rows, even_percent, total, gini`` with the Gini coefficient
    G = Σ (2i − n − 1) xᵢ / (n Σ xᵢ), x ascending (0: even; (n − 1)/n: all in one row; Gini 1912).
    Rows that are equal across the cut make no difference to the value.

    Errors: ``negative_amounts``, ``nothing_to_share``, ``out_of_range``, those of :func:`~dataacademy.inputs.prepare`.
    Checked against Gini's definition by all pairs, Σᵢⱼ|xᵢ − xⱼ| / (2 n Σ x), and by hand.
    When not to use: to say why; and not for rows of very different size without looking at the rate too: the largest
    area has most of everything.

    >>> import dataacademy as da
    >>> found = concentration(da.load("areas"), value="population", by="name", row="地区")
    >>> found.figures["even_percent"] < found.value < 100, len(found.table) == found.figures["rows"]
    (True, True)
    """
    check_between("上位の割合", top, 0, 100, en="The top percentage")
    rows = prepare(data, numbers=[value], categories=[by] if by else [], max_levels=len(data))
    table = rows.frame.sort_values(value, ascending=False, kind="stable", ignore_index=True)
    amounts = table[value].to_numpy()
    if amounts.min() < 0:
        raise DataAcademyError(
            "negative_amounts",
            f"列「{label_of(value)}」に 0 より小さい数があるので、割合を積み上げられません。",
            f"Column {value!r} has negative numbers.",
            fix="人数・件数・金額のような、足し合わせられる数の列を選んでください。",
            fix_en="Choose a column of amounts that add up.",
            column=value,
        )
    n, total = len(amounts), float(amounts.sum())
    if total == 0:
        raise DataAcademyError(
            "nothing_to_share",
            f"列「{label_of(value)}」の合計が 0 なので、集まりぐあいを計算できません。",
            f"Column {value!r} sums to zero.",
            fix="数え方（距離や条件）がきびしすぎないか、確かめてください。",
            fix_en="Is the condition by which they were counted too strict?",
            column=value,
        )
    most = max(1, int(np.floor(n * top / 100 + 1e-9)))
    table["rank"] = np.arange(1, n + 1)
    table["of_total_percent"] = 100 * amounts / total
    table["cumulative_percent"] = 100 * amounts.cumsum() / total
    share, even = float(table["cumulative_percent"].iloc[most - 1]), 100 * most / n
    figures = {
        "top_rows": most,
        "rows": n,
        "even_percent": even,
        "total": total,
        "gini": float(((2 * np.arange(n, 0, -1) - n - 1) * amounts).sum() / (n * total)),
    }
    return Analysis(
        table[[*([by] if by else []), value, "rank", "of_total_percent", "cumulative_percent"]],
        share,
        f"「{label_of(value)}」の合計の {share:.1f} % が、多いほうの {most:,}{row}"
        f"（{n:,}{row}の {even:.0f} %）に入っています。どの{row}も同じなら {even:.0f} % です。",
        f"The {most:,} of {n:,} rows with most {value} hold {share:.1f} % of its sum (evenly spread: {even:.0f} %).",
        used=rows.used,
        left_out=rows.left_out,
        figures=figures,
        assumptions=(
            f"多い順に並べて数えています。大きい{row}ほど、どんな数も多くなります。割合もあわせて見てください。",
        ),
    )
