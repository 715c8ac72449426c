"""Confining a kernel that runs a learner's code: without root, without a helper program, irrevocably, on Linux.

The forked child does it to itself before the kernel starts.  What it leaves: the libraries to read, one folder to
write, its own kernel's sockets, threads, and time and memory within limits.  What stays open: whoever guesses a path
learns whether it exists, how large and how old it is; many files of the allowed size can fill the disk; root's threads
are not counted.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dataacademy.course.kernels import landlock, privileges, syscalls
from dataacademy.errors import DataAcademyError

_SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/etc/fonts", "/var/cache/fontconfig", "/etc/ipython")
_SYSTEM_FILES = ("ld.so.cache", "localtime", "timezone", "passwd", "group", "nsswitch.conf", "mime.types")
_MACHINE = ("/proc/cpuinfo", "/proc/meminfo", "/proc/sys/vm/overcommit_memory", "/sys/devices/system/cpu")
_DEVICES = {"/dev/null": landlock.WRITE, "/dev/zero": landlock.WRITE, "/dev/full": landlock.WRITE} | dict.fromkeys(
    ("/dev/random", "/dev/urandom"), landlock.READ
)
# Not the whole prefix: an environment made in the folder of a course would open the course
_OF_PYTHON = ("bin", "lib", "lib64", "share", "etc", "pyvenv.cfg")
HARMLESS = (  # variables of the environment that hold no secret and matter to libraries
    *("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "PYTHONHASHSEED", "PYTHONUTF8", "MPLBACKEND"),
    *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "PYDEVD_DISABLE_FILE_VALIDATION"),
)
_ARENA_MAX = -8  # M_ARENA_MAX of <malloc.h>
_THREADS = 256  # where the user namespace counts them for this process alone; root is not counted


@dataclass(frozen=True)
class Confinement:
    """What a confined process may reach and use.

    folder
        The learner's own folder: to read and to write, and the working directory.
    sockets
        The folder of this kernel's sockets, of no other kernel's.
    readable
        More files and folders to read, such as the town's tables.
    memory
        Bytes of address space on top of what the process has when it is confined.
    cpu_seconds, file_size, open_files
        Seconds of computing of all threads; bytes of one file; files open at a time.

    >>> given = Confinement(Path("work"), Path("sockets"), readable=(Path("tables"),))
    >>> Confinement.from_dict(given.as_dict()) == given
    True
    """

    folder: Path
    sockets: Path
    readable: tuple[Path, ...] = ()
    memory: int = 2 * 1024**3
    cpu_seconds: int = 120
    file_size: int = 50 * 1024**2
    open_files: int = 256

    def __post_init__(self):  # the process that is confined works in another folder than the one that asks for it
        for name in ("folder", "sockets"):
            object.__setattr__(self, name, Path(getattr(self, name)).absolute())
        object.__setattr__(self, "readable", tuple(Path(path).absolute() for path in self.readable))

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        paths = {"folder": str(self.folder), "sockets": str(self.sockets), "readable": [str(p) for p in self.readable]}
        return asdict(self) | paths

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Confinement:
        """From :meth:`as_dict`."""
        return cls(**values)


@dataclass(frozen=True)
class _Machine:
    """What this machine can do: ``reason`` is empty where it can confine."""

    reason: str = ""
    namespaces: bool = False


def why_open() -> str | None:
    """Why a learner's code cannot be confined on this machine, in Japanese; None where it can.

    A process tries it out once; the answer is kept, also for the processes forked from this one.
    """
    return _machine().reason or None


@cache
def _machine() -> _Machine:
    if sys.platform != "linux":
        return _Machine("このパソコンには、実行中のプログラムを囲う仕組みがないため（Linux だけで使えます）")
    if not syscalls.known_machine():
        return _Machine("この種類の CPU では、プログラムを囲う方法を確かめていないため")
    try:
        landlock.version()
    except OSError:
        return _Machine("この Linux では、ファイルを囲う仕組み（Landlock）が使えないため")
    code = f"import sys; from {__name__} import _try_out; _try_out(sys.argv[1])"
    with tempfile.TemporaryDirectory(prefix="dataacademy-") as folder:
        command = [sys.executable, "-P", "-c", code, folder]
        done = subprocess.run(command, cwd="/", capture_output=True, text=True)
    try:
        return _Machine(**json.loads(done.stdout))
    except ValueError:
        last = (done.stderr.strip().splitlines() or [str(done.returncode)])[-1]
        return _Machine(f"囲いを試したところ、うまくいかなかったため（{last}）")


def _try_out(folder: str) -> None:
    """Confine this process to ``folder``, see that it holds, and print what the machine can do."""
    import socket

    namespaces = _can_leave_namespaces()
    _apply(Confinement(Path(folder), Path(folder)), namespaces)
    forbidden = [lambda: os.listdir("/"), os.fork, lambda: socket.socket(socket.AF_INET)]
    held = all(_refused(attempt) for attempt in forbidden)
    reason = "" if held else "囲いを試したところ、外に出られてしまったため"
    print(json.dumps({"reason": reason, "namespaces": namespaces}))


def _refused(attempt) -> bool:
    try:
        return attempt() == 0 and os._exit(1)  # a fork that went through
    except OSError:
        return True


def _can_leave_namespaces() -> bool:
    child = os.fork()
    if not child:
        with suppress(OSError):
            privileges.leave_namespaces()
            os._exit(0)
        os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def confine(confinement: Confinement) -> None:
    """Confine this process for good, all its threads to come included.

    Raises DataAcademyError where :func:`why_open` has a reason, where this process already has threads (they would stay
    free), or where a layer cannot be applied.
    """
    machine = _machine()
    if machine.reason:
        raise _cannot(machine.reason)
    if len(os.listdir("/proc/self/task")) > 1:
        raise _cannot("このプロセスには、すでにスレッドがあるため")
    try:
        _apply(confinement, machine.namespaces)
    except OSError as error:
        raise _cannot(str(error)) from error


def _cannot(reason: str) -> DataAcademyError:
    return DataAcademyError(
        "not_confined",
        f"受講者のプログラムを囲えません。{reason}。",
        f"The learner's code cannot be confined: {reason}",
        fix="Linux 5.13 以降のパソコンかサーバーで採点してください。",
        fix_en="Grade on Linux 5.13 or newer.",
    )


def _apply(confinement: Confinement, namespaces: bool) -> None:
    os.chdir(confinement.folder)
    with suppress(FileExistsError):
        Path("tmp").mkdir()  # as confined_environment() says
    tempfile.tempdir = None  # the process this one was forked from may have looked for it already
    if namespaces:
        privileges.leave_namespaces()
    privileges.die_first()
    privileges.forget_environment()
    _limit(confinement, namespaces)
    privileges.leave_no_dump()
    privileges.drop_capabilities()
    syscalls.no_new_privileges()
    landlock.restrict_files(_rights(confinement))
    syscalls.refuse_calls()


def _limit(confinement: Confinement, namespaces: bool) -> None:
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a file that gets too large is an OSError, not the end
    with suppress(AttributeError):  # glibc sets 64 MB of addresses aside for each thread, which would count
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 2)
    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    limits = {
        resource.RLIMIT_AS: mapped + confinement.memory,
        resource.RLIMIT_FSIZE: confinement.file_size,
        resource.RLIMIT_NOFILE: confinement.open_files,
        resource.RLIMIT_CORE: 0,
    }
    if namespaces:
        limits[resource.RLIMIT_NPROC] = _THREADS
    for which, wanted in limits.items():
        _, most = resource.getrlimit(which)
        lowered = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.setrlimit(which, (lowered, lowered))
    # The first ends the process by a signal that tells why; the second, where that was ignored
    resource.setrlimit(resource.RLIMIT_CPU, (confinement.cpu_seconds, confinement.cpu_seconds + 1))


def _rights(confinement: Confinement) -> dict[Path, int]:
    package = Path(__file__).resolve().parents[2]  # without its checkout, which holds solutions too
    prefixes = [Path(prefix) / part for prefix in {sys.prefix, sys.base_prefix} for part in _OF_PYTHON]
    libraries = [Path(p) for p in sys.path if Path(p).name in ("site-packages", "dist-packages")]
    system = [Path(p) for p in (*_SYSTEM, *_MACHINE)] + [Path("/etc", name) for name in _SYSTEM_FILES]
    rights = dict.fromkeys([package, *prefixes, *libraries, *system, *confinement.readable], landlock.READ)
    rights |= {Path(path): right for path, right in _DEVICES.items()}
    return rights | {confinement.folder: landlock.WRITE, confinement.sockets: landlock.BIND}


def confined_environment(folder: Path) -> dict[str, str]:
    """The environment of a confined kernel that works in ``folder``: a short list, nothing secret, all paths inside.

    >>> environment = confined_environment(Path("/somewhere/work"))
    >>> environment["HOME"], "SSH_AUTH_SOCK" in environment
    ('/somewhere/work', False)
    """
    private = ("TMPDIR", "MPLCONFIGDIR", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    kept = {name: os.environ[name] for name in HARMLESS if name in os.environ}
    own = {"HOME": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    return {"LANG": "C.UTF-8"} | kept | own | dict.fromkeys(private, str(Path(folder) / "tmp"))


def close_inherited(keep: Iterable[int]) -> None:
    """Close every file this process has open except ``keep``."""
    kept = set(keep)
    for fd in map(int, os.listdir("/proc/self/fd")):
        if fd not in kept:
            with suppress(OSError):  # the listing itself
                os.close(fd)
