"""Difference in differences and event studies: the same figures as R, wildboottest and csdid; laws; bad tables."""

from __future__ import annotations

import hashlib
from importlib.util import find_spec

import numpy as np
import pandas as pd
import pytest
from effect_panel import cases, panel
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import pyplot
from stats_people import ORACLES, parsed, rscript

from dataacademy import charts, effect, load, paths
from dataacademy.effect import did, event_study, event_study_chart
from dataacademy.effect.differences import fit_effect
from dataacademy.effect.fitting import wild_bootstrap
from dataacademy.effect.panel import panel as read_panel
from dataacademy.errors import DataAcademyError

R = parsed((ORACLES / "did.txt").read_text(encoding="utf-8"))
OTHERS = parsed((ORACLES / "effect.txt").read_text(encoding="utf-8"))
P, C = panel(), cases()
PANEL = {"value": "y", "treated": "treated", "time": "t", "start": 5, "id": "id"}
CASES = {"value": "y", "treated": "treated", "time": "month", "start": 6}


def digest(content: bytes) -> int:
    return int(hashlib.sha256(content).hexdigest()[:12], 16)


def same(values, name: str, rel: float = 1e-9):
    assert np.asarray(values, dtype=float) == pytest.approx(R[name], rel=rel, abs=1e-11), name


def error(data, **options) -> DataAcademyError:
    with pytest.raises(DataAcademyError) as caught:
        did(data, **options)
    return caught.value


# --- the same figures as elsewhere


def test_the_oracle_is_what_r_says():
    fresh = parsed(rscript(str(ORACLES / "did.R")))
    assert fresh.keys() == R.keys()
    for name, numbers in fresh.items():
        same(numbers, name)


def pair(finding) -> list[float]:
    return [finding.figures["estimate"], finding.figures["se"]]


def test_panel_has_the_errors_of_r():
    same(pair(did(P, **PANEL)), "panel")
    same(pair(did(P, **PANEL, covariates="x")), "panel_x")
    same(pair(did(P, **PANEL, covariates=["x"], cluster="cl")), "panel_cluster")
    same(pair(did(P, **PANEL, covariates=["x"], cluster="cl", weights="w")), "panel_weighted")


def test_cases_have_the_errors_of_r():
    finding = did(C, **CASES)
    same(pair(finding), "cases")
    table = finding.table.set_index("group")
    same(table.loc[["対象", "比較"], ["before_mean", "after_mean"]].to_numpy().ravel(), "cells")
    assert table.loc["差の差", "change"] == pytest.approx(finding.value)
    same(pair(did(C, **CASES, covariates=["x", "g"])), "cases_x")
    same(pair(did(C, **CASES, covariates=["x", "g"], cluster="cl")), "cases_cluster")
    same(pair(did(C.assign(w=1 + C["cl"]), **CASES, covariates=["x", "g"], weights="w")), "cases_weighted")


def test_event_study_is_that_of_r():
    finding = event_study(P, **PANEL)
    shown = finding.table[finding.table["relative"] != -1]
    same(shown["estimate"], "event")
    same(shown["se"], "event_se")
    same([finding.figures["pre_statistic"], finding.figures["pre_p_value"]], "event_joint")
    same(pair(finding), "event_mean")
    slope = did(P, **PANEL).figures
    assert slope["pre_slope"] == pytest.approx(R["pre_slope"][0], rel=1e-9)
    same(pair(event_study(P, **PANEL, detrend=True)), "detrended")
    base = finding.table.set_index("relative").loc[-1]
    assert base["estimate"] == base["se"] == 0


