"""Times of a table: their order, the month they name, and which of them are missing."""

from __future__ import annotations

import datetime

import pandas as pd
import pytest

from dataacademy.effect.periods import periods
from dataacademy.errors import DataAcademyError


def read(*values, dtype=None):
    return periods(pd.Series(list(values), dtype=dtype), "time")


@pytest.mark.parametrize(
    "values",
    [
        ["2025-11", "2025-12", "2026-02"],
        ["2025/11", "2025/12", "2026/02"],
        ["2025年11月", "2025年12月", "2026年02月"],
        ["202511", "202512", "202602"],
        [202511, 202512, 202602],
        [202511.0, 202512.0, 202602.0],
        pd.to_datetime(["2025-11-01", "2025-12-01", "2026-02-01"]),
        pd.PeriodIndex(["2025-11", "2025-12", "2026-02"], freq="M"),
    ],
)
def test_a_missing_month_is_seen_however_months_are_written(values):
    more = periods(pd.Series(values), "time")
    assert more.months().tolist() == [11, 12, 2]
    whole = read("2025-10", "2025-11", "2025-12", "2026-02", "2026-03", "2026-04", "2026-05")
    assert whole.missing == ["2026-01"]
    assert more.missing in (["2026-01"], [])  # three months are too few to know the step


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ([202510, 202511, 202512, 202601, 202602], []),
        ([202510, 202511, 202512, 202601, 202603, 202604], ["2026-02"]),
        ([2019, 2020, 2022, 2023, 2024], [2021]),
        (["2019", "2020", "2022", "2023", "2024"], ["2021"]),
        ([2015, 2020, 2025, 2030], []),
        ([2015, 2020, 2030, 2035, 2040], [2025]),
        ([0, 1, 2, 3], []),
        (["2025-04", "2025-07", "2025-10", "2026-01"], []),
        (["2025-04-14", "2025-04-15", "2025-04-21"], []),
        ([1.5, 2.5, 9.5], []),
    ],
)
def test_the_step_between_periods_tells_what_is_missing(values, missing):
    assert read(*values).missing == missing


def test_order_and_start():
    times = read("2025-10", "2025-04", "2025-09", "2025-04")
    assert times.values == ["2025-04", "2025-09", "2025-10"]
    assert times.position.tolist() == [2, 0, 1, 0]
    assert times.number_of("2025-10") == times.number_of(datetime.date(2025, 10, 1)) == 2
    dated = read(*pd.to_datetime(["2025-04-01", "2025-10-01"]))
    assert (
        dated.number_of("2025-10-01") == dated.number_of("2025-10") == dated.number_of(pd.Timestamp("2025-10-01")) == 1
    )
    assert dated.called() == ["2025-04-01", "2025-10-01"]
    assert read(1, 2, 3).months() is None and read("2025", "2026").months() is None
    assert read("2025-04-14", "2026-02-02").months().tolist() == [4, 2]


@pytest.mark.parametrize(
    ("values", "start"), [(["2025-04", "2025-05"], 5), ([1, 2], "2"), (pd.to_datetime(["2025-04-01"]), "四月")]
)
def test_a_start_of_another_kind_is_refused(values, start):
    with pytest.raises(DataAcademyError) as caught:
        read(*values).number_of(start)
    assert caught.value.note.kind == "start_not_comparable"


@pytest.mark.parametrize(
    "values", [["2025-1", "2025-10"], ["R7.4", "R7.5"], ["4月", "5月"], [True, False], ["２０２５", "2026"]]
)
def test_text_that_does_not_sort_is_refused(values):
    with pytest.raises(DataAcademyError) as caught:
        read(*values)
    assert caught.value.note.kind == "time_text"
