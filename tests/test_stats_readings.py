"""What the findings say: sentences, stable columns, the traps shown, the forecast of places, lazy imports."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from stats_people import people

from dataacademy import load, stats
from dataacademy.labels import LABELS
from dataacademy.stats.trends import years

P = people()


def test_sentences_hold_number_unit_base_and_uncertainty():
    finding = stats.compare(P, value="y", by="g", groups=["A", "B"], unit="点")
    assert finding.sentence == (
        "「y」の平均は「A」6.04点、「B」6.58点 で、差は -0.544点（95%信頼区間 -1.08〜-0.00287点）。"
        "偶然だけではめったに起こらない大きさの差です（p=0.049）。"
    )
    finding = stats.proportion(P, value="g", equals="A", by="h")
    row = finding.table.loc[finding.table["share_percent"].idxmax()]
    assert f"{row['base']}のうち{row['count']}、95%信頼区間 " in finding.sentence
    assert stats.describe(P, value="y").sentence.startswith("「y」の平均は 6.18（240 行、95%信頼区間 5.96〜6.41）、")
    assert stats.sample_size("proportion", margin=0.05, response_rate=0.4).sentence == (
        "割合の推定（誤差 ±5 ポイント）には、回答が 385 人分要ります。回収率 40% なら 963 人に送ります。"
    )


def test_proportion_with_and_without_groups():
    whole = stats.proportion(P, value="g", equals=["A", "B"])
    assert whole.value == pytest.approx(2 / 3)
    assert whole.table.columns.tolist() == ["count", "base", "share_percent", "lower_percent", "upper_percent"]
    nobody = stats.proportion(
        pd.DataFrame({"k": [0, 9], "n": [9, 9], "町": ["東", "西"]}), count="k", base="n", by="町"
    )
    assert nobody.table["lower_percent"].min() == 0 and nobody.table["upper_percent"].max() == 100
    assert "「西」で最も高く 100.0%" in nobody.sentence


def test_regress_reads_like_a_report():
    finding = stats.regress(P, y="y", x=["x", "g"], base={"g": "C"}, unit="点")
    readings = finding.table["reading"].tolist()
    assert readings[1].startswith("「x」が 1 増えると、「y」はほかをそろえて平均 0.553点 増える（95%信頼区間 ")
    assert readings[2].startswith("「g」が「A」だと、「C」とくらべて「y」はほかをそろえて平均 ")
    logit = stats.regress(P, y="yes", x=["x"], kind="logit")
    assert "の割合は平均 5.3 ポイント高い（オッズ比 1.26" in logit.table["reading"].iloc[1]
    other = stats.regress(P, y="yes", x=["x"], kind="logit", event=False)
    assert other.value == pytest.approx(-logit.value)
    few = stats.regress(P, y="y", x="x", cluster="g").assumptions
    assert any("まとまりが 3 個しかない" in line for line in few)


@pytest.mark.parametrize(("x", "held"), [("x", False), ("g", False), (["x", "g"], True)])
def test_nothing_is_held_fixed_where_one_column_stands_alone(x, held):
    finding = stats.regress(P, y="y", x=x)
    assert ["ほかをそろえて" in text for text in finding.table["reading"][1:]] == [held] * (len(finding.table) - 1)
    assert ("ほかの列をそろえていない" in finding.assumptions[-1]) is not held


def test_categories_keep_their_own_order():
    ordered = P.assign(g=pd.Categorical(P["g"], categories=["C", "A", "B"], ordered=True))
    assert stats.describe(ordered, value="y", by="g").table["g"].tolist() == ["C", "A", "B"]
    assert stats.regress(ordered, y="y", x="g").table["level"].tolist() == ["", "A", "B"]


def test_chi2_says_which_cell():
    data = pd.DataFrame(
        {"地区": ["東"] * 60 + ["西"] * 60, "答え": ["はい"] * 45 + ["いいえ"] * 15 + ["はい"] * 20 + ["いいえ"] * 40}
    )
    finding = stats.chi2(data, rows="地区", columns="答え")
    assert finding.table.set_index(["row", "column"]).loc[("東", "はい"), "direction"] == "多い"
    assert finding.sentence.endswith("期待より最も多いのは「東」の「はい」（75.0%）です。")


def test_welch_and_kruskal_pairs():
    rng = np.random.default_rng(3)
    data = pd.DataFrame({"v": np.concatenate([rng.normal(m, s, 60) for m, s in ((0, 1), (0, 6), (3, 1))])})
    data["g"] = np.repeat(list("abc"), 60)
    for method in ("anova", "welch", "kruskal"):
        table = stats.anova(data, value="v", by="g", method=method).table.set_index(["group_a", "group_b"])
        assert table.loc[("a", "c"), "p_value"] < 0.001
        assert table.loc[("a", "b"), "p_value"] > 0.05
    widths = {
        m: stats.anova(data, value="v", by="g", method=m).table.eval("upper - lower").iloc[1]
        for m in ("anova", "welch")
    }
    assert widths["welch"] < widths["anova"]  # a and c spread little: only Games–Howell sees it


def town(name: str, growth: float, size: int = 1000) -> pd.DataFrame:
    """Bands of equal size that grow by ``growth`` in five years."""
    return pd.DataFrame(
        {"place": name, "date": d, "sex": s, "age_from": a, "age_to": a + 4 if a < 85 else np.nan, "count": n}
        for d, n in (("2020-04-01", size), ("2025-04-01", size * growth))
        for s in ("male", "female")
        for a in range(0, 90, 5)
    )


def test_forecast_by_place_adds_up_and_follows_each_place():
    data = pd.concat([town("北", 0.8), town("南", 1.0)])
    finding = stats.forecast_population(data, by="place", steps=2)
    north = stats.forecast_population(town("北", 0.8), steps=2)
    south = stats.forecast_population(town("南", 1.0), steps=2)
    assert finding.value == pytest.approx(north.value + south.value)
    assert finding.table.columns.tolist() == ["date", "place", "sex", "age_from", "age_to", "count", "status"]
    assert finding.table["count"].sum() == pytest.approx(north.table["count"].sum() + south.table["count"].sum())
    shrinking = north.table.groupby("date")["count"].sum()
    assert shrinking.is_monotonic_decreasing


def test_where_nobody_lived_the_whole_town_decides():
    data = pd.concat([town("北", 0.8), town("南", 1.0).assign(count=lambda d: d["count"].where(d["age_from"] > 20, 0))])
    future = stats.forecast_population(data, by="place", steps=3).table
    assert np.isfinite(future["count"]).all()
    assert future[future["place"] == "南"].groupby("date")["count"].sum().iloc[-1] > 0


def test_forecast_with_survival_and_without_migration():
    data = town("北", 0.8)
    life = pd.DataFrame({"sex": s, "age_from": a, "survival": 0.9} for s in ("male", "female") for a in range(0, 90, 5))
    stay = stats.forecast_population(data, survival=life, migration=0, steps=1)
    go_on = stats.forecast_population(data, survival=life, steps=1)
    assert go_on.value == pytest.approx(stats.forecast_population(data, steps=1).value)
    ahead = stay.table[stay.table["status"] == "推計"].set_index(["sex", "age_from"])["count"]
    assert ahead[("male", 40)] == pytest.approx(0.9 * 800)
    assert ahead[("male", 85)] == pytest.approx(0.9 * 1600)
    assert "純移動率" in stay.assumptions[0] and "なくなる" in stay.assumptions[0]


def test_single_years_of_age_are_put_into_five_year_bands():
    wide = town("北", 0.8)
    single = pd.concat(
        wide[wide["age_to"].notna()].assign(
            age_from=lambda d, i=i: d["age_from"] + i, age_to=lambda d: d["age_from"], count=lambda d: d["count"] / 5
        )
        for i in range(5)
    )
    single = pd.concat([single, wide[wide["age_to"].isna()]])
    assert stats.forecast_population(single).value == pytest.approx(stats.forecast_population(wide).value)


def test_the_sample_town_is_forecast():
    data = load("population")
    finding = stats.forecast_population(data, steps=4)
    assert finding.table["status"].value_counts().to_dict() == {"実績": 72, "推計": 144}
    assert 0.5 * finding.figures["base"] < finding.value < finding.figures["base"]
    assert finding.left_out[0].startswith("ほかの調査日の")


def test_simpson_shows_by_which_of_several_variables():
    stones = pd.DataFrame({"治療": list("AABB") * 2, "石": ["小"] * 4 + ["大"] * 4, "成功": [1, 0] * 4})
    stones["人"], stones["曜日"] = [81, 6, 234, 36, 192, 71, 55, 25], ["月", "月", "月", "月"] * 2
    finding = stats.simpson(stones, value="成功", by="治療", within=["曜日", "石"], weights="人")
    assert finding.value == "石"
    inside = finding.table[finding.table["variable"] == "石"].set_index("level")["flips"]
    assert inside.to_dict() == {"大": True, "小": True, "調整後": True}
    assert "「石」をそろえると" in finding.sentence and "2 区分のうち 2 区分で逆" in finding.sentence
    stays = stats.simpson(stones, value="成功", by="治療", within="曜日", weights="人")
    equal = stats.simpson(stones.assign(成功=stones["石"] == "大"), value="成功", by="治療", within="石", weights="人")
    assert equal.value is None and equal.figures["overall"] > 0.4  # the stones alone make the difference
    assert stays.value is None and "向きは変わりません" in stays.sentence


def test_regression_to_the_mean_is_galtons():
    rng = np.random.default_rng(5)
    before = rng.normal(100, 15, 20_000)
    after = 100 + 0.6 * (before - 100) + rng.normal(0, 12, 20_000)
    data = pd.DataFrame({"before": before, "after": after})
    finding = stats.regression_to_mean(data, before="before", after="after", share=0.1)
    picked = before[before >= np.quantile(before, 0.9)].mean()
    assert finding.value == pytest.approx((1 - 0.6) * (100 - picked), abs=0.5)
    assert finding.figures["rest"] == pytest.approx(0, abs=0.5)
    data["treated"] = (before > 115) & (np.arange(20_000) % 2 == 0)
    data["after"] -= 7.0 * data["treated"]
    finding = stats.regression_to_mean(data, before="before", after="after", share=0.1, treated="treated")
    assert finding.figures["rest"] == pytest.approx(-7, abs=1)
    assert finding.figures["observed_change"] < -16  # the naive before-after comparison says more than double
    low = stats.regression_to_mean(data, before="before", after="after", side="low", share=0.1)
    assert low.value > 0


def test_time_is_read_in_the_forms_that_offices_write():
    assert years(pd.Series(["2026-01", "2026-07-02", None]), "月").tolist()[:2] == pytest.approx([2026, 2026.498630137])
    assert years(pd.Series(pd.to_datetime(["2024-12-31"])), "日").iloc[0] == pytest.approx(2024 + 365 / 366)
    assert years(pd.Series([2020, 2021]), "年度").tolist() == [2020, 2021]


def test_trend_by_group():
    data = pd.DataFrame({"年度": [*range(2015, 2025)] * 2, "町": ["東"] * 10 + ["西"] * 10})
    data["利用者"] = np.where(data["町"] == "東", 100 + 5 * (data["年度"] - 2015), 80) + data["年度"] % 3
    finding = stats.trend(data, time="年度", value="利用者", by="町", unit="人")
    assert finding.table.set_index("町").loc["東", "slope"] == pytest.approx(5, abs=0.1)
    assert finding.sentence.startswith("「東」の「利用者」は「年度」1 につき 5.02人ずつ増えています")
    assert "（95%信頼区間 4.89〜5.14人、10 時点）" in finding.sentence


def test_every_column_that_is_shown_has_a_japanese_name():
    tables = [
        stats.describe(P, value="y", weights="w").table,
        stats.compare(P, value="y", by="g", groups=["A", "B"]).table,
        stats.correlate(P, columns=["x", "y"]).table.drop(columns=["x", "y"]),
        stats.regress(P, y="yes", x=["x", "g"], kind="logit").table,
        stats.chi2(P, rows="g", columns="h").table,
        stats.anova(P, value="y", by="g").table,
        stats.trend(P, time="t", value="y").table,
        stats.bootstrap(P, value="y", repeats=100).table,
        stats.forecast_population(load("population")).table,
        stats.regression_to_mean(P, before="x", after="y").table,
        stats.base_rate(prevalence=0.1, sensitivity=0.9, specificity=0.9).table,
    ]
    figures = [f for name in ("chi2", "anova") for f in _figures(name)]
    for name in [*(c for table in tables for c in table.columns), *figures]:
        assert name in LABELS, name


def _figures(name: str) -> list[str]:
    call = {"chi2": lambda: stats.chi2(P, rows="g", columns="h"), "anova": lambda: stats.anova(P, value="y", by="g")}
    return list(call[name]().figures)


def test_scipy_and_statsmodels_are_loaded_only_when_used():
    code = "import sys, dataacademy as da; da.stats.describe; print({'scipy', 'statsmodels'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_pairs_may_be_told_apart_by_yes_and_no():
    twice = pd.DataFrame({"id": [1, 1, 2, 2, 3, 3], "after": [False, True] * 3, "v": [1.0, 2.0, 2.0, 4.0, 3.0, 4.5]})
    found = stats.compare(twice, value="v", by="after", groups=[True, False], method="paired", pair="id")
    assert found.value == pytest.approx(1.5)
