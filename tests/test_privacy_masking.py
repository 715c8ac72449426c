"""Blanks, ranges and risk: enough look-alikes always, hardly more blanks than needed, figures counted by hand."""

from __future__ import annotations

from itertools import product
from statistics import median

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataacademy import privacy
from dataacademy.errors import DataAcademyError

FEW = pd.DataFrame({"age": [30, 30, 30, 40, 41], "sex": list("mmmff"), "ill": list("abcab")})
tables = st.lists(st.tuples(st.integers(0, 3), st.sampled_from("xy"), st.sampled_from("pq")), min_size=4, max_size=30)


def test_known_blanks():
    found = privacy.local_suppression(FEW, by=["age", "sex"], k=2)
    assert found.value == 2
    assert found.table["age"].isna().tolist() == [False, False, False, True, True]
    assert FEW["age"].notna().all()


def test_a_dear_column_keeps_its_cells():
    data = pd.DataFrame({"age": list("1122"), "sex": list("mfmf")})
    blanks = {
        dear: privacy.local_suppression(data, by=["age", "sex"], k=2, importance={dear: 5}).table.isna().sum()
        for dear in ("age", "sex")
    }
    assert blanks["age"].to_dict() == {"age": 0, "sex": 4}
    assert blanks["sex"].to_dict() == {"age": 4, "sex": 0}
    found = privacy.local_suppression(data, by=["age", "sex"], k=2, importance={"age": 5})
    assert "「age」0、「sex」4" in found.sentence


def test_k_is_five_if_nothing_is_said():
    data = pd.DataFrame({"age": [1] * 5 + [2] * 5 + [3]})
    found = privacy.local_suppression(data, by="age")
    assert found.figures["k"] >= 5 and found.value == 6  # the one, and all five whom it joins: four would not do
    assert any("一行を一人" in line for line in found.assumptions)


@settings(max_examples=60, deadline=None)
@given(tables, st.integers(2, 4))
def test_every_row_has_its_look_alikes(rows, k):
    data = pd.DataFrame(rows, columns=["a", "b", "c"])
    found = privacy.local_suppression(data, by=["a", "b", "c"], k=k)
    assert privacy.k_anonymity(found.table, by=["a", "b", "c"], k=k).value >= k
    kept = found.table.notna()
    assert (found.table.astype(str)[kept] == data.astype(str)[kept]).where(kept, True).all(axis=None)


def least_blanks(data: pd.DataFrame, k: int) -> int:
    cells = data.size
    best = cells
    for hidden in product([False, True], repeat=cells):
        if sum(hidden) < best:
            shown = data.astype(object).mask(np.reshape(hidden, data.shape), "")
            if shown.groupby(list(shown)).size().min() >= k:
                best = sum(hidden)
    return best


def test_hardly_more_blanks_than_the_least():
    rng = np.random.default_rng(3)
    ratios = []
    for _ in range(12):
        data = pd.DataFrame(rng.integers(0, 2, (5, 2)), columns=["a", "b"]).astype(str)
        least, ours = least_blanks(data, 2), privacy.local_suppression(data, by=["a", "b"], k=2).value
        assert (least == 0) == (ours == 0)
        if least:
            ratios.append(ours / least)
    assert median(ratios) == 1.0
    assert max(ratios) <= 2


@settings(max_examples=40, deadline=None)
@given(tables, st.integers(2, 4))
def test_ranges_hold_k_people(rows, k):
    data = pd.DataFrame(rows, columns=["a", "b", "c"])
    found = privacy.mondrian(data, by=["a", "b"], k=k)
    assert privacy.k_anonymity(found.table, by=["a", "b"], k=k).value >= k
    assert 0 <= found.figures["loss_percent"] <= 100


def test_ranges_by_hand_and_varied_enough():
    data = pd.DataFrame({"age": [20, 21, 22, 40, 41, 42], "ill": list("aabcdd")})
    assert privacy.mondrian(data, by=["age"], k=3).table["age"].tolist() == ["20〜22"] * 3 + ["40〜42"] * 3
    varied = privacy.mondrian(data, by=["age"], k=3, sensitive="ill", l=3)
    assert varied.value == 1
    assert privacy.l_diversity(varied.table, by=["age"], sensitive="ill").value >= 3


