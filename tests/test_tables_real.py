"""What the real files beside this repository are known to hold: rows, columns, encodings, reference systems, faults."""

import numpy as np
import pytest

from dataacademy.tables import read

YAIZU, TAKAMATSU = "yaizu_222127", "takamatsu_372013"
KINDS_THAT_LOSE_ROWS = {
    "title_row",
    "note_row",
    "total_row",
    "unit_row",
    "code_heading_row",
    "blank_row",
    "blank_column",
}

CSV = [  # path, rows, columns, encoding
    (f"{YAIZU}/facilities/避難所一覧/222127_hinannjo.csv", 56, 18, "utf-8"),
    (f"{YAIZU}/facilities/指定緊急避難場所一覧/222127_evacuation_space.csv", 31, 26, "utf-8"),
    (f"{YAIZU}/facilities/指定津波避難ビル一覧/222127_shiteitsunamihinanbiru.csv", 125, 13, "utf-8"),
    (f"{YAIZU}/facilities/AED設置箇所一覧/222127_aed.csv", 82, 22, "utf-8"),
    (f"{YAIZU}/facilities/子育て施設一覧/222127_preschool.csv", 60, 28, "utf-8"),
    (f"{YAIZU}/facilities/公園一覧/222127_park_info.csv", 142, 14, "utf-8"),
    (f"{YAIZU}/facilities/公衆トイレ一覧/222127_public_toilet.csv", 112, 39, "utf-8"),
    (f"{YAIZU}/facilities/公衆無線LAN一覧/222127_public_wireless_lan.csv", 17, 18, "utf-8"),
    (f"{YAIZU}/facilities/図書館/222127_library.csv", 11, 24, "utf-8-sig"),
    (f"{YAIZU}/facilities/子育て支援施設/222127_child_rearing_support_center.csv", 9, 24, "utf-8-sig"),
    (f"{YAIZU}/facilities/放課後等デイサービス一覧/222127_hokago_dayservices.csv", 15, 19, "utf-8"),
    (f"{YAIZU}/facilities/救護病院一覧/222127_kyuugobyouinn.csv", 3, 13, "utf-8"),
    (f"{YAIZU}/facilities/防災倉庫一覧/222127_bousaisouko.csv", 5, 12, "utf-8"),
    (f"{YAIZU}/facilities/要配慮者利用施設/yohairyosya.csv", 277, 16, "cp932"),
    (f"{YAIZU}/accidents/交通事故_2019/222127_traffic_accident_2019.csv", 907, 27, "utf-8-sig"),
    (f"{YAIZU}/accidents/交通事故_2020/222127_traffic_accident_2020.csv", 773, 27, "utf-8-sig"),
    (f"{YAIZU}/accidents/交通事故_2021/222127_traffic_accident_2021.csv", 729, 27, "utf-8-sig"),
    (f"{YAIZU}/accidents/交通事故_2022/222127_traffic_accident_2022.csv", 675, 27, "utf-8-sig"),
    (f"{YAIZU}/accidents/ドライブコンテスト_急ブレーキ/急ブレーキ.csv", 570, 9, "utf-8"),
    (f"{TAKAMATSU}/facilities/elderly_welfare_facility/data.csv", 47, 14, "utf-8"),
    (f"{TAKAMATSU}/facilities/hospital/data.csv", 628, 16, "utf-8"),
    (f"{TAKAMATSU}/facilities/public_toilet/data.csv", 169, 33, "utf-8"),
    (f"{TAKAMATSU}/facilities/tsunami_evacuation_building/data.csv", 113, 8, "utf-8"),
    ("fukui_kanko/area.csv", 99, 9, "utf-8-sig"),
    ("fukui_kanko/monthly_202403.csv", 3149, 90, "utf-8-sig"),
    ("fukui_kanko/monthly_202404.csv", 3227, 90, "utf-8-sig"),
    ("fukui_kanko/monthly_202409.csv", 2648, 90, "utf-8-sig"),
    ("fukui_kanko/monthly_202509.csv", 2342, 90, "utf-8-sig"),
    ("tokyo_covid/130001_tokyo_covid19_patients_20200324T1405.csv", 171, 16, "utf-8-sig"),
    ("tokyo_covid/130001_tokyo_covid19_patients_20200331T1149.csv", 521, 16, "utf-8-sig"),
    ("tokyo_covid/130001_tokyo_covid19_call_center.csv", 62, 6, "utf-8-sig"),
]
EXCEL = [  # path below takamatsu_372013/facilities, rows, columns
    ("evacuation_space/data.xlsx", 195, 19),
    ("evacuation_space/data .xlsx", 193, 19),
    ("evacuation_space/data (1).xlsx", 193, 19),
    ("evacuation_space/data (2).xlsx", 193, 19),
    ("aed_location/data.xlsx", 450, 12),
    ("cultural_property/data.xlsx", 183, 34),
    ("elderly_welfare_facility/data.xlsx", 47, 14),
    ("hospital/data.xlsx", 617, 16),
    ("hospital/data .xlsx", 628, 16),
    ("hospital/date.xlsx", 619, 23),
    ("kindergarten/data.xlsx", 67, 8),
    ("kindergarten/data(9).xlsx", 67, 8),
    ("nursery_school/data.xlsx", 118, 18),
    ("nursery_school/data(1).xlsx", 119, 18),
    ("nursery_school/data(2).xlsx", 119, 18),
    ("library/data.xlsx", 5, 12),
    ("park/data.xlsx", 310, 8),
    ("public_toilet/data.xlsx", 169, 33),
    ("tsunami_evacuation_building/data.xlsx", 112, 8),
    ("tsunami_evacuation_building/data .xlsx", 114, 8),
]
MAPS = [  # path below yaizu_222127, features, kind of geometry, EPSG, attributes
    ("facilities/焼津市自主運行バス路線図_停留所/バス停留所(しずてつ除外).shp", 164, "Point", 6668, 44),
    ("facilities/焼津市自主運行バス路線図_路線/bus-route.geojson", 14, "LineString", 4326, 2),
    ("facilities/文化財マップ/文化財マップ.geojson", 157, "Point", 4326, 11),
    ("polygons/自治会区域/自治会区域.shp", 35, "Polygon", 2450, 3),
    ("polygons/小学校区/小学校区.shp", 13, "Polygon", 2450, 7),
    ("polygons/自主防災会境界/自主防災会区域更新.shp", 78, "Polygon", 2450, 4),
    ("polygons/中学校区/中学校区.shp", 9, "Polygon", 6668, 5),
    ("polygons/状況類似地区/JYOU.shp", 467, "Polygon", 4326, 1),
    ("polygons/行政区域界/行政区域界.shp", 123, "LineString", 2450, 1),
    ("hazard/浸水履歴_令和元年/浸水履歴_令和元年.shp", 60, "Polygon", 4326, 7),
    ("hazard/浸水履歴_令和4年/浸水履歴_令和4年.shp", 62, "Polygon", 4326, 6),
    ("hazard/浸水履歴_令和6年/浸水履歴_令和6年.shp", 54, "Polygon", 2450, 2),
    ("hazard/浸水履歴_令和7年/浸水履歴_令和7年.shp", 103, "Polygon", 2450, 2),
    ("hazard/浸水履歴_統合/浸水履歴_統合.shp", 1, "Polygon", 2450, 2),
    (
        "hazard/石脇川_洪水浸水想定区域（想定最大規模）/石脇川_洪水浸水想定区域（想定最大規模）.shp",
        5,
        "Polygon",
        6668,
        1,
    ),
    ("hazard/内水浸水想定区域(公共下水道区域内)/内水浸水想定区域.geojson", 6, "Polygon", 4326, 2),
    ("hazard/土砂災害-警戒区域・土石流/警戒区域-土石流.geojson", 29, "Polygon", 4326, 12),
    ("hazard/土砂災害-警戒区域・地すべり/警戒区域-地すべり.geojson", 4, "Polygon", 4326, 12),
    ("hazard/土砂災害-警戒区域・急傾斜地の崩壊/警戒区域-急傾斜.geojson", 69, "Polygon", 6676, 12),
    ("hazard/土砂災害-特別警戒区域・土石流/特別警戒区域-土石流.geojson", 17, "Polygon", 4326, 10),
    ("hazard/土砂災害-特別警戒区域・急傾斜地の崩壊/特別警戒区域-急傾斜地の崩壊.geojson", 104, "Polygon", 4326, 10),
    ("hazard/住まいるエリア_居住誘導区域/住まいるエリア（居住誘導区域）.shp", 3, "LineString", 2450, 1),
]


