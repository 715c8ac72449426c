"""防災課 and others hand over: maps, shelters, evacuation sites, AEDs, bus stops, clinics, nurseries, halls, houses."""

from __future__ import annotations

from typing import Any

from dataacademy.town.contract import HAZARDS
from dataacademy.town.sample import geography as geo
from dataacademy.town.sample.files import csv_bytes, geojson_bytes
from dataacademy.town.sample.raw.defects import Page
from dataacademy.town.sample.raw.people import in_cp932
from dataacademy.town.sample.raw.workbook import workbook
from dataacademy.town.sample.raw.writing import degrees_minutes_seconds, tokyo_datum, town_area_id
from dataacademy.town.sample.town import Town

AREAS, ASSOCIATIONS = "町丁目境界.geojson", "自治会区域.geojson"
ZONES = {
    "flood": "浸水想定区域.geojson",
    "tsunami": "津波浸水想定区域.geojson",
    "landslide": "土砂災害警戒区域.geojson",
}
SHELTERS, SITES, AED, STOPS = "避難所一覧.csv", "指定緊急避難場所一覧.csv", "AED設置箇所一覧.xlsx", "バス停.csv"
CLINICS, NURSERIES, HALLS, HOUSES = "医療機関一覧.csv", "子育て施設一覧.csv", "公民館・集会所一覧.csv", "建物.csv"
HOUSES_OF = "沢自治会"  # the buildings of this association; all of them would be too large a file
LAT, LON = "緯度", "経度"


def make(town: Town, tables: dict[str, Any]) -> tuple[dict[str, bytes], list]:
    """The files and what is planted in them."""
    lists = tables["facilities"]
    kinds = {kind: lists[lists["kind"] == kind].to_dict("records") for kind in lists["kind"].unique()}
    texts = [
        (_shelters(kinds["shelter"]), "utf-8-sig"),
        (_sites(kinds["evacuation_site"], tables), "utf-8-sig"),
        (_stops(kinds["bus_stop"]), "cp932"),
        (_clinics(kinds["medical"]), "utf-8-sig"),
        (_nurseries(kinds["nursery"]), "utf-8-sig"),
        (_halls(kinds["community_centre"]), "utf-8-sig"),
        (_houses(town, tables), "utf-8"),
    ]
    files = {page.file: csv_bytes(page.rows, encoding=encoding) for page, encoding in texts}
    aed = _aed(kinds["aed"])
    files |= {AED: workbook([aed]), **_maps(tables)}
    return files, [d for page in (*(p for p, _ in texts), aed) for d in page.defects]


def _maps(tables: dict[str, Any]) -> dict[str, bytes]:
    """Clean maps: nobody types them."""
    areas, zones, hazards = (tables[name] for name in ("areas", "zones", "hazard_zones"))
    keyed = zip(areas["area_id"], areas["name"], areas.geometry, strict=True)
    named = zip(zones["name"], zones.geometry, strict=True)
    return {
        AREAS: geojson_bytes(({"KEY_CODE": key, "町丁目名": name}, shape) for key, name, shape in keyed),
        ASSOCIATIONS: geojson_bytes(({"自治会名": name}, shape) for name, shape in named),
        **{
            file: geojson_bytes(
                ({"浸水深" if hazard != "landslide" else "区域の区分": rank}, shape)
                for kind, rank, shape in zip(hazards["hazard"], hazards["rank"], hazards.geometry, strict=True)
                if kind == hazard
            )
            for hazard, file in ZONES.items()
        },
    }


def _pair(place: dict) -> list[str]:
    return [f"{place['lat']:.7f}", f"{place['lon']:.7f}"]


def _phone(office: int, number: int) -> str:
    return f"0999-{office:02d}-{number:04d}"  # no such area code exists


def _misplace(page: Page, kind: str, name: str, note: str, how) -> None:
    """Spoil the two coordinates of a place; ``how(lat, lon)`` gives what is written instead."""
    row = page.find(page.rows[0][1], name)
    places = [(row, page.column(LAT)), (row, page.column(LON))]
    written = iter(how(*(page.rows[r][c] for r, c in places)))
    page.spoil_cells(kind, places, note, lambda _: next(written))


