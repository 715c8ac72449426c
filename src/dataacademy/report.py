"""HTML reports that open anywhere: one file, no network, tables with headings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from dataacademy.notes import LEVELS, Note

STYLE = """
body { font-family: "Yu Gothic UI", "Hiragino Sans", "Noto Sans CJK JP", "IPAexGothic", sans-serif; line-height: 1.7;
  max-width: 76rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; border-bottom: 2px solid #005aff; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; } caption { text-align: left; color: #555; }
th, td { border: 1px solid #bbb; padding: .3rem .5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th, td:first-child { white-space: nowrap; } th { background: #eef3fb; }
.wide { overflow-x: auto; }
"""
_PAGE = """<!doctype html>
<html lang="ja"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title><style>{{ style | safe }}</style></head><body>
<h1>{{ title }}</h1>{% for line in lead %}<p>{{ line }}</p>{% endfor %}
{% for s in sections %}<h2>{{ s.heading }}</h2>{% for line in s.lines %}<p>{{ line }}</p>{% endfor %}
{% if s.rows %}<div class="wide"><table><thead><tr>{% for c in s.columns %}<th scope="col">{{ c }}</th>{% endfor %}</tr>
</thead><tbody>{% for row in s.rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>
{% endfor %}</tr>{% endfor %}</tbody></table></div>{% endif %}{% endfor %}
</body></html>
"""


@dataclass
class Section:
    """A heading, paragraphs, and a table (``columns`` and ``rows``) if there is one."""

    heading: str
    lines: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)


def page(title: str, lead: Iterable[str], sections: Iterable[Section]) -> str:
    """The report as HTML text; everything is escaped."""
    import jinja2

    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    return environment.from_string(_PAGE).render(title=title, style=STYLE, lead=list(lead), sections=list(sections))


def notes_section(heading: str, notes: Iterable[Note]) -> Section:
    """Notes as a table: how grave, where, what, how to mend it; the gravest first."""
    grave = {level: i for i, level in enumerate(reversed(LEVELS))}
    rows = [[LEVELS[n.level], n.where, n.ja, n.fix] for n in sorted(notes, key=lambda n: grave[n.level])]
    return Section(heading, [] if rows else ["ありません。"], ["重さ", "場所", "内容", "直し方"], rows)
