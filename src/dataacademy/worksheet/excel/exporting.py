"""Writing the workbook where it should lie, without taking anybody's typing."""

from __future__ import annotations

from pathlib import Path

from dataacademy.errors import DataAcademyError
from dataacademy.files import write_bytes
from dataacademy.worksheet.excel.importing import import_
from dataacademy.worksheet.excel.opening import held_open
from dataacademy.worksheet.excel.writing import workbook
from dataacademy.worksheet.model import Worksheet


def export(worksheet: Worksheet, target: Path | str) -> Path:
    """Write ``worksheet`` as a workbook to be filled in, printed and imported again; the file written.

    Errors: ``not_xlsx`` (another suffix), ``open_elsewhere``, ``cannot_write``; ``not_imported`` where the file there
    holds something that the worksheet does not have yet, ``other_file`` where it is no workbook of a worksheet.
    """
    target = Path(target)
    if target.suffix.lower() != ".xlsx":
        raise DataAcademyError(
            "not_xlsx",
            f"「{target.name}」には書けません。Excel のファイル（.xlsx）にしてください。",
            f"{target.name!r} is no .xlsx file.",
            fix=f"{target.stem}.xlsx とします。",
            fix_en=f"Use {target.stem}.xlsx.",
        )
    if mark := held_open(target):
        raise DataAcademyError(
            "open_elsewhere",
            f"「{target.name}」は、Excel などで開いたままです。書き出していません。",
            f"{target.name} is open elsewhere. Nothing was written.",
            fix=f"閉じてから、もう一度書き出します。開いていなければ「{mark.name}」を消します。",
            fix_en=f"Close it and export again. If nobody has it open, delete {mark.name}.",
        )
    if target.is_file():
        _check_read(target, worksheet)
    write_bytes(target, workbook(worksheet))
    return target


def _check_read(target: Path, worksheet: Worksheet) -> None:
    """Refuse to write over what somebody typed."""
    try:
        there = import_(target, worksheet)
    except DataAcademyError as error:
        raise DataAcademyError(
            "other_file",
            f"「{target.name}」は、もうある別のファイルです。上書きしていません。",
            f"{target.name} is another file. It was not overwritten.",
            fix="別の名前で書き出します。",
            fix_en="Use another name.",
        ) from error
    lost = [note for note in there.notes if note.level == "error" or note.kind.startswith("extra_")]
    waiting = [*there.changes, *there.conflicts, *lost]
    if waiting:
        raise DataAcademyError(
            "not_imported",
            f"「{target.name}」に、まだ取り込んでいない書き込みが {len(waiting)} 件あります。上書きしていません。",
            f"{target.name} holds {len(waiting)} edits that were not imported. It was not overwritten.",
            fix="先に取り込むか、別の名前で書き出します。",
            fix_en="Import it first, or use another name.",
        )
