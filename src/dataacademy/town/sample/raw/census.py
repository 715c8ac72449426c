"""The census by small areas, as e-Stat gives it: a line of codes above the labels, small areas suppressed."""

from __future__ import annotations

from typing import Any

from dataacademy.town.sample import geography as geo
from dataacademy.town.sample.files import csv_bytes
from dataacademy.town.sample.raw.defects import Page
from dataacademy.town.sample.raw.people import in_cp932
from dataacademy.town.sample.town import Town

FILE = "国勢調査_小地域_T001082.csv"
LABELS = ("人口（総数）", "男", "女", "65歳以上人口", "世帯数")
SUPPRESSED, INTO = "奥野", "大平"  # too few people: hidden, and added to a neighbour


def make(town: Town, tables: dict[str, Any]) -> tuple[dict[str, bytes], list]:
    """The file and what is planted in it."""
    people = tables["population"]
    last = people[people["date"] == people["date"].max()]
    sexes = last.groupby(["area_id", "sex"])["count"].sum()
    old = last[last["age_from"] >= 65].groupby("area_id")["count"].sum()
    counts = {}
    for area in tables["areas"].itertuples():
        male, female = (int(sexes[area.area_id, sex]) for sex in ("male", "female"))
        counts[area.name] = [male + female, male, female, int(old[area.area_id]), int(area.households)]
    true, keys = list(counts[SUPPRESSED]), dict(zip(tables["areas"]["name"], tables["areas"]["area_id"], strict=True))
    counts[INTO] = [a + b for a, b in zip(counts[INTO], true, strict=True)]
    codes = ["KEY_CODE", "HYOSYO", "CITYNAME", "NAME", "HTKSYORI", "HTKSAKI", "GASSAN"]
    rows: list[list] = [
        [*codes, *(f"T001082{k:03d}" for k in range(1, len(LABELS) + 1))],
        [*[""] * len(codes), *LABELS],
    ]
    for name, numbers in counts.items():
        level = 4 if name.endswith("丁目") else 3
        process = {SUPPRESSED: [2, keys[INTO], ""], INTO: [1, "", keys[SUPPRESSED]]}.get(name, [0, "", ""])
        rows.append([keys[name], level, geo.CITY, name, *process, *numbers])
    page = Page(FILE, rows, head=range(0, 2))
    row = next(r for r in page.body() if rows[r][3] == SUPPRESSED)
    for c in range(len(codes), page.width):
        page.spoil("special_symbol", c, [row], f"人が少ないので秘匿し、{INTO}に合算した。", "*")
    page.mark_rows("code_heading_row", 0, 0, "見出しの上に、項目の記号の行がある。")
    in_cp932(page, 3)
    return {FILE: csv_bytes(page.rows, encoding="cp932")}, page.defects