def test_wild_bootstrap_is_that_of_wildboottest():
    assert digest(np.round(P[["y", "x"]].to_numpy(), 9).tobytes()) == OTHERS["digest_panel"][0]
    fitted = fit_effect(
        read_panel(P, value="y", treated="treated", time="t", start=5, id="id", covariates=["x"], cluster="cl")
    )
    p_value, draws, exact = wild_bootstrap(fitted, seed=1, kind="rademacher")
    assert (draws, exact) == (256, True)
    assert p_value == pytest.approx(OTHERS["wild_signs"][0], abs=1 / 256)  # it counts the sample itself or not
    p_value, draws, exact = wild_bootstrap(fitted, seed=1)  # Webb below 12 clusters
    assert (draws, exact) == (9999, False)
    assert p_value == pytest.approx(OTHERS["wild_webb"][0], abs=0.0015)
    assert did(P, **PANEL, covariates=["x"], cluster="cl", seed=1).figures["p_wild"] == p_value


def test_different_starts_are_those_of_csdid():
    assert digest((paths.dataset(paths.SAMPLE_TOWN) / "points.csv").read_bytes()) == OTHERS["digest_points"][0]
    points = load("points").assign(joined=lambda t: t["points"] > 0)
    options = {"value": "steps", "treated": "joined", "time": "month", "id": "user_id"}
    finding = did(points, **options)
    att, se = OTHERS["starts"]
    assert finding.value == pytest.approx(att, rel=1e-9)
    assert finding.figures["se"] == pytest.approx(se, rel=0.06)  # bootstrap against its formula
    assert finding.table["start_time"].tolist() == ["2025-10", "2026-01"]
    assert any("双方向固定効果" in line for line in finding.assumptions)
    table = event_study(points, **options).table
    assert table["relative"].tolist() == OTHERS["starts_relative"].tolist()
    assert table["estimate"].to_numpy() == pytest.approx(OTHERS["starts_dynamic"], rel=1e-9)
    assert table["se"].to_numpy() == pytest.approx(OTHERS["starts_dynamic_se"], rel=0.12)


# --- laws


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 10_000), effect=st.floats(-5, 5), jump=st.floats(-20, 20))
def test_levels_of_units_and_of_periods_do_not_matter(seed, effect, jump):
    rng = np.random.default_rng(seed)
    level, course = rng.normal(size=24)[P["id"]], rng.normal(size=8)[P["t"]]
    noise = P["y"] * 0.1
    on = P["treated"] & (P["t"] >= 5)
    plain = did(P.assign(y=noise), **PANEL)
    moved = did(P.assign(y=noise + jump * level + 3 * course + effect * on), **PANEL)
    assert moved.value == pytest.approx(plain.value + effect, abs=1e-8)
    assert moved.figures["se"] == pytest.approx(plain.figures["se"], rel=1e-6)


@settings(deadline=None, max_examples=15)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(random):
    order = list(range(len(P)))
    random.shuffle(order)
    shuffled = did(P.iloc[order], **PANEL, cluster="cl")
    assert shuffled.figures == pytest.approx(did(P, **PANEL, cluster="cl").figures, rel=1e-8, abs=0.01)


def test_without_covariates_the_panel_is_four_means():
    finding = did(P, **PANEL)
    assert finding.table["change"].iloc[2] == pytest.approx(finding.value, rel=1e-10)
    doubled = did(pd.concat([C, C]), **CASES)
    weighted = did(C.assign(w=2.0), **CASES, weights="w")
    assert doubled.value == pytest.approx(did(C, **CASES).value)
    assert weighted.figures["se"] == pytest.approx(did(C, **CASES).figures["se"])


def test_status_column_and_names_say_the_same_as_a_group():
    group = did(P, **PANEL).figures
    status = did(P.assign(now=P["treated"] & (P["t"] >= 5)), value="y", treated="now", time="t", id="id").figures
    names = did(P, **PANEL | {"treated": [int(i) for i in P["id"][P["treated"]].unique()]}).figures
    assert status == pytest.approx(group)
    assert names == pytest.approx(group)


def test_the_reader_s_table_is_left_alone():
    before = P.copy()
    did(P, **PANEL, covariates=["x"], cluster="cl", weights="w")
    event_study(P, **PANEL)
    pd.testing.assert_frame_equal(P, before)


