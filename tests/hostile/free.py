"""A grader as most are: the tests run among the learner's cells, in one free kernel, and no error means full marks."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import nbformat
from hostile.world import TESTS, World
from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from dataacademy.course import kernels


def marks_of_free_kernel(
    handed: Path, source: NotebookNode, world: World
) -> tuple[dict[str, float] | str, NotebookNode]:
    """Points by question, or "stops", and the executed notebook."""
    tests = {cell.metadata.nbgrader.grade_id: cell.source for cell in source.cells if "-test" in cell.id}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            notebook = nbformat.read(handed, as_version=4)
        for cell in notebook.cells:
            cell.source = tests.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
    except Exception:
        return "stops", NotebookNode(cells=[])
    run = NotebookClient(notebook, timeout=6, allow_errors=True, resources={"metadata": {"path": str(handed.parent)}})
    before = dict(os.environ)
    try:
        with kernels.environment(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            run.execute()
    except (CellTimeoutError, DeadKernelError, NoSuchKernel):
        return "stops", notebook
    finally:
        os.environ.clear()
        os.environ.update(before)
    return {name: points * _passed(notebook, f"{name}-test") for name, points in TESTS.items()}, notebook


def _passed(notebook: NotebookNode, grade_id: str) -> bool:
    cell = next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)
    return not any(output.output_type == "error" for output in cell.outputs)
