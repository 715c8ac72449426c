"""What somebody changed in a layer: rows added, taken away, moved, and cells written anew."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dataacademy.analysis import Analysis
from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.labels import label_of
from dataacademy.maps.neighbours import ids_of
from dataacademy.maps.plane import need_crs, need_metres
from dataacademy.maps.sheet import names_of

KINDS = {"added": "増えた", "removed": "なくなった", "moved": "動いた", "changed": "書きかえた"}
_STILL = 0.01  # metres: files round coordinates


def edits(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame, *, id: str) -> Analysis:
    """What is different in ``after``, the layer ``before`` as it came back (from QGIS, from another section).

    before, after
        Areas, places or lines, in metres; ``after`` may be in another reference system.
    id
        The column that names the rows in both.  New rows may have none yet.

    Table: one row a change, ``id, name, edit, edit_label, column, before, after, shifted_m``: ``added`` and
    ``removed`` rows, ``moved`` ones (by ``shifted_m`` metres between representative points; 0 where only the outline
    was redrawn) and ``changed`` cells (``before`` and ``after`` as text, empty for empty).  Value: number of rows
    that are not as they were.  Figures: number of rows of each ``edit``.  Columns that only one of them has are named
    in ``left_out``; nothing is compared there.  Places less than 1 cm apart are the same.

    Errors: ``duplicate_ids`` (in QGIS a copied row keeps its number), ``column_missing``, no metres, ``no_crs``.
    Checked against edits made in QGIS 3.22, and by law: no edits between a layer and itself as read again.
    When not to use: for zones merged or divided (``correspondence``).

    >>> import dataacademy as da
    >>> halls = da.load("facilities").query("kind == 'shelter'")
    >>> back = halls.copy()
    >>> back.loc[back.index[0], "capacity"] = 900
    >>> found = da.maps.edits(halls, back.iloc[:-1], id="facility_id")
    >>> print(found)
    42 行のうち、なくなった 1 行、書きかえた 1 行でした。
    >>> found.table[["edit_label", "column", "before", "after"]].to_numpy().tolist()
    [['なくなった', '', '', ''], ['書きかえた', 'capacity', '1400', '900']]
    """
    need_metres(before)
    need_crs(after)
    check_columns(after, [id], table="戻ってきた表")
    unnumbered = (after[id].isna() | (after[id].astype(object) == "")).to_numpy()
    other = after[~unnumbered].to_crs(before.crs)
    old, new = pd.Index(ids_of(before, id)), pd.Index(_numbers(other, id))
    called = pd.Series(names_of(other) or new, index=new).astype(str)
    called = pd.concat([called, pd.Series(names_of(before) or old, index=old).astype(str)])
    called = called[~called.index.duplicated()]
    rows = [_row(key, called[key], "removed") for key in old.difference(new, sort=False)]
    rows += [_row(key, called[key], "added") for key in new.difference(old, sort=False)]
    nameless = names_of(after[unnumbered]) or [""] * int(unnumbered.sum())
    rows += [_row("", name, "added") for name in nameless]
    both = old.intersection(new, sort=False)
    a, b = before.set_axis(old).loc[both], other.set_axis(new).loc[both]
    rows += [_row(both[i], called[both[i]], "moved", shifted_m=metres) for i, metres in _moved(a, b)]
    columns = [c for c in before.columns if c in after.columns and c not in (id, before.geometry.name)]
    for column in columns:
        was, now = _texts(a[column]), _texts(b[column])
        for i in np.flatnonzero(was != now):
            key = both[i]
            rows.append(_row(key, called[key], "changed", column=column, before=was[i], after=now[i]))
    table = pd.DataFrame(rows, columns=[*_row("", "", "moved")])
    counts = {kind: int(table.loc[table["edit"] == kind, "id"].nunique()) for kind in KINDS}
    counts["added"] = int((table["edit"] == "added").sum())  # those without a number are several
    numbered = table["id"] != ""
    touched = int(table.loc[numbered, "id"].nunique()) + int((~numbered).sum())
    words = "、".join(f"{KINDS[kind]} {n:,} 行" for kind, n in counts.items() if n)
    said = f"{len(before):,} 行のうち、{words}でした。" if words else f"{len(before):,} 行は、どれも変わっていません。"
    english = ", ".join(f"{n:,} {kind}" for kind, n in counts.items() if n) or "nothing changed"
    odd = [c for c in before.columns if c not in after.columns and c != before.geometry.name]
    more = [c for c in after.columns if c not in before.columns and c != after.geometry.name]
    left_out = [f"戻ってきた表にない列「{label_of(c)}」" for c in odd]
    left_out += [f"戻ってきた表で増えた列「{label_of(c)}」" for c in more]
    return Analysis(
        table,
        touched,
        said,
        f"Of {len(before):,} rows: {english}.",
        used={"もとの表": len(before), "戻ってきた表": len(after)},
        left_out=tuple(left_out),
        figures=counts,
        assumptions=(f"列「{label_of(id)}」が同じ行を、同じものとみています。",),
    )


def _row(id, name, edit, *, column="", before="", after="", shifted_m=np.nan) -> dict:
    kind = KINDS[edit]
    return {"id": id, "name": name, "edit": edit, "edit_label": kind, "column": column, "before": before,
            "after": after, "shifted_m": shifted_m}  # fmt: skip


def _numbers(after: gpd.GeoDataFrame, id: str) -> np.ndarray:
    """The ids of what came back; a copied row is named."""
    twice = after[id][after[id].duplicated()]
    if twice.empty:
        return ids_of(after, id)
    raise DataAcademyError(
        "duplicate_ids",
        f"戻ってきた表の列「{id}」で、「{twice.iloc[0]}」が {int((after[id] == twice.iloc[0]).sum())} 行あります。"
        "QGISで地物を写すと、番号もそのまま写ります。",
        f"{twice.iloc[0]!r} names several rows of what came back: a row copied in QGIS keeps its number.",
        fix="写したほうの番号を、まだ使っていない番号に直すか、空欄にしてください。",
        fix_en="Give the copy a number of its own, or none.",
        column=str(id),
        value=str(twice.iloc[0]),
    )


def _moved(a: gpd.GeoDataFrame, b: gpd.GeoDataFrame) -> list[tuple[int, float]]:
    """Which rows lie elsewhere or have another outline, and by how many metres their points are apart."""
    was, now = a.geometry.to_numpy(), b.geometry.to_numpy()
    there = ~(shapely.is_missing(was) | shapely.is_empty(was))
    here = ~(shapely.is_missing(now) | shapely.is_empty(now))
    both = there & here
    apart = np.full(len(was), np.nan)
    apart[both] = shapely.hausdorff_distance(was[both], now[both])
    moved = (there != here) | (both & ~(apart < _STILL))
    points = shapely.distance(shapely.point_on_surface(was), shapely.point_on_surface(now))
    return [(int(i), float(points[i])) for i in np.flatnonzero(moved)]


def _texts(values: pd.Series) -> np.ndarray:
    """Cells as text, so that 5 and 5.0, None and an empty text are the same."""
    return np.array([_text(value) for value in values], dtype=object)


def _text(value) -> str:
    if pd.isna(value):
        return ""
    if isinstance(value, bool | np.bool_):
        return "はい" if value else "いいえ"
    if isinstance(value, int | float | np.number):
        return f"{value:.12g}"
    if isinstance(value, pd.Timestamp):
        return date_text(value)
    return str(value).strip()


def date_text(value: pd.Timestamp) -> str:
    """A date, with the time of day where there is one.

    >>> date_text(pd.Timestamp("2026-04-01")), date_text(pd.Timestamp("2026-04-01 09:30"))
    ('2026-04-01', '2026-04-01 09:30:00')
    """
    return str(value.date()) if value == value.normalize() else str(value)
