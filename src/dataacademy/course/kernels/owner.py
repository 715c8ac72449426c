"""The owner's side: one warm process for this process and its workers, and a handle for each kernel."""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from dataacademy.course.kernels import rooms
from dataacademy.course.kernels.confinement import HARMLESS
from dataacademy.course.kernels.protocol import LISTENER, READY, read_all, receive, send, write_request
from dataacademy.errors import DataAcademyError

_SHARED = "DATAACADEMY_WARM"  # tells workers the folder of the warm process they may use
_SPECS = Path(__file__).parent / "share"
_PATIENCE = 120  # seconds; the first kernel waits for the imports, which take long on a busy machine
_KNOWN = (*HARMLESS, "HOME", "LD_LIBRARY_PATH", "PYTHONPATH", "SSL_CERT_FILE", "FONTCONFIG_PATH", "MPLCONFIGDIR")
_own: _WarmProcess | None = None


def why_cold() -> str | None:
    """Why kernels cannot be forked on this machine, in Japanese; ``None`` where they can."""
    if sys.platform != "linux":
        return "このパソコンでは、準備済みのプロセスを安全に複製できないため（Linux だけで使えます）"
    if not hasattr(os, "pidfd_open") or not Path("/proc/self/fd").is_dir():
        return "この Linux では、プロセスの終わりを見張る仕組みが使えないため"
    return None


@contextlib.contextmanager
def environment():
    """Within the block, kernels named ``python3`` that this process and its children start are warm ones.

    Changes the environment variables ``JUPYTER_PATH`` and ``DATAACADEMY_WARM`` within the block.  Where
    :func:`why_cold` has a reason, it changes nothing.
    """
    if why_cold():
        yield
        return
    names = ("JUPYTER_PATH", _SHARED)
    before = {name: os.environ.get(name) for name in names}
    os.environ[_SHARED] = str(folder())
    os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, [str(_SPECS), before["JUPYTER_PATH"]]))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextlib.contextmanager
def scratch():
    """A fresh folder for work that must leave nothing behind: it goes with the block, or with the warm process."""
    inside = None if why_cold() else folder()
    with rooms.temporary_folder(inside) as place:
        yield place


def folder() -> Path:
    """The private folder of the warm process, started if need be; it is gone when its owner ends, however it ends."""
    global _own
    shared = os.environ.get(_SHARED)
    if shared and (Path(shared) / LISTENER).exists():
        return Path(shared)
    if _own is None or not _own.alive():
        _own = _WarmProcess()
    return _own.folder


class _WarmProcess:
    """A warm process that ends with this process."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="dataacademy-"))
        self.pid = os.getpid()
        one_core = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
        known = {name: value for name, value in os.environ.items() if name in _KNOWN}
        quick = {"PYDEVD_DISABLE_FILE_VALIDATION": "1", "MPLBACKEND": "module://matplotlib_inline.backend_inline"}
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "dataacademy.course.kernels.warm", str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=known | one_core | quick,  # no secret may lie in the memory that learners' kernels inherit
            cwd="/",
            start_new_session=True,
        )
        atexit.register(self.close)

    def alive(self) -> bool:
        """Whether it still runs, and is ours (not a copy in a forked worker)."""
        return self.pid == os.getpid() and self.process.poll() is None

    def close(self) -> None:
        """End it and wait until it has cleaned up."""
        atexit.unregister(self.close)
        if self.pid != os.getpid():
            return
        self.process.stdin.close()
        if not (self.folder / LISTENER).exists():  # still importing: there is no kernel to take care of
            self.process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        self.process.kill()
        self.process.wait()
        rooms.remove_folder(self.folder)


class ForkedKernel:
    """A kernel process, with the part of ``subprocess.Popen`` that Jupyter uses."""

    stdin = stdout = stderr = None

    def __init__(self, cwd: Path, env: dict[str, str], arguments: list[str], confinement: dict | None, quiet: bool):
        self.returncode: int | None = None
        self.line = _connect()
        ours, theirs = socket.socketpair()
        null = os.open(os.devnull, os.O_WRONLY)
        try:
            out, err = (null, null) if quiet else (_terminal(1, null), _terminal(2, null))
            send(self.line, {}, (theirs.fileno(), out, err))
        finally:
            theirs.close()
            os.close(null)
        answer, _ = receive(self.line)
        if not answer or "pid" not in answer:
            raise not_started((answer or {}).get("error", "the warm process has ended"))
        self.pid = answer["pid"]
        request = {"cwd": str(cwd), "env": env, "arguments": arguments, "confinement": confinement}
        with contextlib.suppress(BrokenPipeError):  # a child that has already failed says why on the same line
            write_request(ours, request)
        ours.settimeout(_PATIENCE)
        said = read_all(ours)
        ours.close()
        if said != READY:
            self.line.close()
            raise not_started(said.decode(errors="replace") or "the kernel ended before it was ready")
        self.line.setblocking(False)

    def poll(self) -> int | None:
        """The exit code, or None while it runs."""
        if self.returncode is None:
            try:
                message, _ = receive(self.line)
            except BlockingIOError:
                return None
            except OSError:
                message = None
            self.returncode = message["exit"] if message else -signal.SIGKILL  # the warm process took it along
            self.line.close()
        return self.returncode

    def wait(self, timeout: float = 10) -> int:
        """The exit code; raises TimeoutError where the kernel does not end."""
        end = time.monotonic() + timeout
        while self.poll() is None:
            if time.monotonic() > end:
                raise TimeoutError(f"kernel {self.pid} does not end")
            time.sleep(0.002)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """To the kernel and what it started."""
        if self.poll() is None:
            with contextlib.suppress(OSError):  # it ended just now
                send(self.line, {"signal": int(number)})

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


def _terminal(fd: int, otherwise: int) -> int:
    try:
        os.fstat(fd)
    except OSError:
        return otherwise
    return fd


def _connect() -> socket.socket:
    """A connection to the warm process, which may still be starting."""
    end = time.monotonic() + _PATIENCE
    while True:
        place = folder()
        line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            line.connect(str(place / LISTENER))
            line.settimeout(_PATIENCE)
            return line
        except (FileNotFoundError, ConnectionRefusedError) as error:
            line.close()
            if (place / "error.txt").exists():
                raise not_started((place / "error.txt").read_text(encoding="utf-8")) from error
            if time.monotonic() > end:
                raise not_started("the warm process does not answer") from error
            time.sleep(0.01)


def not_started(reason: str) -> DataAcademyError:
    """The error for a kernel that ended, or was silent, before it had anything to run."""
    return DataAcademyError(
        "kernel_not_started",
        "ノートブックを動かすプロセスを始められませんでした。",
        f"A kernel could not be started: {reason}",
        fix="もう一度実行してください。続くときは、この表示を添えて開発者に知らせてください。",
        fix_en="Run again; if it persists, report this message.",
    )
