"""Copies of an earlier run beside a new report would contradict it: which files the linter wrote is remembered."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from dataacademy.files import fingerprint, write_text, writing_to

_RECORD = ".dataacademy-lint.json"


def remember(folder: Path, written: Iterable[Path]) -> None:
    """Write down which files below ``folder`` are the linter's, and what is in them."""
    record = {path.relative_to(folder).as_posix(): fingerprint(path) for path in written}
    if record:
        write_text(folder / _RECORD, json.dumps(record, ensure_ascii=False, indent=1))


def remove_earlier(folder: Path) -> list[Path]:
    """Remove the copies that the last run wrote below ``folder``; returns those that stay: somebody changed them."""
    record, kept = folder / _RECORD, []
    if not record.is_file():
        return kept
    with writing_to(folder):
        for name, content in _recorded(record).items():
            path = folder / name
            if not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
                continue
            if fingerprint(path) == content:
                path.unlink()
            else:
                kept.append(path)
        record.unlink()
        for below in sorted((p for p in folder.rglob("*") if p.is_dir()), reverse=True):
            if not any(below.iterdir()):
                below.rmdir()
    return kept


def _recorded(record: Path) -> dict[str, str]:
    try:
        return json.loads(record.read_text(encoding="utf-8"))
    except ValueError:  # cut off or changed by hand: nothing is known to be ours
        return {}
