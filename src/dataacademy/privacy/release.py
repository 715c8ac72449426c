"""The gate with a lock: a table becomes a file only if nothing stands against it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.errors import DataAcademyError
from dataacademy.files import write_bytes
from dataacademy.privacy.gate import OUT, release_check


def release(
    data: pd.DataFrame,
    file: str | Path,
    *,
    by: Sequence[str] | None = None,
    count: str | None = None,
    k: int = 5,
    minimum: int = 10,
    data_list: Mapping | pd.Series | pd.DataFrame | None = None,
) -> Analysis:
    """Write ``data`` to a CSV file to be handed out, but only if :func:`release_check` says 出してよい.

    data
        A row a person, or a row a cell with ``count``; not a file.
    file
        Where the CSV is written (UTF-8 with BOM, which Excel opens).  A file of this name is replaced.
    by, count, k, minimum, data_list
        As in :func:`release_check`.

    Table, value and figures are those of :func:`release_check`, with ``files_written`` (1 or 0).  If it refuses, no
    file is made and one that is already there stays as it is (and is named).
    Errors: ``not_csv``, ``not_a_table``, those of :func:`release_check`, ``cannot_write``.
    Checked with a table for every verdict, by reading the file again.
    When not to use: as the decision; what is left under 確かめる is for people.

    >>> import dataacademy as da, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     found = release(da.load("residents").head(3000), f"{folder}/名簿.csv")
    ...     found.value, found.figures["files_written"], len(list(Path(folder).iterdir()))
    ('出せない', 0, 0)
    """
    file = Path(file)
    if file.suffix.lower() != ".csv":
        raise DataAcademyError(
            "not_csv",
            f"渡す表のファイルの名前「{file.name}」が「.csv」で終わっていません。",
            f"The file to hand out, {file.name}, does not end in .csv.",
            fix="名前の最後を「.csv」にしてください。",
            fix_en="Let the name end in .csv.",
        )
    if not isinstance(data, pd.DataFrame):
        raise DataAcademyError(
            "not_a_table",
            f"表を渡してください。渡されたのは {type(data).__name__} です。",
            f"Pass a table, not {type(data).__name__}.",
            fix="ファイルを調べるだけなら da.privacy.release_check を使います。",
            fix_en="For a file use release_check.",
        )
    checked = release_check(data, by=by, count=count, k=k, minimum=minimum, data_list=data_list)
    written = checked.value == OUT
    if written:
        write_bytes(file, data.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig"))
        done, done_en = f"「{file.name}」に書きました。", f"Written to {file.name}."
    else:
        done, done_en = "ファイルは作っていません。", "No file was made."
        if file.exists():
            done += f"前に作った「{file.name}」が残っています。"
            done_en += f" An earlier {file.name} is still there."
    return dataclasses.replace(
        checked,
        sentence=f"{done}{checked.sentence}",
        sentence_en=f"{done_en} {checked.sentence_en}",
        figures=checked.figures | {"files_written": int(written)},
        function="privacy.release",
    )
