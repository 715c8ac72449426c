"""Confined code cannot get out, whatever it tries, and can do its work; free, each attempt would have succeeded."""

from __future__ import annotations

import errno
import functools
import json
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from confined import files, processes, useful  # noqa: F401  they enter their attempts
from confined.world import ATTEMPTS, ROOT, SECRET

from dataacademy.course.kernels import confinement, landlock, syscalls

FORBIDDEN = [name for name, attempt in ATTEMPTS.items() if attempt.forbidden]
USEFUL = [name for name, attempt in ATTEMPTS.items() if not attempt.forbidden]
REFUSALS = {"PermissionError", "OSError", "OperationalError", "MemoryError", "NoEffect", "died"}
# the answer of setrlimit, and of threading where no thread is to be had
REFUSALS_OF = {"raise_the_limits": {"ValueError"}, "start_very_many_threads": {"RuntimeError"}}


@pytest.fixture(scope="module", autouse=True)
def _can_confine():
    if reason := confinement.why_open():
        pytest.skip(reason)


@pytest.fixture(scope="module")
def ended():
    """How the attempts of a mode ended, and the folder they left; each mode is run once."""
    folders = []

    @functools.cache
    def of(mode: str) -> tuple[dict[str, list[str]], Path]:
        if mode == "nobody" and os.geteuid() != 0:
            pytest.skip("only root can become another user; as an ordinary user the other modes show the same")
        folders.append(Path(tempfile.mkdtemp(prefix="dataacademy-")))  # pytest's own folders are closed to nobody
        names = FORBIDDEN if mode in ("nobody", "free") else [*FORBIDDEN, *USEFUL]
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "confined.run", mode, str(folders[-1]), *names],
            cwd=ROOT / "tests",
            env=os.environ | {"SECRET": SECRET, "MPLBACKEND": "agg"},
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1]), folders[-1]

    yield of
    for folder in folders:
        shutil.rmtree(folder)


@pytest.mark.parametrize("mode", ["confined", "bare", "nobody"])
@pytest.mark.parametrize("name", FORBIDDEN)
def test_what_is_forbidden_fails(name, mode, ended):
    root = mode == "confined" and os.geteuid() == 0
    if ATTEMPTS[name].users and (root or mode == "bare" or not confinement._machine().namespaces):
        pytest.skip("only a user namespace of an ordinary user counts threads")
    how, said = ended(mode)[0][name]
    assert how in REFUSALS | REFUSALS_OF.get(name, set()), (how, said)


@pytest.mark.parametrize("name", FORBIDDEN)
def test_it_is_the_confinement_that_refuses(name, ended):
    how, said = ended("free")[0][name]
    if ATTEMPTS[name].uncertain and how != "works":
        pytest.skip(f"refused to a free process too: {how} {said}")
    assert how == "works", (how, said)


@pytest.mark.parametrize("mode", ["confined", "bare"])
@pytest.mark.parametrize("name", USEFUL)
def test_what_is_useful_works(name, mode, ended):
    assert ended(mode)[0][name] == ["works", ""]


@pytest.mark.parametrize("mode", ["confined", "bare", "nobody", "free"])
def test_nothing_outside_is_changed(mode, ended):
    results, base = ended(mode)
    names = {p.name for p in (base / "outside").iterdir()}
    kept = {f"victim-{name}" for name in ended(mode)[0]} | {
        "gradebook.db",
        "leaked.txt",
        "stream.sock",
        "datagram.sock",
    }
    texts = {p.read_text() for p in (base / "outside").glob("victim-*")}
    modes = {p.stat().st_mode & 0o777 for p in (base / "outside").glob("victim-*")}
    tables = {p.read_text() for p in (base / "tables").iterdir()}
    as_before = (names == kept, texts == {SECRET}, len(modes) == 1, tables == {"age\n20\n30\n"})
    assert as_before == ((False,) * 4 if mode == "free" else (True,) * 4)


# --- the filter of system calls: what it answers, also for the machine that this is not -------------------------------


def answer(machine: str, call: str | int, *arguments: int, architecture: int | None = None) -> str | int:
    """What the filter of a process with number 77 says: allow, kill or an error's number."""
    column, own = syscalls._MACHINES[machine]
    number = syscalls._number(call, column) if isinstance(call, str) else call
    data = {0: number, 4: own if architecture is None else architecture}
    for place, argument in enumerate(arguments):
        data[16 + 8 * place] = argument & 0xFFFFFFFF
    program, at, held = syscalls.filter_program(machine, 77), 0, 0
    while True:
        operation, true, false, operand = program[at]
        at += 1
        if operation == syscalls._RETURN:
            return {syscalls._ALLOW: "allow", syscalls._KILL: "kill"}.get(operand, operand & 0xFFFF)
        if operation == syscalls._LOAD:
            held = data.get(operand, 0)
        elif operation == syscalls._AND:
            held &= operand
        else:
            holds = held == operand if operation == syscalls._EQUAL else held >= operand
            at += true if holds else false