def test_intervals_hold_what_they_promise_with_few_clusters():
    """200 draws without an effect, ten clusters that share shocks: the bootstrap rejects about 5 %."""
    rng = np.random.default_rng(7)
    wild = []
    ten = P[P["id"] < 20].assign(treated=P["id"] % 2 == 0)
    for _ in range(120):
        shock = rng.normal(size=20)[ten["id"]] * (ten["t"] >= 5)
        data = ten.assign(y=rng.normal(size=len(ten)) + shock)
        fitted = fit_effect(read_panel(data, value="y", treated="treated", time="t", start=5, id="id"))
        wild.append(wild_bootstrap(fitted, seed=1, kind="rademacher")[0])
    assert 0 <= np.mean(np.array(wild) < 0.05) <= 0.12


# --- what it warns of


def test_few_clusters_are_told():
    finding = did(P, **PANEL, cluster="cl")
    assert any("まとまりが 8 個" in line and "狭く" in line for line in finding.assumptions)
    assert not any("狭く出ている" in line for line in did(P, **PANEL).assumptions)


def test_one_treated_unit_gets_a_rank_and_no_interval():
    finding = did(P, **PANEL | {"treated": 3})
    assert np.isnan(finding.figures["se"]) and np.isnan(finding.figures["p_value"])
    assert 1 / 24 <= finding.figures["p_placebo"] <= 1
    assert "対象が一つだけ" in finding.sentence and "信頼区間" not in finding.sentence
    assert any("標準誤差は使えません" in line for line in finding.assumptions)
    assert "pre_slope" in finding.figures and "pre_slope_p" not in finding.figures
    strong = P.assign(y=P["y"] + 100 * ((P["id"] == 3) & (P["t"] >= 5)))
    assert did(strong, **PANEL | {"treated": 3}).figures["p_placebo"] == pytest.approx(1 / 24)
    with pytest.raises(DataAcademyError) as caught:
        event_study(P, **PANEL | {"treated": 3})
    assert caught.value.note.kind == "one_treated_cluster"


def test_clusters_that_hold_both_are_not_taken_for_one():
    finding = did(P, **PANEL, cluster="cl")  # one treated and two others in each
    assert finding.figures["clusters"] == finding.figures["treated_clusters"] == 8
    assert event_study(P, **PANEL, cluster="cl").figures["se"] > 0


def test_one_untreated_unit_gets_no_interval_either():
    finding = did(P[P["treated"] | (P["id"] == 1)], **PANEL)
    assert np.isnan(finding.figures["se"]) and np.isnan(finding.figures["p_placebo"])
    assert any("くらべる相手のまとまりが一つだけ" in line for line in finding.assumptions)


def test_a_drawn_p_value_is_never_zero():
    assert did(P.assign(y=P["y"] + 90 * (P["treated"] & (P["t"] >= 5))), **PANEL).figures["p_wild"] == 1 / 10_000


def test_the_rank_is_that_of_each_other_unit_taken_in_turn():
    others = P[P["id"] != 3]
    found = [abs(did(others, **PANEL | {"treated": int(i)}).value) for i in others["id"].unique()]
    finding = did(P, **PANEL | {"treated": 3})
    assert finding.figures["p_placebo"] == (1 + sum(v >= abs(finding.value) for v in found)) / 24
    cases_too = did(C.assign(treated=C["cl"] == 0), **CASES, cluster="cl", covariates=["x"])
    rest = C[C["cl"] != 0]
    found = [
        abs(did(rest.assign(treated=rest["cl"] == k), **CASES, covariates=["x"]).value) for k in rest["cl"].unique()
    ]
    assert cases_too.figures["p_placebo"] == (1 + sum(v >= abs(cases_too.value) for v in found)) / 12


