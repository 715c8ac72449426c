"""Regression discontinuity: the figures of rdrobust, laws, bunching and heaps, and bad tables."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd
import pytest
from effect_panel import jumps
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import pyplot
from stats_people import ORACLES, parsed

from dataacademy import charts
from dataacademy.effect import rdd, rdd_chart
from dataacademy.effect.density import density_jump, heaps
from dataacademy.effect.local import Side, linear, neighbour_errors
from dataacademy.errors import DataAcademyError

OTHERS = parsed((ORACLES / "effect.txt").read_text(encoding="utf-8"))
CURVES = {"line": (1000, 0), "sine": (3000, 1), "cubic": (800, 2)}
OPTIONS = {"value": "y", "running": "x", "cutoff": 0.0}
J = jumps(1000, 0)


def digest(data: pd.DataFrame) -> int:
    return int(hashlib.sha256(np.round(data.to_numpy(), 9).tobytes()).hexdigest()[:12], 16)


def flat(finding) -> list[float]:
    return [*finding.table["estimate"], *finding.table["se"]]


@pytest.mark.parametrize("name", CURVES)
def test_jump_and_errors_are_those_of_rdrobust(name):
    data = jumps(*CURVES[name])
    assert digest(data) == OTHERS[f"digest_{name}"][0]
    given_bandwidths = rdd(data, **OPTIONS, bandwidth=0.4, bias_bandwidth=0.6)
    assert flat(given_bandwidths) == pytest.approx(OTHERS[f"{name}_given"][:4], rel=1e-8)
    own, theirs = rdd(data, **OPTIONS), OTHERS[f"{name}_own"]
    assert own.figures["bandwidth"] == pytest.approx(theirs[4], rel=0.2)
    assert own.figures["bias_bandwidth"] == pytest.approx(theirs[5], rel=0.2)
    assert own.table["estimate"].to_numpy() == pytest.approx(theirs[:2], rel=0.05)
    assert own.table["se"].to_numpy() == pytest.approx(theirs[2:4], rel=0.12)


def test_repeated_values_are_those_of_rdrobust():
    data = jumps(2000, 1).assign(x=lambda t: np.round(t["x"] * 30))
    assert digest(data) == OTHERS["digest_heaped"][0]
    finding = rdd(data, **OPTIONS, bandwidth=12, bias_bandwidth=18)
    assert flat(finding) == pytest.approx(OTHERS["heaped_given"], rel=1e-8)


# --- laws


@settings(deadline=None, max_examples=20)
@given(a=st.floats(-50, 50), b=st.floats(-10, 10), effect=st.floats(-5, 5), at=st.floats(-100, 100))
def test_a_line_and_the_place_of_the_cut_off_do_not_matter(a, b, effect, at):
    plain = rdd(J, **OPTIONS, bandwidth=0.5)
    other = J.assign(y=J["y"] + a + b * J["x"] + effect * (J["x"] >= 0), x=J["x"] + at)
    other = other[(other["x"] >= at) == (J["x"] >= 0)]
    moved = rdd(other, value="y", running="x", cutoff=at, bandwidth=0.5)
    assert moved.value == pytest.approx(plain.value + effect, abs=1e-6)
    # residuals come from the nearest rows, so a slope leaves a little in the errors, a level and a jump nothing
    if b == 0:
        assert moved.figures["upper"] == pytest.approx(plain.figures["upper"] + effect, abs=1e-6)


@settings(deadline=None, max_examples=20)
@given(st.floats(0.1, 10), st.floats(0.1, 10))
def test_units_of_measurement_do_not_matter(stretch, factor):
    plain = rdd(J, **OPTIONS)
    other = rdd(J.assign(x=J["x"] * stretch, y=J["y"] * factor), **OPTIONS)
    assert other.figures["bandwidth"] == pytest.approx(plain.figures["bandwidth"] * stretch, rel=1e-6)
    assert other.value == pytest.approx(plain.value * factor, rel=1e-6)


def test_mirrored_sides_give_the_opposite():
    mirrored = J.assign(x=-J["x"])
    assert rdd(mirrored, **OPTIONS, bandwidth=0.4).value == pytest.approx(-rdd(J, **OPTIONS, bandwidth=0.4).value)


@pytest.mark.parametrize(("order", "derivative"), [(1, 0), (2, 2), (3, 3)])
def test_weights_find_the_coefficients_of_a_polynomial(order, derivative):
    x = np.sort(J["x"].to_numpy()[J["x"] > 0])
    y = sum((k + 1) * x**k for k in range(order + 1))
    assert linear(x, 0.7, order, derivative) @ y == pytest.approx(derivative + 1)


def test_near_neighbours_measure_the_noise():
    rng = np.random.default_rng(1)
    x = np.sort(rng.uniform(0, 1, 4000))
    e = neighbour_errors(Side(x, np.sin(5 * x) + rng.normal(0, 0.5, 4000)))
    assert np.mean(e**2) == pytest.approx(0.25, rel=0.08)


def test_robust_interval_covers_where_the_plain_one_fails():
    """120 draws on a bent curve with a bandwidth that is too wide for a line."""
    rng = np.random.default_rng(5)
    hits = {"plain": 0, "robust": 0}
    for _ in range(120):
        x = rng.uniform(-1, 1, 600)
        y = 4 * x**2 * np.sign(x) + 1.0 * (x >= 0) + rng.normal(0, 0.5, 600)
        table = rdd(pd.DataFrame({"x": x, "y": y}), **OPTIONS, bandwidth=0.9).table.set_index("method")
        for name in hits:
            hits[name] += table.loc[name, "lower"] < 1 < table.loc[name, "upper"]
    assert hits["plain"] / 120 < 0.8 < 0.88 < hits["robust"] / 120


def test_tables_of_bandwidths_and_placebos():
    finding = rdd(jumps(3000, 0), **OPTIONS)
    widths = finding.tables["bandwidths"]
    assert widths["bandwidth"].to_numpy() == pytest.approx(
        finding.figures["bandwidth"] * np.array([0.5, 0.75, 1, 1.5, 2])
    )
    assert widths["estimate"].iloc[2] == finding.value
    placebos = finding.tables["placebos"]
    assert len(placebos) == 6 and (placebos["cutoff"].abs() > 0.2).all()
    assert (placebos["estimate"].abs() < 0.4).all()
    assert finding.left_out[-1].startswith("境から")
    assert finding.used["境の下"] + finding.used["境から上"] == finding.figures["n_left"] + finding.figures["n_right"]


# --- who stands at the cut-off


def test_density_test_holds_its_level_and_finds_bunching():
    rng = np.random.default_rng(2)
    smooth = [density_jump(rng.normal(0.3, 1, 800))["p_value"] for _ in range(200)]
    whole = [density_jump(np.round(rng.normal(3, 15, 800)))["p_value"] for _ in range(200)]
    assert np.mean(np.array(smooth) < 0.05) < 0.1 and np.mean(np.array(whole) < 0.05) < 0.1
    x = rng.normal(0, 1, 2000)
    bunched = np.where((x < 0) & (x > -0.15) & (rng.uniform(size=2000) < 0.6), -x, x)
    found = density_jump(bunched)
    assert found["p_value"] < 1e-6 and found["ratio"] > 2


def test_bunching_is_told_and_a_smooth_crowd_is_not_accused():
    rng = np.random.default_rng(4)
    x = rng.normal(0, 1, 3000)
    moved = np.where((x < 0) & (x > -0.2) & (rng.uniform(size=3000) < 0.7), -x, x)
    data = pd.DataFrame({"x": moved, "y": moved + rng.normal(size=3000)})
    found = rdd(data, **OPTIONS)
    assert any("疑い" in line for line in found.assumptions) and "効果とはいえません" in found.sentence
    calm = data.assign(x=x)
    found = rdd(calm, **OPTIONS)
    assert not any("疑い" in line for line in found.assumptions) and "効果とはいえません" not in found.sentence


def test_heaps_on_round_numbers_are_told():
    rng = np.random.default_rng(6)
    pressure = np.round(rng.normal(135, 15, 3000))
    rounded = np.where(rng.uniform(size=3000) < 0.4, np.round(pressure, -1), pressure)
    assert heaps(pressure) is None
    assert heaps(rounded)[0] == 10
    data = pd.DataFrame({"bp": rounded, "y": rounded + rng.normal(0, 5, 3000)})
    lines = rdd(data, value="y", running="bp", cutoff=140).assumptions
    assert any("10 の倍数に固まって" in line and "境もその倍数" in line for line in lines)


def test_few_values_are_told():
    data = jumps(2000, 0).assign(x=lambda t: np.floor(t["x"] * 12))
    assert any("種類しかない" in line for line in rdd(data, **OPTIONS, bandwidth=5).assumptions)


# --- bad tables


@pytest.mark.parametrize(
    ("kind", "data", "options"),
    [
        ("cutoff_outside", J, {"cutoff": 5}),
        ("cutoff_outside", J, {"cutoff": -2}),
        ("cutoff_outside", J[J["x"] >= 0], {}),
        ("out_of_range", J, {"cutoff": "140"}),
        ("out_of_range", J, {"bandwidth": 0}),
        ("out_of_range", J, {"bandwidth": -1}),
        ("too_few_rows", J, {"cutoff": 0.99}),
        ("too_few_values", J.assign(x=J["x"].round() + 0.0), {}),
        ("too_few_values", J, {"bandwidth": 0.001}),
        ("no_spread", J.assign(y=1.0), {}),
        ("not_numeric", J.assign(x=J["x"].astype(str)), {}),
        ("unknown_column", J, {"running": "age"}),
        ("no_rows", J.head(0), {}),
        ("not_a_table", J.to_numpy(), {}),
        ("infinite", J.assign(x=np.where(J.index == 3, np.inf, J["x"])), {}),
    ],
)
def test_each_bad_table_has_its_own_message(kind, data, options):
    with pytest.raises(DataAcademyError) as caught:
        rdd(data, **OPTIONS | options)
    note = caught.value.note
    assert note.kind == kind
    assert note.ja and note.en and note.fix and note.fix_en


def test_empty_cells_are_counted_and_the_table_left_alone():
    holes = J.assign(y=J["y"].where(J.index > 9))
    before = holes.copy()
    assert rdd(holes, **OPTIONS).left_out[0] == "列「y」が空欄の 10 行"
    pd.testing.assert_frame_equal(holes, before)


def test_chart_lines_meet_the_cut_off_with_the_jump():
    ax = rdd_chart(J, **OPTIONS, unit="点", title="段差", source="みらい市")
    at = {
        line.get_color(): line.get_ydata()[0]
        for line in ax.lines
        if len(line.get_xdata()) == 2 and line.get_linestyle() == "-"
    }
    left, right = at.values()
    assert right - left == pytest.approx(rdd(J, **OPTIONS).value)
    assert charts.lint(ax) == []
    assert charts.alt(ax).startswith("境の前後のグラフ")
    pyplot.close(ax.figure)