def test_ranges_of_dates_and_of_numbers_with_parts():
    days = pd.DataFrame({"born": pd.to_datetime(["1950-01-31", "1951-02-28", "1990-03-31", "1991-04-30"])})
    texts = privacy.mondrian(days, by="born", k=2).table["born"]
    assert texts.tolist() == ["1950-01-31〜1951-02-28"] * 2 + ["1990-03-31〜1991-04-30"] * 2
    whole = privacy.mondrian(pd.DataFrame({"age": [30.0, 31.0, 40.0, 41.5]}), by="age", k=2)
    assert whole.table["age"].tolist() == ["30〜31"] * 2 + ["40〜41.5"] * 2


def test_risk_by_hand():
    found = privacy.risk_report(FEW, by=["age", "sex"], k=2)
    assert found.value == pytest.approx(100 * (3 / 3 + 1 + 1) / 5)
    assert found.figures["highest_percent"] == 100 and found.figures["alone"] == 2 and found.figures["special"] == 2
    without = found.table.set_index("left_out")
    assert without.loc["age", "alone"] == 0 and without.loc["sex", "alone"] == 2
    assert found.table["left_out"].iloc[0] == "age"


def test_special_is_alone_by_fewer_columns_than_all():
    data = pd.DataFrame({"age": [1, 1, 2, 2, 9], "sex": list("mfmff"), "town": list("aaaaa")})
    found = privacy.risk_report(data, by=["age", "sex"], k=2)
    assert (found.figures["alone"], found.figures["special"]) == (5, 1)  # only the one of 9 is alone by age
    assert "5 行のうち 1 行は、一部の列だけで" in found.sentence
    wider = privacy.risk_report(data, by=["age", "sex", "town"], k=2)
    assert (wider.figures["alone"], wider.figures["special"]) == (5, 5)  # town adds nothing: two columns do
    single = privacy.risk_report(data, by=["age"], k=2)
    assert (single.figures["alone"], single.figures["special"]) == (1, 0) and "一部の列" not in single.sentence


@settings(max_examples=40, deadline=None)
@given(tables, st.integers(1, 2))
def test_ranges_hold_l_values(rows, least):
    data = pd.DataFrame([*rows, (0, "x", "p"), (0, "x", "q")], columns=["a", "b", "c"])
    found = privacy.mondrian(data, by=["a", "b"], k=2, sensitive="c", l=least)
    assert privacy.l_diversity(found.table, by=["a", "b"], sensitive="c").value >= least


def test_large_numbers_are_written_in_full():
    data = pd.DataFrame({"pay": [1_234_567, 1_234_568, 1_234_569]})
    assert privacy.mondrian(data, by=["pay"], k=2).table["pay"][0] == "1234567〜1234569"


BAD = {
    "bad_l": lambda: privacy.mondrian(FEW, by=["age"], k=2, sensitive="ill", l=0),
    "no_sensitive": lambda: privacy.mondrian(FEW, by=["age"], k=2, l=2),
    "sensitive_in_by": lambda: privacy.mondrian(FEW, by=["age"], k=2, sensitive="age", l=2),
    "too_few_values": lambda: privacy.mondrian(FEW, by=["age"], k=2, sensitive="ill", l=4),
    "k_too_small": lambda: privacy.local_suppression(FEW, by=["age"], k=1),
    "k_too_large": lambda: privacy.mondrian(FEW, by=["age"], k=9),
    "no_quasi_identifiers": lambda: privacy.risk_report(FEW, by=[]),
    "unknown_column": lambda: privacy.mondrian(FEW, by=["町名"], k=2),
    "bad_importance": lambda: privacy.local_suppression(FEW, by=["age"], k=2, importance={"age": 0}),
    "unknown_choice": lambda: privacy.local_suppression(FEW, by=["age"], k=2, importance={"sex": 2}),
    "infinite": lambda: privacy.mondrian(FEW.assign(age=[1, 2, 3, 4, np.inf]), by=["age"], k=2),
    "duplicate_columns": lambda: privacy.mondrian(pd.concat([FEW, FEW[["ill"]]], axis=1), by=["age"], k=2),
    "missing_cells": lambda: privacy.mondrian(FEW.assign(age=[30, 30, 30, 40, None]), by=["age"], k=2),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_input_has_a_message_of_its_own(kind):
    with pytest.raises(DataAcademyError) as raised:
        BAD[kind]()
    assert raised.value.note.kind == kind
