"""Interview notes: how far two coders agree is found, and the share of equal codes says more than is true."""

from __future__ import annotations

import pandas as pd
import pytest
from scipy.stats import binomtest
from statsmodels.stats.inter_rater import cohens_kappa


@pytest.fixture(scope="module")
def codes(tables):
    """Notes by what A says (rows) and B says (columns)."""
    hearing = tables["hearing"]
    names = sorted(set(hearing["coder_a"]) | set(hearing["coder_b"]))
    table = pd.crosstab(hearing["coder_a"], hearing["coder_b"])
    return table.reindex(index=names, columns=names, fill_value=0)


def test_coders_agree(codes, truth):
    planted = truth("coders_agree")
    kappa = cohens_kappa(codes.to_numpy())
    found = {
        "kappa": kappa.kappa,
        "community_a": codes.loc["community"].sum(),
        "community_b": codes["community"].sum(),
        "community_to_health": codes.loc["community", "health"],
    }
    assert found.keys() == planted["size"].keys()
    for name, size in planted["size"].items():
        assert abs(found[name] - size) <= planted["tolerance"][name]
    assert kappa.kappa_upp < 0.8  # less than the usual demand, whatever chance did
    one_sided = {
        (a, b): binomtest(int(codes.loc[a, b]), int(codes.loc[a, b] + codes.loc[b, a])).pvalue
        for a in codes.index
        for b in codes.columns
        if a < b and codes.loc[a, b] + codes.loc[b, a] > 0
    }
    assert min(one_sided, key=one_sided.__getitem__) == ("community", "health")
    assert one_sided["community", "health"] < 0.05


def test_coders_agree_naive(codes, truth):
    planted = truth("coders_agree")
    equal = sum(codes.loc[name, name] for name in codes.index)
    said = 100 * equal / codes.to_numpy().sum()
    assert said == pytest.approx(planted["naive"]["value"]["agreement_percent"], abs=0.001)
    assert said > 75 > 70 > 100 * planted["size"]["kappa"]
