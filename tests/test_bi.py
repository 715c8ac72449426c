"""A star with its keys checked, pivots, ranks, the dashboard's filters, its page and the hand-over; right and wrong."""

from __future__ import annotations

import itertools
import json

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dataacademy as da
from dataacademy.bi.board import MOST_BARS
from dataacademy.bi.star import UNKNOWN
from dataacademy.labels import LABELS

AREAS = pd.DataFrame({"code": ["01", "02", "03"], "name": ["東", "西", "島"], "side": ["陸", "陸", "海"]})
PEOPLE = pd.DataFrame(
    {
        "code": ["01", "01", "02", "02", "03"],
        "sex": ["女", "男", "女", "男", "女"],
        "n": [30, 10, 20, 25, 15],
        "old": [6, 1, 10, 10, 9],
    }
)
NEED = {
    "who": "福祉課長",
    "decides": "訪問する地区を選ぶ",
    "when": "月初の会議",
    "owner": "福祉係",
    "review_on": "2099-03-31",
}


@pytest.fixture(scope="module")
def star():
    return da.bi.star(PEOPLE, measures=["n", "old"], dimensions={"code": AREAS})


@pytest.fixture
def board(star):
    need = da.bi.requirement(**NEED, questions={"陸か海か": "side", "男女で違うか": "sex", "どの地区か": "name"})
    return da.bi.dashboard(star, requirement=need, title="訪問", unit="人", source="台帳（4月1日）")


def refused(kind):
    return pytest.raises(da.DataAcademyError, check=lambda error: error.note.kind == kind)


# the star


def test_a_star_keeps_every_row_and_every_sum(star):
    assert len(star.table) == len(PEOPLE) and star.table["n"].sum() == 100
    assert star.notes == () and "鍵は、すべて合っています" in star._repr_html_()
    assert star.groups == ["sex", "name", "side"]


def test_a_key_twice_is_refused_with_what_the_sum_would_become():
    twice = pd.concat([AREAS, AREAS.head(1).assign(name="東の二")])
    with refused("duplicate_key") as found:
        da.bi.star(PEOPLE, measures=["n"], dimensions={"code": twice})
    assert "二度以上" in str(found.value) and "100 から 140" in str(found.value)
    assert PEOPLE.merge(twice, on="code")["n"].sum() == 140


def test_what_no_table_describes_stays_and_is_told():
    more = pd.concat([PEOPLE, pd.DataFrame({"code": ["09", None], "sex": "女", "n": [4, 3], "old": [1, 1]})])
    found = da.bi.star(more, measures=["n"], dimensions={"code": AREAS.assign(size=AREAS["side"].astype("category"))})
    assert found.table["n"].sum() == 107 and (found.table["name"] == UNKNOWN).sum() == 2
    assert (found.table["size"] == UNKNOWN).sum() == 2
    assert "2 行（件数 7）" in found.notes[0]
    idle = da.bi.star(PEOPLE[PEOPLE["code"] != "03"], measures=["n"], dimensions={"code": AREAS})
    assert "1 行には、真ん中の表の行がありません" in idle.notes[0]


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("key_type", {"dimensions": {"code": AREAS.assign(code=[1, 2, 3])}}),
        ("empty_key", {"dimensions": {"code": AREAS.assign(code=["01", None, "03"])}}),
        ("no_key_fits", {"dimensions": {"code": AREAS.assign(code=["1", "2", "3"])}}),
        ("same_column", {"dimensions": {"code": AREAS.assign(sex="?")}}),
        ("unknown_column", {"dimensions": {"kode": AREAS}}),
        ("unknown_column", {"measures": ["m"]}),
        ("not_numeric", {"measures": ["sex"]}),
        ("duplicate_rows", {"grain": ["sex"]}),
        ("no_rows", {"fact": PEOPLE.head(0)}),
        ("not_a_table", {"fact": [1, 2]}),
        ("empty_measure", {"fact": PEOPLE.assign(n=[1, None, 3, 4, 5])}),
    ],
)
def test_a_wrong_table_gets_its_own_message(kind, change):
    with refused(kind):
        da.bi.star(**({"fact": PEOPLE, "measures": ["n"], "dimensions": {"code": AREAS}} | change))


