"""Every kind of chart: what is drawn, what is written, nothing collides, nothing of the reader's is changed."""

import matplotlib
import numpy as np
import pandas as pd
import pytest
from chartbook import (
    ASIDE,
    EVERY_KIND,
    SCALE,
    WORDS,
    answers,
    clashes,
    cross,
    hours,
    months,
    people,
    policies,
    two_points,
    waits,
    years,
)
from matplotlib import pyplot
from matplotlib.collections import QuadMesh

from dataacademy import charts, styling
from dataacademy.charts.colour import contrast
from dataacademy.charts.frame import spread, unit_in


@pytest.fixture(autouse=True)
def close_figures():
    yield
    pyplot.close("all")


def texts(ax, gid):
    return [t.get_text() for t in ax.texts if t.get_gid() == gid]


def notes(ax):
    return "\n".join(texts(ax, "source"))


# --- all kinds -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_every_kind_is_clean_on_paper(kind):
    """Settings unchanged, Japanese letters, title, source and note on the figure, no letters on each other."""
    before = dict(matplotlib.rcParams)
    ax = EVERY_KIND[kind](**WORDS, note="注の文")
    assert dict(matplotlib.rcParams) == before
    ax.figure.canvas.draw()  # outside of the style; a missing glyph would be a warning, and that an error
    assert {tuple(t.get_fontfamily()) for t in ax.figure.findobj(matplotlib.text.Text) if t.get_text()} == {
        tuple(styling.FONTS)
    }
    assert ax.get_title(loc="left") == "みらい市の図"
    assert notes(ax).endswith("注の文\n出典：みらい市の統計")
    assert clashes(ax.figure) == []
    assert charts.missing_glyphs(ax.figure) == []


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_every_kind_has_words_and_passes_the_linter(kind):
    ax = EVERY_KIND[kind](**WORDS)
    text = charts.alt(ax)
    assert "「みらい市の図」" in text
    assert text.endswith("出典：みらい市の統計。")
    assert "。。" not in text
    found = [note.kind for note in charts.lint(ax)]
    # counts of unequal groups are what these two show on purpose
    assert found == (["count_not_rate"] if kind in ("bar_by", "three_of_groups") else [])


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_every_kind_can_be_drawn_on_the_readers_own_axes(kind):
    own = pyplot.subplots(figsize=(9, 6))[1]
    assert EVERY_KIND[kind](**WORDS, ax=own) is own
    assert len(pyplot.get_fignums()) == 1
    assert [c for c in clashes(own.figure) if "みらい市の図" in c] == []  # the title is neither cut nor covered


@pytest.mark.parametrize(
    ("draw", "table"),
    [
        (lambda t: charts.line(t, x="年", y="人数", by="学校"), years()),
        (lambda t: charts.slope(t, item="地区", x="年", y="高齢化率"), two_points()),
        (lambda t: charts.histogram(t, x="待ち時間"), waits()),
        (lambda t: charts.portfolio(t, name="施策", x="満足度", y="重要度"), policies()),
        (lambda t: charts.population_pyramid(t), people()),
        (lambda t: charts.likert(t, item="問", answer="答え", y="人", order=SCALE, aside=ASIDE), answers()),
        (lambda t: charts.heatmap(t, x="曜日", y="時", value="件数"), hours()),
        (lambda t: charts.show_same_data_three_ways(t, x="評価", y="回答者", by="年代"), cross()),
    ],
)
def test_the_table_is_not_changed(draw, table):
    before = table.copy()
    draw(table)
    pd.testing.assert_frame_equal(table, before)


# --- lines and slopes ----------------------------------------------------------------------------------------------


