"""What a caller asks for beside the data: whole numbers, where chance begins, names that mean one column."""

from __future__ import annotations

from numbers import Integral

import numpy as np
import pandas as pd

from dataacademy.errors import DataAcademyError


def check_whole(name_ja: str, value, low: int, high: int | None = None, *, en: str) -> None:
    """Raise ``not_whole_between`` unless ``value`` is a whole number with ``low <= value <= high``.

    >>> check_whole("回数（draws）", 150.5, 100, en="draws")
    Traceback (most recent call last):
    ...
    dataacademy.errors.DataAcademyError: 回数（draws）は100 以上の整数にしてください。渡されたのは「150.5」です。
    → 回数（draws）に、小数点のない数を書いてください（例：100）。
    [EN] draws must be a whole number from 100, not 150.5. → For example 100.
    """
    whole = isinstance(value, Integral) and not isinstance(value, bool | np.bool_)
    if whole and low <= value and (high is None or value <= high):
        return
    span = f"{low:,} 以上" + (f" {high:,} 以下" if high is not None else "")
    raise DataAcademyError(
        "not_whole_between",
        f"{name_ja}は{span}の整数にしてください。渡されたのは「{value}」です。",
        f"{en} must be a whole number from {low:,}{f' to {high:,}' if high is not None else ''}, not {value!r}.",
        fix=f"{name_ja}に、小数点のない数を書いてください（例：{low}）。",
        fix_en=f"For example {low}.",
    )


def chance(seed) -> np.random.Generator:
    """A source of chance that begins at ``seed``; an error where that is no whole number of at least 0.

    >>> chance(1).integers(100) == chance(1).integers(100)
    np.True_
    """
    check_whole("乱数のはじまり（seed）", seed, 0, en="seed")
    return np.random.default_rng(int(seed))


def check_names_once(data: pd.DataFrame) -> None:
    """Raise ``duplicate_columns`` where two columns have one name.

    >>> check_names_once(pd.DataFrame([[1, 2]], columns=["a", "b"]))
    """
    if not data.columns.is_unique:
        twice = data.columns[data.columns.duplicated()][0]
        raise DataAcademyError(
            "duplicate_columns",
            f"「{twice}」という名前の列が二つ以上あります。どちらの列か決められません。",
            f"Two columns are called {twice!r}.",
            fix="列の名前を、一つずつちがうものに直してください。",
            fix_en="Give every column a name of its own.",
            column=str(twice),
        )
