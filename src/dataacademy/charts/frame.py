"""What the charts share: checks of the table, words and digits, axes with their names, labels that keep clear."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, Formatter

from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.finding import Finding
from dataacademy.styling import FONTS, NO_DATA, PALETTE, finish, numbers, plain, width_of

BLANK = "（空欄）"
MOST = 100  # categories on one axis; more cannot be read on a sheet of paper


def check_table(data, columns) -> None:
    """Raise unless ``data`` is a DataFrame with a row and with every one of ``columns`` (``None`` is passed over)."""
    if isinstance(data, Finding) or not isinstance(data, pd.DataFrame):
        given = type(data).__name__
        raise DataAcademyError(
            "not_a_table",
            f"図にするには表（DataFrame）が要りますが、{given} が渡されました。",
            f"A chart needs a DataFrame, not {given}.",
            fix="分析の結果なら、後ろに .table を付けてください（例：found.table）。",
            fix_en="Of an analysis, pass its .table.",
        )
    check_columns(data, [c for c in columns if c is not None], table="渡した表")
    if data.empty:
        raise DataAcademyError("no_rows", "表に行がないので、図をかけません。", "The table has no rows to draw.")


def amounts(data: pd.DataFrame, column: str) -> np.ndarray:
    """The numbers of ``column`` as floats; an error if it is not numeric or has no value at all."""
    values = numbers(data, column)
    if np.isnan(values).all():
        raise DataAcademyError(
            "all_missing",
            f"列「{column}」は {len(values)} 行すべてが空欄なので、図をかけません。",
            f"All {len(values)} values of {column!r} are missing.",
            fix="列を選びまちがえていないか、前の行の絞り込みで値が消えていないか確かめてください。",
            fix_en="Look for a wrong column or a filter that removed every value.",
            column=str(column),
        )
    return values


def no_negatives(values: np.ndarray, column: str, what: str) -> None:
    """Raise if a share or a count is below zero."""
    below = values[values < 0]
    if len(below):
        raise DataAcademyError(
            "negative",
            f"列「{column}」に 0 より小さい{what}が {len(below)} 個あります（例：{plain(below[0])}）。",
            f"Column {column!r} has {len(below)} negative values.",
            fix=f"{what}は 0 以上です。「△」や差の列を取りちがえていないか確かめてください。",
            fix_en="Shares and counts are never negative: is this a column of differences?",
            column=str(column),
            value=plain(below[0]),
        )


def words(column: pd.Series) -> list[str]:
    """Categories as text: numbers without needless decimals (years without commas), an empty cell as 「（空欄）」."""
    is_number = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    write = _year if is_number and years(column.dropna().to_numpy(float)) else plain if is_number else str
    return [BLANK if pd.isna(v) else write(v) for v in column]


def _year(value) -> str:
    return str(int(value))


def years(values: np.ndarray) -> bool:
    """Whether numbers look like years of the calendar: whole, 1868 to 2150."""
    return bool(len(values)) and bool(((values >= 1868) & (values <= 2150) & (values == np.round(values))).all())


def one_each(keys: list[list[str]], columns: list[str], y: str) -> None:
    """Raise if the same combination of categories stands in two rows."""
    rows = pd.DataFrame(dict(enumerate(keys)))
    twice = rows[rows.duplicated()]
    if len(twice):
        name = "・".join(dict.fromkeys(twice.iloc[0]))
        raise DataAcademyError(
            "duplicate",
            f"「{name}」の行が二つ以上あります。どの値を図にすればよいか決められません。",
            f"There is more than one row for {name!r}: which value is to be drawn?",
            fix=f"先に合計や平均でまとめてください（例：data.groupby({columns!r})[{y!r}].sum().reset_index()）。",
            fix_en="Add the rows up first, with groupby.",
        )


def not_too_many(names, column: str, most: int = MOST) -> None:
    """Raise if there are more categories than a chart can show."""
    if len(names) > most:
        raise DataAcademyError(
            "too_many_categories",
            f"列「{column}」には {len(names):,} 種類あります。一枚の図で読めるのは {most} までです。",
            f"{len(names):,} categories in {column!r}; one chart can show {most}.",
            fix="上位だけにする（例：data.head(20)）、大きな区分でまとめる、数値ならヒストグラムにしてください。",
            fix_en="Keep the largest, group them, or draw a histogram if they are numbers.",
            column=str(column),
        )


def not_too_many_groups(names, column: str, most: int = len(PALETTE)) -> None:
    """Raise if there are more groups than colours that can be told apart."""
    if len(names) > most:
        raise DataAcademyError(
            "too_many_groups",
            f"列「{column}」には {len(names):,} 種類あります。見分けられる色は {most} 色までです。",
            f"{len(names):,} groups in {column!r}; only {most} colours can be told apart.",
            fix="少ないものを「その他」にまとめるか、見せたいものだけに絞るか、図を分けてください。",
            fix_en="Put small groups together, keep those to be shown, or draw several charts.",
        )


def no_empty_group(wide: pd.DataFrame, column: str) -> None:
    """Raise if one of the groups (columns of ``wide``) has no value at all."""
    empty = [str(name) for name in wide if wide[name].isna().all()]
    if empty:
        raise DataAcademyError(
            "empty_group",
            f"列「{column}」の「{empty[0]}」には値が一つもありません。",
            f"Group {empty[0]!r} of {column!r} has no value.",
            fix=f"元の表を確かめ、値がないと分かっているなら先に除いてください"
            f"（例：data[data[{column!r}] != {empty[0]!r}]）。",
            fix_en="Check the table; if there is nothing to show, leave the group out first.",
            column=str(column),
            value=empty[0],
        )


def chosen(names, highlight, column: str) -> list[str]:
    """``highlight`` as a list of texts, each of which is one of ``names``."""
    picked = [highlight] if isinstance(highlight, str) else [str(name) for name in highlight]
    rows = pd.DataFrame(columns=list(names))
    check_columns(rows, picked, table=f"列「{column}」の中")
    return picked


def digits(values: np.ndarray) -> int:
    """How many decimals the labels of these values need: at most one from 10 up, two below, four below 0.1."""
    values = values[~np.isnan(values)]
    largest = np.abs(values).max(initial=0)
    most = 0 if largest >= 1000 else 1 if largest >= 10 else 2 if largest >= 0.1 else 4
    return next((d for d in range(most) if np.allclose(values, np.round(values, d), rtol=0, atol=1e-9)), most)


def write(values: np.ndarray, decimals: int | None = None) -> list[str]:
    """Numbers as labels, all with the same decimals; an empty one as 「データなし」."""
    decimals = digits(values) if decimals is None else decimals
    return [NO_DATA if np.isnan(v) else f"{v:,.{decimals}f}" for v in values]


def lines(note: str, *more: str) -> tuple[str, ...]:
    """The notes below a figure: what the chart has to say itself, then the reader's own ``note``."""
    return tuple(line for line in (*more, note) if line)


