"""What a repair gives: the mended table, the log of every change, and the questions that are still open."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dataacademy.errors import DataAcademyError
from dataacademy.files import write_bytes
from dataacademy.tables.repairs.draft import Draft, named
from dataacademy.tables.repairs.questions import Question

LOG = ["file", "sheet", "cells", "row", "column", "kind", "before", "after", "why", "why_en"]


@dataclass(frozen=True, eq=False)
class Repaired:
    """A mended table.  The original file is as it was.

    data
        DataFrame with the types that :func:`dataacademy.tables.read` gives the saved file.
    rows
        For each row of ``data`` its row in the original file, as a spreadsheet counts.
    columns
        For each column of ``data`` its letters in the original file; "" if it was added.
    log
        DataFrame, one row a change (cells that were changed alike together): file, sheet, cells, row, column, kind
        (the linter's), before, after, why, why_en.
    open_questions
        What nobody but a person can decide, each with the key that answers it in ``decisions``.  Their cells are as
        they were written.
    """

    data: Any
    rows: Any
    columns: list[str]
    log: Any
    open_questions: list[Question]
    source: Path
    sheet: str
    lines: Sequence[Sequence[str]]

    def __str__(self) -> str:
        name = self.source.name + (f"「{self.sheet}」" if self.sheet else "")
        told = [f"{name}：{len(self.data):,}行 × {len(self.data.columns)}列、直したところ {len(self.log):,}件。"]
        if self.open_questions:
            told.append(f"決めていただくこと {len(self.open_questions):,}件：")
            told += [str(question) for question in self.open_questions]
        return "\n".join(told)

    def save(self, path: Path | str) -> list[Path]:
        """Write the table as UTF-8 CSV (with BOM, so that Excel reads it), and the log beside it as ``…_log.csv``.

        Returns the two paths.  Raises DataAcademyError ``same_file`` if the table would take the place of a file that
        it was made from, ``cannot_write`` if it cannot be written.
        """
        path = Path(path)
        if path.suffix.lower() != ".csv":
            path = path.with_name(path.name + ".csv")
        beside = path.with_name(f"{path.stem}_log.csv")
        for target in (path, beside):
            if target.resolve() == self.source.resolve():
                raise DataAcademyError(
                    "same_file",
                    "元のファイルの上には書きません。",
                    "The original file is never written to.",
                    fix="別の名前かフォルダを指定してください。",
                    fix_en="Give another name or folder.",
                    file=target.name,
                )
        write_bytes(path, csv_bytes(self.lines))
        log = [LOG, *(["" if value is None else str(value) for value in row] for row in self.log.to_numpy().tolist())]
        write_bytes(beside, csv_bytes(log))
        return [path, beside]


def csv_bytes(lines: Sequence[Sequence[str]]) -> bytes:
    """Lines as a CSV file in UTF-8 with BOM."""
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(lines)
    return stream.getvalue().encode("utf-8-sig")


def log_frame(draft: Draft):
    """The log of a draft as a table, in the order of the cells."""
    import pandas as pd

    entries = []
    for change, cells in draft.log.items():
        row = min((r for r, _ in cells), default=-1) + 1
        where = (draft.file, draft.sheet, named(cells), row or None, change.column)
        entries.append((*where, change.why.kind, change.before, change.after, change.why.ja, change.why.en))
    frame = pd.DataFrame(entries, columns=LOG).astype({"row": "Int64"})
    return frame.sort_values("row", kind="stable", na_position="first", ignore_index=True)
