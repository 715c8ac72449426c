"""What answers are made of: values that are huge or hang, magics, questions, messages on the kernel's own sockets."""

from __future__ import annotations

from dataclasses import replace

from hostile.world import LIMITS, WRONG, case

ALL = "q1 q2 q3"


def q1(name: str, kind: str, code: str, *, earns: str = "q2 q3", **about) -> None:
    case(name, kind, answers={"q1": code}, earns=earns, **about)


# -- huge values ------------------------------------------------------------------------------------------------------

q1("a-number-of-a-million-digits", "huge values", "total = 1 << 4_000_000")
q1("a-text-of-a-hundred-million-letters", "huge values", "total = 'x' * 10**8")
q1("a-list-of-millions", "huge values", "total = [[]] * 3_000_000", earns="q2 q3 | q3")
q1("a-list-in-lists", "huge values", "total = []\nfor _ in range(10**5):\n    total = [total]")
q1("a-list-in-itself", "huge values", "total = []\ntotal.append(total)\ntotal.append({'x': total})")
q1(
    "doubled-again-and-again",
    "huge values",
    "total = []\nfor _ in range(60):\n    total = [total, total]",
    earns="q2 q3 | q3",
)
q1("a-range-without-end", "huge values", "total = range(10**18)")
case(
    "a-table-of-ten-thousand-million-rows",
    "huge values",
    answers={"q3": "import pandas as pd\nby_ward = pd.DataFrame(index=pd.RangeIndex(10**10))"},
    earns="q1 q2",
)
case(
    "a-function-that-gives-too-much",
    "huge values",
    answers={"q2": "def share(part, whole):\n    return 'x' * 10**8"},
    earns="q1 q3",
)
q1("nan", "huge values", "total = float('nan')")
q1("infinite-number", "huge values", "total = float('inf')")

# -- objects that hang ------------------------------------------------------------------------------------------------

for method in ("repr", "len", "iter", "getattribute"):
    body = f"class Hang:\n    def __{method}__(self, *a):\n        while True: pass\n"
    q1(f"{method}-hangs", "objects that hang", body + "total = Hang()", earns="q2 q3 | q3 | ")
q1(
    "class-hangs",
    "objects that hang",
    "class Hang:\n    @property\n    def __class__(self):\n        while True: pass\ntotal = Hang()",
    earns="q2 q3 | q3 | ",
)
q1(
    "a-list-that-hangs",
    "objects that hang",
    "class L(list):\n    def __iter__(self):\n        while True: pass\ntotal = L()",
)
q1(
    "a-last-line-that-hangs",
    "objects that hang",
    "class H:\n    def __repr__(self):\n        while True: pass\ntotal = 730519\nH()",
    earns=ALL,
    plain="stops",
)

# -- magics -----------------------------------------------------------------------------------------------------------


def magic(name: str, code: str, *, earns: str = ALL, place: str = "q2", **about) -> None:
    case(name, "magics", before={place: code}, earns=earns, **about)


def touched(world, executed) -> bool:
    return world.left()


magic("bash", "%%bash\ntouch OUTSIDE/left", reaches=touched)
magic("a-shell-line", "!touch OUTSIDE/left", reaches=touched)
magic("a-shell-s-answer", "x = !touch OUTSIDE/left", reaches=touched)
magic("a-script", "%%script python\nopen('OUTSIDE/left', 'w')", reaches=touched)
magic("a-file-written", "%%writefile OUTSIDE/left\nx", reaches=touched)
magic("a-module-written", "%%writefile pandas.py\nraise SystemExit")
magic("javascript", "%%javascript\nalert(document.cookie)")
magic("html", "%%html\n<script>fetch('http://127.0.0.1:PORT/')</script>")
magic("reset", "%reset -f\nimport pandas as pd", earns="q1 q2", plain="q1 q2")
magic("run-a-file", "open('x.py', 'w').write('total = 0\\nimport os\\nos._exit(0)')\n%run x.py", earns="q1")
magic("autoawait", "%autoawait trio")
magic(
    "settings-of-the-shell", "%config InteractiveShell.ast_node_interactivity = 'all'\n%xmode Minimal\n%colors NoColor"
)
magic("debugger", "%pdb on\n1 / 0")
magic("a-cell-magic-in-the-answer", "pass", place="q1")
q1("time-above-the-answer", "magics", "%%time\ntotal = int(people['people'].sum())", earns=ALL)
q1("capture-above-the-answer", "magics", "%%capture out\ntotal = int(people['people'].sum())", earns=ALL)

# -- questions --------------------------------------------------------------------------------------------------------

q1("input", "input", "total = int(input('total?'))")
q1("password", "input", "import getpass\ntotal = int(getpass.getpass())")
case(
    "input-in-a-function", "input", answers={"q2": "def share(part, whole):\n    return float(input())"}, earns="q1 q3"
)
q1("standard-input", "input", "import sys\ntotal = sys.stdin.read()\nopen(0).read()")
q1("a-breakpoint", "input", "breakpoint()\ntotal = 730519", earns=ALL + " | q2 q3")

# -- hooks ------------------------------------------------------------------------------------------------------------

