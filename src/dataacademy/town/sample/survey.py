"""市民意識調査 of the sample town: a stratified sample of those of age, who answers, and what.

Small quarters get more questionnaires than their share, and the old answer more often than the young, so that whoever
counts sheets hears the old and the country too loudly.  Within a stratum, answering is chance.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from dataacademy.town.contract import answers as contract
from dataacademy.town.sample import geography as geo
from dataacademy.town.sample import questions as planted
from dataacademy.town.sample.dice import Dice
from dataacademy.town.sample.surveytruths import truths
from dataacademy.town.sample.town import Town
from dataacademy.town.sample.words import comments

__all__ = ["make", "truths"]

COMMENTS_SHARE = 0.45
GENERATION = 18  # years between parents and children, at least
STRATA = list(contract.STRATA)


def make(town: Town) -> dict[str, Any]:
    """``survey``: one row for each who was sent a questionnaire, in a chance order; empty where none came back."""
    dice = town.dice("survey")
    people = planted.adults(town)
    sent = _sent(people, town.scale, dice)
    person = town.register.iloc[sent["row"]].reset_index(drop=True)
    stratum = sent["stratum"].to_numpy()
    back = dice.chance(np.array(planted.ANSWER)[stratum] / 100)
    population, posted, returned = (
        np.bincount(part, minlength=len(STRATA))[stratum] for part in (people["stratum"], stratum, stratum[back])
    )
    group = np.array([age for _, age in contract.STRATA.values()])[stratum]
    table = pd.DataFrame(
        {
            "respondent_id": [f"S{k:0{max(4, len(str(len(sent))))}d}" for k in range(1, len(sent) + 1)],
            "stratum": np.array(STRATA)[stratum],
            "quarter": person["quarter"],
            "age_group": group,
            "sex": person["sex"],
            "population": population,
            "sent": posted,
            "returned": back,
        }
    )
    about = person.loc[back, ["quarter", "sex", "household_id"]].reset_index(drop=True)
    who = sent[back].reset_index(drop=True).join(about)
    who["age_group"] = group[back]
    weight = np.rint(population[back] / returned[back] * 10_000) / 10_000
    answered = pd.DataFrame({"weight": weight, **_about(town, who, dice), **_answers(who, town.dice("answers"))})
    answered["q12"] = _comments(town, who["quarter"].to_numpy(), town.dice("comments"))
    answered.index = np.flatnonzero(back)
    return {"survey": table.join(answered)}


def _sent(people: pd.DataFrame, scale: float, dice: Dice) -> pd.DataFrame:
    """Those drawn by lot in each stratum, in a chance order."""
    drawn = []
    for k, number in enumerate(planted.SENT):
        there = np.flatnonzero(people["stratum"] == k)
        drawn.append(there[dice.sample(len(there), round(number * scale))])
    chosen = np.concatenate(drawn)
    return people.iloc[chosen[dice.order(len(chosen))]].reset_index(drop=True)


def _about(town: Town, who: pd.DataFrame, dice: Dice) -> dict[str, Any]:
    """How the sheet came back, and who filled it in."""
    stratum = who["stratum"].to_numpy()
    staying = who["staying"].to_numpy() <= 2
    ages = list(contract.AGE_GROUPS)
    age = who["age_group"].map(ages.index).to_numpy()
    web = dice.chance(np.where(staying, np.array(planted.WEB[True])[age], np.array(planted.WEB[False])[age]) / 100)
    men, women = (planted.by_age(planted.OCCUPATIONS[sex])[stratum] for sex in ("male", "female"))
    work = np.where((who["sex"] == "male").to_numpy()[:, None], men, women)
    work[:, list(contract.OCCUPATIONS).index("primary")] *= who["quarter"].map(planted.PRIMARY).to_numpy()
    return {
        "channel": np.where(web, "web", "mail"),
        "years_lived": _marked(planted.by_age(planted.YEARS_LIVED)[stratum], dice).astype(str),
        "household_type": _households(town.register, who["household_id"]),
        "occupation": np.array(list(contract.OCCUPATIONS))[dice.choose_each(work)],
    }


def _households(register: pd.DataFrame, wanted: pd.Series) -> np.ndarray:
    """The form of each household: alone, of one generation, of two, or of three, told from the ages of all there."""
    family = register.loc[register["household_id"].isin(wanted), ["household_id", "age"]]
    ages = family.groupby("household_id")["age"].agg(["size", "min", "max"])
    youngest, oldest = (family["household_id"].map(ages[end]) for end in ("min", "max"))
    between = (family["age"] >= youngest + GENERATION) & (family["age"] <= oldest - GENERATION)
    three = ages.index.isin(family.loc[between, "household_id"])
    forms = [ages["size"] == 1, three, ages["max"] - ages["min"] >= GENERATION]
    form = pd.Series(np.select(forms, ["alone", "three", "two"], "one"), index=ages.index)
    return form.loc[wanted].to_numpy()


def _answers(who: pd.DataFrame, dice: Dice) -> dict[str, Any]:
    """The closed questions: who does not answer one does so by chance, except where the sheet says to skip it."""
    n, stratum = len(who), who["stratum"].to_numpy()
    mood = {"q1": dice.uniform(n), "q2": dice.uniform(n), "q3": dice.uniform(n)}

    def scale(question: str) -> np.ndarray:
        kind = question.partition("_")[0]
        u = np.where(dice.chance(np.full(n, planted.MOOD[kind])), mood["q2" if kind == "q2" else "q1"], dice.uniform(n))
        return _at(planted.by_stratum(question)[stratum], u)

    def blank(codes: np.ndarray, question: str, no_answer: int = 9) -> np.ndarray:
        unsure = dice.chance(np.full(n, planted.DONT_KNOW.get(question, 0) / 100))
        left_out = dice.chance(np.full(n, planted.NO_ANSWER / 100))
        return np.where(left_out, no_answer, np.where(unsure, 8, codes))

    policies = [f"{q}_{number}" for q in ("q1", "q2") for number in contract.POLICIES]
    table: dict[str, Any] = {question: blank(1 + scale(question), question) for question in policies}
    for k, shares in enumerate(planted.TRUST, 1):
        u = np.where(dice.chance(np.full(n, planted.SAME_MOOD)), mood["q3"], dice.uniform(n))
        code = 1 + _at(np.tile(np.array(shares, dtype=float), (n, 1)), u)
        table[f"q3_{k}"] = blank(6 - code if k == planted.REVERSED else code, "q3")
    table |= _news(stratum, dice)
    table["q5"] = blank(1 + scale("q5"), "q5")
    table["q6"] = blank(who["staying"].to_numpy(), "q6")
    bus = np.where(dice.chance(np.array(planted.BUS)[stratum] / 100), 1, 2)
    table["q7"] = blank(bus, "q7")
    content, reason = blank(1 + scale("q8"), "q8"), blank(_marked(planted.by_age(planted.NO_BUS)[stratum], dice), "q9")
    table["q8"] = pd.Series(content, dtype="Int64").where(table["q7"] == 1)
    table["q9"] = pd.Series(reason, dtype="Int64").where(table["q7"] == 2)
    table["q10"] = blank(np.where(who["online"], 1, 2), "q10")
    table["q11"] = blank(scale("q11"), "q11", no_answer=99)
    return table


def _news(stratum: np.ndarray, dice: Dice) -> dict[str, Any]:
    """q4: each source by itself; the last one for those who have none; empty where the whole question was left out."""
    shares = planted.by_age(planted.NEWS)[stratum] / 100
    marks = dice.chance(shares).astype(np.int64)
    marks = np.column_stack([marks, marks.sum(axis=1) == 0])
    asked = ~dice.chance(np.full(len(stratum), planted.NO_ANSWER_TO_Q4 / 100))
    return {f"q4_{k + 1}": pd.Series(marks[:, k], dtype="Int64").where(asked) for k in range(marks.shape[1])}


def _at(shares: np.ndarray, u: np.ndarray) -> np.ndarray:
    """The position in each row of ``shares`` (adding up to 100) that lies at ``u`` (in [0, 1)) of the whole."""
    return (np.cumsum(shares, axis=1)[:, :-1] <= 100 * u[:, None]).sum(axis=1)


def _marked(shares: np.ndarray, dice: Dice) -> np.ndarray:
    """A code from 1 for each row of shares."""
    return 1 + dice.choose_each(shares)


def _comments(town: Town, quarters: np.ndarray, dice: Dice) -> np.ndarray:
    wrote = dice.chance(np.full(len(quarters), COMMENTS_SHARE))
    areas = {q: [a.name for a in town.areas if a.quarter == q] for q in geo.QUARTERS}
    texts = np.full(len(quarters), None, dtype=object)
    texts[wrote] = comments(quarters[wrote], areas, dice)
    return texts
