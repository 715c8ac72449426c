"""Queues at the counters: minutes of a reception log, its faults, how long people wait, and what would change it."""

from dataacademy.queues.charts import process_time_chart, waiting_chart
from dataacademy.queues.minutes import faults, minutes
from dataacademy.queues.simulate import simulate
from dataacademy.queues.waiting import waiting

__all__ = ["faults", "minutes", "process_time_chart", "simulate", "waiting", "waiting_chart"]
