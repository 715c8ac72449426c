"""COVID-19 in the sample town, day by day from May 2020 to September 2021: patients, tests and calls.

The shape is that of the data behind Tokyo's site: one row a day, one row a patient with residence, age group and sex.
Offices test and report less at weekends, whatever the virus does.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from dataacademy.town.sample import people
from dataacademy.town.sample.dice import Dice, exp, log
from dataacademy.town.sample.town import Town

FIRST, LAST = date(2020, 5, 1), date(2021, 9, 30)
RISE, PEAK = date(2021, 7, 5), date(2021, 8, 16)  # the fifth wave: from a Monday to a Monday
WEEKLY = 1.6  # times as many patients a week later, from RISE to PEAK
AT_RISE = 1.25  # patients a day
LEVELS = (  # patients a day on some dates; between them they grow or shrink by the same share every day
    *((FIRST, 0.2), (date(2020, 6, 15), 0.04), (date(2020, 8, 5), 1.1), (date(2020, 10, 1), 0.2)),
    *((date(2020, 12, 1), 1.0), (date(2021, 1, 10), 6.0), (date(2021, 3, 1), 0.5), (date(2021, 5, 10), 4.2)),
    *((date(2021, 6, 20), 0.9), (RISE, AT_RISE), (PEAK, AT_RISE * WEEKLY * WEEKLY * WEEKLY * WEEKLY * WEEKLY * WEEKLY)),
    (LAST, 0.8),
)
REPORTED = (0.45, 0.95, 1.20, 1.25, 1.20, 1.30, 0.65)  # patients by weekday, Monday first
TESTED = (1.25, 1.20, 1.20, 1.25, 1.20, 0.65, 0.25)
CALLED = (1.45, 1.10, 1.05, 1.05, 1.00, 0.75, 0.60)
ATTACK = (5, 5, 7, 13, 22, 19, 15, 14, 13, 13, 12, 10, 8, 6, 5, 5, 5, 6)  # how often each band falls ill, relatively
AGE_GROUPS = ("10歳未満", *(f"{k}代" for k in range(10, 80, 10)), "80歳以上")
STAY = 14  # days until most are discharged


def make(town: Town) -> dict[str, Any]:
    """``covid_daily`` (one row a day) and ``covid_patients`` (one row a patient)."""
    dice = town.dice("covid")
    days = [FIRST + timedelta(days=k) for k in range((LAST - FIRST).days + 1)]
    weekday = np.array([d.weekday() for d in days])
    level = _levels(days) * town.scale
    patients = dice.poisson(level * np.array(REPORTED)[weekday])
    tests = patients + dice.poisson((6 * town.scale + 9 * level) * np.array(TESTED)[weekday])
    contacts = dice.poisson((14 * town.scale + 11 * level) * np.array(CALLED)[weekday])
    dates = [d.isoformat() for d in days]
    return {
        "covid_daily": pd.DataFrame({"date": dates, "patients": patients, "tests": tests, "contacts": contacts}),
        "covid_patients": _patients(town, days, patients, dice),
    }


def _levels(days: list[date]) -> np.ndarray:
    at = np.array([(d - FIRST).days for d, _ in LEVELS])
    height = log(np.array([level for _, level in LEVELS]))
    day = np.arange(len(days))
    k = np.clip(np.searchsorted(at, day, side="right") - 1, 0, len(at) - 2)
    return exp(height[k] + (height[k + 1] - height[k]) * (day - at[k]) / (at[k + 1] - at[k]))


def _patients(town: Town, days: list[date], number: np.ndarray, dice: Dice) -> pd.DataFrame:
    """One row a patient: somebody of the residents of that month."""
    day = np.repeat(np.arange(len(days)), number)
    month = np.array([d.year * 12 + d.month - 1 - people.FIRST for d in days])[day]
    cell = np.empty(len(day), dtype=np.int64)
    for t in np.unique(month):
        here = month == t
        weights = town.people.counts[t] * np.array(ATTACK)[:, None]
        cell[here] = dice.choose(int(here.sum()), weights.ravel())
    area, band, sex = np.unravel_index(cell, town.people.counts.shape[1:])
    ago = len(days) - 1 - day
    return pd.DataFrame(
        {
            "patient_no": np.arange(1, len(day) + 1),
            "date": np.array([d.isoformat() for d in days])[day],
            "area_id": np.array([a.area_id for a in town.areas])[area],
            "age_group": np.array(AGE_GROUPS)[np.minimum(band // 2, len(AGE_GROUPS) - 1)],
            "sex": np.array(people.SEXES)[sex],
            "discharged": ago > STAY * (0.5 + dice.exponential(len(day))),
        }
    )


def truths(town: Town, tables: dict[str, Any]) -> list[dict]:
    """A wave that grows although every Monday looks better."""
    daily = tables["covid_daily"].set_index("date")["patients"]
    mondays = [RISE + timedelta(days=7 * k) for k in range(1, (PEAK - RISE).days // 7 + 1)]
    on, before = (sum(int(daily[(d - timedelta(days=k)).isoformat()]) for d in mondays) for k in (0, 2))
    return [
        {
            "id": "covid_weekday",
            "title": "月曜の陽性者が少ないのは、曜日のせい",
            "says": f"2021年7月5日から8月16日まで、陽性者は毎週{WEEKLY}倍に増えていました。月曜に公表される人数が"
            "少ないのは、日曜に検査と報告が少ないからです。",
            "size": {"times_a_week": WEEKLY},
            "tolerance": {"times_a_week": 0.15},
            "tables": ["covid_daily"],
            "method": "7日間の合計を前の週と比べる。または、曜日を入れたポアソン回帰で1週あたりの倍率を求める。",
            "naive": {
                "method": "増えていた間の月曜の人数を、その2日前の土曜と比べる。",
                "says": f"土曜の{on / max(before, 1):.2f}倍に減っているので、感染は収まりつつあるように見える。",
                "value": {"times": round(on / max(before, 1), 3)},
            },
        }
    ]
