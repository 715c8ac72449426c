"""The sample town: the same bytes everywhere, consistent with itself, and with each planted fault exactly once."""

from __future__ import annotations

import hashlib
import time
import zipfile

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import python_calamine
import shapely

from dataacademy.errors import DataAcademyError
from dataacademy.town import sample, sample_geography
from dataacademy.town.sample_files import geojson_bytes, xlsx_bytes

METRES = 6676  # plane zone VIII
OLDER, NEWER = sample.POPULATION_FILES
ENCODINGS = {OLDER: "cp932", NEWER: "cp932", sample.COPIED_FILE: "cp932", sample.STOPS_FILE: "cp932"}
RECORDED = {  # first 16 hexadecimal digits of the SHA-256 of each file
    "AED設置箇所一覧.xlsx": "72a0112dfcac5a22",
    "バス停.csv": "c79afb0d81e78e3e",
    "地域・年齢別人口_令和7年4月.csv": "ca8354ee48c64e12",
    "地域・年齢別人口_令和7年5月.csv": "ca8354ee48c64e12",
    "地域・年齢別人口_令和8年4月.csv": "31b999e387f67a96",
    "建物.csv": "86879c3e9b1f983f",
    "指定緊急避難場所一覧.csv": "2b3f38ebba041eeb",
    "浸水想定区域.geojson": "4012835c226af31b",
    "町丁目境界.geojson": "f34680bd5ba1ad5e",
    "自治会区域.geojson": "a61c02ccf4ae9797",
    "避難所一覧.csv": "0632f96d8c39a7cc",
    "高潮浸水想定区域.geojson": "83501959dcb1ad88",
}


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    folder = tmp_path_factory.mktemp("raw") / "new"
    start = time.perf_counter()
    sample.write_raw(folder)
    assert time.perf_counter() - start < 10
    return folder


def table(raw, file):
    encoding = ENCODINGS.get(file, "utf-8-sig" if file != sample.BUILDINGS_FILE else "utf-8")
    return pd.read_csv(raw / file, encoding=encoding, dtype=str, keep_default_na=False)


def residents(raw, file):
    """Names, and whole numbers by column, without the 合計 row."""
    data = table(raw, file)
    data = data[data["地域名"] != "合計"]
    return data["地域名"], data.loc[:, "総人口":"世帯数"].astype(int)


def band_columns(data, sex):
    return [c for c in data.columns if c.endswith(f"の{sex}")]


# --- bytes ------------------------------------------------------------------------------------------------------------


def test_bytes_are_few_and_the_recorded_ones(raw):
    assert sum(f.stat().st_size for f in raw.iterdir()) <= 2_000_000
    # Seen on Python 3.11 to 3.13 with GEOS 3.11, 3.13 and 3.14.  Whoever changes the town on purpose records anew.
    assert {f.name: hashlib.sha256(f.read_bytes()).hexdigest()[:16] for f in raw.iterdir()} == RECORDED


def test_two_runs_write_the_same_and_another_seed_other_people(raw, tmp_path):
    sample.write_raw(tmp_path / "again")
    sample.write_raw(tmp_path / "other", seed=1)
    same = {f.name for f in raw.iterdir() if f.read_bytes() == (tmp_path / "again" / f.name).read_bytes()}
    other = {f.name for f in raw.iterdir() if f.read_bytes() != (tmp_path / "other" / f.name).read_bytes()}
    assert same == set(RECORDED)
    assert other == {OLDER, NEWER, sample.COPIED_FILE, sample.BUILDINGS_FILE}


def test_it_leaves_other_files_alone_and_says_where_it_cannot_write(tmp_path):
    (tmp_path / "memo.txt").write_text("x", encoding="utf-8")
    sample.write_raw(tmp_path)
    assert (tmp_path / "memo.txt").read_text(encoding="utf-8") == "x"
    with pytest.raises(DataAcademyError, match="書き込めません"):
        sample.write_raw(tmp_path / "memo.txt" / "below")


