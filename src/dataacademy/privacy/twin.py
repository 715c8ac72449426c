"""A fake twin of a table of people: the same columns and counts, nobody in it, for practice and for trying programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.arguments import chance, check_whole
from dataacademy.errors import DataAcademyError, check_choice, check_columns
from dataacademy.inputs import check_table
from dataacademy.privacy.columns import classify
from dataacademy.privacy.equivalence import check_k, classes, numbered
from dataacademy.privacy.margins import joint, proportional, unsmall
from dataacademy.privacy.recipes import CATEGORY, Recipe, invented, made, recipe

TREATMENTS = ("fake", "keep")
_TURNS = 20


@dataclass(frozen=True)
class Twin(Analysis):
    """What was made and how; ``.data`` is the twin itself."""

    data: Any = None


def synthesize(
    data: pd.DataFrame,
    *,
    by: Sequence[str] | None = None,
    pairs: Sequence[tuple[str, str]] = (),
    treat: Mapping[str, str] | None = None,
    rows: int | None = None,
    minimum: int = 5,
    seed: int = 0,
) -> Twin:
    """Make a fake twin: the same columns, types, blanks and counts of every column; invented people.

    by
        Quasi-identifiers; no row of the twin has a combination that only one real row has.  Guessed by
        :func:`classify` if not given.
    pairs
        Columns whose two-way table is kept too: ``[("quarter", "age_group")]``.  All others are drawn independently.
        Pairs may not run in a circle.
    treat
        What the guess got wrong: ``{"列": "fake"}`` (invent names or numbers) or ``"keep"`` (its values are no secret).
    rows
        Size of the twin; as many as ``data`` if not given.  Counts are then in proportion.
    minimum
        Counts of categories (and cells of pairs) from 1 to ``minimum`` − 1 are changed by chance to 0 or ``minimum``;
        ends of numbers and dates are the ``minimum``-th smallest and largest.
    seed
        The same seed (0 if not given) gives the same twin.

    Table, one row a column: ``column, way`` (区分, 数, 日付, 時刻, 見本の名前や番号, 見本の文章)``, distinct_values,
    missing, max_difference`` (points; categories: the largest difference between real and fake shares; numbers: that
    of the share of blanks).
    Value: the number of rows.  ``.data``: the twin.  Figures: ``moved`` (rows whose values were exchanged because they
    looked like a real person), ``removed`` (rows left out for the same reason).

    Categories: as often as in the data (exactly, but for ``minimum`` and rows left out).  Numbers, dates and times:
    twenty levels of equal size, drawn evenly within.  Pairs: the table with small cells changed, fitted to the counts
    of both columns (IPF, Deming & Stephan 1940), rounded so that all sums hold (controlled rounding, Cox 1987).
    Direct identifiers and long texts are invented; who stands in several rows stays so.
    Errors: pairs_in_circle, not_pairs, not_treatments, not_a_level, k_too_small, k_not_whole, k_too_large (for
    ``minimum``), not_whole_between (rows: 1 to 10,000,000; seed: 0 or more),
    unknown_column, unknown_choice, not_a_table, no_rows, duplicate_columns.
    Checked against the counts of the residents and check-ups of the sample town, by property tests on random tables.
    When not to use: for any analysis.  What depends on what is lost (save the ``pairs``), so every relation found in a
    twin is false; and it is no 匿名加工情報 (let the section in charge decide before it leaves the office).

    >>> import dataacademy as da
    >>> people = da.load("checkups")[["person_id", "age", "sex", "office", "attended"]]
    >>> twin = synthesize(people, pairs=[("office", "sex")])
    >>> bool((twin.data["office"].value_counts() == people["office"].value_counts()).all())
    True
    >>> list(twin.data.columns) == list(people.columns), bool(twin.data["person_id"].isin(people["person_id"]).any())
    (True, False)
    """
    check_table(data)
    check_k(minimum, len(data), "minimum")
    if rows is not None:
        check_whole("見本の行数（rows）", rows, 1, 10_000_000, en="rows")
    count = len(data) if rows is None else int(rows)
    pairs = _pairs(pairs)
    left_out = [f"列「{c}」（地図の形）" for c in data.columns if str(data[c].dtype) == "geometry"]
    real = pd.DataFrame({c: data[c].reset_index(drop=True) for c in data.columns if str(data[c].dtype) != "geometry"})
    roles, treat = classify(real), dict(_treatments(treat))
    quasi = list(roles.quasi if by is None else [by] if isinstance(by, str) else by)
    check_columns(real, [*quasi, *treat, *(c for pair in pairs for c in pair)], table="渡した表")
    for column, way in treat.items():
        check_choice(f"列「{column}」の扱い", way, TREATMENTS, en=f"Treatment of {column!r}")
    fake = ({*roles.direct} | {c for c, w in treat.items() if w == "fake"}) - {
        c for c, w in treat.items() if w == "keep"
    }
    recipes = {c: recipe(real[c], c, direct=c in fake, minimum=minimum) for c in real.columns}
    rng = chance(seed)
    codes, groups, small = _drawn(recipes, _forest(recipes, pairs), count, minimum, rng)
    twin = pd.DataFrame({c: _column(r, real[c], codes.get(c), count, minimum, rng) for c, r in recipes.items()})
    quasi = [c for c in quasi if c in codes]
    twin, moved = _apart(twin, real, quasi, groups, rng)
    same = _like_someone(twin, real, quasi)
    twin = twin[~same].reset_index(drop=True)
    table = pd.DataFrame([_row(r, real[c], twin[c]) for c, r in recipes.items()])
    removed = int(same.sum())
    if small:
        left_out.append(f"{minimum} 行未満の区分や組み合わせ {small:,} とおりは、数を 0 か {minimum} に変えました")
    if removed:
        left_out.append(f"本物の一人と同じ組み合わせ（{'×'.join(quasi)}）になった {removed:,} 行は除きました")
    kept = f"、{'、'.join('×'.join(p) for p in pairs)} の組み合わせ" if pairs else ""
    return Twin(
        table,
        len(twin),
        f"{len(real):,} 行の表から、形だけ同じ見本の表（{len(twin):,} 行、{len(table)} 列）を作りました。"
        f"列の名前・型・空欄の割合・一列ずつの内訳{kept}は本物に合わせ、人は作りものです。プログラムや様式を試すのに使えます。"
        "列どうしの関係は残していないので、分析には使えません。",
        f"A fake twin of {len(twin):,} rows and {len(table)} columns: columns, types, blanks and one-way counts as in "
        "the data, invented people. Good for trying programs and forms; useless for analysis.",
        used={"行": len(real), "列": len(table)},
        left_out=tuple(left_out),
        figures={"moved": moved, "removed": removed},
        assumptions=(
            f"直接識別子とみて作りものにした列：{'、'.join(sorted(map(str, fake))) or 'なし'}。"
            "見落としがないか、人が確かめてください。",
            "区分の名前（地区名など）は本物のままです。名前そのものが秘密の列は treat で fake にします。",
            "外に出してよいかどうかは、所管課が決めます。法律の匿名加工情報を作ったことにはなりません。",
        ),
        data=twin,
    )


def _pairs(pairs) -> list[tuple[str, str]]:
    listed = [] if isinstance(pairs, str) else list(pairs or ())
    if isinstance(pairs, str) or any(isinstance(p, str) or not isinstance(p, Sequence) or len(p) != 2 for p in listed):
        raise DataAcademyError(
            "not_pairs",
            f"組み合わせ（pairs）は、列の名前二つずつの組を並べて書きます。渡されたのは {pairs!r} です。",
            f"pairs must be a list of pairs of columns, not {pairs!r}.",
            fix='pairs=[("地区", "年代")] のように、かっこを二重に書きます。',
            fix_en='For example pairs=[("quarter", "age_group")].',
        )
    return [(a, b) for a, b in listed]


def _treatments(treat) -> Mapping[str, str]:
    if treat is not None and not isinstance(treat, Mapping):
        raise DataAcademyError(
            "not_treatments",
            f"列の扱い（treat）は、列の名前と扱いの組で書きます。渡されたのは {type(treat).__name__} です。",
            f"treat must be a dict from column to treatment, not {type(treat).__name__}.",
            fix='treat={"氏名": "fake", "施設名": "keep"} のように書きます。',
            fix_en='For example treat={"name": "fake", "facility": "keep"}.',
        )
    return treat or {}


def _forest(recipes: Mapping[str, Recipe], pairs) -> list[list[tuple[str, str | None]]]:
    """Groups of columns linked by pairs: (column, the column it hangs on), every one after the one it hangs on."""
    links: dict[str, list[str]] = {c: [] for c, r in recipes.items() if r.codes is not None}
    for a, b in pairs:
        for c in (a, b):
            if c not in links:
                raise DataAcademyError(
                    "not_a_level",
                    f"列「{c}」は作りものにする列（名前・番号・文章）なので、組み合わせ（pairs）に使えません。",
                    f"Column {c!r} is invented; it cannot stand in pairs.",
                    fix='区分や数の列を選ぶか、秘密でない列なら treat={"列": "keep"} とします。',
                    fix_en="Choose other columns, or treat it as 'keep'.",
                    column=str(c),
                )
        links[a].append(b)
        links[b].append(a)
    groups, seen = [], set()
    for start in links:
        if start in seen:
            continue
        group, waiting = [], [(start, None)]
        while waiting:
            column, parent = waiting.pop(0)
            if column in seen:
                raise DataAcademyError(
                    "pairs_in_circle",
                    f"組み合わせ（pairs）が輪になっています（列「{column}」に二つの道から着きます）。",
                    f"The pairs run in a circle through {column!r}.",
                    fix="組み合わせを一つ減らしてください。A×B と B×C があれば、A×C は書けません。",
                    fix_en="Leave one pair out.",
                    column=str(column),
                )
            seen.add(column)
            group.append((column, parent))
            others = list(links[column])
            if parent is not None:
                others.remove(parent)
            waiting += [(other, column) for other in others]
        groups.append(group)
    return groups


def _drawn(recipes, forest, count: int, minimum: int, rng):
    """Levels of every row of the twin (−1: blank), the groups of linked columns, and how many small counts changed."""
    codes, small = {}, 0
    for group in forest:
        for column, parent in group:
            r = recipes[column]
            counts = np.bincount(r.codes + 1, minlength=r.levels + 1)  # the first is the blank
            noisy, changed = unsmall(counts, minimum, rng, fixed=0)
            small += changed
            margin = proportional(noisy, count)
            if parent is None:
                codes[column] = rng.permutation(np.repeat(np.arange(-1, r.levels), margin))
                continue
            p = recipes[parent]
            both = np.bincount((p.codes + 1) * (r.levels + 1) + r.codes + 1, minlength=(p.levels + 1) * (r.levels + 1))
            table, changed = unsmall(both.reshape(p.levels + 1, -1), minimum, rng)
            small += changed
            whole = joint(table, np.bincount(codes[parent] + 1, minlength=p.levels + 1), margin)
            mine = np.empty(count, int)
            for level, row in enumerate(whole):
                mine[codes[parent] == level - 1] = rng.permutation(np.repeat(np.arange(-1, r.levels), row))
            codes[column] = mine
    return codes, [[column for column, _ in group] for group in forest], small


def _column(r: Recipe, original: pd.Series, codes, count: int, minimum: int, rng) -> pd.Series:
    if codes is not None:
        return made(r, original, codes, rng)
    share = original.notna().mean()
    filled = round(count * share)
    sizes = original.value_counts().to_numpy()
    sizes = np.minimum(sizes, sizes[min(minimum, len(sizes)) - 1]) if len(sizes) else sizes
    picked = sizes if count == len(original) else rng.choice(sizes, size=filled) if filled else sizes[:0]
    missing = max(0, filled - int(picked.sum()))
    picked = np.r_[picked, np.ones(missing, int)]
    picked = picked[: int(np.searchsorted(np.cumsum(picked), filled)) + 1] if filled else picked[:0]
    values = invented(r, original, picked, rng)
    which = rng.permutation(np.r_[np.repeat(np.arange(len(picked)), picked)[:filled], np.full(count - filled, -1)])
    column = values.reindex(which).reset_index(drop=True)
    return column.astype(original.dtype) if not isinstance(original.dtype, pd.CategoricalDtype) else column


def _like_someone(twin: pd.DataFrame, real: pd.DataFrame, quasi: list[str]) -> np.ndarray:
    """Rows of the twin with a combination of quasi-identifiers that exactly one real row has."""
    if not quasi:
        return np.zeros(len(twin), bool)
    both = pd.concat([real[quasi].astype(object), twin[quasi].astype(object)], ignore_index=True)
    of = classes([numbered(both[c]) for c in quasi], len(both)).of
    counts = np.bincount(of[: len(real)], minlength=of.max() + 1)
    return counts[of[len(real) :]] == 1


def _apart(twin, real, quasi, groups, rng) -> tuple[pd.DataFrame, int]:
    """Exchange values between rows until none looks like a real single person; the counts of linked columns stay."""
    linked = [g for g in groups if set(g) & set(quasi)]
    twin, touched = twin.copy(), np.zeros(len(twin), bool)
    if len(linked) < 2:
        return twin, 0
    for turn in range(_TURNS):
        rows = np.flatnonzero(_like_someone(twin, real, quasi))
        if not len(rows):
            break
        touched[rows] = True
        other = rng.choice(len(twin), size=len(rows), replace=False)
        order = np.arange(len(twin))
        for a, b in zip(rows, other, strict=True):
            order[[a, b]] = order[[b, a]]
        for column in linked[turn % len(linked)]:
            twin[column] = twin[column].iloc[order].array
    return twin, int(touched.sum())


def _row(r: Recipe, real: pd.Series, twin: pd.Series) -> dict:
    difference = np.nan
    if r.codes is not None:
        if r.way == CATEGORY:
            a, b = (s.astype(object).value_counts(normalize=True, dropna=False) for s in (real, twin))
            difference = 100 * float(a.subtract(b, fill_value=0).abs().max())
        else:
            difference = 100 * abs(float(real.isna().mean() - twin.isna().mean()))
    return {
        "column": r.column,
        "way": r.way,
        "distinct_values": int(twin.nunique()),
        "missing": int(twin.isna().sum()),
        "max_difference": difference,
    }
