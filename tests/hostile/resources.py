"""Ends that come early, and use without measure: time, memory, disk, output, threads, processes."""

from __future__ import annotations

from dataclasses import replace

from hostile.world import LIMITS, case
from nbformat import v4

ALL = "q1 q2 q3"
SLOW = " | q1"  # on a slow machine it does not listen in time, and is ended
HARD = "止まらなかったので、強制終了"


def inside(name: str, kind: str, code: str, *, earns: str = "q1", **about) -> None:
    """The trick stands between the answers q1, judged before it, and q2."""
    case(name, kind, before={"q2": code}, earns=earns, **about)


# -- early exits ------------------------------------------------------------------------------------------------------

inside("os-exit", "early exit", "import os\nos._exit(0)", told="終了コード 0", plain="stops")
inside("os-exit-3", "early exit", "import os\nos._exit(3)", told="終了コード 3", plain="stops")
inside("system-exit", "early exit", "raise SystemExit(0)", earns=ALL, plain=ALL)
inside("quit", "early exit", "quit()", earns=ALL)
inside("kill-itself", "early exit", "import os\nos.kill(os.getpid(), 9)", told="強制終了", plain="stops")
inside("terminate-itself", "early exit", "import os\nos.kill(os.getpid(), 15)")
inside("stop-itself", "early exit", "import os\nos.kill(os.getpid(), 19)", told=HARD)
inside(
    "segmentation-fault", "early exit", "import ctypes\nctypes.string_at(0)", told="メモリの誤った場所", plain="stops"
)
inside("abort", "early exit", "import os\nos.abort()", told="異常終了", plain="stops")
inside(
    "stack-overflow",
    "early exit",
    "import sys\nsys.setrecursionlimit(10**9)\ndef f(n):\n    return eval('f(n + 1)')\nf(0)",
    told="メモリの誤った場所",
)  # fmt: skip
inside("at-exit-hangs", "early exit", "import atexit, time\natexit.register(time.sleep, 1000)", earns=ALL)
case(
    "exit-while-the-test-asks",
    "early exit",
    answers={"q2": "def share(part, whole):\n    __import__('os')._exit(0)"},
    earns="q1",
    told="終了コード 0",
    plain="stops",
)
case(
    "exit-in-a-hook-of-the-shell",
    "early exit",
    answers={"q1": "total = 1\nimport os\nget_ipython().events.register('pre_execute', lambda: os._exit(0))"},
    earns="",
    plain="stops",
)

# -- time -------------------------------------------------------------------------------------------------------------


def _a_hundred_sleeps(notebook) -> None:
    at = next(n for n, cell in enumerate(notebook.cells) if cell.id == "q2")
    notebook.cells[at:at] = [v4.new_code_cell("import time\ntime.sleep(1.5)", id=f"sleep-{n}") for n in range(100)]


inside("loop-in-python", "loops", "while True:\n    pass", earns=ALL, told="時間が制限を超えた", plain="stops")
inside("loop-in-c", "loops", "sum(iter(int, 1))", told=HARD)
inside("power-in-c", "loops", "x = 7 ** (7 ** 9)", earns=ALL + SLOW, told="時間が制限を超えた")
inside("regular-expression", "loops", "import re\nre.match(r'(a+)+b', 'a' * 60)", earns=ALL, told="時間が制限を超えた")
inside("sleep", "loops", "import time\ntime.sleep(1000)", earns=ALL, told="時間が制限を超えた")
case(
    "sleeps-in-a-hundred-cells",
    "loops",
    change=_a_hundred_sleeps,
    limits=replace(LIMITS, notebook_seconds=5),
    earns="q1",
    told="時間が制限を超えた",
)
case(
    "deaf-in-a-hundred-cells",
    "loops",
    before={"q2": "import signal\nsignal.signal(signal.SIGINT, lambda *a: None)"},
    change=_a_hundred_sleeps,
    limits=replace(LIMITS, notebook_seconds=5),
    earns="q1",
    told="時間が制限を超えた",
)
case(
    "an-endless-iterator-where-a-table-is-due",
    "loops",
    answers={"q3": "import itertools\nby_ward = itertools.count()"},
    earns="q1 q2",
)
case("a-function-without-end", "loops", answers={"q2": "def share(*a):\n    while True: pass"}, earns="q1 q3")

