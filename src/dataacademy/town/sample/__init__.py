"""The sample town みらい市 (992011): everybody may open it, and what is true about it is known.

The town is invented and lies in the open sea; prefecture 99 does not exist.  Its map is drawn by hand, its people are
made one by one from a seed, and known effects and traps are planted (``truths.yml``).  Nothing here reads a clock, a
locale or a random stream whose algorithm may change, so that the bytes are the same everywhere.

Every part is a module with ``make(town) -> {table: DataFrame}`` and, where it plants something,
``truths(town, tables) -> list of truths``.
"""

from __future__ import annotations

from dataacademy.town.sample.build import PARTS, build_sample, make_tables
from dataacademy.town.sample.town import RESIDENTS, SEED, Town, found_town

__all__ = ["PARTS", "RESIDENTS", "SEED", "Town", "build_sample", "found_town", "make_tables"]
