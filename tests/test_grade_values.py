"""Values cross the line between the learner's process and ours as plain values, or not at all."""

from __future__ import annotations

import collections
import datetime as dt
import decimal
import fractions
import json
import math
import operator
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given, settings
from hypothesis import strategies as st

from dataacademy.analysis import Analysis
from dataacademy.course.grade import drawings, frames, plain
from dataacademy.course.grade.values import MAX_DEPTH, MAX_TEXT, Malformed, Unjudgeable, Unknown, decode, encode
from dataacademy.finding import Finding


def back(value):
    return decode(encode(value))


SCALARS = st.one_of(
    *(st.none(), st.booleans(), st.integers(-(10**300), 10**300), st.floats(), st.text(), st.binary(), st.just(...)),
    *(st.complex_numbers(), st.dates(), st.datetimes(), st.times(), st.timedeltas(), st.fractions()),
    st.decimals(allow_nan=False, allow_infinity=False),
)
KEYS = st.one_of(st.integers(), st.text(), st.booleans(), st.tuples(st.integers(), st.text()))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        *(
            st.lists(inner),
            st.lists(inner).map(tuple),
            st.dictionaries(KEYS, inner),
            st.sets(KEYS),
            st.frozensets(KEYS),
        ),
        st.lists(inner).map(collections.deque),
    ),
    max_leaves=20,
)


def same(a, b) -> bool:
    """Equal with the same types all the way down; NaN equals NaN."""
    if type(a) is not type(b):
        return False
    if isinstance(a, (list, tuple, collections.deque)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, complex):
        return same(a.real, b.real) and same(a.imag, b.imag)
    if isinstance(a, float):
        return (math.isnan(a) and math.isnan(b)) or (a == b and math.copysign(1, a) == math.copysign(1, b))
    return a == b


@given(VALUES)
def test_plain_values_come_back_the_same(value):
    assert same(back(value), value)


P = collections.namedtuple("P", "x y")
MOMENTS = pd.date_range("2024-01-01", periods=3, freq="D", tz="Asia/Tokyo", name="日")


@pytest.mark.parametrize(
    "value",
    [
        dt.datetime(2024, 1, 1, 3, tzinfo=ZoneInfo("Asia/Tokyo")),
        dt.datetime(2024, 1, 1, tzinfo=dt.UTC),
        dt.time(3, tzinfo=dt.timezone(dt.timedelta(hours=9))),
        range(1, 9, 2),
        slice(1, None),
        bytearray(b"x"),
        collections.Counter("aab"),
        collections.OrderedDict(b=1, a=2),
        collections.defaultdict(list, a=[1]),
        *(int, list, type(None), ValueError, KeyError, np.float64, pd.DataFrame),
        *(np.int8(3), np.float64(1.5), np.bool_(True), np.str_("あ"), np.datetime64("2024-01-01"), np.dtype("i4")),
        *(pd.Timestamp("2024-01-01 03:00", tz="Asia/Tokyo"), pd.Timestamp("2024-01-01"), pd.Timedelta("1h")),
        *(pd.Period("2024-01"), pd.Interval(0, 1, closed="left")),
        *(shapely.Point(1, 2), shapely.box(0, 0, 1, 1), shapely.LinearRing([(0, 0), (1, 0), (1, 1)])),
        shapely.GeometryCollection([shapely.MultiPoint([(0, 0), (1, 1)]), shapely.LineString([(0, 0), (2, 2)])]),
    ],
    ids=repr,
)
def test_other_values_come_back_the_same(value):
    assert type(back(value)) is type(value)
    assert back(value) == value


def test_values_that_are_there_once_stay_the_same_object():
    assert back(pd.NaT) is pd.NaT
    assert back(pd.NA) is pd.NA
    assert back(np) is np
    assert back(pd.DataFrame) is pd.DataFrame


def test_views_of_a_dict_stay_views():
    d = {"a": 1, "b": 2}
    assert back(d.keys()) == d.keys()
    assert list(back(d.values())) == [1, 2]
    assert back(d.items()) == d.items()


TABLE = pd.DataFrame(
    {
        "whole": [1, 2, 3],
        "text": ["x", None, "z"],
        "nullable": pd.array([1, None, 3], dtype="Int64"),
        "yes": pd.array([True, None, False], dtype="boolean"),
        "string": pd.array(["a", None, "b"], dtype="string"),
        "group": pd.Categorical(["u", "v", "u"], categories=["v", "u", "w"], ordered=True),
        "moment": MOMENTS.tz_convert(None).to_numpy(),
        "zoned": MOMENTS.tz_convert(None).to_numpy(),
        "number": [1.5, np.nan, -0.0],
        "object": [[1], None, {"a": 2}],
        "month": pd.period_range("2024-01", periods=3, freq="M"),
        "span": pd.interval_range(0, 3),
    },
    index=MOMENTS,
).assign(zoned=MOMENTS)