def test_lines_are_named_at_their_ends_with_their_last_value():
    ax = charts.line(years(), x="年", y="人数", by="学校", unit="人")
    assert ax.get_legend() is None
    assert sorted(texts(ax, "end")) == sorted(
        ["小学校 800", "中学校 795", "高等学校 770", "特別支援学校 780", "幼稚園 755"]
    )
    colours = {line.get_label(): line.get_color() for line in ax.lines}
    named = {t.get_text().split()[0]: t.get_color() for t in ax.texts if t.get_gid() == "end"}
    assert named == colours
    assert "縦軸は 0 から始まっていません" in notes(ax)
    ends = [t.get_window_extent() for t in ax.texts if t.get_gid() == "end"]
    assert all(box.x1 <= ax.bbox.x1 + 1 and ax.bbox.y0 - 1 <= box.y0 for box in ends)


def test_line_from_zero_when_asked():
    ax = charts.line(years(), x="年", y="人数", by="学校", zero=True)
    assert ax.get_ylim()[0] == 0
    assert "0 から始まっていません" not in notes(ax)


def test_highlight_leaves_the_others_grey_and_counts_them():
    ax = charts.line(years(), x="年", y="人数", by="学校", highlight=["中学校"])
    colours = {line.get_label(): line.get_color() for line in ax.lines}
    assert colours.pop("中学校") == styling.PALETTE[0]
    assert len(set(colours.values())) == 1
    assert texts(ax, "end") == ["中学校 795"]
    assert "灰色の線：ほかの 4 本" in notes(ax)


def test_a_gap_is_a_gap_and_is_counted():
    table = years().query("学校 == '小学校'").assign(人数=lambda t: t["人数"].astype(float))
    table.iloc[3, 2] = np.nan
    ax = charts.line(table, x="年", y="人数")
    assert np.isnan(ax.lines[0].get_ydata()[3])
    assert "データなし：1 点" in notes(ax)


@pytest.mark.parametrize(
    ("x", "ticks"),
    [
        ([2019, 2020, 2021], ["2019", "2020", "2021"]),
        (["2025-01", "2025-04", "2025-07"], ["1月\n2025年", "4月", "7月"]),
        (["2024-01-01", "2025-01-01", "2026-01-01"], ["2024年", "2025年", "2026年"]),
        (["2025-04-01", "2025-04-08"], ["4/1\n2025年", "4/8"]),
        (["実施前", "実施後"], ["実施前", "実施後"]),
    ],
)
def test_steps_are_written_as_in_an_office(x, ticks):
    ax = charts.line(pd.DataFrame({"x": x, "y": range(len(x))}), x="x", y="y")
    ax.figure.canvas.draw()
    assert [t.get_text() for t in ax.get_xticklabels()] == ticks


def test_dates_stand_at_their_distance_and_no_tick_lies_after_the_last_one():
    ax = charts.line(months().sample(frac=1, random_state=1), x="date", y="人口")
    assert (np.diff(ax.lines[0].get_xdata()) > 0).all()
    ax.figure.canvas.draw()
    assert [t.get_text() for t in ax.get_xticklabels()] == [f"{y}年" for y in range(2021, 2027)]


def test_slope_names_both_ends_and_colours_by_direction():
    table = pd.DataFrame(
        {"地区": ["北", "北", "南", "南", "港"], "年": [2020, 2025] * 2 + [2020], "率": [21.5, 30.1, 28, 26.5, 20]}
    )
    ax = charts.slope(table, item="地区", x="年", y="率", unit="%")
    assert set(texts(ax, "end")) == {"北 21.5", "30.1 北", "南 28.0", "26.5 南"}
    lines = {line.get_label(): line for line in ax.lines if not line.get_label().startswith("_")}
    assert lines["北"].get_color() == styling.PALETTE[0]
    assert lines["南"].get_color() == styling.PALETTE[1]
    assert list(lines["北"].get_ydata()) == [21.5, 30.1]
    assert "二時点の値がそろわないもの：港" in notes(ax)


