"""Names beside points: each at the first free place around its point, none on top of another name or point."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.transforms import Bbox

from dataacademy.styling import FONTS, HALO, INK

# right, left, above, below, then the corners; distance in points; the far ones get a leading line
_NEAR = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
_FAR = tuple((np.cos(a), np.sin(a)) for a in np.linspace(0, 2 * np.pi, 16, endpoint=False))


def name_points(ax: Axes, points: pd.DataFrame, written, size: float = 9) -> int:
    """Write the ``name`` of the rows ``written`` of ``points`` (``x``, ``y``); returns how many found no room."""
    written = list(written)
    if not written:
        return 0
    ax.figure.draw_without_rendering()  # settles where the axes lie
    pixel = ax.figure.dpi / 72
    places = ax.transData.transform(points[["x", "y"]].to_numpy(float))
    dots = [Bbox.from_bounds(px - 4 * pixel, py - 4 * pixel, 8 * pixel, 8 * pixel) for px, py in places[:2000]]
    taken = [t.get_window_extent() for t in ax.texts if t.get_gid() == "field"]
    row_of = {index: row for row, index in enumerate(points.index)}
    lost = 0
    # crowded points choose first: later ones have more ways out
    crowd = {i: np.sum(np.hypot(*(places - places[row_of[i]]).T) < 60 * pixel) for i in written}
    for index in sorted(written, key=lambda i: -crowd[i]):
        row = row_of[index]
        text = ax.text(0, 0, str(points.at[index, "name"]), fontsize=size, fontfamily=FONTS)
        box = text.get_window_extent()
        text.remove()
        others = [dot for i, dot in enumerate(dots) if i != row] + taken
        spot = _free_spot(places[row], box.width, box.height, others, ax.bbox, pixel)
        if spot is None:
            lost += 1
            continue
        (dx, dy), far, found = spot
        taken.append(found)
        lead = {"arrowstyle": "-", "color": "#8C8C8C", "linewidth": 0.6, "shrinkA": 0, "shrinkB": 4}
        ax.annotate(
            str(points.at[index, "name"]),
            tuple(points.loc[index, ["x", "y"]]),
            xytext=(dx / pixel, dy / pixel),
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=size,
            color=INK,
            arrowprops=lead if far else None,
            path_effects=[HALO],
            zorder=4,
            gid="name",
        )
    return lost


def _free_spot(place, width: float, height: float, others: list[Bbox], inside: Bbox, pixel: float):
    """Offset in pixels of the middle of the name, whether it is far, and its box; ``None`` if nothing is free."""
    tries = [(d, 6 * pixel, False) for d in _NEAR]
    tries += [(d, reach * pixel, True) for reach in (18, 30, 45, 62) for d in _FAR]
    for (ux, uy), gap, far in tries:
        # from the edge of the point to the nearest edge of the name
        dx, dy = ux * (gap + width / 2), uy * (gap * (0.7 if not far else 1) + height / 2)
        x, y = place[0] + dx, place[1] + dy
        box = Bbox.from_bounds(x - width / 2 - pixel, y - height / 2, width + 2 * pixel, height)
        fits = box.x0 >= inside.x0 and box.x1 <= inside.x1 and box.y0 >= inside.y0 and box.y1 <= inside.y1
        if fits and not any(box.overlaps(other) for other in others):
            return (dx, dy), far, box
    return None
