"""The check-ups (特定健診) of the sample town: a sample of those insured by 国保, aged 40 to 74, in five fiscal years.

Who attends depends on age, sex, office, year and, by lot, on a phone call; how far the clinic is does not matter.  But
the insured of working age are farmers, fishers and shopkeepers who live far from the clinics, whereas those of the new
town are nearly all retired: offices and distances differ by age.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from dataacademy.town.sample.dice import Dice
from dataacademy.town.sample.places import make_facilities
from dataacademy.town.sample.reach import distances
from dataacademy.town.sample.town import Town

YEARS = (2021, 2022, 2023, 2024, 2025)
YOUNGEST, OLDEST = 40, 74  # age on the last day of the fiscal year
OFFICES = {"旧市街": "本庁", "ニュータウン": "おか支所", "農村": "さと支所", "沿岸": "みなと支所"}
SAMPLE = 0.1
RETIRED = {"旧市街": 0.40, "ニュータウン": 0.60, "農村": 0.40, "沿岸": 0.40}  # share insured from 60 on
WORKING = {"旧市街": 0.20, "ニュータウン": 0.02, "農村": 0.40, "沿岸": 0.55}  # before 60, near a clinic
NEAR, FAR, AWAY = 400, 1800, 0.50  # metres, and how much more of them are insured at FAR and beyond

# Attendance in per cent: the points add up.
DECADES = {4: 18, 5: 24, 6: 54, 7: 66}
OFFICE = {"本庁": 0, "おか支所": -11, "さと支所": -3, "みなと支所": 0}
WOMEN, PHONE = 4, 10
PER_KM = 0.0
YEAR = (-4, -2, 0, 0, 9)  # free of charge from 2025 on
HABIT = 0.3  # chance that a year goes the way of the person

HIGH = 140  # mmHg from which guidance is due; half of those get it, by lot
GUIDANCE = -6  # mmHg at the check-up of the next year


def make(town: Town) -> dict[str, Any]:
    """``checkups``: one row a person and fiscal year."""
    dice = town.dice("check-ups")
    persons = _persons(town, dice)
    n, years = len(persons), len(YEARS)
    born = persons["birth_date"].str.slice(0, 4).astype(int) + (persons["birth_date"].str.slice(5) > "03-31")
    age = np.array(YEARS) + 1 - born.to_numpy()[:, None]
    insured = (age >= YOUNGEST) & (age <= OLDEST) & (dice.uniform(n)[:, None] < _share_insured(persons, age))
    phone = np.zeros(age.shape, dtype=bool)
    phone[:, -1] = dice.chance(np.full(n, 0.5))
    attended = insured & _attends(persons, age, phone, dice)
    systolic, guidance = _pressure(persons, age, attended, dice)
    women = (persons["sex"] == "female").to_numpy()[:, None]
    bmi = 23.4 - 0.9 * women + 3.0 * dice.normal(n)[:, None] + 0.5 * dice.normal(n * years).reshape(age.shape)
    diabetic = 1.1 * dice.exponential(n) * dice.chance(np.full(n, 0.12))
    hba1c = 5.5 + 0.008 * (age - 60) + 0.03 * (bmi - 23) + (0.25 * dice.normal(n) + diabetic)[:, None]
    hba1c = hba1c + 0.12 * dice.normal(n * years).reshape(age.shape)
    who, year = np.nonzero(insured)
    seen = attended[who, year]

    def only_seen(values: np.ndarray) -> np.ndarray:
        return np.where(seen, np.rint(values[who, year] * 10) / 10, np.nan)

    number = np.empty(n, dtype=np.int64)
    in_table = np.unique(who)
    number[in_table] = np.arange(1, len(in_table) + 1)
    table = pd.DataFrame(
        {
            "person_id": [f"K{k:0{max(4, len(str(len(in_table))))}d}" for k in number[who].tolist()],
            "fiscal_year": np.array(YEARS)[year],
            "age": age[who, year],
            "sex": persons["sex"].to_numpy()[who],
            "area_id": persons["area_id"].to_numpy()[who],
            "office": persons["office"].to_numpy()[who],
            "distance_m": persons["distance"].to_numpy()[who],
            "invited_by": np.where(phone[who, year], "phone", "letter"),
            "attended": seen,
            "bmi": only_seen(np.clip(bmi, 14, 45)),
            "systolic": only_seen(systolic),
            "hba1c": only_seen(np.clip(hba1c, 4.4, 12)),
            "guidance": pd.Series(guidance[who, year]).where(seen),
        }
    )
    return {"checkups": table}


def _persons(town: Town, dice: Dice) -> pd.DataFrame:
    """Residents that may be in the sample, in a chance order, each with an office and metres to the nearest clinic."""
    facilities = make_facilities(town.areas, town.hazards, town.dice("facilities"))
    clinics = facilities[facilities["kind"] == "medical"]
    register = town.register
    old_enough = register["age"].between(YOUNGEST, OLDEST + len(YEARS)).to_numpy()
    persons = register[old_enough & dice.chance(np.full(len(register), SAMPLE))]
    persons = persons.iloc[dice.order(len(persons))]
    homes = town.buildings.iloc[persons["building"].to_numpy()]
    metres = np.rint(distances(homes, clinics).min(axis=1) / 10).astype(np.int64) * 10
    return persons.assign(office=persons["quarter"].map(OFFICES), distance=metres).reset_index(drop=True)


def _share_insured(persons: pd.DataFrame, age: np.ndarray) -> np.ndarray:
    away = np.clip((persons["distance"].to_numpy() - NEAR) / (FAR - NEAR), 0, 1)
    working, retired = (persons["quarter"].map(share).to_numpy() for share in (WORKING, RETIRED))
    return np.where(age < 60, (working + AWAY * away)[:, None], retired[:, None])


def _attends(persons: pd.DataFrame, age: np.ndarray, phone: np.ndarray, dice: Dice) -> np.ndarray:
    points = np.array([DECADES.get(d, 0) for d in range(10)])[age // 10] + np.array(YEAR) + PHONE * phone
    own = persons["office"].map(OFFICE).to_numpy() + WOMEN * (persons["sex"] == "female").to_numpy()
    own = own + PER_KM * persons["distance"].to_numpy() / 1000
    mood = dice.uniform(age.size).reshape(age.shape)
    habit = dice.chance(np.full(age.shape, HABIT))
    return np.where(habit, dice.uniform(len(persons))[:, None], mood) < (points + own[:, None]) / 100


def _pressure(persons, age: np.ndarray, attended: np.ndarray, dice: Dice) -> tuple[np.ndarray, np.ndarray]:
    """Systolic pressure, the person's own and what the day makes of it, and the guidance that follows from it."""
    n = len(persons)
    men = (persons["sex"] == "male").to_numpy()
    usual = 125 + 0.4 * (age - 60) + 3 * men[:, None] + 12 * dice.normal(n)[:, None]
    reading = np.empty(age.shape)
    guidance = np.full(age.shape, "none", dtype="<U7")
    given = np.zeros(n, dtype=bool)
    for k in range(age.shape[1]):
        reading[:, k] = np.clip(np.rint(usual[:, k] + 9 * dice.normal(n) + GUIDANCE * given), 80, 240)
        due = attended[:, k] & (reading[:, k] >= HIGH)
        given = due & dice.chance(np.full(n, 0.5))
        guidance[due, k] = np.where(given, "given", "waiting")[due]
    return reading, guidance


