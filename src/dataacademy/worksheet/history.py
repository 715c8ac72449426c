"""Earlier versions of a worksheet: each save keeps one, and each can be taken back."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from dataacademy.errors import DataAcademyError
from dataacademy.files import write_bytes
from dataacademy.worksheet.locking import beside, locked
from dataacademy.worksheet.model import KINDS
from dataacademy.worksheet.parsing import parse
from dataacademy.worksheet.splicing import splice

__all__ = ["Version", "beside", "command", "given", "good", "keep", "restore", "versions"]
KEPT = 300  # all of the newest versions; of those before, the last of each day
_GIVEN = re.compile(rf"""\bid: *["']?({"|".join(KINDS)})([1-9]\d{{0,6}})\b""")
_REMOVED = re.compile(rf"\b({'|'.join(KINDS)}): *([1-9]\d{{0,6}})\b")
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


def versions(path: Path | str) -> list[Version]:
    """The kept versions of a worksheet, the newest first."""
    found = []
    for file in (beside(path) / "履歴").glob("*.yml"):
        try:
            found.append(Version(file, datetime.strptime(file.stem.rpartition("-")[0], _FORM)))
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
    if known and now <= known[0].when:  # a clock that was set back must not change the order
        now = known[0].when + timedelta(microseconds=1)
    file = beside(path) / "履歴" / f"{now.strftime(_FORM)}-{mark}.yml"
    write_bytes(file, content)
    for newer, old in zip(known[KEPT - 2 :], known[KEPT - 1 :], strict=False):
        if old.when.date() == newer.when.date():
            old.path.unlink(missing_ok=True)
    return Version(file, now)


def good(path: Path | str, name: str = "") -> Version:
    """The version ``name``; without a name, the newest that can be read and is not what the file holds now.

    Errors: ``no_version``.
    """
    path = Path(path)
    now = path.read_bytes() if path.is_file() else None
    for one in versions(path):
        content = one.path.read_bytes()
        if (name == one.name or (not name and content != now)) and _reads(content):
            return one
    raise DataAcademyError(
        "no_version",
        f"「{name}」という版はないか、読めません。" if name else "戻せる版がありません。",
        f"There is no readable version {name!r}." if name else "There is no version to go back to.",
        fix=f"ある版を見るには：{command('history', path)}",
        fix_en=f"To see the versions: {command('history', path)}",
        file=path.name,
    )


def given(path: Path, text: str) -> dict[str, int]:
    """The highest numbers in the version last saved, unless that is ``text``: an editor takes records out unseen."""
    last = next((one.path.read_text(encoding="utf-8", errors="replace") for one in versions(path)[:1]), text)
    return {} if last == text else _numbers(last)


def _numbers(text: str) -> dict[str, int]:
    """The highest number of each kind that a file gave out, also of one that cannot be read as a worksheet."""
    found: dict[str, int] = {}
    for line in text.splitlines():
        if not line.lstrip().startswith("#"):
            for kind, number in (_REMOVED if line.startswith("removed:") else _GIVEN).findall(line):
                found[kind] = max(found.get(kind, 0), int(number))
    return found


def command(what: str, path: Path) -> str:
    """What a person types to look at the history or to go back.

    >>> command("restore", Path("my team.yml"))
    'uv run dataacademy worksheet restore "my team.yml"'
    """
    shown = f'"{path}"' if " " in str(path) or "　" in str(path) else str(path)
    return f"uv run dataacademy worksheet {what} {shown}"


def _remembering(content: bytes, newest: list[bytes]) -> bytes:
    """A version with the numbers that were given out after it; as it is where there are none."""
    old = parse(content.decode("utf-8-sig"))
    worksheet = old.worksheet.model_copy(deep=True)
    worksheet.remember(*(_numbers(one.decode("utf-8", "replace")) for one in newest))
    return content if worksheet == old.worksheet else splice(old, worksheet).text.encode("utf-8")


def _reads(content: bytes) -> bool:
    try:
        parse(content.decode("utf-8-sig"))
    except (DataAcademyError, UnicodeDecodeError):
        return False
    return True


def restore(path: Path | str, version: Version | str = "") -> Version:
    """Bring back a version, by default as :func:`good` says; what is there now is kept, so this can be undone.

    Numbers of records that came after it do not come back.

    Errors: ``no_version``, ``in_use``, ``cannot_write``.
    """
    path = Path(path)
    with locked(path):
        wanted = good(path, version.name if isinstance(version, Version) else version)
        newest = [file.read_bytes() for file in (path, versions(path)[0].path) if file.is_file()]
        if path.is_file():
            keep(path, path.read_bytes())
        content = _remembering(wanted.path.read_bytes(), newest)
        keep(path, content)
        write_bytes(path, content, durable=True)
    return wanted
