"""The mathematics of choosing sites without capacities: sets of candidates, and what is paid where none is opened.

All four models are of one shape.  A *set* holds the candidates any of which would serve the same people; opening none
of them costs its *price*.  To cover as many as possible (Church & ReVelle 1974) the price is the people; to cover all
with as few sites as possible (Toregas 1971) it is infinite.  For the mean distance a row pays, beyond its nearest
candidate, the metres to its second if the first stays closed, those from the second to the third if the first two do,
and so on (Cornuejols, Nemhauser & Wolsey 1980).  Rows with the same set share it: nothing is rounded or lost.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from time import perf_counter

import numpy as np
from scipy.sparse import csr_matrix, hstack, identity

from dataacademy.maps.siting.ground import Ground

_BLOCK = 512  # sets compared at a time


@dataclass(frozen=True)
class Clock:
    """The seconds that the search may take; it starts when it is made."""

    seconds: float
    start: float = field(default_factory=perf_counter)

    @property
    def left(self) -> float:
        """Seconds that are left; never zero, which solvers take for no limit."""
        return max(self.seconds - (perf_counter() - self.start), 1e-3)


@dataclass(frozen=True)
class Sets:
    """``member`` (sets × candidates, yes/no), ``price`` of each, and ``free``: what is paid whatever is opened.

    Where a set is another with one more candidate, ``parent`` is that other (−1: none) and ``added`` the one more.
    """

    member: np.ndarray
    price: np.ndarray
    free: float = 0.0
    parent: np.ndarray | None = None
    added: np.ndarray | None = None

    def unpaid(self, sites) -> float:
        """What is paid if these sites are opened, beside ``free``."""
        return float(self.price[~self.member[:, sites].any(axis=1)].sum())


@dataclass(frozen=True)
class Choice:
    """The candidates to open (None: impossible if ``proven``, otherwise none found in time) and the proven ``bound``.

    ``greedy``: what one takes who chooses one site after the other, each time the best.  ``radius``: the distance
    within which everybody is served, where that is what was searched for.
    """

    sites: list[int] | None
    bound: float = 0.0
    greedy: list[int] | None = None
    proven: bool = True
    radius: float = np.inf


def by_reach(reach: np.ndarray, weight: np.ndarray) -> Sets:
    """Rows that reach the same candidates as one set, priced by their persons; rows that reach none are left out."""
    some = reach.any(axis=1)
    first, which = _distinct(reach[some])
    return Sets(reach[some][first], np.bincount(which, weight[some], len(first)))


def by_distance(ground: Ground) -> Sets:
    """The metres (per person of all) that each row pays while its nearest 1, 2, … candidates stay closed.

    Nobody goes to a candidate farther away than the site that is there already.
    """
    order = np.argsort(ground.new, axis=1, kind="stable")
    nearest = np.minimum(np.take_along_axis(ground.new, order, axis=1), ground.before[:, None])
    steps = np.column_stack([nearest, ground.before])
    share = ground.weight / ground.weight.sum()
    rows = np.flatnonzero(steps[:, 0] < ground.before)
    member, parent = np.zeros(ground.new.shape, bool), np.full(len(order), -1)
    parts, count = [], 0
    for k in range(order.shape[1]):
        if not len(rows):
            break
        member[rows, order[rows, k]] = True
        first, which = _distinct(member[rows])
        gain = share[rows] * (steps[rows, k + 1] - steps[rows, k])
        parts.append(
            (member[rows[first]], np.bincount(which, gain, len(first)), parent[rows[first]], order[rows[first], k])
        )
        parent[rows] = count + which
        count += len(first)
        rows = rows[steps[rows, k + 1] < ground.before[rows]]
    free = float(share @ steps[:, 0])
    if not parts:
        return Sets(np.empty((0, order.shape[1]), bool), np.empty(0), free)
    member, price, parent, added = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Sets(member, price, free, parent, added)


def needed(reach: np.ndarray) -> Sets:
    """The sets of which one must be opened so that every row is served: those that contain no other."""
    member = reach[_distinct(reach)[0]]
    member = member[np.argsort(member.sum(axis=1), kind="stable")].astype(np.float32)
    kept = np.empty((0, member.shape[1]), np.float32)
    for start in range(0, len(member), _BLOCK):
        some = member[start : start + _BLOCK]
        others = np.vstack([kept, some])
        inside = some @ others.T == others.sum(axis=1)
        inside[np.arange(len(some)), len(kept) + np.arange(len(some))] = False
        kept = np.vstack([kept, some[~inside.any(axis=1)]])
    return Sets(kept.astype(bool), np.full(len(kept), np.inf))


def choose(sets: Sets, p: int | None, clock: Clock) -> Choice:
    """At most ``p`` candidates that leave least to pay; without ``p`` as few as serve every set.

    min Σ price_S z_S  so that  z_S + Σ_{j in S} y_j ≥ 1,  Σ y_j ≤ p,  y 0 or 1,  z ≥ 0; a set grown from another
    needs three entries only: z_S + y_added ≥ z_parent.
    """
    m, n = sets.member.shape
    greedy, must = _greedy(sets, p), np.isinf(sets.price)
    if not m or (p is not None and sets.unpaid(greedy) == 0):
        return Choice(greedy, greedy=greedy)
    grown = np.zeros(m, bool) if sets.parent is None else sets.parent >= 0
    y = sets.member.astype(float)
    z = identity(m, format="csr")
    if grown.any():
        rows = np.flatnonzero(grown)
        y[rows] = 0
        y[rows, sets.added[rows]] = 1
        z -= csr_matrix((np.ones(len(rows)), (rows, sets.parent[rows])), shape=(m, m))
    limits = [(hstack([csr_matrix(y), z]), np.where(grown, 0.0, 1.0), np.inf)]
    if p is not None:
        limits.append((np.r_[np.ones(n), np.zeros(m)][None, :], 0, p))
    cost = np.r_[np.full(n, float(p is None)), np.where(must, 0.0, sets.price)]
    found = optimise(cost, limits, whole=n, upper=np.r_[np.ones(n), np.where(must, 0.0, 1.0)], clock=clock)
    if found.proven and found.sites is None:
        return found
    tries = [sites for sites in (found.sites, greedy) if sites is not None and np.isfinite(sets.unpaid(sites))]
    best = min(tries, key=(len if p is None else sets.unpaid), default=None)
    return Choice(best, found.bound, greedy, found.proven)


def optimise(cost, limits, *, whole: int, upper, clock: Clock) -> Choice:
    """The mixed-integer programme whose first ``whole`` variables say which candidates are opened."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    found = milp(
        cost,
        integrality=np.r_[np.ones(whole), np.zeros(len(cost) - whole)],
        bounds=Bounds(0, upper),
        constraints=[LinearConstraint(*limit) for limit in limits],
        options={"mip_rel_gap": 0, "time_limit": clock.left},
    )
    sites = None if found.x is None else [int(j) for j in np.flatnonzero(found.x[:whole] > 0.5)]
    bound = found.mip_dual_bound if found.mip_dual_bound is not None else -np.inf
    return Choice(sites, float(bound), proven=found.status in (0, 2))


def _greedy(sets: Sets, p: int | None) -> list[int]:
    """One site after the other, each time the one that saves most; sets that must be served come first."""
    known = np.isfinite(sets.price)
    left = np.where(known, sets.price, 1.0 + sets.price[known].sum())
    sites, member = [], csr_matrix(sets.member, dtype=float)
    while left.any() and (p is None or len(sites) < p):
        sites.append(int(np.argmax(left @ member)))
        left[sets.member[:, sites[-1]]] = 0
    return sites


def _distinct(member: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of rows of yes/no the first of each kind, and which kind each row is."""
    packed = np.ascontiguousarray(np.packbits(member, axis=1))
    _, first, which = np.unique(packed.view(f"V{packed.shape[1]}").ravel(), return_index=True, return_inverse=True)
    return first, which
