"""The names that a test cell sees: its own, the source's imports, Python's, and the learner's; and whose win."""

from __future__ import annotations

import ast
import builtins
import contextlib
import importlib
import re
import types
import warnings
from dataclasses import dataclass

from dataacademy.course.grade.records import LOCKED, TEST, SourceNotebook
from dataacademy.course.grade.remote import Link, Remote
from dataacademy.course.grade.values import encode

FILE = "<test cell>"
_WORD = re.compile(r"[^\W\d]\w*")
_DELETED = object()
_SHARED = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class Facts:
    """What is known of a notebook before it runs.

    imports
        Names that the source's own cells import: the test gets our module, whatever the learner put in its place.
    helpers
        Functions that the source's locked cells define and that use nothing of the learner's.
    bound
        Names that the source's own cells define: the learner is to give them a value.
    classes
        Those of them that are classes.
    announced
        Words in what the learner reads.
    mentioned
        Words in the code that the learner handed in: only these names of a test can matter to it.
    """

    imports: dict[str, tuple[str, str]]
    helpers: dict[str, ast.FunctionDef]
    bound: frozenset[str]
    classes: frozenset[str]
    announced: frozenset[str]
    mentioned: frozenset[str]


def facts(notebook: SourceNotebook, handed_in: list[str]) -> Facts:
    """Read them from the source and the code cells that were handed in."""
    imports, helpers, bound, classes = {}, {}, set(), set()
    texts = [cell.source for cell in notebook.cells if cell.kind != TEST]
    for cell in notebook.cells:
        if cell.kind != TEST and cell.cell_type == "code":
            tree = tree_of(cell.source) or ast.Module([], [])
            defined = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
            helpers |= defined if cell.kind == LOCKED else {}
            for node in _scope(tree):
                if isinstance(node, (ast.Import, ast.ImportFrom)):
                    imports |= imported(node)
                elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                    bound.add(node.name)
                    classes |= {node.name} if isinstance(node, ast.ClassDef) else set()
                elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    bound.add(node.id)
    words = [frozenset(_WORD.findall("\n".join(group))) for group in (texts, handed_in)]
    while True:
        known = {*imports, *helpers, *vars(builtins)}
        closed = {name: node for name, node in helpers.items() if _free_names(node) <= known}
        if len(closed) == len(helpers):
            break
        helpers = closed
    bound -= set(helpers)
    return Facts(imports, helpers, frozenset(bound), frozenset(classes), *words)


