"""What cannot be drawn honestly is refused, each in its own words, before anything is half-drawn."""

import numpy as np
import pandas as pd
import pytest
from chartbook import ASIDE, EVERY_KIND, SCALE, answers, cross, hours, people, policies, two_points, waits, years
from matplotlib import pyplot

from dataacademy import charts
from dataacademy.errors import DataAcademyError
from dataacademy.finding import Finding


@pytest.fixture(autouse=True)
def close_figures():
    yield
    pyplot.close("all")


def refused(draw, table, **how):
    with pytest.raises(DataAcademyError) as caught:
        draw(table, **how)
    assert not pyplot.get_fignums()  # nothing half-drawn
    note = caught.value.note
    assert note.ja
    assert note.en
    return note


LINE = {"x": "年", "y": "人数", "by": "学校"}
CHARTS = [
    (charts.bar, cross(), {"x": "評価", "y": "回答者", "by": "年代"}, "y"),
    (charts.line, years(), LINE, "y"),
    (charts.slope, two_points(), {"item": "地区", "x": "年", "y": "高齢化率"}, "y"),
    (charts.histogram, waits(), {"x": "待ち時間"}, "x"),
    (charts.scatter, policies(), {"x": "満足度", "y": "重要度", "name": "施策"}, "x"),
    (charts.portfolio, policies(), {"x": "満足度", "y": "重要度", "name": "施策"}, "y"),
    (charts.population_pyramid, people(), {"y": "count"}, "y"),
    (charts.likert, answers(), {"item": "問", "answer": "答え", "y": "人", "order": SCALE, "aside": ASIDE}, "y"),
    (charts.heatmap, hours(), {"x": "曜日", "y": "時", "value": "件数"}, "value"),
    (charts.small_multiples, years(), LINE, "y"),
    (charts.show_same_data_three_ways, years(), LINE, "y"),
]
NAMES = [draw.__name__ for draw, *_ in CHARTS]


@pytest.mark.parametrize(("draw", "table", "how", "value"), CHARTS, ids=NAMES)
def test_what_no_chart_can_draw(draw, table, how, value):
    column = how[value]
    assert refused(draw, table, **how | {value: column + "数"}).kind == "unknown_column"
    wrong = refused(draw, table, **how | {value: column[:-1] + "x"})
    assert wrong.kind == "unknown_column"
    assert f"もしかして「{column}」" in wrong.ja or len(column) < 3
    assert refused(draw, table.head(0), **how).kind == "no_rows"
    missing = refused(draw, table.assign(**{column: np.nan}), **how)
    assert missing.kind == "all_missing"
    assert f"{len(table)} 行すべてが空欄" in missing.ja
    assert refused(draw, table.assign(**{column: "多い"}), **how).kind == "not_numeric"
    assert refused(draw, table.assign(**{column: np.inf}), **how).kind == "infinite"
    finding = Finding(table=table, value=1, sentence="", sentence_en="")
    assert ".table" in refused(draw, finding, **how).fix
    assert refused(draw, table[column], **how).kind == "not_a_table"


MANY = pd.DataFrame({"名": [f"区分{i}" for i in range(5000)], "値": 1.0, "時": 2020, "組": "a"})


@pytest.mark.parametrize(
    ("draw", "how", "kind"),
    [
        (charts.bar, {"x": "名", "y": "値"}, "too_many_categories"),
        (charts.bar, {"x": "組", "y": "値", "by": "名"}, "too_many_groups"),
        (charts.line, {"x": "名", "y": "値"}, "too_many_categories"),
        (charts.line, {"x": "時", "y": "値", "by": "名"}, "too_many_groups"),
        (charts.line, {"x": "時", "y": "値", "by": "名", "highlight": "区分7"}, "too_many_categories"),
        (charts.scatter, {"x": "値", "y": "時", "by": "名"}, "too_many_groups"),
        (charts.portfolio, {"x": "値", "y": "時", "name": "名"}, "too_many_categories"),
        (charts.heatmap, {"x": "名", "y": "組", "value": "値"}, "too_many_categories"),
        (charts.small_multiples, {"x": "時", "y": "値", "by": "名"}, "too_many_categories"),
        (charts.likert, {"item": "名", "answer": "組", "y": "値", "order": ["a", "b"]}, "too_many_categories"),
        (charts.show_same_data_three_ways, {"x": "名", "y": "値", "by": "組"}, "too_many_categories"),
    ],
)
def test_five_thousand_categories(draw, how, kind):
    note = refused(draw, MANY, **how)
    assert note.kind == kind
    assert "5,000" in note.ja
    assert note.fix


def test_five_thousand_slopes():
    table = pd.concat([MANY, MANY.assign(時=2025)])
    assert refused(charts.slope, table, item="名", x="時", y="値").kind == "too_many_categories"


EMPTY = years().assign(人数=lambda t: t["人数"].where(t["学校"] != "幼稚園"))


@pytest.mark.parametrize("draw", [charts.line, charts.small_multiples, charts.show_same_data_three_ways])
def test_an_empty_group(draw):
    note = refused(draw, EMPTY, **LINE)
    assert note.kind == "empty_group"
    assert "「幼稚園」には値が一つもありません" in note.ja
    assert note.value == "幼稚園"


def test_a_question_nobody_answered():
    table = answers().assign(人=lambda t: t["人"].where(t["問"] != "子育てがしやすい", 0))
    note = refused(charts.likert, table, item="問", answer="答え", y="人", order=SCALE, aside=ASIDE)
    assert note.kind == "empty_group"
    assert "「子育てがしやすい」には答えた人がいません" in note.ja


@pytest.mark.parametrize(
    ("draw", "table", "how"),
    [
        (charts.likert, answers().assign(人=lambda t: t["人"] - 20), CHARTS[7][2]),
        (charts.population_pyramid, people().assign(count=lambda t: t["count"] - 450), {}),
        (charts.show_same_data_three_ways, cross().assign(回答者=lambda t: t["回答者"] - 40), CHARTS[0][2]),
        (charts.show_same_data_three_ways, years().assign(人数=lambda t: t["人数"] - 800), LINE),
        (charts.histogram, waits().assign(w=-1.0), {"x": "待ち時間", "weights": "w"}),
    ],
)
def test_negative_shares_and_counts(draw, table, how):
    note = refused(draw, table, **how)
    assert note.kind == "negative"
    assert "0 より小さい" in note.ja
    assert float(note.value.replace(",", "")) < 0


@pytest.mark.parametrize(
    ("draw", "table", "how"),
    [
        (charts.line, pd.concat([years(), years().tail(1)]), LINE),
        (charts.slope, pd.concat([two_points(), two_points().head(1)]), CHARTS[2][2]),
        (charts.portfolio, pd.concat([policies(), policies().head(1)]), CHARTS[5][2]),
        (charts.population_pyramid, pd.concat([people(), people().head(1)]), {}),
        (charts.likert, pd.concat([answers(), answers().head(1)]), CHARTS[7][2]),
        (charts.heatmap, pd.concat([hours(), hours().head(1)]), CHARTS[8][2]),
        (charts.small_multiples, pd.concat([years(), years().head(1)]), LINE),
    ],
)
def test_the_same_row_twice_is_not_added_up_silently(draw, table, how):
    note = refused(draw, table, **how)
    assert note.kind == "duplicate"
    assert "groupby" in note.fix


def test_unknown_highlights_get_a_guess():
    note = refused(charts.line, years(), **LINE, highlight=["中学"])
    assert note.kind == "unknown_column"
    assert "もしかして「中学校」" in note.ja
    assert "もしかして「防災」" in refused(charts.scatter, policies(), **CHARTS[4][2], highlight=["防災課"]).ja


def test_steps_of_lines():
    blank = years().assign(年=lambda t: t["年"].where(t["年"] != 2020))
    assert refused(charts.line, blank, **LINE).kind == "blank_step"
    assert refused(charts.slope, years(), item="学校", x="年", y="人数").kind == "not_two_points"
    lonely = two_points().assign(地区=lambda t: t["地区"] + t["年"].astype(str))
    assert refused(charts.slope, lonely, item="地区", x="年", y="高齢化率").kind == "no_pairs"


@pytest.mark.parametrize("bins", [[0, 5, 5], [3], [10, 0], 0, 1000])
def test_class_limits(bins):
    assert refused(charts.histogram, waits(), x="待ち時間", bins=bins).kind == "bad_bins"


def test_points_without_a_pair():
    table = pd.DataFrame({"x": [1, None], "y": [None, 2.0]})
    assert refused(charts.scatter, table, x="x", y="y").kind == "no_pairs"


@pytest.mark.parametrize(
    ("split", "kind"), [("meen", "unknown_choice"), ((1,), "bad_split"), ((1, np.nan), "bad_split")]
)
def test_splits(split, kind):
    assert refused(charts.portfolio, policies(), **CHARTS[5][2], split=split).kind == kind


def test_pyramids():
    note = refused(charts.population_pyramid, people().replace({"male": "mail"}))
    assert note.kind == "unknown_sex"
    assert "もしかして「male」" in note.ja
    assert refused(charts.population_pyramid, people().iloc[1:]).kind == "missing_band"
    named = people().assign(age=lambda t: t["age_from"].astype(str)).replace({"age": {"0": "不詳"}})
    assert refused(charts.population_pyramid, named, age="age").kind == "no_age"
    other = people().query("age_from < 80")
    assert refused(charts.population_pyramid, people(), compare=other).kind == "different_bands"


def test_scales():
    how = CHARTS[7][2]
    note = refused(charts.likert, answers(), **how | {"aside": ["無回答"]})
    assert note.kind == "unknown_answer"
    assert "「わからない」" in note.ja
    spelt = refused(charts.likert, answers().replace("ややそう思う", "ややそうおもう"), **how)
    assert "もしかして「ややそう思う」" in spelt.ja
    assert refused(charts.likert, answers(), **how | {"order": SCALE[:1]}).kind == "bad_scale"
    assert refused(charts.likert, answers(), **how | {"order": [*SCALE, SCALE[0]]}).kind == "bad_scale"
    assert refused(charts.likert, answers(), **how | {"neutral": "middle"}).kind == "unknown_choice"


def test_three_ways():
    table = pd.DataFrame({"町": ["北", "南"], "人": [1, 2], "年": [2020, 2021]})
    assert refused(charts.show_same_data_three_ways, table, x="町", y="人").kind == "needs_groups"
    assert refused(charts.show_same_data_three_ways, table.head(1), x="年", y="人").kind == "no_start"
    zero = refused(charts.show_same_data_three_ways, table.assign(人=[0, 2]), x="年", y="人")
    assert zero.kind == "no_start"
    assert "「人」のはじめの時点の値が 0" in zero.ja
    empty = cross().assign(回答者=lambda t: t["回答者"].where(t["年代"] != "20代", 0))
    assert refused(charts.show_same_data_three_ways, empty, x="評価", y="回答者", by="年代").kind == "empty_group"


def test_choices_of_small_multiples():
    assert refused(charts.small_multiples, years(), **LINE, chart="lines").kind == "unknown_choice"


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_messages_name_every_figure_only_once_it_is_drawn(kind):
    """The good tables of these tests are good: none of the refusals above comes from the table itself."""
    assert EVERY_KIND[kind]() is not None
