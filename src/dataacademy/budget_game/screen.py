"""The game as buttons: a person ticks what to cut, says why, and decides."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from IPython.display import display
from ipywidgets import HTML, Button, Checkbox, GridBox, HBox, Layout, Textarea, VBox

from dataacademy.budget_game import page
from dataacademy.budget_game.game import Game, money
from dataacademy.errors import DataAcademyError
from dataacademy.finding import Finding
from dataacademy.worksheet.form.parts import show, somebody_looks

_GRID = Layout(grid_template_columns="repeat(auto-fit, minmax(360px, 1fr))", grid_gap="8px", width="100%")
_BOX = Layout(border="1px solid #767676", padding="4px 8px")
# The list vanishes under the person's hand: bring the top of the game back, and the keyboard to what can be pressed.
_TO_TOP = (
    "const game = this.closest('.da-budget-game'); setTimeout(() => { game.scrollIntoView({block: 'start'});"
    " [...game.querySelectorAll('input, button')].find((one) => one.offsetParent)?.focus({preventScroll: true}) }, 100)"
)


class Screen:
    """A game with its buttons; see :func:`dataacademy.budget_game.play`."""

    def __init__(self, budget: pd.DataFrame, seed: int):
        self._budget, self._seed = budget, seed
        self.game = Game(budget, seed=seed)
        self._past, self._head, self._balance, self._end = HTML(), HTML(), HTML(), HTML()
        self._wrong, self._mover, self._moves = HTML(), HTML(), 0
        self._ticks: dict[str, Checkbox] = {}
        self._boxes = GridBox([], layout=_GRID)
        self._reason = Textarea(
            description="理由", placeholder="議会で読み上げる文。だれが困り、なぜそれでも削るのか。",
            layout=Layout(width="100%", height="70px"),
        )  # fmt: skip
        self._decide = _button("この予算に決める", self._decided, style="primary")
        self._next = _button("次の予算へ進む", self._go_on, style="primary")
        buttons = HBox([self._decide, self._next, _button("最初からやり直す", self.restart)])
        self.widget = VBox(
            [
                self._past,
                self._head,
                self._boxes,
                self._balance,
                self._reason,
                self._wrong,
                self._end,
                buttons,
                self._mover,
            ],
            layout=Layout(width="100%"),
        ).add_class("da-budget-game")
        self._show()

    @property
    def finding(self) -> Finding:
        """How the game went so far; see :attr:`dataacademy.budget_game.game.Game.finding`."""
        return self.game.finding

    @property
    def burdens(self) -> pd.DataFrame:
        """On whom the cuts fell so far."""
        return self.game.burdens

    @property
    def reasons(self) -> pd.DataFrame:
        """What was said in the council: ``年度, 削ったもの, 説明``."""
        rows = [
            (str(one.year), "、".join(self.game.rules.cuts[id].name for id in one.cuts), one.reason)
            for one in self.game.closed
        ]
        return pd.DataFrame(rows, columns=["年度", "削ったもの", "説明"])

    def restart(self) -> None:
        """The same game from the beginning."""
        self.game = Game(self._budget, seed=self._seed)
        self._go_on()

    def _go_on(self) -> None:
        self._show()
        self._to_top()

    def _to_top(self) -> None:
        self._moves += 1  # another text each time, or the browser would not hear of it
        self._mover.value = f'<style onload="{_TO_TOP}">/* {self._moves} */</style>'

    def _chosen(self) -> list[str]:
        return [id for id, tick in self._ticks.items() if tick.value]

    def _decided(self) -> None:
        try:
            self.game.close(self._chosen(), reason=self._reason.value)
        except DataAcademyError as error:
            self._wrong.value = f"<p role='alert'>✕ {error.note.ja}{error.note.fix}</p>"
            return
        self._show(decided=True)
        self._to_top()

    def _show(self, *, decided: bool = False) -> None:
        """How the game stands; just ``decided``: only what happened, so that nobody misses it below a long list."""
        game, asks = self.game, not (decided or self.game.over)
        self._past.value = page.past(game, unfolded=int(decided))
        self._wrong.value = self._reason.value = ""
        self._ticks = {id: self._tick(id) for id in game.left} if asks else {}
        self._boxes.children = self._departments() if asks else []
        self._head.value = page.opening(game) if asks else ""
        self._end.value = page.ending(game) if game.over else ""
        for part in (self._reason, self._decide, self._balance, self._boxes):
            show(part, asks)
        show(self._next, decided and not game.over)
        if asks:
            self._count()

    def _tick(self, id: str) -> Checkbox:
        cut = self.game.rules.cuts[id]
        tick = Checkbox(
            description=f"{cut.name}（{money(cut.amount)}）", indent=False, layout=Layout(width="100%"),
            tooltip=page.concerning(cut),
        )  # fmt: skip
        tick.observe(lambda _: self._count(), "value")
        return tick

    def _departments(self) -> list[VBox]:
        made = []
        for one in self.game.rules.departments:
            parts = [HTML(f"<strong>{one.name}</strong>（予算 {money(one.budget)}）")]
            for id in one.cuts:
                if id in self._ticks:
                    told = page.concerning(self.game.rules.cuts[id])
                    parts += [
                        self._ticks[id],
                        HTML(f"<small style='display:block;margin:-8px 0 4px 22px;line-height:1.4'>{told}</small>"),
                    ]
            made.append(VBox(parts, layout=_BOX))
        return made

    def _count(self) -> None:
        self._wrong.value = ""
        self._balance.value = page.balance(self.game, self._chosen())

    def _ipython_display_(self) -> None:
        if somebody_looks():
            display(self.widget)
        else:
            display({"text/html": page.static(self.game), "text/plain": repr(self)}, raw=True)

    def __repr__(self) -> str:
        return f"予算のゲーム（{self.game.number}回目、{'終わり' if self.game.over else '途中'}）"


def _button(text: str, clicked: Callable, style: str = "") -> Button:
    made = Button(description=text, button_style=style, layout=Layout(width="auto"))
    made.on_click(lambda _: clicked())
    return made
