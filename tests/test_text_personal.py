"""Who wrote it: what must be masked, what must stay, and what cannot be found is said."""

from __future__ import annotations

import pandas as pd
import pytest

import dataacademy as da
from dataacademy.text import NOT_FOUND, personal_information, tokenize
from dataacademy.text.personal import blackened, spans


def masked(one: str, **how) -> str:
    return personal_information(pd.DataFrame({"意見": [one]}), text="意見", **how).masked["意見"].iloc[0]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("電話は03-1234-5678です", "電話は【電話番号】です"),
        ("０９０－１２３４－５６７８まで", "【電話番号】まで"),
        ("携帯 09012345678", "携帯 【電話番号】"),
        ("(03)1234-5678へ", "【電話番号】へ"),
        ("+81 90-1234-5678へ", "【電話番号】へ"),
        ("０５４ー１２３ー４５６７へ", "【電話番号】へ"),
        ("電話63-8044まで", "電話【電話番号】まで"),
        ("taro.yamada@example.jpへ", "【メール】へ"),
        ("ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐへ", "【メール】へ"),
        ("番号は1234 5678 9012です", "番号は【個人番号など】です"),
        ("〒425-0001です", "【住所】です"),
        ("本町四丁目19番地に住む", "【住所】に住む"),
        ("本町3丁目5番2号です", "【住所】です"),
        ("栄町１丁目２－３です", "【住所】です"),
        ("家は本町12番地3です", "家は【住所】です"),
        ("本町3-5-2 101号室です", "【住所】です"),
        ("山田太郎といいます", "【氏名】といいます"),
        ("銀河野四花（電話0000-47-5392）", "【氏名】（電話【電話番号】）"),
        ("本町四丁目19番地の雪空です", "【住所】の【氏名】です"),
        ("本町四丁目19番地の冬星です", "【住所】の【氏名】です"),  # 冬 is a season to the dictionary
        ("くわしくは遠空（本町五丁目25番地）へ", "くわしくは【氏名】（【住所】）へ"),
        ("天川野（本町五丁目25番地）へ", "【氏名】（【住所】）へ"),
        ("となりの佐藤さんが困っている", "となりの【氏名】さんが困っている"),
        ("名前は月影です", "名前は【氏名】です"),
        ("𠮷田太郎と申します", "【氏名】と申します"),
    ],
)
def test_what_is_masked(written, expected):
    assert masked(written) == expected


@pytest.mark.parametrize(
    "written",
    [
        "バスは1日4便です。",
        "2026年4月1日から10-12時まで",
        "本町三丁目の坂道がきつい。",
        "みなさん、看護師さん、お母さん、業者さんに感謝",
        "人口は80,000人、予算は1,200,000円",
        "午前10時から12時の間、3-5人で",
        "一番の心配です。二番目は道路。",
        "電話一本で済むように",
        "第3回の集まりは5-6月に",
        "広報2025-11号を読んだ",
    ],
)
def test_what_stays(written):
    assert masked(written) == written


def test_names_of_a_list_and_words_to_keep():
    assert masked("ぽん太は川口の堤防が心配", names=["ぽん太"], keep=["川口"]) == "【氏名】は川口の堤防が心配"
    assert masked("川口の堤防") != "川口の堤防"


def test_the_finds_are_told_without_showing_them():
    data = pd.DataFrame({"意見": ["道が狭い。", "山田太郎です。電話は03-1234-5678。"]}, index=["r1", "r2"])
    found = personal_information(data, text="意見")
    assert found.table[["document", "kind", "start", "length"]].values.tolist() == [
        ["r2", "氏名", 1, 4],
        ["r2", "電話番号", 11, 12],
    ]
    shown = found.sentence + found._repr_html_() + found.table.to_string()
    assert not [secret for secret in ("山田", "太郎", "1234", "5678") if secret in shown]
    assert all(line in found._repr_html_() for line in NOT_FOUND) and "必ず人が読んで" in found.sentence


def test_the_table_keeps_everything_else():
    survey = da.load("survey")
    found = personal_information(survey, text="q12")
    pd.testing.assert_frame_equal(found.masked.drop(columns="q12"), survey.drop(columns="q12"))
    assert found.masked["q12"].dtype == survey["q12"].dtype
    assert (found.masked["q12"].isna() == survey["q12"].isna()).all()
    touched = survey.index[survey["q12"].notna() & (found.masked["q12"] != survey["q12"])]
    assert set(touched) == set(found.table["document"])


def test_everybody_of_the_sample_town_who_tells_who_they_are_is_found():
    """The comments say it in five ways; nothing of a telephone number, an address or a name is left."""
    survey = da.load("survey")
    personal = survey["q12"].str.contains(r"0000-|番地|といいます。", na=False)
    assert personal.sum() >= 8
    found = personal_information(survey, text="q12", keep=["川口"])
    assert set(found.table["document"]) == set(survey.index[personal])  # these, and no other comment
    left = found.masked.loc[personal, "q12"]
    assert not left.str.contains(r"\d{2}|番地|丁目").any()
    for one in left:
        before = one.split("【")[0]
        assert one[len(before) :].replace("【氏名】", "").replace("【電話番号】", "").replace("【住所】", "") in {
            *("まで。", "といいます。", "（電話）。", "のです。", "（）へ。"),
        }


def test_interviews_hold_nobody():
    assert personal_information(da.load("hearing"), text="text").value == 0


def test_blackened_is_as_long_as_before():
    text = "本町四丁目19番地の雪空です。電話は０３－１２３４－５６７８。"
    assert len(blackened(text)) == len(text) and "■" in blackened(text)


def test_spans_do_not_overlap():
    text = "銀河野四花（電話0000-47-5392、本町3丁目5番2号、a@b.jp）山田さん"
    found = spans(text, ["銀河野", "野四花"])
    assert all(a[1] <= b[0] for a, b in zip(found, found[1:], strict=False))


def test_odd_letters_do_no_harm():
    assert masked("\ud800道が狭い。03-1234-5678") == "\ud800道が狭い。【電話番号】"
    assert masked("㍻の㈱山田、電話③") is not None


@pytest.mark.parametrize("dtype", ["str", "object", "string", "category"])
def test_every_kind_of_text_column_and_repeated_labels(dtype):
    data = pd.DataFrame({"意見": ["山田太郎です", "道が狭い", None, "山田太郎です"]}, index=[7, 7, 7, 7]).astype(dtype)
    found = personal_information(data, text="意見")
    assert found.value == 2 and found.table["document"].tolist() == [7, 7]
    assert found.masked["意見"].dropna().tolist() == ["【氏名】です", "道が狭い", "【氏名】です"]
    assert tokenize(data, text="意見").table["word"].tolist() == ["道", "狭い"]
