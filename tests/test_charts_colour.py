"""Colours by measure: the published figures of known palettes, our own palette, what others see."""

import matplotlib
import numpy as np
import pytest
from chartbook import EVERY_KIND
from matplotlib import pyplot

from dataacademy import charts, styling
from dataacademy.charts.colour import ciede2000, contrast, ink_on
from dataacademy.errors import DataAcademyError


@pytest.fixture(autouse=True)
def close_figures():
    yield
    pyplot.close("all")


# ../shared/reference/library.md 5.7: smallest CIEDE2000 between any two, Machado 2009 at full severity
FIGURES = {
    "tab10": (16.2, 1.3, 3.3, 9.5),
    "set2": (20.8, 1.6, 5.8, 7.1),
    "okabe_ito": (21.7, 12.2, 11.6, 10.9),
    "cud": (22.1, 14.4, 10.8, 12.0),
    "cud9": (19.8, 7.3, 10.8, 9.3),
    "tol_bright": (20.5, 14.2, 14.8, 8.6),
    "petroff10": (17.3, 11.9, 12.6, 13.3),
}


@pytest.mark.parametrize("name", FIGURES)
def test_known_palettes_give_the_reference_figures(name):
    table = charts.check_palette(name).table
    apart = table[table["measure"] == "ciede2000"]
    assert list(apart["sight"]) == ["normal", "protan", "deutan", "tritan"]
    assert tuple(apart["value"].round(1)) == FIGURES[name]


# Sharma, Wu & Dalal (2005), table 1: pairs that other implementations get wrong
SHARMA = [
    ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
    ((50.0, 3.1571, -77.2803), (50.0, 0.0, -82.7485), 2.8615),
    ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0000),
    ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
    ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0009), 7.1792),
    ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0011), 7.2195),
    ((50.0, -0.001, 2.49), (50.0, 0.0009, -2.49), 4.8045),
    ((50.0, 2.5, 0.0), (50.0, 0.0, -2.5), 4.3065),
    ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
    ((50.0, 2.5, 0.0), (61.0, -5.0, 29.0), 22.8977),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ((90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447), 1.4441),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]


@pytest.mark.parametrize(("one", "two", "published"), SHARMA)
def test_ciede2000_gives_the_published_differences(one, two, published):
    assert ciede2000(one, two) == pytest.approx(published, abs=5e-5)
    assert ciede2000(two, one) == pytest.approx(published, abs=5e-5)


@pytest.mark.parametrize(("colour", "ratio"), [("black", 21.0), ("white", 1.0), ("#777777", 4.48), ("#0000FF", 8.59)])
def test_contrast_is_that_of_wcag(colour, ratio):
    assert contrast(colour) == pytest.approx(ratio, abs=0.005)


def test_our_palette_is_enough_in_every_sight_and_on_paper():
    found = charts.check_palette()
    assert found.table["enough"].all()
    apart = found.table[found.table["measure"] == "ciede2000"].set_index("sight")["value"]
    assert apart["normal"] >= 27
    assert apart.min() >= 20
    assert found.value == apart.min()
    assert found.table[found.table["measure"] == "contrast"]["value"].min() >= 3
    assert "6 色" in found.sentence


def test_a_bad_palette_is_named_with_its_two_colours():
    table = charts.check_palette(["#ff0000", "#00ff00", "#ffff00"], background="white").table
    bad = table[~table["enough"]]
    assert set(bad["measure"]) == {"contrast"} | set(bad["measure"])
    yellow = bad[(bad["measure"] == "contrast") & (bad["colour"] == "#ffff00")]
    assert yellow["value"].iloc[0] == pytest.approx(1.07, abs=0.01)
    on_black = charts.check_palette(["#ff0000", "#00ff00", "#ffff00"], background="black").table
    assert on_black[on_black["measure"] == "contrast"]["enough"].all()


@pytest.mark.parametrize(
    ("colours", "kind", "part"),
    [
        ("okabe_itto", "unknown_choice", "もしかして「okabe_ito」"),
        (["#12345", "red"], "unknown_colour", "「#12345」という色はありません"),
        (["bleu", "red"], "unknown_colour", "もしかして「blue」"),
        (["red"], "too_few_colours", "1 色しかない"),
    ],
)
def test_bad_palettes_are_refused_in_words(colours, kind, part):
    with pytest.raises(DataAcademyError) as caught:
        charts.check_palette(colours)
    assert caught.value.note.kind == kind
    assert part in str(caught.value)


@pytest.mark.parametrize("colour", ["#FFFFFF", "#777777", "#0072B2", "#E17800", "#000096", "#2b9fc2"])
def test_letters_on_a_colour_are_legible(colour):
    assert contrast(ink_on(colour), colour) >= 4.5


# --- what others see -----------------------------------------------------------------------------------------------


def pixels(figure):
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())[..., :3]


@pytest.mark.parametrize(
    ("sight", "red", "blue"),
    [
        # the columns of the published matrices, cut off at 0…1, as sRGB
        ("protan", (0.152286, 0.114503, 0.0), (0.0, 0.099216, 1.0)),
        ("deutan", (0.367322, 0.280085, 0.0), (0.0, 0.047413, 0.968881)),
        ("tritan", (1.0, 0.0, 0.004733), (0.0, 0.147602, 0.303900)),
        ("grey", (0.2126,) * 3, (0.0722,) * 3),
    ],
)
def test_pure_colours_turn_into_the_columns_of_the_matrices(sight, red, blue):
    figure = pyplot.figure(figsize=(2, 1), dpi=50)
    for left, colour in ((0, "#FF0000"), (0.5, "#0000FF")):
        figure.add_axes((left, 0, 0.5, 1), facecolor=colour).set(xticks=[], yticks=[])
    seen = pixels(charts.simulate(figure, sight))
    for at, light in ((25, red), (75, blue)):
        light = np.array(light)
        expected = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055) * 255
        assert np.abs(seen[25, at] - expected).max() <= 1.5


def test_simulation_leaves_the_figure_as_it_is_and_white_white():
    ax = EVERY_KIND["line"](title="題")
    before, size = pixels(ax.figure).copy(), ax.figure.get_size_inches().copy()
    canvas = ax.figure.canvas
    seen = charts.simulate(ax, "protan")
    assert ax.figure.canvas is canvas
    assert (pixels(ax.figure) == before).all()
    assert (seen.get_size_inches() == size).all()
    image = pixels(seen)
    assert image.shape == before.shape
    assert (image[0, 0] >= 254).all()
    assert np.abs(image.astype(int) - before).max() > 20  # colours have changed
    assert "P型（1型）色覚" in charts.alt(seen.axes[0])


def test_normal_sight_sees_what_is_there():
    ax = EVERY_KIND["bar_by"](title="題")
    assert np.abs(pixels(charts.simulate(ax.figure, "normal")).astype(int) - pixels(ax.figure)).max() <= 1


def test_an_unknown_sight_is_refused_with_the_nearest():
    with pytest.raises(DataAcademyError, match="もしかして「protan」"):
        charts.simulate(pyplot.figure(), "protann")


def test_scale_and_map_colours_differ_from_step_to_step_in_every_sight():
    from dataacademy.charts.likert import _colours

    scale = [_colours(list("abcde"), [])[a] for a in "abcde"]
    for colours in (scale, styling.sequential(styling.MAX_CLASSES)):
        table = charts.check_palette(colours).table
        assert table[table["measure"] == "ciede2000"]["value"].min() >= 6
    assert matplotlib.colors.to_hex(scale[2]) == "#d3d3d3"
