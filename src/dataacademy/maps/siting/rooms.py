"""Choosing sites that hold so many persons and no more: how many of each group of rows go to which site.

Groups may be split between sites.  y_j = 1 opens candidate j; x_gs persons of group g go to site s:
Σ_s x_gs ≤ persons of g (= where all need a place), Σ_g x_gs ≤ room_s y_s, x_gs ≤ persons_g y_s, Σ y_j ≤ p.
The goal is to place as many as possible ("most"), to place "all", or to do that with the least mean distance ("near").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix, hstack, vstack

from dataacademy.errors import DataAcademyError
from dataacademy.maps.siting.ground import Ground
from dataacademy.maps.siting.sets import Choice, Clock, by_reach, optimise

_MOST = 200_000  # pairs of a row and a site: with more the programme of the mean distance takes hours


@dataclass(frozen=True)
class Rooms:
    """Groups of persons (``people``), their ``metres`` to all sites (infinite: not there) and each site's ``room``.

    The first ``old`` sites are open already.
    """

    people: np.ndarray
    metres: np.ndarray
    room: np.ndarray
    old: int

    @property
    def new(self) -> int:
        return len(self.room) - self.old

    def only(self, sites) -> Rooms:
        """With these candidates open and all others gone."""
        kept = [*range(self.old), *(self.old + j for j in sites)]
        return Rooms(self.people, self.metres[:, kept], self.room[kept], len(kept))


def by_group(ground: Ground, radius: float | None) -> Rooms:
    """Rows within ``radius`` of the same sites as one group; without a radius each row with its own distances."""
    metres, weight, old = np.hstack([ground.old, ground.new]), ground.weight, ground.old.shape[1]
    if radius is not None:
        sets = by_reach(np.isfinite(metres) & (metres <= radius), weight)
        return Rooms(sets.price, np.where(sets.member, 0.0, np.inf), ground.room, old)
    pairs = int(np.isfinite(metres).sum())
    if pairs > _MOST:
        raise DataAcademyError(
            "too_many_pairs",
            f"収容人数を守って距離の平均を最も短くする計算は、行と場所の組 {_MOST:,} までです（いまは {pairs:,}）。",
            f"With capacities the mean distance can be minimised over {_MOST:,} pairs of row and site, not {pairs:,}.",
            fix='建物でなく地区の表（da.load("areas")、weights="population"）を渡すか、候補地を減らしてください。',
            fix_en='Pass da.load("areas") with weights="population", or fewer candidates.',
        )
    return Rooms(weight, metres, ground.room, old)


def open_best(rooms: Rooms, goal: str, p: int | None, clock: Clock) -> Choice:
    """At most ``p`` candidates; without ``p`` as few as hold everybody."""
    cost, (per_group, least, persons), (per_site, _, _), ceiling = _flows(rooms, goal)
    n, new, old = len(cost), rooms.new, rooms.old
    group, site = np.nonzero(np.isfinite(rooms.metres))
    pair = np.flatnonzero(site >= old)
    most = np.minimum(rooms.people[group[pair]], rooms.room[site[pair]])
    row, j = np.arange(len(pair)), np.arange(new)
    opened = coo_matrix((-most, (row, site[pair] - old)), shape=(len(pair), new))
    each = coo_matrix((np.ones(len(pair)), (row, pair)), shape=(len(pair), n))
    ends = coo_matrix((-rooms.room[old:], (old + j, j)), shape=(old + new, new))
    limits = [
        (hstack([coo_matrix((len(persons), new)), per_group], format="csr"), least, persons),
        (hstack([ends, per_site], format="csr"), -np.inf, np.r_[rooms.room[:old], np.zeros(new)]),
        (hstack([opened, each], format="csr"), -np.inf, 0),
    ]
    if p is not None:
        limits.append((np.r_[np.ones(new), np.zeros(n)][None, :], 0, p))
    return optimise(
        np.r_[np.full(new, float(p is None)), np.zeros(n) if p is None else cost],
        limits,
        whole=new,
        upper=np.r_[np.ones(new), ceiling],
        clock=clock,
    )


def send(rooms: Rooms, goal: str, sites=()) -> tuple[np.ndarray, float] | None:
    """Persons at each open site and the cost, by a linear programme on the open sites only; None: no room for all."""
    from scipy.optimize import linprog

    rooms = rooms.only(sites)
    cost, (per_group, _, persons), (per_site, _, places), _ = _flows(rooms, goal)
    if not len(cost):
        return None if goal != "most" and len(rooms.people) else (np.zeros(len(rooms.room)), 0.0)
    equal = goal != "most"
    found = linprog(
        cost,
        A_ub=per_site if equal else vstack([per_group, per_site]),
        b_ub=places if equal else np.r_[persons, places],
        A_eq=per_group if equal else None,
        b_eq=persons if equal else None,
        method="highs",
    )
    if found.x is None:
        return None
    _, site = np.nonzero(np.isfinite(rooms.metres))
    return np.bincount(site, found.x, len(rooms.room)), float(found.fun)


def _flows(rooms: Rooms, goal: str):
    """Of each pair of a group and a site its cost; the limits of groups and sites; the most persons of each pair."""
    group, site = np.nonzero(np.isfinite(rooms.metres))
    one, n = np.ones(len(group)), np.arange(len(group))
    per_group = coo_matrix((one, (group, n)), shape=(len(rooms.people), len(n)))
    per_site = coo_matrix((one, (site, n)), shape=(len(rooms.room), len(n)))
    cost = {"most": -one, "all": 0 * one, "near": rooms.metres[group, site] / rooms.people.sum()}[goal]
    least = -np.inf if goal == "most" else rooms.people
    return cost, (per_group, least, rooms.people), (per_site, -np.inf, rooms.room), rooms.people[group]
