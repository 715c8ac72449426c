"""The town under the example: its tables, read when they are needed, and what it has."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from dataacademy.finding import Finding
from dataacademy.town.catalog import about, load


@dataclass(frozen=True)
class Result:
    """A result of the toolbox as it goes into the worksheet, with its figure and more numbers to quote."""

    finding: Finding
    ax: Any = None
    values: dict[str, Any] = field(default_factory=dict)


class Ground:
    """A town, for the functions that make the example's results."""

    def __init__(self, town: str):
        self.town = town

    @cached_property
    def place(self):
        return about(self.town)

    @cached_property
    def areas(self):
        return load("areas", town=self.town)

    @cached_property
    def facilities(self):
        return load("facilities", town=self.town)

    def table(self, name: str):
        """A table of the town."""
        return load(name, town=self.town)

    @property
    def people_date(self):
        """The day on which those who are counted were counted; None where nobody wrote it down."""
        from dataacademy.eras import parse_date

        when = parse_date(self.place.ages_date if self.place.ages else self.place.areas_date)
        return when and when.start
