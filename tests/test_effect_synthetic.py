"""Synthetic control: the weights of pysyncon, the conditions of a minimum, laws, placebos and bad tables."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import pyplot
from stats_people import ORACLES, parsed

from dataacademy import charts, load, paths
from dataacademy.effect import synthetic_control, synthetic_control_chart
from dataacademy.effect.simplex import simplex_weights
from dataacademy.errors import DataAcademyError

OTHERS = parsed((ORACLES / "effect.txt").read_text(encoding="utf-8"))
WASTE = load("waste_monthly").assign(
    grams=lambda t: 1000 * t["burnable_kg"] / t["population"] / pd.PeriodIndex(t["month"], freq="M").days_in_month,
    recycled=lambda t: t["recyclables_kg"] / t["population"],
)
OPTIONS = {"value": "grams", "id": "municipality", "time": "month", "treated": "みらい市", "start": "2023-10"}


def small(units: int = 5, periods: int = 8, bump: float = 0.0) -> pd.DataFrame:
    """Unit 0 is the mean of units 1 and 2 before period 5, and ``bump`` above it from then on."""
    rng = np.random.default_rng(units)
    wide = rng.normal(10, 2, (periods, units))
    wide[:, 0] = (wide[:, 1] + wide[:, 2]) / 2
    wide[5:, 0] += bump
    t, i = (a.ravel() for a in np.indices(wide.shape))
    return pd.DataFrame({"unit": [f"u{k}" for k in i], "t": t, "y": wide.ravel(), "first": i == 0})


SMALL = {"value": "y", "id": "unit", "time": "t", "treated": "u0", "start": 5}


def test_the_sample_town_is_the_oracle_s():
    content = (paths.dataset(paths.SAMPLE_TOWN) / "waste_monthly.csv").read_bytes()
    assert int(hashlib.sha256(content).hexdigest()[:12], 16) == OTHERS["digest_waste"][0]


@pytest.mark.parametrize(
    ("name", "predictors"), [("synthetic", ()), ("synthetic_predictors", ["population", "recycled"])]
)
def test_weights_and_effect_are_those_of_pysyncon(name, predictors):
    finding = synthetic_control(WASTE, **OPTIONS, predictors=predictors)
    ours = finding.table.sort_values("municipality")["weight"].to_numpy()
    theirs = OTHERS[f"{name}_weights"]
    assert ours == pytest.approx(theirs, abs=0.01)
    # pysyncon stops a little early: the same sum of squares, ours never larger
    rows = WASTE.pivot(index="month", columns="municipality", values="grams").loc[:"2023-09"]
    if predictors:
        traits = WASTE[WASTE["month"] < "2023-10"].groupby("municipality")[list(predictors)].mean().T
        course = rows / (rows.std(axis=1).mean() * np.sqrt(len(rows)))
        rows = pd.concat([course, traits.div(traits.std(axis=1), axis=0)])
    donors = rows.drop(columns="みらい市").to_numpy()
    miss = [float(((rows["みらい市"].to_numpy() - donors @ w) ** 2).sum()) for w in (ours, theirs / theirs.sum())]
    assert miss[0] <= miss[1] * (1 + 1e-9) and miss[1] <= miss[0] * 1.001
    average, rmspe = OTHERS[name]
    assert finding.value == pytest.approx(average, abs=0.05)
    assert finding.figures["rmspe_before"] == pytest.approx(rmspe, rel=1e-3)


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 10**6),
    rows=st.integers(1, 12),
    donors=st.integers(1, 15),
    scale=st.sampled_from([1e-4, 1, 1e6]),
)
def test_no_other_mix_is_closer(seed, rows, donors, scale):
    """Karush–Kuhn–Tucker: the slope is the same for all donors in the mix and not lower for the others."""
    rng = np.random.default_rng(seed)
    pool, target = scale * rng.normal(size=(rows, donors)), scale * rng.normal(size=rows)
    w = simplex_weights(target, pool)
    assert (w >= 0).all() and w.sum() == pytest.approx(1)
    slope = (pool - target[:, None]).T @ (pool @ w - target)
    size = scale**2 * rows
    assert slope.min() >= w @ slope - 1e-7 * size
    assert np.abs(w * (slope - w @ slope)).max() <= 1e-7 * size


def test_a_unit_that_is_a_mix_is_found_exactly():
    finding = synthetic_control(small(bump=3.0), **SMALL)
    weights = finding.table.set_index("unit")["weight"]
    assert weights[["u1", "u2"]].to_numpy() == pytest.approx([0.5, 0.5], abs=1e-6)
    assert finding.value == pytest.approx(3.0, abs=1e-6)
    assert finding.figures["p_value"] == pytest.approx(1 / 5)
    path = finding.tables["counterfactual"]
    assert (path["observed"] - path["counterfactual"]).to_numpy() == pytest.approx(path["gap"].to_numpy())


@settings(deadline=None, max_examples=15)
@given(shift=st.floats(-100, 100), factor=st.floats(0.01, 100))
def test_unit_of_measurement_does_not_matter(shift, factor):
    data = small(bump=1.0)
    plain = synthetic_control(data, **SMALL)
    other = synthetic_control(data.assign(y=shift + factor * data["y"]), **SMALL)
    assert other.value == pytest.approx(factor * plain.value, rel=1e-4, abs=1e-6 * factor)


def test_a_column_says_the_same_as_a_name():
    data = small(bump=2.0)
    named, column = synthetic_control(data, **SMALL), synthetic_control(data, **SMALL | {"treated": "first"})
    pd.testing.assert_frame_equal(named.table, column.table)


def test_placebos_never_use_the_treated_unit():
    finding = synthetic_control(small(bump=1000.0), **SMALL)
    placebos = finding.tables["placebos"]
    assert len(placebos) == 5
    assert placebos.loc[~placebos["treated"], "rmspe_after"].max() < 50  # no donor was mixed from the bumped unit
    assert finding.tables["leave_one_out"]["average"].min() > 900


def test_placebos_in_time_and_one_left_out_are_told():
    finding = synthetic_control(WASTE, **OPTIONS, unit="g")
    assert abs(finding.figures["in_time_average"]) < 5
    left = finding.tables["leave_one_out"]
    assert len(left) == finding.figures["donors_used"]
    assert left["average"].max() - left["average"].min() < 5
    assert any("0.077 より小さくなりません" in line for line in finding.assumptions)
    assert not any("効果とはいえません" in line for line in finding.assumptions)


def test_a_poor_fit_and_a_unit_out_of_reach_are_told():
    data = small(bump=1.0)
    far = data.assign(y=data["y"] + 50 * data["first"])
    lines = " ".join(synthetic_control(far, **SMALL).assumptions)
    assert "混ぜた相手がよく似ていません" in lines and "混ぜても届きません" in lines
    many = synthetic_control(small(units=9), **SMALL)
    assert any("始まる前の時点より多い" in line for line in many.assumptions)


def test_a_change_before_the_start_is_told():
    before = WASTE.assign(
        grams=WASTE["grams"] - 60 * ((WASTE["municipality"] == "みらい市") & (WASTE["month"] >= "2022-01"))
    )
    lines = synthetic_control(before, **OPTIONS).assumptions
    assert any("半分を超える" in line or "よく似ていません" in line for line in lines)


@pytest.mark.parametrize(
    ("kind", "data", "options"),
    [
        ("one_donor", small().query("unit in ['u0', 'u1']"), {}),
        ("no_untreated", small().query("unit == 'u0'"), {}),
        ("many_treated", small(), {"treated": ["u0", "u1"]}),
        ("too_few_before", small(), {"start": 2}),
        ("start_before_data", small(), {"start": 0}),
        ("start_after_data", small(), {"start": 8}),
        ("missing_periods", small().drop(index=7), {}),
        ("missing_periods", small().query("t != 3"), {}),
        ("duplicate", pd.concat([small(), small().head(1)]), {}),
        ("unknown_choice", small(), {"treated": "u9"}),
        ("unknown_column", small(), {"id": "town"}),
        ("no_spread", small().assign(x=1.0), {"predictors": ["x"]}),
        ("missing_values", small().assign(x=lambda d: d["t"].where(d["t"] > 0)), {"predictors": ["x"]}),
        ("not_numeric", small().assign(x="a"), {"predictors": ["x"]}),
        ("time_text", small().assign(t=lambda d: "2025-" + (d["t"] + 4).astype(str)), {"start": "2025-9"}),
        ("not_a_table", "waste.csv", {}),
    ],
)
def test_each_bad_table_has_its_own_message(kind, data, options):
    with pytest.raises(DataAcademyError) as caught:
        synthetic_control(data, **SMALL | options)
    note = caught.value.note
    assert note.kind == kind
    assert note.ja and note.en and note.fix and note.fix_en


def test_chart_shows_the_path_and_passes_the_linter():
    ax = synthetic_control_chart(WASTE, **OPTIONS, unit="g", title="可燃ごみ", source="みらい市")
    path = synthetic_control(WASTE, **OPTIONS).tables["counterfactual"]
    drawn = [line.get_ydata() for line in ax.lines]
    for column in ("observed", "counterfactual"):
        assert any(len(d) == 72 and np.allclose(d, path[column]) for d in drawn), column
    kinds = {note.kind for note in charts.lint(ax)}
    assert kinds <= {"too_many_lines", "too_many_categories"}
    assert charts.alt(ax).startswith("合成対照のグラフ")
    pyplot.close(ax.figure)
