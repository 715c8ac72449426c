"""Drives the course in a real browser: JupyterLab as ``dataacademy open`` starts it, Debian's Chromium, Playwright."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-sync"
SIZE = {"width": 1400, "height": 900}
LOAD = 60_000  # milliseconds until a page or a kernel must be there
RUN = 180_000  # milliseconds until a whole lesson must have run
REST = 0.7  # seconds without work after which a kernel is done; between two cells it rests some milliseconds
SHOWN = ".jp-NotebookPanel:not(.lm-mod-hidden)"


@contextmanager
def opened(output: Path, *arguments: str) -> Iterator[str]:
    """``dataacademy open --no-browser`` with workspaces below ``output``; yields the address it prints."""
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "dataacademy", "open", "--no-browser", *arguments],
        cwd=ROOT,
        env=os.environ | {"DATAACADEMY_OUTPUT": str(output), "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    try:
        said = []
        for line in process.stdout:
            said.append(line)
            if found := re.search(r"http://127\.0\.0\.1:\d+/\S+", line):
                print(f"course ready after {time.monotonic() - started:.1f} s")
                yield found[0]
                break
        else:
            raise RuntimeError("the course did not open:\n" + "".join(said))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        process.stdout.close()


@contextmanager
def browser_page() -> Iterator[Page]:
    """An empty page in a fresh Chromium profile with a Japanese user."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise RuntimeError("Chromium is missing. Install it: apt-get install chromium fonts-ipaexfont-gothic")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM.split())
        try:
            page = browser.new_page(viewport=SIZE, locale="ja-JP")
            page.set_default_timeout(LOAD)
            yield page
        finally:
            browser.close()


class Lab:
    """JupyterLab with the course in it, as a learner uses it.

    A cell is named by its id (``a4-map``) or by a piece of the text in it.  ``output`` holds the workspaces.
    """

    def __init__(self, page: Page, address: str, output: Path):
        self.page, self.address, self.output = page, address, output
        self.base = address.split("/lab/")[0]
        self.path = ""
        self._read: dict[str, list[dict]] = {}
        self.wrong: list[str] = []
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda message: self.wrong.append(message.text) if message.type == "error" else None)

    def open_start(self) -> None:
        """The page that ``dataacademy open`` shows."""
        started = time.monotonic()
        self.page.goto(self.address)
        self.path = self.address.split("/lab/tree/")[1].split("?")[0]
        self.page.locator(f"{SHOWN} .jp-Cell").first.wait_for()
        print(f"start page after {time.monotonic() - started:.1f} s")
        self.wait_idle()

    def open_notebook(self, path: str, *, alone: bool = False) -> None:
        """Open the notebook at ``path`` (below the workspace) and wait for its kernel; ``alone``: without tabs."""
        view = "doc" if alone else "lab"
        self.page.goto(f"{self.base}/{view}/tree/{path}?reset&token={self.address.split('token=')[1]}")
        self.path = path
        self._read.pop(path, None)
        self.page.locator(f"{SHOWN} .jp-Cell").first.wait_for()
        self.wait_idle()

    def run_all(self) -> None:
        """実行 → すべてのセルを実行; wait until the last cell is done."""
        before = self._kernel()
        self.page.get_by_role("menubar").get_by_text("実行", exact=True).click()
        self.page.locator('.lm-Menu-item[data-command="runmenu:run-all"]').click()
        self._wait_run(before)

    def run_cell(self, cell: str) -> None:
        """Run one code cell (Ctrl+Enter) and wait for it."""
        self.cell(cell).locator(".jp-InputPrompt").click()  # there also where the input is hidden
        before = self._kernel()
        self.page.keyboard.press("Control+Enter")
        self._wait_run(before)

    def type_in_cell(self, cell: str, source: str) -> None:
        """Replace what is in a code cell."""
        editor = self.cell(cell).locator(".cm-content")
        editor.click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.insert_text(source)

    def cells(self) -> list[dict]:
        """The notebook's cells as they were opened.  Read once: what is read during a save, the server puts aside."""
        if self.path not in self._read:
            answer = self.page.request.get(f"{self.base}/api/contents/{self.path}")
            self._read[self.path] = answer.json()["content"]["cells"]
        return self._read[self.path]

    def cell(self, cell: str) -> Locator:
        """The cell with this id, or the first that contains this text."""
        cells = self.page.locator(f"{SHOWN} .jp-Cell")
        ids = [one.get("id", "") for one in self.cells()]
        return cells.nth(ids.index(cell)) if cell in ids else cells.filter(has_text=cell).first

    def cell_output_text(self, cell: str) -> str:
        """What stands below a cell, one line per output; empty where there is nothing."""
        return "\n".join(self.cell(cell).locator(".jp-OutputArea-output").all_text_contents()).strip()

    def errors(self) -> list[str]:
        """The text of every output that is an error or a warning (JupyterLab shows both as stderr)."""
        return self.page.locator(f'{SHOWN} [data-mime-type="application/vnd.jupyter.stderr"]').all_text_contents()

    def save(self) -> None:
        """Ctrl+S, until the dot on the tab is gone."""
        self.page.keyboard.press("Control+S")
        self.page.locator(".jp-mod-current.jp-mod-dirty, .lm-mod-current .jp-mod-dirty").wait_for(state="detached")

    def shot(self, name: str) -> Path:
        """A picture of the window for people, in ``artefacts/``."""
        path = ROOT / "artefacts" / f"{name}.png"
        path.parent.mkdir(exist_ok=True)
        self.page.screenshot(path=path)
        return path

    def wait_idle(self) -> None:
        """Until the notebook's kernel is there and has nothing to do, as the bar at the bottom says."""
        self.page.locator(".jp-StatusBar-Left").get_by_text(re.compile(r"^Python .*アイドル$")).wait_for(timeout=RUN)

    def _kernel(self) -> dict:
        """The server's word on this notebook's kernel: ``last_activity``, ``execution_state``."""
        sessions = self.page.request.get(f"{self.base}/api/sessions").json()
        return next(session["kernel"] for session in sessions if session["path"] == self.path)

    def _wait_run(self, before: dict) -> None:
        """Until the kernel has worked since ``before`` and then rested; numbers alone miss cells with hidden input."""
        last, since, until = before, time.monotonic(), time.monotonic() + RUN / 1000
        while last["last_activity"] == before["last_activity"] or time.monotonic() - since < REST:
            if time.monotonic() > until:
                raise TimeoutError(f"{self.path}: not done after {RUN / 1000:.0f} s")
            self.page.wait_for_timeout(100)
            now = self._kernel()
            if now["last_activity"] != last["last_activity"] or now["execution_state"] != "idle":
                last, since = now, time.monotonic()
        self.wait_idle()
