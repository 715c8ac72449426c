"""The files a finding rests on: its figure, its table, and the source files with their SHA-256."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import struct
from dataclasses import dataclass
from pathlib import Path

from dataacademy.labels import LABELS
from dataacademy.worksheet.brief.wording import clean
from dataacademy.worksheet.history import beside
from dataacademy.worksheet.quotes import number

SAME, CHANGED, MISSING = "記録したときと同じ", "記録のあとで変わった", "見つからない"
_NUMBER = re.compile(r"[-+]?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[-+]?\d+)?", re.IGNORECASE)


@dataclass(frozen=True)
class Figure:
    """A picture: its file, its bytes (PNG) and its size in dots."""

    path: Path
    content: bytes
    size: tuple[int, int]


@dataclass(frozen=True)
class Table:
    """A table of a finding: column names as they are in the file, and cells as text."""

    path: Path
    columns: list[str]
    rows: list[list[str]]

    def numbers(self, column: int) -> list[float | None] | None:
        """A column as numbers (None where empty), or None if anything else stands in it: codes keep their zeros."""
        cells = [row[column] for row in self.rows]
        filled = [cell for cell in cells if cell]
        if not filled or not all(_NUMBER.fullmatch(cell) for cell in filled):
            return None
        values = [float(cell) if cell else None for cell in cells]
        return values if all(value is None or abs(value) < 1e300 for value in values) else None

    def heading(self, column: int) -> str:
        """The Japanese name of a column, where there is one."""
        return LABELS.get(self.columns[column], self.columns[column])

    def shown(self, most: int) -> list[list[str]]:
        """The first ``most`` rows as people read them: thousands separated but in years and codes, two decimals."""
        columns = []
        for at in range(len(self.columns)):
            values, cells = self.numbers(at), [row[at] for row in self.rows[:most]]
            year = values and all(v is None or (v.is_integer() and 1868 <= v <= 2200) for v in values)
            code = self.heading(at).endswith(("コード", "番号", "_id"))
            if values and not year and not code:
                cells = ["" if value is None else number(value) for value in values[:most]]
            columns.append(cells)
        return [list(row) for row in zip(*columns, strict=True)]


class Evidence:
    """Looks for the files of a worksheet's findings; only those in its own folder are taken into a brief."""

    def __init__(self, path: Path):
        self.home = path.resolve().parent
        self.folder = beside(path.resolve())
        self._states: dict[tuple[str, str], str] = {}

    def _own(self, name: str) -> Path | None:
        for base in (self.home, self.folder):
            try:
                file = (base / name).resolve()
                if file.is_relative_to(self.folder.resolve()) and file.is_file():
                    return file
            except (OSError, ValueError):  # no name for a file
                continue
        return None

    def figure(self, name: str) -> Figure | None:
        """The picture with this name, or None if it is not there, not in the worksheet's folder or no whole PNG."""
        file = self._own(name) if name else None
        if file is None:
            return None
        content = file.read_bytes()
        if content[:8] != b"\x89PNG\r\n\x1a\n" or content[12:16] != b"IHDR" or b"IEND" not in content[-16:]:
            return None
        size = struct.unpack(">II", content[16:24])
        return Figure(file, content, size) if all(0 < side < 20_000 for side in size) else None

    def table(self, name: str) -> Table | None:
        """The table with this name (CSV, UTF-8), or None."""
        file = self._own(name) if name else None
        if file is None:
            return None
        try:
            rows = list(csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline="")))
        except (UnicodeDecodeError, csv.Error):
            return None
        rows = [[clean(cell) for cell in row] for row in rows if row]
        if not rows or not rows[0]:
            return None
        wide = len(rows[0])
        return Table(file, rows[0], [(row + [""] * wide)[:wide] for row in rows[1:]])

    def source(self, name: str) -> Path:
        """Where a source file should be."""
        return self.home / name

    def state(self, name: str, sha256: str) -> str:
        """Whether a source file still is what it was when the finding was recorded."""
        if (name, sha256) not in self._states:
            try:
                file = self.source(name)
                if file.is_file():
                    with file.open("rb") as stream:
                        same = hashlib.file_digest(stream, "sha256").hexdigest() == sha256.lower()
                    state = SAME if same else CHANGED
                else:
                    state = MISSING
            except (OSError, ValueError):
                state = MISSING
            self._states[name, sha256] = state
        return self._states[name, sha256]
