"""What was planted in the free text of the sample town is found with the toolbox."""

from __future__ import annotations

import re

import pytest
import yaml

import dataacademy as da
from dataacademy import paths, text


@pytest.fixture(scope="module")
def truths():
    read = yaml.safe_load((paths.dataset(paths.SAMPLE_TOWN) / "truths.yml").read_text(encoding="utf-8"))
    return {truth["id"]: truth for truth in read}


@pytest.fixture(scope="module")
def tokens():
    return text.tokenize(da.load("survey"), text="q12", words=["空き店舗", "買い物", "草刈り"])


def planted_words(truth) -> dict[str, set[str]]:
    """Of every quarter, the words that the truth names."""
    return {quarter: set(said.split("・")) for quarter, said in re.findall(r"(\w+)は「(.+?)」", truth["says"])}


def test_words_of_quarters(truths, tokens):
    truth = truths["words_of_quarters"]
    planted = planted_words(truth)
    found = text.distinctive_words(tokens, by="quarter", top=4).table
    assert {quarter: set(rows["word"]) for quarter, rows in found.groupby("group")} == planted
    assert found["p_adjusted"].max() < 0.01
    rules = {quarter: " or ".join(sorted(said)) for quarter, said in planted.items()}
    coded = text.coding_rules(tokens, rules=rules, by="quarter").table
    coded = coded[coded["code"].isin(planted)]
    home = coded["code"] == coded["group"]
    percent = {
        "own_percent": 100 * coded.loc[home, "count"].sum() / coded.loc[home, "base"].sum(),
        "elsewhere_percent": 100 * coded.loc[~home, "count"].sum() / coded.loc[~home, "base"].sum(),
    }
    assert percent.keys() == truth["size"].keys()
    for name, size in truth["size"].items():
        assert abs(percent[name] - size) <= truth["tolerance"][name]
    assert coded.loc[home, "direction"].tolist() == ["多い"] * 4


def test_words_of_quarters_naive(truths):
    """Frequent words are frequent everywhere: no quarter's own word is among them."""
    truth = truths["words_of_quarters"]
    tokens = text.tokenize(da.load("survey"), text="q12", synonyms={"子ども": ["子どもたち"]})
    told = truth["naive"]["value"]
    counted = text.word_count(tokens).table.set_index("word")
    assert set(counted.head(3).index) == set(told)
    for word, percent in told.items():
        assert counted.loc[word, "percent"] == pytest.approx(percent, abs=0.001)
    assert not set(told) & set.union(*planted_words(truth).values())


def test_coders_agree(truths):
    truth = truths["coders_agree"]
    found = text.agreement(da.load("hearing"), coders=["coder_a", "coder_b"])
    cells = found.crosstab
    seen = {
        "kappa": found.value,
        "community_a": cells.loc["community"].sum(),
        "community_b": cells["community"].sum(),
        "community_to_health": cells.loc["community", "health"],
    }
    assert seen.keys() == truth["size"].keys()
    for name, size in truth["size"].items():
        assert abs(seen[name] - size) <= truth["tolerance"][name]
    most = found.disagreements.iloc[0]
    assert most[["code_a", "code_b"]].tolist() == ["community", "health"] and most["p_value"] < 0.05


def test_coders_agree_naive(truths):
    found = text.agreement(da.load("hearing"), coders=["coder_a", "coder_b"])
    said = truths["coders_agree"]["naive"]["value"]["agreement_percent"]
    assert found.figures["percent"] == pytest.approx(said, abs=0.001)
    kappa = found.table[found.table["measure"] == "カッパ係数"].iloc[0]
    assert kappa["upper"] < 0.8  # the share of equal codes says more than is true