# -- signals ----------------------------------------------------------------------------------------------------------

DEAF = "import signal\nfor n in range(1, 32):\n    try:\n        signal.signal(n, signal.SIG_IGN)\n"
DEAF += "    except (OSError, ValueError):\n        pass\n"
inside("all-signals-ignored", "signals", DEAF, earns=ALL, plain=ALL)
inside("all-signals-ignored-and-a-loop", "signals", DEAF + "while True:\n    pass", told=HARD)
inside(
    "interrupts-caught",
    "signals",
    "while True:\n    try:\n        while True: pass\n    except BaseException:\n        pass",
    earns=ALL + SLOW,
    told="時間が制限を超えた",
)
inside(
    "signals-blocked",
    "signals",
    "import signal\nsignal.pthread_sigmask(0, range(1, 32))\nwhile True: pass",
    earns=ALL + SLOW,
    told="時間が制限を超えた",
)
inside("an-alarm-later", "signals", "import signal\nsignal.alarm(1)\nimport time\ntime.sleep(2)")
inside("cpu-limit-ignored", "signals", "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)", earns=ALL)

# -- threads and event loops ------------------------------------------------------------------------------------------

THREAD = "import threading, time\n"
inside(
    "threads-that-stay",
    "threads",
    THREAD + "for _ in range(20):\n    threading.Thread(target=time.sleep, args=(1000,)).start()",
    earns=ALL,
    plain=ALL,
)
inside(
    "a-thread-that-changes-answers",
    "threads",
    THREAD + "def spoil():\n    while True:\n        globals()['total'] = 730519\n"
    "total = 1\nthreading.Thread(target=spoil, daemon=True).start()",
    earns=ALL,
)
inside(
    "a-thread-that-prints-for-ever",
    "threads",
    THREAD
    + "def talk():\n    while True:\n        print('x' * 1000)\nthreading.Thread(target=talk, daemon=True).start()",
    earns=ALL + " | q1 q3 | q1 q2" + SLOW,  # how much of the rest gets through its flood is up to the machine
)
inside(
    "a-thread-that-ends-the-process",
    "threads",
    THREAD + "import os\nthreading.Timer(0.1, os._exit, [0]).start()\ntime.sleep(1)",
    plain="stops",
)
inside(
    "threads-without-number",
    "threads",
    THREAD + "while True:\n    threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()",
    earns=ALL + " | q1 q2" + SLOW,  # their stacks may leave too little memory for q3
)
inside(
    "await-for-ever", "event loops", "import asyncio\nwhile True:\n    await asyncio.sleep(0)", earns=ALL, plain="stops"
)
inside("the-loop-stopped", "event loops", "import asyncio\nasyncio.get_running_loop().stop()")
inside(
    "the-loop-taken-by-a-callback",
    "event loops",
    "import asyncio, time\nasyncio.get_running_loop().call_soon(time.sleep, 1000)",
    told=HARD,
)
inside(
    "the-loop-s-tasks-cancelled",
    "event loops",
    "import asyncio\n[task.cancel() for task in asyncio.all_tasks()]",
    earns=ALL,
)

# -- processes --------------------------------------------------------------------------------------------------------


def attempt(name: str, kind: str, code: str, **about) -> None:
    """What is refused raises an error in its own cell; the answers stay."""
    inside(name, kind, code, earns=ALL, **about)


LEFT = "import os, time\n"
attempt(
    "fork",
    "processes",
    LEFT + "if not os.fork():\n    open('OUTSIDE/left', 'w').close()\n    os._exit(0)\nos.wait()",
    reaches=lambda world, _: world.left(),
)
attempt("fork-bomb", "processes", LEFT + "while True:\n    os.fork()")
attempt(
    "a-daemon",
    "processes",
    LEFT + "if not os.fork():\n    os.setsid()\n    if not os.fork():\n        open('OUTSIDE/left', 'w').close()\n"
    "    os._exit(0)\nos.wait(); time.sleep(0.3)",
    reaches=lambda world, _: world.left(),
)
attempt(
    "a-program",
    "processes",
    "import subprocess\nsubprocess.run(['touch', 'OUTSIDE/left'], check=True)",
    reaches=lambda world, _: world.left(),
)
attempt("another-program-in-its-place", "processes", "import os\nos.execv('/bin/true', ['true'])")
attempt(
    "multiprocessing",
    "processes",
    "import multiprocessing\nmultiprocessing.get_context('spawn').Pool(2).map(abs, [1])",
)
attempt(
    "its-parents-killed",
    "processes",
    "import os\nfor pid in (os.getppid(), -1, 0):\n    try:\n        os.kill(pid, 0)\n    except OSError as e:\n"
    "        print(e.errno)\n    else:\n        raise SystemError(pid)\nimport errno",
)

