"""Each thing the linter finds: a figure that triggers it and one that does not."""

import matplotlib
import numpy as np
import pandas as pd
import pytest
from chartbook import EVERY_KIND, WORDS, two_points, years
from matplotlib import pyplot

from dataacademy import charts, styling


@pytest.fixture(autouse=True)
def close_figures():
    yield
    pyplot.close("all")


@pytest.fixture
def plain():
    """Axes of matplotlib itself in the Japanese font, with title, unit and source."""
    with charts.style():
        ax = pyplot.subplots()[1]
        ax.set(title="利用者", ylabel="利用者（人）", xlabel="月")
        ax.figure.text(0, 0, "出典：業務統計")
    return ax


def kinds(ax):
    return [note.kind for note in charts.lint(ax)]


TABLE = pd.DataFrame({"月": ["4月", "5月"], "利用者": [120, 118]})


def draw(**how):
    return charts.bar(TABLE, x="月", y="利用者", **{"unit": "人", **WORDS} | how)


def test_a_good_chart_has_no_findings(plain):
    assert charts.lint(draw()) == []
    plain.bar(["4月", "5月"], [120, 118])
    assert charts.lint(plain) == []


def test_every_finding_speaks_both_languages_and_knows_the_way_out(plain):
    plain.set(title="", ylabel="", ylim=(100, 130))
    plain.bar(["4月", "5月"], [120, 118])
    found = charts.lint(plain)
    assert {n.kind for n in found} >= {"no_title", "no_unit"}
    for note in found:
        assert note.level == "warning"
        assert all((note.ja, note.en, note.fix, note.fix_en))
        assert note.en.isascii()
        assert note.ja.endswith(("。", "）", "です"))


@pytest.mark.parametrize("horizontal", [False, True])
def test_truncated_bars(horizontal):
    ax = draw(horizontal=horizontal)
    limits = ax.set_xlim if horizontal else ax.set_ylim
    assert "truncated_bar" not in kinds(ax)
    limits(110, 125)
    assert kinds(ax) == ["truncated_bar"]
    limits(0, 500)
    assert kinds(ax) == []


def test_lines_need_not_start_at_zero(plain):
    plain.plot([1, 2], [110, 120])
    assert plain.get_ylim()[0] > 0
    assert kinds(plain) == []


def test_bars_on_a_logarithmic_axis(plain):
    plain.bar(["a", "b"], [10, 1000], log=True)
    assert kinds(plain) == ["log_bar"]


def test_truncated_bars_inside_of_small_multiples():
    ax = EVERY_KIND["small_bars"](**WORDS)
    assert kinds(ax) == []
    ax.child_axes[1].set_ylim(700, 1100)
    assert kinds(ax) == ["truncated_bar"]


@pytest.mark.parametrize(("how", "kind"), [("title", "no_title"), ("source", "no_source"), ("unit", "no_unit")])
def test_missing_words(how, kind):
    assert kinds(draw(**{how: ""})) == [kind]


def test_unit_is_wanted_where_there_are_numbers(plain):
    plain.set_ylabel("指数")
    plain.plot([1, 2], [100, 120])
    assert kinds(plain) == []  # an index has none
    points = charts.scatter(TABLE.assign(費用=[3, 4]), x="利用者", y="費用", y_unit="円", **WORDS)
    assert kinds(points) == ["no_unit"]
    assert "横軸" in charts.lint(points)[0].ja
    heat = charts.heatmap(TABLE.assign(年="R6"), x="月", y="年", value="利用者", **WORDS)
    assert kinds(heat) == ["no_unit"]


@pytest.mark.parametrize("place", ["left", "center", "suptitle"])
def test_a_title_anywhere_counts(plain, place):
    plain.set_title("")
    plain.plot([1, 2], [100, 120])
    assert kinds(plain) == ["no_title"]
    plain.figure.suptitle("題") if place == "suptitle" else plain.set_title("題", loc=place)
    assert "no_title" not in kinds(plain)


def test_counts_of_groups_of_different_size():
    ax = EVERY_KIND["bar_by"](**WORDS)
    assert kinds(ax) == ["count_not_rate"]
    assert "「60代以上」660、「20代」100" in charts.lint(ax)[0].ja
    table = pd.DataFrame(
        {"評価": ["満足", "不満"] * 2, "年": ["令和5年", "令和5年", "令和6年", "令和6年"], "人": [10, 20, 100, 300]}
    )
    assert kinds(charts.bar(table, x="評価", y="人", by="年", unit="人", **WORDS)) == []  # over time it is the news
    even = table.assign(年=["男", "男", "女", "女"], 人=[10, 20, 16, 15])
    assert kinds(charts.bar(even, x="評価", y="人", by="年", unit="人", **WORDS)) == []
    assert kinds(charts.bar(table.assign(年=list("男男女女")), x="評価", y="人", by="年", unit="%", **WORDS)) == []


def test_counts_by_district_want_a_rate_but_the_population_itself_does_not():
    table = pd.DataFrame({"地区": ["北町", "南町"], "高齢者": [300, 500], "人口": [1200, 800]})
    assert kinds(charts.bar(table, x="地区", y="高齢者", unit="人", **WORDS)) == ["count_not_rate"]
    assert kinds(charts.bar(table, x="地区", y="人口", unit="人", **WORDS)) == []
    assert kinds(charts.bar(table.assign(率=[25, 62]), x="地区", y="率", unit="%", **WORDS)) == []
    both = charts.scatter(table, x="人口", y="高齢者", x_unit="人", y_unit="人", **WORDS)
    assert kinds(both) == ["count_not_rate"]


