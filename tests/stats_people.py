"""People made by whole-number arithmetic (the same as in oracles/stats.R), and what R said about them."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

ORACLES = Path(__file__).resolve().parent / "oracles"


def people() -> pd.DataFrame:
    """240 persons: groups g (A, B, C) and h, cluster cl, numbers x, z, y, yes/no yes, weights w, time t."""
    i = np.arange(1, 241)
    p = pd.DataFrame({"g": np.array(list("ABC"))[i % 3], "h": np.array(list("xyzv"))[(i * i) % 11 % 4], "cl": i // 12})
    p["x"], p["z"], p["w"], p["t"] = (i * 37) % 101 / 10, (i * 53) % 89 / 20, 1.0 + (i * 29) % 7, i
    p["y"] = 2 + 0.5 * p["x"] + 0.7 * (p["g"] == "B") + ((i * 71) % 97) / 48.5 + (p["cl"] * 13) % 7 / 7
    p["yes"] = (i * 61) % 103 / 103 < 1 / (1 + np.exp(1 - 0.2 * p["x"]))
    return p


def parsed(text: str) -> dict[str, np.ndarray]:
    """``name number number …`` a line."""
    rows = [line.split() for line in text.splitlines() if line.strip()]
    return {name: np.array(numbers, dtype=float) for name, *numbers in rows}


def oracle() -> dict[str, np.ndarray]:
    """What R printed (oracles/stats.txt)."""
    return parsed((ORACLES / "stats.txt").read_text(encoding="utf-8"))


def rscript(*arguments: str) -> str:
    """Run R; skips the test where R is not installed."""
    if shutil.which("Rscript") is None:
        pytest.skip("R (Rscript) is not installed")
    done = subprocess.run(["Rscript", *arguments], capture_output=True, text=True, check=False)
    if "there is no package called" in done.stderr:
        pytest.skip(done.stderr.strip().splitlines()[0])
    assert done.returncode == 0, done.stderr
    return done.stdout


def r_dataset(name: str) -> pd.DataFrame:
    """One of R's own small data sets, read through R (not kept in the repository)."""
    return pd.read_csv(io.StringIO(rscript("-e", f"write.csv({name}, row.names = FALSE)")))
