"""A fake twin has the shape of the real table and nobody in it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataacademy import DataAcademyError, load
from dataacademy.privacy import synthesize
from dataacademy.privacy.margins import joint, proportional, unsmall


@pytest.fixture(scope="module")
def residents() -> pd.DataFrame:
    return load("residents").head(6000)


@pytest.fixture(scope="module")
def twin(residents):
    return synthesize(residents, pairs=[("sex", "area_id")], seed=3)


def test_columns_types_and_counts_are_the_real_ones_and_people_are_not(residents, twin):
    made = twin.data
    assert list(made.columns) == list(residents.columns)
    assert (made.dtypes == residents.dtypes).all() and len(made) == len(residents)
    for column in ("sex", "area_id"):
        real = residents[column].value_counts()
        fake = made[column].value_counts().reindex(real.index, fill_value=0)
        moved = real[real < 5].sum() + 5  # small areas are 0 or 5 instead, the others make up for it in proportion
        assert (fake - real)[real >= 5].abs().max() <= 1 and (fake - real).abs().sum() <= 2 * moved
    assert not set(made["resident_id"]) & set(residents["resident_id"])
    assert not set(made["name"]) & set(residents["name"])
    assert made["name"].str.startswith("見本").all()
    assert made["resident_id"].is_unique and made["resident_id"].str.fullmatch(r"X\d{5}").all()
    assert made["household_id"].value_counts().max() <= residents["household_id"].value_counts().max()


def test_the_kept_pair_has_its_table(residents, twin):
    real = pd.crosstab(residents["area_id"], residents["sex"])
    fake = pd.crosstab(twin.data["area_id"], twin.data["sex"]).reindex(real.index, fill_value=0)
    large = (real >= 5).all(axis=1)
    assert large.sum() > 5 and (real - fake)[large].abs().to_numpy().max() <= 5
    free = synthesize(residents, seed=3).data
    free = pd.crosstab(free["area_id"], free["sex"]).reindex(real.index, fill_value=0)
    assert (fake - real).abs().to_numpy().sum() < (free - real).abs().to_numpy().sum()


def test_nobody_who_stands_alone_comes_back(residents, twin):
    by = ["sex", "birth_date", "area_id"]
    alone = residents.groupby(by)["name"].transform("size") == 1
    assert alone.sum() > 1000
    assert len(twin.data.merge(residents.loc[alone, by], on=by)) == 0
    blind = synthesize(residents, by=["sex"], pairs=[("sex", "area_id")], seed=3).data
    assert len(blind.merge(residents.loc[alone, by], on=by)) > 0  # without the check some would
    assert twin.figures["moved"] > 0


def test_the_same_seed_gives_the_same_twin_and_the_data_stay(residents):
    before = residents.copy(deep=True)
    first, again = (synthesize(residents.head(500), seed=1).data for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(synthesize(residents.head(500), seed=2).data)
    pd.testing.assert_frame_equal(residents, before)


def test_blanks_ranges_and_repeated_people_of_the_checkups():
    data = load("checkups")
    found = synthesize(data)
    made = found.data
    for column in ("bmi", "systolic", "guidance"):
        assert abs(made[column].isna().sum() - data[column].isna().sum()) <= found.figures["removed"]
    for column in ("age", "distance_m", "bmi"):
        real = np.sort(data[column].dropna().astype(float))
        assert real[4] <= made[column].min() and made[column].max() <= real[-5]
    assert made["bmi"].dropna().map(lambda v: round(v, 1) == v).all()
    sizes = data["person_id"].value_counts()
    assert made["person_id"].value_counts().max() <= sizes.max() and made["person_id"].nunique() < len(made) / 2
    assert (found.table.set_index("column").loc[["sex", "office"], "max_difference"] < 0.1).all()


def test_words_of_people_are_never_kept():
    data = pd.DataFrame(
        {
            "意見": ["なし"] * 200 + ["本町の山田です。夜の道が暗くてこわいので、灯りをお願いします。"],
            "区": ["東", "西", "北"] * 67,
        }
    )
    made = synthesize(data, by=["区"])
    assert not made.data["意見"].str.contains("山田|灯り").any()
    assert made.table.set_index("column").loc["意見", "way"] == "見本の文章"
    hearing = load("hearing")
    assert not set(synthesize(hearing).data["text"]) & set(hearing["text"])


def test_a_smaller_twin_has_the_same_proportions(residents):
    found = synthesize(residents, rows=300)
    assert found.value == len(found.data) + 0 == 300 - found.figures["removed"]
    share = residents["sex"].value_counts(normalize=True) - found.data["sex"].value_counts(normalize=True)
    assert share.abs().max() < 0.01
    assert len(synthesize(residents.head(50), rows=400).data) > 350


def test_times_dates_categories_and_empty_columns_keep_their_form():
    log = load("counter_log").head(1500)
    made = synthesize(log).data
    assert made["arrived"].str.fullmatch(r"[01]\d:[0-5]\d:[0-5]\d").all()
    assert made["date"].str.fullmatch(r"\d{4}-\d\d-\d\d").all()
    n = np.arange(300)
    data = pd.DataFrame({"c": pd.Categorical(n % 3), "i": pd.array(n % 7, dtype="Int64"), "b": n % 2 == 0})
    data["d"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(n, unit="D")
    data["e"] = pd.Series([None] * 300, dtype="Float64")
    other = synthesize(data, by=[]).data
    assert (other.dtypes == data.dtypes).all() and other["e"].isna().all()
    assert (other["i"].value_counts().sort_index() == data["i"].value_counts().sort_index()).all()


def test_it_says_what_it_is_good_for(twin):
    assert "分析には使えません" in twin.sentence and "プログラムや様式を試すのに" in twin.sentence
    assert any("匿名加工情報" in line for line in twin.assumptions)


def test_relations_are_gone_unless_kept():
    x = np.random.default_rng(0).integers(0, 4, 4000)
    data = pd.DataFrame({"x": x, "y": (x + (np.arange(4000) % 10 == 0)) % 4})
    assert abs(synthesize(data, by=[]).data.corr().iloc[0, 1]) < 0.05 < data.corr().iloc[0, 1]
    kept = synthesize(data, by=[], pairs=[("x", "y")]).data
    assert (pd.crosstab(kept["x"], kept["y"]) == pd.crosstab(data["x"], data["y"])).all(axis=None)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 7), st.integers(2, 7))
def test_whole_numbers_keep_both_sums(seed, r, c):
    rng = np.random.default_rng(seed)
    table = rng.poisson(rng.gamma(0.5, 8, (r, c)))
    rows = rng.multinomial(200, rng.dirichlet(np.ones(r)))
    columns = rng.multinomial(200, rng.dirichlet(np.ones(c)))
    whole = joint(table, rows, columns)
    assert (whole >= 0).all() and (whole.sum(axis=1) == rows).all() and (whole.sum(axis=0) == columns).all()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 50), min_size=1, max_size=9).filter(any), st.integers(1, 500))
def test_proportions_add_up(counts, total):
    whole = proportional(np.array(counts), total)
    assert whole.sum() == total and (np.abs(whole - np.array(counts) * total / sum(counts)) < 1).all()


def test_small_counts_change_on_average_by_nothing():
    counts = np.array([0, 1, 2, 3, 4, 5, 90])
    drawn = np.array([unsmall(counts, 5, np.random.default_rng(s))[0] for s in range(4000)])
    assert set(np.unique(drawn[:, 1:5])) == {0, 5}
    assert np.abs(drawn.mean(axis=0) - counts).max() < 0.15
    assert (drawn[:, [0, 5, 6]] == counts[[0, 5, 6]]).all()


PEOPLE = pd.DataFrame({"氏名": [f"人{i}" for i in range(60)], "区": ["東", "西", "北"] * 20, "性": ["男", "女"] * 30,
                       "年": [20, 30, 40, 50] * 15})  # fmt: skip
CASES = [
    ("pairs_in_circle", {"pairs": [("区", "性"), ("性", "年"), ("年", "区")]}, "輪になっています"),
    ("pairs_in_circle", {"pairs": [("区", "性"), ("性", "区")]}, "輪になっています"),
    ("pairs_in_circle", {"pairs": [("区", "区")]}, "輪になっています"),
    ("not_a_level", {"pairs": [("氏名", "区")]}, "氏名"),
    ("k_too_small", {"minimum": 1}, "minimum"),
    ("k_too_large", {"minimum": 99}, "60 行"),
    ("not_whole_between", {"rows": 0}, "1 以上"),
    ("not_whole_between", {"rows": "多め"}, "多め"),
    ("not_whole_between", {"seed": -1}, "seed"),
    ("not_whole_between", {"seed": "a"}, "「a」"),
    ("not_pairs", {"pairs": ("区", "性")}, "かっこを二重"),
    ("not_pairs", {"pairs": [("区",)]}, "二つずつ"),
    ("not_treatments", {"treat": ["区"]}, "list"),
    ("unknown_column", {"by": ["性別"]}, "もしかして「性」"),
    ("unknown_column", {"treat": {"町": "fake"}}, "町"),
    ("unknown_choice", {"treat": {"区": "hide"}}, "keep"),
]


@pytest.mark.parametrize(("kind", "options", "says"), CASES)
def test_bad_input_is_told_apart(kind, options, says):
    with pytest.raises(DataAcademyError) as error:
        synthesize(PEOPLE, **options)
    assert error.value.note.kind == kind
    assert says in str(error.value)


def test_treat_overrules_the_guess():
    made = synthesize(PEOPLE, by=[], treat={"区": "fake", "氏名": "keep"})
    assert not set(made.data["区"]) & set("東西北")
    with pytest.raises(DataAcademyError, match="DataFrame"):
        synthesize([1, 2])