def restate(ax: Axes, source: str, notes: tuple[str, ...]) -> None:
    """Write source and notes anew, in the place of those written before."""
    for text in [t for t in ax.texts if t.get_gid() == "source"]:
        text.remove()
    finish(ax, source=source, notes=notes)


def name_axes(ax: Axes, x_label: str, y_label: str) -> None:
    """Names of the axes; the one of the vertical axis lies above it: Japanese reads badly when turned by 90°."""
    ax.set_xlabel(x_label)
    ax.set_ylabel(y_label, rotation=0, ha="left", va="bottom")
    ax.yaxis.set_label_coords(0, 1.02)


class Numbers(Formatter):
    """Numbers on an axis with thousands separators, all with the same decimals; ``sizes`` without their sign."""

    def __init__(self, sizes: bool = False):
        self.sizes = sizes

    def __call__(self, value, pos=None):
        return plain(abs(value) if self.sizes else value)

    def format_ticks(self, values):
        texts = [self(v) for v in values]
        decimals = max((len(text.partition(".")[2]) for text in texts), default=0)
        return [f"{abs(v) if self.sizes else round(v, 6) + 0.0:,.{decimals}f}" for v in values]


def unit_in(label: str) -> str:
    """The unit in the brackets at the end of an axis label, or an empty string.

    >>> unit_in("人口（人）"), unit_in("rate (%)"), unit_in("地区")
    ('人', '%', '')
    """
    found = re.search(r"[（(\[]([^（(\[）)\]]+)[）)\]]\s*$", label)
    return found[1].strip() if found else ""


