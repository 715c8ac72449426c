"""What is true of satisfaction with, and importance of, the twenty policies: planted, whatever the convention."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from dataacademy.town.contract.answers import POLICIES
from dataacademy.town.sample import questions as planted

URGENT, POLARISED, BORDERLINE, UNKNOWN = "05", "01", "17", "04"


def truths(sizes: np.ndarray, sheets: pd.DataFrame) -> list[dict[str, Any]]:
    """For the counts of adults by stratum and the sheets that came back."""
    return [_urgent_policy(sizes, sheets), _moving_policies(sizes, sheets), _dont_know(sheets)]


def _points(shares: list[float]) -> float:
    """Mean of −2 to +2 points."""
    return sum((k - 2) * share for k, share in enumerate(shares))


def _net(shares: list[float]) -> float:
    """Per cent at 4 and 5 minus per cent at 1 and 2."""
    return 100 * (shares[3] + shares[4] - shares[0] - shares[1])


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _median(values: list[float]) -> float:
    low, high = sorted(values)[len(values) // 2 - 1 : len(values) // 2 + 1]
    return (low + high) / 2


def _improvement(satisfaction: list[float], importance: list[float]) -> list[float]:
    """改善度: the distance from the centre of the 偏差値, times how near the line to 'important, unsatisfying'.

    >>> [round(x, 1) for x in _improvement([-1.0, 1.0], [1.0, -1.0])]
    [14.1, -14.1]
    """

    def standard(values: list[float]) -> list[float]:
        mean = _mean(values)
        spread = math.sqrt(_mean([(v - mean) ** 2 for v in values]))
        return [10 * (v - mean) / spread for v in values]

    out = []
    for x, y in zip(standard(satisfaction), standard(importance), strict=True):
        far = math.sqrt(x * x + y * y)
        angle = math.degrees(math.acos(max(-1.0, min(1.0, (y - x) / math.sqrt(2) / far))))
        out.append(far * (1 - angle / 90))
    return out


def _planted(sizes: np.ndarray, score) -> tuple[dict[str, float], dict[str, float]]:
    """Satisfaction and importance of each policy by a way of scoring, as planted in the whole town."""
    return tuple({n: score(planted.town_shares(f"{q}_{n}", sizes)) for n in POLICIES} for q in ("q1", "q2"))


def _counted(sheets: pd.DataFrame, question: str) -> list[float]:
    """Shares of the codes 1 to 5 among the sheets that have one of them."""
    counts = [int((sheets[question] == code).sum()) for code in range(1, 6)]
    return [n / sum(counts) for n in counts]


def _urgent_policy(sizes: np.ndarray, sheets: pd.DataFrame) -> dict:
    satisfaction, importance = _planted(sizes, _points)
    improvement = dict(zip(POLICIES, _improvement([*satisfaction.values()], [*importance.values()]), strict=True))
    sample = {n: _points(_counted(sheets, f"q1_{n}")) for n in POLICIES}
    last = min(sample, key=sample.__getitem__)
    return {
        "id": "policy_important_unsatisfying",
        "title": f"最も力を入れるべき施策は、どの採点法でも「{POLICIES[URGENT][0]}」である",
        "says": f"{POLICIES[URGENT][0]}（施策{int(URGENT)}）は重要度が最も高く、満足度は下から3番目までに入ります"
        f"（−2〜＋2点で、重要度{importance[URGENT]:.2f}点、満足度{satisfaction[URGENT]:.2f}点）。"
        "偏差値と改善度、満足％−不満％、平均点のどれで採点し、平均と中央値のどちらで区切っても、重点課題の一番上に来ます。",
        "size": {
            "policy": int(URGENT),
            "satisfaction_points": round(satisfaction[URGENT], 3),
            "importance_points": round(importance[URGENT], 3),
            "improvement": round(improvement[URGENT], 1),
        },
        "tolerance": {"policy": 0, "satisfaction_points": 0.09, "importance_points": 0.06, "improvement": 1.2},
        "tables": ["survey"],
        "method": "わからない（8）と無回答（9）を除き、ウェイトを付けて満足度と重要度を採点し、採点法と区切りを替えて"
        "散布図にする（survey.cs_portfolio）。改善度＝偏差値の中心からの距離×（90−満足が低く重要が高い方向からの角度）÷90。",
        "naive": {
            "method": "満足度の低い順だけを見る。",
            "says": f"最も力を入れるべきなのは、満足度が最も低い「{POLICIES[last][0]}」だと言ってしまう。",
            "value": {"policy": int(last)},
        },
    }


def _moving_policies(sizes: np.ndarray, sheets: pd.DataFrame) -> dict:
    nets, _ = _planted(sizes, _net)
    points, importance = _planted(sizes, _points)
    said = {n: _net(_counted(sheets, f"q1_{n}")) for n in POLICIES}
    one, other = POLICIES[POLARISED][0], POLICIES[BORDERLINE][0]
    weights = [*importance.values()]
    return {
        "id": "policy_quadrant_moves",
        "title": "採点法や区切りを替えると、別の区分に移る施策がある",
        "says": f"「{one}」（施策{int(POLARISED)}）は満足の人も多いが、強い不満の人も多いので、満足％−不満％では"
        "平均より満足度が高く「重点維持」、−2〜＋2点の平均では平均より低く「重点課題」に入ります（どちらも重要度は高い）。"
        f"「{other}」（施策{int(BORDERLINE)}）は満足度が低く、重要度を平均で区切れば「重点課題」、中央値で区切れば"
        "「改善」（重要度の低い側）に入ります。",
        "size": {
            "policy_by_scoring": int(POLARISED),
            "net_percent_above_mean": round(nets[POLARISED] - _mean([*nets.values()]), 3),
            "points_above_mean": round(points[POLARISED] - _mean([*points.values()]), 3),
            "policy_by_split": int(BORDERLINE),
            "importance_above_mean": round(importance[BORDERLINE] - _mean(weights), 3),
            "importance_above_median": round(importance[BORDERLINE] - _median(weights), 3),
        },
        "tolerance": {
            "policy_by_scoring": 0,
            "net_percent_above_mean": 5.5,
            "points_above_mean": 0.09,
            "policy_by_split": 0,
            "importance_above_mean": 0.09,
            "importance_above_median": 0.065,
        },
        "tables": ["survey"],
        "method": "満足％−不満％と−2〜＋2点、平均と中央値の両方で区分を作り、移る施策を探す（survey.cs_portfolio）。"
        "移る施策は、回答の分布を見て判断する。",
        "naive": {
            "method": "満足％−不満％だけで採点し、平均で区切る。",
            "says": f"「{one}」は満足されている施策なので、今のままでよいように見える。",
            "value": {"net_percent_above_mean": round(said[POLARISED] - _mean([*said.values()]), 3)},
        },
    }


def _dont_know(sheets: pd.DataFrame) -> dict:
    column = sheets[f"q1_{UNKNOWN}"].astype("int64")
    as_middle = column[column != 9].replace(8, 3)
    mean = 3 + _points([s / 100 for s in planted.SHARES[f"q1_{UNKNOWN}"]])
    unsure = planted.DONT_KNOW[f"q1_{UNKNOWN}"] * (100 - planted.NO_ANSWER) / 100
    numbers = {n: int(sheets[f"q1_{n}"].sum()) for n in POLICIES}
    place = 1 + sorted(numbers, key=numbers.__getitem__, reverse=True).index(UNKNOWN)
    said = round(int(column.sum()) / len(column), 3)
    return {
        "id": "dont_know_is_not_middle",
        "title": "「わからない」は、満足でも「どちらともいえない」でもない",
        "says": f"{POLICIES[UNKNOWN][0]}の満足度は、わからない（{unsure:.0f}％）と無回答を除くと、"
        f"5点満点で平均{mean:.2f}点です。",
        "size": {"mean": round(mean, 3), "dont_know_percent": round(unsure, 3)},
        "tolerance": {"mean": 0.09, "dont_know_percent": 3.0},
        "tables": ["survey"],
        "method": "8（わからない）と9（無回答）を欠測にしてから平均を求め、わからないの割合は別に示す"
        "（survey.tabulate）。",
        "naive": {
            "method": "8と9を数のまま平均に入れる。または、わからないを3（どちらともいえない）に置きかえる。",
            "says": f"数のままでは平均{said:.1f}点で、20の施策の中で{place}番目に満足されているように見える。"
            "3に置きかえると、不満が薄まって見える。",
            "value": {"mean": said, "mean_as_middle": round(int(as_middle.sum()) / len(as_middle), 3)},
        },
    }
