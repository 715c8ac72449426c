"""The rules of the budget game: which cuts a town's budget offers, what has to be found, and what comes back.

All money is in whole 万円 (10,000 yen), so that sums are exact.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from dataacademy.errors import DataAcademyError, check_choice, check_columns
from dataacademy.inputs import check_table, floats

ROUNDS = 3
YEARS = 2  # between two budgets
LEAST, MOST = 0.12, 0.21  # what a budget lacks, as a share of all cuts there are: neither idle nor hopeless
GROWING = "民生費"
AMOUNT = "initial_thousand_yen"
COLUMNS = ("fiscal_year", "side", "head", "item", AMOUNT)


@dataclass(frozen=True)
class Cut:
    """One thing that may be cut, once: what it saves every year from then on, and what it brings.

    ``voices``: how loud people complain at once, 0 (nobody) to 3.  ``cost`` comes once, ``after`` so many rounds
    (0: never).
    """

    id: str
    name: str
    department: str
    amount: int
    voices: int
    who: tuple[str, ...]
    now: str
    after: int = 0
    cost: int = 0
    later: str = ""


@dataclass(frozen=True)
class Bill:
    """Money to be found beside the growth: a consequence (``of``: the cuts that it follows from) or an event."""

    text: str
    amount: int
    of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Department:
    """A department of the town with its budget and the ids of what may be cut there."""

    id: str
    name: str
    budget: int
    cuts: tuple[str, ...]


@dataclass(frozen=True)
class Rules:
    """The game of one budget and one seed: nothing in it depends on what is chosen.

    ``gap``: by how much spending grows from one budget to the next; ``fund``: what lies in the fund at the beginning;
    ``events``: the event (id) before each budget, empty before the first.
    """

    year: int
    departments: tuple[Department, ...]
    cuts: dict[str, Cut]
    total: int
    gap: int
    fund: int
    events: tuple[str, ...]

    def bills(self, made: list[tuple[str, ...]]) -> list[Bill]:
        """What the round after ``made`` (the cuts of each round so far) has to pay beside the growth."""
        now = len(made)  # rounds are counted from 0
        past = [cut for cuts in made for cut in cuts]
        return [*self._event(self.events[now] if now < ROUNDS else "", past), *self._returning(made, now)]

    def pending(self, made: list[tuple[str, ...]]) -> list[Bill]:
        """What comes back after the last budget, to whoever makes the next ones."""
        return [bill for at in range(len(made), len(made) + ROUNDS) for bill in self._returning(made, at)]

    def _returning(self, made: list[tuple[str, ...]], at: int) -> list[Bill]:
        found = []
        for when, cuts in enumerate(made):
            for cut in map(self.cuts.__getitem__, cuts):
                if cut.after and when + cut.after == at:
                    found.append(Bill(f"{cut.later}（「{cut.name}」のため）", cut.cost, (cut.id,)))
        when = {cut: k for k, cuts in enumerate(made) for cut in cuts}
        for pair in _texts()["together"]:
            both = pair["cuts"]
            if when.keys() >= set(both) and max(when[one] for one in both) + 1 == at:
                smaller = min(self.cuts[one].amount for one in both)
                named = "」と「".join(self.cuts[one].name for one in both)
                found.append(Bill(f"{pair['text']}（「{named}」のため）", round(pair["cost"] * smaller), tuple(both)))
        return found

    def _event(self, id: str, past: list[str]) -> list[Bill]:
        if not id:
            return []
        event = next(one for one in _texts()["events"] if one["id"] == id)
        found = [Bill(f"{event['name']}：{event['text']}", round(event["share"] * self.total))]
        worse = event.get("worse", {"cuts": ()})
        cut = tuple(one for one in worse["cuts"] if one in past)
        if cut:
            named = "」「".join(self.cuts[one].name for one in cut)
            amount = round(worse["cost"] * sum(self.cuts[one].amount for one in cut))
            found.append(Bill(f"{worse['text']}（「{named}」のため）", amount, cut))
        return found


def rules_of(budget: pd.DataFrame, seed: int = 1) -> Rules:
    """The game that a town's budget gives.

    budget
        ``fiscal_year, side, head, item, initial_thousand_yen`` as in ``da.load("budget")``; the newest year counts,
        older ones say how fast 民生費 grows.
    seed
        Which events come; the same seed, the same events.

    Errors: ``not_a_table``, ``no_rows``, ``unknown_column``, ``not_numeric``, ``no_expenditure``, ``missing_amount``,
    ``negative_amount``, ``thin_budget`` (a department without anything to cut), ``bad_seed``.
    """
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise DataAcademyError(
            "bad_seed",
            f"番号（seed）「{seed}」は、整数ではありません。",
            f"The seed {seed!r} is no whole number.",
            fix="seed=1 のように書きます。同じ番号なら、同じできごとが起きます。",
            fix_en="Write seed=1.",
        )
    lines = _lines(budget)
    year = int(lines["fiscal_year"].max())
    newest = lines[lines["fiscal_year"] == year]
    under = {head: rows.groupby("item")["amount"].sum().to_dict() for head, rows in newest.groupby("head")}
    cuts, departments = {}, []
    for one in _texts()["departments"]:
        offered = [cut for raw in one["cuts"] if (cut := _cut(raw, one["id"], under)).amount]
        if not offered:
            raise DataAcademyError(
                "thin_budget",
                f"「{one['name']}」の予算（{'・'.join(one['heads'])}）が、渡した表の{year}年度にありません。",
                f"The budget of {year} has no money under {', '.join(one['heads'])}.",
                fix='款の名前を確かめるか、練習用の町の da.load("budget") を使ってください。',
                fix_en='Check the names of the heads, or use the sample town\'s da.load("budget").',
            )
        cuts |= {cut.id: cut for cut in offered}
        own = sum(sum(under.get(head, {}).values()) for head in one["heads"])
        departments.append(Department(one["id"], one["name"], round(own / 10), tuple(cut.id for cut in offered)))
    everything = sum(cut.amount for cut in cuts.values())
    gap = round(min(max(YEARS * _growth(lines), LEAST * everything), MOST * everything))
    names = [event["id"] for event in _texts()["events"]]
    drawn = random.Random(seed).sample(names, ROUNDS - 1)
    total = round(newest["amount"].sum() / 10)
    return Rules(year, tuple(departments), cuts, total, gap, gap, ("", *drawn))


def groups() -> list[str]:
    """Everybody whom a cut may concern, in the order of the texts."""
    return list(dict.fromkeys(who for one in _texts()["departments"] for cut in one["cuts"] for who in cut["who"]))


def check_cuts(rules: Rules, ids: Iterable[str], made: list[tuple[str, ...]]) -> tuple[str, ...]:
    """The ids of a round in the order of the texts.  Errors: ``unknown_choice``, ``cut_twice``."""
    ids = [ids] if isinstance(ids, str) else list(ids)
    for one in ids:
        check_choice("削るもの", one, list(rules.cuts), en="The cut")
    again = [one for k, one in enumerate(ids) if one in ids[:k] or any(one in cuts for cuts in made)]
    if again:
        raise DataAcademyError(
            "cut_twice",
            f"「{rules.cuts[again[0]].name}」は、もう削りました。同じものは、一度しか削れません。",
            f"{again[0]!r} was cut already.",
            fix="まだ削っていないものから選んでください。",
            fix_en="Choose something that is still there.",
        )
    return tuple(one for one in rules.cuts if one in ids)


def _lines(budget: pd.DataFrame) -> pd.DataFrame:
    """Expenditure, one row a line, with ``amount`` in thousand yen."""
    check_table(budget)
    check_columns(budget, COLUMNS, table="予算の表")
    lines = budget[budget["side"] == "expenditure"]
    if lines.empty:
        raise DataAcademyError(
            "no_expenditure",
            "予算の表に、歳出（side が expenditure）の行がありません。",
            "The budget has no row with side 'expenditure'.",
            fix="歳出の行を入れてください。",
            fix_en="Add the expenditure.",
            column="side",
        )
    amounts, years = floats(lines[AMOUNT], AMOUNT), floats(lines["fiscal_year"], "fiscal_year")
    empty = pd.isna(amounts) | pd.isna(years)
    for kind, bad, what in (("missing_amount", empty, "空欄の"), ("negative_amount", amounts < 0, "マイナスの")):
        if bad.any():
            raise DataAcademyError(
                kind,
                f"予算の表に、年度か当初予算が{what}行が {int(bad.sum())} 行あります。",
                f"{int(bad.sum())} rows of the budget have an amount that is {kind.split('_')[0]}.",
                fix="0 円なら 0 と書き、分からない行は除いてください。",
                fix_en="Write 0 for no money and leave unknown rows out.",
                column=AMOUNT,
            )
    return lines.assign(amount=amounts, fiscal_year=years)


def _cut(raw: dict, department: str, under: dict[str, dict[str, float]]) -> Cut:
    """A cut of the texts with its amount; ``under``: the amounts of each 款 by 項, thousand yen."""
    head, item = raw["of"]
    lines = under.get(head, {})
    known = {cut["of"][1] for one in _texts()["departments"] for cut in one["cuts"] if cut["of"][0] == head}
    line = lines.get(item, 0)
    if not known & lines.keys():  # a budget of 款 only: as if the 項 of the texts were equal
        line = sum(lines.values()) / len(known)
    amount = round(raw["share"] * line / 10)
    later = raw.get("later", {"after": 0, "cost": 0, "text": ""})
    return Cut(
        raw["id"], raw["name"], department, amount, raw["voices"], tuple(raw["who"]), raw["now"],
        later["after"], round(later["cost"] * amount), later["text"],
    )  # fmt: skip


def _growth(lines: pd.DataFrame) -> float:
    """How many 万円 民生費 grows a year, on average."""
    by_year = lines[lines["head"] == GROWING].groupby("fiscal_year")["amount"].sum()
    if len(by_year) < 2:
        return 0.0
    return (by_year.iloc[-1] - by_year.iloc[0]) / (by_year.index[-1] - by_year.index[0]) / 10


@cache
def _texts() -> dict:
    import yaml

    return yaml.safe_load((Path(__file__).parent / "texts.yml").read_text(encoding="utf-8"))
