"""What an import did: the worksheet, each change with its cell, and what was not taken over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dataacademy.notes import Note
from dataacademy.worksheet.model import Worksheet


@dataclass(frozen=True)
class Change:
    """One thing that the workbook changes in the worksheet.

    kind
        ``changed`` (one field), ``added``, ``removed`` (a record), ``moved`` (the order of a sheet).
    """

    kind: str
    id: str
    sheet: str
    cell: str = ""
    field: str = ""
    label: str = ""
    before: Any = None
    after: Any = None

    def __str__(self) -> str:
        where = f"シート「{self.sheet}」" + (f" {self.cell}" if self.cell else "")
        if self.kind == "changed":
            return f"{where}：{_record(self.id)}「{self.label}」　{shown(self.before)} → {shown(self.after)}"
        if self.kind == "added":
            return f"{where}：{self.id} を加えました。　{shown(self.after)}"
        if self.kind == "removed":
            return f"{where}：{self.id} を消しました。　{shown(self.before)}"
        return f"{where}：記録の順番を変えました。"


@dataclass(frozen=True)
class Conflict:
    """A cell edited in the workbook whose field was meanwhile changed in the worksheet, which keeps its value.

    ``base`` is what the workbook was exported with, ``theirs`` what the worksheet says now, ``mine`` what the cell
    says.  Where a whole record is concerned ``field`` is empty, and None stands for "taken out".
    """

    id: str
    sheet: str
    cell: str
    field: str
    label: str
    base: Any
    theirs: Any
    mine: Any

    def __str__(self) -> str:
        where = f"シート「{self.sheet}」" + (f" {self.cell}" if self.cell else "")
        return (
            f"{where}：{_record(self.id)}「{self.label}」が、両方で変わっています。"
            f"書き出したとき：{shown(self.base)}　いまのワークシート：{shown(self.theirs)}　Excel：{shown(self.mine)}"
        )


@dataclass(frozen=True)
class Imported:
    """The worksheet with everything of the workbook that could be taken over.

    worksheet
        A new one; the one given to ``import_`` is untouched.
    changes, conflicts
        What the workbook changes, and what it would have changed.
    notes
        Everything else that a person should know; those of level ``error`` are cells that could not be read, and were
        left as they are.
    """

    worksheet: Worksheet
    changes: list[Change] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @property
    def errors(self) -> list[Note]:
        """The cells that could not be read."""
        return [note for note in self.notes if note.level == "error"]

    def __str__(self) -> str:
        changes, conflicts, errors = len(self.changes), len(self.conflicts), len(self.errors)
        parts = [f"変わったところ {changes} 件、食い違い {conflicts} 件、読めないところ {errors} 件"]
        for title, items in (
            ("取り込んだこと", self.changes),
            ("食い違い（ワークシートのままにしました）", self.conflicts),
            ("お知らせ", [f"{note.where}：{note.ja}" + (f" → {note.fix}" if note.fix else "") for note in self.notes]),
        ):
            if items:
                parts.append("\n".join([f"■ {title}", *(f"・{item}" for item in items)]))
        return "\n\n".join(parts)


def _record(id: str) -> str:
    return "" if id == "team" else id


def shown(value: Any) -> str:
    """A value in a message: on one line, short."""
    if value is None or value == "" or value == []:
        return "（空）"
    if isinstance(value, bool):
        return "○" if value else "（空）"
    text = " ".join(("、".join(map(str, value)) if isinstance(value, list) else str(value)).split())
    return text if len(text) <= 40 else text[:39] + "…"
