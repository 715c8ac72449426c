"""What a statistical analysis returns: a Finding with the test's figures and what had to be assumed; and its words."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import Any

import numpy as np

from dataacademy.finding import Finding
from dataacademy.labels import LABELS


@dataclass(frozen=True)
class Analysis(Finding):
    """A :class:`~dataacademy.finding.Finding` of a statistical method.

    figures
        Single numbers that belong to the whole analysis, by stable name: ``{"statistic": 30.07, "df": 2}``.
    assumptions
        What the numbers take for granted and what to be careful about, one Japanese sentence each.
    """

    figures: dict[str, Any] = field(default_factory=dict)
    assumptions: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        numbers = "、".join(f"{LABELS.get(k, k)} {number(v)}" for k, v in self.figures.items() if _is_number(v))
        notes = "".join(f"<li>{escape(line)}</li>" for line in self.assumptions)
        return (
            super()._repr_html_()
            + (f"<p>{escape(numbers)}</p>" if numbers else "")
            + (f"<p>前提と注意</p><ul>{notes}</ul>" if notes else "")
        )


def _is_number(value) -> bool:
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool)


def number(value: float, digits: int = 3) -> str:
    """A number for a sentence: ``digits`` significant digits (never fewer than the whole part), with separators.

    >>> number(1234.567), number(0.01234), number(-2.5), number(float("nan")), number(30)
    ('1,235', '0.0123', '-2.50', '不明', '30')
    """
    if isinstance(value, (int, np.integer)):
        return f"{value:,}"
    if not np.isfinite(value):
        return "不明" if np.isnan(value) else "∞" if value > 0 else "-∞"
    if value == 0:
        return "0"
    decimals = max(0, digits - 1 - int(np.floor(np.log10(abs(value)))))
    return f"{value:,.{min(decimals, 8)}f}"


def p_words(p: float) -> str:
    """A p-value for a sentence.

    >>> p_words(0.0123), p_words(0.00001)
    ('p=0.012', 'p<0.001')
    """
    return "p<0.001" if p < 0.001 else f"p={p:.3f}"


def interval_words(lower: float, upper: float, confidence: float, *, unit: str = "", scale: float = 1) -> str:
    """An interval for a Japanese sentence.

    >>> interval_words(0.5, 1.25, 0.95, unit="点")
    '95%信頼区間 0.500〜1.25点'
    """
    return f"{confidence:.0%}信頼区間 {number(lower * scale)}〜{number(upper * scale)}{unit}"


def verdict(p: float, confidence: float, what: str = "差") -> str:
    """What a p-value says, without the word 有意.

    >>> verdict(0.2, 0.95), verdict(0.001, 0.95)
    ('偶然だけでも起こりうる大きさの差です（p=0.200）', '偶然だけではめったに起こらない大きさの差です（p=0.001）')
    """
    rare = p < 1 - confidence
    return (
        "偶然だけではめったに起こらない" if rare else "偶然だけでも起こりうる"
    ) + f"大きさの{what}です（{p_words(p)}）"
