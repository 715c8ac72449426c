"""How figures look on paper: Japanese letters, colours that everyone can tell apart, names and numbers as written.

Nothing here changes matplotlib for the reader: :func:`style` holds only within its block.
"""

from __future__ import annotations

import re
import unicodedata
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
from cycler import cycler
from matplotlib import font_manager, pyplot
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.text import Text

from dataacademy.errors import DataAcademyError

_RARE = (  # fonts of Windows, macOS and Linux that have rare characters of names (𠮷), which IPAexGothic lacks
    *("Yu Gothic", "BIZ UDGothic", "Meiryo", "MS Gothic", "Hiragino Sans", "Hiragino Kaku Gothic ProN"),
    *("Noto Sans CJK JP", "Noto Sans JP", "Source Han Sans JP", "Source Han Sans"),
)
_EMPTY = "Last Resort High-Efficiency"  # matplotlib's own: an empty box for every character there is


def _families(installed: set[str]) -> list[str]:
    """Fonts in the order they are asked for a letter; named last, the empty boxes come without a warning.

    >>> _families({"DejaVu Sans", "Noto Sans JP", "Arial"})
    ['IPAexGothic', 'Noto Sans JP', 'DejaVu Sans']
    """
    rare = [name for name in _RARE if name in installed][:2]
    return ["IPAexGothic", *rare, "DejaVu Sans", *([_EMPTY] if _EMPTY in installed else [])]


FONTS = _families({font.name for font in font_manager.fontManager.ttflist})
# Any two differ by CIEDE2000 >= 27 in normal and >= 20 in protan, deutan and tritan sight (Machado 2009), and each has
# a contrast of at least 3 on white (WCAG 2.2, 1.4.11): found by search under these two conditions from blue on, and
# measured again by charts.check_palette in tests/test_charts_colour.py.
PALETTE = ("#0072B2", "#E17800", "#000096", "#B40F00", "#878778", "#3C2D2D")  # 青・橙・紺・赤・灰・黒茶
ACCENT = "#D55E00"  # what lies on top of a map
HALO = withStroke(linewidth=3, foreground="white")  # keeps letters legible on lines and areas
INK, FAINT = "#222222", "#D9D9D9"
GRID = {"color": FAINT, "linewidth": 0.8}  # said at every call: the reader's own axes were made outside of the style
MAX_CLASSES = 7  # with more, neighbouring colours of the light-to-dark ramp are closer than CIEDE2000 6
NO_DATA = "データなし"


@cache
def register_font() -> None:
    """Make the font file of matplotlib-fontja known; importing that package would change rcParams for everyone."""
    package = find_spec("matplotlib_fontja")
    if package is None:
        raise DataAcademyError(
            "no_font",
            "日本語の文字（matplotlib-fontja）が入っていません。",
            "The package matplotlib-fontja is not installed.",
            fix="教材の環境を作り直してください。",
            fix_en="Install the course's environment again.",
        )
    font_manager.fontManager.addfont(Path(package.origin).parent / "fonts" / "ipaexg.ttf")


@contextmanager
def style():
    """Draw in the course's style within the block; outside of it nothing changes.

    When not to use: around the charts of this package, which draw in it by themselves.

    >>> before = matplotlib.rcParams["font.family"]
    >>> with style():
    ...     matplotlib.rcParams["font.family"][0]
    'IPAexGothic'
    >>> matplotlib.rcParams["font.family"] == before
    True
    """
    register_font()
    settings = {
        "font.family": FONTS,
        "font.size": 11,
        "text.color": INK,
        "axes.unicode_minus": False,
        "axes.prop_cycle": cycler(color=PALETTE),
        "axes.titlesize": 14,
        "axes.titlepad": 12,
        "axes.labelcolor": INK,
        "axes.edgecolor": "#8C8C8C",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "grid.color": FAINT,
        "grid.linewidth": 0.8,
        "xtick.color": INK,
        "ytick.color": INK,
        "legend.frameon": False,
        "legend.fontsize": 10,
        "legend.title_fontsize": 10,
        "hatch.linewidth": 0.6,
        "figure.dpi": 110,
    }
    interactive = None
    try:
        with pyplot.rc_context(settings):
            try:
                yield
            finally:
                interactive = matplotlib.is_interactive()
    finally:
        # the first figure of a notebook switches this on; undone with the context, later figures would not be shown
        matplotlib.interactive(interactive)


