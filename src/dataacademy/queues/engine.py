"""A day at the counters, event by event: people come, wait in one line and are served first come, first served."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Day:
    """What happens to the visitors of one day, in the order in which they come; all times in minutes.

    arrived
        When each takes a ticket, after midnight.
    service
        How long each is at the counter.
    walk
        From the call of a free counter until the visitor is there and the clock of the log starts.
    counters
        How many are open.
    """

    arrived: np.ndarray
    service: np.ndarray
    walk: np.ndarray
    counters: int

    def run(self, *, opens: float = 0.0, turnover: float = 0.0) -> np.ndarray:
        """When each is called; nobody before ``opens``.  ``turnover``: from one visitor's end to the next one's call.

        With the same day, one counter more never lets anybody wait longer (Kiefer & Wolfowitz 1955).
        """
        from simpy import Environment

        world = Environment()
        line = iter(enumerate(zip(self.arrived.tolist(), self.walk.tolist(), self.service.tolist(), strict=True)))
        called = np.empty(len(self.arrived))

        def counter() -> Generator:
            for k, (came, walk, service) in line:  # whichever counter is free first takes the next one in line
                there = max(came, opens)
                waited = world.now > there
                called[k] = max(there + walk, world.now + turnover) if waited else there + walk
                yield world.timeout(called[k] + service - world.now)

        for _ in range(self.counters):
            world.process(counter())
        world.run()
        return called
