"""What worker processes do in the tests of the pool: they must be able to import it."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from dataacademy.errors import DataAcademyError


def square(number: int) -> tuple[int, int]:
    return number * number, os.getpid()


def refuse(number: int) -> None:
    raise DataAcademyError("odd", "奇数です。", "Odd.", fix="偶数にしてください。", value=str(number))


def die_once(mark: Path) -> str:
    """Kills its own worker at the first attempt, and says how often it was begun."""
    begun = mark.with_name(f"{mark.name}-{time.time_ns()}")
    begun.touch()
    if mark.name == "dies" and len(list(mark.parent.glob("dies-*"))) == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return mark.name


def die(_) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_if_odd(number: int) -> int:
    if number % 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return number
