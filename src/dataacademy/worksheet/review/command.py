"""What ``dataacademy review`` does with a file or a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dataacademy import paths
from dataacademy.worksheet.review.bank import MEND
from dataacademy.worksheet.review.cohort import Cohort, Reviewed, review_file, review_folder
from dataacademy.worksheet.review.page import lines, write_page


@dataclass(frozen=True)
class Outcome:
    """Lines for the terminal, the page, and whether anything is to be mended (or could not be read)."""

    result: Reviewed | Cohort
    lines: list[str]
    report: Path
    to_mend: bool


def review_path(path: Path, *, html: Path | None = None, comments: Path | None = None) -> Outcome:
    """Review a worksheet or a folder of them and write the page, below ``work/review/`` unless told otherwise."""
    result = review_folder(path, comments=comments) if path.is_dir() else review_file(path, comments=comments)
    name = path.resolve().name if path.is_dir() else path.stem
    report = write_page(result, html or paths.output() / "work" / "review" / f"{name}.html")
    teams, unreadable = (result.teams, result.unreadable) if isinstance(result, Cohort) else ((result,), ())
    to_mend = bool(unreadable) or any(team.count(MEND) for team in teams)
    return Outcome(result, [*lines(result), f"報告：{report}"], report, to_mend)
