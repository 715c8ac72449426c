"""Charts: the style stays inside, bars start at zero, letters and colours are for everyone."""

import subprocess
import sys
from itertools import combinations

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot

from dataacademy import charts, styling
from dataacademy.errors import DataAcademyError


@pytest.fixture(autouse=True)
def close_figures():
    yield
    pyplot.close("all")


@pytest.fixture
def wards():
    return pd.DataFrame({"地区": ["北町", "髙﨑町", "港①"], "人口": [1200, 800, 450]})


def heights(ax):
    return [[bar.get_height() for bar in container] for container in ax.containers]


# --- style ---------------------------------------------------------------------------------------------------------


def test_importing_changes_no_setting():
    code = (
        "import matplotlib, copy; before = copy.deepcopy(dict(matplotlib.rcParams));"
        "import sys, dataacademy.charts, dataacademy.styling as s;"
        "assert dict(matplotlib.rcParams) == before; assert 'matplotlib_fontja' not in sys.modules;"
        "exec('with s.style(): pass'); assert dict(matplotlib.rcParams) == before;"
        "assert 'matplotlib_fontja' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_style_ends_with_its_block_even_after_an_error():
    before = dict(matplotlib.rcParams)
    with pytest.raises(ZeroDivisionError), charts.style():
        assert matplotlib.rcParams["font.family"] == styling.FONTS
        1 / 0  # noqa: B018
    assert dict(matplotlib.rcParams) == before


def test_a_chart_leaves_the_settings_alone(wards):
    before = dict(matplotlib.rcParams)
    charts.bar(wards, x="地区", y="人口")
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize("own", [False, True])
def test_japanese_letters_when_drawn_later_outside_of_the_style(wards, own):
    """A missing glyph is a warning of matplotlib, and warnings are errors here."""
    ax = pyplot.subplots()[1] if own else None
    drawn = charts.bar(
        wards, x="地区", y="人口", unit="人", title="地区の人口 〜髙﨑①㈱−", source="令和６年　住民基本台帳", ax=ax
    )
    assert ax is None or drawn is ax
    drawn.set_ylim(0, 5000)  # makes new tick labels
    drawn.figure.canvas.draw()
    assert charts.missing_glyphs(drawn.figure) == []
    used = {name for t in drawn.findobj(matplotlib.text.Text) for name in t.get_fontfamily()}
    assert used == set(styling.FONTS)


def test_missing_glyphs_are_found_in_titles_and_tick_labels(wards):
    lost = "\U0001f9ff"  # an amulet; 𠮷 is there where the system has a font for it
    ax = charts.bar(wards.assign(地区=["北町", f"{lost}野", "港"]), x="地区", y="人口", title="\U0001fa81")
    assert charts.missing_glyphs(ax.figure) == [lost, "\U0001fa81"]


def test_letters_that_an_office_made_for_itself_are_missing_glyphs(wards):
    ax = charts.bar(wards.assign(地区=["北町", "\ue000野", "港"]), x="地区", y="人口")
    assert charts.missing_glyphs(ax.figure) == ["\ue000"]


# --- bars ----------------------------------------------------------------------------------------------------------


def test_bars_start_at_zero_keep_the_order_and_carry_their_values(wards):
    before = wards.copy()
    ax = charts.bar(wards, x="地区", y="人口", unit="人", title="人口", source="住民基本台帳")
    assert ax.get_ylim()[0] == 0
    assert heights(ax) == [[1200, 800, 450]]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["北町", "髙﨑町", "港①"]
    assert [t.get_text() for t in ax.texts] == ["1,200", "800", "450", "出典：住民基本台帳"]
    assert ax.get_ylabel() == "人口（人）"
    pd.testing.assert_frame_equal(wards, before)


def test_horizontal_bars_run_from_top_to_bottom_from_zero(wards):
    ax = charts.bar(wards, x="地区", y="人口", unit="人", horizontal=True)
    assert ax.get_xlim()[0] == 0
    assert ax.get_ylim()[0] > ax.get_ylim()[1]
    assert ax.get_xlabel() == "人口（人）"
    assert [bar.get_width() for bar in ax.containers[0]] == [1200, 800, 450]


@pytest.mark.parametrize("values", [[-3.2, 1.4, 0.0], [-3, -2, -1], [0, 0, 0]])
def test_zero_is_always_on_the_axis(wards, values):
    ax = charts.bar(wards.assign(増減=values), x="地区", y="増減")
    low, high = ax.get_ylim()
    assert low <= 0 <= high
    assert low <= min(values)
    assert high >= max(values)
    assert low < high


def test_groups_stand_side_by_side_in_the_order_of_the_data():
    table = pd.DataFrame(
        {
            "within_m": [300, 500, 300, 500],
            "share_percent": [42.62, 69.23, 26.7, None],
            "数え方": ["代表点", "代表点", "面積按分", "面積按分"],
        }
    )
    ax = charts.bar(table, x="within_m", y="share_percent", by="数え方", unit="%")
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["代表点", "面積按分"]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["300", "500"]
    assert [t.get_text() for t in ax.texts] == ["42.6", "69.2", "26.7", "データなし"]
    assert heights(ax) == [[42.62, 69.23], [26.7, 0]]
    left, right = (container[0] for container in ax.containers)
    assert left.get_x() + left.get_width() <= right.get_x()
    assert charts.alt(ax) == (
        "棒グラフ。横軸は「施設からの直線距離（m以内）」、縦軸は「割合（%）」。"
        "代表点：300 42.6、500 69.2。面積按分：300 26.7、500 データなし。"
    )


@pytest.mark.parametrize(
    ("values", "written"),
    [
        ([1200, 3], ["1,200", "3"]),
        ([12.25, 3], ["12.2", "3.0"]),
        ([1.5, 0.2], ["1.5", "0.2"]),
        ([0.0312, 0.002], ["0.0312", "0.0020"]),
        ([1234.5, 2.25], ["1,234", "2"]),
    ],
)
def test_values_are_written_with_as_many_digits_as_needed(values, written):
    ax = charts.bar(pd.DataFrame({"x": ["a", "b"], "y": values}), x="x", y="y")
    assert [t.get_text() for t in ax.texts] == written


def test_nullable_integers_and_empty_categories_are_drawn():
    table = pd.DataFrame({"x": ["a", None], "y": pd.array([1, None], dtype="Int64")})
    ax = charts.bar(table, x="x", y="y")
    assert [t.get_text() for t in ax.get_xticklabels()] == ["a", "（空欄）"]
    assert [t.get_text() for t in ax.texts] == ["1", "データなし"]


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"y": "人工"}, "unknown_column"),
        ({"y": "地区"}, "not_numeric"),
        ({"by": "班"}, "unknown_column"),
    ],
)
def test_columns_are_checked(wards, change, kind):
    with pytest.raises(DataAcademyError) as caught:
        charts.bar(wards, **({"x": "地区", "y": "人口"} | change))
    assert caught.value.note.kind == kind
    assert not pyplot.get_fignums()  # nothing half-drawn


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        ({"x": ["a", "a"], "y": [1, 2], "g": ["p", "p"]}, "duplicate"),
        ({"x": list("abcdefg"), "y": range(7), "g": list("abcdefg")}, "too_many_groups"),
        ({"x": [], "y": np.array([]), "g": []}, "no_rows"),
        ({"x": ["a"], "y": [np.inf], "g": ["p"]}, "infinite"),
    ],
)
def test_tables_that_make_no_honest_chart_are_refused(rows, kind):
    with pytest.raises(DataAcademyError) as caught:
        charts.bar(pd.DataFrame(rows), x="x", y="y", by="g")
    assert caught.value.note.kind == kind


