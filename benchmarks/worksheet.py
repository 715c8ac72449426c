"""How long a worksheet of 2,000 records takes: opened and saved, against PyYAML's plain route; and gone through whole.

    uv run python benchmarks/worksheet.py [records]

The plain route is what a program without this package would do: ``yaml.safe_load`` and the same pydantic model, then
``yaml.safe_dump`` of all of it, which loses comments and order, checks nothing it wrote and keeps no history.  Ours
reads by the model's types with lines for messages; a save writes the lines that changed, reads them back, keeps the
version before, and waits until the disk has it.  Last comes what is promised in under 3 seconds: open, review, export
to Excel.  Prints seconds and ratios in turns; never a timed test (``tests/test_worksheet_big.py`` counts work instead).
"""

from __future__ import annotations

import sys
import tempfile
from itertools import count
from pathlib import Path
from time import perf_counter

import yaml
from racing import race

from dataacademy.worksheet import open_sheet, store
from dataacademy.worksheet.excel import export
from dataacademy.worksheet.model import Worksheet

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))


def main(records: int = 2000) -> None:
    from worksheets import full_worksheet

    fresh = map(str, count())
    with tempfile.TemporaryDirectory() as folder:
        path, plain = Path(folder) / "班.yml", Path(folder) / "plain.yml"
        stored = store.save(path, full_worksheet(records))
        plain.write_bytes(path.read_bytes())
        sheet = open_sheet(path)

        def read_plainly() -> Worksheet:
            return Worksheet(**yaml.safe_load(plain.read_text(encoding="utf-8")))

        def write_plainly() -> None:
            raw = stored.worksheet.model_dump(mode="json", exclude_defaults=True)
            plain.write_text(yaml.safe_dump(raw, allow_unicode=True, sort_keys=False), encoding="utf-8")

        (ours, theirs), (read, known) = race(lambda: store.read(path), read_plainly, rounds=3)
        assert read.worksheet == known
        (save, dump), _ = race(lambda: sheet.update("fact1", text=next(fresh)), write_plainly, rounds=3)
        parts = min((_through(path, Path(folder) / f"{next(fresh)}.xlsx") for _ in range(3)), key=sum)
        print(f"{records:,} records, {path.stat().st_size / 1e6:.2f} MB    ours, s   plain, s   ratio")
        print(f"open                        {ours:10.3f} {theirs:10.3f} {theirs / ours:7.1f}")
        print(f"change one field and save   {save:10.3f} {dump:10.3f} {dump / save:7.1f}")
        print("open + review + export      " + " + ".join(f"{part:.2f}" for part in parts), end="")
        print(f" = {sum(parts):.2f} s   (promised: under 3 s for 2,000 records)")


def _through(path: Path, workbook: Path) -> tuple[float, float, float]:
    """The seconds of everything that a team waits for before a session."""
    start = perf_counter()
    sheet = open_sheet(path)
    opened = perf_counter()
    sheet.review()
    reviewed = perf_counter()
    export(sheet.worksheet, workbook)
    return opened - start, reviewed - opened, perf_counter() - reviewed


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
