"""Recognises what a file is by its headings: official formats first, then plain tables with coordinates.

The words on this page and in ``tables.known`` are the only place where a heading of an office file meets a name of the
contract.  To teach the course a new format, add a line there and a test (CONTRIBUTING.md shows how).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePath

from dataacademy.tables import tidy_heading
from dataacademy.tables.known import age_bands, match_columns
from dataacademy.tables.lint.series import copy_suffix
from dataacademy.town.contract import FACILITY_KINDS, TABLES
from dataacademy.town.plain import PLAIN, as_in_contract, match_table, nearly

# Facility kind -> a heading (or the beginning of one) that only this kind's table has.
KIND_MARKS = {
    "shelter": ["開設される災害の種類"],
    "evacuation_site": ["災害種別_", "sedimentDisaster"],
    "aed": ["小児対応設備の有無", "equipmentForChildren"],
    "nursery": ["一時預かりの有無", "temporaryKeeping"],
    "public_toilet": ["男性トイレ", "totalMensRestroom"],
    "wifi": ["SSID"],
    "park": ["設置遊具"],
    "medical": ["診療科目", "medicalSubjects"],
    "cultural_property": ["文化財", "culturalPropertyDate"],
    "care_facility": ["要配慮者利用施設名称"],
    "bus_stop": ["バス停", "停留所"],
}
# Used only where the headings do not tell: words in the name of the file or of its folder.
KIND_WORDS = {
    "tsunami_building": ["津波避難ビル", "tsunami_evacuation_building"],
    "evacuation_site": ["緊急避難場所", "evacuation_space"],
    "shelter": ["避難所"],
    "aed": ["AED", "aed_location"],
    "bus_stop": ["バス停", "停留所"],
    "park": ["公園", "park"],
    "medical": ["病院", "hospital"],
    "nursery": ["保育", "幼稚園", "nursery_school", "kindergarten"],
    "care_facility": ["福祉施設", "welfare_facility", "デイサービス"],
    "cultural_property": ["文化財", "cultural_property"],
    "library": ["図書館", "library"],
}
HAZARD_WORDS = {  # in this order: 高潮浸水想定 is a storm surge, 浸水想定 alone a flood
    "past_flood": ["浸水履歴", "水害地", "異常気象"],
    "inland_flood": ["内水"],
    "tsunami": ["津波"],
    "storm_surge": ["高潮"],
    "landslide": ["土砂", "急傾斜", "土石流", "地すべり", "GENSHOMEI"],
    "flood": ["洪水", "浸水", "Max_Rank"],
}
HAZARD_RANKS = ["Max_Rank", "最大浸水深", "浸水ランク", "浸水深", "GENSHOMEI", "日付"]
LABELS = {**FACILITY_KINDS, "library": "図書館"}
ROLES = {
    "areas": "地区（町丁目の境界、または代表点と人口）",
    "population": "人口（地区・年齢・性別）",
    "facilities": "施設（地図に点で置けるもの）",
    "zones": "区域（自治会・学校区など）",
    "hazard_zones": "災害の想定区域・履歴",
    "buildings": "建物と居住者数",
    **{name: TABLES[name].label for name in PLAIN},
    "labels": "ほかのファイルの見出しの説明",
    "other": "この教材では使わない表",
}


@dataclass(frozen=True)
class Recognised:
    """What a file is taken for, and why (Japanese, for the instructor who checks it)."""

    role: str
    why: str
    kind: str = ""
    label: str = ""
    columns: dict[str, str] = field(default_factory=dict)


def recognise(headings, *, geometry: str = "", path: PurePath | str = "", extra_words: str = "") -> Recognised:
    """What a table with these headings is.

    headings
        Column names as read.
    geometry
        ``""`` for a plain table, else ``point``, ``line`` or ``polygon``.
    path
        File path inside the handed-over folder; its words help only where headings do not tell.
    extra_words
        Labels of the columns from a companion file (``original_name, display_name``), searched like headings.

    >>> recognise(["名称", "緯度", "経度", "災害種別_洪水"]).kind
    'evacuation_site'
    """
    columns = match_columns(headings)
    tidy = [tidy_heading(str(h)) for h in headings] + extra_words.split()
    path = PurePath(path)
    words = " ".join(path.parts)
    if {"original_name", "display_name"} <= columns.keys():
        return Recognised("labels", "見出しが「original_name・display_name」なので、ほかの表の見出しの説明と見ました。")
    if "key_code" in columns and ("JINKO" in headings or geometry == "polygon"):
        return Recognised("areas", "見出しに「KEY_CODE」があるので、地区（町丁目）の表と見ました。", columns=columns)
    plain = match_table(headings)
    if plain and not geometry:
        name, columns = plain
        all_there = "がすべて" if as_in_contract(name, columns) else "から、必要な項目がそろう"
        why = f"見出し{all_there}「{TABLES[name].label}」の項目なので、その表と見ました。"
        return Recognised(name, why, label=TABLES[name].label, columns=columns)
    bands = age_bands(headings)
    if bands and ({"area_name", "total"} <= columns.keys() or "area_name" in columns):
        return Recognised(
            "population",
            f"見出しに地域名と年齢別の人口（{len(bands)}列）があるので、地域・年齢別人口と見ました。",
            columns=columns,
        )
    if geometry == "polygon":
        return _polygons(tidy, words, path, columns)
    if geometry == "line":
        return Recognised("other", "線のデータなので、いまの教材では使いません。", label=_own_name(path))
    if geometry == "point" or {"lat", "lon"} <= columns.keys():
        if "residents" in columns:
            return Recognised(
                "buildings", "見出しに緯度・経度と「居住者数」があるので、建物の表と見ました。", columns=columns
            )
        if any(h.startswith(("発生", "事故", "イベント", "患者")) for h in tidy):
            return Recognised(
                "other", "できごとの記録（一行が一件）なので、施設としては使いません。", label=_own_name(path)
            )
        return _facilities(tidy, words, path, columns, geometry)
    why = nearly(headings) or "場所も地区も書かれていない表なので、いまの教材では使いません。"
    return Recognised("other", why, label=_own_name(path))


def _facilities(tidy, words, path, columns, geometry) -> Recognised:
    for kind, marks in KIND_MARKS.items():
        hit = next((h for h in tidy for mark in marks if h.startswith(tidy_heading(mark))), None)
        if hit:
            why = f"見出しに「{hit}」があるので、{LABELS[kind]}の一覧と見ました。"
            return Recognised("facilities", why, kind, LABELS[kind], columns)
    for kind, hints in KIND_WORDS.items():
        hit = next((hint for hint in hints if hint in words), None)
        if hit:
            why = f"場所があり、ファイルかフォルダの名前に「{hit}」があるので、{LABELS[kind]}の一覧と見ました。"
            return Recognised("facilities", why, kind, LABELS[kind], columns)
    where = "点のデータ" if geometry else "緯度・経度のある表"
    name = _own_name(path)
    return Recognised(
        "facilities",
        f"{where}なので、施設の一覧と見ました。種類の名前はファイル名から取りました。",
        f"other_{name}",
        name,
        columns,
    )


def _polygons(tidy, words, path, columns) -> Recognised:
    name = _own_name(path)
    for hazard, hints in HAZARD_WORDS.items():
        hit = next((hint for hint in hints if hint in words or any(hint in h for h in tidy)), None)
        if hit:
            return Recognised(
                "hazard_zones", f"面のデータで「{hit}」の語があるので、災害の区域と見ました。", hazard, name, columns
            )
    return Recognised("zones", "面のデータなので、区域（自治会・学校区など）と見ました。", name, name, columns)


def _own_name(path: PurePath) -> str:
    """The telling name: the folder's where the stem is only ``data``, or ASCII below a Japanese folder."""
    stem = copy_suffix(path.stem)[0]
    folder = path.parent.name
    telling = stem.lower() not in {"data", "date", ""} and not (stem.isascii() and folder and not folder.isascii())
    return stem if telling or not folder else folder


PERSONAL_HEADINGS = ["氏名", "生年月日", "生まれ年", "会員ID", "個人番号", "患者_", "電子メール", "世帯主"]


def handling(role: str, headings) -> str:
    """The three classes of the データ一覧: usable as it is, to be aggregated, or to be de-identified first.

    >>> handling("other", ["会員ID", "年代"])
    '個人情報の加工が必要'
    """
    if any(tidy_heading(str(h)).startswith(p) for h in headings for p in PERSONAL_HEADINGS):
        return "個人情報の加工が必要"
    return "そのまま使える" if role in ("areas", "population", "zones", "hazard_zones", "labels") else "集計が必要"
