"""Interactive maps: nothing comes from the Internet, no cell is run, nothing goes in that was not asked for."""

import builtins
import json
import re
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from dataacademy import maps
from dataacademy.errors import DataAcademyError
from dataacademy.maps import interactive

ROOT = Path(__file__).resolve().parents[1]
EVIL = '</script><script>alert(1)</script><img src=x onerror="alert(2)">'
LEAFLET = {"https://leafletjs.com", "http://www.w3.org/2000/svg"}  # a link in Leaflet's own text, a name space


def town(**columns):
    boxes = [shapely.box(x * 500, y * 500, x * 500 + 500, y * 500 + 500) for x in range(3) for y in range(2)]
    names = [f"{c}町" for c in "東西南北中本"]
    return gpd.GeoDataFrame({"name": names, "v": [1.0, 2, 3, 4, 5, np.nan], **columns}, geometry=boxes, crs=6676)


def loaded(html):
    """Every address that a browser would fetch or could follow: attributes, style sheets, strings in scripts."""
    found = re.findall(r"(?:src|href|action|data|poster|srcset)\s*=\s*[\"']?([^\"'\s>]+)", html)
    found += re.findall(r"url\(\s*[\"']?([^\"')]+)", html) + re.findall(r"@import\s+[\"']?([^\"';]+)", html)
    found += re.findall(r"\b(?:https?:)?//[\w-]+\.[\w.-]+[^\s\"'`<>)\\]*", re.sub(r"/\*.*?\*/", "", html, flags=re.S))
    return {f.rstrip(".,") for f in found if re.match(r"(https?:)?//|ftp:|data:", f)}


def data_in(html):
    return json.loads(re.search(r"L\.geoJSON\((\{.*?\}), \{\n", html, re.S)[1])


def cells(page):
    return [feature["properties"]["cells"] for feature in data_in(page.html)["features"]]


def test_no_address_is_asked():
    page = maps.explore(town(), column="v", unit="%", title="題", source="出")
    assert {a for a in loaded(page.html) if not a.startswith("https://bug")} <= LEAFLET
    assert "<script src" not in page.html and "<link" not in page.html
    assert "BSD 2-Clause License" in page.html and "Copyright (c) 2010-2023, Volodymyr Agafonkin" in page.html


def test_the_list_of_addresses_sees_folium_as_it_comes():
    import folium

    found = loaded(folium.Map(tiles="OpenStreetMap").get_root().render())
    assert any("leaflet" in a for a in found) and any("jquery" in a for a in found)
    assert any("openstreetmap" in a for a in found)


def test_tiles_only_when_asked_for_with_the_source_named():
    page = maps.explore(town(), column="v", tiles="gsi")
    tiles = {a for a in loaded(page.html) if "gsi.go.jp" in a}
    assert {a.split("/")[2] for a in tiles} == {"cyberjapandata.gsi.go.jp", "maps.gsi.go.jp"}
    assert "\\u56fd\\u571f\\u5730\\u7406\\u9662" in page.html or "国土地理院" in page.html  # JSON may escape it
    assert "gsi.go.jp" not in maps.explore(town(), column="v").html


def test_what_is_written_in_a_cell_is_never_run():
    data = town(memo=[EVIL, "a", "b", "c", "d", None])
    data.loc[0, "name"] = EVIL
    data = data.rename(columns={"v": EVIL})
    page = maps.explore(data, column=EVIL, show="memo", unit=EVIL, title=EVIL, source=EVIL, note=EVIL)
    assert "<img" not in page.html and "alert(1)</script>" not in page.html
    assert len(re.findall("<script", page.html)) == len(re.findall("</script", page.html)) == 3
    assert cells(page)[0][0] == EVIL  # it is there, as text
    assert "<img" not in page._repr_html_()


def test_only_the_columns_asked_for_go_into_the_page():
    page = maps.explore(town(secret=[f"秘密{i}" for i in range(6)], w=range(6)), column="v", show=["w"])
    assert "秘密" not in page.html and "\\u79d8" not in page.html
    assert cells(page)[0] == ["東町", "1", "0"]
    assert cells(page)[5] == ["本町", "データなし", "5"]


def test_legend_notes_and_alt_name_classes_and_what_is_missing():
    page = maps.explore(town(), column="v", bins=[3], unit="%", title="題", source="出典元", note="注")
    for text in ("3 % 未満（2）", "3 % 以上（3）", "データなし（1）", "かっこ内は地区の数", "出典：出典元"):
        assert text in page.html
    assert page.notes == ("注", "データなし：本町", "出典：出典元")
    assert page.alt.startswith("動かせる地図「題」。色は v（%）で、濃いほど大きい。3 % 未満 2 地区")
    assert f'aria-label="{page.alt}"' in page.html
    assert f'title="{page.alt}"' in page._repr_html_()
    assert '<html lang="ja">' in page.html and "<title>題</title>" in page.html
    looks = json.loads(re.search(r"looks = (\[.*?\]), columns", page.html)[1])
    missing = [looks[f["properties"]["look"]] for f in data_in(page.html)["features"] if "本町" in str(f)]
    assert all(0 <= f["properties"]["look"] < len(looks) for f in data_in(page.html)["features"])
    assert missing[0]["className"] == "no-data" and "path.no-data" in page.html


