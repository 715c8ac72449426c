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

FONTS = ["IPAexGothic", "DejaVu Sans"]  # the second one only for letters that the first one lacks
# Any two differ by CIEDE2000 >= 19 in normal, protan, deutan and tritan sight (Machado 2009; see tests/test_charts.py).
PALETTE = ("#0072B2", "#E69F00", "#222255", "#56B4E9", "#804000", "#7F7F7F")
ACCENT = "#D55E00"  # what lies on top of a map
HALO = withStroke(linewidth=3, foreground="white")  # keeps letters legible on lines and areas
INK, FAINT = "#222222", "#D9D9D9"
MAX_CLASSES = 7  # with more, neighbouring colours of the light-to-dark ramp are closer than CIEDE2000 6
NO_DATA = "データなし"


@cache
def _register_font() -> None:
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

    >>> before = matplotlib.rcParams["font.family"]
    >>> with style():
    ...     matplotlib.rcParams["font.family"]
    ['IPAexGothic', 'DejaVu Sans']
    >>> matplotlib.rcParams["font.family"] == before
    True
    """
    _register_font()
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
    """The reader's axes, or those of a new figure of ``size`` (width, height in inches)."""
    return pyplot.subplots(figsize=size, layout="compressed")[1] if ax is None else ax


def finish(ax: Axes, *, title: str = "", source: str = "", notes: tuple[str, ...] = ()) -> None:
    """Write the title above and notes and source below, and fix the Japanese font on every text of ``ax``."""
    if title:
        lifted = ax.yaxis.label.get_text() and ax.yaxis.label.get_rotation() == 0
        ax.set_title(_wrap(title), loc="left", pad=28 if lifted else 12)
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


def _wrap(title: str, width: int = 34) -> str:
    """A long title on lines of ``width`` full-width characters, broken after 、。） or before （ where possible."""
    lines = [""]
    for part in re.findall(r"（?[^、。（）]*[、。）]*", title):
        for piece in re.findall(rf".{{1,{width}}}", part):
            lines[-1:] = [lines[-1] + piece] if _width(lines[-1] + piece) <= width else [lines[-1], piece]
    return "\n".join(line.strip() for line in lines if line.strip())


def _width(text: str) -> float:
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
    """The characters of the figure's texts that none of their fonts has (they would be drawn as empty boxes)."""
    for ax in figure.axes:  # tick labels get their text only when asked for
        ax.get_xticklabels(), ax.get_yticklabels()
    missing = set()
    for text in figure.findobj(Text):
        drawn = {c for c in text.get_text() if c.isprintable()}
        if drawn:
            missing |= {c for c in drawn if not any(ord(c) in _letters(family) for family in text.get_fontfamily())}
    return sorted(missing)


def _letters(family: str) -> dict[int, int]:
    return font_manager.get_font(font_manager.findfont(family)).get_charmap()
