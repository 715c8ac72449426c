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


def lines(result: Reviewed | Cohort) -> list[str]:
    """What the terminal shows: for a file, every comment under its record; for a folder, a line for each team."""
    if isinstance(result, Cohort):
        told = [
            f"{team.name}：{_progress(team)}、{_counts(team)}（{_below(team.path, result.folder)}）"
            for team in result.teams
        ]
        told += [f"× {_below(path, result.folder)}：{reason}" for path, reason in result.unreadable]
        return [*told, f"班 {len(result.teams)}、読めなかったファイル {len(result.unreadable)}"]
    told = []
    for _, comments in groupby(result.comments, key=lambda comment: comment.record):
        first, *more = comments
        head = first.sheet if first.record == TEAM else f"{first.sheet} {first.record}"
        told.append(head + (f"　{first.text}" if first.text else ""))
        for comment in [first, *more]:
            told += [f"　【{comment.severity}】{comment.title}", f"　　{comment.why}", f"　　→ {comment.question}"]
    return [*told, f"{result.name}：{_progress(result)}、{_counts(result)}"]


def _progress(team: Reviewed) -> str:
    return f"「{team.reached}」まで" if team.reached else "これから"


def _counts(team: Reviewed) -> str:
    return f"直す {team.count(MEND)}・考える {team.count(THINK)}"


def _below(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def html(result: Reviewed | Cohort) -> str:
    """The page as HTML text; everything is escaped, nothing is fetched."""
    import jinja2

    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    template = environment.from_string(Path(__file__).with_name("page.html.j2").read_text(encoding="utf-8"))
    about = {"style": STYLE, "mend": MEND}
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


_HOW = "「直す」は次の回までに、「考える」は班で話してみてください。答えは一つではありません。"


def _team(team: Reviewed, folder: Path) -> dict:
    by_sheet = []
    for sheet, comments in groupby(team.comments, key=lambda comment: comment.sheet):
        records = []
        for record, several in groupby(comments, key=lambda comment: comment.record):
            said = list(several)
            records.append(("" if record == TEAM else record, said[0].text, said))
        by_sheet.append((sheet, records))
    return {
        "name": team.name,
        "file": _below(team.path, folder),
        "steps": list(team.steps.values()),
        "mend": team.count(MEND),
        "think": team.count(THINK),
        "by_sheet": by_sheet,
    }


def write_page(result: Reviewed | Cohort, path: Path | str) -> Path:
    """Write the page; returns its place."""
    path = Path(path)
    write_text(path, html(result))
    return path
