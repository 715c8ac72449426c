"""Roles of columns, guessed: forms sorted by hand, numbers with and without their check digit, cells never quoted."""

from __future__ import annotations

import pandas as pd
import pytest

from dataacademy import load, privacy
from dataacademy.errors import DataAcademyError

FORM = pd.DataFrame(
    {
        "氏名": ["見本 太郎", "見本 花子", "例 次郎"],
        "電話番号": ["090-0000-0001", "054-000-0002", "080-0000-0003"],
        "メール": ["a@example.jp", "b@example.jp", "c@example.jp"],
        "生年月日": ["1950-01-02", "1988-03-04", "2001-05-06"],
        "性別": ["女", "男", "女"],
        "住んでいる地区": ["本町", "港町", "山町"],
        "障害者手帳": ["あり", "なし", "なし"],
        "受付番号": [1, 2, 3],
        "ごみの量": [3.5, 4.0, 2.5],
    }
)


def test_a_form_sorted_by_hand():
    found = privacy.classify(FORM)
    assert {"氏名", "電話番号", "メール"} <= set(found.direct)
    assert {"生年月日", "性別", "住んでいる地区"} <= set(found.quasi)
    assert found.sensitive == ["障害者手帳"]
    assert "ごみの量" in found.table.loc[found.table["role"] == "plain", "column"].tolist()
    assert found.table["why"].str.len().min() > 0


def test_what_is_in_the_cells_is_never_quoted():
    found = privacy.classify(FORM)
    shown = found.table.drop(columns="column").to_csv() + found.sentence + found._repr_html_()
    assert not [cell for cell in ("見本 太郎", "090-0000-0001", "a@example.jp", "1950-01-02") if cell in shown]


def test_form_tells_what_the_heading_hides():
    hidden = pd.DataFrame({"x": FORM["電話番号"], "y": FORM["メール"], "z": ["1", "2", "3"]})
    assert set(privacy.classify(hidden).direct) >= {"x", "y"}
    assert "z" not in privacy.classify(hidden).direct


def test_individual_numbers_by_their_check_digit():
    def digit(eleven):
        weights = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]
        rest = sum(int(d) * w for d, w in zip(eleven, weights, strict=True)) % 11
        return "0" if rest <= 1 else str(11 - rest)

    firsts = ["12345678901", "23456789012", "34567890123"]
    right = [f + digit(f) for f in firsts]
    wrong = [n[:-1] + str((int(n[-1]) + 1) % 10) for n in right]
    assert privacy.classify(pd.DataFrame({"n": right})).direct == ["n"]
    whys = [privacy.classify(pd.DataFrame({"n": n})).table["why"][0] for n in (right, wrong)]
    assert whys[0] != whys[1]


def test_a_name_of_a_place_is_a_guess_that_says_so():
    table = privacy.classify(load("areas")).table.set_index("column")
    assert table.loc["name", "confidence"] == "中" and "人でなく施設などの名前なら" in table.loc["name", "why"]
    assert privacy.classify(load("facilities")).sensitive == []


def test_two_columns_of_one_name():
    with pytest.raises(DataAcademyError) as raised:
        privacy.classify(pd.DataFrame([[1, 2]], columns=["a", "a"]))
    assert raised.value.note.kind == "duplicate_columns"


def test_cells_that_hold_lists():
    with pytest.raises(DataAcademyError) as raised:
        privacy.classify(pd.DataFrame({"a": [[1], [2]]}))
    assert raised.value.note.kind == "unhashable"
