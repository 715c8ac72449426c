"""福井県観光アンケート: the published counts come out; joined texts and 0/1 columns agree (data beside the clone)."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest

from dataacademy import survey

BLOCKS = {  # joined text -> first and last of its 0/1 columns
    "訪問目的ALL": ("宿でのんびり過ごす", "出張など仕事関係"),
    "福井県までの交通手段ALL": ("自家用車", "県外から訪れていない（福井県在住）"),
    "情報収集ALL": ("観光展・物産展", "宿泊施設"),
}
J = {  # area -> answers in 2025-09 and 2024-09
    "あわら湯のまち エリア": (167, 194),
    "福井駅前 エリア": (84, 110),
    "JR敦賀駅前 エリア": (46, 34),
    "道の駅「若狭おばま」 エリア": (61, 53),
    "一乗谷朝倉氏遺跡 エリア": (32, 75),
    "東尋坊 エリア": (13, 40),
}


@pytest.fixture(scope="module")
def month(realdata):
    """Reads a month; a function, so that no failing test shows the rows."""
    folder = realdata / "fukui_kanko"
    if not folder.is_dir():
        pytest.skip("the real survey (../shared/realdata/fukui_kanko) is not beside this clone")
    return cache(lambda m: pd.read_csv(folder / f"monthly_{m}.csv", dtype=str))


@pytest.mark.parametrize("k, which", [(0, "202509"), (1, "202409")])
def test_published_counts_by_area(month, k, which):
    table = survey.tabulate(month(which), question="回答エリア").table.set_index("answer")
    for area, published in J.items():
        assert table.loc[area, "n"] == published[k], area
    assert table["n"].sum() == len(month(which))


def test_published_counts_by_age_in_one_area(month):
    finding = survey.crosstab(month("202509"), question="年代", by="回答エリア", single_category=True)
    rows = finding.table[finding.table["group"] == "道の駅「若狭おばま」 エリア"].set_index("answer")
    ages = [f"{decade}代" for decade in range(10, 80, 10)]
    assert [rows.loc[[a for a in rows.index if a.startswith(age)], "n"].sum() for age in ages] == [
        1,
        5,
        6,
        14,
        19,
        15,
        1,
    ]
    assert rows["base"].iloc[0] == 61


@pytest.mark.parametrize("text", BLOCKS)
def test_joined_texts_and_columns_agree(month, text):
    data = month("202509")
    first, last = BLOCKS[text]
    columns = list(data.columns[data.columns.get_loc(first) : data.columns.get_loc(last) + 1])
    by_text = {
        other: survey.multiple_response(data, text=other, separator="\n").table.set_index("answer")["n"]
        for other in [c for c in data.columns if c.endswith("ALL")]
    }
    elsewhere = {answer for other, table in by_text.items() if other != text for answer in table.index}
    columns = [c for c in columns if c != "その他" and c not in elsewhere]  # some columns serve two questions
    by_columns = survey.multiple_response(data, columns=columns).table.set_index("answer")["n"]
    assert len(by_columns) >= 3
    for answer, n in by_columns.items():
        assert by_text[text].get(answer, 0) == n, answer


def test_free_text_in_a_column_of_marks(month):
    from dataacademy import DataAcademyError

    data = month("202509")
    with pytest.raises(DataAcademyError, match="free_text"):
        survey.multiple_response(data, columns=["ドライブ・ツーリング", "その他"])
    table = survey.multiple_response(data, columns=["ドライブ・ツーリング", "その他"], free_text=["その他"]).table
    assert (
        table.set_index("answer").loc["その他", "n"] == (~data["その他"].isin(["0", ""]) & data["その他"].notna()).sum()
    )


def test_answers_of_one_member_are_a_cluster(month):
    data = month("202509")
    members = survey.Design(data, cluster="会員ID")
    assert members.n_units < len(data) == len(members.data)
    alone = survey.nps(data, question="NPS").table.iloc[0]
    together = survey.nps(members, question="NPS").table.iloc[0]
    assert alone["nps"] == pytest.approx(together["nps"])
    scores = data["NPS"].astype(float)
    expected = 100 * ((scores >= 9).mean() - (scores <= 6).mean())
    assert alone["nps"] == pytest.approx(expected)
    assert together["upper"] - together["lower"] > alone["upper"] - alone["lower"]


def test_all_questions_at_once(month):
    data = month("202509")
    questions = ["性別", "年代", "同行者", "満足度", "今後の来訪意向", "福井県内での交通手段の満足度"]
    finding = survey.gt_table(data, questions=questions)
    for question, rows in finding.table.groupby("question"):
        counts = data[question].value_counts()
        assert rows[rows["kind"] != "empty"].set_index("answer")["n"].to_dict() == counts.to_dict()
        assert rows["n"].sum() == len(data)
