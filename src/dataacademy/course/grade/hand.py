"""The grader's hand in the learner's kernel: tells values and calls functions there, when asked.

It runs in the learner's own process, which may replace it, patch it or answer in its name.  Nothing rests on its
honesty: what it says is read by :mod:`dataacademy.course.grade.values` as a claim about an answer, no more.
"""

from __future__ import annotations

import builtins
import collections.abc
import importlib
import inspect
import json
import operator
import sys

from dataacademy.course.grade import plain
from dataacademy.course.grade.values import Reader, Writer, decode, too_large

MISSING = "missing"  # how a name that does not exist is told
_CHANGEABLE = ("list", "dict", "set", "bytearray", "deque", "Counter", "OrderedDict", "defaultdict", "array", "frame")
_OTHER_CHANGEABLE = ("series", "geoframe", "objects")
_kept: list = []  # what the grader knows by number
_numbers: dict[int, int] = {}  # id of what is kept -> its number


class Told:
    """A text that IPython hands over as it is."""

    def __init__(self, text: str):
        self._text = text

    def _repr_mimebundle_(self, **_):
        return {"text/plain": self._text}


class Ours:
    """A function of the test that was handed in: a call goes back to the grader through the line for input()."""

    def __init__(self, number: int):
        self.number = number

    def __call__(self, *args, **kwargs):
        shell = sys.modules["IPython"].get_ipython()
        said = json.dumps({"call": self.number, "with": _node([args, kwargs])})
        while True:
            heard = json.loads(shell.kernel.raw_input(said))
            if "do" not in heard:
                break
            said = json.dumps({"did": _answer(heard["do"])})  # the test's function calls one of the learner's
        if "raised" in heard:
            raise plain.built_exception(Reader(_handed), *heard["raised"], 0)
        return Reader(_handed).read(heard["result"])


def answer(request: str) -> Told:
    """What the grader asks for, as text; called as a user expression of the kernel."""
    return Told(_answer(request))


def _answer(request: str) -> str:
    operation, *arguments = decode(request, _handed)
    return json.dumps(_OPERATIONS[operation](*arguments))


def _names() -> dict:
    return sys.modules["IPython"].get_ipython().user_ns


def _tell(names: list[str]) -> dict:
    found = {name: _node(_names()[name]) for name in names if name in _names()}
    if too_large(json.dumps(found)):  # one by one they were small enough
        found = {name: ["unknown", "value", "大きすぎます"] for name in found}
    return {"values": found}


def _list() -> dict:
    return {"names": [name for name in _names() if not name.startswith("_")]}


def _assign(values: dict, deleted: list[str], sources: list[str]) -> dict:
    names = _names()
    names.update(values)
    for name in deleted:
        names.pop(name, None)
    for source in sources:
        try:
            exec(source, names)
        except Exception as error:  # what the notebook itself would have shown here
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
    return {}


def _count(number: int) -> dict:
    """The next cell is In[number], as if the tests had run here."""
    sys.modules["IPython"].get_ipython().execution_count = number
    return {}


def _call(function, args: list, kwargs: dict) -> dict:
    given = [*args, *kwargs.values()]
    before = [_node(value) for value in given]
    try:
        result = function(*args, **kwargs)
        outcome = {"result": _node(result)}
        same = [place for place, value in enumerate(given) if value is result and _changeable(before[place])]
        outcome |= {"same": same[0]} if same else {}
    except BaseException as error:  # also sys.exit(): the grader only hears of it
        outcome = {"raised": plain.described_exception(Writer(_live), error, 0), "error": _live(type(error))}
    changes = ((place, _node(value)) for place, value in enumerate(given) if _changeable(before[place]))
    return outcome | {"changed": [[place, node] for place, node in changes if node != before[place]]}


def _changeable(node) -> bool:
    return isinstance(node, list) and node[0] in (*_CHANGEABLE, *_OTHER_CHANGEABLE)


def _special(instance, name: str, args: list) -> dict:
    """``instance + other`` and the like, as Python itself looks them up."""
    function = getattr(builtins, name.strip("_"), None) or getattr(operator, name)
    return _call(function, [instance, *args], {})


def _attribute(instance, name: str) -> dict:
    return _call(getattr, [instance, name], {})


def _set_attribute(instance, name: str, value) -> dict:
    return _call(setattr, [instance, name, value], {})


_OPERATIONS = {
    "tell": _tell,
    "list": _list,
    "assign": _assign,
    "count": _count,
    "call": _call,
    "next": lambda iterator: _call(next, [iterator], {}),
    "special": _special,
    "attribute": _attribute,
    "set attribute": _set_attribute,
}


def _node(value):
    try:
        return Writer(_live).node(value)
    except Exception as error:  # too large, too deep, or an object that does not let itself be read
        return ["unknown", type(value).__name__, str(error)[:80]]


def _keep(value) -> int:
    if id(value) not in _numbers:
        _numbers[id(value)] = len(_kept)
        _kept.append(value)
    return _numbers[id(value)]


def _live(value):
    """How functions, classes, iterators and objects of the learner's own classes are told: by a number."""
    kind = type(value)
    if kind is Ours:
        return ["live", "ours", value.number]
    if isinstance(value, type):
        if plain.known_class(value):
            return None
        if issubclass(value, Exception):
            bases = [base.__name__ for base in value.__mro__ if base.__module__ == "builtins"]
            return ["live", "error", _keep(value), value.__name__, value.__module__, bases]
        return ["live", "class", _keep(value), *_described(value)]
    if isinstance(value, collections.abc.Iterator):
        return ["live", "iterator", _keep(value)]
    if kind is not object and all(base.__module__ == "__main__" for base in kind.__mro__[:-1]):
        return ["live", "object", _keep(value), kind.__name__]
    return ["live", "function", _keep(value), *_described(value)] if callable(value) else None


def _described(function) -> list:
    names = [str(getattr(function, name, "") or "") for name in ("__name__", "__qualname__", "__module__", "__doc__")]
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return [*names, None]
    return [
        *names,
        [[p.name, p.kind.value, p.default is not p.empty and _node_of_default(p.default)] for p in parameters],
    ]


def _node_of_default(value):
    return [value if value is None or type(value) in (bool, int, float, str) else repr(value)[:80]]


def _handed(parts: list):
    """What the grader's text means by a live part."""
    kind, *rest = parts
    if kind == "kept":
        return _kept[rest[0]]
    if kind == "named":
        found = importlib.import_module(rest[0])
        for name in rest[1].split("."):
            found = getattr(found, name)
        return found
    if kind == "iterator":
        return iter(decode(rest[0], _handed))
    return Ours(rest[0])
