"""Values and what they are part of: 町丁目 → 地区 → 市, one step or several."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from dataacademy.errors import DataAcademyError

_SHOWN = 5  # values named in a message


def parents_of(mapping, what: str) -> dict:
    """``{value: what it is part of}`` from a dict or a Series; an error for anything else or an empty one."""
    if isinstance(mapping, pd.Series):
        if not mapping.index.is_unique:
            raise two_parents(mapping.index[mapping.index.duplicated()][0], what)
        mapping = mapping.to_dict()
    if not isinstance(mapping, Mapping) or not mapping:
        raise DataAcademyError(
            "not_a_hierarchy",
            f"{what}は {{細かい値: 大きな区分}} の形（辞書）で渡してください。"
            f"渡されたのは {type(mapping).__name__} です。",
            f"Expected a dict of value to group, got {type(mapping).__name__}.",
            fix='たとえば {"本町一丁目": "中央地区", "本町二丁目": "中央地区"} とします。',
            fix_en='For example {"Main 1": "Centre", "Main 2": "Centre"}.',
        )
    return dict(mapping)


def climb(values: Iterable, parents: dict, *, steps: int | None, what: str) -> dict:
    """For every value the list of what lies above it: ``steps`` of them, or all up to the top.

    Errors: hierarchy_cycle, and unmapped for values (or steps) that the mapping does not have.
    """
    found, unmapped = {}, []
    for value in values:
        above, here = [], value
        while here in parents and (steps is None or len(above) < steps):
            here = parents[here]
            if here in above or here == value:
                names = "→".join(str(v) for v in (value, *above, here))
                raise DataAcademyError(
                    "hierarchy_cycle",
                    f"{what}がぐるぐる回っています（{names}）。どちらが大きな区分か決まりません。",
                    f"The hierarchy goes round in circles: {names}.",
                    fix="それぞれの値から、必ず大きな区分へ進むように直してください。",
                    fix_en="Let every value lead to a larger group.",
                )
            above.append(here)
        if not above or (steps is not None and len(above) < steps):
            unmapped.append(value)
        found[value] = above
    if unmapped:
        raise unmapped_values(unmapped, what)
    return found


def unmapped_values(values: list, what: str, column: str = "") -> DataAcademyError:
    """The error for values that a mapping does not know."""
    some = "、".join(f"「{v}」" for v in values[:_SHOWN]) + ("など" if len(values) > _SHOWN else "")
    return DataAcademyError(
        "unmapped",
        f"{what}に、まとめ先のない値が {len(values):,} 種類あります（{some}）。",
        f"{len(values)} values have no group: {', '.join(map(str, values[:_SHOWN]))}.",
        fix="まとめ方の表にその値を足すか、値の書き方（全角・半角、空白）をそろえてください。",
        fix_en="Add the values to the mapping, or write them the same way.",
        **({"column": column} if column else {}),
    )


def two_parents(value, what: str) -> DataAcademyError:
    """The error for a value that is part of two groups."""
    return DataAcademyError(
        "two_groups",
        f"{what}では、「{value}」のまとめ先が二つ以上あります。",
        f"{value!r} belongs to two groups.",
        fix="一つの値のまとめ先は一つにしてください。",
        fix_en="Give every value one group.",
    )
