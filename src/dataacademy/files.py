"""Writing without leaving anything half-written, and with messages a person can act on."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from dataacademy.errors import DataAcademyError


@contextmanager
def writing_to(target: Path):
    """Turn 'disk full', 'not allowed' and 'read-only' into one message that names the folder and the way out."""
    try:
        yield
    except OSError as error:
        full = ("ディスクの空きがありません", "the disk is full", "不要なファイルを消して空きを作る")
        forbidden = ("書き込みが許可されていません", "writing is not permitted", "書き込めるフォルダを選ぶ")
        no_folder = ("途中の名前がフォルダではありません", "part of it is no folder", "名前を確かめる")
        reasons = {
            errno.ENOSPC: full,
            errno.EACCES: forbidden,
            errno.EPERM: forbidden,
            errno.EROFS: forbidden,
            errno.ENOTDIR: no_folder,
            errno.EEXIST: no_folder,
            errno.ENOENT: ("その場所がありません", "there is no such place", "名前を確かめる"),
            errno.EISDIR: ("同じ名前のフォルダがあります", "it is a folder", "ファイルの名前まで書く"),
            errno.ENAMETOOLONG: ("名前が長すぎます", "its name is too long", "短い名前にする"),
        }
        if error.errno not in reasons:
            raise
        ja, en, way = reasons[error.errno]
        raise DataAcademyError(
            "cannot_write",
            f"「{target}」に書き込めません（{ja}）。元のファイルは変わっていません。",
            f"Cannot write to {target}: {en}. Nothing was changed.",
            fix=f"{way}か、環境変数 DATAACADEMY_OUTPUT で別のフォルダを指定して、もう一度実行してください。",
            fix_en="Free some space, or name another folder in DATAACADEMY_OUTPUT, and run again.",
        ) from error


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text with LF; see :func:`write_bytes`."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, content: bytes, *, durable: bool = False) -> None:
    """Write through a temporary name in the same folder, then move it into place.

    durable
        Wait until the disk holds it: for what people typed, which a power cut must not take.
    """
    with writing_to(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                if durable:
                    stream.flush()
                    os.fsync(stream.fileno())
            os.chmod(name, 0o644)
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


@contextmanager
def replacing_folder(target: Path):
    """Give an empty temporary folder to fill; it takes the place of ``target`` only if the block ends well."""
    with writing_to(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
        os.chmod(fresh, 0o755)
        try:
            yield fresh
            old = fresh.with_name(fresh.name + ".old")
            if target.exists():
                os.replace(target, old)
            try:
                os.replace(fresh, target)
            except OSError:
                if old.exists():
                    os.replace(old, target)
                raise
            shutil.rmtree(old, ignore_errors=True)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise


def fingerprint(*parts: Path | str | bytes) -> str:
    """Hex digest of files, folders (all files below, by name) and strings, in the order given."""
    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, Path):
            for file in sorted(part.rglob("*")) if part.is_dir() else [part]:
                if file.is_file() and "__pycache__" not in file.parts:
                    digest.update(file.name.encode())
                    digest.update(file.read_bytes())
        else:
            digest.update(part if isinstance(part, bytes) else part.encode())
        digest.update(b"\0")
    return digest.hexdigest()
