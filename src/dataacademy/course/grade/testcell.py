"""Running a test cell in the grader's own process, on values that the learner's process tells."""

from __future__ import annotations

import ast
import contextlib
import functools
import io
import os
import re
import signal
import sys
import threading
import time
import warnings
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from dataacademy import paths
from dataacademy.course.grade.remote import Link
from dataacademy.course.grade.session import GRACE, Ran, Stopped, add_output, clean
from dataacademy.course.grade.testnames import FILE, Names, matters_to_learner, tree_of
from dataacademy.course.grade.values import Unjudgeable
from dataacademy.errors import DataAcademyError

BEGIN_HIDDEN, END_HIDDEN = "BEGIN HIDDEN TESTS", "END HIDDEN TESTS"
MAX_SHOWN = 100_000  # characters that a test cell may print
MAX_TEXT = 2_000  # characters of its last value, and of an error
_testing: list[bool] = []  # not empty while a test runs
_MAGIC = re.compile(r"\A\s*%%.*")  # %%time and the like: the cell below it is run


@dataclass
class Verdict:
    """How a test cell came out: its outputs, the error it ended with, and what its last line shows, if anything."""

    outputs: list[dict]
    error: BaseException | None = None
    text: str = ""  # of the error
    line: int = 0  # of the test cell, where the error arose; 0 where that is hidden
    own: bool = False  # whether the test itself raised it, not a function that it called
    shown: str = ""


def run_test(source: str, names: Names, link: Link, folder: Path, own: Path | None = None) -> Verdict:
    """Run a test cell against the learner's kernel as it is now.

    It reads files in ``folder``, the learner's, and imports from ``own``, the folder of the course's own files.
    Raises :class:`Stopped` where the kernel died or the time is up.
    """
    ran = link.shown = Ran()
    link.stopped = ""
    tree = tree_of(_MAGIC.sub("#", source))
    verdict = Verdict(ran.outputs)
    if tree is None:
        verdict.text = "テストのセルが Python として読めません。"
        verdict.error = SyntaxError(verdict.text)
        return verdict
    link.end = link.session.cell_end()
    hidden = hidden_lines(source)
    with _at(folder, own), _alarm(link.end), _captured(ran.outputs), _no_pickles():
        try:
            names.begin(tree)
            for statements, secret, last in parts(tree, hidden, source):
                names.hidden = secret
                if last:
                    value = eval(_compiled(ast.Expression(statements[0].value), "eval"), names)
                    verdict.shown = "" if value is None else _text(repr, value)
                else:
                    exec(_compiled(ast.Module(statements, []), "exec"), names)
                    names.hand_on(statements)
            names.share()
        except (KeyboardInterrupt, Stopped):
            raise
        except BaseException as error:
            verdict.error, verdict.text = error, _text(str, error)
            verdict.line, verdict.own = _line(error, hidden)
            names.share()
    if link.stopped:  # a test that catches everything does not make it an answer
        raise Stopped(link.stopped)
    return verdict


def _text(of, value) -> str:
    try:
        return clean(of(value))[:MAX_TEXT]
    except Exception:  # a value that does not let itself be shown
        return f"<{type(value).__name__}>" if of is repr else ""


def _compiled(tree, mode: str):
    return compile(tree, FILE, mode, dont_inherit=True)


def hidden_lines(source: str) -> set[int]:
    """The numbers of the lines that learners never see, their marks included.

    >>> hidden_lines("a\\n### BEGIN HIDDEN TESTS\\nb\\n### END HIDDEN TESTS\\nc")
    {2, 3, 4}
    """
    found, inside = set(), False
    for number, line in enumerate(source.splitlines(), 1):
        inside = inside or BEGIN_HIDDEN in line
        found |= {number} if inside else set()
        inside = inside and END_HIDDEN not in line
    return found


def parts(tree: ast.Module, hidden: set[int], source: str):
    """The statements in groups that run at once: ``(statements, hidden?, is it the value that the cell shows?)``."""
    group: list[ast.stmt] = []
    secret = False
    for statement in tree.body:
        lines = range(min(n.lineno for n in ast.walk(statement) if hasattr(n, "lineno")), statement.end_lineno + 1)
        now = not hidden.isdisjoint(lines)
        last = statement is tree.body[-1] and isinstance(statement, ast.Expr) and not source.rstrip().endswith(";")
        alone = last or matters_to_learner(statement)
        if group and (now != secret or alone or matters_to_learner(group[-1])):
            yield group, secret, False
            group = []
        secret = now
        if last:
            yield [statement], secret, True
        else:
            group.append(statement)
    if group:
        yield group, secret, False


