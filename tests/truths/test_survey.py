"""The questionnaire: what is planted is found, and the naive ways are wrong as stated."""

from __future__ import annotations

import re
from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency, fisher_exact

NUMBERS = [f"{n:02d}" for n in range(1, 21)]
COMPOUNDS = "空き店舗|空き家|買い物|草刈り|祭り|子ども"


@pytest.fixture(scope="module")
def sheets(tables):
    """The questionnaires that came back."""
    survey = tables["survey"]
    return survey[survey["returned"]].reset_index(drop=True)


def estimate(sheets, said, among):
    """Weighted per cent of ``said`` among ``among``, and its standard error under stratified sampling."""
    weight, among = sheets["weight"].to_numpy(), among.fillna(False).to_numpy(dtype=float)
    said = said.fillna(False).to_numpy(dtype=float)
    whole = (weight * among).sum()
    share = (weight * among * said).sum() / whole
    z = pd.Series(weight * among * (said - share) / whole)
    strata = z.groupby(sheets["stratum"])
    n, left = strata.size(), 1 - 1 / sheets.groupby("stratum")["weight"].first()
    return 100 * share, 100 * np.sqrt((left * n * strata.var()).sum())


def missed(planted, found):
    """Names of the values that are further from the planted size than the tolerance."""
    assert set(found) == set(planted["size"])
    return [name for name, size in planted["size"].items() if not abs(found[name] - size) <= planted["tolerance"][name]]


# --- weights ----------------------------------------------------------------------------------------------------------


def test_survey_weighting_reverses(sheets, truth):
    percent, error = estimate(sheets, sheets["q10"] == 1, sheets["q10"].isin([1, 2]))
    assert missed(truth("survey_weighting_reverses"), {"online_percent": percent}) == []
    assert percent - 1.96 * error > 50


def test_survey_weighting_reverses_naive(sheets, truth):
    planted = truth("survey_weighting_reverses")
    answered = sheets.loc[sheets["q10"].isin([1, 2]), "q10"]
    said = 100 * (answered == 1).mean()
    assert said == pytest.approx(planted["naive"]["value"]["online_percent"], abs=0.001)
    assert (
        said + 1.96 * 100 * np.sqrt(0.25 / len(answered)) < 50 < planted["size"]["online_percent"]
    )  # "surely" a minority


def test_nonresponse_bias(sheets, truth):
    percent, _ = estimate(sheets, sheets["q6"].isin([1, 2]), sheets["q6"].isin([1, 2, 3, 4]))
    assert missed(truth("nonresponse_bias"), {"stay_percent": percent}) == []


def test_nonresponse_bias_naive(sheets, truth):
    planted = truth("nonresponse_bias")
    web = sheets[(sheets["channel"] == "web") & sheets["q6"].isin([1, 2, 3, 4])]
    said = 100 * web["q6"].isin([1, 2]).mean()
    assert said == pytest.approx(planted["naive"]["value"]["stay_percent"], abs=0.001)
    assert said < planted["size"]["stay_percent"] - 10
    percent, error = estimate(sheets, sheets["q6"].isin([1, 2]), sheets.index.to_series().isin(web.index))
    assert percent + 1.96 * error < planted["size"]["stay_percent"]  # weights alone do not mend it


# --- the twenty policies ----------------------------------------------------------------------------------------------


def points(shares):
    """−2 to +2 points, on average."""
    return shares @ np.arange(-2, 3)


def net(shares):
    """Per cent satisfied minus per cent dissatisfied."""
    return 100 * shares @ np.array([-1, -1, 0, 1, 1])


def scored(sheets, how, weighted=True):
    """Satisfaction and importance of each policy, without 8 and 9."""
    weight = sheets["weight"] if weighted else pd.Series(1.0, index=sheets.index)
    table = {}
    for axis, question in {"satisfaction": "q1", "importance": "q2"}.items():
        for number in NUMBERS:
            sums = weight.groupby(sheets[f"{question}_{number}"]).sum().reindex(range(1, 6), fill_value=0)
            table[int(number), axis] = how(sums.to_numpy() / sums.sum())
    return pd.Series(table).unstack()


def improvement(table):
    """改善度: distance from the centre in 偏差値 × (90 − angle from 'important, unsatisfying') ÷ 90."""
    standard = 10 * (table - table.mean()) / table.std(ddof=0)
    x, y = standard["satisfaction"], standard["importance"]
    angle = np.degrees(np.arctan2(y, x)) - 135
    angle = np.abs((angle + 180) % 360 - 180)
    return np.hypot(x, y) * (90 - angle) / 90


