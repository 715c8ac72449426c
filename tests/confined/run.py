"""Learners' code in forked processes of their own, one for each attempt, confined or free.

``python -m confined.run MODE FOLDER NAMES…`` prints as JSON how each attempt ended.  Modes: ``confined`` (by
``confine``), ``bare`` (without namespaces, with Landlock's first version), ``nobody`` (root has become an ordinary
user), ``free``.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from confined import files, processes, useful  # noqa: F401  they enter their attempts
from confined.world import ATTEMPTS, NOBODY, ROOT, SECRET, World

from dataacademy.course.kernels import confinement as rules
from dataacademy.course.kernels import landlock
from dataacademy.course.kernels.syscalls import call

# A warm process has imported them; and nobody cannot where the libraries lie in root's home
LIBRARIES = (
    *("numpy", "pandas", "geopandas", "openpyxl", "scipy.stats", "matplotlib.pyplot", "dataacademy.maps"),
    *("multiprocessing.popen_fork", "encodings.idna"),
)


def build(base: Path, user: int) -> dict:
    """The folders and files around the learner, and what listens there; returned so that it stays open."""
    for name in ("work", "sockets", "tables", "outside", "mount"):
        (base / name).mkdir()
    for name in ("people.csv", "emptied.csv"):
        (base / "tables" / name).write_text("age\n20\n30\n")
    with sqlite3.connect(base / "outside" / "gradebook.db") as gradebook:
        gradebook.execute("create table grade (points)")
    gradebook.close()
    (base / "work" / "link").symlink_to(base / "outside" / "leaked.txt")
    (base / "outside" / "leaked.txt").write_text(SECRET)
    open_ones = {"tcp": socket.create_server(("127.0.0.1", 0))}
    port = open_ones["tcp"].getsockname()[1]
    for name, kind in (("stream", socket.SOCK_STREAM), ("datagram", socket.SOCK_DGRAM)):
        open_ones[name] = socket.socket(socket.AF_UNIX, kind)
        open_ones[name].bind(str(base / "outside" / f"{name}.sock"))
    open_ones["abstract"] = socket.socket(socket.AF_UNIX)
    open_ones["abstract"].bind(f"\0dataacademy-{port}")
    for name in ("stream", "abstract"):
        open_ones[name].listen(10)
    for path in [base, *base.rglob("*")]:
        os.chown(path, user, user, follow_symlinks=False)
    return open_ones


def first_environment() -> tuple[int, int]:
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    return int(fields[47]), int(fields[48])


def limited(w: World, **limits) -> rules.Confinement:
    readable = (w.tables, ROOT / "datasets" / "mirai")
    given = {"memory": 300 * 1024**2, "cpu_seconds": 60} | limits
    return rules.Confinement(w.work, w.base / "sockets", readable, **given)


def in_child(name: str, mode: str, w: World) -> None:
    """Become what the mode says, try, report and end."""
    attempt = ATTEMPTS[name]
    signal.alarm(60)
    call("prctl", 1, signal.SIGKILL, 0, 0, 0)
    try:
        os.chdir(w.work)
        if mode == "nobody":
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            call("prctl", 4, 1, 0, 0, 0)  # as a process has it that started as this user
            call("prctl", 1, signal.SIGKILL, 0, 0, 0)
        if mode != "free":
            os.environ.update(rules.confined_environment(w.work))
            rules.close_inherited({0, 1, 2, w.report})
        os.environ["DATAACADEMY_HOME"] = str(ROOT)
        if mode == "bare":
            landlock.version = lambda: 1
        if mode == "confined":
            rules.confine(limited(w, **attempt.limits))
        elif mode != "free":
            rules._apply(limited(w, **attempt.limits), mode == "nobody" and rules._can_leave_namespaces())
    except BaseException as error:
        os.write(w.report, json.dumps(["not confined", repr(error)]).encode())
        os._exit(1)
    try:
        attempt.run(w)
        said = ["works", ""]
    except BaseException as error:
        said = [type(error).__name__, str(error)]
    os.write(w.report, json.dumps(said).encode())
    os._exit(0)


def outcome(name: str, mode: str, w: World) -> list[str]:
    """How one attempt ended: ``works``, the name of an error, or ``died``; and what was said."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        in_child(name, mode, replace(w, report=writing))
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return json.loads(said) if said else ["died", signal.Signals(-status).name if status < 0 else str(status)]


def main(mode: str, base: Path, names: list[str]) -> None:
    for module in LIBRARIES:
        __import__(module)
    assert rules.why_open() is None
    os.environ["SECRET"] = SECRET
    user = NOBODY if mode == "nobody" else os.geteuid()
    base.chmod(0o755)
    listening = build(base, user)
    leaked = base / "outside" / "leaked.txt"
    become = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if mode == "nobody" else {}
    with subprocess.Popen(["sleep", "600"], cwd="/", **become) as decoy, leaked.open() as handle:
        w = World(base, leaked, decoy.pid, listening["tcp"].getsockname()[1], handle.fileno(), first_environment(), -1)
        results = {}
        for name in names:
            victim = base / "outside" / f"victim-{name}"
            victim.write_text(SECRET)
            os.chown(victim, user, user)
            results[name] = outcome(name, mode, replace(w, victim=victim))
        decoy.kill()
    print(json.dumps(results))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
