"""Random tables with all their totals, and what an attacker and an optimiser written apart from ours make of them."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import block_diag, csr_array, eye_array, hstack, kron, vstack

# shape of the inner cells → how many random tables, the mean of their counts; 300 tables, the largest with 540 cells
TABLES = {
    **{(6,): (10, 6), (3, 3): (30, 6), (4, 3): (35, 9), (2, 6): (35, 9), (4, 4): (35, 12), (5, 4): (35, 15)},
    **{(2, 2, 2): (35, 9), (2, 2, 3): (25, 15), (3, 2, 3): (9, 25), (2, 2, 4): (12, 20), (6, 5): (15, 15)},
    **{(8, 4): (10, 20), (9, 5): (4, 15), (3, 3, 3): (3, 40), (2, 2, 2, 2): (4, 25), (20, 10): (2, 25)},
    **{(5, 5, 4, 2): (1, 250)},
}
MINIMUM = 5


def random_table(seed: int, shape: tuple[int, ...], mean: float) -> pd.DataFrame:
    """Counts from a gamma–Poisson mixture, a fifth of the seeds with many zeros."""
    rng = np.random.default_rng(seed)
    counts = rng.poisson(rng.gamma(0.7, mean / 0.7, int(np.prod(shape))))
    if seed % 5 == 0:
        counts[rng.random(len(counts)) < 0.4] = 0
    names = [f"x{d}" for d in range(len(shape))]
    data = pd.DataFrame(list(product(*([f"{k:02d}" for k in range(n)] for n in shape))), columns=names)
    return data.assign(count=counts)


def with_totals(counts: np.ndarray) -> np.ndarray:
    """All cells of the table, flattened."""
    for d in range(counts.ndim):
        counts = np.concatenate([counts, counts.sum(axis=d, keepdims=True)], axis=d)
    return counts.ravel().astype(float)


class Cube:
    """A table as an array with a last slice of totals on every axis, flattened; and its sums as equations M·y = 0."""

    def __init__(self, table: pd.DataFrame, by: list[str], column: str = "count"):
        wide = table.set_index(by)[column]
        self.names = [[k for k in table[c].unique() if k != "計"] + ["計"] for c in by]
        self.shape = tuple(map(len, self.names))
        self.y = wide.reindex(pd.MultiIndex.from_product(self.names, names=by)).to_numpy(dtype=float, na_value=np.nan)
        rows = []
        for d, n in enumerate(self.shape):
            one = np.r_[np.ones(n - 1), -1.0][None]
            parts = [csr_array(one) if e == d else eye_array(m, format="csr") for e, m in enumerate(self.shape)]
            whole = parts[0]
            for part in parts[1:]:
                whole = kron(whole, part, format="csr")
            rows.append(whole)
        self.equations = csr_array(vstack(rows))
        last = np.array(self.shape) - 1
        self.is_total = np.array([(np.array(at) == last).any() for at in np.ndindex(*self.shape)])


def attacked(cube: Cube, hidden: np.ndarray, true: np.ndarray, cells: np.ndarray, floor: int) -> np.ndarray:
    """The bounds of ``cells``: all linear programmes as one (they share nothing: the sum is best when each is)."""
    if not len(cells):
        return np.empty((0, 2))
    free = np.flatnonzero(hidden)
    known = np.where(hidden, 0, true)
    matrix = cube.equations[:, free]
    used = np.flatnonzero(np.diff(matrix.indptr) > 0)
    matrix, right = matrix[used], -(cube.equations @ known)[used]
    column = {c: i for i, c in enumerate(free)}
    cost = np.zeros((2 * len(cells), len(free)))
    for i, cell in enumerate(cells):
        cost[2 * i, column[cell]], cost[2 * i + 1, column[cell]] = 1, -1
    most = 10 * true[-1] + 1e4  # an unlimited cell stops here
    done = linprog(
        cost.ravel(),
        A_eq=block_diag([matrix] * len(cost), format="csr"),
        b_eq=np.tile(right, len(cost)),
        bounds=(floor, most),
        method="highs",
    )
    assert done.status == 0, done.message
    found = done.x.reshape(len(cost), len(free))
    at = [column[c] for c in cells]
    return np.column_stack([found[::2][np.arange(len(at)), at], found[1::2][np.arange(len(at)), at]])


def optimum(cube: Cube, true: np.ndarray, small: np.ndarray, may: np.ndarray, least, minimum: int, floor: int) -> int:
    """The fewest hidden cells: one integer programme that holds a whole attacker's table for every target."""
    targets = [(c, minimum) for c in np.flatnonzero(small)]
    targets += [(c, least[c]) for c in np.flatnonzero(small) if true[c] > least[c]]
    n, t = len(true), len(targets)
    most = float(true[-1] + 2 * minimum * n)
    down, up = np.where(true >= floor, true - floor, 0), np.full(n, most)
    eye = eye_array(n, format="csr")
    rows, low, high = [], [], []
    for k, (cell, value) in enumerate(targets):
        place = [csr_array((n, n))] * t
        place[k] = eye
        rows += [hstack([-csr_array(np.diag(up)), *place]), hstack([csr_array(np.diag(down)), *place])]
        low += [np.full(n, -np.inf), np.zeros(n)]
        high += [np.zeros(n), np.full(n, np.inf)]
        place = [csr_array((cube.equations.shape[0], n))] * t
        place[k] = cube.equations
        rows.append(hstack([csr_array((cube.equations.shape[0], n)), *place]))
        low.append(np.zeros(cube.equations.shape[0]))
        high.append(np.zeros(cube.equations.shape[0]))
        point = np.zeros((1, n * (t + 1)))
        point[0, n * (k + 1) + cell] = 1 if value >= true[cell] else -1
        rows.append(csr_array(point))
        low.append([abs(value - true[cell])])
        high.append([np.inf])
    done = milp(
        np.r_[np.ones(n), np.zeros(n * t)],
        integrality=np.r_[np.ones(n), np.zeros(n * t)],
        constraints=LinearConstraint(csr_array(vstack(rows)), np.concatenate(low), np.concatenate(high)) if t else (),
        bounds=Bounds(
            np.r_[small.astype(float), np.full(n * t, -most)], np.r_[(may | small).astype(float), np.full(n * t, most)]
        ),
        options={"mip_rel_gap": 0.0},
    )
    assert done.status == 0, done.message
    return round(done.fun)