def kinds(reading):
    return {note.kind for note in reading.notes}


@pytest.mark.parametrize(("path", "rows", "columns", "encoding"), CSV, ids=[p.rsplit("/", 1)[1] for p, *_ in CSV])
def test_csv_files_come_through_untouched(realdata, path, rows, columns, encoding):
    reading = read(realdata / path)
    assert reading.data.shape == (rows, columns)
    assert reading.rows.tolist() == list(range(2, rows + 2))
    assert next(n.value for n in reading.notes if n.kind == "encoding") == encoding
    assert not kinds(reading) & KINDS_THAT_LOSE_ROWS
    for name in reading.data:
        if "コード" in name or "電話番号" in name:
            assert reading.data[name].dtype == "str"
        if name in ("緯度", "経度", "latitude", "longitude"):
            assert reading.data[name].dtype == "float64"


@pytest.mark.parametrize(("path", "rows", "columns"), EXCEL, ids=[p for p, *_ in EXCEL])
def test_workbooks_in_the_towns_own_english(realdata, path, rows, columns):
    reading = read(realdata / TAKAMATSU / "facilities" / path)
    assert reading.data.shape == (rows, columns) and reading.rows[0] == 2
    assert list(reading.data)[:3] == ["#property", "latitude", "longitude"]
    assert reading.data["latitude"].dtype == "float64"
    assert not kinds(reading) & KINDS_THAT_LOSE_ROWS


