"""Work side by side: on all cores of this machine, or on a cluster that is already there; one way for both."""

from __future__ import annotations

import os
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, as_completed, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from functools import cache
from multiprocessing import connection, get_context, parent_process
from typing import Any

from dataacademy import paths
from dataacademy.course import kernels
from dataacademy.course.stopping import quietly
from dataacademy.errors import DataAcademyError

ATTEMPTS = 3  # a worker can be killed from outside (memory, a person): what it was doing is begun so often
_PATIENCE = 20  # seconds until a scheduler and its workers must have answered
_PRELOADED = ["papermill", "nbclient", "nbformat", "pandas"]


def each(
    function: Callable[[Any], Any],
    items: Iterable[Any],
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    lost: Callable[[Any], Any] | None = None,
    attempts: int = ATTEMPTS,
) -> Iterator[tuple[Any, Any]]:
    """``(item, function(item))`` for every item, as each is done; what is not yet begun is dropped when you stop.

    workers
        Processes on this machine; by default one a core.
    scheduler
        The address of a dask scheduler (``tcp://…``) to use instead.  Its workers need this package and the same
        folders.
    lost
        ``lost(item)`` stands in for the result of an item whose worker died each time; by default it raises.
    attempts
        How often it is begun (on a cluster its scheduler decides).

    A worker that dies loses nothing that was done, and only what was being done is repeated.
    An exception of ``function`` is raised here.  Items must be hashable and, like results, travel between processes.
    """
    todo = list(dict.fromkeys(items))
    if not todo:
        return
    begun = _there(function, todo, scheduler) if scheduler else _here(function, todo, workers, attempts)
    with kernels.environment(), closing(begun) as side_by_side:
        for item, result, died in side_by_side:
            yield item, ((lost or _given_up)(item) if died else result)


def get_ready(function: Callable[[Any], Any], *modules: str) -> None:
    """Begin to import what workers for ``function`` need, and ``modules``, beside what this process does next.

    Only before the first :func:`each` of a process: its workers are all forked from what was imported then.
    """
    if not kernels.why_cold():
        from multiprocessing import forkserver  # not for Windows

        _context(_module(function), *modules)
        forkserver.ensure_running()


def _module(function) -> str:
    return getattr(function, "func", function).__module__


def _here(function, items: list, workers: int | None, attempts: int) -> Iterator[tuple[Any, Any, bool]]:
    """On this machine.  What was being done when a worker died is next done alone, so that it can harm no other."""
    todo, suspects, begun = deque(items), deque(), Counter()
    while todo or suspects:
        queue, number = (suspects, 1) if suspects else (todo, min(workers or os.cpu_count() or 1, len(todo)))
        running: dict[Any, Any] = {}
        with _processes(number, _module(function)) as pool:
            try:
                while running or queue:
                    while queue and len(running) < number:
                        item = queue.popleft()
                        begun[item] += 1
                        running[pool.submit(function, item)] = item
                    for future in wait(running, return_when=FIRST_COMPLETED).done:
                        result = future.result()
                        yield running.pop(future), result, False
            except BrokenProcessPool:
                for item in running.values():
                    if begun[item] < attempts:
                        suspects.append(item)
                    else:
                        yield item, None, True


@contextmanager
def _processes(number: int, module: str) -> Iterator[ProcessPoolExecutor]:
    begin = {"initializer": _begin, "initargs": (dict(os.environ),)}
    with ProcessPoolExecutor(number, mp_context=_context(module), **begin) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


@cache
def _context(*modules: str):
    if kernels.why_cold():
        return get_context("spawn")
    context = get_context("forkserver")  # imports once, for the first work of this process, then forks workers
    context.set_forkserver_preload([*_PRELOADED, *modules])
    return context


def _begin(environ: dict[str, str]) -> None:
    """First in a worker: quiet, with the environment of now, within its memory, and never left behind."""
    quietly()
    if not kernels.why_cold():
        from dataacademy.course.kernels.child import bound_memory

        bound_memory()
    os.environ.clear()
    os.environ.update(environ)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A worker waits for work for ever, also when there is nobody left to give it."""
    connection.wait([parent_process().sentinel])
    os._exit(1)


def _there(function, items: list, scheduler: str) -> Iterator[tuple[Any, Any, bool]]:
    """On a cluster, whose scheduler repeats by itself what a worker that died was doing."""
    with _client(scheduler) as client:
        from distributed.scheduler import KilledWorker

        pool = client.get_executor(pure=False)
        futures = {pool.submit(_told, paths.for_children(), function, item): item for item in items}
        try:
            for future in as_completed(futures):
                try:
                    result, died = future.result(), False
                except KilledWorker:
                    result, died = None, True
                yield futures[future], result, died
        finally:
            for future in futures:
                future.cancel()


def _told(environ: dict[str, str], function: Callable[[Any], Any], item: Any) -> Any:
    """A cluster's worker was started elsewhere: it must be told where the course lies."""
    os.environ.update(environ)
    return function(item)


def _client(scheduler: str):
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


def _given_up(item: Any) -> Any:
    raise DataAcademyError(
        "worker_dies",
        f"作業用のプロセスが {ATTEMPTS} 回続けて止まりました（メモリー不足のことがあります）：{item}",
        f"Worker processes died {ATTEMPTS} times in a row (out of memory?): {item}",
        fix="ほかのプログラムを閉じるか、--workers 1 を付けて、もう一度実行してください。",
        fix_en="Close other programs, or run again with --workers 1.",
    )
