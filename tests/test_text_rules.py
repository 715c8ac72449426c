"""Coding rules: what they find, how groups are compared, and every mistake named with its line."""

from __future__ import annotations

import pandas as pd
import pytest

import dataacademy as da
from dataacademy import DataAcademyError, stats, text
from dataacademy.stats import proportion
from dataacademy.text import UNCODED, coding_rules, read_rules

OPINIONS = pd.DataFrame(
    {
        "意見": [
            "バスの本数が少ない。",
            "電車は便利。バスは不便だ。",
            "病院が遠い。",
            "動物の病院が遠い。",
            "夜のバスが本当にまったくいつまで待っても来ない。",
            "公園がほしい。",
        ],
        "区": ["東", "東", "西", "西", "東", "西"],
    }
)


def hits(condition: str, **how) -> list[int]:
    tokens = text.tokenize(OPINIONS, text="意見", **how)
    return coding_rules(tokens, rules={"印": condition}).codes["印"].to_numpy().nonzero()[0].tolist()


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("バス", [0, 1, 4]),
        ("バス or 病院", [0, 1, 2, 3, 4]),
        ("バス and 電車", [1]),
        ("バス & !電車", [0, 4]),
        ("バス　かつ　not　電車", [0, 4]),
        ("病院 除く 動物", [2]),
        ("電車 | 病院 and 動物", [1, 3]),  # and before or
        ("(電車 | 病院) and 動物", [3]),
        ("（電車 または 病院） かつ 動物", [3]),
        ("not (バス or 病院)", [5]),
        ("not not 公園", [5]),
        ("遠く", [2, 3]),  # another form of 遠い
        ("'本数が少な'", [0]),
        ("「便利。バス」", [1]),
        ("near(バス-本数)[2]", [0]),
        ("near(バス-本数)[1]", []),
        ("near(本数-バス)[2]", [0]),  # in any order
        ("近く(バス・不便)[2]", [1]),
        ("near(バス-来る)[3]", []),
        ("near(バス-来る)[20]", [4]),
        ("near(バス-来る)", [4]),
        ("近い", []),
    ],
)
def test_conditions(condition, expected):
    assert hits(condition, keep=["来る"]) == expected


def test_near_stays_within_one_text():
    data = pd.DataFrame({"意見": ["道が狭い", "橋が古い"] * 3})
    coded = coding_rules(data, text="意見", rules={"印": "near(狭い-橋)[50]"})
    assert not coded.codes["印"].any()


def test_near_of_a_word_with_itself_needs_two():
    data = pd.DataFrame({"意見": ["道と道", "道と橋"]})
    assert coding_rules(data, text="意見", rules={"印": "near(道-道)[5]"}).codes["印"].tolist() == [True, False]


def test_rules_build_on_rules_above():
    rules = "＊交通\nバス or 電車\n＊医療\n病院\n＊どちらか\n<＊交通> or <＊医療>\n"
    coded = coding_rules(OPINIONS, text="意見", rules=rules)
    assert (coded.codes["どちらか"] == coded.codes["交通"] | coded.codes["医療"]).all()


def test_a_rule_may_stand_on_several_lines_with_notes_between():
    rules = read_rules("＊交通\nバス or\n\n# 鉄道も\n電車\n")
    assert rules[0].condition.kind == "or"


def test_counts_and_intervals_are_those_of_proportion():
    coded = coding_rules(OPINIONS, text="意見", rules="＊交通\nバス or 電車\n＊なし\n火星")
    table = coded.table.set_index("code")
    assert table["count"].to_dict() == {"交通": 3, "なし": 0, UNCODED: 3}
    expected = proportion(pd.DataFrame({"印": ["x"] * 3 + ["y"] * 3}), value="印", equals="x").table.iloc[0]
    assert table.loc["交通", ["percent", "lower_percent", "upper_percent"]].tolist() == pytest.approx(
        expected[["share_percent", "lower_percent", "upper_percent"]].tolist()
    )
    none = table.loc["なし", ["percent", "lower_percent", "upper_percent"]].tolist()
    assert none[:2] == pytest.approx([0, 0], abs=1e-12) and none[2] == pytest.approx(39.03, abs=0.01)  # Wilson 0/6
    assert coded.value == 50