@pytest.mark.parametrize(
    ("path", "features", "geometry", "epsg", "columns"), MAPS, ids=[p.rsplit("/", 1)[1] for p, *_ in MAPS]
)
def test_maps(realdata, path, features, geometry, epsg, columns):
    reading = read(realdata / YAIZU / path)
    assert reading.data.shape == (features, columns + 1) and reading.rows.tolist() == list(range(1, features + 1))
    assert reading.data.crs.to_epsg() == epsg
    assert {kind.removeprefix("Multi") for kind in reading.data.geom_type.dropna()} == {geometry}
    assert "mojibake" not in kinds(reading) and "wrong_cpg" not in kinds(reading)


def test_every_flood_year(realdata):
    folders = sorted((realdata / YAIZU / "hazard").glob("浸水履歴_平成*"))
    assert len(folders) == 18
    for folder in folders:
        data = read(folder / f"{folder.name}.shp").data
        assert 3 <= len(data) <= 219 and data.crs.to_epsg() == 4612
        assert list(data)[:5] == ["OBJECTID", "日付", "異常気象名", "地域", "水害地域"]
        assert data["日付"].str.fullmatch(r"\d{4}-\d{2}-\d{2}").all()


def test_shortened_column_names_of_two_encodings(realdata):
    names = [
        list(read(realdata / YAIZU / f"hazard/浸水履歴_{y}/浸水履歴_{y}.shp").data) for y in ("令和元年", "令和4年")
    ]
    assert all({"日付", "異常気", "地域", "水害地"} <= set(n) for n in names)


def test_a_point_at_an_impossible_place(realdata):
    reading = read(realdata / YAIZU / "facilities/文化財マップ/文化財マップ.geojson")
    assert [n.row for n in reading.notes if n.kind == "odd_coordinates"] == [157]


@pytest.mark.parametrize(
    ("path", "rows", "town", "town_rows", "population"),
    [
        (f"{YAIZU}/census_2015/22-shizuoka-all.dbf", 5153, "焼津市", 154, 139_462),
        (f"{TAKAMATSU}/census_2015/37-kagawa-all.dbf", 1010, "高松市", 261, 420_748),
    ],
)
def test_census_tables_without_geometry(realdata, path, rows, town, town_rows, population):
    reading = read(realdata / path)
    assert reading.data.shape == (rows, 30)
    here = reading.data[reading.data["GST_NAME"] == town]
    assert len(here) == town_rows and here["JINKO"].sum() == population
    assert reading.data["KEY_CODE"].dtype == "str" and reading.data["X_CODE"].dtype == "float64"
    assert set(here["KEY_CODE"].str.len()) == {9, 11}


