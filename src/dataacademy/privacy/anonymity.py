"""k-anonymity: how many people share the same combination of what others may know of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.errors import check_choice
from dataacademy.inputs import weights_of
from dataacademy.privacy.equivalence import BLANKS, all_numbered, check_k, joined, named, remarks, sizes
from dataacademy.styling import plain

_EDGES = (1, 2, 3, 5, 10, 20, 50, 100)


@dataclass(frozen=True)
class Anonymity(Analysis):
    """k-anonymity; ``.sizes`` tells for every row of the data (same index) how many it hides among."""

    sizes: pd.Series = None


def k_anonymity(
    data: pd.DataFrame, *, by: Sequence[str], k: int = 5, blanks: str = "own", weights: str | None = None
) -> Anonymity:
    """How small is the smallest group of people whom the columns ``by`` cannot tell apart?

    by
        Quasi-identifiers: columns that a neighbour or another list may know (area, age, sex, …).
    k
        The size that is wanted; rows in smaller groups are counted.
    blanks
        ``"own"``: an empty cell is like another empty cell only (strict).  ``"any"``: it could be any value, so the row
        hides among all it may be (Ciriani et al. 2007; sdcMicro counts so).
    weights
        Column that says how many people a row stands for: counts, or the weights of a sample.  Sizes are then its sums
        (for a sample, an estimate of how many there are in the population).

    Table, one row a band of sizes: ``size_from, size_to, classes, rows, percent`` (of rows; with weights also
    ``people``, and the percentage is of people).  Figures: ``k, classes, alone, small, small_percent``: smallest size,
    number of combinations, rows with a size of 1 (with weights: below 2), rows below ``k`` and their share in %.
    Value: k.  ``.sizes``: the size of every row, to look at the rows themselves: ``data[found.sizes < 5]``.

    k = min over rows of #{rows equal in all of ``by``}  (Sweeney 2002).
    Errors: no_quasi_identifiers, unknown_column, not_a_table, no_rows, k_too_small, k_not_whole, k_too_large,
    unhashable, unknown_choice, and those of weights.
    Checked against pycanon, the planted truth ``k1_rows`` and counting by brute force (with blanks).
    When not to use: as a proof that a table is safe; a group of five who all have the same illness hides nothing
    (see :func:`l_diversity`).

    >>> import dataacademy as da
    >>> people = da.load("residents")
    >>> people = people.assign(age=2025 - people["birth_date"].str[:4].astype(int))
    >>> found = k_anonymity(people, by=["area_id", "age", "sex"])
    >>> found.value, found.figures["alone"] > 1000, len(people[found.sizes == 1]) == found.figures["alone"]
    (1, True, True)
    """
    columns = named(data, by)
    check_k(k, len(data))
    check_choice("空欄の扱い blanks", blanks, BLANKS, en="blanks")
    w = weights_of(data, weights) if weights else None
    codes = all_numbered(data, columns)
    size = sizes(list(codes.values()), len(data), blanks, w)
    smallest = float(size.min()) if weights else int(size.min())
    table = _bands(size, k, blanks, w)
    alone, small = int((size < 2).sum()), int((size < k).sum())
    total = len(data) if w is None else w.sum()
    percent = 100 * (small if w is None else w[size < k].sum()) / total
    figures = {"k": smallest, "alone": alone, "small": small, "small_percent": float(percent)}
    if blanks == "own":
        figures["classes"] = int(table["classes"].sum())
    unit, least = "人" if weights else "行", plain(smallest, 1)
    notes = [
        "表にない情報（家族のこと、自由記述、ほかの表）を知っている人がいれば、もっと絞れます。",
        *remarks(codes, len(data), blanks),
    ]
    return Anonymity(
        table,
        smallest,
        f"{joined(columns)}の組み合わせで、いちばん少ない組は {least} {unit}（k={least}）です。"
        f"{len(data):,} 行のうち、同じ組に{'ほかの人がいない' if weights else '自分しかいない'}行が {alone:,} 行、"
        f"{k} {unit}未満の組の行が {small:,} 行（{unit}数で {percent:.1f}%）あります。",
        f"By {', '.join(columns)} the smallest class has {least} (k); of {len(data):,} rows {alone:,} are "
        f"alone and {small:,} ({percent:.1f} %) are in classes below {k}.",
        used={"行": len(data)} | ({"重みの合計": float(w.sum())} if weights else {}),
        figures=figures,
        assumptions=tuple(notes),
        sizes=pd.Series(size, index=data.index, name="size"),
    )


def _bands(size: np.ndarray, k: int, blanks: str, w: np.ndarray | None) -> pd.DataFrame:
    edges = sorted({*_EDGES, k})
    if w is None:
        of_size = np.bincount(size, minlength=edges[-1] + 1)  # rows by size
        starts = np.array([0, *edges[1:]])
        rows = np.add.reduceat(of_size, starts)
        alike = of_size / np.maximum(np.arange(len(of_size)), 1)  # s rows that say s are one class
        count = np.add.reduceat(alike, starts)
    else:
        band = np.searchsorted(edges[1:], size, side="right")
        rows, people, count = (np.bincount(band, v, minlength=len(edges)) for v in (None, w, w / size))
    table = pd.DataFrame({"size_from": edges, "size_to": pd.array([*(e - 1 for e in edges[1:]), None], dtype="Int64")})
    if blanks == "own":
        table["classes"] = np.rint(count).astype(int)
    table["rows"] = rows
    if w is not None:
        table["people"] = people
    base = table["rows" if w is None else "people"]
    table["percent"] = 100 * base / base.sum()
    return table[table["rows"] > 0].reset_index(drop=True)
