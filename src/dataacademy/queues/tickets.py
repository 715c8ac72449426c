"""A reception log ticket by ticket: the minutes of each, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dataacademy.arguments import check_names_once
from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.inputs import check_table
from dataacademy.queues.clock import DAY, clock, days_of, seconds_of
from dataacademy.queues.shifts import Shift, shifts

COLUMNS = ("date", "office", "procedure", "arrived", "called", "ended")
HOURS = ("8:30", "17:15")
FAULTS = {  # what people call it, and what to do about it
    "unreadable": ("日付や時刻として読めない", "「2025-04-14」「8:05」のように書き直します。"),
    "no_arrival": ("受付の時刻がない", "発券機の記録が残っていないか確かめます。待ち時間は求められません。"),
    "no_call": ("呼び出しの時刻がない", "呼ぶ前に帰った人か、ボタンの押し忘れかを、窓口の人に聞きます。"),
    "no_end": ("終わりの時刻がない", "終わりのボタンの押し忘れかを、窓口の人に聞きます。"),
    "end_before_call": ("終わりが呼び出しより前", "入れちがえた時刻か、次の日に閉じた番号かを確かめます。"),
    "call_before_arrival": ("呼び出しが受付より前", "予約の人を先に呼んだのか、入れちがえた時刻かを確かめます。"),
    "outside_hours": (
        "受付が開庁時間の外",
        "早く来た人や延長の日なら誤りではありません。開庁時間は hours= で変えられます。",
    ),
    "never_closed": (
        "閉じ忘れ（次の日まで、またはほかの何倍も長い）",
        "終わりの時刻を空欄にし、窓口の時間の計算から外します。",
    ),
    "twice": ("同じ番号が二度ある", "二重に書き出していないか確かめ、1行だけを残します。"),
    "wrong_clock": (
        "カウンターの時計がずれている",
        "時計を直し、ずれた日の呼び出しと終わりの時刻を、その分だけ戻します。",
    ),
}
UNUSABLE = [kind for kind in FAULTS if kind != "outside_hours"]
_SLOWEST = 20  # a case is left open if it took this many times the distance from the median to the upper quartile
_LEAST = 60 * 60  # and never below an hour
_FEW = 20  # cases; with fewer of a procedure the whole log says what is long


@dataclass(frozen=True)
class Tickets:
    """``data``: the log with ``day`` and seconds; ``wrong``: by kind of fault, which rows have it."""

    data: pd.DataFrame
    wrong: dict[str, np.ndarray]
    shifts: list[Shift]

    @property
    def usable(self) -> np.ndarray:
        """The rows of which all minutes are known."""
        return ~np.logical_or.reduce([self.wrong[kind] for kind in UNUSABLE])

    def example(self, kind: str) -> str:
        """The first ticket with a fault, in words; empty if there is none."""
        if not self.wrong[kind].any():
            return ""
        if kind == "wrong_clock":
            return self.shifts[0].words(len(self.shifts))
        row = self.data[self.wrong[kind]].iloc[0]
        name = " ".join(str(row[c]) for c in ("date", "office", "ticket_no") if c in row and not pd.isna(row[c]))
        if kind == "unreadable":
            cells = "、".join(str(row[c]) for c in ("arrived", "called", "ended") if not pd.isna(row[c]))
            return f"{name}：{cells}"
        return f"{name}：受付 {clock(row['in'])}、呼出 {clock(row['call'])}、終了 {clock(row['out'])}"


def examine(log, hours: tuple[str, str] = HOURS) -> Tickets:
    """Every ticket of a log with its seconds and its faults; errors for what is no log."""
    check_table(log)
    check_names_once(log)
    check_columns(log, COLUMNS, table="受付の記録")
    opens, closes = _hours(hours)
    data = log.reset_index(drop=True)
    day = days_of(data["date"])
    odd = (day.isna() & data["date"].notna()).to_numpy(dtype=bool)
    seconds = {}
    for column, name in (("arrived", "in"), ("called", "call"), ("ended", "out")):
        seconds[name], unreadable = seconds_of(data[column], day)
        odd = odd | unreadable
    data = data.assign(day=day, **seconds)
    came, call, out = seconds.values()
    no_day = day.isna().to_numpy(dtype=bool) & ~odd
    off = shifts(data)
    wrong_clock = np.zeros(len(data), dtype=bool)
    for shift in off:
        wrong_clock[shift.rows] = True
    wrong = {
        "unreadable": odd | no_day,
        "no_arrival": np.isnan(came) & ~odd,
        "no_call": np.isnan(call) & ~odd,
        "no_end": np.isnan(out) & ~odd,
        "end_before_call": out < call,
        "call_before_arrival": (call < came) & ~wrong_clock,
        "outside_hours": (came < opens) | (came > closes),
        "never_closed": _never_closed(data),
        "twice": _twice(data),
        "wrong_clock": wrong_clock,
    }
    return Tickets(data, wrong, off)


def _hours(hours) -> tuple[float, float]:
    given = [*hours] if isinstance(hours, (tuple, list)) else [hours]
    seconds, _ = seconds_of(pd.Series(given, dtype="string"), pd.Series([pd.NA] * len(given), dtype="string"))
    if len(given) != 2 or np.isnan(seconds).any() or seconds[0] >= seconds[1]:
        raise DataAcademyError(
            "bad_hours",
            f"開庁時間（hours）は、開く時刻と閉じる時刻の二つです。渡されたのは「{hours}」です。",
            f"hours must be two times, opening and closing, not {hours!r}.",
            fix='たとえば hours=("8:30", "17:15") と書きます。',
            fix_en='For example hours=("8:30", "17:15").',
        )
    return float(seconds[0]), float(seconds[1])


def _never_closed(data: pd.DataFrame) -> np.ndarray:
    """Ended on a later day, or far beyond what is usual for the procedure."""
    took = (data["out"] - data["call"]).where(lambda s: s >= 0)
    middle, upper = took.median(), took.quantile(0.75)
    groups = took.groupby(data["procedure"])
    enough = groups.transform("count") >= _FEW
    middle = groups.transform("median").where(enough, middle)
    upper = groups.transform(lambda part: part.quantile(0.75)).where(enough, upper)
    longest = (upper + _SLOWEST * (upper - middle)).clip(lower=_LEAST)
    return ((took > longest) | (data["out"] >= DAY)).to_numpy(dtype=bool)


def _twice(data: pd.DataFrame) -> np.ndarray:
    """Every row after the first with the same number on one day in one office; without numbers, equal rows."""
    if "ticket_no" in data:
        return (data.duplicated(["day", "office", "ticket_no"]) & data["ticket_no"].notna()).to_numpy(dtype=bool)
    columns = [*COLUMNS, *(["counter"] if "counter" in data else [])]
    return data.duplicated(columns).to_numpy(dtype=bool)