# pivots


def test_a_pivot_has_subtotals_and_shares_of_the_parent(star):
    found = da.bi.pivot(star, rows=["side", "sex"], value="n")
    rows = [tuple(r) for r in found.table[["side", "sex", "n", "depth"]].itertuples(index=False)]
    assert rows == [
        ("陸", "女", 50, 2),
        ("陸", "男", 35, 2),
        ("陸", "計", 85, 1),
        ("海", "女", 15, 2),
        ("海", "計", 15, 1),
        ("合計", "", 100, 0),
    ]
    assert found.table["parent_percent"].round(1).tolist() == [58.8, 41.2, 85.0, 100.0, 15.0, 100.0]
    assert found.value == 100 and found.function == "bi.pivot"


@pytest.mark.parametrize(
    ("share", "first"),
    [(None, [50, 35, 85]), ("row", [58.8, 41.2, 100]), ("column", [76.9, 100, 85]), ("total", [50, 35, 85]),
     ("parent", [76.9, 100, 85])],
)  # fmt: skip
def test_a_pivot_across_says_the_share_of_what_was_asked(star, share, first):
    found = da.bi.pivot(star, rows="side", columns="sex", value="n", share=share).table
    assert found.loc[0, ["女", "男", "合計"]].astype(float).round(1).tolist() == first
    assert found["side"].tolist() == ["陸", "海", "合計"]


def test_the_parent_of_a_row_is_the_subtotal_above_it(star):
    found = da.bi.pivot(star, rows=["side", "name"], columns="sex", value="n", share="parent").table
    east = found[found["name"] == "東"].iloc[0]
    assert (east["女"], round(east["合計"], 1)) == (60, 47.1), "30 of 50 women and 40 of 85 people on the side 陸"


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from("xy"), st.sampled_from("pq"), st.integers(0, 50)),
        min_size=1,
        max_size=25,
    )
)
@settings(max_examples=40, deadline=None)
def test_a_pivot_agrees_with_pandas_and_its_leaves_add_up(rows):
    data = pd.DataFrame(rows, columns=["a", "b", "c", "n"])
    found = da.bi.pivot(data, rows=["a", "b"], columns="c", value="n").table
    assert found.loc[found["depth"] == 0, "合計"].iloc[0] == data["n"].sum()
    wanted = data.pivot_table(index=["a", "b"], columns="c", values="n", aggfunc="sum", fill_value=0)
    leaves = found[found["depth"] == 2].set_index(["a", "b"])
    for key, column in itertools.product(wanted.index, wanted.columns):
        assert leaves.loc[key, column] == wanted.loc[key, column]
    assert found[found["depth"] == 1]["合計"].sum() == data["n"].sum()


def test_totals_among_the_rows_are_refused():
    with refused("totals_inside"):
        da.bi.pivot(pd.concat([PEOPLE, PEOPLE.assign(sex="計")]), rows="sex", value="n")


def test_days_of_a_stock_are_not_added():
    days = pd.concat([PEOPLE.assign(day="2025-04-01"), PEOPLE.assign(day="2026-04-01", n=PEOPLE["n"] + 1)])
    stock = da.bi.star(days, measures=["n"], dimensions={"code": AREAS}, snapshot="day")
    found = da.bi.pivot(stock, rows="sex")
    assert found.value == 105 and "2026-04-01 の分だけ" in found.left_out[0]
    assert da.bi.pivot(days, rows="sex", value="n").value == 205, "the naive way counts everyone twice"


