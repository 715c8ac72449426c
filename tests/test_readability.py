"""Short sentences, everyday kanji, words explained where they come first; each can go red and says how to mend it."""

from __future__ import annotations

import hashlib
import json

import pytest
from commandline import command
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import v4

from dataacademy.course.notebooks import normal_form, notebook_text
from dataacademy.course.prose import blocks, length, sentences
from dataacademy.course.readability import joyo, problems

GLOSSARY = """term,reading,english,meaning,explain
面積按分,めんせきあんぶん,areal weighting,区域に入る面積の割合だけ人口を数えるやり方,yes
相関係数,そうかんけいすう,correlation coefficient,二つの数がいっしょに動く強さ,yes
順位相関係数,じゅんいそうかんけいすう,rank correlation,順位で計算した相関係数,yes
GIS,じーあいえす,GIS,地図に数を重ねる道具,yes
平均,へいきん,mean,全部を足して個数で割った値,
"""


@pytest.fixture
def lesson(small_home):
    """Writes the text cells of lesson a4 (after its head cell) and tells what is hard to read in it."""
    (small_home / "notebooks/glossary.csv").write_text(GLOSSARY, encoding="utf-8-sig")

    def check(*texts, head="# A4　データ分析", tags=(), path="notebooks/flow_a/a4.ipynb"):
        cells = [v4.new_markdown_cell(head, id="a4-head")]
        cells += [
            v4.new_markdown_cell(text, id=f"a4-t{number}", metadata={"tags": list(tags)})
            for number, text in enumerate(texts, 1)
        ]
        (small_home / path).parent.mkdir(parents=True, exist_ok=True)
        nb = normal_form(v4.new_notebook(cells=cells))
        (small_home / path).write_bytes(notebook_text(nb).encode())
        return problems(small_home / path)

    return check


def kinds(notes) -> list[tuple[str, str]]:
    return [(note.kind, note.value) for note in notes]


# -- sentences ---------------------------------------------------------------------------------------------------------


def test_a_cell_of_short_sentences_is_good(lesson):
    assert lesson("あ" * 59 + "。" + "短い文です。", "| " + "あ" * 70 + " |\n|---|\n| 数 |") == []


def test_long_sentences_on_average_are_named_with_the_longest(lesson):
    longest = "あ" * 70 + "。"
    found = lesson("短い文です。", longest + "い" * 60 + "。")
    assert kinds(found) == [("long_sentences", "a4-t2")]
    assert found[0].file == "notebooks/flow_a/a4.ipynb"
    assert longest in found[0].ja
    assert "「。」で分けて" in found[0].fix


def test_one_very_long_sentence_is_too_long_among_short_ones(lesson):
    assert kinds(lesson("あ" * 89 + "。" + "短い。" * 9)) == []
    found = lesson("あ" * 90 + "。" + "短い。" * 9)
    assert kinds(found) == [("long_sentence", "a4-t1")]
    assert "91字" in found[0].ja


def test_instructors_notes_may_be_long_and_use_any_word(lesson):
    assert lesson("あ" * 200 + "相関係数と聳える。", tags=["instructor"]) == []


