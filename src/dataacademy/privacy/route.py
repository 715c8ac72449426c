"""On what ground personal information may be used or handed out: the questions of the law, one after another."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import pandas as pd
import yaml
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from dataacademy.analysis import Analysis
from dataacademy.charts.picture import Picture, remember
from dataacademy.errors import DataAcademyError, check_choice
from dataacademy.privacy.grounds import AS_OF, GROUNDS, ground_of
from dataacademy.styling import INK, PALETTE, axes, finish, style

YES, NO = "はい", "いいえ"
NOWHERE = "使わない・渡さない"
STEP, TALL = 0.62, 0.44  # inches from question to question, and of a box
ASK, END, RIGHT = 3.3, 2.75, 4.15  # inches: width of a question, of an end, and where the ends begin
FILL = "#DCEAF5"


def legal_route(answers: Mapping[str, str]) -> Analysis:
    """Ask the questions of 個人情報保護法69条 in order, until an answer leads to a ground or to an end.

    answers
        Question → ``"はい"`` or ``"いいえ"``: 個人情報, マイナンバー, 目的の中, 法令, 害するおそれ, 本人の同意,
        役所の中, ほかの役所, 統計・研究.  Those after the end need no answer.

    Table, one row a question that was asked: ``law_question, answer, leads_to, legal_source``.  Value: the ground as
    the data list says it and :func:`release_check` reads it (``"69条2項4号"``, ``"目的内"``, …), or 使わない・渡さない.
    Figures: ``asked``, the number of questions.

    The order is ours: what is no personal information, the number law, within the purpose and by law (69条1項), the
    proviso of 69条2項, then its numbers 1 to 4; after them nothing is left but counts, or 行政機関等匿名加工情報.
    Errors: ``unknown_choice`` (questions, answers), ``not_answers``, ``unanswered``.
    Source: 個人情報保護法 as in force on 2024-04-01 (for municipalities since 2023-04-01), in our own words.
    個人情報保護委員会, Q&A（行政機関等編）3-3-2: 69条2項 is for the occasion, not for what recurs.
    番号法30条: 69条2項2号 to 4号 do not apply to what holds a 個人番号.
    Checked against a table of cases, one for every end.
    When not to use: as the decision.  The section in charge decides by the text, the guidelines, the town's own rules
    and other laws that forbid more (住民基本台帳法, 地方税法, 統計法 …).

    >>> import dataacademy as da
    >>> asked = {"個人情報": "はい", "マイナンバー": "いいえ", "目的の中": "いいえ", "法令": "いいえ"}
    >>> found = legal_route(asked | {"害するおそれ": "いいえ", "本人の同意": "いいえ", "役所の中": "はい"})
    >>> found.value, found.figures["asked"]
    ('69条2項2号', 7)
    >>> line = {"利用根拠": found.value}
    >>> checked = da.privacy.release_check(da.load("residents").head(3000), data_list=line)
    >>> checked.value, checked.figures["stop"]  # a ground is there; the names are not mended by it
    ('直してから', 0)
    """
    asked, end = _walk(answers)
    ground = _texts()["ends"][end]["ground"]
    then = _texts()["ends"][end]["then"]
    value = ground or NOWHERE
    rows = [
        (q["ask"], answer, _texts()["ends"][q["to"]]["short"] if answer == q["answer"] else "次の問いへ", q["source"])
        for q, answer in asked
    ]
    if asked[-1][1] != asked[-1][0]["answer"]:
        rows[-1] = (*rows[-1][:2], NOWHERE, rows[-1][3])
    named = f"根拠は「{GROUNDS[ground_of(ground)]}」です。" if ground else "使ってよい根拠がありません。"
    return Analysis(
        pd.DataFrame(rows, columns=["law_question", "answer", "leads_to", "legal_source"]),
        value,
        f"{len(asked)} 番目の問いで行き先が決まりました。{named}{then}",
        f"Question {len(asked)} decides: {ground or 'no ground'}.",
        used={"問い": len(asked)},
        figures={"asked": len(asked)},
        assumptions=(
            f"{AS_OF}をもとに、私たちの言葉で書いています。決めるのは、所管課と個人情報の担当課です。",
            "住民基本台帳法や地方税法など、ほかの法律がもっと厳しく決めていることがあります（69条3項）。",
            "69条2項は、一時的に使う・渡すときの決まりです。くり返すなら、利用目的に入れます（個人情報保護委員会Q&A）。",
            "渡した先で仕事を任せるだけの「委託」のあつかいと、市の規程は、この図にありません。担当課に聞きます。",
        ),
    )


def legal_route_chart(answers: Mapping[str, str] | None = None, *, title: str = "", ax: Axes | None = None) -> Axes:
    """The questions of :func:`legal_route` from top to bottom with the end each leads to; the way taken in blue.

    Without ``answers`` the whole chart.  ``charts.alt(ax)`` says it in words.  Errors: those of :func:`legal_route`.
    Checked against the boxes that matplotlib drew.
    When not to use: instead of the table with the full questions and their sources.

    >>> import dataacademy as da
    >>> from matplotlib import pyplot
    >>> areas = da.load("areas")
    >>> ax = legal_route_chart({"個人情報": "いいえ"}, title=f"{len(areas)} 地区の人口の表")
    >>> "個人情報を含まない" in da.charts.alt(ax)
    True
    >>> pyplot.close(ax.figure)
    """
    questions, ends = _texts()["questions"], _texts()["ends"]
    asked, last = _walk(answers) if answers is not None else ([], "")
    height = STEP * (len(questions) + 1)
    with style():
        ax = axes(ax, (RIGHT + END + 0.3, height + 0.9))
        ax.set(xlim=(-0.1, RIGHT + END + 0.1), ylim=(0, height))
        ax.set_axis_off()
        first = None
        for i, q in enumerate(questions):
            y = height - STEP * (i + 0.5)
            on, out = i < len(asked), i == len(asked) - 1 and last == q["to"]
            box = _box(ax, 0, y, ASK, q["short"], on, centre=False)
            first = first or box
            _box(ax, RIGHT, y, END, ends[q["to"]]["short"], out)
            _arrow(ax, (ASK, y), (RIGHT, y), q["answer"], out)
            other = NO if q["answer"] == YES else YES
            _arrow(ax, (0.6, y - TALL / 2), (0.6, y - STEP + TALL / 2), other, on and not out)
        refused = bool(asked) and last == "refused"
        _box(ax, 0, height - STEP * (len(questions) + 0.5), ASK, ends["refused"]["short"], refused)
        finish(ax, title=title, source=f"個人情報保護法・番号法（{AS_OF}をもとに作成）")
    words = ["、".join(line.strip() for line in q["short"].split("  ", 1)[1].split("\n")) for q in questions]
    lines = [f"「{w}」が{q['answer']}なら{ends[q['to']]['short']}" for w, q in zip(words, questions, strict=True)]
    taken = [f"通った道は{len(asked)}番目の問いまでで、行き先は{ends[last]['short']}"] if asked else []
    remember(first, Picture("判断の図", lines=(*lines, *taken)))
    return ax


@cache
def _texts() -> dict:
    """Questions and ends; shared, so never changed."""
    return yaml.safe_load(files(__package__).joinpath("route.yml").read_text(encoding="utf-8"))


def _walk(answers: Mapping[str, str]) -> tuple[list[tuple[dict, str]], str]:
    """The questions that were asked with their answers, and the end."""
    if not isinstance(answers, Mapping):
        raise DataAcademyError(
            "not_answers",
            f"答えは、問いと答えの組で渡してください。渡されたのは {type(answers).__name__} です。",
            f"Answers must be a mapping, not {type(answers).__name__}.",
            fix='{"個人情報": "はい", "マイナンバー": "いいえ", …} のように書きます。',
            fix_en="Pass a mapping of questions to はい or いいえ.",
        )
    questions = _texts()["questions"]
    for key, answer in answers.items():
        check_choice("問い", key, [q["key"] for q in questions], en="Question")
        check_choice(f"「{key}」の答え", answer, (YES, NO), en="Answer")
    asked = []
    for q in questions:
        if q["key"] not in answers:
            raise DataAcademyError(
                "unanswered",
                f"問い「{q['key']}」の答えがまだありません。{q['ask']}",
                f"The question {q['key']!r} has no answer yet.",
                fix=f'"{q["key"]}": "はい" か "いいえ" を足してください。',
                fix_en="Add はい or いいえ.",
            )
        asked.append((q, answers[q["key"]]))
        if answers[q["key"]] == q["answer"]:
            return asked, q["to"]
    return asked, "refused"


def _box(ax: Axes, left: float, middle: float, wide: float, words: str, on: bool, *, centre: bool = True):
    patch = FancyBboxPatch(
        (left + 0.04, middle - TALL / 2 + 0.04),
        wide - 0.08,
        TALL - 0.08,
        boxstyle="round,pad=0.04",
        facecolor=FILL if on else "white",
        edgecolor=PALETTE[0] if on else INK,
        linewidth=2.2 if on else 0.8,
        gid="box",
    )
    ax.add_patch(patch)
    at, side = (left + wide / 2, "center") if centre else (left + 0.12, "left")
    ax.text(at, middle, words, ha=side, va="center", fontsize=9, linespacing=1.15, gid="box")
    return patch


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], word: str, on: bool) -> None:
    colour = PALETTE[0] if on else "#555555"
    arrow = {"arrowstyle": "-|>", "color": colour, "linewidth": 2.4 if on else 1, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", xy=end, xytext=start, arrowprops=arrow, gid="link")
    if start[1] == end[1]:
        ax.text((start[0] + end[0]) / 2, start[1] + 0.1, word, ha="center", va="center", fontsize=9, color=colour)
    else:
        middle = (start[1] + end[1]) / 2
        ax.text(start[0] + 0.12, middle, word, ha="left", va="center", fontsize=9, color=colour)
