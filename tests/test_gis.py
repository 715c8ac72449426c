"""Going on in QGIS and back: styles that say what our maps say, files that lose nothing, edits that are all found."""

import dataclasses
import sqlite3
from contextlib import closing
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from dataacademy import about, maps, tables
from dataacademy.errors import DataAcademyError
from dataacademy.maps import classify

EVIL = "\"'><b>&列"


def town(**columns):
    boxes = [shapely.box(x * 500, y * 500, x * 500 + 500, y * 500 + 500) for x in range(3) for y in range(2)]
    names = [f"{c}町" for c in "東西南北中本"]
    data = {"area_id": [f"0{i}" for i in range(6)], "name": names, "distance_m": [100.0, 300, 499, 500, 900, np.nan]}
    return gpd.GeoDataFrame(data | columns, geometry=boxes, crs=6676)


def sites(**columns):
    data = {"site_id": ["a", "b", "c"], "name": ["北館", "南館", "東館"], "capacity": [100, 200, None]}
    data |= {"flood": pd.array([True, None, False], dtype="boolean")}
    table = pd.DataFrame(data | columns).astype({"capacity": "Int64"})
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy([100, 700, 1400], [100, 700, 200]), crs=6676)


def styles(path):
    with closing(sqlite3.connect(path)) as base:
        rows = base.execute("SELECT f_table_name, f_geometry_column, useAsDefault, styleQML FROM layer_styles")
        return {name: (column, default, ElementTree.fromstring(qml)) for name, column, default, qml in rows}


def counts(path, layer):
    """How many rows each rule of the style takes, by its legend: rules are written so that SQL reads them too."""
    _, _, root = styles(path)[layer]
    with closing(sqlite3.connect(path)) as base:
        return [
            (
                rule.get("label"),
                base.execute(f'SELECT count(*) FROM "{layer}" WHERE {rule.get("filter")}').fetchone()[0],
            )
            for rule in root.iter("rule")
        ]


def kind_of(caught):
    return caught.value.note.kind


def test_the_rules_for_qgis_take_the_rows_that_our_classes_hold(tmp_path):
    layer = maps.Layer(town(), column="distance_m", bins=[300, 500], unit="m")
    path = maps.to_geopackage(tmp_path / "m.gpkg", {"距離": layer})
    assert dict(counts(path, "距離")) == {"300 m 未満": 1, "300 m 以上 500 m 未満": 2, "500 m 以上": 2, "データなし": 1}


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6), st.integers(0, 5)), min_size=6, max_size=6).filter(
        lambda values: any(value is not None for value in values)
    ),
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=4, unique=True),
)
def test_every_row_is_in_the_class_of_qgis_that_it_has_on_our_map(tmp_path_factory, values, bins):
    path = tmp_path_factory.mktemp("g") / "m.gpkg"
    data = town(v=pd.Series(values, dtype=float))
    maps.to_geopackage(path, {"値": maps.Layer(data, column="v", bins=sorted(bins))})
    classes = classify.assign(data["v"], sorted(bins))
    ours = [int((classes == i).sum()) for i in [*range(len(bins) + 1), -1]]
    assert [rows for _, rows in counts(path, "値")] == ours  # legends may be alike where bins are closer than digits


def test_every_layer_has_one_default_style_as_qgis_looks_it_up(tmp_path):
    lines = gpd.GeoDataFrame({"kind": ["県道"]}, geometry=[shapely.LineString([(0, 0), (900, 900)])], crs=6676)
    layers = {"地区": maps.Layer(town(), column="distance_m"), "施設": sites(), "道": lines, "外わく": town()}
    path = maps.to_geopackage(tmp_path / "m.gpkg", layers)
    found = styles(path)
    assert list(found) == list(layers) == tables.sheets(path)  # the table of styles is no layer
    with closing(sqlite3.connect(path)) as base:
        where = dict(base.execute("SELECT table_name, column_name FROM gpkg_geometry_columns"))
        empty = base.execute("SELECT DISTINCT f_table_catalog, f_table_schema FROM layer_styles").fetchall()
        assert base.execute("SELECT data_type FROM gpkg_contents WHERE table_name = 'layer_styles'").fetchall()
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert empty == [("", "")]  # QGIS asks for the empty text, not for NULL
    for name, (column, default, root) in found.items():
        assert (column, default) == (where[name], 1)
        symbols = {symbol.get("name"): symbol.get("type") for symbol in root.iter("symbol")}
        assert all(rule.get("symbol") in symbols for rule in root.iter("rule"))
    kinds = [{s.get("type") for s in root.iter("symbol")} for _, _, root in found.values()]
    assert kinds == [{"fill"}, {"marker"}, {"line"}, {"fill"}]


def test_columns_have_their_japanese_names_in_qgis(tmp_path):
    path = maps.to_geopackage(tmp_path / "m.gpkg", {"地区": maps.Layer(town(), column="distance_m", unit="m")})
    names = {alias.get("field"): alias.get("name") for alias in styles(path)["地区"][2].iter("alias")}
    assert names["area_id"] == "地区コード" and names["distance_m"] == "最寄りの施設までの直線距離（m）"


