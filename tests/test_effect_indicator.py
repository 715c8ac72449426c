"""Indicators: known numbers, next month's file, plain data there and back, and everything that makes them lie."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dataacademy import DataAcademyError, effect, stats
from dataacademy.effect import Indicator
from dataacademy.effect.rates import add_up, effects
from dataacademy.labels import LABELS

few = settings(max_examples=60, deadline=None)
counts = st.integers(1, 10_000)


def monthly(months=18, *, first="2024-01", **columns) -> pd.DataFrame:
    """30 of 200 every month, a little more each."""
    periods = pd.period_range(first, periods=months, freq="M").astype(str)
    data = pd.DataFrame({"month": periods, "numerator": 30 + np.arange(months), "denominator": 200})
    return data.assign(**({"target": 20.0, "counted": "来た人", "owner": "福祉課", "name": "利用率"} | columns))


def edited(row: int, column: str, value, data=None) -> pd.DataFrame:
    data = monthly() if data is None else data
    data = data.astype({column: object})
    data.loc[row, column] = value
    return data.infer_objects()


def kinds(found: Indicator) -> list[str]:
    return [note.kind for note in found.notes]


WRITTEN = {"definition": "利用した人÷来た人", "source": "窓口の記録"}


# --- decomposition ----------------------------------------------------------------------------------------------------


def two(n0=10, d0=100, n1=12, d1=60):
    return pd.DataFrame({"年": [2023, 2024], "numerator": [n0, n1], "denominator": [d0, d1]})


def test_both_orders_by_hand():
    found = effect.decompose_rate(two(), period="年", before=2023, after=2024)
    first, then = (12 / 100 - 10 / 100), (12 / 60 - 12 / 100)  # the numerator first
    other, rest = (12 / 60 - 10 / 60), (10 / 60 - 10 / 100)  # the denominator first
    assert found.table["points"].tolist() == pytest.approx([50 * (first + other), 50 * (then + rest)])
    assert found.value == pytest.approx(10)
    assert "おもに分母が減ったため" in found.sentence and "＋" not in found.sentence
    assert "+2.67ポイント" in found.sentence and "+7.33ポイント" in found.sentence


@few
@given(n0=counts, d0=counts, n1=counts, d1=counts)
def test_the_parts_add_up_and_turn_with_time(n0, d0, n1, d1):
    top, bottom = effects(n0, d0, n1, d1, 1000)
    assert top + bottom == pytest.approx(1000 * (n1 / d1 - n0 / d0), abs=1e-6)
    assert effects(n1, d1, n0, d0, 1000) == pytest.approx((-top, -bottom))
    assert effects(n0, d0, n0, d1, 1000)[0] == 0 and effects(n0, d0, n1, d0, 1000)[1] == 0


@few
@given(parts=st.lists(st.floats(-50, 50), min_size=2, max_size=5))
def test_printed_parts_add_up_to_the_printed_total(parts):
    total, said = add_up(sum(parts), parts, 1000)
    assert sum(round(100 * float(v)) for v in said) == round(100 * float(total))
    assert all(abs(float(v) - p) < 0.0101 for v, p in zip(said, parts, strict=True))


def test_kitagawa_by_group():
    data = pd.DataFrame(
        {
            "年": [1, 1, 2, 2],
            "齢": ["若", "老"] * 2,
            "numerator": [10, 80, 30, 60],
            "denominator": [100, 200, 200, 100],
        }
    )
    found = effect.decompose_rate(data, period="年", before=1, after=2, by="齢")
    rate = {"若": (0.1, 0.15), "老": (0.4, 0.6)}
    share = {"若": (1 / 3, 2 / 3), "老": (2 / 3, 1 / 3)}
    within = sum(100 * (rate[g][1] - rate[g][0]) * sum(share[g]) / 2 for g in rate)
    mixed = sum(100 * (share[g][1] - share[g][0]) * sum(rate[g]) / 2 for g in rate)
    assert found.figures["rate_points"] == pytest.approx(within)
    assert found.figures["composition_points"] == pytest.approx(mixed)
    assert within + mixed == pytest.approx(found.value)
    assert found.table.set_index("齢")["share_after_percent"].to_dict() == pytest.approx({"老": 100 / 3, "若": 200 / 3})
    same = effect.decompose_rate(data.assign(齢="皆"), period="年", before=1, after=2, by="齢")
    assert same.figures["composition_points"] == 0


def test_a_group_of_one_period_only_is_composition():
    data = pd.DataFrame(
        {"年": [1, 2, 2], "町": ["東", "東", "新"], "numerator": [10, 10, 40], "denominator": [100, 100, 100]}
    )
    found = effect.decompose_rate(data, period="年", before=1, after=2, by="町")
    assert found.figures["rate_points"] == 0 and found.figures["composition_points"] == pytest.approx(15)
    assert any("一方の時期" in line for line in found.assumptions)


# --- the indicator ----------------------------------------------------------------------------------------------------


def test_rates_intervals_and_targets():
    found = effect.indicator(monthly(), **WRITTEN)
    share = stats.proportion(monthly().tail(1), count="numerator", base="denominator").table.iloc[0]
    row = found.table.iloc[-1]
    assert row[["lower", "upper"]].tolist() == pytest.approx(share[["lower_percent", "upper_percent"]].tolist())
    assert found.value == pytest.approx(23.5) and bool(row["reached"]) and kinds(found) == []
    assert found.table["reached"].tolist() == (found.table["rate"] >= 20).tolist()
    lower = effect.indicator(monthly(), better="lower", **WRITTEN)
    assert lower.table["reached"].tolist() == (found.table["rate"] <= 20).tolist()
    assert (
        "「利用率」（担当：福祉課）は、2025-06は 23.50%（200 のうち 47）で、目標の 20%以上に届いています。"
        in found.sentence
    )
    assert "2024-06からの変化 +6.00ポイントのうち" in found.sentence  # the same month of the year before


def test_rates_per_thousand_have_poisson_intervals():
    data = monthly(2).assign(numerator=[5, 0], denominator=1000)
    found = effect.indicator(data, per=1000, target=3.0, better="lower", **WRITTEN)
    assert found.table.loc[0, ["lower", "upper"]].tolist() == pytest.approx([1.6234864, 11.6683321], rel=1e-6)
    assert found.table.loc[1, "lower"] == 0 and found.table.loc[1, "upper"] == pytest.approx(-np.log(0.025))
    assert effect.indicator(data.assign(numerator=1500), per=1000, **WRITTEN).value == pytest.approx(1500)


def test_small_numbers_get_their_interval_in_the_sentence():
    found = effect.indicator(monthly(3).assign(numerator=[3, 2, 4], denominator=20), **WRITTEN)
    assert "small_numbers" in kinds(found) and "幅をもって" in found.sentence and found.table["small"].all()


def test_fiscal_years_are_sums_and_only_whole_ones_are_compared():
    data = monthly(30, first="2023-04")  # two whole years and six months
    found = effect.indicator(data, every="fiscal_year", **WRITTEN)
    assert found.table["period"].tolist() == ["2023年度", "2024年度", "2025年度"]
    assert found.table["months"].tolist() == [12, 12, 6]
    assert found.value == pytest.approx(100 * sum(range(42, 54)) / 2400)
    assert found.left_out == ("12 か月そろわない年度 1",) and "2024年度は" in found.sentence


def test_the_written_forms_of_a_month():
    plain = effect.indicator(monthly(4), **WRITTEN)
    for forms in (
        ["令和6年1月", "令和6年2月", "R6.3", "2024/4"],
        [pd.Timestamp(2024, m, 1) for m in (1, 2, 3, 4)],
        ["202401", "2024-02", "2024年3月", "２０２４年４月"],
    ):
        found = effect.indicator(monthly(4).assign(month=forms), **WRITTEN)
        assert found.table["period"].tolist() == plain.table["period"].tolist()


def test_a_denominator_counted_anew_is_named_at_its_month():
    data = monthly()
    data.loc[12:, ["numerator", "denominator"]] = [25, 100]
    data.loc[12:, "counted"] = "1年以内に来た人"
    found = effect.indicator(data, **WRITTEN)
    assert kinds(found) == ["denominator_jump", "definition_changed"]
    assert [note.value for note in found.notes] == ["2025-01"] * 2
    assert "ただし、2025-01から、分母の数え方が" in found.sentence
    later = effect.indicator(data, base="2025-03", **WRITTEN)
    assert "ただし" not in later.sentence and "definition_changed" in kinds(later)  # both periods are counted alike


def test_the_ups_and_downs_of_a_small_denominator_are_no_jump():
    assert "denominator_jump" not in kinds(effect.indicator(monthly(3).assign(numerator=5, denominator=[10, 18, 11])))


def test_months_that_are_missing_are_named():
    found = effect.indicator(monthly().drop([4, 5]), **WRITTEN)
    (note,) = found.notes
    assert note.kind == "missing_period" and "2024-05、2024-06" in note.ja


def test_what_is_not_written_down_is_asked_for():
    found = effect.indicator(monthly().drop(columns=["owner", "name"]))
    assert kinds(found) == ["no_definition", "no_owner", "no_source"]
    assert {n.kind: n.level for n in found.notes}["no_owner"] == "warning"
    assert "target_empty" in kinds(effect.indicator(edited(0, "target", np.nan), **WRITTEN))


# --- there and back, and next month -----------------------------------------------------------------------------------


@pytest.mark.parametrize("way", [lambda d: json.loads(json.dumps(d)), lambda d: yaml.safe_load(yaml.safe_dump(d))])
def test_plain_data_there_and_back(way):
    data = edited(3, "target", np.nan, monthly(30, first="2023-04"))
    found = effect.indicator(data, every="fiscal_year", base="2023年度", better="lower", **WRITTEN)
    again = Indicator.from_dict(way(found.to_dict()))
    pd.testing.assert_frame_equal(again.table, found.table)
    assert (again.sentence, again.figures, again.definition) == (found.sentence, found.figures, found.definition)
    assert again.to_dict() == found.to_dict()
    assert kinds(again) == kinds(found)


def test_next_months_file_is_appended(tmp_path):
    found = effect.indicator(monthly(17), **WRITTEN)
    path = tmp_path / "六月.csv"
    both = pd.concat([monthly().tail(1), monthly().tail(1).assign(name="別の指標", numerator=1)])
    both.to_csv(path, index=False, encoding="cp932")
    later = found.recompute(path)
    whole = effect.indicator(monthly(), **WRITTEN)
    pd.testing.assert_frame_equal(later.table, whole.table)
    assert later.sentence == whole.sentence and later.notes == ()
    assert found.table["period"].iloc[-1] == "2025-05"  # the first one is as it was


def test_the_same_month_again_is_not_counted_twice():
    found = effect.indicator(monthly(), **WRITTEN)
    again = found.recompute(monthly().tail(2))
    pd.testing.assert_frame_equal(again.table, found.table)
    assert kinds(again) == ["repeated", "nothing_new"]
    changed = found.recompute(monthly().tail(1).assign(numerator=40))
    assert kinds(changed) == ["revised", "nothing_new"] and changed.value == pytest.approx(20)
    assert "47÷200 から 40÷200" in changed.notes[0].ja


def test_next_month_after_a_gap_and_with_a_halved_denominator():
    found = effect.indicator(monthly(12), **WRITTEN)
    later = found.recompute(monthly(15).tail(1).assign(denominator=90, counted="1年以内に来た人"))
    assert kinds(later) == ["missing_period", "denominator_jump", "definition_changed"]
    bare = found.recompute(monthly(13).tail(1)[["month", "numerator", "denominator"]])
    assert kinds(bare) == [] and bare.table["target"].iloc[-1] == 20


def test_nothing_is_changed_and_every_column_has_a_japanese_name():
    data = monthly()
    before = data.copy(deep=True)
    found = effect.indicator(data, every="fiscal_year")
    pd.testing.assert_frame_equal(data, before)
    by = effect.decompose_rate(
        data.assign(g=np.arange(18) % 2), period="month", before="2024-01", after="2024-03", by="g"
    )
    plain = effect.decompose_rate(data, period="month", before="2024-01", after="2024-03")
    for table in (found.table, plain.table, by.table.drop(columns="g")):
        assert [c for c in table.columns if c not in LABELS] == []
    assert [f for f in (*found.figures, *by.figures) if f not in LABELS] == []


# --- bad input --------------------------------------------------------------------------------------------------------


def made(data=None, **options):
    return lambda: effect.indicator(monthly() if data is None else data, **options)


def decomposed(data=None, **options):
    wanted = {"period": "年", "before": 2023, "after": 2024} | options
    return lambda: effect.decompose_rate(two() if data is None else data, **wanted)


FOUND = effect.indicator(monthly())
CASES = [
    ("zero_denominator", made(edited(2, "denominator", 0)), "「2024-03」の分母が 0"),
    ("numerator_above_denominator", made(edited(2, "numerator", 300)), "分子 300、分母 200"),
    ("negative_counts", made(edited(2, "numerator", -1)), "負の数"),
    ("not_numeric", made(edited(2, "numerator", "約30")), "数ではありません"),
    ("no_target", made(monthly().drop(columns="target")), "目標がない"),
    ("bad_target", made(target="20%"), "数ではありません"),
    ("duplicate", made(pd.concat([monthly(), monthly().tail(1)])), "行が二つ以上"),
    ("several_indicators", made(edited(2, "name", "別")), "2 種類"),
    ("other_indicator", made(name="利用者"), "ではありません"),
    ("unknown_choice", made(edited(2, "name", "別の率"), name="利用率２"), "もしかして「利用率」"),
    ("unknown_column", made(numerator="分子"), "ありません"),
    ("not_a_date", made(edited(2, "month", "来月")), "来月"),
    ("mixed_periods", made(edited(2, "month", "2024年度")), "順に並べられません"),
    ("mixed_periods", made(monthly().assign(month=pd.date_range("2024-01-05", periods=18).astype(str))), "日ごと"),
    ("no_complete_rows", made(monthly().assign(numerator=np.nan)), "一つもありません"),
    ("not_months", made(monthly(1).assign(month="2024年度"), every="fiscal_year"), "月ごとの表ではない"),
    ("unknown_choice", made(better="up"), "higher"),
    ("unknown_choice", made(base="2020-01"), "基準の時期"),
    ("out_of_range", made(per=0), "より大きい"),
    ("not_a_table", made([1]), "DataFrame"),
    ("no_file", lambda: FOUND.recompute("ない.csv"), "ない.csv"),
    ("other_indicator", lambda: FOUND.recompute(monthly().assign(name="別の率")), "別の率"),
    ("mixed_periods", lambda: FOUND.recompute(monthly(1).assign(month="2025年度")), "区切り方"),
    ("zero_denominator", lambda: FOUND.recompute(monthly(1, first="2025-07").assign(denominator=0)), "2025-07"),
    ("not_an_indicator", lambda: Indicator.from_dict({"a": 1}), "to_dict"),
    ("same_period", decomposed(before=2024), "同じ"),
    ("unknown_choice", decomposed(after=2025), "2024"),
    ("zero_denominator", decomposed(two(d1=0)), "分母が 0"),
    ("numerator_above_denominator", decomposed(two(n1=70)), "per=1000"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "call", "words"), CASES, ids=[f"{i}-{c[0]}" for i, c in enumerate(CASES)])
def test_bad_input_has_its_own_message(kind, call, words):
    with pytest.raises(DataAcademyError) as caught:
        call()
    note = caught.value.note
    assert note.kind == kind, str(note)
    assert words in str(note), str(note)
    assert note.ja and note.en and note.fix
