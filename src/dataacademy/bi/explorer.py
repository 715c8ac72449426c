"""A table to drag and drop in JupyterLab (Perspective), with Japanese words; nothing is asked of the network."""

from __future__ import annotations

from functools import cache

import pandas as pd

from dataacademy.bi.rows import named, value_of
from dataacademy.bi.star import Star
from dataacademy.errors import DataAcademyError, check_choice, check_columns
from dataacademy.inputs import check_table
from dataacademy.labels import label_of

_CHARTS = {"表": "Datagrid", "横棒": "X Bar", "縦棒": "Y Bar", "線": "Y Line", "色の表": "Heatmap", "面の図": "Treemap"}
_WORDS = {  # Perspective takes its words from CSS; those that a beginner meets
    "group-by": "行に置く",
    "split-by": "横に置く",
    "sort": "並べる順",
    "filter": "しぼりこみ",
    "all-columns": "使っていない列",
    "column-columns": "足す列",
    "column-x-axis": "足す列（横の長さ）",
    "column-y-axis": "足す列（縦の高さ）",
    "column-color": "色",
    "column-size": "大きさ",
    "column-symbol": "印",
    "column-label": "名前",
    "column-tooltip": "くわしく",
    "add-expression-button": "新しい列を計算する",
    "no-results": "その列はありません",
    "untitled": "",
    "reset-button": "はじめに戻す",
    "export-button": "書き出す",
    "copy-button": "写し取る",
    "transpose-button": "入替",
    "config-button": "設定",
    "query-tab": "並べ方",
    "plugin-tab": "図の設定",
    "style-tab": "見た目",
    "debug-tab": "記録",
    "apply-button": "決める",
}
_NAMES = {"datagrid": "表", "x-bar": "横棒", "y-bar": "縦棒", "y-line": "線", "heatmap": "色の表", "treemap": "面の図"}


@cache
def _widget():
    try:
        from perspective.widget import PerspectiveWidget
    except ImportError as error:
        raise DataAcademyError(
            "no_bi_package",
            f"ドラッグして並べかえる表の道具（perspective）が入っていません（{error.name or 'perspective'}）。",
            f"The package of the extra 'bi' is not installed ({error.name or 'perspective'}).",
            fix="端末（ターミナル）で uv sync --extra bi を実行し、カーネルを再起動してください"
            "（pip なら pip install perspective-python voila）。同じ集計は、da.bi.pivot でもできます。",
            fix_en="Run: uv sync --extra bi (with pip: pip install perspective-python voila), then restart.",
        ) from None
    words = [f'--psp-label--{key}--content: "{word}";' for key, word in _WORDS.items()]
    words += [f'--psp-plugin-name--{key}--content: "{word}";' for key, word in _NAMES.items()]
    style = PerspectiveWidget._css.read_text(encoding="utf-8") if hasattr(PerspectiveWidget._css, "read_text") else ""
    rule = "perspective-viewer, perspective-viewer[theme], perspective-dropdown"
    words.append("font-size: 14px;")
    return type("Explorer", (PerspectiveWidget,), {"_css": f"{style}\n{rule} {{ {' '.join(words)} }}"})


def explore(
    data: pd.DataFrame | Star,
    *,
    rows: list[str] | None = None,
    columns: str | None = None,
    value: str | None = None,
    chart: str = "表",
    height: int = 640,
):
    """A table in the notebook whose columns are dragged to rows, across, filters; 表 or a chart of it.

    data
        A star (of a stock: its newest day) or a table.  It stays on this machine; nothing is loaded from elsewhere.
    rows, columns, value
        The first view: columns down (outer first), one across, the number added up.
    chart
        表, 横棒, 縦棒, 線, 色の表 or 面の図; it can be changed in the widget too.

    What is dragged is not kept in the notebook: write the view you decided on with :func:`pivot`, so that the next
    person gets it again.  Errors: ``no_bi_package``, ``unknown_choice``, columns that are not there.
    When not to use: for a figure that goes into a paper, and for people who cannot use a mouse (:func:`pivot` says
    the same in a table).

    >>> import dataacademy as da
    >>> shown = explore(da.load("areas"), rows=["quarter"], value="population")
    >>> shown.group_by, shown.columns
    (['地区の性格'], ['人口'])
    """
    check_choice("図の種類", chart, list(_CHARTS), en="The chart")
    table = data.table if isinstance(data, Star) else pd.DataFrame(data).drop(columns="geometry", errors="ignore")
    if isinstance(data, Star) and data.snapshot:
        table = table[table[data.snapshot] == table[data.snapshot].max()]
    check_table(table)
    value = value_of(data, value) if value or isinstance(data, Star) else None
    wanted = [*(rows or []), *([columns] if columns else []), *([value] if value else [])]
    check_columns(table, wanted, table="渡した表")
    shown = {label_of(c): _plain(table[c]) for c in table.columns}
    widget = _widget()(
        shown,
        group_by=[label_of(r) for r in rows or []],
        split_by=[label_of(columns)] if columns else [],
        columns=[label_of(value)] if value else [],
        plugin=_CHARTS[chart],
        settings=True,
        title=label_of(value) if value else "表",
    )
    widget.layout.height = f"{height}px"
    return widget


def _plain(column: pd.Series) -> list:
    """Values that Perspective takes: numbers as they are, everything else as text."""
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        whole = pd.api.types.is_integer_dtype(column)
        return [None if pd.isna(v) else int(v) if whole else float(v) for v in column]
    return named(column).astype(str).tolist()