def _line(error: BaseException, hidden: set[int]) -> tuple[int, bool]:
    """The last line of the cell that ``error`` came through (0 where it is hidden), and whether it arose there."""
    found, own, trace = 0, False, error.__traceback__
    while trace is not None:
        own = trace.tb_frame.f_code.co_filename == FILE
        if own:
            found = 0 if trace.tb_lineno in hidden else trace.tb_lineno
        trace = trace.tb_next
    return found, own


class _Stream(io.TextIOBase):
    """Keeps what is printed as an output of the cell."""

    def __init__(self, outputs: list[dict], name: str):
        self._outputs, self._name, self._left = outputs, name, MAX_SHOWN

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self._left > 0:
            add_output(self._outputs, {"output_type": "stream", "name": self._name, "text": clean(text)[: self._left]})
            self._left -= len(text)
        return len(text)


@contextlib.contextmanager
def _captured(outputs: list[dict]):
    """Text and warnings of the test become its outputs, as in a kernel."""
    out, err = _Stream(outputs, "stdout"), _Stream(outputs, "stderr")
    quiet = (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), warnings.catch_warnings():
        warnings.resetwarnings()
        for category in quiet:
            warnings.simplefilter("ignore", category)
        warnings.filterwarnings("default", category=DeprecationWarning, module="__main__")
        warnings.showwarning = _show_warning
        terminal, sys.stdin = sys.stdin, io.StringIO()  # nobody answers input() here
        try:
            yield
        finally:
            sys.stdin = terminal


def _show_warning(message, category, filename, lineno, file=None, line=None):
    sys.stderr.write(warnings.formatwarning(message, category, filename, lineno, line))


@functools.cache
def _watch_pickles() -> None:
    sys.addaudithook(_on_audit)


def _on_audit(event: str, _arguments) -> None:
    if event == "pickle.find_class" and _testing:
        raise Unjudgeable("テストは pickle のファイルを読めません。学習者が書いたものかもしれないからです。")


@contextlib.contextmanager
def _no_pickles():
    """A file that a learner left must not run code here, even where a test reads it."""
    _watch_pickles()
    _testing.append(True)
    try:
        yield
    finally:
        _testing.pop()


@contextlib.contextmanager
def _at(folder: Path, own: Path | None):
    """Tests work where the notebook lies, but import nothing from there; what they import goes with them."""
    import_module("matplotlib")  # reads its settings from the folder it is first imported in, for all who come after
    here, path, before = os.getcwd(), sys.path[:], set(sys.modules)
    folder.mkdir(exist_ok=True)  # the learner's code may have removed it
    inside = folder.resolve()
    sys.path[:] = [p for p in path if os.path.isabs(p) and not Path(p).resolve().is_relative_to(inside)]
    if own:
        sys.path.insert(0, str(own))
    try:
        with _same_course(own or here):
            os.chdir(folder)
            yield
    finally:
        os.chdir(here)
        sys.path[:] = path
        for name in set(sys.modules) - before if own else ():
            if Path(getattr(sys.modules[name], "__file__", None) or os.devnull).is_relative_to(own):
                del sys.modules[name]  # another course has modules of the same names
        if "matplotlib.pyplot" in sys.modules:
            sys.modules["matplotlib.pyplot"].close("all")


@contextlib.contextmanager
def _same_course(otherwise: Path | str):
    """The course and its tables stay those that are found from here; the learner's folder may hold another."""
    try:
        told = paths.for_children()
    except DataAcademyError:  # a course that is not ours, and ours is not here
        told = {"DATAACADEMY_HOME": str(otherwise)}
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextlib.contextmanager
def _alarm(end: float):
    """Ends a test that runs long after ``end``, as a loop over an answer may; in the main thread of POSIX only."""

    def ring(*_):
        raise Stopped("採点の時間が制限を超えました")

    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, max(0.0, end - time.monotonic()) + 2 * GRACE, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
