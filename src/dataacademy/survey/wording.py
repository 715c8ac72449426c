"""A questionnaire before it is printed: wordings that lead, questions that ask two things, answers that overlap."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.inputs import check_table

QUESTION, ANSWERS = "設問文", "選択肢"
LONG = 60  # characters
_WORD = r"[一-龥々ァ-ヶーA-Za-z]{2,}"
_LEADING = re.compile(
    r"と思いませんか|ではないでしょうか|ではありませんか|べきだと思いますか|多くの(?:市民|町民|村民|住民|人)が"
    r"|ご存じのとおり|深刻な|すばらしい|残念な|当然"
)
_TWO = re.compile(rf"{_WORD}(?:と|や|・|および|及び|並びに|ならびに)(?:{_WORD})(?=[にをはがの])")
_NEGATIVE = re.compile(r"(?:ない|ぬ|反対|不要|中止|廃止).{0,12}(?:ない(?!か)|反対|不要)|なくはない|ないわけではない")
_VAGUE = re.compile(r"最近|よく(?=[、利使行見])|ときどき|たまに|ふだん|定期的|ある程度")
_WAY_OUT = re.compile(r"その他|わからない|分からない|特にない|あてはまるものはない|どちらともいえない")
_GOOD = re.compile(r"満足|よい|良い|賛成|思う|重要|必要|利用したい")
_BAD = re.compile(r"不満|不満足|悪い|よくない|反対|思わない|重要でない|必要でない|不要|利用したくない")
_RANGE = re.compile(r"(\d+)\D{0,4}?[〜~\-－―ー](\d+)")
_AND_UP, _AND_DOWN = re.compile(r"(\d+)\D{0,4}以上"), re.compile(r"(\d+)\D{0,4}(以下|未満)")
_BELOW = re.compile(r"(\d+)\D{0,4}以上\D{0,3}(\d+)\D{0,4}未満")

WHY = {  # problem -> why, how to mend it
    "誘導": ("答えてほしい方が、言葉から分かります。", "評価の言葉を除き、両方の答えを同じ重さで聞きます。"),
    "二つのことを聞いている": ("片方だけの人が、答えを選べません。", "設問を二つに分けます。"),
    "選択肢が重なる": (
        "二つの選択肢に当てはまる人がいます。",
        "「30〜39歳」「40〜49歳」のように書きます。",
    ),
    "選択肢にすきまがある": (
        "どの選択肢にも当てはまらない人がいます。",
        "間の数か、はし（◯以上・◯以下）を足します。",
    ),
    "逃げ道がない": ("当てはまらない人が、うそを選ぶか、空けておきます。", "「その他」「わからない」などを足します。"),
    "片寄った段階": ("よい側と悪い側の数がちがうと、多い側に集まります。", "よい側と悪い側を同じ数にします。"),
    "否定が重なる": ("「はい」がどちらの意味か、読む人でちがいます。", "否定を使わない文にします。"),
    "あいまいな言葉": (
        "人によって、思う長さや回数がちがいます。",
        "「この1年に」のように、数で書きます。",
    ),
    "長い": ("読み終わる前に、答えを選ばれます。", f"一文を{LONG}字までにし、説明は設問の外に出します。"),
}


def check_wording(draft: pd.DataFrame) -> Analysis:
    """What is wrong with the wording of a draft questionnaire, question by question.

    draft
        Table, one row a question: ``設問文`` and ``選択肢`` (divided by 「／」 or line breaks; empty for free answers).

    Table, one row a problem: ``問`` (number from 1, or the column 問 if there is one), ``何が``, ``見つけた言葉``,
    ``なぜ``, ``直し方``.  Value: number of problems.

    Errors: ``unknown_column``, ``no_rows``.
    Checked against a bad and a mended draft (tests/test_questionnaire.py).
    When not to use: in place of trying the draft on five people.  It sees words, not whether the question is needed.

    >>> draft = pd.DataFrame({"設問文": ["年齢"], "選択肢": ["20〜30歳／30〜40歳／40歳以上"]})
    >>> check_wording(draft).table["何が"].tolist()
    ['選択肢が重なる', '選択肢にすきまがある']
    """
    check_table(draft)
    check_columns(draft, [QUESTION, ANSWERS], table="調査票の案")
    if not len(draft):
        raise DataAcademyError(
            "no_rows",
            "調査票の案に、設問が一つもありません。",
            "The draft has no question.",
            fix="一行に一つの設問を書いてください。",
            fix_en="One question a row.",
        )
    numbers = draft["問"] if "問" in draft else pd.Series(range(1, len(draft) + 1), index=draft.index)
    rows = [
        {"問": number, "何が": problem, "見つけた言葉": found, "なぜ": WHY[problem][0], "直し方": WHY[problem][1]}
        for number, question, answers in zip(numbers, draft[QUESTION], draft[ANSWERS], strict=True)
        for problem, found in _problems(_plain(question), _plain(answers))
    ]
    table = pd.DataFrame(rows, columns=["問", "何が", "見つけた言葉", "なぜ", "直し方"])
    clean = len(draft) - table["問"].nunique()
    ja = (
        f"{len(draft)} 問のうち {table['問'].nunique()} 問に、直すところが {len(table)} か所あります。"
        if len(table)
        else f"{len(draft)} 問に、言葉から分かる問題は見つかりません。次は、5人に答えてもらって確かめます。"
    )
    return Analysis(
        table,
        len(table),
        ja,
        f"{len(table)} problems in {len(draft)} questions; {clean} are clean.",
        used={"設問": len(draft)},
        assumptions=("言葉だけを見ています。その設問が要るか、答えられるかは、人が確かめます。",),
    )


def example_draft() -> pd.DataFrame:
    """A questionnaire that somebody wrote in a hurry: six questions, each to be mended (``問, 設問文, 選択肢``).

    When not to use: as a model; it is there to be mended.

    >>> len(example_draft())
    6
    """
    rows = [
        ("あなたの年齢はどれですか。", "20〜30歳／30〜40歳／40〜50歳／50〜60歳／60歳以上"),
        (
            "多くの市民が望む休日の窓口を、進めるべきだと思いますか。",
            "思う／まあ思う／少し思う／思わない",
        ),
        ("窓口の待ち時間と説明に満足していますか。", "満足／やや満足／どちらともいえない／やや不満／不満"),
        ("オンライン手続を進めないことに反対ですか。", "はい／いいえ／わからない"),
        ("最近、町のバスをよく利用していますか。", "はい／いいえ"),
        ("市の情報を主に何から得ていますか。", "広報紙／市のホームページ／回覧板／新聞"),
    ]
    return pd.DataFrame([(k, *row) for k, row in enumerate(rows, 1)], columns=["問", QUESTION, ANSWERS])


def _plain(text) -> str:
    return "" if pd.isna(text) else unicodedata.normalize("NFKC", str(text)).replace("~", "〜").strip()


def _problems(question: str, answers: str) -> Iterator[tuple[str, str]]:
    for problem, pattern in (("誘導", _LEADING), ("二つのことを聞いている", _TWO), ("否定が重なる", _NEGATIVE)):
        if found := pattern.search(question):
            yield problem, found[0]
    if found := _VAGUE.search(question):
        yield "あいまいな言葉", found[0]
    if len(question) > LONG:
        yield "長い", f"{len(question)}字"
    options = [part.strip() for part in re.split(r"[/／\n]", answers) if part.strip()]
    spans = [span for span in map(_span, options) if span]
    if len(spans) >= 2:
        yield from _numbers(spans)
        return
    good = [o for o in options if _GOOD.search(o) and not _BAD.search(o)]
    bad = [o for o in options if _BAD.search(o)]
    if good and bad and len(good) != len(bad):
        yield "片寄った段階", f"よい側 {len(good)}、悪い側 {len(bad)}"
    elif len(options) >= 3 and not (good and bad) and not any(_WAY_OUT.search(o) for o in options):
        yield "逃げ道がない", "・".join(options[:3])


def _numbers(spans: list[tuple[float, float, str]]) -> Iterator[tuple[str, str]]:
    """Overlaps and gaps of ranges of whole numbers."""
    spans = sorted(spans)
    for (_, high, one), (low, _, other) in zip(spans, spans[1:], strict=False):
        if low <= high:
            yield "選択肢が重なる", f"{one}と{other}"
            break
    holes = [f"{one}と{other}の間" for (_, high, one), (low, _, other) in zip(spans, spans[1:], strict=False)
             if low > high + 1]  # fmt: skip
    if spans[0][0] > 1:
        holes.append(f"{spans[0][2]}より下")
    if spans[-1][1] != float("inf"):
        holes.append(f"{spans[-1][2]}より上")
    if holes:
        yield "選択肢にすきまがある", holes[0]


def _span(option: str) -> tuple[float, float, str] | None:
    """The whole numbers that an answer stands for: first and last."""
    plain = option.replace(",", "")
    if found := _BELOW.search(plain):
        return float(found[1]), float(found[2]) - 1, option
    if found := _RANGE.search(plain):
        return float(found[1]), float(found[2]), option
    if found := _AND_UP.search(plain):
        return float(found[1]), float("inf"), option
    if found := _AND_DOWN.search(plain):
        return 0, float(found[1]) - (found[2] == "未満"), option
    return None
