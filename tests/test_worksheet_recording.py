"""Results in the worksheet: recorded once, with their sources; tables loaded as far as they may be; figures read."""

from __future__ import annotations

import csv
import datetime
import hashlib
import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from chartbook import EVERY_KIND, WORDS
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import image, pyplot
from matplotlib.colors import BoundaryNorm

import dataacademy as da
from dataacademy import DataAcademyError, Finding, paths
from dataacademy.analysis import Analysis
from dataacademy.worksheet import open_sheet, picture, quotes
from dataacademy.worksheet.records import FIGURES, Design, Picture


@pytest.fixture(autouse=True)
def close_figures():
    yield
    pyplot.close("all")


@pytest.fixture
def sheet(tmp_path):
    made = open_sheet(tmp_path / "防災1班.yml")
    made.add("data", text="地区", table="areas")
    made.add("data", text="指標", table="指標")
    made.add("design", text="避難所は近いか", kind="棒グラフ", data=["data1"])
    made.add("design", text="指標は動いたか", kind="折れ線グラフ")
    return made


def finding(value=12.5, **more) -> Finding:
    table = pd.DataFrame({"地区": ["北町", "南町"], "人": [3, 9]})
    value_text = f"{value:.1f}" if isinstance(value, float) else value
    given = {"table": table, "value": value, "sentence": f"圏外は {value_text} 人です。", "sentence_en": "…"}
    return Finding(**(given | {"used": {"地区": 2}, "left_out": ("空欄の 1 行",)} | more))


def one_row(**columns) -> Finding:
    return finding(table=pd.DataFrame({k: [v] for k, v in columns.items()}))


def kind_of(error) -> str:
    return error.value.note.kind


def folder(sheet) -> Path:
    return sheet.path.with_name("防災1班_記録")


# --- what is kept -----------------------------------------------------------------------------------------------------


def test_a_result_becomes_a_finding_that_facts_can_quote(sheet):
    id = sheet.record(finding(), design="design1", unit="人", values={"最大": np.int64(9)})
    kept = sheet.get(id)
    assert (id, kept.value, kept.unit, kept.values, kept.used) == ("finding1", 12.5, "人", {"最大": 9}, {"地区": 2})
    assert (kept.text, kept.left_out, kept.design) == ("圏外は 12.5 人です。", ["空欄の 1 行"], "design1")
    assert kept.recorded == datetime.date.today() and kept.data == ["data1"]  # the data of the design
    assert quotes.fill("{finding1}人、{finding1.最大:.1f}人", sheet.worksheet) == "12.5人、9.0人"
    sheet.reload()
    assert sheet.get(id) == kept


def test_the_table_opens_in_excel_and_holds_no_geometry(sheet):
    areas = da.load("areas")
    id = sheet.record(finding(table=areas.set_index("area_id")), design="design1")
    content = (folder(sheet) / sheet.get(id).table).read_bytes()
    assert sheet.get(id).table == "表/finding1.csv" and content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(content.decode("utf-8-sig").splitlines()))
    assert rows[0] == ["area_id", *[c for c in areas.columns if c not in ("area_id", "geometry")]]
    assert len(rows) == len(areas) + 1


@pytest.mark.parametrize(
    ("table", "heading"),
    [
        (pd.DataFrame({("人", "男"): [1], ("人", "女"): [2]}), "人・男,人・女"),
        (pd.Series([1, 2], name="人", index=pd.Index(["北", "南"], name="地区")), "地区,人"),
        (pd.DataFrame({"人": [1]}, index=pd.Index(["北"], name="人")), "人,人"),
    ],
)
def test_tables_of_any_shape_become_plain_ones(sheet, table, heading):
    id = sheet.record(finding(table=table))
    assert (folder(sheet) / sheet.get(id).table).read_text(encoding="utf-8-sig").splitlines()[0] == heading


@pytest.mark.parametrize("value", ["多い", None, float("nan"), float("inf"), True, pd.NA, (1, 2)])
def test_a_headline_that_is_no_number_is_no_value(sheet, value):
    id = sheet.record(finding(value=value, sentence="文です。"))
    assert sheet.get(id).value is None
    sheet.reload()
    assert sheet.get(id).text == "文です。"


