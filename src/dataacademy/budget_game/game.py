"""A game that is being played: budgets that were closed, and how it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from dataacademy.budget_game.rules import ROUNDS, YEARS, Bill, Rules, check_cuts, groups, rules_of
from dataacademy.errors import DataAcademyError
from dataacademy.finding import Finding


@dataclass(frozen=True)
class Closed:
    """A budget that was decided: ``saved`` + ``before`` in the fund = ``needed`` + ``after`` in it, in 万円."""

    year: int
    needed: int
    bills: tuple[Bill, ...]
    cuts: tuple[str, ...]
    saved: int
    before: int
    after: int
    reason: str


class Game:
    """Three budgets in a row, each with a hole that cuts and the fund have to fill.

    budget, seed
        As in :func:`dataacademy.budget_game.rules.rules_of`, with its errors.

    >>> import dataacademy as da
    >>> game = Game(da.load("budget"))
    >>> game.close(["bridges", "incinerator", "computers", "drains", "school_roof"], reason="声が上がらないから")
    >>> game.number, len(game.closed)
    (2, 1)
    """

    def __init__(self, budget: pd.DataFrame, *, seed: int = 1):
        self.rules: Rules = rules_of(budget, seed)
        self.closed: list[Closed] = []

    # -- how it stands ------------------------------------------------------------------------------------------------

    @property
    def made(self) -> list[tuple[str, ...]]:
        """The cuts of every budget so far."""
        return [one.cuts for one in self.closed]

    @property
    def number(self) -> int:
        """Which budget is to be made, from 1; one more than there are when the last is closed."""
        return len(self.closed) + 1

    @property
    def year(self) -> int:
        """The fiscal year of the budget to be made."""
        return self.rules.year + 1 + YEARS * len(self.closed)

    @property
    def fund(self) -> int:
        """What lies in the fund, 万円."""
        return self.closed[-1].after if self.closed else self.rules.fund

    @property
    def bills(self) -> list[Bill]:
        """What this budget has to pay beside the growth: consequences and the event."""
        return [] if self.number > ROUNDS else self.rules.bills(self.made)

    @property
    def needed(self) -> int:
        """What cuts and the fund have to find now, 万円; below 0 where earlier cuts were more than enough."""
        growth = self.number * self.rules.gap
        return growth + sum(bill.amount for bill in self.bills) - self._saved_a_year()

    @property
    def left(self) -> list[str]:
        """The ids of what can still be cut."""
        gone = {cut for cuts in self.made for cut in cuts}
        return [id for id in self.rules.cuts if id not in gone]

    @property
    def stuck(self) -> bool:
        """True where nothing that is left can close this budget: the town has to be put under a plan."""
        possible = sum(self.rules.cuts[id].amount for id in self.left) + self.fund
        return self.number <= ROUNDS and self.needed > possible

    @property
    def over(self) -> bool:
        """True when all budgets are made, or none can be made any more."""
        return self.number > ROUNDS or self.stuck

    def _saved_a_year(self) -> int:
        return sum(one.saved for one in self.closed)

    def missing(self, ids: Iterable[str]) -> int:
        """What these cuts leave for the fund to pay, 万円; below 0: what they bring into it."""
        return self.needed - sum(self.rules.cuts[id].amount for id in check_cuts(self.rules, ids, self.made))

    # -- what is done -------------------------------------------------------------------------------------------------

    def close(self, ids: Iterable[str], *, reason: str = "") -> None:
        """Decide this budget with these cuts; what they lack comes out of the fund, what they bring too much goes in.

        Errors: ``unknown_choice``, ``cut_twice``, ``budget_open`` (the fund does not suffice), ``game_over``.
        """
        if self.over:
            raise DataAcademyError(
                "game_over",
                "ゲームは終わっています。",
                "The game is over.",
                fix="「最初からやり直す」を押すか、セルをもう一度実行してください。",
                fix_en="Begin again.",
            )
        cuts, needed, before = check_cuts(self.rules, ids, self.made), self.needed, self.fund
        saved = sum(self.rules.cuts[id].amount for id in cuts)
        after = before - (needed - saved)
        if after < 0:
            raise DataAcademyError(
                "budget_open",
                f"まだ {money(-after)}足りません（基金の {money(before)}を全部使っても足りません）。",
                f"{-after:,} man yen are still missing.",
                fix="削るものを、もう少し選んでください。",
                fix_en="Choose more cuts.",
            )
        bills = tuple(self.bills)
        self.closed.append(Closed(self.year, needed, bills, cuts, saved, before, after, " ".join(reason.split())))

    # -- how it went --------------------------------------------------------------------------------------------------

    @property
    def pending(self) -> list[Bill]:
        """What comes back after the last budget."""
        return self.rules.pending(self.made) if self.number > ROUNDS else []

    @property
    def burdens(self) -> pd.DataFrame:
        """On whom the cuts fall, the heaviest first: ``だれに, 減った額（万円）, 割合（%）``.

        A cut that concerns two groups counts half for each; the shares add up to 100 where anything was cut.
        """
        table = pd.DataFrame({"だれに": groups(), "減った額（万円）": 0.0})
        for id in (id for cuts in self.made for id in cuts):
            cut = self.rules.cuts[id]
            table.loc[table["だれに"].isin(cut.who), "減った額（万円）"] += cut.amount / len(cut.who)
        total = table["減った額（万円）"].sum()
        table["割合（%）"] = 100 * table["減った額（万円）"] / (total or 1)
        return table.sort_values("減った額（万円）", ascending=False, kind="stable").reset_index(drop=True)

    @property
    def finding(self) -> Finding:
        """The budgets one by one and what they come to.

        Table: ``年度`` and, in 万円, ``足りなかった額, 削った額, 戻ってきた費用, 基金の残り``.  Value: what the cuts
        saved in all budgets together, less what came back because of them and what is still to come.
        """
        rows, inforce, saved, returned = [], 0, 0, 0
        for one in self.closed:
            inforce += one.saved
            saved += inforce
            back = sum(bill.amount for bill in one.bills if bill.of)
            returned += back
            rows.append((str(one.year), one.needed, one.saved, back, one.after))
        names = ["年度", *(f"{n}（万円）" for n in ("足りなかった額", "削った額", "戻ってきた費用", "基金の残り"))]
        later = sum(bill.amount for bill in self.pending)
        net = saved - returned - later
        if not rows:
            said, said_en = "まだ一度も予算を決めていません。", "No budget is made yet."
        else:
            share = f"（合わせて、減らした額の {100 * (returned + later) / saved:.0f}％）" if saved else ""
            said = (
                f"{len(rows)}回の予算で、支出を合わせて {money(saved)}減らしました。そのために戻ってきた費用は "
                f"{money(returned)}、このあと届く費用は {money(later)}です{share}。差し引きは {money(net)}です。"
            )
            said_en = f"{len(rows)} budgets: {saved:,} man yen saved, {returned:,} came back, {later:,} are to come."
            if self.stuck:
                said += "次の予算は、残ったものを全部削っても組めません。"
        used = {"予算": len(rows), "削ったもの": sum(len(cuts) for cuts in self.made)}
        return Finding(pd.DataFrame(rows, columns=names), net, said, said_en, used=used)


def money(amount: int) -> str:
    """万円 as people say it.

    >>> money(350), money(13311), money(-20000), money(0)
    ('350万円', '1億3,311万円', '−2億円', '0円')
    """
    sign, size = ("−" if amount < 0 else ""), abs(amount)
    hundred, rest = divmod(size, 10_000)
    words = (f"{hundred:,}億" if hundred else "") + (f"{rest:,}万" if rest else "")
    return f"{sign}{words}円" if words else "0円"


def by_voices(game: Game) -> Game:
    """Play to the end as a town that cuts where the fewest complain, the largest of them first; returns the game."""
    while not game.over:
        chosen: list[str] = []
        order = sorted(game.left, key=lambda id: (game.rules.cuts[id].voices, -game.rules.cuts[id].amount))
        for id in order:
            if game.missing(chosen) <= 0:
                break
            chosen.append(id)
        game.close(chosen, reason="声が小さいものから削りました。")
    return game
