"""The counters of the sample town: one week a month of tickets at two offices, one of which goes 書かない窓口.

Visitors arrive by the time of day, wait in one line an office, and are called by the next free counter, so that waiting
follows from arrivals and service times.  Two pilots start in the same month; only the first one does anything.
"""

from __future__ import annotations

import heapq
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from dataacademy.town.sample.dice import Dice
from dataacademy.town.sample.town import Town

OFFICES = ("本庁", "みなと支所")
WEEKS = (  # Mondays of weeks without a holiday, one a month
    *("2025-04-14", "2025-05-12", "2025-06-09", "2025-07-07", "2025-08-18", "2025-09-08"),
    *("2025-10-06", "2025-11-10", "2025-12-08", "2026-01-19", "2026-02-16", "2026-03-09"),
)
START = 6  # position of the month in which both pilots start: October 2025
VISITORS = (85, 40)  # a day and office
COUNTERS = (4, 2)
PROCEDURES = {  # minutes at the counter, how much they scatter (share of the mean), minutes behind it, share of visits
    "住民票の写し": (8.5, 0.30, 6, 30),
    "印鑑登録・証明": (9.0, 0.30, 6, 16),
    "転入・転居": (19.0, 0.30, 14, 9),
    "転出": (13.0, 0.30, 9, 8),
    "国民健康保険": (17.0, 0.30, 11, 15),
    "マイナンバーカード": (20.0, 0.15, 8, 22),
}
CARD = "マイナンバーカード"  # no part of 書かない窓口; booked online at the main office from the same month
MOVES = {"転入・転居", "転出"}
SEASON = (1.2, 1.0, 0.95, 1.0, 0.95, 1.0, 1.0, 0.95, 1.0, 0.95, 1.0, 1.25)  # visitors, April to March
MOVING = (2.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.1, 2.2)  # shares of moves
WEEKDAYS = (1.25, 0.95, 0.9, 0.9, 1.0)
HALF_HOURS = (5, 7, 8, 9, 9, 8, 7, 5, 5, 6, 6, 6, 6, 5, 4, 3, 2)  # arrivals from 8:30 on
OPENS = (8 * 60 + 30) * 60
COMMON = (0.3, 0.0, -0.2, 0.1, 0.0, 0.1, 1.6, 2.4, 2.2, 2.6, 2.3, 2.7)  # minutes more at both offices: new system
WRITELESS, BEHIND = -2.5, -2.0  # minutes a case, at the counter and behind it
WALK = (5, 40)  # seconds to the counter when it is free, at least and at most
LEARNING = -0.9  # minutes a month on cards at the main office, the whole year long


def make(town: Town) -> dict[str, Any]:
    """``counter_log``: one row a ticket."""
    dice = town.dice("counter")
    visits = _visits(town.scale, dice)
    service, behind = _minutes(visits, dice)
    counters = [max(1, round(c * town.scale)) for c in COUNTERS]
    walk = WALK[0] + dice.below(len(visits), WALK[1] - WALK[0] + 1)
    called, ended, counter = _serve(visits, walk, np.rint(service * 60).astype(np.int64), counters)
    staff = np.rint((ended - called) / 60 + behind).astype(np.int64)
    number = visits.groupby(["day", "office"]).cumcount() + 1
    table = pd.DataFrame(
        {
            "date": np.array(_days())[visits["day"]],
            "office": np.array(OFFICES)[visits["office"]],
            "ticket_no": [f"{'AM'[o]}{k:03d}" for o, k in zip(visits["office"], number, strict=True)],
            "procedure": np.array(list(PROCEDURES))[visits["procedure"]],
            "arrived": _clock(visits["arrived"]),
            "called": _clock(called),
            "ended": _clock(ended),
            "counter": counter,
            "staff_minutes": staff,
        }
    )
    return {"counter_log": table}


def _days() -> list[str]:
    return [(date.fromisoformat(w) + timedelta(days=k)).isoformat() for w in WEEKS for k in range(5)]