# -- memory -----------------------------------------------------------------------------------------------------------

attempt("memory-at-once", "memory", "x = bytearray(64 * 2**30)")
attempt("memory-bit-by-bit", "memory", "x = []\nwhile True:\n    x.append(bytearray(10**7))")
attempt("memory-of-numpy", "memory", "import numpy\nx = [numpy.ones(10**7) for _ in range(1000)]")
attempt("memory-by-mmap", "memory", "import mmap\nx = [mmap.mmap(-1, 2**28) for _ in range(100)]")
case(
    "memory-in-a-function-under-test",
    "memory",
    answers={"q2": "def share(part, whole):\n    return bytearray(64 * 2**30)"},
    earns="q1 q3",
)

# -- files ------------------------------------------------------------------------------------------------------------

FULL = "ファイルを書きすぎた"
attempt("one-large-file", "disk", "with open('x', 'wb') as f:\n    while True:\n        f.write(bytes(10**6))")
attempt(
    "a-sparse-file",
    "disk",
    "with open('x', 'wb') as f:\n    f.truncate(2**45)",
)
inside(
    "many-large-files",
    "disk",
    "for n in range(10**6):\n    open(f'x{n}', 'wb').write(bytes(10**6))",
    told=FULL,
)
inside("many-small-files", "disk", "for n in range(10**9):\n    open(f'x{n}', 'wb').close()", told=FULL)
inside(
    "folders-without-end",
    "disk",
    "import os\nfor _ in range(5000):\n    os.mkdir('d' * 200)\n    os.chdir('d' * 200)",
    told=FULL,
)
inside(
    "folders-without-end-and-then-the-end",
    "disk",
    "import os\nfor _ in range(3000):\n    os.mkdir('d')\n    os.chdir('d')\nos._exit(0)",
)
inside("locked-folders", "disk", "import os\nos.umask(0o777)\nos.mkdir('a')\nos.mkdir('b', 0)", earns=ALL)
inside(
    "files-beside-the-sockets",
    "disk",
    "import sys, os\nplace = os.path.dirname(sys.argv[sys.argv.index('-f') + 1])\n"
    "for n in range(10**9):\n    open(f'{place}/x{n}', 'wb').close()",
    told=FULL,
)
inside("its-folder-emptied", "disk", "import shutil\nshutil.rmtree('.', ignore_errors=True)", earns=ALL)

# -- output -----------------------------------------------------------------------------------------------------------

CUT = "出力が多い"
attempt("text-flood", "output", "for _ in range(100):\n    print('x' * 10**6)", told=CUT)
inside(
    "text-flood-without-end",
    "output",
    "import time\nwhile True:\n    print('x' * 10**5)\n    time.sleep(0.002)",
    earns=ALL + SLOW,
    told="止めました",
)
attempt(
    "one-huge-text", "output", "from IPython.display import display\ndisplay({'text/plain': 'x' * 10**8}, raw=True)"
)
attempt(
    "pictures-flood",
    "output",
    "from IPython.display import Image, display\nfor _ in range(60):\n    display(Image(bytes(10**6), format='png'))",
    told=CUT,
)
attempt(
    "display-updates",
    "output",
    "from IPython.display import display\nh = display('x', display_id=True)\nfor _ in range(3000):\n"
    "    h.update('y' * 10**3)",
    told=CUT,
)
attempt(
    "clear-output-flood",
    "output",
    "from IPython.display import clear_output\nfor _ in range(20000):\n    clear_output(wait=True)",
)
inside(
    "errors-flood",
    "output",
    "for _ in range(500):\n    try:\n        raise ValueError('x' * 10**5)\n    except ValueError:\n"
    "        get_ipython().showtraceback()",
    earns=ALL + SLOW,
    told=CUT,
)
attempt("bytes-past-the-shell", "output", "import os\nfor _ in range(10**5):\n    os.write(1, b'x' * 1000)")
