"""How fast maps are drawn, and Fisher-Jenks against mapclassify where that is there.

Run it by hand: ``python benchmarks/maps_draw.py``, or with mapclassify beside it ``uv run --with mapclassify python
benchmarks/maps_draw.py``.  It prints seconds and ratios; they are no test, because machines differ.
"""

from __future__ import annotations

import io
import warnings
from time import perf_counter

import geopandas as gpd
import numpy as np
import shapely
from matplotlib import pyplot

from dataacademy import maps
from dataacademy.maps import classify

rng = np.random.default_rng(20)


def timed(work, repeats: int = 3):
    times = []
    for _ in range(repeats):
        start = perf_counter()
        result = work()
        times.append(perf_counter() - start)
    return min(times), result


def areas(count: int = 5_000) -> gpd.GeoDataFrame:
    """Cells around random points with some 90,000 corners in all."""
    cells = shapely.voronoi_polygons(shapely.multipoints(rng.uniform(0, 20_000, (count, 2))))
    cells = shapely.intersection(np.array(shapely.get_parts(cells)), shapely.box(0, 0, 20_000, 20_000))
    cells = shapely.segmentize(cells, 80)
    return gpd.GeoDataFrame({"v": rng.lognormal(6, 1, len(cells))}, geometry=cells, crs=6676)


def choropleth(data: gpd.GeoDataFrame, scheme: str) -> None:
    ax = maps.choropleth(data, column="v", scheme=scheme, unit="m", title="題", source="出典")
    ax.figure.savefig(io.BytesIO(), format="png")
    pyplot.close(ax.figure)


def within(values: np.ndarray, groups: np.ndarray) -> float:
    return sum(float(((values[groups == g] - values[groups == g].mean()) ** 2).sum()) for g in np.unique(groups))


def against_mapclassify(values: np.ndarray) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import mapclassify
    except ImportError:
        print("mapclassify is not there: no comparison")
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, x in (("calemp", np.asarray(mapclassify.load_example(), float)), ("5,000 values", values)):
            theirs, found = timed(lambda x=x: mapclassify.FisherJenks(x, k=5), 1)
            ours, edges = timed(lambda x=x: classify.fisher_jenks(x, 5))
            groups = classify.assign(x, edges)
            bounds = " ".join(f"{x[groups == g].max():g}" for g in range(5))
            print(f"{name}: ours {ours:.4f} s, mapclassify {theirs:.3f} s, ratio {theirs / ours:.0f}")
            print(f"  squares within: ours {within(x, groups):.6f}, mapclassify {within(x, found.yb):.6f}")
            print(f"  upper bounds of ours: {bounds}; of mapclassify: {' '.join(f'{b:g}' for b in found.bins)}")


if __name__ == "__main__":
    data = areas()
    print(f"{len(data):,} polygons, {shapely.get_num_coordinates(data.geometry.to_numpy()).sum():,} corners")
    for scheme in classify.SCHEMES:
        seconds, _ = timed(lambda scheme=scheme: choropleth(data, scheme))
        print(f"choropleth, {scheme}, with its PNG: {seconds:.2f} s")
    seconds, page = timed(lambda: maps.explore(data.iloc[:5_000], column="v"))
    print(f"explore, {min(len(data), 5_000):,} polygons: {seconds:.2f} s, {len(page.html) / 1e6:.1f} MB")
    values = rng.lognormal(6, 1, 5_000)
    seconds, _ = timed(lambda: classify.fisher_jenks(values, 5))
    print(f"Fisher-Jenks, k=5, 5,000 values: {seconds:.3f} s")
    against_mapclassify(values)
