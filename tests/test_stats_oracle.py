"""The same people, the same figures as R (oracles/stats.R): weighted, clustered, autocorrelated, forecast."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from stats_people import ORACLES, oracle, parsed, people, rscript

from dataacademy import stats

R = oracle()
P = people()


def same(values, name: str, rel: float = 1e-9):
    assert np.asarray(values, dtype=float) == pytest.approx(R[name], rel=rel, abs=1e-12), name


def test_the_oracle_is_what_r_says():
    fresh = parsed(rscript(str(ORACLES / "stats.R")))
    assert fresh.keys() == R.keys()
    for name, numbers in fresh.items():
        same(numbers, name)


def test_describe():
    row = stats.describe(P, value="y", by="g").table.iloc[0]
    same(row[["mean", "lower", "upper", "sd", "q25", "median", "q75"]], "describe_A")
    row = stats.describe(P[P["g"] == "A"], value="y", weights="w").table.iloc[0]
    se = (row["upper"] - row["mean"]) / 1.9904502102  # t of 79 degrees of freedom
    same([row["mean"], se, row["sd"], row["q25"], row["median"], row["q75"]], "describe_A_weighted", rel=1e-8)


def test_weighted_share_has_the_design_error():
    share, se = R["share_weighted"]
    row = stats.proportion(P, value="yes", equals=True, weights="w").table.iloc[0]
    assert row["share_percent"] == pytest.approx(100 * share, rel=1e-9)
    # Wilson on n/deff: solve the interval's width for n and compare with p(1-p)/se²
    n = 240 * share * (1 - share) / 239 / se**2
    z2 = 1.959963984540054**2
    half = np.sqrt(z2) * np.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    assert row["upper_percent"] - row["lower_percent"] == pytest.approx(200 * half, rel=1e-9)


def test_compare():
    def row(**options):
        return stats.compare(P, value="y", by="g", groups=["A", "B"], **options).table.iloc[0]

    columns = ["statistic", "df", "p_value", "lower", "upper"]
    same(row()[columns], "welch")
    same(row(method="student")[columns], "student")
    same(row(method="mann_whitney")[["statistic", "p_value"]], "mann_whitney")
    weighted = row(weights="w")
    same([-weighted["statistic"], -weighted["difference"]], "welch_weighted")


def test_mann_whitney_small_is_exact_with_hodges_lehmann():
    a, b = [1.1, 2.6, 3.7, 5.2, 8.3, 9.05, 12.4, 13.9], [0.4, 1.9, 2.2, 3.05, 4.4, 6.15, 7.7, 10.8]
    data = pd.DataFrame({"v": a + b, "g": ["a"] * 8 + ["b"] * 8})
    row = stats.compare(data, value="v", by="g", method="mann_whitney").table.iloc[0]
    same(row[["statistic", "p_value", "difference", "lower", "upper"]], "mann_whitney_small")
    assert row["effect_size"] == pytest.approx(2 * 43 / 64 - 1)


def test_chi2():
    figures = stats.chi2(P, rows="g", columns="h").figures
    same([figures["statistic"], figures["p_value"]], "gh")
    figures = stats.chi2(P, rows="g", columns="h", weights="w").figures
    same([figures[k] for k in ("statistic", "df1", "df2", "p_value")], "gh_weighted")


def test_small_table_gives_the_exact_test_and_a_warning():
    data = pd.DataFrame({"a": ["x"] * 4 + ["y"] * 4, "b": list("ppppqqqq")}).assign(b=list("pppqpqqq"))
    finding = stats.chi2(data, rows="a", columns="b")
    assert finding.figures["fisher_p"] == pytest.approx(R["fisher"][0])
    assert "あてになりません" in finding.sentence
    assert finding.figures["small_percent"] == 100
    assert "あてになりません" not in stats.chi2(P, rows="g", columns="h").sentence


def test_mcnemar_exact():
    ratings = pd.DataFrame({"a": ["no", "no", "yes", "yes"], "b": ["no", "yes"] * 2, "人数": [794, 150, 86, 570]})
    finding = stats.mcnemar(ratings, before="a", after="b", count="人数", exact=True)
    assert finding.figures["p_value"] == pytest.approx(R["mcnemar_exact"][0], rel=1e-9)


def test_correlate():
    for method in ("pearson", "spearman", "kendall"):
        finding = stats.correlate(P, columns=["y", "x"], method=method)
        same([finding.value], f"cor_{method}")
    same(stats.correlate(P, columns=["y", "x"]).table.iloc[0][["p_value", "lower", "upper"]], "cor_pearson_ci")
    same([stats.correlate(P, columns=["y", "x"], method="kendall").table["p_value"].iloc[0]], "kendall_p")
    same([stats.correlate(P, columns=["y", "x"], control=["z"]).value], "cor_partial")
    same([stats.correlate(P, columns=["y", "x"], weights="w").value], "cor_weighted")


def test_regress_robust_errors():
    def fit(**options):
        return stats.regress(P, y="y", x=["x", "g"], **options)

    finding = fit()
    same([*finding.table["estimate"], finding.figures["r_squared"], finding.figures["residual_sd"]], "ols")
    clustered = fit(cluster="cl").table
    same(clustered["se"], "ols_cluster")
    same([clustered["p_value"].iloc[1]], "ols_cluster_p", rel=1e-8)
    same(fit(time="t", lags=4).table["se"], "ols_hac")
    shuffled = stats.regress(P.sample(frac=1, random_state=1), y="y", x=["x", "g"], time="t", lags=4)
    same(shuffled.table["se"], "ols_hac")
    weighted = fit(weights="w", errors="HC1").table
    same(weighted["estimate"], "wls")
    same(weighted["se"], "wls_HC1")
    same(fit(weights="w").table["se"], "wls_HC3")
    same(weighted["se"] * np.sqrt((240 - 4) / (240 - 1)), "svyglm")  # the survey's factor is n/(n − 1)


def test_regress_logit():
    def fit(**options):
        return stats.regress(P, y="yes", x=["x", "g"], kind="logit", **options)

    finding = fit(errors="classic")
    same([*finding.table["estimate"], finding.figures["log_likelihood"]], "logit", rel=1e-8)
    same(finding.table["se"], "logit_classic", rel=1e-7)
    same(finding.table["effect_points"].iloc[[1, 2]], "logit_effect", rel=1e-7)
    same(fit().table["se"], "logit_HC1", rel=1e-7)
    same(fit(cluster="cl").table["se"], "logit_cluster", rel=1e-7)
    same(fit(time="t", lags=4).table["se"], "logit_hac", rel=1e-7)
    same(fit(weights="w", cluster="cl").table["se"], "svylogit_cluster", rel=1e-7)
    weighted = fit(weights="w").table
    same(weighted["estimate"], "svylogit", rel=1e-7)
    same(weighted["se"] * np.sqrt((240 - 4) / (240 - 1)), "svylogit_se", rel=1e-7)


def test_trend():
    t = np.arange(1, 41)
    data = pd.DataFrame({"t": t, "v": 50 - 0.3 * t + (t * 17) % 23 / 4})
    row = stats.trend(data, time="t", value="v", lags=3).table.iloc[0]
    se = (row["upper"] - row["slope"]) / 2.0243941645751367  # t of 38 degrees of freedom
    same([row["slope"], se, row["p_value"]], "trend", rel=1e-8)
    row = stats.trend(data, time="t", value="v", method="theil_sen").table.iloc[0]
    same([row["slope"]], "theil_sen")
    same([row["p_value"]], "mann_kendall", rel=1e-6)


def test_standardize():
    ages = {"band": [0, 40, 65], "deaths": [12, 30, 88], "people": [9000, 5000, 2500]}
    data = pd.DataFrame(ages | {"town": "東"})
    standard = pd.DataFrame({"stratum": [0, 40, 65], "population": [50000, 30000, 20000]})
    options = {"by": "town", "stratum": "band", "events": "deaths", "population": "people"}
    row = stats.standardize(data, standard=standard, **options).table.iloc[0]
    same(row[["adjusted_rate", "lower", "upper"]], "fay_feuer")
    rates = standard.assign(events=[50, 150, 800])  # 9 + 25 + 100 = 134 expected
    rates["events"] *= 104.5 / 134
    row = stats.standardize(data, standard=rates, method="indirect", **options).table.iloc[0]
    same(row[["smr", "lower", "upper"]] / 100, "smr")


def test_forecast_is_the_leslie_matrix():
    survival = [0.995, 0.998, 0.996, 0.99, 0.985, 0.97, 0.94, 0.9, 0.84, 0.75, 0.6, 0.5, 0.4, 0.3, 0.2]
    first = 1000.0 - 40 * np.arange(16)
    first[0] = 0.31 * first[3:10].sum()
    second = np.append(0, first[:-1] * survival)
    second[15] += 0.2 * first[15]
    second[0] = 0.31 * second[3:10].sum()
    data = pd.DataFrame(
        {"date": d, "sex": sex, "age_from": 5 * j, "age_to": 5 * j + 4 if j < 15 else None, "count": n[j]}
        for d, n in (("2020-10-01", first), ("2025-10-01", second))
        for sex in ("male", "female")
        for j in range(16)
    )
    finding = stats.forecast_population(data, steps=1)
    future = finding.table[(finding.table["status"] == "推計") & (finding.table["sex"] == "female")]["count"].to_numpy()
    same([future.sum(), future[0], future[15]], "leslie")
    # with the same survival handed in nobody moves, so migration changes nothing
    life = pd.DataFrame(
        {"sex": s, "age_from": 5 * j, "survival": v} for s in ("male", "female") for j, v in enumerate([*survival, 0.2])
    )
    for migration in (0.0, 0.5, 1.0):
        same_again = stats.forecast_population(data, steps=1, survival=life, migration=migration)
        assert same_again.value == pytest.approx(finding.value, rel=1e-12)
    assert "コーホート要因法" in same_again.sentence
    assert "コーホート変化率法" in finding.sentence


def test_power():
    same([stats.power("means", n=50, d=0.3).value], "pwr_t_50")


@pytest.mark.parametrize(
    ("name", "test", "effect"),
    [
        ("t_.5", "means", {"d": 0.5}),
        ("t_.2", "means", {"d": 0.2}),
        ("paired", "paired", {"d": 0.4, "power": 0.9}),
        ("2p", "proportions_arcsine", {"p1": 0.6, "p2": 0.5}),
        ("prop", "proportions", {"p1": 0.5, "p2": 0.75, "power": 0.9}),
        ("anova", "anova", {"k": 4, "f": 0.25}),
        ("chisq", "chi2", {"w": 0.3, "df": 2}),
        ("r", "correlation", {"r": 0.3}),
    ],
)
def test_sample_size(name, test, effect):
    same([stats.sample_size(test, **effect).table["n_exact"].iloc[0]], f"needed_{name}")
