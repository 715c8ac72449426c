"""Where the briefs go: a file that a person has edited is never overwritten; a new one is put beside it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from dataacademy.errors import DataAcademyError
from dataacademy.files import write_bytes

_KEPT = "書き出しの控え.json"  # the SHA-256 of each file as it was last written here


class Target:
    """A folder of briefs.  ``beside`` lists what was written beside a file that a person had edited."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.beside: list[tuple[str, str]] = []
        self.locked: list[Path] = []
        self._written = self._read()

    def _read(self) -> dict[str, str]:
        try:
            kept = json.loads((self.folder / _KEPT).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {str(k): str(v) for k, v in kept.items()} if isinstance(kept, dict) else {}

    def place(self, name: str, content: bytes) -> Path:
        """The file that ``content`` goes to: ``name`` unless that holds what somebody else wrote or edited."""
        file, number = self.folder / name, 1
        while file.exists() and self._edited(file, content):
            new = f"（新{number if number > 1 else ''}）"
            file, number = self.folder / f"{Path(name).stem}{new}{Path(name).suffix}", number + 1
        return file

    def _edited(self, file: Path, content: bytes) -> bool:
        mark = hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""
        return mark not in (self._written.get(file.name), hashlib.sha256(content).hexdigest())

    def write(self, name: str, content: bytes) -> Path | None:
        """Write a brief; None if its file is open in another programme (it is then in ``locked``)."""
        file = self.place(name, content)
        mark = hashlib.sha256(content).hexdigest()
        if not (file.is_file() and file.read_bytes() == content):
            try:
                write_bytes(file, content)
            except DataAcademyError as error:
                if not isinstance(error.__cause__, PermissionError) or not file.exists():
                    raise
                self.locked.append(file)
                return None
        if file.name != name:
            self.beside.append((name, file.name))
        self._written[file.name] = mark
        return file

    def close(self) -> None:
        """Remember what was written."""
        write_bytes(
            self.folder / _KEPT, json.dumps(self._written, ensure_ascii=False, indent=1, sort_keys=True).encode()
        )