@pytest.mark.parametrize(
    "table",
    [TABLE, TABLE.T, TABLE.set_index(["text", "whole"]), TABLE.iloc[:0], pd.DataFrame(), pd.DataFrame(index=[1, 2])]
    + [
        pd.DataFrame([[1, 2]], columns=["a", "a"]),
        TABLE.groupby("group", observed=True)[["whole"]].agg(["sum", "mean"]),
    ],
)
def test_tables_come_back_the_same(table):
    pd.testing.assert_frame_equal(back(table), table)
    assert type(back(table)) is pd.DataFrame


def test_columns_indexes_and_arrays_come_back_the_same():
    for name in TABLE:
        pd.testing.assert_series_equal(back(TABLE[name]), TABLE[name])
        pd.testing.assert_index_equal(
            back(pd.Index(TABLE[name])) if name != "object" else TABLE.index,
            pd.Index(TABLE[name]) if name != "object" else TABLE.index,
        )
    for array in (
        np.eye(3),
        np.array([[1, 2]], "i2"),
        np.array(["a", None, 3], object),
        np.array(["あ"]),
        np.array(5.0),
    ):
        assert back(array).dtype == array.dtype
        np.testing.assert_array_equal(back(array), array)


def test_maps_keep_their_projection():
    places = gpd.GeoDataFrame({"n": [1, 2]}, geometry=[shapely.Point(1, 2), None], crs="EPSG:6676")
    assert_geodataframe_equal(back(places), places)
    assert back(places.geometry).crs == places.crs
    assert type(back(places.geometry)) is gpd.GeoSeries


def test_findings_come_back_as_our_own():
    for kind, more in ((Finding, {}), (Analysis, {"figures": {"df": 2}})):
        made = kind(table=TABLE[["whole"]], value=5, sentence="文", sentence_en="", used={"地区": 3}, **more)
        found = back(made)
        assert type(found) is kind and found.value == 5 and found.used == {"地区": 3}
        pd.testing.assert_frame_equal(found.table, made.table)


def test_figures_come_back_with_what_tests_look_at():
    from matplotlib.figure import Figure

    figure = Figure()
    axes = figure.add_subplot()
    axes.plot([1, 2], [3, 4], label="線", color="red")
    axes.bar(["東", "西"], [3, 4])
    axes.scatter([1, 2], [2, 3])
    axes.text(1, 2, "注")
    axes.set(title="題", xlabel="横", ylabel="縦（人）")
    axes.legend(title="凡例")
    for found in (back(axes), back(figure).axes[0]):
        assert (found.get_title(), found.get_xlabel(), found.get_ylabel()) == ("題", "横", "縦（人）")
        assert found.lines[0].get_ydata().tolist() == [3, 4]
        assert found.lines[0].get_color() == "#ff0000ff"
        assert [bar.get_height() for bar in found.patches] == [3, 4]
        assert found.collections[0].get_offsets().tolist() == [[1, 2], [2, 3]]
        assert [t.get_text() for t in found.get_xticklabels()] == ["東", "西"]
        assert [t.get_text() for t in found.get_legend().get_texts()] == ["線"]
        assert [t.get_text() for t in found.texts] == ["注"]
        assert found.get_xlim() == axes.get_xlim()


# -- what is not handed over ------------------------------------------------------------------------------------------


class Yes:
    """Equal to everything."""

    def __eq__(self, other):
        return True

    __hash__ = None


class Liar(str):
    def __eq__(self, other):
        return True

    __hash__ = str.__hash__

    def __iter__(self):
        raise RuntimeError

    __len__ = __str__ = __repr__ = __iter__


class Listy(list):
    def __iter__(self):
        return iter([42])

    def __len__(self):
        return 1

    def __eq__(self, other):
        return True

    __hash__ = None


class Frame(pd.DataFrame):
    def equals(self, other):
        return True


class Whole(int):
    def __eq__(self, other):
        return True

    __hash__ = int.__hash__

    def __index__(self):
        return 42

    __int__ = __index__


def test_subclasses_become_what_they_stand_on():
    for made, expected in ((Liar("x"), "x"), (Listy([1, 2]), [1, 2]), (Whole(7), 7)):
        assert type(back(made)) is type(expected)
        assert (back(made) == expected) is True
        assert (back(made) == 42) is False
    assert type(back(Frame({"a": [1]}))) is pd.DataFrame
    assert type(back(collections.namedtuple("Q", "x")(1))).__mro__[1] is tuple
    assert back(P(1, 2)).y == 2


@pytest.mark.parametrize(
    "value", [Yes(), object(), Yes, open, lambda: 1, iter([]), decimal.Context(), json.JSONDecoder()]
)
def test_what_is_no_value_is_unknown_and_of_no_use(value):
    unknown = back(value)
    assert type(unknown) is Unknown
    uses = [
        lambda u: u == 1,
        lambda u: u != 1,
        lambda u: operator.eq(1, u),
        bool,
        len,
        iter,
        hash,
        str,
        lambda u: u(3),
        float,
        list,
    ]
    uses += [
        lambda u: u in [1],
        lambda u: u > 1,
        lambda u: 1 - u,
        abs,
        lambda u: f"{u}",
        lambda u: u[0],
        lambda u: 1 in u,
    ]
    for use in [*uses, round, np.array, lambda u: np.array([1, 2]) == u, lambda u: pd.Series([1]).eq(u).all()]:
        with pytest.raises((Unjudgeable, TypeError, ValueError)):
            use(unknown)
    with pytest.raises(AttributeError):
        unknown.equals(1)


