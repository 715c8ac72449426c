"""指標 that live on after the course: next month's files in, every indicator computed again, and what moved it."""

from dataacademy.worksheet.monitor.monitored import Monitored, monitor

__all__ = ["Monitored", "monitor"]
