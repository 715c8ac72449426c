"""The rows of a trial that can be used, what was drawn in it, and what makes it impossible to judge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dataacademy.effect.arms import Arms, columns_of
from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.inputs import all_missing, floats, weights_of
from dataacademy.labels import label_of


@dataclass(frozen=True)
class Part:
    """Rows whose outcome and columns are all known.

    ``units`` numbers what was drawn; ``place`` says where they stand in the arms; ``gone``: outcome unknown, of all
    rows of the arms; ``mixed``: clusters that stand in both arms.
    """

    y: np.ndarray
    t: np.ndarray
    w: np.ndarray
    x: np.ndarray
    cluster: np.ndarray | None
    strata: np.ndarray
    units: np.ndarray
    place: np.ndarray
    gone: np.ndarray
    mixed: bool
    drawn: tuple[int, int]
    left_out: tuple[str, ...]


def part_of(arms: Arms, value: str, names: list[str], cluster, strata, weights) -> Part:
    data, t = arms.data, arms.treated
    check_columns(data, [value, *names, *[c for c in (cluster, strata, weights) if c]], table="渡した表")
    y = floats(data[value], value)
    gone = np.isnan(y)
    left_out = list(arms.left_out)
    if gone.any():
        left_out.append(f"結果「{label_of(value)}」が分からない {int(gone.sum()):,} 件")
    keep = ~gone
    w = weights_of(data, weights) if weights else np.ones(len(data))
    columns = columns_of(data, names)
    for column in [*names, *[c for c in (cluster, strata) if c]]:
        if data[column].isna().all():
            raise all_missing(column)
        empty = data[column].isna().to_numpy() & keep
        if empty.any():
            left_out.append(f"列「{column}」が空欄の {int(empty.sum()):,} 行")
            keep &= ~empty
    place = np.flatnonzero(keep)
    y, kept_t = y[place], t[place]
    x = np.column_stack([np.zeros((len(place), 0)), *[c[place] for _, _, c in columns]])
    group = np.zeros(len(place), int)
    if strata:
        group = pd.factorize(data[strata].to_numpy()[place])[0]
        x = np.column_stack([*[(group == s).astype(float) for s in np.unique(group)], x])
    belongs, units, mixed, drawn = None, np.arange(len(place)), False, (int(t.sum()), int((~t).sum()))
    if cluster:
        belongs = pd.factorize(data[cluster].to_numpy()[place])[0]
        sides = pd.DataFrame({"c": data[cluster], "t": t}).dropna().drop_duplicates()
        mixed = bool(sides["c"].duplicated().any())
        if not mixed:
            units, drawn = belongs, (int(sides["t"].sum()), int((~sides["t"]).sum()))
    _check_sizes(arms, y, kept_t, units, belongs, group, strata, cluster)
    return Part(y, kept_t, w[place], x, belongs, group, units, place, gone, mixed, drawn, tuple(left_out))


def _check_sizes(arms: Arms, y, t, units, belongs, group, strata, cluster) -> None:
    for side, name in ((t, arms.called[0]), (~t, arms.called[1])):
        rows, drawn = int(side.sum()), len(np.unique(units[side]))
        if rows == 0:
            raise DataAcademyError(
                "empty_arm",
                f"「{name}」には、結果の分かる行が一つもありません。",
                f"Arm {name!r} has no row with an outcome.",
                fix="結果の列と、表のつなぎ方（merge）を確かめてください。",
                fix_en="Check the column of the outcome, and how the tables were joined.",
            )
        if drawn < 2:
            what = "まとまり" if rows > 1 else "件"
            raise DataAcademyError(
                "one_cluster" if rows > 1 else "one_row_arm",
                f"「{name}」が 1 {what}しかないので、ばらつきが分からず、確かさが言えません。",
                f"Arm {name!r} has a single {'cluster' if rows > 1 else 'row'}: its spread is unknown.",
                fix="どちらの群にも二つ以上が要ります。一つの市や学校だけで行ったことなら、da.effect.did や "
                "da.effect.synthetic_control を見てください。",
                fix_en="At least two are needed in each arm; for one treated place see did or synthetic_control.",
            )
    if belongs is not None and belongs.max() == 0:
        raise DataAcademyError(
            "one_cluster",
            f"列「{cluster}」の値が 1 種類だけなので、まとまりどうしのばらつきが分かりません。",
            f"Column {cluster!r} has a single value.",
            fix="まとまりを示す列を確かめるか、cluster= を外してください。",
            fix_en="Check the column, or leave cluster= out.",
        )
    if np.ptp(y[t]) == 0 and np.ptp(y[~t]) == 0:
        raise DataAcademyError(
            "no_spread",
            "どちらの群でも、結果がまったく同じ値なので、確かさが言えません。",
            "The outcome does not vary within the arms.",
            fix="丸めすぎた値や、群ごとに一つしかない値ではないか、確かめてください。",
            fix_en="Is it rounded too far, or one value per arm?",
        )
    if not strata:
        return
    sizes = [(len(np.unique(units[(group == s) & side])), s) for s in np.unique(group) for side in (t, ~t)]
    least, s = min(sizes)
    if least < 2:
        name = arms.data[strata].dropna().unique()
        raise DataAcademyError(
            "small_stratum",
            f"列「{strata}」の区分のうち {sum(n < 2 for n, _ in sizes):,} か所で、一方の群が {least} 件しかありません"
            f"（区分は {len(name):,} 種類）。",
            f"{sum(n < 2 for n, _ in sizes)} strata of {strata!r} have fewer than two in an arm.",
            fix="近い区分をまとめてください。二件ずつの組なら da.stats.compare の paired です。",
            fix_en="Join strata; for pairs use da.stats.compare with method='paired'.",
        )
