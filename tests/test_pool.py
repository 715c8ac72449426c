"""Side by side on this machine or on a cluster: the same results; a worker that is killed loses nothing."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from commandline import command
from poolwork import die, die_if_odd, die_once, refuse, square

from dataacademy.course import pool
from dataacademy.course.execute import Job, run, run_all
from dataacademy.course.pool import ATTEMPTS, each
from dataacademy.errors import DataAcademyError

POSIX = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


@contextmanager
def local_cluster():
    """Real worker processes of dask."""
    import dask
    from distributed import LocalCluster

    with (
        dask.config.set({"distributed.scheduler.allowed-failures": ATTEMPTS}),
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0") as cluster,
    ):
        yield cluster.scheduler_address


@pytest.fixture(scope="module")
def cluster():
    with local_cluster() as address:
        yield address


@pytest.fixture(params=["here", "cluster"])
def scheduler(request):
    return request.getfixturevalue("cluster") if request.param == "cluster" else None


@pytest.fixture(params=["here", "cluster"])
def mortal(request):
    """A scheduler of its own for tests that kill workers."""
    if request.param == "here":
        yield None
        return
    from distributed import Client

    with local_cluster() as address:
        yield address
        with Client(address) as client:  # a cluster that is closed while a worker starts again fails
            client.wait_for_workers(2, timeout=60)


pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")  # distributed's own


def test_every_item_comes_back_once_from_other_processes(scheduler):
    found = dict(each(square, range(20), workers=2, scheduler=scheduler))
    assert {n: value for n, (value, _) in found.items()} == {n: n * n for n in range(20)}
    assert os.getpid() not in {pid for _, pid in found.values()}


def test_an_error_arrives_whole(scheduler):
    with pytest.raises(DataAcademyError) as told:
        list(each(refuse, [1], scheduler=scheduler))
    assert told.value.note.kind == "odd"
    assert told.value.note.value == "1"


@POSIX
def test_a_killed_worker_repeats_only_what_it_was_doing(mortal, tmp_path):
    marks = [tmp_path / name for name in ("a", "b", "dies", "c", "d")]
    assert sorted(result for _, result in each(die_once, marks, workers=1, scheduler=mortal)) == sorted(
        mark.name for mark in marks
    )
    begun = [path.name.split("-")[0] for path in tmp_path.iterdir()]
    assert begun.count("dies") == 2
    if mortal is None:  # one worker: what came before is not repeated
        assert begun.count("a") == begun.count("b") == 1


@POSIX
def test_what_kills_every_worker_is_given_up_with_a_reason(mortal):
    with pytest.raises(DataAcademyError) as told:
        list(each(die, [1], scheduler=mortal))
    assert told.value.note.kind == "worker_dies"


@POSIX
def test_what_kills_every_worker_harms_no_other(mortal):
    done = dict(each(die_if_odd, range(5), workers=2, scheduler=mortal, lost=lambda item: f"{item} lost"))
    assert done == {0: 0, 1: "1 lost", 2: 2, 3: "3 lost", 4: 4}


def test_no_scheduler_is_told(monkeypatch):
    monkeypatch.setattr(pool, "_PATIENCE", 2)
    with pytest.raises(DataAcademyError) as told:
        list(each(square, [1], scheduler="tcp://127.0.0.1:9"))
    assert told.value.note.kind == "no_scheduler"


def test_a_scheduler_without_workers_is_told(monkeypatch):
    from distributed import LocalCluster

    monkeypatch.setattr(pool, "_PATIENCE", 2)
    with (
        LocalCluster(n_workers=0, processes=True, dashboard_address="127.0.0.1:0") as empty,
        pytest.raises(DataAcademyError) as told,
    ):
        list(each(square, [1], scheduler=empty.scheduler_address))
    assert told.value.note.kind == "no_scheduler"


def test_a_run_that_is_stopped_drops_the_rest():
    begun = each(square, range(1000), workers=1)
    next(begun)
    started = time.monotonic()
    begun.close()
    assert time.monotonic() - started < 60


def notebook(path: Path, source: str) -> Job:
    cells = [
        nbformat.v4.new_code_cell('town = "mirai"', id="x-parameters", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(source, id="x-1"),
    ]
    meta = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=meta), path)
    return Job(path.stem, "mirai", path)


def test_notebooks_run_alike_here_and_on_a_cluster(cluster, tmp_path):
    source = "import dataacademy as da\nlen(da.load('facilities', town=town))"
    jobs = [notebook(tmp_path / "a.ipynb", source), notebook(tmp_path / "b.ipynb", "1 / 0")]
    here = run_all(jobs, workers=2)
    there = run_all(jobs, scheduler=cluster)
    assert here[0].ok
    assert here[0].notebook == there[0].notebook
    assert here[1].error == there[1].error
    assert "ZeroDivisionError" in here[1].error


def test_the_command_takes_a_scheduler(cluster, short_course):
    done = command(short_course, "verify", "--scheduler", cluster)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "問題ありません" in done.stdout


def test_nothing_of_a_notebook_is_left_when_its_parent_is_killed(tmp_path):
    """Workers, the warm process, kernels and folders go with a parent that gets kill -9."""
    import subprocess

    code = (
        "import sys; from pathlib import Path; from dataacademy.course import kernels\n"
        "from dataacademy.course.kernels import owner\n"
        "from dataacademy.course.pool import each\n"
        "from dataacademy.course.execute import Job, run\n"
        "print(owner.folder(), flush=True)\n"
        f"list(each(run, [Job('x', 'mirai', Path({str(tmp_path / 'x.ipynb')!r}))], workers=1))"
    )
    notebook(tmp_path / "x.ipynb", f"open({str(tmp_path / 'begun')!r}, 'w').close()\nwhile True: pass")
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    folder = Path(process.stdout.readline().strip())
    try:
        wait(lambda: (tmp_path / "begun").exists(), 60)
        children = descendants(process.pid)
        assert len(children) >= 4  # warm process, kernel, fork server, worker
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    wait(lambda: not any(alive(pid) for pid in children), 30)
    wait(lambda: not folder.exists(), 30)


def wait(true, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def descendants(pid: int) -> set[int]:
    import psutil

    return {child.pid for child in psutil.Process(pid).children(recursive=True)}


def alive(pid: int) -> bool:
    import psutil

    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_what_is_printed_in_parts_is_one_output():
    """A busy machine sends the lines of a cell one by one."""
    from nbformat import v4

    from dataacademy.course.execute import _lines_joined

    parts = [v4.new_output("stream", name=name, text=text) for name, text in (("stdout", "a\n"), ("stdout", "b\n"))]
    parts += [v4.new_output("display_data", {"text/plain": "c"}), v4.new_output("stream", name="stdout", text="d\n")]
    cell = _lines_joined(v4.new_notebook(cells=[v4.new_code_cell("", outputs=parts)])).cells[0]
    assert [out.get("text", "c") for out in cell.outputs] == ["a\nb\n", "c", "d\n"]


def test_warm_kernels_give_what_cold_ones_give(monkeypatch):
    """Output for output: texts, tables, forms, charts and maps.  A few notebooks: cold kernels take long to start."""
    from contextlib import nullcontext

    from dataacademy.course import kernels
    from dataacademy.course.verify import jobs_for

    jobs = [job for job in jobs_for("mirai")[0] if job.lesson in ("start", "a2", "a4")]
    warm = [run(job).notebook for job in jobs]
    monkeypatch.setattr(kernels, "environment", nullcontext)
    monkeypatch.delenv("JUPYTER_PATH", raising=False)
    for job, notebook in zip(jobs, warm, strict=True):
        assert run(job).notebook == notebook, job.lesson
