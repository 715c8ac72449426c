"""What a log says about an office: who comes when, how long they are at the counter; and days drawn from it anew."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from dataacademy.queues.engine import Day

MOMENT = 10  # minutes within which visitors come at another moment than in the log
NOON = 12 * 60
HALF_HOUR = 30  # for which appointments are given out


@dataclass(frozen=True)
class Change:
    """What is to be different: counters open (None: as in the log), share with an appointment, minutes a case."""

    counters: int | None = None
    appointments: float = 0.0
    service: float = 0.0


class Office:
    """The usable tickets of one office, from a table of :func:`dataacademy.queues.minutes`."""

    def __init__(self, table: pd.DataFrame, came: np.ndarray):
        """``came``: minutes after midnight at which each ticket was drawn."""
        self.wait = table["wait_minutes"].to_numpy(float)
        self._service = table["service_minutes"].to_numpy(float)
        self._came, self._called = came, came + self.wait
        self._ended = self._called + self._service
        self.days = [np.sort(rows) for rows in table.groupby("date", sort=True).indices.values()]
        same = [table["date"], table["procedure"], pd.Series(came >= NOON, name="afternoon")]
        self._alike = table.groupby(same, dropna=False).ngroup().to_numpy()
        self.counters = [self._open(rows) for rows in self.days]
        self._walks, self.turnover = self._idle()
        self.opens = float(self._called.min())

    def _open(self, rows: np.ndarray) -> int:
        """Counters open on a day: the most at which people were served at the same time."""
        times = np.concatenate([self._ended[rows], self._called[rows]])
        steps = np.repeat([-1, 1], len(rows))
        return max(1, int(np.cumsum(steps[np.lexsort((steps, times))]).max()))

    def _idle(self) -> tuple[np.ndarray, float]:
        """Minutes until somebody is there who finds a free counter, and from one visitor's end to the next's call."""
        walks, gaps = [], []
        for rows, counters in zip(self.days, self.counters, strict=True):
            came, ended = self._came[rows], self._ended[rows]
            here = ((came[None, :] <= came[:, None]) & (ended[None, :] > came[:, None])).sum(axis=1) - 1
            free = here < counters
            walks.append(self.wait[rows][free])
            ends = np.sort(ended)
            called = self._called[rows][~free]
            before = np.searchsorted(ends, called, side="right")
            gaps.append((called - ends[np.maximum(before - 1, 0)])[before > 0])
        walk, gap = np.concatenate(walks), np.concatenate(gaps)
        return (walk if len(walk) else np.zeros(1)), float(np.median(gap)) if len(gap) else 0.0

    @cached_property
    def _edges(self) -> np.ndarray:
        first, last = np.floor(self._came.min() / HALF_HOUR), np.floor(self._came.max() / HALF_HOUR)
        return np.arange(first, last + 2) * HALF_HOUR

    def slots(self, share: float, number: int) -> np.ndarray:
        """Times for ``number`` appointments: where the fewest come on average, once ``share`` of them has booked."""
        profile = np.histogram(self._came, self._edges)[0] * (1 - share)
        booked = share * len(self._came)
        low = np.sort(profile)
        levels = (booked + np.cumsum(low)) / np.arange(1, len(low) + 1)  # if only the k quietest half hours are filled
        level = levels[np.flatnonzero(levels >= low).max()]
        filled = np.concatenate([[0], np.cumsum(np.maximum(level - profile, 0))])
        return np.interp((np.arange(number) + 0.5) / number * filled[-1], filled, self._edges)

    def draw(self, chance: np.random.Generator) -> list[Drawn]:
        """All days of the log once more.

        Everybody comes within the same ten minutes as in the log; those who came in the same morning (or
        afternoon) for the same procedure exchange their minutes at the counter; and who finds it free walks there as
        somebody in the log did.  So each half day has the log's visitors and work, in another order.
        """
        n = len(self._came)
        at = np.floor(self._came / MOMENT) * MOMENT + MOMENT * chance.random(n)
        service = np.empty(n)
        service[np.argsort(self._alike, kind="stable")] = self._service[np.lexsort((chance.random(n), self._alike))]
        walk = chance.choice(self._walks, n)
        books, place = chance.random((2, n))
        return [
            Drawn(Day(at[rows], service[rows], walk[rows], counters), books[rows], place[rows])
            for rows, counters in zip(self.days, self.counters, strict=True)
        ]

    def waits(self, drawn: list[Drawn], change: Change) -> tuple[np.ndarray, float]:
        """Minutes that everybody waits, day after day, and the share of the open counters' time in which they serve."""
        waits, busy, open_time = [], 0.0, 0.0
        for one in drawn:
            day = self._changed(one, change)
            order = np.argsort(day.arrived, kind="stable")
            day = replace(day, arrived=day.arrived[order], service=day.service[order], walk=day.walk[order])
            called = day.run(opens=self.opens, turnover=self.turnover)
            waits.append(called - day.arrived)
            busy += day.service.sum()
            open_time += day.counters * ((called + day.service).max() - self.opens)
        return np.concatenate(waits), busy / open_time if open_time > 0 else 0.0

    def _changed(self, drawn: Drawn, change: Change) -> Day:
        day, arrived = drawn.day, drawn.day.arrived
        booked = np.flatnonzero(drawn.books < change.appointments)
        if len(booked):
            arrived = arrived.copy()
            arrived[booked[np.argsort(drawn.place[booked])]] = self.slots(change.appointments, len(booked))
        service = np.maximum(day.service + change.service, 0)
        return replace(day, arrived=arrived, service=service, counters=change.counters or day.counters)


@dataclass(frozen=True)
class Drawn:
    """A day drawn from the log, and who would book (below the share) and when, if there were appointments."""

    day: Day
    books: np.ndarray
    place: np.ndarray
