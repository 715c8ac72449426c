"""The codebook of a town's tables: what every column is, with its codes, in Japanese and English."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from dataacademy.town.bands import BAND_COLUMNS, to_columns
from dataacademy.town.contract import TABLES, Column

_FEW = 20  # words of a column that the codebook lists
_TYPES = {"str": "文字", "Int64": "整数", "float64": "小数", "boolean": "True・False"}


def codebook(tables: dict[str, Any], *, more: dict[str, dict[str, Column]] | None = None) -> pd.DataFrame:
    """Every column of every table: label in Japanese and English, type, unit, codes, missing codes and role.

    A table stored by age band has its stored columns first, then those that ``load`` makes of them.

    more
        Table -> columns of its own, in place of the contract's that it does not have (a municipality's questionnaire).
    """
    rows = []
    for name, table in tables.items():
        columns = dict(TABLES[name].columns)
        own = (more or {}).get(name)
        if own:
            columns = {k: replace(c, values={}, missing={}) for k, c in columns.items() if k in table} | own
        if TABLES[name].by_band:
            columns = {k: c for k, c in columns.items() if k not in BAND_COLUMNS} | _bands(table) | columns
        for column, c in columns.items():
            rows.append(
                {
                    "table": name,
                    "column": column,
                    "label": c.label,
                    "label_en": c.en,
                    "type": _TYPES[c.dtype],
                    "unit": c.unit,
                    "values": _coded(c.values) or _words(table, column, c),
                    "missing": _coded(c.missing),
                    "role": c.role,
                }
            )
    return pd.DataFrame(rows)


def _bands(table) -> dict[str, Column]:
    """The stored columns of a table by age band."""
    found = {}
    for band in (c for c in to_columns(table).columns if c not in table.columns):
        start, end = band.split("-")
        ages, ages_en = (f"{start}〜{end}歳", f"{start} to {end}") if end else (f"{start}歳以上", f"{start} and over")
        found[band] = Column(f"{ages}の人数（ファイルの列）", "Int64", "人", en=f"Persons aged {ages_en} (in the file)")
    return found


def _coded(codes: dict[str, str]) -> str:
    return "; ".join(f"{code or '空欄'}={meaning}" for code, meaning in codes.items())


def _words(table, column: str, c: Column) -> str:
    """The words that occur in a column of text, where they are few: offices, procedures, quarters …"""
    if column not in table or c.dtype != "str" or c.unique:
        return ""
    words = sorted(table[column].dropna().unique())
    return "; ".join(words) if len(words) <= _FEW else ""
