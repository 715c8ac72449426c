"""A small budget game: six departments, three budgets with a hole in each, and cuts whose consequences come back.

The amounts are those of a town's budget (款・項); texts and rules are in ``texts.yml``.  Made for the lesson on costs
and benefits: what is easy to cut today is what nobody sees, and that is not what is cheap.
"""

from __future__ import annotations

from dataacademy.budget_game.game import Game, by_voices, money

__all__ = ["Game", "money", "play", "quiet"]


def play(budget, *, seed: int = 1):
    """The game as buttons in a notebook, to be shown at the end of a cell.

    budget
        A table like ``da.load("budget")``: ``fiscal_year, side, head, item, initial_thousand_yen``.
    seed
        Which events come: the same seed and the same choices give the same end.

    Its ``game`` is the :class:`~dataacademy.budget_game.game.Game`; ``finding``, ``burdens`` and ``reasons`` say how it
    went so far.  Where nobody looks on (papermill, nbconvert) it shows the first budget as a page.
    Errors: those of :func:`~dataacademy.budget_game.rules.rules_of`.
    When not to use: to decide a real budget.  What comes back is invented, only the sizes of the lines are the town's.

    >>> import dataacademy as da
    >>> screen = play(da.load("budget"))
    >>> screen.game.number, str(screen.finding)
    (1, 'まだ一度も予算を決めていません。')
    """
    from dataacademy.budget_game.screen import Screen  # widgets take a moment to import

    return Screen(budget, seed)


def quiet(budget, *, seed: int = 1) -> Game:
    """A game already played, by a town that always cuts where the fewest people complain.

    budget, seed
        As in :func:`play`.

    When not to use: as advice.

    >>> import dataacademy as da
    >>> game = quiet(da.load("budget"))
    >>> game.over, game.closed[0].reason
    (True, '声が小さいものから削りました。')
    """
    return by_voices(Game(budget, seed=seed))
