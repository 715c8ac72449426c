"""根拠のページ: from every number of the briefs to the finding, its figure and table, and the files it rests on."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from markupsafe import Markup, escape

from dataacademy.worksheet.brief import html
from dataacademy.worksheet.brief.evidence import CHANGED, MISSING, SAME
from dataacademy.worksheet.brief.material import Material, era, id_of
from dataacademy.worksheet.brief.story import Story
from dataacademy.worksheet.brief.wording import Parts, clean, plain
from dataacademy.worksheet.fields import fields_of
from dataacademy.worksheet.model import KINDS, kind_of
from dataacademy.worksheet.quotes import number, quotes
from dataacademy.worksheet.records import FindingRecord, Record, Team

MOST_ROWS = 15
_WORDS = ("text", "long", "words")


@dataclass
class Article:
    """A record on the page: its id, what it is, its fields; a finding has its evidence besides."""

    id: str
    name: str
    rows: list[tuple[str, Markup]]
    evidence: dict = field(default_factory=dict)


def write(material: Material, story: Story, folder: Path) -> str:
    """The page as HTML, to lie in ``folder`` (links to figures, tables and sources are seen from there)."""
    listed: list[dict] = []
    quoting: dict[str, dict[str, None]] = {}
    sections = []
    cover = Article("team", "表紙", _fields(material, material.team, listed, quoting))
    for kind, (_, section, name) in KINDS.items():
        articles = [
            Article(record.id, name, _fields(material, record, listed, quoting))
            for record in getattr(material.worksheet, section)
        ]
        if articles:
            sections.append({"kind": kind, "name": name, "articles": articles})
    for part in sections:
        if part["kind"] == "finding":
            for article in part["articles"]:
                article.evidence = _evidence(material, material.index[article.id], folder)
                article.evidence["quoted"] = list(quoting.get(article.id, ()))
    return html.render(
        "trace.html.j2",
        title=f"根拠のページ：{plain(material.theme())}",
        office="　".join(p for p in (material.office, material.team_name) if p),
        day=era(material.as_of) if material.as_of else "",
        worksheet=material.path.name,
        cover=cover,
        sections=sections,
        sums=[{"total": total, "shown": html.write(total.parts)} for total in story.sums],
        listed=listed,
    )


def _fields(material: Material, record: Record | Team, listed: list[dict], quoting: dict) -> list[tuple[str, Markup]]:
    rows = []
    for one in fields_of(type(record)):
        value = getattr(record, one.name)
        if value in ("", None, [], {}, False) or one.type == "machine":
            continue
        if one.type in _WORDS:
            rows.append((one.label, _words(material, record, one.name, listed, quoting)))
        elif one.type in ("link", "links"):
            ids = [value] if isinstance(value, str) else value
            rows.append((one.label, Markup("、").join(_link(material, id) for id in ids)))
        else:
            rows.append((one.label, escape(_plain(value))))
    return rows


def _plain(value) -> str:
    if value is True:
        return "はい"
    if isinstance(value, list):
        return "、".join(number(v) for v in value)
    return number(value) if isinstance(value, int | float) else era(value) if hasattr(value, "year") else clean(value)


def _link(material: Material, id: str) -> Markup:
    known = material.index.get(id)
    if known is None:
        return Markup('<span class="gap">{}（記録がありません）</span>').format(clean(id))
    head = plain(material.line(known, most=30, needed=False)) if kind_of(id) != "finding" else ""
    return Markup('<a href="#{}">{}</a>').format(id, f"{id} {head}".strip())


def _words(material: Material, record: Record | Team, name: str, listed: list[dict], quoting: dict) -> Markup:
    """A text; each number quoted in it is the place that the briefs lead to, and leads on to its finding."""
    parts: Parts = material.words(record, name)
    value = getattr(record, name)
    named = quotes(clean("、".join(value) if isinstance(value, list) else value), material.worksheet)
    found = {f"{id_of(record)}-{name}-{at}": quote for at, quote in enumerate(named, 1)}
    shown = []
    for part in parts:
        quote = found.get(part.anchor)
        if quote is None:
            shown.append(html.write([part]))
        elif quote.shown is None:
            shown.append(
                Markup('<span class="gap" id="{}">{}（{}）</span>').format(part.anchor, part.text, quote.problem)
            )
        else:
            mark = '<a class="quoted" id="{}" href="#{}">{}</a>'
            shown.append(Markup(mark).format(part.anchor, quote.finding, html.lines(part.text)))
            listed.append({"anchor": part.anchor, "shown": part.text, "id": id_of(record), "finding": quote})
            quoting.setdefault(quote.finding, {})[id_of(record)] = None
    return Markup("").join(shown)


def _evidence(material: Material, finding: FindingRecord, folder: Path) -> dict:
    figure, table = material.figure(finding), material.table(finding)
    sources = []
    for source in finding.sources:
        state = material.evidence.state(source.path, source.sha256)
        if state != SAME:
            _note_source(material, finding, clean(source.path), state)
        file = material.evidence.source(source.path)
        address = html.link(file, folder) if state != MISSING else ""
        sources.append({"source": source, "name": clean(source.path), "state": state, "address": address})
    return {
        "values": {clean(str(k)): number(v) if not isinstance(v, str) else clean(v) for k, v in finding.values.items()},
        "function": clean(finding.function),
        "used": {clean(str(k)): number(v) if not isinstance(v, str) else clean(v) for k, v in finding.used.items()},
        "left_out": [clean(reason) for reason in finding.left_out],
        "figure": figure and html.link(figure.path, folder),
        "figure_name": clean(finding.figure),
        "alt": material.alt(finding) if figure else "",
        "table": table,
        "table_address": table and html.link(table.path, folder),
        "table_name": clean(finding.table),
        "most": MOST_ROWS,
        "same": SAME,
        "sources": sources,
    }


def _note_source(material: Material, finding: FindingRecord, name: str, state: str) -> None:
    changed = state == CHANGED
    material.note(
        "source_changed" if changed else "source_missing",
        f"{finding.id} のもとのファイル「{name}」は、{'記録のあとで変わっています' if changed else '見つかりません'}。",
        f"The source {name!r} of {finding.id} {'has changed' if changed else 'is missing'}.",
        fix="分析をもう一度実行して、記録し直してください。" if changed else "ファイルを元の場所に戻してください。",
        fix_en="Run the analysis again and record it." if changed else "Put the file back.",
    )