@pytest.mark.parametrize("file", [*ENCODINGS])
def test_cp932_files_are_cp932_with_crlf_and_nothing_else(raw, file):
    content = (raw / file).read_bytes()
    assert content.decode("cp932").encode("cp932") == content
    assert content.count(b"\r\n") == content.count(b"\n")
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")


def test_characters_that_only_cp932_has_survive(raw):
    assert {"髙見沢", "磯﨑"} <= set(residents(raw, NEWER)[0])
    assert table(raw, sample.STOPS_FILE)["名称"].str.contains("①").sum() == 1


def test_bom_where_offices_write_one(raw):
    assert (raw / sample.SHELTERS_FILE).read_bytes().startswith(b"\xef\xbb\xbf")
    assert not (raw / sample.BUILDINGS_FILE).read_bytes().startswith(b"\xef\xbb\xbf")
    assert b"\r" not in (raw / sample.BUILDINGS_FILE).read_bytes()


# --- land -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def areas(raw):
    return gpd.read_file(raw / sample.AREAS_FILE)


def test_areas_tile_the_land(areas):
    assert 48 <= len(areas) <= 60
    assert list(areas.columns) == ["KEY_CODE", "町丁目名", "geometry"]
    assert areas.is_valid.all() and areas["KEY_CODE"].is_unique and areas["町丁目名"].is_unique
    assert areas["KEY_CODE"].str.fullmatch(r"99201\d{4}(\d{2})?").all()
    shapes = areas.geometry.to_numpy()
    assert shapely.coverage_is_valid(shapes)
    outlines = [
        shapely.Polygon([sample_geography.degrees(*c) for c in outline])
        for outline in (sample_geography.COAST, sample_geography.ISLAND)
    ]
    drawn = sum(o.area for o in outlines)
    assert shapely.union_all(shapes).area == pytest.approx(shapely.area(shapes).sum(), rel=1e-9)
    assert shapely.area(shapes).sum() == pytest.approx(drawn, rel=1e-6)
    assert shapely.union_all(shapes).symmetric_difference(shapely.union_all(outlines)).area < 1e-6 * drawn


def test_town_lies_in_the_open_sea_and_has_an_island(areas):
    assert areas.total_bounds == pytest.approx([138.25, 33.95, 138.25, 33.95], abs=0.05)
    assert len(shapely.union_all(areas.geometry.to_numpy()).geoms) == 2
    size, name = areas.to_crs(METRES).area / 1e6, areas["町丁目名"]
    assert 40 < size.sum() < 54
    assert size[name.str.contains("沢|原|奥野")].mean() > 4 * size[name.str.startswith(("みらい", "本町"))].mean()


def test_associations_are_unions_of_areas(raw, areas):
    zones = gpd.read_file(raw / sample.ZONES_FILE)
    assert 6 <= len(zones) <= 8 and zones.is_valid.all() and zones["自治会名"].is_unique
    assert shapely.coverage_is_valid(zones.geometry.to_numpy())
    assert shapely.area(zones.geometry.to_numpy()).sum() == pytest.approx(shapely.area(areas.geometry.to_numpy()).sum())
    joined = gpd.sjoin(areas.set_geometry(areas.representative_point()), zones, predicate="within")
    assert len(joined) == len(areas)
    union = areas.loc[joined.index].dissolve(by=joined["自治会名"]).geometry
    for name, shape in zones.set_index("自治会名").geometry.items():
        assert shape.symmetric_difference(union[name]).area < 1e-12


