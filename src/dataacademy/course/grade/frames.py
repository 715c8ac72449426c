"""How tables, columns, arrays and places are written and read (see :mod:`dataacademy.course.grade.values`)."""

from __future__ import annotations

import base64
import dataclasses
import datetime
import re

import geopandas as gpd
import numpy as np
import pandas as pd
from geopandas.array import GeometryArray
from pandas.core.arrays.masked import BaseMaskedArray
from shapely.geometry.base import BaseGeometry

from dataacademy.analysis import Analysis
from dataacademy.course.grade import places
from dataacademy.course.grade.values import Malformed, Reader
from dataacademy.finding import Finding

_FINDINGS = {"Finding": Finding, "Analysis": Analysis}
_LISTED = re.compile(r"period\[[\w-]+\]|interval\[[\w\[\]]+, \w+\]")
_DTYPE = re.compile(r"[|<>=]?(b1|[iu][1248]|f(2|4|8|16)|c(8|16|32)|[mM]8(\[\w+\])?|[SU]\d+)")


def writer(base: type):
    """What writes values of a class of these libraries, or None."""
    if base in _WRITERS:
        return _WRITERS[base]
    if issubclass(base, np.generic):
        return _number
    if issubclass(base, pd.Index):
        return _index
    if issubclass(base, np.dtype):
        return lambda writer, value, depth: ["dtype", value.str]
    if issubclass(base, pd.api.extensions.ExtensionArray):
        return lambda writer, value, depth: ["extension", _column(writer, value, depth)]
    return places.place if issubclass(base, BaseGeometry) else None


# -- arrays -----------------------------------------------------------------------------------------------------------


def _number(writer, value, depth):
    if value.dtype.kind not in "biufcmMSU":
        return ["unknown", "numpy." + value.dtype.name]
    return ["number", value.dtype.str, _bytes(writer, np.asarray(value))]


