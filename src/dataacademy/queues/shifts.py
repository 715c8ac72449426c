"""Counters whose clock is wrong: all of their calls are early or late by the same minutes, next to the others'."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

_MINUTES = 3  # a smaller shift cannot be told from chance
_TICKETS = 5  # a day with fewer at one counter says nothing


@dataclass(frozen=True)
class Shift:
    """A counter on one day: by how many minutes its clock is ahead (behind if negative), and its rows."""

    office: str
    counter: object
    day: str
    minutes: float
    rows: np.ndarray

    def words(self, days: int) -> str:
        """In a sentence; ``days`` is the number of counters and days with a wrong clock."""
        way = "進んで" if self.minutes > 0 else "遅れて"
        more = f"（ほかに {days - 1} 件）" if days > 1 else ""
        return f"{self.day} {self.office} カウンター{self.counter}：約{abs(self.minutes):.0f}分{way}いる{more}"


def shifts(data: pd.DataFrame) -> list[Shift]:
    """Counters and days with a wrong clock; ``data`` has ``day, office, counter`` and the seconds ``in`` and ``call``.

    Visitors who come at the same time wait about equally long, whichever counter calls them.  A clock is called wrong
    if nearly all waits of a counter differ from its neighbours' by about the same 3 minutes or more, and if its own
    waits are what is odd: people called before they came, or nobody ever called soon.
    """
    if "counter" not in data:
        return []
    known = data[data[["day", "office", "counter", "in", "call"]].notna().all(axis=1)].sort_values("in", kind="stable")
    found = []
    for (office, day), part in known.groupby(["office", "day"], sort=False):
        came, counter = part["in"].to_numpy(float), part["counter"].to_numpy()
        wait = (part["call"].to_numpy(float) - came) / 60
        for one in pd.unique(counter):
            own = counter == one
            if own.sum() < _TICKETS or (~own).sum() < _TICKETS:
                continue
            apart = wait[own] - np.interp(came[own], came[~own], wait[~own])
            shift = float(np.median(apart))
            alike = (abs(apart - shift) <= max(abs(shift) / 2, _MINUTES)).mean() >= 0.75
            odd = (wait[own] < -1).mean() >= 0.1 if shift < 0 else wait[own].min() > shift / 2
            if abs(shift) >= _MINUTES and alike and odd:
                found.append(Shift(office, one, day, shift, part.index.to_numpy()[own]))
    return sorted(found, key=lambda s: (s.day, str(s.office), str(s.counter)))
