"""Words of free text: what they are made of, how often, in which lines, together with what, used by whom."""

from __future__ import annotations

from itertools import combinations

import matplotlib
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import pyplot
from scipy.stats import fisher_exact
from stats_people import ORACLES, parsed, rscript

import dataacademy as da
from dataacademy import text
from dataacademy.text import engine
from dataacademy.text.distinctive import holm
from dataacademy.text.reader import plain_text
from dataacademy.weighted import mean, mean_variance

R = parsed((ORACLES / "text.txt").read_text(encoding="utf-8"))


def frame(*texts: str, **columns) -> pd.DataFrame:
    return pd.DataFrame({"意見": list(texts), **columns})


def words(*texts: str, **how) -> list[str]:
    return text.tokenize(frame(*texts), text="意見", **how).table["word"].tolist()


@pytest.fixture(scope="module")
def survey():
    return da.load("survey")


@pytest.fixture(scope="module")
def tokens(survey):
    return text.tokenize(survey, text="q12", words=["空き店舗"])


def test_the_oracle_is_what_r_says():
    fresh = parsed(rscript(str(ORACLES / "text.R")))
    assert fresh.keys() == R.keys()
    for name, numbers in fresh.items():
        assert numbers == pytest.approx(R[name], rel=1e-9), name


# --- words


def test_morphemes_are_sudachis_own():
    from sudachipy import SplitMode

    sentence = "夏の草刈りは年寄りばかりで大変。ＷｉＦｉもほしい"
    theirs = engine.dictionary().tokenizer(SplitMode.C).tokenize(sentence)
    expected = [(m.begin(), m.end(), m.part_of_speech_id(), m.normalized_form(), m.dictionary_form()) for m in theirs]
    assert [tuple(m) for m in engine.morphemes(sentence)] == expected


def test_spellings_of_one_word_are_one_word_and_listed():
    data = frame("買物が不便。", "買い物に行けない。", "買い物が遠い。", "買いものを頼む。")
    row = text.word_count(data, text="意見").table.iloc[0]
    assert row[["word", "count", "documents"]].tolist() == ["買い物", 4, 4]
    assert row["written"] == "買い物・買いもの・買物"


def test_a_word_is_shown_as_most_people_spell_it():
    assert words("お産の病院", "祭りが心配") == ["お産", "病院", "祭り", "心配"]  # not 御産 and 祭


def test_forms_of_a_verb_are_one_word():
    assert words("困った。困っている。困らないように。") == ["困る"] * 3


def test_widths_are_one():
    assert words("ﾊﾞｽが遠い。バスが遠い。ＡＥＤとAED") == ["バス", "遠い", "バス", "遠い", "AED", "AED"]


def test_own_words_stay_whole():
    assert "空き店舗" not in words("通りの空き店舗が多い")
    assert words("通りの空き店舗が多い", words=["空き店舗"])[1] == "空き店舗"
    assert words("空き店舗", words="空き店舗", parts=["動詞"]) == ["空き店舗"]  # whatever parts are asked for


def test_own_words_do_not_cut_longer_words_of_the_dictionary():
    assert words("バスケットの試合とバスの本数", words=["バス"]) == ["バスケット", "試合", "バス", "本数"]


def test_own_words_cut_words_that_the_dictionary_does_not_know():
    assert not engine.is_known("コミュニティバス")
    assert "バス" in words("コミュニティバスがほしい", words=["バス"])


def test_several_own_words_in_one_stretch():
    assert words("空き店舗空き店舗と草刈り機", words=["空き店舗", "草刈り機"]) == ["空き店舗", "空き店舗", "草刈り機"]


def test_compounds_are_joined_only_when_asked_for():
    apart = words("子育て支援センターの利用")
    joined = words("子育て支援センターの利用", compounds=True)
    assert apart == ["子育て", "支援", "センター", "利用"]
    assert joined == ["子育て支援センター", "利用"]


def test_compounds_leave_numbers_days_and_names_alone():
    assert words("毎日バス停まで15分歩く", compounds=True) == words("毎日バス停まで15分歩く")
    assert words("バス、電車", compounds=True) == ["バス", "電車"]


def test_synonyms_put_words_together():
    count = text.word_count(
        text.tokenize(
            frame("子供が減った。", "こどもたちの声。"), text="意見", synonyms={"子ども": ["子供", "こどもたち"]}
        )
    ).table.set_index("word")
    assert count.loc["子ども", "documents"] == 2


