"""A made-up newspaper whose charts mislead, each in its own way: for learners to find out and to repair."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.patches import Polygon

from dataacademy.errors import check_choice
from dataacademy.styling import style

_SOURCE = "出典：町の統計（作り物の数）"
_SLICES = ("道路", "病院", "買い物", "バス", "公園", "保育", "ごみ", "防災")
_HALLS = ("公民館", "図書館", "体育館", "プール", "児童館", "資料館", "会議室", "茶室", "広場", "球場")


@dataclass(frozen=True)
class _Article:
    headline: str
    table: Callable[[], pd.DataFrame]
    draw: Callable[[Axes, pd.DataFrame], None]


def newspaper(*numbers: int) -> dict[int, Axes]:
    """The charts of a made-up newspaper by the number of their article: the whole page, or only the ``numbers`` asked.

    Seven articles with invented numbers (:func:`newspaper_table`); all but the last break a rule that
    :func:`~dataacademy.charts.lint` knows.  Errors: unknown number.
    When not to use: as a model.  Checked by the linter: each chart has its own fault.

    >>> from matplotlib import pyplot
    >>> page = newspaper(1, 7)
    >>> page[1].get_title(loc="left"), sorted(page)
    ('① 本ばなれ深刻　貸出が急落', [1, 7])
    >>> pyplot.close("all")
    """
    wanted = list(numbers) or list(_ARTICLES)
    for number in wanted:
        check_choice("記事の番号", number, list(_ARTICLES), en="Article")
    broad = min(len(wanted), 3)
    tall = -(-len(wanted) // broad)
    with style():
        size = (4.3 * broad, 0.5 + 3.3 * tall) if broad > 1 else (6.6, 4.0)
        figure = pyplot.figure(figsize=size, layout="constrained", facecolor="#F6F2E7")
        if len(wanted) > 1:
            figure.suptitle("まちの新聞（作り物）", fontsize=19, x=0.5)
        page = {}
        for place, number in enumerate(wanted, start=1):
            article = _ARTICLES[number]
            ax = figure.add_subplot(tall, broad, place, facecolor="#F6F2E7")
            article.draw(ax, article.table())
            ax.set_title(f"{chr(0x2460 + number - 1)} {article.headline}", loc="left", fontsize=14, pad=12)
            page[number] = ax
    return page


def newspaper_table(number: int) -> pd.DataFrame:
    """The numbers behind one article of :func:`newspaper`; of the last, also those that were not printed.

    Errors: unknown number.  When not to use: as figures of any town; they are invented.

    >>> newspaper_table(3).columns.tolist()
    ['地区', 'けが人', '住民']
    """
    check_choice("記事の番号", number, list(_ARTICLES), en="Article")
    return _ARTICLES[number].table()


def _source(ax: Axes) -> None:
    below = ("axes fraction", ax.xaxis.label)
    ax.annotate(_SOURCE, (0, 0), (0, -6), xycoords=below, textcoords="offset points", va="top", fontsize=9)


def _loans() -> pd.DataFrame:
    return pd.DataFrame(
        {"年": ["2021", "2022", "2023", "2024", "2025"], "貸出": [41_200, 40_900, 40_500, 40_200, 39_800]}
    )


def _cut_bars(ax: Axes, table: pd.DataFrame) -> None:
    ax.bar(table["年"], table["貸出"], color="#7A3B2E")
    ax.set(ylim=(39_500, 41_300), ylabel="貸出（冊）")


def _worries() -> pd.DataFrame:
    return pd.DataFrame({"悩み": _SLICES, "人": [180, 172, 165, 150, 120, 96, 72, 45]})


def _tilted_pie(ax: Axes, table: pd.DataFrame) -> None:
    colours = pyplot.colormaps["Set3"](np.arange(len(table)))
    wedges, _ = ax.pie(table["人"], labels=table["悩み"], colors=colours, startangle=230, textprops={"fontsize": 10})
    ax.set_aspect(0.5)
    for wedge, name in zip(wedges, table["悩み"], strict=True):
        wedge.set_label(name)
        angles = np.radians(np.linspace(wedge.theta1, wedge.theta2, 60))
        front = angles[np.sin(angles) <= 0]
        if len(front) > 1:  # the side of the cake that faces the reader
            rim = np.column_stack([np.cos(front), np.sin(front)])
            side = np.vstack([rim, rim[::-1] - (0, 0.35)])
            ax.add_patch(Polygon(side, facecolor=0.75 * np.array(wedge.get_facecolor()[:3]), zorder=0))
    ax.set_ylim(-1.5, 1.15)
    _source(ax)


def _hurt() -> pd.DataFrame:
    people = [18_400, 9_600, 12_300, 4_100, 2_200, 6_800]
    return pd.DataFrame(
        {"地区": ["中央", "駅前", "緑台", "川辺", "山手", "港"], "けが人": [92, 61, 58, 37, 29, 34], "住民": people}
    )


def _counts(ax: Axes, table: pd.DataFrame) -> None:
    ax.bar(table["地区"], table["けが人"], color="#7A3B2E")
    ax.set(xlabel="地区", ylabel="けが人（人）")
    _source(ax)


def _cameras() -> pd.DataFrame:
    return pd.DataFrame(
        {"年": range(2016, 2026), "防犯カメラ": [40, 42, 44, 47, 52, 62, 78, 88, 95, 100],
         "犯罪": [560, 541, 520, 502, 480, 462, 440, 425, 405, 390]}
    )  # fmt: skip


def _two_scales(ax: Axes, table: pd.DataFrame) -> None:
    ax.plot(table["年"], table["防犯カメラ"], color="#0072B2", linewidth=2.5, label="防犯カメラ（左）")
    other = ax.twinx()
    other.plot(table["年"], table["犯罪"], color="#B40F00", linewidth=2.5, label="犯罪（右）")
    ax.set(ylabel="防犯カメラ（台）", ylim=(38, 102))
    other.set(ylabel="犯罪（件）", ylim=(385, 565))
    ax.legend(handles=[ax.lines[0], other.lines[0]], loc="center right", fontsize=9)
    _source(ax)


def _visitors() -> pd.DataFrame:
    """Ten halls in eight years; all end near where they began, but the 児童館."""
    years = np.arange(2018, 2026)
    rows = []
    for number, hall in enumerate(_HALLS):
        level = 20 + 5 * ((number * 7) % 10)
        for step, year in enumerate(years):
            value = level + 3 * ((step * (number + 3)) % 5) - 6
            rows.append((int(year), hall, level + 5 * step if hall == "児童館" else value))
    return pd.DataFrame(rows, columns=["年", "施設", "利用者"])


def _spaghetti(ax: Axes, table: pd.DataFrame) -> None:
    colours = [
        "#5B8C3A",
        "#A8742C",
        "#6E9E47",
        "#B5803A",
        "#4E7D30",
        "#9C6A24",
        "#7BAA55",
        "#C08A45",
        "#44702A",
        "#8F6020",
    ]
    for (hall, part), colour in zip(table.groupby("施設", sort=False), colours, strict=True):
        ax.plot(part["年"], part["利用者"], color=colour, linewidth=2, label=hall)
    ax.set(ylabel="利用者（千人）", ylim=(0, 165))
    ax.legend(fontsize=8, ncols=3, loc="upper center")
    _source(ax)


def _crowded() -> pd.DataFrame:
    days, hours = ["月", "火", "水", "木", "金"], [f"{h}時" for h in range(9, 17)]
    busy = np.outer([1.3, 1.0, 0.9, 0.95, 1.15], [18, 26, 30, 24, 20, 22, 19, 14]).round().astype(int)
    return pd.DataFrame(busy, index=pd.Index(days, name="曜日"), columns=hours).melt(
        ignore_index=False, var_name="時刻", value_name="待ち人数"
    ).reset_index()  # fmt: skip


def _rainbow(ax: Axes, table: pd.DataFrame) -> None:
    wide = table.pivot(index="曜日", columns="時刻", values="待ち人数")
    wide = wide.loc[list(dict.fromkeys(table["曜日"])), list(dict.fromkeys(table["時刻"]))]
    image = ax.imshow(wide.to_numpy(), cmap="jet", aspect="auto")
    ax.set_xticks(range(wide.shape[1]), wide.columns)
    ax.set_yticks(range(wide.shape[0]), wide.index)
    ax.figure.colorbar(image, ax=ax, label="待っている人（人）")
    _source(ax)


def _waste() -> pd.DataFrame:
    tonnes = [9_020, 8_930, 8_870, 8_790, 8_760, 8_720, 8_690, 9_980, 9_410, 8_980]
    return pd.DataFrame({"年": [str(year) for year in range(2016, 2026)], "ごみ": tonnes})


def _last_three(ax: Axes, table: pd.DataFrame) -> None:
    last = table.tail(3)
    ax.bar(last["年"], last["ごみ"], color="#7A3B2E", width=0.6)
    ax.set(ylim=(0, 11_000), xlabel="年", ylabel="ごみ（トン）")
    _source(ax)


_ARTICLES = {
    1: _Article("本ばなれ深刻　貸出が急落", _loans, _cut_bars),
    2: _Article("市民の悩み　いちばんは買い物？", _worries, _tilted_pie),
    3: _Article("けがの多い地区　ワーストは中央", _hurt, _counts),
    4: _Article("防犯カメラで犯罪が減った", _cameras, _two_scales),
    5: _Article("十の施設　明暗くっきり", _visitors, _spaghetti),
    6: _Article("窓口　混む時間に「谷」発見", _crowded, _rainbow),
    7: _Article("ごみ減量　市の作戦が大成功", _waste, _last_three),
}
