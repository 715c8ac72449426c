"""聞き取りの記録 of the sample town: interview notes in office shorthand, sorted by two coders who do not always agree.

How often the two agree, and on what, is planted in a table of counts; chance decides only which note is which.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from dataacademy.town.contract.answers import AGE_GROUPS, CODES
from dataacademy.town.sample import geography as geo
from dataacademy.town.sample import voices
from dataacademy.town.sample.dice import Dice
from dataacademy.town.sample.town import Town

FIRST_DAY, WEEKS = date(2025, 9, 1), 13  # a Monday
HOLIDAYS = ("2025-09-15", "2025-09-23", "2025-10-13", "2025-11-03", "2025-11-24")
CODED = {  # what A says -> how often B says each code, in the order of CODES; 120 notes in the town of 80,000
    "transport": (63, 3, 4, 1, 1, 1, 1),
    "health": (3, 9, 0, 0, 0, 0, 0),
    "shopping": (2, 0, 6, 0, 0, 0, 0),
    "disaster": (2, 0, 0, 5, 0, 0, 0),
    "children": (1, 0, 0, 0, 4, 0, 0),
    "work": (1, 0, 0, 0, 0, 3, 0),
    "community": (1, 7, 0, 0, 0, 0, 2),
}
QUARTER_SHARES = {  # 旧市街, ニュータウン, 農村, 沿岸
    "transport": (15, 35, 30, 20),
    "health": (20, 25, 30, 25),
    "shopping": (10, 45, 25, 20),
    "disaster": (15, 5, 15, 65),
    "children": (35, 35, 10, 20),
    "work": (20, 5, 40, 35),
    "community": (25, 35, 25, 15),
}
AGE_SHARES = {"children": (70, 30, 0), "work": (20, 60, 20)}  # the others:
OLD = (5, 25, 70)
TOPICS = {  # what was asked; people also talk about something else
    "transport": "外出と交通",
    "health": "健康と医療",
    "shopping": "外出と交通",
    "disaster": "災害への備え",
    "children": "子育てと学校",
    "work": "仕事と産業",
    "community": "地域の活動",
}
OFF_TOPIC, USUAL_TOPIC = 0.25, "外出と交通"


def make(town: Town) -> dict[str, Any]:
    """``hearing``: one row a note, in the order of dates."""
    dice, counts = town.dice("hearing"), _counts(town)
    coder_a, coder_b = (np.repeat(axis.ravel(), counts.ravel()) for axis in np.indices(counts.shape))
    order = dice.order(len(coder_a))
    coder_a, coder_b = coder_a[order], coder_b[order]
    codes, n = list(CODES), len(order)
    quarter = dice.choose_each(np.array([QUARTER_SHARES[c] for c in codes], dtype=float)[coder_a])
    age = dice.choose_each(np.array([AGE_SHARES.get(c, OLD) for c in codes], dtype=float)[coder_a])
    age_group = np.array(list(AGE_GROUPS))[age]
    topic = np.array([TOPICS[c] for c in codes])[coder_a]
    topic = np.where(dice.chance(np.full(n, OFF_TOPIC)), USUAL_TOPIC, topic)
    days = np.array(office_days())
    table = pd.DataFrame(
        {
            "note_id": [f"H{k:0{max(3, len(str(n)))}d}" for k in range(1, n + 1)],
            "date": days[np.sort(dice.below(n, len(days)))],
            "quarter": np.array(geo.QUARTERS)[quarter],
            "age_group": age_group,
            "topic": topic,
            "text": _texts(age_group, np.array(geo.QUARTERS)[quarter], coder_a, coder_b, dice),
            "coder_a": np.array(codes)[coder_a],
            "coder_b": np.array(codes)[coder_b],
        }
    )
    return {"hearing": table}


def _counts(town: Town) -> np.ndarray:
    """Notes by what A says × what B says.  Interviews grow more slowly than towns: with the square root."""
    return np.rint(np.array(list(CODED.values())) * np.sqrt(town.scale)).astype(np.int64)


def office_days() -> list[str]:
    """The days on which the office is open, from Monday to Friday without the holidays."""
    days = (FIRST_DAY + timedelta(weeks=week, days=day) for week in range(WEEKS) for day in range(5))
    return [day.isoformat() for day in days if day.isoformat() not in HOLIDAYS]


def _texts(age_group: np.ndarray, quarter: np.ndarray, coder_a: np.ndarray, coder_b: np.ndarray, dice: Dice) -> list:
    """Who, what, a remark, and what the office does about it; two matters where the coders see different ones."""
    codes, texts = list(CODES), []
    notes = zip(age_group.tolist(), quarter.tolist(), coder_a.tolist(), coder_b.tolist(), strict=True)
    for (age, where, a, b), row in zip(notes, dice.uniform(3 * len(coder_a)).reshape(-1, 3).tolist(), strict=True):
        told, traits = _pick(voices.told_by(age, where, codes[a], codes[b]), row[0])
        wish, note = (
            _pick([text for text, needs in choices if voices.fits(needs, traits)], u)
            for choices, u in zip((voices.WISHES, voices.NOTES), row[1:], strict=True)
        )
        texts.append(f"{told}{wish}。" + (f"→{note}" if note else ""))
    return texts


def _pick(choices, u: float):
    return choices[int(u * len(choices))]


def truths(town: Town, tables: dict[str, Any]) -> list[dict]:
    """Two coders agree less than the share of equal codes says, and one category is not the same thing to them."""
    counts = _counts(town)
    n, equal = int(counts.sum()), int(np.trace(counts))
    by_chance = int((counts.sum(axis=1) * counts.sum(axis=0)).sum()) / n / n
    kappa = round((equal / n - by_chance) / (1 - by_chance), 3)
    percent = round(100 * equal / n, 3)
    k, health = list(CODES).index("community"), list(CODES).index("health")
    by_a, by_b, moved = int(counts[k].sum()), int(counts[:, k].sum()), int(counts[k, health])
    community, care = CODES["community"], CODES["health"]
    return [
        {
            "id": "coders_agree",
            "title": "二人の分類は8割近く一致するが、偶然を除いた一致は6割ほどである",
            "says": f"{n}件の記録の分類は{percent:.1f}％が一致しています。{CODES['transport']}がとても多いので、"
            f"偶然でも{100 * by_chance:.0f}％は一致し、偶然を除いた一致（カッパ係数）は{kappa:.2f}です。"
            f"「{community}」はAが{by_a}件、Bが{by_b}件で、Aの{moved}件をBは「{care}」に入れています。"
            "見守りをどちらに入れるか、決めていませんでした。",
            "size": {"kappa": kappa, "community_a": by_a, "community_b": by_b, "community_to_health": moved},
            "tolerance": {"kappa": 0.001, "community_a": 0, "community_b": 0, "community_to_health": 0},
            "tables": ["hearing"],
            "method": "二人の分類のクロス表からコーエンのカッパ係数を求め（text.agreement）、"
            "対角線から外れたマスを見て、一方に偏った食いちがいを探す。",
            "naive": {
                "method": "一致した件数の割合だけを見る。",
                "says": f"{percent:.1f}％が一致しているので、二人の分類は十分そろっているように見える。",
                "value": {"agreement_percent": percent},
            },
        }
    ]