def test_stop_words_are_left_out_and_can_be_kept():
    assert "道路" not in words("道路がある", "道路が狭い", stop_words=["道路"])
    assert words("困ることがある") == ["困る"]
    assert words("困ることがある", keep=["こと"]) == ["困る", "こと"]


def test_numbers_counters_and_names_are_not_counted(survey):
    found = text.tokenize(frame("バスは1日4本です。山田太郎といいます。a@example.jp を見て"), text="意見")
    assert found.table["word"].tolist() == ["バス", "見る"]
    assert [line for line in found.left_out if "人の名前らしい言葉 2 個" in line]


def test_parts_of_speech_are_chosen():
    assert words("静かな道を早く直す", parts=["動詞"]) == ["直す"]
    assert words("静かな道を早く直す", parts="形容動詞") == ["静か"]


def test_tokens_know_their_document_sentence_and_place():
    data = frame("道が狭い。橋も古い。", None, "道が暗い。").set_axis([10, 20, 30])
    found = text.tokenize(data, text="意見").table
    assert found["document"].tolist() == [10] * 4 + [30] * 2
    assert found["sentence"].tolist() == [0, 0, 1, 1, 0, 0]
    assert found["place"].tolist() == [0, 2, 4, 6, 0, 2]


def test_the_same_text_twice_is_counted_twice(survey):
    once = text.tokenize(frame("道が狭い。", "道が狭い。", "橋が古い。"), text="意見")
    assert once.table["word"].tolist() == ["道", "狭い", "道", "狭い", "橋", "古い"]
    assert once.matrix().toarray().sum() == 6


def test_a_text_longer_than_sudachi_takes():
    long = "道路が狭い。" * 10_000
    assert words(long) == ["道路", "狭い"] * 10_000
    assert len(words("道" * 20_000, keep=["道"])) > 0  # no sentence to cut at


def test_the_data_is_left_as_it_was(survey):
    before = survey.copy()
    tokens = text.tokenize(survey, text="q12")
    text.word_count(tokens), text.kwic(tokens, word="道路"), text.personal_information(survey, text="q12")
    pd.testing.assert_frame_equal(survey, before)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=4), st.booleans())
def test_any_text_can_be_read(texts, compounds):
    reader_input = frame("道路", *texts)
    found = text.tokenize(reader_input, text="意見", words=["空き店舗", "a"], compounds=compounds)
    for place in range(len(found.documents)):
        whole = found.text_of(place)
        for token in found.reader.read(whole):
            assert whole[token.begin : token.end] == token.surface


# --- counts and lines


def test_counts_are_those_of_the_texts(tokens, survey):
    table = text.word_count(tokens).table.set_index("word")
    q12 = survey["q12"].dropna()
    for word in ("道路", "空き店舗", "津波", "獣害"):  # written one way only
        assert table.loc[word, "count"] == q12.str.count(word).sum()
        assert table.loc[word, "documents"] == q12.str.contains(word).sum()
        assert table.loc[word, "percent"] == pytest.approx(100 * q12.str.contains(word).mean())


def test_weighted_percent(tokens, survey):
    wrote = survey[survey["q12"].notna()]
    there = wrote["q12"].str.contains("津波")
    expected = 100 * wrote.loc[there, "weight"].sum() / wrote["weight"].sum()
    table = text.word_count(tokens, weights="weight").table.set_index("word")
    assert table.loc["津波", "percent"] == pytest.approx(float(expected))


def test_a_part_of_speech_that_nobody_uses():
    found = text.word_count(frame("道路"), text="意見", part="動詞")
    assert found.table.empty and "動詞は一つもありません" in found.sentence


def test_kwic_shows_every_place_and_hides_who_wrote(tokens, survey):
    lines = text.kwic(tokens, word="渋滞", width=200)
    wrote = survey["q12"].dropna()
    assert lines.value == wrote.str.count("渋滞").sum()
    for row in lines.table.itertuples(index=False):
        whole = row.left + row.surface + row.right
        assert len(whole) == len(wrote[row.document])
        assert all(shown in (letter, "■") for shown, letter in zip(whole, plain_text(wrote[row.document]), strict=True))
    assert not lines.table["right"].str.contains(r"\d{4}-").any()


