"""How fast nearest, coverage and ways along roads are beside a bare query and the code a beginner would write.

Run it by hand: ``python benchmarks/distances.py``.  It prints ratios of one run; they are no test, because machines
differ.  The floor of ``nearest`` is a cKDTree query of coordinates that are arrays already.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from racing import race
from scipy.spatial import cKDTree

from dataacademy import load, maps

CRS, RADIUS, SIDE = 6676, 400, 20_000
rng = np.random.default_rng(20)


def town(people: int, facilities: int):
    def scatter(n):
        return gpd.GeoDataFrame(geometry=gpd.points_from_xy(*rng.uniform(0, SIDE, (2, n))), crs=CRS)

    sites = scatter(facilities)
    return scatter(people).assign(residents=rng.integers(1, 9, people)), sites.assign(
        name=[f"facility {i}" for i in range(facilities)], kind="shelter"
    )


def nearest(people: int = 1_000_000, facilities: int = 500):
    data, sites = town(people, facilities)
    xy, there = (np.column_stack([d.geometry.x, d.geometry.y]) for d in (data, sites))
    (ours, floor, every, theirs), (found, (distance, _), _, joined) = race(
        lambda: maps.nearest(data, sites, weights="residents"),
        lambda: cKDTree(there).query(xy),
        lambda: cKDTree(there).query(xy, workers=-1),
        lambda: data.sjoin_nearest(sites, distance_col="metres"),
        rounds=9,
    )
    assert np.allclose(found.table["distance_m"], distance)
    assert np.allclose(joined["metres"], distance)
    yield f"nearest, {people:,} to {facilities}: bare query, one core", ours, floor
    yield f"nearest, {people:,} to {facilities}: bare query, all cores", ours, every
    yield f"nearest, {people:,} to {facilities}: sjoin_nearest", ours, theirs


def points(people: int = 1_000_000, facilities: int = 500):
    """All points `within` the union of the circles: scattered circles, and circles that grow together as in a town."""
    data, sites = town(people, facilities)
    for radius in (400, 800):
        union = sites.buffer(radius, quad_segs=16).union_all()
        (ours, naive), (found, inside) = race(
            lambda radius=radius: maps.coverage(data, sites, within=radius, weights="residents"),
            lambda union=union: data.within(union),
            rounds=9,
        )
        print(f"    {radius} m: {found.value:.2f} % (circles) and ", end="")
        print(f"{100 * data['residents'][inside].sum() / data['residents'].sum():.2f} % (64-gons)")
        yield f"coverage, {people:,} points, {radius} m: within(union)", ours, naive


def polygons(buildings: int = 200_000, facilities: int = 500):
    """Shares of building polygons against `overlay` with the same 256-gons; the answers are compared."""
    data, sites = town(buildings, facilities)
    data["geometry"] = shapely.buffer(data.geometry.to_numpy(), rng.uniform(4, 15, buildings), cap_style="square")
    angle = np.pi / 128
    wider = RADIUS * np.sqrt(angle / np.sin(angle))
    circles = gpd.GeoDataFrame(geometry=[sites.buffer(wider, quad_segs=64).union_all()], crs=CRS)

    def overlay():
        parts = gpd.overlay(data.assign(whole=data.area), circles, how="intersection")
        return (parts["residents"] * parts.area / parts["whole"]).sum()

    (ours, theirs), (found, covered) = race(
        lambda: maps.coverage(data, sites, within=RADIUS, weights="residents", method="area"), overlay, rounds=1
    )
    print(f"    area-weighted: {found.table['covered'].item():.9f} and {covered:.9f} persons")
    yield f"coverage by area, {buildings:,} polygons: overlay", ours, theirs


def roads(homes: int = 30_000, shelters: int = 60):
    """The sample town's roads with more houses and shelters on them; seconds, nothing to compare with."""
    ground, facilities = load("roads"), load("facilities")
    place = load("buildings").sample(homes, replace=True, random_state=1).reset_index(drop=True)
    place["geometry"] = place.translate(*rng.normal(0, 20, 2))
    sites = facilities.sample(shelters, random_state=1)
    [ours], [found] = race(lambda: maps.network_distance(place, sites, roads=ground, weights="residents"), rounds=3)
    print(
        f"    {homes:,} buildings to {shelters} places along {len(ground)} roads: {ours:.2f} s ({found.value:,.0f} m)"
    )
    ask = {"within": 500, "weights": "residents", "kind": "shelter"}
    for name, ways in (("straight lines", None), ("roads", ground)):
        [ours], _ = race(
            lambda ways=ways: maps.coverage_by_capacity(load("buildings"), facilities, roads=ways, **ask), rounds=3
        )
        print(f"    capacity of the sample town, {name}: {ours:.2f} s")


if __name__ == "__main__":
    print(f"{'against':<60}{'ours, s':>9}{'theirs, s':>11}{'theirs/ours':>13}")
    for measure in (nearest, points, polygons):
        for name, ours, theirs in measure():
            print(f"{name:<60}{ours:>9.3f}{theirs:>11.3f}{theirs / ours:>13.2f}", flush=True)
    roads()