def test_drilling_down_keeps_the_way_and_names_what_is_not_there(star):
    found = da.bi.drill(star, levels=["side", "name"], at=["陸"], value="n")
    assert found.table["name"].tolist() == ["西", "東"] and found.value == 85
    assert found.sentence.startswith("全体 → 陸：")
    with refused("unknown_choice") as found:
        da.bi.drill(star, levels=["side", "name"], at=["陸地"], value="n")
    assert "もしかして「陸」" in str(found.value)
    with refused("drilled_out"):
        da.bi.drill(star, levels=["side"], at=["陸"], value="n")
    twice = PEOPLE.assign(part=["北", "南", "北", "南", "北"])
    assert "「北」など" in da.bi.drill(twice, levels=["code", "part"], at=["01"], value="n").assumptions[0]


def test_the_year_before_is_the_same_month_and_what_lacks_it_is_told():
    months = pd.DataFrame({"m": ["2024-04", "2024-05", "2025-04", "2025-05", "2025-06"], "n": [10, 20, 12, 30, 9]})
    found = da.bi.year_on_year(months, period="m", value="n")
    assert found.table["m"].tolist() == ["2025-04", "2025-05"]
    assert found.table["change_percent"].tolist() == [pytest.approx(20), pytest.approx(50)]
    assert found.value == pytest.approx(50) and found.left_out == ("前の年がない 3 期間",)
    years = da.bi.year_on_year(pd.DataFrame({"y": [2024, 2025], "n": [50, 40]}), period="y", value="n")
    assert years.value == pytest.approx(-20)
    with refused("no_year_before"):
        da.bi.year_on_year(months.head(2), period="m", value="n")
    with refused("bad_period"):
        da.bi.year_on_year(months.assign(m="令和6年4月"), period="m", value="n")


def test_months_of_the_sample_town_fall_though_their_sum_of_a_year_rises():
    people = da.load("population").groupby("date", as_index=False)["count"].sum()
    year = people["date"].str[:4].astype(int) - (people["date"].str[5:7] < "04")
    sums = people.groupby(year)["count"].sum()
    assert sums[2021] > sums[2020], "the naive picture: eleven months against twelve"
    assert da.bi.year_on_year(people, period="date", value="count").value < 0


# ranks


def test_ranks_by_amount_and_by_rate_differ_and_ties_share_a_place(star):
    found = da.bi.rank(star, by="name", value="old", per="n")
    assert found.table["name"].tolist() == ["西", "島", "東"]
    assert found.table["rank"].tolist() == [1, 2, 3] and found.table["ratio_rank"].tolist() == [2, 1, 3]
    assert found.figures["overall_percent"] == pytest.approx(36)
    assert found.figures["mean_percent"] == pytest.approx((700 / 40 + 2000 / 45 + 900 / 15) / 3)
    tie = da.bi.rank(pd.DataFrame({"g": list("abc"), "n": [5, 5, 2]}), by="g", value="n")
    assert tie.table["rank"].tolist() == [1, 1, 3]
    with refused("negative_base"):
        da.bi.rank(PEOPLE.assign(n=-1), by="code", value="old", per="n")


@given(st.lists(st.integers(0, 100), min_size=1, max_size=20).filter(any), st.integers(1, 99))
@settings(max_examples=60, deadline=None)
def test_pareto_takes_no_group_too_many_and_none_too_few(amounts, share):
    data = pd.DataFrame({"g": [f"g{i:02d}" for i in range(len(amounts))], "n": amounts})
    found = da.bi.pareto(data, by="g", value="n", share=share)
    best = sorted(amounts, reverse=True)
    wanted = share * sum(amounts) / 100 - 1e-6
    assert sum(best[: found.value]) >= wanted
    assert sum(best[: found.value - 1]) < wanted + 2e-6 * sum(amounts) + 1e-5
    assert found.value <= found.figures["even"]


