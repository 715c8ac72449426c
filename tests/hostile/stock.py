"""What stock nbgrader does with the same hand-ins; writes docs/grading-stock.md.  Run by hand, about 20 minutes:

    uv run python tests/hostile/stock.py

Each is a run of ``nbgrader autograde`` of its own, with a home, a time and a memory that it may spoil.  What could harm
this machine all the same is not run.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

import nbformat  # noqa: E402
from handins import given, write  # noqa: E402
from hostile import answers, broken, escapes, files, machinery, resources  # noqa: E402, F401
from hostile.world import CASES, HIDDEN, SECRET, TESTS, Case, World, handed_in, source, texts  # noqa: E402

from dataacademy.course.kernels.rooms import remove_folder  # noqa: E402

NOT_THERE = "claims"  # about values handed over, which nbgrader has not
NOT_RUN = {"fork-bomb", "threads-without-number", "many-large-files", "many-small-files", "files-beside-the-sockets"}
SIDE_BY_SIDE = 2
SECONDS = 90
MEMORY = 6 * 1024**3
_CONFIG = "c = get_config()\nc.ExecutePreprocessor.timeout = 5\nc.Execute.timeout = 5\n"


@dataclass(frozen=True)
class Outcome:
    points: float | None  # None: no mark
    seen: tuple[str, ...] = ()


def _bounded() -> None:
    import resource

    os.setsid()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * 10**8, 2 * 10**8))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def nbgrader(course: Path, world: World, *words: str) -> int | None:
    """The exit code, None where the time was up."""
    environment = os.environ | {"HOME": str(world.outside / "home"), "SECRET": SECRET}
    process = subprocess.Popen(
        [sys.executable, "-m", "nbgrader", *words],
        cwd=course,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=_bounded,
    )
    try:
        return process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        return None
    finally:
        _end_all_below(course)
        process.kill()
        process.wait()


def _end_all_below(course: Path) -> None:
    """Kernels and what they left: every process that works in the course's folder."""
    import psutil

    for process in psutil.process_iter():
        try:
            if Path(process.cwd()).is_relative_to(course):
                process.send_signal(signal.SIGKILL)
        except (psutil.Error, OSError):
            continue


def tried(one: Case, made: Path) -> Outcome:
    """One hand-in in a course of its own, a copy of ``made``."""
    base = Path(tempfile.mkdtemp(prefix="stock-"))
    world, course = World(base / "world"), base / "course"
    try:
        shutil.copytree(made, course)
        handed_in(one, given(source()), course / "submitted" / "s1" / "tiny", world)
        before = world.files()
        ended = nbgrader(course, world, "autograde", "tiny", "--create")
        return _outcome(course, world, ended, before)
    finally:
        world.close()
        remove_folder(base)


def _outcome(course: Path, world: World, ended: int | None, before: dict) -> Outcome:
    seen, points = [], None
    executed = course / "autograded/s1/tiny/tiny.ipynb"
    if executed.is_file():
        points = _points(course)
        shown = texts(nbformat.read(executed, as_version=4))
        size = executed.stat().st_size / 1024**2
        seen += ["shows others' secrets"] * (SECRET in shown) + ["shows hidden tests"] * (HIDDEN in shown)
        seen += [f"a notebook of {size:.0f} MB"] * (size > 5)
    seen += ["does not end"] if ended is None else ["stops with an error"] if ended else []
    seen += ["files outside changed"] * (_lasting(world.files()) != _lasting(before))
    seen += ["network used"] * (world.calls() > 0)
    return Outcome(points, tuple(seen))


def _lasting(found: dict) -> dict:
    """Without what Jupyter itself writes into a home."""
    return {name: about for name, about in found.items() if not name.startswith("home")}


def _points(course: Path) -> float | None:
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        grades = [grade for one in book.assignment_submissions("tiny") for n in one.notebooks for grade in n.grades]
        judged = [grade.auto_score for grade in grades if grade.name != "q4"]
    return None if not judged or None in judged else sum(judged)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="stock-") as name:
        world, made = World(Path(name) / "world"), Path(name) / "course"
        write(made / "nbgrader_config.py", _CONFIG)
        write(made / "source/tiny/tiny.ipynb", source())
        assert nbgrader(made, world, "generate_assignment", "tiny") == 0
        world.close()
        chosen = [one for one in CASES.values() if one.name in (sys.argv[1:] or CASES) and one.kind != NOT_THERE]

        def outcome(one: Case) -> Outcome | None:
            found = None if one.name in NOT_RUN else tried(one, made)
            print(one.name, found, file=sys.stderr, flush=True)
            return found

        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            outcomes = list(zip(chosen, pool.map(outcome, chosen), strict=True))
    if not sys.argv[1:]:
        write(ROOT / "docs/grading-stock.md", _page(outcomes))


def honest_points(one: Case) -> float:
    """What the honest answers in it earn, and our grader gives."""
    return sum(TESTS[name] for name in one.earns.split("|")[0].split())


def _too_much(one: Case, outcome: Outcome) -> bool:
    """Whether answers earned that are wrong; one that only spoilt itself with us has its right ones all the same."""
    left_alone = sum(points for name, points in TESTS.items() if name not in one.answers)
    return outcome.points is not None and outcome.points > max(honest_points(one), left_alone)


def _row(one: Case, outcome: Outcome | None) -> str:
    if outcome is None:
        return f"| {one.name} | {honest_points(one):g} | | not run: it could harm the machine |"
    stock = "none" if outcome.points is None else f"{outcome.points:g}"
    wrong = "**" if outcome.points is None or _too_much(one, outcome) else ""
    return f"| {one.name} | {honest_points(one):g} | {wrong}{stock}{wrong} | {', '.join(outcome.seen)} |"


def _page(outcomes: list[tuple[Case, Outcome | None]]) -> str:
    run = [(one, outcome) for one, outcome in outcomes if outcome]
    more = sum(_too_much(one, outcome) for one, outcome in run)
    none = sum(outcome.points is None for _, outcome in run)
    beyond = ("files outside changed", "network used", "shows others' secrets")
    out = sum(bool(set(beyond) & set(outcome.seen)) for _, outcome in run)
    head = f"""# What stock nbgrader does with the hostile and broken hand-ins

Made by `tests/hostile/stock.py` on {date.today()} with nbgrader {version("nbgrader")}; do not edit. Each hand-in of
`tests/hostile/` was given to `nbgrader autograde` in a course of its own (time limit 5 s a cell, {SECONDS} s in all).
*Honest* is what our grader gives of {sum(TESTS.values()):g} points (`tests/test_hostile.py`): what the honest answers
in it earn, without those behind the end of its process. Bold: points for wrong answers, or no mark at all.

Of {len(run)} hand-ins, {more} earned points for wrong answers, {none} got no mark, and {out} reached what is not
theirs; {len(outcomes) - len(run)} were not run."""
    parts = [head]
    for kind in dict.fromkeys(one.kind for one, _ in outcomes):
        parts.append(f"## {kind.capitalize()}\n\n| hand-in | honest | nbgrader | seen |\n|---|---:|---:|---|")
        parts[-1] += "".join(f"\n{_row(*pair)}" for pair in outcomes if pair[0].kind == kind)
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    main()
