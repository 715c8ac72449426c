"""The canonical tables a town may bring: columns, types, units, keys, and which lessons need them.

Everything a lesson loads has passed this page.  Files are UTF-8: plain tables as CSV, geometries as GeoJSON in
longitude/latitude (JGD2011).
"""

from __future__ import annotations

from dataacademy.notes import Note
from dataacademy.town.contract import answers, health, places, services
from dataacademy.town.contract.columns import Column, Table
from dataacademy.town.contract.places import FACILITY_KINDS, HAZARDS, SHELTER_KINDS

__all__ = ["FACILITY_KINDS", "HAZARDS", "SHELTER_KINDS", "TABLES", "Column", "Table", "schema", "validate"]

TABLES = {**places.TABLES, **answers.TABLES, **health.TABLES, **services.TABLES}


def schema(name: str, there=None):
    """The pandera schema of a canonical table; of an open one, for the columns that are ``there``."""
    import pandera.pandas as pa

    columns = {}
    for column, c in TABLES[name].columns.items():
        if TABLES[name].open and there is not None and column not in there:
            continue
        checks = [pa.Check.ge(c.minimum)] if c.minimum is not None else []
        checks += [pa.Check.le(c.maximum)] if c.maximum is not None else []
        if c.required and c.dtype == "str":
            checks.append(pa.Check(lambda s: s.str.strip() != "", name="not_empty"))
        columns[column] = pa.Column(c.dtype, checks, nullable=not c.required, unique=c.unique)
    return pa.DataFrameSchema(columns)


def validate(name: str, table) -> list[Note]:
    """What breaks the contract, one note a value: table, row of the canonical table, column, value, expectation."""
    import pandera.errors

    try:
        schema(name, table.columns).validate(table, lazy=True)
    except pandera.errors.SchemaErrors as error:
        return [_explain(name, case) for case in error.failure_cases.to_dict("records")]
    return []


def _explain(name: str, case: dict) -> Note:
    contract = TABLES[name]
    column = contract.columns.get(str(case["column"]))
    label = column.label if column else str(case["column"])
    wanted = {
        "not_nullable": ("空欄にできません", "値を入れてください。"),
        "not_empty": ("空欄にできません", "値を入れてください。"),
        "field_uniqueness": ("同じ値が二度あります", "番号が重ならないようにしてください。"),
    }.get(str(case["check"]))
    if wanted is None and column and (column.minimum is not None or column.maximum is not None):
        low, high = column.minimum, column.maximum
        span = f"{low:g}" + (f"〜{high:g}" if high is not None else "以上")
        wanted = (f"{span} の範囲にありません", f"{span} {column.unit}の値にしてください。")
    said, fix = wanted or (
        f"約束（{case['check']}）に合いません",
        f"{label}の型は {column.dtype if column else '?'} です。",
    )
    row = int(case["index"]) + 1 if case["index"] == case["index"] and case["index"] is not None else None
    return Note(
        "contract",
        f"表「{contract.label}」：{label}が{said}。",
        f"{name}.{case['column']}: {case['check']}",
        level="error",
        fix=fix,
        file=contract.file,
        row=row,
        column=str(case["column"]),
        value=str(case["failure_case"]),
    )
