"""What speaks against a comparison, point by point: looked for in the data where it can be, else said to be unknown."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from dataacademy.arguments import check_names_once
from dataacademy.errors import DataAcademyError
from dataacademy.inputs import check_table
from dataacademy.labels import label_of

STATES = {"present": "ある", "absent": "見当たらない", "unknown": "この表では分からない"}
CHECKS = {
    "balance": "くじの偶然によるかたより",
    "clusters": "まとまりの数",
    "leaving": "途中で分からなくなった対象",
    "others": "同じ時期のほかの変化",
    "power": "見つけられる差の大きさ",
    "ratio": "割り付けの数のずれ",
    "season": "季節",
    "selection": "選び方（平均への回帰）",
    "size": "件数の少なさ",
    "trend": "前からの動き",
}


def check_data(data) -> None:
    """Raise unless ``data`` is a table with rows, in which every column has a name of its own."""
    check_table(data)
    check_names_once(data)


def check_roles(columns: Iterable[str | None]) -> None:
    """Raise ``same_column`` if a column is named in two roles: what is measured cannot explain itself.

    >>> check_roles(["count", "age", None, None])
    """
    named = [column for column in columns if column is not None]
    twice = next((column for i, column in enumerate(named) if column in named[:i]), None)
    if twice is not None:
        raise DataAcademyError(
            "same_column",
            f"列「{twice}」が二つの役に使われています。結果の列や割り付けの列は、そろえる列やくらべる列にはできません。",
            f"Column {twice!r} has two roles: the outcome or the treatment cannot explain itself.",
            fix="それぞれに、別の列を指定してください。",
            fix_en="Name a column of its own for each.",
        )


def listed(columns) -> list[str]:
    """One column or several, as a list without repetition."""
    return list(dict.fromkeys(columns if pd.api.types.is_list_like(columns) else [columns]))


def no_spread(column: str) -> DataAcademyError:
    """The error for an outcome that is the same in every row."""
    return DataAcademyError(
        "no_spread",
        f"列「{column}」の値がすべて同じなので、何も言えません。",
        f"{column!r} does not vary.",
        fix="列の名前と、丸めすぎた値ではないかを確かめてください。",
        fix_en="Check the column; was it rounded too far?",
    )


def check(name: str, state: str, reading: str, needed: str = "") -> dict[str, str]:
    """One row of a table of checks; ``needed`` says what would tell, or what to do."""
    return {
        "check": name,
        "check_label": CHECKS[name],
        "state": state,
        "state_label": STATES[state],
        "reading": reading,
        "needed": needed,
    }


def named(checks: pd.DataFrame, state: str) -> str:
    """The checks in one state, in a Japanese list."""
    return "、".join(f"「{label}」" for label in checks.loc[checks["state"] == state, "check_label"])


def quoted(columns: Iterable[str]) -> str:
    """Columns as they are called on paper, each in brackets."""
    return "".join(f"「{label_of(c)}」" for c in columns)
