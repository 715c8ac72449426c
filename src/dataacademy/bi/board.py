"""A dashboard in a notebook: bars that filter one another, by mouse or keyboard, without the network."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from dataacademy.bi.requirement import Requirement
from dataacademy.bi.rows import rows_of, sums, value_of
from dataacademy.bi.star import Star
from dataacademy.errors import DataAcademyError
from dataacademy.labels import label_of

MOST_BARS = 10  # bars of a figure; what comes after them is told below
_STYLE = """<style>
.da-bi-board { max-width: 1100px; color: #1a1a1a; font-family: "Yu Gothic", "BIZ UDPGothic", "Hiragino Sans",
  "Noto Sans CJK JP", "IPAexGothic", sans-serif; }
.da-bi-board h2 { margin: 0 0 .2em; font-size: 1.4em; }
.da-bi-board h3 { margin: 0 0 .3em; font-size: 1em; line-height: 1.4; }
.da-bi-board .da-bi-for { border-left: 4px solid #0072B2; padding-left: .6em; margin: .3em 0; line-height: 1.6; }
.da-bi-board .da-bi-number { font-size: 2em; font-weight: bold; }
.da-bi-board p { margin: .2em 0; line-height: 1.5; }
.da-bi-board .da-bi-clear { margin: 4px 0 14px; }
.da-bi-board .da-bi-row { align-items: center; min-height: 32px; flex-wrap: wrap; }
.da-bi-board .da-bi-row .jupyter-button { text-align: left; border: 1px solid #767676; border-radius: 3px;
  color: #1a1a1a;
  background: #fff; white-space: nowrap; text-overflow: ellipsis; overflow: hidden; font-size: 14px; }
.da-bi-board .da-bi-row .jupyter-button.mod-active { background: #1a1a1a; color: #fff; box-shadow: none; }
.da-bi-board .da-bi-row .jupyter-button:focus-visible,
.da-bi-board .da-bi-clear:focus-visible { outline: 3px solid #D55E00; }
.da-bi-board .da-bi-bar { display: flex; white-space: nowrap; align-items: center; gap: 6px; font-size: 14px; }
.da-bi-board .da-bi-bar i { display: block; height: 18px; background: #0072B2; flex: none; }
.da-bi-board .da-bi-bar.off i { background: #c9c9c9; } .da-bi-board small { color: #404040; }
</style>"""


@dataclass(frozen=True)
class Figure:
    """One question and the column that answers it; ``shown``: how many of its values have a bar."""

    question: str
    column: str
    values: tuple[str, ...]
    shown: int


class Board:
    """A dashboard of sums; made by :func:`dashboard`.  Shown as the result of a cell, or as a page (``save_page``).

    ``chosen``: figure's column → the values chosen there.  What is chosen in one figure filters all the others, and
    the number above them; its own bars stay, so that one can choose a second.
    """

    def __init__(
        self,
        data: pd.DataFrame | Star,
        requirement: Requirement,
        value: str,
        title: str,
        unit: str,
        source: str,
    ):
        self.requirement, self.value, self.title, self.unit, self.source = requirement, value, title, unit, source
        columns = list(requirement.questions.values())
        rows, self.of_stock = rows_of(data, columns, [value])
        if isinstance(data, Star) and data.snapshot and not self.of_stock:
            self.of_stock = f"いつの数か：{data.table[data.snapshot].max()}"
        self.cube = sums(rows, columns, [value])  # never more than the sums leave this machine
        self.figures = [
            Figure(q, c, tuple(rows[c].cat.categories), min(MOST_BARS, rows[c].nunique()))
            for q, c in requirement.questions.items()
        ]
        self.chosen: dict[str, set[str]] = {c: set() for c in columns}
        self.notice = ""  # shown above everything: the day of review is past
        self._screen: Any = None

    def total(self) -> float:
        """The sum of what is chosen in all figures together."""
        return float(self._filtered()[self.value].sum())

    def bars(self, column: str) -> pd.DataFrame:
        """A figure's bars under what is chosen in the *other* figures: ``column, value``, largest ones."""
        figure = next(f for f in self.figures if f.column == column)
        found = self._sums(figure)
        if len(found) > MOST_BARS:
            first = found.sort_values(ascending=False, kind="stable")
            kept = [*(v for v in first.index if v in self.chosen[column]), *first.index]
            found = found[sorted(list(dict.fromkeys(kept))[:MOST_BARS], key=lambda v: -found[v])]
        return found.rename_axis(column).reset_index()

    def choose(self, column: str, value: str, on: bool = True) -> None:
        """Choose a value of a figure (or no more), as a press of its name does."""
        figure = next((f for f in self.figures if f.column == column), None)
        if figure is None or value not in figure.values:
            raise DataAcademyError(
                "unknown_choice",
                f"画面に「{column}」の「{value}」はありません。",
                f"The dashboard has no {value!r} of {column!r}.",
                fix="使えるのは " + "、".join(f"「{f.column}」" for f in self.figures) + " の、棒に出ている名前です。",
                fix_en="Use a figure's column and one of its values.",
            )
        (self.chosen[column].add if on else self.chosen[column].discard)(value)
        if self._screen:
            self._screen.draw()

    def clear(self) -> None:
        """Choose nothing: the whole again."""
        for chosen in self.chosen.values():
            chosen.clear()
        if self._screen:
            self._screen.draw()

    def headline(self) -> str:
        """The number above the figures, in a sentence: what is chosen, what is counted, how much, of how much."""
        whole, total = float(self.cube[self.value].sum()), self.total()
        chosen = "・".join("か".join(sorted(v)) for v in self.chosen.values() if v) or "全体"
        share = f"（全体の {100 * total / whole:.1f}％）" if whole and any(self.chosen.values()) else ""
        return f"{chosen}：{label_of(self.value)} {total:,.0f}{self.unit}{share}"

    def save_page(self, name: str) -> Any:
        """Write the dashboard as a notebook to be opened as a page; see :func:`dataacademy.bi.page.save_page`."""
        from dataacademy.bi.page import save_page

        return save_page(self, name)

    def _sums(self, figure: Figure) -> pd.Series:
        found = self._filtered(but=figure.column).groupby(figure.column, observed=False)[self.value].sum()
        return found.reindex(list(figure.values), fill_value=0)

    def _filtered(self, but: str = "") -> pd.DataFrame:
        keep = pd.Series(True, index=self.cube.index)
        for column, chosen in self.chosen.items():
            if chosen and column != but:
                keep &= self.cube[column].isin(chosen)
        return self.cube[keep]

    def _ipython_display_(self) -> None:
        from IPython.display import display

        if self._screen is None:
            self._screen = _Screen(self)
        display(self._screen.box)


class _Screen:
    """The widgets of a board.  A name pressed redraws all figures but its own, so the keyboard's place is kept."""

    def __init__(self, board: Board):
        import ipywidgets as widgets

        self.widgets, self.board, self.drawing = widgets, board, False
        need = board.requirement
        self.head = widgets.HTML(
            f"{_STYLE}{f'<p><b>{escape(board.notice)}</b></p>' if board.notice else ''}"
            f"<h2>{escape(board.title)}</h2><div class='da-bi-for'><p><b>{escape(need.who)}</b>が、"
            f"<b>{escape(need.when)}</b>に見て、<b>{escape(need.decides)}</b>ための画面です。</p></div>"
            "<p>名前を押すと、ほかの図がその中だけに変わります。もう一度押すと、元に戻ります。</p>"
        )
        self.number = widgets.HTML()
        self.clear = widgets.Button(description="選んだものを全部消す", layout=widgets.Layout(width="220px"))
        self.clear.add_class("da-bi-clear")
        self.clear.on_click(lambda _: board.clear())
        self.figures = {f.column: widgets.VBox(layout=widgets.Layout(min_width="0")) for f in board.figures}
        self.shown: dict[str, list[str]] = {}
        grid = widgets.GridBox(
            list(self.figures.values()),
            layout=widgets.Layout(
                grid_template_columns="repeat(auto-fit, minmax(min(420px, 100%), 1fr))", grid_gap="18px 24px"
            ),
        )
        foot = "　".join(
            escape(part)
            for part in (
                f"出典：{board.source}" if board.source else "出典が書かれていません",
                board.of_stock,
                f"持ち主：{need.owner}",
                f"見直す日：{need.review_on}",
            )
            if part
        )
        self.box = widgets.VBox([self.head, self.number, self.clear, grid, widgets.HTML(f"<small>{foot}</small>")])
        self.box.add_class("da-bi-board")
        self.draw()

    def draw(self) -> None:
        board = self.board
        self.number.value = (
            f"<p role='status' aria-live='polite'><span class='da-bi-number'>{escape(board.headline())}</span></p>"
        )
        self.clear.disabled = not any(board.chosen.values())
        for figure in board.figures:
            self._draw_figure(figure, board.bars(figure.column))

    def _draw_figure(self, figure: Figure, bars: pd.DataFrame) -> None:
        box, names = self.figures[figure.column], bars[figure.column].astype(str).tolist()
        if self.shown.get(figure.column) != names:  # else the same buttons stay, and the keyboard's place with them
            title = self.widgets.HTML(f"<h3>{escape(figure.question)}</h3>")
            box.children = [title, *(self._row(figure.column, name) for name in names), self.widgets.HTML()]
            self.shown[figure.column] = names
        if len(figure.values) > len(names):
            sums = self.board._sums(figure)
            rest = int((sums.drop(names) != 0).sum())
            box.children[-1].value = f"<p><small>大きい順に {len(names)}。ほかに {rest} あります。</small></p>"
        chosen, most = self.board.chosen[figure.column], float(bars[self.board.value].max()) or 1.0
        whole = float(bars[self.board.value].sum())
        self.drawing = True
        for row, name, value in zip(box.children[1:-1], names, bars[self.board.value], strict=True):
            button, bar = row.children
            button.value = name in chosen
            button.description = ("✓ " if name in chosen else "") + name
            share = f"　{100 * value / whole:.0f}％" if whole and len(figure.values) == len(names) else ""
            off = " off" if chosen and name not in chosen else ""
            bar.value = (
                f"<div class='da-bi-bar{off}'><i style='width:calc((100% - 10em) * {max(0, value / most):.3f})'></i>"
                f"<span>{value:,.0f}{escape(self.board.unit)}{share}</span></div>"
            )
        self.drawing = False

    def _row(self, column: str, name: str):
        layout = self.widgets.Layout
        button = self.widgets.ToggleButton(
            description=name, tooltip=name, layout=layout(width="170px", flex="0 0 auto")
        )
        bar = self.widgets.HTML(layout=layout(flex="1 1 220px", min_width="0"))

        def pressed(change):
            if not self.drawing:
                self.board.choose(column, name, change["new"])

        button.observe(pressed, "value")
        row = self.widgets.HBox([button, bar])
        row.add_class("da-bi-row")
        return row


def dashboard(
    data: pd.DataFrame | Star,
    *,
    requirement: Requirement,
    value: str | None = None,
    title: str = "",
    unit: str = "",
    source: str = "",
) -> Board:
    """A dashboard for one decision: a figure a question of the requirement sheet, each filtering the others.

    data
        A star (of a stock: its newest day) or a table with one row a fact.  Only sums by the asked columns are kept.
    requirement
        From :func:`requirement`; each question names the column that answers it.
    value
        The column to add up (a star: its first measure unless named).

    Figures have at most ten bars, the largest; names are buttons, so keyboard and screen reader reach them.
    Errors: ``incomplete_requirement`` (the sheet lacks something: who decides what?), those of :func:`pivot`.
    When not to use: where nobody decides anything from it; for figures that people outside may see, look at small
    numbers first (``da.privacy``).  Checked against filtering by hand.

    >>> import dataacademy as da
    >>> need = da.bi.requirement(who="課長", decides="訪問する地区を選ぶ", when="月初の会議", owner="福祉係",
    ...     questions={"どの性格の地区か": "quarter", "どの自治会か": "association"}, review_on="2027-03-31")
    >>> board = dashboard(da.load("areas"), requirement=need, value="elderly", title="高齢者", unit="人")
    >>> everyone = board.total()
    >>> board.choose("quarter", "沿岸")
    >>> board.total() < everyone, board.headline().startswith("沿岸：")
    (True, True)
    """
    if requirement.lacking:
        raise DataAcademyError(
            "incomplete_requirement",
            "要件がそろっていないので、画面は作りません。" + "".join(requirement.lacking),
            "The requirement sheet is not complete.",
            fix="だれが、いつ、何を決めるのかを先に書いてください（da.bi.requirement）。",
            fix_en="Say first who decides what from it, and when.",
        )
    value = value_of(data, value)
    return Board(data, requirement, value, title or label_of(value), unit, source)