@pytest.mark.parametrize(("hazard", "ranks"), [("洪水", [1, 2, 3]), ("高潮", [1, 2])])
def test_hazard_zones_are_disjoint_and_on_land(raw, areas, hazard, ranks):
    zones = gpd.read_file(raw / sample.HAZARD_FILES[hazard])
    land = shapely.union_all(areas.geometry.to_numpy())
    assert zones["浸水深ランク"].tolist() == ranks and zones["浸水深"].tolist() == list(sample.DEPTHS[: len(ranks)])
    assert zones.is_valid.all() and (zones.to_crs(METRES).area > 100_000).all()
    whole = shapely.union_all(zones.geometry.to_numpy())
    assert whole.area == pytest.approx(shapely.area(zones.geometry.to_numpy()).sum(), rel=1e-6)
    assert whole.difference(land).area < 1e-6 * whole.area


# --- people -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", [OLDER, NEWER])
def test_bands_add_up_except_in_the_planted_cell(raw, file):
    names, people = residents(raw, file)
    male, female = (people[band_columns(people, sex)].sum(axis=1) for sex in ("男性", "女性"))
    assert len(band_columns(people, "男性")) == len(band_columns(people, "女性")) == 18
    assert (people["総人口"] == male + female).all() and (people["女性"] == female).all()
    wrong = names[people["男性"] != male].tolist()
    assert wrong == (["ひかりヶ丘三丁目"] if file == NEWER else [])
    assert (people["世帯数"] <= people["総人口"]).all()


def test_total_row_is_the_truth(raw):
    data = table(raw, NEWER)
    _, people = residents(raw, NEWER)
    total = data[data["地域名"] == "合計"].loc[:, "総人口":"世帯数"].astype(int).iloc[0]
    assert data["地域名"].iloc[-1] == "合計"
    correct = people.assign(男性=people[band_columns(people, "男性")].sum(axis=1))
    assert (total == correct.sum()).all()
    assert (total != people.sum()).sum() == 1  # the planted cell shows in the sum of its column


def test_two_generations_of_headings_and_spellings(raw):
    older, newer = table(raw, OLDER), table(raw, NEWER)
    assert {"全国地方公共団体コード", "地方公共団体名"} <= set(older.columns)
    assert {"都道府県コード又は市区町村コード", "都道府県名", "市区町村名"} <= set(newer.columns)
    assert set(older.loc[:, "地域名":].columns) == set(newer.loc[:, "地域名":].columns)
    assert set(older["全国地方公共団体コード"]) == {"992011"} == set(newer.iloc[:, 0])
    drawn = set(gpd.read_file(raw / sample.AREAS_FILE)["町丁目名"])
    assert set(older["地域名"]) == drawn
    assert set(newer["地域名"]) - drawn - {"合計"} == set(sample_geography.SPELLING.values())


def test_the_code_has_a_valid_check_digit():
    digits = [int(d) for d in sample_geography.CODE]
    assert (11 - sum(d * w for d, w in zip(digits, (6, 5, 4, 3, 2), strict=False)) % 11) % 10 == digits[-1]


def test_quarters_age_differently_and_shrink(raw):
    quarters = [quarter for (_, quarter), members in sample_geography.AREAS.items() for _ in members]
    (_, before), (_, people) = residents(raw, OLDER), residents(raw, NEWER)
    old = people[[c for c in people.columns if c[:2] in {"65", "70", "75", "80", "85"}]].sum(axis=1)
    by = pd.DataFrame({"old": old, "all": people["総人口"], "before": before["総人口"]}).groupby(quarters).sum()
    share = (by["old"] / by["all"]).to_dict()
    assert 23_000 < by["all"].sum() < 25_000
    assert share["旧市街"] < share["ニュータウン"] < share["沿岸"] < share["農村"]
    assert (by["all"] < by["before"]).all()