@settings(max_examples=40, deadline=None)
@given(value=st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**18), 10**18))
def test_numbers_come_back_as_recorded_and_rounding_twice_changes_nothing(value):
    from dataacademy.worksheet.recording.parts import plain_number

    plain = plain_number(np.float64(value) if isinstance(value, float) else value)
    assert plain == pytest.approx(value, rel=1e-11) and plain_number(plain) == plain
    assert json.loads(json.dumps(plain)) == plain


def test_named_numbers_come_from_figures_and_from_a_table_of_one_row(sheet):
    analysis = Analysis(pd.DataFrame({"a": [1, 2]}), 1.0, "文。", "…", figures={"df": 2, "note": "文", "odd": np.nan})
    recorded = sheet.get(sheet.record(analysis))
    assert recorded.values == {"自由度": 2} and "「odd」は計算できない値" in recorded.left_out[0]
    single = sheet.get(sheet.record(one_row(rate=0.5, 名前="北町", 件数=3, sure=True))).values
    assert single == {da.labels.label_of("rate"): 0.5, "件数": 3}
    several = sheet.get(sheet.record(finding(sentence="二行。"))).values
    assert several == {}


def test_the_callers_numbers_win_and_names_that_no_sentence_could_write_are_mended(sheet):
    id = sheet.record(one_row(**{"割合{%}:": 1, "件数": 2}), values={"件数": 5})
    assert sheet.get(id).values == {"割合（%）：": 1, "件数": 5}
    assert quotes.fill(f"{{{id}.割合（%）：}}", sheet.worksheet) == "1"


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"a:b": 1}, "bad_values"),
        ({"{a}": 1}, "bad_values"),
        ({" ": 1}, "bad_values"),
        ({1: 1}, "bad_values"),
        ({"件数": None}, "bad_values"),
        ({"件数": float("nan")}, "bad_values"),
        ([1, 2], "bad_values"),
        ({f"数{i}": i for i in range(101)}, "too_many_values"),
    ],
)
def test_numbers_without_a_usable_name_are_refused(sheet, values, kind):
    with pytest.raises(DataAcademyError) as error:
        sheet.record(finding(), values=values)
    assert kind_of(error) == kind and sheet.worksheet.findings == [] and not folder(sheet).joinpath("表").exists()


@pytest.mark.parametrize(
    ("how", "kind"),
    [
        ({"design": "design9"}, "no_record"),
        ({"design": "data1"}, "wrong_kind"),
        ({"data": ["design1"]}, "wrong_kind"),
        ({"data": "data7"}, "no_record"),
        ({"id": "fact1"}, "wrong_kind"),
        ({"id": "findingX"}, "wrong_kind"),
        ({"ax": "図.png"}, "not_a_figure"),
        ({"ax": []}, "not_a_figure"),
        ({"source": "populatoin"}, "no_data_file"),
        ({"source": "../外.csv"}, "place_outside"),
    ],
)
def test_what_does_not_exist_is_named_and_nothing_is_written(sheet, how, kind):
    before = sheet.path.read_bytes()
    with pytest.raises(DataAcademyError) as error:
        sheet.record(finding(), **how)
    assert kind_of(error) == kind and sheet.path.read_bytes() == before


def test_only_results_can_be_recorded(sheet):
    with pytest.raises(DataAcademyError, match="DataFrame"):
        sheet.record(finding().table)


# --- run again --------------------------------------------------------------------------------------------------------


def test_the_same_numbers_leave_every_file_as_it_is(sheet):
    def files():
        return {
            p: (p.read_bytes(), p.stat().st_mtime_ns)
            for p in folder(sheet).rglob("*")
            if p.suffix in (".csv", ".png", ".yml")
        }

    ax = da.charts.bar(finding().table, x="地区", y="人", unit="人", title="人")
    sheet.record(finding(), design="design1", ax=ax)
    sheet.update("finding1", recorded=datetime.date(2020, 4, 1))
    before, kept = sheet.path.read_bytes(), files()
    again = da.charts.bar(finding().table, x="地区", y="人", unit="人", title="人")
    assert sheet.record(finding(12.5 + 1e-14), design="design1", ax=again) == "finding1"
    assert sheet.path.read_bytes() == before and files() == kept


