"""A tiny fictional town in a folder, to break in one place at a time."""

from __future__ import annotations

import json
from pathlib import Path

CODE = "992011"
NAMES = ["東町", "中町", "西町一丁目", "西町二丁目"]
BANDS = [(0, 14), (15, 64), (65, None)]
LAT, LON, STEP = 33.90, 138.20, 0.01


def shelters_csv(
    rows=None, heading="NO,市区町村コード,市区町村名,名称,住所,緯度,経度,災害種別_洪水,想定収容人数"
) -> str:
    rows = rows or [
        f"1,{CODE},こまち市,東小学校,東町1,33.905,138.205,1,100",
        f'2,{CODE},こまち市,中央公民館,中町2,33.905,138.215,,"1,200"',
        f"3,{CODE},こまち市,西体育館,西町3,33.905,138.225,1,80",
    ]
    return "\r\n".join([heading, *rows]) + "\r\n"


def population_csv(date="2026-04-01", total_heading="総人口", spoil: dict | None = None, tail: list[str] = ()) -> str:
    """10 men and 20 women in every band of every area; ``spoil`` replaces cells {(row, heading): text}."""
    sexes = {"男性": 10, "女性": 20}
    heading = [
        "都道府県コード又は市区町村コード",
        "地域コード",
        "市区町村名",
        "調査年月日",
        "地域名",
        total_heading,
        "男性",
        "女性",
    ]
    for a, b in BANDS:
        band = f"{a}-{b}歳の" if b else f"{a}歳以上の"
        heading += [band + sex for sex in sexes]
    lines = [",".join(heading)]
    for i, name in enumerate(NAMES):
        cells = [CODE, f"{i + 1:03d}", "こまち市", date, name, "90", "30", "60", *["10", "20"] * 3]
        for (row, column), text in (spoil or {}).items():
            if row == i:
                cells[heading.index(column)] = text
        lines.append(",".join(cells))
    return "\r\n".join([*lines, *tail]) + "\r\n"


def areas_geojson() -> str:
    features = []
    for i, name in enumerate(NAMES):
        w, s = LON + i * STEP, LAT
        ring = [[w, s], [w + STEP, s], [w + STEP, s + STEP], [w, s + STEP], [w, s]]
        features.append(
            {
                "type": "Feature",
                "properties": {"KEY_CODE": f"99201{i + 1:04d}", "町丁目名": name},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def write(folder: Path, **files: str | bytes) -> Path:
    """The town's folder; ``files`` add or replace (None leaves out) by name without suffix."""
    folder.mkdir(parents=True, exist_ok=True)
    usual = {
        "町丁目.geojson": areas_geojson(),
        "避難場所.csv": shelters_csv(),
        "人口_202604.csv": population_csv(),
    }
    for name, content in (usual | files).items():
        if content is not None:
            (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return folder


LEAST = [f"{part}町{block}丁目" for part in "東中西" for block in "一二三四"]


def write_least(folder: Path) -> Path:
    """A town that has only areas with their population by age, and three shelters: no hazards, rooms, zones, roads."""
    folder.mkdir(parents=True, exist_ok=True)
    step, features, lines = 0.006, [], [population_csv().splitlines()[0]]
    for i, name in enumerate(LEAST):
        w, s = LON + (i % 4) * step, LAT + (i // 4) * step
        ring = [[w, s], [w + step, s], [w + step, s + step], [w, s + step], [w, s]]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        properties = {"KEY_CODE": f"99201{i + 1:04d}", "町丁目名": name}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
        few, some, old = 6 * (i * 5 % 11), 9 * (i * 3 % 7), 5 * (i * 4 % 9)
        counts = [10 + few, 12 + few, 40 + some, 42 + some, 15 + old, 20 + old]
        sexes = [sum(counts), sum(counts[::2]), sum(counts[1::2])]
        lines.append(",".join(map(str, [CODE, f"{i + 1:03d}", "こまち市", "2026-04-01", name, *sexes, *counts])))
    places = [("東小学校", 0.8, 0.6), ("中央公民館", 2.3, 1.4), ("西体育館", 3.4, 2.7)]
    shelters = [
        f"{n},{CODE},こまち市,{p},{p},{LAT + y * step},{LON + x * step}" for n, (p, x, y) in enumerate(places, 1)
    ]
    areas = {"type": "FeatureCollection", "features": features}
    (folder / "町丁目.geojson").write_text(json.dumps(areas, ensure_ascii=False), encoding="utf-8")
    (folder / "人口_202604.csv").write_text("\n".join(lines), encoding="utf-8")
    heading = "NO,市区町村コード,市区町村名,名称,住所,緯度,経度"
    (folder / "避難場所.csv").write_text("\n".join([heading, *shelters]), encoding="utf-8")
    return folder
