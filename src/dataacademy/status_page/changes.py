"""Which published figures are not what they were."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from dataacademy.status_page.parts import Made


def published(previous: Mapping | str | Path) -> Mapping:
    """What an earlier page published: its ``data``, its data.json, or the page itself, which was checked when built."""
    from dataacademy.status_page.datafile import validate

    return previous.data if hasattr(previous, "verdict") else validate(previous)


def changed(before: Mapping, made: list[Made]) -> Iterator[tuple[str, str, int | None, int | None]]:
    """(part, day, was, now) of every day that ``before`` published with another count."""
    before = {part["id"]: part for part in before["parts"] if part["kind"] == "daily"}
    for one in made:
        if one.part.kind != "daily" or one.table is None or one.part.id not in before:
            continue
        now = {day: _known(count) for day, count in zip(one.table["day"], one.table["count"], strict=True)}
        yield from differing(one.part.id, before[one.part.id]["data"], now)


def differing(part: str, rows: list[dict], now: Mapping) -> Iterator[tuple[str, str, int | None, int | None]]:
    """Published rows whose count is another now; a day that is gone is unknown now."""
    for row in rows:
        if row["count"] != now.get(row["day"]):
            yield part, row["day"], row["count"], now.get(row["day"])


def _known(count) -> int | None:
    return None if pd.isna(count) else int(count)
