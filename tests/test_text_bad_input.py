"""Every bad input has its own message, in Japanese and English, with a way out."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pytest

import dataacademy as da
from dataacademy import DataAcademyError, text
from dataacademy.text import engine

DATA = pd.DataFrame(
    {"意見": ["道が狭い。", "バスが少ない。", None, " 　"], "地区": ["東", "西", "東", "西"], "n": [1, 2, 3, 4]}
)
FUNCTIONS = [
    text.tokenize,
    text.word_count,
    lambda data, **how: text.kwic(data, word="道", **how),
    text.cooccurrence,
    text.cooccurrence_network,
    lambda data, **how: text.distinctive_words(data, by="地区", **how),
    lambda data, **how: text.coding_rules(data, rules={"交通": "バス"}, **how),
    text.personal_information,
    text.wordcloud,
]


def kind_of(call, *arguments, **how) -> str:
    with pytest.raises(DataAcademyError) as caught:
        call(*arguments, **how)
    note = caught.value.note
    assert note.ja and note.en and note.level == "error"
    assert note.kind in ("no_rows",) or note.fix, note  # a way out
    return note.kind


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(
    ("data", "column", "kind"),
    [
        (DATA, "意見意見", "unknown_column"),
        (DATA, "n", "not_text"),
        (DATA.assign(意見=["道が狭い", 3, None, "a"]), "意見", "not_text"),
        (DATA.assign(意見=pd.Series([None] * 4, dtype="str")), "意見", "all_missing"),
        (DATA.assign(意見=np.nan), "意見", "all_missing"),
        (DATA.assign(意見=""), "意見", "all_missing"),
        (DATA.assign(意見=" 　\n"), "意見", "all_missing"),
        (DATA.head(0), "意見", "no_rows"),
        (["道が狭い"], "意見", "not_a_table"),
        (pd.DataFrame([["a", "b"]], columns=["意見", "意見"]), "意見", "two_columns"),
    ],
)
def test_texts(function, data, column, kind):
    assert kind_of(function, data, text=column) == kind


def test_nearest_guess_of_a_column():
    with pytest.raises(DataAcademyError, match="もしかして「意見」"):
        text.tokenize(DATA, text="意件")
    with pytest.raises(DataAcademyError, match="もしかして「地区」"):
        text.distinctive_words(DATA, text="意見", by="地域")
    with pytest.raises(DataAcademyError, match="もしかして「地区」"):
        text.coding_rules(DATA, text="意見", rules={"交通": "バス"}, by="地医")


def test_the_first_row_that_is_no_text_is_named():
    with pytest.raises(DataAcademyError, match="最初は 2 行目の「3」"):
        text.tokenize(DATA.assign(意見=["道", 3, 4, None]), text="意見")


def test_what_is_left_out_is_said():
    found = text.tokenize(DATA, text="意見")
    assert found.left_out == ("列「意見」が空欄の 1 行", "列「意見」が空白だけの 1 行")
    assert found.used == {"記述": 2}


@pytest.mark.parametrize(
    ("how", "kind"),
    [
        ({"words": [""]}, "not_a_word"),
        ({"words": [3]}, "not_a_word"),
        ({"words": 3}, "not_a_word"),
        ({"stop_words": [None]}, "not_a_word"),
        ({"keep": [" "]}, "not_a_word"),
        ({"synonyms": ["子供"]}, "not_synonyms"),
        ({"synonyms": {"子ども": [1]}}, "not_a_word"),
        ({"synonyms": {"道": ["道路"], "街路": ["道路"]}}, "two_synonyms"),
        ({"parts": ["名司"]}, "unknown_choice"),
        ({"parts": ["感動詞"]}, "no_words"),
    ],
)
def test_ways_of_reading(how, kind):
    assert kind_of(text.tokenize, DATA, text="意見", **how) == kind


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        (lambda: text.word_count(DATA), "no_text_column"),
        (lambda: text.word_count(DATA, text="意見", part="動司"), "unknown_choice"),
        (lambda: text.word_count(DATA, text="意見", weights="n人"), "unknown_column"),
        (lambda: text.word_count(DATA.assign(n=[1, -1, 1, 1]), text="意見", weights="n"), "negative_weights"),
        (lambda: text.kwic(DATA, text="意見", word="バズ"), "unknown_word"),
        (lambda: text.kwic(DATA, text="意見", word="道", width=-1), "out_of_range"),
        (lambda: text.cooccurrence(DATA, text="意見"), "no_pairs"),
        (lambda: text.cooccurrence(DATA, text="意見", within="段落"), "unknown_choice"),
        (lambda: text.cooccurrence(DATA, text="意見", word="火星"), "unknown_word"),
        (lambda: text.cooccurrence(DATA, text="意見", min_count=0), "out_of_range"),
        (lambda: text.cooccurrence_network(DATA, text="意見"), "no_pairs"),
        (lambda: text.cooccurrence_network(DATA, text="意見", top=0), "out_of_range"),
        (lambda: text.distinctive_words(DATA, text="意見", by="地区"), "no_frequent_words"),
        (lambda: text.distinctive_words(DATA.assign(地区="東"), text="意見", by="地区"), "one_category"),
        (lambda: text.distinctive_words(DATA.assign(地区=None), text="意見", by="地区"), "all_missing"),
        (lambda: text.distinctive_words(DATA, text="意見", by="地区", confidence=95), "out_of_range"),
        (lambda: text.coding_rules(DATA.assign(地区="東"), text="意見", rules={"道": "道"}, by="地区"), "one_category"),
        (lambda: text.personal_information(DATA, text="意見", names=[1]), "not_a_word"),
        (lambda: text.wordcloud(DATA, text="意見", top=0), "out_of_range"),
    ],
)
def test_the_rest(call, kind):
    assert kind_of(call) == kind


def test_a_misspelt_word_gets_a_guess():
    with pytest.raises(DataAcademyError, match="もしかして「バス」"):
        text.kwic(DATA, text="意見", word="バズ")


def test_five_thousand_groups():
    data = pd.DataFrame({"意見": ["道が狭い。"] * 5000, "番号": [f"S{k}" for k in range(5000)]})
    assert kind_of(text.distinctive_words, data, text="意見", by="番号") == "too_many_levels"


@pytest.fixture
def forgotten():
    """The dictionary as if it had not been opened, before and after."""
    for part in (engine.dictionary, engine._tokenizer):
        part.cache_clear()
    yield
    for part in (engine.dictionary, engine._tokenizer):
        part.cache_clear()


@pytest.mark.parametrize("package", ["sudachipy", "sudachidict_core"])
def test_a_missing_package_is_said_once_with_the_command(forgotten, monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(DataAcademyError) as caught:
        text.tokenize(DATA, text="意見")
    note = caught.value.note
    assert note.kind == "no_text_package" and package in note.ja
    assert "uv sync --extra text" in note.fix and "pip install sudachipy sudachidict_core wordcloud" in note.fix


def test_missing_wordcloud(monkeypatch):
    monkeypatch.setitem(sys.modules, "wordcloud", None)
    assert kind_of(text.wordcloud, DATA, text="意見") == "no_text_package"


def test_agreement_and_rules_need_no_package(forgotten, monkeypatch):
    monkeypatch.setitem(sys.modules, "sudachipy", None)
    assert text.agreement(da.load("hearing"), coders=["coder_a", "coder_b"]).value > 0.5
    assert text.read_rules("＊交通\nバス")[0].code == "交通"
