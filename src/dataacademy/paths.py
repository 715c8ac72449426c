"""Where things lie.  One place for every folder, so that no other module guesses.

``home()`` holds the sources (``notebooks/``, ``solutions/``, ``datasets/``).  What the tools write for a town goes
below ``output()``: the same folder, unless ``DATAACADEMY_OUTPUT`` names another (a read-only share, a test).
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path

from dataacademy.errors import DataAcademyError

SAMPLE_TOWN = "mirai"
STATE = ".dataacademy"  # folder inside a workspace for what the tools remember
_MARK = Path("notebooks") / "course.yml"


def home() -> Path:
    """The folder of the course: the nearest one, upward from here or from this package, with notebooks/course.yml.

    ``DATAACADEMY_HOME`` names it for processes that work elsewhere (kernels in a temporary folder).
    """
    named = os.environ.get("DATAACADEMY_HOME")
    starts = [Path(named)] if named else [Path.cwd(), Path(__file__).resolve().parent]
    for start in starts:
        for folder in (start, *start.parents):
            if (folder / _MARK).is_file():
                return folder
    raise DataAcademyError(
        "no_home",
        "教材のフォルダが見つかりません。",
        "The folder of the course was not found.",
        fix="README.md のあるフォルダに移ってから、もう一度実行してください。",
        fix_en="Change to the folder with README.md and run again.",
    )


def output() -> Path:
    """The folder below which towns' tables (``datasets/<code>/``) and workspaces (``work/<code>/``) are written."""
    named = os.environ.get("DATAACADEMY_OUTPUT")
    return Path(named).expanduser().resolve() if named else home()


def for_children() -> dict[str, str]:
    """What a process that works in another folder must be told to find the same course."""
    return {"DATAACADEMY_HOME": str(home()), "DATAACADEMY_OUTPUT": str(output())}


@contextmanager
def telling_children(**more: str):
    """The environment of :func:`for_children` (and ``more``) while kernels are started; afterwards as before."""
    before = dict(os.environ)
    os.environ.update(for_children(), **more)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def dataset(town: str) -> Path:
    """The folder of a town's canonical tables; the sample town's lies with the sources."""
    return (home() if town == SAMPLE_TOWN else output()) / "datasets" / town


def workspace(town: str) -> Path:
    """The folder in which learners of a town work."""
    return output() / "work" / town


def worksheets() -> Path:
    """The folder of the teams' worksheets; ``DATAACADEMY_WORKSHEETS`` names another while notebooks are tried out."""
    named = os.environ.get("DATAACADEMY_WORKSHEETS")
    return Path(named) if named else output() / "worksheets"
