"""The file of a worksheet: read, saved by one at a time, whole or not at all, with every earlier state kept."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dataacademy.errors import DataAcademyError
from dataacademy.files import write_bytes, writing_to
from dataacademy.worksheet.history import Version, beside, keep, version, versions
from dataacademy.worksheet.merging import Conflict, merge
from dataacademy.worksheet.migration import migrate
from dataacademy.worksheet.model import Worksheet
from dataacademy.worksheet.parsing import parse
from dataacademy.worksheet.rendering import render
from dataacademy.worksheet.splicing import splice

__all__ = ["EditConflict", "Stored", "beside", "read", "restore", "save", "versions"]
_PATIENCE = 10  # seconds that a save waits for another


@dataclass(frozen=True)
class Stored:
    """A worksheet as it lies in its file."""

    path: Path
    text: str
    worksheet: Worksheet


class EditConflict(DataAcademyError):
    """Two changed the same field; ``conflicts`` lists them, ``merged`` is the file with everything else of yours."""

    conflicts: tuple[Conflict, ...] = ()
    merged: Worksheet | None = None
    theirs: Stored | None = None


def read(path: Path | str) -> Stored:
    """The worksheet in a file.

    Errors: ``no_worksheet``, ``not_utf8``, ``not_yaml``, ``bad_worksheet``, ``future_version``.  Where an earlier state
    can be brought back, the message says how.  Nothing is written.
    """
    path = Path(path)
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        current = migrate(text, path.name)
        return Stored(path, text, parse(current, path.name).worksheet)
    except FileNotFoundError as error:
        raise DataAcademyError(
            "no_worksheet",
            f"ワークシート「{path.name}」がありません。",
            f"There is no worksheet {path.name}.",
            fix=_way_back(path) or "場所と名前を確かめてください。",
            fix_en="Check the place and the name.",
            file=str(path),
        ) from error
    except UnicodeDecodeError as error:
        raise DataAcademyError(
            "not_utf8",
            "文字コードが UTF-8 ではありません。",
            "The file is not UTF-8.",
            fix="メモ帳の「名前を付けて保存」で、文字コードを UTF-8 にしてください。" + _way_back(path),
            fix_en="Save it as UTF-8.",
            file=path.name,
            row=error.object[: error.start].count(b"\n") + 1,
        ) from error
    except DataAcademyError as error:
        if error.note.kind in ("not_yaml", "bad_worksheet") and (way := _way_back(path)):
            note = error.note
            raise DataAcademyError(
                note.kind, note.ja, note.en, fix=note.fix + way, fix_en=note.fix_en, file=note.file, row=note.row
            ) from error
        raise


def _way_back(path: Path) -> str:
    try:
        last = version(path)
    except DataAcademyError:
        return ""
    return f" 最後に保存した {last} に戻すには、uv run dataacademy worksheet restore {path} を実行します。"


def save(path: Path | str, worksheet: Worksheet, *, base: Stored | None = None) -> Stored:
    """Write ``worksheet``; what others saved since ``base`` was read is kept and merged, field by field.

    base
        What the changes were made on; None only for a new file.

    Errors: :class:`EditConflict` where both changed one field (the file then stays as the other left it, and yours lies
    in the history), ``worksheet_exists``, ``in_use``, ``cannot_write``, and those of :func:`read`.
    """
    path = Path(path)
    with _locked(path):
        if base is None:
            if path.exists():
                raise DataAcademyError(
                    "worksheet_exists",
                    f"「{path.name}」は、もうあります。",
                    f"{path.name} exists already.",
                    fix="それを開くか、ほかの名前にしてください。",
                    fix_en="Open it, or choose another name.",
                    file=str(path),
                )
            return _write(path, render(worksheet), worksheet)
        there = read(path)
        if there.text != base.text:
            merged, conflicts = merge(base.worksheet, worksheet, there.worksheet)
            if conflicts:
                raise _conflict(path, worksheet, merged, conflicts, there)
            worksheet = merged
        migrated = migrate(there.text)
        text = splice(migrated, there.worksheet, worksheet)
        return there if text == there.text else _write(path, text, worksheet, there.text)


def _write(path: Path, text: str, worksheet: Worksheet, before: str | None = None) -> Stored:
    if before is not None:
        keep(path, before.encode("utf-8"))
    keep(path, text.encode("utf-8"))
    write_bytes(path, text.encode("utf-8"), durable=True)
    return Stored(path, text, worksheet)


def restore(path: Path | str, name: str = "") -> tuple[Stored, Version]:
    """Bring back the version ``name`` (by default the last good one); what is there now goes into the history first."""
    path = Path(path)
    with _locked(path):
        wanted = version(path, name)
        text = wanted.path.read_text(encoding="utf-8")
        if path.exists():
            keep(path, path.read_bytes())
        keep(path, text.encode("utf-8"))
        write_bytes(path, text.encode("utf-8"), durable=True)
    return Stored(path, text, parse(migrate(text)).worksheet), wanted


def _conflict(
    path: Path, mine: Worksheet, merged: Worksheet, conflicts: list[Conflict], theirs: Stored
) -> EditConflict:
    kept = keep(path, render(mine).encode("utf-8"))
    keep(path, theirs.text.encode("utf-8"))  # the newest version stays the one in the file
    error = EditConflict(
        "edit_conflict",
        "ほかの人（または別の画面）が、同じところを先に変えました。どちらも消していません。\n"
        + "\n".join(f"・{conflict}" for conflict in conflicts),
        f"Somebody else changed the same fields: {', '.join(f'{c.id}.{c.field}' for c in conflicts)}",
        fix=f"開き直して、どちらにするか決めてください。あなたの版は {kept.path.name} に取ってあります。",
        fix_en="Open it again and decide. Your version is in the history.",
        file=path.name,
    )
    error.conflicts, error.merged, error.theirs = tuple(conflicts), merged, theirs
    return error


@contextmanager
def _locked(path: Path):
    """One writer at a time, on network drives and Windows too."""
    from filelock import FileLock, Timeout

    with writing_to(path):
        beside(path).mkdir(parents=True, exist_ok=True)
        lock = FileLock(beside(path) / ".lock", timeout=_PATIENCE)
        try:
            lock.acquire()
        except Timeout as error:
            raise DataAcademyError(
                "in_use",
                f"「{path.name}」は、ほかの人が保存している途中です。",
                f"{path.name} is being saved by somebody else.",
                fix="少し待って、もう一度保存してください。入力したものは消えていません。",
                fix_en="Wait a little and save again. Nothing you typed is lost.",
                file=path.name,
            ) from error
    try:
        yield
    finally:
        lock.release()
