"""The file of a worksheet: read, saved by one at a time, whole or not at all, with every earlier state kept."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from dataacademy.errors import DataAcademyError
from dataacademy.files import write_bytes
from dataacademy.worksheet import history
from dataacademy.worksheet.history import Version, given, good, keep, versions
from dataacademy.worksheet.locking import beside, locked
from dataacademy.worksheet.merging import Conflict, apart, merge
from dataacademy.worksheet.model import Worksheet
from dataacademy.worksheet.parsing import Parsed, parse
from dataacademy.worksheet.rendering import render
from dataacademy.worksheet.splicing import splice, written
from dataacademy.worksheet.yamltext import not_utf8

__all__ = ["EditConflict", "Stored", "beside", "create", "read", "restore", "save", "versions"]


@dataclass(frozen=True)
class Stored:
    """A worksheet as it lies in its file.

    text
        What the file holds, with LF and without a byte order mark.
    renamed
        Ids of records that :func:`save` had to number anew, because somebody else had taken the number: old → new.
    """

    path: Path
    text: str
    _parsed: Parsed = field(repr=False)
    renamed: dict[str, str] = field(default_factory=dict)

    @cached_property
    def worksheet(self) -> Worksheet:
        """What the file holds, as a copy that may be changed."""
        return self._parsed.worksheet.model_copy(deep=True)


class EditConflict(DataAcademyError):
    """Two changed the same field; ``conflicts`` lists them, ``merged`` is the file with everything else of yours."""

    conflicts: tuple[Conflict, ...] = ()
    merged: Worksheet | None = None
    theirs: Stored | None = None


def read(path: Path | str) -> Stored:
    """The worksheet in a file.  Nothing is written.

    Errors: ``no_worksheet``, ``cannot_read``, ``not_utf8``, ``half_written``, ``not_yaml``, ``bad_worksheet``,
    ``future_version``.  Where an earlier state can be brought back, the message says how.
    """
    path = Path(path)
    try:
        text = _text(path)
        stored = Stored(path, text, parse(text, path.name))
    except DataAcademyError as error:
        if error.note.kind in ("future_version", "cannot_read"):
            raise
        raise _more(error, _way_back(path)) from error
    if gone := given(path, text):
        stored.worksheet.remember(gone)
    return stored


def _text(path: Path) -> str:
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except FileNotFoundError as error:
        raise DataAcademyError(
            "no_worksheet",
            "ワークシートのファイルがありません。",
            "There is no such worksheet.",
            fix="場所と名前を確かめてください。",
            fix_en="Check the place and the name.",
            file=str(path),
        ) from error
    except (OSError, ValueError) as error:
        if isinstance(error, UnicodeDecodeError):
            raise not_utf8(error, path.name) from error
        raise DataAcademyError(
            "cannot_read",
            f"ファイルを読めません（{'フォルダです' if path.is_dir() else '読み取りが許可されていません'}）。",
            f"The file cannot be read: {error}",
            fix="場所と名前、ファイルの権限を確かめてください。",
            fix_en="Check the place, the name and the permissions.",
            file=path.name,
        ) from error
    if text and not text.endswith("\n"):
        _refuse_cut(path, text)
    return text


def _refuse_cut(path: Path, text: str) -> None:
    """A file that stops within a line of the version last saved was not changed by a person: writing it was cut off."""
    last = next((version.path.read_text(encoding="utf-8") for version in versions(path)[:1]), "")
    if last.startswith(text) and last[len(text)] != "\n":
        raise DataAcademyError(
            "half_written",
            "ファイルが途中で切れています。最後に保存した版には、続きがあります。",
            "The file is cut off; the version last saved goes on.",
            fix="自分で消したのなら、最後の行の終わりで改行してください。",
            fix_en="If you removed the rest yourself, end the last line with a line break.",
            file=path.name,
            row=text.count("\n") + 1,
        )


def _way_back(path: Path) -> str:
    try:
        last = good(path)
    except DataAcademyError:
        return ""
    return f"最後に保存した {last} に戻すには：{history.command('restore', path)}"


def _more(error: DataAcademyError, way: str) -> DataAcademyError:
    """The error with one more way out."""
    note = replace(error.note, fix="\n→ ".join(filter(None, [error.note.fix, way])))
    where = {key: value for key, value in vars(note).items() if key not in ("kind", "ja", "en", "level")}
    return DataAcademyError(note.kind, note.ja, note.en, **where)


def create(path: Path | str, text: str) -> Stored:
    """Begin a worksheet with this text, unless there is one already (then that one is read)."""
    path = Path(path)
    with locked(path):
        if not path.exists():
            return _write(path, parse(text, path.name))
    return read(path)


def save(path: Path | str, worksheet: Worksheet, *, base: Stored | None = None) -> Stored:
    """Write ``worksheet``; what others saved since ``base`` was read is kept and merged, field by field.

    base
        What the changes were made on; None only for a new file.

    Errors: :class:`EditConflict` where both changed one field (the file then stays as the other left it, and yours lies
    in the history), ``worksheet_exists``, ``in_use``, ``cannot_write``, ``not_kept``, and those of :func:`read`.
    """
    path = Path(path)
    with locked(path):
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
            return _write(path, written(worksheet))
        there, renamed = _there(path, worksheet, base), {}
        if there.text != base.text:
            was, now = base._parsed.worksheet, there._parsed.worksheet
            worksheet, renamed = apart(was, worksheet, now)
            merged, conflicts = merge(was, worksheet, now)
            if conflicts:
                raise _conflict(path, worksheet, merged, conflicts, there)
            worksheet = merged
        worksheet = worksheet.model_copy()
        worksheet.remember(base._parsed.worksheet.highest(), there._parsed.worksheet.highest())
        made = splice(there._parsed, worksheet)
        if made.text == there.text:
            return replace(there, renamed=renamed)
        keep(path, there.text.encode("utf-8"))
        return replace(_write(path, made), renamed=renamed)


def _there(path: Path, mine: Worksheet, base: Stored) -> Stored:
    """What the file holds now; where it cannot be read, mine is put into the history before that is told."""
    try:
        return base if path.exists() and _text(path) == base.text else read(path)
    except DataAcademyError as error:
        kept = keep(path, render(mine).encode("utf-8"))
        raise _more(error, f"いま保存しようとした内容は、{_place(path, kept.path)} に取ってあります。") from error


def restore(path: Path | str, version: Version | str = "") -> tuple[Stored, Version]:
    """Bring back an earlier version: see ``history.restore``.  Returns what the file holds now, and the version."""
    wanted = history.restore(path, version)
    return read(path), wanted


def _place(path: Path, kept: Path) -> str:
    return kept.relative_to(path.parent).as_posix()


def _write(path: Path, made: Parsed) -> Stored:
    content = made.text.encode("utf-8")
    keep(path, content)
    write_bytes(path, content, durable=True)
    return Stored(path, made.text, made)


def _conflict(
    path: Path, mine: Worksheet, merged: Worksheet, conflicts: list[Conflict], theirs: Stored
) -> EditConflict:
    kept = keep(path, render(mine).encode("utf-8"))
    keep(path, theirs.text.encode("utf-8"))  # the newest version stays the one in the file
    error = EditConflict(
        "edit_conflict",
        "ほかの人（または別の画面）が、同じところを先に変えました。ファイルは変えていません。\n"
        + "\n".join(f"・{conflict}" for conflict in conflicts),
        f"Somebody else changed the same fields: {', '.join(f'{c.id}.{c.field}' for c in conflicts)}",
        fix=f"開き直して、どちらにするか決めてください。あなたの版は {_place(path, kept.path)} に取ってあります。",
        fix_en="Open it again and decide. Your version is in the history.",
        file=path.name,
    )
    error.conflicts, error.merged, error.theirs = tuple(conflicts), merged, theirs
    return error