def truths(town: Town, tables: dict[str, Any]) -> list[dict]:
    """Simpson's paradox by office, distance confounded with age, a phone call drawn by lot, and guidance."""
    table = tables["checkups"]
    return [_simpson(table), _distance(table), _phone(table), _guidance(table)]


def _percent(attended) -> float:
    return 100 * int(attended.sum()) / len(attended)


def _simpson(table: pd.DataFrame) -> dict:
    hill, harbour = (table.loc[table["office"] == o, "attended"] for o in ("おか支所", "みなと支所"))
    apart = _percent(hill) - _percent(harbour)
    size = OFFICE["おか支所"] - OFFICE["みなと支所"]
    return {
        "id": "simpson_checkups",
        "title": "受診率は、全体ではおか支所が高いのに、どの年代でもみなと支所が高い",
        "says": f"同じ年代で比べると、おか支所の受診率はみなと支所より{-size}ポイント低くなっています。おか支所の"
        "対象者は受診率の高い60代以上がほとんどなので、年代を分けずに比べると逆に高く見えます。",
        "size": {"points": float(size)},
        "tolerance": {"points": 4.0},
        "tables": ["checkups"],
        "method": "年代ごとに受診率を比べる。年代の構成をそろえた差（標準化、または年代を入れた回帰）を求める。",
        "naive": {
            "method": "支所ごとに、全部の対象者の受診率を比べる。",
            "says": "おか支所のほうが受診率が高く、みなと支所の働きかけが足りないように見える。",
            "value": {"points": round(apart, 3)},
        },
    }


