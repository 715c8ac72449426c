"""What a dashboard is for, written before it is drawn."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

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
