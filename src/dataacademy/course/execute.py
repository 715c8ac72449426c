"""Runs notebooks with papermill in separate processes side by side, and says what went wrong where."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import nbformat
from traitlets.config import Config

from dataacademy import paths
from dataacademy.course import kernels
from dataacademy.course.pool import each

CELL_SECONDS = 120  # a cell that runs longer has lost its way
# sockets in the file system: no two kernels can take the same port (Windows has none of these)
KERNELS = Config({"KernelManager": {"transport": "ipc"}} if os.name == "posix" else {})
_LINE = re.compile(r"Cell In\[\d+\], line (\d+)|このセルの (\d+) 行目")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Job:
    """One notebook to run for one town."""

    lesson: str
    town: str
    source: Path
    what: str = "lesson"  # or "solution"


@dataclass(frozen=True)
class Run:
    """How it went.  ``cell``, ``line`` and ``error`` are empty where all is well."""

    job: Job
    seconds: float
    cell: str = ""
    line: int | None = None
    error: str = ""
    notebook: str = ""  # the executed notebook, as text

    @property
    def ok(self) -> bool:
        return not self.error

    def __str__(self) -> str:
        name = self.job.lesson + (" の演習" if self.job.what == "solution" else "")
        if self.ok:
            return f"{name}（{self.job.town}）：問題ありません（{self.seconds:.1f} 秒）"
        line = f"{self.line} 行目" if self.line else "行は不明"
        return f"{name}（{self.job.town}）：セル {self.cell} の {line}：{self.error}"


def run(job: Job) -> Run:
    """Execute one notebook with the town as its papermill parameter.

    An exception in a cell, and anything a cell writes to stderr (warnings, missing glyphs), makes it fail.
    """
    import logging

    import papermill

    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    started = time.perf_counter()
    one_core = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with ExitStack() as stack:
        stack.enter_context(kernels.environment())
        folder = stack.enter_context(kernels.scratch())
        # a trial touches no team's worksheet
        stack.enter_context(paths.telling_children(**one_core, DATAACADEMY_WORKSHEETS=str(folder / "worksheets")))
        target = folder / "executed.ipynb"
        cell, line, error = "", None, ""
        try:
            papermill.execute_notebook(
                str(job.source),
                str(target),
                parameters={"town": job.town},
                cwd=str(folder),
                progress_bar=False,
                request_save_on_cell_execute=False,
                execution_timeout=CELL_SECONDS,
                config=KERNELS,
            )
            notebook = nbformat.read(target, as_version=4)
            cell, line, error = _warnings(notebook)
        except papermill.PapermillExecutionError as failure:
            notebook = nbformat.read(target, as_version=4)
            cell = next((c.id for c in notebook.cells if _failed(c)), "")
            text = _COLOUR.sub("", "\n".join(failure.traceback))
            lines = [int(a or b) for a, b in _LINE.findall(text)]
            line = lines[-1] if lines else None
            error = f"{failure.ename}: {failure.evalue}"
        except Exception as failure:  # a kernel that dies, a notebook that cannot be read: reported like any failure
            notebook, cell, error = None, "（起動）", f"{type(failure).__name__}: {failure}"
    text = nbformat.writes(_without_traces(_lines_joined(notebook), job.town), indent=1) + "\n" if notebook else ""
    return Run(job, time.perf_counter() - started, cell, line, error, text)


def _lines_joined(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """What is printed in one go as one output: on a busy machine it comes in parts."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            joined: list[nbformat.NotebookNode] = []
            for out in cell.outputs:
                if joined and out.output_type == "stream" and joined[-1].get("name") == out.name:
                    joined[-1].text += out.text
                else:
                    joined.append(out)
            cell.outputs = joined
    return notebook


def run_all(
    jobs: Iterable[Job],
    *,
    on_done: Callable[[Run], None] | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
) -> list[Run]:
    """Run the jobs side by side; results in the order of the jobs, ``on_done`` as each one ends."""
    jobs = list(jobs)
    results: dict[Job, Run] = {}
    for job, done in each(run, jobs, workers=workers, scheduler=scheduler, lost=_lost):
        results[job] = done
        if on_done:
            on_done(done)
    return [results[job] for job in jobs]


def _lost(job: Job) -> Run:
    return Run(
        job, 0.0, "（起動）", None, "作業用のプロセスが、くり返し途中で止まりました（メモリー不足のことがあります）。"
    )


def _warnings(notebook):
    for cell in notebook.cells:
        for out in cell.get("outputs", []):
            if out.output_type == "stream" and out.name == "stderr":
                text = _COLOUR.sub("", out.text).strip()
                found = re.search(r"\.py:(\d+): (\w*Warning.*)|(\w*Warning.*)", text)
                line = int(found[1]) if found and found[1] and "ipykernel_" in text else None
                return cell.id, line, "警告：" + (text.splitlines()[0] if not found else (found[2] or found[3]))[:300]
    return "", None, ""


def _failed(cell) -> bool:
    return any(out.output_type == "error" for out in cell.get("outputs", []))


def _without_traces(notebook, town: str):
    """The executed notebook as learners get it: the town stands in the parameters cell, papermill leaves no trace."""
    from dataacademy.course.notebooks import set_town

    notebook.cells = [c for c in notebook.cells if "injected-parameters" not in c.metadata.get("tags", [])]
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
    return set_town(notebook, town)
