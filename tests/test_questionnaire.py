"""A municipality's own questionnaire: named in a few lines of town.yml, told what it lacks, and the lessons go on."""

from __future__ import annotations

import re

import nbformat
import pandas as pd
import pytest

import dataacademy as da
from dataacademy.course.execute import Job, run
from dataacademy.course.lessons import lesson
from dataacademy.errors import DataAcademyError
from dataacademy.town.build import build, write
from dataacademy.town.formats import recognise
from dataacademy.town.townfile import read_town_file

CODE = "222208"  # a prefecture of one zone: nothing else tells where the town lies
ANSWERS = """年代,性別,満足度,使った窓口,ご意見,会員,電話番号
30代,女,満足,本庁;支所,待たされた,m1,000
9歳以下,男,不満,,,m2,000
80歳以上,女,わからない,本庁,,m1,000
30代,男,とても満足,支所;その他（電話、手紙）,道が暗い,m3,000
,女,不満,本庁;支所,,m4,000
"""
LINES = """
      attribute: [年代, 性別]
      overall: 満足度
      multiple: 使った窓口
      comments: ご意見
      person: 会員
    answers:
      overall: [不満, 満足, とても満足]
"""


def town(tmp_path, answers: str = ANSWERS, lines: str = LINES, *, more: str = "", files=None):
    """The town of a folder with one questionnaire, by lines of town.yml."""
    (tmp_path / "files").mkdir(exist_ok=True)
    for name, content in ({"回答.csv": answers} | (files or {})).items():
        (tmp_path / "files" / name).write_text(content, encoding="utf-8")
    text = f"code: '{CODE}'\nname: こまち市\nfolder: files\ntables:\n  - file: 回答.csv\n    take_as: survey\n"
    (tmp_path / "town.yml").write_text(f"{text}    questions:{lines}{more}", encoding="utf-8")
    return read_town_file(tmp_path / "town.yml")


@pytest.fixture
def loaded(tmp_path, monkeypatch):
    """What lessons load of it: answers and codebook."""

    def load(**options):
        monkeypatch.setenv("DATAACADEMY_OUTPUT", str(tmp_path / "out"))
        write(build(town(tmp_path, **options)))
        codes = da.load("codebook", town=CODE)
        return da.load("survey", town=CODE), da.survey.read_codebook(codes, table="survey")

    return load


def test_answers_become_codes_that_the_codebook_explains(loaded):
    survey, book = loaded()
    words = da.survey.label(survey, codebook=book)
    raw = pd.read_csv(pd.io.common.StringIO(ANSWERS), dtype=str)
    for column in ("年代", "性別", "満足度"):
        assert words[column].astype(object).fillna("").tolist() == raw[column].fillna("").tolist()
    assert list(book["満足度"].values.values()) == ["不満", "満足", "とても満足"], "as town.yml orders them"
    assert list(book["年代"].values.values()) == ["9歳以下", "30代", "80歳以上"], "by age"
    assert list(book["満足度"].missing.values()) == ["わからない"]
    assert book["ご意見"].role == "comments" and survey["ご意見"].tolist()[0] == "待たされた"


def test_a_joined_answer_is_a_column_of_marks_for_each_choice(loaded):
    survey, book = loaded()
    found = da.survey.multiple_response(survey, columns=book.of("multiple"), codebook=book)
    assert found.table[["answer", "n", "base"]].values.tolist() == [
        ["支所", 3, 4],
        ["本庁", 3, 4],
        ["その他（電話、手紙）", 1, 4],
    ]


def test_nothing_is_taken_that_town_yml_does_not_name_and_numbers_of_people_are_made_anew(tmp_path):
    made = build(town(tmp_path))
    assert "電話番号" not in made.tables["survey"].columns and "会員" not in made.tables["survey"].columns
    assert made.tables["survey"]["person"].tolist() == [1, 2, 1, 3, 4]
    assert any(note.kind == "not_taken" and "1 列" in note.ja for note in made.notes)