def quadrants(table, split):
    """重点課題, 重点維持, 改善 (unsatisfying, not important), 維持 of each policy."""
    satisfying, important = (table[c] > getattr(table[c], split)() for c in ("satisfaction", "importance"))
    names = np.where(important, np.where(satisfying, "重点維持", "重点課題"), np.where(satisfying, "維持", "改善"))
    return pd.Series(names, index=table.index)


def test_policy_important_unsatisfying(sheets, truth):
    planted = truth("policy_important_unsatisfying")
    policy = planted["size"]["policy"]
    for how, split in product((points, net), ("mean", "median")):
        table = scored(sheets, how)
        urgent = quadrants(table, split) == "重点課題"
        assert improvement(table).idxmax() == policy and urgent[policy]
        assert table.loc[urgent, "importance"].idxmax() == table.loc[urgent, "satisfaction"].idxmin() == policy
    table = scored(sheets, points)
    found = {
        "policy": improvement(table).idxmax(),
        "satisfaction_points": table.loc[policy, "satisfaction"],
        "importance_points": table.loc[policy, "importance"],
        "improvement": improvement(table)[policy],
    }
    assert missed(planted, found) == []


def test_policy_important_unsatisfying_naive(sheets, truth):
    planted = truth("policy_important_unsatisfying")
    table = scored(sheets, points, weighted=False)
    said = table["satisfaction"].idxmin()
    assert said == planted["naive"]["value"]["policy"] != planted["size"]["policy"]
    assert table.loc[said, "importance"] < table["importance"].mean()  # hardly anybody asks for it


def test_policy_quadrant_moves(sheets, truth):
    planted = truth("policy_quadrant_moves")
    tables = {how: scored(sheets, how) for how in (points, net)}
    by_mean = {how: quadrants(table, "mean") for how, table in tables.items()}
    by_median = quadrants(tables[points], "median")
    polarised, borderline = planted["size"]["policy_by_scoring"], planted["size"]["policy_by_split"]
    assert (by_mean[net][polarised], by_mean[points][polarised]) == ("重点維持", "重点課題")
    assert (by_mean[points][borderline], by_median[borderline]) == ("重点課題", "改善")
    importance = tables[points]["importance"]
    satisfaction = {how: table["satisfaction"] - table["satisfaction"].mean() for how, table in tables.items()}
    apart = {how: (s - s.mean()) / s.std() for how, s in satisfaction.items()}
    found = {
        "policy_by_scoring": (apart[net] - apart[points]).idxmax(),  # the one on which the two ways differ most
        "net_percent_above_mean": satisfaction[net][polarised],
        "points_above_mean": satisfaction[points][polarised],
        "policy_by_split": (by_mean[points] != by_median)[lambda moves: moves].index.intersection([borderline])[0],
        "importance_above_mean": importance[borderline] - importance.mean(),
        "importance_above_median": importance[borderline] - importance.median(),
    }
    assert missed(planted, found) == []


def test_policy_quadrant_moves_naive(sheets, truth):
    planted = truth("policy_quadrant_moves")
    table = scored(sheets, net, weighted=False)
    policy = planted["size"]["policy_by_scoring"]
    said = table.loc[policy, "satisfaction"] - table["satisfaction"].mean()
    assert said == pytest.approx(planted["naive"]["value"]["net_percent_above_mean"], abs=0.001)
    assert quadrants(table, "mean")[policy] == "重点維持"
    unhappy = sheets[[f"q1_{n}" for n in NUMBERS]].apply(lambda c: (c == 1).sum() / c.between(1, 5).sum())
    assert unhappy.nlargest(3).index.isin([f"q1_{policy:02d}"]).any()  # though few policies make more people angry


def test_dont_know_is_not_middle(sheets, truth):
    planted = truth("dont_know_is_not_middle")
    column = sheets["q1_04"]
    found = {"mean": column[column <= 5].mean(), "dont_know_percent": 100 * (column == 8).mean()}
    assert missed(planted, found) == []


def test_dont_know_is_not_middle_naive(sheets, truth):
    planted = truth("dont_know_is_not_middle")
    column = sheets["q1_04"]
    said = {"mean": column.mean(), "mean_as_middle": column[column != 9].replace(8, 3).mean()}
    assert said == pytest.approx(planted["naive"]["value"], abs=0.001)
    means = sheets[[f"q1_{n}" for n in NUMBERS]].mean()
    assert means.idxmax() == "q1_04"  # "the best of the twenty policies"
    assert said["mean_as_middle"] > planted["size"]["mean"] + planted["tolerance"]["mean"]


# --- items and bases --------------------------------------------------------------------------------------------------


def alpha(items):
    """Cronbach's alpha."""
    k = items.shape[1]
    return k / (k - 1) * (1 - items.var().sum() / items.sum(axis=1).var())


