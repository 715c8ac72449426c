"""What the residents of the sample town think: the planted shares of every answer, by stratum where it differs.

Strata come in the order of ``STRATA`` (quarter by quarter, young to old).  Shares are whole per cents, so that what is
true of all residents follows from these numbers and the counts of the strata alone.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from dataacademy.town.contract.answers import AGE_GROUPS, STRATA
from dataacademy.town.sample.town import Town

ADULT, GROUPS_FROM = 18, (18, 40, 65)

# Stratum by stratum: questionnaires sent in the town of 80,000, and of a hundred who get one, how many answer.
SENT = (*(180, 200, 220), *(170, 200, 230), *(230, 300, 370), *(250, 300, 350))
ANSWER = (*(25, 39, 60), *(23, 37, 58), *(27, 44, 65), *(26, 41, 62))
# What every resident of age has done or wants, per cent.
ONLINE = (*(88, 75, 51), *(90, 79, 54), *(48, 26, 10), *(56, 36, 15))
STAY = (*(42, 72, 91), *(34, 66, 90), *(30, 62, 95), *(36, 66, 93))
STAY_FIRMLY, LEAVE_SOON = 55, 30  # of those who stay, of those who want to leave
WEB = {True: (45, 22, 5), False: (72, 45, 14)}  # by whether they want to stay, and age group
BUS = (*(20, 16, 36), *(38, 32, 56), *(10, 8, 20), *(14, 11, 26))  # used it last year

_LIKERT = {  # 1 to 5: satisfaction, importance; don't know
    "01": ((36, 1, 12, 50, 1), (1, 3, 14, 36, 46), 9),
    "02": ((6, 17, 40, 30, 7), (1, 3, 18, 38, 40), 12),
    "03": ((8, 20, 38, 28, 6), (1, 3, 15, 38, 43), 8),
    "04": ((28, 38, 22, 10, 2), (5, 11, 34, 34, 16), 38),
    "05": ((27, 39, 20, 11, 3), (1, 1, 6, 22, 70), 3),
    "06": ((4, 12, 42, 34, 8), (4, 9, 36, 35, 16), 8),
    "07": ((8, 20, 35, 29, 8), (1, 3, 15, 37, 44), 4),
    "08": ((5, 16, 42, 30, 7), (1, 3, 17, 40, 39), 5),
    "09": ((16, 29, 30, 21, 4), (1, 5, 21, 41, 32), 3),
    "10": ((20, 28, 30, 18, 4), (1, 5, 22, 37, 35), 5),
    "11": ((2, 7, 33, 40, 18), (1, 3, 20, 38, 38), 6),
    "12": ((3, 9, 30, 39, 19), (1, 4, 22, 42, 31), 3),
    "13": ((3, 9, 40, 37, 11), (6, 14, 38, 30, 12), 8),
    "14": ((9, 22, 43, 21, 5), (6, 14, 37, 30, 13), 14),
    "15": ((36, 42, 13, 7, 2), (6, 14, 38, 30, 12), 8),
    "16": ((7, 20, 45, 23, 5), (16, 28, 36, 15, 5), 10),
    "17": ((14, 30, 38, 15, 3), (2, 7, 26, 39, 26), 15),
    "18": ((2, 12, 44, 31, 11), (15, 29, 36, 15, 5), 9),
    "19": ((5, 15, 50, 24, 6), (17, 29, 36, 14, 4), 14),
    "20": ((6, 16, 44, 28, 6), (11, 23, 39, 20, 7), 11),
}
SHARES = {
    **{f"q1_{n}": satisfied for n, (satisfied, _, _) in _LIKERT.items()},
    **{f"q2_{n}": important for n, (_, important, _) in _LIKERT.items()},
    "q5": (9, 21, 36, 28, 6),
    "q8": (5, 10, 21, 45, 19),
    "q11": (4, 2, 4, 6, 7, 28, 12, 15, 12, 5, 5),
}
DONT_KNOW = {f"q{k}_{n}": share for n, (*_, share) in _LIKERT.items() for k in (1, 2)} | {"q6": 4}
NO_ANSWER, NO_ANSWER_TO_Q4 = 3, 4  # per cent of every question; of all of q4 together
SHIFTS = {  # per cent who mark the next higher (or, below nought, lower) code than SHARES says
    ("q1_05", "農村"): -25,
    ("q1_05", "沿岸"): -15,
    ("q1_07", "沿岸"): -35,
    ("q1_09", "農村"): -20,
    ("q1_10", "ニュータウン"): -25,
    ("q1_12", "65+"): 20,
    ("q1_14", "農村"): -25,
    ("q1_15", "旧市街"): -15,
    ("q2_01", "18-39"): 20,
    ("q2_01", "65+"): -12,
    ("q2_03", "65+"): 20,
    ("q2_07", "沿岸"): 25,
    ("q2_14", "農村"): 35,
    ("q5", "農村"): -15,
    ("q5", "65+"): 15,
    ("q11", "18-39"): -20,
    ("q11", "旧市街"): 15,
}
# The five items of q3, as if all were worded positively; of each, this share repeats the mood of the person.
TRUST = ((7, 17, 38, 30, 8), (9, 22, 38, 25, 6), (8, 21, 39, 26, 6), (11, 23, 38, 23, 5), (6, 15, 38, 32, 9))
REVERSED, SAME_MOOD = 3, 0.7
NEWS = {  # q4, by age group; the last source is marked by those who mark no other
    "18-39": (38, 12, 41, 62, 16, 20, 28),
    "40-64": (61, 27, 45, 38, 24, 34, 27),
    "65+": (79, 52, 18, 9, 31, 55, 38),
}
NO_BUS = {"18-39": (70, 5, 11, 6, 3, 5), "40-64": (72, 5, 11, 6, 2, 4), "65+": (48, 16, 19, 9, 3, 5)}
YEARS_LIVED = {"18-39": (34, 22, 24, 20), "40-64": (13, 13, 24, 50), "65+": (4, 5, 12, 79)}
OCCUPATIONS = {  # by sex and age, in the order of the codes; farming and fishing times what the quarter makes of them
    "male": {"18-39": (70, 5, 2, 7, 12, 1, 3), "40-64": (66, 13, 5, 7, 0, 2, 7), "65+": (9, 9, 6, 9, 0, 2, 65)},
    "female": {"18-39": (56, 3, 2, 19, 12, 6, 2), "40-64": (39, 5, 3, 33, 0, 16, 4), "65+": (3, 4, 4, 9, 0, 40, 40)},
}
PRIMARY = {"旧市街": 0.2, "ニュータウン": 0.1, "農村": 5.0, "沿岸": 3.0}
MOOD = {"q1": 0.45, "q2": 0.4, "q5": 0.6, "q8": 0.4, "q11": 0.6}  # share of answers that follow the person's own bent


def adults(town: Town) -> pd.DataFrame:
    """Everybody who may be asked: position in the register, position of the stratum, and two answers known of all.

    ``online`` is the truth behind q10, ``staying`` (1 to 4) that behind q6.
    """
    register, dice = town.register, town.dice("opinions")
    row = np.flatnonzero(register["age"] >= ADULT)
    person = register.iloc[row]
    group = np.searchsorted(GROUPS_FROM, person["age"].to_numpy(), side="right") - 1
    stratum = np.zeros(len(row), dtype=np.int64)
    for k, (quarter, age_group) in enumerate(STRATA.values()):
        there = (person["quarter"] == quarter).to_numpy() & (group == list(AGE_GROUPS).index(age_group))
        stratum[there] = k
    online = dice.chance(np.array(ONLINE)[stratum] / 100)
    stays = dice.chance(np.array(STAY)[stratum] / 100)
    firm = dice.uniform(len(row)) * 100
    staying = np.where(stays, np.where(firm < STAY_FIRMLY, 1, 2), np.where(firm < LEAVE_SOON, 4, 3))
    return pd.DataFrame({"row": row, "stratum": stratum, "online": online, "staying": staying})


def stratum_sizes(people: pd.DataFrame) -> np.ndarray:
    """Adults in each stratum."""
    return np.bincount(people["stratum"], minlength=len(STRATA))


def by_age(shares: dict[str, tuple[int, ...]]) -> np.ndarray:
    """Strata × choices, from shares by age group."""
    return np.array([shares[group] for _, group in STRATA.values()], dtype=float)


def by_stratum(question: str) -> np.ndarray:
    """Strata × codes in per cent, among those who have an opinion.

    >>> by_stratum("q1_05")[[0, 6]].tolist()
    [[27.0, 39.0, 20.0, 11.0, 3.0], [36.75, 34.25, 17.75, 9.0, 2.25]]
    """
    return np.array(
        [
            _shifted(SHARES[question], sum(SHIFTS.get((question, part), 0) for part in parts))
            for parts in STRATA.values()
        ]
    )


def _shifted(shares: tuple[int, ...], percent: int) -> list[float]:
    """``percent`` of those at each code, but the last, go one code up (below nought: down)."""
    if percent < 0:
        return _shifted(shares[::-1], -percent)[::-1]
    going = [s * percent / 100 for s in shares[:-1]]
    return [s - out + came for s, out, came in zip(shares, [*going, 0.0], [0.0, *going], strict=True)]


def town_shares(question: str, sizes: np.ndarray) -> list[float]:
    """What share (of 1) of all adults would mark each code, if every one had an opinion: planted, not sampled."""
    rows = by_stratum(question).tolist()
    return [
        sum(int(n) * row[k] for n, row in zip(sizes, rows, strict=True)) / int(sizes.sum()) / 100
        for k in range(len(rows[0]))
    ]
