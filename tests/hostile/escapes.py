"""Out of the learner's folder: the network, other people's files, what is expected, links, the environment."""

from __future__ import annotations

from hostile.world import HIDDEN, SECRET, case, texts

ALL = "q1 q2 q3"


def attempt(name: str, kind: str, code: str, *, place: str = "q1", **about) -> None:
    """What is refused raises an error in its own cell; the answers stay."""
    case(name, kind, before={place: code}, **about)


def shown(word: str):
    return lambda world, executed: word in texts(executed)


# -- network ----------------------------------------------------------------------------------------------------------


def call(name: str, code: str) -> None:
    attempt(name, "network", code, reaches=lambda world, _: world.calls() > 0)


call("a-connection", "import socket\nsocket.create_connection(('127.0.0.1', PORT), 1)")
call("a-web-address", "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:PORT/?q=1', timeout=0.3)")
call(
    "a-table-from-the-web",
    "import pandas as pd\nimport socket\nsocket.setdefaulttimeout(0.3)\npd.read_csv('http://127.0.0.1:PORT/x.csv')",
)
call(
    "a-connection-by-system-call",
    "import ctypes, struct\nc = ctypes.CDLL(None)\ns = c.socket(2, 1, 0)\n"
    "c.connect(s, struct.pack('=H', 2) + struct.pack('>HI', PORT, 0x7F000001) + bytes(8), 16)",
)
attempt(
    "a-server",
    "network",
    "import socket\nsocket.create_server(('127.0.0.1', 0))\nprint('listening')",
    reaches=shown("listening"),
)
attempt(
    "the-sockets-of-the-warm-process",
    "network",
    "import socket, sys, os\nplace = os.path.dirname(os.path.dirname(sys.argv[sys.argv.index('-f') + 1]))\n"
    "s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)\ns.connect(place + '/warm')\nprint('connected')",
    reaches=shown("connected"),
)

# -- reading ----------------------------------------------------------------------------------------------------------


def look(name: str, code: str, *, free: bool = True, word: str = SECRET) -> None:
    attempt(name, "secrets", code, reaches=shown(word) if free else None)


look("the-source", "print(open('OUTSIDE/source/tiny/tiny.ipynb').read())")
look("the-gradebook", "import pathlib\nprint(pathlib.Path('OUTSIDE/gradebook.db').read_text())")
look("another-submission", "import pandas as pd\nprint(pd.read_csv('OUTSIDE/submitted/other/tiny/tiny.ipynb'))")
look("the-planted-truths", "print(open('OUTSIDE/truths.yml').read())")
look("the-environment", "import os\nprint(os.environ)\nprint(os.environb)")
look(
    "the-environment-of-all-processes",
    "import glob\nfor path in glob.glob('/proc/*/environ') + ['/proc/self/environ']:\n    try:\n"
    "        print(open(path).read())\n    except OSError as error:\n        print(error.errno)",
    free=False,
)
look("the-home", "import os, glob\nos.chdir('OUTSIDE/home')\nfor name in ['.bashrc']:\n    print(open(name).read())")
look(
    "a-file-by-system-call",
    "import ctypes\nc = ctypes.CDLL(None)\nb = ctypes.create_string_buffer(99)\n"
    "c.read(c.open(b'OUTSIDE/gradebook.db', 0), b, 99)\nprint(b.value)",
)
look(
    "a-file-by-a-database",
    "import sqlite3\nsqlite3.connect('OUTSIDE/left').execute('create table t (x)')",
    free=False,
)
look(
    "the-frames-of-the-test",
    "import gc, inspect, sys\ndef walk():\n    frame = sys._getframe()\n    while frame:\n"
    "        print(str(frame.f_locals)[:10000])\n        frame = frame.f_back\n"
    "get_ipython().events.register('pre_run_cell', lambda info: print(info.raw_cell))",
    word=HIDDEN,
)
case(
    "what-a-function-under-test-can-see",
    "secrets",
    answers={
        "q2": "import gc, sys\ndef share(part, whole):\n    for o in gc.get_objects():\n"
        "        if type(o) is str and 'kaku' + 'shi-' in o:\n            print(o)\n"
        "    for frame in sys._current_frames().values():\n        while frame:\n"
        "            print([str(v)[:2000] for v in frame.f_locals.values() if 'kaku' + 'shi-' in str(v)[:9999]])\n"
        "            frame = frame.f_back\n    return part / whole"
    },
)
look(
    "the-history-of-the-cells",
    "get_ipython().events.register('post_run_cell', lambda result: print(In[-1]))",
    word=HIDDEN,
)
attempt(
    "the-course-s-own-truths-and-solutions",
    "secrets",
    "import os, pathlib\nhome = pathlib.Path(os.environ['DATAACADEMY_HOME'])\n"
    "for path in ('datasets/mirai/truths.yml', 'solutions/a4/a4.ipynb', 'tests/wrong_answers/a4.yml'):\n    try:\n"
    "        (home / path).read_text()\n    except OSError:\n        continue\n    share = None\n    os._exit(1)\n"
    "import dataacademy as da\nassert len(da.load('population')) > 0 or os._exit(2)",
)

