"""What the tests of clusters, joins and zones share: oracles that belong to today's sample town, squares, counts."""

from __future__ import annotations

import hashlib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from stats_people import ORACLES, parsed

from dataacademy import load, paths

CRS = 6676


def printed(file: str, *tables: str) -> dict[str, np.ndarray]:
    """What an oracle printed; fails if the sample town's ``tables`` have changed since it ran."""
    text = (ORACLES / file).read_text(encoding="utf-8")
    first, _, rest = text.partition("\n")
    town: Path = paths.dataset(paths.SAMPLE_TOWN)
    today = [hashlib.md5((town / name).read_bytes()).hexdigest() for name in tables]
    assert first.split() == ["digest", *today], f"the sample town has changed: run the script of {file} again"
    return parsed(rest)


def squares(corners, side: float, **columns) -> gpd.GeoDataFrame:
    boxes = [shapely.box(x, y, x + side, y + side) for x, y in corners]
    return gpd.GeoDataFrame(columns, geometry=boxes, crs=CRS)


def grid(rows: int, columns: int, side: float = 100) -> gpd.GeoDataFrame:
    """Squares row by row from the south-west, named ``r-c``."""
    corners = [(c * side, r * side) for r in range(rows) for c in range(columns)]
    names = [f"{r}-{c}" for r in range(rows) for c in range(columns)]
    return squares(corners, side, area_id=names)


def points(xy, **columns) -> gpd.GeoDataFrame:
    x, y = np.reshape(np.asarray(xy, dtype=float), (-1, 2)).T
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(x, y), crs=CRS)


@pytest.fixture(scope="session")
def areas() -> gpd.GeoDataFrame:
    """The areas with their ambulance calls, persons of 65 and over, and persons in a household."""
    people = load("population")
    old = people[(people["date"] == "2026-04-01") & (people["age_from"] >= 65)].groupby("area_id")["count"].sum()
    calls = load("ambulance_calls").groupby("area_id").size()
    areas = load("areas")
    return areas.assign(
        calls=areas["area_id"].map(calls),
        elderly=areas["area_id"].map(old),
        size=areas["population"] / areas["households"],
    )
