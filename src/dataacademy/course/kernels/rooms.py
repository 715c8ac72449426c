"""Folders in which a learner's code may write: how full they are, and away with them whatever is in them."""

from __future__ import annotations

import errno
import os
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MAX_DEPTH = 30  # folders inside folders


@contextmanager
def temporary_folder(inside: Path | None = None) -> Iterator[Path]:
    """A fresh folder that goes with the block, whatever was written into it."""
    folder = Path(tempfile.mkdtemp(prefix="dataacademy-", dir=inside))
    try:
        yield folder
    finally:
        remove_folder(folder)


def remove_folder(folder: Path) -> None:
    """Remove a folder that may be nested deeper than paths are long, or closed to reading; nothing if it is not there.

    Folders in folders are moved up before they are emptied, so that no path gets long.
    """
    waiting = [folder]
    while waiting:
        one = waiting.pop()
        with suppress(FileNotFoundError, NotADirectoryError):
            for entry in _entries(one):
                if not entry.is_dir(follow_symlinks=False):
                    os.unlink(entry.path)
                elif one == folder:
                    waiting.append(Path(entry.path))
                else:
                    waiting.append(folder / secrets.token_hex(16))
                    os.chmod(entry.path, 0o700)  # moving a folder changes its link to the one above
                    os.rename(entry.path, waiting[-1])
            if one != folder:
                os.rmdir(one)
    with suppress(FileNotFoundError):
        os.rmdir(folder)


def _entries(folder: Path) -> list[os.DirEntry]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except PermissionError:  # the learner made it so; it is ours
        os.chmod(folder, 0o700)
        with os.scandir(folder) as entries:
            return list(entries)


def contents(folders: Iterable[Path], most: int) -> tuple[int, int]:
    """Bytes on the disk and the number of files and folders; beyond ``most`` or :data:`MAX_DEPTH` it stops counting.

    Folders that go on below :data:`MAX_DEPTH`, or so far that their path is too long, count as more than ``most``.
    """
    waiting = [(folder, 0) for folder in folders]
    taken = number = 0
    while waiting and number <= most:
        folder, depth = waiting.pop()
        if depth > MAX_DEPTH:
            return taken, most + 1
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    number += 1
                    if number > most:
                        break
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append((Path(entry.path), depth + 1))
                    else:
                        with suppress(OSError):
                            taken += entry.stat(follow_symlinks=False).st_blocks * 512
        except OSError as error:  # it may go while we look
            if error.errno == errno.ENAMETOOLONG:
                return taken, most + 1
    return taken, number
