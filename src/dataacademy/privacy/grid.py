"""A table of counts with all of its totals: cells, sums, and which rows of a tidy table they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dataacademy.arguments import check_names_once
from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.inputs import check_table, floats, sorted_values
from dataacademy.privacy.equivalence import named

if TYPE_CHECKING:
    from scipy.sparse import csr_array

TOTAL = "計"
TOTAL_WORDS = (TOTAL, "合計", "総計", "総数", "total", "Total")
MOST_CELLS = 4_000
RESULT_COLUMNS = ("count", "mark", "reason", "lower", "upper", "known")


@dataclass(frozen=True)
class Axis:
    """One classification of the table.

    nodes
        Its categories, then what they add up to: groups of categories, and 計 last.
    leaves
        How many of the nodes are categories.
    under
        For every node the positions of the categories in it; a category is in itself.
    """

    name: str
    nodes: tuple
    leaves: int
    under: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Grid:
    """All cells of a table: every combination of nodes, in order of the axes.

    sums
        Matrix, cells × inner cells: 1 where the inner cell (categories on every axis) is part of the cell.
    inner
        The positions of the inner cells among the cells.
    """

    axes: tuple[Axis, ...]
    sums: csr_array
    inner: np.ndarray

    @classmethod
    def of(cls, axes: Sequence[Axis]) -> Grid:
        """The grid spanned by ``axes``; an error if it has more than 4,000 cells."""
        cells = int(np.prod([len(a.nodes) for a in axes]))
        if cells > MOST_CELLS:
            raise DataAcademyError(
                "table_too_large",
                f"計も入れて {cells:,} マスの表になります。扱えるのは {MOST_CELLS:,} マスまでです。",
                f"The table has {cells} cells with its totals; at most {MOST_CELLS} are possible.",
                fix="区分をまとめる（年齢は年代に、町丁目は地区に）か、表を分けて、区分の列を減らしてください。",
                fix_en="Join categories, or use fewer columns.",
            )
        from scipy.sparse import csr_array, kron

        sums = csr_array(np.ones((1, 1)))
        for axis in axes:
            rows = [i for i, under in enumerate(axis.under) for _ in under]
            part = csr_array((np.ones(len(rows)), (rows, [c for under in axis.under for c in under])))
            sums = csr_array(kron(sums, part, format="csr"))
        shape = [len(a.nodes) for a in axes]
        leaf = np.zeros(shape, bool)
        leaf[tuple(slice(a.leaves) for a in axes)] = True
        return cls(tuple(axes), sums, np.flatnonzero(leaf))

    def __len__(self) -> int:
        return self.sums.shape[0]

    @property
    def is_total(self) -> np.ndarray:
        """For every cell, whether it is a total (of whatever)."""
        total = np.ones(len(self), bool)
        total[self.inner] = False
        return total

    def labels(self) -> pd.DataFrame:
        """The cells as rows, one column an axis."""
        rows = list(product(*(a.nodes for a in self.axes)))
        return pd.DataFrame(rows, columns=[a.name for a in self.axes])

    def words(self, cell: int) -> str:
        """A cell for a sentence: ``農村・10代``."""
        where = np.unravel_index(cell, [len(a.nodes) for a in self.axes])
        return "・".join(str(a.nodes[i]) for a, i in zip(self.axes, where, strict=True))

    def lines(self) -> list[np.ndarray]:
        """Every sum of the table: the positions of the total and of its parts one step below."""
        shape = [len(a.nodes) for a in self.axes]
        position = np.arange(len(self)).reshape(shape)
        out = []
        for d, axis in enumerate(self.axes):
            across = np.moveaxis(position, d, 0).reshape(shape[d], -1)
            for node, parts in children(axis).items():
                out += list(across[[node, *parts]].T)
        return out


def children(axis: Axis) -> dict[int, list[int]]:
    """For every node that is a sum, the largest nodes that make it up."""
    sets = [set(u) for u in axis.under]
    out = {}
    for node in range(axis.leaves, len(axis.nodes)):
        below = [i for i in range(node) if sets[i] <= sets[node]]
        out[node] = [i for i in below if not any(sets[i] <= sets[j] for j in below if j > i)]
    return out


def axes_of(data: pd.DataFrame, by: Sequence[str], hierarchies: Mapping[str, Mapping] | None) -> list[Axis]:
    """The classifications of ``data``, with the groups of ``hierarchies`` (column → {category: group})."""
    given = hierarchies or {}
    if not isinstance(given, Mapping) or not all(isinstance(parents, Mapping) for parents in given.values()):
        raise DataAcademyError(
            "not_hierarchies",
            f"まとまり（hierarchies）は {{列: {{区分: まとまり}}}} の形で書きます。渡されたのは {hierarchies!r} です。",
            f"hierarchies must be a dict of dicts, not {hierarchies!r}.",
            fix='hierarchies={"町": {"本町": "旧市街", "浜町": "沿岸"}} のように書きます。',
            fix_en='For example hierarchies={"town": {"Main": "Centre"}}.',
        )
    groups = dict(given)
    check_columns(data[by], groups, table="区分の列（by）")
    return [_axis(data[column], column, dict(groups.get(column, {}))) for column in by]


def _axis(values: pd.Series, column: str, parent: dict) -> Axis:
    found = list(values.cat.categories) if isinstance(values.dtype, pd.CategoricalDtype) else sorted_values(values)
    upper = set(parent.values())
    leaves = [v for v in found if v not in TOTAL_WORDS and v not in upper]
    lost = [v for v in leaves if parent and v not in parent]
    if lost or (upper & set(TOTAL_WORDS)):
        raise DataAcademyError(
            "not_in_hierarchy",
            f"列「{column}」の「{lost[0] if lost else TOTAL}」が、どのまとまりに入るのか決まっていません。"
            if lost
            else f"列「{column}」のまとまりに「{TOTAL}」と同じ意味の名前は使えません。",
            f"hierarchies of {column!r} do not place {lost[0] if lost else 'totals'!r}.",
            fix=f'hierarchies={{"{column}": {{"区分": "まとまり", …}}}} に、全区分を書きます。計は自動で作ります。',
            fix_en="Name a group for every category; the overall total is made by itself.",
        )
    if not leaves:
        raise DataAcademyError(
            "no_categories",
            f"列「{column}」には計しかなく、区分がありません。",
            f"Column {column!r} holds nothing but totals.",
            fix="区分ごとの行がある表を渡してください。",
            fix_en="Pass a table with a row for every category.",
        )
    under = {g: [] for g in dict.fromkeys(parent.values())}
    for place, leaf in enumerate(leaves):
        group, seen = parent.get(leaf), {leaf}
        while group is not None:
            if group in seen:
                raise DataAcademyError(
                    "circular_hierarchy",
                    f"列「{column}」のまとまりが輪になっています（「{group}」から上へたどると「{group}」に戻ります）。",
                    f"The hierarchy of {column!r} runs in a circle through {group!r}.",
                    fix="まとまりは、小さいものから大きいものへ一方向に書いてください。",
                    fix_en="Write it from small to large only.",
                )
            seen.add(group)
            under[group].append(place)
            group = parent.get(group)
    used = sorted((g for g in under if under[g]), key=lambda g: len(under[g]))
    nodes = (*leaves, *used, TOTAL)
    parts = [*((i,) for i in range(len(leaves))), *(tuple(under[g]) for g in used), tuple(range(len(leaves)))]
    return Axis(column, nodes, len(leaves), tuple(parts))


def placed(data: pd.DataFrame, grid: Grid) -> np.ndarray:
    """For every row of ``data`` the cell of ``grid`` it stands for; a blank or a word for totals is the total."""
    index = np.zeros(len(data), np.int64)
    for axis in grid.axes:
        at = {node: i for i, node in enumerate(axis.nodes)} | dict.fromkeys(TOTAL_WORDS, len(axis.nodes) - 1)
        values = data[axis.name].astype(object)
        codes = values.map(lambda v, at=at: at[v] if v == v and v is not None and v is not pd.NA else len(at))
        codes = codes.where(data[axis.name].notna(), len(axis.nodes) - 1).astype(int).to_numpy()
        index = index * len(axis.nodes) + codes
    twice = pd.Series(index).duplicated()
    if twice.any():
        row = int(twice.to_numpy().argmax())
        raise DataAcademyError(
            "cell_twice",
            f"同じマス（{grid.words(int(index[row]))}）の行が二つあります（二つめは {row + 1} 行目）。",
            f"The cell {grid.words(int(index[row]))} stands in two rows (again in row {row + 1}).",
            fix="区分の列（by）が足りないか、空欄の行がまじっています。区分の列の空欄は「計」と読みます。"
            "不明の人は「不明」と書くか、先に足し合わせてください。",
            fix_en="Is a column missing from by? A blank in these columns is read as a total.",
            row=row + 1,
        )
    return index


def counts(data: pd.DataFrame, column: str, *, blank: bool) -> np.ndarray:
    """The counts of a table: whole numbers, not negative; blanks only where ``blank`` (hidden cells)."""
    values = floats(data[column], column)
    problems = (
        ("blank_count", np.isnan(values) & (not blank), "空欄", "blank", "0 人なら 0 と書いてください。"),
        (
            "negative_count",
            values < 0,
            "負の数",
            "negative",
            "人数に負はありません。△や－の読み取りも確かめてください。",
        ),
        (
            "not_whole",
            ~np.isnan(values) & (values != np.round(values)),
            "端数のある数",
            "fractional",
            "率や平均ではなく、人数の列を指定してください。",
        ),
    )
    for kind, bad, ja, en, fix in problems:
        if bad.any():
            raise DataAcademyError(
                kind,
                f"人数の列「{column}」に{ja}があります（{int(bad.sum()):,} 行、最初は {int(bad.argmax()) + 1} 行目）。",
                f"Counts {column!r}: {int(bad.sum())} {en} cells (first in row {int(bad.argmax()) + 1}).",
                fix=fix,
                fix_en="Counts must be whole numbers, 0 or more, in every row.",
                column=str(column),
            )
    return values


def columns_of(data: pd.DataFrame, by: str | Sequence[str], count: str | None) -> list[str]:
    """The classification columns, checked: 1–4 of them, and not the count itself."""
    check_table(data)
    columns = named(data, by)
    check_names_once(data)
    taken = [c for c in columns if c in RESULT_COLUMNS]
    if taken:
        raise DataAcademyError(
            "name_taken",
            f"区分の列「{taken[0]}」の名前は、結果の表の列と重なるので使えません。",
            f"The classification {taken[0]!r} has the name of a column of the result.",
            fix=f'data.rename(columns={{"{taken[0]}": "区分"}}) のように、別の名前にしてください。',
            fix_en="Rename it first.",
        )
    if count is not None:
        check_columns(data, [count], table="渡した表")
    if len(columns) > 4 or count in columns:
        raise DataAcademyError(
            "too_many_columns" if len(columns) > 4 else "count_is_category",
            f"区分の列は 4 つまでです（{len(columns)} つ指定されました）。"
            if len(columns) > 4
            else f"人数の列「{count}」が、区分の列（by）にも入っています。",
            f"{len(columns)} columns; at most 4." if len(columns) > 4 else f"{count!r} is both count and category.",
            fix="表を分けるか、区分の列を減らしてください。"
            if len(columns) > 4
            else "by から人数の列を除いてください。",
            fix_en="Use fewer columns." if len(columns) > 4 else "Leave the count out of by.",
        )
    return columns


def check_sums(grid: Grid, given: np.ndarray, sums: np.ndarray) -> None:
    """Raise unless the counts that are ``given`` (not NaN) are the ``sums`` (where these are not NaN)."""
    wrong = np.flatnonzero(~np.isnan(given) & ~np.isnan(sums) & (given != sums))
    if len(wrong):
        cell = int(wrong[0])
        raise DataAcademyError(
            "totals_do_not_add_up",
            f"「{grid.words(cell)}」の行は {given[cell]:,.0f} 人ですが、内訳を足すと {sums[cell]:,.0f} 人です"
            f"（合わない計は {len(wrong):,} 行）。",
            f"{grid.words(cell)} says {given[cell]:,.0f}, its parts add up to {sums[cell]:,.0f}; {len(wrong)} differ.",
            fix="内訳の行が抜けていないか、不明の人が計にだけ入っていないか確かめてください。"
            "区分の列の空欄は「計」と読みます。計の行を除けば、計は自動で作ります。",
            fix_en="Look for missing rows and for people counted in the total only; or leave the totals out.",
        )
