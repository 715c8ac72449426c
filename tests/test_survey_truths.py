"""The planted truths about the questionnaire come out of ``da.survey``; the naive ways give what they say."""

from __future__ import annotations

import pytest
import yaml

from dataacademy import load, paths, survey

NUMBERS = [f"{n:02d}" for n in range(1, 21)]


@pytest.fixture(scope="module")
def truth():
    text = (paths.dataset(paths.SAMPLE_TOWN) / "truths.yml").read_text(encoding="utf-8")
    return {t["id"]: t for t in yaml.safe_load(text)}.__getitem__


@pytest.fixture(scope="module")
def sheets():
    answers = load("survey")
    return answers[answers["returned"]].reset_index(drop=True)


@pytest.fixture(scope="module")
def design(sheets):
    return survey.Design(sheets, strata="stratum", weights="weight", fpc="population")


@pytest.fixture(scope="module")
def book():
    return survey.read_codebook(load("codebook"), table="survey")


def recovered(planted: dict, found: dict) -> None:
    assert set(found) == set(planted["size"])
    for name, size in planted["size"].items():
        assert found[name] == pytest.approx(size, abs=planted["tolerance"][name]), name


def row(finding, answer: str):
    return finding.table.set_index("answer").loc[answer]


def test_survey_weighting_reverses(design, sheets, book, truth):
    planted = truth("survey_weighting_reverses")
    yes = row(survey.tabulate(design, question="q10", codebook=book), "はい")
    recovered(planted, {"online_percent": yes["percent"]})
    assert yes["lower_percent"] > 50
    plain = row(survey.tabulate(sheets, question="q10", codebook=book), "はい")
    assert plain["percent"] == pytest.approx(planted["naive"]["value"]["online_percent"], abs=0.001)
    assert plain["upper_percent"] < 50


def test_nonresponse_bias(design, sheets, book, truth):
    planted = truth("nonresponse_bias")
    staying = survey.top2box(design, questions="q6", side="bottom", codebook=book)
    assert staying.table["answers"].item() == "ずっと住み続けたい・当分は住み続けたい"
    recovered(planted, {"stay_percent": staying.value})
    web = survey.top2box(sheets[sheets["channel"] == "web"], questions="q6", side="bottom", codebook=book)
    assert web.value == pytest.approx(planted["naive"]["value"]["stay_percent"], abs=0.001)
    weighted = survey.top2box(design.where(sheets["channel"] == "web"), questions="q6", side="bottom", codebook=book)
    assert weighted.table["upper_percent"].item() < planted["size"]["stay_percent"]  # weights alone do not mend it


@pytest.fixture(scope="module")
def portfolio(design, book):
    def made(**options):
        columns = {"satisfaction": [f"q1_{n}" for n in NUMBERS], "importance": [f"q2_{n}" for n in NUMBERS]}
        finding = survey.cs_portfolio(design, **columns, items=[str(n) for n in range(1, 21)], codebook=book, **options)
        return finding.table.assign(item=finding.table["item"].astype(int)).set_index("item")

    return made


def test_policy_important_unsatisfying(portfolio, sheets, book, truth):
    planted = truth("policy_important_unsatisfying")
    policy = planted["size"]["policy"]
    for scoring in ("points", "net", "deviation"):
        for split in ("mean", "median"):
            table = portfolio(scoring=scoring, split=split)
            assert table.index[0] == policy and table["rank"].iloc[0] == 1
            assert table.loc[policy, "field"] == "重点課題"
    table = portfolio(scoring="points")
    found = {"policy": table.index[0], "satisfaction_points": table.loc[policy, "satisfaction"]}
    found |= {"importance_points": table.loc[policy, "importance"], "improvement": table.loc[policy, "improvement"]}
    recovered(planted, found)
    worst = survey.likert(sheets, questions=[f"q1_{n}" for n in NUMBERS], codebook=book).table
    lowest = worst.loc[worst["mean"].idxmin(), "question"]
    assert int(lowest[-2:]) == planted["naive"]["value"]["policy"] != policy