@pytest.mark.parametrize("month", ["202304", "202404", "202405", "202406", "202512", "202602"])
def test_population_by_town_and_age(realdata, month):
    reading = read(realdata / TAKAMATSU / f"population/0066_{month}.xlsx")
    data = reading.data
    assert data.shape == (235, 49)
    assert data["prefCode"].tolist() == ["37201"] * 235  # five digits, as the city writes it
    assert all(data[c].dtype == "int64" for c in ("totalPopulation", "male", "man1", "woman18"))
    old = month == "202304"
    assert ("mojibake" in kinds(reading)) == old and ("text_numbers" in kinds(reading)) == old
    assert (data["surveyDate"] == "4/1/2023").all() if old else data["surveyDate"].str.match(r"\d{4}-\d\d-01").all()
    if month == "202404":
        assert data["totalPopulation"].sum() == 417_963  # published


def test_the_double_counted_town_is_left_for_the_checks(realdata):
    data = read(realdata / TAKAMATSU / "population/0066_202602.xlsx").data
    assert data.loc[data["totalPopulation"] == 7924, "male"].tolist() == [5255]


def test_headings_with_faults_are_tidied(realdata):
    preschool = read(realdata / YAIZU / "facilities/子育て施設一覧/222127_preschool.csv")
    assert list(preschool.data)[0] == "都道府県コード又は市区町村コード"
    hospital = read(realdata / TAKAMATSU / "facilities/hospital/data.xlsx")
    assert "telephone number" in hospital.data
    assert "renamed" in kinds(preschool) and "renamed" in kinds(hospital)


def test_quoted_line_breaks_begin_no_row(realdata):
    path = realdata / YAIZU / "facilities/要配慮者利用施設/yohairyosya.csv"
    assert path.read_bytes().count(b"\n") == 335
    assert read(path).rows[-1] == 278


def test_a_file_without_headings(realdata):
    reading = read(realdata / "tokyo_covid/13104.csv")
    assert reading.data.shape == (93, 3) and "no_heading" in kinds(reading)
    assert set(reading.data["列1"]) == {"all", "resident", "visitor"}


def test_published_counts_of_the_survey(realdata):
    for month, awara, station in (("202509", 167, 84), ("202409", 194, 110)):
        area = read(realdata / f"fukui_kanko/monthly_{month}.csv").data["回答エリア"]
        assert ((area == "あわら湯のまち エリア").sum(), (area == "福井駅前 エリア").sum()) == (awara, station)


def test_free_comments_are_never_quoted(realdata):
    reading = read(realdata / "fukui_kanko/monthly_202509.csv")
    strays = [n for n in reading.notes if n.kind == "not_a_number"]
    assert strays and all(n.value == "" for n in strays if n.column == "その他")


def test_nothing_is_lost_in_zero_points(realdata):
    data = read(realdata / TAKAMATSU / "facilities/cultural_property/data.xlsx").data
    assert np.isclose(data[["latitude", "longitude"]], 0).all(axis=1).sum() == 130


def test_other_json_is_no_table(realdata):
    from dataacademy.errors import DataAcademyError

    for path in sorted((realdata / "tokyo_covid").glob("*.json")):
        with pytest.raises(DataAcademyError) as caught:
            read(path)
        assert caught.value.note.kind == "not_a_table"


def test_every_file_of_the_folders_is_read_or_refused_for_a_reason(realdata):
    from dataacademy.errors import DataAcademyError

    refused = set()
    for path in sorted(realdata.rglob("*")):
        if not path.is_file() or path.stat().st_size > 2_000_000:
            continue
        try:
            reading = read(path)
        except DataAcademyError as error:
            refused.add((path.suffix.lower(), error.note.kind))
        else:
            assert len(reading.data) == len(reading.rows)
    parts = {".json", ".xml", ".shx", ".prj", ".cpg", ".qmd"}
    assert {suffix for suffix, kind in refused if kind == "not_a_table"} <= parts
    assert {pair for pair in refused if pair[0] not in parts} == {(".csv", "ragged_row")}  # 避難所一覧/attributes.csv
