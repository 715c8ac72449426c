"""The places of the sample town: shelters, evacuation sites, AED and bus stops as their offices list them."""

from __future__ import annotations

import shapely

from dataacademy.town import sample_geography as geo
from dataacademy.town.sample_files import csv_bytes, xlsx_bytes
from dataacademy.town.sample_geography import Area

# Where the faults of the list of shelters are planted; sample.DEFECTS says what is true.
_NULL_ISLAND, _SWAPPED, _DMS, _SAME_NUMBER = "星見台体育館", "本町小学校", "下水原公民館", "ひかりヶ丘小学校"


def shelters(areas: list[Area], hazards: dict) -> bytes:
    """避難所一覧: UTF-8 with BOM, with four planted faults."""
    head = (
        "NO,市区町村コード,都道府県名,市区町村名,名称,名称_カナ,住所,方書,緯度,経度,開設される災害の種類（地震・津波）,"
        "開設される災害の種類（風水害）,開設される災害の種類（土砂災害）,電話番号,避難所面積平方メートル,想定収容人数,備考"
    )
    rows = [head.split(",")]
    for number, (name, kana, x, y, floor) in enumerate(geo.SHELTERS, start=1):
        lon, lat = geo.degrees(x, y)
        safe = _safe(areas, hazards, lon, lat)
        usable = (safe["高潮"], safe["洪水"] and safe["高潮"], safe["土砂"])
        shown = (f"{lat:.7f}", f"{lon:.7f}")
        place = {_NULL_ISLAND: ("0", "0"), _SWAPPED: shown[::-1], _DMS: (_dms(lat), _dms(lon))}.get(name, shown)
        printed = number - 1 if name == _SAME_NUMBER else number
        address = _address(areas, number, lon, lat)
        row = [printed, geo.CODE, geo.PREFECTURE, geo.CITY, name, kana, address, "", *place]
        row += [*("○" if ok else "" for ok in usable), f"0000-00-{number:04d}", floor, floor // 30 * 10, ""]
        rows.append(row)
    return csv_bytes(rows, encoding="utf-8-sig")


def sites(areas: list[Area], hazards: dict) -> bytes:
    """指定緊急避難場所一覧 in the new standard headings (1 = usable): school grounds and open spaces."""
    head = (
        "全国地方公共団体コード,ID,地方公共団体名,名称,名称_カナ,所在地_連結表記,緯度,経度,電話番号,"
        "災害種別_洪水,災害種別_崖崩れ、土石流及び地滑り,災害種別_高潮,災害種別_地震,災害種別_津波,災害種別_大規模な火事,"
        "災害種別_内水氾濫,災害種別_火山現象,指定避難所との重複,想定収容人数,対象となる町会・自治会,備考"
    )
    rows = [head.split(",")]
    schools = [place for place in geo.SHELTERS if place[0] in geo.SITES_AT_SHELTERS]
    for number, (name, kana, x, y, ground) in enumerate([*schools, *geo.OPEN_SPACES], start=1):
        lon, lat = geo.degrees(x, y)
        safe = _safe(areas, hazards, lon, lat)
        usable = (safe["洪水"], safe["土砂"], safe["高潮"], True, safe["高潮"], ground >= 3000, safe["洪水"], False)
        row = [geo.CODE, f"{number:010d}", geo.CITY, name, kana, _address(areas, number + 20, lon, lat)]
        row += [f"{lat:.7f}", f"{lon:.7f}", f"0000-01-{number:04d}", *("1" if ok else "" for ok in usable)]
        row += ["1" if number <= len(schools) else "", ground // 20 * 10, _area_of(areas, lon, lat).association, ""]
        rows.append(row)
    return csv_bytes(rows, encoding="utf-8-sig")


def aed(areas: list[Area]) -> bytes:
    """AED設置箇所一覧: a workbook with a title row, headings on two levels with merged cells, and a note at the end."""
    rows = [
        [f"{geo.CITY}　AED設置箇所一覧（令和8年4月1日現在）"],
        ["NO", "設置施設", "", "", "位置", "", "設置位置", "利用できる日時", "", "", "小児対応設備の有無", "電話番号"],
        ["", "名称", "名称_カナ", "住所", "緯度", "経度", "", "利用可能曜日", "開始時間", "終了時間", "", ""],
    ]
    for number, (name, kana, x, y, _) in enumerate([*geo.SHELTERS, *geo.OTHER_AED], start=1):
        lon, lat = geo.degrees(x, y)
        always = name.endswith(("病院", "本部"))
        row = [number, name, kana, _address(areas, number + 40, lon, lat), lat, lon, "正面玄関"]
        row += ["月火水木金土日", "0:00", "23:59"] if always else ["月火水木金", "8:30", "17:15"]
        rows.append([*row, "有" if number % 3 else "無", f"0000-02-{number:04d}"])
    rows.append(["※ 利用できる日時は、施設の都合で変わることがあります。"])
    merged = ("A1:L1", "A2:A3", "B2:D2", "E2:F2", "G2:G3", "H2:J2", "K2:K3", "L2:L3", f"A{len(rows)}:L{len(rows)}")
    return xlsx_bytes(rows, sheet="AED", merged=merged)


def stops(areas: list[Area]) -> bytes:
    """バス停 in cp932: one stop in most villages, a few more, and one beyond the border."""
    villages = [(a.name, geo.BUS_ROUTES[a.association], *a.centre) for a in areas if a.name not in geo.NO_BUS]
    rows = [["名称", "路線", "緯度", "経度"]]
    for name, route, x, y in [*villages, *geo.MORE_STOPS]:
        lon, lat = geo.degrees(x + 40, y - 30)  # beside the road
        rows.append([name, route, f"{lat:.7f}", f"{lon:.7f}"])
    return csv_bytes(rows, encoding="cp932")


def _area_of(areas: list[Area], lon: float, lat: float) -> Area:
    return next(a for a in areas if shapely.contains_xy(a.polygon, lon, lat))


def _address(areas: list[Area], number: int, lon: float, lat: float) -> str:
    name = _area_of(areas, lon, lat).name
    house = f"{number % 9 + 1}番{number % 17 + 1}号" if name.endswith("丁目") else f"{number * 13}番地"
    return f"{geo.CITY}{name}{house}"


def _safe(areas: list[Area], hazards: dict, lon: float, lat: float) -> dict[str, bool]:
    """Which hazards spare a place: it lies outside their zones; the hills of the north slide."""
    dry = {k: not any(shapely.contains_xy(zone, lon, lat) for _, zone in zones) for k, zones in hazards.items()}
    return {**dry, "土砂": _area_of(areas, lon, lat).association != "沢自治会"}


def _dms(degrees: float) -> str:
    hundredths = round(degrees * 360_000)
    return f"{hundredths // 360_000}°{hundredths // 6_000 % 60:02d}′{hundredths % 6_000 / 100:05.2f}″"
