"""Queues at the counters: minutes of a reception log, its faults, how long people wait, and what would change it."""

from dataacademy.queues.minutes import faults, minutes
from dataacademy.queues.simulate import simulate
from dataacademy.queues.waiting import waiting

__all__ = ["faults", "minutes", "simulate", "waiting"]
