"""What is wrong with a table that a machine is to read: 総務省's fifteen checks, and the faults of real files.

Every problem is one :class:`~dataacademy.notes.Note` whose ``kind`` is a key of ``RULES`` and whose ``cells`` are the
cells concerned.  Originals are only read.
"""

from __future__ import annotations

from dataacademy.notes import to_frame
from dataacademy.tables.lint.check import check
from dataacademy.tables.lint.rules import RULES, Rule

__all__ = ["RULES", "Rule", "check", "problems"]


def problems(path):
    """Everything that is wrong with a file, or with the files of a folder and below, as a table.

    One row a problem: ``level`` (error, warning), ``rule`` (number and title of the check), ``kind``, ``file``,
    ``sheet``, ``cells`` (``C5:C40``), ``row``, ``column``, ``value`` (the first offending one), ``ja``, ``why``,
    ``fix``, ``en``, ``fix_en``; no row for a clean file.  Raises DataAcademyError for a path that is not there.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "ごみ.csv"
    ...     _ = path.write_text("町名,金額（円）\\n北町,▲120\\n南町,300\\n", encoding="utf-8")
    ...     problems(path)[["rule", "cells", "value"]].values.tolist()
    [['1-3 マイナスは「-」で書く', 'B2', '▲120']]
    """
    table = to_frame(check(path))
    table.insert(1, "rule", table["kind"].map(lambda kind: RULES[kind].name).astype("str"))
    table.insert(table.columns.get_loc("fix"), "why", table["kind"].map(lambda kind: RULES[kind].why).astype("str"))
    return table
