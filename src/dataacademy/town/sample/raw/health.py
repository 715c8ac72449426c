"""健康課, 消防本部 and others hand over: check-ups, ambulance calls, COVID-19 patients, health points, an indicator."""

from __future__ import annotations

from typing import Any

from dataacademy.town.sample import geography as geo
from dataacademy.town.sample.files import csv_bytes
from dataacademy.town.sample.raw.defects import Page
from dataacademy.town.sample.raw.writing import as_labelled, era, wide
from dataacademy.town.sample.town import Town

CHECKUPS, CALLS = "特定健診_さと支所_令和7年度.csv", "救急搬送_令和8年3月.csv"
PATIENTS, POINTS, INDICATOR = (
    "新型コロナ_患者一覧_2020年.csv",
    "健康ポイント_2026年3月.csv",
    "みらい市_就労支援の指標.csv",
)
OFFICE, YEAR, MONTH = "さと支所", 2025, "2026-03"
SINCE, LOST = "2024-04", "2025-02"


def make(town: Town, tables: dict[str, Any]) -> tuple[dict[str, bytes], list]:
    """The files and what is planted in them."""
    pages = [_checkups(tables), _calls(tables), _patients(tables), _points(tables), _indicator(tables)]
    return {p.file: csv_bytes(p.rows, encoding="utf-8-sig") for p in pages}, [d for p in pages for d in p.defects]


def _checkups(tables: dict[str, Any]) -> Page:
    """Who was invited by one office in a year; marks where nobody was measured, an age that nobody reaches."""
    table = tables["checkups"]
    table = table[(table["fiscal_year"] == YEAR) & (table["office"] == OFFICE)]
    page = as_labelled("checkups", table, CHECKUPS)
    for heading in ("BMI", "最高血圧", "HbA1c"):
        c = page.column(heading)
        empty = [r for r in page.body() if page.rows[r][c] == ""]
        page.spoil("special_symbol", c, empty, "受診していない人の欄に「-」を入れた。", "-")
    old = 1 + len(table) // 3
    page.spoil("out_of_range", "年度末の年齢", [old], "年齢を打ちまちがえた。", lambda age: age + 100)
    return page


def _calls(tables: dict[str, Any]) -> Page:
    """A month of ambulance calls: dates in 和暦, minutes with their unit."""
    calls = tables["ambulance_calls"]
    page = as_labelled("ambulance_calls", calls[calls["date"].str[:7] == MONTH], CALLS)
    c = page.column("覚知日")
    right = iter([page.rows[r][c] for r in page.body()])
    for r in page.body():
        page.rows[r][c] = era(page.rows[r][c], day=True)
    page.spoil("era_date", c, page.body(), "年が和暦だけで書かれている。", true=lambda _: next(right))
    page.spoil("unit_in_cell", "現場到着まで", page.body(), "数字に「分」を付けて打った。", lambda n: f"{n}分")
    return page


def _patients(tables: dict[str, Any]) -> Page:
    """The patients of the first year in the headings of the national list; a number twice, blanks before the age."""
    patients = tables["covid_patients"]
    sexes = {"male": "男性", "female": "女性"}
    head = [
        "No",
        "全国地方公共団体コード",
        "都道府県名",
        "市区町村名",
        "公表_年月日",
        "患者_年代",
        "患者_性別",
        "退院済フラグ",
    ]
    rows = [
        [p.patient_no, geo.CODE, geo.PREFECTURE, geo.CITY, p.date, p.age_group, sexes[p.sex], int(p.discharged)]
        for p in patients[patients["date"] < "2021-01-01"].itertuples()
    ]
    page = Page(PATIENTS, [head, *rows])
    again = 1 + len(rows) // 2
    page.spoil("duplicate_id", "No", [again], "前の行の番号を写したまま直さなかった。", lambda n: n - 1)
    padded = [r for r in page.body() if page.rows[r][5] == "10歳未満"]
    page.spoil("spaces_for_looks", "患者_年代", padded, "けたをそろえるため、前に空白を入れた。", lambda age: f" {age}")
    return page


def _points(tables: dict[str, Any]) -> Page:
    """A month of health points: steps typed in full width."""
    points = tables["points"]
    page = as_labelled("points", points[points["month"] == MONTH], POINTS)
    rows = [1 + len(page.rows) * k // 7 for k in (1, 3, 4)]
    page.spoil("full_width_digits", "1日の歩数", rows, "紙の申告から、全角の数字で打った。", wide)
    return page


def _indicator(tables: dict[str, Any]) -> Page:
    """Two years of an indicator without one of its months."""
    table = tables["indicator_monthly"]
    table = table[(table["indicator_id"] == table["indicator_id"].iloc[0]) & (table["month"] >= SINCE)]
    page = as_labelled("indicator_monthly", table[table["month"] != LOST], INDICATOR)
    after = [r for r in page.body() if page.rows[r][page.column("年月")] > LOST][:1]
    page.spoil("missing_period", "年月", after, "前の月の行が抜けている。")
    return page
