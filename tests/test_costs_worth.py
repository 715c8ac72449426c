"""Present values against Excel, the Green Book and the planted truth; laws; and what cannot be worth anything."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dataacademy import costs, load, paths
from dataacademy.costs.rates import RATES
from dataacademy.errors import DataAcademyError

TRUTHS = {
    t["id"]: t for t in yaml.safe_load((paths.dataset(paths.SAMPLE_TOWN) / "truths.yml").read_text(encoding="utf-8"))
}


def flows(**columns):
    table = pd.DataFrame({"fiscal_year": [2026, 2027], "kind": ["initial", "saving"], "item": ["a", "b"]})
    return table.assign(amount_yen=[100.0, 200.0]).assign(**columns)


def test_excel_npv_irr_xnpv():
    assert costs.npv([0, -10000, 3000, 4200, 6800], rate=0.10).value == pytest.approx(1188.4434123352216, rel=1e-13)
    years = [-70000, 12000, 15000, 18000, 21000, 26000]
    assert costs.irr(years).value == pytest.approx(0.08663094803653, abs=1e-12)
    assert costs.irr(years[:-1]).value == pytest.approx(-0.02124484827341, abs=1e-12)
    paid = pd.DataFrame(
        {
            "date": ["2008-01-01", "2008-03-01", "2008-10-30", "2009-02-15", "2009-04-01"],
            "amount_yen": [-10000, 2750, 4250, 3250, 2750],
        }
    )
    assert costs.xnpv(paid, rate=0.09).value == pytest.approx(2086.647602031535, rel=1e-12)


def test_green_book_annual_cost_and_schedule():
    assert costs.equivalent_annual_cost(100, rate=0.06, years=10).value == pytest.approx(13.586795822, rel=1e-10)
    factors = RATES["green_book"].factors(np.array([0, 30, 31, 75, 76, 125, 126]))
    plain = np.cumprod([1, *[1.035] * 30, *[1.03] * 45, *[1.025] * 50, 1.02])
    assert factors == pytest.approx(1 / plain[[0, 30, 31, 75, 76, 125, 126]], rel=1e-12)


def test_hours_are_no_cash_and_the_naive_way_says_they_are():
    truth = TRUTHS["hours_not_cash"]
    found = costs.npv(load("costs"), project="書かない窓口", rate="mlit_4", base_year=2025)
    assert round(found.value) == truth["size"]["npv_yen"]
    assert "現金の出入りではない" in found.left_out[0]
    naive = costs.npv(load("costs"), project="書かない窓口", rate="mlit_4", base_year=2025, count_hours=True)
    assert round(naive.value) == truth["naive"]["value"]["npv_yen"]
    assert any("予算は減りません" in line for line in naive.assumptions)


money = st.lists(st.integers(-(10**9), 10**9), min_size=2, max_size=12)
rates = st.floats(0.0, 0.3)


@settings(deadline=None)
@given(money, money, rates)
def test_npv_adds_up(a, b, rate):
    n = min(len(a), len(b))
    both = costs.npv([x + y for x, y in zip(a[:n], b[:n], strict=True)], rate=rate).value
    parts = costs.npv(a[:n], rate=rate).value + costs.npv(b[:n], rate=rate).value
    assert both == pytest.approx(parts, rel=1e-9, abs=1e-3)


@settings(deadline=None)
@given(st.integers(1, 10**9), st.lists(st.integers(1, 10**9), min_size=1, max_size=10))
def test_at_the_internal_rate_nothing_is_left(spent, gained):
    found = costs.irr([-spent, *gained])
    assert len(found.table) == 1
    left = sum(v / (1 + found.value) ** t for t, v in enumerate([-spent, *gained]))
    size = sum(abs(v) / (1 + found.value) ** t for t, v in enumerate([-spent, *gained]))
    assert abs(left) <= 1e-6 * size


@settings(deadline=None)
@given(st.integers(1, 10**8), st.integers(1, 10**8), st.integers(1, 10**8), rates)
def test_above_one_means_above_zero(initial, running, gain, rate):
    table = pd.DataFrame(
        {"fiscal_year": [2026, 2027, 2028], "kind": ["initial", "running", "saving"], "item": list("abc")}
    ).assign(amount_yen=[initial, running, gain])
    row = costs.bcr(table, rate=rate).table.iloc[0]
    if abs(row["npv_yen"]) > 1e-3:
        assert (row["npv_yen"] > 0) == (row["bcr"] > 1) == (row["bcr_net"] > 1)


@settings(deadline=None)
@given(st.lists(st.integers(0, 10**9), min_size=2, max_size=8), rates, rates)
def test_a_higher_rate_makes_later_benefits_smaller(gains, low, high):
    low, high = sorted((low, high))
    values = [costs.npv([0, *gains], rate=r).value for r in (low, high)]
    assert values[1] <= values[0] * (1 + 1e-12)


def test_several_rates_of_return_are_all_named():
    found = costs.irr([-1000, 2300, -1320])
    assert found.table["irr_percent"].to_numpy() == pytest.approx([10, 20], abs=1e-6)
    assert any("一つの数として使えません" in line for line in found.assumptions)


def test_ranks_that_turn_round_are_told():
    def project(name, initial, gain):
        return flows(project=name, amount_yen=[initial, gain])

    table = pd.concat([project("小さい", 100, 300), project("大きい", 1000, 2000)])
    found = costs.bcr(table, rate=0.04)
    assert any("順位は決め方で入れかわります" in line for line in found.assumptions)
    same = costs.bcr(pd.concat([project("良い", 100, 300), project("悪い", 100, 200)]), rate=0.04)
    assert not any("順位" in line for line in same.assumptions)


def test_prices_there_and_back():
    index = pd.DataFrame({"fiscal_year": [2026, 2027], "index": [100.0, 125.0]})
    there = costs.deflate(flows(), index=index, base_year=2026)
    assert there.table["real_yen"].tolist() == [100.0, 160.0]
    turned = pd.DataFrame({"fiscal_year": [2026, 2027], "index": [1 / 100, 1 / 125]})
    real = there.table.drop(columns=["index", "amount_yen"]).rename(columns={"real_yen": "amount_yen"})
    back = costs.deflate(real, index=turned, base_year=2026)
    assert back.table["real_yen"].tolist() == pytest.approx([100.0, 200.0])


def test_residual_value_by_hand():
    assert costs.residual_value(1000, life=10, used=4, scrap=0.1).value == pytest.approx(640)
    assert costs.residual_value(1000, life=10, used=30).value == 0
    land = costs.residual_value(1000, life=float("inf"), used=30)
    assert land.value == 1000 and "減らない" in land.assumptions[0]
    assert costs.residual_value(1000, life=10, used=0).value == 1000
    assert costs.residual_value(1000, life=10, used=3, scrap=1).value == 1000


def test_doubtful_rows_are_told():
    twice = pd.concat([flows(), flows().tail(1)])
    assert any("二重" in line for line in costs.npv(twice, rate=0.04).left_out)
    thousand = pd.DataFrame({"fiscal_year": range(2026, 2030), "kind": "running", "item": "保守"})
    thousand = thousand.assign(amount_yen=[500, 500_000, 500, 500])
    assert any("千円" in line for line in costs.npv(thousand, rate=0.04).left_out)


def test_a_double_rate_of_return_is_one_rate():
    found = costs.irr([-1000, 2200, -1210])  # -1000 (1 - 1.1 x)²
    assert found.table["irr_percent"].to_numpy() == pytest.approx([10], abs=1e-5)
    with pytest.raises(DataAcademyError) as raised:
        costs.irr([-1000, 2200, -1211])  # just misses zero
    assert raised.value.note.kind == "no_solution"


def test_what_is_missing_for_a_rate_of_return_is_named():
    for kind, word in (("saving", "費用の行が抜けて"), ("running", "便益の行が抜けて")):
        with pytest.raises(DataAcademyError) as raised:
            costs.irr(flows(kind=kind))
        assert word in raised.value.note.fix


def test_a_list_has_years_from_zero_and_a_table_its_own():
    assert "0年目を基準に1年目まで" in costs.npv([-1, 2], rate=0.04).sentence
    assert "2026年度を基準に2027年度まで" in costs.npv([-1, 2], rate=0.04, base_year=2026).sentence


def test_cash_is_true_or_false_and_nothing_else():
    for words in (["True", "False"], ["○", "×"]):
        with pytest.raises(DataAcademyError) as raised:
            costs.npv(flows(cash=words), rate=0)
        assert raised.value.note.kind == "cash_unclear"
    for cash in ([True, False], [1, 0], pd.array([True, False], dtype="boolean"), [None, False]):
        assert costs.npv(flows(cash=cash), rate=0).value == -100


def test_rows_are_counted_in_the_table_that_was_passed():
    both = pd.concat([flows(project="甲"), flows(project="乙", amount_yen=[100, -5])])
    with pytest.raises(DataAcademyError, match="最初は 4 行目"):
        costs.npv(both, rate=0, project="乙")
    nobody = pd.concat([flows(project="甲"), flows(project=None)])
    assert costs.npv(nobody, rate=0, project="甲").left_out == ("事業（project）が空欄の 2 行",)
    assert "（内訳なし）" in costs.sensitivity(flows(item=None), rate=0).table["item"].tolist()


def test_other_base_years_and_lists_are_told_beside_a_ratio():
    two = pd.concat([flows(project="甲"), flows(project="乙", fiscal_year=[2030, 2031])])
    assert any("基準年度が事業ごとに" in line for line in costs.bcr(two, rate=0.04).assumptions)
    assert not any("基準年度が事業ごとに" in line for line in costs.bcr(two, rate=0.04, base_year=2026).assumptions)
    plain = costs.bcr([-100, 150], rate=0)
    assert plain.value == 1.5 and any("同じ年の便益と費用を分けられません" in line for line in plain.assumptions)
    assert costs.bcr(flows(project=None), rate=0).value == 2


def test_benefits_are_not_taken_off_an_annual_cost():
    found = costs.equivalent_annual_cost(flows(), rate=0, years=2)
    assert found.value == 50 and any("200 円）は引いていません" in line for line in found.assumptions)


ITEMS = pd.DataFrame(
    {"kind": ["initial", "saving", "running", "residual"], "item": list("abcd"), "amount_yen": [3000, 270, 20, 100]}
)


@given(st.integers(1, 40), st.floats(0.001, 0.1))
@settings(max_examples=30, deadline=None)
def test_a_cash_flow_is_worth_its_annuity(years, rate):
    table = costs.cash_flow(ITEMS.assign(project="灯"), start=2027, years=years)
    annuity, last = (1 - (1 + rate) ** -years) / rate, (1 + rate) ** -years
    assert costs.npv(table, rate=rate).value == pytest.approx(-3000 + 250 * annuity + 100 * last)
    assert len(table) == 2 + 2 * years and set(table["project"]) == {"灯"}
    assert table.loc[table["item"].isin(["a", "d"]), "fiscal_year"].tolist() == [2027, 2027 + years]


def test_the_data_stay_as_they_were():
    table = flows(project="甲", cash=[True, False], hours=[None, 3.0]).set_axis([7, 7])
    before = table.copy(deep=True)
    costs.npv(table, rate=0.04), costs.time_saved(table), costs.sensitivity(table, rate=0.04)
    costs.distribution(table, by="project", rate=0.04), costs.deflate(table, index=INDEX, base_year=2026)
    pd.testing.assert_frame_equal(table, before)


def test_rows_without_an_amount_are_told_by_deflate():
    found = costs.deflate(flows(amount_yen=[100, None]), index=INDEX, base_year=2026)
    assert found.value == 100 and found.used["行"] == 1 and "空欄の 1 行" in found.left_out[0]


INDEX = pd.DataFrame({"fiscal_year": [2026, 2027], "index": [100.0, 110.0]})
BAD = {
    "percent_for_share": lambda: costs.npv(flows(), rate=4),
    "bad_rate": lambda: costs.npv(flows(), rate=None),
    "unknown_choice": lambda: costs.npv(flows(), rate="mlit_5"),
    "no_sign_change": lambda: costs.irr(flows(kind="initial")),
    "several_projects": lambda: costs.npv(load("costs"), rate=0.04),
    "unknown_kind": lambda: costs.npv(flows(kind="ランニング"), rate=0.04),
    "mixed_signs": lambda: costs.npv(flows(amount_yen=[-100, 200]), rate=0.04),
    "missing_amount": lambda: costs.npv(flows(amount_yen=[100, None]), rate=0.04),
    "base_year_outside": lambda: costs.npv(flows(), rate=0.04, base_year=2040),
    "not_a_table": lambda: costs.npv("costs.csv", rate=0.04),
    "no_rows": lambda: costs.npv(flows().head(0), rate=0.04),
    "not_numeric": lambda: costs.npv(flows(amount_yen=["百円", "二百円"]), rate=0.04),
    "unknown_column": lambda: costs.npv(flows().drop(columns="item"), rate=0.04),
    "not_whole_between": lambda: costs.npv(flows(), rate=0.04, base_year="2026"),
    "duplicate_columns": lambda: costs.npv(pd.concat([flows(), flows()[["kind"]]], axis=1), rate=0.04),
    "no_initial": lambda: costs.residual_value(flows(kind="saving"), life=10, used=1),
    "name_taken": lambda: costs.deflate(flows(index=1), index=INDEX, base_year=2026),
    "missing_year": lambda: costs.deflate(flows(fiscal_year=[2026, None]), index=INDEX, base_year=2026),
    "no_costs": lambda: costs.bcr(flows(kind="saving"), rate=0.04),
    "no_benefits": lambda: costs.bcr(flows(kind="running"), rate=0.04),
    "out_of_range": lambda: costs.residual_value(1000, life=-1, used=2),
    "schedule": lambda: costs.equivalent_annual_cost(100, rate="green_book", years=40),
    "bad_dates": lambda: costs.xnpv(flows(date=["きのう", "2026-04-01"]), rate=0.04),
    "before_the_first": lambda: costs.xnpv(flows(date=["2026-04-01", "2025-04-01"]), rate=0.04),
    "year_without_index": lambda: costs.deflate(flows(), index=INDEX.head(1), base_year=2026),
    "twice_in_index": lambda: costs.deflate(flows(), index=pd.concat([INDEX, INDEX]), base_year=2026),
    "bad_index": lambda: costs.deflate(flows(), index=INDEX.assign(index=[100, 0]), base_year=2026),
}


@pytest.mark.parametrize(
    ("kind", "call"),
    [
        ("unknown_choice", lambda: costs.cash_flow(ITEMS.assign(kind="ランニング"), start=2027, years=3)),
        ("name_taken", lambda: costs.cash_flow(flows(), start=2027, years=3)),
        ("not_whole_between", lambda: costs.cash_flow(ITEMS, start=2027, years=0)),
        ("several_projects", lambda: costs.residual_value(load("costs"), life=10, used=1)),
        ("unknown_kind", lambda: costs.npv(flows(kind=[None, "saving"]), rate=0)),
        ("missing_amount", lambda: costs.npv(flows(fiscal_year=[2026.5, 2027]), rate=0)),
        ("not_whole_between", lambda: costs.npv(flows(), rate=0, base_year=2026.5)),
        ("not_whole_between", lambda: costs.npv([1, 2], rate=0, base_year=float("nan"))),
        ("bad_dates", lambda: costs.xnpv(flows(date=[20260401, 20270401]), rate=0)),
        ("missing_amount", lambda: costs.xnpv(flows(date="2026-04-01", amount_yen=[1, None]), rate=0)),
        ("out_of_range", lambda: costs.equivalent_annual_cost(float("nan"), rate=0, years=3)),
        ("no_costs", lambda: costs.equivalent_annual_cost(flows(kind="saving"), rate=0, years=3)),
        ("out_of_range", lambda: costs.residual_value(100, life="10", used=1)),
        ("out_of_range", lambda: costs.residual_value(100, life=10, used=-1)),
        ("out_of_range", lambda: costs.residual_value(100, life=10, used=1, scrap=1.5)),
        ("not_numeric", lambda: costs.deflate(flows(fiscal_year=["2026", 2030]), index=INDEX, base_year=2026)),
        ("not_numeric", lambda: costs.residual_value(flows(amount_yen=["1", "2"]), life=10, used=1)),
    ],
)
def test_odd_values_are_told_apart(kind, call):
    with pytest.raises(DataAcademyError) as raised:
        call()
    assert raised.value.note.kind == kind


@pytest.mark.parametrize("kind", BAD)
def test_bad_input_has_a_message_of_its_own(kind):
    with pytest.raises(DataAcademyError) as raised:
        BAD[kind]()
    assert raised.value.note.kind == kind
    assert raised.value.note.ja and raised.value.note.en