def test_counts_on_a_map():
    import geopandas as gpd
    from shapely import box

    from dataacademy import maps

    areas = gpd.GeoDataFrame({"高齢者": [10, 20, 40]}, geometry=[box(i, 0, i + 1, 1) for i in range(3)], crs=6676)
    drawn = maps.choropleth(areas, column="高齢者", k=2, unit="人", **WORDS)
    assert kinds(drawn) == ["count_not_rate"]
    drawn = maps.choropleth(areas.rename(columns={"高齢者": "高齢化率"}), column="高齢化率", k=2, unit="%", **WORDS)
    assert kinds(drawn) == []


@pytest.mark.parametrize(("count", "found"), [(30, []), (31, ["too_many_categories"])])
def test_too_many_bars(count, found):
    table = pd.DataFrame({"月": [f"{i}月" for i in range(count)], "率": range(count)})
    assert kinds(charts.bar(table, x="月", y="率", unit="%", **WORDS)) == found


def test_too_many_lines_and_slices(plain):
    for i in range(9):
        plain.plot([1, 2], [i, i + 1], color=matplotlib.colormaps["viridis"](i / 9))
    assert "too_many_categories" in kinds(plain)
    pie = pyplot.subplots()[1]
    pie.pie(range(1, 7))
    assert "too_many_categories" in kinds(pie)
    few = pyplot.subplots()[1]
    few.pie([1, 2])
    assert "too_many_categories" not in kinds(few)
    quiet = charts.line(years(), x="年", y="人数", by="学校", highlight="中学校", unit="人", **WORDS)
    assert kinds(quiet) == []


@pytest.mark.parametrize(("cmap", "found"), [("jet", True), ("hsv", True), ("turbo", True), ("viridis", False),
                                             ("YlGnBu", False), ("RdBu", False), ("tab10", False)])  # fmt: skip
def test_rainbow(cmap, found):
    ax = pyplot.subplots()[1]
    ax.pcolormesh(np.arange(12).reshape(3, 4), cmap=cmap)
    assert ("rainbow" in kinds(ax)) == found
    ax = pyplot.subplots()[1]
    ax.scatter([1, 2, 3], [1, 2, 3], c=[1, 2, 3], cmap=cmap)
    assert ("rainbow" in kinds(ax)) == found


def test_two_scales_on_one_picture(plain):
    plain.plot([1, 2], [10, 12])
    assert kinds(plain) == []
    other = plain.twinx()
    assert kinds(plain) == []  # still empty
    other.plot([1, 2], [3, 1])
    assert kinds(plain) == ["dual_axes"]
    side_by_side = pyplot.subplots(1, 2, sharex=True)[1]
    for ax in side_by_side:
        ax.plot([1, 2], [1, 2])
    assert "dual_axes" not in kinds(side_by_side[0])


def test_a_missing_glyph_is_a_finding_not_a_warning():
    """Warnings are errors here: drawing itself must be silent."""
    lost = "\U0001f9ff"
    ax = draw(title=f"利用者{lost}")
    ax.figure.canvas.draw()
    assert kinds(ax) == ["missing_glyphs"]
    assert charts.lint(ax)[0].value == lost
    panels = charts.small_multiples(
        two_points().replace("北町一丁目", f"北町{lost}"), x="年", y="高齢化率", by="地区", unit="%", **WORDS
    )
    assert kinds(panels) == ["missing_glyphs"]
    assert kinds(draw(title="利用者 〜髙﨑①㈱−")) == []


def test_rare_characters_come_from_a_font_that_has_them(tmp_path, monkeypatch):
    """𠮷 is not in IPAexGothic: a font of the system that has it is asked next."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from matplotlib import font_manager

    pen = TTGlyphPen(None)
    for move, point in (("moveTo", (0, 0)), ("lineTo", (0, 700)), ("lineTo", (700, 0))):
        getattr(pen, move)(point)
    pen.closePath()
    square = pen.glyph()
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder([".notdef", "yoshi"])
    font.setupCharacterMap({0x20BB7: "yoshi"})
    font.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "yoshi": square})
    font.setupHorizontalMetrics({".notdef": (500, 0), "yoshi": (1000, 0)})
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": "Noto Sans JP", "styleName": "Regular"})
    font.setupOS2()
    font.setupPost()
    font.save(tmp_path / "rare.ttf")
    monkeypatch.setattr(font_manager.fontManager, "ttflist", list(font_manager.fontManager.ttflist))
    font_manager.fontManager.addfont(tmp_path / "rare.ttf")
    families = styling._families({font.name for font in font_manager.fontManager.ttflist})
    assert families[0] == "IPAexGothic"
    assert "Noto Sans JP" in families
    monkeypatch.setattr(styling, "FONTS", families)
    ax = draw(title="𠮷野町の利用者")
    ax.figure.canvas.draw()
    assert kinds(ax) == []


def test_colours_that_some_cannot_tell_apart(plain):
    plain.plot([1, 2], [10, 12], color="#d62728", label="a")
    plain.plot([1, 2], [11, 13], color="#2ca02c", label="b")  # red and green of tab10
    plain.legend(prop={"family": styling.FONTS})
    assert kinds(plain) == ["colours_alike"]
    assert "D型（2型）色覚では" in charts.lint(plain)[0].ja
    for line, colour in zip(plain.lines, styling.PALETTE, strict=False):
        line.set_color(colour)
    assert kinds(plain) == []


def test_slopes_of_two_colours_and_quiet_lines_are_no_finding():
    assert kinds(EVERY_KIND["slope"](**WORDS)) == []
