"""Counts against pandas, errors against brute force, and what the tables show on paper."""

from __future__ import annotations

import matplotlib
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataacademy import charts, load, survey
from dataacademy.survey.answers import encode
from dataacademy.survey.intervals import share_covariance

matplotlib.use("Agg")


@pytest.fixture(scope="module")
def sheets():
    answers = load("survey")
    return answers[answers["returned"]].reset_index(drop=True)


@pytest.fixture(scope="module")
def book():
    return survey.read_codebook(load("codebook"), table="survey")


@pytest.fixture(scope="module")
def design(sheets):
    return survey.Design(sheets, strata="stratum", weights="weight", fpc="population")


def test_tabulate_shows_everybody(sheets, book):
    before = sheets.copy()
    finding = survey.tabulate(sheets, question="q8", weights="weight", codebook=book)
    pd.testing.assert_frame_equal(sheets, before)
    table = finding.table.set_index("answer")
    assert table["n"].sum() == len(sheets)
    weights = sheets.groupby(sheets["q8"].fillna(-1))["weight"].sum()
    on = weights.loc[1:5]
    assert table.loc["満足", "percent"] == pytest.approx(100 * on[5] / on.sum())
    assert table.loc["無回答", "percent_of_all"] == pytest.approx(100 * weights[9] / weights.loc[1:9].sum())
    assert table.loc["（空欄）", "kind"] == "empty" and np.isnan(table.loc["（空欄）", "percent_of_all"])
    assert table["percent"].sum() == pytest.approx(100)
    assert any("無回答" in line for line in finding.left_out)
    no_answer = survey.tabulate(sheets, question="q8", codebook=book, blank="no_answer").table
    assert no_answer["percent_of_all"].sum() == pytest.approx(100)
    assert (
        no_answer.loc[no_answer["kind"] == "no_answer", "n"].sum() == (sheets["q8"].isna() | (sheets["q8"] == 9)).sum()
    )


def test_labelled_tables_and_codes_give_the_same(sheets, book):
    words = survey.label(sheets, codebook=book)
    for question in ("q6", "q1_04", "q11"):
        by_code = survey.tabulate(sheets, question=question, codebook=book).table.drop(columns="wording")
        by_word = survey.tabulate(words, question=question).table.drop(columns="wording")
        pd.testing.assert_frame_equal(by_code, by_word)


def test_gt_table_is_each_question(design, book):
    finding = survey.gt_table(design, codebook=book)
    assert finding.value == finding.table["question"].nunique() > 60
    for question in ("q1_04", "q7", "age_group"):
        alone = survey.tabulate(design, question=question, codebook=book).table
        rows = finding.table[finding.table["question"] == question].reset_index(drop=True)
        pd.testing.assert_frame_equal(rows, alone)
    split = survey.gt_table(design, questions=["q5", "q7"], by="quarter", codebook=book)
    assert split.table["group"].nunique() == 5


def test_crosstab_counts_and_percents(sheets, book):
    finding = survey.crosstab(sheets, question="q6", by="quarter", weights="weight", codebook=book)
    valid = sheets[sheets["q6"] <= 4]
    n = pd.crosstab(valid["quarter"], valid["q6"])
    w = pd.crosstab(valid["quarter"], valid["q6"], values=valid["weight"], aggfunc="sum")
    words = list(book["q6"].values.values())
    for row in finding.table[finding.table["group"] != "全体"].itertuples():
        code = words.index(row.answer) + 1
        assert row.n == n.loc[row.group, code]
        assert row.weighted_n == pytest.approx(w.loc[row.group, code])
        assert row.row_percent == pytest.approx(100 * w.loc[row.group, code] / w.loc[row.group].sum())
        assert row.column_percent == pytest.approx(100 * w.loc[row.group, code] / w[code].sum())
        assert row.base == n.loc[row.group].sum()
        assert row.lower_percent < row.row_percent < row.upper_percent
    whole = finding.table[finding.table["group"] == "全体"].set_index("answer")["row_percent"]
    alone = survey.tabulate(sheets, question="q6", weights="weight", codebook=book).table.set_index("answer")["percent"]
    assert whole.to_numpy() == pytest.approx(alone.reindex(whole.index).to_numpy())


def test_unweighted_test_is_close_to_pearson(sheets, book):
    from scipy.stats import chi2_contingency

    valid = sheets[sheets["q10"].isin([1, 2])]
    pearson = chi2_contingency(pd.crosstab(valid["quarter"], valid["q10"]), correction=False)
    finding = survey.crosstab(valid, question="q10", by="quarter", codebook=book)
    assert finding.figures["statistic"] * finding.figures["df1"] == pytest.approx(pearson.statistic, rel=0.02)
    assert finding.figures["design_effect"] == pytest.approx(1, abs=0.02)


