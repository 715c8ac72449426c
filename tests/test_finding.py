"""How findings and tables are shown to people."""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from pkgutil import iter_modules

import numpy as np
import pandas as pd

from dataacademy import Finding, show


def test_a_table_is_shown_for_reading():
    table = pd.DataFrame(
        {
            "age_to": pd.array([4, pd.NA], dtype="Int64"),
            "share_percent": [12.345, np.nan],
            "count": [1234.0, 2.0],
            "name": ["東<町>", None],
        }
    )
    html = show(table)._repr_html_()
    assert "割合（%）" in html  # the Japanese name above the column's own
    assert ">1,234<" in html  # whole numbers without .0
    assert ">12.35<" in html
    assert "東&lt;町&gt;" in html
    assert "NA" not in html
    assert "nan" not in html
    assert "geometry" not in show(table.assign(geometry=0))._repr_html_()
    assert "ほかに 1 行" in show(table, rows=1)._repr_html_()
    assert "一行もありません" in show(table.head(0))._repr_html_()
    assert table["count"].tolist() == [1234.0, 2.0]


def test_a_finding_says_what_it_leaves_out():
    finding = Finding(pd.DataFrame({"a": [1]}), 1, "一文です。", "One sentence.", {"地区": 3}, ("空欄の 2 地区",))
    assert str(finding) == "一文です。"
    assert "空欄の 2 地区" in finding._repr_html_()
    assert finding.provenance == {"used": {"地区": 3}, "left_out": ["空欄の 2 地区"]}


def test_a_column_has_one_name_on_paper():
    from dataacademy import labels

    parts = [import_module(f"{labels.__name__}.{part.name}") for part in iter_modules(labels.__path__)]
    named = [column for part in parts for column in part.LABELS]
    assert [column for column, times in Counter(named).items() if times > 1] == []
    assert set(named) == set(labels.LABELS)


def test_what_rounds_to_zero_has_no_minus():
    html = show(pd.DataFrame({"x": [-0.001, -0.0, -0.006, np.float64(-1e-9)]}))._repr_html_()
    assert [html.count(f">{cell}<") for cell in ("0.00", "0", "-0.01", "-0.00", "-0")] == [2, 1, 1, 0, 0]


def test_years_have_no_separators_and_counts_do():
    html = show(
        pd.DataFrame({"fiscal_year": [2021], "年度": [2022], "count": [2023], "年の人数": [2024]})
    )._repr_html_()
    assert [cell in html for cell in (">2021<", ">2022<", ">2,023<", ">2,024<")] == [True] * 4


def test_an_infinite_cell_is_shown():
    assert "∞" in show(pd.DataFrame({"x": [1.0, float("inf")]}))._repr_html_()