def _distance(table: pd.DataFrame) -> dict:
    x, y = table["distance_m"].to_numpy(np.int64), table["attended"].to_numpy(bool)
    n, total, attended = len(x), int(x.sum()), int(y.sum())  # whole numbers add up alike everywhere
    slope = 1000 * (n * int(x[y].sum()) - total * attended) / (n * int((x * x).sum()) - total * total)  # per km
    return {
        "id": "confounding_distance_age",
        "title": "医療機関から遠い人の受診率が低いのは、遠いからではない",
        "says": "遠い所の対象者には、農業・漁業・自営業の働き盛りが多く、年代が若いほど受診していません。年代と支所を"
        f"そろえると、医療機関まで1km遠くても受診率は変わりません（真の傾き{PER_KM:g}ポイント）。",
        "size": {"points_per_km": PER_KM},
        "tolerance": {"points_per_km": 3.0},
        "tables": ["checkups"],
        "method": "受診したかどうかを、距離・年代・支所・性別で説明する回帰で調べる（同じ人が何年も出てくることを"
        "考えた標準誤差を使う）。",
        "naive": {
            "method": "受診したかどうかを、距離だけで説明する。",
            "says": f"1km遠いごとに受診率が{-100 * slope:.0f}ポイント下がるので、巡回健診で上がるように見える。",
            "value": {"points_per_km": round(100 * slope, 3)},
        },
    }


def _phone(table: pd.DataFrame) -> dict:
    last, before = (table[table["fiscal_year"] == y] for y in YEARS[:-3:-1])
    phoned = last[last["invited_by"] == "phone"]
    known = before[before["person_id"].isin(phoned["person_id"])]
    rise = _percent(phoned["attended"]) - _percent(known["attended"])
    return {
        "id": "phone_call_effect",
        "title": "電話の呼びかけで、受診率は上がった",
        "says": f"{YEARS[-1]}年度は、くじで選んだ半分の人に、通知のあと電話をかけました。電話は受診率を{PHONE}ポイント"
        "上げました。同じ年度に健診が無料になったので、前の年度と比べると、その分まで電話の効果に見えます。",
        "size": {"points": float(PHONE)},
        "tolerance": {"points": 5.4},
        "tables": ["checkups"],
        "method": f"{YEARS[-1]}年度の、電話ありとなしの受診率の差を、信頼区間とともに求める（effect.rct）。",
        "naive": {
            "method": f"電話をかけた人の、{YEARS[-2]}年度と{YEARS[-1]}年度の受診率を比べる。",
            "says": f"電話で受診率が{rise:.0f}ポイントも上がったように見える。",
            "value": {"points": round(rise, 3)},
        },
    }


def _guidance(table: pd.DataFrame) -> dict:
    given = table[(table["guidance"] == "given").fillna(False).to_numpy(bool)]
    after = table.assign(fiscal_year=table["fiscal_year"] - 1)[["person_id", "fiscal_year", "systolic"]].dropna()
    pairs = given.merge(after, on=["person_id", "fiscal_year"], suffixes=("", "_next"))
    fall = int((pairs["systolic_next"] - pairs["systolic"]).sum()) / len(pairs)
    return {
        "id": "guidance_effect",
        "title": "保健指導のあとに下がった血圧には、指導がなくても下がった分がある",
        "says": f"最高血圧が{HIGH}以上の人の半分が、くじで保健指導を受けました。指導は翌年度の血圧を{-GUIDANCE}mmHg"
        "下げました。受けなかった人の血圧も、高い値のあとは平均へ戻って下がっています。",
        "size": {"mmhg": float(GUIDANCE)},
        "tolerance": {"mmhg": 3.0},
        "tables": ["checkups"],
        "method": "指導を受けた人とくじで外れた人の、翌年度の血圧を比べる（はじめの値をそろえる。effect.rct）。",
        "naive": {
            "method": "指導を受けた人の、その年度と翌年度の血圧を比べる。",
            "says": f"保健指導で、血圧が{-fall:.0f}mmHgも下がったように見える。",
            "value": {"mmhg": round(fall, 3)},
        },
    }
