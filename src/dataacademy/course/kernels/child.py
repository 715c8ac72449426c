"""What a forked process does to become an ordinary, fresh Jupyter kernel."""

from __future__ import annotations

import ctypes
import json
import os
import random
import resource
import signal
import socket
import sys
import tempfile
import time
import traceback
from pathlib import Path

from dataacademy.course.kernels.confinement import Confinement, close_inherited, confine
from dataacademy.course.kernels.protocol import READY, read_all

MEMORY = 4 * 1024**3  # bytes that a notebook, or a worker, may add to what it starts with
_PR_SET_PDEATHSIG = 1


def become(files: list[int], kept: set[int]) -> None:
    """Become the kernel that the owner's request describes; never returns.

    files
        The child's line, standard output and standard error.
    kept
        Other files that stay open.
    """
    code = 1
    try:
        line = socket.socket(fileno=_own_process(files, kept))
        try:
            request = json.loads(read_all(line))
            _fresh(request)
            application = _kernel(request)
            line.sendall(READY)
        except BaseException:
            line.sendall(traceback.format_exc().encode())
            raise
        line.close()
        application.start()
        code = 0
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 0 if leaving.code is None else 1
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)  # nothing that the warm process registered to happen at exit is ours


def _own_process(files: list[int], kept: set[int]) -> int:
    """A session of its own, default signals, the owner's terminal; of the warm process's files only ``kept``."""
    parent = os.getppid()
    os.setsid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # the warm process died in between
        os._exit(1)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    line, out, err = files
    null = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((null, 0), (out, 1), (err, 2)):
        os.dup2(source, target)
    close_inherited({0, 1, 2, line, *kept})
    return line


def _fresh(request: dict) -> None:
    """Working folder, environment, clock, chance and search path as a new process would have them."""
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    tempfile.tempdir = None  # a folder that the warm process found may not be this kernel's
    random.seed()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()
    if matplotlib := sys.modules.get("matplotlib"):
        matplotlib.rcParams["backend"] = os.environ.get("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    _import_from_here()
    sys.argv[:] = ["ipykernel_launcher", *request["arguments"]]


def _import_from_here() -> None:
    """The working folder stands on the search path where an ordinary kernel has it: behind Python's own modules.

    The warm process was started without it (``-P``), and with that IPython leaves it out too.
    """
    sys.path[:] = [entry for entry in sys.path if entry]
    packages = [n for n, entry in enumerate(sys.path) if Path(entry).name in ("site-packages", "dist-packages")]
    sys.path.insert(packages[0] if packages else 0, "")


def bound_memory() -> None:
    """From now on this process may add no more than :data:`MEMORY`."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _kernel(request: dict):
    """The initialised kernel: its sockets are bound."""
    from ipykernel.kernelapp import IPKernelApp

    if request["confinement"] is None:
        bound_memory()
    else:
        confine(Confinement.from_dict(request["confinement"]))
    application = IPKernelApp.instance(parent_handle=os.getppid())  # it ends with that process, as a cold one does
    application.initialize(sys.argv[1:])
    return application
