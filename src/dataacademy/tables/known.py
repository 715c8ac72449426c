"""Headings that are known: the dictionary between the headings of office files and the names of the contract.

To teach a new format, add its headings here and a test (CONTRIBUTING.md shows how).
"""

from __future__ import annotations

import re

from dataacademy.tables.headings import tidy_heading

# Contract name -> headings in use (tidied): the two generations of 自治体標準オープンデータセット, 推奨データセット,
# e-Stat, and the English that some cities write.
HEADINGS = {
    "id": ["NO", "ID", "No", "№", "#property", "建物番号"],
    "code": ["都道府県コード又は市区町村コード", "全国地方公共団体コード", "市区町村コード", "prefCode"],
    "name": [
        "名称",
        "施設名",
        "施設名称",
        "公園名",
        "要配慮者利用施設名称",
        "バス停留所",
        "バス停名",
        "停留所名",
        "学校名",
        "自治会名",
        "町丁目名",
        "自主防災会",
        "NAME",
        "name",
    ],
    "address": ["所在地_連結表記", "住所", "所在地", "住所(番地まで)", "address"],
    "lat": ["緯度", "latitude", "lat", "北緯"],
    "lon": ["経度", "longitude", "lon", "lng", "東経"],
    "capacity": ["想定収容人数", "収容定員", "定員", "収容人員", "収容人数", "capacity"],
    "flood": ["災害種別_洪水", "開設される災害の種類(風水害)", "flood_L2"],
    "landslide": [
        "災害種別_崖崩れ、土石流及び地滑り",
        "開設される災害の種類(土砂災害)",
        "sedimentDisaster",
    ],
    "storm_surge": ["災害種別_高潮", "stormSurge"],
    "earthquake": ["災害種別_地震", "開設される災害の種類(地震・津波)", "earthquake"],
    "tsunami": ["災害種別_津波", "開設される災害の種類(地震・津波)", "tunami", "tsunami"],
    "fire": ["災害種別_大規模な火事", "fire"],
    "inland_flood": ["災害種別_内水氾濫", "inundation"],
    "volcano": ["災害種別_火山現象"],
    "residents": ["居住者数"],
    "date": ["調査年月日", "surveyDate"],
    "area_code": ["地域コード", "町字ID", "regionCode"],
    "area_name": ["地域名", "町丁字名", "regionName"],
    "total": ["総人口", "人口総数", "人口", "totalPopulation"],
    "male": ["男性", "男", "male"],
    "female": ["女性", "女", "woman"],
    "households": ["世帯数", "numberOfHouseholds"],
    "key_code": ["KEY_CODE"],
    "original_name": ["original_name"],
    "display_name": ["display_name"],
}
# The same for tables without an official format: table of the contract -> column -> headings in use.
PLAIN_HEADINGS = {
    "counter_log": {
        "date": ["日付", "受付日", "受付年月日", "来庁日", "発券日", "取扱日", "年月日", "月日"],
        "office": [
            "庁舎",
            "支所",
            "支所名",
            "施設",
            "施設名",
            "窓口名",
            "受付場所",
            "場所",
            "拠点",
            "課",
            "課名",
            "担当課",
            "部署",
        ],
        "ticket_no": [
            "受付番号",
            "整理券番号",
            "発券番号",
            "番号札",
            "番号札番号",
            "呼出番号",
            "受付No",
            "発券No",
            "番号",
            "No",
        ],
        "procedure": [
            *("手続き", "手続名", "手続き名", "手続の種類", "手続区分", "用件", "ご用件", "業務", "業務名", "業務区分"),
            *("受付業務", "受付区分", "受付内容", "申請内容", "届出の種類", "来庁目的"),
        ],
        "arrived": [
            *(
                "受付時刻",
                "発券時刻",
                "来庁時刻",
                "受付時間",
                "発券時間",
                "来庁時間",
                "受付日時",
                "発券日時",
                "来庁日時",
            ),
            *("受付", "発券", "来庁"),
        ],
        "called": [
            *(
                "呼出し時刻",
                "呼び出し時刻",
                "案内時刻",
                "呼出時間",
                "呼出し時間",
                "呼び出し時間",
                "案内時間",
                "呼出日時",
                "呼出し日時",
            ),
            *(
                "案内日時",
                "対応開始時刻",
                "対応開始日時",
                "対応開始",
                "開始時刻",
                "開始時間",
                "呼出",
                "呼出し",
                "呼び出し",
                "案内",
            ),
        ],
        "ended": [
            *(
                "完了時刻",
                "交付時刻",
                "終了時間",
                "完了時間",
                "交付時間",
                "終了日時",
                "完了日時",
                "交付日時",
                "対応終了時刻",
            ),
            *("対応終了日時", "対応終了", "処理終了時刻", "終了", "完了", "交付"),
        ],
        "counter": ["カウンター", "窓口番号", "対応窓口", "窓口No", "窓口", "ブース"],
        "staff_minutes": ["職員時間", "職員の作業時間", "職員作業時間", "staff_time"],
    },
}
_BAND = re.compile(
    r"^(?P<a>\d+)[-~〜](?P<b>\d+)歳の?(?P<sex>男性|女性)$|^(?P<open>\d+)歳以上の?(?P<sex2>男性|女性)$"
    r"|^(?P<en>man|woman)(?P<n>\d+)$"
)


def match_columns(headings, names=None) -> dict[str, str]:
    """Contract names for the headings that are known: ``{"lat": "緯度", …}``.  The first heading in the list wins.

    >>> match_columns(["NO", "名称", "緯度", "経度"])
    {'id': 'NO', 'name': '名称', 'lat': '緯度', 'lon': '経度'}
    """
    headings = [str(h) for h in headings]
    tidy = {tidy_heading(h.rsplit("_", 1)[-1]): h for h in reversed(headings)}  # 位置_緯度, of a two-level heading
    tidy |= {tidy_heading(h): h for h in reversed(headings)}
    found = {}
    for name, known in HEADINGS.items():
        if names is None or name in names:
            hit = next((tidy[tidy_heading(k)] for k in known if tidy_heading(k) in tidy), None)
            if hit is not None:
                found[name] = hit
    return found


def age_bands(headings) -> dict[str, tuple[str, int, int | None]]:
    """Age-band columns: heading -> (sex, age from, age to or None for the open top band).

    >>> age_bands(["0-4歳の男性", "85歳以上の女性", "総人口"])
    {'0-4歳の男性': ('male', 0, 4), '85歳以上の女性': ('female', 85, None)}
    >>> age_bands(["man1", "woman18"])
    {'man1': ('male', 0, 4), 'woman18': ('female', 85, None)}
    """
    sexes = {"男性": "male", "女性": "female", "man": "male", "woman": "female"}
    bands = {}
    numbered = [m for h in headings if (m := _BAND.match(tidy_heading(str(h)))) and m["n"]]
    top = max((int(m["n"]) for m in numbered), default=0)
    for heading in headings:
        found = _BAND.match(tidy_heading(str(heading)))
        if not found:
            continue
        if found["n"]:
            start = (int(found["n"]) - 1) * 5
            bands[heading] = (sexes[found["en"]], start, None if int(found["n"]) == top else start + 4)
        elif found["open"]:
            bands[heading] = (sexes[found["sex2"]], int(found["open"]), None)
        else:
            bands[heading] = (sexes[found["sex"]], int(found["a"]), int(found["b"]))
    return bands
