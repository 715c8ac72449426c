"""The glossary: what may stand in it, its order, and the notebook made from it."""

from __future__ import annotations

import re

import pytest

from dataacademy.course.glossary import glossary, glossary_notebook, glossary_text_cells, read_terms
from dataacademy.course.notebooks import notebook_text, problems
from dataacademy.errors import DataAcademyError

HEAD = "term,reading,english,meaning,explain\n"


def test_the_courses_glossary_is_complete_and_opens_in_excel(root):
    terms = glossary()
    assert len(terms) >= 120
    assert sum(term.explain for term in terms) >= 40
    assert (root / "notebooks/glossary.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert not [term for term in terms if term.meaning.endswith("。")], "the pages put it there"


def test_terms_are_in_the_order_of_the_dictionary():
    rows = [
        "散布図,さんぷず",
        "座標,ざひょう",
        "サーバー,さーばー",
        "GIS,じーあいえす",
        "割合,わりあい",
        "圧縮,あっしゅく",
    ]
    terms = read_terms(HEAD + "".join(f"{row},e,意味,\n" for row in rows))
    assert [term.term for term in terms] == ["圧縮", "サーバー", "座標", "散布図", "GIS", "割合"]
    assert list(glossary_text_cells(terms)) == ["glossary-a", "glossary-sa", "glossary-wa"]


def test_a_page_of_the_notebook():
    terms = read_terms(HEAD + "標本,ひょうほん,sample,選んで調べた人,yes\nメッシュ,めっしゅ,grid,四角い区切り,\n")
    cells = glossary_text_cells(terms)
    assert cells["glossary-ha"].splitlines() == [
        "## は行",
        "",
        "| 言葉（読み方） | 意味 | 英語 |",
        "|---|---|---|",
        "| **標本**（ひょうほん） | 選んで調べた人。 | sample |",
    ]
    assert "| **メッシュ** | 四角い区切り。 | grid |" in cells["glossary-ma"]  # kana need no reading


@pytest.mark.parametrize(
    ("line", "row", "column", "word"),
    [
        ("標本,ひょうほん,,意味,", 3, "english", "空です"),
        ("標本,,sample,意味,", 3, "reading", "空です"),
        ("平均,へいきん,mean,意味,", 3, "term", "同じ言葉が上にあります"),
        ("標本,ヒョウホン,sample,意味,", 3, "reading", "ひらがな"),
        ("標本,・,sample,意味,", 3, "reading", "ひらがな"),
        ("標本,ひょうほん,sample," + "長" * 61 + ",", 3, "meaning", "一行（60字まで）"),
        ("標本,ひょうほん,sample,a|b,", 3, "meaning", "|"),
        ("標本,ひょうほん,sample,意味,はい", 3, "explain", "yes か空"),
        ("標本,ひょうほん", 3, "english", "空です"),
    ],
)
def test_a_mistake_in_the_glossary_is_named(line, row, column, word):
    with pytest.raises(DataAcademyError) as error:
        read_terms(HEAD + "平均,へいきん,mean,足して割った値,\n" + line + "\n")
    note = error.value.note
    assert (note.file, note.row, note.column) == ("notebooks/glossary.csv", row, column)
    assert word in note.ja


def test_no_glossary_other_headings_and_another_encoding_are_named(small_home):
    with pytest.raises(DataAcademyError, match="glossary.csv：ファイルがありません"):
        glossary()
    with pytest.raises(DataAcademyError, match="term,reading,english,meaning,explain"):
        read_terms("言葉,読み方\n")
    (small_home / "notebooks/glossary.csv").write_bytes((HEAD + "標本,ひょうほん,sample,意味,\n").encode("cp932"))
    with pytest.raises(DataAcademyError, match="CSV UTF-8（コンマ区切り）"):
        glossary()


def test_the_notebook_is_in_normal_form_and_holds_every_term(small_home, root, monkeypatch):
    monkeypatch.chdir(root)
    nb, terms = glossary_notebook(), glossary()
    text = "\n".join(cell.source for cell in nb.cells)
    assert [term.term for term in terms if f"| **{term.term}**" not in text] == []
    assert re.findall(r"^## (.)行$", text, re.MULTILINE) == list("あかさたなはまやらわ")
    path = small_home / "notebooks/glossary.ipynb"
    path.write_bytes(notebook_text(nb).encode())
    monkeypatch.chdir(small_home)
    assert problems(path) == []