MACHINES = pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
UNIX, INET, NETLINK, STREAM, DATAGRAM, SEQPACKET = 1, 2, 16, 1, 2, 5
CLOEXEC, THREAD, VM, NEW_NETWORK = 0o2000000, 0x10000, 0x100, 0x40000000


@MACHINES
def test_each_refused_call_is_refused(machine):
    for error, names in syscalls._REFUSED.items():
        for name in names.split():
            if syscalls.NUMBERS[name][syscalls._MACHINES[machine][0]] != "-":
                assert answer(machine, name) == error, name


@MACHINES
@pytest.mark.parametrize(
    ("call", "arguments", "expected"),
    [
        ("socket", (UNIX, STREAM | CLOEXEC), "allow"),
        ("socket", (UNIX, SEQPACKET), "allow"),
        ("socket", (UNIX, DATAGRAM), errno.EPROTONOSUPPORT),
        ("socket", (INET, STREAM), errno.EOPNOTSUPP),
        ("socket", (NETLINK, STREAM), errno.EOPNOTSUPP),
        ("socketpair", (UNIX, DATAGRAM), errno.EPROTONOSUPPORT),
        ("clone", (THREAD | VM,), "allow"),
        ("clone", (VM,), errno.EPERM),
        ("clone", (THREAD | NEW_NETWORK,), errno.EPERM),
        ("kill", (77, 9), "allow"),
        ("kill", (78, 9), errno.EPERM),
        ("kill", (-77, 9), errno.EPERM),
        ("tgkill", (77, 80, 9), "allow"),
        ("tgkill", (80, 77, 9), errno.EPERM),
        ("prlimit64", (0, 7), "allow"),
        ("prlimit64", (77, 7), "allow"),
        ("prlimit64", (1, 7), errno.EPERM),
        ("prctl", (1, 0), errno.EPERM),
        ("prctl", (15, 0), "allow"),
        ("fcntl", (3, 8), errno.EPERM),
        ("fcntl", (3, 15), errno.EPERM),
        ("fcntl", (3, 1024), errno.EPERM),
        ("fcntl", (8, 3), "allow"),
        ("ioctl", (3, 0x5401), "allow"),
        ("ioctl", (3, 0x5412), errno.ENOTTY),  # TIOCSTI types into the terminal
        ("openat", (3, 0, os.O_RDONLY | os.O_TRUNC), errno.EACCES),
        ("openat", (3, 0, 3 | os.O_TRUNC | os.O_CREAT), errno.EACCES),
        ("openat", (3, 0, os.O_WRONLY | os.O_TRUNC | os.O_CREAT), "allow"),
        ("openat", (3, 0, os.O_RDONLY), "allow"),
        (syscalls.NEWEST, (), "allow"),
        (syscalls.NEWEST + 1, (), errno.ENOSYS),
        (0x40000000 + 57, (), errno.ENOSYS),  # fork by its number in x32
        (-1, (), "allow"),
    ],
)
def test_the_filter_looks_at_arguments(machine, call, arguments, expected):
    assert answer(machine, call, *arguments) == expected


def test_the_filter_looks_at_open_which_only_x86_has():
    assert answer("x86_64", "open", 0, os.O_RDONLY | os.O_TRUNC) == errno.EACCES
    assert answer("x86_64", "open", 0, os.O_WRONLY | os.O_TRUNC) == "allow"


@MACHINES
def test_calls_of_another_architecture_end_the_process(machine):
    assert answer(machine, "prctl", 15, architecture=0x40000003) == "kill"  # i386


