"""What is seen of the indicators: a chart each with target and base line, and one page that opens anywhere."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
import pandas as pd

from dataacademy import charts, styling
from dataacademy.effect.indicators import COUNTED_ANEW
from dataacademy.effect.rates import add_up
from dataacademy.files import write_bytes
from dataacademy.report import STYLE
from dataacademy.town.contract import TABLES
from dataacademy.worksheet.monitor.result import Computed, base_differs, per_of
from dataacademy.worksheet.recording.parts import figure_bytes
from dataacademy.worksheet.recording.sources import town_table
from dataacademy.worksheet.records import Indicator, Team

ACTUAL, TARGET, BASE = "実績", "目標", "基準"
_SHOWN = 13  # periods in the table of the page: a year and the month to compare with


def unit_of(record: Indicator) -> str:
    """The unit of an indicator's value."""
    per = per_of(record)
    return record.unit or ("%" if per == 100 else f"{per:,}あたり")


def chart(computed: Computed, record: Indicator):
    """The value by period with the lines of target and base; dotted where it was counted anew."""
    table = computed.found.table
    series = {ACTUAL: table["rate"].to_numpy(), TARGET: table["target"].to_numpy(dtype=float)}
    if computed.base is not None:
        series[BASE] = np.full(len(table), computed.base)
    rows = [pd.DataFrame({"時期": table["period"], "値": values, "線": name}) for name, values in series.items()]
    anew = [n.value for n in computed.found.notes if n.kind in COUNTED_ANEW and (table["period"] == n.value).any()]
    source = source_of(record)
    ax = charts.line(
        pd.concat(rows, ignore_index=True),
        x="時期",
        y="値",
        by="線",
        unit=unit_of(record),
        title=record.text,
        source=source + (f"（担当：{record.owner}）" if record.owner else ""),
        note=f"縦の点線：数え方か対象が変わった時期（{'、'.join(dict.fromkeys(anew))}）" if anew else "",
    )
    lines = {line.get_label(): line for line in ax.lines}
    for name in (TARGET, BASE):
        if name in lines:
            lines[name].set(linestyle=(0, (5, 3)), marker="" if len(table) > 1 else "o", linewidth=1.6)
    places = dict(zip(table["period"], lines[ACTUAL].get_xdata(), strict=True))
    for period in dict.fromkeys(anew):
        ax.axvline(places[period], color=styling.INK, linewidth=1, linestyle=(0, (1, 2)), zorder=1)
    return ax


def source_of(record: Indicator) -> str:
    """What the table behind an indicator is called."""
    known = town_table(record.source)
    return TABLES[known].label if known in TABLES else record.source


def write_chart(computed: Computed, record: Indicator, folder: Path) -> tuple[Path, str]:
    """Save the chart as ``<id>.png``; returns its place and its alternative text."""
    from matplotlib import pyplot

    ax = chart(computed, record)
    try:
        content, alt = figure_bytes(ax), charts.alt(ax)
    finally:
        pyplot.close(ax.figure)
    file = folder / f"{record.id}.png"
    if not file.is_file() or file.read_bytes() != content:
        write_bytes(file, content)
    return file, alt


_PAGE = """<!doctype html>
<html lang="ja"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title><style>{{ style | safe }}
img { width: 46rem; max-width: 100%; height: auto; } .trouble { color: #b40f00; } td.number { text-align: right; }
caption { padding-top: .8rem; }
</style></head><body>
<h1>{{ title }}</h1>
<p>指標は、率が動いたことを示します。なぜ動いたかは、この表だけでは分かりません。</p>
<div class="wide"><table><caption>すべての指標</caption><thead><tr>
{% for c in columns %}<th scope="col">{{ c }}</th>{% endfor %}</tr></thead><tbody>
{% for one in all %}<tr><td><a href="#{{ one.id }}">{{ one.name }}</a></td>
{% for cell in one.cells %}<td{% if loop.index < 8 %} class="number"{% endif %}>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</tbody></table></div>
{% for one in all %}<h2 id="{{ one.id }}">{{ one.name }}</h2>
{% for line in one.troubles %}<p class="trouble">{{ line }}</p>{% endfor %}
{% for line in one.facts %}<p>{{ line }}</p>{% endfor %}
{% if one.image %}<p><img src="{{ one.image }}" alt="{{ one.alt }}"></p>{% endif %}
{% for t in one.tables %}<div class="wide"><table><caption>{{ t.caption }}</caption><thead><tr>
{% for c in t.columns %}<th scope="col">{{ c }}</th>{% endfor %}</tr></thead><tbody>
{% for row in t.rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</tbody></table></div>{% endfor %}{% endfor %}
</body></html>
"""
_COLUMNS = [
    "指標",
    "最新の時期",
    "値",
    "目標",
    "前回から",
    "分子による分",
    "分母による分",
    "届いたか",
    "新しい数が入った日",
]


