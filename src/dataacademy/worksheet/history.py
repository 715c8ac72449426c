"""Earlier versions of a worksheet: each save keeps one, and each can be taken back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dataacademy.errors import DataAcademyError
from dataacademy.files import write_bytes

KEPT = 300  # versions; a class of several days makes far fewer
_FORM = "%Y%m%d-%H%M%S-%f"


@dataclass(frozen=True)
class Version:
    """One saved state: where it lies, and when it was saved."""

    path: Path
    when: datetime

    @property
    def name(self) -> str:
        """What a person types to get it back."""
        return self.path.stem

    def __str__(self) -> str:
        return f"{self.name}（{self.when:%Y年%m月%d日 %H時%M分%S秒}）"


def beside(path: Path) -> Path:
    """The folder for everything that belongs to a worksheet: history, figures, tables, indicators, briefs."""
    return path.with_name(f"{path.stem}_記録")


def versions(path: Path) -> list[Version]:
    """The kept versions of a worksheet, the newest first."""
    found = []
    for file in (beside(Path(path)) / "履歴").glob("*.yml"):
        try:
            found.append(Version(file, datetime.strptime(file.stem.rsplit("-", 1)[0], _FORM)))
        except ValueError:  # somebody's own file
            continue
    return sorted(found, key=lambda version: version.path.name, reverse=True)


def keep(path: Path, content: bytes) -> Version:
    """Put a state into the history, unless the newest one is the same."""
    mark = hashlib.sha256(content).hexdigest()[:8]
    known = versions(path)
    if known and known[0].name.endswith(mark) and known[0].path.read_bytes() == content:
        return known[0]
    now = datetime.now()
    file = beside(path) / "履歴" / f"{now.strftime(_FORM)}-{mark}.yml"
    write_bytes(file, content)
    for old in known[KEPT - 1 :]:
        old.path.unlink(missing_ok=True)
    return Version(file, now)


def version(path: Path, name: str = "") -> Version:
    """The version with this name, or the newest one that can be read.  Errors: ``no_version``."""
    from dataacademy.worksheet.parsing import parse

    for one in versions(path):
        if name and one.name != name:
            continue
        try:
            parse(one.path.read_text(encoding="utf-8"))
        except (DataAcademyError, UnicodeDecodeError):
            continue
        return one
    raise DataAcademyError(
        "no_version",
        f"「{name}」という版はありません。" if name else "戻せる版がありません。",
        f"There is no version {name!r}." if name else "There is no version to go back to.",
        fix="ある版は、uv run dataacademy worksheet history ファイル で見られます。",
        fix_en="See `uv run dataacademy worksheet history FILE`.",
        file=str(path),
    )
