"""Coarser values: known bands, the planted truth, and the law that no class becomes smaller."""

from __future__ import annotations

import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dataacademy import load, paths, privacy
from dataacademy.errors import DataAcademyError

TRUTH = next(
    t
    for t in yaml.safe_load((paths.dataset(paths.SAMPLE_TOWN) / "truths.yml").read_text(encoding="utf-8"))
    if t["id"] == "k1_rows"
)
PEOPLE = pd.DataFrame(
    {
        "born": ["1950-04-01", "1950-04-02", "2000-02-29", None],
        "pay": [99.0, 100.0, 250.0, None],
        "town": ["本町", "港町", "本町", None],
        "code": ["7600001", "7600002", "7610001", None],
    }
)


def coarse(**columns):
    return privacy.generalize(PEOPLE, columns=columns).table


def test_known_bands():
    assert coarse(born=("age", "2026-04-01", 10))["born"].tolist()[:3] == ["70〜79", "70〜79", "20〜29"]
    assert coarse(born=("age", "2026-04-01", 1))["born"].tolist()[:2] == ["76〜76", "75〜75"]  # the birthday counts
    assert coarse(pay=("band", [0, 100, 200]))["pay"].tolist()[:3] == ["0〜99", "100〜199", "200以上"]
    assert coarse(born=("month",))["born"].tolist()[:3] == ["1950-04", "1950-04", "2000-02"]
    assert coarse(code=("prefix", 3))["code"].tolist()[:3] == ["760", "760", "761"]
    assert coarse(town={"本町": "中央", "港町": "沿岸"})["town"].tolist()[:3] == ["中央", "沿岸", "中央"]
    every = coarse(born=("year",), pay=("band", 50), town={"本町": "a", "港町": "a"}, code=("prefix", 1))
    assert every.iloc[3].isna().all()
    assert PEOPLE["pay"].tolist()[:3] == [99.0, 100.0, 250.0]


def test_the_planted_truth_of_people_who_are_alone():
    people = load("residents")
    quarter = load("areas").set_index("area_id")["quarter"]
    decades = {"birth_date": ("age", "2026-04-01", [*range(0, 101, 10)])}
    near = privacy.generalize(people, columns=decades).table
    found = privacy.k_anonymity(near, by=["area_id", "birth_date", "sex"])
    far = privacy.generalize(people, columns={"area_id": quarter} | decades).table
    assert found.figures["alone"] == TRUTH["size"]["alone"]
    by_quarter = privacy.k_anonymity(far, by=["area_id", "birth_date", "sex"])
    assert by_quarter.figures["alone"] == TRUTH["size"]["alone_by_quarter"]


def test_the_ends_are_put_together_and_counted():
    ages = pd.DataFrame({"age": [3, 50, 99, 100, 101, None]})
    top = privacy.top_code(ages, column="age", at=100)
    assert top.value == 2 and top.table["age"].tolist()[:5] == ["3", "50", "99", "100以上", "100以上"]
    bottom = privacy.bottom_code(ages, column="age", at=3, label="幼児")
    assert bottom.value == 1 and bottom.table["age"].iloc[0] == "幼児"
    assert pd.isna(top.table["age"].iloc[5])


def test_bands_of_one_width_can_be_open_at_the_top():
    ages = pd.DataFrame({"age": [9, 79, 80, 95, 130, None]})
    open_top = privacy.generalize(ages, columns={"age": ("band", 10, 80)}).table["age"]
    assert open_top.tolist()[:5] == ["0〜9", "70〜79", "80以上", "80以上", "80以上"] and pd.isna(open_top[5])
    assert coarse(born=("age", "2026-04-01", 10, 70))["born"].tolist()[:3] == ["70以上", "70以上", "20〜29"]
    for top in (85, float("inf"), "80"):
        with pytest.raises(DataAcademyError) as raised:
            privacy.generalize(ages, columns={"age": ("band", 10, top)})
        assert raised.value.note.kind == "bad_bands"
    assert privacy.generalize(ages, columns={"age": ("band", 10.0)}).table["age"][0] == "0〜9"


