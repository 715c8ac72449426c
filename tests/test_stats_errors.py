"""Every bad input has its own message: what was wrong, what is allowed, the nearest guess, the way out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from stats_people import people

from dataacademy import DataAcademyError, load, stats

P = people()
AGES = pd.DataFrame(
    {"town": list("東東西西"), "band": [0, 65] * 2, "deaths": [1, 9, 2, 8], "people": [900, 100, 800, 200]}
)
BY_AGE = {"by": "town", "stratum": "band", "events": "deaths", "population": "people"}


def with_(**columns) -> pd.DataFrame:
    return P.assign(**columns)


def edited(column: str, value, rows=0) -> pd.DataFrame:
    data = P.astype({column: object}) if isinstance(value, str) else P.copy()
    data.loc[rows, column] = value
    return data


def population(**changes) -> pd.DataFrame:
    """Two dates, both sexes, bands 0–4 … 75–79, 80 and over, 100 persons each."""
    table = pd.DataFrame(
        {"date": d, "sex": s, "age_from": a, "age_to": a + 4 if a < 80 else np.nan, "count": 100}
        for d in ("2020-04-01", "2025-04-01")
        for s in ("male", "female")
        for a in range(0, 85, 5)
    )
    return table.assign(**changes)


def forecast(data, **options):
    return lambda: stats.forecast_population(data, **options)


def compare(data=P, value="y", by="g", groups=("A", "B"), **options):
    return lambda: stats.compare(data, value=value, by=by, groups=groups, **options)


def describe(data, value="y", **options):
    return lambda: stats.describe(data, value=value, **options)


def regress(data=P, y="y", x=("x",), **options):
    return lambda: stats.regress(data, y=y, x=list(x), **options)


def chi2(data=P, rows="g", columns="h", **options):
    return lambda: stats.chi2(data, rows=rows, columns=columns, **options)


life = pd.DataFrame({"sex": s, "age_from": a, "survival": 0.9} for s in ("male", "female") for a in range(0, 85, 5))
empty_category = with_(g=pd.Categorical(P["g"], categories=["A", "B", "C", "D"]))
half_empty = with_(y=P["y"].where(P["g"] != "B"))

CASES = [
    # the table and its columns
    ("not_a_table", describe([1, 2, 3]), "list"),
    ("no_rows", describe(P.head(0)), "行がない"),
    ("unknown_column", describe(P, value="yess"), "もしかして「yes」"),
    ("unknown_column", compare(by="gg"), "もしかして「g」"),
    ("unknown_column", lambda: stats.trend(P, time="tt", value="y"), "もしかして「t」"),
    ("unknown_column", forecast(load("areas")), "date"),
    ("all_missing", describe(with_(y=np.nan)), "すべて空欄"),
    ("all_missing", chi2(with_(g=None)), "すべて空欄"),
    (
        "no_complete_rows",
        describe(with_(y=P["y"].where(P["t"] < 9), h=P["h"].where(P["t"] > 9)), by="h"),
        "どの行にも空欄",
    ),
    ("not_numeric", describe(P, value="g"), "数ではありません"),
    ("not_numeric", regress(y="g"), "数ではありません"),
    ("infinite", describe(edited("y", np.inf)), "無限大"),
    ("mixed_digits", describe(with_(y=["１２"] + ["12"] * 239)), "全角の数字（「１２」"),
    ("mixed_digits", compare(with_(g=["１"] * 80 + ["1"] * 80 + ["2"] * 80), groups=None), "二通り"),
    ("too_many_levels", chi2(pd.concat([P] * 25).assign(g=[f"番号{i % 5000}" for i in range(6000)])), "5,000 種類"),
    ("one_category", chi2(with_(g="A")), "1 種類だけ"),
    ("one_category", lambda: stats.anova(with_(g="A"), value="y", by="g"), "1 種類だけ"),
    ("empty_group", describe(empty_category, by="g"), "「D」"),
    ("empty_group", compare(half_empty), "「B」"),
    # weights
    ("negative_weights", describe(edited("w", -1.0), weights="w"), "負の値が 1 行"),
    ("zero_weights", chi2(edited("w", 0.0, [4, 5]), weights="w"), "0 の値が 2 行あります（最初は 5 行目）"),
    ("missing_weights", compare(edited("w", np.nan), weights="w"), "空欄の値"),
    ("weights_not_possible", compare(weights="w", method="mann_whitney"), "welch だけ"),
    ("weights_not_possible", lambda: stats.correlate(P, columns=["x", "y"], method="kendall", weights="w"), "重み"),
    ("weights_not_possible", regress(weights="w", errors="classic"), "小さすぎ"),
    ("weights_on_counts", chi2(count="t", weights="w"), "数えた表"),
    ("weights_on_counts", lambda: stats.proportion(AGES, count="deaths", base="people", weights="people"), "数えた表"),
    # choices and ranges
    ("unknown_choice", compare(method="welsh"), "もしかして「welch」"),
    ("unknown_choice", compare(groups=("A", "D")), "「D」はありません"),
    ("unknown_choice", lambda: stats.proportion(P, value="g", equals="a"), "使えるのは"),
    ("unknown_choice", lambda: stats.standardize(AGES, standard="japan2051", **BY_AGE), "もしかして「japan2015」"),
    ("unknown_choice", regress(x=["g"], base={"g": "Z"}), "「Z」"),
    ("unknown_choice", lambda: stats.power("anoba", n=5), "もしかして「anova」"),
    ("out_of_range", describe(P, confidence=95), "0.05"),
    ("out_of_range", lambda: stats.sample_size("proportion", margin=5), "% ではなく"),
    ("out_of_range", lambda: stats.base_rate(prevalence=1.2, sensitivity=0.9, specificity=0.9), "prevalence"),
    ("out_of_range", forecast(population(), steps=0), "steps"),
    # shares
    ("unclear_share", lambda: stats.proportion(P, value="g"), "何の割合"),
    ("unclear_share", lambda: stats.proportion(P, value="g", equals="A", count="t"), "何の割合"),
    ("count_above_base", lambda: stats.proportion(AGES, count="people", base="deaths"), "以下になっていません"),
    # two groups, several groups
    ("three_groups", compare(groups=None), "3 種類"),
    ("three_groups", compare(groups=("A", "A")), "二つ選んで"),
    ("one_row_group", compare(P.head(3)), "1 行しかない"),
    ("no_spread", compare(with_(y=1.0)), "まったく同じ"),
    ("no_pairs", compare(method="paired"), "同じ人"),
    ("duplicate", compare(method="paired", pair="cl"), "二つ以上"),
    ("one_row_group", lambda: stats.anova(P.head(5), value="y", by="g"), "1 行しかない"),
    (
        "no_spread",
        lambda: stats.anova(with_(y=P["g"].map({"A": 1, "B": 2, "C": 3})), value="y", by="g"),
        "まったく同じ",
    ),
    (
        "no_spread",
        lambda: stats.anova(with_(y=P["y"].where(P["g"] != "A", 1)), value="y", by="g", method="welch"),
        "welch",
    ),
    # two classifications
    ("bad_counts", chi2(count="x"), "0 以上の整数"),
    ("empty_group", chi2(with_(n=np.where(P["g"] == "C", 0, 1)), count="n"), "「C」は 0 人"),
    ("not_two_values", lambda: stats.mcnemar(P, before="g", after="g"), "3 種類"),
    ("no_change", lambda: stats.mcnemar(P, before="yes", after="yes"), "変わった人が一人もいない"),
    # moving together, regression
    ("one_column", lambda: stats.correlate(P, columns=["x", "x"]), "二つ以上"),
    ("no_spread", lambda: stats.correlate(with_(x=1), columns=["x", "y"]), "すべて同じ"),
    ("too_few_rows", lambda: stats.correlate(P.head(3), columns=["x", "y"]), "3 行しか"),
    (
        "control_not_possible",
        lambda: stats.correlate(P, columns=["x", "y"], control=["z"], method="kendall"),
        "control",
    ),
    ("same_column", regress(x=["y"]), "自身"),
    ("no_columns", regress(x=[]), "ありません"),
    ("collinear", regress(with_(total=P["x"] + P["z"]), x=["x", "z", "total"]), "「total」"),
    ("no_spread", regress(with_(x=3), x=["x"]), "すべて同じ"),
    ("no_spread", regress(with_(y=3), x=["x"]), "すべて同じ"),
    ("too_few_rows", regress(P.head(3), x=["x", "g"]), "3 行しかない"),
    ("not_two_values", regress(y="g", kind="logit"), "3 種類"),
    ("separation", regress(with_(b=np.where(P["yes"], "p", "q")), y="yes", x=["x", "b"], kind="logit"), "「b」の「q」"),
    ("separation", regress(with_(x=P["yes"] * 2.0 + P["x"] / 99), y="yes", x=["x"], kind="logit"), "「x」"),
    ("unknown_choice", regress(y="yes", kind="logit", errors="HC3"), "HC3"),
    ("missing_column", regress(errors="cluster"), "cluster="),
    ("not_applicable", regress(errors="HC1", time="t"), "time="),
    ("one_cluster", regress(with_(cl=1), cluster="cl"), "1 種類だけ"),
    ("duplicate", regress(time="cl"), "同じ時点"),
    # time
    ("too_few_rows", lambda: stats.trend(P.head(3), time="t", value="y"), "3 しかない"),
    ("duplicate", lambda: stats.trend(P, time="cl", value="y"), "同じ時点"),
    ("bad_time", lambda: stats.trend(with_(t="令和8年4月"), time="t", value="y"), "da.eras"),
    ("no_spread", lambda: stats.trend(with_(y=3), time="t", value="y"), "すべて同じ"),
    # ages
    ("negative_counts", lambda: stats.standardize(AGES.assign(deaths=-1), **BY_AGE), "負の数"),
    ("missing_stratum", lambda: stats.standardize(AGES.head(3), **BY_AGE), "「西」には「band」が「65」の人がいない"),
    (
        "missing_stratum",
        lambda: stats.standardize(AGES, standard=pd.DataFrame({"stratum": [0], "population": [9]}), **BY_AGE),
        "層「65」",
    ),
    (
        "bad_age_bands",
        lambda: stats.standardize(AGES.assign(band=[0, 63] * 2), standard="japan2015", **BY_AGE),
        "0、5、10",
    ),
    ("no_rates", lambda: stats.standardize(AGES, standard="japan2015", method="indirect", **BY_AGE), "件数"),
    ("no_events", lambda: stats.standardize(AGES.assign(deaths=0), method="indirect", **BY_AGE), "0 件"),
    (
        "no_population",
        lambda: stats.standardize(AGES.assign(people=[0, 0, 8, 2]), **BY_AGE),
        "「東」の「people」が 0 人",
    ),
    # forecast
    ("one_date", forecast(population(date="2025-04-01")), "5 年前の人口"),
    ("not_five_years", forecast(population(), dates=["2025-04-01"]), "5 年おき"),
    ("unknown_choice", forecast(population(), dates=["2020-04-01", "2025-04-02"]), "もしかして「2025-04-01」"),
    ("no_sexes", forecast(population(sex="total")), "total"),
    ("bad_age_bands", forecast(population(age_to=99)), "5 歳きざみ"),
    ("bad_age_bands", forecast(population()[lambda d: d["age_from"] != 20]), "20歳から"),
    ("bad_counts", forecast(population(count=-1)), "負の行"),
    (
        "no_women",
        forecast(
            population()[lambda d: (d["sex"] == "male") | (d["age_from"] > 50)].pipe(
                lambda d: pd.concat([d, population(count=0)])
            )
        ),
        "女性が一人もいない",
    ),
    ("no_survival", forecast(population(), migration=0.5), "生残率"),
    ("incomplete_survival", forecast(population(), survival=life.head(9)), "male・45歳"),
    ("incomplete_survival", forecast(population(), survival=life.assign(survival=90)), "0〜1"),
    # drawing again, planning
    ("too_few_rows", lambda: stats.bootstrap(P.head(9), value="y"), "9 行しか"),
    ("bad_statistic", lambda: stats.bootstrap(P, value="y", statistic=lambda y, w: y), "一つの数"),
    ("unknown_choice", lambda: stats.bootstrap(P, value="y", statistic="medium"), "もしかして「median」"),
    ("missing_effect", lambda: stats.sample_size("means"), "d が要ります"),
    ("missing_effect", lambda: stats.sample_size("mean", margin=1), "sd が要ります"),
    ("unknown_effect", lambda: stats.sample_size("means", d=0.5, population=100), "population を使いません"),
    ("unknown_effect", lambda: stats.power("means", n=5, d=0.5, f=3), "f を使いません"),
    ("no_difference", lambda: stats.sample_size("proportions", p1=0.5, p2=0.5), "同じ 0.5"),
    ("too_small_effect", lambda: stats.sample_size("means", d=1e-6), "何人調べても"),
    # traps
    ("three_groups", lambda: stats.simpson(P, value="y", by="g", within="h"), "3 種類"),
    ("no_overlap", lambda: stats.simpson(P, value="y", by="g", within="copy", groups=["A", "B"]), "両方"),
    ("unclear_rates", lambda: stats.base_rate(prevalence=0.1), "どちらか一組"),
    ("not_yes_no", lambda: stats.base_rate(P, condition="x", test="yes"), "はい・いいえ"),
    ("one_category", lambda: stats.base_rate(with_(yes=True, b=False), condition="yes", test="b"), "1 種類だけ"),
    ("too_few_rows", lambda: stats.regression_to_mean(P.head(9), before="x", after="y"), "9 行しか"),
    ("not_yes_no", lambda: stats.regression_to_mean(P, before="x", after="y", treated="z"), "はい・いいえ"),
    (
        "empty_group",
        lambda: stats.regression_to_mean(with_(b=P["x"] < 1), before="x", after="y", treated="b"),
        "一人もいません",
    ),
]
P["copy"] = P["g"]


@pytest.mark.parametrize(("kind", "call", "words"), CASES, ids=[f"{i}-{kind}" for i, (kind, *_) in enumerate(CASES)])
def test_bad_input_has_its_own_message(kind, call, words):
    with pytest.raises(DataAcademyError) as caught:
        call()
    note = caught.value.note
    assert note.kind == kind, str(note)
    assert words in str(note)
    assert note.ja and note.en and note.fix and note.fix_en


def test_two_groups_may_be_mixed_with_empty_rows_but_not_misspelt():
    """A group that lost all of its rows is told apart from a group that never was."""
    kinds = []
    for groups in (("A", "B"), ("A", "b")):
        with pytest.raises(DataAcademyError) as caught:
            stats.compare(half_empty, value="y", by="g", groups=groups)
        kinds.append(caught.value.note.kind)
    assert kinds == ["empty_group", "unknown_choice"]
