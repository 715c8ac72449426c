"""Codebooks in their three forms give the same words; codes that nobody explained are named."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from openpyxl import Workbook

from dataacademy import DataAcademyError, load, survey

SPSS = """
VARIABLE LABELS q1 '満足度'
  /q2 '利用した''施設''の数' .
VALUE LABELS q1 1 '不満' 2 'どちらでもない' 3 '満足' 8 'わからない' 9 '無回答'
  /sex 1.0 "男" 2.0 "女" .
MISSING VALUES q1 (8, 9).
FREQUENCIES q1.
"""
ROWS = pd.DataFrame(
    {
        "列名": ["q1", "q2", "sex"],
        "設問": ["満足度", "利用した'施設'の数", ""],
        "選択肢": ["1=不満; 2=どちらでもない; 3=満足", "", "1＝男；2＝女".replace("＝", "=")],
        "欠損": ["8=わからない; 9=無回答", "", ""],
    }
)


@pytest.fixture
def workbook(tmp_path):
    book = Workbook()
    first, second = book.active, book.create_sheet("コード")
    first.title = "設問"
    for line in (["列名", "設問文"], ["q1", "満足度"], ["q2", "利用した'施設'の数"], ["sex", None]):
        first.append(line)
    second.append(["列名", "コード", "意味"])
    codes = [
        ("q1", 1, "不満"),
        (None, 2, "どちらでもない"),
        (None, 3, "満足"),
        (None, 8, "わからない"),
        (None, 9, "無回答"),
    ]
    for line in [*codes, ("sex", 1, "男"), (None, 2, "女")]:
        second.append(line)
    path = tmp_path / "コード表.xlsx"
    book.save(path)
    return path


def test_three_forms_are_one_codebook(workbook, tmp_path):
    csv = tmp_path / "codebook.csv"
    ROWS.to_csv(csv, index=False, encoding="cp932")
    syntax = tmp_path / "labels.sps"
    syntax.write_text(SPSS, encoding="cp932")
    forms = [survey.read_codebook(source) for source in (ROWS, csv, workbook, SPSS, syntax)]
    for book in forms:
        assert {c: (q.label, q.values, q.missing) for c, q in book.items()} == {
            c: (q.label, q.values, q.missing) for c, q in forms[0].items()
        }
    assert forms[0]["q1"].missing == {"8": "わからない", "9": "無回答"}
    assert forms[0].to_frame().shape == (3, 4)


def test_label_is_a_look_up_of_every_cell():
    data, book = load("survey"), survey.read_codebook(load("codebook"), table="survey")
    before = data.copy()
    words = survey.label(data, codebook=book)
    pd.testing.assert_frame_equal(data, before)
    for column in ("q1_01", "q11", "sex", "household_type", "q4_1"):
        meanings = {**book[column].scale, **book[column].missing}
        expected = data[column].map(lambda v, m=meanings: m[str(v)], na_action="ignore")
        assert words[column].astype(object).where(words[column].notna(), None).tolist() == (
            expected.astype(object).where(expected.notna(), None).tolist()
        )
        assert words[column].cat.ordered
    assert survey.label(words, codebook=book)["q1_01"].equals(words["q1_01"])  # a second time changes nothing


def test_floats_with_gaps_are_codes_too():
    data = pd.DataFrame({"sex": [1.0, np.nan, 2.0]})
    assert survey.label(data, codebook=ROWS)["sex"].tolist()[::2] == ["男", "女"]


def error(kind, work, *words):
    with pytest.raises(DataAcademyError) as caught:
        work()
    assert caught.value.note.kind == kind
    for word in words:
        assert word in str(caught.value)


def test_codes_that_nobody_explained():
    data = pd.DataFrame({"q1": [1, 2, 7, 7]})
    error("unexpected_codes", lambda: survey.label(data, codebook=ROWS), "「7」2 行", "q1", "1=不満")
    error("unexpected_codes", lambda: survey.tabulate(data, question="q1", codebook=ROWS), "「7」")
    error("mixed_digits", lambda: survey.label(pd.DataFrame({"q1": ["1", "２"]}), codebook=ROWS), "「２」", "全角")
    error("unknown_column", lambda: survey.label(data, codebook=ROWS, columns=["q01"]), "もしかして「q1」")


def test_what_is_no_codebook(tmp_path):
    error("not_a_codebook", lambda: survey.read_codebook(pd.DataFrame({"a": [1]})), "「a」")
    error("bad_pairs", lambda: survey.read_codebook(pd.DataFrame({"column": ["q"], "values": ["はい"]})), "はい")
    twice = pd.DataFrame({"column": ["q"], "values": ["1=はい; 1=いいえ"]})
    error("doubled_code", lambda: survey.read_codebook(twice), "「はい」と「いいえ」")
    error("unknown_choice", lambda: survey.read_codebook(load("codebook"), table="surveys"), "survey")
    error("bad_labels", lambda: survey.read_codebook("VALUE LABELS 'はい'."), "変数の名前")
