"""Every file in a folder of hand-ins, archives opened: links never followed, nothing changed, nothing that explodes."""

from __future__ import annotations

import lzma
import os
import re
import stat
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from dataacademy.course.grade.names import JAPAN
from dataacademy.paths import STATE

MAX_FILES = 20_000  # in the folder and in all archives
MAX_FOLDERS_DEEP = 30
MAX_ARCHIVES_DEEP = 3  # archives in archives
MAX_DIRECTORY = 20 * 1024**2  # bytes of an archive's list of files
MAX_ENTRY = 100 * 1024**2  # bytes of one file in an archive
MAX_ARCHIVE = 2 * 1024**3  # bytes of all files in an archive and the archives in it
MAX_ALL = 8 * 1024**3  # bytes of all archives
MAX_RATIO = 100  # an archive grows at most so many times, beyond
FREE = 50 * 1024**2  # bytes that any archive may grow to
_JUNK = {
    ".ipynb_checkpoints": "Jupyter が自動で残す控えです。",
    "__macosx": "Mac が ZIP に付ける控えです。",
    ".ds_store": "Mac がフォルダに置く印です。",
    "thumbs.db": "Windows がフォルダに置く印です。",
    "desktop.ini": "Windows がフォルダに置く印です。",
    "__pycache__": "Python が残す控えです。",
}
_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, RuntimeError)


@dataclass(frozen=True)
class Found:
    """One file.  ``file`` is None where it is not used; ``told`` says why, or what was done with it."""

    parts: tuple[str, ...]  # folders, archives and its name, as a person reads them
    file: Path | None = None
    time: datetime | None = None
    told: str = ""
    copy: int = 1  # of several files of one name in an archive

    @property
    def name(self) -> str:
        return self.parts[-1]

    @property
    def shown(self) -> str:
        """Where it is, for a report."""
        shown = " / ".join(_shortened(part) for part in self.parts)
        return shown if self.copy == 1 else f"{shown}（{self.copy}個目）"


@dataclass
class _Allowance:
    files: int
    bytes: int


def find(place: Path, work: Path) -> list[Found]:
    """Every file in ``place`` (a folder, an archive or one file), in the order of names; archives go to ``work``.

    What cannot be used is told as well: symbolic links, devices, junk of systems, encrypted or damaged archives, names
    that lead out of the folder, whatever goes beyond the limits of this module.
    """
    work.mkdir(parents=True, exist_ok=True)
    unpacker = _Unpacker(work)
    files = _Allowance(MAX_FILES, 0)
    listed = _walk(place, (), files) if place.is_dir() else [_regular(place, (_readable(place.name),))]
    found: list[Found] = []
    for one in listed:
        found += unpacker.opened(one) if one.file and is_archive(one.name) else [one]
    seen: Counter[tuple[str, ...]] = Counter()
    for at, one in enumerate(found):
        seen[one.parts] += 1
        found[at] = replace(one, copy=seen[one.parts])
    return found


def is_archive(name: str) -> bool:
    return unicodedata.normalize("NFKC", name).lower().endswith(".zip")


def _walk(folder: Path, parts: tuple[str, ...], files: _Allowance) -> Iterator[Found]:
    if len(parts) > MAX_FOLDERS_DEEP:
        yield Found((*parts, "…"), told="フォルダが深すぎるので、この中は見ていません。")
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: _readable(entry.name))
    except OSError:
        yield Found((*parts, "…"), told="フォルダを開けません（許可がありません）。")
        return
    for entry in entries:
        path, here = Path(entry.path), (*parts, _readable(entry.name))
        if here == (STATE,):  # our own
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(path, here, files)
            continue
        files.files -= 1
        if files.files < 0:
            if files.files == -1:
                yield Found(
                    (*parts, "…"), told=f"ファイルが多すぎるので、ここから先は見ていません（{MAX_FILES:,}個まで）。"
                )
            return
        yield _regular(path, here)


def _regular(path: Path, parts: tuple[str, ...]) -> Found:
    try:
        about = path.lstat()
    except OSError:
        return Found(parts, told="開けません。")
    if stat.S_ISLNK(about.st_mode):
        return Found(parts, told="別の場所を指すリンクなので、たどりません。")
    if not stat.S_ISREG(about.st_mode):
        return Found(parts, told="ふつうのファイルではありません。")
    if why := _junk(parts):
        return Found(parts, told=why)
    if not os.access(path, os.R_OK):
        return Found(parts, told="開けません（許可がありません）。")
    return Found(parts, path, datetime.fromtimestamp(about.st_mtime, UTC))


def _junk(parts: tuple[str, ...]) -> str:
    for part in parts:
        if part.lower() in _JUNK:
            return _JUNK[part.lower()]
        if part.startswith("~$"):
            return "Office が開いている間だけ置く印です。"
        if part.startswith("."):
            return "隠しファイルです。"
    return ""


