"""How worker processes end on Ctrl-C: at once and without a word; the command itself tells the person."""

from __future__ import annotations

import os
import signal
import sys


def quietly() -> None:
    """To be called first in a worker (this module is light, so hardly anything happens before it)."""
    signal.signal(signal.SIGINT, _stop)


def _stop(*_) -> None:
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 2)  # tracebacks of this process, and what its libraries say while they clean up
    sys.stderr = os.fdopen(silence, "w")
    raise KeyboardInterrupt
