"""Values as text that can hold nothing but values: what a learner's process may hand to the grader, and back.

A value is written as JSON.  None, True, numbers and texts stand for themselves; everything else is a list that begins
with the name of its kind.  Reading builds fresh objects of our own classes, whatever class the sender used, and never
runs anything that the text says: no pickle, no eval, no import beyond a short list.  What cannot be written becomes
:class:`Unknown`, which can only lose marks.
"""

from __future__ import annotations

import json

MAX_TEXT = 20 * 1024**2  # characters of one value
MAX_PARTS = 2_000_000  # numbers, texts and containers in one value
MAX_CONTAINERS = 500_000  # of them
MAX_DEPTH = 40  # containers inside containers
MAX_DIGITS = 1000  # of a whole number
_LIBRARIES = ("dataacademy", "geopandas", "matplotlib", "numpy", "pandas", "shapely")


class Malformed(ValueError):
    """A text that no honest writer makes, or a value too large or too deep to be written."""


class Unjudgeable(Exception):
    """The answer is of a kind that cannot be handed over, so it cannot be right."""


class Unknown:
    """A value that was not handed over.  It equals nothing, not even itself; every use of it is an error."""

    def __init__(self, kind: str, why: str = ""):
        self._kind, self._why = kind[:80], why[:80]

    def __repr__(self):
        return f"<採点できない値：{self._kind}{'、' + self._why if self._why else ''}>"

    def _refuse(self, *_arguments, **_named):
        raise Unjudgeable(f"採点できない種類の値です（{self._kind}{'、' + self._why if self._why else ''}）。")

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __hash__ = __bool__ = __len__ = __iter__ = _refuse
    __getitem__ = __contains__ = __call__ = __int__ = __float__ = __index__ = __str__ = __format__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __abs__ = _refuse
    __round__ = __neg__ = __enter__ = __array__ = _refuse


def encode(value, live=None) -> str:
    """The value as ASCII text; ``live(value)`` may give a list that stands for what cannot be copied, or None.

    >>> encode([1, (2.5, "あ"), {3: None}])
    '["list", 1, ["tuple", 2.5, "\\\\u3042"], ["dict", 3, null]]'

    Raises :class:`Malformed` for what is too large, too deep or contains itself.
    """
    text = json.dumps(Writer(live).node(value))
    if too_large(text):
        raise Malformed("大きすぎます")
    return text


def too_large(text: str) -> bool:
    """Whether a text would take too much memory to be read."""
    return len(text) > MAX_TEXT or text.count("[") > MAX_CONTAINERS


def decode(text: str, live=None):
    """The value that :func:`encode` wrote, in fresh plain objects; ``live(list)`` gives what such a list stands for.

    >>> decode(encode({"a": [1, 2.5, ...]}))
    {'a': [1, 2.5, Ellipsis]}

    Raises :class:`Malformed` for any other text.
    """
    return Reader(live).read(parsed(text))


def parsed(text: str):
    """The JSON in ``text``; raises :class:`Malformed` where there is none or too much of it."""
    if not isinstance(text, str) or too_large(text):
        raise Malformed("大きすぎます")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Malformed("返事の形が壊れています") from error


class Writer:
    """Turns values into nodes of JSON."""

    def __init__(self, live=None):
        self._live, self._parts, self._characters = live, 0, 0

    def node(self, value, depth: int = 0):
        kind = type(value)
        self.count(1, len(value) if kind in (str, bytes) else 0)
        if depth > MAX_DEPTH:
            raise Malformed("入れ子が深すぎます")
        if value is None or kind is bool or kind is float or kind is str:
            return value
        if (live := self._live and self._live(value)) is not None:
            return live
        for base in kind.__mro__[:-1]:  # a subclass is handed over as what it is a kind of
            if write := _writer(base):
                return write(self, value, depth + 1)
        return ["unknown", kind.__name__]

    def nodes(self, values, depth: int) -> list:
        return [self.node(value, depth) for value in values]

    def count(self, parts: int, characters: int = 0) -> None:
        """Stop before more is written than anyone reads."""
        self._parts, self._characters = self._parts + parts, self._characters + characters
        if self._parts > MAX_PARTS or self._characters > MAX_TEXT:
            raise Malformed("大きすぎます")


class Reader:
    """Turns nodes of JSON into values."""

    def __init__(self, live=None):
        self._live = live

    def read(self, node):
        """The value; any fault in the node is :class:`Malformed`."""
        try:
            return self.value(node)
        except Malformed:
            raise
        except Exception as error:  # libraries say in many ways that data make no sense
            raise Malformed("返事の形が壊れています") from error

    def value(self, node, depth: int = 0):
        if node is None or isinstance(node, (bool, float, str)):
            return node
        if isinstance(node, int):
            return self.whole(node)
        if not isinstance(node, list) or not node or not isinstance(node[0], str) or depth > MAX_DEPTH:
            raise Malformed("返事の形が壊れています")
        kind, *parts = node
        if kind == "live":
            return self._live(parts) if self._live else Unknown("live")
        return _reader(kind)(self, parts, depth + 1)

    def values(self, nodes, depth: int) -> list:
        return [self.value(node, depth) for node in nodes]

    @staticmethod
    def whole(number) -> int:
        if type(number) is not int or number.bit_length() > MAX_DIGITS * 4:
            raise Malformed("大きすぎる数です")
        return number


def _writer(base: type):
    from dataacademy.course.grade import plain

    root = base.__module__.partition(".")[0]
    if root not in _LIBRARIES:
        return plain.WRITERS.get(base)
    from dataacademy.course.grade import drawings, frames

    return drawings.WRITERS.get(base) if root == "matplotlib" else frames.writer(base)


def _reader(kind: str):
    from dataacademy.course.grade import plain

    if kind in plain.READERS:
        return plain.READERS[kind]
    from dataacademy.course.grade import drawings, frames

    try:
        return frames.READERS.get(kind) or drawings.READERS[kind]
    except KeyError:
        raise Malformed("返事の形が壊れています") from None
