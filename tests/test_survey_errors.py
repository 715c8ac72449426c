"""Every bad input has its own message: what was wrong, what is allowed, the way out, in two languages."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dataacademy import DataAcademyError, survey

N = 60
ROW = np.arange(N)


@pytest.fixture
def data() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "満足度": pd.Categorical(
                np.array(["不満", "普通", "満足"])[ROW % 3], ["不満", "普通", "満足"], ordered=True
            ),
            "年齢層": np.array(["若", "中", "高"])[ROW // 20],
            "地区": np.array(["北", "南"])[ROW % 2],
            "重み": 1.0 + ROW % 4,
            "点": ROW % 11,
            "空": pd.Series([None] * N, dtype=object),
            "一つ": "はい",
            "番号": [f"N{i:04d}" for i in ROW],
            "全角": np.where(ROW % 2, "1", "１"),
        }
    )


def error(kind, work, *words):
    with pytest.raises(DataAcademyError) as caught:
        work()
    note = caught.value.note
    assert note.kind == kind, str(caught.value)
    assert note.fix and note.fix_en and note.en
    for word in words:
        assert word in str(caught.value), str(caught.value)


FUNCTIONS = {
    "tabulate": lambda d, q: survey.tabulate(d, question=q),
    "gt_table": lambda d, q: survey.gt_table(d, questions=[q]),
    "crosstab": lambda d, q: survey.crosstab(d, question=q, by="地区"),
    "top2box": lambda d, q: survey.top2box(d, questions=q),
    "likert": lambda d, q: survey.likert(d, questions=[q]),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_columns(data, name):
    error("unknown_column", lambda: FUNCTIONS[name](data, "満足"), "もしかして「満足度」ですか")


@pytest.mark.parametrize("name", [n for n in FUNCTIONS if n != "gt_table"])
def test_all_answers_missing(data, name):
    error("all_missing", lambda: FUNCTIONS[name](data, "空"), "「空」", "すべて空欄")


def test_gt_table_names_questions_without_answers(data):
    finding = survey.gt_table(data, questions=["満足度", "空"])
    assert finding.value == 1 and any("空" in line for line in finding.left_out)


def test_nobody_answered_on_the_scale(data):
    off = data.assign(問=["無回答", "わからない"] * (N // 2))
    error("nobody_answered", lambda: survey.tabulate(off, question="問"), "無回答")
    error("nobody_answered", lambda: survey.multiple_response(data.assign(a=np.nan), columns=["a"]), "すべて空欄")


@pytest.mark.parametrize("weight, kind", [(-1, "negative_weights"), (0, "zero_weights"), (np.nan, "missing_weights")])
def test_weights(data, weight, kind):
    data.loc[6, "重み"] = weight
    calls = (
        lambda: survey.tabulate(data, question="満足度", weights="重み"),
        lambda: survey.Design(data, weights="重み"),
        lambda: survey.rake(data, targets={"地区": {"北": 0.5, "南": 0.5}}, weights="重み"),
        lambda: survey.cronbach_alpha(data, items=["点", "重み"], weights="重み"),
    )
    for call in calls[: 3 if np.isnan(weight) else 4]:
        error(kind, call, "7 行目")


def test_weights_twice(data):
    design = survey.Design(data, weights="重み")
    error("two_weights", lambda: survey.tabulate(design, question="満足度", weights="重み"), "Design")


def test_a_stratum_with_one_unit(data):
    data.loc[0, "年齢層"] = "幼"
    error("lonely_unit", lambda: survey.Design(data, strata="年齢層"), "「幼」", "1 人")
    by_cluster = data.assign(班=np.where(data["年齢層"] == "若", 1, ROW))
    error("lonely_unit", lambda: survey.Design(by_cluster[1:], strata="年齢層", cluster="班"), "「若」", "まとまり")
    for lonely in ("adjust", "certainty"):
        assert survey.Design(data, strata="年齢層", lonely=lonely).mean(value="点").table["se"].item() > 0


def test_strata_and_population(data):
    error("missing_strata", lambda: survey.Design(data.assign(年齢層=None), strata="年齢層"), "空欄")
    error("fpc_differs", lambda: survey.Design(data.assign(N=100 + ROW), strata="年齢層", fpc="N"), "ちがって")
    error("fpc_too_small", lambda: survey.Design(data.assign(N=19), strata="年齢層", fpc="N"), "19", "20")


def test_a_domain_that_fits_nobody_or_another_table(data):
    design = survey.Design(data)
    error("empty_group", lambda: design.where(data["地区"] == "東"), "一人も")
    error("wrong_length", lambda: design.where([True, False]), "2 行分")


def test_targets(data):
    error("targets_do_not_sum", lambda: survey.rake(data, targets={"地区": {"北": 0.5, "南": 0.6}}), "1.1")
    both = {"地区": {"北": 500, "南": 500}, "年齢層": {"若": 300, "中": 300, "高": 300}}
    error("targets_do_not_sum", lambda: survey.rake(data, targets=both), "1,000", "900")
    error("missing_level", lambda: survey.rake(data, targets={"地区": {"北": 1.0}}), "「南」")
    three = {"地区": {"北": 0.4, "南": 0.4, "東": 0.2}}
    error("empty_margin", lambda: survey.rake(data, targets=three), "「東」")
    error("bad_target", lambda: survey.rake(data, targets={"地区": {"北": 1.2, "南": -0.2}}), "-0.2")
    error("bad_target", lambda: survey.rake(data, targets={}), "targets")
    gap = data.assign(地区=data["地区"].where(ROW > 2))
    error("missing_margin", lambda: survey.rake(gap, targets={"地区": {"北": 0.5, "南": 0.5}}), "3 人")


def test_one_category(data):
    error("one_category", lambda: survey.crosstab(data, question="一つ", by="地区"), "「一つ」", "1種類")
    error("one_category", lambda: survey.crosstab(data, question="満足度", by="一つ"), "「一つ」")
    error("one_category", lambda: survey.correspondence(data, rows="一つ", columns="地区"), "「一つ」")
    assert survey.tabulate(data, question="一つ").value == 100
    finding = survey.crosstab(data, question=["一つ", "満足度"], by="地区", single_category=True)
    assert np.isnan(finding.value) and finding.tests["p_value"].notna().tolist() == [False, True]
    assert any("一つ" in line for line in finding.left_out)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_mixed_digits_and_too_many_levels(data, name):
    error("mixed_digits", lambda: FUNCTIONS[name](data, "全角"), "「1」")
    many = pd.DataFrame({"番号": pd.Categorical([f"N{i}" for i in range(5000)]), "地区": ["北", "南"] * 2500})
    error("too_many_levels", lambda: FUNCTIONS[name](many, "番号"), "5,000 種類")


def test_an_empty_group(data):
    few = data.assign(地区=pd.Categorical(data["地区"], ["北", "南", "東"]))
    error("empty_group", lambda: survey.crosstab(few, question="満足度", by="地区"), "「東」", "remove_unused")
    error("empty_group", lambda: survey.nps(few, question="点", by="地区"), "「東」")


def test_scales(data):
    odd = data.assign(満足度=data["満足度"].astype(str).replace("普通", "ふつう"))
    order = ["不満", "普通", "満足"]
    error("unexpected_codes", lambda: survey.likert(odd, questions=["満足度"], order=order), "ふつう", "20 行")
    error("no_order", lambda: survey.likert(odd, questions=["満足度"]), "order=")
    error("different_scales", lambda: survey.likert(data, questions=["満足度", "点"]), "選択肢がちがいます")
    error("out_of_range", lambda: survey.top2box(data, questions="満足度", top=3), "3")
    error("unexpected_codes", lambda: survey.nps(data.assign(点=np.where(ROW == 5, 99, ROW % 11)), question="点"), "99")
    error("unexpected_codes", lambda: survey.nps(data, question="地区"), "北")


def test_several_answers(data):
    error("unclear_question", lambda: survey.multiple_response(data), "columns=")
    error("not_marks", lambda: survey.multiple_response(data, columns=["点"]), "「2」")
    joined = pd.DataFrame({"手段": ["徒歩、バス", "車、徒歩", "車"]})
    error("separator_not_found", lambda: survey.multiple_response(joined, text="手段"), "、")
    words = pd.DataFrame({"手段": [f"意見{i};ほか" for i in range(300)]})
    error("too_many_levels", lambda: survey.multiple_response(words, text="手段"), "自由記述")


def test_items(data):
    error("too_few_items", lambda: survey.cronbach_alpha(data, items=["点"]))
    error("unknown_item", lambda: survey.cronbach_alpha(data, items=["点", "重み"], reverse=["地区"]), "地区")
    error("no_spread", lambda: survey.cronbach_alpha(data.assign(同=3), items=["点", "同"]), "「同」")
    gaps = data.assign(a=np.where(ROW % 2, ROW % 5, np.nan), b=np.where(ROW % 2, np.nan, ROW % 5))
    error("no_complete_rows", lambda: survey.cronbach_alpha(gaps, items=["a", "b"]), "0 人")


def test_portfolio(data):
    items = {"satisfaction": ["満足度"] * 3}
    error("unclear_importance", lambda: survey.cs_portfolio(data, **items), "importance=")
    error("different_lengths", lambda: survey.cs_portfolio(data, **items, importance=["満足度"]))
    error("too_few_items", lambda: survey.cs_portfolio(data, satisfaction=["満足度"], importance=["満足度"]))
    error("no_spread", lambda: survey.cs_portfolio(data, **items, overall="満足度", items=list("abc")))
    error("unknown_choice", lambda: survey.cs_portfolio(data, **items, overall="点", scoring="score"), "points")


def test_planning(data):
    error("not_yes_no", lambda: survey.response_rate(data, returned="点"), "はい・いいえ")
    error("missing_returned", lambda: survey.response_rate(data, returned="空"), "空欄")
    error("count_above_base", lambda: survey.response_rate(data.assign(送=5), returned="点", sent="送"), "7 行目")
    error("population_too_small", lambda: survey.margin_of_error(400, population=300), "300")
    error("out_of_range", lambda: survey.margin_of_error(400, share=50), "0.05")
    error("not_a_table", lambda: survey.tabulate([1, 2], question="q"), "DataFrame")
    error("no_rows", lambda: survey.tabulate(data.head(0), question="満足度"), "行がない")


def test_tables_too_large_and_nothing_to_tabulate(data):
    wide = pd.DataFrame({"a": ROW % 60, "b": [f"{i}" for i in ROW]})
    wide = pd.concat([wide.assign(b=wide["b"] + s) for s in "xy"], ignore_index=True)
    error("too_many_cells", lambda: survey.crosstab(wide, question="a", by="b"), "7,200")
    error("no_questions", lambda: survey.gt_table(data[["点"]]), "codebook=")
    numbers = pd.DataFrame({"r": ["a", "b"] * 2, "c": ["x", "x", "y", "y"], "n": [1, -1, 2, 3]})
    error("bad_counts", lambda: survey.correspondence(numbers, rows="r", columns="c", count="n"))
    even = numbers.assign(n=5)
    error("no_association", lambda: survey.correspondence(even, rows="r", columns="c", count="n"))


def test_estimates(data):
    design = survey.Design(data)
    error("unknown_choice", lambda: design.proportion(value="地区", equals="東"), "北")
    empty = survey.Design(data.assign(無=np.nan))
    error("all_missing", lambda: empty.mean(value="無"), "「無」")
    error("zero_total", lambda: survey.Design(data.assign(零=0)).ratio(value="点", per="零"), "0")
    error("out_of_range", lambda: design.quantile(value="点", at=[50]), "0")
