"""和暦 and dates: every way of writing, round trips, columns, file names."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataacademy.eras import When, fiscal_year, month_in_name, parse_date, to_dates, to_era
from dataacademy.errors import DataAcademyError

APRIL = date(2024, 4, 1)


def kinds(notes):
    return [note.kind for note in notes]


def refused(value, **how):
    with pytest.raises(DataAcademyError) as caught:
        parse_date(value, **how)
    return caught.value.note


@pytest.mark.parametrize(
    "value",
    [
        "令和6年4月1日", "令和６年４月１日", "令和 6 年 4 月 1 日", "㋿6年4月1日", "R6.4.1", "r6.4.1",
        "R06/04/01", "R6-4-1", "Ｒ６．４．１", "R.6.4.1", "令6.4.1", "R060401", "2024-04-01", "2024/4/1",
        "2024.4.1", "2024−04−01", "2024年4月1日", "20240401", 20240401, 20240401.0, "2024-04-01 00:00:00",
        "2024-04-01T00:00:00", "2024-04-01T00:00:00+09:00", "2024-03-31T15:00:00.000Z", "令和6年4月1日(月)",
        "令和6年4月1日（月曜日）", "令和6年4月1日現在", "令和6(2024)年4月1日", "平成36年4月1日",
        date(2024, 4, 1), datetime(2024, 4, 1), pd.Timestamp(2024, 4, 1), np.datetime64("2024-04-01"),
    ],
)  # fmt: skip
def test_a_day_however_it_is_written(value):
    assert parse_date(value) == When("day", APRIL, APRIL)


@pytest.mark.parametrize(
    "value", ["令和6年4月", "R6.4", "R0604", "2024-04", "2024/4", "2024年4月", "202404", 202404, "令和6年度4月"]
)
def test_a_month(value):
    assert parse_date(value) == When("month", APRIL, date(2024, 4, 30))


@pytest.mark.parametrize(
    ("value", "year"),
    [
        ("令和6年", 2024), ("R6", 2024), ("2024", 2024), (2024, 2024), (2024.0, 2024), ("平成31年", 2019),
        ("令和元年", 2019), ("令和1年", 2019), ("H31", 2019), ("平成元年", 1989), ("S64", 1989),
        ("昭和64年", 1989), ("大正15年", 1926), ("昭和元年", 1926), ("明治45年", 1912), ("大正元年", 1912),
        ("明治元年", 1868), ("平成31年/令和元年", 2019), ("2019年(令和元年)", 2019), ("平成31(2019)年", 2019),
    ],
)  # fmt: skip
def test_a_year_is_the_calendar_year(value, year):
    assert parse_date(value) == When("year", date(year, 1, 1), date(year, 12, 31))
    assert parse_date(value).notes == ()


@pytest.mark.parametrize(
    ("value", "year"),
    [
        ("令和6年度", 2024), ("2024年度", 2024), ("平成31年度", 2019), ("令和元年度", 2019), ("R元年度", 2019),
        ("H30年度", 2018), ("平成31・令和元年度", 2019), ("令和元年度(2019年度)", 2019), ("昭和63年度", 1988),
    ],
)  # fmt: skip
def test_a_fiscal_year_begins_in_april(value, year):
    assert parse_date(value) == When("fiscal_year", date(year, 4, 1), date(year + 1, 3, 31))
    assert parse_date(value).notes == ()


def test_months_of_a_fiscal_year_and_ends():
    assert parse_date("令和5年度3月").start == date(2024, 3, 1)
    assert parse_date("2023年度4月").start == date(2023, 4, 1)
    assert parse_date("令和6年2月末").start == date(2024, 2, 29)
    assert parse_date("令和6年3月末日現在") == When("day", date(2024, 3, 31), date(2024, 3, 31))
    assert parse_date("令和6年度末").start == date(2025, 3, 31)
    assert parse_date("平成31年度末").notes == ()


@pytest.mark.parametrize(
    ("value", "start", "right"),
    [
        ("平成32年", date(2020, 1, 1), "令和2年"),
        ("平成32年度", date(2020, 4, 1), "令和2年度"),
        ("H31.5.1", date(2019, 5, 1), "令和元年"),
        ("昭和64年1月8日", date(1989, 1, 8), "平成元年"),
        ("昭和64年度", date(1989, 4, 1), "平成元年度"),
        ("昭和100年", date(2025, 1, 1), None),
        ("昭和99年", date(2024, 1, 1), "令和6年"),
        ("令和元年4月30日", date(2019, 4, 30), "平成31年"),
        ("大正1年7月29日", date(1912, 7, 29), "明治45年"),
    ],
)
def test_outside_the_era_is_counted_on_and_reported(value, start, right):
    if right is None:  # three digits are no year of an era
        assert refused(value).kind == "not_a_date"
        return
    when = parse_date(value)
    assert when.start == start
    assert kinds(when.notes) == ["era_overrun"]
    assert f"{right}（" in when.notes[0].ja and when.notes[0].level == "warning"


@pytest.mark.parametrize(
    "value",
    ["H31.4.30", "R1.5.1", "S64.1.7", "H1.1.8", "大正15年12月25日", "昭和元年12月25日", "明治45年7月30日", "T1.7.30"],
)
def test_first_and_last_days_of_eras_are_theirs(value):
    assert parse_date(value).notes == ()


def test_month_first():
    when = parse_date("4/1/2023")
    assert when.start == date(2023, 4, 1) and kinds(when.notes) == ["month_first"]
    assert "4月1日" in when.notes[0].ja and "1月4日" in when.notes[0].fix
    assert parse_date("4/25/2023") == When("day", date(2023, 4, 25), date(2023, 4, 25))
    assert parse_date("4/25/2023").notes == () == parse_date("4/4/2023").notes  # only one reading
    assert refused("25/4/2023").kind == "impossible_date"


@pytest.mark.parametrize(
    "value", ["2024-04-01 09:30", "2024/4/1 9:30:15", "2024-04-01T09:30:00.123Z", datetime(2024, 4, 1, 9, 30)]
)
def test_time_of_day_is_left_out_and_reported(value):
    when = parse_date(value)
    assert when.start == APRIL and kinds(when.notes) == ["time_dropped"]


def test_excel_serials_only_where_told():
    assert refused(45383).kind == "not_a_date"
    for value in (45383, 45383.0, "45383"):
        when = parse_date(value, excel_serial=True)
        assert when.start == APRIL and kinds(when.notes) == ["excel_serial"]
    assert kinds(parse_date(45383.5, excel_serial=True).notes) == ["excel_serial", "time_dropped"]
    assert parse_date("R6.4.1", excel_serial=True).start == APRIL
    assert parse_date(61, excel_serial=True).start == date(1900, 3, 1)
    assert refused(60, excel_serial=True).kind == "not_a_date"  # Excel's 29 February 1900


@given(st.dates(date(1900, 3, 1), date(2199, 12, 31)))
def test_excel_serials_count_days(day):
    serial = 61 + (day - date(1900, 3, 1)).days
    assert parse_date(serial, excel_serial=True).start == day


@pytest.mark.parametrize("value", [None, "", "　", float("nan"), pd.NaT, pd.NA, np.datetime64("NaT")])
def test_empty_is_none(value):
    assert parse_date(value) is None


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("令和6年2月30日", "29日まで"), ("令和5年2月29日", "28日まで"), ("2024-04-31", "30日まで"),
        ("2024-13-01", ""), ("R6.0.1", ""), ("2024/04/00", "30日まで"), ("令和6年13月", ""),
        ("20240230", "29日まで"),
    ],
)  # fmt: skip
def test_impossible_dates_are_refused(value, hint):
    note = refused(value)
    assert note.kind == "impossible_date" and note.value == value
    assert hint in note.fix


@pytest.mark.parametrize(
    "value",
    [
        "不明", "令和", "元年", "令和0年", "6.4.1", "6年4月1日", "24/4/1", "2024-4-", "R6.4/1", "5255", 5255,
        "12345678", "372013", "X6.4.1", True, -1, 0.5, "2024年4月1日から", "2024-04-01T25:00Z", "千九百年",
        "+2024",
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused(value):
    note = refused(value)
    assert note.kind == "not_a_date" and "令和6年4月1日" in note.fix


def test_two_years_must_agree():
    note = refused("平成31(2020)年")
    assert note.kind == "years_disagree" and "2019" in note.ja and "2020" in note.ja


def test_old_calendar_is_refused():
    assert refused("明治5年12月2日").kind == "old_calendar"
    assert parse_date("明治6年1月1日").start == date(1873, 1, 1)
    with pytest.raises(DataAcademyError, match="旧暦"):
        to_era(date(1872, 12, 31))


# --- round trips


def test_round_trip_of_every_day():
    day = date(1873, 1, 1)
    while day.year < 2100:
        era = to_era(day)
        when = parse_date(era)
        assert (when.kind, when.start, when.notes) == ("day", day, ()), era
        day += timedelta(days=1)


@given(
    st.dates(date(1873, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["{e}{y}.{m}.{d}", "{e}{y:02}/{m:02}/{d:02}", "{e}{y:02}{m:02}{d:02}"]),
)
def test_round_trip_of_short_forms(day, form):
    long = to_era(day).replace("元", "1")
    name, (year, month, rest) = long[:2], long[2:].replace("月", "年").split("年")
    letter = {"明治": "M", "大正": "T", "昭和": "S", "平成": "H", "令和": "R"}[name]
    text = form.format(e=letter, y=int(year), m=int(month), d=int(rest.rstrip("日")))
    assert parse_date(text).start == day


@given(st.dates(date(1800, 1, 1), date(2199, 12, 31)))
def test_western_forms_agree(day):
    forms = [
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
    ]
    assert {parse_date(form) for form in forms} == {When("day", day, day)}
    assert parse_date(f"{day.year}年度").start <= date(day.year, 12, 31)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_fiscal_year_holds_its_days(day):
    year = fiscal_year(day)
    assert parse_date(f"{year}年度").start <= day <= parse_date(f"{year}年度").end


@given(
    st.text(st.sampled_from("令和平成昭元年度月日末現在RHS0123456789/-.()・ T:Z"), max_size=14) | st.text(max_size=8)
)
def test_any_text_is_read_or_refused(text):
    try:
        when = parse_date(text)
    except DataAcademyError:
        return
    assert when is None or when.start <= when.end


# --- columns


def test_column_of_mixed_writings():
    source = pd.Series(
        ["R6.4.1", "令和6年4月2日", None, "2024/4/3", "不明", "不明"], index=list("abcdef"), name="公表日"
    )
    before = source.copy()
    days, notes = to_dates(source, file="a.csv", column="公表日")
    assert days.dtype == "datetime64[us]" and days.name == "公表日" and days.index.equals(source.index)
    assert days.dropna().dt.day.tolist() == [1, 2, 3] and days.isna().tolist() == [
        False,
        False,
        True,
        False,
        True,
        True,
    ]
    assert [(n.kind, n.level, n.file, n.column, n.row, n.value) for n in notes] == [
        ("not_a_date", "error", "a.csv", "公表日", 6, "不明")
    ]
    assert "2件" in notes[0].ja
    pd.testing.assert_series_equal(source, before)


def test_column_reports_an_assumption_once():
    days, notes = to_dates(pd.Series(["5/1/2023", "4/1/2023", "4/1/2023"]), rows=[10, 11, 12])
    assert days.dt.month.tolist() == [5, 4, 4]
    assert [(n.kind, n.row, n.value) for n in notes] == [("month_first", 10, "5/1/2023")]
    assert "3件" in notes[0].ja


def test_column_tells_years_from_fiscal_years():
    days, notes = to_dates(pd.Series(["令和6年", "令和6年度"]))
    assert days.dt.month.tolist() == [1, 4]
    assert [(n.kind, n.level, n.row) for n in notes] == [("mixed_periods", "warning", 3)]
    assert to_dates(pd.Series(["令和5年度", "令和6年度"]))[1] == []


def test_column_context_decides_on_serials():
    days, notes = to_dates(pd.Series([45383, 45384.0, "2024-04-03"], dtype=object))
    assert days.dt.day.tolist() == [1, 2, 3] and kinds(notes) == ["excel_serial"]
    days, notes = to_dates(pd.Series([45383, 12345]))  # not all of them are recent days
    assert days.isna().all() and kinds(notes) == ["not_a_date", "not_a_date"]
    assert to_dates(pd.Series([45383, 12345]), excel_serial=True)[0].dt.year.tolist() == [2024, 1933]
    assert to_dates(pd.Series([45383]), excel_serial=False)[0].isna().all()
    assert to_dates(pd.Series([20240401, 202404]))[0].dt.year.tolist() == [2024, 2024]


def test_column_of_timestamps():
    stamps = pd.Series(pd.to_datetime(["2024-04-01 00:00", None, "2024-04-02 09:30"]), name="d")
    days, notes = to_dates(stamps, column="d")
    assert days.dt.day.tolist()[::2] == [1, 2] and pd.isna(days[1]) and days.dtype == "datetime64[us]"
    assert [(n.kind, n.row, n.column) for n in notes] == [("time_dropped", 4, "d")]
    utc = pd.Series(pd.to_datetime(["2024-03-31T15:00:00Z"]))
    assert to_dates(utc)[0].tolist() == [pd.Timestamp(2024, 4, 1)] and to_dates(utc)[1] == []


def test_empty_columns():
    for empty in (pd.Series([], dtype=object), pd.Series([None, None])):
        days, notes = to_dates(empty)
        assert days.isna().all() and notes == [] and days.dtype == "datetime64[us]"


def test_survey_dates_of_a_real_town(realdata):
    """Five months of Takamatsu's tables, one of which writes 4/1/2023."""
    openpyxl = pytest.importorskip("openpyxl")
    folder = realdata / "takamatsu_372013" / "population"
    for file in sorted(folder.glob("0066_*.xlsx")):
        book = openpyxl.load_workbook(file, read_only=True)
        rows = book.worksheets[0].iter_rows(values_only=True)
        place = next(rows).index("surveyDate")
        days, notes = to_dates(pd.Series([row[place] for row in rows if any(row)], dtype=object))
        book.close()
        assert not [n for n in notes if n.level == "error"], file.name
        assert days.notna().all()
        if file.name == "0066_202304.xlsx":
            assert kinds(notes) == ["month_first"]
        if file.name != "0066_202406.xlsx":  # a copy of the month before
            assert {(d.year, d.month) for d in days} == {
                (month_in_name(file.name).year, month_in_name(file.name).month)
            }


