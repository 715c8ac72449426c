"""Maps: what belongs to a shapefile, Japanese attributes, reference systems."""

import json
import shutil

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from shapely.geometry import Point

from dataacademy.errors import DataAcademyError
from dataacademy.tables import read, read_map, sheets

NAMES = ["髙﨑公民館", "北町①集会所", None]


@pytest.fixture
def shapefile(tmp_path):
    """A shapefile of three points in EPSG:6676, attributes in an encoding, with any .cpg."""

    def shapefile(encoding="cp932", cpg=None, names=NAMES, crs=6676):
        path = tmp_path / "避難所.shp"
        frame = gpd.GeoDataFrame(
            {"名称": names, "番号": [222127] * len(names), "人口": range(1, len(names) + 1)},
            geometry=[Point(-1000 * i, 2000) for i in range(1, len(names) + 1)],
            crs=crs,
        )
        pyogrio.write_dataframe(frame, path, encoding=encoding)
        path.with_suffix(".cpg").unlink(missing_ok=True)
        if cpg is not None:
            path.with_suffix(".cpg").write_text(cpg)
        return path

    return shapefile


def kinds(reading):
    return [note.kind for note in reading.notes]


def refused(path, **options):
    with pytest.raises(DataAcademyError) as caught:
        read(path, **options)
    return caught.value.note


@pytest.mark.parametrize(
    ("encoding", "cpg", "warned"),
    [
        ("cp932", None, False),
        ("cp932", "Shift_JIS\n", False),
        ("cp932", "932", False),
        ("cp932", "UTF-8", True),
        ("cp932", "ISO-8859-1", False),
        ("cp932", "何か", False),
        ("utf-8", "UTF-8", False),
        ("utf-8", None, False),
        ("utf-8", "Shift_JIS", True),
    ],
)
def test_attributes_are_read_whatever_the_cpg_says(shapefile, encoding, cpg, warned):
    reading = read(shapefile(encoding, cpg))
    assert reading.data["名称"].tolist()[:2] == NAMES[:2] and pd.isna(reading.data["名称"][2])
    assert reading.data["番号"].tolist() == ["222127"] * 3 and reading.data["人口"].sum() == 6
    assert reading.rows.tolist() == [1, 2, 3] and reading.data.crs.to_epsg() == 6676
    assert ("wrong_cpg" in kinds(reading)) == warned
    assert [n.value for n in reading.notes if n.kind in ("encoding", "crs")] == [encoding, "EPSG:6676"]


def test_half_width_kana_with_its_cpg_is_not_taken_for_utf8(shapefile):
    reading = read(shapefile("cp932", "Shift_JIS", names=["ﾃｨｰﾅ", "ﾔｲﾂﾞ", "ﾀｶ"]))
    assert reading.data["名称"].tolist() == ["ﾃｨｰﾅ", "ﾔｲﾂﾞ", "ﾀｶ"]


def test_a_cpg_of_another_japanese_encoding_is_believed(shapefile):
    path = shapefile("cp932", "EUC-JP", names=["北公民館", "港町集会所"])
    data = path.with_suffix(".dbf").read_bytes()
    for text in ("名称", "番号", "人口", "北公民館", "港町集会所"):  # as many bytes in both
        data = data.replace(text.encode("cp932"), text.encode("euc_jp"))
    path.with_suffix(".dbf").write_bytes(data)
    reading = read(path)
    assert list(reading.data)[:3] == ["名称", "番号", "人口"] and reading.data["名称"][1] == "港町集会所"


def test_an_encoding_given_is_used_and_a_wrong_one_refused(shapefile):
    path = shapefile("cp932", None)
    assert read(path, encoding="Shift_JIS").data["名称"][0] == NAMES[0]
    assert refused(path, encoding="utf-8").kind == "unknown_encoding"


def test_a_letter_cut_by_the_field_is_dropped_and_told(shapefile):
    path = shapefile("cp932", None, names=["あいう", "かきく", "さしす"])
    dbf = path.with_suffix(".dbf")
    dbf.write_bytes(dbf.read_bytes().replace("あいう".encode("cp932"), "あい".encode("cp932") + b"\x82 "))
    reading = read(path)
    assert reading.data["名称"].tolist() == ["あい", "かきく", "さしす"] and "cut_text" in kinds(reading)


def test_every_missing_part_is_named(shapefile):
    path = shapefile()
    path.with_suffix(".dbf").rename(path.with_suffix(".away"))
    assert refused(path).kind == "no_dbf"
    path.with_suffix(".away").rename(path.with_suffix(".dbf"))
    path.with_suffix(".shx").unlink()
    before = sorted(path.parent.iterdir())
    reading = read(path)
    assert len(reading.data) == 3 and "shx_restored" in kinds(reading)
    assert sorted(path.parent.iterdir()) == before  # nothing is written beside the original
    assert pyogrio.get_gdal_config_option("SHAPE_RESTORE_SHX") is None


