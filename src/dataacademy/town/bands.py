"""Population by age in two shapes: one row an age band (as lessons load it) and one column an age band (as stored).

Six years of a town by month, area, sex and band are 300,000 rows; stored by band they are a tenth of the bytes.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

BAND_COLUMNS = ("age_from", "age_to", "count")  # what the columns of the bands become


def to_columns(table: pd.DataFrame) -> pd.DataFrame:
    """``age_from, age_to, count`` rows as columns ``0-4``, ``5-9`` … ``85-``; the other columns are the key.

    >>> rows = pd.DataFrame({"area_id": ["a", "a"], "age_from": [0, 65], "age_to": [64, None], "count": [5, 3]})
    >>> to_columns(rows).to_dict("records")
    [{'area_id': 'a', '0-64': 5, '65-': 3}]
    """
    key = [c for c in table.columns if c not in BAND_COLUMNS]
    starts, ends = (table[c].to_numpy(float, na_value=np.nan) for c in BAND_COLUMNS[:2])
    bands = pd.DataFrame({"start": starts, "end": ends}).drop_duplicates().sort_values(["start", "end"])
    names = [f"{int(s)}-" + ("" if np.isnan(e) else str(int(e))) for s, e in bands.itertuples(index=False)]
    place = {band: k for k, band in enumerate(zip(bands["start"], bands["end"].fillna(-1), strict=True))}
    column = np.array([place[band] for band in zip(starts, np.nan_to_num(ends, nan=-1), strict=True)], dtype=int)
    group = table.groupby(key, dropna=False, sort=False).ngroup().to_numpy()
    copy = pd.Series(group * len(names) + column)  # the same area twice stays two rows
    row = pd.MultiIndex.from_arrays([copy.groupby(copy).cumcount(), group]).factorize()[0]
    counts = np.full((row.max(initial=-1) + 1, len(names)), -1, dtype=np.int64)
    counts[row, column] = table["count"].to_numpy(np.int64)
    first = np.unique(row, return_index=True)[1]
    wide = pd.DataFrame(counts, columns=names).astype("Int64").mask(counts < 0)
    return pd.concat([table[key].iloc[first].reset_index(drop=True), wide], axis=1)


def to_rows(stored: pd.DataFrame) -> pd.DataFrame:
    """The inverse of :func:`to_columns`: one row an age band; bands that a row does not have are left out.

    >>> rows = to_rows(pd.DataFrame({"area_id": ["a"], "0-64": [5], "65-": [3]}))
    >>> rows[["age_from", "count"]].to_numpy().tolist(), rows["age_to"].isna().tolist()
    ([[0, 5], [65, 3]], [False, True])
    """
    bands = [c for c in stored.columns if c.split("-")[0].isdecimal()]
    key = [c for c in stored.columns if c not in bands]
    counts = stored[bands].to_numpy(float, na_value=np.nan)
    rows, columns = np.nonzero(~np.isnan(counts))
    starts = np.array([int(b.split("-")[0]) for b in bands])
    ends = pd.array([int(b.split("-")[1]) if b.split("-")[1] else None for b in bands], dtype="Int64")
    out = stored[key].iloc[rows].reset_index(drop=True)
    out["age_from"] = pd.array(starts[columns], dtype="Int64")
    out["age_to"] = ends[columns]
    out["count"] = pd.array(counts[rows, columns].astype(np.int64), dtype="Int64")
    return out