@pytest.fixture(scope="module")
def trust(sheets):
    """The five items of q3, from those who answered all."""
    items = sheets[[f"q3_{k}" for k in range(1, 6)]].astype(float)
    return items[(items <= 5).all(axis=1)]


def test_item_reversed(trust, truth):
    rest = {name: trust[name].corr(trust.drop(columns=name).sum(axis=1)) for name in trust}
    turned = [name for name, r in rest.items() if r < 0]
    assert len(turned) == 1
    found = {
        "item": int(turned[0][-1]),
        "alpha": alpha(trust.assign(**{turned[0]: 6 - trust[turned[0]]})),
        "alpha_as_answered": alpha(trust),
    }
    assert missed(truth("item_reversed"), found) == []


def test_item_reversed_naive(trust, truth):
    planted = truth("item_reversed")
    said = alpha(trust)
    assert said == pytest.approx(planted["naive"]["value"]["alpha"], abs=0.001)
    assert said < 0.5 < 0.7 < planted["size"]["alpha"]  # below every rule of thumb, though the items belong together


def test_skip_logic_base(sheets, truth):
    percent, _ = estimate(sheets, sheets["q8"] >= 4, sheets["q8"] <= 5)
    assert missed(truth("skip_logic_base"), {"satisfied_percent": percent}) == []
    assert sheets.loc[sheets["q7"] != 1, "q8"].isna().all() and sheets.loc[sheets["q7"] == 1, "q8"].notna().all()


def test_skip_logic_base_naive(sheets, truth):
    planted = truth("skip_logic_base")
    said = 100 * sheets["q8"].isin([4, 5]).sum() / len(sheets)
    assert said == pytest.approx(planted["naive"]["value"]["satisfied_percent"], abs=0.001)
    assert said < planted["size"]["satisfied_percent"] / 3


def test_multiple_answer_base(sheets, truth):
    percent, _ = estimate(sheets, sheets["q4_1"] == 1, sheets["q4_1"].notna())
    assert missed(truth("multiple_answer_base"), {"people_percent": percent}) == []


def test_multiple_answer_base_naive(sheets, truth):
    planted = truth("multiple_answer_base")
    marks = sheets[[f"q4_{k}" for k in range(1, 9)]].sum()
    said = 100 * marks / marks.sum()
    assert said["q4_1"] == pytest.approx(planted["naive"]["value"]["people_percent"], abs=0.001)
    assert said["q4_1"] < planted["size"]["people_percent"] / 2
    people = 100 * marks / sheets["q4_1"].notna().sum()
    assert people.sum() > 150 > said.sum()  # shares of people add up to more than a hundred


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def texts(sheets):
    """The comments with their quarter, and in which of them each word stands (runs of kanji or katakana)."""
    texts = sheets.loc[sheets["q12"].notna(), ["quarter", "q12"]].reset_index(drop=True)
    words = texts["q12"].map(lambda text: set(re.findall(rf"{COMPOUNDS}|[一-鿿々]{{2,}}|[ァ-ヶー]{{2,}}", text)))
    return texts, pd.get_dummies(words.explode()).groupby(level=0).any()


def told_words(planted):
    """The words of each quarter, as the truth says them."""
    return {quarter: set(words.split("・")) for quarter, words in re.findall(r"(\w+)は「(.+?)」", planted["says"])}


def test_words_of_quarters(texts, truth):
    planted = truth("words_of_quarters")
    texts, words = texts
    frequent = words.loc[:, words.sum() >= 5]
    told, own, elsewhere = told_words(planted), 0, 0
    assert set(told) == set(texts["quarter"])
    for quarter, expected in told.items():
        here = (texts["quarter"] == quarter).to_numpy()
        p = {
            word: fisher_exact(pd.crosstab(here, there.to_numpy()), alternative="greater").pvalue
            for word, there in frequent.items()
        }
        distinctive = pd.Series(p).nsmallest(4)
        assert set(distinctive.index) == expected
        assert distinctive.max() < 0.01 / frequent.shape[1]  # Bonferroni
        any_of_them = words[list(expected)].any(axis=1)
        own, elsewhere = own + (any_of_them & here).sum(), elsewhere + (any_of_them & ~here).sum()
    found = {"own_percent": 100 * own / len(texts), "elsewhere_percent": 100 * elsewhere / (3 * len(texts))}
    assert missed(planted, found) == []


def test_words_of_quarters_naive(texts, truth):
    planted = truth("words_of_quarters")
    texts, words = texts
    said = (100 * words.mean()).nlargest(3)
    assert said.to_dict() == pytest.approx(planted["naive"]["value"], abs=0.001)
    assert not set(said.index) & set.union(*told_words(planted).values())
    for word in said.index:
        assert chi2_contingency(pd.crosstab(texts["quarter"], words[word])).pvalue > 0.01 / 3  # no quarter has more
