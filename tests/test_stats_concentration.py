"""How much a few rows hold: against the definition, laws, and what cannot be shared out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dataacademy as da
from dataacademy import DataAcademyError

AMOUNTS = st.lists(st.integers(0, 10_000), min_size=1, max_size=40).filter(any)


def found(amounts, **how):
    return da.stats.concentration(pd.DataFrame({"count": amounts}), value="count", **how)


def test_by_hand():
    result = found([10, 0, 70, 20, 0, 0, 0, 0, 0, 0], top=20, row="地区")
    assert result.value == 90
    assert result.table["cumulative_percent"].tolist()[:3] == [70, 90, 100]
    assert "90.0 % が、多いほうの 2地区（10地区の 20 %）" in result.sentence


@settings(max_examples=50, deadline=None)
@given(AMOUNTS)
def test_gini_is_half_the_mean_difference_over_the_mean(amounts):
    x = np.array(amounts, float)
    assert found(amounts).figures["gini"] == pytest.approx(np.abs(x[:, None] - x).sum() / (2 * len(x) * x.sum()))


@settings(max_examples=50, deadline=None)
@given(AMOUNTS, st.integers(1, 99), st.integers(2, 9), st.randoms())
def test_order_and_unit_do_not_matter_and_the_top_has_at_least_its_even_part(amounts, top, times, shuffle):
    other = [times * a for a in amounts]
    shuffle.shuffle(other)
    one, two = found(amounts, top=top), found(other, top=top)
    assert one.value == pytest.approx(two.value)
    assert one.value >= one.figures["even_percent"] - 1e-9
    assert one.figures["gini"] == pytest.approx(two.figures["gini"], abs=1e-12)


def test_equal_rows_are_even():
    result = found([5] * 10)
    assert (result.value, result.figures["even_percent"], result.figures["gini"]) == (20, 20, 0)


def test_an_empty_cell_is_told():
    assert found([1, None, 3]).left_out == ("列「count」が空欄の 1 行",)


@pytest.mark.parametrize(
    ("amounts", "how", "kind"),
    [
        ([1, -1], {}, "negative_amounts"),
        ([0, 0], {}, "nothing_to_share"),
        ([1, 2], {"top": 0}, "out_of_range"),
        ([1, 2], {"top": 100}, "out_of_range"),
    ],
)
def test_what_cannot_be_shared_out_is_told(amounts, how, kind):
    with pytest.raises(DataAcademyError) as told:
        found(amounts, **how)
    assert told.value.note.kind == kind


def test_the_table_is_not_changed():
    data = pd.DataFrame({"count": [1, 3, 2]})
    da.stats.concentration(data, value="count")
    assert data["count"].tolist() == [1, 3, 2]