def test_letters_arrows_and_grey():
    rows = [
        ("A", "はい", 80),
        ("A", "いいえ", 20),
        ("B", "はい", 40),
        ("B", "いいえ", 60),
        ("C", "はい", 4),
        ("C", "いいえ", 6),
    ]
    data = pd.DataFrame([(g, a) for g, a, n in rows for _ in range(n)], columns=["区分", "答え"])
    finding = survey.crosstab(data, question="答え", by="区分")
    cell = finding.table.set_index(["group", "answer"])
    assert cell.loc[("A", "はい"), "letters"] == "B" and cell.loc[("B", "いいえ"), "letters"] == "A"
    assert cell.loc[("A", "はい"), "arrow"] == "▲" and cell.loc[("B", "はい"), "arrow"] == "▼"
    assert cell.loc["C", "small"].all() and not cell.loc["A", "small"].any()
    assert (cell.loc["C", ["letters", "arrow"]] == "").all(axis=None)  # too few to say
    html = finding._repr_html_()
    assert html.count("color:#9A9A9A") == 2 and "<sup>B</sup>▲" in html and "A" in html
    with_few = survey.crosstab(data, question="答え", by="区分", small_base=5, small_n=5).table.set_index(
        ["group", "answer"]
    )
    assert with_few.loc[("C", "はい"), "small"] and not with_few.loc[("C", "いいえ"), "small"]


def test_bonferroni_asks_for_more():
    answers = [np.where(np.arange(100) < yes, "はい", "いいえ") for yes in (60, 45, 52)]
    data = pd.DataFrame({"答え": np.concatenate(answers), "区分": np.repeat(list("ABC"), 100)})
    plain = survey.crosstab(data, question="答え", by="区分", adjust="none").table
    adjusted = survey.crosstab(data, question="答え", by="区分").table
    assert (plain["letters"] != "").sum() == 2 and (adjusted["letters"] != "").sum() == 0


def test_people_without_a_group_are_in_the_whole_only():
    data = pd.DataFrame({"答え": ["はい", "いいえ"] * 20, "区分": ["A", "B", None, "A"] * 10})
    finding = survey.crosstab(data, question="答え", by="区分", small_base=1)
    bases = finding.table.groupby("group")["base"].first()
    assert bases["全体"] == 40 and bases["A"] + bases["B"] == 30
    assert any("10 人" in line for line in finding.left_out)


def brute_force(design, groups, answers, g, a, h, b):
    """Covariance of two weighted counts, straight from the definition."""
    cells = [((groups == x) & (answers == y)) * design.weights for x, y in ((g, a), (h, b))]
    return design.covariance(np.column_stack(cells))[0, 1]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.booleans(), st.booleans(), st.booleans())