def test_new_numbers_take_the_place_of_the_old_ones_under_the_same_id(sheet):
    sheet.record(finding(), design="design1")
    sheet.record(finding(), design="design2")
    sheet.update("finding1", recorded=datetime.date(2020, 4, 1))
    assert sheet.record(finding(13.5), design="design1") == "finding1"
    assert [f.value for f in sheet.worksheet.findings] == [13.5, 12.5]
    assert sheet.get("finding1").recorded == datetime.date.today()


@pytest.mark.parametrize("value", [float("nan"), float("-inf"), np.float64("nan")])
def test_a_number_that_could_not_be_computed_is_told_and_not_quoted(sheet, value):
    made = finding(value, table=pd.DataFrame({"平均": [value], "件数": [3], "地区": [None]}))
    found = sheet.get(sheet.record(made))
    assert (found.value, found.values) == (None, {"件数": 3})
    assert [line[:4] for line in found.left_out] == ["空欄の ", "「数」は", "「平均」"]
    assert sheet.get(sheet.record(finding(1))).left_out == ["空欄の 1 行"]
    with pytest.raises(DataAcademyError, match="計算できない値"):
        sheet.record(finding(), values={"平均": value})


def test_a_changed_table_is_a_changed_finding(sheet):
    sheet.record(finding(), design="design1")
    sheet.update("finding1", recorded=datetime.date(2020, 4, 1))
    sheet.record(finding(table=finding().table.assign(人=[4, 8])), design="design1")
    assert sheet.get("finding1").recorded == datetime.date.today()
    assert "北町,4" in (folder(sheet) / "表/finding1.csv").read_text(encoding="utf-8-sig")


def test_another_kind_of_result_for_the_same_design_is_another_finding(sheet):
    sheet.record(finding(), design="design1")
    assert sheet.record(finding(0.3, sentence="相関係数は 0.3 です。"), design="design1") == "finding2"


def test_the_function_tells_results_apart_where_it_is_known(sheet):
    def by(function, value):
        return finding(value, function=function)

    assert sheet.record(by("maps.coverage", 1), design="design1") == "finding1"
    assert sheet.record(by("maps.nearest", 2), design="design1") == "finding2"
    assert sheet.record(by("maps.coverage", 3), design="design1") == "finding1"
    assert sheet.get("finding1").function == "maps.coverage" and sheet.get("finding1").value == 3


def test_an_id_says_where_to_write(sheet):
    assert sheet.record(finding(1), design="design1", id="finding7") == "finding7"
    assert sheet.record(finding(2), design="design1", id="finding8") == "finding8"
    assert sheet.record(finding(3), design="design1", id="finding7") == "finding7"
    assert [(f.id, f.value) for f in sheet.worksheet.findings] == [("finding7", 3), ("finding8", 2)]


@pytest.mark.parametrize("design", ["", "design1"])
def test_other_words_are_another_finding_and_other_numbers_are_not(sheet, design):
    def said(sentence):
        return sheet.record(finding(sentence=sentence), design=design)

    assert said("北町の 1,204 人（-3.5%）が圏外です。") == "finding1"
    assert said("南町の 1,204 人（-3.5%）が圏外です。") == "finding2"
    assert said("北町の ９８ 人（+12%）が圏外です。") == said("北町の 不明 人（∞%）が圏外です。") == "finding1"
    assert said("圏外です（p=0.012）。") == said("圏外です（p<0.001）。") == "finding3"


def test_a_result_of_the_toolbox_names_its_function_and_old_records_learn_it(sheet):
    sheet.record(finding(sentence=da.survey.margin_of_error(400).sentence))
    assert sheet.get("finding1").function == ""
    assert sheet.record(da.survey.margin_of_error(900)) == "finding1"
    assert sheet.get("finding1").function == "survey.margin_of_error"
    assert sheet.record(finding(sentence=da.survey.margin_of_error(400).sentence)) == "finding2"


def test_a_finding_of_another_screen_is_found_again(sheet):
    other = open_sheet(sheet.path)
    other.record(finding(), design="design1")
    assert sheet.record(finding(14), design="design1") == "finding1"
    assert len(sheet.worksheet.findings) == 1


def test_a_figure_that_is_gone_is_no_longer_named(sheet):
    sheet.record(finding(), design="design1", ax=da.charts.bar(finding().table, x="地区", y="人"))
    sheet.record(finding(), design="design1")
    kept = sheet.get("finding1")
    assert (kept.figure, kept.picture, kept.alt) == ("", None, "")