case(
    "hooks-everywhere",
    "hooks",
    before={
        "q1": "import sys, threading, gc\nsys.excepthook = sys.displayhook = sys.unraisablehook = print\n"
        "threading.excepthook = print\nsys.settrace(lambda *a: None)\nsys.setprofile(lambda *a: None)\n"
        "gc.callbacks.append(lambda *a: None)\nsys.addaudithook(lambda *a: None)"
    },
)
case(
    "an-audit-hook-that-refuses-all",
    "hooks",
    before={"q2": "import sys\ndef refuse(event, arguments):\n    raise RuntimeError(event)\nsys.addaudithook(refuse)"},
    earns="q1 | q1 q2 | q1 q2 q3",
)
case(
    "a-hook-that-shows-what-it-sees",
    "hooks",
    answers={
        "q2": "import sys\ndef share(part, whole):\n    frame = sys._getframe()\n    while frame:\n"
        "        print([str(value)[:500] for value in frame.f_locals.values()])\n        frame = frame.f_back\n"
        "    return part / whole"
    },
)

# -- messages ---------------------------------------------------------------------------------------------------------

SEND = """
kernel = get_ipython().kernel
session, parent = kernel.session, kernel.get_parent("shell")
ident = kernel._get_shell_context_var(kernel._shell_parent_ident)
def say(socket, kind, content, to=parent):
    session.send(socket, kind, content, to, ident=ident)
"""


def message(name: str, code: str, *, earns: str, **about) -> None:
    case(name, "messages", answers=WRONG, before={"q1": SEND + code}, earns=earns, **about)


message(
    "forged-answers-of-the-hand",
    "import json\nforged = json.dumps({'values': {'total': 730519}})\n"
    "def answer(self, expressions):\n"
    "    return {'it': {'status': 'ok', 'data': {'text/plain': forged}, 'metadata': {}}}\n"
    "type(get_ipython()).user_expressions = answer",
    earns="q1",  # it says the right total: a claim is an answer, wherever it was typed
)


def claim(name: str, node: str) -> None:
    """The hand says of every value that it is ``node``, which no writer makes."""
    code = "import json\nfrom dataacademy.course.grade import hand\n" + node
    code += "\nsaid = json.dumps({'values': dict.fromkeys(('total', 'by_ward'), node)})\n"
    code += "hand._answer = lambda request: said"
    case(name, "claims", answers=WRONG, before={"q1": code}, earns="", limits=replace(LIMITS, cell_seconds=1.5))


claim("numbers-that-collide", "node = ['keys', *(n * (2**61 - 1) for n in range(400_000))]")
claim("a-tuple-of-a-million-names", "node = ['namedtuple', 'T', [f'a{n}' for n in range(10**6)]]")
claim("a-file-as-a-time-zone", "node = ['moments', 'ns', 'dateutil//etc/passwd', ['array', '<i8', [0], '']]")
claim("an-array-larger-than-its-bytes", "node = ['array', '<f8', [10**9], '']")
claim("an-array-of-nothing-and-wide", "node = ['array', '<f8', [0, 10**15], '']")
claim("a-module-of-the-system", "node = ['module', 'os']")
claim("a-class-that-runs", "node = ['exception', ['SystemExit', 'KeyboardInterrupt'], []]")
claim("brackets", "node = []\nfor _ in range(900):\n    node = ['list', node]")
claim("unknown-kinds", "node = ['pickle', 'gASVBAAAAAAAAABLAS4=']")
message(
    "forged-points",
    "for kind in ('execute_reply', 'execute_result', 'stream', 'points'):\n"
    "    say(kernel.iopub_socket, kind, {'points': 1000, 'status': 'ok', 'text': '1000', 'data': {'text/plain': '9'}})",
    earns="q3",
)
message(
    "nonsense-on-the-line",
    "import zmq\nfor parts in ([b''], [b'<IDS|MSG>'], [b'<IDS|MSG>', b'', b'{}', b'[]', b'0', b'x'], [b'\\xff'] * 9):\n"
    "    kernel.iopub_socket.send_multipart(parts)",
    earns="q3",
)
message(
    "idle-at-once",
    "say(kernel.iopub_socket, 'status', {'execution_state': 'idle'})",
    earns="q3",
)
message(
    "a-wish-to-call-what-the-test-has",
    "for number in (0, -1, 10**9, None, [], {}):\n"
    "    say(kernel.stdin_socket, 'input_request', {'prompt': '{\"call\": %s, \"with\": [[], {}]}' % number})",
    earns="q3",
)
message(
    "widgets",
    "from comm import create_comm\nfor n in range(500):\n"
    "    create_comm(target_name='jupyter.widget', data={'state': {'x': 'y' * 1000}}, metadata={'version': '2.0.0'})",
    earns="q3",
)
message(
    "many-large-messages",
    "big = 'x' * 20_000_000\nfor n in range(60):\n"
    "    say(kernel.iopub_socket, 'status', {'execution_state': 'busy', 'x': big})",
    earns="q3 | ",
)
message(
    "a-message-of-many-values",
    "raw = b'{\"a\":[' + b'[],' * 9_000_000 + b'0]}'\nimport json\n"
    "head = json.dumps({'msg_type': 'stream', 'msg_id': '1'}).encode()\n"
    "to = json.dumps({'msg_id': parent['header']['msg_id']}).encode()\n"
    "kernel.iopub_socket.send_multipart([b'<IDS|MSG>', b'', head, to, b'{}', raw])",
    earns="q3",
)
message(
    "the-sockets-closed",
    "kernel.iopub_socket.close() if hasattr(kernel.iopub_socket, 'close') else None\nkernel.iopub_thread.stop()",
    limits=replace(LIMITS, notebook_seconds=6),
    earns="q3 | ",
)
