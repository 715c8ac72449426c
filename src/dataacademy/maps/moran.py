"""Do like values lie together?  Moran's I for the whole map, and for each area and its neighbours (LISA)."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis, number, p_words
from dataacademy.arguments import chance, check_whole
from dataacademy.errors import DataAcademyError, check_choice, check_columns
from dataacademy.inputs import check_between, floats
from dataacademy.labels import label_of
from dataacademy.maps.clusters import false_discovery, global_p, local_p, rate_index, variance
from dataacademy.maps.neighbours import KINDS, Ties, alone_words, find_ties, ids_of

CLUSTERS = {name: label_of(name) for name in ("HH", "LL", "HL", "LH", "not_clear", "island", "no_data")}
CORRECTIONS = ("fdr", "none")
SMALL = 100  # people below which one event more or less moves a rate by a percentage point


def moran(
    data: gpd.GeoDataFrame,
    *,
    column: str,
    population: str | None = None,
    kind: str = "queen",
    k: int = 5,
    gap_m: float = 0,
    permutations: int = 9_999,
    confidence: float = 0.95,
    seed: int = 20,
    id: str = "area_id",
) -> Analysis:
    """Are the values of neighbouring areas alike, more than chance would make them?  (Moran's I)

    column, population
        A rate or a mean of each area; or a count together with ``population`` (persons): then the rates are compared,
        each by as much as its number of people makes it reliable (empirical Bayes index, Assunção & Reis 1999).
    kind, k, gap_m, id
        Who is a neighbour, as in :func:`dataacademy.maps.neighbours`; all neighbours of an area weigh the same.
    permutations, seed
        The values are dealt out to the areas anew so many times (seed 20 unless you say otherwise).

    Table: ``area, compared`` (what was compared: the values, or the index of the rates) ``, neighbour_mean``, one row
    for each area used (drawn against each other: the Moran scatter plot).  Value: I, about −1/(n − 1) if values lie at
    random, towards 1 if like lies by like, below if unlike does.  Figures: ``moran, expected, z, p_value,
    neighbours_mean, permutations``.

    I = Σᵢ zᵢ z̄ᵢ / Σᵢ zᵢ² with z̄ᵢ the mean of the neighbours.  ``p_value``: both sides (twice the smaller tail of the
    permutations); ``z`` by the moments under randomisation (Cliff & Ord 1981).  Areas without a neighbour or a value
    are left out and named.  Errors: ``constant``, ``all_islands``, ``no_population``, ``negative_counts``,
    ``not_whole_between``, those of ``neighbours``.
    Checked against esda 2.9 (I, E, z, p) and R's spdep 1.2 (``moran.test``, ``EBImoran.mc``) on the sample town.
    When not to use: on raw counts (areas with many people lie together anyway: give ``population``), and for causes.

    >>> import dataacademy as da
    >>> calls = da.load("ambulance_calls").groupby("area_id").size().rename("calls").reset_index()
    >>> areas = da.load("areas").merge(calls, on="area_id")
    >>> found = da.maps.moran(areas, column="calls", population="population", permutations=999)
    >>> bool(found.value > 0.2), found.left_out
    (True, ('隣のない区域 1（992010470）',))
    """
    _check_draws(permutations, confidence, seed)
    names = ids_of(data, id)
    m = _judged(data, names, column, population, find_ties(data, kind=kind, k=k, gap_m=gap_m))
    z = m.compared - m.compared.mean()
    value, n = float(z @ m.ties.mean(z) / (z @ z)), len(z)
    expected = -1 / (n - 1)
    p = global_p(z, m.ties, permutations, seed)
    figures = {
        "moran": value,
        "expected": expected,
        "z": _z(value - expected, variance(z, m.ties) if n > 3 else 0.0),
        "p_value": p,
        "neighbours_mean": float(m.ties.count.mean()),
        "permutations": permutations,
    }
    side = "似た値の区域が隣り合っています" if value > expected else "隣どうしで高い低いが分かれています"
    seen = f"{m.what}は、{side}" if p < 1 - confidence else f"{m.what}が、似た値どうしで集まっているとは言えません"
    return Analysis(
        pd.DataFrame({"area": names[m.keep], "compared": m.compared, "neighbour_mean": m.ties.mean(m.compared)}),
        value,
        f"{seen}（{n:,} 区域。モランのI {number(value)}：似た値が集まるほど 1 に近く、でたらめに並んでいれば "
        f"{number(expected)} 前後。"
        f"並べ直した {permutations:,} 回とくらべて {p_words(p)}）。",
        f"Moran's I of {column!r} is {number(value)} over {n:,} areas ({p_words(p)}, {permutations:,} permutations; "
        f"{number(expected)} if at random).",
        used={"区域": n, "隣の決め方": KINDS[kind]},
        left_out=m.left_out,
        figures=figures,
        assumptions=m.notes,
    )


def moran_local(
    data: gpd.GeoDataFrame,
    *,
    column: str,
    population: str | None = None,
    kind: str = "queen",
    k: int = 5,
    gap_m: float = 0,
    correction: str = "fdr",
    permutations: int = 9_999,
    confidence: float = 0.95,
    seed: int = 20,
    id: str = "area_id",
) -> Analysis:
    """Where do high values lie by high ones, and low by low?  (local Moran's I, LISA)

    Arguments as in :func:`moran`.  ``correction``: so many areas are looked at that some stand out by chance; ``fdr``
    (Benjamini & Hochberg 1995) keeps the expected share of false ones among the clusters at ``1 − confidence``,
    ``none`` takes each p-value as it is.

    Table: ``data`` and ``compared`` (what was compared), ``neighbours, neighbour_mean, local_moran, p_value,
    p_adjusted`` and ``cluster, cluster_label``: ``HH`` (high by high), ``LL``, ``HL`` (high among low), ``LH``,
    ``not_clear``, ``island``, ``no_data``.  Value: number of areas in ``HH``.  Figures: number of areas of each
    ``cluster``, and ``by_chance``, how many areas chance alone would lift out without a correction.

    Iᵢ = zᵢ z̄ᵢ / (Σ z²/n); their mean is Moran's I.  p: the other values are dealt out anew among the other areas;
    twice the smaller tail (esda and GeoDa print the tail, half as large).  Errors: as in :func:`moran`,
    ``column_exists``.
    Checked against esda 2.9 (Iᵢ, quadrants, p within the scatter of the draws) and spdep 1.2 (``localmoran``, Iᵢ).
    When not to use: to rank areas; and with ``correction="none"`` to claim a single cluster that nobody expected.

    >>> import dataacademy as da
    >>> calls = da.load("ambulance_calls").groupby("area_id").size().rename("calls").reset_index()
    >>> areas = da.load("areas").merge(calls, on="area_id")
    >>> found = da.maps.moran_local(areas, column="calls", population="population", permutations=999)
    >>> len(found.table), found.figures["island"]
    (119, 1)
    """
    _check_draws(permutations, confidence, seed)
    check_choice("くり返しの直し方", correction, CORRECTIONS, en="Correction")
    names = ids_of(data, id)
    m = _judged(data, names, column, population, find_ties(data, kind=kind, k=k, gap_m=gap_m))
    z = m.compared - m.compared.mean()
    around, p = m.ties.mean(z), local_p(z, m.ties, permutations, seed)
    adjusted = false_discovery(p)
    clear = (adjusted if correction == "fdr" else p) < 1 - confidence
    place = np.where(z > 0, np.where(around > 0, "HH", "HL"), np.where(around > 0, "LH", "LL"))
    cluster = np.where(m.island, "island", "no_data").astype(object)
    cluster[m.keep] = np.where(clear, place, "not_clear")
    added = {
        "compared": m.compared,
        "neighbours": m.ties.count,
        "neighbour_mean": m.ties.mean(m.compared),
        "local_moran": z * around / (z @ z / len(z)),
        "p_value": p,
        "p_adjusted": adjusted,
    }
    added = {name: _spread(values, m.keep) for name, values in added.items()}
    added |= {"cluster": cluster, "cluster_label": [CLUSTERS[c] for c in cluster]}
    _check_free(data, added)
    counts = {name: int((cluster == name).sum()) for name in CLUSTERS}
    by_chance = len(z) * (1 - confidence)
    how = (
        f"一度に {len(z):,} 区域を調べるので、挙げた区域のうちまちがいが {1 - confidence:.0%} ほどにとどまるように、"
        "きびしく判定しています（FDR）。"
        if correction == "fdr"
        else f"一度に {len(z):,} 区域を調べたので、何もなくても {by_chance:.0f} 区域ほどは目立ちます。"
    )
    return Analysis(
        data.assign(**added),
        counts["HH"],
        f"{m.what}を調べた {len(z):,} 区域のうち、高い区域が集まるのは {counts['HH']}、低い区域が集まるのは "
        f"{counts['LL']}、まわりより高いのは {counts['HL']}、まわりより低いのは {counts['LH']} 区域で、残る "
        f"{counts['not_clear']} 区域ははっきりしません。{how}",
        f"Of {len(z):,} areas {counts['HH']} are high among high, {counts['LL']} low among low, {counts['HL']} high "
        f"among low, {counts['LH']} low among high, {counts['not_clear']} not clear (correction: {correction}).",
        used={"区域": len(z), "隣の決め方": KINDS[kind], "並べ直した回数": permutations},
        left_out=m.left_out,
        figures={**counts, "by_chance": by_chance},
        assumptions=m.notes,
    )


@dataclass(frozen=True)
class _Judged:
    """The areas with a value and a neighbour that has one (mask ``keep``), and what is compared there."""

    what: str
    compared: np.ndarray
    ties: Ties
    keep: np.ndarray
    island: np.ndarray
    left_out: tuple[str, ...]
    notes: tuple[str, ...]


def _judged(data, names: np.ndarray, column: str, population: str | None, ties: Ties) -> _Judged:
    check_columns(data, [column, *([population] if population else [])], table="データ")
    values = floats(data[column], column)
    people = floats(data[population], population) if population else np.ones(len(data))
    left_out = []
    for name, cells in ((column, values), (population, people)):
        if np.isnan(cells).any():
            left_out.append(f"「{label_of(name)}」が空欄の {int(np.isnan(cells).sum())} 区域")
    if population:
        _check_counts(values, column, people, population)
        if (people == 0).any():
            left_out.append(f"「{label_of(population)}」が 0 で率の決まらない {int((people == 0).sum())} 区域")
    have = ~np.isnan(values) & (people > 0)
    keep = have
    while True:  # the nearest are not mutual: who loses a neighbour may leave another one alone
        near = np.bincount(ties.first[keep[ties.second]], minlength=ties.n) > 0
        if (keep == keep & near).all():
            break
        keep = keep & near
    island = have & ~keep
    left_out += alone_words(names[island])
    if not keep.any():
        raise DataAcademyError(
            "all_islands",
            f"{len(data)} 区域のどれにも、値のある隣がありません。集まっているかどうかを調べられません。",
            f"None of the {len(data)} areas has a neighbour with a value.",
            fix='境界にすき間があるなら gap_m=（m）を、点や島なら kind="knn" を指定してください。',
            fix_en="Use gap_m= for boundaries with gaps, kind='knn' for points or islands.",
        )
    if np.ptp(values[keep] / people[keep]) == 0:
        raise DataAcademyError(
            "constant",
            f"列「{column}」の{'率' if population else '値'}がどの区域でも同じなので、集まり方を調べられません。",
            f"Column {column!r} is the same in every area: there is no pattern to look for.",
            fix="列の名前を確かめてください。",
            fix_en="Check the column.",
            column=str(column),
        )
    compared = rate_index(values[keep], people[keep]) if population else values[keep]
    what = f"「{label_of(column)}」の{'率' if population else '値'}"
    notes = _notes(values[have], people[have], population)
    return _Judged(what, compared, ties.among(keep), keep, island, tuple(left_out), notes)


def _notes(values: np.ndarray, people: np.ndarray, population: str | None) -> tuple[str, ...]:
    """What to be careful about: counts taken for rates, rates of few people."""
    neighbours = "隣の決め方を変えると、結果も変わります（kind）。"
    if population:
        few = int((people < SMALL).sum())
        some = f"{SMALL}人未満の区域が {few} あります。" if few else ""
        return (
            f"人の少ない区域の率は偶然で大きくゆれるので、その分を割り引いています（経験ベイズ）。{some}",
            neighbours,
        )
    if (values >= 0).all() and (values == np.round(values)).all():
        return (
            "件数や人数のままだと、人の多い区域が隣り合うだけで集まって見えます。population= に人口の列を指定して、"
            "率でくらべてください。",
            neighbours,
        )
    return (
        "人の少ない区域の率は偶然で大きくゆれます。件数と人口があれば、column= に件数、population= に人口を指定すると、"
        "その分を割り引けます。",
        neighbours,
    )


def _check_counts(values: np.ndarray, column: str, people: np.ndarray, population: str) -> None:
    for name, cells in ((column, values), (population, people)):
        if (cells < 0).any():
            raise DataAcademyError(
                "negative_counts",
                f"列「{name}」に負の数が {int((cells < 0).sum())} 区域あります。件数や人数として数えられません。",
                f"Column {name!r} is negative in {int((cells < 0).sum())} areas.",
                fix="増減の列ではなく、件数と人数の列を選んでください。",
                fix_en="Choose numbers of events and persons, not changes.",
                column=str(name),
            )
    if not (people > 0).any():
        raise DataAcademyError(
            "no_population",
            f"列「{population}」に人のいる区域がないので、率が計算できません。",
            f"No area has any {population!r}: rates cannot be computed.",
            fix="人数の列を確かめてください。",
            fix_en="Check the column of persons.",
            column=str(population),
        )


def _check_draws(permutations, confidence, seed) -> None:
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    check_whole("並べ直す回数（permutations）", permutations, 99, 1_000_000, en="permutations")
    chance(seed)  # an odd seed is told before anything is computed


def _z(gap: float, spread: float) -> float:
    """``gap`` in standard deviations; NaN where every arrangement gives the same (all areas next to each other)."""
    return float(gap / np.sqrt(spread)) if spread > 1e-12 else float("nan")


def _check_free(data, columns) -> None:
    for column in columns:
        if column in data:
            raise DataAcademyError(
                "column_exists",
                f"列「{column}」は表にもうあります。どちらの値か分からなくなります。",
                f"Column {column!r} is already in the table.",
                fix=f'先に表から外すか、名前を変えてください（data.drop(columns="{column}")）。',
                fix_en="Drop or rename it first.",
            )


def _spread(values: np.ndarray, keep: np.ndarray) -> np.ndarray:
    full = np.full(len(keep), np.nan)
    full[keep] = values
    return full
