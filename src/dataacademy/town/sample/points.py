"""健康ポイント of the sample town: users of a step counter, who joined in October, in January or never.

Who walks much joins first.  Joining adds the same number of steps for everybody, far fewer than the joiners were
ahead from the start; cold and heat are alike for all.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from dataacademy.town.sample.dice import Dice
from dataacademy.town.sample.town import Town

MONTHS = (*(f"2025-{m:02d}" for m in range(4, 13)), "2026-01", "2026-02", "2026-03")
WAVES = ("first", "second", "never")
STARTS = (6, 9, len(MONTHS))  # positions of October and January; never
USERS = (110, 90, 90)
EFFECT = 600  # steps a day
AHEAD = (2100, 1500, 0)  # steps a day more than those who never join
SEASON = (300, 400, -100, -500, -700, 0, 400, 300, -200, -500, -300, 200)  # April to March
AGES = (("30代", 30, 5900), ("40代", 40, 5800), ("50代", 50, 5600), ("60代", 60, 5500), ("70代", 70, 4700))
PERSON, MONTHLY = 1300, 650  # how much people differ, and one month from another


def make(town: Town) -> dict[str, Any]:
    """``points``: one row a user and month; steps are means a day, points are given from the month of joining on."""
    dice = town.dice("points")
    people = town.register[(town.register["age"] >= 30) & (town.register["age"] < 80)]
    number = np.array([max(1, round(u * town.scale)) for u in USERS])
    number = np.minimum(number, len(people) // len(WAVES))
    n, months = int(number.sum()), len(MONTHS)
    people = people.iloc[dice.sample(len(people), n)]
    wave = np.repeat(np.arange(len(WAVES)), number)[dice.order(n)]
    group = people["age"].to_numpy() // 10 - 3
    level = np.array([a[2] for a in AGES])[group] + np.array(AHEAD)[wave] + PERSON * dice.normal(n)
    month = np.arange(months)
    joined = month >= np.array(STARTS)[wave][:, None]
    noise = MONTHLY * dice.normal(n * months).reshape(n, months)
    steps = np.maximum(np.rint(level[:, None] + np.array(SEASON) + EFFECT * joined + noise), 300).astype(np.int64)
    points = np.where(joined, steps // 100, 0)
    return {
        "points": pd.DataFrame(
            {
                "user_id": np.repeat([f"W{k:0{max(3, len(str(n)))}d}" for k in range(1, n + 1)], months),
                "month": np.tile(MONTHS, n),
                "age_group": np.repeat(np.array([a[0] for a in AGES])[group], months),
                "quarter": np.repeat(people["quarter"].to_numpy(), months),
                "wave": np.repeat(np.array(WAVES)[wave], months),
                "steps": steps.ravel(),
                "points": points.ravel(),
                "exchanged": _exchanged(points, dice).ravel(),
            }
        )
    }


def _exchanged(points: np.ndarray, dice: Dice) -> np.ndarray:
    """Points handed in for goods, in hundreds, at times when there are enough; never more than were given."""
    purse = np.zeros(len(points), dtype=np.int64)
    handed = np.zeros_like(points)
    for t in range(points.shape[1]):
        purse = purse + points[:, t]
        handed[:, t] = np.where(dice.chance(np.full(len(points), 0.4)), purse // 100 * 100, 0)
        purse = purse - handed[:, t]
    return handed


def truths(town: Town, tables: dict[str, Any]) -> list[dict]:
    """Participants walk more than others, and did so before they joined."""
    table = tables["points"]
    late = table[table["month"].isin(MONTHS[STARTS[0] : STARTS[1]])]
    sums = {first: late.loc[(late["wave"] == "first") == first, "steps"] for first in (True, False)}
    apart = int(sums[True].sum()) / len(sums[True]) - int(sums[False].sum()) / len(sums[False])
    return [
        {
            "id": "points_self_selection",
            "title": "健康ポイントの参加者は、参加する前からよく歩いていた",
            "says": f"参加すると1日{EFFECT}歩増えます。10月からの参加者がほかの人より多く歩いている分の半分より多くは、"
            "参加する前からの差です。",
            "size": {"steps": EFFECT},
            "tolerance": {"steps": 120},
            "tables": ["points"],
            "method": "10月からの参加者の前後の変化と、まだ参加していない人の同じ期間の変化を比べる（effect.did）。",
            "naive": {
                "method": "10〜12月の歩数を、参加者とまだ参加していない人とで比べる。",
                "says": f"ポイントのおかげで、1日{apart:,.0f}歩も多く歩くようになったように見える。",
                "value": {"steps": round(apart, 3)},
            },
        }
    ]
