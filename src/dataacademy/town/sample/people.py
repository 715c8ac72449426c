"""Who lives in the sample town: every resident for six years, month by month; then households and houses.

The monthly tables are counts of these people, so that population, births, deaths, moves, the register and the
buildings agree to the last person.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dataacademy.town.sample import geography as geo
from dataacademy.town.sample.dice import Dice
from dataacademy.town.sample.land import Area, points_near

FIRST = 2020 * 12 + 4  # May 2020 as a month number; the counts are those of the first of the month
MONTHS = 72  # … to April 2026
BANDS = 18
SEXES = ("male", "female")


@dataclass(frozen=True)
class People:
    """counts (month, area, band, sex) on the first of each month, events (month, area, kind) until the next one,
    and the register of the last month."""

    counts: np.ndarray
    events: dict[str, np.ndarray]
    register: pd.DataFrame


def month_date(month: int) -> str:
    """The first day of a month number: ``2020-05-01``."""
    return f"{month // 12}-{month % 12 + 1:02d}-01"


def live(areas: list[Area], residents: int, dice: Dice) -> People:
    """Six years of the town: ``residents`` people in the last month, more or less.

    Each month people die, leave, move inside the town, are born and arrive, at the rates of ``geography``.
    """
    town = _Town(areas, residents, dice)
    shape = (MONTHS, len(areas))
    counts = np.zeros((*shape, BANDS, 2), dtype=np.int64)
    events = {kind: np.zeros(shape, dtype=np.int64) for kind in ("births", "deaths", "moved_in", "moved_out")}
    for t in range(MONTHS):
        band = town.bands(FIRST + t)
        flat = (town.area * BANDS + band) * 2 + town.sex
        counts[t] = np.bincount(flat, minlength=len(areas) * BANDS * 2).reshape(len(areas), BANDS, 2)
        if t < MONTHS - 1:
            for kind, where in town.month(FIRST + t, band).items():
                events[kind][t] = np.bincount(where, minlength=len(areas))
    return People(counts, events, town.register())


class _Town:
    """The people present: position of the area, sex (0 male), month and day of birth."""

    def __init__(self, areas: list[Area], residents: int, dice: Dice):
        self.areas, self.dice = areas, dice
        planned = sum(area.people for area in areas)
        number = np.array([round(area.people * residents * 1.07 / planned) for area in areas])
        self.quarter = np.array([geo.QUARTERS.index(area.quarter) for area in areas])
        self.area = np.repeat(np.arange(len(areas)), number)
        ages = np.array([geo.AGES[q] for q in geo.QUARTERS], dtype=float)
        lift = np.array([[1 + 0.3 * (u - 0.5) for u in dice.uniform(BANDS)] for _ in areas])  # no two areas age alike
        band = dice.choose_each((ages[self.quarter] * lift)[self.area])
        women = np.array(geo.WOMEN)[band] / 100
        self.sex = dice.chance(women).astype(np.int64)
        self.birth, self.day = self._born(band, FIRST)
        self.pull = np.array([geo.PULL[q] for q in geo.QUARTERS], dtype=float)[self.quarter] / 12_000

    def _born(self, band: np.ndarray, month: int):
        """Months and days of birth for people of the bands: evenly inside a band, thinning out from 85 on."""
        n = len(band)
        old = np.minimum(85 + np.floor(self.dice.exponential(n) * 4.5), 104)
        years = np.where(band == BANDS - 1, old, band * 5 + self.dice.below(n, 5))
        day = 1 + self.dice.below(n, 28)
        return month - years.astype(np.int64) * 12 - 1 - self.dice.below(n, 12), day

    def ages(self, month: int) -> np.ndarray:
        """Completed years on the first of the month."""
        return (month - self.birth - (self.day > 1)) // 12

    def bands(self, month: int) -> np.ndarray:
        return np.minimum(self.ages(month) // 5, BANDS - 1)

    def month(self, month: int, band: np.ndarray) -> dict[str, np.ndarray]:
        """One month passes.  Returns the area of each event."""
        dice, areas = self.dice, len(self.areas)
        dies = dice.chance(np.array(geo.DEATHS)[self.sex, band] / 120_000)
        leaves = dice.chance(np.array(geo.LEAVING)[band] / 12_000) & ~dies
        moves = dice.chance(np.full(len(band), geo.MOVING / 12_000)) & ~dies & ~leaves
        rate = np.zeros(BANDS)
        for b, births in geo.BIRTHS.items():
            rate[b] = births / 12_000
        mothers = self.area[(self.sex == 1) & dice.chance(rate[band]) & ~dies & ~leaves & ~moves]
        size = np.bincount(self.area, minlength=areas)
        arrivals = np.repeat(np.arange(areas), dice.poisson(size * self.pull))
        old_homes = self.area[moves]
        new_homes = dice.choose(int(moves.sum()), size * self.pull) if moves.any() else old_homes
        found = {
            "births": mothers,
            "deaths": self.area[dies],
            "moved_in": np.concatenate([arrivals, new_homes]),
            "moved_out": np.concatenate([self.area[leaves], old_homes]),
        }
        self.area[moves] = new_homes
        stay = ~dies & ~leaves
        band_in = dice.choose(len(arrivals), geo.ARRIVING)
        birth_in, day_in = self._born(band_in, month + 1)
        sex_in = dice.chance(np.array(geo.WOMEN)[band_in] / 100).astype(np.int64)
        sex_born = dice.chance(np.full(len(mothers), 0.487)).astype(np.int64)
        day_born = 2 + dice.below(len(mothers), 27)
        born = np.full(len(mothers), month, dtype=np.int64)
        self.area = np.concatenate([self.area[stay], arrivals, mothers])
        self.sex = np.concatenate([self.sex[stay], sex_in, sex_born])
        self.birth = np.concatenate([self.birth[stay], birth_in, born])
        self.day = np.concatenate([self.day[stay], day_in, day_born])
        return found

    def register(self) -> pd.DataFrame:
        """Everybody present in the last month, in the order of areas; positions and numbers, no names yet."""
        order = np.argsort(self.area, kind="stable")
        last = FIRST + MONTHS - 1
        return pd.DataFrame(
            {
                "area": self.area[order],
                "sex": self.sex[order],
                "birth": self.birth[order],
                "day": self.day[order],
                "age": self.ages(last)[order],
            }
        )


def house(areas: list[Area], register: pd.DataFrame, dice: Dice) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Households and houses.  Returns the register with ``building`` and ``household``, and the buildings.

    Grown-ups of an area become heads; the others join a head of about their own age, children one of the age of their
    parents.  Most households have a house, some a flat.
    """
    register = register.copy()
    home = np.zeros(len(register), dtype=np.int64)  # household, numbered through the town
    buildings, building_of, first = [], [], 0
    starts = np.searchsorted(register["area"], np.arange(len(areas) + 1))
    ages, sexes = register["age"].to_numpy(), register["sex"].to_numpy()
    for k, area in enumerate(areas):
        rows = np.arange(starts[k], starts[k + 1])
        number = max(1, round(len(rows) / geo.HOUSEHOLD[area.quarter]))
        home[rows], number = _families(ages[rows], sexes[rows], number, dice)
        home[rows] += first
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


