"""The warm process (``-m dataacademy.course.kernels.warm FOLDER``): imports once, forks one kernel a connection.

It holds no thread, no zmq context, no event loop and no open file besides its sockets, so that fork is safe; it makes
sure of that before each fork.  It ends, with all its kernels and its folder, when its standard input closes: then
whoever started it is gone.
"""

from __future__ import annotations

import builtins
import contextlib
import gc
import inspect
import os
import selectors
import signal
import socket
import struct
import sys
import tempfile
import traceback
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

from dataacademy.course.kernels import child, confinement
from dataacademy.course.kernels.protocol import LISTENER, receive, send
from dataacademy.course.kernels.rooms import remove_folder

# What lessons and the kernel itself import: a name that is not installed (an extra) is left out.
_MODULES = (
    *("ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.debugger", "IPython.core.completer", "jedi"),
    *("IPython.core.completerlib", "IPython.core.oinspect", "IPython.core.debugger", "IPython.extensions.storemagic"),
    *("IPython.core.logger", "sqlite3", "pandas.io.formats.html", "pandas.plotting._matplotlib", "PIL.JpegImagePlugin"),
    *("PIL.BmpImagePlugin", "PIL.GifImagePlugin", "PIL.PpmImagePlugin", "pandas.core.reshape.reshape"),
    *(
        "IPython.core.pylabtools",
        "matplotlib_inline",
        "pygments.lexers.python",
        "pygments.formatters.html",
        "comm",
        "pdb",
    ),
    *("pygments.formatters.terminal256", "pygments.styles", "stack_data", "executing", "asttokens", "pure_eval"),
    *("tornado.platform.asyncio", "faulthandler", "pandas.io.formats.string", "encodings.utf_8_sig", "filelock"),
    *("numpy", "pandas", "pandas.io.formats.style", "geopandas", "shapely", "pyogrio", "pyproj", "openpyxl"),
    *("matplotlib.pyplot", "matplotlib.backends.backend_agg", "scipy.stats", "scipy.spatial", "scipy.optimize"),
    *("scipy.sparse.csgraph", "yaml", "python_calamine", "ipywidgets"),
    *("dataacademy", "dataacademy.finding", "dataacademy.charts", "dataacademy.maps", "dataacademy.stats"),
    *("dataacademy.survey", "dataacademy.effect", "dataacademy.costs", "dataacademy.privacy", "dataacademy.text"),
    *("dataacademy.queues", "simpy"),
    *("dataacademy.tables", "dataacademy.town.catalog", "dataacademy.town.bands"),
    *("dataacademy.tables.lint", "dataacademy.worksheet.form.screen", "dataacademy.worksheet.recording"),
    *("dataacademy.worksheet.picture.reading", "dataacademy.worksheet.review", "dataacademy.worksheet.worked.flow_a"),
    *("dataacademy.course.check", "dataacademy.course.grade.hand", "dataacademy.course.grade.frames"),
    "dataacademy.course.grade.drawings",
)
_KILLED = -signal.SIGKILL


class NotSafe(RuntimeError):
    """Something was imported that makes fork unsafe."""


def preload() -> None:
    """Import everything; modules that belong to an extra may be missing."""
    builtins.get_ipython = lambda: SimpleNamespace(kernel=None)  # pandas looks at it to choose how wide it shows tables
    for name in _MODULES:
        try:
            import_module(name)
        except ModuleNotFoundError as error:
            if error.name and error.name.split(".")[0] == "dataacademy":
                raise
    del builtins.get_ipython
    from dataacademy import styling

    styling.register_font()  # reading the font file takes long and changes nothing for the reader
    inspect.getmodule(inspect.currentframe())  # looks up the files of all modules, which every traceback needs
    confinement.why_open()  # tried once, remembered by every kernel
    for name in [name for name in sys.modules if name.startswith("matplotlib_inline")]:
        del sys.modules[name]  # it hooks into IPython when it is imported, which must happen in the kernel
    gc.collect()
    gc.freeze()


def databases() -> set[int]:
    """Open files that a fork may share: PROJ's table of coordinate systems, which PROJ opens anew in a forked child.

    The child must leave them open: PROJ closes the old numbers itself, which might by then be other files.
    """
    return {fd for fd, path in _open_files() if path.endswith("/proj.db")}


