"""JupyterLab as ``dataacademy open`` starts it (``-m dataacademy.course.lab``): sooner, and never left behind."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time


def without_iri_grammar() -> None:
    """Let jsonschema do without its IRI checker, which no notebook uses and which takes 2.7 s to import.

    Every process that imports jupyter_server, nbformat or papermill pays for it.  jsonschema treats the checker as
    optional; ``None`` in ``sys.modules`` says "not installed".
    """
    sys.modules.setdefault("rfc3987_syntax", None)


def _stop_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """Run JupyterLab until it is told to stop, or until the process that started it is gone (killed, crashed).

    On Windows the second never happens, as ``getppid`` does not change there; closing the window ends both.
    """
    threading.Thread(target=_stop_with, args=[os.getppid()], daemon=True).start()
    without_iri_grammar()
    from jupyterlab.labapp import main as lab

    lab()


if __name__ == "__main__":
    main()