def axes(ax: Axes | None, size: tuple[float, float]) -> Axes:
    """Axes of a new figure of ``size`` (width, height in inches), or the reader's own, dressed alike.

    A figure of the reader's that has no layout gets one, so that titles and notes are neither cut off nor overlap.
    """
    if ax is None:
        return pyplot.subplots(figsize=size, layout="compressed")[1]
    figure = ax.get_figure(root=True)
    if figure.get_layout_engine() is None and ax.get_subplotspec() is not None:
        figure.set_layout_engine("constrained")
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def finish(ax: Axes, *, title: str = "", source: str = "", notes: tuple[str, ...] = ()) -> None:
    """Write the title above and notes and source below, and fix the Japanese font on every text of ``ax``."""
    if title:
        lifted = ax.yaxis.label.get_text() and ax.yaxis.label.get_rotation() == 0
        ax.set_title(wrap(title), loc="left", pad=28 if lifted else 12)
    lines = [*notes, *([f"出典：{source}"] if source else [])]
    if lines:
        ax.annotate(
            "\n".join(lines),
            (0, 0),
            xycoords=("axes fraction", ax.xaxis.label if ax.axison else "axes fraction"),
            xytext=(0, -8),
            textcoords="offset points",
            va="top",
            fontsize=9,
            color="#555555",
            gid="source",
        )
    # a later drawing, outside of the style, may make new tick labels and resolve texts of the reader's own axes
    ax.tick_params(labelfontfamily=FONTS)
    for text in ax.findobj(Text):
        text.set_fontfamily(FONTS)


def wrap(title: str, width: int = 34) -> str:
    """A long text on lines of ``width`` full-width characters, broken after 、。） or before （ where possible."""
    lines = [""]
    for part in re.findall(r"（?[^、。（）]*[、。）]*", title):
        for piece in re.findall(rf".{{1,{width}}}", part):
            lines[-1:] = [lines[-1] + piece] if width_of(lines[-1] + piece) <= width else [lines[-1], piece]
    return "\n".join(line.strip() for line in lines if line.strip())


def width_of(text: str) -> float:
    """The width of a text in full-width letters."""
    return sum(1 if unicodedata.east_asian_width(c) in "WFA" else 0.5 for c in text)


def plain(value: float, decimals: int = 6) -> str:
    """A number with thousands separators and no needless zeros.

    >>> plain(1500.0), plain(0.25), plain(-3)
    ('1,500', '0.25', '-3')
    """
    text = f"{round(float(value), decimals) + 0.0:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if decimals > 0 else text


def numbers(data: pd.DataFrame, column: str) -> np.ndarray:
    """A numeric column as floats, NaN where empty; an error if the column is not numeric or not finite."""
    values = data[column]
    if not pd.api.types.is_numeric_dtype(values):
        raise DataAcademyError(
            "not_numeric",
            f"列「{column}」は数ではありません（{values.dtype}）。",
            f"Column {column!r} is not numeric ({values.dtype}).",
            fix="数の列を選ぶか、先に数に直してください（例：pd.to_numeric）。",
            fix_en="Choose a numeric column, or convert it first.",
            column=str(column),
        )
    values = values.to_numpy(dtype=float, na_value=np.nan)
    if np.isinf(values).any():
        raise DataAcademyError(
            "infinite",
            f"列「{column}」に無限大の値があります（{int(np.isinf(values).sum())} 行）。",
            f"Column {column!r} has infinite values.",
            fix="0 で割っていないか確かめ、その行を空欄にしてください。",
            fix_en="Look for a division by zero and make those cells empty.",
            column=str(column),
        )
    return values


def sequential(count: int) -> list[str]:
    """``count`` colours (at most MAX_CLASSES) from light to dark, also on a black-and-white copy; ColorBrewer YlGnBu.

    >>> sequential(3)
    ['#dcf1b2', '#2b9fc2', '#0e2265']
    """
    ramp = matplotlib.colormaps["YlGnBu"]
    return [to_hex(ramp(v)) for v in (np.linspace(0.18, 0.97, count) if count > 1 else [0.55])]


def missing_glyphs(figure: Figure) -> list[str]:
    """The characters of the figure's texts that none of their fonts has (they would be drawn as empty boxes).

    When not to use: to see whether another computer has the letters; this asks the fonts of this one.

    >>> import dataacademy as da
    >>> from matplotlib import pyplot
    >>> people = da.load("areas").groupby("quarter", as_index=False)["population"].sum()
    >>> ax = da.charts.bar(people, x="quarter", y="population", unit="人", title="人口 𓀀")
    >>> missing_glyphs(ax.figure)
    ['𓀀']
    >>> pyplot.close(ax.figure)
    """
    for ax in figure.findobj(Axes):  # tick labels get their text only when asked for; panels are no figure.axes
        ax.get_xticklabels(), ax.get_yticklabels()
    missing = set()
    for text in figure.findobj(Text):
        # "Co" are 外字, letters that an office made for itself
        drawn = {c for c in text.get_text() if c.isprintable() or unicodedata.category(c) == "Co"}
        if drawn:
            missing |= {c for c in drawn if not any(ord(c) in _letters(family) for family in text.get_fontfamily())}
    return sorted(missing)


def _letters(family: str) -> frozenset[int]:
    if family == _EMPTY:
        return frozenset()
    return _letters_of(font_manager.findfont(font_manager.FontProperties(family=[family])))  # a list: also "sans-serif"


@cache
def _letters_of(file: str) -> frozenset[int]:
    """The letters of a font file; asking for them takes 2 ms, and every text of a figure asks."""
    return frozenset(font_manager.get_font(file).get_charmap())