def _shelters(places: list[dict]) -> Page:
    """避難所一覧 in the headings of the older standard."""
    kinds = [f"開設される災害の種類（{kind}）" for kind in ("地震・津波", "風水害", "土砂災害")]
    head = ["NO", "名称", "市区町村コード", "都道府県名", "市区町村名", "住所", "方書", LAT, LON, *kinds]
    head += ["電話番号", "想定収容人数", "備考"]
    rows = [
        [
            *(number, p["name"], geo.CODE, geo.PREFECTURE, geo.CITY, p["address"], "", *_pair(p)),
            *("○" if p[hazard] else "" for hazard in ("tsunami", "flood", "landslide")),
            *(_phone(10, number), p["capacity"], ""),
        ]
        for number, p in enumerate(places, start=1)
    ]
    page = Page(SHELTERS, [head, *rows])
    _misplace(page, "null_island", "星見台体育館", "位置を調べる前の 0 が残っている。", lambda lat, lon: ("0", "0"))
    _misplace(page, "swapped", "本町小学校", "緯度と経度を入れかえて打った。", lambda lat, lon: (lon, lat))
    note, dms = "度・分・秒で書いた。", degrees_minutes_seconds
    _misplace(page, "degrees_minutes_seconds", "川端公民館", note, lambda lat, lon: (dms(lat), dms(lon)))
    note = "前の行の番号を写したまま直さなかった。"
    page.spoil("duplicate_id", "NO", [page.find("名称", "ひかりヶ丘小学校")], note, lambda n: n - 1)
    return page


def _sites(places: list[dict], tables: dict[str, Any]) -> Page:
    """指定緊急避難場所一覧 in the headings of the newer standard (1 = usable)."""
    labels = ("洪水", "崖崩れ、土石流及び地滑り", "高潮", "地震", "津波", "大規模な火事", "内水氾濫", "火山現象")
    head = [
        *("ID", "名称", "全国地方公共団体コード", "地方公共団体名", "町字ID", "所在地_連結表記", LAT, LON, "電話番号"),
        *(f"災害種別_{label}" for label in labels),
        *("想定収容人数", "備考"),
    ]
    areas = tables["areas"]
    ids = {name: town_area_id(code) for code, name in zip(areas["area_id"], areas["name"], strict=True)}
    rows = [
        [
            *(f"{number:010d}", p["name"], geo.CODE, geo.CITY, ids[_area_of(p["address"], ids)], p["address"]),
            *(*_pair(p), _phone(11, number), *("1" if p[hazard] else "" for hazard in HAZARDS), p["capacity"], ""),
        ]
        for number, p in enumerate(places, start=1)
    ]
    page = Page(SITES, [head, *rows])
    note = "Excelで開いて保存したときに、町字ID（7桁）の先頭の0が落ちた。"
    page.spoil("lost_zero", "町字ID", page.body(), note, lambda code: code.lstrip("0"))
    _misplace(page, "outside_japan", "松原運動場", "経度の1を打ち落とした。", lambda lat, lon: (lat, lon[1:]))
    return page


def _area_of(address: str, names) -> str:
    """The area in which an address lies: the longest name that it begins with."""
    return max((name for name in names if address.startswith(geo.CITY + name)), key=len)


def _aed(places: list[dict]) -> Page:
    """AED設置箇所一覧: a workbook with a title, headings on two levels, and a remark at the end."""
    rows = [
        [f"{geo.CITY}　AED設置箇所一覧（2026年4月1日現在）", *[""] * 9],
        ["NO", "設置施設", "", "位置", "", "設置位置", "利用できる日時", "", "", "小児対応設備の有無"],
        ["", "名称", "住所", LAT, LON, "", "利用可能曜日", "開始時間", "終了時間", ""],
    ]
    for number, p in enumerate(places, start=1):
        hours = ["月火水木金", "8:30", "17:15"] if "公民館" in p["name"] else ["月火水木金土日", "0:00", "23:59"]
        rows.append(
            [number, p["name"], p["address"], *map(float, _pair(p)), "正面玄関", *hours, "有" if number % 3 else "無"]
        )
    last = len(rows)
    rows.append(["※ 利用できる日時は、施設の都合で変わることがあります。", *[""] * 9])
    merged = [(0, 0, 0, 9), (1, 0, 2, 0), (1, 1, 1, 2), (1, 3, 1, 4), (1, 5, 2, 5), (1, 6, 1, 8), (1, 9, 2, 9)]
    page = Page(AED, rows, "AED", head=range(1, 3), merged=[*merged, (last, 0, last, 9)])
    page.mark_rows("title_row", 0, 0, "表の上に表題がある。")
    page.mark_rows("merged_heading", 1, 2, "見出しが2段で、結合されている。")
    page.mark_rows("note_row", last, last, "表の下に注記がある。")
    return page


