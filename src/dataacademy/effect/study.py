"""What a study of an effect returns: an Analysis with further tables, such as the counterfactual or the placebos."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import Any

import numpy as np

from dataacademy.analysis import Analysis
from dataacademy.finding import show
from dataacademy.labels import label_of


@dataclass(frozen=True)
class Study(Analysis):
    """An :class:`~dataacademy.analysis.Analysis` with ``tables``: further tidy tables by stable name."""

    tables: dict[str, Any] = field(default_factory=dict)

    def _repr_html_(self) -> str:
        further = "".join(
            f"<details><summary>{escape(label_of(name))}</summary>{show(table)._repr_html_()}</details>"
            for name, table in self.tables.items()
        )
        return super()._repr_html_() + further


def row_of(estimate: float, se: float, df: float, confidence: float) -> dict[str, float]:
    """``estimate, se, lower, upper, p_value`` from Student's t with ``df`` degrees of freedom (∞: normal).

    >>> row = row_of(2.0, 1.0, float("inf"), 0.95)
    >>> round(row["lower"], 2), round(row["p_value"], 4)
    (0.04, 0.0455)
    """
    from scipy.stats import t

    reach = t.ppf((1 + confidence) / 2, df) * se
    p_value = 2 * t.sf(abs(estimate) / se, df) if se > 0 else np.nan
    return {
        "estimate": float(estimate),
        "se": float(se),
        "lower": float(estimate - reach),
        "upper": float(estimate + reach),
        "p_value": float(p_value),
    }


def moved(change: float, unit: str, digits: int, *, end: bool = False) -> str:
    """A change in words, within a sentence or at its end.

    >>> moved(-2.5, "分", 2), moved(0.0, "分", 1), moved(30, "歩", 0, end=True)
    ('2.50分減り', '変わらず', '30歩増えました')
    """
    if round(change, digits) == 0:
        return "変わりませんでした" if end else "変わらず"
    return f"{abs(change):,.{digits}f}{unit}{'増え' if change > 0 else '減り'}" + ("ました" if end else "")


def digits_for(*values: float) -> int:
    """Decimals with which the largest of ``values`` has three digits, at most six."""
    largest = max((abs(v) for v in values if np.isfinite(v)), default=0)
    return int(np.clip(2 - np.floor(np.log10(largest)), 0, 6)) if largest > 0 else 0
