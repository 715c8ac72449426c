"""How worker processes end on Ctrl-C: at once and without a word; the command itself tells the person."""

from __future__ import annotations

import os
import signal
import sys


def quietly() -> None:
    """To be called first in a worker (this module is light, so hardly anything happens before it).

    A worker returns what it finds and has nothing to say on the terminal.  Neither has a kernel that it starts, which
    would print a traceback if its folder were gone before it is up.
    """
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 2)
    sys.stderr = os.fdopen(silence, "w")
    signal.signal(signal.SIGINT, _stop)


def _stop(*_) -> None:
    raise KeyboardInterrupt
