"""What an analysis returns: a table, the headline number, one sentence, and where they came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import Any


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
    """

    table: Any
    value: Any
    sentence: str
    sentence_en: str
    used: dict[str, Any] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()

    @property
    def provenance(self) -> dict[str, Any]:
        """``{"used": …, "left_out": …}``: what the number rests on and what it leaves out."""
        return {"used": dict(self.used), "left_out": list(self.left_out)}

    def __str__(self) -> str:
        return self.sentence

    def _repr_html_(self) -> str:
        notes = "".join(f"<li>{escape(reason)}</li>" for reason in self.left_out)
        shown = self.table._repr_html_() if hasattr(self.table, "_repr_html_") else escape(str(self.table))
        return f"<p><strong>{escape(self.sentence)}</strong></p>{shown}" + (
            f"<p>数えていないもの</p><ul>{notes}</ul>" if notes else ""
        )
