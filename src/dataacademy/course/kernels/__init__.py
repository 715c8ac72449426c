"""Kernels that are ready at once: forked from a warm process that has already imported what lessons use.

Every notebook still gets a process of its own.  Jupyter's tools find these kernels by an ordinary kernelspec, whose
metadata names our provisioner, so papermill, nbclient and nbgrader need no change:

>>> from dataacademy.course import kernels
>>> with kernels.environment():  # doctest: +SKIP
...     papermill.execute_notebook("lesson.ipynb", "executed.ipynb")

Where fork is not safe (Windows, macOS) ordinary kernels are started; :func:`why_cold` says why.
"""

import os
from contextlib import contextmanager
from pathlib import Path

from dataacademy.course.kernels.owner import environment, scratch, why_cold

__all__ = ["environment", "open_kernel", "scratch", "started_kernel", "why_cold"]


@contextmanager
def started_kernel(cwd: Path, *, confinement=None, environ: dict[str, str] | None = None):
    """A started kernel's manager, without a client; the kernel is killed at the end of the block.

    confinement
        A :class:`~dataacademy.course.kernels.confinement.Confinement`, or None for an open kernel.
    environ
        The kernel's environment variables; by default this process's.
    """
    from jupyter_client import KernelManager

    with environment():
        manager = KernelManager(kernel_name="python3", transport="ipc" if os.name == "posix" else "tcp")
        confined = {} if confinement is None else {"confinement": confinement.as_dict()}
        manager.start_kernel(cwd=str(cwd), env=dict(os.environ if environ is None else environ), **confined)
    try:
        yield manager
    finally:
        manager.shutdown_kernel(now=True)
        manager.cleanup_resources()


@contextmanager
def open_kernel(cwd: Path, *, confinement=None, environ: dict[str, str] | None = None):
    """As :func:`started_kernel`, with a blocking client that is ready: ``(manager, client)``."""
    with started_kernel(cwd, confinement=confinement, environ=environ) as manager:
        client = manager.client()
        try:
            # no heartbeat: its thread, stopped before it has begun, opens sockets without end until the kernel dies
            client.start_channels(hb=False)
            client.wait_for_ready(timeout=60)
            yield manager, client
        finally:
            client.stop_channels()