def _scope(tree: ast.Module):
    """The nodes of the notebook's own scope, without the insides of functions and classes."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            waiting.extend(ast.iter_child_nodes(node))


def _free_names(function: ast.FunctionDef) -> set[str]:
    """Names that the function takes from the notebook."""
    names = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
    own = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    own |= {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    return {node.id for node in names if isinstance(node.ctx, ast.Load)} - own


def imported(node: ast.Import | ast.ImportFrom) -> dict[str, tuple[str, str]]:
    """The names that an import binds: name -> (module, name in the module or empty)."""
    if isinstance(node, ast.Import):
        return {
            a.asname or a.name.partition(".")[0]: (a.name if a.asname else a.name.partition(".")[0], "")
            for a in node.names
        }
    if node.level or node.module is None:
        return {}
    if node.names[0].name == "*":
        with contextlib.suppress(ImportError):
            return {n: (node.module, n) for n in dir(importlib.import_module(node.module)) if not n.startswith("_")}
        return {}
    return {a.asname or a.name: (node.module, a.name) for a in node.names}


def tree_of(source: str) -> ast.Module | None:
    """The cell as a syntax tree, magics turned into calls; None where it is no Python."""
    from IPython.core.inputtransformer2 import TransformerManager

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(TransformerManager().transform_cell(source), FILE)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


class Shell:
    """Stands for ``get_ipython()`` in test cells: magics do nothing."""

    def run_line_magic(self, *_):
        return None

    run_cell_magic = system = getoutput = run_line_magic


class Names(dict):
    """The names of the test cells: their own, then what the source imports, Python's, and the learner's.

    Works as the globals of ``exec``: names that are not here are looked up by ``__missing__``.
    """

    def __init__(self, link: Link, facts: Facts):
        super().__init__(__name__="__main__", __builtins__=builtins, get_ipython=Shell, display=print)
        self._link, self._facts = link, facts
        self._told, self._absent, self._changed = {}, set(), {}
        self._learners: frozenset[str] = frozenset()
        self._lasting: set[str] = set()  # imported and defined by tests: the learner's never stand in their place
        self.hidden = False
        link.before_call, link.after_call = self.share, self.forget

    def begin(self, tree: ast.Module) -> None:
        """Before a test cell: ask for the values of all the names in it at once."""
        self.forget()
        wanted = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
        wanted |= {n.name for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
        wanted = sorted(name for name in wanted if not self._is_ours(name))
        self._told = self._link.tell(wanted) if wanted else {}
        self._absent = set(wanted) - set(self._told)
        self._learners = frozenset(self._told)
        for name in self._told:
            super().pop(name, None)

    def _is_ours(self, name: str) -> bool:
        """Whether the learner's value of this name does not count."""
        if dict.__contains__(self, name):  # from an earlier test cell
            asked = name in self._facts.bound or (name in self._facts.announced and name not in self._lasting)
            return not asked or name.startswith("__") or name in ("get_ipython", "display")
        return self._given(name) is not None

    def _given(self, name: str):
        """What the source imports, or Python has, under this name."""
        if name in self._facts.imports:
            module, attribute = self._facts.imports[name]
            with contextlib.suppress(ImportError, AttributeError):  # a module of the course folder: the learner's
                found = importlib.import_module(module)
                return getattr(found, attribute) if attribute else found
        if name in self._facts.helpers:
            made = compile(ast.Module([self._facts.helpers[name]], []), FILE, "exec", dont_inherit=True)
            exec(made, self)
            self._lasting.add(name)
            self._changed.pop(name, None)
            return dict.__getitem__(self, name)
        return None if name in self._facts.bound else getattr(builtins, name, None)

    def hand_on(self, statements: list[ast.stmt]) -> None:
        """Visible imports, definitions and seeds of a test also hold in the learner's notebook, as they did there."""
        for statement in filter(matters_to_learner, statements):
            names = _bound_by(statement)
            self._lasting |= names - self._learners  # what stands in for the learner's own does so for one cell
            if names & self._learners:
                continue  # it may use what only the test has: the learner's code calls it over the line
            if not self.hidden and (not names or names & self._facts.mentioned):
                self._link.request("assign", {}, [], [ast.unparse(statement)])
                for name in names:
                    self._changed.pop(name, None)

    def forget(self) -> None:
        """The learner's code ran: what it told before may have changed."""
        self._told, self._absent = {}, {name for name in self._absent if self._changed.get(name) is _DELETED}

    def share(self) -> None:
        """Tell the learner's process which of its names the tests changed or deleted.

        What hidden tests compute stays here.
        """
        values, deleted = {}, []
        for name, (value, hidden) in self._changed.items():
            if value is _DELETED:
                deleted.append(name)
            elif name in self._facts.mentioned and (not hidden or _tells_nothing(value)):
                with contextlib.suppress(Exception):  # an object that only the test can have
                    encode(value, self._link.live)
                    values[name] = value
        self._changed = {}
        if values or deleted:
            self._link.request("assign", values, deleted, [])

    # -- as exec and globals() use it ---------------------------------------------------------------------------------

    def __missing__(self, name):
        if name in self._told:
            return self._told[name]
        if (given := self._given(name)) is not None:
            return given
        if name in self._absent or name.startswith("__"):
            raise KeyError(name)
        if name in (told := self._link.tell([name])):
            self._told[name] = told[name]
            return told[name]
        self._absent.add(name)
        raise KeyError(name)

    def __setitem__(self, name, value):
        super().__setitem__(name, value)
        self._told.pop(name, None)
        self._absent.discard(name)
        self._changed[name] = (value, self.hidden)

    def __delitem__(self, name):
        learners = name in self._told or name in self._facts.mentioned
        if not dict.__contains__(self, name) and not learners:
            raise KeyError(name)
        super().pop(name, None)
        self._told.pop(name, None)
        self._absent.add(name)
        self._changed[name] = (_DELETED, self.hidden)

    def __contains__(self, name):
        return self.get(name, _DELETED) is not _DELETED

    def get(self, name, default=None):
        if not dict.__contains__(self, name) and hasattr(builtins, str(name)) and name not in self._facts.bound:
            return default  # globals() does not hold Python's own names
        try:
            return self[name]
        except KeyError:
            return default

    def keys(self):
        return dict.fromkeys([*super().keys(), *(n for n in self._link.names() if n not in self._absent)]).keys()

    def __iter__(self):
        return iter(self.keys())


def _tells_nothing(value) -> bool:
    """Whether the learner's process learns nothing from it: it is its own, or a function that stays here."""
    return isinstance(value, Remote) or (isinstance(value, types.FunctionType) and value.__module__ == "__main__")


def matters_to_learner(statement: ast.stmt) -> bool:
    """Whether it defines something that a notebook goes on using, or seeds chance."""
    call = statement.value.func if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call) else None
    return isinstance(statement, _SHARED) or (isinstance(call, ast.Attribute) and call.attr == "seed")


def _bound_by(statement: ast.stmt) -> set[str]:
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return set(imported(statement))
    return {statement.name} if isinstance(statement, (ast.FunctionDef, ast.ClassDef)) else set()
