"""What stays in the learner's process: functions, classes, iterators and objects, used from the tests over a line.

Only what a test needs is passed on.  A function can be called and described; an object has attributes only if the
exercise itself asks for its class.  Anything more would let an object of the learner's judge itself: an ``answer``
whose ``equals`` says yes to everything.
"""

from __future__ import annotations

import builtins
import functools
import inspect
import itertools
import json
import sys
import warnings
from typing import Any

from dataacademy.course.grade import plain
from dataacademy.course.grade.session import Ran, Session, Stopped, add_output
from dataacademy.course.grade.values import Malformed, Reader, Unjudgeable, Unknown, Writer, encode, parsed

MAX_ITEMS = 100_000  # of an iterator that a test hands in
_PARAMETER_KINDS = (
    *(inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.VAR_POSITIONAL),
    *(inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD),
)


class Link:
    """The line to the learner's kernel on which values travel.

    ``classes`` are the names of the classes that the exercise asks for.  ``shown`` receives what the learner's code
    shows while it is called.  ``before_call`` is called before the learner's code runs.
    """

    def __init__(self, session: Session, classes: frozenset[str] = frozenset()):
        self.session, self.classes, self.end = session, classes, 0.0
        self.shown, self.stopped = Ran(), ""
        self.before_call = self.after_call = lambda: None
        self._ours: list = []
        self._errors: dict[int, type[Exception]] = {}

    def tell(self, names: list[str]) -> dict[str, Any]:
        """The values of those of ``names`` that exist."""
        nodes = self.request("tell", names).get("values")
        nodes = nodes if isinstance(nodes, dict) else {}
        found = {name: self._read(nodes[name]) for name in names if name in nodes}
        for name, value in found.items():
            if isinstance(value, RemoteClass):  # under another name it may stand where a function is due
                value._own = name in self.classes
        return found

    def names(self) -> list[str]:
        """All names of the learner's notebook."""
        names = self.request("list").get("names")
        return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []

    def request(self, operation: str, *arguments) -> dict[str, Any]:
        """Ask the hand; its answer as a dict, empty where it makes no sense."""
        asked, self.shown = self.shown, Ran()
        try:
            text = encode([operation, *arguments], self.live)
            found = parsed(self.session.ask(text, self.shown, self.end, self._called_back))
        except Malformed:
            found = {}
        except Stopped as stopped:
            self.stopped = stopped.reason
            raise
        finally:
            heard, self.shown = self.shown, asked
            for output in heard.outputs:
                self._pass_on(output)
        return found if isinstance(found, dict) else {}

    def call(self, operation: str, *arguments, given=(), own=False):
        """Run the learner's code; its result, or its exception raised here.

        Objects in ``given`` change as they do there.  ``own``: the test made the object whose code runs.
        """
        self.before_call()
        reply = self.request(operation, *arguments)
        self.after_call()
        for change in reply.get("changed") or []:
            self._change(given, change)
        if "raised" in reply:
            raise self._raised(reply)
        if type(place := reply.get("same")) is int and 0 <= place < len(given):
            return given[place]
        if "result" not in reply:
            raise Unjudgeable("関数の返事が読めませんでした。")
        return self._read(reply["result"], own)

    def _pass_on(self, output: dict[str, Any]) -> None:
        """Text goes to our own streams, where the test may catch it; pictures go to the test's outputs."""
        if output["output_type"] == "stream":
            getattr(sys, output["name"]).write(output["text"])
        elif output["output_type"] == "display_data":
            add_output(self.shown.outputs, output)

    # -- reading ------------------------------------------------------------------------------------------------------

    def _read(self, node, own: bool = False):
        try:
            with warnings.catch_warnings():  # the test did not cause them
                warnings.simplefilter("ignore")
                return Reader(lambda parts: self._made(parts, own)).read(node)
        except Malformed as error:
            return Unknown("value", str(error))

    def _made(self, parts: list, own: bool):
        """A stand-in for what stays in the learner's process."""
        kind, number, *about = parts
        if type(number) is not int:
            raise Malformed("返事の形が壊れています")
        if kind == "ours" and 0 <= number < len(self._ours):
            return self._ours[number]
        if kind == "function":
            return RemoteFunction(self, number, *about, own=own)
        if kind == "class":
            return RemoteClass(self, number, *about)
        if kind == "iterator":
            return RemoteIterator(self, number)
        if kind == "error":
            return self._error(number, *about)
        if kind == "object":
            asked_for = about[0] in self.classes
            return RemoteObject(self, number, own) if asked_for else Unknown(*map(str, about))
        raise Malformed("返事の形が壊れています")

    def _error(self, number: int, name, module, bases) -> type[Exception]:
        """A class of exceptions: the library's, or for the learner's own one with the same name and built-in base."""
        library = _resolved(module, name) if module.partition(".")[0] in plain.MODULES else None
        if isinstance(library, type) and issubclass(library, Exception):
            self._errors[number] = library
        if number not in self._errors:
            known = (getattr(builtins, base, None) for base in bases if isinstance(base, str))
            base = next((k for k in known if isinstance(k, type) and issubclass(k, Exception)), Exception)
            self._errors[number] = type(str(name), (base,), {"__module__": "__main__"})
        return self._errors[number]

    def _raised(self, reply) -> Exception:
        try:
            names, arguments = reply["raised"]
            error = plain.built_exception(Reader(), names, arguments, 0)
            own = self._read(reply.get("error"))
        except Exception:  # not what the hand writes
            return Unjudgeable("関数の返事が読めませんでした。")
        if not (isinstance(own, type) and own in self._errors.values()):
            return error
        made = own.__new__(own)  # a library's own arguments are not known: only what it says
        made.args = error.args
        return made

    def _change(self, given, change) -> None:
        """A list, table or the like that the learner's function changed in place."""
        try:
            place, node = change
            become(given[place], self._read(node))
        except (TypeError, ValueError, IndexError):
            return  # not what the hand writes: nothing changes

    # -- writing ------------------------------------------------------------------------------------------------------

    def live(self, value):
        """How what cannot be copied is handed to the learner's process."""
        if isinstance(value, Remote):
            return ["live", "kept", value._number]
        kind = type(value)
        if kind is Unknown:
            return None
        if isinstance(value, type):
            number = next((n for n, error in self._errors.items() if error is value), None)
            return None if number is None else ["live", "kept", number]
        if kind.__name__ in ("generator", "map", "filter", "zip", "enumerate") or kind.__name__.endswith("_iterator"):
            return ["live", "iterator", encode(list(itertools.islice(value, MAX_ITEMS)), self.live)]
        if not callable(value):
            return None
        named = getattr(value, "__module__", None), getattr(value, "__qualname__", getattr(value, "__name__", None))
        if all(isinstance(n, str) for n in named) and _resolved(*named) is value:
            return ["live", "named", *named]
        self._ours.append(value)
        return ["live", "ours", len(self._ours) - 1]

    def _called_back(self, said: str) -> str:
        """The learner's code calls a function of the test."""
        try:
            heard = parsed(said)
            arguments, named = self._read(heard["with"])
            function = self._ours[heard["call"]]
        except (Malformed, KeyError, TypeError, ValueError, IndexError, Unjudgeable):
            return json.dumps({"raised": [["TypeError"], ["呼び出しの形が壊れています"]]})
        try:
            return json.dumps({"result": Writer(self.live).node(function(*arguments, **named))})
        except Exception as error:  # it is raised again in the learner's function
            return json.dumps({"raised": plain.described_exception(Writer(), error, 0)})