def _visits(scale: float, dice: Dice) -> pd.DataFrame:
    """Day, office, second of arrival and procedure of each visitor, in the order in which they draw tickets."""
    day, office = (axis.ravel() for axis in np.indices((len(WEEKS) * 5, len(OFFICES))))
    mean = np.array(VISITORS)[office] * np.array(SEASON)[day // 5] * np.array(WEEKDAYS)[day % 5] * scale
    number = dice.poisson(mean)
    day, office = np.repeat(day, number), np.repeat(office, number)
    n = len(day)
    arrived = OPENS + dice.choose(n, HALF_HOURS) * 1800 + dice.below(n, 1800)
    shares = np.array([[p[3] * (m if name in MOVES else 1) for name, p in PROCEDURES.items()] for m in MOVING])
    procedure = dice.choose_each(shares[day // 5])
    visits = pd.DataFrame({"day": day, "office": office, "arrived": arrived, "procedure": procedure})
    return visits.sort_values(["day", "office", "arrived"], kind="stable", ignore_index=True)


def _minutes(visits: pd.DataFrame, dice: Dice) -> tuple[np.ndarray, np.ndarray]:
    """Minutes at the counter and behind it: by procedure, what both offices share, and what the pilots do."""
    month, n = visits["day"].to_numpy() // 5, len(visits)
    mean, scatter, back, _ = np.array(list(PROCEDURES.values()), dtype=float)[visits["procedure"]].T
    card = (visits["procedure"] == list(PROCEDURES).index(CARD)).to_numpy()
    main = (visits["office"] == 0).to_numpy()
    pilot = ~main & ~card & (month >= START)
    service = mean * (1 - scatter + scatter * dice.exponential(n)) + np.array(COMMON)[month]
    service = service + WRITELESS * pilot + LEARNING * month * (main & card)
    behind = back * (0.7 + 0.6 * dice.uniform(n)) + BEHIND * pilot
    return service, behind


def _serve(visits: pd.DataFrame, walk: np.ndarray, seconds: np.ndarray, counters: list[int]):
    """First come, first served: when each visitor is called and done (seconds of the day), and at which counter."""
    called = np.empty(len(visits), dtype=np.int64)
    counter = np.empty(len(visits), dtype=np.int64)
    queue, line, last = [], None, 0
    columns = (visits["day"], visits["office"], visits["arrived"], walk, seconds)
    for k, (day, office, arrived, steps, needed) in enumerate(zip(*(c.tolist() for c in columns), strict=True)):
        if (day, office) != line:
            line, queue, last = (day, office), [(OPENS, c) for c in range(1, counters[office] + 1)], OPENS
        free, counter[k] = queue[0]
        last = max(arrived + steps, free + 20, last)  # nobody is called before one who came earlier
        called[k] = last
        heapq.heapreplace(queue, (last + needed, int(counter[k])))
    return called, called + seconds, counter


def _clock(seconds) -> list[str]:
    return [f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in np.asarray(seconds).tolist()]


def truths(town: Town, tables: dict[str, Any]) -> list[dict]:
    """A pilot that shortens cases although both offices slow down, and one that only rides on an older trend."""
    log = tables["counter_log"]
    log = log.assign(seconds=_seconds(log["ended"]) - _seconds(log["called"]), after=log["date"] >= WEEKS[START])
    card = log["procedure"] == CARD
    cases, cards = log[~card], log[card]
    before_after = round(_change(cases, OFFICES[1]), 3)
    staff = round(_change(cases, OFFICES[1], "staff_minutes", per=1), 3)
    did = round(_change(cards, OFFICES[0]) - _change(cards, OFFICES[1]), 3)
    return [
        {
            "id": "did_writeless",
            "title": "書かない窓口は1件の時間を短くしたが、前後の比較では見えない",
            "says": f"みなと支所の書かない窓口（2025年10月から）は、窓口での時間を1件{-WRITELESS}分、"
            f"裏の処理を含む職員の時間を{-WRITELESS - BEHIND}分短くしました。同じ月に始まった新しいシステムのため、"
            "どちらの窓口でも1件の時間は2分あまり延びています。始まる前の半年、二つの窓口の動きは平行です。",
            "size": {"service_minutes": WRITELESS, "staff_minutes": WRITELESS + BEHIND, "lead_minutes": 0.0},
            "tolerance": {"service_minutes": 0.5, "staff_minutes": 0.5, "lead_minutes": 0.6},
            "tables": ["counter_log"],
            "method": "マイナンバーカードを除いた手続で、みなと支所と本庁の前後の変化の差を、手続の種類をそろえて求める"
            "（effect.did）。始まる前の月の差がそろっているかを先に確かめる（effect.event_study）。",
            "naive": {
                "method": "みなと支所の前後の平均だけを比べる。",
                "says": "窓口での時間はほとんど変わらず、書かない窓口の効果は乏しいように見える。",
                "value": {"service_minutes": before_after, "staff_minutes": staff},
            },
        },
        {
            "id": "did_second_pilot_fails",
            "title": "オンライン予約の効果に見えるものは、前から続いていた動きである",
            "says": "本庁のマイナンバーカードの手続は、職員の慣れで毎月"
            f"{-LEARNING}分ずつ短くなっていました。2025年10月に始めたオンライン予約は、1件の時間を変えていません。",
            "size": {"effect_minutes": 0.0, "trend_minutes_per_month": LEARNING},
            "tolerance": {"effect_minutes": 1.3, "trend_minutes_per_month": 0.2},
            "tables": ["counter_log"],
            "method": "始まる前の月ごとの差を見て、平行でないことを確かめ（effect.event_study）、差の差の値は使わない。"
            "使うなら、前からの動きの差を除く。",
            "naive": {
                "method": "マイナンバーカードの手続で、本庁とみなと支所の差の差をそのまま求める。",
                "says": "オンライン予約で1件の時間が大きく短くなったように見える。",
                "value": {"effect_minutes": did},
            },
        },
    ]


def _seconds(clock: pd.Series) -> pd.Series:
    h, m, s = (clock.str.slice(k, k + 2).astype(int) for k in (0, 3, 6))
    return h * 3600 + m * 60 + s


def _change(log: pd.DataFrame, office: str, column: str = "seconds", per: int = 60) -> float:
    """Mean after minus mean before at an office, in minutes."""
    there = log[log["office"] == office]
    sums = [(int(part.sum()), len(part)) for part in (there.loc[there["after"] == a, column] for a in (False, True))]
    return sums[1][0] / sums[1][1] / per - sums[0][0] / sums[0][1] / per
