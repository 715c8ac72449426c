"""The map of a choice of sites: who gains by which of them, who had one already, who is still far."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Circle

from dataacademy import styling
from dataacademy.charts import frame
from dataacademy.charts.picture import Picture, remember
from dataacademy.errors import DataAcademyError
from dataacademy.maps import sheet
from dataacademy.maps.plane import locations, need_plane
from dataacademy.maps.siting.locate import Located

_MANY = 2_000  # rows: with more, dots are small
_COLOURS = ("#6E5A46", "#BFBFBF", styling.PALETTE[0])  # of rows that are too far, had a site already, gain one
_SITE = styling.PALETTE[2]
_LINE = 44  # full-width letters that a line below the map holds
_NAMED = 6  # sites below the map


def locate_map(
    found: Located,
    *,
    background: gpd.GeoDataFrame | None = None,
    title: str = "",
    source: str = "",
    note: str = "",
    ax: Axes | None = None,
) -> Axes:
    """A map of what :func:`dataacademy.maps.locate` found: new sites numbered as in its table; north is up.

    Dots are the rows that count: blue with a line to its site what gains by a new one, grey what had a site already,
    dark what is still too far.  Triangles: the sites that were there.  Circles: ``within`` of the new sites, where it
    was measured in straight lines.  ``background``: areas drawn below.
    Errors: ``not_located``, no metres.
    Checked against the table and the places of ``locate``.
    When not to use: for maps that are handed out, where a row is a home: pass areas to ``locate``.

    >>> import dataacademy as da
    >>> from matplotlib import pyplot
    >>> areas, sites = da.load("areas"), da.load("facilities")
    >>> clinics = sites[sites["kind"] == "medical"]
    >>> found = da.maps.locate(areas, clinics, p=3, within=800, weights="population", existing=sites,
    ...                        kind="shelter")
    >>> ax = da.maps.locate_map(found, background=areas, title="あと三か所増やすなら", source="みらい市")
    >>> da.charts.alt(ax).split("。")[1]
    '増やす場所は 3 か所'
    >>> pyplot.close(ax.figure)
    """
    if not isinstance(found, Located):
        raise DataAcademyError(
            "not_located",
            f"da.maps.locate の結果を渡してください（渡されたのは {type(found).__name__}）。",
            f"Pass what da.maps.locate returned, not {type(found).__name__}.",
            fix="例：found = da.maps.locate(…)、da.maps.locate_map(found)",
            fix_en="Example: found = da.maps.locate(…); da.maps.locate_map(found)",
        )
    if background is not None:
        need_plane(background)
    places, sites = found.places, found.table
    with styling.style():
        ax = styling.axes(ax, sheet.SIZE)
        below = sheet.ground(ax, background, places.crs)
        sheet.frame(
            ax, *(layer for layer in (below, places, found.existing, sites) if layer is not None and len(layer))
        )
        dots = _dots(ax, found)
        circles = _reach(ax, found)
        signs = _signs(ax, found)
        handles, entries = zip(*signs, *dots, strict=True)
        sheet.key(ax, handles, entries, f"かっこ内は{found.said.counted[0]}の数")
        circles += ["色は、収容人数は考えずに、届くかどうか（近いかどうか）で分けた"] if found.said.roomy else []
        notes = frame.lines(note, *_named(found), *circles, *sheet.moved(background, places.crs))
        styling.finish(ax, title=title, source=source, notes=notes)
    said = (f"増やす場所は {len(sites)} か所", "、".join(entry for _, entry in dots))
    remember(ax.lines[0], Picture("場所選びの地図", said, unit=found.said.counted[1]))
    return ax


def _dots(ax: Axes, found: Located) -> list[tuple[Line2D, str]]:
    """The rows that count, those that gain on top; their marks and words in the key."""
    places, unit = found.places, found.said.counted[1]
    number = places["site_no"].fillna(-1).to_numpy(int)
    words = ("圏外", "いまも圏内", "新しく圏内") if found.within else ("", "いまの施設が近い", "新しい場所が近い")
    key = []
    for word, colour, rows in zip(words, _COLOURS, (number < 0, number == 0, number > 0), strict=True):
        if rows.any():
            x, y = locations(places[rows]).T
            ax.scatter(x, y, 2 if len(places) > _MANY else 16, color=colour, linewidths=0, zorder=2)
            mark = Line2D([], [], linestyle="", marker="o", markersize=5, color=colour)
            key.append((mark, f"{word}（{places['people'][rows].sum():,.0f}{unit}）"))
    return key[::-1]


def _reach(ax: Axes, found: Located) -> list[str]:
    """A line from each row that gains to its site, the circles within which it does, and a note on the circles."""
    gained = found.places[found.places["site_no"].fillna(0) > 0]
    sites = locations(found.table) if len(found.table) else np.empty((0, 2))
    ends = sites[gained["site_no"].to_numpy(int) - 1]
    look = {"colors": _COLOURS[2], "linewidths": 0.4, "alpha": 0.3, "zorder": 2}
    ax.add_collection(LineCollection(np.stack([locations(gained), ends], axis=1), **look), autolim=False)
    if not found.within or found.said.how[0] != "直線":
        return []
    for site in sites:
        ax.add_patch(Circle(site, found.within, fill=False, edgecolor=_SITE, linewidth=0.9, zorder=3))
    return [f"円は増やす場所から {sheet.metres(found.within)}"]


def _signs(ax: Axes, found: Located) -> list[tuple[Line2D, str]]:
    """The sites that were there, and the new ones with their numbers; their marks and words in the key."""
    key = []
    if len(found.table):
        look = {"color": _SITE, "marker": "o", "markeredgecolor": "white", "linestyle": "", "zorder": 5}
        xy = locations(found.table)
        ax.plot(*xy.T, markersize=13, **look)
        for (x, y), number in zip(xy, found.table["site_no"], strict=True):
            ax.text(x, y, str(number), color="white", fontsize=8, ha="center", va="center_baseline", zorder=6)
        key.append((Line2D([], [], markersize=10, **look), f"増やす場所（{len(xy)} か所）"))
    if len(found.existing):
        look = {"color": styling.ACCENT, "marker": "^", "markeredgecolor": "white", "linestyle": "", "zorder": 4}
        ax.plot(*locations(found.existing).T, markersize=6.5, markeredgewidth=0.7, **look)
        key.append((Line2D([], [], markersize=8, **look), f"{found.said.label}（{len(found.existing)} か所）"))
    return key


def _named(found: Located) -> list[str]:
    """The first of the new sites by number, with their names and the people who gain by each."""
    table, unit = found.table.head(_NAMED), found.said.counted[1]
    names = sheet.names_of(table) or [""] * len(table)
    people = zip(table["site_no"], names, table["assigned"], strict=True)
    named = [f"{number} {name}（{amount:,.0f}{unit}）" for number, name, amount in people]
    more = [f"ほか {len(found.table) - _NAMED} か所"] if len(found.table) > _NAMED else []
    lines: list[str] = []
    for one in named:
        if lines and styling.width_of(lines[-1] + one) < _LINE:
            lines[-1] += f"、{one}"
        else:
            lines.append(one)
    return lines + more
