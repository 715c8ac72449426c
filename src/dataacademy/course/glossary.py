"""The words of the course: ``notebooks/glossary.csv``, and the notebook that is made from it."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from itertools import groupby

from nbformat import NotebookNode, v4

from dataacademy import paths
from dataacademy.course.notebooks import normal_form
from dataacademy.errors import DataAcademyError

COLUMNS = ("term", "reading", "english", "meaning", "explain")
LONGEST_MEANING = 60
FILE = "notebooks/glossary.csv"
_ROWS = {  # the first row of the table of kana that a reading falls into, with the id of its cell
    "あいうえお": "a", "かきくけこ": "ka", "さしすせそ": "sa", "たちつてと": "ta", "なにぬねの": "na",
    "はひふへほ": "ha", "まみむめも": "ma", "やゆよ": "ya", "らりるれろ": "ra", "わをん": "wa",
}  # fmt: skip
_SMALL = str.maketrans("ぁぃぅぇぉっゃゅょゎ", "あいうえおつやゆよわ")
_VOWELS = {kana: vowel for vowel, column in {
    "あ": "あかさたなはまやらわ", "い": "いきしちにひみり", "う": "うくすつぬふむゆる", "え": "えけせてねへめれ",
    "お": "おこそとのほもよろを",
}.items() for kana in column}  # fmt: skip
_HEAD = """\
# 用語集　— 研修で使う言葉

**問い**　知らない言葉が出てきたら、どこを見ればよいでしょうか。

| ねらい | 所要時間 | 使う表 | 書くシート |
|---|---|---|---|
| 言葉の意味を、あいうえお順で引ける。 | 5分（引き方だけ。あとは必要なときに） | なし | なし |

左はしの三本線（目次）を押し、「あ行」「か行」などを選びます。「[はじめに](start.ipynb)」に戻れます。"""
_NOTE = """\
<details><summary>講師メモ（受講者は読まなくてかまいません）</summary>

**講師メモ（5分）**　全部を読む必要はありません。探し方を一度だけ見せて、先へ進みます。

言葉を足すときは、このページではなく `notebooks/glossary.csv` を直し、`dataacademy lessons build` を実行します。

</details>"""


@dataclass(frozen=True)
class Term:
    """One word: its reading in hiragana, its English, its meaning on one line.

    explain
        Lessons explain it where they use it first (:mod:`dataacademy.course.readability`).
    """

    term: str
    reading: str
    english: str
    meaning: str
    explain: bool = False


def glossary() -> list[Term]:
    """All terms in the order of their readings.  Raises DataAcademyError naming row and column of what is wrong."""
    file = paths.home() / FILE
    try:
        return read_terms(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise _bad("ファイルがありません。", "There is no such file.") from error
    except UnicodeDecodeError as error:
        raise _bad(
            "UTF-8 の CSV ではありません。", "Not CSV in UTF-8.",
            fix="Excel では「CSV UTF-8（コンマ区切り）」を選んで保存してください。",
        ) from error  # fmt: skip


def read_terms(text: str) -> list[Term]:
    """The terms in the text of a glossary, in the order of their readings."""
    lines = csv.DictReader(io.StringIO(text))
    if tuple(lines.fieldnames or ()) != COLUMNS:
        raise _bad(f"見出しが {','.join(COLUMNS)} ではありません。", "Other headings.", row=1)
    found: dict[str, Term] = {}
    for line in lines:
        row = {key: (value or "").strip() for key, value in line.items() if key}
        for column, ja in _mistakes(row, found):
            raise _bad(ja, f"Not usable as {column}.", row=lines.line_num, column=column, value=row[column])
        found[row["term"]] = Term(**row | {"explain": row["explain"] == "yes"})
    return sorted(found.values(), key=lambda term: (order(term.reading), term.term))


def _mistakes(row, earlier):
    for column in COLUMNS[:-1]:
        if not row[column]:
            yield column, "空です。"
    if row["term"] in earlier:
        yield "term", "同じ言葉が上にあります。"
    if not re.fullmatch(r"[ぁ-ん][ぁ-んー・、]*", row["reading"]):
        yield "reading", "ひらがなで書いてください。"
    if len(row["meaning"]) > LONGEST_MEANING or re.search(r"[|\n]", row["meaning"]):
        yield "meaning", f"一行（{LONGEST_MEANING}字まで）で、| を使わずに書いてください。"
    if row["explain"] not in ("yes", ""):
        yield "explain", "yes か空にしてください。"


def order(reading: str) -> tuple[str, str]:
    """What sorts readings as dictionaries do: plain kana first, ー as the vowel before it.

    >>> sorted(["さんぷず", "ざひょう", "さーばー", "ばっふぁ", "はつか"], key=order)
    ['さーばー', 'ざひょう', 'さんぷず', 'はつか', 'ばっふぁ']
    """
    bare = "".join(c for c in unicodedata.normalize("NFD", reading) if not unicodedata.combining(c)).translate(_SMALL)
    for place, kana in enumerate(bare):
        if kana == "ー":
            bare = bare[:place] + _VOWELS.get(bare[place - 1 : place], "ん") + bare[place + 1 :]
    return re.sub("[・、]", "", bare), reading


def glossary_text_cells(terms: list[Term]) -> dict[str, str]:
    """Cell id -> text: a heading and a table for each row of kana that has terms."""
    cells = {}
    for kana, group in groupby(terms, key=lambda term: next(row for row in _ROWS if order(term.reading)[0][0] in row)):
        lines = [f"| **{t.term}**{_reading(t)} | {t.meaning}。 | {t.english} |" for t in group]
        head = f"## {kana[0]}行\n\n| 言葉（読み方） | 意味 | 英語 |\n|---|---|---|\n"
        cells[f"glossary-{_ROWS[kana]}"] = head + "\n".join(lines)
    return cells


def _reading(term: Term) -> str:
    return "" if re.fullmatch(r"[ぁ-んァ-ヶー・]+", term.term) else f"（{term.reading}）"


def glossary_notebook() -> NotebookNode:
    """The notebook ``notebooks/glossary.ipynb``, in its normal form."""
    cells = glossary_text_cells(glossary())
    note = v4.new_markdown_cell(_NOTE, id="glossary-note", metadata={"tags": ["instructor"]})
    tables = [v4.new_markdown_cell(text, id=id) for id, text in cells.items()]
    return normal_form(v4.new_notebook(cells=[v4.new_markdown_cell(_HEAD, id="glossary-head"), note, *tables]))


def _bad(ja: str, en: str, **where) -> DataAcademyError:
    return DataAcademyError("bad_glossary", ja, en, file=FILE, **where)
