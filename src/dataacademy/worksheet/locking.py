"""One writer at a time for a worksheet, on network drives and Windows too."""

from __future__ import annotations

import time
from contextlib import contextmanager
from pathlib import Path

from dataacademy.errors import DataAcademyError
from dataacademy.files import writing_to

PATIENCE = 10  # seconds that a save waits for another
_LEFT_OVER = 3600  # seconds after which a temporary file is nobody's any more


def beside(path: Path | str) -> Path:
    """The folder for everything that belongs to a worksheet: history, figures, tables, indicators."""
    path = Path(path)
    return path.with_name(f"{path.stem}_記録")


@contextmanager
def locked(path: Path):
    """Hold the worksheet while it is looked at and written.  Errors: ``in_use``, ``cannot_write``."""
    from filelock import FileLock, Timeout

    with writing_to(path):
        beside(path).mkdir(parents=True, exist_ok=True)
        lock = FileLock(beside(path) / ".lock", timeout=PATIENCE)
        try:
            lock.acquire()
        except Timeout as error:
            raise DataAcademyError(
                "in_use",
                f"「{path.name}」は、ほかの人が保存している途中です。",
                f"{path.name} is being saved by somebody else.",
                fix="少し待って、もう一度保存してください。ファイルは変えていません。",
                fix_en="Wait a little and save again. The file was not changed.",
                file=path.name,
            ) from error
    try:
        _sweep(path)
        yield
    finally:
        lock.release()


def _sweep(path: Path) -> None:
    """Take away what a program that was killed while writing left behind."""
    for folder, names in ((path.parent, f".{path.name}.*"), (beside(path) / "履歴", ".*.yml.*")):
        for left in folder.glob(names):
            if time.time() - left.stat().st_mtime > _LEFT_OVER:
                left.unlink(missing_ok=True)
