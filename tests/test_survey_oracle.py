"""The same answers, the same figures as R's survey and psych (oracles/survey.R): designs, tests, rakings, items."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from stats_people import parsed, r_dataset
from survey_people import ask_r, oracle, sheets

from dataacademy import load, survey

R = oracle()
PLANS = {
    "plain": {"weights": "weight"},
    "strata": {"weights": "weight", "strata": "stratum", "fpc": "population"},
    "cluster": {"weights": "weight", "strata": "stratum", "cluster": "cluster"},
}


def same(values, name: str, rel: float = 1e-9):
    assert np.asarray(values, dtype=float).ravel() == pytest.approx(R[name], rel=rel, abs=1e-12), name


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    p = sheets()
    p["nps"] = p["q11"].where(p["q11"] <= 10)
    p["marks"] = p[[f"q4_{k}" for k in range(1, 9)]].sum(axis=1, skipna=False)
    p["points"] = 100.0 * ((p["nps"] >= 9).astype("Int64") - (p["nps"] <= 6).astype("Int64"))
    return p


@pytest.fixture(scope="module", params=PLANS)
def plan(request, people):
    return request.param, survey.Design(people, **PLANS[request.param])


@pytest.fixture(scope="module")
def book():
    return survey.read_codebook(load("codebook"), table="survey")


def test_the_oracle_is_what_r_says():
    fresh = parsed(ask_r())
    assert fresh.keys() == R.keys()
    for name, numbers in fresh.items():
        same(numbers, name)


def test_means_and_totals(plan):
    name, design = plan
    assert design.df == R[f"{name}_df"][0]
    row = design.mean(value="nps").table.iloc[0]
    same(row[["estimate", "se", "lower", "upper", "design_effect"]], f"{name}_mean")
    same(design.total(value="marks").table[["estimate", "se"]], f"{name}_total")
    same(design.ratio(value="marks", per="nps").table[["estimate", "se"]], f"{name}_ratio")
    same(design.mean(value="points").table[["estimate", "se"]], f"{name}_nps")
    for k, row in enumerate(design.mean(value="nps", by="quarter").table.itertuples(), 1):
        same([row.estimate, row.se], f"{name}_mean_{k}")
        same([row.estimate, row.se], f"{name}_mean_{k}")


def test_a_chosen_part_is_a_domain(plan, people):
    name, design = plan
    first = sorted(people["quarter"].unique())[0]
    part = design.where(people["quarter"] == first).mean(value="nps").table
    same(part[["estimate", "se"]], f"{name}_mean_1")


def test_shares(plan, people):
    name, design = plan
    for finding, where in (
        (design.proportion(value="q10", equals=1, among=[1, 2]), "share"),
        (
            design.where((people["age_group"] == "65+") & (people["sex"] == "female")).proportion(
                value="q10", equals=1, among=[1, 2]
            ),
            "share_domain",
        ),
    ):
        columns = ["percent", "se_percent", "lower_percent", "upper_percent"]
        same(finding.table[columns].iloc[0].to_numpy(float) / 100, f"{name}_{where}")


def test_quantiles(plan):
    name, design = plan
    table = design.quantile(value="nps", at=[0.25, 0.5, 0.75]).table
    same(table[["estimate", "lower", "upper"]], f"{name}_quantile")


def test_crosstab_rows_tests_and_differences(plan, book):
    name, design = plan
    finding = survey.crosstab(design, question="q6", by="quarter", codebook=book)
    figures = finding.figures
    same([figures[k] for k in ("statistic", "df1", "df2", "p_value")], f"{name}_chisq", rel=1e-8)
    table = finding.table[finding.table["group"] != "全体"]
    for k, (_, rows) in enumerate(table.groupby("answer", sort=False), 1):
        assert rows.sort_values("group")["row_percent"].to_numpy() / 100 == pytest.approx(R[f"{name}_row_{k}"][:4])


def test_errors_of_shares_and_of_their_differences(plan, people, book):
    """Straight from the arrays behind the table: standard errors of row shares, of A − B, of A − the others."""
    from dataacademy.survey.answers import encode
    from dataacademy.survey.intervals import against_rest, pairwise, share_covariance

    name, design = plan
    groups, stay = encode(people, "quarter"), encode(people, "q6", book)
    tally = design.counter(groups.codes, 4, 6).count(stay.codes)
    rows, columns = np.arange(1, 5), 1 + stay.on_scale
    w, cov = tally.w[np.ix_(rows, columns)], tally.covariance(rows, columns)
    share = w / w.sum(axis=1, keepdims=True)
    between = share_covariance(cov, share, w.sum(axis=1))
    for k in range(4):
        same(np.concatenate([share[:, k], np.sqrt(np.einsum("gga->ga", between)[:, k])]), f"{name}_row_{k + 1}")
    gap, se = pairwise(share, between)
    same([gap[0, 1, 0], se[0, 1, 0]], f"{name}_difference")
    gap, se = against_rest(cov, w)
    same([gap[0, 0], se[0, 0]], f"{name}_rest")


def test_raking_and_poststratification(people):
    p = people
    targets = {"sex": [33000, 27000], "age_group": [15000, 22000, 23000], "quarter": [12000, 9000, 24000, 15000]}
    targets = {c: dict(zip(sorted(p[c].unique()), numbers, strict=True)) for c, numbers in targets.items()}
    finding = survey.rake(p, targets=targets, tolerance=1e-12)
    w = finding.weights
    assert finding.figures["converged"]
    same([w.min(), w.max(), w.sum(), (w**2).sum(), *w[:5]], "rake", rel=1e-8)
    again = survey.rake(p, targets=targets, tolerance=1e-12, weights="weight")  # other weights, the same margins
    assert again.table["after_percent"].to_numpy() == pytest.approx(finding.table["target_percent"].to_numpy())
    cells = [(s, a) for a in ("18-39", "40-64", "65+") for s in ("female", "male")]
    numbers = dict(zip(cells, [8000, 7000, 11000, 10500, 13000, 10500], strict=True))
    w = survey.poststratify(p, by=["sex", "age_group"], targets=numbers).weights
    same([w.min(), w.max(), w.sum(), (w**2).sum(), *w[:5]], "poststratify")


def test_alpha_of_attitude_and_of_the_trust_items(people, book):
    attitude = r_dataset("attitude")
    finding = survey.cronbach_alpha(attitude, items=list(attitude))
    figures = finding.figures
    names = ("raw_alpha", "standardized_alpha", "lambda6", "mean_correlation")
    same([figures[k] for k in names], "attitude")
    same([figures["lower"], figures["upper"]], "attitude_feldt")
    same(finding.table["alpha_if_dropped"], "attitude_dropped")
    same(finding.table["correlation_with_rest"], "attitude_r_drop")
    items = [f"q3_{k}" for k in range(1, 6)]
    finding = survey.cronbach_alpha(people, items=items, reverse=["q3_3"], codebook=book)
    same([finding.figures[k] for k in names[:3]], "trust")
    same(finding.table["alpha_if_dropped"], "trust_dropped")
    same(finding.table["correlation_with_rest"], "trust_r_drop")


def test_alpha_to_the_printed_digits():
    attitude = r_dataset("attitude")
    finding = survey.cronbach_alpha(attitude, items=list(attitude))
    assert f"{finding.value:.12f}" == "0.843142769565"
    dropped = finding.table.set_index("item")["alpha_if_dropped"]
    assert (f"{dropped['rating']:.12f}", f"{dropped['critical']:.12f}") == ("0.809760206309", "0.863872311446")


def test_derived_importance(people, book):
    finding = survey.cs_portfolio(
        people, satisfaction=["q1_01", "q1_05", "q1_10"], overall="q5", weights="weight", codebook=book,
        items=["q1_01", "q1_05", "q1_10"],
    )  # fmt: skip
    table = finding.table.set_index("item")
    for item in ("q1_01", "q1_05"):
        same([table.loc[item, "importance"]], f"cor_{item}")


def test_correspondence_of_smoke():
    counts = [(4, 2, 3, 2), (4, 3, 7, 4), (25, 10, 12, 4), (18, 24, 33, 13), (10, 6, 7, 2)]
    rows = [
        {"staff": s, "smoking": k, "n": n} for s, line in zip("abcde", counts, strict=True) for k, n in enumerate(line)
    ]
    finding = survey.correspondence(pd.DataFrame(rows), rows="staff", columns="smoking", count="n")
    found = [finding.figures["eigenvalue1"], finding.figures["eigenvalue2"]]
    assert found == pytest.approx(R["smoke_eig"][:2], rel=1e-11)
    assert finding.figures["statistic"] == pytest.approx(16.4416430722, rel=1e-11)
    assert finding.figures["inertia"] == pytest.approx(0.0851898604778, rel=1e-11)
    same(finding.table.query("kind == 'row'")["dim1"].abs(), "smoke_rows")
    same(finding.table.query("kind == 'column'")["dim1"].abs(), "smoke_columns")
    assert finding.table.groupby("kind")["contribution1_percent"].sum().tolist() == pytest.approx([100, 100])


def test_nps_is_the_mean_of_its_scores(plan, book):
    name, design = plan
    row = survey.nps(design, question="q11", codebook=book).table.iloc[0]
    assert row["nps"] == pytest.approx(R[f"{name}_nps"][0])
    t = (row["upper"] - row["nps"]) / R[f"{name}_nps"][1]
    assert 1.95 < t < 1.98