def test_a_missing_reference_system_is_asked_for_never_guessed(shapefile):
    path = shapefile()
    path.with_suffix(".prj").unlink()
    note = refused(path)
    assert note.kind == "no_prj" and "crs=" in note.fix
    for epsg in ("6668", "4612", "4301", "6669"):
        assert epsg in note.fix and epsg in note.fix_en
    assert read(path, crs=6676).data.crs == read(path, crs="EPSG:6676").data.crs == 6676
    assert refused(path, crs="平面直角").kind == "bad_crs"


def test_another_reference_system_than_the_files_is_told(shapefile):
    path = shapefile()
    assert "crs_overridden" not in kinds(read(path, crs=6676))
    reading = read(path, crs=6677)
    assert reading.data.crs.to_epsg() == 6677 and "crs_overridden" in kinds(reading)


@pytest.mark.parametrize(("crs", "wrong"), [(6676, False), (6668, True)])
def test_metres_called_degrees_are_told(shapefile, crs, wrong):
    assert ("crs_mismatch" in kinds(read(shapefile(crs=crs)))) == wrong


def test_suffixes_in_capitals(shapefile):
    path = shapefile()
    for part in list(path.parent.iterdir()):
        part.rename(part.with_suffix(part.suffix.upper()))
    assert len(read(path.with_suffix(".SHP")).data) == 3


def test_a_table_alone_has_no_geometry(shapefile):
    path = shapefile()
    reading = read(path.with_suffix(".dbf"))
    assert "geometry" not in reading.data and reading.data["名称"][0] == NAMES[0]
    assert "避難所.shp" in next(n.ja for n in reading.notes if n.kind == "attributes_only")
    for suffix in (".shp", ".shx", ".prj"):
        path.with_suffix(suffix).unlink()
    alone = read(path.with_suffix(".dbf"))
    pd.testing.assert_frame_equal(alone.data, reading.data)


def geojson(*coordinates, **more):
    features = [
        {
            "type": "Feature",
            "properties": {"名称": "北", "コード": 1, "日": "2026-02-01", "電話": "054", "備考": ""},
            "geometry": {"type": "Point", "coordinates": point} if point else None,
        }
        for point in coordinates
    ]
    return json.dumps({"type": "FeatureCollection", "features": features} | more, ensure_ascii=False)


@pytest.mark.parametrize("name", ["a.geojson", "a.json"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_geojson(tmp_path, name, encoding):
    (tmp_path / name).write_bytes(geojson([138.3, 34.8]).encode(encoding))
    reading = read(tmp_path / name)
    assert reading.data.crs.to_epsg() == 4326 and reading.rows.tolist() == [1]
    row = reading.data.iloc[0]
    assert (row["名称"], row["コード"], row["日"], row["電話"]) == ("北", "1", "2026-02-01", "054")
    assert pd.isna(row["備考"])


def test_the_old_crs_member_of_geojson_is_honoured(tmp_path):
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::6676"}}
    (tmp_path / "a.geojson").write_text(geojson([-1000, 2000], crs=crs), encoding="utf-8")
    reading = read(tmp_path / "a.geojson")
    assert reading.data.crs.to_epsg() == 6676 and "crs_mismatch" not in kinds(reading)


def test_features_without_or_with_impossible_places_are_told(tmp_path):
    text = geojson([138.3, 34.8], None, [138.3, 34.8], [-1e308, -1e308])
    (tmp_path / "a.geojson").write_text(text, encoding="utf-8")
    reading = read(tmp_path / "a.geojson")
    assert [(n.kind, n.row) for n in reading.notes if n.level == "warning"] == [
        ("no_geometry", 2),
        ("odd_coordinates", 4),
    ]


def test_broken_maps_are_refused(tmp_path, shapefile):
    (tmp_path / "a.geojson").write_text('{"type": "FeatureCollection", "features": [', encoding="utf-8")
    assert refused(tmp_path / "a.geojson").kind == "unreadable_map"
    path = shapefile()
    path.write_bytes(b"no shape")
    assert refused(path).kind == "unreadable_map"


def test_geopackage_layers(tmp_path, shapefile):
    frame = gpd.read_file(shapefile(), encoding="cp932")
    for layer in ("避難所", "公園"):
        frame.to_file(tmp_path / "a.gpkg", layer=layer)
    assert sheets(tmp_path / "a.gpkg") == ["避難所", "公園"]
    reading = read(tmp_path / "a.gpkg")
    assert "「公園」" in next(n.ja for n in reading.notes if n.kind == "other_sheets")
    assert read(tmp_path / "a.gpkg", sheet="公園").sheet == "公園"
    assert refused(tmp_path / "a.gpkg", sheet="公苑").kind == "unknown_choice"
    shutil.copy(tmp_path / "a.gpkg", tmp_path / "b.dat")
    assert refused(tmp_path / "b.dat").kind == "not_a_table"


def test_read_map_says_when_the_file_is_missing(tmp_path):
    with pytest.raises(DataAcademyError) as caught:
        read_map(tmp_path / "無い.shp")
    assert caught.value.note.kind == "no_file"