def test_what_weights_lack_is_told_and_the_design_is_what_the_table_allows(loaded):
    survey, _ = loaded()
    found = da.survey.drawn(survey)
    assert found.value is False and found.design.n_units == 4 and not found.design.weighted
    assert "ウェイトは付けられません" in found.sentence and "人は 4 人" in found.sentence


def test_strata_and_their_population_make_weights(loaded):
    columns = "    columns:\n      stratum: 区\n      population: 区の人口\n"
    answers = "区,区の人口,性別\n北,300,女\n北,300,男\n南,100,女\n南,100,女\n"
    survey, _ = loaded(answers=answers, lines="\n      attribute: 性別\n", more=columns)
    found = da.survey.drawn(survey)
    assert found.value is True and found.design.n_strata == 2
    assert found.design.weights.tolist() == [150, 150, 50, 50]


def test_the_sample_towns_design_is_that_made_by_hand():
    survey = da.load("survey")
    made = da.survey.Design(survey[survey["returned"]], strata="stratum", weights="weight", fpc="population")
    ours = da.survey.drawn(survey).design
    for design in (made, ours):
        design.result = design.proportion(value="q10", equals=1, among=[1, 2]).table
    pd.testing.assert_frame_equal(made.result, ours.result)


def test_codes_are_explained_by_the_municipalitys_own_codebook(loaded):
    book = "列名,設問,選択肢,欠損\nQ1,バスの満足度,1=不満; 2=ふつう; 3=満足,9=無回答\n"
    survey, found = loaded(
        answers="Q1,性別\n3,女\n1,男\n9,女\n",
        lines="\n      overall: Q1\n      attribute: 性別\n",
        more="    codebook: コード表.csv\n",
        files={"コード表.csv": book},
    )
    assert found["Q1"].label == "バスの満足度" and list(found["Q1"].values.values()) == ["不満", "ふつう", "満足"]
    assert da.survey.label(survey, codebook=found)["Q1"].tolist() == ["満足", "不満", "無回答"]


@pytest.mark.parametrize(
    "lines, words",
    [
        ("\n      overal: 満足度\n", "overall"),
        ("\n      overall: 満足\n", "満足度"),
        ("\n      overall: 満足度\n", r"overall: \[.*不満"),
        ("\n      overall: 満足度\n    answers:\n      overall: [不満, 満足]\n", "とても満足"),
        ("\n      single: 満足度\n      main: 満足度\n", "二度"),
        ("\n      recommend: 満足度\n", "0〜10"),
    ],
)
def test_a_mistake_in_town_yml_is_said_in_words(tmp_path, lines, words):
    with pytest.raises(DataAcademyError, match=words):
        build(town(tmp_path, lines=lines))


def test_free_text_is_not_taken_for_a_choice(tmp_path):
    many = "性別,感想\n" + "".join(f"女,感想{k}\n" for k in range(60))
    with pytest.raises(DataAcademyError, match="comments に移して"):
        build(town(tmp_path, answers=many, lines="\n      single: 感想\n      attribute: 性別\n"))


def test_only_a_survey_has_questions(tmp_path):
    source = town(tmp_path)
    text = (tmp_path / "town.yml").read_text(encoding="utf-8").replace("take_as: survey", "take_as: facilities")
    (tmp_path / "town.yml").write_text(text, encoding="utf-8")
    with pytest.raises(DataAcademyError, match="take_as: survey"):
        build(read_town_file(source.path))


def test_inspection_says_what_to_write_for_a_table_that_looks_like_a_questionnaire():
    assert "take_as: survey" in recognise(["回答日", "年代", "性別", "問1", "ご意見"]).why
    assert "take_as: survey" not in recognise(["名称", "年齢層", "住所"]).why


# -- the wording of a draft --------------------------------------------------------------------------------------------


def kinds(question: str, answers: str = "") -> list[str]:
    return da.survey.check_wording(pd.DataFrame({"設問文": [question], "選択肢": [answers]})).table["何が"].tolist()


