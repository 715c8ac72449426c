"""What a careful colleague would say about a chart before it goes into the paper."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import ListedColormap, to_hex
from matplotlib.container import BarContainer
from matplotlib.patches import Wedge

from dataacademy.charts.colour import ENOUGH, SIGHTS, closest, lab
from dataacademy.charts.frame import unit_in
from dataacademy.charts.picture import pictures
from dataacademy.charts.reading import data_lines, kind_of, own_bars
from dataacademy.notes import Note
from dataacademy.styling import missing_glyphs

_COUNTS = {*"人件世帯戸棟台回票名店校社本", "か所", "箇所", "ヶ所", "世帯", "千人", "万人", "people", "persons"}
_WHOLE = ("人口", "世帯数", "総数", "面積", "数えた全体")  # sizes themselves: nothing to divide them by
_PLAIN = ("数", "人数", "世帯", "count")  # names that leave it to the title to say what is counted
_SIZE = r"(?<![上下])(総人口|の人口|世帯数)(?!.*歳)"
_GROUPS = r"地区|町丁|町名|市町村|自治体|都道府県|学区|校区|区域|年齢|年代|世代|性別|area|district|town|age|sex"
_TIME = r"^(平成|令和|昭和|[RHS])?\d{1,4}(年|年度|月|-|/|$)"
_MOST = {"bars": 30, "lines": 8, "slices": 5, "legend": 8}


def lint(ax: Axes) -> list[Note]:
    """What is wrong or missing on a chart: one :class:`~dataacademy.notes.Note` each, with how to mend it.

    Kinds: ``truncated_bar`` (bars whose axis does not start at zero), ``log_bar``, ``no_unit``, ``no_title``,
    ``no_source``, ``count_not_rate`` (counts of groups that differ in size), ``too_many_categories``, ``rainbow`` (a
    colour map whose lightness goes up and down), ``dual_axes``, ``three_d`` (a picture in depth, a tilted pie),
    ``missing_glyphs`` (empty boxes instead of characters), ``colours_alike`` (CIEDE2000 below 10 in some sight).  Works
    on any matplotlib axes, and on all panels of small multiples.  An empty list: nothing found.  When not to use: as a
    proof that the chart is right; it cannot see whether the numbers are.  Checked with a figure that triggers each kind
    and one that does not.

    >>> import dataacademy as da
    >>> from matplotlib import pyplot
    >>> people = da.load("areas").groupby("quarter", as_index=False)["population"].sum()
    >>> ax = da.charts.bar(people, x="quarter", y="population", unit="人", title="人口")
    >>> _ = ax.set_ylim(9000, 32000)
    >>> [note.kind for note in lint(ax)]
    ['no_source', 'truncated_bar']
    >>> pyplot.close(ax.figure)
    """
    found = [*_about_whole(ax)]
    for panel in [ax, *ax.child_axes]:
        found += _about_bars(panel)
        if panel is ax or pictures(panel) or not pictures(ax):  # else one of many panels: its host has the words
            found += [*_about_units(panel), *_about_counts(panel), *_about_number(panel), *_about_colours(panel)]
    kinds = {(note.kind, note.value): note for note in reversed(found)}
    return [note for note in found if kinds[note.kind, note.value] is note]


def _note(kind: str, ja: str, en: str, fix: str, fix_en: str, value: str = "", level: str = "warning") -> Note:
    return Note(kind, ja, en, level=level, fix=fix, fix_en=fix_en, value=value)


def _about_bars(ax: Axes) -> Iterator[Note]:
    for container in [c for c in ax.containers if isinstance(c, BarContainer)]:
        across = container.orientation == "horizontal"
        limits = sorted(ax.get_xlim() if across else ax.get_ylim())
        if (ax.get_xscale() if across else ax.get_yscale()) == "log":
            yield _note(
                "log_bar",
                "棒グラフの目盛りが対数です。棒の長さが量を表しません。",
                "Bars on a logarithmic axis: their length means nothing.",
                "目盛りを普通に戻すか、点で表してください。",
                "Use a linear axis, or points.",
            )
            return
        if not limits[0] <= 0 <= limits[1]:
            yield _note(
                "truncated_bar",
                f"棒の軸が 0 から始まっていません（{limits[0]:g} から）。差が実際より大きく見えます。",
                f"The axis of the bars starts at {limits[0]:g}, not 0: differences look larger than they are.",
                "軸を 0 から始めてください（例：ax.set_ylim(0, None)）。小さな差は、差そのものか折れ線で。",
                "Start at 0; to show a small difference draw the difference, or a line.",
            )
            return


def _about_whole(ax: Axes) -> Iterator[Note]:
    figure = ax.get_figure(root=True)
    titled = any(ax.get_title(loc=place) for place in ("left", "center", "right")) or figure.get_suptitle()
    if not titled:
        yield _note(
            "no_title",
            "題がありません。",
            "There is no title.",
            "何の、いつの、どこの数かが分かる題を付けてください（title=…）。",
            "Give it a title: what, when, where.",
        )
    written = [t.get_text() for t in (*ax.texts, *figure.texts, ax.xaxis.label)]
    if not any(re.search("出典|資料[：:]|出所|Source", text) for text in written):
        yield _note(
            "no_source",
            "出典がありません。",
            "There is no source.",
            "どの統計・調査のいつの数かを書いてください（source=…）。",
            "State the source: which statistics, of when (source=…).",
        )
    twins = [other for other in figure.axes if other is not ax and _twins(ax, other)]
    if twins:
        yield _note(
            "dual_axes",
            "左右（上下）に二つの目盛りがあります。目盛りの取り方しだいで、関係があるようにもないようにも見えます。",
            "Two scales on one picture: how they seem to go together depends on the scales.",
            "図を上下に二つ並べるか、どちらも「はじめを 100 とした指数」にして一つの目盛りでかいてください。",
            "Draw two charts, or bring both to an index (first = 100).",
        )
    if getattr(ax, "name", "") == "3d" or _tilted(ax):
        yield _note(
            "three_d",
            "立体（斜めから見た形）でかいています。手前のものほど大きく見えます。",
            "Drawn in depth: what stands in front looks larger.",
            "立体をやめて、0 から始まる棒グラフにしてください。",
            "Draw flat bars from zero.",
        )
    if empty := missing_glyphs(figure):
        yield _note(
            "missing_glyphs",
            f"字形がない文字があり、四角（豆腐）になります：{'、'.join(empty)}",
            f"No font has these characters; they are drawn as boxes: {', '.join(empty)}",
            "かな書きや常用の字体（例：「𠮷」を「吉」）に置きかえてよいか確かめるか、その字を持つフォントを入れてください。",
            "Ask whether an ordinary form may stand for it, or install a font that has it.",
            value="".join(empty),
        )


def _tilted(ax: Axes) -> bool:
    """Whether the circle of a pie is no circle on the page."""
    if not any(isinstance(p, Wedge) for p in ax.patches):
        return False
    ax.apply_aspect()
    corner, right, top = ax.transData.transform([(0, 0), (1, 0), (0, 1)])
    return abs(np.hypot(*(top - corner)) / np.hypot(*(right - corner)) - 1) > 0.1


def _twins(ax: Axes, other: Axes) -> bool:
    same = np.allclose(ax.get_position().bounds, other.get_position().bounds)
    shares = ax.get_shared_x_axes().joined(ax, other) or ax.get_shared_y_axes().joined(ax, other)
    return same and shares and other.has_data()


def amount_axes(ax: Axes) -> list[str]:
    """Which axes (``"x"``, ``"y"``) carry numbers that need a unit."""
    drawn = pictures(ax)
    if drawn:
        return sorted(set("".join(p.amounts for p in drawn)))
    bars = own_bars(ax)
    if bars:
        return ["x" if bars[0].orientation == "horizontal" else "y"]
    kind = kind_of(ax)
    return {"折れ線グラフ": ["y"], "散布図": ["x", "y"]}.get(kind, [])


def _label(ax: Axes, axis: str) -> str:
    return ax.get_xlabel() if axis == "x" else ax.get_ylabel()


def _about_units(ax: Axes) -> Iterator[Note]:
    bare = [
        axis
        for axis in amount_axes(ax)
        if not (unit_in(_label(ax, axis)) or re.search("指数|係数|倍", _label(ax, axis)))
    ]
    bare += ["colour" for p in pictures(ax) if p.unit == ""]
    if bare:
        where = {"x": "横軸", "y": "縦軸", "colour": "値"}[bare[0]]
        yield _note(
            "no_unit",
            f"{where}に単位がありません。",
            f"The numbers ({bare[0]}) have no unit.",
            "「人口（人）」のように、かっこで単位を書いてください（unit=…）。",
            "Write the unit in brackets (unit=…).",
        )


def _about_counts(ax: Axes) -> Iterator[Note]:
    why = _uneven_groups(ax) or _counts_by_group(ax) or _counts_on_map(ax)
    if why:
        yield _note(
            "count_not_rate",
            f"大きさの違うものを数のままくらべています（{why}）。人の多いところほど多く見えます。",
            f"Counts of groups that differ in size ({why}): large groups look bad or good only because they are large.",
            "人口や回答者数などで割り、割合（%）や千人当たりにしてからくらべてください。",
            "Divide by the number of people and compare rates.",
        )


def counted(label: str) -> bool:
    """Whether the unit at the end of a label counts people or things.

    >>> counted("人口（人）"), counted("高齢化率（%）")
    (True, False)
    """
    return unit_in(label) in _COUNTS


def _uneven_groups(ax: Axes) -> str:
    """Groups side by side whose totals differ by more than a fifth; not if the groups are points in time."""
    bars, axes = own_bars(ax), amount_axes(ax)
    if len(bars) < 2 or not axes or not counted(_label(ax, axes[0])):
        return ""
    totals = [abs(float(np.nansum(c.datavalues))) for c in bars]
    if all(re.match(_TIME, str(c.get_label())) for c in bars) or min(totals) == 0 or max(totals) <= 1.2 * min(totals):
        return ""
    few, many = (bars[totals.index(pick(totals))].get_label() for pick in (min, max))
    return f"合計は「{many}」{max(totals):,.0f}、「{few}」{min(totals):,.0f}"


def _counts_by_group(ax: Axes) -> str:
    """Counts by places or people; not sizes such as the population itself."""
    axes = amount_axes(ax)
    if kind_of(ax) == "散布図" or {"散布図"} & {p.kind for p in pictures(ax)}:
        labels = [ax.get_xlabel(), ax.get_ylabel()]
        return "横軸も縦軸も数" if all(counted(label) for label in labels) else ""
    bars = own_bars(ax)
    if len(axes) != 1 or not bars or not counted(_label(ax, axes[0])):
        return ""
    label, groups = _label(ax, axes[0]), _label(ax, "x" if axes[0] == "y" else "y")
    name = re.sub(r"[（(\[].*", "", label).strip()
    heading = ax.get_title(loc="left") or ax.get_title()
    whole = name in _WHOLE or name in _PLAIN and re.search(_SIZE, heading)
    if whole or not re.search(_GROUPS, groups, re.IGNORECASE):
        return ""
    return f"「{groups}」ごとの「{label}」"


def _counts_on_map(ax: Axes) -> str:
    legend = ax.get_legend()
    kinds = {p.kind for p in pictures(ax)} or {kind_of(ax)}
    if legend is None or not kinds & {"地図", "色分けの地図"}:  # symbols of different size are made for counts
        return ""
    heading = legend.get_title().get_text().split("\n")[0]
    return f"地図の「{heading}」" if counted(heading) else ""


def _about_number(ax: Axes) -> Iterator[Note]:
    legend = ax.get_legend()
    bars = own_bars(ax)
    ours = bool(pictures(ax))
    numbers = {
        "bars": sum(len(c) for c in bars),
        "lines": 0 if ours else len(data_lines(ax)),  # ours stay quiet behind the highlighted ones
        "slices": sum(isinstance(p, Wedge) for p in ax.patches),
        "legend": len(legend.get_texts()) if legend else 0,
    }
    called = {"bars": "棒", "lines": "線", "slices": "円グラフの区分", "legend": "凡例の色"}
    for what, most in _MOST.items():
        if numbers[what] > most:
            yield _note(
                "too_many_categories",
                f"{called[what]}が {numbers[what]} あります。一度に見くらべられるのは {most} ほどです。",
                f"{numbers[what]} {what}: about {most} can be compared at a time.",
                "多い順に並べて上位だけにする、「その他」にまとめる、見せたいものだけに色を付けてください。",
                "Keep the largest, group the rest, or colour only what matters.",
            )
            return


def _about_colours(ax: Axes) -> Iterator[Note]:
    for cells in (*ax.collections, *ax.images):
        if cells.get_array() is not None and np.size(cells.get_array()) > 2 and rainbow(cells.cmap):
            yield _note(
                "rainbow",
                f"虹色の配色（{cells.cmap.name}）です。明るさが行きつ戻りつし、ないはずの境目が見えます。",
                f"Rainbow colours ({cells.cmap.name}): lightness goes up and down and shows edges that are not there.",
                "明るい色から暗い色へ一方向に変わる配色（例：cmap='YlGnBu'、'viridis'）にしてください。",
                "Use a ramp from light to dark, such as 'YlGnBu' or 'viridis'.",
            )
            break
    if pictures(ax) and own_bars(ax) == [] and not data_lines(ax):
        return
    colours = {to_hex(c.patches[0].get_facecolor()) for c in own_bars(ax)}
    colours |= {to_hex(line.get_color()) for line in data_lines(ax) if not line.get_label().startswith("_")}
    colours |= {to_hex(c.get_facecolor()[0]) for c in _groups_of_points(ax)}
    if len(colours) < 2 or len(colours) > 20:
        return
    for sight, name in SIGHTS.items():
        distance, one, other = closest(sorted(colours), sight)
        if distance < ENOUGH["ciede2000"]:
            yield _note(
                "colours_alike",
                f"{one} と {other} は、{name}では見分けにくい色です（色の差 {distance:.1f}）。",
                f"{one} and {other} look alike with {sight} vision (CIEDE2000 {distance:.1f}).",
                "教材の配色（charts.PALETTES['course']）を使うか、線の名前や形でも区別してください。",
                "Use charts.PALETTES['course'], or tell them apart by name or shape as well.",
            )
            return


def _groups_of_points(ax: Axes) -> list[PathCollection]:
    """Scatter groups of one colour each."""
    points = [c for c in ax.collections if isinstance(c, PathCollection) and c.get_array() is None]
    return [c for c in points if len(c.get_facecolor()) == 1] if kind_of(ax) == "散布図" else []


def rainbow(cmap) -> bool:
    """Whether the lightness of a colour map turns at a vivid colour (a turn at white, grey or black is diverging).

    >>> from matplotlib import colormaps
    >>> [rainbow(colormaps[name]) for name in ("jet", "turbo", "hsv", "viridis", "YlGnBu", "RdBu", "PuOr")]
    [True, True, True, False, False, False, False]
    """
    if isinstance(cmap, ListedColormap) and cmap.N <= 20:  # classes by name, not a ramp
        return False
    colours = lab(cmap(np.linspace(0, 1, 101))[:, :3])
    light, vivid = colours[:, 0], np.hypot(colours[:, 1], colours[:, 2])
    turns = 0
    way, best = 0, 0
    for i in range(1, len(light)):
        step = light[i] - light[best]
        if way == 0 and abs(step) > 3 or way * step > 0:
            way, best = (1 if step > 0 else -1) if way == 0 else way, i
        elif way and way * step < -3:  # it has turned at the best one so far
            turns += vivid[best] > 40
            way, best = -way, i
    return bool(turns > 0)