def test_everybody_lives_in_a_building_of_the_own_area(raw, areas):
    buildings = table(raw, sample.BUILDINGS_FILE).astype({"緯度": float, "経度": float, "居住者数": int})
    assert 3_000 < len(buildings) < 4_000 and buildings["建物番号"].is_unique and (buildings["居住者数"] > 0).all()
    points = gpd.GeoDataFrame(buildings, geometry=gpd.points_from_xy(buildings["経度"], buildings["緯度"], crs=4326))
    joined = gpd.sjoin(points, areas, predicate="within")
    assert len(joined) == len(buildings)
    living = joined.groupby("町丁目名")["居住者数"].sum()
    _, people = residents(raw, NEWER)
    assert living[areas["町丁目名"]].tolist() == people["総人口"].tolist()


# --- places -----------------------------------------------------------------------------------------------------------


def true_shelters():
    names, _, xs, ys, _ = zip(*sample_geography.SHELTERS, strict=True)
    lonlat = [sample_geography.degrees(x, y) for x, y in zip(xs, ys, strict=True)]
    return gpd.GeoSeries([shapely.Point(p) for p in lonlat], index=list(names), crs=6668)


def test_shelters_leave_out_the_island_and_most_farms(raw, areas):
    assert 16 <= len(table(raw, sample.SHELTERS_FILE)) == len(sample_geography.SHELTERS) <= 20
    shelters = gpd.GeoDataFrame(geometry=true_shelters().to_crs(4326))
    where = gpd.sjoin(shelters, areas, predicate="within")["町丁目名"]
    assert len(where) == len(shelters)
    farms = {row[0] for (_, q), rows in sample_geography.AREAS.items() if q == "農村" for row in rows}
    assert "沖ノ島" not in set(where) and where.isin(farms).sum() == 2


def test_flags_agree_with_the_zones(raw):
    def wet(hazard, data):
        zone = shapely.union_all(gpd.read_file(raw / sample.HAZARD_FILES[hazard]).geometry.to_numpy())
        return shapely.contains_xy(zone, data["経度"].astype(float), data["緯度"].astype(float))

    sites = table(raw, sample.SITES_FILE)
    for hazard in ("洪水", "高潮"):
        assert (wet(hazard, sites) == (sites[f"災害種別_{hazard}"] == "")).all()
        assert 0 < wet(hazard, sites).sum() < len(sites)
    assert sites["ID"].is_unique and sites["ID"].str.fullmatch(r"\d{10}").all()
    shelters = table(raw, sample.SHELTERS_FILE)
    both = sites[sites["指定避難所との重複"] == "1"]["名称"]
    assert set(both) <= set(shelters["名称"]) and len(both) == len(sample_geography.SITES_AT_SHELTERS)


def test_telephones_are_plainly_fake(raw):
    for file in (sample.SHELTERS_FILE, sample.SITES_FILE):
        assert table(raw, file)["電話番号"].str.fullmatch(r"0000-0\d-\d{4}").all()


def test_workbook_has_title_two_level_heading_and_note(raw):
    sheet = openpyxl.load_workbook(raw / sample.AED_FILE)["AED"]
    merged = {str(area) for area in sheet.merged_cells.ranges}
    assert {"A1:L1", "A2:A3", "B2:D2", "E2:F2", "H2:J2"} <= merged and f"A{sheet.max_row}:L{sheet.max_row}" in merged
    rows = python_calamine.load_workbook(raw / sample.AED_FILE).get_sheet_by_name("AED").to_python()
    assert (
        rows[0][0].startswith("みらい市")
        and rows[1][1] == "設置施設"
        and rows[2][1:6] == [*("名称", "名称_カナ", "住所", "緯度", "経度")]
    )
    assert rows[-1][0].startswith("※")
    assert [row[0] for row in rows[3:-1]] == list(range(1, len(rows) - 3))
    assert all(33 < row[4] < 35 and 138 < row[5] < 139 for row in rows[3:-1])
    with zipfile.ZipFile(raw / sample.AED_FILE) as archive:
        assert {(i.date_time, i.create_system, i.compress_type) for i in archive.infolist()} == {
            ((1980, 1, 1, 0, 0, 0), 3, zipfile.ZIP_STORED)
        }


