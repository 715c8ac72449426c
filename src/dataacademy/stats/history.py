"""A table that made history, for the first lesson in statistics."""

from __future__ import annotations

from importlib.resources import files

import pandas as pd

CAUSES = {"disease": "病気（防げたもの）", "wounds": "負傷", "other": "そのほか"}
COMMISSION = "1855-04"  # the first whole month after the sanitary commission arrived (March 1855)


def nightingale() -> pd.DataFrame:
    """Deaths in the British army in the Crimean War, April 1854 to March 1856, as Florence Nightingale drew them.

    Table, one row a month and cause: ``month, cause`` (病気（防げたもの）, 負傷, そのほか)``, army`` (mean strength)``,
    deaths, rate`` (deaths × 12 × 1,000 / army: a year, per 1,000 soldiers) and ``period`` (衛生の改善の前 / 後: before
    and from April 1855).

    Source: Florence Nightingale, "A Contribution to the Sanitary History of the British Army during the Late War with
    Russia" (1859), in the public domain.  Checked against the yearly sums of the table and rates printed there.
    When not to use: to say what the sanitary commission alone did; the siege and the winter ended too.

    >>> war = nightingale()
    >>> len(war), war.groupby("cause")["deaths"].sum().idxmax()
    (72, '病気（防げたもの）')
    """
    file = files("dataacademy.stats") / "nightingale.csv"
    with file.open(encoding="utf-8") as text:
        wide = pd.read_csv(text, dtype={"month": str})
    table = wide.melt(["month", "army"], var_name="cause", value_name="deaths")
    table["cause"] = table["cause"].map(CAUSES)
    table["rate"] = 12_000 * table["deaths"] / table["army"]
    table["period"] = (table["month"] >= COMMISSION).map({False: "衛生の改善の前", True: "衛生の改善の後"})
    return table[["month", "cause", "army", "deaths", "rate", "period"]]
