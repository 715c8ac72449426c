"""The checklist a dashboard is held against."""

from __future__ import annotations

import re

import pandas as pd

from dataacademy.bi.board import Board
from dataacademy.bi.requirement import MOST_QUESTIONS
from dataacademy.finding import Finding

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
    >>> need = da.bi.requirement(who="課長", decides="訪問する地区を選ぶ", when="月初の会議", owner="福祉係",
    ...                    questions={"どの地区か": "name"}, review_on="2027-03-31")
    >>> told = {"title": "高齢者", "unit": "人", "source": "住民基本台帳（4月1日）"}
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
            bool(board.source) and bool(board.of_stock or re.search(r"\d", board.source)),
            "出典に、いつの数かがありません" if board.source else "出典がありません（source= に書きます）",
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
