"""The ambulance calls of the sample town in two years: how often depends on age and sex, and on nothing else.

The farms and the coast are old and thinly settled, so that density seems to matter.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from dataacademy.town.sample import geography as geo
from dataacademy.town.sample import people
from dataacademy.town.sample.town import Town

START, MONTHS = 2024 * 12 + 3, 24  # April 2024 to March 2026
RATES = (  # calls a year per 1,000 of each band: men, women
    (42, 15, 13, 20, 24, 22, 20, 19, 19, 21, 25, 30, 38, 48, 67, 100, 158, 285),
    (36, 12, 11, 19, 24, 22, 20, 18, 17, 18, 20, 23, 28, 37, 53, 82, 135, 255),
)
PER_DENSITY = 0.0  # calls a year per 1,000 residents more where 1,000 more live on a km²
SEASON = (0.95, 0.93, 0.95, 1.12, 1.10, 0.98, 0.96, 0.97, 1.06, 1.10, 0.98, 0.94)  # April to March
HOURS = (22, 18, 16, 15, 16, 19, 26, 36, 46, 54, 57, 54, 49, 48, 47, 46, 46, 48, 50, 48, 44, 38, 32, 27)
SEVERITY = (  # per mille: light, middling, severe, dead on arrival; below 18, to 64, to 84, from 85 on
    *((735, 250, 13, 2), (595, 345, 50, 10), (410, 480, 88, 22), (325, 545, 98, 32)),
)
PLACES = (  # home, road, public, work, care, by the same ages
    *((52, 20, 26, 0, 2), (48, 24, 14, 13, 1), (70, 10, 12, 1, 7), (66, 3, 5, 0, 26)),
)
PLACES_AT_NIGHT = ((88, 7, 5, 0, 0), (68, 18, 8, 5, 1), (86, 4, 3, 0, 7), (70, 1, 1, 0, 28))
MORNING, EVENING = 7, 20  # hours between which it is day
PLACE_KINDS = ("home", "road", "public", "work", "care")
STATIONS = ((-200, -3100), (2400, 700))  # where ambulances wait, metres on the map
ISLAND, BY_BOAT = "沖ノ島", 22  # minutes more to get there


def make(town: Town) -> dict[str, Any]:
    """``ambulance_calls``: one row a call, in the order of time."""
    dice = town.dice("ambulance")
    first = START - people.FIRST
    counts = town.people.counts[first : first + MONTHS]
    days = np.array([(_month(START + t + 1) - _month(START + t)).days for t in range(MONTHS)])
    per_month = np.array(SEASON)[np.arange(MONTHS) % 12] * days / 365
    rates = np.array(RATES, dtype=float).T / 1000  # band × sex
    number = dice.poisson(counts * rates * per_month[:, None, None, None])
    month, area, band, sex = (np.repeat(axis.ravel(), number.ravel()) for axis in np.indices(number.shape))
    n = len(month)
    day = dice.below(n, days[month])
    minute = dice.choose(n, HOURS) * 60 + dice.below(n, 60)
    start = np.array([(_month(START + t) - _month(START)).days for t in range(MONTHS)])[month]
    order = np.argsort((start + day) * 1440 + minute, kind="stable")
    month, area, band, sex, day, minute = (a[order] for a in (month, area, band, sex, day, minute))
    age = band * 5 + dice.below(n, 5)
    oldest = band == people.BANDS - 1
    age = np.where(oldest, 85 + np.minimum(np.floor(dice.exponential(n) * 4.5), 19), age).astype(np.int64)
    stage = np.searchsorted([18, 65, 85], age, side="right")
    night = (minute < MORNING * 60) | (minute >= EVENING * 60)
    places = [np.array(weights)[stage] for weights in (PLACES_AT_NIGHT, PLACES)]
    dates = [[(_month(START + t) + timedelta(days=d)).isoformat() for d in range(31)] for t in range(MONTHS)]
    table = pd.DataFrame(
        {
            "call_id": [f"Q{k:0{max(4, len(str(n)))}d}" for k in range(1, n + 1)],
            "date": np.array(dates)[month, day],
            "time": [f"{m // 60:02d}:{m % 60:02d}" for m in minute.tolist()],
            "area_id": np.array([a.area_id for a in town.areas])[area],
            "age": age,
            "sex": np.array(people.SEXES)[sex],
            "severity": np.array(["1", "2", "3", "4"])[dice.choose_each(np.array(SEVERITY)[stage])],
            "place": np.array(PLACE_KINDS)[dice.choose_each(np.where(night[:, None], *places))],
            "minutes": np.maximum(np.rint(way(town)[area] + 1.6 * dice.normal(n)), 3).astype(np.int64),
        }
    )
    return {"ambulance_calls": table}


def _month(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def way(town: Town) -> np.ndarray:
    """Minutes from the call to the arrival in each area: getting ready, and the way from the nearer station."""
    x, y = np.array([a.centre for a in town.areas], dtype=float).T
    metres = np.min([np.abs(x - sx) + np.abs(y - sy) for sx, sy in STATIONS], axis=0)
    island = np.array([a.name == ISLAND for a in town.areas])
    return 4.5 + metres / 600 + BY_BOAT * island


def truths(town: Town, tables: dict[str, Any]) -> list[dict]:
    """A false hypothesis: density explains the calls."""
    living = town.people.counts[START - people.FIRST :][:MONTHS].sum(axis=(0, 2, 3))  # resident months
    codes = pd.Index([a.area_id for a in town.areas])
    calls = np.bincount(codes.get_indexer(tables["ambulance_calls"]["area_id"]), minlength=len(codes))
    last = np.bincount(town.register["area"], minlength=len(codes))
    density = [round(n / _square_km(a.polygon)) for n, a in zip(last.tolist(), town.areas, strict=True)]
    slope = 1000 * 12_000 * _slope(density, calls.tolist(), living.tolist())
    return [
        {
            "id": "density_is_false",
            "title": "「人口密度が救急の件数を決める」という仮説はまちがい",
            "says": "救急の回数は年齢と性別だけで決まっていて、人口密度は効いていません"
            f"（真の傾き{PER_DENSITY:g}）。密度の低い地区で住民あたりの件数が多いのは、高齢の人が多いからです。",
            "size": {"calls_per_1000": PER_DENSITY},
            "tolerance": {"calls_per_1000": 0.85},
            "tables": ["ambulance_calls", "population", "areas"],
            "method": "年齢・性別ごとの町全体の率から地区の期待件数を計算し、実際との差（千人・1年あたり）を、"
            "密度で説明する（人口で重み付け）。",
            "naive": {
                "method": "住民千人・1年あたりの件数を、密度（千人/km²）だけで説明する（人口で重み付け）。",
                "says": f"密度が千人/km²高いごとに{-slope:.1f}件少なく、密度が件数を決めているように見える。",
                "value": {"calls_per_1000": round(slope, 3)},
            },
        }
    ]


def _square_km(polygon) -> float:
    east, north = geo.METRES_PER_DEGREE
    ring = [((lon - geo.ORIGIN[0]) * east, (lat - geo.ORIGIN[1]) * north) for lon, lat in polygon.exterior.coords]
    twice = sum(x * b - a * y for (x, y), (a, b) in zip(ring, ring[1:], strict=False))
    return abs(twice) / 2e6


def _slope(x: list[int], total: list[int], weight: list[int]) -> float:
    """The slope of total ÷ weight on x, weighted: whole numbers, which add up alike everywhere."""
    w, wx = sum(weight), sum(k * v for k, v in zip(weight, x, strict=True))
    wxx = sum(k * v * v for k, v in zip(weight, x, strict=True))
    xt = sum(v * t for v, t in zip(x, total, strict=True))
    return (w * xt - wx * sum(total)) / (w * wxx - wx * wx)
