"""What is said of an indicator: its value over the whole history, what moved it since last time, and its base."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from dataacademy import effect
from dataacademy.effect.indicators import COUNTED_ANEW, Indicator
from dataacademy.effect.rates import change_words, effects
from dataacademy.eras import fiscal_year
from dataacademy.inputs import check_between
from dataacademy.notes import Note
from dataacademy.worksheet import records
from dataacademy.worksheet.monitor.history import History


@dataclass(frozen=True)
class Change:
    """From the period looked at last time to the newest one: points of the rate, and the parts that add up to them."""

    before: str
    after: str
    points: float
    numerator_points: float
    denominator_points: float
    words: str


@dataclass(frozen=True)
class Computed:
    """An indicator over its whole history; ``base``: the value of the base line, None if there is none."""

    found: Indicator
    history: History
    change: Change | None
    base: float | None
    base_words: str = ""

    @property
    def sentence(self) -> str:
        said = self.found.sentence.split("。")[0] + "。"
        return said + (self.change.words if self.change else "") + self.base_words


def per_of(record: records.Indicator) -> int | float:
    """How many the value is counted per: 100 unless the sheet says otherwise."""
    per = 100 if record.per is None else record.per
    check_between("いくつ当たり", per, 0, float("inf"), en="per")
    return per


def indicator(record: records.Indicator, observations: pd.DataFrame, base: str | None = None) -> Indicator:
    """The indicator of the worksheet's record over these observations; a target in the record is that of all."""
    monthly = observations["period"].str.contains("-").all()
    return effect.indicator(
        observations,
        period="period",
        name=record.text,
        definition=record.definition or None,
        owner=record.owner or None,
        source=record.source,
        target=record.target,
        better="lower" if record.better == "低いほどよい" else "higher",
        base=base,
        every="fiscal_year" if record.frequency == "毎年" and monthly else "period",
        per=per_of(record),
    )


def result(record: records.Indicator, history: History) -> Computed:
    """The indicator over its history, with the change since last time and since its base."""
    found = indicator(record, history.observations)
    rows = found.table
    if "months" in rows.columns and (rows["months"] == 12).any():
        rows = rows[rows["months"] == 12]
    at = _base_period(record, rows)
    if at is not None and at != rows["period"].iloc[-1]:
        found = indicator(record, history.observations, at)
    base, words = record.base, ""
    if at is not None:
        there = float(rows.loc[rows["period"] == at, "rate"].iloc[0])
        base = there if base is None else base
        if at != rows["period"].iloc[-1]:
            words = found.sentence.split("。", 1)[1]
    elif base is not None:
        day = record.base_date
        when = f"（{day.year}年{day.month}月{day.day}日）" if day else ""
        moved = rows["rate"].iloc[-1] - base
        words = f"基準{when}の {base:g} からは {moved:+.2f} です（基準の分子と分母がないので、分けられません）。"
    return Computed(found, history, _change(found, rows, history), base, words)


def _base_period(record: records.Indicator, rows: pd.DataFrame) -> str | None:
    """The period of the table in which the base day lies."""
    if record.base_date is None:
        return None
    day = record.base_date
    wanted = (f"{day.year}-{day.month:02d}", f"{fiscal_year(day)}年度", str(day.year))
    return next((p for p in wanted if (rows["period"] == p).any()), None)


def _change(found: Indicator, rows: pd.DataFrame, history: History) -> Change | None:
    """From the period that was the newest at an earlier run, else the one before, to the newest."""
    if len(rows) < 2:
        return None
    after = rows.iloc[-1]
    seen = [run.latest for run in history.runs if run.latest < after["period"] and (rows["period"] == run.latest).any()]
    before = rows[rows["period"] == max(seen)].iloc[0] if seen else rows.iloc[-2]
    per = found.definition["per"]
    four = [float(v) for v in (before["numerator"], before["denominator"], after["numerator"], after["denominator"])]
    top, bottom = effects(*four, per)
    words = f"前回（{before['period']}）からの{change_words(*four, per)}"
    anew = [n for n in found.notes if n.kind in COUNTED_ANEW and before["period"] < n.value <= after["period"]]
    words += f"ただし、{anew[-1].ja}" if anew else ""
    return Change(before["period"], after["period"], top + bottom, top, bottom, words)


def base_differs(record: records.Indicator, computed: Computed) -> list[Note]:
    """A base that was written down and is not what the table gives now."""
    rows = computed.found.table
    at = _base_period(record, rows)
    if record.base is None or at is None:
        return []
    there = float(rows.loc[rows["period"] == at, "rate"].iloc[0])
    decimals = len(f"{record.base:.12g}".partition(".")[2])
    if abs(there - record.base) <= 0.5 * 10**-decimals + 1e-9:
        return []
    return [
        Note(
            "base_differs",
            f"指標シートの基準の値 {record.base:g} は、表から計算した {at}の {there:.2f} とちがいます。",
            f"The base {record.base:g} is not what the table gives for {at} ({there:.2f}).",
            level="warning",
            fix="基準を決めたときと、数え方が変わっていないかを確かめてください。",
        )
    ]
