"""A folder of worksheets: how far each team is, what is said most often, and which files cannot be read."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from dataacademy.errors import DataAcademyError
from dataacademy.worksheet import store
from dataacademy.worksheet.model import Worksheet, kind_of
from dataacademy.worksheet.review.bank import MEND, OWN, THINK, bank_for
from dataacademy.worksheet.review.checking import Comment, review
from dataacademy.worksheet.review.context import is_blank

# The steps of each flow and the kinds of records that belong to them.
STEPS = {
    "A": {
        "0 目標・課題": ("goal", "problem", "issue"),
        "1 仮説": ("hypothesis",),
        "2 データ": ("data",),
        "3 分析設計": ("design",),
        "4 分析": ("finding",),
        "5 評価": ("fact", "verdict"),
        "6 施策": ("measure",),
        "7 効果・指標": ("effect", "cost", "indicator"),
    },
    "B": {
        "1 目標・課題": ("goal", "problem", "issue"),
        "2 現状とあるべき姿": ("process", "hypothesis", "design", "finding", "fact", "verdict"),
        "3 データ項目": ("data", "crud"),
        "4 プロトタイプ": ("prototype",),
        "5 効果・費用・指標": ("measure", "effect", "cost", "indicator"),
    },
}


@dataclass(frozen=True)
class Step:
    """One step of one team: records that are filled in, and comments of each severity."""

    records: int
    mend: int
    think: int


@dataclass(frozen=True)
class Reviewed:
    """One team's file with what is said of it; ``steps`` by the names in :data:`STEPS`."""

    path: Path
    worksheet: Worksheet
    comments: tuple[Comment, ...]
    steps: dict[str, Step]

    @property
    def name(self) -> str:
        """The team's name, or that of its file."""
        return self.worksheet.team.name or self.path.stem

    @property
    def reached(self) -> str:
        """The last step with a record, or empty."""
        return next((name for name in reversed(self.steps) if self.steps[name].records), "")

    def count(self, severity: str) -> int:
        """How many comments of a severity."""
        return sum(comment.severity == severity for comment in self.comments)


@dataclass(frozen=True)
class Cohort:
    """All teams of a folder.

    common
        ``(what, teams, times)``: what is said to most teams, first.
    unreadable
        ``(file, reason)``.
    """

    folder: Path
    teams: tuple[Reviewed, ...]
    common: tuple[tuple[str, int, int], ...]
    unreadable: tuple[tuple[Path, str], ...]


def review_file(
    path: Path | str, *, comments: Path | str | None = None, today: datetime.date | None = None
) -> Reviewed:
    """Read and review one worksheet.  Errors: those of ``store.read`` and ``review``."""
    stored = store.read(path)
    said = review(stored.worksheet, stored.path, comments=comments, today=today)
    return Reviewed(stored.path, stored.worksheet, tuple(said), _steps(stored.worksheet, said))


def _steps(worksheet: Worksheet, said: list[Comment]) -> dict[str, Step]:
    filled = Counter(kind_of(record.id) for record in worksheet if not is_blank(record))
    spoken = Counter((kind_of(comment.record), comment.severity) for comment in said)
    return {
        name: Step(
            sum(filled[kind] for kind in kinds),
            sum(spoken[kind, MEND] for kind in kinds),
            sum(spoken[kind, THINK] for kind in kinds),
        )
        for name, kinds in STEPS[worksheet.team.flow or "A"].items()
    }


def review_folder(
    folder: Path | str, *, comments: Path | str | None = None, today: datetime.date | None = None
) -> Cohort:
    """Review every worksheet (``.yml``, ``.yaml``) in a folder and in the folders of teams right below it.

    The folders of records beside worksheets (``…_記録``) and an instructor's bank (``講評.yml``) are no worksheets.
    Errors: ``no_folder``, ``no_worksheets``, those of the comment bank; a file that cannot be read is listed instead.
    """
    folder = Path(folder)
    files = _files(folder)
    own = folder / OWN
    comments = comments if comments is not None else own if own.is_file() else None
    bank = bank_for(None, comments)
    teams, unreadable = [], []
    for path in files:
        try:
            stored = store.read(path)
        except (DataAcademyError, OSError) as error:
            unreadable.append((path, _reason(error)))
            continue
        said = review(stored.worksheet, path, comments=comments, today=today)
        teams.append(Reviewed(path, stored.worksheet, tuple(said), _steps(stored.worksheet, said)))
    times = Counter(comment.rule for team in teams for comment in team.comments)
    heard = Counter(rule for team in teams for rule in {comment.rule for comment in team.comments})
    order = sorted(times, key=lambda rule: (-heard[rule], -times[rule], rule))
    common = [(re.sub(r"\{\w+\}", "…", bank.texts[rule].title), heard[rule], times[rule]) for rule in order]
    return Cohort(folder, tuple(teams), tuple(common), tuple(unreadable))


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise DataAcademyError(
            "no_folder",
            f"フォルダ「{folder}」がありません。",
            f"There is no folder {folder}.",
            fix="場所と名前を確かめてください。",
            fix_en="Check the place and the name.",
        )
    below = [f for f in folder.iterdir() if f.is_dir() and not f.name.endswith("_記録") and not f.name.startswith(".")]
    found = [
        file
        for place in [folder, *below]
        for file in place.iterdir()
        if file.suffix.lower() in (".yml", ".yaml") and not file.name.startswith(".") and file.name != OWN
    ]
    if not found:
        raise DataAcademyError(
            "no_worksheets",
            f"「{folder}」にワークシート（.yml）がありません。",
            f"No worksheet in {folder}.",
            fix="班のワークシートを集めたフォルダを指定してください。",
            fix_en="Name the folder with the teams' worksheets.",
        )
    return sorted(found)


def _reason(error: Exception) -> str:
    """Why a file cannot be read, in one paragraph."""
    if not isinstance(error, DataAcademyError):
        return "ファイルを開けません。ほかのソフトで開いていないか、名前と許可を確かめてください。"
    note = error.note
    row = f"{note.row}行目：" if note.row is not None else ""
    return row + note.ja + (f" → {note.fix}" if note.fix else "")