# --- file names


@pytest.mark.parametrize(
    ("name", "month"),
    [
        ("0066_202406.xlsx", (2024, 6)), ("人口_令和6年4月.csv", (2024, 4)), ("R6.4.csv", (2024, 4)),
        ("人口R6.4", (2024, 4)), ("令和６年４月１日.xlsx", (2024, 4)), ("H31.4.30.csv", (2019, 4)),
        ("jinko_r0604.csv", (2024, 4)), ("20240401.csv", (2024, 4)), ("2024-04.csv", (2024, 4)),
        ("2024_04.csv", (2024, 4)), ("2024年4月.csv", (2024, 4)), ("令和5年度3月.csv", (2024, 3)),
        ("令和元年5月.csv", (2019, 5)), ("0066_202406 (1).xlsx", (2024, 6)),
        ("130001_patients_20200324T1405.csv", (2020, 3)), ("202011_人口_202404.csv", (2024, 4)),
        ("2024年4月_20240515作成.csv", (2024, 4)),
    ],
)  # fmt: skip
def test_month_in_name(name, month):
    assert month_in_name(name) == date(*month, 1)


@pytest.mark.parametrize(
    "name",
    [
        "data.csv", "data(2).csv", "372013_toilet.csv", "222127_population.csv", "0066.xlsx", "R6.xlsx",
        "令和6年度.csv", "2024.csv", "traffic_2020_1.csv", "COVER6.4.csv", "令和5年13月.csv", "202413.csv",
        "2024.7z", "T4.1_表.csv", "123456789.csv",
    ],
)  # fmt: skip
def test_no_month_in_name(name):
    assert month_in_name(name) is None
