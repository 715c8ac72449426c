"""Which exercises need not be made again: fingerprints of what each was made from and of what was made.

They lie in ``work/.dataacademy/exercises.json``; losing that file costs time only.
"""

from __future__ import annotations

import json
import platform
from importlib.metadata import version
from pathlib import Path

import dataacademy
from dataacademy import paths
from dataacademy.course.exercises.tasks import learners_file, released_file, solution_file
from dataacademy.files import fingerprint, write_text

_DECIDING = ("nbgrader", "ipykernel", "numpy", "pandas", "geopandas", "shapely", "pyproj", "scipy", "statsmodels")


class Freshness:
    """What is known of the exercises of one town."""

    def __init__(self, town: str):
        self._town = town
        rules = paths.home() / "solutions" / "autotests.yml"
        versions = [platform.python_version(), *(f"{name} {version(name)}" for name in _DECIDING)]
        tables = sorted(file for file in paths.dataset(town).iterdir() if file.is_file())
        self._common = fingerprint(rules, *code_files(), *tables, "\n".join(versions))

    def __contains__(self, exercise: str) -> bool:
        """Whether the exercise was made from all that is here now, and is still there as it was made."""
        return _read().get(self._town, {}).get(exercise) == self._prints(exercise)

    def add(self, exercise: str) -> None:
        """Remember that the exercise, as it lies there, was made from all that is here now."""
        state = _read()
        state.setdefault(self._town, {})[exercise] = self._prints(exercise)
        write_text(_file(), json.dumps(state, indent=1, sort_keys=True) + "\n")

    def _prints(self, exercise: str) -> list[str]:
        made_from = fingerprint(self._common, solution_file(exercise))
        if self._town == paths.SAMPLE_TOWN:
            return [made_from, fingerprint(released_file(exercise))]
        return [made_from, str(learners_file(exercise, self._town).is_file())]  # learners write into theirs


def code_files() -> list[Path]:
    """Our files that decide what is released: all below the course, of the course what makes and checks exercises."""
    package = Path(dataacademy.__file__).parent
    deciding = {"check.py", "notebooks.py", "exercises"}
    return [
        path
        for path in sorted(package.rglob("*"))
        if path.is_file()
        and "__pycache__" not in path.parts
        and (path.relative_to(package).parts[0] != "course" or path.relative_to(package).parts[1] in deciding)
    ]


def _file() -> Path:
    return paths.output() / "work" / paths.STATE / "exercises.json"


def _read() -> dict[str, dict[str, list[str]]]:
    """Town -> exercise -> fingerprints.  A damaged file counts as empty."""
    try:
        return json.loads(_file().read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
