"""図の冊子: every figure of a worksheet on a page of its own, in plain words, as one HTML file that can be printed.

Nothing is typed twice: headings are the questions of the design cards, sentences the facts, tables and pictures those
of the findings.  The file holds its pictures itself and asks nothing of a network.
"""

from __future__ import annotations

from pathlib import Path

from dataacademy.errors import DataAcademyError
from dataacademy.worksheet.brief import FOLDER, Briefs, empty, html, save
from dataacademy.worksheet.brief.material import Material, era
from dataacademy.worksheet.brief.residents import MOST_ROWS
from dataacademy.worksheet.brief.story import Story
from dataacademy.worksheet.brief.target import Target
from dataacademy.worksheet.brief.wording import Parts, clean, plain, say
from dataacademy.worksheet.history import beside
from dataacademy.worksheet.model import Worksheet
from dataacademy.worksheet.records import FindingRecord, Indicator

FILE = "図の冊子.html"
DATA = ("text", "owner", "frequency")
FORECAST = "推計"  # how the toolbox marks rows that are computed ahead


def write(worksheet: Worksheet, path: Path | str, folder: Path | str | None = None) -> Briefs:
    """Write ``図の冊子.html`` and return it; what is missing is named in it and in ``.notes``.

    path
        The file of the worksheet; its findings' figures and tables lie beside it.
    folder
        Where to; by default ``<worksheet>_記録/資料``.

    Findings without a figure are left out, which a note says.  The same worksheet gives the same bytes; a file that
    somebody has edited stays, and the new one is put beside it.
    Errors: ``empty_worksheet``, ``no_charts``, ``file_open``, ``cannot_write``.
    """
    path = Path(path)
    material = Material(worksheet, path)
    story = Story(material)
    if story.empty:
        raise empty(path)
    drawn = [finding for finding in story.findings if material.figure(finding)]
    if not drawn:
        raise _no_charts(path)
    left = [finding.id for finding in story.findings if not finding.figure]
    if left:
        material.note(
            "not_drawn",
            f"図のない発見（{'、'.join(left)}）は、冊子に載せていません。",
            f"Findings without a figure are left out: {', '.join(left)}.",
            fix="載せるときは、record に ax= で図を渡して、記録し直してください。",
            fix_en="Record them again with ax= to have them in.",
            level="info",
        )
    target = Target(Path(folder) if folder is not None else beside(path) / FOLDER)
    return save({FILE: _page(material, story, drawn).encode("utf-8")}, material, target)


def _page(m: Material, story: Story, drawn: list[FindingRecord]) -> str:
    pages = [_leaf(m, story, finding) for finding in drawn]
    goals = [_written(m.words(goal)) for goal in story.told("goal")] or [_written(m.gap("goal"))]
    return html.render(
        "chartbook.html.j2",
        title=plain(m.theme()),
        office=m.office,
        day=era(m.as_of) if m.as_of else "",
        question=_written(m.words(m.team, "question", needed=False)),
        goals=goals,
        problems=[_written(m.words(problem)) for problem in story.told("problem")],
        pages=pages,
        forecast=any(page["forecast"] for page in pages),
        indicators=[_indicator(m, one) for one in story.indicators],
        no_indicators=_written([] if story.indicators else m.gap("indicator")),
        branches=_branches(m, story),
        data=[[_written(m.words(item, field)) for field in DATA] for item in _named(m, drawn)],
        licence=_written(m.words(m.team, "licence")),
        contact=m.office or _written(m.words(m.team, "section")),
    )


def _leaf(m: Material, story: Story, finding: FindingRecord) -> dict:
    """One page: the question, what is to be read, the picture, its table, and where it comes from."""
    design, table = m.index.get(finding.design), m.table(finding)
    facts = [fact for fact in story.facts if finding.id in fact.findings]
    asked = m.words(design) if design is not None and design.text.strip() else m.gap(finding, "design")
    # codes of areas and facilities tell a resident nothing
    columns = [at for at, name in enumerate(table.columns) if not name.endswith("_id")] if table else []
    shown = table.shown(MOST_ROWS) if table else []
    return {
        "heading": _written(asked),
        "facts": [_written(m.words(fact)) for fact in facts] or [_written(m.words(finding))],
        "picture": html.embedded(m.figure(finding)),
        "alt": m.alt(finding),
        "heads": [table.heading(at) for at in columns],
        "rows": [[row[at] for at in columns] for row in shown],
        "numeric": {place for place, at in enumerate(columns) if table.numbers(at)},
        "left": max(0, len(table.rows) - MOST_ROWS) if table else 0,
        "left_out": [html.lines(reason) for reason in finding.left_out],
        "forecast": bool(table) and any(FORECAST in row for row in table.rows),
        "sources": [plain(m.words(item)) for item in _named(m, [finding])],
        "recorded": era(finding.recorded) if finding.recorded else "",
    }


def _indicator(m: Material, one: Indicator) -> dict:
    return {
        "name": _written(m.words(one)),
        "definition": _written(m.words(one, "definition")),
        "base": _written([*m.amount(one, "base", one.unit), *say("　"), *m.day(one, "base_date")]),
        "target": _written([*m.amount(one, "target", one.unit), *say("　"), *m.day(one, "target_date")]),
        "owner": _written(m.words(one, "owner")),
        "frequency": _written(m.words(one, "frequency")),
    }


def _branches(m: Material, story: Story) -> list[dict]:
    """Every issue with the measures that belong to it; one without any shows what is missing."""
    found = []
    for issue in story.told("issue"):
        measures = [
            _written([*m.words(one), *say("（"), *m.words(one, "owner"), *say("）")])
            for one in story.of("measure", "issue", issue.id)
            if one.text.strip()
        ]
        found.append({"issue": _written(m.words(issue)), "measures": measures})
    return found


def _named(m: Material, findings: list[FindingRecord]) -> list:
    """The data items that findings rest on, each once."""
    ids = dict.fromkeys(id for finding in findings for id in finding.data)
    return [m.index[id] for id in ids if id in m.index]


def _written(parts: Parts):
    return html.write(parts)


def _no_charts(path: Path) -> DataAcademyError:
    return DataAcademyError(
        "no_charts",
        "図のある発見が一つもないので、図の冊子を作れません。",
        "No finding has a figure: there is nothing to make a chart book of.",
        fix="図をかき、sheet.record(結果, ax=図) で記録してから、もう一度実行してください。",
        fix_en="Record a result with its figure first: sheet.record(found, ax=ax).",
        file=clean(path.name),
    )