def test_names_with_quotes_and_marks_do_no_harm(tmp_path):
    data = town().rename(columns={"distance_m": EVIL})
    path = maps.to_geopackage(tmp_path / "m.gpkg", {"値": maps.Layer(data, column=EVIL, bins=[300], unit=EVIL)})
    (_, _, root) = styles(path)["値"]
    assert next(root.iter("rule")).get("filter") == '"""' + EVIL[1:] + '" < 300'
    assert dict(counts(path, "値")) == {f"300 {EVIL} 未満": 1, f"300 {EVIL} 以上": 4, "データなし": 1}


def test_what_is_written_is_read_again_as_it_was(tmp_path):
    path = maps.to_geopackage(tmp_path / "m.gpkg", {"施設": sites()})
    back = tables.read_map(path, layer="施設").data
    assert back["capacity"].tolist()[:2] == [100, 200] and str(back["capacity"].dtype) == "Int64"
    assert str(back["flood"].dtype) == "boolean" and back["flood"].isna().tolist() == [False, True, False]
    assert back.crs == 6676
    assert maps.edits(sites(), back, id="site_id").value == 0


CELLS = st.one_of(
    st.lists(st.one_of(st.none(), st.integers(-(2**40), 2**40)), min_size=3, max_size=3),
    st.lists(st.one_of(st.none(), st.booleans()), min_size=3, max_size=3),
    st.lists(st.one_of(st.none(), st.floats(-1e9, 1e9)), min_size=3, max_size=3),
    st.lists(st.one_of(st.none(), st.text("町０1a, '\"", max_size=5)), min_size=3, max_size=3),
    st.lists(st.datetimes(min_value=pd.Timestamp("1900"), max_value=pd.Timestamp("2100")), min_size=3, max_size=3),
)


@settings(max_examples=25, deadline=None)
@given(CELLS)
def test_there_are_no_edits_between_a_layer_and_itself_as_read_again(tmp_path_factory, cells):
    path = tmp_path_factory.mktemp("g") / "m.gpkg"
    data = sites(memo=pd.Series(cells, dtype=object))
    maps.to_geopackage(path, {"施設": data})
    found = maps.edits(data, tables.read_map(path, layer="施設").data, id="site_id")
    assert found.table.empty, found.table


def test_edits_name_what_was_added_taken_away_moved_and_written_anew():
    after = sites().to_crs(6677)  # another plane system, as another office might use
    after.loc[0, "capacity"] = 90
    after.geometry = [*after.geometry[:1], shapely.transform(after.geometry[1], lambda xy: xy + [3, 4]), None]
    new = sites().iloc[[0, 0]].assign(site_id=["d", None], name=["西館", "仮設"]).to_crs(6677)
    found = maps.edits(sites(), pd.concat([after, new]), id="site_id")
    rows = found.table.set_index("name")
    assert rows["edit"].to_dict() == {
        "西館": "added",
        "仮設": "added",
        "南館": "moved",
        "東館": "moved",
        "北館": "changed",
    }
    assert rows.loc["南館", "shifted_m"] == pytest.approx(5, abs=0.05) and np.isnan(rows.loc["東館", "shifted_m"])
    assert rows.loc["北館", ["column", "before", "after"]].tolist() == ["capacity", "100", "90"]
    assert found.value == 5 and found.figures == {"added": 2, "removed": 0, "moved": 2, "changed": 1}
    assert maps.edits(sites(), sites().iloc[1:], id="site_id").table["name"].tolist() == ["北館"]


def test_a_redrawn_outline_and_columns_of_one_side_only_are_said():
    after = town().drop(columns="name").assign(memo="x")
    after.geometry = [shapely.box(0, 0, 500, 400), *after.geometry[1:]]
    found = maps.edits(town(), after, id="area_id")
    assert found.table["edit"].tolist() == ["moved"]
    assert found.left_out == ("戻ってきた表にない列「名前」", "戻ってきた表で増えた列「memo」")


def test_a_row_copied_in_qgis_is_told_by_its_number():
    with pytest.raises(DataAcademyError, match="「a」が 2 行.*番号もそのまま") as caught:
        maps.edits(sites(), pd.concat([sites(), sites().iloc[[0]]]), id="site_id")
    assert kind_of(caught) == "duplicate_ids"


def test_a_file_that_somebody_worked_on_is_not_written_over(tmp_path):
    path = maps.to_geopackage(tmp_path / "m.gpkg", {"施設": sites()})
    maps.to_geopackage(path, {"施設": sites()})  # again, as a cell is run again
    pyogrio.write_dataframe(sites().iloc[:1], path, layer="施設", append=True)  # what a GIS does
    with pytest.raises(DataAcademyError, match="その仕事が消えます") as caught:
        maps.to_geopackage(path, {"施設": sites()})
    assert kind_of(caught) == "edited_since" and len(tables.read_map(path, layer="施設").data) == 4
    maps.to_geopackage(path, {"施設": sites()}, replace=True)
    assert len(tables.read_map(path, layer="施設").data) == 3


