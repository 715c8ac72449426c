"""What an analysis returns: a table, the headline number, one sentence, and where they came from."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, field
from html import escape
from numbers import Integral, Real
from typing import Any

from dataacademy.labels import LABELS

# where analyses are
_ROOMS = ("bi", "charts", "costs", "effect", "maps", "privacy", "queues", "stats", "status_page", "survey", "text")


@dataclass(frozen=True)
class Finding:
    """The result of one analysis; worksheets quote it instead of typed digits.

    table
        Tidy DataFrame with stable column names.
    value
        The headline number.
    sentence, sentence_en
        One sentence that reads the number: number, unit, base, definition.
    used
        How many rows (or people) the result rests on, in words: ``{"地区": 143, "人口": 139462}``.
    left_out
        What was not used and why, one sentence each.  Empty means nothing was left out.
    function
        The function that a person called for it, by its public name below ``dataacademy``: ``"maps.coverage"``.  Found
        out by itself; empty for a result that no analysis made.
    """

    table: Any
    value: Any
    sentence: str
    sentence_en: str
    used: dict[str, Any] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    function: str = field(default="", kw_only=True, compare=False, repr=False)

    def __post_init__(self):
        if not self.function:
            object.__setattr__(self, "function", _called())

    @property
    def provenance(self) -> dict[str, Any]:
        """``{"used": …, "left_out": …}``: what the number rests on and what it leaves out."""
        return {"used": dict(self.used), "left_out": list(self.left_out)}

    def __str__(self) -> str:
        return self.sentence

    def _repr_html_(self) -> str:
        notes = "".join(f"<li>{escape(reason)}</li>" for reason in self.left_out)
        return f"<p><strong>{escape(self.sentence)}</strong></p>{show(self.table)._repr_html_()}" + (
            f"<p>数えていないもの</p><ul>{notes}</ul>" if notes else ""
        )


def _called() -> str:
    """The outermost public function (or method) of an analysis room among those now running."""
    found, frame = "", sys._getframe(1)
    while frame is not None:
        package, room, *_ = [*frame.f_globals.get("__name__", "").split("."), ""]
        if package == "dataacademy" and room in _ROOMS:
            name, public = frame.f_code.co_qualname, sys.modules[f"dataacademy.{room}"]
            for part in name.split("."):
                public = getattr(public, part, None)
            if getattr(public, "__code__", None) is frame.f_code:
                found = f"{room}.{name}"
        frame = frame.f_back
    return found


@dataclass(frozen=True)
class Shown:
    """A table as people read it; made by :func:`show`."""

    data: Any
    rows: int

    def _repr_html_(self) -> str:
        years = {name for name in self.data.columns if _is_years(name, self.data[name])}
        head = "".join(f"<th style='text-align:left'>{_heading(c)}</th>" for c in self.data.columns)
        body = "".join(
            "<tr>"
            + "".join(
                f"<td style='text-align:{_side(v)}'>{escape(str(v) if name in years else _cell(v))}</td>"
                for name, v in zip(self.data.columns, row, strict=True)
            )
            + "</tr>"
            for row in self.data.head(self.rows).itertuples(index=False)
        )
        left = len(self.data) - self.rows
        ways = (
            f"全部見るには、rows= の数を {len(self.data)} にします。rows= がなければ、最後の ) の前に"
            f" , rows={len(self.data)} を足します"
        )
        more = f"<p>ほかに {left:,} 行あります（{ways}）。</p>" if left > 0 else ""
        empty = "<p>（一行もありません）</p>" if not len(self.data) else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}{empty}"


def show(table, *, rows: int = 12) -> Shown:
    """A table for reading: Japanese names above the column names, whole numbers without .0, the first ``rows`` rows.

    Only for looking; the table itself is not changed.  An index with a name is shown as a column.

    >>> import pandas as pd
    >>> "日付" in show(pd.DataFrame({"date": ["2026-04-01"]}))._repr_html_()
    True
    """
    data = table.drop(columns="geometry", errors="ignore")
    if data.index.name:
        data = data.reset_index()
    return Shown(data, rows)


def _is_years(name, values) -> bool:
    """Whole numbers that are years: 2021, not 2,021."""
    named = str(name) in ("年", "年度", "西暦") or str(name).lower().endswith("year")
    return named and getattr(values.dtype, "kind", "") in "iu" and not values.isna().any()


def _heading(column) -> str:
    name = _cell(column)
    label = LABELS.get(name)
    if label is None:
        return escape(name)
    unit = "（%）" if name.endswith("_percent") else ""
    return f"{escape(label + unit)}<br><span style='font-weight:normal'>{escape(name)}</span>"


def _cell(value) -> str:
    if value is None or str(value) in ("<NA>", "NaT", "nan"):  # pandas' ways to say "empty"
        return ""
    if isinstance(value, bool) or not isinstance(value, Real):
        return str(value)
    if not isinstance(value, Integral):
        if math.isinf(value):
            return "∞" if value > 0 else "−∞"
        return f"{value:z,.0f}" if value == round(value) else f"{value:z,.2f}"  # z: no minus before zero
    return f"{value:,}"


def _side(value) -> str:
    return "right" if isinstance(value, Real) else "left"  # numpy's numbers too
