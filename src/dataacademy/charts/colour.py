"""Colours by measure: how far apart they are in every kind of sight, and how well they stand out from the paper."""

from __future__ import annotations

import io
from itertools import combinations

import matplotlib
import numpy as np
import pandas as pd
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.colors import is_color_like, to_hex, to_rgb
from matplotlib.figure import Figure, SubFigure
from matplotlib.image import imread

from dataacademy.charts.picture import Picture, remember
from dataacademy.errors import DataAcademyError, check_choice, nearest_guess
from dataacademy.finding import Finding
from dataacademy.styling import PALETTE

# Machado, Oliveira & Fernandes (2009), severity 1.0; on linear RGB
_SIGHT = {
    "normal": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
_LUMINANCE = [0.2126, 0.7152, 0.0722]
SIGHTS = {"normal": "一般色覚", "protan": "P型（1型）色覚", "deutan": "D型（2型）色覚", "tritan": "T型（3型）色覚"}
ENOUGH = {"ciede2000": 10.0, "contrast": 3.0}  # apart at a glance in a legend; WCAG 2.2, 1.4.11 for parts of figures

_CUD = ("#ff4b00", "#005aff", "#03af7a", "#f6aa00", "#4dc4ff", "#fff100")  # 赤 青 緑 橙 空 黄
PALETTES = {
    "course": PALETTE,
    "okabe_ito": ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7"),
    "cud": _CUD,
    "cud9": (*_CUD, "#ff8082", "#990099", "#804000"),
    "tol_bright": ("#4477AA", "#EE6677", "#228833", "#CCBB44", "#66CCEE", "#AA3377", "#BBBBBB"),
    "petroff10": tuple(matplotlib.color_sequences["petroff10"]),
    "tab10": tuple(matplotlib.color_sequences["tab10"]),
    "set2": tuple(matplotlib.color_sequences["Set2"][:6]),
}


def _linear(rgb: np.ndarray) -> np.ndarray:
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def _as_seen(rgb: np.ndarray, sight: str) -> np.ndarray:
    """Linear RGB in the eyes of ``sight``; what lies outside of the screen's colours is cut off."""
    return np.clip(_linear(rgb) @ np.array(_SIGHT[sight]).T, 0, 1)


def lab(rgb: np.ndarray, sight: str = "normal") -> np.ndarray:
    """CIELAB (D65) of sRGB rows in 0–1, as seen with ``sight``; ``n × 3``."""
    to_xyz = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
    t = _as_seen(np.asarray(rgb, float), sight) @ np.array(to_xyz).T / [0.95047, 1, 1.08883]
    x, y, z = np.where(t > 216 / 24389, np.cbrt(t), (24389 / 27 * t + 16) / 116).T
    return np.column_stack([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def ciede2000(one, two) -> float:
    """Difference of two CIELAB colours; 1 is just visible, 10 is plain at a glance.  Sharma, Wu & Dalal (2005).

    >>> round(float(ciede2000((50, 2.6772, -79.7751), (50, 0, -82.7485))), 4)  # their first pair
    2.0425
    """
    (l1, a1, b1), (l2, a2, b2) = one, two
    c = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    g = 0.5 * (1 - np.sqrt(c / (c + 25**7)))
    c1, c2 = np.hypot(a1 * (1 + g), b1), np.hypot(a2 * (1 + g), b2)
    h1, h2 = np.arctan2(b1, a1 * (1 + g)) % (2 * np.pi), np.arctan2(b2, a2 * (1 + g)) % (2 * np.pi)
    turn = (h2 - h1 + np.pi) % (2 * np.pi) - np.pi if c1 * c2 else 0.0
    dl, dc, dh = l2 - l1, c2 - c1, 2 * np.sqrt(c1 * c2) * np.sin(turn / 2)
    mean_hue = h1 + turn / 2 if c1 * c2 else h1 + h2
    lm, cm, hm = (l1 + l2) / 2, (c1 + c2) / 2, np.degrees(mean_hue) % 360
    cosines = [np.cos(np.radians(angle)) for angle in (hm - 30, 2 * hm, 3 * hm + 6, 4 * hm - 63)]
    sh = 1 + 0.015 * cm * (1 + np.dot([-0.17, 0.24, 0.32, -0.20], cosines))
    sl, sc = 1 + 0.015 * (lm - 50) ** 2 / np.sqrt(20 + (lm - 50) ** 2), 1 + 0.045 * cm
    rt = -np.sin(np.radians(60 * np.exp(-(((hm - 275) / 25) ** 2)))) * 2 * np.sqrt(cm**7 / (cm**7 + 25**7))
    return np.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + rt * dc / sc * dh / sh)


def contrast(one, two="white") -> float:
    """WCAG 2.2 contrast of two colours, 1 to 21.

    >>> round(float(contrast("black", "white")), 1)
    21.0
    """
    low, high = sorted(_linear(np.array([to_rgb(one), to_rgb(two)])) @ _LUMINANCE)
    return (high + 0.05) / (low + 0.05)


def ink_on(colour) -> str:
    """The colour of letters on ``colour``, black or white: one of them always has a contrast of at least 4.5."""
    return "black" if contrast("black", colour) >= contrast("white", colour) else "white"


def closest(colours, sight: str) -> tuple[float, str, str]:
    """The two of ``colours`` that are hardest to tell apart with ``sight``: their CIEDE2000 and themselves."""
    seen = lab([to_rgb(c) for c in colours], sight)
    pairs = combinations(range(len(seen)), 2)
    distance, i, j = min((float(ciede2000(seen[i], seen[j])), i, j) for i, j in pairs)
    return distance, to_hex(colours[i]), to_hex(colours[j])


def check_palette(colours="course", *, background: str = "white") -> Finding:
    """Can any two colours be told apart in every kind of sight, and does each stand out from the background?

    ``colours``: a list of colours, or the name of a known palette (``PALETTES``: ``"course"``, ``"okabe_ito"``,
    ``"cud"``, ``"tab10"`` …).  Table: ``measure`` (``ciede2000`` or ``contrast``), ``measure_label, sight,
    sight_label, value, colour, other, enough``: per sight (normal, protan, deutan, tritan; Machado, Oliveira &
    Fernandes 2009, full severity) the closest two colours by CIEDE2000 (Sharma, Wu & Dalal 2005), and per colour the
    WCAG 2.2 contrast with ``background``.  Enough is CIEDE2000 ≥ 10, contrast ≥ 3.  Value: the smallest CIEDE2000.
    Errors: unknown palette or colour, fewer than two colours.  When not to use: for light-to-dark ramps, where
    neighbours are close on purpose.  Checked against Sharma's published pairs and the figures of eight palettes.

    >>> print(check_palette().sentence)
    6 色のうち最も近い二色の差（CIEDE2000）は、一般色覚で 28.0、P型（1型）色覚で 20.3、D型（2型）色覚で 21.6、\
T型（3型）色覚で 21.2 です。地の色とのコントラスト比は最小 3.0 です。
    >>> check_palette("tab10").table.query("sight == 'protan'")[["value", "enough"]].round(1).to_dict("records")
    [{'value': 1.3, 'enough': False}]
    """
    colours = _colours(colours, background)
    rows = []
    for sight, name in SIGHTS.items():
        distance, one, other = closest(colours, sight)
        rows.append(("ciede2000", "最も近い二色の差", sight, name, distance, one, other))
    for colour in colours:
        ratio = float(contrast(colour, background))
        rows.append(("contrast", "地の色との比", "normal", SIGHTS["normal"], ratio, to_hex(colour), to_hex(background)))
    columns = ["measure", "measure_label", "sight", "sight_label", "value", "colour", "other"]
    table = pd.DataFrame(rows, columns=columns)
    table["enough"] = table["value"] >= table["measure"].map(ENOUGH)
    apart = table[table["measure"] == "ciede2000"]
    faint = table.loc[table["measure"] == "contrast", "value"].min()
    by_sight = "、".join(f"{r.sight_label}で {r.value:.1f}" for r in apart.itertuples())
    return Finding(
        table=table,
        value=float(apart["value"].min()),
        sentence=f"{len(colours)} 色のうち最も近い二色の差（CIEDE2000）は、{by_sight} です。"
        f"地の色とのコントラスト比は最小 {faint:.1f} です。",
        sentence_en=f"Smallest CIEDE2000 between any two of {len(colours)} colours: "
        + ", ".join(f"{r.sight} {r.value:.1f}" for r in apart.itertuples())
        + f". Smallest contrast with the background: {faint:.1f}.",
        used={"色": len(colours)},
    )


def _colours(colours, background: str) -> list:
    if isinstance(colours, str):
        check_choice("配色", colours, list(PALETTES), en="Palette")
        colours = PALETTES[colours]
    colours = list(colours)
    for colour in [*colours, background]:
        if not is_color_like(colour):
            guess = nearest_guess(colour, matplotlib.colors.CSS4_COLORS)
            raise DataAcademyError(
                "unknown_colour",
                f"「{colour}」という色はありません。" + (f"もしかして「{guess}」ですか。" if guess else ""),
                f"{colour!r} is not a colour." + (f" Did you mean {guess!r}?" if guess else ""),
                fix="「#0072B2」のような 6 桁の番号か、英語の色の名前を使ってください。",
                fix_en="Use six hexadecimal digits such as #0072B2, or an English name.",
            )
    if len(colours) < 2:
        raise DataAcademyError(
            "too_few_colours",
            f"色が {len(colours)} 色しかないので、見分けやすさを測れません。",
            f"{len(colours)} colours: there is no pair to compare.",
            fix="二色以上を並べて渡してください。",
            fix_en="Pass at least two colours.",
        )
    return colours


def simulate(fig: Figure | Axes, sight: str = "protan") -> Figure:
    """The figure as seen with protan, deutan or tritan vision, or as a black-and-white copy (``"grey"``).

    A new figure of the same size that shows the picture of ``fig`` through the matrices of Machado, Oliveira &
    Fernandes (2009) at full severity; ``fig`` is not changed.  Errors: unknown sight.  When not to use: as proof that
    everyone can read it; people differ, ask them.  Checked against the published matrices.

    >>> import dataacademy as da
    >>> from matplotlib import pyplot
    >>> people = da.load("areas").groupby("quarter", as_index=False)["population"].sum()
    >>> drawn = da.charts.bar(people, x="quarter", y="population", unit="人")
    >>> bool((simulate(drawn, "protan").get_size_inches() == drawn.figure.get_size_inches()).all())
    True
    >>> pyplot.close("all")
    """
    check_choice("見え方", sight, [*_SIGHT, "grey"], en="Sight")
    fig = fig.figure if isinstance(fig, Axes) else fig
    while isinstance(fig, SubFigure):
        fig = fig.figure
    file = io.BytesIO()
    with matplotlib.rc_context({"savefig.bbox": None}):
        fig.savefig(file, format="png", dpi=fig.dpi, facecolor="white")
    file.seek(0)
    rgb = imread(file)[..., :3].astype(float)
    light = np.repeat(_linear(rgb) @ _LUMINANCE, 3).reshape(rgb.shape) if sight == "grey" else _as_seen(rgb, sight)
    seen = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    figure = pyplot.figure(figsize=fig.get_size_inches(), dpi=fig.dpi)
    ax = figure.add_axes((0, 0, 1, 1))
    image = ax.imshow(np.clip(seen, 0, 1), aspect="auto", interpolation="nearest")
    ax.set_axis_off()
    name = SIGHTS.get(sight, "白黒のコピー")
    remember(image, Picture("見え方の図", lines=(f"{name}での見え方です",)))
    return figure
