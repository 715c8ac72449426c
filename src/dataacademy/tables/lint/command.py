"""What ``dataacademy lint`` does: checks, writes the page and the marked copies, and says where they are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dataacademy import paths
from dataacademy.files import write_text
from dataacademy.notes import Note
from dataacademy.tables.lint.check import Progress, check
from dataacademy.tables.lint.copies import Copies, write_copies
from dataacademy.tables.lint.listing import list_files
from dataacademy.tables.lint.report import PRIVATE, lines, summary
from dataacademy.tables.lint.report import html as page


@dataclass(frozen=True)
class Linted:
    """What was found, the lines for the terminal, and what was written."""

    notes: list[Note]
    lines: list[str]
    report: Path
    copies: Copies


def lint(
    path: Path,
    *,
    html: Path | None = None,
    excel: Path | None = None,
    everything: bool = False,
    progress: Progress | None = None,
) -> Linted:
    """Check a file or a folder; write the page and the copies, below ``work/lint/`` unless told otherwise.

    ``everything`` tells warnings in full on the terminal, too.  Copies of the last run into the same folder go.
    """
    notes = check(path, progress=progress)
    name = path.resolve().name
    folder = paths.output() / "work" / "lint"
    report, place = html or folder / f"{name}.html", excel or folder / name
    names = [file for _, file in list_files(path).files]
    copies = write_copies(path, notes, place)
    write_text(report, page(path, notes, names, copies.written, report))
    told = [*lines(notes, everything=everything), summary(notes, len(names)), f"報告：{report}"]
    if copies.written:
        told.append(f"印を付けたExcelの写し {len(copies.written):,}件：{place}")
    told += [f"大きすぎるので写しを作らなかったファイル：{file}" for file in copies.left_out]
    told += [f"前回の写しのうち、手を加えてあるので残したもの：{file}" for file in copies.kept]
    if notes:
        told.append(PRIVATE)
    return Linted(notes, told, report, copies)
