"""Who lives with whom, and where: couples, families, three generations, people alone; then houses and flats.

Every household forms around one grown-up.  Women keep their own; husbands, children, unmarried sons and daughters and
old parents join one of a fitting age in the same area.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from dataacademy.town.sample import geography as geo
from dataacademy.town.sample.dice import Dice
from dataacademy.town.sample.land import Area, points_near

# Women who live with a husband, per cent, by age of ten years (20s, 30s … 90 and over); mothers of children more often.
WIVES = (20, 64, 72, 74, 76, 66, 38, 15)
MOTHERS_WITH_HUSBAND = 88
WITH_PARENTS = 72  # of the unmarried and childless aged 20 to 58
WITH_CHILDREN = 45  # of the unmarried aged 75 and over
OLDER_HUSBAND, MOTHER, GENERATION = 2, 31, 29  # usual differences of age, years


def house(areas: list[Area], register: pd.DataFrame, dice: Dice) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Households and houses.  Returns the register with ``building`` and ``household``, and the buildings."""
    register = register.copy()
    home = np.zeros(len(register), dtype=np.int64)  # household, numbered through the town
    buildings, building_of, first = [], [], 0
    starts = np.searchsorted(register["area"], np.arange(len(areas) + 1))
    ages, sexes = register["age"].to_numpy(), register["sex"].to_numpy()
    for k, area in enumerate(areas):
        rows = np.arange(starts[k], starts[k + 1])
        cores, living = np.unique(families(ages[rows], sexes[rows], dice), return_inverse=True)
        number = len(cores)
        home[rows] = first + living
        in_flats = dice.chance(np.full(number, geo.FLATS[area.quarter]))
        sizes = 6 + dice.below(number, 15)  # households a block of flats
        block = np.searchsorted(np.cumsum(sizes), np.arange(in_flats.sum()), side="right")
        own = np.zeros(number, dtype=np.int64)
        flats = int(block[-1]) + 1 if len(block) else 0
        own[in_flats] = block
        own[~in_flats] = flats + np.arange((~in_flats).sum())
        building_of.append(own + len(buildings))
        places = points_near(area, int(own.max()) + 1, dice)
        buildings += [(k, lon, lat) for lon, lat in places]
        first += number
    building = np.concatenate(building_of)[home]
    register["household"] = home
    register["building"] = building
    table = pd.DataFrame(buildings, columns=["area", "lon", "lat"])
    table["residents"] = np.bincount(building, minlength=len(table))
    return register, table


def families(ages: np.ndarray, sexes: np.ndarray, dice: Dice) -> np.ndarray:
    """For each person of an area the one around whom their household forms (a position; 0 male, 1 female)."""
    n = len(ages)
    core = np.arange(n)
    women = np.flatnonzero((sexes == 1) & (ages >= 20))
    men = np.flatnonzero((sexes == 0) & (ages >= 20))
    children = np.flatnonzero(ages < 20)
    if not len(women):  # nobody to form a family around
        core[children] = men[0] if len(men) else 0
        return core
    at_home = _of_age(ages, women, children, MOTHER, (19, 46), dice)
    core[children] = at_home
    mother = np.zeros(n, dtype=bool)
    mother[at_home] = True
    chance = np.where(mother[women], MOTHERS_WITH_HUSBAND, np.array(WIVES)[np.clip(ages[women] // 10 - 2, 0, 7)])
    wives = women[dice.chance(chance / 100)]
    husbands, wives = _couples(ages, men, wives, dice)
    core[husbands] = wives
    married = np.zeros(n, dtype=bool)
    married[husbands] = married[wives] = True
    single = ~married & ~mother & (ages >= 20)
    young = np.flatnonzero(single & (ages <= 58) & dice.chance(np.full(n, WITH_PARENTS / 100)))
    parents = women[ages[women] >= 42]
    if len(parents):
        _join(core, ages, young, _of_age(ages, parents, young, GENERATION, (20, 42), dice, most=2))
    old = np.flatnonzero(single & (ages >= 75) & dice.chance(np.full(n, WITH_CHILDREN / 100)))
    daughters = women[(ages[women] >= 46) & (ages[women] <= 70) & (core[women] == women)]
    if len(daughters):
        _join(core, ages, old, _of_age(ages, daughters, old, -GENERATION, (-46, -19), dice, most=1))
    return core[core]  # a son whose mother lives with her daughter lives there too


def _join(core: np.ndarray, ages: np.ndarray, people: np.ndarray, found: np.ndarray) -> None:
    """Let people live with those found for them, where they are a generation apart; else they stay on their own."""
    apart = np.abs(ages[found] - ages[people]) >= 19
    core[people[apart]] = found[apart]


def _of_age(ages, others, people, difference: int, limits: tuple[int, int], dice: Dice, *, most: int = 3) -> np.ndarray:
    """For each of ``people`` one of ``others`` about ``difference`` years older, at least within ``limits``.

    Whoever would be more than the ``most``-th with the same person looks again anywhere within the limits.
    """
    order = others[np.argsort(ages[others], kind="stable")]
    sorted_ages = ages[order]
    near = ages[people] + difference + np.rint(3.5 * dice.normal(len(people))).astype(np.int64)
    near = np.clip(near, ages[people] + limits[0], ages[people] + limits[1])
    place = _between(sorted_ages, near, near, dice)
    for _ in range(4):
        crowded = _turn(place) >= most
        if not crowded.any():
            break
        low, high = (ages[people[crowded]] + limit for limit in limits)
        place[crowded] = _between(sorted_ages, low, high, dice)
    return order[place]


def _between(sorted_ages: np.ndarray, low, high, dice: Dice) -> np.ndarray:
    """A position with an age from ``low`` to ``high`` each, or the next older one."""
    first = np.searchsorted(sorted_ages, low, side="left")
    behind = np.searchsorted(sorted_ages, high, side="right")
    place = first + np.floor(dice.uniform(len(first)) * np.maximum(behind - first, 1)).astype(np.int64)
    return np.minimum(place, len(sorted_ages) - 1)


def _turn(place: np.ndarray) -> np.ndarray:
    """How many before each one have the same place."""
    order = np.argsort(place, kind="stable")
    ranked = place[order]
    starts = np.flatnonzero(np.append(True, ranked[1:] != ranked[:-1])) if len(ranked) else np.array([], dtype=int)
    turn = np.empty(len(place), dtype=np.int64)
    turn[order] = np.arange(len(place)) - np.repeat(starts, np.diff(np.append(starts, len(place))))
    return turn


def _couples(ages, men, wives, dice: Dice) -> tuple[np.ndarray, np.ndarray]:
    """Husbands and their wives: both in the order of their (blurred) ages, as many as there are of fitting age."""
    like = ages[wives] + OLDER_HUSBAND + 2.2 * dice.normal(len(wives))
    wives = wives[np.argsort(like, kind="stable")]
    like = np.sort(like, kind="stable")
    blurred = ages[men] + 0.5 * dice.normal(len(men))
    men = men[np.argsort(blurred, kind="stable")]
    blurred = np.sort(blurred, kind="stable")
    pairs, free = [], 0
    for k, age in enumerate(like.tolist()):  # each wife takes the first free man who is not much younger
        while free < len(men) and blurred[free] < age - 4:
            free += 1
        if free == len(men):
            break
        if blurred[free] <= age + 6:
            pairs.append((men[free], wives[k]))
            free += 1
    chosen = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return chosen[:, 0], chosen[:, 1]
