"""Classes of a map: exactness of the schemes, honesty of the labels, messages for the reader's own breaks."""

import re
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataacademy.errors import DataAcademyError
from dataacademy.maps import classify

# hundredths, so that different values are far enough apart to be told apart in print
values = st.lists(st.integers(-100_000, 100_000).map(lambda v: v / 100), min_size=2, max_size=9)


def squares(groups):
    return sum(float(((g - g.mean()) ** 2).sum()) for g in groups if len(g))


def best_of_all_partitions(x, k):
    cuts = combinations(range(1, len(x)), k - 1)
    return min(squares(np.split(x, cut)) for cut in cuts)


@given(values, st.integers(2, 4))
def test_fisher_jenks_is_as_good_as_the_best_of_all_partitions(x, k):
    x = np.sort(x)
    edges = classify.fisher_jenks(x, k)
    classes = classify.assign(x, edges)
    found = squares([x[classes == c] for c in range(len(edges) + 1)])
    assert found == pytest.approx(best_of_all_partitions(x, min(k, len(x))), rel=1e-7, abs=1e-6)


def test_fisher_jenks_against_the_quadratic_programme_on_a_skewed_town():
    x = np.sort(np.random.default_rng(5).lognormal(6, 1, 300).round(2))
    within = np.array([[squares([x[i:j]]) if j > i else 0 for j in range(301)] for i in range(300)])
    best = within[0].copy()
    for c in range(1, 5):  # the textbook programme: every cut for every length
        best = np.array([min((best[i] + within[i, j] for i in range(c, j)), default=np.inf) for j in range(301)])
    edges = classify.fisher_jenks(x, 5)
    classes = classify.assign(x, edges)
    assert squares([x[classes == c] for c in range(5)]) == pytest.approx(best[300], rel=1e-9)


def test_fisher_jenks_loses_no_digits_far_from_zero():
    assert classify.fisher_jenks(np.array([1, 2, 3, 11, 12, 13]) + 1e9, 2) == [1e9 + 7]


def test_quantiles_hold_equally_many_and_equal_intervals_are_equally_wide():
    x = np.random.default_rng(1).normal(size=100)
    assert np.bincount(classify.assign(x, classify.quantiles(x, 5))).tolist() == [20] * 5
    widths = np.diff([x.min(), *classify.equal_interval(x, 4), x.max()])
    assert widths == pytest.approx(np.full(4, (x.max() - x.min()) / 4))


def test_many_equal_values_make_fewer_classes_and_stay_together():
    edges = classify.breaks([0] * 50 + [1, 2, 3], scheme="quantiles", k=5)
    assert classify.assign([0] * 50, edges).tolist() == [0] * 50
    assert len(edges) < 4


@given(values, st.sampled_from(classify.SCHEMES), st.integers(2, 7))
def test_what_the_legend_says_is_what_is_drawn(x, scheme, k):
    """Rounding the breaks for print moves no value into another class."""
    x = np.array(x)
    edges = classify.breaks(x, scheme=scheme, k=k)
    assert edges == sorted(set(edges))
    if len(np.unique(x)) > 1:
        raw = getattr(classify, scheme)(x, k)
        assert classify.assign(x, edges).tolist() == classify.assign(x, raw).tolist()
    for label, low, high in zip(classify.labels(edges)[1:], edges, edges[1:], strict=False):
        shown = [float(n.replace(",", "")) for n in re.findall(r"-?[\d,]+(?:\.\d+)?", label)]
        assert shown == [low, high]


def test_breaks_are_written_short():
    assert classify.breaks([101.3, 149.9, 151.2, 340.6, 359.9, 702.2], scheme="fisher_jenks", k=3) == [250, 530]


def test_of_whole_numbers_the_breaks_are_whole():
    assert classify.breaks([8, 9, 10, 11], scheme="quantiles", k=2) == [10]
    assert classify.breaks([8, 9, 10, 11.5], scheme="quantiles", k=2) == [9.5]


@pytest.mark.parametrize("bad", [["a", "b"], [[1, 2], [3, 4]], [1, np.inf], 5])
def test_values_that_are_no_list_of_numbers(bad):
    with pytest.raises(DataAcademyError, match="数を並べたもの") as caught:
        classify.breaks(bad)
    assert caught.value.note.kind == "bad_values"


def test_missing_values_belong_to_no_class():
    assert classify.breaks([1.2, np.nan, 2.2], scheme="equal_interval", k=2) == [1.7]
    assert classify.assign([np.nan, 1.5], [1.5]).tolist() == [-1, 1]


def test_one_value_is_one_class():
    assert classify.breaks([7, 7], scheme="fisher_jenks", k=5) == []
    assert classify.labels([]) == ["全体"]


@pytest.mark.parametrize(
    ("bins", "kind", "words"),
    [
        ([800, 500, 300], "bins_order", "小さい順に並べてください"),
        ([300, 300], "bins_order", "小さい順に並べてください"),
        (5, "bad_bins", "bins は数のリストにしてください"),
        ("300,500", "bad_bins", "bins は数のリストにしてください"),
        ([], "bad_bins", "bins は数のリストにしてください"),
        ([300, float("nan")], "bad_bins", "bins は数のリストにしてください"),
        (["a"], "bad_bins", "bins は数のリストにしてください"),
        (range(8), "too_many_classes", "7 色まで"),
    ],
)
def test_own_breaks_are_checked(bins, kind, words):
    with pytest.raises(DataAcademyError, match=words) as caught:
        classify.breaks([1, 2], bins=bins)
    assert caught.value.note.kind == kind


@pytest.mark.parametrize("k", [1, 8, 2.5, "5", True])
def test_number_of_classes_is_checked(k):
    with pytest.raises(DataAcademyError, match="2 から 7"):
        classify.breaks([1, 2, 3], k=k)


def test_unknown_scheme_gets_a_guess():
    with pytest.raises(DataAcademyError, match="もしかして「quantiles」"):
        classify.breaks([1, 2, 3], scheme="quantile")