def _stops(places: list[dict]) -> Page:
    """バス停 in cp932, one stop moved to the neighbouring town, one without a place."""
    rows = [["種別", "バス停名", LAT, LON], *(["コミュニティバス", p["name"], *_pair(p)] for p in places)]
    page = Page(STOPS, rows)
    in_cp932(page, 1)
    note = "緯度の小数点の次を打ちまちがえ、町の北の外に出た。"
    _misplace(page, "outside_town", "上沢", note, lambda lat, lon: (lat.replace("33.9", "34.4"), lon))
    _misplace(page, "no_coordinates", "東原", "移設の工事中で、位置が空欄になっている。", lambda lat, lon: ("", ""))
    return page


def _clinics(places: list[dict]) -> Page:
    """医療機関一覧 from another system: telephone numbers as numbers, one place unknown, one clinic twice."""
    head = ["NO", "名称", "所在地", LAT, LON, "診療科目", "電話番号"]
    subjects = ("内科", "内科・小児科", "整形外科", "眼科", "皮膚科", "歯科")
    rows = [
        [number, p["name"], p["address"], *_pair(p), subjects[number % 6], f"099912{number:04d}"]
        for number, p in enumerate(places, start=1)
    ]
    page = Page(CLINICS, [head, *rows])
    page.rows.insert(12, list(page.rows[5]))
    page.mark_rows("duplicate_row", 12, 12, "6行目と同じ医院が、もう一度入っている。")
    note = "電話番号を数として保存したため、先頭の0が落ちた。"
    page.spoil("lost_zero", "電話番号", page.body(), note, lambda n: n[1:])
    _misplace(page, "bad_coordinates", "元町六丁目医院", "位置が分からない印。", lambda lat, lon: ("調査中", "調査中"))
    return page


def _nurseries(places: list[dict]) -> Page:
    """子育て施設一覧: a wrong letter in a heading, a capacity in words."""
    head = ["都道府県コード又は市区町村コード", "名称", "NO", "都道府県名", "市区町村名", "種別", "住所", LAT, LON]
    head += ["電話番号", "収容定員", "一時預かりの有無", "備考"]
    rows = [
        [
            *(geo.CODE, p["name"], number, geo.PREFECTURE, geo.CITY, "保育所", p["address"], *_pair(p)),
            *(_phone(13, number), p["capacity"], "有" if number % 2 else "無", "" if number % 3 else "園庭開放あり"),
        ]
        for number, p in enumerate(places, start=1)
    ]
    page = Page(NURSERIES, [head, *rows])
    note = "「ー」（長音）の代わりに「―」（ダッシュ）を打った。"
    page.spoil_cells("heading_character", [(0, 0)], note, lambda heading: heading.replace("ー", "―"))
    about = page.find("名称", "希望が丘三丁目保育園")
    page.spoil("not_a_number", "収容定員", [about], "数字の欄に「約」を付けた。", lambda n: f"約{n}")
    return page


def _halls(places: list[dict]) -> Page:
    """公民館・集会所一覧 from an old map system: coordinates in Tokyo datum, costs without a unit."""
    head = ["NO", "名称", "所在地", LAT, LON, "年間維持費"]
    rows = []
    for number, p in enumerate(places, start=1):
        lat, lon = tokyo_datum(p["lat"], p["lon"])
        rows.append([number, p["name"], p["address"], f"{lat:.6f}", f"{lon:.6f}", p["yearly_cost"]])
    page = Page(HALLS, [head, *rows])
    page.mark_file("tokyo_datum", "緯度・経度が旧日本測地系（Tokyo Datum）で、どこも約470m南東にずれている。")
    page.spoil_cells("unit_missing", [(0, 5)], "単位がどこにも書かれていない。", true=f"{head[5]}（円）")
    return page


def _houses(town: Town, tables: dict[str, Any]) -> Page:
    """建物 of one association; one house has fewer than no residents."""
    here = {k for k, area in enumerate(town.areas) if area.association == HOUSES_OF}
    mine = town.buildings["area"].isin(here).to_numpy()
    columns = ["building_id", "lat", "lon", "residents"]
    found = tables["buildings"][mine][columns].itertuples(index=False)
    rows = [[number, f"{lat:.6f}", f"{lon:.6f}", int(people)] for number, lat, lon, people in found]
    page = Page(HOUSES, [["建物番号", LAT, LON, "居住者数"], *rows])
    wrong = len(rows) // 3
    page.spoil("out_of_range", "居住者数", [wrong], "居住者数にマイナスが付いている。", lambda n: -n)
    return page
