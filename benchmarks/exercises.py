"""How long all exercises of a course take to build, against making them one after the other with ordinary kernels.

Run it by hand: ``python benchmarks/exercises.py [copies]``.  The course is a copy of this one with so many copies of
exercise a4.  It prints seconds and ratios of one run on this machine; they are no test, because machines differ.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from dataacademy import paths
from dataacademy.course.exercises import release
from dataacademy.course.exercises.building import build
from dataacademy.course.exercises.examining import check

ENTRY = (
    "\n  - {{id: {0}, file: flow_a/{0}.ipynb, title: {{ja: 写し, en: Copy}}, minutes: 9, exercise: {0}, points: 12}}"
)


def write_course(folder: Path, copies: int) -> None:
    """This course in ``folder``, with copies of a4 named x01, x02 …"""
    for part in ("notebooks", "solutions", "datasets/mirai", "tests/wrong_answers"):
        shutil.copytree(paths.home() / part, folder / part)
    entries = [f"x{number:02}" for number in range(1, copies)]
    for name in entries:
        for source, ending in [("solutions/a4/a4", "ipynb"), ("tests/wrong_answers/a4", "yml")]:
            target = folder / f"{source.replace('a4', name)}.{ending}"
            target.parent.mkdir(exist_ok=True)
            target.write_text((folder / f"{source}.{ending}").read_text("utf-8").replace("a4-", f"{name}-"), "utf-8")
        shutil.copy(folder / "notebooks/flow_a/a4.ipynb", folder / f"notebooks/flow_a/{name}.ipynb")
    with (folder / "notebooks/course.yml").open("a", encoding="utf-8") as map_:
        map_.write("".join(ENTRY.format(name) for name in entries))


def seconds(work) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


def main(copies: int = 25) -> None:
    with tempfile.TemporaryDirectory(prefix="dataacademy-") as name:
        folder = Path(name)
        write_course(folder, copies)
        os.environ["DATAACADEMY_HOME"] = os.environ["DATAACADEMY_OUTPUT"] = name
        release("a4")  # what this process imports once
        one = seconds(lambda: release("a4"))
        everything, nothing = seconds(build), seconds(build)
        solution = folder / "solutions/a4/a4.ipynb"
        solution.write_text(solution.read_text("utf-8").replace("おつかれさま", "お疲れさま"), "utf-8")
        changed, checked = seconds(build), seconds(lambda: print(f"{len(check())} problems"))
        print(f"{copies} exercises on {os.cpu_count()} cores")
        print(f"{'':<50}{'seconds':>8}{'ratio':>10}")
        for what, took in [
            (f"one after the other, ordinary kernels ({copies} × one)", copies * one),
            ("build, everything", everything),
            ("build, one changed", changed),
            ("build, nothing changed", nothing),
            ("check, everything fresh", checked),
        ]:
            print(f"{what:<50}{took:>8.1f}{copies * one / took:>10.1f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