def test_kwic_finds_forms_spellings_and_phrases():
    data = frame("買物に困った。", "本数が少なすぎる。")
    assert text.kwic(data, text="意見", word="困る").table["surface"].tolist() == ["困っ"]
    assert text.kwic(data, text="意見", word="買い物").table["surface"].tolist() == ["買物"]
    line = text.kwic(data, text="意見", word="本数が少な").table.iloc[0]
    assert line[["left", "surface", "right"]].tolist() == ["", "本数が少な", "すぎる。"]


# --- together


def test_jaccard_is_that_of_sets(tokens):
    table = text.cooccurrence(tokens, min_count=10).table
    sets = {w: set(g) for w, g in tokens.table.groupby("word", observed=True)["document"]}
    frequent = sorted(w for w in sets if len(sets[w]) >= 10)
    expected = {
        frozenset(p): len(sets[p[0]] & sets[p[1]]) / len(sets[p[0]] | sets[p[1]])
        for p in combinations(frequent, 2)
        if len(sets[p[0]] & sets[p[1]]) >= 2
    }
    found = {frozenset((r.word_a, r.word_b)): r.jaccard for r in table.itertuples(index=False)}
    assert found == pytest.approx(expected)
    assert (table["count_a"] >= table["count_b"]).all()


def test_within_a_sentence_is_narrower():
    data = frame("道が狭い。橋が古い。", "道が狭い。橋が古い。", "道と橋。")
    wide = text.cooccurrence(data, text="意見", min_count=1, min_both=1).table
    narrow = text.cooccurrence(data, text="意見", min_count=1, min_both=1, within="sentence").table

    def both(table, a, b):
        return table[(table["word_a"].isin([a, b])) & (table["word_b"].isin([a, b]))]["both"].sum()

    assert (both(wide, "道", "橋"), both(narrow, "道", "橋")) == (3, 1)
    assert both(wide, "道", "古い") == 2 and both(narrow, "道", "古い") == 0


def test_partners_of_one_word(tokens):
    table = text.cooccurrence(tokens, word="広場").table
    assert ((table["word_a"] == "広場") | (table["word_b"] == "広場")).all()
    assert set(table.iloc[:2][["word_a", "word_b"]].to_numpy().ravel()) == {"広場", "安心", "遊べる"}


# --- groups


def test_fisher_is_scipys_and_rs(tokens, survey):
    found = text.distinctive_words(tokens, by="quarter", top=50).table
    wrote = survey[survey["q12"].notna()]
    for row in found.groupby("group").head(3).itertuples(index=False):
        there = tokens.table[tokens.table["word"] == row.word]["document"].unique()
        has, here = wrote.index.isin(there), (wrote["quarter"] == row.group).to_numpy()
        cells = [[(has & here).sum(), (~has & here).sum()], [(has & ~here).sum(), (~has & ~here).sum()]]
        assert row.p_value == pytest.approx(fisher_exact(cells, alternative="greater").pvalue, rel=1e-8)
        assert row.jaccard == pytest.approx((has & here).sum() / (has | here).sum())
    data = pd.DataFrame(
        {"意見": ["津波"] * 37 + ["道路"] * 191, "地区": (["浜"] * 23 + ["山"] * 14 + ["浜"] * 41 + ["山"] * 150)}
    )
    row = text.distinctive_words(data, text="意見", by="地区").table.query("word == '津波'").iloc[0]
    assert row["p_value"] == pytest.approx(R["fisher_greater"][0], rel=1e-10)


def test_holm_is_rs():
    assert holm(np.array([0.01, 0.04, 0.03, 0.005, 0.2])) == pytest.approx(R["holm"])


def test_weighted_difference_has_the_linearised_error(tokens, survey):
    wrote = survey[survey["q12"].notna()]
    row = text.distinctive_words(tokens, by="quarter", weights="weight").table.query("word == '津波'").iloc[0]
    y = wrote["q12"].str.contains("津波").to_numpy(float)
    w, here = wrote["weight"].to_numpy(float), (wrote["quarter"] == "沿岸").to_numpy()
    assert row["percent"] == pytest.approx(100 * mean(y[here], w[here]))
    z = (mean(y[here], w[here]) - mean(y[~here], w[~here])) / np.sqrt(
        mean_variance(y[here], w[here]) + mean_variance(y[~here], w[~here])
    )
    from scipy.stats import norm

    assert row["p_value"] == pytest.approx(norm.sf(z), rel=1e-6)