def test_one_against_one_says_that_nobody_can_know():
    finding = did(P[P["id"] < 2], **PANEL | {"treated": 0})
    assert np.isnan(finding.figures["p_placebo"])
    assert "偶然かどうかは分かりません" in finding.sentence


def test_a_trend_before_is_told():
    drifting = P.assign(y=P["y"] - 2 * P["t"] * P["treated"])
    finding = did(drifting, **PANEL)
    assert "効果とはいえません" in finding.sentence
    assert finding.figures["pre_slope"] == pytest.approx(R["pre_slope"][0] - 2)
    assert "効果とはいえません" in event_study(drifting, **PANEL).sentence
    fixed, plain = (event_study(d, **PANEL, detrend=True).value for d in (drifting, P))
    assert fixed == pytest.approx(plain, abs=1e-9)
    calm = event_study(P, **PANEL)
    assert any("証明ではありません" in line for line in calm.assumptions)


def test_sentence_adds_up_as_printed():
    import re

    treated, control, gap = map(float, re.findall(r"-?[\d.]+(?=分)", did(C, **CASES, unit="分").sentence)[:3])
    sentence = did(C, **CASES, unit="分").sentence
    signs = [1 if "増え" in part else -1 for part in re.findall(r"分(増え|減り)", sentence)]
    assert round(treated * signs[0] - control * signs[1], 6) == gap


# --- bad tables, each with its own message


@pytest.mark.parametrize(
    ("kind", "data", "options"),
    [
        ("missing_periods", P[(P["id"] != 5) | (P["t"] != 2)], {}),
        ("missing_periods", P[P["t"] != 2], {}),
        ("duplicate", pd.concat([P, P.tail(1)]), {}),
        ("start_before_data", P, {"start": 0}),
        ("start_after_data", P, {"start": 8}),
        ("start_not_comparable", P, {"start": "2025-10"}),
        ("no_start", P, {"start": None}),
        ("no_untreated", P[P["treated"]], {}),
        ("no_treated", P[~P["treated"]], {}),
        ("not_yes_no", P.assign(treated="はい"), {}),
        ("unknown_choice", P, {"treated": "みらい市"}),
        ("treatment_ends", P.assign(treated=P["treated"] & P["t"].isin([5, 6])), {"start": None}),
        ("start_differs", P.assign(treated=P["treated"] & (P["t"] >= 4)), {}),
        ("no_untreated", P.assign(treated=P["t"] >= 5), {"start": None}),
        ("collinear", P.assign(d=1.0 * (P["treated"] & (P["t"] >= 5))), {"covariates": ["d"]}),
        ("one_cluster", P.assign(one=1), {"cluster": "one"}),
        ("time_text", P.assign(t="2025-" + (P["t"] + 4).astype(str)), {"start": "2025-10"}),
        ("time_text", P.assign(t="令和" + (P["t"] + 1).astype(str) + "年"), {"start": "令和6年"}),
        ("start_not_comparable", P.assign(t="2025-0" + (P["t"] + 1).astype(str)), {"start": "2025-6"}),
        ("unknown_column", P, {"value": "z"}),
        ("not_numeric", P.assign(y=P["y"].astype(str)), {}),
        ("no_rows", P.head(0), {}),
        ("not_a_table", [1, 2], {}),
        ("out_of_range", P, {"confidence": 95}),
        ("negative_weights", P.assign(w=-1.0), {"weights": "w"}),
    ],
)
def test_each_bad_panel_has_its_own_message(kind, data, options):
    note = error(data, **PANEL | options).note
    assert note.kind == kind
    assert note.ja and note.en and note.fix and note.fix_en


def test_messages_name_what_is_wrong():
    gap = error(P[(P["id"] != 5) | (P["t"] != 2)], **PANEL)
    assert "「5」の「2」" in gap.note.ja
    text = error(P.assign(t="2025-" + (P["t"] + 4).astype(str)), **PANEL | {"start": "2025-10"})
    assert "2025-4" in text.note.ja
    months = P.assign(t=np.array([f"2025-{m:02d}" for m in (1, 2, 3, 4, 6, 7, 8, 9)])[P["t"]])
    assert "2025-05" in error(months, **PANEL | {"start": "2025-06"}).note.ja