@pytest.mark.parametrize("weights", [None, "weight"])
def test_groups_are_tested_as_stats_does(weights):
    survey = da.load("survey")
    coded = coding_rules(
        survey, text="q12", rules="＊交通\nバス or 坂道\n＊病院\n病院\n", by="quarter", weights=weights
    )
    wrote = survey[survey["q12"].notna()]
    said = wrote.assign(hit=wrote["q12"].str.contains("病院"))
    theirs = stats.chi2(said, rows="quarter", columns="hit", weights=weights)
    rows = coded.table[coded.table["code"] == "病院"].set_index("group")
    yes = theirs.table[theirs.table["column"]].set_index("row")
    assert rows["p_value"].tolist() == pytest.approx([theirs.figures["p_value"]] * 4)
    for ours, other in (("adjusted_residual", "adjusted_residual"), ("percent", "row_percent")):
        assert rows[ours].to_dict() == pytest.approx(yes[other].to_dict())
    assert (rows["p_adjusted"] >= rows["p_value"]).all()
    assert coded.table.query("code == '交通' and direction == '多い'")["group"].tolist() == ["ニュータウン"]


def test_a_code_without_texts_has_no_test():
    coded = coding_rules(OPINIONS, text="意見", rules={"なし": "火星", "交通": "バス"}, by="区")
    none = coded.table[coded.table["code"] == "なし"]
    assert none["p_value"].isna().all() and (none["percent"] == 0).all()
    assert none["p_adjusted"].isna().all()
    real = coded.table[coded.table["code"] == "交通"]
    assert (real["p_adjusted"] == real["p_value"]).all()  # one test only


def test_a_word_that_nobody_wrote_is_said_with_its_line_and_a_guess():
    coded = coding_rules(OPINIONS, text="意見", rules="＊交通\nバズ or 電車")
    assert [line for line in coded.left_out if "2 行目の「バズ」" in line and "「バス」" in line]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_file_of_rules(tmp_path, encoding):
    path = tmp_path / "規則.txt"
    path.write_text("＊交通\r\nバス or 電車\r\n", encoding=encoding, newline="")
    assert coding_rules(OPINIONS, text="意見", rules=path).table["count"].iloc[0] == 3
    assert coding_rules(OPINIONS, text="意見", rules=str(path)).table["count"].iloc[0] == 3


@pytest.mark.parametrize(
    ("rules", "line", "says"),
    [
        ("＊交通\nバス 電車", 2, "「バス」と「電車」の間に and か or がありません"),
        ("＊交通\nバス or\n電車 便利", 3, "「電車」と「便利」の間に"),
        ("＊交通\n(バス or 電車", 2, "「(」が閉じていません"),
        ("＊交通\nバス)", 2, "「)」が多すぎます"),
        ("＊交通\nバス and", 2, "「and」の後に言葉がありません"),
        ("＊交通\nor バス", 2, "はじめに言葉がありません"),
        ("＊交通\nバス or not", 2, "「not」の後に言葉がありません"),
        ("＊交通\n()", 2, "言葉がありません"),
        ("バス\n＊交通\nバス", 1, "分類の名前より前に条件「バス」"),
        ("＊交通\n\n＊医療\n病院", 1, "条件がありません"),
        ("＊交通\nバス\n＊\n病院", 3, "「＊」の後に分類の名前がありません"),
        ("＊交通\nバス\n＊交通\n電車", 3, "二度書かれています"),
        ("＊交通\nnear(バス)[5]", 2, "near には、二つの言葉"),
        ("＊交通\nnear(バス-電車)[五]", 2, "near には、二つの言葉"),
        ("＊交通\nnear(バス-電車)[0]", 2, "near には、二つの言葉"),
        ("＊交通\nnear(とても少ない-電車)[5]", 2, "near の中の「とても少ない」は、一つの言葉として数えられていません"),
        ("＊交通\nバス or 'あ", 2, "閉じていない引用符"),
        ("＊交通\nバス or ''", 2, "引用符の中に何もありません"),
        ("＊交通\n<＊医寮> or バス", 2, "分類「医寮」は、ここより上にありません"),
        ("＊医療\n病院\n＊交通\n<＊医寮>", 4, "もしかして「医療」"),
    ],
)
def test_a_mistake_names_its_line(tmp_path, rules, line, says):
    path = tmp_path / "規則.txt"
    path.write_text(rules, encoding="utf-8")
    with pytest.raises(DataAcademyError) as caught:
        coding_rules(OPINIONS, text="意見", rules=path)
    note = caught.value.note
    assert (note.kind, note.file, note.row) == ("rule_syntax", "規則.txt", line)
    assert says in note.ja and f"規則.txt　{line}行目" in str(note)


def test_no_rules_no_file_no_kind(tmp_path):
    for rules, kind in (("# 空です\n", "no_rules"), (3, "no_rules"), ({}, "no_rules")):
        with pytest.raises(DataAcademyError) as caught:
            coding_rules(OPINIONS, text="意見", rules=rules)
        assert caught.value.note.kind == kind
    (tmp_path / "規則.txt").write_text("＊a\nb", encoding="utf-8")
    with pytest.raises(DataAcademyError, match="もしかして「規則.txt」"):
        coding_rules(OPINIONS, text="意見", rules=tmp_path / "規側.txt")