def _resolved(module: str, name: str):
    """What a library that is in use here has under this name, or None; a test's own functions are in ``__main__``."""
    if module == "__main__" or module not in sys.modules:
        return None
    try:
        return functools.reduce(getattr, name.split("."), sys.modules[module])
    except AttributeError:
        return None


def become(ours, theirs) -> None:
    """Change ``ours`` in place to what ``theirs`` holds."""
    kind = type(ours)
    if kind is not type(theirs):
        return
    if kind.__module__ in ("builtins", "collections"):
        if kind in (list, bytearray):
            ours[:] = theirs
        elif hasattr(ours, "clear"):
            ours.clear()
            (ours.extend if hasattr(ours, "extend") else ours.update)(theirs)
    elif kind.__module__ == "numpy":
        ours[...] = theirs
    else:
        ours.__init__(theirs)


class Remote:
    """Something that stays in the learner's process.  It equals itself only."""

    def __init__(self, link: Link, number: int):
        self._link, self._number = link, number

    def __eq__(self, other):
        return isinstance(other, Remote) and (self._link, self._number) == (other._link, other._number)

    def __hash__(self):
        return self._number


class RemoteFunction(Remote):
    """A function of the learner's: a call runs there and hands back a value."""

    def __init__(self, link: Link, number: int, name, qualified, module, documentation, parameters, own=False):
        super().__init__(link, number)
        self._own = own
        self.__name__, self.__qualname__, self.__module__ = str(name), str(qualified), str(module)
        self.__doc__ = str(documentation) or None
        if parameters is not None:
            self.__signature__ = inspect.Signature([_parameter(*p) for p in parameters])

    def __call__(self, *args, **kwargs):
        return self._link.call("call", self, list(args), kwargs, given=[*args, *kwargs.values()], own=self._own)

    def __repr__(self):
        return f"<function {self.__qualname__}>"

    def __eq__(self, other):
        if isinstance(other, Remote):
            return super().__eq__(other)
        return callable(other) and _resolved(self.__module__, self.__qualname__) is other

    __hash__ = Remote.__hash__