@pytest.mark.parametrize("wanted", [[5, 5, 5, 5], [0, 0.1, 9.9, 10], [3, 9, 1], [10] * 4, [2.0]])
def test_labels_are_spread_as_little_as_needed(wanted):
    places = spread(wanted, 2, 0, 10)
    assert (np.diff(np.sort(places)) >= 2 - 1e-9).all()
    assert places.min() >= 0
    assert places.max() <= 10
    # the order is kept, and what does not collide stays
    assert (np.diff(places[np.argsort(wanted, kind="stable")]) >= 0).all()
    if wanted == [3, 9, 1]:
        assert list(places) == wanted


def test_labels_share_what_room_there_is():
    assert list(spread([5] * 11, 2, 0, 10)) == list(range(11))


# --- histograms, points --------------------------------------------------------------------------------------------


def test_histogram_counts_as_numpy_does_and_says_what_it_leaves_out():
    table = waits()
    ax = charts.histogram(table, x="待ち時間", bins=[0, 10, 20, 40], unit="分")
    values = table["待ち時間"].dropna()
    assert [bar.get_height() for bar in ax.patches] == list(np.histogram(values, [0, 10, 20, 40])[0])
    assert ax.get_ylim()[0] == 0
    outside = int((values > 40).sum())
    assert outside > 0
    assert f"空欄 12 行は数えていません\n区切りの外にある {outside} 行は数えていません" in notes(ax)
    assert f"中央値 {values.median():.1f}" in [t.get_text() for t in ax.texts]


def test_weighted_histogram_and_median():
    table = pd.DataFrame({"年齢": [20, 40, 60], "重み": [1.0, 1.0, 3.0]})
    ax = charts.histogram(table, x="年齢", weights="重み", bins=[0, 50, 100])
    assert [bar.get_height() for bar in ax.patches] == [2, 3]
    assert "中央値 60" in [t.get_text() for t in ax.texts]


@pytest.mark.parametrize(("values", "step"), [(range(101), 20), ([0.12, 0.18, 0.2, 0.31, 0.44], 0.2), ([3, 3, 3], 1)])
def test_class_limits_are_round(values, step):
    ax = charts.histogram(pd.DataFrame({"x": values}), x="x")
    limits = [bar.get_x() for bar in ax.patches]
    assert np.allclose(np.diff([*limits, ax.patches[-1].get_x() + ax.patches[-1].get_width()]), step)


def test_scatter_draws_every_pair_and_counts_the_others():
    table = pd.DataFrame({"x": [1, 2, 3, None], "y": [2.0, 4.1, 5.9, 1.0], "n": list("abcd")})
    ax = charts.scatter(table, x="x", y="y", name="n")
    assert ax.collections[0].get_offsets().tolist() == [[1, 2.0], [2, 4.1], [3, 5.9]]
    assert sorted(texts(ax, "name")) == ["a", "b", "c"]
    assert "どちらかが空欄の 1 行は描いていません" in notes(ax)
    assert f"相関係数は {np.corrcoef([1, 2, 3], [2, 4.1, 5.9])[0, 1]:.2f}" in charts.alt(ax)


def test_names_without_room_are_counted_not_dropped_silently():
    table = pd.DataFrame(
        {"x": [0] * 40 + [1], "y": [0] * 40 + [1], "n": [f"とても長い名前の地区その{i}" for i in range(41)]}
    )
    ax = charts.scatter(table, x="x", y="y", name="n", highlight=list(table["n"]))
    written = len(texts(ax, "name"))
    assert 0 < written < 41
    assert f"場所がなく名前を書けなかった点：{41 - written}" in notes(ax)
    assert notes(ax).count("場所がなく") == 1


def test_groups_of_points_differ_in_colour_and_shape():
    ax = charts.scatter(policies().head(14).assign(課=["a", "b"] * 7), x="満足度", y="重要度", by="課")
    first, second = ax.collections
    assert not np.array_equal(first.get_facecolor(), second.get_facecolor())
    assert len(first.get_paths()[0].vertices) != len(second.get_paths()[0].vertices)
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["a", "b"]


