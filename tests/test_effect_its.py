"""Interrupted time series: the same figures as R's Newey–West; laws; bad series."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from effect_panel import months
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import pyplot
from stats_people import ORACLES, parsed, rscript

from dataacademy import charts
from dataacademy.effect import its, its_chart
from dataacademy.errors import DataAcademyError

R = parsed((ORACLES / "its.txt").read_text(encoding="utf-8"))
M = months()
OPTIONS = {"value": "y", "time": "month", "start": "2022-04"}


def same(values, name: str, rel: float = 1e-9):
    assert np.asarray(values, dtype=float) == pytest.approx(R[name], rel=rel, abs=1e-11), name


def test_the_oracle_is_what_r_says():
    fresh = parsed(rscript(str(ORACLES / "its.R")))
    assert fresh.keys() == R.keys()
    for name, numbers in fresh.items():
        same(numbers, name)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("months", {"lags": 3}),
        ("months_lag6", {"lags": 6}),
        ("plain", {"lags": 3, "season": False}),
        ("harmonic", {"lags": 3, "season": "harmonic"}),
        ("controlled", {"lags": 3, "control": "z"}),
    ],
)
def test_terms_errors_and_counterfactual_are_those_of_r(name, options):
    finding = its(M, **OPTIONS, **options)
    terms = finding.table.set_index("term")
    same([*terms["estimate"].iloc[:3], *terms["se"].iloc[:3]], name)
    same(terms.loc["average", ["estimate", "se"]], f"{name}_average")
    same([finding.figures["durbin_watson"]], f"{name}_dw")
    path = finding.tables["counterfactual"].iloc[-1]
    n = {True: 15, False: 4, "harmonic": 8}[options.get("season", True)]
    from scipy.stats import t

    se = (path["counterfactual_upper"] - path["counterfactual"]) / t.ppf(0.975, 60 - n)
    same([path["counterfactual"], se], f"{name}_last", rel=1e-7)
    assert finding.value == terms.loc["average", "estimate"]
    assert terms.loc["total", "estimate"] == pytest.approx(24 * finding.value)


def test_default_lags_are_said():
    finding = its(M, **OPTIONS)
    assert finding.figures["lags"] == 3  # 4·(60/100)^(2/9) = 3.57
    assert any("3 期まで" in line for line in finding.assumptions)


def test_path_adds_up():
    path = its(M, **OPTIONS).tables["counterfactual"]
    after = path["gap"].notna()
    assert after.sum() == 24
    assert (path["fitted"] - path["counterfactual"])[after].to_numpy() == pytest.approx(path["gap"][after].to_numpy())
    assert path["fitted"][~after].to_numpy() == pytest.approx(path["counterfactual"][~after].to_numpy())
    assert path["gap"].mean() == pytest.approx(its(M, **OPTIONS).value)


@settings(deadline=None, max_examples=20)
@given(level=st.floats(-50, 50), slope=st.floats(-3, 3), trend=st.floats(-3, 3))
def test_what_is_planted_is_found_exactly(level, slope, trend):
    t = M["t"].to_numpy()
    after = t >= 36
    y = 50 + trend * t + (t % 12) ** 2 + level * after + slope * (t - 36) * after
    finding = its(M.assign(y=y + (t * 7) % 3 * 1e-9), **OPTIONS)
    found = finding.table.set_index("term")["estimate"]
    assert found[["trend", "level", "slope"]].to_numpy() == pytest.approx([trend, level, slope], abs=1e-6)
    assert found["average"] == pytest.approx(level + slope * 11.5, abs=1e-6)


def test_order_of_rows_and_kind_of_time_do_not_matter():
    plain = its(M, **OPTIONS)
    shuffled = its(M.sample(frac=1, random_state=1), **OPTIONS)
    dated = its(M.assign(month=pd.to_datetime(M["month"])), **OPTIONS | {"start": pd.Timestamp("2022-04-01")})
    for other in (shuffled, dated):
        assert other.table["se"].to_numpy() == pytest.approx(plain.table["se"].to_numpy())


def test_interval_covers_with_hanging_errors():
    rng = np.random.default_rng(3)
    hit = 0
    for _ in range(150):
        e = np.zeros(60)
        for k in range(1, 60):
            e[k] = 0.3 * e[k - 1] + rng.normal()
        row = its(M.assign(y=10 + e), **OPTIONS, season=False).table.set_index("term").loc["average"]
        hit += row["lower"] < 0 < row["upper"]
    assert 0.8 < hit / 150 <= 1


def test_naive_difference_is_named_as_no_effect():
    finding = its(M, **OPTIONS)
    assert any("効果とはいえません" in line and "前後の平均の差" in line for line in finding.assumptions)
    assert finding.figures["naive"] == pytest.approx(M["y"][36:].mean() - M["y"][:36].mean())


@pytest.mark.parametrize(
    ("kind", "data", "options"),
    [
        ("missing_periods", M.drop(index=10), {}),
        ("missing_periods", M.assign(y=M["y"].where(M.index != 10)), {}),
        ("duplicate", pd.concat([M, M]), {}),
        ("too_few_for_season", M.iloc[25:45], {}),
        ("season_not_seen", M.iloc[30:], {}),
        ("no_season", M, {"time": "t", "start": 36}),
        ("too_few_periods", M.iloc[:38], {}),
        ("too_few_periods", M.iloc[34:], {"season": False}),
        ("start_before_data", M, {"start": "2019-04"}),
        ("start_after_data", M, {"start": "2030-04"}),
        ("start_not_comparable", M, {"start": "2022-4"}),
        ("start_not_comparable", M, {"start": 36}),
        ("time_text", M.assign(month=M["month"].str.replace("-0", "-")), {}),
        ("no_spread", M.assign(y=1.0), {}),
        ("unknown_choice", M, {"season": "month"}),
        ("unknown_column", M, {"control": "zz"}),
        ("not_whole_between", M, {"lags": -1}),
        ("not_a_table", None, {}),
    ],
)
def test_each_bad_series_has_its_own_message(kind, data, options):
    with pytest.raises(DataAcademyError) as caught:
        its(data, **OPTIONS | options)
    note = caught.value.note
    assert note.kind == kind
    assert note.ja and note.en and note.fix and note.fix_en


def test_missing_month_is_named():
    with pytest.raises(DataAcademyError, match="2020-02"):
        its(M.drop(index=10), **OPTIONS)


def test_chart_shows_the_path_and_passes_the_linter():
    ax = its_chart(M, **OPTIONS, unit="g", title="ごみ", source="みらい市")
    path = its(M, **OPTIONS).tables["counterfactual"]
    dashed = next(line for line in ax.lines if line.get_label() == "何もなかった場合")
    assert dashed.get_ydata() == pytest.approx(path["counterfactual"].iloc[36:].to_numpy())
    assert charts.lint(ax) == []
    assert charts.alt(ax).startswith("分割時系列のグラフ")
    pyplot.close(ax.figure)
