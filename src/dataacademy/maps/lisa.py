"""The map of local Moran's I: where high values lie by high ones and low by low, and where nothing can be said."""

from __future__ import annotations

from functools import partial

import geopandas as gpd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from dataacademy import styling
from dataacademy.charts.picture import Picture, remember
from dataacademy.labels import label_of
from dataacademy.maps import sheet
from dataacademy.maps.moran import CLUSTERS, moran_local
from dataacademy.maps.neighbours import KINDS

_LOOKS = {  # dark where like lies by like; hatched where an area differs from its neighbours
    "HH": {"facecolor": "#B40F00", **sheet.EDGE},
    "LL": {"facecolor": "#0072B2", **sheet.EDGE},
    "HL": {"facecolor": "#F4B9A8", "hatch": "\\\\\\\\", **sheet.EDGE},
    "LH": {"facecolor": "#BFE0F2", "hatch": "....", **sheet.EDGE},
    "not_clear": {"facecolor": "#FAFAF5", **sheet.EDGE},
    "island": {"facecolor": "#FFFFFF", "edgecolor": styling.INK, "linewidth": 1.4},
    "no_data": sheet.NO_DATA,
}


def lisa_map(
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
    title: str = "",
    source: str = "",
    ax: Axes | None = None,
) -> Axes:
    """A map of the clusters that :func:`dataacademy.maps.moran_local` finds; arguments and errors as there.

    Red: high by high, blue: low by low; hatched: an area unlike its neighbours; framed: no neighbour.  The legend
    names the number of areas of each kind, also of those that do not occur; the notes say how chance was kept out.
    Checked against the table of ``moran_local``.
    When not to use: as a map of the values themselves (high but not clear is white): use ``choropleth``.

    >>> import dataacademy as da
    >>> from matplotlib import pyplot
    >>> areas = da.load("areas")
    >>> ax = da.maps.lisa_map(areas, column="elderly", population="population", permutations=999)
    >>> ax.get_legend().get_texts()[0].get_text().startswith("高い区域が集まる")
    True
    >>> pyplot.close(ax.figure)
    """
    found = moran_local(
        data,
        column=column,
        population=population,
        kind=kind,
        k=k,
        gap_m=gap_m,
        correction=correction,
        permutations=permutations,
        confidence=confidence,
        seed=seed,
        id=id,
    )
    table = found.table
    heading = f"{label_of(column)}{'の率' if population else ''}"
    kinds = {name: table[table["cluster"] == name] for name in CLUSTERS}
    said = [_said(rows, CLUSTERS[name], id) for name, rows in kinds.items() if len(rows)]
    with styling.style():
        ax = styling.axes(ax, sheet.SIZE)
        key = partial(ax.scatter, [], [], sheet.DOT) if sheet.only_points(table) else Patch
        handles, entries = [], []
        for name, rows in kinds.items():
            if name != "no_data" or len(rows):
                sheet.fill(ax, rows, _LOOKS[name])
                handles.append(key(**_LOOKS[name]))
                entries.append(f"{CLUSTERS[name]}（{len(rows)}）")
        sheet.frame(ax, data)
        sheet.key(ax, handles, entries, f"{heading}\nかっこ内は区域の数")
        styling.finish(ax, title=title, source=source, notes=_notes(found, kind, k, correction, confidence))
        remember(ax.lines[0], Picture("集まりの地図", (heading, *said), unit="区域"))
    return ax


def _said(rows: gpd.GeoDataFrame, label: str, id: str) -> str:
    """How many areas are of this kind and, if it is no large part of the map, which."""
    names = sheet.names_of(rows) or rows[id].astype(str)
    return f"{label} {len(rows)} 区域" + (f"（{sheet.listed(names)}）" if len(rows) <= 20 else "")


def _notes(found, kind: str, k: int, correction: str, confidence: float) -> tuple[str, ...]:
    near = f"近い順の {k} 区域" if kind == "knn" else f"{KINDS[kind]}区域"
    n = len(found.table) - found.figures["island"] - found.figures["no_data"]
    chance = (
        f"{n} 区域を一度に調べるので、まちがいが {1 - confidence:.0%} ほどにとどまるように判定（FDR）"
        if correction == "fdr"
        else f"{n} 区域を一度に調べたので、何もなくても {found.figures['by_chance']:.0f} 区域ほどは色がつく"
    )
    return (f"隣：{near}。値を並べ直した {found.used['並べ直した回数']:,} 回とくらべた", chance)
