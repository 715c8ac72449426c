"""The four models: which candidates to open, what cannot be bettered, and what the choice is worth.

The worth is worked out from the distances (with capacities: by a linear programme on the open sites), not taken from
the search, so that it and the bound prove each other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from dataacademy.errors import DataAcademyError
from dataacademy.maps.siting import rooms, sets
from dataacademy.maps.siting.ground import Ground
from dataacademy.maps.siting.sets import Choice, Clock

SLACK = 1e-6  # relative: what solvers call equal


@dataclass(frozen=True)
class Chosen:
    """The candidates to open, what that is worth, the ``bound`` that no choice passes, and the one-by-one choice.

    ``sent``: where there are capacities, the persons at each open site, the old ones first.
    """

    sites: list[int]
    value: float
    bound: float
    greedy: list[int] | None = None
    sent: np.ndarray | None = None


def solve(model: str, ground: Ground, p: int | None, clock: Clock) -> Chosen:
    """The best choice, without sites that add nothing."""
    found = (_free if ground.room is None else _roomy)(model, ground, p, clock)
    if found.sites is None:
        raise _no_time(clock) if not found.proven else _impossible(model, ground, p)
    if ground.room is None:
        sites, value = found.sites, worth(model, ground, found.sites)
        for site in found.sites[::-1]:
            rest = [s for s in sites if s != site]
            if abs(worth(model, ground, rest) - value) <= SLACK * max(value, 1.0):
                sites = rest
        return Chosen(sites, worth(model, ground, sites), found.bound, found.greedy)
    radius = {"p_median": None, "p_centre": found.radius}.get(model, np.inf)
    goal = {"mclp": "most", "p_median": "near"}.get(model, "all")
    sent, cost = rooms.send(rooms.by_group(ground, radius), goal, found.sites)
    old = ground.old.shape[1]
    used = np.r_[np.ones(old, bool), sent[old:] > SLACK]
    sites = [site for site, people in zip(found.sites, used[old:], strict=True) if people]
    value = {
        "mclp": lambda: float(sent.sum()) - covered(ground, []),
        "lscp": lambda: float(len(sites)),
        "p_median": lambda: cost,
        "p_centre": lambda: found.radius,
    }[model]()
    return Chosen(sites, value, found.bound, sent=sent[used])


def worth(model: str, ground: Ground, sites) -> float:
    """Persons newly served, number of sites, metres on average, or metres at most; NaN: these do not serve all."""
    if model == "mclp":
        return covered(ground, sites) - covered(ground, [])
    if model == "lscp":
        return float(len(sites)) if covered(ground, sites) == covered(ground, slice(None)) else np.nan
    if ground.room is None:
        after = ground.after(sites)
        value = ground.weight @ after / ground.weight.sum() if model == "p_median" else after.max()
        return float(value) if np.isfinite(value) else np.nan
    if model == "p_centre":
        return _farthest(ground, sites)
    placed = rooms.send(rooms.by_group(ground, None), "near", sites)
    return np.nan if placed is None else placed[1]


def covered(ground: Ground, sites) -> float:
    """Persons within reach of a site (with capacities: who find a place there)."""
    if ground.room is None:
        return float(ground.weight[np.isfinite(ground.after(sites))].sum())
    return 0.0 - rooms.send(rooms.by_group(ground, np.inf), "most", sites)[1]


def _free(model: str, ground: Ground, p: int | None, clock: Clock) -> Choice:
    """Without capacities."""
    reach, far = np.isfinite(ground.new), ~np.isfinite(ground.before)
    if model == "mclp":
        groups = sets.by_reach(reach[far], ground.weight[far])
        found = sets.choose(groups, p, clock)
        return Choice(found.sites, groups.price.sum() - max(found.bound, 0.0), found.greedy)
    if model == "lscp":
        found = sets.choose(sets.needed(reach[far & reach.any(axis=1)]), None, clock)
        return Choice(found.sites, float(np.ceil(max(found.bound, 0.0) - SLACK)), found.greedy, found.proven)
    if model == "p_median":
        groups = sets.by_distance(ground)
        found = sets.choose(groups, p, clock)
        return Choice(found.sites, groups.free + max(found.bound, 0.0), found.greedy, found.proven)

    def within(radius: float) -> Choice:
        open_ = ground.new[ground.before > radius] <= radius
        return sets.choose(sets.needed(open_), p, clock) if len(open_) else Choice([])

    return _least_radius(ground, within)


def _roomy(model: str, ground: Ground, p: int | None, clock: Clock) -> Choice:
    """With capacities."""
    if model == "p_centre":
        return _least_radius(ground, lambda radius: rooms.open_best(rooms.by_group(ground, radius), "all", p, clock))
    group = rooms.by_group(ground, None if model == "p_median" else np.inf)
    if model != "mclp" and rooms.send(group, "all", range(group.new)) is None:
        return Choice(None)
    found = rooms.open_best(group, {"mclp": "most", "lscp": "all", "p_median": "near"}[model], p, clock)
    if model == "lscp":
        return Choice(found.sites, float(np.ceil(max(found.bound, 0.0) - SLACK)), proven=found.proven)
    if model == "p_median":
        return Choice(found.sites, max(found.bound, 0.0), proven=found.proven)
    most = min(-found.bound, group.people.sum())
    return Choice(found.sites, most - covered(ground, []), proven=found.proven)


def _least_radius(ground: Ground, within: Callable[[float], Choice]) -> Choice:
    """The shortest distance at which ``within`` finds sites for all: by halving, among the distances that there are.

    ``bound`` is the shortest distance below which the search has proven that there is no choice.
    """
    nearest = np.minimum(ground.before, ground.new.min(axis=1, initial=np.inf))
    every = np.unique(np.hstack([ground.old, ground.new]))
    every = every[np.isfinite(every) & (every >= nearest.max())]
    if not len(every):
        return Choice(None)
    best = within(every[-1])
    low, high, least = 0, len(every) - 1, 0
    while best.sites is not None and low < high:
        middle = (low + high) // 2
        found = within(every[middle])
        if found.sites is not None:
            best, high = found, middle
            continue
        low = middle + 1
        least = low if found.proven else least
    return Choice(best.sites, float(every[least]), proven=best.proven, radius=float(every[high]))


def _farthest(ground: Ground, sites) -> float:
    """The shortest distance within which these sites have room for everybody; NaN where they never have."""
    old = ground.old.shape[1]
    room = np.r_[ground.room[:old], ground.room[old:][sites]]
    open_ = replace(ground, new=ground.new[:, sites], room=room)

    def within(radius: float) -> Choice:
        placed = rooms.send(rooms.by_group(open_, radius), "all", range(len(sites)))
        return Choice(None if placed is None else [])

    found = _least_radius(open_, within)
    return found.radius if found.sites is not None else np.nan


def _impossible(model: str, ground: Ground, p: int | None) -> DataAcademyError:
    if ground.room is None:
        return DataAcademyError(
            "cannot_reach_all",
            f"候補地をどう {p} か所選んでも、道で行けない人が残ります（道がいくつかの部分に分かれています）。",
            f"No choice of {p} candidates lets everybody get to a site: the roads are in several parts.",
            fix='p を増やすか、届く人だけを数える model="mclp" にしてください。',
            fix_en='Take a larger p, or model="mclp", which counts those who are reached.',
        )
    return DataAcademyError(
        "not_enough_room",
        f"{'候補地をすべて使っても' if p is None else f'候補地をどう {p} か所選んでも'}、行ける範囲に全員は入れません"
        f"（{ground.weight.sum():,.0f} 人に対し、収容人数はすべて合わせて {ground.room.sum():,.0f} 人分）。",
        f"Not all of the {ground.weight.sum():,.0f} people find a place "
        f"({ground.room.sum():,.0f} with all candidates open).",
        fix='p か候補地を増やすか、入れる人をできるだけ増やす model="mclp" にしてください。',
        fix_en='Take a larger p or more candidates, or model="mclp", which places as many as it can.',
    )


def _no_time(clock: Clock) -> DataAcademyError:
    return DataAcademyError(
        "no_time",
        f"{clock.seconds:g} 秒のうちに、選び方が一つも見つかりませんでした。",
        f"No choice was found within {clock.seconds:g} seconds.",
        fix="seconds を増やすか、候補地を減らすか、建物でなく地区の表で計算してください。",
        fix_en="Allow more seconds, pass fewer candidates, or areas instead of buildings.",
    )