def write_page(file: Path, team: Team, watched) -> Path:
    """``index.html`` for all indicators, charts inside; the same histories give the same page."""
    import jinja2

    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    title = f"指標の動き{'：' + team.name if team.name else ''}"
    content = environment.from_string(_PAGE).render(
        title=title, style=STYLE, columns=_COLUMNS, all=[_shown(one) for one in watched]
    )
    if not file.is_file() or file.read_bytes() != content.encode():
        write_bytes(file, content.encode())
    return file


def _shown(one) -> dict:
    record, computed = one.record, one.computed
    troubled = one.state in ("missing", "failed", "incomplete")
    troubles = [f"{note.where}：{note.ja}{note.fix}".lstrip("：") for note in one.notes] if troubled else []
    told = {"定義": record.definition, "見る人・部署": record.owner, "もとの表": source_of(record)}
    facts = ["　".join(f"{k}：{v}" for k, v in told.items() if v)]
    shown = {"id": record.id, "name": record.text or record.id, "troubles": troubles, "image": "", "alt": one.alt}
    if computed is None:
        return shown | {"cells": ["—"] * 8, "facts": facts, "tables": []}
    image = base64.b64encode(one.chart.read_bytes()).decode()
    rows, change, unit = computed.found.table, computed.change, unit_of(record)
    last = rows.iloc[-1]
    points = ["—"] * 3
    if change:  # as printed, the parts add up to the whole
        total, parts = add_up(change.points, (change.numerator_points, change.denominator_points), per_of(record))
        points = [text.removesuffix("ポイント") for text in (total, *parts)]
    cells = [
        last["period"],
        f"{last['rate']:.2f} {unit}",
        f"{last['target']:g} {unit}",
        *points,
        "届いています" if last["reached"] else "届いていません",
        computed.history.runs[-1].date.isoformat(),
    ]
    return shown | {
        "image": f"data:image/png;base64,{image}",
        "cells": cells,
        "facts": [computed.sentence, *facts],
        "tables": [t for t in (_odd(record, computed), _revised(computed), _recent(rows, unit)) if t["rows"]],
    }


def _odd(record: Indicator, computed: Computed) -> dict:
    notes = [n for n in computed.found.notes if n.level != "info" or n.kind == "small_numbers"]
    notes += base_differs(record, computed)
    rows = [[n.value, n.ja, n.fix] for n in notes if not n.kind.startswith("no_")]
    rows += [[run.date.isoformat(), text, ""] for run in computed.history.runs for text in run.changes]
    return {"caption": "注意", "columns": ["時期・日", "内容", "すること"], "rows": rows}


def _revised(computed: Computed) -> dict:
    rows = [
        [run.date.isoformat(), one["period"], *(f"{n:,}÷{d:,}" for n, d in (one["was"], one["now"]))]
        for run in computed.history.runs
        for one in run.revised
    ]
    return {"caption": "あとから訂正された数", "columns": ["日", "時期", "前の数", "新しい数"], "rows": rows}


def _recent(table: pd.DataFrame, unit: str) -> dict:
    rows = [
        [
            row["period"],
            f"{row['numerator']:,.0f}",
            f"{row['denominator']:,.0f}",
            f"{row['rate']:.2f}（{row['lower']:.1f}〜{row['upper']:.1f}）",
            f"{row['target']:g}",
            *([row["counted"]] if table["counted"].any() else []),
        ]
        for _, row in table.tail(_SHOWN).iloc[::-1].iterrows()
    ]
    columns = ["時期", "分子", "分母", f"値（95%の幅、{unit}）", "目標"]
    columns += ["分母の数え方"] if table["counted"].any() else []
    return {"caption": "最近の時期", "columns": columns, "rows": rows}
