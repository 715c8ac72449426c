"""The two arms of a trial: who was drawn for the measure, who was not, and the columns that were known before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dataacademy.effect.checks import check_data
from dataacademy.errors import DataAcademyError, check_choice, check_columns
from dataacademy.inputs import floats, levels, sorted_values


@dataclass(frozen=True)
class Arms:
    """Rows of the two arms.

    data
        Those rows as they are, index 0, 1, ….
    treated
        Yes/no for each of them.
    names
        What the treated arm and the other one are called in the table.
    """

    data: pd.DataFrame
    treated: np.ndarray
    names: tuple
    left_out: tuple[str, ...]

    @property
    def called(self) -> tuple[str, str]:
        """The two arms in words; yes/no says nothing by itself."""
        yes_no = all(isinstance(name, (bool, int, np.bool_, np.integer)) for name in self.names)
        return ("対象", "対象外") if yes_no else (str(self.names[0]), str(self.names[1]))


def two_arms(data: pd.DataFrame, group: str, treated=None, control=None) -> Arms:
    """The rows of both arms.  ``treated`` is needed unless ``group`` is yes/no, ``control`` where there are more arms.

    Errors: ``one_arm`` (nobody in the other arm), ``not_two_arms``, ``which_treated``, unknown names.
    """
    check_data(data)
    check_columns(data, [group], table="渡した表")
    values = data[group]
    found = sorted_values(values)
    if treated is None and set(found) <= {0, 1}:
        treated = next((v for v in found if v == 1), True)
    if len(found) < 2:
        only = f"「{found[0]}」だけ" if found else "空欄だけ"
        raise DataAcademyError(
            "one_arm",
            f"列「{group}」は{only}なので、くらべる相手がいません。",
            f"Column {group!r} has a single value: one of the two arms is empty.",
            fix="くじで外れた側の行も入った表を渡してください。行を選びすぎていないかも確かめてください。",
            fix_en="Pass a table that also holds the other arm; check how the rows were chosen.",
        )
    if len(found) > 2 and (treated is None or control is None):
        raise DataAcademyError(
            "not_two_arms",
            f"くらべるのは二つの群です。列「{group}」には {len(found):,} 種類あります。",
            f"Two arms are compared; column {group!r} has {len(found)} values.",
            fix="treated= と control= で、したほうとしなかったほうの値を指定してください"
            f"（あるのは {'、'.join(f'「{v}」' for v in found[:8])}{'…' if len(found) > 8 else ''}）。",
            fix_en="Name both with treated= and control=.",
        )
    if treated is None:
        raise DataAcademyError(
            "which_treated",
            f"列「{group}」の「{found[0]}」と「{found[1]}」の、どちらが「した」ほうか分かりません。",
            f"Which of {found[0]!r} and {found[1]!r} in {group!r} is the treated arm?",
            fix=f'treated="{found[1]}" のように指定してください。',
            fix_en=f"Name it, e.g. treated={found[1]!r}.",
        )
    check_choice(f"列「{group}」の値", treated, found, en=f"Value of {group!r}")
    if control is None:
        control = next(v for v in found if v != treated)
    check_choice(f"列「{group}」の値", control, [v for v in found if v != treated], en=f"Other value of {group!r}")
    here = values.isin([treated, control]).to_numpy()
    left_out = []
    if empty := int(values.isna().sum()):
        left_out.append(f"列「{group}」が空欄の {empty:,} 行")
    if others := int((~here).sum()) - empty:
        left_out.append(f"どちらの群でもない {others:,} 行")
    kept = data[here].reset_index(drop=True)
    return Arms(kept, (kept[group] == treated).to_numpy(dtype=bool), (treated, control), tuple(left_out))


def check_once(arms: Arms, id: str, *, clustered: bool) -> None:
    """Raise if somebody stands in both arms, or more than once without ``cluster``."""
    check_columns(arms.data, [id], table="渡した表")
    who = arms.data[id]
    both = sorted_values(who[arms.treated][who[arms.treated].isin(who[~arms.treated].dropna())])
    if both and not clustered:
        raise DataAcademyError(
            "in_both_arms",
            f"「{id}」の「{both[0]}」など {len(both):,} 件が、両方の群にいます。",
            f"{len(both)} values of {id!r}, such as {both[0]!r}, are in both arms.",
            fix="番号と割り付けの列を確かめてください。年度ごとにくじを引いたのなら、cluster= に番号の列を指定します。",
            fix_en="Check both columns; where lots were drawn again each year, name the column with cluster=.",
        )
    twice = who[who.duplicated() & who.notna()]
    if len(twice) and not clustered:
        raise DataAcademyError(
            "duplicate",
            f"「{id}」の「{twice.iloc[0]}」などが、二行以上あります（{len(twice):,} 行が余分）。"
            "同じ対象を何度も数えると、確かさを実際より大きく見せます。",
            f"{id!r} occurs more than once ({len(twice)} rows too many, e.g. {twice.iloc[0]!r}).",
            fix="平均などで一件一行にまとめるか、cluster= に番号の列を指定してください。",
            fix_en="Put them together to one row each, or name the column with cluster=.",
        )


def columns_of(data: pd.DataFrame, covariates: Sequence[str]) -> list[tuple[str, str, np.ndarray]]:
    """``(variable, level, numbers)``: a number or yes/no as it is, a category as one 0/1 column for each level.

    Empty cells are NaN.  Errors: those of :func:`~dataacademy.inputs.floats` for numbers written as text.
    """
    check_columns(data, covariates, table="渡した表")
    out = []
    for column in covariates:
        values = data[column]
        if pd.api.types.is_numeric_dtype(values):
            out.append((column, "", floats(values, column)))
            continue
        known = values.dropna()
        found = levels(known, column, least=1) if len(known) else []
        if len(found) > 50:
            raise DataAcademyError(
                "too_many_levels",
                f"列「{column}」には {len(found):,} 種類の値があります。そろえる列にはできません。",
                f"Column {column!r} has {len(found)} different values: too many to hold fixed.",
                fix="番号や自由記述の列ではありませんか。大きな区分にまとめてください。",
                fix_en="Is it an identifier or free text? Group the values first.",
                column=str(column),
            )
        missing = values.isna().to_numpy()
        for level in found:
            out.append((column, str(level), np.where(missing, np.nan, (values == level).fillna(False).astype(float))))
    return out