def test_quoted_code_addresses_and_code_blocks_are_not_counted(lesson):
    code = "`" + "x" * 80 + "`"
    assert lesson(f"命令は {code} です。[次](a5.ipynb{'?' * 80})へ。\n\n```\n{'あ' * 200}。\n```") == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("一つ目です。二つ目です！三つ目ですか？", ["一つ目です。", "二つ目です！", "三つ目ですか？"]),
        ("折り返しても\n一つの文です。", ["折り返しても一つの文です。"]),
        ("「止まる。」と言う。", ["「止まる。」と言う。"]),
        ("「止まる。」\n次の文です。", ["「止まる。」", "次の文です。"]),
        ("（中の文。外に続かない。）次の文です。", ["（中の文。外に続かない。）", "次の文です。"]),
        ("- 項目。\n- **太い**項目です。\n1. 番号です。", ["項目。", "太い項目です。", "番号です。"]),
        ("<details><summary>ヒント。</summary>\n\n中です。\n\n</details>", ["ヒント。", "中です。"]),
        ("## 見出し。ではない\n本文です。", ["見出し。", "本文です。"]),
        ("| 行 |\n|---|\n| 文です。次です。 |", ["文です。", "次です。"]),
        ("（閉じていない。文です。", []),
        ("", []),
    ],
)
def test_sentences(source, expected):
    assert sentences(source) == expected


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("あいう（）「」。！\n|#- *`[]", max_size=12), max_size=6).map("\n".join))
def test_cutting_loses_no_letter_and_adds_none(source):
    whole, cut = "".join(blocks(source)), "".join(sentences(source))
    letters = [c for c in source if c in "あいう"]
    assert [c for c in whole if c in "あいう"] == letters or "[" in source  # the address of a link is left out
    assert len(cut) <= len(whole)
    assert length(whole) <= len(whole)


# -- kanji -------------------------------------------------------------------------------------------------------------


def test_the_list_of_everyday_kanji_is_the_cabinets():
    """2,136 kanji; the digest is of the set on which kanjidic2, the npm list joyo-kanji and kanji-lists agree."""
    letters = "".join(sorted(joyo()))
    assert len(letters) == 2136
    digest = "3fa93c1d4f65fd4dc43b8b608110743bb29eb6759cc513a7ad24bb684b2bc2ea"
    assert hashlib.sha256(letters.encode()).hexdigest() == digest
    outside_jis = {c for c in letters if len(c.encode("euc_jp", errors="ignore")) != 2}
    assert outside_jis == set("𠮟塡剝頰")  # the four of the notice that JIS X 0208 does not have
    assert set("一丁亀鬱籠箋") <= joyo()
    assert not set("按聳炬錫勺脹") & joyo()  # the last three left the list in 2010


def test_a_kanji_outside_the_list_is_named_with_its_sentence(lesson):
    found = lesson("山が聳えています。", "叱る、頬、剥ぐ、補填、𠮟る。")
    assert kinds(found) == [("rare_kanji", "a4-t1")]
    assert "「聳」" in found[0].ja
    assert "山が聳えています" in found[0].ja
    assert "glossary.csv" in found[0].fix


@pytest.mark.parametrize("text", ["**割合（％）**です。", "人数は**「500人」**です。", "これは **太字 ** です。"])
def test_bold_that_stays_asterisks_is_named(lesson, text):
    found = lesson("ここは**太字**です。", text)
    assert kinds(found) == [("asterisks", "a4-t2")]
    assert "**" in found[0].ja


@pytest.mark.parametrize(
    "text", ["**割合（％）**　です。", "人数は「**500人**」です。", "**太字です。**", "`a ** 2` です。"]
)
def test_bold_that_is_shown_as_bold_is_good(lesson, text):
    assert lesson(text) == []


def test_a_term_of_the_glossary_may_use_its_kanji_and_no_other_word_may(lesson):
    assert kinds(lesson("**面積按分**は、割合で分けるやり方です。")) == []
    assert kinds(lesson("**面積按分**は、割合で按分するやり方です。")) == [("rare_kanji", "a4-t1")]


# -- words of the trade ------------------------------------------------------------------------------------------------

UNEXPLAINED = [
    "相関係数を見ます。",
    "前の回の相関係数（0.3）です。",
    "相関係数（そうかんけいすう）を見ます。",
    "- 相関係数を見る",
]
EXPLAINED = [
    "**相関係数**は、いっしょに動く強さです。",
    "「相関係数」は強さのことです。",
    "相関係数とは、強さです。",
    "**相関係数**（そうかんけいすう）とは、強さです。",
    "相関係数（二つがいっしょに動く強さ）を見ます。",
    "いっしょに動く強さを**相関係数**と呼びます。",
    "いっしょに動く強さを相関係数といいます。",
    "いっしょに動く強さ（**相関係数**。−1から1）を見ます。",
    "いっしょに動く強さを見ます（相関係数）。",
    "| 言葉 | 意味 |\n|---|---|\n| 相関係数 | 動く強さ |",
    "| 言葉 | 意味 |\n|---|---|\n| **相関係数**（そうかんけいすう） | 動く強さ |",
    "- **相関係数**：動く強さ",
    "[相関係数](../glossary.ipynb)を見ます。",
    "## 相関係数を見る\n\n相関係数とは、強さです。",
]


