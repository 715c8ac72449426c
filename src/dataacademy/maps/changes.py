"""合併・分割: which old zones became which new ones, and the figures of the old ones brought to the new."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.arguments import check_names_once
from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.inputs import check_table, floats
from dataacademy.labels import label_of
from dataacademy.maps.neighbours import ids_of
from dataacademy.maps.people import counted_in
from dataacademy.maps.shares import shares

RELATIONS = {"same": "そのまま", "merged": "合併", "split": "分割", "redrawn": "引き直し"}
_WHOLE = 0.99  # of a zone: what is left is how the boundary was drawn, not a change


def correspondence(
    source: gpd.GeoDataFrame,
    target: gpd.GeoDataFrame,
    *,
    id: str = "area_id",
    target_id: str = "area_id",
    within: gpd.GeoDataFrame | None = None,
    weights: str | None = None,
) -> Analysis:
    """Which old zones became which new ones, and with what share: the list of 新旧対照.

    ``id, target_id``: the columns that name the zones.  ``within, weights`` as in
    :func:`dataacademy.maps.areal_interpolate`.  Shares below 1 % are left to how the boundary was
    drawn: the zone counts as whole.

    Table: ``old, new, share`` (0–1, of the old zone; adds up to 1 unless part of it lies outside) ``, relation,
    relation_label``: ``same``, ``merged`` (several old, one new), ``split`` (one old, several new), ``redrawn`` (both).
    Value: number of old zones that are not ``same``.  Errors: as in ``areal_interpolate``, ``duplicate_ids``.
    Checked against zones merged and split in the tests.
    When not to use: where an official list of 新旧対照 exists: give that to ``carry_over``.

    >>> import dataacademy as da
    >>> found = da.maps.correspondence(da.load("areas"), da.load("zones"), target_id="zone_id")
    >>> found.value, found.table["relation"].unique().tolist()
    (119, ['merged'])
    """
    old, new = ids_of(source, id), ids_of(target, target_id)
    s = shares(source, target, within=within, weights=weights)
    seen = s.share > 1 - _WHOLE
    first, second, share = s.old[seen], s.new[seen], s.share[seen]
    total = np.bincount(first, weights=share, minlength=len(old))
    share = share / np.where(total > _WHOLE, total, 1)[first]
    parts, sources = np.bincount(first, minlength=len(old)), np.bincount(second, minlength=len(new))
    several = np.zeros(len(old), bool)  # one of its new zones has other old ones too
    np.logical_or.at(several, first, sources[second] > 1)
    kinds = np.select([(parts == 1) & ~several, parts == 1, ~several], ["same", "merged", "split"], "redrawn")
    table = pd.DataFrame({"old": old[first], "new": new[second], "share": share, "relation": kinds[first]})
    table["relation_label"] = table["relation"].map(RELATIONS)
    gone = parts == 0
    counts = {kind: int((kinds[~gone] == kind).sum()) for kind in RELATIONS}
    words = "、".join(f"{RELATIONS[kind]} {n}" for kind, n in counts.items())
    nowhere = old[gone]
    left_out = [*s.left_out]
    if len(nowhere):
        shown = "、".join(nowhere[:5]) + ("、ほか" if len(nowhere) > 5 else "")
        left_out.append(f"先のどの区域にも入らない元の区域 {len(nowhere)}（{shown}）")
    return Analysis(
        table,
        sum(counts.values()) - counts["same"],
        f"元の {len(old):,} 区域のうち {sum(counts.values()):,} 区域が、先の {len(np.unique(second)):,} 区域に"
        f"対応します（{words}）。",
        f"{sum(counts.values()):,} of {len(old):,} old zones correspond to {len(np.unique(second)):,} new ones "
        f"({', '.join(f'{kind} {n}' for kind, n in counts.items())}).",
        used={"元の区域": len(old), "先の区域": len(new), **s.used},
        left_out=tuple(left_out),
        figures=counts,
        assumptions=("1% に満たない重なりは、境界の描き方のちがいとみています。",),
    )


def carry_over(
    data: pd.DataFrame,
    *,
    changes: pd.DataFrame | Mapping[str, str | list[str]],
    counts: str | list[str] = (),
    rates: Mapping[str, str] | None = None,
    id: str = "area_id",
) -> Analysis:
    """Figures of old zones brought to the new ones by a list of changes, without any map.

    data
        One row an old zone (column ``id``).
    changes
        A table ``old, new`` and ``share`` (0–1, how much of the old zone; not needed where a zone is not split), such
        as :func:`dataacademy.maps.correspondence` gives; or a mapping ``{old: new}``.  Zones that it does not name keep
        their name.
    counts, rates
        As in :func:`dataacademy.maps.areal_interpolate`; ``rates`` with their base: ``{"rate": "population"}``.

    Table: ``id`` (the new zones) and the columns.  Value: the sum of the first of ``counts`` (number of new zones
    without).  Figures: ``merged`` (new zones of several old ones), ``split`` (old zones that are divided).
    Merging is exact; a split is an estimate by the shares.

    Errors: ``split_without_shares``, ``bad_shares`` (not 0–1, or more than 1 in all), ``unknown_zones`` (in ``changes``
    only), ``duplicate_ids``, ``nothing_to_carry``.
    Checked against sums by hand; ``correspondence`` followed by this gives what ``areal_interpolate`` gives.
    When not to use: for rates without their base: the mean of two rates is not the rate of the whole.

    >>> import dataacademy as da
    >>> areas = da.load("areas").drop(columns="geometry")
    >>> merged = dict(zip(areas["area_id"], areas["association"], strict=True))
    >>> found = da.maps.carry_over(areas, changes=merged, counts="population")
    >>> len(found.table), int(found.value) == int(areas["population"].sum())
    (10, True)
    """
    check_table(data)
    counts, rates = [counts] if isinstance(counts, str) else list(counts), dict(rates or {})
    if not counts and not rates:
        raise DataAcademyError(
            "nothing_to_carry",
            "新しい区域に移す列が指定されていません。",
            "No column to carry over was named.",
            fix='人数や件数は counts="population"、割合は rates={"割合の列": "人口の列"} のように指定します。',
            fix_en="Name counts=… (sums) or rates={rate: base} (averages).",
        )
    check_columns(data, [*counts, *rates, *rates.values()], table="データ")
    names = ids_of(data, id)
    links = _links(changes, names)
    new, place = np.unique(links["new"].to_numpy(dtype=object), return_inverse=True)
    row = pd.Index(names).get_indexer(links["old"])
    share = links["share"].to_numpy(dtype=float)

    def summed(values):
        return np.bincount(place, weights=values[row] * share, minlength=len(new))

    table, left_out = {id: new}, []
    for column in (*counts, *rates):
        values = floats(data[column], column)
        base = floats(data[rates[column]], rates[column]) if column in rates else np.ones(len(data))
        known = ~np.isnan(values) & ~np.isnan(base)
        if not known.all():
            left_out.append(f"「{label_of(column)}」が空欄の元の区域 {int((~known).sum())}")
        sums, held = summed(np.where(known, values * base, 0)), summed(np.where(known, base, 0))
        divisor = held if column in rates else np.ones(len(new))
        table[column] = np.divide(sums, divisor, out=np.full(len(new), np.nan), where=divisor > 0)
    outside = 1 - np.bincount(row, weights=share, minlength=len(names))
    lost = int((outside > 1e-9).sum())
    if lost:
        some = (
            f"（{label_of(counts[0])} {np.nansum(outside * floats(data[counts[0]], counts[0])):,.0f}）"
            if counts
            else ""
        )
        left_out.append(f"割合の合計が 1 に満たず、一部がどこへも移らない元の区域 {lost}{some}")
    figures = {"merged": int((np.bincount(place) > 1).sum()), "split": int((np.bincount(row) > 1).sum())}
    table = pd.DataFrame(table)
    value = float(table[counts[0]].sum()) if counts else len(table)
    whole = f"{label_of(counts[0])}は {value:,.0f}{counted_in(counts[0])}です。" if counts else ""
    split = (
        f"分かれた {figures['split']} 区域は、割合で分けた推計です。"
        if figures["split"]
        else "分割はないので、足し算です。"
    )
    return Analysis(
        table,
        value,
        f"元の {len(names):,} 区域を新しい {len(new):,} 区域にまとめました。{whole}{split}",
        f"{len(names):,} old zones were brought to {len(new):,} new ones ({figures['split']} were split by shares).",
        used={"元の区域": len(names), "新しい区域": len(new)},
        left_out=tuple(left_out),
        figures=figures,
    )


def _links(changes, names: np.ndarray) -> pd.DataFrame:
    """old, new, share for every old zone."""
    if isinstance(changes, Mapping):
        pairs = [(old, new) for old, news in changes.items() for new in ([news] if isinstance(news, str) else news)]
        changes = pd.DataFrame(pairs, columns=["old", "new"])
    check_table(changes)
    check_columns(changes, ["old", "new"], table="新旧の対照")
    check_names_once(changes)
    changes = changes.reset_index(drop=True)
    empty = changes[["old", "new"]].isna().any(axis=1)
    if empty.any():
        raise DataAcademyError(
            "missing_values",
            f"新旧の対照に、区域の名前が空欄の行が {int(empty.sum())} あります"
            f"（最初は {int(empty.argmax()) + 1} 行目）。",
            f"{int(empty.sum())} rows of the list of changes lack a zone (first in row {int(empty.argmax()) + 1}).",
            fix="名前を入れてください（なくなった区域なら、人が移った先の区域です）。",
            fix_en="Fill them in; for a zone that is gone, the one to which its people went.",
        )
    links = pd.DataFrame({"old": changes["old"].astype(str), "new": changes["new"].astype(str)})
    links["share"] = floats(changes["share"], "share") if "share" in changes else np.nan
    unknown = sorted(set(links["old"]) - set(names))
    if unknown:
        raise DataAcademyError(
            "unknown_zones",
            f"新旧の対照にある「{unknown[0]}」が、データにありません（ほかに {len(unknown) - 1}）。",
            f"{unknown[0]!r} of the list of changes is not in the data ({len(unknown) - 1} more).",
            fix="コードの先頭の 0 や、町名の書き方（一丁目と1丁目）を確かめてください。",
            fix_en="Check leading zeros and spelling.",
            value=str(unknown[0]),
        )
    parts = links.groupby("old")["new"].transform("size")
    bare = links[links["share"].isna() & (parts > 1)]
    if len(bare):
        old = bare["old"].iloc[0]
        into = "、".join(f"「{n}」" for n in links.loc[links["old"] == old, "new"])
        raise DataAcademyError(
            "split_without_shares",
            f"「{old}」は {into} に分かれていますが、どれだけずつかが分かりません。",
            f"{old!r} is split, but its shares are not known.",
            fix="share の列（0〜1）を足すか、境界のデータがあれば da.maps.correspondence で割合を求めてください。",
            fix_en="Add a column share, or measure the shares with da.maps.correspondence.",
            value=str(old),
        )
    links["share"] = links["share"].fillna(1.0)
    total = links.groupby("old")["share"].transform("sum")
    bad = links[(links["share"] < 0) | (total > 1 + 1e-9)]
    if len(bad):
        raise DataAcademyError(
            "bad_shares",
            f"「{bad['old'].iloc[0]}」の割合（share）が 0〜1 でないか、合計が 1 を超えています。",
            f"The shares of {bad['old'].iloc[0]!r} are not between 0 and 1, or add up to more than 1.",
            fix="% ではなく 0〜1 の数で書き、元の区域ごとの合計を 1 にしてください。",
            fix_en="Write shares as numbers from 0 to 1 that add up to 1 for each old zone.",
        )
    same = [name for name in names if name not in set(links["old"])]
    return pd.concat([links, pd.DataFrame({"old": same, "new": same, "share": 1.0})], ignore_index=True)