class _Unpacker:
    """Opens archives into ``work``: each file under a number, so that no name in an archive can lead anywhere."""

    def __init__(self, work: Path):
        self.work, self.number, self.left = work, 0, MAX_ALL

    def opened(self, archive: Found) -> list[Found]:
        given = min(MAX_ARCHIVE, FREE + MAX_RATIO * archive.file.stat().st_size, self.left)
        allowed = _Allowance(MAX_FILES, given)
        found = self._opened(archive, allowed, 1)
        self.left -= given - allowed.bytes
        return found

    def _opened(self, archive: Found, allowed: _Allowance, depth: int) -> list[Found]:
        def only(told: str) -> list[Found]:
            return [Found(archive.parts, None, archive.time, told)]

        if depth > MAX_ARCHIVES_DEEP:
            return only(f"ZIP の中の ZIP が {MAX_ARCHIVES_DEEP} 段より深いので、開きません。")
        if _directory_size(archive.file) > MAX_DIRECTORY:
            return only("ZIP の中のファイルが多すぎるので、開きません。")
        try:
            with zipfile.ZipFile(archive.file) as zipped:
                entries = [info for info in zipped.infolist() if not info.is_dir()]
                found = []
                for at, info in enumerate(entries):
                    allowed.files -= 1
                    if allowed.files < 0 or allowed.bytes <= 0:
                        rest = f"大きすぎるか多すぎるので、残りの {len(entries) - at:,} 個は見ていません。"
                        found.append(Found((*archive.parts, "…"), told=rest))
                        break
                    found += self._entry(zipped, info, archive, allowed, depth)
        except _DAMAGED:
            return only("ZIP ファイルとして開けません（壊れているか、途中で切れています）。")
        return [*only(f"ZIP ファイルなので開きました（{len(entries):,}個）。"), *found]

    def _entry(
        self, zipped: zipfile.ZipFile, info: zipfile.ZipInfo, archive: Found, allowed: _Allowance, depth: int
    ) -> list[Found]:
        name = _entry_name(info)
        inside = tuple(part for part in name.split("/") if part not in ("", "."))
        parts, time = (*archive.parts, *(inside or ("（名前なし）",))), _entry_time(info, archive)
        told = _junk(inside)
        if stat.S_ISLNK(info.external_attr >> 16):
            told = "別の場所を指すリンクなので、たどりません。"
        elif name.startswith("/") or ".." in inside or re.match(r"[A-Za-z]:", name):
            told = "ZIP の外を指す名前なので、使いません。"
        elif len(inside) > MAX_FOLDERS_DEEP:
            parts, told = (*archive.parts, *inside[:2], "…"), "フォルダが深すぎるので、使いません。"
        elif info.flag_bits & 0x1:
            told = "暗号化されているので、開けません。パスワードを付けずに提出してもらってください。"
        if told:
            return [Found(parts, None, time, told)]
        self.number += 1
        target = self.work / f"{self.number:06d}"
        told = self._unpack(zipped, info, target, allowed)
        if told:
            return [Found(parts, None, time, told)]
        one = Found(parts, target, time)
        return self._opened(one, allowed, depth + 1) if is_archive(one.name) else [one]

    def _unpack(self, zipped: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, allowed: _Allowance) -> str:
        """Write one file; why it cannot be used, or nothing."""
        limit, size = min(MAX_ENTRY, allowed.bytes), 0
        try:
            with zipped.open(info) as stream, target.open("wb") as out:
                while chunk := stream.read(1024**2):
                    size += len(chunk)
                    allowed.bytes -= len(chunk)  # also where it turns out to be too large: time is bounded as well
                    if size > limit:
                        break
                    out.write(chunk)
        except NotImplementedError:
            return "ZIP のこの圧縮方式は開けません。"
        except _DAMAGED:
            return "ZIP の中のこのファイルは壊れています。"
        if size > limit:
            target.unlink()
            return "開くと大きくなりすぎるので、使いません。"
        return ""


def _directory_size(file: Path) -> int:
    """Bytes of the list of files, by the record at the archive's end: known before the list is read into memory."""
    with file.open("rb") as stream:
        stream.seek(max(0, file.stat().st_size - 65_557))
        tail = stream.read()
    at = tail.rfind(b"PK\5\6")
    return int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0


def _entry_name(info: zipfile.ZipInfo) -> str:
    """The name in an archive: without its UTF-8 mark, Windows in Japan means cp932 (and Mac UTF-8 all the same)."""
    name = info.filename
    if not info.flag_bits & 0x800:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "cp932"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return unicodedata.normalize("NFC", name.replace("\\", "/"))


def _entry_time(info: zipfile.ZipInfo, archive: Found) -> datetime | None:
    try:
        time = datetime(*info.date_time, tzinfo=JAPAN)
    except ValueError:
        return archive.time
    return time if time.year > 1980 else archive.time  # 1980-01-01: not set


def _readable(name: str) -> str:
    """A file name as text: names of old systems are cp932 bytes."""
    raw = os.fsencode(name)
    for encoding in ("utf-8", "cp932"):
        try:
            return unicodedata.normalize("NFC", raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace")


def _shortened(part: str) -> str:
    """A part of a path on one line of a report: no control letters, at most 80 letters."""
    plain = "".join("�" if unicodedata.category(letter) in ("Cc", "Cf", "Cs") else letter for letter in part)
    return plain if len(plain) <= 80 else plain[:60] + "…" + plain[-16:]
