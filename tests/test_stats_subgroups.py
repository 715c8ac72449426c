"""The same comparison in every part: whether the parts differ is one question, whether each differs from 0 another."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataacademy import DataAcademyError, stats

ARMS = {"value": "y", "by": "arm", "within": "part", "groups": ["a", "b"]}


def drawn(gaps, *, n=40, seed=3, spread=1.0) -> pd.DataFrame:
    """``n`` persons an arm in every part, the first arm ``gap`` higher."""
    dice = np.random.default_rng(seed)
    return pd.concat(
        pd.DataFrame({"part": f"P{i}", "arm": arm, "y": dice.normal(gap * (arm == "a"), spread, n)})
        for i, gap in enumerate(gaps)
        for arm in "ab"
    )


def test_q_is_what_one_reckons_by_hand():
    rows = pd.DataFrame(
        {
            "part": ["east"] * 6 + ["west"] * 6,
            "arm": ["a", "b"] * 6,
            "y": [5, 3, 6, 4, 7, 5, 9, 2, 8, 3, 10, 4],
        }
    )
    found = stats.subgroups(rows, **ARMS)  # differences 2 and 6, each with a variance of 1/3 + 1/3, around 4
    assert found.figures["heterogeneity_q"] == pytest.approx((2**2 + 2**2) / (2 / 3))
    assert found.figures["i2_percent"] == pytest.approx(100 * 11 / 12)
    assert found.table["difference"].tolist() == [2, 6]


def test_each_part_is_what_compare_says_of_it_alone():
    rows = drawn([0.4, 0.6, 0.2])
    found = stats.subgroups(rows, **ARMS, confidence=0.9)
    for part in found.table.itertuples():
        alone = stats.compare(rows[rows["part"] == part.level], value="y", by="arm", groups=["a", "b"], confidence=0.9)
        row = alone.table.iloc[0]
        assert (part.difference, part.lower, part.p_value) == (row["difference"], row["lower"], row["p_value"])


def test_p_values_on_both_sides_of_the_line_are_no_difference_between_parts():
    found = stats.subgroups(drawn([0.5] * 6, n=30), **ARMS)
    assert 0 < (found.table["p_value"] < 0.05).sum() < 6  # "it works in some parts only"
    assert found.value > 0.2
    assert "偶然だけでも起こりうる大きさの違い" in found.sentence


def test_a_difference_between_parts_is_found():
    found = stats.subgroups(drawn([1.5, 1.5, -0.5]), **ARMS)
    assert found.value < 0.001
    assert "めったに起こらない大きさの違い" in found.sentence


@settings(max_examples=30, deadline=None)
@given(shift=st.floats(-1e3, 1e3), factor=st.floats(0.1, 50))
def test_neither_the_level_of_a_part_nor_the_unit_changes_q(shift, factor):
    rows = drawn([0.2, 0.9])
    moved = rows.assign(y=(rows["y"] + shift * (rows["part"] == "P1")) * factor)
    before, after = (stats.subgroups(d, **ARMS).figures["heterogeneity_q"] for d in (rows, moved))
    assert after == pytest.approx(before, rel=1e-6)


def test_parts_that_cannot_be_compared_are_named():
    rows = pd.concat([drawn([0.3, 0.5]), pd.DataFrame({"part": "tiny", "arm": ["a", "b"], "y": [1.0, 2.0]})])
    found = stats.subgroups(rows, **ARMS)
    assert found.table["level"].tolist() == ["P0", "P1"]
    assert any("tiny" in line for line in found.left_out)
    with pytest.raises(DataAcademyError, match="くらべられる区分が 1 つ"):
        stats.subgroups(rows[rows["part"] != "P1"], **ARMS)
    with pytest.raises(DataAcademyError, match="confidence|信頼係数"):
        stats.subgroups(rows, **ARMS, confidence=2)
