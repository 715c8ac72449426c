"""What goes into an analysis: columns checked, rows with an empty cell counted and left out, weights checked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd

from dataacademy.errors import DataAcademyError, check_choice, check_columns

MAX_LEVELS = 50  # more groups than this is an identifier or free text, not a classification


@dataclass(frozen=True)
class Rows:
    """The rows an analysis uses.

    frame
        The asked-for columns without empty cells: numbers as float64, categories as they are; index 0, 1, ….
    weights
        One positive weight a row (all 1 if none were given).
    left_out
        How many rows were left out and why, one sentence each.
    """

    frame: pd.DataFrame
    weights: np.ndarray
    weighted: bool
    left_out: tuple[str, ...]

    @property
    def used(self) -> dict[str, float]:
        """For ``Finding.used``: rows, and the sum of the weights where there are any."""
        return {"行": len(self.frame)} | ({"重みの合計": float(self.weights.sum())} if self.weighted else {})


def check_table(data) -> None:
    """Raise unless ``data`` is a table with at least one row."""
    if not isinstance(data, pd.DataFrame):
        raise DataAcademyError(
            "not_a_table",
            f"表（DataFrame）を渡してください。渡されたのは {type(data).__name__} です。",
            f"Expected a DataFrame, got {type(data).__name__}.",
            fix='たとえば da.load("population") のような表を渡し、列の名前は別に指定します。',
            fix_en='Pass a table such as da.load("population") and name the columns separately.',
        )
    if data.empty:
        raise DataAcademyError(
            "no_rows",
            "表に行がないので、計算できません。",
            "The table has no rows.",
            fix="行を選ぶ条件が厳しすぎないか、確かめてください。",
            fix_en="Check the condition with which rows were chosen.",
        )


def prepare(
    data: pd.DataFrame,
    *,
    numbers: Sequence[str] = (),
    categories: Sequence[str] = (),
    weights: str | None = None,
    max_levels: int = MAX_LEVELS,
) -> Rows:
    """The rows of ``data`` on which all of the named columns are filled.

    Errors, each with its own message: not_a_table, no_rows, unknown_column, not_numeric, mixed_digits, infinite,
    all_missing, too_many_levels, and those of :func:`weights_of`; ``no_complete_rows`` if every row lacks something.
    """
    check_table(data)
    names = list(dict.fromkeys([*numbers, *categories]))
    check_columns(data, [*names, *([weights] if weights else [])], table="渡した表")
    columns = {c: pd.Series(floats(data[c], c)) if c in numbers else data[c].reset_index(drop=True) for c in names}
    frame = pd.DataFrame(columns)
    left_out = []
    for column in names:
        empty = int(frame[column].isna().sum())
        if empty == len(frame):
            raise all_missing(column)
        if empty:
            left_out.append(f"列「{column}」が空欄の {empty:,} 行")
    for column in categories:
        _check_levels(frame[column], column, max_levels)
    complete = frame.notna().all(axis=1).to_numpy() if names else np.ones(len(frame), bool)
    if not complete.any():
        raise DataAcademyError(
            "no_complete_rows",
            "どの行にも空欄があるので、計算に使える行がありません。",
            "Every row has an empty cell in one of the columns.",
            fix=f"列 {'、'.join(f'「{c}」' for c in names)} の空欄の数を確かめてください。",
            fix_en="Count the empty cells of these columns.",
        )
    w = weights_of(data, weights) if weights else np.ones(len(data))
    return Rows(frame[complete].reset_index(drop=True), w[complete], weights is not None, tuple(left_out))


def floats(values: pd.Series, column: str) -> np.ndarray:
    """A numeric (or yes/no) column as floats, NaN where empty; errors for text, mixed digits and infinity."""
    is_decimal = values.dtype == object and all(isinstance(v, Decimal) for v in values.dropna())
    if not (pd.api.types.is_numeric_dtype(values) or is_decimal):
        raise _not_numeric(values, column)
    result = values.astype(float) if is_decimal else values
    result = result.to_numpy(dtype=float, na_value=np.nan)
    if np.isinf(result).any():
        raise DataAcademyError(
            "infinite",
            f"列「{column}」に無限大の値があります（{int(np.isinf(result).sum())} 行）。",
            f"Column {column!r} has infinite values.",
            fix="0 で割っていないか確かめ、その行を空欄にしてください。",
            fix_en="Look for a division by zero and make those cells empty.",
            column=str(column),
        )
    return result


def _not_numeric(values: pd.Series, column: str) -> DataAcademyError:
    words = [str(v) for v in values.dropna().unique()[:10_000]]
    wide = next((w for w in words if re.search("[０-９]", w)), None)
    half = next((w for w in words if re.search("[0-9]", w)), None)
    if wide and half:
        return DataAcademyError(
            "mixed_digits",
            f"列「{column}」には、全角の数字（「{wide}」など）と半角の数字（「{half}」など）が混ざっています。",
            f"Column {column!r} mixes full-width digits ({wide!r}) with half-width ones ({half!r}).",
            fix="da.tables.to_number で数に直してから使ってください。ファイルから読むなら da.tables.read が直します。",
            fix_en="Convert it with da.tables.to_number, or read the file with da.tables.read.",
            column=str(column),
        )
    return DataAcademyError(
        "not_numeric",
        f"列「{column}」は数ではありません（たとえば「{words[0] if words else ''}」）。",
        f"Column {column!r} is not numeric ({values.dtype}).",
        fix="数の列を選ぶか、da.tables.to_number で数に直してください。",
        fix_en="Choose a numeric column, or convert it with da.tables.to_number.",
        column=str(column),
    )


def weights_of(data: pd.DataFrame, column: str) -> np.ndarray:
    """The weights of the rows; an error for missing, negative and zero weights, which no survey hands out."""
    check_columns(data, [column], table="渡した表")
    weights = floats(data[column], column)
    problems = (
        ("missing_weights", np.isnan(weights), "空欄の", "missing", "重みのない人を除くか、重みを入れてください。"),
        (
            "negative_weights",
            weights < 0,
            "負の",
            "negative",
            "重みは「その人が何人分か」です。計算のしかたを確かめてください。",
        ),
        (
            "zero_weights",
            weights == 0,
            "0 の",
            "zero",
            "重み 0 の人は誰も代表しません。先に除き、人数を書き残してください。",
        ),
    )
    for kind, bad, ja, en, fix in problems:
        if bad.any():
            raise DataAcademyError(
                kind,
                f"重みの列「{column}」に{ja}値が {int(bad.sum()):,} 行あります（最初は "
                f"{int(bad.argmax()) + 1} 行目）。",
                f"Weights {column!r}: {int(bad.sum())} {en} values (first in row {int(bad.argmax()) + 1}).",
                fix=fix,
                fix_en="Mend the weights, or leave those rows out first and say so.",
                column=str(column),
            )
    return weights


def _check_levels(values: pd.Series, column: str, most: int) -> None:
    found = values.dropna().unique()
    words = {v: unicodedata.normalize("NFKC", v).strip() for v in found if isinstance(v, str)}
    first = {}
    for word, plain in words.items():
        if first.setdefault(plain, word) != word:
            raise DataAcademyError(
                "mixed_digits",
                f"列「{column}」では、同じ「{plain}」が「{first[plain]}」と「{word}」の二通りに書かれています（全角と半角など）。",
                f"Column {column!r} writes {plain!r} in two ways: {first[plain]!r} and {word!r}.",
                fix='一つの書き方にそろえてから使ってください（例：列.str.normalize("NFKC").str.strip()）。',
                fix_en="Write it one way first, e.g. with .str.normalize('NFKC').str.strip().",
                column=str(column),
            )
    count = len(found)
    if count > most:
        raise DataAcademyError(
            "too_many_levels",
            f"列「{column}」には {count:,} 種類の値があります。分類として使えるのは {most} 種類までです。",
            f"Column {column!r} has {count} different values; at most {most} can be used as groups.",
            fix="番号や自由記述の列ではありませんか。年齢なら年代に、地区なら大きな区分に、先にまとめてください。",
            fix_en="Is it an identifier or free text? Group the values first (ages into bands, areas into districts).",
            column=str(column),
        )


def levels(values: pd.Series, column: str, *, least: int = 2) -> list:
    """The different values in order (a categorical's own order); an error for an empty group or a single category."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        found = list(values.cat.categories)
        empty = [c for c in found if not (values == c).any()]
        if empty:
            raise empty_group(column, empty[0])
    else:
        found = sorted_values(values)
    if len(found) < least:
        raise DataAcademyError(
            "one_category",
            f"列「{column}」の値は「{found[0]}」の 1 種類だけなので、くらべられません。",
            f"Column {column!r} has a single value ({found[0]!r}); there is nothing to compare.",
            fix="ちがう値が二つ以上ある列を選んでください。行を選びすぎていないかも確かめてください。",
            fix_en="Choose a column with at least two values, and check how the rows were chosen.",
            column=str(column),
        )
    return found


def two_groups(values: pd.Series, by: str, groups: Sequence | None, *, everyone: pd.Series | None = None) -> tuple:
    """The two groups to compare, in order: those asked for, or the only two there are.

    ``everyone`` is the column before rows with empty cells were left out: it tells an empty group from a misspelt one.
    """
    found = levels(values, by)
    if groups is None and len(found) == 2:
        return tuple(found)
    if groups is None or len(groups) != 2 or groups[0] == groups[1]:
        raise DataAcademyError(
            "three_groups",
            f"くらべるのは二つの区分です。列「{by}」には {len(found)} 種類あります。",
            f"Two groups are compared; column {by!r} has {len(found)}.",
            fix="groups=[…, …] で二つ選んでください（あるのは " + "、".join(f"「{g}」" for g in found) + "）。"
            "平均をすべての区分でくらべるなら da.stats.anova です。",
            fix_en="Choose two with groups=[…, …], or compare the means of all with da.stats.anova.",
        )
    for group in groups:
        if group not in found and everyone is not None and (everyone == group).any():
            raise empty_group(by, group)
        check_choice(f"列「{by}」の区分", group, found, en=f"Group of {by!r}")
    return tuple(groups)


def yes_no(values: pd.Series, column: str) -> np.ndarray:
    """A column of True/False or 1/0 as booleans."""
    if not values.isin([0, 1]).all():
        raise DataAcademyError(
            "not_yes_no",
            f"列「{column}」は、はい・いいえ（True・False か 1・0）でなければなりません。",
            f"Column {column!r} must be yes/no (True/False or 1/0).",
            fix=f'たとえば data["{column}"] >= 基準 のように、先に はい・いいえ にしてください。',
            fix_en="Turn it into True/False first.",
            column=str(column),
        )
    return values.to_numpy(dtype=bool)


def sorted_values(values: pd.Series) -> list:
    """The different values in a stable order: by value, or by their text where values of several kinds are mixed."""
    found = list(values.dropna().unique())
    return sorted(found, key=str) if len({isinstance(v, str) for v in found}) > 1 else sorted(found)


def all_missing(column) -> DataAcademyError:
    """The error for a column without a single value."""
    return DataAcademyError(
        "all_missing",
        f"列「{column}」はすべて空欄です。",
        f"Column {column!r} is empty in every row.",
        fix="列の名前と、ファイルの読み込み方を確かめてください。",
        fix_en="Check the name of the column and how the file was read.",
        column=str(column),
    )


def empty_group(column: str, group) -> DataAcademyError:
    """The error for a group in which nobody is left."""
    return DataAcademyError(
        "empty_group",
        f"列「{column}」の「{group}」には、計算に使える行が一つもありません。",
        f"Group {group!r} of column {column!r} has no usable row.",
        fix="その区分を除く（分類の列なら .cat.remove_unused_categories()）か、近い区分とまとめてください。",
        fix_en="Leave the group out (.cat.remove_unused_categories()), or join it with a similar one.",
        column=str(column),
    )


def check_between(name_ja: str, value, low: float, high: float, *, en: str) -> None:
    """Raise unless ``low < value < high``."""
    if isinstance(value, (int, float, np.number)) and not isinstance(value, bool) and low < value < high:
        return
    span = f"{low:g} より大きく {high:g} より小さい" if np.isfinite(high) else f"{low:g} より大きい"
    raise DataAcademyError(
        "out_of_range",
        f"{name_ja}は{span}数にしてください。渡されたのは「{value}」です。",
        f"{en} must be between {low:g} and {high:g}, not {value!r}.",
        fix="割合は % ではなく 0〜1 の数で書きます（5% なら 0.05）。" if high == 1 else "値を確かめてください。",
        fix_en="Write shares as numbers between 0 and 1 (5 % is 0.05)." if high == 1 else "Check the value.",
    )


def centred(values: np.ndarray) -> np.ndarray:
    """``values`` minus a value in their middle, exact where the common part would eat the digits that differ.

    Each number is taken as the decimal that was typed (its shortest form), so 1000000000000.4 − 1000000000000 is 0.4
    and not 0.40002: for sums of squares the common part carries no information, only rounding.

    >>> centred(np.array([1000000000000.4, 1000000000000.0, 1000000000000.2])).tolist()
    [0.2, -0.2, 0.0]
    """
    middle = float(np.sort(values)[len(values) // 2])
    spread = float(np.ptp(values))
    if spread == 0 or abs(middle) < 1e5 * spread:
        return values - middle
    shift = Decimal(repr(middle))
    return np.array([float(Decimal(repr(v)) - shift) for v in values.tolist()])