@pytest.mark.parametrize("text", EXPLAINED)
def test_an_explained_word_is_good_and_may_be_used_afterwards(lesson, text):
    assert lesson(text, "相関係数を見ます。") == []


@pytest.mark.parametrize("text", UNEXPLAINED)
def test_an_unexplained_word_is_named_once_with_a_wording_to_paste(lesson, text):
    found = lesson("始めます。", text, "相関係数を見ます。")
    assert kinds(found) == [("unexplained", "a4-t2")]
    assert "相関係数" in found[0].ja
    assert "「**相関係数**（二つの数がいっしょに動く強さ）」" in found[0].fix
    assert lesson("始めます。", found[0].fix.split("「")[1].split("」")[0] + "を見ます。") == []


def test_explaining_a_word_after_it_was_used_is_too_late(lesson):
    assert kinds(lesson("相関係数を見ます。", EXPLAINED[0])) == [("unexplained", "a4-t1")]


def test_the_list_of_words_of_a_lesson_explains_for_the_whole_lesson(lesson):
    assert lesson("相関係数を見ます。", "## このレッスンの言葉\n\n- 相関係数　動く強さ") == []


def test_head_and_headings_announce_a_word_and_do_not_use_it(lesson):
    assert lesson("## 相関係数", EXPLAINED[0], head="# A4　相関係数\n\n相関係数を読める。") == []


def test_the_longest_word_counts(lesson):
    """順位相関係数 is explained; it is not a use of 相関係数.  A word inside English letters is none."""
    assert lesson("**順位相関係数**は、順位で計算した値です。", "順位相関係数とLOGISTICを見ます。") == []
    assert kinds(lesson("GISで見ます。")) == [("unexplained", "a4-t1")]


def test_words_that_need_no_explanation_need_none(lesson):
    assert lesson("平均を見ます。") == []


def test_an_exercise_may_use_the_words_of_its_lesson(lesson):
    lesson(EXPLAINED[0])
    found = lesson("相関係数とGISを見ます。", path="solutions/a4/a4.ipynb")
    assert kinds(found) == [("unexplained", "a4-t1")]
    assert "「GIS」" in found[0].ja


# -- the command -------------------------------------------------------------------------------------------------------


def test_lessons_check_and_exercises_check_tell_what_is_hard_to_read(course_copy, monkeypatch):
    from dataacademy.course.exercises.checking import written_wrong

    for file, id in (("notebooks/start.ipynb", "start-what"), ("solutions/a4/a4.ipynb", "a4-ex-head")):
        nb = json.loads((course_copy / file).read_text(encoding="utf-8"))
        cell = next(cell for cell in nb["cells"] if cell["id"] == id)
        cell["source"] += ["\n", "\n", "あ" * 95 + "聳。"]
        (course_copy / file).write_bytes((json.dumps(nb, ensure_ascii=False, indent=1) + "\n").encode())
    done = command(course_copy, "lessons", "check")
    assert done.returncode == 1
    assert "notebooks/start.ipynb　値「start-what」：文が97字あります" in done.stdout
    assert "常用漢字でない字「聳」" in done.stdout
    assert "solutions/a4/a4.ipynb　値「a4-ex-head」" in done.stdout
    monkeypatch.chdir(course_copy)
    assert {"long_sentence", "rare_kanji"} <= {note.kind for note in written_wrong("a4")}
