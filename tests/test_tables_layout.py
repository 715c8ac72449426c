"""Laws of the layout: no row vanishes, and nothing that is on a sheet makes the reader fall over."""

import re

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dataacademy.tables.cells import Cells
from dataacademy.tables.grid import arrange, table

WORDS = """北町 南町 公民館 1 20 0.5 １，２３４ △3 X - 合計 総数 計 人 （人） ％ ※注 資料：市民課 2019 2020 男 女
T000849001 KEY_CODE"""
TEXTS = ["", "", "", "注1 速報", "令和5年4月1日現在", "単位：人", *WORDS.split()]


@st.composite
def sheets(draw):
    width, height = draw(st.integers(1, 6)), draw(st.integers(1, 14))
    row = st.lists(st.sampled_from(TEXTS), min_size=width, max_size=width)
    rows = draw(st.lists(row, min_size=height, max_size=height))
    corner = st.tuples(st.integers(0, height), st.integers(0, width), st.integers(0, 3), st.integers(0, 3))
    return rows, [(t, left, t + h, left + w) for t, left, h, w in draw(st.lists(corner, max_size=4))]


@settings(deadline=None, max_examples=300)
@given(sheets())
def test_each_row_is_data_or_heading_or_told(sheet):
    rows, merges = sheet
    columns = [Cells.of([row[c] for row in rows]) for c in range(len(rows[0]))]
    grid = arrange(columns, merges)
    told = {n.row - 1 for n in grid.notes if n.kind in ("title_row", "unit_row", "total_row", "note_row")}
    blank = {r for r in range(len(rows)) if not any(rows[r])}
    data = set(grid.rows.tolist())
    for one, other in ((data, told), (data, set(grid.heading)), (told, set(grid.heading)), (told, blank)):
        assert not one & other
    assert data | told | set(grid.heading) | blank == set(range(len(rows))) | set(grid.heading)
    for note in grid.notes:
        if note.kind == "blank_row":
            assert int(re.search(r"空の行 (\d+)行", note.ja)[1]) == len(blank)


@settings(deadline=None, max_examples=200)
@given(sheets())
def test_each_cell_of_a_data_row_is_in_the_table(sheet):
    rows, _ = sheet
    columns = [Cells.of([row[c] for row in rows]) for c in range(len(rows[0]))]
    grid = arrange(columns)
    if not grid.used:
        return
    reading = table(grid, [], file="表.csv")
    assert len(set(reading.data)) == len(grid.used)
    for name, c in zip(reading.data, grid.used, strict=True):
        for value, row in zip(reading.data[name], reading.rows, strict=True):
            text = rows[row - 1][c]
            if text == "" or (reading.data[name].dtype != "str" and text in ("X", "-")):
                assert value != value  # NaN
            elif reading.data[name].dtype == "str":
                assert value == text
            else:
                assert isinstance(value, float | int | np.number)
