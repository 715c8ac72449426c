"""What speaks against a comparison, point by point: looked for in the data where it can be, else said to be unknown."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

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
