"""What no effect function may swallow or stumble over: columns twice, odd indexes, seeds, zones of time, no spread."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from effect_panel import jumps, months, panel
from matplotlib import pyplot

from dataacademy import DataAcademyError, charts, effect
from dataacademy.analysis import number
from dataacademy.effect.fitting import fit, wild_bootstrap

P, M, J = panel(), months(), jumps(400, 0)
T = pd.DataFrame(
    {"t": np.arange(60) % 2 == 0, "x": np.arange(60) * 7 % 11 / 2, "k": list("abc") * 20, "c": np.arange(60) // 6}
)
T["y"] = T["x"] + T["t"] + np.arange(60) * 13 % 17 / 5
T["b"] = T["y"] - np.arange(60) * 5 % 7
RATES = pd.DataFrame({"month": [f"2025-{k:02d}" for k in range(1, 7)], "numerator": range(20, 26), "target": 30.0})
RATES["denominator"] = range(90, 96)
PANEL = {"value": "y", "treated": "treated", "time": "t", "start": 5, "id": "id"}
MIX = {"value": "y", "id": "id", "time": "t", "treated": 0, "start": 5}
FOLLOWED = {"value": "y", "time": "t", "start": 5, "id": "id", "group": "treated"}
TRIAL = {"value": "y", "group": "t", "repeats": 99}
CALLS = {
    "did": (P, lambda d, **o: effect.did(d, **(PANEL | o))),
    "event_study": (P, lambda d, **o: effect.event_study(d, **(PANEL | o))),
    "synthetic_control": (P.assign(treated=P["id"] == 0), lambda d, **o: effect.synthetic_control(d, **(MIX | o))),
    "its": (M, lambda d, **o: effect.its(d, **({"value": "y", "time": "month", "start": "2022-04"} | o))),
    "rdd": (J, lambda d, **o: effect.rdd(d, **({"value": "y", "running": "x", "cutoff": 0} | o))),
    "rct": (T, lambda d, **o: effect.rct(d, **(TRIAL | {"covariates": ["x", "k"], "baseline": "b"} | o))),
    "balance": (T, lambda d, **o: effect.balance(d, **({"group": "t", "covariates": ["x", "k"]} | o))),
    "before_after": (T, lambda d, **o: effect.before_after(d, **({"before": "b", "after": "y", "group": "t"} | o))),
    "before_after by time": (
        P,
        lambda d, **o: effect.before_after(
            d, **({"value": "y", "time": "t", "start": 5, "id": "id", "group": "treated"} | o)
        ),
    ),
    "indicator": (RATES, lambda d, **o: effect.indicator(d, **o)),
    "decompose_rate": (
        RATES,
        lambda d, **o: effect.decompose_rate(d, **({"period": "month", "before": "2025-01", "after": "2025-02"} | o)),
    ),
}


def kind_of(work) -> str:
    with pytest.raises(DataAcademyError) as caught:
        work()
    note = caught.value.note
    assert note.ja and note.en and note.fix and note.fix_en
    return note.kind


@pytest.mark.parametrize("name", CALLS)
def test_a_column_that_is_there_twice_is_named(name):
    data, call = CALLS[name]
    assert kind_of(lambda: call(pd.concat([data, data[data.columns[:1]]], axis=1))) == "duplicate_columns"


@pytest.mark.parametrize("name", CALLS)
def test_the_index_and_the_order_of_rows_say_nothing_and_stay_as_they_are(name):
    data, call = CALLS[name]
    plain = call(data)
    for odd in (data.set_axis(["あ"] * len(data)), data.set_index(data.columns[:2].tolist(), drop=False)):
        before = odd.copy(deep=True)
        found = call(odd)
        assert found.value == pytest.approx(plain.value, rel=1e-9)
        assert found.sentence == plain.sentence
        pd.testing.assert_frame_equal(odd, before)
    assert call(data[::-1]).value == pytest.approx(plain.value, rel=1e-9)


@pytest.mark.parametrize("name", ["did", "event_study", "synthetic_control", "its", "rdd"])
def test_an_outcome_that_never_varies_has_no_effect_to_speak_of(name):
    data, call = CALLS[name]
    assert kind_of(lambda: call(data.assign(y=4.0))) == "no_spread"


def test_without_effect_and_error_the_bootstrap_finds_nothing():
    cluster = np.repeat(np.arange(6), 4)
    d = np.tile([0.0, 0.0, 1.0, 1.0], 6)
    flat = fit(np.zeros(24), d[:, None], np.ones((24, 1)), weights=np.ones(24), cluster=cluster)
    assert wild_bootstrap(flat, seed=1)[0] == 1.0


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("did", {"covariates": ["y"]}),
        ("did", {"covariates": "t"}),
        ("event_study", {"covariates": ["x", "y"]}),
        ("its", {"control": "y"}),
        ("rdd", {"running": "y"}),
        ("rct", {"baseline": "y"}),
        ("rct", {"covariates": ["x", "b"]}),
        ("balance", {"covariates": ["x", "t"]}),
        ("decompose_rate", {"denominator": "numerator"}),
        ("decompose_rate", {"by": "month"}),
    ],
)
def test_one_column_in_two_roles_is_refused(name, options):
    data, call = CALLS[name]
    assert kind_of(lambda: call(data, **options)) == "same_column"


@pytest.mark.parametrize("seed", [1.5, -1, None, "x", True])
@pytest.mark.parametrize("name", ["did", "event_study", "rct"])
def test_a_seed_is_a_whole_number_also_where_no_chance_is_needed(name, seed):
    data, call = CALLS[name]
    assert kind_of(lambda: call(data, seed=seed)) == "not_whole_between"


@pytest.mark.parametrize(
    ("name", "options", "kind"),
    [
        ("rct", {"repeats": 99.5}, "not_whole_between"),
        ("rct", {"covariates": 5}, "unknown_column"),
        ("rct", {"strata": "empty"}, "all_missing"),
        ("rct", {"value": "empty", "strata": "k"}, "empty_arm"),
        ("balance", {"covariates": 5}, "unknown_column"),
        ("its", {"lags": 2.5}, "not_whole_between"),
        ("rdd", {"cutoff": "0"}, "out_of_range"),
        ("rdd", {"cutoff": True}, "out_of_range"),
        ("rdd", {"cutoff": np.nan}, "out_of_range"),
        ("rdd", {"bias_bandwidth": 0.001}, "too_few_values"),
        ("rdd", {"bandwidth": 0.5, "bias_bandwidth": 0.001}, "too_few_values"),
    ],
)
def test_odd_options_have_their_own_message(name, options, kind):
    data, call = CALLS[name]
    assert kind_of(lambda: call(data.assign(empty=np.nan), **options)) == kind


def test_treated_units_may_be_named_in_any_kind_of_list():
    wanted = effect.did(P, **(PANEL | {"treated": [0, 3, 6]})).value
    for names in ((0, 3, 6), np.array([0, 3, 6]), pd.Series([0, 3, 6]), pd.Index([0, 3, 6])):
        assert effect.did(P, **(PANEL | {"treated": names})).value == wanted


def test_times_with_a_zone_are_local_times():
    plain = M.assign(month=pd.to_datetime(M["month"]))
    zoned = M.assign(month=plain["month"].dt.tz_localize("Asia/Tokyo"))
    options = {"value": "y", "time": "month"}
    wanted = effect.its(plain, start="2022-04-01", **options)
    for start in ("2022-04-01", pd.Timestamp("2022-04-01"), pd.Timestamp("2022-04-01", tz="Asia/Tokyo")):
        found = effect.its(zoned, start=start, **options)
        assert found.value == wanted.value
        assert found.sentence == wanted.sentence


def test_differences_that_fit_perfectly_have_an_error_of_zero_and_no_warning():
    exact = P.assign(y=P["id"] % 5 + P["t"] * 7 % 5 + P["id"] * P["t"] % 3)
    table = effect.event_study(exact, **PANEL).table  # the treated, every third, are alike in all but two periods
    assert (table["se"] < 1e-6).sum() >= 3
    assert (table["se"] >= 0).all()


# --- what is said -----------------------------------------------------------------------------------------------------


def test_a_column_that_differs_between_arms_without_spread_is_told_in_words():
    found = effect.balance(T.assign(office=np.where(T["t"], 1.0, 2.0)), group="t", covariates=["x", "office"])
    assert "「窓口」で、「対象」1.00、「対象外」2.00。群の中ではどの行も同じ" in found.sentence
    assert np.isfinite(found.value)
    assert "inf" not in found._repr_html_()
    alone = effect.balance(T.assign(office=T["t"] * 1.0), group="t", covariates="office")
    assert np.isnan(alone.value)
    checks = effect.rct(T.assign(office=T["t"] & (T["x"] > 99) | ~T["t"]), **TRIAL).tables["checks"]
    assert "nan" not in " ".join(checks["reading"])


def test_shares_are_said_in_percent_and_called_shares():
    data = T.assign(flat=np.where(T["t"] & (T.index < 12), "a", "b"))
    found = effect.balance(data, group="t", covariates="flat")
    assert "「flat」が「a」の割合で、「対象」20.0%、「対象外」0%" in found.sentence
    said = effect.rct(T.assign(done=T["y"] > 4), **(TRIAL | {"value": "done"})).sentence
    assert said.startswith("「done」の割合は「対象」")


def test_a_last_value_within_chance_is_given_not_called_unchanged():
    noise = np.random.default_rng(3).normal(size=len(P))
    alone = P.assign(y=P["id"] + noise)
    found = effect.before_after(alone, value="y", time="t", start=5, id="id", unit="分")
    row = found.tables["checks"].set_index("check").loc["selection"]
    assert row["state"] == "absent"
    assert "始まる直前の値とそれまでの平均の差は" in row["reading"] and "分 で、偶然の範囲です" in row["reading"]


def test_units_and_bases_are_named_in_what_is_assumed():
    jump = effect.rdd(J, value="y", running="x", cutoff=0, unit="点")
    assert any(line.startswith("使う範囲を") and line.endswith("点 です。") for line in jump.assumptions)
    path = effect.event_study(P.assign(y=np.random.default_rng(4).normal(size=len(P))), unit="点", **PANEL)
    assert path.figures["pre_p_value"] > 0.05
    mean = path.table.loc[path.table["before"], "estimate"].mean()
    assert path.figures["pre_mean"] == pytest.approx(mean)
    assert f"直前を 0 とした、前の時点の差の平均は {number(mean)}点 です" in path.assumptions[0]


def test_the_first_period_is_not_called_plus_zero():
    late = P.assign(on=P["treated"] & (P["t"] >= 4 + P["id"] % 2))
    ax = effect.event_study_chart(late, value="y", treated="on", time="t", id="id")
    labels = [text.get_text() for text in ax.get_xticklabels()]
    assert "0" in labels and "+0" not in labels
    pyplot.close(ax.figure)


def test_titles_end_within_the_figure():
    ax = effect.rdd_chart(
        J.rename(columns={"x": "systolic", "y": "next"}),
        value="next", running="systolic", cutoff=0, unit="mmHg", running_unit="mmHg",
    )  # fmt: skip
    ax.figure.canvas.draw()
    title = ax.get_title(loc="left")
    box = next(t for t in ax.figure.findobj(pyplot.Text) if t.get_text() == title).get_window_extent()
    assert box.x1 <= ax.figure.bbox.x1
    assert "境の前後のグラフ" in charts.alt(ax)
    pyplot.close(ax.figure)


def test_boxes_of_a_logic_model_are_whole_and_break_after_commas():
    ax = effect.logic_model([{"stage": "インプット", "text": "保健師 2 名、予算 120 万円"}])
    assert "保健師 2 名、\n予算 120 万円" in [t.get_text() for t in ax.texts]
    low, high = ax.get_xlim()
    boxes = [p.get_path().get_extents() for p in ax.patches]
    assert low < min(b.x0 for b in boxes) and max(b.x1 for b in boxes) < high
    pyplot.close(ax.figure)


def test_the_parts_of_a_change_add_up_in_english_too():
    for numerator in range(60, 90):
        found = effect.indicator(RATES.assign(numerator=numerator, denominator=[97, 96, 95, 94, 93, 91]))
        total, *parts = (float(word) for word in re.findall(r"[+-]\d+\.\d\d", found.sentence_en))
        assert total == pytest.approx(sum(parts), abs=1e-9)
