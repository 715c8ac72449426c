"""What a dashboard is for, written before it is drawn; and the checklist it is held against."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from dataacademy.finding import Finding

if TYPE_CHECKING:
    from dataacademy.bi.board import Board

MOST_QUESTIONS = 5
_ASKED = {  # field -> what it is called, what stands for it where it is empty
    "who": "だれが見るか",
    "decides": "見て、何を決めるか",
    "when": "いつ見るか",
    "questions": "画面が答える問い",
    "owner": "画面の持ち主",
    "review_on": "続けるか見直す日",
}
_ANYONE = ("みんな", "みなさん", "全員", "全職員", "だれでも", "誰でも", "関係者", "市民")
_LOOKING = ("把握", "見える化", "可視化", "共有", "確認", "周知", "活用", "参考", "見る", "知る", "眺める")
_DECIDING = (
    "決め",
    "選",
    "配分",
    "増や",
    "減ら",
    "止め",
    "やめ",
    "始め",
    "広げ",
    "回す",
    "送る",
    "派遣",
    "訪問",
    "頼",
    "直す",
)


@dataclass(frozen=True)
class Requirement:
    """The requirement sheet of a dashboard; made by :func:`requirement`.  ``lacking``: what to mend, in words."""

    who: str
    decides: str
    when: str
    questions: dict[str, str]
    owner: str
    review_on: str
    lacking: tuple[str, ...]

    def _repr_html_(self) -> str:
        values = {f: getattr(self, f) for f in _ASKED}
        values["questions"] = "　".join(f"{q}（{c}）" for q, c in self.questions.items())
        body = "".join(
            f"<tr><th style='text-align:left'>{_ASKED[f]}</th>"
            f"<td style='text-align:left'>{escape(v) or '（空欄）'}</td></tr>"
            for f, v in values.items()
        )
        lacking = "".join(f"<li>{escape(line)}</li>" for line in self.lacking)
        return f"<table><tbody>{body}</tbody></table>" + (
            f"<p>✕ 直すところ</p><ul>{lacking}</ul>" if lacking else "<p>✓ 画面を作り始められます。</p>"
        )


def requirement(
    *,
    who: str = "",
    decides: str = "",
    when: str = "",
    questions: dict[str, str] | None = None,
    owner: str = "",
    review_on: str = "",
) -> Requirement:
    """The requirement sheet (要件): who decides what from the dashboard, when; what it answers; who looks after it.

    who, decides, when
        A person or post; what is decided from it (not "to grasp the situation"); the meeting or day it is looked at.
    questions
        Question → the column that answers it: one figure a question, five at most.
    owner, review_on
        Who mends and ends it; the date (``2027-03-31``) on which it is decided whether it goes on.

    Never raises for what is lacking: it is listed in ``lacking``, so that a first draft can be talked about;
    :func:`dashboard` takes only a sheet that lacks nothing.
    When not to use: for a figure that is needed once: draw it and put it into the paper.
    Source: in the spirit of the requirement worksheet in デジタル庁's guidebook for dashboards, in own words.

    >>> import dataacademy as da
    >>> columns = list(da.load("areas").columns)
    >>> made = requirement(who="みんな", decides="状況を把握する", questions={"どの地区に多いか": "name"})
    >>> len(made.lacking), "name" in columns
    (5, True)
    """
    questions = dict(questions or {})
    lacking = []
    for field, value in {"who": who, "decides": decides, "when": when, "owner": owner}.items():
        if not str(value).strip():
            lacking.append(f"「{_ASKED[field]}」が空欄です。")
    if any(word in who for word in _ANYONE):
        lacking.append(f"「{who}」が見る画面は、だれも見ません。決める人の職名を一つ書きます。")
    if decides.strip() and not any(w in decides for w in _DECIDING):
        looking = next((w for w in _LOOKING if w in decides), "")
        why = f"「{looking}」は、見ることです。" if looking else "何を決めるかが読み取れません。"
        lacking.append(f"「{decides}」：{why}見たあとで変わる行動（選ぶ・増やす・やめる など）を書きます。")
    if not questions:
        lacking.append("「画面が答える問い」がありません。問いが一つもない画面は、作りません。")
    if len(questions) > MOST_QUESTIONS:
        lacking.append(f"問いが {len(questions)} あります。{MOST_QUESTIONS} つまでにします（一つの問いに、一つの図）。")
    if len(set(questions.values())) < len(questions):
        lacking.append("二つの問いに、同じ列で答えています。一つにまとめます。")
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(review_on)):
        lacking.append("「続けるか見直す日」を、2027-03-31 の形で書きます。")
    return Requirement(who, decides, when, questions, owner, str(review_on), tuple(lacking))


# the points, after デジタル庁's guidebook (2024) in own words: what a person has to look at has no test
_BY_EYE = (
    ("読む人", "見る人に画面だけを渡し、30秒で「何が分かりましたか」と聞いた"),
    ("読む人", "専門の言葉と略した名前に、ふだんの言葉を添えた"),
    ("配置", "いちばん大事な数が、左上にある。印刷しても読める"),
    ("正しさ", "元の表の合計と、画面の合計を突き合わせた"),
    ("正しさ", "少ない人数のマスから、一人が分からないかを確かめた"),
    ("続ける", "元の表が新しくなったとき、だれが何分で作り直すかを決めた"),
)
_ALWAYS = ("色だけで区別していない。棒に数と名前がある", "マウスがなくても、Tab とスペースキーで使える")


def checklist(board: Board) -> Finding:
    """A dashboard held against the points of a good one: what can be tested is tested, the rest is for your eyes.

    Table: ``theme, point, mark`` (✓ in order, ✕ to be mended, □ look yourself), ``why``.  Value: the number of ✕.
    When not to use: as a substitute for showing it to the one who decides.
    Source: themes of デジタル庁's ダッシュボードデザインの実践ガイドブック (2024), re-expressed; the tests are ours.

    >>> import dataacademy as da
    >>> need = requirement(who="課長", decides="訪問する地区を選ぶ", when="月初の会議", owner="福祉係",
    ...                    questions={"どの地区か": "name"}, review_on="2027-03-31")
    >>> told = {"title": "高齢者", "unit": "人", "source": "住民基本台帳"}
    >>> board = da.bi.dashboard(da.load("areas"), requirement=need, value="elderly", **told)
    >>> checklist(board).value
    0
    """
    need, figures = board.requirement, board.figures
    tested = [
        ("目的", "だれが何を決めるかが書いてある", not need.lacking, "；".join(need.lacking)),
        (
            "目的",
            f"図は{MOST_QUESTIONS}つまでで、一つの問いに一つの図になっている",
            len(figures) <= MOST_QUESTIONS and len(figures) == len(need.questions),
            f"図が {len(figures)}、問いが {len(need.questions)} あります",
        ),
        (
            "言葉",
            "図の題が、問いの形（〜か）になっている",
            all(f.question.rstrip("。？?").endswith("か") for f in figures),
            f"「{figures[0].question}」のような名前では、何を答える図か分かりません",
        ),
        ("言葉", "数に単位がある", bool(board.unit), '単位がありません（unit="人" のように書きます）'),
        ("言葉", "画面の題が、30字までである", 0 < len(board.title) <= 30, f"題が {len(board.title)} 字です"),
        (
            "正しさ",
            "いつの、どの表からの数かが書いてある",
            bool(board.source),
            "出典がありません（source= に書きます）",
        ),
        (
            "見やすさ",
            "一つの図の項目が、見渡せる数である",
            all(f.shown <= 15 for f in figures),
            "項目が15をこえる図があります",
        ),
        (
            "続ける",
            "持ち主と、見直す日が書いてある",
            bool(need.owner and need.review_on),
            "持ち主か見直す日がありません",
        ),
    ]
    rows = [(theme, point, "✓" if good else "✕", "" if good else why) for theme, point, good, why in tested]
    rows += [("見やすさ", point, "✓", "この道具の画面は、いつもこうなります") for point in _ALWAYS]
    rows += [(theme, point, "□", "自分の目で確かめます") for theme, point in _BY_EYE]
    table = pd.DataFrame(rows, columns=["theme", "point", "mark", "why"])
    table = table.sort_values(
        "theme", key=lambda c: c.map(list(dict.fromkeys(c)).index), kind="stable", ignore_index=True
    )
    bad = int((table["mark"] == "✕").sum())
    return Finding(
        table,
        bad,
        f"{len(tested)} の点を機械で確かめました。直すところは {bad} か所です。"
        f"□の {len(_BY_EYE)} の点は、自分の目で確かめます。",
        f"{bad} of {len(tested)} tested points to be mended; {len(_BY_EYE)} are for your own eyes.",
        {"点": len(table)},
    )
