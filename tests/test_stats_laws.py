"""What must hold whatever the numbers are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from stats_people import people

from dataacademy import stats
from dataacademy.inputs import centred
from dataacademy.stats.ranks import nth_difference, u_distribution
from dataacademy.stats.shares import share_interval
from dataacademy.stats.standards import STANDARDS

P = people()
few = settings(max_examples=40, deadline=None)
numbers = st.lists(st.integers(-50, 50), min_size=3, max_size=12)


@few
@given(n=st.integers(1, 5000), share=st.floats(0, 1), method=st.sampled_from(["wilson", "exact"]))
def test_intervals_of_shares_stay_within_0_and_1_and_hold_the_share(n, share, method):
    hits = round(share * n)
    lower, upper = share_interval(hits / n, n, method=method)
    assert 0 <= lower <= hits / n <= upper <= 1
    assert upper - lower > 0
    other = share_interval(1 - hits / n, n, method=method)
    assert other == pytest.approx((1 - upper, 1 - lower), abs=1e-9)  # the others are the mirror image


@few
@given(n=st.integers(2, 400), scale=st.floats(0.01, 100))
def test_equal_weights_change_nothing(n, scale):
    data = P.head(max(n, 30)).assign(w=scale)
    for plain, weighted in (
        (stats.describe(data, value="y", by="g"), stats.describe(data, value="y", by="g", weights="w")),
        (
            stats.compare(data, value="y", by="g", groups=["A", "B"]),
            stats.compare(data, value="y", by="g", groups=["A", "B"], weights="w"),
        ),
        (stats.proportion(data, value="g", equals="A"), stats.proportion(data, value="g", equals="A", weights="w")),
        (stats.correlate(data, columns=["x", "y"]), stats.correlate(data, columns=["x", "y"], weights="w")),
        (stats.regress(data, y="y", x=["x", "g"]), stats.regress(data, y="y", x=["x", "g"], weights="w")),
    ):
        shared = list(plain.table.select_dtypes("number"))
        assert np.allclose(plain.table[shared], weighted.table[shared], rtol=1e-8, atol=1e-10)


def test_only_the_ratio_of_weights_matters():
    doubled = P.assign(w=P["w"] * 1000)
    one = stats.chi2(P, rows="g", columns="h", weights="w")
    other = stats.chi2(doubled, rows="g", columns="h", weights="w")
    assert one.figures == pytest.approx(other.figures)
    assert one.table["observed"].sum() == pytest.approx(len(P))


@few
@given(a=numbers, b=numbers)
def test_swapping_the_groups_swaps_the_sign(a, b):
    data = pd.DataFrame({"v": [*a, *b], "g": ["a"] * len(a) + ["b"] * len(b)})
    if len(set(a)) == 1 and len(set(b)) == 1:
        return
    for method in ("welch", "student", "mann_whitney"):
        one = stats.compare(data, value="v", by="g", groups=["a", "b"], method=method).table.iloc[0]
        other = stats.compare(data, value="v", by="g", groups=["b", "a"], method=method).table.iloc[0]
        names = ["difference", "lower", "upper", "effect_size"]
        assert list(one[names]) == pytest.approx([-other[c] for c in ("difference", "upper", "lower", "effect_size")])
        assert one["p_value"] == pytest.approx(other["p_value"])
        assert one["lower"] <= one["difference"] <= one["upper"]


@few
@given(a=numbers, b=numbers)
def test_two_groups_of_anova_are_students_t(a, b):
    data = pd.DataFrame({"v": [*a, *b], "g": ["a"] * len(a) + ["b"] * len(b)})
    if len(set(a)) == 1 and len(set(b)) == 1:
        return
    t = stats.compare(data, value="v", by="g", method="student").table.iloc[0]
    finding = stats.anova(data, value="v", by="g")
    assert finding.figures["statistic"] == pytest.approx(t["statistic"] ** 2, abs=1e-12)
    assert finding.table["p_value"].iloc[0] == pytest.approx(t["p_value"], abs=1e-8)
    assert 0 <= finding.value <= 1


@few
@given(a=numbers, b=numbers, data=st.data())
def test_the_nth_difference_is_that_of_the_sorted_list(a, b, data):
    a, b = np.sort(np.array(a, float)), np.sort(np.array(b, float))
    every = np.sort((a[:, None] - b).ravel())
    n = data.draw(st.integers(1, len(every)))
    assert nth_difference(a, b, n) == every[n - 1]


@pytest.mark.parametrize(("m", "n"), [(1, 1), (3, 5), (8, 8), (30, 49)])
def test_u_distribution(m, n):
    chances = u_distribution(m, n)
    assert len(chances) == m * n + 1
    assert chances.sum() == pytest.approx(1)
    assert chances == pytest.approx(chances[::-1])
    assert np.dot(chances, np.arange(m * n + 1)) == pytest.approx(m * n / 2)
    assert np.dot(chances, (np.arange(m * n + 1) - m * n / 2) ** 2) == pytest.approx(m * n * (m + n + 1) / 12)


@few
@given(values=st.lists(st.integers(-999, 999), min_size=2, max_size=20), zeros=st.integers(0, 13))
def test_centring_keeps_typed_decimals(values, zeros):
    typed = [float(f"{10**zeros + v // 10}.{abs(v) % 10}") if zeros < 13 else 1e12 + v for v in values]
    result = centred(np.array(typed))
    assert np.allclose(result - result[0], np.round(np.array(typed) - typed[0], 1), atol=1e-9)


@few
@given(st.lists(st.integers(0, 60), min_size=4, max_size=4))
def test_chi2_is_the_same_lying_down(n):
    table = pd.DataFrame({"a": list("xxyy"), "b": list("pqpq"), "n": n})
    if 0 in (n[0] + n[1], n[2] + n[3], n[0] + n[2], n[1] + n[3]):
        return
    one = stats.chi2(table, rows="a", columns="b", count="n")
    other = stats.chi2(table.sample(frac=1, random_state=0), rows="b", columns="a", count="n")
    assert one.figures == pytest.approx(other.figures)
    assert 0 <= one.value <= 1 + 1e-12
    assert one.figures["statistic"] == pytest.approx(
        scipy.stats.chi2_contingency(np.array(n).reshape(2, 2), correction=False).statistic
    )


@few
@given(
    events=st.lists(st.integers(1, 80), min_size=6, max_size=6),
    people_=st.lists(st.integers(100, 9000), min_size=3, max_size=3),
    factor=st.integers(1, 9),
)
def test_with_the_same_ages_everywhere_the_adjusted_rate_is_the_crude_one(events, people_, factor):
    data = pd.DataFrame({"town": list("東東東西西西"), "band": [0, 40, 65] * 2, "events": events})
    data["people"] = [*people_, *(factor * p for p in people_)]
    options = {"by": "town", "stratum": "band", "events": "events", "population": "people"}
    table = stats.standardize(data, **options).table
    assert table["adjusted_rate"].tolist() == pytest.approx(table["crude_rate"].tolist())
    assert (table["lower"] <= table["adjusted_rate"]).all() and (table["adjusted_rate"] <= table["upper"]).all()
    table = stats.standardize(data, method="indirect", **options).table
    assert table["expected"].sum() == pytest.approx(sum(events))
    assert table["adjusted_rate"].tolist() == pytest.approx(table["crude_rate"].tolist())


def test_ages_alone_make_crude_rates_differ():
    """Two towns with the same rate at each age; the older one has twice the crude rate, the adjusted ones agree."""
    data = pd.DataFrame({"town": list("東東西西"), "band": [0, 65] * 2, "people": [9000, 1000, 4000, 6000]})
    data["deaths"] = data["people"] * np.where(data["band"] == 65, 0.05, 0.01)
    for standard in ("total", "japan2015", "japan1985"):
        finding = stats.standardize(
            data, by="town", stratum="band", events="deaths", population="people", standard=standard
        )
        assert finding.value == pytest.approx(1)
        assert finding.table["crude_rate"].max() / finding.table["crude_rate"].min() > 2


def test_model_populations_add_up_to_the_published_totals():
    assert {name: sum(s.thousands) for name, s in STANDARDS.items()} == {"japan2015": 125_319, "japan1985": 120_287}


@few
@given(n=st.integers(5, 500), d=st.floats(0.05, 2))
def test_power_rises_with_n_and_with_the_effect(n, d):
    power = stats.power("means", n=n, d=d).value
    assert 0.05 - 1e-9 <= power <= 1
    assert stats.power("means", n=n + 5, d=d).value >= power - 1e-12
    assert stats.power("means", n=n, d=d * 1.2).value >= power - 1e-12


@few
@given(p1=st.floats(0.05, 0.95), p2=st.floats(0.05, 0.95), power=st.floats(0.5, 0.95))
def test_the_sample_is_just_large_enough(p1, p2, power):
    if abs(p1 - p2) < 0.02:
        return
    n = int(stats.sample_size("proportions", p1=p1, p2=p2, power=power).table["n"].iloc[0])
    assert stats.power("proportions", n=n, p1=p1, p2=p2).value >= power - 1e-9
    if n > 2:
        assert stats.power("proportions", n=n - 1, p1=p1, p2=p2).value < power


def test_sample_size_for_an_estimate():
    def total(**options):
        return stats.sample_size("proportion", margin=0.05, **options)

    assert total().value == 385
    assert total(population=1000).value == 278  # 384.1 / (1 + 383.1 / 1000)
    assert total(population=100).value <= 100
    assert total(design_effect=2).value == 769
    assert total(response_rate=0.5).table["to_send"].iloc[0] == 770
    assert stats.sample_size("mean", margin=2, sd=20).value == 385


@few
@given(p=st.floats(0.001, 0.999), sens=st.floats(0.01, 1), spec=st.floats(0.01, 0.999))
def test_base_rate_is_bayes(p, sens, spec):
    finding = stats.base_rate(prevalence=p, sensitivity=sens, specificity=spec)
    assert finding.value == pytest.approx(p * sens / (p * sens + (1 - p) * (1 - spec)))
    assert finding.table["people"].sum() == pytest.approx(10_000)


def test_bootstrap_repeats_itself_and_agrees_with_scipy():
    finding = stats.bootstrap(P, value="y", seed=1)
    assert_frame_equal(finding.table, stats.bootstrap(P, value="y", seed=1).table)
    assert finding.table["lower"].iloc[0] != stats.bootstrap(P, value="y", seed=2).table["lower"].iloc[0]
    exact = stats.describe(P, value="y").table.iloc[0]
    assert finding.table["lower"].iloc[0] == pytest.approx(exact["lower"], abs=0.05)
    assert finding.table["upper"].iloc[0] == pytest.approx(exact["upper"], abs=0.05)
    skewed = pd.DataFrame({"v": np.exp(P["x"] / 4).to_numpy()[:60]})
    ours = stats.bootstrap(skewed, value="v", statistic="sd", method="bca", repeats=9999).table.iloc[0]
    theirs = scipy.stats.bootstrap(
        (skewed["v"].to_numpy(),), lambda v, axis: v.std(axis=axis, ddof=1), method="BCa", rng=1
    ).confidence_interval
    assert [ours["lower"], ours["upper"]] == pytest.approx(list(theirs), rel=0.02)
    plain = stats.bootstrap(skewed, value="v", statistic="sd", repeats=9999).table.iloc[0]
    assert abs(plain["upper"] - theirs.high) > abs(ours["upper"] - theirs.high)  # the correction does something
    share = stats.bootstrap(P, value="y", statistic=lambda y, w: (y > 5).mean(), weights="w")
    assert share.value == pytest.approx((P["y"] > 5).mean())


@pytest.mark.parametrize(
    "call",
    [
        lambda d: stats.describe(d, value="y", by="g", weights="w"),
        lambda d: stats.proportion(d, value="g", equals="A", by="h", weights="w"),
        lambda d: stats.compare(d, value="y", by="g", groups=["A", "B"]),
        lambda d: stats.compare(d, value="y", by="g", groups=["A", "B"], method="paired", pair="pair"),
        lambda d: stats.correlate(d, columns=["y", "x", "z"], control=["t"]),
        lambda d: stats.regress(d, y="y", x=["x", "g"], time="t"),
        lambda d: stats.regress(d, y="yes", x=["x"], kind="logit", cluster="cl"),
        lambda d: stats.chi2(d, rows="g", columns="h", weights="w"),
        lambda d: stats.mcnemar(d, before="yes", after="later"),
        lambda d: stats.anova(d, value="y", by="g", method="kruskal"),
        lambda d: stats.anova(d, value="y", by="g", method="welch"),
        lambda d: stats.standardize(d, by="g", stratum="h", events="yes", population="one"),
        lambda d: stats.trend(d, time="t", value="y", method="theil_sen"),
        lambda d: stats.bootstrap(d, value="y", weights="w", repeats=100),
        lambda d: stats.simpson(d, value="y", by="g", groups=["A", "B"], within=["h"], weights="w"),
        lambda d: stats.base_rate(d, condition="yes", test="later", weights="w"),
        lambda d: stats.regression_to_mean(d, before="x", after="y", treated="later"),
    ],
)
def test_nothing_is_dropped_silently_and_the_input_stays(call):
    data = P.assign(one=1, later=P["z"] > 2, pair=P["t"] // 3)
    data.loc[[3, 50], ["x", "y", "h"]] = None
    data.loc[[8, 51], "g"] = None
    before = data.copy(deep=True)
    finding = call(data)
    assert_frame_equal(data, before)
    assert finding.sentence.endswith("。") and finding.sentence_en.endswith(".")
    assert finding._repr_html_().startswith("<p><strong>")
    used = finding.provenance["used"]
    whole = used.get("行", used.get("人"))
    assert whole == len(data) or finding.left_out  # every row is used, or it is said which are not
    assert "nan" not in finding.sentence and "不明" not in finding.sentence