@pytest.mark.parametrize(
    "question, answers, wanted",
    [
        ("年齢", "29歳以下／30〜39歳／40歳以上", []),
        ("年齢", "20歳未満／20歳以上40歳未満／40歳以上", []),
        ("年齢", "20歳未満／20〜40歳／40歳以上", ["選択肢が重なる"]),
        ("年齢", "29歳以下／40〜49歳／50歳以上", ["選択肢にすきまがある"]),
        ("年齢", "２９歳以下／３０～３９歳", ["選択肢にすきまがある"]),
        ("休日の窓口は要ると思いませんか。", "はい／いいえ", ["誘導"]),
        ("窓口の説明と態度に満足していますか。", "満足／ふつう／不満", ["二つのことを聞いている"]),
        ("窓口の説明に満足していますか。", "満足／ふつう／不満", []),
        ("説明はどうでしたか。", "とても満足／満足／やや満足／不満", ["片寄った段階"]),
        ("有料化しないことに反対ですか。", "はい／いいえ", ["否定が重なる"]),
        ("最近、図書館に行きましたか。", "はい／いいえ", ["あいまいな言葉"]),
        ("情報を何から得ていますか。", "広報紙／ホームページ／新聞", ["逃げ道がない"]),
        ("情報を何から得ていますか。", "広報紙／ホームページ／その他", []),
        ("ご意見をお書きください。", "", []),
    ],
)
def test_each_fault_of_a_wording_is_seen_and_its_mended_twin_is_silent(question, answers, wanted):
    assert kinds(question, answers) == wanted


def test_every_question_of_the_bad_example_has_a_fault():
    found = da.survey.check_wording(da.survey.example_draft())
    assert sorted(found.table["問"].unique()) == [1, 2, 3, 4, 5, 6]


# -- the lessons -------------------------------------------------------------------------------------------------------


def shown(done, cell: str) -> str:
    assert done.ok, str(done)
    outputs = next(c for c in nbformat.reads(done.notebook, as_version=4).cells if c.id == cell).outputs
    text = "\n".join(o.get("text", "") or "".join(o.get("data", {}).get("text/html", "")) for o in outputs)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


FUKUI = """
code: "180009"
name: 福井県
folder: files
tables:
  - file: monthly_202509.csv
    take_as: survey
    questions:
      main: 今後の来訪意向
      attribute: [年代, 性別]
      overall: 満足度
      satisfaction: [満足度(商品・サービス), 福井県内での交通手段の満足度]
      multiple: 訪問目的ALL
      recommend: NPS
      comments: 満足度の理由
      person: 会員ID
    answers:
      satisfaction: [とても不満, 不満, どちらでもない, 満足, とても満足]
"""


def test_the_lesson_runs_on_a_real_questionnaire_by_a_few_lines_of_town_yml(realdata, tmp_path, monkeypatch):
    source = realdata / "fukui_kanko" / "monthly_202509.csv"
    if not source.is_file():
        pytest.skip("the real survey (../shared/realdata/fukui_kanko) is not beside this clone")
    monkeypatch.setenv("DATAACADEMY_OUTPUT", str(tmp_path))
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / source.name).symlink_to(source)
    (tmp_path / "town.yml").write_text(FUKUI, encoding="utf-8")
    write(build(read_town_file(tmp_path / "town.yml")))
    done = run(Job("questionnaire", "180009", lesson("questionnaire").path))
    assert "この町のアンケートです" in shown(done, "questionnaire-start")
    told = shown(done, "questionnaire-drawn")
    assert "2,342 枚" in told and "ウェイトは付けられません" in told and "人は 1,400 人" in told
    assert "練習用の町のものを使います" in shown(done, "questionnaire-policies")
    stored = (tmp_path / "datasets" / "180009" / "survey.csv").read_text(encoding="utf-8")
    assert "会員ID" not in stored and "生まれ年" not in stored
