"""How fast figures are carried from one zoning to another, and clusters found, all in one run on this machine.

Run it by hand: ``python benchmarks/zonings.py``.  It prints ratios; they are no test, because machines differ.
"""

from __future__ import annotations

from time import perf_counter

import geopandas as gpd
import numpy as np
import shapely

from dataacademy import maps

CRS = 6676
rng = np.random.default_rng(20)


def timed(work):
    start = perf_counter()
    result = work()
    return perf_counter() - start, result


def cells(count: int, side: float, turn: float = 0.0) -> gpd.GeoDataFrame:
    """``count`` × ``count`` squares over the same ground, turned by so many degrees."""
    step = side / count
    x, y = (axis.ravel() for axis in np.meshgrid(np.arange(count) * step, np.arange(count) * step))
    frame = gpd.GeoDataFrame(geometry=shapely.box(x, y, x + step, y + step), crs=CRS)
    frame["geometry"] = frame.rotate(turn, origin=(side / 2, side / 2))
    return frame.assign(area_id=np.arange(len(frame)).astype(str))


def interpolation():
    """22,500 cells to 4,900: against `overlay` and groupby."""
    source = cells(150, 30_000).assign(people=rng.integers(0, 300, 22_500))
    target = cells(70, 30_000, turn=15).rename(columns={"area_id": "zone"})
    ours, found = timed(lambda: maps.areal_interpolate(source, target, counts="people"))

    def overlay():
        parts = gpd.overlay(source.assign(whole=source.area), target, how="intersection")
        return float((parts["people"] * parts.area / parts["whole"]).groupby(parts["zone"]).sum().sum())

    theirs, total = timed(overlay)
    return "interpolation, overlay", ours, theirs, found.value, total


def clusters(draws: int = 999, sample: int = 20):
    """Local Moran of 1,936 areas: against a loop over the draws (a sample of areas, scaled up)."""
    data = cells(44, 44_000)
    values = rng.normal(size=len(data))
    data = data.assign(v=values)
    ours, found = timed(lambda: maps.moran_local(data, column="v", permutations=draws))
    pairs = maps.neighbours(data).table
    z = values - values.mean()

    def loop():
        p = []
        for i in range(sample):
            near = pairs.loc[pairs["area"] == str(i), "neighbour"].astype(int).to_numpy()
            others = np.delete(z, i)
            drawn = np.array([rng.permutation(others)[: len(near)].mean() for _ in range(draws)])
            tail = min((drawn >= z[near].mean()).sum(), (drawn <= z[near].mean()).sum())
            p.append(min(1, 2 * (tail + 1) / (draws + 1)))
        return float(np.mean(p))

    theirs, mean = timed(loop)
    return "local Moran, loop", ours, theirs * len(data) / sample, found.table["p_value"].head(sample).mean(), mean


if __name__ == "__main__":
    print(f"{'against':<26}{'ours, s':>9}{'theirs, s':>11}{'ratio':>8}{'ours':>14}{'theirs':>14}")
    for measure in (interpolation, clusters):
        name, ours, theirs, value, other = measure()
        print(f"{name:<26}{ours:>9.2f}{theirs:>11.2f}{theirs / ours:>8.1f}{value:>14.4f}{other:>14.4f}")