def test_an_array_of_objects_equal_to_everything_equals_nothing():
    with pytest.raises(Unjudgeable):
        bool((back(np.array([Yes(), Yes()], dtype=object)) == np.array([1, 2])).all())
    with pytest.raises(Unjudgeable):
        back(pd.Series([Yes()])).equals(pd.Series([1], dtype=object))


def test_too_much_is_refused_on_both_sides():
    endless = []
    endless.append(endless)
    doubled = [1]
    for _ in range(30):
        doubled = [doubled, doubled]
    deep = [1]
    for _ in range(MAX_DEPTH + 1):
        deep = [deep]
    for value in (endless, doubled, deep, "x" * (MAX_TEXT + 1), np.zeros(MAX_TEXT)):
        with pytest.raises(Malformed):
            encode(value)
    assert type(back(10**2000)) is Unknown
    assert type(back(range(10**12))) is Unknown
    for text in (
        "[" * 100_000,
        "1" * 5000,
        '["list"' + ',"x"' * 10 + "",
        '"' + "x" * MAX_TEXT + '"',
        "",
        "{}",
        '["no"]',
    ):
        with pytest.raises(Malformed):
            decode(text)
    with pytest.raises(Malformed):
        decode('["decimal", "1E+999999999"]')


def test_a_form_inside_forms_without_end_is_refused():
    level = b"\x01\x07\x00\x00\x00\x01\x00\x00\x00"  # a collection of one collection
    with pytest.raises(Malformed):
        decode(json.dumps(["place", (level * 100_000).hex()]))


def test_a_field_cannot_pose_as_a_method():
    live = ["live", "function", 0, "f", "f", "__main__", "", None]
    named = decode(json.dumps(["namedtuple", "T", ["equals"], live]), live=lambda parts: lambda other: True)
    assert type(named.equals) is Unknown
    finding = json.dumps(["finding", "Finding", live, live, "", "", ["dict"], ["tuple"]])
    assert type(decode(finding, live=lambda parts: lambda other: True).table) is Unknown


def test_modules_and_classes_are_a_short_list():
    for name in ("os", "subprocess", "unittest.mock", "antigravity", "numpy.nothing", "dataacademy.__main__"):
        assert type(decode(json.dumps(["module", name]))) is Unknown
    for name in ("builtins.SystemExit", "builtins.KeyboardInterrupt", "builtins.eval", "os._exit", "type"):
        with pytest.raises(Malformed):
            decode(json.dumps(["class", name]))
    error = decode(json.dumps(["exception", ["SystemExit", "BaseException", "eval"], ["x"]]))
    assert type(error) is Exception
    assert type(decode(json.dumps(["exception", ["UnicodeDecodeError", "ValueError"], ["x"]]))) is Exception
    assert isinstance(decode(encode(KeyError("x"))), KeyError)


KINDS = [*plain.READERS, *frames.READERS, *drawings.READERS, "live", "no"]
COLUMN_KINDS = list(frames._COLUMNS)
ATOMS = st.one_of(
    *(st.none(), st.booleans(), st.integers(-3, 10**30), st.floats(), st.text(max_size=5)),
    st.sampled_from(
        ["<i8", "<f8", "|O", "<U3", "M8[ns]", "i8", "Int64", "AAAAAAAAAAA=", "EPSG:4326", "Asia/Tokyo", "D", "ns"]
    ),
)
NODES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds(
            lambda kind, parts: [kind, *parts], st.sampled_from(KINDS + COLUMN_KINDS), st.lists(inner, max_size=5)
        ),
        st.lists(inner, max_size=4),
    ),
    max_leaves=15,
)


@settings(max_examples=400, deadline=None)
@given(NODES)
def test_any_text_is_a_value_or_malformed(node):
    try:
        decode(json.dumps(node))
    except Malformed:
        return


SEEDS = [json.loads(encode(v)) for v in (TABLE, TABLE.set_index(["text", "whole"]), MOMENTS, np.eye(2), P(1, 2))]


def broken(node, data):
    """The node with one part replaced."""
    if isinstance(node, list) and node and data.draw(st.booleans()):
        place = data.draw(st.integers(0, len(node) - 1))
        return [*node[:place], broken(node[place], data), *node[place + 1 :]]
    return data.draw(st.one_of(ATOMS, NODES))


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(SEEDS), st.data())
def test_a_spoilt_table_is_a_value_or_malformed(node, data):
    try:
        decode(json.dumps(broken(node, data)))
    except Malformed:
        return


def test_fractions_and_decimals_keep_their_worth():
    assert back(fractions.Fraction(1, 3)) == fractions.Fraction(1, 3)
    assert str(back(decimal.Decimal("1.10"))) == "1.10"
    assert back(decimal.Decimal("NaN")).is_nan()