@pytest.mark.parametrize(
    ("split", "cross_at", "first"),
    [("mean", (3.025, 3.75), ["防災"]), ("median", (3.05, 3.6), ["防災"]), ((2.5, 4.5), (2.5, 4.5), [])],
)
def test_portfolio_fields_follow_the_stated_split(split, cross_at, first):
    table = pd.DataFrame(
        {"施策": ["防災", "道路", "公園", "文化"], "満足度": [2.5, 3.2, 3.5, 2.9], "重要度": [4.8, 3.8, 3.0, 3.4]}
    )
    ax = charts.portfolio(table, name="施策", x="満足度", y="重要度", split=split)
    drawn = [line.get_xdata()[0] for line in ax.lines[:1]] + [line.get_ydata()[0] for line in ax.lines[1:2]]
    assert drawn == pytest.approx(cross_at)
    text = charts.alt(ax)
    assert ("重点課題：" + "、".join(first) in text) if first else ("重点課題：" not in text)
    assert "区切り：" in notes(ax)
    assert sorted(texts(ax, "name")) == sorted(table["施策"])


# --- pyramids, scales, tables --------------------------------------------------------------------------------------


def test_pyramid_has_men_left_women_right_youngest_below():
    table = people().sample(frac=1, random_state=2)
    ax = charts.population_pyramid(table)
    men, women = ax.containers
    expected = people().pivot(index="age_from", columns="sex", values="count").sort_index()
    assert [-bar.get_width() for bar in men] == list(expected["male"])
    assert [bar.get_width() for bar in women] == list(expected["female"])
    assert [bar.get_y() for bar in men] == sorted(bar.get_y() for bar in men)
    assert [t.get_text() for t in ax.get_yticklabels()][:2] == ["0–4", "5–9"]
    assert ax.get_yticklabels()[-1].get_text() == "85～"
    ax.figure.canvas.draw()
    assert not [t for t in ax.get_xticklabels() if "-" in t.get_text()]
    assert ax.get_xlim()[0] == -ax.get_xlim()[1]


def test_pyramid_in_percent_adds_up_to_a_hundred_and_takes_an_outline():
    before = people().assign(count=lambda t: t["count"] * 2)
    ax = charts.population_pyramid(people(), compare=before, compare_label="2015年", share=True)
    assert sum(abs(bar.get_width()) for c in ax.containers for bar in c) == pytest.approx(100)
    assert "線：2015年" in notes(ax)
    assert "線は2015年（合計" in charts.alt(ax)


def test_pyramid_with_named_bands_and_a_note_on_uneven_ones():
    table = pd.DataFrame(
        {"年齢": ["15-64歳", "65歳以上", "0-14歳"] * 2, "性別": ["男"] * 3 + ["女"] * 3, "人": [30, 20, 10, 31, 25, 9]}
    )
    ax = charts.population_pyramid(table, age="年齢", sex="性別", y="人")
    assert [t.get_text() for t in ax.get_yticklabels()] == ["0-14", "15-64", "65歳以上"]
    assert "年齢の幅がそろっていません" in notes(ax)
    assert "年齢の幅" not in notes(charts.population_pyramid(people()))


def test_likert_shares_by_hand():
    table = pd.DataFrame(
        {"問": ["a"] * 5, "答え": ["不満", "やや不満", "やや満足", "満足", "無回答"], "人": [10, 20, 40, 20, 10]}
    )
    ax = charts.likert(table, item="問", answer="答え", y="人", order=table["答え"][:4], aside=["無回答"])
    spans = {c.get_label(): (c[0].get_x(), c[0].get_width()) for c in ax.containers}
    assert {name: width for name, (_, width) in spans.items()} == {
        "不満": 10, "やや不満": 20, "やや満足": 40, "満足": 20, "無回答": 10
    }  # fmt: skip
    assert spans["不満"][0] == -30
    assert spans["やや満足"][0] == 0  # without a neutral answer the sides part at zero
    assert spans["無回答"][0] > 60  # apart
    assert texts(ax, "value") == ["10", "20", "40", "20", "10"]


