"""Published reference results, to the digits printed."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from stats_people import r_dataset

from dataacademy import stats

NIST = Path(scipy.stats.__file__).parent / "tests" / "data"
SLEEP = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2, 1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
PLANTS = {
    "ctrl": [4.17, 5.58, 5.18, 6.11, 4.50, 4.61, 5.17, 4.53, 5.33, 5.14],
    "trt1": [4.81, 4.17, 4.41, 3.59, 5.87, 3.83, 6.03, 4.89, 4.32, 4.69],
    "trt2": [6.31, 5.12, 5.54, 5.50, 5.37, 5.29, 4.92, 6.15, 5.80, 5.26],
}
STONES = {"A": [("小", 81, 87), ("大", 192, 263)], "B": [("小", 234, 270), ("大", 55, 80)]}


def near(value, digits: int = 10):
    return pytest.approx(value, rel=0.5 * 10.0**-digits)


def counts(rows: dict[str, list[int]], columns: str) -> pd.DataFrame:
    return pd.DataFrame(
        {"行": r, "列": c, "人数": n} for r, ns in rows.items() for c, n in zip(columns, ns, strict=True)
    )


def test_nist_norris():
    text = (NIST / "nist_linregress" / "Norris.dat").read_text().splitlines()
    data = pd.DataFrame([map(float, line.split()) for line in text[60:] if line.strip()], columns=["y", "x"])
    finding = stats.regress(data, y="y", x="x", errors="classic")
    assert len(data) == 36
    assert finding.table["estimate"].tolist() == near([-0.262323073774029, 1.00211681802045], 11)
    assert finding.table["se"].tolist() == near([0.232818234301152, 4.29796848199937e-4], 11)
    figures = finding.figures
    assert figures["residual_sd"] == near(0.884796396144373, 11)
    assert figures["r_squared"] == near(0.999993745883712, 12)
    assert figures["f_statistic"] == near(5436385.54079785, 9)


def nist_anova(name: str) -> tuple[pd.DataFrame, dict[str, float]]:
    """Data and certified values of a NIST StRD analysis of variance."""
    lines = (NIST / "nist_anova" / f"{name}.dat").read_text().splitlines()
    between = next(line.split() for line in lines if line.startswith("Between"))
    within = next(line.split() for line in lines if line.startswith("Within"))
    r2 = next(line.split()[-1] for line in lines if "R-Squared" in line)
    sd = next(i for i, line in enumerate(lines) if "Standard Deviation" in line)
    sd = re.search(r"\d\.\d+E[+-]\d+", " ".join(lines[sd : sd + 2]))[0]
    certified = {
        "statistic": float(between[-1]),
        "ss_between": float(between[-3]),
        "ss_within": float(within[-2]),
        "eta_squared": float(r2),
        "residual_sd": float(sd),
    }
    rows = [line.split() for line in lines[60:] if line.strip()]
    return pd.DataFrame([(a, float(b)) for a, b in rows], columns=["group", "value"]), certified


@pytest.mark.parametrize("name", ["SiRstv", *(f"SmLs0{i}" for i in range(1, 10))])
def test_nist_anova(name):
    data, certified = nist_anova(name)
    finding = stats.anova(data, value="value", by="group")
    for figure, value in certified.items():
        assert finding.figures[figure] == near(value, 9), figure


def test_the_naive_way_loses_the_digits_that_the_centring_keeps():
    data, certified = nist_anova("SmLs09")
    naive = scipy.stats.f_oneway(*(group["value"] for _, group in data.groupby("group"))).statistic
    assert naive != near(certified["statistic"], 5)


def test_agresti_party_by_gender():
    votes = counts({"female": [762, 327, 468], "male": [484, 239, 477]}, "DIR")
    finding = stats.chi2(votes, rows="行", columns="列", count="人数")
    assert finding.figures["statistic"] == near(30.0701490958, 11)
    assert finding.figures["df"] == 2
    assert finding.figures["p_value"] == near(2.95358918321e-07, 11)
    residuals = finding.table["adjusted_residual"].tolist()
    assert residuals[:3] == near([4.50205352109, 0.69945173298, -5.31594554270], 10)
    assert finding.table["direction"].tolist() == ["多い", "", "少ない", "少ない", "", "多い"]
    assert finding.value == near(np.sqrt(30.0701490958 / 2757), 10)


def test_mcnemar():
    ratings = pd.DataFrame({"a": ["no", "no", "yes", "yes"], "b": ["no", "yes"] * 2, "人数": [794, 150, 86, 570]})
    finding = stats.mcnemar(ratings, before="a", after="b", count="人数")
    assert finding.figures["statistic"] == near(16.81779661, 9)
    assert finding.figures["p_value"] == near(4.11456228e-05, 8)


def test_smokers_prop_test():
    groups = {"1": [83, 3], "2": [90, 3], "3": [129, 7], "4": [70, 12]}
    finding = stats.chi2(counts(groups, "はい"[:2]), rows="行", columns="列", count="人数")
    assert finding.figures["statistic"] == near(12.6004112971, 11)
    assert finding.figures["p_value"] == near(0.00558547666163, 11)


def test_wilson_and_clopper_pearson():
    data = pd.DataFrame({"k": [15], "n": [25]})
    row = stats.proportion(data, count="k", base="n").table.iloc[0]
    assert [row["lower_percent"], row["upper_percent"]] == near([40.739457359, 76.5966976223], 10)
    data = pd.DataFrame({"k": [682], "n": [925]})
    row = stats.proportion(data, count="k", base="n", method="exact").table.iloc[0]
    assert [row["lower_percent"], row["upper_percent"]] == near([70.7668264079, 76.5406558242], 11)


def test_sleep_welch_and_paired():
    data = pd.DataFrame({"extra": SLEEP, "group": [1] * 10 + [2] * 10, "id": [*range(10)] * 2})
    row = stats.compare(data, value="extra", by="group").table.iloc[0]
    assert [row["statistic"], row["df"], row["p_value"]] == near([-1.86081346749, 17.7764735162, 0.0793941401874], 11)
    row = stats.compare(data, value="extra", by="group", method="paired", pair="id").table.iloc[0]
    assert row["p_value"] == near(0.00283289019738, 11)
    assert [row["lower"], row["upper"]] == near([-2.45988576328, -0.700114236723], 11)


def test_plant_growth_anova_and_tukey():
    data = pd.DataFrame([(g, v) for g, values in PLANTS.items() for v in values], columns=["group", "weight"])
    finding = stats.anova(data, value="weight", by="group")
    assert [finding.figures[k] for k in ("statistic", "p_value")] == near([4.84608786238, 0.0159099583256], 11)
    row = finding.table.set_index(["group_a", "group_b"]).loc[("trt1", "trt2")]
    assert row["difference"] == near(0.865, 12)
    assert [row["lower"], row["upper"], row["p_value"]] == near([0.17378394859, 1.55621605141, 0.0120064239795], 9)
    welch = stats.anova(data, value="weight", by="group", method="welch").figures
    assert [welch[k] for k in ("statistic", "df2", "p_value")] == near([5.18097240811, 17.1284186166, 0.0173928214902])


def test_airquality_ranks():
    data = r_dataset("airquality")
    figures = stats.anova(data, value="Ozone", by="Month", method="kruskal").figures
    assert [figures["statistic"], figures["p_value"]] == near([29.2665763061, 6.90071411855e-06], 11)
    finding = stats.compare(data, value="Ozone", by="Month", groups=[5, 8], method="mann_whitney")
    row = finding.table.iloc[0]
    assert [row["statistic"], row["p_value"]] == near([127.5, 0.000120807830769], 11)
    assert finding.left_out[0] == "列「Ozone」が空欄の 37 行"


def test_mtcars_robust_errors():
    data = r_dataset("mtcars")
    expected = {
        "classic": [1.59878753800, 0.632733494377, 0.00902970967586],
        "HC1": [2.036735001913, 0.651203754810, 0.006981361252],
        "HC3": [2.229805403436, 0.768519050358, 0.009385137909],
    }
    for errors, se in expected.items():
        table = stats.regress(data, y="mpg", x=["wt", "hp"], errors=errors).table
        assert table["estimate"].tolist() == near([37.2272701164, -3.87783074240, -0.03177294698], 9)
        assert table["se"].tolist() == near(se, 9)


def test_power_and_sample_size():
    def needed(test, **effect):
        return float(stats.sample_size(test, **effect).table["n_exact"].iloc[0])

    # R's pwr stops its search for n at a tolerance of 1e-4; the oracle has the figures searched to the end
    assert needed("means", d=0.5) == near(63.7656104441, 7)
    assert needed("means", d=0.2) == near(393.405696022, 7)
    assert needed("proportions_arcsine", p1=0.6, p2=0.5) == near(387.167746154, 7)
    assert needed("proportions", p1=0.5, p2=0.75, power=0.9) == near(76.7069301141, 7)
    assert needed("anova", k=4, f=0.25) == near(44.599274299, 7)
    assert needed("chi2", w=0.3, df=2) == near(107.052098545, 7)
    assert needed("correlation", r=0.3) == near(84.0736397823, 7)


def test_kidney_stones_flip():
    """Charig et al. 1986: treatment A is better for small and for large stones, and worse for all."""
    rows = [
        (t, s, k, n) for t, parts in STONES.items() for s, good, all_ in parts for k, n in ((1, good), (0, all_ - good))
    ]
    data = pd.DataFrame(rows, columns=["治療", "石", "成功", "人"])
    finding = stats.simpson(data, value="成功", by="治療", within="石", weights="人")
    assert finding.value == "石"
    assert finding.figures["overall"] == near(273 / 350 - 289 / 350, 12)
    by_hand = (357 * (81 / 87 - 234 / 270) + 343 * (192 / 263 - 55 / 80)) / 700
    assert finding.figures["adjusted"] == near(by_hand, 12)


def test_berkeley_admissions_flip():
    data = r_dataset("as.data.frame(UCBAdmissions)").assign(admitted=lambda d: d["Admit"] == "Admitted")
    finding = stats.simpson(
        data[data["Freq"] > 0], value="admitted", by="Gender", within="Dept", groups=["Female", "Male"], weights="Freq"
    )
    assert finding.value == "Dept"
    assert finding.figures["overall"] == near(557 / 1835 - 1198 / 2691, 10)
    assert finding.figures["adjusted"] > 0.04


def test_mammography():
    finding = stats.base_rate(prevalence=0.01, sensitivity=0.8, specificity=0.904, people=1000)
    assert finding.value == near(0.008 / (0.008 + 0.99 * 0.096), 12)
    assert "1,000 人のうち、当てはまるのは 10 人" in finding.sentence
