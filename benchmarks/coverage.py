"""How much faster `coverage` is than the code a beginner would write, all in one run on this machine.

Run it by hand: ``python benchmarks/coverage.py``.  It prints ratios; they are no test, because machines differ.
"""

from __future__ import annotations

from time import perf_counter

import geopandas as gpd
import numpy as np
import shapely

from dataacademy import maps

CRS, RADIUS, SIDE = 6676, 400, 20_000
rng = np.random.default_rng(20)


def timed(work):
    start = perf_counter()
    result = work()
    return perf_counter() - start, result


def town(people: int, facilities: int):
    def scatter(n):
        return gpd.GeoDataFrame(geometry=gpd.points_from_xy(*rng.uniform(0, SIDE, (2, n))), crs=CRS)

    return scatter(people).assign(residents=rng.integers(1, 9, people)), scatter(facilities)


def by_points(people: int = 1_000_000, facilities: int = 500, sample: int = 50_000):
    """Points within reach: the nearest-neighbour tree against `within` the union of buffers (sample, scaled up)."""
    data, sites = town(people, facilities)
    ours, found = timed(lambda: maps.coverage(data, sites, within=RADIUS, weights="residents"))
    some = data.sample(sample, random_state=0)
    naive, inside = timed(lambda: some.within(sites.buffer(RADIUS).union_all()))
    share = 100 * some.loc[inside, "residents"].sum() / some["residents"].sum()
    return f"{people:,} points, within(union)", ours, naive * people / sample, found.value, share


def by_area(buildings: int = 20_000, facilities: int = 500):
    """Shares of building polygons: intersections only at the rim of the circles against `overlay`."""
    data, sites = town(buildings, facilities)
    data["geometry"] = shapely.buffer(data.geometry.to_numpy(), 8, cap_style="square")
    ours, found = timed(lambda: maps.coverage(data, sites, within=RADIUS, weights="residents", method="area"))

    def overlay():
        circles = gpd.GeoDataFrame(geometry=[sites.buffer(RADIUS, quad_segs=64).union_all()], crs=CRS)
        parts = gpd.overlay(data.assign(whole=data.area), circles, how="intersection")
        return 100 * (parts["residents"] * parts.area / parts["whole"]).sum() / data["residents"].sum()

    naive, share = timed(overlay)
    return f"{buildings:,} polygons, overlay", ours, naive, found.value, share


if __name__ == "__main__":
    print(f"{'against':<34}{'ours, s':>9}{'theirs, s':>11}{'ratio':>8}{'ours, %':>10}{'theirs, %':>11}")
    for measure in (by_points, by_area):
        name, ours, theirs, share, other = measure()
        print(f"{name:<34}{ours:>9.2f}{theirs:>11.2f}{theirs / ours:>8.1f}{share:>10.3f}{other:>11.3f}")
