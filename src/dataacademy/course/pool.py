"""Work side by side: on all cores of this machine, or on a cluster that is already there; one way for both."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from typing import Any

from dataacademy import paths
from dataacademy.course import kernels
from dataacademy.course.stopping import quietly
from dataacademy.errors import DataAcademyError

ATTEMPTS = 3  # a worker can be killed from outside (memory, a person): its notebook is repeated so often
_DIED = ("BrokenProcessPool", "KilledWorker")  # by name: distributed is an extra
_PATIENCE = 20  # seconds
_PRELOADED = ["papermill", "nbclient", "nbformat", "dataacademy.course.execute"]


def each(
    function: Callable[[Any], Any], items: Iterable[Any], *, workers: int | None = None, scheduler: str | None = None
) -> Iterator[tuple[Any, Any]]:
    """``(item, function(item))`` for every item, as each is done; what is not yet begun is dropped when you stop.

    workers
        Processes on this machine; by default one a core.
    scheduler
        The address of a dask scheduler (``tcp://…``) to use instead.  Its workers need this package and the same
        folders.

    A worker that dies loses nothing that was done: what it was doing is repeated, at most three times.
    An exception of ``function`` is raised here.  Items must be hashable and, like results, travel between processes.
    """
    todo = list(dict.fromkeys(items))
    with kernels.environment():
        for _ in range(1 if scheduler else ATTEMPTS):  # a scheduler repeats by itself
            if not todo:
                return
            with _executor(min(workers or os.cpu_count() or 1, len(todo)), scheduler) as pool:
                futures = {pool.submit(_told, paths.for_children(), function, item): item for item in todo}
                try:
                    for future in as_completed(futures):
                        try:
                            result = future.result()
                        except Exception as error:
                            if type(error).__name__ not in _DIED:
                                raise
                            continue
                        todo.remove(futures[future])
                        yield futures[future], result
                finally:
                    for future in futures:
                        future.cancel()
    if todo:
        raise DataAcademyError(
            "worker_dies",
            f"作業用のプロセスが {ATTEMPTS} 回続けて止まりました（メモリー不足のことがあります）。",
            f"Worker processes died {ATTEMPTS} times in a row (out of memory?).",
            fix="ほかのプログラムを閉じるか、--workers 1 を付けて、もう一度実行してください。",
            fix_en="Close other programs, or run again with --workers 1.",
        )


def _told(environ: dict[str, str], function: Callable[[Any], Any], item: Any) -> Any:
    """A cluster's worker was started elsewhere: it must be told where the course lies."""
    os.environ.update(environ)
    return function(item)


@contextmanager
def _executor(workers: int, scheduler: str | None) -> Iterator[Executor]:
    if scheduler:
        with _cluster(scheduler) as client:
            yield client.get_executor(pure=False)
        return
    context = get_context("spawn")
    if not kernels.why_cold():
        context = get_context("forkserver")  # imports once, then forks workers
        context.set_forkserver_preload(_PRELOADED)
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(dict(os.environ),)) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _begin(environ: dict[str, str]) -> None:
    """First in a worker: quiet, with the environment of now, and never left behind."""
    quietly()
    os.environ.clear()
    os.environ.update(environ)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A worker waits for work for ever, also when there is nobody left to give it."""
    wait([parent_process().sentinel])
    os._exit(1)


def _cluster(scheduler: str):
    try:
        from distributed import Client
    except ModuleNotFoundError as error:
        raise DataAcademyError(
            "no_distributed",
            "--scheduler には追加の部品（cluster）が必要です。",
            "--scheduler needs the extra `cluster` (distributed).",
            fix="uv sync --extra cluster を実行してから、もう一度実行してください。",
            fix_en="Run `uv sync --extra cluster`, then run again.",
        ) from error
    try:
        client = Client(scheduler, timeout=_PATIENCE)
        client.wait_for_workers(1, timeout=_PATIENCE)
        return client
    except (OSError, ValueError) as error:  # a timeout is an OSError
        raise DataAcademyError(
            "no_scheduler",
            f"スケジューラー「{scheduler}」につながらないか、そこに作業用のプロセスがありません。",
            f"No dask scheduler with workers answers at {scheduler}: {error}",
            fix="動いているか、番地（tcp://名前:番号）が正しいかを確かめてください。",
            fix_en="See whether it runs, and whether the address (tcp://host:port) is right.",
        ) from error
