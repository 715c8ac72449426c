"""Kernels forked from the warm process: as fresh as cold ones, apart from each other, and nothing is left of them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import nbformat
import pytest

from dataacademy.course import kernels
from dataacademy.course.kernels import owner, protocol
from dataacademy.errors import DataAcademyError

pytestmark = pytest.mark.skipif(kernels.why_cold() is not None, reason="kernels cannot be forked on this machine")


def run(client, code: str) -> str:
    """What the code prints; an exception in it fails the test."""
    said = []
    reply = client.execute_interactive(
        code, timeout=60, output_hook=lambda message: said.append(message["content"].get("text", ""))
    )
    assert reply["content"]["status"] == "ok", reply["content"]
    return "".join(said).strip()


@pytest.fixture
def two(tmp_path):
    """Two kernels that live at the same time."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with kernels.open_kernel(tmp_path / "a") as (_, a), kernels.open_kernel(tmp_path / "b") as (_, b):
        yield a, b


MEDDLING = {
    "a module patched": ("import pandas; pandas.read_csv = None", "import pandas; print(pandas.read_csv is None)"),
    "an environment variable": ("import os; os.environ['SEEN'] = '1'", "import os; print('SEEN' in os.environ)"),
    "a setting of pandas": (
        "import pandas; pandas.set_option('display.max_rows', 3)",
        "import pandas; print(pandas.get_option('display.max_rows') == 3)",
    ),
    "a figure left open": (
        "import matplotlib.pyplot as plt; plt.switch_backend('agg'); f = plt.figure(num=77)",
        "import matplotlib.pyplot as plt; print(plt.fignum_exists(77))",
    ),
    "a font setting": (
        "import matplotlib; matplotlib.rcParams['font.size'] = 33",
        "import matplotlib; print(matplotlib.rcParams['font.size'] == 33)",
    ),
    "a variable": ("secret = 1", "print('secret' in globals())"),
    "a search path": ("import sys; sys.path.insert(0, '/nowhere')", "import sys; print('/nowhere' in sys.path)"),
    "a working folder": ("import os; os.chdir('/')", "import os; print(os.getcwd() == '/')"),
    "an open file": (
        "kept = open('mine.txt', 'w')",
        "import os; print(any('mine' in os.path.realpath(f'/proc/self/fd/{n}') for n in range(300)))",
    ),
    "a file in the working folder": ("open('x.txt', 'w').close()", "import os; print(os.path.exists('x.txt'))"),
    "a zmq context": (
        "import zmq; zmq.Context.instance().max_sockets = 77",
        "import zmq; print(zmq.Context.instance().max_sockets == 77)",
    ),
    "a warning filter": (
        "import warnings; warnings.simplefilter('error', ResourceWarning)",
        "import warnings; print(any(f[0] == 'error' and f[2] is ResourceWarning for f in warnings.filters))",
    ),
}


@pytest.mark.parametrize("what", MEDDLING)
def test_what_one_kernel_changes_no_other_sees(two, what):
    change, look = MEDDLING[what]
    a, b = two
    run(a, change)
    if what != "an open file":
        assert run(a, look) == "True"  # the question can be answered with yes
    assert run(b, look) == "False"


def test_nor_does_the_next_kernel(tmp_path):
    for _ in range(2):
        with kernels.open_kernel(tmp_path) as (_, client):
            assert run(
                client, "import pandas, builtins; print(hasattr(pandas, 'mark'), hasattr(builtins, 'mark'))"
            ) == ("False False")
            run(client, "pandas.mark = builtins.mark = 1")


def test_each_kernel_draws_its_own_random_numbers(two):
    look = "import random, numpy; print(random.random(), numpy.random.rand())"
    drawn = [run(client, look).split() for client in two]
    assert drawn[0][0] != drawn[1][0]
    assert drawn[0][1] != drawn[1][1]
    seeded = "import random, numpy; random.seed(1); numpy.random.seed(1); print(random.random(), numpy.random.rand())"
    assert run(two[0], seeded) == run(two[1], seeded)