def spread(wanted, gap: float, low: float, high: float) -> np.ndarray:
    """Places for labels as near as possible to ``wanted`` (least squares) but at least ``gap`` apart, in low…high.

    If there is no room for all, they stand evenly from ``low`` to ``high``.

    >>> spread([5, 5, 9], 2, 0, 10).tolist()
    [4.0, 6.0, 9.0]
    """
    wanted = np.asarray(wanted, float)
    n = len(wanted)
    gap = min(gap, (high - low) / max(n - 1, 1))
    order = np.argsort(wanted, kind="stable")
    blocks: list[list[float]] = []  # means of neighbours that push each other: pool adjacent violators
    for value in wanted[order] - gap * np.arange(n):
        blocks.append([value, 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (a, m), (b, k) = blocks[-2:]
            blocks[-2:] = [[(a * m + b * k) / (m + k), m + k]]
    flat = np.repeat([mean for mean, _ in blocks], [count for _, count in blocks])
    places = np.empty(n)
    places[order] = np.clip(flat, low, high - gap * (n - 1)) + gap * np.arange(n)
    return places


Ends = list[tuple[float, float, str, str]]  # of lines: x, y (data coordinates), text, colour


def at_ends(ax: Axes, *, left: Ends = (), right: Ends = (), size: float = 10) -> None:
    """Names at the ends of lines, none on top of another, with room for them inside of the axes.

    A label that had to move is joined to its end by a thin line.  The limits of ``y`` must be final.
    """
    ax.figure.draw_without_rendering()  # settles where the axes lie
    pixel = ax.figure.dpi / 72
    sizes = {side: _extents(ax, entries, size) for side, entries in (("left", left), ("right", right)) if entries}
    share = {side: min((box.max(axis=0)[0] + 24 * pixel) / ax.bbox.width, 0.45) for side, box in sizes.items()}
    low = min(x for x, *_ in left) if left else ax.get_xlim()[0]
    high = max(x for x, *_ in right) if right else ax.get_xlim()[1]
    room = (high - low) / (1 - sum(share.values()))
    ax.set_xlim(low - room * share.get("left", 0), high + room * share.get("right", 0))
    for side, entries in (("left", left), ("right", right)):
        if not entries:
            continue
        tall = sizes[side][:, 1].max()
        ends = ax.transData.transform([(x, y) for x, y, *_ in entries])[:, 1]
        places = spread(ends, tall * 1.1, ax.bbox.y0 + tall / 2, ax.bbox.y1 - tall / 2)
        towards = 1 if side == "right" else -1
        shift = (places - ends) / pixel
        moved = bool((abs(shift) > 3).any())  # then all names stand in one column
        for (x, y, text, colour), up in zip(entries, shift if moved else 0 * shift, strict=True):
            lead = {"arrowstyle": "-", "color": colour, "linewidth": 0.7, "shrinkA": 0, "shrinkB": 3}
            ax.annotate(
                text,
                (x, y),
                xytext=((20 if moved else 7) * towards, up),
                textcoords="offset points",
                arrowprops=lead | {"relpos": (0 if side == "right" else 1, 0.5)} if moved else None,
                ha="left" if side == "right" else "right",
                va="center",
                color=colour,
                fontsize=size,
                gid="end",
            )


def _extents(ax: Axes, entries: Ends, size: float) -> np.ndarray:
    """Width and height in pixels of every text."""
    texts = [ax.text(0, 0, text, fontsize=size, fontfamily=FONTS) for _, _, text, _ in entries]
    boxes = [text.get_window_extent() for text in texts]
    for text in texts:
        text.remove()
    return np.array([(box.width, box.height) for box in boxes])


def thin_ticks(ax: Axes) -> None:
    """Every second, third … label of the horizontal axis where all would run into each other."""
    ax.figure.draw_without_rendering()
    places, boxes = ax.get_xticks(), [label.get_window_extent().padded(2) for label in ax.get_xticklabels()]
    step = 1
    while any(one.overlaps(two) for one, two in zip(boxes[::step], boxes[step::step], strict=False)):
        step += 1
    if step > 1:
        ax.xaxis.set_major_locator(FixedLocator(places[::step]))


def break_names(ax: Axes) -> None:
    """Names that would run into each other are broken into lines (at worst, one letter each: written downwards)."""
    ax.figure.draw_without_rendering()
    labels = ax.get_xticklabels()
    slot = ax.bbox.width / abs(ax.get_xlim()[1] - ax.get_xlim()[0]) * 0.88
    if not labels or max(label.get_window_extent().width for label in labels) <= slot:
        return
    size = labels[0].get_fontsize()
    letter = size * ax.figure.dpi / 72
    names = [_broken(label.get_text(), max(1, int(slot / letter))) for label in labels]
    ax.set_xticks(ax.get_xticks(), names)
    widest = max(label.get_window_extent().width for label in ax.get_xticklabels())
    ax.tick_params(axis="x", labelsize=max(5.5, min(size, size * slot / widest)))


def _broken(name: str, room: int) -> str:
    """``name`` in lines of about the same length, at most ``room`` letters; words of half-width letters stay whole."""
    room = int(np.ceil(width_of(name) / np.ceil(width_of(name) / room)))
    out = [""]
    for piece in re.findall(r"[!-~]+|.", name):
        if out[-1] and width_of(out[-1] + piece) > room:
            out.append("")
        out[-1] += piece
    return "\n".join(out)
