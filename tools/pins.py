"""Resolve the dependencies anew and write them as pins without addresses into pyproject.toml.

    uv run python tools/pins.py

Names, versions and markers only: ``[tool.uv] constraint-dependencies`` makes ``uv run`` give exactly these versions on
every machine, while ``uv.lock`` (which holds addresses) stays out of the repository.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"^constraint-dependencies = \[\n.*?\n\]\n", re.DOTALL | re.MULTILINE)


def resolve() -> list[str]:
    """The newest fitting versions for every supported Python and platform, one pin a line."""
    with tempfile.TemporaryDirectory() as folder:
        text = BLOCK.sub("", (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        project = Path(folder)
        (project / "pyproject.toml").write_text(text, encoding="utf-8")
        for name in ("README.md", "LICENSE", "LICENSE-CONTENT.md"):
            (project / name).touch()
        command = ["uv", "export", "--no-hashes", "--no-emit-project", "--no-annotate", "--no-header", "--all-groups"]
        done = subprocess.run(command, cwd=project, check=True, capture_output=True, text=True)
    pins = [line.strip() for line in done.stdout.splitlines() if "==" in line]
    if not pins or any("/" in pin for pin in pins):
        raise SystemExit("uv export gave no pins, or pins with addresses")
    return pins


def main() -> None:
    file = ROOT / "pyproject.toml"
    text = file.read_text(encoding="utf-8")
    lines = "".join(f"  {json.dumps(pin)},\n" for pin in resolve())
    pinned = BLOCK.sub(lambda _: f"constraint-dependencies = [\n{lines}]\n", text)
    file.write_text(pinned, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
