"""面積按分: figures of one zoning carried over to another."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np

from dataacademy.analysis import Analysis
from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.inputs import check_table, floats
from dataacademy.labels import label_of
from dataacademy.maps.people import counted_in
from dataacademy.maps.shares import Shares, one_layer, shares

_WHOLE = 0.99  # of a target zone: what is left is how the boundary was drawn


def areal_interpolate(
    source: gpd.GeoDataFrame,
    target: gpd.GeoDataFrame,
    *,
    counts: str | list[str] = (),
    rates: str | list[str] | Mapping[str, str] = (),
    within: gpd.GeoDataFrame | None = None,
    weights: str | None = None,
) -> Analysis:
    """The figures of ``source`` zones (polygons) for the ``target`` zones, whose borders are others.

    counts
        Columns of numbers of people, households, cases: a zone that is cut is divided, sums are kept.
    rates
        Columns of rates, means, densities: averaged.  ``{"elderly_percent": "population"}`` weights a rate by its
        base, as it must be; a mere name weights by area, as is right for densities.
    within, weights
        Where people live: buildings (points, or polygons by their representative point) and the column of their
        residents (None: each counts the same).  A zone is then divided by what stands in it; zones where nothing
        stands, by area.

    Table: ``target`` with the columns, and ``covered_percent``, the part of each target zone that the source covers;
    empty where it covers nothing.  Value: the sum of the first of ``counts`` (number of target zones without).
    Figures: ``total, carried, outside`` (of the first of ``counts``), ``cut`` (source zones of which more than
    0.1 % is cut off), ``cut_total`` (what they hold: only this much is estimated, the rest is exact).

    y_t = Σ_s y_s · |s ∩ t| / |s|;  rate_t = Σ_s r_s b_s w_st / Σ_s b_s w_st.  Source: Goodchild & Lam (1980); with
    ``within`` binary dasymetric.  Errors: ``needs_polygons``, ``no_overlap``, ``overlapping_zones``,
    ``several_layers``, ``column_exists``, ``nothing_to_carry``, ``not_numeric``, ``negative_base``.
    Checked against tobler 0.13 (``area_interpolate``) on the sample town; sums by law.
    When not to use: for points or buildings (``aggregate`` adds them up exactly), and to make small zones from large
    ones (the town's average then stands everywhere).

    >>> import dataacademy as da
    >>> found = da.maps.areal_interpolate(da.load("areas"), da.load("zones"), counts="population")
    >>> round(found.value) == int(da.load("areas")["population"].sum())
    True
    >>> found.figures["cut"]  # no area lies across two associations: nothing had to be estimated
    0
    """
    counts = [counts] if isinstance(counts, str) else list(counts)
    bases = dict(rates) if isinstance(rates, Mapping) else dict.fromkeys([rates] if isinstance(rates, str) else rates)
    _check(source, target, counts, bases)
    s = shares(source, target, within=within, weights=weights)
    left_out, added = list(s.left_out), {}
    for column in counts:
        values = floats(source[column], column)
        empty = np.isnan(values)
        if empty.any():
            left_out.append(f"「{label_of(column)}」が空欄の元の区域 {int(empty.sum())}")
        added[column] = _carried(s, np.where(empty, 0, values))
        lost = float(np.nansum(values) - np.nansum(added[column]))
        if abs(lost) > 1e-9 * max(1.0, np.nansum(np.abs(values))):
            left_out.append(f"先のどの区域にも入らない{label_of(column)} {lost:,.0f}{counted_in(column)}")
    for column, base in bases.items():
        values = floats(source[column], column)
        weight = s.area if base is None else floats(source[base], base)
        _not_negative(weight, base)
        known = ~np.isnan(values) & ~np.isnan(weight)
        if not known.all():
            left_out.append(f"「{label_of(column)}」か重みが空欄の元の区域 {int((~known).sum())}")
        held = _carried(s, np.where(known, weight, 0.0))
        sums = _carried(s, np.where(known, weight * values, 0.0))
        added[column] = np.divide(sums, held, out=np.full(len(target), np.nan), where=held > 0)
    table = target.assign(**added, covered_percent=100 * s.covered)
    nowhere = int((s.covered == 0).sum())
    if nowhere:
        left_out.append(f"元の区域のデータがない先の区域 {nowhere}（値は空欄）")
    return _told(table, source, target, s, counts, bases, within, weights, tuple(left_out))


def _carried(s: Shares, values: np.ndarray) -> np.ndarray:
    """Sums of ``values`` by target zone; NaN where the source covers nothing."""
    sums = np.bincount(s.new, weights=values[s.old] * s.share, minlength=len(s.covered))
    return np.where(s.covered > 0, sums, np.nan)


def _told(table, source, target, s: Shares, counts, bases, within, weights, left_out) -> Analysis:
    cut = s.cut()
    placed = np.bincount(s.old, minlength=len(source)) > 0
    by = "面積" if within is None else f"建物（{label_of(weights)}）" if weights else "建物の数"
    figures: dict = {"cut": int(cut.sum())}
    used = {"元の区域": int(placed.sum()), "先の区域": len(target), **s.used}
    if counts:
        first = counts[0]
        values = np.nan_to_num(floats(source[first], first))
        total, carried = float(values.sum()), float(np.nansum(table[first]))
        outside = total - carried
        if abs(outside) <= 1e-9 * max(1.0, np.abs(values).sum()):  # rounding, no people
            outside = 0.0
        figures = {"total": total, "carried": carried, "outside": outside, **figures}
        figures["cut_total"] = float(values[cut].sum())
        whole, kept = round(total), round(carried)
        value = carried
        unit = counted_in(first)
        part = f"のうち {kept:,}{unit}" if kept != whole else ""
        ja = f"{len(source):,} 区域の{label_of(first)} {whole:,}{unit}{part}を、{len(target):,} 区域に割り振りました"
        ja += f"（残る {whole - kept:,}{unit}は先の区域の外です）。" if part else "。"
        ja += (
            f"境界をまたぐのは {int(cut.sum()):,} 区域（{label_of(first)} {figures['cut_total']:,.0f}{unit}）で、"
            f"{by}の割合で分けた推計です。"
            if cut.any()
            else "境界をまたぐ区域はないので、推計ではなく足し算です。"
        )
        en = (
            f"{kept:,} of {whole:,} ({first}) in {len(source):,} zones were carried over to {len(target):,} zones; "
            f"{figures['cut_total']:,.0f} in {int(cut.sum()):,} divided zones are estimates."
        )
    else:
        value = len(target)
        ja = (
            f"{len(source):,} 区域の{'、'.join(label_of(c) for c in bases)}を、{len(target):,} 区域の平均に直しました"
            f"（境界をまたぐのは {int(cut.sum()):,} 区域）。"
        )
        en = f"{', '.join(bases)} of {len(source):,} zones were averaged over {len(target):,} zones."
    notes = []
    if cut.any():
        spread = "人が均等に住んでいる" if within is None else "建物の割合で人が住んでいる"
        notes.append(f"境界をまたぐ区域の中では、{spread}とみています。")
    if within is not None and (s.by_area & placed).any():
        notes.append(f"建物のない {int((s.by_area & placed).sum()):,} 区域は、面積の割合で分けています。")
    by_size = [label_of(c) for c, base in bases.items() if base is None]
    if by_size:
        notes.append(
            f"{'、'.join(by_size)}は面積で重みを付けた平均です。人の割合なら rates={{列: 人口の列}} にしてください。"
        )
    part = int(((s.covered > 0) & (s.covered < _WHOLE)).sum())
    if part:
        notes.append(
            f"先の {part:,} 区域は、元の区域が一部しかおおっておらず（covered_percent）、人数は少なめに出ます。"
        )
    return Analysis(table, value, ja, en, used=used, left_out=left_out, figures=figures, assumptions=tuple(notes))


def _check(source, target, counts, bases) -> None:
    for data in (source, target):
        check_table(data)
    if not counts and not bases:
        raise DataAcademyError(
            "nothing_to_carry",
            "割り振る列が指定されていません。",
            "No column to carry over was named.",
            fix='人数や件数は counts="population"、割合や平均は rates={"割合の列": "人口の列"} のように指定します。',
            fix_en="Name counts=… (sums) or rates={rate: base} (averages).",
        )
    check_columns(source, [*counts, *bases, *(b for b in bases.values() if b)], table="元の区域の表")
    one_layer(target)
    for column in (*counts, *bases, "covered_percent"):
        if column in target:
            raise DataAcademyError(
                "column_exists",
                f"列「{column}」は先の区域の表にもうあります。どちらの値か分からなくなります。",
                f"Column {column!r} is already in the target.",
                fix=f'先に外してください（target.drop(columns="{column}")）。',
                fix_en="Drop it from the target first.",
            )


def _not_negative(weight: np.ndarray, base: str | None) -> None:
    if (weight < 0).any():
        raise DataAcademyError(
            "negative_base",
            f"重みの列「{base}」に負の値が {int((weight < 0).sum())} 行あります。平均の重みになりません。",
            f"Column {base!r} has negative values: they cannot weight a mean.",
            fix="人数の列を選んでください。",
            fix_en="Choose a column of persons.",
            column=str(base),
        )
