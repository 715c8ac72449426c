"""Who lives in the sample town: every resident for six years, month by month; then households and houses.

The monthly tables are counts of these people, so that population, births, deaths, moves, the register and the
buildings agree to the last person.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from operator import mul

import numpy as np
import pandas as pd

from dataacademy.town.sample import geography as geo
from dataacademy.town.sample.dice import Dice
from dataacademy.town.sample.land import Area

FIRST = 2020 * 12 + 4  # May 2020 as a month number; the counts are those of the first of the month
MONTHS = 72  # … to April 2026
BANDS = 18
SEXES = ("male", "female")
_DAYS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_MORE_DEATHS = np.array([0.58 * 1.115**k for k in range(26)])  # from 85 on, times the rate of the band: Gompertz's law
_STILL_ALIVE = list(
    accumulate([1.0] + [1 - min(0.13 * m, 0.9) for m in _MORE_DEATHS[:20].tolist()], mul)
)  # at 85, 86 …


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
        number = np.array([round(area.people * residents * 1.05 / planned) for area in areas])
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
        """Months and days of birth for people of the bands: evenly inside a band, from 85 on as they survive."""
        n = len(band)
        oldest = 85 + self.dice.choose(n, _STILL_ALIVE)
        years = np.where(band == BANDS - 1, oldest, band * 5 + self.dice.below(n, 5))
        birth = month - years * 12 - 1 - self.dice.below(n, 12)
        return birth, 1 + self.dice.below(n, _DAYS[birth % 12])

    def ages(self, month: int) -> np.ndarray:
        """Completed years on the first of the month."""
        return (month - self.birth - (self.day > 1)) // 12

    def bands(self, month: int) -> np.ndarray:
        return np.minimum(self.ages(month) // 5, BANDS - 1)

    def month(self, month: int, band: np.ndarray) -> dict[str, np.ndarray]:
        """One month passes.  Returns the area of each event."""
        dice, areas = self.dice, len(self.areas)
        over = np.clip(self.ages(month) - 85, 0, len(_MORE_DEATHS) - 1)
        dies = dice.chance(np.array(geo.DEATHS)[self.sex, band] * _MORE_DEATHS[over] / 120_000)
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
        born = np.full(len(mothers), month, dtype=np.int64)
        day_born = 2 + dice.below(
            len(mothers), _DAYS[month % 12] - 1
        )  # whoever is born on the first is counted already
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