@pytest.mark.parametrize(("neutral", "start"), [("center", -25), ("aside", -20)])
def test_neutral_answers_in_the_middle_or_aside(neutral, start):
    table = pd.DataFrame({"問": ["a"] * 3, "答え": ["否", "中", "可"], "人": [20, 10, 70]})
    ax = charts.likert(table, item="問", answer="答え", y="人", order=["否", "中", "可"], neutral=neutral)
    spans = {c.get_label(): c[0] for c in ax.containers}
    assert spans["否"].get_x() == start
    assert (spans["中"].get_x() == -5) == (neutral == "center")


def test_likert_sorts_by_net_agreement_unless_told():
    how = {"item": "問", "answer": "答え", "y": "人", "order": SCALE, "aside": ASIDE}
    net = [t.get_text() for t in charts.likert(answers(), **how).get_yticklabels()]
    given = [t.get_text() for t in charts.likert(answers(), **how, sort="given").get_yticklabels()]
    assert given == ["住みやすいまちである", "子育てがしやすい", "公共交通が便利である"]
    assert net[-1] == "公共交通が便利である"


def test_heatmap_cells_hold_their_values_and_legible_letters():
    table = hours()
    ax = charts.heatmap(table, x="曜日", y="時", value="件数", unit="件")
    mesh = next(c for c in ax.collections if isinstance(c, QuadMesh))
    drawn = np.ma.filled(mesh.get_array().astype(float), np.nan).reshape(8, 5)
    wide = table.pivot(index="時", columns="曜日", values="件数").loc[table["時"].unique(), list("月火水木金")]
    np.testing.assert_array_equal(drawn, wide.to_numpy())
    written = {tuple(t.get_position()): t for t in ax.texts if t.get_gid() == "value"}
    assert written[(4.5, 0.5)].get_text() == "－"
    assert ax.get_ylim() == (8, 0)  # the first row on top
    for (column, row), text in written.items():
        value = wide.iloc[int(row), int(column)]
        if not np.isnan(value):
            assert contrast(text.get_color(), mesh.cmap(mesh.norm(value))) >= 4.5


def test_heatmap_around_a_middle_is_symmetric():
    ax = charts.heatmap(hours().assign(件数=lambda t: t["件数"] - 60), x="曜日", y="時", value="件数", center=0)
    norm = ax.collections[0].norm
    assert norm.vcenter == 0
    assert -norm.vmin == norm.vmax
    assert "青：0 より上、橙：下" in notes(ax)


def test_small_multiples_share_their_scale_and_hold_the_values():
    ax = charts.small_multiples(years(), x="年", y="人数", by="学校")
    panels = ax.child_axes
    assert [p.get_title(loc="left") for p in panels] == list(years()["学校"].unique())
    assert len({p.get_ylim() for p in panels}) == 1
    own = next(line for line in panels[1].lines if line.get_label() == "中学校")
    assert list(own.get_ydata()) == list(years().query("学校 == '中学校'")["人数"])
    bars = charts.small_multiples(years(), x="年", y="人数", by="学校", chart="bar", same_scale=False)
    assert all(p.get_ylim()[0] == 0 for p in bars.child_axes)
    assert "縦軸の目盛りは図ごとに違います" in notes(bars)


