"""How Python's own kinds of values are written and read (see :mod:`dataacademy.course.grade.values`)."""

from __future__ import annotations

import base64
import builtins
import collections
import datetime
import decimal
import fractions
import importlib
import sys
import types
import zoneinfo
from functools import cache

from dataacademy.course.grade.values import MAX_DIGITS, Malformed, Reader, Unknown

MAX_FIELDS = 1_000  # of a named tuple: Python compiles them
MAX_RANGE = 10_000_000  # numbers in a range: tests make lists of them
MODULES = {
    *("collections", "dataacademy", "datetime", "geopandas", "itertools", "json", "math", "matplotlib"),
    *("matplotlib.pyplot", "numpy", "pandas", "random", "re", "scipy", "shapely", "statistics", "string"),
}
_FACTORIES = (int, float, str, list, dict, set, tuple, bool)


def _whole(writer, value, depth):
    number = int.__add__(value, 0)
    return number if number.bit_length() <= MAX_DIGITS * 3 else ["unknown", "int", "大きすぎます"]


def _text(writer, value, depth):
    return "".join(str.__str__(part) for part in str.__iter__(value))


def _items(kind, items):
    return lambda writer, value, depth: [kind, *writer.nodes(items(value), depth)]


def _tuple(writer, value, depth):
    fields = getattr(type(value), "_fields", None)
    if type(value) is not tuple and isinstance(fields, tuple):
        return ["namedtuple", type(value).__name__, list(fields), *writer.nodes(tuple.__iter__(value), depth)]
    return ["tuple", *writer.nodes(tuple.__iter__(value), depth)]


def _pairs(value):
    return [part for pair in dict.items(value) for part in pair]


def _default(writer, value, depth):
    factory = value.default_factory
    name = factory.__name__ if factory in _FACTORIES else None
    return ["defaultdict", name, *writer.nodes(_pairs(value), depth)]


def _zone(tz):
    if tz is None or isinstance(tz, zoneinfo.ZoneInfo):
        return tz and tz.key
    return tz.utcoffset(None).total_seconds()


def _moment(writer, value, depth):
    naive = datetime.datetime.combine(value.date(), value.time())
    return ["datetime", naive.isoformat(), _zone(value.tzinfo), value.fold]


def _class(writer, value, depth):
    name = known_class(value)
    return ["class", name] if name else ["unknown", "class " + value.__name__]


def known_class(value: type) -> str:
    """The name by which a class is told; empty for classes that are not."""
    name = f"{value.__module__}.{value.__name__}"
    return name if classes().get(name) is value else ""


def _module(writer, value, depth):
    return ["module", value.__name__]


def _exception(writer, value, depth):
    return ["exception", *described_exception(writer, value, depth)]


