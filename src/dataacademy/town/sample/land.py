"""The land of the sample town: areas, neighbourhood associations, hazard zones and roads, cut from the drawn map."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely

from dataacademy.town.sample import geography as geo
from dataacademy.town.sample.dice import Dice

Point = tuple[float, float]
_KANJI = "一二三四五六七八九"
GRID = (
    1e-7  # shapes are cut on the grid of the printed digits, so that rounding cannot fold a narrow corner over itself
)
DEPTHS = ("0.5m未満", "0.5m以上3.0m未満", "3.0m以上5.0m未満")
SLIDE_RANKS = ("警戒区域", "特別警戒区域")


@dataclass(frozen=True)
class Area:
    """One 町丁目: code, name, who lives there, its centre (metres) and its polygon (degrees)."""

    area_id: str
    name: str
    quarter: str
    association: str
    people: int
    centre: Point
    polygon: shapely.Polygon


@dataclass(frozen=True)
class Road:
    """A straight piece of road between two crossings (metres)."""

    road_id: str
    kind: str
    nodes: tuple[str, str]
    ends: tuple[Point, Point]
    slope: float


def make_areas() -> list[Area]:
    """Voronoi cells of the blocks and villages, cut by the coast; the island is one area."""
    rows = []
    for association, quarter, base, people, xs, ys in geo.GRIDS:
        places = [(x, y) for y in ys for x in xs]
        for k, (x, y) in enumerate(places):
            bend = (
                (k * 37 + int(x) // 10 * 13) % 11 - 5,
                (k * 53 + int(y) // 10 * 7) % 11 - 5,
            )  # blocks are not all alike
            there = people + people * (k * 29 % 9 - 4) // 25
            rows.append((association, quarter, base, k + 1, x + 11 * bend[0], y + 11 * bend[1], there))
    for association, quarter, name, x, y, people in geo.SINGLES:
        base, block = (name[:-3], _KANJI.index(name[-3]) + 1) if name.endswith("丁目") else (name, None)
        rows.append((association, quarter, base, block, x, y, people))
    centres = [(row[4], row[5]) for row in rows if row[2] != "沖ノ島"]
    numbers: dict[str, int] = {}
    areas = []
    for association, quarter, base, block, x, y, people in rows:
        island = base == "沖ノ島"
        cell = list(geo.ISLAND if island else geo.COAST)
        for other in centres if not island else ():
            if other != (x, y):
                cell = _nearer_half(cell, (x, y), other)
        number = numbers.setdefault(base, 10 * (len(numbers) + 1))
        area_id = f"{geo.CODE[:5]}{number:04d}" + (f"{block:02d}" if block else "")
        name = f"{base}{_KANJI[block - 1]}丁目" if block else base
        polygon = shapely.Polygon([geo.degrees(*corner) for corner in cell])
        areas.append(Area(area_id, name, quarter, association, people, (x, y), polygon))
    return sorted(areas, key=lambda area: area.area_id)


def _nearer_half(ring: list[Point], own: Point, other: Point) -> list[Point]:
    """The part of the ring that is nearer to ``own`` than to ``other`` (Sutherland-Hodgman)."""
    nx, ny = other[0] - own[0], other[1] - own[1]
    mx, my = (own[0] + other[0]) / 2, (own[1] + other[1]) / 2
    side = [(x - mx) * nx + (y - my) * ny for x, y in ring]
    kept = []
    for k, (x, y) in enumerate(ring):
        (px, py), before, here = ring[k - 1], side[k - 1], side[k]
        if (before <= 0) != (here <= 0):
            share = before / (before - here)
            kept.append((px + share * (x - px), py + share * (y - py)))
        if here <= 0:
            kept.append((x, y))
    return kept


def make_associations(areas: list[Area]) -> dict[str, shapely.Geometry]:
    """Neighbourhood associations: unions of areas."""
    names = dict.fromkeys(area.association for area in areas)
    return {n: shapely.coverage_union_all([a.polygon for a in areas if a.association == n]) for n in names}


def make_hazards(areas: list[Area]) -> dict[str, list[tuple[str, shapely.Geometry]]]:
    """Hazard -> (class, polygon in degrees), disjoint and on land: river flood, tsunami, landslide."""
    land = shapely.coverage_union_all([a.polygon for a in areas])
    sea = [geo.degrees(4650, -7500), geo.degrees(-4650, -7500)]
    slides = [_octagons(1.0), _octagons(0.55)]
    reach = {  # the deeper it is, the less far it reaches
        "flood": [_strip([(x, y, widths[k]) for x, y, *widths in geo.RIVER]) for k in (2, 1, 0)],
        "tsunami": [shapely.Polygon([*(geo.degrees(x, ys[k]) for x, *ys in geo.LOW_COAST), *sea]) for k in (0, 1)],
        "landslide": slides,
    }
    ranks = {"flood": DEPTHS, "tsunami": DEPTHS, "landslide": SLIDE_RANKS}
    return {
        hazard: [
            (ranks[hazard][k], shapely.intersection(_ring(shapes, k), land, grid_size=GRID)) for k in range(len(shapes))
        ]
        for hazard, shapes in reach.items()
    }


def _ring(shapes, k):
    return shapely.difference(shapes[k], shapes[k + 1], grid_size=GRID) if k + 1 < len(shapes) else shapes[k]


def _octagons(size: float) -> shapely.Geometry:
    corner = 0.7071
    turns = (
        (1, 0),
        (corner, corner),
        (0, 1),
        (-corner, corner),
        (-1, 0),
        (-corner, -corner),
        (0, -1),
        (corner, -corner),
    )
    shapes = [
        shapely.Polygon([geo.degrees(x + w * size * east, y + h * size * north) for east, north in turns])
        for x, y, w, h in geo.SLIDES
    ]
    return shapely.union_all(shapes, grid_size=GRID)


def _strip(line: list[tuple[float, float, float]]) -> shapely.Polygon:
    """A band along a line with a half width at every point."""
    left, right = [], []
    for k, (x, y, half) in enumerate(line):
        ax, ay, _ = line[max(k - 1, 0)]
        bx, by, _ = line[min(k + 1, len(line) - 1)]
        length = math.sqrt((bx - ax) ** 2 + (by - ay) ** 2)
        nx, ny = -(by - ay) / length * half, (bx - ax) / length * half
        left.append(geo.degrees(x + nx, y + ny))
        right.append(geo.degrees(x - nx, y - ny))
    return shapely.Polygon(left + right[::-1])


def make_roads(areas: list[Area], dice: Dice) -> list[Road]:
    """Main roads from each centre over the middle of every shared border, lanes around the centres, a few bridges.

    The river is crossed at the bridges only.  Crossings have names; every lane hangs on the centre of its area.
    """
    river = shapely.LineString([(x, y) for x, y, *_ in geo.RIVER])
    roads: list[Road] = []

    def add(kind, a, b, ends, slope=0.0):
        roads.append(Road(f"R{len(roads) + 1:04d}", kind, (a, b), ends, slope))

    hilly = {"農村": 4.0, "ニュータウン": 2.5, "沿岸": 1.0, "旧市街": 0.5}
    for i, one in enumerate(areas):
        for other in areas[i + 1 :]:
            border = shapely.intersection(one.polygon, other.polygon)
            if border.geom_type != "LineString" or shapely.length(border) < 60 / geo.METRES_PER_DEGREE[1]:
                continue
            (ax, ay), (bx, by) = border.coords[0], border.coords[-1]
            middle = _metres((ax + bx) / 2, (ay + by) / 2)
            halves = [(area, (area.centre, middle)) for area in (one, other)]
            if any(shapely.intersects(river, shapely.LineString(ends)) for _, ends in halves):
                continue
            node = f"{one.area_id}-{other.area_id}"
            for area, ends in halves:
                slope = round(hilly[area.quarter] * (0.5 + float(dice.uniform(1)[0])), 1)
                add("main", area.area_id, node, ends, slope)
    for name, x in geo.BRIDGES:
        y = _river_at(x)
        west = min((a for a in areas if a.centre[0] < _river_x(a.centre[1])), key=lambda a: _apart(a.centre, (x, y)))
        east = min((a for a in areas if a.centre[0] > _river_x(a.centre[1])), key=lambda a: _apart(a.centre, (x, y)))
        add("main", west.area_id, f"{name}西", (west.centre, (x - 60, y)))
        add("bridge", f"{name}西", f"{name}東", ((x - 60, y), (x + 60, y)))
        add("main", f"{name}東", east.area_id, ((x + 60, y), east.centre))
    for area in areas:
        reach = geo.SPREAD[area.quarter] * 1.3
        for k, (east, north) in enumerate(((1, 0.2), (0.3, 1), (-0.7, 0.7), (-1, -0.2), (-0.3, -1), (0.7, -0.7))):
            far = (area.centre[0] + reach * east, area.centre[1] + reach * north)
            line = shapely.LineString([area.centre, far])
            inside = shapely.contains_xy(area.polygon, *geo.degrees(*far))
            if inside and not shapely.intersects(river, line):
                add("local", area.area_id, f"{area.area_id}-{k + 1}", (area.centre, far), hilly[area.quarter])
    return roads


def _metres(lon: float, lat: float) -> Point:
    (lon0, lat0), (east, north) = geo.ORIGIN, geo.METRES_PER_DEGREE
    return round((lon - lon0) * east, 1), round((lat - lat0) * north, 1)


def _river_x(y: float) -> float:
    """Where the river is at a northing."""
    for (x1, y1, *_), (x2, y2, *_) in zip(geo.RIVER, geo.RIVER[1:], strict=False):
        if y2 <= y <= y1:
            return x1 + (x2 - x1) * (y - y1) / (y2 - y1)
    return geo.RIVER[0][0] if y > geo.RIVER[0][1] else geo.RIVER[-1][0]


def _river_at(x: float) -> float:
    """The southernmost northing at which the river is at an easting."""
    for (x1, y1, *_), (x2, y2, *_) in zip(geo.RIVER[::-1], geo.RIVER[-2::-1], strict=False):
        if min(x1, x2) <= x <= max(x1, x2):
            return y1 + (y2 - y1) * (x - x1) / (x2 - x1)
    raise ValueError(f"the river is nowhere at x = {x}")


def _apart(a: Point, b: Point) -> float:
    return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2


def points_near(area: Area, n: int, dice: Dice) -> np.ndarray:
    """``n`` house places of an area as (lon, lat): mostly near its centre, one in seven farther off, all inside."""
    found: list[np.ndarray] = []
    missing = n
    while missing > 0:
        tries = missing * 2 + 10
        reach = geo.SPREAD[area.quarter] * np.where(dice.uniform(tries) < 1 / 7, 2.0, 1.0)
        x, y = (
            centre + (dice.uniform(tries) + dice.uniform(tries) + dice.uniform(tries) + dice.uniform(tries) - 2) * reach
            for centre in area.centre
        )
        lon, lat = geo.ORIGIN[0] + x / geo.METRES_PER_DEGREE[0], geo.ORIGIN[1] + y / geo.METRES_PER_DEGREE[1]
        places = np.column_stack([np.rint(lon * 1e6) / 1e6, np.rint(lat * 1e6) / 1e6])
        inside = shapely.contains_xy(area.polygon, places[:, 0], places[:, 1])
        found.append(places[inside][:missing])
        missing -= len(found[-1])
    return np.concatenate(found)