def test_messages_name_the_rows_and_what_stands_there():
    odd = pd.DataFrame({"born": ["1950-01-31", "不明", None, "2030-05-01"], "pay": [5.0, -3.5, 2.0, -1.0]})
    with pytest.raises(DataAcademyError, match="1 行あります（2 行目の「不明」）"):
        privacy.generalize(odd, columns={"born": ("year",)})
    with pytest.raises(DataAcademyError, match="1 行います（3 行目の「2030-05-01」）"):
        privacy.generalize(odd.drop(index=1), columns={"born": ("age", "2026-04-01", 10)})
    with pytest.raises(DataAcademyError, match="2 行あります（2 行目の「-3.5」、4 行目の「-1」）"):
        privacy.generalize(odd, columns={"pay": ("band", [0, 10])})
    with pytest.raises(DataAcademyError, match="など）"):
        privacy.generalize(pd.DataFrame({"v": range(-9, 1)}), columns={"v": ("band", [0, 10])})


def test_whole_numbers_are_no_dates():
    for column, rule in (("born", ("month",)), ("born", ("age", "2026-04-01", 10))):
        with pytest.raises(DataAcademyError) as raised:
            privacy.generalize(pd.DataFrame({"born": [19500131]}), columns={column: rule})
        assert raised.value.note.kind == "bad_dates"
    with pytest.raises(DataAcademyError) as raised:
        coarse(born=("age", 2026, 10))
    assert raised.value.note.kind == "bad_day"


def test_large_numbers_beside_the_end_keep_their_digits():
    pay = pd.DataFrame({"pay": [1234567.5, 12345678.0]})
    assert privacy.top_code(pay, column="pay", at=2_000_000).table["pay"].tolist() == ["1234567.5", "2000000以上"]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 120), st.sampled_from("abcd")), min_size=2, max_size=40), st.integers(1, 30))
def test_no_class_becomes_smaller(rows, width):
    data = pd.DataFrame(rows, columns=["age", "area"])
    coarser = privacy.generalize(
        data, columns={"age": ("band", width), "area": {"a": "x", "b": "x", "c": "y", "d": "y"}}
    ).table
    before, after = (privacy.k_anonymity(t, by=["age", "area"], k=2).sizes for t in (data, coarser))
    assert (after >= before).all()


def test_parts_of_numbers_are_in_the_band_that_is_written():
    parts = pd.DataFrame({"v": [99.5, 5.0, 100.0]})
    assert privacy.generalize(parts, columns={"v": ("band", [0, 100])}).table["v"].tolist() == [
        *("0以上100未満", "0以上100未満", "100以上"),
    ]
    assert privacy.generalize(parts, columns={"v": ("band", 10)}).table["v"][0] == "90以上100未満"


def test_columns_and_limits_that_make_no_sense():
    for columns in ({}, None, ["pay"]):
        with pytest.raises(DataAcademyError) as raised:
            privacy.generalize(PEOPLE, columns=columns)
        assert raised.value.note.kind == "unclear_rule"
    for at, kind in ((float("nan"), "out_of_range"), ("百", "out_of_range")):
        with pytest.raises(DataAcademyError) as raised:
            privacy.top_code(PEOPLE, column="pay", at=at)
        assert raised.value.note.kind == kind
    with pytest.raises(DataAcademyError) as raised:
        privacy.top_code(pd.DataFrame({"pay": [float("nan")]}), column="pay", at=1)
    assert raised.value.note.kind == "all_missing"
    for edges in ([0, float("nan"), 50], ["a", "b"]):
        with pytest.raises(DataAcademyError) as raised:
            coarse(pay=("band", edges))
        assert raised.value.note.kind == "bad_bands"


BAD = {
    "bad_day": {"born": ("age", "abc", 10)},
    "unmapped": {"town": {"本町": "中央"}},
    "hierarchy_cycle": {"town": {"本町": "本町", "港町": "本町"}},
    "unclear_rule": {"town": "中央"},
    "unknown_choice": {"town": ("round", 2)},
    "bad_bands": {"pay": ("band", [0, 0])},
    "below_the_bands": {"pay": ("band", [100, 200])},
    "bad_dates": {"town": ("month",)},
    "born_later": {"born": ("age", "1990-01-01", 10)},
    "not_numeric": {"town": ("band", 10)},
    "unknown_column": {"name": ("month",)},
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_input_has_a_message_of_its_own(kind):
    with pytest.raises(DataAcademyError) as raised:
        coarse(**BAD[kind])
    assert raised.value.note.kind == kind


def test_a_limit_beyond_all_values_is_told():
    with pytest.raises(DataAcademyError) as raised:
        privacy.top_code(PEOPLE, column="pay", at=1000)
    assert raised.value.note.kind == "changes_nothing"
