"""A queue board fed from a log: who is served at which counter, and who waits, at any time of a day."""

from __future__ import annotations

from html import escape

import pandas as pd
from IPython.display import display
from ipywidgets import HTML, SelectionSlider, VBox

from dataacademy.errors import DataAcademyError, check_choice, check_columns
from dataacademy.worksheet.form.parts import look, somebody_looks

_NEEDED = ("date", "office", "arrived", "called", "ended")
_STEP = 5  # minutes between two positions of the slider
_CELL = "border:1px solid #767676;padding:6px 14px;text-align:left"


class Board(VBox):
    """The board of one office on one day.  ``at`` is its time, "10:30"; set it to look at another one.

    serving
        One row a counter at work: ``counter, ticket_no, procedure, called``.
    waiting
        One row a ticket that waits, the longest first: ``ticket_no, procedure, arrived, minutes``.
    left_out
        How many tickets of the day are not shown, because one of their times is missing or out of order.
    """

    def __init__(self, log, *, office: str | None = None, date: str | None = None, at: str | None = None):
        self.office, self.date, self._tickets, self.left_out = _day(log, office, date)
        self._times = _times(self._tickets)
        self._at = _clock(at) if at is not None else self._busiest()
        super().__init__()
        if somebody_looks():
            options = sorted({*self._times, self._at})
            self._slider = SelectionSlider(options=options, value=self._at, description="時刻")
            self._slider.observe(lambda change: setattr(self, "at", change["new"]), "value")
            self._screen = HTML(self._html())
            self.children = [look(), self._slider, self._screen]
            self.add_class("da-form")

    @property
    def at(self) -> str:
        return self._at

    @at.setter
    def at(self, time: str) -> None:
        self._at = _clock(time)
        if self.children:
            if self._at not in self._slider.options:
                self._slider.options = sorted({*self._slider.options, self._at})
            self._slider.value = self._at
            self._screen.value = self._html()

    @property
    def serving(self) -> pd.DataFrame:
        tickets, now = self._tickets, _seconds(self._at)
        there = tickets[(tickets["called_at"] <= now) & (now < tickets["ended_at"])].sort_values(
            ["counter", "called_at"]
        )
        return there[["counter", "ticket_no", "procedure", "called"]].reset_index(drop=True)

    @property
    def waiting(self) -> pd.DataFrame:
        tickets, now = self._tickets, _seconds(self._at)
        there = tickets[(tickets["arrived_at"] <= now) & (now < tickets["called_at"])].sort_values("arrived_at")
        minutes = ((now - there["arrived_at"]) // 60).astype("Int64")
        return there[["ticket_no", "procedure", "arrived"]].assign(minutes=minutes).reset_index(drop=True)

    def _busiest(self) -> str:
        """The time of the day at which most people wait."""
        if not len(self._tickets):
            return self._times[0]
        arrived, called = self._tickets["arrived_at"], self._tickets["called_at"]
        return max(self._times, key=lambda t: int(((arrived <= _seconds(t)) & (_seconds(t) < called)).sum()))

    # -- showing ------------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Tell the browser; where there is none, nothing is sent that the notebook would keep."""
        if somebody_looks():
            super().open()

    def _ipython_display_(self) -> None:
        live = super()._repr_mimebundle_() if somebody_looks() else {"text/html": self._html()}
        display(live | {"text/plain": repr(self)}, raw=True)

    def _repr_mimebundle_(self, **kwargs) -> dict:
        return super()._repr_mimebundle_(**kwargs) if somebody_looks() else {"text/html": self._html()}

    def __repr__(self) -> str:
        return f"呼出し案内板（{self.office}、{self.date}、{self.at}）"

    def _html(self) -> str:
        serving, waiting = self.serving, self.waiting
        called = _table(
            "ただいまの番号", ["窓口", "番号", "手続"], serving[["counter", "ticket_no", "procedure"]], big=True
        )
        longest = (
            f"いちばん長く待っている人は {waiting['minutes'].max()} 分" if len(waiting) else "待っている人はいません"
        )
        queue = _table("お待ちの番号", ["番号", "手続", "待ち（分）"], waiting[["ticket_no", "procedure", "minutes"]])
        left = f"<p>時刻が足りない・前後している {self.left_out} 件は、出していません。</p>" if self.left_out else ""
        title = f"{self.office}　{self.date}　{self.at}"
        return (
            f'<div lang="ja"><p><strong style="font-size:130%">{escape(title)}</strong></p>'
            f'<div style="display:flex;flex-wrap:wrap;gap:24px;align-items:flex-start">{called}{queue}</div>'
            f"<p>待ち {len(waiting)} 人。{longest}。</p>{left}</div>"
        )


def _table(caption: str, heads: list[str], rows: pd.DataFrame, *, big: bool = False) -> str:
    head = "".join(f'<th scope="col" style="{_CELL}">{name}</th>' for name in heads)
    size = "font-size:130%;" if big else ""
    body = "".join(
        "<tr>"
        + "".join(f'<td style="{size}{_CELL}">{escape("" if pd.isna(v) else str(v))}</td>' for v in row)
        + "</tr>"
        for row in rows.itertuples(index=False)
    )
    none = f'<tr><td style="{_CELL}" colspan="{len(heads)}">（なし）</td></tr>'
    return (
        f'<table style="border-collapse:collapse"><caption style="text-align:left;font-weight:bold">{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body or none}</tbody></table>"
    )


def _day(log, office, date):
    """Office, date, the day's tickets with seconds since midnight, and how many were left out."""
    check_columns(log, _NEEDED, table="受付の記録")
    if not len(log):
        raise DataAcademyError(
            "no_rows", "受付の記録に、一件もありません。", "The log is empty.",
            fix="受付の記録を da.load(\"counter_log\") で読んでください。", fix_en="Load a log.",
        )  # fmt: skip
    office = office if office is not None else log["office"].value_counts().idxmax()
    check_choice("窓口", office, sorted(log["office"].dropna().unique()), en="Office")
    of_office = log[log["office"] == office]
    date = str(date) if date is not None else of_office["date"].value_counts().idxmax()
    check_choice("受付日", date, sorted(of_office["date"].dropna().unique()), en="Date")
    day = of_office[of_office["date"] == date].copy()
    for name in ("arrived", "called", "ended"):
        day[f"{name}_at"] = pd.to_timedelta(_padded(day[name]), errors="coerce").dt.total_seconds()
    usable = (day["arrived_at"] <= day["called_at"]) & (day["called_at"] <= day["ended_at"])
    tickets = day[usable].sort_values("arrived_at", kind="stable")
    numbers = pd.Series(range(1, len(tickets) + 1), index=tickets.index).astype("str")
    tickets["ticket_no"] = tickets["ticket_no"].fillna(numbers) if "ticket_no" in tickets else numbers
    for name in ("counter", "procedure"):
        if name not in tickets:
            tickets[name] = pd.NA
    return office, date, tickets, int((~usable).sum())


def _padded(times: pd.Series) -> pd.Series:
    """Times of day with seconds: 8:05 and 08:05:00 alike."""
    times = times.astype("str").str.strip()
    return times.where(times.str.count(":") != 1, times + ":00")


def _times(tickets: pd.DataFrame) -> list[str]:
    first = tickets["arrived_at"].min() if len(tickets) else 8.5 * 3600
    last = tickets["ended_at"].max() if len(tickets) else 17.25 * 3600
    step = _STEP * 60
    return [_words(second) for second in range(int(first // step) * step, int(last // step + 2) * step, step)]


def _words(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}"


def _seconds(time: str) -> int:
    hours, minutes = map(int, time.split(":"))
    return hours * 3600 + minutes * 60


def _clock(at: str) -> str:
    """A time of day as the board writes it, "09:05"."""
    try:
        hours, minutes = map(int, str(at).split(":")[:2])
        if 0 <= hours < 24 and 0 <= minutes < 60:
            return f"{hours:02d}:{minutes:02d}"
    except ValueError:
        pass
    raise DataAcademyError(
        "bad_time", f"時刻「{at}」を読めません。", f"No time of day: {at!r}.",
        fix="「10:30」のように書いてください。", fix_en="Write it like 10:30.", value=str(at),
    )  # fmt: skip
