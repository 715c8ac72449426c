"""The sample town みらい市 (992011): the raw files as its offices would hand them over, faults included.

The town is invented and lies in the open sea; prefecture 99 does not exist.  Its map is drawn by hand in
``sample_geography``; the seed decides only who lives in which house.  Nothing here reads a clock, a locale or a random
stream whose algorithm may change (numpy promises the raw bits of PCG64), so that the bytes are the same everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import numpy as np
import shapely

from dataacademy.files import writing_to
from dataacademy.town import sample_geography as geo
from dataacademy.town import sample_places as places
from dataacademy.town.sample_files import csv_bytes, geojson_bytes
from dataacademy.town.sample_geography import Area

AREAS_FILE = "町丁目境界.geojson"
POPULATION_FILES = ("地域・年齢別人口_令和7年4月.csv", "地域・年齢別人口_令和8年4月.csv")
COPIED_FILE = "地域・年齢別人口_令和7年5月.csv"
SHELTERS_FILE = "避難所一覧.csv"
SITES_FILE = "指定緊急避難場所一覧.csv"
AED_FILE = "AED設置箇所一覧.xlsx"
STOPS_FILE = "バス停.csv"
HAZARD_FILES = {"洪水": "浸水想定区域.geojson", "高潮": "高潮浸水想定区域.geojson"}
BUILDINGS_FILE = "建物.csv"
ZONES_FILE = "自治会区域.geojson"

BANDS = (*(f"{age}-{age + 4}歳" for age in range(0, 85, 5)), "85歳以上")
DEPTHS = ("0.5m未満", "0.5m以上3.0m未満", "3.0m以上5.0m未満")


@dataclass(frozen=True)
class Defect:
    """One fault that was planted: where (row as a spreadsheet counts), its kind, what stands there and what is true."""

    file: str
    row: int | None
    column: str
    kind: str
    found: str
    true: str


DEFECTS = (  # the people in the row of 男性 are those of the default seed
    Defect(SHELTERS_FILE, 13, "緯度・経度", "null_island", "0, 0", "33.9610889, 138.2712032"),
    Defect(SHELTERS_FILE, 6, "緯度・経度", "swapped", "138.2430765, 33.9353951", "33.9353951, 138.2430765"),
    Defect(
        *(SHELTERS_FILE, 17, "緯度・経度", "degrees_minutes_seconds"),
        *("33°56′42.47″, 138°14′24.17″", "33.9451317, 138.2400475"),
    ),
    Defect(SHELTERS_FILE, 10, "NO", "duplicate_id", "8", "9"),
    Defect(STOPS_FILE, 55, "緯度・経度", "outside_town", "34.0380803, 138.2450237", "隣のはるか町にある"),
    Defect(POPULATION_FILES[1], 26, "男性", "total_mismatch", "525", "256"),
    Defect(POPULATION_FILES[1], 56, "地域名", "total_row", "合計", "地域ではない"),
    Defect(COPIED_FILE, None, "", "duplicate_month", "令和7年4月と同じ内容", "令和7年5月の人口は届いていない"),
)
_WRONG_MALE = "ひかりヶ丘三丁目"


def write_raw(folder: Path, *, seed: int = 992011) -> None:
    """Write the twelve raw files of みらい市 into ``folder`` (made if need be; other files in it stay).

    The same ``seed`` gives the same bytes on every system.  DataAcademyError if the folder cannot be written to.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_raw(Path(folder))
    ...     print(len(list(Path(folder).iterdir())))
    12
    """
    areas = _areas()
    hazards = _hazards(areas)
    first, second = _two_years(areas, _dice(seed, 1))
    of_2025 = _population_csv(areas, first, _dice(seed, 2), new_headings=True)
    files = {
        AREAS_FILE: geojson_bytes(({"KEY_CODE": a.key, "町丁目名": a.name}, a.polygon) for a in areas),
        POPULATION_FILES[0]: of_2025,
        COPIED_FILE: of_2025,
        POPULATION_FILES[1]: _population_csv(areas, second, _dice(seed, 3), new_headings=False),
        SHELTERS_FILE: places.shelters(areas, hazards),
        SITES_FILE: places.sites(areas, hazards),
        AED_FILE: places.aed(areas),
        STOPS_FILE: places.stops(areas),
        **{file: geojson_bytes(hazards[hazard]) for hazard, file in HAZARD_FILES.items()},
        BUILDINGS_FILE: _buildings(areas, second, _dice(seed, 4)),
        ZONES_FILE: _zones(areas),
    }
    with writing_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)


def _dice(seed: int, part: int) -> Callable[[], float]:
    """Uniform numbers in [0, 1) from raw bits; one stream for each part, so that parts do not disturb each other."""
    bits = np.random.PCG64([seed, part])
    return lambda: (bits.random_raw() >> 11) * 2.0**-53


# --- the land ---------------------------------------------------------------------------------------------------------


def _areas() -> list[Area]:
    """Voronoi cells of the hand-placed areas, cut by the coast; the island is one area."""
    rows = [(*group, *row) for group, members in geo.AREAS.items() for row in members]
    seeds = [(x, y) for _, _, name, x, y, *_ in rows if name != "沖ノ島"]
    numbers: dict[str, int] = {}
    areas = []
    for association, quarter, name, x, y, people, dx, dy in rows:
        cell = list(geo.ISLAND if name == "沖ノ島" else geo.COAST)
        for other in seeds if name != "沖ノ島" else ():
            if other != (x, y):
                cell = _nearer_half(cell, (x, y), other)
        base, block = (name[:-3], "一二三四五六".index(name[-3]) + 1) if name.endswith("丁目") else (name, None)
        number = numbers.setdefault(base, 10 * (len(numbers) + 1))
        key = f"99201{number:04d}" + (f"{block:02d}" if block else "")
        polygon = shapely.Polygon([geo.degrees(*corner) for corner in cell])
        areas.append(Area(key, name, quarter, association, people, (x + dx, y + dy), polygon))
    return areas


def _nearer_half(ring: list, own: tuple, other: tuple) -> list:
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


def _hazards(areas: list[Area]) -> dict[str, list[tuple[dict, shapely.Geometry]]]:
    """River flood in three depths along the river, storm surge in two along the low coast; both end at the shore."""
    land = shapely.coverage_union_all([a.polygon for a in areas])
    sea = [geo.degrees(3100, -5000), geo.degrees(-3100, -5000)]
    reach = {  # the deeper it is, the less far it reaches
        "洪水": [_strip([(x, y, widths[k]) for x, y, *widths in geo.RIVER]) for k in (2, 1, 0)],
        "高潮": [shapely.Polygon([*(geo.degrees(x, ys[k]) for x, *ys in geo.LOW_COAST), *sea]) for k in (0, 1)],
    }
    zones: dict[str, list] = {}
    for hazard, shapes in reach.items():
        for k, shape in enumerate(shapes):
            band = shapely.difference(shape, shapes[k + 1]) if k + 1 < len(shapes) else shape
            properties = {"浸水深ランク": k + 1, "浸水深": DEPTHS[k]}
            # On the grid of the printed digits, so that rounding cannot fold a narrow corner over itself.
            zones.setdefault(hazard, []).append((properties, shapely.intersection(band, land, grid_size=1e-7)))
    return zones


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


def _zones(areas: list[Area]) -> bytes:
    names = list(dict.fromkeys(a.association for a in areas))
    return geojson_bytes(
        ({"自治会名": name}, shapely.coverage_union_all([a.polygon for a in areas if a.association == name]))
        for name in names
    )


# --- the people -------------------------------------------------------------------------------------------------------


def _two_years(areas: list[Area], dice: Callable[[], float]) -> tuple[list, list]:
    """Residents of each area on 2025-04-01 and a year later: lists of (male bands, female bands)."""

    def whole(expected: float) -> int:
        return math.floor(expected + dice())

    def later(bands: list[int], births: float) -> list[int]:  # a fifth of each band moves up, some die or leave
        moved = [0.8 * n * stay / 100 for n, stay in zip(bands, geo.STAY, strict=True)]
        moved[-1] += 0.2 * bands[-1] * geo.STAY[-1] / 100
        for k in range(len(bands) - 1):
            moved[k + 1] += 0.2 * bands[k] * geo.STAY[k] / 100
        return [whole(moved[0] + births), *(whole(n) for n in moved[1:])]

    first, second = [], []
    for area in areas:
        male, female = [], []
        for share, women in zip(geo.AGES[area.quarter], geo.WOMEN, strict=True):
            expected = area.people * share / 1000 * (0.85 + 0.3 * dice())
            male.append(whole(expected * (100 - women) / 100))
            female.append(whole(expected * women / 100))
        births = geo.BIRTHS * sum(female[5:8]) / 2
        first.append((male, female))
        second.append((later(male, births), later(female, births)))
    return first, second


def _population_csv(areas: list[Area], people: list, dice: Callable[[], float], *, new_headings: bool) -> bytes:
    """地域・年齢別人口 in cp932, in one of the two generations of headings; only the older one has a 合計 row."""
    bands = [f"{band}の{sex}" for band in BANDS for sex in ("男性", "女性")]
    counts = ["総人口", "男性", "女性", *bands, "世帯数", "備考"]
    if new_headings:
        head = ["全国地方公共団体コード", "地域コード", "地方公共団体名", "調査年月日", "地域名", *counts]
    else:
        city = ["都道府県コード又は市区町村コード", "地域コード", "都道府県名", "市区町村名"]
        head = [*city, "調査年月日", "地域名", *counts]

    def row(number, name, values):
        if new_headings:
            return [geo.CODE, number, geo.CITY, "2025-04-01", name, *values, ""]
        return [geo.CODE, number, geo.PREFECTURE, geo.CITY, "2026/4/1", geo.SPELLING.get(name, name), *values, ""]

    table = []
    for area, (male, female) in zip(areas, people, strict=True):
        total = sum(male) + sum(female)
        households = round(total / geo.HOUSEHOLD[area.quarter] * (0.95 + 0.1 * dice()))
        pairs = [n for pair in zip(male, female, strict=True) for n in pair]
        table.append([total, sum(male), sum(female), *pairs, households])
    sums = [sum(column) for column in zip(*table, strict=True)]
    rows = [row(101 + k, area.name, values) for k, (area, values) in enumerate(zip(areas, table, strict=True))]
    if not new_headings:
        wrong = next(r for r in rows if r[5] == _WRONG_MALE)
        wrong[head.index("男性")] = wrong[head.index("総人口")]
        rows.append(row("", "合計", sums))  # what the office knows to be true, in spite of the wrong cell
    return csv_bytes([head, *rows], encoding="cp932")


def _buildings(areas: list[Area], people: list, dice: Callable[[], float]) -> bytes:
    """Residential buildings around the centre of each area, houses and blocks of flats.

    Everybody lives somewhere: the residents of an area's buildings add up to its population.
    """
    rows = [["建物番号", "緯度", "経度", "居住者数"]]
    for area, (male, female) in zip(areas, people, strict=True):
        population = sum(male) + sum(female)
        number = round(population / geo.HOUSE[area.quarter])
        flats = 0.12 if area.quarter in ("旧市街", "ニュータウン") else 0.02
        weights = [30.0 if dice() < flats else 0.5 + dice() for _ in range(number)]
        shares = list(accumulate(weights))  # sum() of floats rounds differently from Python 3.12 on
        given = 0
        for share in shares:
            upto = round((population - number) * share / shares[-1])
            lon, lat = _house(area, dice)
            rows.append([f"B{len(rows):05d}", f"{lat:.7f}", f"{lon:.7f}", 1 + upto - given])
            given = upto
    return csv_bytes(rows, encoding="utf-8", newline="\n")


def _house(area: Area, dice: Callable[[], float]) -> tuple[float, float]:
    """A point of the area, mostly near its centre: four dice make a bell; one house in seven stands farther off."""
    x, y = area.centre
    while True:
        reach = geo.SPREAD[area.quarter] * (2.5 if dice() < 1 / 7 else 1)
        east, north = ((dice() + dice() + dice() + dice() - 2) * reach for _ in range(2))
        lon, lat = geo.degrees(x + east, y + north)
        if shapely.contains_xy(area.polygon, lon, lat):
            return lon, lat


def build_sample(folder: Path | None = None) -> Path:
    """Write ``datasets/mirai/``: the raw files, ``town.yml``, and the canonical tables made from them.

    The town goes the same way as any other: inspect, then build.  The same bytes come out on every machine.
    """
    from dataacademy import paths
    from dataacademy.files import replacing_folder
    from dataacademy.town.build import build, write_into
    from dataacademy.town.inspection import inspect
    from dataacademy.town.report import town_yml

    folder = folder or paths.dataset(paths.SAMPLE_TOWN)
    with replacing_folder(folder) as fresh:
        write_raw(fresh / "raw")
        found = inspect(fresh / "raw", code=geo.CODE, name=geo.CITY, path=fresh / "town.yml")
        (fresh / "town.yml").write_text(town_yml(found), encoding="utf-8", newline="\n")
        write_into(fresh, build(found.town))
    return folder
