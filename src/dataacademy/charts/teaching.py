"""For teaching: one table as three pictures, and what each of them says and hides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.dates import num2date

from dataacademy.charts import frame
from dataacademy.charts.bars import bar, table_of
from dataacademy.charts.lines import line
from dataacademy.charts.picture import Picture, remember
from dataacademy.charts.reading import alt
from dataacademy.charts.timeaxis import Steps, wide_of
from dataacademy.errors import DataAcademyError
from dataacademy.labels import label_of
from dataacademy.styling import axes, finish, plain, style, wrap

_LEFT = (0.0, 0.345, 0.69)  # of the three panels, in the width of the whole
_WIDTH = 0.29


@dataclass(frozen=True)
class _Way:
    """One of the three: its heading, how it is drawn on given axes, what it says and hides."""

    name: str
    draw: Callable
    data: pd.DataFrame
    how: dict
    says: str
    hides: str

    def on(self, panel: Axes) -> str:
        """Draw; returns what the chart had to note about itself."""
        self.draw(self.data, title=self.name, ax=panel, **self.how)
        notes = [text for text in panel.texts if text.get_gid() == "source"]
        said = "。".join(text.get_text() for text in notes)
        for text in notes:  # they would lie on the sentences below
            text.remove()
        return said


def show_same_data_three_ways(
    data: pd.DataFrame,
    *,
    x: str,
    y: str,
    by: str | None = None,
    unit: str = "",
    title: str = "",
    source: str = "",
    note: str = "",
    ax: Axes | None = None,
) -> Axes:
    """One table as three pictures side by side, below each what it says (言えること) and what it hides (隠れること).

    Over time with groups: numbers, index (first = 100), shares of the whole.  Over time without groups: bars from
    zero, a line on its own scale, change from step to step.  Categories with groups (a cross table): numbers, percent
    within ``x``, percent within ``by``.  The sentences name the numbers.  Errors: as :func:`line` and :func:`bar`;
    categories without groups; a first value of zero; negative numbers where shares are drawn.  When not to use: in a
    paper; there, choose one.  Checked against the shares computed in the tests.

    >>> import dataacademy as da
    >>> from matplotlib import pyplot
    >>> returned = da.load("survey").dropna(subset=["channel"])
    >>> table = returned.groupby(["quarter", "sex"]).size().reset_index(name="人数")
    >>> ax = show_same_data_three_ways(table, x="quarter", y="人数", by="sex", unit="人", source="市民意識調査")
    >>> [panel.get_title(loc="left") for panel in ax.child_axes]
    ['① 数', '② 地区の性格ごとに 100 %', '③ 性別ごとに 100 %']
    >>> pyplot.close(ax.figure)
    """
    frame.check_table(data, [x, y, by])
    values = frame.amounts(data, y)
    ordered = Steps(data[x]).ordered
    if not ordered and by is None:
        raise DataAcademyError(
            "needs_groups",
            f"列「{x}」は時点ではないので、三通りに見せるには、もう一つの区分（by）が要ります。",
            f"{x!r} is not a point in time: a second column of groups (by) is needed.",
            fix=f"くらべたい区分の列を by に渡してください。ある列：{'、'.join(map(str, data.columns))}",
            fix_en="Pass a column of groups as by.",
        )
    if ordered:
        steps, wide = wide_of(data, x, values, by, y)
        _enough_steps(wide, x, by)
        ways = _over_time(steps, wide, x, y, by, unit) if by else _one_series(steps, wide[y], x, y, unit)
    else:
        wide = table_of(data, x, y, by)
        frame.not_too_many(wide.index, x)
        frame.not_too_many_groups(wide.columns, by)
        ways = _cross_table(wide, x, y, by, unit)
    with style():
        host = pyplot.figure(figsize=(13.2, 5.6)).add_axes((0.05, 0.12, 0.94, 0.81)) if ax is None else axes(ax, (0, 0))
        host.set_axis_off()
        notes = [way.on(host.inset_axes((left, 0.30, _WIDTH, 0.56))) for way, left in zip(ways, _LEFT, strict=True)]
        room = int(host.get_window_extent().width * _WIDTH / (9.5 * host.figure.dpi / 72))
        low = min(panel.get_tightbbox().y0 for panel in host.child_axes) - 8
        below = host.transAxes.inverted().transform((0, low))[1]
        for way, left, noted in zip(ways, _LEFT, notes, strict=True):
            sentences = [f"言えること：{way.says}", f"隠れること：{way.hides}", *([f"注意：{noted}"] if noted else [])]
            text = "\n".join(wrap(sentence, room) for sentence in sentences)
            host.text(left, below, text, transform=host.transAxes, va="top", fontsize=9.5, linespacing=1.4, gid="says")
        _one_legend(host, by)
        finish(host, title=title, source=source, notes=frame.lines(note))
    said = [
        f"{way.name}：{alt(panel).removesuffix('。')}。言えること：{way.says}。隠れること：{way.hides}"
        for way, panel in zip(ways, host.child_axes, strict=True)
    ]
    remember(host.child_axes[0], Picture("同じ表の三つの図", tuple(said)))
    return host


def _one_legend(host: Axes, by: str | None) -> None:
    """One legend at the top right instead of one at every panel."""
    legends = [panel.get_legend() for panel in host.child_axes if panel.get_legend()]
    if legends:
        names = [text.get_text() for text in legends[0].get_texts()]
        key = {"loc": "lower right", "bbox_to_anchor": (0.98, 1.0), "ncols": len(names), "borderaxespad": 0}
        host.legend(legends[0].legend_handles, [f"{label_of(by)}：{names[0]}", *names[1:]], **key)
    for legend in legends:
        legend.remove()


def _enough_steps(wide: pd.DataFrame, x: str, by: str | None) -> None:
    if by:
        frame.no_empty_group(wide, by)
        frame.not_too_many_groups(wide.columns, by)
    else:
        frame.not_too_many(wide.index, x)  # one bar each
    first = wide.iloc[0]
    bad = first.index[(first == 0) | first.isna()]
    if len(wide) < 2 or len(bad):
        raise DataAcademyError(
            "no_start",
            "時点が一つしかないので、変化を表せません。"
            if len(wide) < 2
            else f"「{bad[0]}」のはじめの時点の値が 0 か空欄なので、変化を割合で表せません。",
            "One point in time only: no change." if len(wide) < 2 else f"{bad[0]!r} starts at zero or without a value.",
            fix="値のある時点から始まる、二時点以上の表にしてください。",
            fix_en="Start at a point in time that has a value, and keep at least two.",
        )


def _long(wide: pd.DataFrame, names: list, x: str, by: str, y: str) -> pd.DataFrame:
    """Back to one row per value, in the order of ``wide``."""
    table = wide.set_axis(names, axis=0).rename_axis(index=x, columns=by)
    return table.stack(future_stack=True).rename(y).reset_index()


def _places(steps: Steps, wide: pd.DataFrame) -> list:
    """The points in time as a chart takes them: numbers or dates."""
    return list(wide.index) if steps.numeric else [num2date(at).replace(tzinfo=None) for at in wide.index]


def _over_time(steps: Steps, wide: pd.DataFrame, x: str, y: str, by: str, unit: str) -> list[_Way]:
    frame.no_negatives(wide.to_numpy(), y, "値")
    whole = wide.sum(axis=1)
    index, share = wide / wide.iloc[0] * 100, wide.div(whole, axis=0) * 100
    first, last = steps.called[wide.index[0]], steps.called[wide.index[-1]]
    end, grown = wide.ffill().iloc[-1], index.ffill().iloc[-1]
    moved = (share.ffill().iloc[-1] - share.iloc[0]).abs().idxmax()
    most, least, before, after = frame.write(np.array([end.max(), end.min(), whole.iloc[0], whole.iloc[-1]]))
    before_share, after_share = share[moved].iloc[0], share[moved].ffill().iloc[-1]
    places = _places(steps, wide)
    same = {"x": x, "by": by}
    return [
        _Way(
            "① 数",
            line,
            _long(wide, places, x, by, y),
            {**same, "y": y, "unit": unit, "zero": True},
            f"{last}に最も多いのは{end.idxmax()}（{most}{unit}）、最も少ないのは{end.idxmin()}（{least}{unit}）",
            f"{end.idxmin()}のように少ないところの変化は平らに見える",
        ),
        _Way(
            f"② 指数（{first}＝100）",
            line,
            _long(index, places, x, by, "指数"),
            {**same, "y": "指数", "unit": f"{first}＝100"},
            f"{first}を 100 とすると、{grown.idxmax()}は {grown.max():.0f}、{grown.idxmin()}は {grown.min():.0f}",
            "もとの大きさ。少ない数ほど、わずかな増減で大きく動く",
        ),
        _Way(
            "③ 構成比",
            line,
            _long(share, places, x, by, "構成比"),
            {**same, "y": "構成比", "unit": "%", "zero": True},
            f"{moved}の割合は {before_share:.1f} % から {after_share:.1f} % へ",
            f"全体が {before}{unit} から {after}{unit} になったこと",
        ),
    ]


def _one_series(steps: Steps, series: pd.Series, x: str, y: str, unit: str) -> list[_Way]:
    called = [steps.called[at] for at in series.index]
    change = (series.diff() / series.shift().abs() * 100).iloc[1:]
    known = series.dropna()
    first, last = frame.write(known.iloc[[0, -1]].to_numpy(), frame.digits(series.to_numpy()))
    whole = (known.iloc[-1] / known.iloc[0] - 1) * 100
    widest = change.abs().idxmax()
    values = series.to_numpy()
    return [
        _Way(
            "① 0 からの棒",
            bar,
            pd.DataFrame({x: called, y: values}),
            {"x": x, "y": y, "unit": unit},
            f"{called[0]}の {first}{unit} に対して、{steps.called[known.index[-1]]}は {last}{unit}",
            "わずかな差。0 から見るので目立たない",
        ),
        _Way(
            "② 目盛りを広げた線",
            line,
            pd.DataFrame({x: _places(steps, series), y: values}),
            {"x": x, "y": y, "unit": unit},
            f"最大は{steps.called[known.idxmax()]}、最小は{steps.called[known.idxmin()]}",
            f"変化の大きさ。全体で {whole:+.1f} % の動きが急に見える",
        ),
        _Way(
            "③ 前の時点からの増減",
            bar,
            pd.DataFrame({x: called[1:], "増減率": change.to_numpy()}),
            {"x": x, "y": "増減率", "unit": "%"},
            f"最も動いたのは{steps.called[widest]}（{change[widest]:+.1f} %）",
            "いまの水準。多いのか少ないのかは分からない",
        ),
    ]


def _cross_table(wide: pd.DataFrame, x: str, y: str, by: str, unit: str) -> list[_Way]:
    frame.no_negatives(wide.to_numpy(), y, "値")
    empty = [*wide.index[wide.sum(axis=1) == 0], *wide.columns[wide.sum() == 0]]
    if empty:
        raise DataAcademyError(
            "empty_group",
            f"「{empty[0]}」の合計が 0 なので、割合を出せません。",
            f"The total of {empty[0]!r} is zero: no percentages.",
            fix="その区分を先に除くか、ほかとまとめてください。",
            fix_en="Leave it out or merge it first.",
            value=str(empty[0]),
        )
    rows, columns = wide.div(wide.sum(axis=1), axis=0) * 100, wide / wide.sum() * 100
    sizes, names = wide.sum(), list(wide.index)
    top, row, column = (table.stack().idxmax() for table in (wide, rows, columns))
    across, down = label_of(x), label_of(by)
    same, percent = {"x": x, "by": by}, {"y": "割合", "unit": "%"}
    return [
        _Way(
            "① 数",
            bar,
            _long(wide, names, x, by, y),
            {**same, "y": y, "unit": unit},
            f"最も多いのは「{'・'.join(top)}」の {plain(wide.stack().max())}{unit}",
            f"{down}ごとの全体の違い（{sizes.idxmax()} {plain(sizes.max())}、{sizes.idxmin()} {plain(sizes.min())}）",
        ),
        _Way(
            f"② {across}ごとに 100 %",
            bar,
            _long(rows, names, x, by, "割合"),
            same | percent,
            f"「{row[0]}」の {rows.stack().max():.0f} % は{row[1]}",
            f"{down}ごとの全体の違い。もともと多い{down}は、どこでも多くなる",
        ),
        _Way(
            f"③ {down}ごとに 100 %",
            bar,
            _long(columns, names, x, by, "割合"),
            same | percent,
            f"{column[1]}の {columns.stack().max():.0f} % は「{column[0]}」",
            f"{down}それぞれが何{unit or '件'}か",
        ),
    ]