@pytest.mark.parametrize(
    ("header", "column"),
    [(f"{platform.machine()}-linux-gnu/asm/unistd_64.h", 0), ("asm-generic/unistd.h", 1)],
)
def test_numbers_are_those_of_the_kernels_headers(header, column):
    path = Path("/usr/include", header)
    if not path.is_file():
        pytest.skip(f"{path} is not installed")
    stated = dict(re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", path.read_text()))
    assert {name: numbers[column] for name, numbers in syscalls.NUMBERS.items()} == {
        name: stated.get(name, "-") for name in syscalls.NUMBERS
    }


# --- where it cannot be done ------------------------------------------------------------------------------------------


@pytest.fixture
def fresh_answer():
    confinement._machine.cache_clear()
    yield
    confinement._machine.cache_clear()


def test_why_open_says_so_on_other_systems(fresh_answer, monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    assert "Linux だけ" in confinement.why_open()


def test_why_open_says_so_on_other_processors(fresh_answer, monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    assert "CPU" in confinement.why_open()


def test_why_open_says_so_without_landlock(fresh_answer, monkeypatch):
    def missing():
        raise OSError(errno.ENOSYS, "landlock_create_ruleset")

    monkeypatch.setattr(landlock, "version", missing)
    assert "Landlock" in confinement.why_open()


def test_why_open_says_so_where_the_trial_fails(fresh_answer, monkeypatch, tmp_path):
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho 'seccomp: Invalid argument' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    assert "seccomp: Invalid argument" in confinement.why_open()


def test_asking_confines_nobody(fresh_answer):
    assert confinement.why_open() is None
    socket.socket(socket.AF_INET).close()
    assert os.listdir("/")


IN_A_PROCESS = """
import os, sys, threading
from pathlib import Path
from dataacademy.course.kernels import confinement, landlock
from dataacademy.errors import DataAcademyError
folder = Path(sys.argv[1])
{before}
try:
    confinement.confine(confinement.Confinement(folder, folder))
except DataAcademyError as error:
    print(error.note.kind, error)
"""


def in_a_process(folder: Path, before: str) -> str:
    code = IN_A_PROCESS.format(before=before)
    done = subprocess.run([sys.executable, "-P", "-c", code, str(folder)], capture_output=True, text=True, check=True)
    return done.stdout


def test_a_process_with_threads_is_not_taken_for_confined(tmp_path):
    started = "threading.Thread(target=threading.Event().wait, daemon=True).start()"
    assert in_a_process(tmp_path, "") == ""
    assert in_a_process(tmp_path, started).startswith("not_confined 受講者のプログラムを囲えません。")


def test_a_layer_that_fails_is_not_passed_over(tmp_path):
    broken = "confinement.why_open(); landlock._PATH_BENEATH = 99"
    said = in_a_process(tmp_path, broken)
    assert said.startswith("not_confined") and "landlock_add_rule" in said


def test_the_environment_is_a_short_list(tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    environment = confinement.confined_environment(tmp_path)
    assert SECRET not in environment.values() and environment["OMP_NUM_THREADS"] == "1"
    assert {environment[name] for name in ("TMPDIR", "MPLCONFIGDIR", "IPYTHONDIR")} == {str(tmp_path / "tmp")}


def test_a_confinement_survives_json(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    given = confinement.Confinement(Path("work"), Path("sockets"), (Path("tables"),), memory=5)
    sent = json.loads(json.dumps(given.as_dict()))
    monkeypatch.chdir("/")  # where the warm process lives
    received = confinement.Confinement.from_dict(sent)
    assert received == given and received.folder == tmp_path / "work"


KERNEL = """
import sys
from pathlib import Path
from ipykernel.kernelapp import IPKernelApp
from dataacademy.course.kernels.confinement import Confinement, confine
confine(Confinement(Path(sys.argv[1]), Path(sys.argv[2])))
IPKernelApp.launch_instance(["-f", sys.argv[2] + "/kernel.json"])
"""
CELL = """
import subprocess
from matplotlib import pyplot
import pandas as pd
pyplot.plot([1, 2])
pyplot.show()
pd.DataFrame({"a": [1]}).to_csv("own.csv")
print(6 * 7)
subprocess.run(["true"])
"""


def test_an_ordinary_kernel_runs_confined(tmp_path):
    from jupyter_client.blocking import BlockingKernelClient
    from jupyter_client.connect import write_connection_file

    work, place = tmp_path / "work", Path(tempfile.mkdtemp(prefix="k"))  # a socket's path must be short
    work.mkdir()
    write_connection_file(str(place / "kernel.json"), transport="ipc", ip=str(place / "s"), key=b"key")
    client = BlockingKernelClient(connection_file=str(place / "kernel.json"))
    client.load_connection_file()
    said = []
    environment = confinement.confined_environment(work)
    try:
        with subprocess.Popen([sys.executable, "-P", "-c", KERNEL, str(work), str(place)], env=environment) as kernel:
            try:
                end = time.monotonic() + 60  # a client takes a kernel for dead that is not there after a second
                while len(list(place.glob("s-*"))) < 5 and kernel.poll() is None and time.monotonic() < end:
                    time.sleep(0.05)
                client.start_channels()
                client.wait_for_ready(timeout=60)
                reply = client.execute_interactive(CELL, timeout=60, output_hook=said.append)
                client.shutdown()
                assert kernel.wait(30) == 0
            finally:
                kernel.kill()
    finally:
        client.stop_channels()
        shutil.rmtree(place)
    assert (work / "own.csv").is_file()
    assert any("image/png" in message["content"].get("data", {}) for message in said)
    assert "42\n" in [message["content"].get("text") for message in said]
    assert reply["content"]["ename"] == "PermissionError"