def test_workbook_escapes_text(tmp_path):
    (tmp_path / "x.xlsx").write_bytes(xlsx_bytes([["<A&B>", 1.5], ["", "b"]], sheet="A&B"))
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx")["A&B"]
    assert [[c.value for c in row] for row in sheet.iter_rows()] == [["<A&B>", 1.5], [None, "b"]]


def test_geojson_does_not_depend_on_where_a_ring_starts():
    corners = [(0, 0), (2, 0), (2, 2), (0, 2)]
    hole = [(1, 1), (1, 1.5), (1.5, 1)]
    turned = [*corners[2:], *corners[:2]][::-1]
    one, two = (shapely.Polygon(c, [h]) for c, h in ((corners, hole), (turned, hole[::-1])))
    assert geojson_bytes([({}, one)]) == geojson_bytes([({}, two)])
    assert geojson_bytes([({}, one)]) != geojson_bytes([({}, shapely.Polygon(corners))])


# --- planted faults ---------------------------------------------------------------------------------------------------


def test_every_fault_stands_where_the_list_says(raw):
    assert [d.kind for d in sample.DEFECTS] == list(dict.fromkeys(d.kind for d in sample.DEFECTS))  # each kind once
    for defect in sample.DEFECTS:
        if defect.row is not None:
            row = table(raw, defect.file).iloc[defect.row - 2]
            assert ", ".join(row[c] for c in defect.column.split("・")) == defect.found


def test_shelter_coordinates_are_right_except_in_the_three_listed_rows(raw):
    shelters = table(raw, sample.SHELTERS_FILE)
    truth = [f"{p.y:.7f}, {p.x:.7f}" for p in true_shelters()]
    listed = {d.row: d for d in sample.DEFECTS if d.file == sample.SHELTERS_FILE and d.column == "緯度・経度"}
    for row, (shown, right) in enumerate(zip(shelters["緯度"] + ", " + shelters["経度"], truth, strict=True), start=2):
        assert (shown != right) == (row in listed)
        if row in listed:
            assert listed[row].true == right
    dms = next(d for d in listed.values() if d.kind == "degrees_minutes_seconds")
    for text, right in zip(dms.found.split(", "), dms.true.split(", "), strict=True):
        degrees, minutes, seconds = (float(p) for p in text.rstrip("″").replace("°", "′").split("′"))
        assert degrees + minutes / 60 + seconds / 3600 == pytest.approx(float(right), abs=2e-6)


def test_one_number_is_given_twice(raw):
    number = table(raw, sample.SHELTERS_FILE)["NO"]
    twice = number[number.duplicated(keep=False)]
    assert twice.tolist() == ["8", "8"]
    assert set(map(str, range(1, len(number) + 1))) - set(number) == {"9"}


def test_one_bus_stop_lies_far_outside(raw, areas):
    stops = table(raw, sample.STOPS_FILE).astype({"緯度": float, "経度": float})
    points = gpd.GeoSeries.from_xy(stops["経度"], stops["緯度"], crs=6668).to_crs(METRES)
    far = points.distance(shapely.union_all(areas.to_crs(METRES).geometry.to_numpy()))
    assert stops["名称"].is_unique and stops.loc[far > 0, "名称"].tolist() == ["はるか町役場前"]
    assert far.max() > 4_000


def test_the_true_number_of_men_is_listed(raw):
    defect = next(d for d in sample.DEFECTS if d.kind == "total_mismatch")
    row = table(raw, NEWER).iloc[defect.row - 2]
    assert row["男性"] == row["総人口"] == defect.found
    assert sum(int(row[c]) for c in band_columns(row.to_frame().T, "男性")) == int(defect.true)


def test_one_month_was_filed_twice(raw):
    contents = [f.read_bytes() for f in raw.iterdir()]
    assert (raw / sample.COPIED_FILE).read_bytes() == (raw / OLDER).read_bytes()
    assert len(set(contents)) == len(contents) - 1
