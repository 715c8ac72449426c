"""What ``dataacademy lint`` does: checks, writes the page and the marked copies, and says where they are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dataacademy import paths
from dataacademy.files import write_text
from dataacademy.notes import Note
from dataacademy.tables.lint.check import Progress, check, files_of
from dataacademy.tables.lint.copies import write_copies
from dataacademy.tables.lint.report import html as page
from dataacademy.tables.lint.report import lines


@dataclass(frozen=True)
class Linted:
    """What was found, the lines for the terminal, and what was written."""

    notes: list[Note]
    lines: list[str]
    report: Path
    copies: list[Path]


def lint(
    path: Path, *, html: Path | None = None, excel: Path | None = None, progress: Progress | None = None
) -> Linted:
    """Check a file or a folder; write the page and the copies, below ``work/lint/`` unless told otherwise."""
    notes = check(path, progress=progress)
    name = path.resolve().name
    folder = paths.output() / "work" / "lint"
    report = html or folder / f"{name}.html"
    n = len(files_of(path))
    write_text(report, page(f"表の点検　{name}", notes, n))
    copies, left_out = write_copies(path, notes, excel or folder / name)
    told = [*lines(notes)]
    told.append(
        f"調べたファイル {n:,}件、問題 {len(notes):,}件。" if notes else f"調べたファイル {n:,}件に、問題はありません。"
    )
    told.append(f"報告：{report}")
    if copies:
        told.append(f"印を付けたExcelの写し {len(copies):,}件：{excel or folder / name}")
    told += [f"大きすぎるので写しを作らなかったファイル：{file}" for file in left_out]
    return Linted(notes, told, report, copies)
