"""What was published and what it is now: corrections that readers can see, in place of figures that change silently."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.status_page.changes import differing, published


def corrections(before: Mapping | str | Path, after: Mapping | str | Path) -> Analysis:
    """Which days that were published have another count in a later edition.

    before, after
        Two editions: a page that :func:`build` made, its ``data``, or the path of its data.json.

    Table, one row a changed day: ``section, day, was, now`` (blank: unknown, or not there any more).  Days that are
    only new are no corrections.  Value: the number of changed days.  Figures: ``new_days, parts_gone``.
    Errors: bad_data_json, no_data_json.
    Checked against eight editions of 東京都's patients in March 2020 and tables changed by hand.
    When not to use: for tables by group, which may change with every edition.

    >>> import dataacademy as da
    >>> settings = da.status_page.example().only("patients")
    >>> old = da.load("covid_daily")
    >>> new = old.assign(patients=old["patients"].where(old["date"] != "2021-08-07", 28))
    >>> first, second = (da.status_page.build(settings, tables={"covid_daily": t}) for t in (old, new))
    >>> corrections(first, second).table[["day", "was", "now"]].values.tolist()
    [['2021-08-07', 29, 28]]
    """
    old, new = published(before), published(after)
    later = {part["id"]: part for part in new["parts"] if part["kind"] == "daily"}
    rows, fresh, gone = [], 0, []
    for part in old["parts"]:
        if part["kind"] != "daily":
            continue
        if part["id"] not in later:
            gone.append(part["id"])
            continue
        now = {row["day"]: row["count"] for row in later[part["id"]]["data"]}
        rows += differing(part["id"], part["data"], now)
        fresh += len(now.keys() - {row["day"] for row in part["data"]})
    table = pd.DataFrame(rows, columns=["section", "day", "was", "now"]).astype({"was": "Int64", "now": "Int64"})
    return Analysis(
        table,
        len(table),
        f"前の版（{old['updated']} まで）で公表した数のうち、新しい版（{new['updated']} まで）で変わったものが "
        f"{len(table):,} 日分あります"
        f"（新しく加わった日は {fresh:,} 日分）。",
        f"{len(table)} published counts of {old['updated']} are others in {new['updated']}; {fresh} days are new.",
        used={"比べた部分": len(later.keys() & {part["id"] for part in old["parts"]})},
        left_out=tuple(f"部分「{id}」は新しい版にないので、比べていません" for id in gone),
        figures={"new_days": fresh, "parts_gone": len(gone)},
    )