def test_places_are_in_degrees_within_a_decimetre():
    features = data_in(maps.explore(town()).html)["features"]
    shapes = gpd.GeoSeries([shapely.from_geojson(json.dumps(f["geometry"])) for f in features], crs=6668).to_crs(6676)
    assert shapely.hausdorff_distance(shapes.to_numpy(), town().geometry.to_numpy()).max() < 0.1


def test_counts_are_warned_of():
    data = town(people=range(6))
    data["geometry"] = [data.geometry[0], *data.geometry[1:5], shapely.box(2000, 0, 5000, 3000)]
    assert "数のまま" in maps.explore(data, column="people", unit="人").notes[0]


def test_facilities_lie_on_top_with_their_names():
    halls = gpd.GeoDataFrame({"name": ["会館", EVIL]}, geometry=gpd.points_from_xy([100, 200], [1, 2]), crs=6676)
    page = maps.explore(town(), column="v", facilities=halls)
    assert [c[0] for c in cells(page)][-2:] == ["会館", EVIL]
    assert "施設（2）" in page.html and "橙の丸は 施設 2 か所" in page.alt


def test_heavy_outlines_are_simplified_and_neighbours_still_meet():
    wave = np.column_stack([np.linspace(0, 9000, 40_001), 500 + 3 * np.sin(np.arange(40_001))])
    low = shapely.Polygon([(0, -900), *wave, (9000, -900)])
    high = shapely.Polygon([(0, 2000), *wave, (9000, 2000)])
    data = gpd.GeoDataFrame({"name": ["下", "上"], "v": [1, 2]}, geometry=[low, high], crs=6676)
    page = maps.explore(data, column="v")
    assert "角 80,008 個を" in page.notes[0] and "許した幅" in page.notes[0]
    shapes = [shapely.from_geojson(json.dumps(f["geometry"])) for f in data_in(page.html)["features"]]
    assert sum(shapely.get_num_coordinates(shapes)) <= interactive.MOST_CORNERS
    assert shapely.area(shapely.intersection(*shapes)) == pytest.approx(0, abs=1e-12)
    assert len(page.html) < 3_000_000


PERSONAL = ["birth_date", "生年月日", "氏名", "世帯主氏名", "resident_id", "age", "Age "]


@pytest.mark.parametrize("column", PERSONAL)
def test_tables_of_persons_are_refused_unless_asked(column):
    with pytest.raises(DataAcademyError, match="一人ひとりの表") as caught:
        maps.explore(town(**{column: ["x"] * 6}), column="v")
    assert caught.value.note.kind == "personal"
    assert caught.value.note.fix and caught.value.note.fix_en
    page = maps.explore(town(**{column: ["x"] * 6}), column="v", personal=True)
    assert cells(page)[0] == ["東町", "1"]


def test_persons_among_the_facilities_are_noticed_too():
    people = gpd.GeoDataFrame({"氏名": ["山"]}, geometry=gpd.points_from_xy([1], [1]), crs=6676)
    with pytest.raises(DataAcademyError, match="一人ひとりの表"):
        maps.explore(town(), facilities=people)


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ({"column": "x"}, "unknown_column"),
        ({"show": "x"}, "unknown_column"),
        ({"column": "name"}, "not_numeric"),
        ({"column": "v", "bins": [3, 1]}, "bins_order"),
        ({"tiles": "osm"}, "unknown_choice"),
        ({"column": "none"}, "no_values"),
    ],
)
def test_bad_arguments(arguments, kind):
    with pytest.raises(DataAcademyError) as caught:
        maps.explore(town(none=[np.nan] * 6), **arguments)
    assert caught.value.note.kind == kind


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (lambda d: d.to_crs(6668), "degrees"),
        (lambda d: d.set_crs(None, allow_override=True), "no_crs"),
        (lambda d: pd.DataFrame(d.drop(columns="geometry")), "no_geometry"),
        (lambda d: d.set_geometry(gpd.GeoSeries([None] * 6, crs=6676)), "nothing_to_draw"),
        (lambda d: d.iloc[np.zeros(5001, int)].set_geometry(gpd.points_from_xy(range(5001), [0] * 5001), crs=6676),
         "too_many_rows"),
    ],
)  # fmt: skip
def test_bad_tables(spoil, kind):
    with pytest.raises(DataAcademyError) as caught:
        maps.explore(spoil(town()))
    assert caught.value.note.kind == kind
    assert caught.value.note.fix and caught.value.note.fix_en


def test_saving_replaces_whole_files_only(tmp_path):
    page = maps.explore(town(), column="v")
    path = page.save(tmp_path / "新しい" / "地図.html")
    assert path.read_text(encoding="utf-8") == page.html
    assert [p.name for p in path.parent.iterdir()] == ["地図.html"]
    page.save(str(path))
    with pytest.raises(DataAcademyError, match="地図.html") as caught:
        page.save(tmp_path / "地図.png")
    assert caught.value.note.kind == "not_html"
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(DataAcademyError) as caught:
        page.save(tmp_path / "folder.html")
    assert caught.value.note.kind == "cannot_write"


def test_without_folium_the_extra_is_named(monkeypatch):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name.split(".")[0] in ("folium", "branca"):
            raise ImportError(name=name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(DataAcademyError, match="uv sync --extra maps") as caught:
        maps.explore(town(), column="v")
    assert caught.value.note.kind == "no_maps_package"


def test_maps_load_without_folium():
    code = (
        "import sys, dataacademy as da; da.maps.explore; print([m for m in ('folium', 'branca') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