def _parameter(name: str, kind: int, default) -> inspect.Parameter:
    given = {"default": default[0]} if isinstance(default, list) else {}
    return inspect.Parameter(name, _PARAMETER_KINDS[kind], **given)


class RemoteClass(RemoteFunction):
    """A class of the learner's.  If the exercise asks for it, its objects can be used; else they are unknown values."""

    def __getattr__(self, name: str):
        if name.startswith("_") or not self._own:
            raise AttributeError(name)
        return self._link.call("attribute", self, name, own=True)

    def __instancecheck__(self, value):
        return isinstance(value, RemoteObject) and self._link.call("attribute", value, "__class__") == self

    def __repr__(self):
        return f"<class {self.__qualname__}>"


class RemoteIterator(Remote):
    """A generator of the learner's: each step runs there."""

    def __iter__(self):
        return self

    def __next__(self):
        return self._link.call("next", self)


class RemoteObject(Remote):
    """An object of a class that the exercise asks for.

    One that the test did not make itself may stand where a number or a table is due.  It must not judge itself: it has
    no operators with other values, and no attribute that values of the usual kinds have.
    """

    def __init__(self, link: Link, number: int, own: bool):
        for name, value in {"_link": link, "_number": number, "_own": own}.items():
            object.__setattr__(self, name, value)

    def __getattr__(self, name: str):
        if name.startswith("__"):
            raise AttributeError(name)
        if not self._own and any(hasattr(kind, name) for kind in _usual_kinds()):
            raise Unjudgeable(f"学習者のクラスの {name} では採点しません。")
        return self._link.call("attribute", self, name, own=self._own)

    def __setattr__(self, name: str, value):
        self._link.call("set attribute", self, name, value)

    def __eq__(self, other):
        return super().__eq__(other) or (isinstance(other, RemoteObject) and self._special("__eq__", other) is True)

    __hash__ = Remote.__hash__

    def _special(self, name: str, *args):
        if not self._own and not all(isinstance(value, RemoteObject) for value in args):
            raise Unjudgeable("学習者のクラスの計算では採点しません。")
        return self._link.call("special", self, name, list(args), given=[self, *args], own=self._own)


def _usual_kinds() -> tuple[type, ...]:
    import numpy as np
    import pandas as pd

    return (pd.DataFrame, pd.Series, np.ndarray, str, list, dict, set, float)


def _operator(name: str):
    return lambda self, *args: self._special(name, *args)


for _name in (
    *("len", "str", "repr", "bool", "iter", "getitem", "setitem", "delitem", "contains", "lt", "le", "gt", "ge"),
    *("add", "sub", "mul", "truediv", "neg", "abs"),
):
    setattr(RemoteObject, f"__{_name}__", _operator(f"__{_name}__"))
