"""Rows that look alike: every row gets the number of its class, by one whole number a row instead of a groupby."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product
from types import SimpleNamespace

import numpy as np
import pandas as pd

from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.inputs import check_table

BLANKS = ("own", "any")
_MOST = 2**62  # keys stay whole numbers of 64 bits
_SPELLINGS = 10_000  # so many different values are compared for spellings
_SAMPLE = 2000
_BLOCK = 50_000  # rows that stay in the processor's cache while they are gone through more than once


@dataclass(frozen=True)
class Codes:
    """A column as whole numbers: 0 for a blank, then 1, 2, … below ``count``.

    values
        The values of 1, 2, …; None for whole numbers that are counted from their smallest one.
    """

    of: np.ndarray
    count: int
    values: np.ndarray | None = None


@dataclass(frozen=True)
class Classes:
    """Rows that share all of their values.

    of
        For every row the number of its class, 0, 1, ….
    first, rows
        For every class its first row (position) and how many rows it has.
    """

    of: np.ndarray
    first: np.ndarray
    rows: np.ndarray


def named(data: pd.DataFrame, by: str | Sequence[str]) -> list[str]:
    """The names of the columns by which people may be told apart, checked."""
    check_table(data)
    columns = list(dict.fromkeys([by] if isinstance(by, str) else by or ()))
    if not columns:
        raise DataAcademyError(
            "no_quasi_identifiers",
            "組み合わせると人が分かりそうな列（準識別子：地区、年代、性別など）が一つも指定されていません。",
            "No quasi-identifiers (columns that together may point to a person) are given.",
            fix='by=["地区", "年代", "性別"] のように指定します。迷うときは da.privacy.classify(表) が候補を出します。',
            fix_en="Name them with by=[…]; da.privacy.classify(table) suggests some.",
        )
    check_columns(data, columns, table="渡した表")
    return columns


def check_apart(sensitive: str, columns: Sequence[str]) -> None:
    """Raise where the column that must stay secret is also one of the quasi-identifiers."""
    if sensitive in columns:
        raise DataAcademyError(
            "sensitive_in_by",
            f"列「{sensitive}」が by にも入っています。組の中では同じ値になるので、くらべられません。",
            f"Column {sensitive!r} is also one of by; within a class it has one value.",
            fix=f"by から「{sensitive}」を外してください。",
            fix_en="Take it out of by.",
        )


def check_k(k, rows: int, name: str = "k") -> None:
    """Raise unless ``k`` is a whole number of at least 2 and at most the number of rows."""
    if isinstance(k, bool) or not isinstance(k, (int, np.integer)):
        raise DataAcademyError(
            "k_not_whole",
            f"{name} は人数なので、2、3、5 のような整数にしてください。渡されたのは「{k}」です。",
            f"{name} must be a whole number of people, not {k!r}.",
            fix=f"{name}=5 のように書きます。",
            fix_en=f"Write {name}=5.",
        )
    if k < 2:
        raise DataAcademyError(
            "k_too_small",
            f"{name}={k} では、だれも隠れません。一人だけの組も「よい」ことになります。",
            f"{name}={k} hides nobody.",
            fix=f"{name} は 2 以上にします。5 や 10 がよく使われます。",
            fix_en="Use at least 2; 5 or 10 are common.",
        )
    if k > rows:
        raise DataAcademyError(
            "k_too_large",
            f"{name}={k} ですが、表には {rows:,} 行しかありません。どう粗くしても {k} 行の組は作れません。",
            f"{name}={k}, but the table has only {rows} rows.",
            fix=f"{name} を {rows} 以下にするか、行を選びすぎていないか確かめてください。",
            fix_en="Use a smaller number, or check how the rows were chosen.",
        )


def numbered(values: pd.Series) -> Codes:
    """Every value as a whole number; equal numbers for equal values, 0 for a blank."""
    n = len(values)
    if isinstance(values.dtype, pd.CategoricalDtype):
        found = values.cat.categories.to_numpy()
        return Codes(values.cat.codes.to_numpy(np.int64) + 1, len(found) + 1, found)
    if values.dtype.kind in "iu" and not pd.api.types.is_extension_array_dtype(values.dtype):
        low, high = int(values.min()), int(values.max())
        if high - low <= max(2 * n, 1000) and high < 2**62:
            return Codes(values.to_numpy(np.int64) - (low - 1), high - low + 2, None)
    try:
        if isinstance(values.dtype, (pd.StringDtype, np.dtypes.ObjectDType)):
            codes, found = _numbered_objects(values.to_numpy(object))
        else:
            codes, found = pd.factorize(values)
    except TypeError as error:
        raise DataAcademyError(
            "unhashable",
            f"列「{values.name}」のマスに、一つの値でないもの（一覧など）が入っているので、くらべられません。",
            f"Column {values.name!r} holds lists or the like; they cannot be compared.",
            fix="一つのマスに一つの値の列を選んでください。",
            fix_en="Choose a column with one value a cell.",
            column=str(values.name),
        ) from error
    codes += 1
    return Codes(codes, len(found) + 1, np.asarray(found, dtype=object))


def all_numbered(data: pd.DataFrame, columns: Sequence[str]) -> dict[str, Codes]:
    """:func:`numbered` of several columns; long ones side by side, because pandas counts without Python's lock."""
    if len(data) < 2 * _BLOCK:
        return {c: numbered(data[c]) for c in columns}
    with ThreadPoolExecutor() as pool:
        return dict(zip(columns, pool.map(numbered, [data[c] for c in columns]), strict=True))


