"""A class marked by ``dataacademy grade`` and by stock nbgrader (autograde and generate_feedback), in one run.

    uv run python benchmarks/grade.py [--few] [--many]

100 hand-ins of exercise a4 from the simulated class of ``tests/classes.py`` (without those that never end), on two
cores.  Ours is timed as a person runs it: the whole command, from an empty course to feedback, gradebook and reports.
Stock nbgrader marks in halves, before and after ours, so that whatever else the machine does weighs on both.
``--few``: stock nbgrader marks 10, and its time is scaled.  ``--many``: also 1,000 hand-ins on a LocalCluster of two.
Prints seconds, seconds of computing (less moved by what else the machine does), ratios and the peak memory (PSS of all
processes).  Never a timed test.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter, sleep

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
import classes

CORES, SIZE, FEW, MANY = 2, 100, 10, 1_000
EXERCISE = "a4"
_PR_SET_CHILD_SUBREAPER = 36
_ORPHANS_END = 5.0  # seconds


def hand_ins(size: int) -> list[classes.HandIn]:
    """So many learners; after the first hundred the same answers come again under other names."""
    honest = [one for one in classes.hand_ins(EXERCISE) if one.what != classes.FOR_EVER]
    return [replace(honest[n % len(honest)], student=f"s{n:04d}") for n in range(size)]


def nbgrader(course: Path, *words: str) -> None:
    subprocess.run([sys.executable, "-m", "nbgrader", *words], cwd=course, check=True, capture_output=True)


@contextmanager
def course_of(size: int, template: Path):
    """A course with so many hand-ins, of which nothing is marked yet."""
    with tempfile.TemporaryDirectory(prefix="dataacademy-") as name:
        course = Path(name) / "course"
        shutil.copytree(template, course)
        classes.write_class(course, hand_ins(size))
        yield course


@dataclass(frozen=True)
class Cost:
    """What commands took: seconds, seconds of computing, and the most memory (bytes of PSS) of all their processes."""

    wall: float
    cpu: float
    peak: int

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.wall + other.wall, self.cpu + other.cpu, max(self.peak, other.peak))

    def __mul__(self, factor: float) -> Cost:
        return Cost(self.wall * factor, self.cpu * factor, self.peak)

    def __str__(self) -> str:
        return f"{self.wall:8.1f} s  (computing {self.cpu:.1f} s, peak {self.peak / 1e9:.2f} GB)"


def cost_of(work) -> Cost:
    """What ``work()`` and all processes that it starts cost, also those that outlive it."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    before, started = _cpu(), perf_counter()
    with _watched() as peak:
        work()
        wall = perf_counter() - started
    end = perf_counter() + _ORPHANS_END
    with suppress(ChildProcessError):
        while perf_counter() < end:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                sleep(0.05)
    return Cost(wall, _cpu() - before, peak[0])


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def _watched():
    found, over = [0], threading.Event()

    def watch():
        while not over.wait(0.5):
            total = 0
            for process in psutil.Process().children(recursive=True):
                with suppress(psutil.Error, OSError):  # it has just ended
                    total += process.memory_full_info().pss
            found[0] = max(found[0], total)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()


def stock(course: Path) -> None:
    """What an instructor runs to mark what is in the course and to write feedback."""
    nbgrader(course, "autograde", EXERCISE)
    nbgrader(course, "generate_feedback", EXERCISE)


def ours(course: Path, *words: str) -> None:
    """The same with this project; also the gradebook and the reports."""
    command = [sys.executable, "-m", "dataacademy", "grade", str(course), "--workers", str(CORES), *words]
    subprocess.run(command, check=True, capture_output=True)
    written, wanted = (len(list(course.glob(f"{part}/*/*/*"))) for part in ("feedback", "submitted"))
    assert written == wanted, (written, wanted)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", action="store_true")
    parser.add_argument("--many", action="store_true")
    given = parser.parse_args()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    marked_by_stock = FEW if given.few else SIZE
    with tempfile.TemporaryDirectory(prefix="dataacademy-") as name:
        template = classes.write_course(Path(name))
        for other in set(classes.EXERCISES) - {EXERCISE}:
            shutil.rmtree(template / "source" / other)
        nbgrader(template, "generate_assignment", EXERCISE)

        def cost(size: int, work) -> Cost:
            with course_of(size, template) as course:
                return cost_of(lambda: work(course))

        theirs, one_run = cost(marked_by_stock // 2, stock), cost(SIZE, ours)
        theirs = (theirs + cost(marked_by_stock // 2, stock)) * (SIZE / marked_by_stock)
        print(f"{SIZE} hand-ins of {EXERCISE} on {CORES} cores, autograde and feedback")
        print(f"stock nbgrader     {theirs}" + (f"  ({FEW} marked and scaled)" if given.few else ""))
        print(f"dataacademy grade  {one_run}")
        print(f"ratio              {theirs.wall / one_run.wall:8.1f}    (computing {theirs.cpu / one_run.cpu:.1f})")
        if given.many:
            many = cost(MANY, in_a_cluster)
            print(f"{MANY:,} in a cluster {many}")
            more = many * (SIZE / MANY)
            print(f"each, to one of {SIZE} {more.wall / one_run.wall:7.2f}    (computing {more.cpu / one_run.cpu:.2f})")


def in_a_cluster(course: Path) -> None:
    """Our marking by workers of dask."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=CORES, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0"
    ) as cluster:
        ours(course, "--scheduler", cluster.scheduler_address)


if __name__ == "__main__":
    main()
