"""A review for people: lines for the terminal and a page that opens anywhere."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from dataacademy.files import write_text
from dataacademy.report import STYLE
from dataacademy.worksheet.review.bank import MEND, THINK
from dataacademy.worksheet.review.cohort import STEPS, Cohort, Reviewed
from dataacademy.worksheet.review.context import TEAM

_MOST_COMMON = 12
_HOW = "「直す」は次の回までに、「考える」は班で話してみてください。答えは一つではありません。"
_STYLE = """
h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
.record { border-left: 3px solid #bbb; padding-left: .9rem; margin: .8rem 0 1.2rem; break-inside: avoid; }
.of { margin: 0 0 .4rem; color: #333; overflow-wrap: anywhere; } .id { color: #555; font-size: .85rem; }
.comment { margin: .5rem 0; } .comment p { margin: 0; } .question { color: #003a9e; }
.badge { display: inline-block; padding: 0 .5rem; border: 1px solid; border-radius: .3rem; font-size: .85rem; }
.mend .badge { background: #a01800; border-color: #a01800; color: #fff; }
.think .badge { color: #333; background: #fff; }
.field { color: #555; font-size: .9rem; }
"""


def lines(result: Reviewed | Cohort) -> list[str]:
    """What the terminal shows: for a file, every comment under its record; for a folder, a line for each team."""
    if isinstance(result, Cohort):
        told = [
            f"{team.name}：{_progress(team)}、{_counts(team)}（{_below(team.path, result.folder)}）"
            for team in result.teams
        ]
        told += [f"× {_below(path, result.folder)}：{reason}" for path, reason in result.unreadable]
        return [*told, f"班 {len(result.teams)}、読めなかったファイル {len(result.unreadable)}"]
    return [*told_of(result.comments), f"{result.name}：{_progress(result)}、{_counts(result)}"]


def told_of(comments) -> list[str]:
    """Every comment under its record."""
    told = []
    for _, several in groupby(comments, key=lambda comment: comment.record):
        first, *more = several
        head = first.sheet if first.record == TEAM else f"{first.sheet} {first.record}"
        told.append(head + (f"　{first.text}" if first.text else ""))
        for comment in [first, *more]:
            told += [f"　【{comment.severity}】{comment.title}", f"　　{comment.why}", f"　　→ {comment.question}"]
    return told


def _progress(team: Reviewed) -> str:
    return f"「{team.reached}」まで" if team.reached else "これから"


def _counts(team: Reviewed) -> str:
    return f"直す {team.count(MEND)}・考える {team.count(THINK)}"


def _below(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _environment():
    import jinja2

    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    return jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)


def fragment(comments) -> str:
    """Comments as HTML for a notebook."""
    said = _environment().get_template("said.html.j2").make_module({"mend": MEND}).said
    return f"<style>{_STYLE}</style>{said({'by_sheet': _by_sheet(comments)}, 4)}"


def html(result: Reviewed | Cohort) -> str:
    """The page as HTML text; everything is escaped, nothing is fetched."""
    template = _environment().get_template("page.html.j2")
    about = {"style": STYLE, "own_style": _STYLE, "mend": MEND}
    if isinstance(result, Reviewed):
        theme = [f"テーマ：{result.worksheet.team.theme}"] if result.worksheet.team.theme else []
        lead = [
            *theme,
            f"{_progress(result)}進んでいます。{_counts(result)}。" if result.reached else f"{_counts(result)}。",
            _HOW,
        ]
        title = f"講評：{result.name}"
        return template.render(about, title=title, lead=lead, cohort=None, team=_team(result, result.path.parent))
    teams = [_team(team, result.folder) for team in result.teams]
    flows = [
        (
            flow,
            list(steps),
            [t for t, one in zip(teams, result.teams, strict=True) if (one.worksheet.team.flow or "A") == flow],
        )
        for flow, steps in STEPS.items()
    ]
    cohort = {
        "flows": [flow for flow in flows if flow[2]],
        "unreadable": [(_below(path, result.folder), reason) for path, reason in result.unreadable],
        "common": result.common[:_MOST_COMMON],
        "teams": teams,
    }
    lead = [f"班 {len(teams)}、読めなかったファイル {len(result.unreadable)}", _HOW]
    return template.render(about, title="班の講評のまとめ", lead=lead, cohort=cohort, team=None)


def _team(team: Reviewed, folder: Path) -> dict:
    return {
        "name": team.name,
        "file": _below(team.path, folder),
        "steps": list(team.steps.values()),
        "mend": team.count(MEND),
        "think": team.count(THINK),
        "by_sheet": _by_sheet(team.comments),
    }


def _by_sheet(comments) -> list[tuple]:
    """``(sheet, [(id, text, comments)])`` in the order of the steps."""
    found = []
    for sheet, of_sheet in groupby(comments, key=lambda comment: comment.sheet):
        records = []
        for record, several in groupby(of_sheet, key=lambda comment: comment.record):
            said = list(several)
            records.append(("" if record == TEAM else record, said[0].text, said))
        found.append((sheet, records))
    return found


def write_page(result: Reviewed | Cohort, path: Path | str) -> Path:
    """Write the page; returns its place."""
    path = Path(path)
    write_text(path, html(result))
    return path
