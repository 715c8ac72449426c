"""How long all exercises of the course take to build, against making them one after the other with ordinary kernels.

    uv run python benchmarks/exercises.py

In a copy of this course, with kernels started anew for the ordinary way.  Prints seconds and ratios of one run on this
machine; never a timed test.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from time import perf_counter

from dataacademy import paths
from dataacademy.course.exercises import release
from dataacademy.course.exercises.building import build
from dataacademy.course.exercises.examining import check
from dataacademy.course.exercises.tasks import exercises


def seconds(work) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="dataacademy-") as name:
        folder = Path(name)
        for part in ("notebooks", "solutions", "datasets/mirai", "tests/wrong_answers"):
            shutil.copytree(paths.home() / part, folder / part)
        os.environ["DATAACADEMY_HOME"] = os.environ["DATAACADEMY_OUTPUT"] = name
        names = list(exercises())
        release(names[0])  # what this process imports once
        plain = seconds(lambda: [release(exercise) for exercise in names])
        everything, nothing = seconds(build), seconds(build)
        solution = folder / f"solutions/{names[0]}/{names[0]}.ipynb"
        solution.write_text(solution.read_text("utf-8").replace("おつかれさま", "お疲れさま"), "utf-8")
        changed, checked = seconds(build), seconds(lambda: print(f"{len(check())} problems"))
        print(f"{len(names)} exercises on {os.cpu_count()} cores")
        print(f"{'':<50}{'seconds':>8}{'ratio':>10}")
        for what, took in [
            ("one after the other, ordinary kernels", plain),
            ("build, everything", everything),
            ("build, one changed", changed),
            ("build, nothing changed", nothing),
            ("check, everything fresh", checked),
        ]:
            print(f"{what:<50}{took:>8.1f}{plain / took:>10.1f}")


if __name__ == "__main__":
    main()
