"""Trials: the same figures as R (oracles/effect_trial.R) and scipy, laws that hold for every lot, and bad input."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from stats_people import ORACLES, parsed, people, rscript

from dataacademy import DataAcademyError, effect
from dataacademy.effect.randomisation import _Block, randomisation_test
from dataacademy.labels import LABELS

R = parsed((ORACLES / "effect_trial.txt").read_text(encoding="utf-8"))
WHO = np.arange(1, 241)
P = people().assign(t=(WHO * 31) % 17 < 8, who=WHO, place=lambda p: p["cl"] % 2 == 0)
few = settings(max_examples=30, deadline=None)


def rct(data=P, **options):
    return effect.rct(data, **({"value": "y", "group": "t", "repeats": 99} | options))


def last(finding):
    return finding.table.iloc[-1]


# --- oracles ----------------------------------------------------------------------------------------------------------


def test_the_oracle_is_what_r_says():
    fresh = parsed(rscript(str(ORACLES / "effect_trial.R")))
    assert fresh.keys() == R.keys()
    for name, numbers in fresh.items():
        assert numbers == pytest.approx(R[name], rel=1e-9), name


def test_plain_difference_is_welch():
    row = last(rct())
    assert row[["estimate", "se", "df", "lower", "upper", "p_value"]].tolist() == pytest.approx(R["welch"], rel=1e-9)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("lin_category", {"covariates": ["h"]}),
        ("lin_weighted", {"covariates": "x", "weights": "w"}),
        ("strata", {"strata": "g"}),
    ],
)
def test_what_is_held_equal_is_lins_with_hc2(name, options):
    row = last(rct(**options))
    assert row["method"] == "adjusted"
    assert [row["estimate"], row["se"]] == pytest.approx(R[name], rel=1e-9)


def test_two_numbers_held_equal():
    row = last(rct(covariates=["x", "z"]))
    assert row[["estimate", "se", "df", "lower", "upper"]].tolist() == pytest.approx(R["lin"], rel=1e-9)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("cluster", {"group": "place"}),
        ("cluster_lin", {"group": "place", "covariates": "x"}),
        ("cluster_mixed", {"covariates": "x"}),
    ],
)
def test_clusters_have_cr2_and_the_degrees_of_freedom_of_bell_and_mccaffrey(name, options):
    row = last(rct(cluster="cl", **options))
    assert [row["estimate"], row["se"], row["df"]] == pytest.approx(R[name], rel=1e-8)


def test_balance_and_the_checks_of_the_lot():
    found = effect.balance(P, group="t", covariates=["x", "z", "h"])
    assert found.table["standardised_difference"].tolist() == pytest.approx(R["balance"], rel=1e-9)
    assert found.table["level"].tolist() == ["", "", "v", "x", "y"]
    odd = rct(planned=0.5)
    assert int(P["t"].sum()) == 112
    assert odd.figures["ratio_p"] == pytest.approx(R["ratio"][0])


def test_the_randomisation_test_is_scipys():
    data = P.iloc[:11]
    a, b = data.loc[data["t"], "y"].to_numpy(), data.loc[~data["t"], "y"].to_numpy()

    def gap(one, two, axis):
        return np.abs(one.mean(axis=axis) - two.mean(axis=axis))

    exact = scipy.stats.permutation_test((a, b), gap, alternative="greater", n_resamples=np.inf)
    found = rct(data)
    assert found.figures["all_lots"] is True
    assert found.figures["draws"] == len(exact.null_distribution)
    assert found.figures["randomisation_p"] == pytest.approx(exact.pvalue)
    many = scipy.stats.permutation_test(
        (P.loc[P["t"], "y"].to_numpy(), P.loc[~P["t"], "y"].to_numpy()),
        gap,
        alternative="greater",
        n_resamples=9999,
        rng=np.random.default_rng(3),
    )
    drawn = rct(repeats=9999)
    assert drawn.figures["all_lots"] is False
    assert drawn.figures["randomisation_p"] == pytest.approx(many.pvalue, abs=0.02)


def test_lots_within_strata_and_by_cluster_are_all_the_ways_there_are():
    y, t = np.array([3.0, 1, 2, 7, 9, 8, 4, 6]), np.array([1, 1, 0, 0, 1, 0, 1, 0], bool)
    strata = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    options = {"strata": strata, "repeats": 99, "seed": 1}
    p, ways, exact = randomisation_test(y, t, np.ones(8), units=np.arange(8), **options)
    by_hand = [
        (
            y[[a, b]].mean()
            - np.delete(y[:4], [a, b]).mean()
            + y[[c, d]].mean()
            - np.delete(y[4:], [c - 4, d - 4]).mean()
        )
        / 2
        for a in range(4)
        for b in range(a)
        for c in range(4, 8)
        for d in range(4, c)
    ]
    own = (y[[0, 1]].mean() - y[[2, 3]].mean() + y[[4, 6]].mean() - y[[5, 7]].mean()) / 2
    assert (ways, exact) == (36, True)
    assert p == pytest.approx(np.mean(np.abs(by_hand) >= abs(own) - 1e-9))
    pairs = {"strata": np.zeros(8, int), "units": np.array([0, 0, 1, 1, 2, 2, 3, 3]), "repeats": 99, "seed": 1}
    p, ways, exact = randomisation_test(y, np.array([1, 1, 0, 0, 1, 1, 0, 0], bool), np.ones(8), **pairs)
    assert (ways, exact) == (6, True)


@pytest.mark.parametrize("share", [0.004, 0.3, 0.5, 0.9])
def test_lots_of_many_units_are_as_numerous_as_the_hypergeometric_law_says(share):
    n = 3_001
    treated = np.arange(n) < share * n
    ones = np.random.default_rng(7).permutation(n) < 1_000
    block = _Block(ones.astype(float), treated, np.ones(n), np.arange(n), np.ones(n, bool), n)
    drawn = block.draw(np.random.default_rng(6), 4_000)
    picked = int(treated.sum())
    counts = np.round((drawn + 1_000 / (n - picked)) / (1 / picked + 1 / (n - picked))).astype(int)
    law = scipy.stats.hypergeom(n, 1_000, picked)
    assert counts.mean() == pytest.approx(law.mean(), abs=5 * law.std() / 4_000**0.5)
    assert counts.std() == pytest.approx(law.std(), rel=0.06)
    assert ((counts >= 0) & (counts <= min(picked, 1_000))).all()


def test_lots_drawn_agree_with_all_the_lots_there_are_also_with_weights():
    rng = np.random.default_rng(4)
    values, weights = rng.normal(size=9), rng.uniform(1, 3, 9)
    for treated in (np.arange(9) < 3, np.arange(9) < 6):
        block = _Block(values, treated, weights, np.arange(9), np.ones(9, bool), weights.sum())
        every = np.sort(block.of(block.all_ways()))
        drawn = block.draw(np.random.default_rng(2), 20_000)
        place = np.abs(drawn[:, None] - every).argmin(axis=1)
        assert drawn == pytest.approx(every[place])
        assert scipy.stats.chisquare(np.bincount(place, minlength=84)).pvalue > 0.001


# --- laws -------------------------------------------------------------------------------------------------------------


@few
@given(seed=st.integers(0, 10_000))
def test_naming_the_arms_the_other_way_round_turns_the_sign(seed):
    data = P.assign(t=np.random.default_rng(seed).permutation(P["t"]))
    for options in ({}, {"covariates": ["x"]}, {"strata": "g"}, {"cluster": "cl"}):
        one, other = rct(data, **options), rct(data, treated=False, **options)
        assert one.value == pytest.approx(-other.value, abs=1e-9)
        assert last(one)["se"] == pytest.approx(last(other)["se"], rel=1e-9)


@few
@given(shift=st.floats(-1000, 1000), scale=st.floats(0.01, 100))
def test_units_of_measurement_change_nothing_but_the_numbers(shift, scale):
    plain = rct(covariates=["x", "h"])
    moved = rct(P.assign(y=shift + scale * P["y"]), covariates=["x", "h"])
    assert moved.value == pytest.approx(scale * plain.value, rel=1e-6, abs=1e-8)
    assert moved.figures["randomisation_p"] == plain.figures["randomisation_p"]


def test_equal_weights_and_clusters_of_one_change_nothing():
    plain = rct(covariates="x")
    for same in (rct(P.assign(w=3.0), covariates="x", weights="w"), rct(covariates="x", cluster="who")):
        assert last(same)[["estimate", "se"]].tolist() == pytest.approx(last(plain)[["estimate", "se"]].tolist())


def test_a_lot_that_does_nothing_is_seen_as_often_as_promised():
    rng = np.random.default_rng(8)
    covered, rejected = 0, 0
    for _ in range(200):
        data = pd.DataFrame({"t": rng.permutation(np.repeat([True, False], [15, 45])), "x": rng.normal(size=60)})
        data["y"] = 2 * data["x"] + rng.normal(size=60) * np.where(data["t"], 3, 1) + 0.0
        row = last(rct(data, covariates="x"))
        covered += row["lower"] < 0 < row["upper"]
        rejected += rct(data.assign(y=data["x"])).figures["randomisation_p"] < 0.05
    assert 178 <= covered <= 200
    assert rejected <= 22


def test_what_can_be_detected_is_detected_in_eight_of_ten():
    rng = np.random.default_rng(9)
    data = pd.DataFrame({"t": np.repeat([True, False], 40)})
    least = np.mean([rct(data.assign(y=rng.normal(size=80))).figures["detectable"] for _ in range(30)])
    found = [last(rct(data.assign(y=rng.normal(size=80) + least * data["t"])))["p_value"] < 0.05 for _ in range(300)]
    assert np.mean(found) == pytest.approx(0.8, abs=0.07)


# --- what is said -----------------------------------------------------------------------------------------------------


def test_those_who_went_missing_are_counted_by_arm():
    gone = P.assign(y=P["y"].where(~(P["t"] & (P["x"] > 7)) & (P["who"] > 6)))
    found = rct(gone)
    share = 100 * gone.groupby("t")["y"].apply(lambda y: y.isna().mean())
    assert found.figures["missing_treated_percent"] == pytest.approx(share[True])
    assert found.figures["missing_control_percent"] == pytest.approx(share[False])
    assert "途中で分からなくなった対象" in found.sentence
    assert found.tables["checks"].set_index("check").loc["leaving", "state"] == "present"
    assert any("分からない" in line for line in found.left_out)
    assert found.used["した"] + found.used["しなかった"] + int(gone["y"].isna().sum()) == 240


def test_the_p_value_of_uneven_leaving_is_fishers():
    data = pd.DataFrame({"t": np.repeat([True, False], [92, 108]), "y": 0.0})
    data["y"] = np.arange(200) % 7.0
    data.loc[[*range(12), *range(92, 122)], "y"] = np.nan
    assert rct(data).figures["missing_p"] == pytest.approx(R["leaving"][0])


def test_a_lot_that_cannot_have_been_one_is_named():
    found = rct(P[P["t"] | (P["who"] % 3 > 0)], planned=0.3)
    assert found.tables["checks"].set_index("check").loc["ratio", "state"] == "present"
    assert "割り付けの数のずれ" in found.sentence
    unknown = rct().tables["checks"].set_index("check")
    assert unknown.loc["ratio", "state"] == "unknown" and "planned=" in unknown.loc["ratio", "needed"]


def test_few_clusters_and_no_power_are_told():
    checks = rct(P[P["cl"] < 6], group="place", cluster="cl").tables["checks"].set_index("check")
    assert checks.loc["clusters", "state"] == "present"
    assert checks.loc["power", "state"] == "present"
    assert "証明ではありません" in checks.loc["power", "needed"]


def test_yes_no_is_counted_in_points():
    found = rct(value="yes")
    gap = P.loc[P["t"], "yes"].mean() - P.loc[~P["t"], "yes"].mean()
    assert found.value == pytest.approx(100 * gap)
    assert "ポイント" in found.sentence and "%（112 件）" in found.sentence


def test_the_same_seed_gives_the_same_numbers_and_nothing_is_changed():
    before = P.copy(deep=True)
    one, other = rct(covariates=["x", "h"], strata="g"), rct(covariates=["x", "h"], strata="g")
    pd.testing.assert_frame_equal(one.table, other.table)
    assert one.figures == other.figures
    pd.testing.assert_frame_equal(P, before)


def test_every_column_that_is_shown_has_a_japanese_name():
    found = rct(covariates=["x"], baseline="z", planned=0.5)
    for table in (found.table, *found.tables.values(), effect.balance(P, group="t", covariates="h").table):
        assert [c for c in table.columns if c not in LABELS] == []
    assert [f for f in (*found.figures, *found.tables) if f not in LABELS] == []


# --- bad input --------------------------------------------------------------------------------------------------------

TWICE = pd.concat([P, P[P["t"]].head(3)], ignore_index=True)
CASES = [
    ("one_arm", lambda: rct(P[P["t"]]), "くらべる相手がいません"),
    ("not_two_arms", lambda: rct(group="g"), "3 種類"),
    ("which_treated", lambda: rct(P.assign(t=np.where(P["t"], "電話", "手紙"))), "どちらが「した」ほうか"),
    ("unknown_choice", lambda: rct(group="h", treated="X", control="y"), "使えるのは"),
    ("unknown_column", lambda: rct(group="tt"), "もしかして「t」"),
    ("not_numeric", lambda: rct(P.assign(y="多い")), "数ではありません"),
    ("mixed_digits", lambda: rct(P.assign(y=["１２", "12"] * 120)), "全角"),
    ("duplicate", lambda: rct(TWICE, id="who"), "二行以上"),
    ("in_both_arms", lambda: rct(P.assign(who=P["who"] // 2), id="who"), "両方の群"),
    ("empty_arm", lambda: rct(P.assign(y=P["y"].where(P["t"]))), "一つもありません"),
    ("one_row_arm", lambda: rct(pd.concat([P[P["t"]].head(1), P[~P["t"]]])), "1 件しかない"),
    ("one_cluster", lambda: rct(P[P["place"] | (P["cl"] == 1)], group="place", cluster="cl"), "1 まとまりしかない"),
    ("one_cluster", lambda: rct(P.assign(one=1), cluster="one"), "1 種類だけ"),
    ("no_spread", lambda: rct(P.assign(y=P["t"] * 2.0)), "まったく同じ値"),
    ("small_stratum", lambda: rct(strata="who"), "区分をまとめて"),
    ("same_column", lambda: rct(covariates=["x", "y"]), "二つの役"),
    ("too_many_levels", lambda: rct(P.assign(n=P["who"].astype(str)), covariates=["n"]), "240 種類"),
    ("too_many_covariates", lambda: rct(P.head(6), covariates=["x", "z", "w"]), "多すぎる"),
    ("too_many_covariates", lambda: rct(P.assign(h=P["h"].where(P["who"] > 2, "珍")), covariates="h"), "一件以下"),
    ("no_rows", lambda: rct(P.head(0)), "行がない"),
    ("not_a_table", lambda: rct([1, 2]), "DataFrame"),
    ("out_of_range", lambda: rct(planned=50), "0.05"),
    ("negative_weights", lambda: rct(P.assign(w=-1.0), weights="w"), "負の"),
    ("no_covariates", lambda: effect.balance(P, group="t", covariates=[]), "列（covariates）がありません"),
    ("empty_arm", lambda: effect.balance(P.assign(x=P["x"].where(P["t"])), group="t", covariates="x"), "すべて空欄"),
]


@pytest.mark.parametrize(("kind", "call", "words"), CASES, ids=[f"{i}-{c[0]}" for i, c in enumerate(CASES)])
def test_bad_input_has_its_own_message(kind, call, words):
    with pytest.raises(DataAcademyError) as caught:
        call()
    note = caught.value.note
    assert note.kind == kind, str(note)
    assert words in str(note), str(note)
    assert note.ja and note.en and note.fix and note.fix_en