def test_pareto_refuses_what_cannot_be_shared_out():
    with refused("negative_amounts"):
        da.bi.pareto(pd.DataFrame({"g": ["a", "b"], "n": [3, -1]}), by="g", value="n")
    with refused("nothing_to_share"):
        da.bi.pareto(pd.DataFrame({"g": ["a"], "n": [0]}), by="g", value="n")
    with refused("out_of_range"):
        da.bi.pareto(PEOPLE, by="code", value="n", share=120)


def test_the_pareto_chart_is_clean_with_few_groups_and_with_many(star):
    from matplotlib import pyplot

    many = pd.DataFrame({"g": [f"地区{i}" for i in range(60)], "n": range(1, 61)})
    for data, by, value in ((star, "name", "n"), (many, "g", "n")):
        ax = da.bi.pareto_chart(data, by=by, value=value, title="題", source="出典")
        assert list(da.charts.lint(ax)) == [] and da.charts.missing_glyphs(ax.figure) == []
        assert len(ax.patches) == len(da.bi.pareto(data, by=by, value=value).table)
        pyplot.close(ax.figure)


# requirement and dashboard


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"who": "みんな"}, "だれも見ません"),
        ({"who": " "}, "「だれが見るか」が空欄"),
        ({"decides": "状況を把握する"}, "見ることです"),
        ({"decides": "がんばる"}, "読み取れません"),
        ({"when": ""}, "いつ見るか"),
        ({"questions": {}}, "問いが一つもない画面"),
        ({"questions": {f"問{i}": f"c{i}" for i in range(6)}}, "5 つまで"),
        ({"questions": {"一": "side", "二": "side"}}, "同じ列"),
        ({"review_on": "来年"}, "2027-03-31 の形"),
    ],
)
def test_a_requirement_says_what_it_lacks_and_no_dashboard_is_made_of_it(star, change, word):
    need = da.bi.requirement(**({**NEED, "questions": {"陸か海か": "side"}} | change))
    assert len(need.lacking) == 1 and word in need.lacking[0] and word in need._repr_html_()
    with refused("incomplete_requirement"):
        da.bi.dashboard(star, requirement=need)


def by_hand(chosen, but=""):
    table = PEOPLE.merge(AREAS, on="code")
    for column, values in chosen.items():
        if values and column != but:
            table = table[table[column].isin(values)]
    return table


@given(
    st.fixed_dictionaries(
        {
            "side": st.sets(st.sampled_from(["陸", "海"])),
            "sex": st.sets(st.sampled_from(["女", "男"])),
            "name": st.sets(st.sampled_from(["東", "西", "島"])),
        }
    )
)
@settings(max_examples=50, deadline=None)
def test_what_is_chosen_in_one_figure_filters_all_the_others(chosen):
    table = da.bi.star(PEOPLE, measures=["n"], dimensions={"code": AREAS})
    need = da.bi.requirement(**NEED, questions={"一": "side", "二": "sex", "三": "name"})
    made = da.bi.dashboard(table, requirement=need)
    for column, values in chosen.items():
        for value in values:
            made.choose(column, value)
    assert made.total() == by_hand(chosen)["n"].sum()
    for column in chosen:
        wanted = by_hand(chosen, but=column).groupby(column)["n"].sum()
        bars = made.bars(column).set_index(column)["n"]
        assert {k: v for k, v in bars.items() if v} == {k: v for k, v in wanted.items() if v}
    made.clear()
    assert made.total() == 100


def test_the_buttons_do_what_choose_does_and_keep_their_place(board):
    board._ipython_display_()
    screen = board._screen
    sex = screen.figures["sex"].children
    sex[1].children[0].value = True  # a press on 「女」
    assert board.chosen["sex"] == {"女"} and board.headline() == "女：件数 65人（全体の 65.0％）"
    assert sex[1].children[0].description == "✓ 女" and screen.figures["sex"].children == sex
    assert "20人" in screen.figures["name"].children[2].children[1].value
    assert "off" in sex[2].children[1].value and not screen.clear.disabled
    screen.clear.click()
    assert board.total() == 100 and sex[1].children[0].value is False and screen.clear.disabled


