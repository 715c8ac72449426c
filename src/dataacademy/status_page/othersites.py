"""The data.json of 東京都's 新型コロナウイルス感染症対策サイト and of the forks that many towns had in 2020."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.errors import DataAcademyError
from dataacademy.status_page.datafile import read_json

_MAIN = "patients_summary"


def read_site_data(data: Mapping | str | Path) -> Analysis:
    """The counts by day in a data.json of 東京都's site or one of its forks; rows that describe a person are not read.

    data
        What is in it, or the path of the file.  Read: lists with 日付 and 小計 (``patients_summary`` …), and series by
        name beside ``labels`` such as 1/24 (``inspections_summary``).  Which of them there are changes from one edition
        to the next.

    Table, one row a day and series: ``series, day, count``.  Value: all patients (the sum of ``patients_summary``).
    Figures: ``patients``, ``stated`` (陽性患者数 in the tree ``main_summary``, copied there by hand; None without it).
    Errors: not_site_data, no_data_json, bad_data_json.
    Checked against five editions of 東京都's file in March 2020 (521 on 2020-03-31).
    When not to use: for the data.json that :func:`build` writes; read that with :func:`validate`.

    >>> import dataacademy as da
    >>> rows = [{"日付": "2020-03-30T08:00:00.000Z", "小計": 13}, {"日付": "2020-03-31T08:00:00.000Z", "小計": 78}]
    >>> table = read_site_data({"patients_summary": {"date": "2020/03/31 20:00", "data": rows}}).table
    >>> da.status_page.daily(table, date="day", count="count").figures["cumulative"]
    91
    """
    if isinstance(data, (str, Path)):
        data = read_json(Path(data))
    if not isinstance(data, Mapping) or not isinstance(data.get(_MAIN), Mapping):
        raise DataAcademyError(
            "not_site_data",
            "東京都の新型コロナ対策サイトの形の data.json ではありません（patients_summary がありません）。",
            "Not the data.json of 東京都's site: it has no patients_summary.",
            fix="da.status_page.build で作ったページの data.json なら、da.status_page.validate で読みます。",
            fix_en="Read a data.json of build() with validate().",
        )
    rows, left_out = [], []
    for name, block in data.items():
        if not isinstance(block, Mapping) or "data" not in block:
            continue
        found = list(_series(name, block))
        rows += found
        if not found:
            people = isinstance(block["data"], list) and block["data"] and "居住地" in block["data"][0]
            left_out.append(f"{name}：{'一人一行の表なので' if people else '日ごとの小計がないので'}、読んでいません")
    table = pd.DataFrame(rows, columns=["series", "day", "count"]).astype({"count": "Int64"})
    patients = int(table.loc[table["series"] == _MAIN, "count"].sum())
    stated = _stated(data.get("main_summary"))
    agrees = (
        ""
        if stated is None
        else f"手で書き写した合計（{stated:,}人）と{'合います' if stated == patients else '合いません'}。"
    )
    last = table.loc[table["series"] == _MAIN, "day"].max()
    return Analysis(
        table,
        patients,
        f"{last} までの陽性者は、日ごとの数を合わせて {patients:,}人です。{agrees}",
        f"{patients} patients up to {last}.",
        used={"系列": table["series"].nunique(), "行": len(table)},
        left_out=tuple(left_out),
        figures={"patients": patients, "stated": stated},
    )


def _series(name: str, block: Mapping) -> Iterator[tuple[str, str, int | None]]:
    data = block["data"]
    if isinstance(data, list):
        for row in data:
            if isinstance(row, Mapping) and "日付" in row and "小計" in row:
                yield name, str(row["日付"])[:10].replace("/", "-"), row["小計"]
    elif isinstance(data, Mapping) and isinstance(block.get("labels"), list):
        days = _days(block["labels"], str(block.get("date", "")))
        for part, counts in data.items():
            yield from ((f"{name}・{part}", day, count) for day, count in zip(days, counts, strict=True))


def _days(labels: list[str], edition: str) -> list[str]:
    """Labels without a year: the last one lies in the year of the edition, the others before it."""
    year = int(re.match(r"\d{4}", edition)[0]) if re.match(r"\d{4}", edition) else date.today().year
    found, later = [], (13, 0)
    for label in reversed(labels):
        at = tuple(int(n) for n in label.split("/"))
        year -= at > later
        found.append(f"{year}-{at[0]:02d}-{at[1]:02d}")
        later = at
    return found[::-1]


def _stated(tree) -> int | None:
    if not isinstance(tree, Mapping):
        return None
    if tree.get("attr") == "陽性患者数":
        return tree.get("value")
    return next((n for child in tree.get("children", []) if (n := _stated(child)) is not None), None)
