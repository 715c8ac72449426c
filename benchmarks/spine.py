"""How long the line takes: importing the library, inspecting and tailoring a town, opening the course.

    uv run python benchmarks/spine.py [FOLDER --code CODE]

Without a folder the real files of 焼津市 are used where they lie beside the clone, else the sample town's raw files.
Prints seconds, and the ratio of the import to the bare interpreter in the same run.  Never a timed test.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REAL = ROOT.parent / "shared" / "realdata" / "yaizu_222127"


def seconds(command: list[str], *, times: int = 1, **env: str) -> float:
    """The fastest of ``times`` runs."""
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, **env}, capture_output=True)
        best = min(best, time.perf_counter() - start)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--code", default="")
    given = parser.parse_args()
    sample = ROOT / "datasets" / "mirai" / "raw"
    folder, code = (REAL, "222127") if REAL.is_dir() else (sample, "992011")
    if given.folder:
        folder, code = given.folder, given.code
    bare = seconds([sys.executable, "-c", "pass"], times=7)
    light = seconds([sys.executable, "-c", "import dataacademy"], times=7)
    print(f"interpreter                 {bare:6.3f} s")
    print(f"import dataacademy          {light:6.3f} s  (+{light - bare:.3f} s, {light / bare:.2f} x)")
    tool = [sys.executable, "-m", "dataacademy"]
    with tempfile.TemporaryDirectory() as out:
        env = {"DATAACADEMY_OUTPUT": out, "PYTHONUTF8": "1"}
        inspect = seconds([*tool, "town", "inspect", str(folder), "--code", code], **env)
        town_file = str(Path(out) / "work" / code / "town.yml")
        first = seconds([*tool, "tailor", town_file], **env)
        again = seconds([*tool, "tailor", town_file], **env)
    print(f"town inspect {folder.name:15}{inspect:6.1f} s")
    print(f"tailor (tables + execution) {first:6.1f} s")
    print(f"inspect + tailor            {inspect + first:6.1f} s")
    print(f"tailor again, no change     {again:6.1f} s  (1/{first / again:.0f})")


if __name__ == "__main__":
    main()