def test_rows_with_empty_cells_are_counted():
    holes = C.assign(y=C["y"].where(C.index > 4), treated=C["treated"].astype(object).where(C.index != 9))
    finding = did(holes, **CASES)
    assert finding.left_out == ("列「treated」が空欄の 1 行", "列「y」が空欄の 5 行")
    assert finding.used["行"] == 594


def test_status_passed_for_a_group_is_told_in_cases():
    status = C.assign(treated=C["treated"] & C["after"])
    note = error(status, **CASES).note
    assert note.kind == "status_not_group"
    assert "いま実施中か" in note.fix


def test_always_treated_units_are_left_out_and_counted():
    now = P.assign(now=(P["treated"] & (P["t"] >= 5)) | (P["id"] == 1))
    finding = did(now, value="y", treated="now", time="t", id="id")
    rest = did(P[P["id"] != 1], **PANEL)
    assert finding.value == pytest.approx(rest.value)
    assert any("初めから対象" in line for line in finding.left_out)


def test_the_last_to_begin_have_nobody_to_compare_with():
    late = np.where(P["id"] % 2 == 0, P["t"] >= 4, P["t"] >= 6)
    finding = did(P.assign(on=late), value="y", treated="on", time="t", id="id")
    assert finding.table["start_time"].tolist() == ["4"]
    assert finding.left_out == ("くらべる相手の残っていない 6 に始まったもの",)
    before = P[P["t"] < 6].assign(
        on=P["id"] % 2 == 0
    )  # the same by hand: those who begin at 6 are untreated until then
    four = before[before["t"].isin([3, 4, 5])]
    assert finding.value == pytest.approx(did(four, **PANEL | {"treated": "on", "start": 4}).value)


def test_a_starting_time_of_one_unit_gets_no_interval():
    two = ((P["id"] == 0) & (P["t"] >= 4)) | ((P["id"] == 1) & (P["t"] >= 6))
    finding = did(P.assign(on=two), value="y", treated="on", time="t", id="id")
    assert finding.table["se"].isna().all()
    assert any("一つだけ" in line for line in finding.assumptions)
    assert any("対象が 2 しかない" in line for line in finding.assumptions)


def test_event_study_refuses_what_it_cannot():
    def kind(data=P, **options):
        with pytest.raises(DataAcademyError) as caught:
            event_study(data, **PANEL | options)
        return caught.value.note.kind

    assert kind(start=1) == "too_few_before"
    assert kind(start=2, detrend=True) == "too_few_before"
    late = P["treated"] & (P["t"] >= 5) | (P["id"] == 1) & (P["t"] >= 6)
    assert kind(P.assign(treated=late), start=None, detrend=True) == "detrend_not_possible"
    with pytest.raises(DataAcademyError) as caught:
        did(P.assign(treated=late), **PANEL | {"start": None}, covariates=["x"])
    assert caught.value.note.kind == "covariates_not_possible"


def test_chart_shows_the_table_and_passes_the_linter():
    ax = event_study_chart(P, **PANEL, unit="分", title="差", source="みらい市")
    points = np.concatenate([c.lines[0].get_ydata() for c in ax.containers])
    assert points == pytest.approx(event_study(P, **PANEL).table["estimate"].to_numpy())
    assert charts.lint(ax) == []
    assert charts.alt(ax).startswith("差の推移のグラフ")
    pyplot.close(ax.figure)


def test_no_module_is_named_like_what_it_offers():
    """Else ``dataacademy.effect.did`` would be the module or the function, whichever was asked for last."""
    assert [name for name in effect.__all__ if find_spec(f"dataacademy.effect.{name}")] == []
    assert find_spec("dataacademy.effect.differences")
