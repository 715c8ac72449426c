"""The whole course run by ``dataacademy verify`` and by a plain papermill loop with ordinary kernels, in one run.

    uv run python benchmarks/verify.py [--few]

Ours is timed as a person runs it: the whole command.  The loop runs in halves, before and after ours, so that whatever
else the machine does weighs on both.  ``--few``: the loop runs 6 notebooks, and its time is scaled.
Prints what ``benchmarks/grade.py`` prints.  Never a timed test.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from grade import CORES, cost_of

from dataacademy import paths

LOOP = """
import sys, papermill
for path in sys.argv[2:]:
    papermill.execute_notebook(path, sys.argv[1] + "/executed.ipynb", parameters={"town": "mirai"},
                               cwd=sys.argv[1], progress_bar=False)
"""


def loop(notebooks: list[Path], environ: dict[str, str]) -> None:
    """Papermill, one notebook after the other, in one process."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", LOOP, folder, *map(str, notebooks)]
        subprocess.run(command, check=True, env=environ, capture_output=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", action="store_true")
    given = parser.parse_args()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    with tempfile.TemporaryDirectory(prefix="dataacademy-") as name:
        environ = os.environ | {"DATAACADEMY_OUTPUT": name}
        notebooks = [
            path for part in ("notebooks", "solutions") for path in sorted(paths.home().glob(f"{part}/**/*.ipynb"))
        ]
        chosen = [notebooks[n * len(notebooks) // 6] for n in range(6)] if given.few else notebooks
        command = [sys.executable, "-m", "dataacademy", "verify", "--workers", str(CORES)]
        theirs = cost_of(lambda: loop(chosen[::2], environ))
        ours = cost_of(lambda: subprocess.run(command, check=True, cwd=name, env=environ, capture_output=True))
        theirs = (theirs + cost_of(lambda: loop(chosen[1::2], environ))) * (len(notebooks) / len(chosen))
        print(f"{len(notebooks)} notebooks on {CORES} cores")
        print(f"papermill, ordinary kernels {theirs}" + (f"  ({len(chosen)} run and scaled)" if given.few else ""))
        print(f"dataacademy verify          {ours}")
        print(f"ratio                       {theirs.wall / ours.wall:8.1f}    (computing {theirs.cpu / ours.cpu:.1f})")


if __name__ == "__main__":
    main()
