"""環境課 and the counters hand over: waste month by month, waste stations and their checks, a day's tickets."""

from __future__ import annotations

from typing import Any

from dataacademy.town.contract.services import ARMS, STATION_KINDS
from dataacademy.town.sample import geography as geo
from dataacademy.town.sample.files import csv_bytes
from dataacademy.town.sample.raw.defects import Page
from dataacademy.town.sample.raw.workbook import workbook
from dataacademy.town.sample.town import Town

WASTE, STATIONS, CHECKS, TICKETS = (
    *("ごみの量_月別.csv", "ごみ集積所一覧.csv"),
    *("ごみ集積所_点検記録.csv", "みなと支所_受付記録_2026-03-09.xlsm"),
)
TOWNS, SINCE, TWICE = (geo.CITY, "はるか町", "のぞみ市"), "2023-04", "2024-08"
QUARTERS, CHECKED = ("農村", "沿岸"), "2025-07"
DAY, OFFICE = "2026-03-09", "みなと支所"
MACROS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 Sub Auto_Open()"  # enough to be told as macros; there is nothing to run


def make(town: Town, tables: dict[str, Any]) -> tuple[dict[str, bytes], list]:
    """The files and what is planted in them."""
    texts = [_waste(tables), _stations(tables), _checks(tables)]
    files = {page.file: csv_bytes(page.rows, encoding="utf-8-sig") for page in texts}
    tickets = _tickets(tables)
    files[TICKETS] = workbook(tickets, macros=MACROS)
    return files, [d for page in (*texts, *tickets) for d in page.defects]


def _waste(tables: dict[str, Any]) -> Page:
    """ごみの量: one month of the town twice, before and after a correction."""
    waste = tables["waste_monthly"]
    waste = waste[waste["municipality"].isin(TOWNS) & (waste["month"] >= SINCE)]
    columns = ["municipality", "month", "population", "burnable_kg", "recyclables_kg"]
    rows = waste[columns].astype(object).values.tolist()
    page = Page(WASTE, [["市町", "年月", "月末人口", "可燃ごみ", "資源物"], *rows])
    twice = page.find("年月", TWICE)
    page.rows.insert(twice + 1, [*page.rows[twice][:3], page.rows[twice][3] - 1200, page.rows[twice][4]])
    page.mark_rows(
        "duplicate_period", twice + 1, twice + 1, "訂正の前の行が残り、同じ月が二度入っている。前の行が正しい。"
    )
    return page


def _stations(tables: dict[str, Any]) -> Page:
    """ごみ集積所: one share above a hundred per cent."""
    stations = tables["stations"]
    stations = stations[stations["quarter"].isin(QUARTERS)]
    head = ["集積所番号", "地区コード", "地区の性格", "集積所の種類", "使う世帯", "集合住宅の割合（％）"]
    rows = [
        [
            *(s.station_id, s.area_id, s.quarter, STATION_KINDS[s.kind], int(s.households), int(s.flats_percent)),
            *("はい" if s.monitored else "いいえ", ARMS[s.arm]),
        ]
        for s in stations.itertuples()
    ]
    page = Page(STATIONS, [[*head, "毎月調べている", "くじの結果"], *rows])
    most = max(page.body(), key=lambda r: page.rows[r][5])
    page.spoil("out_of_range", head[5], [most], "割合が100％を超えている。打ちまちがい。", lambda n: n + 101)
    return page


def _checks(tables: dict[str, Any]) -> Page:
    """The checks of the first months: a remark with a comma makes one row longer than the others."""
    checks = tables["station_checks"]
    checks = checks[checks["date"] < CHECKED].sort_values(["date", "station_id"])
    page = Page(CHECKS, [["集積所番号", "調べた日", "残った袋", "町"], *checks.astype(object).values.tolist()])
    for r in page.body():
        page.rows[r].append(geo.CITY)
    row = len(page.rows) // 2
    width = page.width
    page.rows[row].append("カラスの被害あり")
    page.mark("ragged_row", (row, 0, row, width - 1), "気づいたことを行の終わりに書き足したので、欄が1つ多い。")
    return page


def _tickets(tables: dict[str, Any]) -> list[Page]:
    """A day at the counters in a workbook with macros, a hidden column and a hidden sheet."""
    log = tables["counter_log"]
    log = log[(log["date"] == DAY) & (log["office"] == OFFICE)]
    columns = ["date", "office", "ticket_no", "procedure", "arrived", "called", "ended", "counter", "staff_minutes"]
    head = [
        "受付日",
        "窓口",
        "整理番号",
        "手続",
        "受付時刻",
        "呼出時刻",
        "終了時刻",
        "カウンター番号",
        "職員の時間（分）",
    ]
    page = Page(TICKETS, [head, *log[columns].astype(object).values.tolist()], f"{geo.CITY}{OFFICE}")
    counter = page.column("カウンター番号")
    page.hidden_columns = [counter]
    page.mark("hidden_columns", (0, counter, len(page.rows) - 1, counter), "列が隠れている。")
    settings = [["項目", "値"], ["カウンター数", int(log["counter"].max())]]
    hidden = Page(TICKETS, settings, "設定", hidden=True)
    hidden.mark_file("hidden_sheet", "マクロが使う設定のシートが隠れている。")
    book = Page(TICKETS, [[]])
    book.mark_file("macro", "受付番号を振るマクロが付いている。")
    page.defects += book.defects
    return [page, hidden]
