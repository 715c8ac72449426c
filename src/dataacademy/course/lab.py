"""JupyterLab as ``dataacademy open`` starts it (``-m dataacademy.course.lab``): never left behind."""

from __future__ import annotations

import os
import signal
import threading
import time


def _stop_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """Run JupyterLab until it is told to stop, or until the process that started it is gone (killed, crashed).

    On Windows the second never happens, as ``getppid`` does not change there; closing the window ends both.
    """
    threading.Thread(target=_stop_with, args=[os.getppid()], daemon=True).start()
    from jupyterlab.labapp import main as lab

    lab()


if __name__ == "__main__":
    main()