def test_policy_quadrant_moves(portfolio, truth):
    planted = truth("policy_quadrant_moves")
    points, net, median = portfolio(), portfolio(scoring="net"), portfolio(split="median")
    polarised, borderline = planted["size"]["policy_by_scoring"], planted["size"]["policy_by_split"]
    assert (net.loc[polarised, "field"], points.loc[polarised, "field"]) == ("重点維持", "重点課題")
    assert (points.loc[borderline, "field"], median.loc[borderline, "field"]) == ("重点課題", "改善")
    assert points.loc[[polarised, borderline], "moves"].all()  # the table says itself that they move
    assert not points.loc[truth("policy_important_unsatisfying")["size"]["policy"], "moves"]
    moves = (net["satisfaction_deviation"] - points["satisfaction_deviation"].reindex(net.index)).idxmax()
    satisfaction, importance = points["satisfaction"], points["importance"]
    recovered(
        planted,
        {
            "policy_by_scoring": moves,
            "net_percent_above_mean": net.loc[polarised, "satisfaction"] - net["satisfaction"].mean(),
            "points_above_mean": satisfaction[polarised] - satisfaction.mean(),
            "policy_by_split": borderline,
            "importance_above_mean": importance[borderline] - importance.mean(),
            "importance_above_median": importance[borderline] - importance.median(),
        },
    )


def test_dont_know_is_not_middle(sheets, book, truth):
    planted = truth("dont_know_is_not_middle")
    table = survey.likert(sheets, questions=["q1_04"], codebook=book).table
    apart = table.loc[table["kind"] == "dont_know", "percent_of_all"].item()
    recovered(planted, {"mean": table["mean"].iloc[0], "dont_know_percent": apart})


def test_item_reversed(sheets, book, truth):
    planted = truth("item_reversed")
    items = [f"q3_{k}" for k in range(1, 6)]
    as_answered = survey.cronbach_alpha(sheets, items=items, codebook=book)
    suspects = as_answered.table.loc[as_answered.table["looks_reversed"], "item"].tolist()
    assert len(suspects) == 1 and suspects[0] in as_answered.sentence
    turned = survey.cronbach_alpha(sheets, items=items, reverse=suspects, codebook=book)
    assert not turned.table["looks_reversed"].any()
    found = {"item": int(suspects[0][-1]), "alpha": turned.value, "alpha_as_answered": as_answered.value}
    recovered(planted, found)


def test_skip_logic_base(design, sheets, book, truth):
    planted = truth("skip_logic_base")
    finding = survey.top2box(design, questions="q8", codebook=book)
    recovered(planted, {"satisfied_percent": finding.value})
    assert finding.table["base"].item() == (sheets["q8"] <= 5).sum() < len(sheets) / 2
    table = survey.tabulate(design, question="q8", codebook=book).table
    assert table.loc[table["kind"] == "empty", "n"].item() == sheets["q8"].isna().sum()
    said = 100 * finding.table["n"].item() / len(sheets)
    assert said == pytest.approx(planted["naive"]["value"]["satisfied_percent"], abs=0.001)


def test_multiple_answer_base(design, sheets, book, truth):
    planted = truth("multiple_answer_base")
    columns = [f"q4_{k}" for k in range(1, 9)]
    table = survey.multiple_response(design, columns=columns, codebook=book).table.set_index("column")
    recovered(planted, {"people_percent": table.loc["q4_1", "percent"]})
    assert (table["base"] == sheets["q4_1"].notna().sum()).all()
    plain = survey.multiple_response(sheets, columns=columns, codebook=book).table.set_index("column")
    naive = planted["naive"]["value"]["people_percent"]
    assert plain.loc["q4_1", "percent_of_answers"] == pytest.approx(naive, abs=0.001)
