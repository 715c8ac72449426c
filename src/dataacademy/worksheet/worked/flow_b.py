"""The results that the example team of flow B records: the counters of the sample town, where a pilot was run.

Another town has no pilot to look at, so this example is the sample town's wherever it is opened.
"""

from __future__ import annotations

from dataacademy.paths import SAMPLE_TOWN
from dataacademy.worksheet.worked.ground import Ground, Result

TOWN = SAMPLE_TOWN
PILOT, START = "みなと支所", "2025-10"  # office and month of the pilot (truth did_writeless)
OTHER_PILOT = "マイナンバーカード"  # booked online from the same month, no part of this one
PROJECT = "書かない窓口"
_YES = {True: "はい", False: "いいえ"}
SLOW = 30  # minutes from taking a ticket to the end
BOOKED = 0.3  # share of visitors who would come by appointment
TYPING = 4  # minutes in which the paper is typed in, counted by the team at the counter: process3 of the texts


def log(ground: Ground):
    """The cases of the pilot's procedures in both offices, with minutes worked out."""
    import pandas as pd

    table = ground.table("counter_log")
    table = table[table["procedure"] != OTHER_PILOT]
    arrived, called, ended = (pd.to_timedelta(table[c]).dt.total_seconds() / 60 for c in ("arrived", "called", "ended"))
    return table.assign(
        month=table["date"].str[:7],
        service_minutes=ended - called,
        stay_minutes=ended - arrived,
        staff_minutes=table["staff_minutes"].astype(float),
        piloted=table["office"] == PILOT,
    )


def before(ground: Ground):
    """The cases before the pilot."""
    table = log(ground)
    return table[table["month"] < START]


def as_is(ground: Ground) -> Result:
    """How many visitors were still there after half an hour, before anything was changed?"""
    from dataacademy import charts, stats

    table = before(ground)
    slow = f"{SLOW}分より長くかかった"
    found = stats.proportion(
        table.assign(**{slow: (table["stay_minutes"] > SLOW).map(_YES)}), value=slow, equals="はい"
    )
    ax = charts.histogram(table, x="stay_minutes", unit="分", count_unit="件", source=ground.place.source)
    weeks = table["date"].nunique() / 5
    return Result(
        found,
        ax,
        {
            "割合": 100 * found.value,
            "件数": len(table),
            "1か月の件数": round(len(table) / weeks * 52 / 12),
            "窓口の分": float(table["service_minutes"].mean()),
            "入力のほかの裏の分": float((table["staff_minutes"] - table["service_minutes"]).mean()) - TYPING,
            "待ち時間の分": float((table["stay_minutes"] - table["service_minutes"]).mean()),
        },
    )


def _pilot(ground: Ground, value: str) -> Result:
    from dataacademy import effect

    table = log(ground)
    how = {"value": value, "treated": "piloted", "time": "month", "start": START, "covariates": ["procedure"]}
    found = effect.did(table, unit="分", **how)
    ax = effect.event_study_chart(table, unit="分", source=ground.place.source, **how)
    rows = found.table.set_index("group")["change"]
    return Result(
        found,
        ax,
        {"短くなった分": -found.value, "前後の差": float(rows["対象"]), "比較の前後の差": float(rows["比較"])},
    )


def staff_time(ground: Ground) -> Result:
    """By how many minutes did the pilot shorten the staff's work on a case, next to the other office?"""
    return _pilot(ground, "staff_minutes")


def service_time(ground: Ground) -> Result:
    """And the visitor's minutes at the counter?"""
    return _pilot(ground, "service_minutes")


def left_waiting(ground: Ground) -> Result:
    """How many waited long at the pilot's office, and how many had come for what was no part of it?

    Everybody stands in the same line, so here those who came for ``OTHER_PILOT`` are counted too.
    """
    from dataacademy import queues

    table = ground.table("counter_log")
    table = table[table["office"] == PILOT]
    table = table.assign(時期=(table["date"].str[:7] >= START).map({False: "前", True: "後"}))
    found = queues.waiting(table, by="時期", over=(SLOW,))
    late = found.table.set_index("時期")[f"over_{SLOW}_percent"]
    ax = queues.waiting_chart(table, by="時期", limits=(5, 15, SLOW), source=ground.place.source)
    outside = (table.loc[table["時期"] == "後", "procedure"] == OTHER_PILOT).mean()
    shares = {"前の割合": float(late["前"]), "後の割合": float(late["後"]), "対象でない割合": 100 * float(outside)}
    return Result(found, ax, shares)


def booked(ground: Ground) -> Result:
    """How long would people wait at the pilot's office if some of them came by appointment when it is quiet?"""
    from dataacademy import charts, queues

    table = ground.table("counter_log")
    table = table[table["date"].str[:7] >= START]
    found = queues.simulate(table, office=PILOT, appointments=BOOKED, runs=10)
    nine = found.table.set_index("measure").loc["p90", ["log", "simulated", "changed"]].astype(float)
    names = {"log": "記録", "simulated": "再現", "changed": f"{BOOKED:.0%}を予約に"}
    rows = nine.rename(names).rename_axis("計算したもの").reset_index(name="p90")
    ax = charts.bar(rows, x="計算したもの", y="p90", unit="分", source=ground.place.source)
    values = {"予約の割合": 100 * BOOKED, "再現の分": float(nine["simulated"]), "予約の分": float(nine["changed"])}
    return Result(found, ax, values)


def hours(ground: Ground) -> Result:
    """Hours that the project frees, and what it costs in cash."""
    from dataacademy import charts, costs

    found = costs.time_saved(ground.table("costs"), project=PROJECT)
    ax = charts.bar(found.table, x="fiscal_year", y="hours", source=ground.place.source)
    cash = found.figures["cash_yen"]
    return Result(found, ax, {"減る時間": found.value, "増える現金": -cash})


NEEDS: dict = {}
