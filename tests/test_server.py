"""``dataacademy open``: starts, answers, keeps its files to itself, and leaves nothing behind."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import pytest

from dataacademy import paths
from dataacademy.course import server
from dataacademy.course.server import open_course
from dataacademy.errors import DataAcademyError

ADDRESS = re.compile(r"http://(127\.0\.0\.1):(\d+)(/\S*)\?token=(\w+)")


class Opened:
    """A running ``open_course`` in a process of its own."""

    def __init__(self, process: subprocess.Popen):
        self.process = process
        self.said = ""
        for line in process.stdout:
            self.said += line
            if found := ADDRESS.search(line):
                break
        assert found, self.said
        self.port, self.page, self.token = int(found[2]), found[3], found[4]
        self.children = psutil.Process(process.pid).children(recursive=True)

    def ask(self, path: str, method: str = "GET", token: str | None = None) -> tuple[int, bytes]:
        headers = {"Authorization": f"token {self.token if token is None else token}"}
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            connection.request(method, path, headers=headers)
            with connection.getresponse() as answer:
                return answer.status, answer.read()

    def disabled(self) -> set[str]:
        """The parts of JupyterLab that are switched off."""
        config = re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', self.ask("/lab")[1].decode(), re.S)
        return set(json.loads(config[1])["disabledExtensions"])

    def start_kernel(self) -> None:
        assert self.ask("/api/kernels", "POST")[0] == 201
        self.children = psutil.Process(self.process.pid).children(recursive=True)
        assert len(self.children) >= 2

    def left(self) -> list[psutil.Process]:
        """Child processes that are still there."""
        _, alive = psutil.wait_procs(self.children, timeout=10)
        return alive


def command(process: psutil.Process) -> list[str]:
    """What it was started with; nothing of one that has ended."""
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:  # also of a zombie
        return []


@contextmanager
def opened(arguments: str = "browser=False", **environment):
    code = f"from dataacademy.course.server import open_course; open_course({arguments})"
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONUTF8": "1"} | environment,
    )
    try:
        yield Opened(process)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def files_below(folder: Path) -> set[str]:
    return {str(p.relative_to(folder)) for p in folder.rglob("*")}


def test_it_answers_with_the_token_only_and_ctrl_c_leaves_nothing(small_home, tmp_path_factory):
    someone = tmp_path_factory.mktemp("someone")
    (someone / ".jupyter").mkdir()
    (someone / ".jupyter/jupyter_server_config.json").write_text('{"ServerApp": {"base_url": "/elsewhere/"}}')
    before = files_below(someone)
    # the person's own Jupyter settings and the office's proxy must not matter
    with opened(HOME=str(someone), http_proxy="http://127.0.0.1:9", HTTP_PROXY="http://127.0.0.1:9") as lab:
        assert lab.page == "/lab/tree/start.ipynb"
        assert lab.ask("/api/status")[0] == 200
        assert lab.ask("/api/status", token="wrong")[0] == 403
        names = [entry["name"] for entry in json.loads(lab.ask("/api/contents")[1])["content"]]
        assert sorted(names) == ["exercises", "flow_a", "start.ipynb"]
        assert {"@jupyterlab/terminal-extension", "@jupyter/nbgrader"} <= lab.disabled(), "what learners do not need"
        settings = json.loads(lab.ask("/lab/api/settings/@jupyterlab/translation-extension:plugin")[1])
        assert settings["schema"]["properties"]["locale"]["default"] == "ja_JP"
        lab.start_kernel()
        started = time.monotonic()
        lab.process.send_signal(signal.SIGINT)
        rest = lab.process.stdout.read()
        assert lab.process.wait(timeout=10) == 0
        print(f"stopped in {time.monotonic() - started:.1f} s")
        assert "教材を閉じました" in rest and "y/n" not in rest
        assert lab.left() == []
    assert files_below(someone) == before


def test_authors_open_the_sources_and_sigterm_is_clean(small_home):
    with opened("browser=False, source=True", DATAACADEMY_OUTPUT="elsewhere") as lab:
        assert psutil.Process(lab.children[0].pid).environ()["DATAACADEMY_OUTPUT"] == str(small_home / "elsewhere")
        assert lab.page == "/lab/tree/notebooks/start.ipynb"
        assert lab.ask("/api/contents/solutions")[0] == 404, "the small course has none; the root is the repository"
        assert lab.ask("/api/contents/notebooks/course.yml")[0] == 200
        assert "@jupyterlab/terminal-extension" in lab.disabled()
        assert not [name for name in lab.disabled() if name.startswith("@jupyter/nbgrader")]
        lab.process.send_signal(signal.SIGTERM)
        assert lab.process.wait(timeout=20) == 0
        assert lab.left() == []
    assert not (small_home / "elsewhere/work/mirai").exists() and not (small_home / "work").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows ends all programs of a closed window itself")
def test_the_server_does_not_outlive_a_killed_command(small_home):
    with opened() as lab:
        lab.start_kernel()
        lab.process.kill()
        assert lab.left() == []


def test_a_server_that_dies_is_reported(small_home):
    with opened() as lab:
        lab.children[0].kill()
        assert lab.process.wait(timeout=20) == 1


def test_a_changed_lesson_is_kept_and_told_and_the_menu_ends_the_command(small_home):
    mine = paths.workspace("mirai") / "flow_a/a4.ipynb"
    mine.parent.mkdir(parents=True)
    mine.write_text("my own", encoding="utf-8")
    with opened() as lab:
        assert "flow_a/a4（新しい版）.ipynb：新しい版です。" in lab.said
        assert lab.ask("/api/shutdown", "POST")[0] == 200
        assert lab.process.wait(timeout=20) == 0
    assert mine.read_text(encoding="utf-8") == "my own"


@pytest.mark.parametrize(
    ("source", "installed"),
    [
        ("overrides.json", "share/jupyter/lab/settings/overrides.d/dataacademy.json"),
        ("page_config.json", "etc/jupyter/labconfig/page_config.d/dataacademy.json"),
    ],
)
def test_the_wheel_carries_the_settings(source, installed):
    ours = Path(server.__file__).parent / "jupyter" / source
    there = Path(sys.prefix) / installed
    assert there.is_file() and there.read_bytes() == ours.read_bytes(), "run: uv sync --reinstall-package dataacademy"


def test_an_unknown_town_is_told_before_anything_is_written(small_home):
    with pytest.raises(DataAcademyError) as error:
        open_course("mira", browser=False)
    assert error.value.note.kind == "unknown_town" and "mirai" in error.value.note.ja
    assert not (small_home / "work").exists()


def test_a_port_in_use_is_told(small_home):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(DataAcademyError, match="--port"):
            open_course(browser=False, port=taken.getsockname()[1])


def test_a_server_that_does_not_start_is_told_with_its_log(small_home, monkeypatch):
    monkeypatch.setattr(server, "PATIENCE", 0)
    with pytest.raises(DataAcademyError, match=r"server\.log") as error:
        open_course(browser=False)
    assert error.value.note.kind == "no_server"
    assert not [
        p for p in psutil.Process().children(recursive=True) if "dataacademy.course.lab" in " ".join(command(p))
    ]