def test_kernels_are_processes_of_their_own_without_the_owners_files(tmp_path):
    look = (
        "import os; print(os.getpid() == os.getsid(0), [os.path.realpath(f'/proc/self/fd/{n}') for n in range(3, 300)])"
    )
    with open(tmp_path / "the owner's", "w"), kernels.open_kernel(tmp_path) as (_, client):
        said = run(client, look)
    assert said.startswith("True")
    assert "owner" not in said
    assert protocol.LISTENER not in said


def test_the_kernels_own_environment_folder_and_clock(tmp_path):
    environ = {**os.environ, "ONLY_HERE": "はい", "TZ": "Asia/Tokyo", "MPLBACKEND": "agg"}
    with kernels.open_kernel(tmp_path, environ=environ) as (_, client):
        look = "print(os.environ['ONLY_HERE'], os.getcwd(), time.tzname[0], matplotlib.get_backend())"
        assert run(client, "import os, time, matplotlib; " + look) == f"はい {tmp_path} JST agg"


def test_a_kernel_can_be_interrupted_and_restarted(tmp_path):
    with kernels.open_kernel(tmp_path) as (manager, client):
        asked = client.execute("import time\nfor _ in range(600): time.sleep(0.1)", stop_on_error=False)
        time.sleep(0.3)
        manager.interrupt_kernel()
        reply = client.get_shell_msg(timeout=20)
        assert reply["parent_header"]["msg_id"] == asked
        assert reply["content"]["ename"] == "KeyboardInterrupt"
        run(client, "x = 1")
        manager.restart_kernel()
        client.wait_for_ready(timeout=30)
        assert run(client, "print('x' in globals())") == "False"


def test_a_kernel_that_ends_tells_how(tmp_path):
    with kernels.open_kernel(tmp_path) as (manager, client):
        client.execute("import os; os._exit(7)")
        assert manager.provisioner.process.wait() == 7
        assert not manager.is_alive()


def test_what_a_kernel_started_ends_with_it(tmp_path):
    with kernels.open_kernel(tmp_path) as (_, client):
        pid = int(run(client, "import subprocess; p = subprocess.Popen(['sleep', '600']); print(p.pid)"))
    assert gone(pid)


