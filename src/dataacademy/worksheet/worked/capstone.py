"""The results that the example team of the capstone records: who comes to the check-ups, and what a phone call does.

Needs ``checkups`` with several offices and, in the newest fiscal year, phone calls drawn by lot.
"""

from __future__ import annotations

from dataacademy.worksheet.worked.ground import Ground, Result

CLASSES = ("500 m まで", "1,000 m まで", "1,500 m まで", "1,500 m より遠い")
LIMITS = (-1, 500, 1000, 1500, 1e9)  # metres
RATE, UNIT = "受診率", "ポイント"
PHONE, LETTER = "通知と電話", "通知だけ"
OLDER = 60  # years: most of those insured have stopped working
NEEDS: dict = {}


def people(ground: Ground):
    """The check-ups with Japanese headings and what the lesson derives from them."""
    import pandas as pd

    table = ground.table("checkups")
    return table.assign(
        **{
            RATE: 100.0 * table["attended"],
            "受診": table["attended"],
            "年度": table["fiscal_year"],
            "庁舎": table["office"],
            "年代": (table["age"] // 10 * 10).astype(str) + "代",
            f"{OLDER}歳以上": (table["age"] >= OLDER).astype(int),
            "距離km": table["distance_m"] / 1000,
            "距離": pd.cut(table["distance_m"], LIMITS, labels=list(CLASSES)),
            "案内": table["invited_by"].map({"letter": LETTER, "phone": PHONE}),
        }
    )


def _rates(table, *by):
    return table.groupby(list(by), observed=True, as_index=False)[RATE].mean()


def distance_alone(ground: Ground) -> Result:
    """Do fewer of those who live farther from a clinic come?"""
    from dataacademy import charts, stats

    table = people(ground)
    found = stats.regress(table, y=RATE, x=["距離km"], cluster="person_id", unit=UNIT)
    ax = charts.bar(_rates(table, "距離"), x="距離", y=RATE, unit="％", source=ground.place.source)
    return Result(found, ax, {"下がり方": -found.value})


def distance_by_age(ground: Ground) -> Result:
    """And among people of one age?"""
    from dataacademy import charts, stats

    table = people(ground)
    found = stats.regress(table, y=RATE, x=["距離km", "年代"], cluster="person_id", unit=UNIT)
    rates = _rates(table, "年代", "距離")
    ax = charts.bar(rates, x="距離", y=RATE, by="年代", unit="％", source=ground.place.source)
    row = found.table.iloc[1]
    return Result(found, ax, {"下がり方": -found.value, "下の端": row["lower"], "上の端": row["upper"]})


def offices(ground: Ground) -> Result:
    """Is the office with the highest rate still ahead of the one with the lowest among people of one age?"""
    from dataacademy import charts, stats

    table = people(ground)
    rates = _rates(table, "庁舎").sort_values(RATE, ascending=False)
    pair = rates["庁舎"].iloc[[0, -1]].tolist()
    found = stats.simpson(table, value=RATE, by="庁舎", within="年代", groups=pair, unit=UNIT)
    ax = charts.bar(rates, x="庁舎", y=RATE, unit="％", source=ground.place.source)
    more = {"全体の差": found.figures["overall"], "そろえた差": found.figures["adjusted"]}
    return Result(found, ax, more | {"高い庁舎": pair[0], "低い庁舎": pair[1]})


def phone_calls(ground: Ground) -> Result:
    """What did the calls change in the year in which a lot decided who was called?"""
    from dataacademy import charts, effect

    table = people(ground)
    newest = table[table["年度"] == table["年度"].max()]
    found = effect.rct(newest, value="受診", group="案内", treated=PHONE, control=LETTER, id="person_id", planned=0.5)
    ax = charts.bar(_rates(newest, "案内"), x="案内", y=RATE, unit="％", source=ground.place.source)
    row = found.table.iloc[-1]
    return Result(
        found,
        ax,
        {
            "電話ありの率": row["mean_treated"],
            "電話なしの率": row["mean_control"],
            "下の端": row["lower"],
            "上の端": row["upper"],
            "いまの率": float(newest[RATE].mean()),
            "一人ふえる電話の数": 100 / found.value,
        },
    )


def without_a_call(ground: Ground) -> Result:
    """How far did the rate move from the year before, with a call and without one?"""
    from dataacademy import effect

    table = people(ground)
    start = table["年度"].max()
    lot = table[table["年度"] == start].set_index("person_id")["案内"]
    two = table[table["年度"] >= start - 1].assign(くじ=lambda t: t["person_id"].map(lot)).dropna(subset="くじ")
    arms = {"group": "くじ", "treated": PHONE, "control": LETTER}
    found = effect.before_after(two, value=RATE, time="年度", start=start, id="person_id", unit=UNIT, **arms)
    return Result(found, None, {"電話なしの変化": found.figures["others_change"]})


def ages(ground: Ground) -> Result:
    """How many points more come from the age at which most have stopped working?"""
    from dataacademy import charts, stats

    table = people(ground)
    found = stats.regress(table, y=RATE, x=[f"{OLDER}歳以上"], cluster="person_id", unit=UNIT)
    ax = charts.bar(_rates(table, "年代"), x="年代", y=RATE, unit="％", source=ground.place.source)
    return Result(found, ax)
