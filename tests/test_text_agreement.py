"""Agreement of coders: published examples to the printed digits, R, and the definitions themselves."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stats_people import ORACLES, parsed
from statsmodels.stats.inter_rater import cohens_kappa

from dataacademy import DataAcademyError
from dataacademy.text import agreement

R = parsed((ORACLES / "text.txt").read_text(encoding="utf-8"))
_ = np.nan
# Krippendorff (2011), Computing Krippendorff's Alpha-Reliability: examples A, B and C
BINARY = pd.DataFrame({"a": [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], "b": [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]})
NOMINAL = pd.DataFrame({"a": list("aabbdcccedda"), "b": list("babbbccceddd")})
FOUR = pd.DataFrame(
    {
        "a": [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
        "b": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
        "c": [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
        "d": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
    }
)


def counted(table) -> pd.DataFrame:
    """Two coders from the table of their codes."""
    table = np.asarray(table)
    i, j = np.indices(table.shape)
    return pd.DataFrame({"a": np.repeat(i.ravel(), table.ravel()), "b": np.repeat(j.ravel(), table.ravel())})


def row(found, measure: str) -> pd.Series:
    return found.table[found.table["measure"] == measure].iloc[0]


@pytest.mark.parametrize(
    ("data", "level", "published"),
    [
        (BINARY, "nominal", 0.095),
        (NOMINAL, "nominal", 0.692),
        (FOUR, "nominal", 0.743),
        (FOUR, "ordinal", 0.815),
        (FOUR, "interval", 0.849),
    ],
)
def test_krippendorffs_examples(data, level, published):
    found = agreement(data, coders=list(data), level=level)
    assert round(found.figures["krippendorff_alpha"], 3) == published
    last = found.table.iloc[-1]
    assert last["lower"] <= last["estimate"] <= last["upper"] <= 1


def test_units_of_one_coder_are_left_out_and_said():
    found = agreement(FOUR, coders=list("abcd"))
    assert found.used == {"分けたもの": 11} and found.left_out == ("分類が一人分以下の 1 行",)


def test_published_kappas():
    cohen_1968 = counted([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
    assert round(row(agreement(cohen_1968, coders=["a", "b"]), "カッパ係数")["estimate"], 3) == 0.492
    sas = row(agreement(counted([[0, 4, 1], [0, 8, 0], [0, 1, 5]]), coders=["a", "b"]), "カッパ係数")
    # printed by SAS PROC FREQ, quoted in the tests of statsmodels
    assert sas[["estimate", "lower", "upper"]].astype(float).round(4).tolist() == [0.4842, 0.2137, 0.7547]


def test_kappa_is_rs_and_statsmodels():
    i = np.arange(150)
    a = (i * 37) % 101 % 4
    data = pd.DataFrame({"a": a, "b": np.where((i * 53) % 89 < 60, a, (i * 29) % 4)})
    found = agreement(data, coders=["a", "b"])
    kappa, variance, low, high = R["kappa"]
    ours = row(found, "カッパ係数")
    assert [ours["lower"], ours["estimate"], ours["upper"]] == pytest.approx([low, kappa, high], rel=1e-9)
    theirs = cohens_kappa(found.crosstab.to_numpy())
    assert [ours["lower"], ours["estimate"], ours["upper"]] == pytest.approx(
        [theirs.kappa_low, theirs.kappa, theirs.kappa_upp]
    )
    cohen = row(agreement(counted([[88, 14, 18], [10, 40, 10], [2, 6, 12]]), coders=["a", "b"]), "カッパ係数")
    assert cohen["estimate"] == pytest.approx(R["kappa_cohen_1968"][0])
    half = 1.959963984540054 * np.sqrt(R["kappa_cohen_1968"][1])
    assert cohen["upper"] - cohen["estimate"] == pytest.approx(half)


def by_definition(data: pd.DataFrame, level: str) -> float:
    """1 − observed / expected disagreement, over all pairs of values within units and of all units."""
    units = [u[~np.isnan(u)] for u in data.to_numpy(float)]
    units = [u for u in units if len(u) > 1]
    everything = np.concatenate(units)
    n = len(everything)

    def apart(x, y):
        if level == "nominal":
            return float(x != y)
        if level == "interval":
            return (x - y) ** 2
        low, high = min(x, y), max(x, y)
        between = ((everything >= low) & (everything <= high)).sum()
        return (between - ((everything == low).sum() + (everything == high).sum()) / 2) ** 2 if x != y else 0.0

    observed = sum(apart(x, y) / (len(u) - 1) for u in units for x, y in permutations(u, 2)) / n
    expected = sum(apart(x, y) for x, y in permutations(everything, 2)) / (n * (n - 1))
    return 1 - observed / expected


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from([1.0, 2.0, 3.5, 7.0, np.nan]), min_size=3, max_size=3), min_size=4, max_size=9),
    st.sampled_from(["nominal", "ordinal", "interval"]),
)
def test_alpha_is_its_definition(rows, level):
    data = pd.DataFrame(rows, columns=list("abc"))
    seen = [r for r in data.to_numpy() if (~np.isnan(r)).sum() > 1]
    if data.isna().all().any() or len(np.unique(np.concatenate([[np.nan], *seen]))) < 3:
        return  # other tests: nothing to compare
    shared = [(~data[[x, y]].isna().any(axis=1)).any() for x, y in (("a", "b"), ("a", "c"), ("b", "c"))]
    if not all(shared):
        return
    found = agreement(data, coders=list("abc"), level=level, repeats=20)
    assert found.figures["krippendorff_alpha"] == pytest.approx(by_definition(data, level), abs=1e-9)


def test_the_interval_covers_about_as_often_as_it_says():
    rng, inside = np.random.default_rng(3), 0
    for seed in range(60):
        truth = rng.integers(0, 3, 80)
        codes = {c: np.where(rng.random(80) < 0.8, truth, rng.integers(0, 3, 80)) for c in "ab"}
        alpha = agreement(pd.DataFrame(codes), coders=["a", "b"], repeats=300, seed=seed).table.iloc[-1]
        inside += alpha["lower"] <= 0.64 <= alpha["upper"]  # 0.8² agree beyond chance
    assert 50 <= inside <= 60


def test_the_interval_is_the_same_with_the_same_seed():
    once, again, other = (agreement(FOUR, coders=list("abcd"), seed=s).table.iloc[-1] for s in (1, 1, 2))
    assert once.equals(again) and once["lower"] != other["lower"]
    assert agreement(FOUR, coders=list("abcd")).figures["seed"] == 20260401


def test_three_coders_are_compared_two_by_two():
    found = agreement(FOUR, coders=["a", "b", "c"])
    kappas = found.table[found.table["measure"] == "カッパ係数"]
    assert kappas["coders"].tolist() == ["a・b", "a・c", "b・c"]
    assert kappas["units"].tolist() == [9, 8, 9]
    assert found.crosstab is None and found.value == found.figures["krippendorff_alpha"]


def test_lopsided_differences_come_first():
    found = agreement(counted([[20, 0, 8], [3, 20, 3], [0, 2, 20]]), coders=["a", "b"])
    first = found.disagreements.iloc[0]
    assert first[["code_a", "code_b", "count", "reverse"]].tolist() == [0, 2, 8, 0]
    assert first["p_value"] == pytest.approx(2 * 0.5**8)
    assert found.disagreements[["count", "reverse"]].to_numpy().sum() == 16
    assert "最も偏った食いちがい" in found.sentence


def test_perfect_agreement():
    found = agreement(counted([[5, 0], [0, 5]]), coders=["a", "b"])
    assert found.value == 1 and found.figures["krippendorff_alpha"] == 1 and len(found.disagreements) == 0


def test_ordered_words_and_booleans_are_codes():
    order = pd.CategoricalDtype(["低", "中", "高"], ordered=True)
    words = pd.DataFrame({"a": ["低", "中", "高", "高", "低"], "b": ["低", "高", "高", "中", "低"]}).astype(order)
    numbers = words.apply(lambda c: c.cat.codes)
    a, b = (agreement(d, coders=["a", "b"], level="ordinal").figures["krippendorff_alpha"] for d in (words, numbers))
    assert a == pytest.approx(b)
    flags = pd.DataFrame({"a": [True, False, True], "b": [True, False, False]})
    assert agreement(flags, coders=["a", "b"]).crosstab.to_numpy().sum() == 3


@pytest.mark.parametrize(
    ("data", "how", "kind"),
    [
        (NOMINAL, {"coders": ["a"]}, "two_coders"),
        (NOMINAL, {"coders": "a"}, "two_coders"),
        (NOMINAL, {"coders": ["a", "a"]}, "two_coders"),
        (NOMINAL, {"coders": ["a", "bb"]}, "unknown_column"),
        (NOMINAL, {"coders": ["a", "b"], "level": "ratio"}, "unknown_choice"),
        (NOMINAL, {"coders": ["a", "b"], "level": "ordinal"}, "no_order"),
        (NOMINAL, {"coders": ["a", "b"], "level": "interval"}, "not_numeric"),
        (NOMINAL, {"coders": ["a", "b"], "confidence": 95}, "out_of_range"),
        (NOMINAL, {"coders": ["a", "b"], "repeats": 0}, "out_of_range"),
        (NOMINAL.assign(b=None), {"coders": ["a", "b"]}, "all_missing"),
        (NOMINAL.assign(a="x", b="x"), {"coders": ["a", "b"]}, "one_category"),
        (pd.DataFrame({"a": ["x", None], "b": [None, "y"]}), {"coders": ["a", "b"]}, "no_common_rows"),
        (pd.DataFrame({"a": range(60), "b": range(60)}), {"coders": ["a", "b"]}, "too_many_levels"),
        (NOMINAL.head(0), {"coders": ["a", "b"]}, "no_rows"),
        ([1, 2], {"coders": ["a", "b"]}, "not_a_table"),
    ],
)
def test_bad_input(data, how, kind):
    with pytest.raises(DataAcademyError) as caught:
        agreement(data, **how)
    assert caught.value.note.kind == kind


def test_one_coder_uses_one_code_only():
    found = agreement(pd.DataFrame({"a": ["x", "x", "x"], "b": ["x", "y", "x"]}), coders=["a", "b"])
    assert found.value == 0  # no better than chance
    both = agreement(
        pd.DataFrame({"a": ["x", "x", None], "b": ["x", "x", "y"], "c": ["y", "x", "x"]}), coders=list("abc")
    )
    assert np.isnan(both.table.query("coders == 'a・b' and measure == 'カッパ係数'")["estimate"].iloc[0])
