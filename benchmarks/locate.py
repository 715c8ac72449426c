"""How fast sites are chosen beside the same models written down row by row, with the same solver.

Run it by hand: ``python benchmarks/locate.py``.  It prints ratios of one run; they are no test, because machines
differ.  Both find the same value, which is compared.  The plain mean distance has a variable for each pair of a home
and a site: beyond a few thousand homes it does not end in useful time, so that only ours is shown there.
"""

from __future__ import annotations

from time import perf_counter

import geopandas as gpd
import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_matrix, csr_matrix, hstack, identity, kron
from scipy.spatial.distance import cdist

from dataacademy import maps

CRS, SITES, NEW, RADIUS, SIDE = 6676, 60, 3, 800, 8_000
rng = np.random.default_rng(20)


def town(homes: int):
    """Homes in forty clusters and some between them, and sites anywhere."""
    middle = rng.uniform(0, SIDE, (40, 2))
    xy = middle[rng.integers(0, 40, homes)] + rng.normal(0, 400, (homes, 2))
    sites = rng.uniform(0, SIDE, (SITES, 2))
    data = gpd.GeoDataFrame({"residents": rng.integers(1, 9, homes)}, geometry=gpd.points_from_xy(*xy.T), crs=CRS)
    return data, gpd.GeoDataFrame(geometry=gpd.points_from_xy(*sites.T), crs=CRS), cdist(xy, sites)


def timed(work):
    start = perf_counter()
    result = work()
    return perf_counter() - start, result


def solved(cost, limits, whole: int) -> float:
    found = milp(
        cost,
        integrality=np.r_[np.ones(whole), np.zeros(len(cost) - whole)],
        bounds=Bounds(0, 1),
        constraints=[LinearConstraint(*limit) for limit in limits],
        options={"mip_rel_gap": 0},
    )
    assert found.status == 0
    return found.fun


def plain_mclp(people, metres) -> float:
    """One variable a home: whether it is served."""
    n, m = metres.shape
    served = hstack([csr_matrix(-(metres <= RADIUS).astype(float)), identity(n)]).tocsr()
    number = np.r_[np.ones(m), np.zeros(n)][None, :]
    return -solved(np.r_[np.zeros(m), -people], [(served, -np.inf, 0), (number, 0, NEW)], m)


def plain_median(people, metres) -> float:
    """One variable a home and site: whether the one goes to the other."""
    n, m = metres.shape
    one = hstack([coo_matrix((n, m)), kron(identity(n), np.ones((1, m)))]).tocsr()
    opened = hstack([-kron(np.ones((n, 1)), identity(m)), identity(n * m)]).tocsr()
    number = np.r_[np.ones(m), np.zeros(n * m)][None, :]
    cost = np.r_[np.zeros(m), (people[:, None] * metres).ravel() / people.sum()]
    return solved(cost, [(one, 1, 1), (opened, -np.inf, 0), (number, 0, NEW)], m)


PLAIN = {"mclp": (plain_mclp, 30_000), "p_median": (plain_median, 2_000)}  # and the most homes that it is asked for


if __name__ == "__main__":
    print(f"{'of 60 sites 3':<34}{'value':>12}{'ours, s':>10}{'plain, s':>10}{'plain/ours':>12}")
    for model, (plain, most) in PLAIN.items():
        for homes in (515, 2_000, 30_000):
            data, sites, metres = town(homes)
            ask = {"model": model, "p": NEW, "weights": "residents", "within": RADIUS if model == "mclp" else None}
            ours, found = timed(lambda ask=ask, data=data, sites=sites: maps.locate(data, sites, **ask))
            assert found.figures["optimal"]
            line = f"{f'{model}, {homes:,} homes':<34}{found.value:>12,.1f}{ours:>10.2f}"
            if homes <= most:
                people = data["residents"].to_numpy(float)
                theirs, value = timed(lambda plain=plain, people=people, metres=metres: plain(people, metres))
                assert np.isclose(value, found.value)
                line += f"{theirs:>10.2f}{theirs / ours:>12.1f}"
            print(line, flush=True)
