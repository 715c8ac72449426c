"""The command line as a person runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """``dataacademy`` in ``folder``, as a person runs it."""
    return subprocess.run(
        [sys.executable, "-m", "dataacademy", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )
