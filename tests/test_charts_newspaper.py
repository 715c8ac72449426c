"""A newspaper whose charts mislead, each in its own way, and the chooser of charts."""

import pandas as pd
import pytest
from matplotlib import pyplot

import dataacademy as da
from dataacademy import charts, styling
from dataacademy.errors import DataAcademyError

FAULTS = {
    1: {"truncated_bar", "no_source"},
    2: {"three_d", "too_many_categories"},
    3: {"count_not_rate"},
    4: {"dual_axes"},
    5: {"too_many_categories", "colours_alike"},
    6: {"rainbow"},
    7: set(),  # begins in the year that suits: no machine sees it
}


@pytest.fixture(autouse=True)
def close_figures():
    yield
    pyplot.close("all")


def test_every_article_has_its_own_fault_and_no_empty_box():
    page = charts.newspaper()
    assert {number: {note.kind for note in charts.lint(ax)} for number, ax in page.items()} == FAULTS
    assert styling.missing_glyphs(page[1].figure) == []


def test_the_tables_repair_what_the_articles_say():
    loans, hurt, waste = (charts.newspaper_table(number) for number in (1, 3, 7))
    assert 0.96 < loans["貸出"].iloc[-1] / loans["貸出"].iloc[0] < 0.97
    assert hurt.loc[hurt["けが人"].idxmax(), "地区"] == "中央"
    assert hurt.loc[(hurt["けが人"] / hurt["住民"]).idxmax(), "地区"] == "山手"
    assert waste["ごみ"].iloc[-1] > waste["ごみ"].iloc[-4] and waste["ごみ"].tail(3).is_monotonic_decreasing
    crimes = charts.newspaper_table(4)["犯罪"].diff().dropna()
    assert crimes.between(-23, -14).all()  # no year in which it fell faster
    halls = charts.newspaper_table(5).pivot(index="年", columns="施設", values="利用者")
    assert (halls.iloc[-1] - halls.iloc[0]).nlargest(2).index[0] == "児童館"
    assert (halls.iloc[-1] - halls.iloc[0]).nlargest(2).round().tolist()[0] > 30


def test_an_article_alone_and_one_that_is_not_there():
    assert list(charts.newspaper(5, 2)) == [5, 2]
    for ask in (charts.newspaper, charts.newspaper_table):
        with pytest.raises(DataAcademyError):
            ask(8)


def test_depth_is_seen_and_a_round_pie_is_not_depth():
    ax = pyplot.figure().add_subplot(projection="3d")
    assert "three_d" in {note.kind for note in charts.lint(ax)}
    flat = pyplot.subplots()[1]
    flat.pie([3, 2, 1])
    assert "three_d" not in {note.kind for note in charts.lint(flat)}
    flat.set_aspect(0.6)
    assert "three_d" in {note.kind for note in charts.lint(flat)}


def table(steps, groups):
    rows = [(2000 + step, f"組{group}", step + group) for step in range(steps) for group in range(groups)]
    return pd.DataFrame(rows, columns=["年", "組", "数"])


@pytest.mark.parametrize(
    ("steps", "groups", "chart"),
    [
        (1, 3, "show"),
        (2, 3, "slope"),
        (8, 4, "line"),
        (8, 5, "small_multiples"),
        (8, 24, "small_multiples"),
        (8, 25, "line"),
    ],
)
def test_change_is_drawn_by_how_many_lines_there_are(steps, groups, chart):
    assert charts.choose(table(steps, groups), question="変化", x="年", y="数", by="組").value == chart


def test_comparing_asks_how_many_there_are():
    def asked(count, by=None):
        data = pd.DataFrame({"名": [f"あ{n}" for n in range(count)], "組": "一", "数": range(count)})
        return charts.choose(data, question="くらべる", x="名", y="数", by=by)

    assert [asked(n).value for n in (2, 6, 40)] == ["show", "bar", "bar"]
    assert "horizontal" not in asked(12).table["書き方"][0] and "horizontal=True" in asked(13).table["書き方"][0]
    assert "nlargest(10" in asked(40).table["書き方"][0]


def test_few_values_are_shown_and_counts_become_symbols():
    few = pd.DataFrame({"分": range(9), "件": range(9)})
    assert charts.choose(few, question="ばらつき", x="分").value == "show"
    assert charts.choose(few.head(4), question="関係", x="分", y="件").value == "show"
    areas = da.load("areas")
    assert charts.choose(areas, question="場所", x="population").value == "points"
    rates = areas.assign(割合=100 * areas["elderly"] / areas["population"])
    assert charts.choose(rates, question="場所", x="割合").value == "choropleth"


@pytest.mark.parametrize("question", ["くらべる", "変化", "内訳", "ばらつき", "関係"])
@pytest.mark.parametrize("size", [(1, 1), (2, 2), (6, 3), (20, 6), (40, 2)])
def test_every_command_that_is_recommended_draws(question, size):
    data = table(*size)
    columns = {"ばらつき": {"x": "数"}, "関係": {"x": "年", "y": "数"}}.get(
        question, {"x": "年", "y": "数", "by": "組"}
    )
    if question == "内訳":
        columns = {"x": "組", "y": "数", "by": "年"}
    found = charts.choose(data, question=question, **columns)
    for command in found.table["書き方"]:
        eval(command.replace("['名前']", "['組0']"), {"da": da, "表": data.assign(組=data["組"])})
        pyplot.close("all")


def test_what_the_chooser_cannot_do_it_says():
    for more, kind in [
        ({"question": "円グラフ", "x": "年"}, "unknown_choice"),
        ({"question": "変化", "x": "年"}, "no_column"),
        ({"question": "関係", "x": "組", "y": "数"}, "not_numeric"),
        ({"question": "場所", "x": "数"}, "no_map_table"),
        ({"question": "変化", "x": "月", "y": "数"}, "unknown_column"),
    ]:
        with pytest.raises(DataAcademyError) as error:
            charts.choose(table(3, 2), **more)
        assert error.value.note.kind == kind