# -- writing ----------------------------------------------------------------------------------------------------------


def spoil(name: str, code: str, *, place: str = "q1") -> None:
    attempt(name, "outside", code, place=place, reaches=lambda world, _: world.left())


spoil("a-file-outside", "open('OUTSIDE/left', 'w').write('x')")
spoil("a-file-moved-out", "import os\nopen('x', 'w').close()\nos.rename('x', 'OUTSIDE/left')")
spoil(
    "a-folder-outside",
    "import os, shutil\nos.mkdir('OUTSIDE/f')\nshutil.move('OUTSIDE/f', 'f')\nopen('OUTSIDE/left', 'w')",
)
spoil("the-gradebook-written", "open('OUTSIDE/gradebook.db', 'r+').close()\nopen('OUTSIDE/left', 'w').close()")
spoil("the-gradebook-removed-and-back", "import os\nos.rename('OUTSIDE/gradebook.db', 'OUTSIDE/left')\nimport shutil\n"
      "shutil.copy2('OUTSIDE/left', 'OUTSIDE/gradebook.db')")  # fmt: skip
spoil("rights-changed", "import os\nos.chmod('OUTSIDE/truths.yml', 0o644)\nopen('OUTSIDE/left', 'w')")
spoil("times-changed", "import os\nos.utime('OUTSIDE/truths.yml', (1, 1))\nopen('OUTSIDE/left', 'w')")
spoil("a-start-file-in-the-home", "import os\nhome = os.path.expanduser('~')\nopen(home + '/.left', 'w')\n"
      "open('OUTSIDE/left', 'w')")  # fmt: skip
attempt(
    "a-start-file-for-the-next",
    "outside",
    "import os\nfor base in (os.environ.get('IPYTHONDIR', '.'), os.path.expanduser('~/.ipython')):\n    try:\n"
    "        os.makedirs(base + '/profile_default/startup', exist_ok=True)\n"
    "        open(base + '/profile_default/startup/00.py', 'w').write('raise SystemExit')\n"
    "    except OSError:\n        pass",
)
spoil(
    "the-libraries-changed",
    "import pandas, os\nname = os.path.dirname(pandas.__file__) + '/left'\nopen(name, 'w').close()\nos.remove(name)\n"
    "open('OUTSIDE/left', 'w')",
)

# -- links ------------------------------------------------------------------------------------------------------------

attempt(
    "a-symbolic-link-read",
    "links",
    "import os\nos.symlink('OUTSIDE/gradebook.db', 'link')\nprint(open('link').read())",
    reaches=shown(SECRET),
)
attempt(
    "a-symbolic-link-left-for-the-grader",
    "links",
    "import os\nos.symlink('OUTSIDE/truths.yml', 'table.csv')\nos.symlink('OUTSIDE', 'folder')",
)
attempt(
    "a-hard-link",
    "links",
    "import os\nos.link('OUTSIDE/gradebook.db', 'link')\nprint(open('link').read())",
    reaches=shown(SECRET),
)
attempt("a-loop-of-links", "links", "import os\nos.symlink('.', 'loop')\nos.symlink('b', 'a')\nos.symlink('a', 'b')")
attempt("a-pipe-left-for-the-grader", "links", "import os\nos.mkfifo('table.csv')")