# --- sources ----------------------------------------------------------------------------------------------------------


def test_sources_are_files_with_their_hash_and_rows(sheet):
    sheet.path.with_name("待ち時間.csv").write_text("月,分\n4月,12\n5月,15\n", encoding="utf-8")
    sheet.add("data", text="待ち時間", table="待ち時間.csv")
    id = sheet.record(finding(), data=["data1", "data2", "data3"], source=["population", "areas"])
    sources = {s.table or s.path: s for s in sheet.get(id).sources}
    assert list(sources) == ["areas", "indicator_monthly", "待ち時間.csv", "population"]
    for source in sources.values():
        file = sheet.path.parent / source.path
        assert hashlib.sha256(file.read_bytes()).hexdigest() == source.sha256
        assert not source.path.startswith("/")
    assert sources["areas"].rows == len(da.load("areas")) and sources["待ち時間.csv"].rows == 2
    assert sources["indicator_monthly"].rows == len(da.load("indicator_monthly"))


def test_data_that_are_not_there_yet_have_no_source(sheet):
    sheet.add("data", text="税", table="税務課にたのむ")
    sheet.add("data", text="未定")
    assert sheet.get(sheet.record(finding(), data=["data3", "data4"])).sources == []


def test_the_originals_behind_a_towns_table_are_named(sheet, other_town, small_home):
    sheet.worksheet.team.town = other_town
    sheet.save()
    built, work = paths.dataset(other_town), paths.workspace(other_town)
    (built / "indicator_monthly.csv").write_text("name,month\n率,2025-04\n", encoding="utf-8")
    (built / "inventory.csv").write_text(
        "file,sheet,take_as,label,rows,columns,handling,use,why\n"
        "指標.xlsx,上期,indicator_monthly,,6,9,,使う,\n指標.xlsx,下期,indicator_monthly,,5,9,,使う,\n"
        "古い.csv,,indicator_monthly,,1,9,,使わない,\n別.csv,,costs,,1,9,,使う,\n無い.csv,,indicator_monthly,,1,9,,使う,\n",
        encoding="utf-8-sig",
    )
    (work / "もと").mkdir(parents=True)
    for name in ("指標.xlsx", "古い.csv", "別.csv"):
        (work / "もと" / name).write_bytes(name.encode())
    (work / "town.yml").write_text(f'code: "{other_town}"\nname: となり市\nfolder: もと\n', encoding="utf-8")
    found = sheet.get(sheet.record(finding(), data="data2")).sources
    assert [(Path(s.path).name, s.rows) for s in found] == [("indicator_monthly.csv", 1), ("指標.xlsx", 11)]
    assert found[1].sha256 == hashlib.sha256("指標.xlsx".encode()).hexdigest()


def test_processed_data_rest_on_the_processed_file(sheet):
    sheet.path.with_name("加工.csv").write_text("年代,人\n30代,12\n", encoding="utf-8")
    sheet.update("data1", table="residents", handling="個人情報の加工が必要", processed="加工.csv")
    assert [s.path for s in sheet.get(sheet.record(finding(), data="data1")).sources] == ["加工.csv"]


# --- loading ----------------------------------------------------------------------------------------------------------