def _bytes(writer, array) -> str:
    writer.count(0, array.nbytes * 4 // 3)
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def _array(writer, value, depth):
    array = np.asarray(value)
    if array.dtype.kind == "O":
        return ["objects", list(array.shape), *writer.nodes(array.ravel().tolist(), depth)]
    if array.dtype.kind not in "biufcmMSU":
        return ["unknown", "numpy." + array.dtype.name]
    return ["array", array.dtype.str, list(array.shape), _bytes(writer, array)]


def _dtype(text) -> np.dtype:
    if not _DTYPE.fullmatch(text):
        raise Malformed("配列の型が壊れています")
    return np.dtype(text)


def _read_array(reader, parts, depth):
    dtype, shape, data = parts
    return np.frombuffer(base64.b64decode(data, validate=True), dtype=_dtype(dtype)).reshape(shape).copy()


def _read_objects(reader, parts, depth):
    shape, *nodes = parts
    array = np.empty(len(nodes), dtype=object)
    for place, value in enumerate(reader.values(nodes, depth)):
        array[place] = value
    return array.reshape(shape)


def _read_number(reader, parts, depth):
    dtype, data = parts
    return _read_array(reader, (dtype, [], data), depth)[()]


# -- columns ----------------------------------------------------------------------------------------------------------


def _held(values):
    """The array behind a column or an index."""
    return values.to_numpy() if isinstance(values.dtype, np.dtype) else values.array


def _column(writer, values, depth) -> list:
    """An array of pandas, with what its type needs."""
    dtype = values.dtype
    if isinstance(dtype, np.dtype):
        return _array(writer, values, depth)
    if isinstance(dtype, pd.StringDtype):
        texts = [text if isinstance(text, str) else None for text in values]
        writer.count(len(texts), sum(map(len, filter(None, texts))))
        return ["texts", dtype.na_value is pd.NA, *texts]
    if isinstance(dtype, pd.CategoricalDtype):
        groups = _index(writer, values.categories, depth)
        return ["categories", groups, bool(dtype.ordered), _array(writer, values.codes, depth)]
    if isinstance(values, BaseMaskedArray):
        plain = values.to_numpy(dtype.numpy_dtype, na_value=dtype.numpy_dtype.type(0))
        return ["masked", dtype.name, _array(writer, plain, depth), _array(writer, values.isna(), depth)]
    if isinstance(dtype, pd.DatetimeTZDtype):
        return ["moments", dtype.unit, _zone(dtype.tz), _array(writer, values.asi8, depth)]
    if isinstance(values, GeometryArray):
        return places.column(writer, values, depth)
    return ["listed", str(dtype), *writer.nodes(list(values), depth)]  # periods, intervals: told by their members


def _zone(tz):
    key = getattr(tz, "key", None)
    return key if key else tz.utcoffset(None).total_seconds()


def _read_column(reader, node, depth):
    if not isinstance(node, list) or not node:
        raise Malformed("列の形が壊れています")
    kind, *parts = node
    return _COLUMNS[kind](reader, parts, depth + 1)


def _read_texts(reader, parts, depth):
    nullable, *texts = parts
    return pd.array(texts, dtype=pd.StringDtype(na_value=pd.NA if nullable else np.nan))


def _read_categories(reader, parts, depth):
    groups, ordered, codes = parts
    numbers = _read_column(reader, codes, depth)
    return pd.Categorical.from_codes(numbers, categories=reader.value(groups, depth), ordered=bool(ordered))


def _read_masked(reader, parts, depth):
    name, values, mask = parts
    if name not in ("boolean", "Float32", "Float64", *(f"{u}Int{b}" for u in ("", "U") for b in (8, 16, 32, 64))):
        raise Malformed("列の型が壊れています")
    column = pd.array(_read_column(reader, values, depth), dtype=name)
    column[_read_column(reader, mask, depth)] = pd.NA
    return column


def _read_moments(reader, parts, depth):
    unit, zone, numbers = parts
    moments = pd.DatetimeIndex(_read_column(reader, numbers, depth).view(f"M8[{unit}]"), tz="UTC")
    return moments.tz_convert(_zone_of(zone)).array


def _zone_of(zone):
    return zone if isinstance(zone, str) else datetime.timezone(datetime.timedelta(seconds=zone))


def _read_listed(reader, parts, depth):
    dtype, *nodes = parts
    return pd.array(reader.values(nodes, depth), dtype=dtype if _LISTED.fullmatch(dtype) else None)


_COLUMNS = {
    "array": _read_array,
    "objects": _read_objects,
    "texts": _read_texts,
    "categories": _read_categories,
    "masked": _read_masked,
    "moments": _read_moments,
    "places": places.read_column,
    "listed": _read_listed,
}


# -- tables -----------------------------------------------------------------------------------------------------------


def _index(writer, value, depth):
    if isinstance(value, pd.MultiIndex):
        levels = writer.nodes(value.levels, depth)
        codes = [_array(writer, codes, depth) for codes in value.codes]
        return ["multi", levels, codes, *writer.nodes(value.names, depth)]
    name = writer.node(value.name, depth)
    if isinstance(value, pd.RangeIndex):
        return ["counted", value.start, value.stop, value.step, name]
    return ["index", _column(writer, _held(value), depth), getattr(value, "freqstr", None), name]


def _read_index(reader, parts, depth):
    column, frequency, name = parts
    values = _read_column(reader, column, depth)
    index = pd.Index(values, dtype=values.dtype, name=reader.value(name, depth))
    if frequency is not None and isinstance(index, (pd.DatetimeIndex, pd.TimedeltaIndex)):
        index.freq = frequency
    return index


def _read_multi(reader, parts, depth):
    levels, codes, *names = parts
    numbers = [_read_column(reader, node, depth) for node in codes]
    return pd.MultiIndex(reader.values(levels, depth), numbers, names=reader.values(names, depth))


def _read_counted(reader, parts, depth):
    start, stop, step, name = parts
    return pd.RangeIndex(*map(reader.whole, (start, stop, step)), name=reader.value(name, depth))


def _series(writer, value, depth):
    return ["series", _column(writer, _held(value), depth), _index(writer, value.index, depth), writer.node(value.name)]


def _read_series(reader, parts, depth):
    column, index, name = parts
    values, index, name = (
        _read_column(reader, column, depth),
        _read_as(reader, index, depth, pd.Index),
        reader.value(name),
    )
    kind = gpd.GeoSeries if isinstance(values, GeometryArray) else pd.Series
    return kind(values, index=index, dtype=values.dtype, name=name)


def _frame(writer, value, depth):
    columns = [_column(writer, _held(value.iloc[:, place]), depth) for place in range(value.shape[1])]
    return ["frame", _index(writer, value.columns, depth), _index(writer, value.index, depth), *columns]


def _geoframe(writer, value, depth):
    return ["geoframe", value._geometry_column_name, _frame(writer, pd.DataFrame(value), depth)]


def _read_as(reader, node, depth, kind):
    value = reader.value(node, depth)
    if not isinstance(value, kind):
        raise Malformed("表の形が壊れています")
    return value


def _read_frame(reader, parts, depth):
    names, index, *columns = parts
    index = _read_as(reader, index, depth, pd.Index)
    if isinstance(index, pd.RangeIndex) and len(index) > 10_000_000:
        raise Malformed("大きすぎます")
    values = [_read_column(reader, column, depth) for column in columns]
    frame = pd.DataFrame({n: pd.Series(v, index=index, dtype=v.dtype) for n, v in enumerate(values)}, index=index)
    frame.columns = _read_as(reader, names, depth, pd.Index)
    return frame


def _read_geoframe(reader, parts, depth):
    name, frame = parts
    frame = gpd.GeoDataFrame(_read_as(reader, frame, depth, pd.DataFrame))
    return frame.set_geometry(name) if name in frame.columns else frame


# -- single values ----------------------------------------------------------------------------------------------------


def _timestamp(writer, value, depth):
    zone = None if value.tz is None else _zone(value.tz)
    return ["timestamp", value.unit, value.asm8.astype("i8").item(), zone, value.fold]


def _read_timestamp(reader, parts, depth):
    unit, number, zone, fold = parts
    moment = pd.Timestamp(np.datetime64(reader.whole(number), unit))
    return moment if zone is None else moment.tz_localize("UTC").tz_convert(_zone_of(zone))


def _read_duration(reader, parts, depth):
    unit, number = parts
    return pd.Timedelta(np.timedelta64(reader.whole(number), unit))


def _finding(writer, value, depth):
    fields = dataclasses.fields(_FINDINGS[_finding_kind(value)])
    fields = [getattr(value, field.name) for field in fields if not field.kw_only]
    return ["finding", _finding_kind(value), *writer.nodes(fields, depth)]


def _finding_kind(value) -> str:
    return "Analysis" if isinstance(value, Analysis) else "Finding"


def _read_finding(reader, parts, depth):
    name, *fields = parts
    return _FINDINGS[name](*Reader().values(fields, depth))  # nothing live: a field could pose as what judges


_WRITERS = {
    np.ndarray: _array,
    pd.DataFrame: _frame,
    pd.Series: _series,
    gpd.GeoDataFrame: _geoframe,
    pd.Timestamp: _timestamp,
    pd.Timedelta: lambda writer, value, depth: ["duration", value.unit, value.asm8.astype("i8").item()],
    pd.Period: lambda writer, value, depth: ["period", value.ordinal, value.freqstr],
    pd.Interval: lambda writer, value, depth: [
        "interval",
        *writer.nodes((value.left, value.right), depth),
        value.closed,
    ],
    type(pd.NaT): lambda writer, value, depth: ["nat"],
    type(pd.NA): lambda writer, value, depth: ["na"],
    Finding: _finding,
    Analysis: _finding,
}
READERS = places.READERS | {
    "array": _read_array,
    "objects": _read_objects,
    "number": _read_number,
    "dtype": lambda reader, parts, depth: _dtype(*parts),
    "extension": lambda reader, parts, depth: _read_column(reader, *parts, depth),
    "index": _read_index,
    "multi": _read_multi,
    "counted": _read_counted,
    "series": _read_series,
    "frame": _read_frame,
    "geoframe": _read_geoframe,
    "timestamp": _read_timestamp,
    "duration": _read_duration,
    "period": lambda reader, parts, depth: pd.Period(ordinal=reader.whole(parts[0]), freq=parts[1]),
    "interval": lambda reader, parts, depth: pd.Interval(*reader.values(parts[:2], depth), closed=parts[2]),
    "nat": lambda reader, parts, depth: pd.NaT,
    "na": lambda reader, parts, depth: pd.NA,
    "finding": _read_finding,
}