def test_three_ways_say_the_numbers_of_the_table():
    ax = charts.show_same_data_three_ways(cross(), x="評価", y="回答者", by="年代", unit="人")
    says = texts(ax, "says")
    assert len(says) == 3
    assert all("言えること：" in text and "隠れること：" in text for text in says)
    assert "「満足・60代以上」の 300人" in says[0]
    assert "「満足」の 67 % は60代以上" in says[1].replace("\n", "")  # 300 of 450
    assert "20代の 50 % は「不満」" in says[2].replace("\n", "")  # 50 of 100
    text = charts.alt(ax)
    assert text.count("言えること") == 3
    counts, rows, columns = ([[b.get_height() for b in c] for c in p.containers] for p in ax.child_axes)
    assert counts[0] == [30, 20, 50]
    assert np.array(rows).sum(axis=0) == pytest.approx([100] * 3)
    assert np.array(columns).sum(axis=1) == pytest.approx([100] * 3)


def test_three_ways_over_time_are_amount_index_and_share():
    table = pd.DataFrame({"年": [2020, 2025] * 2, "町": ["北", "北", "南", "南"], "人": [1200, 1350, 300, 450]})
    ax = charts.show_same_data_three_ways(table, x="年", y="人", by="町", unit="人")
    drawn = [{line.get_label(): list(line.get_ydata()) for line in p.lines} for p in ax.child_axes]
    assert drawn[0] == {"北": [1200, 1350], "南": [300, 450]}
    assert drawn[1]["南"] == [100, 150]
    assert drawn[2]["北"] == pytest.approx([80, 75])
    assert "全体が 1,500人 から 1,800人 になったこと" in texts(ax, "says")[2].replace("\n", "")


# --- words ---------------------------------------------------------------------------------------------------------


def test_alt_names_axes_units_range_and_extremes():
    text = charts.alt(
        charts.line(years(), x="年", y="人数", by="学校", unit="人", title="在学者", source="学校基本調査")
    )
    for part in (
        "折れ線グラフ「在学者」",
        "横軸は「年」、縦軸は「人数（人）」",
        "横軸の範囲は 2015 から 2025、値の範囲は 755 から 1,010",
        "特別支援学校：1,010 から 780 へ（最大は 2015 の 1,010、最小は 2025 の 780）",
        "出典：学校基本調査",
    ):
        assert part in text
    heat = charts.alt(charts.heatmap(hours(), x="曜日", y="時", value="件数", unit="件"))
    known = hours().dropna()
    top = known.loc[known["件数"].idxmax()]
    assert f"最大は {top['時']}・{top['曜日']} の {top['件数']:.0f}" in heat
    assert "値のないます目 1" in heat


def test_alt_reads_charts_of_matplotlib_itself():
    figure, (one, two, three) = pyplot.subplots(1, 3)
    one.bar(["a", "b", "c"], [3, 1, 2])
    assert charts.alt(one) == "棒グラフ。a 3、b 1、c 2。"
    two.plot(pd.to_datetime(["2025-01-01", "2025-02-01"]), [5, 9], label="x")
    assert "2025年1月1日 から 2025年2月1日、値の範囲は 5 から 9" in charts.alt(two)
    three.scatter([1, 2], [10, 20])
    assert charts.alt(three) == "散布図。点は 2 個。横は 1 から 2、縦は 10 から 20。"
    pie = pyplot.subplots()[1]
    pie.pie([3, 1], labels=["p", "q"])
    assert charts.alt(pie).endswith("p 75 %、q 25 %。")
    years_ = pyplot.subplots()[1]
    years_.bar([2020, 2021, 2022], [1, 2, 3])  # the ticks lie elsewhere
    assert charts.alt(years_) == "棒グラフ。2020 1、2021 2、2022 3。"


def test_words_go_with_the_picture_when_axes_are_cleared():
    ax = charts.histogram(waits(), x="待ち時間")
    assert charts.alt(ax).startswith("ヒストグラム")
    ax.clear()
    ax.plot([1, 2], [3, 4])
    assert charts.alt(ax).startswith("折れ線グラフ")


def test_units_are_read_from_labels():
    assert [unit_in(t) for t in ("人口（人）", "rate (%)", "高さ[m]", "（仮）人口", "")] == ["人", "%", "m", "", ""]
