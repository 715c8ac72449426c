"""The dirty twin of the sample town: the same tables as its offices would hand them over, every fault written down.

Each module is an office.  What they plant is what the linter looks for; ``defects.csv`` lists it.
"""

from __future__ import annotations

import csv
import io
from dataclasses import asdict, fields
from typing import Any

from dataacademy.town.sample.raw import answers, books, census, health, money, papers, people, places, services
from dataacademy.town.sample.raw.defects import Defect
from dataacademy.town.sample.town import Town

OFFICES = (people, places, census, books, money, services, health, answers, papers)

__all__ = ["OFFICES", "Defect", "defects_csv", "make"]


def make(town: Town, tables: dict[str, Any]) -> tuple[dict[str, bytes], list[Defect]]:
    """The files (path below ``raw/`` -> bytes) and the problems planted in them, in the order of the files.

    tables
        Every clean table of the town, as ``make_tables`` gives them.
    """
    files: dict[str, bytes] = {}
    defects: list[Defect] = []
    for office in OFFICES:
        made, planted = office.make(town, tables)
        files |= made
        defects += planted
    return files, sorted(defects, key=lambda d: (d.file, d.sheet, d.row or 0, d.kind, d.cells))


def defects_csv(defects: list[Defect]) -> bytes:
    """The list as UTF-8 CSV."""
    stream = io.StringIO(newline="")
    lines = csv.DictWriter(stream, [f.name for f in fields(Defect)], lineterminator="\n")
    lines.writeheader()
    lines.writerows({**asdict(d), "row": d.row or ""} for d in defects)
    return stream.getvalue().encode()
