"""``dataacademy open``: JupyterLab on the learner's own machine, showing the start page of a town's course."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import webbrowser
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from dataacademy import paths
from dataacademy.errors import DataAcademyError
from dataacademy.files import writing_to
from dataacademy.paths import SAMPLE_TOWN, STATE
from dataacademy.town.catalog import about

HOST = "127.0.0.1"
START = "start.ipynb"
PATIENCE = 120  # seconds; a virus scanner can make the very first start of a PC slow
_SETTINGS = Path(__file__).parent / "jupyter"


def open_course(
    town: str = SAMPLE_TOWN, *, browser: bool = True, source: bool = False, port: int | None = None
) -> None:
    """Open the town's course in JupyterLab and stay until Ctrl-C, a closed terminal, or Lab's own "shut down".

    browser
        Open the browser; the address is printed in any case, as soon as the server really answers.
    source
        Open the sources themselves (for authors, with nbgrader's tools) instead of a workspace.
    port
        A fixed port; by default any free one.

    The server answers on this machine only and asks for a random token.  JupyterLab keeps its own files (settings,
    layout, trust) in ``.dataacademy`` inside the workspace, so the person's JupyterLab elsewhere is neither read nor
    changed.  Raises DataAcademyError: unknown_town, port_in_use, no_server, server_died, cannot_write.
    """
    print("教材を準備しています。少しお待ちください。", flush=True)
    if source:
        root, state, start = paths.home(), paths.output() / "work" / STATE, f"notebooks/{START}"
    else:
        about(town)  # an unknown town is told before anything is written
        root, state, start = paths.workspace(town), paths.workspace(town) / STATE, START
    settings = "author" if source else "learner"
    # Ctrl-C is the ordinary way to end
    with suppress(KeyboardInterrupt), _signals_as_ctrl_c(), _jupyter(root, state, settings, port) as server:
        deliveries = [] if source else _prepare(town)  # while the server starts
        address = f"{server.wait()}/lab/tree/{quote(start)}?token={server.token}"
        for delivery in deliveries:
            if delivery.status in ("updated", "beside"):
                print(delivery.message)
        print("教材を開きました。ブラウザに出ないときは、次のアドレスを開いてください。")
        print(f"  {address}")
        print("終わるときは、ノートブックを保存してから、この画面で Ctrl + C を押してください。", flush=True)
        if browser:
            webbrowser.open(address)
        server.stay()
    print("教材を閉じました。", flush=True)


def _prepare(town: str):
    from dataacademy.course.workspace import prepare  # imports nbformat: not before the server is on its way

    return prepare(town)


class _Server:
    """A JupyterLab process that is starting or running."""

    def __init__(self, process: subprocess.Popen, runtime: Path, token: str, log: Path):
        self.process, self.runtime, self.token, self.log = process, runtime, token, log
        self.port: int | None = None

    def wait(self) -> str:
        """The server's address, as soon as it answers."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.process.poll() is None:
            if self._answers():
                return f"http://{HOST}:{self.port}"
            time.sleep(0.05)
        raise self._failed("no_server", "JupyterLab を始められませんでした。", "JupyterLab did not start")

    def stay(self) -> None:
        """Return when the server has been shut down from JupyterLab's menu."""
        while self.process.poll() is None:
            time.sleep(0.2)
        if self.process.returncode:
            raise self._failed("server_died", "JupyterLab が途中で止まりました。", "JupyterLab ended unexpectedly")

    def _failed(self, kind: str, ja: str, en: str) -> DataAcademyError:
        last = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-3:]
        return DataAcademyError(
            kind,
            ja,
            f"{en}: " + " / ".join(last),
            fix=f"もう一度実行してください。また起きるときは、記録「{self.log}」を事務局に送ってください。",
            fix_en=f"Try again; the log is {self.log}.",
        )

    def _answers(self) -> bool:
        for file in self.runtime.glob("jpserver-*.json"):  # written by the server: the port it really took
            try:
                self.port = json.loads(file.read_text(encoding="utf-8"))["port"]
            except ValueError:  # half-written
                return False
        return self.port is not None and self._ask("GET", "/api") == 200

    def _ask(self, method: str, path: str) -> int | None:
        # http.client rather than urllib: a proxy set for the office must not be asked for this machine
        headers = {"Authorization": f"token {self.token}"}
        with closing(http.client.HTTPConnection(HOST, self.port, timeout=10)) as connection:
            try:
                connection.request(method, path, headers=headers)
                with connection.getresponse() as answer:
                    return answer.status
            except (OSError, http.client.HTTPException):
                return None

    def stop(self) -> None:
        """End kernels and server.  By request, as this is the one way that is clean on Windows too."""
        if self.process.poll() is None and (self.port is None or self._ask("POST", "/api/shutdown") != 200):
            self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def _jupyter(root: Path, state: Path, settings: str, port: int | None) -> Iterator[_Server]:
    """JupyterLab in a process of its own, with everything it writes kept in ``state``."""
    _check_port(port)
    with writing_to(state):
        state.mkdir(parents=True, exist_ok=True)
        log = (state / "server.log").open("wb")
    token = secrets.token_hex(24)
    # connection files hold keys: they belong on this machine's disk, also where the workspace is a shared folder
    with log, tempfile.TemporaryDirectory(prefix="dataacademy-", ignore_cleanup_errors=True) as runtime:
        options = {
            "ServerApp.root_dir": root,
            "ServerApp.ip": HOST,
            "ServerApp.port": port or 0,
            "ServerApp.port_retries": 0,
            "ServerApp.open_browser": False,
            "ServerApp.allow_root": True,
        }
        environment = {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
            "PYTHONUTF8": "1",
            **paths.for_children(),  # absolute, as notebooks run in other folders
            "JUPYTER_TOKEN": token,  # not an argument: those can be read by every user of the machine
            "JUPYTER_CONFIG_PATH": str(_SETTINGS / settings),
            "JUPYTER_CONFIG_DIR": str(state / "jupyter" / "config"),
            "JUPYTER_DATA_DIR": str(state / "jupyter" / "data"),
            "JUPYTER_RUNTIME_DIR": runtime,
            "IPYTHONDIR": str(Path(runtime) / "ipython"),
        }
        # Ctrl-C is for this process, which then ends the server; Jupyter itself would ask y/n
        on_windows = os.name == "nt"
        apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP} if on_windows else {"start_new_session": True}
        process = subprocess.Popen(
            [sys.executable, "-m", "dataacademy.course.lab", *(f"--{key}={value}" for key, value in options.items())],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=root,
            env=os.environ | environment,
            **apart,
        )
        server = _Server(process, Path(runtime), token, state / "server.log")
        try:
            yield server
        finally:
            with _no_ctrl_c():
                server.stop()


def _check_port(port: int | None) -> None:
    if port is None:
        return
    with socket.socket() as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise DataAcademyError(
                "port_in_use",
                f"ポート {port} は使えません（ほかのプログラムが使っているか、許可されていません）。",
                f"Port {port} is not free.",
                fix="--port をつけずに実行すると、空いている番号を使います。",
                fix_en="Leave out --port to take any free one.",
            ) from error


def _signals() -> list[int]:
    """What asks a program to end besides Ctrl-C: a stop by the system, a closed terminal, Ctrl+Break on Windows."""
    there = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]
    return [number for number in there if signal.getsignal(number) != signal.SIG_IGN]  # nohup stays nohup


@contextmanager
def _handling(signals: list[int], handler) -> Iterator[None]:
    before = {number: signal.signal(number, handler) for number in signals}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


def _signals_as_ctrl_c():
    return _handling(_signals(), signal.default_int_handler)


def _no_ctrl_c():
    return _handling([signal.SIGINT, *_signals()], signal.SIG_IGN)
