"""What the attempts of learners' code share: where they happen, and the table they are entered in."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534
SECRET = "hidden-test-answer-42"


class NoEffect(Exception):
    """It went through without doing anything."""


@dataclass(frozen=True)
class Attempt:
    """One thing to try; it works if ``run(world)`` returns.

    ``uncertain``: a free process may fail too (not root, in a container, on another kernel or file system).
    ``users``: holds for ordinary users only.
    """

    run: object
    forbidden: bool
    uncertain: bool = False
    users: bool = False
    limits: dict = field(default_factory=dict)


ATTEMPTS: dict[str, Attempt] = {}


def forbidden(function=None, **options):
    """Enter an attempt that must not work where it is confined, and works where it is free."""
    if function is None:
        return lambda f: forbidden(f, **options)
    ATTEMPTS[function.__name__] = Attempt(function, True, **options)
    return function


def useful(function):
    """Enter an attempt that must work although it is confined."""
    ATTEMPTS[function.__name__] = Attempt(function, False)
    return function


@dataclass(frozen=True)
class World:
    """The learner's folder and what lies and runs around it."""

    base: Path
    victim: Path  # a file of someone else, new for each attempt
    decoy: int  # a process of the same user
    port: int
    leaked: int  # a file of the parent that is open on a secret
    block: tuple[int, int]  # where this program's first environment lies in memory
    report: int

    @property
    def work(self) -> Path:
        """The learner's folder."""
        return self.base / "work"

    @property
    def tables(self) -> Path:
        """To read only."""
        return self.base / "tables"

    @property
    def outside(self) -> Path:
        """Others' files."""
        return self.base / "outside"


def need(condition) -> None:
    """Raise NoEffect unless the condition holds."""
    if not condition:
        raise NoEffect


def gone_or_child(pid: int) -> None:
    """After a fork: the child ends, the parent waits for it."""
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
