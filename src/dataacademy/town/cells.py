"""Cells of a table as text."""

from __future__ import annotations

import pandas as pd

from dataacademy.distinct import plain_text


def texts(cells: pd.Series) -> pd.Series:
    """Cells as text; a column of digits was read as numbers, and one with gaps as 1.0, 2.0 …"""
    if pd.api.types.is_numeric_dtype(cells):
        return cells.map(plain_text).astype("str").where(cells.notna())
    return cells.astype("str").str.strip()