def test_equal_weights_change_no_percentage(tokens):
    plain = text.distinctive_words(tokens, by="quarter").table.set_index(["group", "word"])
    same = text.tokenize(tokens.documents.assign(one=2.0), text="q12", words=["空き店舗"])
    weighted = text.distinctive_words(same, by="quarter", weights="one").table.set_index(["group", "word"])
    both = plain[["percent"]].join(weighted[["percent"]].add_suffix("_w"), how="inner")
    assert len(both) > 20
    assert both["percent"].to_numpy() == pytest.approx(both["percent_w"].to_numpy())


def test_rows_without_group_are_said(tokens):
    data = frame(*["道が狭い", "橋が古い"] * 6, 区=["東", "西"] * 5 + [None, "西"])
    found = text.distinctive_words(data, text="意見", by="区", min_count=2)
    assert "列「区」が空欄の 1 行" in found.left_out
    assert found.table["base"].tolist() == [5] * 2 + [6] * 2 or set(found.table["base"]) == {5, 6}


def test_groups_that_do_not_differ_are_said_not_to():
    data = frame(*["道が狭い", "橋が古い"] * 10, 区=["東", "東", "西", "西"] * 5)
    found = text.distinctive_words(data, text="意見", by="区")
    assert found.value == 0 and "見つかりません" in found.sentence


# --- pictures


def test_network_draws_every_pair_and_word_apart(tokens):
    before = dict(matplotlib.rcParams)
    ax = text.cooccurrence_network(tokens, top=40, min_count=8, title="言葉", source="みらい市")
    assert dict(matplotlib.rcParams) == before
    pairs = text.cooccurrence(tokens, min_count=8).table.head(40)
    names = {t.get_text().replace("\n", "") for t in ax.texts if t.get_gid() == "node"}
    assert names == set(pairs["word_a"]) | set(pairs["word_b"])
    assert len(ax.collections[0].get_segments()) == 40
    places = np.asarray(ax.collections[1].get_offsets())
    apart = np.linalg.norm(places[:, None] - places[None], axis=2) + 10 * np.eye(len(places))
    assert apart.min() > 0.45  # the length of a line is about 1
    assert da.charts.missing_glyphs(ax.figure) == [] and da.charts.lint(ax) == []
    assert "位置と近さに意味はありません" in da.charts.alt(ax)
    pyplot.close("all")


def test_network_is_the_same_every_time(tokens):
    once, again = (text.cooccurrence_network(tokens, top=30) for _ in range(2))
    assert (once.collections[1].get_offsets() == again.collections[1].get_offsets()).all()
    pyplot.close("all")


@pytest.mark.parametrize("n", [2, 3, 5, 12])
def test_network_of_a_star_a_chain_and_a_ring(n):
    hub = pd.DataFrame({"word_a": ["中"] * (n - 1), "word_b": [f"語{k}" for k in range(n - 1)]})
    ring = pd.DataFrame({"word_a": [f"語{k}" for k in range(n)], "word_b": [f"語{(k + 1) % n}" for k in range(n)]})
    for pairs in (hub, ring.head(n - 1), ring.head(n if n > 2 else 1)):
        ax = text.cooccurrence_network(pairs.assign(count_a=3, count_b=2, both=1, jaccard=0.25))
        places = np.asarray(ax.collections[1].get_offsets())
        assert np.isfinite(places).all()
        apart = np.linalg.norm(places[:, None] - places[None], axis=2) + 10 * np.eye(len(places))
        assert apart.min() > 0.2
    pyplot.close("all")


def test_wordcloud_draws_larger_what_is_said_more_and_says_that_it_misleads(tokens):
    before = dict(matplotlib.rcParams)
    figure, ax = pyplot.subplots()
    assert text.wordcloud(tokens, top=30, ax=ax, title="言葉", source="みらい市") is ax
    assert dict(matplotlib.rcParams) == before
    notes = [t.get_text() for t in ax.texts if t.get_gid() == "source"]
    assert "長い言葉ほど大きく見え" in notes[0]
    assert da.charts.missing_glyphs(figure) == [] and da.charts.lint(ax) == []
    picture = ax.images[0].get_array()
    assert 0.02 < (np.asarray(picture)[..., :3].mean(axis=2) < 200).mean() < 0.6  # letters, neither blank nor black
    again = text.wordcloud(tokens, top=30, title="言葉")
    assert (np.asarray(again.images[0].get_array()) == np.asarray(picture)).all()
    pyplot.close("all")
