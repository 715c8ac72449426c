"""Where hostile hand-ins are marked: a small assignment, what its learners must not reach, and the table of cases."""

from __future__ import annotations

import hashlib
import json
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from handins import answered, marks, write
from nbformat import NotebookNode, v4

from dataacademy.course.grade.records import Limits

HIDDEN = "kakushi-4711"  # stands in a hidden test
SECRET = "himitsu-8128"  # stands in every file and variable that is not the learner's
RIGHT = {
    "q1": 'total = int(people["people"].sum())',
    "q2": "def share(part, whole):\n    return part / whole",
    "q3": 'by_ward = people.groupby("ward", as_index=False)["people"].sum()',
    "q4": "南区に多く住んでいます。",
}
WRONG = {"q1": "total = 1", "q2": "def share(part, whole):\n    return 0"}
TESTS = {"q1": 2.0, "q2": 3.0, "q3": 4.0}
LIMITS = Limits(
    cell_seconds=3, notebook_seconds=25, memory=1024**3, file_size=8 * 1024**2, written=24 * 1024**2, files=300
)
_TESTS = {
    "q1": f'assert total > 0, "正の数です"\n### BEGIN HIDDEN TESTS\nassert total == 730519 and "{HIDDEN}"\n'
    "### END HIDDEN TESTS",
    "q2": "assert share(1, 4) == 0.25\n### BEGIN HIDDEN TESTS\nassert abs(share(3, 7) - 3 / 7) < 1e-9\n"
    "### END HIDDEN TESTS",
    "q3": '### BEGIN HIDDEN TESTS\nexpected = pd.DataFrame({"ward": ["北区", "南区"], "people": [300001, 430518]})\n'
    "pd.testing.assert_frame_equal(by_ward, expected)\n### END HIDDEN TESTS",
}


@dataclass(frozen=True)
class Case:
    """One hand-in.  Where it says nothing else, the answers are right ones.

    kind
        The class of the attack or the accident.
    answers, before, files
        Answers by question; code of the learner's own cell before a question (or ``end``); files beside the notebook.
        ``OUTSIDE`` in code stands for the folder that must stay as it is, ``PORT`` for a port at which someone listens.
    change
        Changes the notebook as handed in, or gives the bytes of the file.
    earns
        The questions that earn all their points; the others earn none.  Where it depends on the machine's speed how
        far an attack upon oneself goes, alternatives stand behind "|".
    told
        Words that the notes or the messages must hold.
    plain
        What the same file earns where tests run in the learner's own, free kernel, as in stock nbgrader: questions,
        "stops" where the run does not get through; None where it is too dangerous or says nothing.
    reaches
        Whether the free kernel had its effect, seen from outside: its attack is real.
    """

    name: str
    kind: str
    answers: dict[str, str] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    change: Callable[[NotebookNode], NotebookNode | dict | bytes | str | None] | None = None
    earns: str = "q1 q2 q3"
    told: str = ""
    plain: str | None = None
    reaches: Callable[[World, NotebookNode], bool] | None = None
    limits: Limits = LIMITS


CASES: dict[str, Case] = {}


def case(name: str, kind: str, **about) -> None:
    """Enter a case in the table."""
    assert name not in CASES, name
    CASES[name] = Case(name, kind, **about)


def source() -> NotebookNode:
    """The assignment: a number, a function, a table, a text."""
    code, text = v4.new_code_cell, v4.new_markdown_cell
    table = '{"ward": ["北区", "南区", "南区"], "people": [300001, 430000, 518]}'
    start = f"import pandas as pd\n\npeople = pd.DataFrame({table})"
    cells = [text("# 演習　人口を数える", id="head"), code(start, id="start")]
    stubs = {"q1": "total = ...", "q2": "def share(part, whole):\n    ...", "q3": "by_ward = ..."}
    for name, stub in stubs.items():
        right = "\n".join(["### BEGIN SOLUTION", *RIGHT[name].splitlines(), "### END SOLUTION"])
        cells += [
            code(f"{stub}\n{right}", id=name, metadata=marks(name, solution=True)),
            code(
                _TESTS[name],
                id=f"{name}-test",
                metadata=marks(f"{name}-test", grade=True, locked=True, points=TESTS[name]),
            ),
        ]
    written = marks("q4", grade=True, solution=True, points=5)
    cells += [text("分かったことを書いてください。", id="q4", metadata=written), code('print("おわり")', id="end")]
    spec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return v4.new_notebook(cells=cells, metadata={"kernelspec": spec})


def handed_in(one: Case, given, folder: Path, world: World) -> Path:
    """Write what the learner hands in; the notebook's path."""

    def filled(code: str) -> str:
        return code.replace("OUTSIDE", str(world.outside)).replace("PORT", str(world.port))

    notebook = answered(given, RIGHT | {name: filled(code) for name, code in one.answers.items()})
    for place, code in one.before.items():
        at = next(n for n, cell in enumerate(notebook.cells) if cell.id == place)
        notebook.cells.insert(at, v4.new_code_cell(filled(code), id=f"own-{place}"))
    changed = one.change(notebook) if one.change else None
    content = notebook if changed is None else changed
    for name, text in one.files.items():
        write(folder / name, filled(text))
    return write(folder / "tiny.ipynb", content)


class World:
    """What lies and runs around the learner's process, and whether it is as it was."""

    def __init__(self, base: Path):
        self.outside = base / "outside"
        others = ("source/tiny/tiny.ipynb", "submitted/other/tiny/tiny.ipynb", "gradebook.db", "truths.yml")
        for name in (*others, "home/.bashrc", "home/.ipython/profile_default/history.txt"):
            write(self.outside / name, f"{SECRET}\n")
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setblocking(False)
        self.port = self._listener.getsockname()[1]

    def close(self) -> None:
        self._listener.close()

    def left(self) -> bool:
        """Whether something left the file ``left`` behind, which goes with the answer."""
        file = self.outside / "left"
        was = file.exists()
        file.unlink(missing_ok=True)
        return was

    def calls(self) -> int:
        """How often someone connected since the last time."""
        number = 0
        while True:
            try:
                self._listener.accept()[0].close()
                number += 1
            except BlockingIOError:
                return number

    def files(self) -> dict[str, tuple]:
        """Everything outside, with its rights, times and links."""
        return {str(p.relative_to(self.outside)): _about(p) for p in sorted(self.outside.rglob("*"))}

    def state(self) -> dict[str, object]:
        """What an attack from inside must not change."""
        from dataacademy.course.kernels.owner import folder

        me = psutil.Process()
        return {
            "files": self.files(),
            "calls": self.calls(),
            "processes": {(p.pid, p.create_time()) for p in me.children(recursive=True)},
            "environment": dict(os.environ),
            "folder": os.getcwd(),
            "open files": len(os.listdir("/proc/self/fd")),
            "threads": me.num_threads(),
            "scratch": sorted(os.listdir(folder())),
        }


def _about(path: Path) -> tuple:
    about = path.lstat()
    content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    return about.st_mode, about.st_mtime_ns, about.st_nlink, content


def texts(notebook: NotebookNode) -> str:
    """Everything that an executed notebook shows, without its sources."""
    return json.dumps([cell.get("outputs", []) for cell in notebook.cells], ensure_ascii=False)
