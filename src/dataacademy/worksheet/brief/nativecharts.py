"""Which finding can be a real chart of PowerPoint: its table must hold what its picture shows."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from dataacademy.labels import LABELS
from dataacademy.worksheet.brief.evidence import Table
from dataacademy.worksheet.records import Design, FindingRecord

KINDS = {"棒グラフ": "bar", "折れ線グラフ": "line", "帯グラフ": "band"}
MOST, MOST_SERIES = 24, 6  # more cannot be read on a slide


@dataclass(frozen=True)
class Chart:
    """What a chart shows: names along one axis, one or several series, and what both axes are called.

    lying
        Bars from left to right, as long names need them; ``x`` is still what names the bars.
    """

    kind: str
    categories: list[str]
    series: list[tuple[str, list[float | None]]]
    x: str
    y: str
    lying: bool = False


def chart_of(finding: FindingRecord, table: Table | None, design: Design | None) -> Chart | None:
    """The chart of a finding, or None where only its picture is sure to show the same.

    The kind and the axes are those of the recorded picture, else of the design; both axes must be columns of the table.
    """
    seen = finding.picture or design
    if table is None or seen is None or seen.kind not in KINDS or not 2 <= len(table.rows) <= MOST * MOST_SERIES:
        return None
    x, y = _column(table, seen.x), _column(table, seen.y)
    if x is not None and y is not None and table.numbers(y) is None:
        x, y = y, x  # lying bars
    if x is None or y is None or x == y or table.numbers(y) is None:
        return None
    names, values = [row[x] for row in table.rows], table.numbers(y)
    lying = bool(seen.x) and _column(table, seen.x) == y
    called = (seen.y, seen.x) if lying else (seen.x, seen.y)
    kind = KINDS[seen.kind]
    if len(set(names)) == len(names):
        if len(names) > MOST or kind == "band":
            return None
        return Chart(kind, names, [(table.heading(y), values)], *called, lying=lying and kind == "bar")
    categories = list(dict.fromkeys(names))
    for by in range(len(table.columns)):
        groups = [row[by] for row in table.rows]
        keys = list(zip(names, groups, strict=True))
        series = list(dict.fromkeys(groups))
        if by in (x, y) or len(set(keys)) < len(keys) or len(series) > MOST_SERIES or len(categories) > MOST:
            continue
        at = dict(zip(keys, values, strict=True))
        return Chart(kind, categories, [(s, [at.get((c, s)) for c in categories]) for s in series], *called)
    return None


def _column(table: Table, label: str) -> int | None:
    wanted = _bare(label)
    for at, column in enumerate(table.columns):
        if wanted and wanted in (_bare(column), _bare(LABELS.get(column, ""))):
            return at
    return None


def _bare(label: str) -> str:
    return re.sub(r"[（(][^（）()]*[）)]$", "", unicodedata.normalize("NFKC", label).strip()).strip()