def test_a_long_figure_shows_its_largest_and_what_was_chosen_stays():
    data = pd.DataFrame({"g": [f"g{i:02d}" for i in range(30)], "s": ["x", "y"] * 15, "n": range(30)})
    need = da.bi.requirement(**NEED, questions={"一": "g", "二": "s"})
    made = da.bi.dashboard(data, requirement=need, value="n")
    assert made.bars("g")["g"].tolist() == [f"g{i}" for i in range(29, 29 - MOST_BARS, -1)]
    made.choose("g", "g01")
    assert "g01" in made.bars("g")["g"].tolist() and len(made.bars("g")) == MOST_BARS
    made._ipython_display_()
    more = made._screen.figures["g"].children[-1]
    assert "ほかに 19 あります" in more.value, "g00 is 0 and not told as one more"
    made.choose("s", "x")
    assert "ほかに 5 あります" in made._screen.figures["g"].children[-1].value
    with refused("unknown_choice"):
        made.choose("g", "g99")


def test_what_stands_in_a_table_is_never_run(star):
    evil = '<img src=x onerror="run()">'
    need = da.bi.requirement(**{**NEED, "who": evil, "decides": evil + "を選ぶ"}, questions={evil: "sex"})
    made = da.bi.dashboard(star, requirement=need, title=evil, source=evil, unit=evil)
    made._ipython_display_()
    texts = [w.value for w in (made._screen.head, made._screen.number, made._screen.box.children[-1])]
    texts += [row.children[1].value for row in made._screen.figures["sex"].children[1:-1]]
    assert not [text for text in texts if "<img" in text] and "<img" not in need._repr_html_()


def test_the_checklist_finds_what_is_missing(star, board):
    assert da.bi.checklist(board).value == 0
    need = da.bi.requirement(**NEED, questions={"性別": "sex"})
    poor = da.bi.dashboard(star, requirement=need, title="あ" * 31)
    found = da.bi.checklist(poor).table
    assert found.loc[found["mark"] == "✕", "theme"].tolist() == ["言葉", "言葉", "言葉", "正しさ"]
    assert (found["mark"] == "□").sum() == 6
    undated = da.bi.dashboard(star, requirement=board.requirement, title="訪問", unit="人", source="台帳")
    assert da.bi.checklist(undated).table.query("mark == '✕'")["why"].tolist() == ["出典に、いつの数かがありません"]


# page, hand-over