def test_every_way_of_counting_is_the_definition(seed, strata, cluster, many_weights):
    rng = np.random.default_rng(seed)
    n = 80
    data = pd.DataFrame(
        {"g": rng.integers(0, 3, n), "a": rng.integers(-1, 3, n), "h": np.arange(n) % 4, "c": rng.integers(0, 9, n)}
    )
    data["w"] = rng.random(n) + 0.1 if many_weights else rng.integers(1, 4, n).astype(float)
    data["c"] = data["c"] + 9 * (np.arange(n) // 60)
    options = {"strata": "h"} if strata else {}
    design = survey.Design(data, weights="w", lonely="adjust", **options, **({"cluster": "c"} if cluster else {}))
    counter = design.counter(data["g"].to_numpy(), 3, 3)
    tally = counter.count(data["a"].to_numpy())
    other = (data["a"].to_numpy() + 2) % 3
    for alone, together in zip(
        (tally, counter.count(other), tally), counter.each([data["a"].to_numpy(), other] * 2), strict=False
    ):
        assert (alone.n == together.n).all() and alone.w == pytest.approx(together.w)
        assert alone.covariance([1, 2], [1, 2]) == pytest.approx(together.covariance([1, 2], [1, 2]))
    rows, columns = [1, 2, 3], [1, 2, 3]
    cov = tally.covariance(rows, columns)
    for g, a, h, b in rng.integers(0, 3, (6, 4)):
        expected = brute_force(design, data["g"].to_numpy(), data["a"].to_numpy(), g, a, h, b)
        assert cov[g, a, h, b] == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert tally.w[1:4, 1:4].sum() == pytest.approx(data.loc[data["a"] >= 0, "w"].sum())
    assert tally.n[:, 0].sum() == (data["a"] < 0).sum()


def test_a_share_that_all_or_nobody_gives_has_an_interval():
    data = pd.DataFrame({"答え": pd.Categorical(["はい"] * 50, ["はい", "いいえ"])})
    table = survey.tabulate(data, question="答え").table.set_index("answer")
    assert table.loc["はい", "lower_percent"] < 95 and table.loc["はい", "upper_percent"] == 100
    assert table.loc["いいえ", "lower_percent"] == 0 < table.loc["いいえ", "upper_percent"] < 10


def test_domain_of_a_table(design, sheets, book):
    part = design.where(sheets["sex"] == "female")
    finding = survey.tabulate(part, question="q6", codebook=book)
    women = sheets[sheets["sex"] == "female"]
    alone = survey.tabulate(women, question="q6", weights="weight", codebook=book)
    assert finding.table["n"].tolist() == alone.table["n"].tolist()
    assert finding.table["percent"].to_numpy() == pytest.approx(alone.table["percent"].to_numpy(), nan_ok=True)
    stay = encode(sheets, "q6", book)
    tally = part.counter(width=6).count(stay.codes)
    y = ((sheets["q6"] == 1) & (sheets["sex"] == "female")).to_numpy() * design.weights
    base = ((sheets["q6"] <= 4) & (sheets["sex"] == "female")).fillna(False).to_numpy() * design.weights
    p = y.sum() / base.sum()
    expected = design.covariance(((y - p * base) / base.sum())[:, None])[0, 0]
    w, cov = tally.w[1:2, 1 + stay.on_scale], tally.covariance([1], 1 + stay.on_scale)
    assert share_covariance(cov, w / w.sum(), w.sum(axis=1))[0, 0, 0] == pytest.approx(expected)


def test_top2box_and_nps_by_hand(sheets, book):
    finding = survey.top2box(sheets, questions=["q5", "q8"], by="sex", codebook=book)
    for row in finding.table.itertuples():
        column = sheets.loc[sheets["sex"] == {"男性": "male", "女性": "female"}[row.group], row.question]
        assert row.base == column.between(1, 5).sum() and row.n == column.between(4, 5).sum()
        assert row.percent == pytest.approx(100 * row.n / row.base)
    scores = sheets["q11"][sheets["q11"] <= 10]
    expected = 100 * ((scores >= 9).mean() - (scores <= 6).mean())
    assert survey.nps(sheets, question="q11", codebook=book).value == pytest.approx(expected)
    plain = survey.nps(sheets[sheets["q11"] <= 10], question="q11").table  # numbers, without a codebook
    assert plain["nps"].item() == pytest.approx(expected)


def test_likert_goes_into_its_chart(sheets, book):
    finding = survey.likert(sheets, questions=["q1_01", "q1_04", "q1_05"], weights="weight", codebook=book)
    table = finding.table
    scores = sheets.loc[sheets["q1_05"] <= 5, ["q1_05", "weight"]]
    mean = np.average(scores["q1_05"].astype(float), weights=scores["weight"])
    assert table.loc[table["question"] == "q1_05", "mean"].iloc[0] == pytest.approx(mean)
    said = table[table["kind"] != "empty"]
    order, aside = list(book["q1_01"].values.values()), list(book["q1_01"].missing.values())
    ax = charts.likert(said, item="wording", answer="answer", y="weighted_n", order=order, aside=aside, title="満足度")
    assert "医療体制" in charts.alt(ax)
    ax.figure.clear()


def test_portfolio_goes_into_its_chart(design, book):
    numbers = [f"{n:02d}" for n in range(1, 21)]
    finding = survey.cs_portfolio(
        design,
        satisfaction=[f"q1_{n}" for n in numbers],
        overall="q5",
        codebook=book,
        scoring="deviation",
        split="mean",
    )
    table = finding.table
    assert table["satisfaction"].mean() == pytest.approx(50) and table["satisfaction"].std(ddof=0) == pytest.approx(10)
    assert "相関係数" in " ".join(finding.assumptions)
    urgent = set(table.loc[table["field"] == "重点課題", "item"])
    ax = charts.portfolio(table, name="item", title="満足度と重要度", x_unit="偏差値", y_unit="偏差値")
    said = charts.alt(ax)
    listed = said.split("重点課題：")[1].split("。")[0].split("、")
    assert set(listed) == urgent  # the chart and the table put items into the same fields
    ax.figure.clear()


def test_several_answers_in_every_form():
    marks = pd.DataFrame({"徒歩": [1, 1, 0, 0], "バス": [1, 0, 0, 0], "車": [0, 0, 1, 0]})
    expected = {"徒歩": (2, 50.0, 50.0), "バス": (1, 25.0, 25.0), "車": (1, 25.0, 25.0)}
    forms = [
        marks,
        marks.astype(bool),
        marks.astype("Int64"),
        marks.astype(float),
        marks.replace({1: "○", 0: None}).astype(object).assign(車=lambda d: ["", "", "○", ""]),
        marks.map(lambda v: "選んだ" if v else "選ばない").astype("category"),
    ]
    for form in forms:
        table = survey.multiple_response(form, columns=list(marks)).table.set_index("answer")
        found = {a: tuple(r) for a, r in table[["n", "percent", "percent_of_answers"]].iterrows()}
        assert found == expected, form.dtypes
        assert (table["base"] == 4).all()
    joined = pd.DataFrame({"手段": ["徒歩, バス", "徒歩", "車", " "]})
    table = survey.multiple_response(joined, text="手段", separator=", ").table.set_index("answer")
    assert table["n"].to_dict() == {"徒歩": 2, "バス": 1, "車": 1} and (table["base"] == 3).all()


def test_several_answers_empty_rows_and_groups(sheets, book):
    columns = [f"q4_{k}" for k in range(1, 9)]
    finding = survey.multiple_response(sheets, columns=columns, by="age_group", codebook=book)
    answered = sheets[sheets["q4_1"].notna()]
    for row in finding.table.itertuples():
        code = {v: k for k, v in book["age_group"].values.items()}[row.group]
        part = answered[answered["age_group"] == code]
        assert row.n == part[row.column].sum() and row.base == len(part)
    assert finding.table.groupby("group")["percent_of_answers"].sum().to_numpy() == pytest.approx([100, 100, 100])
    assert f"すべて空欄の {len(sheets) - len(answered)} 人" in finding.left_out


def test_response_rate_by_hand():
    counted = pd.DataFrame({"地区": ["北", "南"], "発送": [200, 100], "回収": [80, 60]})
    finding = survey.response_rate(counted, returned="回収", sent="発送", by="地区")
    assert finding.table["rate_percent"].tolist() == pytest.approx([140 / 3, 40, 60])
    people = load("survey")
    finding = survey.response_rate(people, returned="returned", by="stratum")
    assert finding.value == pytest.approx(100 * people["returned"].mean())
    assert finding.table["returned"].iloc[1:].sum() == people["returned"].sum()


def test_margin_of_error_as_published():
    assert survey.margin_of_error(1000).value == pytest.approx(3.099, abs=5e-4)
    assert survey.margin_of_error(1000, share=0.1).value == pytest.approx(1.859, abs=5e-4)
    assert survey.margin_of_error(400, population=400).value == 0
    assert survey.margin_of_error(400, design_effect=2.25).value == pytest.approx(
        1.5 * survey.margin_of_error(400).value
    )
    design = survey.Design(load("survey").query("returned"), weights="weight")
    assert survey.margin_of_error(design).table["design_effect"].item() == pytest.approx(design.kish)


def test_raking_trims_and_says_whether_it_converged(sheets):
    targets = {"age_group": {"18-39": 0.55, "40-64": 0.3, "65+": 0.15}, "sex": {"female": 50.1, "male": 50}}
    with_percent = {c: {k: 100 * v if c == "age_group" else v for k, v in t.items()} for c, t in targets.items()}
    free = survey.rake(sheets, targets=with_percent)
    assert free.figures["converged"] and free.weights.sum() == pytest.approx(len(sheets))
    after = sheets.groupby("age_group")["sex"].count().index.map(lambda a: free.weights[sheets["age_group"] == a].sum())
    assert np.asarray(after) / len(sheets) == pytest.approx([0.55, 0.3, 0.15])
    tight = survey.rake(sheets, targets=with_percent, trim=(0.5, 1.8))
    assert tight.figures["trimmed"] > 0 and tight.figures["largest"] < free.figures["largest"]
    assert tight.figures["converged"] == (tight.figures["max_difference"] < 1e-9)
    assert not tight.figures["converged"] and "そろいきっていません" in tight.sentence
    mild = survey.rake(sheets, targets=with_percent, trim=(0.1, 5))
    assert mild.figures["converged"] and mild.figures["trimmed"] == 0
    again = survey.Design(sheets.assign(w=free.weights), weights="w")
    assert again.kish == pytest.approx(free.value)


def test_raking_on_more_cells_than_people():
    rng = np.random.default_rng(5)
    data = pd.DataFrame({c: rng.integers(0, 6, 150).astype(str) for c in "abc"})
    shares = {c: {str(k): 1 / 6 for k in range(6)} for c in "abc"}
    finding = survey.rake(data, targets=shares)
    assert finding.figures["converged"]
    for column in "abc":
        assert finding.weights.groupby(data[column]).sum().to_numpy() == pytest.approx(np.full(6, 25))


def test_correspondence_of_people_and_of_counts_agree(sheets, book):
    people = survey.correspondence(sheets, rows="quarter", columns="q9", codebook=book)
    valid = sheets[sheets["q9"] <= 6].assign(reason=lambda d: d["q9"].astype(str).map(book["q9"].values))
    counts = valid.groupby(["quarter", "reason"]).size().rename("n").reset_index()
    table = survey.correspondence(counts, rows="quarter", columns="reason", count="n")
    assert people.figures["inertia"] == pytest.approx(table.figures["inertia"])
    assert people.figures["n"] == table.figures["n"]
