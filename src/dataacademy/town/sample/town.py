"""The sample town as its parts see it: land, people, houses, and a stream of chance for each part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dataacademy.town.sample import geography as geo
from dataacademy.town.sample import homes, land, people
from dataacademy.town.sample.dice import Dice

SEED = 992011
RESIDENTS = 80_000


@dataclass(frozen=True)
class Town:
    """What every part of the sample town starts from.

    areas
        List of :class:`~dataacademy.town.sample.land.Area`, in the order of their codes.
    people
        Counts by month, area, band and sex; events by month and area.
    register
        One row a resident on the last date, in the order of areas: ``resident_id``, ``household_id``, ``name``,
        ``sex`` (male, female), ``birth_date``, ``age``, ``area`` (position in ``areas``), ``area_id``, ``quarter``,
        ``building`` (position in ``buildings``).
    buildings
        One row a building: ``building_id``, ``area``, ``lon``, ``lat``, ``residents``.
    scale
        Residents wanted ÷ 80,000: how much larger than the committed town the event tables should be.
    """

    seed: int
    scale: float
    areas: list[land.Area]
    hazards: dict[str, Any]
    people: people.People
    register: pd.DataFrame
    buildings: pd.DataFrame

    def dice(self, part: str) -> Dice:
        """The stream of chance of a part; no two parts share one."""
        return Dice(self.seed, part)

    @property
    def dates(self) -> list[str]:
        """The first of each month of the six years."""
        return [people.month_date(people.FIRST + t) for t in range(people.MONTHS)]


def found_town(*, seed: int = SEED, residents: int = RESIDENTS) -> Town:
    """Draw the map and let ``residents`` people (more or less) live in it for six years."""
    areas = land.make_areas()
    lives = people.live(areas, residents, Dice(seed, "people"))
    register, buildings = homes.house(areas, lives.register, Dice(seed, "houses"))
    buildings.insert(0, "building_id", [f"B{k:05d}" for k in range(1, len(buildings) + 1)])
    register = _named(areas, register, buildings, Dice(seed, "names"))
    return Town(seed, residents / RESIDENTS, areas, land.make_hazards(areas), lives, register, buildings)


def _named(areas, register: pd.DataFrame, buildings: pd.DataFrame, dice: Dice) -> pd.DataFrame:
    """Numbers, names and dates in words: families share a name, numbers tell nothing about the person."""
    n = len(register)
    family = np.array(geo.FAMILY_NAMES)[dice.below(int(register["household"].max()) + 1, len(geo.FAMILY_NAMES))]
    given = {sex: np.array(names) for sex, names in geo.GIVEN_NAMES.items()}
    pick = dice.below(n, len(given["male"]))
    sex = np.array(people.SEXES)[register["sex"]]
    first = np.where(sex == "male", given["male"][pick], given["female"][pick])
    names = np.char.add(np.char.add(family[register["household"]], "　"), first)
    number = np.empty(n, dtype=np.int64)
    number[dice.order(n)] = np.arange(1, n + 1)
    birth, day = register["birth"].to_numpy(), register["day"].to_numpy()
    dates = [f"{m // 12}-{m % 12 + 1:02d}-{d:02d}" for m, d in zip(birth.tolist(), day.tolist(), strict=True)]
    household = register["household"].to_numpy()
    building = register["building"].to_numpy()
    first_in = pd.Series(household).groupby(building).transform("min").to_numpy()
    digits = max(5, len(str(n)))
    codes = np.array([a.area_id for a in areas])
    ids = buildings["building_id"].to_numpy()
    named = pd.DataFrame(
        {
            "resident_id": [f"P{k:0{digits}d}" for k in number.tolist()],
            "household_id": [f"{ids[b]}-{h}" for b, h in zip(building, household - first_in + 1, strict=True)],
            "name": names,
            "sex": sex,
            "birth_date": dates,
            "age": register["age"].to_numpy(),
            "area": register["area"].to_numpy(),
            "area_id": codes[register["area"]],
            "quarter": np.array([a.quarter for a in areas])[register["area"]],
            "building": building,
        }
    )
    return named.iloc[np.argsort(number, kind="stable")].reset_index(drop=True)