def test_a_style_saved_in_qgis_and_a_file_of_others_are_not_written_over(tmp_path):
    path = maps.to_geopackage(tmp_path / "m.gpkg", {"施設": sites()})
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("INSERT INTO layer_styles (f_table_name, styleName) VALUES ('施設', '私の色')")
    sites().to_file(tmp_path / "other.gpkg")
    (tmp_path / "no.gpkg").write_bytes(b"not a database")
    for name in ("m.gpkg", "other.gpkg", "no.gpkg"):
        before = (tmp_path / name).read_bytes()
        with pytest.raises(DataAcademyError, match="上書きすると"):
            maps.to_geopackage(tmp_path / name, {"施設": sites()})
        assert (tmp_path / name).read_bytes() == before


@pytest.mark.parametrize(
    ("name", "layers", "kind"),
    [
        ("m.shp", {"a": sites()}, "not_geopackage"),
        ("m.gpkg", {}, "no_layers"),
        ("m.gpkg", [sites()], "no_layers"),
        ("m.gpkg", {"a": sites(), "A": sites()}, "layer_name"),
        ("m.gpkg", {" ": sites()}, "layer_name"),
        ("m.gpkg", {"layer_styles": sites()}, "layer_name"),
        ("m.gpkg", {"gpkg_x": sites()}, "layer_name"),
        ("m.gpkg", {"避難所（1.2版）-案": sites()}, "layer_name"),
        ("m.gpkg", {"a": sites(fid=[1, 2, 3])}, "column_name"),
        ("m.gpkg", {"a": sites(Name=[1, 2, 3])}, "column_name"),
        ("m.gpkg", {"a": sites().to_crs(4326)}, "degrees"),
        ("m.gpkg", {"a": sites(生年月日=["", "", ""])}, "personal"),
        ("m.gpkg", {"a": maps.Layer(sites(), column="name")}, "not_numeric"),
        ("m.gpkg", {"a": maps.Layer(town(), column="distance_m", bins=[500, 300])}, "bins_order"),
        ("m.gpkg", {"a": maps.Layer(town(v=np.nan), column="v")}, "no_values"),
    ],
)
def test_what_cannot_be_written_leaves_no_file(tmp_path, name, layers, kind):
    with pytest.raises(DataAcademyError) as caught:
        maps.to_geopackage(tmp_path / name, layers)
    assert kind_of(caught) == kind and list(tmp_path.iterdir()) == []


def test_a_table_of_persons_is_written_only_when_asked_for(tmp_path):
    maps.to_geopackage(tmp_path / "m.gpkg", {"a": sites(生年月日=["", "", ""])}, personal=True)
    assert (tmp_path / "m.gpkg").is_file()


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1500), st.integers(0, 1000)), min_size=1, max_size=12), st.integers(0, 10**6))
def test_every_spot_of_a_zone_is_nearest_to_its_place(places, seed):
    names = [f"p{i}" for i in range(len(places))]
    points = gpd.GeoDataFrame({"name": names}, geometry=[shapely.Point(xy) for xy in places], crs=6676)
    zones = maps.voronoi(points, within=town()).table
    assert zones.area.sum() == pytest.approx(town().area.sum())
    spots = np.random.default_rng(seed).uniform([0, 0], [1500, 1000], (40, 2))
    apart = np.hypot(*(spots[:, None] - np.array(places)[None]).transpose(2, 0, 1))
    place = dict(zip(points["name"], places, strict=True))
    pair, zone = zones.sindex.query(shapely.points(spots), predicate="intersects")
    assert set(pair) == set(range(40))
    inside = np.array([place[name] for name in zones["name"].iloc[zone]])
    np.testing.assert_allclose(np.hypot(*(spots[pair] - inside).T), apart.min(1)[pair])


def test_a_place_outside_of_the_town_is_said_where_it_gets_no_zone():
    far = sites()
    far.geometry = gpd.points_from_xy([100, 700, 90_00], [100, 700, 200])
    found = maps.voronoi(far, within=town().iloc[:4])
    assert found.value == 2 and found.table["zone_id"].tolist() == ["1", "2"]
    assert found.left_out == ("区域が町の外になった施設 1",)
    with pytest.raises(DataAcademyError, match="面"):
        maps.voronoi(sites(), within=sites())


def test_a_town_whose_ages_were_counted_on_another_day_than_its_areas_says_so():
    same = dataclasses.replace(about(), areas_date="令和7年10月1日", ages_date="令和7年10月1日")
    said = "地区の人口と日が違います"
    assert said not in same._repr_html_()
    assert said in dataclasses.replace(same, areas_date="平成27年10月1日")._repr_html_()
    assert said not in dataclasses.replace(same, areas_date="平成27年10月1日", ages=False, ages_date="")._repr_html_()
