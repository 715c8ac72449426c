"""Official and home-made headings are recognised for what they are."""

from __future__ import annotations

import pytest

from dataacademy.tables.known import age_bands, match_columns
from dataacademy.town.formats import handling, recognise

OLD = ["都道府県コード又は市区町村コード", "NO", "名称", "名称_カナ", "住所", "緯度", "経度", "POIコード"]
NEW = ["全国地方公共団体コード", "ID", "名称", "所在地_連結表記", "緯度", "経度", "災害種別_洪水"]


@pytest.mark.parametrize(
    ("headings", "geometry", "path", "role", "kind"),
    [
        (NEW, "", "a.csv", "facilities", "evacuation_site"),
        (["NO", "名称", "緯度", "経度", "開設される災害の種類（風水害）"], "", "a.csv", "facilities", "shelter"),
        (["name", "latitude", "longitude", "sedimentDisaster"], "", "x/data.xlsx", "facilities", "evacuation_site"),
        (["名称", "緯度", "経度", "区分"], "", "指定津波避難ビル一覧/1.csv", "facilities", "tsunami_building"),
        (["名称", "緯度", "経度"], "", "防災倉庫一覧/222127_bousai.csv", "facilities", "other_防災倉庫一覧"),
        (["発生日時(年月日)", "緯度", "経度", "件数"], "", "交通事故.csv", "other", ""),
        (["KEY_CODE", "MOJI", "JINKO", "X_CODE", "Y_CODE"], "", "22.dbf", "areas", ""),
        (["KEY_CODE", "町丁目名"], "polygon", "町丁目.geojson", "areas", ""),
        (["SAUID", "自治会名"], "polygon", "自治会区域.shp", "zones", "自治会区域"),
        (["Max_Rank"], "polygon", "a.shp", "hazard_zones", "flood"),
        (["日付", "異常気象名"], "polygon", "a.shp", "hazard_zones", "past_flood"),
        (["地域名", "総人口", "0-4歳の男性", "85歳以上の女性"], "", "a.csv", "population", ""),
        (["regionName", "totalPopulation", "man1", "woman18"], "", "a.xlsx", "population", ""),
        (["建物番号", "緯度", "経度", "居住者数"], "", "a.csv", "buildings", ""),
        (["original_name", "display_name", "label_flag"], "", "attributes.csv", "labels", ""),
        (["路線名"], "line", "バス路線.geojson", "other", ""),
        (["年度", "歳入"], "", "決算.csv", "other", ""),
    ],
)
def test_recognise(headings, geometry, path, role, kind):
    found = recognise(headings, geometry=geometry, path=path)
    assert (found.role, found.kind) == (role, kind)
    assert found.why.endswith("。")


def test_headings_with_wrong_dash_and_spaces_are_the_same():
    odd = ["都道府県コ―ド又は市区町村コ―ド", "名　称", "緯度 ", "経　度"]  # U+2015, full-width spaces
    assert match_columns(odd) == {"code": odd[0], "name": odd[1], "lat": odd[2], "lon": odd[3]}


def test_both_generations_of_the_standard_name_the_same_things():
    assert {"code", "name", "lat", "lon", "address"} <= match_columns(OLD).keys() & match_columns(NEW).keys()


def test_open_top_band_of_numbered_columns_is_the_highest_number():
    bands = age_bands(["man1", "woman1", "man21", "woman21"])
    assert bands["man21"] == ("male", 100, None)
    assert bands["woman1"] == ("female", 0, 4)


def test_handling_follows_personal_headings():
    assert handling("facilities", ["名称", "緯度"]) == "集計が必要"
    assert handling("population", ["地域名"]) == "そのまま使える"
    assert handling("other", ["氏名", "生年月日"]) == "個人情報の加工が必要"