def _open_files() -> list[tuple[int, str]]:
    found = []
    for name in os.listdir("/proc/self/fd"):
        with contextlib.suppress(FileNotFoundError):  # the listing itself was one of them
            found.append((int(name), os.readlink(f"/proc/self/fd/{name}")))
    return found


def check_safe(known: set[int]) -> None:
    """Raise NotSafe if this process has threads, a zmq context, or files open other than ``known``."""
    if len(os.listdir("/proc/self/task")) > 1:
        raise NotSafe("the warm process has threads")
    zmq = sys.modules.get("zmq")
    if zmq is not None and zmq.Context._instance is not None:
        raise NotSafe("the warm process has a zmq context")
    for fd, path in _open_files():
        if fd not in known:
            raise NotSafe(f"the warm process has an open file: {path}")


class Warm:
    """Serves connections; see the protocol."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.listener.bind(str(folder / LISTENER))
        self.listener.listen(128)
        self.selector = selectors.DefaultSelector()
        self.pids: dict[socket.socket, int] = {}
        self.kept: set[int] = set()

    def serve(self) -> None:
        """Until standard input closes."""
        self.selector.register(sys.stdin.fileno(), selectors.EVENT_READ, None)
        self.selector.register(self.listener, selectors.EVENT_READ, self.connected)
        try:
            while True:
                for key, _ in self.selector.select():
                    if key.data is None:
                        return
                    # not closed by an earlier event of this round, nor its number given to another file since
                    if self.selector.get_map().get(key.fd) == key:
                        key.data(key.fileobj)
        finally:
            for pid in self.pids.values():
                _kill(pid)
            remove_folder(self.folder)

    def connected(self, listener: socket.socket) -> None:
        """Fork a kernel for a new connection."""
        line, _ = listener.accept()
        peer, _, _ = struct.unpack("3i", line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        if peer in self.pids.values():  # a confined kernel that found the socket must not get a free one
            line.close()
            return
        _, files = receive(line, 3)
        if len(files) != 3:
            line.close()
            return
        try:
            known = {0, 1, 2, line.fileno(), self.listener.fileno(), self.selector.fileno(), *files}
            known |= {key.fd for key in self.selector.get_map().values()} | self.kept
            check_safe(known)
            pid = os.fork()
        except (NotSafe, OSError) as error:
            send(line, {"error": str(error)})
            line.close()
            return
        finally:
            if "pid" not in locals() or pid:
                for file in files:
                    os.close(file)
        if not pid:
            child.become(files, self.kept)  # never returns
        send(line, {"pid": pid})
        self.pids[line] = pid
        exited = os.pidfd_open(pid)
        self.selector.register(exited, selectors.EVENT_READ, lambda fd: self.ended(fd, line, pid))
        self.selector.register(line, selectors.EVENT_READ, self.told)

    def told(self, line: socket.socket) -> None:
        """A signal for a kernel, or its owner is gone."""
        try:
            message, _ = receive(line)
        except OSError:
            message = None
        if message is None:
            self.selector.unregister(line)
            _kill(self.pids[line])
        else:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pids[line], message["signal"])

    def ended(self, exited: int, line: socket.socket, pid: int) -> None:
        """A kernel has ended: its group goes with it, its owner hears of it."""
        self.selector.unregister(exited)
        os.close(exited)
        _kill(pid)
        _, status = os.waitpid(pid, 0)
        del self.pids[line]
        if line in self.selector.get_map():
            self.selector.unregister(line)
        with contextlib.suppress(OSError):  # the owner may have gone first
            send(line, {"exit": os.waitstatus_to_exitcode(status)})
        line.close()


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def main() -> None:
    """Listen first, so that owners can connect while the imports go on."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # it ends with its owner, and after it has cleaned up
    folder = Path(sys.argv[1])
    tempfile.tempdir = str(folder)  # what is tried out while it starts goes with it
    try:
        warm = Warm(folder)
        preload()
        warm.kept = databases()
        warm.serve()
    except Exception:
        (folder / "error.txt").write_text(traceback.format_exc(), encoding="utf-8")
        raise


if __name__ == "__main__":
    main()
