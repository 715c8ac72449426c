"""What is kept of a result: its plain numbers, its table as a CSV, its figure as a picture."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Mapping
from numbers import Integral, Real
from typing import Any

from dataacademy.errors import DataAcademyError
from dataacademy.labels import LABELS

MOST = 100  # named numbers of one finding; a table of more is quoted from its CSV
_DIGITS = 12  # significant ones: what another machine's arithmetic does to the rest is no change
_DPI = 200
_SAFE = str.maketrans({"{": "（", "}": "）", ":": "：", "\n": " "})  # a placeholder could not name these


def plain_number(value: Any) -> int | float | None:
    """A number as YAML knows it, whole ones without a decimal point; None for anything else, also for "not known".

    >>> import numpy as np
    >>> plain_number(np.float64(3.0)), plain_number(0.1 + 0.2), plain_number(float("nan")), plain_number(True)
    (3, 0.3, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value):
        return None
    if isinstance(value, Integral) and abs(value) < 2**53:
        return int(value)
    rounded = float(f"{float(value):.{_DIGITS}g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 2**53 else rounded


def named_numbers(finding, given: Mapping[str, Any] | None) -> dict[str, int | float | str]:
    """The numbers of a finding that sentences can quote by name.

    In this order: the ``figures`` of an Analysis; the columns of a table of exactly one row; what the caller gives
    (which wins).  Figures and columns go by their Japanese label, where there is one.  Of tables with more rows
    nothing is taken: the caller names what matters.  Errors: ``bad_values``, ``too_many_values``.
    """
    found: dict[str, int | float | str] = {}
    for key, value in _offered(finding):
        number = plain_number(value)
        if number is not None:
            label = LABELS.get(key, str(key))
            found[(str(key) if found.get(label, number) != number else label).translate(_SAFE)] = number
    found |= dict(_given(given)) if given is not None else {}
    if len(found) > MOST:
        raise DataAcademyError(
            "too_many_values",
            f"名前の付いた数が {len(found):,} 個あります。一つの発見に付けられるのは {MOST} 個までです。",
            f"{len(found):,} named numbers; at most {MOST} belong to one finding.",
            fix="事実の文で使う数だけを values= に入れてください。表は全部が 表/ のファイルに残ります。",
            fix_en="Name only those that facts will quote; the whole table is kept as a file.",
        )
    return found


def _offered(finding) -> list[tuple[Any, Any]]:
    """What a result has to be quoted: the figures of an Analysis, the columns of a table of one row."""
    table = finding.table
    single = hasattr(table, "columns") and len(table) == 1
    columns = [(c, table[c].iloc[0]) for c in table.columns if c != "geometry"] if single else []
    return [*getattr(finding, "figures", {}).items(), *columns]


def not_computed(finding) -> list[str]:
    """A sentence for each number that the result could not compute: it cannot be quoted, and that is no secret."""
    offered = [("数", finding.value), *((LABELS.get(key, str(key)), value) for key, value in _offered(finding))]
    names = dict.fromkeys(name for name, value in offered if isinstance(value, Real) and not math.isfinite(value))
    return [f"「{name}」は計算できない値（NaN、∞）なので、引用できる数に入れていません。" for name in names]


def _given(given):
    if not hasattr(given, "items"):
        raise _bad_values(f"values が {type(given).__name__} です。", f"values is a {type(given).__name__}.")
    for name, value in given.items():
        if not isinstance(name, str) or not name.strip() or name.translate(_SAFE) != name:
            raise _bad_values(f"数の名前「{name}」は使えません。", f"{name!r} cannot name a number.")
        number = value if isinstance(value, str) else plain_number(value)
        if number is None:
            why = "計算できない値（NaN、∞）です" if isinstance(value, float) else "数ではありません"
            raise _bad_values(f"「{name}」の値「{value}」は、{why}。", f"{name!r} is no number: {value!r}.")
        yield name.strip(), number


def _bad_values(ja: str, en: str) -> DataAcademyError:
    return DataAcademyError(
        "bad_values",
        ja,
        en,
        fix='values={"圏外の人口": 320, "割合": 0.25} の形にします。名前に { } : と改行は使えません。',
        fix_en='Write values={"name": number}; names hold no { } : or line break.',
    )


def table_bytes(table) -> bytes | None:
    """A result's table as CSV that Excel opens with a double click: UTF-8 with its mark, geometry left out."""
    import pandas as pd

    if isinstance(table, pd.Series):
        table = table.to_frame()
    if not isinstance(table, pd.DataFrame):
        return None
    shapes = [i for i, dtype in enumerate(table.dtypes) if str(dtype) == "geometry"]
    data = pd.DataFrame(table).iloc[:, [i for i in range(table.shape[1]) if i not in shapes]]
    if any(data.index.names):  # as da.show shows it
        data = data.reset_index(allow_duplicates=True)
    if data.columns.nlevels > 1:
        data.columns = ["・".join(str(part) for part in column if str(part)) for column in data.columns]
    text = data.to_csv(index=False, float_format=f"%.{_DIGITS}g", lineterminator="\n")
    return ("\ufeff" + text).encode("utf-8")


def axes_of(drawn) -> list:
    """The axes of a figure in the order of drawing: of one, of a whole figure, or of several that pandas returned.

    Colour bars are left out.  Errors: ``not_a_figure``, ``empty_figure``.
    """
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase

    if isinstance(drawn, FigureBase):
        found = list(drawn.axes)
    elif isinstance(drawn, Axes):
        found = [drawn]
    else:
        several = drawn.ravel() if hasattr(drawn, "ravel") else drawn
        found = list(several) if isinstance(several, Iterable) and not isinstance(several, str) else []
        if not found or not all(isinstance(ax, Axes) for ax in found):
            raise DataAcademyError(
                "not_a_figure",
                f"ax= に渡されたのは図ではありません（{type(drawn).__name__}）。",
                f"ax= is a {type(drawn).__name__}, not a figure.",
                fix="図をかく命令が返したもの（例：ax = da.charts.bar(…)）を渡してください。"
                "動く地図（explore）は残せないので、da.maps.choropleth などでかいてください。",
                fix_en="Pass what the chart returned (ax = da.charts.bar(…)); interactive maps cannot be kept.",
            )
    found = [ax for ax in found if ax.get_figure() is not None and ax.get_label() != "<colorbar>"]
    full = [ax for ax in found if any((ax.has_data(), ax.child_axes, ax.texts, ax.tables, ax.patches, ax.images))]
    if not full:
        raise DataAcademyError(
            "empty_figure",
            "図に何もかかれていません。",
            "There is nothing on the figure.",
            fix="図をかいたセルをもう一度実行してから、記録してください。",
            fix_en="Run the cell that draws it again, then record.",
        )
    return full


def figure_bytes(ax) -> bytes:
    """The whole figure as PNG, 200 dots an inch, on white; the same figure gives the same bytes."""
    stream = io.BytesIO()
    ax.get_figure(root=True).savefig(
        stream, format="png", dpi=_DPI, bbox_inches="tight", facecolor="white", metadata={"Software": None}
    )
    return stream.getvalue()
