"""The 475 waste stations of one collection district: 160 looked at once a month, half of them with a sign from October.

The district is the south-east of the town: old town, the near half of the new town, farms and coast.  A check counts
the bags left behind after collection (wrong day, wrong kind).  The sign 「収集終了」 lowers them at every station
alike; blocks of flats have more of them, and by the luck of the draw the sign went to more flats.  Before the sign
nothing was done: what changes from April to July is chance.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from dataacademy.town.sample.dice import Dice
from dataacademy.town.sample.town import Town

STATIONS, MONITORED = 475, 160
DISTRICT, ASSOCIATIONS = "南東収集区", ("中央自治会", "あおば台自治会", "東原自治会", "東浜自治会")
MONTHS = (*(f"2025-{m:02d}" for m in range(4, 13)), "2026-01", "2026-02", "2026-03")  # one check a month
START = 6  # position of October, the first month with signs
SIGN = -1.8  # bags a check
FLATS = 3.8  # bags more at a station of flats only than at one of houses only
BASE, OWN = 1.6, 1.2  # bags everywhere; bags more that a station may have for reasons of its own
SEASON = (0.0,) * START + (1.3, 1.5, 1.9, 1.5, 1.2, 1.6)  # bags more everywhere: leaves, the end of the year, moves
WORST, NEXT = 10, 3  # how many are called the worst by the first month; the months they are looked at afterwards
LOTS = 500  # fair draws to pick from
UNBALANCED, BALANCED = 0.25, 0.1  # standardised difference between the arms: share of flats; households at most


def make(town: Town) -> dict[str, Any]:
    """``stations`` (one row a station) and ``station_checks`` (one row a check of a monitored station)."""
    dice = town.dice("signs of stations")
    stations = _stations(town, dice)
    watched = np.flatnonzero(stations["monitored"])
    signs = _draw_arms(stations.iloc[watched], dice)
    stations["arm"] = "none"
    stations.iloc[watched, stations.columns.get_loc("arm")] = np.where(signs, "sign", "control")
    return {"stations": stations, "station_checks": _checks(stations.iloc[watched], signs, dice)}


def _stations(town: Town, dice: Dice) -> pd.DataFrame:
    """One after another where households live, each with an area, the households that use it, and how many in flats."""
    households = town.register.drop_duplicates("household_id")
    size = np.bincount(households["building"], minlength=len(town.buildings))
    inside = np.array([a.association in ASSOCIATIONS for a in town.areas])
    living = np.bincount(households["area"], minlength=len(inside)) * inside
    number = _apportion(living, inside, max(MONITORED, round(STATIONS * town.scale)))
    area = np.repeat(np.arange(len(inside)), number)
    n = len(area)
    in_flats = np.bincount(households["area"], weights=(size >= 6)[households["building"]], minlength=len(living))
    share = (in_flats / np.maximum(living, 1))[area]
    lean = dice.uniform(n)  # stations of flats and stations of houses, mixed ones between
    flats = np.where(lean < 0.65 * share, 100, np.where(lean < 1.35 * share, 20 + dice.below(n, 61), 0))
    large = 60 + dice.below(n, 81)  # how large a station is beside the others of its area
    each = living[area] * large / np.bincount(area, weights=large)[area]
    monitored = np.zeros(n, dtype=bool)
    monitored[dice.sample(n, MONITORED)] = True
    return pd.DataFrame(
        {
            "station_id": [f"G{k:0{max(3, len(str(n)))}d}" for k in range(1, n + 1)],
            "area_id": np.array([a.area_id for a in town.areas])[area],
            "quarter": np.array([a.quarter for a in town.areas])[area],
            "kind": np.where(flats == 100, "flats", np.where(flats == 0, "houses", "mixed")),
            "households": np.maximum(np.rint(each), 3).astype(np.int64),
            "flats_percent": flats,
            "monitored": monitored,
        }
    )


def _apportion(living: np.ndarray, inside: np.ndarray, n: int) -> np.ndarray:
    """``n`` stations on the areas: one in each inside the district, the others in proportion to the households."""
    rest = n - int(inside.sum())
    share = living * rest // living.sum()
    largest = np.argsort(-(living * rest % living.sum()), kind="stable")[: rest - int(share.sum())]
    share[largest] += 1
    return share + inside


def _draw_arms(watched: pd.DataFrame, dice: Dice) -> np.ndarray:
    """True for the half that gets a sign: of many lots, all fair, one that happens to favour flats."""
    n = len(watched)
    lots = [np.isin(np.arange(n), dice.sample(n, n // 2)) for _ in range(LOTS)]

    def odd(signs: np.ndarray) -> float:
        flats, size = (_difference(watched[c].to_numpy(), signs) for c in ("flats_percent", "households"))
        return abs(flats - UNBALANCED) + max(0.0, abs(size) - BALANCED)

    return min(lots, key=odd)


def _difference(values: np.ndarray, signs: np.ndarray) -> float:
    """Standardised difference between the arms: means in units of the standard deviation within them."""
    values = values.astype(np.int64)  # whole numbers add up alike everywhere
    (a, va), (b, vb) = (_mean_variance(values[part]) for part in (signs, ~signs))
    return (a - b) / ((va + vb) / 2) ** 0.5 if va + vb else 0.0


def _mean_variance(values: np.ndarray) -> tuple[float, float]:
    n, total, squares = len(values), int(values.sum()), int((values * values).sum())
    return total / n, (squares - total * total / n) / (n - 1)


def _checks(watched: pd.DataFrame, signs: np.ndarray, dice: Dice) -> pd.DataFrame:
    n, month = len(watched), np.arange(len(MONTHS))
    own = BASE + FLATS * watched["flats_percent"].to_numpy() / 100 + OWN * dice.uniform(n)
    bags = dice.poisson(own[:, None] + np.array(SEASON) + SIGN * (signs[:, None] & (month >= START)))
    weekday, week = dice.below(n, 5), 1 + dice.below(n, 3)  # each has its day: the second Tuesday, say
    first = np.array([date.fromisoformat(f"{m}-01").weekday() for m in MONTHS])
    day = 1 + (weekday[:, None] - first) % 7 + 7 * week[:, None]
    dates = np.array([[f"{m}-{d:02d}" for m, d in zip(MONTHS, row, strict=True)] for row in day.tolist()])
    return pd.DataFrame(
        {
            "station_id": np.repeat(watched["station_id"].to_numpy(), len(MONTHS)),
            "date": dates.ravel(),
            "bags": bags.ravel(),
        }
    )


def truths(town: Town, tables: dict[str, Any]) -> list[dict]:
    """Regression to the mean, an effect of the sign that the season hides, and an imbalance by chance."""
    stations, checks = tables["stations"], tables["station_checks"]
    watched = stations[stations["monitored"]].set_index("station_id")
    bags = checks["bags"].to_numpy(dtype=np.int64).reshape(len(watched), len(MONTHS))
    sign = (watched["arm"] == "sign").to_numpy()
    flats = watched["flats_percent"].to_numpy(dtype=np.int64)
    worst = np.argsort(-bags[:, 0], kind="stable")[:WORST]
    first, later = int(bags[worst, 0].sum()) / WORST, int(bags[worst, 1 : 1 + NEXT].sum()) / WORST / NEXT
    before, after = bags[:, :START].sum(axis=1), bags[:, START:].sum(axis=1)
    before_after = int((after - before)[sign].sum()) / int(sign.sum()) / START
    (with_sign, spread), (without, other) = (_mean_variance(after[part]) for part in (sign, ~sign))
    plain = (with_sign - without) / START
    half = 1.96 * (spread / int(sign.sum()) + other / int((~sign).sum())) ** 0.5 / START
    points = round(_mean_variance(flats[sign])[0] - _mean_variance(flats[~sign])[0], 3)
    apart = round(_difference(flats, sign), 3)
    return [
        {
            "id": "rtm_worst_ten",
            "title": "「ワースト10」は、何もしなくても翌月からよくなる",
            "says": f"2025年4月に残った袋が最も多かった{WORST}か所は、5〜7月には何もしていないのに減りました。"
            "4月から9月まで、袋の数のもとになる状態はどこも変わっていません（真の変化は0％）。",
            "size": {"all_percent": 0.0, "beyond_chance_percent": 0.0},
            "tolerance": {"all_percent": 10.0, "beyond_chance_percent": 17.0},
            "tables": ["stations", "station_checks"],
            "method": "調べた全部の集積所の変化と比べる。経験ベイズ（4月の値を、当てにならない分だけ全体の平均へ"
            "寄せる予測）からのずれも見る（stats.regression_to_mean）。",
            "naive": {
                "method": f"4月のワースト{WORST}だけを取り出し、4月と5〜7月の平均を比べる。",
                "says": "ワースト10に声をかけていれば、その成果だと言ってしまうほど減ったように見える。",
                "value": {"change_percent": round(100 * (later - first) / first, 3)},
            },
        },
        {
            "id": "rct_sign_effect",
            "title": "「収集終了」の看板で、残る袋は減った",
            "says": f"{DISTRICT}の集積所{len(stations)}か所のうち、くじで選んだ{int(sign.sum())}か所に2025年10月から"
            f"看板を付けました。看板は、残る袋を1回の調べあたり{-SIGN}袋減らしています。秋から春はどこでも袋が増えるので、"
            f"前後の比較では小さく見えます。この回のくじでは、平均の差は{-plain:.1f}袋減（95％信頼区間"
            f"{-plain - half:.1f}〜{-plain + half:.1f}袋減）で、集合住宅の割合をそろえると"
            "真の値に近づきます（rct_imbalance）。",
            "size": {"bags": SIGN},
            "tolerance": {"bags": 0.6},
            "tables": ["stations", "station_checks"],
            "method": "集積所ごとに10〜3月の平均をとり、看板ありとなしの平均の差を、信頼区間とともに求める"
            "（effect.rct）。",
            "naive": {
                "method": "看板を付けた集積所の、4〜9月と10〜3月の平均を比べる。",
                "says": "看板の効果は、実際の半分もないように見える。",
                "value": {"bags": round(before_after, 3)},
            },
        },
        {
            "id": "rct_imbalance",
            "title": "くじの偶然で、看板は集合住宅の多い所にかたよった",
            "says": "くじの結果の平均の差は、引き直すたびに真の値のまわりに散らばります。この回は、集合住宅の割合が看板"
            f"ありのほうで{points:.1f}ポイント高く（標準化した差{apart:.2f}）、集合住宅では袋が多く残るので、平均の差は"
            "小さめに出ました。割合をそろえると、看板の効果は真の値に近づきます。",
            "size": {"bags": SIGN, "flats_points": points, "standardised_difference": apart},
            "tolerance": {"bags": 0.3, "flats_points": 0.001, "standardised_difference": 0.001},
            "tables": ["stations", "station_checks"],
            "method": "割り付け前の項目ごとに標準化した差（平均の差÷ばらつき）を見て（effect.balance）、集合住宅の割合"
            "を入れた重回帰で効果を求める（effect.rct）。",
            "naive": {
                "method": "くじだからと、かたよりも信頼区間も見ずに、平均の差の値だけを効果として報告する。",
                "says": f"看板で減るのは{-plain:.1f}袋だと、効果を小さく報告してしまう。",
                "value": {"bags": round(plain, 3)},
            },
        },
    ]