def test_tables_of_the_town_and_files_beside_are_loaded(sheet):
    assert sheet.load("data1").crs == da.load("areas").crs
    assert len(sheet.load("data2")) == len(da.load("indicator_monthly"))
    place = sheet.path.with_name("データ")
    place.mkdir()
    (place / "待ち.csv").write_bytes("月,分\n4月,１２\n".encode("cp932"))
    for written in ("データ/待ち.csv", "データ\\待ち.csv", " データ/待ち.csv "):
        sheet.update("data1", table=written)
        assert sheet.load("data1")["分"].tolist() == [12]


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        ("", "no_table"),
        ("populaton", "no_data_file"),
        ("../外.csv", "place_outside"),
        ("データ/../../外.csv", "place_outside"),
        ("C:\\共有\\表.xlsx", "place_outside"),
        ("\\\\server\\共有\\表.xlsx", "place_outside"),
        ("/etc/passwd", "place_outside"),
        ("データ", "no_data_file"),
    ],
)
def test_places_that_are_not_beside_the_worksheet_are_refused(sheet, table, kind):
    sheet.path.with_name("データ").mkdir()
    sheet.path.parent.parent.joinpath("外.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    sheet.update("data1", table=table)
    with pytest.raises(DataAcademyError) as error:
        sheet.load("data1")
    assert kind_of(error) == kind and "→" in str(error.value)


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_a_link_out_of_the_folder_is_no_way_out(sheet, tmp_path_factory):
    outside = tmp_path_factory.mktemp("外") / "表.csv"
    outside.write_text("a,b\n1,2\n", encoding="utf-8")
    sheet.path.with_name("表.csv").symlink_to(outside)
    sheet.update("data1", table="表.csv")
    with pytest.raises(DataAcademyError) as error:
        sheet.load("data1")
    assert kind_of(error) == "place_outside"


def test_the_nearest_name_is_guessed(sheet):
    sheet.update("data1", table="populaton")
    with pytest.raises(DataAcademyError, match="もしかして「population」ですか"):
        sheet.load("data1")


def test_a_cover_without_a_town_says_so(sheet):
    sheet.worksheet.team.town = ""
    sheet.save()
    with pytest.raises(DataAcademyError) as error:
        sheet.load("data1")
    assert kind_of(error) == "no_town"


RAW = "氏名,年齢\n高﨑 一郎,81\n山田 花,34\n"


def personal(sheet, processed: str = ""):
    sheet.path.with_name("名簿.csv").write_text(RAW, encoding="utf-8")
    sheet.update("data1", table="名簿.csv", handling="個人情報の加工が必要", processed=processed)
    return sheet


def test_personal_data_are_not_loaded_raw(sheet):
    with pytest.raises(DataAcademyError, match="da.privacy") as error:
        personal(sheet).load("data1")
    assert kind_of(error) == "needs_processing" and "一郎" not in str(error.value)
    sheet.update("data1", table="residents")
    with pytest.raises(DataAcademyError) as error:
        sheet.load("data1")
    assert kind_of(error) == "needs_processing"


def test_the_processed_table_is_loaded_instead(sheet):
    sheet.path.with_name("加工.csv").write_text("年代,人\n80代,12\n30代,30\n", encoding="utf-8")
    assert personal(sheet, "加工.csv").load("data1")["人"].tolist() == [12, 30]
    sheet.update("data1", table="税務課の共有フォルダ")  # raw data may lie where the team cannot see them
    assert len(sheet.load("data1")) == 2


@pytest.mark.parametrize("how", ["the same place", "a copy", "saved in another code", "as a workbook"])
def test_the_raw_table_under_another_name_is_not_processed(sheet, how):
    personal(sheet)
    copy = {"the same place": "名簿.csv", "as a workbook": "写し.xlsx"}.get(how, "写し.csv")
    file = sheet.path.with_name(copy)
    if how == "a copy":
        file.write_text(RAW, encoding="utf-8")
    elif how == "saved in another code":
        file.write_bytes(RAW.replace("﨑", "崎").replace("崎", "﨑").encode("utf-8-sig"))
    elif how == "as a workbook":
        pd.read_csv(sheet.path.with_name("名簿.csv")).to_excel(file, index=False)
    sheet.update("data1", processed=copy)
    with pytest.raises(DataAcademyError) as error:
        sheet.load("data1")
    assert kind_of(error) == "processed_is_raw"


# --- figures ----------------------------------------------------------------------------------------------------------


def test_the_figure_is_kept_as_a_picture_with_words(sheet):
    ax = da.charts.bar(finding().table, x="地区", y="人", unit="人", title="圏外の人")
    id = sheet.record(finding(), design="design1", ax=ax)
    kept = sheet.get(id)
    pixels = image.imread(folder(sheet) / kept.figure)
    assert kept.figure == "図/finding1.png" and pixels.shape[1] > 1000
    assert kept.alt == da.charts.alt(ax) and "北町 3" in kept.alt
    assert kept.picture.kind == "棒グラフ" and kept.picture.title == "圏外の人"
    assert picture.differences(sheet.get("design1"), kept.picture) == []


def test_whole_figures_and_what_pandas_returns_are_figures_too(sheet):
    data = pd.DataFrame({"a": [1, 2, 2, 3], "b": [4, 4, 5, 6]})
    for drawn in (data.hist(), pyplot.gcf(), data.plot(subplots=True)):
        id = sheet.record(finding(), ax=drawn)
        assert (folder(sheet) / sheet.get(id).figure).stat().st_size > 1000
        assert len(sheet.get(id).alt.split("\n")) == 2


def test_an_empty_figure_is_no_figure(sheet):
    for empty in (pyplot.subplots()[0], pyplot.subplots()[1]):
        with pytest.raises(DataAcademyError) as error:
            sheet.record(finding(), ax=empty)
        assert kind_of(error) == "empty_figure"


OURS = {
    "bar": "棒グラフ",
    "bar_by": "棒グラフ",
    "bar_horizontal": "棒グラフ",
    "line": "折れ線グラフ",
    "line_dates": "折れ線グラフ",
    "line_highlight": "折れ線グラフ",
    "slope": "折れ線グラフ",
    "histogram": "ヒストグラム",
    "scatter": "散布図",
    "portfolio": "散布図",
    "population_pyramid": "人口ピラミッド",
    "likert": "帯グラフ",
    "heatmap": "クロス表",
    "small_multiples": "折れ線グラフ",
    "small_bars": "棒グラフ",
    "three_over_time": "その他",
    "three_of_one": "その他",
    "three_of_groups": "その他",
}


@pytest.mark.parametrize("chart", EVERY_KIND)
def test_every_chart_of_the_toolbox_is_recognised(chart):
    found = picture.read(EVERY_KIND[chart](**WORDS))
    assert found.kind == OURS[chart] and found.title == WORDS["title"]
    assert Picture(**found.model_dump()) == found and all(len(c) == 7 for c in found.colours)


@pytest.fixture(scope="module")
def far():
    return da.maps.nearest(da.load("areas"), da.load("facilities").query("kind == 'shelter'")).table


def test_maps_are_read_from_their_legend(far):
    shelters = da.load("facilities").query("kind == 'shelter'")
    drawn = da.maps.choropleth(far, column="distance_m", bins=[300, 1500], unit="m", title="距離", facilities=shelters)
    found = picture.read(drawn)
    assert (found.kind, found.classes, found.unit, found.x) == ("地図（色分け）", [300, 1500], "m", "地区")
    assert found.y == "最寄りの施設までの直線距離（m）" and len(found.colours) == 3
    found = picture.read(da.maps.points(far, value="population", unit="人", background=far, title="人口"))
    assert (found.kind, found.y, found.unit, found.classes) == ("地図（点）", "人口（人）", "人", [])


def test_maps_of_geopandas_alone_are_maps(far):
    points = far.assign(geometry=far.geometry.representative_point())
    assert picture.read(far.plot(column="distance_m", legend=True)).kind == "地図（色分け）"
    assert picture.read(points.plot(column="distance_m")).kind == "地図（色分け）"
    assert picture.read(points.plot()).kind == "地図（点）"
    assert picture.read(points.plot(ax=far.plot(color="lightgrey"))).kind == "地図（点）"
    with da.charts.style():
        named = far.plot(column="distance_m", legend=True, legend_kwds={"label": "距離（m）"})
    assert (picture.read(named).y, picture.read(named).unit) == ("距離（m）", "m")
    norm = BoundaryNorm([0, 300, 1500, np.inf], 3)
    assert picture.read(far.plot(column="distance_m", cmap="Blues", norm=norm)).classes == [0, 300, 1500]


def drawn_by_hand(how: str):
    rng = np.random.default_rng(1)
    data = pd.DataFrame({"a": rng.normal(size=40), "b": rng.normal(size=40)})
    parts = pd.DataFrame({"はい": [30, 45], "いいえ": [70, 55]}, index=["北", "南"])
    ax = pyplot.figure().add_subplot()
    match how:
        case "box":
            data.plot.box(ax=ax)
        case "box lying, filled":
            ax.boxplot([data["a"], data["b"]], patch_artist=True, orientation="horizontal")
        case "hist":
            ax.hist(data["a"], bins=[-4, -1, 0, 1, 4])
        case "hist as an outline":
            ax.hist(data["a"], bins=[-4, -1, 0, 1, 4], histtype="step")
        case "stairs":
            ax.stairs([3, 5, 2, 1], [-4, -1, 0, 1, 4])
        case "parts of a whole":
            parts.plot.barh(ax=ax, stacked=True)
        case "shares of one":
            (parts / 100).plot.bar(ax=ax, stacked=True)
        case "stacked amounts":
            (parts * [1, 2]).plot.bar(ax=ax, stacked=True)
        case "groups that add up":
            parts.plot.bar(ax=ax)
        case "bars that touch":
            parts["はい"].plot.bar(ax=ax, width=1.0)
        case "bars":
            ax.bar(["北", "南", "東"], [1, 2, 3], width=1)
        case "pyramid":
            ax.barh([0, 1], [-3, -2])
            ax.barh([0, 1], [3, 2])
        case "line":
            parts.plot(ax=ax)
        case "line with a marked end":
            ax.plot([1, 2, 3], [1, 4, 2])
            ax.scatter([3], [2])
        case "band around a line":
            ax.fill_between([1, 2, 3], [0, 1, 2], [2, 3, 4])
            ax.plot([1, 2, 3], [1, 2, 3])
        case "scatter":
            data.plot.scatter("a", "b", ax=ax)
        case "scatter as markers":
            ax.plot(data["a"], data["b"], "o")
        case "scatter with its trend":
            ax.scatter(data["a"], data["b"])
            ax.plot([-2.5, 2.5], [0, 1])
        case "scatter in equal scales":
            data.plot.scatter("a", "b", ax=ax)
            ax.set_aspect("equal")
        case "image":
            ax.imshow(parts)
        case "table":
            ax.table(cellText=[["1", "2"]])
        case "pie":
            ax.pie([1, 2])
        case "nothing":
            pass
    return ax


@pytest.mark.parametrize(
    ("how", "kind"),
    [
        ("box", "箱ひげ図"),
        ("box lying, filled", "箱ひげ図"),
        ("hist", "ヒストグラム"),
        ("hist as an outline", "ヒストグラム"),
        ("stairs", "ヒストグラム"),
        ("parts of a whole", "帯グラフ"),
        ("shares of one", "帯グラフ"),
        ("stacked amounts", "棒グラフ"),
        ("groups that add up", "棒グラフ"),
        ("bars that touch", "棒グラフ"),
        ("bars", "棒グラフ"),
        ("pyramid", "人口ピラミッド"),
        ("line", "折れ線グラフ"),
        ("line with a marked end", "折れ線グラフ"),
        ("band around a line", "折れ線グラフ"),
        ("scatter", "散布図"),
        ("scatter as markers", "散布図"),
        ("scatter with its trend", "散布図"),
        ("scatter in equal scales", "散布図"),
        ("image", "クロス表"),
        ("table", "クロス表"),
        ("pie", "その他"),
        ("nothing", "その他"),
    ],
)
def test_charts_drawn_without_the_toolbox_are_recognised(how, kind):
    found = picture.read(drawn_by_hand(how))
    assert found.kind == kind
    if kind == "ヒストグラム":
        assert found.classes == [-4, -1, 0, 1, 4] and len(found.colours) == 1


def test_colours_of_groups_are_all_of_them_whatever_their_names_say():
    data = pd.DataFrame({"年": ["A", "A", "B", "B"], "齢": ["65歳未満", "若い人"] * 2, "人": [1, 2, 3, 4]})
    drawn = da.charts.bar(data, x="年", y="人", by="齢", unit="人", title="人")  # 「65歳未満」 is no class of a map
    assert len(picture.read(drawn).colours) == 2 and picture.read(drawn).classes == []


def test_every_kind_of_the_design_card_is_recognised_somewhere():
    assert set(FIGURES) <= {*OURS.values(), "箱ひげ図", "地図（色分け）", "地図（点）"}


# --- design and figure ------------------------------------------------------------------------------------------------

MAP = Picture(
    kind="地図（色分け）", x="地区", y="最寄りの施設までの直線距離（m）", unit="m", classes=[300, 500],
    colours=["#dcf1b2", "#2b9fc2", "#0e2265"],
)  # fmt: skip
BARS = Picture(kind="棒グラフ", x="地区", y="高齢化率（%）", unit="%", colours=["#0072b2"])
LINE = Picture(kind="折れ線グラフ", x="年月", y="人口（人）", unit="人", colours=["#b40f00", "#878778"])
BINS = Picture(
    kind="ヒストグラム", x="待ち時間（分）", y="数（件）", unit="件", classes=[0, 10, 20, 30], colours=["#0072b2"]
)


@pytest.mark.parametrize(
    ("drawn", "field", "same", "other"),
    [
        (BARS, "kind", ["棒グラフ", "その他", ""], ["折れ線グラフ", "地図（点）"]),
        (BARS, "x", ["地区", "町の地区", "地 区", ""], ["年齢", "性別"]),
        (BARS, "y", ["高齢化率", "高齢化率（％）", "６５歳以上の高齢化率"], ["人口", "高齢者数"]),
        (BARS, "unit", ["％", "%", "パーセント", "人、％", ""], ["人", "m"]),
        (BARS, "classes", [[]], [[10, 20]]),
        (BARS, "colours", ["青", "見やすい色", ""], ["赤", "緑と青", "オレンジ"]),
        (MAP, "y", ["避難所までの距離", "直線距離（メートル）"], ["高齢化率"]),
        (MAP, "x", ["町丁目"], []),  # what the areas of a map are called is not written on it
        (MAP, "unit", ["メートル", "ｍ"], ["km", "分"]),
        (MAP, "classes", [[300, 500], [500, 300], [0, 300, 500]], [[300, 800], [300], [300, 500, 800]]),
        (MAP, "colours", ["薄い青から濃い青", "青", "淡い色から濃い色"], ["濃い青から薄い青", "薄い赤から濃い赤"]),
        (LINE, "x", ["月", "年月", "調査の年月"], ["年齢", "地区"]),
        (LINE, "colours", ["赤", "赤と灰色"], ["紫"]),
        (BINS, "classes", [[0, 10, 20, 30], [10, 20]], [[0, 15, 30], [0, 10, 20]]),
        (BINS, "y", ["件数", "受付の数"], ["割合"]),
        (BINS, "unit", ["分", "件"], ["人"]),
    ],
)
def test_each_difference_is_found_and_nothing_else(drawn, field, same, other):
    card = Design(id="design1")
    for value in same:
        assert picture.differences(card.model_copy(update={field: value}), drawn) == [], value
    kind = "figure_axes" if field in "xy" else f"figure_{field}"
    for value in other:
        found = picture.differences(card.model_copy(update={field: value}), drawn)
        assert [note.kind for note in found] == [kind], value
        shown = "、".join(f"{v:g}" for v in sorted(value)) if isinstance(value, list) else value
        assert shown in found[0].ja and found[0].fix


def test_what_is_missing_on_the_figure_is_named():
    card = Design(id="design1", x="地区", y="人口", unit="人", classes=[1, 2])
    bare = Picture(kind="散布図")
    assert [n.kind for n in picture.differences(card, bare)] == ["figure_axes"] * 2 + ["figure_unit", "figure_classes"]
    assert all("書かれていません" in n.ja or "読み取れません" in n.ja for n in picture.differences(card, bare))
    bars = Picture(kind="棒グラフ", y="人口（人）")  # names below the bars need no name themselves
    assert [n.kind for n in picture.differences(card, bars)] == ["figure_classes"]


def test_turned_axes_are_one_difference():
    card = Design(id="design1", x="満足度", y="重要度")
    found = picture.differences(card, Picture(kind="散布図", x="重要度（点）", y="満足度（点）"))
    assert len(found) == 1 and "入れかわって" in found[0].ja


def test_a_figure_as_designed_has_no_difference(far):
    card = Design(
        id="design1", kind="地図（色分け）", x="町丁目", y="避難所までの距離", unit="m", classes=[300, 500, 800],
        colours="薄い色から濃い青",
    )  # fmt: skip
    drawn = da.maps.choropleth(far, column="distance_m", bins=[300, 500, 800], unit="m", title="避難所までの距離")
    assert picture.differences(card, picture.read(drawn)) == []
    other = da.maps.choropleth(far, column="distance_m", bins=[300, 1000], unit="m", title="避難所までの距離")
    assert [n.kind for n in picture.differences(card, picture.read(other))] == ["figure_classes"]