def test_a_page_opens_as_it_was_saved_and_holds_no_row(board, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = board.save_page("画面")
    notebook = json.loads(page.notebook.read_text(encoding="utf-8"))
    assert "".join(notebook["cells"][0]["source"]).endswith('da.bi.open_page("画面")')
    assert notebook["metadata"]["voila"] == {"template": "dataacademy"}
    again = da.bi.open_page("画面")
    assert again.headline() == board.headline() and again.requirement == board.requirement
    for figure in board.figures:
        pd.testing.assert_frame_equal(again.bars(figure.column), board.bars(figure.column), check_dtype=False)
    assert "old" not in (tmp_path / "画面" / "数.csv").read_text(encoding="utf-8-sig")
    assert board.save_page("画面").notebook.exists(), "a page may be written again"
    (tmp_path / "自分.ipynb").write_text("{}", encoding="utf-8")
    with refused("not_a_page"):
        board.save_page("自分")
    with refused("no_page"):
        da.bi.open_page("どこ")


def test_only_pages_opened_with_voila_are_counted_and_no_name_is_kept(board, tmp_path, monkeypatch):
    folder = board.save_page(tmp_path / "画面").folder
    da.bi.open_page(folder)
    assert da.bi.openings(folder).value == 0 and "まだ一度も" in da.bi.openings(folder).sentence
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5")
    da.bi.open_page(folder)
    da.bi.open_page(folder)
    assert da.bi.openings(folder).value == 2
    days = folder / "開いた日.csv"
    days.write_text("2026-01-10\n2026-03-01\n2026-03-20\nだれか\n", encoding="utf-8")
    found = da.bi.openings(folder, days=30, today="2026-03-25")
    assert found.value == 2 and found.table["count"].tolist() == [1, 2] and "読めない 1 行" in found.left_out[0]


def test_a_page_past_its_day_of_review_says_whom_to_ask(star, tmp_path):
    need = da.bi.requirement(**{**NEED, "review_on": "2020-03-31"}, questions={"一": "sex"})
    folder = da.bi.dashboard(star, requirement=need).save_page(tmp_path / "古い").folder
    assert "見直す日（2020-03-31）を過ぎています。福祉係に" in da.bi.open_page(folder).notice


def test_an_export_reads_back_with_codes_as_text_and_a_dictionary(star, tmp_path):
    out = da.bi.export(star, tmp_path / "渡す")
    facts = pd.read_csv(tmp_path / "渡す" / "事実.csv", dtype={"code": "str"})
    areas = pd.read_csv(tmp_path / "渡す" / "表_分類.csv", dtype={"code": "str"})
    assert da.bi.star(facts, measures=["n"], dimensions={"code": areas}).table["n"].sum() == 100
    with refused("key_type"):
        da.bi.star(pd.read_csv(tmp_path / "渡す" / "事実.csv"), measures=["n"], dimensions={"code": AREAS})
    book = openpyxl.load_workbook(tmp_path / "渡す" / "取り込み用.xlsx")
    assert book["表_分類"]["A2"].value == "01" and book["事実"]["C2"].value == 30
    assert len(book["事実"].tables) == 1
    roles = out.dictionary.set_index(["表", "列"])["役割"]
    assert (
        roles["事実", "code"] == "つなぐ番号"
        and roles["事実", "n"] == "足す数"
        and roles["表_分類", "side"] == "分ける列"
    )
    assert (tmp_path / "渡す" / "事実.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert any("10 より小さい行" in note for note in out.notes) and sorted(out.files) == sorted(
        p.name for p in (tmp_path / "渡す").iterdir()
    )


# the table to drag


def test_the_table_to_drag_takes_the_star_as_it_is(star):
    shown = da.bi.explore(star, rows=["side", "name"], columns="sex", value="n", chart="横棒")
    assert (shown.group_by, shown.split_by, shown.columns, shown.plugin) == (
        ["side", "名前"],
        ["性別"],
        ["件数"],
        "X Bar",
    )
    assert shown.table.size() == len(PEOPLE)
    view = shown.table.view(group_by=["side"], columns=["件数"])
    assert sorted(view.to_columns()["件数"]) == [15, 85, 100]
    with refused("unknown_choice"):
        da.bi.explore(star, chart="円")
    with refused("unknown_column"):
        da.bi.explore(star, rows=["どこ"])


def test_the_words_of_the_table_to_drag_are_japanese():
    from dataacademy.bi.explorer import _widget

    style = _widget()._css
    style = style if isinstance(style, str) else str(style)
    assert (
        '--psp-label--filter--content: "しぼりこみ"' in style and '--psp-plugin-name--x-bar--content: "横棒"' in style
    )


def test_no_input_is_changed_and_columns_have_names(star, board):
    before = PEOPLE.copy()
    made = [
        da.bi.pivot(PEOPLE, rows="sex", value="n"),
        da.bi.rank(PEOPLE, by="sex", value="old", per="n"),
        da.bi.pareto(PEOPLE, by="code", value="n"),
        da.bi.drill(PEOPLE, levels=["sex"], value="n"),
        da.bi.checklist(board),
    ]
    pd.testing.assert_frame_equal(PEOPLE, before)
    known = {*LABELS, *PEOPLE.columns, "n", "old"}
    assert [c for found in made for c in found.table.columns if c not in known] == []
    assert [f for found in made for f in getattr(found, "figures", {}) if f not in LABELS] == []
    assert not np.isnan(made[1].value)
