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
    back = costs.deflate(there.table.drop(columns="index"), amount="real_yen", index=turned, base_year=2026)
    assert back.table["real_yen"].tolist() == pytest.approx([100.0, 200.0])


def test_residual_value_by_hand():
    assert costs.residual_value(1000, life=10, used=4, scrap=0.1).value == pytest.approx(640)
    assert costs.residual_value(1000, life=10, used=30).value == 0
    assert costs.residual_value(1000, life=float("inf"), used=30).value == 1000


def test_doubtful_rows_are_told():
    twice = pd.concat([flows(), flows().tail(1)])
    assert any("二重" in line for line in costs.npv(twice, rate=0.04).left_out)
    thousand = pd.DataFrame({"fiscal_year": range(2026, 2030), "kind": "running", "item": "保守"})
    thousand = thousand.assign(amount_yen=[500, 500_000, 500, 500])
    assert any("千円" in line for line in costs.npv(thousand, rate=0.04).left_out)


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


@pytest.mark.parametrize("kind", BAD)
def test_bad_input_has_a_message_of_its_own(kind):
    with pytest.raises(DataAcademyError) as raised:
        BAD[kind]()
    assert raised.value.note.kind == kind
    assert raised.value.note.ja and raised.value.note.en