def described_exception(writer, error, depth: int) -> list:
    """Names of its built-in classes, nearest first, and its arguments."""
    try:
        arguments = writer.nodes(error.args, depth)
    except Malformed:
        arguments = [str(error)[:1000]]
    return [[kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins"], arguments]


def built_exception(reader, names, arguments, depth: int) -> Exception:
    """An exception of ours: the first of ``names`` that is a built-in one (never one that ends the process)."""
    known = (getattr(builtins, name, None) for name in names if isinstance(name, str))
    kind = next((k for k in known if isinstance(k, type) and issubclass(k, Exception)), Exception)
    values = reader.values(arguments, depth)
    try:
        return kind(*values)
    except TypeError:  # UnicodeDecodeError and the like want their own arguments
        return Exception(*values)


def _slice(writer, value, depth):
    return ["slice", *writer.nodes((value.start, value.stop, value.step), depth)]


def _span(writer, value, depth):
    return ["timedelta", value.days, value.seconds, value.microseconds]


WRITERS = {
    int: _whole,
    float: lambda writer, value, depth: float.__pos__(value),
    str: _text,
    complex: lambda writer, value, depth: ["complex", value.real, value.imag],
    bytes: lambda writer, value, depth: ["bytes", base64.b64encode(value).decode()],
    bytearray: lambda writer, value, depth: ["bytearray", base64.b64encode(value).decode()],
    types.EllipsisType: lambda writer, value, depth: ["ellipsis"],
    list: _items("list", list.__iter__),
    tuple: _tuple,
    set: _items("set", set.__iter__),
    frozenset: _items("frozenset", frozenset.__iter__),
    collections.deque: _items("deque", collections.deque.__iter__),
    collections.Counter: _items("Counter", _pairs),
    collections.OrderedDict: _items("OrderedDict", _pairs),
    collections.defaultdict: _default,
    dict: _items("dict", _pairs),
    type({}.keys()): _items("keys", iter),
    type({}.values()): _items("values", iter),
    type({}.items()): _items("items", lambda items: [part for pair in items for part in pair]),
    range: lambda writer, value, depth: ["range", value.start, value.stop, value.step],
    slice: _slice,
    datetime.datetime: _moment,
    datetime.date: lambda writer, value, depth: ["date", value.isoformat()],
    datetime.time: lambda writer, value, depth: ["time", value.replace(tzinfo=None).isoformat(), _zone(value.tzinfo)],
    datetime.timedelta: _span,
    decimal.Decimal: lambda writer, value, depth: ["decimal", str(value)],
    fractions.Fraction: lambda writer, value, depth: ["fraction", value.numerator, value.denominator],
    types.ModuleType: _module,
    type: _class,
    Exception: _exception,
}


@cache
def classes() -> dict[str, type]:
    """Classes that tests compare with: plain ones, exceptions, numpy's numbers, tables."""
    import numpy as np
    import pandas as pd

    plain = (object, type(None), bytes, complex, frozenset, range, datetime.date, datetime.datetime, *_FACTORIES)
    errors = [kind for kind in vars(builtins).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    numbers = (np.bool_, np.int32, np.int64, np.float32, np.float64, np.str_, np.ndarray)
    tables = (pd.DataFrame, pd.Series, pd.Index, pd.Timestamp, pd.Timedelta)
    return {f"{kind.__module__}.{kind.__name__}": kind for kind in (*plain, *errors, *numbers, *tables)}


def _dict(reader, parts, depth) -> dict:
    values = reader.values(parts, depth)
    return {key: value for key, value in zip(values[::2], values[1::2], strict=True)}  # noqa: C416 (can be stopped)


def _read_default(reader, parts, depth):
    factory = next((f for f in _FACTORIES if f.__name__ == parts[0]), None)
    return collections.defaultdict(factory, _dict(reader, parts[1:], depth))


def _read_named(reader, parts, depth):
    name, fields, *values = parts
    if len(fields) > MAX_FIELDS:
        raise Malformed("名前が多すぎます")
    kind = collections.namedtuple(name, fields)
    return kind(*Reader().values(values, depth))  # nothing live: a field could pose as a method that judges


def _read_zone(zone):
    if zone is None or isinstance(zone, str):
        return zone and zoneinfo.ZoneInfo(zone)
    return datetime.timezone(datetime.timedelta(seconds=zone))


def _read_moment(reader, parts, depth):
    text, zone, fold = parts
    return datetime.datetime.fromisoformat(text).replace(tzinfo=_read_zone(zone), fold=fold)


def _read_range(reader, parts, depth):
    found = range(*map(reader.whole, parts))
    return found if len(found) <= MAX_RANGE else Unknown("range", "大きすぎます")


def _read_module(reader, parts, depth):
    (name,) = parts
    if name in MODULES:
        return importlib.import_module(name)  # ours: the learner's folder is not on our path
    known = sys.modules.get(name) if name.partition(".")[0] in MODULES else None
    return known or Unknown(f"モジュール {name}")


def _read_decimal(reader, parts, depth):
    (text,) = parts
    number = decimal.Decimal(text[:MAX_DIGITS])
    if number.is_finite() and abs(number.adjusted()) > MAX_DIGITS:
        raise Malformed("大きすぎる数です")
    return number


READERS = {
    "complex": lambda reader, parts, depth: complex(*parts),
    "bytes": lambda reader, parts, depth: base64.b64decode(*parts, validate=True),
    "bytearray": lambda reader, parts, depth: bytearray(base64.b64decode(*parts, validate=True)),
    "ellipsis": lambda reader, parts, depth: ...,
    "list": lambda reader, parts, depth: reader.values(parts, depth),
    "tuple": lambda reader, parts, depth: tuple(reader.values(parts, depth)),
    "namedtuple": _read_named,
    "set": lambda reader, parts, depth: {value for value in reader.values(parts, depth)},  # noqa: C416 (can be stopped)
    "frozenset": lambda reader, parts, depth: frozenset(value for value in reader.values(parts, depth)),
    "deque": lambda reader, parts, depth: collections.deque(reader.values(parts, depth)),
    "Counter": lambda reader, parts, depth: collections.Counter(_dict(reader, parts, depth)),
    "OrderedDict": lambda reader, parts, depth: collections.OrderedDict(_dict(reader, parts, depth)),
    "defaultdict": _read_default,
    "dict": _dict,
    "keys": lambda reader, parts, depth: {value: None for value in reader.values(parts, depth)}.keys(),  # noqa: C420 (too)
    "values": lambda reader, parts, depth: dict(enumerate(reader.values(parts, depth))).values(),
    "items": lambda reader, parts, depth: _dict(reader, parts, depth).items(),
    "range": _read_range,
    "slice": lambda reader, parts, depth: slice(*reader.values(parts, depth)),
    "datetime": _read_moment,
    "date": lambda reader, parts, depth: datetime.date.fromisoformat(*parts),
    "time": lambda reader, parts, depth: datetime.time.fromisoformat(parts[0]).replace(tzinfo=_read_zone(parts[1])),
    "timedelta": lambda reader, parts, depth: datetime.timedelta(*parts),
    "decimal": _read_decimal,
    "fraction": lambda reader, parts, depth: fractions.Fraction(*map(reader.whole, parts)),
    "module": _read_module,
    "class": lambda reader, parts, depth: classes()[parts[0]],
    "exception": lambda reader, parts, depth: built_exception(reader, *parts, depth),
    "unknown": lambda reader, parts, depth: Unknown(*map(str, parts)),
}