def test_a_kernels_memory_is_bounded(tmp_path):
    from dataacademy.course.kernels.child import MEMORY

    look = "import numpy\ntry:\n    numpy.empty({}, dtype='u1'); print('room')\nexcept MemoryError:\n    print('none')"
    with kernels.open_kernel(tmp_path) as (_, client):
        assert run(client, look.format(MEMORY // 2)) == "room"
        assert run(client, look.format(MEMORY + 1)) == "none"


# --- nothing is left -------------------------------------------------------------------------------------------------

OWNER = """
import os, signal, sys, threading, time
from pathlib import Path
from dataacademy.course import kernels
from dataacademy.course.kernels import owner

with kernels.open_kernel(Path("{cwd}")) as (manager, client):
    print(owner.folder(), owner._own.process.pid, manager.provisioner.process.pid, flush=True)
    {then}
"""
ENDINGS = {
    "success": ("pass", None),
    "an exception": ("raise RuntimeError", None),
    "exit at once": ("os._exit(0)", None),
    "a kernel that hangs": ("client.execute('while True: pass')", None),
    "Ctrl-C": ("time.sleep(600)", signal.SIGINT),
    "kill": ("time.sleep(600)", signal.SIGTERM),
    "kill -9": ("time.sleep(600)", signal.SIGKILL),
    "kill -9 while a cell runs": ("client.execute('while True: pass'); time.sleep(600)", signal.SIGKILL),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_no_process_socket_or_file_is_left(tmp_path, ending):
    then, number = ENDINGS[ending]
    code = OWNER.format(cwd=tmp_path, then=then)
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    folder, warm, kernel = process.stdout.readline().split()
    assert Path(folder).is_dir() or number is None
    if number:
        process.send_signal(number)
    process.wait(30)
    process.stdout.close()
    assert gone(int(kernel))
    assert gone(int(warm))
    assert eventually(lambda: not Path(folder).exists())
    assert not list(tmp_path.iterdir())
    assert folder not in Path("/proc/net/unix").read_text()


def test_kernels_end_with_the_warm_process(tmp_path):
    code = OWNER.format(cwd=tmp_path, then="sys.stdin.readline(); print(manager.is_alive(), flush=True)")
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    folder, warm, kernel = process.stdout.readline().split()
    os.kill(int(warm), signal.SIGKILL)
    assert gone(int(kernel))
    said, _ = process.communicate("\n", timeout=30)
    assert said.strip() == "False"
    assert not Path(folder).exists()


def gone(pid: int) -> bool:
    def ended() -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except FileNotFoundError:
            return True

    return eventually(ended)


def eventually(true, seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


# --- who may ask, and what goes wrong --------------------------------------------------------------------------------


def test_a_kernel_gets_no_second_kernel_from_the_warm_process(tmp_path):
    """A confined kernel that guesses the socket must not come free by it."""
    asking = textwrap.dedent(f"""
        import os, socket
        from dataacademy.course.kernels import protocol
        line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        line.connect({str(owner.folder() / protocol.LISTENER)!r})
        ours, theirs = socket.socketpair()
        try:
            protocol.send(line, {{}}, (theirs.fileno(), 1, 2))
            print(protocol.receive(line)[0])
        except (ConnectionError, BrokenPipeError):
            print(None)
    """)
    with kernels.open_kernel(tmp_path) as (_, client):
        assert run(client, asking) == "None"


def test_a_folder_that_does_not_exist_is_told(tmp_path):
    before = set(owner.folder().glob("k*"))
    with pytest.raises(DataAcademyError) as told, kernels.open_kernel(tmp_path / "nowhere"):
        pass
    assert set(owner.folder().glob("k*")) == before
    assert told.value.note.kind == "kernel_not_started"
    assert "FileNotFoundError" in str(told.value)


def test_fork_is_refused_where_something_made_it_unsafe(tmp_path):
    """The warm process checks itself: with a thread, an open file or a zmq context it does not fork."""
    unsafe = {
        "threads": "import threading, time; threading.Thread(target=time.sleep, args=[60], daemon=True).start()",
        "open file": f"kept = open({str(tmp_path / 'x')!r}, 'w')",
        "zmq context": "import zmq; zmq.Context.instance()",
    }
    for reason, code in unsafe.items():
        program = textwrap.dedent(f"""
            from dataacademy.course.kernels import warm
            import os
            known = {{fd for fd, _ in warm._open_files()}}
            warm.check_safe(known)
            {code}
            try:
                warm.check_safe(known)
            except warm.NotSafe as error:
                print(error)
            os._exit(0)
        """)
        said = subprocess.run(
            [sys.executable, "-c", program.replace("os._exit", "import sys; sys.stdout.flush(); os._exit")],
            capture_output=True,
            text=True,
            check=False,
        )
        assert reason in said.stdout, said.stderr


def test_where_fork_is_not_safe_an_ordinary_kernel_starts_and_says_so(tmp_path, monkeypatch, caplog):
    from jupyter_client import KernelManager

    from dataacademy.course.kernels import provisioner

    with kernels.environment():
        monkeypatch.setattr(provisioner, "why_cold", lambda: "試験のため")
        manager = KernelManager(kernel_name="python3", transport="ipc", connection_file=str(tmp_path / "k.json"))
        manager.log.propagate = True
        with caplog.at_level("WARNING"):
            manager.start_kernel(cwd=str(tmp_path))
    try:
        assert isinstance(manager.provisioner.process, subprocess.Popen)
        assert "試験のため" in caplog.text
        client = manager.client()
        client.start_channels()
        client.wait_for_ready(timeout=60)
        assert run(client, "print(1 + 1)") == "2"
        client.stop_channels()
    finally:
        manager.shutdown_kernel(now=True)


def test_on_windows_and_macos_the_environment_stays_as_it_is(monkeypatch):
    before = dict(os.environ)
    for system in ("win32", "darwin"):
        monkeypatch.setattr(sys, "platform", system)
        assert "Linux" in kernels.why_cold()
        with kernels.environment():
            assert dict(os.environ) == before


def test_the_environment_is_as_before_afterwards():
    before = dict(os.environ)
    with kernels.environment():
        assert os.environ["JUPYTER_PATH"] != before.get("JUPYTER_PATH")
    assert dict(os.environ) == before


# --- Jupyter's own tools ---------------------------------------------------------------------------------------------


def small(*cells: str):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return notebook


def test_papermill_and_nbclient_use_it_without_a_change(tmp_path):
    import papermill

    source = tmp_path / "a.ipynb"
    notebook = small("town = 'x'", "import os, sys\nprint(town, 'pandas' in sys.modules)")
    notebook.cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(notebook, source)
    with kernels.environment():
        made = papermill.execute_notebook(
            str(source), str(tmp_path / "b.ipynb"), parameters={"town": "みらい"}, cwd=tmp_path, progress_bar=False
        )
    assert made.cells[-1].outputs[0].text == "みらい True\n"


def test_nbclient_reports_errors_timeouts_and_deaths_as_ever(tmp_path):
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    cases = [
        ("1 / 0", CellExecutionError),
        ("while True: pass", CellTimeoutError),
        ("import os; os._exit(1)", DeadKernelError),
    ]
    before = set(owner.folder().glob("k*"))
    with kernels.environment():
        for code, error in cases:
            with pytest.raises(error):
                NotebookClient(small(code), timeout=2, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert set(owner.folder().glob("k*")) == before


def test_workers_share_the_warm_process_of_their_parent():
    code = "from dataacademy.course.kernels import owner; print(owner.folder(), owner._own)"
    with kernels.environment():
        said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.split() == [str(owner.folder()), "None"]


def test_messages_and_files_travel_whole():
    import socket

    a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with a, b, open(os.devnull) as null:
        protocol.send(a, {"signal": 2}, (null.fileno(),))
        message, files = protocol.receive(b, 1)
        assert message == {"signal": 2}
        assert os.path.samestat(os.fstat(files[0]), os.fstat(null.fileno()))
        os.close(files[0])
        a.close()
        assert protocol.receive(b) == (None, [])


def test_the_kernelspec_names_the_provisioner():
    spec = json.loads((Path(owner._SPECS) / "kernels" / "python3" / "kernel.json").read_text(encoding="utf-8"))
    assert spec["metadata"]["kernel_provisioner"]["provisioner_name"] == "dataacademy-warm"


def test_what_one_event_closed_is_not_looked_at_again_in_the_same_round(tmp_path):
    """A kernel ends in the moment its owner goes: both are told in one round, and the first closes the other's line."""
    code = textwrap.dedent(
        """
        import selectors, socket, sys
        from pathlib import Path
        from dataacademy.course.kernels.warm import Warm

        warm = Warm(Path(sys.argv[1]))
        pairs = [socket.socketpair() for _ in range(2)]
        served = []

        def close_both(line):
            served.append(line)
            for mine, _ in pairs:
                warm.selector.unregister(mine)
                mine.close()

        for mine, other in pairs:
            warm.selector.register(mine, selectors.EVENT_READ, close_both)
            other.send(b"x")
        print("ready", flush=True)
        warm.serve()
        print(len(served))
        """
    )
    folder = tmp_path / "warm"
    folder.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"
    said, wrong = process.communicate(timeout=60)  # closing standard input ends it
    assert (said, wrong, process.returncode) == ("1\n", "", 0)
