"""What is remembered of an indicator from month to month: one YAML file each, beside the worksheet."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from dataacademy.errors import DataAcademyError
from dataacademy.files import write_text
from dataacademy.worksheet.recording.parts import plain_number

COLUMNS = ["period", "numerator", "denominator", "target", "counted"]
_HEAD = "# 指標の記録です。dataacademy monitor が書きます。手で直さないでください。\n"


@dataclass
class Run:
    """One time that new files brought something: when, which files, with which headings, up to which period.

    ``revised``: periods whose numbers changed, ``{"period": …, "was": [n, d], "now": [n, d]}``; ``changes``: what
    changed in the definition of the table, in words.
    """

    date: datetime.date
    files: list[dict[str, str]]
    columns: list[str]
    codebook: dict[str, str]
    latest: str
    revised: list[dict[str, Any]] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)

    @property
    def marks(self) -> set[str]:
        return {file["sha256"] for file in self.files}


@dataclass
class History:
    """The observations of an indicator, one row a period in order, and the runs that brought them."""

    observations: pd.DataFrame
    runs: list[Run]


def read_history(file: Path) -> History | None:
    """What is remembered, None if nothing is.  Errors: ``bad_history``; the file then stays as it is."""
    if not file.is_file():
        return None
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8-sig"))
        rows = [{name: row[name] for name in COLUMNS} for row in content["observations"]]
        observations = pd.DataFrame(rows, columns=COLUMNS)
        observations = observations.astype({"numerator": float, "denominator": float, "target": float})
        runs = [Run(**run) for run in content["runs"]]
        periods = observations["period"].tolist()
        if not runs or not periods or not all(isinstance(p, str) for p in periods) or len({*periods}) < len(periods):
            raise ValueError("no runs, or periods that are no text or stand twice")
        runs[-1].date.isoformat(), [run.marks for run in runs]
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError, UnicodeDecodeError) as error:
        raise DataAcademyError(
            "bad_history",
            "指標の記録が壊れているので、読めません。",
            f"The history of the indicator cannot be read ({type(error).__name__}).",
            fix="控えがあれば戻してください。なければ、このファイルの名前を変えて、これまでの表からやり直します。",
            fix_en="Bring back a copy; if there is none, rename the file and begin again from the earlier tables.",
            file=f"{file.parent.name}/{file.name}",
        ) from error
    return History(observations, runs)


def write_history(file: Path, history: History, name: str) -> None:
    """Write it, whole or not at all."""
    rows = [
        {k: v if isinstance(v, str) else plain_number(v) for k, v in row.items()}
        for row in history.observations[COLUMNS].to_dict("records")
    ]
    content = {"name": name, "observations": rows, "runs": [dict(vars(run)) for run in history.runs]}
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, default_flow_style=None, width=120)
    write_text(file, _HEAD + text)
