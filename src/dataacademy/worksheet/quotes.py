"""Numbers in sentences: ``{finding1}`` and ``{finding1.share:.1f}`` are filled from findings, never typed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dataacademy.worksheet.model import Worksheet
from dataacademy.worksheet.records import FindingRecord

PLACEHOLDER = re.compile(r"\{(finding[1-9]\d*)(?:\.([^{}:]+))?(?::([^{}]*))?\}")


@dataclass(frozen=True)
class Quote:
    """One placeholder of a text: where it stands, what it names, what it becomes (``shown`` is None if it cannot)."""

    start: int
    end: int
    finding: str
    name: str
    shown: str | None
    problem: str = ""


def quotes(text: str, worksheet: Worksheet) -> list[Quote]:
    """Every placeholder of ``text`` in order, with the number it stands for or the reason why it has none."""
    findings = {f.id: f for f in worksheet.findings}
    found = []
    for match in PLACEHOLDER.finditer(text):
        id, name, form = match[1], match[2] or "", match[3] or ""
        shown, problem = _value(findings.get(id), id, name, form)
        found.append(Quote(match.start(), match.end(), id, name, shown, problem))
    return found


def fill(text: str, worksheet: Worksheet) -> str:
    """``text`` with its placeholders replaced; one that cannot be filled stays as it is written."""
    parts, at = [], 0
    for quote in quotes(text, worksheet):
        parts += [text[at : quote.start], text[quote.start : quote.end] if quote.shown is None else quote.shown]
        at = quote.end
    return "".join([*parts, text[at:]])


def number(value, form: str = "") -> str:
    """A number as people read it: thousands separated, at most two decimals, or as ``form`` says (``.1f``).

    >>> number(12345.678), number(3), number(0.5), number(12345.678, ".1f")
    ('12,345.68', '3', '0.5', '12,345.7')
    """
    if isinstance(value, str):
        return value
    if form:
        return format(value, form if "," in form else "," + form)
    shown = f"{value:,.2f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def _value(finding: FindingRecord | None, id: str, name: str, form: str) -> tuple[str | None, str]:
    if finding is None:
        return None, f"{id} はありません"
    value = finding.values.get(name) if name else finding.value
    if value is None:
        names = "、".join(finding.values) or "なし"
        return None, f"{id} に「{name}」という数はありません（ある名前：{names}）" if name else f"{id} に数がありません"
    try:
        return number(value, form), ""
    except ValueError:
        return None, f"数の書き方「{form}」が読めません（例：.1f）"
