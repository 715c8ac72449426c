"""A reception log: its minutes, its faults, and how long people wait."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dataacademy as da

COLUMNS = ["date", "office", "ticket_no", "procedure", "arrived", "called", "ended", "counter"]


@pytest.fixture(scope="module")
def sample() -> pd.DataFrame:
    return da.load("counter_log")


def small(*tickets) -> pd.DataFrame:
    """A log of one day; a ticket is (arrived, called, ended) and what differs."""
    rows = []
    for k, (arrived, called, ended, *more) in enumerate(tickets):
        row = dict(zip(COLUMNS, ["2025-04-14", "南", f"{k:03d}", "転出", arrived, called, ended, 1], strict=True))
        rows.append(row | (more[0] if more else {}))
    return pd.DataFrame(rows)


def kinds(log, **more) -> dict[str, int]:
    table = da.queues.faults(log, **more).table
    return {kind: n for kind, n in zip(table["kind"], table["n"], strict=True) if n}


def shifted(log: pd.DataFrame, rows, minutes: float) -> pd.DataFrame:
    """The log with calls and ends of ``rows`` moved."""
    log = log.copy()
    for column in ("called", "ended"):
        moved = pd.to_timedelta(log.loc[rows, column]) + pd.Timedelta(minutes=minutes)
        log.loc[rows, column] = moved.astype(str).str[-8:]
    return log


def test_minutes_are_what_the_clock_says():
    found = da.queues.minutes(small(("8:30", "8:42:30", "9:00"), ("９：００", "9:00", "9:10:30")))
    assert found.table["wait_minutes"].tolist() == [12.5, 0]
    assert found.table["service_minutes"].tolist() == [17.5, 10.5]
    assert found.table["stay_minutes"].tolist() == [30, 10.5]
    assert found.table["month"].tolist() == ["2025-04"] * 2
    assert found.value == 20.25 and found.left_out == () and found.function == "queues.minutes"


@pytest.mark.parametrize(
    "written",
    [
        ("8:30", "8:40", "9:00"),
        (dt.time(8, 30), dt.time(8, 40), dt.time(9, 0)),
        ("2025-04-14 08:30:00", "2025/4/14 8:40", "2025-04-14T09:00:00"),
        (pd.Timestamp("2025-04-14 08:30"), pd.Timestamp("2025-04-14 08:40"), pd.Timestamp("2025-04-14 09:00")),
        (pd.Timedelta(hours=8.5), pd.Timedelta(minutes=520), pd.Timedelta(hours=9)),
    ],
)
def test_times_are_read_however_a_table_holds_them(written):
    found = da.queues.minutes(small(written))
    assert found.table[["wait_minutes", "service_minutes"]].to_numpy().tolist() == [[10, 20]]


@pytest.mark.parametrize("day", ["2025/4/14", "2025-04-14 00:00:00", dt.date(2025, 4, 14), pd.Timestamp("2025-04-14")])
def test_days_are_read_however_a_table_holds_them(day):
    assert da.queues.minutes(small(("8:30", "8:40", "9:00", {"date": day}))).table["month"].tolist() == ["2025-04"]


def test_the_log_itself_stays_as_it_was_and_rows_keep_their_place(sample):
    log = sample.head(50).set_index(np.arange(100, 150))
    log.loc[110, "called"] = None
    before = log.copy()
    table = da.queues.minutes(log).table
    pd.testing.assert_frame_equal(log, before)
    assert 110 not in table.index and len(table) == 49
    assert table.loc[149, "ticket_no"] == log.loc[149, "ticket_no"]


GOOD = ("9:00", "9:05", "9:15")
DIRTY = {
    "unreadable": [("9時ごろ", "9:05", "9:15"), ("9:00", "9:75", "9:15"), (*GOOD, {"date": "四月"})],
    "no_arrival": [(None, "9:05", "9:15"), ("", "9:05", "9:15"), ("　", "9:05", "9:15")],
    "no_call": [("9:00", None, "9:15"), ("9:00", float("nan"), "9:15")],
    "no_end": [("9:00", "9:05", pd.NaT)],
    "end_before_call": [("9:00", "9:05", "9:04")],
    "call_before_arrival": [("9:00", "8:58", "9:15")],
    "outside_hours": [("7:45", "8:31", "8:40"), ("17:20", "17:21", "17:30")],
    "never_closed": [("16:50", "16:55", "23:59"), ("16:50", "16:55", "2025-04-15 08:31:00")],
    "twice": [(*GOOD, {"ticket_no": "000"})],
}


@pytest.mark.parametrize(("kind", "ticket"), [(k, t) for k, tickets in DIRTY.items() for t in tickets])
def test_every_fault_is_found_told_and_left_out(kind, ticket):
    clean = [GOOD] * 40
    assert kinds(small(*clean)) == {}
    log = small(*clean, ticket)
    assert kinds(log) == {kind: 1}
    found = da.queues.faults(log)
    row = found.table.set_index("kind").loc[kind]
    assert found.value == 1 and row["example"] and row["fix"].endswith("。")
    assert found.table["example"].astype(bool).sum() == 1
    used = da.queues.minutes(log)
    if kind == "outside_hours":  # a fact, not a fault of the clock: its minutes are right
        assert len(used.table) == 41 and used.left_out == ()
    else:
        assert len(used.table) == 40
        assert used.left_out == (f"{row['kind_label']} 1 件",)


def test_a_ticket_with_two_faults_is_one_ticket():
    log = small(*[GOOD] * 40, ("9:00", None, None), ("18:00", None, "18:10"))
    assert kinds(log) == {"no_call": 2, "no_end": 1, "outside_hours": 1}
    assert da.queues.faults(log).value == 2
    assert sum(int(line.split()[-2]) for line in da.queues.minutes(log).left_out) == 2


def test_long_cases_of_a_slow_procedure_are_no_open_tickets(sample):
    rng = np.random.default_rng(1)
    took = np.rint(60 * (5 + rng.lognormal(2.2, 0.6, 2000))).astype(int)  # up to more than an hour
    assert took.max() > 60 * 60
    log = pd.concat([small(GOOD)] * 2000, ignore_index=True).assign(ticket_no=[f"{k}" for k in range(2000)])
    log["ended"] = (pd.to_timedelta("09:05:00") + pd.to_timedelta(took, unit="s")).astype(str).str[-8:]
    assert kinds(log) == {}


def test_own_hours_can_be_said():
    log = small(*[GOOD] * 5, ("18:00", "18:01", "18:09"))
    assert kinds(log) == {"outside_hours": 1}
    assert kinds(log, hours=("8:30", "19:00")) == {}


def test_tickets_without_numbers_are_told_apart_by_their_times():
    log = small(GOOD, ("9:01", "9:06", "9:15"), ("9:01", "9:06", "9:15")).drop(columns="ticket_no")
    assert kinds(log) == {"twice": 1}
    numbered = small(GOOD, GOOD).assign(ticket_no=None)  # empty numbers are no equal numbers
    assert kinds(numbered) == {}


@pytest.mark.parametrize("office", ["本庁", "みなと支所"])
@pytest.mark.parametrize("minutes", [-12, 12, 30])
def test_a_wrong_clock_is_found_at_the_counter_that_has_it(sample, office, minutes):
    week = sample["date"].str[:7] == "2025-06"
    rows = week & (sample["office"] == office) & (sample["counter"] == 2)
    log = shifted(sample[week], rows[week], minutes)
    found = da.queues.faults(log)
    assert kinds(log) == {"wrong_clock": int(rows.sum())}
    example = found.table.set_index("kind").loc["wrong_clock", "example"]
    assert (
        f"{office} カウンター2：約{abs(minutes)}分{'進んで' if minutes > 0 else '遅れて'}いる（ほかに 4 件）" in example
    )


def test_the_sample_towns_log_has_no_fault(sample):
    found = da.queues.faults(sample)
    assert found.value == 0 and (found.table["n"] == 0).all() and "見つかりませんでした" in found.sentence


def test_a_log_that_cannot_be_used_says_why(sample):
    for call in (da.queues.minutes, da.queues.faults, da.queues.waiting):
        with pytest.raises(da.DataAcademyError, match="列「called」は受付の記録にありません"):
            call(sample.drop(columns="called"))
        with pytest.raises(da.DataAcademyError, match="行がない"):
            call(sample.head(0))
        with pytest.raises(da.DataAcademyError, match="表（DataFrame）を渡して"):
            call([1, 2])
    with pytest.raises(da.DataAcademyError, match="一件もありません（呼び出しの時刻がない 9 件）"):
        da.queues.minutes(sample.head(9).assign(called=None))
    for hours in (("17:15", "8:30"), "8:30", ("朝", "夕")):
        with pytest.raises(da.DataAcademyError, match="開庁時間"):
            da.queues.faults(sample.head(9), hours=hours)
    for over in (-1, "15", (float("nan"),), (True,)):
        with pytest.raises(da.DataAcademyError, match="何分より長く"):
            da.queues.waiting(sample.head(9), over=over)
    with pytest.raises(da.DataAcademyError, match="もしかして「office」"):
        da.queues.waiting(sample.head(9), by="offices")


def test_waiting_is_the_plain_quantiles_of_the_waits():
    log = small(*[("9:00", f"9:{k:02d}", "10:30") for k in range(0, 50, 5)])
    found = da.queues.waiting(log)
    assert found.table.loc[0].to_dict() == {
        "n": 10, "mean": 22.5, "median": 22.5, "p90": 40.5, "longest": 45,
        "over_15_percent": 60, "over_30_percent": 30,
    }  # fmt: skip
    assert found.value == 40.5
    assert found.sentence == (
        "待ち時間の中央値は 22.5 分、10人に9人は 40.5 分までに呼ばれました（10 件）。"
        "15分より長く待った人は 60.0%、30分より長く待った人は 30.0%です。"
    )
    assert "over_45_percent" in da.queues.waiting(log, over=45).table


def test_waiting_by_group_counts_each_group_and_tells_of_those_without_one(sample):
    log = sample.assign(time=(sample["date"] >= "2025-10").map({False: "前", True: "後"}))
    log.loc[:9, "time"] = None
    found = da.queues.waiting(log, by="time")
    assert found.table["n"].sum() == len(log) - 10 and found.left_out == ("列「time」が空欄の 10 件",)
    one = da.queues.waiting(log[log["time"] == "後"]).table.loc[0]
    other = found.table.set_index("time").loc["後"]
    pd.testing.assert_series_equal(one, other, check_names=False)
    assert found.value == pytest.approx(np.ptp(found.table["p90"]))
    assert len(da.queues.waiting(sample, by="month").table) == 12


def test_the_planted_change_at_the_counter_is_in_the_minutes(sample):
    """Truth did_writeless: 2.5 minutes less at the pilot's counters, next to the other office."""
    table = da.queues.minutes(sample[sample["procedure"] != "マイナンバーカード"]).table
    table = table.assign(pilot=table["office"] == "みなと支所")
    found = da.effect.did(
        table, value="service_minutes", treated="pilot", time="month", start="2025-10", covariates=["procedure"]
    )
    assert found.value == pytest.approx(-2.5, abs=0.5)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 20 * 60)] * 3), min_size=1, max_size=30))
def test_every_ticket_is_used_or_told_and_the_parts_add_up(seconds):
    """Whatever times stand in a log: used + left out = all, wait + service = stay, no minute is negative."""
    log = small(*[tuple(f"9:{s // 60:02d}:{s % 60:02d}" for s in ticket) for ticket in seconds])
    good = sum(a <= b <= c for a, b, c in seconds)
    if not good:
        with pytest.raises(da.DataAcademyError, match="一件も"):
            da.queues.minutes(log)
        return
    found = da.queues.minutes(log)
    told = sum(int(line.split()[-2]) for line in found.left_out)
    assert len(found.table) == good and good + told == len(log) and da.queues.faults(log).value == told
    table = found.table
    np.testing.assert_allclose(table["wait_minutes"] + table["service_minutes"], table["stay_minutes"])
    assert (table[["wait_minutes", "service_minutes"]] >= 0).all(axis=None)