def test_alt_text_of_many_bars_names_the_extremes():
    table = pd.DataFrame({"町": [f"{i}区" for i in range(20)], "人口": range(100, 120)})
    text = charts.alt(charts.bar(table, x="町", y="人口", unit="人", title="人口", source="架空"))
    assert text.endswith("20 本。最大は 19区 の 119、最小は 0区 の 100。出典：架空。")


def test_source_lies_below_the_axis_label(wards):
    ax = charts.bar(wards, x="地区", y="人口", source="住民基本台帳")
    ax.figure.canvas.draw()
    source = next(t for t in ax.texts if t.get_gid() == "source").get_window_extent()
    assert source.y1 <= ax.xaxis.label.get_window_extent().y0
    assert source.y0 >= 0  # and inside the figure


# --- colours -------------------------------------------------------------------------------------------------------

# Machado, Oliveira & Fernandes (2009), severity 1.0
SIGHT = {
    "normal": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
OKABE_ITO = ["#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7"]


def linear(colours):
    c = np.array([matplotlib.colors.to_rgb(colour) for colour in colours])
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def lab(colours, sight="normal"):
    rgb = np.clip(linear(colours) @ np.array(SIGHT[sight]).T, 0, 1)
    to_xyz = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
    t = rgb @ np.array(to_xyz).T / [0.95047, 1, 1.08883]
    x, y, z = np.where(t > 216 / 24389, np.cbrt(t), (24389 / 27 * t + 16) / 116).T
    return np.column_stack([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def ciede2000(one, two):
    """Sharma, Wu & Dalal (2005)."""
    (l1, a1, b1), (l2, a2, b2) = one, two
    c = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    g = 0.5 * (1 - np.sqrt(c / (c + 25**7)))
    c1, c2 = np.hypot(a1 * (1 + g), b1), np.hypot(a2 * (1 + g), b2)
    h1, h2 = np.arctan2(b1, a1 * (1 + g)) % (2 * np.pi), np.arctan2(b2, a2 * (1 + g)) % (2 * np.pi)
    turn = (h2 - h1 + np.pi) % (2 * np.pi) - np.pi
    dl, dc, dh = l2 - l1, c2 - c1, 2 * np.sqrt(c1 * c2) * np.sin(turn / 2)
    lm, cm, hm = (l1 + l2) / 2, (c1 + c2) / 2, np.degrees(h1 + turn / 2) % 360
    cosines = [np.cos(np.radians(angle)) for angle in (hm - 30, 2 * hm, 3 * hm + 6, 4 * hm - 63)]
    sh = 1 + 0.015 * cm * (1 + np.dot([-0.17, 0.24, 0.32, -0.20], cosines))
    sl, sc = 1 + 0.015 * (lm - 50) ** 2 / np.sqrt(20 + (lm - 50) ** 2), 1 + 0.045 * cm
    rt = -np.sin(np.radians(60 * np.exp(-(((hm - 275) / 25) ** 2)))) * 2 * np.sqrt(cm**7 / (cm**7 + 25**7))
    return np.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + rt * dc / sc * dh / sh)


def closest(colours, sight):
    return min(ciede2000(one, two) for one, two in combinations(lab(colours, sight), 2))


def contrast_on_white(colour):
    return 1.05 / (linear([colour])[0] @ [0.2126, 0.7152, 0.0722] + 0.05)


def test_the_measure_itself_gives_the_published_distances_of_okabe_ito():
    assert [round(closest(OKABE_ITO, sight), 1) for sight in SIGHT] == [21.7, 12.2, 11.6, 10.9]
    assert ciede2000((50, 2.6772, -79.7751), (50, 0, -82.7485)) == pytest.approx(2.0425, abs=1e-4)  # Sharma, pair 1


@pytest.mark.parametrize("sight", SIGHT)
def test_any_two_colours_of_the_palette_differ_in_every_sight(sight):
    assert closest(styling.PALETTE, sight) >= 19
    assert closest([styling.ACCENT, *styling.sequential(styling.MAX_CLASSES)], sight) >= 6


def test_colours_stand_out_from_paper():
    assert min(contrast_on_white(colour) for colour in styling.PALETTE) >= 3
    assert contrast_on_white(styling.ACCENT) >= 3


@pytest.mark.parametrize("count", range(2, styling.MAX_CLASSES + 1))
def test_map_colours_go_from_light_to_dark(count):
    lightness = lab(styling.sequential(count))[:, 0]
    assert (np.diff(lightness) < -6).all()