def _families(ages: np.ndarray, sexes: np.ndarray, number: int, dice: Dice) -> tuple[np.ndarray, int]:
    """The household (0 … number−1) of each person of an area, and how many there are."""
    adult = np.flatnonzero(ages >= 20)
    blurred = ages[adult] + 3 * dice.normal(len(adult))
    keen = dice.uniform(len(adult)) - 0.35 * (sexes[adult] == 1)  # heads are more often men
    number = max(1, min(number, len(adult)))
    heads = np.sort(np.argsort(-keen, kind="stable")[:number])
    is_head = np.zeros(len(adult), dtype=bool)
    is_head[heads] = True
    home = np.zeros(len(ages), dtype=np.int64)
    ranked = adult[is_head][np.argsort(blurred[is_head], kind="stable")]
    home[ranked] = np.arange(number)
    others = adult[~is_head][np.argsort(blurred[~is_head], kind="stable")]
    joined = np.flatnonzero(dice.chance(np.full(number, 0.62)))  # the other heads live alone, or with children only
    joined = joined if len(joined) else np.arange(number)
    home[others] = joined[np.arange(len(others)) * len(joined) // max(len(others), 1)]
    children = np.flatnonzero(ages < 20)
    children = children[np.argsort(ages[children] + 2 * dice.normal(len(children)), kind="stable")]
    parents = np.flatnonzero((ages[ranked] >= 24) & (ages[ranked] < 56))
    parents = parents if len(parents) else np.arange(number)
    home[children] = parents[np.arange(len(children)) * len(parents) // max(len(children), 1)]
    return home, number
