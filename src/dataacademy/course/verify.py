"""``dataacademy verify``: every lesson and every solution, executed for every named town."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from dataacademy import paths
from dataacademy.course.execute import Job, Run, run_all
from dataacademy.course.exercises import solution_file
from dataacademy.course.lessons import course
from dataacademy.files import write_text
from dataacademy.report import Section, page
from dataacademy.town.catalog import about
from dataacademy.town.contract import TABLES


def jobs_for(town: str) -> tuple[list[Job], list[tuple[str, str]]]:
    """What can be run for a town, and what is left out: ``(lesson title, reason)``."""
    place = about(town)
    jobs, left_out = [], []
    for lesson in course():
        missing = [TABLES[t].label for t in lesson.needs if not place.has(t)]
        if missing:
            left_out.append((lesson.title.ja, f"「{'」「'.join(missing)}」の表がないため"))
            continue
        jobs.append(Job(lesson.id, town, paths.home() / "notebooks" / lesson.file))
        if lesson.exercise:
            jobs.append(Job(lesson.exercise, town, solution_file(lesson.exercise), "solution"))
    return jobs, left_out


def verify(
    towns: Iterable[str], *, on_done=None, on_start=None, workers: int | None = None, scheduler: str | None = None
) -> list[Run]:
    """Run everything for the towns; warnings and missing glyphs count as failures.

    workers, scheduler
        As in :func:`dataacademy.course.pool.each`.

    on_start, on_done
        Called with the number of notebooks, and with each :class:`~dataacademy.course.execute.Run` as it ends.
    """
    jobs = [job for town in towns for job in jobs_for(town)[0]]
    if on_start:
        on_start(len(jobs))
    return run_all(jobs, on_done=on_done, workers=workers, scheduler=scheduler)


def write_report(runs: list[Run], path: Path) -> None:
    """The HTML report: failures first, then every notebook with its run time."""
    failed = [r for r in runs if not r.ok]
    names = {"lesson": "レッスン", "solution": "演習の解答"}
    sections = [
        Section(
            "うまくいかなかったノートブック",
            [] if failed else ["ありません。"],
            ["レッスン", "町", "セル", "行", "内容"],
            [[r.job.lesson, r.job.town, r.cell, r.line or "", r.error] for r in failed],
        ),
        Section(
            "すべてのノートブック",
            [],
            ["レッスン", "種類", "町", "結果", "秒"],
            [
                [r.job.lesson, names[r.job.what], r.job.town, "○" if r.ok else "×", f"{r.seconds:.1f}"]
                for r in sorted(runs, key=lambda r: (r.job.town, r.job.lesson, r.job.what))
            ],
        ),
    ]
    lead = [
        f"{len(runs)} 本を実行し、{len(runs) - len(failed)} 本が問題なく終わりました。",
        "警告と文字の欠けも失敗に数えています。",
    ]
    write_text(path, page("教材の実行確認", lead, sections))