def _numbered_objects(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """``pd.factorize`` of objects.  What is read from a file is one object for equal texts of a column, mostly; then
    it is enough to look at each object once, told apart by its address (five times faster).
    """
    values = np.ascontiguousarray(values)
    whole = np.dtype(np.intp)
    memory = {"data": (values.ctypes.data, True), "typestr": whole.str, "shape": values.shape, "version": 3}
    addresses = np.asarray(SimpleNamespace(__array_interface__=memory))
    if whole.itemsize != values.itemsize or len(np.unique(addresses[:_SAMPLE])) > min(len(values), _SAMPLE) // 2:
        return _numbered_blocks(values)
    place, different = pd.factorize(addresses)
    first = np.empty(len(different), np.intp)
    first[place[::-1]] = np.arange(len(values))[::-1]  # the last write is the first row
    codes, found = pd.factorize(values[first])
    return codes.take(place), found


def _numbered_blocks(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """``pd.factorize``, a block at a time where a block has few different values."""
    codes, found = pd.factorize(values[:_BLOCK])
    if len(values) <= _BLOCK or len(found) > _BLOCK // 10:
        return pd.factorize(values)
    blocks = [(codes, found), *(pd.factorize(values[i : i + _BLOCK]) for i in range(_BLOCK, len(values), _BLOCK))]
    place, found = pd.factorize(np.concatenate([own for _, own in blocks]))
    ends = np.cumsum([len(own) for _, own in blocks])[:-1]
    codes = [np.append(own, -1).take(codes) for own, (codes, _) in zip(np.split(place, ends), blocks, strict=True)]
    return np.concatenate(codes), found


def keys(columns: Sequence[Codes], n: int) -> tuple[np.ndarray, int]:
    """One whole number a row for a combination of columns (mixed radix), and the first number not used.

    Where the numbers would outgrow 64 bits, what has been combined so far is numbered anew: at most ``n`` numbers.
    """
    key, radix = np.zeros(n, np.int64), 1
    for column in columns:
        least = int(column.of.min(initial=column.count))  # without blanks 0 is free: a smaller table fits the cache
        count = max(column.count - least, 1)
        if radix * count > _MOST:
            key, found = pd.factorize(key)
            radix = len(found)
        key *= count
        key += column.of
        key -= least
        radix *= count
    if radix > max(16 * n, 1_000_000):  # too many to count in an array
        key, found = pd.factorize(key)
        radix = len(found)
    return key, radix


def classes(columns: Sequence[Codes], n: int) -> Classes:
    """The classes of the rows, numbered in order of their keys."""
    key, radix = keys(columns, n)
    counts = np.bincount(key, minlength=radix)
    present = np.flatnonzero(counts)
    place = np.zeros(radix, np.int64)
    place[present] = np.arange(len(present))
    of = place[key]
    first = np.full(len(present), n)
    first[of[::-1]] = np.arange(n)[::-1]  # the last write is the first row
    return Classes(of, first, counts[present])


def sizes(columns: Sequence[Codes], n: int, blanks: str, weights: np.ndarray | None) -> np.ndarray:
    """For every row, how many rows (or people) cannot be told from it, itself included.

    ``own``: a blank is like another blank only.  ``any``: a blank may be any value, so it is like all of them.
    """
    if blanks == "own" or all(c.of.all() for c in columns):
        key, radix = keys(columns, n)
        return np.bincount(key, weights, minlength=radix).take(key)
    known = np.array([c.of > 0 for c in columns])
    pattern = classes([Codes(row.astype(np.int64), 2) for row in known], n)
    members = [np.flatnonzero(pattern.of == p) for p in range(len(pattern.rows))]
    out = np.zeros(n)
    for mine, other in product(range(len(members)), repeat=2):
        shared = np.flatnonzero(known[:, pattern.first[mine]] & known[:, pattern.first[other]])
        a, b = members[mine], members[other]
        both = np.concatenate([a, b])
        key, radix = keys([Codes(columns[c].of[both], columns[c].count) for c in shared], len(both))
        out[a] += np.bincount(key[len(a) :], None if weights is None else weights[b], minlength=radix)[key[: len(a)]]
    return out if weights is not None else out.astype(np.int64)


def remarks(columns: dict[str, Codes], n: int, blanks: str = "own") -> list[str]:
    """What to know of the columns before believing the sizes: blanks, numbers of persons, spellings."""
    out = []
    for name, column in columns.items():
        empty = n - int(np.count_nonzero(column.of))
        if empty:
            out.append(
                f"列「{name}」の空欄 {empty:,} 行は、"
                + ("空欄という一つの値" if blanks == "own" else "どの値にも当てはまるもの")
                + "として数えています。"
            )
        if n >= 20 and column.values is not None and len(column.values) == n:
            out.append(f"列「{name}」は行ごとに値がちがいます。番号や氏名なら、消すか置きかえてから数えてください。")
        words = [] if column.values is None else [v for v in column.values[:_SPELLINGS] if isinstance(v, str)]
        again = len(words) - len({unicodedata.normalize("NFKC", w).strip() for w in words})
        if again:
            out.append(
                f"列「{name}」では、同じ値が全角・半角や空白のちがいで {again} 通り多く書かれていて、"
                "別の値として数えています。先に一つの書き方にそろえてください。"
            )
    return out


def joined(columns: Sequence[str]) -> str:
    """Names of columns for a sentence."""
    return "×".join(f"「{c}」" for c in columns)
